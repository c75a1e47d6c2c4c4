"""What the front end makes of right programs: their outputs, and the shape of their code."""

from __future__ import annotations

import ast as python_ast

import golang_real
import pytest
from golang_programs import PROGRAMS
from hypothesis import given, settings
from hypothesis import strategies as st

from gosched_edu import go
from gosched_edu.golang import compile_go
from gosched_edu.golang.constants import quotient, remainder
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Function, Image
from gosched_edu.kernel.verify import verify

needs_go = pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")


def main_of(body: str, before: str = "", imports: str = '"fmt"') -> str:
    """A program with `body` in main."""
    return f"package main\n\nimport (\n{imports}\n)\n{before}\nfunc main() {{\n{body}\n}}\n"


def bare(body: str, before: str = "") -> str:
    """A program with `body` in main that imports nothing."""
    return f"package main\n{before}\nfunc main() {{\n{body}\n}}\n"


def names(image: Image) -> list[str]:
    return [f.name for f in image.functions]


def function(image: Image, name: str) -> Function:
    return next(f for f in image.functions if f.name == name)


def ops(image: Image, name: str) -> list[str]:
    """The mnemonics of one function."""
    f = function(image, name)
    return [isa.OPS[int(image.code[4 * pc])].name for pc in range(f.entry, f.end)]


# --- outputs ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real() -> dict[str, str]:
    return dict(zip(PROGRAMS, golang_real.outputs(list(PROGRAMS.values())), strict=True))


def run(image: Image, version: str = "1.22") -> str:
    """What a program prints that starts no goroutines."""
    verify(image)
    done = go.run(image, procs=1, version=version, jit=False, trace="off")
    return done.output or done.stderr


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("name", PROGRAMS)
def test_prints_what_go_prints(name: str, real: dict[str, str]) -> None:
    assert run(compile_go(PROGRAMS[name])) == real[name]


CONCURRENT = [
    (
        """
	c, done := make(chan int), make(chan struct{})
	go func(n int) {
		defer close(c)
		for i := range n {
			c <- i * i
		}
	}(5)
	go func() {
		for v := range c {
			fmt.Print(v, " ")
		}
		done <- struct{}{}
	}()
	<-done
	fmt.Println()
""",
        "0 1 4 9 16 \n",
    ),
    (
        """
	var wg sync.WaitGroup
	total := 0
	out := make(chan int, 4)
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out <- i
		}()
	}
	go func() { wg.Wait(); close(out) }()
	for v := range out {
		total += v
	}
	fmt.Println(total)
""",
        "6\n",
    ),
    (
        """
	a, b := make(chan string, 3), make(chan int)
	go fmt.Println("never before main ends?")
	go close(b)
	<-b
	f := func(c chan<- string, s string) { c <- s }
	go f(a, "x")
	fmt.Println(<-a)
	var wg sync.WaitGroup
	wg.Add(2)
	go wg.Done()
	defer fmt.Println("deferred")
	go func(p *sync.WaitGroup) { p.Done() }(&wg)
	wg.Wait()
	runtime.Gosched()
	time.Sleep(time.Millisecond)
""",
        "never before main ends?\nx\ndeferred\n",
    ),
]


@pytest.mark.parametrize(("body", "output"), CONCURRENT)
def test_concurrent_programs(body: str, output: str) -> None:
    every = '"fmt"\n"sync"\n"time"\n"runtime"'
    source = main_of(
        body, "var _ = time.Now\nvar _ sync.WaitGroup\nvar _ = runtime.NumCPU()", every
    )
    done = go.run(source, procs=1, jit=False)
    assert sorted(done.output.splitlines()) == sorted(output.splitlines())


def test_loop_variables_before_1_22() -> None:
    body = """
	var a, b func() int
	for i := 0; i < 2; i++ {
		if i == 0 { a = func() int { return i } } else { b = func() int { return i } }
	}
	fmt.Println(a(), b())
"""
    assert run(compile_go(main_of(body), version="1.21")) == "2 2\n"
    assert run(compile_go(main_of(body), version="1.22")) == "0 1\n"


def test_waitgroup_go() -> None:
    body = 'var wg sync.WaitGroup\nwg.Go(func() { fmt.Println("in") })\nwg.Wait()'
    source = main_of(body, imports='"fmt"\n"sync"')
    image = compile_go(source, version="1.25")
    verify(image)
    assert "sync.(*WaitGroup).Go.func1" in names(image)
    assert run(image, "1.25") == "in\n"


# --- properties ------------------------------------------------------------------------

VALUES = {"a": 7, "b": -3, "c": 1 << 40, "d": -(1 << 63), "e": (1 << 63) - 1, "z": 0}


def wrap(n: int) -> int:
    return (n + (1 << 63)) % (1 << 64) - (1 << 63)


def expressions() -> st.SearchStrategy[str]:
    leaf = st.sampled_from([*VALUES, "1", "2", "63", "1000003"])
    operators = st.sampled_from(["+", "-", "*", "/", "%", "&", "|", "^", "&^", "<<", ">>"])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pairs = st.tuples(inner, operators, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
        flat = st.tuples(st.sampled_from([*VALUES]), operators, inner).map(" ".join)
        unary = st.tuples(st.sampled_from("-^+"), inner).map(lambda p: f"({p[0]}({p[1]}))")
        return pairs | unary | flat.map(lambda s: f"({s})")

    return st.recursive(leaf, grow, max_leaves=12)


class Unfit(Exception):
    """Go would panic, or reject the expression as a constant out of range."""


def evaluate(e: python_ast.expr) -> tuple[int, bool]:
    """The value in Go's arithmetic, and whether the expression is constant."""
    match e:
        case python_ast.Constant(value=int(n)):
            return n, True
        case python_ast.Name(id=name):
            return VALUES[name], False
        case python_ast.UnaryOp(op=op, operand=x):
            n, constant = evaluate(x)
            value = {"USub": -n, "Invert": ~n, "UAdd": n}[type(op).__name__]
            return (value if constant else wrap(value)), constant
        case python_ast.BinOp(left=left, op=op, right=right):
            (x, xc), (y, yc) = evaluate(left), evaluate(right)
            constant = xc and yc
            value = _apply(type(op).__name__, x, y, yc)
            for n in (x, y, value):
                # Constants must fit where they meet variables; be content with all fitting.
                if (constant or xc or yc) and n != wrap(n) and (constant or n is not value):
                    raise Unfit
            return (value if constant else wrap(value)), constant
    raise AssertionError(e)


def _apply(op: str, x: int, y: int, constant_y: bool) -> int:
    match op:
        case "Add":
            return x + y
        case "Sub":
            return x - y
        case "Mult":
            return x * y
        case "Div" | "Mod":
            if y == 0:
                raise Unfit
            return (quotient if op == "Div" else remainder)(x, y)
        case "BitAnd":
            return x & y
        case "BitOr":
            return x | y
        case "BitXor":
            return x ^ y
        case "MatMult":
            return x & ~y
        case "LShift" | "RShift":
            if y < 0 or (y > 200 and constant_y):
                raise Unfit
            return x << min(y, 200) if op == "LShift" else x >> min(y, 200)
    raise AssertionError(op)


@settings(max_examples=40, deadline=None)
@given(st.lists(expressions(), min_size=10, max_size=10))
def test_arithmetic_agrees_with_big_integers(texts: list[str]) -> None:
    names_, values = ", ".join(VALUES), ", ".join(map(str, VALUES.values()))
    body = f"\t{names_} := {values}\n\t_, _, _, _, _, _ = {names_}\n"
    expected: list[int] = []
    for text in texts:
        # Python has no &^ and no unary ^; precedence agrees because all is in parentheses.
        python = text.replace("&^", "@").replace("(^", "(~")
        try:
            value, _ = evaluate(python_ast.parse(python, mode="eval").body)
        except Unfit:
            continue
        if value == wrap(value):
            body += f"\t{{ var r int = {text}; println(r) }}\n"
            expected.append(value)
    assert run(compile_go(bare(body))) == "".join(f"{n}\n" for n in expected)


@st.composite
def conditions(draw: st.DrawFn, depth: int = 4) -> str:
    if depth == 0 or draw(st.booleans()):
        x, y = draw(st.sampled_from("abz12")), draw(st.sampled_from("abz34"))
        return f"{x} {draw(st.sampled_from(['==', '!=', '<', '<=', '>', '>=']))} {y}"
    if draw(st.booleans()):
        return f"!({draw(conditions(depth - 1))})"
    op = draw(st.sampled_from(["&&", "||"]))
    return f"({draw(conditions(depth - 1))}) {op} ({draw(conditions(depth - 1))})"


@settings(max_examples=60, deadline=None)
@given(conditions())
def test_conditions_agree_in_value_and_in_jumps(text: str) -> None:
    python = text.replace("&&", "and").replace("||", "or").replace("!(", "not (")
    expected = eval(python, {}, VALUES)
    body = f"""
	a, b, z := 7, -3, 0
	_, _, _ = a, b, z
	v := {text}
	if {text} {{ print("then ") }} else {{ print("else ") }}
	n := 0
	for n < 2 && ({text}) {{ n++ }}
	v = v && ({text})
	println(v, n)
"""
    words = ("then true 2" if expected else "else false 0") + "\n"
    assert run(compile_go(bare(body))) == words


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20))
def test_strings_survive(text: str) -> None:
    from gosched_edu.golang.constants import quote

    data = text.encode("utf-8", "replace")
    literal = quote(data)
    body = (
        f"\ts := {literal}\n\tprintln(len(s), s == {literal})\n\tprintln(s)"
    )
    assert run(compile_go(bare(body))) == f"{len(data)} true\n{data.decode()}\n"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="(){}[];:=<-+*&!\"'`/\\\n\t xyfi019.,", max_size=60))
def test_garbage_never_crashes(text: str) -> None:
    from gosched_edu.golang import GoError

    for source in (text, f"package main\nfunc main() {{\n{text}\n}}\n"):
        try:
            compile_go(source)
        except GoError as e:
            assert all(d.line >= 1 and d.col >= 1 for d in e.errors)


# --- shape -----------------------------------------------------------------------------


def test_a_counting_loop_is_three_instructions_a_round() -> None:
    image = compile_go(main_of("s, n := 0, 10\nfor i := 0; i < n; i++ { s += i }\nfmt.Println(s)"))
    code = ops(image, "main.main")
    at = code.index("LOOPLT")
    assert code[at - 2 : at + 1] == ["ADD", "ADDI", "LOOPLT"]


def test_constants_in_loops_are_loaded_once() -> None:
    body = "s := 0\nfor i := 0; i <= 99; i++ { if i % 3 == 1 { s += i * 7 } }\nfmt.Println(s)"
    image = compile_go(main_of(body))
    code = ops(image, "main.main")
    entry = code.index("JGE") if "JGE" in code else code.index("JLT")
    loop = code[entry : max(i for i, name in enumerate(code) if name.startswith("LOOP"))]
    assert "LDI" not in loop
    assert run(image) == f"{sum(i * 7 for i in range(100) if i % 3 == 1)}\n"


def test_constants_are_folded() -> None:
    image = compile_go(bare('const k = 1 << 10\nx := k*2 + 1\ny := "a" + "b" + "c"\nprint(x, y, k > 3)'))
    assert not {"ADD", "MUL", "SCAT", "SHL", "LT"} & set(ops(image, "main.main"))
    assert run(image) == "2049abctrue"


def test_names_are_those_of_go() -> None:
    body = """
	func() { func() { println(1) }() }()
	x := func() { go println(2) }
	x()
	defer println(3, x != nil)
	var t T
	f := t.m
	f()
	(*T).p(&t)
	var i interface{ m() } = pair{1, 2}
	i.m()
	g(t)
"""
    before = """
var f = func() {}
func init() { f() }
func worker() {}
func g[X any](x X) {}
type T int
func (t T) m() {}
func (t *T) p() {}
type pair struct{ a, b int }
func (p pair) m() {}
"""
    image = compile_go(bare(body, before))
    assert {n for n in names(image) if n.startswith("main.")} == {
        "main.main", "main.init", "main.init.0", "main.init.func1", "main.main.func1",
        "main.main.func1.1", "main.main.func2", "main.main.func2.gowrap1", "main.main.deferwrap1",
        "main.T.m", "main.T.m-fm", "main.(*T).p", "main.pair.m", "main.g[...]",
    }  # fmt: skip
    assert names(image)[0] == "runtime.main"


def test_plain_functions_as_values_need_no_heap() -> None:
    image = compile_go(bare("f := g\nh := func() {}\nf()\nh()", "func g() {}"))
    assert not {"NEW", "NEWCOPY"} & set(ops(image, "main.main"))


def test_only_what_is_reached_is_linked() -> None:
    image = compile_go(main_of("fmt.Println(1)", "func unused() { println(2) }\ntype T int\nfunc (T) m() {}"))
    assert not any("unused" in n or "T.m" in n for n in names(image))
    small = compile_go(bare("x := 1\n_ = x"))
    assert not any(n.startswith("fmt.") for n in names(small))


def test_methods_are_reached_through_interfaces() -> None:
    before = """
type T struct{ a, b int }
func (t T) String() string { return "T" }
func (t T) Other() {}
"""
    image = compile_go(main_of("fmt.Println(T{})", before))
    assert "main.T.String" in names(image)
    assert "main.T.Other" not in names(image)
    assert run(image) == "T\n"


def test_only_changing_shared_variables_are_boxed() -> None:
    body = "x, y := 1, 2\nf := func() int { return x + y }\ny++\nprintln(f())"
    code = ops(compile_go(bare(body)), "main.main")
    # One object for y, one closure.
    assert code.count("NEWCOPY") == 2


def test_go_statement_evaluates_in_the_parent() -> None:
    image = compile_go(main_of("go w(1, 2)\nfmt.Println()", "func w(a, b int) {}"))
    assert "GO" in ops(image, "main.main")
    assert not any("gowrap" in n for n in names(image))


def test_positions() -> None:
    source = "package main\n\nfunc main() {\n\tc := make(chan int)\n\tfor range c {\n\t\tc <- 1\n\t}\n}\n"
    image = compile_go(source)
    found = {
        isa.OPS[int(image.code[4 * pc])].name: (int(image.lines[pc]), int(image.cols[pc]))
        for pc in range(image.size)
    }
    assert found["MKCHAN"] == (4, 7)
    assert found["RECV"] == (5, 2)
    assert found["SEND"] == (6, 3)
    main = function(image, "main.main")
    assert (main.line, main.col) == (3, 1)
    assert all(image.lines[pc] > 0 for pc in range(main.entry, main.end))


def test_knobs() -> None:
    source = """package main

//knob workers 1 64
//knob jobs 0 1000
var workers, jobs = 4, 100
var delay = 5 //knob delay -10 10
var other = 1

func main() { println(workers, jobs, delay, other) }
"""
    image = compile_go(source)
    assert [(k.name, k.default, k.low, k.high) for k in image.knobs] == [
        ("workers", 4, 1, 64),
        ("jobs", 100, 0, 1000),
        ("delay", 5, -10, 10),
    ]
    assert [int(image.data[k.index]) for k in image.knobs] == [4, 100, 5]
    assert go.run(image, knobs={"jobs": 7}, jit=False).stderr == "4 7 5 1\n"
    assert run(image) == "4 100 5 1\n"


def test_image_keeps_source_and_name() -> None:
    source = main_of("fmt.Println()")
    image = compile_go(source, filename="lab.go")
    assert (image.filename, image.source) == ("lab.go", source)


def test_package_variables_may_be_shared_by_address() -> None:
    before = "var n = 3\nvar wg sync.WaitGroup\nfunc inc(p *int) { *p++ }"
    body = "inc(&n)\nwg.Add(1)\nwg.Done()\nwg.Wait()\np := &wg\np.Wait()\nfmt.Println(n)"
    assert run(compile_go(main_of(body, before, '"fmt"\n"sync"'))) == "4\n"
