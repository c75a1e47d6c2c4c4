"""Expressions: operators, literals, selectors.

Problem. Go's operators want both operands of one type, and untyped operands bend to the
typed ones; constants are computed exactly and must fit.

Rejected. Computing constants at lowering: `x / 0` and `1 << 70` are compile-time errors.

Invariant. Every expression node has its `Operand` in `Info.operands`, and that operand's
type is the final one: it is changed in place when an untyped value takes a type.
"""

from __future__ import annotations

from fractions import Fraction

from gosched_edu.golang import ast, constants, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.check_type import TypeChecker
from gosched_edu.golang.objects import Operand, Var

_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
_NUMERIC = ("int", "float")
_OPERATORS: dict[str, tuple[str, ...]] = {
    "+": ("int", "float", "string"),
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
_UNARY_NAMES = {"^": "bitwise complement"}
_UNTYPED_LITERALS = {
    "int": t.UNTYPED_INT,
    "rune": t.UNTYPED_RUNE,
    "float": t.UNTYPED_FLOAT,
    "string": t.UNTYPED_STRING,
}
_CONSTANT_BITS = 512
_SHIFT_BOUND = 1023 - 1 + 52


class ExprChecker(TypeChecker):
    """Checks expressions."""

    def expr(self, e: ast.Expr) -> Operand:
        """Check an expression that must have one value."""
        x = self.raw(e)
        self.single(x)
        return x

    def raw(self, e: ast.Expr) -> Operand:
        """Check an expression of any kind, type names and calls without value included."""
        x = self._raw(e)
        self.info.operands[e] = x
        return x

    def _raw(self, e: ast.Expr) -> Operand:
        match e:
            case ast.Ident():
                return self.ident(e)
            case ast.Literal():
                return Operand("constant", e, _UNTYPED_LITERALS[e.kind], e.value)
            case ast.Paren():
                x = self.raw(e.x)
                return Operand(x.mode, e, x.type, x.value, x.obj)
            case ast.FuncLit():
                return self.func_lit(e)
            case ast.Selector():
                return self.selector(e)
            case ast.Call():
                return self.call(e)
            case ast.Star():
                return self._star(e)
            case ast.Unary():
                return self._unary(e)
            case ast.Binary():
                return self._binary_spine(e)
            case ast.Composite():
                return self.composite(e)
            case ast.Index():
                return self.index_expr(e, self.raw(e.x))
            case ast.SliceExpr():
                return self.slice_expr(e)
            case (
                ast.ChanType() | ast.FuncType() | ast.StructType() | ast.ArrayType()
                | ast.SliceType() | ast.MapType() | ast.InterfaceType()
            ):  # fmt: skip
                kind = self.type_expr(e)
                return Operand("type" if kind != t.INVALID else "invalid", e, kind)
        return self.bad(e)

    def composite(self, e: ast.Composite, hint: t.Type | None = None) -> Operand:
        """Check a composite literal."""
        raise NotImplementedError

    def index_expr(self, e: ast.Index, x: Operand) -> Operand:
        """Check an index expression."""
        raise NotImplementedError

    def slice_expr(self, e: ast.SliceExpr) -> Operand:
        """Check a slice expression."""
        raise NotImplementedError

    def func_lit(self, e: ast.FuncLit) -> Operand:
        """Check a function literal with its body."""
        raise NotImplementedError

    def call(self, e: ast.Call) -> Operand:
        """Check a call or conversion."""
        raise NotImplementedError

    # --- selectors -----------------------------------------------------------------------

    def selector(self, e: ast.Selector) -> Operand:
        """A name of a package, or a method bound to its receiver."""
        name = e.sel.name
        if (package := self.library(e)) is not None:
            if name in package.functions:
                return self._member(e, package.functions[name])
            if name in package.constants:
                kind, value = package.constants[name]
                return Operand("constant", e, kind, value)
            if name in package.types:
                return Operand("type", e, package.types[name])
            self.not_in_package(e, package)
            return self.bad(e)
        x = self.raw(e.x)
        if x.mode == "type":
            self.error(e.pos, "method expressions are not simulated yet", "call the method")
            return self.bad(e)
        self.single(x)
        if not x.ok:
            return self.bad(e)
        found = universe.METHODS.get(x.type) or universe.METHODS.get(t.Pointer(x.type))
        base = x.type.elem if isinstance(x.type, t.Pointer) else x.type
        if found is None and base is not x.type:
            found = universe.METHODS.get(base)
        if found is not None and name in found:
            if t.Pointer(x.type) in universe.METHODS and not self._address_of(e.x, x):
                self.error(e.pos, f"cannot call pointer method {name} on {x.type}")
                return self.bad(e)
            return self._member(e, found[name])
        if found is not None and name[:1].isupper():
            self.error(
                e.sel.pos,
                f"{x.type}.{name} is not simulated yet (of type {base}: {', '.join(found)})",
            )
        else:
            other = name[:1].upper() + name[1:]
            near = f", but does have method {other}" if found and other in found else ""
            self.error(
                e.sel.pos,
                f"{ast.text(e)} undefined (type {x.type} has no field or method {name}{near})",
            )
        return self.bad(e)

    def _member(self, e: ast.Selector, f: universe.LibFunc) -> Operand:
        """A function or method of the library, if the language version has it."""
        if self.version < f.since:
            needed, run_as = (".".join(map(str, v)) for v in (f.since, self.version))
            self.error(
                e.sel.pos,
                f"{f.name} requires go{needed} or later (this program is run as go{run_as})",
                f.instead,
            )
            return self.bad(e)
        return Operand("value", e, f.type, obj=f)

    def _address_of(self, e: ast.Expr, x: Operand) -> bool:
        """Note that the address of `x` is taken; False if it has none."""
        if x.mode != "variable":
            return False
        inner = ast.unparen(e)
        while isinstance(inner, ast.Index):
            # An element of an array variable is a part of it.
            if not isinstance(self.info.operands[inner.x].type.underlying, t.Array):
                return True
            inner = ast.unparen(inner.x)
        if isinstance(inner, ast.Ident):
            var = self.info.uses[inner]
            # A WaitGroup is a heap object as it is: its slot holds its address.
            if isinstance(var, Var) and x.type != universe.WAITGROUP:
                var.addressed = True
        return True

    # --- unary operators -----------------------------------------------------------------

    def _star(self, e: ast.Star) -> Operand:
        x = self.raw(e.x)
        if x.mode == "type":
            return Operand("type", e, t.Pointer(x.type))
        self.single(x)
        if not x.ok:
            return self.bad(e)
        if x.mode == "nil":
            self.error(x.expr.pos, "invalid operation: cannot indirect nil")
        elif not isinstance(x.type, t.Pointer):
            self.error(x.expr.pos, f"invalid operation: cannot indirect {self.describe(x)}")
        else:
            return Operand("variable", e, x.type.elem)
        return self.bad(e)

    def _unary(self, e: ast.Unary) -> Operand:
        x = self.expr(e.x)
        if not x.ok:
            return self.bad(e)
        if e.op == "&":
            inner = ast.unparen(e.x)
            if isinstance(inner, ast.Composite):
                return Operand("value", e, t.Pointer(x.type))
            if not self._address_of(e.x, x):
                self.error(
                    x.expr.pos, f"invalid operation: cannot take address of {self.describe(x)}"
                )
                return self.bad(e)
            return Operand("value", e, t.Pointer(x.type))
        if e.op == "<-":
            return self._receive(e, x)
        if t.kind(x.type) not in _UNARY[e.op]:
            self.error(
                x.expr.pos,
                f"invalid operation: operator {e.op} not defined on {self.describe(x)}",
            )
            return self.bad(e)
        if x.mode == "constant":
            assert x.value is not None
            value = constants.unary(e.op, x.value)
            return self.fit(Operand("constant", e, x.type, value), e.pos, _UNARY_NAMES.get(e.op))
        return Operand("value", e, x.type)

    def _receive(self, e: ast.Expr, x: Operand) -> Operand:
        self.has_call = True
        shown = self.describe(x)
        if not isinstance(x.type, t.Chan):
            self.error(
                x.expr.pos, f"invalid operation: cannot receive from non-channel {x.type} {shown}"
            )
        elif x.type.dir == "send":
            self.error(
                x.expr.pos,
                f"invalid operation: cannot receive from send-only channel {x.type} {shown}",
            )
        else:
            return Operand("commaok", e, x.type.elem)
        return self.bad(e)

    # --- binary operators ----------------------------------------------------------------

    def _binary_spine(self, e: ast.Binary) -> Operand:
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
        if op in _COMPARISONS:
            return self.comparison(x, op, y, e)
        if x.type != y.type:
            self.error(
                x.expr.pos,
                f"invalid operation: {self.operation(e)} (mismatched types {x.type} and {y.type})",
            )
            return self.bad(e)
        if t.kind(x.type) not in _OPERATORS[op]:
            self.error(
                x.expr.pos, f"invalid operation: operator {op} not defined on {self.describe(x)}"
            )
            return self.bad(e)
        if op in ("/", "%") and y.mode == "constant" and y.value == 0:
            if x.mode == "constant" or t.is_integer(x.type):
                self.error(y.expr.pos, "invalid operation: division by zero")
                return self.bad(e)
        if x.mode == "constant" and y.mode == "constant":
            assert x.value is not None and y.value is not None
            value = constants.binary(op, x.value, y.value, t.is_integer(x.type))
            return self.fit(Operand("constant", e, x.type, value), e.op_pos, _OP_NAMES.get(op))
        return Operand("value", e, x.type)

    def operation(self, e: ast.Binary) -> str:
        """How gc quotes a binary operation in a type mismatch."""
        return ast.text(e)

    def fit(self, x: Operand, op_pos: ast.Pos, op: str | None) -> Operand:
        """Check that a computed constant fits its type."""
        assert x.value is not None
        if not t.is_untyped(x.type):
            u = x.type.underlying
            assert isinstance(u, t.Basic)
            value = constants.represent(x.value, u)
            if value is None:
                self.invalid_conversion(x, u, "overflows")
            else:
                x.value = value
        elif isinstance(x.value, int) and x.value.bit_length() > _CONSTANT_BITS:
            self.error(op_pos, f"constant {op + ' ' if op else ''}overflow")
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
        for holds in (
            t.is_numeric,
            lambda k: t.kind(k) == "bool",
            lambda k: t.kind(k) == "string",
        ):
            if holds(x.type) != holds(y.type):
                return False
        if x.mode == "nil":
            return t.has_nil(y.type)
        if y.mode == "nil":
            return t.has_nil(x.type)
        return not any(isinstance(k.type.underlying, t.Pointer) for k in (x, y))

    def comparison(
        self, x: Operand, op: str, y: Operand, e: ast.Expr, case: bool = False
    ) -> Operand:
        """``x op y``; `case` when it stands for ``case x`` in a switch on y."""
        wrong, cause = self._incomparable(x, op, y)
        if wrong is not None:
            if not cause:
                what = t.composite_kind(wrong.type) or str(wrong.type)
                cause = f"operator {op} not defined on {what}"
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
        return Operand("value", e, t.UNTYPED_BOOL)

    def _incomparable(self, x: Operand, op: str, y: Operand) -> tuple[Operand | None, str]:
        """The operand at fault and why; None if the comparison is good."""
        if not self.assignable(x, y.type) and not self.assignable(y, x.type):
            return y, f"mismatched types {x.type} and {y.type}"
        if op not in ("==", "!="):
            for z in (x, y):
                if t.kind(z.type) not in ("int", "float", "string"):
                    return z, ""
            return None, ""
        if x.mode == "nil" or y.mode == "nil":
            other = y if x.mode == "nil" else x
            return (None, "") if other.mode != "nil" and t.has_nil(other.type) else (y, "")
        for z in (x, y):
            if not t.is_comparable(z.type):
                return z, f"{t.composite_kind(z.type)} can only be compared to nil"
            if z.type in (universe.WAITGROUP, t.EMPTY_STRUCT):
                self.error(z.expr.pos, f"comparing values of {z.type} is not simulated yet")
                return None, ""
        return None, ""

    def _shift(self, x: Operand, op: str, y: Operand, e: ast.Binary) -> Operand:
        xvalue = x.value
        if isinstance(xvalue, Fraction) and xvalue.denominator == 1:
            xvalue = int(xvalue)
        whole = x.mode == "constant" and t.is_untyped(x.type) and type(xvalue) is int
        if not t.is_integer(x.type) and not whole:
            self.error(
                x.expr.pos,
                f"invalid operation: shifted operand {self.describe(x)} must be integer",
            )
            return self.bad(e)
        if y.mode == "constant":
            count = y.value
            if isinstance(count, (int, Fraction)) and count < 0 and not isinstance(count, bool):
                self.error(
                    y.expr.pos,
                    f"invalid operation: negative shift count {self.describe(y)}",
                )
                return self.bad(e)
            if t.is_untyped(y.type):
                self.convert_untyped(y, t.UINT)
                if not y.ok:
                    return self.bad(e)
        elif not t.is_integer(y.type):
            self.error(
                y.expr.pos,
                f"invalid operation: shift count {self.describe(y)} must be integer",
            )
            return self.bad(e)
        if x.mode != "constant":
            return Operand("value", e, x.type)
        kind = x.type if t.is_integer(x.type) else t.UNTYPED_INT
        if y.mode != "constant":
            # The constant takes its type from the context; every integer here has 64 bits.
            return Operand("value", e, kind)
        assert isinstance(y.value, int) and isinstance(xvalue, int)
        if y.value > _SHIFT_BOUND:
            self.error(y.expr.pos, f"invalid operation: invalid shift count {self.describe(y)}")
            return self.bad(e)
        value = xvalue << y.value if op == "<<" else xvalue >> y.value
        return self.fit(Operand("constant", e, kind, value), e.op_pos, _OP_NAMES.get(op))
