"""The happens-before graph of a run, with its vector clocks and its races.

Problem. The log says what each goroutine left and what it learnt (HB_RELEASE, HB_ACQUIRE, HB_MERGE). The
memory model speaks of events and of paths between them.

Rejected. One node an operation: a send on a buffered channel leaves what it knows before it learns
anything, so that a path through it would be false. Such an operation has two nodes here.

Chosen. A node for each place where something is left, learnt or used. An arrow that says nothing new is
left out.

Invariant. The graph and the clocks agree: there is a path from one node to another if and only if the
second one's vector clock knows of the first one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from gosched_edu.kernel.events import Kind, Reason

if TYPE_CHECKING:
    from gosched_edu.go import Run
    from gosched_edu.trace.trace import Trace

_LATE = -int(Kind.HB_ACQUIRE)  # learns what was there before its own release
_OF_REASON = {Reason.HB_GO: "go", Reason.HB_CHAN: "channel", Reason.HB_CLOSE: "close",
              Reason.HB_ATOMIC: "atomic", Reason.HB_TIMER: "timer"}  # fmt: skip


@dataclass
class Node:
    """What a goroutine did at one place.

    Attributes
    ----------
    goid : int
    clock : dict of int to int
        The vector clock: for each goroutine how much of it is known here, by goid. The own entry counts
        what was left for others so far, from 1 on.
    use : str
        "read" or "write" of a shared variable; "" for synchronisation.
    line : int
        Of the program; 0 in the library.
    label : str
        The line, or the name of the library's function.
    """

    goid: int
    clock: dict[int, int]
    use: str
    line: int
    label: str
    word: int = -1
    atomic: bool = False


@dataclass(frozen=True)
class Link:
    """Knowledge that passes from one node to another, by index, and why."""

    source: int
    target: int
    why: str


@dataclass
class Graph:
    """The happens-before graph of a run.

    Attributes
    ----------
    nodes : list of Node
        In an order in which they can have happened.
    links : list of Link
        Between goroutines; within a goroutine nodes are ordered as they stand.
    races : list of (int, int)
        Indices of two accesses to one variable that nothing orders, at least one of them a write.
    """

    nodes: list[Node] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    races: list[tuple[int, int]] = field(default_factory=list)

    def before(self, a: int, b: int) -> bool:
        """Whether node `a` happens before node `b`: whether `b` knows of it."""
        x, y = self.nodes[a], self.nodes[b]
        if x.goid == y.goid:
            return a < b
        return y.clock.get(x.goid, 0) >= x.clock[x.goid]

    def path(self, a: int, b: int) -> bool:
        """Whether there is a path from `a` to `b`: the same, asked of the arrows."""
        seen, todo = {a}, [a]
        while todo:
            at = todo.pop()
            if at == b:
                return a != b
            after = [x for x in range(at + 1, len(self.nodes)) if self.nodes[x].goid == self.nodes[at].goid]
            for x in after[:1] + [link.target for link in self.links if link.source == at]:
                if x not in seen:
                    seen.add(x)
                    todo.append(x)
        return False


def graph(run: Run, *, lines: Sequence[int] | None = None) -> Graph:
    """The happens-before graph of a run.

    Parameters
    ----------
    run : Run
        Made with ``race=True, accesses=True``.
    lines : sequence of int, optional
        Show accesses in these lines only.

    Returns
    -------
    Graph

    Raises
    ------
    ValueError
        The run has not logged its accesses.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace.happens import graph
    >>> run = go.run('''package main
    ... var x int
    ... func main() {
    ...     c := make(chan bool)
    ...     go func() { x = 1; c <- true }()
    ...     <-c
    ...     println(x)
    ... }''', procs=1, race=True, accesses=True)
    >>> [link.why for link in graph(run).links], graph(run).races
    (['go', 'channel', 'channel'], [])
    """
    if run.machine.state["RACE"] != 2:
        raise ValueError("the run has not logged its accesses; make it with race=True, accesses=True")
    trace, source = run.trace, run.machine.image.source.splitlines()
    out = Graph()
    knows: dict[int, dict[int, int]] = {}
    left: dict[int, dict[int, int]] = {}  # object -> who left something there, and at which node
    waits: dict[int, int] = {}
    last: dict[int, tuple[int, tuple[int, ...]]] = {}
    past: dict[int, int] = {}
    closed: set[int] = set()
    runner, place = -1, (-1, -1)

    def node(at: tuple[int, ...], new: Node) -> int:
        index, here = last.get(new.goid, (-1, ()))
        if here == at and out.nodes[index].clock == new.clock:  # the same place, and nothing new since
            out.nodes[index].use = max(out.nodes[index].use, new.use)  # "write" is more than "read"
            return index
        out.nodes.append(new)
        last[new.goid] = len(out.nodes) - 1, at
        return len(out.nodes) - 1

    for time, kind, g, what, more, line, function, reason in _rows(trace, lines):
        mine = knows.setdefault(g, {g: 1})
        if kind == Kind.GO_BLOCK:
            waits[g] = line
            continue
        if kind == Kind.ACCESS:
            use = "write" if more & 1 else "read"
            node((line, what, more >> 1), Node(g, dict(mine), use, line, _text(source, line), what, more > 1))
            continue
        if place != (time, line or -function):
            runner, place = g, (time, line or -function)
        why = _why(reason, trace.functions[function])
        if why == "close" and kind == Kind.HB_RELEASE and out.nodes:
            closed.add(out.nodes[-1].word)  # for the detector a close is a write, and a send a read
        if g != runner and why != "go":
            line = waits.get(g, 0)  # it waits: the operation of its partner is its own as well
        label = _text(source, line) if line else _called(trace.functions[function], kind)
        if kind in (Kind.HB_ACQUIRE, _LATE):
            there = past if kind == _LATE else left.get(what, {})
            told = [i for o, i in there.items() if mine.get(o, 0) < out.nodes[i].clock[o]]
            mine[g] = max(mine[g], more)
            new = []
            for i in sorted(told, reverse=True):  # the latest first: it may know of the others
                source_node = out.nodes[i]
                if mine.get(source_node.goid, 0) < source_node.clock[source_node.goid]:
                    new.append(i)
                    for k, v in source_node.clock.items():
                        mine[k] = max(mine.get(k, 0), v)
            if new:
                if why == "go":
                    label = "starts"
                elif last.get(g, (-1, ()))[1][:2] == place and out.nodes[last[g][0]].clock[g] < more:
                    label += " is done"  # the same operation has left something before
                index = node((*place, more), Node(g, dict(mine), "", line, label))
                out.links += [Link(i, index, why) for i in new]
        else:
            index = node((*place, more), Node(g, dict(mine), "", line, label))
            if kind == Kind.HB_RELEASE:
                past, left[what] = left.get(what, {}), {}
            left.setdefault(what, {})[g] = index
            mine[g] = more + 1
    return _pruned(out, closed)


def _rows(trace: Trace, lines: Sequence[int] | None) -> Iterator[tuple[int, ...]]:
    """Time, kind, g, arg, arg2, line, function and reason of what matters, in the order it took effect."""
    kind = trace.kind
    keep = (kind == Kind.GO_BLOCK) | ((kind >= Kind.HB_RELEASE) & (kind <= Kind.HB_MERGE))
    used = (kind == Kind.ACCESS) & (trace.line > 0)
    keep |= used & np.isin(trace.line, lines) if lines is not None else used
    columns = (trace.time, kind, trace.g, trace.arg, trace.arg2, trace.line, trace.func, trace.reason)
    rows = np.column_stack([column[keep] for column in columns]).tolist()
    for i, row in enumerate(rows):
        after = rows[i + 1] if i + 1 < len(rows) else row
        leaves = after[1:4] == [Kind.HB_RELEASE, row[2], row[3]] and after[4] < row[4]
        if row[1] == Kind.HB_ACQUIRE and leaves:  # race.racereleaseacquire: it learns when it is done
            row[1] = _LATE
            rows[i], rows[i + 1] = after, row
    yield from map(tuple, rows)


def _text(source: Sequence[str], line: int) -> str:
    text = source[line - 1].strip() if 0 < line <= len(source) else ""
    return re.sub(r"\s*//.*", "", text).removesuffix("{").strip()


def _called(function: str, kind: int) -> str:
    """What a function of package sync is called by: sync.(*Mutex).lockSlow is Mutex.Lock."""
    name = re.sub(r"[()*]", "", function).split("/")[-1].removeprefix("sync.")
    what, _, method = name.partition(".")
    method = method.removesuffix("Slow").removesuffix("slow") or what
    if what == "WaitGroup" and kind != Kind.HB_ACQUIRE:
        method = "Done"
    if what == "Once":
        method = "Do" if kind == Kind.HB_ACQUIRE else "Do: f is done"
    return f"{what}.{method[0].upper()}{method[1:]}"


def _why(reason: int, function: str) -> str:
    for name, why in (("Mutex)", "mutex"), ("WaitGroup)", "WaitGroup"), ("Once)", "Once")):
        if name in function and reason == Reason.HB_SYNC:
            return why
    return _OF_REASON.get(Reason(reason), "sync")


def _pruned(whole: Graph, closed: set[int]) -> Graph:
    """Without what no arrow touches and what only one goroutine uses; and with the races.

    `closed` are words of channels; they count only in a race.
    """
    users: dict[int, list[int]] = {}
    for i, node in enumerate(whole.nodes):
        if node.use:
            users.setdefault(node.word, []).append(i)
    keep = {i for link in whole.links for i in (link.source, link.target)}
    races: dict[tuple[int, ...], tuple[int, int]] = {}
    for word, uses in users.items():
        nodes = [whole.nodes[i] for i in uses]
        if word not in closed and len({n.goid for n in nodes}) > 1 and any(n.use == "write" for n in nodes):
            keep |= {i for i in uses if not whole.nodes[i].atomic}
        for a, b in combinations(uses, 2):
            x, y = whole.nodes[a], whole.nodes[b]
            one_writes = "write" in (x.use, y.use) and not (x.atomic and y.atomic)
            if x.goid != y.goid and one_writes and not whole.before(a, b):
                races.setdefault(tuple(sorted((x.line, y.line))), (a, b))
    keep |= {i for pair in races.values() for i in pair}
    number = {old: new for new, old in enumerate(sorted(keep))}
    return Graph(
        [whole.nodes[i] for i in sorted(keep)],
        [Link(number[link.source], number[link.target], link.why) for link in whole.links],
        sorted((number[a], number[b]) for a, b in races.values()),
    )
