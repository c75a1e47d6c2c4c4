"""The run queues over time: runnext and the ring of each P, and the global queue.

Problem. A picture of the queues at one moment does not show how work spreads: a ring fills while
others are empty, a thief takes half, the global queue is emptied one goroutine in 61.

Rejected. Drawing each waiting goroutine (three hundred of them in a ring); a heat map (nobody reads a
number off a colour).

Chosen. The trace is replayed (`gosched_edu.trace.runqueues`); the picture shows the lengths, and an
arrow from victim to thief for each theft.

Invariant. Every height is a length that the replayed queues had; of several that share a column, the
greatest.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gosched_edu.figures.board import ticks
from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.kernel.dump import Queues
from gosched_edu.kernel.events import Kind
from gosched_edu.trace.runqueues import History
from gosched_edu.trace.trace import Trace

_WIDTH, _LEFT, _RIGHT, _LANE = 5.6, 1.0, 0.12, 0.66
_COLUMNS = 900  # moments that fit side by side


def queues_over_time(
    trace: Trace, *, start: int | None = None, end: int | None = None, max_procs: int = 8
) -> Picture:
    """Draw how long the run queues were, P by P, and the global queue.

    Parameters
    ----------
    trace : Trace
        Of a simulated run.
    start, end : int, optional
        Window in virtual ns; by default the whole run.
    max_procs : int
        At most so many Ps are drawn.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.queues import queues_over_time
    >>> r = go.run("package main; func main() { go println(1); go println(2); select {} }", procs=1)
    >>> queues_over_time(r.trace).title
    'The run queues over time'
    """
    history = History(trace)
    low, high = start or 0, trace.end if end is None else end
    if high <= low:
        raise ValueError(f"the window ends at {high:,} ns, before it begins at {low:,} ns")
    most = int(trace.arg[trace.where(Kind.PROCS)].max(initial=1))
    procs = min(most, max_procs)
    times, rows = [low], [[0] * (3 * procs + 1)]
    for time, q in history.moments():
        row = [x for p in range(procs) for x in _row(q, p)] + [len(q.global_queue)]
        if time <= low:
            rows[0] = row
        elif time <= high:
            times.append(time)
            rows.append(row)
    t, data = np.array([*times, high]), np.array([*rows, rows[-1]])
    thefts = [s for s in history.stolen if low <= s[0] <= high]
    figure = _draw(t, data, procs, thefts, low, high)
    return Picture(figure, "The run queues over time", _words(t, data, procs, most, thefts, high))


def _row(q: Queues, p: int) -> tuple[int, int, int]:
    if p >= len(q.rings):
        return 0, 0, 0
    return int(q.running[p] is not None), int(q.runnext[p] is not None), len(q.rings[p])


def _thin(t: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most some hundred steps: of those that share a column, the highest."""
    column = ((t - t[0]) * _COLUMNS // max(t[-1] - t[0], 1)).astype(int)
    first = np.flatnonzero(np.diff(column, prepend=-1))
    t, y = np.append(t[first], t[-1]), np.append(np.maximum.reduceat(y, first), y[-1])
    keep = np.diff(y, prepend=-1) != 0
    keep[-1] = True
    return t[keep], y[keep]


def _draw(t: np.ndarray, data: np.ndarray, procs: int, thefts: list[tuple[int, int, int, int]],
          low: int, high: int) -> Figure:  # fmt: skip
    # one scale for all rings; the global queue has its own, or one goroutine in it could not be seen
    tallest, crowd = max(1, int(data[:, 2 : 3 * procs : 3].max())), max(1, int(data[:, -1].max()))
    total = procs * _LANE + 0.66 + 0.68
    with style():
        figure = Figure(figsize=(_WIDTH, total))
        wide = 1 - (_LEFT + _RIGHT) / _WIDTH
        middle = []
        for p in range(procs):
            bottom = total - (p + 1) * _LANE
            ring = figure.add_axes((_LEFT / _WIDTH, bottom / total, wide, 0.3 / total))
            _fill(ring, t, data[:, 3 * p + 2], tallest, "runnable")
            for k, look in ((1, "next"), (0, "running")):
                strip = figure.add_axes(
                    (_LEFT / _WIDTH, (bottom + 0.31 + 0.12 * (1 - k)) / total, wide, 0.11 / total)
                )
                _fill(strip, t, data[:, 3 * p + k], 1, look)
                strip.set_axis_off()
                strip.set_xlim(low, high)
            _axis(ring, f"P{p}", 1.35, "ring", 0.5, tallest, low, high)
            middle.append(bottom + 0.27)
        shared = figure.add_axes((_LEFT / _WIDTH, (total - procs * _LANE - 0.6) / total, wide, 0.42 / total))
        _fill(shared, t, data[:, -1], crowd, "runnable")
        _axis(shared, "global", 0.75, "queue", 0.3, crowd, low, high)
        marks, unit = ticks(low, high)
        shared.set_xticks([x for x, _ in marks], [s for _, s in marks])
        shared.set_xlabel(f"virtual time in {unit}", size=8.5, labelpad=1)
        over = figure.add_axes((0, 0, 1, 1))
        over.set_axis_off()
        over.set_xlim(0, _WIDTH)
        over.set_ylim(0, total)
        for time, thief, victim, n in thefts if len(thefts) <= 40 else []:
            if max(thief, victim) < procs:
                x = _LEFT + (time - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)
                over.annotate("", (x, middle[thief]), (x, middle[victim]), gid="theft",
                              arrowprops={"arrowstyle": "-|>", "color": ALARM, "lw": 1.2})  # fmt: skip
                if len(thefts) <= 12:
                    over.text(x + 0.03, middle[thief] + 0.08, str(n), color=INK, size=8, weight="bold")
        _legend(over, bool(thefts))
    return figure


_LOOKS = {"running": (STATES["running"].colour, ""), "next": (STATES["chan"].colour, ""),
          "runnable": (STATES["runnable"].colour, STATES["runnable"].hatch)}  # fmt: skip


def _fill(axes: Axes, t: np.ndarray, y: np.ndarray, top: int, look: str) -> None:
    colour, hatch = _LOOKS[look]
    x, steps = _thin(t, y)
    axes.fill_between(x, steps, step="post", facecolor=colour, edgecolor=STATES["runnable"].ink,
                      hatch=hatch * 2, linewidth=0.0 if look != "runnable" else 0.3, gid=look)  # fmt: skip
    axes.set_ylim(0, top)


def _axis(axes: Axes, name: str, y: float, kind: str, below: float, top: int, low: int,
          high: int) -> None:  # fmt: skip
    axes.set_xlim(low, high)
    axes.set_xticks([])
    axes.set_yticks([0, top])
    axes.tick_params(axis="y", labelsize=8, length=2, pad=2)
    inch = 1 / (_WIDTH - _LEFT - _RIGHT)
    for text, height, size, weight in ((name, y, 9.5, "bold"), (kind, below, 8, "normal")):
        axes.text(-0.92 * inch, height, text, size=size, weight=weight, transform=axes.transAxes, va="center")


def _legend(over: Axes, thefts: bool) -> None:
    x = _LEFT - 0.6
    entries = [("running", "runs a goroutine"), ("next", "runnext is full"), ("runnable", "waiting")]
    for look, words in entries:
        colour, hatch = _LOOKS[look]
        over.fill_between([x, x + 0.2], 0.07, 0.18, facecolor=colour, hatch=hatch * 2,
                          edgecolor=STATES["runnable"].ink, linewidth=0.3)  # fmt: skip
        over.text(x + 0.26, 0.125, words, size=8, va="center")
        x += 0.44 + 0.066 * len(words)
    if thefts:
        over.annotate("", (x + 0.24, 0.125), (x, 0.125),
                      arrowprops={"arrowstyle": "-|>", "color": ALARM, "lw": 1.2})  # fmt: skip
        over.text(x + 0.3, 0.125, "stolen by", size=8, va="center")


def _words(t: np.ndarray, data: np.ndarray, procs: int, most: int,
           thefts: list[tuple[int, int, int, int]], high: int) -> str:  # fmt: skip
    said = []
    for p in range(procs):
        longest = int(data[:, 3 * p + 2].max())
        slot = "was used" if data[:, 3 * p + 1].any() else "stayed empty"
        said.append(f"P{p}: at most {longest} in its ring, runnext {slot}.")
    if most > procs:
        said.append(f"{most - procs} more Ps are not drawn.")
    said.append(f"The global queue held at most {int(data[:, -1].max())}.")
    for time, thief, victim, n in thefts[:20]:
        said.append(f"At {time / 1e3:,.1f} µs P{thief} stole {n} from P{victim}.")
    if len(thefts) > 20:
        said.append(f"There were {len(thefts)} thefts in all.")
    said.append(f"The picture ends at {high / 1e3:,.1f} µs.")
    return " ".join(said)


__all__ = ["queues_over_time"]
