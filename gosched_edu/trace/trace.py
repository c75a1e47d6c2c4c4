"""`Trace`: the one thing that passes from a run to anything that looks at it.

Problem. A simulated run and a real one must be drawn, counted, compared and exported
by the same code.

Rejected. A pandas frame as the core (slow to build for every redraw of a lab); lists
of objects (100 times the memory).

Invariant. Rows are in causal order, times never go back within one M, and every row has
all columns; a column that makes no sense for a kind holds -1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason

if TYPE_CHECKING:
    from gosched_edu.figures import Picture
    from gosched_edu.trace.summary import Summary


class Event(NamedTuple):
    """One row of a trace.

    Attributes
    ----------
    row : int
        Row number in the trace.
    time : int
        Virtual (or real) nanoseconds since the start of the trace.
    kind : Kind
    g, p, m : int
        Goroutine id, P number, M number; -1 where none.
    arg, arg2 : int
        See `Kind`.
    line : int
        Go source line, 0 where none.
    reason : Reason
    """

    row: int
    time: int
    kind: Kind
    g: int
    p: int
    m: int
    arg: int
    arg2: int
    line: int
    reason: Reason


@dataclass(frozen=True)
class Trace:
    """Columns of equal length, one row an event, and what is known of the run.

    Attributes
    ----------
    time, arg, arg2 : ndarray of int64
    kind, g, p, m, line, reason : ndarray of int32
        `g` = goroutine id, -1 where none; `p`, `m` = numbers, -1 where none.
    func : ndarray of int32
        Index into `functions` of the function the event happened in, -1 where none.
    functions : tuple of str
        Go function names.
    procs : int
        GOMAXPROCS.
    version : str
        Go version whose rules applied, such as "1.22".
    source : str
        "simulated" or "real".
    filename : str
        Name of the Go file the lines belong to.
    end : int
        Time in ns at which the run ended.
    meta : dict
        Anything else worth keeping: seed, costs, machine, exit code.

    Examples
    --------
    >>> from gosched_edu import go
    >>> trace = go.run("package main; func main() { go println(1); select {} }", procs=1).trace
    >>> trace.procs, trace.version, len(trace) == len(trace.time)
    (1, '1.22', True)
    """

    time: NDArray[np.int64]
    kind: NDArray[np.int32]
    g: NDArray[np.int32]
    p: NDArray[np.int32]
    m: NDArray[np.int32]
    arg: NDArray[np.int64]
    arg2: NDArray[np.int64]
    line: NDArray[np.int32]
    reason: NDArray[np.int32]
    func: NDArray[np.int32]
    functions: tuple[str, ...] = ()
    procs: int = 1
    version: str = ""
    source: str = "simulated"
    filename: str = "main.go"
    end: int = 0
    meta: dict[str, object] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, i: int) -> Event:
        i = range(len(self))[i]
        return Event(
            i, int(self.time[i]), Kind(int(self.kind[i])), int(self.g[i]), int(self.p[i]),
            int(self.m[i]), int(self.arg[i]), int(self.arg2[i]), int(self.line[i]),
            Reason(int(self.reason[i])),
        )

    def __iter__(self) -> Iterator[Event]:
        return (self[i] for i in range(len(self)))

    def where(self, *kinds: Kind) -> NDArray[np.int64]:
        """Row numbers of the events of the given kinds."""
        return np.flatnonzero(np.isin(self.kind, [int(k) for k in kinds]))

    def summary(self) -> Summary:
        """Counts and times of the trace; as text, plain sentences."""
        from gosched_edu.trace.summary import summarize

        return summarize(self)

    def timeline(self, **options: Any) -> Picture:
        """The figure of the trace; options as in `gosched_edu.figures.timeline`."""
        from gosched_edu.figures import timeline

        return timeline(self, **options)

    def save(self, path: str | Path) -> Path:
        """Write the trace for another tool; the suffix decides, see `gosched_edu.trace.export.save`."""
        from gosched_edu.trace.export import save

        return save(self, path)

    def to_pandas(self) -> pd.DataFrame:
        """The trace as a data frame, one row an event.

        Returns
        -------
        pandas.DataFrame
            Columns time (ns), kind, g, p, m, arg, arg2, line, reason, func; kind, reason
            and func as categories in words.
        """
        kinds = {int(k): k.name for k in Kind}
        names = dict(enumerate(self.functions)) | {-1: ""}
        return pd.DataFrame(
            {
                "time": self.time,
                "kind": pd.Categorical([kinds[int(k)] for k in self.kind]),
                "g": self.g, "p": self.p, "m": self.m, "arg": self.arg, "arg2": self.arg2,
                "line": self.line,
                "reason": pd.Categorical([REASON_TEXT[int(r)] for r in self.reason]),
                "func": pd.Categorical([names[int(f)] for f in self.func]),
            }
        )
