"""Properties of any run of any program: the kernel's promises, checked from outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from invariants import check
from programs import SPAWN, random_program

from gosched_edu import go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import RECORD_WORDS
from gosched_edu.trace import Kind

seeds = some.integers(0, 10**6)
runs = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@runs
@given(program=seeds, procs=some.sampled_from([1, 2, 3, 8]), seed=some.integers(0, 1000),
       version=some.sampled_from(["1.4", "1.13", "1.22", "1.27"]))  # fmt: skip
def test_compiled_and_plain_kernel_agree_event_for_event(program, procs, seed, version):
    source = random_program(program)
    compiled = go.machine(source, procs=procs, seed=seed, version=version)
    plain = go.machine(source, procs=procs, seed=seed, version=version, jit=False)
    assert compiled.run() == plain.run()
    assert compiled.output == plain.output
    np.testing.assert_array_equal(compiled.records(), plain.records())
    for scalar in ("INS", "NEVENTS", "NOW", "NLIVE", "FAULT", "FAULT_PC"):
        assert compiled.state[scalar] == plain.state[scalar]


@runs
@given(program=seeds, procs=some.sampled_from([1, 2, 5, 8]), step=some.integers(1, 40),
       version=some.sampled_from(["1.4", "1.22", "1.27"]))  # fmt: skip
def test_invariants_hold_at_every_stop(program, procs, step, version):
    m = go.machine(random_program(program), procs=procs, version=version)
    clock = 0
    for _ in range(400):
        check(m)
        if m.run(events=step) != st.RUNNING:
            break
        times = m.records()[:, 0]
        assert (np.diff(times) >= 0).all(), "time went back"
        assert times[-1] >= clock
        clock = times[-1]
    if m.status in (st.DONE, st.DEADLOCK):
        check(m)


@runs
@given(program=seeds, procs=some.sampled_from([1, 4]), cuts=some.lists(some.integers(1, 200), max_size=6))
def test_stopping_and_going_on_changes_nothing(program, procs, cuts):
    source = random_program(program)
    whole = go.machine(source, procs=procs)
    whole.run()
    pieces = go.machine(source, procs=procs)
    for cut in cuts:
        pieces.run(events=cut)
    pieces.run(until=whole.state["NOW"] // 2)
    pieces.run()
    assert pieces.status == whole.status
    np.testing.assert_array_equal(pieces.records(), whole.records())


@runs
@given(program=seeds, procs=some.sampled_from([1, 4]), at=some.integers(0, 200))
def test_snapshot_and_restore_replay_the_same_future(program, procs, at):
    m = go.machine(random_program(program), procs=procs)
    m.run(events=at)
    moment = m.snapshot()
    m.run()
    first = (m.status, m.output, m.records())
    for _ in range(2):
        m.restore(moment)
        m.run()
        assert (m.status, m.output) == first[:2]
        np.testing.assert_array_equal(m.records(), first[2])


@runs
@given(program=seeds, procs=some.sampled_from([1, 2, 8]), seed=some.integers(0, 100))
def test_the_log_is_a_legal_life_of_each_goroutine_and_p(program, procs, seed):
    """Replay the log with an independent state machine: nobody is in two places."""
    trace = go.run(random_program(program), procs=procs, seed=seed).trace
    g_state: dict[int, str] = {}
    on_p: dict[int, int] = {}
    holder: dict[int, int] = {}
    for e in trace:
        if e.kind == Kind.GO_CREATE:
            assert e.g not in g_state
            g_state[e.g] = "runnable"
        elif e.kind == Kind.GO_START:
            assert g_state[e.g] == "runnable" and e.p not in on_p and holder[e.p] == e.m
            g_state[e.g], on_p[e.p] = "running", e.g
        elif e.kind in (Kind.GO_STOP, Kind.GO_BLOCK, Kind.GO_EXIT):
            assert g_state[e.g] == "running" and on_p.pop(e.p) == e.g
            g_state[e.g] = {Kind.GO_STOP: "runnable", Kind.GO_BLOCK: "waiting"}.get(e.kind, "dead")
        elif e.kind == Kind.GO_UNBLOCK:
            assert g_state[e.g] == "waiting"
            g_state[e.g] = "runnable"
        elif e.kind == Kind.PROC_START:
            assert e.p not in holder and e.m not in holder.values()
            holder[e.p] = e.m
        elif e.kind == Kind.PROC_STOP:
            assert holder.pop(e.p) == e.m and e.p not in on_p


@runs
@given(program=seeds, procs=some.sampled_from([1, 4]))
def test_channels_lose_and_reorder_nothing(program, procs):
    """Each channel is a FIFO: the k-th completed receive yields the k-th sent value."""
    trace = go.run(random_program(program, size=8), procs=procs).trace
    sent: dict[int, list[int]] = {}
    got: dict[int, list[int]] = {}
    for e in trace:
        if e.kind == Kind.CHAN_SEND:
            sent.setdefault(e.arg, []).append(e.arg2)
        elif e.kind == Kind.CHAN_RECV and e.reason.name != "CLOSED":
            got.setdefault(e.arg, []).append(e.arg2)
    for c, values in got.items():
        assert sent[c][: len(values)] == values


def test_a_ring_keeps_the_last_events():
    full = go.run(SPAWN, knobs={"n": 500}).trace
    m = go.machine(SPAWN, knobs={"n": 500}, trace="ring", trace_size=256)
    m.run()
    rows = m.records()
    assert rows.shape == (256, RECORD_WORDS)
    np.testing.assert_array_equal(rows[:, 0], full.time[-256:])


def test_tracing_does_not_change_the_run():
    with_log = go.run(SPAWN, knobs={"n": 700}, procs=8)
    without = go.run(SPAWN, knobs={"n": 700}, procs=8, trace="off")
    assert with_log.output == without.output
    assert with_log.stats["events"] == without.stats["events"]
    assert with_log.end == without.end


@pytest.mark.parametrize("procs", [2, 4, 8])
def test_no_p_idles_beside_waiting_work(procs):
    """Work conservation: with work in a ring or the global queue and an idle P, a thread is on
    its way (spinning or being woken), at every decision."""
    m = go.machine(SPAWN, knobs={"n": 300}, procs=procs)
    s, a = m.state, m.state.arrays
    while m.run(events=1) == st.RUNNING:
        a = s.arrays
        waiting = s["GQ_SIZE"] + int((a["p_tail"] - a["p_head"])[:procs].sum())
        if waiting and s["NPIDLE"]:
            assert s["NMSPIN"] > 0
