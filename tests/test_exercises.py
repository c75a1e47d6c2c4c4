"""Right answers pass, answers that look right are refused, and nothing a learner writes raises."""

from __future__ import annotations

import pytest

from gosched_edu import go
from gosched_edu.exercises import CHAPTER_01, FIX, IN_ORDER, PREDICT, Program
from gosched_edu.exercises.chapter01 import DROPPED, GUARD, QUIZ
from gosched_edu.exercises.quiz import Quiz

WG = """package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 6; i++ {
		%s
		go func() {
			%s
		}()
	}
	%s
}
"""
PRINT = 'fmt.Println("worker", i, "done")'
FIX_RIGHT = {
    "WaitGroup": WG % ("wg.Add(1)", f"defer wg.Done()\n{PRINT}", "wg.Wait()"),
    "done channel": """package main

import "fmt"

func main() {
	done := make(chan bool)
	for i := 0; i < 6; i++ {
		go func() {
			fmt.Println("worker", i, "done")
			done <- true
		}()
	}
	for i := 0; i < 6; i++ {
		<-done
	}
}
""",
}
FIX_WRONG = {
    "starter": FIX.starter,
    "Add inside the goroutine": WG % ("", f"wg.Add(1)\ndefer wg.Done()\n{PRINT}", "wg.Wait()"),
    "Done before the work": WG % ("wg.Add(1)", f"wg.Done()\n{PRINT}", "wg.Wait()"),
    "one Done missing": WG % ("wg.Add(1)", f"if i > 0 {{\nwg.Done()\n}}\n{PRINT}", "wg.Wait()"),
    "sleeps": FIX.starter.replace('"fmt"', '(\n"fmt"\n"time"\n)').replace(
        "\t}\n}\n", "\t}\n\ttime.Sleep(time.Second)\n}\n"
    ),
    "spins": (
        WG % ("wg.Add(1)", f"{PRINT}\nwg.Done()", "for runtime.NumGoroutine() > 1 {\nruntime.Gosched()\n}")
    ).replace('"fmt"\n', '"fmt"\n\t"runtime"\n'),
    "no goroutines": FIX.starter.replace("go func() {", "func() {"),
}  # fmt: skip
TURNS = """package main

import "fmt"

func square(i int, turn, next chan bool, out chan int) {
	v := i * i
	<-turn
	out <- v
	next <- true
}

func main() {
	out := make(chan int)
	turn := make(chan bool, 1)
	turn <- true
	for i := 0; i < 6; i++ {
		next := make(chan bool, 1)
		go square(i, turn, next, out)
		turn = next
	}
	for i := 0; i < 6; i++ {
		fmt.Println(<-out)
	}
}
"""
TAGGED = """package main

import "fmt"

func main() {
	out := make(chan int, 6)
	for i := 0; i < 6; i++ {
		go func() { out <- i*100 + i*i }()
	}
	var a, b, c, d, e, f int
	for i := 0; i < 6; i++ {
		v := <-out
		switch v / 100 {
		case 0:
			a = v % 100
		case 1:
			b = v % 100
		case 2:
			c = v % 100
		case 3:
			d = v % 100
		case 4:
			e = v % 100
		case 5:
			f = v % 100
		}
	}
	fmt.Println(a)
	fmt.Println(b)
	fmt.Println(c)
	fmt.Println(d)
	fmt.Println(e)
	fmt.Println(f)
}
"""
CHANNELS = """package main

import "fmt"

func main() {
	var outs []chan int
	for i := 0; i < 6; i++ {
		out := make(chan int)
		outs = append(outs, out)
		go func() { out <- i * i }()
	}
	for _, out := range outs {
		fmt.Println(<-out)
	}
}
"""
GUARDED = """package main

import (
	"fmt"
	"sync"
)

func visit(shelf []string, i int) {
	fmt.Println("visitor", i, "reads", shelf[i])
}

func main() {
	shelf := []string{"Go", "C", "Lisp"}
	var wg sync.WaitGroup
	%s
	for i := 0; i < 5; i++ {
		wg.Add(1)
		go func() {
			%s
			visit(shelf, i)
			%s
		}()
	}
	%s
	fmt.Println("main ends")
}
"""
_STUMBLE = 'if recover() != nil {\nfmt.Println("visitor", i, "stumbles")\n}'
_RECOVER = f"defer func() {{\n{_STUMBLE}\n}}()"
GUARD_RIGHT = {
    "Done first, then recover": GUARDED % ("", f"defer wg.Done()\n{_RECOVER}", "", "wg.Wait()"),
    "both in one": GUARDED % ("", f"defer func() {{\n{_STUMBLE}\nwg.Done()\n}}()", "", "wg.Wait()"),
    "a channel": (
        GUARDED % ("done := make(chan int)", f"defer func() {{\n{_STUMBLE}\ndone <- i\n}}()", "",
                   "for i := 0; i < 5; i++ {\n<-done\n}")
    ).replace("\t\twg.Add(1)\n", "").replace("\tvar wg sync.WaitGroup\n", "").replace('\t"sync"\n', ""),
}  # fmt: skip
GUARD_WRONG = {
    "starter": GUARD.starter,
    "recovers in main": GUARDED % ("defer func() { recover() }()", "defer wg.Done()", "", "wg.Wait()"),
    "recovers too late": GUARDED % ("", "defer wg.Done()", _STUMBLE, "wg.Wait()"),
    "Done after the visit": GUARDED % ("", _RECOVER, "wg.Done()", "wg.Wait()"),
    "recover is the deferred function": GUARDED % ("", "defer wg.Done()\ndefer recover()", "", "wg.Wait()"),
    "Done before recover": GUARDED % ("", f"{_RECOVER}\ndefer wg.Done()", "", "wg.Wait()"),
    "does not wait": GUARDED % ("", f"defer wg.Done()\n{_RECOVER}", "", "go wg.Wait()"),
}
GUARD_SAYS = {
    "starter": "visitors 3 and 4",
    "recovers in main": "The program dies: panic: runtime error: index out of range",
    "recovers too late": "The program dies",
    "Done after the visit": "deadlock",
    "recover is the deferred function": "The program dies",
}
ORDER_WRONG = {
    "starter": IN_ORDER.starter,
    "one after the other": IN_ORDER.starter.replace(
        "go square(i, out)", "go square(i, out)\nfmt.Println(<-out)"
    ).replace("for i := 0; i < 6; i++ {\n\t\tfmt.Println(<-out)\n\t}\n", ""),
    "no goroutines": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 0; i < 6; i++ {\n'
    "\t\tfmt.Println(i * i)\n\t}\n}\n",
    "goroutines that do nothing": 'package main\n\nimport "fmt"\n\nfunc main() {\n'
    "\tfor i := 0; i < 6; i++ {\n\t\tgo func() {}()\n\t}\n"
    "\tfor i := 0; i < 6; i++ {\n\t\tfmt.Println(i * i)\n\t}\n}\n",
    "ordered by luck on one P": IN_ORDER.starter.replace("make(chan int)", "make(chan int, 6)"),
    "never closed": IN_ORDER.starter.replace(
        "for i := 0; i < 6; i++ {\n\t\tfmt.Println(<-out)", "for v := range out {\n\t\tfmt.Println(v)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FIX_RIGHT)
def test_right_fixes_pass(name):
    answer = FIX.check(FIX_RIGHT[name])
    assert answer.passed, str(answer)


@pytest.mark.parametrize("name", FIX_WRONG)
def test_wrong_fixes_are_refused(name):
    answer = FIX.check(FIX_WRONG[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)


@pytest.mark.parametrize("name", GUARD_RIGHT)
def test_right_guards_pass(name):
    answer = GUARD.check(GUARD_RIGHT[name])
    assert answer.passed, str(answer)


@pytest.mark.parametrize("name", GUARD_WRONG)
def test_wrong_guards_are_refused(name):
    answer = GUARD.check(GUARD_WRONG[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert GUARD_SAYS.get(name, "") in str(answer)


@pytest.mark.parametrize("source", [TURNS, TAGGED, CHANNELS], ids=["turns", "tagged", "channels"])
def test_right_orders_pass(source):
    answer = IN_ORDER.check(source)
    assert answer.passed, str(answer)


@pytest.mark.parametrize("name", ORDER_WRONG)
def test_wrong_orders_are_refused(name):
    answer = IN_ORDER.check(ORDER_WRONG[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)


def test_predictions():
    assert PREDICT.check("main waits 4 0 1 2 3").passed
    for wrong in ("main waits 0 1 2 3 4", "4 0 1 2 3 main waits", "", "main waits 4 3 2 1 0", "5"):
        assert not PREDICT.check(wrong).passed
    assert DROPPED.check("begin 3 end 3 begin 0 end 0 begin 1 end 1 main").passed
    for wrong in ("begin 0 end 0 begin 1 main", "begin 3 end 3 begin 0 end 0 begin 1 main end 1", ""):
        assert not DROPPED.check(wrong).passed


def test_five_exercises_and_four_questions():
    assert len(CHAPTER_01) == 5 and len(Quiz(QUIZ).questions) == 4


POLLS = {
    "select": (
        "ch := make(chan bool)\nfor {\nselect {\ncase <-ch:\nreturn\ndefault:\n}\n}",
        "default of a select",
    ),
    "Gosched": ("for runtime.NumGoroutine() > 0 {\nruntime.Gosched()\n}", "calls runtime.Gosched"),
    "sleep": ("for runtime.NumGoroutine() > 0 {\ntime.Sleep(time.Millisecond)\n}", "sleeps and looks"),
    "loop": ("for runtime.NumGoroutine() > 0 {\n}", "only runs"),
}


@pytest.mark.parametrize("name", POLLS)
def test_the_answer_says_how_a_program_waits_in_vain(name):
    """A program that would go on for ever is told what keeps it going, not only that it goes on."""
    body, says = POLLS[name]
    source = 'package main\n\nimport (\n"fmt"\n"runtime"\n"time"\n)\n\nvar _ = time.Now\nvar _ = runtime.GC\n'
    answer = FIX.check(source + f'func main() {{\nfmt.Print("")\n{body}\n}}\n')
    assert not answer.passed and "Goroutine 1 " in str(answer) and says in str(answer), str(answer)


@pytest.mark.parametrize("thing", [None, 7, ["package main"], b"package main"])
def test_what_is_no_text_is_answered_too(thing):
    assert not FIX.check(thing).passed


def test_a_run_may_be_handed_in():
    assert FIX.check(go.run(FIX_RIGHT["WaitGroup"])).passed


@pytest.mark.parametrize(
    "source", ["", "not Go", "package main\nfunc main() { undefined() }", "\0", "package main"]
)
def test_garbage_is_answered_in_sentences(source):
    for exercise in (e for e in CHAPTER_01 if isinstance(e, Program)):
        answer = exercise.check(source)
        assert not answer.passed and str(answer)


RARE = """package main
import ("fmt"; "sync")
func main() {
	var a, b sync.Mutex
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); a.Lock(); b.Lock(); b.Unlock(); a.Unlock() }()
	go func() { defer wg.Done(); b.Lock(); a.Lock(); a.Unlock(); b.Unlock() }()
	wg.Wait()
	fmt.Println("done")
}"""


def test_a_fault_that_no_run_shows_is_found_among_the_schedules():
    def done(run):
        return None if run.output == "done\n" else "It does not print done."

    task = Program("Two locks", "", "", (done,), ("In which order are they locked?",))
    answer = task.check(RARE)
    assert not answer.passed and "deadlock" in answer.sentences[0]
    again = answer.sentences[1].partition("schedule='")[2].partition("'")[0]
    assert go.run(RARE, schedule=again).status == "deadlock"
    ordered = RARE.replace("b.Lock(); a.Lock(); a.Unlock(); b.U", "a.Lock(); b.Lock(); b.Unlock(); a.U")
    answer = task.check(ordered)
    assert answer.passed and "in all schedules" in answer.sentences[0]
