"""From the kernel's records to a `Trace`.

The kernel writes program counters; readers want Go lines and function names. Both come
from the image's tables here, once, in bulk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel.events import Kind
from gosched_edu.kernel.machine import Machine
from gosched_edu.trace.trace import Trace


def from_machine(machine: Machine) -> Trace:
    """The trace of a machine's run so far."""
    rows = machine.records()
    image = machine.image
    packed, pc = rows[:, 1], rows[:, 5]
    known = (pc >= 0) & (pc < image.size)
    safe = np.where(known, pc, 0)
    entries = np.array([f.entry for f in image.functions])
    func = np.searchsorted(entries, safe, side="right") - 1
    return Trace(
        time=rows[:, 0].copy(),
        kind=(packed & 0xFF).astype(np.int32),
        reason=((packed >> 8) & 0xFF).astype(np.int32),
        p=(((packed >> 16) & 0xFFFF) - 1).astype(np.int32),
        m=((packed >> 32) - 1).astype(np.int32),
        g=rows[:, 2].astype(np.int32),
        arg=rows[:, 3].copy(),
        arg2=rows[:, 4].copy(),
        # the library's lines are no lines of the program
        line=np.where(known & (image.files[safe] == 0), image.lines[safe], 0).astype(np.int32),
        func=np.where(known, func, -1).astype(np.int32),
        functions=tuple(f.name for f in image.functions),
        procs=machine.procs,
        version=machine.version,
        source="simulated",
        filename=image.filename,
        end=max(machine.state["NOW"], int(rows[-1, 0]) if len(rows) else 0),
        meta={
            "seed": machine.seed, "events": machine.state["NEVENTS"], "texts": _texts(machine, rows),
            **({} if machine.schedule is None else
               {"schedule": str(machine.schedule), "steps": machine.state["STEP_N"]}),
        },
    )  # fmt: skip


def _texts(machine: Machine, rows: NDArray[np.int64]) -> dict[int, str]:
    """What the program wrote into its trace (runtime/trace): row -> text."""
    kind = rows[:, 1] & 0xFF
    notes = np.flatnonzero((kind >= Kind.USER_TASK_BEGIN) & (kind <= Kind.USER_LABEL))
    out = {}
    for row in notes.tolist():
        where = int(rows[row, 4])
        at, n = where & ((1 << 40) - 1), where >> 40
        out[row] = machine.state.arrays["text"][at : at + n].tobytes().decode("utf-8", "replace")
    return out
