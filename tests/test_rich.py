"""Go programs in which everything can happen (`rich_programs`), under every version of the rules."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from reasons import reasons_hold
from rich_programs import rich_program
from sched_lines import lines_agree

from gosched_edu import go
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.versions import VERSIONS
from gosched_edu.trace import Kind, Reason, words
from gosched_edu.trace.decode import from_machine
from gosched_edu.trace.why import why

BUDGET = go.Budget(seconds=120, events=1500, time=3_000_000)
DECISIONS = (Kind.GO_START, Kind.GO_CREATE, Kind.GO_UNBLOCK, Kind.PROC_START, Kind.PROC_HANDOFF)
QUOTAS = (None, None, None, 0.5)
OUTSIDE = SC["INS_STOP"]  # how far the caller lets the kernel go depends on his watch


@cache
def image(number: int, race: bool) -> Image:
    return go.compile(rich_program(number, size=6), race=race)


def machine(number: int, **options) -> Machine:
    """Program `number`; Ps, quota, asyncpreemptoff and the race detector change from one to the next."""
    race = number % 3 == 0
    return go.machine(
        image(number, race), procs=1 + number % 8, seed=number, race=race, cpu_quota=QUOTAS[number % 4],
        asyncpreemptoff=number % 5 == 0, budget=BUDGET, **{"version": VERSIONS[number % 28]} | options,
    )  # fmt: skip


def test_compiled_and_plain_kernel_are_equal_to_the_last_word():
    endings = Counter()
    for number in range(84):
        compiled, plain = machine(number), machine(number, jit=False)
        compiled.run(), plain.run()
        endings[compiled.status] += 1
        assert compiled.status == plain.status and compiled.over_budget == plain.over_budget
        np.testing.assert_array_equal(compiled.records(), plain.records(), f"the logs of program {number}")
        for m in (compiled, plain):
            m.state.arrays["sc"][OUTSIDE] = 0
        for name, array in compiled.state.arrays.items():
            np.testing.assert_array_equal(array, plain.state.arrays[name], f"{name} of program {number}")
    assert len(endings) >= 4, endings


@pytest.mark.parametrize("block", range(3))
def test_schedtrace_lines_agree_with_the_trace(block):
    lines = 0
    for number in range(100 + 28 * block, 128 + 28 * block):
        m = machine(number, schedtrace=1, jit=True, costs={"LOOPLT": 20_000})
        m.run()
        lines_agree(m)
        lines += len(m.schedtraces)
    assert lines > 30


@pytest.mark.parametrize("block", range(3))
def test_every_decision_says_why_and_the_log_bears_it_out(block):
    seen = set()
    for number in range(200 + 56 * block, 256 + 56 * block):
        m = machine(number)
        m.run()
        trace = from_machine(m)
        reasons_hold(trace)
        for e in trace:
            if (e.kind, e.reason) not in seen:
                seen.add((e.kind, e.reason))
                text = why(trace, e)
                assert text and "{" not in text and "None" not in text and "-1" not in text, text
                if e.kind in DECISIONS and e.reason != Reason.NONE:
                    assert len(re.findall(r"[.)]( |$)", text)) >= 2, (e, text)
    assert len(seen) > 100, len(seen)


def test_each_kind_of_event_has_its_sentence():
    told = Path(words.__file__).read_text() + Path(inspect.getfile(why)).read_text()
    assert [kind.name for kind in Kind if f"Kind.{kind.name}" not in told] == []
