"""The lines of GODEBUG=schedtrace beside the trace of the same run: a replay of it must say the same."""

from __future__ import annotations

import re

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.machine import Machine
from gosched_edu.trace.decode import from_machine


def lines_agree(m: Machine) -> None:
    """Raise AssertionError where a line of `m`, run with ``schedtrace=1``, does not fit its trace."""
    trace = from_machine(m)
    rows = list(trace)
    for i, line in enumerate(m.schedtraces, 1):
        now = i * 1_000_000
        n, idle, threads, glob = (
            int(re.search(rf"{key}=(\d+)", line)[1])
            for key in ("gomaxprocs", "idleprocs", "threads", "runqueue")
        )
        local = [int(x) for x in line.split("[")[1].split("]")[0].split()]
        assert ("needspinning" in line) == (m.state["MINOR"] >= 19)
        assert ("schedticks" in line) == (m.state["MINOR"] >= 25)
        past = [e for e in rows if e.time <= now]
        assert line.startswith(f"SCHED {i}ms: ") and len(local) == n
        assert n == [e.arg for e in past if e.kind == Kind.PROCS][-1]
        boot = min(m.procs - 1, 3) + 2
        born, gone = (sum(e.kind == k for e in past) for k in (Kind.THREAD_NEW, Kind.THREAD_EXIT))
        assert threads == boot + born - gone
        runnable = _runnable(past)
        assert glob + sum(local) <= len(runnable) <= glob + sum(local) + 2 * n, "runnexts are not counted"
        held = _held(past, m.procs)
        woken = {e.p for e in rows if e.kind == Kind.PROC_START and e.time > now}
        assert n - idle >= len(held) and (n - idle == len(held) or woken), line


def _runnable(past) -> set[int]:
    """Goroutines that wait in a queue, by a replay of the events."""
    out: set[int] = set()
    for e in past:
        if e.kind in (Kind.GO_CREATE, Kind.GO_UNBLOCK, Kind.GO_STOP):
            out.add(e.g)
        elif e.kind == Kind.GO_SYSCALL_END_BLOCKED and e.reason == Reason.GLOBAL_QUEUE:
            out.add(e.g)
        elif e.kind in (Kind.GO_START, Kind.GO_SYSCALL_BEGIN):
            out.discard(e.g)
    return out


def _held(past, procs: int) -> set[int]:
    """Ps that an M holds or that wait for their system call, by a replay of the events."""
    held: set[int] = set()
    n = procs
    for e in past:
        if e.kind == Kind.PROCS:
            n = e.arg
        elif e.kind == Kind.PROC_START:
            held.add(e.p)
        elif e.kind == Kind.PROC_STOP and e.reason in (Reason.NONE, Reason.STW):
            held.discard(e.p)
        elif e.kind == Kind.PROC_HANDOFF and e.reason == Reason.HANDOFF_IDLE:
            held.discard(e.p)
        elif e.kind == Kind.PROC_STEAL and e.reason == Reason.STW:
            held.discard(e.p)
    return {p for p in held if p < n}
