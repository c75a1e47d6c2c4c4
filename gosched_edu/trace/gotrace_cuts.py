"""Where a long trace is cut into generations, and what stands at each cut.

Problem. A reader of Go traces keeps a whole generation in memory, so the tracer begins a new one every
second. A new generation says anew in which state everything is.

Rejected. Cuts anywhere: then collections, stops of the world and system calls in progress would have to
be told again too, in ways that differ by version.

Chosen. A cut waits for a quiet moment, at which none of these is in progress. If there is none, the
generation goes on.

Invariant. What `standing` says at a cut is what the events before it lead to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel.events import Kind
from gosched_edu.trace.trace import Trace
from gosched_edu.trace.wire import G_RUNNABLE, G_RUNNING, G_WAITING

_BEGINS = (Kind.GO_SYSCALL_BEGIN, Kind.STW_BEGIN, Kind.GC_BEGIN, Kind.GC_ASSIST_BEGIN)
_ENDS = (
    Kind.GO_SYSCALL_END, Kind.GO_SYSCALL_END_BLOCKED, Kind.STW_END, Kind.GC_END, Kind.GC_ASSIST_END,
)  # fmt: skip
_STATUS = {
    Kind.GO_CREATE: G_RUNNABLE, Kind.GO_CREATE_BLOCKED: G_WAITING, Kind.GO_START: G_RUNNING,
    Kind.GO_STOP: G_RUNNABLE, Kind.GO_BLOCK: G_WAITING, Kind.GO_UNBLOCK: G_RUNNABLE,
    Kind.GO_SYSCALL_END: G_RUNNING, Kind.GO_SYSCALL_END_BLOCKED: G_RUNNABLE,
}  # fmt: skip


def cuts(trace: Trace, per: int) -> NDArray[np.int64]:
    """First rows of the generations, of about `per` rows each; the first is 0."""
    if len(trace) <= per:
        return np.zeros(1, np.int64)
    change = np.isin(trace.kind, _BEGINS).astype(np.int64) - np.isin(trace.kind, _ENDS)
    quiet = np.flatnonzero(np.concatenate([[0], np.cumsum(change)[:-1]]) == 0)
    out = [0]
    while out[-1] + 2 * per <= len(trace) + per:
        at = int(np.searchsorted(quiet, out[-1] + per))
        if at == len(quiet):
            break
        out.append(int(quiet[at]))
    return np.array(out, np.int64)


@dataclass(frozen=True)
class Standing:
    """What is there when a generation begins.

    Attributes
    ----------
    held : dict of int to int
        P -> the M that has it, of those that somebody has.
    status : dict of int to (int, int)
        Goroutine -> its status (`gosched_edu.trace.wire`), and its M if it runs, else -1.
    """

    held: dict[int, int]
    status: dict[int, tuple[int, int]]


def standing(trace: Trace, row: int) -> Standing:
    """The states before a row of the trace."""
    held: dict[int, int] = {}
    for last in _last(trace, trace.p, (Kind.PROC_START, Kind.PROC_STOP, Kind.PROC_STEAL), row):
        if trace.kind[last] == Kind.PROC_START:
            held[int(trace.p[last])] = int(trace.m[last])
    status = {}
    for last in _last(trace, trace.g, (*_STATUS, Kind.GO_EXIT), row):
        code = _STATUS.get(Kind(int(trace.kind[last])))
        if code is not None:
            status[int(trace.g[last])] = code, int(trace.m[last]) if code == G_RUNNING else -1
    return Standing(held, status)


def _last(trace: Trace, ids: NDArray[np.int32], kinds: tuple[Kind, ...], row: int) -> list[int]:
    """For each id the last of its rows of these kinds before `row`."""
    rows = np.flatnonzero(np.isin(trace.kind[:row], kinds) & (ids[:row] >= 0))[::-1]
    return sorted(rows[np.unique(ids[rows], return_index=True)[1]].tolist())
