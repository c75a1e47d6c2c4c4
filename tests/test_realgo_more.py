"""What Go prints about itself, its profiles, and programs of bad manners."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from gosched_edu import go, realgo
from gosched_edu.kernel.dump import traceback
from gosched_edu.realgo import read_goroutines, read_schedtrace, runner

needs_go = pytest.mark.skipif(not realgo.toolchains(), reason="no Go toolchain")
go_test = lambda f: pytest.mark.go(needs_go(f))  # noqa: E731

BUSY = """package main

import (
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 6; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for s := time.Now(); time.Since(s) < 60*time.Millisecond; {
			}
		}()
	}
	wg.Wait()
}
"""

# A busy machine gives a program little of the time that passes: work is counted in rounds.
CLOCK = "for s := time.Now(); time.Since(s) < 60*time.Millisecond; {"
WORK = BUSY.replace(CLOCK, "for n := 0; n < 100_000_000; n++ {").replace('\t"time"\n', "")
assert CLOCK in BUSY

WAITING = """package main

import (
	"runtime"
	"sync"
	"time"
)

func receiver(c chan int) { <-c }
func locker(mu *sync.Mutex) { mu.Lock() }
func sleeper()             { time.Sleep(time.Hour) }

func main() {
	var mu sync.Mutex
	mu.Lock()
	c := make(chan int)
	go receiver(c)
	go locker(&mu)
	go sleeper()
	go func() { select {} }()
	time.Sleep(50 * time.Millisecond)
	buffer := make([]byte, 1<<16)
	print(string(buffer[:runtime.Stack(buffer, true)]))
}
"""

# -- what Go prints ------------------------------------------------------------------------------------


def check_schedtrace(text: str) -> None:
    table = read_schedtrace(text)
    assert len(table) >= 5 and (table.gomaxprocs == 2).all()
    assert (table.ms.diff().dropna() > 0).all()
    assert all(len(queues) == 2 for queues in table.queues)
    assert (table.idleprocs <= 2).all() and (table.threads >= 2).all()
    assert waiting(table) >= 2  # six goroutines on two Ps: some wait


def waiting(table: pd.DataFrame) -> int:
    return max((n + sum(q) for n, q in zip(table.runqueue, table.queues, strict=True)), default=0)


@go_test
@pytest.mark.parametrize("version", [tool.version for tool in realgo.toolchains()])
def test_schedtrace_of_real_go(version: str) -> None:
    for _ in range(20):  # on a busy machine Go itself may look too seldom
        done = realgo.run(BUSY, procs=2, version=version, trace=False, schedtrace=10)
        table = read_schedtrace(done.stderr)
        if len(table) >= 5 and waiting(table) >= 2:
            break
    check_schedtrace(done.stderr)
    assert len(read_schedtrace(done.stderr)) == done.stderr.count("SCHED ")


def test_schedtrace_of_the_simulation() -> None:
    run = go.run(BUSY, procs=2, schedtrace=10, version="1.22")
    check_schedtrace("\n".join(run.schedtraces))
    detailed = go.run(BUSY, procs=2, schedtrace=10, scheddetail=True, version="1.22").schedtraces
    assert len(read_schedtrace("\n".join(detailed))) == len(detailed)


def test_other_text_gives_empty_tables() -> None:
    for text in ("", "hello\nSCHED\ngoroutine\n[running]:\n", "\0\n\t\n"):
        assert list(read_schedtrace(text).columns)[-1] == "queues" and read_schedtrace(text).empty
        assert list(read_goroutines(text).columns)[0] == "g" and read_goroutines(text).empty


def check_dump(text: str, main_is: str = "running") -> None:
    table = read_goroutines(text)
    mine = table[table.function.str.startswith("main.") | (table.created_by == "main.main")]
    lines = {number: line for number, line in enumerate(WAITING.splitlines(), start=1)}
    by_file = table[table.file.str.endswith("main.go")].set_index("function")
    assert by_file.loc["main.receiver"].state == "chan receive"
    assert "<-c" in lines[by_file.loc["main.receiver"].line]
    assert (mine[mine.created_by == "main.main"].creator == 1).all()
    assert set(mine[mine.created_by == "main.main"].state) == {
        "chan receive", "sync.Mutex.Lock", "sleep", "select (no cases)",
    }  # fmt: skip
    main = table[table.g == 1].iloc[0]
    assert main.state == main_is and main.created_by == "" and main.depth >= 1


@go_test
@pytest.mark.parametrize("version", [tool.version for tool in realgo.toolchains()])
def test_dump_of_real_go(version: str) -> None:
    patient = WAITING.replace("50 * time", "500 * time")  # a busy machine starts four goroutines slowly
    check_dump(realgo.run(patient, version=version, trace=False).stderr)


def test_dump_of_the_simulation() -> None:
    run = go.run(WAITING, version="1.27", until=3_000_000)
    check_dump(traceback(run.machine), main_is="sleep")


# -- profiles ------------------------------------------------------------------------------------------


@go_test
def test_cpu_profile() -> None:
    found = realgo.profile(WORK, "cpu", procs=1)
    assert found.run.exit_code == 0 and found.data[:2] == b"\x1f\x8b"
    assert found.top.loc["main.main.func1", "cum"] > 0.5 * found.top.flat.sum() > 5e6


@go_test
def test_block_and_mutex_profiles() -> None:
    source = """package main

import (
	"sync"
	"time"
)

func waiter(c chan int) { <-c }

func main() {
	c := make(chan int)
	go func() {
		time.Sleep(200 * time.Millisecond)
		c <- 1
	}()
	waiter(c)
	var mu sync.Mutex
	mu.Lock()
	done := make(chan bool)
	go func() {
		mu.Lock()
		mu.Unlock()
		done <- true
	}()
	time.Sleep(200 * time.Millisecond)
	mu.Unlock()
	<-done
}
"""
    blocked = realgo.profile(source, "block").top
    # ns; on a busy machine who waits comes later, or sleeps longer, but not a hundred times
    assert 50e6 < blocked.loc["main.waiter", "cum"] < 20e9
    assert 50e6 < realgo.profile(source, "mutex").top.loc["main.main", "cum"] < 20e9


@go_test
def test_goroutine_profiles() -> None:
    source = """package main

import "runtime"

func leaks(c chan int) { <-c }

func main() {
	for i := 0; i < 3; i++ {
		go leaks(make(chan int))
	}
	runtime.Gosched()
}
"""
    alive = realgo.profile(source, "goroutine", procs=1).top
    assert alive.loc["main.leaks", "cum"] == 3
    newest = max(realgo.toolchains(), key=lambda tool: tool.number)
    if newest.number >= (1, 27):
        leaked = realgo.profile(source, "goroutineleak", procs=1, version=newest.version).top
        assert leaked.loc["main.leaks", "cum"] == 3
    old = [tool for tool in realgo.toolchains() if tool.number < (1, 27)]
    if old:
        with pytest.raises(realgo.RealGoError, match="came with Go 1.27"):
            realgo.profile(source, "goroutineleak", version=old[0].version)


@go_test
def test_profiles_of_programs_that_do_not_end_well() -> None:
    for seconds in (1, 8, 60):  # until it has had a tenth of a second of a core
        endless = realgo.profile("package main\n\nfunc main() {\n\tfor {\n\t}\n}\n", "cpu", timeout=seconds)
        assert endless.run.exit_code is None and f"stopped after {seconds} s" in endless.run.notes[0]
        if endless.top.cum.get("main.main", 0) > 1e8:
            break
    assert endless.top.loc["main.main", "cum"] > 1e8
    left = realgo.profile(WORK.replace("func main() {", "func main() {\n\tdefer os.Exit(3)").replace(
        "package main\n", 'package main\n\nimport "os"\n', 1), "cpu")  # fmt: skip
    assert left.run.exit_code == 3 and left.top.loc["main.main.func1", "cum"] > 0.5 * left.top.flat.sum() > 0
    # who listens for the signal that asks for the profile is never found to be deadlocked
    for seconds in (1, 8, 60):
        stuck = realgo.profile(
            "package main\n\nfunc main() {\n\t<-make(chan int)\n}\n", "block", timeout=seconds
        )
        assert stuck.run.exit_code is None and f"stopped after {seconds} s" in stuck.run.notes[0]
        if stuck.top.cum.get("runtime.chanrecv1", 0) > 5e8:
            break
    assert stuck.top.loc["runtime.chanrecv1", "cum"] > 5e8
    with pytest.raises(ValueError, match="unknown profile 'heat'; there are cpu, "):
        realgo.profile(BUSY, "heat")


# -- races, limits, bad manners -------------------------------------------------------------------------

RACE = """package main

import "fmt"

func main() {
	n := 0
	done := make(chan bool)
	go func() { n++; done <- true }()
	n++
	<-done
	fmt.Println(n)
}
"""


@go_test
@pytest.mark.skipif(sys.platform != "linux", reason="the compiler differs")
def test_race_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("gcc") is None:
        with pytest.raises(realgo.RealGoError, match="needs a C compiler"):
            realgo.run(RACE, race=True, trace=False)
        return
    done = realgo.run(RACE, race=True, trace=False)
    assert "WARNING: DATA RACE" in done.stderr and done.exit_code == 66
    assert go.run(RACE, race=True, procs=1).exit_code == 66


@go_test
def test_a_stack_overflow_has_its_exit_code() -> None:
    source = "package main\n\nfunc f(n int) int { return f(n+1) + 1 }\n\nfunc main() { println(f(0)) }\n"
    done = realgo.run(source, trace=False, timeout=300)
    assert done.exit_code == 2
    assert done.stderr.startswith("runtime: goroutine stack exceeds 1000000000-byte limit")
    assert "fatal error: stack overflow" in done.stderr
    assert go.run(source).exit_code == 2


@go_test
def test_memory_is_limited() -> None:
    source = """package main

func main() {
	var keep [][]byte
	for i := 0; ; i++ {
		keep = append(keep, make([]byte, 1<<30))
		_ = keep[len(keep)-1][0]
	}
}
"""
    done = realgo.run(source, trace=False, timeout=300)
    assert done.exit_code == 2
    died = "SIGSEGV" in done.stderr  # Go 1.27's collector, now and then: a note says what it means
    assert "out of memory" in done.stderr if not died else "got no memory" in done.notes[-1]


def test_a_runtime_without_memory_is_explained() -> None:
    words = "SIGSEGV: segmentation violation\nPC=0x42c13c m=0 sigcode=1 addr=0x0\n\ngoroutine {} gp=0x52aa40"
    assert runner._RUNTIME_DIED.match(words.format(0))
    assert not runner._RUNTIME_DIED.match(words.format(1))  # the program's own nil pointer


@go_test
@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
def test_interrupt_ends_the_program_and_what_it_started(tmp_path: Path) -> None:
    """Ctrl-C while a program that has started another one runs."""
    source = f"""package main

import (
	"os/exec"
	"time"
)

func main() {{
	exec.Command("sh", "-c", "echo $$ > {tmp_path}/pid; exec sleep 300").Start()
	time.Sleep(time.Hour)
}}
"""
    code = f"from gosched_edu import realgo\nrealgo.run({source!r}, trace=False, timeout=600)\n"
    env = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], env=env, stderr=subprocess.PIPE) as child:
        deadline = time.monotonic() + 300
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            assert time.monotonic() < deadline and child.poll() is None
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        _, error = child.communicate(timeout=300)
    assert b"KeyboardInterrupt" in error
    pid = int((tmp_path / "pid").read_text())
    for _ in range(600):
        listed = subprocess.run(["ps", "-o", "stat=", str(pid)], capture_output=True, text=True).stdout
        if not listed.strip() or "Z" in listed:
            break
        time.sleep(0.1)
    else:
        pytest.fail("what the program had started is still alive")
    assert not list(tmp_path.glob("gosched-*"))


def test_a_program_with_an_errgroup_is_built_without_a_network() -> None:
    """Go's own commands bring golang.org/x/sync along; what it has not is still refused."""
    program = """package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.Go(func() error { return errors.New("broken") })
	g.Go(func() error { <-ctx.Done(); return nil })
	fmt.Println(g.Wait(), context.Cause(ctx))
}
"""
    assert realgo.run(program).output == "broken broken\n"
    with pytest.raises(realgo.RealGoError, match="singleflight"):
        realgo.run(program.replace("sync/errgroup", "sync/singleflight"))
