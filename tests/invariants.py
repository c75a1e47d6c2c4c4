"""What must hold of the kernel's state at every moment it can be looked at.

These are the promises in the kernel's module texts, written down independently: queues
are walked, not counted.
"""

from __future__ import annotations

from collections import Counter

from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import INF, RING, SEMA_ROOTS

RUNNABLE, RUNNING, WAITING, DEAD = 1, 2, 4, 6


def places(m: Machine) -> dict[int, list[str]]:
    """For each goroutine slot, the places where it is."""
    a, s = m.state.arrays, m.state
    found: dict[int, list[str]] = {g: [] for g in range(s["NG"])}
    for p in range(s["NPROC"]):
        if a["p_g"][p] >= 0:
            found[int(a["p_g"][p])].append(f"running on P{p}")
        if a["p_runnext"][p] >= 0:
            found[int(a["p_runnext"][p])].append(f"runnext of P{p}")
        head, tail = int(a["p_head"][p]), int(a["p_tail"][p])
        assert 0 <= tail - head <= RING
        for i in range(head, tail):
            found[int(a["runq"][p * RING + i % RING])].append(f"ring of P{p}")
    g, n = s["GQ_HEAD"], s["GQ_SIZE"]
    for _ in range(n):
        found[g].append("global queue")
        g = int(a["g_next"][g])
    g = s["GFREE"]
    while g >= 0:
        found[g].append("free list")
        g = int(a["g_next"][g])
    for c in range(1, s["NCHAN"]):
        waiting = 0
        for queue in ("c_recvq", "c_sendq"):
            sudog = int(a[queue][c])
            while sudog >= 0:
                found[int(a["s_g"][sudog])].append(f"{queue} of channel {c}")
                sudog = int(a["s_next"][sudog])
                waiting += 1
        assert waiting == a["c_waiting"][c]
        assert 0 <= a["c_n"][c] <= a["c_cap"][c]
        assert a["c_recvq"][c] < 0 or a["c_n"][c] == 0, "receivers wait, the buffer has items"
        assert a["c_sendq"][c] < 0 or a["c_n"][c] == a["c_cap"][c], "senders wait, there is room"
        assert a["c_recvq"][c] < 0 or a["c_sendq"][c] < 0
    for root in range(SEMA_ROOTS):
        sudog = int(a["sema_head"][root])
        while sudog >= 0:
            found[int(a["s_g"][sudog])].append("semaphore")
            sudog = int(a["s_next"][sudog])
    for p in range(s["NPROC"]):
        for t in _timers(m, int(a["p_timers"][p])):
            found[int(a["t_g"][t])].append("timer")
    return found


def _timers(m: Machine, root: int) -> list[int]:
    a = m.state.arrays
    out, todo = [], [root] if root >= 0 else []
    while todo:
        t = todo.pop()
        out.append(t)
        child = int(a["t_child"][t])
        while child >= 0:
            assert (a["t_when"][t], a["t_seq"][t]) < (a["t_when"][child], a["t_seq"][child])
            todo.append(child)
            child = int(a["t_next"][child])
    return out


def check(m: Machine) -> None:
    """Raise AssertionError where an invariant does not hold."""
    a, s = m.state.arrays, m.state
    n = s["NPROC"]
    for g, where in places(m).items():
        status = int(a["g_status"][g])
        nil = status == WAITING and a["g_reason"][g] in (16, 17)
        assert len(where) == (0 if nil else 1), f"goroutine slot {g} ({status}) is in {where}"
        kind = where[0].split(" ")[0] if where else ""
        if status == RUNNABLE:
            assert kind in ("runnext", "ring", "global"), where
        elif status == RUNNING:
            assert kind == "running", where
        elif status == WAITING:
            assert nil or kind in ("c_recvq", "c_sendq", "semaphore", "timer"), where
        else:
            assert status == DEAD and kind == "free", where
    idle = [int(a["pidle"][i]) for i in range(s["NPIDLE"])]
    assert len(set(idle)) == len(idle)
    for p in range(n):
        assert (a["p_m"][p] < 0) == (p in idle) == (a["p_clock"][p] == INF)
        if p in idle:
            assert a["p_g"][p] < 0 and a["p_runnext"][p] < 0 and a["p_head"][p] == a["p_tail"][p]
    ms = [int(a["p_m"][p]) for p in range(n) if p not in idle]
    ms += [int(a["midle"][i]) for i in range(s["NMIDLE"])]
    assert Counter(ms) == Counter(range(s["NM"])), "each M holds a P or is parked"
    assert s["NMSPIN"] == sum(int(a["p_spin"][p] > 0) for p in range(n))
    assert s["NLIVE"] == sum(int(a["g_status"][g] != DEAD) for g in range(s["NG"]))
    stacks = sorted(
        (int(a["g_stk"][g]), int(a["g_stk"][g]) + (1 << int(a["g_class"][g])))
        for g in range(s["NG"])
        if a["g_status"][g] != DEAD
    )
    for (_, end), (start, _) in zip(stacks, stacks[1:], strict=False):
        assert end <= start, "two goroutines share stack words"
    # work conservation: nothing runnable may lie in a queue while all Ms are parked
    if len(idle) == n:
        assert s["GQ_SIZE"] == 0
