"""Pictures of stacks: one before and after it has moved, and the size of one over time.

Problem. "It doubles and is copied" is one sentence, and three things to see: what is copied, where to,
and what is free afterwards. And the hot split cannot be seen in one moment: it is a pattern in time.

Rejected. Boxes of one height a frame (then 88 bytes look like 1000, and the guard like nothing); a line
through the sizes (a stack has no size between 2 and 4 KB).

Chosen. Both pictures count in bytes, to scale. High addresses are above, as in Go's own comments, so
the stack grows downwards and the copied part stays at the same height.

Invariant. Every number comes from the `Stack` or the trace that was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from gosched_edu.figures.board import ticks
from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.kernel.stackview import Stack
from gosched_edu.kernel.versions import rules
from gosched_edu.trace import Kind
from gosched_edu.trace.trace import Trace

_WIDTH = 5.6
_FRAMES = (STATES["chan"], STATES["sync"])  # neighbours take turns
_NEW = STATES["runnable"]
_DEAD = STATES["waiting"]
_KINDS = (Kind.STACK_GROW, Kind.STACK_SHRINK, Kind.STACK_SPLIT, Kind.STACK_UNSPLIT)


def stack_move(before: Stack, after: Stack) -> Picture:
    """Draw one goroutine's stack before and after it has moved.

    Parameters
    ----------
    before, after : Stack
        Of the same goroutine, each in one piece; `after` may have a frame more.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        Two goroutines, a stack in segments, or one that has not moved.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.stacks import stack_move
    >>> from gosched_edu.kernel.stackview import stack_of
    >>> from gosched_edu.trace import Kind
    >>> source = '''package main; func f(n int) int { if n == 0 { return 0 }; return f(n-1) + 1 }
    ... func main() { f(200) }'''
    >>> trace = go.run(source, procs=1).trace
    >>> at = int(trace.time[trace.where(Kind.STACK_GROW)[0]])
    >>> before, after = (stack_of(go.run(source, procs=1, until=t).machine, 1) for t in (at - 100, at + 100))
    >>> stack_move(before, after).title
    'The stack of g1 before and after a move'
    """
    if before.goid != after.goid or before.size == after.size:
        raise ValueError("stack_move needs one goroutine before and after its stack has moved")
    if len(before.segments) > 1 or len(after.segments) > 1:
        raise ValueError("stack_move draws stacks in one piece; before Go 1.3 they had segments")
    tall = 3.3
    top, width, columns = tall + 0.08, 1.0, (1.05, 3.15)
    inch = tall / max(before.size, after.size)
    kept = min(len(before.frames), len(after.frames))
    with style():
        figure = Figure(figsize=(_WIDTH, top + 0.24))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(0, top + 0.24)
        for x, stack, name in zip(columns, (before, after), ("before", "after"), strict=True):
            _column(axes, x, top, width, inch, stack, kept)
            axes.text(x + width / 2, top + 0.05, f"{name}: {stack.size:,} B", ha="center", va="bottom",
                      size=9, weight="bold")  # fmt: skip
        copied = min(before.used, after.used)
        moved = copied * inch
        axes.add_patch(
            FancyArrowPatch((columns[0] + width + 0.06, top - moved / 2),
                            (columns[1] - 0.06, top - moved / 2),
                            arrowstyle="-|>", mutation_scale=11, linewidth=1.1, color=INK)  # fmt: skip
        )
        axes.text((columns[0] + width + columns[1]) / 2, top - moved / 2 + 0.05,
                  f"{copied:,} B\ncopied", ha="center", va="bottom", size=8)  # fmt: skip
        axes.text(columns[0] - 0.08, top, "high\naddresses", ha="right", va="top", size=7.5)
        for i, (name, size, count) in enumerate(_grouped(after.frames[:kept])):
            words = f"{count} × {name}" if count > 1 else name
            axes.text(columns[1] + width + 0.1, top - 0.02 - 0.17 * i, f"{words}, {size:,} B", ha="left",
                      va="top", size=8)  # fmt: skip
        if len(after.frames) > kept:
            axes.text(columns[1] + width + 0.1, top - after.used * inch, "the new call", ha="left",
                      va="center", size=8)  # fmt: skip
    return Picture(figure, f"The stack of g{before.goid} before and after a move", _words(before, after))


def _grouped(frames: tuple[tuple[str, int], ...]) -> list[tuple[str, int, int]]:
    """Runs of equal frames as (short name, bytes each, how many)."""
    out = [(name, size, len(list(run))) for (name, size), run in groupby(frames)]
    return [(name.removeprefix("main."), size, count) for name, size, count in out]


def _column(
    axes: Axes, x: float, top: float, width: float, inch: float, stack: Stack, kept: int
) -> None:  # fmt: skip
    """One stack: frames from the top, then what is free, then the guard."""
    low = top - stack.size * inch
    at = stack.used - sum(size for _, size in stack.frames)  # what lies above the first frame
    axes.add_patch(Rectangle((x, top - at * inch), width, at * inch, facecolor=_DEAD.colour, linewidth=0))
    for i, (_, size) in enumerate(stack.frames):
        look = _NEW if i >= kept else _FRAMES[i % 2]
        axes.add_patch(Rectangle((x, top - (at + size) * inch), width, size * inch, facecolor=look.colour,
                                 linewidth=0))  # fmt: skip
        at += size
    axes.add_patch(Rectangle((x, low), width, stack.guard * inch, facecolor="none", edgecolor=INK,
                             hatch="....", linewidth=0, alpha=0.4))  # fmt: skip
    axes.plot([x, x + width], [low + stack.guard * inch] * 2, color=ALARM, linewidth=1.4)
    axes.add_patch(Rectangle((x, low), width, stack.size * inch, facecolor="none", edgecolor=INK,
                             linewidth=0.8))  # fmt: skip
    axes.annotate("SP", (x, top - stack.used * inch), (x - 0.28, top - stack.used * inch), size=8,
                  ha="right", va="center", arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 0.8,
                                                       "shrinkA": 1, "shrinkB": 0})  # fmt: skip
    side = x + width + 0.06
    if stack.guard < stack.size:
        axes.text(side, low + stack.guard * inch / 2, f"guard\n{stack.guard} B", ha="left", va="center",
                  size=8)  # fmt: skip


def _words(before: Stack, after: Stack) -> str:
    copied = min(before.used, after.used)
    frames = ", ".join(f"{count} of {name} with {size} B" for name, size, count in _grouped(before.frames))
    more = ""
    if len(after.frames) > len(before.frames):
        name, size = after.frames[len(before.frames)]
        more = f" The new stack holds one frame more, {size} B of {name.removeprefix('main.')}."
    return (
        f"Before: {before.size:,} B, of which {before.used:,} B are used ({frames}). "
        f"{before.size - before.used:,} B are left, and the lowest {before.guard} B are the guard. "
        f"After: {after.size:,} B. The {copied:,} used bytes were copied to the high end of the new stack."
        f"{more} {after.size - after.used:,} B are left."
    )


def stack_sizes(trace: Trace, goid: int) -> list[tuple[int, int]]:
    """Bytes of a goroutine's stack over time.

    Parameters
    ----------
    trace : Trace
    goid : int

    Returns
    -------
    list of (int, int)
        (ns, bytes): from then on it has so many. The last one is 0, where it ends.

    Raises
    ------
    ValueError
        The trace has no such goroutine.
    """
    rows = trace.where(*_KINDS, Kind.GO_CREATE, Kind.GO_EXIT)
    own = [trace[i] for i in rows if trace.g[i] == goid]
    if not own:
        raise ValueError(f"the trace has no goroutine {goid}")
    size = next((e.arg for e in own if e.kind in (Kind.STACK_GROW, Kind.STACK_SHRINK)), 0)
    if size == 0:
        rule = rules(trace.version)
        size = 2048 if rule["stack_2k"] else 8192 if rule["stack_8k"] else 4096
    out = [(own[0].time, size)]
    for e in own:
        if e.kind not in _KINDS:
            continue
        if e.kind == Kind.STACK_SPLIT:
            size += e.arg
        elif e.kind == Kind.STACK_UNSPLIT:
            size -= e.arg
        else:
            size = e.arg2
        out.append((e.time, size))
    end = own[-1].time if own[-1].kind == Kind.GO_EXIT else trace.end
    return [*out, (end, 0)]


def stack_history(
    traces: Mapping[str, Trace], goid: int = 2, *, start: int | None = None, end: int | None = None
) -> Picture:
    """Draw how large a goroutine's stack is over time, one row a run, all to one scale.

    Parameters
    ----------
    traces : mapping of str to Trace
        Label, such as "Go 1.2", to a run's trace.
    goid : int
    start, end : int, optional
        Window in virtual ns; by default all.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        No trace, an empty window, or no such goroutine.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.figures.stacks import stack_history
    >>> source = '''package main; func f(n int) int { if n == 0 { return 0 }; return f(n-1) + 1 }
    ... func main() { f(200) }'''
    >>> traces = {f"Go {v}": go.run(source, procs=1, version=v).trace for v in ("1.2", "1.22")}
    >>> stack_history(traces, 1).title
    'The stack of g1 over time'
    """
    if not traces:
        raise ValueError("stack_history needs at least one trace")
    steps = {label: stack_sizes(trace, goid) for label, trace in traces.items()}
    first = min(s[0][0] for s in steps.values()) if start is None else start
    last = max(s[-1][0] for s in steps.values()) if end is None else end
    if last <= first:
        raise ValueError("the window ends before it begins")
    most = max(size for s in steps.values() for _, size in s)
    row, left, foot = 1.0, 0.75, 0.42
    height = len(steps) * (row + 0.34) + foot
    marks, unit = ticks(first, last)
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        for i, (label, points) in enumerate(steps.items()):
            y = height - (i + 1) * (row + 0.34)
            axes = figure.add_axes((left / _WIDTH, y / height, (_WIDTH - left - 0.15) / _WIDTH, row / height))
            axes.set_xlim(first, last)
            axes.set_ylim(0, most * 1.08)
            times, sizes = [t for t, _ in points], [size for _, size in points]
            axes.fill_between(times, sizes, step="post", color=STATES["chan"].colour, linewidth=0)
            axes.step(times, sizes, where="post", color=INK, linewidth=0.7)
            axes.set_yticks([0, most / 2, most], ["0", _bytes(most / 2), _bytes(most)])
            axes.set_xticks([t for t, _ in marks], [text for _, text in marks] if i == len(steps) - 1 else [])
            axes.tick_params(labelsize=8, length=2.5, colors=INK)
            for edge in ("top", "right"):
                axes.spines[edge].set_visible(False)
            axes.set_title(f"{label}: {_counts(traces[label], goid)}", loc="left", size=9, pad=4)
            if i == len(steps) - 1:
                axes.set_xlabel(f"virtual time, {unit}", size=8.5)
    words = " ".join(
        f"{label}: the stack of g{goid} begins with {_bytes(points[0][1])} and has at most "
        f"{_bytes(max(size for _, size in points))}; {_counts(traces[label], goid)}."
        for label, points in steps.items()
    )
    return Picture(figure, f"The stack of g{goid} over time", words)


def _counts(trace: Trace, goid: int) -> str:
    """How often the stack moved, or got and lost a segment."""
    n = {kind: int((trace.g[trace.where(kind)] == goid).sum()) for kind in _KINDS}
    parts = []
    if n[Kind.STACK_GROW] or n[Kind.STACK_SHRINK]:
        parts.append(_times(n[Kind.STACK_GROW], "move") + " to a larger stack")
    if n[Kind.STACK_SHRINK]:
        parts.append(f"{n[Kind.STACK_SHRINK]} to a smaller one")
    if n[Kind.STACK_SPLIT]:
        parts.append(_times(n[Kind.STACK_SPLIT], "new segment"))
        parts.append(f"{n[Kind.STACK_UNSPLIT]} given back")
    return ", ".join(parts) or "no change"


def _times(n: int, word: str) -> str:
    return f"{n:,} {word}{'s' if n != 1 else ''}"


def _bytes(n: float) -> str:
    """1536 as "1.5 KB"."""
    for unit, size in (("MB", 1 << 20), ("KB", 1 << 10)):
        if n >= size:
            return f"{n / size:.3g} {unit}"
    return f"{n:g} B"
