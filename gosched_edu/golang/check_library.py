"""A package of golib from its outline: all its names, and nothing behind them yet.

Problem. What a program asks of the library comes one by one: a type by the linker, the value of a
constant by the checker, the body of a generic function by the lowering.

Rejected. A second checker for golib: it would differ.

Chosen. `gosched_edu.golang.check` resolves package-level objects at their first use, in any order; here
the first use includes parsing. The text of a declaration is parsed by itself, at its place in the file.

Invariant. An object is what a whole check of the package would have made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.check import Checker, Importer, Pending, parts
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.late import (
    LateAlias,
    LateConst,
    LateFunction,
    LateGeneric,
    LateInitializer,
    LateNamed,
    LateType,
    LateVar,
)
from gosched_edu.golang.objects import Const, Object, Package, PkgName, Scope, TypeName, Var
from gosched_edu.golang.outline import FileOutline, Outline
from gosched_edu.golang.parse import LATEST, declarations

_TYPES: dict[str, tuple[type[TypeName], type[t.Named]]] = {
    "type": (LateType, LateNamed), "generic": (LateType, LateGeneric),
}  # fmt: skip


class Text:
    """The lines of a file that one declaration, or a group, stands in."""

    def __init__(self, checker: LibraryChecker, file: _File, first: int, last: int):
        self.checker = checker
        self.file = file
        self.first = first
        self.last = last
        self.objects: dict[Pos, Object] = {}
        self.closed = True

    def resolve(self, obj: Object) -> None:
        """Work out what an object is, which somebody needs now."""
        self.checker.wanted(obj)

    def open(self) -> None:
        """Parse it."""
        if self.closed:
            self.closed = False
            file = self.file
            for d in declarations(file.lines, self.first, self.last, file.name, self.checker.release):
                self.checker.pend(d, self)


class _File:
    def __init__(self, outline: FileOutline, lines: Sequence[str], scope: Scope):
        self.name = outline.name
        self.lines = lines
        self.scope = scope


class LibraryChecker(Checker):
    """Makes a package from its outline, and checks what is asked for.

    Parameters
    ----------
    path : str
    release : tuple of int
        The Go version that the library is of.
    importer : Importer
    """

    def __init__(self, path: str, made: Outline, release: tuple[int, int], importer: Importer):
        super().__init__(made.name, made.files[0].name, path, LATEST, importer, lazy=True)
        self.release = release
        self.outline = made
        self.result.absent.update(made.absent)

    def package_of_files(self, texts: dict[str, str]) -> Package:
        """The package; `texts` are its files by name."""
        methods: list[tuple[str, LateFunction]] = []
        for each in self.outline.files:
            file = _File(each, texts[each.name].split("\n"), self._file_scope(each))
            text = Text(self, file, -1, -1)
            for kind, first, last, names, base, directives in each.decls:
                if (first, last) != (text.first, text.last):
                    text = Text(self, file, first, last)
                if kind in ("func", "method"):
                    f = self._function(text, names[0], base, directives)
                    if kind == "method":
                        methods.append((base.partition(" ")[0], f))
                    elif f.name == "init":
                        f.number = len(self.info.inits)
                        self.info.inits.append(f)
                        continue
                    else:
                        self.package.names[f.name] = f
                    self.info.declared.append(f)
                else:
                    self._names(kind, text, names)
        for base, f in methods:
            kind_ = self.package.names[base].type
            assert isinstance(kind_, t.Named)
            kind_.methods[f.name] = f
        variables = self.info.globals
        self.info.init_order += [
            LateInitializer(tuple(variables[i] for i in each)) for each in self.outline.order
        ]
        return self.result

    def _file_scope(self, file: FileOutline) -> Scope:
        scope = Scope(self.package)
        for name, path, line, col in file.imports:
            package = self.importer.load(path) if path != "unsafe" else universe.UNSAFE_PACKAGE
            assert package is not None
            if package not in self.result.imports:
                self.result.imports.append(package)
            scope.names[name] = PkgName(name, Pos(line, col), used=True, path=path, package=package)
        return scope

    def _function(
        self, text: Text, name: tuple[str, int, int], base: str, directives: list[str]
    ) -> LateFunction:
        pos = Pos(*name[1:])
        f = LateFunction(
            name[0], pos, used=True, package=self.package_path, file=text.file.name, completer=self._complete
        )
        f.promise(text.open, base.rpartition(" ")[2], tuple(directives))
        self._wait(f, text)
        return f

    def _names(self, kind: str, text: Text, names: list[tuple[str, int, int]]) -> None:
        for name, line, col in names:
            pos = Pos(line, col)
            obj: Object
            if kind == "const":
                obj = LateConst(name, pos)
            elif kind == "var":
                obj = LateVar(name, pos, used=True, package=self.package_path, file=text.file.name)
                self.info.globals.append(obj)
            elif kind == "alias":
                obj = LateAlias(name, pos, alias=True, package=self.package_path)
            else:
                of_name, of_type = _TYPES[kind]
                named = of_type(self.package_path, name)
                obj = of_name(name, pos, named, used=True, package=self.package_path)
                named.__dict__["resolver"] = _Of(text, obj)
            self._wait(obj, text)
            if name != "_":
                self.package.names[name] = obj

    def _wait(self, obj: Object, text: Text) -> None:
        text.objects[obj.pos] = obj
        obj.__dict__["resolver"] = text.resolve
        obj.__dict__["text"] = text

    # --- what is asked for ---------------------------------------------------------------------

    def wanted(self, obj: Object) -> None:
        """Check the declaration of an object; golib has no mistakes."""
        self._trusted(lambda: self.resolve(obj), obj)

    def pend(self, d: ast.Decl, text: Text) -> None:
        """Note a declaration that has been parsed as one that can be resolved."""
        file, known = text.file, text.objects
        match d:
            case ast.FuncDecl():
                f = known.get(d.name.pos)
                assert isinstance(f, LateFunction)
                f.decl = d
                self.pending[f] = Pending(d, [f], file.name, file.scope)
            case ast.TypeSpec():
                name = known[d.name.pos]
                assert isinstance(name, TypeName)
                name.spec = d
                self.pending[name] = Pending(d, [name], file.name, file.scope)
            case ast.ConstSpec():
                for each in parts(d):
                    self._pend_group(each, text)
            case ast.VarSpec():
                for part in parts(d):
                    self._pend_group(part, text)

    def _pend_group(self, part: ast.ConstSpec | ast.VarSpec, text: Text) -> None:
        group = [text.objects[n.pos] for n in part.names]
        for obj in group:
            assert isinstance(obj, (Const, Var))
            obj.spec = part  # type: ignore[assignment]
            self.pending[obj] = Pending(part, group, text.file.name, text.file.scope)

    def resolve(self, obj: Object) -> None:
        text: Text | None = obj.__dict__.get("text")
        if text is not None and text.checker is self:
            text.open()
            if (pending := self.pending.get(obj)) is not None:
                for each in pending.group:
                    _begun(each)
        super().resolve(obj)


class _Of:
    """The resolver of a defined type: its name's."""

    def __init__(self, text: Text, name: TypeName):
        self.text = text
        self.name = name

    def __call__(self, named: Any) -> None:
        self.text.resolve(self.name)


def _begun(obj: Object) -> None:
    """Its attributes are read as they are from now on."""
    obj.__dict__.pop("resolver", None)
    if isinstance(obj, LateType):
        obj.type.__dict__.pop("resolver", None)
