"""Ten million generated operations, under all versions' rules, without a broken invariant.

Random programs that use all of the runtime run on 1 to 16 Ps, and stop again and again in the middle;
at every stop the queues are walked and each promise of the kernel's modules is looked at.
"""

from __future__ import annotations

import pytest
from invariants import check
from rich_programs import rich_program

from gosched_edu import go
from gosched_edu.trace.decode import from_machine

OPERATIONS = 10_000_000
RULES = ("1.0", "1.1", "1.2", "1.4", "1.5", "1.9", "1.13", "1.14", "1.19", "1.22", "1.23", "1.25", "1.27")
BUDGET = go.Budget(seconds=20, events=400_000)


@pytest.mark.slow
def test_ten_million_operations_keep_the_invariants():
    done = stops = number = 0
    endings = set()
    while done < OPERATIONS:
        image = go.compile(rich_program(number, size=7))
        for k, version in enumerate(RULES):
            procs = (1, 2, 3, 5, 8, 16)[(number + k) % 6]
            m = go.machine(image, procs=procs, seed=number + k, version=version, budget=BUDGET)
            step = 10 + 37 * ((number * 13 + k) % 9)  # stops at other moments each time
            while m.status == 0 and not m.over_budget:
                m.run(events=step)
                check(m)
                stops += 1
            done += m.state["INS"]
            endings.add(m.status)
            if k == number % len(RULES):
                trace = from_machine(m)
                for thread in range(m.state["NM"]):
                    times = trace.time[trace.m == thread]
                    assert (times[1:] >= times[:-1]).all(), "a clock went back"
        number += 1
    assert stops > 500 and len(endings) >= 3, (stops, endings)
