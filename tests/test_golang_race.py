"""The race detector on Go programs: where accesses are seen. Go's own labels: test_golang_corpora.py."""

from __future__ import annotations

import pytest

from gosched_edu import go
from gosched_edu.golang import compile_go
from gosched_edu.kernel import isa
from gosched_edu.kernel.races import races

RACY = """package main

type pair struct{ a, b int }

var word int
var items []int
var table = map[string]int{}
var grid [4][4]int
var pairs = make([]pair, 2)

func main() {
	done := make(chan bool)
	text := []byte("abc")
	local := 1
	go func() { BODY; done <- true }()
	BODY
	<-done
	_ = text
	_ = local
}
"""


@pytest.mark.parametrize(
    ("body", "racy"),
    [
        ("word++", True),
        ("_ = word + 1", False),
        ("local += 2", True),
        ("items = append(items, 1)", True),
        ('table["a"]++', True),
        ('_ = table["a"]', False),
        ("_ = len(table); _ = len(items)", False),
        ("for range table { }", False),
        ("grid[1][2] = 3", True),
        ("pairs[1].b = 5", True),
        ("pairs[0] = pairs[1]", True),
        ("for i := range pairs { _ = pairs[i].a }", False),
        ("clear(pairs)", True),
        ('copy(text, "xyz")', True),
        ("_ = string(text)", False),
        ("x := grid; x[0][0] = 1", False),
        ("p := &pairs[0]; p.a, p.b = 1, 2", True),
    ],
)
def test_where_accesses_are_seen(body: str, racy: bool) -> None:
    run = go.run(RACY.replace("BODY", body), version="1.27", procs=2, race=True, trace="off")
    assert bool(races(run.machine)) == racy


def test_nothing_is_announced_without_the_detector() -> None:
    source = RACY.replace("BODY", "word++")
    announced = {isa.BY_NAME[n].code for n in ("RACER", "RACEW", "RACEACQ", "RACEREL")}
    plain, racy = (set(compile_go(source, race=r).code[::4]) for r in (False, True))
    assert not announced & plain
    assert announced & racy
