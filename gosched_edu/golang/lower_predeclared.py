"""Calls of print, println, panic, recover, close, complex, real and imag.

Problem. print takes anything of a basic type and writes it in the runtime's own format, which is
not fmt's.

Rejected. One function of the runtime that looks at type descriptors: the types are known here.

Chosen. As walk/builtin.go of the real compiler: one call of the runtime for each operand
(``printint``, ``printsp`` ...), after all operands have been evaluated.

Invariant. What these calls need of the runtime is in golib/runtime, under Go's names.
"""

from __future__ import annotations

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.lower_convert import ConversionLowering
from gosched_edu.golang.lower_num import basic

_PRINTERS = {
    "bool": "printbool", "int": "printint", "float": "printfloat", "complex": "printcomplex",
    "string": "printstring",
}  # fmt: skip


class PredeclaredLowering(ConversionLowering):
    """Lowers calls of built-in functions."""

    def builtin(self, e: ast.Call, name: str, target: int | None) -> int:
        """A call of a built-in function."""
        mark = self.out.top
        match name:
            case "print" | "println":
                self._print(e, name == "println")
            case "panic":
                value = self.value_as(e.args[0], t.ANY)
                self.out.pos = e.pos
                self.runtime("gopanic", (), [(value, 2)])
            case "close":
                channel = self.expr(e.args[0])
                self.out.pos = e.pos
                self.out.emit("CLOSE", channel)
            case "recover":
                slot = self.dest(target, 2)
                self.out.pos = e.pos
                self.out.emit("RECOVER", slot)
                return slot
            case "complex":
                return self._complex_of(e, target)
            case "real" | "imag":
                return self._part(e, name, target)
            case _:
                return self.collection_builtin(e, name, target)
        self.out.top = mark
        return mark

    # --- print -------------------------------------------------------------------------------

    def _print(self, e: ast.Call, spaced: bool) -> None:
        values: list[tuple[int, t.Type]] = []
        for a in e.args:
            kind = self.kind(a)
            kind = t.default(kind) if t.is_untyped(kind) else kind
            values.append((self.value_as(a, kind), kind))
        self.out.pos = e.pos
        for i, (value, kind) in enumerate(values):
            if spaced and i:
                self._printed("printsp", [])
            self._print_one(value, kind)
        if spaced:
            self._printed("printnl", [])

    def _printed(self, name: str, args: list[tuple[int, int]]) -> None:
        mark = self.out.top
        self.runtime(name, (), args)
        self.out.top = mark

    def _print_one(self, value: int, kind: t.Type) -> None:
        u = kind.underlying
        if isinstance(u, t.Basic) and u.kind in _PRINTERS:
            name = _PRINTERS[u.kind]
            if u.kind == "int" and u.bits < 0:
                name = "printuint"
        elif isinstance(u, t.Interface):
            name = "printeface"
        elif isinstance(u, t.Slice):
            name = "printslice"
        else:
            name = "printpointer"
        self._printed(name, [(value, layout.slots(kind))])

    # --- complex numbers ---------------------------------------------------------------------

    def _complex_of(self, e: ast.Call, target: int | None) -> int:
        part = t.FLOAT32 if basic(self.kind(e)).bits == 64 else t.FLOAT64
        slot = self.dest(target, 2)
        mark = self.out.top
        parts = self.out.alloc(2)
        for i, a in enumerate(e.args):
            inner = self.out.top
            self.value_as(a, part, parts + i)
            self.out.top = inner
        self.move(slot, parts, 2)
        self.out.top = mark
        return slot

    def _part(self, e: ast.Call, name: str, target: int | None) -> int:
        kind = self.kind(e.args[0])
        mark = self.out.top
        value = self.value_as(e.args[0], t.default(kind) if t.is_untyped(kind) else kind)
        word = value + (name == "imag")
        if target is None:
            return word
        self.out.top = mark
        self.out.move(target, word)
        return target

    def complex_divide(self, a: int, b: int) -> int:
        return self.runtime("complex128div", (), [(a, 2), (b, 2)])
