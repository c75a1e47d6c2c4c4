"""The slice clock: how long a goroutine has kept its P, and how much of that sysmon knows.

Problem. "A goroutine may run for 10 ms" is told as if a timer stood at the end of each slice. There
is none: sysmon looks now and then, starts its clock at the first look at a slice, and asks at the first
look at which that clock has reached 10 ms. A picture must show both clocks.

Rejected. The timeline alone (it shows how long a slice was, not why); an event for each look in the
trace (a hundred a second that no other reader wants).

Chosen. `sysmon_looks` stops the machine at each look and notes what sysmon remembers of a P. The figure
draws the true age of the slice as a saw, sysmon's clock as dots on its looks, and the limit as a line.

Invariant. Looks come from the kernel's own fields (proc.go:sysmontick), slices from the trace; the figure
computes nothing about scheduling itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.sysmon import FORCE_PREEMPT_NS
from gosched_edu.trace.trace import Trace

__all__ = ["Look", "Slice", "slice_clock", "slices", "sysmon_looks"]

_WIDTH = 5.6
_MS = 1e6
_LEAVES = (Kind.GO_STOP, Kind.GO_BLOCK, Kind.GO_EXIT, Kind.GO_SYSCALL_BEGIN)


class Look(NamedTuple):
    """One look of sysmon at one P.

    Attributes
    ----------
    time : int
        ns.
    age : int
        ns since the look at which sysmon first saw this slice; 0 at that look, -1 if the P was not
        running Go code.
    asked : bool
        Whether sysmon asked the goroutine to give up its P.
    """

    time: int
    age: int
    asked: bool


class Slice(NamedTuple):
    """A stretch of time that the scheduler counts as one turn (one value of schedtick).

    Attributes
    ----------
    start, end : int
        ns.
    goroutines : tuple of int
        Who ran in it; more than one if the later ones came through runnext.
    preempted : bool
        Whether it ended because somebody asked.
    """

    start: int
    end: int
    goroutines: tuple[int, ...]
    preempted: bool

    @property
    def length(self) -> int:
        """ns from start to end."""
        return self.end - self.start


def sysmon_looks(machine: Machine, *, p: int = 0, until: int | None = None) -> list[Look]:
    """Run a machine to its end, and note each look of sysmon at one P.

    Parameters
    ----------
    machine : Machine
        A program that has been loaded; it is run. It must keep a full trace.
    p : int
        Number of the P.
    until : int, optional
        Stop at this virtual time in ns.

    Returns
    -------
    list of Look

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.slices import sysmon_looks
    >>> m = go.machine("package main\\nfunc main() { for i := 0; i < 1000000; i++ {} }", procs=1)
    >>> looks = sysmon_looks(m)
    >>> looks[0].time, looks[0].age
    (70000, 0)
    """
    raw: list[tuple[int, int]] = []
    s = machine.state
    while machine.status == st.RUNNING and not machine.over_budget:
        due = s["SYSMON_AT"]
        if until is not None and due > until:
            machine.run(until=until)
            break
        machine.run(until=due)
        if s["SYSMON_AT"] <= due:
            break  # the program ended before the look
        busy = int(s.arrays["p_status"][p]) == st.PRUNNING
        raw.append((due, due - int(s.arrays["p_when"][p]) if busy else -1))
    words = machine.records()
    mark = words[:, 1]
    asked = (mark & 0xFF == Kind.PREEMPT_REQUEST) & (mark >> 8 & 0xFF == Reason.SYSMON)
    asked &= (mark >> 16 & 0xFFFF) == p + 1
    requests = {int(time) for time in words[asked, 0]}
    return [Look(time, age, time in requests) for time, age in raw]


def slices(trace: Trace, p: int = 0) -> list[Slice]:
    """The slices of one P, in order of time.

    A goroutine that the P finds in its runnext slot goes on with the slice of the one before
    (proc.go:schedule, inheritTime), so both belong to the same slice.

    Parameters
    ----------
    trace : Trace
    p : int

    Returns
    -------
    list of Slice
    """
    out: list[Slice] = []
    start, who, left, asked = -1, dict[int, None](), -1, False
    rows = trace.where(Kind.GO_START, *_LEAVES)
    rows = rows[trace.p[rows] == p]
    columns = (trace.kind, trace.time, trace.g, trace.reason)
    for kind, time, g, reason in zip(*(column[rows].tolist() for column in columns), strict=True):
        if kind == Kind.GO_START:
            if start >= 0 and reason != Reason.RUNNEXT:
                out.append(Slice(start, left, tuple(who), asked))
                start, who = -1, {}
            if start < 0:
                start = time
            who[g], left, asked = None, -1, False
        elif kind in _LEAVES and start >= 0:
            left, asked = time, kind == Kind.GO_STOP and reason == Reason.PREEMPTED
    if start >= 0:
        out.append(Slice(start, left if left >= 0 else int(trace.end), tuple(who), asked))
    return out


def slice_clock(
    trace: Trace,
    looks: Sequence[Look],
    *,
    p: int = 0,
    start: float = 0.0,
    end: float | None = None,
    title: str = "The slice clock",
) -> Picture:
    """Draw the slices of a P and what sysmon knew of them.

    Parameters
    ----------
    trace : Trace
        Of the run.
    looks : sequence of Look
        From `sysmon_looks` of the same run.
    p : int
        Number of the P.
    start, end : float, optional
        Window in ns; the whole run by default.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the window is empty.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.slices import slice_clock, sysmon_looks
    >>> source = "package main; func main() { for i := 0; i < 9000000; i++ {} }"
    >>> looks = sysmon_looks(go.machine(source, procs=1))
    >>> slice_clock(go.run(source, procs=1).trace, looks).title
    'The slice clock'
    """
    last = float(trace.end if end is None else end)
    if last <= start:
        raise ValueError(f"the window from {start:g} to {last:g} ns is empty")
    turns = [s for s in slices(trace, p) if s.end > start and s.start < last]
    seen = [k for k in looks if start <= k.time <= last]
    look = STATES["running"]
    with style():
        figure = Figure(figsize=(_WIDTH, 2.9))
        strip = figure.add_axes((0.1, 0.82, 0.88, 0.1))
        plot = figure.add_axes((0.1, 0.17, 0.88, 0.6), sharex=strip)
        strip.set_axis_off()
        strip.set_ylim(0, 1)
        strip.text(-0.02, 0.5, f"P{p}", transform=strip.transAxes, ha="right", va="center", weight="bold")
        for turn in turns:
            a, b = max(turn.start, start) / _MS, min(turn.end, last) / _MS
            strip.add_patch(Rectangle((a, 0.05), b - a, 0.9, facecolor=look.colour, edgecolor=look.ink,
                                      linewidth=0.5))  # fmt: skip
            names = ", ".join(f"g{g}" for g in turn.goroutines[:3])
            if (b - a) * _MS > 0.035 * (last - start) * len(names) / 2:
                strip.text((a + b) / 2, 0.5, names, ha="center", va="center_baseline",
                           color=look.ink, size=8.5)  # fmt: skip
        saw_x: list[float] = []
        saw_y: list[float] = []
        for turn in turns:
            saw_x += [turn.start / _MS, turn.end / _MS, turn.end / _MS]
            saw_y += [0.0, turn.length / _MS, float("nan")]
        plot.plot(saw_x, saw_y, color=look.colour, linewidth=1.8, zorder=2)
        limit = FORCE_PREEMPT_NS / _MS
        plot.axhline(limit, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        for k in seen:
            plot.axvline(k.time / _MS, color=INK, linewidth=0.4, alpha=0.35, zorder=0)
        calm = [k for k in seen if k.age >= 0 and not k.asked]
        asks = [k for k in seen if k.asked]
        plot.plot([k.time / _MS for k in calm], [k.age / _MS for k in calm], linestyle="none", marker="o",
                  markersize=4.5, markerfacecolor="none", markeredgecolor=INK, zorder=3)  # fmt: skip
        plot.plot([k.time / _MS for k in asks], [k.age / _MS for k in asks], linestyle="none", marker="v",
                  markersize=7, color=ALARM, zorder=4)  # fmt: skip
        top = max([limit, *(s.length / _MS for s in turns), *(k.age / _MS for k in seen)])
        plot.set_xlim(start / _MS, (last + 0.012 * (last - start)) / _MS)
        plot.set_ylim(-0.06 * top, top * 1.12)
        plot.set_ylabel("age of the slice, ms")
        plot.set_xlabel("time, ms")
        _legend(figure, look.colour)
    return Picture(figure, title, _words(turns, seen, p))


def _legend(figure: Figure, colour: str) -> None:
    handles = [
        Line2D([], [], color=colour, linewidth=1.8, label="true age"),
        Line2D([], [], linestyle="none", marker="o", markersize=4.5, markerfacecolor="none",
               markeredgecolor=INK, label="sysmon looks"),
        Line2D([], [], linestyle="none", marker="v", markersize=7, color=ALARM, label="sysmon asks"),
        Line2D([], [], color=INK, linewidth=0.8, linestyle=(0, (4, 3)), label="10 ms"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="upper center", ncols=4, fontsize=8, bbox_to_anchor=(0.54, 1.0),
                  handlelength=1.6, columnspacing=1.2, handletextpad=0.5, borderaxespad=0.1)  # fmt: skip


def _words(turns: Sequence[Slice], looks: Sequence[Look], p: int) -> str:
    many = "slices" if len(turns) != 1 else "slice"
    parts = [f"P{p} has {len(turns)} {many} here, and sysmon looks {_times(len(looks))}."]
    for turn in turns[:8]:
        names = " and ".join(f"g{g}" for g in turn.goroutines[:4])
        inside = [k for k in looks if turn.start <= k.time <= turn.end]
        text = f"{names}: {turn.start / _MS:.1f} to {turn.end / _MS:.1f} ms, {turn.length / _MS:.1f} ms long"
        if inside:
            first = (inside[0].time - turn.start) / _MS
            text += f", first look after {first:.1f} ms"
        parts.append(text + (", preempted." if turn.preempted else "."))
    if len(turns) > 8:
        parts.append(f"And {len(turns) - 8} more.")
    asked = [k for k in looks if k.asked]
    if asked:
        ages = ", ".join(f"{k.age / _MS:.1f}" for k in asked[:8])
        parts.append(f"sysmon asks {_times(len(asked))}, when its own clock shows {ages} ms.")
    missed = sum(not k.asked and k.age >= FORCE_PREEMPT_NS for k in looks)
    if missed:
        places = "look" if missed == 1 else "looks"
        parts.append(f"At {missed} {places} the slice was old enough, but nobody could be asked.")
    return " ".join(parts)


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"
