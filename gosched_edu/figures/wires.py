"""Connections over time: what goes over each of them, and who waits at its end.

Problem. In a program that talks to others most of the time is spent in waiting, and the timeline of
goroutines shows it all in one grey: who waits for whom, and until when, is not in it.

Rejected. Arrows from each write to its read (they cross as soon as two connections are busy); a table of
calls (it has no time).

Chosen. One lane an end of a connection, its partner next to it. A bar is a goroutine parked in Read or
Write, a triangle up a write, a triangle down a read, a dashed line the time until a deadline, a cross the
close.

Invariant. All marks are events of the log: GO_BLOCK with an IO wait, FD_READ, FD_WRITE, FD_DEADLINE and
FD_CLOSE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from gosched_edu.figures.board import ticks
from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.trace.trace import Trace

_WIDTH = 5.6
_LANE = 0.34
_WAIT = STATES["waiting"]
_LEAVES = (Kind.GO_UNBLOCK, Kind.GO_START, Kind.GO_EXIT)


@dataclass
class End:
    """One end of a connection.

    Attributes
    ----------
    fd, other : int
        Its descriptor, and that of the other end.
    waits : list of (int, int, int)
        Goroutine, from, until; ns. A wait that nothing ended lasts until the end of the run.
    reads, writes : list of (int, int)
        Time in ns, bytes.
    deadlines : list of (int, int)
        When it was set, and to when; 0: taken away. ns.
    closed : int
        ns; -1 if it never was.
    """

    fd: int
    other: int
    waits: list[tuple[int, int, int]] = field(default_factory=list)
    reads: list[tuple[int, int]] = field(default_factory=list)
    writes: list[tuple[int, int]] = field(default_factory=list)
    deadlines: list[tuple[int, int]] = field(default_factory=list)
    closed: int = -1


def ends(trace: Trace) -> dict[int, End]:
    """The ends of all connections of a run, by their descriptors.

    Parameters
    ----------
    trace : Trace
        Of a simulated run.

    Returns
    -------
    dict of int to End
        In the order in which they were made.
    """
    out: dict[int, End] = {}
    waiting: dict[int, tuple[int, int]] = {}
    for e in trace:
        if e.kind == Kind.FD_OPEN:
            out[e.arg] = End(e.arg, e.arg2)
            out[e.arg2] = End(e.arg2, e.arg)
        elif e.kind == Kind.GO_BLOCK and e.reason == Reason.IO_WAIT and e.arg in out:
            waiting[e.g] = (e.arg, e.time)
        elif e.kind in _LEAVES and e.g in waiting:
            fd, since = waiting.pop(e.g)
            out[fd].waits.append((e.g, since, e.time))
        elif e.arg in out:
            if e.kind == Kind.FD_READ:
                out[e.arg].reads.append((e.time, e.arg2))
            elif e.kind == Kind.FD_WRITE:
                out[e.arg].writes.append((e.time, e.arg2))
            elif e.kind == Kind.FD_DEADLINE:
                out[e.arg].deadlines.append((e.time, e.arg2))
            elif e.kind == Kind.FD_CLOSE:
                out[e.arg].closed = e.time
    for g, (fd, since) in waiting.items():
        out[fd].waits.append((g, since, int(trace.end)))
    return out


def wires(
    trace: Trace, *, descriptors: Iterable[int] | None = None, names: Mapping[int, str] | None = None,
    window: tuple[int, int] | None = None, title: str = "The connections",
) -> Picture:  # fmt: skip
    """Draw what goes over the connections of a run, and who waits.

    Parameters
    ----------
    trace : Trace
        Of a simulated run.
    descriptors : iterable of int, optional
        Which ends, from top to bottom; by default all that were read or written.
    names : mapping of int to str, optional
        What they are called.
    window : (int, int), optional
        From when to when, ns; the whole run by default.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        There is no such descriptor, none at all, or the window is empty.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.wires import wires
    >>> r = go.run('''package main
    ... import "net"
    ... func main() {
    ...     l, _ := net.Listen("tcp", "127.0.0.1:0")
    ...     go func() { c, _ := l.Accept(); c.Write([]byte("hi")) }()
    ...     c, _ := net.Dial("tcp", l.Addr().String())
    ...     c.Read(make([]byte, 2))
    ... }''', procs=1)
    >>> wires(r.trace).title
    'The connections'
    """
    found = ends(trace)
    shown = list(descriptors) if descriptors is not None else [
        fd for fd, e in found.items() if e.reads or e.writes or e.waits
    ]  # fmt: skip
    if unknown := [fd for fd in shown if fd not in found]:
        raise ValueError(f"no descriptor {unknown[0]}; there are {', '.join(map(str, found)) or 'none'}")
    if not shown:
        raise ValueError("nobody reads or writes a connection in this run")
    start, end = window or (0, max(int(trace.end), 1))
    if end <= start:
        raise ValueError(f"the window must end after it starts, got {start} to {end} ns")
    names = names or {}
    height = 0.95 + _LANE * len(shown)
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        axes = figure.add_axes((0.2, 0.42 / height, 0.78, _LANE * len(shown) / height))
        for i, fd in enumerate(shown):
            y, e = len(shown) - 1 - i, found[fd]
            for _, a, b in e.waits:
                a, b = max(a, start), min(b, end)
                if a < b:
                    axes.add_patch(Rectangle((a, y - 0.17), b - a, 0.34, facecolor=_WAIT.colour,
                    linewidth=0.3,
                                             edgecolor=_WAIT.ink, hatch=_WAIT.hatch, zorder=2))  # fmt: skip
            for set_at, until in e.deadlines:
                if until > set_at:  # after the close it means nothing any more
                    last = min(until, end, e.closed if e.closed >= 0 else end)
                    axes.plot([set_at, last], [y - 0.3, y - 0.3], color=ALARM, linewidth=1,
                              linestyle=(0, (3, 2)), zorder=3)  # fmt: skip
                    if last == until:
                        axes.plot([until, until], [y - 0.42, y - 0.12], color=ALARM, linewidth=1.4, zorder=3)
            marks: tuple[tuple[list[int], str, str], ...] = (
                ([t for t, _ in e.writes], "^", STATES["running"].colour),
                ([t for t, _ in e.reads], "v", STATES["sync"].colour),
                ([e.closed] if e.closed >= 0 else [], "x", INK),
            )
            for times, marker, colour in marks:
                axes.plot(times, [y] * len(times), linestyle="none", marker=marker, markersize=6,
                    color=colour,
                          markeredgecolor=INK, markeredgewidth=1.4 if marker == "x" else 0.4, zorder=5,
                          clip_on=True)  # fmt: skip
        axes.set_xlim(start, end + 0.01 * (end - start))
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_yticks(range(len(shown)), [names.get(fd, f"descriptor {fd}") for fd in reversed(shown)])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        at, unit = ticks(start, end)
        axes.set_xticks([t for t, _ in at], [text for _, text in at])
        axes.annotate(unit, (1, 0), (0, -4), "axes fraction", "offset points", ha="right", va="top", size=8)
        _legend(figure)
    return Picture(figure, title, describe(trace, shown, names))


def _legend(figure: Figure) -> None:
    def mark(marker: str, colour: str, label: str) -> Line2D:
        return Line2D([], [], linestyle="none", marker=marker, markersize=6, color=colour, label=label,
                      markeredgecolor=INK, markeredgewidth=1.4 if marker == "x" else 0.4)  # fmt: skip

    handles = [
        Patch(facecolor=_WAIT.colour, edgecolor=_WAIT.ink, hatch=_WAIT.hatch, linewidth=0.3,
            label="waits here"),
        mark("^", STATES["running"].colour, "writes"), mark("v", STATES["sync"].colour, "reads"),
        mark("x", INK, "closes"),
        Line2D([], [], color=ALARM, linewidth=1, linestyle=(0, (3, 2)), label="until the deadline"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="upper center", ncols=5, fontsize=8, bbox_to_anchor=(0.5, 1.0),
                  handlelength=1.4, columnspacing=1.0, handletextpad=0.5, borderaxespad=0.1)  # fmt: skip


def describe(trace: Trace, descriptors: Iterable[int], names: Mapping[int, str] | None = None) -> str:
    """What happened at some ends, in sentences.

    Parameters
    ----------
    trace : Trace
    descriptors : iterable of int
    names : mapping of int to str, optional

    Returns
    -------
    str
    """
    found, names = ends(trace), names or {}
    out = []
    for fd in descriptors:
        e = found[fd]
        said = []
        if e.writes:
            said.append(f"wrote {sum(n for _, n in e.writes)} bytes in {_times(len(e.writes))}")
        if e.reads:
            said.append(f"read {sum(n for _, n in e.reads)} bytes in {_times(len(e.reads))}")
        if e.waits:
            longest = max(b - a for _, a, b in e.waits) / 1e6
            said.append(f"waited {_times(len(e.waits), 'time')}, {longest:.1f} ms at most")
        limits = [until for set_at, until in e.deadlines if until > set_at]
        if limits:
            said.append(f"had a deadline at {', '.join(f'{t / 1e6:.1f}' for t in limits)} ms")
        said.append(f"was closed at {e.closed / 1e6:.1f} ms" if e.closed >= 0 else "was never closed")
        out.append(f"{names.get(fd, f'Descriptor {fd}')} {', '.join(said)}.")
    return " ".join(out)


def _times(n: int, noun: str = "call") -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
