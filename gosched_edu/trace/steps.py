"""A run step by step, with its steps for time: for pictures of what a schedule does.

Problem. Where a run follows a schedule (`gosched_edu.kernel.stepwise`) the clock stands still: all is done
at once, and a timeline of it has no width.

Chosen. The run is made once more, one step after the other; what a step does stands in it in its order.

Invariant. The same events in the same order; step n lasts from ``(n - 1) * STEP`` to ``n * STEP``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind
from gosched_edu.kernel.machine import Machine
from gosched_edu.trace.decode import from_machine
from gosched_edu.trace.trace import Trace

STEP = 1000  #: length of a step
#: What the library does with its own memory is left out.
_MEMORY = (Kind.ACCESS, Kind.HB_RELEASE, Kind.HB_ACQUIRE, Kind.HB_MERGE)


def by_step(machine: Machine) -> Trace:
    """Run a machine that follows a schedule from its start to its end; the trace with steps for time.

    Parameters
    ----------
    machine : Machine
        At program start, made with ``schedule=``.

    Returns
    -------
    Trace
        ``meta["axis"]`` is "steps".

    Examples
    --------
    >>> from gosched_edu import go
    >>> source = "package main\\nfunc main() { c := make(chan int); go func() { c <- 1 }(); <-c }\\n"
    >>> trace = by_step(go.machine(source, procs=1, schedule=""))
    >>> trace.end, [(e.g, e.time // STEP) for e in trace if e.kind == Kind.GO_START]
    (4000, [(1, 0), (2, 2), (1, 3)])
    """
    ends: list[int] = []
    while machine.status == st.RUNNING and not machine.over_budget:
        machine.state["STEP_STOP"] = len(ends) + 1
        # up to the budget of events, but no further: reaching the next step is no fault
        machine.run(events=max(1, machine.budget.events - machine.state["NEVENTS"]))
        ends.append(machine.state["TRACE_N"])
    # that nobody can run any more is no step
    if len(ends) > max(machine.state["STEP_N"], 1):
        ends[-2:] = ends[-1:]
    trace = from_machine(machine)
    shown = ~np.isin(trace.kind, [int(k) for k in _MEMORY]) | (trace.line > 0)
    step = np.searchsorted(np.array(ends), np.arange(len(trace)), side="right")[shown]
    first = np.searchsorted(step, step)  # of the rows of the same step
    many = np.searchsorted(step, step, side="right") - first
    time = STEP * step + STEP * (np.arange(len(step)) - first) // many
    columns = {name: getattr(trace, name)[shown] for name in _COLUMNS}
    columns["arg"][columns["kind"] == Kind.PROCS] = 1  # one P plays all
    meta = trace.meta | {"axis": "steps"}
    return replace(trace, **columns, time=time, end=STEP * len(ends), procs=1, meta=meta)


_COLUMNS = ("kind", "g", "p", "m", "arg", "arg2", "line", "reason", "func")
