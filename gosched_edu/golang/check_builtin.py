"""The built-in functions on collections, and make, new, min, max.

Problem. Built-in functions are generic in ways that no Go signature can say, and each has
messages of its own.

Rejected. Signatures with special cases: the special cases would be the rule.

Invariant. Arguments are checked as builtins.go of the real compiler does, in its order, so
that the first of several mistakes is the one that is reported. len and cap of an array are
constants unless evaluating the array calls a function or receives.
"""

from __future__ import annotations

from gosched_edu.golang import ast, constants
from gosched_edu.golang import types as t
from gosched_edu.golang.check_composite import CompositeChecker
from gosched_edu.golang.check_predeclared import PREDECLARED
from gosched_edu.golang.check_unsafe import UNSAFE
from gosched_edu.golang.objects import Operand
from gosched_edu.golang.typesets import common_under, every, is_bytes, is_string, typeset

#: Built-in functions checked here: fewest arguments, and whether there may be more.
COUNTS = {
    "append": (1, True), "cap": (1, False), "clear": (1, False), "copy": (2, False),
    "delete": (2, False), "len": (1, False), "make": (1, True), "max": (1, True),
    "min": (1, True), "new": (1, False), **PREDECLARED, **UNSAFE,
}  # fmt: skip
_ORDERED = ("int", "float", "string")


class BuiltinChecker(CompositeChecker):
    """Checks calls of built-in functions on collections."""

    def operands(self, args: tuple[ast.Expr, ...], generic: bool = False) -> list[Operand]:
        """The operands of an argument list; the results of one call are spread."""
        raise NotImplementedError

    def arguments(
        self, e: ast.Call, f: t.Func, args: list[Operand], fun: Operand | None = None
    ) -> bool:
        """Check that `args` suit the parameters of `f`."""
        raise NotImplementedError

    def collection_builtin(self, e: ast.Call, name: str) -> Operand:
        """A call of one of `COUNTS`."""
        if e.ellipsis and name != "append":
            self.error(e.pos, f"invalid operation: invalid use of ... with built-in {name}")
            for a in e.args:
                self.raw(a)
            return self.bad(e)
        outer, self.has_call = self.has_call, False
        args = [] if name in ("make", "new") else self.operands(e.args)
        if not all(a.ok for a in args):
            return self.bad(e)
        found = len(e.args) if name in ("make", "new") else len(args)
        least, more = COUNTS[name]
        if found < least or (found > least and not more):
            word = "not enough" if found < least else "too many"
            self.error(
                e.pos,
                f"invalid operation: {word} arguments for {ast.text(e)} "
                f"(expected {least}, found {found})",
            )
            return self.bad(e)
        match name:
            case "append":
                x = self._append(e, args)
            case "cap" | "len":
                x = self._length(e, name, args[0])
                self.has_call = outer
            case "clear":
                x = self._clear(e, args[0])
            case "copy":
                x = self._copy(e, args[0], args[1])
            case "delete":
                x = self._delete(e, args[0], args[1])
            case "make":
                x = self._make(e)
            case "new":
                x = self._new(e)
            case "max" | "min":
                x = self._extremum(e, name, args)
            case _ if name in UNSAFE:
                x = self.unsafe(e, name, args)
            case _:
                x = self.predeclared(e, name, args)
        self.has_call = self.has_call or outer or (x.ok and x.mode != "constant")
        return x

    # --- slices ----------------------------------------------------------------------------

    def _slice_elem(self, x: Operand) -> tuple[t.Type | None, str]:
        """The element type of slice `x`, or None and why it is no slice."""
        elem: t.Type | None = None
        if x.mode == "nil":
            return None, "argument must be a slice; have untyped nil"
        for _, under in typeset(x.type) or [(x.type, x.type)]:
            if not isinstance(under, t.Slice):
                return None, f"argument must be a slice; have {self.describe(x)}"
            if elem is not None and elem != under.elem:
                shown = self.describe(x)
                return None, f"mismatched slice element types {elem} and {under.elem} in {shown}"
            elem = under.elem
        return elem, ""

    def _takes_bytes(self, x: Operand, y: Operand, need_string: bool) -> bool:
        """Whether `x` is a []byte and `y` may be a string in its place."""
        if not self.assignable(x, t.Slice(t.BYTE)):
            return False
        kinds = [u for _, u in typeset(y.type)]
        if not kinds or not all(is_bytes(u) or is_string(u) for u in kinds):
            return False
        return not need_string or any(is_string(u) for u in kinds)

    def _append(self, e: ast.Call, args: list[Operand]) -> Operand:
        x = args[0]
        elem, why = self._slice_elem(x)
        if elem is None:
            self.error(x.expr.pos, f"invalid append: {why}")
            return self.bad(e)
        kind = x.type
        if len(args) == 2 and e.ellipsis and self._takes_bytes(x, args[1], need_string=True):
            if t.is_untyped(args[1].type):
                self.convert_untyped(args[1], t.STRING)
        else:
            self.arguments(e, t.Func((kind, t.Slice(elem)), (kind,), variadic=True), args)
        return Operand("value", e, kind)

    def _copy(self, e: ast.Call, x: Operand, y: Operand) -> Operand:
        to, why = self._slice_elem(x)
        if to is None:
            self.error(x.expr.pos, f"invalid copy: {why}")
            return self.bad(e)
        if not self._takes_bytes(x, y, need_string=False):
            source, why = self._slice_elem(y)
            if source is None:
                if not every(y.type, is_string):
                    self.error(y.expr.pos, f"invalid copy: {why}")
                    return self.bad(e)
                source = t.BYTE
            if to != source:
                both = f"{self.describe(x)} and {self.describe(y)}"
                self.error(
                    x.expr.pos,
                    f"invalid copy: arguments {both} have different element types {to} and {source}",
                )
                return self.bad(e)
        if t.is_untyped(y.type):
            self.convert_untyped(y, t.STRING)
        return Operand("value", e, t.INT)

    # --- sizes -----------------------------------------------------------------------------

    def _length(self, e: ast.Call, name: str, x: Operand) -> Operand:
        length = name == "len"
        under = x.type.underlying
        if isinstance(under, t.Pointer):
            under = under.elem.underlying
            under = under if isinstance(under, t.Array) else x.type.underlying
        if isinstance(under, t.Array):
            if not self.has_call:
                return Operand("constant", e, t.INT, under.length)
            return Operand("value", e, t.INT)
        if length and is_string(under):
            if isinstance(x.value, bytes):
                return Operand("constant", e, t.INT, len(x.value))
            return Operand("value", e, t.INT)
        if every(x.type, lambda u: _has_length(u, length)):
            return Operand("value", e, t.INT)
        if under != t.INVALID:
            self.error(x.expr.pos, f"invalid argument: {self.describe(x)} for built-in {name}")
        return self.bad(e)

    # --- maps --------------------------------------------------------------------------------

    def _clear(self, e: ast.Call, x: Operand) -> Operand:
        self.since(e.fun.pos, (1, 21), "clear")
        if not every(x.type, lambda u: isinstance(u, (t.Map, t.Slice))):
            self.error(
                x.expr.pos,
                f"invalid argument: cannot clear {self.describe(x)}: "
                "argument must be (or constrained by) map or slice",
            )
            return self.bad(e)
        return Operand("novalue", e, t.VOID)

    def _delete(self, e: ast.Call, x: Operand, key: Operand) -> Operand:
        wanted: t.Type | None = None
        for _, under in typeset(x.type) or [(x.type, x.type)]:
            shown = f"invalid argument: {self.describe(x)}"
            if not isinstance(under, t.Map):
                self.error(x.expr.pos, f"{shown} is not a map")
                return self.bad(e)
            if wanted is not None and wanted != under.key:
                shown = f"invalid argument: maps of {self.describe(x)}"
                self.error(x.expr.pos, f"{shown} must have identical key types")
                return self.bad(e)
            wanted = under.key
        self.assignment(key, wanted, "argument to delete")
        return Operand("novalue", e, t.VOID) if key.ok else self.bad(e)

    # --- make and new --------------------------------------------------------------------------

    def _make(self, e: ast.Call) -> Operand:
        kind = self.type_expr(e.args[0])
        if kind == t.INVALID:
            return self.bad(e)
        under, why = common_under(kind)
        made = [u for _, u in typeset(kind)]
        if made and not all(isinstance(u, (t.Slice, t.Map, t.Chan)) for u in made):
            under, why = None, "type must be slice, map, or channel"
        if under is None:
            shown = ast.text(e.args[0])
            self.error(e.args[0].pos, f"invalid argument: cannot make {shown}: {why}")
            return self.bad(e)
        least = 2 if isinstance(under, t.Slice) else 1
        if not least <= len(e.args) <= least + 1:
            self.error(
                e.pos,
                f"invalid operation: {ast.text(e)} expects {least} or {least + 1} arguments; "
                f"found {len(e.args)}",
            )
            return self.bad(e)
        sizes = [size for _, size in map(self.index, e.args[1:]) if size >= 0]
        if len(sizes) == 2 and sizes[0] > sizes[1]:
            self.error(e.args[1].pos, "invalid argument: length and capacity swapped")
        return Operand("value", e, kind)

    def _new(self, e: ast.Call) -> Operand:
        x = self.raw(e.args[0])
        if x.mode != "type":
            self.single(x)
            if not x.ok:
                return self.bad(e)
            if t.is_untyped(x.type):
                self.assignment(x, None, "argument to new")
                if not x.ok:
                    return self.bad(e)
            self.since(e.fun.pos, (1, 26), f"new({ast.text(e.args[0])})")
        return Operand("value", e, t.Pointer(x.type))

    # --- min and max -----------------------------------------------------------------------------

    def _extremum(self, e: ast.Call, name: str, args: list[Operand]) -> Operand:
        self.since(e.fun.pos, (1, 21), f"built-in {name}")
        best = args[0]
        x = Operand(best.mode, best.expr, best.type, best.value)
        for i, a in enumerate(args):
            if not every(a.type, lambda u: t.kind(u) in _ORDERED):
                self.error(a.expr.pos, f"invalid argument: {self.describe(a)} cannot be ordered")
                return self.bad(e)
            if i == 0:
                continue
            if not self._match(x, a):
                return self.bad(e)
            if x.type != a.type:
                self.error(
                    a.expr.pos,
                    f"invalid argument: mismatched types {x.type} (previous argument) and "
                    f"{a.type} (type of {ast.text(a.expr)})",
                )
                return self.bad(e)
            if x.mode == "constant" and a.mode == "constant":
                assert x.value is not None and a.value is not None
                if constants.compare("<" if name == "min" else ">", a.value, x.value):
                    x = Operand(a.mode, a.expr, a.type, a.value)
            else:
                x.mode, x.value = "value", None
        if x.mode != "constant":
            x.type = t.default(x.type)
        for a in args:
            if t.is_untyped(a.type) and not t.is_untyped(x.type):
                self.convert_untyped(a, x.type)
        return Operand(x.mode if x.mode == "constant" else "value", e, x.type, x.value)


def _has_length(u: t.Type, length: bool) -> bool:
    """Whether len (or cap) applies to underlying type `u`."""
    if isinstance(u, t.Pointer):
        return isinstance(u.elem.underlying, t.Array)
    if isinstance(u, (t.Array, t.Slice, t.Chan)):
        return True
    return length and (isinstance(u, t.Map) or is_string(u))
