"""What goes into a timeline before anybody draws: lanes, bars, ticks, arrows.

Problem. The notebooks' figures and the labs' pictures must show the same run in the same way,
though one is drawn by matplotlib and the other written as SVG by hand. And a lane with
10,000 slices has more bars than the picture has pixels.

Rejected. Drawing every interval (megabytes of SVG, and anti-aliasing turns them to mud);
dropping short intervals (a hand-off of 50 ns is often the whole point).

Chosen. Neighbours that are narrower than `grain` become one bar, which counts them and takes
the look of the state that fills most of it.

Invariant. Bars of a lane follow in time, do not overlap, and their `merged` add up to the
number of intervals in the window that last at least one ns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gosched_edu.figures.palette import STATES, look_of
from gosched_edu.kernel.events import Kind
from gosched_edu.trace.steps import STEP
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.trace import Trace


class Bar(NamedTuple):
    """One bar: `look` is a key of `palette.STATES`, `merged` the intervals it stands for."""

    start: float
    end: float
    look: str
    label: str
    merged: int


@dataclass(frozen=True)
class Lane:
    """One row of the picture: a P, a G or an M."""

    kind: str
    id: int
    name: str
    bars: list[Bar]


@dataclass(frozen=True)
class Arrow:
    """A goroutine creates or wakes another one: from lane `source` to lane `target`."""

    time: float
    source: int
    target: int
    creates: bool


@dataclass(frozen=True)
class Board:
    """All that a timeline shows.

    Attributes
    ----------
    lanes : list of Lane
    arrows : list of Arrow
    start, end : float
        Window in ns.
    more : str
        What was left out, as a sentence; "" if nothing was.
    axis : str
        "time", or "steps" (`gosched_edu.trace.steps`).
    """

    lanes: list[Lane]
    arrows: list[Arrow]
    start: float
    end: float
    more: str
    axis: str = "time"

    def ticks(self, about: int = 6) -> tuple[list[tuple[float, str]], str]:
        """Marks of the axis, and what it shows, in words."""
        if self.axis == "steps":
            return ticks(self.start, self.end, about, ((STEP, "steps"),))
        marks, unit = ticks(self.start, self.end, about)
        return marks, f"time, {unit}"

    @property
    def looks(self) -> list[str]:
        """Keys of the states that occur, for the legend, in the palette's order."""
        seen = {bar.look for lane in self.lanes for bar in lane.bars}
        return [key for key in STATES if key in seen]


def board(
    trace: Trace,
    *,
    lanes: Sequence[str] = ("P", "G"),
    start: float | None = None,
    end: float | None = None,
    max_lanes: int = 40,
    pixels: float = 600,
    grain: float = 1.5,
    goroutines: Iterable[int] | None = None,
    arrows: int = 60,
) -> Board:
    """Prepare a timeline.

    Parameters
    ----------
    trace : Trace
    lanes : sequence of {"P", "G", "M"}
        Kinds of lanes, from top to bottom.
    start, end : float, optional
        Window in ns; the whole run by default.
    max_lanes : int
        Lanes of each kind that are shown; `Board.more` tells of the rest.
    pixels : float
        Width of the picture, which with `grain` decides what is merged.
    grain : float
        Bars narrower than this many pixels are merged with their neighbours.
    goroutines : iterable of int, optional
        Goroutines to show; by default ``trace.meta["user_goroutines"]`` or all.
    arrows : int
        With more arrows than this, or when they stand too close, none is drawn: they would
        hide the bars. A number above the trace's length asks for them in any case.

    Returns
    -------
    Board
    """
    if unknown := set(lanes) - {"P", "G", "M"}:
        raise ValueError(f"lanes are P, G or M, not {', '.join(sorted(map(str, unknown)))}")
    if max_lanes < 1:
        raise ValueError(f"max_lanes is {max_lanes}, but a picture needs a lane")
    last = max(trace.end, int(trace.time.max()) if len(trace) else 0)
    lo, hi = float(start or 0), float(last if end is None else end)
    if hi <= lo:
        if end is not None or start:
            raise ValueError(f"the window ends ({hi:g} ns) before it starts ({lo:g} ns)")
        hi = lo + 1.0  # an empty run still gets a picture
    table = intervals(trace)
    table = table[(table["end"] > table["start"]) & (table["end"] > lo) & (table["start"] < hi)]
    wanted = goroutines if goroutines is not None else trace.meta.get("user_goroutines")
    keep = None if wanted is None else {int(g) for g in wanted}  # type: ignore[attr-defined]

    width = grain * (hi - lo) / pixels
    out: list[Lane] = []
    more: list[str] = []
    row_of: dict[int, int] = {}
    for kind in lanes:
        part = table[table["lane"] == kind]
        if kind == "G" and keep is not None:
            part = part[part["id"].isin(keep)]
        ids = _order(part, kind)
        if len(ids) > max_lanes:
            word = {"P": "Ps", "G": "goroutines", "M": "Ms"}[kind]
            more.append(f"{len(ids) - max_lanes:,} more {word}")
            ids = ids[:max_lanes]
        shown = part[part["id"].isin(ids)]
        raw = dict(tuple(shown.groupby("id", sort=False)))
        for i in ids:
            if kind == "G":
                row_of[int(i)] = len(out)
            name = f"{'g' if kind == 'G' else kind}{i}"
            out.append(Lane(kind, int(i), name, merge(_bars(raw[i], kind, lo, hi), width)))
    drawn = _arrows(trace, row_of, lo, hi) if "G" in lanes else []
    text = f"… and {' and '.join(more)}" if more else ""
    # Arrows that stand closer than 5 pixels become a black wall; then rather none.
    places = {round(a.time * pixels / (hi - lo) / 5) for a in drawn}
    clear = len(drawn) <= arrows and (len(places) > 0.7 * len(drawn) or arrows > len(trace))
    return Board(out, drawn if clear else [], lo, hi, text, str(trace.meta.get("axis", "time")))


def _order(part: pd.DataFrame, kind: str) -> list[int]:
    if kind != "G":
        return sorted(int(i) for i in part["id"].unique())
    # Goroutines in the order of their creation; goids of a real run are not in that order.
    first = part.groupby("id")["start"].min().reset_index()
    return [int(i) for i in first.sort_values(["start", "id"])["id"]]


def _bars(part: pd.DataFrame, kind: str, lo: float, hi: float) -> list[Bar]:
    starts = np.maximum(part["start"].to_numpy(), lo).tolist()
    ends = np.minimum(part["end"].to_numpy(), hi).tolist()
    states = part["state"].astype(str).tolist()
    reasons = part["reason"].astype(str).tolist()
    partner = part["p" if kind == "G" else "g"].tolist()
    bars = []
    for s, e, state, reason, other in zip(starts, ends, states, reasons, partner, strict=True):
        label = ""
        if state == "running" and other >= 0:
            label = f"P{other}" if kind == "G" else f"g{other}"
        bars.append(Bar(float(s), float(e), look_of(state, reason), label, 1))
    return bars


def merge(bars: Sequence[Bar], width: float) -> list[Bar]:
    """Join neighbours narrower than `width` until they are wide enough to be seen.

    Parameters
    ----------
    bars : sequence of Bar
        In time order.
    width : float
        In ns.

    Returns
    -------
    list of Bar
    """
    out: list[Bar] = []
    group: list[Bar] = []

    def close() -> None:
        if len(group) == 1:
            out.append(group[0])
        elif group:
            spent: dict[str, float] = {}
            for bar in group:
                spent[bar.look] = spent.get(bar.look, 0.0) + bar.end - bar.start
            look = max(spent, key=lambda key: spent[key])
            count = sum(bar.merged for bar in group)
            out.append(Bar(group[0].start, group[-1].end, look, "", count))
        group.clear()

    for bar in bars:
        if bar.end - bar.start >= width or (group and bar.start - group[-1].end >= width):
            close()
        if bar.end - bar.start >= width:
            out.append(bar)
            continue
        group.append(bar)
        if group[-1].end - group[0].start >= width:
            close()
    close()
    return out


def _arrows(trace: Trace, row_of: dict[int, int], lo: float, hi: float) -> list[Arrow]:
    rows: NDArray[np.int64] = trace.where(Kind.GO_CREATE, Kind.GO_UNBLOCK)
    arrows = []
    for r in rows.tolist():
        time, source, target = int(trace.time[r]), int(trace.arg[r]), int(trace.g[r])
        if lo <= time <= hi and source != target and source in row_of and target in row_of:
            creates = int(trace.kind[r]) == Kind.GO_CREATE
            arrows.append(Arrow(float(time), row_of[source], row_of[target], creates))
    return arrows


UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))


def ticks(
    start: float, end: float, about: int = 6, units: Sequence[tuple[float, str]] = UNITS
) -> tuple[list[tuple[float, str]], str]:
    """Round places on the time axis and their unit.

    Parameters
    ----------
    start, end : float
        Window in ns.
    about : int
        How many ticks there may be, more or less.
    units : sequence of (float, str)
        The largest first.

    Returns
    -------
    list of (float, str)
        Time in ns and its number as text.
    str
        The unit: "ns", "µs", "ms" or "s".

    Examples
    --------
    >>> ticks(0, 4000, 4)
    ([(0.0, '0'), (1000.0, '1'), (2000.0, '2'), (3000.0, '3'), (4000.0, '4')], 'µs')
    """
    scale, unit = next(((s, u) for s, u in units if end >= 2 * s), units[-1])
    rough = max(end - start, 1e-9) / scale / about
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999))
    step = max(step, 1.0) if unit == "steps" else step
    first = int(np.ceil(start / scale / step - 1e-9))
    last = int(np.floor(end / scale / step + 1e-9))
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    marks = range(first, last + 1)
    return [(k * step * scale, f"{k * step:,.{digits}f}") for k in marks], unit


def flow(widths: Sequence[float], room: float, gap: float) -> list[tuple[int, float]]:
    """Put things of the given widths in rows, like words: row and left edge of each."""
    places, row, x = [], 0, 0.0
    for w in widths:
        if x and x + w > room:
            row, x = row + 1, 0.0
        places.append((row, x))
        x += w + gap
    return places
