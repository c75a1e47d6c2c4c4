"""The tree of scopes: what is drawn is what the program did."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from gosched_edu import go
from gosched_edu.figures.palette import ALARM
from gosched_edu.figures.scopes import describe, scope_tree, scopes, wakes

TREE = """package main

import "sync"

//knob depth 0 3
var depth = 2

func scope(level int) {
	if level == 0 {
		return
	}
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			scope(level - 1)
		}()
	}
	wg.Wait()
}

func main() {
	scope(depth)
}
"""
GATE = """package main

import (
	"runtime"
	"sync"
)

func main() {
	gate := make(chan bool)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-gate
		}()
	}
	go func() { <-make(chan bool) }()
	runtime.Gosched()
	close(gate)
	wg.Wait()
}
"""


def arrows(picture, colour: str) -> list[FancyArrowPatch]:
    found = [p for axes in picture.figure.axes for p in axes.patches if isinstance(p, FancyArrowPatch)]
    return [a for a in found if to_hex(a.get_edgecolor()) == colour]


@pytest.mark.parametrize("procs", [1, 3])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_the_tree_has_the_shape_of_the_program(depth: int, procs: int) -> None:
    run = go.run(TREE, procs=procs, knobs={"depth": depth})
    tree = scopes(run.trace)
    assert [s.depth for s in tree].count(depth) == 2**depth
    assert len(tree) == 2 ** (depth + 1) - 1
    seen: dict[int, int] = {}
    for s in tree:  # parents stand before their children, and outlive them
        if s.goid != 1:
            assert s.depth == seen[s.parent] + 1
            parent = next(p for p in tree if p.goid == s.parent)
            assert s.created >= parent.created
            assert parent.ended == -1 or s.ended <= parent.ended
        seen[s.goid] = s.depth
    assert not any(w.closed for w in wakes(run.trace))


def test_a_close_is_a_cancellation_and_a_last_child_is_not() -> None:
    run = go.run(GATE, procs=1)
    found = wakes(run.trace)
    assert [(w.waker, w.woken) for w in found if w.closed] == [(1, g) for g in (2, 3, 4)] or {
        w.woken for w in found if w.closed
    } == {2, 3, 4}
    joins = [w for w in found if not w.closed]
    assert [w.woken for w in joins] == [1] and joins[0].waker in (2, 3, 4)
    picture = scope_tree(run.trace, names={1: "main", 5: "lost"})
    assert len(arrows(picture, ALARM)) == 3
    assert "main started g2, g3, g4 and lost." in picture.summary
    assert "Not ended when the run ended: lost." in picture.summary
    assert picture.summary == describe(run.trace, {1: "main", 5: "lost"})


def test_the_window_cuts_and_the_default_begins_before_the_first_cancellation() -> None:
    run = go.run(GATE, procs=1)
    first = next(w.time for w in wakes(run.trace) if w.closed)
    low, high = scope_tree(run.trace).figure.axes[1].get_xlim()
    assert low < first < high and high >= run.end
    assert not arrows(scope_tree(run.trace, window=(0, first - 1)), ALARM)
    with pytest.raises(ValueError, match="window must end"):
        scope_tree(run.trace, window=(5, 5))
