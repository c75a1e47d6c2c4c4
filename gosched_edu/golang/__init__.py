"""The Go front end: source text to an image that the kernel runs.

Problem. The book's programs are real Go, so the simulator must read Go, and must say what
is wrong in the words of the real compiler.

Rejected. A Go-like language of our own; calling a Go toolchain, which a reader may not have.

Chosen. Four stages, each knowing only the one before: `parse` (text to syntax tree),
`check` (types and rules, as the language's specification has them), `lower` (to
instructions), and `emit` (the assembler). `universe` is the one list of the library's
functions that exist here.

Invariant. `compile_go` gives an `Image` or raises `GoError`, whatever the text.
"""

from __future__ import annotations

import re
import sys

from gosched_edu.golang.check import check
from gosched_edu.golang.errors import Diagnostic, GoError
from gosched_edu.golang.library import library
from gosched_edu.golang.link import link
from gosched_edu.golang.lower_core import Program
from gosched_edu.golang.objects import Function
from gosched_edu.golang.parse import parse
from gosched_edu.kernel.image import Image

__all__ = ["Diagnostic", "GoError", "compile_go"]

# Nested syntax is walked by recursion; Python 3.11 and later need no C stack for it.
_RECURSION = 8000


def compile_go(
    source: str, *, filename: str = "main.go", version: str = "1.22", entry: str = "main"
) -> Image:
    """Compile a Go program for the simulator.

    Parameters
    ----------
    source : str
        One file.
    filename : str
        Its name in messages.
    version : str
        The Go version whose language rules hold, such as ``"1.22"``.

    entry : str
        The function that runs, "main" unless a harness asks for another one.

    Returns
    -------
    Image

    Raises
    ------
    GoError
        If the program is wrong, or uses what is not simulated yet.
    """
    m = re.match(r"(?:go)?(\d+)\.(\d+)", version)
    if m is None:
        raise ValueError(f"not a Go version: {version!r}")
    language = int(m[1]), int(m[2])
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(max(limit, _RECURSION))
        return _compile(source, filename, language, entry)
    except RecursionError:
        message = "the program is nested too deeply"
        raise GoError([Diagnostic(1, 1, message)], source, filename) from None
    finally:
        sys.setrecursionlimit(limit)


def _compile(source: str, filename: str, version: tuple[int, int], entry: str) -> Image:
    file = parse(source, filename)
    golib = library(version)
    package, errors = check([file], "main", version, golib)
    main = package.scope.names.get(entry)
    if not errors and not isinstance(main, Function):
        pos = file.package.pos
        text = f"function {entry} is undeclared in the main package"
        errors = [Diagnostic(pos.line, pos.col, text)]
    if errors:
        raise GoError(errors, source, filename)
    assert isinstance(main, Function)
    return link(Program(golib, version, package.name), package, main, filename, source)
