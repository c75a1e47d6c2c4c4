"""What an assignment assigns to.

Problem. The operands on the left are evaluated before the values on the right, but indices are
checked when the assignment is carried out, and map entries are made then.

Rejected. Addresses of everything on the left: an element of a map has none, and an element of
a slice of words needs none.

Invariant. Making a `Target` emits the code that evaluates the operands; `load` and `store` emit
the rest, each as often as they are called. With `hold` nothing that a later assignment of the
same statement changes is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.layout import slots, words
from gosched_edu.golang.lower_builtin import BuiltinLowering
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_index import in_memory
from gosched_edu.golang.lower_order import has_call
from gosched_edu.golang.objects import Var


@dataclass
class Target:
    """An assignable expression whose operands have been evaluated.

    Attributes
    ----------
    type : Type
        Of the expression.
    store : callable
        Emits code that assigns the value at a slot.
    load : callable
        Emits code that reads the value: the slot, which is only to be read.
    place : Place or None
        Where it is, if it is a variable in slots: values can be computed there.
    """

    type: t.Type
    store: Callable[[int], None]
    load: Callable[[], int]
    place: Place | None = None


class TargetLowering(BuiltinLowering):
    """Lowers the left sides of assignments."""

    def assignee(self, e: ast.Expr, hold: bool = False) -> Target:
        """The target that `e` is; not for the blank identifier."""
        e = ast.unparen(e)
        if isinstance(e, ast.Index):
            kind = self.kind(e.x).underlying
            if isinstance(kind, t.Map):
                return self._map_target(e, kind, hold)
            if isinstance(kind, t.Slice) and self.by_word(self.kind(e)):
                return self._word_target(e, hold)
        found = self._finder(e, hold)
        if isinstance(found, Place):
            return self._placed(found)

        def store(value: int) -> None:
            mark = self.out.top
            self.write(found(), value)
            self.out.top = mark

        return Target(self.kind(e), store, lambda: self.read(found()))

    def _finder(self, e: ast.Expr, hold: bool) -> Place | Callable[[], Place]:
        """Where `e` is, once its operands are known: at once, or by code that checks indices."""
        e = ast.unparen(e)
        if isinstance(e, ast.Index):
            return self._element_finder(e, hold)
        if isinstance(e, ast.Selector) and self.selects_variable(e):
            s = self.selection(e)
            if s.kind == "field" and not _follows_pointer(self.kind(e.x), s.path):
                base = self._finder(e.x, hold)
                if isinstance(base, Place):
                    return self.walk(base, s.path)
                return lambda: self.walk(base(), s.path)
        place = self.locate(e)
        return self._held(place) if hold and place.kind == "memory" and not self._own(e) else place

    def _element_finder(self, e: ast.Index, hold: bool) -> Callable[[], Place]:
        kind, elem = self.kind(e.x).underlying, self.kind(e)
        index = e.indices[0]
        if isinstance(kind, t.Slice):
            xs, at = self.held(e.x, 3, hold), self.held(index, 1, hold)

            def checked() -> Place:
                self.out.pos = e.pos
                return Place("memory", elem, self.checked_element(xs, at, words(elem)), checked=True)

            return checked
        base: Place | Callable[[], Place]
        if isinstance(kind, t.Pointer):
            base = Place("memory", kind.elem, self.held(e.x, 1, hold))
        else:
            base = self._finder(e.x, hold)
        i = -1 if self.info.operands[index].mode == "constant" else self.held(index, 1, hold)

        def find() -> Place:
            array = in_memory(base if isinstance(base, Place) else base())
            self.out.pos = e.pos
            return self.array_element(array, index, elem, i)

        return find

    def updated(self, e: ast.Expr, harmless: bool) -> Target:
        """The target of ``e op= y``, when y has no calls: its element is found once.

        `harmless`: y cannot panic either, so a map's entry may be made before y is evaluated.
        """
        e = ast.unparen(e)
        if not isinstance(e, ast.Index):
            return self.assignee(e)
        kind = self.kind(e.x).underlying
        if isinstance(kind, t.Map):
            if not harmless:
                return self._map_target(e, kind, False)
            args = self.map_operands(e, kind)
            self.out.pos = e.pos
            entry = self.map_call("mapref", kind, args)
            return self._placed(Place("memory", self.kind(e), entry, checked=True))
        if isinstance(kind, t.Slice) and self.by_word(self.kind(e)):
            return self._word_target(e, False)
        return self._placed(self.element(e))

    def _placed(self, place: Place) -> Target:
        return Target(
            place.type,
            lambda value: self.write(place, value),
            lambda: self.read(place),
            place if place.kind == "slots" else None,
        )

    def _own(self, e: ast.Expr) -> bool:
        """Whether `e` is a variable, whose address nothing changes."""
        return isinstance(e, ast.Ident) and isinstance(self.info.uses.get(e), Var)

    def _held(self, place: Place) -> Place:
        slot = self.out.alloc()
        self.out.move(slot, place.number)
        return Place(place.kind, place.type, slot, place.offset, place.var, place.checked)

    def held(self, e: ast.Expr, count: int, hold: bool) -> int:
        """The value of an operand, in slots of its own if `hold`."""
        return self.expr(e, self.out.alloc(count) if hold else None)

    def _map_target(self, e: ast.Index, kind: t.Map, hold: bool) -> Target:
        args = self.map_operands(e, kind, hold)

        def load() -> int:
            self.out.pos = e.pos
            return self.map_call("mapget", kind, args)

        def store(value: int) -> None:
            self.out.pos = e.pos
            self.map_store(kind, args, value)

        return Target(self.kind(e), store, load)

    def _word_target(self, e: ast.Index, hold: bool) -> Target:
        """An element of a slice that LDX and STX can move."""
        xs = self.held(e.x, 3, hold)
        i = self.held(e.indices[0], 1, hold)

        def load() -> int:
            self.out.pos = e.pos
            slot = self.out.alloc()
            self.out.emit("LDX", slot, xs, i)
            return slot

        def store(value: int) -> None:
            self.out.pos = e.pos
            self.out.emit("STX", xs, i, value)

        return Target(self.kind(e), store, load)

    def has_operand_call(self, e: ast.Expr) -> bool:
        """Whether finding what `e` assigns to calls something."""
        e = ast.unparen(e)
        if isinstance(e, ast.Index) and isinstance(self.kind(e.x).underlying, t.Map):
            return has_call(self.info, e.x) or has_call(self.info, e.indices[0])
        return has_call(self.info, e)

    def converted(self, value: int, source: t.Type, kind: t.Type) -> int:
        """The value of type `source` as it is assigned to a variable of type `kind`."""
        if not isinstance(kind.underlying, t.Interface) or t.is_interface(source):
            return value
        slot = self.out.alloc(2)
        self.box(value, source, slot)
        return slot

    def apart(self, values: list[int], kinds: list[t.Type], targets: list[Target | None]) -> list[int]:
        """`values`, with copies of those that lie in variables which the assignment changes."""
        written: set[int] = set()
        for x in targets:
            if x is not None and x.place is not None:
                written.update(range(x.place.number, x.place.number + slots(x.place.type)))
        out: list[int] = []
        for value, kind in zip(values, kinds, strict=True):
            count = slots(kind)
            if written.intersection(range(value, value + count)):
                copy = self.out.alloc(count)
                self.move(copy, value, count)
                value = copy
            out.append(value)
        return out


def _follows_pointer(kind: t.Type, path: tuple[int, ...]) -> bool:
    """Whether a path of fields leads through a pointer."""
    for i in path:
        u = kind.underlying
        if isinstance(u, t.Pointer):
            return True
        assert isinstance(u, t.Struct)
        kind = u.fields[i].type
    return False
