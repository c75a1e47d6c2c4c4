"""Zeros for arrays that grow, in blocks of memory that are used again.

Problem. Arrays that are moved at each growth, to pages that no run has touched before, take a twelfth of the
time of a run that makes many channels.

Rejected. Arrays with much room from the start (all states would be large); numpy's memory alone (each growth
moves the array).

Chosen. A block is longer than the array in it, which grows without moving. Pages that were never written to
take no memory. When a state is gone, and nobody else looks at its arrays, what it wrote is cleared, and its
blocks serve the next one.

Invariant. A block that waits holds zeros only, and nothing points into it.
"""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 1 << 20  # bytes: an array that is no shorter has pages of its own


class Blocks:
    """Blocks of zeros, and those that wait to be used again."""

    SMALL = 1 << 14  # bytes: shorter arrays are left to numpy
    BYTES = 1 << 22  # of a block
    MOST, USED = 64, 1 << 20  # blocks that wait to be used again, and how many bytes of one were used

    def __init__(self) -> None:
        self.free: list[NDArray[np.uint8]] = []

    def take(self) -> NDArray[np.uint8]:
        """A block of zeros."""
        try:
            return self.free.pop()
        except IndexError:
            flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
            return np.frombuffer(mmap.mmap(-1, self.BYTES, flags=flags), np.uint8)

    def give_back(self, block: NDArray[np.uint8], used: int) -> None:
        """Nobody looks at a block any more, of which so many bytes were used."""
        if used <= self.USED and len(self.free) < self.MOST:
            block[:used] = 0
            self.free.append(block)


#: Those of this process.
BLOCKS = Blocks()


def zeros(n: int, dtype: Any) -> NDArray[Any]:
    """An array of zeros, in a block if it has the length for one.

    A large one takes no memory before it is written to. `numpy.zeros` gives that only as long as the C
    library takes no memory that was used before.
    """
    size = n * np.dtype(dtype).itemsize
    if size < Blocks.SMALL or not hasattr(mmap, "MAP_PRIVATE"):
        return np.zeros(n, dtype)
    if 4 * size <= Blocks.BYTES:
        try:
            return BLOCKS.take()[:size].view(dtype)
        except OSError:  # addresses are rationed here
            return np.zeros(n, dtype)
    return np.frombuffer(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), dtype)
