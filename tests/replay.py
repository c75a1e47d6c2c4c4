"""The scheduler's log, replayed with Go's rules: queues as Python lists, each choice judged.

Problem. A log can look well and still contain a choice that proc.go would not have made.

Chosen. The rules of the run queues in a few lines (runnext, a ring of 256, a global queue, the 61st
tick, the batch sizes, what a thief takes and when), driven by the log: at each GO_START the goroutine
and the reason must be those that the rules name.

Invariant. Nothing here reads the kernel's state: only the log.
"""

from __future__ import annotations

from collections import deque

from gosched_edu.trace import Kind, Reason, Trace

RING = 256


class Replay:
    """The queues of a run under the rules since Go 1.5; `follow` raises where a rule is broken."""

    def __init__(self, procs: int) -> None:
        self.procs = procs
        self.next: list[int | None] = [None] * procs
        self.ring: list[list[int]] = [[] for _ in range(procs)]
        self.everyone: deque[int] = deque()
        self.tick = [0] * procs
        self.tick[0] = 1
        self.since: dict[int, int] = {}
        self.taken: dict[int, tuple[int, Reason]] = {}
        self.filled = [0] * procs  # when each ring got its first goroutine
        self.overflows = 0
        self.waits: list[int] = []  # ns that a stolen runnext had stood there

    def put(self, p: int, g: int, where: Reason, now: int) -> None:
        """g has become runnable on p; `where` is what the log says."""
        self.since[g] = now
        if where == Reason.GLOBAL_QUEUE:
            self.everyone.append(g)
            return
        if where == Reason.NETPOLL:
            self.taken[p] = g, where
            return
        if where == Reason.RUNNEXT:
            g, self.next[p] = self.next[p], g  # type: ignore[assignment]
            if g is None:
                return
        else:
            assert where in (Reason.LOCAL_QUEUE, Reason.OVERFLOW)
        if len(self.ring[p]) == RING:
            self.everyone += [*self.ring[p][: RING // 2], g]
            del self.ring[p][: RING // 2]
            self.overflows += 1
        else:
            self.filled[p] = self.filled[p] if self.ring[p] else now
            self.ring[p].append(g)

    def follow(self, trace: Trace) -> None:
        """Replay a trace; AssertionError at the first broken rule."""
        for e in trace:
            p = e.p
            if e.kind == Kind.GO_CREATE or (e.kind == Kind.GO_UNBLOCK and p >= 0):
                if e.kind == Kind.GO_CREATE or e.arg > 0:
                    assert e.reason == Reason.RUNNEXT, f"row {e.row}: a ready goroutine goes to runnext"
                self.put(p, e.g, e.reason, e.time)
            elif e.kind == Kind.GO_UNBLOCK:
                self.everyone.append(e.g)
            elif e.kind == Kind.GO_STOP:
                self.put(p, e.g, Reason(e.arg2), e.time)
                assert e.reason == Reason.GOYIELD or e.arg2 == Reason.GLOBAL_QUEUE
            elif e.kind == Kind.GO_SYSCALL_END_BLOCKED and e.reason == Reason.GLOBAL_QUEUE:
                self.everyone.append(e.g)
            elif e.kind == Kind.STEAL:
                self.steal(p, e.arg, e.arg2, e.reason, e.time)
            elif e.kind == Kind.GLOBAL_GET:
                n = len(self.everyone)
                assert e.arg2 == min(n, n // self.procs + 1, RING // 2), f"row {e.row}: batch of {n}"
                batch = [self.everyone.popleft() for _ in range(e.arg2)]
                assert not self.ring[p] and self.next[p] is None
                self.ring[p] = batch[1:]
                self.taken[p] = batch[0], Reason.GLOBAL_QUEUE
            elif e.kind == Kind.GO_START and e.reason != Reason.EXIT_SYSCALL:
                assert (e.g, e.reason) == self.choice(p), f"row {e.row}: {e.g} starts for {e.reason.name}"
                self.tick[p] += e.reason != Reason.RUNNEXT
        assert self.overflows == len(trace.where(Kind.RUNQ_OVERFLOW))

    def steal(self, p: int, victim: int, n: int, reason: Reason, now: int) -> None:
        if reason == Reason.STOLEN_RUNNEXT:
            g = self.next[victim]
            assert g is not None
            self.next[victim] = None
            self.waits.append(now - self.since[g])
            assert self.waits[-1] >= 3_000, "runnext was stolen too early"
            full = [q for q in range(self.procs) if self.ring[q] and now - self.filled[q] > 3_100]
            assert not full, f"P{p} stole a runnext while rings of {full} had goroutines"
        else:
            older, rest = self.ring[victim][:n], self.ring[victim][n:]
            assert n - len(rest) in (0, 1) and not self.ring[p], "half, rounded up, of the oldest"
            self.ring[victim] = rest
            *self.ring[p], g = older
        self.taken[p] = g, reason

    def choice(self, p: int) -> tuple[int | None, Reason]:
        if p in self.taken:
            return self.taken.pop(p)
        if self.tick[p] % 61 == 0 and self.everyone:
            return self.everyone.popleft(), Reason.GLOBAL_61
        if self.next[p] is not None:
            g, self.next[p] = self.next[p], None
            return g, Reason.RUNNEXT
        if not self.ring[p]:
            return None, Reason.NONE
        return self.ring[p].pop(0), Reason.LOCAL_QUEUE
