"""Profiles of simulated runs: the numbers that Go's pprof gives, from a run of which everything is known.

Problem. A reader who looks at a profile cannot say how far it is from the truth: there is only the profile.

Rejected. A profiler inside the simulated program (it would cost time and change the run, as a real one
does; what it costs is measured in real Go); one sample each 10 ms of the program's time (Go's timers run
with the time that a thread is *on a core*).

Chosen. The same run twice. The first gives the log, and the log says when each thread's timer must fire;
the second is stopped at those times, and the stack of whoever runs there is read, as Go's signal handler
does. The waits of the block and mutex profiles are all in the log; they are sampled with Go's own rule.

Invariant. A run is the same whether or not it is profiled. Samples of one thread lie one period of its
time on a core apart, but for the first, which is at random (os_linux.go:setThreadCPUProfiler).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from gosched_edu import go
from gosched_edu.kernel import dump
from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.versions import rules
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.trace import Trace

HZ = 100  #: samples in a second on a core: what pprof.StartCPUProfile asks for
_SECOND = 1_000_000_000


@dataclass(frozen=True)
class CpuProfile:
    """Where a program was whenever a thread's timer fired.

    Attributes
    ----------
    samples : pandas.DataFrame
        One row a sample, by time: time (ns), m, goid, function and line of the innermost call, stack (the
        names of all functions, innermost first).
    hz : int
        Samples in a second on a core.
    run : Run
        What was profiled.

    Examples
    --------
    >>> from gosched_edu.profile import cpu_profile
    >>> profile = cpu_profile("package main\\nfunc main() { for i := 0; i < 9999; i++ {} }", hz=100_000)
    >>> profile.period, set(profile.of(["main.main"]))
    (10000, {'main.main'})
    """

    samples: pd.DataFrame = field(repr=False)
    hz: int
    run: go.Run = field(repr=False)

    @property
    def period(self) -> int:
        """Time on a core for which a sample stands, ns."""
        return _SECOND // self.hz

    @property
    def top(self) -> pd.DataFrame:
        """As ``go tool pprof -top``: index function; flat, cum (ns), the largest flat first.

        *flat* counts the samples in which the function was the innermost one, *cum* those in whose
        stack it was.
        """
        flat = self.samples["function"].value_counts()
        cum = pd.Series([name for stack in self.samples["stack"] for name in set(stack)], dtype=object)
        table = pd.DataFrame({"cum": cum.value_counts()})
        table.insert(0, "flat", flat.reindex(table.index, fill_value=0))
        table.index.name = "function"
        return (table * self.period).sort_index().sort_values(["flat", "cum"], ascending=False)

    def of(self, functions: Sequence[str]) -> pd.Series[str]:
        """To which of some functions each sample belongs: the innermost that is in its stack, or ""."""
        wanted = set(functions)
        found = (next((f for f in s if f in wanted), "") for s in self.samples["stack"])
        return pd.Series(list(found), index=self.samples.index, dtype=object)


def cpu_profile(program: str | Image, *, hz: int = HZ, timers: int = 1, **options: Any) -> CpuProfile:
    """Profile a program's time on a core, as pprof does.

    Parameters
    ----------
    program : str or Image
        Go source.
    hz : int
        Samples in a second on a core. Go's is 100; a simulated program can be asked as often as you like.
    timers : int
        Seed of the moments at which the threads' timers start.
    **options
        As for `go.run`.

    Returns
    -------
    CpuProfile

    Raises
    ------
    ValueError
        If `hz` is not from 1 to 1,000,000.

    Examples
    --------
    >>> from gosched_edu.profile import cpu_profile
    >>> source = '''package main
    ... func main() { busy() }
    ... func busy() { for i := 0; i < 100_000; i++ {} }
    ... '''
    >>> cpu_profile(source, hz=100_000, procs=1).top.index[0]
    'main.busy'
    """
    if not 1 <= hz <= 1_000_000:
        raise ValueError(f"hz is a number of samples in a second, from 1 to 1,000,000; got {hz}")
    image = program if isinstance(program, Image) else go.compile(
        program, version=options.get("version", go.DEFAULT_VERSION))  # fmt: skip
    run = go.run(image, **options)
    machine = go.machine(image, **options | {"trace": "off"})
    rows = []
    for time, m, goid in sorted(_ticks(run.trace, hz, timers)):
        machine.run(until=time)
        frames = next((g.frames for g in dump.goroutines(machine) if g.goid == goid), ())
        if frames:
            names = tuple(f.function for f in frames)
            rows.append((time, m, goid, names[0], frames[0].line, names))
    columns = pd.Index(["time", "m", "goid", "function", "line", "stack"])
    return CpuProfile(pd.DataFrame(rows, columns=columns), hz, run)


def _ticks(trace: Trace, hz: int, seed: int) -> Iterator[tuple[int, int, int]]:
    """When the timer of which thread fires, and who runs there then."""
    period, rng = _SECOND // hz, np.random.default_rng(seed)
    table = intervals(trace)
    table = table[(table["lane"] == "M") & (table["g"] >= 0) & (table["state"] == "running")]
    for m, spans in table.groupby("id"):
        left = 1 + int(rng.integers(period))  # time on a core until the next one
        for start, end, goid in zip(spans["start"], spans["end"], spans["g"], strict=True):
            at = start + left
            while at < end:
                yield int(at), int(m), int(goid)  # type: ignore[arg-type,call-overload]
                at += period
            left = at - end


#: Parking for these is a blocking event (runtime:blockevent); a sleep, or I/O, is none.
_BLOCKING = ("chan", "select", "sync.", "semacquire")
_LOCKS = ("sync.Mutex", "sync.RWMutex")


def _waits(trace: Trace) -> pd.DataFrame:
    """All waits that ended: who, how long until the wake-up, where it parked, where the waker was."""
    open_: dict[int, int] = {}
    rows = []
    for row in trace.where(Kind.GO_BLOCK, Kind.GO_UNBLOCK).tolist():
        g = int(trace.g[row])
        if trace.kind[row] == Kind.GO_BLOCK:
            open_[g] = row
        elif g in open_:
            parked = open_.pop(g)
            text = REASON_TEXT[Reason(int(trace.reason[parked]))]
            rows.append((
                g, text, int(trace.time[row] - trace.time[parked]), _function(trace, parked),
                int(trace.line[parked]), _function(trace, row), int(trace.line[row]),
            ))  # fmt: skip
    names = ["goid", "reason", "ns", "function", "line", "waker", "waker_line"]
    return pd.DataFrame(rows, columns=pd.Index(names))


def _function(trace: Trace, row: int) -> str:
    at = int(trace.func[row])
    return trace.functions[at] if at >= 0 else ""


def block_profile(trace: Trace, *, rate: int = 1, version: str | None = None, seed: int = 1) -> pd.DataFrame:
    """Where goroutines waited, and for how long: Go's block profile.

    Parameters
    ----------
    trace : Trace
        Simulated or real.
    rate : int
        Of ``runtime.SetBlockProfileRate``, ns: a wait of this length or more is always counted, a
        shorter one with the probability length/rate.
    version : str, optional
        Under which Go's rules; by default those of the trace.
    seed : int
        Of the coin for short waits.

    Returns
    -------
    pandas.DataFrame
        Columns function, line and reason (where it parked), count, ns (both estimated from the waits that
        were counted), the largest ns first.

    Raises
    ------
    ValueError
        If `rate` is not positive.

    Notes
    -----
    ``runtime/mprof.go:blocksampled`` and ``saveblockevent``. A wait ends when somebody wakes the goroutine,
    not when it runs again. Before Go 1.17 a short wait that was counted counted once, with its own length;
    since then it stands for those that were not.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.profile import block_profile
    >>> run = go.run('''package main
    ... func main() { c := make(chan int); go func() { c <- 1 }(); <-c }
    ... ''')
    >>> block_profile(run.trace)[["function", "reason"]].values.tolist()
    [['main.main', 'chan receive']]
    """
    if rate < 1:
        raise ValueError(f"the rate is a positive number of ns, got {rate}")
    waits = _waits(trace)
    waits = waits[waits["reason"].str.startswith(_BLOCKING)]
    ns = np.maximum(waits["ns"].to_numpy(np.int64), 1)
    kept = (ns >= rate) | (np.random.default_rng(seed).integers(rate, size=len(ns)) <= ns)
    waits, ns = waits[kept], ns[kept]
    short = ns < rate
    if not rules(version or trace.version)["block_profile_unbiased"]:
        short[:] = False
    waits = waits.assign(count=np.where(short, rate / ns, 1.0), ns=np.where(short, rate, ns))
    return _ranked(waits, ["function", "line", "reason"])


def mutex_profile(trace: Trace) -> pd.DataFrame:
    """Who made others wait: each wait for a lock, booked where the lock was released at last.

    Parameters
    ----------
    trace : Trace
        Simulated or real.

    Returns
    -------
    pandas.DataFrame
        Columns function and line (of the one that released), count, ns, the largest ns first.

    Notes
    -----
    ``runtime/sema.go:semrelease1``, which calls ``mutexevent`` with the waiter's time.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.profile import mutex_profile
    >>> run = go.run('''package main
    ... import ("sync"; "time")
    ... func main() {
    ...     var mu sync.Mutex
    ...     mu.Lock()
    ...     go func() { time.Sleep(time.Millisecond); mu.Unlock() }()
    ...     mu.Lock()
    ... }
    ... ''')
    >>> mutex_profile(run.trace)[["function", "line"]].values.tolist()
    [['main.main.func1', 6]]
    """
    waits = _waits(trace)
    waits = waits[waits["reason"].str.startswith(_LOCKS)].assign(count=1)
    waits = waits.drop(columns=["function", "line"])
    return _ranked(waits.rename(columns={"waker": "function", "waker_line": "line"}), ["function", "line"])


def _ranked(waits: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    table = waits.groupby(by, as_index=False)[["count", "ns"]].sum()
    return table.sort_values("ns", ascending=False, ignore_index=True)
