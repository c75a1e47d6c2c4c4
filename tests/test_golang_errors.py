"""What the front end says about wrong programs, beside what the real compiler says."""

from __future__ import annotations

import golang_real
import pytest

from gosched_edu.golang import GoError, compile_go

needs_go = pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")

# Statements of a function body; `f` is func(a, b int) int.
WRONG = r"""
x
var x int
x := 3; x = 4
var x int = "a"; _ = x
var s string = 3; _ = s
x := 3 + "a"; _ = x
var x int; var s string; _ = x + s
f(1)
f(1, 2, 3)
f("a", 2)
f()
_ = int()
_ = int(1, 2)
_ = len()
_ = len("a", "b")
_ = make()
var x f; _ = x
var x true; _ = x
undefined1 + undefined1
undefined1; undefined1
a, b := f(1, 2); _, _ = a, b
var a, b = 1; _, _ = a, b
var a, b, c = 1, 2; _, _, _ = a, b, c
x, y := 1, 2, 3; _, _ = x, y
x := 1; x := 2; _ = x
if 3 { }
for 1 { }
var c <-chan int; c <- 1
var c chan<- int; <-c
var c int; c <- 1
var c <-chan int; var d chan<- int = c; _ = d
break
continue
x := 1; x / 0
var x int; _ = x % 0
var x int64 = 1 << 63; _ = x
const big = 1 << 600; _ = big
x := 9223372036854775808; _ = x
return 1
3
f
f(1, 2) + 1
len("a")
var p *int; p = 3; _ = p
x := 1; x.foo()
x := 1; *x = 2
_ = &3
x := nil; _ = x
var f2 func(int) = f; _ = f2
f = nil
1 = 2
go f
defer int(3)
go len("a")
L: for { }
for { break M }
for { continue M }
switch 3 { case 3: case 3: }
switch x := 1; x { case "a": }
switch { case 1: }
fallthrough
_ = 1 == "a"
var a bool; _ = a + a
var a bool; _ = a < a
_ = !3
_ = -"a"
_ = f == f
var x int; _ = x == nil
_ = nil == nil
c := make(int); _ = c
c := make(chan int, "a"); _ = c
c := make(chan int, -1); _ = c
close(3)
var c <-chan int; close(c)
"a"++
x := 1; x += "a"
x := 1; x &&= true
var x int; _ = x << -1
_ = 1 << 70
_ = 1.5 << 1
_ = _
var x undefinedtype
var x, x int
i := 1; i()
_ = println
println
_ = len(3)
var x int64; var y int; _ = x + y; x = y
for i, j := range 10 { }
var b bool; for range b { }
var x string = 'a'; _ = x
const c = f(1, 2)
const c = 10; c = 20
_ = int("a")
_ = int64(1.5)
_ = int64(1 << 63)
iota
x, _ := 1
_ = func() int { }
_ = func() int { for { break } }
_ = func() (int, string) { return 1 }
_ = func() (r int) { { r := 2; return } }
x := 5; x = f
var c chan int; c = make(chan string)
var c chan int; c <- "a"
x := main()
if x := 3; x { }
for i := 0; i < 10; i := 2 { }
""".strip().split("\n")

# Whole files.
WRONG_FILES = [
    'package main\n\nimport "os"\n\nfunc main() {}\n',
    'package main\n\nimport "fmt"\nimport "fmt"\n\nfunc main() { fmt.Println() }\n',
    "package main\n\nvar a = b\nvar b = a\n\nfunc main() {}\n",
    "package main\n\nfunc f() {}\nfunc f() {}\nfunc main() {}\n",
    "package main\n\nfunc main(x int) {}\n",
    'package main\n\nvar x int = "a"\n\nfunc main() {}\n',
    "package main\n\nvar main = 1\n",
    'package main\n\nimport "time"\n\nfunc main() { time.Sleep("1") }\n',
    'package main\n\nimport "time"\n\nfunc main() { n := 3; time.Sleep(n * time.Second) }\n',
    "package main\n\nvar a = f()\nfunc f() int { return g() }\nfunc g() int { return a }\nfunc main() {}\n",
    "package main\n\nconst a = a\n\nfunc main() {}\n",
    "package main\n\nvar x, y int = 1\n\nfunc main() {}\n",
    "package main\n\nfunc f(c <-chan int) { close(c) }\nfunc main() { f(1, 2) }\n",
    'package main\n\nfunc main() {\n\tvar é int = "é"\n\t_ = é + é + ü\n}\n',
    "package main\r\n\r\nfunc main() {\r\n\tx := 3\r\n}\r\n",
]

BROKEN = r"""
x := /**/
x = = 3
f(1, 2
f(1 2)
if x = 3 { }
if { }
if true
if true {
for i := 0; i < 3 { }
for i := 0 { }
else { }
"abc
`abc
x := 3 y := 4
var
var x =
const c = /**/
func g() { }
go
switch { x }
switch x { case 1 }
x, y
a b
x ++ 3
}
{
(1
1)
x.
c <- <-
for var i = 0; i < 3; i++ { }
if x := 3; { }
x := func( { }
x := func(a int, b) { }
x := func(a int, string) { }
import "fmt"
@
f(i++)
case 3:
for i := 0; i < 3; i++
x := []int{1, 2
f(1,
if x += 3 {}
if x++ {}
for i := 0; i < 5i++ { }
0x
1__0
0b12
'ab'
/* abc
""".strip("\n").split("\n")
BROKEN_FILES = [
    "package main\nfunc main()\n{\n}\n",
    "package main\nx := 3\n",
    'package main\nfunc main() {}\nimport "fmt"\n',
    "package main\nfunc main() {} func f() {}\n",
    "package main\nfunc main() {",
    "package main\nfunc 3() {}",
    "package main\nfunc () f() {}",
    'package main\nfunc main() { x := "é" y }',
    "package main\nfunc main() {\n\tif true {\n\t\tx()\n}\n",
]


def whole(body: str) -> str:
    """A program with `body` in its main function."""
    return f"package main\n\nfunc f(a, b int) int {{ return a + b }}\nfunc main() {{\n{body}\n}}\n"


def ours(source: str, version: str = "1.22") -> list[tuple[int, int, str]]:
    """The errors of the front end."""
    try:
        compile_go(source, version=version)
    except GoError as e:
        return [(d.line, d.col, d.message) for d in e.errors]
    return []


@pytest.fixture(scope="session")
def real() -> dict[str, list[tuple[int, int, str]]]:
    """The errors of the real compiler for all programs of this file."""
    sources = [*map(whole, WRONG), *WRONG_FILES, *map(whole, BROKEN), *BROKEN_FILES]
    return dict(zip(sources, golang_real.errors(sources), strict=True))


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("source", [*map(whole, WRONG), *WRONG_FILES])
def test_same_errors_as_gc(source: str, real: dict[str, list[tuple[int, int, str]]]) -> None:
    assert real[source], "real Go accepts this program"
    assert ours(source) == real[source]


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("source", [*map(whole, BROKEN), *BROKEN_FILES])
def test_same_syntax_error_as_gc(source: str, real: dict[str, list[tuple[int, int, str]]]) -> None:
    assert ours(source)[:1] == real[source][:1]


@pytest.mark.parametrize(
    ("call", "message", "hint"),
    [
        ("var w sync.WaitGroup; w.add(1)", "no field or method add, but does have method Add)", ""),
        ("_ = 3 * time.Seconds", "undefined: time.Seconds", "the nearest is time.Second"),
        ("fmt.println(1)", "undefined: fmt.println (but have Println)", ""),
        ("fmt.Prinln(1)", "undefined: fmt.Prinln", "the nearest is fmt.Println"),
        ("time.Second.Seconds2()", "no field or method Seconds2)", ""),
        ("_ = sync.OnceFunc", "undefined: sync.OnceFunc", "since Go 1.21"),
        ("strngs.Join(nil)", "undefined: strngs", ""),
        ("errors.New(1)", "undefined: errors", 'import "errors" is missing'),
    ],
)
def test_missing_library_names(call: str, message: str, hint: str) -> None:
    source = (
        'package main\n\nimport (\n"fmt"\n"runtime"\n"sync"\n"time"\n)\n\nfunc main() {\n'
        f"{call}\n_ = time.Now\nfmt.Println(runtime.NumCPU())\nvar w sync.WaitGroup; w.Done()\n}}\n"
    )
    with pytest.raises(GoError) as caught:
        compile_go(source, version="1.20")
    assert any(message in d.message and hint in d.hint for d in caught.value.errors), caught.value


def test_missing_packages() -> None:
    with pytest.raises(GoError) as caught:
        compile_go('package main\n\nimport "golang.org/x/errgroup"\n\nfunc main() {}\n')
    assert "golang.org/x/errgroup is not simulated" in str(caught.value)
    assert "the nearest package is golang.org/x/sync/errgroup" in str(caught.value)


def test_many_errors_at_once() -> None:
    body = "\n".join(f"undefined{i}()" for i in range(20))
    found = ours(whole(body))
    assert len(found) == 10
    assert found[0] == (5, 1, "undefined: undefined0")


def test_language_version() -> None:
    body = "n := 3\nfor i := range n { _ = i }"
    assert ours(whole(body), "1.22") == []
    assert ours(whole(body), "1.21") == [
        (
            6,
            16,
            "cannot range over n (variable of type int): requires go1.22 or later "
            "(-lang was set to go1.21; check go.mod)",
        )
    ]
    source = (
        'package main\n\nimport "sync"\n\nfunc main() {\n\tvar wg sync.WaitGroup\n'
        "\twg.Go(func() {})\n\twg.Wait()\n}\n"
    )
    assert ours(source, "1.25") == []
    assert ours(source, "1.24")[0][:2] == (7, 5)
    with pytest.raises(ValueError, match="not a Go version"):
        compile_go(source, version="latest")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("//knob n 1 5\nvar n = 10", "10 is not in the range 1 to 5"),
        ("//knob m 1 50\nvar n = 10", "knob m names no variable of this line (n)"),
        ("//knob n 1\nvar n = 10", "malformed knob"),
        ("var n = 10\n\n//knob n 1 50\nfunc g() {}", "not beside a package-level var"),
        ('//knob n 1 50\nvar n = "a"', "must be an int, not string"),
        ("//knob n 1 50\nvar n = g()\nfunc g() int { return 3 }", "needs a constant initial value"),
    ],
)
def test_wrong_knobs(line: str, message: str) -> None:
    found = ours(f"package main\n\n{line}\nfunc main() {{}}\n")
    assert any(message in m for _, _, m in found), found


def test_text_of_the_error() -> None:
    with pytest.raises(GoError) as caught:
        compile_go("package main\n\nfunc main() {\n\ttime.Sleep(1)\n}\n", filename="lab.go")
    text = str(caught.value)
    assert text.startswith("lab.go:4:2: undefined: time\n\t\ttime.Sleep(1)\n\t\t^")
    assert 'import "time" is missing' in text
    assert caught.value._render_traceback_() == text.split("\n")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n\n",
        "\x00",
        "package main\x00",
        "\ud800",
        "\ufeff\ufeffpackage main",
        "package main\nfunc main() { x := " + "(" * 10_000 + ")" * 10_000 + " }",
        "package main\nfunc main() { " + "{" * 10_000 + "}" * 10_000 + " }",
        "package main\nfunc main() { x := " + "-" * 50_000 + "1 }",
        "package main\nvar x " + "*" * 20_000 + "int\nfunc main() {}",
        "package main\nvar x " + "func() " * 20_000 + "int\nfunc main() {}",
        "package main //" + "x" * (1 << 20),
        "package main\nfunc main() { x := 1" + "0" * 100_000 + "}",
        "package main\nfunc main() { x := 1e999999999 }",
        "package main\nfunc main() { const x = 1 << 1000 * 1000 }",
        "\xff\xfe garbage \x01\x02",
        "package main\nfunc main() { \u2028 }",
        "package main\nfunc main() { /*",
        "package main\nfunc main() { '",
        "package main\nimport `a\nb`\nfunc main() {}",
    ],
    ids=range(20),
)
def test_garbage_is_an_error_with_a_place(source: str) -> None:
    with pytest.raises(GoError) as caught:
        compile_go(source)
    assert caught.value.errors
    assert all(d.line >= 1 and d.col >= 1 for d in caught.value.errors)


def test_long_sums_and_deep_blocks_compile() -> None:
    total = " + ".join(["n"] * 3000)
    compile_go(f"package main\nvar n = 1\nfunc main() {{ n = {total} }}\n")
    compile_go(f"package main\nfunc main() {{ {'{' * 200}{'}' * 200} }}\n")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("github.com/stretchr/testify", "a program is one file; of other modules there is only"),
        ("github.com/pkg/errors", "the nearest package is errors"),
        ("golang.org/x/sync/errgrou", "the nearest package is golang.org/x/sync/errgroup"),
        ("./stack", "a program is one file"),
        ("go/ast", "packages: bufio, bytes"),
    ],
)
def test_a_missing_package_is_named_with_what_there_is(path: str, hint: str) -> None:
    with pytest.raises(GoError) as caught:
        compile_go(f'package main\nimport x "{path}"\nfunc main() {{ x.F() }}\n')
    assert f"main.go:2:8: package {path} is not simulated" in str(caught.value)
    assert f"\n\t{hint}" in str(caught.value)
