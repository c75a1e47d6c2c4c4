"""The exercises of chapter 01, Goroutines."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason

WORKERS = 6

PREDICT = Predict(
    title="The order of five",
    task="One P, Go 1.22. What does this program print?",
    source="""package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 5; i++ {
		wg.Add(1)
		go func() {
			fmt.Println(i)
			wg.Done()
		}()
	}
	fmt.Println("main waits")
	wg.Wait()
}
""",
    procs=1,
    version="1.22",
    hint="Which goroutine stands in runnext when main parks? In which order did the others get "
    "into the ring? And who runs before all of them?",
)


def _all_lines(run: Run) -> str | None:
    expected = sorted(f"worker {i} done" for i in range(WORKERS))
    if sorted(run.output.splitlines()) != expected:
        lines = f"{WORKERS} lines, worker 0 done to worker {WORKERS - 1} done"
        return f"Expected {lines}, each once. Printed:\n{run.output or '(nothing)'}"
    return None


def _in_goroutines(run: Run) -> str | None:
    if run.stats["goroutines"] < WORKERS + 1:
        return f"The work must be done by {WORKERS} goroutines besides main."
    return None


def _no_sleep_in_main(run: Run) -> str | None:
    trace = run.trace
    slept = trace.where(Kind.GO_BLOCK)
    if ((trace.reason[slept] == Reason.SLEEP) & (trace.g[slept] == 1)).any():
        return "main sleeps. A sleep is a guess about time; wait for the goroutines instead."
    return None


def _does_not_spin(run: Run) -> str | None:
    stops = run.trace.where(Kind.GO_STOP)
    if (run.trace.g[stops] == 1).any():
        return "main waits by running in a loop. It should park, and leave its P to others."
    return None


FIX = Program(
    title="Wait for your workers",
    task=f"Mend the program: each of the {WORKERS} workers must print its line, on any number of Ps. "
    "main must neither sleep nor spin.",
    starter="""package main

import "fmt"

func main() {
	for i := 0; i < 6; i++ {
		go func() {
			fmt.Println("worker", i, "done")
		}()
	}
}
""",
    demands=(_all_lines, _in_goroutines, _no_sleep_in_main, _does_not_spin),
    hints=(
        "Who must know that a worker has ended? What could the worker do, as its last act, to tell?",
        "With a WaitGroup: does Add happen before Wait, in every run?",
        "Add(1) before each go statement, Done as the worker's last act, Wait in main.",
    ),
)


def _in_order(run: Run) -> str | None:
    expected = "".join(f"{i * i}\n" for i in range(WORKERS))
    if run.output != expected:
        return f"Expected the squares 0, 1, 4, 9, 16, 25 in this order, a line each. Printed:\n{run.output}"
    return None


def _started_first(run: Run) -> str | None:
    """All children must exist before main takes its first result."""
    started = 0
    for e in run.trace:
        if e.kind == Kind.GO_CREATE and e.g != 1:
            started += 1
        takes = e.kind == Kind.CHAN_RECV or (e.kind == Kind.GO_BLOCK and e.reason == Reason.CHAN_RECEIVE)
        if takes and e.g == 1:
            break
    if started < WORKERS:
        return f"main waits for a result when {started} of {WORKERS} goroutines exist. Start them all before."
    return None


def _results_are_sent(run: Run) -> str | None:
    """The squares must come from the goroutines, over channels."""
    sends = run.trace.where(Kind.CHAN_SEND)
    by_children = sends[run.trace.g[sends] != 1]
    senders, values = set(run.trace.g[by_children]), set(run.trace.arg2[by_children])
    if len(senders) < WORKERS or len(values) < WORKERS:
        return f"main prints squares that no goroutine sent: {WORKERS} of them must send theirs."
    return None


IN_ORDER = Program(
    title="Concurrent work, ordered results",
    task=f"Write a program in which {WORKERS} goroutines compute the squares of 0 to {WORKERS - 1}, "
    "all started before any result is awaited, and send them over channels. main prints the squares in "
    "order, on any number of Ps. (This edition has no slices and no arrays.)",
    starter="""package main

import "fmt"

func square(i int, out chan int) {
	out <- i * i
}

func main() {
	out := make(chan int)
	for i := 0; i < 6; i++ {
		go square(i, out)
	}
	for i := 0; i < 6; i++ {
		fmt.Println(<-out)
	}
}
""",
    demands=(_in_order, _in_goroutines, _started_first, _results_are_sent),
    hints=(
        "The results arrive in any order. How can main know whose result it holds?",
        "Let each goroutine wait for its turn before it sends: give it one channel to receive from and "
        "one to pass the turn on. Or give each result a tag that says whose it is.",
    ),
)
