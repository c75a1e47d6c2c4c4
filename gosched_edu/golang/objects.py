"""What names mean, and what the checker learns about expressions.

Problem. Checking and lowering are two passes; the second must not repeat the first.

Rejected. Writing types into the tree: one literal is checked once for each iota of a
constant group, and an untyped operand learns its type only from its neighbours.

Invariant. A variable that two functions share, and that changes after it was declared, or
whose address is taken, lives in a heap cell (`Var.boxed`); any other variable can be
copied into closures, for nobody could see the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from gosched_edu.golang import ast
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.types import INVALID, Func, Type



class Complex(NamedTuple):
    """The value of a complex constant, exact."""

    re: Fraction
    im: Fraction


Value = int | Fraction | Complex | bytes | bool


@dataclass(eq=False)
class Object:
    """Anything that a name can stand for."""

    name: str
    pos: Pos
    type: Type = INVALID
    used: bool = False


@dataclass(eq=False)
class Const(Object):
    value: Value | None = None
    spec: ast.ConstSpec | None = None


@dataclass(eq=False)
class Var(Object):
    """A variable; `owner` is the function it belongs to, None for the package."""

    owner: FuncInfo | None = None
    spec: ast.VarSpec | None = None
    captured: bool = False
    assigned: bool = False
    addressed: bool = False

    @property
    def boxed(self) -> bool:
        """Whether the variable needs a heap cell of its own."""
        return self.addressed or (self.owner is not None and self.captured and self.assigned)


@dataclass(eq=False)
class Function(Object):
    """A function of the program."""

    decl: ast.FuncDecl | None = None
    info: FuncInfo | None = None


@dataclass(eq=False)
class TypeName(Object):
    pass


@dataclass(eq=False)
class Builtin(Object):
    pass


@dataclass(eq=False)
class Nil(Object):
    pass


@dataclass(eq=False)
class PkgName(Object):
    """The name of an imported package."""

    path: str = ""


@dataclass(eq=False)
class FuncInfo:
    """One function body, declared or literal."""

    type: Func
    parent: FuncInfo | None = None
    params: list[Var] = field(default_factory=list)
    results: list[Var] = field(default_factory=list)
    captures: dict[Var, None] = field(default_factory=dict)
    has_defer: bool = False
    # The loop over a function whose body this is; a return in it leaves `home`.
    loop: ast.Range | None = None
    # A return in a loop over a function sets the results from another frame.
    results_shared: bool = False

    @property
    def home(self) -> FuncInfo:
        """The function that a return statement here returns from."""
        f = self
        while f.loop is not None and f.parent is not None:
            f = f.parent
        return f

    @property
    def named_results(self) -> bool:
        return any(r.name for r in self.results)


class Scope:
    """Names to objects, and the scope around."""

    def __init__(self, parent: Scope | None = None):
        self.parent = parent
        self.names: dict[str, Object] = {}

    def lookup(self, name: str) -> Object | None:
        scope: Scope | None = self
        while scope is not None:
            if (found := scope.names.get(name)) is not None:
                return found
            scope = scope.parent
        return None

    def visible(self) -> Iterator[str]:
        """All names that can be seen from here."""
        scope: Scope | None = self
        while scope is not None:
            yield from scope.names
            scope = scope.parent


@dataclass(eq=False)
class Operand:
    """What an expression denotes.

    `mode` is one of invalid, novalue, builtin, type, constant, variable, value, commaok,
    nil, mapindex; `obj` is the object behind a builtin, a package or a library function.
    """

    mode: str
    expr: ast.Expr
    type: Type = INVALID
    value: Value | None = None
    obj: object = None

    @property
    def ok(self) -> bool:
        return self.mode != "invalid"

    def invalidate(self) -> None:
        self.mode, self.type = "invalid", INVALID


@dataclass
class Info:
    """The checker's findings, keyed by syntax node or by object."""

    operands: dict[ast.Expr, Operand] = field(default_factory=dict)
    uses: dict[ast.Ident, Object] = field(default_factory=dict)
    defs: dict[ast.Ident, Object] = field(default_factory=dict)
    functions: dict[ast.FuncLit, FuncInfo] = field(default_factory=dict)
    # The bodies of loops over functions.
    range_bodies: dict[ast.Range, FuncInfo] = field(default_factory=dict)
    # The names of fields in struct literals: field indices, several for a promoted field.
    literal_fields: dict[ast.Ident, tuple[int, ...]] = field(default_factory=dict)
    # Calls of fmt's printing functions: the pieces to print, see `formats`.
    formats: dict[ast.Call, list[object]] = field(default_factory=dict)
    # Package variables in the order of their initialisation.
    init_order: list[ast.VarSpec] = field(default_factory=list)
    globals: list[Var] = field(default_factory=list)
    declared: list[Function] = field(default_factory=list)
    inits: list[Function] = field(default_factory=list)
