"""The types of Go that the simulator knows.

Problem. Go's rules compare types by structure, except that each named type is itself
alone; messages must spell types as gc does.

Rejected. Strings as types: `chan (<-chan int)` and `chan<- chan int` differ by a bracket.

Invariant. Two types are identical in Go's sense exactly when they are equal in Python's:
parameter names, which messages show, take no part in the comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Type:
    """Any type."""

    @property
    def underlying(self) -> Type:
        """The type without its name."""
        return self


@dataclass(frozen=True)
class Basic(Type):
    """A predeclared type; `kind` is int, float, string, bool, nil or invalid."""

    name: str
    kind: str
    bits: int = 64

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Named(Type):
    """A defined type, compared by identity; instances of a generic type are made once each.

    `base` is set when its declaration has been resolved (a type may refer to itself), and is
    never itself a Named. `methods` are those declared on T and on *T.
    """

    package: str  # path; "" for the universe (error, comparable), "main" for the program
    name: str
    base: Type | None = None
    methods: dict[str, object] = field(default_factory=dict)  # name -> objects.Function
    args: tuple[Type, ...] = ()  # of an instance
    origin: Named | None = None  # the generic type it is an instance of
    local: int = 0  # of types declared in functions: tells types of one name apart

    @property
    def underlying(self) -> Type:
        return self.base if self.base is not None else INVALID

    def __str__(self) -> str:
        """As gc and %T write it: with the last element of the package path, main's without in gc's messages."""
        short = self.package.rpartition("/")[2]
        args = f"[{','.join(map(str, self.args))}]" if self.args else ""
        return f"{short}.{self.name}{args}" if short and short != "main" else self.name + args


@dataclass(frozen=True, eq=False)
class TypeParam(Type):
    """A type parameter; `constraint` is an Interface (or a Named one)."""

    name: str
    index: int
    constraint: Type | None = None

    @property
    def underlying(self) -> Type:
        return self

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
        return text


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

    `terms` is None for an ordinary interface; a constraint's type set otherwise.
    """

    methods: tuple[Method, ...] = ()
    terms: tuple[Term, ...] | None = None
    comparable: bool = False

    def __str__(self) -> str:
        if not self.methods and self.terms is None:
            return "comparable" if self.comparable else "any"
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
        out = f"func({_fields(self.params, self.param_names)})"
        if len(self.results) == 1 and not any(self.result_names):
            return f"{out} {self.results[0]}"
        return f"{out} ({_fields(self.results, self.result_names)})" if self.results else out


@dataclass(frozen=True)
class Tuple(Type):
    """The results of a call that has not exactly one."""

    types: tuple[Type, ...]

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.types))})"


def _fields(types: tuple[Type, ...], names: tuple[str, ...]) -> str:
    if any(names):
        return ", ".join(f"{n} {t}" for n, t in zip(names, types, strict=True))
    return ", ".join(map(str, types))


INVALID = Basic("invalid type", "invalid")
INT = Basic("int", "int")
INT64 = Basic("int64", "int")
STRING = Basic("string", "string")
BOOL = Basic("bool", "bool")
# Constants only: there are no variables of these types in this edition.
RUNE = Basic("rune", "int", 32)
FLOAT64 = Basic("float64", "float")
UINT = Basic("uint", "int", -64)

UNTYPED_INT = Basic("untyped int", "int", 0)
UNTYPED_RUNE = Basic("untyped rune", "int", 0)
UNTYPED_FLOAT = Basic("untyped float", "float", 0)
UNTYPED_STRING = Basic("untyped string", "string", 0)
UNTYPED_BOOL = Basic("untyped bool", "bool", 0)
UNTYPED_NIL = Basic("untyped nil", "nil", 0)

_DEFAULTS = {
    UNTYPED_INT: INT,
    UNTYPED_RUNE: RUNE,
    UNTYPED_FLOAT: FLOAT64,
    UNTYPED_STRING: STRING,
    UNTYPED_BOOL: BOOL,
}
# Of two untyped numbers the later kind wins.
_RANK = {UNTYPED_INT: 0, UNTYPED_RUNE: 1, UNTYPED_FLOAT: 2}

EMPTY_STRUCT = Struct()
VOID = Tuple(())


def is_untyped(t: Type) -> bool:
    """Whether `t` is the type of an untyped constant, comparison or nil."""
    return isinstance(t, Basic) and t.name.startswith("untyped")


def default(t: Type) -> Type:
    """The type that an untyped value takes where none is asked for."""
    return _DEFAULTS.get(t, t) if isinstance(t, Basic) else t


def kind(t: Type) -> str:
    """The kind of the basic type under `t`, or "" if it is no basic type."""
    u = t.underlying
    return u.kind if isinstance(u, Basic) else ""


def is_numeric(t: Type) -> bool:
    return kind(t) in ("int", "float")


def is_integer(t: Type) -> bool:
    return kind(t) == "int"


def has_nil(t: Type) -> bool:
    """Whether nil is a value of `t`."""
    return t == UNTYPED_NIL or isinstance(t.underlying, (Pointer, Chan, Func))


def is_comparable(t: Type) -> bool:
    """Whether == applies to values of `t`."""
    return not isinstance(t.underlying, Func)


def composite_kind(t: Type) -> str:
    """gc's word for what `t` is made of; "" for basic types."""
    names = {Pointer: "pointer", Chan: "chan", Func: "func", Struct: "struct", Tuple: "tuple"}
    return names.get(type(t.underlying), "")


def wider(a: Type, b: Type) -> Type | None:
    """The kind that two untyped operands take together, None if there is none."""
    if a == b:
        return a
    if a in _RANK and b in _RANK:
        return a if _RANK[a] > _RANK[b] else b  # type: ignore[index]
    return None
