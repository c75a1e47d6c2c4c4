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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import arena, isa, leaves
from gosched_edu.kernel import state as st
from gosched_edu.kernel.build import compiled, plain
from gosched_edu.kernel.costs import cost_table
from gosched_edu.kernel.events import RECORD_WORDS, Kind, Reason
from gosched_edu.kernel.faults import NFAULTS
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.isa import BASE
from gosched_edu.kernel.ops import HASH
from gosched_edu.kernel.race import REPORT_WORDS, REPORTS
from gosched_edu.kernel.stack import firststack, newstackof, stack_class
from gosched_edu.kernel.state import SC, PlainState, State
from gosched_edu.kernel.sysmon import MIN_SLEEP
from gosched_edu.kernel.verify import verify
from gosched_edu.kernel.versions import DEFAULT_VERSION, RULES, parse, rules

MAX_PROCS = 256
MAX_STACK = 10**9  # proc.go:main, maxstacksize
MAX_BUDGET = 1 << 61  # half of INF: beyond it clocks would reach INF
BOOT_PARKED = 3
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
    procs : int
        GOMAXPROCS, 1 to 256.
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
        procs: int = 4,
        version: str = DEFAULT_VERSION,
        seed: int = 1,
        costs: Mapping[str, int] | None = None,
        knobs: Mapping[str, int] | None = None,
        trace: str = "full",
        trace_size: int = 1 << 16,
        budget: Budget | None = None,
        jit: bool = True,
    ) -> None:
        procs = _whole("procs", procs, 1, MAX_PROCS)
        seed = _whole("seed", seed, 0, 2**31 - 1)
        trace_size = _whole("trace_size", trace_size, 1, 1 << 24)
        if not isinstance(trace, str) or trace not in TRACE_MODES:
            raise ValueError(f"trace must be one of {', '.join(TRACE_MODES)}, got {trace!r}")
        verify(image)
        self.image = image
        self.procs = procs
        self.version = version
        self.seed = seed
        self.budget = budget or Budget()
        self.jit = jit
        self.status = st.RUNNING
        self.over_budget: str | None = None
        self.wall_seconds = 0.0
        self._rate = 2e7  # instructions per second, learnt as we go
        self.state = _fresh(image, procs, version, seed, cost_table(costs), trace, trace_size)
        self.state["STACK_MAX"] = min(self.budget.stack, MAX_STACK)
        for index, value in _knob_values(image, knobs or {}).items():
            self.state.arrays["heap"][index] = value

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
            A status of `gosched_edu.kernel.state`; RUNNING if there is more to do.

        Raises
        ------
        Interrupted
            On Ctrl-C; the machine can be asked to go on.
        """
        s = self.state
        if until is not None:
            until = _whole("until", until, 0, 2**63 - 1)
        if events is not None:
            events = _whole("events", events, 0, 2**63 - 1)
        if self.status != st.RUNNING or self.over_budget:
            return self.status
        b = self.budget
        s["TIME_STOP"] = min(b.time, until if until is not None else st.INF)
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
                    if until is None or b.time < until:
                        self.over_budget = f"virtual time of {b.time} ns"
                    return self.status
                elif status == st.EVENTS_UP:
                    if b.events < target:
                        self.over_budget = f"{b.events} scheduler events"
                    return self.status
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

    def _grow(self, status: int) -> bool:
        s, b = self.state, self.budget
        limit = {
            st.NEED_OUT: ("OUTCAP", b.output, "bytes of output"),
            st.NEED_ERR: ("ERRCAP", b.output, "bytes of output"),
        }.get(status)
        sized = (st.NEED_HEAP, st.NEED_STK, st.NEED_OUT, st.NEED_ERR, st.NEED_TEXT)
        need = s["NEED"] if status in sized else 0
        if status == st.NEED_TRACE:
            waiters = int(s.arrays["c_waiting"].max(initial=0)) + s["NSUDOG"]
            need = s["TRACE_N"] + 3 * waiters + s["TIMER_LOG"] + 4096
        if limit and max(s[limit[0]], need - 1) >= limit[1]:
            self.over_budget = f"{limit[1]} {limit[2]}"
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

    def snapshot(self) -> dict[str, Any]:
        """Everything needed to come back to this moment."""
        return {"arrays": self.state.snapshot(), "status": self.status, "over": self.over_budget}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Back to a moment of this run (or of another run of the same image on as many Ps).

        Raises
        ------
        ValueError
            The snapshot is of another program, or of another number of Ps.
        """
        arrays = snapshot["arrays"]
        here = self.state.arrays
        if arrays["sc"][SC["NPROC"]] != self.procs or not all(
            np.array_equal(arrays[f.name], here[f.name]) for f in st.BY_GROUP["image"]
        ):
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


def _dispatch_table(image: Image) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """`Image.dispatch` as the open hash table that `gosched_edu.kernel.ops.dispatched` searches."""
    size = 8
    while size < 2 * len(image.dispatch):
        size *= 2
    keys, callees = np.full(size, -1, np.int64), np.zeros(size, np.int32)
    for (at, method), fn in image.dispatch.items():
        key = at << 16 | method
        i = (key * HASH >> 8) & (size - 1)
        while keys[i] >= 0:
            i = (i + 1) & (size - 1)
        keys[i], callees[i] = key, fn
    return keys, callees


def _most_cases(image: Image) -> int:
    """Cases of the largest select, at least 1."""
    code = image.code.reshape(-1, isa.WORDS_PER_INSTR)
    return int(code[code[:, 0] == isa.BY_NAME["SELECT"].code, 2].max(initial=1))


def _fresh(
    image: Image,
    procs: int,
    version: str,
    seed: int,
    costs: NDArray[np.int64],
    trace: str,
    trace_size: int,
) -> State:
    """The state at program start: main in P0's runnext, the other Ps idle."""
    goroutines, heap0 = 64, len(image.data)
    capacity = {
        "g": goroutines, "p": procs + 1, "m": procs + 2, "c": 64, "s": 64, "t": 64,
        "heap": arena.heap_words(heap0), "stk": 2048, "out": 4096, "err": 1024, "text": 1024,
        "runq": procs * st.RING, "x": 64, "d": 16, "net": 1024,
        "order": 1 << procs.bit_length(), "sel": 2 * _most_cases(image),
        "trace": 4096 if trace != "off" else 1,
        "shadow": 1, "reads": 1, "clocks": 1, "rows": 1, "tids": 1,
    }  # fmt: skip
    if trace == "ring":
        capacity["trace"] = 1 << max(4, int(trace_size - 1).bit_length())
    keys, callees = _dispatch_table(image)
    fixed = {
        "sc": np.zeros(st.NSC, np.int64), "cost": costs, "rule": np.zeros(len(RULES), np.int64),
        "sema": np.full(st.SEMA_ROOTS, -1, np.int32),
        "stk_free": np.full(st.STACK_CLASSES, -1, np.int32),
        "code": image.code.copy(), "konst": np.append(image.konst, 0).astype(np.int64),
        "f_entry": np.array([f.entry for f in image.functions], np.int32),
        "f_frame": np.array([f.frame for f in image.functions], np.int32),
        "f_nargs": np.array([f.nargs for f in image.functions], np.int32),
        "f_nresults": np.array([f.nresults for f in image.functions], np.int32),
        "f_bytes": np.array([f.bytes for f in image.functions], np.int32),
        "f_flags": leaves.flags(image),
        "f_deferret": np.array([f.deferret for f in image.functions], np.int32),
        "fn_of": np.repeat(np.arange(len(image.functions)), [f.end - f.entry for f in image.functions]),
        "handlers": np.array(image.handlers + (-1,) * (NFAULTS - len(image.handlers)), np.int32),
        "disp_key": keys, "disp_fn": callees, "r_report": np.zeros(REPORTS * REPORT_WORDS, np.int64),
        **arena.tables(),
    }  # fmt: skip
    a: dict[str, NDArray[Any]] = {}
    for f in st.FIELDS:
        if f.name in fixed:
            a[f.name] = np.ascontiguousarray(fixed[f.name], f.dtype)
        else:
            a[f.name] = np.zeros(st.length(f, capacity[f.group]), f.dtype)
    for i, on in enumerate(rules(version).values()):
        a["rule"][i] = on
    s = State(a)
    for cap, group in (("GCAP", "g"), ("CHANCAP", "c"), ("SUDOGCAP", "s"), ("TIMERCAP", "t"),
                       ("HEAPCAP", "heap"), ("STKCAP", "stk"), ("OUTCAP", "out"), ("ERRCAP", "err"),
                       ("TEXTCAP", "text"), ("TRACECAP", "trace"), ("MCAP", "m"), ("XCAP", "x"),
                       ("DCAP", "d"), ("NETCAP", "net")):  # fmt: skip
        s[cap] = capacity[group]
    # memory
    a["heap"][:heap0] = image.data
    arena.start(s, heap0)
    s["DISP_MASK"] = len(keys) - 1
    s["SEED"], s["MINOR"] = seed, parse(version)[1]
    s["NCHAN"] = 1  # channel 0 is nil
    s["NFUNC"] = len(image.functions)
    # processors: P0 is held by M0; the others are idle, P1 on top (proc.go:procresize)
    s["NPROC"] = procs
    for name in ("p_g", "p_m", "p_runnext", "p_timers", "p_robbed"):
        a[name][:] = -1
    a["p_clock"][:] = st.INF
    a["p_clock"][0], a["p_m"][0], a["p_wake"][0] = 0, 0, int(Reason.BOOT)
    s["NORDER"], s["OMASK"] = 1, capacity["order"] - 1  # p_order[0] is P0
    # one slice has begun before main.main: the one in which the runtime started main
    a["p_tick"][0] = 1
    a["pidle"][: procs - 1] = np.arange(procs - 1, 0, -1)
    # the runtime's own start has left threads behind (measured: 3 parked ones with 4 Ps)
    parked = min(procs - 1, BOOT_PARKED)
    a["midle"][:parked] = np.arange(parked, 0, -1)
    s["NPIDLE"], s["NM"], s["NMIDLE"] = procs - 1, 1 + parked, parked
    s["SYSMON_AT"] = s["SYSMON_DELAY"] = MIN_SLEEP
    for name in ("GFREE", "SFREE", "CFREE", "TFREE", "GQ_HEAD", "GQ_TAIL"):
        s[name] = -1
    s["TIMER0"] = st.INF
    s["RNG"] = ((seed * 2654435761) ^ 0x9E3779B9) & 0xFFFFFFFF or 1
    # main
    k = stack_class(image.functions[0].frame)
    if (1 << k) > capacity["stk"]:
        a["stk"] = np.zeros(1 << k, np.int64)
        s["STKCAP"] = 1 << k
        s._point(("stk",))
    a["g_status"][0], a["g_goid"][0], a["g_class"][0], a["g_go_pc"][0] = 1, 1, k, -1
    a["g_waiting"][0] = -1
    plain_state = PlainState(a)
    plain_state.sc[SC["STACK_START"]] = firststack(plain_state)  # type: ignore[attr-defined]
    newstackof(plain_state, 0, 0, k, 0)
    plain_state.write_back(a)
    a["g_pc"][0] = image.functions[0].entry
    a["stk"][0] = -1
    s["STK_TOP"], s["NG"], s["NLIVE"], s["MAX_LIVE"], s["NEXT_GOID"] = 1 << k, 1, 1, 1, 2
    s["NCREATED"] = 1
    a["p_runnext"][0] = 0
    s["TRACE_MODE"] = TRACE_MODES[trace]
    if trace != "off":
        rows = a["trace"].reshape(-1, RECORD_WORDS)
        rows[0] = 0, int(Kind.PROCS), -1, procs, 0, -1
        rows[1] = (0, int(Kind.GO_CREATE) | int(Reason.RUNNEXT) << 8 | 1 << 16 | 1 << 32,
                   1, 0, 0, 0)  # fmt: skip
        s["TRACE_N"] = 2
    return s


__all__ = ["Budget", "Interrupted", "Machine", "Progress"]
