"""Type descriptors: what a running program knows about a type.

Problem. Interfaces, printing, maps and panics need types at run time.

Rejected. A table in Python beside the image: Go code in golib has to read it.

Invariant. Two types have the same descriptor exactly if they are identical; the words are
those of struct Type in golib/internal/abi.
"""

from __future__ import annotations

from gosched_edu.golang import layout
from gosched_edu.golang import types as t
from gosched_edu.golang.naming import type_name
from gosched_edu.golang.objectfile import Address, Descriptor, Text

Word = int | Address

#: Words of a descriptor, and where some of them are.
SIZE = 23
ID, POINTER_TO, METHODS, SIGNATURE = 13, 16, 17, 20
_FIELDS = 9
FIELD_WORDS = 7
COMPARABLE, NAMED, NOSCAN, MEMORY = 1, 2, 4, 8
EMBEDDED, EXPORTED = 1, 2

_KINDS = (
    "invalid bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 float64 "
    "complex64 complex128 array chan func interface map pointer slice string struct unsafe.Pointer"
).split()
_NUMBER = {name: i for i, name in enumerate(_KINDS)}
_DIRECTIONS = {"recv": 1, "send": 2, "both": 3}


def kind_number(kind: t.Type) -> int:
    """reflect.Kind of a type."""
    u = kind.underlying
    if isinstance(u, t.Basic):
        return _NUMBER[u.id]
    return _NUMBER[t.composite_kind(u)]


def fields_of(kind: t.Type) -> tuple[tuple[str, t.Type, int, int, str], ...]:
    """Name, type, offset in words, flags and tag of each field of a struct."""
    u = kind.underlying
    if not isinstance(u, t.Struct):
        return ()
    return tuple(
        (
            f.name,
            f.type,
            layout.offset(u, i),
            EMBEDDED * f.embedded + EXPORTED * f.name[:1].isupper(),
            f.tag.decode("utf-8", "surrogateescape"),
        )
        for i, f in enumerate(u.fields)
    )


def _string(text: str) -> tuple[Word, Word]:
    data = text.encode("utf-8", "surrogateescape")
    return (Address(Text(data)) if data else 0), len(data)


def descriptor(kind: t.Type, number: int, main: str) -> tuple[list[Word], list[Word]]:
    """The words of a descriptor, and those of its fields, which lie right behind it."""
    u = kind.underlying
    elem: Word = 0
    key: Word = 0
    if isinstance(u, (t.Pointer, t.Slice, t.Array, t.Chan, t.Map)):
        elem = Address(Descriptor(u.elem))
    if isinstance(u, t.Map):
        key = Address(Descriptor(u.key))
    extra = 0
    if isinstance(u, t.Array):
        extra = u.length
    elif isinstance(u, t.Chan):
        extra = _DIRECTIONS[u.dir]
    elif isinstance(u, t.Interface):
        extra = len(u.methods)
    fields = fields_of(kind)
    at: Word = Address(Descriptor(kind), SIZE) if fields else 0
    shape = layout.layout(kind)
    flags = COMPARABLE * t.is_comparable(kind) | NOSCAN * (not shape.pointers) | MEMORY * shape.memory
    short = ""
    if isinstance(kind, t.Named):
        short = type_name(kind, main)
        short = short.partition(".")[2] if kind.package else short
    elif isinstance(kind, t.Basic):
        short = type_name(kind, main)
    if short:
        flags |= NAMED
    words: list[Word] = [
        kind_number(kind), shape.size, shape.words, layout.slots(kind), *_string(type_name(kind, main)),
        elem, key, extra, at, len(fields), len(fields), flags, number, *_string(short), *[0] * 7,
    ]  # fmt: skip
    table: list[Word] = []
    for name, each, offset, bits, tag in fields:
        table += [*_string(name), Address(Descriptor(each)), offset, bits, *_string(tag)]
    return words, table
