"""The checker against the comments ``/* ERROR "..." */`` in the test data of Go's own type checker.

The files come with the toolchain (internal/types/testdata). A file agrees if the lines that are wrong are
those that the comments name. Of a program with syntax errors gc says nothing else, so of such a file only
those lines are compared.
"""

from __future__ import annotations

import functools
import re
import sys
from collections import defaultdict
from pathlib import Path

import golang_real
import pytest

from gosched_edu.golang.check import check
from gosched_edu.golang.errors import Diagnostic, GoError
from gosched_edu.golang.library import library
from gosched_edu.golang.parse import parse

# The share of the 355 files that agrees (276 did when this was written); raise it when more do.
FLOOR = 0.76

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<space>\s+)
      |"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|\w+|.""",
    re.DOTALL | re.VERBOSE,
)


@functools.cache
def folder() -> Path | None:
    """Where the files are, if the toolchain brings them."""
    command = golang_real.go()
    places = (
        [] if command is None else [Path(command), *Path(sys.prefix).glob("lib/python*/site-packages/go")]
    )
    for place in places:
        for base in (place, *place.resolve().parents):
            found = base / "src/internal/types/testdata"
            if found.is_dir():
                return found
    return None


def expected(source: str) -> dict[int, list[str]]:
    """The errors that the comments speak of, by the line of the token before the comment."""
    out: dict[int, list[str]] = defaultdict(list)
    line = before = 1
    for m in _TOKEN.finditer(source):
        text = m.group()
        if m.lastgroup == "comment":
            if e := re.match(r"/[/*]\s*ERRORx?\s+(.*)", text, re.DOTALL):
                out[before].append(e[1])
        elif m.lastgroup != "space":
            before = line + text.count("\n")
        line += text.count("\n")
    return out


def errors(source: str, version: tuple[int, int]) -> tuple[list[Diagnostic], bool]:
    """What we say of a file, and whether its syntax is wrong."""
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(8000)
        return check([parse(source)], "p", version, library(version))[1], False
    except GoError as e:
        return e.errors, True
    finally:
        sys.setrecursionlimit(limit)


def agrees(source: str) -> bool | None:
    """None for a file that imports what golib does not have."""
    flag = re.match(r"// -lang=go(\d+)\.(\d+)", source)
    wanted = expected(source)
    found, syntax = errors(source, (int(flag[1]), int(flag[2])) if flag else (1, 27))
    if any(e.message.startswith("package ") and "not simulated" in e.message for e in found):
        return None
    lines = {e.line for e in found}
    if syntax:
        named = {n for n, texts in wanted.items() if any("syntax error" in t for t in texts)}
        return lines <= set(wanted) and (named <= lines or len(found) >= 10)
    return lines == set(wanted)


@pytest.mark.skipif(folder() is None, reason="no toolchain with Go's test data")
def test_lines_of_errors_are_those_of_gos_own_tests() -> None:
    root = folder()
    assert root is not None
    good: list[str] = []
    bad: list[str] = []
    for file in sorted(root.glob("*/*.go")):
        try:
            verdict = agrees(file.read_text())
        except (AssertionError, RecursionError):
            verdict = False
        if verdict is not None:
            (good if verdict else bad).append(f"{file.parent.name}/{file.name}")
    assert len(good) + len(bad) > 300
    assert len(good) >= FLOOR * (len(good) + len(bad)), f"{len(good)} agree; not: {', '.join(bad)}"
