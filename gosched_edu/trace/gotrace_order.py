"""One causal order out of many threads' events: the rules of Go's trace reader.

Problem. A trace file holds a stream of events for each M, and the clocks of two Ms are not
good enough to merge them: a goroutine would start before it was created.

Rejected. Sorting by time; calling `go tool trace` (there may be no Go here, and its text
output differs from version to version).

Chosen. What Go's reader does (internal/trace/order.go, reader.go): take the earliest event that
*may* happen. Sequence numbers of goroutines and Ps say what may; time only breaks ties.

Invariant. An event leaves the frontier only if the state it leads from is the present one, so
the order that comes out is a legal schedule. A file that has none is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from gosched_edu.trace.gotrace_file import (
    Cursor,
    RawEvent,
    TraceFormatError,
    heap_push,
    heap_remove,
    heap_update,
)
from gosched_edu.trace.wire import (
    G_RUNNABLE,
    G_RUNNING,
    G_SYSCALL,
    G_WAITING,
    NO_THREAD,
    P_IDLE,
    P_RUNNING,
    P_SYSCALL,
    P_SYSCALL_ABANDONED,
    Ev,
)

#: Told by the goroutine on the M, at any moment.
TOLD = frozenset({
    Ev.STW_BEGIN, Ev.STW_END, Ev.GC_MARK_ASSIST_ACTIVE, Ev.GC_MARK_ASSIST_BEGIN, Ev.GC_MARK_ASSIST_END,
    Ev.GO_LABEL, Ev.USER_TASK_BEGIN, Ev.USER_TASK_END, Ev.USER_REGION_BEGIN, Ev.USER_REGION_END,
    Ev.USER_LOG,
})  # fmt: skip


class Ordered(NamedTuple):
    """An event in its place in the order, with the context it happened in (-1 = none).

    `ev` may differ from the file's: a GoSwitch comes out as the three events it stands for. A
    PROC_STEAL comes out on the M that loses the P; a PROC_STOP has an argument, 1 if the M keeps a
    goroutine that is in a system call.
    """

    time: int
    ev: Ev
    g: int
    p: int
    m: int
    args: tuple[int, ...]


@dataclass
class _State:
    """A goroutine or a P."""

    status: int
    gen: int
    seq: int = 0
    parked: bool = False  # goroutine: met in a system call without a P

    def next_is(self, gen: int, seq: int) -> bool:
        return self.gen == gen and self.seq + 1 == seq


@dataclass
class _Thread:
    g: int = -1
    p: int = -1


@dataclass
class Order:
    """The state of the scheduler so far, and the events that have found their place."""

    gs: dict[int, _State] = field(default_factory=dict)
    ps: dict[int, _State] = field(default_factory=dict)
    ms: dict[int, _Thread] = field(default_factory=dict)
    first_gen: int = 0
    gen: int = 0
    gc_seq: int = -1  # -1: not known yet
    last_time: int = -1
    out: list[Ordered] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def run(self, gen: int, cursors: list[Cursor], min_time: int, limit: int) -> None:
        """Put one generation's events in order, at most `limit` (reader.go:ReadEvent)."""
        self.gen = gen
        self.first_gen = self.first_gen or gen
        self.last_time = max(min_time, self.last_time + 1)  # Go's Sync event
        heap: list[Cursor] = []
        for cursor in cursors:
            heap_push(heap, cursor)
        while heap and len(self.out) < limit:
            if not self._advance(heap, 0):
                # Rare: clocks disagree. Try the others, earliest first; a sorted heap is a heap.
                heap.sort(key=lambda cursor: cursor.head.time)
                if not any(self._advance(heap, i) for i in range(1, len(heap))):
                    raise self.broken(heap[0].head, "no thread's next event may happen now")

    def broken(self, event: RawEvent, why: str) -> TraceFormatError:
        name = Ev(event.ev).name
        return TraceFormatError(
            f"byte {event.at}: {name} {event.args}: {why}. The trace is damaged; record it again."
        )

    def _advance(self, heap: list[Cursor], i: int) -> bool:
        cursor = heap[i]
        event = cursor.head
        rule = _RULES.get(event.ev)
        if rule is None:  # nothing that the order depends on
            if event.ev in TOLD and cursor.m in self.ms:
                thread = self.ms[cursor.m]
                self._emit(event, Ev(event.ev), thread.g, thread.p, cursor.m, *event.args)
            else:
                self.ignored[Ev(event.ev).name] += 1
                self.last_time = max(event.time, self.last_time + 1)
        elif not rule(self, event, cursor.m):
            return False
        if cursor.advance():
            heap_update(heap, i)
        else:
            heap_remove(heap, i)
        return True

    def _emit(self, event: RawEvent, ev: Ev, g: int, p: int, m: int, *args: int) -> None:
        # As in Go's reader, times always increase.
        self.last_time = max(event.time, self.last_time + 1)
        self.out.append(Ordered(self.last_time, ev, g, p, m, args))

    def _thread(self, event: RawEvent, m: int) -> _Thread:
        if m == NO_THREAD:
            raise self.broken(event, "it needs a thread")
        return self.ms.setdefault(m, _Thread())

    def _running(self, event: RawEvent, m: int) -> tuple[_Thread, _State]:
        """The M and its running goroutine."""
        thread = self._thread(event, m)
        g = self.gs.get(thread.g)
        if g is None or thread.p < 0 or g.status != G_RUNNING:
            raise self.broken(event, "no goroutine runs on this thread")
        return thread, g

    def _p_of(self, event: RawEvent, thread: _Thread) -> _State:
        p = self.ps.get(thread.p)
        if p is None:
            raise self.broken(event, "this thread has no P")
        return p

    # -- Ps ------------------------------------------------------------------------------------

    def proc_status(self, event: RawEvent, m: int) -> bool:
        p, status = event.args
        if status not in (P_RUNNING, P_IDLE, P_SYSCALL, P_SYSCALL_ABANDONED):
            raise self.broken(event, f"P status {status} does not exist")
        old = self.ps.get(p)
        if old is not None:
            if status == P_SYSCALL_ABANDONED and old.status == P_SYSCALL:
                status = P_SYSCALL  # about to be taken, and we know from whom
            elif old.status != status:
                raise self.broken(event, f"P{p} is in state {old.status}")
            old.gen, old.seq = self.gen, 0
        else:
            self.ps[p] = _State(status, self.gen)
        mine = event.args[1] in (P_RUNNING, P_SYSCALL)
        if mine:
            self._thread(event, m).p = p
        self._emit(event, Ev.PROC_STATUS, -1, p, m if mine else -1, status, int(old is None))
        return True

    def proc_start(self, event: RawEvent, m: int) -> bool:
        p, seq = event.args
        state, thread = self.ps.get(p), self._thread(event, m)
        if (
            state is None or state.status != P_IDLE or thread.p >= 0
            or not state.next_is(self.gen, seq)
        ):  # fmt: skip
            return False
        state.status, state.seq, thread.p = P_RUNNING, seq, p
        self._emit(event, Ev.PROC_START, -1, p, m)
        return True

    def proc_stop(self, event: RawEvent, m: int) -> bool:
        thread = self._thread(event, m)
        state = self._p_of(event, thread)
        if state.status not in (P_RUNNING, P_SYSCALL):
            raise self.broken(event, f"P{thread.p} is not running")
        self._lose_p(event, thread, m)
        state.status = P_IDLE
        return True

    def proc_steal(self, event: RawEvent, m: int) -> bool:
        p, seq, victim = event.args
        state = self.ps.get(p)
        self._thread(event, m)
        if (
            state is None or state.status not in (P_SYSCALL, P_SYSCALL_ABANDONED)
            or not state.next_is(self.gen, seq)
        ):  # fmt: skip
            return False
        abandoned = state.status == P_SYSCALL_ABANDONED
        if abandoned:  # the M that had it may have moved on
            self._emit(event, Ev.PROC_STOP, -1, p, -1, 0)
        else:
            thread = self.ms.get(victim)
            if thread is None or thread.p != p:
                raise self.broken(event, f"thread {victim} does not have P{p}")
            self._emit(event, Ev.PROC_STEAL, thread.g, p, victim)
            thread.p = -1
        state.status, state.seq = P_IDLE, seq
        return True

    def _lose_p(self, event: RawEvent, thread: _Thread, m: int) -> None:
        g = self.gs.get(thread.g)
        away = g is not None and g.status == G_SYSCALL
        self._emit(event, Ev.PROC_STOP, -1, thread.p, m, int(away))
        thread.p = -1

    # -- goroutines ----------------------------------------------------------------------------

    def go_status(self, event: RawEvent, m: int) -> bool:
        goid, mid, status, *stack = event.args
        if status not in (G_RUNNABLE, G_RUNNING, G_SYSCALL, G_WAITING):
            raise self.broken(event, f"goroutine status {status} does not exist")
        old = self.gs.get(goid)
        if old is None:
            if self.gen != self.first_gen:
                raise self.broken(event, f"goroutine {goid} was not there before")
            self.gs[goid] = _State(status, self.gen)
        elif old.status != status:
            raise self.broken(event, f"goroutine {goid} is in state {old.status}")
        else:
            old.gen, old.seq = self.gen, 0
        where = m
        if status == G_RUNNING:
            self._thread(event, m).g = goid
        elif status == G_SYSCALL:
            if mid == NO_THREAD:
                raise self.broken(event, "a system call needs a thread")
            where = mid
            thread = self.ms.setdefault(mid, _Thread(goid))
            if mid == m and self.gen == self.first_gen:
                thread.g = goid
            if thread.g != goid:
                raise self.broken(event, f"thread {mid} has goroutine {thread.g}")
        if old is None:
            p = -1
            if status in (G_RUNNING, G_SYSCALL):
                p = self.ms[where].p
            if status == G_SYSCALL and p < 0:
                self.gs[goid].parked = True
            self._emit(event, Ev.GO_STATUS, goid, p, where, status, *stack)
        return True

    def go_create(self, event: RawEvent, m: int) -> bool:
        goid, new_stack, stack = event.args
        thread = self._thread(event, m)
        creator = self.gs.get(thread.g)
        if thread.p < 0 or (creator is not None and creator.status != G_RUNNING):
            raise self.broken(event, "goroutines are created on a running P")
        if goid in self.gs:
            raise self.broken(event, f"goroutine {goid} exists already")
        blocked = event.ev == Ev.GO_CREATE_BLOCKED
        self.gs[goid] = _State(G_WAITING if blocked else G_RUNNABLE, self.gen)
        self._emit(event, Ev(event.ev), goid, thread.p, m, thread.g, new_stack, stack)
        return True

    def go_create_syscall(self, event: RawEvent, m: int) -> bool:
        (goid,) = event.args
        thread = self._thread(event, m)
        if thread.g >= 0 or goid in self.gs:
            raise self.broken(event, f"goroutine {goid} cannot appear here")
        self.gs[goid] = _State(G_SYSCALL, self.gen, parked=thread.p < 0)
        thread.g = goid
        self._emit(event, Ev.GO_CREATE_SYSCALL, goid, thread.p, m)
        return True

    def go_start(self, event: RawEvent, m: int) -> bool:
        goid, seq = event.args
        g = self.gs.get(goid)
        if g is None or g.status != G_RUNNABLE or not g.next_is(self.gen, seq):
            return False
        thread = self._thread(event, m)
        if thread.p < 0 or thread.g >= 0:
            raise self.broken(event, "a goroutine starts on an M with a P and no goroutine")
        g.status, g.seq, thread.g = G_RUNNING, seq, goid
        self._emit(event, Ev.GO_START, goid, thread.p, m)
        return True

    def go_stop(self, event: RawEvent, m: int) -> bool:
        """GoStop, GoBlock, GoDestroy: always possible, for the M's own goroutine."""
        thread, g = self._running(event, m)
        self._emit(event, Ev(event.ev), thread.g, thread.p, m, *event.args)
        if event.ev == Ev.GO_DESTROY:
            del self.gs[thread.g]
        else:
            g.status = G_RUNNABLE if event.ev == Ev.GO_STOP else G_WAITING
        thread.g = -1
        return True

    def go_unblock(self, event: RawEvent, m: int) -> bool:
        goid, seq, stack = event.args
        g = self.gs.get(goid)
        if g is None or g.status != G_WAITING or not g.next_is(self.gen, seq):
            return False
        g.status, g.seq = G_RUNNABLE, seq
        thread = self.ms.get(m, _Thread())
        self._emit(event, Ev.GO_UNBLOCK, goid, thread.p, m, thread.g, stack)
        return True

    def go_switch(self, event: RawEvent, m: int) -> bool:
        """A coroutine switch: unblock the other, leave the P to it."""
        goid, seq = event.args
        thread, mine = self._running(event, m)
        other = self.gs.get(goid)
        if other is None or other.status != G_WAITING or not other.next_is(self.gen, seq):
            return False
        me = thread.g
        self._emit(event, Ev.GO_UNBLOCK, goid, thread.p, m, me, 0)
        if event.ev == Ev.GO_SWITCH:
            mine.status = G_WAITING
            self._emit(event, Ev.GO_BLOCK, me, thread.p, m, 0, 0)
        else:
            del self.gs[me]
            self._emit(event, Ev.GO_DESTROY, me, thread.p, m)
        other.status, other.seq, thread.g = G_RUNNING, seq, goid
        self._emit(event, Ev.GO_START, goid, thread.p, m)
        return True

    # -- system calls --------------------------------------------------------------------------

    def syscall_begin(self, event: RawEvent, m: int) -> bool:
        seq, stack = event.args
        thread, g = self._running(event, m)
        p = self._p_of(event, thread)
        if not p.next_is(self.gen, seq):
            raise self.broken(event, f"P{thread.p} is at number {p.seq}")
        g.status = G_SYSCALL
        p.status, p.seq = P_SYSCALL, seq
        self._emit(event, Ev.GO_SYSCALL_BEGIN, thread.g, thread.p, m, stack)
        return True

    def _in_syscall(self, event: RawEvent, m: int) -> tuple[_Thread, _State]:
        thread = self._thread(event, m)
        g = self.gs.get(thread.g)
        if g is None or g.status != G_SYSCALL:
            raise self.broken(event, "no goroutine is in a system call on this thread")
        return thread, g

    def syscall_end(self, event: RawEvent, m: int) -> bool:
        thread, g = self._in_syscall(event, m)
        p = self._p_of(event, thread)
        if p.status != P_SYSCALL:
            raise self.broken(event, f"P{thread.p} is not in a system call")
        g.status, p.status = G_RUNNING, P_RUNNING
        self._emit(event, Ev.GO_SYSCALL_END, thread.g, thread.p, m)
        return True

    def syscall_end_blocked(self, event: RawEvent, m: int) -> bool:
        thread, g = self._in_syscall(event, m)
        if thread.p >= 0 and self._p_of(event, thread).status == P_SYSCALL:
            return False  # its P is going to be taken first
        self._emit(event, Ev.GO_SYSCALL_END_BLOCKED, thread.g, -1, m, int(g.parked))
        g.status, g.parked, thread.g = G_RUNNABLE, False, -1
        return True

    def go_destroy_syscall(self, event: RawEvent, m: int) -> bool:
        thread, _ = self._in_syscall(event, m)
        goid, p = thread.g, thread.p
        self._emit(event, Ev.GO_DESTROY, goid, p, m)
        del self.gs[goid]
        thread.g = -1
        if p >= 0:
            state = self._p_of(event, thread)
            if state.status != P_SYSCALL:
                raise self.broken(event, f"P{p} is not in a system call")
            state.status = P_SYSCALL_ABANDONED
            self._lose_p(event, thread, m)
        return True

    # -- the rest ------------------------------------------------------------------------------

    def gc(self, event: RawEvent, m: int) -> bool:
        """GC cycles are ordered by a number of their own."""
        seq = event.args[0]
        if self.gc_seq >= 0 and seq != self.gc_seq + 1:
            return False
        self.gc_seq = seq
        thread = self._thread(event, m)
        self._emit(event, Ev(event.ev), thread.g, thread.p, m, seq)
        return True

    def procs_change(self, event: RawEvent, m: int) -> bool:
        thread = self._thread(event, m)
        self._emit(event, Ev.PROCS_CHANGE, thread.g, thread.p, m, *event.args)
        return True


_RULES: dict[int, Callable[[Order, RawEvent, int], bool]] = {
    Ev.PROCS_CHANGE: Order.procs_change,
    Ev.PROC_STATUS: Order.proc_status,
    Ev.PROC_START: Order.proc_start,
    Ev.PROC_STOP: Order.proc_stop,
    Ev.PROC_STEAL: Order.proc_steal,
    Ev.GO_STATUS: Order.go_status,
    Ev.GO_STATUS_STACK: Order.go_status,
    Ev.GO_CREATE: Order.go_create,
    Ev.GO_CREATE_BLOCKED: Order.go_create,
    Ev.GO_CREATE_SYSCALL: Order.go_create_syscall,
    Ev.GO_START: Order.go_start,
    Ev.GO_STOP: Order.go_stop,
    Ev.GO_BLOCK: Order.go_stop,
    Ev.GO_DESTROY: Order.go_stop,
    Ev.GO_DESTROY_SYSCALL: Order.go_destroy_syscall,
    Ev.GO_UNBLOCK: Order.go_unblock,
    Ev.GO_SWITCH: Order.go_switch,
    Ev.GO_SWITCH_DESTROY: Order.go_switch,
    Ev.GO_SYSCALL_BEGIN: Order.syscall_begin,
    Ev.GO_SYSCALL_END: Order.syscall_end,
    Ev.GO_SYSCALL_END_BLOCKED: Order.syscall_end_blocked,
    Ev.GC_ACTIVE: Order.gc,
    Ev.GC_BEGIN: Order.gc,
    Ev.GC_END: Order.gc,
}
