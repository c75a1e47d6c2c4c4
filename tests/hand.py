"""A hand-made kernel state: goroutines that do single instructions, one at a time, for model tests.

There is no program and no interpreter here. `Hand.do` performs one instruction of a goroutine by
calling the kernel's own function for it, with operands in slots of that goroutine's frame; the
scheduler's run queue is read back to see who was woken, in what order.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from gosched_edu.kernel import arena, atomics, chanop, isa, malloc, notify, select, sema, timerop
from gosched_edu.kernel import state as st
from gosched_edu.kernel.costs import cost_table
from gosched_edu.kernel.runq import runqget
from gosched_edu.kernel.schedinit import heapinit
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.timers import checktimers
from gosched_edu.kernel.versions import RULES, rules

FRAME = 64
FUNCTIONS = {
    "MKCHAN": chanop.op_mkchan, "SEND": chanop.op_send, "RECV": chanop.op_recv,
    "CLOSE": chanop.op_close, "CHLEN": chanop.op_chlen, "CHCAP": chanop.op_chcap,
    "SELECT": select.op_select, "SEMACQ": sema.op_semacq, "SEMREL": sema.op_semrel,
    "NLADD": notify.op_nladd, "NLWAIT": notify.op_nlwait, "NLONE": notify.op_nlone,
    "NLALL": notify.op_nlall, "SLEEP": timerop.op_sleep, "TMNEW": timerop.op_tmnew,
    "TMRESET": timerop.op_tmreset, "TMSTOP": timerop.op_tmstop,
}  # fmt: skip
ATOMICS = "ALD AST XADD XADD32 XCHG CAS".split()


class Hand:
    """A kernel state with one P and goroutines that run when the test says so.

    Parameters
    ----------
    goroutines : int
    version : str
        Of Go.
    cases : sequence of (str, int, int, int), optional
        The CASE* instructions that stand behind instruction 0, for SELECT.
    """

    def __init__(self, goroutines: int = 8, version: str = "1.22", cases: Any = ()) -> None:
        sizes = {"g": goroutines, "p": 2, "m": 2, "c": 64, "s": 64, "t": 64, "heap": 32 * arena.PAGE_WORDS,
                 "stk": goroutines * FRAME, "sel": 512, "runq": 2 * st.RING, "order": 2,
                 "trace": 1 << 14}  # fmt: skip
        a: dict[str, Any] = {}
        for f in st.FIELDS:
            a[f.name] = np.zeros(st.length(f, sizes.get(f.group, 1 << 10)), f.dtype)
        a |= arena.tables()
        a["cost"] = cost_table()
        a["rule"] = np.zeros(len(RULES), np.int64)
        a["rule"][: len(RULES)] = list(rules(version).values())
        code = [0, 0, 0, 0]
        for name, *operands in cases:
            code += [isa.BY_NAME[name].code, *operands]
        a["code"][: len(code)] = code
        for name in ("sema", "p_runnext", "p_timers", "g_waiting", "p_g", "p_m"):
            a[name][:] = -1
        st.State(a)["DATA_END"] = 64
        st.State(a)["HEAPCAP"] = sizes["heap"]
        heapinit(SimpleNamespace(**a))
        S = self.S = st.PlainState(a)
        self.sc("NCHAN", 1), self.sc("NPROC", 1), self.sc("TIMER0", st.INF)
        for cap, group in (("CHANCAP", "c"), ("SUDOGCAP", "s"), ("TIMERCAP", "t"), ("HEAPCAP", "heap"),
                           ("GCAP", "g"), ("STKCAP", "stk"), ("TRACECAP", "trace")):  # fmt: skip
            self.sc(cap, sizes[group])
        for name in ("SFREE", "CFREE", "TFREE", "GFREE", "GQ_HEAD", "GQ_TAIL"):
            self.sc(name, -1)
        self.sc("LIMIT", st.INF), self.sc("RNG", 12345), self.sc("NG", goroutines)
        S.p_m[0] = 0  # type: ignore[attr-defined]
        for g in range(goroutines):
            S.g_status[g], S.g_goid[g] = 2, g + 1  # type: ignore[attr-defined]
            S.g_fp[g] = S.g_stk[g] = g * FRAME  # type: ignore[attr-defined]
        self.now = 0
        self.waiting: set[int] = set()

    def sc(self, name: str, value: int | None = None) -> int:
        """Read or set a scalar of the kernel."""
        if value is not None:
            self.S.sc[SC[name]] = value  # type: ignore[attr-defined]
        return int(self.S.sc[SC[name]])  # type: ignore[attr-defined]

    def slot(self, g: int, i: int, *values: int) -> int:
        """Read slot i of g's frame, after setting the slots from i on to `values`."""
        at = self.S.g_fp[g] + i  # type: ignore[attr-defined]
        for k, v in enumerate(values):
            self.S.stk[at + k] = v  # type: ignore[attr-defined]
        return int(self.S.stk[at])  # type: ignore[attr-defined]

    def do(self, g: int, name: str, a: int = 0, b: int = 0, c: int = 0) -> int:
        """g performs an instruction at pc 0; returns its status."""
        assert g not in self.waiting
        S: Any = self.S
        S.p_g[0], S.g_status[g] = g, 2
        fp = S.g_fp[g]
        if name in ATOMICS:
            return atomics.op_atomic(S, self.now, 0, g, 0, fp, isa.BY_NAME[name].code, a, b, c)
        status = FUNCTIONS[name](S, self.now, 0, g, 0, fp, a, b, c)
        if status == st.PARKED:
            self.waiting.add(g)
            assert S.g_status[g] == 4 and S.p_g[0] == -1
        return status

    def woken(self) -> list[int]:
        """Who has become runnable since the last call, first woken first."""
        S: Any = self.S
        out = []
        last = runqget(S, 0) if S.p_runnext[0] >= 0 else -1
        while (g := runqget(S, 0)) >= 0:
            out.append(g)
        out += [last] if last >= 0 else []
        self.waiting -= set(out)
        return out

    def fault(self) -> int:
        """The number of the last fault."""
        return self.sc("FAULT")

    def rows(self) -> list[list[int]]:
        """The log: time, kind | reason << 8 | ..., goid, arg, arg2, pc."""
        words = list(self.S.trace)  # type: ignore[attr-defined]
        return [words[6 * i : 6 * i + 6] for i in range(self.sc("TRACE_N"))]

    def expire(self, now: int) -> int:
        """Let time pass and run the timers that are due; returns how many ran."""
        self.now = now
        return checktimers(self.S, now, 0, 0)

    def chan(self, size: int, width: int = 1) -> int:
        """A new channel's handle."""
        self.slot(0, 0, 0, size)
        assert self.do(0, "MKCHAN", 0, 1, width) == 0
        return self.slot(0, 0)

    def address(self, words: int) -> int:
        """The address of fresh heap words, for semaphores and lists."""
        return isa.BASE + 8 * malloc.mallocgc(self.S, words, 0)

    def word(self, address: int, value: int | None = None) -> int:
        """Read or set the word at an address."""
        at = (address - isa.BASE) >> 3
        if value is not None:
            self.S.heap[at] = value  # type: ignore[attr-defined]
        return int(self.S.heap[at])  # type: ignore[attr-defined]

    def queues(self) -> None:
        """Walk all queues: each sudog in one place, links consistent, one per waiting place."""
        S: Any = self.S
        seen: set[int] = set()
        for c in range(1, self.sc("NCHAN")):
            n = 0
            for first, last in ((S.c_recvq[c], S.c_recvt[c]), (S.c_sendq[c], S.c_sendt[c])):
                before, s = -1, first
                while s >= 0:
                    assert s not in seen and S.s_prev[s] == before and S.s_c[s] == c
                    assert S.g_status[S.s_g[s]] == 4
                    seen.add(s)
                    before, s, n = s, S.s_next[s], n + 1
                assert first < 0 or before == last
            assert n == S.c_waiting[c]
            assert 0 <= S.c_n[c] <= S.c_cap[c]
        for root in range(st.SEMA_ROOTS):
            self._treap(S.sema[root], -1, 0, 1 << 62, seen)
        free, s = set(), self.sc("SFREE")
        while s >= 0:
            free.add(s)
            s = S.s_next[s]
        assert seen.isdisjoint(free) and seen | free == set(range(self.sc("NSUDOG")))
        assert self.sc("TIMERS_LIVE") == sum(S.t_p[t] >= 0 for t in range(self.sc("NTIMER")))

    def _treap(self, s: int, parent: int, low: int, high: int, seen: set[int]) -> None:
        S: Any = self.S
        if s < 0:
            return
        key = S.s_elem[s]
        assert low <= key < high and S.s_parent[s] == parent
        assert parent < 0 or S.s_prio[parent] <= S.s_prio[s]
        x, last, n = s, s, -1
        while x >= 0:
            assert x not in seen and S.s_elem[x] == key and S.g_status[S.s_g[x]] == 4
            seen.add(x)
            last, x, n = x, S.s_link[x], n + 1
        assert n == S.s_waiters[s] and (S.s_tail[s] == last if n else S.s_tail[s] < 0)
        self._treap(S.s_prev[s], s, low, key, seen)
        self._treap(S.s_next[s], s, key + 1, high, seen)
