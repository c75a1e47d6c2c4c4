"""Marking: what can the program still reach (mgcmark.go).

Problem. Memory may be taken back only if no goroutine can ever come to it again; nobody knows that,
but what cannot be reached through any chain of words is surely safe.

Rejected. Reference counts (cycles stay for ever, and each assignment pays); types for every word of
every stack (the lowering would have to tell for each instruction which slots hold pointers).

Chosen. Tri-colour marking as Go's. White objects are not found yet, grey ones are found but not
read, black ones are read; when nothing is grey the white ones are garbage. Roots are the image's
data, the slots that the stacks' frames may still read (`gosched_edu.kernel.stackmap`), what defers
and panics hold, and what the runtime itself will come back to: timers that are set. A word counts
as a pointer if it is the address of a word in an allocated object (*conservative*: a number that
looks like one keeps an object alive, which is rare with these addresses). Objects that hold no
pointers are not read. Channels and timers are marked through their handles.

Grey objects lie on a stack of fixed size. Large objects are read piece by piece (mgcmark.go:
oblets), so that the stack stays small; if it is full all the same, the object stays grey, and the
heap is searched for grey ones later.

Invariant. When `gcdrain` returns, every object that a marked object or a root points to is marked.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.arena import MARK_STACK, PAGE_SHIFT, PAGE_WORDS
from gosched_edu.kernel.malloc import ALIVE, GREY, MARKED, findobject, objectsize
from gosched_edu.kernel.stackmap import islive, liveat, liveresumed
from gosched_edu.kernel.state import GWAITING, SC
from gosched_edu.kernel.time import T_FUNC, T_SEND

BASE = isa.BASE
CHAN_BASE, TIMER_BASE, HANDLE_BYTES = isa.CHAN_BASE, isa.TIMER_BASE, isa.HANDLE_BYTES
DATA_END, HEAP_TOP, PAGE_TOP = SC["DATA_END"], SC["HEAP_TOP"], SC["PAGE_TOP"]
NCHAN, NTIMER, NG = SC["NCHAN"], SC["NTIMER"], SC["NG"]
MARK_N, MARK_LOST, MARK_WORDS, MARK_LIVE = SC["MARK_N"], SC["MARK_LOST"], SC["MARK_WORDS"], SC["MARK_LIVE"]
PIECE = 128  # words of a large object that are read at once


def shadeobject(S, at):
    """Word `at` of the heap is pointed to: its object becomes grey (mgcmark.go:greyobject)."""
    at = findobject(S, at)
    if at == 0 or S.h_state[at] != ALIVE:
        return 0
    size = objectsize(S, at)
    S.sc[MARK_LIVE] += size
    if S.h_class[S.h_span[at >> PAGE_SHIFT]] & 1 != 0:
        S.h_state[at] = MARKED
        return 0
    S.h_state[at] = GREY
    n = S.sc[MARK_N]
    if n >= MARK_STACK:
        S.sc[MARK_LOST] = 1
        return 0
    S.mark[n] = at
    S.sc[MARK_N] = n + 1
    return 0


def markchan(S, c):
    """Channel number c is reachable: so are its buffer and the timer that feeds it."""
    if S.c_live[c] != 1:
        return 0
    S.c_live[c] = 2
    if S.c_buf[c] > 0:
        shadeobject(S, S.c_buf[c])
    x = S.c_timer[c]
    if x >= 0 and S.t_live[x] == 1:
        S.t_live[x] = 2
    return 0


def marktimer(S, x):
    """Timer number x is reachable: so is what it acts on."""
    if S.t_live[x] != 1:
        return 0
    S.t_live[x] = 2
    if S.t_kind[x] == T_SEND:
        markchan(S, S.t_arg[x])
    elif S.t_kind[x] == T_FUNC:
        shadeobject(S, (S.t_arg[x] - BASE) >> 3)
    return 0


def shade(S, w):
    """A word that the program can read: whatever it may point to is reachable."""
    if w < BASE:
        return 0
    if w < CHAN_BASE:
        if w & 7 == 0:
            shadeobject(S, (w - BASE) >> 3)
        return 0
    if w < TIMER_BASE:
        c = (w - CHAN_BASE) // HANDLE_BYTES
        if c < S.sc[NCHAN]:
            markchan(S, c)
        return 0
    x = (w - TIMER_BASE) // HANDLE_BYTES
    if x < S.sc[NTIMER]:
        marktimer(S, x)
    return 0


def regrey(S):
    """The mark stack was full: put the grey objects that it has no room for on it, as many as fit."""
    page = (S.sc[DATA_END] + PAGE_WORDS - 1) >> PAGE_SHIFT
    while page < S.sc[PAGE_TOP]:
        if S.h_span[page] < 0:
            page += 1
            continue
        k = S.h_class[page]
        base = page << PAGE_SHIFT
        size = S.h_pages[page] << PAGE_SHIFT
        page += S.h_pages[page]
        n = 1
        if k >= 2:
            size = S.m_size[k >> 1]
            n = PAGE_WORDS // size
        for i in range(n):
            at = base + i * size
            if S.h_state[at] == GREY:
                if S.sc[MARK_N] >= MARK_STACK:
                    S.sc[MARK_LOST] = 1
                    return 0
                S.mark[S.sc[MARK_N]] = at
                S.sc[MARK_N] += 1
    return 0


def gcdrain(S):
    """Read grey objects until there are none (mgcmark.go:gcDrain)."""
    while True:
        while S.sc[MARK_N] > 0:
            n = S.sc[MARK_N] - 1
            at = S.mark[n] & 0xFFFFFFFF
            begin = S.mark[n] >> 32
            end = objectsize(S, at)
            if end - begin > PIECE:
                end = begin + PIECE
                S.mark[n] = at | (end << 32)
            else:
                S.sc[MARK_N] = n
                S.h_state[at] = MARKED
            S.sc[MARK_WORDS] += end - begin
            for i in range(at + begin, at + end):
                if S.heap[i] >= BASE:
                    shade(S, S.heap[i])
        if S.sc[MARK_LOST] == 0:
            return 0
        S.sc[MARK_LOST] = 0
        regrey(S)


def scanframe(S, fp, n, at):
    """Shade what the first n slots of the frame at fp hold, those in the set at `at` of live."""
    for i in range(n):
        if S.stk[fp + i] >= BASE and islive(S, at, i) != 0:
            shade(S, S.stk[fp + i])
    return 0


def scanwaiting(S, g):
    """Shade what g, which is parked, waits for, and what it has to send (runtime2.go:sudog).

    What it is to receive will come into slots whose old contents mean nothing any more.
    """
    s = S.g_waiting[g]
    while s >= 0:
        c = S.s_c[s]
        at = S.s_elem[s]
        if c < 0:
            return shade(S, at)
        markchan(S, c)
        for i in range(S.c_width[c]):
            if S.s_send[s] != 0:
                shade(S, S.stk[at + i])
            elif at >= 0:
                S.stk[at + i] = 0
        s = S.s_link[s]
    return 0


def scanstack(S, g):
    """Shade what g's frames, defers and panics hold; return the words of all (mgcmark.go:scanstack)."""
    if S.g_status[g] == GWAITING:
        scanwaiting(S, g)
    fp = S.g_fp[g]
    n = S.f_frame[S.fn_of[S.g_pc[g]]]
    at = liveat(S, S.g_pc[g])
    top = fp + n
    while True:
        scanframe(S, fp, n, at)
        link = S.stk[fp]
        if link == -1:
            break
        n = link >> 32
        if link < 0:
            n = -link >> 32
        at = liveresumed(S, link)
        fp -= n
    shade(S, S.g_defer[g])
    shade(S, S.g_panic[g])
    return top - S.g_stk[g]


def markdata(S):
    """Shade what the image's data holds: package variables, constants (mgcmark.go:markrootBlock)."""
    for i in range(1, S.sc[DATA_END]):
        if S.heap[i] >= BASE:
            shade(S, S.heap[i])
    for x in range(S.sc[NTIMER]):
        if S.t_live[x] == 1 and S.t_p[x] >= 0:
            marktimer(S, x)
    return 0
