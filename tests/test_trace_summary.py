"""Intervals and numbers of traces whose answers are known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from test_trace_write import schedules, yields
from trace_oracle import STORY, K, R, Row, boot, make_trace

from gosched_edu import go
from gosched_edu.trace import Kind
from gosched_edu.trace.summary import intervals, summarize

END = 20_000_400


def test_intervals_of_the_story() -> None:
    table = intervals(make_trace(STORY))
    assert list(table.columns) == ["lane", "id", "state", "start", "end", "g", "p", "reason"]
    g2 = table[(table.lane == "G") & (table.id == 2)]
    assert list(zip(g2.state, g2.start, g2.end, g2.p, g2.reason, strict=True)) == [
        ("runnable", 100, 130, -1, "runnext"),
        ("running", 130, 140, 1, "stolen"),
        ("waiting", 140, 20_000_310, -1, "chan receive"),
        ("runnable", 20_000_310, 20_000_330, -1, "runnext"),
        ("running", 20_000_330, 20_000_340, 0, "runnext"),
        ("waiting", 20_000_340, 20_000_350, -1, "sync.WaitGroup.Wait"),
        ("runnable", 20_000_350, 20_000_360, -1, "runnext"),
        ("running", 20_000_360, END, 0, "runnext stolen"),
    ]
    p1 = table[(table.lane == "P") & (table.id == 1)]
    assert list(zip(p1.state, p1.start, p1.end, p1.g, strict=True))[:6] == [
        ("idle", 0, 120, -1),
        ("spinning", 120, 130, -1),
        ("running", 130, 140, 2),
        ("spinning", 140, 160, -1),
        ("idle", 160, 5_010, -1),
        ("spinning", 5_010, 5_020, -1),
    ]
    m1 = table[(table.lane == "M") & (table.id == 1)]
    assert (m1.iloc[0].start, m1.iloc[0].p, m1.iloc[0].reason) == (120, 1, "wakep")
    assert set(m1[m1.state == "idle"].p) == {-1}
    assert set(table[table.lane == "P"].id) == {0, 1}


@settings(deadline=None)
@given(schedules())
def test_lanes_have_no_gaps(rows: list[Row]) -> None:
    trace = make_trace(rows, procs=4)
    table = intervals(trace)
    for (_, _), lane in table.groupby(["lane", "id"]):
        assert (lane.start.to_numpy() <= lane.end.to_numpy()).all()
        assert (lane.start.to_numpy()[1:] == lane.end.to_numpy()[:-1]).all()
    ends = table[table.lane == "P"].groupby("id").end.max()
    assert (ends == int(trace.time.max())).all()
    # Every running goroutine is seen on its P, and the other way round. (Their starts may differ
    # by the difference between two Ms' clocks.)
    runs = table[table.state == "running"]
    on_g, on_p, on_m = (sorted(zip(x.g, x.p, strict=True)) for _, x in runs.groupby("lane"))
    assert on_g == on_p == on_m


def test_a_p_that_is_taken_away_has_an_end() -> None:
    fewer: Row = (50, K.PROCS, -1, -1, -1, 1, R.NONE, 0)
    rows = [*boot(3), fewer, (90, K.GO_EXIT, 1, 0, 0, -1, R.NONE, 1)]
    table = intervals(make_trace(rows, procs=3))
    last = table[table.lane == "P"].groupby("id").end.max()
    assert last.to_dict() == {0: 90, 1: 50, 2: 50}


def test_summary_of_the_story() -> None:
    summary = summarize(make_trace(STORY))
    assert (summary.goroutines, summary.switches, summary.steals) == (3, 8, 1)
    assert summary.preemptions == 1
    assert (summary.procs_used, summary.threads_used) == (2, 2)
    assert summary.blocks == {"chan receive": 1, "sleep": 1, "sync.WaitGroup.Wait": 1}
    assert summary.max_runnable == 2
    spent = summary.per_goroutine
    assert spent.loc[2].to_dict() == {
        "running": 10 + 10 + 40, "runnable": 30 + 20 + 10, "waiting": 20_000_170 + 10, "starts": 3,
    }  # fmt: skip
    assert summary.busy[0] == pytest.approx((140 + (20_000_100 - 155) + 120 + 10 + 40) / END)
    text = str(summary)
    assert "3 goroutines created, 8 context switches" in text
    assert "1 × chan receive" in text and "1 preemption and 1 steal." in text


def test_real_traces_say_nothing_of_steals() -> None:
    from dataclasses import replace

    summary = summarize(replace(make_trace(STORY), source="real"))
    assert summary.steals is None and "steal" not in str(summary)


def test_an_empty_trace() -> None:
    rows = make_trace(STORY)
    empty = rows.__class__(
        *(getattr(rows, name)[:0] for name in (
            "time", "kind", "g", "p", "m", "arg", "arg2", "line", "reason", "func"))
    )  # fmt: skip
    assert len(intervals(empty)) == 0
    assert summarize(empty).switches == 0


def test_long_traces_are_quick() -> None:
    import time

    trace = yields(250_000)
    start = time.process_time()
    table = intervals(trace)
    summarize(trace)
    assert time.process_time() - start < 10
    assert len(table) > 500_000


LOOP = """package main

import "runtime"

func main() {
	done := make(chan int)
	for i := 0; i < 3; i++ {
		go func() {
			x := 0
			for k := 0; k < 400_000; k++ {
				x += k
			}
			done <- x
		}()
	}
	for k := 0; k < 100_000; k++ {
	}
	runtime.GOMAXPROCS(5)
	for i := 0; i < 3; i++ {
		<-done
	}
}
"""


def test_who_stops_the_world_waits_for_it() -> None:
    trace = go.run(LOOP, version="1.13", procs=4).trace
    begin, stopped = (int(trace.time[trace.where(kind)[0]]) for kind in (Kind.STW_BEGIN, Kind.STW_STOPPED))
    assert stopped - begin > 100_000  # loops without calls
    p = int(trace.p[trace.where(Kind.STW_BEGIN)[0]])
    table = intervals(trace)
    for lane, number, state in (("G", 1, "waiting"), ("P", p, "idle")):
        (row,) = table[(table.lane == lane) & (table.id == number) & (table.start == begin)].itertuples()
        assert (row.state, row.end, row.reason) == (state, stopped, "GOMAXPROCS")
    quick = go.run(LOOP, version="1.13", procs=1).trace  # nobody else runs: no wait
    table = intervals(quick)
    at = int(quick.time[quick.where(Kind.STW_BEGIN)[0]])
    assert not len(table[(table.start == at) & (table.state == "waiting")])
