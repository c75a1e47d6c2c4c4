"""What a run does with locks, wait groups and channels: each call, with its place, and what it holds then.

Problem. A lock order, a wait group that is used too early, a send that meets a close: these are faults of
calls, and a run that happens to go well has them too. Go's locks do not know who holds them.

Rejected. Marks in the library (it is Go's, and shown to readers); the search's own steps (a million a second,
and most of them tell nothing new about the order of locks).

Chosen. A few runs are followed step by step. Before a step it is seen at which instruction of which function
its goroutine stands, after it whether it is still in there: so a call of Lock is known from its first
operation on, a lock from the moment at which Lock has returned. Where nobody says who is next, chance does.

What came before what is read from the race detector's notes in the log, without those that locks have left:
a lock orders two critical sections one way in this run, and the other way in the next.

Invariant. Nothing here changes a run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gosched_edu.explore.pace import Look, letpass, step
from gosched_edu.kernel import isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.dump import Frame, _caller
from gosched_edu.kernel.events import Kind
from gosched_edu.kernel.image import Image, once
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.schedules import Schedule, turns
from gosched_edu.kernel.stepwise import CASE, SPAN, TIME, forced, turnto, usual, whois
from gosched_edu.kernel.visible import seen

LONGEST = 3_000  # decisions
CHANGES = 1 / 16  # of the decisions of a run by priorities change one
LOCKED = 1  # sync/mutex.go:mutexLocked
READERS = 4  # sync/rwmutex.go: words before readerCount
#: Methods of sync that are watched: what the call is, and the operation at which it begins.
_CALLS = {
    "(*Mutex).Lock": ("Lock", "CAS"), "(*Mutex).TryLock": ("TryLock", "ALD"),
    "(*Mutex).Unlock": ("Unlock", "XADD32"), "(*RWMutex).RLock": ("RLock", "XADD32"),
    "(*RWMutex).TryRLock": ("TryRLock", "ALD"), "(*RWMutex).RUnlock": ("RUnlock", "XADD32"),
    "(*RWMutex).Unlock": ("Unlock", "XADD32"), "(*WaitGroup).Add": ("Add", "XADD"),
    "(*WaitGroup).Wait": ("Wait", "ALD"),
}  # fmt: skip
#: Who may call a lock so that it is the program's: others are the library's own business.
_VIA = ("sync.(*Once)", "sync.(*Cond)", "sync.(*rlocker)")
_LOCKS = ("sync.(*Mutex).", "sync.(*RWMutex).")


@dataclass(frozen=True)
class Call:
    """A call that was watched.

    Attributes
    ----------
    what : str
        "Lock", "RLock", "TryLock", "TryRLock", "Unlock", "RUnlock", "Add", "Wait", "close", "send".
    goid : int
    word : int
        Which lock, wait group or channel.
    frames : tuple of Frame
        Of the program's own, innermost first.
    at : int
        Records of the log before it.
    pc : int
        The instruction, in the innermost of these frames.
    """

    what: str
    goid: int
    word: int
    frames: tuple[Frame, ...]
    at: int
    pc: int

    @property
    def reads(self) -> bool:
        """Whether others may hold the lock at the same time."""
        return self.what in ("RLock", "TryRLock")


@dataclass(frozen=True)
class Request:
    """A call of Lock or RLock, with the locks that its goroutine held then, the oldest first."""

    call: Call
    held: tuple[Call, ...]


@dataclass
class Watched:
    """What was seen in a run.

    Attributes
    ----------
    schedule : Schedule
    calls : list of Call
    requests : list of Request
    waiting : dict of int to Request
        Who still waits for a lock at the end.
    held : dict of int to list of Call
        What each goroutine holds at the end.
    free : list of Call
        Unlocks of what was not locked.
    decisions : int
    knows : dict
        For each goroutine the moments at which it learnt something, and what it knew of others then.
    """

    schedule: Schedule
    calls: list[Call] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    waiting: dict[int, Request] = field(default_factory=dict)
    held: dict[int, list[Call]] = field(default_factory=dict)
    free: list[Call] = field(default_factory=list)
    decisions: int = 0
    knows: dict[int, list[tuple[int, dict[int, int]]]] = field(default_factory=dict)

    def ordered(self, first: Call, second: Call) -> bool:
        """Whether something other than a lock makes `first` come before `second`."""
        if first.goid == second.goid:
            return first.at <= second.at
        known: dict[int, int] = {}
        for at, what in self.knows.get(second.goid, ()):
            if at >= second.at:
                break
            known = what
        return known.get(first.goid, -1) >= first.at


@once
def _entries(image: Image) -> dict[int, str]:
    """The instructions at which a watched call begins, and what it is."""
    op = image.code[:: isa.WORDS_PER_INSTR]
    out: dict[int, str] = {}
    for f in image.functions:
        what, name = _CALLS.get(f.name.removeprefix("sync."), ("", ""))
        if what and f.name.startswith("sync."):
            first = next((at for at in range(f.entry, f.end) if op[at] == isa.BY_NAME[name].code), -1)
            out[first] = what
        elif f.file == 0:
            for at in range(f.entry, f.end):
                if op[at] in (isa.BY_NAME["CLOSE"].code, isa.BY_NAME["SEND"].code):
                    out[at] = "close" if op[at] == isa.BY_NAME["CLOSE"].code else "send"
    return out


def locks(image: Image) -> bool:
    """Whether the program has locks of its own."""
    return any(what in ("Lock", "RLock") for what in _entries(image).values())


class _Watch:
    """A run under watch."""

    def __init__(self, image: Image, schedule: Schedule, options: dict[str, Any]) -> None:
        self.image = image
        self.m = Machine(image, schedule=str(schedule), race=True, trace="full", **options)
        self.s = self.m.state
        self.s["TIME_STOP"], self.s["EVENT_STOP"] = 10**15, st.INF
        self.look = Look(self.m)
        self.entries = _entries(image)
        self.seen = Watched(schedule)
        self.held = self.seen.held
        #: Who is in a call: the request or the call, and how deep the stack was there
        self.inside: dict[int, tuple[Call, int]] = {}
        self.words = schedule.words()
        self.ranked, self.rank = False, dict[int, float]()

    # --- where somebody stands --------------------------------------------------------------
    def stack(self, g: int) -> list[tuple[int, int]]:
        """Instruction and frame of each call, innermost first."""
        a = self.s.arrays
        pc, fp = int(a["g_pc"][g]), int(a["g_fp"][g])
        out = [(pc, fp)]
        while (link := int(a["stk"][fp])) != -1:
            pc, fp = _caller(link, fp)
            out.append((pc, fp))
        return out

    def name(self, pc: int) -> str:
        f = self.image.function_at(pc)
        return f.name if f else ""

    def call(self, what: str, goid: int, word: int, stack: list[tuple[int, int]]) -> Call:
        image = self.image
        own = [(f, pc) for pc, _ in stack if (f := image.function_at(pc)) and f.file == 0 and not f.internal]
        frames = tuple(Frame(f.name, int(image.lines[pc]), image.filenames[0]) for f, pc in own)
        return Call(what, goid, word, frames, self.s["TRACE_N"], own[0][1] if own else -1)

    def argument(self, fp: int) -> int:
        return int(self.s.arrays["stk"][fp + isa.FRAME_ARGS])

    # --- what a step is about to do, and what it has done ---------------------------------------
    def before(self, g: int, goid: int) -> None:
        pc = int(self.s.arrays["g_pc"][g])
        what = self.entries.get(pc)
        if what is None:
            return
        stack = self.stack(g)
        code = self.image.code[4 * pc : 4 * pc + 4]
        if what in ("close", "send"):
            word = int(self.s.arrays["stk"][stack[0][1] + int(code[1])])
            self.seen.calls.append(self.call(what, goid, word, stack))
            return
        depth = len(stack)
        outer = 0
        if depth > 1 and self.name(stack[1][0]).startswith("sync.(*RWMutex)."):
            if what == "Unlock":
                return  # its Unlock has been seen already
            outer = 1
        via = self.name(stack[outer + 1][0]) if depth > outer + 1 else ""
        f = self.image.function_at(stack[outer + 1][0]) if depth > outer + 1 else None
        call = self.call(what, goid, self.argument(stack[outer][1]), stack)
        lock = what not in ("Add", "Wait")
        if not call.frames or lock and not (via.startswith(_VIA) or f is not None and f.file == 0):
            return
        self.seen.calls.append(call)
        if what in ("Unlock", "RUnlock"):
            self.release(call)
        elif lock:
            self.inside[goid] = call, depth - outer
            if not what.startswith("Try"):
                held = tuple(self.held.get(goid, ()))
                self.seen.waiting[goid] = Request(call, held)
                self.seen.requests.append(self.seen.waiting[goid])

    def release(self, call: Call) -> None:
        def wanted(c: Call) -> bool:
            return c.word == call.word and c.reads == (call.what == "RUnlock")

        for goid in (call.goid, *self.held):
            mine = self.held.get(goid, [])
            c = next((c for c in reversed(mine) if wanted(c)), None)
            if c is not None:
                mine.remove(c)
                return
        self.seen.free.append(call)

    def after(self, g: int, goid: int) -> None:
        call, depth = self.inside[goid]
        a = self.s.arrays
        alive = int(a["g_goid"][g]) == goid and a["g_status"][g] not in (0, st.GDEAD)
        if alive:
            stack = self.stack(g)
            inner = len(stack) > depth and self.entries.get(stack[0][0]) == "Unlock"  # a try that gives up
            again = stack[0][0] in self.entries and not inner
            if len(stack) >= depth and not again and self.name(stack[-depth][0]).startswith(_LOCKS):
                return  # it is still in there
        del self.inside[goid]
        self.seen.waiting.pop(goid, None)
        if call.what.startswith("Try") and not self.taken(call):
            return
        self.held.setdefault(goid, []).append(call)

    def taken(self, call: Call) -> bool:
        """Whether a try has succeeded: of a lock that nobody else holds it can be seen."""
        word = (call.word - isa.BASE) >> 3
        others = [c for held in self.held.values() for c in held if c.word == call.word]
        heap = self.s.arrays["heap"]
        if call.reads:
            return int(heap[word + READERS]) > len(others)
        return not others and bool(int(heap[word]) & LOCKED)

    def approach(self, g: int, goid: int) -> int | None:
        """Bring g to the operation of its next step; if it has none, that was the step: its status."""
        a, s = self.s.arrays, self.s
        if seen(self.look, g, int(a["g_pc"][g]), int(a["g_fp"][g])):
            return None
        saved = {name: s[name] for name in ("STEP_ROW", "STEP_IDLE", "STEP_SPINS")}
        if int(a["p_g"][0]) != g:
            turnto(self.look, g)
        s["BUSY"], s["GRANT"], s["STEP_END"], s["STEP_RNG"] = 1, 0, s["INS"] + SPAN, s["RNG"]
        status = step(self.m, 0)
        for name, value in saved.items():
            s[name] = value
        if status != st.EVENTS_UP:
            return status
        if int(whois(self.look, goid)) == g:
            return None
        s["STEP_N"], s["STEP_LAST"], s["STEP_ROW"] = s["STEP_N"] + 1, goid, 0
        s["STEP_IDLE"] += 1
        while s["DEV_I"] < s["NDEV"] and int(a["y_dev"][s["DEV_I"]]) >> 32 == s["STEP_N"]:
            s["DEV_I"] += 1
        if goid in self.inside:
            self.after(g, goid)
        return status

    # --- from step to step ---------------------------------------------------------------------
    def default(self) -> int:
        """Who is next by itself, -1 when the run is over. Time that passes by itself has passed."""
        while True:
            g = int(usual(self.look))
            if forced(self.look, g) == 0:
                return g
            if letpass(self.m) != 0:
                return -1

    def turn(self, given: dict[int, int], chance: random.Random | None) -> bool:
        g = self.default()
        if g < 0:
            return False
        n = self.s["STEP_N"] + 1
        goids = self.s.arrays["g_goid"]
        who = given.get(n, int(goids[g]))
        if chance is not None and n not in given:
            a = self.s.arrays
            able = [
                int(goids[x]) for x in range(self.s["NG"])
                if a["g_status"][x] in (st.GRUNNABLE, st.GRUNNING)
            ]  # fmt: skip
            who = self.pick(sorted(able), chance)
            if who != int(goids[g]):
                self.words.append(n << 32 | who)
                self.s.put("y_dev", _array(self.words))
                self.s["NDEV"] = len(self.words)
        if who != TIME:
            g = int(whois(self.look, who))
            if g < 0:
                return False
            status = self.approach(g, who)
            if status is not None:
                return status == st.EVENTS_UP
            self.before(g, who)
        status = step(self.m)
        if who in self.inside:
            self.after(g, who)
        return status == st.EVENTS_UP

    def pick(self, able: list[int], chance: random.Random) -> int:
        """Somebody: with the same chances, or by priorities of which the first may change (PCT)."""
        if not self.ranked:
            return chance.choice(able)
        for goid in able:
            self.rank.setdefault(goid, chance.random())
        first = max(able, key=self.rank.__getitem__)
        if chance.random() < CHANGES:
            self.rank[first] = -chance.random()
            first = max(able, key=self.rank.__getitem__)
        return first

    def go(self, chance: random.Random | None) -> Watched:
        step(self.m, 0)
        given = {w >> 32: w & 0xFFFFFFFF for w in self.words if w & 0xFFFFFFFF < CASE}
        for self.seen.decisions in range(1, LONGEST + 1):
            if not self.turn(given, chance):
                break
        seen = self.seen
        if chance is not None:
            old = seen.schedule
            seen.schedule = Schedule(turns(self.words), old.accesses, old.timed, old.seed)
        if seen.requests:
            seen.knows = dict(self.knowledge())
        return seen

    def knowledge(self) -> Iterator[tuple[int, list[tuple[int, dict[int, int]]]]]:
        """What each goroutine knows of the others from when on, by other means than locks."""
        lock = {at for f in self.image.functions if f.name.startswith(_LOCKS) for at in range(f.entry, f.end)}
        mine: dict[int, dict[int, int]] = {}
        left: dict[int, dict[int, int]] = {}
        out: dict[int, list[tuple[int, dict[int, int]]]] = {}
        for position, (_, word, goid, what, _, pc) in enumerate(self.m.records().tolist()):
            kind = word & 0xFF
            if kind not in (Kind.HB_RELEASE, Kind.HB_ACQUIRE, Kind.HB_MERGE) or pc in lock:
                continue
            knows = mine.setdefault(goid, {})
            if kind == Kind.HB_ACQUIRE:
                for other, at in left.get(what, {}).items():
                    if other != goid and knows.get(other, -1) < at:
                        knows[other] = at
                out.setdefault(goid, []).append((position, dict(knows)))
                continue
            new = {**knows, goid: position}
            if kind == Kind.HB_MERGE:
                for other, at in left.get(what, {}).items():
                    new[other] = max(new.get(other, -1), at)
            left[what] = new
        yield from out.items()


def _array(words: list[int]) -> Any:
    import numpy as np

    return np.array([*words, 0], np.int64)


def watch(image: Image, schedule: Schedule, options: dict[str, Any], *, seed: int | None = None) -> Watched:
    """Follow a schedule; with a seed, chance decides what the schedule does not.

    Parameters
    ----------
    image : Image
    schedule : Schedule
    options : dict
        Of `Machine`.
    seed : int, optional
    """
    run = _Watch(image, schedule, options)
    run.ranked = bool(seed and seed % 2)
    return run.go(None if seed is None else random.Random(seed))
