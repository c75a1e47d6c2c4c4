"""Channels (chan.go).

Problem. Pass a value and synchronise, in order, without losing a wake-up.

Rejected by Go: lock-free queues (hchan has a lock; under virtual time each operation
is one instant, so the lock needs no model here), and handing every value through the
buffer even when a receiver waits.

Chosen. An hchan has a ring buffer and two FIFO queues of sudogs. A sender that finds a
waiting receiver writes straight into the receiver's stack; a receiver that finds a
full buffer and a waiting sender takes the head and puts the sender's value into the
same slot, so that order holds. An element is a run of `c_width` words.

A channel value is a handle, CHAN_BASE + 96 * number (96 bytes is the size of Go's hchan), the
number an entry of the table ``c_*``. The buffer is an object of the heap, marked through the table.

Here is what happens when the operation can proceed; the instructions, which also park, are in
`gosched_edu.kernel.chanop`, select is in `gosched_edu.kernel.select`.

Invariants. At most one of the two queues is non-empty, unless one select waits in both. Receivers
wait only while the buffer is empty, senders only while it is full. Whoever waits is parked.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.isa import CHAN_BASE, HANDLE_BYTES
from gosched_edu.kernel.log import note
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.race import raceclose, raceclosed, racenotify, racesync, racetimersend, rowfree
from gosched_edu.kernel.shadow import raceread, racewrite
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.sudog import detach
from gosched_edu.kernel.time import EPOCH, advance, due

NCHAN = SC["NCHAN"]
CFREE = SC["CFREE"]
RACE, TRACE_MODE = SC["RACE"], SC["TRACE_MODE"]
K_SEND, K_RECV, K_CLOSE = int(Kind.CHAN_SEND), int(Kind.CHAN_RECV), int(Kind.CHAN_CLOSE)
K_SELECT, K_FIRE = int(Kind.SELECT), int(Kind.TIMER_FIRE)
R_NONE, R_HANDED, R_BUFFERED = int(Reason.NONE), int(Reason.HANDED_OVER), int(Reason.BUFFERED)
R_CLOSED, R_DROPPED = int(Reason.CLOSED), int(Reason.DROPPED)

BLOCK = 0  # what trysend and tryrecv answer when they would have to wait
CLOSED = -1  # and when the channel is closed to senders; else the reason that the log gives


def chan_at(S, handle):
    """The number of the channel that a channel value names, or -1 if there is none."""
    distance = handle - CHAN_BASE
    if distance <= 0:
        return -1
    c = distance // HANDLE_BYTES
    if c >= S.sc[NCHAN] or c * HANDLE_BYTES != distance or S.c_live[c] == 0:
        return -1
    return c


def chan_free(S, c):
    """The garbage collector found c unreachable: its number may be used again."""
    rowfree(S, S.c_sync[c])
    S.c_sync[c] = 0
    S.c_live[c] = 0
    S.c_next[c] = S.sc[CFREE]
    S.sc[CFREE] = c
    return 0


# --- copying -----------------------------------------------------------------------------------
def firstword(S, at, width):
    """What the log shows of the value at stack index `at`."""
    if width == 0 or at < 0:
        return 0
    return S.stk[at]


def notevalue(S, t, kind, how, p, g, c, at, pc):
    """`note` that a value, whose copy is at stack index `at`, has gone through c."""
    if S.sc[TRACE_MODE] != 0:
        note(S, t, kind, how, p, g, c, firstword(S, at, S.c_width[c]), pc)
    return 0


def bufput(S, c):
    """Heap index of the slot to fill; counts it as filled."""
    x = S.c_sendx[c]
    at = S.c_buf[c] + x * S.c_width[c]
    x += 1
    if x == S.c_cap[c]:
        x = 0
    S.c_sendx[c] = x
    S.c_n[c] += 1
    return at


def bufget(S, c):
    """Heap index of the oldest slot; counts it as taken."""
    x = S.c_recvx[c]
    at = S.c_buf[c] + x * S.c_width[c]
    x += 1
    if x == S.c_cap[c]:
        x = 0
    S.c_recvx[c] = x
    S.c_n[c] -= 1
    return at


def arrived(S, t, p, s, reason):
    """The operation that sudog s waits for has happened: tell a select which case it was.

    Returns the pc of the operation, for the log.
    """
    g = S.s_g[s]
    at = S.g_pc[g] - 1
    if S.s_sel[s] >= 0:
        case = S.s_case[s]
        S.stk[S.s_sel[s]] = case
        note(S, t, K_SELECT, reason, p, g, case, S.g_wait[g], at)
        at += 1 + case
    return at


def raceaddr(S, c):
    """The word that a send reads and a close writes, for the race detector (chan.go:raceaddr).

    It lies behind the buffer, see op_mkchan.
    """
    return S.c_buf[c] + S.c_cap[c] * S.c_width[c]


def racehand(S, t, p, g, receiver, c, pc):
    """For the race detector a value that is handed over has gone through the buffer (chan.go:send)."""
    if S.c_cap[c] == 0:
        return racesync(S, t, p, g, receiver, c, pc)
    x = S.c_recvx[c]
    racenotify(S, t, p, g, c, x, pc)
    racenotify(S, t, p, receiver, c, x, pc)
    x += 1
    if x == S.c_cap[c]:
        x = 0
    S.c_recvx[c] = x
    S.c_sendx[c] = x
    return 0


# --- sending ---------------------------------------------------------------------------------
# doc: chansend
def trysend(S, t, p, g, c, src, pc):
    """Send the run at stack index src, if that can be done now (chan.go:chansend).

    Returns BLOCK, CLOSED (the caller panics), or how it was done.
    """
    if S.sc[RACE] != 0:
        raceread(S, t, p, g, pc, raceaddr(S, c), 0)
    if S.c_closed[c] != 0:
        return CLOSED
    width = S.c_width[c]
    s = S.c_recvq[c]
    if s >= 0:
        dst = S.s_elem[s]
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = S.stk[src + i]
        if S.s_ok[s] >= 0:
            S.stk[S.s_ok[s]] = 1
        at = arrived(S, t, p, s, R_HANDED)
        receiver = detach(S, s)
        if S.sc[RACE] != 0:
            racehand(S, t, p, g, receiver, c, pc)
        notevalue(S, t, K_SEND, R_HANDED, p, g, c, src, pc)
        notevalue(S, t, K_RECV, R_HANDED, p, receiver, c, src, at)
        ready(S, t, p, receiver, g, pc)
        return R_HANDED
    if S.c_n[c] < S.c_cap[c]:
        if S.sc[RACE] != 0:
            racenotify(S, t, p, g, c, S.c_sendx[c], pc)
        at = bufput(S, c)
        for i in range(width):
            S.heap[at + i] = S.stk[src + i]
        notevalue(S, t, K_SEND, R_BUFFERED, p, g, c, src, pc)
        return R_BUFFERED
    return BLOCK
# doc: end


def sendtime(S, t, p, x, c, value):
    """What timer x of channel c does: send, unless nobody waits and the buffer is full.

    Non-blocking, as time.sendTime; `value` is the first word of a time.Time. Returns how it was done.
    """
    width = S.c_width[c]
    s = S.c_recvq[c]
    if s >= 0:
        dst = S.s_elem[s]
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = 0
            if width > 0:
                S.stk[dst] = value
        if S.s_ok[s] >= 0:
            S.stk[S.s_ok[s]] = 1
        at = arrived(S, t, p, s, R_HANDED)
        receiver = detach(S, s)
        if S.sc[RACE] != 0:
            racetimersend(S, x, c, S.c_recvx[c])
            racenotify(S, t, p, receiver, c, S.c_recvx[c], at)
        note(S, t, K_SEND, R_HANDED, -1, -1, c, value, -1)
        note(S, t, K_RECV, R_HANDED, p, receiver, c, value, at)
        ready(S, t, p, receiver, -1, -1)
        return R_HANDED
    if S.c_n[c] < S.c_cap[c] and S.c_closed[c] == 0:
        if S.sc[RACE] != 0:
            racetimersend(S, x, c, S.c_sendx[c])
        at = bufput(S, c)
        for i in range(width):
            S.heap[at + i] = 0
        if width > 0:
            S.heap[at] = value
        note(S, t, K_SEND, R_BUFFERED, -1, -1, c, value, -1)
        return R_BUFFERED
    return R_DROPPED


def runchan(S, t, p, c):
    """Somebody looks at c: if its timer is due and in no heap, run it (time.go:maybeRunChan)."""
    x = S.c_timer[c]
    if due(S, x, t) != 0:
        value = EPOCH + S.t_when[x]
        advance(S, x, t)
        how = sendtime(S, t, p, x, c, value)
        note(S, t, K_FIRE, how, p, -1, x, c, -1)
    return 0


def drain(S, c):
    """Throw away what a timer has left in c; 1 if there was something (chan.go:timerchandrain)."""
    any_ = 0
    while S.c_n[c] > 0:
        bufget(S, c)
        any_ = 1
    return any_


# --- receiving ---------------------------------------------------------------------------------
# doc: chanrecv
def tryrecv(S, t, p, g, c, dst, okat, pc):
    """Receive into stack index dst (-1: nowhere), if that can be done now (chan.go:chanrecv).

    `okat` is the index of comma-ok, or -1. Returns BLOCK or how it was done.
    """
    if S.c_timer[c] >= 0:
        runchan(S, t, p, c)
    width = S.c_width[c]
    s = S.c_sendq[c]
    how = R_HANDED
    value = 0
    if S.c_n[c] > 0:
        how = R_BUFFERED
        if S.sc[RACE] != 0:
            racenotify(S, t, p, g, c, S.c_recvx[c], pc)
        at = bufget(S, c)
        if width > 0:
            value = S.heap[at]
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = S.heap[at + i]
        for i in range(width):
            S.heap[at + i] = 0
    elif s >= 0:
        src = S.s_elem[s]
        value = firstword(S, src, width)
        if S.sc[RACE] != 0:
            racesync(S, t, p, g, S.s_g[s], c, pc)
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = S.stk[src + i]
    elif S.c_closed[c] != 0:
        how = R_CLOSED
        if S.sc[RACE] != 0:
            raceclosed(S, t, p, g, c, pc)
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = 0
    else:
        return BLOCK
    if okat >= 0:
        S.stk[okat] = 1
        if how == R_CLOSED:
            S.stk[okat] = 0
    if how == R_BUFFERED or s < 0:
        note(S, t, K_RECV, how, p, g, c, value, pc)
    if s >= 0:
        # a sender waits: its value went to g, or goes into the slot that has become free
        src = S.s_elem[s]
        if how == R_BUFFERED:
            if S.sc[RACE] != 0:
                racenotify(S, t, p, S.s_g[s], c, S.c_sendx[c], pc)
            at = bufput(S, c)
            for i in range(width):
                S.heap[at + i] = S.stk[src + i]
        at = arrived(S, t, p, s, how)
        sender = detach(S, s)
        notevalue(S, t, K_SEND, how, p, sender, c, src, at)
        if how == R_HANDED:
            note(S, t, K_RECV, how, p, g, c, value, pc)
        ready(S, t, p, sender, g, pc)
    return how
# doc: end


# --- closing -----------------------------------------------------------------------------------
# doc: closechan
def closechan(S, t, p, g, c, pc):
    """Close; wake all who wait, the last queued first: gList is a stack (chan.go:closechan).

    A sender wakes at its send, or at its select, and finds there that it must panic: g_param says so.
    Returns BLOCK, or CLOSED when it was closed already.
    """
    if S.c_closed[c] != 0:
        return CLOSED
    if S.sc[RACE] != 0:
        racewrite(S, t, p, g, pc, raceaddr(S, c), 0)
        raceclose(S, t, p, g, c, pc)
    S.c_closed[c] = 1
    note(S, t, K_CLOSE, R_NONE, p, g, c, S.c_waiting[c], pc)
    width = S.c_width[c]
    stack = -1
    while S.c_recvq[c] >= 0:
        s = S.c_recvq[c]
        dst = S.s_elem[s]
        if dst >= 0:
            for i in range(width):
                S.stk[dst + i] = 0
        if S.s_ok[s] >= 0:
            S.stk[S.s_ok[s]] = 0
        at = arrived(S, t, p, s, R_CLOSED)
        x = detach(S, s)
        if S.sc[RACE] != 0:
            raceclosed(S, t, p, x, c, at)
        note(S, t, K_RECV, R_CLOSED, p, x, c, 0, at)
        S.g_next[x] = stack
        stack = x
    while S.c_sendq[c] >= 0:
        x = detach(S, S.c_sendq[c])
        if S.sc[RACE] != 0:
            raceclosed(S, t, p, x, c, S.g_pc[x] - 1)
        S.g_param[x] = CLOSED
        S.g_pc[x] -= 1
        S.g_next[x] = stack
        stack = x
    while stack >= 0:
        x = stack
        stack = S.g_next[x]
        ready(S, t, p, x, g, pc)
    return BLOCK
# doc: end
