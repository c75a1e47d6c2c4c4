"""Programs whose syntax is wrong in several places: all errors, beside those of the real compiler."""

from __future__ import annotations

import functools
import random

import golang_real
import pytest

from gosched_edu.golang import GoError, compile_go

needs_go = pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")

# Bodies of main, and declarations beside it.
BODIES = """
x := ; y = ) ; z(
if x := 1 { }; for i := 0; i < 3 { }; switch { case 1 }
for i := 0; i < 10 { fmt.Println(i) }
if x == 1 \n { y() }
var a []int = [1, 2, 3]; b = a[; c := 1
f(1 2); g(3, ); h(1, 2 3)
a[1:2:]; b[::3]; c[]
go (f()); defer (g())
x = []int{1, 2 \n }
else { }
L: case
a := b := c; d++ ++
var := 3; const c int =; type T
if f() { g() } \n else { h() }
return func { }
x.(type).y; x. ; y
_ = struct{ int x y }{}
func g() { }
switch x { foo(); case 1: bar() default: }
select { case <-c ; default }
x := 08; y := 0x; z := 'ab'; s := "a \n t := 1
""".strip().split("\n")
DECLARATIONS = """
func f(a int, b) { }
func f(a, b int, c) {}
func (a, b T) m() { }
func () m() { }
func f(x ...int, y int) { }
func f[](x int) { }
func f[T](x T) { }
type T[P any, Q] struct{}
type T struct { a int, b int }
type I interface { m[T any]() }
type C chan
type F func[T any](x T)
type P (*int
import "fmt"
var x int y
x := 1
{ }
const ( a = 1, b = 2 )
type T struct { (int); *(T) }
type A [1, 2]int
""".strip().split("\n")
VALID = """
type L[P *T,] struct{}; type T int
type M[P interface{ ~int }] []P
type A [n * 2]int; const n = 3
var c = <-chan int(nil); var d = (<-chan int)(nil); var e chan<- chan int
func f() { if ; true { }; switch ; { case true: }; { L: M: }; goto L }
func g(x any) { switch y := x.(type) { case int, []int: _ = y } }
var h = [...]struct{ a int }{{1}, {a: 2}}
func k() { for range 3 { }; for i := range []T{1} { _ = i }; if (T{}) == 0 { } }
var i = 0128i; var p = *(*[1]int)([]int{1}); var q = func() {}
""".strip().split("\n")


def programs() -> list[str]:
    out = []
    for body in BODIES:
        text = body.replace(" \\n ", "\n")
        out.append(f"package main\n\nfunc main() {{\n\t{text.replace('; ', chr(10))}\n}}\n")
    out += [f"package main\n\n{d}\n\nfunc main() {{\n\tx :=\n}}\n" for d in DECLARATIONS]
    return out


def ours(source: str) -> list[tuple[int, int, str]]:
    try:
        compile_go(source)
    except GoError as e:
        return [(d.line, d.col, d.message) for d in e.errors]
    return []


@functools.cache
def real() -> list[list[tuple[int, int, str]]]:
    return golang_real.errors(programs())


@needs_go
@pytest.mark.parametrize("number", range(len(BODIES) + len(DECLARATIONS)))
def test_all_syntax_errors_are_said(number: int) -> None:
    source = programs()[number]
    wanted = real()[number][:10]
    assert wanted, source
    if any(m.startswith("syntax error") for _, _, m in wanted):
        assert ours(source) == wanted, source
    else:  # gc goes on to check types; we say what is wrong with the text first
        assert ours(source) and set(ours(source)) <= set(wanted), source


@pytest.mark.parametrize("declaration", VALID)
def test_rare_syntax_is_understood(declaration: str) -> None:
    source = f"package main\n\n{declaration.replace('; ', chr(10), 0)}\n\nfunc main() {{}}\n"
    said = [m for _, _, m in ours(source) if "syntax" in m or "simulated" in m]
    assert not said, source


def test_any_text_ends() -> None:
    """The recogniser recovers from anything; it must not stand still."""
    r = random.Random(1)
    words = "( ) { } [ ] , ; : := = . ... if for func type var x 1 case <- * ~ switch go \n".split(" ")
    for _ in range(300):
        ours("package p\nfunc f() {" + " ".join(r.choice(words) for _ in range(60)))
