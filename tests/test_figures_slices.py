"""The slice clock: looks are sysmon's own, slices are the trace's, and the picture shows both."""

from __future__ import annotations

import numpy as np
import pytest

from gosched_edu import go
from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.slices import Look, Slice, slice_clock, slices, sysmon_looks
from gosched_edu.trace import Kind, Reason

HOGS = """package main

import "sync"

func main() {
	var wg sync.WaitGroup
	for k := 0; k < 2; k++ {
		wg.Add(1)
		go func() {
			x := 1
			for i := 0; i < 1600000; i++ {
				x = x%1000003*7%10007*31%99991 + i
			}
			wg.Done()
		}()
	}
	wg.Wait()
}
"""
PAIR = """package main

func main() {
	c := make(chan int)
	go func() {
		for range c {
		}
	}()
	for i := 0; i < 100; i++ {
		c <- i
	}
}
"""


@pytest.fixture(scope="module")
def hogs():
    machine = go.machine(HOGS, procs=1)
    looks = sysmon_looks(machine)
    return go.Run(machine, {}), looks


def test_looking_does_not_change_the_run(hogs):
    run, looks = hogs
    alone = go.run(HOGS, procs=1)
    for name in ("time", "kind", "g", "p", "arg", "reason"):
        assert np.array_equal(getattr(run.trace, name), getattr(alone.trace, name))
    assert run.end == alone.end and run.status == "finished"


def test_looks_are_those_of_sysmon(hogs):
    run, looks = hogs
    times = [k.time for k in looks]
    assert times == sorted(set(times)) and times[0] == 70_000  # 20 us, and 50 that the system adds
    gaps = np.diff(times)
    assert (gaps[:45] < 75_000).all() and (gaps[-3:] > 9_900_000).all()
    requests = [e for e in run.trace if e.kind == Kind.PREEMPT_REQUEST]
    assert [e.time for e in requests] == [k.time for k in looks if k.asked]
    # the kernel's own word for the age of the slice
    assert [e.arg for e in requests] == [k.age for k in looks if k.asked]
    assert all(k.age >= 10_000_000 for k in looks if k.asked)


def test_looks_end_at_the_given_time():
    looks = sysmon_looks(go.machine(HOGS, procs=1), until=5_000_000)
    assert looks and looks[-1].time <= 5_000_000
    assert len(looks) == sum(k.time <= 5_000_000 for k in sysmon_looks(go.machine(HOGS, procs=1)))


def test_a_p_that_does_nothing_has_no_age():
    machine = go.machine('package main\nimport "time"\nfunc main() { time.Sleep(3000000) }', procs=2)
    assert {k.age for k in sysmon_looks(machine, p=1)} <= {-1}


def test_slices_are_the_turns_of_the_p(hogs):
    run, _ = hogs
    found = slices(run.trace)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    stops = [e for e in run.trace if e.kind == Kind.GO_STOP and e.reason == Reason.PREEMPTED]
    assert [s.end for s in found if s.preempted] == [e.time for e in stops]
    assert [s.goroutines[-1] for s in found if s.preempted] == [e.g for e in stops]


def test_a_pair_is_one_slice_and_the_kernel_agrees():
    run = go.run(PAIR, procs=1)
    found = slices(run.trace)
    assert len(found[0].goroutines) == 2 and found[0].start == 0
    fresh = sum(e.kind == Kind.GO_START and e.reason != Reason.RUNNEXT for e in run.trace)
    assert len(found) == fresh + 1 and int(run.machine.state.arrays["p_tick"][0]) <= len(found)


def test_the_picture_shows_the_data(hogs):
    run, looks = hogs
    picture = slice_clock(run.trace, looks)
    strip, plot = picture.figure.axes
    found = slices(run.trace)
    assert len(strip.patches) == len(found)
    assert [p.get_width() for p in strip.patches] == pytest.approx([s.length / 1e6 for s in found])
    by_colour = {line.get_color(): line for line in plot.lines}
    asks = [k for k in looks if k.asked]
    assert list(by_colour[ALARM].get_xdata()) == pytest.approx([k.time / 1e6 for k in asks])
    assert list(by_colour[ALARM].get_ydata()) == pytest.approx([k.age / 1e6 for k in asks])
    saw = by_colour[STATES["running"].colour].get_ydata()
    assert np.nanmax(saw) == pytest.approx(max(s.length for s in found) / 1e6)
    assert f"sysmon asks {len(asks)} times" in picture.summary
    assert f"{found[1].length / 1e6:.1f} ms long" in picture.summary


def test_a_window_shows_what_is_in_it(hogs):
    run, looks = hogs
    picture = slice_clock(run.trace, looks, start=20e6, end=30e6)
    assert "1 slice here" in picture.summary and "sysmon looks once" in picture.summary
    with pytest.raises(ValueError, match="empty"):
        slice_clock(run.trace, looks, start=5, end=5)


def test_looks_that_found_nobody_are_counted(hogs):
    run, _ = hogs
    looks = [Look(11_000_000, 11_000_000, False), Look(12_000_000, 12_000_000, True)]
    said = slice_clock(run.trace, looks).summary
    assert "At 1 look the slice was old enough, but nobody could be asked" in said


def test_a_slice_knows_its_length():
    assert Slice(5, 12, (1,), False).length == 7


def test_the_same_run_gives_the_same_picture(hogs):
    run, looks = hogs
    assert slice_clock(run.trace, looks).svg() == slice_clock(run.trace, looks).svg()
