"""Structs, methods, embedding, interfaces: against real Go, right programs and wrong ones."""

from __future__ import annotations

import golang_real
import pytest
from golang_types import PROGRAMS
from golang_types_wrong import WRONG_TYPES

from gosched_edu import go
from gosched_edu.golang import GoError, compile_go
from gosched_edu.kernel.verify import verify

pytestmark = [
    pytest.mark.go,
    pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain"),
]
VERSION = "1.27"
SOURCES = [f"package main\n{body}\n" for body in WRONG_TYPES]


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    return dict(zip(PROGRAMS, golang_real.outputs(list(PROGRAMS.values()), VERSION), strict=True))


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_print_what_go_prints(name: str, printed: dict[str, str]) -> None:
    image = compile_go(PROGRAMS[name], version=VERSION)
    verify(image)
    assert go.run(image, version=VERSION, jit=False).output == printed[name]


@pytest.fixture(scope="module")
def real() -> dict[str, list[tuple[int, int, str]]]:
    return dict(zip(SOURCES, golang_real.errors(SOURCES, VERSION), strict=True))


@pytest.mark.parametrize("source", SOURCES)
def test_same_errors_as_gc(source: str, real: dict[str, list[tuple[int, int, str]]]) -> None:
    assert real[source], "real Go accepts this program"
    with pytest.raises(GoError) as caught:
        compile_go(source, version=VERSION)
    assert [(d.line, d.col, d.message) for d in caught.value.errors] == real[source]
