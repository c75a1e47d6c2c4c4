"""Names: what an identifier, or a member of a package, denotes.

Problem. Names of types, values and packages share one name space, and package-level ones may be
declared later than they are used.

Rejected. Two passes over the package, one for types, one for values: constants need types and
array types need constants.

Invariant. A package-level object is resolved at its first use; one that is met again while it is
being resolved is a cycle, unless it is a type.
"""

from __future__ import annotations

import difflib

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_core import Core
from gosched_edu.golang.lookup import exported
from gosched_edu.golang.objects import (
    Builtin,
    Const,
    Function,
    Nil,
    Object,
    Operand,
    Package,
    PkgName,
    TypeName,
    Var,
)


def object_kind(obj: Object) -> str:
    """gc's word for what a name stands for."""
    if isinstance(obj, Var):
        if obj.owner is None:
            return "package-level variable"
        if obj in obj.owner.params:
            return "parameter"
        return "result variable" if obj in obj.owner.results else "local variable"
    kinds = {
        Const: "constant",
        Function: "function",
        Builtin: "built-in function",
        Nil: "untyped nil",
    }
    return kinds.get(type(obj), "type")


class NameChecker(Core):
    """Resolves names."""

    def ident(self, e: ast.Ident) -> Operand:
        """The operand that a name denotes."""
        if e.name == "_":
            self.error(e.pos, "cannot use _ as value or type")
            return self.bad(e)
        obj = self.scope.lookup(e.name)
        if obj is None:
            self.undefined(e)
            return self.bad(e)
        self.info.uses[e] = obj
        if isinstance(obj, PkgName):
            self.error(e.pos, f"use of package {e.name} not in selector")
            return self.bad(e)
        obj.used = True
        return self.denoted(e, obj)

    def denoted(self, e: ast.Expr, obj: Object) -> Operand:
        """The operand of a name, or of a package's member, that stands for `obj`."""
        self.resolve(obj)
        match obj:
            case Const():
                if obj.name == "iota" and obj.pos.line == 0:
                    if self.iota is None:
                        self.error(e.pos, "cannot use iota outside constant declaration")
                        return self.bad(e)
                    return Operand("constant", e, t.UNTYPED_INT, self.iota)
                if obj.value is None:
                    return self.bad(e)
                return Operand("constant", e, obj.type, obj.value)
            case Var():
                self.touch(obj)
                return self.bad(e) if obj.type == t.INVALID else Operand("variable", e, obj.type)
            case Function():
                self.needs.add(obj)
                if obj.type == t.INVALID:
                    return self.bad(e)
                return Operand("value", e, obj.type, obj=obj)
            case TypeName():
                if obj.name == "any" and obj.pos.line == 0:
                    self.since(e.pos, (1, 18), "predeclared any")
                return Operand("type", e, obj.type, obj=obj)
            case Builtin():
                return Operand("builtin", e, obj=obj)
            case Nil():
                return Operand("nil", e, t.UNTYPED_NIL)
        raise AssertionError(obj)

    def undefined(self, e: ast.Ident) -> None:
        """Report a name that nothing declares."""
        hint = ""
        if (path := self.known_package(e.name)) is not None:
            hint = f'import "{path}" is missing'
        elif len(e.name) > 2:
            near = difflib.get_close_matches(e.name, list(self.scope.visible()), 1, 0.75)
            hint = f"did you mean {near[0]}?" if near else ""
        self.error(e.pos, f"undefined: {e.name}", hint)

    def known_package(self, name: str) -> str | None:
        """The path of a package of this name that could be imported."""
        return None

    def package_of(self, e: ast.Selector) -> PkgName | None:
        """The package name that `e` selects from, if it selects from one."""
        if isinstance(e.x, ast.Ident):
            obj = self.scope.lookup(e.x.name)
            if isinstance(obj, PkgName):
                obj.used = True
                self.info.uses[e.x] = obj
                return obj
        return None

    def member(self, e: ast.Selector, name: PkgName) -> Object | None:
        """What ``package.name`` stands for; None if that was reported."""
        package = name.package
        if package is None:
            return None  # the import has been reported
        obj = package.scope.names.get(e.sel.name)
        if obj is not None and exported(e.sel.name) and not isinstance(obj, PkgName):
            self.info.uses[e.sel] = obj
            return obj
        if obj is not None and package.path != "unsafe":
            self.error(e.sel.pos, f"name {e.sel.name} not exported by package {package.name}")
        else:
            self._missing_member(e, package)
        return None

    def _missing_member(self, e: ast.Selector, package: Package) -> None:
        name = e.sel.name
        have = [n for n in package.scope.names if exported(n)]
        folded = next((n for n in have if n.lower() == name.lower()), None)
        but = f" (but have {folded})" if folded is not None else ""
        hint = package.absent.get(name, "")
        if not hint and not but:
            near = difflib.get_close_matches(name, have, 1, 0.6)
            hint = f"package {package.path} has no {name} here"
            hint += f"; the nearest is {package.name}.{near[0]}" if near else ""
        self.error(e.sel.pos, f"undefined: {ast.text(e)}{but}", hint)
