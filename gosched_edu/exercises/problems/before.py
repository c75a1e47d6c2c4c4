"""A family on the memory model: does one place happen before another one? Yes or no, five times.

The answers are those of the vector clocks (`gosched_edu.trace.happens`). They are asked under several
seeds and numbers of Ps; a pair whose answer is not always the same is not asked for.
"""

from __future__ import annotations

import random
from collections import deque

from gosched_edu import go
from gosched_edu.exercises.problems.problem import Part
from gosched_edu.go import Run
from gosched_edu.trace.happens import Graph, graph

_RUNS = ((1, 1), (1, 2), (2, 1), (2, 2), (4, 1), (4, 3))


def before(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """Writes of three goroutines around channels and a WaitGroup."""
    letters = iter("ABCDEFGHIJKLMNOP")
    bodies: dict[str, list[str]] = {who: [] for who in ("main", "one", "two")}

    def write(who: str) -> None:
        bodies[who].append(f"x = 1 // {next(letters)}")

    channels = []
    for name in ("c", "d"):
        sender, receiver = rng.sample(("main", "one", "two"), 2)
        room = rng.choice((0, 0, 1))
        channels.append((name, room))
        for who in (sender, receiver):
            if rng.random() < 0.7:
                write(who)
        bodies[sender].append(f"{name} <- true")
        bodies[receiver].append(f"<-{name}")
    for who in ("one", "two", "main"):
        if rng.random() < 0.6:
            write(who)
    waits = rng.random() < 0.5
    made = "".join(f"\t{n} := make(chan bool{f', {room}' if room else ''})\n" for n, room in channels)
    source = (
        'package main\n\nimport (\n\t"sync"\n\t"time"\n)\n\nvar x int\n\nfunc main() {\n'
        + made
        + "\tvar wg sync.WaitGroup\n\twg.Add(2)\n"
        + "".join(
            "\tgo func() {\n" + "".join(f"\t\t{s}\n" for s in (*bodies[who], "wg.Done()")) + "\t}()\n"
            for who in ("one", "two")
        )
        + "".join(f"\t{s}\n" for s in bodies["main"])
        + (
            "\twg.Wait()\n\tx = 1 // Z\n"
            if waits
            else "\ttime.Sleep(time.Millisecond)\n\tx = 1 // Z\n\twg.Wait()\n"
        )
        + "}\n"
    )
    if waits:
        source = source.replace('import (\n\t"sync"\n\t"time"\n)', 'import "sync"')
    places = {
        text.rsplit(" ", 1)[1]: n for n, text in enumerate(source.splitlines(), 1) if "// " in text
    }  # letter -> line
    seen: list[tuple[Run, dict[tuple[str, str], bool], Graph]] = []
    for procs, seed in _RUNS:
        run = go.run(source, procs=procs, seed=seed, version="1.22", race=True, accesses=True)
        if run.status not in ("finished", "exited"):
            return None
        g = graph(run)
        at = {
            name: [i for i, n in enumerate(g.nodes) if n.use and n.line == line]
            for name, line in places.items()
        }
        if any(len(nodes) != 1 for nodes in at.values()):
            return None
        order = {(a, b): g.before(at[a][0], at[b][0]) for a in places for b in places if a != b}
        seen.append((run, order, g))
    pairs = [pair for pair in seen[0][1] if len({order[pair] for _, order, _ in seen}) == 1]
    # Pairs within one goroutine teach nothing.
    g = seen[0][2]
    owner = {name: next(n.goid for n in g.nodes if n.use and n.line == line) for name, line in places.items()}
    pairs = [(a, b) for a, b in pairs if owner[a] != owner[b]]
    rng.shuffle(pairs)
    order = seen[0][1]
    yes, no = ([p for p in pairs if order[p] is value] for value in (True, False))
    # Not those that are only the other way round.
    no = [(a, b) for a, b in no if not order[b, a]] + [(a, b) for a, b in no if order[b, a]][:1]
    if len(yes) < 2 or len(no) < 2:
        return None
    asked = (yes[:3] + no[:3])[:5]
    rng.shuffle(asked)
    parts = []
    for a, b in asked:
        if order[a, b]:
            parts.append(Part("yes", f"{a} before {b}: {_path(g, places[a], places[b])}"))
        else:
            why = f"it is {b} that happens before {a}" if order[b, a] else (
                "no path leads from one to the other, so this is a data race")  # fmt: skip
            parts.append(Part("no", f"{a} before {b}: {why}."))
    wanted = ", ".join(f"{a} before {b}" for a, b in asked)
    question = (
        f"By Go's memory model, whatever the scheduler does: which of these are so? {wanted}. Write yes or "
        f"no for each, {len(asked)} words."
    )
    return question, source, "yes no no yes no", tuple(parts)


def _path(g: Graph, a: int, b: int) -> str:
    """A shortest way along the arrows, in words."""
    start = next(i for i, n in enumerate(g.nodes) if n.use and n.line == a)
    goal = next(i for i, n in enumerate(g.nodes) if n.use and n.line == b)
    came: dict[int, tuple[int, str]] = {start: (-1, "")}
    todo = deque([start])
    while todo:
        at = todo.popleft()
        after = [i for i in range(at + 1, len(g.nodes)) if g.nodes[i].goid == g.nodes[at].goid][:1]
        for i, why in [(i, "") for i in after] + [(k.target, k.why) for k in g.links if k.source == at]:
            if i not in came:
                came[i] = at, why
                todo.append(i)
    steps, at = [], goal
    while at >= 0 and at in came:
        previous, why = came[at]
        if why:
            one, two = (
                n.label + (f" (line {n.line})" if n.line else "") for n in (g.nodes[previous], g.nodes[at])
            )
            steps.append(f"{one} to {two}, by the {_ARROW.get(why, why)}")
        at = previous
    return "; then ".join(reversed(steps)) + "."


_ARROW = {"go": "go statement"}
