"""The exercises of chapter 05, Preemption."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason
from gosched_edu.trace.summary import intervals

_MS = 1_000_000
_PLACES = """package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var places int32
%s
func main() {
	var wg sync.WaitGroup
	var a, b int32
	wg.Add(2)
	go func() {
		a = atomic.AddInt32(&places, 1)
		wg.Done()
	}()
	go func() {
		b = atomic.AddInt32(&places, 1)
		wg.Done()
	}()
	x := 1
	for i := 0; i < 1000000; i++ {
		%s
	}
	m := atomic.AddInt32(&places, 1)
	wg.Wait()
	fmt.Println("a", a, "b", b, "main", m, x != 0)
}
"""

STOPPED = Predict(
    title="A loop, and two that wait",
    task="One P, Go 1.22. The loop takes more than 20 ms of virtual time. a, b and main take places: who "
    "comes first gets 1. (atomic.AddInt32 adds 1 and gives the sum; it is no place to stop at.) What does "
    "this program print?",
    source=_PLACES % ("", "x = x%1000003*7%10007*31%99991 + i"),
    procs=1,
    version="1.22",
    hint="The loop has no call in it. Since which version does a goroutine need none to be stopped, and "
    "how long is a slice at most? Then: who of a and b stands in runnext?",
)

LEAF = Predict(
    title="A call, at last?",
    task="One P, Go 1.13. The loop takes more than 20 ms of virtual time and calls a function each time "
    "round. Who gets which place now? What does this program print?",
    source=_PLACES
    % (
        "\n//go:noinline\nfunc mix(x, i int) int {\n\treturn x*7 + i\n}\n",
        "x = mix(x%1000003*7%10007*31%99991, i)",
    ),
    procs=1,
    version="1.13",
    hint="Under 1.13 the check stands in a function's prologue. Does every function have one? Look at what "
    "mix calls, and at how much stack it needs.",
)

PREDICT = (STOPPED, LEAF)


def _sum_is_right(run: Run) -> str | None:
    if "sum 12497500" not in run.output:
        return f"The sum must still be printed: sum 12497500. Printed:\n{run.output or '(nothing)'}"
    return None


def _collects(run: Run) -> str | None:
    if not len(run.trace.where(Kind.GC_END)):
        return "main must still run a collection while the worker works."
    return None


def _worker_was_busy(run: Run) -> str | None:
    """The collection begins while the worker computes, and the worker takes as long as before."""
    trace = run.trace
    begin = trace.where(Kind.GC_BEGIN)
    if len(begin):
        t = trace.time[begin[0]]
        table = intervals(trace)
        running = table[(table.lane == "G") & (table.state == "running") & (table.id != 1)]
        work = (running.end - running.start).sum()
        later = running[running.end > t]
        if work < 3 * _MS or (later.end - later.start.clip(lower=t)).sum() < 1 * _MS:
            return "The work must be done by a goroutine, and the collection must fall into its middle."
    return None


def _stops_soon(run: Run) -> str | None:
    trace = run.trace
    stopped = trace.where(Kind.STW_STOPPED)
    worst = int(trace.arg[stopped].max(initial=0))
    if worst > _MS // 2:
        return f"The world took {worst / _MS:.1f} ms to stop. It must stand still within 0.5 ms."
    return None


WORLD = Program(
    title="Let the world stop",
    task="Go 1.13, two Ps or four. main runs a collection while a worker computes, and the collection waits "
    "for the worker's loop to end. Mend the worker: the world must stop within 0.5 ms, "
    "and the sum must stay the same.",
    starter="""package main

import (
	"fmt"
	"runtime"
	"time"
)

func sum(n int) int {
	s, x := 0, 1
	for i := 0; i < n*40; i++ {
		x = x%1000003*7%10007*31%99991 + i
		if i%40 == 0 {
			s += i / 40
		}
	}
	return s
}

func main() {
	done := make(chan int)
	go func() {
		done <- sum(5000)
	}()
	time.Sleep(time.Millisecond)
	runtime.GC()
	fmt.Println("sum", <-done)
}
""",
    demands=(_sum_is_right, _collects, _worker_was_busy, _stops_soon),
    hints=(
        "Under 1.13 a goroutine can be stopped only where it comes by a check. Where is one in this loop?",
        "The check must come often: every 0.5 ms or less. And a small function that calls nothing has none.",
        "Call runtime.Gosched() at every thousandth turn of the loop.",
    ),
    procs=(2, 4),
    seeds=(1, 2),
    options={"version": "1.13"},
)


def _five_beats(run: Run) -> str | None:
    if run.output.count("beat") != 5 or "hogs done 2" not in run.output:
        return f"Expected five beats and hogs done 2. Printed:\n{run.output or '(nothing)'}"
    return None


def _heart_sleeps(run: Run) -> str | None:
    trace = run.trace
    rows = trace.where(Kind.GO_BLOCK)
    rows = rows[(trace.g[rows] == 1) & (trace.reason[rows] == Reason.SLEEP)]
    if len(rows) < 5:
        return "main must still sleep between its beats."
    return None


def _hogs_work(run: Run) -> str | None:
    table = intervals(run.trace)
    running = table[(table.lane == "G") & (table.state == "running") & (table.id != 1)]
    work = (running.end - running.start).sum()
    if work < 20 * _MS:
        return f"The hogs must still do their work; together they ran for {work / _MS:.1f} ms only."
    return None


def _never_late(run: Run) -> str | None:
    """From the moment for which main has set its alarm to the moment at which it runs."""
    trace = run.trace
    worst, due = 0, -1
    for i in trace.where(Kind.GO_BLOCK, Kind.GO_START):
        if trace.g[i] != 1:
            continue
        if trace.kind[i] == Kind.GO_BLOCK:
            due = int(trace.arg[i]) if trace.reason[i] == Reason.SLEEP else -1
        elif due >= 0:
            worst, due = max(worst, int(trace.time[i]) - due), -1
    if worst > 2 * _MS:
        return f"main's sleep was over, and main got a P {worst / _MS:.1f} ms later. 2 ms is the most."
    return None


def _hogs_beside(run: Run) -> str | None:
    """The beats must fall into the time in which the hogs work."""
    trace = run.trace
    table = intervals(trace)
    running = table[(table.lane == "G") & (table.state == "running") & (table.id != 1)]
    sleeps = trace.where(Kind.GO_BLOCK)
    sleeps = sleeps[(trace.g[sleeps] == 1) & (trace.reason[sleeps] == Reason.SLEEP)]
    if not len(running) or not len(sleeps):
        return None
    t = int(trace.time[sleeps[0]])
    after = running[running.end > t]
    if (after.end - after.start.clip(lower=t)).sum() < 10 * _MS:
        return "The hogs must work while main sleeps and beats, not before."
    last = running.end.max()
    first_beat = trace.where(Kind.OUTPUT)
    if len(first_beat) and int(trace.time[first_beat[0]]) > last:
        return "main must beat while the hogs work, not after."
    return None


HEART = Program(
    title="The heart must beat",
    task="Go 1.22, one P at the start. main should beat every millisecond, but two hogs make it late by up "
    "to 20 ms. Mend the program: main must never run more than 2 ms after its sleep is over. "
    "The hogs must do the same work, beside the beats.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"
)

func hog() int {
	x := 1
	for i := 0; i < 600000; i++ {
		x = x%1000003*7%10007*31%99991 + i
	}
	return x
}

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			hog()
			wg.Done()
		}()
	}
	for k := 0; k < 5; k++ {
		time.Sleep(time.Millisecond)
		fmt.Println("beat")
	}
	wg.Wait()
	fmt.Println("hogs done", 2)
}
""",
    demands=(_five_beats, _heart_sleeps, _hogs_work, _hogs_beside, _never_late),
    hints=(
        "Preemption works here, but it comes after 10 to 20 ms. Who could give up the P earlier?",
        "A hog can offer its P with runtime.Gosched. How often? Or give main a P that the hogs do not take.",
        "runtime.Gosched() at every ten-thousandth turn of the loop; or runtime.GOMAXPROCS(4) first of all.",
    ),
    procs=(1,),
    seeds=(1, 2, 3),
    options={"version": "1.22"},
)


def _says_stopped(run: Run) -> str | None:
    words = run.output.split()
    if words != ["worker", "stopped", "main", "ends"]:
        return f"Expected: worker stopped, then main ends. Printed:\n{run.output or '(nothing)'}"
    return None


def _stop_comes_from_main(run: Run) -> str | None:
    """The worker computes until about 1 ms after the start, and not much longer."""
    trace = run.trace
    slept = trace.where(Kind.GO_BLOCK)
    slept = slept[(trace.g[slept] == 1) & (trace.reason[slept] == Reason.SLEEP)]
    if not len(slept):
        return "main must sleep for a millisecond, then tell the worker to stop."
    table = intervals(trace)
    running = table[(table.lane == "G") & (table.state == "running") & (table.id != 1)]
    work = (running.end - running.start).sum()
    if work < _MS // 2:
        return "The worker must compute until it is told to stop; it hardly ran."
    return None


def _ends_soon(run: Run) -> str | None:
    if run.end > 60 * _MS:
        return f"The program ends only after {run.end / _MS:.0f} ms. The worker must look for the stop often."
    return None


STOP = Program(
    title="Stop when told",
    task="Preemption takes a P away; it does not end a goroutine. Write it so that the worker computes "
    "until main tells it to stop, after 1 ms of sleep. The worker prints worker stopped, then main prints "
    "main ends. No data race, on any number of Ps; the checks run with the race detector.",
    starter="""package main

import (
	"fmt"
	"time"
)

func main() {
	stop := false
	go func() {
		x := 1
		for !stop {
			x = x%1000003*7%10007*31%99991 + 1
		}
		fmt.Println("worker stopped")
	}()
	time.Sleep(time.Millisecond)
	stop = true
	fmt.Println("main ends")
}
""",
    demands=(_says_stopped, _stop_comes_from_main, _ends_soon),
    hints=(
        "Two things are missing: a safe way to tell, and a wait until the worker has printed.",
        "To tell: an atomic.Bool, or a channel that is closed and a select with a default. To wait: "
        "a channel or a WaitGroup.",
    ),
    procs=(1, 2, 4),
    seeds=(1, 2),
    options={"race": True},
)

PROGRAMS = (WORLD, HEART, STOP)

QUIZ = [
    {
        "question": "A goroutine runs a loop without calls, on the only P, under Go 1.13. sysmon wants to "
        "preempt it. What happens?",
        "answers": [
            ("It stops at the end of the current turn of the loop.", False,
             "Loops have no check. Such checks were tried and never became the default."),
            ("It goes on until the loop is over.", True,
             "The request waits for a prologue, and the loop has none."),
            ("It stops after 10 ms, by a signal.", False, "The signal came with Go 1.14."),
            ("The program dies with a deadlock.", False, "One goroutine is running: that is no deadlock."),
        ],
    },
    {
        "question": "Two goroutines compute on one P, and nothing else happens. How long does a slice last?",
        "answers": [
            ("exactly 10 ms", False, "There is no timer for a slice. sysmon must see it twice."),
            ("up to 10 ms", False, "10 ms is the least that sysmon asks for, not the most."),
            ("10 to 20 ms", True, "sysmon looks every 10 ms; one look starts its clock, a later one asks."),
            ("20 µs, as sysmon looks that often", False,
             "It looks that often at first, and every 10 ms when there is nothing to do for it."),
        ],
    },
    {
        "question": "What did Go 1.22 change in preemption?",
        "answers": [
            ("It made the signal the default.", False, "That was Go 1.14."),
            ("It shortened the slice from 20 to 10 ms.", False, "The constant and the looks are as before."),
            ("It replaced SIGUSR1 by SIGURG.", False, "It has been SIGURG from the start."),
            ("Nothing.", True, "Go 1.22 changed loop variables and the tracer, not preemption."),
        ],
    },
    {
        "question": "A third goroutine waits behind two that talk over an unbuffered channel, on one P. Why "
        "may it wait for much more than 20 ms?",
        "answers": [
            ("Goroutines that use channels have a higher priority.", False, "Go has no priorities."),
            ("They share one slice through `runnext`, and sysmon often finds nobody to ask.", True,
             "At the moment of the look the P is often between the two, in the scheduler."),
            ("The local queue is only looked at every 61st time.", False,
             "It is the global queue that is looked at every 61st time."),
            ("The channel is locked, so sysmon may not preempt.", False,
             "sysmon asks whoever runs. What is in the runtime is asked, and stops a little later."),
        ],
    },
]  # fmt: skip

CHAPTER_05 = (*PREDICT, *PROGRAMS)
