"""Names and types: what an identifier or a type expression denotes.

Problem. Package-level declarations may come in any order, and types and values share one
name space.

Rejected. Two passes over the package, one for types, one for values: constants need types
and array types need constants.

Invariant. A package-level object is resolved at its first use; one that is met again
while it is being resolved is a cycle.
"""

from __future__ import annotations

import difflib

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.check_core import Core
from gosched_edu.golang.objects import (
    Builtin,
    Const,
    FuncInfo,
    Function,
    Nil,
    Object,
    Operand,
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


class TypeChecker(Core):
    """Resolves identifiers and types."""

    def resolve(self, obj: Object) -> None:
        """Check the declaration of package-level `obj` if that has not been done."""
        raise NotImplementedError

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
            obj.used = True
            return self.bad(e)
        self.resolve(obj)
        obj.used = True
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
                return Operand("value", e, obj.type, obj=obj)
            case TypeName():
                return Operand("type", e, obj.type)
            case Builtin():
                return Operand("builtin", e, obj=obj)
            case Nil():
                return Operand("nil", e, t.UNTYPED_NIL)
        raise AssertionError(obj)

    def undefined(self, e: ast.Ident) -> None:
        """Report a name that nothing declares, or that only the full language has."""
        if e.name in universe.KNOWN_BUILTINS:
            have = ", ".join(universe.BUILTINS)
            self.error(
                e.pos, f"built-in {e.name} is not simulated yet", f"supported built-ins: {have}"
            )
        elif e.name in universe.KNOWN_TYPES:
            self.error(
                e.pos,
                f"type {e.name} is not simulated yet",
                f"supported types: {universe.SUPPORTED_TYPES}",
            )
        else:
            hint = ""
            if e.name in universe.PACKAGES:
                hint = f'import "{e.name}" is missing'
            elif len(e.name) > 2:
                near = difflib.get_close_matches(e.name, list(self.scope.visible()), 1, 0.75)
                hint = f"did you mean {near[0]}?" if near else ""
            self.error(e.pos, f"undefined: {e.name}", hint)

    def library(self, e: ast.Selector) -> universe.Package | None:
        """The package that `e` selects from, if it selects from one."""
        if isinstance(e.x, ast.Ident):
            obj = self.scope.lookup(e.x.name)
            if isinstance(obj, PkgName):
                obj.used = True
                return universe.PACKAGES.get(obj.path, universe.Package(obj.path))
        return None

    def type_expr(self, e: ast.Expr) -> t.Type:
        """The type that `e` denotes; INVALID after an error."""
        kind = self._type_expr(e)
        self.info.operands[e] = Operand("type" if kind != t.INVALID else "invalid", e, kind)
        return kind

    def _type_expr(self, e: ast.Expr) -> t.Type:
        match e:
            case ast.Paren():
                return self.type_expr(e.x)
            case ast.Star():
                base = self.type_expr(e.x)
                return base if base == t.INVALID else t.Pointer(base)
            case ast.ChanType():
                elem = self.type_expr(e.elem)
                if elem == universe.WAITGROUP:
                    self.error(e.elem.pos, "channels of sync.WaitGroup are not simulated yet")
                    return t.INVALID
                return elem if elem == t.INVALID else t.Chan(e.dir, elem)
            case ast.FuncType():
                return self.signature(e)
            case ast.StructType():
                return t.EMPTY_STRUCT
            case ast.Bad():
                return t.INVALID
            case ast.Ident():
                x = self.ident(e)
                if x.ok and x.mode != "type":
                    what = object_kind(self.info.uses[e])
                    self.error(e.pos, f"{e.name} ({what}) is not a type")
                    return t.INVALID
                return x.type
            case ast.Selector() if (package := self.library(e)) is not None:
                if e.sel.name in package.types:
                    return package.types[e.sel.name]
                if e.sel.name in package.names():
                    self.error(e.pos, f"{ast.text(e)} is not a type")
                else:
                    self.not_in_package(e, package)
                return t.INVALID
        self.error(e.pos, f"{ast.text(e)} is not a type")
        return t.INVALID

    def not_in_package(self, e: ast.Selector, package: universe.Package) -> None:
        """Report a library name that is not there."""
        if package.path not in universe.PACKAGES:
            return  # the import has been reported
        name = e.sel.name
        if not name[:1].isupper():
            other = name[:1].upper() + name[1:]
            have = f" (but have {other})" if other in package.names() else ""
            self.error(e.sel.pos, f"undefined: {ast.text(e)}{have}")
        else:
            self.error(e.sel.pos, universe.missing(package, name))

    def signature(self, e: ast.FuncType) -> t.Func:
        """The function type that `e` denotes."""
        params = tuple(self._param(f, "parameter") for f in e.params)
        results = tuple(self._param(f, "result") for f in e.results)
        names = tuple(f.name.name if f.name else "" for f in e.params)
        result_names = tuple(f.name.name if f.name else "" for f in e.results)
        return t.Func(params, results, names, result_names)

    def _param(self, field: ast.Field, what: str) -> t.Type:
        kind = self.type_expr(field.type)
        if kind == universe.WAITGROUP:
            verb = "passes" if what == "parameter" else "returns"
            self.error(
                field.type.pos,
                f"{what} {verb} lock by value: sync.WaitGroup contains sync.noCopy",
                "use a pointer: *sync.WaitGroup",
            )
            return t.INVALID
        return kind

    def enter_function(self, e: ast.FuncType, kind: t.Func) -> FuncInfo:
        """Make the function of type `kind` the current one, in a scope with its parameters."""
        info = self.func = FuncInfo(kind, self.func)
        self.open_scope()
        for fields, types, into in (
            (e.params, kind.params, info.params),
            (e.results, kind.results, info.results),
        ):
            for field, each in zip(fields, types, strict=True):
                ident = field.name or ast.Ident(field.type.pos, "")
                var = self.new_var(ident, each, used=True)
                # A return statement assigns to the results.
                var.assigned = into is info.results
                into.append(var)
                if field.name is not None:
                    self.declare(field.name, var)
        return info
