"""The types of Go that the simulator knows.

Problem. Go's rules compare types by structure, except that each named type is itself
alone; messages must spell types as gc does.

Rejected. Strings as types: `chan (<-chan int)` and `chan<- chan int` differ by a bracket.

Invariant. Two types are identical in Go's sense exactly when they are equal in Python's:
parameter names and the names byte and rune, which messages show, take no part in the
comparison. Only a Named is changed after it was made: when its declaration is resolved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, eq=False)
class Type:
    """Any type."""

    @property
    def underlying(self) -> Type:
        """The type without its name."""
        return self

    def __reduce__(self) -> Any:
        """Pickled by its fields, so that a type in a cycle has its hash as soon as it exists."""
        return type(self), tuple(getattr(self, f.name) for f in fields(self))


# Packages whose names internal packages of the real library have too: gc then writes their paths.
_SHARED_NAMES = frozenset(("sync", "sync/atomic", "strconv"))


@dataclass(frozen=True)
class Basic(Type):
    """A predeclared type.

    `kind` is int, float, complex, string, bool, unsafe, nil or invalid; `bits` is negative for
    unsigned integers and 0 for untyped constants; `id` tells types apart (uint8 for byte).
    """

    name: str = field(compare=False)
    kind: str
    bits: int = 64
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self.name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Named(Type):
    """A defined type, compared by identity; instances of a generic type are made once each.

    `base` is set when its declaration has been resolved (a type may refer to itself), and is
    never itself a Named. `methods` are those declared on T and on *T; an instance has none of
    its own: see `gosched_edu.golang.lookup`.
    """

    package: str  # path; "" for the universe (error, comparable), "main" for the program
    name: str
    base: Type | None = None
    methods: dict[str, Any] = field(default_factory=dict)  # name -> objects.Function
    args: tuple[Type, ...] = ()  # of an instance
    origin: Named | None = None  # the generic type it is an instance of
    local: int = 0  # of types declared in functions: tells types of one name apart
    params: tuple[TypeParam, ...] = ()  # of a generic type
    instances: dict[tuple[Type, ...], Named] = field(default_factory=dict)

    __reduce__ = object.__reduce__

    right: Type | None = None  # of a declaration whose right side was incomplete

    def generalize(self, params: tuple[TypeParam, ...]) -> None:
        """Make it a generic type."""
        object.__setattr__(self, "params", params)

    def complete(self, right: Type) -> None:
        """Set what stands on the right side of the declaration."""
        base = right.underlying
        object.__setattr__(self, "right", right)
        object.__setattr__(self, "base", None if base == INVALID else base)

    @property
    def underlying(self) -> Type:
        if self.base is not None:
            return self.base
        base: Type = INVALID
        if self.origin is not None and (of := self.origin.underlying) != INVALID:
            from gosched_edu.golang.subst import substitute

            base = substitute(of, dict(zip(self.origin.params, self.args, strict=True)))
        elif (right := self.right) is not None:
            object.__setattr__(self, "right", None)  # a cycle ends here
            base = right.underlying
            object.__setattr__(self, "right", right)
        if base != INVALID:
            object.__setattr__(self, "base", base)
        return base

    def __str__(self) -> str:
        """As gc writes it in messages: with the last element of the package path, main's without."""
        short = self.package.rpartition("/")[2]
        if self.package in _SHARED_NAMES:
            short = f'"{self.package}"'
        args = f"[{', '.join(map(str, self.args))}]" if self.args else ""
        return f"{short}.{self.name}{args}" if short and short != "main" else self.name + args


@dataclass(frozen=True, eq=False)
class TypeParam(Type):
    """A type parameter; `constraint`, an Interface (or a Named one), is set once it is known."""

    name: str
    index: int
    constraint: Type | None = None
    where: str = ""  # of its declaration, for messages

    __reduce__ = object.__reduce__

    def constrain(self, constraint: Type) -> None:
        object.__setattr__(self, "constraint", constraint)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Pointer(Type):
    elem: Type

    def __str__(self) -> str:
        return f"*{self.elem}"


@dataclass(frozen=True)
class Chan(Type):
    """`dir` is "both", "send" or "recv"."""

    dir: str
    elem: Type

    def __str__(self) -> str:
        if self.dir == "send":
            return f"chan<- {self.elem}"
        if self.dir == "recv":
            return f"<-chan {self.elem}"
        if isinstance(self.elem, Chan) and self.elem.dir == "recv":
            return f"chan ({self.elem})"
        return f"chan {self.elem}"


@dataclass(frozen=True)
class StructField:
    """A field; an embedded one has the name of its type."""

    name: str
    type: Type
    embedded: bool = False
    tag: bytes = b""
    package: str = "main"  # tells unexported fields of different packages apart

    def __str__(self) -> str:
        text = str(self.type) if self.embedded else f"{self.name} {self.type}"
        return f"{text} {_quoted(self.tag)}" if self.tag else text


@dataclass(frozen=True)
class Struct(Type):
    """A struct."""

    fields: tuple[StructField, ...] = ()

    def __str__(self) -> str:
        return f"struct{{{'; '.join(map(str, self.fields))}}}"


@dataclass(frozen=True)
class Array(Type):
    length: int
    elem: Type

    def __str__(self) -> str:
        return f"[{self.length}]{self.elem}"


@dataclass(frozen=True)
class Slice(Type):
    elem: Type

    def __str__(self) -> str:
        return f"[]{self.elem}"


@dataclass(frozen=True)
class Map(Type):
    key: Type
    elem: Type

    def __str__(self) -> str:
        return f"map[{self.key}]{self.elem}"


@dataclass(frozen=True)
class Method:
    """A method of an interface."""

    name: str
    type: Func
    package: str = ""  # of an unexported one

    def __str__(self) -> str:
        return self.name + str(self.type).removeprefix("func")


@dataclass(frozen=True)
class Term:
    tilde: bool
    type: Type

    def __str__(self) -> str:
        return ("~" if self.tilde else "") + str(self.type)


@dataclass(frozen=True)
class Interface(Type):
    """An interface: all its methods, sorted by name, embedded ones included.

    `terms` is None for an ordinary interface; a constraint's type set otherwise. `implicit`
    is a constraint written without ``interface{}``; `text` is how it is written in messages, where
    what it embeds is not visible in the rest.
    """

    methods: tuple[Method, ...] = ()
    terms: tuple[Term, ...] | None = None
    comparable: bool = False
    implicit: bool = field(default=False, compare=False)
    alias: str = field(default="", compare=False)  # "any"
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.text:
            return self.text
        if self.implicit and self.terms is not None:
            return " | ".join(map(str, self.terms))
        if not self.methods and self.terms is None:
            return self.alias or ("comparable" if self.comparable else "interface{}")
        parts = [str(m) for m in self.methods]
        if self.terms is not None:
            parts.append(" | ".join(map(str, self.terms)))
        return f"interface{{{'; '.join(parts)}}}"


@dataclass(frozen=True)
class Func(Type):
    """A function type; the last parameter of a variadic one is a slice."""

    params: tuple[Type, ...]
    results: tuple[Type, ...]
    param_names: tuple[str, ...] = field(default=(), compare=False)
    result_names: tuple[str, ...] = field(default=(), compare=False)
    variadic: bool = False

    def __str__(self) -> str:
        out = f"func({_fields(self.params, self.param_names, self.variadic)})"
        if len(self.results) == 1 and not any(self.result_names):
            return f"{out} {self.results[0]}"
        return f"{out} ({_fields(self.results, self.result_names)})" if self.results else out


@dataclass(frozen=True)
class Tuple(Type):
    """The results of a call that has not exactly one."""

    types: tuple[Type, ...]
    names: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"({_fields(self.types, self.names)})"


def _quoted(tag: bytes) -> str:
    text = tag.decode("utf-8", "backslashreplace").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _fields(types: tuple[Type, ...], names: tuple[str, ...], variadic: bool = False) -> str:
    words = [str(t) for t in types]
    if variadic and words:
        last = types[-1]
        words[-1] = "..." + (str(last.elem) if isinstance(last, Slice) else str(last))
    if any(names):
        words = [f"{n} {w}" for n, w in zip(names, words, strict=True)]
    return ", ".join(words)


INVALID = Basic("invalid type", "invalid")
BOOL = Basic("bool", "bool", 1)
INT = Basic("int", "int", 64)
INT8 = Basic("int8", "int", 8)
INT16 = Basic("int16", "int", 16)
INT32 = Basic("int32", "int", 32)
INT64 = Basic("int64", "int", 64)
UINT = Basic("uint", "int", -64)
UINT8 = Basic("uint8", "int", -8)
UINT16 = Basic("uint16", "int", -16)
UINT32 = Basic("uint32", "int", -32)
UINT64 = Basic("uint64", "int", -64)
UINTPTR = Basic("uintptr", "int", -64)
FLOAT32 = Basic("float32", "float", 32)
FLOAT64 = Basic("float64", "float", 64)
COMPLEX64 = Basic("complex64", "complex", 64)
COMPLEX128 = Basic("complex128", "complex", 128)
STRING = Basic("string", "string")
UNSAFE_POINTER = Basic("unsafe.Pointer", "unsafe")
BYTE = Basic("byte", "int", -8, "uint8")
RUNE = Basic("rune", "int", 32, "int32")

UNTYPED_BOOL = Basic("untyped bool", "bool", 0)
UNTYPED_INT = Basic("untyped int", "int", 0)
UNTYPED_RUNE = Basic("untyped rune", "int", 0)
UNTYPED_FLOAT = Basic("untyped float", "float", 0)
UNTYPED_COMPLEX = Basic("untyped complex", "complex", 0)
UNTYPED_STRING = Basic("untyped string", "string", 0)
UNTYPED_NIL = Basic("untyped nil", "nil", 0)

#: The types that need no declaration.
PREDECLARED: tuple[Basic, ...] = (
    BOOL, INT, INT8, INT16, INT32, INT64, UINT, UINT8, UINT16, UINT32, UINT64, UINTPTR, FLOAT32,
    FLOAT64, COMPLEX64, COMPLEX128, STRING, BYTE, RUNE,
)  # fmt: skip

_DEFAULTS = {
    UNTYPED_INT: INT,
    UNTYPED_RUNE: RUNE,
    UNTYPED_FLOAT: FLOAT64,
    UNTYPED_COMPLEX: COMPLEX128,
    UNTYPED_STRING: STRING,
    UNTYPED_BOOL: BOOL,
}
# Of two untyped numbers the later kind wins.
_RANK: dict[Type, int] = {UNTYPED_INT: 0, UNTYPED_RUNE: 1, UNTYPED_FLOAT: 2, UNTYPED_COMPLEX: 3}

EMPTY_STRUCT = Struct()
VOID = Tuple(())
ANY = Interface(alias="any")
ERROR = Named("", "error", Interface((Method("Error", Func((), (STRING,))),)))
COMPARABLE = Named("", "comparable", Interface((), None, True))


def is_untyped(t: Type) -> bool:
    """Whether `t` is the type of an untyped constant, comparison or nil."""
    return isinstance(t, Basic) and t.bits == 0


def default(t: Type) -> Type:
    """The type that an untyped value takes where none is asked for."""
    return _DEFAULTS.get(t, t) if isinstance(t, Basic) else t


def kind(t: Type) -> str:
    """The kind of the basic type under `t`, or "" if it is no basic type."""
    u = t.underlying
    return u.kind if isinstance(u, Basic) else ""


def is_numeric(t: Type) -> bool:
    return kind(t) in ("int", "float", "complex")


def is_integer(t: Type) -> bool:
    return kind(t) == "int"


def is_interface(t: Type) -> bool:
    """Whether `t` is an interface type (a type parameter is none)."""
    return isinstance(t.underlying, Interface)


def has_name(t: Type) -> bool:
    """Whether `t` is a predeclared or declared type or a type parameter."""
    return isinstance(t, (Basic, Named, TypeParam))


def has_nil(t: Type) -> bool:
    """Whether nil is a value of `t`."""
    if t == UNTYPED_NIL or kind(t) == "unsafe":
        return True
    if isinstance(t, TypeParam):
        return all_types(t, has_nil, False)
    return isinstance(t.underlying, (Pointer, Chan, Func, Slice, Map, Interface))


def is_comparable(t: Type) -> bool:
    """Whether == applies to values of `t`; interfaces may panic."""
    u = t.underlying
    match u:
        case Func() | Slice() | Map():
            return False
        case Struct():
            return all(is_comparable(f.type) for f in u.fields)
        case Array():
            return is_comparable(u.elem)
        case TypeParam():
            return u.constraint is not None and all_types(u, is_comparable, False)
    return True


def all_types(p: Type, holds: Callable[[Type], bool], empty: bool) -> bool:
    """Whether `holds` for each type that type parameter or constraint `p` stands for.

    `empty` is the answer where the constraint names no types (but for comparable ones).
    """
    c = p.constraint if isinstance(p, TypeParam) else p
    i = c.underlying if c is not None else None
    if not isinstance(i, Interface):
        return empty
    if i.terms is None:
        return i.comparable or empty if holds is is_comparable else empty
    return bool(i.terms) and all(holds(term.type) for term in i.terms)


def composite_kind(t: Type) -> str:
    """gc's word for what `t` is made of; "" for basic types."""
    names = {
        Pointer: "pointer", Chan: "chan", Func: "func", Struct: "struct", Tuple: "tuple",
        Array: "array", Slice: "slice", Map: "map", Interface: "interface",
        TypeParam: "type parameter",
    }  # fmt: skip
    return names.get(type(t.underlying), "")


def wider(a: Type, b: Type) -> Type | None:
    """The kind that two untyped operands take together, None if there is none."""
    if a == b:
        return a
    if a in _RANK and b in _RANK:
        return a if _RANK[a] > _RANK[b] else b
    return None
