"""Choices: at some decisions somebody else decides who runs, and all else stays as Go has it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from invariants import check
from programs import SPAWN, random_program
from rich_programs import rich_program

from gosched_edu import go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.trace import decisions
from gosched_edu.trace.runqueues import History
from gosched_edu.trace.why import why

runs = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


YIELDS = """package main
import "runtime"
func main() {
	for range 70 {
		go func() {}()
		runtime.Gosched()
	}
}
"""


def wander(image, every: int, luck: int, checks: bool = False, **options):
    """Stop at about every so many decisions and let somebody else run; the machine, and all questions."""
    rnd = random.Random(luck)
    m = go.machine(image, **options)
    asked, made = [], []
    number = rnd.randint(1, every)
    while len(made) < 60:
        m.choices = [*made, (number, go.ASK)]
        if m.run() != st.CHOOSE:
            m.choices = made
            break
        q = m.question
        assert q.number == number
        if checks:
            check(m)
        goid = rnd.choice([q.goid, *(goid for goid, _ in q.others)])
        made.append((number, goid))
        asked.append((q, goid))
        m.choices = made
        number += rnd.randint(1, every)
    m.run()
    return m, made, asked


@runs
@given(
    program=some.integers(0, 10**6), rich=some.booleans(), procs=some.sampled_from([1, 2, 3, 8]),
    every=some.sampled_from([1, 2, 10]), seed=some.integers(0, 1000),
    version=some.sampled_from(["1.0", "1.2", "1.4", "1.13", "1.22", "1.27"]),
)  # fmt: skip
def test_any_choice_leaves_the_runtime_in_order(program, rich, procs, every, seed, version):
    image = go.compile((rich_program if rich else random_program)(program))
    options = {"procs": procs, "version": version, "seed": seed}
    m, made, asked = wander(image, every, seed, checks=True, **options)
    if m.status in (st.DONE, st.DEADLOCK):
        check(m)
    # asking changes nothing: the same choices, known from the start
    straight = go.run(image, choices=made, **options)
    assert straight.machine.status == m.status
    np.testing.assert_array_equal(straight.machine.records(), m.records())
    # and each choice was followed
    trace = straight.trace
    rows = decisions(trace)
    assert len(rows) == m.state["DECISION"]
    for q, goid in asked:
        e = trace[int(rows[q.number - 1])]
        assert (e.g, e.p, e.time) == (goid, q.p, q.time)
        if goid == q.goid:
            assert e.reason == q.reason
            continue
        assert (e.reason, e.arg2) == (Reason.CHOSEN, q.goid)
        place = dict(q.others)[goid]
        assert place == "global queue" if e.arg < 0 else place.startswith(f"P{e.arg}'s ")
        assert f"would have started g{q.goid}" in why(trace, e)


@runs
@given(program=some.integers(0, 10**6), procs=some.sampled_from([1, 2, 5]), seed=some.integers(0, 1000))
def test_compiled_and_plain_kernel_agree_on_choices(program, procs, seed):
    image = go.compile(rich_program(program))
    m, made, _ = wander(image, 3, seed, procs=procs)
    plain = go.run(image, procs=procs, choices=made, jit=False)
    np.testing.assert_array_equal(plain.machine.records(), m.records())


@pytest.mark.parametrize("version", ["1.0", "1.2", "1.4", "1.13", "1.22", "1.27"])
@pytest.mark.parametrize("program", range(4))
def test_the_replayed_queues_are_the_kernels(version, program):
    image = go.compile(random_program(program))
    m, made, _ = wander(image, 2, program, procs=3, version=version)
    end = m.state["NOW"]
    history = list(History(go.run(image, procs=3, version=version, choices=made).trace).moments())
    for t in range(0, end, max(1, end // 25)):
        at = go.run(image, procs=3, version=version, choices=made, until=t)
        shown = [q for time, q in history if time <= t][-1]
        assert shown == at.queues


def test_who_can_be_chosen_stands_in_every_queue():
    """Own runnext and queue, another P's, the global queue: somebody is taken out of each of them."""
    seen = set()
    for number in range(12):
        source = YIELDS if number < 2 else rich_program(number)
        _, _, asked = wander(go.compile(source), 2, number, procs=3, version="1.27")
        for q, goid in asked:
            place = dict(q.others).get(goid, "Go's choice")
            whose = "own" if place.startswith(f"P{q.p}'s") else "another's" if place[0] == "P" else "no"
            seen.add(f"{whose} {place.rpartition(' ')[2]}")
    assert seen == {"no choice", "own queue", "another's runnext", "another's queue", "no queue"}
    # runnext is left out by Go itself at each 61st tick only
    trace = go.run(YIELDS, procs=1).trace
    rows = decisions(trace)
    number = 1 + int(np.flatnonzero(trace.reason[rows] == Reason.GLOBAL_61)[0])
    first = go.run(YIELDS, procs=1, choices=[(number, go.ASK)]).machine.question
    assert [place for _, place in first.others] == ["P0's runnext"]
    other = go.run(YIELDS, procs=1, choices=[(number, first.others[0][0])])
    assert other.status == "finished" and other.trace[int(decisions(other.trace)[number])].g == 1


def test_without_choices_nothing_is_different():
    plain = go.run(SPAWN, knobs={"n": 300}, procs=4)
    trace = plain.trace
    rows = decisions(trace)
    same = [(n + 1, trace[int(row)].g) for n, row in enumerate(rows)]
    chosen = go.run(SPAWN, knobs={"n": 300}, procs=4, choices=same)
    np.testing.assert_array_equal(plain.machine.records(), chosen.machine.records())
    assert not np.any(trace.reason[trace.where(Kind.GO_START)] == Reason.CHOSEN)


def test_the_displaced_goroutine_is_next():
    """Instead of the runnext an older one runs: what stood in runnext runs after it."""
    source = """package main
func main() {
	for i := range 4 {
		go println(i)
	}
	select {}
}
"""
    assert go.run(source, procs=1).stderr.split()[:4] == ["3", "0", "1", "2"]
    assert go.run(source, procs=1, choices=[(2, 4)]).stderr.split()[:4] == ["2", "3", "0", "1"]


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ([(4, 77)], "there is no such goroutine"),
        ([(4, 1)], "it is runn"),
        ([(10**6, 3)], "nothing can be chosen at decision 1,000,000"),
        ([(0, 3)], "from 1 on"),
        ([(4, 3), (4, 3)], "each once"),
        ([(4, 3), (2, 3)], "2 comes after 4"),
        ([(4.5, 3)], "pair"),
        (["12"], "pair"),
        ([(1, 2, 3)], "pair"),
        ([7], "pair"),
    ],
)
def test_a_choice_that_is_none_is_said(choices, words):
    with pytest.raises(ValueError, match=words) as e:
        go.run(SPAWN, knobs={"n": 10}, procs=2, choices=choices)
    if choices[0] in ((4, 77), (4, 1)):
        assert "Others who could run: g" in str(e.value)


def test_a_run_can_ask():
    run = go.run(SPAWN, knobs={"n": 10}, procs=2, choices=[(4, go.ASK)])
    assert run.status == "stopped" and "by Go's rules it starts g" in run.stopped
    m = run.machine
    moment = m.snapshot()
    ends = set()
    for goid in [m.question.goid, *(goid for goid, _ in m.question.others)]:
        m.restore(moment)
        m.choices = [(4, goid)]
        assert m.run() == st.DONE
        whole = go.run(SPAWN, knobs={"n": 10}, procs=2, choices=[(4, goid)])
        np.testing.assert_array_equal(whole.machine.records(), m.records())
        ends.add(m.records().tobytes())
    assert len(ends) > 2
    with pytest.raises(ValueError, match="have been made already"):
        m.choices = [(2, 3)]


def test_a_goroutine_that_is_locked_to_a_thread_runs_nowhere_else():
    source = """package main
import "runtime"
func main() {
	go func() { runtime.LockOSThread(); runtime.Gosched(); println("locked") }()
	for range 3 {
		runtime.Gosched()
	}
}
"""
    locked = next(e.time for e in go.run(source, procs=2).trace if e.kind == Kind.GO_LOCK_THREAD)
    waits = 0
    for number in range(1, len(decisions(go.run(source, procs=2).trace)) + 1):
        run = go.run(source, procs=2, choices=[(number, go.ASK)])
        if run.end > locked and 2 in run.queues.global_queue:
            waits += 1
            assert 2 not in dict(run.machine.question.others)
            with pytest.raises(go.ChoiceError, match="g2 cannot be chosen: it is runnable, locked to thread"):
                go.run(source, procs=2, choices=[(number, 2)])
    assert waits
