"""The exercises and the quiz of chapter 07, The memory model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gosched_edu import go
from gosched_edu.exercises.answer import Answer, helped
from gosched_edu.exercises.exercise import BUDGET, Program
from gosched_edu.exercises.reach import Reach
from gosched_edu.exercises.results import kept
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason


@dataclass(frozen=True)
class RaceLines:
    """Name the two lines of a program's data race; the race detector knows them.

    Attributes
    ----------
    title, task : str
    source : str
        Go source.
    hints : tuple of str
        From gentle to plain.
    """

    title: str
    task: str
    source: str
    hints: tuple[str, ...]

    def lines(self) -> set[int]:
        """The lines that the detector names, in any of several schedules."""
        out: set[int] = set()
        for procs, seed in ((1, 1), (2, 1), (2, 2), (4, 3)):
            for race in go.run(self.source, procs=procs, seed=seed, race=True).races:
                out |= {a.frames[0].line for a in (race.now, race.before)}
        return out

    def listing(self) -> str:
        """The program with numbered lines."""
        return "\n".join(f"{n:3}  {text}" for n, text in enumerate(self.source.splitlines(), 1))

    @kept
    def check(self, *lines: int, hints: int = 1) -> Answer:
        """Compare the lines with those that the detector names.

        Parameters
        ----------
        *lines : int
        hints : int
            How many hints to show when the answer is wrong.

        Returns
        -------
        Answer
        """
        named, right = set(lines), self.lines()
        if named == right:
            return Answer(True, ("Yes: " + " and ".join(map(str, sorted(right))) + ".",))
        if not named:
            return Answer(False, ("Write down the numbers of the two lines.",))
        hit = len(named & right)
        words = {0: "None of your lines is one of the two.", 1: "One of your lines is right."}
        said = words.get(hit, "The two are among your lines, and others as well.")
        return Answer(False, (said, *helped(self.hints, hints, "check(...")))


TWO_LINES = RaceLines(
    title="Name the two lines",
    task="Several variables, and one data race. Which two lines does the race detector name?",
    source="""package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	total, last, name := 0, 0, "nobody"
	done := make(chan bool, 1)
	go func() {
		mu.Lock()
		total += 5
		mu.Unlock()
		last = 5
		name = "worker"
		done <- true
	}()
	mu.Lock()
	total++
	mu.Unlock()
	last = 1
	<-done
	fmt.Println(total > 0, last > 0, name)
}
""",
    hints=(
        "All variables but one are ordered in every run. What orders them?",
        "The mutex orders what was done before an Unlock and what is done after a later Lock.",
        "name is only used by main after the receive. total is always used under the mutex. last?",
    ),
)


@dataclass(frozen=True)
class Outcomes:
    """Say what a program can print, in any schedule.

    Attributes
    ----------
    title, task : str
    source : str
        Go source.
    outcomes : frozenset of str
        Every line that it can print; the tests hold them against a complete search.
    hints : tuple of str
    """

    title: str
    task: str
    source: str
    outcomes: frozenset[str]
    hints: tuple[str, ...]

    @kept
    def check(self, *lines: str, hints: int = 1) -> Answer:
        """Compare the lines with what can be printed.

        Parameters
        ----------
        *lines : str
            Such as ``"0 1"``, ``"1 1"``.
        hints : int

        Returns
        -------
        Answer
        """
        named = {" ".join(re.findall(r"-?\d+", str(line))) for line in lines} - {""}
        if named == self.outcomes:
            return Answer(True, ("Yes: " + ", ".join(sorted(self.outcomes)) + ".",))
        if not named:
            return Answer(False, ('Write down every line that can be printed, such as "0 0", "0 1".',))
        wrong, missing = sorted(named - self.outcomes), len(self.outcomes - named)
        said = []
        if wrong:
            said.append(f"It can never print {', '.join(wrong)}.")
        if missing:
            said.append(f"It can print {missing} more line{'s' if missing > 1 else ''}.")
        return Answer(False, (*said, *helped(self.hints, hints, "check(...")))


ALL_RESULTS = Outcomes(
    title="All that can come out",
    task="The atomics are sequentially consistent. Which lines can this program print, in any schedule?",
    source="""package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var x, y atomic.Int64

func main() {
	var r1, r2 int64
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		x.Store(1)
		r1 = y.Load()
	}()
	go func() {
		defer wg.Done()
		y.Store(1)
		r2 = x.Load()
	}()
	wg.Wait()
	fmt.Println(r1, r2)
}
""",
    outcomes=frozenset({"0 1", "1 0", "1 1"}),
    hints=(
        "All atomic operations have one order. Write the four of them down, in every order that keeps each "
        "goroutine's own.",
        "In which of these orders does each load come before the other goroutine's store?",
        "Whichever store is the second one of the two: the load behind it sees the first store.",
    ),
)


def _prints(text: str) -> object:
    def demand(run: Run) -> str | None:
        if run.output != text:
            return f"Expected {text.strip()}. Printed:\n{run.output or '(nothing)'}"
        return None

    return demand


def _no_sleep(run: Run) -> str | None:
    stops = run.trace.where(Kind.GO_BLOCK)
    if (run.trace.reason[stops] == Reason.SLEEP).any():
        return "It sleeps. A sleep orders nothing, however long it is."
    return None


def _no_spin(run: Run) -> str | None:
    stops = run.trace.where(Kind.GO_STOP)
    if (run.trace.reason[stops] == Reason.GOSCHED).sum() > 20:
        return "It waits by running. It is correct if the flag is atomic, but who waits should park."
    return None


def _two_goroutines(run: Run) -> str | None:
    if run.stats["goroutines"] < 2:
        return "The message must be written by another goroutine than main."
    return None


def _message_passed(run: Run) -> str | None:
    """Main reads a word that another goroutine wrote, or receives what another one sent."""
    if run.machine.procs != 1 or run.machine.seed != 1:
        return None
    logged = go.run(run.machine.image.source, procs=1, race=True, accesses=True, budget=BUDGET).trace
    used, sent = logged.where(Kind.ACCESS), logged.where(Kind.CHAN_SEND)
    mine, writes = logged.g[used] == 1, logged.arg2[used] % 2 == 1
    passed = set(logged.arg[used[~mine & writes]]) & set(logged.arg[used[mine & ~writes]])
    if not passed and not (logged.g[sent] != 1).any():
        return "main prints what no other goroutine has written."
    return None


PUBLISH = Program(
    title="The flag",
    task="main waits for a flag and then reads the message. Mend it: the message must be written by the "
    "other goroutine, main must print it, and there must be no data race. main must not wait by running.",
    starter="""package main

import (
	"fmt"
	"runtime"
)

var message string
var ready bool

func main() {
	go func() {
		message = "hello"
		ready = true
	}()
	for !ready {
		runtime.Gosched()
	}
	fmt.Println(message)
}
""",
    demands=(_prints("hello\n"), _two_goroutines, _no_sleep, _no_spin, _message_passed),  # type: ignore[arg-type]
    hints=(
        "The flag does two things: it says that the message is there, and it makes main wait. What in Go "
        "does both?",
        "Close a channel when the message is written.",
        "ready := make(chan bool); close(ready) instead of ready = true; <-ready instead of the loop.",
    ),
    options={"race": True},
)


def _loaded_once(run: Run) -> str | None:
    lines = run.output.splitlines()
    loads = lines.count("load")
    if loads != 1:
        return f"The configuration was loaded {loads} times; it must be loaded once. Printed:\n{run.output}"
    if sorted(lines) != ["load", *["port 8080"] * 4]:
        return f"Expected load once and port 8080 four times. Printed:\n{run.output}"
    return None


def _eight(run: Run) -> str | None:
    if run.stats["goroutines"] < 5:
        return "The four users must run at the same time, each in its own goroutine."
    return None


LAZY = Program(
    title="Double-checked locking",
    task="get loads the configuration when it is first asked for. The first check is done without the "
    "lock, to save time, and that is a race. Mend get. It must still load once, and when first asked for. "
    "Leave main and load as they are.",
    starter="""package main

import (
	"fmt"
	"sync"
)

type Config struct{ port int }

var (
	mu     sync.Mutex
	loaded bool
	config Config
)

func load() Config {
	fmt.Println("load")
	return Config{port: 8080}
}

func get() Config {
	if !loaded {
		mu.Lock()
		if !loaded {
			config = load()
			loaded = true
		}
		mu.Unlock()
	}
	return config
}

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			fmt.Println("port", get().port)
		}()
	}
	wg.Wait()
}
""",
    demands=(_loaded_once, _eight),
    hints=(
        "A reader that finds loaded true has no path from the write of config. What would give it one?",
        "Take the lock always; or make loaded an atomic.Bool; or use sync.Once.",
        "var once sync.Once, and in get: once.Do(func() { config = load() }); return config",
    ),
    options={"race": True},
    keeps=("main", "load"),
)


def _no_sync_once(run: Run) -> str | None:
    source = re.sub(r"//[^\n]*", "", run.machine.image.source)
    if re.search(r"sync\.Once", source):
        return "Build it without sync.Once and its relatives."
    return None


def _once_done(run: Run) -> str | None:
    lines = run.output.splitlines()
    if lines.count("set up") != 1:
        return f"The function must run once; it ran {lines.count('set up')} times. Printed:\n{run.output}"
    if any(line == "not ready" for line in lines):
        return "A call of Do returned before the function was done: somebody saw ready 0."
    if sorted(lines) != sorted(["set up", *["ready"] * 4]):
        return f"Expected set up once and ready four times. Printed:\n{run.output}"
    return None


OWN_ONCE = Program(
    title="A Once of your own",
    task="Complete Do: the first call runs f, no other call does, and no call returns before f is done. "
    "Without sync.Once. Leave main as it is.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"
)

type Once struct {
}

func (o *Once) Do(f func()) {
	f()
}

func main() {
	var once Once
	var wg sync.WaitGroup
	state := "not ready"
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			once.Do(func() {
				time.Sleep(time.Millisecond)
				fmt.Println("set up")
				state = "ready"
			})
			fmt.Println(state)
		}()
	}
	wg.Wait()
}
""",
    demands=(_no_sync_once, _once_done),
    hints=(
        "Who comes second must wait until f is done. What makes a goroutine wait for another one?",
        "A mutex that is held while f runs, and a bool that is only used under it.",
        "o.mu.Lock(); defer o.mu.Unlock(); if !o.done { f(); o.done = true }",
    ),
    options={"race": True},
    keeps=("main",),
)

LOST = Reach(
    title="How much can be lost?",
    task="Two goroutines add 1 to n, three times each. Each Load and each Store is atomic, the addition "
    'is not. For each of the lines 6, 3, 2 and 1, give a schedule under which the program prints '
    'it, or "never".',
    source="""package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 3 {
				n.Store(n.Load() + 1)
			}
		}()
	}
	wg.Wait()
	fmt.Println(n.Load())
}
""",
    lines=("6", "3", "2", "1"),
    hints=(
        "Who stores last? What did that goroutine load, and how many additions of its own came before?",
        "The last store of all is a third addition. The least that it can have loaded is what the other "
        "goroutine stored late, and had loaded very early.",
        'from gosched_edu.explore import explore; explore(LOST.source).outcome_of("3") has a schedule, or '
        "says that there is none.",
    ),
)

CHAPTER_07 = (TWO_LINES, ALL_RESULTS, PUBLISH, LAZY, OWN_ONCE, LOST)

QUIZ = [
    {
        "question": "When do two accesses to the same variable make a data race?",
        "answers": [
            ("when they happen at the same time", False,
             "The clock does not matter: they may be a second apart. What counts is whether anything orders "
             "them."),
            ("when one of them is a write, nothing orders them, and not both are atomic", True,
             "That is the definition. It needs no wrong result."),
            ("when they give different results from run to run", False,
             "A race may give the same result in a million runs. And a program without a race may give "
             "different results, as with select."),
        ],
    },
    {
        "question": "`c := make(chan int, 2)`. A goroutine writes `x` and then receives once from `c`. "
        "`main` sends to `c` some times, then reads `x`. How many sends must be done before the read is "
        "ordered?",
        "answers": [
            ("one", False, "The first send needs no receive at all: it finds a free slot."),
            ("two", False, "Two slots, two sends, and nobody needs to have received."),
            ("three", True, "The first receive happens before the third send is done: k and k+C, with k = 1 "
             "and C = 2."),
        ],
    },
    {
        "question": "A goroutine sets `x = 1` and ends. `main` sleeps for a second, and reads `x`. Is that "
        "a race?",
        "answers": [
            ("no, the goroutine has ended long before", False,
             "The end of a goroutine is no event that orders anything, and a sleep is none either."),
            ("yes", True, "There is no path from the write to the read."),
            ("only with several Ps", False, "Paths do not depend on the number of Ps."),
        ],
    },
    {
        "question": "All tests pass under `go test -race`, and nothing is reported. What follows?",
        "answers": [
            ("the program has no data race", False,
             "The detector sees the accesses of these runs. A path that no test takes is not looked at."),
            ("these runs had no data race", True,
             "All conflicting accesses that it saw and still remembered were ordered."),
            ("nothing", False, "It is worth a lot: what it looks at it judges by paths, not by luck."),
        ],
    },
    {
        "question": "A string variable is written by one goroutine and read by another, without order. What "
        "can the reader see, at worst?",
        "answers": [
            ("an old or a new string", False,
             "That holds for values of one word. A string has two: where the bytes are, and how many."),
            ("the pointer of one string with the length of the other", True,
             "A torn value. It may then read bytes that belong to something else."),
            ("nothing: the program stops", False,
             "Only with the race detector, which may report it. Without it the program goes on."),
        ],
    },
]  # fmt: skip
