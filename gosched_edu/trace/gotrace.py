"""A simulated run as a Go execution trace, for `go tool trace` and any other reader of it.

Problem. Go's own tools should open our runs; and Go's own reader, which replays every event
against a state machine, is an oracle that we did not write: if it accepts a run, the run is a
legal schedule.

Rejected. A Chrome-trace JSON (checked by nobody); a loop that packs event after event (2 µs
each: seconds for a long run); the newest header (older tools refuse it; the oldest, 1.22, is
read by all).

Chosen. Rows become wire events as columns of numbers; one vectorised pass turns all numbers
into varints; batches are cut from the result.

Invariant. Sequence numbers are counted in row order, the causal order of the trace. So the
reader accepts the file if and only if that order is a legal schedule on these Ms and Ps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.trace.gotrace_cuts import cuts, standing
from gosched_edu.trace.trace import Trace
from gosched_edu.trace.wire import (
    ARGS,
    G_RUNNABLE,
    G_WAITING,
    MAX_STRING,
    NARGS,
    NO_THREAD,
    P_IDLE,
    P_RUNNING,
    REASON_WORDS,
    Ev,
    header,
    uvarint,
)

VERSION = 22
START = 1_000_000  #: ticks (= ns) on the trace's clock when the run begins; must not be 0
BATCH = 60_000  #: bytes; the format allows 64 KiB
_FIRST_PC = 0x400000
_MOST_ARGS = 4

_Ints = NDArray[np.int64]


@dataclass
class _Events:
    """Wire events in no order yet: columns, one part a kind."""

    parts: list[tuple[_Ints, ...]] = field(default_factory=list)

    def add(self, key: _Ints, ev: Ev, m: _Ints, time: _Ints, *args: _Ints | int) -> None:
        """Add events of one type; `key` says where they belong in the causal order."""
        assert len(args) == len(ARGS[ev])
        columns = [np.broadcast_to(np.asarray(a, np.int64), key.shape) for a in args]
        columns += [np.zeros(key.shape, np.int64)] * (_MOST_ARGS - len(args))
        self.parts.append((key, np.full(key.shape, int(ev), np.int64), m, time, *columns))

    def sorted_by_thread(self, begins: _Ints) -> tuple[_Ints, ...]:
        """Columns generation, type, thread, time and arguments; `begins`: each generation's first key."""
        key, *rest = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        generation = np.maximum(np.searchsorted(begins, key, side="right") - 1, 0)
        order = np.lexsort((key, rest[1], generation))
        return generation[order], *(column[order] for column in rest)


class _Tables:
    """Strings and stacks of the trace, numbered from 1 (0 = none)."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.strings: dict[str, int] = {}
        # A frame is a pair (function, line); each distinct one is a stack of its own.
        frame = (trace.func.astype(np.int64) + 1) << 32 | np.maximum(trace.line, 0)
        self.frames, stack = np.unique(frame, return_inverse=True)
        known = len(self.frames) and self.frames[0] == 0  # neither function nor line
        self.of_row: _Ints = stack.astype(np.int64) + (0 if known else 1)
        self.frames = self.frames[1:] if known else self.frames

    def string(self, text: str) -> int:
        text = text.encode()[:MAX_STRING].decode(errors="ignore")
        return self.strings.setdefault(text, len(self.strings) + 1) if text else 0

    def batches(self, generation: int) -> bytes:
        file = self.string(self.trace.filename)
        stacks = []
        for number, frame in enumerate(self.frames.tolist(), start=1):
            func, line = (frame >> 32) - 1, frame & 0xFFFFFFFF
            name = self.trace.functions[func] if func >= 0 else "unknown"
            # A PC stands for one frame; a counter gives the same ones in every process.
            numbers = (number, 1, _FIRST_PC + 16 * number, self.string(name), file, line)
            stacks.append(bytes([Ev.STACK]) + b"".join(map(uvarint, numbers)))
        strings = []
        for text, number in self.strings.items():
            raw = text.encode()
            strings.append(bytes([Ev.STRING]) + uvarint(number) + uvarint(len(raw)) + raw)
        return _structural(generation, Ev.STACKS, stacks) + _structural(generation, Ev.STRINGS, strings)


def to_go_trace(trace: Trace, *, per_generation: int = 200_000) -> bytes:
    """The trace in Go's execution trace format (v2, header 1.22).

    Parameters
    ----------
    trace : Trace
        A run from its beginning, as the kernel writes it.
    per_generation : int
        Rows after which a new generation begins, as soon as nothing lasting is in progress. Readers
        keep a generation in memory.

    Returns
    -------
    bytes
        A file for ``go tool trace`` of Go 1.22 or newer. Goroutines keep their ids, Ps and Ms
        their numbers; rows without an M (sysmon, timers) appear on one more thread. One tick is
        one virtual nanosecond.

    Raises
    ------
    ValueError
        If the trace does not begin at the run's beginning (its oldest events were dropped), or
        if the time of an M goes back.

    Notes
    -----
    Kinds that Go's tracer does not have (steals, channel contents, output ...) are left out.
    The rules a reader checks are in internal/trace/order.go.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace.gotrace import to_go_trace
    >>> to_go_trace(go.run("package main; func main() { println(1) }").trace)[:14]
    b'go 1.22 trace\\x00'
    """
    if not len(trace) or trace.kind[0] != Kind.PROCS:
        raise ValueError(
            "a Go trace must begin where the run begins, but this trace does not start with a "
            "PROCS event: its oldest events were dropped. Run again with room for all events."
        )
    tables = _Tables(trace)
    starts = cuts(trace, per_generation)
    events = _wire_events(trace, tables, starts)
    generation, *columns = events.sorted_by_thread(np.concatenate([[-1], 2 * starts[1:] - 1]))
    frequency = bytes([Ev.FREQUENCY]) + uvarint(10**9)
    out = [header(VERSION)]
    for i in range(len(starts)):
        low, high = np.searchsorted(generation, (i, i + 1))
        out.append(_batch(i + 1, NO_THREAD, START, frequency))
        out += _event_batches(i + 1, *(column[low:high] for column in columns))
        out.append(tables.batches(i + 1))
    return b"".join(out)


def _wire_events(trace: Trace, tables: _Tables, starts: _Ints) -> _Events:
    rows = np.arange(len(trace), dtype=np.int64)
    part = np.searchsorted(starts, rows, side="right").astype(np.int64)  # the row's generation
    g, p = trace.g.astype(np.int64), trace.p.astype(np.int64)
    m, time = _threads(trace)
    kind, stack = trace.kind, tables.of_row
    events = _Events()

    def at(mask: NDArray[np.bool_], ev: Ev, *args: _Ints | int) -> None:
        events.add(
            2 * rows[mask], ev, m[mask], time[mask],
            *(a[mask] if isinstance(a, np.ndarray) else a for a in args),
        )  # fmt: skip

    # Every P that will ever be mentioned exists, idle, from the start.
    procs = max(int(p.max()) + 1, trace.procs, *trace.arg[kind == Kind.PROCS].tolist())
    first = np.zeros(procs, np.int64)
    boot = rows[kind == Kind.PROC_START][:1]
    boot_m = int(m[boot[0]]) if len(boot) else 0
    events.add(first - 1, Ev.PROC_STATUS, first + boot_m, first + START, np.arange(procs), P_IDLE)

    # A P changes hands at a start, at a theft, and when its goroutine enters a system call.
    takes, thefts = kind == Kind.PROC_START, kind == Kind.PROC_STEAL
    begins = (kind == Kind.GO_SYSCALL_BEGIN) & (p >= 0)
    # The timer goroutine of old is born in a system call, on a thread without a P.
    born_away = (kind == Kind.GO_SYSCALL_BEGIN) & (p < 0)
    hands = _count(p, part, takes | thefts | begins)
    at(takes, Ev.PROC_START, p, hands)
    at(kind == Kind.PROC_STOP, Ev.PROC_STOP)
    at(thefts, Ev.PROC_STEAL, p, hands, trace.arg)
    at(begins, Ev.GO_SYSCALL_BEGIN, hands, stack)
    at(kind == Kind.GO_SYSCALL_END, Ev.GO_SYSCALL_END)
    at(kind == Kind.GO_SYSCALL_END_BLOCKED, Ev.GO_SYSCALL_END_BLOCKED)

    # main, and what the runtime makes on no P, is said to exist; a timer's goroutine is created by an
    # M that runs no goroutine. In a real trace one may be waiting from the first (also a coroutine);
    # the block that says so has no M.
    creates = np.isin(kind, [Kind.GO_CREATE, Kind.GO_CREATE_BLOCKED])
    there = (kind == Kind.GO_BLOCK) & (trace.m < 0)
    waiting = np.isin(g, g[there | (kind == Kind.GO_CREATE_BLOCKED)])
    creates &= ~np.isin(g, g[born_away])
    at(born_away, Ev.GO_CREATE_SYSCALL, g)
    from_go = creates & ((trace.arg > 0) | (g != 1) & (p >= 0)) & ~waiting
    status = np.where(waiting, G_WAITING, G_RUNNABLE)
    # That something exists can be said in the first generation only: so it is said there.
    later = creates & ~from_go & (part > 1)
    at(creates & ~from_go & ~later, Ev.GO_STATUS, g, -1, status)
    events.add(rows[later] * 0 - 1, Ev.GO_STATUS, m[later] * 0 + boot_m, time[later] * 0 + START,
               g[later], -1, status[later])  # fmt: skip
    from_first = dict(zip(g[later].tolist(), status[later].tolist(), strict=True))
    for start in starts[1:].tolist():
        _add_standing(trace, events, start, procs, (m, time), from_first)
    at(from_go, Ev.GO_CREATE, g, _entry_stacks(trace, stack), stack)

    goes = kind == Kind.GO_START
    wakes = kind == Kind.GO_UNBLOCK
    seq = _count(g, part, goes | wakes)
    at(goes, Ev.GO_START, g, seq)
    at(wakes, Ev.GO_UNBLOCK, g, seq, stack)
    stops = kind == Kind.GO_STOP
    blocks = (kind == Kind.GO_BLOCK) & ~there
    reason = np.zeros(len(trace), np.int64)
    for code in np.unique(trace.reason[stops | blocks]).tolist():
        word = REASON_WORDS.get(Reason(code), REASON_TEXT[code])
        reason[trace.reason == code] = tables.string(word)
    extra = trace.meta.get("reason_text")
    if isinstance(extra, dict):  # reasons that only real traces have
        for row, text in extra.items():
            reason[int(row)] = tables.string(text)
    at(stops, Ev.GO_STOP, reason, stack)
    at(blocks, Ev.GO_BLOCK, reason, stack)
    at(kind == Kind.GO_EXIT, Ev.GO_DESTROY)

    _add_ranges(trace, tables, at)
    _add_annotations(trace, tables, at)

    # GOMAXPROCS is told by a running goroutine: the first one that starts from then on.
    change = rows[kind == Kind.PROCS]
    running = rows[goes]
    teller = np.searchsorted(running, change)
    change, teller = change[teller < len(running)], teller[teller < len(running)]
    tell = running[teller]
    events.add(2 * tell + 1, Ev.PROCS_CHANGE, m[tell], time[tell], trace.arg[change], 0)
    return events


def _add_standing(
    trace: Trace, events: _Events, row: int, procs: int, clock: tuple[_Ints, _Ints],
    from_first: dict[int, int],
) -> None:  # fmt: skip
    """A generation begins: every P and goroutine, told by the thread that has it, else by any."""
    there = standing(trace, row)
    m, time = clock
    last = pd.Series(time[:row]).groupby(m[:row]).max()
    status = {g: (code, -1) for g, code in from_first.items()} | there.status

    def tell(ev: Ev, facts: list[tuple[int, int, int, int]]) -> None:
        who, *args = (np.array(column, np.int64) for column in zip(*facts, strict=True))
        who = np.where(who < 0, int(m[0]), who)
        when = last.reindex(who, fill_value=START).to_numpy(np.int64)
        key = np.full(len(who), 2 * row - 1, np.int64)
        events.add(key, ev, who, when, *(args if ev == Ev.GO_STATUS else args[:2]))

    ps = [(there.held.get(p, -1), p, P_RUNNING if p in there.held else P_IDLE, 0) for p in range(procs)]
    tell(Ev.PROC_STATUS, ps)
    tell(Ev.GO_STATUS, [(on, g, on, code) for g, (code, on) in status.items()])


At = Callable[..., None]


def _add_ranges(trace: Trace, tables: _Tables, at: At) -> None:
    """What lasts: stops of the world, collections, mark assists; each told by a running goroutine."""
    kind, stack = trace.kind, tables.of_row
    told = (trace.g >= 0) & (trace.m >= 0)
    why = np.zeros(len(trace), np.int64)
    stops = kind == Kind.STW_BEGIN
    for code in np.unique(trace.reason[stops]).tolist():
        why[trace.reason == code] = tables.string(REASON_TEXT[code])
    at(stops & told, Ev.STW_BEGIN, why, stack)
    at((kind == Kind.STW_END) & told, Ev.STW_END)
    begins, ends = ((kind == k) & told for k in (Kind.GC_BEGIN, Kind.GC_END))
    whole = np.cumsum(kind == Kind.GC_BEGIN)  # a cycle is told if a goroutine tells both of its ends
    whole = np.isin(whole, whole[begins]) & (np.isin(whole, whole[ends]) | (whole == whole.max()))
    begins, ends = begins & whole, ends & whole
    cycles = begins | ends
    number = np.cumsum(cycles).astype(np.int64)  # one sequence for both ends
    at(begins, Ev.GC_BEGIN, number, stack)
    at(ends, Ev.GC_END, number)
    at(kind == Kind.GC_ASSIST_BEGIN, Ev.GC_MARK_ASSIST_BEGIN, stack)
    at(kind == Kind.GC_ASSIST_END, Ev.GC_MARK_ASSIST_END)
    live = np.maximum(np.where(kind == Kind.GC_GOAL, trace.arg, trace.arg2), 0)
    at(cycles, Ev.HEAP_ALLOC, live)
    at((kind == Kind.GC_GOAL) & (trace.m >= 0), Ev.HEAP_GOAL, live)


def _add_annotations(trace: Trace, tables: _Tables, at: At) -> None:
    """Tasks, regions and messages of package runtime/trace."""
    texts = trace.meta.get("texts")
    if not isinstance(texts, dict) or not texts:
        return
    name, key = np.zeros((2, len(trace)), np.int64)
    for row, text in texts.items():
        category, colon, message = text.partition(": ")
        log = trace.kind[row] == Kind.USER_LOG and colon
        name[row] = tables.string(message if log else text)
        key[row] = tables.string(category) if log else 0
    task, stack = trace.arg, tables.of_row
    kind = trace.kind
    at(kind == Kind.USER_TASK_BEGIN, Ev.USER_TASK_BEGIN, task, 0, name, stack)
    at(kind == Kind.USER_TASK_END, Ev.USER_TASK_END, task, stack)
    at(kind == Kind.USER_REGION_BEGIN, Ev.USER_REGION_BEGIN, task, name, stack)
    at(kind == Kind.USER_REGION_END, Ev.USER_REGION_END, task, name, stack)
    at(kind == Kind.USER_LOG, Ev.USER_LOG, task, key, name, stack)
    at(kind == Kind.USER_LABEL, Ev.GO_LABEL, name)


def _threads(trace: Trace) -> tuple[_Ints, _Ints]:
    """Thread and trace clock of every row; rows without an M get a thread of their own.

    So do thefts of Ps: the thief is not the thread that sits in the system call.
    """
    nobody = int(trace.m.max()) + 1
    m = np.where((trace.m < 0) | (trace.kind == Kind.PROC_STEAL), nobody, trace.m).astype(np.int64)
    time = pd.Series(trace.time).groupby(m).cummax().to_numpy(np.int64)
    back = np.flatnonzero((time != trace.time) & (m != nobody))
    if len(back):
        row = int(back[0])
        raise ValueError(f"the time of M{trace.m[row]} goes back at row {row} of the trace")
    return m, time + START


def _count(ids: _Ints, part: _Ints, mask: NDArray[np.bool_]) -> _Ints:
    """For the rows of the mask: the how-manieth of its id in its part it is, from 1."""
    out = np.zeros(len(ids), np.int64)
    out[mask] = pd.Series(ids[mask]).groupby([part[mask], ids[mask]]).cumcount().to_numpy() + 1
    return out


def _entry_stacks(trace: Trace, stack: _Ints) -> _Ints:
    """For GO_CREATE rows: the stack of the new goroutine's first function.

    `go tool trace` names goroutines by it. It is where the goroutine first starts; one that
    never does is named after its creator's line.
    """
    starts = trace.where(Kind.GO_START)
    born, first = np.unique(trace.g[starts], return_index=True)
    if not len(born):
        return stack
    at = np.minimum(np.searchsorted(born, trace.g), len(born) - 1)
    return np.where(born[at] == trace.g, stack[starts[first[at]]], stack)


def _event_batches(generation: int, ev: _Ints, m: _Ints, time: _Ints, *args: _Ints) -> list[bytes]:
    """Batches of events that are sorted by thread."""
    if not len(ev):
        return []
    new = np.ones(len(m), bool)
    new[1:] = m[1:] != m[:-1]
    before = np.where(new, time, np.concatenate([time[:1], time[:-1]]))
    numbers = np.stack([ev, time - before, *args], axis=1).astype(np.uint64)
    used = np.arange(2 + _MOST_ARGS) < 2 + np.array(NARGS)[ev][:, None]
    data, ends = _uvarints(numbers[used])
    ends = ends[np.cumsum(used.sum(axis=1)) - 1]  # of each event
    starts = np.concatenate([[0], ends[:-1]])
    out, i = [], 0
    bounds = np.append(np.flatnonzero(new), len(m))
    for stop in bounds[1:]:
        while i < stop:
            # As many whole events as fit; the base of the first is the event before it.
            j = min(int(np.searchsorted(ends, starts[i] + BATCH, side="right")), int(stop))
            out.append(_batch(generation, int(m[i]), int(before[i]), data[starts[i] : ends[j - 1]]))
            i = j
    return out


def _uvarints(numbers: NDArray[np.uint64]) -> tuple[bytes, _Ints]:
    """All numbers as varints, one after the other, and where each one ends."""
    size = np.ones(len(numbers), np.int64)
    for shift in range(7, 64, 7):
        size += numbers >= np.uint64(1) << np.uint64(shift)
    ends = np.cumsum(size)
    at = ends - size
    out = np.zeros(int(ends[-1]), np.uint8)
    for k in range(int(size.max())):
        has = np.flatnonzero(size > k)
        byte = (numbers[has] >> np.uint64(7 * k)) & np.uint64(0x7F)
        more = np.where(size[has] > k + 1, np.uint64(0x80), np.uint64(0))
        out[at[has] + k] = byte | more
    return out.tobytes(), ends


def _batch(generation: int, m: int, time: int, payload: bytes) -> bytes:
    numbers = (generation, m, time, len(payload))
    return bytes([Ev.EVENT_BATCH]) + b"".join(map(uvarint, numbers)) + payload


def _structural(generation: int, kind: Ev, entries: list[bytes]) -> bytes:
    """Batches of table entries, each opened by the byte that says which table it is."""
    out, body = bytearray(), bytearray([kind])
    for entry in entries:
        if len(body) + len(entry) > BATCH:
            out += _batch(generation, NO_THREAD, START, bytes(body))
            body = bytearray([kind])
        body += entry
    return bytes(out + _batch(generation, NO_THREAD, START, bytes(body)))
