"""The figure of the run queues: its replay against the kernel's own queues, its words against the data."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from asm import assemble
from sched_programs import program

from gosched_edu import go
from gosched_edu.figures.queues import queues_over_time
from gosched_edu.kernel.dump import queues
from gosched_edu.kernel.machine import Budget, Machine
from gosched_edu.trace import Kind
from gosched_edu.trace.decode import from_machine
from gosched_edu.trace.runqueues import History, queues_at

SPREAD = """package main

import "sync"

//knob n 1 400
var n = 24

func main() {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			for k := 0; k < 5000; k++ {
			}
			wg.Done()
		}()
	}
	wg.Wait()
}
"""


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.4", "1.5", "1.13", "1.14", "1.27"])
@pytest.mark.parametrize("procs", [1, 2, 5])
def test_the_replay_has_the_kernel_s_queues_at_any_time(version, procs):
    """300 goroutines, so that the ring overflows; five moments of each run."""
    rng = random.Random(f"{version} {procs}")
    options = {"procs": procs, "version": version, "knobs": {"n": 300}}
    whole = go.run(SPREAD, **options)
    for _ in range(5):
        t = rng.randrange(whole.end)
        assert queues_at(whole.trace, t) == go.run(SPREAD, **options, until=t).queues, t


@pytest.mark.parametrize("seed", range(12))
def test_the_replay_of_random_programs(seed):
    """System calls, timers, channels, handed-over Ps; the end of the run is compared."""
    version = ["1.1", "1.5", "1.13", "1.22", "1.26"][seed % 5]
    image = assemble(program(seed, exotic=False))
    for until in (30_000, 400_000, 5_000_000):
        m = Machine(image, procs=1 + seed % 4, seed=seed, version=version,
                    budget=Budget(seconds=30, time=10**9))  # fmt: skip
        m.run(until=until)
        history = History(from_machine(m))
        for e in history.trace:
            history.apply(e)
        assert history.now() == queues(m), (seed, until)


def test_the_words_say_what_the_trace_says():
    run = go.run(SPREAD, procs=3)
    picture = queues_over_time(run.trace)
    steals = [e for e in run.trace if e.kind == Kind.STEAL]
    assert steals
    for e in steals:
        assert f"At {e.time / 1e3:,.1f} µs P{e.p} stole {e.arg2} from P{e.arg}." in picture.summary
    longest = max(len(q.rings[0]) for _, q in History(run.trace).moments())
    assert f"P0: at most {longest} in its ring, runnext was used." in picture.summary
    arrows = [t for a in picture.figure.axes for t in a.texts if t.get_gid() == "theft"]
    assert len(arrows) == len(steals)


def test_the_steps_are_as_high_as_the_queues():
    run = go.run(SPREAD, procs=1, knobs={"n": 300})
    picture = queues_over_time(run.trace)
    drawn = [c.get_paths()[0].vertices[:, 1].max() for a in picture.figure.axes for c in a.collections
             if c.get_gid() == "runnable"]  # fmt: skip
    assert drawn == [256, 129] and "global queue held at most 129" in picture.summary


def test_a_window_and_its_errors():
    run = go.run(SPREAD, procs=4)
    steals = [e.time for e in run.trace if e.kind == Kind.STEAL]
    part = queues_over_time(run.trace, end=steals[0])
    assert part.summary.count("stole") == 1
    assert "2 more Ps are not drawn" in queues_over_time(run.trace, max_procs=2).summary
    with pytest.raises(ValueError, match="window ends"):
        queues_over_time(run.trace, start=500, end=100)
    with pytest.raises(ValueError, match="simulated runs only"):
        queues_over_time(replace(run.trace, source="real"))


def test_the_picture_is_fit_for_a_page():
    trace = go.run(SPREAD, procs=4, knobs={"n": 400}).trace
    a, b = (queues_over_time(trace) for _ in range(2))
    svg = a.svg()
    assert svg == b.svg() and len(svg) < 200_000 and "#010203" not in svg
    root = ET.fromstring(svg)
    assert root.find("{http://www.w3.org/2000/svg}desc").text == a.summary
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
