"""Stack maps: what nobody can use any more is garbage, as in real Go; what somebody can is not."""

from __future__ import annotations

import random
from types import SimpleNamespace

import golang_collections
import golang_random_whole
import golang_real
import numpy as np
import poison
import pytest
import rich_programs
from life_programs import HELD, LAST_USE, LAST_USE_LINES
from liveness_oracle import Liveness

from gosched_edu import go
from gosched_edu.kernel import boot, stackmap
from gosched_edu.kernel import state as st
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine

VERSION = "1.27"


@pytest.fixture(scope="module")
def real() -> list[str]:
    if golang_real.go() is None:
        pytest.skip("no Go toolchain; `make env` installs one")
    return [out for _, out, _ in golang_real.results([LAST_USE, HELD], VERSION)]


@pytest.mark.parametrize("procs", [1, 4])
def test_objects_die_after_their_last_use_as_in_real_go(real: list[str], procs: int) -> None:
    assert go.run(LAST_USE, version=VERSION, procs=procs).output.split("\n") == LAST_USE_LINES
    assert real[0].split("\n") == LAST_USE_LINES


def test_the_compiled_kernel_does_the_same() -> None:
    a, b = (go.machine(LAST_USE, version=VERSION, procs=2, jit=jit) for jit in (True, False))
    a.run()
    b.run()
    np.testing.assert_array_equal(a.records(), b.records())
    for name in ("live", "heap", "stk"):
        np.testing.assert_array_equal(a.state.arrays[name], b.state.arrays[name])


def _program(name: str) -> str:
    kind, _, seed = name.partition(" ")
    if kind == "rich":
        return rich_programs.rich_program(int(seed))
    return golang_random_whole.program(random.Random(int(seed)))


@pytest.mark.parametrize("name", [f"{kind} {i}" for kind in ("rich", "whole") for i in range(2, 9)])
def test_nothing_that_is_used_again_is_garbage(name: str) -> None:
    image = go.compile(_program(name), version=VERSION)
    options = {"version": VERSION, "procs": 1 + len(name) % 4, "seed": len(name), "gogc": -1}
    expected = go.run(image, **options)
    m = Machine(image, **options)
    _, spoiled = poison.run(m, seed=7, stops=150, most=20_000_000)
    assert m.output.decode("utf-8", "replace") == expected.output
    assert spoiled > 20


@pytest.mark.parametrize("procs", [1, 3])
def test_what_only_the_runtime_holds_is_no_garbage(real: list[str], procs: int) -> None:
    """Values in parked senders, results under deferred calls, closures of deferred calls, arguments."""
    m = go.machine(HELD, version=VERSION, procs=procs, gogc=-1)
    status, spoiled = poison.run(m, seed=procs, stops=2_000, most=20_000_000)
    assert (m.output.decode(), status) == (real[1], st.DONE)
    assert spoiled > 500


def maps(image: Image) -> SimpleNamespace:
    arrays = {**boot.image_arrays(image), "op_kind": boot.tables()["op_kind"]}
    view = SimpleNamespace(**{name: a.tolist() for name, a in arrays.items()})
    view.live = [0] * boot.capacities(image, 1)["maps"]
    return view


def _wide() -> str:
    """A function with many variables, some of which are used late."""
    names = [f"v{i}" for i in range(90)]
    lines = [f"\t{x} := n + {i}\n" for i, x in enumerate(names)]
    lines += ["\tfor range 3 {\n", *(f"\t\tv{i} += v{89 - i}\n" for i in range(0, 80, 3)), "\t}\n"]
    return (
        "package main\n\nfunc main() {\n\tn := 1\n" + "".join(lines) + f"\tprintln({'+'.join(names)})\n}}\n"
    )


@pytest.mark.parametrize(
    "source", [HELD, golang_collections.PROGRAMS["maps"], _wide()], ids=["held", "maps", "wide"]
)
def test_maps_are_those_of_another_way_to_find_them(source: str) -> None:
    """A set of slots an instruction, with a work list of all instructions."""
    image = go.compile(source, version=VERSION)
    view, oracle = maps(image), Liveness(image)
    if "v89" in source:
        assert max(f.frame for f in image.functions) > stackmap.BITS
    for f in image.functions:
        for pc in range(f.entry, f.end):
            if not oracle.is_case(pc):
                at = stackmap.liveat(view, pc)
                found = {i for i in range(f.frame) if stackmap.islive(view, at, i)}
                assert found == oracle.before(pc), (f.name, pc)


def test_a_function_without_a_map_keeps_all_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """A huge function is not looked into: nothing of it is garbage, and nothing is lost."""
    monkeypatch.setattr(stackmap, "MANY", 0)
    r = go.run(HELD + "// without maps\n", version=VERSION, gogc=0)
    assert r.status == "finished"
