"""The suite: small programs, run by real Go and by the simulation, and whether both did the same.

Problem. "The simulation does what Go does" must be a number that anybody can measure again.

Rejected. Comparing one run with one run (real Go is not perfectly deterministic: one run in a
hundred is preempted by chance, or its collector starts early); outputs alone (equal outputs can hide
different schedules); times (no two real runs agree).

Chosen. Each program runs n times in real Go and under n seeds in the simulation, on one P. The most
frequent real output is compared with the most frequent simulated one, and so is the order of the
scheduling events, which in real Go comes from its own tracer. Outputs come from runs without the
tracer. Where no order is usual, only the output counts.

Invariant. A verdict depends on nothing but the outcomes it holds; "equal" never means "nearly".
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import NamedTuple

from gosched_edu import go, realgo
from gosched_edu.kernel.machine import Budget
from gosched_edu.trace.compare import EVENT_WORDS, schedule
from gosched_edu.trace.gotrace_read import user_only
from gosched_edu.trace.trace import Trace

#: Events of one run: (kind, goroutine by creation, why), as `gosched_edu.trace.compare.schedule` has them.
Order = tuple[tuple[str, int, str], ...]

_SECONDS = 10.0
_ENDS = ("finished", "exited", "died", "deadlock")


class Program(NamedTuple):
    """A program of the suite.

    Attributes
    ----------
    name : str
        Topic and subject, such as "channels-buffered".
    source : str
        Go.
    """

    name: str
    source: str

    @property
    def topic(self) -> str:
        return self.name.partition("-")[0]

    @property
    def about(self) -> str:
        """Its first line, a comment."""
        return self.source.splitlines()[0].removeprefix("// ")


def programs(prefix: str = "") -> list[Program]:
    """The programs of the suite whose names begin with `prefix`, by name.

    Examples
    --------
    >>> from gosched_edu.fidelity import programs
    >>> [p.name for p in programs("scheduler-g")]
    ['scheduler-gomaxprocs', 'scheduler-gosched']
    """
    found = (
        Program(file.name.removesuffix(".go"), file.read_text(encoding="utf-8"))
        for file in (files(__package__) / "programs").iterdir()
        if file.name.endswith(".go") and file.name.startswith(prefix)
    )
    return sorted(found)


@dataclass(frozen=True)
class Outcomes:
    """What a program did in several runs.

    Attributes
    ----------
    outputs : Counter of (str, int or None)
        Standard output and exit code -> in how many runs.
    orders : Counter of Order
        Order of the scheduling events -> in how many runs; empty where there is no trace.
    """

    outputs: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    orders: Counter[Order] = field(default_factory=Counter)

    @cached_property
    def output(self) -> tuple[str, int | None]:
        """The most frequent one."""
        return self.outputs.most_common(1)[0][0]

    @cached_property
    def order(self) -> Order | None:
        """The most frequent one, None if no run has a trace."""
        return self.orders.most_common(1)[0][0] if self.orders else None


def events(trace: Trace) -> Order:
    """The order of the scheduling events, as Go's tracer sees them."""
    table = schedule(user_only(trace), coarse=True)
    return tuple(zip(table["kind"], table["g"].astype(int), table["why"], strict=True))


def real(program: Program, runs: int, *, version: str | None = None, procs: int = 1) -> Outcomes:
    """Outcomes in real Go: `runs` runs without the tracer, and as many with it."""
    out = Outcomes()
    for _ in range(runs):
        plain = realgo.run(program.source, procs=procs, version=version, trace=False, timeout=_SECONDS)
        out.outputs[plain.output, plain.exit_code] += 1
        traced = realgo.run(program.source, procs=procs, version=version, timeout=_SECONDS)
        if traced.trace is not None:
            out.orders[events(traced.trace)] += 1
    return out


def simulated(
    program: Program, runs: int, *, version: str, procs: int = 1, costs: Mapping[str, int] | None = None
) -> Outcomes:
    """Outcomes in the simulation, under the seeds 1, 2, ..."""
    out = Outcomes()
    for seed in range(1, runs + 1):
        run = go.run(
            program.source, procs=procs, version=version, seed=seed, costs=costs,
            budget=Budget(seconds=_SECONDS),
        )  # fmt: skip
        out.outputs[run.output, run.exit_code] += 1
        if run.status in _ENDS:
            out.orders[events(run.trace)] += 1
    return out


def digest(order: Order) -> str:
    """A short name of an order of events, for keeping."""
    return hashlib.sha256(json.dumps(order).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Verdict:
    """One program in both runtimes.

    Attributes
    ----------
    program : Program
    real, simulated : Outcomes
    """

    program: Program
    real: Outcomes = field(repr=False)
    simulated: Outcomes = field(repr=False)

    @property
    def same_output(self) -> bool:
        """Whether the most frequent outputs and exit codes are equal."""
        return self.real.output == self.simulated.output

    @property
    def usual(self) -> bool:
        """Whether at least half of the real runs have the same order of events."""
        orders = self.real.orders
        return bool(orders) and 2 * max(orders.values()) >= sum(orders.values())

    @property
    def same_order(self) -> bool | None:
        """Whether the most frequent orders of events are equal; None if real Go has no usual one."""
        if not self.usual:
            return None
        return self.real.order == self.simulated.order

    @property
    def prefix(self) -> int:
        """How many events are equal before the first that differs."""
        a, b = self.real.order or (), self.simulated.order or ()
        return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))

    @property
    def difference(self) -> str:
        """The first event that differs, in words; empty if none does."""
        if self.same_order is not False:
            return ""
        said = []
        for name, order in (("real Go", self.real.order), ("the simulation", self.simulated.order)):
            if order is None or self.prefix >= len(order):
                said.append(f"in {name} nothing more happens")
                continue
            kind, g, why = order[self.prefix]
            who = "main" if g == 0 else f"goroutine {g}"
            said.append(f"in {name} {who} {EVENT_WORDS[kind]}{f' ({why})' if why else ''}")
        return f"after {self.prefix} equal events, {said[0]}, {said[1]}"


def verdict(
    program: Program, runs: int = 7, *, version: str | None = None, costs: Mapping[str, int] | None = None
) -> Verdict:
    """Run a program in real Go and in the simulation.

    Parameters
    ----------
    program : Program
    runs : int
        In each of them.
    version : str, optional
        Go version; by default the newest one installed.
    costs : mapping, optional
        Of the simulation, such as `gosched_edu.realgo.calibrate.Calibration.costs`.

    Returns
    -------
    Verdict

    Raises
    ------
    GoNotFound
        If there is no Go toolchain.
    """
    toolchain = realgo.toolchain.require(version)
    return Verdict(
        program,
        real(program, runs, version=version),
        simulated(program, runs, version=toolchain.language, costs=costs),
    )
