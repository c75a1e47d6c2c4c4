"""Go programs about when objects die: real Go's output is the specification.

`LAST_USE` asks of each kind of place in which a pointer can lie whether the object is still alive; run
it under 1.27. `HELD` prints what was held by places that only the runtime knows of, while memory is
collected and used again.
"""

from __future__ import annotations

LAST_USE = r"""package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
	"weak"
)

type T struct {
	n   int
	pad [40]int
	p   *T
}

var mu sync.Mutex
var gone = map[string]bool{}

func watch(name string, t *T) *T {
	runtime.AddCleanup(t, func(s string) { mu.Lock(); gone[s] = true; mu.Unlock() }, name)
	return t
}

func is(name string) string {
	runtime.GC()
	time.Sleep(time.Millisecond)
	runtime.GC()
	time.Sleep(time.Millisecond)
	mu.Lock()
	defer mu.Unlock()
	if gone[name] {
		return name + " gone"
	}
	return name + " alive"
}

//go:noinline
func use(t *T) int { return t.n }

//go:noinline
func mk(name string) *T { return watch(name, &T{n: 1}) }

func lastUse() {
	t := mk("local")
	fmt.Println(is("local"))
	use(t)
	fmt.Println(is("local"))
	k := mk("kept")
	fmt.Println(is("kept"))
	runtime.KeepAlive(k)
	fmt.Println(is("kept"))
}

//go:noinline
func param(t *T) {
	fmt.Println(is("param"))
	use(t)
	fmt.Println(is("param"))
}

func sender(c chan *T) {
	t := mk("sent")
	c <- t
	fmt.Println(is("sent"))
}

func closure() {
	t := mk("captured")
	f := func() int { return t.n }
	fmt.Println(is("captured"))
	f()
	fmt.Println(is("captured"))
}

func deferred() {
	t := mk("deferred")
	defer use(t)
	fmt.Println(is("deferred"))
}

func panics() {
	defer func() {
		recover()
		fmt.Println(is("panicking"))
	}()
	t := mk("panicking")
	if use(t) == 1 {
		panic("x")
	}
	use(t)
}

func loop() {
	var last *T
	for i := 0; i < 3; i++ {
		name := fmt.Sprint("loop", i)
		t := mk(name)
		fmt.Println(is(name), last != nil)
		last = t
		if i > 0 {
			fmt.Println(is(fmt.Sprint("loop", i-1)))
		}
	}
	use(last)
}

func receiver() {
	c := make(chan *T)
	done := make(chan bool)
	go func() {
		for t := range c {
			use(t)
		}
		done <- true
	}()
	c <- mk("received")
	fmt.Println(is("received"))
	close(c)
	<-done
}

func selecting() {
	c := make(chan *T)
	q := make(chan bool)
	done := make(chan bool)
	go func() {
		for {
			select {
			case t := <-c:
				use(t)
			case <-q:
				done <- true
				return
			}
		}
	}()
	c <- mk("selected")
	fmt.Println(is("selected"))
	close(q)
	<-done
}

func blockedSend() {
	c := make(chan *T)
	go func() { c <- mk("blocked") }()
	time.Sleep(time.Millisecond)
	fmt.Println(is("blocked"))
	use(<-c)
	fmt.Println(is("blocked"))
}

func selectSend() {
	c := make(chan *T)
	d := make(chan *T)
	go func() {
		select {
		case c <- mk("sc"):
		case d <- mk("sd"):
		}
	}()
	time.Sleep(time.Millisecond)
	fmt.Println(is("sc"), is("sd"))
	use(<-c)
	fmt.Println(is("sc"), is("sd"))
}

func weakly() {
	t := mk("weak")
	w := weak.Make(t)
	fmt.Println(w.Value() == t)
	fmt.Println(is("weak"))
	fmt.Println(w.Value() == nil)
}

type iface interface{ get() int }

func (t *T) get() int { return t.n }

func method() {
	var i iface = mk("iface")
	fmt.Println(is("iface"))
	i.get()
	fmt.Println(is("iface"))
}

func chain() {
	a := mk("a")
	a.p = mk("b")
	b := a.p
	fmt.Println(is("a"), is("b"))
	use(b)
	fmt.Println(is("a"), is("b"))
}

func slices() {
	s := []*T{mk("s0"), mk("s1")}
	fmt.Println(is("s0"), is("s1"))
	s[0] = nil
	fmt.Println(is("s0"), is("s1"))
	use(s[1])
	fmt.Println(is("s0"), is("s1"))
}

func results() (t *T, err error) {
	defer func() { err = nil }()
	t = mk("result")
	fmt.Println(is("result"))
	return t, nil
}

func overwritten() {
	t := mk("first")
	use(t)
	t = mk("second")
	fmt.Println(is("first"), is("second"))
	use(t)
	fmt.Println(is("second"))
}

func bufd() {
	c := make(chan *T, 2)
	c <- mk("buf")
	fmt.Println(is("buf"))
	<-c
	fmt.Println(is("buf"))
	c <- nil
}

func mapped() {
	m := map[int]*T{1: mk("m1")}
	fmt.Println(is("m1"))
	delete(m, 1)
	fmt.Println(is("m1"), len(m))
}

func goarg() {
	stop := make(chan bool)
	go func(t *T) {
		use(t)
		<-stop
	}(mk("goarg"))
	go func(t *T) {
		<-stop
		use(t)
	}(mk("goarg2"))
	time.Sleep(time.Millisecond)
	fmt.Println(is("goarg"), is("goarg2"))
	close(stop)
}

func timers() {
	t := mk("timer")
	tm := time.AfterFunc(time.Hour, func() { use(t) })
	fmt.Println(is("timer"))
	tm.Stop()
	fmt.Println(is("timer"))
}

func main() {
	lastUse()
	param(mk("param"))
	c := make(chan *T)
	go sender(c)
	<-c
	time.Sleep(20 * time.Millisecond)
	closure()
	deferred()
	fmt.Println(is("deferred"))
	panics()
	loop()
	receiver()
	selecting()
	blockedSend()
	selectSend()
	weakly()
	method()
	chain()
	slices()
	r, _ := results()
	fmt.Println(is("result"))
	use(r)
	fmt.Println(is("result"))
	overwritten()
	bufd()
	mapped()
	goarg()
	timers()
}
"""

#: What it prints in real Go.
LAST_USE_LINES = """\
local alive
local gone
kept alive
kept gone
param alive
param gone
sent gone
captured alive
captured gone
deferred alive
deferred gone
panicking gone
loop0 alive false
loop1 alive true
loop0 gone
loop2 alive true
loop1 gone
received gone
selected gone
blocked alive
blocked gone
sc alive sd alive
sc gone sd gone
true
weak gone
true
iface alive
iface gone
a gone b alive
a gone b gone
s0 alive s1 alive
s0 gone s1 alive
s0 gone s1 gone
result alive
result alive
result gone
first gone second alive
second gone
buf alive
buf gone
m1 alive
m1 gone 0
goarg gone goarg2 alive
timer alive
timer gone
""".split("\n")

HELD = r"""package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

type T struct{ s string }

func text(n int) string { return strings.Repeat(fmt.Sprint(n, ","), 3) }

//go:noinline
func rub() int {
	n := 0
	for i := 0; i < 20; i++ {
		n += len(text(i)) + len(make([]int, 8))
	}
	return n
}

func named(n int) (s string, t *T) {
	defer func() {
		rub()
		if recover() != nil {
			s += "!"
		}
	}()
	s, t = text(n), &T{text(n + 1)}
	rub()
	if n > 1 {
		var p *T
		fmt.Println(p.s)
	}
	s = text(n + 2)
	return
}

func plain(n int) (string, *T) {
	s, t := text(n), &T{text(n)}
	defer rub()
	return s, t
}

type reader interface{ read(a, b string) string }

func (t *T) read(a, b string) string { rub(); return t.s + a + b }

func main() {
	c, d, e := make(chan *T), make(chan string), make(chan [3]string)
	never, other := make(chan *T), make(chan *T)
	go func() { c <- &T{text(1)} }()
	go func() {
		select {
		case d <- text(2):
		case never <- &T{text(3)}:
		}
	}()
	go func() { e <- [3]string{text(3), text(4), text(5)} }()
	got := make(chan string, 1)
	go func() {
		t := <-other
		a := <-e
		got <- t.s + a[2]
	}()
	time.Sleep(time.Millisecond)
	rub()
	fmt.Println((<-c).s)
	fmt.Println(<-d)
	other <- &T{text(6)}
	fmt.Println(<-got)
	for n := range 3 {
		s, t := named(n)
		rub()
		fmt.Println(s, t.s)
	}
	s, t := plain(7)
	var r reader = t
	fmt.Println(s, r.read(text(8), text(9)))
	var mu sync.Mutex
	mu.Lock()
	done := make(chan *T)
	for i := range 3 {
		v := &T{text(i)}
		go func() {
			mu.Lock()
			defer mu.Unlock()
			done <- v
		}()
	}
	time.Sleep(time.Millisecond)
	rub()
	mu.Unlock()
	all := map[string]bool{}
	for range 3 {
		all[(<-done).s] = true
	}
	fmt.Println(all)
	f := func() string { return s }
	for i := range 2 {
		g, old := f, s
		f = func() string { return g() + old + text(i) }
		rub()
	}
	fmt.Println(f())
}
"""
