"""``python -m gosched_edu.explore.bugs``: hunt the bugs of others, write bugs.json and the page of the book.

With ``--page`` nothing is measured: the page is written again from bugs.json.

Problem. An explorer is as good as what it finds in programs that were not written for it, and as what it
does not find in programs without a fault.

Chosen. Programs of Go's own source tree (`gosched_edu.explore.corpora`): kernels of real bugs and their
repaired twins, labelled races, small leaks; and the litmus tests. Each gets the same seconds of one core.

Invariant. A bug counts as found only if its schedule, run again, shows it again.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from gosched_edu import go, realgo
from gosched_edu.explore import Budget, Outcome, bugs_report, corpora, explore, litmus
from gosched_edu.explore.hazards import foreseen
from gosched_edu.explore.kernels import Kernel, kernels
from gosched_edu.explore.real import built, runs
from gosched_edu.kernel.schedules import parse
from gosched_edu.realgo import runner

PACKAGE = Path(__file__).parent
PAGE = PACKAGE.parents[1] / "book" / "bugs.md"
#: How a kernel's bug may show: what Go calls a leak, or a deadlock of all.
STUCK = ("leak", "deadlock")
#: What a twin, or a function without a race, must never show.
FAULTS = ("leak", "deadlock", "panic", "race")
_RACE_SEEDS = 12


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m gosched_edu.explore.bugs", description=__doc__)
    options.add_argument("--page", action="store_true", help="only write the page again")
    options.add_argument("--runs", type=int, default=100, help="runs of each kernel in real Go (default 100)")
    options.add_argument("--again", action="store_true", help="what real Go has shown stays as recorded")
    options.add_argument("--only", nargs="*", default=(), help="hunt only these kernels, and write nothing")
    chosen = options.parse_args()
    if chosen.only:
        for name in chosen.only:
            print(kernel_row(kernels()[name]))
        return 0
    if not chosen.page:
        try:
            data = measure(chosen.runs, bugs_report.recorded() if chosen.again else None)
        except realgo.GoNotFound as error:
            print(f"{error}\nThe recorded table stays as it is.")
            return 1
        text = json.dumps(data, indent=1, ensure_ascii=False)
        (PACKAGE / "bugs.json").write_text(text + "\n", encoding="utf-8")
    PAGE.write_text(bugs_report.page(bugs_report.recorded()), encoding="utf-8")
    for what, (k, n) in bugs_report.shares(bugs_report.recorded()).items():
        print(f"{what}: {k} of {n}")
    print(f"Written: {PAGE}")
    return 0


def measure(count: int, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Hunt, and run the kernels in real Go, or take what it has shown `before`; some minutes."""
    toolchain = realgo.toolchain.require(corpora.VERSION)
    every = list(kernels().values())
    go.warm()
    if before is not None:
        count = before["about"]["runs"]
        real = {row["name"]: row["real"] for row in before["kernels"]}
    else:
        _say("Real Go ...")
        real = real_rows(every, count) if count else {}
    rows = []
    for kernel in every:
        rows.append(kernel_row(kernel) | {"real": real.get(kernel.name)})
        found = rows[-1]["found"] or "MISSED"
        _say(f"{kernel.name:20} {found:10} {rows[-1]['seconds']:5.1f} s  {rows[-1]['twin']['alarms'] or ''}")
    _say("Labelled races ...")
    races = race_rows()
    _say("Leaks ...")
    leaks = [leak_row(p) for p in corpora.leaks()]
    _say("Litmus tests ...")
    tests = [litmus_row(t) for t in litmus.TESTS]
    return {
        "about": {
            "version": toolchain.version, "language": toolchain.language, "machine": runner.machine(),
            "date": date.today().isoformat(), "runs": count,
        },
        "kernels": rows, "races": races, "leaks": leaks, "litmus": tests,
    }  # fmt: skip


# --- kernels ----------------------------------------------------------------------------------


def real_rows(every: list[Kernel], count: int) -> dict[str, dict[str, int]]:
    """How often real Go shows each kernel; raises AssertionError if it sees a fault in a twin."""
    with built(every, "one") as binary:
        seen = runs(binary, [(k, None) for k in every for _ in range(count)])
    out = {}
    for i, kernel in enumerate(every):
        mine = seen[i * count : (i + 1) * count]
        profile = sum(x.leaked > 0 for x in mine)
        stuck = profile if kernel.endless else sum(x.alive > 0 or bool(x.trouble) for x in mine)
        out[kernel.name] = {"shown": stuck, "profile": profile}
    with built(every, "one", repaired=True, race=True) as binary:
        tasks = [
            (k, procs) for k in every for procs in (1, 2, 4) for _ in range(bugs_report.twin_runs(count))
        ]
        for (kernel, procs), x in zip(tasks, runs(binary, tasks, patience="10s"), strict=True):
            if not x.clean:
                raise AssertionError(f"the twin of {kernel.name} on {procs} Ps in real Go: {x}")
    return out


def kernel_row(kernel: Kernel) -> dict[str, Any]:
    """A kernel and its twin, explored."""
    hunted = hunt(kernel.source(), STUCK)
    del hunted["alarms"]
    twin = hunt(kernel.source(repaired=True), FAULTS, share=0.25, thorough=True)
    image = go.compile(kernel.source(), version=corpora.VERSION, race=True)
    ahead = foreseen(image, {"version": corpora.VERSION, "seed": 1})
    return {
        "name": kernel.name, "kind": kernel.kind, "why": kernel.why, "endless": kernel.endless, **hunted,
        "foreseen": sorted({h.kind for h in ahead}),
        "twin": {k: twin[k] for k in ("alarms", "schedules", "complete", "warnings")},
    }  # fmt: skip


#: How to look, one after the other: method, bound, whether time is a choice, seed, seconds.
_WAYS = (
    ("deviations", 1, False, 1, 0.5), ("exhaustive", 0, False, 1, 2.0), ("deviations", 2, True, 1, 1.0),
    ("random", 0, True, 1, 1.0), ("exhaustive", 0, True, 1, 4.0), ("preemptions", 3, True, 1, 3.0),
    ("random", 0, False, 1, 2.0),
    ("deviations", 1, False, 2, 0.5), ("deviations", 1, False, 3, 0.5), ("exhaustive", 0, False, 4, 2.0),
)  # fmt: skip


def hunt(
    source: str, wanted: tuple[str, ...], *, share: float = 1.0, thorough: bool = False
) -> dict[str, Any]:
    """Look for the wanted outcomes in several ways, until one is there or, if asked, in all of them.

    Parameters
    ----------
    source : str
    wanted : tuple of str
        Kinds of outcomes.
    share : float
        Of the seconds that each way has.
    thorough : bool

    Returns
    -------
    dict
        ``found``: the kind of the outcome with the shortest schedule; ``turns`` in which that leaves the
        default; whether it ``replays``; the number of ``schedules`` tried; ``seconds`` of CPU; ``alarms``:
        all wanted outcomes, in sentences; whether the search was ``complete``, with time passing only
        where nobody could run; the kinds of its ``warnings``.
    """
    begin = time.process_time()
    image = go.compile(source, version=corpora.VERSION, race=True)
    tried, complete = 0, False
    best: Outcome | None = None
    alarms: set[str] = set()
    warnings: set[str] = set()
    for method, bound, timed, seed, seconds in _WAYS:
        search = explore(
            image, version=corpora.VERSION, method=method, bound=bound, seed=seed, time_choices=timed,
            budget=Budget(seconds=share * seconds),
        )  # fmt: skip
        tried += search.schedules
        complete = complete or (search.complete and not timed)
        warnings |= {w.kind for w in search.warnings}
        bad = search.of(*wanted)
        alarms |= {f"{o.kind}: {o.sentence}" for o in bad}
        if bad:
            best = min((*bad, *filter(None, [best])), key=_turns)
            if not thorough:
                break
    return {
        "found": best.kind if best else None, "turns": _turns(best) if best else 0,
        "replays": best is not None and _replays(best), "schedules": tried,
        "seconds": round(time.process_time() - begin, 2), "alarms": sorted(alarms), "complete": complete,
        "warnings": sorted(warnings),
    }  # fmt: skip


def _turns(outcome: Outcome) -> int:
    return len(parse(outcome.schedule).turns)


def _replays(outcome: Outcome) -> bool:
    """Whether the schedule, as text, in a new machine, shows the same again."""
    run = outcome.replay()
    kind = {"deadlock": "deadlock", "died": "panic"}.get(run.status, "leak" if run.leaks else "finished")
    return kind == outcome.kind or (outcome.kind == "race" and bool(run.races))


# --- the other corpora ------------------------------------------------------------------------


def race_rows() -> dict[str, Any]:
    """The labelled functions: which races are missed, and where there is a false alarm."""
    out: dict[str, Any] = {"racy": 0, "clean": 0, "missed": [], "alarms": [], "not_run": []}
    for program in corpora.races():
        name = program.name
        if "t.Skip(" in program.source:  # it does nothing, in real Go too
            out["not_run"].append(name)
            continue
        try:
            found = races_seen(program)
        except go.GoError:
            out["not_run"].append(name)
            continue
        racy = name.startswith("TestRace")
        out["racy" if racy else "clean"] += 1
        if found != racy:
            out["missed" if racy else "alarms"].append(name)
    return out


def races_seen(program: corpora.Program) -> bool:
    """Whether a race shows under Go's own policy with a few seeds, or in a short exploration.

    Many of these functions spawn what the explorer would follow for ever; a race that is there shows
    in almost every schedule, since what is looked at is what orders the accesses, not which came first.
    """
    image = go.compile(program.source, version=corpora.VERSION, race=True)
    image = image.given("", (), {"mop_test.go": program.source})  # a file beside the tests, which some read
    for seed in range(_RACE_SEEDS):
        run = go.run(
            image,
            version=corpora.VERSION,
            procs=1 + seed % 4,
            seed=seed,
            race=True,
            trace="off",
            until=500_000_000,
        )
        if run.races:
            return True
    search = explore(
        image, version=corpora.VERSION, method="random", budget=Budget(seconds=0.3, schedules=300)
    )
    return bool(search.of("race"))


def leak_row(program: corpora.Program) -> dict[str, Any]:
    """A program that leaks: under Go's own policy on one P, as in Go's own test."""
    certain, patterns = corpora.expected_leaks()[program.name]
    run = go.run(program.source, version=corpora.VERSION, procs=1, trace="off", until=500_000_000)
    found = corpora.leaked(run.leaks)
    wrong = [f"not expected: {x}" for x in found if not any(re.search(p, x) for p in patterns)]
    if certain:
        wrong += [f"not found: {p}" for p in patterns if not any(re.search(p, x) for x in found)]
    return {
        "name": program.name, "found": len(found), "certain": len(patterns) if certain else 0, "wrong": wrong
    }  # fmt: skip


def litmus_row(test: litmus.Litmus) -> dict[str, Any]:
    """A litmus test, explored."""
    verdict = litmus.check(test, version=corpora.VERSION, budget=Budget(seconds=10.0))
    wrong = [*verdict.wrong, *(f"never seen: {x}" for x in sorted(verdict.missing) if verdict.complete)]
    return {
        "name": test.name, "section": test.section, "rule": test.rule, "racy": test.racy,
        "seen": sorted(verdict.seen), "forbidden": sorted(test.forbidden), "beyond": sorted(test.beyond),
        "wrong": wrong, "complete": verdict.complete,
    }  # fmt: skip


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
