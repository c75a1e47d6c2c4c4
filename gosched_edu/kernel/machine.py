"""`Machine`: one run of one image, from outside the kernel.

Problem. Compiled code cannot allocate, raise, be interrupted or show progress.

Rejected. Callbacks from compiled code (slow, and dead in a page); a thread that
watches (cannot stop compiled code).

Chosen. One door: `run` returns a status after at most some tens of milliseconds. Here
arrays grow, budgets are checked, progress is told, and Python handles Ctrl-C. Then the
kernel is entered again, where it was.

Invariant. Nothing observable of the run depends on how often the door was used.
"""

from __future__ import annotations

import time as wall
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import state as st
from gosched_edu.kernel.boot import MAX_PROCS, boot
from gosched_edu.kernel.build import compiled, plain
from gosched_edu.kernel.costs import cost_table
from gosched_edu.kernel.decision import Choice, Decision, checked, impossible, question
from gosched_edu.kernel.events import RECORD_WORDS
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.isa import BASE
from gosched_edu.kernel.quota import CFS_PERIOD
from gosched_edu.kernel.race import MAX_TIDS
from gosched_edu.kernel.schedtrace import schedtrace as render_schedtrace
from gosched_edu.kernel.schedules import follow
from gosched_edu.kernel.schedules import parse as parse_schedule
from gosched_edu.kernel.state import SC, PlainState
from gosched_edu.kernel.system import with_system
from gosched_edu.kernel.verify import verify
from gosched_edu.kernel.versions import DEFAULT_VERSION, default_procs, rules

MAX_STACK = 10**9  # proc.go:main, maxstacksize
MAX_BUDGET = 1 << 61  # half of INF: beyond it clocks would reach INF
NEVER = "things that can still happen"  # why a run is over in which all wait for the network
SLICE_SECONDS = 0.03  # how long compiled code may run before Python looks again
TRACE_MODES = {"off": 0, "full": 1, "ring": 2}


@dataclass(frozen=True)
class Budget:
    """How much a run may use before it is stopped with a clear word.

    Attributes
    ----------
    seconds : float
        Wall time.
    events : int
        Scheduler events.
    time : int
        Virtual ns.
    memory : int
        Bytes of all arrays.
    goroutines : int
        Live goroutines.
    output : int
        Bytes written to standard output.
    stack : int
        Bytes of one goroutine's stack; beyond it the program dies of a stack overflow. Go's own
        limit, 10**9, is the largest.
    """

    seconds: float = 20.0
    events: int = 200_000_000
    time: int = 10**15
    memory: int = 2 << 30
    goroutines: int = 2_000_000
    output: int = 4 << 20
    stack: int = 64 << 20

    def __post_init__(self) -> None:
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, (int, float)) or self.seconds < 0:
            raise ValueError(f"seconds must be a number from 0 on, got {self.seconds!r}")
        for name in ("events", "time", "memory", "goroutines", "output", "stack"):
            _whole(name, getattr(self, name), 0, MAX_BUDGET)


@dataclass(frozen=True)
class Progress:
    """What the progress callback is told: wall seconds, virtual ns, events, live goroutines."""

    seconds: float
    time: int
    events: int
    goroutines: int


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a run. The machine stands where it was and may go on."""


class Machine:
    """One program in one simulated Go runtime.

    Parameters
    ----------
    image : Image
    procs : int, optional
        GOMAXPROCS at the start, 1 to 256; by default what the version chooses on a machine with
        four cores: 1 before Go 1.5, and no more than the quota (at least 2) from 1.25 on.
    version : str
        Go version whose rules apply.
    seed : int
        Of the kernel's random numbers; 0 to 2**31 - 1.
    costs : mapping, optional
        Changes to the cost model, ns by name.
    knobs : mapping, optional
        Values of the program's knobs.
    trace : {"full", "ring", "off"}
    trace_size : int
        Records that a ring keeps (rounded up to a power of two).
    asyncpreemptoff : bool
        As GODEBUG=asyncpreemptoff=1: preempt at calls only, whatever the version.
    cpu_quota : float, optional
        Cores that the cgroup grants in each period of 100 ms; who has used them up is stopped
        until the next period (CFS bandwidth control).
    schedtrace : int, optional
        Every so many ms of virtual time, a line as of GODEBUG=schedtrace goes to `schedtraces`.
    scheddetail : bool
        With all Ps, Ms and Gs, as GODEBUG=scheddetail=1.
    gogc : int
        As GOGC: how much the heap may grow before it is collected, in percent of what is alive;
        -1: never (runtime.GC still does).
    race : bool
        Look for data races, as go run -race. The image must have been made for it; slower.
    accesses : bool
        With `race`: the log names every access that the detector sees, for drawing.
    choices : sequence of (int, int)
        Who runs where it is not Go's rules that decide: (number of a decision, goid). The goid
        `ASK` stops the run before that decision; see `question`.
    schedule : str, optional
        Step by step on one P, as `gosched_edu.kernel.schedules` tells, with these deviations from the default
        schedule; the empty text for none. No costs, no collector; only timers make time pass.
    budget : Budget, optional
    jit : bool
        False: run the same kernel without numba (slow; indices are checked).

    Raises
    ------
    ImageError
        The image does not pass the verifier.
    ValueError
        A parameter is out of its range.
    """

    def __init__(
        self,
        image: Image,
        *,
        procs: int | None = None,
        version: str = DEFAULT_VERSION,
        seed: int = 1,
        costs: Mapping[str, int] | None = None,
        knobs: Mapping[str, int] | None = None,
        trace: str = "full",
        trace_size: int = 1 << 16,
        asyncpreemptoff: bool = False,
        cpu_quota: float | None = None,
        schedtrace: int | None = None,
        scheddetail: bool = False,
        gogc: int = 100,
        race: bool = False,
        accesses: bool = False,
        choices: Iterable[Sequence[int]] = (),
        schedule: str | None = None,
        budget: Budget | None = None,
        jit: bool = True,
    ) -> None:
        cpu_quota = _quota(cpu_quota)
        auto = procs is None and bool(rules(version)["cgroup_procs"])
        procs = default_procs(version, cpu_quota) if procs is None else _whole("procs", procs, 1, MAX_PROCS)
        if schedtrace is not None:
            schedtrace = _whole("schedtrace", schedtrace, 1, 10**9)
        seed = _whole("seed", seed, 0, 2**31 - 1)
        trace_size = _whole("trace_size", trace_size, 1, 1 << 24)
        if not isinstance(trace, str) or trace not in TRACE_MODES:
            raise ValueError(f"trace must be one of {', '.join(TRACE_MODES)}, got {trace!r}")
        gogc = _whole("gogc", gogc, -1, 10**6)
        self.schedule = None if schedule is None else parse_schedule(schedule)
        if self.schedule is not None and self.schedule.seed is not None:
            seed = _whole("seed", self.schedule.seed, 0, 2**31 - 1)
        verify(image)
        self.image = image = with_system(image)
        self.procs = procs
        self.version = version
        self.seed = seed
        self.budget = budget or Budget()
        self.jit = jit
        self.status = st.RUNNING
        self.over_budget: str | None = None
        self.wall_seconds = 0.0
        self.schedtraces: list[str] = []
        self._schedtrace = (schedtrace, scheddetail)
        self._rate = 2e7  # instructions per second, learnt as we go
        self.state = boot(
            image, procs=procs, version=version, seed=seed, costs=cost_table(costs),
            trace=TRACE_MODES[trace], trace_size=trace_size, asyncpreemptoff=bool(asyncpreemptoff),
            cpu_quota=cpu_quota, schedtrace=schedtrace is not None, auto=auto,
            gogc=gogc if schedule is None else -1, race=bool(race) + bool(race and accesses),
        )  # fmt: skip
        if self.schedule is not None:
            follow(self.state, image, self.schedule)
        self.state["STACK_MAX"] = min(self.budget.stack, MAX_STACK)
        for index, value in _knob_values(image, knobs or {}).items():
            self.state.arrays["heap"][index] = value
        self.choices = checked(choices)

    # --- running ---------------------------------------------------------------------------
    def run(
        self,
        *,
        until: int | None = None,
        events: int | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> int:
        """Run until the program ends, or to a virtual time, or for some events.

        Parameters
        ----------
        until : int, optional
            Stop before the first action after this virtual time in ns.
        events : int, optional
            Stop after this many more scheduler events (at the next decision).
        progress : callable, optional
            Told about every 30 ms.

        Returns
        -------
        int
            A status of `gosched_edu.kernel.state`; RUNNING if there is more to do, CHOOSE before a
            decision that asks: then `question` says who could run, and `choices` may be set.

        Raises
        ------
        Interrupted
            On Ctrl-C; the machine can be asked to go on.
        ChoiceError
            Who was chosen cannot run then. With other `choices` the machine can go on.
        """
        s = self.state
        if until is not None:
            until = _whole("until", until, 0, 2**63 - 1)
        if events is not None:
            events = _whole("events", events, 0, 2**63 - 1)
        if self.status != st.RUNNING or self.over_budget:
            return self.status
        b = self.budget
        stop = min(b.time, until if until is not None else st.INF)
        s["TIME_STOP"] = min(stop, self._next_schedtrace())
        target = s["NEVENTS"] + events if events is not None else st.INF
        s["EVENT_STOP"] = min(b.events, target)
        kernel = compiled() if self.jit else plain()
        plain_state = None if self.jit else PlainState(s.arrays)
        started = wall.monotonic()
        try:
            while True:
                slice_ = int(max(1e4, min(1e9, self._rate * SLICE_SECONDS)))
                before, t0 = s["INS"], wall.perf_counter()
                if plain_state is None:
                    s["INS_STOP"] = before + slice_
                    status = kernel(s)
                else:
                    plain_state.sc[SC["INS_STOP"]] = before + slice_  # type: ignore[attr-defined]
                    status = kernel(plain_state)
                    plain_state.write_back(s.arrays)
                spent = wall.perf_counter() - t0
                if s["INS"] - before > 1000 and spent > 1e-4:
                    self._rate = 0.5 * self._rate + 0.5 * (s["INS"] - before) / spent
                if status in st.GROWS:
                    if not self._grow(status):
                        return self.status
                    if plain_state is not None:
                        plain_state = PlainState(s.arrays)
                elif status == st.TIME_UP:
                    if s["TIME_STOP"] < stop:
                        self.schedtraces.append(
                            render_schedtrace(s, s["TIME_STOP"], detail=self._schedtrace[1])
                        )
                        s["TIME_STOP"] = min(stop, self._next_schedtrace())
                        if plain_state is not None:
                            plain_state = PlainState(s.arrays)
                        continue
                    if until is None or b.time < until:
                        self.over_budget = f"virtual time of {b.time} ns"
                    return self.status
                elif status == st.EVENTS_UP:
                    if b.events < target:
                        self.over_budget = f"{b.events} scheduler events"
                    return self.status
                elif status == st.CHOOSE:
                    wrong = impossible(self)
                    if wrong is not None:
                        raise wrong
                    return status
                elif status == st.HANGS:
                    self.over_budget = NEVER
                    return self.status
                elif status == st.ASTRAY:
                    n = s["STEP_N"] + 1
                    what = dict(self.schedule.turns).get(n, "?") if self.schedule else "?"
                    raise ValueError(
                        f"the schedule names {what} at decision {n}, which cannot be: it is of another "
                        "program, or of other knobs"
                    )
                elif status != st.BUDGET:
                    self.status = status
                    return status
                seconds = self.wall_seconds + wall.monotonic() - started
                if seconds > b.seconds:
                    self.over_budget = f"{b.seconds:g} s of computing time"
                    return self.status
                if s["NLIVE"] > b.goroutines:
                    self.over_budget = f"{b.goroutines} live goroutines"
                    return self.status
                if progress is not None:
                    progress(Progress(seconds, s["NOW"], s["NEVENTS"], s["NLIVE"]))
        except KeyboardInterrupt as e:
            if plain_state is not None:
                # the uncompiled kernel may have been cut anywhere: the run is lost, not Python
                self.over_budget = "nothing: it was interrupted in the uncompiled kernel"
            raise Interrupted("the run was interrupted; nothing is lost, run() goes on") from e
        finally:
            self.wall_seconds += wall.monotonic() - started

    def _next_schedtrace(self) -> int:
        ms = self._schedtrace[0]
        return st.INF if ms is None else (len(self.schedtraces) + 1) * ms * 1_000_000

    def _grow(self, status: int) -> bool:
        s, b = self.state, self.budget
        limit = {
            st.NEED_OUT: ("OUTCAP", b.output, "bytes of output"),
            st.NEED_ERR: ("ERRCAP", b.output, "bytes of output"),
        }.get(status)
        sized = (st.NEED_HEAP, st.NEED_STK, st.NEED_OUT, st.NEED_ERR, st.NEED_TEXT, st.NEED_NET)
        need = s["NEED"] if status in sized else 0
        if status == st.NEED_TRACE:
            waiters = int(s.arrays["c_waiting"].max(initial=0)) + s["NSUDOG"]
            need = s["TRACE_N"] + 4 * waiters + s["TIMER_LOG"] + 4096
        if limit and max(s[limit[0]], need - 1) >= limit[1]:
            self.over_budget = f"{limit[1]} {limit[2]}"
        elif status == st.NEED_RACE and s["NTID"] >= MAX_TIDS // 2:
            self.over_budget = f"{MAX_TIDS // 2} goroutines under the race detector"
        elif status == st.NEED_G and s["GCAP"] > b.goroutines:
            self.over_budget = f"{b.goroutines} live goroutines"
        else:
            cap = s[st.GROWS[status][1]]
            factor = max(1.0, need / cap - 1)
            if s.nbytes + s.growth(status) * factor > b.memory:
                self.over_budget = f"{b.memory >> 20} MiB of memory"
            else:
                s.grow(status, need)
        return self.over_budget is None

    @property
    def cpu_quota(self) -> float | None:
        """Cores that the cgroup grants, None for no limit. It may be changed between runs.

        From Go 1.25 on GOMAXPROCS follows within a second, unless it was chosen.
        """
        quota = self.state["CFS_QUOTA"]
        return quota / CFS_PERIOD if quota else None

    @cpu_quota.setter
    def cpu_quota(self, cores: float | None) -> None:
        self.state["CFS_QUOTA"] = int((_quota(cores) or 0) * CFS_PERIOD)

    @property
    def choices(self) -> list[Choice]:
        """Who runs at which decision, where it is not Go's rules that decide. May be set between runs.

        Only decisions that are still to come can be changed.
        """
        a, n = self.state.arrays, self.state["NCHOICE"]
        return [(int(at), int(goid)) for at, goid in zip(a["ch_at"][:n], a["ch_g"][:n], strict=True)]

    @choices.setter
    def choices(self, choices: Iterable[Sequence[int]]) -> None:
        s, pairs = self.state, checked(choices)
        made = sum(number <= s["DECISION"] for number, _ in pairs)
        if pairs[:made] != self.choices[: s["CHOICE_I"]]:
            raise ValueError(f"the decisions up to {s['DECISION']} have been made already")
        s.put("ch_at", np.array([number for number, _ in pairs] or [0], np.int64))
        s.put("ch_g", np.array([goid for _, goid in pairs] or [0], np.int32))
        s["NCHOICE"], s["CHOICE_I"] = len(pairs), made
        s["CHOICE_AT"] = pairs[made][0] if made < len(pairs) else st.INF

    @property
    def question(self) -> Decision | None:
        """The decision before which the run stands because it asks, else None."""
        return question(self)

    def snapshot(self) -> dict[str, Any]:
        """Everything needed to come back to this moment."""
        return {
            "arrays": self.state.snapshot(), "data": self.image.data, "status": self.status,
            "over": self.over_budget,
        }  # fmt: skip

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Back to a moment of this run (or of another run of the same image with room for as many Ps).

        Raises
        ------
        ValueError
            The snapshot is of another program, or of another number of Ps.
        """
        arrays = snapshot["arrays"]
        here = self.state.arrays
        same = np.array_equal(snapshot["data"], self.image.data) and all(
            np.array_equal(arrays[f.name], here[f.name]) for f in st.BY_GROUP["image"]
        )
        if not same or arrays["sc"][SC["PCAP"]] != self.state["PCAP"]:
            raise ValueError("the snapshot is of another program, or of another number of Ps")
        self.state.restore(arrays)
        self.status = snapshot["status"]
        self.over_budget = snapshot["over"]

    # --- looking ---------------------------------------------------------------------------
    @property
    def output(self) -> bytes:
        """What the program has written to standard output."""
        return self.state.arrays["out"][: self.state["OUT_TOP"]].tobytes()

    def records(self) -> NDArray[np.int64]:
        """The log so far, shape (n, RECORD_WORDS), oldest first."""
        s = self.state
        rows = s.arrays["trace"].reshape(-1, RECORD_WORDS)
        n, cap = s["TRACE_N"], s["TRACECAP"]
        if s["TRACE_MODE"] == 2 and n > cap:
            at = n & (cap - 1)
            return np.concatenate([rows[at:], rows[:at]])
        return rows[:n].copy()

    @property
    def errors(self) -> bytes:
        """What the program has written to standard error."""
        return self.state.arrays["err"][: self.state["ERR_TOP"]].tobytes()

    def string(self, address: int, length: int) -> bytes:
        """The contents of a string of the program; what lies outside the heap is left out."""
        at = (address - BASE) >> 3
        if at <= 0 or length <= 0:
            return b""
        words = self.state.arrays["heap"][at : min(at + length, self.state["HEAP_TOP"])]
        return (words & 0xFF).astype(np.uint8).tobytes()


def _whole(name: str, value: int, low: int, high: int) -> int:
    try:
        n = int(value)
        exact = n == value
    except (TypeError, ValueError, OverflowError):
        exact = False
    if not exact or isinstance(value, bool) or not low <= n <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {value!r}")
    return n


def _quota(value: float | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.01 <= value <= MAX_PROCS:
        raise ValueError(f"cpu_quota must be a number of cores from 0.01 to {MAX_PROCS}, got {value!r}")
    return float(value)


def _knob_values(image: Image, values: Mapping[str, int]) -> dict[int, int]:
    known = {k.name: k for k in image.knobs}
    out = {k.index: k.default for k in image.knobs}
    for name, value in values.items():
        if name not in known:
            listed = ", ".join(known) or "none; mark one with //knob name min max"
            raise ValueError(f"the program has no knob {name!r} (its knobs: {listed})")
        k = known[name]
        out[k.index] = _whole(f"knob {name}", value, k.low, k.high)
    return out


__all__ = ["Budget", "Interrupted", "Machine", "Progress"]
