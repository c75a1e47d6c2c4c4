"""select against a model of sets: whatever is chosen must be allowed (select.go)."""

from __future__ import annotations

from collections import Counter

import pytest
from hand import Hand
from hypothesis import given, settings
from hypothesis import strategies as some

from gosched_edu.kernel import faults
from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind, Reason

# slots: the answer; channels; values to send; value and comma-ok of each case
CHOSEN, CHANS, VALUES, OUT = 0, 1, 12, 24
N = 5


def cases(directions: str) -> list[tuple[str, int, int, int]]:
    """CASE instructions: case i works on the channel in slot CHANS + i."""
    return [
        ("CASESEND", CHANS + i, VALUES + i, 1) if d == "s" else ("CASERECV", OUT + 2 * i, CHANS + i, 3)
        for i, d in enumerate(directions)
    ]


class Model:
    """Channels as lists; a parked select is one entry per case, all of which go at once."""

    def __init__(self, caps: list[int]) -> None:
        self.caps = caps
        self.buf: list[list[int]] = [[] for _ in caps]
        self.closed = [False] * len(caps)
        self.waiting: list[tuple[int, int, int, str, int]] = []  # g, case, channel, direction, value

    def peers(self, c: int, direction: str) -> list[tuple[int, int, int, str, int]]:
        return [w for w in self.waiting if w[2] == c and w[3] == direction]

    def ready(self, c: int, direction: str) -> bool:
        if direction == "s":
            return self.closed[c] or bool(self.peers(c, "r")) or len(self.buf[c]) < self.caps[c]
        return self.closed[c] or bool(self.peers(c, "s")) or bool(self.buf[c])


@settings(max_examples=150, deadline=None)
@given(data=some.data(), directions=some.text("sr", min_size=1, max_size=4),
       caps=some.lists(some.integers(0, 2), min_size=1, max_size=3), default=some.booleans())  # fmt: skip
def test_a_select_does_what_one_of_its_ready_cases_may_do(data, directions, caps, default):
    hand = Hand(N, cases=cases(directions))
    handles = [hand.chan(cap) for cap in caps]
    model = Model(caps)
    number = 0
    for _ in range(data.draw(some.integers(1, 30))):
        free = [g for g in range(N) if g not in hand.waiting]
        if not free:
            break
        g = data.draw(some.sampled_from(free))
        if data.draw(some.integers(0, 12)) == 0:
            c = data.draw(some.integers(0, len(caps) - 1))
            close(hand, model, g, c, handles[c], directions)
            continue
        chans = [data.draw(some.integers(-1, len(caps) - 1)) for _ in directions]
        for i, c in enumerate(chans):
            number += 1
            hand.slot(g, CHANS + i, handles[c] if c >= 0 else 0)
            hand.slot(g, VALUES + i, number)
            hand.slot(g, OUT + 2 * i, -7, -7)
        hand.slot(g, CHOSEN, -7)
        allowed = [i for i, d in enumerate(directions) if chans[i] >= 0 and model.ready(chans[i], d)]
        status = hand.do(g, "SELECT", CHOSEN, len(directions), int(default))
        if status == st.FAULT:
            assert hand.fault() == faults.F_SEND_CLOSED
            assert any(directions[i] == "s" and model.closed[chans[i]] for i in allowed)
        elif status == st.PARKED:
            assert not allowed and not default
            model.waiting += [
                (g, i, c, d, hand.slot(g, VALUES + i))
                for i, (c, d) in enumerate(zip(chans, directions, strict=True)) if c >= 0
            ]  # fmt: skip
            assert not hand.woken()
        elif not allowed:
            assert default and hand.slot(g, CHOSEN) == -1 and not hand.woken()
        else:
            i = hand.slot(g, CHOSEN)
            assert i in allowed
            follow(hand, model, g, i, chans[i], directions[i])
        hand.queues()


def follow(hand: Hand, model: Model, g: int, i: int, c: int, direction: str) -> None:
    """Case i happened: do the same in the model, and compare values and who was woken."""
    buf, woken = model.buf[c], []
    peers = model.peers(c, "r" if direction == "s" else "s")
    # of several cases of one select on this channel, any may be the one
    peers = [w for w in peers if w[0] == peers[0][0] and w[1] == hand.slot(w[0], CHOSEN)]
    if direction == "s":
        value = hand.slot(g, VALUES + i)
        if peers:
            woken = [peers[0]]
            assert received(hand, peers[0]) == (value, 1)
        else:
            buf.append(value)
    elif buf or peers:
        value = buf.pop(0) if buf else peers[0][4]
        assert received(hand, (g, i)) == (value, 1)
        if peers:
            woken = [peers[0]]
            if model.caps[c]:
                buf.append(peers[0][4])
    else:
        assert received(hand, (g, i)) == (0, 0)
    assert hand.woken() == [w[0] for w in woken]
    for w in woken:
        assert hand.slot(w[0], CHOSEN) == w[1]
        model.waiting = [x for x in model.waiting if x[0] != w[0]]


def received(hand: Hand, who: tuple[int, ...]) -> tuple[int, int]:
    g, case = who[:2]
    return hand.slot(g, OUT + 2 * case), hand.slot(g, OUT + 2 * case + 1)


def close(hand: Hand, model: Model, g: int, c: int, handle: int, directions: str) -> None:
    hand.slot(g, 40, handle)
    if model.closed[c]:
        assert hand.do(g, "CLOSE", 40) == st.FAULT
        return
    order: list[tuple[int, ...]] = []
    for direction in "rs":
        for w in model.peers(c, direction):
            if w[0] not in [x[0] for x in order]:
                order.append((*w[:2], direction == "s"))
    assert hand.do(g, "CLOSE", 40) == 0
    order = [(w, hand.slot(w, CHOSEN) if not sends else case, sends) for w, case, sends in order]
    model.closed[c] = True
    assert hand.woken() == [w[0] for w in reversed(order)]
    for waiter, case, sends in order:
        if sends:  # it comes back to its select, and panics there whatever else is ready
            assert hand.do(waiter, "SELECT", CHOSEN, len(directions), 0) == st.FAULT
            assert hand.fault() == faults.F_SEND_CLOSED
        else:
            assert received(hand, (waiter, case)) == (0, 0) and hand.slot(waiter, CHOSEN) == case
        model.waiting = [x for x in model.waiting if x[0] != waiter]


def test_ready_cases_are_chosen_equally_often():
    """Scenario H: three ready channels; real Go 1.21 to 1.27 chose each in 33.3 % +- 0.2 %."""
    hand = Hand(1, cases=cases("rrr"))
    handles = [hand.chan(1) for _ in range(3)]
    counts: Counter[int] = Counter()
    hand.slot(0, CHANS, *handles)
    for c in handles:
        hand.slot(0, 40, c)
        hand.do(0, "SEND", 40, 41, 1)
    for _ in range(9000):
        hand.do(0, "SELECT", CHOSEN, 3, 0)
        chosen = hand.slot(0, CHOSEN)
        counts[chosen] += 1
        hand.slot(0, 40, handles[chosen])
        hand.do(0, "SEND", 40, 41, 1)
    assert all(abs(counts[i] - 3000) < 200 for i in range(3)), counts


def test_every_order_of_polling_is_as_likely():
    """Cases drop out one by one, which lays the whole permutation open."""
    orders: Counter[tuple[int, ...]] = Counter()
    hand = Hand(1, cases=cases("rrr"))
    handles = [hand.chan(1) for _ in range(3)]
    for _ in range(3000):
        hand.slot(0, CHANS, *handles)
        for c in handles:
            hand.slot(0, 40, c)
            hand.do(0, "SEND", 40, 41, 1)
        order = []
        for _ in range(3):
            hand.do(0, "SELECT", CHOSEN, 3, 0)
            order.append(hand.slot(0, CHOSEN))
        orders[tuple(order)] += 1
    assert len(orders) == 6 and min(orders.values()) > 400, orders


def test_two_cases_on_one_channel_are_both_chosen_when_waiting():
    hand = Hand(2, cases=cases("rr"))
    c = hand.chan(0)
    counts: Counter[int] = Counter()
    for _ in range(200):
        hand.slot(0, CHANS, c, c)
        assert hand.do(0, "SELECT", CHOSEN, 2, 0) == st.PARKED
        hand.slot(1, 40, c, 9)
        assert hand.do(1, "SEND", 40, 41, 1) == 0
        assert hand.woken() == [0]
        counts[hand.slot(0, CHOSEN)] += 1
        hand.queues()
    assert min(counts[0], counts[1]) > 60, counts


@given(chans=some.lists(some.integers(0, 7), min_size=1, max_size=10))
def test_sudogs_are_queued_in_lock_order(chans):
    """By address, whatever the order of the text (select.go: sellock)."""
    hand = Hand(1, cases=cases("r" * len(chans)))
    handles = [0, *(hand.chan(0) for _ in range(7))]
    hand.slot(0, CHANS, *(handles[c] for c in chans))
    assert hand.do(0, "SELECT", CHOSEN, len(chans), 0) == st.PARKED
    order, s = [], hand.S.g_waiting[0]
    while s >= 0:
        order.append(hand.S.s_c[s])
        s = hand.S.s_link[s]
    assert order == sorted(c for c in chans if c)


def test_a_select_that_close_woke_panics_though_another_case_is_ready_by_now():
    for seed in range(1, 20):
        hand = Hand(2, cases=cases("sr"))
        hand.sc("RNG", seed * 7919)
        a, b = hand.chan(0), hand.chan(1)
        hand.slot(0, CHANS, a, b)
        assert hand.do(0, "SELECT", CHOSEN, 2, 0) == st.PARKED
        hand.slot(1, 40, a, b)
        hand.do(1, "CLOSE", 40)
        hand.do(1, "SEND", 41, 42, 1)
        assert hand.woken() == [0]
        assert hand.do(0, "SELECT", CHOSEN, 2, 0) == st.FAULT
        hand.slot(0, CHANS, 0, b)
        assert hand.do(0, "SELECT", CHOSEN, 2, 0) == 0, "the next select is a new one"


@pytest.mark.parametrize("nil", [0, 2])
def test_without_a_channel_it_blocks_for_ever(nil):
    hand = Hand(1, cases=cases("r" * nil))
    hand.slot(0, CHANS, 0, 0)
    assert hand.do(0, "SELECT", CHOSEN, nil, 0) == st.PARKED
    assert hand.S.g_reason[0] == (Reason.SELECT if nil else Reason.SELECT_NO_CASES)
    hand.queues()


def test_the_log_names_the_case():
    hand = Hand(2, cases=cases("rs"))
    hand.sc("TRACE_MODE", 1)
    a, b = hand.chan(0), hand.chan(1)
    hand.slot(0, CHANS, a, b)
    hand.do(0, "SELECT", CHOSEN, 2, 0)
    hand.slot(0, CHANS, a, b)
    hand.do(0, "SELECT", CHOSEN, 2, 1)
    hand.do(0, "SELECT", CHOSEN, 2, 0)
    hand.slot(1, 40, a, 9)
    hand.do(1, "SEND", 40, 41, 1)
    rows = hand.rows()
    told = [(r[1] >> 8 & 255, r[2], r[3], r[4]) for r in rows if r[1] & 255 == Kind.SELECT]
    assert told == [
        (Reason.BUFFERED, 1, 1, 2), (Reason.NONE, 1, -1, 2), (Reason.HANDED_OVER, 1, 0, 2),
    ]  # fmt: skip
    receive = next(r for r in rows if r[1] & 255 == Kind.CHAN_RECV)
    assert receive[5] == 1, "its pc is that of the case, which has a line of its own"


def test_a_wide_select_asks_for_sudogs_first():
    hand = Hand(1, cases=cases("rr") + cases("rr") * 40)
    c = hand.chan(0)
    hand.slot(0, CHANS, c, c)
    seed = hand.sc("RNG")
    assert hand.do(0, "SELECT", CHOSEN, 82, 0) == st.NEED_SUDOG
    assert hand.sc("RNG") == seed and hand.sc("NSUDOG") == 0
