"""Pictures of a lock under load: the turns follow the log, and a queue-like lock would look otherwise."""

from __future__ import annotations

import pandas as pd
import pytest

from gosched_edu import go
from gosched_edu.figures.locks import curves, describe, lock_lanes, overtakings, turns
from gosched_edu.trace import Kind

PROGRAM = """package main

import (
	"context"
	"runtime/trace"
	"sync"
	"time"
)

//knob hold 1 400
var hold = 100

//knob pause 0 100
var pause = 0

func work(tenths int) {
	x := 1
	for i := 0; i < tenths*4; i++ {
		x = x*7 + i
	}
}

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	ctx := context.Background()
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 3; i++ {
				lock := trace.StartRegion(ctx, "lock")
				mu.Lock()
				lock.End()
				held := trace.StartRegion(ctx, "hold")
				work(hold)
				held.End()
				mu.Unlock()
				if pause > 0 {
					time.Sleep(time.Duration(pause) * time.Millisecond)
				}
			}
		}()
	}
	wg.Wait()
}
"""


@pytest.fixture(scope="module")
def run() -> go.Run:
    return go.run(PROGRAM, procs=4)


def test_turns_are_those_of_the_log(run: go.Run) -> None:
    found = turns(run.trace)
    assert len(found) == 12 and len({t.goid for t in found}) == 4
    assert all(t.asked <= t.got < t.released for t in found)
    assert all(a.released <= b.got for a, b in zip(found, found[1:], strict=False))
    parked = [e for e in run.trace if e.kind == Kind.GO_BLOCK and "Mutex" in run.why(e)]
    assert sum(t.parked for t in found) == len(parked) > 0


def test_overtaking_is_seen_where_it_is(run: go.Run) -> None:
    assert overtakings(turns(run.trace))
    calm = go.run(PROGRAM, procs=4, knobs={"hold": 1, "pause": 5})
    assert not overtakings(turns(calm.trace))


def test_the_words_follow_the_data(run: go.Run) -> None:
    found = turns(run.trace)
    text = describe(run.trace, names={found[0].goid: "the first"})
    assert "got 12 times, by the first" in text
    assert f"{len(overtakings(found))} times somebody who came later" in text
    assert lock_lanes(run.trace).summary == describe(run.trace)


def test_a_run_without_regions_is_refused_with_a_way_out() -> None:
    plain = go.run("package main\nfunc main() {}\n")
    with pytest.raises(ValueError, match="StartRegion"):
        lock_lanes(plain.trace)
    assert describe(plain.trace) == "Nobody uses the lock."


def test_a_run_cut_short_ends_its_turn_there() -> None:
    cut = go.run(PROGRAM, procs=1, knobs={"hold": 400}, budget=go.Budget(time=20_000))
    assert turns(cut.trace)[-1].released == cut.trace.end


def test_curves_say_every_point() -> None:
    table = pd.DataFrame({"n": [1, 2, 1, 2], "rate": [10, 20, 5, 7], "kind": ["a", "a", "b", "b"]})
    picture = curves(table, "n", "rate", "kind", labels={"a": "A"}, limit=30, limit_label="bound")
    assert "A: 10 at 1, 20 at 2." in picture.summary and "kind = b: 5 at 1, 7 at 2." in picture.summary
    assert "bound: 30." in picture.summary
    with pytest.raises(ValueError, match="told apart"):
        curves(pd.DataFrame({"n": range(7), "rate": 1, "kind": range(7)}), "n", "rate", "kind")
