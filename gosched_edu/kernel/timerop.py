"""The instructions on timers: SLEEP, TMNEW, TMRESET, TMSTOP (time.go, time/sleep.go).

Problem. A timer can be stopped or set anew at any moment, also when its time has come but nobody
has looked, and the program wants to know whether it was in time.

Chosen. A timer value is a handle, TIMER_BASE + 96 * number. Before 1.23 a timer is active while it is
in a heap; a value that it has sent stays in the channel's buffer, whatever Stop and Reset say.
Since 1.23 (rule `sync_timer_channels`) Stop and Reset also empty the buffer, and count what was
in it as not yet fired: no stale value is ever received.

Invariant. When TMSTOP has answered 1, or its timer is of a synchronous channel, the channel
delivers nothing until the next TMRESET.
"""

from gosched_edu.kernel.chan import chan_at, drain
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.faults import F_IMAGE, F_NIL, fault
from gosched_edu.kernel.isa import HANDLE_BYTES, TIMER_BASE
from gosched_edu.kernel.log import note
from gosched_edu.kernel.race import racetimerset
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.state import INF, NEED_TIMER, PARKED, SC
from gosched_edu.kernel.threads import wakenetpoller
from gosched_edu.kernel.time import (
    T_FD,
    T_FUNC,
    T_SEND,
    T_SLEEP,
    addtimer,
    heapadd,
    heapdel,
    newtimer,
    wanted,
)
from gosched_edu.kernel.timers import funcof
from gosched_edu.kernel.versions import RULE_INDEX

NTIMER = SC["NTIMER"]
RACE = SC["RACE"]
SYNC = RULE_INDEX["sync_timer_channels"]
K_SET, K_STOP = int(Kind.TIMER_SET), int(Kind.TIMER_STOP)
R_NONE, R_SLEEP = int(Reason.NONE), int(Reason.SLEEP)


def timer_at(S, handle):
    """The number of the program's timer that a handle names, or -1 if there is none."""
    distance = handle - TIMER_BASE
    if distance < 0:
        return -1
    x = distance // HANDLE_BYTES
    if x >= S.sc[NTIMER] or x * HANDLE_BYTES != distance or S.t_live[x] == 0:
        return -1
    if S.t_kind[x] == T_SLEEP or S.t_kind[x] == T_FD:
        return -1
    return x


def bounded(when):
    """A time that is positive and less than INF (time.go: when must be positive)."""
    if when <= 0:
        return 1
    if when >= INF:
        return INF - 1
    return when


def op_sleep(S, t, p, g, pc, fp, a, b, c):
    """SLEEP (time.go:timeSleep)."""
    ns = S.stk[fp + a]
    if ns <= 0:
        return 0
    when = INF - 1
    if ns < when - t:
        when = t + ns
    if addtimer(S, p, when, T_SLEEP, g) < 0:
        return NEED_TIMER
    park(S, t, p, g, pc, fp, R_SLEEP, when)
    return PARKED


def op_tmnew(S, t, p, g, pc, fp, a, b, c):
    """TMNEW (time.go:newTimer)."""
    arg = S.stk[fp + b]
    kind = T_FUNC
    if c == 0:
        kind = T_SEND
        arg = chan_at(S, arg)
        if arg < 0 or S.c_cap[arg] < 1:
            return fault(S, F_IMAGE, S.stk[fp + b], 0)
    elif arg == 0:
        return fault(S, F_NIL, 0, 0)
    elif funcof(S, arg) < 0:
        return fault(S, F_IMAGE, arg, 0)
    x = newtimer(S, kind, arg)
    if x < 0:
        return NEED_TIMER
    if kind == T_SEND and S.rule[SYNC] != 0:
        S.c_timer[arg] = x
    S.stk[fp + a] = TIMER_BASE + HANDLE_BYTES * x
    return 0


def lazy(S, x):
    """1 if x is the timer of a synchronous channel."""
    if S.t_kind[x] == T_SEND and S.c_timer[S.t_arg[x]] == x:
        return 1
    return 0


def disarm(S, x):
    """Stop x; 1 if it was active (time.go:stop; before 1.23 deltimer)."""
    active = 0
    if S.t_when[x] > 0:
        active = 1
    if S.t_p[x] >= 0:
        heapdel(S, x)
    S.t_when[x] = 0
    if lazy(S, x) != 0 and drain(S, S.t_arg[x]) != 0:
        active = 1
    return active


# doc: resettimer
def op_tmreset(S, t, p, g, pc, fp, a, b, c):
    """TMRESET (time.go:modify). A timer that is in a heap stays in that P's heap."""
    x = timer_at(S, S.stk[fp + b])
    if x < 0:
        return fault(S, F_IMAGE, S.stk[fp + b], 0)
    owner = S.t_p[x]
    if owner < 0:
        owner = p
    active = disarm(S, x)
    if S.sc[RACE] != 0:
        racetimerset(S, t, p, g, x, pc)
    S.t_when[x] = bounded(S.stk[fp + c])
    S.t_period[x] = 0
    if S.stk[fp + c + 1] > 0:
        S.t_period[x] = bounded(S.stk[fp + c + 1])
    if wanted(S, x, lazy(S, x)) != 0:
        heapadd(S, owner, x)
        wakenetpoller(S, t, p, S.t_when[x])
    S.stk[fp + a] = active
    note(S, t, K_SET, R_NONE, p, g, x, S.t_when[x], pc)
    return 0
# doc: end


def op_tmstop(S, t, p, g, pc, fp, a, b, c):
    """TMSTOP (time.go:stop)."""
    x = timer_at(S, S.stk[fp + b])
    if x < 0:
        return fault(S, F_IMAGE, S.stk[fp + b], 0)
    active = disarm(S, x)
    S.stk[fp + a] = active
    note(S, t, K_STOP, R_NONE, p, g, x, active, pc)
    return 0
