"""The exercises and the quiz of chapter 09, Structured concurrency."""

from __future__ import annotations

from collections import Counter

from gosched_edu.exercises.exercise import Predict, Program, no_leak, no_race
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason

THREE_CHILDREN = Predict(
    title="Three children",
    task="One P, Go 1.22. What does this program print?",
    source="""package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	for i := 1; i <= 3; i++ {
		g.Go(func() error {
			select {
			case <-time.After(time.Duration(i) * time.Millisecond):
				fmt.Println("child", i)
				if i == 2 {
					return errors.New("broken")
				}
				return nil
			case <-ctx.Done():
				fmt.Println("stopped", i)
				return ctx.Err()
			}
		})
	}
	fmt.Println(g.Wait())
	fmt.Println(ctx.Err(), context.Cause(ctx))
}
""",
    procs=1,
    version="1.22",
    hint="Child 1 has ended before anything goes wrong. Which error does Wait keep: that of child 2, "
    "or that of child 3? Err has only two answers, and Cause knows more.",
)


def _printed_at(run: Run, text: str) -> int:
    """When the line that begins with `text` was written, ns; -1 if never."""
    place = run.output.find(text)
    for row in run.trace.where(Kind.OUTPUT):
        if place >= 0 and run.trace.arg[row] + run.trace.arg2[row] > place:
            return int(run.trace.time[row])
    return -1


def _still_waiting(run: Run, time: int) -> int:
    """Goroutines besides main that wait for something at `time` or later.

    Not those that have not ended: after Done a goroutine is on its way out for a while.
    """
    waits, late = set(), set()
    for e in run.trace:
        if e.kind == Kind.GO_BLOCK and e.g != 1:
            waits.add(e.g)
            if e.time > time:
                late.add(e.g)
        elif e.kind == Kind.GO_UNBLOCK:
            if e.g in waits and e.time > time:
                late.add(e.g)
            waits.discard(e.g)
    return len(waits | late)


def _four_parts(run: Run) -> str | None:
    if run.stats["goroutines"] < 5:
        return "The four parts must run at the same time, each in its own goroutine."
    return None


def _parts(run: Run) -> str | None:
    lines = run.output.splitlines()
    if "process has returned" in lines[:4]:
        ended = lines.index("process has returned")
        return f"process returned when {ended} of its 4 parts had ended. Printed:\n{run.output}"
    if sorted(lines[:4]) != [f"part {i}" for i in range(4)] or lines[4:] != ["process has returned", "end"]:
        return (
            "Expected the four parts, then that process has returned, then end. "
            f"Printed:\n{run.output or '(nothing)'}"
        )
    return None


def _together(run: Run) -> str | None:
    """The longest part takes 4 ms, all of them one after the other 10 ms."""
    at = _printed_at(run, "process has returned")
    if at > 5_500_000:
        return f"process returned after {at / 1e6:.1f} ms. The parts must run at the same time, and " \
            "it must return when the last one has ended."  # fmt: skip
    return None


def _main_sleeps_once(run: Run) -> str | None:
    trace = run.trace
    stops = trace.where(Kind.GO_BLOCK)
    if ((trace.reason[stops] == Reason.SLEEP) & (trace.g[stops] == 1)).sum() > 1:
        return "process sleeps. A sleep is a guess about time; wait for the parts themselves."
    return None


JOIN = Program(
    title="Return when all is done",
    task="process starts four parts and then sleeps, in the hope that they are done. Make it a scope: it "
    "must return when the last part has ended, and not before. The parts run at the same time. Leave main "
    "and part as they are.",
    starter="""package main

import (
	"fmt"
	"time"
)

func part(i int) {
	time.Sleep(time.Duration(4-i) * time.Millisecond)
	fmt.Println("part", i)
}

func process() {
	for i := 0; i < 4; i++ {
		go part(i)
	}
	time.Sleep(3 * time.Millisecond)
}

func main() {
	process()
	fmt.Println("process has returned")
	time.Sleep(10 * time.Millisecond)
	fmt.Println("end")
}
""",
    demands=(_four_parts, _parts, _main_sleeps_once, _together),
    hints=(
        "What counts the parts that have not ended?",
        "Add before the go statement, Done at the end of each part, Wait at the end of process.",
        "wg.Add(1); go func() { defer wg.Done(); part(i) }()",
    ),
    keeps=("main", "part"),
)


def _disk_full(run: Run) -> str | None:
    if run.output != "main: disk full\n":
        return f"Expected main: disk full. Printed:\n{run.output or '(nothing)'}"
    return None


def _five(run: Run) -> str | None:
    if run.stats["goroutines"] < 6:
        return "All five children must be started, each with its own goroutine."
    return None


def _children_work(run: Run) -> str | None:
    """Child 2 fails in its second step, and the others have begun by then."""
    blocks = run.trace.where(Kind.GO_BLOCK)
    waits = Counter(run.trace.g[blocks].tolist())
    del waits[1]
    if len(waits) < 5 or max(waits.values()) < 2:
        return "Five children must work, in steps of 1 ms, until child 2 fails in its second step."
    return None


def _stops_early(run: Run) -> str | None:
    """The error comes after 2 ms; a step takes 1 ms."""
    at = _printed_at(run, "main:")
    if at > 5_000_000:
        return f"main heard of the error after {at / 1e6:.1f} ms, though it came after 2. The others work on."
    return None


def _all_ended(run: Run) -> str | None:
    count = _still_waiting(run, _printed_at(run, "main:"))
    if count > 0:
        who = "1 goroutine" if count == 1 else f"{count} goroutines"
        return f"{who} had not ended when main printed. A scope ends after its children."
    return None


LISTEN = Program(
    title="Listen",
    task="Child 2 fails after 2 ms. The four others do 20 steps, 1 ms each, and work to the end. Mend it: "
    "they must stop soon after the error, and main must print only when all five have ended.",
    starter="""package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

func child(ctx context.Context, i int) error {
	for k := 0; k < 20; k++ {
		time.Sleep(time.Millisecond)
		if i == 2 && k == 1 {
			return errors.New("disk full")
		}
	}
	return nil
}

func main() {
	ctx := context.Background()
	g, _ := errgroup.WithContext(ctx)
	for i := 0; i < 5; i++ {
		g.Go(func() error { return child(ctx, i) })
	}
	fmt.Println("main:", g.Wait())
}
""",
    demands=(_disk_full, _five, _children_work, _all_ended, _stops_early, no_leak),
    hints=(
        "Which context does the group cancel? Which one have the children?",
        "The children must also look at it, in each step.",
        "g, ctx := errgroup.WithContext(ctx), and in the loop: if ctx.Err() != nil { return ctx.Err() }",
    ),
)


def _three_errors(run: Run) -> str | None:
    if run.output != "part 1 is bad\npart 3 is bad\npart 5 is bad\n":
        return (
            f"Expected the errors of parts 1, 3 and 5, in this order. Printed:\n{run.output or '(nothing)'}"
        )
    return None


def _six_checked(run: Run) -> str | None:
    """check(i) sleeps for 6-i ms."""
    blocks = run.trace.where(Kind.GO_BLOCK)
    asleep = blocks[(run.trace.reason[blocks] == Reason.SLEEP) & (run.trace.g[blocks] != 1)]
    lengths = {round(int(t) / 1e6) for t in run.trace.arg[asleep] - run.trace.time[asleep]}
    if not lengths >= set(range(1, 7)):
        return "Each of the six parts must be checked: a goroutine of its own calls check."
    return None


def _six_together(run: Run) -> str | None:
    if run.stats["goroutines"] < 7:
        return "The six parts must be checked at the same time, each in its own goroutine."
    if run.end > 9_000_000:
        return f"It took {run.end / 1e6:.1f} ms. The six parts must be checked at the same time."
    return None


ALL_ERRORS = Program(
    title="All errors",
    task="Three of six parts are bad, and main prints only one of the errors. Mend it: main must print all "
    "three, in the order of the parts. The parts are checked at the same time, and without a data race. "
    "Leave check as it is.",
    starter="""package main

import (
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

func check(i int) error {
	time.Sleep(time.Duration(6-i) * time.Millisecond)
	if i%2 == 1 {
		return fmt.Errorf("part %d is bad", i)
	}
	return nil
}

func main() {
	var g errgroup.Group
	for i := 0; i < 6; i++ {
		g.Go(func() error { return check(i) })
	}
	fmt.Println(g.Wait())
}
""",
    demands=(_three_errors, _six_together, _six_checked, no_race),
    hints=(
        "Wait keeps one error. Where can each child leave its own?",
        "errs := make([]error, 6): child i writes errs[i], and nobody else does.",
        "errors.Join(errs...) after Wait. It leaves out those that are nil.",
    ),
    keeps=("check",),
)


def _own(run: Run) -> str | None:
    if "errgroup" in run.machine.image.source:
        return "Build it without errgroup: the standard library is enough."
    return None


def _first_error(run: Run) -> str | None:
    lines = run.output.splitlines()
    if not lines or lines[-1] != "scope: child 3 failed":
        return f"The last line must be scope: child 3 failed, the first error. Printed:\n{run.output}"
    if sorted(lines[:-1]) != [f"child {i} cleaned up" for i in range(3)]:
        return (
            f"Children 0, 1 and 2 must be cancelled and clean up before Wait returns. Printed:\n{run.output}"
        )
    return None


def _four(run: Run) -> str | None:
    if run.stats["goroutines"] < 5:
        return "Each child must run in a goroutine of its own."
    return None


def _returns_soon(run: Run) -> str | None:
    """The error comes after 2 ms, cleaning up takes 1 ms."""
    if run.end > 4_500_000:
        return f"Wait returned after {run.end / 1e6:.1f} ms; the children could have ended after 3."
    return None


OWN_SCOPE = Program(
    title="A scope of your own",
    task="Complete Scope, without errgroup: the first error cancels the context that the children have, and "
    "Wait returns that error when all children have ended. Leave main as it is.",
    starter="""package main

import (
	"context"
	"fmt"
	"time"
)

type Scope struct {
	ctx context.Context
}

func Open(parent context.Context) *Scope {
	return &Scope{ctx: parent}
}

func (s *Scope) Go(f func(ctx context.Context) error) {
	go f(s.ctx)
}

func (s *Scope) Wait() error {
	return nil
}

func main() {
	s := Open(context.Background())
	for i := 0; i < 4; i++ {
		s.Go(func(ctx context.Context) error {
			select {
			case <-time.After(time.Duration(5-i) * time.Millisecond):
				return fmt.Errorf("child %d failed", i)
			case <-ctx.Done():
				time.Sleep(time.Millisecond)
				fmt.Println("child", i, "cleaned up")
				return ctx.Err()
			}
		})
	}
	fmt.Println("scope:", s.Wait())
}
""",
    demands=(_own, _four, _first_error, _returns_soon, no_leak),
    hints=(
        "Three pieces: something that counts, something that keeps the first error, something that cancels.",
        "A WaitGroup, a sync.Once with an error, and context.WithCancelCause.",
        "In Go: defer s.wg.Done(), and if f returns an error: s.once.Do(func() { s.err "
        "= err; s.cancel(err) })",
    ),
    keeps=("main",),
)


def _all_stopped(run: Run) -> str | None:
    if run.output != "all have stopped\n":
        return f"Expected: all have stopped. Printed:\n{run.output or '(nothing)'}"
    return None


NOT_LOST = Program(
    title="A cancellation that cannot be lost",
    task="Cancel tells the two workers to stop. Who is busy at that moment does not hear it, and waits "
    "for ever. Mend signal: no schedule may lose a cancellation. Cancel never waits, and may be called by "
    "anybody, as often as they like. Leave worker and main as they are.",
    starter="""package main

import (
	"fmt"
	"sync"
)

type signal struct {
	stop chan bool
}

func newSignal() *signal {
	return &signal{stop: make(chan bool)}
}

func (s *signal) Cancel() {
	select {
	case s.stop <- true:
	default:
	}
}

func worker(jobs chan int, s *signal) {
	for {
		select {
		case <-jobs:
		case <-s.stop:
			return
		}
	}
}

func main() {
	jobs, s := make(chan int), newSignal()
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			worker(jobs, s)
		}()
	}
	for i := range 3 {
		jobs <- i
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		s.Cancel()
	}()
	s.Cancel()
	wg.Wait()
	fmt.Println("all have stopped")
}
""",
    demands=(_all_stopped, no_race, no_leak),
    hints=(
        "A value in a channel is heard by one, and only if it gets in. What is heard by all, now and later?",
        "A closed channel stays closed. And what does a second close do?",
        "once sync.Once, and in Cancel: s.once.Do(func() { close(s.stop) })",
    ),
    keeps=("worker", "main"),
)

CHAPTER_09 = (THREE_CHILDREN, JOIN, LISTEN, ALL_ERRORS, OWN_SCOPE, NOT_LOST)

QUIZ = [
    {
        "question": "One child of an errgroup fails at once, another one works 10 s and never looks at the "
        "context. When does `Wait` return?",
        "answers": [
            ("at once, with the error", False,
             "The error is kept and the context is cancelled. But `Wait` waits for all."),
            ("after 10 s, with the error", True,
             "`Wait` returns when every child has ended. Nobody can end a child from outside."),
            ("never", False, "The slow child does end, and then `Wait` returns."),
        ],
    },
    {
        "question": "`var g errgroup.Group`, and a child returns an error. What happens "
        "to the other children?",
        "answers": [
            ("they are cancelled", False,
             "A zero Group has no context that it could cancel. That needs `WithContext`."),
            ("nothing", True, "The error is kept for `Wait`. The others do not hear of it."),
            ("they are ended by the runtime", False, "Go has no way to end another goroutine."),
        ],
    },
    {
        "question": "A context with three children is cancelled. In which order are the children cancelled?",
        "answers": [
            ("in the order in which they were made", False,
             "The children are keys of a map, and nobody keeps their order."),
            ("the newest first", False, "There is no stack. The children are keys of a map."),
            ("in no order that is promised", True, "It is the order of a map: it begins at a random place."),
        ],
    },
    {
        "question": "A child of an errgroup panics, and nobody recovers in that child. What happens?",
        "answers": [
            ("`Wait` returns it as an error", False, "errgroup does not recover. A wrapper of your own can."),
            ("`Wait` panics in its caller", False, "That was proposed and accepted, and then taken back."),
            ("the whole program dies", True,
             "As with any goroutine: a panic that its own functions do not recover ends the process."),
        ],
    },
]  # fmt: skip
