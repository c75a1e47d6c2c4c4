"""GOMAXPROCS at run time, stop-the-world, goroutines locked to threads (proc.go)."""

from __future__ import annotations

import pytest
from sched_runs import MS, events, run, sleep, syscall, work

from gosched_edu.kernel import state as st
from gosched_edu.kernel.dump import queues
from gosched_edu.kernel.events import Kind, Reason

PROCS = "  LDI 2 {}\n  SETPROCS 3 2\n"
STOPS = "func main.main\n  GO loop 4 0\n" + work(100_000) + PROCS.format(3) + work(200_000) + "  RET\n"


def spin(name: str, ns: int) -> str:
    """A goroutine that computes in a loop without a call: nothing in it is a cooperative point."""
    loop = "  LDI 3 0\nagain:\n  ADDI 3 3 1\n  LOOPLT 3 2 again\n"
    return f"func {name} args=0\n  LDI 2 {ns // 2}\n{loop}  RET\n"


# --- the world ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("version", "held_up"), [("1.13", True), ("1.14", False), ("1.22", False)])
def test_a_loop_without_calls_holds_up_the_world_until_1_13(version, held_up):
    m = run(STOPS + spin("loop", 800_000), procs=2, version=version)
    (stopped,) = events(m, Kind.STW_STOPPED)
    assert (stopped.arg > 500_000) == held_up
    assert held_up or stopped.arg < 50_000
    assert m.state["NPROC"] == 3 and m.status == st.DONE


def test_asyncpreemptoff_holds_up_the_world_again():
    m = run(STOPS + spin("loop", 800_000), procs=2, asyncpreemptoff=True)
    assert events(m, Kind.STW_STOPPED)[0].arg > 500_000


def test_a_stop_cuts_work_short_and_nothing_of_it_is_lost():
    # 20 ms of work on P1 are interrupted by main's stop, and end 20 ms of running later
    busy = "func busy args=0\n" + work(20 * MS) + "  RET\n"
    m = run(
        "func main.main\n  GO busy 4 0\n" + work(3 * MS) + PROCS.format(4) + sleep(60 * MS) + "  RET\n"
        + busy, procs=2,
    )  # fmt: skip
    parts = events(m, g=2)
    ran, since = 0, None
    for e in parts:
        if e.kind == Kind.GO_START:
            since = e.time
        elif e.kind in (Kind.GO_STOP, Kind.GO_EXIT) and since is not None:
            ran += e.time - since
    assert [e.kind for e in parts].count(Kind.GO_STOP) >= 1
    assert 20 * MS <= ran < 20 * MS + 20_000


@pytest.mark.parametrize(("version", "where"), [("1.22", Reason.GLOBAL_QUEUE), ("1.26", Reason.RUNNEXT)])
def test_where_a_goroutine_stopped_for_the_world_goes(version, where):
    m = run(STOPS + spin("loop", 400_000), procs=2, version=version)
    stop = next(e for e in events(m, Kind.GO_STOP) if e.g == 2)
    assert stop.reason == Reason.PREEMPTED and stop.arg2 == where
    if version == "1.26":  # and so it is back on its P, with the M it had, first of all
        back = next(e for e in events(m, Kind.GO_START, g=2) if e.time > stop.time)
        assert back.reason == Reason.RUNNEXT and (back.p, back.m) == (stop.p, stop.m)


def test_a_p_in_a_system_call_does_not_hold_up_the_world():
    call = "func call args=0\n" + syscall(5 * MS) + "  RET\n"
    m = run("func main.main\n  GO call 4 0\n" + work(60_000) + PROCS.format(1) + "  RET\n" + call, procs=2)
    (steal,) = events(m, Kind.PROC_STEAL)
    assert steal.reason == Reason.STW and events(m, Kind.STW_STOPPED)[0].arg == 0


def test_two_stops_at_once_come_one_after_the_other():
    other = "func other args=0\n" + PROCS.format(3) + "  RET\n"
    m = run(
        "func main.main\n  GO other 4 0\n" + work(20_000) + PROCS.format(2) + PROCS.format(5) + sleep(5 * MS)
        + "  RET\n" + other, procs=4,
    )  # fmt: skip
    kinds = [e.kind for e in events(m, Kind.STW_BEGIN, Kind.STW_STOPPED, Kind.STW_END)]
    assert kinds == [Kind.STW_BEGIN, Kind.STW_STOPPED, Kind.STW_END] * 3


# --- GOMAXPROCS -----------------------------------------------------------------------------------
def test_gomaxprocs_says_what_it_was_and_0_asks_only():
    m = run(
        "func main.main\n" + PROCS.format(0) + "  GST a 3\n" + PROCS.format(300) + "  GST b 3\n"
        + PROCS.format(-1) + "  GST c 3\n  RET\ndata a 0\ndata b 0\ndata c 0\n", procs=3,
    )  # fmt: skip
    heap = m.state.arrays["heap"]
    assert heap[1:4].tolist() == [3, 3, 256] and len(events(m, Kind.STW_BEGIN)) == 1


def test_fewer_ps_give_their_goroutines_to_the_global_queue():
    # 3 Ps: the one that asks has made 40 goroutines; then there is one P, and all of them run on it
    many = "  LDI 4 40\nagain:\n  GO w 6 0\n  ADDI 4 4 -1\n  LOOPNZ 4 again\n"
    m = run(
        "func main.main\n" + many + work(30_000) + PROCS.format(1) + sleep(5 * MS) + "  RET\nfunc w args=0\n"
        + work(100_000) + "  RET\n", procs=3,
    )  # fmt: skip
    last = events(m, Kind.STW_END)[0].time
    assert {e.p for e in events(m, Kind.GO_START) if e.time > last} == {0}
    assert len(events(m, Kind.GO_EXIT)) == 40 and m.status == st.DONE


def test_more_ps_are_used():
    many = "  LDI 4 40\nagain:\n  GO w 6 0\n  ADDI 4 4 -1\n  LOOPNZ 4 again\n"
    m = run(
        "func main.main\n" + PROCS.format(5) + many + sleep(5 * MS) + "  RET\nfunc w args=0\n" + work(100_000)
        + "  RET\n", procs=1,
    )  # fmt: skip
    assert {e.p for e in events(m, Kind.GO_START)} == set(range(5))
    assert len(queues(m).rings) == 5


def test_who_asks_from_a_p_that_goes_goes_on_with_p0():
    # main runs on whatever P wakes first after its sleep; the worker on P0 keeps it elsewhere
    busy = "func busy args=0\n" + work(50 * MS) + "  RET\n"
    text = (
        "func main.main\n  GO busy 4 0\n  GO busy 4 0\n" + sleep(2 * MS) + PROCS.format(1) + work(1000)
        + "  RET\n" + busy
    )
    for seed in range(8):
        m = run(text, procs=3, seed=seed)
        end = events(m, Kind.STW_END)[0]
        assert m.status == st.DONE and end.p == 0 and end.g == 1


# --- locked threads --------------------------------------------------------------------------------
LOCK, UNLOCK = "  LOCKT 1\n", "  LOCKT 0\n"


def test_a_locked_goroutine_stays_on_its_thread_and_has_it_alone():
    noise = "func noise args=0\n  LDI 4 20\nagain:\n" + work(20_000)
    noise += "  GOSCHED\n  ADDI 4 4 -1\n  LOOPNZ 4 again\n  RET\n"
    m = run(
        "func main.main\n" + LOCK + "  GO noise 6 0\n  GO noise 6 0\n  LDI 4 10\nagain:\n  GOSCHED\n"
        + work(1000) + "  ADDI 4 4 -1\n  LOOPNZ 4 again\n" + UNLOCK + sleep(MS) + "  RET\n" + noise, procs=2,
    )  # fmt: skip
    unlocked = events(m, Kind.GO_UNLOCK_THREAD)[0].time
    locked = [e for e in events(m, Kind.GO_START) if 0 < e.time < unlocked]
    assert {e.m for e in locked if e.g == 1} == {0} and 0 not in {e.m for e in locked if e.g != 1}
    assert len(events(m, Kind.PROC_START, reason=Reason.LOCKED_M)) >= 9


@pytest.mark.parametrize(("version", "still"), [("1.9", False), ("1.10", True)])
def test_locks_count_since_1_10(version, still):
    other = "func other args=0\n" + work(1000) + "  RET\n"
    m = run("func main.main\n" + LOCK + LOCK + UNLOCK + "  GO other 4 0\n  GOSCHED\n  RET\n" + other,
            procs=1, version=version)  # fmt: skip
    assert (events(m, Kind.GO_START, g=2)[0].m != 0) == still
    assert events(m, Kind.GO_UNLOCK_THREAD)[0].arg2 == int(still)


@pytest.mark.parametrize(("version", "gone"), [("1.9", 0), ("1.10", 1)])
def test_a_thread_ends_with_the_goroutine_locked_to_it(version, gone):
    locked = "func locked args=0\n" + LOCK + work(1000) + "  RET\n"
    m = run("func main.main\n  GO locked 4 0\n" + "  GOSCHED\n" * 3 + sleep(MS) + "  RET\n" + locked,
            procs=1, version=version)  # fmt: skip
    assert len(events(m, Kind.THREAD_EXIT)) == gone == m.state["NMGONE"]
    assert m.status == st.DONE


def test_unlocking_without_a_lock_does_nothing():
    m = run("func main.main\n" + UNLOCK + "  GOSCHED\n  RET\n", procs=1)
    assert m.status == st.DONE and not events(m, Kind.GO_UNLOCK_THREAD)
