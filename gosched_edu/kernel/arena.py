"""The tables of the allocator: what `malloc.py` reads and what a fresh run starts with.

Size classes are those of real allocators in miniature: at most a third of an object is waste. A
page is 1024 words, which are the 8 KB of mheap.go's pages.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

PAGE_SHIFT = 10
PAGE_WORDS = 1 << PAGE_SHIFT
#: Words of an object of each class; class 0 is that of large objects, which have whole pages.
SIZES: tuple[int, ...] = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024)
MAX_SMALL = SIZES[-1]
#: A span class is 2 * size class + 1 if its objects hold no pointers (mheap.go:spanClass).
SPAN_CLASSES = 2 * len(SIZES)
MARK_STACK = 1 << 13
MIN_HEAP = 4 << 20  # mgcpacer.go:defaultHeapMinimum, bytes


def tables() -> dict[str, NDArray[Any]]:
    """The allocator's fixed arrays for a fresh run."""
    sizes = np.array(SIZES)
    return {
        "m_size": sizes.astype(np.int32),
        "m_class": np.searchsorted(sizes, np.arange(MAX_SMALL + 1)).astype(np.int8),
        "m_free": np.zeros(SPAN_CLASSES, np.int64),
        "m_bump": np.zeros(SPAN_CLASSES, np.int64),
        "m_end": np.zeros(SPAN_CLASSES, np.int64),
        "mark": np.zeros(MARK_STACK, np.int64),
    }


def heap_words(data: int) -> int:
    """Heap words to begin with for an image with `data` words of data."""
    return (((data + PAGE_WORDS - 1) >> PAGE_SHIFT) + 8) << PAGE_SHIFT
