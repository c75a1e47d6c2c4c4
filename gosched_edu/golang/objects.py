"""What names mean, and what the checker learns about expressions.

Problem. Checking and lowering are two passes; the second must not repeat the first.

Rejected. Writing types into the tree: one literal is checked once for each iota of a
constant group, and an untyped operand learns its type only from its neighbours.

Invariant. A variable that two functions share, and that changes after it was declared, or
whose address is taken, lives in a heap cell (`Var.boxed`); any other variable can be
copied into closures, for nobody could see the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from gosched_edu.golang import ast
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.types import INVALID, Func, Method, StructField, Type, TypeParam


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
    package: str = "main"  # of a package variable
    file: str = "main.go"

    @property
    def boxed(self) -> bool:
        """Whether the variable needs a heap cell of its own."""
        return self.addressed or (self.owner is not None and self.captured and self.assigned)


@dataclass(eq=False)
class Function(Object):
    """A function or method.

    Attributes
    ----------
    decl : ast.FuncDecl or None
    info : FuncInfo or None
        Its body, once checked.
    package : str
        The path of its package.
    recv : Type or None
        A method's receiver type, T or *T (T as declared, with its own type parameters).
    tparams : tuple of TypeParam
        Its type parameters; of a method those of its receiver, then its own.
    own : tuple of TypeParam
        Those that are a method's own.
    findings : Info or None
        What the checker learnt about its body.
    file : str
        Where it is declared.
    """

    decl: ast.FuncDecl | None = None
    info: FuncInfo | None = None
    package: str = "main"
    recv: Type | None = None
    tparams: tuple[TypeParam, ...] = ()
    own: tuple[TypeParam, ...] = ()
    findings: Info | None = None
    file: str = "main.go"
    completer: Callable[[Function], None] | None = None
    number: int = -1  # of an init function

    def complete(self) -> None:
        """See that the body has been checked (bodies of golib's functions wait until then)."""
        if self.findings is None and self.completer is not None:
            self.completer(self)

    @property
    def base(self) -> str:
        """The name of the type that a method is declared on, as it is written; "" for a function."""
        recv = self.decl.recv if self.decl is not None else None
        found = None if recv is None else ast.receiver_base(recv.type)
        return "" if found is None else found.name

    @property
    def directives(self) -> tuple[str, ...]:
        """The directive comments above its declaration."""
        return () if self.decl is None else self.decl.directives

    @property
    def linked(self) -> tuple[str, str]:
        """Package and name of the function that it is another name of; else empty."""
        for d in self.directives:
            if d.startswith("//link "):
                package, _, name = d.removeprefix("//link ").strip().rpartition(".")
                return package, name
        return "", ""

    @property
    def intrinsic(self) -> str:
        """The instructions that it stands for, where it has no body; else empty."""
        for d in self.directives:
            if d.startswith("//op "):
                return d.removeprefix("//op ").strip()
        return ""


@dataclass(eq=False)
class TypeName(Object):
    """A type's name; `alias` if the type has another name, or none, of its own."""

    alias: bool = False
    tparams: tuple[TypeParam, ...] = ()  # of a generic alias
    spec: ast.TypeSpec | None = None
    package: str = ""


@dataclass(eq=False)
class Builtin(Object):
    """A built-in function; those of package unsafe are called unsafe.Sizeof and so on."""


@dataclass(eq=False)
class Nil(Object):
    pass


@dataclass(eq=False)
class PkgName(Object):
    """The name of an imported package; `package` is None if it does not exist."""

    path: str = ""
    package: Package | None = None


@dataclass(eq=False)
class Package:
    """A package that has been checked: the user's or one of golib's.

    Attributes
    ----------
    path, name : str
    scope : Scope
        Its package-level names.
    info : Info
        What the checker learnt outside function bodies.
    imports : list of Package
        In the order of the import declarations.
    absent : dict of str to str
        Names that other Go versions have: "since Go 1.21".
    """

    path: str
    name: str
    scope: Scope
    info: Info
    imports: list[Package] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)


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
    nil, mapindex; `obj` is the object behind a builtin or a function.
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


@dataclass(eq=False)
class Selection:
    """What a selector means.

    Attributes
    ----------
    kind : str
        "field", "method", "interface method", "method expr" or "package".
    path : tuple of int
        Indices of the fields to walk from the operand (a field's own last); pointers on the
        way are followed.
    obj : StructField, Function, Method or Object
        The field, the method, the interface's method, or the object of the package.
    type : Type
        Of the selector as a value: of a method without the receiver, of a method expression
        with it as the first parameter.
    indirect : bool
        A pointer is followed before the field or the receiver is reached.
    receiver : Type
        Of the operand (in a method expression: the type before the dot).
    owner : Type
        Of a method: the named type (or instance) that declares it, or the interface.
    """

    kind: str
    path: tuple[int, ...]
    obj: StructField | Function | Method | Object | None
    type: Type
    indirect: bool = False
    receiver: Type = INVALID
    owner: Type = INVALID


@dataclass(eq=False)
class Initializer:
    """``lhs = rhs`` for package variables: one, or those that one call (or v, ok form) gives."""

    lhs: tuple[Var, ...]
    rhs: ast.Expr


@dataclass
class Info:
    """The checker's findings, keyed by syntax node or by object.

    There is one for the package's declarations, and one for each function declared.
    """

    operands: dict[ast.Expr, Operand] = field(default_factory=dict)
    uses: dict[ast.Ident, Object] = field(default_factory=dict)
    defs: dict[ast.Ident, Object] = field(default_factory=dict)
    functions: dict[ast.FuncLit, FuncInfo] = field(default_factory=dict)
    # The bodies of loops over functions.
    range_bodies: dict[ast.Range, FuncInfo] = field(default_factory=dict)
    # The names of fields in struct literals: field indices, several for a promoted field.
    literal_fields: dict[ast.Ident, tuple[int, ...]] = field(default_factory=dict)
    selections: dict[ast.Selector, Selection] = field(default_factory=dict)
    # The type arguments of each use of a generic function (keyed by Ident, Selector or Index).
    instances: dict[ast.Expr, tuple[Type, ...]] = field(default_factory=dict)
    # The variables that a type switch's name stands for, by clause.
    implicit: dict[ast.Node, Var] = field(default_factory=dict)
    types_defined: list[TypeName] = field(default_factory=list)
    # Whether an expression calls a function: filled by the lowering.
    calls: dict[ast.Expr, bool] = field(default_factory=dict)
    # What initialises package variables, in the order in which that happens.
    init_order: list[Initializer] = field(default_factory=list)
    globals: list[Var] = field(default_factory=list)
    declared: list[Function] = field(default_factory=list)
    inits: list[Function] = field(default_factory=list)
