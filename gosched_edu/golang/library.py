"""The packages that programs can import: golib, loaded when somebody asks.

Problem. Go's library is large and a program uses a corner of it; what a package offers
depends on the Go version that is simulated.

Rejected. One table of library functions in the checker: each function would be written
twice, and no reader could open it.

Chosen. Packages are Go files under golib/<import path>/. ``//go:build go1.N`` at the top of a
file, ``//since`` and ``//until`` above a declaration say which versions have it. A package is
parsed and checked when it is first imported, with the newest language version.

Invariant. A package is loaded once for each version that golib tells apart.
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from pathlib import Path

from gosched_edu.golang.check import check
from gosched_edu.golang.errors import GoError
from gosched_edu.golang.objects import Package
from gosched_edu.golang.parse import LATEST, parse

GOLIB = Path(__file__).parent.parent / "golib"
_BUILD = re.compile(r"^//go:build (.*)$", re.MULTILINE)
_RELEASE = re.compile(r"go(\d+)\.(\d+)")

Version = tuple[int, int]


class Library:
    """golib as one Go version has it; if `eager`, all function bodies are checked at once."""

    def __init__(self, version: Version, eager: bool = False):
        self.version = version
        self.eager = eager
        self.packages: dict[str, Package] = {}
        self.loading: list[str] = []
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
        sources = [s for s in files(path) if enabled(s.read_text(), self.version)]
        if not sources:
            return None
        self.loading.append(path)
        try:
            trees = [
                parse(s.read_text(), f"{path}/{s.name}", self.version, trusted=True) for s in sources
            ]
            package, errors = check(trees, path, LATEST, self, not self.eager)
        except GoError as e:
            raise RuntimeError(f"golib is broken:\n{e}") from None
        finally:
            self.loading.pop()
        if errors:
            text = "\n".join(f"{path}: {e.line}:{e.col}: {e.message}" for e in errors)
            raise RuntimeError(f"golib is broken:\n{text}")
        self.packages[path] = package
        return package

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


@lru_cache(maxsize=8)
def library(version: Version) -> Library:
    """The library as `version` has it."""
    return Library(version)


def files(path: str) -> list[Path]:
    """The Go files of package `path`."""
    folder = GOLIB / path
    if not re.fullmatch(r"[\w.\-]+(/[\w.\-]+)*", path) or ".." in path or not folder.is_dir():
        return []
    return sorted(f for f in folder.glob("*.go") if not f.name.endswith("_test.go"))


@lru_cache(maxsize=1)
def paths() -> tuple[str, ...]:
    """The import paths of the packages that programs may import."""
    found = {f.parent.relative_to(GOLIB).as_posix() for f in GOLIB.rglob("*.go")}
    return tuple(sorted(p for p in found if "internal" not in p.split("/")) + ["unsafe"])


def enabled(source: str, version: Version) -> bool:
    """Whether the file's build constraint holds for `version`."""
    head = source.partition("\npackage ")[0]
    m = _BUILD.search(head)
    if m is None:
        return True
    return any(all(_holds(x.strip(), version) for x in y.split("&&")) for y in m[1].split("||"))


def _holds(word: str, version: Version) -> bool:
    if word.startswith("!"):
        return not _holds(word[1:].strip(), version)
    if (m := _RELEASE.fullmatch(word)) is not None:
        return version >= (int(m[1]), int(m[2]))
    return word in ("linux", "amd64", "unix")
