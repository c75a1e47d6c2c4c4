"""`timeline`: who was doing what, and when; `side_by_side`: two runs compared.

Problem. The central figure of the book: Ps above, goroutines below, time from left to right.

Rejected. `broken_barh` for every lane (one collection a lane, each bar a path of its own in the
SVG: ten times the size); one colour a goroutine (see palette.py); two runs left and right of
each other (on a phone each would be 180 pixels wide).

Chosen. All bars of one state are one path, whatever their lane: at most nine paths, so that
ten thousand bars draw in a blink. Two runs are drawn one above the other on one axis.

Invariant. What is drawn is exactly the `Board` of board.py; this module decides only about
inches and ink.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, PathPatch, Rectangle
from matplotlib.path import Path

from gosched_edu.figures.board import Board, board, flow
from gosched_edu.figures.palette import STATES
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.trace.gotrace_read import user_only
from gosched_edu.trace.summary import summarize
from gosched_edu.trace.trace import Trace

WIDTH = 5.6  #: inches, so that in a page 400 pixels wide a point is a pixel
_LEFT, _RIGHT = 0.5, 0.12
_PITCH = 0.235  # from lane to lane
_CHAR = 0.078  # a letter of a lane's label
_GAP = 0.12  # between the Ps and the Gs


def timeline(
    trace: Trace,
    *,
    lanes: Sequence[str] = ("P", "G"),
    start: float | None = None,
    end: float | None = None,
    max_lanes: int = 40,
    width: float = WIDTH,
    arrows: bool | None = None,
    title: str = "Timeline",
) -> Picture:
    """Draw what every P and every goroutine did.

    Parameters
    ----------
    trace : Trace
    lanes : sequence of {"P", "G", "M"}
        Which lanes, from top to bottom.
    start, end : float, optional
        Window in ns; the whole run by default.
    max_lanes : int
        Lanes of each kind; the figure says how many more there are.
    width : float
        In inches. In a page the picture always takes the width there is.
    arrows : bool, optional
        Draw who created (solid) and who woke (dotted) whom; by default if there are few.
    title : str
        Name of the figure for readers who do not see it.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures import timeline
    >>> picture = timeline(go.run("package main; func main() { go println(1); select {} }", procs=1).trace)
    >>> picture.summary.splitlines()[1]
    '2 goroutines created, 2 context switches; at most 1 waited for a P at one moment.'
    """
    view = board(
        trace, lanes=lanes, start=start, end=end, max_lanes=max_lanes,
        pixels=(width - _LEFT - _RIGHT) * 100,
        arrows={None: 40, True: 10**9, False: -1}[arrows],
    )  # fmt: skip
    return _picture([(view, "")], width, title, str(summarize(trace)))


def side_by_side(
    a: Trace,
    b: Trace,
    *,
    labels: tuple[str, str] = ("simulated", "real Go"),
    lanes: Sequence[str] = ("G",),
    same_scale: bool = True,
    max_lanes: int = 20,
    width: float = WIDTH,
    marks: tuple[float | None, float | None] = (None, None),
    said: str = "",
) -> Picture:
    """Draw two runs of one program, one above the other.

    Only the user's goroutines (``trace.meta["user_goroutines"]``) are shown. Row n is in both
    the goroutine that was created n-th, though the two runtimes number them differently.

    Parameters
    ----------
    a, b : Trace
    labels : (str, str)
        What each of them is.
    lanes : sequence of {"P", "G", "M"}
    same_scale : bool
        One time scale for both; else each run fills the width.
    max_lanes : int
    width : float
        In inches.
    marks : (float or None, float or None)
        A time in ns to mark in each of them: where they part.
    said : str
        A sentence about the two, before what the figure says of each.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures import side_by_side
    >>> source = "package main; func main() { go println(1); go println(2); select {} }"
    >>> a, b = (go.run(source, procs=1, version=v).trace for v in ("1.4", "1.5"))
    >>> side_by_side(a, b).svg()[:4]
    '<svg'
    """
    views = []
    last = max(float(t.time.max(initial=0)) for t in (a, b))
    last = max(last, float(a.end), float(b.end))
    for trace, label in zip((a, b), labels, strict=True):
        views.append((
            board(trace, lanes=lanes, end=last if same_scale and last else None,
                  max_lanes=max_lanes, pixels=(width - _LEFT - _RIGHT) * 100, arrows=-1),
            label,
        ))  # fmt: skip
    words = "\n".join(
        f"{label}: {summarize(user_only(trace))}" for trace, label in zip((a, b), labels, strict=True)
    )
    words = f"{said}\n{words}" if said else words
    return _picture(views, width, f"Timelines: {labels[0]} and {labels[1]}", words, marks)


def _height(view: Board, label: str) -> float:
    kinds = len({lane.kind for lane in view.lanes})
    rows = max(len(view.lanes), 1) * _PITCH + max(kinds - 1, 0) * _GAP
    return (0.26 if label else 0.06) + rows + (0.2 if view.more else 0.0) + 0.4


def _picture(
    views: list[tuple[Board, str]], width: float, title: str, words: str,
    marks: Sequence[float | None] = (None,),
) -> Picture:  # fmt: skip
    legend = _legend_rows([v for v, _ in views], width)
    heights = [_height(v, label) for v, label in views]
    total = sum(heights) + 0.2 * (1 + max(row for row, *_ in legend) if legend else 0) + 0.04
    with style():
        figure = Figure(figsize=(width, total))
        top = total
        for (view, label), height, mark in zip(views, heights, marks, strict=True):
            axes = _panel(figure, view, label, width, total, top)
            if mark is not None:
                _mark(axes, mark)
            top -= height
        _legend(figure, legend, width, total, top - 0.02)
    return Picture(figure, title, words)


def _panel(
    figure: Figure, view: Board, label: str, width: float, total: float, top: float
) -> Axes:
    """One timeline, whose upper edge is `top` inches above the figure's lower edge."""
    y = top - (0.26 if label else 0.06)
    if label:
        figure.text(0.04 / width, (y + 0.06) / total, label, weight="bold", size=10)
    places: list[float] = []  # middle of each lane, inches
    for i, lane in enumerate(view.lanes):
        if i and lane.kind != view.lanes[i - 1].kind:
            y -= _GAP
        places.append(y - _PITCH / 2)
        y -= _PITCH
    if not view.lanes:
        y -= _PITCH
    bottom = y - (0.2 if view.more else 0.0)
    room = width - _LEFT - _RIGHT
    top_edge = top - (0.26 if label else 0.06)
    axes = figure.add_axes(
        (_LEFT / width, bottom / total, room / width, (top_edge - bottom) / total)
    )
    axes.set_xlim(view.start, view.end)
    axes.set_ylim(bottom, top_edge)
    marks, words = view.ticks()
    axes.set_xticks([x for x, _ in marks], [text for _, text in marks])
    axes.set_xlabel(words, labelpad=1)
    axes.set_yticks(places, [lane.name for lane in view.lanes])
    axes.tick_params(axis="y", length=0, pad=4)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", zorder=0)
    axes.set_axisbelow(True)
    _bars(axes, view, places, room)
    _arrows(axes, view, places)
    if view.more:
        axes.text(
            view.start, bottom + 0.1, view.more, va="center", ha="left", style="italic", size=9
        )
    return axes


def _mark(axes: Axes, time: float) -> None:
    """A line through all lanes, and what it means."""
    axes.axvline(time, color=INK, linewidth=1.1, linestyle=(0, (4, 2)), zorder=5, gid="first-difference")
    axes.annotate(
        "dashed: they part here", (1, 1), (0, 2), xycoords="axes fraction", textcoords="offset points",
        ha="right", va="bottom", size=8, style="italic",
    )  # fmt: skip


def _bars(axes: Axes, view: Board, places: list[float], room: float) -> None:
    per_inch = (view.end - view.start) / room
    thin = 0.8 / 100 * per_inch  # a bar is never narrower than 0.8 pixel, else it is invisible
    for key in view.looks:
        look = STATES[key]
        boxes: list[tuple[float, float, float, float]] = []
        for lane, y in zip(view.lanes, places, strict=True):
            half = _PITCH * look.height / 2
            for bar in lane.bars:
                if bar.look == key:
                    end = max(bar.end, bar.start + thin)
                    boxes.append((bar.start, end, y - half, y + half))
        # A border separates neighbours, but a sliver must not be all border.
        xs = np.array(boxes)
        wide = (xs[:, 1] - xs[:, 0]) > 0.04 * per_inch
        for part, line in ((xs[wide], 0.5), (xs[~wide], 0.0)):
            if len(part):
                axes.add_patch(patch(part, key, line))
    for lane, y in zip(view.lanes, places, strict=True):
        for bar in lane.bars:
            _letter(axes, bar.look, bar.label, (bar.end - bar.start) / per_inch,
                    (bar.start + bar.end) / 2, y)  # fmt: skip


def patch(boxes: np.ndarray, key: str, line: float) -> PathPatch:
    """All bars of one state as one path: rows of left, right, low, high."""
    left, right, low, high = boxes.T
    corners = np.stack(
        [left, low, left, high, right, high, right, low, left, low], axis=1
    ).reshape(-1, 2)
    codes = np.tile(
        [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(boxes)
    )
    look = STATES[key]
    return PathPatch(
        Path(corners, codes), facecolor=look.colour, edgecolor=(look.ink, 0.5), linewidth=line,
        hatch=look.hatch or None, gid=f"bars-{key}", zorder=2,
    )  # fmt: skip


def _letter(axes: Axes, key: str, label: str, inches: float, x: float, y: float) -> None:
    look = STATES[key]
    if look.height < 0.3:
        return
    text = label if label and inches > _CHAR * len(label) + 0.04 else look.letter
    if inches > _CHAR * len(text) + 0.04:
        _write(axes, x, y, text, key)


def _write(axes: Axes, x: float, y: float, text: str, key: str) -> None:
    look = STATES[key]
    box = None
    if look.hatch:  # letters stand on plain ground, not on a hatch
        box = {"boxstyle": "round,pad=0.14,rounding_size=0.3", "fc": look.colour, "ec": "none"}
    axes.text(
        x, y, text, ha="center", va="center_baseline", size=7.5, color=look.ink, zorder=4,
        weight="bold" if look.height > 0.6 else "normal", bbox=box, clip_on=True,
    )  # fmt: skip


def _arrows(axes: Axes, view: Board, places: list[float]) -> None:
    for arrow in view.arrows:
        down = 1 if places[arrow.target] < places[arrow.source] else -1
        axes.add_patch(
            FancyArrowPatch(
                (arrow.time, places[arrow.source] - down * _PITCH * 0.42),
                (arrow.time, places[arrow.target] + down * _PITCH * 0.28),
                arrowstyle="-|>", mutation_scale=4.5, shrinkA=0, shrinkB=0, color=INK,
                linewidth=0.7, linestyle="-" if arrow.creates else (0, (2, 2)), zorder=3,
                alpha=0.75,
            )  # fmt: skip
        )


def _legend_rows(views: list[Board], width: float) -> list[tuple[int, float, str, str]]:
    """Row, left edge in inches, key and words of each entry of the legend."""
    seen = {key for view in views for key in view.looks}
    entries = [(key, look.words) for key, look in STATES.items() if key in seen]
    if any(a.creates for v in views for a in v.arrows):
        entries.append(("creates", "creates"))
    if any(not a.creates for v in views for a in v.arrows):
        entries.append(("wakes", "wakes"))
    places = flow([0.36 + 0.0635 * len(text) for _, text in entries], width - 0.1, 0.16)
    return [(row, x, *entry) for (row, x), entry in zip(places, entries, strict=True)]


def _legend(
    figure: Figure,
    entries: list[tuple[int, float, str, str]],
    width: float,
    total: float,
    top: float,
) -> None:
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(0, total)
    for row, x, key, text in entries:
        y = top - 0.1 - 0.2 * row
        x += 0.05
        if key in STATES:
            look = STATES[key]
            high = 0.15 if look.height > 0.3 else 0.04
            axes.add_patch(
                Rectangle(
                    (x, y - high / 2), 0.24, high, facecolor=look.colour, edgecolor=(look.ink, 0.5),
                    linewidth=0.5, hatch=look.hatch or None,
                )  # fmt: skip
            )
            if high > 0.1:
                _write(axes, x + 0.12, y, look.letter, key)
        else:
            axes.add_patch(
                FancyArrowPatch(
                    (x, y), (x + 0.24, y), arrowstyle="-|>", mutation_scale=5, shrinkA=0,
                    shrinkB=0, color=INK, linewidth=0.8,
                    linestyle="-" if key == "creates" else (0, (2, 2)),
                )  # fmt: skip
            )
        axes.text(x + 0.31, y, text, va="center_baseline", ha="left", size=8.5)
