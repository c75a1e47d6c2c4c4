"""What a package of golib declares, without its syntax: the first half of loading it, kept on disk.

Problem. A new process would parse twenty packages for a program that prints, and check what they
declare: more than half of the time of its first compilation.

Rejected. Pickles of checked packages: a body that is asked for later needs the checker that made them,
with all its scopes; and who can write the cache could run code. Looking for declarations with regular
expressions: a group of constants has names that only a parser finds.

Chosen. Where each declaration stands, the names in it, and the order in which variables are initialised
(which takes the bodies of functions to find). `gosched_edu.golang.check_library` makes a package from
that, and parses a declaration when somebody needs it. The files are JSON behind a digest.

Invariant. All packages are loaded from outlines, whether they were stored or have just been made.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.objects import Function, Package, TypeName

#: A name and its place: name, line, column.
Name = tuple[str, int, int]


@dataclass
class FileOutline:
    """One file.

    Attributes
    ----------
    name : str
        Such as "fmt/print.go".
    imports : list of (str, str, int, int)
        What the package is called here, its path, line and column.
    decls : list of (str, int, int, list, str, list of str)
        In the order of the file: "const", "var", "type", "generic", "alias", "func" or "method"; first
        and last line, from 0, of the text that it is part of; names; the type that a method is declared
        on and, written "named as", the name in its receiver where that is another one; the directives of
        a function.
    """

    name: str
    imports: list[tuple[str, str, int, int]]
    decls: list[tuple[str, int, int, list[Name], str, list[str]]]


@dataclass
class Outline:
    """A package.

    Attributes
    ----------
    name : str
    files : list of FileOutline
    order : list of list of int
        The initialisations in their order: numbers of the variables, counted through all files.
    absent : dict of str to str
        As `gosched_edu.golang.objects.Package` has it.
    """

    name: str
    files: list[FileOutline]
    order: list[list[int]]
    absent: dict[str, str]


def outline(package: Package, trees: Iterable[ast.File]) -> Outline:
    """The outline of a package that has been checked.

    Parameters
    ----------
    package : Package
    trees : iterable of ast.File
        Its files.
    """
    functions = {f.decl for f in (*package.info.declared, *package.info.inits)}
    owners = {f.decl: base for base, f in _methods(package)}
    files: list[FileOutline] = []
    for tree in trees:
        decls: list[tuple[str, int, int, list[Name], str, list[str]]] = []
        for d, (first, last) in zip(tree.decls, tree.rows, strict=True):
            if not isinstance(d, ast.FuncDecl):
                names = [_name(n) for n in (d.names if not isinstance(d, ast.TypeSpec) else (d.name,))]
                decls.append((_kind(d), first, last, names, "", []))
            elif d in functions:  # the others are methods of types that this Go version has not
                kind = "func" if d.recv is None else "method"
                decls.append((kind, first, last, [_name(d.name)], _base(d, owners), list(d.directives)))
        files.append(FileOutline(tree.name, [_import(package, i) for i in tree.imports], decls))
    numbers = {v: i for i, v in enumerate(package.info.globals)}
    order = [[numbers[v] for v in init.lhs] for init in package.info.init_order]
    return Outline(package.name, files, order, package.absent)


def _kind(d: ast.ConstSpec | ast.VarSpec | ast.TypeSpec) -> str:
    if isinstance(d, ast.TypeSpec):
        return "alias" if d.alias else "generic" if d.params else "type"
    return "const" if isinstance(d, ast.ConstSpec) else "var"


def _name(e: ast.Ident) -> Name:
    return e.name, e.pos.line, e.pos.col


def _base(d: ast.FuncDecl, owners: dict[ast.FuncDecl | None, str]) -> str:
    """The type that a method is declared on, and the alias in its receiver."""
    written = None if d.recv is None else ast.receiver_base(d.recv.type)
    if written is None:
        return ""
    owner = owners[d]
    return owner if owner == written.name else f"{owner} {written.name}"


def _methods(package: Package) -> Iterable[tuple[str, Function]]:
    for name, obj in package.scope.names.items():
        if isinstance(obj, TypeName) and not obj.alias and isinstance(obj.type, t.Named):
            yield from ((name, f) for f in obj.type.methods.values())


def _import(package: Package, spec: ast.ImportSpec) -> tuple[str, str, int, int]:
    assert spec.name is None or spec.name.name != ".", "golib has no dot imports"
    path = spec.path
    name = next((p.name for p in package.imports if p.path == path), path)
    return (name if spec.name is None else spec.name.name), path, spec.pos.line, spec.pos.col


# --- on disk ----------------------------------------------------------------------------------


def stored(file: Path) -> Outline | None:
    """The outline in a file, None if there is none that is whole."""
    try:
        digest, _, text = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest != _digest(text):
        return None
    found: dict[str, Any] = json.loads(text)
    files = [FileOutline(**each) for each in found.pop("files")]
    return Outline(files=files, **found)


def store(file: Path, made: Outline) -> None:
    """Write an outline, if the folder can be written to."""
    text = json.dumps(asdict(made), separators=(",", ":")).encode()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as f:
            f.write(_digest(text) + b"\n" + text)
        os.replace(f.name, file)
    except OSError:
        return


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()
