"""The search through schedules, depth first: decisions, going on, and coming back.

Problem. A program with two goroutines of ten operations each has 184,756 schedules; most differ in
nothing. All that a program can do should be found, and told whether it is all.

Rejected. Running each schedule from the start (see `gosched_edu.explore.keep`); a search in Python (a
thousand times slower).

Chosen. A decision is a node: who can run, who must still be tried (N_BACK), who need not be (N_SLEEP). With
REDUCE N_BACK begins with one goroutine and grows as `gosched_edu.explore.reduce` finds races. A goroutine
that was tried sleeps in what follows until a step comes that is dependent with its own (sleep sets, Godefroid
1996). What ends the program is dependent with all that shows in its outcome, output and who waits; at the
decision where it ends, all others are tried as well.

Other ways to search use the same decisions: all of them (FULL), those that leave the default schedule
(DEVIATE), or take the turn from somebody who could go on (PREEMPT, as CHESS), at most so often; or all of
them from each state once (STATES, see `gosched_edu.explore.states`).

Where a select has several ready cases each is tried. Time passes when nobody can run, or as a choice of its
own where that is asked for (goroutine 0).

Invariant. Between two calls of `search` all that it knows is in the ``y_`` arrays. With REDUCE every run that
is counted belongs to another trace (class of equivalent runs).
"""

from gosched_edu.explore.ctl import (
    AGAIN,
    BEGIN,
    BOUND,
    CHANCED,
    CHOOSE,
    CUT,
    CUT_OFF,
    DEPTH,
    DEVIATE,
    FEET_CAP,
    FEET_TOP,
    FINISHED,
    KEEP_CAP,
    KEEP_TOP,
    MAX_DEPTH,
    MODE,
    N_BACK,
    N_CASE,
    N_CASES,
    N_COST,
    N_DEC,
    N_DONE,
    N_FEET,
    N_FOOT,
    N_FREE,
    N_GIVEN,
    N_KEEP,
    N_KTOP,
    N_LAST,
    N_MAY,
    N_ON,
    N_SFOOT,
    N_SLEEP,
    N_TRIED,
    N_USUAL,
    N_WAKE,
    N_WHO,
    NEED_FEET,
    NEED_KEEP,
    NEED_STATES,
    NODE,
    NWORDS,
    OPEN,
    PHASE,
    PREEMPT,
    PREFIX,
    PRUNED,
    RANDOM,
    REDUCE,
    ROWS,
    RUNS,
    SELECTS,
    SLICE,
    STATES,
    STEPS,
    STOP_RUNS,
    STOP_STEPS,
    TIMED,
    VARS,
    able,
    channelclock,
    lowest,
    spins,
    stuck,
    timefoot,
)  # fmt: skip
from gosched_edu.explore.keep import comeback, keep, keptwords
from gosched_edu.explore.reduce import dependent, footof, races
from gosched_edu.explore.states import FULL as NO_ROOM
from gosched_edu.explore.states import MET, leave, meet
from gosched_edu.explore.table import ended, raced
from gosched_edu.explore.walk import LONGEST, randomly
from gosched_edu.kernel.state import BUDGET, FAULTED, NEED_G, SC
from gosched_edu.kernel.stepwise import CASE, TIME, forced, step, timecan, timepasses, usual, whois
from gosched_edu.kernel.visible import ENDS, F_CASES, F_COUNT, F_FIRST, F_FLAGS, F_PC, RAND

NEXT_GOID, NRACES, INS, INS_STOP, STEP_N = (SC[n] for n in "NEXT_GOID NRACES INS INS_STOP STEP_N".split())
NDEV = SC["NDEV"]
RECORD_ROOM = 4096  # words that one step's record may need, and more


def given(S, default):
    """At a decision of the prefix: the one that it names."""
    n = S.sc[STEP_N] + 1
    who = default
    for i in range(S.sc[NDEV]):
        if S.y_dev[i] >> 32 == n:
            what = S.y_dev[i] & 0xFFFFFFFF
            if what == TIME:
                who = 0
            elif what < TIME:
                who = what
    return who


def before(S, awake, who, default):
    """Of those who are awake: who would be tried before `who`, see `choose`."""
    if who == default:
        return 0
    return awake & (((1 << who) - 1) | (1 << default))


def givencase(S):
    """The case that the prefix names for this decision, or -1."""
    n = S.sc[STEP_N] + 1
    for i in range(S.sc[NDEV]):
        if S.y_dev[i] >> 32 == n and S.y_dev[i] & 0xFFFFFFFF >= CASE:
            return (S.y_dev[i] & 0xFFFFFFFF) - CASE
    return -1


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
    S.y_node[at + N_GIVEN] = -1
    if d < S.y_ctl[PREFIX]:
        who = given(S, default)
        S.y_node[at + N_GIVEN] = who
        back = 1 << who
        if S.y_ctl[MODE] == REDUCE:
            if (sleep >> who) & 1 != 0:
                back = 0  # it is equivalent to a way that begins otherwise
            else:
                back |= before(S, awake, who, default)
    S.y_node[at + N_BACK] = back
    return 0


def branches(S, d):
    """1 if decision d may have to be come back to."""
    back = S.y_node[d * NODE + N_BACK]
    if d < S.y_ctl[PREFIX]:
        return 1 if back & (back - 1) != 0 else 0
    if S.y_ctl[MODE] == STATES and timecan(S) != 0:
        return 1
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
            if who == S.y_node[at + N_GIVEN]:
                return 1  # what else is to be tried here is somebody else's
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
    if S.y_node[at + N_WHO] == S.y_node[at + N_GIVEN]:
        S.y_node[at + N_CASE] = givencase(S)
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
        S.sc[INS_STOP] = S.sc[INS] + LONGEST
        status = step(S, whois(S, who), S.y_node[at + N_CASE])
        if S.y_ctl[TIMED] != 0:
            channelclock(S)
        if status == FAULTED:
            S.y_foot[F_FLAGS] |= ENDS
    S.y_ctl[STEPS] += 1
    if who != 0 and S.y_foot[F_PC] >= 0 and S.code[S.y_foot[F_PC] * 4] == RAND:
        S.y_ctl[CHANCED] = 1
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
        if S.y_node[at + N_GIVEN] >= 0 and S.y_node[at + N_GIVEN] != S.y_node[at + N_WHO]:
            S.y_ctl[PHASE] = CHOOSE
            return 0  # another task goes on from here; in this one it sleeps
        races(S, d)
        if S.y_foot[F_FLAGS] & ENDS != 0:
            S.y_node[at + N_BACK] |= S.y_node[at + N_ON]
    ready = S.y_foot[F_CASES]
    if S.y_node[at + N_WHO] > 0 and S.y_node[at + N_CASE] < 0 and ready & (ready - 1) != 0:
        spent = S.y_node[at + N_COST]
        if S.y_node[at + N_WHO] != S.y_node[at + N_USUAL]:
            spent += 1
        if (S.y_ctl[MODE] != DEVIATE or spent < S.y_ctl[BOUND]) and d >= S.y_ctl[PREFIX]:
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
    if S.y_ctl[PHASE] == BEGIN:  # the start is kept, for other prefixes
        if keptwords(S, S.y_ctl[ROWS], S.y_ctl[VARS]) > S.y_ctl[KEEP_CAP]:
            return NEED_KEEP
        S.y_ctl[KEEP_TOP] = keep(S, S.y_ctl[ROWS], S.y_ctl[VARS], 0)
        S.y_ctl[PHASE] = OPEN
    elif S.y_ctl[PHASE] == AGAIN:
        comeback(S, S.y_ctl[ROWS], S.y_ctl[VARS], 0)
        S.sc[NDEV] = S.y_ctl[NWORDS]
        S.y_ctl[DEPTH] = 0
        S.y_ctl[PHASE] = OPEN
    while True:
        d = S.y_ctl[DEPTH]
        if S.y_ctl[PHASE] == OPEN:
            if S.y_ctl[STEPS] >= S.y_ctl[STOP_STEPS] or S.y_ctl[RUNS] >= S.y_ctl[STOP_RUNS]:
                return SLICE
            if S.y_ctl[FEET_TOP] + RECORD_ROOM > S.y_ctl[FEET_CAP]:
                return NEED_FEET
            status = opennode(S, d)
            if status != 0:
                ended(S, status, d)
                S.y_ctl[DEPTH] = d - 1
                S.y_ctl[PHASE] = CHOOSE
                if d == 0:
                    return FINISHED
                continue
            if S.y_ctl[MODE] == STATES:
                if S.y_ctl[KEEP_TOP] + keptwords(S, S.y_ctl[ROWS], S.y_ctl[VARS]) > S.y_ctl[KEEP_CAP]:
                    return NEED_KEEP
                status = meet(S, d)
                if status == NO_ROOM:
                    return NEED_STATES
                if status == MET:
                    S.y_ctl[PRUNED] += 1
                    S.y_ctl[DEPTH] = d - 1
                    S.y_ctl[PHASE] = CHOOSE
                    continue
            status = makekeep(S, d)
            if status != 0:
                return status
            S.y_ctl[PHASE] = CHOOSE
        elif choose(S, d) != 0:
            if S.y_ctl[MODE] == STATES:
                leave(S, d)
            S.y_ctl[KEEP_TOP] = S.y_node[d * NODE + N_KTOP]
            S.y_ctl[DEPTH] = d - 1
            if d == 0:
                return FINISHED
        else:
            status = take(S, d)
            if status >= NEED_G and status != CUT_OFF:
                return status
            if status == BUDGET or (status == 0 and spins(S) != 0):
                status = CUT_OFF
                S.y_ctl[CUT] += 1
                S.y_ctl[STOP_STEPS] = 0  # that took long: let somebody look
            aftermath(S, d, status)


def search(S):
    """Go on; see `depthfirst` and `randomly`."""
    if S.y_ctl[MODE] >= RANDOM:
        return randomly(S)
    return depthfirst(S)
