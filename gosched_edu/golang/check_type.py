"""Names and type expressions: what they denote.

Problem. Package-level declarations may come in any order, and types and values share one
name space.

Rejected. Two passes over the package, one for types, one for values: constants need types
and array types need constants.

Invariant. A package-level object is resolved at its first use; one that is met again
while it is being resolved is a cycle, unless it is a type. What must look into a type
that may still be incomplete waits (`Core.later`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_core import Core
from gosched_edu.golang.generics import Terms, intersection, term_of, union
from gosched_edu.golang.lookup import exported
from gosched_edu.golang.objects import (
    Builtin,
    Const,
    FuncInfo,
    Function,
    Nil,
    Object,
    Operand,
    Package,
    PkgName,
    TypeName,
    Var,
)
from gosched_edu.golang.subst import instantiate, substitute


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

    def expr(self, e: ast.Expr) -> Operand:
        """Check an expression that must have one value."""
        raise NotImplementedError

    # --- names -----------------------------------------------------------------------------

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

    # --- types -----------------------------------------------------------------------------

    def type_expr(self, e: ast.Expr, generic: bool = False) -> t.Type:
        """The type that `e` denotes; INVALID after an error."""
        kind = self._type_expr(e, generic)
        self.info.operands[e] = Operand("type" if kind != t.INVALID else "invalid", e, kind)
        return kind

    def var_type(self, e: ast.Expr) -> t.Type:
        """The type of variables: no constraint."""
        kind = self.type_expr(e)

        def check() -> None:
            i = kind.underlying
            if isinstance(i, t.Interface) and (i.terms is not None or i.comparable):
                why = "is (or embeds) comparable" if i.comparable else "contains type constraints"
                self.error(
                    e.pos, f"cannot use type {kind} outside a type constraint: interface {why}"
                )

        if not isinstance(kind, (t.TypeParam, t.Basic)):
            self.later(check)
        return kind

    def _type_expr(self, e: ast.Expr, generic: bool) -> t.Type:
        match e:
            case ast.Paren():
                return self.type_expr(e.x, generic)
            case ast.Ident():
                if isinstance(self.scope.lookup(e.name), PkgName):
                    self.error(e.pos, f"{e.name} (package name) is not a type")
                    return t.INVALID
                x = self.ident(e)
                if x.ok and x.mode != "type":
                    what = object_kind(self.info.uses[e])
                    self.error(e.pos, f"{e.name} ({what}) is not a type")
                    return t.INVALID
                return self._instantiated(e, x, generic)
            case ast.Selector() if (name := self.package_of(e)) is not None:
                obj = self.member(e, name)
                if obj is None:
                    return t.INVALID
                if not isinstance(obj, TypeName):
                    self.error(e.pos, f"{ast.text(e)} is not a type")
                    return t.INVALID
                return self._instantiated(e, self.denoted(e, obj), generic)
            case ast.Selector() if isinstance(e.x, ast.Ident):
                x = self.ident(e.x)
                if not x.ok:
                    return t.INVALID
            case ast.Star():
                base = self.var_type(e.x)
                return base if base == t.INVALID else t.Pointer(base)
            case ast.ChanType():
                elem = self.var_type(e.elem)
                return elem if elem == t.INVALID else t.Chan(e.dir, elem)
            case ast.SliceType():
                elem = self.var_type(e.elem)
                return elem if elem == t.INVALID else t.Slice(elem)
            case ast.ArrayType():
                return self._array(e)
            case ast.MapType():
                return self._map(e)
            case ast.FuncType():
                return self.signature(e)
            case ast.StructType():
                return self.struct_type(e)
            case ast.InterfaceType():
                return self._interface(e)
            case ast.Index():
                return self.instance(e)
            case ast.Bad():
                return t.INVALID
        self.error(e.pos, f"{ast.text(e)} is not a type")
        return t.INVALID

    def _instantiated(self, e: ast.Expr, x: Operand, generic: bool) -> t.Type:
        """The type that operand `x` denotes; a generic one must be instantiated."""
        if isinstance(x.obj, TypeName) and x.obj.tparams and not generic:
            params = ", ".join(f"{p.name} {p.constraint}" for p in x.obj.tparams)
            self.error(
                e.pos, f"cannot use generic type {x.type}[{params}] without instantiation"
            )
            return t.INVALID
        return x.type

    def _array(self, e: ast.ArrayType) -> t.Type:
        if e.length is None:
            self.error(
                e.pos, "invalid use of [...] array (outside a composite literal)"
            )
            self.var_type(e.elem)
            return t.INVALID
        length = self._array_length(e.length)
        elem = self.var_type(e.elem)
        return t.INVALID if length < 0 or elem == t.INVALID else t.Array(length, elem)

    def _array_length(self, e: ast.Expr) -> int:
        """The length that constant `e` gives; -1 after an error (typexpr.go:arrayLength)."""
        if isinstance(e, ast.Ident):
            obj = self.scope.lookup(e.name)
            if obj is None:
                name = e.name
                self.error(e.pos, f"undefined array length {name} or missing type constraint")
                return -1
            if not isinstance(obj, Const):
                self.error(e.pos, f"invalid array length {e.name}")
                return -1
        x = self.expr(e)
        if not x.ok:
            return -1
        if x.mode != "constant":
            self.error(e.pos, f"array length {self.describe(x)} must be constant")
            return -1
        shown = self.describe(x)
        value = x.value
        if t.is_untyped(x.type) or t.is_integer(x.type):
            if not isinstance(value, (bytes, bool, tuple)) and value is not None:
                if value == int(value) and 0 <= value < 1 << 63:
                    self.convert_untyped(x, t.INT)
                    return int(value)
        whole = t.is_integer(x.type)
        message = f"invalid array length {shown}" if whole else f"array length {shown} must be integer"
        self.error(e.pos, message)
        return -1

    def _map(self, e: ast.MapType) -> t.Type:
        key, elem = self.var_type(e.key), self.var_type(e.value)

        def check() -> None:
            if key.underlying != t.INVALID and not t.is_comparable(key):
                why = ""
                if isinstance(key, t.TypeParam):
                    why = " (missing comparable constraint)"
                self.error(e.key.pos, f"invalid map key type {key}{why}")

        if t.INVALID in (key, elem):
            return t.INVALID
        self.later(check)
        return t.Map(key, elem)

    # --- structs ---------------------------------------------------------------------------

    def struct_type(self, e: ast.StructType) -> t.Type:
        fields: list[t.StructField] = []
        seen: dict[str, ast.Pos] = {}

        def add(name: str, pos: ast.Pos, kind: t.Type, embedded: bool, tag: bytes) -> None:
            if name != "_" and (other := seen.get(name)) is not None:
                where = f"{self.filename}:{other.line}:{other.col}"
                self.error(pos, f"{name} redeclared\n\t{where}: other declaration of {name}")
                return
            seen[name] = pos
            fields.append(t.StructField(name, kind, embedded, tag, self.package_path))

        for f in e.fields:
            kind = self.var_type(f.type)
            for ident in f.names:
                add(ident.name, ident.pos, kind, False, f.tag)
            if not f.names:
                ident = embedded_name(f.type)
                add(ident.name, ident.pos, kind, True, f.tag)
                self.later(lambda f=f, kind=kind: self._embedded(f.type, kind))  # type: ignore[misc]
        return t.Struct(tuple(fields))

    def _embedded(self, e: ast.Expr, kind: t.Type) -> None:
        """Check an embedded field (struct.go:structType)."""
        pointer = isinstance(kind, t.Pointer)
        base = kind.elem if isinstance(kind, t.Pointer) else kind
        u = base.underlying
        if isinstance(base, t.TypeParam):
            self.error(e.pos, "embedded field type cannot be a type parameter")
        elif u == t.UNSAFE_POINTER:
            self.error(e.pos, "embedded field type cannot be unsafe.Pointer")
        elif isinstance(u, t.Pointer):
            self.error(e.pos, "embedded field type cannot be a pointer")
        elif isinstance(u, t.Interface) and pointer:
            self.error(e.pos, "embedded field type cannot be a pointer to an interface")

    # --- interfaces ------------------------------------------------------------------------

    def _interface(self, e: ast.InterfaceType) -> t.Type:
        methods: dict[str, t.Method] = {}
        places: dict[str, ast.Pos] = {}

        def add(m: t.Method, pos: ast.Pos, explicit: bool) -> None:
            old = methods.get(m.name)
            if old is not None and (explicit or old.type != m.type):
                where = f"{self.filename}:{places[m.name].line}:{places[m.name].col}"
                note = f"\n\t{where}: other declaration of method {m.name}"
                self.error(pos, f"duplicate method {m.name}{note}")
                return
            methods.setdefault(m.name, m)
            places.setdefault(m.name, pos)

        for spec in e.methods:
            kind = self.signature(spec.type)
            if spec.name.name == "_":
                self.error(spec.name.pos, "methods must have a unique non-blank name")
                continue
            package = "" if exported(spec.name.name) else self.package_path
            add(t.Method(spec.name.name, kind, package), spec.name.pos, True)
        terms: Terms = None
        comparable = False
        for terms_of in e.embedded:
            parts, embedded = self._union(terms_of)
            terms = intersection(terms, parts)
            if embedded is not None:
                comparable = comparable or embedded.comparable
                for m in embedded.methods:
                    add(m, terms_of[0].pos, False)
        listed = tuple(sorted(methods.values(), key=_by_name))
        return t.Interface(listed, terms, comparable, text=self._interface_text(e, methods))

    def _interface_text(self, e: ast.InterfaceType, methods: dict[str, t.Method]) -> str:
        """How gc writes the interface: what it embeds is not taken apart."""
        own = sorted(s.name.name for s in e.methods if s.name.name in methods)
        parts = [str(methods[name]) for name in own]
        for terms in e.embedded:
            kinds = [(x.tilde, self.info.operands[x.type].type) for x in terms]
            parts.append(" | ".join(str(t.Term(tilde, kind)) for tilde, kind in kinds))
        return f"interface{{{'; '.join(parts)}}}"

    def _union(self, parts: tuple[ast.TypeTerm, ...]) -> tuple[Terms, t.Interface | None]:
        """The terms of a union; an interface that stands alone brings its methods too."""
        out: Terms = ()
        alone: t.Interface | None = None
        for part in parts:
            kind = self.type_expr(part.type)
            if kind == t.INVALID:
                continue
            u = kind.underlying
            if isinstance(u, t.Interface):
                if len(parts) > 1 and (u.methods or u.comparable):
                    name = str(kind)
                    if isinstance(kind, t.Named) and kind.package:
                        name = f"{kind.package.rpartition('/')[2]}.{kind.name}"
                    what = f"{name} contains methods" if u.methods else f"{name} embeds comparable"
                    if kind == t.COMPARABLE:
                        what = ""
                    detail = f" ({what})" if what else ""
                    self.error(part.pos, f"cannot use {name} in union{detail}")
                alone = u if len(parts) == 1 else None
            elif isinstance(kind, t.TypeParam):
                self.error(part.pos, "term cannot represent type parameter")
                continue
            elif part.tilde and kind != u:
                self.error(part.pos, f"invalid use of ~ (underlying type of {kind} is {u})")
            if part.tilde and isinstance(u, t.Interface):
                self.error(part.pos, f"invalid use of ~ ({kind} is an interface)")
            out = union(out, term_of(part.tilde, kind))
        if len(parts) > 1 or parts[0].tilde:
            kinds = [(x.tilde, self.info.operands[x.type].type) for x in parts]
            shown = " | ".join(str(t.Term(tilde, kind)) for tilde, kind in kinds)
            self.since(parts[0].pos, (1, 18), f"embedding interface element {shown}")
        elif out is not None and out and alone is None:
            self.since(parts[0].pos, (1, 18), f"embedding non-interface type {out[0]}")
        return out, alone

    # --- functions -------------------------------------------------------------------------

    def signature(self, e: ast.FuncType) -> t.Func:
        """The function type that `e` denotes."""
        params: list[t.Type] = []
        variadic = False
        for i, f in enumerate(e.params):
            if isinstance(f.type, ast.Ellipsis):
                elem = self.var_type(f.type.elem)
                if i < len(e.params) - 1:
                    self.error(f.type.pos, "can only use ... with final parameter")
                variadic = i == len(e.params) - 1
                kind = elem
                if variadic and elem != t.INVALID:
                    kind = t.Slice(elem)
                self.info.operands[f.type] = Operand("type", f.type, kind)
                params.append(kind)
            else:
                params.append(self._field_type(e.params, i, params))
        results: list[t.Type] = []
        for i, f in enumerate(e.results):
            if isinstance(f.type, ast.Ellipsis):
                self.error(f.type.pos, "invalid use of ...")
                results.append(t.INVALID)
            else:
                results.append(self._field_type(e.results, i, results))
        names = tuple(f.name.name if f.name else "" for f in e.params)
        result_names = tuple(f.name.name if f.name else "" for f in e.results)
        variadic = variadic and params[-1] != t.INVALID
        return t.Func(tuple(params), tuple(results), names, result_names, variadic)

    def _field_type(self, fields: tuple[ast.Field, ...], i: int, known: list[t.Type]) -> t.Type:
        """The type of field `i`; ``a, b T`` share one expression, which is checked once."""
        if i and fields[i - 1].type is fields[i].type:
            return known[i - 1]
        return self.var_type(fields[i].type)

    def enter_function(self, e: ast.FuncType, kind: t.Func, recv: Var | None = None) -> FuncInfo:
        """Make the function of type `kind` the current one, in a scope with its parameters.

        A method's receiver is the first of `FuncInfo.params`.
        """
        info = self.func = FuncInfo(kind, self.func)
        self.open_scope()
        if recv is not None:
            recv.owner = info
            info.params.append(recv)
            if recv.name:
                self.declare(ast.Ident(recv.pos, recv.name), recv)
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

    # --- generic types -----------------------------------------------------------------------

    def type_params(
        self,
        params: tuple[ast.TypeParam, ...],
        known: Callable[[tuple[t.TypeParam, ...]], None] | None = None,
    ) -> tuple[t.TypeParam, ...]:
        """Declare type parameters in the current scope, then resolve their constraints.

        `known` is called in between.
        """
        out = tuple(
            t.TypeParam(p.name.name, i, where=f"{self.filename}:{p.pos.line}:{p.pos.col}")
            for i, p in enumerate(params)
        )
        names = [
            TypeName(p.name.name, p.pos, kind, used=True)
            for p, kind in zip(params, out, strict=True)
        ]
        for p, name in zip(params, names, strict=True):
            self.declare(p.name, name)
        if known is not None:
            known(out)
        self.since(params[0].pos, (1, 18), "type parameter")
        previous: ast.Constraint | None = None
        # What waits until types are complete waits for all constraints: [M ~map[K]V, K comparable].
        self.declaring += 1
        for i, (p, kind) in enumerate(zip(params, out, strict=True)):
            if p.constraint is previous:
                kind.constrain(out[i - 1].constraint or t.ANY)
            else:
                kind.constrain(self.constraint(p.constraint))
            if kind.constraint == t.INVALID:
                names[i].type = t.INVALID  # nothing is said about its uses
            previous = p.constraint
        self.declaring -= 1
        self.complete_types()
        return out

    def constraint(self, e: ast.Constraint) -> t.Type:
        """The interface that a constraint denotes; ``[T int]`` means ``interface{int}``."""
        if isinstance(e, tuple):
            terms, _ = self._union(e)
            return t.Interface((), terms, implicit=True)
        kind = self.type_expr(e)
        if isinstance(kind, t.TypeParam):
            self.error(e.pos, "cannot use a type parameter as constraint")
            return t.ANY
        if kind == t.INVALID:
            # After a missing package nothing more is said; else gc takes any type.
            lost = isinstance(e, ast.Selector) and (p := self.package_of(e)) and p.package is None
            return kind if lost else t.ANY
        if isinstance(kind.underlying, t.Interface):
            return kind
        return t.Interface((), term_of(False, kind), implicit=True)

    def instance(self, e: ast.Index) -> t.Type:
        """The instance that ``G[T1, T2]`` denotes."""
        origin = self.type_expr(e.x, generic=True)
        args = tuple(self.var_type(a) for a in e.indices)
        if origin == t.INVALID or t.INVALID in args:
            return t.INVALID
        name = ast.unparen(e.x)
        ident = name.sel if isinstance(name, ast.Selector) else name
        obj = self.info.uses.get(ident) if isinstance(ident, ast.Ident) else None
        params = obj.tparams if isinstance(obj, TypeName) else ()
        if not params:
            shown = ast.text(e)
            self.error(e.pos, f"invalid operation: {shown} ({origin} is not a generic type)")
            return t.INVALID
        self.since(e.pos, (1, 18), "type instantiation")
        if len(args) != len(params):
            word = "not enough" if len(args) < len(params) else "too many"
            self.error(
                e.pos,
                f"{word} type arguments for type {ast.text(e.x)}: "
                f"have {len(args)}, want {len(params)}",
            )
            return t.INVALID
        self.later(lambda: self.satisfied(params, args, e.pos, e.indices))
        if isinstance(origin, t.Named) and origin.params == params:
            return instantiate(origin, args)
        return substitute(origin, dict(zip(params, args, strict=True)))

    def satisfied(
        self,
        params: tuple[t.TypeParam, ...],
        args: tuple[t.Type, ...],
        at: ast.Pos,
        written: tuple[ast.Expr, ...] = (),
    ) -> object:
        """Check type arguments against their constraints; report the first that fails."""
        raise NotImplementedError

    def describe(self, x: Operand) -> str:
        """The operand as gc writes it."""
        raise NotImplementedError

    def convert_untyped(self, x: Operand, target: t.Type) -> None:
        """Give untyped `x` the type that its neighbour of type `target` asks for."""
        raise NotImplementedError


def _by_name(m: t.Method) -> str:
    return m.name


def embedded_name(e: ast.Expr) -> ast.Ident:
    """The name of an embedded field: that of its type."""
    while not isinstance(e, ast.Ident):
        if isinstance(e, (ast.Star, ast.Paren, ast.Index)):
            e = e.x
        elif isinstance(e, ast.Selector):
            e = e.sel
        else:
            return ast.Ident(e.pos, "_")
    return e
