"""Operators, and the untyped operands that bend to their neighbours.

Problem. Go's operators want both operands of one type, and untyped operands take the type of the
typed ones; constants are computed exactly and must fit. What type an untyped operand finally has
may be decided far from it: in ``var x uint8 = 1<<s + 3`` the 1 is a uint8.

Rejected. Computing constants at lowering: `x / 0` and `1 << 70` are compile-time errors.
A second pass that hands types down: most expressions are typed from the start.

Chosen. As cmd/compile/internal/types2/expr.go: an expression is checked upwards, and when an untyped
one takes a type, `update` carries that type down to the operands that are still untyped.

Invariant. Every expression node has its `Operand` in `Info.operands`, and that operand's
type is the final one once the statement around it has been checked.
"""

from __future__ import annotations

from gosched_edu.golang import ast, constants
from gosched_edu.golang import types as t
from gosched_edu.golang.check_untyped import UntypedChecker
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Complex, Operand
from gosched_edu.golang.typesets import every

COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
_NUMERIC = ("int", "float", "complex")
_OPERATORS: dict[str, tuple[str, ...]] = {
    "+": (*_NUMERIC, "string"),
    "-": _NUMERIC,
    "*": _NUMERIC,
    "/": _NUMERIC,
    "%": ("int",),
    "&": ("int",),
    "|": ("int",),
    "^": ("int",),
    "&^": ("int",),
    "&&": ("bool",),
    "||": ("bool",),
}
_UNARY: dict[str, tuple[str, ...]] = {
    "+": _NUMERIC,
    "-": _NUMERIC,
    "^": ("int",),
    "!": ("bool",),
}
_OP_NAMES = {
    "+": "addition", "-": "subtraction", "^": "bitwise XOR", "*": "multiplication",
    "<<": "shift",
}  # fmt: skip
_CONSTANT_BITS = 512
_LONGEST_STRING = 2 * 10**9
# So that the smallest float64 can be written as a shift (go.dev/issue/44057).
_SHIFT_BOUND = 1023 - 1 + 52


def all_of(kind: t.Type, kinds: tuple[str, ...]) -> bool:
    """Whether `kind`, or each type that it can stand for, is a basic type of one of `kinds`."""
    return every(kind, lambda u: t.kind(u) in kinds)


def is_unsigned(kind: t.Type) -> bool:
    """Whether `kind` is an unsigned integer type."""
    u = kind.underlying
    return isinstance(u, t.Basic) and u.kind == "int" and u.bits < 0


class OperatorChecker(UntypedChecker):
    """Checks operators."""

    def expr(self, e: ast.Expr) -> Operand:
        """Check an expression that must have one value."""
        raise NotImplementedError

    def _defined(self, kinds: tuple[str, ...], x: Operand, op: str) -> bool:
        if all_of(x.type, kinds):
            return True
        self.error(x.expr.pos, f"invalid operation: operator {op} not defined on {self.describe(x)}")
        return False

    # --- unary operators -----------------------------------------------------------------

    def arithmetic_unary(self, e: ast.Unary, x: Operand) -> Operand:
        """``+x``, ``-x``, ``^x``, ``!x``."""
        op = e.op
        if op == "~":
            note = " (use ^ for bitwise complement)" if all_of(x.type, ("int",)) else ""
            self.error(e.pos, f"cannot use ~ outside of interface or type constraint{note}")
            return self.bad(e)
        if not self._defined(_UNARY[op], x, op):
            return self.bad(e)
        if x.mode != "constant":
            return Operand("value", e, x.type)
        assert x.value is not None
        u = x.type.underlying
        bits = -u.bits if isinstance(u, t.Basic) and is_unsigned(u) else 0
        value = constants.unary(op, x.value, bits)
        name = "bitwise complement" if op == "^" else ""
        return self.fit(Operand("constant", e, x.type, value), e.pos, name)

    # --- binary operators ----------------------------------------------------------------

    def binary_spine(self, e: ast.Binary) -> Operand:
        """A sum of a thousand terms leans to the left: go down in a loop, not by recursion."""
        spine = [e]
        while isinstance(left := spine[-1].x, ast.Binary):
            spine.append(left)
        x = self.expr(spine[-1].x)
        for b in reversed(spine):
            x = self.binary(x, b.op, self.expr(b.y), b)
            self.info.operands[b] = x
        return x

    def binary(self, x: Operand, op: str, y: Operand, e: ast.Binary) -> Operand:
        """The operand of ``x op y``; `e` is the expression (made up for ``x op= y``)."""
        if not x.ok or not y.ok:
            return self.bad(e)
        if op in ("<<", ">>"):
            return self._shift(x, op, y, e)
        if not self._match(x, y):
            return self.bad(e)
        if op in COMPARISONS:
            return self.comparison(x, op, y, e)
        if x.type != y.type:
            if t.INVALID not in (x.type, y.type):
                self.error(
                    x.expr.pos,
                    f"invalid operation: {self.operation(e)} (mismatched types {x.type} and {y.type})",
                )
            return self.bad(e)
        if not self._defined(_OPERATORS[op], x, op):
            return self.bad(e)
        if op in ("/", "%") and self._divides_by_zero(x, y):
            self.error(y.expr.pos, "invalid operation: division by zero")
            return self.bad(e)
        if x.mode == "constant" and y.mode == "constant":
            assert x.value is not None and y.value is not None
            value = constants.binary(op, x.value, y.value, t.is_integer(x.type))
            return self.fit(Operand("constant", e, x.type, value), e.op_pos, _OP_NAMES.get(op))
        return Operand("value", e, x.type)

    def _divides_by_zero(self, x: Operand, y: Operand) -> bool:
        if y.mode != "constant" or y.value is None:
            return False
        zero = constants.compare("==", y.value, 0)
        return zero and (x.mode == "constant" or all_of(x.type, ("int",)))

    def operation(self, e: ast.Binary) -> str:
        """How gc quotes a binary operation in a type mismatch."""
        return ast.text(e)

    def fit(self, x: Operand, op_pos: Pos, op: str | None) -> Operand:
        """Check that a computed constant fits its type (types2: overflow)."""
        assert x.value is not None
        if not t.is_untyped(x.type):
            u = x.type.underlying
            assert isinstance(u, t.Basic)
            self.represent(x, u)
        elif isinstance(x.value, int) and x.value.bit_length() > _CONSTANT_BITS:
            self.error(op_pos, f"constant {op + ' ' if op else ''}overflow")
            x.invalidate()
        elif isinstance(x.value, bytes) and len(x.value) > _LONGEST_STRING:
            self.error(
                op_pos,
                f"constant string too long ({len(x.value)} bytes > {_LONGEST_STRING} bytes)",
            )
            x.invalidate()
        return x

    def _match(self, x: Operand, y: Operand) -> bool:
        """Let untyped operands take the other's type; False if that was reported to fail."""
        if self._may_convert(x, y):
            self.convert_untyped(x, y.type)
            if x.ok:
                self.convert_untyped(y, x.type)
        return x.ok and y.ok

    def _may_convert(self, x: Operand, y: Operand) -> bool:
        if not t.is_untyped(x.type) and not t.is_untyped(y.type):
            return False
        if all_of(x.type, _NUMERIC) != all_of(y.type, _NUMERIC):
            return False
        if t.is_interface(x.type) or t.is_interface(y.type):
            return True
        for kind in ("bool", "string"):
            if all_of(x.type, (kind,)) != all_of(y.type, (kind,)):
                return False
        if x.mode == "nil":
            return t.has_nil(y.type)
        if y.mode == "nil":
            return t.has_nil(x.type)
        return not any(isinstance(k.type.underlying, t.Pointer) for k in (x, y))

    # --- comparisons -----------------------------------------------------------------------

    def comparison(self, x: Operand, op: str, y: Operand, e: ast.Expr, case: bool = False) -> Operand:
        """``x op y``; `case` when it stands for ``case x`` in a switch on y."""
        if t.INVALID in (x.type, y.type):
            return self.bad(e)
        wrong, cause = self._incomparable(x, op, y)
        if wrong is not None:
            if not cause:
                wrong, cause = self._no_operator(x, op, y, wrong)
            left, right = ast.text(x.expr), ast.text(y.expr)
            if case:
                self.error(x.expr.pos, f"invalid case {left} in switch on {right} ({cause})")
            else:
                self.error(wrong.expr.pos, f"invalid operation: {left} {op} {right} ({cause})")
            return self.bad(e)
        if x.mode == "constant" and y.mode == "constant":
            assert x.value is not None and y.value is not None
            value = constants.compare(op, x.value, y.value)
            return Operand("constant", e, t.UNTYPED_BOOL, value)
        # The operands meet at run time: what is still untyped has its default type.
        for z in (x, y):
            if t.is_untyped(z.type) and z.mode != "nil":
                self.update(z.expr, t.default(z.type))
        return Operand("value", e, t.UNTYPED_BOOL)

    def _no_operator(self, x: Operand, op: str, y: Operand, wrong: Operand) -> tuple[Operand, str]:
        if isinstance(x.type, t.TypeParam) or isinstance(y.type, t.TypeParam):
            if not isinstance(x.type, t.TypeParam):
                wrong = y
            return wrong, f"type parameter {wrong.type} cannot use operator {op}"
        what = t.composite_kind(wrong.type) or str(wrong.type)
        return wrong, f"operator {op} not defined on {what}"

    def _incomparable(self, x: Operand, op: str, y: Operand) -> tuple[Operand | None, str]:
        """The operand at fault and why; None if the comparison is good."""
        if not self.assignable(x, y.type) and not self.assignable(y, x.type):
            return y, f"mismatched types {x.type} and {y.type}"
        if op not in ("==", "!="):
            for z in (x, y):
                if not all_of(z.type, ("int", "float", "string")):
                    return z, ""
            return None, ""
        if x.mode == "nil" or y.mode == "nil":
            other = y if x.mode == "nil" else x
            return (None, "") if other.mode != "nil" and t.has_nil(other.type) else (y, "")
        for z in (x, y):
            if not t.is_comparable(z.type):
                return z, incomparable(z.type)
        return None, ""

    # --- shifts ------------------------------------------------------------------------------

    def _shift(self, x: Operand, op: str, y: Operand, e: ast.Binary) -> Operand:
        whole = constants.to_int(x.value) if x.mode == "constant" else None
        if not all_of(x.type, ("int",)) and not (t.is_untyped(x.type) and whole is not None):
            self._not_shiftable(x)
            return self.bad(e)
        if not self._shift_count(y):
            return self.bad(e)
        if x.mode == "constant":
            if y.mode == "constant":
                return self._constant_shift(x, whole, op, y, e)
            if t.is_untyped(x.type):
                # The constant takes its type from where the shift stands: see `update`.
                self.shifted.add(x.expr)
                return Operand("value", e, x.type)
        if not all_of(x.type, ("int",)):
            self._not_shiftable(x)
            return self.bad(e)
        return Operand("value", e, x.type)

    def _not_shiftable(self, x: Operand) -> None:
        self.error(x.expr.pos, f"invalid operation: shifted operand {self.describe(x)} must be integer")

    def _shift_count(self, y: Operand) -> bool:
        if y.mode == "constant":
            count = constants.to_int(y.value)
            if count is not None and count < 0:
                self.error(y.expr.pos, f"invalid operation: negative shift count {self.describe(y)}")
                return False
            if t.is_untyped(y.type):
                # Representable as a uint, but not converted (go.dev/issue/47243).
                self.represent(y, t.UINT)
            elif count is None:
                self._bad_count(y)
                return False
            return y.ok
        if all_of(y.type, ("int",)):
            if t.is_untyped(y.type):
                self.convert_untyped(y, t.UINT)
            return y.ok
        if t.is_untyped(y.type):
            self.convert_untyped(y, t.UINT)
            return y.ok
        self._bad_count(y)
        return False

    def _bad_count(self, y: Operand) -> None:
        self.error(y.expr.pos, f"invalid operation: shift count {self.describe(y)} must be integer")

    def _constant_shift(self, x: Operand, whole: int | None, op: str, y: Operand, e: ast.Binary) -> Operand:
        count = constants.to_int(y.value)
        if count is None or count > _SHIFT_BOUND:
            self.error(y.expr.pos, f"invalid operation: invalid shift count {self.describe(y)}")
            return self.bad(e)
        assert whole is not None
        # 2.0 << 1 is an integer, although 2.0 is not of an integer type.
        kind = x.type if t.is_integer(x.type) else t.UNTYPED_INT
        value = whole << count if op == "<<" else whole >> count
        return self.fit(Operand("constant", e, kind, value), e.op_pos, _OP_NAMES.get(op))

    # --- untyped operands take a type ------------------------------------------------------

    def update(self, e: ast.Expr, kind: t.Type) -> None:
        """Carry the type that an untyped expression has taken down to its operands."""
        x = self.info.operands.get(e)
        if x is None or not t.is_untyped(x.type) or not x.ok:
            return
        if x.mode != "constant":
            match e:
                case ast.Paren():
                    self.update(e.x, kind)
                case ast.Unary():
                    self.update(e.x, kind)
                case ast.Binary() if e.op in ("<<", ">>"):
                    self.update(e.x, kind)
                case ast.Binary() if e.op not in COMPARISONS:
                    self.update(e.x, kind)
                    self.update(e.y, kind)
        if t.is_untyped(kind):
            x.type = kind
            return
        if e in self.shifted and not all_of(kind, ("int",)):
            self.shifted.discard(e)
            self.error(
                e.pos,
                f"invalid operation: shifted operand {ast.text(e)} (type {kind}) must be integer",
            )
            x.invalidate()
            return
        if x.mode == "constant":
            if isinstance(e, ast.Paren):
                self.update(e.x, kind)
            new, value, why = self.implicit(x, kind)
            if new is None:
                self.invalid_conversion(x, kind.underlying, why)
                return
            x.type = new
            if value is not None:
                x.value = value
            return
        x.type = kind


def incomparable(kind: t.Type) -> str:
    """Why values of type `kind` cannot be compared; "" if there is nothing to add."""
    u = kind.underlying
    match u:
        case t.Slice() | t.Func() | t.Map():
            return f"{t.composite_kind(kind)} can only be compared to nil"
        case t.Struct():
            field = next(f for f in u.fields if not t.is_comparable(f.type))
            return f"struct containing {field.type} cannot be compared"
        case t.Array():
            return f"{kind} cannot be compared"
        case t.TypeParam():
            return "incomparable types in type set"
    return ""


__all__ = ["Complex", "OperatorChecker", "all_of", "incomparable", "is_unsigned"]
