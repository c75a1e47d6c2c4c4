"""Who wrote which line, and when.

Problem. An output says what was written, not that anybody has worked for it.

Invariant. A line belongs to the goroutine that wrote its first byte, at that moment.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gosched_edu.go import Run
from gosched_edu.trace import Kind


class Line(NamedTuple):
    """A line of the output: its text, the goroutine that wrote it, and the virtual time in ns."""

    text: str
    g: int
    time: int


def lines(run: Run) -> list[Line]:
    """The lines that a run has written.

    Parameters
    ----------
    run : Run
        With its log.

    Returns
    -------
    list of Line

    Examples
    --------
    >>> from gosched_edu import go
    >>> r = go.run('package main; import "fmt"; func main() { fmt.Print("a\\\\nb\\\\n") }')
    >>> [(line.text, line.g) for line in lines(r)]
    [('a', 1), ('b', 1)]
    """
    trace = run.trace
    rows = trace.where(Kind.OUTPUT)
    found: list[Line] = []
    at = 0
    for raw in run.machine.output.splitlines(keepends=True):
        row = rows[np.searchsorted(trace.arg[rows], at, side="right") - 1]
        text = raw.decode("utf-8", "replace").rstrip("\n")
        found.append(Line(text, int(trace.g[row]), int(trace.time[row])))
        at += len(raw)
    return found


def by_children(run: Run, count: int) -> str | None:
    """A demand on `count` goroutines besides main: each writes a line.

    Parameters
    ----------
    run : Run
    count : int

    Returns
    -------
    str or None
    """
    writers = {line.g for line in lines(run)} - {1}
    if len(writers) < count:
        most = "none of them" if not writers else f"only {len(writers)} of them"
        return f"{count} goroutines besides main must print, each for itself; {most} did."
    return None
