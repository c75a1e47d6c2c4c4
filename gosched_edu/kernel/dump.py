"""Goroutine dumps: who is where, in the form of Go's own tracebacks.

The frames are read from the simulated stacks themselves, as traceback.go does: each
frame's link word says where the caller goes on and how far below its frame lies. What is left out
is what Go leaves out: the runtime's own functions and those that the compiler has made; a panic
under way shows as a call of ``panic``. Arguments are not printed: ``(...)`` stands for them, as
in Go for inlined calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import REASON_TEXT, Reason
from gosched_edu.kernel.expanded import called, names
from gosched_edu.kernel.faults import F_DEADLOCK, F_GOEXIT_MAIN, F_THROW, TEXTS
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.stack import EXACT, PC_BITS
from gosched_edu.kernel.versions import RULE_INDEX

STATUS_TEXT = {1: "runnable", 2: "running", 3: "syscall", 4: "waiting"}  # traceback.go:gStatusStrings
MINUTE = 60 * 10**9
MAX_FRAMES = 50  # traceback.go prints the innermost and outermost 50


@dataclass(frozen=True)
class Frame:
    """One call: function name, Go line (1-based), file, and what stands behind the name."""

    function: str
    line: int
    file: str = "main.go"
    args: str = "()"


@dataclass(frozen=True)
class Goroutine:
    """One live goroutine at a moment.

    Attributes
    ----------
    goid : int
    state : str
        As in Go's dumps: ``running``, ``runnable``, ``syscall`` or the wait reason; behind it how
        many minutes it waits, and ``locked to thread`` if it is.
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
    a, image, now = machine.state.arrays, machine.image, machine.state["NOW"]
    stk, minor = a["stk"], machine.state["MINOR"]
    out = []
    for g in range(machine.state["NG"]):
        status = int(a["g_status"][g])
        if status not in STATUS_TEXT or a["g_sys"][g]:
            continue
        pc, fp = int(a["g_pc"][g]), int(a["g_fp"][g])
        inside = image.function_at(pc)
        if status in (3, 4) and inside is not None and pc > inside.entry:
            pc -= 1  # the pc of a goroutine that waits is that of its next instruction
        while isa.OPS[image.code[4 * pc]].name.startswith("CASE"):
            pc -= 1  # parked in a select: the cases behind it belong to it
        frames: list[Frame] = []
        known: dict[int, list[Frame]] = {}  # a recursion is at few places
        while True:
            if pc not in known:
                op = isa.OPS[image.code[4 * pc]].name
                if frames and op == "PANIC":
                    shown: Frame | None = _panic(image, pc, stk[fp + isa.FRAME_ARGS :])
                else:
                    shown = _frame(image, pc)
                here = [] if shown is None else list(_expanded(shown, "" if frames else op, minor))
                if frames and op != "PANIC":
                    known[pc] = here
            else:
                here = known[pc]
            frames += here
            link = int(stk[fp])
            if link == -1:
                break
            pc, fp = _caller(link, fp)
        made = int(a["g_go_pc"][g])
        state = REASON_TEXT[int(a["g_reason"][g])] if status == 4 else STATUS_TEXT[status]
        if status == 2 and machine.state["STW"] == 1 and g == int(a["p_g"][machine.state["STW_P"]]):
            state = REASON_TEXT[Reason.STOPPING_THE_WORLD]
        minutes = (now - int(a["g_since"][g])) // MINUTE
        if status == 4 and minutes > 0:
            state += f", {minutes} minutes"
        if a["g_lockm"][g] >= 0:
            state += ", locked to thread"
        out.append(
            Goroutine(
                int(a["g_goid"][g]),
                state,
                tuple(frames),
                int(a["g_parent"][g]),
                _frame(image, made) if 0 <= made < image.size else None,
            )
        )
    return sorted(out, key=lambda g: g.goid)


def _caller(link: int, fp: int) -> tuple[int, int]:
    """The calling instruction and the frame pointer of the caller (see panic.py for the forms of links)."""
    if link < 0:
        return (-link & 0xFFFFFFFF) - 2, fp - (-link >> 32)
    pc = link & PC_BITS
    return (pc if link & EXACT else pc - 1), fp - (link >> 32)


def _frame(image: Image, pc: int) -> Frame | None:
    """What a traceback shows of the function at pc; None if nothing (traceback.go:showfuncinfo)."""
    f = image.function_at(pc)
    if f is None or f is image.functions[0] or f.internal:
        return None
    return Frame(f.name, *_place(image, pc), "(...)" if f.nargs else "()")


def _expanded(frame: Frame, op: str, minor: int) -> Iterator[Frame]:
    """The frames that this one is in real Go; op: what it stands at, if it is the innermost."""
    if (call := called(op, frame.function, minor)) is not None:
        file, _, line = call[1].partition(":")
        yield Frame(call[0], int(line), file, "(...)")
    for name in names(frame.function, minor):
        yield replace(frame, function=name)


def _panic(image: Image, pc: int, words: NDArray[np.int64]) -> Frame:
    """The frame of gopanic, whose argument are its first two words."""
    value, data = (int(x) & 0xFFFFFFFFFFFFFFFF for x in words[:2])
    return Frame("panic", *_place(image, pc), f"({{{value:#x}?, {data:#x}?}})")


def _place(image: Image, pc: int) -> tuple[int, str]:
    return int(image.lines[pc]), image.filenames[int(image.files[pc])]


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


def local_queue(s: st.State, p: int) -> list[int]:
    """The goroutine slots in p's own queue, oldest first: a ring since Go 1.3, before that a list."""
    a = s.arrays
    n = int(a["p_tail"][p] - a["p_head"][p])
    if a["rule"][RULE_INDEX["ring"]]:
        slots = np.arange(int(a["p_head"][p]), int(a["p_tail"][p])) % st.RING + p * st.RING
        return [int(g) for g in a["runq"][slots]]
    out: list[int] = []
    g = int(a["p_link"][p])
    for _ in range(n):
        g = int(a["g_next"][g])
        out.append(g)
    return out


def queues(machine: Machine) -> Queues:
    """The run queues as they are now."""
    a, s = machine.state.arrays, machine.state
    goid = a["g_goid"]

    def one(g: int) -> int | None:
        return int(goid[g]) if g >= 0 else None

    rings = []
    for p in range(s["NPROC"]):
        rings.append(tuple(int(goid[g]) for g in local_queue(s, p)))
    waiting, g = [], s["GQ_HEAD"]
    for _ in range(s["GQ_SIZE"]):
        waiting.append(int(goid[g]))
        g = int(a["g_next"][g])
    return Queues(
        tuple(one(int(g)) for g in a["p_g"][: s["NPROC"]]),
        tuple(one(int(g)) for g in a["p_runnext"][: s["NPROC"]]),
        tuple(rings),
        tuple(waiting),
    )


def traceback(machine: Machine, only: int | None = None, limit: int = 20, first: int | None = None) -> str:
    """The dump as text, at most `limit` goroutines, `first` first (traceback.go:tracebackothers)."""
    blocks = []
    everyone = goroutines(machine)
    chosen = [g for g in everyone if only is None or g.goid == only]
    chosen.sort(key=lambda g: g.goid != first)
    for g in chosen[:limit]:
        lines = [f"goroutine {g.goid} [{g.state}]:"]
        for i, frame in enumerate(g.frames):
            if MAX_FRAMES <= i < len(g.frames) - MAX_FRAMES:
                if i == MAX_FRAMES:
                    lines.append(f"...{len(g.frames) - 2 * MAX_FRAMES} frames elided...")
                continue
            lines += [frame.function + frame.args, f"\t{frame.file}:{frame.line}"]
        if g.created_at is not None:
            where = g.created_at
            creator = f" in goroutine {g.parent}" if machine.state["MINOR"] >= 21 else ""
            lines += [f"created by {where.function}{creator}",
                      f"\t{where.file}:{where.line}"]  # fmt: skip
        blocks.append("\n".join(lines))
    if len(chosen) > limit:
        blocks.append(f"... and {len(chosen) - limit} more goroutines")
    return "\n\n".join(blocks)


def obituary(machine: Machine) -> str:
    """What real Go would have on standard error: the program's own output, and why it died."""
    s = machine.state
    written = machine.errors.decode("utf-8", "replace")
    if machine.status == st.DEADLOCK:
        text = TEXTS[F_DEADLOCK if s["NLIVE"] else F_GOEXIT_MAIN]
        return f"{written}{text}\n\n{traceback(machine)}\nexit status 2\n"
    if machine.status == st.FAULTED:
        what, arg, arg2 = s["FAULT"], s["FAULT_ARG"], s["FAULT_ARG2"]
        text = TEXTS[what].format(arg=arg, arg2=arg2) + "\n"
        if what == F_THROW:
            said = machine.string(arg, arg2).decode("utf-8", "replace")
            # an empty throw ends a panic that has written its own text
            text = TEXTS[what].format(arg=said) + "\n" if said else ""
        goid = int(s.arrays["g_goid"][s["FAULT_G"]])
        everyone = what == F_THROW and text and not s.arrays["rule"][RULE_INDEX["fatal_one"]]
        dump = traceback(machine, only=None if everyone else goid, first=goid)
        return f"{written}{text}\n{dump}\nexit status 2\n"
    return written
