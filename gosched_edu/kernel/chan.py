"""Channels (chan.go).

Problem. Pass a value and synchronise, in order, without losing a wake-up.

Rejected by Go: lock-free queues (hchan has a lock; under virtual time each operation
is one instant, so the lock needs no model here), and handing every value through the
buffer even when a receiver waits.

Chosen. An hchan has a ring buffer and two FIFO queues of sudogs. A sender that finds a
waiting receiver writes straight into the receiver's stack; a receiver that finds a
full buffer and a waiting sender takes the head and puts the sender's value into the
same slot, so that order holds.

Invariants. At most one of the two queues is non-empty, for unbuffered channels and
otherwise: receivers wait only while the buffer is empty, senders only while it is
full. A sudog is in one queue or in the free list.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.stack import mallocgc
from gosched_edu.kernel.state import NEED_CHAN, NEED_HEAP, NEED_SUDOG, SC

NCHAN = SC["NCHAN"]
CHANCAP = SC["CHANCAP"]
SFREE = SC["SFREE"]
NSUDOG = SC["NSUDOG"]
SUDOGCAP = SC["SUDOGCAP"]
K_MAKE, K_SEND, K_RECV = int(Kind.CHAN_MAKE), int(Kind.CHAN_SEND), int(Kind.CHAN_RECV)
K_CLOSE = int(Kind.CHAN_CLOSE)
R_NONE, R_HANDED, R_BUFFERED = int(Reason.NONE), int(Reason.HANDED_OVER), int(Reason.BUFFERED)
R_CLOSED = int(Reason.CLOSED)

BLOCK = 0
PROCEED = 1
SENDER = -2  # in s_ok, while a channel is closed: not a receiver
CLOSED = 2  # send on closed channel, close of closed channel


def acquiresudog(S):
    """A free sudog or -1 when the table must grow first (proc.go:acquireSudog)."""
    s = S.sc[SFREE]
    if s >= 0:
        S.sc[SFREE] = S.s_next[s]
        return s
    s = S.sc[NSUDOG]
    if s >= S.sc[SUDOGCAP]:
        return -1
    S.sc[NSUDOG] = s + 1
    return s


def releasesudog(S, s):
    """Back to the free list (proc.go:releaseSudog)."""
    S.s_next[s] = S.sc[SFREE]
    S.sc[SFREE] = s
    return 0


def makechan(S, t, p, g, size, pc):
    """A new channel's number, or minus the NEED_* status (chan.go:makechan)."""
    c = S.sc[NCHAN]
    if c >= S.sc[CHANCAP]:
        return -NEED_CHAN
    at = 0
    if size > 0:
        at = mallocgc(S, size)
        if at == 0:
            return -NEED_HEAP
    S.sc[NCHAN] = c + 1
    S.c_cap[c] = size
    S.c_n[c] = 0
    S.c_buf[c] = at
    S.c_sendx[c] = 0
    S.c_recvx[c] = 0
    S.c_closed[c] = 0
    S.c_recvq[c] = -1
    S.c_recvt[c] = -1
    S.c_sendq[c] = -1
    S.c_sendt[c] = -1
    S.c_waiting[c] = 0
    note(S, t, K_MAKE, R_NONE, p, g, c, size, pc)
    return c


def deliver(S, s, value, ok):
    """Write a value and its comma-ok into the stack of the goroutine that waits in s."""
    if S.s_elem[s] >= 0:
        S.stk[S.s_elem[s]] = value
    if S.s_ok[s] >= 0:
        S.stk[S.s_ok[s]] = ok
    return 0


# doc: chansend
def chansend(S, t, p, g, c, value, pc):
    """Send, or queue up; BLOCK, PROCEED, CLOSED or minus NEED_* (chan.go:chansend)."""
    if S.c_closed[c] != 0:
        return CLOSED
    s = S.c_recvq[c]
    if s >= 0:
        S.c_recvq[c] = S.s_next[s]
        S.c_waiting[c] -= 1
        deliver(S, s, value, 1)
        receiver = S.s_g[s]
        note(S, t, K_SEND, R_HANDED, p, g, c, value, pc)
        note(S, t, K_RECV, R_HANDED, p, receiver, c, value, S.g_pc[receiver] - 1)
        ready(S, t, p, receiver, g, pc)
        releasesudog(S, s)
        return PROCEED
    if S.c_n[c] < S.c_cap[c]:
        x = S.c_sendx[c]
        S.heap[S.c_buf[c] + x] = value
        x += 1
        if x == S.c_cap[c]:
            x = 0
        S.c_sendx[c] = x
        S.c_n[c] += 1
        note(S, t, K_SEND, R_BUFFERED, p, g, c, value, pc)
        return PROCEED
    s = acquiresudog(S)
    if s < 0:
        return -NEED_SUDOG
    S.s_g[s] = g
    S.s_elem[s] = value
    S.s_ok[s] = -1
    S.s_next[s] = -1
    if S.c_sendq[c] < 0:
        S.c_sendq[c] = s
    else:
        S.s_next[S.c_sendt[c]] = s
    S.c_sendt[c] = s
    S.c_waiting[c] += 1
    return BLOCK
# doc: end


# doc: chanrecv
def chanrecv(S, t, p, g, c, dst, okat, pc):
    """Receive into stack addresses dst, okat, or queue up (chan.go:chanrecv).

    Returns BLOCK, PROCEED or minus NEED_*.
    """
    s = S.c_sendq[c]
    if S.c_n[c] > 0:
        x = S.c_recvx[c]
        value = S.heap[S.c_buf[c] + x]
        if dst >= 0:
            S.stk[dst] = value
        if okat >= 0:
            S.stk[okat] = 1
        note(S, t, K_RECV, R_BUFFERED, p, g, c, value, pc)
        if s >= 0:
            S.heap[S.c_buf[c] + x] = S.s_elem[s]
        else:
            S.c_n[c] -= 1
        x += 1
        if x == S.c_cap[c]:
            x = 0
        S.c_recvx[c] = x
        if s >= 0:
            S.c_sendx[c] = x
            sender = S.s_g[s]
            S.c_sendq[c] = S.s_next[s]
            S.c_waiting[c] -= 1
            note(S, t, K_SEND, R_BUFFERED, p, sender, c, S.s_elem[s], S.g_pc[sender] - 1)
            ready(S, t, p, sender, g, pc)
            releasesudog(S, s)
        return PROCEED
    if s >= 0:
        value = S.s_elem[s]
        sender = S.s_g[s]
        if dst >= 0:
            S.stk[dst] = value
        if okat >= 0:
            S.stk[okat] = 1
        S.c_sendq[c] = S.s_next[s]
        S.c_waiting[c] -= 1
        note(S, t, K_SEND, R_HANDED, p, sender, c, value, S.g_pc[sender] - 1)
        note(S, t, K_RECV, R_HANDED, p, g, c, value, pc)
        ready(S, t, p, sender, g, pc)
        releasesudog(S, s)
        return PROCEED
    if S.c_closed[c] != 0:
        if dst >= 0:
            S.stk[dst] = 0
        if okat >= 0:
            S.stk[okat] = 0
        note(S, t, K_RECV, R_CLOSED, p, g, c, 0, pc)
        return PROCEED
    s = acquiresudog(S)
    if s < 0:
        return -NEED_SUDOG
    S.s_g[s] = g
    S.s_elem[s] = dst
    S.s_ok[s] = okat
    S.s_next[s] = -1
    if S.c_recvq[c] < 0:
        S.c_recvq[c] = s
    else:
        S.s_next[S.c_recvt[c]] = s
    S.c_recvt[c] = s
    S.c_waiting[c] += 1
    return BLOCK
# doc: end


def closechan(S, t, p, g, c, pc):
    """Close; wake all who wait, the last queued first (chan.go:closechan, gList is LIFO).

    A blocked sender wakes at its send, and does it again: there it panics, as in Go.
    Returns PROCEED, or CLOSED when it was closed already.
    """
    if S.c_closed[c] != 0:
        return CLOSED
    S.c_closed[c] = 1
    n = S.c_waiting[c]
    note(S, t, K_CLOSE, R_NONE, p, g, c, n, pc)
    stack = -1
    s = S.c_recvq[c]
    while s >= 0:
        following = S.s_next[s]
        S.s_next[s] = stack
        stack = s
        s = following
    s = S.c_sendq[c]
    while s >= 0:
        following = S.s_next[s]
        S.s_next[s] = stack
        S.s_ok[s] = SENDER
        stack = s
        s = following
    S.c_recvq[c] = -1
    S.c_sendq[c] = -1
    S.c_waiting[c] = 0
    while stack >= 0:
        following = S.s_next[stack]
        receiver = S.s_g[stack]
        if S.s_ok[stack] == SENDER:
            S.g_pc[receiver] -= 1
        else:
            deliver(S, stack, 0, 0)
            note(S, t, K_RECV, R_CLOSED, p, receiver, c, 0, S.g_pc[receiver] - 1)
        ready(S, t, p, receiver, g, pc)
        releasesudog(S, stack)
        stack = following
    return PROCEED
