"""Real Go programs from Go's own source tree: they compile, run, and end as they should.

GoBench's kernels of real bugs, small leaks, ways to die, labelled races, documented examples. Which
programs there are, and what is expected of them, is read from the same tree.
"""

from __future__ import annotations

import re
from functools import cache

import go_corpora
import pytest
from go_corpora import VERSION, Program, examples, needs_corpora, src

from gosched_edu import go
from gosched_edu.explore.corpora import expected_leaks, leaked
from gosched_edu.golang import compile_go
from gosched_edu.golang.library import paths

pytestmark = [pytest.mark.go, needs_corpora]

#: How many programs each corpus has: fewer would mean that they are not read as they should be.
COUNTS = {"goker": 63, "leaks": 23, "deadlocks": 26, "races": 370}


@cache
def corpus(name: str) -> dict[str, Program]:
    """A corpus by the names of its programs."""
    found = {p.name: p for p in getattr(go_corpora, name)()}
    assert len(found) == COUNTS[name]
    return found


#: These have goroutines that poll in a loop beside those that are stuck, and so on for a virtual second.
BUSY = {"Grpc3017", "Kubernetes13135", "Kubernetes58107"}


def run(program: Program, until: int = 500_000_000, **options: object) -> go.Run:
    """One P, as Go's own tests of these programs; half a virtual second is enough for all that end."""
    if program.name in BUSY:
        until = 20_000_000
    image = go.compile(program.source, version=VERSION, race=bool(options.get("race")))
    return go.run(image, **{"version": VERSION, "procs": 1, "trace": "off", "until": until, **options})


def problem(run: go.Run) -> str:
    """What is wrong with how a run ended; "" if it ended, or if it only ran out of virtual time."""
    if run.status == "stopped":
        return run.stopped
    if run.status == "died" and not re.search(r"(?m)^(panic|fatal error|runtime): ", run.stderr):
        return f"died without a word: {run.stderr!r}"
    return ""


@cache
def outcomes(name: str, procs: int = 1, race: bool = False) -> dict[str, go.Run | go.GoError]:
    """How each program of a corpus ran, or why it did not."""
    out: dict[str, go.Run | go.GoError] = {}
    for program in corpus(name).values():
        try:
            out[program.name] = run(program, procs=procs, race=race)
        except go.GoError as e:
            out[program.name] = e
    return out


def failures(outcomes: dict[str, go.Run | go.GoError]) -> list[str]:
    """Those that did not compile, or ended as they should not."""
    out = []
    for name, done in outcomes.items():
        why = str(done).splitlines()[0] if isinstance(done, go.GoError) else problem(done)
        if why:
            out.append(f"{name}: {why}")
    return out


@pytest.mark.parametrize("name", ["goker", "leaks", "deadlocks"])
def test_programs_compile_and_run(name: str) -> None:
    assert not failures(outcomes(name))


# --- leaks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["goker", "leaks"])
def test_leaks_are_those_that_go_expects(name: str) -> None:
    missed, unexpected = [], []
    for program, done in outcomes(name).items():
        if program not in expected_leaks() or isinstance(done, go.GoError):
            continue
        certain, patterns = expected_leaks()[program]
        found = leaked(done.leaks)
        unexpected += [f"{program}: {x}" for x in found if not any(re.search(p, x) for p in patterns)]
        if certain:
            missed += [f"{program}: {p}" for p in patterns if not any(re.search(p, x) for x in found)]
    assert (missed, unexpected) == ([], [])


# --- races ------------------------------------------------------------------------------------


def test_labelled_races() -> None:
    """Nine in ten compile and run, and nine in ten verdicts are those of the labels."""
    found = outcomes("races", procs=2, race=True)
    broken = failures(found)
    wrong = [
        name
        for name, done in found.items()
        if isinstance(done, go.Run) and bool(done.races) != name.startswith("TestRace")
    ]
    assert len(broken) <= 0.025 * len(found), broken
    assert len(found) - len(broken) - len(wrong) >= 348, wrong


# --- examples ---------------------------------------------------------------------------------


@cache
def examples_that_differ(package: str) -> list[str]:
    out = []
    for example in examples(package):
        try:
            image = compile_go(example.source, version=VERSION, entry=example.entry)
        except go.GoError as e:
            out.append(f"{example.name}: {str(e).splitlines()[0]}")
            continue
        got = go.run(image, version=VERSION, trace="off").output
        if not example.prints(got):
            out.append(f"{example.name}: {got!r} instead of {example.output!r}")
    return out


def test_examples_of_the_packages_of_concurrency() -> None:
    packages = ["context", "sync", "sync/atomic", "time"]
    wrong = [w for p in packages for w in examples_that_differ(p)]
    count = sum(len(examples(p)) for p in packages)
    assert count == 50
    assert len(wrong) <= 0.05 * count, "\n".join(wrong)


def test_examples_of_all_packages() -> None:
    found = {p: examples(p) for p in paths() if (src() / p).is_dir()}
    wrong = [w for p, some in found.items() if some for w in examples_that_differ(p)]
    count = sum(map(len, found.values()))
    assert count >= 610
    assert len(wrong) <= 0.12 * count, "\n".join(wrong)
