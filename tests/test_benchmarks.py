"""The benchmarks compare like with like: the C twin is the kernel, the SimPy model its sibling."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import c_twin, simpy_irregular, simpy_model, workloads
from benchmarks.measure import drive
from gosched_edu import go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.build import compiled

PROGRAMS = {
    "ping-pong": (workloads.PINGPONG % {"n": 300}, 1),
    "fan-out": (workloads.FANOUT % {"n": 3000}, 8),
    "workers": (workloads.WORKERS % {"n": 200}, 8),
    "sieve": (workloads.SIEVE % {"n": 40}, 8),
    "pairs": (workloads.PAIRS % {"n": 40, "rounds": 9}, 8),
    "irregular": (workloads.irregular(6), 4),
    "irregular, another seed": (workloads.irregular(6, seed=7, copies=2), 32),
}


@pytest.mark.skipif(c_twin.compiler() is None, reason="no C compiler")
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_twin_leaves_the_same_state(name: str) -> None:
    source, procs = PROGRAMS[name]
    image = go.compile(source)
    twin = c_twin.load()
    assert twin is not None
    ours = drive(image, compiled(), procs=procs, trace="full").machine
    theirs = drive(image, twin, procs=procs, trace="full").machine
    assert len(ours.records()) > 100
    np.testing.assert_array_equal(ours.records(), theirs.records())
    for field, array in ours.state.arrays.items():
        np.testing.assert_array_equal(array, theirs.state.arrays[field], err_msg=field)


@pytest.mark.parametrize("seed", range(8))
def test_irregular_programs_end(seed: int) -> None:
    image = go.compile(workloads.irregular(3, seed=seed))
    for procs in (1, 8):
        assert drive(image, compiled(), procs=procs).machine.status == st.DONE


def test_an_ordinary_program_has_two_hundred_lines_and_does_its_work() -> None:
    source = workloads.ordinary(3)
    assert 200 <= len(source.splitlines()) <= 220
    assert go.run(source).output == "done: 10\n" * 3


def test_an_unknown_construct_is_refused() -> None:
    def strange(S, p):  # type: ignore[no-untyped-def]
        return [p]

    with pytest.raises(c_twin.Untranslatable, match="List"):
        c_twin._Writer(strange, {strange: "strange"}).text()


def test_simpy_gives_values_in_the_kernels_order() -> None:
    source = workloads.WORKERS % {"n": 500}
    source = source.replace('import "sync"', 'import (\n\t"fmt"\n\t"sync"\n)')
    source = source.replace("\t\t<-done\n", "\t\tfmt.Println(<-done)\n")
    printed = [int(line) for line in go.run(source, procs=1).output.split()]
    seen: list[int] = []
    simpy_model.Model(1, simpy_model.workers(500, seen)).run()
    assert len(set(printed)) > 1
    assert seen == printed


def test_the_irregular_program_ends_in_simpy_too():
    """Each line of the generated Go program has a translation, and the model comes to its end."""
    source = workloads.irregular(3)
    model = simpy_model.Model(8, simpy_irregular.irregular(source))
    model.run()
    assert not model.globals and model.env.now > 10_000
    assert go.run(source, procs=8).status == "finished"
