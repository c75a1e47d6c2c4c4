"""Intervals and numbers: what a trace says, as a table for figures and as plain sentences.

Problem. Events are instants; a reader asks about durations: who ran where, who waited and
for what, how busy was each P. Every figure would otherwise replay the events by itself, and
two figures could disagree about the same run.

Rejected. Replaying the events one by one in Python (seconds for a million events, in a lab
that redraws); one table a lane kind (three shapes to learn).

Chosen. Sort the rows that change a lane's state by lane, in one stable sort: then each row
opens an interval and the next row of the lane closes it.

Invariant. The intervals of one lane follow each other without gap or overlap, from the lane's
first event to its end (a goroutine's exit, a P's removal, or the end of the run).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.trace.decisions import decisions
from gosched_edu.trace.trace import Trace

#: Kinds of lanes: goroutines, processors, threads.
LANES = ("G", "P", "M")
#: What a lane can be in. P and M: "spinning" means that an M holds the P without a goroutine
#: (it is in the scheduler, looking for one); "idle" means parked. "syscall": a goroutine and its M
#: are outside Go; a P is in this state as long as it is theirs to come back to.
STATES = ("running", "runnable", "waiting", "spinning", "idle", "syscall")
_RUNNING, _RUNNABLE, _WAITING, _SPINNING, _IDLE, _SYSCALL = range(len(STATES))
_GONE = -1
MOST_CHOSEN = 10  # choices that a summary names

_G_STATE = {
    Kind.GO_CREATE: _RUNNABLE, Kind.GO_START: _RUNNING, Kind.GO_STOP: _RUNNABLE,
    Kind.GO_BLOCK: _WAITING, Kind.GO_UNBLOCK: _RUNNABLE, Kind.GO_EXIT: _GONE,
    Kind.GO_CREATE_BLOCKED: _WAITING, Kind.GO_SYSCALL_BEGIN: _SYSCALL, Kind.GO_SYSCALL_END: _RUNNING,
    Kind.GO_SYSCALL_END_BLOCKED: _RUNNABLE,
}  # fmt: skip
_HELD = {
    Kind.PROC_START: _SPINNING, Kind.PROC_STOP: _IDLE, Kind.GO_START: _RUNNING,
    Kind.GO_STOP: _SPINNING, Kind.GO_BLOCK: _SPINNING, Kind.GO_EXIT: _SPINNING,
    Kind.GO_SYSCALL_BEGIN: _SYSCALL, Kind.GO_SYSCALL_END: _RUNNING,
}  # fmt: skip
_P_STATE = _HELD | {Kind.PROC_STEAL: _IDLE}
_M_STATE = _HELD | {Kind.GO_SYSCALL_END_BLOCKED: _IDLE, Kind.THREAD_EXIT: _GONE}


def reason_texts(trace: Trace) -> NDArray[np.object_]:
    """Reason of every row in words.

    A real runtime has more wait reasons than `Reason`; a reader of real traces keeps those
    texts in ``trace.meta["reason_text"]`` (row number -> text).
    """
    words = np.full(max(REASON_TEXT) + 1, "", dtype=object)
    for code, text in REASON_TEXT.items():
        words[code] = text
    texts: NDArray[np.object_] = words[trace.reason]
    extra = trace.meta.get("reason_text")
    if isinstance(extra, dict):
        for row, text in extra.items():
            texts[int(row)] = text
    return texts


@dataclass
class _Lanes:
    """State changes of all lanes of one kind, sorted by lane, then by row of the trace."""

    row: NDArray[np.int64]  # row of the trace that made the change
    id: NDArray[np.int64]
    state: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: NDArray[np.bool_]  # the lane's first change


def _table(states: dict[Kind, int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    state = np.full(max(Kind) + 1, _GONE, dtype=np.int64)
    known = np.zeros(max(Kind) + 1, dtype=bool)
    for kind, code in states.items():
        state[kind], known[kind] = code, True
    return state, known


def _lanes(
    trace: Trace,
    row: NDArray[np.int64],
    ids: NDArray[np.int64],
    state: NDArray[np.int64],
) -> _Lanes:
    # `row` need not be sorted, but rows of one lane must come in causal order.
    order = np.lexsort((np.arange(len(row)), row, ids))
    row, ids, state = row[order], ids[order], state[order]
    n = len(row)
    first = np.ones(n, dtype=bool)
    first[1:] = ids[1:] != ids[:-1]
    # Clocks of two Ms can differ a little: a lane's time never goes back.
    start = trace.time[row] if n else np.zeros(0, np.int64)
    if n and np.any((np.diff(start) < 0) & ~first[1:]):
        start = pd.Series(start).groupby(np.cumsum(first)).cummax().to_numpy()
    end = np.full(n, _end(trace), dtype=np.int64)
    if n:
        end[:-1] = np.where(first[1:], end[:-1], start[1:])
    return _Lanes(row, ids, state, start, np.maximum(start, end), first)


def _end(trace: Trace) -> int:
    return max(int(trace.end), int(trace.time.max())) if len(trace) else int(trace.end)


def _waits_for_world(trace: Trace) -> NDArray[np.bool_]:
    """Rows between which whoever asked the world to stop waits for it: begin and end of each wait.

    A stop at which all stood still already is no wait. Real traces do not say when the world stood still.
    """
    out = np.zeros(len(trace), bool)
    begin, stopped = trace.where(Kind.STW_BEGIN), trace.where(Kind.STW_STOPPED)
    if len(begin) and len(stopped):
        following = np.searchsorted(stopped, begin)
        begin, following = begin[following < len(stopped)], following[following < len(stopped)]
        last = begin[trace.time[begin] < trace.time[stopped[following]]]
        out[last] = True
        out[stopped[np.searchsorted(stopped, last)]] = True
    return out


def _g_lanes(trace: Trace) -> _Lanes:
    state, known = _table(_G_STATE)
    state[Kind.STW_BEGIN], state[Kind.STW_STOPPED] = _WAITING, _RUNNING  # where that counts
    row = np.flatnonzero((known[trace.kind] | _waits_for_world(trace)) & (trace.g >= 0))
    return _lanes(trace, row, trace.g[row].astype(np.int64), state[trace.kind[row]])


def _proc_lanes(trace: Trace, column: NDArray[np.int32]) -> _Lanes:
    """Lanes of the Ps (or of the Ms, which have the same states)."""
    state, known = _table(_P_STATE if column is trace.p else _M_STATE)
    state[Kind.STW_BEGIN], state[Kind.STW_STOPPED] = _IDLE, _RUNNING  # where that counts
    # An M that gives its P away for a system call is in that call, not idle; one that comes back
    # and finds another P is not idle either.
    away = (trace.kind == Kind.PROC_STOP) & (trace.reason == Reason.HANDOFF)
    away |= (trace.kind == Kind.GO_SYSCALL_END_BLOCKED) & (trace.p >= 0)
    matters = known[trace.kind] | _waits_for_world(trace)
    row = np.flatnonzero(matters & (column >= 0) & ~(away & (column is trace.m)))
    ids, states = column[row].astype(np.int64), state[trace.kind[row]]
    if column is trace.p:  # Ps exist, idle, as soon as GOMAXPROCS says so
        # Prepended: at the same row a lane's birth comes before what happens to it.
        born = [(0, p, _IDLE) for p in range(trace.procs)] if len(trace) else []
        have = trace.procs
        for r in trace.where(Kind.PROCS):
            want = int(trace.arg[r])
            if r == 0:
                born = [(0, p, _IDLE) for p in range(want)]
            else:
                born += [(int(r), p, _IDLE) for p in range(have, want)]
                born += [(int(r), p, _GONE) for p in range(want, have)]
            have = want
        extra = np.array(born, dtype=np.int64).reshape(-1, 3)
        row = np.concatenate([extra[:, 0], row])
        ids = np.concatenate([extra[:, 1], ids])
        states = np.concatenate([extra[:, 2], states])
    return _lanes(trace, row, ids, states)


def intervals(trace: Trace) -> pd.DataFrame:
    """Who was in which state, from when to when.

    Parameters
    ----------
    trace : Trace
        Simulated or real.

    Returns
    -------
    pandas.DataFrame
        One row an interval, sorted by lane kind (G, P, M), lane id and start:

        lane : category
            "G" (goroutine), "P" (processor) or "M" (thread).
        id : int
            Goroutine id, P number or M number.
        state : category
            G: "running", "runnable", "waiting" or "syscall". P and M: "running" (a goroutine),
            "spinning" (an M holds the P but has no goroutine: it is looking for one), "idle", or
            "syscall" (the M is outside Go, and the P is left for it to come back to).
        start, end : int
            ns since the start of the trace; ``start <= end``.
        g, p : int
            The goroutine and the P of the interval, -1 where none. A goroutine has a P only
            while it runs; a P or M has a goroutine only while it runs one.
        reason : category
            Text of what opened the interval: where the goroutine was found or queued, what it
            waits for, who woke the M; "" where unknown.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace.summary import intervals
    >>> t = intervals(go.run("package main; func main() { go println(1); select {} }", procs=1).trace)
    >>> t[(t.lane == "G") & (t.id == 2)].state.tolist()
    ['runnable', 'running']
    """
    parts = []
    texts = reason_texts(trace)
    p_lanes = _proc_lanes(trace, trace.p)
    for lane, lanes in enumerate((_g_lanes(trace), p_lanes, _proc_lanes(trace, trace.m))):
        keep = lanes.state != _GONE
        row, state, ids = lanes.row[keep], lanes.state[keep], lanes.id[keep]
        runs = state == _RUNNING
        own_p = ids if lane == 1 else np.where(
            runs if lane == 0 else state != _IDLE, trace.p[row], -1)  # fmt: skip
        born = (trace.kind[row] == Kind.PROCS) if lane == 1 else np.zeros(len(row), bool)
        parts.append((
            np.full(len(row), lane), ids, state, lanes.start[keep], lanes.end[keep],
            ids if lane == 0 else np.where(runs, trace.g[row], -1), own_p,
            np.where(born, "", texts[row]),
        ))  # fmt: skip
    lane_, ids, state, start, end, g, p, reason = (
        np.concatenate([part[i] for part in parts]) for i in range(8)
    )
    return pd.DataFrame({
        "lane": pd.Categorical.from_codes(lane_.astype(np.int8), categories=pd.Index(LANES)),
        "id": ids.astype(np.int64),
        "state": pd.Categorical.from_codes(state.astype(np.int8), categories=pd.Index(STATES)),
        "start": start.astype(np.int64),
        "end": end.astype(np.int64),
        "g": g.astype(np.int64),
        "p": p.astype(np.int64),
        "reason": pd.Categorical(reason),
    })  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """A run in numbers; `str()` says it in plain sentences.

    Attributes
    ----------
    source, version : str
        As in `Trace`.
    duration : int
        ns from the first event to the end.
    goroutines : int
        Created in the trace.
    switches : int
        Context switches: how often a goroutine was put on a P (GO_START).
    blocks : dict of str to int
        How often a goroutine parked, by wait reason.
    steals : int or None
        How often a P took goroutines from another P; None for a real trace, which says nothing
        about it.
    preemptions : int
        Slices that the runtime ended.
    procs, procs_used, threads_used : int
        GOMAXPROCS; Ps and Ms that ran a goroutine.
    max_runnable : int
        The largest number of goroutines that waited for a P at one moment.
    choices : tuple of (int, int, int)
        Decisions at which somebody chose: the number, the goid, the goid that Go would have started.
    schedule : str or None
        The schedule that a run step by step has followed.
    steps : int
        Its steps.
    per_goroutine : pandas.DataFrame
        Index g; columns running, runnable, waiting (ns), starts.
    busy : pandas.Series
        Index P; the share of the run in which it ran goroutines.
    """

    source: str
    version: str
    duration: int
    goroutines: int
    switches: int
    blocks: dict[str, int]
    steals: int | None
    preemptions: int
    procs: int
    procs_used: int
    threads_used: int
    max_runnable: int
    choices: tuple[tuple[int, int, int], ...]
    schedule: str | None
    steps: int
    per_goroutine: pd.DataFrame = field(repr=False, compare=False)
    busy: pd.Series[float] = field(repr=False, compare=False)

    def __str__(self) -> str:
        lines = [
            f"The run took {_ns(self.duration)} on {_n(self.procs, 'P')}"
            f" ({self.procs_used} used, on {_n(self.threads_used, 'thread')}).",
            f"{_n(self.goroutines, 'goroutine')} created, {_n(self.switches, 'context switch')};"
            f" at most {self.max_runnable} waited for a P at one moment.",
        ]
        if self.schedule is not None:
            by = f"by the schedule {self.schedule}" if self.schedule else "by the default schedule"
            lines = [
                f"The run made {_n(self.steps, 'step')}, one after the other, {by}.",
                f"{_n(self.goroutines, 'goroutine')} created; the turn changed {_n(self.switches, 'time')}.",
            ]
        if self.blocks:
            ranked = sorted(self.blocks.items(), key=lambda item: (-item[1], item[0]))
            what = ", ".join(f"{n} × {text or 'unknown reason'}" for text, n in ranked)
            lines.append(f"Goroutines parked {_n(sum(self.blocks.values()), 'time')}: {what}.")
        else:
            lines.append("No goroutine ever parked.")
        if self.schedule is not None:
            return "\n".join(lines)
        stolen = "" if self.steals is None else f" and {_n(self.steals, 'steal')}"
        lines.append(f"{_n(self.preemptions, 'preemption')}{stolen}.")
        shares = ", ".join(f"P{p} {share:.0%}" for p, share in self.busy.items())
        if shares:
            lines.append(f"Busy: {shares}.")
        for number, goid, instead in self.choices[:MOST_CHOSEN]:
            lines.append(f"At decision {number} you chose g{goid} instead of g{instead}.")
        if len(self.choices) > MOST_CHOSEN:
            lines.append(f"You chose at {_n(len(self.choices) - MOST_CHOSEN, 'more decision')}.")
        return "\n".join(lines)


def summarize(trace: Trace) -> Summary:
    """Count and measure a run.

    Parameters
    ----------
    trace : Trace
        Simulated or real.

    Returns
    -------
    Summary

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace.summary import summarize
    >>> s = summarize(go.run("package main; func main() { go println(1); select {} }", procs=1).trace)
    >>> s.goroutines, s.switches, s.blocks
    (2, 2, {'select (no cases)': 1})
    """
    start = int(trace.time.min()) if len(trace) else 0
    duration = _end(trace) - start
    lanes = _g_lanes(trace)
    starts = trace.where(Kind.GO_START)
    parks = trace.where(Kind.GO_BLOCK)
    texts, counts = np.unique(reason_texts(trace)[parks].astype(str), return_counts=True)
    stops = trace.where(Kind.GO_STOP)

    spent = pd.DataFrame({
        "g": lanes.id, "state": lanes.state, "ns": lanes.end - lanes.start,
    })[lanes.state != _GONE]  # fmt: skip
    per_g = (
        spent.pivot_table(index="g", columns="state", values="ns", aggfunc="sum", fill_value=0)
        .reindex(columns=[_RUNNING, _RUNNABLE, _WAITING], fill_value=0)
        .astype(np.int64)
    )
    per_g.columns = pd.Index(STATES[:3])
    per_g["starts"] = pd.Series(trace.g[starts]).value_counts().reindex(per_g.index, fill_value=0)

    ps = _proc_lanes(trace, trace.p)
    ran = np.bincount(
        ps.id, weights=np.where(ps.state == _RUNNING, ps.end - ps.start, 0), minlength=trace.procs
    )
    return Summary(
        source=trace.source,
        version=trace.version,
        duration=duration,
        goroutines=len(trace.where(Kind.GO_CREATE)),
        switches=len(starts),
        blocks=dict(zip(texts.tolist(), counts.tolist(), strict=True)),
        steals=None if trace.source == "real" else len(trace.where(Kind.STEAL)),
        preemptions=int(np.sum(trace.reason[stops] == Reason.PREEMPTED)),
        procs=trace.procs,
        procs_used=len(np.unique(trace.p[starts])),
        threads_used=len(np.unique(trace.m[starts])),
        max_runnable=_max_runnable(lanes),
        choices=_choices(trace),
        schedule=str(trace.meta["schedule"]) if "schedule" in trace.meta else None,
        steps=int(str(trace.meta.get("steps", 0))),
        per_goroutine=per_g,
        busy=pd.Series(ran / max(duration, 1), name="busy").rename_axis("p"),
    )


def _choices(trace: Trace) -> tuple[tuple[int, int, int], ...]:
    if trace.source != "simulated" or "schedule" in trace.meta or not np.any(trace.reason == Reason.CHOSEN):
        return ()
    rows = decisions(trace)
    numbers = np.flatnonzero(trace.reason[rows] == Reason.CHOSEN)
    return tuple((int(n) + 1, int(trace.g[rows[n]]), int(trace.arg2[rows[n]])) for n in numbers)


def _max_runnable(lanes: _Lanes) -> int:
    if not len(lanes.row):
        return 0
    is_ready = lanes.state == _RUNNABLE
    was_ready = np.zeros(len(is_ready), dtype=bool)
    was_ready[1:] = is_ready[:-1] & ~lanes.first[1:]
    change = is_ready.astype(np.int64) - was_ready
    return int(np.cumsum(change[np.argsort(lanes.row, kind="stable")]).max())


def _n(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}es" if noun.endswith("ch") else f"{count} {noun}s"


def _ns(ns: int) -> str:
    for limit, unit in ((10**9, "s"), (10**6, "ms"), (10**3, "µs")):
        if ns >= limit:
            return f"{ns / limit:.3g} {unit}"
    return f"{ns} ns"
