"""Dumps and panics frame by frame, those of the library too, as real Go's compiler inlines them."""

from __future__ import annotations

import re

import golang_real
import pytest

from gosched_edu import go

PROGRAMS = {
    "mutex": """package main

import "sync"
func f(mu *sync.Mutex) { mu.Lock() }
func main() { var mu sync.Mutex; mu.Lock(); f(&mu) }
""",
    "rwmutex, writer holds": """package main

import ("sync"; "time")
func main() {
	var mu sync.RWMutex
	mu.Lock()
	go func() { mu.RLock() }()
	go func() { time.Sleep(time.Millisecond); mu.Lock() }()
	time.Sleep(10*time.Millisecond)
	select {}
}
""",
    "rwmutex, reader holds": """package main

import ("sync"; "time")
func main() {
	var mu sync.RWMutex
	mu.RLock()
	go func() { mu.Lock() }()
	time.Sleep(10*time.Millisecond)
	mu.RLock()
}
""",
    "waitgroup": """package main

import "sync"
func main() { var wg sync.WaitGroup; wg.Add(1); go func() { wg.Wait() }(); wg.Wait() }
""",
    "cond": """package main

import ("sync"; "time")
func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	go func() { mu.Lock(); c.Wait() }()
	time.Sleep(time.Millisecond)
	mu.Lock()
	c.Wait()
}
""",
    "once in itself": """package main

import "sync"
func main() { var o sync.Once; o.Do(func() { o.Do(func() {}) }) }
""",
    "unlock of unlocked": """package main

import "sync"
func main() { var m sync.Mutex; m.Unlock() }
""",
    "runlock of unlocked": """package main

import "sync"
func main() { var m sync.RWMutex; m.RUnlock() }
""",
    "unlock of unlocked rwmutex": """package main

import "sync"
func main() { var m sync.RWMutex; m.Unlock() }
""",
    "negative waitgroup": """package main

import "sync"
func main() { var m sync.WaitGroup; m.Done() }
""",
    "panic while others sleep": """package main

import "time"
func main() { go func() { time.Sleep(time.Hour) }(); time.Sleep(time.Millisecond); panic("x") }
""",
    "nil map": """package main

func main() { var m map[string]int; f(m) }
func f(m map[string]int) { m["a"] = 1 }
""",
    "index": """package main

func get(s []int, i int) int { return s[i] }
func main() { println(get([]int{1}, 5)) }
""",
    "closed channel": """package main

func main() { c := make(chan int); close(c); c <- 1 }
""",
    "assertion": """package main

import "fmt"
func main() { var x any = "s"; fmt.Println(x.(int)) }
""",
    "panic again": """package main

import ("errors"; "fmt")
func a(n int) { if n == 0 { panic(fmt.Errorf("w: %w", errors.New("e"))) }; a(n-1) }
func main() { defer func() { if r := recover(); r != nil { panic(r) } }(); a(2) }
""",
    "method of a value by pointer": """package main

type I interface { F(int) }
type S struct{}
func (S) F(n int) { if n > 0 { panic(n) } }
func run(i I) { i.F(3) }
func main() { run(&S{}) }
""",
    "main is gone": """package main

import "runtime"
func main() { go func() { select {} }(); runtime.Goexit() }
""",
    "range over function": """package main

func main() { for v := range seq { println(v) } }
func seq(yield func(int) bool) { yield(1); panic("in seq") }
""",
    "channel and close": """package main

func main() {
	ch := make(chan int)
	go func() { defer close(ch); ch <- 1 }()
	<-ch
	<-ch
	<-ch
	for range ch {}
	ch <- 1
}
""",
    "division": """package main

func div(a, b int) int { return a / b }
func main() { defer println("deferred"); println(div(1, 0)) }
""",
}


def frames(stderr: str) -> list[str]:
    """All lines, without numbers of goroutines, arguments, and where files lie; of the library no lines."""
    out = []
    for line in stderr.replace("exit status 2\n", "").splitlines():
        if line.startswith("\t"):
            place = re.sub(r" \+0x.*", "", line).rsplit("/", 1)[-1].strip()
            out.append(place if place.startswith("main.go") else "library")
        elif line.startswith(("goroutine", "created by")):
            out.append(re.sub(r"goroutine \d+( gp=.*(?=\[))?", "goroutine N", line))
        else:
            out.append(re.sub(r"\(\S.*\)$", "(...)", line))
    return out


@pytest.fixture(scope="module")
def real() -> dict[str, str]:
    if golang_real.go() is None:
        pytest.skip("no Go toolchain; `make env` installs one")
    said = golang_real.results(list(PROGRAMS.values()), "1.27")
    return {name: text for name, (_, _, text) in zip(PROGRAMS, said, strict=True)}


@pytest.mark.parametrize("name", PROGRAMS)
def test_frames_are_real_go_s(name: str, real: dict[str, str]) -> None:
    ours = go.run(PROGRAMS[name], version="1.27", procs=1).stderr
    assert frames(ours) == frames(real[name])


def test_older_versions_have_the_functions_of_their_time() -> None:
    dumps = {v: go.run(PROGRAMS["mutex"], version=v).stderr for v in ("1.18", "1.22", "1.24")}
    assert ["internal/sync." in text for text in dumps.values()] == [False, False, True]
    assert all("sync.runtime_SemacquireMutex(...)" in text for text in dumps.values())
    waits = {v: go.run(PROGRAMS["waitgroup"], version=v).stderr for v in ("1.22", "1.27")}
    assert "sync.runtime_Semacquire(...)" in waits["1.22"]
    assert "sync.runtime_SemacquireWaitGroup(...)" in waits["1.27"]
