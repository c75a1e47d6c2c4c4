"""golib as Go code: all of it is checked and lowered, for versions that it tells apart."""

from __future__ import annotations

import pickle
from importlib import import_module

import pytest

from gosched_edu.golang import ast, compile_go
from gosched_edu.golang.library import GOLIB, Library, enabled, paths
from gosched_edu.golang.lower import lower
from gosched_edu.golang.lower_core import Program
from gosched_edu.golang.objectfile import FuncRef, InitVars, Unit
from gosched_edu.golang.parse import parse
from gosched_edu.golang.store import UnitStore

VERSIONS = [(1, 3), (1, 9), (1, 18), (1, 21), (1, 27)]


@pytest.mark.parametrize("version", VERSIONS)
def test_golib_is_right(version: tuple[int, int]) -> None:
    library = Library(version, eager=True)
    for path in paths():
        if path != "unsafe":
            library.load(path)  # raises if something is wrong
    assert {"runtime", "sync", "fmt"} <= set(library.packages)


def test_functions_that_are_parsed_late_are_what_stands_in_the_file(monkeypatch) -> None:
    late = {f: parse(f.read_text(), f.name, trusted=True) for f in GOLIB.rglob("*.go")}
    monkeypatch.setattr(import_module("gosched_edu.golang.parse"), "_hollow", bytes)  # leaves nothing out
    functions = 0
    for f, tree in late.items():
        whole = parse(f.read_text(), f.name, trusted=True)
        for one, other in zip(tree.decls, whole.decls, strict=True):
            if isinstance(one, ast.FuncDecl):
                assert isinstance(other, ast.FuncDecl)
                assert repr((one.type, one.body)) == repr((other.type, other.body))
                functions += 1
    assert functions > 1000


def test_golib_can_be_lowered() -> None:
    library = Library((1, 27))
    program = Program(library, (1, 27)).golib
    count = 0
    for path in paths():
        package = library.load(path) if path != "unsafe" else None
        if package is None:
            continue
        for f in package.info.declared:
            if not f.tparams and "#" not in f.intrinsic and not f.linked[1]:
                count += len(lower(program, FuncRef(f)).codes)
        for number in range(len(package.info.init_order)):
            count += len(lower(program, InitVars(package, number)).codes)
    assert count > 1000


def test_build_constraints() -> None:
    source = "//go:build {}\n\npackage p\n"
    assert enabled(source.format("go1.9"), (1, 9))
    assert not enabled(source.format("go1.9"), (1, 8))
    assert enabled(source.format("go1.5 && !go1.9"), (1, 8))
    assert not enabled(source.format("go1.5 && !go1.9"), (1, 9))
    assert enabled(source.format("windows || linux"), (1, 9))
    assert not enabled(source.format("windows"), (1, 9))
    assert enabled("package p\n", (1, 0))


def test_versions_have_different_libraries() -> None:
    source = 'package main\nimport "sync"\nfunc main() { f := sync.OnceFunc(func() {}); f() }\n'
    compile_go(source, version="1.21")
    with pytest.raises(Exception, match="since Go 1.21"):
        compile_go(source, version="1.20")


def test_units_survive_the_disk(tmp_path: object) -> None:
    library = Library((1, 27))
    program = Program(library, (1, 27)).golib
    package = library.load("fmt")
    assert package is not None
    store = UnitStore(library, tmp_path)  # type: ignore[arg-type]
    targets = [FuncRef(f) for f in package.info.declared if not f.tparams]
    units = {x: lower(program, x) for x in targets}
    for x, unit in units.items():
        store.put(x, unit)
    store.save()
    # another process: another library, and the same code in it
    other = Library((1, 27))
    again = UnitStore(other, tmp_path)  # type: ignore[arg-type]
    theirs = other.load("fmt")
    assert theirs is not None
    for mine, f in zip(targets, (f for f in theirs.info.declared if not f.tparams), strict=True):
        unit = again.get(FuncRef(f))
        assert isinstance(unit, Unit)
        assert [c.words for c in unit.codes] == [c.words for c in units[mine].codes]
        assert [len(c.relocations) for c in unit.codes] == [len(c.relocations) for c in units[mine].codes]
    damaged = next(iter(tmp_path.iterdir()))  # type: ignore[attr-defined]
    damaged.write_bytes(pickle.dumps([1, 2, 3]))
    assert UnitStore(other, tmp_path).get(targets[0]) is None  # type: ignore[arg-type]
