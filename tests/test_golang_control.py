"""Labels, goto, select, switch, defer, panic, recover, order of initialisation; beside real Go."""

from __future__ import annotations

import golang_front
import golang_real
import pytest
from golang_front import in_function, needs_go

from gosched_edu import go

PRELUDE = """
func one() int { return 1 }
func two() (int, string) { return 1, "a" }
func none() { }
type T struct { f int }
func (t T) M() int { return t.f }
var c chan int
var r <-chan int
var s chan<- int
var n int
var e error
var i any
"""

WRONG = r"""
L: for { }
L: L2: for { break L }
goto L
L: goto M
goto L; x := 1; _ = x; L: n = 1
goto L; var x int; _ = x; L: n = 1
goto L; { L: n = 1 }
{ goto L }; n = 2; L: n = 1
L: n = 1; L: n = 2; goto L
L: if n > 1 { break L }
L: switch n { case 1: continue L }
L: for { continue L; break L }; goto L
for { func() { break }() }
for { func() { L: for { continue L } }(); continue L }
break
if true { continue }
switch n { case 1: continue }
switch n { case 1: fallthrough }
switch n { case 1: fallthrough; case 2: if n > 1 { fallthrough } }
switch i.(type) { case int: fallthrough; case string: }
select { case <-c: fallthrough; default: }
fallthrough
switch n { case 1: case 2, 1: case 1 + 1: }
switch n { case "a": case 1.0: case 1.5: case nil: }
switch i { case 1: case "a": case 1: case int8(1): case nil: case []int{}: }
switch n { default: default: }
switch { case 1: case n: case n > 1: case true, true: }
switch x := n; { case x > 1: }
switch x := one(); x { }
switch none() { }
switch two() { }
switch n := i.(type) { }
switch x := i.(type) { case int: _ = x + 1; case string, bool: _ = x + 1; default: _ = x }
switch n.(type) { }
switch i.(type) { case int: case int: case error: case T: case undefined1: }
switch e.(type) { case int: case *T: }
select { case x := <-c: case y, ok := <-r: _ = y; default: default: }
select { case c <- "a": case r <- 1: case <-s: case <-n: case n <- 1: }
select { case n: case one(): case n = 1: case x := n: }
select { case n = <-c: case n, i = <-c: case two = <-c: case T{}.f = <-c: case n, n, n = <-c: }
select { case (<-c): case _ = <-c: case _, _ = <-c: case _ := <-c: }
<-s
r <- 1
c <- "a"
c <- none()
close(r)
close(n)
for x := range s { _ = x }
for x, y := range c { _, _ = x, y }
defer n
defer one
defer recover
defer one()
defer len("a")
defer int(n)
defer func() { }
go func(x int) { }("a")
go two
go append([]int{}, 1)
defer panic()
defer panic(1, 2)
panic()
panic(none())
x := recover(); x.foo()
recover(1)
print(none())
println(nil)
_ = println
_ = print(1)
x := panic(1)
return 1
if n { }
if n = 1; n == 1 { }
if x := 1; x { }
for n { }
for i := 0; i; i++ { }
if none() { }
if "a" == 1 { }
x, y := one(); _, _ = x, y
x := two(); _ = x
x, y := two(); x = y
var a, b, d = two(); _, _, _ = a, b, d
n, e = two()
n = two()
n, n = 1
one() = 1
none()++
two()++
n++ ; i++
n += "a"
n += two()
i += 1
_ = none()
_ = n.x
x := 1; { x := 2 }
var x int; x = 1
var x, y = 1, 2; _ = x
x := func() { x() }; x()
x := 1; func() { x = 2 }()
type Local struct{ x undefined1 }
var f func(int) int = one; _ = f
one(1)
one(two())
func(a int, b string) { }(two(), 1)
func(a int, b string) { }(1)
func(a int, b ...string) { }()
func(a int, b ...string) { }(1, 2, "a")
func(a ...int) { }([]string{}...)
func(a int) { }([]int{}...)
_ = T.M(1)
_ = T{}.M
T{}.M
T{}
"abc"
n == 1
-n
<-c + 1
*n = 1
&n
one
""".strip().split("\n")

DECLARATIONS = r"""
func _() int { }

func _() int { for { } }

func _() int { for n > 0 { return 1 } }

func _() int { L: for { break L } }

func _() int { for { if n > 1 { break } } }

func _() int { if n > 1 { return 1 } else { panic(1) } }

func _() int { if n > 1 { return 1 } }

func _() int { switch n { case 1: return 1; default: panic(1) } }

func _() int { switch n { case 1: return 1 } }

func _() int { switch n { case 1: fallthrough; default: return 1 } }

func _() int { select { case <-c: return 1; default: return 2 } }

func _() int { select { case <-c: break; default: return 2 } }

func _() int { select { } }

func _() int { goto L; L: return 1 }

func _() int { L: goto L }

func _() int { { return 1 } }

func _() int { return 1; ; }

func _() int { panic := func(int) { }; panic(1) }

func _() int { defer none(); func() { return }() }

func _() (x int) { { x := "a"; return } }

func _() (x int, y string) { return 1 }

func _() (int, string) { return two() }

func _() (string, int) { return two() }

func _() (x int) { x = 2; return; return 1, 2 }

func _() { return nil }

func _() int { return }

func _() error { return 1 }

func _() (int, error) { return 1, "a" }

var va = vb

var vb = vc + 1

var vc = fva()

func fva() int { return va }

var vself = vself

var vlit = func() int { return vlit2 }()

var vlit2 = vlit

type meth struct{}

func (meth) m() int { return vm }

var vm = meth{}.m()

var (
	x1, x2 = two()
	x3, x4 = 1
)

var x5, x6 int = 1, "a"

const c1 = c2

const c2 = c1

const c3 = one()

func init() int { return 1 }

func init(x int) { }

var _ = init

var init = 1

func dup() { }

func dup() { }
""".strip()

PIECES = (*map(in_function, WRONG), *DECLARATIONS.split("\n\n"))


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("number", range(len(PIECES)), ids=PIECES)
def test_same_errors_as_gc(number: int) -> None:
    ours, real = golang_front.both(PRELUDE, PIECES)[number]
    assert ours == real


PROGRAMS = {
    "control": r"""package main

import "fmt"

type T struct{ n int }

func (t *T) inc()     { t.n++ }
func (t T) show()     { fmt.Println("show", t.n) }

func f1() (r int) {
	defer func() { r *= 2 }()
	return 21
}
func f2() (r int, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("recovered: %v", x)
			r = -1
		}
	}()
	var m map[string]int
	m["a"] = 1
	return 5, nil
}
func f3() {
	for i := 0; i < 3; i++ {
		defer fmt.Println("defer", i)
	}
	t := T{1}
	defer t.show()
	t.inc()
	defer t.show()
	defer t.inc()
	defer func(x int) { fmt.Println("arg", x, t.n) }(t.n)
	t.n = 100
}
func f4() int {
	defer func() { recover() }()
	panic("x")
}
func f5() (s string) {
	defer func() {
		s = fmt.Sprint(recover())
	}()
	defer func() {
		panic("second")
	}()
	panic("first")
}
func idx(xs []int, i int) (v int, e any) {
	defer func() { e = recover() }()
	return xs[i], nil
}
func div(a, b int) (v int, e any) {
	defer func() {
		if r := recover(); r != nil {
			e = r.(error).Error()
		}
	}()
	return a / b, nil
}
func nested() {
	defer fmt.Println("nested done")
	func() {
		defer func() { fmt.Println("inner", recover()) }()
		panic(fmt.Sprintf("%d", 42))
	}()
	fmt.Println("after inner")
}
func gotos() {
	i := 0
loop:
	if i < 3 {
		fmt.Print(i, " ")
		i++
		goto loop
	}
	fmt.Println()
	if i == 3 {
		goto end
	}
	fmt.Println("skipped")
end:
	fmt.Println("end")
	var fs []func()
	j := 0
again:
	k := j * 10
	fs = append(fs, func() { fmt.Print(k, ";") })
	j++
	if j < 3 {
		goto again
	}
	for _, f := range fs {
		f()
	}
	fmt.Println()
}
func labels() {
outer:
	for i := 0; i < 3; i++ {
		for j := 0; j < 3; j++ {
			switch {
			case j == 1:
				continue outer
			case i == 2:
				break outer
			}
			fmt.Println(i, j)
		}
	}
sw:
	switch x := 3; x {
	case 3:
		for {
			break sw
		}
		fmt.Println("no")
	}
	c := make(chan int, 1)
sel:
	for {
		select {
		case c <- 1:
			fmt.Println("sent")
		case v := <-c:
			fmt.Println("got", v)
			break sel
		}
	}
}
func selects() {
	a, b := make(chan int, 1), make(chan string, 1)
	select {
	case v := <-a:
		fmt.Println(v)
	default:
		fmt.Println("default")
	}
	a <- 1
	var x int
	var ok bool
	select {
	case x, ok = <-a:
		fmt.Println(x, ok)
	}
	close(a)
	xs := []int{0, 0}
	m := map[string]bool{}
	select {
	case xs[1], m["k"] = <-a:
		fmt.Println(xs, m)
	}
	var e any
	b <- "str"
	select {
	case e = <-b:
		fmt.Println(e)
	case <-(chan int)(nil):
	}
	d := make(chan struct{ a, b int }, 2)
	n := 0
	next := func() int { n++; return n }
	select {
	case d <- struct{ a, b int }{next(), next()}:
	}
	select {
	case p, ok := <-d:
		fmt.Println(p, ok)
		p.a = 10
		f := func() { p.b++ }
		f()
		fmt.Println(p)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		for v := range b {
			fmt.Println("recv", v)
		}
	}()
	b <- "x"
	close(b)
	<-done
	go fmt.Println("go builtin lib")
	go func() { done = nil }()
}
func fall(n int) {
	switch n {
	case 1:
		fmt.Println("one")
		fallthrough
	case 2:
		fmt.Println("two")
	case 3, 4:
		fmt.Println("three/four")
	default:
		fmt.Println("def")
	}
}
func tags(x any) {
	switch x {
	case 1:
		fmt.Println("int 1")
	case "a":
		fmt.Println("a")
	case 2.5:
		fmt.Println("2.5")
	case nil:
		fmt.Println("nil")
	case T{3}:
		fmt.Println("T3")
	default:
		fmt.Println("other")
	}
}
func main() {
	fmt.Println(f1())
	fmt.Println(f2())
	f3()
	fmt.Println(f4(), f5())
	fmt.Println(idx([]int{1}, 5))
	fmt.Println(div(1, 0))
	nested()
	gotos()
	labels()
	selects()
	for i := range 5 {
		fall(i)
	}
	tags(1)
	tags("a")
	tags(2.5)
	tags(nil)
	tags(T{3})
	tags(int8(1))
	var fn func()
	defer func() { fmt.Println("main recovered", recover()) }()
	fn()
}
""",
    "init": r"""package main

import "fmt"

var a = trace("a", b+1)
var b = trace("b", f())
var c, d = trace("c", 1), trace("d", c)
var (
	e, g = pair()
	_    = trace("blank", e)
	h    = func() int { return i * 2 }()
	i    = trace("i", 21)
	m    = T{k}.get()
	k    = trace("k", 5)
	p    = &q
	q    = trace("q", *r)
	r    = new(int)
)

type T struct{ n int }

func (t T) get() int        { return trace("get", t.n+later) }
func f() int                { return d + 10 }
func pair() (int, string)   { return trace("pair", a), "g" }
func trace(s string, n int) int {
	fmt.Println(s, n)
	return n
}

var later = trace("later", 100)
var method = T.get
var x, y = T{1}.n, method
var iface interface{ get() int } = T{z}
var z = trace("z", 3)

func init() { fmt.Println("init 1", a, b, c, d, e, g, h, i, m, k, *p, q) }
func init() { fmt.Println("init 2", later, x, iface.get()) }
func main() { fmt.Println("main", y(T{7})) }
func init() { fmt.Println("init 3") }
""",
    "panics": r"""package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
)

type myErr struct{ code int }

func (e *myErr) Error() string { return fmt.Sprint("code ", e.code) }

func deferOrder() (s string) {
	for i := range 3 {
		defer func() { s += fmt.Sprint(i) }()
	}
	for i := 0; i < 3; i++ {
		defer func(n int) { s += fmt.Sprint(n, i) }(i * 10)
	}
	return "r"
}
func rethrow() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("wrapped: %w", r.(error))
		}
	}()
	defer func() {
		r := recover()
		panic(r)
	}()
	panic(&myErr{42})
}
func notDirect() (r any) {
	defer func() { r = recover() }()
	defer func() {
		func() { fmt.Println("indirect", recover()) }()
	}()
	panic("direct only")
}
func recoverTwice() {
	defer func() { fmt.Println("second", recover()) }()
	defer func() { fmt.Println("first", recover()) }()
	panic(1)
}
func nilPanic() {
	defer func() {
		r := recover()
		_, ok := r.(*runtime.PanicNilError)
		fmt.Println(r, ok)
	}()
	panic(nil)
}
func kinds(f func()) {
	defer func() {
		r := recover()
		e, ok := r.(runtime.Error)
		fmt.Printf("%v %v\n", r, ok)
		_ = e
	}()
	f()
}
func loop(n int) (out []int) {
	for i := 0; i < n; i++ {
		func() {
			defer func() { recover() }()
			if i%2 == 1 {
				panic(i)
			}
			out = append(out, i)
		}()
	}
	return
}

type res struct{ name string }

func (r res) Close()   { fmt.Println("close", r.name) }
func (r *res) Reset()  { r.name = "reset" }

func methods() {
	r := res{"a"}
	defer r.Close()
	defer r.Reset()
	var c interface{ Close() } = r
	defer c.Close()
	f := r.Close
	r.name = "b"
	defer f()
	defer (*res).Reset(&r)
	defer func() { fmt.Println(r.name) }()
}
func multi() (a int, b string, err error) {
	defer func() {
		if r := recover(); r != nil {
			a, b, err = -1, "rec", errors.New("e")
		}
	}()
	a, b = 1, "x"
	var xs []int
	return xs[3], "no", nil
}

func main() {
	fmt.Println(deferOrder())
	err := rethrow()
	var me *myErr
	fmt.Println(err, errors.As(err, &me), me.code)
	fmt.Println(notDirect())
	recoverTwice()
	nilPanic()
	var m map[string]int
	var p *myErr
	var i any = "str"
	var ch chan int
	zero := 0
	kinds(func() { m["a"] = 1 })
	kinds(func() { p.code = 1 })
	kinds(func() { _ = i.(int) })
	kinds(func() { _ = i.(fmt.Stringer) })
	kinds(func() { close(ch) })
	kinds(func() { _ = 1 / zero })
	kinds(func() { _ = []int{}[zero] })
	kinds(func() { _ = "abc"[zero+1 : zero] })
	kinds(func() { _ = make([]int, zero-1) })
	kinds(func() { _ = 1 << (zero - 1) })
	kinds(func() { panic(fmt.Sprint("custom")) })
	kinds(func() { panic(&myErr{1}) })
	fmt.Println(loop(5))
	methods()
	fmt.Println(multi())
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer fmt.Println("goexit deferred", recover())
		func() {
			defer fmt.Println("inner")
			runtime.Goexit()
		}()
		fmt.Println("never")
	}()
	wg.Wait()
	defer fmt.Println("not printed by os.Exit")
	os.Exit(3)
}
""",
}


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("name", PROGRAMS)
def test_same_output_as_real_go(name: str) -> None:
    output, code = golang_real.outcome(PROGRAMS[name], golang_front.NEWEST)
    run = go.run(PROGRAMS[name], version=golang_front.NEWEST, procs=1, jit=False)
    assert run.output == output
    assert run.exit_code == code
