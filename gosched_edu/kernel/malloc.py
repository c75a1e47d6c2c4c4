"""Allocation (malloc.go).

Invariant. Fresh words are zero. An allocation that does not fit changes nothing: the caller
returns NEED_HEAP and its instruction is tried again.
"""

from gosched_edu.kernel.state import SC

HEAP_TOP = SC["HEAP_TOP"]
HEAPCAP = SC["HEAPCAP"]
NEED = SC["NEED"]


def mallocgc(S, n, noscan):
    """Index of the first of n zero words, or 0 when the heap must grow first (malloc.go:mallocgc)."""
    at = S.sc[HEAP_TOP]
    if at + n > S.sc[HEAPCAP]:
        S.sc[NEED] = at + n
        return 0
    S.sc[HEAP_TOP] = at + n
    return at
