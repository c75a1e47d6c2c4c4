"""Broken programs are refused where real Go refuses them, and good ones accepted."""

from __future__ import annotations

import functools
import os

import go_corpora
import golang_collections
import golang_programs
import golang_real
import golang_types
import pytest
import test_golang_control
import test_golang_generics
import test_golang_numeric
from golang_mutants import damaged, mutants

from gosched_edu.golang import GoError, compile_go

VERSION = "1.27"
SOURCES = [
    program
    for module in (golang_collections, golang_programs, golang_types)
    for program in module.PROGRAMS.values()
] + [
    test_golang_numeric.PROGRAM,
    test_golang_generics.PROGRAM,
    *test_golang_control.PROGRAMS.values(),
]
#: How many mutants the larger test makes: set it to some thousands for a thorough look.
COUNT = int(os.environ.get("GOSCHED_MUTANTS", "200"))


def errors(source: str) -> list[tuple[int, int, str]]:
    """The errors of the front end."""
    try:
        compile_go(source, version=VERSION)
    except GoError as e:
        return [(d.line, d.col, d.message) for d in e.errors]
    return []


def line(found: list[tuple[int, int, str]]) -> int:
    """The line of the first error; 0 if there is none."""
    return found[0][0] if found else 0


@pytest.mark.go
@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
def test_mutants_are_judged_as_real_go_judges_them() -> None:
    programs = mutants(SOURCES, 200, seed=5)
    real = [line(found) for found in golang_real.compiler_errors(programs, VERSION)]
    ours = [line(errors(p)) for p in programs]
    pairs = list(zip(real, ours, strict=True))
    assert sum(r > 0 for r in real) > 150, "the mutants should be broken"
    assert sum((r > 0) == (o > 0) for r, o in pairs) >= 0.98 * len(pairs)
    assert sum(r == o for r, o in pairs) >= 0.96 * len(pairs)


@functools.cache
def seeds() -> list[str]:
    """Good programs: those of other tests, and Go's own bugs, leaks, deaths and races."""
    corpora = [*go_corpora.goker(), *go_corpora.leaks(), *go_corpora.deadlocks()]
    found = [p.source for p in corpora] + [f"{p.source}\nfunc main() {{}}\n" for p in go_corpora.races()]
    return SOURCES + [s for s in found if "is not simulated" not in str(errors(s))]


@pytest.mark.go
@go_corpora.needs_corpora
@pytest.mark.parametrize("seed", [1, 2])
def test_damaged_programs_are_refused_at_the_same_line(seed: int) -> None:
    programs = damaged(seeds(), COUNT, seed)
    real = golang_real.compiler_errors(programs, VERSION)
    ours = [errors(p) for p in programs]
    pairs = list(zip(programs, real, ours, strict=True))
    assert sum(map(bool, real)) > 0.7 * COUNT, "the mutants should be broken"
    differ = [f"{p}\nreal: {r}\nours: {o}" for p, r, o in pairs if bool(r) != bool(o)]
    assert len(differ) <= 0.015 * COUNT, "\n\n".join(differ)
    elsewhere = [
        f"{p}\nreal: {r}\nours: {o}"
        for p, r, o in pairs
        if r and o and line(r) and line(r) != line(o)
    ]
    assert len(elsewhere) <= 0.02 * COUNT, "\n\n".join(elsewhere)
    # the place and the words of the first error, too, are gc's
    same = sum(r[:1] == o[:1] for _, r, o in pairs)
    assert same >= 0.96 * COUNT, same
