"""The exercises and the quiz of chapter 04, Stacks that grow."""

from __future__ import annotations

from gosched_edu import go
from gosched_edu.exercises.exercise import BUDGET, Predict, Program
from gosched_edu.go import Run
from gosched_edu.trace import Kind

KB = 1024
NODES, OTHER_NODES = 5_000, 137
LIST_LIMIT = 8 * KB
TASKS, DIVE_STACK, MOST_MOVES = 64, 32 * KB, 48
MOST_SPLITS, DEPTHS = 12, range(24, 46)

SIZES = Predict(
    title="Three dives",
    task="A goroutine dives three times, to 10, 40 and 400 calls, and tells main after each dive. "
    "main notes how many KB its stack has then, and prints the three numbers at the end. Go 1.22, "
    "one P. Which are they?",
    source="""package main

import (
	"fmt"
	"runtime"
)

//frame 120
func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + 1
}

//frame 64
func diver(ask, done chan int) {
	for n := range ask {
		done <- deep(n)
	}
}

func stacks() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.StackInuse) / 1024
}

func main() {
	others := stacks()
	ask, done := make(chan int), make(chan int)
	go diver(ask, done)
	var sizes []int
	for _, n := range []int{10, 40, 400} {
		ask <- n
		<-done
		sizes = append(sizes, stacks()-others)
	}
	fmt.Println(sizes[0], sizes[1], sizes[2])
}
""",
    procs=1,
    version="1.22",
    hint="Which sizes are possible at all? Sum up: 120 bytes for each call, 64 for diver, 32 above it, "
    "8 for a return address, and 928 that must stay free (`stack.go`). And a stack that has grown stays "
    "large.",
)

SHRINKING = Predict(
    title="Four collections",
    task="A goroutine has dived to a stack of 64 KB. Now it waits in a call that needs 5,000 bytes. "
    "main collects garbage four times and prints after each how many KB the stack has. Which four numbers?",
    source="""package main

import (
	"fmt"
	"runtime"
)

//frame 88
func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + 1
}

//frame 5000
func wait(done, gate chan int) {
	done <- 1
	<-gate
}

func diver(done, gate chan int) {
	done <- deep(500)
	wait(done, gate)
}

func stacks() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.StackInuse) / 1024
}

func main() {
	runtime.GC()
	others := stacks()
	done, gate := make(chan int), make(chan int)
	go diver(done, gate)
	<-done
	<-done
	for i := 0; i < 4; i++ {
		runtime.GC()
		fmt.Println((stacks() - others) / 8 * 8)
	}
}
""",
    procs=1,
    version="1.22",
    hint="A collection halves a stack at most once. It does so only if less than a quarter is in use. "
    "What is a quarter of 16 KB?",
)


def _largest(run: Run, *, main: bool = True) -> int:
    """Bytes of the largest stack that a goroutine moved to."""
    trace = run.trace
    grown = trace.where(Kind.STACK_GROW)
    if not main:
        grown = grown[trace.g[grown] != 1]
    return int(trace.arg2[grown].max(initial=0))


def _sum_of_the_list(run: Run) -> str | None:
    expected = f"{sum(i * i % 1000 for i in range(NODES))}\n"
    if run.output != expected:
        return f"Expected the sum {expected.strip()}. Printed:\n{run.output or '(nothing)'}"
    return None


def _sum_of_another_list(run: Run) -> str | None:
    source = run.machine.image.source
    try:
        other = go.run(source, procs=1, knobs={"nodes": OTHER_NODES}, budget=BUDGET)
    except ValueError:
        return "The knob nodes is gone. Keep the line //knob nodes 1 10000 and its variable."
    if other.output != f"{sum(i * i % 1000 for i in range(OTHER_NODES))}\n":
        return f"With {OTHER_NODES} nodes the sum is wrong. Printed:\n{other.output or '(nothing)'}"
    return None


def _small_stacks(run: Run) -> str | None:
    most = _largest(run)
    if most > LIST_LIMIT:
        return f"A stack has grown to {most // KB} KB; {LIST_LIMIT // KB} KB are allowed."
    return None


FLATTEN = Program(
    title="A long list, a small stack",
    task=f"Mend the program: it adds up a list of {NODES:,} nodes by recursion, and its stack grows with the "
    f"list. The sum must stay right for any length, and no stack may become larger than "
    f"{LIST_LIMIT // KB} KB.",
    starter="""package main

import "fmt"

//knob nodes 1 10000
var nodes = 5000

type node struct {
	value int
	next  *node
}

//frame 64
func sum(n *node) int {
	if n == nil {
		return 0
	}
	return n.value + sum(n.next)
}

func main() {
	var list *node
	for i := 0; i < nodes; i++ {
		list = &node{i * i % 1000, list}
	}
	fmt.Println(sum(list))
}
""",
    demands=(_sum_of_the_list, _small_stacks, _sum_of_another_list),
    hints=(
        "What must be remembered of a node that has been added? Does it need a frame?",
        "A loop with one variable for the sum needs one frame, however long the list is.",
    ),
)


def _same_sum(run: Run) -> str | None:
    if run.output != "9900\n":
        return f"Expected 9900, the sum of all calls of step. Printed:\n{run.output or '(nothing)'}"
    return None


def _no_hot_split(run: Run) -> str | None:
    """Once for each cost model: the depth decides here, not the schedule."""
    if run.machine.procs != 1 or run.machine.seed != 1:
        return None
    for depth in DEPTHS:
        try:
            old = go.run(
                run.machine.image.source, procs=1, version="1.2", knobs={"depth": depth}, budget=BUDGET
            )
        except go.GoError as e:
            return f"Under Go 1.2 the program does not compile.\n{e}"
        except ValueError:
            return "The knob depth is gone. Keep the line //knob depth 0 90 and its variable."
        if old.output != run.output:
            return f"Under Go 1.2 with depth={depth} it prints:\n{old.output or '(nothing)'}"
        splits = len(old.trace.where(Kind.STACK_SPLIT))
        if splits > MOST_SPLITS:
            return f"Under Go 1.2 with depth={depth} there are {splits} new segments; {MOST_SPLITS} may be."
    return None


def _dives(run: Run) -> str | None:
    """descend(90) has 91 frames of 200 bytes and more: 32 KB of stack."""
    if run.machine.procs != 1 or run.machine.seed != 1:
        return None
    deepest = go.run(run.machine.image.source, procs=1, knobs={"depth": 90}, budget=BUDGET)
    if _largest(deepest, main=False) < DIVE_STACK:
        return "With depth=90 no stack grows: descend must still call itself as often as depth says."
    return None


HOT = Program(
    title="Cool the hot split",
    task="Mend the program so that under Go 1.2 it needs at most "
    f"{MOST_SPLITS} new segments, however deep the loop is called. The check tries depths from "
    f"{DEPTHS[0]} to {DEPTHS[-1]}. The sum must stay the same. Leave main and work as they are.",
    starter="""package main

import "fmt"

//knob depth 0 90
var depth = 38

//frame 200
func step(i int) int { return double(i) }

//frame 64
func double(i int) int { return 2 * i }

func loop() int {
	x := 0
	for i := 0; i < 100; i++ {
		x += step(i)
	}
	return x
}

//frame 200
func descend(n int) int {
	if n > 0 {
		return descend(n - 1)
	}
	return loop()
}

//frame 64
func work(done chan int) { done <- descend(depth) }

func main() {
	done := make(chan int)
	go work(done)
	fmt.Println(<-done)
}
""",
    demands=(_same_sum, _no_hot_split, _dives),
    hints=(
        "Which call crosses the edge of the segment, and how often? Could the loop stand somewhere else?",
        "A larger frame only moves the edge to another depth. Where does a loop surely have room below it?",
        "A goroutine of its own begins with a fresh stack. Or do without the calls in the loop.",
    ),
    keeps=("main", "work"),
)


def _all_tasks(run: Run) -> str | None:
    expected = f"{sum(300 + i for i in range(TASKS))}\n"
    if run.output != expected:
        return f"Expected {expected.strip()}, the sum of all results. Printed:\n{run.output or '(nothing)'}"
    return None


def _others_dive(run: Run) -> str | None:
    if run.stats["goroutines"] < 3:
        return "At least two goroutines besides main must be there for the tasks."
    if _largest(run, main=False) < DIVE_STACK:
        return f"No goroutine besides main has dived: none has a stack of {DIVE_STACK // KB} KB."
    trace = run.trace
    grown = trace.where(Kind.STACK_GROW)
    if (trace.arg2[grown][trace.g[grown] == 1] >= DIVE_STACK).any():
        return "main dives itself. Leave the tasks to other goroutines."
    return None


def _few_moves(run: Run) -> str | None:
    moves = len(run.trace.where(Kind.STACK_GROW))
    if moves > MOST_MOVES:
        return f"Stacks have moved {moves} times; {MOST_MOVES} moves are allowed for {TASKS} tasks."
    return None


WARM = Program(
    title="Warm stacks",
    task=f"{TASKS} tasks must be done: task i is deep(300 + i), about {DIVE_STACK // KB} KB of stack. Write "
    f"the program so that goroutines other than main do the tasks, at least two are there for it, and all "
    f"stacks together move at most {MOST_MOVES} times. Print the sum of the results.",
    starter=f"""package main

import "fmt"

//frame 88
func deep(n int) int {{
	if n == 0 {{
		return 0
	}}
	return deep(n-1) + 1
}}

func main() {{
	results := make(chan int)
	for i := 0; i < {TASKS}; i++ {{
		go func() {{ results <- deep(300 + i) }}()
	}}
	sum := 0
	for i := 0; i < {TASKS}; i++ {{
		sum += <-results
	}}
	fmt.Println(sum)
}}
""",
    demands=(_all_tasks, _others_dive, _few_moves),
    hints=(
        "How often does a stack move for the first task of a goroutine? How often for its second?",
        "A stack that has grown stays with its goroutine. When the goroutine ends, a large stack is gone.",
        "Start a few workers, and let each of them do many tasks.",
    ),
)

EXERCISES = (SIZES, SHRINKING, FLATTEN, HOT, WARM)

QUIZ = [
    {
        "question": "When does a Go stack grow?",
        "answers": [
            ("At a call whose frame would not leave enough room.", True,
             "The prologue of the called function compares SP with the guard and calls the runtime."),
            ("At the next garbage collection.", False,
             "Collections only make stacks smaller. Growth cannot wait: the frame is needed now."),
            ("When the processor reports a fault at the end of the stack.", False,
             "Threads of the operating system do it like that. A goroutine looks before it calls."),
        ],
    },
    {
        "question": "A stack of 16 KB must move. How large is the new one, if the frame is small?",
        "answers": [
            ("18 KB: one more piece of the smallest size.", False,
             "Then deep recursion would copy again and again: the cost would grow with the square."),
            ("32 KB", True, "Twice as much. So all copies together are at most about the final size."),
            ("1 GB, the limit, of which only a part is used", False,
             "The limit says when the program dies. It is not set aside."),
        ],
    },
    {
        "question": "What made the hot split hot?",
        "answers": [
            ("A call in a loop crossed the edge of a segment, and each return gave the segment back.", True,
             "So every round paid for a new segment."),
            ("Each new segment was a copy of the old one.", False,
             "Segments were linked. Nothing was copied, and that was the trouble: the edge stayed."),
            ("Many goroutines wanted a segment at the same time.", False,
             "One goroutine is enough, as the picture shows."),
        ],
    },
    {
        "question": "A function calls itself without end. Can a deferred `recover` save the program?",
        "answers": [
            ("Yes, a stack overflow is a panic.", False,
             "It is a fatal error, like a deadlock: no deferred function runs."),
            ("Yes, if the limit was set with `debug.SetMaxStack`.", False,
             "That changes only when the program dies."),
            ("No, the program ends.", True, "Go prints `fatal error: stack overflow` and exits with code 2 "
             "(`panic.go`)."),
        ],
    },
]  # fmt: skip
