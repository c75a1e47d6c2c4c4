"""The instructions on channels: MKCHAN, SEND, RECV, CLOSE, CHLEN, CHCAP (chan.go).

Problem. A program's channel value can be nil, or anything if the image is wrong; an operation that
cannot proceed must park its goroutine, and one that lacks memory must have changed nothing.

Chosen. Each instruction looks up its channel, tries (`gosched_edu.kernel.chan`), and else leaves a
sudog and parks. What the other side writes into the frame of a parked goroutine is all that it
gets: it goes on behind the instruction. Only a sender woken by close comes back to it, to panic.

Invariant. The width in the instruction is the width of the channel, so that no copy leaves the frame.
"""

from gosched_edu.kernel.chan import BLOCK, CLOSED, chan_at, closechan, tryrecv, trysend
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.faults import (
    F_CLOSE_CLOSED,
    F_CLOSE_NIL,
    F_IMAGE,
    F_MAKECHAN,
    F_SEND_CLOSED,
    fault,
)
from gosched_edu.kernel.isa import CHAN_BASE, HANDLE_BYTES
from gosched_edu.kernel.log import note, room
from gosched_edu.kernel.malloc import mallocgc
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.state import NEED_CHAN, NEED_HEAP, NEED_SUDOG, NEED_TRACE, PARKED, SC
from gosched_edu.kernel.sudog import acquiresudog, enqueue, nosudogs
from gosched_edu.kernel.time import blocktimer

NCHAN = SC["NCHAN"]
CHANCAP = SC["CHANCAP"]
CFREE = SC["CFREE"]
ALLOC_STATE, RACE = SC["ALLOC_STATE"], SC["RACE"]
K_MAKE = int(Kind.CHAN_MAKE)
R_NONE = int(Reason.NONE)
R_SEND, R_SEND_NIL = int(Reason.CHAN_SEND), int(Reason.CHAN_SEND_NIL)
R_RECV, R_RECV_NIL = int(Reason.CHAN_RECEIVE), int(Reason.CHAN_RECEIVE_NIL)
MAX_WORDS = (1 << 48) // 8  # malloc.go:maxAlloc


def op_mkchan(S, t, p, g, pc, fp, a, b, c):
    """MKCHAN (chan.go:makechan)."""
    size = S.stk[fp + b]
    if size < 0 or (c > 0 and size > MAX_WORDS // c):
        return fault(S, F_MAKECHAN, size, 0)
    x = S.sc[CFREE]
    if x < 0 and S.sc[NCHAN] >= S.sc[CHANCAP]:
        return NEED_CHAN
    at = 0
    words = size * c
    if S.sc[RACE] != 0:
        words += 1  # raceaddr
    if words > 0:
        at = mallocgc(S, words, 0)
        if at == 0:
            return NEED_HEAP
    if x >= 0:
        S.sc[CFREE] = S.c_next[x]
    else:
        x = S.sc[NCHAN]
        S.sc[NCHAN] = x + 1
    S.c_live[x] = (S.sc[ALLOC_STATE] + 1) >> 1  # 2 while marking goes on, see mark.py
    S.c_sync[x] = 0
    S.c_cap[x] = size
    S.c_width[x] = c
    S.c_n[x] = 0
    S.c_buf[x] = at
    S.c_sendx[x] = 0
    S.c_recvx[x] = 0
    S.c_closed[x] = 0
    S.c_recvq[x] = -1
    S.c_recvt[x] = -1
    S.c_sendq[x] = -1
    S.c_sendt[x] = -1
    S.c_waiting[x] = 0
    S.c_timer[x] = -1
    S.stk[fp + a] = CHAN_BASE + HANDLE_BYTES * x
    note(S, t, K_MAKE, R_NONE, p, g, x, size, pc)
    return 0


def wait(S, p, g, c, sends, elem, okat, sel, case):
    """g queues up in c; `elem` is where the value lies in its frame. The caller has seen to room."""
    s = acquiresudog(S)
    S.s_g[s] = g
    S.s_elem[s] = elem
    S.s_ok[s] = okat
    S.s_sel[s] = sel
    S.s_case[s] = case
    enqueue(S, s, c, sends)
    if S.c_timer[c] >= 0:
        blocktimer(S, p, S.c_timer[c])
    return s


def op_send(S, t, p, g, pc, fp, a, b, c):
    """SEND (chan.go:chansend1)."""
    handle = S.stk[fp + a]
    if handle == 0:
        park(S, t, p, g, pc, fp, R_SEND_NIL, 0)
        return PARKED
    x = chan_at(S, handle)
    if x < 0 or S.c_width[x] != c:
        return fault(S, F_IMAGE, handle, 0)
    S.g_fp[g] = fp
    how = trysend(S, t, p, g, x, fp + b, pc)
    if how == CLOSED:
        S.g_param[g] = 0
        return fault(S, F_SEND_CLOSED, 0, 0)
    if how == BLOCK:
        if nosudogs(S, 1) != 0:
            return NEED_SUDOG
        S.g_waiting[g] = wait(S, p, g, x, 1, fp + b, -1, -1, 0)
        park(S, t, p, g, pc, fp, R_SEND, x)
        return PARKED
    return 0


def op_recv(S, t, p, g, pc, fp, a, b, c):
    """RECV (chan.go:chanrecv1, chanrecv2)."""
    handle = S.stk[fp + b]
    if handle == 0:
        park(S, t, p, g, pc, fp, R_RECV_NIL, 0)
        return PARKED
    x = chan_at(S, handle)
    dst = -1
    okat = -1
    if a >= 0:
        dst = fp + a
        if c & 1 != 0:
            okat = dst + (c >> 1)
    if x < 0 or (a >= 0 and S.c_width[x] != c >> 1):
        return fault(S, F_IMAGE, handle, 0)
    how = tryrecv(S, t, p, g, x, dst, okat, pc)
    if how == BLOCK:
        if nosudogs(S, 1) != 0:
            return NEED_SUDOG
        S.g_waiting[g] = wait(S, p, g, x, 0, dst, okat, -1, 0)
        park(S, t, p, g, pc, fp, R_RECV, x)
        return PARKED
    return 0


def op_close(S, t, p, g, pc, fp, a, b, c):
    """CLOSE (chan.go:closechan)."""
    handle = S.stk[fp + a]
    if handle == 0:
        return fault(S, F_CLOSE_NIL, 0, 0)
    x = chan_at(S, handle)
    if x < 0:
        return fault(S, F_IMAGE, handle, 0)
    if room(S, 4 * S.c_waiting[x]) == 0:
        return NEED_TRACE
    S.g_fp[g] = fp
    if closechan(S, t, p, g, x, pc) == CLOSED:
        return fault(S, F_CLOSE_CLOSED, 0, 0)
    return 0


def op_chlen(S, t, p, g, pc, fp, a, b, c):
    """CHLEN: a synchronous timer channel looks empty (chan.go:chanlen)."""
    handle = S.stk[fp + b]
    x = chan_at(S, handle)
    n = 0
    if x >= 0:
        if S.c_timer[x] < 0:
            n = S.c_n[x]
    elif handle != 0:
        return fault(S, F_IMAGE, handle, 0)
    S.stk[fp + a] = n
    return 0


def op_chcap(S, t, p, g, pc, fp, a, b, c):
    """CHCAP: a synchronous timer channel looks unbuffered (chan.go:chancap)."""
    handle = S.stk[fp + b]
    x = chan_at(S, handle)
    n = 0
    if x >= 0:
        if S.c_timer[x] < 0:
            n = S.c_cap[x]
    elif handle != 0:
        return fault(S, F_IMAGE, handle, 0)
    S.stk[fp + a] = n
    return 0
