"""The happens-before graph of a run: who knows of whose work, and which two accesses nothing orders.

Problem. "Happens before" sounds like time, and on a timeline everything has a time. The memory model
does not ask when something happened. It asks whether there is a path from one event to another.

Rejected. Arrows on the timeline (the distance in time is what the eye sees first); one node an operation
(a send on a buffered channel begins before it learns anything, and a path through it would be false).

Chosen. One lane a goroutine, downwards; a dot where it leaves or learns something, a square where it uses
a shared variable; an arrow where knowledge passes, in the colour of the reason. Two unordered accesses are
joined by a dashed red line. Arrows that say nothing new are left out. An event stands below all that
happens before it, and as high as that allows: the height is no time.

Invariant. The picture shows the nodes, arrows and races of `gosched_edu.trace.happens.graph`, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from gosched_edu.figures.channel import name_of
from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.trace.happens import Graph, graph

if TYPE_CHECKING:
    from gosched_edu.go import Run

_WIDTH, _ROW, _HEAD, _FOOT = 5.6, 0.25, 0.42, 0.5
_LETTER = 0.068  # inches of a letter of a label, about
_FAR = 1.7  # inches between lanes, at most: two of them fit on a telephone
MOST = 60  # nodes that can be told apart in one picture
#: Why something happens before something else: colour and line.
WHYS: dict[str, tuple[str, str]] = {
    "go": (INK, "-"),
    "channel": (STATES["chan"].colour, "-"),
    "close": (STATES["chan"].colour, "--"),
    "mutex": (STATES["sync"].colour, "-"),
    "WaitGroup": (STATES["sync"].colour, "--"),
    "Once": (STATES["sync"].colour, ":"),
    "atomic": (STATES["sleep"].colour, "-"),
    "timer": (STATES["sleep"].colour, "--"),
    "sync": (STATES["waiting"].colour, "-"),
}


def happens_before(
    run: Run, *, names: Mapping[int, str] | None = None, lines: Sequence[int] | None = None,
    clocks: bool = False, title: str = "What happens before what",
) -> Picture:  # fmt: skip
    """Draw the happens-before graph of a run.

    Parameters
    ----------
    run : Run
        Made with ``race=True, accesses=True``; up to about 5 goroutines.
    names : mapping of int to str, optional
        Goroutine ids to the names they shall have.
    lines : sequence of int, optional
        Show accesses in these lines only.
    clocks : bool
        Write the vector clock at each event beside it.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        The run has not logged its accesses, or has more events than a picture can show.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.happensbefore import happens_before
    >>> source = "package main; var x int; func main() { go func() { x = 1 }(); println(x) }"
    >>> happens_before(go.run(source, procs=1, race=True, accesses=True)).title
    'What happens before what'
    """
    names = {1: "main"} | dict(names or {})
    g = graph(run, lines=lines)
    if len(g.nodes) > MOST:
        raise ValueError(f"{len(g.nodes)} events are too many for one picture, {MOST} is the most; "
                         "run a smaller program, or choose some lines with lines=")  # fmt: skip
    lanes = sorted({n.goid for n in g.nodes}) or [1]
    row = _ROW + (0.13 if clocks else 0)
    depth = levels(g)
    height = _HEAD + _FOOT + row * (max(depth, default=0) + 1)
    x, room = _columns(g, lanes)
    at = [(x[n.goid], height - _HEAD - row * (d + 0.5)) for n, d in zip(g.nodes, depth, strict=True)]
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(0, height)
        for goid in lanes:
            mine = [y for (_, y), n in zip(at, g.nodes, strict=True) if n.goid == goid]
            axes.text(x[goid], height - 0.2, name_of(goid, names), weight="bold", ha="center",
                      va="center_baseline")  # fmt: skip
            ends = max(mine, default=height) + 0.12, min(mine, default=0) - 0.12
            for above, below in pairwise([ends[0], *mine, ends[1]]):  # not behind the marks: a read is hollow
                axes.plot([x[goid]] * 2, [above - 0.05, below + 0.05], color=INK, linewidth=1.6, zorder=2)
        for link in g.links:
            _join(axes, at[link.source], at[link.target], *WHYS[link.why])
        for i, j in g.races:
            _join(axes, at[i], at[j], ALARM, "--", head="-", wide=2.0)
        racing = {i for pair in g.races for i in pair}
        for i, n in enumerate(g.nodes):
            edge = ALARM if i in racing else INK
            axes.plot(*at[i], marker="s" if n.use else "o", markersize=7 if n.use else 5, color=edge,
                      markerfacecolor="none" if n.use == "read" else edge, zorder=6)  # fmt: skip
            clock = " ".join(str(n.clock.get(goid, 0)) for goid in lanes) if clocks else ""
            _label(axes, at[i], n.label, room[n.goid], clock, left=n.goid == lanes[0] and len(lanes) > 1)
        _legend(axes, g)
    return Picture(figure, title, describe(g, names))


def levels(g: Graph) -> list[int]:
    """How far down each node stands: below all that happens before it, and as high as that allows."""
    out: list[int] = []
    lowest: dict[int, int] = {}
    sources: dict[int, list[int]] = {}
    for link in g.links:
        sources.setdefault(link.target, []).append(link.source)
    for i, n in enumerate(g.nodes):
        out.append(1 + max([lowest.get(n.goid, -1)] + [out[s] for s in sources.get(i, [])]))
        lowest[n.goid] = out[i]
    return out


def _columns(g: Graph, lanes: Sequence[int]) -> tuple[dict[int, float], dict[int, float]]:
    """Where each lane stands, and how wide its labels may be: the first one's are left of it."""

    def wide(goid: int) -> float:
        return 0.25 + _LETTER * max((len(n.label) for n in g.nodes if n.goid == goid), default=4)

    if len(lanes) == 1:
        return {lanes[0]: 0.3}, {lanes[0]: _WIDTH - 0.5}
    most = 0.36 * _WIDTH if len(lanes) == 2 else 0.26 * _WIDTH
    first, last = (max(0.5, min(wide(goid), most)) for goid in (lanes[0], lanes[-1]))
    step = min((_WIDTH - first - last) / (len(lanes) - 1), _FAR)
    x = {goid: first + step * i for i, goid in enumerate(lanes)}
    return x, dict.fromkeys(lanes, step - 0.2) | {lanes[0]: first - 0.15, lanes[-1]: last - 0.15}


def _join(
    axes: Axes, a: tuple[float, float], b: tuple[float, float], colour: str, line: str, *, head: str = "-|>",
    wide: float = 1.3,
) -> None:  # fmt: skip
    axes.add_patch(
        FancyArrowPatch(a, b, arrowstyle=head, mutation_scale=9, color=colour, linewidth=wide, linestyle=line,
                        shrinkA=4, shrinkB=4, zorder=5 if head == "-" else 4)
    )  # fmt: skip


def _label(axes: Axes, at: tuple[float, float], text: str, room: float, clock: str, *, left: bool) -> None:
    most = max(3, int(room / _LETTER))
    x, y = at[0] + (-0.13 if left else 0.13), at[1]
    side = "right" if left else "left"
    axes.text(x, y + (0.06 if clock else 0), text if len(text) <= most else text[: most - 1] + "…", size=8,
              ha=side, va="center_baseline", zorder=7)  # fmt: skip
    if clock:
        axes.text(x, y - 0.09, f"[{clock}]", size=7, ha=side, va="center_baseline", zorder=7,
                  family="DejaVu Sans Mono")  # fmt: skip


def _legend(axes: Axes, g: Graph) -> None:
    used = [(why, WHYS[why]) for why in WHYS if any(link.why == why for link in g.links)]
    x = 0.15
    for why, (colour, line) in used + [("no path: a race", (ALARM, "--"))] * bool(g.races):
        axes.plot([x, x + 0.25], [0.16, 0.16], color=colour, linestyle=line, linewidth=1.8)
        axes.text(x + 0.3, 0.16, why, size=8, va="center_baseline")
        x += 0.47 + _LETTER * len(why)


def describe(g: Graph, names: Mapping[int, str] | None = None) -> str:
    """The graph in sentences.

    Parameters
    ----------
    g : Graph
    names : mapping of int to str, optional

    Returns
    -------
    str
    """
    names = {1: "main"} | dict(names or {})

    def place(i: int) -> str:
        n = g.nodes[i]
        where = f", line {n.line}" if n.line else ""
        return f"{name_of(n.goid, names)}'s {n.label}{where}"

    words = {"go": "a go statement", "channel": "a channel", "close": "a close", "mutex": "a mutex",
             "atomic": "an atomic", "timer": "a timer", "sync": "package sync"}  # fmt: skip
    out = []
    for link in g.links:
        out.append(f"{place(link.source)}, happens before {place(link.target)} "
                   f"(by {words.get(link.why, link.why)}).")  # fmt: skip
    for a, b in g.races:
        x, y = g.nodes[a], g.nodes[b]
        out.append(f"Nothing orders the {x.use} in {place(a)}, and the {y.use} in {place(b)}: a data race.")
    if not g.races:
        out.append("No two accesses to a shared variable are unordered: there is no data race.")
    return " ".join(out)
