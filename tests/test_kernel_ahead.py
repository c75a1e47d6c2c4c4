"""Running ahead (kernel/ahead.py) is invisible: the same log, outputs and stacks as when nobody does."""

from __future__ import annotations

import pytest
from rich_programs import rich_program

from gosched_edu import go
from gosched_edu.kernel import ahead, interp
from gosched_edu.kernel.machine import Machine

LOOPS = """package main

import (
	"fmt"
	"runtime"
	"time"
)

func spin(n int) int {
	x := n
	for i := 0; i < n; i++ {
		x += step(i, x) %% 7
		x ^= i << 2
	}
	return x
}

func step(i, x int) int {
	if i > 3 {
		return x / i
	}
	return x
}

type list struct {
	next *list
	data [40]int
}

func main() {
	done := make(chan int)
	for g := 0; g < 5; g++ {
		go func() {
			var l *list
			s := 0
			for k := 0; k < 12; k++ {
				s += spin(%(n)d + g*k)
				if g == 1 {
					for j := 0; j < 60; j++ {
						l = &list{l, [40]int{}}
					}
				}
				if g == 2 && k%%4 == 0 {
					runtime.%(stop)s
				}
				if g == 3 {
					time.Sleep(300)
				}
			}
			if l != nil {
				s += l.data[0]
			}
			done <- s
		}()
	}
	for g := 0; g < 5; g++ {
		fmt.Println(<-done)
	}%(end)s
}
"""


def state(source: str, far: int, monkeypatch: pytest.MonkeyPatch, **options: object) -> dict[str, object]:
    """What a run leaves when goroutines may run ahead for `far` ns."""
    monkeypatch.setattr(ahead, "FAR", far)
    m = Machine(go.compile(source), jit=False, budget=go.Budget(seconds=60, events=30_000), **options)  # type: ignore[arg-type]
    m.run()
    a = m.state.arrays
    live = a["g_status"] != 6
    return {
        "records": m.records().tolist(), "output": m.output, "errors": m.errors, "status": m.status,
        "clocks": a["p_clock"].tolist(), "pc": a["g_pc"][live].tolist(), "fp": a["g_fp"][live].tolist(),
        "used": a["g_used"][live].tolist(), "now": m.state["NOW"], "instructions": m.state["INS"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stop", "version"),
    [("GC()", "1.22"), ("GC()", "1.13"), ("GOMAXPROCS(2 + k%3)", "1.22")],
)
def test_loops_that_are_asked_to_stop(stop: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    repeats: list[int] = []

    def repeat(S, p, g):  # type: ignore[no-untyped-def]
        repeats.append(p)
        return ahead.repeat(S, p, g)

    monkeypatch.setattr(interp, "repeat", repeat)
    end = "\n\tgo spin(900)\n\tgo spin(900)\n\ttime.Sleep(4000)\n\tpanic(1)"
    source = LOOPS % {"n": 100, "stop": stop, "end": end}
    options = {"procs": 4, "version": version, "gogc": 10, "seed": 2}
    alone = state(source, -1, monkeypatch, **options)
    assert not repeats
    assert state(source, 4096, monkeypatch, **options) == alone
    assert state(source, 50, monkeypatch, **options) == alone
    assert repeats, "no request to stop has found anybody ahead"


@pytest.mark.parametrize("number", range(8))
def test_random_programs(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"procs": (2, 4, 8)[number % 3], "seed": number}
    source = rich_program(number)
    assert state(source, 4096, monkeypatch, **options) == state(source, -1, monkeypatch, **options)
