"""``==`` and ``!=`` on values of any comparable type.

Problem. Words, floats, strings, interfaces, structs and arrays are equal in different ways,
and comparing interfaces may panic, so the parts must be compared in order.

Rejected. Calling the runtime's comparison by type descriptor for everything: ten times the
instructions for two words.

Invariant. `unequal` falls through exactly if the values are equal. Fields called ``_`` take
no part. What two interface values hold is compared by the runtime (alg.go:efaceeq), after
their types have been found to be the same.
"""

from __future__ import annotations

from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.layout import is_memory, offset, slots, words
from gosched_edu.golang.lower_memory import MemoryLowering

_UNROLLED = 8


class EqualLowering(MemoryLowering):
    """Lowers comparisons for equality."""

    def descriptor(self, kind: t.Type, target: int | None = None) -> int:
        """A slot with the address of the type descriptor of `kind`."""
        raise NotImplementedError

    def runtime(self, name: str, kinds: tuple[t.Type, ...], args: list[tuple[int, int]]) -> int:
        """Call a function of package runtime with runs of slots: the slot of its first result."""
        raise NotImplementedError

    def unequal(self, kind: t.Type, a: int, b: int, label: Label) -> None:
        """Go forward to `label` if the values of type `kind` at slots `a` and `b` differ."""
        mark = self.out.top
        u = kind.underlying
        match u:
            case t.Interface():
                self.out.emit("JNE", a, b, label)
                same = self.runtime("efaceeq", (), [(a, 2), (b, 2)])
                self.out.emit("JZ", same, label)
            case t.Struct() if not is_memory(kind):
                at = 0
                for f in u.fields:
                    if f.name != "_":
                        self.unequal(f.type, a + at, b + at, label)
                    at += slots(f.type)
            case t.Struct() | t.Array() if words(kind):
                self._unequal_memory(kind, a, b, label)
            case t.Basic():
                self._unequal_basic(u, a, b, label)
            case t.Struct() | t.Array():
                pass
            case _:
                self.out.emit("JNE", a, b, label)
        self.out.top = mark

    def _unequal_basic(self, u: t.Basic, a: int, b: int, label: Label) -> None:
        if u.kind in ("float", "complex"):
            same = self.out.alloc()
            for i in range(slots(u)):
                self.out.emit("FEQ", same, a + i, b + i)
                self.out.emit("JZ", same, label)
        elif u.kind == "string":
            same = self.out.alloc()
            self.out.emit("SEQ", same, a, b)
            self.out.emit("JZ", same, label)
        else:
            self.out.emit("JNE", a, b, label)

    def _unequal_memory(self, kind: t.Type, a: int, b: int, label: Label) -> None:
        """The same for the values at the addresses in two slots."""
        u = kind.underlying
        if is_plain(kind) and words(kind) > _UNROLLED:
            same = self.runtime(
                "memequal", (), [(a, 1), (b, 1), (self.out.constant(words(kind)), 1)]
            )
            self.out.emit("JZ", same, label)
        elif isinstance(u, t.Array):
            if u.length * max(1, words(u.elem)) > _UNROLLED:
                args = [(self.descriptor(kind), 1), (a, 1), (b, 1)]
                self.out.emit("JZ", self.runtime("equal", (), args), label)
                return
            for i in range(u.length):
                self._unequal_at(u.elem, i * words(u.elem), a, b, label)
        else:
            assert isinstance(u, t.Struct)
            for i, f in enumerate(u.fields):
                if f.name != "_":
                    self._unequal_at(f.type, offset(u, i), a, b, label)

    def _unequal_at(self, kind: t.Type, at: int, a: int, b: int, label: Label) -> None:
        mark = self.out.top
        if is_memory(kind):
            self._unequal_memory(kind, self.at(a, at), self.at(b, at), label)
        elif words(kind):
            x, y = self.load_at(a, at, kind), self.load_at(b, at, kind)
            self.unequal(kind, x, y, label)
        self.out.top = mark

    def unequal_mixed(self, kind: t.Type, value: int, interface: int, label: Label) -> None:
        """Go forward to `label` if the interface value does not hold this value of `kind`."""
        mark = self.out.top
        self.out.emit("JNE", interface, self.descriptor(kind), label)
        data = interface + 1
        if is_memory(kind):
            self._unequal_memory(kind, value, data, label)
        elif slots(kind) == 1:
            self.unequal(kind, value, data, label)
        elif slots(kind):
            self.unequal(kind, value, self.load_at(data, 0, kind), label)
        self.out.top = mark


def is_plain(kind: t.Type) -> bool:
    """Whether values of `kind` are equal exactly if their words are."""
    u = kind.underlying
    if isinstance(u, t.Struct):
        return all(f.name != "_" and is_plain(f.type) for f in u.fields)
    if isinstance(u, t.Array):
        return is_plain(u.elem)
    if isinstance(u, t.Basic):
        return u.kind not in ("float", "complex", "string")
    return not isinstance(u, t.Interface)
