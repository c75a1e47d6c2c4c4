"""The kernel's fine print, judged by models of a few lines: queues as Python lists.

The scheduler's log is replayed with Go's rules (proc.go) and each choice must be the one the
rules name.
"""

from __future__ import annotations

import dataclasses
import signal
from types import SimpleNamespace

import numpy as np
import pytest
from fast_checks import CHILDREN, DEAR
from hypothesis import given, settings
from hypothesis import strategies as some
from programs import SPAWN, random_program
from replay import Replay

from gosched_edu import go
from gosched_edu.kernel import build, isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.arith import quo, rem
from gosched_edu.kernel.build import compiled
from gosched_edu.kernel.dump import queues
from gosched_edu.trace import Kind, Reason
from gosched_edu.trace.decode import from_machine

runs = settings(max_examples=40, deadline=None)


def program(body: str, *imports: str, more: str = "") -> str:
    lines = "".join(f'import "{name}"\n' for name in imports)
    return f"package main\n\n{lines}\nfunc main() {{\n{body}\n}}\n{more}"


# --- scheduler: every choice in the log, judged by a replay -----------------------------------
@runs
@given(number=some.integers(0, 10**6), procs=some.sampled_from([1, 2, 3, 8]))
def test_every_choice_of_the_scheduler_follows_its_rules(number, procs):
    trace = go.run(random_program(number), procs=procs, seed=number % 100).trace
    Replay(procs).follow(trace)


YIELDING = program(
    "for i := 0; i < 100; i++ {\ngo func() {\nfor k := 0; k < 20; k++ {\nruntime.Gosched()\n}\n}()\n}\n"
    "for runtime.NumGoroutine() > 1 {\nruntime.Gosched()\n}", "runtime",
)  # fmt: skip


def test_every_choice_in_a_crowd_follows_the_rules():
    reasons: set[int] = set()
    for procs in (1, 2, 3, 4, 8):
        for trace in (
            go.run(SPAWN, knobs={"n": 2000}, procs=procs).trace, go.run(YIELDING, procs=procs).trace,
            go.run(CHILDREN, procs=procs, costs=DEAR).trace,
        ):  # fmt: skip
            Replay(procs).follow(trace)
            reasons |= set(trace.reason[trace.where(Kind.GO_START)].tolist())
    assert reasons >= set(range(Reason.RUNNEXT, Reason.OVERFLOW)), "each way to find work was taken"


def test_a_running_p_has_3_us_to_run_its_runnext_before_a_thief_takes_it():
    """Goroutines that never end: each is in a runnext once."""
    source = program(
        "var c chan int\nfor k := 0; k < 100; k++ {\ngo func() { <-c }()\nspin(k * 40)\n"
        "go func() { <-c }()\nspin(20000)\n}",
        more="func spin(n int) {\nfor i := 0; i < n; i++ {\n}\n}\n",
    )
    waits: list[int] = []
    for seed in range(5):
        replay = Replay(2)
        replay.follow(go.run(source, procs=2, seed=seed).trace)
        waits += replay.waits
    assert len(waits) > 100 and min(waits) >= 3000


@pytest.mark.parametrize("procs", [2, 4, 8])
def test_of_ps_at_the_same_instant_the_lowest_goes_first(procs):
    costs = {"wake": 3000, "wake_jitter": 0, "new_thread": 3000}
    ties = 0
    for number in range(40):
        trace = go.run(random_program(number), procs=procs, costs=costs).trace
        acts = np.flatnonzero((trace.kind != Kind.THREAD_NEW) & (trace.p >= 0))  # of a P itself
        trace = dataclasses.replace(trace, time=trace.time[acts], p=trace.p[acts])
        same = np.diff(trace.time) == 0
        assert (np.diff(trace.p)[same] >= 0).all()
        ties += int((np.diff(trace.p)[same] > 0).sum())
    assert ties, "the test must see ties"


SLEEPY = program(
    "for i := 0; i < 60; i++ {\ngo func() {\nfor k := 0; k < 5; k++ {\n"
    "time.Sleep(time.Duration(100+7*i) * time.Microsecond)\n}\n}()\n}\ntime.Sleep(time.Second)", "time",
)  # fmt: skip


def test_a_sleeper_whose_p_is_idle_wakes_in_time_on_another():
    trace = go.run(SLEEPY, procs=8).trace
    due = {}
    late = []
    for e in trace:
        if e.kind == Kind.GO_BLOCK and e.reason == Reason.SLEEP:
            due[e.g] = e.arg
        elif e.kind == Kind.GO_UNBLOCK:
            late.append(e.time - due.pop(e.g))
    # the M in netpoll counts in milliseconds (netpoll_epoll.go)
    assert len(late) == 301 and min(late) >= 0 and max(late) < 1_300_000


def test_sysmon_starts_an_m_for_an_overdue_timer_while_another_m_searches():
    traces = [go.run(random_program(number, size=9), procs=3).trace for number in range(60)]
    starts = [e for t in traces for e in t if e.kind == Kind.PROC_START and e.reason == Reason.TIMER]
    assert {e.arg for e in starts} == {0, 1}, "netpoll's M searches, sysmon's does not"


BUSY = program(
    "go func() {\nfor {\nf()\n}\n}()\nfor i := 0; i < 20; i++ {\nruntime.Gosched()\n}",
    "runtime", more="func f() {\ng()\n}\n\nfunc g() {\n}\n",
)  # fmt: skip


@pytest.mark.parametrize("version", ["1.13", "1.22"])
def test_each_slice_of_a_busy_goroutine_lasts_10_to_20_ms(version):
    """Before 1.14 the calls in the loop let sysmon's request in, without a signal."""
    run = go.run(BUSY, procs=1, version=version)
    assert run.status == "finished" and run.stats["preemptions"] == 20
    start = 0
    slices = []
    for e in run.trace:
        if e.kind == Kind.GO_START and e.g == 2:
            start = e.time
        elif e.kind == Kind.GO_STOP and e.reason == Reason.PREEMPTED:
            slices.append(e.time - start)
        elif e.kind == Kind.PREEMPT_REQUEST:
            assert e.arg >= 10_000_000
    assert min(slices) >= 10_000_000 and max(slices) <= 20_300_000
    assert max(slices) > 10_100_000, "sysmon looks every 10 ms only, after a while"


# --- log room, arithmetic, text --------------------------------------------------------------------
@pytest.mark.parametrize("n", [1000, 2300])
@pytest.mark.parametrize("wait", ["<-c", "wg.Wait()", "time.Sleep(5000000)"])
def test_the_log_has_room_for_any_number_of_waiters(wait, n):
    """Uncompiled, where a record beyond the array is an error; main's divisions let all sleeps end."""
    body = (
        "var wg sync.WaitGroup\nwg.Add(1)\nc := make(chan int)\n"
        f"for i := 0; i < {n}; i++ {{\ngo func() {{\n{wait}\n}}()\n}}\n"
        "y := 1\nfor k := 0; k < 60; k++ {\ny = k / y\ny = 1\n}\n"
        "time.Sleep(time.Second)\nclose(c)\nwg.Done()\ntime.Sleep(time.Second)"
    )
    costs = {"DIV": 1_000_000}
    m = go.machine(program(body, "sync", "time"), procs=1, jit=False, costs=costs)
    assert m.run() == st.DONE
    assert (m.records()[:, 1] & 0xFF == Kind.GO_UNBLOCK).sum() == n + 2


@runs
@given(number=some.integers(0, 10**6), procs=some.sampled_from([2, 3, 8]), step=some.integers(0, 60))
def test_an_instruction_budget_that_ends_anywhere_changes_nothing(number, procs, step):
    source = SLEEPY if number % 4 == 0 else random_program(number, size=9)
    whole = go.machine(source, procs=procs)
    whole.run()
    m = go.machine(source, procs=procs)
    s = m.state
    s["TIME_STOP"] = s["EVENT_STOP"] = st.INF
    status = st.BUDGET
    while status == st.BUDGET or status in st.GROWS and m._grow(status):
        s["INS_STOP"] = s["INS"] + step
        status = compiled()(s)
    assert status == whole.status
    np.testing.assert_array_equal(m.records(), whole.records())


EDGES = [-(2**63), -(2**63) + 1, -7, -1, 0, 1, 7, 2**63 - 1]
SHIFTS = [0, 1, 62, 63, 64, 65, 2**40]


@pytest.mark.parametrize("jit", [True, False])
def test_division_and_shifts_at_the_edges_of_int64(jit):
    def wrapped(x: int) -> int:
        return (x + 2**63) % 2**64 - 2**63

    body, expected = [], []
    for x in EDGES:
        for y in EDGES:
            if y:
                q = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
                body.append(f"show(x{EDGES.index(x)}/x{EDGES.index(y)}, x{EDGES.index(x)}%x{EDGES.index(y)})")
                expected += [wrapped(q), x - q * y]
                assert (quo(x, y), rem(x, y)) == (wrapped(q), x - q * y)
        for n in SHIFTS:
            body.append(f"show(x{EDGES.index(x)}<<n{SHIFTS.index(n)}, x{EDGES.index(x)}>>n{SHIFTS.index(n)})")
            expected += [wrapped(x << min(n, 64)), x >> min(n, 64)]
    names = [f"x{i} := {x}" for i, x in enumerate(EDGES)] + [f"n{i} := {n}" for i, n in enumerate(SHIFTS)]
    source = program("\n".join(names + body), "fmt", more="func show(a, b int) { fmt.Println(a, b) }\n")
    assert [int(x) for x in go.run(source, procs=1, jit=jit).output.split()] == expected


@pytest.mark.parametrize("jit", [True, False])
def test_a_string_of_escapes_fits_quoted_and_negative_zero_padding_is_go_s(jit):
    body = 's := "\\x01"\nfor i := 0; i < 13; i++ {\ns += s\n}\nfmt.Printf("%q|%06d|%v", s, -42, t)'
    source = program("t := time.Duration(-1 << 63)\n" + body, "fmt", "time")
    out = go.run(source, jit=jit).output
    assert out == '"' + "\\x01" * 2**13 + '"|-00042|-2562047h47m16.854775808s'


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("steps", ["wg.Add(1 << 31)", "wg.Add(1<<31 - 1)\nwg.Add(1)", "wg.Add(1<<62 - 1)"])
def test_the_counter_of_a_waitgroup_has_32_bits(steps, jit):
    run = go.run(program("var wg sync.WaitGroup\n" + steps, "sync"), jit=jit)
    assert run.stderr.startswith("panic: sync: negative WaitGroup counter")


# --- dumps ---------------------------------------------------------------------------------------------
@runs
@given(events=some.integers(1, 4000), procs=some.sampled_from([1, 2, 3]))
def test_the_queues_shown_are_those_that_the_log_tells(events, procs):
    m = go.machine(YIELDING if events % 2 else SPAWN.replace("= 10", "= 900"), procs=procs)
    m.run(events=events)
    replay = Replay(procs)
    replay.follow(from_machine(m))
    shown = queues(m)
    assert shown.rings == tuple(map(tuple, replay.ring))
    assert shown.runnext == tuple(replay.next) and shown.global_queue == tuple(replay.everyone)


DEEP = """package main

func main() {
	done := make(chan int)
	go func() {
		go outer(done, 120)
		<-done
	}()
	<-done
}

func outer(c chan int, n int) {
	if n > 0 {
		outer(c, n-1)
		return
	}
	inner(c)
}

func inner(c chan int) {
	x := <-c
	_ = x
}
"""


def test_a_dump_names_functions_lines_and_creators():
    run = go.run(DEEP)
    main, middle, deep = run.goroutines
    assert [(f.function, f.line) for f in main.frames] == [("main.main", 9)]
    assert [(f.function, f.line) for f in middle.frames] == [("main.main.func1", 7)]
    assert (main.created_at, middle.created_at.line, deep.created_at.line) == (None, 5, 6)
    assert (main.parent, middle.parent, deep.parent) == (0, 1, 2)
    expected = [("main.inner", 21), ("main.outer", 17), *[("main.outer", 14)] * 120]
    assert [(f.function, f.line) for f in deep.frames] == expected
    assert run.stderr.count("main.outer(...)\n") == 99 and "...22 frames elided..." in run.stderr
    assert "created by main.main.func1 in goroutine 2\n\tmain.go:6" in run.stderr


# --- snapshots and ends ------------------------------------------------------------------------------
def test_a_snapshot_holds_variables_memory_queues_and_the_end():
    source = """package main

import (
	"fmt"
	"sync"
)

var n = 0

func main() {
	var wg sync.WaitGroup
	total := 0
	for i := 0; i < 50; i++ {
		wg.Add(1)
		go func() {
			n++
			total += n
			fmt.Println(n, total)
			wg.Done()
		}()
	}
	go func() { wg.Wait() }()
	wg.Wait()
}
"""
    m = go.machine(source, procs=2)
    m.run(events=60)
    moment = m.snapshot()
    kept = {name: a.copy() for name, a in moment["arrays"].items()}
    m.run()
    end = m.snapshot()
    first = m.output
    for _ in range(2):
        m.restore(moment)
        assert m.status == st.RUNNING and m.over_budget is None
        assert m.run() == st.DONE and m.output == first
    for name, a in kept.items():
        np.testing.assert_array_equal(moment["arrays"][name], a, err_msg=name)
    m.restore(end)
    assert m.run() == st.DONE and m.output == first


def test_a_snapshot_of_something_else_is_refused_and_leaves_the_machine_whole():
    m = go.machine(SPAWN, procs=2)
    m.run(events=20)
    damaged = m.snapshot()
    damaged["arrays"]["heap"] = damaged["arrays"]["heap"].astype(np.int32)
    others = [go.machine(SPAWN, procs=3), go.machine(SPAWN.replace("= 10", "= 11"), procs=2)]
    for moment in (damaged, *(x.snapshot() for x in others)):
        with pytest.raises(ValueError, match="snapshot"):
            m.restore(moment)
    assert m.run() == st.DONE and m.output == go.run(SPAWN, procs=2).output.encode()


def test_an_action_of_virtual_days_does_not_keep_python_waiting():
    """sysmon looks every 10 ms: ten thousand million times in one Gosched."""
    told: list[int] = []
    budget = go.Budget(seconds=0.5, time=1 << 60)
    m = go.machine(program("for {\nruntime.Gosched()\n}", "runtime"), budget=budget)
    m.state.arrays["cost"][isa.BY_NAME["GOSCHED"].code] = 10**17
    m.run(progress=lambda p: told.append(p.time))
    assert m.over_budget and m.wall_seconds < 3 and told


@pytest.mark.parametrize(("code", "seen"), [(3, 3), (200, 200), (256, 0), (-1, 255)])
def test_exit_codes_have_one_byte(code, seen):
    assert go.run(program(f"n := {code}\nos.Exit(n)", "os")).exit_code == seen


def test_the_seed_matters():
    assert len({go.run(SPAWN, knobs={"n": 200}, procs=4, seed=s).output for s in range(5)}) == 5


RECURSIVE = "func f(n int) {\nif n > 0 {\nf(n - 1)\n}\n}\n"


@pytest.mark.parametrize(("budget", "word"), [
    ({"stack": 1 << 14}, "exceeds 1000000000-byte limit"),
    ({"time": 1000}, "virtual time of 1000 ns"),
    ({"events": 3}, "3 scheduler events"),
])  # fmt: skip
def test_each_budget_ends_the_run_and_a_restored_machine_may_go_on(budget, word):
    source = program("f(3000)\nc := make(chan int)\ngo func() { c <- 1 }()\n<-c", more=RECURSIVE)
    m = go.machine(source, procs=1, budget=go.Budget(**budget))
    start = m.snapshot()
    for _ in range(2):
        m.run(until=10**6)
        m.run()
        run = go.Run(m, {})
        assert word in run.stopped + run.stderr
        m.restore(start)
        assert (m.status, m.over_budget) == (st.RUNNING, None)


# --- compiling ------------------------------------------------------------------------------------------
def testctrl_c_waits_until_the_compiler_is_done():
    done = False
    with pytest.raises(KeyboardInterrupt):
        with build.ctrl_c_waits():
            signal.raise_signal(signal.SIGINT)
            done = True
    assert done
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_compiled_kernel_is_kept_and_a_damaged_one_is_compiled_again(tmp_path, monkeypatch):
    monkeypatch.setenv("GOSCHED_CACHE", str(tmp_path))
    compiles = []

    def llvm_code():
        compiles.append(1)
        return "define i64 @run(i64 %s) {\n  %n = add i64 %s, 1\n  ret i64 %n\n}\n"

    monkeypatch.setattr(build, "llvm_code", llvm_code)

    def answer():
        build._compiled.cache_clear()
        return build.compiled()(SimpleNamespace(addr=41))

    try:
        assert (answer(), answer(), len(compiles)) == (42, 42, 1)
        (stored,) = tmp_path.rglob("*.o")
        whole = stored.read_bytes()
        for n, damaged in enumerate([b"", whole[:-9], whole[:200] + b"\xff" + whole[201:]], start=2):
            stored.write_bytes(damaged)
            assert (answer(), answer(), len(compiles)) == (42, 42, n)
            assert stored.read_bytes() == whole
    finally:
        build._compiled.cache_clear()
