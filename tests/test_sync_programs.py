"""Go programs of synchronisation: what real Go printed on one P, the simulated runtime prints too."""

from __future__ import annotations

import golang_real
import pytest
from programs_sync import GOLDEN, LITMUS, Scenario

from gosched_edu import go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.hchan import channels
from gosched_edu.kernel.versions import parse

ALL = GOLDEN + LITMUS


def holds(scenario: Scenario, version: str) -> bool:
    v = parse(version)
    return parse(scenario.since) <= v and not (scenario.until and v >= parse(scenario.until))


CASES = [
    pytest.param(s, v, id=f"{s.name.split(':')[0]}-{v}") for v in ("1.22", "1.27") for s in ALL if holds(s, v)
]


#: Those that do not rest on one P: settle() is no synchronisation.
SYNCHRONISED = [s for s in LITMUS if holds(s, "1.27") and "settle()" not in s.source.split("func main")[1]]


@pytest.mark.parametrize(("scenario", "version"), CASES)
def test_the_simulated_runtime_prints_what_real_go_prints(scenario, version):
    m = go.machine(scenario.source, procs=1, version=version)
    assert m.run() == st.DONE
    assert m.output.decode() in {f"[{line}]\n" for line in scenario.outputs}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scenario", SYNCHRONISED, ids=lambda s: s.name)
def test_litmus_programs_on_four_processors(scenario, seed):
    m = go.machine(scenario.source, procs=4, version="1.27", seed=seed)
    assert m.run() == st.DONE
    assert m.output.decode() in {f"[{line}]\n" for line in scenario.outputs}


@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
def test_real_go_prints_it():
    scenarios = [s for s in ALL if holds(s, "1.27")]
    environment = {"GOMAXPROCS": "1", "GOGC": "off", "GODEBUG": "asyncpreemptoff=1"}
    wrong = {}
    printed = golang_real.runs([s.source for s in scenarios], environment, times=3, version="1.27")
    for s, runs in zip(scenarios, printed, strict=True):
        # one early preemption in some runs is nothing that the program decides
        if not any(out in {f"[{line}]\n" for line in s.outputs} for out in runs):
            wrong[s.name] = runs
    assert not wrong


AFTER = """package main

import (
	"runtime"
	"time"
)

func main() {
	c := make(chan int, 1)
	for i := 0; i < 200; i++ {
		c <- 1
		select {
		case <-time.After(time.Hour):
		case <-c:
		}
	}
	runtime.GC()
	runtime.GC()
	runtime.KeepAlive(c)
}
"""


@pytest.mark.parametrize(("version", "left"), [("1.22", 200), ("1.23", 0)])
def test_unused_timers_are_collected_since_1_23(version, left):
    """time.After in a loop: before, each timer stayed in its heap for its hour, with its channel."""
    m = go.machine(AFTER, procs=1, version=version)
    assert m.run() == st.DONE
    timers = int((m.state.arrays["t_live"] > 0).sum())
    assert timers == left and len(channels(m)) == left + 1


PICTURE = """package main

func main() {
	a, b, d := make(chan int, 3), make(chan string), make(chan [2]int)
	for i := 7; i < 10; i++ {
		a <- i
	}
	<-a
	a <- 10
	go func() { a <- 11 }()
	go func() { d <- [2]int{1, 2} }()
	go func() { <-b }()
	e, f := make(chan int), make(chan bool, 2)
	go func() {
		select {
		case <-f:
		case e <- 5:
		}
	}()
	close(make(chan bool, 4))
	<-make(chan int)
}
"""


def test_pictures_of_channels():
    m = go.machine(PICTURE, procs=1)
    assert m.run() == st.DEADLOCK
    a, b, d, e, f, closed, last = channels(m)
    assert (a.cap, a.len, a.sendx, a.recvx, a.closed) == (3, 3, 1, 1, False)
    assert a.buf == ((10,), (8,), (9,)) and a.recvq == ()
    assert [(w.value, w.case) for w in a.sendq] == [((11,), None)]
    assert (b.cap, b.buf, b.sendq) == (0, (), ()) and [w.value for w in b.recvq] == [()]
    assert b.width == 2 and d.width == 1, "an array travels as the address of a copy"
    assert len(d.sendq) == 1 and d.sendq[0].value[0] > 1 << 32
    assert [(w.value, w.case) for w in (*e.sendq, *f.recvq)] == [((5,), 1), ((), 0)]
    assert e.sendq[0].goid == f.recvq[0].goid, "one goroutine, two sudogs"
    assert (closed.closed, closed.buf) == (True, (None,) * 4) and not closed.timer
    assert [(w.goid, w.value, w.case) for w in last.recvq] == [(1, (), None)]


GREEDY = """package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	go func() {
		for {
			mu.Lock()
			time.Sleep(100 * time.Microsecond)
			mu.Unlock()
		}
	}()
	time.Sleep(150 * time.Microsecond)
	start := time.Now()
	mu.Lock()
	fmt.Println(time.Since(start).Microseconds())
}
"""


@pytest.mark.parametrize("procs", [1, 2, 4])
def test_a_greedy_goroutine_starves_another_until_go_1_9(procs: int) -> None:
    """golang/go issue 13086: from Go 1.9 on, whoever has lost for 1 ms is handed the lock."""
    second = go.Budget(time=1_000_000_000)

    def waits(version: str) -> list[int]:
        """us of five seeds; a run that did not end in time counts with its second."""
        options = {"procs": procs, "version": version, "budget": second, "trace": "off"}
        return sorted(int(go.run(GREEDY, seed=s, **options).output or 1_000_000) for s in range(5))

    assert waits("1.8")[2] > 20_000
    assert all(1_000 < us < 4_000 for us in waits("1.9"))
