"""Small explaining pictures: orders, queues, and the life of a goroutine.

Problem. "Why 9 0 1 ... 8?" has an answer in two pictures: the order itself, beside others,
and the queues a moment before. Both must be drawn from a run's data, not by hand.

Rejected. A diagram language (one more tool to install, and its fonts); pictures as files
(they go stale when the simulation changes).

Invariant. Numbers in a picture come from its arguments; only `lifecycle` draws fixed words,
and those are the states of palette.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from gosched_edu.figures.palette import STATES, contrast
from gosched_edu.figures.picture import INK, Picture, style

_WIDTH = 5.6


def _canvas(height: float) -> tuple[Figure, Axes]:
    """A figure whose axes count in inches, origin at the lower left."""
    figure = Figure(figsize=(_WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, height)
    return figure, axes


def _box(
    axes: Axes, x: float, y: float, w: float, h: float, text: str, colour: str | None,
    ink: str = INK, *, size: float = 9, weight: str = "normal", dashed: bool = False,
) -> None:  # fmt: skip
    """A box with its lower left corner at (x, y)."""
    axes.add_patch(
        Rectangle(
            (x, y), w, h, facecolor=colour or "none", edgecolor=ink if colour else INK,
            linewidth=0.6, linestyle=(0, (2, 1.5)) if dashed else "-", alpha=0.55 if dashed else 1,
        )  # fmt: skip
    )
    axes.text(x + w / 2, y + h / 2, text, ha="center", va="center_baseline", color=ink, size=size,
              weight=weight)  # fmt: skip


def order_strip(orders: Mapping[str, Sequence[int]], *, title: str = "Order of running") -> Picture:
    """Draw in which order goroutines ran, one row a configuration.

    Parameters
    ----------
    orders : mapping of str to sequence of int
        Label, such as "1 P", to the goroutines' numbers in the order in which they ran.
    title : str

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu.figures import order_strip
    >>> order_strip({"1 P": [2, 0, 1], "4 Ps": [0, 2, 1]}).summary
    '1 P: 2 0 1\\n4 Ps: 0 2 1'
    """
    if not orders:
        raise ValueError("order_strip needs at least one order")
    numbers = sorted({int(n) for order in orders.values() for n in order})
    digits = max((len(str(n)) for n in numbers), default=1)
    left = min(0.2 + 0.072 * max(len(label) for label in orders), 2.2)
    longest = max((len(order) for order in orders.values()), default=1)
    cell = min(0.4, max((_WIDTH - left - 0.1) / max(longest, 1), 0.12 + 0.075 * digits))
    a_row = max(1, int((_WIDTH - left - 0.1) / cell))
    lines = [max(1, -(-len(order) // a_row)) for order in orders.values()]
    tall = min(cell, 0.32)
    height = sum(lines) * (tall + 0.03) + 0.1 * len(lines) + 0.06
    ramp = matplotlib.colormaps["viridis"]
    rank = {n: i / max(len(numbers) - 1, 1) for i, n in enumerate(numbers)}
    with style():
        figure, axes = _canvas(height)
        y = height - 0.08
        for (label, order), count in zip(orders.items(), lines, strict=True):
            axes.text(left - 0.12, y - tall / 2, label, ha="right", va="center_baseline", size=9)
            for i, n in enumerate(order):
                colour = to_hex(ramp(rank[int(n)]))
                dark, light = "#0b1a14", "#ffffff"
                ink = dark if contrast(dark, colour) > contrast(light, colour) else light
                x = left + (i % a_row) * cell
                _box(axes, x, y - tall - (i // a_row) * (tall + 0.03), cell - 0.03, tall, str(n),
                     colour, ink, size=9.5 if digits < 3 else 7.5, weight="bold")  # fmt: skip
            y -= count * (tall + 0.03) + 0.1
    words = "\n".join(f"{label}: {' '.join(map(str, order))}" for label, order in orders.items())
    return Picture(figure, title, words)


def _shorten(items: Sequence[int], room: int) -> list[int | None]:
    """At most `room` items; None stands for those left out."""
    if len(items) <= room:
        return list(items)
    head = (room - 1) * 2 // 3
    return [*items[:head], None, *items[len(items) - (room - 1 - head) :]]


def queue_picture(
    runnext: int | None,
    ring: Sequence[int],
    global_queue: Sequence[int] = (),
    *,
    p: int = 0,
    slots: int = 256,
) -> Picture:
    """Draw where runnable goroutines wait: runnext, the ring of a P, the global queue.

    Parameters
    ----------
    runnext : int or None
        The goroutine in P's runnext slot.
    ring : sequence of int
        P's local queue, oldest first.
    global_queue : sequence of int
        The global queue, oldest first.
    p : int
        The P's number.
    slots : int
        Length of the ring.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu.figures import queue_picture
    >>> queue_picture(4, [2, 3]).summary.partition(" The")[0]
    'P0: runnext is g4. Its ring holds g2, g3.'
    """
    if len(ring) > slots:
        raise ValueError(f"{len(ring)} goroutines do not fit into a ring of {slots}")
    look = STATES["runnable"]
    left, cell, tall, room = 1.3, 0.41, 0.34, 10
    rows = (
        ("runnext", "1st", [] if runnext is None else [runnext], 1),
        ("local ring", "2nd", list(ring), slots),
        ("global queue", "3rd", list(global_queue), 0),
    )
    with style():
        height = 2.2
        figure, axes = _canvas(height)
        axes.add_patch(
            FancyBboxPatch(
                (0.08, 0.78), _WIDTH - 0.16, 1.34, boxstyle="round,pad=0,rounding_size=0.08",
                facecolor="none", edgecolor=INK, linewidth=0.8,
            )  # fmt: skip
        )
        axes.text(_WIDTH - 0.2, 1.93, f"P{p}", ha="right", va="center", weight="bold", size=12)
        for (name, turn, items, size), y in zip(rows, (1.63, 1.02, 0.24), strict=True):
            axes.text(0.2, y + 0.25, name, va="center", size=9.5, weight="bold")
            axes.text(0.2, y + 0.06, f"looked at {turn}", va="center", size=8)
            shown = _shorten(items, room)
            for i, g in enumerate(shown):
                x = left + i * cell
                if g is None:
                    axes.text(x + cell / 2 - 0.02, y + tall / 2, "…", ha="center", va="center")
                else:
                    _box(axes, x, y, cell - 0.04, tall, f"g{g}", look.colour, look.ink,
                         size=9 if g < 100 else 7.5 if g < 1000 else 6, weight="bold")  # fmt: skip
            free = min(room - len(shown), size - len(items)) if size else 0
            for i in range(len(shown), len(shown) + max(free, 0)):
                _box(axes, left + i * cell, y, cell - 0.04, tall, "", None, dashed=True)
            if not items and not size:
                axes.text(left, y + tall / 2, "empty", va="center", size=9, style="italic")
                end = ""
            elif size > 1:
                end = f"{len(items)} of {size} slots"
            elif not size:
                end = f"{len(items)} goroutine{'s' * (len(items) != 1)}"
            else:
                end = ""
            axes.text(left, y - 0.1, end, va="center", size=8)
            if items and len(items) > 1:
                axes.text(left + min(len(shown), room) * cell - 0.04, y - 0.1, "newest",
                          ha="right", va="center", size=8)  # fmt: skip
    first = "empty" if runnext is None else f"g{runnext}"
    words = (
        f"P{p}: runnext is {first}. Its ring holds {_list(ring)}. "
        f"The global queue holds {_list(global_queue)}. "
        f"P{p} looks at runnext first, then at the oldest of the ring, then at the global queue; "
        "every 61st time at the global queue first."
    )
    return Picture(figure, f"The run queues of P{p}", words)


def _list(items: Sequence[int]) -> str:
    return ", ".join("…" if g is None else f"g{g}" for g in _shorten(items, 20)) or "nothing"


def lifecycle() -> Picture:
    """Draw the states of a goroutine and what leads from one to the next.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu.figures import lifecycle
    >>> lifecycle().title
    'The life of a goroutine'
    """
    places = {  # middle of each state's box
        "idle": (0.45, 1.62), "runnable": (1.86, 1.62), "running": (3.8, 1.62),
        "dead": (5.12, 1.62), "waiting": (2.83, 0.3),
    }  # fmt: skip
    words = {"idle": "new", "runnable": "runnable", "running": "running", "waiting": "waiting",
             "dead": "finished"}  # fmt: skip
    steps = [
        ("idle", "runnable", 0.0, 1.04, 1.78, "go f()"),
        ("runnable", "running", -0.3, 2.83, 2.12, "a P picks it"),
        ("running", "runnable", -0.3, 2.83, 1.14, "Gosched,\npreempted"),
        ("running", "dead", 0.0, 4.5, 1.78, "return"),
        ("running", "waiting", -0.2, 4.42, 0.72, "gopark: channel,\nlock, sleep"),
        ("waiting", "runnable", -0.2, 1.2, 0.72, "goready:\nanother wakes it"),
    ]
    half = {"idle": 0.32, "dead": 0.42}
    with style():
        figure, axes = _canvas(2.3)
        for key, (x, y) in places.items():
            look = STATES["chan" if key == "waiting" else key]
            w = half.get(key, 0.5)
            axes.add_patch(
                FancyBboxPatch(
                    (x - w, y - 0.2), 2 * w, 0.4, boxstyle="round,pad=0,rounding_size=0.1",
                    facecolor=look.colour, edgecolor=look.ink, linewidth=0.8, zorder=2,
                )  # fmt: skip
            )
            axes.text(x, y, words[key], ha="center", va="center_baseline", color=look.ink,
                      weight="bold", size=10, zorder=3)  # fmt: skip
        for source, target, bend, tx, ty, text in steps:
            a, b = _edge(places[source], places[target], half.get(source, 0.5)), _edge(
                places[target], places[source], half.get(target, 0.5))  # fmt: skip
            axes.add_patch(
                FancyArrowPatch(
                    a, b, arrowstyle="-|>", mutation_scale=10, color=INK, linewidth=1.1,
                    connectionstyle=f"arc3,rad={bend}", shrinkA=1, shrinkB=1, zorder=1,
                )  # fmt: skip
            )
            axes.text(tx, ty, text, ha="center", va="center", size=8.5, linespacing=1.15)
    said = (
        "A new goroutine (go f()) is runnable. Runnable to running: a P picks it. "
        "Running to runnable: it calls Gosched or is preempted. Running to waiting: it parks "
        "(gopark) on a channel, a lock or a sleep. Waiting to runnable: another goroutine or a "
        "timer readies it (goready). Running to finished: its function returns."
    )
    return Picture(figure, "The life of a goroutine", said)


def _edge(a: tuple[float, float], b: tuple[float, float], w: float) -> tuple[float, float]:
    """Where an arrow from the box round `a` to `b` leaves the box."""
    if a[1] == b[1]:
        side = 1 if b[0] > a[0] else -1
        # The two arrows between neighbours leave above and below the middle.
        return a[0] + side * w, a[1] + 0.06 * side * (abs(b[0] - a[0]) > 1.6)
    if a[1] > b[1]:
        return a[0] + (0.2 if b[0] > a[0] else -0.2), a[1] - 0.2
    return a[0] + (w if b[0] > a[0] else -w), a[1] + 0.05
