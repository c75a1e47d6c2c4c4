"""How things are measured here.

Problem. The machine is shared and its clock speed changes; wall time then measures the
neighbours.

Rejected. The best of many runs (a lucky number); wall time; comparing two runs of two
processes.

Chosen. CPU time, medians, and for ratios both sides alternately in one process. Starting
a process is measured as the CPU time and the peak memory that the kernel of the operating
system reports for the child.

Invariant. Nothing is timed that was not run once before on the same input, except where
the first time is the question.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from gosched_edu.kernel import state as st
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Budget, Machine
from gosched_edu.kernel.state import State

Kernel = Callable[[State], int]
BUDGET = Budget(seconds=600, memory=4 << 30, goroutines=4_000_000)


@dataclass
class Row:
    """One line of the table.

    Attributes
    ----------
    name, what : str
        The row and what was measured.
    measured, ratio, target : str
        As printed; empty where there is none.
    met : bool or None
        None: no target.
    numbers : dict
        The same as numbers, for ``--json``.
    """

    name: str
    what: str
    measured: str
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    numbers: dict[str, float] | None = None


class Driven(NamedTuple):
    """A finished run and the CPU seconds spent inside the kernel and altogether."""

    machine: Machine
    inside: float
    total: float


def drive(
    image: Image, kernel: Kernel, *, procs: int, trace: str = "off", race: bool = False
) -> Driven:
    """Run an image to its end with the given form of the kernel.

    `Machine.run` without its stops for progress, so that two forms of the kernel are
    entered at the same moments.
    """
    m = Machine(image, procs=procs, trace=trace, race=race, budget=BUDGET)
    s = m.state
    s["INS_STOP"] = s["TIME_STOP"] = s["EVENT_STOP"] = st.INF
    inside = 0.0
    started = time.process_time()
    while True:
        t = time.process_time()
        status = kernel(s)
        inside += time.process_time() - t
        if status not in st.GROWS:
            break
        if not m._grow(status):
            raise RuntimeError(f"the workload needs more than {m.over_budget}")
    m.status = status
    if status != st.DONE:
        raise RuntimeError(f"the workload ended with status {status}")
    return Driven(m, inside, time.process_time() - started)


def middle(function: Callable[[], float], times: int) -> float:
    """Median of what `function` returns."""
    return median(function() for _ in range(times))


def timed(function: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    t = time.process_time()
    function()
    return time.process_time() - t


class Child(NamedTuple):
    """What a process took: CPU and wall seconds, peak resident bytes, and what it printed."""

    cpu: float
    wall: float
    peak: int
    output: str


#: A child tells its own peak: what the parent is told includes the parent's size at the fork.
_PEAK = """
import resource, sys
try:
    with open("/proc/self/status") as f:
        peak = next(int(line.split()[1]) << 10 for line in f if line.startswith("VmHWM"))
except OSError:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(peak)
"""


def child(code: str, **environment: str) -> Child:
    """Run Python code in a fresh process (POSIX)."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | environment
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code + _PEAK], stdout=subprocess.PIPE, text=True, env=env, check=True
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    output, _, peak = done.stdout.rstrip().rpartition("\n")
    return Child(cpu, wall, int(peak), output)


def idle_cores(seconds: float = 0.5) -> float:
    """How many of the machine's cores have nothing to do just now (Linux; elsewhere: all of them)."""

    def ticks() -> list[int]:
        with open("/proc/stat") as f:
            return [int(x) for x in f.readline().split()[1:]]

    try:
        before = ticks()
        time.sleep(seconds)
        spent = [b - a for a, b in zip(before, ticks(), strict=True)]
    except OSError:
        return float(os.cpu_count() or 1)
    return (os.cpu_count() or 1) * (spent[3] + spent[4]) / max(1, sum(spent[:8]))


def say(text: str) -> None:
    """A word of progress, on standard error."""
    print(text, file=sys.stderr, flush=True)
