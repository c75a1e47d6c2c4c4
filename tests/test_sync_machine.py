"""Channels, select, semaphores and timers in whole runs: invariants, compiled = plain, growth."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from asm import assemble, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from invariants import check
from sync_programs import sync_program

from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.hchan import channels
from gosched_edu.kernel.machine import Machine

seeds = some.integers(0, 10**6)
versions = some.sampled_from(["1.4", "1.13", "1.22", "1.23", "1.27"])
LONG_ENOUGH = 500_000  # ns: a ticker that hides a deadlock would go on for ever
runs = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def play(seed: int, size: int = 8, **options: Any) -> Machine:
    """Run a random program for a while."""
    m = Machine(assemble(sync_program(seed, size)), seed=seed, **{"jit": False} | options)
    m.run(until=LONG_ENOUGH)
    return m


@runs
@given(seed=seeds, procs=some.sampled_from([1, 2, 3, 8]), version=versions)
def test_compiled_and_plain_kernel_agree_event_for_event(seed, procs, version):
    compiled = play(seed, procs=procs, version=version, jit=True)
    plain = play(seed, procs=procs, version=version)
    assert compiled.status == plain.status
    np.testing.assert_array_equal(compiled.records(), plain.records())
    for name in ("s_g", "c_n", "t_when", "heap", "stk", "sc"):
        np.testing.assert_array_equal(compiled.state.arrays[name], plain.state.arrays[name])


@runs
@given(seed=seeds, procs=some.sampled_from([1, 2, 5]), step=some.integers(1, 20), version=versions)
def test_invariants_hold_at_every_stop(seed, procs, step, version):
    m = Machine(assemble(sync_program(seed, size=14)), procs=procs, seed=seed, version=version, jit=False)
    for _ in range(60):
        check(m)
        if m.run(events=step) != st.RUNNING:
            break
    check(m)


@runs
@given(seed=seeds, procs=some.sampled_from([1, 4]), version=versions, cut=some.integers(1, 60))
def test_observing_and_stopping_change_nothing(seed, procs, version, cut):
    whole = play(seed, procs=procs, version=version)
    pieces = Machine(assemble(sync_program(seed)), procs=procs, version=version, seed=seed, jit=False)
    while pieces.status == st.RUNNING and pieces.state["NEVENTS"] + cut < whole.state["NEVENTS"]:
        pieces.run(events=cut, until=LONG_ENOUGH)
    pieces.run(until=LONG_ENOUGH)
    blind = play(seed, procs=procs, version=version, trace="off")
    np.testing.assert_array_equal(pieces.records(), whole.records())
    for scalar in ("NOW", "NEVENTS", "INS", "RNG", "NLIVE"):
        assert blind.state[scalar] == whole.state[scalar] == pieces.state[scalar], scalar


@runs
@given(seed=seeds, procs=some.sampled_from([1, 4]), version=versions)
def test_channels_lose_and_reorder_nothing(seed, procs, version):
    """Per channel the k-th value received is the k-th value sent, and each was sent once."""
    m = play(seed, 14, procs=procs, version=version)
    sent: dict[int, list[int]] = {}
    received: Counter[int] = Counter()
    for row in m.records():
        kind, reason, c, value = row[1] & 255, row[1] >> 8 & 255, int(row[3]), int(row[4])
        if kind == Kind.CHAN_SEND:
            sent.setdefault(c, []).append(value)
        elif kind == Kind.CHAN_RECV and reason != Reason.CLOSED:
            if version < "1.23" or not channels(m)[c - 1].timer:  # a stopped timer takes its value back
                assert received[c] < len(sent[c]), "received before it was sent"
                assert sent[c][received[c]] == value
            received[c] += 1
    for c in channels(m):
        if not c.timer:
            assert len(sent.get(c.number, ())) - received[c.number] == c.len


def test_a_pending_timer_hides_a_deadlock():
    """checkdead looks whether any P has a timer (proc.go:checkdead)."""
    program = """
    func start
        {set}
        LDI 5 0
        MKCHAN 6 5 1
        {wait}
    func nothing
        RET
    closure f nothing
    """
    after = "LDK 2 &f\nTMNEW 2 2 1\nLDK 3 =5000000\nLDI 4 0\nTMRESET 5 2 3"
    hidden = run(program.format(set=after, wait="RECV 7 6 (1)\nRET"))
    assert hidden.status == st.DEADLOCK and hidden.state["NOW"] >= 5_000_000
    seen = run(program.format(set="", wait="RECV 7 6 (1)\nRET"))
    assert seen.status == st.DEADLOCK and seen.state["NOW"] < 1_000_000


@pytest.mark.parametrize("version", ["1.22", "1.23"])
def test_an_unread_ticker_hides_a_deadlock_until_1_23(version):
    m = Machine(
        assemble("""
        func start
            LDI 2 1
            MKCHAN 3 2 1
            TMNEW 4 3 0
            LDI 5 1000
            LDI 6 1000
            TMRESET 7 4 5
            LDI 2 0
            MKCHAN 3 2 1
            RECV 7 3 (1)
            RET
        """),
        procs=1, version=version, jit=False,
    )  # fmt: skip
    status = m.run(until=100_000)
    assert status == (st.RUNNING if version == "1.22" else st.DEADLOCK)


def test_a_timer_function_waits_for_memory_and_then_starts():
    """Hundreds of functions come due at once: goroutines and stacks must grow in between."""
    m = run("""
    func start
        LDI 8 500
    again:
        LDK 2 &f
        TMNEW 2 2 1
        LDI 3 400000
        LDI 4 0
        TMRESET 5 2 3
        ADDI 8 8 -1
        LOOPNZ 8 again
        LDK 2 =3000000
        SLEEP 2
        RET
    func fired
        LDK 2 &n
        LDI 3 1
        XADD 4 2 3
        LDI 2 0
        MKCHAN 3 2 0
        RECV -1 3 (0)
        RET
    closure f fired
    data n 0
    """, procs=2)  # fmt: skip
    assert m.status == st.DONE
    heap = m.state.arrays["heap"]
    assert heap[m.image.data.size - 1] == 500 and m.state["NLIVE"] == 501
    starts = [row for row in m.records() if row[1] & 255 == Kind.GO_CREATE]
    assert len(starts) == 501 and {int(row[3]) for row in starts[1:]} == {0}, "created by no goroutine"
    assert m.state["TIMERS_LIVE"] == 0 == m.state["TIMER_LOG"]


def test_a_sleeper_wakes_on_an_idle_p_while_another_is_busy():
    """epoll_wait counts in milliseconds: the idle M that waits for the timer is back after one."""
    m = run("""
    func start
        GO sleeper 10 0
        LDK 2 =2000000
        WORK 2
        RET
    func sleeper
        LDI 2 100000
        SLEEP 2
        NOW 3
        GST woke 3
        RET
    data woke 0
    """, procs=2)  # fmt: skip
    assert m.status == st.DONE and 100_000 <= m.state.arrays["heap"][1] < 1_300_000
