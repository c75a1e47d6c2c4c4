"""Collections at every opportunity change nothing that a program computes, and break no invariant."""

from __future__ import annotations

import random
import re

import golang_collections
import golang_programs
import golang_types
import invariants
import numpy as np
import pytest
from asm import assemble
from sched_programs import program
from test_sched_random import VERSIONS

from gosched_edu import go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.machine import Budget, Machine

GO_PROGRAMS = {
    f"{module.__name__}:{name}": source
    for module in (golang_collections, golang_programs, golang_types)
    for name, source in module.PROGRAMS.items()
    if isinstance(source, str)
}


@pytest.mark.parametrize("name", GO_PROGRAMS)
def test_go_programs_print_the_same(name: str) -> None:
    """With GOGC=0 a cycle begins at each new span."""
    try:
        image = go.compile(GO_PROGRAMS[name], version="1.23")
    except go.GoError:
        pytest.skip("a program that must not compile")
    without = go.run(image, gogc=-1, procs=1, version="1.23")
    always = go.run(image, gogc=0, procs=1, version="1.23")
    assert (always.output, always.status) == (without.output, without.status)


def scheduler_program(seed: int) -> str:
    """A random program that also collects explicitly, here and there."""
    r = random.Random(seed)

    def more(m: re.Match[str]) -> str:
        return m.group(0) + ("  GC\n" if r.random() < 0.25 else "")

    return re.sub(r"  (GOSCHED|WORK.*|SLEEP.*|LOCKT.*|SYSCALL.*|SEND.*|SETPROCS.*)\n", more, program(seed))


@pytest.mark.parametrize("seed", range(40))
def test_random_programs(seed: int) -> None:
    """Invariants at every stop; slices, plain and compiled kernel agree, event for event."""
    r = random.Random(seed)
    version, procs = r.choice(VERSIONS), r.choice([1, 2, 4, 7])

    def machine(jit: bool) -> Machine:
        return Machine(
            assemble(scheduler_program(seed)), procs=procs, seed=seed, version=version, gogc=0,
            budget=Budget(events=3000, seconds=60), jit=jit,
        )  # fmt: skip

    whole, plain, cut = machine(True), machine(False), machine(True)
    whole.run(), plain.run()
    assert np.array_equal(whole.records(), plain.records())
    while cut.status == st.RUNNING and not cut.over_budget:
        cut.run(events=r.choice([1, 1, 2, 7]))
        if cut.status == st.RUNNING:
            invariants.check(cut)
    n = min(len(whole.records()), len(cut.records()))
    assert np.array_equal(whole.records()[:n], cut.records()[:n])
