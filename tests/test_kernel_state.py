"""Arrays that grow: what they hold stays, the new part is zero, and blocks are used again unseen."""

from __future__ import annotations

import numpy as np

from gosched_edu import go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.blocks import BLOCKS, Blocks

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
