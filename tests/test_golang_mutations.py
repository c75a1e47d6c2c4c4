"""Broken programs: accepted or refused as real Go does, and at the same line."""

from __future__ import annotations

import re
from random import Random

import golang_front
import golang_random
import golang_real
import pytest
import test_golang_control
import test_golang_generics
import test_golang_numeric
from golang_front import needs_go

PROGRAMS = [
    test_golang_numeric.PROGRAM,
    test_golang_generics.PROGRAM,
    *test_golang_control.PROGRAMS.values(),
]
_TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\])+\'|//[^\n]*|[A-Za-z_]\w*|\d[\w.]*'
    r"|:=|<-|\+\+|--|&&|\|\||[-+*/%&|^<>=!]=?|\.\.\.|[^\s]"
)
_OPERATORS = "+ - * / % & == != < > && || := = <- ++ <<".split()
_WORDS = 'int string bool error float64 uint8 any x i n err nil true 1 "s" 3.5 len make append chan'.split()


def broken(source: str, rng: Random) -> str:
    """`source` with one small change, of the kind that a programmer makes by mistake."""
    start = source.index("\n", source.index("import"))
    tokens = [(m.start(), m.end(), m[0]) for m in _TOKEN.finditer(source) if m.start() > start]
    names = [t for t in tokens if re.match(r"[A-Za-z_]\w*$", t[2])]
    operators = [t for t in tokens if t[2] in _OPERATORS]

    def put(place: tuple[int, int, str], text: str) -> str:
        return source[: place[0]] + text + source[place[1] :]

    kind = rng.randrange(8)
    if kind <= 1:
        return put(rng.choice(tokens), "")
    if kind <= 3:
        return put(rng.choice(names), rng.choice(names)[2])
    if kind == 4:
        return put(rng.choice(names), rng.choice(_WORDS))
    if kind == 5:
        return put(rng.choice(operators), rng.choice(_OPERATORS))
    lines = source.split("\n")
    at = rng.randrange(source[:start].count("\n") + 1, len(lines))
    if kind == 6:
        del lines[at]
    else:
        lines.insert(at, lines[at])
    return "\n".join(lines)


@pytest.mark.go
@pytest.mark.slow
@needs_go
def test_mutations_are_judged_as_by_gc() -> None:
    """Of 200 mutations at least 95 % are accepted or refused alike, 90 % at the same line."""
    rng = Random(5)
    sources = [broken(rng.choice([*PROGRAMS, golang_random.program(rng)]), rng) for _ in range(200)]
    refused = judged = placed = 0
    for source, real in zip(sources, golang_real.errors(sources, golang_front.NEWEST), strict=True):
        ours = golang_front.all_errors(source)
        judged += bool(ours) == bool(real)
        if real:
            refused += 1
            placed += bool(ours) and ours[0][0] == real[0][0]
    assert refused > 100, "too many mutations are good programs"
    assert judged >= 0.95 * len(sources)
    assert placed >= 0.9 * refused
