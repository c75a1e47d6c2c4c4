"""Random Go programs about values: structs, arrays, slices, maps, interfaces, closures, defers.

They are deterministic, terminate, and print what they have computed. No expression can panic
unless a recover is around it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

HELPERS = """
type sizer interface{ size() int }
type changer interface {
	sizer
	change(int)
}

func at[T any](s []T, i int) (z T) {
	if len(s) == 0 {
		return
	}
	if i < 0 {
		i = -(i + 1)
	}
	return s[i%len(s)]
}
func put[T any](s []T, i int, v T) {
	if len(s) > 0 {
		if i < 0 {
			i = -(i + 1)
		}
		s[i%len(s)] = v
	}
}
func id[T any](x T) T { return x }
func div(a, b int) (q int) {
	defer func() {
		if recover() != nil {
			q = -1
		}
	}()
	return a / b
}
func sized(v any) int {
	switch x := v.(type) {
	case nil:
		return 1
	case int:
		return x
	case string:
		return len(x)
	case bool:
		if x {
			return 3
		}
		return 5
	case changer:
		x.change(7)
		return x.size()
	case sizer:
		return x.size() + 1
	case []int:
		return len(x)
	case error:
		return 11
	}
	return 13
}
"""
BASIC = ["int", "uint8", "int16", "string", "bool", "float64"]


@dataclass
class Scope:
    variables: list[tuple[str, str]] = field(default_factory=list)  # name, type
    depth: int = 0


class Maker:
    """Makes one program from a seed."""

    def __init__(self, seed: int):
        self.r = random.Random(seed)
        self.structs: dict[str, list[tuple[str, str, bool]]] = {}  # fields: name, type, embedded
        self.arrays: dict[str, tuple[int, str]] = {}
        self.functions: list[tuple[str, list[str], str]] = []
        self.names = 0
        self.lines: list[str] = []

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    # --- types ---------------------------------------------------------------------------

    def type(self, depth: int = 2) -> str:
        """A random type."""
        pick = self.r.random()
        if depth == 0 or pick < 0.35:
            return self.r.choice(BASIC)
        if pick < 0.6 and self.structs:
            return self.r.choice(list(self.structs))
        inner = self.type(depth - 1)
        if pick < 0.75:
            return f"[{self.r.randint(1, 4)}]{inner}"
        if pick < 0.88:
            return f"[]{inner}"
        return f"map[{self.r.choice(['int', 'string'])}]{inner}"

    def declare_structs(self) -> None:
        for i in range(self.r.randint(2, 4)):
            name = f"S{i}"
            fields: list[tuple[str, str, bool]] = []
            if self.structs and self.r.random() < 0.5:
                base = self.r.choice(list(self.structs))
                fields.append((base, base, True))
            for j in range(self.r.randint(1, 4)):
                fields.append((f"f{i}{j}", self.type(), False))
            self.structs[name] = fields
            body = "\n".join(f"\t{n}" if e else f"\t{n} {k}" for n, k, e in fields)
            self.lines.append(f"type {name} struct {{\n{body}\n}}")
            receiver = "*" if self.r.random() < 0.3 else ""
            total = " + ".join(self.measure(f"s.{n}", k) for n, k, _ in fields)
            self.lines.append(f"func (s {receiver}{name}) size() int {{ return {total} }}")
            scope = Scope([("(*s)", name), ("d", "int")])
            changes = "\n".join(self.statement(scope, 1, calls=False) for _ in range(2))
            self.lines.append(f"func (s *{name}) change(d int) {{\n{changes}\n}}")
            self.functions.append((f"make{name}", ["int"], name))
            self.lines.append(
                f"func make{name}(n int) (s {name}) {{\n{self.body(Scope([('s', name), ('n', 'int')]), 2)}"
                f"\nreturn s\n}}"
            )

    def measure(self, e: str, kind: str) -> str:
        """An int made of `e`."""
        if kind in ("int", "uint8", "int16", "float64"):
            return f"int({e})"
        if kind in self.structs:
            return f"{e}.size()" if "(" not in e else f"len(fmt.Sprint({e}))"
        if kind == "bool":
            return f"sized({e})"
        return f"len({e})"

    # --- expressions -----------------------------------------------------------------------

    def literal(self, kind: str, scope: Scope, depth: int) -> str:
        r = self.r
        if kind == "int":
            return str(r.choice([0, 1, -1, 7, 100, -50, 1 << 40]))
        if kind == "uint8":
            return f"uint8({r.randrange(256)})"
        if kind == "int16":
            return f"int16({r.randint(-32768, 32767)})"
        if kind == "float64":
            return f"float64({r.choice(['0.5', '-2.25', '3', '1e6'])})"
        if kind == "string":
            return r.choice(['""', '"a"', '"héllo"', '"xyz"', "`q`"])
        if kind == "bool":
            return r.choice(["true", "false"])
        if kind in self.structs:
            fields = self.structs[kind]
            if depth <= 0 or r.random() < 0.3:
                return f"{kind}{{}}"
            if r.random() < 0.5:
                values = ", ".join(self.expr(k, scope, depth - 1) for _, k, _ in fields)
                return f"{kind}{{{values}}}"
            n, k, _ = r.choice(fields)
            return f"{kind}{{{n}: {self.expr(k, scope, depth - 1)}}}"
        elem, count = self.elem(kind), r.randint(0, 3)
        if kind.startswith("map"):
            if kind.startswith("map[int]"):
                keys = [str(k) for k in r.sample(range(5), count)]
            else:
                keys = [f'"{k}"' for k in r.sample("abcde", count)]
            values = ", ".join(f"{k}: {self.expr(elem, scope, depth - 1)}" for k in keys)
            return f"{kind}{{{values}}}"
        if kind.startswith("[]"):
            values = ", ".join(self.expr(elem, scope, depth - 1) for _ in range(count))
            return f"{kind}{{{values}}}"
        length = int(kind[1 : kind.index("]")])
        values = ", ".join(self.expr(elem, scope, depth - 1) for _ in range(r.randint(0, length)))
        return f"{kind}{{{values}}}"

    def elem(self, kind: str) -> str:
        return kind[kind.index("]") + 1 :]

    def expr(self, kind: str, scope: Scope, depth: int = 2) -> str:
        """An expression of type `kind`."""
        r = self.r
        same = [n for n, k in scope.variables if k == kind]
        pick = r.random()
        if same and pick < 0.4:
            return r.choice(same)
        if depth <= 0:
            return self.literal(kind, scope, 0)
        if pick < 0.55 and (found := self.part(kind, scope, depth)):
            return found
        if pick < 0.8:
            return self.operation(kind, scope, depth)
        if pick < 0.87:
            made = [f for f in self.functions if f[2] == kind]
            if made:
                f = r.choice(made)
                return f"{f[0]}({', '.join(self.expr(k, scope, depth - 1) for k in f[1])})"
        if pick < 0.9:
            return f"func() {kind} {{ return {self.expr(kind, scope, depth - 1)} }}()"
        if pick < 0.93:
            return f"any({self.expr(kind, scope, depth - 1)}).({kind})"
        return self.literal(kind, scope, depth)

    def part(self, kind: str, scope: Scope, depth: int) -> str | None:
        """A part of a variable that has type `kind`."""
        found: list[str] = []
        for n, k in scope.variables:
            if k in self.structs:
                found += [f"{n}.{f}" for f, fk, _ in self.structs[k] if fk == kind]
            elif k.startswith("[") and self.elem(k) == kind:
                i = self.expr("int", scope, 0)
                if k.startswith("[]"):
                    found.append(f"at({n}, {i})")
                else:
                    found.append(f"{n}[{self.r.randrange(int(k[1 : k.index(']')]))}]")
            elif k.startswith("map") and self.elem(k) == kind:
                key = k[4 : k.index("]")]
                found.append(f"{n}[{self.expr(key, scope, 0)}]")
        return self.r.choice(found) if found else None

    def operation(self, kind: str, scope: Scope, depth: int) -> str:
        r = self.r

        def sub(k: str) -> str:
            return self.expr(k, scope, depth - 1)

        if kind == "int":
            other = r.choice(BASIC + list(self.structs) + ["[]int", "string"])
            return r.choice(
                [
                    f"(id({sub('int')}) {r.choice(['+', '-', '*', '&', '|', '^'])} {sub('int')})",
                    f"div({sub('int')}, {sub('int')})",
                    f"sized({sub(other)})",
                    f"int({sub('uint8')})",
                    f"len({sub('string')})",
                    f"({sub('int')} >> (id({sub('uint8')}) & 15))",
                ]
            )
        if kind in ("uint8", "int16"):
            return f"(id({sub(kind)}) {r.choice(['+', '-', '*', '&', '^'])} {sub(kind)})"
        if kind == "float64":
            return f"({sub(kind)} {r.choice(['+', '-', '*'])} {sub(kind)})"
        if kind == "string":
            return f"({sub(kind)} + {sub(kind)})"
        if kind == "bool":
            k = r.choice(["int", "string", "float64", "uint8"])
            options = [f"({sub(k)} {r.choice(['<', '<=', '==', '!=', '>'])} {sub(k)})"]
            options.append(f"({sub('bool')} {r.choice(['&&', '||'])} {sub('bool')})")
            options.append(f"!{sub('bool')}")
            return r.choice(options)
        if kind.startswith("[]"):
            return f"append({sub(kind)}, {sub(self.elem(kind))})"
        return self.literal(kind, scope, depth)

    # --- statements ------------------------------------------------------------------------

    def place(self, scope: Scope) -> tuple[str, str]:
        """Something assignable and its type."""
        n, k = self.r.choice(scope.variables)
        for _ in range(2):
            if self.r.random() < 0.4:
                break
            if k in self.structs:
                f, fk, _ = self.r.choice(self.structs[k])
                n, k = f"{n}.{f}", fk
            elif k.startswith("[") and not k.startswith("[]"):
                n, k = f"{n}[{self.r.randrange(int(k[1 : k.index(']')]))}]", self.elem(k)
        return n, k

    def statement(self, scope: Scope, depth: int, calls: bool = True) -> str:
        r = self.r
        n, k = self.place(scope)
        value = self.expr(k, scope, 2 if calls else 1)
        pick = r.random()
        if pick < 0.35 or not calls:
            return f"{n} = {value}"
        if pick < 0.45:
            operators = {"int": ["+=", "-=", "*=", "^="], "string": ["+="], "float64": ["+=", "*="]}
            if k in operators:
                return f"{n} {r.choice(operators[k])} {value}"
            return f"{n} = {value}"
        if pick < 0.52:
            name, kind = self.name("v"), self.type()
            text = f"{name} := {self.expr(kind, scope)}\n_ = {name}"
            scope.variables.append((name, kind))
            return text
        if pick < 0.6 and k.startswith("[]"):
            return f"put({n}, {self.expr('int', scope, 1)}, {self.expr(self.elem(k), scope, 1)})"
        if pick < 0.66 and k.startswith("map"):
            key = k[4 : k.index("]")]
            m = f"if {n} == nil {{ {n} = {k}{{}} }}\n"
            change = f"{n}[{self.expr(key, scope, 0)}] = {self.expr(self.elem(k), scope, 1)}"
            return m + (change if r.random() < 0.7 else f"delete({n}, {self.expr(key, scope, 0)})")
        if depth <= 0:
            return f"{n} = {value}"
        return self.compound(scope, depth, n, k)

    def compound(self, scope: Scope, depth: int, n: str, k: str) -> str:
        r = self.r
        inner = Scope(list(scope.variables), scope.depth + 1)
        pick = r.randrange(9)
        if pick == 0:
            orelse = f" else {{\n{self.body(inner, depth - 1)}\n}}" if r.random() < 0.5 else ""
            then = self.body(Scope(list(scope.variables)), depth - 1)
            return f"if {self.expr('bool', scope)} {{\n{then}\n}}{orelse}"
        if pick == 1:
            i = self.name("i")
            inner.variables.append((i, "int"))
            body = self.body(Scope(inner.variables[:-1]), depth - 1)
            return f"for {i} := 0; {i} < {r.randint(1, 3)}; {i}++ {{\n{body}\n}}"
        if pick == 2 and k.startswith("["):
            i, v = self.name("i"), self.name("v")
            inner.variables += [(v, self.elem(k))]
            body = self.body(inner, depth - 1)
            limit = f"if {i} > 3 {{ break }}\n_ = {v}"
            return f"for {i}, {v} := range {n} {{\n{limit}\n{body}\n}}"
        if pick == 3:
            f = self.name("g")
            body = self.body(inner, depth - 1)
            times = "\n".join([f"{f}()"] * r.randint(1, 2))
            return f"{f} := func() {{\n{body}\n}}\n{times}"
        if pick == 4:
            body = self.body(inner, depth - 1)
            return f"func() {{\ndefer func() {{\n{body}\n}}()\n{n} = {self.expr(k, scope, 1)}\n}}()"
        if pick == 5:
            a, ak = self.place(scope)
            same = [x for x in scope.variables if x[1] == ak]
            b = r.choice(same)[0] if same else a
            return f"{a}, {b} = {b}, {a}"
        if pick == 6:
            p = self.name("p")
            return f"{p} := &{n}\n*{p} = {self.expr(k, scope, 1)}\n{p} = new({k})\n_ = {p}"
        if pick == 7:
            c = self.name("c")
            return f"{c} := make(chan {k}, 1)\n{c} <- {n}\n{n} = {self.expr(k, scope, 1)}\n{n} = <-{c}"
        structs = [x for x in scope.variables if x[1] in self.structs]
        if structs:
            s = r.choice(structs)[0]
            return f"{s}.change({self.expr('int', scope, 1)})"
        return f"{n} = {self.expr(k, scope, 1)}"

    def body(self, scope: Scope, depth: int) -> str:
        return "\n".join(self.statement(scope, depth) for _ in range(self.r.randint(1, 3)))

    # --- the program -------------------------------------------------------------------------

    def program(self) -> str:
        """The whole program."""
        self.declare_structs()
        for _ in range(self.r.randint(1, 3)):
            params = [self.type(1) for _ in range(self.r.randint(1, 2))]
            result = self.type(1)
            names = [(f"a{i}", k) for i, k in enumerate(params)]
            name = self.name("f")
            head = ", ".join(f"{n} {k}" for n, k in names)
            scope = Scope([*names, ("out", result)])
            body = self.body(scope, 1)
            self.lines.append(f"func {name}({head}) (out {result}) {{\n{body}\nreturn out\n}}")
            self.functions.append((name, params, result))
        main = Scope()
        text: list[str] = []
        for i in range(self.r.randint(3, 6)):
            kind = self.type()
            text.append(f"var x{i} {kind} = {self.literal(kind, main, 1)}")
            main.variables.append((f"x{i}", kind))
        shown = list(main.variables)
        for _ in range(self.r.randint(5, 9)):
            text.append(self.statement(main, 2))
        prints = "\n".join(f'fmt.Printf("%+v\\n", {n})' for n, _ in shown)
        body = "\n".join(text)
        rest = "\n".join(self.lines)
        return f'package main\n\nimport "fmt"\n{HELPERS}\n{rest}\nfunc main() {{\n{body}\n{prints}\n}}\n'


def program(seed: int) -> str:
    """The program of a seed."""
    return Maker(seed).program()
