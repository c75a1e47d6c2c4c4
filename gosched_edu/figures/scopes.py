"""The tree of scopes, and how a cancellation runs through it.

Problem. "The error cancels the others" hides three steps: somebody closes a channel, others wake
and end, and each parent goes on only when its children have ended. On a timeline the goroutines stand
in the order of their numbers, and nobody sees who belongs to whom.

Rejected. A tree without time (it shows who is told, not when each one ends); the timeline with indented
names (the wakes, which are the cancellation itself, are missing).

Chosen. One lane a goroutine, in the order of the tree: parents above their children. Red arrows are the
wakes of a close, ink arrows the wakes of a parent that waited for its last child.

Invariant. Parents, wakes and ends are those of the log: GO_CREATE, GO_UNBLOCK and GO_EXIT. A wake is a
cancellation if the last thing its waker did before was to close a channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gosched_edu.figures.board import ticks
from gosched_edu.figures.channel import arrow, name_of
from gosched_edu.figures.palette import ALARM, STATES, look_of
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.kernel.events import Kind
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.trace import Trace

_WIDTH = 5.6
_TREE = 1.45  # inches for the tree at the left
_LANE = 0.36


class Scope(NamedTuple):
    """A goroutine in the tree; `ended` is -1 if it had not ended when the run did."""

    goid: int
    parent: int
    depth: int
    created: int
    ended: int


class Wake(NamedTuple):
    """Who woke whom; `closed`: by closing a channel, as a cancellation does."""

    time: int
    waker: int
    woken: int
    closed: bool


def scopes(trace: Trace) -> list[Scope]:
    """The goroutines of a run in the order of their tree.

    Parameters
    ----------
    trace : Trace
        Of a simulated run.

    Returns
    -------
    list of Scope
        Parents before their children, children in the order of their creation; times in ns. The
        parent is the goroutine whose go statement it was, 0 for main and for what a timer started.
    """
    born: dict[int, tuple[int, int]] = {}
    children: dict[int, list[int]] = {}
    ended: dict[int, int] = {}
    for e in trace:
        if e.kind == Kind.GO_CREATE:
            born[e.g] = (e.arg, e.time)
            children.setdefault(e.arg, []).append(e.g)
        elif e.kind == Kind.GO_EXIT:
            ended[e.g] = e.time
    out: list[Scope] = []
    stack = [(g, 0) for g in reversed(children.get(0, []))]
    while stack:
        g, depth = stack.pop()
        out.append(Scope(g, born[g][0], depth, born[g][1], ended.get(g, -1)))
        stack += [(child, depth + 1) for child in reversed(children.get(g, []))]
    return out


def wakes(trace: Trace) -> list[Wake]:
    """The wakes of a run that one goroutine owed to another, in the order of the log.

    Parameters
    ----------
    trace : Trace
        Of a simulated run.

    Returns
    -------
    list of Wake
    """
    last: dict[int, Kind] = {}
    out = []
    for e in trace:
        if e.kind == Kind.GO_UNBLOCK and e.arg > 0:
            out.append(Wake(e.time, e.arg, e.g, last.get(e.arg) == Kind.CHAN_CLOSE))
        elif e.kind not in (Kind.GO_UNBLOCK, Kind.SELECT, Kind.CHAN_RECV):
            last[e.g] = e.kind  # a close logs the receives of those it wakes before their wakes
    return out


def scope_tree(
    trace: Trace, *, names: Mapping[int, str] | None = None, window: tuple[int, int] | None = None,
    title: str = "A cancellation runs through the tree",
) -> Picture:  # fmt: skip
    """Draw the tree of goroutines, and who woke whom to end.

    Parameters
    ----------
    trace : Trace
        Of a simulated run with up to about 20 goroutines.
    names : mapping of int to str, optional
    window : (int, int), optional
        From when to when, in ns; by default from shortly before the first cancellation to the end, or
        the whole run if there was none.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        The window is empty.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.scopes import scope_tree
    >>> source = "package main; func main() { c := make(chan int); go func() { <-c }(); close(c) }"
    >>> scope_tree(go.run(source, procs=1).trace).title
    'A cancellation runs through the tree'
    """
    names = names or {}
    tree, woken = scopes(trace), wakes(trace)
    start, end = window or _window(trace, woken)
    if end <= start:
        raise ValueError(f"the window must end after it starts, got {start} to {end} ns")
    row = {s.goid: len(tree) - 1 - i for i, s in enumerate(tree)}
    height = 0.62 + _LANE * len(tree)
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        low, tall = 0.42 / height, (height - 0.5) / height
        left = figure.add_axes((0.01, low, _TREE / _WIDTH, tall))
        axes = figure.add_axes((0.02 + _TREE / _WIDTH, low, 0.97 - _TREE / _WIDTH, tall))
        _names(left, tree, row, names)
        _lanes(axes, trace, row, start, end)
        for s in tree:
            if start <= s.ended <= end:
                y = row[s.goid]
                axes.plot([s.ended, s.ended], [y - 0.34, y + 0.34], color=INK, linewidth=1.8, zorder=5)
        for w in woken:
            if start <= w.time <= end and w.waker in row and w.woken in row:
                arrow(axes, (w.time, row[w.waker]), (w.time, row[w.woken]),
                      ALARM if w.closed else INK, zorder=6 if w.closed else 5.5)  # fmt: skip
        for area in (left, axes):
            area.set_ylim(-0.6, len(tree) - 0.4)
        axes.set_xlim(start, end + 0.02 * (end - start))
        axes.set_yticks([])
        marks, unit = ticks(start, end)
        axes.set_xticks([t for t, _ in marks], [text for _, text in marks])
        axes.spines["left"].set_visible(False)
        axes.text(1.0, -0.6, unit, transform=axes.get_yaxis_transform(), ha="right", va="bottom", size=8)
    return Picture(figure, title, describe(trace, names))


def _window(trace: Trace, woken: list[Wake]) -> tuple[int, int]:
    first = next((w.time for w in woken if w.closed), 0)
    if not first:
        return 0, trace.end
    before = max((e.time for e in trace if e.kind == Kind.GO_START and e.time < first), default=0)
    return max(0, before - (trace.end - before) // 25), trace.end


def _names(axes: Axes, tree: list[Scope], row: Mapping[int, int], names: Mapping[int, str]) -> None:
    """The tree itself: names, moved to the right by their depth, and lines from parent to child."""
    axes.set_axis_off()
    axes.set_xlim(0, _TREE)
    for s in tree:
        x, y = 0.05 + 0.17 * s.depth, row[s.goid]
        if s.parent in row:
            axes.plot([x - 0.1, x - 0.1, x - 0.02], [row[s.parent] - 0.3, y, y], color=INK, linewidth=0.9)
        axes.text(x, y, name_of(s.goid, names), va="center_baseline", size=9)


def _lanes(axes: Axes, trace: Trace, row: Mapping[int, int], start: int, end: int) -> None:
    table = intervals(trace)
    table = table[(table["lane"] == "G") & (table["end"] > start) & (table["start"] < end)]
    for g, state, reason, begin, stop in zip(
        table["id"], table["state"].astype(str), table["reason"].astype(str), table["start"], table["end"],
        strict=True,
    ):  # fmt: skip
        if g not in row:
            continue
        look = STATES[look_of(state, reason)]
        tall = 0.7 * look.height if state == "running" else 0.18
        begin, stop = max(begin, start), min(stop, end)
        axes.add_patch(
            Rectangle((begin, row[g] - tall / 2), stop - begin, tall, facecolor=look.colour,
                      edgecolor=look.ink, linewidth=0.3, zorder=3 if state == "running" else 2)
        )  # fmt: skip


def describe(trace: Trace, names: Mapping[int, str] | None = None) -> str:
    """The tree and its cancellations in sentences.

    Parameters
    ----------
    trace : Trace
    names : mapping of int to str, optional

    Returns
    -------
    str
    """
    names = names or {}
    tree = scopes(trace)

    def joined(goids: list[int]) -> str:
        words = [name_of(g, names) for g in goids]
        return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

    out = []
    for s in tree:
        children = [c.goid for c in tree if c.parent == s.goid]
        if children:
            out.append(f"{name_of(s.goid, names)} started {joined(children)}.")
    told: dict[int, list[Wake]] = {}
    for w in wakes(trace):
        if w.closed:
            told.setdefault(w.waker, []).append(w)
    for waker, list_ in told.items():
        out.append(
            f"At {list_[0].time / 1000:,.1f} µs {name_of(waker, names)} cancelled and woke "
            f"{joined([w.woken for w in list_])}."
        )
    ends = sorted((s.ended, s.goid) for s in tree if s.ended >= 0)
    if ends:
        out.append("They ended in this order: " + ", ".join(name_of(g, names) for _, g in ends) + ".")
    left = [s.goid for s in tree if s.ended < 0 and s.goid != 1]
    if left:
        out.append(f"Not ended when the run ended: {joined(left)}.")
    return " ".join(out)
