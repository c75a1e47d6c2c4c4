"""The heap: objects in spans of one size, given out, and taken back by the collector.

Problem. Programs allocate with every string, closure and boxed variable, and run long; so an
allocation must cost a few instructions, and memory must come back.

Rejected. A bump allocator (nothing comes back); one free list searched for a fit (slow, and it
crumbles); a buddy system (a word could not tell to which object it belongs); moving objects
together (addresses would change under the program: Go never does that).

Chosen. As malloc.go and mheap.go: pages of 1024 words; a span is a run of pages that holds objects
of one size class, so that any word finds its object by one division; for each class a list of free
objects, and behind it the unused rest of the newest span. Objects without pointers have spans of
their own, which the collector does not read. Objects above 1024 words have their pages to
themselves.

Simplified. One list per class instead of a cache per P: no time passes here between two Ms. Free
objects are chained through their own first words.

Invariants. ``h_state`` of an object's first word is ALIVE or more exactly if it is allocated. A
free object is in exactly one free list, or behind ``m_bump``. What `mallocgc` returns is zero.
Words below DATA_END belong to no span.
"""

from gosched_edu.kernel.arena import MAX_SMALL, PAGE_SHIFT, PAGE_WORDS, SPAN_CLASSES
from gosched_edu.kernel.shadow import raceclear
from gosched_edu.kernel.state import SC

HEAP_TOP, HEAPCAP, NEED = SC["HEAP_TOP"], SC["HEAPCAP"], SC["NEED"]
PAGE_TOP, PAGE_FREE, PAGE_HINT, PAGE_FAIL = (
    SC["PAGE_TOP"], SC["PAGE_FREE"], SC["PAGE_HINT"], SC["PAGE_FAIL"],
)  # fmt: skip
HEAP_LIVE, NMALLOC, NFREE, TOTAL_ALLOC = SC["HEAP_LIVE"], SC["NMALLOC"], SC["NFREE"], SC["TOTAL_ALLOC"]
ALLOC_STATE, GC_TRIGGER, GC_POLL, GC_DEBT = SC["ALLOC_STATE"], SC["GC_TRIGGER"], SC["GC_POLL"], SC["GC_DEBT"]
DATA_END = SC["DATA_END"]
LIMIT, RACE = SC["LIMIT"], SC["RACE"]

# h_state of an object's first word
FREE, ALIVE, GREY, MARKED = 0, 1, 2, 3
NO_FAIL = 1 << 40  # PAGE_FAIL while no search has failed


def pagealloc(S, n):
    """First of n pages in a row, or -1 when the heap must grow first (mpagealloc.go:alloc).

    First fit from below, so that a heap that has shrunk has its free pages at the top. Pages that were used
    before are not zero: they end below PAGE_TOP as it was.
    """
    top = S.sc[PAGE_TOP]
    if S.sc[PAGE_FREE] >= n and n < S.sc[PAGE_FAIL]:
        at = S.sc[PAGE_HINT]
        run = 0
        while at < top and run < n:
            if S.h_span[at] >= 0:
                run = 0
            else:
                run += 1
            at += 1
        if run == n:
            at -= n
            S.sc[PAGE_FREE] -= n
            if n == 1:
                S.sc[PAGE_HINT] = at + 1
            return at
        S.sc[PAGE_FAIL] = n
    if (top + n) << PAGE_SHIFT > S.sc[HEAPCAP]:
        S.sc[NEED] = (top + n) << PAGE_SHIFT
        return -1
    S.sc[PAGE_TOP] = top + n
    S.sc[HEAP_TOP] = (top + n) << PAGE_SHIFT
    return top


def spanalloc(S, n, k):
    """A zeroed span of n pages and span class k: its first word, or 0 when the heap must grow first."""
    fresh = S.sc[PAGE_TOP]
    page = pagealloc(S, n)
    if page < 0:
        return 0
    for i in range(page, page + n):
        S.h_span[i] = page
    S.h_pages[page] = n
    S.h_class[page] = k
    at = page << PAGE_SHIFT
    if page < fresh:
        for i in range(at, at + (n << PAGE_SHIFT)):
            S.heap[i] = 0
    return at


def pagefree(S, page):
    """Give the span that starts at `page` back (mheap.go:freeSpan)."""
    n = S.h_pages[page]
    for i in range(page, page + n):
        S.h_span[i] = -1
    S.sc[PAGE_FREE] += n
    S.sc[PAGE_FAIL] = NO_FAIL
    if page < S.sc[PAGE_HINT]:
        S.sc[PAGE_HINT] = page
    return 0


def shouldhelpgc(S):
    """A span was needed: is the heap large enough for a collection (mgc.go:gcTrigger.test)?"""
    if S.sc[HEAP_LIVE] >= S.sc[GC_TRIGGER]:
        S.sc[GC_POLL] = 1
        S.sc[LIMIT] = -1  # the interpreter stops before the next instruction that others see
    return 0


def mallocgc(S, words, noscan):
    """Index of the first of `words` zero words, or 0 when the heap must grow first (malloc.go:mallocgc).

    noscan is 1 when they will hold no pointers.
    """
    if words > MAX_SMALL:
        n = (words + PAGE_WORDS - 1) >> PAGE_SHIFT
        at = spanalloc(S, n, noscan)
        if at == 0:
            return 0
        size = n << PAGE_SHIFT
        shouldhelpgc(S)
    else:
        k = S.m_class[words] * 2 + noscan
        size = S.m_size[k >> 1]
        at = S.m_free[k]
        if at != 0:
            S.m_free[k] = S.heap[at]
            for i in range(at, at + size):
                S.heap[i] = 0
        else:
            at = S.m_bump[k]
            if at + size > S.m_end[k]:
                at = spanalloc(S, 1, k)
                if at == 0:
                    return 0
                S.m_end[k] = at + PAGE_WORDS
                shouldhelpgc(S)
            S.m_bump[k] = at + size
    if S.sc[RACE] != 0:
        raceclear(S, at, size)
    S.h_state[at] = S.sc[ALLOC_STATE]
    S.sc[NMALLOC] += 1
    S.sc[HEAP_LIVE] += size << 3
    S.sc[TOTAL_ALLOC] += size << 3
    if S.sc[ALLOC_STATE] != ALIVE:
        S.sc[GC_DEBT] += size << 3
        S.sc[GC_POLL] = 1
        S.sc[LIMIT] = -1
    return at


def objectsize(S, at):
    """Words of the object that starts at `at`."""
    page = at >> PAGE_SHIFT
    k = S.h_class[page]
    if k < 2:
        return S.h_pages[page] << PAGE_SHIFT
    return S.m_size[k >> 1]


def findobject(S, at):
    """First word of the allocated object that word `at` lies in, or 0 (mbitmap.go:findObject)."""
    if at < S.sc[DATA_END] or at >= S.sc[HEAP_TOP]:
        return 0
    page = S.h_span[at >> PAGE_SHIFT]
    if page < 0:
        return 0
    k = S.h_class[page]
    start = page << PAGE_SHIFT
    if k >= 2:
        size = S.m_size[k >> 1]
        start += (at - start) // size * size
    if S.h_state[start] == FREE:
        return 0
    return start


def sweepspan(S, page):
    """Free what is not marked in the span at `page`, from its end to its start (mgcsweep.go:sweep)."""
    k = S.h_class[page]
    base = page << PAGE_SHIFT
    size = S.h_pages[page] << PAGE_SHIFT
    n = 1
    if k >= 2:
        size = S.m_size[k >> 1]
        n = PAGE_WORDS // size
        if S.m_end[k] == base + PAGE_WORDS:
            n = (S.m_bump[k] - base) // size  # the rest has never been used
    live = 0
    dead = 0
    for i in range(n):
        at = base + i * size
        if S.h_state[at] == MARKED:
            live += 1
            S.h_state[at] = ALIVE
        elif S.h_state[at] != FREE:
            dead += 1
            S.h_state[at] = FREE
    S.sc[NFREE] += dead
    S.sc[HEAP_LIVE] -= (dead * size) << 3
    if live == 0:
        if k >= 2 and S.m_end[k] == base + PAGE_WORDS:
            S.m_end[k] = 0
            S.m_bump[k] = 0
        pagefree(S, page)
        return dead
    if k >= 2:
        i = n - 1
        while i >= 0:
            at = base + i * size
            if S.h_state[at] == FREE:
                S.heap[at] = S.m_free[k]
                S.m_free[k] = at
            i -= 1
    return dead


def sweep(S):
    """Free all objects that are not marked, unmark the others; return how many died (mgcsweep.go)."""
    for k in range(SPAN_CLASSES):
        S.m_free[k] = 0
    dead = 0
    page = S.sc[PAGE_TOP] - 1
    low = (S.sc[DATA_END] + PAGE_WORDS - 1) >> PAGE_SHIFT
    while page >= low:
        first = S.h_span[page]
        if first >= 0:
            page = first
            dead += sweepspan(S, page)
        page -= 1
    return dead
