"""Step by step: one goroutine does one visible operation, then somebody decides who is next.

Problem. A schedule that an explorer has found must be a run like any other: with a log, on the stage,
step by step, and named by a short text.

Rejected. An interpreter of its own for exploring (two machines to keep equal); a list with the goroutine
of every step (long, and it tells nothing about what matters).

Chosen. The kernel's own interpreter, one P and clocks that stand still: only sleep and work take time.
Before each visible operation (`gosched_edu.kernel.visible`) is a *decision*, counted from 1. The default
is that the goroutine which ran goes on; when it cannot, or gives way, the next one by goid runs, round and
round. A schedule is the list of the decisions at which it is otherwise: ``y_dev``. What one P shows with all
these schedules is all that any number of Ps can show: visible operations happen one after the other there.

Time passes only when nobody can run: then the next timer fires, or what is on the network arrives. The
deviation TIME lets it pass earlier: a goroutine may be arbitrarily slow.

So that a loop that looks again and again gets an answer, a goroutine that has made PATIENCE steps in a row
gives way to the others by itself, and after IDLE steps of all time passes. A goroutine that does SPAN
instructions of which others see none, as in ``for !done {}`` on a plain variable, is preempted, as sysmon
would: its step ends there, and it gives way. Such a step counts as PATIENCE steps of looking.

Invariant. A run is decided by the program and ``y_dev``.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.external import X_ARRIVE, drop_external, next_external
from gosched_edu.kernel.fdop import arrive
from gosched_edu.kernel.find import found
from gosched_edu.kernel.interp import ALONE, runp
from gosched_edu.kernel.log import emit, room
from gosched_edu.kernel.netpoll import netpollinject
from gosched_edu.kernel.schedule import execute
from gosched_edu.kernel.state import (
    ASTRAY,
    BUDGET,
    DEADLOCK,
    EVENTS_UP,
    GRUNNABLE,
    GRUNNING,
    GWAITING,
    HANGS,
    INF,
    NEED_G,
    NEED_RACE,
    NEED_TRACE,
    SC,
    TIME_UP,
)
from gosched_edu.kernel.timers import checktimers
from gosched_edu.kernel.visible import F_CASES, F_COUNT, F_FLAGS, F_PC, PARKS, RAND, seen

GRANT, BUSY, STEP_N, STEP_LAST, STEP_ROW = (SC[n] for n in "GRANT BUSY STEP_N STEP_LAST STEP_ROW".split())
STEP_STOP, STEP_END, STEP_SPINS = SC["STEP_STOP"], SC["STEP_END"], SC["STEP_SPINS"]
STEP_CASE, NDEV, DEV_I, STEP_IDLE = SC["STEP_CASE"], SC["NDEV"], SC["DEV_I"], SC["STEP_IDLE"]
NG, LIMIT, NOW, TIMER0, NWAIT = (SC[n] for n in "NG LIMIT NOW TIMER0 NWAIT".split())
WANT, HELD = SC["WANT"], SC["HELD"]
NFRONT, RACE_POLL, RNG, STEP_RNG = SC["NFRONT"], SC["RACE_POLL"], SC["RNG"], SC["STEP_RNG"]
GQ_HEAD, GQ_TAIL, GQ_SIZE = SC["GQ_HEAD"], SC["GQ_TAIL"], SC["GQ_SIZE"]
NEVENTS, EVENT_STOP, INS, INS_STOP, TIME_STOP = (
    SC[n] for n in "NEVENTS EVENT_STOP INS INS_STOP TIME_STOP".split()
)
K_STOP = int(Kind.GO_STOP)
R_PREEMPTED, R_GLOBAL, R_NETPOLL = int(Reason.PREEMPTED), int(Reason.GLOBAL_QUEUE), int(Reason.NETPOLL_FIND)
R_CHOSEN = int(Reason.CHOSEN)
PATIENCE = 200
IDLE = 4_000  # steps
SPAN = 100_000  # instructions of one step
#: What a deviation says, in the lower half of a word of y_dev: a goid, or one of these.
TIME = 1 << 30  # time passes
CASE = 1 << 31  # and more: the case of the select that is done in this step


def runnable(S, g):
    """1 if g could make a step now."""
    if S.g_status[g] == GRUNNABLE or S.g_status[g] == GRUNNING:
        return 1
    return 0


def whois(S, goid):
    """The goroutine with this goid if it can run, or -1."""
    for g in range(S.sc[NG]):
        if S.g_goid[g] == goid and runnable(S, g) != 0:
            return g
    return -1


def following(S, goid):
    """The runnable goroutine whose goid comes next after `goid`, round and round; -1 if nobody can run."""
    best = -1
    first = -1
    for g in range(S.sc[NG]):
        if runnable(S, g) != 0:
            if first < 0 or S.g_goid[g] < S.g_goid[first]:
                first = g
            if S.g_goid[g] > goid and (best < 0 or S.g_goid[g] < S.g_goid[best]):
                best = g
    if best >= 0:
        return best
    return first


def usual(S):
    """Who makes the next step when nobody says otherwise; -1: nobody can."""
    g = S.p_g[0]
    if g >= 0 and S.sc[STEP_ROW] < PATIENCE:
        return g
    return following(S, S.sc[STEP_LAST])


def timecan(S):
    """1 if something would happen if time passed."""
    if S.sc[TIMER0] < INF or next_external(S) < INF:
        return 1
    return 0


def forced(S, g):
    """1 if time passes whatever a schedule says: nobody can run, or all only look again and again."""
    if g < 0 or (S.sc[STEP_IDLE] > IDLE and timecan(S) != 0):
        return 1
    return 0


def noqueues(S):
    """Who can run is told by its status alone."""
    S.p_runnext[0] = -1
    S.p_head[0] = S.p_tail[0]
    S.sc[GQ_HEAD] = -1
    S.sc[GQ_TAIL] = -1
    S.sc[GQ_SIZE] = 0
    return 0


def timepasses(S):
    """The next timer fires, or what comes from outside comes; 0, or why the program is over."""
    t = S.sc[TIMER0]
    outside = next_external(S)
    if outside == INF and t == INF:
        if S.sc[NWAIT] > 0:
            return HANGS
        return DEADLOCK
    if outside < t:
        t = outside
    if t > S.sc[TIME_STOP]:
        return TIME_UP
    if t < S.p_clock[0]:
        t = S.p_clock[0]
    S.sc[NOW] = t
    S.p_clock[0] = t
    S.sc[STEP_IDLE] = 0
    S.sc[STEP_SPINS] = 0
    if outside <= t:
        kind = S.x_kind[0]
        arg = S.x_arg[0]
        arg2 = S.x_arg2[0]
        drop_external(S)
        if kind == X_ARRIVE:
            arrive(S, t, arg, arg2)
    else:
        checktimers(S, t, 0, 0)
        S.sc[HELD] = 0  # this P does not look for work by itself
    netpollinject(S, t, 0, R_NETPOLL)
    noqueues(S)
    status = S.sc[WANT]
    S.sc[WANT] = 0
    return status


def turnto(S, g):
    """g has the P now."""
    t = S.p_clock[0]
    old = S.p_g[0]
    if old >= 0:
        emit(S, t, K_STOP, R_PREEMPTED, 0, old, 0, R_GLOBAL, S.g_pc[old])
        S.g_status[old] = GRUNNABLE
        S.p_g[0] = -1
    execute(S, 0, found(g, R_CHOSEN, 0), t, 0)
    return 0


def step(S, g, case):
    """g does what it has to up to and with its next visible operation, and goes on to the one after it.

    `case` is the case that a select is to take if it can, -1: the first that can. Returns 0, or a
    status; after one of NEED_* and BUDGET the same call goes on where it was.
    """
    if S.sc[BUSY] == 0:
        if S.p_g[0] != g:
            turnto(S, g)
        if S.sc[STEP_LAST] == S.g_goid[g]:
            S.sc[STEP_ROW] += 1
        else:
            S.sc[STEP_ROW] = 0
        S.sc[STEP_LAST] = S.g_goid[g]
        S.sc[STEP_CASE] = case
        S.sc[STEP_IDLE] += 1
        S.y_foot[F_COUNT] = 0
        S.y_foot[F_FLAGS] = 0
        S.y_foot[F_CASES] = 0
        S.y_foot[F_PC] = -1
        S.sc[GRANT] = 1
        S.sc[BUSY] = 1
        S.sc[STEP_RNG] = S.sc[RNG]
        S.sc[STEP_END] = S.sc[INS] + SPAN
    S.sc[LIMIT] = -1
    S.sc[NFRONT] = 1
    stop = S.sc[INS_STOP]
    if S.sc[STEP_END] < stop:
        S.sc[INS_STOP] = S.sc[STEP_END]
    status = runp(S, 0, ALONE)
    S.sc[INS_STOP] = stop
    if status == 0 and S.sc[RACE_POLL] != 0:
        status = NEED_RACE
    noqueues(S)
    if status == BUDGET and S.sc[INS] > S.sc[STEP_END]:
        S.sc[STEP_ROW] = PATIENCE
        S.sc[STEP_IDLE] += PATIENCE
        S.sc[STEP_SPINS] += 1
        S.sc[BUSY] = 0
        S.sc[GRANT] = 0
        return 0
    if status == BUDGET or status >= NEED_G:
        if status != BUDGET and status != NEED_TRACE and status != NEED_RACE:
            S.sc[STEP_END] += 1  # its instruction is counted again
        g = S.p_g[0]
        if g >= 0 and seen(S, g, S.g_pc[g], S.g_fp[g]) != 0:
            S.sc[GRANT] = 1  # it has not been done yet
        return status
    S.sc[BUSY] = 0
    S.sc[GRANT] = 0
    if S.y_foot[F_PC] >= 0:
        S.sc[STEP_SPINS] = 0
    if S.y_foot[F_PC] < 0 or S.code[S.y_foot[F_PC] * 4] != RAND:
        S.sc[RNG] = S.sc[STEP_RNG]  # the treaps' random numbers are nobody's business
    if status == 0 and S.g_status[g] == GWAITING:
        S.y_foot[F_FLAGS] |= PARKS
    return status


def steprun(S):
    """`turns.run` for STEPWISE runs."""
    while True:
        if S.sc[NEVENTS] >= S.sc[EVENT_STOP]:
            return EVENTS_UP
        if S.sc[INS] > S.sc[INS_STOP]:
            return BUDGET
        if room(S, 0) == 0:
            return NEED_TRACE
        if S.sc[RACE_POLL] != 0:
            return NEED_RACE
        status = 0
        g = S.p_g[0]
        case = -1
        if S.sc[BUSY] == 0:
            if S.sc[STEP_N] >= S.sc[STEP_STOP]:
                return EVENTS_UP
            g = usual(S)
            n = S.sc[STEP_N] + 1
            passes = 0
            if forced(S, g) != 0:
                passes = 1
            elif S.sc[DEV_I] < S.sc[NDEV] and S.y_dev[S.sc[DEV_I]] >> 32 == n:
                what = S.y_dev[S.sc[DEV_I]] & 0xFFFFFFFF
                if what == TIME:
                    passes = 2
                elif what < TIME:
                    g = whois(S, what)
                    if g < 0:
                        return ASTRAY
            if passes == 0:
                while S.sc[DEV_I] < S.sc[NDEV] and S.y_dev[S.sc[DEV_I]] >> 32 == n:
                    what = S.y_dev[S.sc[DEV_I]] & 0xFFFFFFFF
                    if what >= CASE:
                        case = what - CASE
                    S.sc[DEV_I] += 1
                S.sc[STEP_N] = n
            else:
                if passes == 2 and timecan(S) == 0:
                    return ASTRAY
                status = timepasses(S)
                if status != 0:
                    return status
                if passes == 2:
                    S.sc[DEV_I] += 1
                    S.sc[STEP_N] = n
                continue
        status = step(S, g, case)
        if status != 0:
            return status
