"""The front end beside real Go: many small pieces in one program, errors and outputs of both.

One compilation of real Go takes a quarter of a second, so the pieces of a test file share one: each
is a declaration of its own, and errors belong to it by their line.
"""

from __future__ import annotations

import functools

import golang_real
import pytest

from gosched_edu import go
from gosched_edu.golang import GoError, errors
from gosched_edu.golang.check import check
from gosched_edu.golang.library import library
from gosched_edu.golang.parse import parse

needs_go = pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
NEWEST = "1.27"

Errors = list[tuple[int, int, str]]


def all_errors(source: str, version: str = NEWEST) -> Errors:
    """All errors of the front end, sorted as gc sorts them."""
    language = int(version.split(".")[0]), int(version.split(".")[1])
    try:
        file = parse(source, "main.go")
        _, found = check([file], "main", language, library(language))
    except GoError as e:
        found = e.errors
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "MAX_ERRORS", 10_000)
        return [(d.line, d.col, d.message) for d in GoError(found, source).errors]


@functools.cache
def both(prelude: str, pieces: tuple[str, ...]) -> list[tuple[Errors, Errors]]:
    """For each piece the errors of the front end and of real Go, lines counted from its first."""
    source = f"package main\n\n{prelude}\nfunc main() {{}}\n"
    starts: list[int] = []
    for piece in pieces:
        starts.append(source.count("\n") + 1)
        source += piece + "\n"
    ours, (real,) = all_errors(source), golang_real.errors([source], NEWEST)
    real = [(line, col, message.replace("./main.go", "main.go")) for line, col, message in real]
    out: list[tuple[Errors, Errors]] = []
    for first, after in zip(starts, [*starts[1:], source.count("\n") + 1], strict=True):
        mine, theirs = (
            [(line - first, col, message) for line, col, message in found if first <= line < after]
            for found in (ours, real)
        )
        out.append((mine, theirs))
    return out


def in_function(body: str) -> str:
    """A declaration with `body` in it; several of them may stand in one program."""
    return f"func _() {{ {body} }}"


def run(source: str, version: str = NEWEST) -> str:
    """What a program prints in the simulator."""
    return go.run(source, version=version, procs=1, jit=False).output
