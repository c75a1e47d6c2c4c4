"""Preemption: how a goroutine that does not stop by itself is made to (preempt.go, proc.go).

Problem. A goroutine that never blocks must not keep its P for ever, and the garbage collector must
be able to stop all of them.

Rejected by Go: a check at every backward jump (it was tried; loops became measurably slower).

Chosen, as in Go. preemptone leaves a request: it poisons the stack bound that every call compares
with (since 1.2; the goroutine stops at its next call, and a loop without calls never does), and it
sends a signal (since 1.14; the goroutine stops where it is, unless it is in the runtime itself).
A request is lost when the goroutine stops by itself first: `execute` forgets it, and sysmon asks
again at its next look. A signal that comes at a bad moment is dropped; the poisoned bound stays.

A WORK instruction is one long step of its P's clock. A signal cuts it short: the clock goes back
to the time of the signal, and what is left is done later.

Invariant. ``p_preempt`` is 0 unless a goroutine runs on p or has just entered a system call there.
Bit 0: stop at the next call; bit 1: the signal is on its way.
"""

from gosched_edu.kernel.ahead import AHEAD, takeback
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.image import RUNTIME
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.order import earlier
from gosched_edu.kernel.state import JUMP, PRUNNING, SC
from gosched_edu.kernel.versions import RULE_INDEX

NPROC, NPREEMPT, STW, STW_P = SC["NPROC"], SC["NPREEMPT"], SC["STW"], SC["STW_P"]
PROLOGUE, ASYNC = RULE_INDEX["prologue_preempt"], RULE_INDEX["async_preempt"]
K_REQUEST, K_LOST = int(Kind.PREEMPT_REQUEST), int(Kind.PREEMPT_LOST)
R_UNSAFE = int(Reason.LOST_UNSAFE)
AT_CALL, SIGNAL = 1, 2
DONE_ALREADY = -1  # in g_rem: the WORK instruction was stopped at its very end


def cutwork(S, t, p, g):
    """The WORK that p is in the middle of is interrupted at t."""
    left = S.p_clock[p] - t
    S.p_work[p] = 0
    S.g_rem[g] = DONE_ALREADY
    if left > 0:
        S.g_rem[g] = left
        earlier(S, p, t)
    return 0


def preemptone(S, t, p, why):
    """Ask p's goroutine to stop (proc.go:preemptone); 1 if there is something new to ask."""
    g = S.p_g[p]
    if g < 0 or S.p_status[p] != PRUNNING or S.rule[PROLOGUE] == 0:
        return 0
    if S.sc[STW] == 2 and S.sc[STW_P] == p:
        return 0  # it has stopped the world and holds locks
    want = AT_CALL
    if S.rule[ASYNC] != 0:
        want = AT_CALL | SIGNAL
    if S.p_preempt[p] & want == want:
        return 0
    S.p_preempt[p] = want
    S.g_lim[g] = 0  # stackPreempt: the next call asks
    if S.p_ahead[p] == AHEAD:
        takeback(S, t, p)
    emit(S, t, K_REQUEST, why, p, g, t - S.p_when[p], 0, -1)
    if want != AT_CALL and S.p_work[p] != 0:
        cutwork(S, t, p, g)
    return 1


def preemptall(S, t, but, why):
    """Ask all Ps but one (proc.go:preemptall)."""
    for p in range(S.sc[NPROC]):
        if p != but:
            preemptone(S, t, p, why)
    return 0


def asyncpreempt(S, t, p, g, pc):
    """The signal arrives before instruction pc: 1 if g stops there (signal_unix.go:doSigPreempt).

    Not in the runtime's own functions (preempt.go:isAsyncSafePoint).
    """
    if S.p_preempt[p] & SIGNAL == 0:
        return 0
    S.p_preempt[p] = AT_CALL
    if S.f_flags[S.fn_of[pc]] & RUNTIME != 0:
        emit(S, t, K_LOST, R_UNSAFE, p, g, 0, 0, pc)
        return 0
    if S.p_work[p] != 0:
        cutwork(S, t, p, g)
    S.p_preempt[p] = 0
    S.sc[NPREEMPT] += 1
    return 1


def op_work(S, t, p, g, pc, fp, a, b, c):
    """WORK: nobody sees work being done, so p's clock jumps to its end."""
    if S.p_work[p] != 0 or S.g_rem[g] == DONE_ALREADY:
        S.p_work[p] = 0
        S.g_rem[g] = 0
        return 0
    left = S.g_rem[g]
    if left == 0:
        left = S.stk[fp + a]
    if left <= 0:
        return 0
    S.g_rem[g] = left
    S.p_work[p] = 1
    S.p_clock[p] = t + left
    S.g_pc[g] = pc
    S.g_fp[g] = fp
    return JUMP
