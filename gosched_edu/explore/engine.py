"""One search from outside: the state made ready for it, and going on until somebody has had enough.

Problem. Compiled code cannot allocate, show progress or be interrupted.

Chosen. As in `gosched_edu.kernel.machine`: `Engine.go` enters the compiled search again and again. Where
an array of the run is too small the search begins anew with a larger one (that happens early, and what was
found stays); where one of the search's own is too small it grows and the search goes on.

Invariant. What is found depends on the program, the method and the seed, never on how often the door was
used.
"""

from __future__ import annotations

import re
import time as wall
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gosched_edu.explore import ctl, keep, search, states
from gosched_edu.explore.ctl import CTL, T_FIRST, T_WORDS
from gosched_edu.explore.native import compiled
from gosched_edu.explore.words import SCALARS
from gosched_edu.kernel import isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.schedules import Schedule, turns
from gosched_edu.kernel.state import PlainState, State

SLICE_SECONDS = 0.05
ENTRIES = 512
STATES = 1 << 12  # that there is room for at first
#: Names by which a program looks at the clock, or at what the clock has said.
_CLOCK = re.compile(r"Now|Since|Until|Deadline|Timeout|AfterFunc|\"(log|testing|net)\\b|slog|/rate")
METHODS = {
    "exhaustive": ctl.REDUCE, "full": ctl.FULL, "deviations": ctl.DEVIATE,
    "preemptions": ctl.PREEMPT, "states": ctl.STATES, "random": ctl.RANDOM, "pct": ctl.PCT,
}  # fmt: skip
#: Groups of the state that are kept as far as they are used, and the count that says how far.
_KINDS = {
    "g": keep.OF_G, "c": keep.OF_C, "s": keep.OF_S, "t": keep.OF_T, "x": keep.OF_X, "d": keep.OF_D,
    "net": keep.OF_NET, "stk": keep.OF_STK, "out": keep.OF_OUT, "err": keep.OF_ERR,
    "clocks": keep.OF_CLOCKS, "rows": keep.OF_ROWS, "tids": keep.OF_TIDS,
}  # fmt: skip
#: What a search counts.
_COUNTS = "RUNS STEPS PRUNED CUT NTAB DEEPEST NRACE FULL_TABLE MANY CHANCED FEET_TOP".split()
#: Of the one P only these change while one step follows another.
_OF_P = "p_clock p_g p_tick p_timers p_preempt p_runnext p_head p_tail p_link p_wake p_work p_ahead".split()


@dataclass(frozen=True)
class Found:
    """An entry of the search's table.

    Attributes
    ----------
    key : int
        A hash of what is seen of it.
    status : int
        How the run ended, a status of `gosched_edu.kernel.state` or `ctl.CUT_OFF`; 0: a data race.
    count : int
        In how many schedules.
    schedule : Schedule
        The shortest.
    accesses : tuple of int
        Of a data race: the instructions of the later and the earlier access.
    """

    key: int
    status: int
    count: int
    schedule: Schedule
    accesses: tuple[int, ...] = ()


class Engine:
    """A search through the schedules of a program.

    Parameters
    ----------
    image : Image
        Made for the race detector, if races are to be found.
    method : str
        One of `METHODS`.
    bound : int
        Of "deviations", "preemptions" and "pct": how many; of "random": percent of switches, 0 for even
        chances.
    seed : int
        Of the random schedules, and of the random numbers that the program draws.
    accesses : iterable of int
        Accesses to memory that others see.
    timed : bool
        Time is a choice.
    prefix : (int, Schedule), optional
        So many decisions are given, as in this schedule; the search is about what follows.
    draw : int, optional
        Seed of the random numbers that the program draws.
    listing : bool
        Ways that are cut off at `depth` are told apart: each is an entry.
    length : int
        Of "pct": steps among which the changes are spread.
    depth : int
        Steps after which a run is cut off.
    jit : bool
    **options
        Of `Machine`.
    """

    def __init__(
        self,
        image: Image,
        method: str,
        *,
        bound: int = 0,
        seed: int = 1,
        accesses: Iterable[int] = (),
        timed: bool = False,
        length: int = 50,
        depth: int = 2_000,
        prefix: tuple[int, Schedule] | None = None,
        listing: bool = False,
        draw: int | None = None,
        jit: bool = True,
        **options: Any,
    ) -> None:
        self.image = image
        self.method = method
        self.seed = seed
        self.base = Schedule((), tuple(sorted(set(accesses))), timed, draw)
        self.jit = jit
        self.prefix = prefix
        self.options = options
        self.settings = {
            "MODE": METHODS[method], "BOUND": bound, "MAX_DEPTH": depth, "TIMED": int(timed),
            "LENGTH": length, "PREFIX": prefix[0] if prefix else 0, "LISTING": int(listing),
            "RNG": ((seed * 2654435761) ^ 0x9E3779B9) & 0xFFFFFFFF or 1,
        }  # fmt: skip
        self.grown: dict[int, int] = {}
        self.finished = False
        self.over = ""
        self._ready()

    # --- the state -----------------------------------------------------------------------
    def _ready(self) -> None:
        """The program at its start, the search before its first decision."""
        self.machine = Machine(
            self.image, schedule=str(self.base), trace="off", seed=self.seed, jit=self.jit, **self.options
        )
        s = self.state = self.machine.state
        s["TIME_STOP"], s["EVENT_STOP"], s["INS_STOP"] = 10**15, st.INF, st.INF
        if self.prefix is not None:
            words = self.prefix[1].words()
            s.arrays["y_dev"] = np.array([*words, 0], np.int64)
            s["NDEV"] = len(words)
            s._point(("y_dev",))
        for status, times in self.grown.items():
            for _ in range(times):
                s.grow(status)
        a = s.arrays
        rows = list(self._rows(s))
        written = self.image.variables
        if written is None:
            written = ((1, len(self.image.data) - 1),) if len(self.image.data) > 1 else ()
        variables = _joined([(1, 1), (2, 1), *written])
        depth = self.settings["MAX_DEPTH"] + 2
        nodes = depth if self.settings["MODE"] < ctl.RANDOM else 1
        sizes = {
            "y_ctl": ctl.CTL_WORDS, "y_node": nodes * ctl.NODE, "y_path": 2 * depth,
            "y_clk": nodes * 64, "y_feet": 1 << 16, "y_keep": 1 << 18, "y_tab": ENTRIES * T_WORDS,
        }  # fmt: skip
        for name, n in sizes.items():
            a[name] = np.zeros(n, a[name].dtype)
        a["y_copy"] = np.array(rows, np.int64).reshape(-1)
        a["y_vars"] = np.array([w for run in variables for w in run], np.int64)
        s._point((*sizes, "y_copy", "y_vars"))
        code = self.image.code[:: isa.WORDS_PER_INSTR]
        settings = self.settings | {
            "KEEP_CAP": sizes["y_keep"], "FEET_CAP": sizes["y_feet"], "TABCAP": ENTRIES, "ROWS": len(rows),
            "VARS": len(variables), "SELECTS": int((code == isa.BY_NAME["SELECT"].code).any()),
        }  # fmt: skip
        for name, value in settings.items():
            a["y_ctl"][CTL[name]] = value
        if self.settings["MODE"] >= ctl.RANDOM:
            self._keep_start()
        elif self.prefix is not None:
            a["y_ctl"][CTL["PHASE"]] = ctl.BEGIN
        if self.settings["MODE"] == ctl.STATES:
            self._seen(STATES)

    def again(self, prefix: tuple[int, Schedule]) -> None:
        """The same search behind another prefix; what was found before is forgotten."""
        if self.prefix is None or not self.finished:
            raise ValueError("only a search behind a prefix that has come to its end can begin again")
        self.prefix, self.finished = prefix, False
        words = prefix[1].words()
        self.state.put("y_dev", np.array([*words, 0], np.int64))
        c = self.state.arrays["y_ctl"]
        for name in _COUNTS:
            c[CTL[name]] = 0
        c[CTL["PREFIX"]], c[CTL["NWORDS"]], c[CTL["PHASE"]] = prefix[0], len(words), ctl.AGAIN
        self.settings["PREFIX"] = prefix[0]

    def _seen(self, room: int) -> None:
        """`y_seen` with room for so many states: those that are known stay."""
        s, c = self.state, self.state.arrays["y_ctl"]
        n, entry = self.ctl("NSTATES"), states.ENTRY
        heap = s["HEAPCAP"] + s["CHANCAP"] + s["TIMERCAP"]
        sizes = {
            "SEEN_ENTRIES": room * entry, "SEEN_FUNCTIONS": len(self.image.functions), "SEEN_HEAP": heap,
            "SEEN_ORDER": heap, "SEEN_CELLS": 4 * heap, "SEEN_ROWS": 2 * heap + s["GCAP"],
        }  # fmt: skip
        old, at = s.arrays["y_seen"], SCALARS + room
        places = {}
        for name, size in sizes.items():
            places[name], at = at, at + size
        new = np.zeros(at, np.int64)
        if n:
            new[:SCALARS] = old[:SCALARS]
            known = old[self.ctl("SEEN_ENTRIES") :][: n * entry].reshape(n, entry).copy()
            bucket = known[:, states.E_HASH] & (room - 1)
            order = np.argsort(bucket, kind="stable")
            same = bucket[order][1:] == bucket[order][:-1]
            known[:, states.E_NEXT] = -1
            known[order[1:][same], states.E_NEXT] = order[:-1][same]
            new[SCALARS + bucket] = np.arange(1, n + 1)
            new[places["SEEN_ENTRIES"] :][: n * entry] = known.reshape(-1)
        op = self.image.code[:: isa.WORDS_PER_INSTR]
        for i, f in enumerate(self.image.functions):
            new[places["SEEN_FUNCTIONS"] + i] = int((op[f.entry : f.end] == isa.BY_NAME["NOW"].code).any())
        for name, place in places.items():
            c[CTL[name]] = place
        c[CTL["STATECAP"]], c[CTL["SEEN_MASK"]] = room, room - 1
        c[CTL["CLOCKED"]] = int(bool(_CLOCK.search(self.image.source)))
        s.put("y_seen", new)

    def _more_states(self, memory: int) -> None:
        if self.state.arrays["y_seen"].nbytes * 2 > memory:
            self.over = f"{memory >> 20} MiB of memory"
        else:
            self._seen(2 * self.ctl("STATECAP"))

    def graph(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of "states": who could run in each (bit 0: time could pass); the steps: from, to, who, case."""
        a, n = self.state.arrays, self.ctl("NSTATES")
        known = a["y_seen"][self.ctl("SEEN_ENTRIES") :][: n * states.ENTRY].reshape(n, states.ENTRY)
        edges = a["y_feet"][: self.ctl("FEET_TOP")].reshape(-1, states.EDGE)
        first, second = edges[:, 0], edges[:, 1]
        steps = np.stack([first >> 32, first & 0xFFFFFFFF, second & 0xFF, (second >> 8) - 1], axis=1)
        return known[:, states.E_ON], steps

    def _keep_start(self) -> None:
        """Random runs come back to the start."""
        s = self.state
        plain = PlainState(s.arrays)
        top = keep.keep(plain, self.ctl("ROWS"), self.ctl("VARS"), 0)
        if self.jit:
            self._pack(plain)
        else:
            s.arrays["y_keep"][:] = plain.y_keep  # type: ignore[attr-defined]
        s.arrays["y_ctl"][CTL["KEEP_TOP"]] = top

    def _pack(self, plain: Any) -> None:
        """y_keep as compiled code lays it out: bytes, each run filled up to words."""
        s = self.state
        out: list[bytes] = []

        def put(S: Any, field: int, width: int, low: int, n: int, at: int) -> int:
            raw = s.arrays[st.NAMES[field]][low : low + n].tobytes()
            out.append(raw + bytes(-len(raw) % 8))
            return at + n

        real, keep.put = keep.put, put  # type: ignore[assignment]
        try:
            keep.keep(plain, self.ctl("ROWS"), self.ctl("VARS"), 0)
        finally:
            keep.put = real  # type: ignore[assignment]
        data = np.frombuffer(b"".join(out), np.int64)
        s.arrays["y_keep"][: len(data)] = data

    @staticmethod
    def _rows(s: State) -> Iterator[tuple[int, int, int, int]]:
        """`y_copy`: the counts first."""
        a = s.arrays
        number = {name: i for i, name in enumerate(st.NAMES)}

        def row(name: str, kind: int, n: int = 0) -> tuple[int, int, int, int]:
            return number[name], a[name].itemsize, kind, n

        yield row("sc", keep.FIXED, len(a["sc"]))
        for name in ("sema", "stk_free", "m_free", "m_bump", "m_end"):
            yield row(name, keep.FIXED, len(a[name]))
        for name in _OF_P:
            yield row(name, keep.FIXED, 1)
        for name in ("h_span", "h_class", "h_pages"):
            yield row(name, keep.OF_PAGES)
        if s["RACE"]:
            yield row("r_report", keep.OF_REPORTS)
        for group, kind in _KINDS.items():
            if group in ("clocks", "rows", "tids") and not s["RACE"]:
                continue
            for f in st.BY_GROUP[group]:
                yield row(f.name, kind)

    # --- going on --------------------------------------------------------------------------
    def ctl(self, name: str) -> int:
        """A scalar of the search."""
        return int(self.state.arrays["y_ctl"][CTL[name]])

    def go(
        self,
        *,
        runs: int = 1 << 60,
        steps: int = 1 << 60,
        seconds: float = 1e9,
        memory: int = 1 << 30,
        progress: Callable[[Engine], None] | None = None,
    ) -> bool:
        """Search until all is done or a limit is reached; True if all is done.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C. Nothing is lost; `go` goes on.
        """
        started = wall.monotonic()
        rate = 200_000.0
        while not self.finished and not self.over:
            a = self.state.arrays
            before = self.ctl("STEPS")
            a["y_ctl"][CTL["STOP_RUNS"]] = runs
            a["y_ctl"][CTL["STOP_STEPS"]] = min(steps, before + int(rate * SLICE_SECONDS) + 1)
            t0 = wall.perf_counter()
            status = self._enter()
            spent = wall.perf_counter() - t0
            if spent > 1e-4:
                rate = max(1e4, 0.5 * rate + 0.5 * (self.ctl("STEPS") - before) / spent)
            if status == ctl.FINISHED:
                self.finished = self.settings["MODE"] < ctl.RANDOM
                return True
            if status in (ctl.NEED_KEEP, ctl.NEED_FEET):
                self._grow(status, memory)
            elif status == ctl.NEED_STATES:
                self._more_states(memory)
            elif status in st.GROWS:
                self._again(status, memory)
            elif status != ctl.SLICE:
                raise AssertionError(f"the search answered {status}")
            if progress is not None:
                progress(self)
            if self.ctl("RUNS") >= runs or self.ctl("STEPS") >= steps or wall.monotonic() - started > seconds:
                return False
        return self.finished

    def _enter(self) -> int:
        if self.jit:
            return compiled()(self.state)
        plain = PlainState(self.state.arrays)
        status: int = search.search(plain)
        plain.write_back(self.state.arrays)
        return status

    def _grow(self, status: int, memory: int) -> None:
        name, cap = ("y_keep", "KEEP_CAP") if status == ctl.NEED_KEEP else ("y_feet", "FEET_CAP")
        a = self.state.arrays
        if a[name].nbytes * 2 > memory:
            self.over = f"{memory >> 20} MiB of memory"
            return
        a[name] = np.concatenate([a[name], np.zeros_like(a[name])])
        a["y_ctl"][CTL[cap]] = len(a[name])
        self.state._point((name,))

    def _again(self, status: int, memory: int) -> None:
        """An array of the run is too small: once more from the start, with a larger one."""
        self.grown[status] = self.grown.get(status, 0) + 1
        if self.grown[status] > 12 or self.state.nbytes * 2 > memory:
            self.over = f"{memory >> 20} MiB of memory"
            return
        self._ready()

    def share(self) -> float:
        """How much of the tree of schedules lies behind the search, 0 to 1: an estimate (Knuth 1975).

        Each way on from a decision is taken to be as large as its siblings. What reduction will add is not
        known yet, so this may also become less.
        """
        if self.finished or self.settings["MODE"] >= ctl.RANDOM:
            return float(self.finished)
        behind, weight = 0.0, 1.0
        nodes = self.state.arrays["y_node"].reshape(-1, ctl.NODE)[: max(0, self.ctl("DEPTH")) + 1]
        for back, done in nodes[:, [ctl.N_BACK, ctl.N_DONE]].tolist():
            ways = max(1, (back | done).bit_count())
            behind += weight * done.bit_count() / ways
            weight /= ways
            if weight < 1e-9:
                break
        return min(behind, 1.0)

    # --- what was found -----------------------------------------------------------------------
    def found(self) -> list[Found]:
        """Outcomes and races so far."""
        out = []
        table = self.state.arrays["y_tab"].reshape(-1, T_WORDS)
        for row in table[: self.ctl("NTAB")].tolist():
            n = row[ctl.T_TURNS]
            schedule = replace(self.base, turns=turns(row[T_FIRST : T_FIRST + n]))
            race = row[ctl.T_PC] >= 0
            out.append(
                Found(
                    row[ctl.T_HASH], row[ctl.T_STATUS], row[ctl.T_COUNT],
                    schedule if n < T_WORDS else self.base,
                    (row[ctl.T_PC], row[ctl.T_OLDPC]) if race else (),
                )
            )  # fmt: skip
        return out


def _joined(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of words, joined where they touch."""
    out: list[tuple[int, int]] = []
    for low, n in sorted(runs):
        if out and out[-1][0] + out[-1][1] >= low:
            last, m = out[-1]
            out[-1] = last, max(m, low + n - last)
        else:
            out.append((low, n))
    return out


__all__ = ["METHODS", "Engine", "Found"]
