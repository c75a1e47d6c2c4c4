"""Finalizers, cleanups and weak pointers, beside real Go."""

from __future__ import annotations

import golang_real
import numpy as np
import pytest
from invariants import check

from gosched_edu import go
from gosched_edu.trace import Kind, Reason

LIVES = """package main

import (
	"fmt"
	"runtime"
	"time"
	"weak"
)

type node struct {
	n    int
	next *node
	pad  [20]int
}

var keep *node
var handle weak.Pointer[node]

//go:noinline
func weakly() {
	t := &node{n: 1}
	handle = weak.Make(t)
	fmt.Println("weak", handle.Value() == t, handle == weak.Make(t), handle == weak.Make(&node{}))
}

//go:noinline
func chained() {
	b := &node{n: 2}
	a := &node{n: 3, next: b}
	runtime.SetFinalizer(b, func(t *node) { fmt.Println("final", t.n) })
	runtime.SetFinalizer(a, func(t *node) { fmt.Println("final", t.n, t.next.n) })
}

//go:noinline
func resurrected() {
	d := &node{n: 5}
	runtime.SetFinalizer(d, func(x any) { keep = x.(*node) })
	runtime.AddCleanup(d, func(s string) { fmt.Println("cleanup", s) }, "five")
	e := &node{n: 6}
	runtime.SetFinalizer(e, func(*node) { fmt.Println("never") })
	runtime.SetFinalizer(e, nil)
	runtime.AddCleanup(e, func(int) { fmt.Println("never") }, 1).Stop()
}

//go:noinline
func overwrite(n int) int {
	var a [200]int
	for i := range a {
		a[i] = n
	}
	return a[n]
}

func collect(what string) {
	for i := 0; i < 4; i++ {
		overwrite(i)
		runtime.GC()
		time.Sleep(2 * time.Millisecond)
	}
	fmt.Println(what, runtime.NumGoroutine())
}

func main() {
	weakly()
	collect("weakly")
	fmt.Println(handle.Value() == nil)
	chained()
	collect("chained")
	resurrected()
	collect("resurrected")
	fmt.Println(keep.n)
	keep = nil
	collect("cleaned")
	<-make(chan int)
}
"""
SETS = """package main

import (
	"runtime"
	"time"
)

type T struct{ a [30]int }

func main() {
	%s
	time.Sleep(1)
}
"""
DEATHS = {
    "no function": "runtime.SetFinalizer(new(T), 3)",
    "another type": "runtime.SetFinalizer(new(T), func(*int) {})",
    "no pointer": "runtime.SetFinalizer(T{}, func(*T) {})",
    "twice": "x := new(T); runtime.SetFinalizer(x, func(*T) {}); runtime.SetFinalizer(x, func(*T) {})",
    "nil": "runtime.SetFinalizer(nil, func(*T) {})",
    "a finalizer panics": "func() { runtime.SetFinalizer(new(T), func(*T) { panic(\"late\") }) }(); "
    "for { runtime.GC(); time.Sleep(1e6) }",
    "a cleanup that keeps its object": "x := new(T); runtime.AddCleanup(x, func(*T) {}, x)",
}  # fmt: skip


@pytest.fixture(scope="module")
def real() -> dict[str, tuple[int, str, str]]:
    """Exit code, output and last words in real Go; "lives" is LIVES."""
    if golang_real.go() is None:
        pytest.skip("no Go toolchain; `make env` installs one")
    sources = [LIVES, *(SETS % body for body in DEATHS.values())]
    return dict(zip(("lives", *DEATHS), golang_real.results(sources, "1.27"), strict=True))


@pytest.mark.parametrize("procs", [1, 4])
def test_lives_of_objects(real, procs):
    r = go.run(LIVES, version="1.27", procs=procs)
    assert (r.exit_code, r.output) == real["lives"][:2]
    assert "all goroutines are asleep" in r.stderr and "runFinalizers" not in r.stderr
    waits = r.trace.reason[r.trace.where(Kind.GO_BLOCK)]
    assert np.count_nonzero(waits == Reason.FINALIZER_WAIT) >= 4


@pytest.mark.parametrize("name", DEATHS)
def test_deaths(real, name):
    r = go.run(SETS % DEATHS[name], version="1.27", budget=go.Budget(time=10**9))
    code, _, said = real[name]
    assert (r.exit_code, r.stderr.splitlines()[0]) == (code, said.splitlines()[0])


def test_the_compiled_kernel_does_the_same_and_the_state_is_sound():
    a, b = (go.machine(LIVES, version="1.27", procs=3, jit=jit) for jit in (True, False))
    a.run()
    while b.status == 0:
        b.run(events=20)
        if b.status == 0:
            check(b)
    np.testing.assert_array_equal(a.records(), b.records())
    np.testing.assert_array_equal(a.state.arrays["heap"], b.state.arrays["heap"])
