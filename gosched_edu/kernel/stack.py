"""Goroutine stacks (stack.go).

Problem. A million goroutines must fit, each with a stack that can become deep.

Rejected. Fixed register files per goroutine (too small or too large); Python objects.

Chosen. As in Go since 1.3: a stack is one contiguous run of words; a call whose frame
does not fit moves it to one twice as large (stack.go:newstack, copystack). Stacks come
in sizes of powers of two with a free list each. Frames hold no absolute addresses of
their own stack, so that a copy needs no fixing; a *parked* goroutine's stack does not
move, so a sender may write into it.

Simplified. The sizes are those of our frames, smaller than real ones (a start size of
64 bytes, not 2 KB), and stacks do not shrink.

Invariant. ``g_stk <= g_fp`` and ``g_fp + frame <= g_stk + 2**g_class`` for each live goroutine;
``g_lim <= g_stk + 2**g_class``.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.faults import F_STACK, fault
from gosched_edu.kernel.state import FAULT, MIN_STACK_CLASS, NEED_STK, SC

STK_TOP = SC["STK_TOP"]
STKCAP = SC["STKCAP"]
STACK_MAX = SC["STACK_MAX"]
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
    """Move g's stack so that `need` words fit above its low end (stack.go:copystack).

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
    S.g_lim[g] = new + (1 << k)
    S.p_clock[p] += S.cost[GROW_WORD] * (used >> 3)
    return new + (fp - old)


def stackroom(S, p, g, fp, base, fn):
    """Room for fn's frame at fp+base: the new fp, or minus NEED_STK or FAULT (stack.go:newstack).

    What lies below fp+base and fn's arguments there are kept.
    """
    low = S.g_stk[g]
    need = fp + base + S.f_frame[fn] - low
    if need <= (1 << S.g_class[g]):
        return fp
    if need > S.sc[STACK_MAX]:
        fault(S, F_STACK, 8 * S.sc[STACK_MAX], 0)
        return -FAULT
    used = base + 2 + S.f_nargs[fn] + fp - low
    if used > (1 << S.g_class[g]):
        used = 1 << S.g_class[g]
    moved = growstack(S, p, g, fp, used, need)
    if moved < 0:
        return -NEED_STK
    return moved
