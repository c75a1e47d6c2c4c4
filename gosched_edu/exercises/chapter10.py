"""The exercises and the quiz of chapter 10, Task trees."""

from __future__ import annotations

import re

from gosched_edu.exercises.exercise import Predict, Program, no_race
from gosched_edu.exercises.written import by_children, lines
from gosched_edu.figures.audit import audit, faults
from gosched_edu.go import Run

ONE_AT_A_TIME = Predict(
    title="One at a time",
    task="One P, Go 1.22. The group runs one child at a time, and child 2 fails. What is printed?",
    source="""package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(1)
	for i := 1; i <= 4; i++ {
		g.Go(func() error {
			if ctx.Err() != nil {
				fmt.Println("late", i)
				return nil
			}
			fmt.Println("child", i)
			if i == 2 {
				return errors.New("broken")
			}
			return nil
		})
	}
	fmt.Println(g.Wait())
}
""",
    procs=1,
    version="1.22",
    hint="Go waits until there is room in the group, and then starts the child. Does it look at the context?",
)


def _logged(run: Run) -> str | None:
    found = audit(run.output)
    names = sorted(r.name for r in found)
    if names != ["backup", "copy 1", "copy 2", "copy 3", "verify"]:
        return f"The log must have backup, copy 1 to 3, and verify, once each. Printed:\n{run.output}"
    return None


def _in_order(run: Run) -> str | None:
    wrong = faults(audit(run.output))
    return f"The auditor says: {wrong[0]}" if wrong else None


def _log_is_true(run: Run) -> str | None:
    """What a line says of its time, in µs, is when it was written."""
    for line in lines(run):
        said = int(re.findall(r'"at": (\d+)', line.text)[0])
        if abs(line.time / 1000 - said) > 1000:
            wrote = f"it was written {line.time // 1000} µs after the start"
            return f"A line of the log says {said} µs, and {wrote}. Who writes it must log what happens then."
    return None


def _copies_together(run: Run) -> str | None:
    records = {r.name: r for r in audit(run.output)}
    copies = [records[f"copy {i}"] for i in (1, 2, 3)]
    if max(r.begin for r in copies) > min(r.end for r in copies):
        return "The three copies must run at the same time."
    if records["verify"].begin < max(r.end for r in copies):
        return "verify has begun before all copies had ended."
    return None


_TASKS = """
var (
	mu    sync.Mutex
	last  int
	start = time.Now()
)

type key struct{}

// within runs f as a task below the one in ctx.
func within(ctx context.Context, name string, f func(ctx context.Context) error) error {
	parent, _ := ctx.Value(key{}).(int)
	mu.Lock()
	last++
	id := last
	mu.Unlock()
	at := func() int64 { return time.Since(start).Microseconds() }
	begin := `{"msg": "begin", "at": %d, "task": %d, "parent": %d, "name": %q}`
	fmt.Printf(begin+"\\n", at(), id, parent, name)
	err := f(context.WithValue(ctx, key{}, id))
	outcome := "done"
	if err != nil {
		outcome = "failed"
	}
	fmt.Printf(`{"msg": "end", "at": %d, "task": %d, "outcome": %q}`+"\\n", at(), id, outcome)
	return err
}
"""

STRAY = Program(
    title="The stray task",
    task="The auditor complains: tasks end after their parent. Mend main, so that each task is over when its "
    "parent is: the three copies run at the same time, and verify runs after them. Leave within as it is.",
    starter="""package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)
"""
    + _TASKS
    + """
func work(ms int) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		time.Sleep(time.Duration(ms) * time.Millisecond)
		return nil
	}
}

func main() {
	within(context.Background(), "backup", func(ctx context.Context) error {
		for i := 1; i <= 3; i++ {
			go within(ctx, fmt.Sprint("copy ", i), work(2*i))
		}
		return within(ctx, "verify", work(1))
	})
	time.Sleep(20 * time.Millisecond)
}
""",
    demands=(_logged, _log_is_true, _in_order, _copies_together),
    hints=(
        "Who waits for the three copies?",
        "They need a scope of their own: something that counts them, and a Wait before verify begins.",
        "var wg sync.WaitGroup; wg.Add(1) before each go; Done at its end; wg.Wait() before verify.",
    ),
    keeps=("within",),
)


def _six_leaves(run: Run) -> str | None:
    lines = run.output.splitlines()
    if sorted(lines[:-1]) != [f"leaf {a}{b}" for a in "abc" for b in "12"]:
        return f"All six leaves must run, once each. Printed:\n{run.output or '(nothing)'}"
    return None


def _leaves_work(run: Run) -> str | None:
    """Six leaves of 2 ms, two at a time: 6 ms."""
    if run.end < 6_000_000:
        return f"It took {run.end / 1e6:.1f} ms. Six leaves of 2 ms, two at a time, take 6 ms."
    return by_children(run, 2)


def _at_most_two(run: Run) -> str | None:
    most = int(run.output.splitlines()[-1].split()[-1])
    if most > 2:
        return f"{most} leaves were at work at the same time, and at most two may be."
    if most < 2:
        return "The leaves run one after the other. Two may be at work at the same time."
    return None


NESTED = Program(
    title="A limit for the tree",
    task="At most two leaves may be at work at the same time, in the whole tree. The program stops for ever. "
    "Mend it. Leave leaf and the last line of main as they are.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

var (
	mu        sync.Mutex
	now, most int
)

func leaf(name string) error {
	mu.Lock()
	now++
	most = max(most, now)
	mu.Unlock()
	time.Sleep(2 * time.Millisecond)
	fmt.Println("leaf", name)
	mu.Lock()
	now--
	mu.Unlock()
	return nil
}

func main() {
	var g errgroup.Group
	g.SetLimit(2)
	for _, branch := range []string{"a", "b", "c"} {
		g.Go(func() error {
			g.Go(func() error { return leaf(branch + "1") })
			g.Go(func() error { return leaf(branch + "2") })
			return nil
		})
	}
	g.Wait()
	fmt.Println("most at the same time:", most)
}
""",
    demands=(_six_leaves, _at_most_two, _leaves_work),
    hints=(
        "Two branches hold both places of the group. What do they wait for?",
        "A branch does no work itself. It needs no place.",
        "Two groups: one without a limit for the branches, one with SetLimit(2) for the leaves. Wait for the "
        "branches first.",
    ),
    keeps=("leaf",),
)


def _right_names(run: Run) -> str | None:
    lines = run.output.splitlines()
    wanted = sorted(f"[chunk {i}] step {k}" for i in range(1, 5) for k in (1, 2, 3))
    if sorted(lines) != wanted:
        wrong = [line for line in lines if line not in wanted]
        if wrong or len(lines) != len(wanted):
            return f"Each chunk has three lines with its own name. Printed:\n{run.output or '(nothing)'}"
        return "Some lines carry the name of another chunk: one has too many, another too few."
    return None


def _chunks_together(run: Run) -> str | None:
    if run.end > 8_000_000:
        return f"It took {run.end / 1e6:.1f} ms. The four chunks must run at the same time."
    return None


NAMES = Program(
    title="Who says this?",
    task="Each line of the log shall say to which chunk it belongs. Complete withName and step: the name "
    "goes with the context. Leave chunk and main as they are.",
    starter="""package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

var current string

func withName(ctx context.Context, name string) context.Context {
	current = name
	return ctx
}

func step(ctx context.Context, k int) {
	fmt.Printf("[%s] step %d\\n", current, k)
}

func chunk(ctx context.Context) {
	for k := 1; k <= 3; k++ {
		time.Sleep(time.Millisecond)
		step(ctx, k)
	}
}

func main() {
	var wg sync.WaitGroup
	for i := 1; i <= 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			chunk(withName(context.Background(), fmt.Sprint("chunk ", i)))
		}()
	}
	wg.Wait()
}
""",
    demands=(_right_names, no_race, _chunks_together),
    hints=(
        "One variable for all goroutines holds one name only: the last.",
        "A context can carry a value: context.WithValue makes a child with it, ctx.Value finds it.",
        "type nameKey struct{}; context.WithValue(ctx, nameKey{}, name); ctx.Value(nameKey{})",
    ),
    keeps=("main", "chunk"),
)


def _retried(run: Run) -> str | None:
    lines = run.output.splitlines()
    wanted = ["steady: attempt 1", "steady: attempt 2", "steady: attempt 3", "steady: <nil>"]
    if lines[:4] != wanted:
        return f"The third attempt of steady succeeds: three attempts, no error. Printed:\n{run.output}"
    hopeless = [line for line in lines if line.startswith("hopeless: attempt") and "failed" not in line]
    if hopeless != [f"hopeless: attempt {k}" for k in (1, 2, 3)] or "hopeless: attempt 3 failed" not in lines:
        return f"hopeless has three attempts, and its last error comes out. Printed:\n{run.output}"
    return None


def _stopped(run: Run) -> str | None:
    last = run.output.splitlines()[-1]
    words = last.split(" after ")
    if words[0] != "stopped: enough":
        return f"The last line must say: stopped: enough, the cause of the cancellation. It says: {last}"
    after = int(words[1].split()[0])
    if after > 8_000:
        return f"The cancellation came after 5 ms, and retry returned after {after / 1000:.1f} ms."
    return None


RETRY = Program(
    title="Try again, unless told to stop",
    task="Write retry: it calls f up to three times, with a pause of 20 ms between two attempts, and "
    "returns nil or the last error. When ctx is cancelled, also in a pause, it returns the cause at once. "
    "Leave the rest as it is.",
    starter="""package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

func retry(ctx context.Context, f func(attempt int) error) error {
	var err error
	for k := 1; k <= 3; k++ {
		if err = f(k); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

func attempts(name string, good int) func(int) error {
	return func(k int) error {
		fmt.Printf("%s: attempt %d\\n", name, k)
		if k < good {
			return fmt.Errorf("attempt %d failed", k)
		}
		return nil
	}
}

func main() {
	ctx := context.Background()
	fmt.Println("steady:", retry(ctx, attempts("steady", 3)))
	fmt.Println("hopeless:", retry(ctx, attempts("hopeless", 9)))

	ctx, cancel := context.WithCancelCause(ctx)
	start := time.Now()
	go func() {
		time.Sleep(5 * time.Millisecond)
		cancel(errors.New("enough"))
	}()
	err := retry(ctx, attempts("last", 9))
	fmt.Printf("stopped: %v after %d us\\n", err, time.Since(start).Microseconds())
}
""",
    demands=(_retried, _stopped),
    hints=(
        "time.Sleep cannot be woken. What can wait for a time and for a cancellation?",
        "A select with two cases: time.After and ctx.Done().",
        "case <-ctx.Done(): return context.Cause(ctx). And is there a pause after the last attempt?",
    ),
    keeps=("main", "attempts"),
)

CHAPTER_10 = (ONE_AT_A_TIME, STRAY, NESTED, NAMES, RETRY)

QUIZ = [
    {
        "question": "Two goroutines log a line each with the same `slog.Logger`. What can happen?",
        "answers": [
            ("the letters of the two lines can be mixed", False,
             "The handler writes a whole line in one piece, under a lock."),
            ("the line of the later event can stand first", True,
             "A goroutine takes the time, and writes later. In between another one may write."),
            ("a line can be lost", False, "Each call writes its line before it returns."),
        ],
    },
    {
        "question": "`g.SetLimit(2)` on the root's group. Each child opens a group of its own, without a "
        "limit, with ten children. How many of these can run at the same time?",
        "answers": [
            ("2", False, "The limit counts the children of `g`, not their children."),
            ("20", True, "Two children of the root, ten each: a limit is one group's own."),
            ("10", False, "Two children of the root run at the same time, and each has ten."),
        ],
    },
    {
        "question": "A task ends with `context.Canceled`. Has it failed?",
        "answers": [
            ("yes: it returned an error", False,
             "It did what it was told. Counted as a failure it hides the one that really failed."),
            ("no: it was stopped, and the cause says by whom", True,
             "`context.Cause` gives the reason with which the context was cancelled."),
            ("that cannot be known", False, "It can: compare its error with the context's error and cause."),
        ],
    },
    {
        "question": "A task starts a goroutine with a bare `go`, and does not wait for it. What does the "
        "auditor see?",
        "answers": [
            ("nothing", False, "If the goroutine logs as a task, its end comes after that of its parent."),
            ("a task that ends after its parent", True,
             "That cannot happen in a structured program, so it is a fault of the program."),
            ("a race", False, "Not by itself: nothing need be shared."),
        ],
    },
    {
        "question": "Ctrl-C is pressed while a program waits in `g.Wait()`, with a context from "
        "`signal.NotifyContext`. What happens?",
        "answers": [
            ("the program dies at once", False, "NotifyContext takes the signal away from the default."),
            ("`Wait` returns at once", False, "It waits for the children, as always."),
            ("the context is cancelled, the children end, then `Wait` returns", True,
             "If they listen. That is a graceful end."),
        ],
    },
]  # fmt: skip
