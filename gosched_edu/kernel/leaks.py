"""Goroutine leaks: who waits for something that nobody can reach any more
(mgc.go:findGoroutineLeaks).

Problem. A goroutine that waits for ever is invisible: the program goes on, and only memory is lost.

Rejected. Calling everything a leak that has waited for long (a server's goroutines do); checkdead
(it sees only whole programs that are asleep).

Chosen, as Go 1.26 does in its collector. Roots are the package variables, the runtime's timers, and
the stacks of those goroutines that can run by themselves. Then, again and again: a blocked
goroutine whose channel, or whose semaphore's word, has been reached can be woken by somebody, so
its stack is a root too. Those that are never reached are leaked: whatever the program does, they
stay.

Stacks are read with their maps (`gosched_edu.kernel.stackmap`), so that a variable that is not used
any more reaches nothing, as in real Go.

Invariant. No goroutine that can still be woken is called leaked, unless its waker keeps the address
in a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from gosched_edu.kernel import isa, malloc, stackmap
from gosched_edu.kernel.dump import Goroutine, _caller, goroutines
from gosched_edu.kernel.events import REASON_TEXT, Reason
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import GDEAD, GWAITING, SHARED
from gosched_edu.kernel.time import T_FUNC, T_SEND

#: Wait reasons that another goroutine ends (runtime2.go:waitReason.isWaitingForLeak and the like).
WOKEN_BY_OTHERS = frozenset({
    Reason.CHAN_SEND, Reason.CHAN_RECEIVE, Reason.CHAN_SEND_NIL, Reason.CHAN_RECEIVE_NIL, Reason.SELECT,
    Reason.SELECT_NO_CASES, Reason.SEMACQUIRE, Reason.MUTEX_LOCK, Reason.RWMUTEX_LOCK, Reason.RWMUTEX_RLOCK,
    Reason.WAITGROUP_WAIT, Reason.COND_WAIT,
})  # fmt: skip


class _Reach:
    """What has been reached so far."""

    def __init__(self, machine: Machine) -> None:
        self.a, self.s = machine.state.arrays, machine.state
        self.view: Any = SimpleNamespace(**self.a)
        of_image = {f.name for f in SHARED} - {"disp_key", "disp_fn"}
        self.maps: Any = SimpleNamespace(**{n: self.a[n].tolist() for n in {*of_image, "op_kind"}})
        self.objects: set[int] = set()
        self.channels: set[int] = set()
        self.timers: set[int] = set()
        self.todo: list[int] = []

    def word(self, w: int) -> None:
        """A word that may be read."""
        if w < isa.BASE:
            return
        if w >= isa.TIMER_BASE:
            self.timer((w - isa.TIMER_BASE) // isa.HANDLE_BYTES)
        elif w >= isa.CHAN_BASE:
            self.channel((w - isa.CHAN_BASE) // isa.HANDLE_BYTES)
        else:
            at = int(malloc.findobject(self.view, (w - isa.BASE) >> 3))
            if at and at not in self.objects:
                self.objects.add(at)
                self.todo.append(at)

    def channel(self, c: int) -> None:
        if c < self.s["NCHAN"] and c not in self.channels:
            self.channels.add(c)
            if self.a["c_buf"][c] > 0:
                self.word(isa.BASE + 8 * int(self.a["c_buf"][c]))

    def timer(self, x: int) -> None:
        if x < self.s["NTIMER"] and x not in self.timers and self.a["t_live"][x]:
            self.timers.add(x)
            if self.a["t_kind"][x] == T_SEND:
                self.channel(int(self.a["t_arg"][x]))
            elif self.a["t_kind"][x] == T_FUNC:
                self.word(int(self.a["t_arg"][x]))

    def frame(self, fp: int, n: int, at: int) -> None:
        """The live slots among the first n of the frame at fp."""
        for slot, w in enumerate(self.a["stk"][fp : fp + n].tolist()):
            if w >= isa.BASE and stackmap.islive(self.maps, at, slot):
                self.word(w)

    def stack(self, g: int) -> None:
        """What g's frames, what it sends, and its deferred calls and panics hold (mark.py:scanstack)."""
        pc, fp = int(self.a["g_pc"][g]), int(self.a["g_fp"][g])
        n, at = self.maps.f_frame[self.maps.fn_of[pc]], stackmap.liveat(self.maps, pc)
        while True:
            self.frame(fp, n, at)
            link = int(self.a["stk"][fp])
            if link == -1:
                break
            _, below = _caller(link, fp)
            fp, n, at = below, fp - below, stackmap.liveresumed(self.maps, link)
        for s in self.sudogs(g):
            if self.a["s_c"][s] >= 0 and self.a["s_send"][s]:
                first = int(self.a["s_elem"][s])
                self.frame(first, int(self.a["c_width"][self.a["s_c"][s]]), stackmap.ALL)
        self.word(int(self.a["g_defer"][g]))
        self.word(int(self.a["g_panic"][g]))

    def drain(self) -> None:
        """Read all objects that were reached."""
        heap = self.a["heap"]
        while self.todo:
            at = self.todo.pop()
            page = int(self.a["h_span"][at >> 10])
            if self.a["h_class"][page] & 1:
                continue  # no pointers in it
            words = heap[at : at + int(malloc.objectsize(self.view, at))]
            for w in words[words >= isa.BASE].tolist():
                self.word(w)

    def sudogs(self, g: int) -> Iterator[int]:
        """The queues in which g stands; there is one where it is no channel's."""
        s = int(self.a["g_waiting"][g])
        while s >= 0:
            yield s
            s = int(self.a["s_link"][s]) if self.a["s_c"][s] >= 0 else -1

    def awaited(self, g: int) -> Iterator[bool]:
        """For each thing that g waits for: has it been reached?"""
        for s in self.sudogs(g):
            c = int(self.a["s_c"][s])
            if c >= 0:
                yield c in self.channels
            else:
                at = (int(self.a["s_elem"][s]) - isa.BASE) >> 3
                yield at < self.s["DATA_END"] or int(malloc.findobject(self.view, at)) in self.objects


def leaks(machine: Machine) -> list[Goroutine]:
    """Goroutines that are blocked for ever, by goid, with states as ``chan receive (leaked)``.

    Parameters
    ----------
    machine : Machine

    Returns
    -------
    list of Goroutine

    Examples
    --------
    A goroutine that sends on a channel that its creator has forgotten:

    >>> from gosched_edu import go
    >>> from gosched_edu.kernel.leaks import leaks
    >>> run = go.run('''package main
    ... import "time"
    ... func main() {
    ...     func() { ch := make(chan int); go func() { ch <- 1 }() }()
    ...     time.Sleep(time.Second)
    ... }''', procs=1)
    >>> [(g.goid, g.state) for g in leaks(run.machine)]
    [(2, 'chan send (leaked)')]
    """
    a, s = machine.state.arrays, machine.state
    reach = _Reach(machine)
    for w in a["heap"][1 : s["DATA_END"]].tolist():
        reach.word(w)
    reach.word(s["SPECIALS"])
    reach.word(s["FINQ"])
    for x in range(s["NTIMER"]):
        if a["t_live"][x] and a["t_p"][x] >= 0:
            reach.timer(x)
    blocked = set()
    for g in range(s["NG"]):
        status = int(a["g_status"][g])
        if status == GWAITING and int(a["g_reason"][g]) in WOKEN_BY_OTHERS and not a["g_sys"][g]:
            blocked.add(g)
        elif status not in (0, GDEAD):
            reach.stack(g)
    while True:
        reach.drain()
        woken = {g for g in blocked if any(reach.awaited(g))}
        if not woken:
            break
        blocked -= woken
        for g in sorted(woken):
            reach.stack(g)
    # main in select{} means to stay for ever; what it holds is as good as forgotten all the same.
    blocked = {g for g in blocked if (a["g_goid"][g], a["g_reason"][g]) != (1, Reason.SELECT_NO_CASES)}
    reasons = {int(a["g_goid"][g]): REASON_TEXT[int(a["g_reason"][g])] for g in blocked}
    return [
        replace(g, state=g.state.replace(reasons[g.goid], f"{reasons[g.goid]} (leaked)", 1))
        for g in goroutines(machine)
        if g.goid in reasons
    ]
