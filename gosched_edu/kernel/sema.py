"""Semaphores (sema.go).

Problem. Goroutines must be able to wait on a memory address.

Rejected. A wait queue inside each lock: Go's locks are two words; the queues live
in a table of 251 roots, found by the address.

Chosen. The same table; each root is a list in order of arrival that holds the waiters of
all its addresses (Go adds a treap by address inside a root: it makes the search fast,
not different).

Invariant. A waiter's sudog is in its root's list until it is woken.
"""

from gosched_edu.kernel.chan import acquiresudog, releasesudog
from gosched_edu.kernel.mem import bad_address, heap_run
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.state import NEED_SUDOG, RETRY, SEMA_ROOTS


def semqueue(S, addr, g):
    """g waits at addr, behind the others; -1 when the sudog table must grow first."""
    s = acquiresudog(S)
    if s < 0:
        return -1
    root = addr % SEMA_ROOTS
    S.s_g[s] = g
    S.s_elem[s] = addr
    S.s_ok[s] = -1
    S.s_next[s] = -1
    if S.sema_head[root] < 0:
        S.sema_head[root] = s
    else:
        S.s_next[S.sema_tail[root]] = s
    S.sema_tail[root] = s
    return s


def semdequeue(S, addr):
    """The first goroutine that waits at addr, or -1 (sema.go:dequeue)."""
    root = addr % SEMA_ROOTS
    before = -1
    s = S.sema_head[root]
    while s >= 0 and S.s_elem[s] != addr:
        before = s
        s = S.s_next[s]
    if s < 0:
        return -1
    following = S.s_next[s]
    if before < 0:
        S.sema_head[root] = following
    else:
        S.s_next[before] = following
    if following < 0:
        S.sema_tail[root] = before
    g = S.s_g[s]
    releasesudog(S, s)
    return g


def op_semacq(S, t, p, g, pc, fp, a, b, c):
    """SEMACQ (sema.go:semacquire1)."""
    addr = S.stk[fp + a]
    at = heap_run(S, addr, 1)
    if at < 0:
        return bad_address(S, addr)
    if S.heap[at] > 0:
        S.heap[at] -= 1
        return 0
    if semqueue(S, addr, g) < 0:
        return NEED_SUDOG
    park(S, t, p, g, pc - 1, fp, c, addr)
    return RETRY


def op_semrel(S, t, p, g, pc, fp, a, b, c):
    """SEMREL (sema.go:semrelease1)."""
    addr = S.stk[fp + a]
    at = heap_run(S, addr, 1)
    if at < 0:
        return bad_address(S, addr)
    S.heap[at] += 1
    waiter = semdequeue(S, addr)
    if waiter >= 0:
        ready(S, t, p, waiter, g, pc)
    return 0
