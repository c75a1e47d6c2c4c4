"""How long things take: medians of real Go, and of the simulation with costs fitted to this machine.

Problem. Equal orders do not show that a goroutine waits as long as in Go, and an operation costs as
much.

Rejected. The operations that `gosched_edu.realgo.calibrate` fits: they agree by construction.

Chosen. One program that measures other things, with ``time.Now``, in both runtimes: how long until a
busy loop is preempted, until the P of a system call is handed on, how long a goroutine waits behind a
ping-pong pair; and operations made of several fitted costs. The medians of all trials are compared.

A trap. Some of these times have several values and nothing between. A goroutine that waits behind a
ping-pong pair waits 20, 30 or 40 ms, for each request to preempt hits or misses; a hand-off comes at
sysmon's first look or at its second. Where both are about as likely, the median is the one or the other
by chance, in real Go from run to run. So each median has its interval, and two medians also agree if
their intervals overlap.

Invariant. The program is the same, letter for letter, but for the number of tries.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import NamedTuple

import pandas as pd

from gosched_edu import go, realgo

PROGRAM = """package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const rounds, tries, trials = 2000, TRIES, TRIALS

var sink uint64

// wait prints how long f says that something took, once a trial.
func wait(name string, f func() time.Duration) {
	for range trials {
		fmt.Println(name+":", f().Nanoseconds())
	}
}

// cost prints ns an operation, the least of several short tries: some are not interrupted.
func cost(name string, f func(n int)) {
	least := 1e18
	for range tries {
		t := time.Now()
		f(rounds)
		least = min(least, float64(time.Since(t).Nanoseconds())/rounds)
	}
	fmt.Printf("%s: %.1f\\n", name, least)
}

//go:noinline
func step(x uint64) uint64 {
	var a [32]uint64
	a[x%32] = x
	return a[(x+1)%32] + x
}

// preempted measures how long main waits for a goroutine that never yields.
func preempted(calls bool) time.Duration {
	time.Sleep(15 * time.Millisecond)
	var stop atomic.Bool
	done := make(chan bool)
	go func() {
		x := uint64(1)
		for !stop.Load() {
			if calls {
				x = step(x)
			} else {
				x = x*3 + 1
			}
		}
		sink = x
		done <- true
	}()
	t := time.Now()
	runtime.Gosched()
	d := time.Since(t)
	stop.Store(true)
	<-done
	return d
}

// handed measures how long a goroutine waits for the P of one in a system call.
func handed() time.Duration {
	ran := make(chan time.Time, 1)
	go func() { ran <- time.Now() }()
	t := time.Now()
	ts := syscall.NsecToTimespec(25_000_000)
	syscall.Nanosleep(&ts, nil)
	return (<-ran).Sub(t)
}

// behind measures how long a goroutine waits while two others play ping-pong.
func behind() time.Duration {
	time.Sleep(15 * time.Millisecond)
	a := make(chan int)
	var waited atomic.Int64
	runtime.Gosched()
	t := time.Now()
	go func() { waited.Store(time.Since(t).Nanoseconds()) }()
	go func() {
		for range a {
		}
	}()
	for waited.Load() == 0 {
		a <- 1
	}
	close(a)
	return time.Duration(waited.Load())
}

func main() {
	runtime.GOMAXPROCS(1)
	wait("preemption of a loop without calls", func() time.Duration { return preempted(false) })
	wait("preemption of a loop with calls", func() time.Duration { return preempted(true) })
	wait("hand-off from a system call, sysmon asleep", func() time.Duration {
		time.Sleep(30 * time.Millisecond)
		return handed()
	})
	wait("hand-off from a system call, sysmon awake", func() time.Duration {
		for range 5 {
			ts := syscall.NsecToTimespec(300_000)
			syscall.Nanosleep(&ts, nil)
		}
		return handed()
	})
	wait("waiting behind a ping-pong pair", behind)
	wait("time.Sleep of 1 ms", func() time.Duration {
		t := time.Now()
		time.Sleep(time.Millisecond)
		return time.Since(t)
	})
	cost("channel, capacity 1, there and back", func(n int) {
		a, b := make(chan int, 1), make(chan int, 1)
		go func() {
			for v := range a {
				b <- v
			}
		}()
		for i := range n {
			a <- i
			<-b
		}
		close(a)
	})
	cost("channel, capacity 100, a value", func(n int) {
		c := make(chan int, 100)
		go func() {
			for i := range n {
				c <- i
			}
			close(c)
		}()
		for range c {
		}
	})
	cost("ring of 10 goroutines, a hop", func(n int) {
		first := make(chan int)
		in := first
		for range 9 {
			out := make(chan int)
			go func(in, out chan int) {
				for v := range in {
					out <- v + 1
				}
				close(out)
			}(in, out)
			in = out
		}
		last := in
		for i := 0; i < n; i += 10 {
			first <- i
			<-last
		}
		close(first)
	})
	cost("go, run, end, receive", func(n int) {
		c := make(chan int)
		for range n {
			go func() { c <- 1 }()
			<-c
		}
	})
	cost("go, in batches of 100", func(n int) {
		var wg sync.WaitGroup
		for i := 0; i < n; i += 100 {
			for range 100 {
				wg.Add(1)
				go func() { wg.Done() }()
			}
			wg.Wait()
		}
	})
	cost("select of 3, one ready", func(n int) {
		a, b, c := make(chan int, 1), make(chan int, 1), make(chan int, 1)
		for i := range n {
			b <- i
			select {
			case <-a:
			case <-b:
			case <-c:
			}
		}
	})
	cost("RWMutex, a reader", func(n int) {
		var mu sync.RWMutex
		for range n {
			mu.RLock()
			mu.RUnlock()
		}
	})
}
"""


def program(*, tries: int, trials: int) -> str:
    """The measuring program."""
    return PROGRAM.replace("TRIES", str(tries)).replace("TRIALS", str(trials))


class Spread(NamedTuple):
    """A median and how well it is known.

    Attributes
    ----------
    low, high : float
        95 % confidence interval of the median, from the order of the values alone: with few values the
        least and the greatest.
    median : float
    """

    low: float
    median: float
    high: float

    def overlaps(self, other: Spread) -> bool:
        return self.low <= other.high and other.low <= self.high


def spread(values: list[float]) -> Spread:
    """The median of values and its interval.

    Examples
    --------
    >>> from gosched_edu.fidelity.latency import spread
    >>> spread([20.0] * 30 + [30.0] * 31)
    Spread(low=20.0, median=30.0, high=30.0)
    """
    ordered, n = sorted(values), len(values)
    # ranks between which the true median lies: Binomial(n, 1/2), by its normal approximation
    k = max(0, int((n - 1.96 * n**0.5) / 2))
    return Spread(ordered[k], median(ordered), ordered[n - 1 - k])


def spreads_of(outputs: list[str]) -> dict[str, Spread]:
    """The medians of what it printed in several runs, ns by name."""
    seen: dict[str, list[float]] = {}
    for line in "".join(outputs).splitlines():
        name, colon, ns = line.rpartition(": ")
        if colon:
            seen.setdefault(name, []).append(float(ns))
    return {name: spread(values) for name, values in seen.items()}


def simulated(
    *, version: str, costs: Mapping[str, int] | None = None, trials: int = 15, seeds: int = 5
) -> dict[str, Spread]:
    """Medians in the simulation, ns by name."""
    source = program(tries=3, trials=trials)
    budget = go.Budget(seconds=120, time=600 * 10**9)
    runs = [
        go.run(source, procs=1, version=version, seed=seed, costs=costs, trace="off", budget=budget)
        for seed in range(1, seeds + 1)
    ]
    for run in runs:
        if run.exit_code != 0:
            raise RuntimeError(f"the measuring program did not end in the simulation:\n{run}")
    return spreads_of([run.output for run in runs])


def real(*, version: str | None = None, trials: int = 15, runs: int = 5) -> dict[str, Spread]:
    """Medians in real Go, ns by name."""
    source = program(tries=60, trials=trials)
    done = [
        realgo.run(source, procs=1, version=version, trace=False, timeout=60.0) for _ in range(runs)
    ]
    return spreads_of([run.output for run in done])


def table(real_ns: Mapping[str, Spread], simulated_ns: Mapping[str, Spread]) -> pd.DataFrame:
    """Both side by side, with the ratio simulated / real, and whether the intervals overlap.

    Examples
    --------
    >>> from gosched_edu.fidelity.latency import Spread, table
    >>> a, b = {"a": Spread(90.0, 100.0, 105.0)}, {"a": Spread(104.0, 110.0, 120.0)}
    >>> table(a, b).round(2).to_dict("records")
    [{'real': 100.0, 'simulated': 110.0, 'ratio': 1.1, 'overlap': True}]
    """
    rows = {
        name: {
            "real": here.median, "simulated": simulated_ns[name].median,
            "ratio": simulated_ns[name].median / here.median, "overlap": here.overlaps(simulated_ns[name]),
        }
        for name, here in real_ns.items()
    }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")
