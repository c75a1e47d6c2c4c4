"""Pictures of stacks: what is drawn is what the machine and the trace say."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from matplotlib.colors import to_hex

from gosched_edu import go
from gosched_edu.figures.palette import STATES
from gosched_edu.figures.stacks import stack_history, stack_move, stack_sizes
from gosched_edu.kernel.stackview import stack_of
from gosched_edu.trace import Kind

SOURCE = """package main

//knob depth 0 20000
var depth = 12000

//frame 200
func once(i int) int { return twice(i) }

//frame 64
func twice(i int) int { return 2 * i }

//frame 88
func deep(n int) int {
	if n > 0 {
		return deep(n-1) + 1
	}
	x := 0
	for i := 0; i < 20; i++ {
		x += once(i)
	}
	return x * 0
}

//frame 64
func start(done chan int) { done <- deep(depth) }

func main() {
	done := make(chan int)
	go start(done)
	<-done
}
"""
SIZES = [2048 << k for k in range(11)]


@pytest.fixture(scope="module")
def image():
    return go.compile(SOURCE)


@pytest.fixture(scope="module")
def run(image):
    return go.run(image, procs=1)


@pytest.fixture(scope="module")
def pair(image, run):
    """The stack of g2 before and after its third move."""
    moves = run.trace.where(Kind.STACK_GROW)
    move = run.trace[moves[2]]
    m = go.machine(image, procs=1)
    m.run(until=move.time - 1)
    before = stack_of(m, 2)
    m.run(until=move.time + 3)
    return before, stack_of(m, 2)


def test_a_stack_is_the_sum_of_its_frames(image, run):
    """g_used, kept by the calls, and the frames that are read agree, wherever the run stops."""
    m = go.machine(image, procs=1)
    for until in range(1000, 200_000, 9_973):
        m.run(until=until)
        stack = stack_of(m, 2)
        g = m.state.arrays["g_goid"].tolist().index(2)
        assert stack.used == m.state.arrays["g_used"][g]
        assert stack.segments == (int(m.state.arrays["g_stacksize"][g]),)
        assert stack.frames[0] == ("main.start", 64)
        assert set(stack.frames[1:]) <= {("main.deep", 88), ("main.once", 200), ("main.twice", 64)}


def test_segments_are_listed(image):
    m = go.machine(image, procs=1, version="1.2")
    m.run(until=10_000)
    stack = stack_of(m, 2)
    assert len(stack.segments) > 2 and set(stack.segments) == {8192}
    full = len(stack.segments) - 1  # each but the newest is used up to its guard, or one frame less
    assert stack.guard == 256 and full * (8192 - 256 - 88) < stack.used < stack.size


def test_whom_there_is_not_is_told(run):
    with pytest.raises(ValueError, match="no goroutine 2 is alive"):
        stack_of(run.machine, 2)


def test_a_move_to_scale(pair):
    before, after = pair
    assert (before.size, after.size) == (8192, 16384)
    picture = stack_move(before, after)
    (axes,) = picture.figure.axes
    boxes = [p for p in axes.patches if hasattr(p, "get_width")]
    outlines = [b for b in boxes if b.get_linewidth() == 0.8]
    low, high = outlines
    assert high.get_height() == pytest.approx(2 * low.get_height())
    tops = {round(b.get_y() + b.get_height(), 6) for b in outlines}
    assert len(tops) == 1  # the copied part stays at one height
    new = [b for b in boxes if to_hex(b.get_facecolor()) == STATES["runnable"].colour]
    assert len(new) == len(after.frames) - len(before.frames) == 1
    assert new[0].get_height() / high.get_height() == pytest.approx(88 / 16384)
    assert f"{before.used:,} B\ncopied" in [t.get_text() for t in axes.texts]
    for number in (before.size, after.size, before.used, before.guard, after.size - after.used):
        assert f"{number:,}" in picture.summary


def test_what_is_no_move_is_refused(image, pair):
    before, after = pair
    with pytest.raises(ValueError, match="has moved"):
        stack_move(before, before)
    m = go.machine(image, procs=1, version="1.2")
    m.run(until=10_000)
    with pytest.raises(ValueError, match="segments"):
        stack_move(before, stack_of(m, 2))


def test_sizes_over_time(run):
    points = stack_sizes(run.trace, 2)
    assert [size for _, size in points] == [*SIZES, 0]
    assert [t for t, _ in points] == sorted(t for t, _ in points)
    with pytest.raises(ValueError, match="no goroutine 99"):
        stack_sizes(run.trace, 99)


@pytest.mark.parametrize(("version", "first"), [("1.1", 4096), ("1.2", 8192), ("1.3", 8192), ("1.4", 2048)])
def test_a_stack_without_events_has_the_size_of_its_version(image, version, first):
    trace = go.run(image, procs=1, version=version, knobs={"depth": 0}).trace
    assert stack_sizes(trace, 2)[0][1] == first


def test_history_draws_the_steps(image, run):
    tries = [go.run(image, procs=1, version="1.2", knobs={"depth": d}) for d in range(80, 95)]
    old = max(tries, key=lambda r: len(r.trace.where(Kind.STACK_SPLIT)))
    picture = stack_history({"old": old.trace, "new": run.trace})
    for axes, trace in zip(picture.figure.axes, (old.trace, run.trace), strict=True):
        (line,) = axes.lines
        assert list(zip(*line.get_data(), strict=True)) == stack_sizes(trace, 2)
    splits = len(old.trace.where(Kind.STACK_SPLIT))
    assert splits > 10
    assert f"{splits} new segments, {splits} given back" in picture.summary
    assert "10 moves to a larger stack" in picture.summary
    with pytest.raises(ValueError, match="at least one"):
        stack_history({})
    with pytest.raises(ValueError, match="before it begins"):
        stack_history({"new": run.trace}, start=5, end=5)


def test_pictures_are_wellformed_and_always_the_same(pair, run):
    for make in (lambda: stack_move(*pair), lambda: stack_history({"run": run.trace})):
        svg = make().svg()
        assert svg == make().svg()
        ET.fromstring(svg)
