"""What must hold of the kernel's state at every moment it can be looked at.

These are the promises in the kernel's module texts, written down independently: queues
are walked, not counted.
"""

from __future__ import annotations

from collections import Counter

from invariants_sync import check_sync

from gosched_edu.kernel.dump import local_queue
from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.external import X_SYSCALL
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import (
    GDEAD,
    GRUNNABLE,
    GRUNNING,
    GSYSCALL,
    GWAITING,
    INF,
    PDEAD,
    PGCSTOP,
    PIDLE,
    PRUNNING,
    PSYSCALL,
    RING,
)
from gosched_edu.kernel.threads import M_GONE, M_LOCKED, M_PARKED, M_POLLS, M_RUNS, M_SYSCALL
from gosched_edu.kernel.time import T_SLEEP
from gosched_edu.kernel.versions import RULE_INDEX

#: Where a goroutine of each status may be.
LEGAL = {
    GRUNNABLE: {"runnext", "local", "global", "brought"},
    GRUNNING: {"running"},
    GSYSCALL: {"outside"},
    GWAITING: {"sudog", "sleeping", "reading", "writing", "polled", "pooled", "collecting"},
    GDEAD: {"free"},
}
#: Waiting for what never comes: nil channels, a select without channels.
FOREVER = {
    int(r)
    for r in (Reason.CHAN_SEND_NIL, Reason.CHAN_RECEIVE_NIL, Reason.SELECT, Reason.SELECT_NO_CASES)
}


def places(m: Machine) -> dict[int, list[str]]:
    """For each goroutine slot, the places where it is, in words that begin with those of `LEGAL`."""
    a, s = m.state.arrays, m.state
    found: dict[int, list[str]] = {g: [] for g in range(s["NG"])}
    for p in range(s["PCAP"]):
        for array, where in (("p_g", "running"), ("p_runnext", "runnext"), ("p_run", "brought")):
            if a[array][p] >= 0:
                found[int(a[array][p])].append(f"{where} on P{p}")
        assert 0 <= a["p_tail"][p] - a["p_head"][p]
        assert a["p_tail"][p] - a["p_head"][p] <= RING or not a["rule"][RULE_INDEX["ring"]]
        for g in local_queue(s, p):
            found[g].append(f"local queue of P{p}")
    for head, count, where in (("GQ_HEAD", "GQ_SIZE", "global"), ("NREADY_HEAD", "NREADY", "polled")):
        g = s[head]
        for _ in range(s[count]):
            found[g].append(where)
            g = int(a["g_next"][g])
    for head, where in (("GFREE", "free"), ("GC_POOL", "pooled"), ("GC_WAITERS", "collecting")):
        g = s[head]
        while g >= 0:
            found[g].append(where)
            g = int(a["g_next"][g])
    for i in range(s["NX"]):
        if a["x_kind"][i] == X_SYSCALL:
            found[int(a["x_arg"][i])].append("outside")
    fing = s["FING"] - 1
    if fing >= 0 and a["g_sys"][fing] and a["g_status"][fing] == GWAITING:
        found[fing].append("pooled")
    if s["UPDATER"] >= 0 and a["g_status"][s["UPDATER"]] == GWAITING:
        found[s["UPDATER"]].append("pooled")
    if s["TIMERPROC"] >= 0 and a["g_status"][s["TIMERPROC"]] == GSYSCALL:
        found[s["TIMERPROC"]].append("outside")
    for d in range(s["ND"]):
        for array, where in (("d_reader", "reading"), ("d_writer", "writing")):
            if a[array][d] >= 0:
                found[int(a[array][d])].append(where)
    for x in range(s["NTIMER"]):
        if a["t_live"][x] and a["t_kind"][x] == T_SLEEP:
            found[int(a["t_arg"][x])].append("sleeping")
    for g in range(s["NG"]):
        if a["g_status"][g] == GWAITING and a["g_waiting"][g] >= 0:
            found[g].append("sudog")
            assert a["s_g"][a["g_waiting"][g]] == g
    return found


def _goroutines(m: Machine) -> None:
    a, s = m.state.arrays, m.state
    for g, where in places(m).items():
        status = int(a["g_status"][g])
        forever = status == GWAITING and int(a["g_reason"][g]) in FOREVER and not where
        assert len(where) == (0 if forever else 1), f"goroutine slot {g} ({status}) is in {where}"
        assert forever or where[0].split()[0] in LEGAL[status], (g, status, where)
    assert s["NLIVE"] == sum(int(a["g_status"][g] != GDEAD and not a["g_sys"][g]) for g in range(s["NG"]))


def _threads(m: Machine) -> None:
    """Each M is in one place, and the Ps agree."""
    a, s = m.state.arrays, m.state
    there: dict[int, list[int]] = {i: [] for i in range(s["NM"])}
    for p in range(s["NPROC"]):
        if a["p_status"][p] == PRUNNING or (a["p_status"][p] == PGCSTOP and s["STW"] and s["STW_P"] == p):
            there[int(a["p_m"][p])].append(M_RUNS)
    for i in range(s["NMIDLE"]):
        there[int(a["midle"][i])].append(M_PARKED)
    for g in range(s["NG"]):
        if a["g_status"][g] == GSYSCALL:
            there[int(a["g_m"][g])].append(M_SYSCALL)
    if s["POLL_M"] >= 0:
        there[s["POLL_M"]].append(M_POLLS)
    for i, where in there.items():
        state = int(a["m_where"][i])
        if state in (M_LOCKED, M_GONE):
            assert not where, (i, state, where)
        else:
            assert where == [state], (i, state, where)
        g = int(a["m_lockg"][i])
        if g >= 0:
            assert a["g_lockm"][g] == i and a["g_locks"][g] > 0
        if state == M_LOCKED:
            assert g >= 0 and a["g_status"][g] != GRUNNING
    assert s["NMGONE"] == sum(int(a["m_where"][i] == M_GONE) for i in range(s["NM"]))


def _processors(m: Machine) -> None:
    a, s = m.state.arrays, m.state
    n = s["NPROC"]
    idle = [int(a["pidle"][i]) for i in range(s["NPIDLE"])]
    assert len(set(idle)) == len(idle)
    order = [int(a["p_order"][(s["OHEAD"] + i) & s["OMASK"]]) & 255 for i in range(s["NORDER"])]
    keys = [(int(a["p_clock"][p]), p) for p in order]
    assert keys == sorted(keys), "p_order is sorted"
    assert Counter(order) == Counter(p for p in range(n) if a["p_in"][p]), "p_order holds each P once"
    for p in range(s["PCAP"]):
        status = int(a["p_status"][p])
        assert (status == PDEAD) == (p >= n)
        assert (status == PRUNNING) == bool(a["p_in"][p]) == (a["p_clock"][p] < INF), (p, status)
        assert (status == PIDLE) == (p in idle)
        if status in (PIDLE, PDEAD):
            assert a["p_m"][p] < 0 and a["p_g"][p] < 0 and a["p_run"][p] < 0
            assert a["p_runnext"][p] < 0 and a["p_head"][p] == a["p_tail"][p]
        if a["p_sysg"][p] >= 0:
            assert status == PSYSCALL and a["g_status"][a["p_sysg"][p]] == GSYSCALL
        else:
            assert status != PSYSCALL
        if a["p_spin"][p]:
            assert status == PRUNNING and a["p_g"][p] < 0
    assert s["NMSPIN"] == sum(int(a["p_spin"][p] > 0) for p in range(s["PCAP"]))
    if s["STW"]:
        assert not idle
        running = sum(int(a["p_status"][p] != PGCSTOP) for p in range(n) if p != s["STW_P"])
        assert s["STW"] == (1 if running else 2) and running == (s["STW_WAIT"] if running else 0)


def _nothing_forgotten(m: Machine) -> None:
    """Who waits for a timer or for data will be woken; no P sleeps beside work."""
    a, s = m.state.arrays, m.state
    n = s["NPROC"]
    waiting = sum(int(a["d_reader"][d] >= 0) + int(a["d_writer"][d] >= 0) for d in range(s["ND"]))
    assert s["NWAIT"] == waiting + s["NREADY"]
    if s["NPIDLE"] == n:
        assert s["GQ_SIZE"] == 0 and s["NMSPIN"] == 0
        if a["rule"][RULE_INDEX["timers_per_p"]] and s["TIMER0"] < INF:
            assert s["POLL_M"] >= 0 and s["POLL_AT"] < INF, "a timer that nobody waits for"
        if s["NREADY"]:
            assert s["POLL_M"] >= 0 and s["POLL_AT"] < INF
        if s["NWAIT"]:
            assert s["POLL_M"] >= 0


def work_waits(m: Machine) -> bool:
    """True while work waits in a queue, a P is idle, and no M is on its way to bring them together."""
    a, s = m.state.arrays, m.state
    n = s["NPROC"]
    if not s["NPIDLE"] or s["STW"] or s["NMSPIN"]:
        return False
    if any(a["p_wake"][p] for p in range(n)):
        return False
    queued = s["GQ_SIZE"] + sum(int(a["p_tail"][p] - a["p_head"][p]) for p in range(n))
    return queued > 0


def check(m: Machine) -> None:
    """Raise AssertionError where an invariant does not hold."""
    a, s = m.state.arrays, m.state
    _goroutines(m)
    _threads(m)
    _processors(m)
    _nothing_forgotten(m)
    check_sync(m)
    stacks = sorted(
        (int(a["g_stk"][g]), int(a["g_stk"][g]) + (1 << int(a["g_class"][g])))
        for g in range(s["NG"])
        if a["g_status"][g] != GDEAD
    )
    for (_, end), (start, _) in zip(stacks, stacks[1:], strict=False):
        assert end <= start, "two goroutines share stack words"
