"""A run as a file for other tools: Go's own, Perfetto, a spreadsheet, pandas.

Problem. A reader's next tool is not ours.

Rejected. Perfetto's protobuf (its Chrome JSON importer shows the same and needs no library); one
function a format, each with its own name to remember.

Chosen. The suffix decides. Chrome JSON (the Trace Event Format) has three processes: the Ps with the
goroutine that each runs, the goroutines with their states, the threads with theirs; arrows lead from
who made a goroutine runnable to where it starts, and collections and stops of the world have a lane of
their own.

Invariant. Slices of one lane neither overlap nor leave the run's time; every arrow has both ends.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gosched_edu.kernel.events import REASON_TEXT, Kind
from gosched_edu.trace.gotrace import to_go_trace
from gosched_edu.trace.summary import intervals

if TYPE_CHECKING:
    from gosched_edu.trace.trace import Trace

_PROCESSES = {"P": (1, "Ps"), "G": (2, "Goroutines"), "M": (3, "Threads (Ms)")}
_WORLD = 4
_RANGES = {
    Kind.GC_BEGIN: (Kind.GC_END, 1, "collection"),
    Kind.STW_BEGIN: (Kind.STW_END, 2, "stop the world"),
    Kind.GC_MARK_BEGIN: (Kind.GC_MARK_DONE, 3, "marking"),
}


def save(trace: Trace, path: str | Path) -> Path:
    """Write a trace to a file.

    Parameters
    ----------
    trace : Trace
    path : str or Path
        The suffix says what is written: ``.trace`` or ``.out`` for ``go tool trace``, ``.json`` for
        ui.perfetto.dev and chrome://tracing, ``.csv``, or ``.parquet`` (which needs pyarrow). The
        tables are those of `Trace.to_pandas`.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        For another suffix, or a trace that the format cannot hold.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from gosched_edu import go
    >>> trace = go.run("package main; func main() { println(1) }").trace
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(trace, Path(folder) / "run.trace").stat().st_size > 0
    True
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind in (".trace", ".out"):
        path.write_bytes(to_go_trace(trace))
    elif kind == ".json":
        path.write_text(json.dumps(to_chrome(trace)), encoding="utf-8")
    elif kind == ".csv":
        trace.to_pandas().to_csv(path, index_label="row")
    elif kind == ".parquet":
        try:
            trace.to_pandas().to_parquet(path)
        except ImportError:
            raise ValueError(
                "Parquet needs pyarrow, which is not installed:  pip install pyarrow. "
                "Or write a .csv file."
            ) from None
    else:
        raise ValueError(
            f"{path.name}: a trace can be saved as .trace, .json, .csv or .parquet; the suffix decides"
        )
    return path


def to_chrome(trace: Trace) -> dict[str, Any]:
    """The trace in the Trace Event Format, which Perfetto and chrome://tracing open.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    dict
        To be written as JSON. Times are microseconds, with the nanoseconds behind the point.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace.export import to_chrome
    >>> trace = go.run('package main\\nfunc main() { go println(); for i := range 9 { _ = i } }').trace
    >>> sorted({event["ph"] for event in to_chrome(trace)["traceEvents"]})
    ['M', 'X']
    """
    events: list[dict[str, Any]] = []
    named: set[tuple[int, int]] = set()
    entry = trace.meta.get("entry")
    entries = entry if isinstance(entry, dict) else {}

    def lane(pid: int, tid: int, name: str) -> None:
        if (pid, tid) not in named:
            named.add((pid, tid))
            events.append(_meta("thread_name", pid, tid, name))
            events.append(_meta("thread_sort_index", pid, tid, tid, key="sort_index"))

    for pid, name in _PROCESSES.values():
        events.append(_meta("process_name", pid, 0, name))
        events.append(_meta("process_sort_index", pid, 0, pid, key="sort_index"))
    table = intervals(trace)
    columns = (table[name].tolist() for name in ("lane", "id", "state", "start", "end", "g", "p", "reason"))
    for kind, number, state, start, end, g, p, reason in zip(*columns, strict=True):
        pid = _PROCESSES[kind][0]
        about = f" {entries[number]}" if kind == "G" and number in entries else ""
        # thread 0 of process 3 would be thread 3 to Perfetto, as in Linux: Ps and Ms count from 1 here
        tid = number if kind == "G" else number + 1
        lane(pid, tid, f"{kind}{number}{about}")
        if state == "idle":
            continue
        args: dict[str, Any] = {} if p < 0 else {"p": p}
        if reason:
            args["reason"] = reason
        runs = kind != "G" and state == "running"
        events.append(_slice(pid, tid, f"G{g}" if runs else state, start, end, args))
    _add_world(trace, events, lane)
    _add_arrows(trace, events)
    about_run = {"source": trace.source, "go": trace.version, "GOMAXPROCS": trace.procs}
    return {"traceEvents": events, "displayTimeUnit": "ns", "otherData": about_run}


def _meta(name: str, pid: int, tid: int, value: str | int, key: str = "name") -> dict[str, Any]:
    return {"ph": "M", "name": name, "pid": pid, "tid": tid, "ts": 0, "args": {key: value}}


def _slice(
    pid: int, tid: int, name: str, start: int, end: int, args: dict[str, Any] | None = None
) -> dict[str, Any]:
    event = {"ph": "X", "name": name, "cat": "go", "pid": pid, "tid": tid}
    event |= {"ts": _us(start), "dur": _us(end - start), "args": args or {}}
    return event


def _us(ns: int) -> float:
    """ns in µs, such that the product with 1000 is not below it.

    Perfetto multiplies and cuts. 1.001 * 1000 is a little less than 1001: a slice would end one ns after
    the next one begins, and would be dropped.
    """
    us = ns / 1000
    while us * 1000 < ns:
        us = math.nextafter(us, math.inf)
    return us


def _add_world(trace: Trace, events: list[dict[str, Any]], lane: Any) -> None:
    """What concerns all: collections and stops of the world."""
    for begin, (end, tid, name) in _RANGES.items():
        open_row = -1
        for row in trace.where(begin, end).tolist():
            if trace.kind[row] == begin:
                open_row = row
            elif open_row >= 0:
                if not any(e.get("pid") == _WORLD for e in events):
                    events.append(_meta("process_name", _WORLD, 0, "The world"))
                lane(_WORLD, tid, name)
                why = REASON_TEXT[int(trace.reason[open_row])]
                start, stop = int(trace.time[open_row]), int(trace.time[row])
                events.append(_slice(_WORLD, tid, why or name, start, max(start, stop)))
                open_row = -1


def _add_arrows(trace: Trace, events: list[dict[str, Any]]) -> None:
    """From the one who made a goroutine runnable to where it starts."""
    pending: dict[int, int] = {}
    wakes = trace.where(Kind.GO_CREATE, Kind.GO_UNBLOCK, Kind.GO_START)
    pid = _PROCESSES["G"][0]
    for row in wakes.tolist():
        g = int(trace.g[row])
        if trace.kind[row] != Kind.GO_START:
            pending[g] = row
        elif g in pending:
            at = pending.pop(g)
            waker = int(trace.arg[at])
            if waker <= 0 or not np.any(trace.g[:at] == waker):
                continue
            name = "create" if trace.kind[at] == Kind.GO_CREATE else "wake"
            common = {"cat": "go", "name": name, "id": at, "pid": pid}
            times = int(trace.time[at]), max(int(trace.time[at]), int(trace.time[row]))
            events.append(common | {"ph": "s", "tid": waker, "ts": _us(times[0])})
            events.append(common | {"ph": "f", "bp": "e", "tid": g, "ts": _us(times[1])})
