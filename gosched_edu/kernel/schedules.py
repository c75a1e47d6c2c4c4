"""Schedules as text, and a run made ready to follow one (`gosched_edu.kernel.stepwise`).

Problem. Somebody finds the schedule that breaks a program, and somebody else must get the same run.

Chosen. A text that names only what is not the default: ``12:g3`` (at decision 12 goroutine 3 goes on),
``15:c1`` (at decision 15 the select takes its case number 1, counted from 0 in the order of the source),
``20:t`` (at decision 20 time passes). Before them stand, where they are needed, ``timed``, and the accesses
to memory before which goroutines may take turns: ``@`` and the numbers of instructions (a line would be too
coarse). The empty text is the default schedule.

Invariant. `parse(text)` of `text(schedule)` is the schedule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel.fuse import fuse
from gosched_edu.kernel.image import Image, once
from gosched_edu.kernel.state import INF, PDEAD, State
from gosched_edu.kernel.stepwise import CASE, TIME
from gosched_edu.kernel.versions import RULE_INDEX
from gosched_edu.kernel.visible import FOOT_WORDS, LAST, OWN, SEEN, START

_OP = {op.name: op.code for op in isa.OPS}
_SEEN = (
    "GO GOC SEND RECV CLOSE SELECT CHLEN SEMACQ SEMREL NLADD NLWAIT NLONE NLALL ALD AST XADD XADD32 XCHG CAS "
    "WRITE EXIT THROW GOSCHED FDPAIR FDREAD FDWRITE FDWAIT FDDEAD FDCLOSE RAND"
).split()
#: Seen by others only where the clock is a choice, too.
_TIMED = "SLEEP TMNEW TMRESET TMSTOP NOW".split()
#: Functions whose atomic operations are nobody's business: what they share has no order that can be seen.
_HIDDEN = ("sync.(*Pool).", "sync.pop")
#: Writing a panic's text, or what print is given, part by part, is one thing.
_QUIET = ("runtime.",)
#: Instructions that mean something else step by step: time is taken by sleeping, one P plays all.
_INSTEAD = {"WORK": "SLEEP", "SYSCALL": "SLEEP", "GC": "NOP", "LOCKT": "NOP"}
_GOMAXPROCS = isa.STATS.index("GOMAXPROCS")
#: Scalars that are other ones step by step.
SCALARS = {"STEPWISE": 1, "NPIDLE": 0, "SYSMON_AT": INF, "PROCS_AUTO": 0, "STEP_STOP": INF}
#: The rule that must hold: timers belong to no goroutine.
RULE = RULE_INDEX["timers_per_p"]
#: Accesses to memory.
ACCESSES = (_OP["RACER"], _OP["RACEW"])


@dataclass(frozen=True)
class Schedule:
    """Where a run leaves the default schedule.

    Attributes
    ----------
    turns : tuple of (int, str)
        Decision, counted from 1, and what is chosen: ``g3``, ``c1``, ``t``; in order.
    accesses : tuple of int
        Instructions that access memory in a race, before which others may have a turn.
    timed : bool
        Timers are visible operations, because time was a choice.
    seed : int, optional
        Of the random numbers that the program draws, if not 1.

    Examples
    --------
    >>> s = parse("5:g3 12:g1")
    >>> s.turns, str(s)
    (((5, 'g3'), (12, 'g1')), '5:g3 12:g1')
    """

    turns: tuple[tuple[int, str], ...] = ()
    accesses: tuple[int, ...] = ()
    timed: bool = False
    seed: int | None = None

    def __str__(self) -> str:
        parts = ["@" + ",".join(map(str, self.accesses))] if self.accesses else []
        parts += ["timed"] if self.timed else []
        parts += [f"seed={self.seed}"] if self.seed is not None else []
        return " ".join(parts + [f"{n}:{what}" for n, what in self.turns])

    def words(self) -> list[int]:
        """The deviations as the kernel reads them."""
        out = []
        for n, what in self.turns:
            code = TIME if what == "t" else int(what[1:]) + (CASE if what[0] == "c" else 0)
            out.append(n << 32 | code)
        return out


def parse(text: str) -> Schedule:
    """A schedule from its text.

    Raises
    ------
    ValueError
        For a part that is none.
    """
    turns: list[tuple[int, str]] = []
    accesses: tuple[int, ...] = ()
    timed, seed = False, None
    for part in text.split():
        if part == "timed":
            timed = True
            continue
        try:
            if part.startswith("seed="):
                seed = int(part[5:])
                continue
            if part[0] == "@":
                accesses = tuple(int(x) for x in part[1:].split(","))
                continue
            n, _, what = part.partition(":")
            if not (what == "t" or what[0] in "gc" and 0 <= int(what[1:]) < TIME) or int(n) < 1:
                raise ValueError
            turns.append((int(n), what))
        except (ValueError, IndexError):
            raise ValueError(
                f"{part!r} is no part of a schedule; its parts are like 5:g3 (at decision 5 goroutine 3 goes "
                "on), 7:c1 (the select takes case 1) and 9:t (time passes)"
            ) from None
    # of one decision the goroutine comes before the case
    turns.sort(key=lambda turn: (turn[0], turn[1][0] == "c"))
    return Schedule(tuple(turns), accesses, timed, seed)


def turns(words: Iterable[int]) -> tuple[tuple[int, str], ...]:
    """`Schedule.turns` from the kernel's words."""
    out = []
    for word in words:
        n, what = word >> 32, word & 0xFFFFFFFF
        out.append((n, "t" if what == TIME else f"c{what - CASE}" if what >= CASE else f"g{what}"))
    return tuple(out)


def visibility(image: Image, accesses: Iterable[int] = (), *, timed: bool = False) -> NDArray[np.int8]:
    """For each instruction whether others see it: `y_vis` of the state."""
    code = image.code.reshape(-1, isa.WORDS_PER_INSTR)
    op = code[:, 0]
    vis = np.full(len(op), OWN, np.int8)
    vis[np.isin(op, [_OP[n] for n in _SEEN + (_TIMED if timed else [])])] = SEEN
    vis[(op == _OP["STAT"]) & (code[:, 2] == 0)] = SEEN
    vis[op == _OP["RET"]] = LAST
    printing = {n for n, f in enumerate(image.functions) if f.name.startswith("runtime.print")}
    prints = (op == _OP["WRITE"]) | ((op == _OP["CALL"]) & np.isin(code[:, 1], list(printing)))
    for f in image.functions:
        part = vis[f.entry : f.end]
        if f.name.startswith(_HIDDEN):
            part[:] = OWN
        elif f.name.startswith(_QUIET):
            part[op[f.entry : f.end] == _OP["WRITE"]] = OWN
            if f.name == "runtime.fatalpanic":
                part[op[f.entry : f.end] == _OP["THROW"]] = OWN
                part[op[f.entry : f.end] == _OP["PANICINFO"]] = START
        elif f.file == 0:
            line = -1
            for at in (f.entry + np.flatnonzero(prints[f.entry : f.end])).tolist():
                vis[at] = OWN if image.lines[at] == line else SEEN
                line = image.lines[at]
    for at in accesses:
        if not 0 <= at < len(op) or op[at] not in ACCESSES:
            raise ValueError(f"the schedule is of another program: instruction {at} is no access to memory")
        vis[at] = SEEN
    return vis


@once
def instead(image: Image) -> NDArray[np.int32]:
    """The program's code, step by step."""
    code = image.code.reshape(-1, isa.WORDS_PER_INSTR).copy()
    for name, other in _INSTEAD.items():
        code[code[:, 0] == _OP[name], 0] = _OP[other]
    spins = code[:, 0] == _OP["CANSPIN"]
    code[spins, 0], code[spins, 2] = _OP["LDI"], 0
    procs = code[:, 0] == _OP["SETPROCS"]
    code[procs, 0], code[procs, 2] = _OP["STAT"], _GOMAXPROCS
    return code.reshape(-1)


@once
def fused(image: Image) -> NDArray[np.int32]:
    """The same as the interpreter wants it: it asks at every jump back."""
    return fuse(instead(image), image.functions, free=False)


def follow(state: State, image: Image, schedule: Schedule) -> None:
    """A state at program start shall follow a schedule."""
    a = state.arrays
    a["code"], a["fused"] = instead(image), fused(image)
    a["cost"] = np.zeros_like(a["cost"])
    a["rule"][RULE] = 1
    a["y_vis"] = visibility(image, schedule.accesses, timed=schedule.timed)
    a["y_foot"] = np.zeros(FOOT_WORDS, np.int64)
    words = schedule.words()
    a["y_dev"] = np.array([*words, 0], np.int64)
    a["p_status"][1:] = PDEAD
    for name, value in (SCALARS | {"NDEV": len(words)}).items():
        state[name] = value
    state._point(("code", "fused", "cost", "y_vis", "y_foot", "y_dev"))
