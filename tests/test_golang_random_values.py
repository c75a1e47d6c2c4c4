"""Random programs: what they print here and in real Go."""

from __future__ import annotations

import golang_real
import pytest
from golang_random_values import program

from gosched_edu import go
from gosched_edu.golang import compile_go
from gosched_edu.kernel.verify import verify

VERSION = "1.27"
SEEDS = range(1000, 1060)


@pytest.mark.go
@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
def test_random_programs_print_what_go_prints() -> None:
    programs = [program(seed) for seed in SEEDS]
    wrong: list[int] = []
    for seed, source, real in zip(
        SEEDS, programs, golang_real.results(programs, VERSION), strict=True
    ):
        image = compile_go(source, version=VERSION)
        verify(image)
        run = go.run(image, version=VERSION, trace="off")
        if (run.exit_code, run.output) != real[:2]:
            wrong.append(seed)
    assert wrong == []
