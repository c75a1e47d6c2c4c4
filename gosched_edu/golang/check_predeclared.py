"""The built-in functions that are not about collections: close, complex, imag, panic, print,
println, real, recover.

Problem, what was rejected, invariant: as in `check_builtin`, which counts the arguments.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_index import IndexChecker
from gosched_edu.golang.constants import to_complex, to_real
from gosched_edu.golang.objects import Complex, Operand, Value
from gosched_edu.golang.typesets import typeset

#: Fewest arguments, and whether there may be more.
PREDECLARED = {
    "close": (1, False), "complex": (2, False), "imag": (1, False), "panic": (1, False),
    "print": (0, True), "println": (0, True), "real": (1, False), "recover": (0, False),
}  # fmt: skip
_COMPLEX_OF: dict[t.Type, t.Type] = {
    t.FLOAT32: t.COMPLEX64,
    t.FLOAT64: t.COMPLEX128,
    t.UNTYPED_FLOAT: t.UNTYPED_COMPLEX,
}
_PART_OF = {whole: part for part, whole in _COMPLEX_OF.items()}


class PredeclaredChecker(IndexChecker):
    """Checks calls of these functions."""

    def predeclared(self, e: ast.Call, name: str, args: list[Operand]) -> Operand:
        """A call of one of `PREDECLARED`, with as many arguments as it takes."""
        match name:
            case "close":
                return self._close(e, args[0])
            case "panic":
                self.assignment(args[0], t.ANY, "argument to panic")
            case "print" | "println":
                for a in args:
                    self.assignment(a, None, f"argument to built-in {name}")
                    if not a.ok:
                        return self.bad(e)
            case "recover":
                return Operand("value", e, t.Interface())
            case "complex":
                return self._complex(e, args[0], args[1])
            case _:
                return self._part(e, name, args[0])
        return Operand("novalue", e, t.VOID) if all(a.ok for a in args) else self.bad(e)

    def _close(self, e: ast.Call, x: Operand) -> Operand:
        what = ""
        for _, u in typeset(x.type) or [(x.type, x.type)]:
            if not isinstance(u, t.Chan):
                what = "non-channel"
            elif u.dir == "recv":
                what = "receive-only channel"
            if what:
                self.error(x.expr.pos, f"invalid operation: cannot close {what} {self.describe(x)}")
                return self.bad(e)
        return Operand("novalue", e, t.VOID)

    def _complex(self, e: ast.Call, x: Operand, y: Operand) -> Operand:
        untyped = t.is_untyped(x.type), t.is_untyped(y.type)
        constant = x.mode == y.mode == "constant"
        if untyped == (True, True):
            if constant:
                for z in (x, y):
                    if z.value is not None and not isinstance(to_real(z.value), Complex):
                        z.type = t.UNTYPED_FLOAT if t.is_numeric(z.type) else z.type
            else:
                self.convert_untyped(x, t.FLOAT64)
                self.convert_untyped(y, t.FLOAT64)
        elif untyped[0]:
            self.convert_untyped(x, y.type)
        elif untyped[1]:
            self.convert_untyped(y, x.type)
        if not x.ok or not y.ok:
            return self.bad(e)
        if x.type != y.type:
            self.error(
                x.expr.pos,
                f"invalid operation: {ast.text(e)} (mismatched types {x.type} and {y.type})",
            )
            return self.bad(e)
        kind = _COMPLEX_OF.get(x.type.underlying)
        if kind is None:
            self.error(
                x.expr.pos,
                f"invalid argument: arguments have type {x.type}, expected floating-point",
            )
            return self.bad(e)
        if not constant:
            return Operand("value", e, kind)
        assert x.value is not None and y.value is not None
        value = Complex(to_complex(x.value).re, to_complex(y.value).re)
        return Operand("constant", e, kind, value)

    def _part(self, e: ast.Call, name: str, x: Operand) -> Operand:
        if t.is_untyped(x.type):
            if x.mode == "constant":
                x.type = t.UNTYPED_COMPLEX if t.is_numeric(x.type) else x.type
            else:
                self.convert_untyped(x, t.COMPLEX128)
                if not x.ok:
                    return self.bad(e)
        kind = _PART_OF.get(x.type.underlying)
        if kind is None:
            self.error(x.expr.pos, f"invalid argument: argument has type {x.type}, expected complex type")
            return self.bad(e)
        if x.mode != "constant":
            return Operand("value", e, kind)
        assert x.value is not None
        z = to_complex(x.value)
        part: Value = z.re if name == "real" else z.im
        return Operand("constant", e, kind, part)
