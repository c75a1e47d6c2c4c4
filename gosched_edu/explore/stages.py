"""An exploration under way: one search after the other, and what is known so far.

Problem. Searches of several kinds, each perhaps cut short and begun anew, shall add up to one answer.

Chosen. `Search` keeps the shortest schedule of each end and the accesses that race. A stage is one search; it
begins anew when a data race is found, since the orders of its accesses are more to look at. A search that
has come to its end replaces what was counted before.

Invariant. Nothing that was found is lost between stages.
"""

from __future__ import annotations

import sys
import time as wall
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from gosched_edu.explore.ctl import CUT_OFF
from gosched_edu.explore.engine import Engine, Found
from gosched_edu.explore.livelock import Livelock, follow, rounds
from gosched_edu.explore.result import Budget
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Image

DEEPEST = 3_900  # steps of a search through states: below stepwise.IDLE


@dataclass
class Search:
    """An exploration under way."""

    image: Image
    budget: Budget
    seed: int
    timed: bool
    jit: bool
    options: dict[str, Any]
    tell: Callable[[str, Engine], None]
    races: bool = True
    started: float = field(default_factory=wall.monotonic)
    accesses: set[int] = field(default_factory=set)
    best: dict[int, Found] = field(default_factory=dict)
    schedules: int = 0
    deepest: int = 20
    pruned: int = 0
    cut: int = 0
    full: int = 0
    why: str = ""
    chanced: bool = False
    states: int = 0
    by_states: bool = False
    loops: list[Livelock] = field(default_factory=list)
    draw: int | None = None

    def left(self) -> float:
        return self.budget.seconds - (wall.monotonic() - self.started)

    def stage(self, method: str, *, runs: int, seconds: float, bound: int = 0, loops: bool = False) -> bool:
        """One search; True if it has come to its end. Data races found make it begin anew.

        With `loops` it ends as soon as schedules become so long that the program seems to wait in a loop.
        """
        depth = max(self.budget.steps, DEEPEST) if method == "states" else self.budget.steps
        usual = self.deepest
        most = runs if method == "states" else min(runs, self.budget.schedules - self.schedules)
        while True:
            engine = Engine(
                self.image, method, bound=bound, seed=self.seed, accesses=self.accesses, timed=self.timed,
                length=self.deepest, depth=depth, jit=self.jit,
                draw=self.draw, race=True, **self.options,
            )  # fmt: skip
            before = len(self.accesses)
            stop = min(seconds, self.left())
            begun = wall.monotonic()
            done = False
            try:
                while True:
                    done = engine.go(
                        runs=most,
                        seconds=0.05 if loops else 0.2,
                        memory=self.budget.memory,
                    )  # fmt: skip
                    self.tell(method, engine)
                    new = self.racing(engine.found()) - self.accesses
                    if done or engine.over or (new and self.races):
                        break
                    if loops and (engine.ctl("CUT") or engine.ctl("DEEPEST") > 3 * usual + 60):
                        break
                    spent = wall.monotonic() - begun
                    if spent > stop or engine.ctl("RUNS") >= most or self.left() < 0:
                        break
            finally:
                self._take(engine)
            if engine.ctl("MANY") and method in ("exhaustive", "states"):
                self.why = "more than 62 goroutines"
                return False
            if len(self.accesses) > before and self.races:
                if self.left() > 0:
                    continue
                return False
            self.cut = engine.ctl("CUT")
            self.full = max(self.full, engine.ctl("FULL_TABLE"))
            if engine.over:
                self.why = f"the search used up its budget of {engine.over}"
            return done and not engine.over

    def racing(self, found: list[Found]) -> set[int]:
        """Accesses to memory that race. Others, as that of close and send, are visible anyway."""
        op = self.image.code[:: isa.WORDS_PER_INSTR]
        return {at for f in found for at in f.accesses if isa.OPS[op[at]].name in ("RACER", "RACEW")}

    def _take(self, engine: Engine) -> None:
        self.states = engine.ctl("NSTATES")
        whole = engine.finished and engine.method in ("exhaustive", "full", "states")
        if whole and engine.method == "states":
            given = self.options | {"seed": self.seed, "jit": self.jit}
            self.loops = [
                follow(self.image, engine.base, way, loop, given) for way, loop in rounds(*engine.graph())
            ]
        if whole and not engine.ctl("CUT") and not self.chanced:
            # from here on only these count: one of each class
            self.schedules = 0
            self.best = {k: replace(f, count=0) for k, f in self.best.items() if f.status != CUT_OFF}
        self.schedules += engine.ctl("RUNS")
        self.pruned += engine.ctl("PRUNED")
        self.chanced = self.chanced or bool(engine.ctl("CHANCED"))
        self.deepest = max(self.deepest if self.deepest != 20 else 0, engine.ctl("DEEPEST"))
        if self.races:
            self.accesses |= self.racing(engine.found())
        # a schedule that never lets somebody run is cut off; that says nothing of the program
        fair = engine.method == "random" or (engine.settings["BOUND"] == 0 and engine.method == "deviations")
        for f in engine.found():
            if f.status == CUT_OFF and not fair:
                continue
            old = self.best.get(f.key)
            if old is None:
                self.best[f.key] = f
            else:
                shorter = min((old, f), key=lambda x: len(x.schedule.turns))
                self.best[f.key] = replace(shorter, count=old.count + f.count)


def teller(progress: bool | Callable[[str], None], budget: Budget) -> Callable[[str, Engine], None]:
    """Says how far an exploration is: a line that is written over, or what was given."""
    if progress is False:
        return lambda method, engine: None
    started = wall.monotonic()
    last = [started]
    begun: dict[int, float] = {}

    def tell(method: str, engine: Engine) -> None:
        now = wall.monotonic()
        since = begun.setdefault(id(engine), last[0])
        if now - last[0] < 0.5:
            return
        last[0] = now
        runs, spent = engine.ctl("RUNS"), now - started
        share = max(spent / budget.seconds, runs / budget.schedules)
        done = engine.share()
        ahead = ""
        if done > 0:
            rest = (now - since) * (1 - done) / done
            ahead = f"about {done:.0%} of the tree, " + (
                f"{rest:.0f} s to go, " if spent + rest < budget.seconds else "more than the budget to go, "
            )
        line = f"{method}: {runs:,} schedules, {engine.ctl('NTAB')} kinds of ends, {ahead}{spent:.0f} s, " + (
            f"{min(share, 1):.0%} of the budget"
        )
        if callable(progress):
            progress(line)
        else:
            print(f"\r{line:<110}", end="", file=sys.stderr, flush=True)

    return tell
