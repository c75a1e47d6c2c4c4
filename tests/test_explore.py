"""The explorer: counted schedules, an oracle without reduction, replay, known outcomes, the plain kernel."""

from __future__ import annotations

import json
import random
import re

import pytest
from explore_programs import KNOWN, WAITING, atomic, binomial, interleavings, mixed, polling, traces

from gosched_edu import go
from gosched_edu.explore import Budget, explore, reduce, search, table
from gosched_edu.explore.ctl import CUT_OFF
from gosched_edu.explore.engine import METHODS, Engine
from gosched_edu.explore.pace import step
from gosched_edu.kernel import state as st
from gosched_edu.kernel.dump import goroutines
from gosched_edu.kernel.schedules import Schedule, parse
from gosched_edu.kernel.state import PlainState


def engine(source: str, method: str, **options: object) -> Engine:
    image = go.compile(source, race=True)
    return Engine(image, method, race=True, **options)  # type: ignore[arg-type]


def ends(e: Engine) -> set[int]:
    return {f.key for f in e.found() if not f.accesses}


def hashed(run: go.Run) -> int:
    return table.outcome(PlainState(run.machine.state.arrays), run.machine.status)


LISTS = [["xx", "xx"], ["xyx", "yxy"], ["xx", "yy", "zz"], ["xy", "yz", "zx"], ["x", "x", "x"]] + [
    ["".join(r.choices("xyz", k=r.randint(1, 3))) for _ in range(r.choice((2, 3)))]
    for r in map(random.Random, range(12))
]


@pytest.mark.parametrize("lists", LISTS, ids="-".join)
def test_the_schedules_are_as_many_as_a_model_counts(lists):
    """All of them without reduction; one of each class with it."""
    full, reduced = engine(atomic(lists), "full"), engine(atomic(lists), "exhaustive")
    assert full.go() and reduced.go()
    assert full.ctl("RUNS") == len(interleavings(lists))
    assert reduced.ctl("RUNS") == traces(lists)


def test_dependent_operations_have_binomially_many_schedules():
    for k in (1, 3, 6, 8):
        e = engine(atomic(["x" * k, "x" * k]), "exhaustive")
        assert e.go()
        assert e.ctl("RUNS") == binomial(k)


def test_independent_goroutines_need_one_schedule():
    e = engine(atomic(["x", "yyyy", "zzzz"]), "exhaustive")
    assert e.go() and e.ctl("RUNS") == 1


MIXED = range(40)


@pytest.mark.parametrize("seed", MIXED)
def test_reduction_loses_no_outcome_and_every_outcome_can_be_replayed(seed):
    source = mixed(seed)
    full, reduced = engine(source, "full"), engine(source, "exhaustive")
    done = full.go(runs=60_000)
    assert reduced.go(runs=400_000)
    assert ends(full) <= ends(reduced)
    if done:
        assert ends(full) == ends(reduced)
        assert reduced.ctl("RUNS") <= full.ctl("RUNS")
    for f in reduced.found():
        again = go.run(source, schedule=str(f.schedule), race=True, trace="off")
        if f.accesses:
            assert again.races
        else:
            assert hashed(again) == f.key


@pytest.mark.parametrize("method", ["random", "pct", "deviations", "preemptions"])
@pytest.mark.parametrize("seed", range(4))
def test_other_methods_find_nothing_else_and_are_replayed(method, seed):
    source = mixed(seed)
    reduced = engine(source, "exhaustive")
    other = engine(source, method, bound=3 if method != "random" else 0)
    assert reduced.go(runs=400_000)
    other.go(runs=3_000)
    assert other.ctl("RUNS") > 0
    assert ends(other) <= ends(reduced)
    for f in other.found():
        again = go.run(source, schedule=str(f.schedule), race=True, trace="off")
        assert f.accesses or hashed(again) == f.key


#: Rules of the reduction, each without which an outcome is lost.
def _no_output_at_the_end(S, a, b):
    flags = S.y_feet[a + 1], S.y_feet[b + 1]
    return 0 if (flags[0] | flags[1]) & 1 else reduce_dependent(S, a, b)


def _reads_never_matter(S, a, b):
    n = S.y_feet[a]
    words = {S.y_feet[a + 4 + i] for i in range(n)} & {S.y_feet[b + 4 + i] for i in range(S.y_feet[b])}
    return 1 if any(w & 1 for w in words) else 0


def _channels_are_private(S, a, b):
    n = S.y_feet[a]
    words = [S.y_feet[a + 4 + i] for i in range(n)]
    return 0 if any(w >> 1 >= 0xC100000000 for w in words) else reduce_dependent(S, a, b)


reduce_dependent = reduce.dependent
READS = """package main
import ("runtime"; "sync/atomic")
func main() {
	var x atomic.Int64
	c := make(chan int64, 1)
	go func() { c <- x.Load() }()
	runtime.Gosched()
	x.Store(1)
	println(<-c)
}"""
LATE = """package main
func main() {
	done := make(chan bool)
	go func() { close(done); println("late") }()
	<-done
}"""
QUEUE = """package main
func main() {
	c := make(chan int, 2)
	go func() { c <- 1 }()
	go func() { c <- 2 }()
	println(<-c, <-c)
}"""


@pytest.mark.parametrize(
    ("rule", "source"),
    [(_no_output_at_the_end, LATE), (_reads_never_matter, READS),
     (_channels_are_private, QUEUE)],
    ids=["end", "read", "channel"],
)  # fmt: skip
def test_each_rule_of_dependence_is_needed(rule, source, monkeypatch):
    whole = engine(source, "full", jit=False)
    assert whole.go()
    right = engine(source, "exhaustive", jit=False)
    assert right.go() and ends(right) == ends(whole)
    monkeypatch.setattr(reduce, "dependent", rule)
    monkeypatch.setattr(search, "dependent", rule)
    wrong = engine(source, "exhaustive", jit=False)
    wrong.go()
    assert ends(wrong) < ends(whole)


def raced(e: Engine) -> set[tuple[int, ...]]:
    return {f.accesses for f in e.found() if f.accesses}


@pytest.mark.parametrize("seed", range(0, 40, 6))
def test_each_state_once_loses_no_outcome_and_no_race(seed):
    reduced, once = engine(mixed(seed), "exhaustive"), engine(mixed(seed), "states")
    assert reduced.go(runs=400_000) and once.go()
    assert ends(once) == ends(reduced) and raced(once) == raced(reduced)


@pytest.mark.parametrize("seed", range(12))
def test_programs_that_look_again_and_again_have_finitely_many_states(seed):
    """Oracle: thousands of random schedules, which know nothing of states."""
    tried, once = engine(polling(seed), "random", depth=400), engine(polling(seed), "states")
    tried.go(runs=3_000)
    assert once.go()
    assert {f.key for f in tried.found() if not f.accesses and f.status != CUT_OFF} <= ends(once)
    assert raced(tried) <= raced(once)
    for f in once.found():
        if not f.accesses:
            again = go.run(polling(seed), schedule=str(f.schedule), race=True, trace="off")
            assert hashed(again) == f.key


def test_more_schedules_than_anybody_can_try_may_have_few_states():
    found = explore(atomic(["x" * 12, "x" * 12, "x" * 12]), budget=Budget(seconds=2.5))
    assert found.complete and found.states < 10_000 and [o.kind for o in found.outcomes] == ["deadlock"]


@pytest.mark.parametrize("name", WAITING)
def test_programs_that_wait_in_a_loop_are_explored_completely(name):
    source, expected = WAITING[name]
    found = explore(source, budget=Budget(seconds=5.0))
    assert found.complete and found.states
    assert {(o.kind, (o.stdout + o.stderr).strip()) for o in found.outcomes} == expected


def test_a_livelock_says_who_goes_round_and_its_schedule_does():
    (endless,) = explore(WAITING["too polite"][0]).of("livelock")
    assert "oroutine 2 (main.go:" in endless.text and "goroutine 3 (main.go:" in endless.text
    turns = [n for n, _ in parse(endless.schedule).turns]
    first, last = (int(n) for n in re.findall(r"decisions (\d+) to (\d+)", endless.text)[0])
    m = go.machine(WAITING["too polite"][0], schedule=endless.schedule, race=True)
    m.state["TIME_STOP"], m.state["EVENT_STOP"] = 10**15, st.INF
    seen = []
    for rounds in range(4):  # the same place before each of the rounds
        step(m, first - 1 if rounds == 0 else last - first + 1)
        seen.append([(g.goid, [(f.function, f.line) for f in g.frames]) for g in goroutines(m)])
    assert turns[-1] <= m.state["STEP_N"] and seen[0] == seen[1] == seen[2] == seen[3]


@pytest.mark.parametrize("method", METHODS)
def test_plain_and_compiled_search_find_the_same(method):
    for source in (mixed(3), KNOWN["main leaves"][0]):
        both = [engine(source, method, bound=2, jit=jit) for jit in (False, True)]
        for e in both:
            e.go(runs=60)
        plain, compiled = ({n: e.ctl(n) for n in ("RUNS", "STEPS", "PRUNED", "NTAB")} for e in both)
        assert plain == compiled
        assert both[0].found() == both[1].found()


# --- the door -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", KNOWN)
def test_known_outcomes(name):
    source, expected = KNOWN[name]
    found = explore(source, budget=Budget(seconds=3.0))
    printed = {(o.kind, " ".join((o.stdout + o.stderr.split("panic: ")[0]).split())) for o in found.outcomes}
    assert printed == expected
    assert found.complete
    for o in found.outcomes:
        run = o.replay()
        assert run.trace is not None
        assert o.kind == "race" or run.output == o.stdout


def test_a_deadlock_says_who_holds_what():
    (deadlock,) = explore(KNOWN["lock order"][0]).of("deadlock")
    text = " ".join(deadlock.stuck)
    assert "goroutine 2 holds since main.go:6" in text and "main holds since main.go:7" in text
    (double,) = explore(KNOWN["double lock"][0]).of("deadlock")
    assert "for a lock that it holds itself since main.go:3" in double.sentence


def test_a_race_has_both_places():
    (race,) = explore(KNOWN["racy counter"][0]).of("race")
    assert {a.frames[0].line for a in (race.races[0].now, race.races[0].before)} == {6}
    assert race.replay().races


def test_time_is_a_choice_where_that_is_asked_for():
    found = explore(KNOWN["timeout"][0], time_choices=True)
    assert found.complete
    assert {o.stderr for o in found.outcomes if o.kind == "finished"} == {"got\n", "late\n"}
    late = next(o for o in found.outcomes if o.stderr == "late\n")
    assert late.schedule.startswith("timed ") and late.replay().machine.errors == b"late\n"


def test_random_numbers_are_tried_and_never_called_complete():
    found = explore("""package main
import "math/rand"
func main() { if rand.Intn(4) == 0 { println("rare") } else { println("usual") } }""")
    assert {o.stderr for o in found.outcomes} == {"rare\n", "usual\n"}
    assert not found.complete and "random" in found.why_incomplete
    for o in found.outcomes:
        assert o.replay().machine.errors.decode() == o.stderr


def test_my_own_output():
    found = explore(QUEUE)
    assert found.outcome_of("2 1").schedule
    assert found.outcome_of("3 3") == "No schedule prints that: all outcomes are known."
    some = explore(QUEUE, method="random", budget=Budget(schedules=5))
    assert "Not all were tried" in some.outcome_of("3 3")


def test_how_likely_under_gos_scheduler():
    found = explore(KNOWN["main leaves"][0], seeds=20, procs=1)
    likely = {o.kind: o.likelihood for o in found.outcomes}
    assert likely == {"finished": 1.0, "leak": 0.0}
    seen = explore(KNOWN["main leaves"][0], method="go", bound=20, procs=1)
    assert [(o.kind, o.count) for o in seen.outcomes] == [("finished", 20)] and not seen.complete


def test_what_is_known_is_kept_when_it_is_interrupted():
    def stop(line: str) -> None:
        raise KeyboardInterrupt

    source = atomic(["x" * 12, "x" * 12, "x" * 12])
    found = explore(source, progress=stop, budget=Budget(seconds=20))
    assert found.outcomes and not found.complete and found.why_incomplete == "it was interrupted"


def test_the_share_of_the_tree_grows_to_all_of_it():
    e = engine(atomic(["x" * 5, "x" * 5]), "full")
    shares = []
    while not e.go(runs=e.ctl("RUNS") + 100):
        shares.append(e.share())
    assert shares == sorted(shares) and 0 < shares[0] < 0.3 and shares[-1] < e.share() == 1
    half = next(i for i, share in enumerate(shares) if share > 0.5)
    assert 0.1 < half / len(shares) < 0.9


def test_a_budget_ends_it_and_it_says_so():
    found = explore(atomic(["x" * 200, "x" * 200, "x" * 200]), budget=Budget(seconds=0.5))
    assert not found.complete and "0.5 s" in found.explain()[0]
    endless = explore("package main\nfunc main() { for { } }", budget=Budget(seconds=3))
    assert endless.complete and [o.kind for o in endless.outcomes] == ["livelock"]


def test_json_and_html():
    found = explore(QUEUE)
    data = json.loads(found.to_json())
    assert data["complete"] and [o["stderr"] for o in data["outcomes"]] == ["1 2\n", "2 1\n"]
    assert found._repr_html_().count("<tr>") == 3


def test_errors_are_for_people():
    with pytest.raises(ValueError, match="method must be one of"):
        explore(QUEUE, method="all")
    with pytest.raises(ValueError, match="no part of a schedule"):
        go.run(QUEUE, schedule="5:x3")
    with pytest.raises(ValueError, match="names g9 at decision 2"):
        go.run(QUEUE, schedule="2:g9")
    with pytest.raises(go.GoError):
        explore("package main\nfunc main() { x }")


def test_a_schedule_is_its_text():
    for text in ("", "5:g3 12:g1", "@47,51 timed 7:g3 7:c1 9:t"):
        assert str(parse(text)) == text
    assert parse("7:c1 7:g3") == Schedule(((7, "g3"), (7, "c1")))


def test_a_run_that_follows_a_schedule_is_the_same_in_slices():
    source = KNOWN["lock order"][0].replace("<-done", 'println("end"); <-done')
    schedule = "2:g2 7:g1"
    whole = go.run(source, schedule=schedule, jit=False)
    machine = go.machine(source, schedule=schedule, jit=False)
    while machine.status == st.RUNNING:
        machine.run(events=1)
    assert machine.output == whole.output.encode()
    assert (machine.records() == whole.machine.records()).all()


def test_runs_that_are_too_long_are_cut_off_and_counted():
    e = engine(KNOWN["spin"][0], "exhaustive", depth=60)
    e.go()
    assert e.ctl("CUT") > 0 and any(f.status == CUT_OFF for f in e.found())


# --- on several cores -------------------------------------------------------------------------------
def seen(found) -> set[tuple[object, ...]]:
    return {(o.kind, o.stdout, o.stderr, o.exit_code, o.text) for o in found.outcomes}


@pytest.mark.parametrize("name", ["racy counter", "lock order", "main leaves", "Add inside"])
def test_the_same_is_found_by_any_number_of_workers(name):
    source = KNOWN[name][0]
    alone = explore(source, method="exhaustive")
    one, two = (explore(source, method="exhaustive", workers=n) for n in (1, 2))
    assert one.complete and one.to_json() == two.to_json()
    assert seen(one) == seen(alone)


@pytest.mark.parametrize("lists", [["x" * 6, "x" * 6], ["xyxy", "yxy", "xyy"]], ids="-".join)
def test_parts_try_what_one_search_tries_and_nothing_twice(lists):
    source = atomic(lists)
    alone, two = explore(source, method="exhaustive"), explore(source, method="exhaustive", workers=2)
    assert alone.complete and two.complete and two.schedules == alone.schedules


def test_a_cluster_finds_the_same():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        for name in ("racy counter", "lock order"):
            here = explore(KNOWN[name][0], method="exhaustive", workers=1)
            there = explore(KNOWN[name][0], method="exhaustive", client=client)
            assert there.to_json() == here.to_json()
