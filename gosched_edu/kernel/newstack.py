"""The function prologue's question: is there room, and does anyone want the P (stack.go:newstack).

Invariant. A call goes on only with ``fp + base + frame <= g_stk + 2**g_class``.
"""

from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.log import room
from gosched_edu.kernel.schedule import gosched
from gosched_edu.kernel.stack import stackroom
from gosched_edu.kernel.state import NEED_TRACE, SC, SWITCHED

S_NPREEMPT = SC["NPREEMPT"]
R_PREEMPTED = int(Reason.PREEMPTED)


def stacklimit(S, g):
    """stackguard0 is what it is when nobody wants the P."""
    S.g_lim[g] = S.g_stk[g] + (1 << S.g_class[g])
    return 0


def stackcheck(S, t, p, g, pc, fp, base, fn):
    """A call of fn at pc, its frame at fp+base, goes beyond g_lim: the new fp, or minus a status."""
    if S.p_preempt[p] != 0:
        if room(S, 0) == 0:
            return -NEED_TRACE
        S.sc[S_NPREEMPT] += 1
        stacklimit(S, g)
        gosched(S, t, p, g, pc, fp, R_PREEMPTED)
        return -SWITCHED
    stacklimit(S, g)
    return stackroom(S, p, g, fp, base, fn)
