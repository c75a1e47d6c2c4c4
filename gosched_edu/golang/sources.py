"""golib's files as they were when the process first asked, and what else decides what is made of them.

Problem. What is kept on disk must belong to the sources it was made from, and a file may be edited while
a process runs that has read half of the library.

Rejected. Times and sizes of files: a checkout can restore both. Reading each file when it is needed: it
may not be the one that the hash is of.

Chosen. All of golib, a megabyte, is read at once; the hash and all trees are made from that.

Invariant. One process sees one state of golib.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from functools import lru_cache
from pathlib import Path

GOLIB = Path(__file__).parent.parent / "golib"
_BUILD = re.compile(r"^//go:build (.*)$", re.MULTILINE)
_RELEASE = re.compile(r"go(\d+)\.(\d+)")

Version = tuple[int, int]


@lru_cache(maxsize=1)
def _read() -> dict[str, dict[str, bytes]]:
    """The files of each package: import path, name, content."""
    out: dict[str, dict[str, bytes]] = {}
    root = os.fspath(GOLIB)
    for folder, folders, names in os.walk(root):
        folders.sort()
        path = folder[len(root) + 1 :].replace(os.sep, "/")
        for name in sorted(names):
            if name.endswith(".go") and not name.endswith("_test.go"):
                out.setdefault(path, {})[name] = _bytes(folder, name)
    return out


def _bytes(folder: str, name: str) -> bytes:
    with open(os.path.join(folder, name), "rb") as f:
        return f.read()


def files(path: str) -> list[str]:
    """The Go files of package `path`, such as "fmt/print.go"."""
    return [f"{path}/{name}" for name in _read().get(path, ())]


def text(file: str) -> str:
    """The content of a file of golib."""
    path, _, name = file.rpartition("/")
    return _read()[path][name].decode()


@lru_cache(maxsize=1)
def paths() -> tuple[str, ...]:
    """The import paths of the packages that programs may import."""
    return tuple(sorted(p for p in _read() if "internal" not in p.split("/")) + ["unsafe"])


@lru_cache(maxsize=1)
def source_hash() -> str:
    """A short hash of all that decides what is made of golib."""
    h = hashlib.sha256(sys.version.encode())
    here = os.path.dirname(__file__)
    kernel = os.path.join(os.path.dirname(here), "kernel")
    compiler = {name: _bytes(here, name) for name in sorted(os.listdir(here)) if name.endswith(".py")}
    machine = {name: _bytes(kernel, name) for name in ("isa.py", "image.py")}
    for path, content in {"golang": compiler, "kernel": machine, **_read()}.items():
        for name, data in content.items():
            h.update(f"{path}/{name}\0{len(data)}\0".encode() + data)
    return h.hexdigest()[:16]


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
