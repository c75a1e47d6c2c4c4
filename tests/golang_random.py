"""Random Go programs: typed, deterministic, and always coming to an end.

Every construct is made for its type, so that real Go accepts the program; run-time panics are
wanted, and caught by ``try``. Loops run a few rounds, functions call only those declared before
them. Literals go through ``id``, so that no constant expression overflows at compile time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

INTS = ("int", "int8", "int16", "int32", "uint", "uint8", "uint16", "uint64")
BASIC = (*INTS, "float64", "string", "bool")
COMPOSITE = (
    "[]int",
    "[]string",
    "[3]int",
    "map[string]int",
    "P",
    "*P",
    "any",
    "error",
    "func(int) int",
    "Q[string]",
)
ALL = (*BASIC, *COMPOSITE)

PRELUDE = """package main

import (
	"errors"
	"fmt"
)

type P struct {
	a int
	s string
	in struct{ x, y int8 }
}

func (p P) sum() int      { return p.a + len(p.s) + int(p.in.x) }
func (p *P) bump(n int) *P { p.a += n; p.in.x++; return p }
func (p P) String() string { return fmt.Sprintf("P<%d %q %v>", p.a, p.s, p.in) }

type summer interface{ sum() int }

type Q[T comparable] struct {
	v    T
	list []T
}

func (q Q[T]) with(x T) Q[T] { return Q[T]{x, append(q.list, q.v)} }
func (q *Q[T]) put(x T)      { q.list = append(q.list, x) }
func (q Q[T]) has(x T) bool {
	for _, y := range q.list {
		if x == y {
			return true
		}
	}
	return q.v == x
}

type myErr struct{ code int }

func (e *myErr) Error() string { return fmt.Sprint("myErr ", e.code) }

func id[T any](x T) T { return x }
func pick[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}
func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "panicked:", r)
		}
	}()
	f()
}

var _ = errors.New
"""


@dataclass
class Function:
    name: str
    params: list[str]
    results: list[str]


@dataclass
class Maker:
    """Writes one program with the choices of `rng`."""

    rng: Random
    functions: list[Function] = field(default_factory=list)
    scopes: list[list[tuple[str, str]]] = field(default_factory=list)
    count: int = 0
    loops: list[str] = field(default_factory=list)
    budget: int = 0
    size: int = 6
    prefix: str = ""

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def fresh(self, prefix: str = "v") -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def variables(self, kind: str) -> list[str]:
        return [n for scope in self.scopes for n, k in scope if k == kind]

    # --- expressions -------------------------------------------------------------------------

    def literal(self, kind: str) -> str:
        r = self.rng
        if kind in INTS:
            bits = int(kind.lstrip("uint") or 64)
            n = r.choice([0, 1, 2, 3, 7, 100, r.randrange(-(1 << 40), 1 << 40)])
            n = n % (1 << bits) if kind[0] == "u" else (n + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)
            return f"id[{kind}]({n})"
        match kind:
            case "float64":
                return f"id[float64]({r.choice([0, 1, -2, 0.5, 3.25, 1e10, r.randrange(1000) / 8])})"
            case "string":
                return r.choice(['""', '"a"', '"héy"', '"go lang"', 'id("xyz")'])
            case "bool":
                return r.choice(["true", "false", "id(true)"])
            case "[]int":
                return "[]int{" + ", ".join(self.expr("int", 0) for _ in range(r.randrange(4))) + "}"
            case "[]string":
                return "[]string{" + ", ".join(self.expr("string", 0) for _ in range(r.randrange(3))) + "}"
            case "[3]int":
                return f"[3]int{{{self.expr('int', 0)}, 2: {self.expr('int', 0)}}}"
            case "map[string]int":
                return f'map[string]int{{"k": {self.expr("int", 0)}, "a": 2}}'
            case "P":
                return f"(P{{a: {self.expr('int', 0)}, s: {self.expr('string', 0)}}})"
            case "*P":
                return r.choice([f"(&P{{a: {self.expr('int', 0)}}})", "new(P)", "(*P)(nil)"])
            case "any":
                return f"any({self.expr(r.choice(BASIC), 0)})"
            case "error":
                return r.choice(["error(nil)", 'errors.New("bad")', f"error(&myErr{{{r.randrange(9)}}})"])
            case "Q[string]":
                return f"(Q[string]{{v: {self.expr('string', 0)}}})"
        inner = self.fresh("x")
        self.scopes.append([(inner, "int")])
        body = self.expr("int", 1)
        self.scopes.pop()
        return f"func({inner} int) int {{ return {body} }}"

    def expr(self, kind: str, depth: int = 2) -> str:
        names = self.variables(kind)
        if names and self.chance(60 if depth <= 0 else 35):
            return self.rng.choice(names)
        if depth <= 0:
            return self.literal(kind)
        if self.chance(15):
            return self.called(kind, depth)
        return self.literal(kind) if self.chance(20) else self.combined(kind, depth - 1)

    def called(self, kind: str, depth: int) -> str:
        good = [f for f in self.functions if f.results == [kind]]
        if not good:
            return f"pick({self.expr('bool', 0)}, {self.expr(kind, 0)}, {self.literal(kind)})"
        f = self.rng.choice(good)
        return f"{f.name}({', '.join(self.expr(p, depth - 1) for p in f.params)})"

    def combined(self, kind: str, depth: int) -> str:
        r = self.rng

        def e(k: str) -> str:
            return self.expr(k, depth)

        if kind in INTS:
            options = [
                f"({e(kind)} {r.choice(['+', '-', '*', '&', '|', '^', '&^'])} {e(kind)})",
                f"({e(kind)} {r.choice(['/', '%'])} {self.expr(kind, 0)})",
                f"({e(kind)} {r.choice(['<<', '>>'])} ({e('uint8')} % 70))",
                f"{kind}({e(r.choice(INTS))})",
                f"{r.choice('-^')}({self.expr(kind, 0)})",
                f"min({e(kind)}, {e(kind)})",
            ]
            if kind == "int":
                options += [
                    f"len({e('string')})", f"len({e('[]int')})", f"{e('[]int')}[{self.expr('int', 0)}]",
                    f"{e('map[string]int')}[{e('string')}]", f"{e('P')}.sum()", f"{e('*P')}.a",
                    f"{self.expr('[3]int', 0)}[{e('uint8')}%4]", f"{e('func(int) int')}({e('int')})",
                    f"{e('any')}.(int)", f"{e('P')}.a", f"cap(make([]int, {e('uint8')}%5))",
                    f"summer({e('P')}).sum()",
                ]  # fmt: skip
            return r.choice(options)
        if kind in self.COMBINE:
            template = r.choice(self.COMBINE[kind])
            out: list[str] = []
            for part in template.split("@"):
                word, _, rest = part.partition("|")
                out.append(self.expr(word, depth) + rest if "|" in part else part)
            return "".join(out)
        return self.literal(kind)

    # Templates: ``@kind|`` stands for an expression of that type.
    COMBINE = {
        "float64": [
            "(@float64| + @float64|)", "(@float64| * @float64|)", "float64(@int32|)", "-(@float64|)",
            "(@float64| / @float64|)",
        ],
        "string": [
            "(@string| + @string|)", "fmt.Sprint(@any|)", "@string|[:@uint8|%3]",
            "string(rune(@uint8|))", "@P|.s", "fmt.Sprint(@*P|)", "@Q[string]|.v", "@any|.(string)",
            "max(@string|, @string|)", 'fmt.Sprintf("%v %T", @any|, @any|)', "@[]string|[0]",
            "fmt.Sprint(@error|)",
        ],
        "bool": [
            "(@int| < @int|)", "(@string| == @string|)", "!@bool|", "(@bool| && @bool|)",
            "(@float64| >= @float64|)", "(@bool| || @bool|)", "(@uint64| > @uint64|)",
            "(@any| == @any|)", "(@*P| == nil)", "(@[3]int| == @[3]int|)", "(@P| != @P|)",
            "(@error| != nil)", "@Q[string]|.has(@string|)", "(@string| <= @string|)",
        ],
        "[]int": [
            "append(@[]int|, @int|)", "append([]int(nil), @[]int|...)", "@[]int|[@uint8|%3:]",
            "make([]int, @uint8|%5)", "pick(@bool|, @[]int|, nil)",
        ],
        "[]string": [
            "append(@[]string|, @string|, @string|)", "@[]string|[:@uint8|%3]", "@Q[string]|.list",
        ],
        "P": [
            "(*@*P|)", "(*@*P|.bump(@int|))", "pick(@bool|, @P|, @P|)",
        ],
        "*P": [
            "@*P|.bump(@int|)", "new(@P|)", "id(@*P|)",
        ],
        "any": [
            "any(@P|)", "any(@[]int|)", "any(@*P| == nil)", "any(@[3]int|)", "any(@error|)",
            "any(@int8|)", "any(@Q[string]|)",
        ],
        "error": [
            'fmt.Errorf("e %d: %w", @int|, @error|)', "errors.Unwrap(@error|)",
        ],
        "Q[string]": [
            "@Q[string]|.with(@string|)",
        ],
        "map[string]int": [
            "pick(@bool|, @map[string]int|, nil)",
        ],
    }  # fmt: skip

    # --- statements ----------------------------------------------------------------------------

    def block(self, indent: str, statements: int, results: list[str]) -> list[str]:
        self.scopes.append([])
        out: list[str] = []
        for _ in range(statements):
            if self.budget <= 0:
                break
            self.budget -= 1
            out += [indent + line for line in self.statement(indent, results)]
        self.scopes.pop()
        return out

    def declare(self, kind: str, value: str) -> list[str]:
        name = self.fresh()
        self.scopes[-1].append((name, kind))
        if self.chance(50):
            return [f"var {name} {kind} = {value}", f"_ = {name}"]
        return [
            f"{name} := {kind}({value})" if kind in BASIC else f"var {name} {kind} = {value}",
            f"_ = {name}",
        ]

    def statement(self, indent: str, results: list[str]) -> list[str]:
        r = self.rng
        choice = r.randrange(17)
        inner = indent + "\t"
        size = 1 + r.randrange(3)
        if choice <= 3:
            kind = r.choice(ALL)
            return self.declare(kind, self.expr(kind))
        if choice <= 5:
            return self.assignment()
        if choice == 6:
            kinds = [r.choice(ALL[:-2]) for _ in range(1 + r.randrange(3))]
            shown = [k for k in kinds if k not in ("*P", "func(int) int")] or ["int"]
            return [f"fmt.Println({', '.join(self.expr(k) for k in shown)})"]
        if choice == 7:
            out = [f"if {self.expr('bool')} {{", *self.block("\t", size, results)]
            if self.chance(50):
                out += ["} else {", *self.block("\t", size, results)]
            return [*out, "}"]
        if choice in (8, 9) and len(self.loops) < 2:
            return self.loop(size, results)
        if choice == 10:
            return self.switch(size, results)
        if choice == 11:
            n = self.fresh("d")
            out = [f"defer func({n} int) {{", f'\tfmt.Println("deferred", {n})']
            if self.chance(40):
                out.append('\tif e := recover(); e != nil { fmt.Println("recovered", e) }')
            return [*out, f"}}({self.expr('int', 1)})"]
        if choice == 12 and self.loops:
            word = r.choice(["break", "continue"])
            label = f" {r.choice(self.loops)}" if self.chance(60) else ""
            return [f"if {self.expr('bool', 1)} {{ {word}{label} }}"]
        if choice == 13:
            f = self.fresh("f")
            loops, self.loops = self.loops, []
            self.scopes.append([(f + "a", "int")])
            body = self.block("\t", size, ["int"])
            value = self.expr("int", 1)
            self.scopes.pop()
            self.loops = loops
            self.scopes[-1].append((f, "func(int) int"))
            return [f"{f} := func({f}a int) int {{", *body, f"\treturn {value}", "}", f"_ = {f}"]
        if choice == 14 and self.chance(30):
            return [
                f"if {self.expr('bool', 1)} {{ panic({self.expr(r.choice(['string', 'error', 'int']), 1)}) }}"
            ]
        if choice == 15:
            return self.channel(size, results)
        if choice == 16 and self.chance(40):
            return [f"if {self.expr('bool', 1)} {{", "\t" + self.returned(results), "}"]
        del inner
        return self.assignment()

    def assignment(self) -> list[str]:
        r = self.rng
        targets: list[tuple[str, str]] = [v for s in self.scopes for v in s if v[1] != "loop"]
        if not targets:
            return ["fmt.Println()"]
        if self.chance(20) and len(targets) > 1:
            (a, ka), (b, kb) = r.choice(targets), r.choice(targets)
            if a != b:
                return [f"{a}, {b} = {self.expr(ka, 1)}, {self.expr(kb, 1)}"]
        name, kind = r.choice(targets)
        if kind in INTS and self.chance(50):
            return [f"{name} {r.choice(['+=', '-=', '*=', '^=', '|='])} {self.expr(kind, 1)}"]
        if kind in INTS and self.chance(30):
            return [f"{name}{r.choice(['++', '--'])}"]
        places = {
            "[]int": f"{name}[{self.expr('uint8', 0)}%3] = {self.expr('int', 1)}",
            "[3]int": f"{name}[{self.expr('uint8', 0)}%3] += {self.expr('int', 1)}",
            "map[string]int": f"{name}[{self.expr('string', 1)}]++",
            "P": f"{name}.in.x += {self.expr('int8', 1)}",
            "*P": f"{name}.s += {self.expr('string', 1)}",
            "Q[string]": f"{name}.put({self.expr('string', 1)})",
            "string": f"{name} += {self.expr('string', 1)}[:1]",
        }
        if kind in places and self.chance(60):
            return [places[kind]]
        return [f"{name} = {self.expr(kind)}"]

    def loop(self, size: int, results: list[str]) -> list[str]:
        i, label = self.fresh("i"), self.fresh("L")
        heads = [
            (f"for {i} := 0; {i} < {1 + self.rng.randrange(4)}; {i}++ {{", [(i, "loop")]),
            (f"for {i} := range {1 + self.rng.randrange(4)} {{", [(i, "int")]),
            (f"for {i}, {i}v := range {self.expr('[]int', 1)} {{", [(i, "int"), (f"{i}v", "int")]),
            (f"for _, {i} := range {self.expr('string', 1)} {{", [(i, "loop")]),
            (f"for {i} := range {self.expr('[3]int', 0)} {{", [(i, "int")]),
        ]
        head, names = self.rng.choice(heads)
        self.loops.append(label)
        self.scopes.append(names)
        body = self.block("\t", size, results)
        self.scopes.pop()
        self.loops.pop()
        uses = [f"\t_ = {n}" for n, _ in names]
        return [f"{label}:", head, *uses, *body, f"\tif id(false) {{ continue {label} }}", "}"]

    def switch(self, size: int, results: list[str]) -> list[str]:
        loops, self.loops = self.loops, [x for x in self.loops]
        if self.chance(40):
            v = self.fresh("t")
            out = [f"switch {v} := {self.expr('any', 1)}.(type) {{", "case int:", f"\tfmt.Println({v} + 1)"]
            out += ["case string, error:", f"\tfmt.Println({v})", "case summer:", f"\tfmt.Println({v}.sum())"]
            out += ["default:", f'\tfmt.Printf("%T\\n", {v})', *self.block("\t", size, results), "}"]
        else:
            kind = self.rng.choice(["int", "string", "uint8"])
            first = self.expr(kind, 1)
            case = f'{first} + "q"' if kind == "string" else f"{first}, {self.literal(kind)}"
            out = [f"switch {self.expr(kind, 1)} {{", f"case {case}:"]
            out += self.block("\t", size, results)
            if self.chance(30):
                out.append("\tfallthrough")
            out += ["default:", *self.block("\t", size, results), "}"]
        self.loops = loops
        return out

    def channel(self, size: int, results: list[str]) -> list[str]:
        c, v = self.fresh("c"), self.fresh("r")
        out = [f"{c} := make(chan int, {self.rng.randrange(3)})"]
        if self.chance(50):
            sends = f"for i := range 3 {{ {c} <- i * {self.rng.randrange(9)} }}"
            out += [f"go func() {{ defer close({c}); {sends} }}()"]
            out += [f"for {v} := range {c} {{ fmt.Println({v}) }}"]
            return out
        out += ["select {", f"case {c} <- {self.expr('int', 1)}:", '\tfmt.Println("sent")']
        out += [
            f"case {v}, ok := <-{c}:",
            f"\tfmt.Println({v}, ok)",
            "default:",
            *self.block("\t", size, results),
            "}",
        ]
        return out

    def returned(self, results: list[str]) -> str:
        return "return " + ", ".join(self.expr(k, 1) for k in results)

    # --- programs ------------------------------------------------------------------------------

    def function(self) -> list[str]:
        r = self.rng
        f = Function(
            self.prefix + self.fresh("F"),
            [r.choice(ALL) for _ in range(r.randrange(3))],
            [r.choice(ALL)] if self.chance(70) else [r.choice(ALL), "int"],
        )
        params = [(f"p{i}", k) for i, k in enumerate(f.params)]
        named = self.chance(40)
        outs = [(f"res{i}", k) for i, k in enumerate(f.results)] if named else []
        self.scopes = [[*params, *outs]]
        self.budget = 14
        body = self.block("\t", 6, f.results)
        listed = ", ".join(f"{n} {k}" for n, k in outs) if named else ", ".join(f.results)
        head = f"func {f.name}({', '.join(f'{n} {k}' for n, k in params)}) ({listed}) {{"
        lines = [head, *body, "\t" + self.returned(f.results), "}"]
        self.functions.append(f)
        return lines

    def program(self) -> str:
        lines = [PRELUDE]
        for _ in range(self.size):
            lines += [*self.function(), ""]
        lines.append("func main() {")
        self.scopes = [[]]
        for f in self.functions:
            for _ in range(2):
                args = ", ".join(self.expr(p, 1) for p in f.params)
                names = [self.fresh("o") for _ in f.results]
                shown = [n for n, k in zip(names, f.results, strict=True) if k not in ("*P", "func(int) int")]
                blanks = "".join(f"; _ = {n}" for n in names)
                short = f.name.removeprefix(self.prefix)
                printed = f'; fmt.Println("{short}", {", ".join(shown)})' if shown else ""
                call = f"{', '.join(names)} := {f.name}({args})"
                lines.append(f'\ttry("{short}", func() {{ {call}{blanks}{printed} }})')
        return "\n".join([*lines, "}", ""])


def program(rng: Random) -> str:
    """A random program."""
    return Maker(rng).program()
