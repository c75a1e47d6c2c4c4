"""Random programs of the whole language print what real Go prints, and end as there."""

from __future__ import annotations

import os
import re
from random import Random

import golang_real
import pytest
from golang_random_whole import HEAD, program
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as some

from gosched_edu import go
from gosched_edu.golang import GoError, compile_go

VERSION = "1.27"
#: How many programs: set it to some thousands for a thorough look.
COUNT = int(os.environ.get("GOSCHED_PROGRAMS", "300"))
# Which of two panics of one expression comes first, the language leaves open.
_PANIC = re.compile(r"(?m)(panicked|caught|recovered): (?:runtime error|interface conversion).*")


def generated(count: int) -> list[str]:
    """Programs that hypothesis chooses; each has names of its own."""
    found: list[str] = []

    @seed(1)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(some.integers(0, 1 << 40))
    def collect(number: int) -> None:
        found.append(program(Random(number), functions=2, prefix=f"p{len(found)}_"))

    collect()
    assert len(found) >= count
    return found[:count]


def ours(source: str) -> tuple[str, int | None]:
    """Output and exit code in the simulator."""
    try:
        image = compile_go(source, version=VERSION)
    except GoError as e:
        return str(e), -1
    run = go.run(image, version=VERSION, procs=1, trace="off")
    return run.output, run.exit_code


@pytest.mark.go
@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
def test_random_programs_print_what_go_prints() -> None:
    programs = generated(COUNT)
    outcomes = golang_real.together(HEAD, programs, VERSION)
    # the generator makes a constant index out of range now and then
    assert sum(real is not None for real in outcomes) >= 0.98 * COUNT
    wrong = []
    for source, real in zip(programs, outcomes, strict=True):
        output, code = ours(source)
        if real is None:
            assert code == -1, f"real Go refuses\n{source.removeprefix(HEAD)}"
        elif (_PANIC.sub(r"\1", output), code) != (_PANIC.sub(r"\1", real[0]), real[1]):
            wrong.append(f"{source.removeprefix(HEAD)}\nours: {code} {output}\nreal: {real[1]} {real[0]}")
    assert not wrong, f"{len(wrong)} of {COUNT}\n" + "\n\n".join(wrong[:3])
