"""Descriptors: two connected ends, and what Go's files do with them (netpoll.go, internal/poll).

Problem. net.Conn and io pipes must block a goroutine without a thread, obey deadlines, and wake
when the other end closes.

Rejected. Real sockets (no virtual time, no replay).

Chosen. A descriptor has a peer and a distance in ns. What is written at one end arrives at the
other that much later (`arrive`, from outside). The words lie in blocks of one array; at most 64 Ki
are on the way to a descriptor or waiting in it: then its peer's writes would block. Reads and
writes never block here: they say "would block", and package net then waits (FDWAIT), as
internal/poll does. A deadline is a timer of the P that set it, as netpolldeadline is.

Invariant. d_here <= d_sent, and the blocks from d_first on hold exactly the d_sent words. A
goroutine waits in d_reader or d_writer only while there is nothing to read or no room to write.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.external import X_ARRIVE, add_external, external_full
from gosched_edu.kernel.faults import F_IMAGE, fault
from gosched_edu.kernel.log import note
from gosched_edu.kernel.mem import bad_address, heap_run
from gosched_edu.kernel.netpoll import fdready
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.state import (
    INF,
    NEED_EXT,
    NEED_FD,
    NEED_NET,
    NEED_TIMER,
    NET_BLOCK,
    PARKED,
    SC,
)
from gosched_edu.kernel.threads import wakenetpoller
from gosched_edu.kernel.time import T_FD, addtimer, freetimer, heapdel

OP = {op.name: op.code for op in isa.OPS}
FDPAIR, FDREAD, FDWRITE, FDWAIT, FDDEAD = (OP[n] for n in "FDPAIR FDREAD FDWRITE FDWAIT FDDEAD".split())
ND, DCAP, NET_TOP, NETCAP, NET_FREE = SC["ND"], SC["DCAP"], SC["NET_TOP"], SC["NETCAP"], SC["NET_FREE"]
NWAIT, NEED = SC["NWAIT"], SC["NEED"]
C_BYTE = INDEX["fd_word"]
K_OPEN, K_READ, K_WRITE = int(Kind.FD_OPEN), int(Kind.FD_READ), int(Kind.FD_WRITE)
K_DEADLINE, K_CLOSE = int(Kind.FD_DEADLINE), int(Kind.FD_CLOSE)
R_IO_WAIT, R_NONE = int(Reason.IO_WAIT), int(Reason.NONE)
FIRST_FD = 3
WINDOW = 1 << 16  # words that may be on the way to a descriptor or wait in it
READ, WRITE = 1, 2
WOULD_BLOCK, CLOSED, LATE, BROKEN = -1, -2, -3, -4


# --- blocks of words ----------------------------------------------------------------------------
def newblock(S):
    """An empty block (the caller has asked for room)."""
    at = S.sc[NET_FREE]
    if at > 0:
        S.sc[NET_FREE] = S.net[at + NET_BLOCK]
    else:
        at = S.sc[NET_TOP]
        S.sc[NET_TOP] = at + NET_BLOCK + 1
    S.net[at + NET_BLOCK] = 0
    return at


def netroom(S, n):
    """NEED_NET if n more words may find too little room, else 0; free blocks are not counted."""
    top = S.sc[NET_TOP] + (n // NET_BLOCK + 2) * (NET_BLOCK + 1)
    if top > S.sc[NETCAP]:
        S.sc[NEED] = top
        return NEED_NET
    return 0


def putword(S, d, word):
    """One word is on its way to d."""
    if S.d_last[d] == 0 or S.d_tail[d] == NET_BLOCK:
        block = newblock(S)
        if S.d_last[d] == 0:
            S.d_first[d] = block
            S.d_head[d] = 0
        else:
            S.net[S.d_last[d] + NET_BLOCK] = block
        S.d_last[d] = block
        S.d_tail[d] = 0
    S.net[S.d_last[d] + S.d_tail[d]] = word
    S.d_tail[d] += 1
    S.d_sent[d] += 1
    return 0


def getword(S, d):
    """The oldest word of d, which has one."""
    block = S.d_first[d]
    word = S.net[block + S.d_head[d]]
    S.d_head[d] += 1
    S.d_sent[d] -= 1
    if S.d_head[d] == NET_BLOCK or S.d_sent[d] == 0:
        S.d_first[d] = S.net[block + NET_BLOCK]
        S.d_head[d] = 0
        if S.d_first[d] == 0:
            S.d_last[d] = 0
        S.net[block + NET_BLOCK] = S.sc[NET_FREE]
        S.sc[NET_FREE] = block
    return word


# --- descriptors ----------------------------------------------------------------------------------
def fd_at(S, fd):
    """The descriptor of that number, or -1."""
    d = fd - FIRST_FD
    if d < 0 or d >= S.sc[ND]:
        return -1
    return d


def newfd(S, delay):
    """The next descriptor, without a peer yet."""
    d = S.sc[ND]
    S.sc[ND] = d + 1
    S.d_open[d] = 1
    S.d_delay[d] = delay
    S.d_reader[d] = -1
    S.d_writer[d] = -1
    S.d_rtimer[d] = -1
    S.d_wtimer[d] = -1
    return d


def fdpair(S, t, p, g, pc, fp, a, delay):
    """FDPAIR."""
    if S.sc[ND] + 2 > S.sc[DCAP]:
        return NEED_FD
    if delay < 0:
        delay = 0
    d = newfd(S, delay)
    e = newfd(S, delay)
    S.d_peer[d] = e
    S.d_peer[e] = d
    S.stk[fp + a] = d + FIRST_FD
    S.stk[fp + a + 1] = e + FIRST_FD
    note(S, t, K_OPEN, R_NONE, p, g, d + FIRST_FD, e + FIRST_FD, pc)
    return 0


def hindrance(S, d, mode):
    """Why d cannot be used at all for reading (1) or writing (2), or 0 (netpollcheckerr)."""
    if S.d_open[d] != 1:
        return CLOSED
    if S.d_late[d] & mode != 0:
        return LATE
    return 0


def fdread(S, t, p, g, pc, fp, a, d, at, n):
    """FDREAD."""
    answer = hindrance(S, d, READ)
    if answer == 0:
        here = S.d_here[d]
        if here == 0:
            answer = WOULD_BLOCK
            if S.d_gone[d] != 0:
                answer = 0
        else:
            if n > here:
                n = here
            full = S.d_sent[d] >= WINDOW
            for i in range(n):
                S.heap[at + i] = getword(S, d)
            S.d_here[d] = here - n
            S.p_clock[p] += n * S.cost[C_BYTE]
            answer = n
            if full and n > 0:
                fdready(S, t, S.d_peer[d], 1)
            note(S, t, K_READ, R_NONE, p, g, d + FIRST_FD, n, pc)
    S.stk[fp + a] = answer
    return 0


def fdwrite(S, t, p, g, pc, fp, a, d, at, n):
    """FDWRITE."""
    answer = hindrance(S, d, WRITE)
    e = S.d_peer[d]
    if answer == 0 and S.d_gone[d] != 0:
        answer = BROKEN
    if answer == 0:
        space = WINDOW - S.d_sent[e]
        if n > space:
            n = space
        if n > 0:
            if external_full(S) != 0:
                return NEED_EXT
            if netroom(S, n) != 0:
                return NEED_NET
            if S.d_open[e] == 1:
                for i in range(n):
                    putword(S, e, S.heap[at + i])
                add_external(S, t + S.d_delay[d], X_ARRIVE, e, n)
            S.p_clock[p] += n * S.cost[C_BYTE]
            note(S, t, K_WRITE, R_NONE, p, g, d + FIRST_FD, n, pc)
            answer = n
        elif space == 0:
            answer = WOULD_BLOCK
        else:
            answer = 0
    S.stk[fp + a] = answer
    return 0


def fdwait(S, t, p, g, pc, fp, d, mode):
    """FDWAIT: park until d is ready, closed or late (netpoll.go:poll_runtime_pollWait)."""
    if mode == 0:
        if hindrance(S, d, READ) != 0 or S.d_here[d] > 0 or S.d_gone[d] != 0:
            return 0
        if S.d_reader[d] >= 0:
            return fault(S, F_IMAGE, d + FIRST_FD, 0)  # "runtime: double wait"
        S.d_reader[d] = g
    else:
        if hindrance(S, d, WRITE) != 0 or S.d_gone[d] != 0 or S.d_sent[S.d_peer[d]] < WINDOW:
            return 0
        if S.d_writer[d] >= 0:
            return fault(S, F_IMAGE, d + FIRST_FD, 0)
        S.d_writer[d] = g
    S.sc[NWAIT] += 1
    park(S, t, p, g, pc, fp, R_IO_WAIT, d + FIRST_FD)
    return PARKED


def wakewaiter(S, t, p, waker, d, mode, pc):
    """Who waits on d to read (1) or write (2) need not wait any longer (netpollgoready)."""
    g = S.d_reader[d]
    if mode == WRITE:
        g = S.d_writer[d]
    if g < 0:
        return 0
    if mode == WRITE:
        S.d_writer[d] = -1
    else:
        S.d_reader[d] = -1
    S.sc[NWAIT] -= 1
    return ready(S, t, p, g, waker, pc)


def canceldeadline(S, d, mode):
    """The deadline timer of d for reading (1) or writing (2) is gone."""
    x = S.d_rtimer[d]
    if mode == WRITE:
        x = S.d_wtimer[d]
        S.d_wtimer[d] = -1
    else:
        S.d_rtimer[d] = -1
    if x >= 0:
        heapdel(S, x)
        freetimer(S, x)
    return 0


def deadline(S, t, p, what):
    """A deadline has passed: timers.runtimer calls this (netpoll.go:netpollDeadline)."""
    d = what >> 2
    mode = what & 3
    if mode == WRITE:
        S.d_wtimer[d] = -1
    else:
        S.d_rtimer[d] = -1
    S.d_late[d] = S.d_late[d] | mode
    return wakewaiter(S, t, p, -1, d, mode, -1)


def setdeadline(S, t, p, g, pc, d, when, mode):
    """FDDEAD for one direction: 0, or NEED_TIMER."""
    x = -1
    if when > t:
        x = addtimer(S, p, when, T_FD, d << 2 | mode)
        if x < 0:
            return NEED_TIMER
        wakenetpoller(S, t, p, when)
    canceldeadline(S, d, mode)
    S.d_late[d] = S.d_late[d] & ~mode
    if x >= 0:
        if mode == WRITE:
            S.d_wtimer[d] = x
        else:
            S.d_rtimer[d] = x
    elif when != 0:
        S.d_late[d] = S.d_late[d] | mode
        wakewaiter(S, t, p, g, d, mode, pc)
    return 0


def fddead(S, t, p, g, pc, d, when, modes):
    """FDDEAD (netpoll.go:poll_runtime_pollSetDeadline)."""
    if S.d_open[d] != 1:
        return 0
    if when >= INF:
        when = INF - 1
    if modes & READ != 0 and setdeadline(S, t, p, g, pc, d, when, READ) != 0:
        return NEED_TIMER
    if modes & WRITE != 0 and setdeadline(S, t, p, g, pc, d, when, WRITE) != 0:
        return NEED_TIMER
    note(S, t, K_DEADLINE, R_NONE, p, g, d + FIRST_FD, when, pc)
    return 0


def fdclose(S, t, p, g, pc, d):
    """FDCLOSE (netpoll.go:poll_runtime_pollUnblock); the other end learns of it later."""
    if S.d_open[d] != 1:
        return 0
    if external_full(S) != 0:
        return NEED_EXT
    S.d_open[d] = 2
    note(S, t, K_CLOSE, R_NONE, p, g, d + FIRST_FD, 0, pc)
    canceldeadline(S, d, READ)
    canceldeadline(S, d, WRITE)
    wakewaiter(S, t, p, g, d, READ, pc)
    wakewaiter(S, t, p, g, d, WRITE, pc)
    while S.d_sent[d] > 0:
        getword(S, d)
    S.d_here[d] = 0
    add_external(S, t + S.d_delay[d], X_ARRIVE, S.d_peer[d], -1)
    return 0


def arrive(S, t, d, n):
    """n words, or (-1) the news that the other end is closed, arrive at d."""
    if S.d_open[d] != 1:
        return 0
    if n < 0:
        S.d_gone[d] = 1
        fdready(S, t, d, 1)
    else:
        S.d_here[d] += n
    return fdready(S, t, d, 0)


def op_fd(S, t, p, g, pc, fp, op, a, b, c):
    """FDPAIR, FDREAD, FDWRITE, FDWAIT, FDDEAD, FDCLOSE."""
    if op == FDPAIR:
        return fdpair(S, t, p, g, pc, fp, a, S.stk[fp + b])
    fd = S.stk[fp + a]
    if op == FDREAD or op == FDWRITE:
        fd = S.stk[fp + b]
    d = fd_at(S, fd)
    if d < 0:
        return fault(S, F_IMAGE, fd, 0)
    if op == FDREAD or op == FDWRITE:
        n = S.stk[fp + c + 1]
        at = heap_run(S, S.stk[fp + c], n)
        if at < 0:
            return bad_address(S, S.stk[fp + c])
        if op == FDREAD:
            return fdread(S, t, p, g, pc, fp, a, d, at, n)
        return fdwrite(S, t, p, g, pc, fp, a, d, at, n)
    if op == FDWAIT:
        return fdwait(S, t, p, g, pc, fp, d, b)
    if op == FDDEAD:
        return fddead(S, t, p, g, pc, d, S.stk[fp + b], c)
    return fdclose(S, t, p, g, pc, d)
