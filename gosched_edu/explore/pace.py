"""One decision after the other: a machine that follows its schedule, from outside.

Who wants to look between two decisions goes on by one. (`Machine.run` stops at events.) What the kernel's own
functions say of a state is asked of them as they stand in Python, over the state's arrays.
"""

from __future__ import annotations

from typing import Any

from gosched_edu.kernel import state as st
from gosched_edu.kernel.build import compiled, plain
from gosched_edu.kernel.log import room
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import SC, PlainState
from gosched_edu.kernel.stepwise import timepasses


def step(m: Machine, decisions: int = 1) -> int:
    """The machine follows its schedule by a decision; the kernel's status, EVENTS_UP if it can go on."""
    s = m.state
    kernel = compiled() if m.jit else plain()
    s["STEP_STOP"] = s["STEP_N"] + decisions
    while True:
        s["INS_STOP"] = s["INS"] + 2_000_000
        if m.jit:
            status = int(kernel(s))
        else:
            p = PlainState(s.arrays)
            status = int(kernel(p))
            p.write_back(s.arrays)
        if status not in st.GROWS:
            return status
        _grow(s, status)


def _grow(s: st.State, status: int) -> None:
    sized = status in (st.NEED_HEAP, st.NEED_STK, st.NEED_OUT, st.NEED_ERR)
    s.grow(status, s["NEED"] if sized else 0)


class _Items:
    """An array as the kernel's functions want it in Python: of ints that do not overflow."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __getitem__(self, i: int) -> int:
        return int(self._array[i])

    def __setitem__(self, i: int, value: int) -> None:
        self._array[i] = value


class Look:
    """A machine's state for the kernel's functions."""

    def __init__(self, machine: Machine) -> None:
        self._state = machine.state

    def __getattr__(self, name: str) -> _Items:
        return _Items(self._state.arrays[name])


def letpass(machine: Machine) -> int:
    """Time passes, as `gosched_edu.kernel.stepwise.timepasses` does it; 0, or why the run is over."""
    look, s = Look(machine), machine.state
    while True:
        if room(look, 0) == 0:
            _grow(s, st.NEED_TRACE)
        elif look.sc[SC["RACE_POLL"]]:
            _grow(s, st.NEED_RACE)
        elif (status := int(timepasses(look))) in st.GROWS:
            _grow(s, status)
        else:
            return status
