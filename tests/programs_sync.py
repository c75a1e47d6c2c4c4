"""Go programs whose output is known from real Go, on one P: synchronisation and its orders.

`GOLDEN` are the twelve scenarios that were run on Go 1.21, 1.22, 1.24 and 1.27 (GOMAXPROCS=1,
GOGC=off, asyncpreemptoff=1): each prints a list that follows from runnext, FIFO queues and
LIFO wake-ups alone. `LITMUS` are small programs on channels, select and timers; the memory model or
the specification allows only the outputs named.
"""

from __future__ import annotations

from dataclasses import dataclass

_FRAME = """package main

import (
{imports})

var log []string

func note(s string) {{ log = append(log, s) }}

func settle() {{
	for i := 0; i < 200; i++ {{
		runtime.Gosched()
	}}
}}

{more}func main() {{
{body}	fmt.Println(log)
}}
"""


def program(body: str, *packages: str, more: str = "") -> str:
    """A program that notes strings and prints the list of them at its end.

    Parameters
    ----------
    body : str
        Statements of main.
    packages : str
        Imports besides fmt and runtime.
    more : str
        Declarations before main.
    """
    imports = "".join(f'\t"{p}"\n' for p in sorted({"fmt", "runtime", *packages}))
    lines = "".join(f"\t{line}\n" if line.strip() else "\n" for line in body.strip("\n").splitlines())
    return _FRAME.format(imports=imports, body=lines, more=more and more.strip("\n") + "\n\n")


@dataclass(frozen=True)
class Scenario:
    """One program and what it may print.

    Attributes
    ----------
    name : str
    source : str
    outputs : tuple of str
        The lines real Go printed, without brackets; one of them is enough.
    since : str
        The first Go version that it holds for.
    until : str
        The first that it does not hold for any more, or "".
    """

    name: str
    source: str
    outputs: tuple[str, ...]
    since: str = "1.21"
    until: str = ""


GOLDEN: tuple[Scenario, ...] = (
    Scenario(
        "A: close wakes the receivers, the last queued first; runnext turns it round",
        program("""
c := make(chan int)
for i := 0; i < 6; i++ {
	go func(i int) {
		note(fmt.Sprint("q", i))
		<-c
		note(fmt.Sprint("w", i))
	}(i)
}
settle()
close(c)
note("closed")
settle()
"""),
        ("q5 q0 q1 q2 q3 q4 closed w5 w4 w3 w2 w1 w0",),
    ),
    Scenario(
        "B: unbuffered producer and consumer",
        program("""
c := make(chan int)
go func() {
	for i := 0; i < 4; i++ {
		note(fmt.Sprint("s", i))
		c <- i
	}
	close(c)
}()
for v := range c {
	note(fmt.Sprint("r", v))
}
"""),
        ("s0 s1 r0 r1 s2 s3 r2 r3",),
    ),
    Scenario(
        "C: a buffer of two",
        program("""
c := make(chan int, 2)
go func() {
	for i := 0; i < 8; i++ {
		c <- i
		note(fmt.Sprint("s", i))
	}
	close(c)
}()
for v := range c {
	note(fmt.Sprint("r", v))
}
"""),
        ("s0 s1 s2 r0 r1 r2 r3 s3 s4 s5 s6 r4 r5 r6 r7 s7",),
    ),
    Scenario(
        "D: Gosched goes round",
        program("""
for i := 0; i < 3; i++ {
	go func(i int) {
		for k := 0; k < 3; k++ {
			note(fmt.Sprint("g", i, ".", k))
			runtime.Gosched()
		}
	}(i)
}
settle()
"""),
        ("g2.0 g0.0 g1.0 g2.1 g0.1 g1.1 g2.2 g0.2 g1.2",),
    ),
    Scenario(
        "E: who gets a mutex",
        program("""
var m sync.Mutex
m.Lock()
for i := 0; i < 4; i++ {
	go func(i int) {
		m.Lock()
		note(fmt.Sprint("lock", i))
		m.Unlock()
	}(i)
}
settle()
m.Unlock()
note("unlocked")
settle()
""", "sync"),
        ("unlocked lock3 lock0 lock1 lock2",),
    ),
    Scenario(
        "F: Broadcast",
        program("""
var m sync.Mutex
c := sync.NewCond(&m)
for i := 0; i < 5; i++ {
	go func(i int) {
		m.Lock()
		note(fmt.Sprint("wait", i))
		c.Wait()
		note(fmt.Sprint("woke", i))
		m.Unlock()
	}(i)
}
settle()
m.Lock()
c.Broadcast()
m.Unlock()
settle()
""", "sync"),
        ("wait4 wait0 wait1 wait2 wait3 woke3 woke4 woke0 woke1 woke2",),
    ),
    Scenario(
        "G: several goroutines wait for one WaitGroup",
        program("""
var wg sync.WaitGroup
wg.Add(1)
for i := 0; i < 4; i++ {
	go func(i int) {
		wg.Wait()
		note(fmt.Sprint("wg", i))
	}(i)
}
settle()
wg.Done()
settle()
""", "sync"),
        ("wg2 wg3 wg0 wg1",),
    ),
    Scenario(
        "H: select among three ready channels is fair",
        program("""
a, b, c := make(chan int, 1), make(chan int, 1), make(chan int, 1)
var n [3]int
for i := 0; i < 3000; i++ {
	for _, x := range []chan int{a, b, c} {
		select {
		case x <- 1:
		default:
		}
	}
	select {
	case <-a:
		n[0]++
	case <-b:
		n[1]++
	case <-c:
		n[2]++
	}
}
for _, k := range n {
	if k < 850 || k > 1150 {
		note(fmt.Sprint("unfair: ", k))
	}
}
"""),
        ("",),
    ),
    Scenario(
        "I: goroutines that start goroutines",
        program("""
go func() {
	note("p1")
	go func() {
		note("c1")
		go func() { note("gc1") }()
		note("c2")
	}()
	note("p2")
	go func() { note("d1") }()
	note("p3")
}()
go func() { note("q") }()
settle()
"""),
        ("q p1 p2 p3 d1 c1 c2 gc1",),
    ),
    Scenario(
        "J: cancel visits the children of a context in the order of a map",
        program("""
ctx, cancel := context.WithCancel(context.Background())
var woke [4]int
for i := 0; i < 4; i++ {
	child, stop := context.WithCancel(ctx)
	_ = stop
	go func(i int) {
		<-child.Done()
		woke[i]++
	}(i)
}
settle()
cancel()
settle()
note(fmt.Sprint(woke))
""", "context"),
        ("[1 1 1 1]",),
    ),
    Scenario(
        "K: sleepers wake by time",
        program("""
for i := 0; i < 4; i++ {
	go func(i int) {
		time.Sleep(time.Duration(10-i) * time.Millisecond)
		note(fmt.Sprint("t", i))
	}(i)
}
time.Sleep(30 * time.Millisecond)
""", "time"),
        ("t3 t2 t1 t0",),
    ),
    Scenario(
        "L: a waiting writer comes before a later reader",
        program("""
var rw sync.RWMutex
rw.RLock()
go func() {
	rw.Lock()
	note("W")
	rw.Unlock()
}()
settle()
go func() {
	rw.RLock()
	note("R2")
	rw.RUnlock()
}()
settle()
note("runlock")
rw.RUnlock()
settle()
""", "sync"),
        ("runlock W R2",),
    ),
)

LITMUS: tuple[Scenario, ...] = (
    Scenario(
        "comma-ok after close: what is in the buffer still comes",
        program("""
c := make(chan int, 3)
c <- 1
c <- 2
close(c)
for i := 0; i < 3; i++ {
	v, ok := <-c
	note(fmt.Sprint(v, ok))
}
note(fmt.Sprint(len(c), cap(c)))
"""),
        ("1 true 2 true 0 false 0 3",),
    ),
    Scenario(
        "the k-th receive is before the (k+C)-th send completes",
        program("""
const C = 2
c := make(chan int, C)
var x [6]int
go func() {
	for i := 0; i < 6; i++ {
		c <- i
		if i >= C {
			note(fmt.Sprint(x[i-C]))
		}
	}
	close(c)
}()
runtime.Gosched()
for i := 0; i < 6; i++ {
	x[i] = i + 1
	<-c
}
settle()
"""),
        ("1 2 3 4",),
    ),
    Scenario(
        "a value of several words arrives whole",
        program("""
c := make(chan pair)
go func() {
	for i := 0; i < 3; i++ {
		c <- pair{i, fmt.Sprint("v", i), [2]int{i, -i}}
	}
	close(c)
}()
for p := range c {
	note(fmt.Sprintf("%d,%s,%d", p.n, p.s, p.a[1]))
}
""", more="type pair struct {\n\tn int\n\ts string\n\ta [2]int\n}"),
        ("0,v0,0 1,v1,-1 2,v2,-2",),
    ),
    Scenario(
        "a nil channel takes its case out of a select",
        program("""
a, b := make(chan int), make(chan int)
go func() {
	for i := 0; i < 3; i++ {
		a <- i
	}
	close(a)
}()
go func() {
	for i := 0; i < 3; i++ {
		b <- 10 + i
	}
	close(b)
}()
sum := 0
for a != nil || b != nil {
	select {
	case v, ok := <-a:
		if !ok {
			a = nil
			continue
		}
		sum += v
	case v, ok := <-b:
		if !ok {
			b = nil
			continue
		}
		sum += v
	}
}
note(fmt.Sprint(sum))
"""),
        ("36",),
    ),
    Scenario(
        "a parked select is in all queues and leaves them all",
        program("""
a, b := make(chan int), make(chan int)
done := make(chan bool)
go func() {
	for i := 0; i < 2; i++ {
		select {
		case v := <-a:
			note(fmt.Sprint("a", v))
		case v := <-b:
			note(fmt.Sprint("b", v))
		}
	}
	close(done)
}()
settle()
b <- 1
settle()
select {
case b <- 2:
	note("sent")
default:
	note("nobody")
}
<-done
"""),
        ("b1 sent b2",),
    ),
    Scenario(
        "after one send the other senders of a select are gone",
        program("""
a, b := make(chan int), make(chan int)
go func() {
	select {
	case a <- 1:
		note("a")
	case b <- 2:
		note("b")
	}
}()
settle()
note(fmt.Sprint(<-b))
settle()
select {
case <-a:
	note("twice")
default:
	note("once")
}
"""),
        ("2 b once",),
    ),
    Scenario(
        "closing wakes a select that receives",
        program("""
a, b := make(chan int), make(chan string)
go func() {
	select {
	case v, ok := <-a:
		note(fmt.Sprint(v, ok))
	case s := <-b:
		note(s)
	}
}()
settle()
close(a)
settle()
"""),
        ("0 false",),
    ),
    Scenario(
        "closing makes a select that sends panic",
        program("""
a, b := make(chan int), make(chan int)
go func() {
	defer func() { note(fmt.Sprint(recover())) }()
	select {
	case a <- 1:
	case <-b:
	}
	note("not here")
}()
settle()
close(a)
settle()
"""),
        ("send on closed channel",),
    ),
    Scenario(
        "a blocked sender panics when the channel is closed",
        program("""
c := make(chan int)
go func() {
	defer func() { note(fmt.Sprint(recover())) }()
	c <- 1
}()
settle()
close(c)
settle()
"""),
        ("send on closed channel",),
    ),
    Scenario(
        "Signal wakes the one that has waited longest",
        program("""
var m sync.Mutex
c := sync.NewCond(&m)
for i := 0; i < 3; i++ {
	go func(i int) {
		m.Lock()
		c.Wait()
		note(fmt.Sprint("w", i))
		m.Unlock()
	}(i)
	settle()
}
for i := 0; i < 3; i++ {
	m.Lock()
	c.Signal()
	m.Unlock()
	settle()
}
""", "sync"),
        ("w0 w1 w2",),
    ),
    Scenario(
        "AfterFunc runs in a goroutine of its own",
        program("""
c := make(chan bool)
t := time.AfterFunc(5*time.Millisecond, func() {
	note("fired")
	c <- true
})
note("set")
<-c
note(fmt.Sprint(t.Stop()))
u := time.AfterFunc(time.Hour, func() { note("never") })
note(fmt.Sprint(u.Stop(), u.Stop()))
""", "time"),
        ("set fired false true false",),
    ),
    Scenario(
        "a timeout",
        program("""
c := make(chan int)
select {
case <-c:
	note("value")
case <-time.After(3 * time.Millisecond):
	note("timeout")
}
""", "time"),
        ("timeout",),
    ),
    Scenario(
        "a ticker drops what nobody takes",
        program("""
t := time.NewTicker(10 * time.Millisecond)
time.Sleep(35 * time.Millisecond)
t.Stop()
n := 0
for {
	select {
	case <-t.C:
		n++
		continue
	default:
	}
	break
}
note(fmt.Sprint(n))
""", "time"),
        ("1",),
        until="1.23",
    ),
    Scenario(
        "after Stop no tick is received",
        program("""
t := time.NewTicker(10 * time.Millisecond)
time.Sleep(35 * time.Millisecond)
t.Stop()
select {
case <-t.C:
	note("stale")
default:
	note("none")
}
note(fmt.Sprint(len(t.C), cap(t.C)))
""", "time"),
        ("none 0 0",),
        since="1.23",
    ),
    Scenario(
        "Stop and Reset say whether the timer was active; an unread value counts",
        program("""
t := time.NewTimer(5 * time.Millisecond)
time.Sleep(20 * time.Millisecond)
note(fmt.Sprint(t.Reset(time.Hour)))
select {
case <-t.C:
	note("stale")
default:
	note("none")
}
note(fmt.Sprint(t.Stop(), t.Stop()))
""", "time"),
        ("true none true false",),
        since="1.23",
    ),
    Scenario(
        "the same before channels of timers were synchronous",
        program("""
t := time.NewTimer(5 * time.Millisecond)
time.Sleep(20 * time.Millisecond)
note(fmt.Sprint(t.Reset(time.Hour)))
select {
case <-t.C:
	note("stale")
default:
	note("none")
}
note(fmt.Sprint(t.Stop(), t.Stop()))
""", "time"),
        ("false stale true false",),
        until="1.23",
    ),
)
