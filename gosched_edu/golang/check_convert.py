"""Conversions ``T(x)``.

Problem. A conversion of a constant is a constant and must fit; of another value it follows a
list of rules, which must hold for every type that a type parameter may stand for.

Rejected. Leaving conversions among type parameters to the instances: the declaration would be
accepted and a call refused.

Invariant. As cmd/compile/internal/types2/conversions.go: same order of rules, same causes.
"""

from __future__ import annotations

from gosched_edu.golang import ast, constants
from gosched_edu.golang import types as t
from gosched_edu.golang.check_ops import OperatorChecker
from gosched_edu.golang.objects import Operand, Value
from gosched_edu.golang.typesets import is_bytes, is_runes, typeset

_MAX_RUNE = 0x10FFFF


class ConversionChecker(OperatorChecker):
    """Checks conversions."""

    def convert(self, e: ast.Expr, x: Operand, target: t.Type) -> Operand:
        """The operand of ``target(x)``; `e` is the whole expression."""
        if not x.ok or target == t.INVALID:
            return self.bad(e)
        if t.INVALID in (x.type.underlying, target.underlying):
            return self.bad(e)
        constant = x.mode == "constant"
        basic = target.underlying if isinstance(target.underlying, t.Basic) else None
        if constant and basic is not None and basic.kind != "unsafe":
            return self._convert_constant(e, x, target, basic)
        if constant and isinstance(target, t.TypeParam):
            why = self._constant_to_param(x, target)
            x = Operand("value", x.expr, x.type)  # a type parameter has no constants
        else:
            why = self.why_not_convertible(x, target)
        if why is not None:
            note = f": {why}" if why else ""
            self.error(x.expr.pos, f"cannot convert {self.describe(x)} to type {target}{note}")
            return self.bad(e)
        if t.is_untyped(x.type) and x.mode != "nil":
            final = target
            if t.is_interface(target) or (constant and basic is None):
                final = t.default(x.type)
            self.update(x.expr, final)
            if not x.ok:
                return self.bad(e)
        elif x.mode == "nil":
            x.type = target
        return Operand("value", e, target)

    def _convert_constant(self, e: ast.Expr, x: Operand, target: t.Type, basic: t.Basic) -> Operand:
        value = self._as_constant(x, basic)
        if value is not None:
            if t.is_untyped(x.type) and not (basic.kind == "string" and t.is_integer(x.type)):
                self.update(x.expr, target)
            return Operand("constant", e, target, value)
        if t.is_integer(x.type) and t.is_integer(target):
            message = f"constant {constants.show(x.value)} overflows {target}"
        else:
            message = f"cannot convert {self.describe(x)} to type {target}"
        self.error(x.expr.pos, message)
        return self.bad(e)

    def _as_constant(self, x: Operand, basic: t.Basic) -> Value | None:
        assert x.value is not None
        value = constants.represent(x.value, basic)
        if value is None and t.is_integer(x.type) and basic.kind == "string":
            code = constants.to_int(x.value)
            valid = code is not None and 0 <= code <= _MAX_RUNE and not 0xD800 <= code < 0xE000
            return chr(code if valid and code is not None else 0xFFFD).encode()
        return value

    def _constant_to_param(self, x: Operand, target: t.TypeParam) -> str | None:
        kinds = typeset(target)
        if not kinds:
            return f"{target} does not contain specific types"
        for _, u in kinds:
            if t.kind(x.type) == "string" and (is_bytes(u) or is_runes(u)):
                continue
            if not isinstance(u, t.Basic) or self._as_constant(x, u) is None:
                if t.is_integer(x.type) and t.is_integer(u):
                    return f"constant {constants.show(x.value)} overflows {u} (in {target})"
                return f"cannot convert {self.describe(x)} to type {u} (in {target})"
        return None

    def why_not_convertible(self, x: Operand, target: t.Type) -> str | None:
        """Why `x` cannot become a `target`, "" if there is nothing to add; None if it can."""
        why = self.obstacle(x, target)
        if why is None:
            return None
        source = x.type
        v, u = source.underlying, target.underlying
        from_param, to_param = (isinstance(k, t.TypeParam) for k in (source, target))
        if not from_param and not to_param:
            if _alike(v, u) or _convertible(v, u):
                return None
            if isinstance(source, t.Pointer) and isinstance(target, t.Pointer):
                a, b = source.elem, target.elem
                params = isinstance(a, t.TypeParam) or isinstance(b, t.TypeParam)
                if _alike(a.underlying, b.underlying) and not params:
                    return None
            return self._slice_to_array(v, u, why)
        sources = typeset(source)
        targets = typeset(target)
        if not sources or not targets:
            return why
        for k, _ in sources:
            y = Operand(x.mode, x.expr, k, x.value) if from_param else x
            for into, _ in targets:
                inner = self.why_not_convertible(y, into)
                if inner is not None:
                    old = f"{k} (in {source})" if from_param else str(x.type)
                    new = f"{into} (in {target})" if to_param else str(target)
                    cause = inner or why
                    return f"cannot convert {old} to type {new}" + (f"\n\t{cause}" if cause else "")
        return None

    def _slice_to_array(self, v: t.Type, u: t.Type, why: str) -> str | None:
        if not isinstance(v, t.Slice):
            return why
        if isinstance(u, t.Array) and u.elem == v.elem:
            if self.version >= (1, 20):
                return None
            return self.needs_version("conversion of slice to array", (1, 20))
        inner = u.elem.underlying if isinstance(u, t.Pointer) else u
        if isinstance(u, t.Pointer) and isinstance(inner, t.Array) and inner.elem == v.elem:
            if self.version >= (1, 17):
                return None
            return self.needs_version("conversion of slice to array pointer", (1, 17))
        return why


def _convertible(v: t.Type, u: t.Type) -> bool:
    """The conversions between underlying types that change the representation."""
    a, b = t.kind(v), t.kind(u)
    if a in ("int", "float") and b in ("int", "float"):
        return True
    if a == b == "complex":
        return True
    if b == "string" and (a == "int" or is_bytes(v) or is_runes(v)):
        return True
    if a == "string" and (is_bytes(u) or is_runes(u)):
        return True
    pointers = [isinstance(k, t.Pointer) or k == t.UINTPTR for k in (v, u)]
    return (b == "unsafe" and (pointers[0] or a == "unsafe")) or (a == "unsafe" and pointers[1])


def _alike(v: t.Type, u: t.Type) -> bool:
    """Whether two types are identical if the tags of struct fields are ignored."""
    return v == u or _untagged(v) == _untagged(u)


def _untagged(k: t.Type) -> t.Type:
    match k:
        case t.Struct():
            return t.Struct(
                tuple(t.StructField(f.name, _untagged(f.type), f.embedded, b"", f.package) for f in k.fields)
            )
        case t.Pointer():
            return t.Pointer(_untagged(k.elem))
        case t.Slice():
            return t.Slice(_untagged(k.elem))
        case t.Array():
            return t.Array(k.length, _untagged(k.elem))
        case t.Chan():
            return t.Chan(k.dir, _untagged(k.elem))
        case t.Map():
            return t.Map(_untagged(k.key), _untagged(k.elem))
        case t.Func():
            params, results = (tuple(map(_untagged, each)) for each in (k.params, k.results))
            return t.Func(params, results, variadic=k.variadic)
    return k
