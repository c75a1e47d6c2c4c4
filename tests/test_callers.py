"""Programs that ask where they are: real Go's text is the specification."""

from __future__ import annotations

import re

import golang_real
import numpy as np
import pytest

from gosched_edu import go

VERSION = "1.27"
#: Callers, frames, traces of several goroutines and of panics; addresses and lines of the library left out.
STACKS = r"""
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

type T struct{ n int }

func clean(s string) string {
	s = regexp.MustCompile(` \+0x[0-9a-f]+`).ReplaceAllString(s, "")
	s = regexp.MustCompile(`0x[0-9a-f]+`).ReplaceAllString(s, "0x")
	var out []string
	lines := strings.Split(s, "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if strings.HasPrefix(l, "\t") {
			if !strings.Contains(l, "/src/") {
				l = "\t" + filepath.Base(strings.TrimSpace(l))
			} else {
				l = "\t(library)"
			}
		} else if j := strings.LastIndex(l, "("); j > 0 && !strings.HasPrefix(l, "created") {
			l = l[:j]
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

func where() string {
	_, file, line, ok := runtime.Caller(1)
	return fmt.Sprint(filepath.Base(file), ":", line, " ", ok)
}

func (t *T) method(n int) {
	fmt.Println(where())
	if n > 0 {
		t.method(n - 1)
		return
	}
	var pcs [10]uintptr
	k := runtime.Callers(0, pcs[:])
	frames := runtime.CallersFrames(pcs[:k])
	for {
		f, more := frames.Next()
		line := f.Line
		if strings.Contains(f.File, "/src/") {
			line = 0
		}
		fmt.Println(f.Function, filepath.Base(f.File), line, f.Func != nil)
		if !more {
			break
		}
	}
	k = runtime.Callers(2, pcs[:])
	for _, pc := range pcs[:k] {
		fmt.Println(runtime.FuncForPC(pc - 1).Name())
	}
}

func named() {
	pc, _, _, _ := runtime.Caller(0)
	fmt.Println(runtime.FuncForPC(pc).Name())
	f := func() {
		pc, file, line, _ := runtime.Caller(0)
		fmt.Println(runtime.FuncForPC(pc).Name(), filepath.Base(file), line)
	}
	f()
}

type shape interface{ area(n int) string }
type square struct{ side int }

func (s square) area(n int) string { return clean(string(debug.Stack())) }

func generic[T any](v T) string { return clean(string(debug.Stack())) }

func deferring() {
	defer func() {
		r := recover()
		fmt.Println(r)
		fmt.Println(clean(string(debug.Stack())))
	}()
	var p *T
	fmt.Println(p.n)
}

func panicking(n int) {
	defer func() {
		fmt.Println(recover())
		fmt.Println(clean(string(debug.Stack())))
	}()
	if n == 0 {
		panic("boom")
	}
	panicking(n - 1)
}

func main() {
	t := &T{}
	t.method(2)
	named()
	var s shape = &square{1}
	fmt.Println(s.area(1))
	fmt.Println(generic(3))
	deferring()
	panicking(0)
	l := log.New(os.Stdout, "p: ", log.Lshortfile)
	l.Println("hello")
	l.Printf("%d", 1)
	func() { l.Output(1, "one"); l.Output(2, "two") }()
	log.SetFlags(log.Lshortfile)
	log.SetOutput(os.Stdout)
	log.Print("std")
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		fmt.Println(clean(string(debug.Stack())))
	}()
	wg.Wait()
	c := make(chan int)
	go func() { <-c }()
	go func() {
		select {
		case <-c:
		case c <- 1:
		}
	}()
	time.Sleep(time.Millisecond)
	buf := make([]byte, 1<<16)
	n := runtime.Stack(buf, true)
	text := clean(string(buf[:n]))
	text = regexp.MustCompile(`goroutine \d+`).ReplaceAllString(text, "goroutine N")
	fmt.Println(text)
	n = runtime.Stack(buf[:10], false)
	fmt.Println(string(buf[:n]))
	close(c)
}
"""
TESTS = r"""
package x

import (
	"fmt"
	"os"
	"testing"
)

func check(t *testing.T, ok bool) {
	t.Helper()
	deeper(t, ok)
}

func deeper(t testing.TB, ok bool) {
	t.Helper()
	if !ok {
		t.Errorf("not ok")
	}
}

func plain(t testing.TB) { t.Log("in plain", 1) }

func TestA(t *testing.T) {
	t.Log("hello")
	t.Logf("two\nlines %d", 3)
	check(t, false)
	plain(t)
	t.Run("sub", func(t *testing.T) {
		check(t, false)
		defer func() { t.Log("deferred") }()
		t.Fatal("dead")
	})
	f := t.Log
	f("value")
}

func TestB(t *testing.T) {
	t.Helper()
	t.Skip("not today")
}

func into(tb testing.TB) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	tb.Setenv("HERE", dir)
	tb.Chdir(dir)
	if err := os.WriteFile("a", nil, 0o600); err != nil || tb.Context().Err() != nil {
		tb.Fatal(err)
	}
	tb.Log("made")
	return dir
}

func TestC(t *testing.T) {
	var dir string
	t.Run("sub test/x", func(t *testing.T) {
		dir = into(t)
		_, err := os.Stat(dir + "/a")
		fmt.Println(err, os.Getenv("HERE") == dir, t.TempDir() != dir)
	})
	_, err := os.Stat(dir)
	_, has := os.LookupEnv("HERE")
	fmt.Println(os.IsNotExist(err), has)
}

func Example() {
	fmt.Println("hello") // Output: hello
}
"""


@pytest.fixture(scope="module")
def toolchain():
    if (found := golang_real.go()) is None:
        pytest.skip("no Go toolchain; `make env` installs one")
    return found


def _program() -> str:
    return STACKS.replace("\npackage", "package", 1).replace(", f.Func != nil", "")


@pytest.mark.parametrize("procs", [1, 4])
def test_stacks_and_callers_are_those_of_real_go(toolchain, procs):
    """Which file it is called is up to who runs it, and so is the number of a goroutine."""
    (_, real, _), *_ = golang_real.results([_program()], VERSION)
    ours = go.run(_program(), version=VERSION, procs=procs)
    assert ours.exit_code == 0, ours.stderr

    def lines(text: str) -> list[str]:
        return re.sub(r"\b\w+\.go(?=[: ]\d+)", "FILE", re.sub(r"goroutine \d+", "goroutine N", text)).split(
            "\n"
        )

    assert len(lines(real)) > 70
    assert lines(ours.output) == lines(real)


def test_the_compiled_kernel_sees_the_same_frames():
    a, b = (go.machine(_program(), version=VERSION, procs=2, jit=jit) for jit in (True, False))
    a.run()
    b.run()
    assert a.output == b.output
    np.testing.assert_array_equal(a.records(), b.records())


def test_messages_of_tests_say_where(toolchain, tmp_path):
    """Helpers, subtests, a deferred message, a method value, folders, an example."""
    source = TESTS.lstrip("\n")
    (tmp_path / "x_test.go").write_text(source)
    (tmp_path / "go.mod").write_text(f"module x\n\ngo {VERSION}\n")
    said = golang_real._command(tmp_path, "test", "-v", "./...").stdout
    ours = go.run(go.compile(source, version=VERSION, filename="x_test.go"), version=VERSION).output

    def lines(text: str) -> list[str]:
        return [
            line for line in re.sub(r" \([0-9.]+s\)", "", text).splitlines() if not line.startswith("FAIL")
        ]

    assert lines(ours) == lines(said)
    assert "x_test.go:26: not ok" in ours


def test_programs_that_do_not_ask_have_no_table():
    plain = go.compile('package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("x") }\n', version=VERSION)
    asks = go.compile('package main\n\nimport "log"\n\nfunc main() { log.Println("x") }\n', version=VERSION)
    assert "runtime.Callers" not in {f.name for f in plain.functions}
    assert len(asks.data) < len(plain.data) + asks.size  # lines and letters are packed
