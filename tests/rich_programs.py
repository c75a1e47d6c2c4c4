"""Random Go programs in which everything the runtime does can happen.

`programs.random_program` has goroutines, channels and WaitGroups; here are also select,
mutexes of both kinds, Once, Cond, atomics, timers, contexts, system calls, locked threads, deep
stacks, garbage, panics that are recovered, Goexit, and changes of GOMAXPROCS. All loops are
bounded. A program may deadlock, or die of a panic: an outcome like any other.

They compile in real Go as they stand (the tests make sure), so a program that our compiler
refuses is a fault of ours.
"""

from __future__ import annotations

import random
from collections.abc import Callable

HEADER = """package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type account struct {
	mu    sync.Mutex
	total int
	notes []string
}

func (a *account) add(n int, note string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.total += n
	if len(a.notes) < 50 {
		a.notes = append(a.notes, note)
	}
	return a.total
}

type shape interface{ area() int }
type square struct{ side int }
type blob struct{ n, m int }

func (s square) area() int { return s.side * s.side }
func (b *blob) area() int  { return b.n * b.m }

type node struct {
	left, right *node
	value       int
}

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{tree(depth - 1), tree(depth - 1), depth}
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.value + n.left.sum() + n.right.sum()
}

func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + 1
}

func careful(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "recovered:", r)
		}
	}()
	f()
}

func nap(ns int64) {
	ts := syscall.NsecToTimespec(ns)
	syscall.Nanosleep(&ts, nil)
}

var errOdd = errors.New("odd")
var counter atomic.Int64
var rw sync.RWMutex
var once sync.Once
var shared = map[string]int{}
var bank account

"""


class _Writer:
    def __init__(self, seed: int, size: int) -> None:
        self.r = random.Random(seed)
        self.size = size
        self.names = 0
        self.chans = [f"c{i}" for i in range(self.r.randint(1, 3))]

    def name(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"

    # --- statements; each returns lines -------------------------------------------------
    def send(self, tag: str, depth: int) -> list[str]:
        return [f"{self.r.choice(self.chans)} <- {self.r.randint(0, 99)}"]

    def receive(self, tag: str, depth: int) -> list[str]:
        return [f'fmt.Println("{tag}", <-{self.r.choice(self.chans)})']

    def comma_ok(self, tag: str, depth: int) -> list[str]:
        v = self.name("v")
        return [
            f"if {v}, ok := <-{self.r.choice(self.chans)}; ok {{",
            f"\tcounter.Add(int64({v}))",
            "} else {",
            f'\tfmt.Println("{tag} closed")',
            "}",
        ]

    def select(self, tag: str, depth: int) -> list[str]:
        lines = ["select {"]
        for _ in range(self.r.randint(1, 3)):
            c = self.r.choice(self.chans)
            if self.r.random() < 0.5:
                lines += [f"case {c} <- {self.r.randint(0, 9)}:"]
            else:
                v = self.name("v")
                lines += [f"case {v}, ok := <-{c}:", f'\tfmt.Println("{tag}", {v}, ok)']
        x = self.r.random()
        if x < 0.35:
            lines += ["default:", "\tcounter.Add(1)"]
        elif x < 0.85:
            us = self.r.randint(1, 300)
            lines += [f"case <-time.After({us} * time.Microsecond):", f'\tfmt.Println("{tag} late")']
        return [*lines, "}"]

    def mutex(self, tag: str, depth: int) -> list[str]:
        n = self.r.randint(1, 30)
        return [f"for range {n} {{", f'\tbank.add(1, "{tag}")', "}"]

    def rwmutex(self, tag: str, depth: int) -> list[str]:
        if self.r.random() < 0.5:
            return ["rw.RLock()", f'fmt.Println("{tag}", len(shared) > 0)', "rw.RUnlock()"]
        return ["rw.Lock()", f'shared["{tag}"]++', *self.pause(tag, depth), "rw.Unlock()"]

    def pause(self, tag: str, depth: int) -> list[str]:
        return [self.r.choice([
            "runtime.Gosched()", f"time.Sleep({self.r.randint(0, 60)} * time.Microsecond)",
            f"nap({self.r.randint(1, 60)}_000)",
        ])]  # fmt: skip

    def once(self, tag: str, depth: int) -> list[str]:
        return [f'once.Do(func() {{ fmt.Println("once") ; {self.pause(tag, depth)[0]} }})']

    def atomics(self, tag: str, depth: int) -> list[str]:
        return [
            "for {",
            "\told := counter.Load()",
            f"\tif counter.CompareAndSwap(old, old+{self.r.randint(1, 5)}) {{",
            "\t\tbreak",
            "\t}",
            "}",
        ]

    def timer(self, tag: str, depth: int) -> list[str]:
        t, us = self.name("t"), self.r.randint(1, 80)
        if self.r.random() < 0.4:
            return [f"{t} := time.AfterFunc({us}*time.Microsecond, func() {{ counter.Add(1) }})",
                    *self.pause(tag, depth), f"{t}.Stop()"]  # fmt: skip
        if self.r.random() < 0.5:
            return [f"{t} := time.NewTicker({us} * time.Microsecond)", f"<-{t}.C", f"<-{t}.C",
                    f"{t}.Stop()"]  # fmt: skip
        return [f"{t} := time.NewTimer({us} * time.Microsecond)", *self.pause(tag, depth),
                f"if !{t}.Stop() {{", "\tselect {", f"\tcase <-{t}.C:", "\tdefault:", "\t}", "}"]  # fmt: skip

    def contexts(self, tag: str, depth: int) -> list[str]:
        ctx, cancel = self.name("ctx"), self.name("cancel")
        if self.r.random() < 0.5:
            head = [f"{ctx}, {cancel} := context.WithTimeout(context.Background(), "
                    f"{self.r.randint(1, 90)}*time.Microsecond)"]  # fmt: skip
        else:
            head = [f"{ctx}, {cancel} := context.WithCancel(context.Background())",
                    f"go func() {{ {self.pause(tag, depth)[0]}; {cancel}() }}()"]  # fmt: skip
        return [*head, f"<-{ctx}.Done()", f'fmt.Println("{tag}", {ctx}.Err())', f"{cancel}()"]

    def spin(self, tag: str, depth: int) -> list[str]:
        x = self.name("x")
        n = self.r.choice([50, 500, 5_000, 40_000])
        return [f"{x} := 0", f"for i := 0; i < {n}; i++ {{", f"\t{x} += i % 7", "}",
                f"counter.Add(int64({x} & 1))"]  # fmt: skip

    def recurse(self, tag: str, depth: int) -> list[str]:
        return [f'fmt.Println("{tag}", deep({self.r.choice([5, 40, 200, 900])}))']

    def garbage(self, tag: str, depth: int) -> list[str]:
        if self.r.random() < 0.3:
            return ["runtime.GC()"]
        return [f'fmt.Println("{tag}", tree({self.r.randint(2, 7)}).sum())']

    def recovered(self, tag: str, depth: int) -> list[str]:
        what = self.r.choice([
            'panic("oops")', "panic(errOdd)", "var p *node; p.value = 1", "var z int; _ = 1 / z",
            "s := []int{1}; i := len(s); s[i] = 2", f"close({self.r.choice(self.chans)})",
            "var a any = 1; _ = a.(string)",
        ])  # fmt: skip
        return [f'careful("{tag}", func() {{ {what} }})']

    def goexit(self, tag: str, depth: int) -> list[str]:
        return ["go func() {", f'\tdefer fmt.Println("{tag} exits")', "\truntime.Goexit()", "}()"]

    def interfaces(self, tag: str, depth: int) -> list[str]:
        v = self.name("v")
        return [
            f"for _, {v} := range []shape{{square{{{self.r.randint(1, 5)}}}, "
            f"&blob{{2, {self.r.randint(1, 9)}}}}} {{",
            f"\tswitch x := {v}.(type) {{",
            "\tcase square:", f'\t\tfmt.Println("{tag} square", x.side, x.area())',
            "\tdefault:", f'\t\tfmt.Println("{tag} other", x.area())',
            "\t}", "}",
        ]  # fmt: skip

    def locked(self, tag: str, depth: int) -> list[str]:
        return ["runtime.LockOSThread()", *self.pause(tag, depth), "runtime.UnlockOSThread()"]

    def procs(self, tag: str, depth: int) -> list[str]:
        return [f"runtime.GOMAXPROCS({self.r.randint(1, 6)})"]

    def helper(self, tag: str, depth: int) -> list[str]:
        c = self.r.choice(self.chans)
        return [f"go func() {{ {c} <- {depth} }}()" if self.r.random() < 0.5 else f"go func() {{ <-{c} }}()"]

    def cond(self, tag: str, depth: int) -> list[str]:
        m, c, ready = self.name("m"), self.name("cond"), self.name("ready")
        return [
            f"var {m} sync.Mutex", f"{c} := sync.NewCond(&{m})", f"{ready} := false",
            "go func() {", f"\t{m}.Lock()", f"\t{ready} = true", f"\t{m}.Unlock()",
            f"\t{c}.{self.r.choice(['Signal', 'Broadcast'])}()", "}()",
            f"{m}.Lock()", f"for !{ready} {{", f"\t{c}.Wait()", "}", f"{m}.Unlock()",
        ]  # fmt: skip

    def spawn(self, tag: str, depth: int) -> list[str]:
        body = self.block(tag, depth + 1)
        return [
            f"for range {self.r.randint(1, 3)} {{", "\twg.Add(1)", "\tgo func() {",
            "\t\tdefer wg.Done()", *("\t\t" + line for line in body), "\t}()", "}",
        ]  # fmt: skip

    # --- blocks ---------------------------------------------------------------------------
    def block(self, tag: str, depth: int) -> list[str]:
        w = self
        often: list[Callable[[str, int], list[str]]] = [
            w.send, w.receive, w.comma_ok, w.select, w.select, w.mutex, w.pause, w.helper,
        ]  # fmt: skip
        seldom: list[Callable[[str, int], list[str]]] = [
            w.rwmutex, w.once, w.atomics, w.timer, w.contexts, w.spin, w.recurse, w.garbage,
            w.recovered, w.goexit, w.interfaces, w.locked, w.cond, w.pause, w.select,
        ]  # fmt: skip
        if depth < 2:
            often.append(w.spawn)
        lines: list[str] = []
        for k in range(w.r.randint(1, w.size)):
            pick = w.r.choice(often if w.r.random() < 0.5 else seldom)
            lines += pick(f"{tag}{k}", depth)
        if w.r.random() < 0.05:
            lines += w.procs(tag, depth)
        return lines


def rich_program(seed: int, *, size: int = 4) -> str:
    """A random program; the same for the same seed.

    Parameters
    ----------
    seed : int
    size : int
        Roughly how many statements a goroutine has.
    """
    w = _Writer(seed, size)
    lines = ["var wg sync.WaitGroup"]
    for c in w.chans:
        lines += [f"{c} := make(chan int, {w.r.choice([0, 0, 1, 4])})", f"_ = {c}"]
    lines.append("defer func() { fmt.Println(bank.total >= 0, runtime.NumGoroutine() > 0) }()")
    for i in range(w.r.randint(1, 4)):
        lines += w.spawn("abcd"[i], 0)
    lines += w.block("m", 0)
    if w.r.random() < 0.3:
        lines.append(f"close({w.r.choice(w.chans)})")
    lines.append("wg.Wait()" if w.r.random() < 0.6 else "time.Sleep(400 * time.Microsecond)")
    uses = "var _, _, _, _, _, _ = errOdd, careful, nap, context.Background, atomic.AddInt64, time.Now\n"
    return HEADER + uses + "\nfunc main() {\n" + "\n".join("\t" + line for line in lines) + "\n}\n"
