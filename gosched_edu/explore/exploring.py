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

import html
import json
import os
import sys
import time as wall
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gosched_edu import go
from gosched_edu.explore.ctl import CUT_OFF
from gosched_edu.explore.engine import METHODS, Engine, Found
from gosched_edu.explore.livelock import Livelock, follow, rounds
from gosched_edu.explore.native import compiled
from gosched_edu.explore.outcome import KINDS, Outcome, describe, endless, from_run, identity
from gosched_edu.explore.parallel import LOT, TASKS, Task, merged, parts
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Image

DEEPEST = 3_900  # steps of a search through states: below stepwise.IDLE
DRAWS = 10  # seeds of the random numbers that a program draws


@dataclass(frozen=True)
class Budget:
    """How much an exploration may use.

    Attributes
    ----------
    seconds : float
        Wall time.
    schedules : int
    steps : int
        Visible operations in one schedule; longer ones are cut off.
    memory : int
        Bytes.
    outcomes : int
        That are told of.
    """

    seconds: float = 10.0
    schedules: int = 20_000_000
    steps: int = 2_000
    memory: int = 1 << 30
    outcomes: int = 64


@dataclass(frozen=True)
class Exploration:
    """What an exploration has found.

    Attributes
    ----------
    outcomes : tuple of Outcome
        Finished ones first, the most frequent first among equals.
    complete : bool
        There are no other outcomes in the simulated runtime.
    why_incomplete : str
        Else empty.
    schedules : int
        How many were run.
    seconds : float
    method : str
    pruned : int
        How many were given up as equivalent to another.
    accesses : tuple of int
        Instructions in data races, before which others had turns.
    states : int
        If it was complete by going through states: how many there are.

    Examples
    --------
    >>> from gosched_edu.explore import explore
    >>> found = explore("package main; func main() { go print(1); print(2) }")
    >>> found.complete, [o.stderr for o in found.outcomes]
    (True, ['12', '2', '21'])
    """

    outcomes: tuple[Outcome, ...]
    complete: bool
    why_incomplete: str
    schedules: int
    seconds: float
    method: str
    pruned: int = 0
    accesses: tuple[int, ...] = ()
    states: int = 0

    def of(self, *kinds: str) -> tuple[Outcome, ...]:
        """The outcomes of these kinds."""
        return tuple(o for o in self.outcomes if o.kind in kinds)

    def outcome_of(self, text: str) -> Outcome | str:
        """The outcome with this output, or a sentence that there is none; white space does not count."""
        for o in self.outcomes:
            if text.split() in ((o.stdout + o.stderr).split(), o.stdout.split()) and o.kind != "race":
                return o
        if self.complete:
            return "No schedule prints that: all outcomes are known."
        return f"No schedule that was tried prints that. Not all were tried: {self.why_incomplete}."

    def explain(self) -> list[str]:
        """What was found, in sentences."""
        if self.states:
            seen = f"{self.states:,} state" + ("s" if self.states != 1 else "")
        else:
            kind = "inequivalent " if self.complete and self.method != "full" else ""
            seen = f"{self.schedules:,} {kind}schedule" + ("s" if self.schedules != 1 else "")
        n = len(self.outcomes)
        head = f"{n} outcome{'s' if n != 1 else ''} in {seen}."
        if self.complete:
            head += " There are no others."
        else:
            head += f" There may be others: {self.why_incomplete}."
        out = [head]
        for o in self.outcomes:
            often = "" if o.likelihood is None else f" Under Go's scheduler: {o.likelihood:.0%} of the runs."
            how = f' Schedule: "{o.schedule}".' if o.schedule else " By the default schedule."
            out.append(o.sentence + often + how)
        return out

    def to_json(self) -> str:
        """As JSON."""
        return json.dumps(
            {
                "complete": self.complete, "why_incomplete": self.why_incomplete, "schedules": self.schedules,
                "method": self.method, "outcomes": [o.as_dict() for o in self.outcomes],
            },
            indent=1,
        )  # fmt: skip

    def __str__(self) -> str:
        return "\n".join(self.explain())

    def _repr_html_(self) -> str:
        head, *_ = self.explain()
        rows = []
        for o in self.outcomes:
            likely = "" if o.likelihood is None else f"{o.likelihood:.0%}"
            cells = (o.kind, o.sentence, f"{o.count:,}", likely, o.schedule or "the default")
            rows.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells) + "</tr>")
        names = ("outcome", "what is seen", "schedules", "by Go's scheduler", "shortest schedule")
        titles = "".join(f"<th scope='col'>{t}</th>" for t in names)
        return (
            f"<p>{html.escape(head)}</p><table class='gs-outcomes'><thead><tr>{titles}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )


@dataclass
class _Search:
    """An exploration under way."""

    image: Image
    budget: Budget
    seed: int
    timed: bool
    jit: bool
    options: dict[str, Any]
    tell: Callable[[str, Engine], None]
    races: bool = True
    started: float = field(default_factory=wall.monotonic)
    accesses: set[int] = field(default_factory=set)
    best: dict[int, Found] = field(default_factory=dict)
    schedules: int = 0
    deepest: int = 20
    pruned: int = 0
    cut: int = 0
    full: int = 0
    why: str = ""
    chanced: bool = False
    states: int = 0
    by_states: bool = False
    loops: list[Livelock] = field(default_factory=list)
    draw: int | None = None

    def left(self) -> float:
        return self.budget.seconds - (wall.monotonic() - self.started)

    def stage(self, method: str, *, runs: int, seconds: float, bound: int = 0, loops: bool = False) -> bool:
        """One search; True if it has come to its end. Data races found make it begin anew.

        With `loops` it ends as soon as schedules become so long that the program seems to wait in a loop.
        """
        depth = max(self.budget.steps, DEEPEST) if method == "states" else self.budget.steps
        usual = self.deepest
        while True:
            engine = Engine(
                self.image, method, bound=bound, seed=self.seed, accesses=self.accesses, timed=self.timed,
                length=self.deepest, depth=depth, jit=self.jit,
                draw=self.draw, race=True, **self.options,
            )  # fmt: skip
            before = len(self.accesses)
            stop = min(seconds, self.left())
            begun = wall.monotonic()
            done = False
            try:
                while True:
                    done = engine.go(
                        runs=min(runs, self.budget.schedules - self.schedules),
                        seconds=0.05 if loops else 0.2,
                        memory=self.budget.memory,
                    )  # fmt: skip
                    self.tell(method, engine)
                    new = self._accesses(engine.found()) - self.accesses
                    if done or engine.over or (new and self.races):
                        break
                    if loops and (engine.ctl("CUT") or engine.ctl("DEEPEST") > 3 * usual + 60):
                        break
                    spent = wall.monotonic() - begun
                    if spent > stop or engine.ctl("RUNS") >= runs or self.left() < 0:
                        break
            finally:
                self._take(engine)
            if engine.ctl("MANY") and method in ("exhaustive", "states"):
                self.why = "more than 62 goroutines"
                return False
            if len(self.accesses) > before and self.races:
                if self.left() > 0:
                    continue
                return False
            self.cut = engine.ctl("CUT")
            self.full = max(self.full, engine.ctl("FULL_TABLE"))
            if engine.over:
                self.why = f"the search used up its budget of {engine.over}"
            return done and not engine.over

    def _accesses(self, found: list[Found]) -> set[int]:
        """Accesses to memory that race. Others, as that of close and send, are visible anyway."""
        op = self.image.code[:: isa.WORDS_PER_INSTR]
        return {at for f in found for at in f.accesses if isa.OPS[op[at]].name in ("RACER", "RACEW")}

    def _take(self, engine: Engine) -> None:
        self.states = engine.ctl("NSTATES")
        whole = engine.finished and engine.method in ("exhaustive", "full", "states")
        if whole and engine.method == "states":
            given = self.options | {"seed": self.seed, "jit": self.jit}
            self.loops = [
                follow(self.image, engine.base, way, loop, given) for way, loop in rounds(*engine.graph())
            ]
        if whole and not engine.ctl("CUT") and not self.chanced:
            # from here on only these count: one of each class
            self.schedules = 0
            self.best = {k: replace(f, count=0) for k, f in self.best.items() if f.status != CUT_OFF}
        self.schedules += engine.ctl("RUNS")
        self.pruned += engine.ctl("PRUNED")
        self.chanced = self.chanced or bool(engine.ctl("CHANCED"))
        self.deepest = max(self.deepest if self.deepest != 20 else 0, engine.ctl("DEEPEST"))
        if self.races:
            self.accesses |= self._accesses(engine.found())
        # a schedule that never lets somebody run is cut off; that says nothing of the program
        fair = engine.method == "random" or (engine.settings["BOUND"] == 0 and engine.method == "deviations")
        for f in engine.found():
            if f.status == CUT_OFF and not fair:
                continue
            old = self.best.get(f.key)
            if old is None:
                self.best[f.key] = f
            else:
                shorter = min((old, f), key=lambda x: len(x.schedule.turns))
                self.best[f.key] = replace(shorter, count=old.count + f.count)


def _teller(progress: bool | Callable[[str], None], budget: Budget) -> Callable[[str, Engine], None]:
    """Says how far an exploration is: a line that is written over, or what was given."""
    if progress is False:
        return lambda method, engine: None
    started = wall.monotonic()
    last = [started]
    begun: dict[int, float] = {}

    def tell(method: str, engine: Engine) -> None:
        now = wall.monotonic()
        since = begun.setdefault(id(engine), last[0])
        if now - last[0] < 0.5:
            return
        last[0] = now
        runs, spent = engine.ctl("RUNS"), now - started
        share = max(spent / budget.seconds, runs / budget.schedules)
        done = engine.share()
        ahead = ""
        if done > 0:
            rest = (now - since) * (1 - done) / done
            ahead = f"about {done:.0%} of the tree, " + (
                f"{rest:.0f} s to go, " if spent + rest < budget.seconds else "more than the budget to go, "
            )
        line = f"{method}: {runs:,} schedules, {engine.ctl('NTAB')} kinds of ends, {ahead}{spent:.0f} s, " + (
            f"{min(share, 1):.0%} of the budget"
        )
        if callable(progress):
            progress(line)
        else:
            print(f"\r{line:<110}", end="", file=sys.stderr, flush=True)

    return tell


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
        the outcomes are the same for any number of workers.
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
    s = _Search(image, budget, seed, time_choices, jit, options, _teller(progress, budget), races)
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
            else f"the budget of {budget.seconds:g} s was used up"
        )  # fmt: skip
    outcomes = _described(s)
    if s.full or len(s.best) > budget.outcomes:
        complete, s.why = False, "there are too many outcomes to tell them all"
    number = bound if method == "go" and bound else 100 if method == "go" else seeds
    if number:
        outcomes = _likelihoods(source, s, outcomes, number, method == "go")
        if method == "go":
            s.why = f"only {number} seeds of Go's scheduler were tried"
    return Exploration(
        _sorted(outcomes), complete, "" if complete else s.why, s.schedules,
        wall.monotonic() - s.started, method, s.pruned, tuple(sorted(s.accesses)),
        s.states if s.by_states else 0,
    )  # fmt: skip


def _auto(s: _Search) -> bool:
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
    s: _Search, source: str, method: str, bound: int, workers: int | None, client: Any | None
) -> bool:
    """A search on several cores: "auto" is "exhaustive", and random schedules if that does not end."""
    version = s.options["version"]
    options = {name: value for name, value in s.options.items()}
    share = s.budget.seconds * (workers or os.cpu_count() or 1)

    def go_on(how: str, runs: int) -> bool:
        while True:
            settings = {
                "bound": bound, "seed": s.seed, "accesses": tuple(sorted(s.accesses)), "timed": s.timed,
                "depth": s.budget.steps,
            }  # fmt: skip
            task = Task(source, version, how, settings, options, runs, share / TASKS)
            found, done, schedules, pruned, cut, why = merged(parts(task, workers, client))
            new = s._accesses(found) - s.accesses if s.races else set()
            for f in found:
                if f.status != CUT_OFF:
                    s.best[f.key] = f
            s.schedules, s.pruned, s.cut, s.why = schedules, pruned, cut, why
            if not new:
                return done and not cut and how in ("exhaustive", "full")
            s.accesses |= new

    if method == "auto":
        return go_on("exhaustive", s.budget.schedules) or go_on("pct", 8 * LOT)
    whole = method in ("exhaustive", "full")
    return go_on(method, s.budget.schedules if whole else min(s.budget.schedules, 16 * LOT))


def _described(s: _Search) -> list[Outcome]:
    """The ends that were found, as outcomes."""
    merged: dict[tuple[Any, ...], Outcome] = {}
    ends = sorted(s.best.values(), key=lambda f: (f.status == CUT_OFF, len(f.schedule.turns), -f.count))
    given = s.options | {"seed": s.seed} | ({"jit": False} if not s.jit else {})
    for f in ends[: s.budget.outcomes]:
        if f.accesses and not s.races:
            continue
        o = describe(s.image, f, given)
        key = identity(o)
        old = merged.get(key)
        merged[key] = o if old is None else replace(old, count=old.count + o.count)
    for loop in s.loops:
        o = endless(s.image, loop, given)
        merged.setdefault(identity(o), o)
    return list(merged.values())


def _likelihoods(
    source: str | Image, s: _Search, outcomes: list[Outcome], number: int, alone: bool
) -> list[Outcome]:
    """How often each outcome comes under Go's own scheduler; outcomes of these runs alone are added."""
    version = s.options["version"]
    image = source if isinstance(source, Image) else go.compile(source, version=version)
    seen: dict[tuple[Any, ...], int] = {}
    for seed in range(1, number + 1):
        run = go.run(
            image, seed=seed, trace="off", budget=go.Budget(seconds=2.0, events=200_000, memory=256 << 20),
            jit=s.jit, **s.options,
        )  # fmt: skip
        key = from_run(run)
        seen[key] = seen.get(key, 0) + 1
        if wall.monotonic() - s.started > 2 * s.budget.seconds:
            number = seed
            break
    out = []
    for o in outcomes:
        count = 0 if o.kind == "race" else seen.pop((o.kind, o.stdout, o.stderr, o.exit_code, o.text), 0)
        out.append(o if o.kind == "race" else replace(o, likelihood=count / number))
    for (kind, stdout, stderr, code, text), count in seen.items() if alone else ():
        out.append(Outcome(kind, stdout, stderr, code, text, count, count / number, ""))
    if alone:
        s.schedules = number
    return out


def _sorted(outcomes: list[Outcome]) -> tuple[Outcome, ...]:
    return tuple(sorted(outcomes, key=lambda o: (KINDS.index(o.kind), -o.count, o.stdout, o.stderr, o.text)))


__all__ = ["Budget", "Exploration", "Outcome", "explore"]
