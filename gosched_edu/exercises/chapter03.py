"""The exercises and the quiz of chapter 03, The M:P:G scheduler."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program
from gosched_edu.exercises.quiz import Question
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason

NESTED = Predict(
    title="Children before brothers",
    task="One P, Go 1.22. What does this program print?",
    source="""package main

import (
	"fmt"
	"sync"
)

var wg sync.WaitGroup

func child(name string) {
	fmt.Println(name)
	wg.Done()
}

func parent(name string) {
	fmt.Println(name)
	go child(name + "1")
	go child(name + "2")
	wg.Done()
}

func main() {
	wg.Add(6)
	go parent("a")
	go parent("b")
	wg.Wait()
}
""",
    procs=1,
    version="1.22",
    hint="Keep a list on paper: one slot runnext, one ring. Each go statement writes into runnext and "
    "moves what stood there to the ring's tail. Who is where when b ends?",
)

YIELD = Predict(
    title="Around and around",
    task="One P, Go 1.22. Each goroutine prints, yields, and prints again. What is printed?",
    source="""package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c"} {
		wg.Add(1)
		go func() {
			fmt.Println(name)
			runtime.Gosched()
			fmt.Println(name)
			wg.Done()
		}()
	}
	wg.Wait()
}
""",
    procs=1,
    version="1.22",
    hint="Gosched puts the goroutine at the tail of the global queue, not of the ring. When does the P "
    "look there?",
)

JOBS = 8


def _jobs_done(run: Run) -> str | None:
    expected = sorted(f"job {i} done" for i in range(JOBS))
    if sorted(run.output.splitlines()) != expected:
        return f"Expected {JOBS} lines, job 0 done to job 7 done. Printed:\n{run.output or '(nothing)'}"
    return None


def _spreads(run: Run) -> str | None:
    """With four Ps, on average almost two must run."""
    if run.machine.procs < 4:
        return None
    busy = _running_ns(run) / max(run.end, 1)
    if busy < 1.6:
        return f"On four Ps, only {busy:.1f} ran goroutines on average. The jobs must run side by side."
    return None


def _running_ns(run: Run) -> int:
    since: dict[int, int] = {}
    total = 0
    for e in run.trace:
        if e.kind == Kind.GO_START:
            since[e.p] = e.time
        elif e.kind in (Kind.GO_BLOCK, Kind.GO_STOP, Kind.GO_EXIT) and e.p in since:
            total += e.time - since.pop(e.p)
    return total + sum(run.end - t for t in since.values())


SPREAD = Program(
    title="Let others work",
    task=f"Mend the program: its {JOBS} jobs must run side by side. With four Ps, on average almost two of "
    "them must be busy. Each job prints its line once.",
    starter="""package main

import "fmt"

func job(i int) {
	x := 0
	for k := 0; k < 60000; k++ {
		x += k
	}
	fmt.Println("job", i, "done")
}

func main() {
	for i := 0; i < 8; i++ {
		done := make(chan bool)
		go func() {
			job(i)
			done <- true
		}()
		<-done
	}
}
""",
    demands=(_jobs_done, _spreads),
    hints=(
        "How many goroutines are runnable at the same moment?",
        "main waits for each job before it starts the next. Start all of them, then wait.",
    ),
    seeds=(1, 2, 3),
)

CALLS, AT_ONCE = 20, 4


def _inside(run: Run) -> tuple[int, int]:
    """How many system calls there were, and how many at most at the same time."""
    calls = now = most = 0
    for e in run.trace:
        if e.kind == Kind.GO_SYSCALL_BEGIN:
            calls, now = calls + 1, now + 1
            most = max(most, now)
        elif e.kind in (Kind.GO_SYSCALL_END, Kind.GO_SYSCALL_END_BLOCKED):
            now -= 1
    return calls, most


def _calls_done(run: Run) -> str | None:
    if sorted(run.output.splitlines()) != sorted(f"call {i} done" for i in range(CALLS)):
        return (f"Expected {CALLS} lines, call 0 done to call {CALLS - 1} done, each once. Printed:\n"
                f"{run.output or '(nothing)'}")  # fmt: skip
    begins = run.trace.where(Kind.GO_SYSCALL_BEGIN)
    if len(begins) != CALLS or (run.trace.arg[begins] < 5_000_000).any():
        return f"There must be {CALLS} system calls of 5 ms, one for each line; there were {len(begins)}."
    return None


def _not_too_many(run: Run) -> str | None:
    _, most = _inside(run)
    if most > AT_ONCE:
        return (f"{most} goroutines were in system calls at the same time, each with a thread of its own. "
                f"At most {AT_ONCE} may be.")  # fmt: skip
    return None


def _not_too_few(run: Run) -> str | None:
    _, most = _inside(run)
    if most < AT_ONCE:
        return f"Never more than {most} went on at the same time; {AT_ONCE} system calls should."
    return None


THREADS = Program(
    title="Twenty calls, four threads",
    task=f"Mend the program: at most {AT_ONCE} of its {CALLS} system calls may go on at the same time, so "
    f"that it needs few threads; but {AT_ONCE} of them shall, at times. Each call still lasts 5 ms.",
    starter="""package main

import (
	"fmt"
	"sync"
	"syscall"
)

func call(i int) {
	t := syscall.NsecToTimespec(5000000)
	syscall.Nanosleep(&t, nil)
	fmt.Println("call", i, "done")
}

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func() {
			call(i)
			wg.Done()
		}()
	}
	wg.Wait()
}
""",
    demands=(_calls_done, _not_too_many, _not_too_few),
    hints=(
        "A goroutine that waits for a channel needs no thread. Let them wait there, not in the call.",
        "A buffered channel of capacity 4 holds four tokens: send before the call, receive after it. Or "
        "start four workers that take the numbers from a channel.",
    ),
    seeds=(1, 2, 3),
)

PIECES = 12


def _pieces_done(run: Run) -> str | None:
    if sorted(run.output.splitlines()) != sorted(f"piece {i}" for i in range(PIECES)):
        return (f"Expected {PIECES} lines, piece 0 to piece {PIECES - 1}, each once, in any order. Printed:\n"
                f"{run.output or '(nothing)'}")  # fmt: skip
    return None


def _one_worker_a_p(run: Run) -> str | None:
    made, procs = run.stats["goroutines"] - 1, run.machine.procs
    if made != procs:
        ps = "1 P" if procs == 1 else f"{procs} Ps"
        return f"With {ps} there were {made} goroutines besides main. Start one for each P."
    return None


def _shared_out(run: Run) -> str | None:
    """Each worker is busy while there is work: no worker ends long before the last."""
    ends = [e.time for e in run.trace if e.kind == Kind.GO_EXIT and e.g != 1]
    late = max(ends) - min(ends) if ends else 0
    if late > LONGEST:
        return (f"One worker ended {late / 1000:,.0f} µs before the last. A worker that has nothing to do "
                "must take the next piece, whoever it was meant for.")  # fmt: skip
    return None


def _waits_parked(run: Run) -> str | None:
    if any(e.kind == Kind.GO_STOP and e.g == 1 and e.reason == Reason.GOSCHED for e in run.trace):
        return "main waits by running. It should park."
    return None


LONGEST = 900_000  # ns: the longest piece takes less

POOL = Program(
    title="A pool that shares",
    task=f"Write a program with one worker goroutine for each P, as many as `runtime.GOMAXPROCS(0)` says. "
    f"Together they do the {PIECES} pieces of work, each once. The first pieces are long, the others short: "
    "no worker may end long before the last one does.",
    starter="""package main

import (
	"fmt"
	"runtime"
	"sync"
)

func piece(i int) {
	x, turns := 0, 10000
	if i < 3 {
		turns = 200000
	}
	for k := 0; k < turns; k++ {
		x += k
	}
	fmt.Println("piece", i)
}

func main() {
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := 0; w < workers; w++ {
		wg.Add(1)
		go func() {
			for i := 12 / workers * w; i < 12/workers*(w+1); i++ {
				piece(i)
			}
			wg.Done()
		}()
	}
	wg.Wait()
}
""",
    demands=(_pieces_done, _one_worker_a_p, _shared_out, _waits_parked),
    hints=(
        "A fixed share for each worker is fair in pieces, not in time. When does a worker learn which piece "
        "is next?",
        "Let all workers take the next number from the same place: a channel that main fills and closes, or "
        "a counter of package sync/atomic.",
    ),
    seeds=(1, 2, 3),
)

QUIZ: list[Question] = [
    {
        "question": "A P has a goroutine in runnext, three in its ring, and four wait in the global queue. "
        "Its tick is no multiple of 61. Who runs next?",
        "answers": [
            ("the one in runnext", True, "runnext comes first, and it inherits the time slice."),
            ("the oldest of the ring", False, "The ring comes second."),
            ("the oldest of the global queue", False, "It comes third, or first at every 61st tick."),
            ("a random one", False, "Chance plays a part only in whom a thief visits first."),
        ],
    },
    {
        "question": "A thief finds seven goroutines in the ring of its victim. How many does it take?",
        "answers": [
            ("one", False, "Then it would be back at once, and each visit costs time."),
            ("three", False, "Half is right, but it is rounded the other way."),
            ("four", True, "Half, rounded up: the four oldest. It runs the last of them."),
            ("all seven", False, "Then the victim would have to steal."),
        ],
    },
    {
        "question": "`GOMAXPROCS` is 2. Thirty goroutines are in a system call of one second. How many "
        "threads can the program have?",
        "answers": [
            ("two", False, "GOMAXPROCS limits the threads that run Go code, not those in system calls."),
            ("three, with sysmon", False, "Each of the thirty calls holds a thread."),
            ("more than thirty", True, "One in each call, those that run Go code, and sysmon."),
        ],
    },
    {
        "question": "Thirty goroutines wait for data from thirty network connections. How many threads do "
        "they hold?",
        "answers": [
            ("none", True, "They are parked. The netpoller makes them runnable when data is there."),
            ("thirty", False, "That is so for system calls that block. Connections do not block in Go."),
            ("one for each P", False, "Ps do not wait; they look for other work."),
        ],
    },
]

__all__ = ["NESTED", "POOL", "QUIZ", "SPREAD", "THREADS", "YIELD"]
