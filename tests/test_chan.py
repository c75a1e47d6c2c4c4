"""Channels against a model of two deques and a list (chan.go), instruction by instruction."""

from __future__ import annotations

from collections import deque

import pytest
from hand import Hand
from hypothesis import given, settings
from hypothesis import strategies as some

from gosched_edu.kernel import faults
from gosched_edu.kernel import state as st

IN, OUT, OK = 8, 24, 24 + 4  # slots: what a goroutine sends; where it receives, with comma-ok behind
N = 6


class Model:
    """What Go's specification and chan.go say of one channel, without indices or sudogs."""

    def __init__(self, cap: int) -> None:
        self.cap, self.buf = cap, deque[tuple[int, ...]]()
        self.recvq, self.sendq = deque[int](), deque[tuple[int, tuple[int, ...]]]()
        self.closed = False

    def send(self, g: int, value: tuple[int, ...]) -> str:
        if self.closed:
            return "panic"
        if self.recvq:
            self.woken.append(self.recvq[0])
            self.got[self.recvq.popleft()] = (value, 1)
            return "done"
        if len(self.buf) < self.cap:
            self.buf.append(value)
            return "done"
        self.sendq.append((g, value))
        return "park"

    def recv(self, g: int) -> str:
        if self.buf:
            self.got[g] = (self.buf.popleft(), 1)
            if self.sendq:
                sender, value = self.sendq.popleft()
                self.buf.append(value)
                self.woken.append(sender)
        elif self.sendq:
            sender, value = self.sendq.popleft()
            self.got[g] = (value, 1)
            self.woken.append(sender)
        elif self.closed:
            self.got[g] = (None, 0)  # type: ignore[assignment]
        else:
            self.recvq.append(g)
            return "park"
        return "done"

    def close(self) -> str:
        if self.closed:
            return "panic"
        self.closed = True
        for g in self.recvq:
            self.got[g] = (None, 0)  # type: ignore[assignment]
        self.panics |= {g for g, _ in self.sendq}
        self.woken += reversed([*self.recvq, *(g for g, _ in self.sendq)])
        self.recvq.clear()
        self.sendq.clear()
        return "done"

    def begin(self) -> None:
        self.woken: list[int] = []
        self.got: dict[int, tuple[tuple[int, ...], int]] = {}
        self.panics: set[int] = set()


STATUS = {0: "done", st.PARKED: "park", st.FAULT: "panic"}


@settings(max_examples=150, deadline=None)
@given(
    cap=some.integers(0, 3), width=some.integers(0, 3),
    ops=some.lists(some.tuples(some.integers(0, N - 1), some.sampled_from("srsrsrsrsrc")), max_size=60),
)  # fmt: skip
def test_a_channel_behaves_as_its_model(cap, width, ops):
    hand, model, wokes = Hand(N), Model(cap), 0
    c = hand.chan(cap, width)
    for number, (g, op) in enumerate(ops):
        if g in hand.waiting:
            continue
        value = tuple(100 * number + i for i in range(width))
        model.begin()
        hand.slot(g, 0, c)
        hand.slot(g, IN, *value)
        hand.slot(g, OUT, *[-7] * (width + 2))
        if op == "s":
            expected, status = model.send(g, value), hand.do(g, "SEND", 0, IN, width)
        elif op == "r":
            expected, status = model.recv(g), hand.do(g, "RECV", OUT, 0, 2 * width + 1)
        else:
            expected, status = model.close(), hand.do(g, "CLOSE", 0)
        assert STATUS[status] == expected
        if status == st.FAULT:
            wanted = faults.F_SEND_CLOSED if op == "s" else faults.F_CLOSE_CLOSED
            assert hand.fault() == wanted
        assert hand.woken() == model.woken
        wokes += len(model.woken)
        for receiver, (got, ok) in model.got.items():
            where = [hand.slot(receiver, OUT + i) for i in range(width + 2)]
            assert where == [*(got if ok else [0] * width), ok, -7]
        for sender in model.panics:  # it comes back to its send, and panics there
            hand.slot(sender, 0, c)
            assert hand.S.g_pc[sender] == 0
            assert hand.do(sender, "SEND", 0, IN, width) == st.FAULT
        for sender in set(model.woken) - model.panics:
            assert hand.S.g_pc[sender] == 1
        assert hand.S.c_n[1] == len(model.buf)
        if cap:
            hand.do(g, "CHLEN", 40, 0) if g not in hand.waiting else None
        hand.queues()


def test_dropping_the_value_writes_nothing():
    hand = Hand(2)
    c = hand.chan(1)
    hand.slot(0, 0, c, 5)
    hand.do(0, "SEND", 0, 1, 1)
    before = list(hand.S.stk)
    assert hand.do(0, "RECV", -1, 0, 2) == 0
    assert list(hand.S.stk) == before and hand.S.c_n[1] == 0


@pytest.mark.parametrize(("name", "operands"), [("SEND", (0, 1, 1)), ("RECV", (1, 0, 2))])
def test_a_nil_channel_blocks_for_ever(name, operands):
    hand = Hand(2)
    hand.slot(0, 0, 0)
    assert hand.do(0, name, *operands) == st.PARKED
    assert hand.S.g_waiting[0] == -1
    hand.queues()


def test_faults_name_what_was_wrong():
    hand = Hand(1)
    hand.slot(0, 0, 0)
    assert hand.do(0, "CLOSE", 0) == st.FAULT and hand.fault() == faults.F_CLOSE_NIL
    for size, width in ((-1, 1), (1 << 62, 1), (1 << 45, 2)):
        hand.slot(0, 1, size)
        assert hand.do(0, "MKCHAN", 0, 1, width) == st.FAULT and hand.fault() == faults.F_MAKECHAN
    c = hand.chan(1, 2)
    for wrong in (c + 1, c - 96, c + 96, 7, -1, 1 << 62):
        hand.slot(0, 0, wrong)
        for name, operands in (("SEND", (0, 1, 2)), ("RECV", (1, 0, 4)), ("CLOSE", (0,)), ("CHLEN", (1, 0))):
            assert hand.do(0, name, *operands) == st.FAULT and hand.fault() == faults.F_IMAGE
    hand.slot(0, 0, c)
    assert hand.do(0, "SEND", 0, 1, 1) == st.FAULT, "elements have two words"
    assert hand.do(0, "RECV", 1, 0, 2) == st.FAULT, "elements have two words"


def test_a_freed_number_is_used_again_and_its_old_life_is_forgotten():
    from gosched_edu.kernel.chan import chan_at, chan_free

    hand = Hand(2)
    c = hand.chan(1)
    hand.slot(0, 0, c, 5)
    hand.do(0, "SEND", 0, 1, 1)
    hand.do(0, "CLOSE", 0)
    chan_free(hand.S, chan_at(hand.S, c))
    assert chan_at(hand.S, c) == -1
    assert hand.chan(0) == c
    hand.slot(0, 0, c)
    assert hand.do(0, "RECV", 2, 0, 3) == st.PARKED


def test_an_instruction_that_lacks_memory_has_changed_nothing():
    hand = Hand(2)
    c = hand.chan(0)
    hand.sc("SUDOGCAP", 0)
    hand.sc("CHANCAP", hand.sc("NCHAN"))
    hand.slot(0, 0, c, 1)
    before = {name: list(getattr(hand.S, name)) for name in st.NAMES}
    assert hand.do(0, "SEND", 0, 1, 1) == st.NEED_SUDOG
    assert hand.do(0, "RECV", 1, 0, 2) == st.NEED_SUDOG
    assert hand.do(0, "MKCHAN", 3, 1, 1) == st.NEED_CHAN
    hand.sc("CHANCAP", 64)
    hand.slot(0, 1, 10**6)
    before["stk"] = list(hand.S.stk)
    assert hand.do(0, "MKCHAN", 3, 1, 1) == st.NEED_HEAP
    hand.sc("SUDOGCAP", 0), hand.sc("CHANCAP", 64)
    changed = {name for name in st.NAMES if list(getattr(hand.S, name)) != before[name]}
    assert changed <= {"sc", "p_g"}
