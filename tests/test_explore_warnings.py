"""Warnings of the explorer: each with a program that has the fault, and with its repaired twins."""

from __future__ import annotations

import pytest
from explore_programs import KNOWN, WAITING

from gosched_edu import go
from gosched_edu.exercises.exercise import Program, no_misuse
from gosched_edu.explore import Budget, Exploration, explore, hazards, lockorder
from gosched_edu.explore.watch import Watched, watch
from gosched_edu.kernel.schedules import Schedule

HEAD = """package main
import "sync"
var a, b, g sync.Mutex
var m sync.RWMutex
var w sync.WaitGroup
var c = make(chan int, 1)
func main() {
"""


def two(first: str, second: str, *, begin: str = "", wait: str = "", room: int = 1) -> str:
    """A goroutine and main; `begin` comes before both, `wait` before main's part."""
    return (
        f"{HEAD}{begin}\ndone := make(chan bool, {room})\n"
        f"go func() {{\n{first}\ndone <- true\n}}()\n{wait}\n{second}\n<-done\n}}"
    )


def one(body: str) -> str:
    return f"{HEAD}{body}\n}}"


AB, BA = "a.Lock(); b.Lock(); b.Unlock(); a.Unlock()", "b.Lock(); a.Lock(); a.Unlock(); b.Unlock()"
RA, READS = "m.RLock(); a.Lock(); a.Unlock(); m.RUnlock()", "m.RLock(); m.RLock(); m.RUnlock(); m.RUnlock()"
CIRCLE = """
	var forks [3]sync.Mutex
	for i := range 3 {
		w.Add(1)
		go func() {
			forks[i].Lock()
			forks[(i+1)%3].Lock()
			forks[(i+1)%3].Unlock()
			forks[i].Unlock()
			w.Done()
		}()
	}
	w.Wait()"""
#: Name to (kind, whether the fault happens in the warning's schedule, program, repaired twins).
FAULTY: dict[str, tuple[str, bool, str, tuple[str, ...]]] = {
    "two orders": ("lock order", True, two(AB, BA), (
        two(AB, AB),
        two(f"g.Lock(); {AB}; g.Unlock()", f"g.Lock(); {BA}; g.Unlock()"),  # a gate
        two(AB, BA, wait="<-done; done <- true", room=2),  # an order
        two(AB, "if b.TryLock() { if a.TryLock() { a.Unlock() }; b.Unlock() }"),  # nobody waits
        one(f"{AB}\n{BA}"),
    )),
    "three in a circle": ("lock order", True, one(CIRCLE), ()),
    "a read lock and a lock": ("lock order", True, two(RA, "a.Lock(); m.Lock(); m.Unlock(); a.Unlock()"), (
        two(RA, "a.Lock(); m.RLock(); m.RUnlock(); a.Unlock()"),  # two readers keep nobody out
    )),
    "locked twice": ("double lock", True, one("a.Lock()\na.Lock()"), (
        one("a.Lock(); a.Unlock(); a.Lock()"),
    )),
    "read twice": ("double lock", True, two("m.Lock(); m.Unlock()", READS), (
        two("m.RLock(); m.RUnlock()", READS),
        two("m.Lock(); m.Unlock()", "m.RLock(); m.RUnlock(); m.RLock(); m.RUnlock()"),
    )),
    "unlocked twice": ("unlock", True, two("a.Unlock()", "a.Unlock()", begin="a.Lock()"), (
        two("b.Unlock()", "a.Unlock()", begin="a.Lock(); b.Lock()"),
    )),
    "Add inside": ("WaitGroup", False, two("w.Add(1); w.Done()", "w.Wait()"), (
        two("w.Done()", "w.Wait()", begin="w.Add(1)"),
    )),
    "Done too often": ("WaitGroup", True, one("w.Add(1); w.Done(); w.Done()"), (
        one("w.Add(2); w.Done(); w.Done()"),
    )),
    "used again": ("WaitGroup", True, two("w.Done(); w.Add(1); w.Done()", "w.Wait()", begin="w.Add(1)"), (
        two("w.Done()", "w.Wait(); w.Add(1); w.Done(); w.Wait()", begin="w.Add(1)"),
    )),
    "send and close": ("closed channel", True, two("c <- 1", "close(c)"), (two("c <- 1", "<-c; close(c)"),)),
    "closed twice": ("closed channel", True, two("close(c)", "close(c)"), (two("close(c)", "<-c"),)),
}  # fmt: skip
#: The one order comes before the other in every run, but only a lock says so.
LUCKY = f"""{HEAD}
	ready := false
	done := make(chan bool, 1)
	go func() {{ {AB}; g.Lock(); ready = true; g.Unlock(); done <- true }}()
	g.Lock()
	ok := ready
	g.Unlock()
	if ok {{ {BA} }}
	<-done
}}"""


def short(source: str) -> Exploration:
    return explore(source, budget=Budget(seconds=20, schedules=3_000))


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_warned_of_and_its_schedule_shows_it(name: str) -> None:
    kind, happens, source, _ = FAULTY[name]
    found = [w for w in short(source).warnings if w.kind == kind]
    assert found and found[0].happens == happens
    warning = found[0]
    assert all(goid > 0 and frames[0].file == "main.go" for goid, _, frames in warning.places)
    for _, _, frames in warning.places:
        assert f"main.go:{frames[0].line}" in warning.sentence
    run = go.run(source, schedule=warning.schedule, race=True)
    if happens:
        assert run.status in ("deadlock", "died")
    else:
        assert run.status == "finished"


@pytest.mark.parametrize("name", FAULTY)
def test_twins_are_not_warned_of(name: str) -> None:
    for twin in FAULTY[name][3]:
        found = short(twin)
        assert found.warnings == (), twin


def test_a_lock_order_that_only_luck_keeps_apart() -> None:
    found = short(LUCKY)
    (warning,) = found.warnings
    assert found.complete and not found.of("deadlock")
    assert warning.kind == "lock order" and not warning.happens
    assert "No schedule of this program ends so" in warning.sentence
    assert (
        warning.sentence in str(found)
        and "lock order" in found.to_json()
        and "Lock order" in found._repr_html_()
    )


@pytest.mark.parametrize(("rule", "twin"), [("_apart", 1), ("ordered", 2)], ids=["gates", "orders"])
def test_each_rule_keeps_an_alarm_away(rule: str, twin: int, monkeypatch: pytest.MonkeyPatch) -> None:
    where = lockorder if rule == "_apart" else Watched
    monkeypatch.setattr(where, rule, lambda *_: False)
    assert [w.kind for w in short(FAULTY["two orders"][3][twin]).warnings] == ["lock order"]


def test_plain_and_compiled_runs_are_watched_alike() -> None:
    image = go.compile(FAULTY["read twice"][2], race=True)
    for schedule in ("", "3:g2"):
        plain, compiled = (
            watch(image, hazards.parse(schedule), {"seed": 1, "jit": jit}) for jit in (False, True)
        )
        assert plain == compiled and plain.calls


def test_what_a_random_run_has_shown_its_schedule_shows() -> None:
    image = go.compile(FAULTY["two orders"][2], race=True)
    for seed in range(6):
        seen = watch(image, Schedule(), {"seed": 1}, seed=seed)
        assert watch(image, seen.schedule, {"seed": 1}).calls == seen.calls


# --- loops on plain variables ------------------------------------------------------------------------
SPIN = """package main
func main() {
	c := make(chan int)
	done := false
	go func() { <-c; done = true }()
	c <- 1
	for !done {
	}
	println("ok")
}"""


def test_a_loop_on_a_plain_variable_is_explored_completely() -> None:
    found = short(SPIN)
    assert found.complete and found.states
    assert {(o.kind, o.stderr) for o in found.outcomes} == {("finished", "ok\n"), ("race", "")}
    never = short(SPIN.replace("done = true", "_ = done"))
    assert never.complete and [o.kind for o in never.outcomes] == ["livelock"]


def test_a_goroutine_that_only_runs_gives_way_and_the_run_is_the_same_uncompiled() -> None:
    source = SPIN.replace("for !done {", "for i := 0; !done && i < 60_000; i++ {")
    both = [go.run(source, schedule="", race=False, jit=jit, trace="off") for jit in (True, False)]
    assert [r.machine.state["STEP_N"] for r in both] == [both[0].machine.state["STEP_N"]] * 2
    assert both[0].stderr == both[1].stderr == "ok\n"


# --- exercises, and several cores ----------------------------------------------------------------------
def test_an_exercise_refuses_a_solution_that_may_never_end() -> None:
    task = Program("", "", "", (), ("A hint.",), procs=(1,), seeds=(1,))
    answer = task.check(WAITING["too polite"][0])
    assert not answer.passed and "never ends" in answer.sentences[0] and "schedule" in answer.broken_by
    assert "Goroutine 2 (main.go:5, 6, 7)" in answer.sentences[0]
    assert task.check(KNOWN["spin"][0]).passed


def test_an_exercise_that_demands_it_refuses_what_is_warned_of() -> None:
    strict = Program("", "", "", (no_misuse,), ("A hint.",), procs=(1,), seeds=(1,))
    answer = strict.check(LUCKY)
    assert not answer.passed and answer.sentences[0].startswith("Lock order: main locks b (")
    assert go.run(LUCKY, **answer.broken_by).status == "finished"
    assert strict.check(FAULTY["two orders"][3][0]).passed
    assert Program("", "", "", (), ("A hint.",), procs=(1,), seeds=(1,)).check(LUCKY).passed


def test_several_workers_leave_loops_to_a_search_through_states() -> None:
    alone, two_ = (explore(WAITING["too polite"][0], workers=n, budget=Budget(seconds=20)) for n in (None, 2))
    assert alone.complete and two_.complete and two_.states == alone.states
    assert {(o.kind, o.stdout) for o in two_.outcomes} == {(o.kind, o.stdout) for o in alone.outcomes}
