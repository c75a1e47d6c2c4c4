"""Go's own trace reader judges the scheduler: system calls, steals, stops, locked threads, timers.

The reader replays every event against its own state of each goroutine, P and M, and refuses what
cannot have happened. The programs use what Go programs seldom do, under all versions' rules.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_sched_random import machine
from trace_oracle import by_goroutine, go_tool_trace, official_transitions, our_transitions

from gosched_edu import realgo
from gosched_edu.kernel.events import Kind
from gosched_edu.trace.decode import from_machine
from gosched_edu.trace.gotrace import to_go_trace
from gosched_edu.trace.trace import Trace

PROGRAMS = 60


@pytest.fixture(scope="module", params=["1.22", "1.27"])
def tool(request):
    found = realgo.find(request.param)
    if found is None or not found.version.startswith(request.param):
        pytest.skip(f"no Go {request.param}")
    return found


def verdict(tool: realgo.Toolchain, trace: Trace, file: Path) -> str:
    """What is wrong with the trace in the eyes of Go's reader; empty if nothing."""
    file.write_bytes(to_go_trace(trace))
    code, text = go_tool_trace(tool, file)
    if code != 0:
        return text[-300:]
    ours = by_goroutine(our_transitions(trace))
    ours[1].pop(0)  # main is there from the first
    return "" if by_goroutine(official_transitions(text)) == ours else "it saw other transitions"


def test_go_s_reader_accepts_random_scheduler_programs(tool, tmp_path):
    traces = []
    for seed in range(PROGRAMS):
        m = machine(seed)
        m.run()
        traces.append(from_machine(m))
    seen = {Kind(int(k)) for t in traces for k in t.kind}
    assert {
        Kind.GO_SYSCALL_END, Kind.GO_SYSCALL_END_BLOCKED, Kind.PROC_STEAL, Kind.STW_END, Kind.THREAD_EXIT,
        Kind.NETPOLL,
    } <= seen  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        files = [tmp_path / f"{i}.trace" for i in range(PROGRAMS)]
        answers = list(pool.map(lambda i: verdict(tool, traces[i], files[i]), range(PROGRAMS)))
    refused = {i: a for i, a in enumerate(answers) if a}
    assert not refused, f"{len(refused)} of {len(traces)}: {list(refused.items())[:3]}"
