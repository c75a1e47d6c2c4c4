"""The packages that programs can import: golib, loaded when somebody asks.

Problem. Go's library is large and a program uses a corner of it; what a package offers
depends on the Go version that is simulated.

Rejected. One table of library functions in the checker: each function would be written
twice, and no reader could open it.

Chosen. Packages are Go files under golib/<import path>/. ``//go:build go1.N`` at the top of a
file, ``//since`` and ``//until`` above a declaration say which versions have it. The first process
that imports a package checks it, with the newest language version, and keeps its outline
(`gosched_edu.golang.outline`); from that it is loaded.

Invariant. A package is loaded once for each version that golib tells apart.
"""

from __future__ import annotations

import difflib
from functools import lru_cache
from pathlib import Path

from gosched_edu.golang import ast, outline
from gosched_edu.golang.check import check
from gosched_edu.golang.check_library import LibraryChecker
from gosched_edu.golang.errors import GoError
from gosched_edu.golang.objects import Package
from gosched_edu.golang.outline import Outline
from gosched_edu.golang.parse import LATEST, parse
from gosched_edu.golang.sources import Version, enabled, files, paths, source_hash, text


class Library:
    """golib as one Go version has it.

    Parameters
    ----------
    version : tuple of int
    folder : Path or None
        Where outlines are kept; None keeps none.
    """

    def __init__(self, version: Version, folder: Path | None = None):
        self.version = version
        self.folder = folder
        self.packages: dict[str, Package] = {}
        self.loading: list[str] = []
        self.whole: WholeLibrary | None = None
        # In which golib is lowered, without and with race detection, see lower_core.Program.
        self.contexts: dict[bool, object] = {}

    def load(self, path: str) -> Package | None:
        """The package at `path`, checked; None if there is none.

        Raises
        ------
        RuntimeError
            If golib itself is wrong.
        """
        if path in self.packages:
            return self.packages[path]
        if path in self.loading:
            raise RuntimeError(f"golib: import cycle: {' -> '.join([*self.loading, path])}")
        if not files(path):
            return None
        self.loading.append(path)
        try:
            package = self._load(path)
        finally:
            self.loading.pop()
        if package is not None:
            self.packages[path] = package
        return package

    def _load(self, path: str) -> Package | None:
        if (made := self._outline(path)) is None:
            return None
        texts = {f.name: text(f.name) for f in made.files}
        return LibraryChecker(path, made, self.version, self).package_of_files(texts)

    def _outline(self, path: str) -> Outline | None:
        """What the package declares: stored, or found by checking the whole of it."""
        file = self.folder / f"{path.replace('/', '.')}.outline" if self.folder is not None else None
        if file is not None and (found := outline.stored(file)) is not None:
            return found
        if self.whole is None:
            self.whole = WholeLibrary(self.version)
        if self.whole.load(path) is None:
            return None
        made = outline.outline(self.whole.packages[path], self.whole.trees[path])
        if file is not None:
            outline.store(file, made)
        return made

    def nearest(self, path: str) -> str:
        """What to write instead of a path that does not exist."""
        have = paths()
        module = "." in path.partition("/")[0]
        near = difflib.get_close_matches(path, have, 1, 0.85 if module else 0.6)
        if not near:
            near = [p for p in have if p.rpartition("/")[2] == path.rpartition("/")[2]][:1]
        if module and not near:
            modules = ", ".join(p for p in have if "." in p.partition("/")[0])
            return f"a program is one file; of other modules there is only {modules}"
        return f"the nearest package is {near[0]}" if near else f"packages: {', '.join(have)}"

    def path_of(self, name: str) -> str | None:
        """The path of a package called `name`."""
        found = [p for p in paths() if p.rpartition("/")[2] == name]
        return min(found, key=len) if found else None


class WholeLibrary(Library):
    """golib parsed and checked file by file; if `eager`, the bodies of all functions too."""

    def __init__(self, version: Version, eager: bool = False):
        super().__init__(version)
        self.eager = eager
        self.trees: dict[str, list[ast.File]] = {}

    def _load(self, path: str) -> Package | None:
        names = [n for n in files(path) if enabled(text(n), self.version)]
        if not names:
            return None
        try:
            trees = [parse(text(n), n, self.version, trusted=True) for n in names]
            package, errors = check(trees, path, LATEST, self, not self.eager)
        except GoError as e:
            raise RuntimeError(f"golib is broken:\n{e}") from None
        if errors:
            lines = "\n".join(f"{path}: {e.line}:{e.col}: {e.message}" for e in errors)
            raise RuntimeError(f"golib is broken:\n{lines}")
        self.trees[path] = trees
        return package


@lru_cache(maxsize=8)
def library(version: Version) -> Library:
    """The library as `version` has it."""
    return Library(version, kept() / str(version[1]))


def kept() -> Path:
    """Where what is made of golib is kept."""
    from gosched_edu.kernel.build import cache_folder

    return cache_folder() / "golib" / source_hash()
