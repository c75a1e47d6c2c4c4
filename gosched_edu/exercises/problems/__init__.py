"""Problem sets by seed: the same question for everybody, with another program for each.

Problem. A set of exercises that is printed once is solved once.

Chosen. `problem(family, seed)` draws a program, runs it in the kernel and asks about the run; see
`gosched_edu.exercises.problems.problem`. Each family belongs to a chapter.

Invariant. The same family and seed give the same problem on every machine.

Examples
--------
>>> from gosched_edu.exercises import problem
>>> p = problem("order", seed=7)
>>> p.check(" ".join(p.words)).passed
True
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from gosched_edu.exercises.problems.before import before
from gosched_edu.exercises.problems.channel import ring
from gosched_edu.exercises.problems.locks import deadlock, mutex
from gosched_edu.exercises.problems.outcomes import outcomes
from gosched_edu.exercises.problems.problem import Draw, Part, Problem
from gosched_edu.exercises.problems.queues import order, queues
from gosched_edu.exercises.problems.slices import slices
from gosched_edu.exercises.problems.stack import stack

__all__ = ["FAMILIES", "Family", "Part", "Problem", "problem"]

_DRAWS = 500


@dataclass(frozen=True)
class Family:
    """Problems of one kind: its title, the chapter it belongs to, and how one is drawn."""

    title: str
    chapter: str
    draw: Draw


FAMILIES: dict[str, Family] = {
    "order": Family("Who prints when?", "01", order),
    "ring": Family("What is in the channel?", "02", ring),
    "outcomes": Family("What can come out?", "02", outcomes),
    "queues": Family("Who is next?", "03", queues),
    "stack": Family("How large is the stack?", "04", stack),
    "slices": Family("Who is preempted?", "05", slices),
    "before": Family("What happens before what?", "07", before),
    "mutex": Family("Who gets the lock?", "08", mutex),
    "deadlock": Family("Can it stop for ever?", "08", deadlock),
}


@lru_cache(maxsize=256)
def _problem(family: str, seed: int) -> Problem:
    kind = FAMILIES[family]
    for n in range(_DRAWS):
        drawn = kind.draw(random.Random(f"{family} {seed} {n}"))
        if drawn is not None:
            return Problem(family, seed, kind.title, *drawn)
    raise RuntimeError(f"{_DRAWS} draws gave no good problem of the family {family!r}")  # pragma: no cover


def problem(family: str, seed: int = 1) -> Problem:
    """A problem: it shows its question; ``.check(answer)`` tells right from wrong, and why.

    Parameters
    ----------
    family : str
        A key of `FAMILIES`.
    seed : int
        Another seed, another problem.

    Returns
    -------
    Problem

    Raises
    ------
    ValueError
        There is no such family, or the seed is no whole number from 0 on.

    Examples
    --------
    >>> from gosched_edu.exercises import problem
    >>> p = problem("order", seed=7)
    >>> p.check("nobody").passed
    False
    """
    if family not in FAMILIES:
        raise ValueError(f"there is no family {family!r}; there are {', '.join(FAMILIES)}")
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"the seed must be a whole number from 0 on, got {seed!r}")
    return _problem(family, seed)
