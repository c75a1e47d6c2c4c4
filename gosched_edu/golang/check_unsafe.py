"""Package unsafe: sizes as constants, and pointers that Go's types do not follow.

Problem. Its functions are built in: their arguments and results have no Go signature.

Invariant. Sizes are those of gc on linux/amd64; of a type that depends on type parameters the
size is no constant.
"""

from __future__ import annotations

from collections.abc import Callable

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.check_predeclared import PredeclaredChecker
from gosched_edu.golang.objects import Operand
from gosched_edu.golang.subst import mentions_params
from gosched_edu.golang.typesets import common_under

#: Arguments of each function.
UNSAFE = {
    "unsafe.Add": (2, False), "unsafe.Alignof": (1, False), "unsafe.Offsetof": (1, False),
    "unsafe.Sizeof": (1, False), "unsafe.Slice": (2, False), "unsafe.SliceData": (1, False),
    "unsafe.String": (2, False), "unsafe.StringData": (1, False),
}  # fmt: skip


class UnsafeChecker(PredeclaredChecker):
    """Checks calls of unsafe's functions."""

    def unsafe(self, e: ast.Call, name: str, args: list[Operand]) -> Operand:
        """A call of one of `UNSAFE`, with as many arguments as it takes."""
        x = args[0]
        match name.removeprefix("unsafe."):
            case "Sizeof" | "Alignof":
                self.assignment(x, None, f"argument to {name}")
                if not x.ok:
                    return self.bad(e)
                measure = layout.gosize if name.endswith("Sizeof") else layout.galign
                return self._size(e, x.type, lambda: measure(x.type))
            case "Offsetof":
                return self._offset(e, x)
            case "Add":
                self.assignment(x, t.UNSAFE_POINTER, f"argument to {name}")
                good = x.ok and self.valid_index(args[1], "length", negative=True)
                return Operand("value", e, t.UNSAFE_POINTER) if good else self.bad(e)
            case "Slice":
                p = common_under(x.type)[0]
                if not isinstance(p, t.Pointer):
                    self.error(x.expr.pos, f"invalid argument: {self.describe(x)} is not a pointer")
                    return self.bad(e)
                good = self.valid_index(args[1], "length")
                return Operand("value", e, t.Slice(p.elem)) if good else self.bad(e)
            case "SliceData":
                s = common_under(x.type)[0]
                if not isinstance(s, t.Slice):
                    self.error(x.expr.pos, f"invalid argument: {self.describe(x)} is not a slice")
                    return self.bad(e)
                return Operand("value", e, t.Pointer(s.elem))
            case "String":
                self.assignment(x, t.Pointer(t.BYTE), f"argument to {name}")
                good = x.ok and self.valid_index(args[1], "length")
                return Operand("value", e, t.STRING) if good else self.bad(e)
        self.assignment(x, t.STRING, f"argument to {name}")
        return Operand("value", e, t.Pointer(t.BYTE)) if x.ok else self.bad(e)

    def _size(self, e: ast.Call, kind: t.Type, size: Callable[[], int]) -> Operand:
        if mentions_params(kind):
            return Operand("value", e, t.UINTPTR)
        return Operand("constant", e, t.UINTPTR, size())

    def _offset(self, e: ast.Call, x: Operand) -> Operand:
        inner = ast.unparen(e.args[0])
        s = self.info.selections.get(inner) if isinstance(inner, ast.Selector) else None
        if s is None or s.kind != "field":
            self.error(x.expr.pos, f"invalid argument: {ast.text(e.args[0])} is not a selector expression")
            return self.bad(e)
        return self._size(e, s.receiver, lambda: field_offset(s.receiver, s.path))


def field_offset(kind: t.Type, path: tuple[int, ...]) -> int:
    """What ``unsafe.Offsetof`` says of a selected field."""
    at = 0
    for i in path:
        u = kind.underlying
        if isinstance(u, t.Pointer):
            u, at = u.elem.underlying, 0
        assert isinstance(u, t.Struct)
        at += layout.gooffset(u, i)
        kind = u.fields[i].type
    return at
