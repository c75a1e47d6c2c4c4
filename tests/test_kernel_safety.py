"""Bad input: broken images, bombs, endless programs, Ctrl-C. Nothing hangs, nothing crashes."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from programs import SPAWN, random_program

from gosched_edu import go
from gosched_edu.kernel import isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.verify import ImageError, verify

SMALL = go.Budget(seconds=5, events=20_000, memory=64 << 20, output=1 << 16, goroutines=5_000)


def program(body: str, *imports: str) -> str:
    lines = "".join(f'import "{name}"\n' for name in imports)
    return f"package main\n\n{lines}\nfunc main() {{\n{body}\n}}\n"


# --- images -------------------------------------------------------------------------------
def mutated(image: Image, where: int, value: int) -> Image:
    code = image.code.copy()
    code[where % len(code)] = value
    return dataclasses.replace(image, code=code)


@settings(max_examples=300, deadline=None)
@given(
    seed=some.integers(0, 50), where=some.integers(0, 10**6),
    value=some.one_of(some.integers(-5, 70), some.integers(-(2**31), 2**31 - 1)),
)  # fmt: skip
def test_a_corrupted_image_is_refused_or_harmless(seed, where, value):
    """Whatever the verifier lets through runs to some end inside its arrays (the uncompiled
    form checks each index) and to the same end compiled."""
    image = mutated(go.compile(random_program(seed)), where, value)
    try:
        verify(image)
    except ImageError as e:
        assert "instruction" in str(e) or "function" in str(e)
        return
    ends = []
    for jit in (False, True):
        # bounded by what happens, never by seconds: the uncompiled form is slow
        m = Machine(image, procs=2, jit=jit, budget=dataclasses.replace(SMALL, seconds=300))
        m.run(until=10**6, events=3000)
        ends.append((m.status, m.output, m.state["FAULT"], m.state["NEVENTS"]))
    assert ends[0] == ends[1]


def test_each_kind_of_damage_is_refused():
    image = go.compile(SPAWN)
    n = image.size
    first = image.functions[1]
    jump = next(i for i in range(n) if isa.OPS[image.code[4 * i]].name.startswith("LOOP"))
    damage = [
        dataclasses.replace(image, code=image.code[:-4]),
        dataclasses.replace(image, code=image.code.astype(np.int64)),
        dataclasses.replace(image, functions=()),
        dataclasses.replace(image, data=image.data.astype(np.int32)),
        dataclasses.replace(image, data=image.data[:0]),
        dataclasses.replace(image, files=image.files + len(image.filenames)),
        dataclasses.replace(image, lines=image.lines[:-1]),
        dataclasses.replace(image, dispatch={(1, 0): len(image.functions)}),
        dataclasses.replace(image, dispatch={(len(image.data), 0): 1}),
        dataclasses.replace(image, handlers=(-2,)),
        dataclasses.replace(image, handlers=(0,) * 99),
        dataclasses.replace(image, functions=(
            image.functions[0], dataclasses.replace(first, frame=2), *image.functions[2:])),
        mutated(image, 4 * jump + 2, n + 5),
        mutated(image, 0, 200),
    ]  # fmt: skip
    for bad in damage:
        with pytest.raises(ImageError):
            verify(bad)
    verify(image)


# --- programs that do not end -----------------------------------------------------------------
BOMBS = {
    "loop": program("for {\n}"),
    "loop in a goroutine": program("go func() { for {\n} }()\nselect_: for {\ngoto_()\ncontinue select_\n}")
    + "func goto_() {}\n",
    "goroutines": program("f()") + "func f() {\nfor {\ngo func() { <-make(chan int) }()\n}\n}\n",
    "tree": program("f()") + "func f() {\nfor {\ngo f()\n}\n}\n",
    "output": program('for {\nfmt.Println("x")\n}', "fmt"),
    "strings": program('s := "x"\nfor {\ns = s + s\n}\nprintln(s)'),
    "ping-pong": program("c := make(chan int)\ngo func() { for {\nc <- 1\n} }()\nfor {\n<-c\n}"),
    "sleeping": program("for {\ntime.Sleep(time.Hour)\n}", "time"),
    "channels": program("for {\nmake_()\n}") + "func make_() { c := make(chan int, 1000); c <- 1 }\n",
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("procs", [1, 4])
def test_bombs_end_with_a_clear_word(name, procs):
    source = BOMBS[name].replace("println(s)", "_ = s")
    budget = dataclasses.replace(SMALL, seconds=1.0, time=10**12)
    before = time.process_time()
    run = go.run(source, procs=procs, budget=budget, trace="ring")
    assert time.process_time() - before < 10
    assert run.status == "stopped"
    assert "budget" in run.stopped and "main.go:" in run.stopped
    assert run.machine.state.nbytes <= 2 * SMALL.memory
    assert go.run(SPAWN, procs=1).status == "finished"  # the kernel is usable afterwards


def test_endless_recursion_is_go_s_stack_overflow():
    run = go.run(program("f(0)") + "func f(n int) int {\nreturn f(n+1) + 1\n}\n")
    assert run.exit_code == 2
    assert "fatal error: stack overflow" in run.stderr
    assert "frames elided" in run.stderr


def test_recursion_deeper_than_the_first_stack_moves_it():
    source = program("fmt.Println(f(10000))", "fmt") + (
        "func f(n int) int {\nif n == 0 {\nreturn 0\n}\nreturn f(n-1) + 1\n}\n"
    )
    for procs in (1, 2):
        assert go.run(source, procs=procs).output == "10000\n"


DEADLOCKS = {
    "chan receive": "<-make(chan int)",
    "chan send": "make(chan int) <- 1",
    "chan receive (nil chan)": "var c chan int\n<-c",
    "chan send (nil chan)": "var c chan int\nc <- 1",
    "semacquire": "var wg sync.WaitGroup\nwg.Add(1)\nwg.Wait()",
}


@pytest.mark.parametrize("reason", DEADLOCKS)
def test_deadlock_is_reported_in_go_s_words(reason):
    imports = ["sync"] if "sync" in DEADLOCKS[reason] else []
    run = go.run(program(DEADLOCKS[reason], *imports))
    assert run.status == "deadlock" and run.exit_code == 2
    assert run.stderr.startswith("fatal error: all goroutines are asleep - deadlock!\n\n")
    assert f"goroutine 1 [{reason}]:\n" in run.stderr and "\nmain.main()\n\tmain.go:" in run.stderr


def test_the_wait_reason_of_a_waitgroup_changed_in_1_24():
    source = program(DEADLOCKS["semacquire"], "sync")
    assert "[sync.WaitGroup.Wait]" in go.run(source, version="1.24").stderr


def test_a_pending_sleep_hides_the_deadlock_until_it_ends():
    source = program(
        "go func() { time.Sleep(time.Millisecond) }()\n<-make(chan int)", "time"
    )
    run = go.run(source)
    assert run.status == "deadlock" and run.end >= 10**6


DEATHS = {
    "panic: send on closed channel": "c := make(chan int, 1)\nclose(c)\nc <- 1",
    "panic: close of closed channel": "c := make(chan int)\nclose(c)\nclose(c)",
    "panic: close of nil channel": "var c chan int\nclose(c)",
    "panic: makechan: size out of range": "n := -1\n_ = make(chan int, n)",
    "panic: runtime error: integer divide by zero": "n := 0\n_ = 1 / n",
    "panic: sync: negative WaitGroup counter": "var wg sync.WaitGroup\nwg.Done()",
    "panic: runtime error: invalid memory address": "var f func()\nf()",
    "panic: help": 'panic("help")',
}


@pytest.mark.parametrize("text", DEATHS)
def test_panics_have_go_s_texts_and_exit_code_2(text):
    imports = ["sync"] if "sync." in DEATHS[text] else []
    run = go.run(program(DEATHS[text], *imports))
    assert run.exit_code == 2 and run.status == "died"
    assert run.stderr.startswith(text)
    assert "\n\ngoroutine 1 [running]:\n" in run.stderr and "\nmain.main()\n\tmain.go:" in run.stderr


def test_a_blocked_sender_panics_when_the_channel_is_closed():
    body = "c := make(chan int)\ngo func() { c <- 1 }()\nruntime.Gosched()\nclose(c)\n"
    assert go.run(program(body, "runtime"), procs=1).exit_code == 0  # main is quicker, as in Go
    run = go.run(program(body + "runtime.Gosched()", "runtime"), procs=1)
    assert run.stderr.startswith("panic: send on closed channel")
    assert "main.main.func1" in run.stderr


def test_nil_prints_as_in_go():
    body = 'var c chan int\nvar p *int\nfmt.Println(c, p)\nfmt.Printf("%v %p\\n", c, p)'
    assert go.run(program(body, "fmt")).output == "<nil> <nil>\n<nil> 0x0\n"


def test_exit_ends_everything_with_its_code():
    run = go.run(program('go func() { for {\n} }()\nfmt.Println("bye")\nos.Exit(3)', "fmt", "os"))
    assert (run.output, run.exit_code, run.status) == ("bye\n", 3, "exited")


# --- parameters -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"procs": 0}, "procs must be a whole number from 1"),
        ({"procs": -3}, "procs"),
        ({"procs": 1.5}, "procs"),
        ({"procs": "many"}, "procs"),
        ({"version": "2.0"}, "not simulated; known versions: 1.0 to 1.27"),
        ({"version": "latest"}, "not a Go version"),
        ({"seed": -1}, "seed"),
        ({"knobs": {"n": -1}}, "knob n must be a whole number from 1 to 2000"),
        ({"knobs": {"m": 1}}, "no knob 'm' (its knobs: n)"),
        ({"costs": {"swich": 5}}, "did you mean 'switch'"),
        ({"costs": {"switch": -5}}, "cost 'switch'"),
        ({"costs": {"LOOP": 0}}, "time would stand still"),
        ({"trace": "some"}, "trace must be one of"),
    ],
)
def test_bad_parameters_are_named(options, text):
    with pytest.raises(ValueError) as e:
        go.run(SPAWN, **options)
    assert text in str(e.value)


@pytest.mark.parametrize("source", [None, b"package main", 7])
def test_a_program_is_text(source):
    with pytest.raises(TypeError, match="must be Go source text"):
        go.run(source)


def test_costs_are_charged():
    slow = go.run(SPAWN, procs=1, costs={"switch": 10_000})
    fast = go.run(SPAWN, procs=1)
    assert slow.end - fast.end == (10_000 - int(fast.machine.state.arrays["cost"][INDEX["switch"]])) * (
        slow.stats["switches"] - 1
    )


# --- interruption ----------------------------------------------------------------------------
def test_ctrl_c_answers_quickly_and_the_run_can_go_on(tmp_path):
    """A real SIGINT to a real process that runs an endless program."""
    script = tmp_path / "endless.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys, time
            from gosched_edu import go
            m = go.machine("package main\\nfunc main() {\\nfor {\\n}\\n}\\n", trace="off",
                           budget=go.Budget(seconds=600))
            said = []
            def ready(progress):
                said or said.append(print("ready", flush=True))
            try:
                m.run(progress=ready)
            except KeyboardInterrupt as e:
                stamp = time.time()
                at = m.state["NOW"]
                m.run(until=at + 1000)
                print("interrupted", stamp, m.state["NOW"] > at, isinstance(e, go.Interrupted))
            """
        )
    )
    child = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    sent = time.time()
    os.kill(child.pid, signal.SIGINT)
    out, _ = child.communicate(timeout=300)
    word, stamp, advanced, kind = out.split()
    assert (word, advanced, kind) == ("interrupted", "True", "True")
    print(f"answered after {1000 * (float(stamp) - sent):.0f} ms")


def test_progress_is_told_and_time_in_compiled_code_is_bounded():
    """The door opens often enough: no slice of compiled code is longer than 200 ms of CPU."""
    told = []
    m = go.machine(program("for {\n}"), trace="off", budget=go.Budget(seconds=1.5))
    m.run(progress=lambda p: told.append((time.process_time(), p)))
    assert len(told) > 5
    assert all(b[1].time >= a[1].time for a, b in zip(told, told[1:], strict=False))
    gaps = [b[0] - a[0] for a, b in zip(told[2:], told[3:], strict=False)]
    assert max(gaps) < 0.2
    assert m.status == st.RUNNING and "computing time" in (m.over_budget or "")
