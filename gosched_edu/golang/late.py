"""Objects of golib that are worked out when somebody asks for what they are.

Problem. A program uses a corner of the library, and most of what a package declares is never looked at
by anybody. Its names must be there all the same: they decide what a selector means.

Rejected. Scopes that make objects on demand: each user of a scope would have to know. A pass over the
program that finds what it will need: that is what checking is.

Chosen. The objects exist from the start. Those attributes that a declaration decides are descriptors: the
first that is read has the object's `resolver` called, which sets all of them.

Invariant. A resolver runs once. While it runs, attributes that it has not set yet read as in any
declaration that is under way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.objects import Const, Function, Initializer, TypeName, Var

Resolver = Callable[[Any], None]


class _Late:
    """An attribute that an object's resolver sets."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, obj: Any, owner: type) -> Any:
        values = obj.__dict__
        if (resolver := values.pop("resolver", None)) is not None:
            resolver(obj)
        return values[self.name]

    def __set__(self, obj: Any, value: Any) -> None:
        obj.__dict__[self.name] = value


class _Declaration:
    """The declaration of a function, read from its file when somebody asks: `opener` sets it."""

    def __get__(self, f: LateFunction, owner: type) -> ast.FuncDecl | None:
        values = f.__dict__
        if (opener := values.pop("opener", None)) is not None:
            opener()
        found: ast.FuncDecl | None = values["decl"]
        return found

    def __set__(self, f: LateFunction, value: ast.FuncDecl | None) -> None:
        f.__dict__["decl"] = value


class LateConst(Const):
    """A constant."""

    type = _Late()  # type: ignore[assignment]
    value = _Late()  # type: ignore[assignment]


class LateVar(Var):
    """A package variable."""

    type = _Late()  # type: ignore[assignment]


class LateFunction(Function):
    """A function: with a `resolver` its signature waits, with an `opener` its declaration does too."""

    resolver: Resolver
    decl = _Declaration()  # type: ignore[assignment]
    type = _Late()  # type: ignore[assignment]
    recv = _Late()  # type: ignore[assignment]
    tparams = _Late()  # type: ignore[assignment]
    own = _Late()  # type: ignore[assignment]

    def promise(self, opener: Callable[[], None], base: str, directives: tuple[str, ...]) -> None:
        """What is known of a declaration that waits."""
        self.__dict__.update(opener=opener, known=(base, directives))

    @property
    def base(self) -> str:
        known: tuple[str, tuple[str, ...]] | None = self.__dict__.get("known")
        return super().base if known is None else known[0]

    @property
    def directives(self) -> tuple[str, ...]:
        known: tuple[str, tuple[str, ...]] | None = self.__dict__.get("known")
        return super().directives if known is None else known[1]


class LateAlias(TypeName):
    """Another name of a type."""

    type = _Late()  # type: ignore[assignment]
    tparams = _Late()  # type: ignore[assignment]


class LateType(TypeName):
    """The name of a defined type, which is there from the start."""

    tparams = _Late()  # type: ignore[assignment]


class LateNamed(t.Named):
    """A defined type without type parameters."""

    base = _Late()  # type: ignore[assignment]
    right = _Late()  # type: ignore[assignment]


class LateGeneric(LateNamed):
    """A generic type."""

    params = _Late()  # type: ignore[assignment]


class LateInitializer(Initializer):
    """The initialisation of package variables whose declaration waits."""

    def __init__(self, lhs: tuple[Var, ...]):
        self.lhs = lhs

    @property
    def rhs(self) -> ast.Expr:  # type: ignore[override]
        first = self.lhs[0]
        assert first.type != t.INVALID and first.spec is not None  # resolved by asking for the type
        return first.spec.values[0]
