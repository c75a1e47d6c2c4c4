"""Type parameters: declarations, constraints, inference, instances; beside real Go."""

from __future__ import annotations

import golang_front
import golang_real
import pytest
from golang_front import needs_go

from gosched_edu import go

PRELUDE = """
type Number interface{ ~int | ~float64 }
type Stringer interface{ String() string }
type Pair[K comparable, V any] struct { k K; v V }
type List[T any] struct { head *node[T] }
type node[T any] struct { v T; next *node[T] }
func (l *List[T]) Push(x T) { l.head = &node[T]{x, l.head} }
func (p Pair[K, V]) Key() K { return p.k }
func Id[T any](x T) T { return x }
func Map[T, U any](xs []T, f func(T) U) []U { return nil }
func Sum[T Number](xs ...T) (s T) { return }
func Make[T any]() T { var z T; return z }
func First[S ~[]E, E any](s S) E { return s[0] }
func Two[A, B any](a A, b B) (A, B) { return a, b }
type Set[T comparable] map[T]bool
type MyInt int
func (MyInt) String() string { return "" }
"""

WRONG = """
func _() { Sum("a") }

func _() { Sum(1, "a") }

func _() { Sum(1, 2.5); Sum(1, MyInt(2)) }

func _() { Sum[string]() }

func _() { Sum[int, int]() }

func _() { Sum[int]("a") }

func _() { f := Sum; _ = f }

func _() { var f func(string, ...string) string = Sum; _ = f }

func _() { Make() }

func _() { var x int = Make(); _ = x }

func _() { var x int = Make[string](); _ = x }

func _() { Map([]int{1}, func(s string) int { return 0 }) }

func _() { Map([]int{1}, Id[string]) }

func _() { var s []string = Map([]int{1}, Id); _ = s }

func _() { Map(1, 2) }

func _() { Map([]int{1}) }

func _() { Map[int]([]string{}, nil) }

func _() { First(3); First([]int{}, 1); var s string = First([]int{}); _ = s }

func _() { Id(nil); Id(); Id(1, 2) }

func _() { Two(1); var a int; a, b := Two("x", 2); _, _ = a, b }

var _ List

var _ List[int, int]

var _ Pair[int]

var _ Pair[[]int, int]

var _ Pair[func(), int]

var _ Pair[any, int]

var _ Set[[]int]

var _ int[string]

var _ = List[int]{1}

var _ = Pair[string, int]{"a", "b"}

func _() { var l List[int]; l.Push("a"); l.Pop(); l.head.v = "x"; l.Push[int](1) }

func _() { var p Pair[string, int]; var k int = p.Key(); _ = k; p.x = 3 }

func _() { var a List[int]; var b List[string]; a = b; _ = a == b }

func _() { var x Number; _ = x }

func _(x Number) { }

func _[T any](x, y T) bool { return x == y }

func _[T any](x, y T) T { return x + y }

func _[T any](x T) { x.String(); x.f = 1; x[0] = 1; for range x { }; len(x); <-x; x <- 1; x() }

func _[T Number](x T) { x.String(); _ = x % 2; _ = x << 1; _ = x + 1; _ = x + 1.5 }

func _[T Number](x T) { _ = x + "a"; _ = !x }

func _[T Number](x T) T { return 1 }

func _[T Number](x T) T { return 1.5 }

func _[T Number](x T) T { return "a" }

func _[T Number](x T) int { return x }

func _[T Number](x T) { var i int = int(x); _ = string(x); _ = float64(x); _ = i; _ = []byte(x) }

func _[T Stringer](x T) { _ = x.String() + 1; x.Foo(); var s Stringer = x; _ = s; _ = x == nil }

func _[T comparable](x, y T) { _ = x == y; _ = x < y; _ = x == nil; m := map[T]int{}; _ = m[3] }

func _[T any](x T) { m := map[T]int{}; _ = m }

func _[T any](x T) { switch x.(type) { }; switch any(x).(type) { case T: case int: } }

func _[T any](x T) { _ = x.(int); _ = any(x).(T); var y T = nil; _ = y; var z T = 0; _ = z }

func _[T *int | *string](p T) { _ = *p; *p = 1 }

func _[T []int | [3]int](x T) { _ = x[0]; _ = x[5]; _ = len(x); x[0] = "a"; for i := range x { _ = i } }

func _[T []int | string](x T) { _ = x[0]; _ = len(x); _ = cap(x); x[0] = 1; for range x { } }

func _[T map[string]int | map[string]bool](x T) { _ = x["a"]; delete(x, "a"); delete(x, 1) }

func _[T chan int | <-chan int](c T) { <-c; c <- 1; close(c); for range c { } }

func _[T func(int) int](f T) { _ = f(1); f("a"); _ = f() + "x" }

func _[T struct{ x int }](s T) { _ = s.x }

func _[K comparable, M ~map[K]V, V any](m M) { for k, v := range m { var s string = k; v = 1; _ = s } }

func _[T any, T any](x T) { }

func _[T undefined1](x T) { x.foo() }

func _[T int | undefined2]() { }

func _[T any]() { var x T; _ = &x; _ = T(3); _ = T; _ = T{} }

func _[T interface{ int; string }](x T) { _ = x + x }

func _[T interface{ int | string; String() string }](x T) { x.String() }

type _ interface { int; Foo() }

type _ interface { ~MyInt }

type _ interface { int | Stringer }

type _ interface { comparable | int }

type _ struct { Pair }

type Opt[T any] func(*T)

func _() { var o Opt[int] = func(s *string) { }; _ = o }

type Tree[T interface{ Less(T) bool }] struct { l, r *Tree[T] }

var _ Tree[int]

func (l List) Bad2() { }

func (p *Pair[K]) Bad3() { }

func (s Set[T]) Add(x T) { s[x] = 1 }

func _[T any](xs ...T) { for _, x := range xs { var y int = x; _ = y } }

func _[T fmtStringer](x T) { }

func _[A any, B []A, C map[string]B](c C) A { return c["a"][0] + 1 }

func _() { go Id(1); defer Id(2); go Make[int]; defer Sum[string]() }

func _() { x := Id[int]; x("a"); var y func(string) string = Id[int]; _ = y }

func _[T interface{ Set(string); *U }, U any]() { var u U; T(&u).Set(1); T(u).Set("a") }

const _ = Make[int]()

var unusedGeneric = func() { var x List[int] }
""".strip()

PIECES = tuple(WRONG.split("\n\n"))


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("number", range(len(PIECES)), ids=PIECES)
def test_same_errors_as_gc(number: int) -> None:
    ours, real = golang_front.both(PRELUDE, PIECES)[number]
    assert ours == real


PROGRAM = r"""package main

import (
		"errors"
	"fmt"
)

type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~float32 | ~float64
}

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}
func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}
func Filter[S ~[]E, E any](s S, keep func(E) bool) S {
	var out S
	for _, x := range s {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}
func Reduce[T, A any](xs []T, init A, f func(A, T) A) A {
	for _, x := range xs {
		init = f(init, x)
	}
	return init
}

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }
func (s *Stack[T]) Pop() (T, error) {
	var zero T
	if len(s.items) == 0 {
		return zero, errors.New("empty")
	}
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, nil
}

type Pair[K comparable, V any] struct {
	Key K
	Val V
}

func (p Pair[K, V]) String() string { return fmt.Sprintf("%v=>%v", p.Key, p.Val) }

type List[T any] struct {
	head *node[T]
	size int
}
type node[T any] struct {
	val  T
	next *node[T]
}

func (l *List[T]) Add(v T) *List[T] {
	l.head = &node[T]{v, l.head}
	l.size++
	return l
}
func (l *List[T]) Each(f func(int, T)) {
	i := 0
	for n := l.head; n != nil; n = n.next {
		f(i, n.val)
		i++
	}
}
func (l *List[T]) All() func(yield func(int, T) bool) {
	return func(yield func(int, T) bool) {
		i := 0
		for n := l.head; n != nil; n = n.next {
			if !yield(i, n.val) {
				return
			}
			i++
		}
	}
}

type Tree[K Ordered, V any] struct {
	root *tnode[K, V]
}
type tnode[K Ordered, V any] struct {
	k    K
	v    V
	l, r *tnode[K, V]
}

func (t *Tree[K, V]) Put(k K, v V) { t.root = t.root.put(k, v) }
func (n *tnode[K, V]) put(k K, v V) *tnode[K, V] {
	if n == nil {
		return &tnode[K, V]{k: k, v: v}
	}
	switch {
	case k < n.k:
		n.l = n.l.put(k, v)
	case k > n.k:
		n.r = n.r.put(k, v)
	default:
		n.v = v
	}
	return n
}
func (t *Tree[K, V]) Walk(f func(K, V)) { t.root.walk(f) }
func (n *tnode[K, V]) walk(f func(K, V)) {
	if n != nil {
		n.l.walk(f)
		f(n.k, n.v)
		n.r.walk(f)
	}
}

type Set[T comparable] map[T]struct{}

func (s Set[T]) Add(x T)           { s[x] = struct{}{} }
func (s Set[T]) Has(x T) bool      { _, ok := s[x]; return ok }
func NewSet[T comparable](xs ...T) Set[T] {
	s := Set[T]{}
	for _, x := range xs {
		s.Add(x)
	}
	return s
}

type Stringer interface{ String() string }
type MyInt int

func (m MyInt) String() string { return fmt.Sprintf("MyInt(%d)", int(m)) }
func Join[T Stringer](xs []T) string {
	var parts []string
	for _, x := range xs {
		parts = append(parts, x.String())
	}
	return join(parts, ",")
}

type Setter[T any] interface {
	*T
	Set(string)
}
type Conf struct{ v string }

func (c *Conf) Set(s string) { c.v = s }
func Build[T any, P Setter[T]](s string) T {
	var x T
	P(&x).Set(s)
	return x
}
func Ptr[T any](x T) *T { return &x }
func Max[T Ordered](a, b T) T {
	if a > b {
		return a
	}
	return b
}
func Zero[T any]() T { var z T; return z }
func Keys[M ~map[K]V, K comparable, V any](m M) int { return len(m) }
func Convert[T, U Number](x T) U { return U(x) }
func TypeName[T any](x T) string {
	switch any(x).(type) {
	case int:
		return "int"
	case string:
		return "string"
	case []T:
		return "slice"
	}
	return fmt.Sprintf("%T", x)
}
func Chan[T any](xs ...T) <-chan T {
	c := make(chan T, len(xs))
	for _, x := range xs {
		c <- x
	}
	close(c)
	return c
}
func Fact[T Number](n T) T {
	if n <= 1 {
		return 1
	}
	return n * Fact(n-1)
}

type Num[T Number] struct{ v T }

func (n Num[T]) Plus(m Num[T]) Num[T] { return Num[T]{n.v + m.v} }

type Opt[T any] func(*T)
type Cache[K comparable, V any] struct {
	data map[K]V
	load func(K) (V, error)
}

func NewCache[K comparable, V any](load func(K) (V, error)) *Cache[K, V] {
	return &Cache[K, V]{data: make(map[K]V), load: load}
}
func (c *Cache[K, V]) Get(k K) (V, error) {
	if v, ok := c.data[k]; ok {
		return v, nil
	}
	v, err := c.load(k)
	if err == nil {
		c.data[k] = v
	}
	return v, err
}

type Base[T any] struct{ val T }

func (b *Base[T]) Get() T  { return b.val }
func (b *Base[T]) Put(x T) { b.val = x }

type Derived struct {
	Base[string]
	n int
}
type Getter[T any] interface{ Get() T }

func use[T any](g Getter[T]) T { return g.Get() }

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2.5), Sum[int8](100, 100), Sum[float32](0.1, 0.2))
	fmt.Println(Map([]int{1, 2, 3}, func(i int) string { return Repeat("x", i) }))
	type Ints []int
	fmt.Printf("%T\n", Filter(Ints{1, 2, 3, 4}, func(i int) bool { return i%2 == 0 }))
	fmt.Println(Filter([]string{"a", "bb"}, func(s string) bool { return len(s) > 1 }))
	fmt.Println(Reduce([]int{1, 2, 3}, "", func(a string, x int) string { return a + fmt.Sprint(x) }))
	s := &Stack[string]{}
	s.Push("a")
	s.Push("b")
	fmt.Println(s.Pop())
	fmt.Println(s.Pop())
	fmt.Println(s.Pop())
	p := Pair[string, int]{"k", 3}
	fmt.Println(p, &p)
	fmt.Printf("%T %v %+v\n", p, p, struct{ P Pair[int, bool] }{Pair[int, bool]{1, true}})
	var l List[float64]
	l.Add(1.5).Add(2.5)
	l.Each(func(i int, f float64) { fmt.Println(i, f) })
	for i, v := range l.All() {
		fmt.Println("range", i, v)
		if i == 0 {
			break
		}
	}
	var t Tree[string, int]
	for i, w := range Fields("the quick brown fox jumps") {
		t.Put(w, i)
	}
	t.Walk(func(k string, v int) { fmt.Print(k, ":", v, " ") })
	fmt.Println()
	set := NewSet(1, 2, 3)
	fmt.Println(set.Has(2), set.Has(9), len(set))
	fmt.Println(Join([]MyInt{1, 2}), Join([]Pair[string, int]{p}))
	fmt.Println(Build[Conf]("hi").v, *Ptr(3), *Ptr("s"), Max("a", "b"), Max(2.5, 1))
	fmt.Println(Zero[int](), Zero[string]() == "", Zero[*int]() == nil)
	fmt.Println(Zero[[2]int](), Zero[struct{ a int }]())
	fmt.Println(Keys(map[string]int{"a": 1}), Convert[float64, int](3.9), Convert[int, int8](300))
	fmt.Println(TypeName(1), TypeName("a"), TypeName(2.5), TypeName([]int{}), TypeName(p))
	for v := range Chan(1, 2, 3) {
		fmt.Print(v, " ")
	}
	fmt.Println(Fact(5), Fact(5.0), Fact[int8](6))
	fmt.Println(Num[int]{1}.Plus(Num[int]{2}), Num[float64]{.5}.Plus(Num[float64]{.25}))
	c := NewCache(func(k string) (int, error) { fmt.Println("load", k); return len(k), nil })
	c.Get("abc")
	fmt.Println(c.Get("abc"))
	d := &Derived{n: 1}
	d.Put("derived")
	fmt.Println(d.Get(), use[string](d))
	f := Map[int, int]
	fmt.Println(f([]int{1, 2}, func(i int) int { return i * i }))
	var g func(float64, float64) float64 = Max
	fmt.Println(g(1, 2))
	m := (*Stack[int]).Push
	si := &Stack[int]{}
	m(si, 4)
	push := si.Push
	push(5)
	fmt.Println(si.items)
	fmt.Printf("%T %T %T\n", si, l, set)
	type local[T any] struct{ x T }
	fmt.Printf("%T %v\n", local[int]{3}, local[string]{"a"})
	defer fmt.Println(Sum(1, 2))
	go Sum(1)
	func() {
		defer Map([]int{7}, func(i int) int { fmt.Println("deferred generic", i); return i })
	}()
	var opts []Opt[Conf]
	opts = append(opts, func(c *Conf) { c.v = "opt" })
	var cf Conf
	for _, o := range opts {
		o(&cf)
	}
	fmt.Println(cf)
	fmt.Println(Map([]int{1, 2}, Convert[int, float64]), Map([]MyInt{3}, MyInt.String))
}

type Ordered interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64 | ~string
}

func Repeat(s string, n int) (r string) {
	for range n {
		r += s
	}
	return
}
func join(p []string, sep string) (r string) { for i, s := range p { if i > 0 { r += sep }; r += s }; return }
func Fields(s string) (out []string) {
	w := ""
	for _, c := range s {
		if c == ' ' {
			out = append(out, w)
			w = ""
			continue
		}
		w += string(c)
	}
	return append(out, w)
}
"""


@pytest.mark.go
@needs_go
def test_same_output_as_real_go() -> None:
    (real,) = golang_real.outputs([PROGRAM], golang_front.NEWEST)
    assert golang_front.run(PROGRAM) == real


def test_instances_are_functions_of_the_image() -> None:
    """One function for each list of type arguments, named as Go's stack dumps name them."""
    source = (
        "package main\n\nfunc id[T any](x T) T { return x }\n\n"
        "func main() { println(id(1), id(2), id(\"a\")) }\n"
    )
    names = [f.name for f in go.compile(source, version="1.27").functions]
    assert [n for n in names if n.startswith("main.id")] == ["main.id[...]"] * 2


ENDLESS = (
    "func f[T any](n int, x T) { if n > 0 { f(n-1, []T{x}) } }",
    "type Box[A any] struct { a A }; func nest[A any](b Box[A]) { nest[Box[A]](Box[Box[A]]{b}) }",
    "func two[A, B any]() { two[B, *A]() }; func fine[A, B any]() { fine[B, A]() }",
    "type List[E any] struct{}; func (l List[T]) grow() { List[chan T]{}.grow() }",
    "type M struct{}; func (M) g[A any](a A) { M{}.g(&a) }",
    "func a[T any]() { b[T]() }; func b[T any]() { c[func(T)]() }; func c[T any]() { _ = 1 }",
)


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("text", ENDLESS)
def test_instances_without_end_are_refused_as_gc_refuses_them(text: str) -> None:
    source = "package main\n\n" + text.replace("; func", "\nfunc") + "\n\nfunc main() {}\n"
    ours, (real,) = golang_front.all_errors(source), golang_real.errors([source], golang_front.NEWEST)
    assert ours == [(line, col, m.replace("./main.go", "main.go")) for line, col, m in real]


def test_a_package_variable_without_room_is_named() -> None:
    source = "package main\n\nvar big [1 << 31]byte\n\nfunc main() { big[0] = 1 }\n"
    with pytest.raises(go.GoError, match="main.go:3:5: variable big is too large to be simulated"):
        go.compile(source)


def test_constants_become_complex_where_the_type_argument_is() -> None:
    source = """package main

type C interface{ ~complex64 | ~complex128 }

func of[T C]() (T, T) { return T(3), T(-1i) }
func inc[T int32 | float64 | complex64](x T) T { x++; return x }
func long(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t int) int { return a + t }

func main() {
	a, b := of[complex64]()
	println(a == 3, b == -1i, inc[complex64](2) == 3, inc(1.5))
	println(long(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8))
}
"""
    assert go.run(source, version="1.27", jit=False).stderr == "true true true 2.5\n9\n"
