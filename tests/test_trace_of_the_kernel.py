"""Go's own trace reader judges the kernel: each simulated run must be a legal Go schedule.

The reader of ``go tool trace`` keeps its own state of every goroutine, P and M, and refuses a
trace in which something cannot have happened. What it reads must be what the kernel logged.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from programs import SPAWN, TIGHT, random_program
from trace_oracle import by_goroutine, go_tool_trace, official_transitions, our_transitions

from gosched_edu import go, realgo
from gosched_edu.trace import Kind, Trace
from gosched_edu.trace.gotrace import to_go_trace

PROGRAMS = 200


def simulated(number: int) -> Trace:
    """A generated program on 1 to 8 Ps, under an old or a new version's rules."""
    procs, version = (1, 2, 4, 8)[number % 4], ("1.22", "1.27", "1.13")[number % 3]
    return go.run(random_program(number), procs=procs, seed=number, version=version).trace


def verdict(tool: realgo.Toolchain, trace: Trace, file: Path) -> str:
    """What is wrong with the trace in the eyes of Go's reader; empty if nothing."""
    file.write_bytes(to_go_trace(trace))
    code, text = go_tool_trace(tool, file)
    if code != 0:
        return text[-300:]
    ours = by_goroutine(our_transitions(trace))
    # the Go trace begins with main there and runnable: its creation is no event
    assert ours[1].pop(0) == "Runnable"
    if by_goroutine(official_transitions(text)) != ours:
        return "Go's reader saw other transitions than the kernel logged"
    return ""


@pytest.fixture(scope="module", params=["1.22", "1.27"])
def tool(request):
    found = realgo.find(request.param)
    if found is None or not found.version.startswith(request.param):
        pytest.skip(f"no Go {request.param}")
    return found


def test_go_s_reader_accepts_200_generated_programs(tool, tmp_path):
    traces = [simulated(i) for i in range(PROGRAMS)]
    assert sum(len(t) for t in traces) > 20 * PROGRAMS
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(
            lambda i: verdict(tool, traces[i], tmp_path / f"{i}.trace"), range(PROGRAMS)
        ))  # fmt: skip
    refused = {i: a for i, a in enumerate(answers) if a}
    assert not refused, f"{len(refused)} of {PROGRAMS}: {list(refused.items())[:3]}"


@pytest.mark.parametrize("procs", [1, 8])
def test_go_s_reader_accepts_overflow_preemption_and_crowds(tool, tmp_path, procs):
    for name, run in {
        "crowd": go.run(SPAWN, knobs={"n": 2000}, procs=procs),
        "preempted": go.run(TIGHT, procs=1),
    }.items():
        assert not verdict(tool, run.trace, tmp_path / name)


def test_the_judge_refuses_what_cannot_have_happened(tool, tmp_path):
    """If a start is missing from the log, both the reader and this test's helper must say so."""
    trace = simulated(3)
    start = int(trace.where(Kind.GO_START)[2])
    keep = np.arange(len(trace)) != start
    columns = ("time", "kind", "g", "p", "m", "arg", "arg2", "line", "reason", "func")
    broken = dataclasses.replace(trace, **{c: getattr(trace, c)[keep] for c in columns})
    assert verdict(tool, broken, tmp_path / "broken.trace")
