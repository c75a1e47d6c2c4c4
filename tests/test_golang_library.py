"""golib as Go code: all of it is checked and lowered, for versions that it tells apart."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from gosched_edu.golang import ast, compile_go
from gosched_edu.golang import types as t
from gosched_edu.golang.library import Library, WholeLibrary, library
from gosched_edu.golang.lower import lower
from gosched_edu.golang.lower_core import Program
from gosched_edu.golang.objectfile import FuncRef, InitVars, Unit
from gosched_edu.golang.objects import Const, Function, Object, Package, TypeName
from gosched_edu.golang.parse import LATEST, declarations, parse
from gosched_edu.golang.sources import GOLIB, enabled, paths
from gosched_edu.golang.store import UnitStore
from gosched_edu.kernel.image import Image

VERSIONS = [(1, 3), (1, 9), (1, 18), (1, 21), (1, 27)]


@pytest.mark.parametrize("version", VERSIONS)
def test_golib_is_right(version: tuple[int, int], tmp_path: Path) -> None:
    whole = WholeLibrary(version, eager=True)
    for path in paths():
        if path != "unsafe":
            whole.load(path)  # raises if something is wrong
    assert {"runtime", "sync", "fmt"} <= set(whole.packages)
    # what is loaded from outlines, one by one and in another order, is the same
    making = Library(version, tmp_path)
    making.whole = whole
    for path in whole.packages:
        making.load(path)
    stored = Library(version, tmp_path)
    for path, package in reversed(whole.packages.items()):
        found = stored.load(path)
        assert found is not None
        assert dict(_described(found)) == dict(_described(package))
    assert stored.whole is None  # has asked nobody


def _described(package: Package) -> Iterator[tuple[str, object]]:
    """All that can be asked of a package's declarations, the last ones first."""
    info = package.info
    yield "order", [[v.name for v in init.lhs] for init in info.init_order]
    yield "values", [ast.text(init.rhs) for init in reversed(info.init_order)]
    yield "others", (package.name, package.absent, [p.path for p in package.imports], len(info.inits))
    for f in reversed([*info.declared, *info.inits]):
        yield f"func {f.base}.{f.name} {f.file}:{f.pos}", (_object(f), f.linked, f.intrinsic, str(f.recv))
    for name, obj in reversed(package.scope.names.items()):
        yield name, _object(obj)


def _object(obj: Object) -> tuple[object, ...]:
    value: object = None
    if isinstance(obj, TypeName):
        value = [str(p.constraint) for p in obj.tparams], obj.alias
        if isinstance(obj.type, t.Named):
            value = value, str(obj.type.underlying), list(obj.type.methods), str(obj.type.params)
    elif isinstance(obj, Const):
        value = obj.value
    elif isinstance(obj, Function):
        value = [str(p.constraint) for p in obj.tparams]
    return (
        next(k.__name__ for k in type(obj).__mro__ if "Late" not in k.__name__),
        obj.pos,
        str(obj.type),
        value,
    )


def test_declarations_that_are_parsed_late_are_what_stands_in_the_file(monkeypatch) -> None:
    late = {f: parse(f.read_text(), f.name, trusted=True) for f in GOLIB.rglob("*.go")}
    for f, tree in late.items():
        lines = f.read_text().split("\n")
        for rows in set(tree.rows):
            alone = declarations(lines, *rows, f.name, LATEST)
            for one, d in zip(
                alone, (d for d, r in zip(tree.decls, tree.rows, strict=True) if r == rows), strict=True
            ):
                if isinstance(d, ast.FuncDecl):
                    assert isinstance(one, ast.FuncDecl) and one.directives == d.directives
                    assert repr((one.type, one.recv, one.params)) == repr((d.type, d.recv, d.params))
                else:
                    assert repr(one) == repr(d)
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


def test_units_survive_the_disk(tmp_path: Path) -> None:
    library = Library((1, 27))
    program = Program(library, (1, 27)).golib
    package = library.load("fmt")
    assert package is not None
    store = UnitStore(library, tmp_path)
    targets = [FuncRef(f) for f in package.info.declared if not f.tparams]
    units = {x: lower(program, x) for x in targets}
    for x, unit in units.items():
        store.put(x, unit)
    store.save()
    # another process: another library, and the same code in it
    other = Library((1, 27))
    again = UnitStore(other, tmp_path)
    theirs = other.load("fmt")
    assert theirs is not None
    for mine, f in zip(targets, (f for f in theirs.info.declared if not f.tparams), strict=True):
        unit = again.get(FuncRef(f))
        assert isinstance(unit, Unit)
        assert [c.words for c in unit.codes] == [c.words for c in units[mine].codes]
        assert [len(c.relocations) for c in unit.codes] == [len(c.relocations) for c in units[mine].codes]
    damaged = next(iter(tmp_path.iterdir()))
    damaged.write_bytes(pickle.dumps([1, 2, 3]))
    assert UnitStore(other, tmp_path).get(targets[0]) is None


#: Generics, interfaces, an init function, and types of golib that nobody has named yet.
MANY = """package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

type pair[K comparable, V any] struct {
	key K
	val V
}

func main() {
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Second, errors.New("late"))
	defer cancel()
	var n atomic.Pointer[pair[string, int]]
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { defer wg.Done(); n.Store(&pair[string, int]{"a", 1}) }()
	wg.Wait()
	xs := []pair[string, int]{*n.Load(), {"b", 0}}
	slices.SortFunc(xs, func(a, b pair[string, int]) int { return a.val - b.val })
	println(len(xs), ctx.Err().Error())
}
"""


def test_images_are_the_same_whatever_is_stored(tmp_path: Path, monkeypatch) -> None:
    def compiled(times: int = 1) -> list[bytes]:
        """As in a new process."""
        library.cache_clear()
        try:
            images = [compile_go(MANY, version="1.22") for _ in range(times)]
            for context in library((1, 22)).contexts.values():
                assert isinstance(context, Program)
                context.store.save()  # as when the process ends
        finally:
            library.cache_clear()
        return [_bytes(image) for image in images]

    def damage(data: bytes) -> bytes:
        return data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]

    monkeypatch.setenv("GOSCHED_CACHE", str(tmp_path))
    cold, again = compiled(2)
    assert cold == again
    files = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert any(f.suffix == ".units" for f in files) and any(f.name == "slices.outline" for f in files)
    before = {f: f.stat().st_mtime_ns for f in files}
    assert compiled() == [cold]
    # nothing was made again
    assert {f: f.stat().st_mtime_ns for f in files} == before
    for change in (damage, lambda data: data[:50]):
        for f in files:
            f.write_bytes(change(f.read_bytes()))
        assert compiled() == [cold]
        assert {f for f in tmp_path.rglob("*") if f.is_file()} == set(files)
    # a folder that cannot be written to
    monkeypatch.setenv("GOSCHED_CACHE", str(files[0]))
    assert compiled() == [cold]


def _bytes(image: Image) -> bytes:
    return pickle.dumps(image)


def test_what_was_interrupted_is_loaded_anew(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GOSCHED_CACHE", str(tmp_path))
    library.cache_clear()
    checker = import_module("gosched_edu.golang.check_library").LibraryChecker
    source = 'package main\nimport "sync"\nfunc main() { var m sync.Mutex; m.Lock() }\n'
    whole = _bytes(compile_go(source, version="1.22"))
    library.cache_clear()

    def interrupted(self: object, d: ast.Decl, text: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(checker, "pend", interrupted)
        with pytest.raises(KeyboardInterrupt):
            compile_go(source, version="1.22")
    assert _bytes(compile_go(source, version="1.22")) == whole
    library.cache_clear()
