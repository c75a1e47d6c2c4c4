"""What the scheduler's tests share: run assembler, look at the trace."""

from __future__ import annotations

from typing import Any

import invariants
from asm import assemble

from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.machine import Budget, Machine
from gosched_edu.trace.decode import from_machine
from gosched_edu.trace.trace import Event

START = "func start\n  CALL main.main 2\n  RET\n"
MS = 1_000_000


def run(text: str, *, checked: bool = True, until: int | None = None, **options: Any) -> Machine:
    """Run a program that begins at main.main; without numba, unless told otherwise.

    Checked: it is stopped after every few events, and the invariants hold.
    """
    options.setdefault("budget", Budget(seconds=60, time=20_000 * MS))
    options.setdefault("jit", False)
    m = Machine(assemble(START + text), **options)
    if not checked:
        m.run(until=until)
    else:
        for k in range(2000):
            before = m.state["NEVENTS"]
            m.run(until=until, events=1 + k % 3)
            if m.status == st.RUNNING:
                invariants.check(m)
            if m.status != st.RUNNING or m.over_budget or m.state["NEVENTS"] == before:
                break
        m.run(until=until)
    return m


def events(m: Machine, *kinds: Kind, g: int | None = None, reason: Reason | None = None) -> list[Event]:
    """The events of these kinds (all, if none is given), in order."""
    return [
        e
        for e in from_machine(m)
        if (not kinds or e.kind in kinds) and (g is None or e.g == g)
        and (reason is None or e.reason == reason)
    ]  # fmt: skip


def load(slot: int, value: int) -> str:
    """slot = value."""
    return f"  LDI {slot} {value}\n" if value < 1 << 31 else f"  LDK {slot} ={value}\n"


def work(ns: int, slot: int = 2) -> str:
    """Keep the processor busy without a call."""
    return f"{load(slot, ns)}  WORK {slot}\n"


def syscall(ns: int, blocks: int = 0, slot: int = 2) -> str:
    """A system call."""
    return f"{load(slot, ns)}  SYSCALL {slot} {blocks}\n"


def sleep(ns: int, slot: int = 2) -> str:
    """time.Sleep."""
    return f"{load(slot, ns)}  SLEEP {slot}\n"
