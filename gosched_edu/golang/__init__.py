"""The Go front end: source text to an image that the kernel runs.

Problem. The book's programs are real Go, so the simulator must read Go, and must say what
is wrong in the words of the real compiler.

Rejected. A Go-like language of our own; calling a Go toolchain, which a reader may not have.

Chosen. The stages of a compiler, each knowing only those before: `parse` (text to syntax tree),
`check` (types and rules, as the language's specification has them), `lower` (functions to
relocatable code, one by one, as they are asked for), `link` (what a program needs, to an
image). `library` gives the packages that programs import: Go files under golib/, which go the
same way.

Invariant. `compile_go` gives an `Image` or raises `GoError`, whatever the text.
"""

from __future__ import annotations

import gc
import re
import sys

from gosched_edu.golang import ast, harness
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
    source: str,
    *,
    filename: str = "main.go",
    version: str = "1.22",
    entry: str = "main",
    race: bool = False,
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
    race : bool
        Announce accesses to memory to the race detector, as ``go build -race``.

    Returns
    -------
    Image

    Raises
    ------
    GoError
        If the program is wrong, or uses what is not simulated.
    """
    m = re.match(r"(?:go)?(\d+)\.(\d+)", version)
    if m is None:
        raise ValueError(f"not a Go version: {version!r}")
    language = int(m[1]), int(m[2])
    limit, collects = sys.getrecursionlimit(), gc.isenabled()
    try:
        gc.disable()  # trees are made by the thousand and none is garbage yet
        sys.setrecursionlimit(max(limit, _RECURSION))
        return _compiled(source, filename, language, entry, race)
    except (OverflowError, MemoryError):
        message = "a variable of this program is too large to be simulated"
        raise GoError([Diagnostic(1, 1, message)], source, filename) from None
    except RecursionError:
        message = "the program is nested too deeply"
        raise GoError([Diagnostic(1, 1, message)], source, filename) from None
    finally:
        sys.setrecursionlimit(limit)
        if collects:
            gc.enable()


def _compiled(source: str, filename: str, version: tuple[int, int], entry: str, race: bool) -> Image:
    try:
        return _compile(source, filename, version, entry, race)
    except GoError:
        raise
    except BaseException:
        library.cache_clear()  # declarations that were under way are half done
        raise


def _compile(source: str, filename: str, version: tuple[int, int], entry: str, race: bool) -> Image:
    file = parse(source, filename)
    golib = library(version)
    files = [file]
    has_main = any(isinstance(d, ast.FuncDecl) and d.name.name == entry for d in file.decls)
    if not has_main and (tests := harness.main_file(file, source)) is not None:
        files.append(parse(tests, harness.NAME))
    package, errors = check(files, "main", version, golib)
    main = package.scope.names.get(entry)
    # The linker says so, which gc calls when nothing else is wrong.
    if not isinstance(main, Function) and not errors:
        errors.append(_no_entry(file, entry))
    if errors:
        raise GoError(errors, source, filename)
    assert isinstance(main, Function)
    program = Program(golib, version, package.name, race)
    return link(program, package, main, filename, source)


def _no_entry(file: ast.File, entry: str) -> Diagnostic:
    """What to say of a program that has nothing to run."""
    line, col = file.package.pos
    name = file.package.name
    if name != "main":
        hint = "a program that runs starts with: package main (or has tests)"
        return Diagnostic(line, col, f"package {name} is not a main package", hint)
    return Diagnostic(line, col, f"function {entry} is undeclared in the main package")
