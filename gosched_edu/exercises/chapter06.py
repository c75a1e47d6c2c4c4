"""The exercises and the quiz of chapter 06, Observability."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program, no_race
from gosched_edu.go import Run
from gosched_edu.kernel.events import Kind

COUNTS = Predict(
    title="How many are there?",
    task="One P, Go 1.22. runtime.NumGoroutine tells one number. Which five does this program print?",
    source="""package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	fmt.Println(runtime.NumGoroutine())
	stop := make(chan bool)
	for i := 0; i < 3; i++ {
		go func() { <-stop }()
	}
	fmt.Println(runtime.NumGoroutine())
	stop <- true
	runtime.Gosched()
	fmt.Println(runtime.NumGoroutine())
	time.AfterFunc(time.Millisecond, func() { fmt.Println(runtime.NumGoroutine()) })
	time.Sleep(2 * time.Millisecond)
	close(stop)
	runtime.Gosched()
	fmt.Println(runtime.NumGoroutine())
}
""",
    procs=1,
    version="1.22",
    hint="A goroutine exists from its go statement on, whether or not it has run. The function of a timer "
    "runs in a goroutine of its own.",
)

BLIND = Predict(
    title="A profiler of your own",
    task="Somebody writes a profiler without signals: a goroutine that looks each millisecond what main is "
    "doing. Five times main parses for 3 ms and sorts for 1 ms. One P, Go 1.22. What does it print?",
    source="""package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

const (
	idle = iota
	parsing
	sorting
)

var doing atomic.Int32

func busy(what int32, d time.Duration) {
	doing.Store(what)
	for start := time.Now(); time.Since(start) < d; {
	}
	doing.Store(idle)
}

func main() {
	var samples [3]atomic.Int32
	go func() {
		for {
			time.Sleep(time.Millisecond)
			samples[doing.Load()].Add(1)
		}
	}()
	for i := 0; i < 5; i++ {
		busy(parsing, 3*time.Millisecond)
		busy(sorting, time.Millisecond)
		time.Sleep(time.Millisecond)
	}
	fmt.Println("parsing", samples[parsing].Load(), "sorting", samples[sorting].Load())
}
""",
    procs=1,
    version="1.22",
    hint="The sampler is a goroutine and needs a P. When does it get the only one?",
)


def _all_lines(run: Run) -> str | None:
    last = (run.output.splitlines() or [""])[-1]
    if last != "20 lines on the disk":
        return f"Expected: 20 lines on the disk, after Close. Printed:\n{run.output or '(nothing)'}"
    return None


def _workers_do_not_wait(run: Run) -> str | None:
    """A line takes 0.5 ms to write, twenty of them 10 ms."""
    took = int(run.output.split()[3])
    if took > 3000:
        return f"The workers took {took / 1000:.1f} ms: they waited for the disk."
    return None


def _nobody_left(run: Run) -> str | None:
    if run.leaks:
        g = run.leaks[0]
        return f"Goroutine {g.goid} is left over: {g.state}. Close must end what NewLog began."
    return None


SLOWLOG = Program(
    title="The log that slows everybody",
    task="Each line of this log goes to a disk, which takes 0.5 ms, and all workers wait for it. Mend the "
    "log: Print must not wait for the disk, no line may be lost, and when Close returns all lines are "
    "written and no goroutine is left. Leave main and write as they are; write is for one at a time.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"
)

var disk []string

// write puts a line on the disk. One at a time!
func write(line string) {
	time.Sleep(500 * time.Microsecond)
	disk = append(disk, line)
}

type Log struct {
	mu sync.Mutex
}

func NewLog() *Log {
	return &Log{}
}

func (l *Log) Print(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	write(line)
}

func (l *Log) Close() {
}

func main() {
	l := NewLog()
	start := time.Now()
	var wg sync.WaitGroup
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 5; i++ {
				l.Print(fmt.Sprint("worker ", w, ", step ", i))
			}
		}()
	}
	wg.Wait()
	fmt.Println("the workers took", time.Since(start).Microseconds(), "us")
	l.Close()
	fmt.Println(len(disk), "lines on the disk")
}
""",
    demands=(_all_lines, no_race, _workers_do_not_wait, _nobody_left),
    hints=(
        "Who should wait for the disk, if not the workers? Give it a goroutine of its own.",
        "A channel with room for all lines, a writer that ranges over it, and a second channel that says "
        "when the writer is done.",
        "Close: close(l.lines); <-l.done. The writer: for line := range l.lines { write(line) }; "
        "close(l.done)",
    ),
    keeps=("main", "write"),
)


def _served(run: Run) -> str | None:
    if run.output != "4 stored, 2 refused\n":
        return f"Expected: 4 stored, 2 refused. Printed:\n{run.output or '(nothing)'}"
    return None


def _spans(run: Run) -> str | None:
    """Six tasks that end; in each one region "parse", in four "store" as well, within the task."""
    trace = run.trace
    texts: dict[int, str] = trace.meta["texts"]  # type: ignore[assignment]
    tasks: dict[int, list[str]] = {}
    ended: set[int] = set()
    open_: dict[tuple[int, str], int] = {}
    rows = trace.where(Kind.USER_TASK_BEGIN, Kind.USER_TASK_END, Kind.USER_REGION_BEGIN, Kind.USER_REGION_END)
    for row in rows.tolist():
        kind, task, g, name = Kind(int(trace.kind[row])), int(trace.arg[row]), int(trace.g[row]), texts[row]
        if kind == Kind.USER_TASK_BEGIN:
            if name != "request":
                return f'A task is called "{name}". Call each "request".'
            tasks[task] = []
        elif kind == Kind.USER_TASK_END:
            ended.add(task)
            left = [n for (_, n), of in open_.items() if of == task]
            if left:
                return f'A task ends while its region "{left[0]}" still goes on.'
        elif task not in tasks:
            return f'A region "{name}" belongs to no task: give it the context that NewTask returned.'
        elif kind == Kind.USER_REGION_BEGIN:
            tasks[task].append(name)
            open_[g, name] = task
        else:
            open_.pop((g, name), None)
    if len(tasks) != 6:
        return f"There are 6 requests, and the trace has {len(tasks)} tasks."
    if len(ended) < 6:
        return f"{6 - len(ended)} of 6 tasks never end. What about the requests that are refused?"
    if open_:
        return f'A region "{next(iter(open_))[1]}" never ends.'
    found = sorted(tuple(names) for names in tasks.values())
    if found != [("parse",)] * 2 + [("parse", "store")] * 4:
        most = max(tasks.values(), key=len)
        return (
            'Each task needs one region "parse", and those that store one region "store" after it. '
            "A task has: "
            + (", ".join(most) or "none")
        )
    return None


SPANS = Program(
    title="Spans that always end",
    task='Make handle tell what it does: each request is a task "request", with a region "parse" and, if it '
    'gets so far, a region "store" after it. Every task and every region must end, also when a request is '
    "refused. Leave main, parse and store as they are.",
    starter="""package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

func parse(text string) (int, error) {
	time.Sleep(100 * time.Microsecond)
	return strconv.Atoi(text)
}

func store(n int) {
	time.Sleep(time.Millisecond)
}

func handle(ctx context.Context, text string) error {
	n, err := parse(text)
	if err != nil {
		return err
	}
	store(n)
	return nil
}

func main() {
	var wg sync.WaitGroup
	var stored, refused atomic.Int32
	for _, text := range []string{"1", "2", "x", "4", "", "6"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if handle(context.Background(), text) != nil {
				refused.Add(1)
			} else {
				stored.Add(1)
			}
		}()
	}
	wg.Wait()
	fmt.Println(stored.Load(), "stored,", refused.Load(), "refused")
}
""",
    demands=(_served, _spans),
    hints=(
        "trace.NewTask gives a context and a task. Which of the two do the regions need?",
        "trace.WithRegion(ctx, name, f) ends its region whatever f does; defer ends a task on each way out.",
        'ctx, task := trace.NewTask(ctx, "request"); defer task.End(); then '
        'trace.WithRegion(ctx, "parse", func() { n, err = parse(text) })',
    ),
    keeps=("main", "parse", "store"),
)


def _last_four(run: Run) -> str | None:
    lines = run.output.splitlines()
    if not lines or lines[0] != "[m3 m4 m5 m6]":
        return f"Expected first: [m3 m4 m5 m6], the last four, the oldest first. Printed:\n" \
            f"{run.output or '(nothing)'}"  # fmt: skip
    if len(lines) < 2 or lines[1] != "[one two]":
        return f"With two events only, Last gives these two: [one two]. Printed:\n{run.output}"
    return None


def _bounded(run: Run) -> str | None:
    """Three thousand events went in; four strings of a few letters must not take 32 kB."""
    grown = int(run.output.split()[-2])
    if grown > 32:
        return f"The recorder keeps {grown} kB: it must forget what is older than the last four."
    return None


RECORDER = Program(
    title="A flight recorder",
    task="A flight recorder runs all the time and keeps the last events only. Write Recorder: Add takes an "
    "event, from any goroutine; Last returns the last four, the oldest first. What is older must be "
    "forgotten. Leave heap and main as they are.",
    starter="""package main

import (
	"fmt"
	"runtime"
	"sync"
)

type Recorder struct {
	events []string
}

func (r *Recorder) Add(event string) {
	r.events = append(r.events, event)
}

func (r *Recorder) Last() []string {
	if len(r.events) <= 4 {
		return r.events
	}
	return r.events[len(r.events)-4:]
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc / 1024)
}

func main() {
	r := new(Recorder)
	before := heap()
	var wg sync.WaitGroup
	for w := 0; w < 3; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 1000; i++ {
				r.Add(fmt.Sprint("w", w, ".", i))
			}
		}()
	}
	wg.Wait()
	for i := 1; i <= 6; i++ {
		r.Add(fmt.Sprint("m", i))
	}
	fmt.Println(r.Last())
	short := new(Recorder)
	short.Add("one")
	short.Add("two")
	fmt.Println(short.Last())
	fmt.Println("it keeps", max(heap()-before, 0), "kB")
	runtime.KeepAlive(r)
}
""",
    demands=(_last_four, no_race, _bounded),
    hints=(
        "Four places are enough for ever. Where does the fifth event go?",
        "A ring: an array of four, and the number of events so far. Event n stands at n % 4. And a lock.",
        "Last: for i := max(0, r.n-4); i < r.n; i++ { out = append(out, r.ring[i%4]) }, under the lock, into "
        "a new slice",
    ),
    keeps=("main", "heap"),
)

CHAPTER_06 = (COUNTS, BLIND, SLOWLOG, SPANS, RECORDER)

QUIZ = [
    {
        "question": "A service is slow. A CPU profile of 60 s on four Ps has 600 samples, of 100 that a "
        "busy core gives in a second. What first?",
        "answers": [
            ("Make the function at the top of the profile faster.", False,
             "600 samples are 6 seconds on a core, of 240 that there were. The cores are idle."),
            ("Find out what the goroutines wait for.", True,
             "6 seconds on a core of 240: the program waits nearly all the time."),
            ("Sample ten times as often.", False, "You would see the same share more exactly."),
        ],
    },
    {
        "question": "A goroutine has waited for a channel for an hour and still does. Where do you find it?",
        "answers": [
            ("In the block profile.", False, "A wait is counted when it ends."),
            ("In the goroutine profile, or in a dump.", True, "They show everybody, at one moment."),
            ("In the CPU profile.", False, "Who waits is on no core."),
        ],
    },
    {
        "question": "The mutex profile names the line of an Unlock. What does its time mean?",
        "answers": [
            ("For so long others had waited when that Unlock let them go.", True,
             "The wait is booked on the one who made the others wait."),
            ("For so long the lock was held.", False,
             "A lock that is held for an hour, with nobody waiting, is not in the profile."),
            ("For so long Unlock itself ran.", False, "That would be the CPU profile's."),
        ],
    },
    {
        "question": "May regions (trace.StartRegion) stay in a program for good?",
        "answers": [
            ("Yes: without a trace they cost a few nanoseconds.", True,
             "They look at one variable, and that is all."),
            ("No: each one costs as much as a line of a log.", False,
             "Only while a trace is on, and then less than that."),
            ("Only in tests.", False, "Nothing binds them to tests."),
        ],
    },
    {
        "question": "With a log line in each goroutine the race detector is quiet. What have you learnt?",
        "answers": [
            ("The race is gone.", False, "Take the log out, and it is back."),
            ("Nothing yet: the lock of the log orders the goroutines.", True,
             "The probe itself brings an order into the program."),
            ("The detector does not work on several Ps.", False, "It does, of what is not ordered."),
        ],
    },
]  # fmt: skip
