"""The reasons in a log, checked against the rest of the log.

Each event may name a reason; here stands, for each reason, what must have been logged before it. The
kernel's state is not read.
"""

from __future__ import annotations

from gosched_edu.trace import Event, Kind, Reason, Trace

HANDED_ON = {
    Reason.HANDOFF_LOCAL, Reason.HANDOFF_GLOBAL, Reason.HANDOFF_GC, Reason.HANDOFF_SPIN, Reason.HANDOFF_POLL,
}  # fmt: skip
MARKS = {Reason.GC_DEDICATED, Reason.GC_FRACTIONAL, Reason.GC_IDLE}
FINDS = {Reason.STOLEN: Kind.STEAL, Reason.STOLEN_RUNNEXT: Kind.STEAL, Reason.GLOBAL_QUEUE: Kind.GLOBAL_GET}


class Log:
    """What a reader of the log knows at a moment; `read` raises AssertionError at a reason that cannot be."""

    def __init__(self) -> None:
        self.running: dict[int, int] = {}  # P: goroutine
        self.outside: set[int] = set()
        self.locked: dict[int, int] = {}  # goroutine: M
        self.last: dict[int, Event] = {}  # the last event of each P
        self.came: dict[int, Event] = {}  # how each P was last left or given away
        self.found: dict[int, Event] = {}  # P: what it has taken since its last goroutine
        self.asked: set[int] = set()  # Ps that sysmon asked to preempt
        self.stopping = self.marking = self.throttled = False
        self.spinner_found_work = self.world_started = self.injected = False

    def read(self, e: Event) -> None:
        check = getattr(self, e.kind.name.lower(), None)
        if check is not None:
            check(e, Reason(e.reason))
        if e.p >= 0:
            self.last[e.p] = e
            if e.kind in (Kind.PROC_STOP, Kind.PROC_HANDOFF):
                self.came[e.p] = e

    def runs(self, goid: int) -> bool:
        return goid in self.running.values()

    # --- goroutines
    def go_start(self, e: Event, why: Reason) -> None:
        assert e.p not in self.running, "the P is taken"
        if why in FINDS:
            took = self.found.pop(e.p)
            assert took.kind == FINDS[why]
            assert took.kind == Kind.GLOBAL_GET or (took.reason, took.arg) == (why, e.arg)
        elif why == Reason.LOCKED_M:
            assert self.locked[e.g] == e.m
        elif why == Reason.EXIT_SYSCALL:
            before = self.last[e.p]
            assert (before.kind, before.g) == (Kind.GO_SYSCALL_END_BLOCKED, e.g)
        elif why in MARKS:
            assert self.marking
        elif why == Reason.NETPOLL:
            assert e.p in self.found or self.last[e.p].kind in (Kind.GO_UNBLOCK, Kind.PROC_START)
        self.found.pop(e.p, None)
        self.running[e.p] = e.g

    def stops(self, e: Event, why: Reason) -> None:
        assert self.running.pop(e.p) == e.g

    go_block = go_exit = stops

    def go_stop(self, e: Event, why: Reason) -> None:
        self.stops(e, why)
        if why == Reason.PREEMPTED:
            assert self.stopping if e.arg else e.p in self.asked
        if e.arg2 == Reason.RUNNEXT:
            assert self.stopping
        self.asked.discard(e.p)

    def go_create(self, e: Event, why: Reason) -> None:
        assert e.arg == 0 or self.runs(e.arg)

    def go_unblock(self, e: Event, why: Reason) -> None:
        assert e.arg <= 0 or self.runs(e.arg) or e.arg in self.outside
        self.injected |= e.arg2 == 1

    def go_lock_thread(self, e: Event, why: Reason) -> None:
        self.locked[e.g] = e.arg

    # --- system calls
    def go_syscall_begin(self, e: Event, why: Reason) -> None:
        self.outside.add(e.g)
        if e.p >= 0:
            self.stops(e, why)

    def go_syscall_end(self, e: Event, why: Reason) -> None:
        self.outside.remove(e.g)
        self.running[e.p] = e.g

    def go_syscall_end_blocked(self, e: Event, why: Reason) -> None:
        self.outside.remove(e.g)

    def proc_steal(self, e: Event, why: Reason) -> None:
        assert e.g in self.outside
        assert why == Reason.SYSMON or self.stopping

    # --- processors
    def proc_start(self, e: Event, why: Reason) -> None:
        before = self.came.get(e.p)
        if why == Reason.HANDOFF:
            assert before is not None and before.kind == Kind.PROC_HANDOFF and before.reason in HANDED_ON
        elif why == Reason.LOCKED_M:
            assert before is not None and before.kind == Kind.PROC_STOP and before.reason == why
        elif why == Reason.RESET_SPINNING:
            assert self.spinner_found_work
        elif why == Reason.START_THE_WORLD:
            assert self.world_started or self.stopping  # the one that asked goes on first
        elif why == Reason.INJECT:
            assert self.injected

    def proc_stop(self, e: Event, why: Reason) -> None:
        assert e.p not in self.running
        assert why != Reason.STW or self.stopping
        self.found.pop(e.p, None)

    def proc_handoff(self, e: Event, why: Reason) -> None:
        assert why != Reason.STW or self.stopping

    def steal(self, e: Event, why: Reason) -> None:
        self.found[e.p] = e

    global_get = steal

    def spin_stop(self, e: Event, why: Reason) -> None:
        self.spinner_found_work |= e.arg == 1

    # --- preemption, the world, the collector
    def preempt_request(self, e: Event, why: Reason) -> None:
        assert self.running[e.p] == e.g
        assert self.stopping if why == Reason.STW else e.arg >= 10_000_000
        if why == Reason.SYSMON:
            self.asked.add(e.p)

    def stw_begin(self, e: Event, why: Reason) -> None:
        assert not self.stopping
        self.stopping = True

    def stw_end(self, e: Event, why: Reason) -> None:
        assert self.stopping
        self.stopping, self.world_started = False, True

    def gc_mark_begin(self, e: Event, why: Reason) -> None:
        self.marking = True

    def gc_mark_done(self, e: Event, why: Reason) -> None:
        self.marking = False


def reasons_hold(trace: Trace) -> None:
    """Raise AssertionError at the first reason that the log before it does not bear out."""
    log = Log()
    for e in trace:
        try:
            log.read(e)
        except (AssertionError, KeyError) as error:
            raise AssertionError(
                f"row {e.row}: {e.kind.name} for {Reason(e.reason).name}: {error}"
            ) from error
