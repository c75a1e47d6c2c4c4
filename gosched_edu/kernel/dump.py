"""Goroutine dumps: who is where, in the form of Go's own tracebacks.

The frames are read from the simulated stacks themselves, as traceback.go does: each
frame's link word says where the caller goes on and how far below its frame lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import REASON_TEXT
from gosched_edu.kernel.faults import DEADLOCK_TEXT, TEXTS
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.ops import F_PANIC

STATUS_TEXT = {1: "runnable", 2: "running", 4: "waiting"}  # traceback.go:gStatusStrings
MAX_FRAMES = 50  # traceback.go prints the innermost and outermost 50


@dataclass(frozen=True)
class Frame:
    """One call: function name and Go line (1-based)."""

    function: str
    line: int


@dataclass(frozen=True)
class Goroutine:
    """One live goroutine at a moment.

    Attributes
    ----------
    goid : int
    state : str
        As in Go's dumps: ``running``, ``runnable`` or the wait reason.
    frames : tuple of Frame
        Innermost first.
    parent : int
        goid of its creator, 0 for main.
    created_at : Frame or None
        The go statement.
    """

    goid: int
    state: str
    frames: tuple[Frame, ...]
    parent: int
    created_at: Frame | None


def goroutines(machine: Machine) -> list[Goroutine]:
    """All live goroutines, by goid."""
    a, image = machine.state.arrays, machine.image
    out = []
    for g in range(machine.state["NG"]):
        status = int(a["g_status"][g])
        if status not in STATUS_TEXT:
            continue
        pc, fp = int(a["g_pc"][g]), int(a["g_fp"][g])
        if status == 4:
            pc -= 1  # a parked goroutine's pc is that of its next instruction
        frames = []
        while True:
            frames.append(_frame(machine, pc))
            link = int(a["stk"][fp])
            if link < 0:
                break
            pc, fp = (link & 0xFFFFFFFF) - 1, fp - (link >> 32)
        if g == 0 and len(frames) > 1:
            frames.pop()  # the start function is the runtime's, not the program's
        made = int(a["g_go_pc"][g])
        out.append(
            Goroutine(
                int(a["g_goid"][g]),
                REASON_TEXT[int(a["g_reason"][g])] if status == 4 else STATUS_TEXT[status],
                tuple(frames),
                int(a["g_parent"][g]),
                _frame(machine, made) if 0 <= made < image.size else None,
            )
        )
    return sorted(out, key=lambda g: g.goid)


def _frame(machine: Machine, pc: int) -> Frame:
    f = machine.image.function_at(pc)
    return Frame(f.name if f else "?", int(machine.image.lines[pc]))


@dataclass(frozen=True)
class Queues:
    """Where runnable goroutines wait, by goid.

    Attributes
    ----------
    running : tuple of int or None
        For each P the goroutine it runs.
    runnext : tuple of int or None
        For each P its runnext slot.
    rings : tuple of tuple of int
        For each P its ring, oldest first.
    global_queue : tuple of int
        Oldest first.
    """

    running: tuple[int | None, ...]
    runnext: tuple[int | None, ...]
    rings: tuple[tuple[int, ...], ...]
    global_queue: tuple[int, ...]


def queues(machine: Machine) -> Queues:
    """The run queues as they are now."""
    a, s = machine.state.arrays, machine.state
    goid = a["g_goid"]

    def one(g: int) -> int | None:
        return int(goid[g]) if g >= 0 else None

    rings = []
    for p in range(machine.procs):
        slots = np.arange(int(a["p_head"][p]), int(a["p_tail"][p])) % st.RING + p * st.RING
        rings.append(tuple(int(x) for x in goid[a["runq"][slots]]))
    waiting, g = [], s["GQ_HEAD"]
    for _ in range(s["GQ_SIZE"]):
        waiting.append(int(goid[g]))
        g = int(a["g_next"][g])
    return Queues(
        tuple(one(int(g)) for g in a["p_g"][: machine.procs]),
        tuple(one(int(g)) for g in a["p_runnext"][: machine.procs]),
        tuple(rings),
        tuple(waiting),
    )


def traceback(machine: Machine, only: int | None = None, limit: int = 20) -> str:
    """The dump as text, at most `limit` goroutines (traceback.go:tracebackothers)."""
    file = machine.image.filename
    blocks = []
    everyone = goroutines(machine)
    chosen = [g for g in everyone if only is None or g.goid == only]
    for g in chosen[:limit]:
        lines = [f"goroutine {g.goid} [{g.state}]:"]
        for i, frame in enumerate(g.frames):
            if MAX_FRAMES <= i < len(g.frames) - MAX_FRAMES:
                if i == MAX_FRAMES:
                    lines.append(f"...{len(g.frames) - 2 * MAX_FRAMES} frames elided...")
                continue
            lines += [f"{frame.function}()", f"\t{file}:{frame.line}"]
        if g.created_at is not None:
            where = g.created_at
            lines += [f"created by {where.function} in goroutine {g.parent}",
                      f"\t{file}:{where.line}"]  # fmt: skip
        blocks.append("\n".join(lines))
    if len(chosen) > limit:
        blocks.append(f"... and {len(chosen) - limit} more goroutines")
    return "\n\n".join(blocks)


def obituary(machine: Machine) -> str:
    """What real Go would write to standard error when the program died; "" if it lives."""
    s = machine.state
    if machine.status == st.DEADLOCK:
        return f"{DEADLOCK_TEXT}\n\n{traceback(machine)}\nexit status 2\n"
    if machine.status == st.FAULTED:
        what = s["FAULT"]
        if what == F_PANIC:
            text = "panic: " + machine.string(s["FAULT_ARG"]).decode("utf-8", "replace")
        else:
            text = TEXTS[what].format(arg=s["FAULT_ARG"])
        goid = int(s.arrays["g_goid"][s["FAULT_G"]])
        note = ""
        if re.search(r"\bdefer\b", machine.image.source):
            note = "(simulated: in this edition deferred calls do not run when a program dies)\n"
        return f"{text}\n\n{traceback(machine, only=goid)}\nexit status 2\n{note}"
    return ""
