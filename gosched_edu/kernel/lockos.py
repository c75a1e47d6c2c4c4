"""A goroutine and its thread (proc.go: LockOSThread), and the spinning of locks (proc.go).

Problem. Some libraries keep state per thread; a goroutine that calls them must stay on its thread,
and no other goroutine may run there.

Chosen, as in Go: the pair is noted on both sides, and the scheduler hands Ps around it
(`pick.stoplockedm`, `pick.startlockedm`). Switching to and from such a goroutine costs two
hand-offs between threads.

Invariant. ``g_lockm[g] == m`` exactly if ``m_lockg[m] == g``.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.runq import runqempty
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.versions import RULE_INDEX

NPROC, NPIDLE, NMSPIN = SC["NPROC"], SC["NPIDLE"], SC["NMSPIN"]
LOCK_NESTS = RULE_INDEX["lock_nests"]
C_LOCK = INDEX["lock_thread"]
K_LOCK, K_UNLOCK = int(Kind.GO_LOCK_THREAD), int(Kind.GO_UNLOCK_THREAD)
R_NONE = int(Reason.NONE)
ACTIVE_SPIN = 4  # lock_futex.go:active_spin


def op_lockt(S, t, p, g, pc, fp, a, b, c):
    """LOCKT: runtime.LockOSThread (a = 1) and UnlockOSThread (a = 0)."""
    m = S.p_m[p]
    S.p_clock[p] += S.cost[C_LOCK]
    if a != 0:
        S.g_locks[g] += 1
        if S.rule[LOCK_NESTS] == 0:
            S.g_locks[g] = 1
        S.g_lockm[g] = m
        S.m_lockg[m] = g
        emit(S, t, K_LOCK, R_NONE, p, g, m, S.g_locks[g], pc)
        return 0
    if S.g_locks[g] == 0:
        return 0
    S.g_locks[g] -= 1
    if S.g_locks[g] == 0:
        S.g_lockm[g] = -1
        S.m_lockg[m] = -1
    emit(S, t, K_UNLOCK, R_NONE, p, g, m, S.g_locks[g], pc)
    return 0


def op_canspin(S, t, p, g, pc, fp, a, b, c):
    """CANSPIN: does a Mutex gain from spinning once more (proc.go:sync_runtime_canSpin)?"""
    may = 1
    if S.stk[fp + b] >= ACTIVE_SPIN:
        may = 0
    if S.sc[NPROC] <= S.sc[NPIDLE] + S.sc[NMSPIN] + 1 or runqempty(S, p) == 0:
        may = 0
    S.stk[fp + a] = may
    return 0


def op_spin(S, t, p, g, pc, fp, a, b, c):
    """SPIN: 30 PAUSE instructions; their time is the instruction's cost."""
    return 0
