"""Loops that a fair scheduler never leaves.

Problem. A loop in the graph of states need not be a fault: a goroutine that waits in a loop goes round as
long as the one it waits for gets no turn. But that one will get a turn.

Chosen. As in fair stateless model checking (Musuvathi and Qadeer 2008), on the graph that the search through
states has left. Of each strongly connected component it is asked: can one go round in it so that everybody
who can run gets turns? Who can run stays so until it does, so it is enough that whoever can run in all of its
states makes a step in it; likewise time, where a timer is set. A run that stays in such a component
never ends.

Invariant. Without such a component, every schedule in which each goroutine that can run gets its turn ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gosched_edu.explore.pace import Look, letpass, step
from gosched_edu.explore.stuck import own
from gosched_edu.kernel import state as st
from gosched_edu.kernel.dump import goroutines
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.schedules import Schedule, turns
from gosched_edu.kernel.stepwise import CASE, TIME, forced, usual

ROUNDS = 3
MOST_STEPS = 1_000_000

Step = tuple[int, int, int, int]  # from, to, who (0: time), case or -1


@dataclass(frozen=True)
class Livelock:
    """A run that never ends.

    Attributes
    ----------
    schedule : Schedule
        To the loop, and `ROUNDS` times round it.
    stdout, stderr : str
        What it has written by then.
    round : tuple of int
        The first and the last decision of the first time round.
    who : tuple of str
        Who goes round where, in words.
    """

    schedule: Schedule
    stdout: str
    stderr: str
    round: tuple[int, int]
    who: tuple[str, ...]


def components(n: int, steps: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The strongly connected components of the graph, each as the numbers of the steps inside (Tarjan)."""
    keep = np.ones(len(steps), bool)
    while True:  # what leads nowhere is in no loop
        begins, ends = np.zeros(n, bool), np.zeros(n, bool)
        begins[steps[keep, 0]], ends[steps[keep, 1]] = True, True
        now = keep & begins[steps[:, 1]] & ends[steps[:, 0]]
        if now.sum() == keep.sum():
            break
        keep = now
    if not keep.any():
        return []
    out: dict[int, list[int]] = {}
    for at, to in steps[keep, :2].tolist():
        out.setdefault(at, []).append(to)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    part = np.full(n, -1)
    stack: list[int] = []
    for root in out:
        if root in index:
            continue
        work = [(root, iter(out[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            at, rest = work[-1]
            for to in rest:
                if to not in index:
                    index[to] = low[to] = len(index)
                    stack.append(to)
                    work.append((to, iter(out.get(to, ()))))
                    break
                if part[to] < 0:
                    low[at] = min(low[at], index[to])
            else:
                work.pop()
                if work:
                    up = work[-1][0]
                    low[up] = min(low[up], low[at])
                if low[at] == index[at]:
                    while True:
                        top = stack.pop()
                        part[top] = at
                        if top == at:
                            break
    inside = np.flatnonzero(keep & (part[steps[:, 0]] == part[steps[:, 1]]) & (part[steps[:, 0]] >= 0))
    names = part[steps[inside, 0]]
    return [inside[names == name] for name in np.unique(names)]


def fair(on: NDArray[np.int64], steps: NDArray[np.int64], inside: NDArray[np.int64]) -> bool:
    """Whether one can go round in a component for ever so that all who can run get turns."""
    moved = reduce(lambda bits, who: bits | 1 << who, steps[inside, 2].tolist(), 0)
    always = int(np.bitwise_and.reduce(on[np.unique(steps[inside, :2])]))
    return always & ~moved == 0


def _ways(start: int, steps: Iterable[Step]) -> dict[int, Step | None]:
    """For each state that can be reached the last step of a shortest way there."""
    out: dict[int, list[Step]] = {}
    for s in steps:
        out.setdefault(s[0], []).append(s)
    last: dict[int, Step | None] = {start: None}
    queue = deque([start])
    while queue:
        for s in out.get(queue.popleft(), ()):
            if s[1] not in last:
                last[s[1]] = s
                queue.append(s[1])
    return last


def _way(last: dict[int, Step | None], to: int) -> list[Step]:
    out: list[Step] = []
    while (s := last[to]) is not None:
        out.append(s)
        to = s[0]
    return out[::-1]


def rounds(on: NDArray[np.int64], steps: NDArray[np.int64]) -> list[tuple[list[Step], list[Step]]]:
    """For each loop that a fair scheduler never leaves: the way to it, and once round, everybody moving."""
    if len(steps) > MOST_STEPS:
        return []
    found = [inside for inside in components(len(on), steps) if fair(on, steps, inside)]
    if not found:
        return []
    last = _ways(0, map(tuple, steps.tolist()))
    out = []
    for inside in found:
        own_steps: list[Step] = [tuple(s) for s in steps[inside].tolist()]
        states = {s[0] for s in own_steps}
        entry = min(states, key=lambda state: (len(_way(last, state)), state)) if len(states) < 5_000 else (
            min(states)
        )  # fmt: skip
        at = entry
        loop: list[Step] = []
        for who in sorted({s[2] for s in own_steps}):
            if who in {s[2] for s in loop}:
                continue
            ways = _ways(at, own_steps)
            step_ = min((s for s in own_steps if s[2] == who), key=lambda s: len(_way(ways, s[0])))
            loop += [*_way(ways, step_[0]), step_]
            at = step_[1]
        loop += _way(_ways(at, own_steps), entry)
        out.append((_way(last, entry), loop))
    return out


def follow(
    image: Image, base: Schedule, way: list[Step], loop: list[Step], options: dict[str, Any]
) -> Livelock:
    """The run itself, and its schedule: only where it leaves the default."""
    m = Machine(image, schedule=str(base), race=True, trace="off", **options)
    s = m.state
    s["TIME_STOP"], s["EVENT_STOP"] = 10**15, st.INF
    step(m, 0)
    look = Look(m)
    words: list[int] = []
    places: dict[int, set[int]] = {}
    first = last = 0
    for i, (_, _, who, case) in enumerate([*way, *loop * ROUNDS]):
        default = usual(look)
        n = s["STEP_N"] + 1
        if forced(look, default) != 0:
            letpass(m)  # by itself: that is no decision
            continue
        if who == 0:
            words.append(n << 32 | TIME)
        elif int(s.arrays["g_goid"][default]) != who:
            words.append(n << 32 | who)
        if case >= 0:
            words.append(n << 32 | (CASE + case))
        if i == len(way):
            first = n
        if i >= len(way):
            frame = next((own(g) for g in goroutines(m) if g.goid == who), None)
            if who and frame is not None:
                places.setdefault(who, set()).add(frame.line)
        if i == len(way) + len(loop) - 1:
            last = n
        s.put("y_dev", np.array([*words, 0], np.int64))
        s["NDEV"] = len(words)
        step(m)
    told = tuple(
        ("main" if who == 1 else f"goroutine {who}")
        + f" ({image.filename}:{', '.join(map(str, sorted(lines)))})"
        for who, lines in sorted(places.items())
    )
    schedule = Schedule(turns(words), base.accesses, base.timed, base.seed)
    stdout, stderr = (text.decode("utf-8", "replace") for text in (m.output, m.errors))
    return Livelock(schedule, stdout, stderr, (first, last), told)
