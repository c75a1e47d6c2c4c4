"""A simulated run beside a real one: one scale, the first difference, counts and latencies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program

from gosched_edu import go, realgo
from gosched_edu.fidelity import programs
from gosched_edu.kernel.events import Kind
from gosched_edu.trace import compare
from gosched_edu.trace.compare import latencies, schedule
from gosched_edu.trace.gotrace import to_go_trace
from gosched_edu.trace.gotrace_read import read_go_trace
from gosched_edu.trace.summary import intervals

SYSCALLS = next(p.source for p in programs("syscalls-three"))


@pytest.mark.go
@pytest.mark.skipif(not realgo.toolchains(), reason="no Go toolchain")
def test_simulated_beside_real() -> None:
    source = next(p.source for p in programs("channels-pipeline"))
    simulated = go.run(source, procs=1, version="1.27")
    for _ in range(50):  # a run in many is preempted by chance, on a busy machine most
        both = compare(simulated, realgo.run(source, procs=1))
        if both.same:
            break
    assert both.same and both.same_output
    assert "The schedules are the same (77 events)." in str(both)
    simulated_column, real_column = both.counts.columns
    for what in ("goroutines", "context switches", "parked: chan receive", "threads used"):
        assert both.counts.loc[what, simulated_column] == both.counts.loc[what, real_column]
    picture = both.picture()
    assert "The schedules are the same, event by event." in repr(picture)
    assert not any(line.get_gid() for axes in picture.figure.axes for line in axes.lines)
    one, two = (axes.get_xlim() for axes in picture.figure.axes[:2])
    assert one == two


def test_the_first_difference_is_marked_in_both() -> None:
    """The same program under two rules: the lines stand at the events that the words name."""
    source = """package main

func main() {
	done := make(chan bool)
	for i := 0; i < 3; i++ {
		go func() { done <- true }()
	}
	for i := 0; i < 3; i++ {
		<-done
	}
}
"""
    both = compare(go.run(source, procs=1, version="1.4"), go.run(source, procs=1, version="1.27"))
    assert both.difference is not None and both.difference.a and both.difference.b
    picture = both.picture()
    assert picture.svg().startswith("<svg")
    for axes, event in zip(picture.figure.axes, (both.difference.a, both.difference.b), strict=False):
        (line,) = [x for x in axes.lines if x.get_gid() == "first-difference"]
        assert line.get_xdata()[0] == event.time
    assert str(both.difference) in repr(picture)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 400), st.sampled_from((1, 2, 4)))
def test_a_trace_seen_through_go_s_format_has_the_same_schedule(seed: int, procs: int) -> None:
    """What the coarse schedule leaves out is exactly what Go's tracer does not see."""
    trace = go.run(random_program(seed), procs=procs, seed=seed, version="1.22").trace
    back = read_go_trace(to_go_trace(trace))
    ours, theirs = schedule(trace, coarse=True), schedule(back, coarse=True)
    for column in ("g", "why"):
        for kind in set(ours.kind):
            a, b = (t[(t.kind == kind)].sort_values("time", kind="stable") for t in (ours, theirs))
            if kind != "GO_CREATE":
                assert sorted(zip(a.g, a[column], strict=True)) == sorted(zip(b.g, b[column], strict=True))


def test_system_calls_that_keep_their_p_do_not_count() -> None:
    trace = go.run(SYSCALLS, procs=1, version="1.27").trace
    fine, coarse = schedule(trace), schedule(trace, coarse=True)
    lost = len(trace.where(Kind.GO_SYSCALL_END_BLOCKED))
    assert (coarse.kind == "GO_SYSCALL_BEGIN").sum() == (coarse.kind == "GO_SYSCALL_END_BLOCKED").sum()
    assert (coarse.kind == "GO_SYSCALL_BEGIN").sum() == lost == 3
    assert (fine.kind == "GO_SYSCALL_BEGIN").sum() >= 3


def test_latencies() -> None:
    trace = go.run(SYSCALLS, procs=1, version="1.27").trace
    table = latencies(trace)
    assert list(table.index) == ["a slice", "waiting for a P", "parked", "in a system call"]
    spent = intervals(trace).query("lane == 'G' and state == 'syscall'")
    assert table.loc["in a system call", "most"] == (spent.end - spent.start).max()
    assert 26_000_000 <= table.loc["in a system call", "most"] < 26_100_000
    both = compare(trace, trace, labels=("a", "b"))
    assert both.latencies["a"].equals(table) and both.latencies["b"].equals(table)
