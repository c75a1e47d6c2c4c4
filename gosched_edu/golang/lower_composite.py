"""Composite literals to instructions.

Problem. A literal may be a value in slots, a value in memory, or a new variable whose address
is wanted; its elements may be literals themselves, which must not be made twice.

Rejected. Making every literal as a value and copying it to its place: a table of a hundred
structs would be moved a hundred times.

Invariant. `fill_at` writes the elements that are written in the source, in their order, to
memory that is zero. Elements are evaluated in the order of the source; the parts of a literal
in slots that are left out are set to zero before.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.layout import is_memory, offset, slots, words
from gosched_edu.golang.lower_index import IndexLowering


class CompositeLowering(IndexLowering):
    """Lowers composite literals."""

    def composite(self, e: ast.Composite, target: int | None = None) -> int:
        """The value of a literal, or the address if it means ``&T{...}``."""
        kind = self.kind(e)
        u = kind.underlying
        match u:
            case t.Pointer():
                return self.new_literal(e, u.elem, target)
            case t.Slice():
                return self._slice(e, u, target)
            case t.Map():
                return self._map(e, u, target)
            case t.Struct() if not is_memory(kind):
                return self._struct(e, u, target)
        if is_memory(kind):
            return self.new_literal(e, kind, target)
        return self.out.top if target is None else target

    def new_literal(self, e: ast.Composite, kind: t.Type, target: int | None = None) -> int:
        """The address of a new variable of type `kind` with the value of literal `e`."""
        slot = self.dest(target)
        mark = self.out.top
        # The elements may read the variable that the literal goes to.
        fresh = self.out.alloc()
        self.out.pos = e.pos
        if isinstance(kind.underlying, (t.Struct, t.Array)):
            self.new(kind, fresh)
            self.fill_at(e, kind, fresh, 0)
        else:
            self.new_with(kind, self.literal_of(e, kind), fresh)
        self.out.move(slot, fresh)
        self.out.top = mark
        return slot

    def literal_of(self, e: ast.Composite, kind: t.Type, target: int | None = None) -> int:
        """The value of literal `e`, a slice or a map, as a `kind`."""
        u = kind.underlying
        if isinstance(u, t.Slice):
            return self._slice(e, u, target)
        assert isinstance(u, t.Map)
        return self._map(e, u, target)

    # --- structs and arrays ----------------------------------------------------------------

    def fields(self, e: ast.Composite, struct: t.Struct) -> list[tuple[tuple[int, ...], ast.Expr]]:
        """The elements of a struct literal with the paths of their fields."""
        out: list[tuple[tuple[int, ...], ast.Expr]] = []
        for i, element in enumerate(e.elements):
            if isinstance(element, ast.KeyValue):
                assert isinstance(element.key, ast.Ident)
                out.append((self.info.literal_fields[element.key], element.value))
            else:
                out.append(((i,), element))
        return out

    def _struct(self, e: ast.Composite, struct: t.Struct, target: int | None) -> int:
        count = slots(struct)
        given = self.fields(e, struct)
        # A field's value may read the variable that the literal goes to.
        direct = target is not None and len(given) == 1 == len(struct.fields)
        run = target if direct and target is not None else self.out.alloc(count)
        mark = self.out.top
        places = [_path(struct, path) for path, _ in given]
        covered = {at + i for at, kind in places for i in range(slots(kind))}
        self.out.pos = e.pos
        for i in range(count):
            if i not in covered:
                self.out.constant(0, run + i)
        for (at, kind), (_, value) in zip(places, given, strict=True):
            self.value_as(value, kind, run + at)
            self.out.top = mark
        if target is None or run == target:
            return run
        self.move(target, run, count)
        self.out.top = run
        return target

    def fill_at(self, e: ast.Composite, kind: t.Type, address: int, at: int) -> None:
        """Write the elements of a struct or array literal to zero memory."""
        u = kind.underlying
        if isinstance(u, t.Struct):
            for path, value in self.fields(e, u):
                place, field = _path_in_memory(u, path)
                self.put_at(value, field, address, at + place)
        else:
            assert isinstance(u, t.Array)
            for i, value in self.elements(e):
                self.put_at(value, u.elem, address, at + i * words(u.elem))

    def put_at(self, value: ast.Expr, kind: t.Type, address: int, at: int) -> None:
        """Store the value of an element in memory that is zero."""
        mark = self.out.top
        inner = ast.unparen(value)
        inline = isinstance(kind.underlying, (t.Struct, t.Array)) and self.kind(value) == kind
        if isinstance(inner, ast.Composite) and inline:
            self.fill_at(inner, kind, address, at)
        elif not self._is_zero(value, kind):
            slot = self.value_as(value, kind)
            self.out.pos = value.pos
            self.store_at(address, at, kind, slot)
        self.out.top = mark

    def _is_zero(self, e: ast.Expr, kind: t.Type) -> bool:
        """Whether `e` is the zero value of `kind`, which is there already."""
        x = self.info.operands[e]
        if isinstance(kind.underlying, t.Interface):
            return x.mode == "nil"
        return x.mode in ("constant", "nil") and not x.value

    def elements(self, e: ast.Composite) -> list[tuple[int, ast.Expr]]:
        """The elements of an array or slice literal with their indices."""
        out: list[tuple[int, ast.Expr]] = []
        at = 0
        for element in e.elements:
            if isinstance(element, ast.KeyValue):
                value = self.info.operands[element.key].value
                assert isinstance(value, int)
                at = value
                element = element.value
            out.append((at, element))
            at += 1
        return out

    # --- slices and maps ---------------------------------------------------------------------

    def _slice(self, e: ast.Composite, kind: t.Slice, target: int | None) -> int:
        given = self.elements(e)
        length = max((i + 1 for i, _ in given), default=0)
        slot = self.dest(target, 3)
        mark = self.out.top
        base = self.out.alloc()
        self.out.pos = e.pos
        self.new_array(kind.elem, self.out.constant(length), base)
        for i, value in given:
            self.put_at(value, kind.elem, base, i * words(kind.elem))
        self.out.move(slot, base)
        self.out.constant(length, slot + 1)
        self.out.constant(length, slot + 2)
        self.out.top = mark
        return slot

    def new_array(self, elem: t.Type, count: int, target: int) -> None:
        """`target` = the address of as many new elements as slot `count` says."""
        raise NotImplementedError

    def _map(self, e: ast.Composite, kind: t.Map, target: int | None) -> int:
        slot = self.dest(target)
        mark = self.out.top
        self.out.pos = e.pos
        kinds = (kind.key, kind.elem)
        entries = [x for x in e.elements if isinstance(x, ast.KeyValue)]
        count = self.out.constant(len(e.elements))
        made = self.out.alloc()
        self.out.move(made, self.runtime("mapmake", kinds, [(count, 1)]))
        self.out.top = made + 1
        for entry in entries:
            inner = self.out.top
            hoisted = self.hoist([entry.key, entry.value])
            key = self.value_as(entry.key, kind.key)
            value = self.value_as(entry.value, kind.elem)
            self.out.pos = entry.pos
            self.runtime(
                "mapset", kinds, [(made, 1), (key, slots(kind.key)), (value, slots(kind.elem))]
            )
            self.unready(hoisted)
            self.out.top = inner
        self.out.move(slot, made)
        self.out.top = mark
        return slot


def _path(struct: t.Struct, path: tuple[int, ...]) -> tuple[int, t.Type]:
    """The first slot of a field of a struct in slots, and its type."""
    at, kind = 0, t.Type()
    u: t.Type = struct
    for i in path:
        assert isinstance(u, t.Struct)
        at += sum(slots(f.type) for f in u.fields[:i])
        kind = u.fields[i].type
        u = kind.underlying
    return at, kind


def _path_in_memory(struct: t.Struct, path: tuple[int, ...]) -> tuple[int, t.Type]:
    """The offset of a field in memory, and its type."""
    at, kind = 0, t.Type()
    u: t.Type = struct
    for i in path:
        assert isinstance(u, t.Struct)
        at += offset(u, i)
        kind = u.fields[i].type
        u = kind.underlying
    return at, kind
