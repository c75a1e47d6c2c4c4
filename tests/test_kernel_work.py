"""Plain work: the one instruction that takes a chosen time, on a hand-made image.

WORK n keeps the CPU busy for n virtual ns. It may be interrupted anywhere, and the rest of it
is done later: nothing is lost and nothing is done twice.
"""

from __future__ import annotations

import numpy as np
import pytest
from asm import assemble
from sched_runs import MS, START, sleep, work

from gosched_edu.kernel import state as st
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine
from gosched_edu.trace.decode import from_machine
from gosched_edu.trace.summary import intervals


def two_workers(ns: int) -> Image:
    """main starts a worker, works as long as it, and sleeps until both are done."""
    return assemble(
        START + "func main.main\n  GO worker 4 0\n" + work(ns) + sleep(500 * MS) + "  RET\n"
        "func worker args=0\n" + work(ns) + "  RET\n"
    )


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("version", ["1.13", "1.22"])
@pytest.mark.parametrize("procs", [1, 2])
def test_work_takes_its_time_and_only_signals_interrupt_it(procs, version, jit):
    m = Machine(two_workers(45 * MS), procs=procs, version=version, jit=jit)
    assert m.run() == st.DONE
    rows = intervals(from_machine(m))
    busy = rows[(rows.lane == "G") & (rows.state == "running") & rows.id.isin([1, 2])]
    time = (busy.end - busy.start).groupby(busy.id).sum()
    # the time on a P also holds the ways to the scheduler, some microseconds for each slice
    assert ((time - 45 * MS) >= 0).all() and ((time - 45 * MS) < 0.1 * MS).all()
    slices = busy.groupby("id").size()
    if procs == 1 and version == "1.22":
        assert (slices >= 3).all(), "45 ms of work on a shared P is more than two slices of 20 ms"
        lengths = (busy.end - busy.start)[busy.end < rows.end.max()]
        assert lengths.max() <= 21 * MS
    if version == "1.13":
        longest = (busy.end - busy.start).groupby(busy.id).max()
        assert (longest >= 45 * MS).all(), "without calls, only a signal interrupts work"


@pytest.mark.parametrize("cut", [1, 7 * MS, 30 * MS + 1])
def test_work_can_be_stopped_and_resumed_at_any_time(cut):
    whole = Machine(two_workers(45 * MS), procs=1)
    whole.run()
    pieces = Machine(two_workers(45 * MS), procs=1)
    for k in range(1, 20):
        pieces.run(until=k * cut)
    pieces.run()
    np.testing.assert_array_equal(pieces.records(), whole.records())
