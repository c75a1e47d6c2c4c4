"""Goroutines: made, made runnable, gone (proc.go: newproc1, ready, gdestroy).

Problem. A goroutine must be cheap to make and cheap to lose, and whoever makes one runnable must
not have to know where it will run.

Chosen, as in Go: dead goroutines are kept and used again, with their stacks; a goroutine that
becomes runnable goes to the queue of the P that made it so, and `wakep` sees to it that an idle
P may come and steal it.

Invariants. A runnable goroutine is in exactly one of: a local queue, a runnext, the global queue,
or the hands of an M that brings it along (`p_run`). NLIVE counts the goroutines that are not dead.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.race import racegoend, racegostart
from gosched_edu.kernel.runq import runqput
from gosched_edu.kernel.stack import deadstack, newstackof, stackalloc
from gosched_edu.kernel.state import GDEAD, GRUNNABLE, NEED_G, NEED_STK, SC
from gosched_edu.kernel.threads import wakep
from gosched_edu.kernel.versions import RULE_INDEX

NG, GCAP, GFREE, NEXT_GOID = SC["NG"], SC["GCAP"], SC["GFREE"], SC["NEXT_GOID"]
RACE = SC["RACE"]
NLIVE, MAX_LIVE, NCREATED = SC["NLIVE"], SC["MAX_LIVE"], SC["NCREATED"]
LOCK_NESTS = RULE_INDEX["lock_nests"]
C_MALG, C_READY = INDEX["malg"], INDEX["ready"]
K_GO_UNBLOCK = int(Kind.GO_UNBLOCK)
R_WAKEP = int(Reason.WAKEP)
DIES = -2  # in m_lockg: the thread's goroutine has ended, the thread is to end too


def newproc(S, t, p, parent, entry, frame_class, pc):
    """A new goroutine in the state Grunnable, not yet queued (proc.go:newproc1).

    Returns its slot, or minus the NEED_* status of what must grow first.
    """
    if S.sc[GFREE] < 0 and S.sc[NG] >= S.sc[GCAP]:
        return -NEED_G
    at = stackalloc(S, frame_class)
    if at < 0:
        return -NEED_STK
    g = S.sc[GFREE]
    if g >= 0:
        S.sc[GFREE] = S.g_next[g]
    else:
        g = S.sc[NG]
        S.sc[NG] = g + 1
        if p >= 0:
            S.p_clock[p] += S.cost[C_MALG]
    S.g_status[g] = GRUNNABLE
    S.g_goid[g] = S.sc[NEXT_GOID]
    S.sc[NEXT_GOID] += 1
    if parent >= 0:
        S.g_parent[g] = S.g_goid[parent]
    else:
        S.g_parent[g] = 0
    S.g_pc[g] = entry
    S.g_fp[g] = at
    newstackof(S, g, at, frame_class, S.fn_of[entry])
    S.g_go_pc[g] = pc
    S.g_lockm[g] = -1
    S.g_waiting[g] = -1
    S.stk[at] = -1
    S.stk[at + 1] = 0
    S.sc[NCREATED] += 1
    S.sc[NLIVE] += 1
    if S.sc[NLIVE] > S.sc[MAX_LIVE]:
        S.sc[MAX_LIVE] = S.sc[NLIVE]
    if S.sc[RACE] != 0:
        racegostart(S, t, p, parent, g, pc)
    return g


def goexit(S, g):
    """The goroutine is dead; its slot and stack go to the free lists (proc.go:gdestroy).

    A thread that was locked to it must not be used by another: it ends when it looks for work.
    """
    deadstack(S, g)
    if S.sc[RACE] != 0:
        racegoend(S, g)
    # zero as in a slot that was never used: a new goroutine then touches less memory
    S.g_defer[g] = 0
    S.g_panic[g] = 0
    S.g_rem[g] = 0
    S.g_locks[g] = 0
    S.g_param[g] = 0
    S.g_status[g] = GDEAD
    S.g_next[g] = S.sc[GFREE]
    S.sc[GFREE] = g
    S.sc[NLIVE] -= 1
    m = S.g_lockm[g]
    if m >= 0:
        S.m_lockg[m] = -1
        if S.rule[LOCK_NESTS] != 0:
            S.m_lockg[m] = DIES
        S.g_lockm[g] = -1
    return 0


# doc: ready
def ready(S, t, p, g, waker, pc):
    """g may run again: to runnext of the waker's P, and wake an M (proc.go:ready)."""
    S.g_status[g] = GRUNNABLE
    where = runqput(S, t, p, g, 1, pc)
    goid = 0
    if waker >= 0:
        goid = S.g_goid[waker]
    emit(S, t, K_GO_UNBLOCK, where, p, g, goid, 0, pc)
    S.p_clock[p] += S.cost[C_READY]
    wakep(S, p, t, R_WAKEP)
    return 0
# doc: end
