"""The exercises and the quiz of chapter 12, A production case."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program, no_race
from gosched_edu.go import Run

POOL = Predict(
    title="A pool of two",
    task="One P, Go 1.22. Five requests come at the same time, each needs a connection for 10 ms, and "
    "there are "
    "two. When is each of them done, in ms, first to last?",
    source="""package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	pool := make(chan bool, 2)
	var wg sync.WaitGroup
	start := time.Now()
	for i := 0; i < 5; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			pool <- true
			time.Sleep(10 * time.Millisecond)
			<-pool
			fmt.Println(time.Since(start).Round(10 * time.Millisecond).Milliseconds())
		}()
	}
	wg.Wait()
}
""",
    procs=1,
    version="1.22",
    hint="Two at a time. The fifth waits for two rounds.",
)


def _answered(run: Run) -> str | None:
    lines = run.output.splitlines()
    if sorted(lines[:-1]) != sorted(
        [f"request {i}: ok" for i in range(12) if i % 3]
        + [f"request {i}: bad query" for i in range(0, 12, 3)]
    ):
        return f"Each of the twelve requests must be answered. Printed:\n{run.output or '(nothing)'}"
    return None


def _all_back(run: Run) -> str | None:
    last = run.output.splitlines()[-1]
    if last != "connections in use: 0":
        return f"At the end all connections must be back in the pool. It says: {last}"
    return None


def _three_at_once(run: Run) -> str | None:
    """Twelve queries of 2 ms, three at a time: 8 ms."""
    if run.end < 7_500_000:
        return f"It took {run.end / 1e6:.1f} ms: more than three queries ran at the same time."
    if run.end > 16_000_000:
        return f"It took {run.end / 1e6:.0f} ms. Three connections can be in use at the same time."
    return None


GIVE_BACK = Program(
    title="Give it back",
    task="After some bad queries the service stands still. Find out why, and mend it. Leave main, query "
    "and the "
    "size of the pool as they are.",
    starter="""package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

var pool = make(chan bool, 3)

func query(i int) error {
	time.Sleep(2 * time.Millisecond)
	if i%3 == 0 {
		return errors.New("bad query")
	}
	return nil
}

func handle(i int) string {
	pool <- true
	if err := query(i); err != nil {
		return err.Error()
	}
	<-pool
	return "ok"
}

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := 0; i < 12; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			answer := handle(i)
			mu.Lock()
			defer mu.Unlock()
			fmt.Printf("request %d: %s\\n", i, answer)
		}()
	}
	wg.Wait()
	fmt.Println("connections in use:", len(pool))
}
""",
    demands=(_answered, _all_back, _three_at_once),
    hints=(
        "How many bad queries does it take until nothing goes on? And how many connections are there?",
        "What is taken must be given back on all ways out.",
        "pool <- true, and in the next line: defer func() { <-pool }()",
    ),
    keeps=("main", "query", "pool"),
)


def _budget_kept(run: Run) -> str | None:
    lines = run.output.splitlines()
    if len(lines) != 2 or not lines[0].startswith("fast: ok") or not lines[1].startswith("slow: "):
        return f"Expected two lines, fast: ok and slow: with the error. Printed:\n{run.output or '(nothing)'}"
    if "deadline exceeded" not in lines[1]:
        return (
            "The slow request cannot be done in 60 ms, and must say so: deadline exceeded. It "
            f"says: {lines[1]}"
        )
    took = int(lines[1].split()[-2])
    if took > 66:
        return f"The user gives up after 60 ms, and the slow request went on for {took} ms."
    return None


def _work_stops(run: Run) -> str | None:
    steps = run.output.count("!")
    if steps:
        return "A step was begun that could not be done in time any more: its work is for nobody."
    return None


DEADLINE = Program(
    title="One deadline for all",
    task="A request has three steps, and each of them may take 50 ms. The user waits for 60 ms. Mend "
    "handle: no "
    "request lasts longer than that, and no step begins after it. Leave step and main as they are.",
    starter="""package main

import (
	"context"
	"fmt"
	"time"
)

// step takes ms milliseconds, if the context lets it.
func step(ctx context.Context, ms int) error {
	if ctx.Err() != nil {
		fmt.Print("!") // for nobody
		return ctx.Err()
	}
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func handle(ctx context.Context, ms int) error {
	var err error
	for i := 0; i < 3; i++ {
		own, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		err = step(own, ms)
		cancel()
	}
	return err
}

func main() {
	for _, c := range []struct {
		name string
		ms   int
	}{{"fast", 10}, {"slow", 40}} {
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
		start := time.Now()
		err := handle(ctx, c.ms)
		cancel()
		if err != nil {
			fmt.Println(c.name+":", err, "after", time.Since(start).Milliseconds(), "ms")
		} else {
			fmt.Println(c.name+": ok after", time.Since(start).Milliseconds(), "ms")
		}
	}
}
""",
    demands=(_work_stops, _budget_kept),
    hints=(
        "From which context is that of a step made? What does it know of the user?",
        "A child has its parent's deadline, if that is earlier. And what should handle do after an error?",
        "context.WithTimeout(ctx, 50*time.Millisecond), and: if err != nil { return err }",
    ),
    keeps=("main", "step"),
)


def _blips_served(run: Run) -> str | None:
    lines = run.output.splitlines()
    if len(lines) != 2 or not lines[0].startswith("a blip: 100 of 100 served"):
        return f"One failure in twenty is a blip: all 100 requests must be served. Printed:\n{run.output}"
    return None


def _no_storm(run: Run) -> str | None:
    words = run.output.splitlines()[1].split()
    attempts = int(words[-2])
    if attempts > 125:
        return (
            f"In the outage 100 requests made {attempts} attempts. With all failing, no more "
            "than 125 are allowed."
        )
    if attempts < 100:
        return f"In the outage only {attempts} attempts were made: each request must try at least once."
    return None


BUDGETED = Program(
    title="A budget for retries",
    task="Three attempts for each request help against a blip, and triple the load in an outage. Write "
    "allow: "
    "over all requests, no more than about one retry for ten requests, and a few to begin with. It is called "
    "by many goroutines. Leave request, run and main as they are.",
    starter="""package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type budget struct {
	mu sync.Mutex
}

// begin is called once for each request.
func (b *budget) begin() {}

// allow says whether one more retry may be made.
func (b *budget) allow() bool { return true }

var attempts atomic.Int64

func request(b *budget, i int, fails func(i, attempt int) bool) bool {
	b.begin()
	for attempt := 0; attempt < 3; attempt++ {
		if attempt > 0 && !b.allow() {
			return false
		}
		attempts.Add(1)
		time.Sleep(time.Millisecond)
		if !fails(i, attempt) {
			return true
		}
	}
	return false
}

func run(name string, fails func(i, attempt int) bool) {
	var b budget
	var wg sync.WaitGroup
	var served atomic.Int64
	attempts.Store(0)
	for i := 0; i < 100; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if request(&b, i, fails) {
				served.Add(1)
			}
		}()
		if i%10 == 9 {
			time.Sleep(2 * time.Millisecond)
		}
	}
	wg.Wait()
	fmt.Println(name, served.Load(), "of 100 served,", attempts.Load(), "attempts")
}

func main() {
	run("a blip:", func(i, attempt int) bool { return i%20 == 7 && attempt == 0 })
	run("an outage:", func(i, attempt int) bool { return true })
}
""",
    demands=(_blips_served, _no_storm, no_race),
    hints=(
        "Think of a purse: each request puts something in, each retry takes something out.",
        "Ten requests pay for one retry. Some coins are in it at the start, and it never holds more than "
        "a few.",
        "coins += 1 in begin, up to 50; in allow: if coins < 10 { return false }; coins -= 10. Start "
        "with 50: "
        "count what has been spent, so that the zero value works. And the lock.",
    ),
    keeps=("main", "run", "request"),
)


def _lookups(run: Run) -> str | None:
    lines = run.output.splitlines()
    if len(lines) != 3 or not all("20 answers" in line for line in lines):
        return f"Each of the three rounds has 20 answers. Printed:\n{run.output or '(nothing)'}"
    counts = [int(line.split()[-2]) for line in lines]
    if counts[0] != 1:
        return (
            "In the first round twenty ask at the same time: one lookup is enough, and there "
            f"were {counts[0]}."
        )
    if counts[1] != 0:
        return f"In the second round the answer is 5 ms old and still good; there were {counts[1]} lookups."
    if counts[2] != 1:
        return f"In the third round the answer is too old: one lookup, and there were {counts[2]}."
    return None


def _not_wrong(run: Run) -> str | None:
    if "wrong" in run.output:
        return f"Somebody got a wrong or an empty answer. Printed:\n{run.output}"
    return None


CACHE = Program(
    title="One question for all",
    task="Twenty goroutines ask for the same name. Write get: an answer is used for 20 ms; while "
    "somebody looks "
    "it up, the others wait for that answer. Leave lookup, round and main as they are.",
    starter="""package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

var lookups atomic.Int64

func lookup() string {
	lookups.Add(1)
	time.Sleep(3 * time.Millisecond)
	return fmt.Sprint("address ", lookups.Load())
}

type cache struct {
	mu sync.Mutex
}

func (c *cache) get() string {
	return lookup()
}

func round(c *cache) {
	before := lookups.Load()
	var wg sync.WaitGroup
	var answers atomic.Int64
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if a := c.get(); a != fmt.Sprint("address ", lookups.Load()) {
				fmt.Println("wrong:", a)
				return
			}
			answers.Add(1)
		}()
	}
	wg.Wait()
	fmt.Println(answers.Load(), "answers,", lookups.Load()-before, "lookups")
}

func main() {
	var c cache
	round(&c)
	time.Sleep(5 * time.Millisecond)
	round(&c)
	time.Sleep(30 * time.Millisecond)
	round(&c)
}
""",
    demands=(_not_wrong, _lookups, no_race),
    hints=(
        "Who comes while the lock is free and the answer too old looks it up. What do the others do "
        "meanwhile?",
        "Simple: hold the lock during the lookup. The others wait for the lock, and then look at the "
        "time again.",
        "c.mu.Lock(); defer c.mu.Unlock(); if time.Now().After(c.until) { c.answer = lookup(); c.until = "
        "time.Now().Add(20 * time.Millisecond) }; return c.answer",
    ),
    keeps=("main", "round", "lookup"),
)

CHAPTER_12 = (POOL, GIVE_BACK, DEADLINE, BUDGETED, CACHE)

QUIZ = [
    {
        "question": "A pool has 10 connections, and a query takes 20 ms. How many queries a second, at most?",
        "answers": [
            ("10", False, "That would be one query a second for each connection."),
            ("500", True, "Each connection makes 50 queries a second."),
            ("it depends on the number of goroutines", False, "More goroutines only wait longer."),
        ],
    },
    {
        "question": "The cause of an outage is over, and the service stays down. What keeps it down?",
        "answers": [
            ("a deadlock", False, "All goroutines work. They work for users who have left."),
            ("its own load: retries, and work that nobody waits for any more", True,
             "Such a state holds itself up. It is called metastable."),
            ("the garbage collector", False, "Nothing here depends on it."),
        ],
    },
    {
        "question": "The objective is 99 % good requests. In the last hour 5 % were bad. What is the "
        "burn rate?",
        "answers": [
            ("0.05", False, "That is the share of bad requests. It must be put beside what is allowed."),
            ("5", True, "1 % is allowed, so the budget goes five times as fast as it may."),
            ("95", False, "That is the share of good ones."),
        ],
    },
    {
        "question": "One request in a thousand is very slow. You keep the traces of 1 % of all requests, "
        "chosen when "
        "they begin. How many of the slow ones do you have?",
        "answers": [
            ("all: they are the interesting ones", False, "Nobody knows then which will be slow."),
            ("about 1 % of them", True, "The choice knows nothing of how the request will end."),
            ("none", False, "Some, by chance."),
        ],
    },
    {
        "question": "A client gives up after 100 ms. What happens to its query at the server?",
        "answers": [
            ("it is stopped", False, "Only if the server notices, and passes it on to the query."),
            ("it goes on, unless the deadline was passed on", True,
             "A timeout of the client frees the client. Only a context frees the server."),
            ("it returns an error to the database", False, "The database knows nothing of the client."),
        ],
    },
]  # fmt: skip
