"""Addresses: the one place where a program's number becomes an index of the heap.

Problem. Programs compute addresses, and the compiled kernel has no bounds checks.

Chosen. An address is ``BASE + 8 * index``. `heap_at` and `heap_run` give the index, or -1 if
the words are not all inside the arena in use. The interpreter writes the same check out for
the words it loads itself.

Invariant. ``0 < index < HEAP_TOP`` for every heap word that is read or written for a program.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.faults import F_IMAGE, F_NIL, fault
from gosched_edu.kernel.state import SC

BASE = isa.BASE
HEAP_TOP = SC["HEAP_TOP"]
FIRST_PAGE = 4096


def heap_at(S, addr, offset):
    """Index of the word at addr + 8*offset (offset an int32), or -1."""
    at = ((addr - BASE) >> 3) + offset
    if at <= 0 or at >= S.sc[HEAP_TOP]:
        return -1
    return at


def heap_run(S, addr, n):
    """Index of the first of n words at addr, or -1; of no words (n == 0) it is 0."""
    if n == 0:
        return 0
    at = (addr - BASE) >> 3
    if n < 0 or at <= 0 or at >= S.sc[HEAP_TOP] or n > S.sc[HEAP_TOP] - at:
        return -1
    return at


def address(at):
    """Address of the heap word at index `at`."""
    return BASE + 8 * at


def bad_address(S, addr):
    """The program used an address of nothing: nil and what is near it, or a wild one."""
    if addr >= 0 and addr < FIRST_PAGE:
        return fault(S, F_NIL, addr, 0)
    return fault(S, F_IMAGE, addr, 0)
