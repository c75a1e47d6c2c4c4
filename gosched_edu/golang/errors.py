"""What the front end says when a program is wrong.

Problem. A learner must see the message that the real compiler gives, at the same place,
so that what is learned here holds there; and must be told plainly when the program is
good Go that this edition does not simulate.

Rejected. Stopping at the first error (a learner then meets them one by one); Python
tracebacks; numbers of bytes instead of lines.

Invariant. Every error has a line and a column, counted in bytes from 1, as gc counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MAX_ERRORS = 10


class Pos(NamedTuple):
    """A place in the source: line and byte column, both from 1."""

    line: int
    col: int


@dataclass(frozen=True)
class Diagnostic:
    """One error.

    Attributes
    ----------
    line, col : int
        Where, from 1; the column counts bytes.
    message : str
        What, in gc's words where gc has words for it.
    hint : str
        What to do instead; may be empty.
    """

    line: int
    col: int
    message: str
    hint: str = ""


class GoError(Exception):
    """A Go program that does not compile, or that is not simulated yet.

    Attributes
    ----------
    errors : list of Diagnostic
        In source order, at most `MAX_ERRORS`.
    """

    def __init__(self, errors: Iterable[Diagnostic], source: str = "", filename: str = "main.go"):
        self.errors = _in_order(errors)
        self.filename = filename
        self.source = source
        super().__init__(self._text())

    def _text(self) -> str:
        lines = self.source.split("\n")
        out: list[str] = []
        for e in self.errors:
            out.append(f"{self.filename}:{e.line}:{e.col}: {e.message}")
            if 1 <= e.line <= len(lines) and lines[e.line - 1].strip():
                out.extend(_excerpt(lines[e.line - 1].rstrip("\r"), e.col))
            if e.hint:
                out.append(f"\t{e.hint}")
        return "\n".join(out)

    def __reduce__(self) -> tuple[type[GoError], tuple[list[Diagnostic], str, str]]:
        return GoError, (self.errors, self.source, self.filename)

    def _render_traceback_(self) -> list[str]:
        """IPython shows this instead of a Python traceback."""
        return str(self).split("\n")


def _in_order(errors: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort, and drop what gc drops: repetitions on a line."""
    kept: list[Diagnostic] = []
    for e in sorted(dict.fromkeys(errors), key=lambda e: (e.line, e.col)):
        if not kept or (kept[-1].line, kept[-1].message) != (e.line, e.message):
            kept.append(e)
    return kept[:MAX_ERRORS]


def _excerpt(line: str, col: int) -> list[str]:
    """The source line and a caret under byte column `col`; tabs keep their width."""
    before = line.encode("utf-8", "replace")[: col - 1].decode("utf-8", "ignore")
    if len(line) > 200:
        return []
    return [f"\t{line}", "\t" + "".join("\t" if c == "\t" else " " for c in before) + "^"]
