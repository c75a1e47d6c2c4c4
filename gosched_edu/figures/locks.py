"""A lock under load: who holds it, who waits for it and how, and what that costs as the load grows.

Problem. A timeline shows that a goroutine runs. It does not show that it holds a lock meanwhile, and "ready"
and "woken, but the lock is taken again" look the same.

Rejected. Guessing the holder from the waits (a lock that nobody waits for leaves no trace); a counter
of waiters over time (it hides who overtakes whom).

Chosen. The program says it itself, with two regions of package runtime/trace: "lock" around the call of
Lock, "hold" around what is done under the lock. That works in real Go, too. Within "lock" a goroutine
that runs tries or spins, one that is parked stands in the semaphore's queue, and one that is runnable
was woken and needs a P.

Invariant. Regions and states are those of the log. At no instant do two goroutines hold one Mutex.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from gosched_edu.figures.board import ticks
from gosched_edu.figures.channel import name_of
from gosched_edu.figures.palette import ALARM, SERIES, STATES, look_of
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.kernel.events import Kind
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.trace import Trace

_WIDTH = 5.6
_LANE = 0.38
#: Line and marker of the curves of one plot, in this order; their colours are `palette.SERIES`.
_LINES = (("-", "o"), ("--", "s"), ("-.", "^"), (":", "D"), ("-", "v"), ("--", "P"))


class Turn(NamedTuple):
    """One turn of a goroutine with a lock: it asked, got it, and let go; times in ns.

    `parked` says how often it stood in the lock's queue before it got it. A turn that the end of the run
    cut short ends there.
    """

    goid: int
    asked: int
    got: int
    released: int
    parked: int


def turns(trace: Trace, *, lock: str = "lock", hold: str = "hold") -> list[Turn]:
    """The turns with a lock that the program's regions tell of, in the order in which it was got.

    Parameters
    ----------
    trace : Trace
        Of a program that marks its waits and holds with ``trace.StartRegion``.
    lock, hold : str
        Names of the two regions.

    Returns
    -------
    list of Turn
    """
    texts: Mapping[int, str] = trace.meta.get("texts", {})  # type: ignore[assignment]
    asked: dict[int, int] = {}
    parked: dict[int, int] = {}
    got: dict[int, int] = {}
    out = []
    rows = trace.where(Kind.USER_REGION_BEGIN, Kind.USER_REGION_END, Kind.GO_BLOCK)
    for row in rows.tolist():
        kind, g, time = int(trace.kind[row]), int(trace.g[row]), int(trace.time[row])
        name = texts.get(row, "")
        if kind == Kind.GO_BLOCK:
            if g in parked:
                parked[g] += 1
        elif kind == Kind.USER_REGION_BEGIN and name == lock:
            asked[g], parked[g] = time, 0
        elif kind == Kind.USER_REGION_BEGIN and name == hold:
            got[g] = time
        elif kind == Kind.USER_REGION_END and name == hold and g in got:
            start = got.pop(g)
            out.append(Turn(g, asked.get(g, start), start, time, parked.pop(g, 0)))
    for g, start in got.items():
        out.append(Turn(g, asked.get(g, start), start, int(trace.end), parked.pop(g, 0)))
    return sorted(out, key=lambda t: (t.got, t.goid))


def overtakings(found: Sequence[Turn]) -> list[tuple[Turn, Turn]]:
    """Pairs of turns: who came later and got it first; who had been waiting in the queue for longer.

    Parameters
    ----------
    found : sequence of Turn
        From `turns`.

    Returns
    -------
    list of (Turn, Turn)
    """
    return [
        (a, b) for a in found for b in found if b.parked > 0 and b.asked < a.asked and a.got < b.got
    ]  # fmt: skip


def lock_lanes(
    trace: Trace, *, lock: str = "lock", hold: str = "hold", names: Mapping[int, str] | None = None,
    window: tuple[int, int] | None = None, title: str = "Who holds the lock",
) -> Picture:  # fmt: skip
    """Draw who holds a lock, and what the others do meanwhile.

    Parameters
    ----------
    trace : Trace
        As for `turns`, with up to about a dozen goroutines that use the lock.
    lock, hold : str
    names : mapping of int to str, optional
    window : (int, int), optional
        From when to when, ns; by default from the first wish to the last release.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the trace has no such regions, or the window is empty.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.locks import lock_lanes
    >>> r = go.run('''package main
    ... import ("context"; "runtime/trace"; "sync")
    ... var mu sync.Mutex
    ... func main() {
    ...     trace.WithRegion(context.Background(), "lock", mu.Lock)
    ...     trace.WithRegion(context.Background(), "hold", mu.Unlock)
    ... }''', procs=1)
    >>> lock_lanes(r.trace).title
    'Who holds the lock'
    """
    found = turns(trace, lock=lock, hold=hold)
    if not found:
        raise ValueError(f"the run has no regions named {lock!r} and {hold!r}; see trace.StartRegion")
    first, last = min(t.asked for t in found), max(t.released for t in found)
    start, end = window or (first - (last - first) // 50, last + (last - first) // 50)
    if end <= start:
        raise ValueError(f"the window must end after it starts, got {start} to {end} ns")
    names = names or {}
    goids = sorted({t.goid for t in found})
    row = {g: len(goids) - 1 - i for i, g in enumerate(goids)}
    height = 0.85 + _LANE * len(goids)
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        axes = figure.add_axes((0.09, 0.42 / height, 0.89, _LANE * len(goids) / height))
        seen = _states(axes, trace, row, start, end)
        for t in found:
            for y in row.values():
                if start <= t.got <= end and y != row[t.goid]:
                    axes.plot([t.got, t.got], [y - 0.5, y + 0.5], color=INK, linewidth=0.4, alpha=0.25,
                              zorder=1)  # fmt: skip
            a, b = max(t.got, start), min(t.released, end)
            if a < b:
                axes.add_patch(Rectangle((a, row[t.goid] - 0.42), b - a, 0.84, facecolor="none",
                                         edgecolor=ALARM, linewidth=1.8, zorder=6))  # fmt: skip
        axes.set_xlim(start, end)
        axes.set_ylim(-0.6, len(goids) - 0.4)
        axes.set_yticks(list(row.values()), [name_of(g, names) for g in row])
        axes.tick_params(axis="y", length=0)
        marks, unit = ticks(start, end)
        axes.set_xticks([t for t, _ in marks], [text for _, text in marks])
        axes.spines["left"].set_visible(False)
        axes.annotate(unit, (1, 0), (0, -4), "axes fraction", "offset points", ha="right", va="top", size=8)
        handles = [Patch(facecolor="none", edgecolor=ALARM, linewidth=1.8, label="holds the lock")]
        words = {"running": "runs", "runnable": "ready, no P", "sync": "parked in the queue"}
        handles += [
            Patch(facecolor=look.colour, edgecolor=look.ink, linewidth=0.3, hatch=look.hatch,
                  label=words.get(key, look.words))
            for key, look in STATES.items() if key in seen
        ]  # fmt: skip
        figure.legend(handles=handles, loc="upper center", ncols=4, fontsize=8, bbox_to_anchor=(0.53, 1.0),
                      handlelength=1.4, columnspacing=1.2, handletextpad=0.5, borderaxespad=0.1)  # fmt: skip
    return Picture(figure, title, describe(trace, lock=lock, hold=hold, names=names))


def _states(axes: Axes, trace: Trace, row: Mapping[int, int], start: int, end: int) -> set[str]:
    table = intervals(trace)
    table = table[(table["lane"] == "G") & (table["end"] > start) & (table["start"] < end)]
    table = table[table["id"].isin(list(row))]
    seen = set()
    for g, state, reason, begin, stop in zip(
        table["id"], table["state"].astype(str), table["reason"].astype(str), table["start"], table["end"],
        strict=True,
    ):  # fmt: skip
        key = look_of(state, reason)
        look = STATES[key]
        tall = 0.6 if state == "running" else 0.3
        if key not in ("dead", "idle"):
            seen.add(key)
        a, b = max(begin, start), min(stop, end)
        axes.add_patch(
            Rectangle((a, row[g] - tall / 2), b - a, tall, facecolor=look.colour, edgecolor=look.ink,
                      linewidth=0.3, hatch=look.hatch, zorder=3 if state == "running" else 2)
        )  # fmt: skip
    return seen


def describe(
    trace: Trace, *, lock: str = "lock", hold: str = "hold", names: Mapping[int, str] | None = None
) -> str:
    """The order in which the lock was got, in sentences.

    Parameters
    ----------
    trace : Trace
    lock, hold : str
    names : mapping of int to str, optional

    Returns
    -------
    str
    """
    found = turns(trace, lock=lock, hold=hold)
    names = names or {}
    if not found:
        return "Nobody uses the lock."
    order = ", ".join(name_of(t.goid, names) for t in found[:24]) + (" and so on" if len(found) > 24 else "")
    held = sum(t.released - t.got for t in found)
    span = found[-1].released - found[0].got
    out = [f"The lock was got {len(found)} times, by {order}."]
    if span > 0:
        out.append(f"From the first time to the last it was held for {100 * held / span:.0f} % of the time.")
    queued = [t for t in found if t.parked]
    if queued:
        longest = max(queued, key=lambda t: t.got - t.asked)
        wait = f"{(longest.got - longest.asked) / 1000:,.1f} µs ({name_of(longest.goid, names)})"
        out.append(f"{len(queued)} turns stood in the queue, the longest wait was {wait}.")
    jumped = len(overtakings(found))
    if jumped:
        out.append(f"{jumped} times somebody who came later got it before somebody in the queue.")
    return " ".join(out)


def curves(
    table: pd.DataFrame, x: str, y: str, by: str, *, labels: Mapping[object, str] | None = None,
    xlabel: str = "", ylabel: str = "", limit: float | None = None, limit_label: str = "",
    log: str = "", title: str = "Curves",
) -> Picture:  # fmt: skip
    """Draw one measure of a sweep as curves.

    Parameters
    ----------
    table : pandas.DataFrame
        From `gosched_edu.sweep.sweep`.
    x, y : str
        Columns of the two axes.
    by : str
        One curve for each value of this column, at most six.
    labels : mapping, optional
        What each curve is called; by default "by = value".
    xlabel, ylabel : str
    limit : float, optional
        A bound, drawn as a dashed line.
    limit_label : str
    log : str
        The axes with a logarithmic scale: "", "x", "y" or "xy".
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are more curves than looks for them, or none.

    Examples
    --------
    >>> import pandas as pd
    >>> from gosched_edu.figures.locks import curves
    >>> table = pd.DataFrame({"goroutines": [1, 8, 1, 8], "ns": [20, 90, 30, 40], "lock": list("aabb")})
    >>> curves(table, "goroutines", "ns", "lock").summary
    'ns against goroutines. lock = a: 20 at 1, 90 at 8. lock = b: 30 at 1, 40 at 8.'
    """
    values = list(dict.fromkeys(table[by].tolist()))
    if not 0 < len(values) <= len(_LINES):
        raise ValueError(f"1 to {len(_LINES)} curves can be told apart, {by} has {len(values)} values")
    words = {v: (labels or {}).get(v, f"{by} = {v}") for v in values}
    xs = sorted(set(table[x].tolist()))
    with style():
        figure = Figure(figsize=(_WIDTH, 3.1))
        axes = figure.add_axes((0.13, 0.16, 0.85, 0.7))
        if "x" in log:
            axes.set_xscale("log", base=2)
        if "y" in log:
            axes.set_yscale("log")
        for v, (colour, *_), (line, marker) in zip(values, SERIES, _LINES, strict=False):
            part = table[table[by] == v].sort_values(x)
            axes.plot(part[x], part[y], color=colour, linestyle=line, marker=marker, markersize=4.5,
                      linewidth=1.6, label=words[v])  # fmt: skip
        if limit is not None:
            axes.axhline(limit, color=INK, linewidth=0.9, linestyle=(0, (4, 3)), label=limit_label)
        if "x" in log:
            axes.set_xticks(xs, [f"{v:g}" for v in xs])
            axes.minorticks_off()
        axes.set_xlabel(xlabel or x)
        axes.set_ylabel(ylabel or y)
        if "y" not in log:
            axes.set_ylim(bottom=0)
        figure.legend(loc="upper center", ncols=4, fontsize=8, bbox_to_anchor=(0.54, 1.0), handlelength=2.4,
                      columnspacing=1.2, handletextpad=0.5, borderaxespad=0.1)  # fmt: skip
    parts = []
    for v in values:
        part = table[table[by] == v].sort_values(x)
        points = ", ".join(f"{b:,.4g} at {a:g}" for a, b in zip(part[x], part[y], strict=True))
        parts.append(f"{words[v]}: {points}.")
    if limit is not None:
        parts.append(f"{limit_label}: {limit:,.4g}.")
    return Picture(figure, title, f"{ylabel or y} against {xlabel or x}. " + " ".join(parts))
