"""A family answered by all schedules: what can be printed at all?

Two goroutines send digits on one channel, and a second channel may hold one of them back. Each goroutine
keeps its own order; the search (`gosched_edu.explore`) says which of the mixtures there are.
"""

from __future__ import annotations

import random

from gosched_edu.exercises.problems.problem import Part
from gosched_edu.explore import Budget, explore

_ALL = Budget(seconds=120.0, schedules=200_000)


def outcomes(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """Digits of two goroutines, and a close that one of them may wait for."""
    digits = rng.sample("123456789", rng.randint(3, 4))
    cut = rng.randint(1, len(digits) - 1)
    bodies = [[f"ch <- {d}" for d in part] for part in (digits[:cut], digits[cut:])]
    waits = rng.random() < 0.7
    if waits:
        first = rng.randrange(2)
        bodies[first].insert(rng.randint(0, len(bodies[first])), "close(ready)")
        other = bodies[1 - first]
        other.insert(rng.randrange(len(other)), "<-ready")
    room = rng.choice((0, 0, 1, 2))
    source = (
        'package main\n\nimport "fmt"\n\nfunc main() {\n'
        + (f"\tch := make(chan int, {room})\n" if room else "\tch := make(chan int)\n")
        + ("\tready := make(chan bool)\n" if waits else "")
        + "".join("\tgo func() {\n" + "".join(f"\t\t{s}\n" for s in body) + "\t}()\n" for body in bodies)
        + f"\tfor range {len(digits)} {{\n\t\tfmt.Print(<-ch)\n\t}}\n}}\n"
    )
    found = explore(source, method="exhaustive", version="1.22", races=False, budget=_ALL)
    lines = {o.stdout: o.schedule for o in reversed(found.outcomes)}
    if (
        not found.complete
        or len(found.of("finished", "leak")) != len(found.outcomes)
        or not 2 <= len(lines) <= 6
    ):
        return None
    question = (
        "The scheduler may do what it likes. Which lines can this program print? Write all of them, the "
        "smallest number first."
    )
    tried = f"one of {len(lines)} lines in all {found.schedules:,} schedules that differ"
    parts = []
    for line in sorted(lines):
        parts.append(Part(line, f'It is {tried}: go.run(source, schedule="{lines[line]}").'))
    return question, source, "123 132", tuple(parts)
