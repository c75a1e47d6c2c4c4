"""A whole package: package-level declarations, in any order.

Problem. A package's functions, types, variables and constants may refer to each other in any
order, and variables are initialised in the order of their dependencies.

Rejected. Source order for initialisation: `var a = b; var b = 1` is good Go.

Invariant. `Info.init_order` lists the initialisations so that none runs before
another that it needs, directly or through functions. What the checker learns about a
function's body is in `Function.findings`, everything else in `Package.info`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.check_decl import DeclChecker
from gosched_edu.golang.errors import Diagnostic, Pos
from gosched_edu.golang.init_order import initial_order
from gosched_edu.golang.knobs import check_knobs
from gosched_edu.golang.late import LateFunction
from gosched_edu.golang.objects import (
    Const,
    Function,
    Info,
    Initializer,
    Object,
    Package,
    PkgName,
    Scope,
    TypeName,
    Var,
)


class Importer(Protocol):
    """Where imported packages come from; see `gosched_edu.golang.library`."""

    def load(self, path: str) -> Package | None:
        """The package at `path`, checked; None if there is none."""

    def nearest(self, path: str) -> str:
        """What to write instead of a path that does not exist."""

    def path_of(self, name: str) -> str | None:
        """The path of a package called `name`."""


@dataclass
class Pending:
    """A declaration that has not been resolved yet, with its group, its file and that file's scope."""

    decl: ast.Decl
    group: list[Object]
    file: str
    scope: Scope


def check(
    files: list[ast.File],
    path: str,
    version: tuple[int, int],
    importer: Importer,
    lazy: bool = False,
) -> tuple[Package, list[Diagnostic]]:
    """Check a package.

    Parameters
    ----------
    files : list of ast.File
    path : str
        Its import path; "main" for the user's.
    version : tuple of int
        The language version.
    importer : Importer
        Gives the packages that it imports.
    lazy : bool
        Check the bodies of functions when somebody needs them (`Function.complete`).

    Returns
    -------
    package : Package
        What the lowering needs; complete only if there are no errors.
    errors : list of Diagnostic
    """
    checker = Checker(files[0].package.name, files[0].name, path, version, importer, lazy)
    checker.check(files)
    return checker.result, checker.errors


class Checker(DeclChecker):
    """Checks a package."""

    def __init__(
        self,
        name: str,
        filename: str,
        path: str,
        version: tuple[int, int],
        importer: Importer,
        lazy: bool,
    ):
        super().__init__(version, filename, path)
        self.importer = importer
        self.lazy = lazy
        self.result = Package(path, name, self.package, self.info)
        self.pending: dict[Object, Pending] = {}
        self.open: list[Object] = []
        self.references: dict[Object, set[Object]] = {}
        self.specs: list[tuple[ast.VarSpec, list[Var]]] = []
        self.scopes: dict[Function, Scope] = {}
        self.mine: set[Function] = set()

    def check(self, files: list[ast.File]) -> None:
        """Check the declarations of all files, then their bodies."""
        imports: list[tuple[str, PkgName]] = []
        methods: list[Function] = []
        for file in files:
            self.result.absent.update(file.absent)
        for file in files:
            for d in file.decls:
                if isinstance(d, ast.TypeSpec):
                    self.result.absent.pop(d.name.name, None)
        for file in files:
            self.filename = file.name
            scope = Scope(self.package)
            imports += [(file.name, p) for p in self._imports(file, scope)]
            for d in file.decls:
                self.scope = self.package
                if isinstance(d, ast.FuncDecl) and d.recv is not None:
                    base = ast.receiver_base(d.recv.type)
                    if base is not None and base.name in self.result.absent:
                        continue  # a method of a type that this Go version has not
                self._collect(d, file, scope, methods)
        for f in methods:
            self.filename = f.file
            self.attach(f)
        if not self.lazy:
            named = [o for o in self.pending if isinstance(o, TypeName)]
            self.embedding_cycles({o.name: o.spec for o in named if o.spec is not None})
        for obj in list(self.pending):
            if isinstance(obj, LateFunction):
                obj.resolver = self._complete_type
            else:
                self.resolve(obj)
        for name in list(self.info.types_defined):
            self.contained(name)
            self.distinct_names(name)
        if self.lazy:
            self._bodies_for_order()
        else:
            for f in [*self.info.declared, *self.info.inits]:
                self._body(f)
        if not self.lazy:
            self._unused(imports)
        self._order()
        if self.package_path == "main":
            self._bodyless()
            if (endless := self.instances.cycle()) is not None:
                self.error(*endless)
        check_knobs(self.specs, self.info, self.error)

    # --- imports ---------------------------------------------------------------------------

    def _imports(self, file: ast.File, scope: Scope) -> list[PkgName]:
        out: list[PkgName] = []
        for spec in file.imports:
            package = self._load(spec)
            name = spec.path.rpartition("/")[2] if package is None else package.name
            if spec.name is not None:
                name = spec.name.name
            obj = PkgName(name, spec.pos, used=package is None, path=spec.path, package=package)
            if package is not None and package not in self.result.imports:
                self.result.imports.append(package)
            if name == "_":
                continue
            out.append(obj)
            if name == ".":
                self._dot_import(obj, scope)
            elif name == "init":
                self.error(spec.pos, "cannot import package as init - init must be a func")
            elif (other := scope.names.get(name)) is not None:
                self.error(
                    spec.pos,
                    f"{name} redeclared in this block\n\t{self.filename}:{other.pos.line}:"
                    f"{other.pos.col}: other declaration of {name}",
                )
            else:
                scope.names[name] = obj
        return out

    def _load(self, spec: ast.ImportSpec) -> Package | None:
        if spec.path == "unsafe":
            return universe.UNSAFE_PACKAGE
        package = self.importer.load(spec.path)
        if package is None:
            hint = self.importer.nearest(spec.path)
            self.error(spec.pos, f"package {spec.path} is not simulated", hint)
        return package

    def _dot_import(self, obj: PkgName, scope: Scope) -> None:
        """The names of a package, as if they were declared in this file."""
        if obj.package is None:
            return
        obj.used = True
        for name, member in obj.package.scope.names.items():
            if name[:1].isupper():
                scope.names[name] = member

    def known_package(self, name: str) -> str | None:
        return self.importer.path_of(name)

    def _unused(self, imports: list[tuple[str, PkgName]]) -> None:
        for filename, p in imports:
            if not p.used:
                self.filename = filename
                last = p.path.rpartition("/")[2] if p.package is None else p.package.name
                note = f" as {p.name}" if p.name != last else ""
                self.error(p.pos, f'"{p.path}" imported{note} and not used')
        if self.package_path == "main":
            for v in self.vars:
                if not v.used:
                    self.error(v.pos, f"declared and not used: {v.name}")

    def _bodyless(self) -> None:
        """Report functions without a body, as gc does when nothing else is wrong."""
        for f in self.info.declared if not self.errors else ():
            if f.decl is not None and f.decl.source is None and not (f.intrinsic or f.linked[1]):
                self.error(f.pos, "missing function body")

    # --- declarations ------------------------------------------------------------------------

    def _collect(self, d: ast.Decl, file: ast.File, scope: Scope, methods: list[Function]) -> None:
        def pend(part: ast.Decl, group: list[Object], names: tuple[ast.Ident, ...]) -> None:
            for ident, obj in zip(names, group, strict=True):
                self._declare(ident, obj, scope)
                self.pending[obj] = Pending(part, group, file.name, scope)

        match d:
            case ast.ConstSpec():
                for part in parts(d):
                    consts = [Const(n.name, n.pos, spec=part) for n in part.names]
                    pend(part, list(consts), part.names)
            case ast.VarSpec():
                variables: list[Var] = []
                for each in parts(d):
                    group = [Var(n.name, n.pos, spec=each, used=True) for n in each.names]
                    for v in group:
                        v.package, v.file = self.package_path, file.name
                    variables += group
                    pend(each, list(group), each.names)
                self.specs.append((d, variables))
                self.info.globals.extend(variables)
            case ast.TypeSpec():
                pend(d, [self.new_type(d)], (d.name,))
            case ast.FuncDecl():
                kind = LateFunction if self.lazy else Function
                f = kind(d.name.name, d.name.pos, decl=d, package=self.package_path)
                f.file = file.name
                f.used = True
                f.completer = self._complete if self.lazy else None
                self.mine.add(f)
                self.pending[f] = Pending(d, [f], file.name, scope)
                if d.recv is not None:
                    methods.append(f)
                    self.info.defs[d.name] = f
                    self.info.declared.append(f)
                else:
                    self._collect_function(d, f, scope)

    def _collect_function(self, d: ast.FuncDecl, f: Function, scope: Scope) -> None:
        main = f.name == "main" and self.result.name == "main"
        if f.name == "init" or main:
            if d.params:
                self.error(d.params[0].pos, f"func {f.name} must have no type parameters")
            if d.type.params or d.type.results:
                self.error(d.name.pos, f"func {f.name} must have no arguments and no return values")
        if f.name == "init":
            f.number = len(self.info.inits)
            self.info.inits.append(f)
            self.info.defs[d.name] = f
        else:
            self.info.declared.append(f)
            self._declare(d.name, f, scope)
        if d.source is None and (f.name == "init" or main):
            self.error(d.name.pos, f"func {f.name} must have a body")

    def _declare(self, ident: ast.Ident, obj: Object, scope: Scope) -> None:
        main = ident.name == "main" and self.result.name == "main"
        if (ident.name == "init" or main) and not isinstance(obj, Function):
            self.error(ident.pos, f"cannot declare {ident.name} - must be func")
            return
        if isinstance(imported := scope.names.get(ident.name), PkgName):
            name, path, at = ident.name, imported.path, imported.pos
            package = imported.package.name if imported.package is not None else name
            self.error(
                ident.pos,
                f'{name} already declared through import of package {package} ("{path}")\n'
                f"\t{self.filename}:{at.line}:{at.col}: other declaration of {name}",
            )
            return
        self.declare(ident, obj)

    def resolve(self, obj: Object) -> None:
        if obj in self.open:
            if not isinstance(obj, (Function, TypeName)) and obj.type == t.INVALID:
                self._cycle(obj)
            elif isinstance(obj, TypeName):
                self._type_cycle(obj)
            return
        pending = self.pending.get(obj)
        if pending is None:
            return
        saved = self._context()
        self.scope, self.func, self.iota, self.inherits = Scope(pending.scope), None, None, None
        self.needs, self.info, self.filename = set(), self.result.info, pending.file
        self.tparams = ()
        for each in pending.group:
            del self.pending[each]
        self.open.extend(pending.group)
        match pending.decl:
            case ast.FuncDecl():
                assert isinstance(obj, Function)
                self.scopes[obj] = self.scope
                self.function_type(obj)
            case ast.TypeSpec():
                assert isinstance(obj, TypeName)
                self.declare_type(obj)
            case ast.ConstSpec():
                self.const_spec(pending.decl, [c for c in pending.group if isinstance(c, Const)])
            case ast.VarSpec():
                self.var_spec(pending.decl, [v for v in pending.group if isinstance(v, Var)])
        for each in pending.group:
            self.references.setdefault(each, set()).update(self.needs)
        del self.open[-len(pending.group) :]
        self._restore(saved)

    def _context(self) -> tuple[object, ...]:
        return (
            self.scope, self.func, self.iota, self.inherits, self.needs, self.info, self.filename,
            self.tparams, self.has_call,
        )  # fmt: skip

    def _restore(self, saved: tuple[object, ...]) -> None:
        (
            self.scope, self.func, self.iota, self.inherits, self.needs, self.info, self.filename,
            self.tparams, self.has_call,
        ) = saved  # type: ignore[assignment]  # fmt: skip

    def _type_cycle(self, obj: TypeName) -> None:
        """A type that stands for nothing but itself: ``type T T``, ``type A = B; type B = A``."""
        cycle = self.open[self.open.index(obj) :]
        straight = all(isinstance(o, TypeName) and _bare(o) for o in cycle)
        if not straight or obj.type == t.INVALID and not obj.alias:
            return
        names = [o.name for o in cycle]
        if (key := frozenset(names)) in self.reported_cycles:
            return
        self.reported_cycles.add(key)
        first = min(range(len(cycle)), key=lambda i: cycle[i].pos)
        ordered = cycle[first:] + cycle[:first]
        if len(ordered) == 1:
            message = f"invalid recursive type: {obj.name} refers to itself"
        else:
            message = "\n".join(
                [f"invalid recursive type {ordered[0].name}"]
                + [
                    f"\t{self.filename}:{a.pos.line}:{a.pos.col}: {a.name} refers to {b.name}"
                    for a, b in zip(ordered, [*ordered[1:], ordered[0]], strict=True)
                ]
            )
        self.error(ordered[0].pos, message)

    def _cycle(self, obj: Object) -> None:
        cycle = self.open[self.open.index(obj) :]
        first = min(range(len(cycle)), key=lambda i: cycle[i].pos)
        self._report_cycle([(o.name, o.pos) for o in cycle[first:] + cycle[:first]])

    def _report_cycle(self, cycle: list[tuple[str, Pos]]) -> None:
        """Report declarations that refer to each other; the error is at the first."""
        name, pos = cycle[0]
        if len(cycle) == 1:
            self.error(pos, f"initialization cycle: {name} refers to itself")
            return
        lines = [f"initialization cycle for {name}"]
        for (x, at), (y, _) in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            lines.append(f"\t{self.filename}:{at.line}:{at.col}: {x} refers to {y}")
        self.error(pos, "\n".join(lines))

    def _body(self, f: Function) -> None:
        assert f.decl is not None
        if f.findings is not None or f.decl.source is None or not isinstance(f.type, t.Func):
            return
        saved = self._context()
        self.scope, self.func, self.needs = self.scopes[f], None, set()
        self.filename = f.file
        f.findings = self.info = Info()
        self.function_body(f)
        self.references.setdefault(f, set()).update(self.needs)
        self._restore(saved)

    def _bodies_for_order(self) -> None:
        """Check the bodies of functions that initial values need: they decide the order."""
        pending = [o for needs in self.references.values() for o in needs]
        while pending:
            f = pending.pop()
            if isinstance(f, Function) and f in self.mine and f.findings is None:
                self._body(f)
                pending += self.references.get(f, ())

    def _complete(self, f: Function) -> None:
        """Check the body of a function of golib, which somebody needs now."""
        self._trusted(lambda: self._body(f), f)

    def _complete_type(self, f: Object) -> None:
        """Check the signature of a function of golib, which somebody needs now."""
        self._trusted(lambda: self.resolve(f), f)

    def _trusted(self, check: Callable[[], None], obj: Object) -> None:
        before = len(self.errors)
        check()
        if len(self.errors) > before:
            file = getattr(obj, "file", self.package_path)
            text = "\n".join(f"{file}:{e.line}:{e.col}: {e.message}" for e in self.errors[before:])
            raise RuntimeError(f"golib is broken:\n{text}")

    # --- initialisation ------------------------------------------------------------------------

    def _order(self) -> None:
        """Order the variable declarations by their dependencies, else by the source."""
        objects: list[Object] = [*self.result.info.globals, *self.result.info.declared]
        order = initial_order(objects, self.references, self.error, self.filename)
        done: set[ast.VarSpec] = set()
        for v in order:
            spec = v.spec
            assert spec is not None
            if spec.values and spec not in done:
                done.add(spec)
                group = tuple(u for u in self.result.info.globals if u.spec is spec)
                self.result.info.init_order.append(Initializer(group, spec.values[0]))


Spec = TypeVar("Spec", ast.ConstSpec, ast.VarSpec)


def parts(d: Spec) -> list[Spec]:
    """A declaration of n names with n values as n declarations, which may refer to each other."""
    if len(d.names) < 2 or len(d.names) != len(d.values):
        return [d]
    return [replace(d, names=(name,), values=(value,)) for name, value in zip(d.names, d.values, strict=True)]


def _bare(obj: Object) -> bool:
    """Whether a type is declared as nothing but another name."""
    spec = obj.spec if isinstance(obj, TypeName) else None
    return spec is not None and isinstance(ast.unparen(spec.type), ast.Ident)
