"""The explorer against programs of others, and small ones that once showed too much or too little."""

from __future__ import annotations

import pytest
from go_corpora import needs_corpora

from gosched_edu.explore import Budget, bugs, explore, litmus, real
from gosched_edu.explore.bugs_report import FOUND, NEVER, RECALL, SECONDS, page, recorded, shares
from gosched_edu.explore.kernels import kernels

# --- kernels of real bugs -----------------------------------------------------------------------


@needs_corpora
def test_kernels_are_found_and_can_be_seen_again() -> None:
    """With half the time for each. All of it, and twins by the hundred thousand: `make bugs`."""
    found = {name: bugs.hunt(kernel.source(), bugs.STUCK, share=0.5) for name, kernel in kernels().items()}
    assert all(row["replays"] for row in found.values() if row["found"])
    missed = [name for name, row in found.items() if not row["found"]]
    assert len(missed) <= 0.05 * len(found), missed
    # what is rare is not what is hard; the one spins and needs more time, in the other nothing is wrong
    assert not set(missed) & (set(NEVER) - {"Kubernetes11298", "Moby27782"})


@needs_corpora
@pytest.mark.parametrize("name", ["Cockroach16167", "Etcd6857", "Grpc1460", "Moby36114"])
def test_twins_have_no_schedule_with_a_fault(name: str) -> None:
    found = explore(kernels()[name].source(repaired=True), budget=Budget(seconds=20))
    assert not found.of(*bugs.FAULTS)
    assert found.complete


@needs_corpora
def test_the_hunter_tells_a_false_alarm() -> None:
    """Who asks for all faults is told all."""
    row = bugs.hunt(kernels()["Cockroach584"].source(), bugs.FAULTS, share=0.05, thorough=True)
    assert len(row["alarms"]) == 1 and row["alarms"][0].startswith("leak: ")


# --- the page ---------------------------------------------------------------------------------


def test_the_page_is_of_the_recorded_table() -> None:
    # write it again with: python -m gosched_edu.explore.bugs --page
    assert bugs.PAGE.read_text() == page(recorded())


def test_the_recorded_table_keeps_what_is_promised() -> None:
    data, share = recorded(), shares(recorded())
    assert share["found"][0] >= FOUND * share["found"][1] and share["found"][1] == 63
    assert all(kernel["seconds"] < SECONDS for kernel in data["kernels"])
    assert share["races"][0] >= RECALL * share["races"][1] and share["races"][1] >= 220
    for name in ("twins", "clean", "leaks", "litmus"):
        assert share[name][0] == share[name][1] > 0, name


@needs_corpora
def test_the_recorded_table_is_of_these_programs() -> None:
    assert {p["name"]: (p["kind"], p["why"]) for p in recorded()["kernels"]} == {
        k.name: (k.kind, k.why) for k in kernels().values()
    }
    assert [t["name"] for t in recorded()["litmus"]] == list(BY_NAME)


# --- the memory model -------------------------------------------------------------------------

BY_NAME = {t.name: t for t in litmus.TESTS}


@pytest.mark.parametrize("name", BY_NAME)
def test_litmus(name: str) -> None:
    verdict = litmus.check(BY_NAME[name], budget=Budget(seconds=20))
    assert verdict.wrong == ()
    assert verdict.complete or name == "sync.Map"  # its hashes are random numbers
    assert verdict.missing == frozenset()


def test_litmus_tests_are_consistent() -> None:
    assert len(BY_NAME) == len(litmus.TESTS) >= 30
    for test in litmus.TESTS:
        assert test.allowed and not test.allowed & (test.forbidden | test.beyond)
        assert test.racy or not test.beyond  # without a race there is one memory only


def test_a_wrong_litmus_test_is_told() -> None:
    """The judge judges: what is not allowed, what is missing, and races either way."""
    right = BY_NAME["store buffering, atomic"]
    for change, said in (
        ({"allowed": frozenset({"0 1", "1 0"})}, "the model forbids '1 1'"),
        ({"racy": True}, "its data race was not reported"),
    ):
        assert said in litmus.check(litmus.Litmus(**{**vars(right), **change})).wrong
    more = litmus.check(litmus.Litmus(**{**vars(right), "allowed": right.allowed | {"0 0"}}))
    assert (more.missing, more.passed) == ({"0 0"}, False)
    racy = BY_NAME["lost update"]
    assert (
        "a data race was reported where there is none"
        in litmus.check(litmus.Litmus(**{**vars(racy), "racy": False})).wrong
    )


# --- small programs ---------------------------------------------------------------------------


def outputs(body: str, declarations: str = "var a int") -> tuple[set[str], bool]:
    found = explore(f"package main\n\n{declarations}\n\nfunc main() {{\n{body}\n}}\n")
    return {o.stderr.strip() for o in found.outcomes if o.kind != "race"}, found.complete


def test_a_goroutine_may_run_before_its_creators_first_operation() -> None:
    assert outputs("go func() { a = 1 }()\nprintln(a)") == ({"0", "1"}, True)


def test_a_goroutine_may_run_before_the_first_operation_of_a_goroutine_that_created_it() -> None:
    body = "c := make(chan int)\ngo func() {\ngo func() { a = 1 }()\nc <- a\n}()\nprintln(<-c)"
    assert outputs(body) == ({"0", "1"}, True)


@pytest.mark.parametrize("receive", ["select { case c := <-q: c <- 1; case <-stop: }", "c := <-q; c <- 1"])
def test_what_a_sleeping_receiver_was_handed_is_reached(receive: str) -> None:
    """Main may end before the receiver has run on: then the sender waits, but is not leaked."""
    found = explore(
        f"""package main

import "runtime"

func main() {{
	q := make(chan chan int)
	stop := make(chan int)
	go func() {{ {receive}; runtime.KeepAlive(stop) }}()
	go func() {{ c := make(chan int); q <- c; <-c }}()
	runtime.Gosched()
	runtime.Gosched()
}}
"""
    )
    assert found.complete and {o.kind for o in found.outcomes} == {"finished"}


@pytest.mark.go
@needs_corpora
def test_real_go_agrees_with_the_litmus_tests() -> None:
    """Its race detector speaks where there is a race and nowhere else, and it prints what may be printed."""
    for test, seen in zip(litmus.TESTS, real.litmus(litmus.TESTS, 3, race=True), strict=True):
        assert bool(seen.pop("race")) == test.racy, test.name
        assert set(seen) <= test.allowed | test.beyond, test.name
