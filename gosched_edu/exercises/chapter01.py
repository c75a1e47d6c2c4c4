"""The exercises of chapter 01, Goroutines."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program
from gosched_edu.exercises.quiz import Question
from gosched_edu.exercises.written import by_children
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

DROPPED = Predict(
    title="Who is dropped?",
    task="One P, Go 1.22. done is a channel: done <- true sends, <-done waits until somebody has sent. What "
    "does this program print? One of the four goroutines never runs.",
    source="""package main

import "fmt"

func main() {
	done := make(chan bool)
	for i := 0; i < 4; i++ {
		go func() {
			fmt.Println("begin", i)
			if i == 1 {
				done <- true
			}
			fmt.Println("end", i)
		}()
	}
	<-done
	fmt.Println("main")
}
""",
    procs=1,
    version="1.22",
    hint="In which order do the four get the P? The send makes main runnable, so main stands in runnext; "
    "but who has the P at that moment, and until when? What happens when main returns?",
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


def _workers_print(run: Run) -> str | None:
    return by_children(run, WORKERS)


def _visitors_print(run: Run) -> str | None:
    return by_children(run, VISITORS)


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
    demands=(_all_lines, _in_goroutines, _no_sleep_in_main, _does_not_spin, _workers_print),
    hints=(
        "Who must know that a worker has ended? What could the worker do, as its last act, to tell?",
        "With a WaitGroup: does Add happen before Wait, in every run?",
        "Add(1) before each go statement, Done as the worker's last act, Wait in main.",
    ),
)

SHELF = ("Go", "C", "Lisp")
VISITORS = 5


def _all_visits(run: Run) -> str | None:
    reads = [f"visitor {i} reads {book}" for i, book in enumerate(SHELF)]
    stumbles = [f"visitor {i} stumbles" for i in range(len(SHELF), VISITORS)]
    lines = run.output.splitlines()
    if sorted(lines[:-1]) != sorted(reads + stumbles):
        return (
            "Visitors 0, 1 and 2 must print what they read, and visitors 3 and 4 that they stumble. "
            f"Printed:\n{run.output or '(nothing)'}"
        )
    if lines[-1] != "main ends":
        return f"main ends must be the last line. Printed:\n{run.output}"
    return None


def _each_in_a_goroutine(run: Run) -> str | None:
    if run.stats["goroutines"] < VISITORS + 1:
        return f"Each of the {VISITORS} visitors must come in a goroutine of its own."
    return None


GUARD = Program(
    title="One falls, the others go on",
    task="Two of the five visitors reach beyond the shelf, and their panic ends the program. Mend it: such "
    "a visitor prints, for example, visitor 3 stumbles, the others read, and main ends is the last line. "
    "Leave visit as it is. main must neither sleep nor spin.",
    starter="""package main

import "fmt"

func visit(shelf []string, i int) {
	fmt.Println("visitor", i, "reads", shelf[i])
}

func main() {
	shelf := []string{"Go", "C", "Lisp"}
	for i := 0; i < 5; i++ {
		go visit(shelf, i)
	}
	fmt.Println("main ends")
}
""",
    demands=(_all_visits, _each_in_a_goroutine, _no_sleep_in_main, _does_not_spin, _visitors_print),
    hints=(
        "A panic can be stopped in one goroutine only: which one? And who tells main that a visitor who "
        "has stumbled is gone?",
        "A deferred function runs also when its goroutine panics. recover works only in such a function.",
        "In each goroutine: defer wg.Done(); defer func() { if recover() != nil { ... } }(); visit.",
    ),
    keeps=("visit",),
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
    "order, on any number of Ps.",
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

CHAPTER_01 = (PREDICT, DROPPED, FIX, GUARD, IN_ORDER)

QUIZ: list[Question] = [
    {
        "question": "On one P, `main` starts the goroutines a, b and c in this order and then parks. "
        "Which one runs first?",
        "answers": [
            ("a, the oldest", False, "The ring is first in, first out, but runnext is looked at before it."),
            ("c, the newest", True, "c stands in runnext. It has moved b to the ring, as b had moved a."),
            ("any of them, by chance", False, "On one P nothing is left to chance here."),
        ],
    },
    {
        "question": "`main` returns while three goroutines still compute. What happens to them?",
        "answers": [
            ("They finish their work first.", False, "Nobody waits for them unless the program does so."),
            ("They go on in the background.", False, "There is no background: the process is gone."),
            ("They are dropped.", True, "The program ends, and their deferred calls do not run."),
        ],
    },
    {
        "question": "One of ten goroutines panics, and only `main` has a deferred `recover`. What happens?",
        "answers": [
            ("The program dies.", True, "A panic can be stopped only in the goroutine in which it happens."),
            (
                "That goroutine ends, the others go on.",
                False,
                "That needs a `recover` in the goroutine itself.",
            ),
            ("`main` recovers it.", False, "`main` has a stack of its own. The panic never comes by there."),
        ],
    },
    {
        "question": "What does `go f()` do with the goroutine that executes it?",
        "answers": [
            (
                "It waits until f has started.",
                False,
                "On one P, f cannot even start before it gives up the P.",
            ),
            ("It goes to the tail of the ring.", False, "It keeps its P. f's goroutine goes to runnext."),
            ("Nothing: it goes on running.", True, "Only the new goroutine is put into a queue."),
        ],
    },
]
