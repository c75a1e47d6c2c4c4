"""The syntax tree of a Go program.

Problem. The tree that the parser library hands over mirrors tokens, is untyped, and its
node names may change with the grammar's release.

Rejected. Checking and lowering the library's nodes directly.

Invariant. Nodes are immutable and compared by identity, so the checker can keep what it
learns in tables keyed by node. `pos` is the first byte of the node, which is where gc
reports errors about it. Types are expressions, as in the grammar of Go itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from gosched_edu.golang.errors import Pos


@dataclass(frozen=True, eq=False)
class Node:
    """Anything with a place in the source."""

    pos: Pos


class Expr(Node):
    """An expression or a type."""


class Stmt(Node):
    """A statement."""


@dataclass(frozen=True, eq=False)
class Bad(Expr, Stmt):
    """Something already reported; nothing more is said about it."""


@dataclass(frozen=True, eq=False)
class Ident(Expr):
    name: str


@dataclass(frozen=True, eq=False)
class Literal(Expr):
    """A basic literal; `kind` is int, rune, float, imag or string, `text` as written."""

    kind: str
    text: str
    value: int | Fraction | bytes


@dataclass(frozen=True, eq=False)
class Paren(Expr):
    x: Expr


@dataclass(frozen=True, eq=False)
class Selector(Expr):
    x: Expr
    sel: Ident


@dataclass(frozen=True, eq=False)
class Call(Expr):
    fun: Expr
    args: tuple[Expr, ...]
    rparen: Pos
    ellipsis: bool = False
    lparen: Pos = Pos(0, 0)


@dataclass(frozen=True, eq=False)
class Star(Expr):
    x: Expr


@dataclass(frozen=True, eq=False)
class Unary(Expr):
    op: str
    x: Expr


@dataclass(frozen=True, eq=False)
class Binary(Expr):
    op: str
    op_pos: Pos
    x: Expr
    y: Expr


@dataclass(frozen=True, eq=False)
class Composite(Expr):
    """``T{...}``; `type` is None where it is left out inside another literal."""

    type: Expr | None
    elements: tuple[Expr, ...]
    rbrace: Pos = Pos(0, 0)


@dataclass(frozen=True, eq=False)
class KeyValue(Expr):
    """``key: value`` in a composite literal."""

    key: Expr
    value: Expr


@dataclass(frozen=True, eq=False)
class Index(Expr):
    """``x[i]``, also an instantiation ``f[int]`` and ``Pair[K, V]`` (then several indices)."""

    x: Expr
    indices: tuple[Expr, ...]
    lbrack: Pos = Pos(0, 0)


@dataclass(frozen=True, eq=False)
class SliceExpr(Expr):
    """``x[low:high:max]``; what is left out is None."""

    x: Expr
    low: Expr | None
    high: Expr | None
    max: Expr | None


@dataclass(frozen=True, eq=False)
class TypeAssert(Expr):
    """``x.(T)``; `type` is None in ``x.(type)``."""

    x: Expr
    type: Expr | None


@dataclass(frozen=True, eq=False)
class ArrayType(Expr):
    """``[n]T``; `length` is None for ``[...]T``."""

    length: Expr | None
    elem: Expr


@dataclass(frozen=True, eq=False)
class SliceType(Expr):
    elem: Expr


@dataclass(frozen=True, eq=False)
class MapType(Expr):
    key: Expr
    value: Expr


@dataclass(frozen=True, eq=False)
class Ellipsis(Expr):
    """``...T`` as the type of a last parameter."""

    elem: Expr


@dataclass(frozen=True, eq=False)
class ChanType(Expr):
    """`dir` is "both", "send" or "recv"."""

    dir: str
    elem: Expr


@dataclass(frozen=True, eq=False)
class StructField(Node):
    """Fields of one line; an embedded field has no names."""

    names: tuple[Ident, ...]
    type: Expr
    tag: bytes = b""


@dataclass(frozen=True, eq=False)
class StructType(Expr):
    fields: tuple[StructField, ...] = ()


@dataclass(frozen=True, eq=False)
class MethodSpec(Node):
    """A method of an interface."""

    name: Ident
    type: FuncType


@dataclass(frozen=True, eq=False)
class TypeTerm(Node):
    """``T`` or ``~T`` in a constraint."""

    tilde: bool
    type: Expr


@dataclass(frozen=True, eq=False)
class InterfaceType(Expr):
    """`embedded` are unions of terms; an embedded interface is a union of one."""

    methods: tuple[MethodSpec, ...] = ()
    embedded: tuple[tuple[TypeTerm, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Field:
    """A parameter or a result; `name` is None when it has none."""

    name: Ident | None
    type: Expr


@dataclass(frozen=True, eq=False)
class FuncType(Expr):
    params: tuple[Field, ...]
    results: tuple[Field, ...]


@dataclass(frozen=True, eq=False)
class Block(Stmt):
    stmts: tuple[Stmt, ...]
    rbrace: Pos


@dataclass(frozen=True, eq=False)
class FuncLit(Expr):
    type: FuncType
    body: Block


@dataclass(frozen=True, eq=False)
class ConstSpec(Node):
    names: tuple[Ident, ...]
    type: Expr | None
    values: tuple[Expr, ...]
    iota: int
    inherited: bool


@dataclass(frozen=True, eq=False)
class Knob:
    """A ``//knob name low high`` comment."""

    pos: Pos
    name: str
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class VarSpec(Node):
    names: tuple[Ident, ...]
    type: Expr | None
    values: tuple[Expr, ...]
    knobs: tuple[Knob, ...] = ()


#: What constrains a type parameter: an interface, or a union of terms.
Constraint = Expr | tuple["TypeTerm", ...]


@dataclass(frozen=True, eq=False)
class TypeParam(Node):
    """One type parameter with its constraint."""

    name: Ident
    constraint: Constraint


@dataclass(frozen=True, eq=False)
class TypeSpec(Node):
    """``type T U``, or ``type T = U`` if `alias`."""

    name: Ident
    params: tuple[TypeParam, ...]
    alias: bool
    type: Expr


@dataclass(frozen=True, eq=False)
class DeclStmt(Stmt):
    specs: tuple[ConstSpec | VarSpec | TypeSpec, ...]


@dataclass(frozen=True, eq=False)
class Assign(Stmt):
    """`op` is ``=``, ``:=`` or an assignment operation such as ``+=``."""

    lhs: tuple[Expr, ...]
    op: str
    op_pos: Pos
    rhs: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class IncDec(Stmt):
    x: Expr
    op: str


@dataclass(frozen=True, eq=False)
class ExprStmt(Stmt):
    x: Expr


@dataclass(frozen=True, eq=False)
class Send(Stmt):
    chan: Expr
    value: Expr


@dataclass(frozen=True, eq=False)
class GoDefer(Stmt):
    """``go call`` or ``defer call``; `word` says which."""

    word: str
    call: Expr


@dataclass(frozen=True, eq=False)
class Return(Stmt):
    results: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Branch(Stmt):
    """break, continue, goto or fallthrough; `word` says which."""

    word: str
    label: Ident | None


@dataclass(frozen=True, eq=False)
class If(Stmt):
    init: Stmt | None
    cond: Expr
    then: Block
    orelse: Stmt | None


@dataclass(frozen=True, eq=False)
class Case(Node):
    """One clause of a switch; `values` is None for default."""

    values: tuple[Expr, ...] | None
    body: tuple[Stmt, ...]


@dataclass(frozen=True, eq=False)
class Switch(Stmt):
    init: Stmt | None
    tag: Expr | None
    cases: tuple[Case, ...]


@dataclass(frozen=True, eq=False)
class TypeSwitch(Stmt):
    """``switch init; name := x.(type) { ... }``; in `cases` the values are types (or nil)."""

    init: Stmt | None
    name: Ident | None
    x: Expr
    cases: tuple[Case, ...]


@dataclass(frozen=True, eq=False)
class CommClause(Node):
    """One clause of a select: `comm` is a Send, ExprStmt (receive), Assign or None (default)."""

    comm: Stmt | None
    body: tuple[Stmt, ...]


@dataclass(frozen=True, eq=False)
class Select(Stmt):
    clauses: tuple[CommClause, ...]


@dataclass(frozen=True, eq=False)
class For(Stmt):
    init: Stmt | None
    cond: Expr | None
    post: Stmt | None
    body: Block


@dataclass(frozen=True, eq=False)
class Range(Stmt):
    lhs: tuple[Expr, ...]
    define: bool
    op_pos: Pos
    x: Expr
    body: Block


@dataclass(frozen=True, eq=False)
class Labeled(Stmt):
    label: Ident
    stmt: Stmt


@dataclass(frozen=True, eq=False)
class ImportSpec(Node):
    name: Ident | None
    path: str


@dataclass(frozen=True, eq=False)
class FuncDecl(Node):
    """A function, or a method if `recv` is there.

    `source` is its body, None for an intrinsic, `written` its signature; of golib's files they are
    made into trees when somebody asks for `body` and `type`.
    """

    name: Ident
    written: FuncType | Callable[[], FuncType]
    source: Block | Callable[[], Block] | None
    recv: Field | None = None
    params: tuple[TypeParam, ...] = ()
    directives: tuple[str, ...] = ()  # comments such as ``//go:noinline`` and ``//frame 88``

    @property
    def type(self) -> FuncType:
        """The signature."""
        if callable(self.written):
            object.__setattr__(self, "written", self.written())
        assert isinstance(self.written, FuncType)
        return self.written

    @property
    def body(self) -> Block | None:
        """The body, if it has one."""
        if callable(self.source):
            object.__setattr__(self, "source", self.source())
        assert not callable(self.source)
        return self.source


Decl = ConstSpec | VarSpec | TypeSpec | FuncDecl


@dataclass(frozen=True, eq=False)
class File:
    """A file.

    `absent` are the names that other versions of Go declare here, and which; `rows` the first and the
    last line, from 0, of the declaration that each of `decls` is written in.
    """

    package: Ident
    imports: tuple[ImportSpec, ...]
    decls: tuple[Decl, ...]
    name: str = "main.go"
    absent: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[int, int], ...] = ()


def unparen(e: Expr) -> Expr:
    """`e` without enclosing parentheses."""
    while isinstance(e, Paren):
        e = e.x
    return e


def receiver_base(e: Expr) -> Ident | None:
    """The type name in a receiver's type, which may be one pointer."""
    e = unparen(e)
    e = unparen(e.x) if isinstance(e, Star) else e
    e = unparen(e.x) if isinstance(e, Index) else e
    return e if isinstance(e, Ident) else None


_DIRS = {"both": "chan ", "send": "chan<- ", "recv": "<-chan "}


def text(e: Expr | None) -> str:
    """The expression as gc prints it in messages."""
    match e:
        case Ident():
            return e.name
        case Literal():
            return e.text
        case Paren():
            return f"({text(e.x)})"
        case Selector():
            return f"{text(e.x)}.{e.sel.name}"
        case Call():
            return f"{text(e.fun)}({_list(e.args)}{'...' if e.ellipsis else ''})"
        case Star():
            return f"*{text(e.x)}"
        case Unary():
            return f"{e.op}{text(e.x)}"
        case Binary():
            return f"{text(e.x)} {e.op} {text(e.y)}"
        case Composite():
            return f"{text(e.type) if e.type else ''}{{{'…' if e.elements else ''}}}"
        case KeyValue():
            return f"{text(e.key)}: {text(e.value)}"
        case Index():
            return f"{text(e.x)}[{_list(e.indices)}]"
        case SliceExpr():
            low, high = (text(x) if x else "" for x in (e.low, e.high))
            return f"{text(e.x)}[{low}:{high}{':' + text(e.max) if e.max else ''}]"
        case TypeAssert():
            return f"{text(e.x)}.({text(e.type) if e.type else 'type'})"
        case FuncLit():
            return f"func{_signature(e.type)} {{{'…' if e.body.stmts else ''}}}"
    return _type_text(e)


def _type_text(e: Expr | None) -> str:
    match e:
        case ArrayType():
            return f"[{text(e.length) if e.length else '...'}]{text(e.elem)}"
        case SliceType():
            return f"[]{text(e.elem)}"
        case MapType():
            return f"map[{text(e.key)}]{text(e.value)}"
        case Ellipsis():
            return f"...{text(e.elem)}"
        case ChanType():
            return _DIRS[e.dir] + text(e.elem)
        case StructType():
            fields = (f"{', '.join(n.name for n in f.names)} {text(f.type)}".lstrip() for f in e.fields)
            return f"struct{{{'; '.join(fields)}}}"
        case FuncType():
            return "func" + _signature(e)
        case InterfaceType():
            parts = [m.name.name + _signature(m.type) for m in e.methods]
            parts += [" | ".join("~" * x.tilde + text(x.type) for x in u) for u in e.embedded]
            return f"interface{{{'; '.join(parts)}}}"
    return "_"


def _list(es: tuple[Expr, ...]) -> str:
    return ", ".join(map(text, es))


def _signature(t: FuncType) -> str:
    def fields(fs: tuple[Field, ...]) -> str:
        return ", ".join(f"{f.name.name} {text(f.type)}" if f.name else text(f.type) for f in fs)

    out = f"({fields(t.params)})"
    if len(t.results) == 1 and t.results[0].name is None:
        return f"{out} {text(t.results[0].type)}"
    return f"{out} ({fields(t.results)})" if t.results else out
