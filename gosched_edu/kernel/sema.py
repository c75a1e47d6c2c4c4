"""Semaphores, and the WaitGroup on top of them (sema.go, sync/waitgroup.go).

Problem. Goroutines must be able to wait on a memory address.

Rejected. A wait queue inside each WaitGroup: Go's locks are two words; the queues live
in a table of 251 roots, found by the address.

Chosen. The same table; each root is a list in order of arrival that holds the waiters of
all its addresses (Go adds a treap by address inside a root: it makes the search fast,
not different).

Invariant. A WaitGroup object is two heap words: counter, waiters. Waiters > 0 means
that many sudogs with its address are in its root, and the counter is positive.
"""

from gosched_edu.kernel.chan import acquiresudog, releasesudog
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.state import NEED_SUDOG, SEMA_ROOTS

K_WG_ADD = int(Kind.WG_ADD)
R_NONE = int(Reason.NONE)
WG_BLOCK = 0
WG_PROCEED = 1
WG_NEGATIVE = 2


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


def wgadd(S, t, p, g, addr, delta, pc):
    """WaitGroup.Add; at zero all waiters wake, first come first (waitgroup.go:Add)."""
    n = ((S.heap[addr] + (delta & 0xFFFFFFFF) + 0x80000000) & 0xFFFFFFFF) - 0x80000000  # an int32
    if n < 0:
        return WG_NEGATIVE
    S.heap[addr] = n
    note(S, t, K_WG_ADD, R_NONE, p, g, addr, n, pc)
    if n == 0 and S.heap[addr + 1] > 0:
        S.heap[addr + 1] = 0
        waiter = semdequeue(S, addr)
        while waiter >= 0:
            ready(S, t, p, waiter, g, pc)
            waiter = semdequeue(S, addr)
    return WG_PROCEED


def wgwait(S, g, addr):
    """WaitGroup.Wait: WG_PROCEED, WG_BLOCK or minus NEED_SUDOG (waitgroup.go:Wait)."""
    if S.heap[addr] <= 0:
        return WG_PROCEED
    if semqueue(S, addr, g) < 0:
        return -NEED_SUDOG
    S.heap[addr + 1] += 1
    return WG_BLOCK
