"""Stacks as the collector treats them: scanned, and halved when mostly unused
(stack.go:shrinkstack).

Problem. A goroutine that once went deep would keep its large stack for ever.

Rejected. Shrinking at a return (a recursion that goes up and down would copy all the time).

Chosen. As Go: once per collection, and only for who uses less than a quarter; the new stack has
half the size. The goroutine must stand at a place where all that points into its stack is known:
not in a system call, not where a signal preempted it. Such a one shrinks in a later collection (Go:
at its next call).

From 1.19 on new goroutines start with the average size in use, rounded up to a power of two.

Invariant. After `shrinkstack` every place in g's stack that a sudog names is where its value is.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note
from gosched_edu.kernel.mark import scanstack
from gosched_edu.kernel.stack import (
    GUARD,
    copystack,
    firststack,
    freedeadstack,
    setroom,
    stack_class,
)
from gosched_edu.kernel.state import GDEAD, GRUNNABLE, GRUNNING, GSYSCALL, GWAITING, SC
from gosched_edu.kernel.sudog import adjustsudogs
from gosched_edu.kernel.versions import RULE_INDEX

NG, STACK_START, STACK_INUSE, STACK_MAX = SC["NG"], SC["STACK_START"], SC["STACK_INUSE"], SC["STACK_MAX"]
ADAPTIVE, CONTIGUOUS = RULE_INDEX["adaptive_stack"], RULE_INDEX["contiguous_stacks"]
K_SHRINK = int(Kind.STACK_SHRINK)
R_NONE, R_PREEMPTED = int(Reason.NONE), int(Reason.PREEMPTED)
NOSPLIT_BYTES = 800  # internal/abi/stack.go:StackNosplitBase


def stacktop(S, g):
    """The index of stk behind the frames of g, which does not run."""
    return S.g_fp[g] + S.f_frame[S.fn_of[S.g_pc[g]]]


def shrinkstack(S, t, g):
    """Halve g's stack if it uses less than a quarter of it; return 1 if it did (stack.go:shrinkstack)."""
    size = S.g_stacksize[g]
    if size // 2 < firststack(S) or S.g_used[g] + NOSPLIT_BYTES >= size // 4:
        return 0
    words = stacktop(S, g) - S.g_stk[g]
    old = S.g_stk[g]
    k = stack_class(words)
    if k > S.g_class[g]:
        k = S.g_class[g]
    moved = copystack(S, g, S.g_fp[g], words, k)
    if moved < 0:
        return 0  # no room for the copy now: at the next collection
    S.g_fp[g] = moved
    adjustsudogs(S, g, S.g_stk[g] - old)
    S.g_stacksize[g] = size // 2
    S.sc[STACK_INUSE] -= size - size // 2
    setroom(S, g)
    note(S, t, K_SHRINK, R_NONE, -1, g, size, size // 2, -1)
    return 1


def shrinkable(S, g):
    """1 if g stands where its stack may move (stack.go:isShrinkStackSafe)."""
    if S.g_status[g] == GSYSCALL or S.g_async[g] != 0 or S.rule[CONTIGUOUS] == 0:
        return 0
    return 1


def startingsize(S, scanned, stacks):
    """The size of new stacks from now on (stack.go:gcComputeStartingStackSize)."""
    if S.rule[ADAPTIVE] == 0:
        return 0
    average = firststack(S)
    if stacks > 0 and scanned // stacks + GUARD > average:
        average = scanned // stacks + GUARD
    if average > S.sc[STACK_MAX]:
        average = S.sc[STACK_MAX]
    size = firststack(S)
    while size < average:
        size *= 2
    S.sc[STACK_START] = size
    return 0


def scanstacks(S, t):
    """Scan all stacks, shrink what can be; return the bytes scanned (mgcmark.go:markrootSpans, scanstack)."""
    scanned = 0
    stacks = 0
    for g in range(S.sc[NG]):
        status = S.g_status[g]
        if status == GDEAD:
            if S.g_stacksize[g] > 0:
                freedeadstack(S, g)
        elif status == GRUNNABLE or status == GRUNNING or status == GWAITING or status == GSYSCALL:
            scanstack(S, g)
            scanned += S.g_used[g]
            stacks += 1
            if shrinkable(S, g) != 0:
                shrinkstack(S, t, g)
    startingsize(S, scanned, stacks)
    return scanned
