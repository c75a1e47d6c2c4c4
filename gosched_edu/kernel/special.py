"""Finalizers, cleanups and weak pointers (mfinal.go, mcleanup.go, mheap.go: specials).

Problem. Some code wants to know when the collector finds an object that nobody uses any more, and
must not keep the object alive by asking.

Rejected. A table of the kernel's own for them (one more thing that grows, for what few programs use).

Chosen. The library makes a record on the heap: next record, object, kind, function. The kernel hides
the object (it is a word's number, no address, so that marking does not see it) and chains the
record. While the collector marks, all that an object with a finalizer leads to stays alive, so that
a finalizer finds it whole; the object itself does not count. If it was reached in no other way, it
is kept once more, for its finalizer. A weak pointer to such an object is nil from that instant.
When memory is given back, the records whose time has come go to a queue, and the finalizer
goroutine, which waits for them (`FINALIZER_WAIT`), is made runnable. It is one of the runtime's own
while it waits, and one of the program's while it runs a finalizer. Go has others for cleanups
since 1.25; here one does both.

Invariant. What is chained or queued is alive (`markspecials`). A chain is walked for as many steps
as records were made, whatever the words say.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.malloc import ALIVE, findobject, objectsize
from gosched_edu.kernel.mark import gcdrain, shade, shadeobject
from gosched_edu.kernel.mem import heap_run
from gosched_edu.kernel.state import GWAITING, SC
from gosched_edu.kernel.threads import injectglist

BASE = isa.BASE
SPECIALS, NSPECIALS, FINQ, FINQ_LAST = SC["SPECIALS"], SC["NSPECIALS"], SC["FINQ"], SC["FINQ_LAST"]
FING, MARK_WORDS = SC["FING"], SC["MARK_WORDS"]
RECORD = 4  # words of a record: next, object, kind, function
FINALIZER, CLEANUP, WEAK, REMOVED, FOUND = range(5)  # kinds; golib/internal/special has the first four
SYSTEM = 5  # g_sys of the finalizer goroutine while it waits


def recordat(S, w):
    """Heap index of the record at address w, -1 if there can be none."""
    if w == 0:
        return -1
    return heap_run(S, w, RECORD)


def white(S, at):
    """1 if word `at` lies in an object that nobody has reached in this collection."""
    start = findobject(S, at)
    if start != 0 and S.h_state[start] == ALIVE:
        return 1
    return 0


def markspecials(S):
    """Roots: the records, and what objects with finalizers lead to (mgcmark.go:markrootSpans)."""
    shade(S, S.sc[SPECIALS])
    shade(S, S.sc[FINQ])
    w = S.sc[SPECIALS]
    for _ in range(S.sc[NSPECIALS]):
        at = recordat(S, w)
        if at < 0:
            break
        if S.heap[at + 2] == FINALIZER:
            start = findobject(S, S.heap[at + 1])
            if start != 0:
                size = objectsize(S, start)
                S.sc[MARK_WORDS] += size
                for i in range(start, start + size):
                    shade(S, S.heap[i])
        w = S.heap[at]
    return 0


def findspecials(S):
    """All else is marked: weak pointers to what is not are nil, finalizers keep theirs once more."""
    for kind in range(2):
        w = S.sc[SPECIALS]
        for _ in range(S.sc[NSPECIALS]):
            at = recordat(S, w)
            if at < 0:
                break
            w = S.heap[at]
            if S.heap[at + 2] == WEAK and kind == 0 and white(S, S.heap[at + 1]) != 0:
                S.heap[at + 1] = 0
                S.heap[at + 2] = REMOVED
            elif S.heap[at + 2] == FINALIZER and kind == 1 and white(S, S.heap[at + 1]) != 0:
                S.heap[at + 2] = FOUND
                shadeobject(S, S.heap[at + 1])
                S.heap[at + 1] = BASE + 8 * S.heap[at + 1]
    return gcdrain(S)


def sweepspecials(S):
    """Unchain the records that are done with, queue those that have something to do (mgcsweep.go:sweep)."""
    last = -1
    w = S.sc[SPECIALS]
    kept = 0
    for _ in range(S.sc[NSPECIALS]):
        at = recordat(S, w)
        if at < 0:
            break
        following = S.heap[at]
        kind = S.heap[at + 2]
        queued = 0
        if kind == FOUND or (kind == CLEANUP and white(S, S.heap[at + 1]) != 0):
            queued = 1
        if queued != 0 or kind == REMOVED:
            if last < 0:
                S.sc[SPECIALS] = following
            else:
                S.heap[last] = following
        else:
            last = at
            kept += 1
        if queued != 0:
            if kind == CLEANUP:
                S.heap[at + 1] = 0
            S.heap[at] = 0
            if S.sc[FINQ] == 0:
                S.sc[FINQ] = w
            else:
                S.heap[S.sc[FINQ_LAST]] = w
            S.sc[FINQ_LAST] = at
        w = following
    S.sc[NSPECIALS] = kept
    return 0


def wakefing(S, t, p):
    """There are finalizers to run: their goroutine is made runnable (mfinal.go:wakefing)."""
    g = S.sc[FING] - 1
    if S.sc[FINQ] != 0 and g >= 0 and S.g_status[g] == GWAITING and S.g_sys[g] == SYSTEM:
        S.g_next[g] = -1
        injectglist(S, t, p, g, 1)
    return 0
