"""The tree of tasks that a program's audit log tells of, and what an auditor has to ask about it.

Problem. A log is a list of lines of many tasks, mixed as they came. Whether each task ended, who failed
first, and who was stopped by that, is not to be seen in it.

Rejected. Guessing the tree from goroutines (a task may use several, and Go gives them no names), or from
the order of the lines (two tasks that write at the same time come in any order).

Chosen. The program writes two lines a task, as JSON: one with "msg": "begin", "task", "parent" and
"name", one with "msg": "end", "task", "outcome" and "err"; both with "at", in µs. Any other line is left
alone. It does not matter where the log is from: simulated or real Go, or a server.

Invariant. The picture shows what the log says, and nothing else. What contradicts itself is a `faults`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from gosched_edu.figures.board import ticks
from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import INK, Picture, style

_WIDTH = 5.6
_NAMES = 1.5  # inches for the names at the left
_LANE = 0.3
#: Outcome to (colour, ink, hatch, letter).
OUTCOMES = {
    "done": (STATES["running"].colour, STATES["running"].ink, "", "D"),
    "failed": (ALARM, "#ffffff", "xx", "F"),
    "stopped": (STATES["chan"].colour, STATES["chan"].ink, "//", "S"),
    "open": (STATES["idle"].colour, STATES["idle"].ink, "..", "?"),
}
_WORDS = {"done": "done", "failed": "failed", "stopped": "stopped by another", "open": "no end in the log"}


@dataclass(frozen=True)
class Record:
    """One task of an audit log.

    Attributes
    ----------
    task, parent : int
        Numbers of the task and of the one that started it; 0 is nobody.
    name : str
    begin, end : int
        µs since the program's start; `end` is -1 if the log has none.
    outcome : str
        "done", "failed" or "stopped"; "open" if the log has no end of it.
    error : str
    """

    task: int
    parent: int
    name: str
    begin: int
    end: int
    outcome: str
    error: str


def audit(log: str) -> list[Record]:
    """The tasks of an audit log, in the order of their tree: parents before their children.

    Parameters
    ----------
    log : str
        Lines of JSON, see above; other lines are left out.

    Returns
    -------
    list of Record

    Raises
    ------
    ValueError
        A line has a begin or end that lacks a field; it is named.

    Examples
    --------
    >>> from gosched_edu.figures.audit import audit
    >>> log = '''{"msg": "begin", "task": 1, "parent": 0, "name": "all", "at": 0}
    ... {"msg": "begin", "task": 2, "parent": 1, "name": "copy", "at": 3}
    ... {"msg": "end", "task": 2, "outcome": "failed", "err": "disk full", "at": 9}
    ... {"msg": "end", "task": 1, "outcome": "failed", "err": "disk full", "at": 10}'''
    >>> [(record.name, record.outcome) for record in audit(log)]
    [('all', 'failed'), ('copy', 'failed')]
    """
    begun: dict[int, dict[str, object]] = {}
    ended: dict[int, dict[str, object]] = {}
    for number, line in enumerate(log.splitlines(), 1):
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if not isinstance(fields, dict) or fields.get("msg") not in ("begin", "end"):
            continue
        wanted = ("at", "task", "parent", "name") if fields["msg"] == "begin" else ("at", "task", "outcome")
        if missing := [name for name in wanted if name not in fields]:
            raise ValueError(f"line {number} of the log has no {', '.join(missing)}: {line}")
        (begun if fields["msg"] == "begin" else ended).setdefault(int(fields["task"]), fields)
    records = {}
    for task, b in begun.items():
        e = ended.get(task, {})
        records[task] = Record(
            task, int(str(b["parent"])), str(b["name"]), int(str(b["at"])), int(str(e.get("at", -1))),
            str(e.get("outcome", "open")), str(e.get("err", "")),
        )  # fmt: skip
    children: dict[int, list[int]] = {}
    for r in sorted(records.values(), key=lambda r: (r.begin, r.task)):
        children.setdefault(r.parent if r.parent in records else 0, []).append(r.task)
    out: list[Record] = []
    stack = list(reversed(children.get(0, [])))
    while stack:
        task = stack.pop()
        out.append(records[task])
        stack += reversed(children.get(task, []))
    return out


def faults(records: Sequence[Record]) -> list[str]:
    """What is wrong with a tree of tasks, as sentences; none if all is in order.

    In a structured program each task ends, and does so before its parent does.

    Parameters
    ----------
    records : sequence of Record
        From `audit`.

    Returns
    -------
    list of str
    """
    known = {r.task: r for r in records}
    out = []
    for r in records:
        if r.parent and r.parent not in known:
            unknown = f"says that {r.parent} started it, of which the log knows nothing."
            out.append(f"{r.name} ({r.task}) {unknown}")
        if r.end < 0:
            out.append(f"{r.name} ({r.task}) has begun and never ended.")
        elif r.end < r.begin:
            out.append(f"{r.name} ({r.task}) ended before it began.")
        p = known.get(r.parent)
        if p is not None and p.end >= 0 and (r.end > p.end or r.begin > p.end):
            out.append(f"{r.name} ({r.task}) ended {r.end - p.end} µs after {p.name} ({p.task}), its parent.")
        if p is not None and r.outcome == "failed" and p.outcome == "done":
            out.append(f"{r.name} ({r.task}) failed, and {p.name} ({p.task}) says that all is done.")
    return out


def culprit(records: Sequence[Record]) -> Record | None:
    """The failure that came first: of a task none of whose own children failed.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    Record or None
    """
    parents = {r.parent for r in records if r.outcome == "failed"}
    first = [r for r in records if r.outcome == "failed" and r.task not in parents]
    return min(first, key=lambda r: r.end, default=None)


def task_tree(records: Sequence[Record], *, title: str = "The tree of tasks") -> Picture:
    """Draw the tasks of an audit log: who started whom, when, and how each ended.

    Parameters
    ----------
    records : sequence of Record
        From `audit`; up to about 40.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        The log has no task.

    Examples
    --------
    >>> from gosched_edu.figures.audit import audit, task_tree
    >>> log = '''{"msg": "begin", "task": 1, "parent": 0, "name": "all", "at": 0}
    ... {"msg": "begin", "task": 2, "parent": 1, "name": "copy", "at": 3}
    ... {"msg": "end", "task": 2, "outcome": "failed", "err": "disk full", "at": 9}
    ... {"msg": "end", "task": 1, "outcome": "failed", "err": "disk full", "at": 10}'''
    >>> task_tree(audit(log)).title
    'The tree of tasks'
    """
    if not records:
        raise ValueError('the log has no task: no line of JSON with "msg": "begin"')
    last = max(max(r.begin, r.end) for r in records)
    first = min(r.begin for r in records)
    last = max(last, first + 1)
    depth = _depths(records)
    row = {r.task: len(records) - 1 - i for i, r in enumerate(records)}
    height = 0.85 + _LANE * len(records)
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        low, tall = 0.42 / height, _LANE * len(records) / height
        left = figure.add_axes((0.01, low, _NAMES / _WIDTH, tall))
        axes = figure.add_axes((0.02 + _NAMES / _WIDTH, low, 0.96 - _NAMES / _WIDTH, tall))
        left.set_axis_off()
        left.set_xlim(0, _NAMES)
        seen = set()
        for r in records:
            x, y = 0.03 + 0.15 * depth[r.task], row[r.task]
            if r.parent in row:
                top = row[r.parent] - 0.35
                left.plot([x - 0.09, x - 0.09, x - 0.02], [top, y, y], color=INK, linewidth=0.9)
            left.text(x, y, r.name, va="center_baseline", size=8.5)
            _bar(axes, r, y, last, (last - first) / ((_WIDTH - _NAMES) * 72))
            seen.add(r.outcome)
        guilty = culprit(records)
        if guilty is not None:
            axes.axvline(guilty.end, color=ALARM, linewidth=1.1, linestyle=(0, (4, 3)), zorder=1)
        for area in (left, axes):
            area.set_ylim(-0.6, len(records) - 0.4)
        axes.set_xlim(first, last + 0.02 * (last - first))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        marks, unit = ticks(first * 1000, last * 1000)
        axes.set_xticks([t / 1000 for t, _ in marks], [text for _, text in marks])
        axes.annotate(unit, (1, 0), (0, -4), "axes fraction", "offset points", ha="right", va="top", size=8)
        handles = [
            Patch(facecolor=colour, edgecolor=ink, linewidth=0.3, hatch=hatch, label=_WORDS[key])
            for key, (colour, ink, hatch, _) in OUTCOMES.items() if key in seen
        ]  # fmt: skip
        figure.legend(handles=handles, loc="upper center", ncols=4, fontsize=8, bbox_to_anchor=(0.5, 1.0),
                      handlelength=1.4, columnspacing=1.2, handletextpad=0.5, borderaxespad=0.1)  # fmt: skip
    return Picture(figure, title, describe(records))


def _depths(records: Sequence[Record]) -> dict[int, int]:
    depth: dict[int, int] = {}
    for r in records:  # parents come first
        depth[r.task] = depth.get(r.parent, -1) + 1
    return depth


def _bar(axes: Axes, r: Record, y: float, last: int, point: float) -> None:
    colour, ink, hatch, letter = OUTCOMES.get(r.outcome, OUTCOMES["open"])
    end = r.end if r.end >= 0 else last
    axes.add_patch(Rectangle((r.begin, y - 0.32), max(end - r.begin, 2 * point), 0.64, facecolor=colour,
                             edgecolor=ink, linewidth=0.4, hatch=hatch, zorder=3))  # fmt: skip
    if end - r.begin > 16 * point:
        axes.text((r.begin + end) / 2, y, letter, color=ink, size=8, ha="center", va="center_baseline",
                  zorder=4, bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.8})  # fmt: skip


def describe(records: Sequence[Record]) -> str:
    """The tree in sentences.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    str
    """
    if not records:
        return "The log has no task."
    depth = _depths(records)
    many = f"{len(records)} tasks" if len(records) != 1 else "1 task"
    out = [f"{many}, {max(depth.values()) + 1} levels deep."]
    for r in records:
        children = [c.name for c in records if c.parent == r.task]
        if children:
            out.append(f"{r.name} started {', '.join(children)}.")
    for key, words in _WORDS.items():
        names = [
            f"{r.name} at {r.end / 1000:,.1f} ms" if r.end >= 0 else r.name
            for r in records if r.outcome == key
        ]  # fmt: skip
        if names:
            out.append(f"{words.capitalize()}: {', '.join(names)}.")
    guilty = culprit(records)
    if guilty is not None:
        out.append(f"It began with {guilty.name}: {guilty.error}.")
    return " ".join(out)
