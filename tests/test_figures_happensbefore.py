"""The happens-before graph: its paths, its clocks and its races are those of the run."""

from __future__ import annotations

import random

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch
from race_programs import PROGRAMS

from gosched_edu import go
from gosched_edu.figures.happensbefore import WHYS, happens_before, levels
from gosched_edu.figures.palette import ALARM
from gosched_edu.trace.happens import Graph, graph

FLAG = """package main

import "time"

var data int
var ready bool

func main() {
	go func() {
		data = 42
		ready = true
	}()
	time.Sleep(time.Millisecond)
	if ready {
		println(data)
	}
}
"""
CLOSED = (
    FLAG.replace('import "time"\n', "")
    .replace("var ready bool", "var ready = make(chan bool)")
    .replace("ready = true", "close(ready)")
    .replace(
        "\ttime.Sleep(time.Millisecond)\n\tif ready {\n\t\tprintln(data)\n\t}", "\t<-ready\n\tprintln(data)"
    )
)
#: A channel with one slot: the second send may complete because main has received.
THREE = """package main

import (
	"sync"
	"time"
)

func main() {
	c := make(chan bool, 1)
	data := 0
	var wg sync.WaitGroup
	wg.Add(2)
	c <- true
	go func() {
		c <- true
		wg.Done()
	}()
	go func() {
		time.Sleep(time.Second)
		<-c
		data = 2
		wg.Done()
	}()
	data = 1
	<-c
	wg.Wait()
	_ = data
}
"""


def watched(source: str, **options: object) -> go.Run:
    return go.run(source, race=True, accesses=True, **options)  # type: ignore[arg-type]


def agrees(g: Graph) -> None:
    """Paths and clocks say the same, and what happens before stands higher."""
    depth = levels(g)
    for a in range(len(g.nodes)):
        for b in range(len(g.nodes)):
            assert g.path(a, b) == (a < b and g.before(a, b)), (a, b, g.nodes[a], g.nodes[b])
            assert not g.path(a, b) or depth[a] < depth[b]


def random_program(seed: int) -> str:
    """Three goroutines that use three variables under two mutexes, two channels and an atomic."""
    rng = random.Random(seed)
    ways = ("x{0}++", "_ = x{0}", "mu{1}.Lock()\n\tx{0} = 1\n\tmu{1}.Unlock()", "c{1} <- 1", "<-c{1}",
            "atomic.StoreInt64(&f, 1)",
            "if atomic.LoadInt64(&f) == 1 {{\n\t\tx{0} = 2\n\t}}", "runtime.Gosched()")  # fmt: skip
    bodies = []
    for name in ("one", "two", "three"):
        body = "\n\t".join(
            rng.choice(ways).format(rng.randrange(3), rng.randrange(2)) for _ in range(rng.randrange(2, 8))
        )
        bodies.append(f"func {name}() {{\n\t{body}\n}}\n")
    return f"""package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

var x0, x1, x2 int
var mu0, mu1 sync.Mutex
var c0, c1 = make(chan int, {rng.randrange(3)}), make(chan int, {rng.randrange(3)})
var f int64

{"".join(bodies)}
func main() {{
	go one()
	go two()
	go three()
	runtime.Gosched()
	time.Sleep(time.Millisecond)
}}
"""


@pytest.mark.parametrize("version", ["1.15", "1.22"])
@pytest.mark.parametrize("procs", [1, 3])
def test_paths_clocks_and_races_agree_in_random_programs(procs: int, version: str) -> None:
    racy = 0
    for seed in range(40):
        run = watched(random_program(seed), procs=procs, seed=seed, version=version)
        g = graph(run)
        agrees(g)
        # the detector names one pair a variable: it has found something if and only if the graph has
        assert bool(g.races) == bool(run.races), (seed, run.stderr)
        pairs = {frozenset((g.nodes[a].line, g.nodes[b].line)) for a, b in g.races}
        for race in run.races:
            assert frozenset((race.now.frames[0].line, race.before.frames[0].line)) in pairs, (
                seed,
                run.stderr,
            )
        racy += bool(g.races)
    assert 5 < racy < 40


@pytest.mark.parametrize(("source", "lines"), [x[1:] for x in PROGRAMS], ids=[x[0] for x in PROGRAMS])
def test_races_are_those_of_real_go(source: str, lines: set[int]) -> None:
    g = graph(watched(source, procs=2))
    if len(g.nodes) < 200:
        agrees(g)
    found = {g.nodes[i].line for pair in g.races for i in pair}
    if not lines:
        assert not found
    elif found:  # a race in the library has no line of the program, and no node
        assert lines <= found


def test_a_plain_flag_orders_nothing_and_a_closed_channel_does() -> None:
    g = graph(watched(FLAG, procs=2))
    assert [link.why for link in g.links] == ["go"]
    assert sorted((g.nodes[a].label, g.nodes[b].label) for a, b in g.races) == [
        ("data = 42", "println(data)"), ("ready = true", "if ready"),
    ]  # fmt: skip
    g = graph(watched(CLOSED, procs=2))
    assert [link.why for link in g.links] == ["go", "close"] and not g.races
    write, read = (next(i for i, n in enumerate(g.nodes) if n.use == use) for use in ("write", "read"))
    assert g.path(write, read) and not g.path(read, write)


def test_a_send_begins_before_it_learns() -> None:
    """golang/go#37355: until Go 1.15 there was a path through a send, and the race was missed."""
    old, new = (watched(THREE, procs=2, version=v) for v in ("1.15", "1.16"))
    assert not old.races and not graph(old).races
    g = graph(new)
    assert len(new.races) == 1 and [(g.nodes[a].label, g.nodes[b].label) for a, b in g.races] == [
        ("data = 1", "data = 2")
    ]
    assert [n.label for n in g.nodes if n.goid == 2] == [
        "starts",
        "c <- true",
        "c <- true is done",
        "WaitGroup.Done",
    ]
    assert "c <- true is done" not in [n.label for n in graph(old).nodes]


def test_the_clocks_are_the_kernels() -> None:
    run = watched(THREE.replace("wg.Wait()", "wg.Wait()\n\tprintln(data)"), procs=2)
    s = run.machine.state
    row, width = int(s.arrays["g_vc"][0]), s["VC_WIDTH"]
    tid = {
        int(goid): int(t)
        for goid, t in zip(s.arrays["g_goid"], s.arrays["g_tid"], strict=True)
        if goid in (1, 2, 3)
    }
    clock = graph(run).nodes[-1].clock
    assert {goid: int(s.arrays["vc"][row * width + t]) for goid, t in tid.items()} == clock


def test_the_picture_shows_the_graph() -> None:
    run = watched(FLAG, procs=2)
    g = graph(run)
    picture = happens_before(run, names={2: "writer"}, clocks=True)
    (axes,) = picture.figure.axes
    joined = [to_hex(p.get_edgecolor()) for p in axes.patches if isinstance(p, FancyArrowPatch)]
    assert joined.count(ALARM) == len(g.races) == 2
    assert joined.count(WHYS["go"][0]) == 1
    shown = [t.get_text() for t in axes.texts]
    assert {"main", "writer", "data = 42", "println(data)", "[1 1]", "no path: a race"} <= set(shown)
    assert (
        "Nothing orders the write in writer's data = 42, line 10, and the read in main's println(data)"
        in picture.summary
    )
    assert "there is no data race" in happens_before(watched(CLOSED, procs=2)).summary


def test_some_lines_only_and_too_many() -> None:
    run = watched(FLAG, procs=2)
    g = graph(run, lines=[10, 15])
    assert {n.line for n in g.nodes if n.use} == {10, 15} and len(g.races) == 1
    with pytest.raises(ValueError, match="accesses=True"):
        graph(go.run(FLAG, race=True))
    many = FLAG.replace("ready = true", "for i := 0; i < 90; i++ {\n\t\t\tdata++\n\t\t\tready = true\n\t\t}")
    with pytest.raises(ValueError, match="too many for one picture"):
        happens_before(watched(many, procs=2))


def test_asking_for_accesses_changes_nothing_else() -> None:
    plain, full = go.run(THREE, procs=2, race=True), watched(THREE, procs=2)
    assert (plain.end, plain.stderr, plain.output) == (full.end, full.stderr, full.output)
