"""Memory: goroutine stacks and the heap.

Problem. A million goroutines must fit, each with a stack that can become deep.

Rejected. Fixed register files per goroutine (too small or too large); Python objects.

Chosen. As in Go since 1.3: a stack is one contiguous run of words; a call whose frame
does not fit moves it to one twice as large (stack.go:newstack, copystack). Stacks come
in sizes of powers of two with a free list each. Frames hold no absolute addresses of
their own stack, so that a copy needs no fixing; a *parked* goroutine's stack does not
move, so a sender may write into it.

Simplified. The sizes are those of our frames, smaller than real ones (a start size of
64 bytes, not 2 KB), and stacks do not shrink.

Invariant. ``g_stk <= g_fp`` and ``g_fp + frame <= g_stk + 2**g_class`` for each live goroutine.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.state import MIN_STACK_CLASS, SC

HEAP_TOP = SC["HEAP_TOP"]
HEAPCAP = SC["HEAPCAP"]
STK_TOP = SC["STK_TOP"]
STKCAP = SC["STKCAP"]
NEED = SC["NEED"]
GROW_WORD = INDEX["grow_word"]


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


def growstack(S, p, g, fp, used, need):
    """Move g's stack so that `need` words fit above its low end (stack.go:newstack).

    `used` words are live. Returns the new fp, or -1 when the arena must grow first.
    """
    k = stack_class(need)
    if k <= S.g_class[g]:
        k = S.g_class[g] + 1
    new = stackalloc(S, k)
    if new < 0:
        return -1
    old = S.g_stk[g]
    for i in range(used):
        S.stk[new + i] = S.stk[old + i]
    stackfree(S, old, S.g_class[g])
    S.g_stk[g] = new
    S.g_class[g] = k
    S.p_clock[p] += S.cost[GROW_WORD] * (used >> 3)
    return new + (fp - old)


def mallocgc(S, n):
    """Address of n zero words, or 0 when the heap must grow first (malloc.go:mallocgc)."""
    at = S.sc[HEAP_TOP]
    if at + n > S.sc[HEAPCAP]:
        S.sc[NEED] = at + n
        return 0
    S.sc[HEAP_TOP] = at + n
    return at

