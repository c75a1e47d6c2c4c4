"""Go's own trace reader judges the kernel: each simulated run must be a legal Go schedule.

The reader of ``go tool trace`` keeps its own state of every goroutine, P and M, and refuses a
trace in which something cannot have happened. What it reads must be what the kernel logged.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from programs import SPAWN, TIGHT, random_program
from rich_programs import rich_program
from trace_oracle import by_goroutine, go_tool_trace, official_transitions, our_transitions

from gosched_edu import go, realgo
from gosched_edu.trace import Kind, Trace
from gosched_edu.trace.gotrace import to_go_trace

PROGRAMS = 1000
OLD_READER = 150  # the reader of Go 1.22 has the same rules; a part will do


@cache
def simulated(number: int) -> Trace:
    """A generated program on 1 to 8 Ps, under an old or a new version's rules.

    Every second one uses all that the runtime does: select, locks, timers, system calls, collections,
    stacks, panics, locked threads, changes of GOMAXPROCS.
    """
    procs, version = (1, 2, 4, 8)[number // 2 % 4], ("1.22", "1.27", "1.13", "1.19")[number % 4]
    source = rich_program(number) if number % 2 else random_program(number)
    return go.run(go.compile(source), procs=procs, seed=number, version=version).trace


def verdict(tool: realgo.Toolchain, trace: Trace, file: Path) -> str:
    """What is wrong with the trace in the eyes of Go's reader; empty if nothing."""
    file.write_bytes(to_go_trace(trace))
    code, text = go_tool_trace(tool, file)
    if code != 0:
        return text[-300:]
    ours = by_goroutine(our_transitions(trace))
    # the Go trace begins with main there and runnable: its creation is no event
    assert ours[1].pop(0) == "Runnable"
    if by_goroutine(official_transitions(text)) != ours:
        return "Go's reader saw other transitions than the kernel logged"
    return ""


@pytest.fixture(scope="module", params=["1.22", "1.27"])
def tool(request):
    found = realgo.find(request.param)
    if found is None or not found.version.startswith(request.param):
        pytest.skip(f"no Go {request.param}")
    return found


def test_go_s_reader_accepts_a_thousand_generated_programs(tool, tmp_path):
    n = PROGRAMS if tool.number >= (1, 27) else OLD_READER
    traces = [simulated(i) for i in range(n)]
    assert sum(len(t) for t in traces) > 20 * n
    kinds = {int(k) for t in traces for k in np.unique(t.kind)}
    wanted = (Kind.SELECT, Kind.GO_SYSCALL_BEGIN, Kind.PROC_STEAL, Kind.GC_BEGIN, Kind.STW_BEGIN,
              Kind.TIMER_FIRE, Kind.STACK_GROW, Kind.GO_LOCK_THREAD, Kind.PROCS)  # fmt: skip
    assert not {int(k) for k in wanted} - kinds, "the generator has become lazy"
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(
            lambda i: verdict(tool, traces[i], tmp_path / f"{i}.trace"), range(n)
        ))  # fmt: skip
    refused = {i: a for i, a in enumerate(answers) if a}
    assert not refused, f"{len(refused)} of {n}: {list(refused.items())[:3]}"


@pytest.mark.parametrize("procs", [1, 8])
def test_go_s_reader_accepts_overflow_preemption_and_crowds(tool, tmp_path, procs):
    for name, run in {
        "crowd": go.run(SPAWN, knobs={"n": 2000}, procs=procs),
        "preempted": go.run(TIGHT, procs=1),
    }.items():
        assert not verdict(tool, run.trace, tmp_path / name)


def without(trace: Trace, row: int) -> Trace:
    return only(trace, np.arange(len(trace)) != row)


def only(trace: Trace, keep: np.ndarray) -> Trace:
    columns = ("time", "kind", "g", "p", "m", "arg", "arg2", "line", "reason", "func")
    return dataclasses.replace(trace, **{c: getattr(trace, c)[keep] for c in columns})


def changed(trace: Trace, row: int, **values: int) -> Trace:
    columns = {c: getattr(trace, c).copy() for c in values}
    for name, value in values.items():
        columns[name][row] = value
    return dataclasses.replace(trace, **columns)


def nth(trace: Trace, kind: Kind, n: int = 0) -> int:
    return int(trace.where(kind)[n])


#: What cannot have happened; each names the event that is taken out or changed.
BROKEN = {
    "a start is missing": lambda t: without(t, nth(t, Kind.GO_START, 2)),
    "a park is missing": lambda t: without(t, nth(t, Kind.GO_BLOCK)),
    "a wake-up is missing": lambda t: without(t, nth(t, Kind.GO_UNBLOCK)),
    "a creation is missing": lambda t: without(t, nth(t, Kind.GO_CREATE, 1)),
    "an exit is missing": lambda t: without(t, nth(t, Kind.GO_EXIT)),
    "a P is never taken": lambda t: without(t, nth(t, Kind.PROC_START, 1)),
    "a P is never given back": lambda t: without(t, nth(t, Kind.PROC_STOP)),
    "a return from a system call is missing": lambda t: without(t, nth(t, Kind.GO_SYSCALL_END)),
    "another goroutine starts": lambda t: changed(t, nth(t, Kind.GO_START, 3), g=999),
    "one wakes itself": lambda t: changed(t, nth(t, Kind.GO_UNBLOCK), g=int(t.arg[nth(t, Kind.GO_UNBLOCK)])),
    "a P runs on two Ms": lambda t: changed(t, nth(t, Kind.GO_START, 3), m=77),
    "the world starts without having stopped": lambda t: without(t, nth(t, Kind.STW_BEGIN)),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_judge_refuses_what_cannot_have_happened(tool, tmp_path, what):
    """Both Go's reader and this test's own comparison see it."""
    trace = go.run(BUSY, procs=3, seed=5).trace
    assert not verdict(tool, trace, tmp_path / "whole.trace")
    assert verdict(tool, BROKEN[what](trace), tmp_path / "broken.trace")


BUSY = """package main

import (
	"runtime"
	"sync"
	"syscall"
)

func main() {
	c := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := 0; k < 3; k++ {
				c <- k
				runtime.Gosched()
			}
			ts := syscall.NsecToTimespec(2000)
			syscall.Nanosleep(&ts, nil)
		}()
	}
	for i := 0; i < 12; i++ {
		<-c
	}
	runtime.GC()
	wg.Wait()
}
"""
