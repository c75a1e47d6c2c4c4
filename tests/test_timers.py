"""Timers against a sorted list (time.go), before and after their channels became synchronous in 1.23."""

from __future__ import annotations

import pytest
from hand import Hand
from hypothesis import given, settings
from hypothesis import strategies as some

from gosched_edu.kernel import faults
from gosched_edu.kernel import state as st
from gosched_edu.kernel import time as timers
from gosched_edu.kernel.events import Kind, Reason

N = 4
EPOCH = 1_257_894_000_000_000_000  # 2009-11-10 23:00:00 UTC


def heap(hand: Hand, p: int) -> list[int]:
    """Walk p's heap: links, order; the timers in it."""
    S = hand.S
    todo, out = [S.p_timers[p]] if S.p_timers[p] >= 0 else [], []
    while todo:
        x = todo.pop()
        out.append(x)
        assert S.t_p[x] == p and S.t_when[x] > 0
        before, child = x, S.t_child[x]
        while child >= 0:
            assert S.t_prev[child] == before
            assert (S.t_when[x], S.t_seq[x]) < (S.t_when[child], S.t_seq[child])
            todo.append(child)
            before, child = child, S.t_next[child]
    return out


@settings(max_examples=150, deadline=None)
@given(ops=some.lists(some.tuples(some.sampled_from("aaadt"), some.integers(0, 10**6), some.integers(1, 30)),
                      max_size=120))  # fmt: skip
def test_the_heap_is_a_sorted_list_from_which_anything_can_be_taken(ops):
    hand, S = Hand(1), None
    S = hand.S
    model: list[tuple[int, int, int]] = []
    for op, pick, when in ops:
        if op == "a" or not model:
            if hand.sc("NTIMER") == 64 and hand.sc("TFREE") < 0:
                continue
            x = timers.addtimer(S, pick % 2, when, timers.T_SLEEP, 0)
            model.append((when, S.t_seq[x], x))
        else:
            gone = min(model) if op == "t" else model[pick % len(model)]
            model.remove(gone)
            timers.heapdel(S, gone[2])
            timers.freetimer(S, gone[2])
        assert sorted(heap(hand, 0) + heap(hand, 1)) == sorted(x for _, _, x in model)
        firsts = [S.t_when[S.p_timers[0]]] if S.p_timers[0] >= 0 else []
        hand.sc("NPROC", 2)
        first = min((w for w, _, _ in model), default=st.INF)
        assert hand.sc("TIMER0") == first, firsts
        assert hand.sc("TIMERS_LIVE") == len(model) == hand.sc("TIMER_LOG")


def ticker(hand: Hand, g: int = 0, width: int = 1) -> tuple[int, int]:
    """A channel timer: handles of the channel and of the timer."""
    c = hand.chan(1, width)
    hand.slot(g, 0, c)
    assert hand.do(g, "TMNEW", 1, 0, 0) == 0
    return c, hand.slot(g, 1)


def reset(hand: Hand, g: int, timer: int, when: int, period: int = 0) -> int:
    hand.slot(g, 0, timer, when, period)
    assert hand.do(g, "TMRESET", 3, 0, 1) == 0
    return hand.slot(g, 3)


def stop(hand: Hand, g: int, timer: int) -> int:
    hand.slot(g, 0, timer)
    assert hand.do(g, "TMSTOP", 3, 0) == 0
    return hand.slot(g, 3)


def receive(hand: Hand, g: int, c: int) -> int | None:
    """A non-blocking receive: the value or None."""
    from gosched_edu.kernel.chan import chan_at, tryrecv

    at = hand.S.g_fp[g]
    how = tryrecv(hand.S, hand.now, 0, g, chan_at(hand.S, c), at + 10, -1, 0)
    return hand.slot(g, 10) if how else None


class Model:
    """A channel timer as the documentation of package time tells it."""

    def __init__(self, sync: bool) -> None:
        self.sync, self.when, self.period = sync, 0, 0
        self.buffer: list[int] = []

    def run(self, now: int) -> None:
        """All that should have happened by now: at most one value fits."""
        while 0 < self.when <= now:
            fired = self.when
            late = now if not self.sync else fired
            if self.period:
                self.when += self.period * (1 + (now - fired) // self.period)
            else:
                self.when = 0
            if not self.buffer:
                self.buffer.append(EPOCH + late)

    def stop(self) -> int:
        active = int(self.when > 0 or (self.sync and bool(self.buffer)))
        self.when = 0
        if self.sync:
            self.buffer.clear()
        return active


@settings(max_examples=250, deadline=None)
@given(
    version=some.sampled_from(["1.14", "1.22", "1.23", "1.27"]),
    ops=some.lists(some.tuples(some.sampled_from("rrsvvtt"), some.integers(1, 40), some.integers(0, 12)),
                   max_size=40),
)  # fmt: skip
def test_a_channel_timer_behaves_as_documented(version, ops):
    hand, sync = Hand(2, version), version >= "1.23"
    model = Model(sync)
    c, timer = ticker(hand)
    for op, x, period in ops:
        if op == "t":
            hand.expire(hand.now + x)
            if not sync:
                model.run(hand.now)
        elif op == "r":
            expected = model.stop()
            model.when, model.period = hand.now + x, period
            assert reset(hand, 0, timer, hand.now + x, period) == expected
        elif op == "s":
            assert stop(hand, 0, timer) == model.stop()
        else:
            if sync:
                model.run(hand.now)
            expected_value = model.buffer.pop() if model.buffer else None
            assert receive(hand, 0, c) == expected_value
        hand.slot(0, 5, c)
        hand.do(0, "CHLEN", 6, 5), hand.do(0, "CHCAP", 7, 5)
        assert (hand.slot(0, 6), hand.slot(0, 7)) == ((0, 0) if sync else (len(model.buffer), 1))
        heap(hand, 0)
        if sync:
            assert hand.sc("TIMERS_LIVE") == 0, "nobody waits on the channel: it is in no heap"


def test_a_synchronous_timer_is_in_a_heap_while_somebody_waits():
    hand = Hand(3, "1.23")
    c, timer = ticker(hand)
    reset(hand, 0, timer, 100, 50)
    for g in (1, 2):
        hand.slot(g, 0, c)
        assert hand.do(g, "RECV", 1, 0, 3) == st.PARKED
    assert len(heap(hand, 0)) == 1
    assert hand.expire(99) == 0 and hand.expire(130) == 1
    assert hand.woken() == [1]
    assert (hand.slot(1, 1), hand.slot(1, 2)) == (EPOCH + 100, 1), "the time it was due, not the time it came"
    assert len(heap(hand, 0)) == 1, "goroutine 2 still waits"
    assert hand.expire(150) == 1 and hand.woken() == [2]
    assert heap(hand, 0) == []
    assert hand.expire(10**6) == 0
    assert receive(hand, 0, c) == EPOCH + 200, "the tick that was due first; later ones are dropped"
    assert receive(hand, 0, c) is None, "the next one is due at the next multiple of 50 after now"


def test_stop_wakes_nobody_and_reset_moves_the_time_of_who_waits():
    hand = Hand(2, "1.23")
    c, timer = ticker(hand)
    reset(hand, 0, timer, 100)
    hand.slot(1, 0, c)
    hand.do(1, "RECV", 1, 0, 2)
    assert stop(hand, 0, timer) == 1
    assert hand.expire(200) == 0 and hand.sc("TIMERS_LIVE") == 0
    assert reset(hand, 0, timer, 300) == 0
    assert hand.expire(300) == 1 and hand.woken() == [1]


def test_a_stale_value_is_received_before_1_23_and_never_after():
    for version, stale in (("1.22", EPOCH + 150), ("1.23", None)):
        hand = Hand(1, version)
        c, timer = ticker(hand)
        reset(hand, 0, timer, 100)
        hand.expire(150)
        assert stop(hand, 0, timer) == (stale is None), "since 1.23 an unread value counts as not fired"
        assert receive(hand, 0, c) == stale


def test_a_tick_that_nobody_takes_is_dropped():
    hand = Hand(1, "1.22")
    hand.sc("TRACE_MODE", 1)
    c, timer = ticker(hand)
    reset(hand, 0, timer, 10, 10)
    for now in (10, 20, 30):
        assert hand.expire(now) == 1
    fired = [r[1] >> 8 & 255 for r in hand.rows() if r[1] & 255 == Kind.TIMER_FIRE]
    assert fired == [Reason.BUFFERED, Reason.DROPPED, Reason.DROPPED]
    assert receive(hand, 0, c) == EPOCH + 10


def test_a_wide_time_gets_zeros_behind_its_first_word():
    for version in ("1.22", "1.23"):
        hand = Hand(2, version)
        c, timer = ticker(hand, width=3)
        reset(hand, 0, timer, 10)
        hand.slot(1, 0, c, 5, 6, 7, 8, 9)
        hand.do(1, "RECV", 1, 0, 7)
        hand.expire(10)
        assert [hand.slot(1, i) for i in range(1, 6)] == [EPOCH + 10, 0, 0, 1, 9]


def test_a_select_waits_for_a_timer():
    cases = [("CASERECV", 24, 1, 3), ("CASERECV", 28, 2, 3)]
    for version in ("1.22", "1.23"):
        hand = Hand(3, version, cases=cases)
        c, timer = ticker(hand)
        other = hand.chan(0)
        reset(hand, 0, timer, 10)
        for g in (1, 2):
            hand.slot(g, 1, c, other)
            assert hand.do(g, "SELECT", 0, 2, 0) == st.PARKED
        assert hand.sc("TIMERS_LIVE") == 1
        hand.slot(0, 9, other, 77)
        hand.do(0, "SEND", 9, 10, 1)
        assert hand.woken() == [1] and hand.sc("TIMERS_LIVE") == 1
        assert hand.expire(10) == 1 and hand.woken() == [2]
        assert hand.slot(2, 0) == 0 and hand.slot(2, 24) == EPOCH + 10
        assert hand.sc("TIMERS_LIVE") == 0
        hand.queues()


def test_what_a_select_has_made_a_timer_send_is_taken_back_by_stop():
    """A select that looks at a due channel makes it full, and may then choose another case."""
    kept = 0
    for seed in range(1, 30):
        hand = Hand(1, "1.23", cases=[("CASERECV", 24, 1, 3), ("CASERECV", 28, 2, 3)])
        hand.sc("RNG", seed * 7919)
        c, timer = ticker(hand)
        other = hand.chan(1)
        reset(hand, 0, timer, 10)
        hand.slot(0, 40, other)
        hand.do(0, "SEND", 40, 41, 1)
        hand.expire(20)
        hand.slot(0, 1, c, other)
        assert hand.do(0, "SELECT", 9, 2, 0) == 0
        unread = hand.slot(0, 9)
        kept += unread
        assert stop(hand, 0, timer) == unread, "the value was sent but not received: stopped in time"
        assert receive(hand, 0, c) is None
    assert 5 < kept < 25


def test_a_timer_stays_in_the_heap_of_the_p_that_set_it():
    from gosched_edu.kernel.timerop import op_tmreset

    hand = Hand(1, "1.22")
    hand.sc("NPROC", 2)
    c, timer = ticker(hand)
    for p, home in ((1, 1), (0, 1)):
        hand.slot(0, 0, timer, 100, 0)
        op_tmreset(hand.S, 0, p, 0, 0, 0, 3, 0, 1)
        assert len(heap(hand, home)) == 1 and heap(hand, 1 - home) == []
    stop(hand, 0, timer)
    reset(hand, 0, timer, 100)
    assert len(heap(hand, 0)) == 1, "once it is out of all heaps, whoever sets it has it"


def test_sleepers_wake_by_time_and_those_of_one_time_in_order():
    hand = Hand(N)
    for g, ns in enumerate((30, 10, 20, 10)):
        hand.slot(g, 0, ns)
        assert hand.do(g, "SLEEP", 0) == st.PARKED
    assert hand.expire(9) == 0
    assert hand.expire(30) == 4
    assert hand.woken() == [1, 3, 2, 0]
    assert hand.sc("TIMERS_LIVE") == 0
    for ns in (0, -5):
        hand.slot(0, 0, ns)
        assert hand.do(0, "SLEEP", 0) == 0
    hand.slot(0, 0, 2**63 - 1)
    assert hand.do(0, "SLEEP", 0) == st.PARKED
    assert hand.sc("TIMER0") == st.INF - 1


def test_the_timers_of_a_p_that_goes_are_taken():
    hand = Hand(1)
    hand.sc("NPROC", 2)
    for when in (30, 10, 20):
        timers.addtimer(hand.S, 1, when, timers.T_SLEEP, 0)
    timers.addtimer(hand.S, 0, 15, timers.T_SLEEP, 0)
    timers.taketimers(hand.S, 0, 1)
    assert len(heap(hand, 0)) == 4 and heap(hand, 1) == [] and hand.sc("TIMER0") == 10


@pytest.mark.parametrize("handle", [0, 7, -1, 0xC200000000 + 96, 0xC200000000 + 1, 1 << 62])
def test_what_is_no_timer_is_refused(handle):
    hand = Hand(1)
    hand.slot(0, 0, handle, 5, 0)
    assert hand.do(0, "TMSTOP", 3, 0) == st.FAULT and hand.fault() == faults.F_IMAGE
    assert hand.do(0, "TMRESET", 3, 0, 1) == st.FAULT and hand.fault() == faults.F_IMAGE
    hand.slot(0, 1, 100)
    hand.do(0, "SLEEP", 1)
    assert hand.S.t_live[0] == 1
    hand.waiting.clear()
    hand.slot(0, 0, 0xC200000000)
    assert hand.do(0, "TMSTOP", 3, 0) == st.FAULT, "a sleeper's own timer is not the program's"
