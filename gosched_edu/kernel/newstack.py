"""The function prologue's question: is there room, and does anyone want the P (stack.go:newstack).

What the runtime's own functions call is inlined in real Go or has no check: nobody stops in the middle
of a map's assignment, unless it allocates.

Invariant. A call goes on only with ``fp + base + frame <= g_stk + 2**g_class``.
"""

from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.image import RUNTIME as FLAG_RUNTIME
from gosched_edu.kernel.log import room
from gosched_edu.kernel.schedule import gosched
from gosched_edu.kernel.stack import NOSPLIT, setguard, stackgrow
from gosched_edu.kernel.state import NEED_TRACE, SC

RUNTIME = FLAG_RUNTIME
S_NPREEMPT = SC["NPREEMPT"]
R_PREEMPTED = int(Reason.PREEMPTED)


def giveup(S, t, p, g, pc, fp):
    """g does what was asked of it: instruction pc is for later. SWITCHED or NEED_TRACE."""
    if room(S, 0) == 0:
        return NEED_TRACE
    S.sc[S_NPREEMPT] += 1
    setguard(S, g)
    S.p_preempt[p] = 0
    return gosched(S, t, p, g, pc, fp, R_PREEMPTED)


def stackcheck(S, t, p, g, pc, fp, base, fn):
    """A call of fn at pc, its frame at fp+base, failed the quick look: the new fp, or minus a status."""
    if S.f_flags[fn] & NOSPLIT == 0:
        if S.p_preempt[p] == 0:
            setguard(S, g)
        elif S.f_flags[S.fn_of[pc]] & RUNTIME == 0:
            return -giveup(S, t, p, g, pc, fp)
    return stackgrow(S, t, p, g, pc, fp, base, fn)
