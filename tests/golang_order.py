"""Random programs about the order of evaluation: calls that change what the same statement reads.

Each statement runs in a function of its own, which prints the calls in their order, the panic if
there is one, and every variable.
"""

from __future__ import annotations

import random

PRELUDE = r"""package main

import "fmt"

type P struct{ a, b int }
type I interface{ Get(int) int }

func (p P) Get(i int) int   { tr("Get"); return p.a + i }
func (p *P) Inc(i int) int  { tr("Inc"); p.a += i; return p.a }

var g0, g1 = 3, 4
var s0 = []int{1, 2, 3, 4}
var arr = [4]int{5, 6, 7, 8}
var m0 = map[int]int{0: 1, 1: 2, 2: 9}
var ms = map[string]int{"a": 1}
var str = "hello"
var p0 = &P{1, 2}
var np *P
var nm map[int]int
var ni I
var nf func(int) int
var e0 any = 5
var e1 any = "x"
var i0 I = P{3, 4}
var cc = make(chan int, 100)
var log string

func tr(s string) { log += s + " " }
func f(k, v int) int { tr(fmt.Sprint("f", k)); switch k % 7 {
	case 0: g0++
	case 1: s0[1] += 10
	case 2: s0 = append([]int(nil), s0...); s0[0] = 77
	case 3: m0[1]++; g1--
	case 4: p0 = &P{g0, g1}
	case 5: e0 = v; i0 = P{v, v}
	case 6: arr[1]++; str += "z"
	}
	return v }
func two(k, v int) (int, int) { return f(k, v), f(k+1, v+1) }
func ptr(k int) *P { f(k, 0); return p0 }
func sl(k int) []int { f(k, 0); return s0 }
func mp(k int) map[int]int { f(k, 0); return m0 }
func ch(k int) chan int { f(k, 0); cc <- k; return cc }
func fn(k int) func(int) int { f(k, 0); return func(x int) int { tr("fn"); return x + k } }
func ap(k int) *[4]int { f(k, 0); return &arr }
func st(k int) string { f(k, 0); return str }
func an(k int) any { f(k, 0); return e0 }
func vari(xs ...int) int { t := 0; for i, x := range xs { t = t*3 + x + i }; return t }
func try(n int, body func()) {
	log = ""
	g0, g1, s0, arr = 3, 4, []int{1, 2, 3, 4}, [4]int{5, 6, 7, 8}
	m0, p0, e0, i0, str = map[int]int{0: 1, 1: 2, 2: 9}, &P{1, 2}, 5, P{3, 4}, "hello"
	cc = make(chan int, 100)
	defer func() {
		e := recover()
		fmt.Println(n, log, e, g0, g1, s0, arr, m0, *p0, e0, str)
	}()
	body()
}

func ip(k int) *int { f(k, 0); return &p0.b }
"""

LEAVES = "g0 g1 1 2 l0 l1 s0[1] arr[1] p0.a m0[1] len(s0) int(str[0])".split()
NIL = ("np.a", "nm[1]", "nf(1)", "ni.Get(1)", "nf({})", "ni.Get({})", "np.Inc({})", "(*np).a", "np.Get({})")
OPS = ("+=", "-=", "*=", "/=", "%=", "<<=", "&^=")


class Statements:
    """Makes random expressions and statements."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)

    def n(self) -> int:
        """The number of a call: it says what the call changes."""
        return self.rng.randrange(40)

    def expr(self, depth: int) -> str:
        """An expression of type int."""
        r = self.rng
        if depth <= 0:
            return r.choice(LEAVES)
        a, b, c = (self.expr(depth - 1) for _ in range(3))
        n, small = self.n(), r.choice((a, "0", "1", "2", f"f({self.n()}, {r.randrange(6)})", "g0-3"))
        return r.choice((
            f"f({n}, {a})", f"f({n}, {a})", f"f({n}, {a})", f"({a} {r.choice('+-*&|^')} {b})",
            f"({a} / {r.choice((b, '(g0-3)', '(l0-l0)'))})", f"s0[{small}]", f"sl({n})[{small}]",
            f"mp({n})[{a}]", f"m0[{a}]", f"arr[{r.choice(('1', 'g0-3', 'f(6,1)', 'l0&3'))}]",
            f"ap({n})[{r.choice(('1', 'g0', 'l0', 'f(6,2)'))}]", f"<-ch({n})", f"fn({n})({a})",
            f"ptr({n}).{r.choice('ab')}", f"p0.{r.choice(('Get', 'Inc'))}({a})",
            f"ptr({n}).{r.choice(('Get', 'Inc'))}({a})", f"i0.Get({a})",
            f"{r.choice(('e0', 'e1', f'an({n})'))}.(int)",
            f"len({r.choice((f'sl({n})', f'st({n})', f'mp({n})', 's0', 'str'))})",
            f"vari({a}, {b}, {c})", f"vari(two({n}, {r.randrange(4)}))",
            f"int({r.choice((f'st({n})', 'str'))}[{small}])", f"int(int8({a}))",
            f"func() int {{ if {a} > 3 && {b} < 9 || {c} == 1 {{ return {a} }}; return {b} }}()",
            r.choice(NIL).format(a), f"(P{{{a}, {b}}}).a", f"([]int{{{a}, {b}}})[{small}]", f"max({a}, {b})",
        ))  # fmt: skip

    def place(self, depth: int) -> str:
        """What can be assigned to."""
        n, e = self.n(), self.expr(depth)
        return self.rng.choice((
            "g0", "g1", "l0", "l1",
            f"s0[{e}]", f"s0[f({n}, 1)]", f"sl({n})[{e}&3]", f"m0[{e}]", "np.a",
            f"nm[{e}]", f"mp({n})[{e}]", "arr[g0-2]", f"arr[{e}&3]",
            f"ap({n})[1]", "p0.a", f"ptr({n}).b", f"*ip({n})",
        ))  # fmt: skip

    def statement(self) -> str:
        r = self.rng
        d = r.choice((1, 1, 2, 2, 3))
        p, q, a, b, c = self.place(1), self.place(1), self.expr(d), self.expr(d), self.expr(d)
        n, u = self.n(), self.expr(1)
        ok = r.choice((f"m0[{a}]", f"mp({n})[{a}]", f"<-ch({n})", f"an({n}).(int)"))
        return r.choice((
            f"g0 = {a}", f"g0 = {a}", f"{p} = {a}", f"{p}, {q} = {a}, {b}",
            f"{p}, {q} = two({n}, {r.randrange(4)})", f"{p} {r.choice(OPS)} {a}", f"{p}++",
            f"fmt.Sprint({a}, {b}, {c})", f"x := P{{b: {a}, a: {b}}}; g0 = x.a; g1 = x.b",
            f"x := map[int]int{{{u}: {a}, {self.expr(1)}+100: {b}}}; "
            "for k, v := range x { g0 += k; g1 += v }",
            f"g0, g1 = func() (int, int) {{ return {a}, {b} }}()", f"x, ok := {ok}; g0 = x; if ok {{ g1++ }}",
            f"x := {a} {r.choice(('==', '<'))} {b} && {u} > {c}; if x {{ g0++ }}",
            f"cc <- {a}; select {{ case {p} = <-ch({n}): default: }}",
        ))  # fmt: skip


def program(seed: int, count: int) -> str:
    """A program with `count` statements; some may not compile."""
    made = Statements(seed)
    body = "\n".join(
        f"\ttry({i}, func() {{ l0, l1 := 1, 2; _, _ = l0, l1; {made.statement()} }})" for i in range(count)
    )
    return f"{PRELUDE}\nfunc main() {{\n{body}\n}}\n"
