"""Random Go programs about values: slices, arrays, maps, structs, pointers, interfaces, closures.

A program has a few variables of random types and runs random statements on them, each in a
function of its own that reports a panic and goes on; at the end every variable is printed in
full. What may go wrong at run time (indices, nil) is left in: real Go says what happens then.
"""

from __future__ import annotations

import random
from collections.abc import Callable

BASIC = {
    "int": ("0", "1", "2", "3", "-1", "100"), "string": ('"a"', '"b"', '""', '"abc"', '"é世"'),
    "bool": ("true", "false"), "uint8": ("0", "1", "200", "255"), "rune": ("65", "-1", "0x4e16"),
    "float64": ("0", "1.5", "-2.25"), "int32": ("0", "7", "-1"),
}  # fmt: skip
KEYS = {
    "int": ("0", "1", "2", "j"), "string": ('"a"', '"b"', "text"), "bool": ("true", "i > 1"),
    "key": ('key{1, "a"}', "keyed", "key{i, text}"), "[2]int": ("[2]int{1, 2}", "[2]int{j, i}"),
    "any": ("1", '"a"', "nil", "any(i)", "some", 'key{1, "a"}'), "uint8": ("0", "255"),
}  # fmt: skip
PROBES = {
    "int": ("0", "1", "2", "3"), "string": ('"a"', '"b"', '""', '"abc"'), "bool": ("true", "false"),
    "key": ('key{1, "a"}', 'key{2, "b"}', "key{}"), "[2]int": ("[2]int{1, 2}", "[2]int{}"),
    "any": ("1", '"a"', "nil", 'key{1, "a"}'), "uint8": ("0", "1", "255"),
}  # fmt: skip
DYNAMIC = ("1", '"a"', "nil", "true", 'key{1, "a"}', "[2]int{1, 2}", "[]int{1}")

PRELUDE = """package main

type key struct { a int; b string }

var numbers = []int{3, 1, 2}
var text = "abc"
var some any = 1
var keyed = key{1, "a"}
var i, j = 1, 2

func try(n int, f func()) {
	print(n, ": ")
	defer func() { if e := recover(); e != nil { print(e.(error).Error()) }; println() }()
	f()
}
func id[T any](x T) T { y := x; return y }
func swap[T any](a, b *T) { *a, *b = *b, *a }
func repeat[T any](x T, n int) (r []T) { for range n { r = append(r, x) }; return }
func index[T comparable](s []T, x T) int { for i := range s { if s[i] == x { return i } }; return -1 }
func seq[S ~[]E, E any](s S) func(func(int, E) bool) {
	return func(yield func(int, E) bool) {
		for i, x := range s { if !yield(i, x) { print("!"); return } }
	}
}
"""

Variable = tuple[str, str]


def parts(kind: str) -> tuple[str, str, str]:
    """What a type is made of: its kind, its element type, and its length or key type."""
    if kind.startswith("[]"):
        return "slice", kind[2:], ""
    if kind.startswith("["):
        length, _, elem = kind[1:].partition("]")
        return "array", elem, length
    if kind.startswith("map["):
        depth, at = 1, 4
        while depth:
            depth += {"[": 1, "]": -1}.get(kind[at], 0)
            at += 1
        return "map", kind[at:], kind[4 : at - 1]
    if kind.startswith("*"):
        return "pointer", kind[1:], ""
    return ("struct" if kind == "key" or kind[0] == "S" else kind), "", ""


class Program:
    """A random program; `source` is its text."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.structs: dict[str, list[Variable]] = {"key": [("a", "int"), ("b", "string")]}
        self.dumps: dict[str, str] = {}
        self.functions: list[str] = []
        self.fresh = 0
        for n in range(self.rng.randint(1, 3)):
            fields = [(f"f{i}", self.type(2)) for i in range(self.rng.randint(0, 4))]
            self.structs[f"S{n}"] = fields
        globals_ = [(f"g{n}", self.type(3)) for n in range(3)]
        locals_ = [(f"l{n}", self.type(3)) for n in range(3)]
        known = [("numbers", "[]int"), ("text", "string"), ("some", "any"), ("keyed", "key")]
        variables = [*globals_, *locals_, *known]
        body = [f"var {v} {t} = {self.literal(t, 3)}; _ = {v}" for v, t in locals_]
        for n in range(self.rng.randint(8, 16)):
            rule = self.rng.choice((self.statement, self.construct))
            values = f"i, j := {self.rng.randint(0, 2)}, {self.rng.randint(0, 3)}; _, _ = i, j; "
            body.append(f"try({n}, func() {{ {values}{rule(variables, 2)} }})")
        body += [f"{self.dump(t)}({v}, 5); println()" for v, t in variables]
        lines = [f"var {v} {t} = {self.literal(t, 3)}" for v, t in globals_]
        for name, fields in self.structs.items():
            if name != "key":
                lines.append(f"type {name} struct {{ {'; '.join(f'{f} {t}' for f, t in fields)} }}")
        main = "\n\t".join(body)
        self.source = "\n".join([PRELUDE, *lines, *self.functions, f"func main() {{\n\t{main}\n}}\n"])

    # --- types and literals ----------------------------------------------------------------

    def type(self, depth: int) -> str:
        choice = self.rng.random()
        if depth == 0 or choice < 0.3:
            return self.rng.choice(list(BASIC))
        if choice < 0.5:
            return "[]" + self.type(depth - 1)
        if choice < 0.65:
            return f"[{self.rng.choice((0, 1, 2, 3, 3, 5))}]{self.type(depth - 1)}"
        if choice < 0.75:
            return f"map[{self.rng.choice(list(KEYS))}]{self.type(depth - 1)}"
        if choice < 0.85:
            return self.rng.choice(list(self.structs))
        return "*" + self.type(depth - 1) if choice < 0.93 else "any"

    def comparable(self, kind: str) -> bool:
        what, elem, _ = parts(kind)
        if what == "struct":
            return all(self.comparable(t) for _, t in self.structs[kind])
        return what not in ("slice", "map") and (what != "array" or self.comparable(elem))

    def literal(self, kind: str, depth: int) -> str:
        rng = self.rng
        what, elem, extra = parts(kind)
        if kind in BASIC:
            return rng.choice(BASIC[kind])
        if kind == "any":
            return rng.choice(DYNAMIC)
        if what == "pointer":
            inner = parts(elem)[0]
            if depth == 0 or rng.random() < 0.2:
                return f"({kind})(nil)"
            composite = inner in ("struct", "array", "slice", "map")
            return "&" + self.literal(elem, depth - 1) if composite else f"new({elem})"
        items: list[str] = []
        if what == "struct":
            named = rng.random() < 0.5
            for f, t in self.structs[kind]:
                if not named or rng.random() < 0.7:
                    items.append((f"{f}: " if named else "") + self.literal(t, depth - 1))
        elif what == "map" and depth:
            for k in rng.sample(PROBES[extra], rng.randint(0, len(PROBES[extra]))):
                items.append(f"{k}: {self.literal(elem, depth - 1)}")
        elif depth:
            most = int(extra) if what == "array" else 4
            items = [self.literal(elem, depth - 1) for _ in range(rng.randint(0, most))]
        return f"{kind}{{{', '.join(items)}}}"

    def dump(self, kind: str) -> str:
        """The name of a function that prints a value of type `kind`."""
        if kind in self.dumps:
            return self.dumps[kind]
        name = self.dumps[kind] = f"dump{len(self.dumps)}"
        what, elem, extra = parts(kind)
        nil = 'if x == nil { print("nil"); return }; '
        if what == "struct":
            body = "; ".join(f'{self.dump(t)}(x.{f}, d-1); print(";")' for f, t in self.structs[kind])
        elif what in ("slice", "array"):
            each = f'for i := range x {{ {self.dump(elem)}(x[i], d-1); print(",") }}'
            body = (nil if what == "slice" else "") + f"print(len(x)); {each}"
        elif what == "map":
            probes = [
                f'if v, ok := x[{k}]; ok {{ print({n}, "="); {self.dump(elem)}(v, d-1) }}'
                for n, k in enumerate(PROBES[extra])
            ]
            body = f"{nil}print(len(x)); " + "; ".join(probes)
        elif what == "pointer":
            body = f'{nil}print("&"); {self.dump(elem)}(*x, d-1)'
        elif kind == "any":
            body = (
                'switch v := x.(type) { case nil: print("nil"); case int: print("i", v); case string: '
                'print("s", v); case key: print(v.a, v.b); case [2]int: print("A", v[0], v[1]) }'
            )
        else:
            body = "print(int(x*4))" if kind == "float64" else "print(x)"
        start = 'if d == 0 { print("..."); return }; print("<"); '
        end = '; print(">")' if "return }; " not in body else ""
        self.functions.append(f"func {name}(x {kind}, d int) {{ {start}{body or '_ = x'}{end} }}")
        return name

    # --- expressions -------------------------------------------------------------------------

    def places(self, variables: list[Variable], depth: int) -> list[tuple[str, str, str]]:
        """Expressions that start at variables: text, type, and "v"ariable, "m"ap element or "n"either."""
        out: list[tuple[str, str, str]] = []

        def visit(e: str, kind: str, mode: str, left: int) -> None:
            out.append((e, kind, mode))
            what, elem, extra = parts(kind)
            if left == 0:
                return
            if what == "slice":
                visit(f"{e}[{self.rng.choice(('0', '0', '1', '1', 'i', 'j', 'i+1'))}]", elem, "v", left - 1)
            elif what == "array" and extra != "0":
                at = self.rng.choice((str(self.rng.randrange(int(extra))), "i", "j"))
                visit(f"{e}[{at}]", elem, mode, left - 1)
            elif what == "map":
                visit(f"{e}[{self.rng.choice(KEYS[extra])}]", elem, "m", left - 1)
            elif what == "pointer":
                visit(f"(*{e})", elem, "v", left - 1)
            elif what == "struct":
                for f, t in self.structs[kind]:
                    visit(f"{e}.{f}", t, "n" if mode == "m" else mode, left - 1)

        for v, t in variables:
            visit(v, t, "v", depth)
        return out

    def of(
        self, variables: list[Variable], good: Callable[[str, str], bool], otherwise: str
    ) -> str:
        """A place whose type and mode are good."""
        found = [e for e, t, mode in self.places(variables, 4) if good(t, mode)]
        return self.rng.choice(found) if found else otherwise

    def value(self, kind: str, variables: list[Variable]) -> str:
        rng = self.rng
        what, elem, _ = parts(kind)
        literal = self.literal(kind, 2)
        choice = rng.random()
        if choice < 0.3:
            return literal
        same = self.of(variables, lambda t, _: t == kind, literal)
        if kind == "int" and choice < 0.5:
            return f"{same} {rng.choice('+-*&|')} {rng.choice(('1', 'i', '3'))}"
        if kind == "int" and choice < 0.6:
            sized = ("slice", "map", "array", "string")
            return f"len({self.of(variables, lambda t, _: parts(t)[0] in sized, 'text')})"
        if kind == "string" and choice < 0.5:
            return f"{same} + {rng.choice(('text', same, 'text[:1] + text'))}"
        if kind == "bool" and choice < 0.6:
            other = rng.choice(variables)[1]
            if self.comparable(other):
                a, b = self.value(other, variables), self.value(other, variables)
                return f"(({a}) {rng.choice(('==', '!='))} ({b}))" if a[0] != "(" else same
        if what == "slice" and choice < 0.5:
            return f"append({same}, {self.value(elem, variables)}, {self.literal(elem, 1)})"
        if what == "slice" and choice < 0.6:
            return f"append({same}, {self.of(variables, lambda t, _: t == kind, 'nil')}...)"
        if what == "slice" and choice < 0.75:
            low, high = rng.choice(("", "0", "1", "i")), rng.choice(("", "1", "2", "j", "1:2", "i:3"))
            return f"{same}[{low}:{high}]"
        if kind == "[]uint8" and choice < 0.85:
            return f"[]byte({self.value('string', variables)})"
        if what == "pointer" and choice < 0.7:
            found = self.of(variables, lambda t, m: t == elem and m == "v", "")
            return f"&{found}" if found else literal
        if kind == "any" and choice < 0.7:
            return self.of(variables, lambda t, _: t in ("int", "string", "key", "[2]int"), "1")
        return same

    # --- statements --------------------------------------------------------------------------

    def name(self) -> str:
        self.fresh += 1
        return f"x{self.fresh}"

    def statement(self, variables: list[Variable], depth: int) -> str:
        """An assignment, a call of a built-in, a loop or a condition."""
        rng = self.rng
        places = [p for p in self.places(variables, 4) if p[2] != "n"]
        e, kind, _ = rng.choice(places)
        choice = rng.random()
        if choice < 0.35:
            return f"{e} = {self.value(kind, variables)}"
        if choice < 0.45:
            other = rng.choice([p for p, t, _ in places if t == kind])
            return f"{e}, {other} = {rng.choice((other, self.value(kind, variables)))}, {e}"
        if choice < 0.55:
            e = self.of(variables, lambda t, m: t in ("int", "uint8", "int32", "string") and m != "n", "i")
            if self.rng.random() < 0.5 and e != "text":
                number = self.of(variables, lambda t, m: t in ("int", "uint8") and m != "n", "i")
                return number + rng.choice(("++", "--", " += 2", " *= 3", " |= 5", " <<= 1"))
            text = self.of(variables, lambda t, m: t == "string" and m != "n", "text")
            return f"{text} += {self.value('string', variables)}"
        if choice < 0.65:
            m, t = rng.choice([p[:2] for p in places if parts(p[1])[0] == "map"] or [("", "")])
            if m:
                _, elem, k = parts(t)
                at = rng.choice(KEYS[k])
                look = f"if v, ok := {m}[{at}]; ok {{ {self.dump(elem)}(v, 4) }}"
                return rng.choice((f"delete({m}, {at})", f"clear({m})", look))
        if choice < 0.72:
            s, t = rng.choice([p[:2] for p in places if parts(p[1])[0] == "slice"])
            return f"print(copy({s}, {self.value(t, variables)}))"
        if choice < 0.85 and depth:
            many = [p[:2] for p in places if parts(p[1])[0] in ("slice", "array")]
            s, t = rng.choice([*many, ("text", "string")])
            elem = parts(t)[1] or "rune"
            k, v = self.name(), self.name()
            inner = self.statement([*variables, (v, elem)], depth - 1)
            stop = f"if {k} > 4 {{ break }}"
            return f"for {k}, {v} := range {s} {{ _ = {v}; {stop}; {inner}; {self.dump(elem)}({v}, 4) }}"
        if choice < 0.93 and depth:
            yes, no = (self.statement(variables, depth - 1) for _ in range(2))
            return f"if {self.value('bool', variables)} {{ {yes} }} else {{ {no} }}"
        return f"{self.dump(kind)}({e}, 4)"

    def construct(self, variables: list[Variable], depth: int) -> str:
        """A value sent, passed, captured, returned, boxed or yielded, then changed on one side."""
        rng = self.rng
        kind = rng.choice(variables)[1]
        v, dump, value = self.name(), self.dump(kind), self.value(kind, variables)
        change = self.statement([*variables, (v, kind)], 0)
        show = f"{dump}({v}, 4)"
        typed = value if parts(kind)[0] not in (*BASIC, "any") else f"{kind}({value})"
        way_out = f"if k == {rng.randint(0, 2)} {{ {rng.choice(('break', 'continue', 'return'))} }}"
        loop = f"{way_out}; {change}; {show}"
        defers = f"defer func() {{ {change} }}(); {v} = {value}; return {v}"
        boxed = f"{change}; {show}; {dump}(e.({kind}), 4)"
        forms = [
            f"c := make(chan {kind}, 2); c <- {value}; {v} := <-c; {change}; {show}",
            f"var {v} {kind} = id[{kind}]({value}); {change}; {show}",
            f"for k, {v} := range repeat[{kind}]({value}, 3) {{ {loop} }}",
            f"for k, {v} := range seq(repeat[{kind}]({value}, 3)) {{ {loop} }}",
            f"f := func() ({v} {kind}) {{ {defers} }}; {dump}(f(), 4)",
            f"var {v} {kind} = {value}; f := func() {{ {change} }}; {change}; f(); {show}",
            f"var e any = {typed}; if {v}, ok := e.({kind}); ok {{ {boxed} }}",
            f"func(xs ...{kind}) {{ {v} := xs[0]; {change}; {show}; {dump}(xs[0], 4) }}({value})",
        ]
        if self.comparable(kind):
            forms.append(f"print(index([]{kind}{{{value}}}, {self.literal(kind, 1)}))")
        place = self.of(variables, lambda t, m: t == kind and m == "v", "")
        if place:
            forms.append(f"var {v} {kind} = {value}; swap(&{place}, &{v}); {show}")
        return rng.choice(forms)
