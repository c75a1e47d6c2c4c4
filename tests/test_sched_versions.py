"""The scheduler under the rules of other Go versions, and under a CPU quota."""

from __future__ import annotations

import pytest
from sched_runs import MS, events, run, sleep, work

from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.versions import RULES, VERSIONS, default_procs, parse, rules

W = "func w args=0\n" + work(1000) + "  RET\n"


def spawn(n: int) -> str:
    return f"  LDI 4 {n}\nagain:\n  GO w 6 0\n  ADDI 4 4 -1\n  LOOPNZ 4 again\n"


def order(m: Machine) -> list[int]:
    """In which order the goroutines that main made ran, numbered from 0."""
    return [e.g - 2 for e in events(m, Kind.GO_START) if e.g > 1 and e.reason != Reason.EXIT_SYSCALL]


def test_every_version_since_1_0_is_there_and_no_other():
    assert VERSIONS[0] == "1.0" and VERSIONS[-1] == "1.27" and len(VERSIONS) == 28
    for rule in RULES:
        parse(rule.since)
        assert rule.value("1.27") >= rule.value("1.0") or rule.steps
        if not rule.steps:
            assert rule.value(rule.since) == 1 and set(rules(v)[rule.name] for v in VERSIONS) <= {0, 1}
    with pytest.raises(ValueError, match="not simulated"):
        parse("1.28")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.0", list(range(300))),  # one queue, first come first served
        ("1.1", list(range(300))),  # the P's own queue grows
        ("1.5", [299, *range(128, 256), *range(257, 299)]),  # runnext; the ring overflows: see below
        ("1.27", [299, *range(128, 256), *range(257, 299)]),
    ],
)
def test_the_order_of_300_goroutines_on_one_p(version, expected):
    m = run("func main.main\n" + spawn(300) + sleep(20 * MS) + "  RET\n" + W, procs=1, version=version)
    got = order(m)
    assert sorted(got) == list(range(300))
    overflow = events(m, Kind.RUNQ_OVERFLOW)
    if rules(version)["ring"]:
        assert [e.arg2 for e in overflow] == [129]
        # what overflowed stands in the global queue: 0..127 and the newcomer 256; every 61st tick one
        public = {*range(128), 256}
        assert [g for g in got if g not in public] == expected
        assert [g for g in got if g in public] == [*range(128), 256]
    else:
        assert got == expected and not overflow


def test_without_runnext_and_with_a_ring_1_3_sends_the_oldest_away():
    m = run("func main.main\n" + spawn(300) + sleep(20 * MS) + "  RET\n" + W, procs=1, version="1.3")
    assert [e.arg2 for e in events(m, Kind.RUNQ_OVERFLOW)] == [129]
    assert [g for g in order(m) if g not in {*range(128), 256}] == [*range(128, 256), *range(257, 300)]


def test_the_one_lock_of_1_0_does_not_scale_and_the_queues_of_1_1_do():
    def took(version: str, procs: int) -> int:
        text = (
            "func main.main\n" + spawn(8).replace("GO w", "GO many") + sleep(2 * MS) + "  RET\n"
            "func many args=0\n" + spawn(200) + "  RET\nfunc w args=0\n" + work(300) + "  RET\n"
        )
        m = run(text, procs=procs, version=version, checked=False, costs={"malg": 0})
        return max(e.time for e in events(m, Kind.GO_EXIT))

    one, eight = took("1.0", 1), took("1.0", 8)
    assert eight > 1600 * 2 * 150, "making and starting a goroutine each need the lock"
    assert took("1.1", 8) < 0.6 * eight and took("1.1", 1) < 1.2 * one


def test_before_1_1_nobody_steals_or_spins():
    m = run("func main.main\n" + spawn(60) + sleep(MS) + "  RET\n" + W, procs=4, version="1.0")
    assert not events(m, Kind.STEAL, Kind.SPIN_STOP) and len({e.p for e in events(m, Kind.GO_START)}) == 4
    m = run("func main.main\n" + spawn(60) + sleep(MS) + "  RET\n" + W, procs=4, version="1.1")
    assert events(m, Kind.STEAL)


def test_timers_before_1_14_need_a_p_and_are_late_when_all_are_busy():
    text = (
        "func main.main\n  GO busy 6 0\n" + sleep(MS) + "  RET\nfunc busy args=0\n  LDI 4 80\nagain:\n"
        "  CALL step 6\n  ADDI 4 4 -1\n  LOOPNZ 4 again\n  RET\nfunc step args=0 bytes=200\n"
        + work(100_000) + "  RET\n"
    )
    old, new = (run(text, procs=1, version=v) for v in ("1.13", "1.14"))
    for m in (old, new):
        assert m.status == st.DONE
    woken = [next(e for e in events(m, Kind.GO_UNBLOCK, g=1)) for m in (old, new)]
    assert woken[0].time >= 8 * MS, "the timer goroutine waited in the global queue"
    system = events(old, Kind.GO_SYSCALL_END_BLOCKED)[0]
    assert system.reason == Reason.GLOBAL_QUEUE and 1_000_000 < system.time < 1_200_000
    assert not events(new, Kind.GO_SYSCALL_BEGIN)


def test_gosched_wakes_a_p_since_1_22():
    # main yields with nothing else queued and an idle P: before 1.22 nobody is woken for it
    text = "func main.main\n" + work(1000) + "  GOSCHED\n" + work(1000) + "  RET\n"
    old, new = (run(text, procs=2, version=v) for v in ("1.21", "1.22"))
    woken = [[e for e in events(m, Kind.PROC_START) if e.reason != Reason.BOOT] for m in (old, new)]
    assert not woken[0] and new.state["NMSPIN"] + len(woken[1]) == 1


# --- GOMAXPROCS and the quota ------------------------------------------------------------------------
def test_how_many_ps_there_are_when_nobody_says():
    assert [default_procs(v) for v in ("1.0", "1.4", "1.5", "1.27")] == [1, 1, 4, 4]
    assert [default_procs("1.25", q) for q in (0.3, 1.5, 2.2, 3.9, 9)] == [2, 2, 3, 4, 4]
    assert default_procs("1.24", 0.3) == 4
    m = run("func main.main\n  RET\n", version="1.25", cpu_quota=1.5)
    assert m.state["NPROC"] == 2


def test_a_quota_stops_all_threads_until_the_next_period():
    busy = "func busy args=0\n" + work(100 * MS) + "  RET\n"
    m = run(
        "func main.main\n" + "  GO busy 4 0\n" * 7 + work(100 * MS) + sleep(10 * MS) + "  RET\n" + busy,
        procs=8, version="1.22", cpu_quota=2, checked=False,
    )  # fmt: skip
    stops = events(m, Kind.THROTTLE_BEGIN)
    ends = [e.time for e in events(m, Kind.THROTTLE_END)]
    # 8 Ps use 200 ms of 100 in 25; so 800 ms of work take four periods
    assert 25 * MS <= stops[0].time < 26 * MS and stops[0].arg == 100 * MS == ends[0]
    assert len(stops) >= 3 and m.state["NOW"] >= 320 * MS
    for e in events(m):
        assert not any(s.time < e.time < s.arg for s in stops), (e, "nothing happens while it is stopped")


def test_a_quota_that_is_enough_changes_nothing():
    text = "func main.main\n" + spawn(30) + sleep(3 * MS) + "  RET\n" + W
    free, bound = run(text, procs=4), run(text, procs=4, cpu_quota=4)
    assert events(free) == events(bound)


def test_fewer_ps_than_the_quota_s_cores_are_not_stopped():
    # the remedy that 1.25 brought: as many Ps as the quota has cores
    busy = "func busy args=0\n" + work(100 * MS) + "  RET\n"
    text = "func main.main\n" + "  GO busy 4 0\n" * 7 + work(100 * MS) + sleep(10 * MS) + "  RET\n" + busy
    m = run(text, version="1.25", cpu_quota=2, checked=False)
    assert m.state["NPROC"] == 2 and not events(m, Kind.THROTTLE_BEGIN)


@pytest.mark.parametrize(
    ("version", "chosen", "then"), [("1.25", None, 3), ("1.25", 2, 2), ("1.24", None, 4)]
)
def test_gomaxprocs_follows_a_quota_that_changes_since_1_25(version, chosen, then):
    text = "func main.main\n  GO busy 4 0\n  GO busy 4 0\n" + sleep(2500 * MS) + "  RET\n"
    text += "func busy args=0\n" + work(9000 * MS) + "  RET\n"
    m = run(text, version=version, procs=chosen, cpu_quota=2, until=200 * MS, checked=False)
    m.cpu_quota = 2.5
    m.run(until=1500 * MS)
    assert m.state["NPROC"] == then and m.cpu_quota == 2.5
    changes = [e for e in events(m, Kind.STW_BEGIN) if e.reason == Reason.STW_GOMAXPROCS]
    assert len(changes) == (then == 3)
    if changes:  # asked for by a goroutine of the runtime, at sysmon's next look after a second
        assert changes[0].g > 1 and 1000 * MS <= changes[0].time < 1210 * MS
