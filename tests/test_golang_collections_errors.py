"""What the front end says about wrong literals, indices, built-ins and range clauses."""

from __future__ import annotations

import golang_real
import pytest

from gosched_edu.golang import GoError, compile_go

needs_go = pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")

# Statements of a function body; the declarations of `whole` are there.
WRONG = r"""
_ = P{1}
_ = P{1, 2, 3}
_ = P{x: 1, 2}
_ = P{1, y: 2}
_ = P{z: 1}
_ = P{X: 1}
_ = P{x: 1, x: 2}
_ = P{x: "a"}
_ = P{"a", 2}
_ = P{3: 1}
_ = [3]int{1, 2, 3, 4}
_ = [3]int{5: 1}
_ = [3]int{2: 1, 2}
_ = [3]int{0: 1, 0: 2}
_ = []int{-1: 1}
_ = []int{f(1, 2): 1}
_ = []int{"a"}
_ = []int{1.5: 1}
_ = [...]int{1, "a"}
_ = []P{{1, 2}, {1}}
_ = []*P{{1, 2}, {x: "a"}}
_ = map[string]P{"a": {1, 2, 3}}
_ = map[string]int{"a": 1, "a": 2}
_ = map[string]int{1: 1}
_ = map[string]int{"a"}
_ = map[string]int{"a": "b"}
_ = map[any]int{1: 1, 1: 2, "1": 3, int8(1): 4}
_ = map[P]int{{1, 2}: 1, {"a", 2}: 3}
_ = int{1}
_ = []int{{1}}
_ = [2][2]int{{1, 2}, {1, 2, 3}}
x := struct{ a, b int }{1}; _ = x
_ = &int{3}
_ = E{1, 2, 3}
_ = E{P: P{1, 2}, x: 3}
_ = *P{1, 2}
var a [3]int; _ = a[3]
var a [3]int; _ = a[-1]
var a [3]int; _ = a["x"]
var a [3]int; _ = a[1.5]
var a *[3]int; _ = a[5]
var s []int; _ = s[-1]
var s []int; _ = s[1 << 70]
var s []int; s["a"] = 1
var m map[string]int; _ = m[1]
var m map[string]int; m["a"] = "b"
_ = "abc"[5]
const c = "abc"; _ = c[3]
var s string; s[0] = 'a'
var s string; _ = &s[0]
_ = 3[0]
var p *[]int; _ = p[0]
var p P; _ = p[0]
var s []int; _ = s[3:1]
var s []int; _ = s[2:3:1]
var a [3]int; _ = a[1:5]
_ = [3]int{1, 2, 3}[:]
var m map[int]int; _ = m[1:2]
_ = "abc"[1:2:3]
_ = "abc"[2:1]
_ = "abc"[1:5]
var s string; _ = s[1:2:3]
x := 3; _ = x[:]
var m map[string]P; m["a"].x = 1
var m map[string]*P; m["a"].z = 1
g().x = 1
h()[0] = 1
h()[0]++
_ = &h()[0]
_ = h()[:]
var m map[string]int; _ = &m["a"]
append(s1, 1)
_ = append()
_ = append(1, 2)
_ = append(nil, 1)
_ = append(s1, "a")
_ = append(s1, s1)
_ = append(s1, s1...)[0].x
_ = append(s1, 1, s1...)
_ = append(s1, "a"...)
_ = append([]byte("a"), "b"...); _ = append([]byte("a"), "b")
var s []string; _ = append(s, "a"...)
_ = copy(s1)
_ = copy(s1, "a")
_ = copy("a", s1)
_ = copy(s1, []string{})
_ = copy(nil, s1)
_ = copy(s1, nil)
_ = copy(1, 2)
delete(s1, 1)
var m map[string]int; delete(m)
var m map[string]int; delete(m, 1)
var m map[string]int; delete(m, "a", "b")
var m map[string]int; _ = delete(m, "a")
clear(3)
clear()
var a [3]int; clear(a)
_ = len(3)
_ = len(nil)
_ = cap("a")
var m map[string]int; _ = cap(m)
_ = len(s1, s1)
const c = len(s1)
var a [3]int; const c = len(a); _ = [c]int{1, 2, 3, 4}
const c = len([3]int{f(1, 2)})
_ = len(s1...)
_ = make(int)
_ = make([]int)
_ = make([]int, 1, 2, 3)
_ = make([]int, "a")
_ = make([]int, -1)
_ = make([]int, 2, 1)
_ = make([]int, 1.5)
_ = make(map[string]int, 1, 2)
_ = make([3]int, 3)
_ = make()
_ = new()
_ = new(int, int)
_ = new(nil)
_ = new(undefined1)
_ = min()
_ = min("a", 1)
_ = min(s1)
_ = max(1, 2.5, "a")
var x int; var y int64; _ = min(x, y)
_ = min(1i, 2)
_ = min(true, false)
make([]int, 3)
len(s1)
new(int)
min(1, 2)
v(1, "a")
v("a")
v(1, 2, "a"...)
v(1, []string{}...)
v()
f(s1...)
v(1, 2, s1...)
v(f2()...)
for i, j := range 10 { }
for i := range 1.5 { _ = i }
for i, j, k := range s1 { _, _, _ = i, j, k }
for i, j := range make(chan int) { _, _ = i, j }
for _ = range make(chan<- int) { }
for a, b := range "abc" { var c string = b; _, _ = a, c }
for k, v := range map[string]int{} { var x int = k; _, _ = x, v }
for _ := range s1 { }
for _, _ := range s1 { }
for i := range s1 { }
for i, x := range s1 { _ = i }
for i := range f { _ = i }
for i := range func() { } { _ = i }
for i := range func(int) { } { _ = i }
for i := range func(func()) { } { _ = i }
for i := range func(func(int) int) { } { _ = i }
for i := range func(func(int, int, int) bool) { } { _ = i }
for i := range func(func() bool) { } { _ = i }
for i, j := range func(func(int) bool) { } { _, _ = i, j }
for i := range func(func(int) bool) int { return 1 } { _ = i }
for i := range func(func(...int) bool) { } { _ = i }
for i := range func(func(int) bool) { } { }
for i := range func(yield func(int) bool) { yield("a") } { _ = i }
var s string; for s = range s1 { }
var s string; for _, s = range s1 { }
for f(1, 2) = range s1 { }
for x.y = range s1 { }
var b byte; for b = range 300 { }
for i := range 1 << 70 { _ = i }
for range nil { }
for i := range (&[3]int{}) { var s string = i; _ = s }
_ = []byte(3)
_ = []byte(s1)
_ = []rune([]byte("a"))
_ = string(1.5)
_ = string(s1)
_ = string(P{1, 2})
_ = [3]int(s1) + 1
_ = [3]string(s1)
_ = (*[3]string)(s1)
_ = [3]int([]int8{})
_ = []byte("abc") == []byte("abc")
_ = s1 == s1
_ = s1 == nil && nil == s1 && s1 != 3
var m map[string]int; _ = m == m
_ = [2][]int{} == [2][]int{}
_ = S{} == S{}
_ = struct{ f func() }{} == struct{ f func() }{}
_ = P{1, 2} == 3
_ = P{1, 2} < P{1, 2}
_ = [2]int{} < [2]int{}
_ = [2]int{} == [3]int{}
_ = any(1) < any(2)
_ = any(1) == s1
var x any = s1; _ = x == f
_ = &P{1, 2} == &E{}
var c chan int; var d chan string; _ = c == d
_ = map[[]int]int{}
_ = map[S]int{}
_ = map[P][]int{{1, 2}: {"a"}}
_ = "a" + 1
_ = "a" + 'b'
_ = "a" - "b"
var s string; s += 1
var s string; s += 'a'
var s string; var b []byte; _ = s + b
s1 + s1
if p := P{1, 2}; p { }
x, ok := s1[0]; _, _ = x, ok
var m map[string]int; x, ok, z := m["a"]; _, _, _ = x, ok, z
var m map[string]int; var s string; s, ok := m["a"]; _ = ok; _ = s
var m map[string]int; x, ok := m["a"], 1; var b bool = ok; _, _ = x, b
var m map[string]int; m["a"], ok = 1, 2
_, ok := f(1, 2); _ = ok
""".strip().split("\n")

# Whole files.
WRONG_FILES = [
    "package main\n\ntype T[P any] struct{ x P }\nfunc main() { _ = T[int]{1, 2}; _ = T[int]{y: 1} }\n",
    "package main\n\nfunc f[T any](x T) { _ = x[0]; _ = x[:]; for range x {}; _ = len(x); clear(x) }\n"
    "func main() {}\n",
    "package main\n\nfunc f[T []int | map[int]int](x T) { _ = x[0]; _ = x[:]; for range x {} }\n"
    "func main() {}\n",
    "package main\n\nfunc f[T []int | [3]int](x T, i string) { x[0] = 1; _ = x[i]; _ = x[5] }\n"
    "func main() {}\n",
    "package main\n\nfunc f[T ~[]E, E any](x T, e E) T { return append(x, e, 1) }\nfunc main() {}\n",
    "package main\n\nfunc f[K comparable, V any](m map[K]V) { m[1] = 2; delete(m, 3) }\nfunc main() {}\n",
    "package main\n\nfunc f[T any](a, b T) bool { return a == b }\nfunc main() {}\n",
    "package main\n\nfunc f[T any](a, b T) T { return min(a, b) }\nfunc main() {}\n",
    "package main\n\nfunc v(a ...int, b int) {}\nfunc main() { v(1) }\n",
    "package main\n\nvar a = [...]int{f()}\nfunc f() int { return len(a) }\nfunc main() {}\n",
    "package main\n\nfunc f() (r int) {\n\tfor x := range seq {\n\t\tif x > 1 {\n\t\t\treturn\n\t\t}\n"
    '\t\treturn "a"\n\t}\n}\nfunc seq(yield func(int) bool) {}\nfunc main() { f() }\n',
]


def whole(body: str) -> str:
    """A program with `body` in its main function."""
    return (
        "package main\n\ntype P struct{ x, y int }\ntype E struct { P; z int }\ntype S struct { s []int }\n"
        "func f(a, b int) int { return a + b }\nfunc g() P { return P{} }\n"
        "func h() [3]int { return [3]int{} }\nfunc v(a int, b ...int) {}\n"
        "func f2() (int, int) { return 1, 2 }\n"
        f"var s1 []int\n\nfunc main() {{\n{body}\n}}\n"
    )


def ours(source: str, version: str = "1.27") -> list[tuple[int, int, str]]:
    """The errors of the front end."""
    try:
        compile_go(source, version=version)
    except GoError as e:
        return [(d.line, d.col, d.message) for d in e.errors]
    return []


@pytest.fixture(scope="session")
def real() -> dict[str, list[tuple[int, int, str]]]:
    """The errors of the real compiler for all programs of this file."""
    sources = [*map(whole, WRONG), *WRONG_FILES]
    return dict(zip(sources, golang_real.errors(sources, "1.27"), strict=True))


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("source", [*map(whole, WRONG), *WRONG_FILES])
def test_same_errors_as_gc(source: str, real: dict[str, list[tuple[int, int, str]]]) -> None:
    assert real[source], "real Go accepts this program"
    assert ours(source) == real[source]
