"""Random typed programs run as in real Go: same output, same exit code."""

from __future__ import annotations

from random import Random

import golang_front
import golang_random
import golang_real
import pytest
from golang_front import needs_go
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gosched_edu import go


@pytest.mark.go
@needs_go
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.integers(0, 10**9))
def test_same_output_and_exit_code(seed: int) -> None:
    source = golang_random.program(Random(seed))
    ours = golang_front.all_errors(source)
    if ours:  # the generator makes a constant index out of range now and then
        (real,) = golang_real.errors([source], golang_front.NEWEST)
        assert [e[:2] for e in ours][:1] == [e[:2] for e in real][:1]
        return
    expected = golang_real.outcome(source, golang_front.NEWEST)
    run = go.run(source, version=golang_front.NEWEST, procs=1, trace="off")
    assert (run.output, run.exit_code) == expected
