"""Broken programs are refused where real Go refuses them, and good ones accepted."""

from __future__ import annotations

import golang_collections
import golang_programs
import golang_real
import golang_types
import pytest
import test_golang_control
import test_golang_generics
import test_golang_numeric
from golang_mutants import mutants

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


def first_line(source: str) -> int:
    """The line of the first error; 0 if there is none."""
    try:
        compile_go(source, version=VERSION)
    except GoError as e:
        return e.errors[0].line
    return 0


@pytest.mark.go
@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
def test_mutants_are_judged_as_real_go_judges_them() -> None:
    programs = mutants(SOURCES, 200, seed=5)
    real = [found[0][0] if found else 0 for found in golang_real.errors(programs, VERSION)]
    ours = [first_line(p) for p in programs]
    pairs = list(zip(real, ours, strict=True))
    assert sum(r > 0 for r in real) > 150, "the mutants should be broken"
    assert sum((r > 0) == (o > 0) for r, o in pairs) >= 0.98 * len(pairs)
    assert sum(r == o for r, o in pairs) >= 0.96 * len(pairs)
