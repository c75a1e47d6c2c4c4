"""Semaphores and notify lists against queues (sema.go), and the atomics."""

from __future__ import annotations

from collections import deque

import pytest
from hand import Hand
from hypothesis import given, settings
from hypothesis import strategies as some

from gosched_edu.kernel import faults
from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind, Reason

N = 8
REASON = int(Reason.MUTEX_LOCK)


@settings(max_examples=200, deadline=None)
@given(
    ops=some.lists(some.tuples(some.integers(0, N - 1), some.sampled_from("aaalrrh"), some.integers(0, 3)),
                   max_size=60),
    far=some.booleans(),
)  # fmt: skip
def test_semaphores_behave_as_counters_with_queues(ops, far):
    hand = Hand(N)
    # either all in one root (251 words apart), or in different ones
    start = hand.address(2000)
    addresses = [start + 8 * (251 if far else 1) * i for i in range(4)]
    count, queue = dict.fromkeys(addresses, 0), {a: deque[int]() for a in addresses}
    retrying: dict[int, tuple[int, bool]] = {}

    def acquire(g: int, addr: int, lifo: bool) -> None:
        hand.slot(g, 0, addr, int(lifo))
        status = hand.do(g, "SEMACQ", 0, 1, REASON)
        if count[addr] > 0:
            count[addr] -= 1
            assert status == 0
        else:
            assert status == st.PARKED and hand.S.g_reason[g] == REASON
            queue[addr].appendleft(g) if lifo else queue[addr].append(g)

    for g, op, which in ops:
        if g in hand.waiting:
            continue
        addr = addresses[which]
        if g in retrying:  # it was woken without the ticket: it does its SEMACQ again
            acquire(g, *retrying.pop(g))
        elif op in "al":
            acquire(g, addr, op == "l")
        else:
            handoff = op == "h"
            hand.slot(g, 0, addr, int(handoff))
            status = hand.do(g, "SEMREL", 0, 1)
            count[addr] += 1
            woken = hand.woken()
            if not queue[addr]:
                assert status == 0 and not woken
                continue
            waiter = queue[addr].popleft()
            if handoff:
                count[addr] -= 1
                assert status == st.SWITCHED and woken == [g, waiter], "the waiter is runnext, g behind it"
                assert hand.S.g_pc[waiter] == 1 == hand.S.g_pc[g], "each goes on behind its instruction"
            else:
                assert status == 0 and woken == [waiter]
                assert hand.S.g_pc[waiter] == 0, "it must try again"
                retrying[waiter] = addr, bool(hand.slot(waiter, 1))
        assert all(hand.word(a) == count[a] for a in addresses)
        hand.queues()


def test_the_releaser_keeps_its_slice_before_go_1_14():
    for version, status in (("1.13", 0), ("1.14", st.SWITCHED)):
        hand = Hand(2, version)
        addr = hand.address(1)
        hand.slot(0, 0, addr, 0)
        hand.do(0, "SEMACQ", 0, 1, REASON)
        hand.slot(1, 0, addr, 1)
        assert hand.do(1, "SEMREL", 0, 1) == status
        assert hand.S.g_pc[0] == 1 and hand.word(addr) == 0, "the ticket is older than that"


def test_a_root_with_many_addresses_stays_flat():
    hand = Hand(300)
    start = hand.address(1)
    for g in range(300):
        hand.slot(g, 0, start + 8 * 251 * (g // 2), 0)
        hand.sc("HEAP_TOP", 1 << 20)
        hand.S.heap.extend([0] * (251 * 160 - len(hand.S.heap) if g == 0 else 0))
        hand.sc("SUDOGCAP", 64)
        if hand.sc("NSUDOG") >= 64:
            break
        assert hand.do(g, "SEMACQ", 0, 1, REASON) == st.PARKED

    def depth(s: int) -> int:
        return 0 if s < 0 else 1 + max(depth(hand.S.s_prev[s]), depth(hand.S.s_next[s]))

    root = next(s for s in hand.S.sema if s >= 0)
    assert depth(root) < 16, "32 addresses in order would make a list of 32"
    hand.queues()


@settings(max_examples=200, deadline=None)
@given(
    ops=some.lists(some.tuples(some.integers(0, N - 1), some.sampled_from("awwawwob")), max_size=60),
    start=some.sampled_from([0, 2**32 - 3]),
)  # fmt: skip
def test_notify_lists_wake_by_ticket(ops, start):
    hand = Hand(N)
    addr = hand.address(2)
    hand.word(addr, start), hand.word(addr + 8, start)
    wait = notify = 0  # as if they never wrapped
    tickets: dict[int, int] = {}
    queue: list[int] = []
    for g, op in ops:
        if g in hand.waiting:
            continue
        hand.slot(g, 0, addr)
        if op == "a" or (op == "w" and g not in tickets):
            if g in tickets:
                continue
            assert hand.do(g, "NLADD", 1, 0) == 0
            tickets[g] = wait
            assert hand.slot(g, 1) == (start + wait) % 2**32
            wait += 1
        elif op == "w":
            hand.slot(g, 1, (start + tickets[g]) % 2**32)
            status = hand.do(g, "NLWAIT", 0, 1)
            if tickets[g] < notify:
                assert status == 0
                del tickets[g]
            else:
                assert status == st.PARKED and hand.S.g_reason[g] == Reason.COND_WAIT
                queue.append(g)
        elif op == "o":
            assert hand.do(g, "NLONE", 0) == 0
            expected = [x for x in queue if tickets[x] == notify]
            notify = min(notify + 1, wait)
            assert hand.woken() == expected
            for x in expected:
                queue.remove(x)
                del tickets[x]
        else:
            assert hand.do(g, "NLALL", 0) == 0
            notify = wait
            assert hand.woken() == queue
            for x in queue:
                del tickets[x]
            queue.clear()
        assert hand.word(addr) == (start + wait) % 2**32
        assert hand.word(addr + 8) == (start + notify) % 2**32
        hand.queues()


def test_tickets_that_queue_up_out_of_order():
    """Who came first may queue up last; it is woken first, from the end of the list (sema.go)."""
    hand = Hand(4)
    addr = hand.address(2)
    for g in range(4):
        hand.slot(g, 0, addr)
        hand.do(g, "NLADD", 1, 0)
    for g in (3, 2, 1):
        hand.do(g, "NLWAIT", 0, 1)
        hand.queues()
    woken = []
    hand.do(0, "NLONE", 0)  # ticket 0, which never queues up
    for _ in range(3):
        hand.do(0, "NLONE", 0)
        woken += hand.woken()
        hand.queues()
    assert woken == [1, 2, 3]


def test_a_list_and_a_semaphore_at_one_address_do_not_meet():
    hand = Hand(3)
    addr = hand.address(2)
    hand.slot(0, 0, addr, 0)
    hand.do(0, "NLADD", 1, 0)
    hand.word(addr, 0), hand.word(addr + 8, 0)
    hand.do(0, "NLWAIT", 0, 1)
    hand.slot(1, 0, addr, 0)
    hand.do(1, "SEMACQ", 0, 1, REASON)
    hand.slot(2, 0, addr, 0)
    hand.do(2, "SEMREL", 0, 1)
    assert hand.woken() == [1]
    hand.do(2, "NLALL", 0)
    assert hand.woken() == [0]


@pytest.mark.parametrize("name", ["SEMACQ", "SEMREL", "NLWAIT", "NLONE", "NLALL", "AST"])
def test_nil_and_wild_addresses_fault(name):
    hand = Hand(1)
    operands = (0, 1, REASON)
    for addr, fault in ((0, faults.F_NIL), (-8, faults.F_IMAGE), (1 << 50, faults.F_IMAGE)):
        hand.slot(0, 0, addr, 0)
        assert hand.do(0, name, *operands) == st.FAULT and hand.fault() == fault


@settings(max_examples=100, deadline=None)
@given(start=some.integers(-(2**63), 2**63 - 1), x=some.integers(-(2**63), 2**63 - 1),
       y=some.integers(-(2**63), 2**63 - 1), same=some.booleans())  # fmt: skip
def test_atomics(start, x, y, same):
    def cut(v: int, bits: int) -> int:
        return (v + (1 << (bits - 1))) % (1 << bits) - (1 << (bits - 1))

    for name, new, answer in (
        ("XADD", cut(start + x, 64), cut(start + x, 64)),
        ("XADD32", cut(start + x, 32), cut(start + x, 32)),
        ("XCHG", x, start),
        ("ALD", start, start),
        ("CAS", y if same or x == start else start, int(same or x == start)),
    ):
        hand = Hand(1)
        addr = hand.address(1)
        hand.word(addr, start)
        hand.slot(0, 0, -7, addr, start if same and name == "CAS" else x, y)
        assert hand.do(0, name, 0, 1, 2) == 0
        assert (hand.word(addr), hand.slot(0, 0)) == (new, answer), name
    hand.slot(0, 0, addr, x)
    assert hand.do(0, "AST", 0, 1) == 0
    assert hand.word(addr) == x


def test_the_log_tells_who_got_the_semaphore():
    hand = Hand(3)
    hand.sc("TRACE_MODE", 1)
    addr = hand.address(1)
    for g in (0, 1):
        hand.slot(g, 0, addr, 0)
        hand.do(g, "SEMACQ", 0, 1, REASON)
    hand.slot(2, 0, addr, 1)
    hand.do(2, "SEMREL", 0, 1)
    rows = hand.rows()
    told = [(r[1] & 255, r[1] >> 8 & 255, r[2], r[4]) for r in rows
            if r[1] & 255 in (Kind.SEMA_ACQUIRE, Kind.SEMA_RELEASE)]  # fmt: skip
    assert told == [(Kind.SEMA_RELEASE, Reason.TICKET, 3, 1), (Kind.SEMA_ACQUIRE, Reason.TICKET, 1, 0)]
