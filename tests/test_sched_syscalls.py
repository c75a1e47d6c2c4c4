"""System calls, sysmon's retake, threads (proc.go: entersyscall, exitsyscall, retake, handoffp)."""

from __future__ import annotations

import numpy as np
import pytest
from sched_runs import MS, events, run, sleep, syscall, work

from gosched_edu.kernel import state as st
from gosched_edu.kernel.dump import goroutines, obituary
from gosched_edu.kernel.events import Kind, Reason

B = "func b args=0\n  RET\n"


def test_a_short_call_keeps_its_p_while_another_goroutine_waits():
    m = run("func main.main\n  GO b 4 0\n" + syscall(5_000) + work(100_000) + "  RET\n" + B, procs=1)
    (end,) = events(m, Kind.GO_SYSCALL_END)
    assert not events(m, Kind.PROC_STEAL, Kind.PROC_HANDOFF)
    assert not events(m, Kind.GO_START, g=2), "main never let go"
    (begin,) = events(m, Kind.GO_SYSCALL_BEGIN)
    assert 5_000 <= end.time - begin.time < 5_200 and end.m == begin.m == 0


@pytest.mark.parametrize("version", ["1.22", "1.27"])
@pytest.mark.parametrize("warm", [False, True])
def test_how_long_a_p_waits_in_a_system_call_is_as_measured(version, warm):
    # real Go: 81-89 us after an idle time, 13-14 us with a hot sysmon; all between 8 and 101 us
    before = sleep(30 * MS, 4) if not warm else syscall(300_000, slot=4) * 5
    m = run(
        "func main.main\n  LDI 2 30\nagain:\n" + before + "  GO b 6 0\n" + syscall(50 * MS, slot=4)
        + "  ADDI 2 2 -1\n  LOOPNZ 2 again\n  RET\n" + B, procs=1, version=version, checked=False,
    )  # fmt: skip
    begins = [e.time for e in events(m, Kind.GO_SYSCALL_BEGIN) if e.arg == 50 * MS]
    starts = [e.time for e in events(m, Kind.GO_START) if e.g != 1]
    waits = np.array([min(s for s in starts if s > b) - b for b in begins[: len(starts)]]) / 1e3
    assert len(waits) >= 29 and 8 <= waits.min() and waits.max() <= 110
    assert (10 <= np.median(waits) <= 20) if warm else (60 <= np.median(waits) <= 95)


def test_a_p_without_work_is_left_to_its_call_for_10_ms_if_another_is_idle():
    m = run("func main.main\n" + syscall(40 * MS) + "  RET\n", procs=2)
    (steal,), (begin,) = events(m, Kind.PROC_STEAL), events(m, Kind.GO_SYSCALL_BEGIN)
    assert 10 * MS <= steal.time - begin.time < 31 * MS and steal.reason == Reason.SYSMON
    m = run("func main.main\n" + syscall(9 * MS) + "  RET\n", procs=2)
    assert not events(m, Kind.PROC_STEAL) and events(m, Kind.GO_SYSCALL_END)


def test_with_work_waiting_the_second_look_takes_the_p():
    m = run("func main.main\n  GO b 4 0\n" + syscall(5 * MS) + "  RET\n" + B, procs=1)
    (steal,), (handoff,) = events(m, Kind.PROC_STEAL), events(m, Kind.PROC_HANDOFF)[:1]
    begin = events(m, Kind.GO_SYSCALL_BEGIN)[0]
    assert 20_000 <= steal.time - begin.time < 150_000, "at least 20 us, two looks of 70"
    assert handoff.reason == Reason.HANDOFF_LOCAL
    (start,) = events(m, Kind.GO_START, g=2)
    assert start.m != 0 and start.time < begin.time + 5 * MS


def test_a_call_known_to_block_gives_the_p_away_at_once():
    m = run("func main.main\n  GO b 4 0\n" + syscall(MS, 1) + "  RET\n" + B, procs=1)
    begin, start = events(m, Kind.GO_SYSCALL_BEGIN)[0], events(m, Kind.GO_START, g=2)[0]
    assert begin.reason == Reason.SYSCALL_BLOCKS and not events(m, Kind.PROC_STEAL)
    assert start.time - begin.time < 60_000


def test_who_comes_back_without_a_p_queues_globally_and_its_thread_parks():
    spin = "func spin args=0\n" + work(8 * MS) + "  RET\n"
    m = run("func main.main\n  GO spin 4 0\n" + syscall(MS, 1) + "  RET\n" + spin, procs=1)
    (end,) = events(m, Kind.GO_SYSCALL_END_BLOCKED)
    assert end.reason == Reason.GLOBAL_QUEUE and end.p == -1 and end.m == 0
    later = events(m, Kind.GO_START, g=1)[-1]
    assert later.reason == Reason.GLOBAL_QUEUE and later.m == 1 and later.time > 8 * MS


def test_who_comes_back_takes_an_idle_p():
    m = run("func main.main\n" + syscall(20 * MS, 1) + "  RET\n", procs=1)
    (end,) = events(m, Kind.GO_SYSCALL_END_BLOCKED)
    assert end.reason == Reason.EXIT_SYSCALL and end.m == 0 and end.p == 0
    assert events(m, Kind.GO_START)[-1].reason == Reason.EXIT_SYSCALL


def test_the_stack_of_a_goroutine_in_a_call_can_be_seen():
    m = run("func main.main\n" + syscall(20 * MS) + "  RET\n", procs=1, until=MS)
    (g,) = goroutines(m)
    assert g.state == "syscall" and [f.function for f in g.frames] == ["main.main"]


def test_threads_are_made_one_per_blocked_call_and_used_again():
    call = "func call args=0\n" + syscall(10 * MS, 1) + "  RET\n"
    body = "  LDI 2 20\na%:\n  GO call 4 0\n  ADDI 2 2 -1\n  LOOPNZ 2 a%\n" + sleep(30 * MS)
    twice = body.replace("%", "1") + body.replace("%", "2")
    m = run("func main.main\n" + twice + "  RET\n" + call, procs=1, checked=False)
    assert 20 <= m.state["NM"] <= 23 and m.state["NM"] == 1 + len(events(m, Kind.THREAD_NEW))


@pytest.mark.parametrize(("version", "dies"), [("1.22", True), ("1.1", False)])
def test_the_limit_of_ten_thousand_threads(version, dies):
    call = "func call args=0\n" + syscall(1000 * MS, 1) + "  RET\n"
    m = run(
        "func main.main\n  LDI 2 10020\nagain:\n  GO call 4 0\n  GOSCHED\n  ADDI 2 2 -1\n"
        "  LOOPNZ 2 again\n" + sleep(MS) + "  RET\n" + call,
        procs=1, version=version, checked=False, trace="off",
    )  # fmt: skip
    assert (m.status == st.FAULTED) == dies
    if dies:
        text = obituary(m)
        assert text.startswith("runtime: program exceeds 10000-thread limit\nfatal error: thread exhaustion")
        assert m.state["NM"] == 10_000, "sysmon is a thread too"


def test_go_1_0_gives_the_processor_away_at_every_call():
    m = run("func main.main\n  GO b 4 0\n" + syscall(100_000) + "  RET\n" + B, procs=1, version="1.0")
    begin, start = events(m, Kind.GO_SYSCALL_BEGIN)[0], events(m, Kind.GO_START, g=2)[0]
    assert start.time - begin.time < 60_000
    assert m.state["SYSMON_AT"] == st.INF
