"""Methods with type parameters of their own, as Go has them since 1.27; beside real Go."""

from __future__ import annotations

import golang_front
import golang_real
import pytest
from golang_front import needs_go

from gosched_edu import go

PRELUDE = """
type T struct{ n int }
type I interface{ M() }
type J interface{ Map(func(int) int) int }
type Stringer interface{ String() string }
type G[E any] struct{ e E }
func (t T) Map[U any](f func(int) U) U { return f(t.n) }
func (t T) M[U any]() {}
func (t *T) P[U ~int](u U) {}
func (t T) F[A any](x int) {}
func (t T) Two[A, B any](a A) (b B) { return }
func (g G[E]) H[S ~[]E](s S) S { return append(s, g.e) }
func (g G[E]) Any[S interface{ ~[]E | ~map[string]E }](s S) {}
func (g G[E]) Text[X Stringer](x X) string { return x.String() }
func wants[X interface{ M() }](x X) {}
"""

WRONG = """
func (t T) Own[A, A any](x A) {}

func (g G[E]) Same[E any](x E) E { return x }

func (t T) Hides[T any](x T) T { return x }

func _() { var i I = T{}; _ = i; _ = any(T{}).(I) }

func _() { var t T; _ = J(t); wants(t) }

func _() { _ = T.M; _ = T{}.M; x := T{}.Map; _ = x }

func _() { T{}.M(); T{}.F(1); T{}.Two[int](1); T{}.Two[int, string](1) }

func _() { T{}.Map[int, string](nil); T{}.Map[string](func(int) int { return 1 }) }

func _() { T{}.P(1); t := T{}; t.P("x"); (*T).P[int](&t, 1); T.P[int](t, 1) }

func _() { G[int]{}.H([]string{}); G[int]{}.H([]int{}); var _ []string = G[int]{}.H([]int{}) }

func _() { G[int]{}.Any(map[string]int{}); G[int]{}.Any(3); G[int]{}.Text(3) }

func _() { var t T; var f func(func(int) string) string = t.Map; var h func(int) = t.P; _, _ = f, h }

func _() { var t T; t.n[int](); var i I = nil; _ = i.M[int] }

func _() { var t T; go t.M(); go t.M[int](); defer t.M[int] }

func _() { var t T; t.Map(t.Map); t.Map(t.Two[int]) }

func (t T) Unused[A any]() { var x A }

func (g G[E]) Mixed[A any](a A) E { return a }
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
	"sort"
	"sync"
)

type Num interface{ ~int | ~float64 }
type Stack[E any] struct {
	mu sync.Mutex
	s  []E
}

func (s *Stack[E]) Push(e E) { s.mu.Lock(); defer s.mu.Unlock(); s.s = append(s.s, e) }
func (s *Stack[E]) Each[R any](f func(E) (R, error)) (out []R, err error) {
	type pair struct {
		e E
		r R
	}
	var ps []pair
	for _, e := range s.s {
		r, err := f(e)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", e, err)
		}
		ps = append(ps, pair{e, r})
	}
	for _, p := range ps {
		out = append(out, p.r)
	}
	fmt.Printf("%T\n", out)
	return
}

type Named int

func (n Named) Add[T Num](t T) T { return T(n) + t }
func (n *Named) Inc[T Num](ts ...T) {
	for _, t := range ts {
		*n += Named(t)
	}
}
func (Named) Zero[T any]() (z T) { return }

type Outer struct {
	Named
	*Stack[string]
}
type Deep struct{ Outer }

func (n Named) rec[T any](k int, x T) []T {
	if k == 0 {
		return nil
	}
	return append(n.rec(k-1, x), x)
}
func apply[A, B any](a A, f func(A) B) B { return f(a) }

type Tree[K any] struct{ l, r *Tree[K]; k K }

func (t *Tree[K]) Walk[A any](a A, f func(A, K) A) A {
	if t == nil {
		return a
	}
	return t.r.Walk(f(t.l.Walk(a, f), t.k), f)
}
func (t *Tree[K]) Less[O interface{ Less(O) bool }](a, b O) bool { return a.Less(b) }

type I int

func (i I) Less(j I) bool { return i < j }

var global = Named(7).Add[float64]

func main() {
	d := Deep{Outer{3, &Stack[string]{}}}
	d.Push("a")
	d.Push("b")
	fmt.Println(d.Add(1.5), d.Add(2), d.Named.Add[int](4), global(1))
	d.Inc(1, 2, 3)
	d.Inc[float64](1.5)
	fmt.Println(d.Named, d.Zero[string]() == "", d.Zero[[]int]() == nil)
	fmt.Println(d.Each(func(s string) (int, error) { return len(s), nil }))
	_, err := d.Each(func(s string) (int, error) { return 0, errors.ErrUnsupported })
	fmt.Println(err, errors.Is(err, errors.ErrUnsupported))
	fmt.Println(Deep.Add[int](d, 3), (*Deep).Add[float64](&d, .5), Outer.Zero[int](d.Outer))
	f := d.Inc[int]
	d.Named = 100
	f(1)
	fmt.Println(d.Named, Named(2).rec(3, "x"))
	fmt.Println(apply(3, Named(4).Add[int]), apply(2.5, Named(4).Add))
	t := &Tree[int]{&Tree[int]{nil, nil, 1}, &Tree[int]{nil, nil, 3}, 2}
	fmt.Println(t.Walk("", func(s string, k int) string { return s + fmt.Sprint(k) }), t.Less(I(1), I(2)))
	var g func(string) ([]string) = func(s string) []string { return Named(1).rec(2, s) }
	fmt.Println(g("q"))
	var wg sync.WaitGroup
	var m Named
	var mu sync.Mutex
	for i := range 3 {
		wg.Add(1)
		go func() { defer wg.Done(); mu.Lock(); defer mu.Unlock(); m.Inc(i) }()
	}
	wg.Wait()
	fmt.Println(m)
	defer func() { fmt.Println(recover()) }()
	defer m.Inc(2)
	go m.Inc[int](3)
	s := []int{3, 1}
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	var np *Deep
	np.Outer.Add(3)
}
"""


@pytest.mark.go
@needs_go
def test_same_output_as_real_go() -> None:
    (real,) = golang_real.outputs([PROGRAM], golang_front.NEWEST)
    assert golang_front.run(PROGRAM) == real


@pytest.mark.go
@needs_go
def test_older_versions_refuse_them_as_gc_does() -> None:
    ours, (real,) = golang_front.all_errors(PROGRAM, "1.26"), golang_real.errors([PROGRAM], "1.26")
    assert ours == real and len(ours) > 5


def test_tracebacks_show_both_lists_of_parameters() -> None:
    source = """package main

type L[E any] struct{}

func (l *L[E]) Map[U any](u U) { panic("x") }

func main() { struct{ *L[int] }{new(L[int])}.Map("a") }
"""
    assert "\nmain.(*L[...]).Map[...](...)\n\tmain.go:5" in go.run(source, version="1.27").stderr
