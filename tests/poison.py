"""A collection wherever a program can be stopped, and poison where it found garbage.

Problem. Memory that the collector takes too early is seldom missed: it must be given out again, and
written to, before the program looks at it.

Chosen. The run is stopped at calls, jumps back and blocking instructions, at random. Then the kernel's
own marking runs on a copy of the state, and every object and channel that it did not reach is filled
with what nobody can use, and never given out again. If the program says the same as without, nothing that
it still needed was called garbage.
"""

from __future__ import annotations

import random

from gosched_edu.kernel import collect, malloc, mark, special
from gosched_edu.kernel import state as st
from gosched_edu.kernel.build import compiled
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import PlainState

POISON = 0x5E5E5E5E5E5E5E5E


def poison(machine: Machine) -> int:
    """Mark, and spoil what was not reached; return how many objects that were."""
    a = machine.state.arrays
    copy = PlainState(a)
    for name in ("MARK_N", "MARK_WORDS", "MARK_LIVE", "MARK_LOST"):
        copy.sc[st.SC[name]] = 0
    mark.markdata(copy)
    special.markspecials(copy)
    for g in range(copy.sc[st.SC["NG"]]):
        if copy.g_status[g] not in (0, st.GDEAD):
            mark.scanstack(copy, g)
    collect.gcdrain(copy)
    special.findspecials(copy)
    a["live"][:], a["stk"][:] = copy.live, copy.stk
    spoiled = 0
    spans = a["h_span"][: machine.state["PAGE_TOP"]]
    for page in sorted({*spans[spans >= 0].tolist()}):
        first, k = page << malloc.PAGE_SHIFT, copy.h_class[page]
        size = malloc.objectsize(copy, first)
        for at in range(first, first + (malloc.PAGE_WORDS // size * size if k >= 2 else 1), size):
            if copy.h_state[at] == malloc.ALIVE:
                a["heap"][at : at + size] = POISON
                spoiled += 1
    for c in range(1, copy.sc[st.SC["NCHAN"]]):
        if copy.c_live[c] == 1:
            a["c_live"][c] = 0
            a["c_next"][c] = 0
    return spoiled


def run(machine: Machine, seed: int, stops: int, most: int) -> tuple[int, int]:
    """Run to the end, or for `most` instructions, stopping about `stops` times.

    Returns
    -------
    tuple of int
        The status, and how many objects were spoiled.
    """
    s, r, kernel, spoiled = machine.state, random.Random(seed), compiled(), 0
    s["EVENT_STOP"] = s["TIME_STOP"] = st.INF
    rate = 20.0
    while True:
        s["INS_STOP"] = s["INS"] + (0 if r.random() < 0.5 else int(r.expovariate(1) * rate))
        status = kernel(s)
        if status in st.GROWS:
            s.grow(status, 2 * s["NEED"] if s["NEED"] else 0)
        elif status == st.BUDGET and s["INS"] <= most:
            if stops > 0:
                spoiled += poison(machine)
                stops -= 1
            if stops % 10 == 0:
                rate *= 1.3
        else:
            return status, spoiled
