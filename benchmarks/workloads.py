"""What is measured: Go programs that readers know, and programs that no branch predictor likes.

Problem. A simulator can be made to look fast: one small program, run for long, keeps
one path of the kernel in the processor's caches and its branches predicted.

Rejected. Quoting the best row; random *instructions* (not a Go program, so nobody can
check what was run).

Chosen. Regular programs that readers know (`PINGPONG`, `FANOUT`, `WORKERS`, `SIEVE`), and
`irregular`: 60 different function bodies, drawn from a seed, that hand values around
rings of channels, yield, sleep, start short-lived goroutines, wait for groups and
compute. The row of the irregular program with 8 Ps is the headline.

Invariant. Every program ends by itself, whatever the schedule. In an irregular program
each member of a ring sends and receives exactly once a round, and its channels have room
for one value, so that they cannot all wait to send; a token is never held across
a wait; servers answer each request; and what a body starts it also waits for.
"""

from __future__ import annotations

import random

PINGPONG = """package main

func pong(in, out chan int) {
	for v := range in {
		out <- v + 1
	}
	close(out)
}

func main() {
	ping, back := make(chan int), make(chan int)
	go pong(ping, back)
	for i := 0; i < %(n)d; i++ {
		ping <- i
		<-back
	}
	close(ping)
}
"""

FANOUT = """package main

import "sync"

func main() {
	var wg sync.WaitGroup
	wg.Add(%(n)d)
	for i := 0; i < %(n)d; i++ {
		go func() {
			wg.Done()
		}()
	}
	wg.Wait()
}
"""

WORKERS = """package main

import "sync"

func produce(c chan int, n int, wg *sync.WaitGroup) {
	for i := 0; i < n; i++ {
		c <- i
	}
	wg.Done()
}

func consume(c chan int, done chan int) {
	sum := 0
	for v := range c {
		sum += v
	}
	done <- sum
}

func main() {
	c, done := make(chan int, 64), make(chan int)
	var wg sync.WaitGroup
	wg.Add(8)
	for i := 0; i < 8; i++ {
		go produce(c, %(n)d, &wg)
		go consume(c, done)
	}
	wg.Wait()
	close(c)
	for i := 0; i < 8; i++ {
		<-done
	}
}
"""

SIEVE = """package main

func generate(c chan int) {
	for i := 2; ; i++ {
		c <- i
	}
}

func filter(in, out chan int, prime int) {
	for {
		i := <-in
		if i%%prime != 0 {
			out <- i
		}
	}
}

func main() {
	c := make(chan int)
	go generate(c)
	for i := 0; i < %(n)d; i++ {
		prime := <-c
		next := make(chan int)
		go filter(c, next, prime)
		c = next
	}
}
"""

BLOCKED = """package main

import (
	"fmt"
	"runtime"
)

func main() {
	c := make(chan int)
	for i := 0; i < %(n)d; i++ {
		go func() {
			<-c
		}()
	}
	for runtime.NumGoroutine() <= %(n)d {
		runtime.Gosched()
	}
	fmt.Println(runtime.NumGoroutine())
}
"""

PAIRS = """package main

import "sync"

func main() {
	var wg sync.WaitGroup
	start := make(chan int)
	wg.Add(%(n)d)
	for i := 0; i < %(n)d; i += 2 {
		there, back := make(chan int), make(chan int)
		go func() {
			<-start
			for k := 0; k < %(rounds)d; k++ {
				there <- k
				<-back
			}
			wg.Done()
		}()
		go func() {
			<-start
			for k := 0; k < %(rounds)d; k++ {
				back <- <-there
			}
			wg.Done()
		}()
	}
	close(start)
	wg.Wait()
}
"""

#: Loops that use the processor and nothing else, by what they are about: functions of a size.
LOOPS: dict[str, tuple[int, str]] = {
    "sum": (200_000, """
	s := 0
	for i := 0; i < n; i++ {
		s += i ^ i>>3
	}
	return s
"""),
    "hash": (100_000, """
	h := uint32(2166136261)
	for i := 0; i < n; i++ {
		h ^= uint32(i & 255)
		h *= 16777619
	}
	return int(h)
"""),
    "collatz": (2_000, """
	steps := 0
	for i := 1; i < n; i++ {
		for k := i; k != 1; steps++ {
			if k%2 == 0 {
				k /= 2
			} else {
				k = 3*k + 1
			}
		}
	}
	return steps
"""),
    "primes": (50_000, """
	sieve, found := make([]bool, n), 0
	for i := 2; i < n; i++ {
		if !sieve[i] {
			found++
			for k := 2 * i; k < n; k += i {
				sieve[k] = true
			}
		}
	}
	return found
"""),
    "matrix": (40, """
	a, b, c := make([]int, n*n), make([]int, n*n), make([]int, n*n)
	for i := range a {
		a[i], b[i] = i%7, i%5
	}
	for i := 0; i < n; i++ {
		for k := 0; k < n; k++ {
			s := 0
			for m := 0; m < n; m++ {
				s += a[i*n+m] * b[m*n+k]
			}
			c[i*n+k] = s
		}
	}
	return c[n+1]
"""),
    "calls": (23, """
	if n < 2 {
		return n
	}
	return loop(n-1) + loop(n-2)
"""),
    "floats": (100_000, """
	x, y := 0.5, 0.0
	for i := 0; i < n; i++ {
		x = 3.9 * x * (1 - x)
		y += x
	}
	return int(y)
"""),
}  # fmt: skip


def loop(kind: str) -> str:
    """A program that runs one of `LOOPS` once."""
    size, body = LOOPS[kind]
    return (
        f"package main\n\nfunc loop(n int) int {{{body}}}\n\nvar result int\n\n"
        f"func main() {{\n\tresult = loop({size})\n}}\n"
    )


def timed_loop(kind: str) -> str:
    """A program for real Go that prints the smallest time in ns that one of `LOOPS` takes."""
    once = f"\tresult = loop({LOOPS[kind][0]})\n"
    return (
        loop(kind)
        .replace("package main\n", 'package main\n\nimport "time"\n', 1)
        .replace(
            once,
            "\tbest := time.Hour\n\tfor k := 0; k < 200; k++ {\n\t\tstart := time.Now()\n\t" + once
            + "\t\tbest = min(best, time.Since(start))\n\t}\n\tprint(best.Nanoseconds())\n",
        )
    )  # fmt: skip


BUSY = """package main

import "sync"

func loop(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		s += i ^ i>>3
	}
	return s
}

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			loop(%(n)d)
			wg.Done()
		}()
	}
	wg.Wait()
}
"""

BODIES = 60
RING = 6  # members of one ring


def _step(r: random.Random, depth: int = 0) -> list[str]:
    """One statement or a few, of a body that has ask, answer, token, seed and a local x."""
    kind = r.randrange(11)
    if kind == 0:
        return ["ask <- x", "x += <-answer"]
    if kind == 1:
        n = r.randrange(1, 4)
        return [f"for k := 0; k < {n}; k++ {{", "\task <- x + k", "\tx ^= <-answer", "}"]
    if kind == 2:
        return ["token <- 1", f"x = x*{r.randrange(3, 99)} + seed", "<-token"]
    if kind == 3:
        return ["runtime.Gosched()"]
    if kind == 4:
        return ["reply := make(chan int)", f"go short{r.randrange(6)}(x, reply)", "x += <-reply"]
    if kind == 5:
        n = r.randrange(2, 6)
        return [
            "var wg sync.WaitGroup", f"wg.Add({n})", f"for k := 0; k < {n}; k++ {{",
            f"\tgo member{r.randrange(6)}(k+x&7, &wg)", "}", "wg.Wait()",
        ]  # fmt: skip
    if kind == 6:
        head = f"for k := 0; k < {r.randrange(2, 9)}; k++ {{"
        return [head, f"\tx = x*{r.randrange(3, 99)} + k", "}"]
    if kind == 7:
        return [f"time.Sleep({r.randrange(1, 60)} * time.Microsecond)"]
    if kind == 8:
        size = r.randrange(1, 5)
        return [
            f"box := make(chan int, {size})",
            f"for k := 0; k < {size}; k++ {{", "\tbox <- x + k", "}",
            f"for k := 0; k < {size}; k++ {{", "\tx += <-box", "}",
        ]  # fmt: skip
    if kind == 9 and depth < 2:
        test = f"(x>>{r.randrange(8)})&{r.choice([1, 3])} == {r.choice([0, 1])}"
        inner = [s for _ in range(r.randrange(1, 3)) for s in _block(_step(r, depth + 1))]
        other = _block(_step(r, depth + 1))
        body = [*("\t" + s for s in inner), "} else {", *("\t" + s for s in other)]
        return [f"if {test} {{", *body, "}"]
    return [f"x = (x ^ {r.randrange(1, 1 << 16)}) + seed"]


def _block(statements: list[str]) -> list[str]:
    return ["{", *("\t" + s for s in statements), "}"]


def irregular(rounds: int, seed: int = 1, copies: int = 1) -> str:
    """A program of 60 different bodies.

    Parameters
    ----------
    rounds : int
        How often each body's goroutine goes round its loop.
    seed : int
        Which bodies.
    copies : int
        Goroutines per body.

    Returns
    -------
    str
        Go source.
    """
    r = random.Random(seed)
    out = ["package main", "", "import (", '\t"runtime"', '\t"sync"', '\t"time"', ")", ""]
    for k in range(6):
        out += [f"func short{k}(x int, reply chan int) {{"]
        out += [f"\tfor k := 0; k < {r.randrange(1, 9)}; k++ {{", "\t\tx += k", "\t}"]
        out += ["\truntime.Gosched()"] * (k == 3) + ["\treply <- x", "}", ""]
        out += [f"func member{k}(x int, wg *sync.WaitGroup) {{"]
        out += [f"\ttime.Sleep({r.randrange(1, 9)} * time.Microsecond)"] * (k == 2)
        out += ["\truntime.Gosched()"] * (k == 4)
        out += [f"\tfor k := 0; k < {r.randrange(1, 12)}; k++ {{", "\t\tx ^= k", "\t}"]
        out += ["\twg.Done()", "}", ""]
    for b in range(BODIES):
        parameters = "in, out, ask, answer, token chan int, seed int, done *sync.WaitGroup"
        out += [f"func body{b}({parameters}) {{"]
        out += [f"\tx := {r.randrange(1000)}", f"\tfor i := 0; i < {rounds}; i++ {{"]
        steps = [_step(r) for _ in range(r.randrange(3, 8))]
        steps.insert(r.randrange(len(steps) + 1), ["out <- x", "x += <-in"])
        for step in steps:
            out += ["\t\t" + line for line in _block(step)]
        out += ["\t}", "\tdone.Done()", "}", ""]
    out += ["func server(ask, answer chan int) {", "\tfor v := range ask {"]
    out += ["\t\tanswer <- v + 1", "\t}", "}", ""]
    out += ["func main() {", "\tvar done sync.WaitGroup", f"\tdone.Add({BODIES * copies})"]
    for copy in range(copies):
        order = list(range(BODIES))
        r.shuffle(order)
        for start in range(0, BODIES, RING):
            members = order[start : start + RING]
            ring = f"r{copy}x{start}x"
            out += [f"\t{ring}t := make(chan int, 1)"]
            for i in range(len(members)):
                out += [f"\t{ring}{i} := make(chan int, {r.randrange(1, 4)})"]
                out += [f"\t{ring}q{i}, {ring}a{i} := make(chan int), make(chan int)"]
                out += [f"\tgo server({ring}q{i}, {ring}a{i})"]
            for i, b in enumerate(members):
                ends = f"{ring}{i}, {ring}{(i + 1) % len(members)}"
                out += [f"\tgo body{b}({ends}, {ring}q{i}, {ring}a{i}, {ring}t, {b + copy}, &done)"]
    out += ["\tdone.Wait()", "}", ""]
    return "\n".join(out)


_STAGE = """
type job%(k)d struct {
	id    int
	name  string
	delay time.Duration
}

func (j job%(k)d) String() string {
	return fmt.Sprintf("%%s after %%v", j.name, j.delay)
}

type pool%(k)d struct {
	mu   sync.Mutex
	done map[int]string
	jobs chan job%(k)d
	wg   sync.WaitGroup
}

func newPool%(k)d(size int) *pool%(k)d {
	return &pool%(k)d{done: make(map[int]string), jobs: make(chan job%(k)d, size)}
}

func (p *pool%(k)d) work(ctx context.Context, n int) {
	defer p.wg.Done()
	for {
		select {
		case j, ok := <-p.jobs:
			if !ok {
				return
			}
			time.Sleep(j.delay)
			p.mu.Lock()
			p.done[j.id] = fmt.Sprintf("%%v by %%d", j, n)
			p.mu.Unlock()
		case <-ctx.Done():
			fmt.Println("worker", n, "stops:", ctx.Err())
			return
		}
	}
}

func run%(k)d(ctx context.Context, workers, jobs int) (int, error) {
	p := newPool%(k)d(workers)
	for i := range workers {
		p.wg.Add(1)
		go p.work(ctx, i)
	}
	for i := 0; i < jobs; i++ {
		select {
		case p.jobs <- job%(k)d{i, fmt.Sprint("job", i), time.Duration(i%%3) * time.Millisecond}:
		case <-ctx.Done():
			return len(p.done), fmt.Errorf("stage %(k)d: %%w", ctx.Err())
		}
	}
	close(p.jobs)
	p.wg.Wait()
	return len(p.done), nil
}
"""


def ordinary(first: int = 0, stages: int = 3) -> str:
    """A program of some 200 lines as people write them: structs, methods, maps, select, contexts.

    Parameters
    ----------
    first : int
        Number of the first stage: programs with different numbers share no text.
    stages : int
        Pools of workers, about 60 lines each.

    Returns
    -------
    str
        Go source.
    """
    packages = ("context", "fmt", "sync", "time")
    out = ["package main", "", "import (", *(f'\t"{p}"' for p in packages), ")"]
    numbers = range(first, first + stages)
    out += [_STAGE % {"k": k} for k in numbers]
    out += ["func main() {", "\tctx := context.Background()"]
    out += ["\tctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)", "\tdefer cancel()"]
    for k in numbers:
        out += [f"\tif n, err := run{k}(ctx, {k % 7 + 2}, 10); err != nil {{", "\t\tfmt.Println(n, err)"]
        out += ["\t} else {", '\t\tfmt.Println("done:", n)', "\t}"]
    return "\n".join([*out, "}", ""])
