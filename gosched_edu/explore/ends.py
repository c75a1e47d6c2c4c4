"""From what a search has kept to what a reader is told: outcomes, in order, and how likely each is.

Problem. The search tells ends apart that look alike, and Go's own scheduler prefers some of them.

Chosen. Each end is replayed once (`gosched_edu.explore.outcome`), equal ones are joined. Likelihoods are
counted in runs under Go's own policy, which follow no schedule.

Invariant. An outcome is listed once.
"""

from __future__ import annotations

import time as wall
from dataclasses import replace
from typing import Any

from gosched_edu import go
from gosched_edu.explore.ctl import CUT_OFF
from gosched_edu.explore.outcome import KINDS, Outcome, describe, endless, from_run, identity
from gosched_edu.explore.stages import Search
from gosched_edu.kernel.image import Image


def described(s: Search) -> list[Outcome]:
    """The ends that were found, as outcomes."""
    merged: dict[tuple[Any, ...], Outcome] = {}
    ends = sorted(s.best.values(), key=lambda f: (f.status == CUT_OFF, len(f.schedule.turns), -f.count))
    given = s.options | {"seed": s.seed} | ({"jit": False} if not s.jit else {})
    for f in ends[: s.budget.outcomes]:
        if f.accesses and not s.races:
            continue
        o = describe(s.image, f, given)
        key = identity(o)
        old = merged.get(key)
        merged[key] = o if old is None else replace(old, count=old.count + o.count)
    for loop in s.loops:
        o = endless(s.image, loop, given)
        merged.setdefault(identity(o), o)
    return list(merged.values())


def likelihoods(
    source: str | Image, s: Search, outcomes: list[Outcome], number: int, alone: bool
) -> list[Outcome]:
    """How often each outcome comes under Go's own scheduler; outcomes of these runs alone are added."""
    version = s.options["version"]
    image = source if isinstance(source, Image) else go.compile(source, version=version)
    seen: dict[tuple[Any, ...], int] = {}
    for seed in range(1, number + 1):
        run = go.run(
            image, seed=seed, trace="off", budget=go.Budget(seconds=2.0, events=200_000, memory=256 << 20),
            jit=s.jit, **s.options,
        )  # fmt: skip
        key = from_run(run)
        seen[key] = seen.get(key, 0) + 1
        if wall.monotonic() - s.started > 2 * s.budget.seconds:
            number = seed
            break
    out = []
    for o in outcomes:
        count = 0 if o.kind == "race" else seen.pop((o.kind, o.stdout, o.stderr, o.exit_code, o.text), 0)
        out.append(o if o.kind == "race" else replace(o, likelihood=count / number))
    for (kind, stdout, stderr, code, text), count in seen.items() if alone else ():
        out.append(Outcome(kind, stdout, stderr, code, text, count, count / number, ""))
    if alone:
        s.schedules = number
    return out


def in_order(outcomes: list[Outcome]) -> tuple[Outcome, ...]:
    return tuple(sorted(outcomes, key=lambda o: (KINDS.index(o.kind), -o.count, o.stdout, o.stderr, o.text)))
