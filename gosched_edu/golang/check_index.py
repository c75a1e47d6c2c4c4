"""Index and slice expressions.

Problem. ``x[i]`` and ``x[i:j]`` mean one thing for each of strings, arrays, pointers to arrays,
slices and maps; constant indices must be in range, and what an index expression gives may or
may not be assignable.

Rejected. Leaving constant indices to the run: ``a[5]`` of a ``[3]int`` is a compile-time error.

Invariant. An element is a "variable" exactly when it can be assigned to and its address can be
taken: elements of slices and through pointers always, of arrays if the array is a variable,
of strings never. An element of a map has the mode "mapindex".
"""

from __future__ import annotations

from gosched_edu.golang import ast, constants
from gosched_edu.golang import types as t
from gosched_edu.golang.check_expr import ExprChecker
from gosched_edu.golang.objects import Operand
from gosched_edu.golang.typesets import every, is_string, typeset


class IndexChecker(ExprChecker):
    """Checks index and slice expressions."""

    # --- indices ---------------------------------------------------------------------------

    def index(self, e: ast.Expr, bound: int = -1) -> tuple[bool, int]:
        """Check an index below `bound` (-1: unknown): whether it is good, and its value or -1."""
        x = self.expr(e)
        if not self.valid_index(x, "index"):
            return False, -1
        if x.mode != "constant":
            return True, -1
        assert isinstance(x.value, int)
        if 0 <= bound <= x.value:
            self.error(e.pos, f"invalid argument: index {x.value} out of bounds [0:{bound}]")
            return False, -1
        return True, x.value

    def valid_index(self, x: Operand, what: str, negative: bool = False) -> bool:
        """Check that `x` can be an index or a length; constants become int."""
        if not x.ok:
            return False
        self.convert_untyped(x, t.INT)
        if not x.ok:
            return False
        shown = f"invalid argument: {what} {self.describe(x)}"
        if not every(x.type, t.is_integer):
            self.error(x.expr.pos, f"{shown} must be integer")
            return False
        if x.mode == "constant":
            assert isinstance(x.value, int)
            if x.value < 0 and not negative:
                self.error(x.expr.pos, f"{shown} must not be negative")
                return False
            if constants.represent(x.value, t.INT) is None:
                self.error(x.expr.pos, f"{shown} overflows int")
                return False
        return True

    def single_index(self, e: ast.Index) -> ast.Expr:
        """The one index of `e`; more than one are reported."""
        if len(e.indices) > 1:
            self.error(e.indices[1].pos, "invalid operation: more than one index")
        return e.indices[0]

    def opened(self, x: Operand) -> object | None:
        """The type parameters of generic function `x` that are still open."""
        raise NotImplementedError

    def function_index(self, e: ast.Index, x: Operand, use: object) -> Operand:
        """``f[T]`` where `use` is what `opened` says of x."""
        raise NotImplementedError

    # --- x[i] --------------------------------------------------------------------------------

    def index_expr(self, e: ast.Index, x: Operand) -> Operand:
        """``x[i]`` where x, the operand of ``e.x``, is a value."""
        if (use := self.opened(x)) is not None:
            return self.function_index(e, x, use)
        if x.mode == "builtin":
            self.error(e.lbrack, f"cannot index {self.describe(x)}")
            x.invalidate()
        self.single(x, what="value or type")
        if not x.ok:
            for i in e.indices:
                self.raw(i)
            return self.bad(e)
        if isinstance(x.type.underlying, t.Map):
            return self._map_element(e, x.type.underlying)
        found = self._element(x)
        if found is None:
            bracket = ast.Pos(e.indices[0].pos.line, e.indices[0].pos.col - 1)
            self.error(bracket, f"cannot index {self.describe(x)}")
            for i in e.indices:
                self.raw(i)
            return self.bad(e)
        mode, elem, length, keyed = found
        if keyed is not None:
            return self._map_element(e, keyed)
        self.index(self.single_index(e), length)
        return Operand(mode, e, elem) if elem != t.INVALID else self.bad(e)

    def _map_element(self, e: ast.Index, m: t.Map) -> Operand:
        key = self.expr(self.single_index(e))
        self.assignment(key, m.key, "map index")
        return Operand("mapindex", e, m.elem)

    def _element(self, x: Operand) -> tuple[str, t.Type, int, t.Map | None] | None:
        """What indexing `x` gives: mode, type, bound or -1, and the map if it is one."""
        if not isinstance(x.type, t.TypeParam):
            one = _indexed(x.type.underlying, x.mode)
            if one is not None and isinstance(x.value, bytes):
                return one[0], one[1], len(x.value), None
            return one
        mode, elem, length, keyed = "variable", None, -1, None
        for _, under in typeset(x.type):
            found = _indexed(under, x.mode)
            if found is None:
                return None
            if found[0] == "value":
                mode = "value"
            if elem is None:
                _, elem, length, keyed = found
                continue
            keys = [m.key if m is not None else None for m in (keyed, found[3])]
            if elem != found[1] or keys[0] != keys[1]:
                return None
            if 0 <= found[2] < length:
                length = found[2]
        return (mode, elem, length, keyed) if elem is not None else None

    # --- x[i:j:k] ------------------------------------------------------------------------------

    def slice_expr(self, e: ast.SliceExpr) -> Operand:
        """``x[low:high:max]``."""
        x = self.expr(e.x)
        indices = (e.low, e.high, e.max)
        found = self._sliced(e, x) if x.ok else None
        if found is None:
            if not x.ok:
                for i in indices:
                    if i is not None:
                        self.raw(i)
            return self.bad(e)
        kind, length = found
        values: list[int] = []
        for n, i in enumerate(indices):
            value = -1
            if i is not None:
                value = self.index(i, length + 1 if length >= 0 else -1)[1]
            elif n == 0:
                value = 0
            elif length >= 0:
                value = length
            values.append(value)
        self._ascending(indices, values)
        return Operand("value", e, kind)

    def _ascending(self, indices: tuple[ast.Expr | None, ...], values: list[int]) -> None:
        """Constant slice indices must not decrease; the first pair that does is reported."""
        for i, low in enumerate(values[:-1]):
            for j in range(i + 1, len(values)):
                if 0 <= values[j] < low:
                    at = indices[j]
                    assert at is not None
                    self.error(at.pos, f"invalid slice indices: {values[j]} < {low}")
                    return

    def _sliced(self, e: ast.SliceExpr, x: Operand) -> tuple[t.Type, int] | None:
        """The type of a slice of `x` and the bound of its indices (-1: unknown)."""
        shown = self.describe(x)
        under = self._common_slice(x)
        if under is None:
            return None
        if is_string(under):
            if e.max is not None:
                self.error(e.max.pos, "invalid operation: 3-index slice of string")
                return None
            length = len(x.value) if isinstance(x.value, bytes) else -1
            return (t.STRING if t.is_untyped(x.type) else x.type), length
        if isinstance(under, t.Array):
            if not self.take_address(e.x, x):
                self.error(x.expr.pos, f"cannot slice unaddressable value {shown}")
                return None
            return t.Slice(under.elem), under.length
        if isinstance(under, t.Pointer) and isinstance(array := under.elem.underlying, t.Array):
            return t.Slice(array.elem), array.length
        if isinstance(under, t.Slice):
            return x.type, -1
        self.error(x.expr.pos, f"cannot slice {shown}")
        return None

    def _common_slice(self, x: Operand) -> t.Type | None:
        """What all types of `x` are made of, strings counting as byte slices; None if reported."""
        shown = f"cannot slice {self.describe(x)}"
        common: tuple[t.Type, t.Type] | None = None
        text = False
        for each, under in typeset(x.type):
            if is_string(under):
                under, text = t.Slice(t.BYTE), True
            if common is None:
                common = each, under
            elif common[1] != under:
                why = f"{common[0]} and {each} have different underlying types"
                self.error(x.expr.pos, f"{shown}: {why}")
                return None
        if common is None:
            self.error(x.expr.pos, f"{shown}: no specific type in {x.type}")
            return None
        if not text:
            return common[1]
        return t.STRING if isinstance(x.type, t.TypeParam) else x.type.underlying


def _indexed(u: t.Type, mode: str) -> tuple[str, t.Type, int, t.Map | None] | None:
    """Mode, type and bound of an element of underlying type `u`; the map if it is one."""
    if isinstance(u, t.Pointer) and isinstance(array := u.elem.underlying, t.Array):
        return "variable", array.elem, array.length, None
    if isinstance(u, t.Array):
        return ("variable" if mode == "variable" else "value"), u.elem, u.length, None
    if isinstance(u, t.Slice):
        return "variable", u.elem, -1, None
    if isinstance(u, t.Map):
        return "mapindex", u.elem, -1, u
    if is_string(u):
        return "value", t.BYTE, -1, None
    return None
