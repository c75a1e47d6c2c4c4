"""Two kinds of exercise: predict an output, and write or mend a program.

Problem. A program that printed the right thing once is not right. A grader that runs it
once teaches the wrong lesson.

Rejected. Comparing source text with a model answer; running the program in real Go once.

Chosen. The learner's program runs under several numbers of Ps, several seeds and several cost
models (what if a call of Done took long? if threads woke at once?), since a program must not lean on
how long things take. Each demand looks at every run; the first run that breaks one is named, so
that the learner can repeat it. What passes then goes through its schedules (`gosched_edu.explore`): each
outcome is replayed, and the demands look at it. There time stands still and one P plays all, so
demands that look at times or at the log are not asked. Who must not leak must not do so with any clock:
such a program is searched once more, with timers that fire at any moment.

The answer says whether these were all schedules. If not, a program that passes may still have a rare fault.

Invariant. `check` never raises for anything the learner wrote, and always answers in sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any, cast

import numpy as np

from gosched_edu import go
from gosched_edu.exercises.answer import Answer, call_of, helped
from gosched_edu.exercises.given import changed
from gosched_edu.exercises.problems.problem import why_printed
from gosched_edu.exercises.results import kept
from gosched_edu.explore import Budget, explore
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason

PROCS = (1, 2, 4)
SEEDS = (1, 2, 3, 4, 5)
#: Changes to the cost model, ns: none; after Add or Done something slow; threads that wake at
#: once; slow creation.
COSTS: tuple[dict[str, int], ...] = (
    {},
    {"XADD": 60_000, "SEMREL": 60_000},
    {"wake": 100, "new_thread": 100, "switch": 1_000},
    {"GO": 20_000, "GOC": 20_000},
)
BUDGET = go.Budget(seconds=2.0, events=200_000, memory=128 << 20, output=1 << 16)

SCHEDULES = Budget(seconds=1.0, schedules=100_000, outcomes=16)
TIMED_SCHEDULES = Budget(seconds=0.4, schedules=100_000, outcomes=16)

#: Looks at one finished run; returns None, or a sentence on what is wrong.
Demand = Callable[[Run], str | None]


@dataclass(frozen=True)
class Predict:
    """Say what a program prints, before it runs.

    Attributes
    ----------
    title, task : str
    source : str
        Go source.
    procs : int
    version : str
    hint : str
        Given when the answer is wrong.

    Examples
    --------
    >>> from gosched_edu.exercises import PREDICT
    >>> PREDICT.check("something else").passed
    False
    """

    title: str
    task: str
    source: str
    procs: int
    version: str
    hint: str

    @kept
    def check(self, prediction: str, *, hints: int = 1) -> Answer:
        """Compare a predicted output with the run; only the words count, not the white space.

        Parameters
        ----------
        prediction : str
        hints : int
            1: the exercise's hint; 2: also why who prints the first word that differs runs then.

        Returns
        -------
        Answer
        """
        words = str(prediction).replace(",", " ").split()
        if not words:
            return Answer(False, ("Write down what you expect to be printed.",))
        run = go.run(self.source, procs=self.procs, version=self.version)
        actual = run.output.split()
        if words == actual:
            return Answer(True, ("Yes: " + " ".join(actual) + ".",))
        right = next((i for i, (a, b) in enumerate(zip(words, actual, strict=False)) if a != b), len(words))
        if len(words) != len(actual):
            said = f"You wrote {len(words)} words; the program prints {len(actual)}."
        elif sorted(words) != sorted(actual):
            said = "The program prints other words."
        else:
            said = f"The first {right} are right, then it differs." if right else "The first one differs."
        ladder: tuple[str, ...] = (self.hint,)
        if right < len(actual):
            ladder += (
                f"Who prints word number {right + 1}, and why does it run then? {why_printed(run, right)}",
            )
        return Answer(False, (said, *helped(ladder, hints, "check(prediction")))


@dataclass(frozen=True)
class Program:
    """Write or mend a Go program.

    Attributes
    ----------
    title, task : str
    starter : str
        Go source to begin with.
    demands : tuple of Demand
        Each must accept every run.
    hints : tuple of str
        From gentle to plain.
    options : mapping, optional
        Further options of `go.run`, such as the version whose rules apply.
    keeps : tuple of str
        Declarations of the starter that must stay as they are, see `gosched_edu.exercises.given`.

    Examples
    --------
    >>> from gosched_edu.exercises import FIX
    >>> FIX.check(FIX.starter).passed
    False
    """

    title: str
    task: str
    starter: str
    demands: tuple[Demand, ...]
    hints: tuple[str, ...]
    procs: tuple[int, ...] = field(default=PROCS)
    seeds: tuple[int, ...] = field(default=SEEDS)
    options: Mapping[str, Any] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()

    @kept
    def check(self, source: str | Run, *, hints: int = 1) -> Answer:
        """Run the program under several schedules and judge every run.

        Parameters
        ----------
        source : str or Run
            Go source, or a run of it.
        hints : int
            How many of the exercise's hints to show when it fails.

        Returns
        -------
        Answer
        """
        if isinstance(source, Run):
            source = source.machine.image.source
        if not isinstance(source, str):
            return Answer(False, ("Give the Go source as text; %%go -n -o attempt keeps a cell's.",))
        try:
            go.compile(source, version=self._version, race=bool(self.options.get("race")))
        except go.GoError as e:
            return Answer(False, ("The program does not compile.", str(e)))
        fault = changed(self.starter, source, self.keeps)
        if fault is not None:
            return Answer(False, (fault, *self._help(hints)))
        runs = 0
        for costs, procs, seed in product(COSTS, self.procs, self.seeds):
            try:
                run = go.run(source, procs=procs, seed=seed, costs=costs, budget=BUDGET, **self.options)
            except go.GoError as e:  # a part of the library that is not there, found while it ran
                return Answer(False, ("The program does not compile.", str(e)))
            runs += 1
            for demand in (_ends_well, *self.demands):
                fault = demand(run)
                if fault is not None:
                    by = {"procs": procs, "seed": seed, **self.options} | ({"costs": costs} if costs else {})
                    again = f"See this run again with {call_of(by)}"
                    return Answer(False, (fault, again, *self._help(hints)), by)
        names = ", ".join(str(p) for p in self.procs)
        held = f"All demands hold in {runs} runs, with {names} Ps"
        if not set(self.options) <= {"version", "race"}:
            return Answer(True, (held + ".",))
        fault, said, by = _every_schedule(source, self.demands, self.options)
        if fault is not None:
            return Answer(False, (fault, said, *self._help(hints)), by)
        timeless = tuple(demand for demand in self.demands if demand in AT_ANY_TIME)
        if timeless:
            fault, more, by = _every_schedule(source, timeless, self.options, timed=True)
            if fault is not None:
                return Answer(False, (fault, more, *self._help(hints)), by)
        return Answer(True, (f"{held}, {said}.",))

    @property
    def _version(self) -> str:
        return str(self.options.get("version", go.DEFAULT_VERSION))

    def _help(self, hints: int) -> list[str]:
        return helped(self.hints, hints, "check(attempt")


class _NotAsked(Exception):
    """A demand looks at what step by step is not as in an ordinary run."""


class _Seen:
    """Of a run what depends on the order of operations alone: what it prints, how it ends."""

    ALIKE = frozenset("output stderr status exit_code races leaks goroutines stopped knobs".split())

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getattr__(self, name: str) -> Any:
        if name not in _Seen.ALIKE:
            raise _NotAsked(name)
        return getattr(self._run, name)


def _every_schedule(
    source: str, demands: tuple[Demand, ...], options: Mapping[str, Any], *, timed: bool = False
) -> tuple[str | None, str, dict[str, Any]]:
    """The first fault among the program's outcomes, or None; which schedule shows it, or how many; and that
    schedule as options of `go.run`. With `timed` timers fire, and sleepers wake, at any moment."""
    version = str(options.get("version", go.DEFAULT_VERSION))
    race = bool(options.get("race"))
    budget = TIMED_SCHEDULES if timed else SCHEDULES
    found = explore(source, version=version, races=race, budget=budget, time_choices=timed)
    for o in found.outcomes:
        if o.kind == "budget" or (o.kind == "race" and not race):
            continue
        if o.kind == "livelock":
            by = {"schedule": o.schedule, **options}
            return (
                f"There is a schedule in which the program never ends, though everybody gets turns. {o.text} "
                "Who waits should park, or give up for good.",
                f"See the first rounds of this run with {call_of(by)}",
                by,
            )
        run = o.replay(race=race, budget=BUDGET)
        for demand in (_ends_well, *demands):
            try:
                fault = demand(cast("Run", _Seen(run)))
            except _NotAsked:
                continue
            if fault is not None:
                by = {"schedule": o.schedule, **options}
                when = ", with clocks that may go fast," if timed else ""
                wrong = f"There is a schedule{when} in which it goes wrong. {fault}"
                return wrong, f"See this run again with {call_of(by)}", by
    if no_misuse in demands and found.warnings:
        warning = found.warnings[0]
        by = {"schedule": warning.schedule, **options}
        return warning.sentence, f"See a run that shows it with {call_of(by)}", by
    if found.complete:
        return None, "and in all schedules that the simulated runtime allows", {}
    return None, f"and in {found.schedules:,} schedules that were tried; there are more", {}


#: More often than this within one run, and nobody waits: it polls.
_OFTEN = 1_000


@lru_cache(maxsize=64)
def _racy(source: str) -> str:
    for seed in range(1, 4):
        if go.run(source, procs=4, seed=seed, race=True, budget=BUDGET).races:
            return "There is a data race: two goroutines use the same variable, one of them writes, and " \
                "nothing orders them."  # fmt: skip
    return ""


def no_race(run: Run) -> str | None:
    """A demand: no data race under the race detector, on four Ps with a few seeds.

    Parameters
    ----------
    run : Run
        Only its program counts.

    Returns
    -------
    str or None
    """
    return _racy(run.machine.image.source) or None


def no_leak(run: Run) -> str | None:
    """A demand: when main ends, nobody waits for what can never come; asked of every schedule.

    Parameters
    ----------
    run : Run

    Returns
    -------
    str or None
    """
    lost = run.leaks
    if not lost:
        return None
    waits = lost[0].state.replace(" (leaked)", "")
    who = "1 goroutine still waits" if len(lost) == 1 else f"{len(lost)} goroutines still wait"
    return f"When main ends, {who} ({waits}), and nobody can wake {'it' if len(lost) == 1 else 'them'}."


def no_misuse(run: Run) -> str | None:
    """A demand: the explorer warns of nothing, such as two orders of two locks or a WaitGroup used too early.

    Parameters
    ----------
    run : Run
        It does not count: the warnings are those of all schedules.

    Returns
    -------
    None
    """
    return None


#: Demands that must hold whenever timers fire: a sleep orders nothing.
AT_ANY_TIME: tuple[Demand, ...] = (no_leak,)


def _ends_well(run: Run) -> str | None:
    if run.stopped:
        return f"The program does not end in time. {_restless(run)}".rstrip() + f"\n{run.stopped}"
    if run.races:
        return (
            "There is a data race: two goroutines use the same variable, one of them writes, and nothing "
            f"orders them.\n{run.stderr}"
        )
    if run.status == "deadlock":
        waits = Counter(g.state for g in run.goroutines)
        what = ", ".join(f"{n} for {state}" for state, n in waits.items())
        return f"The program dies in a deadlock: every goroutine waits, {what}. See where:\n{run.stderr}"
    if run.status == "exited" and run.exit_code == 0:
        return "The program calls os.Exit, and what has not ended then is cut off. Let main return instead."
    if run.exit_code != 0:
        return f"The program dies: {(run.stderr.splitlines() or ['no word'])[0]}\n{run.stderr}"
    return None


def _restless(run: Run) -> str:
    """Who keeps a run going for nothing, and how; empty if nobody stands out."""
    trace = run.trace
    chosen, stops, sleeps = trace.where(Kind.SELECT), trace.where(Kind.GO_STOP), trace.where(Kind.GO_BLOCK)
    ways = (
        (chosen[trace.arg[chosen] < 0], "polls: it takes the default of a select",
         "Without the default it would park."),
        (stops[trace.reason[stops] == Reason.GOSCHED], "waits by running: it calls runtime.Gosched",
         "It should park, and be woken."),
        (sleeps[trace.reason[sleeps] == Reason.SLEEP], "sleeps and looks",
         "It should park until it is woken; or what it looks for never comes."),
    )  # fmt: skip
    for rows, how, instead in ways:
        if len(rows):
            goids, counts = np.unique(trace.g[rows], return_counts=True)
            if counts.max() > _OFTEN:
                return f"Goroutine {goids[counts.argmax()]} {how}, {counts.max():,} times so far. {instead}"
    preempted = stops[trace.reason[stops] == Reason.PREEMPTED]
    if len(preempted) > 2 and (trace.g[preempted[-3:]] == trace.g[preempted[-1]]).all():
        return (
            f"Goroutine {trace.g[preempted[-1]]} only runs: its loop does not end, or it looks again and "
            "again for what another goroutine does. Who waits should park."
        )
    return ""
