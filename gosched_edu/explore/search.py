"""The search through schedules: depth first with partial-order reduction, or many random ones.

Problem. A program with two goroutines of ten operations each has 184,756 schedules; most differ in nothing.
All that a program can do should be found, and told whether it is all.

Rejected. Running each schedule from the start (see `keep`); a search in Python (a thousand times slower);
deciding beforehand which operations can meet (pointers and channels in channels: nobody knows).

Chosen. Dynamic partial-order reduction (Flanagan and Godefroid 2005) with source sets and sleep sets
(Abdulla and others 2014). A run is a word of steps. Two steps are dependent if both touch the same object and
one changes it (`gosched_edu.kernel.visible`). Vector clocks say which step came before which because of
that. Each pair of dependent steps that nothing else orders is a *race* (of operations, not of data): somewhere
before its first step another goroutine must be tried, one that can begin a run with the pair reversed. That
one is put on the list of the decision (N_BACK). A goroutine that was tried at a decision sleeps in what
follows until a step comes that is dependent with its own (N_SLEEP).

What ends the program is dependent with all that shows in its outcome: output, and who waits. At the
decision where it ends, all others are tried as well.

The other ways to search use the same decisions: all of them (FULL), those that leave the default schedule
(DEVIATE) or take the turn from somebody who could go on (PREEMPT) at most so often; and, without going
back, RANDOM and PCT (Burckhardt and others 2010: random priorities and few random changes).

Where a select has several ready cases each is tried. Time passes when nobody can run, or as a choice of its
own where that is asked for (goroutine 0).

Invariant. Between two calls of `search` the state of the search is in `y_ctl` and the other ``y_`` arrays.
With REDUCE every run that is counted belongs to another trace (class of equivalent runs).
"""

from gosched_edu.explore.keep import comeback, keep, keptwords
from gosched_edu.kernel.isa import BY_NAME, CHAN_BASE, HANDLE_BYTES
from gosched_edu.kernel.state import (
    BUDGET,
    DEADLOCK,
    FAULTED,
    GWAITING,
    HANGS,
    INF,
    NEED_G,
    SC,
)
from gosched_edu.kernel.stepwise import CASE, TIME, forced, runnable, step, timecan, timepasses, usual, whois
from gosched_edu.kernel.time import T_SEND
from gosched_edu.kernel.visible import (
    CLOCK,
    ENDS,
    F_CASES,
    F_COUNT,
    F_FIRST,
    F_FLAGS,
    F_PC,
    OWN,
    PARKS,
    WRITES,
    touch,
)

SELECT = BY_NAME["SELECT"].code
NG, NEXT_GOID, NRACES, INS, INS_STOP = (SC[n] for n in "NG NEXT_GOID NRACES INS INS_STOP".split())
OUT_TOP, ERR_TOP, EXIT_CODE, FAULT = (SC[n] for n in "OUT_TOP ERR_TOP EXIT_CODE FAULT".split())
STEP_N, NTIMER, TIMER0, NWAIT = SC["STEP_N"], SC["NTIMER"], SC["TIMER0"], SC["NWAIT"]

#: Scalars of the search, places in y_ctl.
CTL = {
    name: i
    for i, name in enumerate(
        """MODE DEPTH PHASE BOUND MAX_DEPTH RUNS STEPS PRUNED CUT STOP_STEPS STOP_RUNS KEEP_TOP KEEP_CAP FEET_TOP
        FEET_CAP NTAB TABCAP ROWS VARS TIMED RNG DEEPEST NRACE LEFT_OUT RUN_DEPTH LENGTH FULL_TABLE MANY SELECTS
        SINCE NODE0""".split()
    )
}
(
    MODE, DEPTH, PHASE, BOUND, MAX_DEPTH, RUNS, STEPS, PRUNED, CUT, STOP_STEPS, STOP_RUNS, KEEP_TOP, KEEP_CAP, FEET_TOP,
    FEET_CAP, NTAB, TABCAP, ROWS, VARS, TIMED, RNG, DEEPEST, NRACE, LEFT_OUT, RUN_DEPTH, LENGTH, FULL_TABLE, MANY,
    SELECTS, SINCE, NODE0,
) = range(len(CTL))  # fmt: skip
PRIO = 64  # y_ctl: from here on priorities of the goroutines, by goid
CHANGES = 192  # y_ctl: at which steps priorities change
CTL_WORDS = 320
REDUCE, FULL, DEVIATE, PREEMPT, RANDOM, PCT = range(6)
OPEN, CHOOSE = 0, 1  # PHASE
# what `search` answers
FINISHED, SLICE, NEED_KEEP, NEED_FEET = 0, 100, 101, 102
CUT_OFF = 41  # status of a run that was too long

MOST = 63  # goids below this can be explored with reduction
#: A node: one decision on the way.
(
    N_ON, N_BACK, N_DONE, N_SLEEP, N_WHO, N_CASES, N_CASE, N_KEEP, N_FOOT, N_USUAL, N_COST, N_FEET, N_KTOP, N_DEC,
    N_TRIED, N_MAY, N_FREE,
) = range(17)  # fmt: skip
N_LAST = 24
N_WAKE = N_LAST + 64
N_SFOOT = N_WAKE + 64
NODE = N_SFOOT + 64
# an entry of y_tab: what it is, how often, its schedule
(T_HASH, T_STATUS, T_COUNT, T_TURNS, T_STEPS, T_PC, T_OLDPC, T_RUN) = range(8)
T_FIRST = 8
T_WORDS = 512


def chance(S, n):
    """A random number below n, of the search's own."""
    x = S.y_ctl[RNG]
    x = x ^ ((x << 13) & 0xFFFFFFFF)
    x = x ^ (x >> 17)
    x = x ^ ((x << 5) & 0xFFFFFFFF)
    S.y_ctl[RNG] = x
    return (x * n) >> 32


def lowest(mask):
    """Number of the lowest bit that is set."""
    i = 0
    while (mask >> i) & 1 == 0:
        i += 1
    return i


def bits(mask):
    """How many bits are set."""
    n = 0
    while mask != 0:
        mask = mask & (mask - 1)
        n += 1
    return n


def bit(mask, k):
    """Number of the k-th bit that is set."""
    for _ in range(k):
        mask = mask & (mask - 1)
    return lowest(mask)


def mix(h, x):
    """A hash with one word more."""
    return ((h & 0xFFFFFFFFFF) * 1000003 + (x & 0xFFFFFFFF) + 1) ^ ((x >> 32) & 0xFFFFFFFF)


# --- what was found ---------------------------------------------------------------------------
def outcome(S, status):
    """A hash of what a reader would see of this end."""
    h = mix(17, status)
    if status == FAULTED:
        h = mix(h, S.sc[FAULT])
    h = mix(h, S.sc[EXIT_CODE])
    for i in range(S.sc[OUT_TOP]):
        h = mix(h, S.out[i])
    h = mix(h, 256)
    for i in range(S.sc[ERR_TOP]):
        h = mix(h, S.err[i])
    waiting = 0
    if status != FAULTED:
        for g in range(S.sc[NG]):
            if S.g_status[g] == GWAITING:
                waiting += mix(mix(S.g_reason[g], S.g_pc[g]), S.g_go_pc[g]) & 0xFFFFFFFFFF
    return mix(mix(h, waiting), waiting >> 32) & 0xFFFFFFFFFFFF


def schedule(S, depth, at):
    """The schedule of the first `depth` decisions to y_tab[at ...]: how many deviations, -1 if too many."""
    n = 0
    for i in range(2 * depth):
        if S.y_path[i] != 0:
            if T_FIRST + n >= T_WORDS:
                return -1
            S.y_tab[at + n] = S.y_path[i]
            n += 1
    return n


def deviations(S, depth):
    """How often the schedule on the way leaves the default."""
    n = 0
    for i in range(2 * depth):
        if S.y_path[i] != 0:
            n += 1
    return n


def entry(S, h, status, pc, oldpc, depth):
    """One more of this kind: counted, and its schedule kept if it is the shortest so far."""
    k = 0
    n = S.y_ctl[NTAB]
    while k < n and S.y_tab[k * T_WORDS + T_HASH] != h:
        k += 1
    at = k * T_WORDS
    if k == n:
        if n >= S.y_ctl[TABCAP]:
            S.y_ctl[FULL_TABLE] += 1
            return 0
        S.y_ctl[NTAB] = n + 1
        S.y_tab[at + T_HASH] = h
        S.y_tab[at + T_STATUS] = status
        S.y_tab[at + T_COUNT] = 0
        S.y_tab[at + T_TURNS] = T_WORDS
        S.y_tab[at + T_STEPS] = INF
        S.y_tab[at + T_PC] = pc
        S.y_tab[at + T_OLDPC] = oldpc
        S.y_tab[at + T_RUN] = S.y_ctl[RUNS]
    S.y_tab[at + T_COUNT] += 1
    if S.y_tab[at + T_TURNS] == 0:
        return 0
    turns = deviations(S, depth)
    if turns < S.y_tab[at + T_TURNS] or (turns == S.y_tab[at + T_TURNS] and depth < S.y_tab[at + T_STEPS]):
        if turns + T_FIRST <= T_WORDS:
            schedule(S, depth, at + T_FIRST)
            S.y_tab[at + T_TURNS] = turns
            S.y_tab[at + T_STEPS] = depth
    return 0


def ended(S, status, depth):
    """A run is over."""
    S.y_ctl[RUNS] += 1
    if depth > S.y_ctl[DEEPEST]:
        S.y_ctl[DEEPEST] = depth
    return entry(S, outcome(S, status), status, -1, -1, depth)


def raced(S, before, depth):
    """Data races that the last step has shown."""
    for i in range(before, S.sc[NRACES]):
        pc = S.r_report[i * 16]
        old = S.r_report[i * 16 + 1]
        S.y_ctl[NRACE] += 1
        entry(S, mix(mix(mix(99, pc), old), 7) | (1 << 50), 0, pc, old, depth)
    return 0


# --- which steps are dependent -------------------------------------------------------------------
def dependent(S, a, b):
    """1 if the steps whose records are y_feet[a ...] and y_feet[b ...] do not commute."""
    flags = S.y_feet[a + F_FLAGS]
    other = S.y_feet[b + F_FLAGS]
    if (flags & ENDS != 0 and other & (WRITES | PARKS | ENDS) != 0) or (
        other & ENDS != 0 and flags & (WRITES | PARKS | ENDS) != 0
    ):
        return 1
    m = S.y_feet[b + F_COUNT]
    for i in range(S.y_feet[a + F_COUNT]):
        x = S.y_feet[a + F_FIRST + i]
        for j in range(m):
            y = S.y_feet[b + F_FIRST + j]
            if x >> 1 == y >> 1 and (x | y) & 1 != 0:
                return 1
    return 0


def footof(S, at):
    """What the last step touched goes to y_feet[at ...]; the place behind it."""
    n = F_FIRST + S.y_foot[F_COUNT]
    for i in range(n):
        S.y_feet[at + i] = S.y_foot[i]
    return at + n


def timefoot(S):
    """What will be touched when time passes: the clock, and the channels that timers send on."""
    S.y_foot[F_COUNT] = 0
    S.y_foot[F_FLAGS] = 0
    S.y_foot[F_CASES] = 0
    S.y_foot[F_PC] = -1
    if S.y_ctl[TIMED] == 0:
        return 0
    touch(S, CLOCK, 1)
    for x in range(S.sc[NTIMER]):
        if S.t_live[x] != 0 and S.t_p[x] >= 0 and S.t_when[x] <= S.sc[TIMER0] and S.t_kind[x] == T_SEND:
            touch(S, CHAN_BASE + HANDLE_BYTES * S.t_arg[x], 1)
    return 0


def channelclock(S):
    """Where time is a choice, a look at a timer's channel is a look at the clock."""
    for i in range(S.y_foot[F_COUNT]):
        word = S.y_foot[F_FIRST + i] >> 1
        if word > CHAN_BASE and S.c_timer[(word - CHAN_BASE) // HANDLE_BYTES] >= 0:
            return touch(S, CLOCK, 0)
    return 0


# --- reversing races -------------------------------------------------------------------------------
def reverse(S, i, d, who, np):
    """Steps i and d race: at decision i somebody must be tried who can begin a run with d before i.

    y_clk[d] holds what was before d so far, without what is only known through i.
    """
    first = S.y_node[i * NODE + N_WHO]
    met = 0
    begin = 0
    for k in range(i + 1, d):
        q = S.y_node[k * NODE + N_WHO]
        if S.y_clk[k * 64 + first] >= i + 1 or (met >> q) & 1 != 0:
            continue
        met |= 1 << q
        alone = 1
        for r in range(np):
            if r != q and S.y_clk[k * 64 + r] > i + 1:
                alone = 0
                break
        if alone != 0:
            begin |= 1 << q
    if (met >> who) & 1 == 0:
        alone = 1
        for r in range(np):
            if r != who and S.y_clk[d * 64 + r] > i + 1:
                alone = 0
                break
        if alone != 0:
            begin |= 1 << who
    at = i * NODE
    begin = begin & S.y_node[at + N_ON]
    if begin == 0:
        S.y_node[at + N_BACK] |= S.y_node[at + N_ON]
    elif begin & (S.y_node[at + N_BACK] | S.y_node[at + N_SLEEP]) == 0:
        if (begin >> who) & 1 != 0:
            S.y_node[at + N_BACK] |= 1 << who
        else:
            S.y_node[at + N_BACK] |= begin & -begin
    return 0


def learn(S, d, i, np):
    """What was before step i was before step d."""
    for r in range(np):
        if S.y_clk[i * 64 + r] > S.y_clk[d * 64 + r]:
            S.y_clk[d * 64 + r] = S.y_clk[i * 64 + r]
    return 0


def races(S, d):
    """The clock of step d, which has just been made, and the races that it closes."""
    at = d * NODE
    who = S.y_node[at + N_WHO]
    np = S.sc[NEXT_GOID]
    if np > 64:
        np = 64
    for r in range(64):
        S.y_clk[d * 64 + r] = 0
    if who == 0 and S.y_ctl[TIMED] == 0:
        for r in range(64):  # nobody could run: all that was is before it
            S.y_clk[d * 64 + r] = S.y_node[at + N_LAST + r]
        S.y_clk[d * 64] = d + 1
        return 0
    e = S.y_node[at + N_LAST + who]
    if e > 0:
        learn(S, d, e - 1, np)
    e = S.y_node[at + N_WAKE + who]
    if e > 0:
        learn(S, d, e - 1, np)
    i = d - 1
    while i >= 0:
        q = S.y_node[i * NODE + N_WHO]
        if q == 0 and S.y_ctl[TIMED] == 0:
            learn(S, d, i, np)
            break
        if q != who and S.y_clk[d * 64 + q] < i + 1:
            if dependent(S, S.y_node[i * NODE + N_FOOT], S.y_node[at + N_FOOT]) != 0:
                reverse(S, i, d, who, np)
                learn(S, d, i, np)
        i -= 1
    S.y_clk[d * 64 + who] = d + 1
    return 0


# --- decisions ------------------------------------------------------------------------------------
def able(S):
    """The goids of all who can run, as bits; bit 0: time can pass as a choice. Goids from MOST on: MANY."""
    on = 0
    for g in range(S.sc[NG]):
        if runnable(S, g) != 0:
            goid = S.g_goid[g]
            if goid >= MOST:
                S.y_ctl[MANY] = 1
            else:
                on |= 1 << goid
    if S.y_ctl[TIMED] != 0 and timecan(S) != 0:
        on |= 1
    return on


def stuck(S):
    """How a run ends in which nobody can run and time changes nothing."""
    if S.sc[NWAIT] > 0:
        return HANGS
    return DEADLOCK


def opennode(S, d):
    """Decision d comes up: who can run, who must be tried. 0, or the status of a run that is over."""
    at = d * NODE
    g = usual(S)
    on = able(S)
    if forced(S, g) != 0:
        if timecan(S) == 0:
            return stuck(S)
        on = 1
    if d + 1 >= S.y_ctl[MAX_DEPTH]:
        S.y_ctl[CUT] += 1
        return CUT_OFF
    sleep = 0
    if d > 0 and S.y_ctl[MODE] == REDUCE:
        sleep = S.y_node[at + N_SLEEP] & on
    default = 0
    if on != 1:
        default = S.g_goid[g]
    S.y_node[at + N_ON] = on
    S.y_node[at + N_DONE] = 0
    S.y_node[at + N_SLEEP] = sleep
    S.y_node[at + N_WHO] = -1
    S.y_node[at + N_CASES] = 0
    S.y_node[at + N_CASE] = -1
    S.y_node[at + N_KEEP] = -1
    S.y_node[at + N_USUAL] = default
    S.y_node[at + N_FEET] = S.y_ctl[FEET_TOP]
    S.y_node[at + N_KTOP] = S.y_ctl[KEEP_TOP]
    S.y_node[at + N_DEC] = S.sc[STEP_N]
    S.y_node[at + N_TRIED] = 0
    S.y_node[at + N_MAY] = 0
    S.y_node[at + N_FREE] = 0
    if S.y_ctl[MODE] == PREEMPT and S.p_g[0] < 0:
        S.y_node[at + N_FREE] = 1
    awake = on & ~sleep
    back = awake
    if S.y_ctl[MODE] == REDUCE:
        back = 0
        if awake != 0:
            back = awake & -awake
            if (awake >> default) & 1 != 0:
                back = 1 << default
    elif S.y_ctl[MODE] == DEVIATE or (S.y_ctl[MODE] == PREEMPT and S.p_g[0] >= 0):
        if S.y_node[at + N_COST] >= S.y_ctl[BOUND]:
            back = 1 << default
            if back & on != back:
                back = awake
    S.y_node[at + N_BACK] = back
    return 0


def branches(S, d):
    """1 if decision d may have to be come back to."""
    at = d * NODE
    on = S.y_node[at + N_ON]
    if S.y_ctl[MODE] == REDUCE:
        on = on & ~S.y_node[at + N_SLEEP]
    else:
        on = S.y_node[at + N_BACK]
    if on & (on - 1) != 0:
        return 1
    if on <= 1 or S.y_ctl[SELECTS] == 0:
        return 0
    return 1


def makekeep(S, d):
    """The state at decision d is kept; 0, or what must grow first."""
    if branches(S, d) == 0:
        return 0
    top = S.y_ctl[KEEP_TOP]
    if top + keptwords(S, S.y_ctl[ROWS], S.y_ctl[VARS]) > S.y_ctl[KEEP_CAP]:
        return NEED_KEEP
    S.y_node[d * NODE + N_KEEP] = top
    S.y_ctl[KEEP_TOP] = keep(S, S.y_ctl[ROWS], S.y_ctl[VARS], top)
    return 0


def note_turn(S, d):
    """The schedule has one decision more: d, as it was taken."""
    at = d * NODE
    who = S.y_node[at + N_WHO]
    usual_ = S.y_node[at + N_USUAL]
    n = (S.y_node[at + N_DEC] + 1) << 32
    S.y_path[2 * d] = 0
    S.y_path[2 * d + 1] = 0
    if who != usual_:
        what = who
        if who == 0:
            what = TIME
        S.y_path[2 * d] = n | what
    if S.y_node[at + N_CASE] >= 0:
        S.y_path[2 * d + 1] = n | (CASE + S.y_node[at + N_CASE])
    return 0


def choose(S, d):
    """Take the next thing to try at decision d; 0, or 1 if nothing is left there."""
    at = d * NODE
    if S.y_node[at + N_CASES] != 0:
        i = lowest(S.y_node[at + N_CASES])
        S.y_node[at + N_CASES] &= ~(1 << i)
        S.y_node[at + N_CASE] = i
    else:
        who = S.y_node[at + N_WHO]
        if who >= 0:
            S.y_node[at + N_DONE] |= 1 << who
            if S.y_ctl[MODE] == REDUCE:
                S.y_node[at + N_SLEEP] |= 1 << who
                foot = S.y_node[at + N_FOOT]
                S.y_node[at + N_SFOOT + who] = foot
                S.y_node[at + N_FEET] = foot + F_FIRST + S.y_feet[foot + F_COUNT]
        left = S.y_node[at + N_BACK] & ~S.y_node[at + N_DONE]
        if S.y_ctl[MODE] == REDUCE:
            left = left & ~S.y_node[at + N_SLEEP]
        if left == 0:
            if S.y_node[at + N_TRIED] == 0:
                S.y_ctl[PRUNED] += 1
            return 1
        who = lowest(left)
        if (left >> S.y_node[at + N_USUAL]) & 1 != 0:
            who = S.y_node[at + N_USUAL]
        S.y_node[at + N_WHO] = who
        S.y_node[at + N_CASE] = -1
    if S.y_node[at + N_TRIED] != 0:
        comeback(S, S.y_ctl[ROWS], S.y_ctl[VARS], S.y_node[at + N_KEEP])
        S.y_ctl[KEEP_TOP] = S.y_node[at + N_KTOP] + S.y_node[at + N_MAY]
    else:
        S.y_node[at + N_MAY] = S.y_ctl[KEEP_TOP] - S.y_node[at + N_KTOP]
    S.y_node[at + N_TRIED] = 1
    return 0


def take(S, d):
    """Make the step that was chosen at decision d; 0, or why the run is over or must wait."""
    at = d * NODE
    who = S.y_node[at + N_WHO]
    before = S.sc[NRACES]
    status = 0
    if who == 0:
        timefoot(S)
        if S.y_node[at + N_USUAL] != 0:
            S.sc[STEP_N] += 1
        status = timepasses(S)
    else:
        S.sc[STEP_N] += 1
        S.sc[INS_STOP] = S.sc[INS] + 2_000_000
        status = step(S, whois(S, who), S.y_node[at + N_CASE])
        if S.y_ctl[TIMED] != 0:
            channelclock(S)
        if status == FAULTED:
            S.y_foot[F_FLAGS] |= ENDS
    S.y_ctl[STEPS] += 1
    note_turn(S, d)
    if S.sc[NRACES] > before:
        raced(S, before, d + 1)
    return status


def descend(S, d):
    """Decision d has been taken, the run goes on: what decision d + 1 inherits."""
    at = d * NODE
    to = at + NODE
    who = S.y_node[at + N_WHO]
    cost = S.y_node[at + N_COST]
    if who != S.y_node[at + N_USUAL] and S.y_node[at + N_FREE] == 0:
        cost += 1
    if S.y_node[at + N_CASE] >= 0 and S.y_ctl[MODE] == DEVIATE:
        cost += 1
    S.y_node[to + N_COST] = cost
    if S.y_ctl[MODE] != REDUCE:
        return 0
    np = S.sc[NEXT_GOID]
    if np > 64:
        np = 64
    for r in range(np):
        S.y_node[to + N_LAST + r] = S.y_node[at + N_LAST + r]
        S.y_node[to + N_WAKE + r] = S.y_node[at + N_WAKE + r]
    for r in range(np, 64):
        S.y_node[to + N_LAST + r] = 0
        S.y_node[to + N_WAKE + r] = 0
    S.y_node[to + N_LAST + who] = d + 1
    woken = able(S) & ~S.y_node[at + N_ON] & ~1
    while woken != 0:
        r = lowest(woken)
        woken = woken & (woken - 1)
        S.y_node[to + N_WAKE + r] = d + 1
    sleep = S.y_node[at + N_SLEEP]
    left = 0
    while sleep != 0:
        r = lowest(sleep)
        sleep = sleep & (sleep - 1)
        if dependent(S, S.y_node[at + N_SFOOT + r], S.y_node[at + N_FOOT]) == 0:
            left |= 1 << r
            S.y_node[to + N_SFOOT + r] = S.y_node[at + N_SFOOT + r]
    S.y_node[to + N_SLEEP] = left
    return 0


def aftermath(S, d, status):
    """Decision d was taken: its record and its races. Then the next decision, or the end of the run."""
    at = d * NODE
    if S.y_ctl[MODE] == REDUCE:
        S.y_node[at + N_FOOT] = S.y_node[at + N_FEET]
        S.y_ctl[FEET_TOP] = footof(S, S.y_node[at + N_FEET])
        races(S, d)
        if S.y_foot[F_FLAGS] & ENDS != 0:
            S.y_node[at + N_BACK] |= S.y_node[at + N_ON]
    ready = S.y_foot[F_CASES]
    if S.y_node[at + N_WHO] > 0 and S.y_node[at + N_CASE] < 0 and ready & (ready - 1) != 0:
        spent = S.y_node[at + N_COST]
        if S.y_node[at + N_WHO] != S.y_node[at + N_USUAL]:
            spent += 1
        if S.y_ctl[MODE] != DEVIATE or spent < S.y_ctl[BOUND]:
            S.y_node[at + N_CASES] = ready & (ready - 1)
    if status != 0:
        ended(S, status, d + 1)
        S.y_ctl[PHASE] = CHOOSE
        return 0
    descend(S, d)
    S.y_ctl[DEPTH] = d + 1
    S.y_ctl[PHASE] = OPEN
    return 0


def depthfirst(S):
    """Go on with the search; FINISHED, SLICE, or what must grow."""
    while True:
        d = S.y_ctl[DEPTH]
        if S.y_ctl[PHASE] == OPEN:
            if S.y_ctl[STEPS] >= S.y_ctl[STOP_STEPS] or S.y_ctl[RUNS] >= S.y_ctl[STOP_RUNS]:
                return SLICE
            if S.y_ctl[FEET_TOP] + 4096 > S.y_ctl[FEET_CAP]:
                return NEED_FEET
            status = opennode(S, d)
            if status != 0:
                ended(S, status, d)
                S.y_ctl[DEPTH] = d - 1
                S.y_ctl[PHASE] = CHOOSE
                if d == 0:
                    return FINISHED
                continue
            status = makekeep(S, d)
            if status != 0:
                return status
            S.y_ctl[PHASE] = CHOOSE
        elif choose(S, d) != 0:
            S.y_ctl[KEEP_TOP] = S.y_node[d * NODE + N_KTOP]
            S.y_ctl[DEPTH] = d - 1
            if d == 0:
                return FINISHED
        else:
            status = take(S, d)
            if status >= NEED_G and status != CUT_OFF:
                return status
            if status == BUDGET:
                status = CUT_OFF
                S.y_ctl[CUT] += 1
            aftermath(S, d, status)


# --- random schedules ---------------------------------------------------------------------------------
def pick_pct(S, on, d, default):
    """The one with the highest priority; at a change the one that would go on gets the lowest."""
    for k in range(S.y_ctl[BOUND]):
        if S.y_ctl[CHANGES + k] == d:
            S.y_ctl[PRIO + default] = -k - 1
    best = -1
    while on != 0:
        r = lowest(on)
        on = on & (on - 1)
        if S.y_ctl[PRIO + r] == 0:
            S.y_ctl[PRIO + r] = 1 + chance(S, 1 << 20)
        if best < 0 or S.y_ctl[PRIO + r] > S.y_ctl[PRIO + best]:
            best = r
    return best


def newrun(S):
    """Back to the start, with new priorities."""
    comeback(S, S.y_ctl[ROWS], S.y_ctl[VARS], 0)
    S.y_ctl[DEPTH] = 0
    for r in range(64):
        S.y_ctl[PRIO + r] = 0
    for k in range(S.y_ctl[BOUND]):
        S.y_ctl[CHANGES + k] = chance(S, S.y_ctl[LENGTH] + 1)
    return 0


def randomcase(S, g):
    """A case for the select that g stands at, of all its cases, ready or not; -1: it stands at none."""
    k = S.g_pc[g] * 4
    if S.code[k] == SELECT and S.y_vis[S.g_pc[g]] != OWN and S.code[k + 2] > 1:
        return chance(S, S.code[k + 2])
    return -1


def walk(S):
    """One decision of a random run; 0, or the status of its end."""
    d = S.y_ctl[DEPTH]
    if d + 1 >= S.y_ctl[MAX_DEPTH]:
        S.y_ctl[CUT] += 1
        return CUT_OFF
    g = usual(S)
    on = able(S)
    default = 0
    if forced(S, g) != 0:
        if timecan(S) == 0:
            return stuck(S)
        on = 1
    else:
        default = S.g_goid[g]
    who = default
    if on == 0:
        on = 1 << 62
        who = -1  # none of the first 62: the default goes on
    elif on & (on - 1) != 0 or (on >> default) & 1 == 0:
        if S.y_ctl[MODE] == PCT:
            who = pick_pct(S, on, d, default)
        elif default < MOST and S.y_ctl[BOUND] > 0 and (on >> default) & 1 != 0 and chance(S, 100) >= S.y_ctl[BOUND]:
            who = default
        else:
            who = bit(on, chance(S, bits(on)))
    before = S.sc[NRACES]
    n = (S.sc[STEP_N] + 1) << 32
    S.y_path[2 * d] = 0
    S.y_path[2 * d + 1] = 0
    status = 0
    if who == 0:
        if default != 0:
            S.sc[STEP_N] += 1
            S.y_path[2 * d] = n | TIME
        status = timepasses(S)
    else:
        x = g
        if who > 0:
            x = whois(S, who)
            if who != default:
                S.y_path[2 * d] = n | who
        case = randomcase(S, x)
        if case >= 0:
            S.y_path[2 * d + 1] = n | (CASE + case)
        S.sc[STEP_N] += 1
        S.sc[INS_STOP] = S.sc[INS] + 2_000_000
        status = step(S, x, case)
        if status == BUDGET:
            S.y_ctl[CUT] += 1
            status = CUT_OFF
    S.y_ctl[STEPS] += 1
    S.y_ctl[DEPTH] = d + 1
    if S.sc[NRACES] > before:
        raced(S, before, d + 1)
    return status


def randomly(S):
    """Runs with random decisions; SLICE, FINISHED after STOP_RUNS runs, or what must grow."""
    while True:
        if S.y_ctl[PHASE] == OPEN:
            if S.y_ctl[RUNS] >= S.y_ctl[STOP_RUNS]:
                return FINISHED
            newrun(S)
            S.y_ctl[PHASE] = CHOOSE
        if S.y_ctl[STEPS] >= S.y_ctl[STOP_STEPS]:
            return SLICE
        status = walk(S)
        if status >= NEED_G and status != CUT_OFF:
            return status
        if status != 0:
            ended(S, status, S.y_ctl[DEPTH])
            S.y_ctl[PHASE] = OPEN


def search(S):
    """Go on; see `depthfirst` and `randomly`."""
    if S.y_ctl[MODE] >= RANDOM:
        return randomly(S)
    return depthfirst(S)
