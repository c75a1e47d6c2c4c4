"""time.Sleep and timers as instructions (time.go)."""

from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.faults import F_IMAGE, fault
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.state import INF, NEED_TIMER, PARKED, SC
from gosched_edu.kernel.time import addtimer

LIMIT = SC["LIMIT"]
R_SLEEP = int(Reason.SLEEP)


def op_sleep(S, t, p, g, pc, fp, a, b, c):
    """SLEEP (time.go:timeSleep)."""
    when = S.stk[fp + a]
    if when <= 0:
        return 0
    when = t + when
    if when < 0 or when >= INF:
        when = INF - 1
    if addtimer(S, p, when, g) < 0:
        return NEED_TIMER
    if when - 1 < S.sc[LIMIT]:
        S.sc[LIMIT] = when - 1
    park(S, t, p, g, pc, fp, R_SLEEP, when)
    return PARKED


def op_tmnew(S, t, p, g, pc, fp, a, b, c):
    """TMNEW."""
    return fault(S, F_IMAGE, 0, 0)


def op_tmreset(S, t, p, g, pc, fp, a, b, c):
    """TMRESET."""
    return fault(S, F_IMAGE, 0, 0)


def op_tmstop(S, t, p, g, pc, fp, a, b, c):
    """TMSTOP."""
    return fault(S, F_IMAGE, 0, 0)
