"""Go programs of synchronisation: what real Go printed on one P, the simulated runtime prints too."""

from __future__ import annotations

import golang_real
import pytest
from programs_sync import GOLDEN, LITMUS, Scenario

from gosched_edu import go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.versions import parse

ALL = GOLDEN + LITMUS


def holds(scenario: Scenario, version: str) -> bool:
    v = parse(version)
    return parse(scenario.since) <= v and not (scenario.until and v >= parse(scenario.until))


CASES = [
    pytest.param(s, v, id=f"{s.name.split(':')[0]}-{v}") for v in ("1.22", "1.27") for s in ALL if holds(s, v)
]


#: Those that do not rest on one P: settle() is no synchronisation.
SYNCHRONISED = [s for s in LITMUS if holds(s, "1.27") and "settle()" not in s.source.split("func main")[1]]


@pytest.mark.parametrize(("scenario", "version"), CASES)
def test_the_simulated_runtime_prints_what_real_go_prints(scenario, version):
    m = go.machine(scenario.source, procs=1, version=version)
    assert m.run() == st.DONE
    assert m.output.decode() in {f"[{line}]\n" for line in scenario.outputs}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scenario", SYNCHRONISED, ids=lambda s: s.name)
def test_litmus_programs_on_four_processors(scenario, seed):
    m = go.machine(scenario.source, procs=4, version="1.27", seed=seed)
    assert m.run() == st.DONE
    assert m.output.decode() in {f"[{line}]\n" for line in scenario.outputs}


@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
def test_real_go_prints_it():
    scenarios = [s for s in ALL if holds(s, "1.27")]
    environment = {"GOMAXPROCS": "1", "GOGC": "off", "GODEBUG": "asyncpreemptoff=1"}
    wrong = {}
    printed = golang_real.runs([s.source for s in scenarios], environment, times=3, version="1.27")
    for s, runs in zip(scenarios, printed, strict=True):
        # one early preemption in some runs is nothing that the program decides
        if not any(out in {f"[{line}]\n" for line in s.outputs} for out in runs):
            wrong[s.name] = runs
    assert not wrong
