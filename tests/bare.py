"""A state without a program: for tests of kernel modules that need only arrays."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from gosched_edu.kernel import arena, state
from gosched_edu.kernel.costs import cost_table
from gosched_edu.kernel.schedinit import heapinit
from gosched_edu.kernel.state import EVERY, FIELDS, SC, PlainState, State
from gosched_edu.kernel.versions import RULES, rules

CAPACITY = {"GCAP": "g", "CHANCAP": "c", "SUDOGCAP": "s", "TIMERCAP": "t", "HEAPCAP": "heap",
            "STKCAP": "stk", "OUTCAP": "out", "TRACECAP": "trace"}  # fmt: skip


class Bare:
    """A `PlainState` and the `State` it grows from.

    Examples
    --------
    >>> b = Bare(heap=16)
    >>> b.S.sc[SC["HEAPCAP"]]
    16384
    """

    def __init__(self, heap: int = 8, data: int = 3, version: str = "1.22", **sizes: int) -> None:
        words = heap * arena.PAGE_WORDS
        arrays: dict[str, Any] = {}
        fixed = {"cost": cost_table(), **arena.tables()}
        for f in FIELDS:
            n = sizes.get(f.group, 64) if f.group != "heap" else words
            arrays[f.name] = fixed.get(f.name, np.zeros(state.length(f, n), f.dtype))
        arrays["sc"] = np.zeros(state.NSC, np.int64)
        arrays["rule"] = np.zeros(len(RULES), np.int64)
        arrays["stk_free"] = np.full(state.STACK_CLASSES, -1, np.int32)
        for i, on in enumerate(rules(version).values()):
            arrays["rule"][i] = on
        arrays["h_span"][:] = -1
        self.real = State(arrays)
        for cap, group in CAPACITY.items():
            if cap in SC:
                self.real[cap] = words if group == "heap" else sizes.get(group, 64)
        self.real["DATA_END"] = data
        heapinit(SimpleNamespace(**arrays))
        self.real["GC_TRIGGER"] = state.INF
        self.real["STACK_MAX"] = 10**9
        self.S: Any = PlainState(arrays)

    def grow(self, status: int) -> None:
        """What `Machine` does when the kernel returns a NEED_* status."""
        self.S.write_back(self.real.arrays)
        self.real.grow(status, self.real["NEED"])
        self.S = PlainState(self.real.arrays)

    def sc(self, name: str) -> int:
        """A scalar."""
        return int(self.S.sc[SC[name]])


__all__ = ["EVERY", "Bare"]
