"""Two families on locks: who gets a mutex when, and who waits for whom in a deadlock.

The first one turns on starvation: who has waited for 1 ms is handed the lock, who has not is overtaken
(sync.Mutex). The second one is answered by all schedules (`gosched_edu.explore`), not by one run.
"""

from __future__ import annotations

import random
import re

from gosched_edu.exercises.problems.problem import Part, steady
from gosched_edu.exercises.problems.queues import ONE_P, RULES
from gosched_edu.explore import Budget, explore
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason

_ALL = Budget(seconds=120.0, schedules=200_000)


def mutex(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """A goroutine that asks again and again, and others that ask once."""
    letters = "abcd"[: rng.randint(3, 4)]
    lines = []
    for i, x in enumerate(letters):
        rounds = rng.randint(3, 4) if i == 0 else rng.randint(1, 2)
        start = 0 if i == 0 else rng.randrange(100, 1500, 100)
        hold = rng.choice((300, 400, 600, 700, 900))
        lines.append(f'\tgo use("{x}", {start}, {hold}, {rounds})\n')
    source = (
        'package main\n\nimport (\n\t"fmt"\n\t"sync"\n\t"time"\n)\n\nvar mu sync.Mutex\n'
        "var wg sync.WaitGroup\n\n"
        "func use(name string, start, hold, rounds int) {\n"
        "\ttime.Sleep(time.Duration(start) * time.Microsecond)\n\tfor range rounds {\n\t\tmu.Lock()\n"
        "\t\tfmt.Println(name)\n\t\ttime.Sleep(time.Duration(hold) * time.Microsecond)\n"
        "\t\tmu.Unlock()\n\t}\n"
        "\twg.Done()\n}\n\nfunc main() {\n"
        f"\twg.Add({len(letters)})\n" + "".join(lines) + "\twg.Wait()\n}\n"
    )
    found = steady(source, lambda run: run.output, **ONE_P)
    if found is None:
        return None
    run = found[0]
    parts = _turns(run)
    kinds = {part.why.split(":")[0] for part in parts}
    if len(kinds) < 3 or not any("handed" in part.why for part in parts):
        return None
    question = (
        f"{RULES} The numbers are microseconds: from when on, how long "
        "at a time, and how often a goroutine wants the lock. In which order do they get it?"
    )
    return question, source, "a a b a", tuple(parts)


def _turns(run: Run) -> list[Part]:
    """Who got the lock, and how: free, handed over, or overtaking those who wait."""
    parts = []
    asked: dict[int, int] = {}  # goroutine -> when it parked for the lock first
    handed: set[int] = set()
    text = run.output
    for e in run.trace:
        if e.kind == Kind.GO_BLOCK and e.reason == Reason.MUTEX_LOCK:
            asked.setdefault(e.g, e.time)
        elif e.kind == Kind.SEMA_ACQUIRE and e.reason == Reason.TICKET:
            handed.add(e.g)
        elif e.kind == Kind.OUTPUT:
            word = text[e.arg : e.arg + e.arg2].strip()
            since = asked.pop(e.g, None)
            if since is None and asked:
                why = (f"overtakes: it runs when the lock is free, and takes it before the {len(asked)} in "
                       "the queue; none of them has noticed yet that it has waited for 1 ms.")  # fmt: skip
            elif since is None:
                why = "free: nobody held the lock, and nobody waited."
            elif e.g in handed:
                why = (f"handed over: it waited for {(e.time - since) / 1e6:.1f} ms. After 1 ms the mutex "
                       "starves: Unlock gives it to the first of the queue (lockSlow).")  # fmt: skip
            else:
                why = (f"woken: it was the first of the queue for {(e.time - since) / 1e6:.1f} ms, and found "
                       "the lock free when it ran.")  # fmt: skip
            handed.discard(e.g)
            parts.append(Part(word, why))
    return parts


def deadlock(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """Two goroutines and main take two of four locks each, in a drawn order."""
    pairs = [rng.sample(("w", "x", "y", "z"), 2) for _ in _WHO]
    early = [rng.random() < 0.15 for _ in _WHO]  # gives the first back before it takes the second
    used = {lock for pair in pairs for lock in pair}
    body = []
    for name, (one, two), gives in zip(_WHO, pairs, early, strict=True):
        steps = [f"{one}.Lock()", f"{two}.Lock()", f"{two}.Unlock()", f"{one}.Unlock()"]
        if gives:
            steps = [f"{one}.Lock()", f"{one}.Unlock()", f"{two}.Lock()", f"{two}.Unlock()"]
        if name == "main":
            body += [f"\t{s}\n" for s in steps]
        else:
            body.append(f"\tgo func() {{ // {name}\n" + "".join(f"\t\t{s}\n" for s in (*steps, "wg.Done()"))
                        + "\t}()\n")  # fmt: skip
    source = (
        'package main\n\nimport "sync"\n\nfunc main() {\n'
        f"\tvar {', '.join(sorted(used))} sync.Mutex\n\tvar wg sync.WaitGroup\n"
        "\twg.Add(2)\n" + "".join(body) + "\twg.Wait()\n}\n"
    )
    held = [pair for pair, gives in zip(pairs, early, strict=True) if not gives]
    circle = any(p[::-1] in held for p in held) or len({p[0] for p in held} & {p[1] for p in held}) == 3
    if not circle and rng.random() < 0.98:
        return None  # too easy
    tied = {lock for p in held if p[::-1] in held for lock in p}
    if tied and all(tied & set(p) for p in pairs) and rng.random() < 0.8:
        return None  # too often: all three can wait
    found = explore(source, method="exhaustive", version="1.22", races=False, budget=_ALL)
    if not found.complete:
        return None
    ends = found.of("deadlock")
    waiting: dict[str, str] = {}
    for end in ends:
        for said in end.stuck:
            who = re.match(r"(Main|Goroutine \d+) waits", said)
            if who and "for a lock" in said:
                waiting.setdefault(_WHO[_GOIDS.index(who[1])], f"{_named(said)} Schedule: {end.schedule}.")
    question = (
        "Can this program come to a deadlock, under some schedule? Write no, or yes and then, in alphabetic "
        "order, all who can wait for a lock for ever (a, b, main)."
    )
    tried = f"All {found.schedules:,} schedules that differ were tried: "
    if not waiting:
        return question, source, "yes a b", (Part("no", f"{tried}each of them comes to its end."),)
    ways = f"{len(ends)} way{'s' if len(ends) > 1 else ''}"
    shortest = min((end.schedule for end in ends), key=len)
    there = "there are" if len(ends) > 1 else "there is"
    yes = Part("yes", f'{tried}{there} {ways} to stop. See one: go.run(source, schedule="{shortest}").')
    return question, source, "yes a b", (yes, *(Part(name, waiting[name]) for name in sorted(waiting)))


_WHO = ("a", "b", "main")
_GOIDS = ("Goroutine 2", "Goroutine 3", "Main")


def _named(text: str) -> str:
    """A sentence about goroutines, with their names."""
    for goid, name in zip((2, 3, 1), _WHO, strict=True):
        text = re.sub(rf"[gG]oroutine {goid}\b", name, text)
    return text
