"""Arrays that grow (what was there stays, the rest is zero, blocks are used again unseen), the list of Ps."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gosched_edu import go
from gosched_edu.kernel import boot
from gosched_edu.kernel import state as st
from gosched_edu.kernel.blocks import BLOCKS, Blocks
from gosched_edu.kernel.order import FAR, PMASK, first, front, joinorder, settle

MANY = """package main

func main() {
	for i := 0; i < 5000; i++ {
		c := make(chan int, 1)
		c <- i
	}
}
"""


def grown() -> st.State:
    """The state of a run with thousands of channels."""
    m = go.machine(MANY, procs=1, trace="off")
    assert m.run() == st.DONE
    return m.state


def test_blocks_are_used_again_by_the_next_run() -> None:
    first = grown()
    block = first.arrays["c_cap"].base
    assert isinstance(block, np.ndarray) and block.nbytes == Blocks.BYTES
    kept, place = first.arrays["c_cap"].copy(), block.__array_interface__["data"][0]
    assert kept.any()
    del block
    del first
    waiting = {b.__array_interface__["data"][0] for b in BLOCKS.free}
    assert place in waiting and not any(b.any() for b in BLOCKS.free)
    second = grown()
    assert np.array_equal(second.arrays["c_cap"], kept)
    used = {getattr(a.base, "__array_interface__", {"data": (0,)})["data"][0] for a in second.arrays.values()}
    assert used & waiting


def test_what_somebody_looks_at_is_not_used_again() -> None:
    first = grown()
    seen, part = first.arrays["c_cap"], first.arrays["c_width"][10:2000]
    copies = seen.copy(), part.copy()
    del first
    grown()
    assert np.array_equal(seen, copies[0]) and np.array_equal(part, copies[1])
    second = grown()
    arrays = second.arrays
    before = {name: a.copy() for name, a in arrays.items()}
    del second
    grown()
    assert all(np.array_equal(a, before[name]) for name, a in arrays.items())


def test_growth_keeps_what_was_there() -> None:
    state = grown()
    before = {f.name: state.arrays[f.name].copy() for f in st.BY_GROUP["c"]}
    while state["CHANCAP"] < 1 << 21:  # beyond a block
        state.grow(st.NEED_CHAN)
    for name, old in before.items():
        new = state.arrays[name]
        assert (
            len(new) == state["CHANCAP"]
            and np.array_equal(new[: len(old)], old)
            and not new[len(old) :].any()
        )
        assert state.table[st.NAMES.index(name)] == new.__array_interface__["data"][0]


@given(
    some.lists(some.integers(0, 9) | some.integers(FAR - 5, FAR + 5), min_size=1, max_size=30),
    some.lists(some.integers(0, 6) | some.just(FAR), max_size=60),
)
def test_the_order_of_the_ps_is_that_of_their_clocks(clocks: list[int], steps: list[int]) -> None:
    """`settle` and `front` beside a list that is sorted anew each time; some clocks are months ahead."""
    n = len(clocks)
    s = SimpleNamespace(
        sc=[0] * st.NSC, p_clock=[0] * n, p_in=[0] * n, p_status=[st.PRUNNING] * n, p_order=[0] * 32
    )
    s.sc[st.SC["OMASK"]], s.sc[st.SC["HORIZON"]] = 31, st.INF
    for p, t in enumerate(clocks):
        joinorder(s, p, t)
    for step in steps:
        now = sorted((s.p_clock[p], p) for p in range(n) if s.p_in[p])
        key = first(s)
        p = front(s, key)
        if not now:
            assert key == p == -1
            return
        assert p == now[0][1] == key & PMASK
        if len(now) > 1:
            assert s.sc[st.SC["LIMIT"]] <= now[1][0] - (now[1][1] < p)
            assert s.sc[st.SC["LIMIT"]] >= min(now[1][0] - (now[1][1] < p), FAR - 1)
        if step == 6:
            s.p_status[p] = st.PIDLE
        s.p_clock[p] += step
        s.sc[st.SC["NFRONT"]] = 0
        assert settle(s) == first(s)


DUE = """package main

import (
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	wg.Add(4000)
	for i := 0; i < 4000; i++ {
		time.AfterFunc(time.Duration(i%7)*time.Millisecond, func() {
			time.Sleep(time.Millisecond)
			wg.Done()
		})
	}
	wg.Wait()
}
"""


@pytest.mark.parametrize("race", [False, True])
def test_no_schedule_shows_that_memory_grew(monkeypatch: pytest.MonkeyPatch, race: bool) -> None:
    """Timers due on some P start their goroutines in the middle of a look for work."""

    def logs() -> list[list[int]]:
        traces = [go.run(DUE, procs=4, seed=seed, race=race).trace for seed in (1, 2, 3)]
        return [[hash(a.tobytes()) for a in (t.time, t.kind, t.g, t.p, t.arg, t.arg2)] for t in traces]

    small, usual = logs(), boot.capacities
    groups = ("g", "c", "s", "t", "stk", "heap")
    monkeypatch.setattr(
        boot, "capacities",
        lambda *given, **options: {
            group: 64 * n if group in groups and not (race and group == "heap") else n
            for group, n in usual(*given, **options).items()
        },
    )  # fmt: skip
    assert logs() == small
