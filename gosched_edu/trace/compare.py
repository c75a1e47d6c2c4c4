"""Two runs laid side by side: where do they part, and what did each of them do?

Problem. "What changed in Go 1.14?" and "does the simulation do what Go does?" are one
question: the same program, run twice under different rules. Goroutine ids differ between
runtimes, times differ always, so rows cannot be compared as they stand.

Rejected. Comparing outputs only (equal outputs can hide different schedules); comparing times
(no two runs of real Go agree); an edit distance over events (it tells how far, not where).

Chosen. Goroutines are named by the order of their creation. The events that make up a
schedule (created, started, stopped, parked, made ready, ended, system calls) are compared one
by one; the first pair that differs is the answer. Beside it stands a table of counts.

Go's own tracer says less than the simulation: a Mutex and a WaitGroup are both "sync" to it. And
a real program writes its output by system calls that the simulation does not have. So beside a
real run, reasons are compared in the tracer's words, and a system call counts only if it lost
its P.

Invariant. ``compare(a, a)`` finds no difference; swapping the two swaps the columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.trace.gotrace_read import user_only
from gosched_edu.trace.summary import Summary, intervals, reason_texts, summarize
from gosched_edu.trace.trace import Event, Trace
from gosched_edu.trace.wire import REASON_WORDS

if TYPE_CHECKING:
    from gosched_edu.figures import Picture

#: The kinds of events that make up a schedule.
SCHEDULE = tuple(
    Kind[name]
    for name in (
        "GO_CREATE", "GO_START", "GO_STOP", "GO_BLOCK", "GO_UNBLOCK", "GO_EXIT",
        "GO_SYSCALL_BEGIN", "GO_SYSCALL_END", "GO_SYSCALL_END_BLOCKED",
    )
    if name in Kind.__members__
)  # fmt: skip
_SYSCALL = (Kind.GO_SYSCALL_BEGIN, Kind.GO_SYSCALL_END, Kind.GO_SYSCALL_END_BLOCKED)
#: What the goroutine does in an event of each kind.
EVENT_WORDS = {
    "GO_CREATE": "is created", "GO_START": "starts to run", "GO_STOP": "gives up its P",
    "GO_BLOCK": "parks", "GO_UNBLOCK": "becomes runnable", "GO_EXIT": "ends",
    "GO_SYSCALL_BEGIN": "enters a system call", "GO_SYSCALL_END": "leaves a system call",
    "GO_SYSCALL_END_BLOCKED": "comes back from a system call and has no P",
}  # fmt: skip


def schedule(trace: Trace, *, coarse: bool = False) -> pd.DataFrame:
    """The schedule of a trace, with goroutines named by the order of their creation.

    Parameters
    ----------
    trace : Trace
    coarse : bool
        As Go's own tracer sees it: its words for the reasons, and only those system calls that
        lost their P.

    Returns
    -------
    pandas.DataFrame
        One row an event of `SCHEDULE`; columns row (of the trace), time (ns), kind (name),
        g (0 = main, 1 = the first goroutine that the program created, ...), p, why (text of the
        reason of a park or a stop, else "").

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace import schedule
    >>> r = go.run("package main; func main() { c := make(chan int); go func() { c <- 1 }(); <-c }", procs=1)
    >>> schedule(r.trace).columns.tolist()
    ['row', 'time', 'kind', 'g', 'p', 'why']
    """
    rows = trace.where(*SCHEDULE)
    numbers = _by_creation(trace)
    kinds = trace.kind[rows]
    parted = np.isin(kinds, [int(Kind.GO_BLOCK), int(Kind.GO_STOP)])
    known = np.isin(trace.g[rows], list(numbers))
    if coarse:
        known &= ~_kept_p(trace, rows)
    rows, kinds, parted = rows[known], kinds[known], parted[known]
    words = _tracer_words(trace) if coarse else reason_texts(trace)
    names = {int(k): k.name for k in Kind}
    return pd.DataFrame({
        "row": rows, "time": trace.time[rows], "kind": [names[int(k)] for k in kinds],
        "g": [numbers[int(g)] for g in trace.g[rows]], "p": trace.p[rows],
        "why": np.where(parted, words[rows], ""),
    })  # fmt: skip


def _kept_p(trace: Trace, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the rows belong to a system call that ends with the P it began with, or not at all."""
    out = np.zeros(len(rows), bool)
    begun: dict[int, int] = {}  # g: place of its last GO_SYSCALL_BEGIN
    for at in np.flatnonzero(np.isin(trace.kind[rows], _SYSCALL)).tolist():
        kind, g = int(trace.kind[rows[at]]), int(trace.g[rows[at]])
        if kind == Kind.GO_SYSCALL_BEGIN:
            begun[g] = at
            out[at] = True
        elif kind == Kind.GO_SYSCALL_END:
            out[at] = True
        elif g in begun:
            out[begun.pop(g)] = False
    return out


def _tracer_words(trace: Trace) -> NDArray[np.object_]:
    words = np.full(max(REASON_TEXT) + 1, "", dtype=object)
    for code, text in REASON_TEXT.items():
        words[code] = REASON_WORDS.get(Reason(code), text)
    texts: NDArray[np.object_] = words[trace.reason]
    extra = trace.meta.get("reason_text")
    if isinstance(extra, dict):
        for row, text in extra.items():
            texts[int(row)] = text
    return texts


def _by_creation(trace: Trace) -> dict[int, int]:
    """goid -> number by creation, of main and of all that descend from it."""
    created = trace.where(Kind.GO_CREATE)
    numbers: dict[int, int] = {1: 0}
    for row in created.tolist():
        g, parent = int(trace.g[row]), int(trace.arg[row])
        if g != 1 and parent in numbers:
            numbers[g] = len(numbers)
    return numbers


@dataclass(frozen=True)
class Difference:
    """The first place where two schedules part.

    Attributes
    ----------
    index : int
        How many events of the schedules are equal before it.
    a, b : Event or None
        The two events; None where that schedule has ended.
    text : str
        Both in words.
    """

    index: int
    a: Event | None
    b: Event | None
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side.

    Attributes
    ----------
    a, b : Trace
    labels : tuple of str
    difference : Difference or None
        None when the schedules are the same.
    same_output : bool or None
        None where an output is not known (traces alone).
    counts : pandas.DataFrame
        Index: what was counted; one column a run.
    latencies : pandas.DataFrame
        ns, as `latencies` gives them; one pair of columns (median, most) a run.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace import compare
    >>> source = "package main; func main() { go println(1); go println(2); select {} }"
    >>> c = compare(go.run(source, procs=1, version="1.4"), go.run(source, procs=1, version="1.5"))
    >>> c.difference is None
    False
    """

    a: Trace
    b: Trace
    labels: tuple[str, str]
    difference: Difference | None
    same_output: bool | None
    counts: pd.DataFrame = field(repr=False)
    latencies: pd.DataFrame = field(repr=False)

    @property
    def same(self) -> bool:
        """Whether the schedules are equal, event by event."""
        return self.difference is None

    def picture(self, **options: Any) -> Picture:
        """Both timelines, one above the other, with the first difference marked.

        Options as in `gosched_edu.figures.side_by_side`.
        """
        from gosched_edu.figures import side_by_side

        if self.difference is None:
            options.setdefault("said", "The schedules are the same, event by event.")
        else:
            marks = tuple(None if e is None else e.time for e in (self.difference.a, self.difference.b))
            options = {"marks": marks, "said": str(self.difference)} | options
        return side_by_side(self.a, self.b, labels=self.labels, **options)

    def __str__(self) -> str:
        lines = []
        if self.difference is None:
            count = len(schedule(self.a, coarse="real" in (self.a.source, self.b.source)))
            lines.append(f"The schedules are the same ({count} events).")
        else:
            lines.append(str(self.difference))
        if self.same_output is not None:
            lines.append("The outputs are the same." if self.same_output else "The outputs differ.")
        lines.append(self.counts.to_string())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = str(self).split("\n" + self.counts.to_string())[0].replace("\n", "<br>")
        return f"<p>{head}</p>{self.counts.to_html()}"


def compare(a: Any, b: Any, *, labels: tuple[str, str] | None = None) -> Comparison:
    """Compare two runs of a program.

    Parameters
    ----------
    a, b : Run, RealRun or Trace
        Two runs: under two Go versions, two seeds, or one simulated and one real.
    labels : tuple of str, optional
        What to call them; by default their source and Go version, of a recorded run also where it
        was recorded.

    Returns
    -------
    Comparison

    Raises
    ------
    TypeError
        If one of them has no trace.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace import compare
    >>> source = '''package main
    ... func main() {
    ...     done := make(chan bool)
    ...     for i := 0; i < 3; i++ {
    ...         go func() { done <- true }()
    ...     }
    ...     for i := 0; i < 3; i++ {
    ...         <-done
    ...     }
    ... }
    ... '''
    >>> old, new = (go.run(source, procs=1, version=v) for v in ("1.4", "1.5"))
    >>> print(compare(old, new).difference)
    The first 6 events are the same. Then in simulated Go 1.4 goroutine 1 starts to run, \
in simulated Go 1.5 goroutine 3 starts to run.
    """
    ta, tb = user_only(_trace(a)), user_only(_trace(b))
    names = labels or _labels((a, ta), (b, tb))
    outputs = [getattr(x, "output", None) for x in (a, b)]
    return Comparison(
        ta, tb, names, _first_difference(ta, tb, names),
        None if None in outputs else outputs[0] == outputs[1],
        _counts((ta, tb), names),
        pd.concat([latencies(t) for t in (ta, tb)], axis=1, keys=names),
    )  # fmt: skip


def latencies(trace: Trace) -> pd.DataFrame:
    """How long goroutines of a trace ran, waited for a P, and were parked.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    pandas.DataFrame
        Index: what; columns median, most (ns) of the stretches that ended within the trace.
    """
    table = intervals(trace)
    table = table[(table.lane == "G") & (table.end < table.end.max())]
    lasted = table.end - table.start
    rows = {
        "a slice": table.state == "running",
        "waiting for a P": table.state == "runnable",
        "parked": table.state == "waiting",
        "in a system call": table.state == "syscall",
    }
    return pd.DataFrame(
        {
            "median": {what: lasted[mask].median() for what, mask in rows.items()},
            "most": {what: lasted[mask].max() for what, mask in rows.items()},
        }
    ).round().astype("Int64")  # fmt: skip


def _trace(x: Any) -> Trace:
    trace = x if isinstance(x, Trace) else getattr(x, "trace", None)
    if not isinstance(trace, Trace):
        raise TypeError(f"compare takes runs or traces; {type(x).__name__} has no trace")
    return trace


def _labels(a: tuple[Any, Trace], b: tuple[Any, Trace]) -> tuple[str, str]:
    one, two = (
        f"{trace.source} Go {trace.version}"
        + (f" (recorded, {run.machine})" if getattr(run, "recorded", False) else "")
        for run, trace in (a, b)
    )
    return (one, two) if one != two else (f"{one} (first)", f"{two} (second)")


def _first_difference(a: Trace, b: Trace, names: tuple[str, str]) -> Difference | None:
    coarse = "real" in (a.source, b.source)
    tables = schedule(a, coarse=coarse), schedule(b, coarse=coarse)
    n = min(len(t) for t in tables)
    parts: NDArray[np.bool_] = np.zeros(n, bool)
    for column in ("kind", "g", "why"):
        parts |= tables[0][column].to_numpy()[:n] != tables[1][column].to_numpy()[:n]
    if parts.any():
        index = int(np.argmax(parts))
    elif len(tables[0]) == len(tables[1]):
        return None
    else:
        index = n
    events: list[Event | None] = []
    said = []
    for trace, table, name in zip((a, b), tables, names, strict=True):
        if index == len(table):
            events.append(None)
            said.append(f"in {name} nothing more happens")
            continue
        row = table.iloc[index]
        who = "main" if row.g == 0 else f"goroutine {row.g}"
        why = f" ({row.why})" if row.why else ""
        events.append(trace[int(row.row)])
        said.append(f"in {name} {who} {EVENT_WORDS[row.kind]}{why}")
    before = f"The first {index} events are the same." if index else "They differ from the start."
    return Difference(index, events[0], events[1], f"{before} Then {said[0]}, {said[1]}.")


def _counts(traces: tuple[Trace, Trace], names: tuple[str, str]) -> pd.DataFrame:
    columns: dict[str, dict[str, float]] = {}
    coarse = any(trace.source == "real" for trace in traces)
    for trace, name in zip(traces, names, strict=True):
        s: Summary = summarize(trace)
        column: dict[str, float] = {
            "events": len(schedule(trace, coarse=coarse)), "duration in ns": s.duration,
            "goroutines": s.goroutines,
            "context switches": s.switches, "preemptions": s.preemptions,
            "Ps used": s.procs_used, "threads used": s.threads_used,
            "most waiting for a P": s.max_runnable,
        }  # fmt: skip
        if s.steals is not None:
            column["steals"] = s.steals
        for reason, count in sorted(s.blocks.items()):
            column[f"parked: {reason or 'unknown'}"] = count
        columns[name] = column
    table = pd.DataFrame(columns)
    order = [k for name in names for k in columns[name]]
    table = table.loc[list(dict.fromkeys(order))]
    blocks = table.index.str.startswith("parked")
    table.loc[blocks] = table.loc[blocks].fillna(0)
    return table.astype("Int64")


__all__ = ["EVENT_WORDS", "SCHEDULE", "Comparison", "Difference", "compare", "latencies", "schedule"]
