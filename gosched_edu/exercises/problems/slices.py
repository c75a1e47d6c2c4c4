"""A family on time slices: who finishes when on one P, and how often each is stopped meanwhile.

sysmon looks only now and then (proc.go:retake), so a slice is 10 ms at least. Draws in which a small
difference in cost changes the answer are thrown away.
"""

from __future__ import annotations

import random
from collections import Counter

from gosched_edu import go
from gosched_edu.exercises.problems.problem import Part, named, steady
from gosched_edu.exercises.problems.queues import ONE_P, RULES
from gosched_edu.go import Run
from gosched_edu.trace import Kind, Reason

_TURNS = 100_000


def slices(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """Loops of drawn lengths on one P."""
    letters = "abcd"[: rng.randint(3, 4)]
    works = [rng.choice((6, 9, 15, 22, 45, 52, 75, 90)) for _ in letters]
    if max(works) < 45 or min(works) > 22 or len(set(works)) < len(works):
        return None
    source = (
        'package main\n\nimport (\n\t"fmt"\n\t"sync"\n)\n\nvar wg sync.WaitGroup\n\n'
        "func work(name string, n int) {\n\tx := 0\n"
        f"\tfor k := 0; k < n*{_TURNS}; k++ {{\n\t\tx += k\n\t}}\n"
        "\tfmt.Println(name)\n\twg.Done()\n}\n\nfunc main() {\n"
        f"\twg.Add({len(letters)})\n"
        + "".join(f'\tgo work("{x}", {n})\n' for x, n in zip(letters, works, strict=True))
        + "\twg.Wait()\n}\n"
    )
    found = steady(source, _finished, **ONE_P)
    if found is None or all(word.endswith(":0") for word in found[1]):
        return None
    run, ended = found
    names = {1: "main"}
    for e in run.trace:
        if e.kind == Kind.GO_CREATE and e.arg == 1:
            names[e.g] = letters[len(names) - 1]
    one = _one_unit()
    needs = "; ".join(f"{x} {n * one:.1f} ms" for x, n in zip(letters, works, strict=True))
    parts = []
    stops = [e for e in run.trace if e.kind == Kind.GO_STOP and e.reason == Reason.PREEMPTED]
    for word in ended:
        name, _, count = word.partition(":")
        own = [e for e in stops if names[e.g] == name]
        at = ", ".join(f"{e.time / 1e6:.1f} ms" for e in own)
        why = (
            f"It was stopped at {at}. {named(run.why(own[-1]), names)}" if own
            else f"Its {works[letters.index(name)] * one:.1f} ms fit into one slice: nobody asked for its P."
        )  # fmt: skip
        parts.append(Part(word, why))
    question = (
        f"{RULES} Alone on a P, the loops would take these times: "
        f"{needs}. In which order do they end, and how often is each of them preempted before? Write "
        "name:number."
    )
    return question, source, "c:0 a:1 b:2", tuple(parts)


def _finished(run: Run) -> tuple[str, ...]:
    """Names in the order in which they ended, each with how often it was stopped."""
    by = {int(run.trace.g[r]): 0 for r in run.trace.where(Kind.OUTPUT)}
    stops = run.trace.where(Kind.GO_STOP)
    counts = Counter(int(run.trace.g[r]) for r in stops if run.trace.reason[r] == Reason.PREEMPTED)
    return tuple(f"{w}:{counts[g]}" for w, g in zip(run.output.split(), by, strict=True))


def _one_unit() -> float:
    """How long one unit of work takes, ms of virtual time: measured, not believed."""
    source = (
        "package main\n\nfunc main() {\n\tx := 0\n"
        f"\tfor k := 0; k < 10*{_TURNS}; k++ {{\n\t\tx += k\n\t}}\n\tprintln(x)\n}}\n"
    )
    return go.run(source, **ONE_P).end / 10 / 1e6
