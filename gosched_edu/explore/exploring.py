"""`explore`: all that a program can do, or as much of it as there is time for.

Problem. "My output differs", "is this a deadlock?", "is my fix right?" are questions about all schedules.
One run answers for one.

Rejected. Many runs with many seeds alone: what they have not shown may still be there.

Chosen. From simple to thorough. First the schedules that leave the default at one or two decisions: most
of what can go wrong goes wrong there, and their texts are short. Then all of them, up to equivalence
(`gosched_edu.explore.search`). Where schedules become longer and longer, or are too many, each state once
(`gosched_edu.explore.states`). If that too takes longer than there is time, random ones, and it is said that
the result is not complete. Where a data race shows, the accesses to that memory become operations between
which others may have a turn, and all begins again; so a racy counter shows each value it can have.

Invariant. With `Exploration.complete` there is no outcome in the simulated runtime that is not listed.
Every outcome that is listed has a schedule that leads to it.
"""

from __future__ import annotations

import os
import sys
import time as wall
from collections.abc import Callable, Mapping
from typing import Any

from gosched_edu import go
from gosched_edu.explore.ctl import CUT_OFF
from gosched_edu.explore.ends import described, in_order, likelihoods
from gosched_edu.explore.engine import METHODS
from gosched_edu.explore.hazards import Hazard, hazards
from gosched_edu.explore.native import compiled
from gosched_edu.explore.outcome import Outcome
from gosched_edu.explore.parallel import LOT, TASKS, Task, merged, parts
from gosched_edu.explore.result import Budget, Exploration
from gosched_edu.explore.stages import Search, teller
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.schedules import Schedule

DRAWS = 10  # seeds of the random numbers that a program draws


def explore(
    source: str | Image,
    *,
    version: str = go.DEFAULT_VERSION,
    method: str = "auto",
    bound: int | None = None,
    seed: int = 1,
    races: bool = True,
    time_choices: bool = False,
    budget: Budget | None = None,
    knobs: Mapping[str, int] | None = None,
    seeds: int = 0,
    procs: int | None = None,
    progress: bool | Callable[[str], None] = False,
    workers: int | None = None,
    client: Any | None = None,
    jit: bool = True,
) -> Exploration:
    """Find out what a program can do.

    Parameters
    ----------
    source : str or Image
        Go source; an image must have been made with ``race=True``.
    version : str
    method : str
        "exhaustive": all schedules, up to equivalence; "deviations": those that leave the default schedule
        at most `bound` times; "preemptions": those that take the turn from a goroutine that could go on
        at most `bound` times; "states": each state once, which ends though the program waits in a loop;
        "pct" and "random": random ones until the budget is used up; "go": Go's own
        scheduler with `bound` seeds; "full": all schedules, equivalent or not; "auto": the first ones,
        from simple to thorough.
    bound : int, optional
    seed : int
        Of the random schedules, and of the random numbers that the program draws: each exploration sees
        one sequence of them.
    races : bool
        Where a data race shows, explore also the orders of the accesses.
    time_choices : bool
        Timers may fire, and sleepers wake, at any moment; otherwise time passes only when nobody can run.
    budget : Budget, optional
    knobs : mapping of str to int, optional
    seeds : int
        So many runs under Go's own scheduler, to say how likely each outcome is.
    procs : int, optional
        GOMAXPROCS of these runs, and what the program is told.
    progress : bool or callable
        Show a line with the state of the search, or give it to a function.
    workers : int, optional
        Search on so many cores; the first decisions are then all tried, so there are more schedules, and
        the outcomes are the same for any number of workers. What "auto" does by going through states is
        done by this process alone.
    client : dask.distributed.Client, optional
        Search on its workers; `source` must then be text.
    jit : bool

    Returns
    -------
    Exploration

    Raises
    ------
    GoError
        The program does not compile.
    ValueError
        A parameter is out of its range.

    Examples
    --------
    >>> from gosched_edu.explore import explore
    >>> found = explore('''package main
    ... func main() {
    ...     c := make(chan int, 2)
    ...     for i := range 2 { go func() { c <- i }() }
    ...     println(<-c, <-c)
    ... }
    ... ''')
    >>> [o.stderr for o in found.outcomes], found.complete
    (['0 1\\n', '1 0\\n'], True)
    """
    budget = budget or Budget()
    known = (*METHODS, "auto", "go")
    if method not in known:
        raise ValueError(f"method must be one of {', '.join(known)}, got {method!r}")
    whole = isinstance(bound, int) and not isinstance(bound, bool)
    if bound is not None and not (whole and 0 <= bound <= 100_000):
        raise ValueError(f"bound must be a whole number from 0 on, got {bound!r}")
    image = source if isinstance(source, Image) else go.compile(source, version=version, race=True)
    options: dict[str, Any] = {"version": version, "knobs": dict(knobs or {})}
    if procs is not None:
        options["procs"] = procs
    if jit:
        compiled()  # the first time takes seconds, which are not the exploration's
    s = Search(image, budget, seed, time_choices, jit, options, teller(progress, budget), races)
    complete = False
    interrupted = False
    try:
        if workers is not None or client is not None:
            if not isinstance(source, str):
                raise TypeError("to search on several cores the program must be Go source text")
            complete = _in_parts(s, source, method, 2 if bound is None else bound, workers, client)
        elif method == "auto":
            complete = _auto(s)
        elif method != "go":
            runs = budget.schedules
            done = s.stage(method, runs=runs, seconds=budget.seconds, bound=2 if bound is None else bound)
            s.by_states = method == "states"
            complete = done and method in ("exhaustive", "full", "states") and not s.cut
            if method not in ("exhaustive", "full", "states"):
                s.why = f"the method {method!r} looks at some schedules only"
    except KeyboardInterrupt:
        interrupted = True
    if progress is True:
        print(file=sys.stderr)
    if interrupted:
        complete, s.why = False, "it was interrupted"
    elif not complete and not s.why:
        s.why = (
            f"some schedules were cut off after {budget.steps:,} steps" if s.cut and s.left() > 0
            else f"the budget of {budget.schedules:,} schedules was used up" if s.left() > 0
            else f"the budget of {budget.seconds:g} s was used up"
        )  # fmt: skip
    outcomes = described(s)
    if s.full or len(s.best) > budget.outcomes:
        complete, s.why = False, "there are too many outcomes to tell them all"
    warnings: tuple[Hazard, ...] = ()
    if method != "go" and not interrupted:
        given = options | {"seed": seed, "jit": jit}
        base = Schedule((), tuple(sorted(s.accesses)), time_choices)
        warnings = hazards(image, outcomes, base, given, complete=complete)
    number = bound if method == "go" and bound else 100 if method == "go" else seeds
    if number:
        outcomes = likelihoods(source, s, outcomes, number, method == "go")
        if method == "go":
            s.why = f"only {number} seeds of Go's scheduler were tried"
    return Exploration(
        in_order(outcomes), complete, "" if complete else s.why, s.schedules,
        wall.monotonic() - s.started, method, s.pruned, tuple(sorted(s.accesses)),
        s.states if s.by_states else 0, warnings,
    )  # fmt: skip


def _auto(s: Search) -> bool:
    """From simple to thorough."""
    total = s.budget.seconds
    for bound in (0, 1, 2):
        if s.stage("deviations", runs=20_000 * bound + 1, seconds=0.1 * total, bound=bound) and bound == 0:
            continue
    if s.chanced:
        for s.draw in range(2, 2 + DRAWS):
            s.stage("deviations", runs=200, seconds=0.02 * total, bound=1)
        s.draw = None
    for method in ("exhaustive", "states"):
        loops = method == "exhaustive"
        if s.stage(method, runs=s.budget.schedules, seconds=0.6 * s.left(), loops=loops) and not s.cut:
            if s.chanced:
                s.why = "it draws random numbers, of which some were tried"
            s.by_states = method == "states"
            return not s.chanced
    s.stage("pct", runs=s.budget.schedules, seconds=0.5 * s.left(), bound=3)
    s.stage("random", runs=s.budget.schedules, seconds=s.left(), bound=0)
    return False


def _in_parts(
    s: Search, source: str, method: str, bound: int, workers: int | None, client: Any | None
) -> bool:
    """A search on several cores.

    "auto" is "exhaustive"; if that does not end, each state once, which cannot be handed out in parts: this
    process does it; if that does not end either, random schedules.
    """
    version = s.options["version"]
    options = {name: value for name, value in s.options.items()}
    share = s.budget.seconds * (workers or os.cpu_count() or 1)

    def go_on(how: str, runs: int, part: float = 1.0) -> bool:
        while True:
            settings = {
                "bound": bound, "seed": s.seed, "accesses": tuple(sorted(s.accesses)), "timed": s.timed,
                "depth": s.budget.steps,
            }  # fmt: skip
            task = Task(source, version, how, settings, options, runs, part * share / TASKS)
            found, done, schedules, pruned, cut, why = merged(parts(task, workers, client))
            new = s.racing(found) - s.accesses if s.races else set()
            for f in found:
                if f.status != CUT_OFF:
                    s.best[f.key] = f
            s.schedules, s.pruned, s.cut, s.why = schedules, pruned, cut, why
            if not new:
                return done and not cut and how in ("exhaustive", "full")
            s.accesses |= new

    if method == "auto":
        if go_on("exhaustive", s.budget.schedules, 0.4):
            return True
        if s.stage("states", runs=s.budget.schedules, seconds=0.6 * s.left()) and not s.cut:
            s.by_states = True
            return not s.chanced
        return go_on("pct", 8 * LOT, 0.2)
    whole = method in ("exhaustive", "full")
    return go_on(method, s.budget.schedules if whole else min(s.budget.schedules, 16 * LOT))


__all__ = ["Budget", "Exploration", "Outcome", "explore"]
