"""Real Go from Python: bounds, errors, recordings."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from trace_programs import PINGPONG

from gosched_edu import go, realgo
from gosched_edu.fidelity.suite import events
from gosched_edu.realgo import runner
from gosched_edu.realgo.calibrate import FITTED, fit
from gosched_edu.realgo.given import Given
from gosched_edu.realgo.program import USER_MAIN, rename_main
from gosched_edu.realgo.recording import load_recorded
from gosched_edu.trace.compare import compare
from gosched_edu.trace.trace import Trace

GOS = realgo.toolchains()
needs_go = [pytest.mark.go, pytest.mark.skipif(not GOS, reason="no Go toolchain")]


def go_test(function):  # type: ignore[no-untyped-def]
    for mark in needs_go:
        function = mark(function)
    return function


HELLO = """package main

import "fmt"

func main() {
	for i := 0; i < 3; i++ {
		done := make(chan bool)
		go func() { fmt.Println(i); done <- true }()
		<-done
	}
}
"""
DEADLOCK = "package main\n\nfunc main() {\n\tprintln(1)\n\t<-make(chan int)\n}\n"


@pytest.fixture
def clean_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own, to see what is left in it."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is asked for its trace has the time that it needs on a busy machine."""
    monkeypatch.setattr(runner, "FLUSH", 120.0)


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith("gosched-run")]


@go_test
@pytest.mark.parametrize("version", [go.version for go in GOS])
def test_run(version: str, clean_temp: Path) -> None:
    done = realgo.run(HELLO, procs=1, version=version)
    assert (done.output, done.stderr, done.exit_code) == ("0\n1\n2\n", "", 0)
    assert done.version == version and done.source == "real" and not done.recorded
    assert done.duration_ns > 0 and done.notes == ()
    assert done.trace is not None
    assert done.trace.version == version and done.trace.procs == 1
    assert "main.main" in done.trace.functions and "main.main.func1" in done.trace.functions
    assert not any(USER_MAIN in name for name in done.trace.functions)
    assert left_over(clean_temp) == []


@go_test
def test_second_run_does_not_build(monkeypatch: pytest.MonkeyPatch) -> None:
    realgo.run(HELLO, trace=False)
    monkeypatch.setattr(runner, "write_program", None)  # what a build begins with
    assert realgo.run(HELLO, trace=False).trace is None


@go_test
def test_language_version_without_its_toolchain() -> None:
    """Before Go 1.22 all rounds of a loop share the variable."""
    source = """package main

import (
	"fmt"
	"sync"
)

func main() {
	var begin, end sync.WaitGroup
	begin.Add(1)
	for i := 0; i < 3; i++ {
		end.Add(1)
		go func() { begin.Wait(); fmt.Println(i); end.Done() }()
	}
	begin.Done()
	end.Wait()
}
"""
    done = realgo.run(source, procs=1, version="1.21")
    assert done.output == "3\n3\n3\n"
    assert "1.21 is not installed" in done.notes[0]


@go_test
def test_endless_program_is_stopped_and_keeps_its_trace(clean_temp: Path, patient: None) -> None:
    for seconds in (1.5, 20.0, 60.0):  # until it got so far as to have a trace
        done = realgo.run("package main\n\nfunc main() {\n\tfor {\n\t}\n}\n", timeout=seconds)
        assert done.exit_code is None
        assert any(f"stopped after {seconds:g} s" in note for note in done.notes)
        if done.trace is not None:
            break
    assert done.trace is not None
    assert left_over(clean_temp) == []


@go_test
def test_endless_output_is_bounded() -> None:
    source = 'package main\n\nfunc main() {\n\tfor {\n\t\tprintln("again")\n\t}\n}\n'
    done = realgo.run(source, timeout=300)
    assert len(done.stderr) == 1_000_000
    assert any("more than 1 MB" in note for note in done.notes)
    assert done.exit_code is None


@go_test
@pytest.mark.parametrize("flight", ["", "setsid "])
def test_children_of_the_program_die_too(tmp_path: Path, flight: str) -> None:
    if flight and sys.platform != "linux":
        pytest.skip("who leaves the group is found by /proc")
    file = tmp_path / "pid"
    # It lives until the grandchild has said who it is: on a busy machine that may take long.
    source = f"""package main

import (
	"os"
	"os/exec"
	"time"
)

func main() {{
	child := "echo $$ > {tmp_path}/new; mv {tmp_path}/new {file}; exec sleep 300"
	c := exec.Command("sh", "-c", "{flight}sh -c '"+child+"'")
	if c.Start() != nil {{
		panic("no shell")
	}}
	for {{
		if _, err := os.Stat("{file}"); err == nil {{
			return
		}}
		time.Sleep(10 * time.Millisecond)
	}}
}}
"""
    assert realgo.run(source, timeout=200, trace=False).exit_code == 0
    pid = int(file.read_text())
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        state = ["ps", "-o", "stat=", str(pid)]
        if "Z" in subprocess.run(state, capture_output=True, text=True).stdout:
            return  # dead; nobody has asked for its exit code
        time.sleep(0.1)
    pytest.fail("a grandchild is still alive")


@go_test
def test_deadlock_is_seen_though_the_tracer_hides_it(patient: None) -> None:
    done = realgo.run(DEADLOCK, procs=1)
    assert done.exit_code == 2
    assert "all goroutines are asleep - deadlock!" in done.stderr
    assert "main.main()" in done.stderr and "main.go:5" in done.stderr
    assert "gosched" not in done.stderr.lower()
    assert done.trace is not None
    assert "chan receive" in set(done.trace.to_pandas().query("g == 1").reason)


@go_test
def test_panic() -> None:
    done = realgo.run('package main\n\nfunc main() {\n\tpanic("ouch")\n}\n')
    assert done.exit_code == 2 and "panic: ouch" in done.stderr
    assert done.trace is not None


DEATHS = {
    "os.Exit": ("\tgo func() {\n\t\tos.Exit(7)\n\t}()\n\tselect {}\n", 7, ""),
    "log.Fatal": ('\tgo func() {\n\t\tlog.Fatal("no")\n\t}()\n\tselect {}\n', 1, "no"),
    "a panic": (
        "\tgo func() {\n\t\tvar m map[int]int\n\t\tm[0] = len(os.Args)\n\t}()\n\tselect {}\n", 2,
        "panic: assignment to entry in nil map",
    ),
    "a fatal error": (
        "\tgo func() {\n\t\tvar mu sync.Mutex\n\t\tmu.Unlock()\n\t}()\n\tselect {}\n", 2,
        "fatal error: sync: unlock of unlocked mutex",
    ),
}  # fmt: skip


@go_test
@pytest.mark.parametrize("how", DEATHS)
@pytest.mark.parametrize("version", [t.version for t in realgo.toolchains()[:2]])
def test_whoever_dies_leaves_a_trace_to_the_last_moment(version: str, how: str) -> None:
    body, code, words = DEATHS[how]
    source = (
        'package main\n\nimport (\n\t"log"\n\t"os"\n\t"sync"\n)\n\nvar _, _ = log.Print, sync.OnceFunc\n\n'
        f"func main() {{\n\t_ = os.Args\n{body}}}\n"
    )
    ours = events(go.run(source, procs=1).trace)
    for _ in range(50):  # on a busy machine sysmon may come between
        done = realgo.run(source, procs=1, version=version)
        assert done.exit_code == code and words in done.stderr and done.trace is not None
        assert "gosched" not in done.stderr.lower()
        if events(done.trace) == ours:
            break
    assert events(done.trace) == ours
    # untraced, it dies in the same words: the lines of the runtime's own files have not moved
    plain = realgo.run(source, procs=1, version=version, trace=False)
    assert plain.exit_code == code
    strip = re.compile(r"goroutine \d+|0x[0-9a-f]+|^2\d{3}/.*? no", re.MULTILINE)
    assert strip.sub("", plain.stderr) == strip.sub("", done.stderr)


ECHO = """package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	sum := 0
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		sum += len(s.Text())
	}
	text, err := os.ReadFile("data/in.txt")
	fmt.Println(sum, os.Args[1:], string(text), err)
	os.WriteFile("data/in.txt", nil, 0o600)
}
"""
GIVEN: dict = {"stdin": "ab\ncde\n", "args": ["-v", "two words"], "files": {"data/in.txt": "hello"}}


@go_test
def test_a_run_is_given_the_same_in_both_runtimes(tmp_path: Path) -> None:
    want = go.run(ECHO, **GIVEN)
    for trace in (True, False):
        done = realgo.run(ECHO, trace=trace, **GIVEN)
        assert done.output == want.output == "5 [-v two words] hello <nil>\n"
    here = go.run(ECHO, procs=1, **GIVEN)
    # on a busy machine sysmon may come between
    assert any(compare(here, realgo.run(ECHO, procs=1, **GIVEN)).difference is None for _ in range(50))
    late = ECHO.replace("sum := 0", "sum := 0\n\ttime.Sleep(1300 * time.Millisecond)").replace(
        '"os"\n', '"os"\n\t"time"\n'
    )
    assert realgo.run(late, **GIVEN).output == want.output  # beside it ran a plain one
    realgo.record(ECHO, "echo", trace=False, folder=tmp_path, **GIVEN)
    given = Given.of(**GIVEN)
    realgo.record(PINGPONG, "pingpong", folder=tmp_path)
    kept = load_recorded("pingpong", folder=tmp_path)
    sides = compare(go.run(PINGPONG, procs=1), kept)
    assert sides.labels[1] == f"real Go {kept.version} (recorded, {kept.machine})"
    assert sides.labels[1] in str(sides)
    assert load_recorded("echo", ECHO, folder=tmp_path, given=given).output == want.output
    with pytest.raises(realgo.StaleRecording, match="another program"):
        load_recorded("echo", ECHO, folder=tmp_path)
    for name in ("/etc/passwd", "../x", "a/../../x", ""):
        with pytest.raises(ValueError, match="outside the folder"):
            realgo.run(ECHO, files={name: ""})
    with pytest.raises(ValueError, match="NUL"):
        realgo.run(ECHO, args=["a\0"])
    with pytest.raises(ValueError, match="sequence of strings"):
        realgo.run(ECHO, args="-v")
    assert realgo.run(ECHO, stdin=b"x" * 1_000_000, args=["a"], trace=False).output.startswith("0 [a]")


@go_test
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("package main\n\nfunc main() {\n\tx := 1\n}\n", "main.go:4:2: declared and not used: x"),
        ("package main\n\nfunc f() {}\n", "function main is undeclared in the main package"),
        ("package other\n\nfunc main() {}\n", "package main"),
        ('package main\n\nimport "example.com/x"\n\nfunc main() { x.F() }\n', "example.com/x"),
        ("package main\n\nfunc main( {\n", "main.go:3"),
        ("", "main.go:"),
    ],
)
def test_compile_errors(source: str, words: str) -> None:
    with pytest.raises(realgo.RealGoError) as caught:
        realgo.run(source)
    assert words in str(caught.value)
    assert USER_MAIN not in str(caught.value)


@go_test
def test_stdin_is_closed() -> None:
    source = (
        'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n'
        "\t_, err := os.Stdin.Read(make([]byte, 1))\n\tfmt.Println(err)\n}\n"
    )
    assert realgo.run(source, trace=False).output == "EOF\n"


@go_test
def test_godebug_and_procs() -> None:
    source = (
        'package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"runtime"\n)\n\nfunc main() {\n'
        '\tfmt.Println(runtime.GOMAXPROCS(0), os.Getenv("GODEBUG"))\n}\n'
    )
    done = realgo.run(source, procs=3, godebug="asyncpreemptoff=1")
    assert done.output == "3 asyncpreemptoff=1\n" and done.procs == 3


@go_test
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupt_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "from gosched_edu import realgo\n"
        "realgo.run('package main\\nfunc main() { println(1); for {} }\\n', timeout=600)\n"
    )
    env = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], env=env, stderr=subprocess.PIPE) as child:
        deadline = time.monotonic() + 300
        while not list(tmp_path.glob("gosched-run-*/trace.out")):
            assert time.monotonic() < deadline and child.poll() is None
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        _, error = child.communicate(timeout=300)
    assert b"KeyboardInterrupt" in error
    assert list(tmp_path.glob("gosched*")) == []
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert str(tmp_path) not in listed


def test_no_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOSCHED_NO_GO", "1")
    assert realgo.find() is None and realgo.toolchains() == []
    with pytest.raises(realgo.GoNotFound, match="GOSCHED_NO_GO"):
        realgo.run(HELLO)
    monkeypatch.delenv("GOSCHED_NO_GO")
    monkeypatch.setattr("gosched_edu.realgo.toolchain._roots", lambda: iter(()))
    with pytest.raises(realgo.GoNotFound, match=r'pip install "gosched_edu\[go\]"'):
        realgo.run(HELLO)


@go_test
@pytest.mark.parametrize(
    ("options", "text"),
    [({"runs": 0}, "runs must be"), ({"steps": -1}, "steps must be"), ({"version": "1.3"}, "needs Go 1.18"),
     ({"version": "two"}, "not a Go version")],
)  # fmt: skip
def test_a_calibration_that_cannot_be_is_refused_at_once(options: dict, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        realgo.calibrate(**options)


def test_find(monkeypatch: pytest.MonkeyPatch) -> None:
    first = realgo.find()
    assert first is not None and first.path.is_file()
    assert realgo.find(first.version) == first
    assert realgo.find(first.language) == first
    assert realgo.find("1.2") is None  # 1.2 is not 1.22
    last = GOS[-1]
    for value in (last.path, last.goroot):
        monkeypatch.setenv("GOSCHED_GO", str(value))
        assert realgo.find() == last


@go_test
def test_main_prints_toolchains() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gosched_edu.realgo"], capture_output=True, text=True
    )
    assert done.returncode == 0 and f"Go {GOS[0].version}" in done.stdout


def test_rename_touches_one_token() -> None:
    source = (
        "package main\n\n// func main() in a comment\nvar s = `func main() {}`\n\n"
        "type T int\n\nfunc (T) main() {}\n\nfunc main() { main := 1; _ = main }\n"
    )
    renamed = rename_main(source)
    assert renamed == source.replace("\nfunc main() { main", f"\nfunc {USER_MAIN}() {{ main")
    assert rename_main("package main\n") is None


def same(a: Trace, b: Trace) -> bool:
    columns = ("time", "kind", "g", "p", "m", "arg", "arg2", "line", "reason", "func")
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        and getattr(a, name).dtype == getattr(b, name).dtype
        for name in columns
    )


@go_test
def test_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = realgo.record(PINGPONG, "pingpong", procs=1, folder=tmp_path)
    assert path.stat().st_size < 60_000
    done = realgo.load_recorded("pingpong", PINGPONG, folder=tmp_path)
    assert done.recorded and done.exit_code == 0 and done.procs == 1
    assert "-core" in done.machine and done.version == GOS[0].version
    assert done.trace is not None and done.trace.source == "real"
    meta = done.trace.meta
    assert isinstance(meta["user_goroutines"], list) and isinstance(meta["entry"], dict)
    assert set(np.unique(done.trace.g)) == {-1, *meta["user_goroutines"]}
    assert meta["entry"] and all(isinstance(g, int) for g in meta["entry"])  # numbers again
    with pytest.raises(realgo.StaleRecording, match="another program"):
        realgo.load_recorded("pingpong", HELLO, folder=tmp_path)
    with pytest.raises(realgo.StaleRecording, match="no recorded run 'other'"):
        realgo.load_recorded("other", folder=tmp_path)

    from gosched_edu.realgo import recording

    live = realgo.real_or_recorded(PINGPONG, "pingpong")
    assert not live.recorded and live.output == done.output
    monkeypatch.setenv("GOSCHED_NO_GO", "1")
    monkeypatch.setattr(recording.resources, "files", lambda _: tmp_path.parent)
    monkeypatch.setattr(recording, "_FOLDER", tmp_path.name)
    again = realgo.real_or_recorded(PINGPONG, "pingpong")
    assert again.recorded and again.trace is not None and same(again.trace, done.trace)


@go_test
def test_large_recordings_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gosched_edu.realgo import recording

    monkeypatch.setattr(recording, "SIZE_LIMIT", 100)
    with pytest.raises(ValueError, match="Record a smaller program"):
        realgo.record(HELLO, "hello", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_costs_are_fitted_to_the_times_of_real_go() -> None:
    """The figures of Go 1.27 on a machine with two cores, and others: the simulation comes close to each."""
    for real in (
        {"own buffer": 21.1, "Gosched": 106.7, "unbuffered": 225.2, "send to who waits": 39.8,
         "create": 146.4, "mutex": 5.0, "select": 56.5, "select of five": 146.3,
         "locked to threads": 10_394.0, "plain instruction": 0.3, "call": 1.4, "sleep too long": 64_776.0},
        {"own buffer": 60.0, "Gosched": 300.0, "unbuffered": 500.0, "send to who waits": 90.0,
         "create": 400.0, "mutex": 20.0, "select": 120.0, "select of five": 240.0,
         "locked to threads": 20_000.0, "plain instruction": 0.7, "call": 3.0, "sleep too long": 55_000.0},
    ):  # fmt: skip
        costs, before, after = fit(real, steps=3)
        assert costs["plain"] == round(real["plain instruction"]) and costs["call"] == round(real["call"])
        wrong = {name: abs(after[name] / real[name] - 1) for name in FITTED}
        assert max(wrong.values()) < 0.12, wrong
        assert sum(wrong.values()) < 0.2 * sum(abs(before[name] / real[name] - 1) for name in FITTED)
        assert go.run("package main\nfunc main() { println(1) }\n", costs=costs).exit_code == 0
