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
from gosched_edu.kernel.faults import F_CLOSE_CLOSED, F_CLOSE_NIL, F_IMAGE, F_MAKECHAN, F_SEND_CLOSED, fault
from gosched_edu.kernel.log import note, room
from gosched_edu.kernel.malloc import mallocgc
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.state import NEED_CHAN, NEED_HEAP, NEED_SUDOG, NEED_TRACE, PARKED, SC

NCHAN = SC["NCHAN"]
CHANCAP = SC["CHANCAP"]
SFREE = SC["SFREE"]
NSUDOG = SC["NSUDOG"]
SUDOGCAP = SC["SUDOGCAP"]
K_MAKE, K_SEND, K_RECV = int(Kind.CHAN_MAKE), int(Kind.CHAN_SEND), int(Kind.CHAN_RECV)
K_CLOSE = int(Kind.CHAN_CLOSE)
R_NONE, R_HANDED, R_BUFFERED = int(Reason.NONE), int(Reason.HANDED_OVER), int(Reason.BUFFERED)
R_CLOSED = int(Reason.CLOSED)

R_SEND, R_RECV = int(Reason.CHAN_SEND), int(Reason.CHAN_RECEIVE)
R_SEND_NIL, R_RECV_NIL = int(Reason.CHAN_SEND_NIL), int(Reason.CHAN_RECEIVE_NIL)
CHAN_BASE = 0xC100000000
CHAN_BYTES = 96
MAX_ALLOC = 1 << 45

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


def chan_at(S, value):
    """Number of the channel that a word of the program means, or -1."""
    c = (value - CHAN_BASE) // CHAN_BYTES
    if c <= 0 or c >= S.sc[NCHAN] or value != CHAN_BASE + CHAN_BYTES * c:
        return -1
    return c


def makechan(S, t, p, g, size, width, pc):
    """A new channel's number, or minus the NEED_* status (chan.go:makechan)."""
    c = S.sc[NCHAN]
    if c >= S.sc[CHANCAP]:
        return -NEED_CHAN
    at = 0
    if size * width > 0:
        at = mallocgc(S, size * width, 0)
        if at == 0:
            return -NEED_HEAP
    S.sc[NCHAN] = c + 1
    S.c_cap[c] = size
    S.c_width[c] = width
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


def first_word(S, at, width):
    """What the log shows of an element: the first word at index `at` of stk."""
    if width > 0 and at >= 0:
        return S.stk[at]
    return 0


def deliver(S, s, source, width, ok):
    """Copy an element from stk[source ...] (-1: zeros) into the frame that waits in s, and its comma-ok."""
    if S.s_elem[s] >= 0:
        for i in range(width):
            S.stk[S.s_elem[s] + i] = S.stk[source + i] if source >= 0 else 0
    if S.s_ok[s] >= 0:
        S.stk[S.s_ok[s]] = ok
    return 0


def enqueue(S, g, elem, okat):
    """A sudog for g, or -1 when the table must grow first."""
    s = acquiresudog(S)
    if s >= 0:
        S.s_g[s] = g
        S.s_elem[s] = elem
        S.s_ok[s] = okat
        S.s_next[s] = -1
    return s


# doc: chansend
def chansend(S, t, p, g, c, source, pc):
    """Send the element at stk[source ...], or queue up; BLOCK, PROCEED, CLOSED or minus NEED_* (chan.go:chansend)."""
    width = S.c_width[c]
    if S.c_closed[c] != 0:
        return CLOSED
    s = S.c_recvq[c]
    if s >= 0:
        S.c_recvq[c] = S.s_next[s]
        S.c_waiting[c] -= 1
        deliver(S, s, source, width, 1)
        receiver = S.s_g[s]
        value = first_word(S, source, width)
        note(S, t, K_SEND, R_HANDED, p, g, c, value, pc)
        note(S, t, K_RECV, R_HANDED, p, receiver, c, value, S.g_pc[receiver] - 1)
        ready(S, t, p, receiver, g, pc)
        releasesudog(S, s)
        return PROCEED
    if S.c_n[c] < S.c_cap[c]:
        x = S.c_sendx[c]
        for i in range(width):
            S.heap[S.c_buf[c] + x * width + i] = S.stk[source + i]
        x += 1
        if x == S.c_cap[c]:
            x = 0
        S.c_sendx[c] = x
        S.c_n[c] += 1
        note(S, t, K_SEND, R_BUFFERED, p, g, c, first_word(S, source, width), pc)
        return PROCEED
    s = enqueue(S, g, source, -1)
    if s < 0:
        return -NEED_SUDOG
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
    """Receive into stk[dst ...] and stk[okat], or queue up (chan.go:chanrecv).

    Returns BLOCK, PROCEED or minus NEED_*.
    """
    width = S.c_width[c]
    s = S.c_sendq[c]
    if S.c_n[c] > 0:
        at = S.c_buf[c] + S.c_recvx[c] * width
        value = 0
        if width > 0:
            value = S.heap[at]
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = S.heap[at + i]
        if okat >= 0:
            S.stk[okat] = 1
        note(S, t, K_RECV, R_BUFFERED, p, g, c, value, pc)
        x = S.c_recvx[c] + 1
        if x == S.c_cap[c]:
            x = 0
        S.c_recvx[c] = x
        if s < 0:
            S.c_n[c] -= 1
            return PROCEED
        # the queue is full: the first waiting sender's element takes the place, at its end
        for i in range(width):
            S.heap[at + i] = S.stk[S.s_elem[s] + i]
        S.c_sendx[c] = x
        sender = S.s_g[s]
        S.c_sendq[c] = S.s_next[s]
        S.c_waiting[c] -= 1
        note(S, t, K_SEND, R_BUFFERED, p, sender, c, first_word(S, S.s_elem[s], width), S.g_pc[sender] - 1)
        ready(S, t, p, sender, g, pc)
        releasesudog(S, s)
        return PROCEED
    if s >= 0:
        value = first_word(S, S.s_elem[s], width)
        sender = S.s_g[s]
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = S.stk[S.s_elem[s] + i]
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
            for i in range(width):
                S.stk[dst + i] = 0
        if okat >= 0:
            S.stk[okat] = 0
        note(S, t, K_RECV, R_CLOSED, p, g, c, 0, pc)
        return PROCEED
    s = enqueue(S, g, dst, okat)
    if s < 0:
        return -NEED_SUDOG
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
            deliver(S, stack, -1, S.c_width[c], 0)
            note(S, t, K_RECV, R_CLOSED, p, receiver, c, 0, S.g_pc[receiver] - 1)
        ready(S, t, p, receiver, g, pc)
        releasesudog(S, stack)
        stack = following
    return PROCEED


def op_mkchan(S, t, p, g, pc, fp, a, b, c):
    """MKCHAN."""
    size = S.stk[fp + b]
    if size < 0 or size > MAX_ALLOC or size * c > MAX_ALLOC:
        return fault(S, F_MAKECHAN, size, 0)
    number = makechan(S, t, p, g, size, c, pc)
    if number < 0:
        return -number
    S.stk[fp + a] = CHAN_BASE + CHAN_BYTES * number
    return 0


def op_send(S, t, p, g, pc, fp, a, b, c):
    """SEND."""
    value = S.stk[fp + a]
    if value == 0:
        park(S, t, p, g, pc, fp, R_SEND_NIL, 0)
        return PARKED
    ch = chan_at(S, value)
    if ch < 0 or S.c_width[ch] != c:
        return fault(S, F_IMAGE, value, 0)
    r = chansend(S, t, p, g, ch, fp + b, pc)
    if r == PROCEED:
        return 0
    if r == BLOCK:
        park(S, t, p, g, pc, fp, R_SEND, ch)
        return PARKED
    if r == CLOSED:
        return fault(S, F_SEND_CLOSED, 0, 0)
    return -r


def op_recv(S, t, p, g, pc, fp, a, b, c):
    """RECV."""
    value = S.stk[fp + b]
    if value == 0:
        park(S, t, p, g, pc, fp, R_RECV_NIL, 0)
        return PARKED
    ch = chan_at(S, value)
    if ch < 0 or S.c_width[ch] != c >> 1:
        return fault(S, F_IMAGE, value, 0)
    dst = -1
    okat = -1
    if a >= 0:
        dst = fp + a
        if c & 1 != 0:
            okat = dst + (c >> 1)
    r = chanrecv(S, t, p, g, ch, dst, okat, pc)
    if r == PROCEED:
        return 0
    if r == BLOCK:
        park(S, t, p, g, pc, fp, R_RECV, ch)
        return PARKED
    return -r


def op_close(S, t, p, g, pc, fp, a, b, c):
    """CLOSE."""
    value = S.stk[fp + a]
    if value == 0:
        return fault(S, F_CLOSE_NIL, 0, 0)
    ch = chan_at(S, value)
    if ch < 0:
        return fault(S, F_IMAGE, value, 0)
    if room(S, 2 * S.c_waiting[ch]) == 0:
        return NEED_TRACE
    if closechan(S, t, p, g, ch, pc) == CLOSED:
        return fault(S, F_CLOSE_CLOSED, 0, 0)
    return 0


def op_chlen(S, t, p, g, pc, fp, a, b, c):
    """CHLEN."""
    value = S.stk[fp + b]
    S.stk[fp + a] = 0
    if value != 0:
        ch = chan_at(S, value)
        if ch < 0:
            return fault(S, F_IMAGE, value, 0)
        S.stk[fp + a] = S.c_n[ch]
    return 0


def op_chcap(S, t, p, g, pc, fp, a, b, c):
    """CHCAP."""
    value = S.stk[fp + b]
    S.stk[fp + a] = 0
    if value != 0:
        ch = chan_at(S, value)
        if ch < 0:
            return fault(S, F_IMAGE, value, 0)
        S.stk[fp + a] = S.c_cap[ch]
    return 0
