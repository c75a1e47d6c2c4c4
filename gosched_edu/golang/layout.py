"""How values lie in memory and in frames: in words here, in bytes in Go's eyes.

Problem. The machine's memory is words; programs ask `unsafe.Sizeof`, and the book shows
sizes, in Go's bytes. Some values are too large for a frame, or are indexed by variables.

Rejected. Bytes in the machine: eight times the work for every byte that Go would save.

Chosen. A value is a run of words: one for most types, two for a string, an interface and a
complex number, three for a slice, the runs of the fields or elements for structs and
arrays. A *memory type* (one with an array in it, or of more than `MOST_SLOTS` words) is not
held in a frame: as a value it is one slot, the address of a copy that nobody changes.

Invariant. ``slots(T) == words(T)`` unless T is a memory type; then ``slots(T) == 1``.
"""

from __future__ import annotations

from typing import NamedTuple

from gosched_edu.golang import types as t

MOST_SLOTS = 16
_BIG = 1 << 40


class Layout(NamedTuple):
    """Of one type: words in memory, whether it is a memory type, Go's bytes and alignment."""

    words: int
    memory: bool
    size: int
    align: int
    pointers: bool  # whether a pointer may be in it: the collector has to look


def layout(kind: t.Type) -> Layout:
    """The layout of a type without type parameters."""
    found = kind.__dict__.get("_layout")
    if found is None:
        found = _layout(kind)
        if kind.underlying != t.INVALID:
            object.__setattr__(kind, "_layout", found)
    return found


def words(kind: t.Type) -> int:
    """Words of a `kind` in memory."""
    return layout(kind).words


def slots(kind: t.Type) -> int:
    """Slots of a value of type `kind` in a frame."""
    found = layout(kind)
    return 1 if found.memory else found.words


def is_memory(kind: t.Type) -> bool:
    """Whether values of type `kind` are handled by their address."""
    return layout(kind).memory


def gosize(kind: t.Type) -> int:
    """What ``unsafe.Sizeof`` says on linux/amd64."""
    return layout(kind).size


def galign(kind: t.Type) -> int:
    """What ``unsafe.Alignof`` says on linux/amd64."""
    return layout(kind).align


def has_pointers(kind: t.Type) -> bool:
    """Whether the collector must look into values of type `kind`."""
    return layout(kind).pointers


def offset(struct: t.Struct, index: int) -> int:
    """The word where field `index` of a struct begins."""
    return sum(words(f.type) for f in struct.fields[:index])


def gooffset(struct: t.Struct, index: int) -> int:
    """What ``unsafe.Offsetof`` says of field `index`."""
    at = 0
    for i, f in enumerate(struct.fields):
        size, align = gosize(f.type), galign(f.type)
        at = (at + align - 1) // align * align
        if i == index:
            break
        at += size
    return at


def total(types: tuple[t.Type, ...] | list[t.Type]) -> int:
    """Slots of several values, one behind the other."""
    return sum(slots(x) for x in types)


def _layout(kind: t.Type) -> Layout:
    u = kind.underlying
    match u:
        case t.Basic():
            size = abs(u.bits) // 8 or 1
            if u.kind == "string":
                return Layout(2, False, 16, 8, True)
            if u.kind == "complex":
                return Layout(2, False, size, size // 2, False)
            if u.kind in ("int", "float", "bool"):
                return Layout(1, False, size, size, False)
            return Layout(1, False, 8, 8, True)
        case t.Slice():
            return Layout(3, False, 24, 8, True)
        case t.Interface():
            return Layout(2, False, 16, 8, True)
        case t.Array():
            e = layout(u.elem)
            n = u.length * e.words
            return Layout(n, n > 0, u.length * e.size, e.align, e.pointers and n > 0)
        case t.Struct():
            return _struct(u)
        case t.TypeParam():
            raise AssertionError(f"type parameter {u} has no layout")
    return Layout(1, False, 8, 8, True)


def _struct(u: t.Struct) -> Layout:
    inner = [layout(f.type) for f in u.fields]
    n = sum(x.words for x in inner)
    size, align = 0, 1
    for x in inner:
        size = (size + x.align - 1) // x.align * x.align + x.size
        align = max(align, x.align)
    if inner and inner[-1].size == 0 and size > 0:
        size += 1  # so that a pointer to the last field is not one past the struct
    size = (size + align - 1) // align * align
    memory = n > MOST_SLOTS or any(x.memory for x in inner)
    return Layout(n, memory, size, align, any(x.pointers for x in inner))
