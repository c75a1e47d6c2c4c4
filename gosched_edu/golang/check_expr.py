"""Expressions: literals, selectors, addresses, receives.

Problem. The same syntax denotes types, values, variables and packages.

Rejected. Telling them apart in the parser: ``int`` may be a variable.

Invariant. Every expression node has its `Operand` in `Info.operands`, and that operand's
type is the final one: it is changed in place when an untyped value takes a type.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_select import SelectorChecker
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Operand
from gosched_edu.golang.typesets import common_under, typeset

_UNTYPED_LITERALS = {
    "int": t.UNTYPED_INT,
    "rune": t.UNTYPED_RUNE,
    "float": t.UNTYPED_FLOAT,
    "imag": t.UNTYPED_COMPLEX,
    "string": t.UNTYPED_STRING,
}


class ExprChecker(SelectorChecker):
    """Checks expressions."""

    def expr(self, e: ast.Expr) -> Operand:
        """Check an expression that must have one value."""
        x = self.raw(e)
        self.single(x)
        return x

    def generic(self, e: ast.Expr) -> Operand:
        """Check an expression with one value, which may be a generic function."""
        x = self.raw(e)
        self.single(x, generic=True)
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
                return self.binary_spine(e)
            case ast.Composite():
                return self.composite(e)
            case ast.Index():
                x = self.raw(e.x)
                if x.mode == "type":
                    kind = self.instance(e)
                    return Operand("type" if kind != t.INVALID else "invalid", e, kind)
                return self.index_expr(e, x)
            case ast.TypeAssert():
                return self.type_assertion(e)
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

    # --- unary operators -----------------------------------------------------------------

    def _star(self, e: ast.Star) -> Operand:
        x = self.raw(e.x)
        if x.mode == "type":
            return Operand("type", e, t.Pointer(x.type))
        self.single(x, what="value or type")
        if not x.ok:
            return self.bad(e)
        shown = self.describe(x)
        if x.mode == "nil":
            self.error(x.expr.pos, "invalid operation: cannot indirect nil")
            return self.bad(e)
        bases = [u.elem if isinstance(u, t.Pointer) else None for _, u in typeset(x.type)]
        base = bases[0] if bases else None
        if base is None or None in bases:
            self.error(x.expr.pos, f"invalid operation: cannot indirect {shown}")
        elif any(b != base for b in bases):
            self.error(
                x.expr.pos, f"invalid operation: pointers of {shown} must have identical base types"
            )
        else:
            return Operand("variable", e, base)
        return self.bad(e)

    def _unary(self, e: ast.Unary) -> Operand:
        x = self.expr(e.x)
        if not x.ok:
            return self.bad(e)
        if e.op == "&":
            inner = ast.unparen(e.x)
            if isinstance(inner, ast.Composite):
                return Operand("value", e, t.Pointer(x.type))
            if not self.take_address(e.x, x):
                self.error(
                    x.expr.pos, f"invalid operation: cannot take address of {self.describe(x)}"
                )
                return self.bad(e)
            return Operand("value", e, t.Pointer(x.type))
        if e.op == "<-":
            return self._receive(e, x)
        return self.arithmetic_unary(e, x)

    def _receive(self, e: ast.Expr, x: Operand) -> Operand:
        self.has_call = True
        elem = self.channel_element(x, x.expr.pos, True)
        return self.bad(e) if elem is None else Operand("commaok", e, elem)

    def channel_element(self, x: Operand, at: Pos, receive: bool) -> t.Type | None:
        """The element type of channel `x` for a receive or a send; None after an error."""
        shown = self.describe(x)
        param = isinstance(x.type, t.TypeParam)
        why = ""
        for k, u in typeset(x.type):
            if not isinstance(u, t.Chan):
                why = f"non-channel {k}"
            elif receive and u.dir == "send":
                why = f"send-only channel {k}"
            elif not receive and u.dir == "recv":
                why = f"receive-only channel {k}"
            if why:
                break
        common, other = common_under(x.type)
        if not why and isinstance(common, t.Chan):
            return common.elem
        why = why or ("no specific channel type" if other == "no specific type" else other)
        verb = "receive from" if receive else "send to"
        what = f"{shown}: {why}" if param else f"{why} {shown}"
        self.error(at, f"invalid operation: cannot {verb} {what}")
        return None
