"""Two Ps: real Go has no single order any more, so frequencies are compared.

Problem. On two Ps two runs of real Go differ, and so do two seeds.

Rejected. Asking whether each real outcome can occur in the simulation (with enough seeds nearly
anything can); a test of significance (it says that two things differ, not how much).

Chosen. The total variation distance of the two frequency tables: the share of runs that would have
to come out differently to make the tables equal, 0 to 1. Of what a program prints, two things are
compared: the whole output, and its first line. Real Go has a distance from itself too, between one
half of its runs and the other; no simulation can be expected to come closer.

Invariant. The distance of a table from itself is 0, from one without a common outcome 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from gosched_edu import go, realgo
from gosched_edu.fidelity.suite import programs

#: Programs of the suite whose output depends on who comes first.
NAMES = (
    "channels-buffered", "channels-fan-in", "channels-workers", "context-cancel", "goroutines-goexit",
    "goroutines-nested", "goroutines-ten", "scheduler-gosched", "select-quit", "sync-atomic",
    "sync-mutex-counter", "sync-once", "sync-rwmutex",
)  # fmt: skip


def distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Total variation distance of two samples.

    Examples
    --------
    >>> from gosched_edu.fidelity.distribution import distance
    >>> distance("aabb", "aaab")
    0.25
    """
    x, y = Counter(a), Counter(b)
    return sum(abs(x[k] / len(a) - y[k] / len(b)) for k in {*x, *y}) / 2


@dataclass(frozen=True)
class Distance:
    """How far the outputs of one program are apart.

    Attributes
    ----------
    name : str
    outputs, first : float
        Distance of the simulation from real Go: whole outputs, first lines.
    outputs_itself, first_itself : float
        Distance of one half of real Go's runs from the other.
    kinds : (int, int)
        How many different outputs real Go and the simulation showed.
    """

    name: str
    outputs: float
    first: float
    outputs_itself: float
    first_itself: float
    kinds: tuple[int, int]


def measure(
    name: str, runs: int = 100, *, version: str | None = None, costs: Mapping[str, int] | None = None
) -> Distance:
    """Run a program of the suite on two Ps, in both runtimes."""
    program = next(p for p in programs(name) if p.name == name)
    language = realgo.toolchain.require(version).language
    real = [
        realgo.run(program.source, procs=2, version=version, trace=False).output for _ in range(runs)
    ]
    simulated = [
        go.run(program.source, procs=2, version=language, seed=seed, costs=costs, trace="off").output
        for seed in range(1, runs + 1)
    ]
    # every second run: both halves are spread over the same time, so the machine was as busy
    halves = list(islice(real, 0, None, 2)), list(islice(real, 1, None, 2))
    firsts = [[text.partition("\n")[0] for text in texts] for texts in (real, simulated, *halves)]
    return Distance(
        name, distance(real, simulated), distance(firsts[0], firsts[1]), distance(*halves),
        distance(firsts[2], firsts[3]), (len({*real}), len({*simulated})),
    )  # fmt: skip
