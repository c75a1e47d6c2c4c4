"""Built-in functions that are neither about collections nor about numbers.

Problem. panic, recover, close, print and those of package unsafe are each an instruction or a
call of the runtime.

Invariant. print writes to standard error, as in Go, part by part.
"""

from __future__ import annotations

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.check_builtin import COUNTS
from gosched_edu.golang.check_unsafe import field_offset
from gosched_edu.golang.lower_convert import ConversionLowering
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.objects import Operand


class SpecialLowering(ConversionLowering):
    """Lowers calls of the other built-in functions."""

    def builtin(self, e: ast.Call, name: str, target: int | None) -> int:
        """A call of a built-in function."""
        e = self.unfolded(e)
        if name.startswith("unsafe."):
            return self._unsafe(e, name.removeprefix("unsafe."), target)
        mark = self.out.top
        match name:
            case "close":
                x = self.expr(e.args[0])
                self.out.pos = e.pos
                self.out.emit("CLOSE", x)
            case "panic":
                x = self.value_as(e.args[0], t.ANY)
                self.out.pos = e.pos
                self.runtime("gopanic", (), [(x, 2)])
            case "recover":
                slot = self.dest(target, 2)
                self.out.pos = e.pos
                self.out.emit("RECOVER", slot)
                return slot
            case "print" | "println":
                self._print(e, name == "println")
            case "real" | "imag":
                slot = self.dest(target)
                x = self.expr(e.args[0])
                self.out.move(slot, x + (name == "imag"))
                self.out.top = max(mark, slot + 1) if target is None else mark
                return slot
            case "complex":
                kind = self.kind(e)
                part = t.FLOAT32 if layout.gosize(kind) == 8 else t.FLOAT64
                slot = self.dest(target, 2)
                run = self.out.alloc(2)
                for i in (0, 1):
                    inner = self.out.top
                    self.value_as(e.args[i], part, run + i)
                    self.out.top = inner
                self.move(slot, run, 2)
                self.out.top = run if target is None else mark
                return slot
            case _:
                assert name in COUNTS
                return self.collection_builtin(e, name, target)
        self.out.top = mark
        return mark

    def unfolded(self, e: ast.Call) -> ast.Call:
        """``f(g())`` for a g with several results: a call with those, evaluated now."""
        if len(e.args) != 1 or not isinstance(kinds := self.kind(e.args[0]), t.Tuple):
            return e
        at = self.expr(e.args[0])
        args: list[ast.Expr] = []
        for kind in kinds.types:
            each = ast.Ident(e.args[0].pos, "_")
            self.info.operands[each] = Operand("value", each, kind)
            self.ready[each] = Place("slots", kind, at)
            args.append(each)
            at += layout.slots(kind)
        made = ast.Call(e.pos, e.fun, tuple(args), e.rparen, e.ellipsis)
        self.info.operands[made] = self.info.operands[e]
        return made

    def _print(self, e: ast.Call, line: bool) -> None:
        parts: list[tuple[str, int, int]] = []
        for a in e.args:
            # All are evaluated before one is printed.
            kind = self.kind(a)
            kind = t.default(kind) if t.is_untyped(kind) else kind
            name, count = _printer(kind)
            parts.append((name, self.value_as(a, kind), count))
        self.out.pos = e.pos
        mark = self.out.top
        for i, (name, x, count) in enumerate(parts):
            if line and i:
                self.runtime("printsp", (), [])
            self.runtime(name, (), [(x, count)])
            self.out.top = mark
        if line:
            self.out.pos = e.pos
            self.runtime("printnl", (), [])

    def complex_divide(self, a: int, b: int) -> int:
        return self.runtime("complex128div", (), [(a, 2), (b, 2)])

    # --- package unsafe ----------------------------------------------------------------------

    def _unsafe(self, e: ast.Call, name: str, target: int | None) -> int:
        out = self.out
        if name in ("Sizeof", "Alignof", "Offsetof"):
            return out.constant(self._size(e, name), target)
        slots = {"Add": 1, "SliceData": 1, "StringData": 1, "String": 2, "Slice": 3}[name]
        slot = self.dest(target, slots)
        mark = out.top
        x = self.expr(e.args[0])
        if name in ("SliceData", "StringData"):
            out.move(slot, x)
        else:
            n = self.value_as(e.args[1], t.INT)
            out.pos = e.pos
            if name == "Add":
                out.emit("ADD", slot, x, n)
            else:
                held = out.alloc(2)
                out.move(held, x)
                out.move(held + 1, n)
                self.move(slot, held, 2)
                if name == "Slice":
                    out.move(slot + 2, slot + 1)
        out.top = mark
        return slot

    def _size(self, e: ast.Call, name: str) -> int:
        x = ast.unparen(e.args[0])
        if name == "Sizeof":
            return layout.gosize(self.kind(x))
        if name == "Alignof":
            return layout.galign(self.kind(x))
        assert isinstance(x, ast.Selector)
        s = self.selection(x)
        return field_offset(s.receiver, s.path)


def _printer(kind: t.Type) -> tuple[str, int]:
    """The runtime's function that prints a `kind`, and the slots it takes."""
    u = kind.underlying
    match u:
        case t.Basic() if u.kind == "int":
            return ("printuint" if u.bits < 0 else "printint"), 1
        case t.Basic() if u.kind in ("float", "complex", "string", "bool"):
            return f"print{u.kind}", layout.slots(u)
        case t.Interface():
            return "printeface", 2
        case t.Slice():
            return "printslice", 3
    return "printpointer", 1
