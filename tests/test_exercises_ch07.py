"""Chapter 07: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch07

from gosched_edu import go
from gosched_edu.exercises.chapter07 import (
    ALL_RESULTS,
    CHAPTER_07,
    LAZY,
    OWN_ONCE,
    PUBLISH,
    QUIZ,
    TWO_LINES,
)
from gosched_edu.exercises.quiz import Quiz
from gosched_edu.explore import explore

PROGRAMS = {"PUBLISH": PUBLISH, "LAZY": LAZY, "OWN_ONCE": OWN_ONCE}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch07, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch07, f"{e}_WRONG")]

#: What the answer must say of some of them.
SAYS = {
    ("PUBLISH", "starter"): "data race",
    ("PUBLISH", "a sleep"): "data race",
    ("PUBLISH", "the flag first"): "",
    ("PUBLISH", "only the message is locked"): "data race",
    ("PUBLISH", "atomic, but it polls"): "waits by running",
    ("PUBLISH", "main writes it"): "another goroutine",
    ("LAZY", "starter"): "data race",
    ("LAZY", "the flag before the value"): "data race",
    ("LAZY", "no second check"): "",
    ("LAZY", "the first check under another lock"): "data race",
    ("OWN_ONCE", "starter"): "",
    ("OWN_ONCE", "swaps first"): "",
    ("OWN_ONCE", "plain fast path"): "data race",
    ("OWN_ONCE", "lets go too early"): "",
    ("OWN_ONCE", "sync.Once"): "without sync.Once",
}


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch07, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch07, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer), str(answer)


def test_the_two_lines() -> None:
    lines = TWO_LINES.source.splitlines()
    right = [n for n, text in enumerate(lines, 1) if text.strip() in ("last = 5", "last = 1")]
    assert len(right) == 2 and TWO_LINES.check(*right).passed
    assert "One of your lines" in str(TWO_LINES.check(right[0], 14))
    assert "None of your lines" in str(TWO_LINES.check(14, 21))
    assert "others as well" in str(TWO_LINES.check(*right, 14))
    assert not TWO_LINES.check().passed
    assert str(TWO_LINES.check(1, hints=3)).count("Hint:") == 3
    assert TWO_LINES.listing().splitlines()[right[0] - 1].endswith("last = 5")


def test_all_results() -> None:
    assert ALL_RESULTS.check("0 1", "1 0", "1 1").passed and ALL_RESULTS.check("[1, 1]", "1,0", "0  1").passed
    assert "never print 0 0" in str(ALL_RESULTS.check("0 0", "0 1", "1 0", "1 1"))
    assert "2 more lines" in str(ALL_RESULTS.check("1 1")) and not ALL_RESULTS.check().passed
    runs = [go.run(ALL_RESULTS.source, procs=p, seed=s) for p in (1, 2, 4) for s in range(1, 9)]
    seen = {r.output.strip() for r in runs}
    assert seen <= ALL_RESULTS.outcomes


def test_six_exercises_and_five_questions() -> None:
    assert len(CHAPTER_07) == 6 and len(Quiz(QUIZ).questions) == 5


def test_all_results_are_those_of_a_complete_search() -> None:
    found = explore(ALL_RESULTS.source)
    assert found.complete
    assert {o.stdout.strip() for o in found.outcomes} == ALL_RESULTS.outcomes
