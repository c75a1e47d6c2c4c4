"""Composite literals: ``T{...}``.

Problem. The elements of a literal go to fields by order or by name, to array elements by
order or by constant index, to map entries by key; an inner literal may leave out its type.

Rejected. Filling in left-out types in the parser: whether ``{1}`` is a T or a &T depends on
the type of the outer literal.

Invariant. Every element's operand is recorded; the operand of a literal without type has
the type it stands for, a pointer when it means ``&T{...}``.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_unsafe import UnsafeChecker
from gosched_edu.golang.constants import show
from gosched_edu.golang.lookup import exported, find
from gosched_edu.golang.objects import Operand
from gosched_edu.golang.typesets import common_under


class CompositeChecker(UnsafeChecker):
    """Checks composite literals."""

    def composite(self, e: ast.Composite, hint: t.Type | None = None) -> Operand:
        """A literal; `hint` is the type that the literal around it asks for."""
        if e.type is not None:
            kind = self._literal_type(e, e.type)
            base = kind
        elif hint is not None:
            kind = base = hint
            under = common_under(hint)[0]
            if isinstance(under, t.Pointer):
                base = under.elem
        else:
            self.error(e.pos, "missing type in composite literal")
            kind = base = t.INVALID
        under, _ = common_under(base)
        match under:
            case t.Struct():
                self._fields(e, base, under)
            case t.Array():
                length = self._elements(e, under.elem, under.length)
                if under.length < 0:
                    kind = t.Array(length, under.elem)
                    if e.type is not None:
                        self.info.operands[e.type] = Operand("type", e.type, kind)
            case t.Slice():
                self._elements(e, under.elem, -1)
            case t.Map():
                self._entries(e, under)
            case _:
                for element in e.elements:
                    self.raw(element.value if isinstance(element, ast.KeyValue) else element)
                if base != t.INVALID:
                    which = " element" if e.type is None else ""
                    why = "" if under is not None else " (no common underlying type)"
                    self.error(e.pos, f"invalid composite literal{which} type {kind}{why}")
                return self.bad(e)
        return Operand("value", e, kind)

    def _literal_type(self, e: ast.Composite, kind: ast.Expr) -> t.Type:
        """The type of a literal; the array of ``[...]T`` has no length yet."""
        if isinstance(kind, ast.ArrayType) and kind.length is None:
            elem = self.type_expr(kind.elem)
            return t.Array(-1, elem)
        return self.type_expr(kind)

    def element(self, e: ast.Expr, target: t.Type, context: str) -> Operand:
        """Check an element that goes to a place of type `target`."""
        if isinstance(e, ast.Composite) and e.type is None:
            x = self.info.operands[e] = self.composite(e, target)
        else:
            x = self.generic(e)
        self.assignment(x, target, context)
        return x

    # --- structs -------------------------------------------------------------------------

    def _fields(self, e: ast.Composite, kind: t.Type, struct: t.Struct) -> None:
        if not e.elements:
            return
        if isinstance(e.elements[0], ast.KeyValue):
            self._named_fields(e, kind, struct)
        else:
            self._ordered_fields(e, kind, struct)

    def _named_fields(self, e: ast.Composite, kind: t.Type, struct: t.Struct) -> None:
        seen: dict[tuple[int, ...], str] = {}
        for element in e.elements:
            if not isinstance(element, ast.KeyValue):
                self.error(
                    element.pos, "mixture of field:value and value elements in struct literal"
                )
                continue
            if isinstance(element.value, ast.Composite) and element.value.type is None:
                x = self.info.operands[element.value] = self.composite(element.value)
            else:
                x = self.generic(element.value)
            key = element.key
            if not isinstance(key, ast.Ident):
                shown = ast.text(key)
                self.error(element.pos, f"invalid field name {shown} in struct literal")
                continue
            found = self.literal_field(key, kind, struct)
            if found is None:
                continue
            path, target = found
            self.info.literal_fields[key] = path
            self.assignment(x, target, "struct literal")
            self._twice(element, key.name, path, seen)

    def _twice(
        self, e: ast.Expr, name: str, path: tuple[int, ...], seen: dict[tuple[int, ...], str]
    ) -> None:
        """Report a field that has a value already, itself or in part."""
        for other, first in seen.items():
            short = min(len(other), len(path))
            if other[:short] != path[:short]:
                continue
            if other == path:
                message = f"duplicate field name {name} in struct literal"
            elif len(other) < len(path):
                message = f"cannot specify promoted field {name} and enclosing embedded field {first}"
            else:
                message = f"cannot specify embedded field {name} and enclosed promoted field {first}"
            self.error(e.pos, message)
            return
        seen[path] = name

    def literal_field(
        self, key: ast.Ident, kind: t.Type, struct: t.Struct
    ) -> tuple[tuple[int, ...], t.Type] | None:
        """Path and type of the field called `key`; None if that was reported."""
        found = find(struct, key.name, self.package_path)
        if found is None or found.kind == "ambiguous":
            self.error(key.pos, self._unknown_field(key.name, kind, struct))
        elif found.kind != "field":
            self.error(key.pos, f"{key.name} is not a field")
        elif len(found.path) > 1 and self.version < (1, 27):
            names = field_path(struct, found.path)
            what = f"use of promoted field {names} in struct literal of type {kind}"
            self.error(key.pos, self.needs_version(what, (1, 27)))
        elif found.indirect:
            self.error(key.pos, f"invalid implicit pointer indirection to reach {key.name}")
        else:
            return found.path, found.type
        return None

    def _unknown_field(self, name: str, kind: t.Type, struct: t.Struct) -> str:
        """What gc says of a name that is no field (errsupport.go:lookupError)."""
        message = f"unknown field {name} in struct literal of type {kind}"
        other = find(struct, name, self.package_path, fold=True)
        if other is None or other.obj is None:
            return message
        near, same_tail = other.obj.name, other.obj.name[1:] == name[1:]
        if (
            getattr(other.obj, "package", "") == self.package_path
            or (exported(near) and (exported(name) or same_tail))
        ):  # fmt: skip
            return f"{message}, but does have {near}"
        if exported(name) and same_tail:
            return f"{message}, but does have unexported {near}"
        if near == name:
            return f"cannot refer to unexported field {near} in struct literal of type {kind}"
        return message

    def _ordered_fields(self, e: ast.Composite, kind: t.Type, struct: t.Struct) -> None:
        for i, element in enumerate(e.elements):
            if isinstance(element, ast.KeyValue):
                self.error(
                    element.pos, "mixture of field:value and value elements in struct literal"
                )
                continue
            if isinstance(element, ast.Composite) and element.type is None:
                x = self.info.operands[element] = self.composite(element)
            else:
                x = self.generic(element)
            if i >= len(struct.fields):
                self.error(element.pos, f"too many values in struct literal of type {kind}")
                break
            f = struct.fields[i]
            if not f.name[:1].isupper() and f.package != self.package_path:
                self.error(
                    element.pos,
                    f"implicit assignment to unexported field {f.name} in struct literal of type {kind}",
                )
                continue
            self.assignment(x, f.type, "struct literal")
        if len(e.elements) < len(struct.fields):
            closed = any(
                not f.name[:1].isupper() and f.package != self.package_path for f in struct.fields
            )
            hint = " (type has unexported fields - use key:value pairs)" if closed else ""
            self.error(e.rbrace, f"too few values in struct literal of type {kind}{hint}")

    # --- arrays, slices, maps ------------------------------------------------------------------

    def _elements(self, e: ast.Composite, elem: t.Type, length: int) -> int:
        """Check array or slice elements; the result is the highest index + 1."""
        seen: set[int] = set()
        at = highest = 0
        for element in e.elements:
            good, value = False, element
            if isinstance(element, ast.KeyValue):
                value = element.value
                ok, i = self.index(element.key, length)
                if ok and i >= 0:
                    at, good = i, True
                elif ok:
                    shown = ast.text(element.key)
                    self.error(element.pos, f"index {shown} must be integer constant")
            elif 0 <= length <= at:
                self.error(element.pos, f"index {at} is out of bounds (>= {length})")
            else:
                good = True
            if good:
                if at in seen:
                    self.error(element.pos, f"duplicate index {at} in array or slice literal")
                seen.add(at)
            at += 1
            highest = max(highest, at)
            self.element(value, elem, "array or slice literal")
        return highest

    def _entries(self, e: ast.Composite, m: t.Map) -> None:
        seen: set[object] = set()
        for entry in e.elements:
            if not isinstance(entry, ast.KeyValue):
                self.error(entry.pos, "missing key in map literal")
                continue
            key = self.element(entry.key, m.key, "map literal")
            if not key.ok:
                continue
            if key.mode == "constant":
                # Under an interface, 1 and int8(1) are two keys.
                typed = (key.type if isinstance(m.key.underlying, t.Interface) else None, key.value)
                if typed in seen:
                    shown = show(key.value)
                    self.error(key.expr.pos, f"duplicate key {shown} in map literal")
                    continue
                seen.add(typed)
            self.element(entry.value, m.elem, "map literal")


def field_path(struct: t.Struct, path: tuple[int, ...]) -> str:
    """The fields on `path`, as a selector."""
    names: list[str] = []
    kind: t.Type = struct
    for i in path:
        u = kind.underlying
        assert isinstance(u, t.Struct)
        names.append(u.fields[i].name)
        kind = u.fields[i].type
        kind = kind.elem if isinstance(kind, t.Pointer) else kind
    return ".".join(names)
