"""Goroutine stacks: sizes as Go has them, words as we need them (stack.go).

Problem. A million goroutines must fit, each with a stack that can become deep; and a stack must be
as large, and move at the same call, as in real Go, whose frames have other sizes than ours.

Rejected. Fixed stacks (too small or too large); segments linked to each other, as Go had until 1.2:
a call at the edge of a segment in a loop pays for a new one each time, the *hot split*; frames of
Go's size in real words (2 KB for each blocked goroutine).

Chosen. As in Go since 1.3 a stack is one run; a call whose frame does not fit moves it to one of
twice the size (newstack, copystack). Each stack has two sizes. The *nominal* one, ``g_stacksize``
bytes, is Go's: ``g_used`` sums up the bytes of all frames, and the check at a call is the one of
the compiled prologue. The *physical* one, ``2**g_class`` words, holds our frames and grows when
they need it, which nobody is told. A nominal move moves the words too, so that what the log tells
has happened. Frames hold no absolute addresses of their own stack; what else points into a stack
are sudogs, which `adjustsudogs` mends.

Segments (Go 1.0 to 1.2, without rule `contiguous_stacks`). ``g_low`` is the nominal depth at which
the newest segment starts; a return that comes back to it frees the segment (lessstack). The
physical stack stays one run. Records of the older segments lie in the stack arena.

Invariants. ``g_stk <= g_fp`` and ``g_fp + frame <= g_stk + 2**g_class`` for each live goroutine;
``g_lim`` is that end, or STACK_PREEMPT. ``g_used`` is ENTRY_BYTES and the bytes of all its frames.
A call for which ``g_used + f_bytes <= g_room`` needs no check. STACK_INUSE is the sum of all
nominal stacks that exist.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.faults import F_STACK, fault
from gosched_edu.kernel.log import note, room
from gosched_edu.kernel.state import MIN_STACK_CLASS, NEED_STK, NEED_TRACE, SC
from gosched_edu.kernel.versions import RULE_INDEX

STK_TOP, STKCAP, NEED = SC["STK_TOP"], SC["STKCAP"], SC["NEED"]
STACK_MAX, STACK_START, STACK_INUSE = SC["STACK_MAX"], SC["STACK_START"], SC["STACK_INUSE"]
STACK_TEXT = SC["STACK_TEXT"]
C_MOVE, C_WORD = INDEX["grow_stack"], INDEX["grow_word"]
C_SPLIT, C_UNSPLIT = INDEX["stack_split"], INDEX["stack_unsplit"]
CONTIGUOUS = RULE_INDEX["contiguous_stacks"]
START_2K, START_8K = RULE_INDEX["stack_2k"], RULE_INDEX["stack_8k"]
K_GROW, K_SHRINK = int(Kind.STACK_GROW), int(Kind.STACK_SHRINK)
K_SPLIT, K_UNSPLIT = int(Kind.STACK_SPLIT), int(Kind.STACK_UNSPLIT)
R_NONE = int(Reason.NONE)

STACK_PREEMPT = 0  # in g_lim: every call asks stackcheck (stack.go:stackPreempt)
NOSPLIT = 4  # image.NOSPLIT
EXACT = 1 << 30  # in a link word: the return address is the instruction that called, not the one after
PC_BITS = EXACT - 1
STACK_MIN = 2048  # stack.go:stackMin
GUARD = 928  # stack.go:stackGuard, linux/amd64
SMALL = 128  # internal/abi/stack.go:StackSmall
OLD_GUARD = 256  # the same before Go 1.3 (stack.h)
EXTRA = 2048  # stack.c:StackExtra, what a segment has beyond the frame it is made for
ENTRY_BYTES = 32  # proc.go:newproc1, totalSize: above the first frame
RETURN_BYTES = 8  # the caller has pushed it before the prologue looks
MAX_STACK_SIZE = 1_000_000_000  # proc.go:main, maxstacksize: what the message names


# --- words ---------------------------------------------------------------------------------
def stack_class(words):
    """The smallest class that holds `words`."""
    k = MIN_STACK_CLASS
    while (1 << k) < words:
        k += 1
    return k


def stackalloc(S, k):
    """A stack of 2**k words, or -1 when the arena must grow first (stack.go:stackalloc)."""
    at = S.stk_free[k]
    if at >= 0:
        S.stk_free[k] = S.stk[at]
        return at
    at = S.sc[STK_TOP]
    if at + (1 << k) > S.sc[STKCAP]:
        S.sc[NEED] = at + (1 << k)
        return -1
    S.sc[STK_TOP] = at + (1 << k)
    return at


def stackfree(S, at, k):
    """Give a stack back (stack.go:stackfree)."""
    S.stk[at] = S.stk_free[k]
    S.stk_free[k] = at
    return 0


# --- bytes ---------------------------------------------------------------------------------
def firststack(S):
    """Bytes of a new goroutine's stack when nothing has been learnt yet (stack.go:fixedStack)."""
    if S.rule[START_2K] != 0:
        return STACK_MIN
    if S.rule[START_8K] != 0:
        return 8192
    return 4096


def setroom(S, g):
    """g_room follows the nominal size of the stack, or of its newest segment."""
    low = S.g_low[g]
    if low < 0:
        low = 0
    guard = GUARD
    if S.rule[CONTIGUOUS] == 0:
        guard = OLD_GUARD
    S.g_room[g] = low + S.g_stacksize[g] - guard - RETURN_BYTES - 1
    return 0


def setguard(S, g):
    """The limits of g's calls: those of its stack, no request to preempt (proc.go:execute)."""
    S.g_lim[g] = S.g_stk[g] + (1 << S.g_class[g])
    return setroom(S, g)


def newstackof(S, g, at, k, fn):
    """g starts function fn on the stack of 2**k words at `at` (proc.go:newproc1, gfget).

    The stack that dead g kept, if it did, is used again when it has the size of new ones.
    """
    S.g_stk[g] = at
    S.g_class[g] = k
    S.sc[STACK_INUSE] += S.sc[STACK_START] - S.g_stacksize[g]
    S.g_stacksize[g] = S.sc[STACK_START]
    S.g_used[g] = ENTRY_BYTES + S.f_bytes[fn]
    S.g_low[g] = -1
    S.g_seg[g] = -1
    setguard(S, g)
    return 0


def popsegment(S, g):
    """The newest segment of g's stack is free."""
    record = S.g_seg[g]
    S.sc[STACK_INUSE] -= S.g_stacksize[g]
    S.g_low[g] = S.stk[record + 1]
    S.g_stacksize[g] = S.stk[record + 2]
    S.g_seg[g] = S.stk[record + 3]
    stackfree(S, record, MIN_STACK_CLASS)
    return setroom(S, g)


def freedeadstack(S, g):
    """Dead g gives its nominal stack back (mgcmark.go:markrootFreeGStacks)."""
    S.sc[STACK_INUSE] -= S.g_stacksize[g]
    S.g_stacksize[g] = 0
    return 0


def deadstack(S, g):
    """g is dead: its words are free; it keeps its nominal stack if that has the size of new ones (gfput)."""
    while S.g_seg[g] >= 0:
        popsegment(S, g)
    stackfree(S, S.g_stk[g], S.g_class[g])
    if S.g_stacksize[g] != S.sc[STACK_START]:
        freedeadstack(S, g)
    return 0


def usedbytes(S, g, pc, fp):
    """Nominal bytes of g's frames, counted, for whoever has not passed through CALL and RET."""
    n = ENTRY_BYTES
    while True:
        n += S.f_bytes[S.fn_of[pc]]
        link = S.stk[fp]
        if link == -1:
            return n
        if link < 0:
            pc = (-link & 0xFFFFFFFF) - 2
            fp -= -link >> 32
        else:
            pc = link & PC_BITS
            if link & EXACT == 0:
                pc -= 1
            fp -= link >> 32


def copystack(S, g, fp, words, k):
    """Move the lowest `words` of g's stack to a stack of 2**k words (stack.go:copystack).

    Returns the new fp, or -1 when the arena must grow first. A request to preempt stays.
    """
    new = stackalloc(S, k)
    if new < 0:
        return -1
    old = S.g_stk[g]
    for i in range(words):
        S.stk[new + i] = S.stk[old + i]
    stackfree(S, old, S.g_class[g])
    S.g_stk[g] = new
    S.g_class[g] = k
    if S.g_lim[g] != STACK_PREEMPT:
        S.g_lim[g] = new + (1 << k)
    return new + (fp - old)


def livewords(S, g, fp, base, fn):
    """Words of g's stack that hold something when it calls fn at `base`: up to the arguments."""
    used = fp + base + 2 + S.f_nargs[fn] - S.g_stk[g]
    if used > (1 << S.g_class[g]):
        used = 1 << S.g_class[g]
    return used


def stackroom(S, p, g, fp, base, fn):
    """Words for fn's frame at fp+base: the new fp, or minus NEED_STK."""
    need = fp + base + S.f_frame[fn] - S.g_stk[g]
    if need <= (1 << S.g_class[g]):
        return fp
    moved = copystack(S, g, fp, livewords(S, g, fp, base, fn), stack_class(need))
    if moved < 0:
        return -NEED_STK
    return moved


# doc: newstack
def newstack(S, t, p, g, pc, fp, base, fn):
    """The prologue of fn has found too little room: double the stack (stack.go:newstack)."""
    used = S.g_used[g] + RETURN_BYTES
    size = S.g_stacksize[g]
    new = size * 2
    while new - used < S.f_bytes[fn] - RETURN_BYTES + GUARD:
        new *= 2
    if new > S.sc[STACK_MAX]:
        return -fault(S, F_STACK, S.sc[STACK_TEXT], size)
    if room(S, 0) == 0:
        return -NEED_TRACE
    low = S.g_stk[g]
    k = stack_class(fp + base + S.f_frame[fn] - low)
    if k < S.g_class[g]:
        k = S.g_class[g]
    moved = copystack(S, g, fp, livewords(S, g, fp, base, fn), k)
    if moved < 0:
        return -NEED_STK
    S.g_stacksize[g] = new
    S.sc[STACK_INUSE] += new - size
    setroom(S, g)
    S.p_clock[p] += S.cost[C_MOVE] + S.cost[C_WORD] * (used >> 6)
    note(S, t, K_GROW, R_NONE, p, g, size, new, pc)
    return moved
# doc: end


# --- segments, before Go 1.3 -----------------------------------------------------------------
def morestack(S, t, p, g, pc, fp, base, fn):
    """fn gets a segment of its own (stack.c:runtime.newstack before Go 1.3)."""
    size = S.f_bytes[fn] + EXTRA
    if size < firststack(S):
        size = firststack(S)
    if S.g_used[g] + size > S.sc[STACK_MAX]:
        return -fault(S, F_STACK, S.sc[STACK_TEXT], S.g_used[g])
    if room(S, 0) == 0:
        return -NEED_TRACE
    record = stackalloc(S, MIN_STACK_CLASS)
    if record < 0:
        return -NEED_STK
    moved = stackroom(S, p, g, fp, base, fn)
    if moved < 0:
        stackfree(S, record, MIN_STACK_CLASS)
        return moved
    S.stk[record + 1] = S.g_low[g]
    S.stk[record + 2] = S.g_stacksize[g]
    S.stk[record + 3] = S.g_seg[g]
    S.g_seg[g] = record
    S.g_low[g] = S.g_used[g]
    S.g_stacksize[g] = size
    S.sc[STACK_INUSE] += size
    setroom(S, g)
    S.p_clock[p] += S.cost[C_SPLIT]
    note(S, t, K_SPLIT, R_NONE, p, g, size, S.g_used[g], pc)
    return moved


def lessstack(S, t, p, g, pc):
    """g has returned to where its newest segment began: free it (stack.c:runtime.oldstack)."""
    while S.g_seg[g] >= 0 and S.g_used[g] <= S.g_low[g]:
        note(S, t, K_UNSPLIT, R_NONE, p, g, S.g_stacksize[g], S.g_used[g], pc)
        S.p_clock[p] += S.cost[C_UNSPLIT]
        popsegment(S, g)
    return 0


# --- the check ---------------------------------------------------------------------------------
def stackgrow(S, t, p, g, pc, fp, base, fn):
    """What the prologue of fn, called at pc with its frame at fp+base, does when the quick look failed.

    Returns the new fp, or minus FAULT, NEED_STK, NEED_TRACE (nothing has changed then).
    """
    if S.f_flags[fn] & NOSPLIT == 0:
        # SP - (frame - SMALL) <= stackguard0; for small frames SP <= stackguard0
        beyond = S.f_bytes[fn] - RETURN_BYTES - SMALL
        if beyond < 0:
            beyond = 0
        if S.rule[CONTIGUOUS] == 0:
            if S.g_used[g] + beyond > S.g_room[g]:
                return morestack(S, t, p, g, pc, fp, base, fn)
        elif S.g_used[g] + beyond > S.g_room[g]:
            return newstack(S, t, p, g, pc, fp, base, fn)
    return stackroom(S, p, g, fp, base, fn)
