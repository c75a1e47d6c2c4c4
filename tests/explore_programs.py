"""Programs whose schedules can be counted, and programs with known outcomes."""

from __future__ import annotations

import random
from math import comb

VARIABLES = "xyz"


def atomic(lists: list[str]) -> str:
    """A program: main starts a goroutine for each list but the first and does the first one itself.

    A list is a text of variables that are added to, atomically. At last main waits for ever.
    """
    def ops(names: str) -> str:
        return "; ".join(f"atomic.AddInt64(&{v}, 1)" for v in names)

    go = "\n".join(f"go func() {{ {ops(names)} }}()" for names in lists[1:])
    head = 'package main\nimport "sync/atomic"\nvar x, y, z int64'
    return f"{head}\nfunc main() {{\n{go}\n{ops(lists[0])}\nselect {{}}\n}}"


def interleavings(lists: list[str]) -> list[list[tuple[int, str]]]:
    """All orders of the steps of `atomic(lists)`: (goroutine, variable), "" for others: go, main's end.

    A goroutine's steps come after the go statement that starts it.
    """
    steps = [[(i, v) for v in names] for i, names in enumerate(lists)]
    steps[0] = [(0, "")] * (len(lists) - 1) + steps[0] + [(0, "")]

    def merge(rest: list[list[tuple[int, str]]]) -> list[list[tuple[int, str]]]:
        started = len(steps[0]) - len(rest[0])
        out = []
        for i, s in enumerate(rest):
            if s and i <= started:
                out += [[s[0], *m] for m in merge([*rest[:i], s[1:], *rest[i + 1 :]])]
        return out or [[]]

    return merge(steps)


def traces(lists: list[str]) -> int:
    """How many classes of equivalent orders there are: an order is known by what each variable sees."""
    orders = interleavings(lists)
    return len({tuple(tuple(g for g, w in order if w == v) for v in VARIABLES) for order in orders})


def binomial(k: int) -> int:
    """Orders of two goroutines with k operations each."""
    return comb(2 * k, k)


def mixed(seed: int) -> str:
    """A small random program with channels, a mutex, atomics, select and output."""
    r = random.Random(seed)
    kinds = (
        "c <- {n}", "select {{ case c <- {n}: default: }}", "v += <-c",
        "select {{ case w := <-c: v += w; default: v += 7 }}",
        "mu.Lock(); s = s*3 + {n}; mu.Unlock()", "v += int(atomic.AddInt64(&x, {n}))",
        "v += int(atomic.LoadInt64(&x))",
        "d <- {n}", "v = v*5 + <-d", "select {{ case w := <-c: v += 10*w; case w := <-d: v += 100 * w }}",
        "runtime.Gosched()", "v += len(c)", 'println("p", {n})',
    )  # fmt: skip

    def body(n: int) -> str:
        return "\n\t\t".join(r.choice(kinds).format(n=r.randint(1, 3)) for _ in range(n))

    workers = "\n".join(
        f"\tgo func() {{\n\t\tv := 0\n\t\t{body(r.randint(1, 3))}\n\t\tr{i} <- v\n\t}}()" for i in range(2)
    )
    return f"""package main
import ("fmt"; "runtime"; "sync"; "sync/atomic")
var mu sync.Mutex
var s int
var x int64
var _ = atomic.AddInt64
func main() {{
	c, d := make(chan int, {r.randint(0, 1)}), make(chan int, {r.randint(0, 2)})
	r0, r1 := make(chan int, 1), make(chan int, 1)
	_, _ = c, d
{workers}
	v := 0
	{body(r.randint(0, 2))}
	runtime.Gosched()
	a, b := <-r0, <-r1
	mu.Lock()
	fmt.Println(v, a, b, s, atomic.LoadInt64(&x))
}}
"""


def polling(seed: int) -> str:
    """A small random program whose goroutines look again and again: it has no longest schedule."""
    r = random.Random(seed)
    kinds = (
        "x.Store({n})", "x.Add(1)", "for x.Load() < {n} {{ runtime.Gosched() }}", "y.Store(1)",
        "mu.Lock(); s += {n}; mu.Unlock()", "for !mu.TryLock() {{ }}; s = s*2+{n}; mu.Unlock()",
        "select {{ case c <- {n}: default: }}",
        "for !x.CompareAndSwap({n}, 0) {{ if y.Load() > 0 {{ break }} }}",
        "for y.Load() == 0 {{ select {{ case w := <-c: v += w; default: }} }}", "u = {n}", "v += u",
    )  # fmt: skip

    def body(n: int) -> str:
        return "\n\t\t".join(r.choice(kinds).format(n=r.randint(1, 2)) for _ in range(n))

    workers = "\n".join(
        f"\tgo func() {{\n\t\tv := 0\n\t\t{body(r.randint(1, 3))}\n\t\tr{i} <- v\n\t}}()" for i in range(2)
    )
    return f"""package main
import ("runtime"; "sync"; "sync/atomic")
var mu sync.Mutex
var s, u int
var x, y atomic.Int64
func main() {{
	c := make(chan int, {r.randint(0, 1)})
	r0, r1 := make(chan int, 1), make(chan int, 1)
{workers}
	v := 0
	{body(r.randint(0, 2))}
	x.Store(2)
	y.Store(1)
	runtime.Gosched()
	_ = c
	println(v, <-r0, <-r1)
}}
"""


#: Programs that wait in a loop, with all their ends: name to (source, outcomes as in `KNOWN`).
WAITING: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "TryLock": ("""package main
import ("fmt"; "sync")
func main() {
	var m sync.Mutex
	n, done := 0, make(chan bool)
	for range 2 { go func() { for !m.TryLock() {}; n++; m.Unlock(); done <- true }() }
	<-done; <-done
	fmt.Println(n)
}""", {("finished", "2")}),
    "select with default": ("""package main
import "runtime"
func main() {
	c := make(chan int)
	go func() { c <- 1 }()
	for { select { case v := <-c: println(v); return; default: runtime.Gosched() } }
}""", {("finished", "1")}),
    "a timer sets it": ("""package main
import ("sync/atomic"; "time")
func main() {
	var done atomic.Bool
	time.AfterFunc(time.Second, func() { done.Store(true) })
	for !done.Load() { }
	println("ok")
}""", {("finished", "ok")}),
    "nobody sets it": ("""package main
import "sync/atomic"
func main() {
	var done atomic.Bool
	for !done.Load() { }
}""", {("livelock", "")}),
    "too polite": ("""package main
import "sync"
func take(x, y *sync.Mutex, done chan bool) {
	for {
		x.Lock()
		if y.TryLock() { break }
		x.Unlock()
	}
	y.Unlock()
	x.Unlock()
	done <- true
}
func main() {
	var a, b sync.Mutex
	done := make(chan bool)
	go take(&a, &b, done)
	go take(&b, &a, done)
	<-done; <-done
}""", {("finished", ""), ("livelock", "")}),
}


#: Name to (source, outcomes as (kind, words that are printed)).
KNOWN: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "racy counter": ("""package main
import ("fmt"; "sync")
var n int
func main() {
	var wg sync.WaitGroup
	for range 2 { wg.Add(1); go func() { defer wg.Done(); n++ }() }
	wg.Wait()
	fmt.Println(n)
}""", {("finished", "2"), ("finished", "1"), ("race", "")}),
    "lock order": ("""package main
import "sync"
func main() {
	var a, b sync.Mutex
	done := make(chan bool)
	go func() { a.Lock(); b.Lock(); b.Unlock(); a.Unlock(); close(done) }()
	b.Lock(); a.Lock(); a.Unlock(); b.Unlock()
	<-done
}""", {("finished", ""), ("deadlock", "")}),
    "double lock": ("""package main
import "sync"
func main() { var m sync.Mutex; m.Lock(); m.Lock() }""", {("deadlock", "")}),
    "select": ("""package main
func main() {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1; b <- 2
	select { case v := <-a: println(v); case v := <-b: println(v) }
}""", {("finished", "1"), ("finished", "2")}),
    "Add inside": ("""package main
import "sync"
func main() {
	var wg sync.WaitGroup
	go func() { wg.Add(1); println("in"); wg.Done() }()
	wg.Wait()
	println("end")
}""", {("finished", "in end"), ("finished", "end in"), ("finished", "end"), ("race", "")}),
    "main leaves": ("""package main
func main() { c := make(chan int); go func() { c <- 1 }(); println("bye") }""",
        {("finished", "bye"), ("leak", "bye")}),
    "dies while another prints": ("""package main
func main() {
	c := make(chan int)
	go func() { <-c; panic("boom") }()
	c <- 1
	println("a")
}""", {("finished", "a"), ("panic", ""), ("panic", "a")}),
    "negative counter": ("""package main
import "sync"
func main() { var wg sync.WaitGroup; wg.Done() }""", {("panic", "")}),
    "spin": ("""package main
import ("runtime"; "sync/atomic")
func main() {
	var ready atomic.Bool
	go func() { ready.Store(true) }()
	for !ready.Load() { runtime.Gosched() }
	println("ok")
}""", {("finished", "ok")}),
    "timeout": ("""package main
import "time"
func main() {
	c := make(chan int, 1)
	go func() { time.Sleep(time.Millisecond); c <- 1 }()
	select { case <-c: println("got"); case <-time.After(time.Second): println("late") }
}""", {("finished", "got")}),
}
