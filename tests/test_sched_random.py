"""Random scheduler programs: invariants at every stop, and one outcome however it is reached."""

from __future__ import annotations

import random
import re

import invariants
import numpy as np
import pytest
from asm import assemble
from sched_lines import lines_agree
from sched_programs import program

from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind
from gosched_edu.kernel.machine import Budget, Machine
from gosched_edu.kernel.versions import RULE_INDEX
from gosched_edu.trace.decode import from_machine
from gosched_edu.trace.why import why

WAKES = RULE_INDEX["gosched_wakes"]
VERSIONS = "1.0 1.1 1.2 1.3 1.5 1.9 1.13 1.14 1.19 1.22 1.23 1.25 1.26 1.27".split()


def machine(seed: int, **options) -> Machine:
    r = random.Random(seed)
    options.setdefault("version", r.choice(VERSIONS))
    return Machine(
        assemble(program(seed)), procs=r.choice([1, 2, 4, 7]), seed=seed,
        cpu_quota=r.choice([None, None, None, 0.5, 1.5]), budget=Budget(events=3000, seconds=60), **options,
    )  # fmt: skip


#: Seeds that once found a fault: a goroutine found while its locked thread still held a P.
ONCE = (1215,)


@pytest.mark.parametrize("block", range(9))
def test_the_invariants_hold_at_every_stop(block):
    for seed in range(25 * block, 25 * block + 25) if block < 8 else ONCE:
        m, r = machine(seed), random.Random(seed)
        forgotten = 0
        while m.status == st.RUNNING and not m.over_budget:
            m.run(events=r.choice([1, 1, 2, 7]))
            if m.status == st.RUNNING:
                invariants.check(m)
                forgotten += bool(m.state.arrays["rule"][WAKES]) and invariants.work_waits(m)
        assert not forgotten, f"seed {seed}: work waits beside an idle P, and nobody comes"


@pytest.mark.parametrize("seed", range(30))
def test_compiled_and_plain_kernel_do_the_same_event_for_event(seed):
    a, b = machine(seed), machine(seed, jit=False)
    a.run(), b.run()
    assert a.status == b.status and a.over_budget == b.over_budget
    assert np.array_equal(a.records(), b.records())
    assert a.state["NOW"] == b.state["NOW"] and a.state["RNG"] == b.state["RNG"]


@pytest.mark.parametrize("seed", range(30))
def test_a_run_in_slices_equals_a_run_in_one(seed):
    whole, cut, r = machine(seed), machine(seed), random.Random(seed)
    whole.run()
    time = 0
    while cut.status == st.RUNNING and not cut.over_budget:
        time += r.choice([1, 100, 5_000, 3_000_000])
        if r.random() < 0.5:
            cut.run(until=max(time, cut.state["NOW"] + 1))
        else:
            cut.run(events=r.randint(1, 9))
        if r.random() < 0.05:
            cut.restore(cut.snapshot())
    assert whole.status == cut.status and np.array_equal(whole.records(), cut.records())


@pytest.mark.parametrize("seed", range(12))
def test_every_event_can_say_why(seed):
    m = machine(seed)
    m.run()
    trace = from_machine(m)
    for e in trace:
        text = why(trace, e)
        assert text and "{" not in text and "None" not in text
        if e.kind in (Kind.GO_START, Kind.PROC_START, Kind.PROC_HANDOFF):
            assert len(re.findall(r"[.)]( |$)", text)) >= 2, (e, text)


@pytest.mark.parametrize("seed", range(12))
def test_schedtrace_lines_agree_with_the_trace(seed):
    m = machine(seed, schedtrace=1)
    m.run(until=40_000_000)
    lines_agree(m)
