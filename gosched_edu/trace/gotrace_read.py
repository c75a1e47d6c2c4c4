"""A real Go execution trace as a `Trace`: the same columns, hence the same figures.

Problem. What real Go did must lie beside what the simulation does: one order of events, lines
of the user's file, and the user's goroutines told apart from the runtime's.

Rejected. The text of `go tool trace -d` (needs a toolchain; differs by version); keeping every
event the tracer has (heap sizes, sweeps: counted in ``meta["unmapped"]``, not drawn).

Chosen. `gotrace_file` decodes, `gotrace_order` puts the events in order, and here each becomes
a row of the kinds that a simulated run has. Only a goroutine that was in a system call before the
trace began has no such row: it waits (reason "syscall").

Invariant. Whatever the bytes are, the result is a trace or a `TraceFormatError`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.trace.gotrace_file import (
    Cursor,
    Frame,
    Generation,
    TraceFormatError,
    generations,
    header_version,
    stream,
)
from gosched_edu.trace.gotrace_order import Order, Ordered
from gosched_edu.trace.trace import Trace
from gosched_edu.trace.wire import (
    ARGS,
    G_RUNNING,
    G_SYSCALL,
    G_WAITING,
    NO_THREAD,
    P_RUNNING,
    P_SYSCALL,
    Ev,
)

__all__ = ["TraceFormatError", "read_go_trace", "user_only"]

LIMIT = 1_000_000  #: events; reading so many takes some ten seconds
#: Ticks a second where a truncated file does not say it (traceticks.go: nanotime / 64).
_USUAL_FREQ = 15_625_000
#: Ids beyond these do not fit the columns of a Trace; no real run comes near.
_MAX_ID, _MAX_P = 2**31 - 1, 2**20

_WORDS = {
    "chan send": Reason.CHAN_SEND,
    "chan receive": Reason.CHAN_RECEIVE,
    "sleep": Reason.SLEEP,
    "select": Reason.SELECT,
    "sync.(*Cond).Wait": Reason.COND_WAIT,
    "network": Reason.IO_WAIT,
    "preempted": Reason.PREEMPTED,
    "runtime.Gosched": Reason.GOSCHED,
}
#: The tracer's coarse words, made finer by the runtime function on top of the stack.
_BY_FUNCTION = {
    ("sync", "sync.(*WaitGroup).Wait"): Reason.WAITGROUP_WAIT,
    ("sync", "sync.runtime_Semacquire"): Reason.SEMACQUIRE,
    ("sync", "sync.runtime_SemacquireMutex"): Reason.MUTEX_LOCK,
    ("sync", "internal/sync.runtime_SemacquireMutex"): Reason.MUTEX_LOCK,
    ("sync", "sync.runtime_SemacquireRWMutex"): Reason.RWMUTEX_LOCK,
    ("sync", "sync.runtime_SemacquireRWMutexR"): Reason.RWMUTEX_RLOCK,
    ("forever", "runtime.block"): Reason.SELECT_NO_CASES,
    ("forever", "runtime.chansend1"): Reason.CHAN_SEND_NIL,
    ("forever", "runtime.chanrecv1"): Reason.CHAN_RECEIVE_NIL,
    ("forever", "runtime.chanrecv2"): Reason.CHAN_RECEIVE_NIL,
}


#: Why the world stops (runtime2.go:stwReasonStrings).
_STW = {text: Reason(code) for code, text in REASON_TEXT.items() if Reason(code).name.startswith("STW_")}
_USER = {
    Ev.USER_TASK_BEGIN: Kind.USER_TASK_BEGIN, Ev.USER_TASK_END: Kind.USER_TASK_END,
    Ev.USER_REGION_BEGIN: Kind.USER_REGION_BEGIN, Ev.USER_REGION_END: Kind.USER_REGION_END,
    Ev.USER_LOG: Kind.USER_LOG, Ev.GO_LABEL: Kind.USER_LABEL,
}  # fmt: skip


class _Rows:
    """The columns of the trace to be, and how an ordered event becomes a row."""

    def __init__(self, filename: str | None) -> None:
        self.filename = filename
        self.columns: list[list[int]] = [[] for _ in range(10)]
        self.texts: dict[int, str] = {}
        self.notes: dict[int, str] = {}  # what the program itself wrote into the trace
        self.collecting = False
        self.assisting: set[int] = set()
        self.functions: dict[str, int] = {}
        self.threads: dict[int, int] = {}
        self.resume: dict[int, tuple[int, int]] = {}  # g: (func, line) where it goes on
        self.entry: dict[int, str] = {}
        self.user = {1}  # main
        self.places: dict[tuple[Frame, ...], tuple[int, int, bool]] = {}
        self.procs: list[int] = []
        self.max_p = -1

    def add(
        self, e: Ordered, kind: Kind, g: int = -1, *, p: int | None = None, m: int | None = None,
        arg: int = -1, reason: Reason = Reason.NONE, text: str = "", at: tuple[int, int] = (-1, 0),
    ) -> None:  # fmt: skip
        p, m = e.p if p is None else p, e.m if m is None else m
        if not (-1 <= g <= _MAX_ID and p < _MAX_P):
            raise TraceFormatError(
                f"goroutine {g} on P{p}: impossible numbers. The trace is damaged; record it again."
            )
        if text:
            self.texts[len(self.columns[0])] = text
        self.max_p = max(self.max_p, p)
        number = -1 if m in (-1, NO_THREAD) else self.threads.setdefault(m, len(self.threads))
        row = (e.time, kind, g, p, number, arg, -1, at[1], reason, at[0])
        for column, value in zip(self.columns, row, strict=True):
            column.append(value)

    # -- stacks --------------------------------------------------------------------------------

    def is_user(self, frame: Frame) -> bool:
        function, file, _ = frame
        if not function.startswith("main."):
            return False
        name = PurePath(file).name
        self.filename = self.filename or name
        return name == self.filename

    def place(self, g: int, frames: list[Frame]) -> tuple[int, int]:
        """(func, line) of the topmost frame in the user's file; notes whose goroutine it is."""
        if not frames:
            return -1, 0
        key = tuple(frames)
        if key not in self.places:  # a program has few stacks, and meets them often
            at = next((frame for frame in frames if self.is_user(frame)), None)
            name, line = (frames[0][0], 0) if at is None else (at[0], at[2])
            self.places[key] = self.func(name), line, at is not None
        func, line, user = self.places[key]
        if user:
            self.user.add(g)
        return func, line

    def func(self, name: str) -> int:
        return self.functions.setdefault(name, len(self.functions))

    # -- events --------------------------------------------------------------------------------

    def translate(self, e: Ordered, gen: Generation) -> None:
        _TRANSLATE[e.ev](self, e, gen)

    def procs_change(self, e: Ordered, gen: Generation) -> None:
        n = e.args[0]
        if not 0 < n < _MAX_P:
            raise TraceFormatError(f"GOMAXPROCS {n}: the trace is damaged; record it again.")
        if self.procs and n != self.procs[-1]:
            self.add(e, Kind.PROCS, p=-1, arg=n)
        self.procs.append(n)  # the first one is told by row 0

    def proc_status(self, e: Ordered, gen: Generation) -> None:
        status, new = e.args
        self.max_p = max(self.max_p, e.p)
        if new and status in (P_RUNNING, P_SYSCALL):
            self.add(e, Kind.PROC_START, arg=0)

    def proc_start(self, e: Ordered, gen: Generation) -> None:
        self.add(e, Kind.PROC_START, arg=0)

    def proc_stop(self, e: Ordered, gen: Generation) -> None:
        self.add(e, Kind.PROC_STOP, reason=Reason.HANDOFF if e.args[0] else Reason.NONE)

    def proc_steal(self, e: Ordered, gen: Generation) -> None:
        victim = self.threads.setdefault(e.m, len(self.threads))
        self.add(e, Kind.PROC_STEAL, e.g, m=-1, arg=victim)

    def go_status(self, e: Ordered, gen: Generation) -> None:
        status = e.args[0]
        at = self.place(e.g, gen.frames(e.args[1])) if len(e.args) > 1 else (-1, 0)
        self.add(e, Kind.GO_CREATE, e.g, p=-1, m=-1, arg=0, at=at)
        if status == G_RUNNING or (status == G_SYSCALL and e.p >= 0):
            self.add(e, Kind.GO_START, e.g, at=at)
            if status == G_SYSCALL:
                self.add(e, Kind.GO_SYSCALL_BEGIN, e.g, reason=Reason.SYSCALL, at=at)
        elif status in (G_WAITING, G_SYSCALL):
            text = "syscall" if status == G_SYSCALL else ""
            self.add(e, Kind.GO_BLOCK, e.g, p=-1, m=-1, text=text, at=at)

    def go_create(self, e: Ordered, gen: Generation) -> None:
        creator, new_stack, now = e.args
        entry = gen.frames(new_stack)
        self.resume[e.g] = self.place(e.g, entry)
        if entry:
            self.entry[e.g] = entry[-1][0]
        at = self.place(creator, gen.frames(now))
        # One that a library started for the user (errgroup, AfterFunc ...) is the user's too.
        first = self.entry.get(e.g, "runtime")
        if at[1] and (not first.startswith("runtime") or first == "runtime.corostart"):
            self.user.add(e.g)
        self.add(e, Kind.GO_CREATE, e.g, arg=max(creator, 0), at=at)
        if e.ev == Ev.GO_CREATE_BLOCKED:
            self.add(e, Kind.GO_BLOCK, e.g, p=-1, m=-1, text="coroutine")

    def go_create_syscall(self, e: Ordered, gen: Generation) -> None:
        self.add(e, Kind.GO_CREATE, e.g, p=-1, m=-1, arg=0)
        if e.p >= 0:
            self.add(e, Kind.GO_START, e.g)
            self.add(e, Kind.GO_SYSCALL_BEGIN, e.g, reason=Reason.SYSCALL)
        else:
            self.add(e, Kind.GO_BLOCK, e.g, p=-1, m=-1, text="syscall")

    def go_start(self, e: Ordered, gen: Generation) -> None:
        self.add(e, Kind.GO_START, e.g, at=self.resume.get(e.g, (-1, 0)))

    def go_park(self, e: Ordered, gen: Generation) -> None:
        kind = Kind.GO_STOP if e.ev == Ev.GO_STOP else Kind.GO_BLOCK
        frames = gen.frames(e.args[1])
        at = self.resume[e.g] = self.place(e.g, frames)
        word = gen.string(e.args[0]) or "coroutine"  # the only one without a word: GoSwitch
        reason = _WORDS.get(word, Reason.NONE)
        for function, _, _ in frames[:4]:
            reason = _BY_FUNCTION.get((word, function), reason)
        if word == "sync" and reason is Reason.NONE and frames:
            reason = Reason.SEMACQUIRE
        text = word if reason is Reason.NONE else ""
        self.add(e, kind, e.g, reason=reason, text=text, at=at)

    def go_unblock(self, e: Ordered, gen: Generation) -> None:
        waker, now = e.args
        self.add(e, Kind.GO_UNBLOCK, e.g, arg=max(waker, 0), at=self.place(waker, gen.frames(now)))

    def go_destroy(self, e: Ordered, gen: Generation) -> None:
        self.add(e, Kind.GO_EXIT, e.g)

    def syscall_begin(self, e: Ordered, gen: Generation) -> None:
        at = self.resume[e.g] = self.place(e.g, gen.frames(e.args[0]))
        self.add(e, Kind.GO_SYSCALL_BEGIN, e.g, reason=Reason.SYSCALL, at=at)

    def syscall_end(self, e: Ordered, gen: Generation) -> None:
        self.add(e, Kind.GO_SYSCALL_END, e.g, at=self.resume.get(e.g, (-1, 0)))

    def syscall_end_blocked(self, e: Ordered, gen: Generation) -> None:
        if e.args[0]:  # it had no P when we met it
            self.add(e, Kind.GO_UNBLOCK, e.g, arg=0)
        else:
            self.add(e, Kind.GO_SYSCALL_END_BLOCKED, e.g, at=self.resume.get(e.g, (-1, 0)))

    # -- what lasts, and what the program says itself --------------------------------------------

    def stw(self, e: Ordered, gen: Generation) -> None:
        begins = e.ev == Ev.STW_BEGIN
        why = _STW.get(gen.string(e.args[0]), Reason.NONE) if begins else Reason.NONE
        at = self.place(e.g, gen.frames(e.args[1])) if begins else (-1, 0)
        self.add(e, Kind.STW_BEGIN if begins else Kind.STW_END, e.g, reason=why, at=at)

    def collection(self, e: Ordered, gen: Generation) -> None:
        begins = e.ev != Ev.GC_END
        if begins != self.collecting:  # a cycle that goes on is told again in each generation
            self.add(e, Kind.GC_BEGIN if begins else Kind.GC_END, e.g, arg=e.args[0])
        self.collecting = begins

    def assist(self, e: Ordered, gen: Generation) -> None:
        g = e.args[0] if e.ev == Ev.GC_MARK_ASSIST_ACTIVE else e.g
        begins = e.ev != Ev.GC_MARK_ASSIST_END
        if begins == (g in self.assisting) or g != e.g:
            return
        (self.assisting.add if begins else self.assisting.discard)(g)
        self.add(e, Kind.GC_ASSIST_BEGIN if begins else Kind.GC_ASSIST_END, g)

    def note(self, e: Ordered, gen: Generation) -> None:
        """Tasks, regions, messages and labels."""
        kind = _USER[Ev(e.ev)]
        args = dict(zip(ARGS[Ev(e.ev)], e.args, strict=True))
        words = [gen.string(args[name]) for name in ("key", "name", "value", "label") if args.get(name)]
        text = ": ".join(word for word in words if word)
        if text:
            self.notes[len(self.columns[0])] = text
        at = self.place(e.g, gen.frames(args.get("stack", 0)))
        self.add(e, kind, e.g, arg=args.get("task", 0), at=at)

_TRANSLATE: dict[int, Callable[[_Rows, Ordered, Generation], None]] = {
    Ev.PROCS_CHANGE: _Rows.procs_change,
    Ev.PROC_STATUS: _Rows.proc_status,
    Ev.PROC_START: _Rows.proc_start,
    Ev.PROC_STOP: _Rows.proc_stop,
    Ev.PROC_STEAL: _Rows.proc_steal,
    Ev.GO_STATUS: _Rows.go_status,
    Ev.GO_CREATE: _Rows.go_create,
    Ev.GO_CREATE_BLOCKED: _Rows.go_create,
    Ev.GO_CREATE_SYSCALL: _Rows.go_create_syscall,
    Ev.GO_START: _Rows.go_start,
    Ev.GO_STOP: _Rows.go_park,
    Ev.GO_BLOCK: _Rows.go_park,
    Ev.GO_UNBLOCK: _Rows.go_unblock,
    Ev.GO_DESTROY: _Rows.go_destroy,
    Ev.GO_SYSCALL_BEGIN: _Rows.syscall_begin,
    Ev.GO_SYSCALL_END: _Rows.syscall_end,
    Ev.GO_SYSCALL_END_BLOCKED: _Rows.syscall_end_blocked,
    Ev.STW_BEGIN: _Rows.stw,
    Ev.STW_END: _Rows.stw,
    Ev.GC_ACTIVE: _Rows.collection,
    Ev.GC_BEGIN: _Rows.collection,
    Ev.GC_END: _Rows.collection,
    Ev.GC_MARK_ASSIST_ACTIVE: _Rows.assist,
    Ev.GC_MARK_ASSIST_BEGIN: _Rows.assist,
    Ev.GC_MARK_ASSIST_END: _Rows.assist,
    Ev.USER_TASK_BEGIN: _Rows.note,
    Ev.USER_TASK_END: _Rows.note,
    Ev.USER_REGION_BEGIN: _Rows.note,
    Ev.USER_REGION_END: _Rows.note,
    Ev.USER_LOG: _Rows.note,
    Ev.GO_LABEL: _Rows.note,
}


def read_go_trace(
    data: bytes, *, filename: str | None = None, partial: bool = False, limit: int = LIMIT
) -> Trace:
    """Read an execution trace that Go 1.22 or newer recorded.

    Parameters
    ----------
    data : bytes
        The file that ``runtime/trace`` wrote.
    filename : str, optional
        Base name of the user's file, such as "main.go"; by default the first file met that holds
        a function of package main.
    partial : bool
        Of a damaged or truncated file return what comes before the damage, if there is anything;
        ``meta["damaged"]`` says what is wrong.
    limit : int
        Events to read at most; ``meta["cut"]`` says that there were more.

    Returns
    -------
    Trace
        ``source`` is "real", times are ns since the first event, Ms are numbered in order of
        appearance, and rows are in the order of Go's own reader. ``meta`` holds

        - ``user_goroutines``: ids of the goroutines whose stacks lie in the user's file;
        - ``entry``: id -> name of the goroutine's first function, where known;
        - ``reason_text``: row -> the tracer's word where `Reason` has none;
        - ``texts``: row -> text of a task, region, message or label of package runtime/trace;
        - ``unmapped``: how often events occurred that a Trace has no kind for;
        - ``header``: the version in the file's header.

    Raises
    ------
    TraceFormatError
        If the file is truncated, damaged, of format v1 (before Go 1.22) or newer than known.

    Notes
    -----
    A goroutine that existed before is written as created by the runtime (arg 0); one that
    waited or was in a system call without a P then blocks on no P and no M.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace.gotrace_read import read_go_trace
    >>> run = go.run("package main; func main() { go println(1); select {} }", procs=1)
    >>> read_go_trace(run.go_trace()).procs
    1
    """
    version = header_version(data)
    rows, order = _Rows(filename), Order()
    damaged, left = "", limit
    try:
        for gen in generations(data, version, partial=partial):
            error = _put_in_order(data, gen, order, left)
            if error is not None and not partial:
                raise error
            for event in order.out:
                rows.translate(event, gen)
            left -= len(order.out)
            order.out.clear()
            if error is not None and gen.whole:
                raise error
            if left <= 0:
                break
    except TraceFormatError as error:
        if not partial or not rows.columns[0]:
            raise
        damaged = str(error)
    if not rows.columns[0]:
        raise TraceFormatError("the trace has no events. Was it stopped (trace.Stop) properly?")
    trace = _finish(rows, order, version)
    if damaged:
        trace.meta["damaged"] = damaged
    if left <= 0:
        trace.meta["cut"] = f"only the first {limit:,} events of the trace were read"
    return trace


def _put_in_order(data: bytes, gen: Generation, order: Order, limit: int) -> TraceFormatError | None:
    """The generation's events, in ``order.out``; the error that stands after the last of them."""
    try:
        freq = gen.freq or (0 if gen.whole else _USUAL_FREQ)
        if freq == 0:
            raise TraceFormatError(
                f"generation {gen.number} has no clock frequency. "
                "The trace is truncated or damaged; record it again."
            )
        if gen.skipped:
            order.ignored["unknown batch"] += gen.skipped
        cursors = []
        for m, batches in gen.batches.items():
            events = stream(data, batches, freq)
            first = next(events, None)
            if first is not None:
                cursors.append(Cursor(m, events, first))
        order.run(gen.number, cursors, int(gen.min_time * (1e9 / freq)), limit)
    except TraceFormatError as error:
        return error
    return None


def _finish(rows: _Rows, order: Order, version: int) -> Trace:
    time, kind, g, p, m, arg, arg2, line, reason, func = (
        np.array(column, dtype=np.int64) for column in rows.columns
    )
    procs = rows.procs[0] if rows.procs else max(rows.max_p + 1, 1)

    # Row 0 says how many Ps there are, as in a simulated trace.
    def front(column: np.ndarray, value: int) -> np.ndarray:  # type: ignore[type-arg]
        return np.concatenate([[value], column])

    start = int(time[0])
    i32 = np.int32
    return Trace(
        time=front(time - start, 0), kind=front(kind, Kind.PROCS).astype(i32),
        g=front(g, -1).astype(i32), p=front(p, -1).astype(i32), m=front(m, -1).astype(i32),
        arg=front(arg, procs), arg2=front(arg2, -1), line=front(line, 0).astype(i32),
        reason=front(reason, 0).astype(i32), func=front(func, -1).astype(i32),
        functions=tuple(rows.functions), procs=procs, version=f"1.{version}", source="real",
        filename=rows.filename or "", end=int(time[-1]) - start,
        meta={
            "user_goroutines": sorted(goid for goid in rows.user if goid > 0),
            "entry": dict(rows.entry),
            "reason_text": {row + 1: text for row, text in rows.texts.items()},
            "texts": {row + 1: text for row, text in rows.notes.items()},
            "unmapped": dict(order.ignored),
            "header": version,
        },
    )  # fmt: skip


def user_only(trace: Trace) -> Trace:
    """A real trace without the runtime's own goroutines (GC workers, finalizers ...).

    Parameters
    ----------
    trace : Trace
        From `read_go_trace`.

    Returns
    -------
    Trace
        The rows about user goroutines and about Ps; nothing is renumbered. While a runtime
        goroutine ran, its P now appears as held but without a goroutine.
        Collections stay, whoever told of them. A P that was taken from a runtime goroutine in a
        system call is let go of by its M instead: the call itself is not there any more.
    """
    user = trace.meta.get("user_goroutines")
    if not isinstance(user, list):
        return trace
    keep = (trace.g < 0) | np.isin(trace.g, user)
    theirs = ~keep & np.isin(trace.kind, [Kind.GC_BEGIN, Kind.GC_END, Kind.PROC_STEAL])
    taken = theirs & (trace.kind == Kind.PROC_STEAL)
    changed = replace(
        trace,
        g=np.where(theirs, -1, trace.g).astype(np.int32),
        kind=np.where(taken, int(Kind.PROC_STOP), trace.kind).astype(np.int32),
        m=np.where(taken, trace.arg, trace.m).astype(np.int32),
    )
    return select(changed, keep | theirs)


def select(trace: Trace, keep: NDArray[np.bool_]) -> Trace:
    """Some rows of a trace; what `Trace.meta` says of rows goes with them."""
    new_row = np.cumsum(keep) - 1
    columns = {
        name: getattr(trace, name)[keep]
        for name in ("time", "kind", "g", "p", "m", "arg", "arg2", "line", "reason", "func")
    }
    meta = dict(trace.meta)
    for name in ("reason_text", "texts"):
        of_rows = meta.get(name)
        if isinstance(of_rows, dict):
            meta[name] = {int(new_row[row]): text for row, text in of_rows.items() if keep[row]}
    return replace(trace, **columns, meta=meta)
