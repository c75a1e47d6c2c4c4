"""The cost model of this machine: measure real Go, and fit the simulation's costs to it.

Problem. The default costs were measured on one machine. On another, real Go is faster or
slower, and not by one factor: a context switch and a channel operation scale differently.

Rejected. Timing the simulation by the wall clock (its virtual time is what must fit); one
hand-made formula a cost (wrong as soon as an instruction is added).

Chosen. One Go program measures its own operations with ``time.Now``. It runs in real Go and in
the simulation. The simulated times depend linearly on the costs, so the sensitivity of each
measured time to each cost is a difference of two runs, and a few least-squares steps find
costs that reproduce what real Go showed. What a plain instruction takes, a call, and how late the
operating system ends a sleep, is not fitted but read off: a cost of the table is just that. In whole
ns, plain instructions take 0 on a processor of today.

A trap. How long a thread takes to wake must not be taken from a hand-off by sysmon: whether sysmon
sees the system call at its first or at its second look is chance, and a median of such times says
how often which was the case. Two goroutines that are each locked to a thread wake one thread after
the other, without sysmon and without a sleep.

Invariant. The result changes only the costs in `FITTED` and `READ`; of what is fitted, none is
below 1 ns or above a hundred times its default (or 10 ns).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

import numpy as np
import pandas as pd

from gosched_edu.kernel.costs import GROUPS, INDEX, cost_table
from gosched_edu.kernel.versions import parse
from gosched_edu.realgo.runner import RealRun
from gosched_edu.realgo.runner import run as run_real

#: measured operation -> the costs that it is meant to fix.
FITTED: dict[str, tuple[str, ...]] = {
    "own buffer": ("SEND", "RECV"),
    "Gosched": ("switch", "resume", "GOSCHED"),
    "unbuffered": ("park", "RECV", "SEND", "switch"),
    "send to who waits": ("ready",),
    "create": ("GOC", "exit"),
    "mutex": ("CAS", "XADD32"),
    "select": ("SELECT",),
    "select of five": ("CASERECV",),
    "locked to threads": ("wake",),
}

#: measured operation -> the cost that it is.
READ: dict[str, str] = {"plain instruction": "plain", "call": "call", "sleep too long": "usleep_slack"}

#: Each line it prints is an operation and its ns, the least of several tries; that of the sleep,
#: which the operating system has a share in, is the median.
PROGRAM = """package main

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

const tries = TRIES // short ones: some are not interrupted by the machine's other work

func best(name string, n int, f func(n int)) {
	least := 1e18
	for i := 0; i < tries; i++ {
		t := time.Now()
		f(n)
		if ns := float64(time.Since(t).Nanoseconds()) / float64(n); ns < least {
			least = ns
		}
	}
	fmt.Printf("%s: %.1f\\n", name, least)
}

//go:noinline
func next(x int) int { return x + 1 }

var sink int

func main() {
	runtime.GOMAXPROCS(1)
	best("plain instruction", 32*SIZE, func(n int) {
		x, y := 1, 2
		for i := 0; i < n; i += 32 {
PLAIN
		}
		sink = x
	})
	best("call", SIZE, func(n int) {
		x := 0
		for i := 0; i < n; i++ {
			x = next(x)
		}
		sink = x
	})
	best("own buffer", SIZE, func(n int) {
		c := make(chan int, 1)
		for i := 0; i < n; i++ {
			c <- i
			<-c
		}
	})
	best("Gosched", SIZE, func(n int) {
		done := make(chan bool)
		go func() {
			for i := 0; i < n; i++ {
				runtime.Gosched()
			}
			done <- true
		}()
		for i := 0; i < n; i++ {
			runtime.Gosched()
		}
		<-done
	})
	best("unbuffered", SIZE, func(n int) {
		a, b := make(chan int), make(chan int)
		go func() {
			for v := range a {
				b <- v
			}
			close(b)
		}()
		for i := 0; i < n; i++ {
			a <- i
			<-b
		}
		close(a)
	})
	least := 1e18
	for i := 0; i < tries; i++ {
		c := make(chan int)
		for j := 0; j < 100; j++ {
			go func() { <-c }()
		}
		for j := 0; j < 5; j++ { // every 61st choice is for the global queue, where we are
			runtime.Gosched()
		}
		t := time.Now()
		for j := 0; j < 100; j++ {
			c <- j
		}
		if ns := float64(time.Since(t).Nanoseconds()) / 100; ns < least {
			least = ns
		}
		for j := 0; j < 5; j++ {
			runtime.Gosched()
		}
	}
	fmt.Printf("send to who waits: %.1f\\n", least)
	best("create", SIZE, func(n int) {
		var wg sync.WaitGroup
		for i := 0; i < n; i++ {
			wg.Add(1)
			go func() { wg.Done() }()
			if i%100 == 99 {
				wg.Wait()
			}
		}
		wg.Wait()
	})
	best("mutex", SIZE, func(n int) {
		var mu sync.Mutex
		for i := 0; i < n; i++ {
			mu.Lock()
			mu.Unlock()
		}
	})
	best("select", SIZE, func(n int) {
		a, b := make(chan int, 1), make(chan int, 1)
		for i := 0; i < n; i++ {
			a <- i
			select {
			case <-a:
			case <-b:
			}
		}
	})
	best("select of five", SIZE, func(n int) {
		a, b, c := make(chan int, 1), make(chan int, 1), make(chan int, 1)
		d, e := make(chan int, 1), make(chan int, 1)
		for i := 0; i < n; i++ {
			a <- i
			select {
			case <-a:
			case <-b:
			case <-c:
			case <-d:
			case <-e:
			}
		}
	})
	runtime.LockOSThread()
	best("locked to threads", 100, func(n int) {
		a, b := make(chan int), make(chan int)
		go func() {
			runtime.LockOSThread()
			for v := range a {
				b <- v
			}
			close(b)
		}()
		for i := 0; i < n; i++ {
			a <- i
			<-b
		}
		close(a)
		<-b
	})
	runtime.UnlockOSThread()
	var late []int64
	for i := 0; i < 201; i++ {
		t := time.Now()
		ts := syscall.NsecToTimespec(20_000)
		syscall.Nanosleep(&ts, nil)
		late = append(late, time.Since(t).Nanoseconds()-20_000)
	}
	slices.Sort(late)
	fmt.Printf("sleep too long: %d\\n", late[len(late)/2])
}
"""


OLDEST = (1, 18)  # Go that compiles PROGRAM


@dataclass(frozen=True)
class Calibration:
    """Costs fitted to a machine.

    Attributes
    ----------
    costs : dict of str to int
        For ``go.run(..., costs=calibration.costs)``; ns by name.
    table : pandas.DataFrame
        Index: operation; columns real, default, fitted (ns an operation).
    version, machine : str
        The Go that was measured, and where.

    Examples
    --------
    >>> import pandas as pd
    >>> from gosched_edu import realgo
    >>> table = pd.DataFrame({"real": [90.0], "default": [80.0], "fitted": [90.0]}, index=["switch"])
    >>> print(realgo.Calibration({"switch": 90}, table, "1.22", "a laptop").costs)
    {'switch': 90}
    """

    costs: dict[str, int]
    table: pd.DataFrame = field(repr=False)
    version: str = ""
    machine: str = ""

    def __str__(self) -> str:
        changed = ", ".join(f"{name} {ns}" for name, ns in self.costs.items())
        return (
            f"Go {self.version} on {self.machine}, ns an operation:\n"
            f"{self.table.round(1).to_string()}\nFitted costs in ns: {changed}."
        )


def _program(size: int, tries: int) -> str:
    plain = "\n".join(["\t\t\tx += y", "\t\t\ty ^= x"] * 16)
    return PROGRAM.replace("SIZE", str(size)).replace("TRIES", str(tries)).replace("PLAIN", plain)


def measured(output: str) -> dict[str, float]:
    """The lines of `PROGRAM`'s output as numbers, ns by operation."""
    rows = (line.rsplit(":", 1) for line in output.splitlines() if ":" in line)
    return {name: float(ns) for name, ns in rows}


def calibrate(*, version: str | None = None, runs: int = 3, steps: int = 8) -> Calibration:
    """Measure real Go on this machine and fit the cost model to it.

    Parameters
    ----------
    version : str, optional
        Which installed Go to measure; by default the newest.
    runs : int
        How often real Go is measured; the median of each operation counts.
    steps : int
        Least-squares steps.

    Returns
    -------
    Calibration

    Raises
    ------
    GoNotFound
        If no Go toolchain is installed.
    ValueError
        A version before 1.18 (the program that is measured has type parameters); no run or step.

    Examples
    --------
    It takes about a minute, so the tests do not run it:

    >>> from gosched_edu import go, realgo
    >>> costs = realgo.calibrate().costs  # doctest: +SKIP
    >>> run = go.run("package main; func main() { println(1) }", costs=costs)  # doctest: +SKIP
    """
    for name, value in (("runs", runs), ("steps", steps)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a whole number from 1 on, got {value!r}")
    if version is not None and parse(version) < OLDEST:
        raise ValueError(f"Go {version} cannot be measured: the program needs Go 1.18 or later")
    real_runs: list[RealRun] = [
        run_real(_program(2000, 100), procs=1, version=version, trace=False, timeout=60.0)
        for _ in range(runs)
    ]
    each = [measured(r.output) for r in real_runs]
    real = {name: median(m[name] for m in each) for name in (*FITTED, *READ)}
    costs, before, after = fit(real, steps=steps)
    table = pd.DataFrame({"real": real, "default": before, "fitted": after})
    return Calibration(costs, table, real_runs[0].version, real_runs[0].machine)


def fit(
    real: dict[str, float], *, steps: int = 8
) -> tuple[dict[str, int], dict[str, float], dict[str, float]]:
    """Costs with which the simulation takes the given times.

    Parameters
    ----------
    real : dict of str to float
        ns an operation, for the names of `FITTED` and, if they are to be changed, of `READ`.
    steps : int

    Returns
    -------
    costs : dict of str to int
    before, after : dict of str to float
        Simulated ns an operation, with the default costs and with the fitted ones.
    """
    names = list(dict.fromkeys(c for group in FITTED.values() for c in group))
    default = cost_table()
    read = {
        cost: max(0 if cost == "plain" else 1, round(real[op])) for op, cost in READ.items() if op in real
    }
    start = np.array([float(default[INDEX[n]]) for n in names])
    goal = np.array([real[op] for op in FITTED])
    before = dict(zip(FITTED, _simulated(names, start, {}).tolist(), strict=True))
    now, now_times = start.copy(), _simulated(names, start, read)
    for _ in range(steps):
        slope = np.zeros((len(goal), len(names)))
        for j in range(len(names)):
            moved = now.copy()
            moved[j] += max(10.0, round(now[j] / 2))
            slope[:, j] = (_simulated(names, moved, read) - now_times) / (moved[j] - now[j])
        # relative errors count, and a small pull to the defaults picks one of many solutions
        pull = 0.02 / np.maximum(start, 20)
        a = np.vstack([slope / goal[:, None], np.diag(pull)])
        b = np.concatenate([(goal - now_times) / goal, pull * (start - now)])
        now = np.round(_bounded(a, b + a @ now, np.ones(len(now)), 100 * np.maximum(start, 10)))
        now_times = _simulated(names, now, read)
        if np.abs(now_times / goal - 1).max() < 0.02:
            break
    costs = {n: int(ns) for n, ns in zip(names, now, strict=True)}
    after = dict(zip(FITTED, now_times.tolist(), strict=True))
    for op, cost in READ.items():
        if op in real:
            before[op] = float(default[INDEX[GROUPS.get(cost, (cost,))[0]]])
            after[op] = float(read[cost])
    return costs | read, before, after


def _bounded(a: np.ndarray, b: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """x between low and high with a small ``|a x - b|``: what leaves its bounds is held there."""
    x = np.clip(np.zeros_like(low), low, high)
    free = np.ones(len(x), bool)
    while free.any():
        x[free] = np.linalg.lstsq(a[:, free], b - a[:, ~free] @ x[~free], rcond=None)[0]
        out = (x < low) | (x > high)
        x = np.clip(x, low, high)
        if not out.any():
            break
        free &= ~out
    return x


def _simulated(names: list[str], costs: np.ndarray, read: dict[str, int]) -> np.ndarray:
    from gosched_edu import go

    changes = read | {n: int(c) for n, c in zip(names, costs, strict=True)}
    r = go.run(_program(2000, 3), procs=1, costs=changes, trace="off")
    times = measured(r.output)
    if not set(times) >= set(FITTED):
        raise RuntimeError(f"the measuring program did not end in the simulation:\n{r}")
    return np.array([times[op] for op in FITTED])
