"""Warnings of an exploration: what is wrong with the use of locks, wait groups and channels.

Problem. "fatal error: all goroutines are asleep" names nobody's mistake, and a program that has one may end
well in each schedule that was tried.

Chosen. The schedules of the outcomes, and some random ones where locks are held together, are followed once
more under watch (`gosched_edu.explore.watch`). Of lock orders it is told that they can meet, though they did
not (`gosched_edu.explore.lockorder`); of what is an error of its own, both places, and a schedule.

Invariant. A warning's schedule shows the calls that it names. Where `Hazard.happens`, it ends in the fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from gosched_edu.explore.lockorder import Edge, circles
from gosched_edu.explore.outcome import Outcome
from gosched_edu.explore.stuck import who
from gosched_edu.explore.watch import Call, Watched, locks, watch
from gosched_edu.kernel import isa
from gosched_edu.kernel.dump import Frame
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.schedules import Schedule, parse

HAZARDS = ("lock order", "double lock", "unlock", "WaitGroup", "closed channel")
WALKS = 12  # random schedules that are watched where somebody holds two locks
OUTCOMES = 24  # whose schedules are watched
DECISIONS = 20_000  # after which no further schedule is


@dataclass(frozen=True)
class Hazard:
    """A warning.

    Attributes
    ----------
    kind : str
        "lock order", "double lock", "unlock" (of what is not locked), "WaitGroup", "closed channel".
    sentence : str
    schedule : str
        Shows it, for ``go.run(source, schedule=...)``.
    happens : bool
        That run ends in the fault; otherwise it shows only that another one could.
    places : tuple of (int, str, tuple of Frame)
        Each goroutine, what it does, and its own frames there, innermost first.

    Examples
    --------
    >>> from gosched_edu.explore import explore
    >>> found = explore('''package main
    ... import "sync"
    ... func main() { var m sync.Mutex; m.Lock(); m.Lock() }
    ... ''')
    >>> [(w.kind, w.happens) for w in found.warnings]
    [('double lock', True)]
    """

    kind: str
    sentence: str
    schedule: str
    happens: bool
    places: tuple[tuple[int, str, tuple[Frame, ...]], ...]
    _key: tuple[object, ...] = field(default=(), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "kind": self.kind, "sentence": self.sentence, "schedule": self.schedule, "happens": self.happens,
            "places": [
                {"goroutine": goid, "does": does, "frames": [f"{f.function} {f.file}:{f.line}" for f in fs]}
                for goid, does, fs in self.places
            ],
        }  # fmt: skip


# --- words ------------------------------------------------------------------------------------------
def _place(c: Call) -> str:
    return f"{c.frames[0].file}:{c.frames[0].line}" if c.frames else "an unknown place"


def _receiver(image: Image, c: Call) -> str:
    """What the source calls the lock at this call; "" if it does not say."""
    lines = image.source.splitlines()
    if c.pc < 0 or not 0 < image.lines[c.pc] <= len(lines):
        return ""
    line, col = lines[image.lines[c.pc] - 1], int(image.cols[c.pc]) - 1
    best = ""
    for m in re.finditer(r"\.(?:Try)?R?Lock\(", line):
        at, depth = m.start(), 0
        while at > 0 and (depth or re.match(r"[\w.\])]", line[at - 1])):
            depth += (line[at - 1] in ")]") - (line[at - 1] in "([")
            at -= 1
        if at <= col <= m.end() or not best:
            best = line[at : m.start()]
    return best


def _names(image: Image, calls: Iterable[Call]) -> dict[Call, str]:
    """The lock of each call in words: its name and place; locks that names do not tell apart get numbers."""
    said = {c: _receiver(image, c) for c in calls}
    words = list(dict.fromkeys(c.word for c in said))
    pairs = {(c.word, name) for c, name in said.items()}
    plain = len(pairs) == len(words) == len({name for _, name in pairs}) and "" not in said.values()
    out = {}
    for c, name in said.items():
        number = f"lock {1 + words.index(c.word)}"
        out[c] = f"{name} ({_place(c)})" if plain else f"{name or 'a lock'} ({number}, {_place(c)})"
    return out


def _shown(*calls: Call) -> tuple[tuple[int, str, tuple[Frame, ...]], ...]:
    return tuple((c.goid, c.what, c.frames) for c in calls)


# --- one run ------------------------------------------------------------------------------------------
def _order(image: Image, seen: Watched) -> Iterator[Hazard]:
    waiting = {r.call for r in seen.waiting.values()}
    for way in circles(seen):
        first = [e.goid for e in way].index(min(e.goid for e in way))
        way = way[first:] + way[:first]
        happens = all(e.wants in waiting for e in way)
        names = _names(image, (c for e in way for c in (e.first, e.wants)))

        def holds(e: Edge, names: dict[Call, str] = names) -> str:
            verb = "read-locks" if e.first.reads else "locks"
            return f"{who(e.goid)} {verb} {names[e.first]} and then {names[e.wants]}"

        said = "; ".join(map(holds, way))
        both = "both wait" if len(way) == 2 else f"all {len(way)} wait"
        end = (
            f"In this schedule each has its first lock and waits for the next one's: {both} for ever."
            if happens
            else f"If each gets its first lock before one gets its second, {both} for ever."
        )
        key = tuple(sorted((_place(e.first), _place(e.wants)) for e in way))
        places = _shown(*(c for e in way for c in (e.first, e.wants)))
        yield Hazard("lock order", f"Lock order: {said}. {end}", str(seen.schedule), happens, places, key)


def _double(image: Image, seen: Watched) -> Iterator[Hazard]:
    for r in seen.requests:
        c = r.call
        own = next((h for h in r.held if h.word == c.word), None)
        if own is None:
            continue
        name = _receiver(image, c) or "a lock"
        happens = seen.waiting.get(c.goid) == r
        if own.reads and c.reads:
            writer = next((w.call for w in seen.requests if w.call.word == c.word and not w.call.reads
                           and w.call.goid != c.goid and not seen.ordered(w.call, own)
                           and not seen.ordered(c, w.call)), None)  # fmt: skip
            if writer is None:
                continue
            said = (
                f"Double lock: {who(c.goid)} read-locks {name} at {_place(c)}, though it has done so at "
                f"{_place(own)}. When {who(writer.goid)} asks for the write lock ({_place(writer)}) between "
                "the two, the second RLock waits behind it, and it waits for the first: for ever."
            )
            places = _shown(own, c, writer)
        else:
            said = (
                f"Double lock: {who(c.goid)} locks {name} at {_place(c)}, though it holds it itself since "
                f"{_place(own)}. A lock of Go does not know who holds it: it waits for itself, for ever."
            )
            places = _shown(own, c)
        yield Hazard("double lock", said, str(seen.schedule), happens, places, (_place(own), _place(c)))


def _unlock(image: Image, seen: Watched, o: Outcome) -> Iterator[Hazard]:
    if "nlock of unlocked" not in o.text or not seen.free:
        return
    c = seen.free[-1]
    others = [x for x in seen.calls if x.what == c.what and x.word == c.word and x is not c]
    before = others[-1] if others else None
    said = f"Unlock: {who(c.goid)} calls {c.what} at {_place(c)}, but nobody holds the lock"
    said += f"; {who(before.goid)} had unlocked it at {_place(before)}." if before else "."
    places = _shown(c, *filter(None, [before]))
    yield Hazard("unlock", said, o.schedule, True, places, (_place(c),))


def _group(image: Image, seen: Watched, o: Outcome) -> Iterator[Hazard]:
    text = o.text.partition("sync: ")[2]
    adds = [c for c in seen.calls if c.what == "Add"]
    waits = [c for c in seen.calls if c.what == "Wait"]
    if "negative WaitGroup counter" in text and adds:
        c = adds[-1]
        does = "Done" if any(".Done()" in line for line in _lines(image, c)) else "Add"
        said = (
            f"WaitGroup: {who(c.goid)} calls {does} at {_place(c)} when the counter is zero already: there "
            "are more Done than Add, and the counter would become negative."
        )
        yield Hazard("WaitGroup", said, o.schedule, True, _shown(c), ("negative", _place(c)))
    elif "WaitGroup" in text and adds and waits:
        a, w = adds[-1], waits[-1]
        for one in waits:
            if one.word == a.word:
                w = one
        said = (
            f"WaitGroup: it is used again before Wait has returned: {who(a.goid)} calls Add at {_place(a)}, "
            f"and {who(w.goid)} is still in Wait at {_place(w)}."
            if "reused" in text
            else f"WaitGroup: {who(a.goid)} calls Add at {_place(a)} while {who(w.goid)} is in Wait at "
            f"{_place(w)}."
        )
        yield Hazard("WaitGroup", said, o.schedule, True, _shown(a, w), ("reused", _place(a), _place(w)))


def _lines(image: Image, c: Call) -> list[str]:
    return image.source.splitlines()[c.frames[0].line - 1 :][:1] if c.frames else []


def _group_race(seen: Watched, o: Outcome) -> Iterator[Hazard]:
    """Add, when the counter is zero, and Wait: nothing orders the two."""
    goids = {a.goid for r in o.races for a in (r.now, r.before)}
    adds = [c for c in seen.calls if c.what == "Add" and c.goid in goids]
    for w in (c for c in seen.calls if c.what == "Wait" and c.goid in goids):
        a = next((a for a in adds if a.word == w.word and a.goid != w.goid), None)
        if a is not None:
            said = (
                f"WaitGroup: nothing orders Add at {_place(a)} ({who(a.goid)}) before Wait at {_place(w)} "
                f"({who(w.goid)}). Where Wait comes first, the counter is zero and it does not wait. Call "
                "Add before the go statement."
            )
            yield Hazard("WaitGroup", said, o.schedule, False, _shown(a, w), ("Add", _place(a), _place(w)))
            return


def _closed(seen: Watched, o: Outcome) -> Iterator[Hazard]:
    text = o.text
    if "send on closed channel" not in text and "close of closed channel" not in text:
        return
    what = "send" if "send on" in text else "close"
    verb = {"send": "sends", "close": "closes a channel"}[what]
    late = next((c for c in reversed(seen.calls) if c.what == what), None)
    if late is None:
        return
    first = next((c for c in seen.calls if c.what == "close" and c.word == late.word and c is not late), None)
    if first is None:
        return
    said = (
        f"Closed channel: {who(late.goid)} {verb} at {_place(late)} after {who(first.goid)} has closed "
        + ("the channel" if what == "send" else "it")
        + f" at {_place(first)}: a panic. Only who sends, and knows that nobody else will, may close."
    )
    key = (what, _place(late), _place(first))
    yield Hazard("closed channel", said, o.schedule, True, _shown(late, first), key)


def _closed_race(image: Image, seen: Watched, o: Outcome) -> Iterator[Hazard]:
    """A send and a close that nothing orders, though the send came first here."""
    op = image.code[:: isa.WORDS_PER_INSTR]
    at = {isa.OPS[op[pc]].name: int(image.lines[pc]) for pc in o._accesses}
    if set(at) != {"SEND", "CLOSE"}:
        return
    for c in seen.calls:
        if c.what != "close" or c.frames[0].line != at["CLOSE"]:
            continue
        s = next((s for s in seen.calls if s.what == "send" and s.word == c.word and s.goid != c.goid
                  and s.frames[0].line == at["SEND"]), None)  # fmt: skip
        if s is not None:
            said = (
                f"Closed channel: {who(s.goid)} sends at {_place(s)}, {who(c.goid)} closes the channel at "
                f"{_place(c)}, and nothing orders the two: where the close comes first, the send panics."
            )
            key = ("send", _place(s), _place(c))
            yield Hazard("closed channel", said, o.schedule, False, _shown(s, c), key)
            return


# --- all of them ----------------------------------------------------------------------------------------
def hazards(
    image: Image,
    outcomes: list[Outcome],
    base: Schedule,
    options: dict[str, Any],
    *,
    complete: bool,
) -> tuple[Hazard, ...]:
    """The warnings of an exploration.

    Parameters
    ----------
    image : Image
        Made for the race detector.
    outcomes : list of Outcome
    base : Schedule
        Without turns: what all schedules of the exploration have in common.
    options : dict
        Of `Machine`.
    complete : bool
        No other outcomes are possible.
    """
    found: dict[tuple[object, ...], Hazard] = {}

    def take(new: Iterable[Hazard]) -> None:
        for h in new:
            key = (h.kind, *h._key)
            old = found.get(key)
            if old is None or (h.happens, -len(h.schedule)) > (old.happens, -len(old.schedule)):
                found[key] = h

    lock = locks(image)
    runs: list[Watched] = []

    def enough() -> bool:
        return sum(seen.decisions for seen in runs) > DECISIONS

    def look(schedule: Schedule, seed: int | None = None) -> Watched:
        seen = watch(image, schedule, options, seed=seed)
        take(_order(image, seen))
        take(_double(image, seen))
        runs.append(seen)
        return seen

    if lock:
        look(base)
    for o in sorted(outcomes, key=lambda o: len(o.schedule))[:OUTCOMES]:
        misused = _misused(image, o)
        if (
            enough()
            or o.kind == "budget"
            or not (o.kind == "panic" or misused or lock and (o.schedule or o.stuck))
        ):
            continue
        seen = look(parse(o.schedule))
        take(_unlock(image, seen, o))
        take(_group(image, seen, o))
        take(_closed(seen, o))
        if o.kind == "race":
            take(_group_race(seen, o) if misused == "WaitGroup" else _closed_race(image, seen, o))
    if any(r.held for seen in runs for r in seen.requests):
        for seed in range(WALKS):
            if not enough():
                look(base, seed)
    for key, h in found.items():
        if h.kind == "lock order" and not h.happens and complete:
            more = " No schedule of this program ends so; a change elsewhere can bring it out."
            found[key] = replace(h, sentence=h.sentence + more)
    return tuple(sorted(found.values(), key=lambda h: (HAZARDS.index(h.kind), not h.happens, h.sentence)))


def foreseen(image: Image, options: dict[str, Any], walks: int = WALKS) -> tuple[Hazard, ...]:
    """What is told of locks by the default schedule and random ones, if nobody is stuck at a lock in them."""
    found: dict[tuple[object, ...], Hazard] = {}
    for seed in (None, *range(walks)):
        seen = watch(image, Schedule(), options, seed=seed)
        if not seen.waiting:
            for h in (*_order(image, seen), *_double(image, seen)):
                found.setdefault((h.kind, *h._key), h)
    return tuple(found.values())


def _misused(image: Image, o: Outcome) -> str:
    """What sort of misuse a race is: "WaitGroup", "closed channel"; "" for one of variables."""
    op = image.code[:: isa.WORDS_PER_INSTR]
    for pc in o._accesses:
        if image.filenames[int(image.files[pc])] == "sync/waitgroup.go":
            return "WaitGroup"
        if isa.OPS[op[pc]].name in ("SEND", "CLOSE"):
            return "closed channel"
    return ""
