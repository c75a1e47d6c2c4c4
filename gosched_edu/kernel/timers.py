"""What happens when a timer comes due (time.go: timers.check, timers.run, unlockAndRun).

Problem. A timer's function runs in the scheduler, between two goroutines: it must not block, and it
must not fail for want of memory.

Chosen. A sleeping goroutine is readied, to the runnext of the P that looks. A channel gets the time
if somebody waits or there is room, else the tick is lost. A function starts as a goroutine of
its own (time.goFunc). If there is no memory for that goroutine yet, the timer stays where it is and
the scalar WANT says what must grow; the interpreter returns it before anything else is picked.

Invariants. A periodic timer that fires is set to a time after now, so that a look ends. Whether memory
had to grow is not to be seen: what a look took until then is owed, and p goes on at the same time (`hold`).
"""

from gosched_edu.kernel.chan import sendtime
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.fdop import deadline
from gosched_edu.kernel.log import emit, note
from gosched_edu.kernel.mem import heap_at
from gosched_edu.kernel.proc import newproc, ready, wakep
from gosched_edu.kernel.race import racetimergo
from gosched_edu.kernel.runq import runqput
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.time import EPOCH, T_FD, T_FUNC, T_SLEEP, advance, freetimer, heapadd, heapdel
from gosched_edu.kernel.versions import RULE_INDEX

WANT, HELD, HELD_OF, OWED = SC["WANT"], SC["HELD"], SC["HELD_OF"], SC["OWED"]
RACE, RACE_POLL = SC["RACE"], SC["RACE_POLL"]
NFUNC = SC["NFUNC"]
C_TIMER = INDEX["timer"]
SYNC = RULE_INDEX["sync_timer_channels"]
K_CREATE, K_FIRE = int(Kind.GO_CREATE), int(Kind.TIMER_FIRE)
R_WAKEP, R_FUNC = int(Reason.WAKEP), int(Reason.TIMER_FUNC)


def funcof(S, closure):
    """The function of a closure object that takes no arguments, or -1."""
    at = heap_at(S, closure, 0)
    if at < 0:
        return -1
    fn = S.heap[at]
    if fn < 0 or fn >= S.sc[NFUNC] or S.f_nargs[fn] != 0:
        return -1
    return fn


def gofunc(S, t, p, x, fn):
    """Start timer x's function (time.goFunc): its goroutine, or minus what must grow first."""
    g = newproc(S, t, p, -1, S.f_entry[fn], S.f_class[fn], -1)
    if g < 0:
        return g
    S.stk[S.g_fp[g] + 1] = S.t_arg[x]
    where = runqput(S, t, p, g, 1, -1)
    if S.sc[RACE] != 0:
        racetimergo(S, t, p, g, x)
    emit(S, t, K_CREATE, where, p, g, 0, S.f_entry[fn], -1)
    note(S, t, K_FIRE, R_FUNC, p, g, x, 0, -1)
    wakep(S, p, t, R_WAKEP)
    return g


def runtimer(S, t, p, x):
    """Run timer x, the first of its heap, on p (time.go:unlockAndRun).

    Returns 0, or -1 when it cannot run before memory has grown.
    """
    kind = S.t_kind[x]
    if kind == T_FUNC:
        fn = funcof(S, S.t_arg[x])
        if fn >= 0:
            g = gofunc(S, t, p, x, fn)
            if g < 0:
                S.sc[WANT] = -g
                return -1
    owner = S.t_p[x]
    when = S.t_when[x]
    heapdel(S, x)
    if kind == T_SLEEP:
        g = S.t_arg[x]
        freetimer(S, x)
        ready(S, t, p, g, -1, -1)
        return 0
    if kind == T_FD:
        what = S.t_arg[x]
        freetimer(S, x)
        deadline(S, t, p, what)
        return 0
    advance(S, x, t)
    if S.t_when[x] > 0:
        heapadd(S, owner, x)
    if kind != T_FUNC:
        value = EPOCH + t
        if S.rule[SYNC] != 0:
            value = EPOCH + when  # sendTime subtracts the delay since 1.23
        c = S.t_arg[x]
        how = sendtime(S, t, p, x, c, value)
        note(S, t, K_FIRE, how, p, -1, x, c, -1)
    return 0


def hold(S, t, p, owner):
    """Memory must grow before owner's next timer can run on p, which asks again at the same time."""
    S.sc[HELD] = p + 1
    S.sc[HELD_OF] = owner
    S.sc[OWED] = S.p_clock[p] - t
    S.p_clock[p] = t
    return -1


# doc: checktimers
def checktimers(S, t, p, owner):
    """Run owner's expired timers on p; return how many, or -1: memory first (time.go:timers.check)."""
    n = 0
    while S.p_timers[owner] >= 0 and S.t_when[S.p_timers[owner]] <= t:
        if S.sc[RACE_POLL] != 0 or runtimer(S, t, p, S.p_timers[owner]) != 0:
            return hold(S, t, p, owner)
        S.p_clock[p] += S.cost[C_TIMER]
        n += 1
    return n
# doc: end
