"""What must hold of channels, sudogs, semaphores and timers whenever they can be looked at.

The promises in the texts of chan.py, sudog.py, sema.py and time.py, written down independently: queues
are walked, not counted.
"""

from __future__ import annotations

from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import INF, SEMA_ROOTS

WAITING = 4


def check_sync(m: Machine) -> None:
    """Raise AssertionError where an invariant does not hold."""
    a, s = m.state.arrays, m.state
    waiters: set[int] = set()  # sudogs in a queue
    for c in range(1, s["NCHAN"]):
        if a["c_live"][c]:
            waiters |= _channel(m, c)
    for root in range(SEMA_ROOTS):
        waiters |= _treap(m, int(a["sema"][root]), -1, 0, 1 << 62)
    free, x = set(), s["SFREE"]
    while x >= 0:
        assert x not in free
        free.add(x)
        x = int(a["s_next"][x])
    assert waiters.isdisjoint(free) and waiters | free == set(range(s["NSUDOG"]))
    for g in range(s["NG"]):
        if a["g_waiting"][g] >= 0:
            assert a["g_status"][g] == WAITING, "who has sudogs is parked"
            mine = _sudogs(m, g)
            assert mine <= waiters, "a goroutine's sudogs are in queues"
            waiters -= mine
    assert not waiters, "sudogs of nobody"
    heaps: list[int] = []
    first = INF
    for p in range(len(a["p_timers"])):
        root = int(a["p_timers"][p])
        heaps += _heap(m, p, root)
        if root >= 0:
            first = min(first, int(a["t_when"][root]))
    assert s["TIMER0"] == first and s["TIMERS_LIVE"] == len(heaps)
    assert sorted(heaps) == [x for x in range(s["NTIMER"]) if a["t_live"][x] and a["t_p"][x] >= 0]
    for x in range(s["NTIMER"]):
        c = int(a["t_arg"][x])
        if a["t_live"][x] and a["t_kind"][x] == 1 and a["c_timer"][c] == x:
            blocked = _channel(m, c)
            assert len(blocked) == a["t_blocked"][x]
            assert (a["t_p"][x] >= 0) == (bool(blocked) and a["t_when"][x] > 0)


def _channel(m: Machine, c: int) -> set[int]:
    """Walk both queues of channel c; the sudogs in them."""
    a, seen = m.state.arrays, set()
    for queue, last in (("c_recvq", "c_recvt"), ("c_sendq", "c_sendt")):
        before, x = -1, int(a[queue][c])
        while x >= 0:
            assert x not in seen and a["s_prev"][x] == before and a["s_c"][x] == c
            assert a["s_send"][x] == (queue == "c_sendq")
            seen.add(x)
            before, x = x, int(a["s_next"][x])
        assert before < 0 or a[last][c] == before
    assert len(seen) == a["c_waiting"][c]
    assert 0 <= a["c_n"][c] <= a["c_cap"][c]
    assert a["c_recvq"][c] < 0 or a["c_n"][c] == 0, "receivers wait, the buffer has items"
    assert a["c_sendq"][c] < 0 or a["c_n"][c] == a["c_cap"][c], "senders wait, there is room"
    assert a["c_recvq"][c] < 0 or a["c_sendq"][c] < 0 or all(a["s_sel"][x] >= 0 for x in seen), (
        "only a select waits on both sides of a channel"
    )
    return seen


def _treap(m: Machine, x: int, parent: int, low: int, high: int) -> set[int]:
    """Walk a root of the semaphore table: a search tree by address, a heap by priority, lists."""
    if x < 0:
        return set()
    a = m.state.arrays
    key = int(a["s_elem"][x])
    assert low <= key < high and a["s_parent"][x] == parent
    assert parent < 0 or a["s_prio"][parent] <= a["s_prio"][x]
    seen, y = set(), x
    while y >= 0:
        assert y not in seen and a["s_elem"][y] == key
        seen.add(y)
        y = int(a["s_link"][y])
    assert len(seen) == 1 + a["s_waiters"][x]
    left = _treap(m, int(a["s_prev"][x]), x, low, key)
    return seen | left | _treap(m, int(a["s_next"][x]), x, key + 1, high)


def _sudogs(m: Machine, g: int) -> set[int]:
    """The sudogs of a goroutine: one, or one for each case of a select."""
    a, out, x = m.state.arrays, set(), int(m.state.arrays["g_waiting"][g])
    while x >= 0:
        assert a["s_g"][x] == g
        out.add(x)
        x = int(a["s_link"][x]) if a["s_c"][x] >= 0 else -1
    return out


def _heap(m: Machine, p: int, root: int) -> list[int]:
    """Walk p's timer heap: its order, its links; the timers in it."""
    a = m.state.arrays
    out, todo = [], [root] if root >= 0 else []
    while todo:
        t = todo.pop()
        out.append(t)
        assert a["t_p"][t] == p and a["t_live"][t] and a["t_when"][t] > 0
        before, child = t, int(a["t_child"][t])
        while child >= 0:
            assert (a["t_when"][t], a["t_seq"][t]) < (a["t_when"][child], a["t_seq"][child])
            assert a["t_prev"][child] == before
            todo.append(child)
            before, child = child, int(a["t_next"][child])
    return out
