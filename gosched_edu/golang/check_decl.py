"""Declarations of types, functions and methods.

Problem. A type may refer to itself; methods may be declared before their type; the body of
a generic function is checked while its type parameters are unknown.

Rejected. Checking a type declaration at one go: ``type T struct { next *T }`` needs T while
T is being declared.

Chosen. A `Named` exists as soon as its declaration is seen and gets what it is made of
later; methods are attached by name before anything is resolved.

Invariant. When a package has been checked without error, no type contains itself but
through a pointer, slice, map, channel, function or interface.
"""

from __future__ import annotations

from collections.abc import Iterator

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_stmt import StmtChecker
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.generics import mentions
from gosched_edu.golang.objects import Function, Scope, TypeName, Var
from gosched_edu.golang.subst import instantiate, substitute

#: Types nested deeper than this contain themselves in ever new instances: ``type T[P any] [2]T[*P]``.
_DEEPEST = 100


class DeclChecker(StmtChecker):
    """Checks declarations of types and functions."""

    def __init__(self, version: tuple[int, int], filename: str, path: str = "main"):
        super().__init__(version, filename, path)
        # Of the function that is being checked.
        self.tparams: tuple[t.TypeParam, ...] = ()
        self.local_types = 0

    # --- types -----------------------------------------------------------------------------

    def new_type(self, spec: ast.TypeSpec) -> TypeName:
        """The object of a type declaration, not yet resolved."""
        obj = TypeName(spec.name.name, spec.name.pos, spec=spec, package=self.package_path)
        obj.alias = spec.alias
        if not spec.alias:
            local = 0
            if self.func is not None:
                self.local_types += 1
                local = self.local_types
            # A type declared in a generic function has an instance for each of its instances.
            outer = self.tparams if local else ()
            obj.type = t.Named(self.package_path, spec.name.name, local=local, params=outer)
            obj.used = not local
        return obj

    def declare_type(self, obj: TypeName) -> None:
        """Resolve a type declaration."""
        spec = obj.spec
        assert spec is not None
        self.declaring += 1
        self.open_scope()
        if spec.params:

            def known(params: tuple[t.TypeParam, ...]) -> None:
                # before the constraints, which may mention the type itself
                obj.tparams = params
                if isinstance(obj.type, t.Named) and not spec.alias:
                    obj.type.generalize(params)

            self.type_params(spec.params, known)
            if spec.alias and self.version < (1, 23):
                message = self.needs_version("generic type alias", (1, 23))
                self.error(spec.params[0].pos, message)
        if spec.alias and self.version < (1, 9):
            self.error(spec.name.pos, self.needs_version("type alias", (1, 9)))
        if spec.alias:
            obj.type = self.type_expr(spec.type)
        else:
            named = obj.type
            assert isinstance(named, t.Named)
            if self._waits(spec.type):
                scope = self.scope
                self.waiting.insert(0, lambda: self._complete_later(named, spec, scope))
                self.info.types_defined.append(obj)
                self.close_scope()
                self.declaring -= 1
                return
            right = self.type_expr(spec.type)
            if isinstance(right, t.TypeParam):
                self.error(spec.type.pos, "cannot use a type parameter as RHS in type declaration")
                right = t.INVALID
            named.complete(right)
            self.info.types_defined.append(obj)
        self.close_scope()
        self.declaring -= 1
        self.complete_types()

    def _waits(self, e: ast.Expr) -> bool:
        """Whether interface `e` embeds a type whose declaration is under way further out."""
        if not isinstance(e, ast.InterfaceType) or self.declaring < 2:
            return False
        for terms in e.embedded:
            for term in terms:
                inner = ast.unparen(term.type)
                inner = ast.unparen(inner.x) if isinstance(inner, ast.Index) else inner
                obj = self.scope.lookup(inner.name) if isinstance(inner, ast.Ident) else None
                if isinstance(obj, TypeName):
                    self.resolve(obj)
                    if isinstance(obj.type, t.Named) and obj.type.underlying == t.INVALID:
                        return True
        return False

    def _complete_later(self, named: t.Named, spec: ast.TypeSpec, scope: Scope) -> None:
        """What `declare_type` had to leave: the interface that `named` is."""
        outer, self.scope = self.scope, scope
        named.complete(self.type_expr(spec.type))
        self.scope = outer

    def local_type(self, spec: ast.TypeSpec) -> None:
        """A type declaration in a function."""
        obj = self.new_type(spec)
        obj.used = True
        self.declare(spec.name, obj)
        self.declare_type(obj)
        self.contained(obj)

    def contained(self, obj: TypeName) -> None:
        """Report a type that contains itself (validtype.go)."""
        if isinstance(obj.type, t.Named):
            self._contains(obj.type, [], [], set())

    def _contains(self, kind: t.Type, nest: list[t.Named], path: list[t.Named], done: set[t.Type]) -> bool:
        """Whether `kind` has a size; `nest`: the types whose declarations it stands in, by instance."""
        match kind:
            case t.Named():
                if kind in nest or len(nest) > _DEEPEST:
                    start = path.index(kind) if kind in path else 0
                    self._recursive(path[start:])
                    return False
                if kind in done or kind.package != self.package_path:
                    return True
                origin = kind.origin or kind
                inner = origin.underlying
                if origin.base is None and isinstance(origin.right, t.Named):
                    inner = origin.right
                good = self._contains(inner, [*nest, kind], [*path, kind], done)
                if not mentions(kind):
                    done.add(kind)
                return good
            case t.TypeParam():
                # What it stands for belongs to the place where the type around it was instantiated.
                around = nest[-1] if nest else None
                params = (around.origin or around).params if around is not None else ()
                if around is not None and kind in params and around.args:
                    arg = around.args[params.index(kind)]
                    return self._contains(arg, nest[:-1], path, done)
            case t.Struct():
                return all(self._contains(f.type, nest, path, done) for f in kind.fields)
            case t.Array():
                return self._contains(kind.elem, nest, path, done)
        return True

    def embedding_cycles(self, specs: dict[str, ast.TypeSpec]) -> None:
        """Report interfaces that embed themselves."""
        embeds: dict[str, list[str]] = {}
        for name, spec in specs.items():
            if isinstance(spec.type, ast.InterfaceType):
                inner = [u[0].type for u in spec.type.embedded if len(u) == 1]
                embeds[name] = [x.name for x in inner if isinstance(x, ast.Ident)]

        def visit(name: str, path: list[str]) -> None:
            if name in path:
                kinds = [self.package.names[n].type for n in path[path.index(name) :]]
                self._recursive([k for k in kinds if isinstance(k, t.Named)])
                return
            for other in embeds.get(name, ()):
                visit(other, [*path, name])

        for name in embeds:
            visit(name, [])

    def _recursive(self, cycle: list[t.Named]) -> None:
        names = [str(c) for c in cycle]
        places = [self.type_place(c) for c in cycle]
        if (key := frozenset(names)) in self.reported_cycles:
            return
        self.reported_cycles.add(key)
        first = min(range(len(cycle)), key=lambda i: places[i])
        names, places = names[first:] + names[:first], places[first:] + places[:first]
        if len(names) == 1:
            self.error(places[0], f"invalid recursive type: {names[0]} refers to itself")
            return
        lines = [f"invalid recursive type {names[0]}"]
        for name, at, other in zip(names, places, [*names[1:], names[0]], strict=True):
            lines.append(f"\t{self.filename}:{at.line}:{at.col}: {name} refers to {other}")
        self.error(places[0], "\n".join(lines))

    @property
    def reported_cycles(self) -> set[frozenset[str]]:
        """Cycles of types that have been reported."""
        return self.__dict__.setdefault("_reported_cycles", set())

    def type_place(self, kind: t.Named) -> Pos:
        """Where a type is declared, or an instance is written."""
        if kind.origin is not None:
            for e, x in self.info.operands.items():
                if x.type is kind and isinstance(e, ast.Index):
                    return e.pos
        origin = kind.origin or kind
        for obj in self.info.types_defined:
            if obj.type is origin:
                return obj.pos
        found = self.package.names.get(kind.name)
        return found.pos if found is not None else Pos(0, 0)

    # --- methods -----------------------------------------------------------------------------

    def attach(self, f: Function) -> None:
        """Give method `f` to the type that its receiver names."""
        assert f.decl is not None and f.decl.recv is not None
        base = ast.receiver_base(f.decl.recv.type)
        obj = self.package.names.get(base.name) if base is not None else None
        if isinstance(obj, TypeName) and obj.alias and obj.spec is not None:
            inner = ast.receiver_base(obj.spec.type)
            obj = self.package.names.get(inner.name) if inner is not None else None
        if not isinstance(obj, TypeName) or not isinstance(obj.type, t.Named):
            return  # the signature will be reported
        if f.name == "_":
            return
        if (other := obj.type.methods.get(f.name)) is not None:
            where = f"{self.filename}:{other.pos.line}:{other.pos.col}"
            self.error(f.pos, f"method {obj.name}.{f.name} already declared at {where}")
            return
        obj.type.methods[f.name] = f

    def distinct_names(self, obj: TypeName) -> None:
        """Report fields and methods of one name."""
        kind = obj.type
        if not isinstance(kind, t.Named) or not isinstance(kind.underlying, t.Struct):
            return
        places = {}
        if obj.spec is not None and isinstance(obj.spec.type, ast.StructType):
            places = dict(field_places(obj.spec.type))
        for field in kind.underlying.fields:
            f = kind.methods.get(field.name)
            if f is not None and field.name in places:
                at = places[field.name]
                self.error(
                    f.pos,
                    f"field and method with the same name {f.name}\n"
                    f"\t{self.filename}:{at.line}:{at.col}: other declaration of {f.name}",
                )

    # --- functions -----------------------------------------------------------------------------

    def function_type(self, f: Function) -> None:
        """Resolve the signature of `f`; its type parameters are declared in the current scope."""
        decl = f.decl
        assert decl is not None
        if decl.recv is not None:
            f.recv = self._receiver(f, decl.recv)
            if decl.params:
                self.since(decl.params[0].pos, (1, 27), "generic method")
                f.own = self.type_params(decl.params)
                f.tparams += f.own
        elif decl.params:
            f.tparams = self.type_params(decl.params)
        f.type = self.signature(decl.type)

    def _receiver(self, f: Function, field: ast.Field) -> t.Type:
        """The receiver's type; the type parameters in ``(r *T[K, V])`` are declared here."""
        e = ast.unparen(field.type)
        pointer = isinstance(e, ast.Star)
        inner = ast.unparen(e.x) if isinstance(e, ast.Star) else e
        if isinstance(inner, ast.Index):
            kind = self._generic_receiver(f, inner)
        else:
            kind = self.type_expr(inner)
            if isinstance(inner, ast.Ident) and isinstance(kind, t.Named) and kind.params:
                kind = t.INVALID  # reported: generic type without instantiation
        if kind == t.INVALID:
            return kind
        recv = t.Pointer(kind) if pointer else kind
        self.later(lambda: self._valid_receiver(inner.pos, recv))
        return recv

    def _generic_receiver(self, f: Function, e: ast.Index) -> t.Type:
        origin = self.type_expr(e.x, generic=True)
        if not isinstance(origin, t.Named) or not origin.params:
            if origin != t.INVALID:
                self.error(e.pos, f"cannot use {ast.text(e)}: {origin} is not a generic type")
            return t.INVALID
        names = [a if isinstance(a, ast.Ident) else ast.Ident(a.pos, "_") for a in e.indices]
        if len(names) != len(origin.params):
            self.error(
                e.pos,
                f"receiver declares {_count(names)}, but receiver base type declares {len(origin.params)}",
            )
            return t.INVALID
        f.tparams = tuple(t.TypeParam(n.name, i) for i, n in enumerate(names))
        env = dict(zip(origin.params, f.tparams, strict=True))
        for n, own, theirs in zip(names, f.tparams, origin.params, strict=True):
            own.constrain(substitute(theirs.constraint or t.ANY, env))
            self.declare(n, TypeName(n.name, n.pos, own, used=True))
            self.instances.canonical[own] = theirs
        return instantiate(origin, f.tparams)

    def _valid_receiver(self, pos: Pos, recv: t.Type) -> None:
        base = recv.elem if isinstance(recv, t.Pointer) else recv
        if isinstance(base, t.Named):
            u = base.underlying
            if base.package != self.package_path:
                self.error(pos, f"cannot define new methods on non-local type {base}")
            elif isinstance(u, (t.Pointer, t.Interface)):
                self.error(pos, f"invalid receiver type {base} (pointer or interface type)")
            elif u == t.UNSAFE_POINTER:
                self.error(pos, f"invalid receiver type {base} (unsafe.Pointer)")
        elif isinstance(base, t.Basic):
            self.error(pos, f"cannot define new methods on non-local type {base}")
        else:
            self.error(pos, f"invalid receiver type {recv}")

    def function_body(self, f: Function) -> None:
        """Check the body of `f`; its scope of type parameters is the current one."""
        assert f.decl is not None and f.decl.body is not None and isinstance(f.type, t.Func)
        recv: Var | None = None
        if f.decl.recv is not None:
            name, at = f.decl.recv.name, f.decl.recv.type.pos
            if name is not None:
                at = name.pos
            recv = Var(name.name if name is not None else "", at, f.recv or t.INVALID, True)
        self.tparams = f.tparams
        f.info = self.enter_function(f.decl.type, f.type, recv)
        self.body(f.info, f.decl.body)
        self.tparams = ()


def field_places(e: ast.StructType) -> Iterator[tuple[str, Pos]]:
    """The names of the fields written in a struct type, and where."""
    for f in e.fields:
        yield from ((n.name, n.pos) for n in f.names)


def _count(names: list[ast.Ident]) -> str:
    return f"{len(names)} type parameter{'' if len(names) == 1 else 's'}"
