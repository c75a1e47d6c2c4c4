"""The way of each value over a channel: through the buffer, or past it.

Problem. A timeline shows that a goroutine waits for a channel. It does not show where the values are.

Rejected. Arrows between the goroutines' lanes alone: they hide the buffer, and with it the values that
never enter it.

Chosen. Senders above, the buffer's slots in the middle, receivers below; a value is a bar in its slot,
or an arrow that goes past all slots.

Invariant. The slot is counted as the runtime counts it: the k-th value that is buffered goes into slot k
modulo dataqsiz.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gosched_edu.figures.board import ticks
from gosched_edu.figures.channel import VALUE, VALUE_INK, arrow, name_of
from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import Picture, style
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.trace import Trace

_WIDTH = 5.6


class Passage(NamedTuple):
    """One value's way: `slot` is None if it was handed over; -1 stands for "not yet"."""

    value: int
    sender: int
    sent: int
    slot: int | None
    receiver: int
    received: int


def passages(trace: Trace, channel: int = 1) -> list[Passage]:
    """The way of each value over a channel, in the order of sending.

    Parameters
    ----------
    trace : Trace
    channel : int
        Its number in the log.

    Returns
    -------
    list of Passage
        Times in ns. A receive that only learns that the channel is closed carries no value and is
        not in the list.
    """
    ours = [e for e in trace if e.arg == channel and
            e.kind in (Kind.CHAN_MAKE, Kind.CHAN_SEND, Kind.CHAN_RECV)]  # fmt: skip
    cap = next((e.arg2 for e in ours if e.kind == Kind.CHAN_MAKE), 0)
    out: list[Passage] = []
    buffered: list[int] = []  # places in `out` whose value is in the buffer
    handed: list[int] = []
    count = 0
    for e in ours:
        if e.kind == Kind.CHAN_SEND:
            slot = None
            if e.reason == Reason.BUFFERED:
                slot = count % max(cap, 1)
                count += 1
            (handed if slot is None else buffered).append(len(out))
            out.append(Passage(e.arg2, e.g, e.time, slot, -1, -1))
        elif e.kind == Kind.CHAN_RECV and e.reason in (Reason.BUFFERED, Reason.HANDED_OVER):
            k = (buffered if e.reason == Reason.BUFFERED else handed).pop(0)
            out[k] = out[k]._replace(receiver=e.g, received=e.time)
    return out


def value_flow(
    trace: Trace, channel: int = 1, *, names: Mapping[int, str] | None = None,
    title: str = "The way of the values",
) -> Picture:  # fmt: skip
    """Draw how values went from senders to receivers, through the buffer or past it.

    Parameters
    ----------
    trace : Trace
        Of a short run; about 20 values are readable.
    channel : int
        Its number in the log.
    names : mapping of int to str, optional
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        Nothing was sent on the channel.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.valueflow import value_flow
    >>> r = go.run("package main; func main() { c := make(chan int); go func() { c <- 7 }(); <-c }", procs=1)
    >>> value_flow(r.trace).summary
    '1 values, 1 handed over, 0 buffered.\\n7: g2 to g1, handed over'
    """
    names = names or {}
    ways = passages(trace, channel)
    if not ways:
        raise ValueError(f"nothing was sent on channel {channel} in this run")
    senders = sorted({w.sender for w in ways})
    receivers = sorted({w.receiver for w in ways if w.receiver >= 0} - set(senders))
    slots = sorted({w.slot for w in ways if w.slot is not None})
    lanes = [("g", g) for g in senders] + [("slot", i) for i in slots] + [("g", g) for g in receivers]
    row = {lane: len(lanes) - 1 - i for i, lane in enumerate(lanes)}
    end = trace.end
    with style():
        high = 0.85 + 0.42 * len(lanes)
        figure = Figure(figsize=(_WIDTH, high))
        axes = figure.add_axes((0.16, 0.46 / high, 0.82, 1 - 0.52 / high))
        _goroutine_lanes(axes, trace, row)
        for w in ways:
            _passage(axes, w, row, end)
        axes.set_xlim(0, end * 1.01)
        axes.set_ylim(-0.6, len(lanes) - 0.3)
        labels = [name_of(i, names) if kind == "g" else f"slot {i}" for kind, i in lanes]
        axes.set_yticks([row[lane] for lane in lanes], labels)
        axes.tick_params(axis="y", length=0)
        marks, unit = ticks(0, end)
        axes.set_xticks([t for t, _ in marks], [text for _, text in marks])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(f"time, {unit}", labelpad=1)
    return Picture(figure, title, _flow_words(ways, names))


def _goroutine_lanes(axes: Axes, trace: Trace, row: Mapping[tuple[str, int], int]) -> None:
    table = intervals(trace)
    table = table[table["lane"] == "G"]
    for g, state, reason, start, end in zip(
        table["id"], table["state"].astype(str), table["reason"].astype(str), table["start"], table["end"],
        strict=True,
    ):  # fmt: skip
        y = row.get(("g", int(g)))
        waits = state == "waiting" and reason.startswith(("chan", "select"))
        look = STATES["chan" if waits else "running" if state == "running" else "idle"]
        high = {"running": 0.3, "waiting": 0.16}.get(state, 0.04)
        if y is not None and state != "dead":
            axes.add_patch(
                Rectangle((start, y - high / 2), end - start, high, facecolor=look.colour,
                          edgecolor=look.ink, linewidth=0.3, hatch=look.hatch * 2 if waits else None)
            )  # fmt: skip


def _passage(axes: Axes, w: Passage, row: Mapping[tuple[str, int], int], end: float) -> None:
    top = row[("g", w.sender)]
    if w.slot is None:
        if w.receiver >= 0 and ("g", w.receiver) in row:
            bottom = row[("g", w.receiver)]
            arrow(axes, (w.sent, top), (w.sent, bottom), ALARM)
            _label(axes, w.sent, (top + bottom) / 2 if top - bottom == 1 else top - 0.5, w.value)
        return
    y = row[("slot", w.slot)]
    stop = w.received if w.received >= 0 else end
    axes.add_patch(Rectangle((w.sent, y - 0.2), stop - w.sent, 0.4, facecolor=VALUE, edgecolor=VALUE_INK,
                             linewidth=0.5, zorder=2))  # fmt: skip
    axes.text((w.sent + stop) / 2, y, str(w.value), ha="center", va="center_baseline", color=VALUE_INK,
              weight="bold", size=8.5, zorder=5)  # fmt: skip
    arrow(axes, (w.sent, top), (w.sent, y + 0.2), zorder=1.5)
    if w.received >= 0 and ("g", w.receiver) in row:
        arrow(axes, (stop, y - 0.2), (stop, row[("g", w.receiver)]), zorder=1.5)


def _label(axes: Axes, x: float, y: float, value: int) -> None:
    axes.text(x, y, f" {value}", ha="left", va="center_baseline", weight="bold", size=8.5, zorder=5)


def _flow_words(ways: Sequence[Passage], names: Mapping[int, str]) -> str:
    out = []
    for w in ways:
        way = f"{w.value}: {name_of(w.sender, names)}"
        if w.receiver < 0:
            out.append(f"{way} put it into slot {w.slot}, where it still is")
        elif w.slot is None:
            out.append(f"{way} to {name_of(w.receiver, names)}, handed over")
        else:
            stay = w.received - w.sent
            out.append(f"{way} to {name_of(w.receiver, names)}, through slot {w.slot} in {stay:,} ns")
    direct = sum(w.slot is None for w in ways)
    return f"{len(ways)} values, {direct} handed over, {len(ways) - direct} buffered.\n" + "\n".join(out)
