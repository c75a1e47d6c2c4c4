"""The allocator: objects do not overlap, are zero, are found from inside, and come back."""

from __future__ import annotations

import random

import pytest
from bare import Bare
from hypothesis import given, settings
from hypothesis import strategies as st

from gosched_edu.kernel import arena, malloc
from gosched_edu.kernel.state import NEED_HEAP, SC

sizes = st.one_of(st.integers(1, 20), st.integers(1, 1030), st.integers(1000, 5000))


def alloc(b: Bare, words: int, noscan: int = 0) -> int:
    """mallocgc as an instruction does it: grow, then again."""
    at = malloc.mallocgc(b.S, words, noscan)
    if at == 0:
        b.grow(NEED_HEAP)
        at = malloc.mallocgc(b.S, words, noscan)
    assert at > 0
    return at


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(sizes, st.integers(0, 1), st.booleans()), max_size=120), st.randoms())
def test_life_of_objects(plan: list[tuple[int, int, bool]], rng: random.Random) -> None:
    """Allocate, dirty, keep some, sweep, again: against a plain dictionary of what must be alive."""
    b = Bare(data=rng.choice([1, 3, 1024, 2000]))
    live: dict[int, tuple[int, int]] = {}
    stamp = 7
    for words, noscan, collect in plan:
        at = alloc(b, words, noscan)
        assert at >= b.sc("DATA_END") and at + words <= b.sc("HEAP_TOP") <= b.sc("HEAPCAP")
        assert all(b.S.heap[at + i] == 0 for i in range(words))
        for other, (n, _) in live.items():
            assert at + words <= other or other + n <= at
        stamp += 1
        for i in range(words):
            b.S.heap[at + i] = stamp
        live[at] = (words, stamp)
        if collect:
            kept = {a for a in live if rng.random() < 0.5}
            for a in kept:
                b.S.h_state[a] = malloc.MARKED
            dead = len(live) - len(kept)
            assert malloc.sweep(b.S) == dead
            live = {a: live[a] for a in kept}
        for a, (n, mark) in live.items():
            assert b.S.heap[a] == b.S.heap[a + n - 1] == mark
            inside = a + rng.randrange(n)
            assert malloc.findobject(b.S, inside) == a
            assert malloc.objectsize(b.S, a) >= n
    assert b.sc("NMALLOC") - b.sc("NFREE") == len(live)
    assert b.sc("HEAP_LIVE") == sum(8 * malloc.objectsize(b.S, a) for a in live)
    found = {malloc.findobject(b.S, i) for i in range(0, b.sc("HEAP_TOP"))} - {0}
    assert found == set(live)


def test_memory_is_used_again() -> None:
    """A program that keeps ten objects alive needs the same memory after 5 and after 500 collections."""
    b = Bare()
    rng = random.Random(1)
    tops = []
    live: list[int] = []
    for round_ in range(60):
        for _ in range(50):
            live.append(alloc(b, rng.choice([1, 2, 5, 16, 100, 700, 3000]), rng.randrange(2)))
        live = rng.sample(live, 10)
        for a in live:
            b.S.h_state[a] = malloc.MARKED
        malloc.sweep(b.S)
        if round_ in (5, 59):
            tops.append(b.sc("HEAP_TOP"))
    assert tops[1] <= 1.5 * tops[0]
    assert b.sc("PAGE_FREE") == sum(1 for p in range(1, b.sc("PAGE_TOP")) if b.S.h_span[p] < 0)
    for a in live:
        assert b.S.h_state[a] == malloc.ALIVE
    malloc.sweep(b.S)
    assert b.sc("HEAP_LIVE") == 0
    assert b.sc("PAGE_FREE") == b.sc("PAGE_TOP") - 1


def test_data_is_never_an_object() -> None:
    b = Bare(data=3000)
    at = alloc(b, 1)
    assert at >= 3 * arena.PAGE_WORDS
    assert malloc.findobject(b.S, 2999) == malloc.findobject(b.S, 3050) == 0
    assert malloc.findobject(b.S, b.sc("HEAP_TOP")) == malloc.findobject(b.S, -5) == 0


def test_refused_allocation_changes_nothing() -> None:
    b = Bare(heap=2)
    alloc(b, 5)
    before = {n: list(getattr(b.S, n)) for n in ("sc", "heap", "h_state", "h_span", "m_free", "m_bump")}
    assert malloc.mallocgc(b.S, 5000, 0) == 0
    need = b.sc("NEED")
    b.S.sc[SC["NEED"]] = before["sc"][SC["NEED"]]
    b.S.sc[SC["PAGE_FAIL"]] = before["sc"][SC["PAGE_FAIL"]]  # a hint
    assert need >= 5000
    assert {n: list(getattr(b.S, n)) for n in before} == before


@pytest.mark.parametrize("words", [1, 3, 17, 1024, 1025, 4000])
def test_waste_is_bounded(words: int) -> None:
    """An object is at most half as large again as asked for, pages of large ones aside."""
    b = Bare()
    got = malloc.objectsize(b.S, alloc(b, words))
    assert words <= got <= (1.5 * words + 1 if words <= 1024 else words + arena.PAGE_WORDS)
