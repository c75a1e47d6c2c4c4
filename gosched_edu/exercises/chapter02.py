"""The exercises and the quiz of chapter 02, Channels."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program, no_leak
from gosched_edu.exercises.reach import Reach
from gosched_edu.exercises.written import lines
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason

ONE_SLOT = Predict(
    title="One slot",
    task="One P, Go 1.22. What does this program print?",
    source="""package main

import "fmt"

func main() {
	ch := make(chan int, 1)
	go func() {
		for i := 0; i < 4; i++ {
			ch <- i
			fmt.Print("s", i, " ")
		}
		close(ch)
	}()
	for v := range ch {
		fmt.Print("r", v, " ")
	}
}
""",
    procs=1,
    version="1.22",
    hint="main waits in recvq before the producer begins: where does 0 go? Which send finds the slot full? "
    "And who fills the slot again when main takes the value out of it?",
)


def _asks_all(run: Run) -> str | None:
    if run.stats["goroutines"] < 13:
        return "Each of the four questions must go to three servers, each with its own goroutine."
    return None


def _answers(run: Run) -> str | None:
    lines = run.output.splitlines()
    if lines != ["server 1"] * 4 + ["still running"]:
        return f"Expected four times server 1, then still running. Printed:\n{run.output or '(nothing)'}"
    return None


def _answers_at_once(run: Run) -> str | None:
    """The fastest server takes 1 ms, the slowest 3 ms."""
    written = run.trace.where(Kind.OUTPUT)
    if len(written) >= 4 and run.trace.time[written[3]] < 4_000_000:
        return "No server answers within 1 ms. fastest must wait for the first answer."
    if len(written) >= 4 and run.trace.time[written[3]] > 7_000_000:
        return "fastest waits for the slow servers, too. It must return with the first answer."
    return None


FASTEST = Program(
    title="The fastest answer, and no leak",
    task="fastest asks three servers and returns the first answer. Mend it: no goroutine may be left waiting "
    "for ever. It must still ask all three, and still return with the first answer. Leave main as it is.",
    starter="""package main

import (
	"fmt"
	"time"
)

func fastest() int {
	answers := make(chan int)
	for server := 1; server <= 3; server++ {
		go func() {
			time.Sleep(time.Duration(server) * time.Millisecond)
			answers <- server
		}()
	}
	return <-answers
}

func main() {
	for i := 0; i < 4; i++ {
		fmt.Println("server", fastest())
	}
	time.Sleep(50 * time.Millisecond)
	fmt.Println("still running")
}
""",
    demands=(_answers, _asks_all, _answers_at_once, no_leak),
    hints=(
        "Who receives the second answer, and who the third?",
        "A send into a buffer with room needs no receiver. How much room do three answers need?",
        "make(chan int, 3), or a select with a way out for a sender that is not heard.",
    ),
    keeps=("main",),
)


def _sum(run: Run) -> str | None:
    if run.output.strip() != "sum 66":
        return f"Expected sum 66. Printed:\n{run.output or '(nothing)'}"
    return None


def _closed_after_all(run: Run) -> str | None:
    closes = run.trace.where(Kind.CHAN_CLOSE)
    sent = int((run.trace.where(Kind.CHAN_SEND) < closes[0]).sum()) if len(closes) else 12
    if sent < 12:
        return (
            f"The channel was closed when {sent} of the 12 numbers had been sent. Only after the last one "
            f"may it be closed. Printed:\n{run.output or '(nothing)'}"
        )
    return None


def _over_a_channel(run: Run) -> str | None:
    sends = run.trace.where(Kind.CHAN_SEND)
    if len(set(run.trace.arg2[sends[run.trace.g[sends] != 1]])) < 12:
        return "The twelve numbers must be sent by the producers."
    return None


def _closes(run: Run) -> str | None:
    if not len(run.trace.where(Kind.CHAN_CLOSE)):
        return "Nobody closes the channel. main should learn from the channel that all is sent."
    return None


def _nobody_sleeps(run: Run) -> str | None:
    stops = run.trace.where(Kind.GO_BLOCK)
    if (run.trace.reason[stops] == Reason.SLEEP).any():
        return "Somebody sleeps. A sleep is a guess about time; close when the last producer has ended."
    return None


WHO_CLOSES = Program(
    title="Who closes?",
    task="Three producers send on one channel, and each closes it when it is done. Mend the program: main "
    "must add up all twelve numbers with its range loop, which ends because the channel is closed.",
    starter="""package main

import "fmt"

func produce(p int, ch chan int) {
	for i := 0; i < 4; i++ {
		ch <- 4*p + i
	}
	close(ch)
}

func main() {
	ch := make(chan int)
	for p := 0; p < 3; p++ {
		go produce(p, ch)
	}
	sum := 0
	for v := range ch {
		sum += v
	}
	fmt.Println("sum", sum)
}
""",
    demands=(_closed_after_all, _sum, _over_a_channel, _closes, _nobody_sleeps),
    hints=(
        "Who can know that no producer will ever send again?",
        "One more goroutine may do nothing but wait for the producers and close then.",
        "A WaitGroup counts the producers; go func() { wg.Wait(); close(ch) }() before the range loop.",
    ),
)

JOBS, PLACES = 9, 3


def _all_jobs(run: Run) -> str | None:
    expected = sorted(f"{word} {i}" for i in range(JOBS) for word in ("in", "out"))
    if sorted(run.output.splitlines()) != expected:
        return f"Each of the {JOBS} jobs must go in once and out once. Printed:\n{run.output or '(nothing)'}"
    return None


def _jobs_last(run: Run) -> str | None:
    """A job is inside for 1 ms."""
    began = {line.text[3:]: line.time for line in lines(run) if line.text.startswith("in ")}
    for line in lines(run):
        if line.text.startswith("out ") and line.time - began[line.text[4:]] < 1_000_000:
            return f"Job {line.text[4:]} was inside for less than 1 ms: nobody called job({line.text[4:]})."
    return None


def _peak(run: Run) -> str | None:
    inside = peak = 0
    for line in run.output.splitlines():
        inside += 1 if line.startswith("in") else -1
        peak = max(peak, inside)
    if peak > PLACES:
        return f"{peak} jobs were inside at the same time; {PLACES} are allowed."
    if peak < PLACES:
        return f"Never more than {peak} inside: {PLACES} jobs should run at the same time."
    return None


LIMIT = Program(
    title="Three at a time",
    task=f"Nine jobs, and room for {PLACES} at a time. Change main so that at most {PLACES} jobs are inside "
    f"job() at the same time, and at some moment {PLACES} are. Use channels; leave job as it is.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"
)

func job(i int) {
	fmt.Println("in", i)
	time.Sleep(time.Millisecond)
	fmt.Println("out", i)
}

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 9; i++ {
		wg.Add(1)
		go func() {
			job(i)
			wg.Done()
		}()
	}
	wg.Wait()
}
""",
    demands=(_all_jobs, _jobs_last, _peak),
    hints=(
        "A buffered channel is a room with so many places. Who takes a place, who gives one back, and when?",
        "places := make(chan bool, 3): a send before job, a receive after it.",
        "Or start three workers that receive the numbers of the jobs from one channel.",
    ),
    keeps=("job",),
)


def _merged(run: Run) -> str | None:
    lines = run.output.splitlines()
    if not lines or lines[-1] != "all" or sorted(lines[:-1]) != sorted(map(str, (0, 1, 2, *range(10, 15)))):
        return f"Expected 0 to 2 and 10 to 14, each once, then all. Printed:\n{run.output or '(nothing)'}"
    return None


def _streams_in_order(run: Run) -> str | None:
    values = [int(x) for x in run.output.splitlines() if x.isdigit()]
    for stream in ([v for v in values if v < 10], [v for v in values if v >= 10]):
        if stream != sorted(stream):
            return f"The values of one channel must keep their order. Printed:\n{run.output}"
    return None


def _does_not_poll(run: Run) -> str | None:
    trace = run.trace
    taken, chosen = trace.where(Kind.CHAN_RECV), trace.where(Kind.SELECT)
    closed = int((trace.reason[taken] == Reason.CLOSED).sum())
    if closed > 6:
        return f"{closed} receives from closed channels: once a channel is closed, look at it no more."
    if (trace.arg[chosen] < 0).sum() > 20:
        return "merge polls: it should wait in its select, without a default."
    return None


MERGE = Program(
    title="Merge two channels",
    task="merge must pass on what comes from a and from b, whichever has something, and close its result "
    "when both are closed. It must not look at a closed channel again and again. Leave main as it is.",
    starter="""package main

import (
	"fmt"
	"time"
)

func merge(a, b <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		for v := range a {
			out <- v
		}
		for v := range b {
			out <- v
		}
		close(out)
	}()
	return out
}

func main() {
	a, b, start := make(chan int), make(chan int), make(chan bool)
	go func() {
		<-start
		for i := 0; i < 3; i++ {
			a <- i
		}
		close(a)
	}()
	go func() {
		for i := 10; i < 14; i++ {
			b <- i
		}
		close(start)
		time.Sleep(time.Millisecond)
		b <- 14
		close(b)
	}()
	for v := range merge(a, b) {
		fmt.Println(v)
	}
	fmt.Println("all")
}
""",
    demands=(_merged, _streams_in_order, _does_not_poll, no_leak),
    hints=(
        "a has nothing before b has delivered something. Which construct waits for both?",
        "What does a receive from a closed channel do? What does a receive from a nil channel do?",
        "In a select: v, ok := <-a, and a = nil when ok is false. Or two forwarders and a WaitGroup.",
    ),
    keeps=("main",),
)

SHOW_IT = Reach(
    title="Show it, or say never",
    task="Somebody saw 3 1 2 on the screen, somebody else 1 3 2, and a third one swears that it was 2 1 3. "
    'For each of these lines, give a schedule under which the program prints it, or "never".',
    source="""package main

import "fmt"

func main() {
	ch := make(chan int, 1)
	go func() {
		ch <- 1
		ch <- 2
	}()
	go func() {
		ch <- 3
	}()
	fmt.Println(<-ch, <-ch, <-ch)
}
""",
    lines=("3 1 2", "1 3 2", "2 1 3"),
    hints=(
        "Who sends 1 and 2, and in which order? What does a channel promise about the order of what one "
        "goroutine sends?",
        "from gosched_edu.explore import explore; found = explore(SHOW_IT.source) searches all schedules.",
        'found.outcome_of("3 1 2").schedule is a schedule; of a line that nothing prints it is a sentence.',
    ),
)

CHAPTER_02 = (ONE_SLOT, FASTEST, WHO_CLOSES, LIMIT, MERGE, SHOW_IT)

QUIZ = [
    {
        "question": "A receiver waits on a channel with 10 empty slots. Where does the next value go?",
        "answers": [
            ("into slot `sendx` of the buffer", False,
             "Only if nobody waits. A waiting receiver is served first, and the buffer is not touched."),
            ("straight to the receiver", True,
             "`chansend` looks into `recvq` before it looks at the buffer."),
            ("into the receiver's runnext slot", False,
             "runnext holds goroutines, not values: the receiver itself goes there when it is woken."),
        ],
    },
    {
        "question": "A channel holds 7 and 8 and is closed. What do three receives `v, ok := <-ch` give?",
        "answers": [
            ("a panic", False, "Only a send or a second close panics."),
            ("`0 false` three times", False, "What is in the buffer is still delivered."),
            ("`7 true`, `8 true`, `0 false`", True,
             "First the rest of the buffer, then the zero value and false, as often as you ask."),
        ],
    },
    {
        "question": "Two cases of a `select` are ready. Which one runs?",
        "answers": [
            ("the one that stands first", False, "The order in the source means nothing."),
            ("the one that became ready first", False, "Nobody records when a channel became ready."),
            ("one of them, by chance", True,
             "The cases are looked at in a random order, and the first one that is ready wins."),
        ],
    },
    {
        "question": "A goroutine waits to send on a channel that nobody else can reach. What will Go do?",
        "answers": [
            ("report a deadlock", False,
             "Only if no goroutine of the whole program can go on. Here the others can."),
            ("let it wait until the program ends", True,
             "It is leaked. Its stack, and all it points to, stay in memory."),
            ("collect it as garbage", False,
             "The collector frees memory that nobody can reach, but it does not end goroutines."),
        ],
    },
]  # fmt: skip
