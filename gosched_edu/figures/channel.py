"""One channel at a moment, drawn from its fields.

Problem. "The buffer is full" is said of something nobody has seen. A reader needs the ring with its
two indices, and the two queues, drawn from what the kernel holds, not from what the book believes.

Rejected. The buffer as a row of boxes: the wrap from the last slot to the first is then an exception,
in a ring it is nothing.

Chosen. `hchan_picture` draws a `Channel` as `channels(machine)` gives it: the ring clockwise from the
top, senders at the left, receivers at the right. How values move is drawn by `value_flow`.

Invariant. Every number in the picture is a field of its argument.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle, Wedge

from gosched_edu.figures.palette import STATES
from gosched_edu.figures.picture import INK, Picture, style

if TYPE_CHECKING:
    from gosched_edu.kernel.hchan import Channel, Waiter

_WIDTH, _HEIGHT = 5.6, 2.75
_ROOM = 6  # waiters that are drawn; the rest is counted
VALUE, VALUE_INK = "#d6d6d6", "#0b1a14"


def arrow(
    axes: Axes, a: tuple[float, float], b: tuple[float, float], colour: str = INK, zorder: float = 4
) -> None:
    """An arrow from `a` to `b` in the axes' own units."""
    axes.add_patch(
        FancyArrowPatch(
            a, b, arrowstyle="-|>", mutation_scale=9, color=colour, linewidth=1.1, shrinkA=0, shrinkB=0,
            zorder=zorder,
        )
    )  # fmt: skip


def name_of(goid: int, names: Mapping[int, str]) -> str:
    """What a goroutine is called in a picture."""
    return names.get(goid, f"g{goid}")


def _words(values: Sequence[int]) -> str:
    return " ".join(map(str, values))


def hchan_picture(
    channel: Channel, *, names: Mapping[int, str] | None = None, title: str = "The channel"
) -> Picture:
    """Draw a channel from its fields (chan.go:hchan).

    Parameters
    ----------
    channel : Channel
        From `gosched_edu.kernel.hchan.channels`.
    names : mapping of int to str, optional
        Goroutine ids to the names they shall have; by default g1, g2 ...
    title : str

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.kernel.hchan import channels
    >>> m = go.machine("package main\\nfunc main() { c := make(chan int, 3); c <- 7; <-make(chan int) }")
    >>> m.run()
    2
    >>> hchan_picture(channels(m)[0]).summary
    'Channel 1 has 3 slots, 1 filled: slot 0 holds 7. The next send fills slot 1, the next receive takes slot 0. Nobody waits.'
    """  # noqa: E501
    names = names or {}
    with style():
        figure = Figure(figsize=(_WIDTH, _HEIGHT))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(0, _HEIGHT)
        _queue(axes, channel.sendq, 0.3, "sendq", names, to_right=True)
        _queue(axes, channel.recvq, _WIDTH - 1.3, "recvq", names, to_right=False)
        _ring(axes, channel, _WIDTH / 2, 1.5, 0.82)
        fields = (
            f"qcount {channel.len}    dataqsiz {channel.cap}    sendx {channel.sendx}    "
            f"recvx {channel.recvx}    closed {int(channel.closed)}"
        )
        axes.text(_WIDTH / 2, 0.14, fields, ha="center", va="center_baseline", size=8.5)
    return Picture(figure, title, describe(channel, names))


def _queue(
    axes: Axes, queue: Sequence[Waiter], x: float, title: str, names: Mapping[int, str], *, to_right: bool
) -> None:
    """Waiters from top (longest) to bottom, with an arrow between the first and the ring."""
    axes.text(x + 0.5, _HEIGHT - 0.28, title, ha="center", va="center_baseline", size=9, weight="bold")
    look = STATES["chan"]
    if not queue:
        axes.text(x + 0.5, _HEIGHT - 0.62, "nobody", ha="center", va="center_baseline", size=8.5,
                  style="italic")  # fmt: skip
    for i, waiter in enumerate(queue[:_ROOM]):
        y = _HEIGHT - 0.75 - 0.32 * i
        axes.add_patch(Rectangle((x, y), 1.0, 0.27, facecolor=look.colour, edgecolor=look.ink, linewidth=0.6))
        text = name_of(waiter.goid, names) + (f": {_words(waiter.value)}" if waiter.value else "")
        axes.text(x + 0.5, y + 0.135, text, ha="center", va="center_baseline", color=look.ink, size=8.5)
    if len(queue) > _ROOM:
        axes.text(x + 0.5, _HEIGHT - 0.6 - 0.32 * _ROOM, f"and {len(queue) - _ROOM} more", ha="center",
                  va="center_baseline", size=8.5)  # fmt: skip
    if queue:
        y = _HEIGHT - 0.615
        edge = _WIDTH / 2 - 1.0 if to_right else _WIDTH / 2 + 1.0
        ends = ((x + 1.03, y), (edge, y - 0.25)) if to_right else ((edge, y - 0.25), (x - 0.03, y))
        arrow(axes, *ends)


def _ring(axes: Axes, channel: Channel, x: float, y: float, r: float) -> None:
    inner = 0.5 * r
    middle = "closed" if channel.closed else f"{channel.len} of {channel.cap}"
    if not channel.cap:
        axes.add_patch(Circle((x, y), r, fill=False, edgecolor=INK, linewidth=0.8, linestyle=(0, (3, 2))))
        middle = "closed" if channel.closed else "no buffer"
    for i, slot in enumerate(channel.buf):
        step = 360 / channel.cap
        high = 90 - i * step
        axes.add_patch(
            Wedge((x, y), r, high - step, high, width=r - inner, facecolor=VALUE if slot else "none",
                  edgecolor=VALUE_INK if slot else INK, linewidth=0.9, zorder=2 if slot else 1)
        )  # fmt: skip
        angle = math.radians(high - step / 2)
        cos, sin = math.cos(angle), math.sin(angle)
        if slot:
            at = 0.5 * (r + inner)
            axes.text(x + at * cos, y + at * sin, _words(slot), ha="center", va="center_baseline",
                      color=VALUE_INK, weight="bold", size=9 if channel.cap <= 12 else 6.5)  # fmt: skip
        marks = [n for n, k in (("sendx", channel.sendx), ("recvx", channel.recvx)) if k == i]
        if marks:
            arrow(axes, (x + (r + 0.2) * cos, y + (r + 0.2) * sin), (x + r * cos, y + r * sin))
            side = "center" if abs(cos) < 0.35 else "left" if cos > 0 else "right"
            axes.text(x + (r + 0.25) * cos, y + (r + 0.27) * sin, "\n".join(marks), ha=side, size=8.5,
                      va="bottom" if sin > 0.8 else "top" if sin < -0.8 else "center")  # fmt: skip
    axes.text(x, y, middle, ha="center", va="center_baseline", size=8.5,
              weight="bold" if channel.closed else "normal")  # fmt: skip


def describe(channel: Channel, names: Mapping[int, str] | None = None) -> str:
    """A channel in sentences.

    Parameters
    ----------
    channel : Channel
    names : mapping of int to str, optional

    Returns
    -------
    str
    """
    names = names or {}
    if channel.cap:
        filled = [f"slot {i} holds {_words(s)}" for i, s in enumerate(channel.buf) if s is not None]
        out = [
            f"Channel {channel.number} has {channel.cap} slots, {channel.len} filled"
            + (f": {', '.join(filled)}." if filled else "."),
            f"The next send fills slot {channel.sendx}, the next receive takes slot {channel.recvx}.",
        ]
    else:
        out = [f"Channel {channel.number} has no buffer."]
    if channel.closed:
        out.append("It is closed.")
    if channel.sendq:
        senders = [f"{name_of(w.goid, names)} with {_words(w.value)}" for w in channel.sendq]
        out.append(f"Waiting to send, longest first: {', '.join(senders)}.")
    if channel.recvq:
        out.append(
            "Waiting to receive, longest first: "
            + ", ".join(name_of(w.goid, names) for w in channel.recvq) + "."
        )  # fmt: skip
    if not channel.sendq and not channel.recvq:
        out.append("Nobody waits.")
    return " ".join(out)
