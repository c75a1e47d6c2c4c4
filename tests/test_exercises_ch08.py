"""Chapter 08: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch08

from gosched_edu.exercises.chapter08 import CHAPTER_08, CONFIG, ORDER, POLITE, QUEUE, QUIZ, READERS, SHORT
from gosched_edu.exercises.quiz import Quiz

PROGRAMS = {"SHORT": SHORT, "ORDER": ORDER, "CONFIG": CONFIG, "POLITE": POLITE}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch08, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch08, f"{e}_WRONG")]


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch08, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


#: What the answer must say of some of them.
SAYS = {
    ("SHORT", "starter"): "could go on at the same time",
    ("SHORT", "no lock"): "data race",
    ("SHORT", "lock only around the fetch"): "data race",
    ("SHORT", "a lock of its own for each call"): "data race",
    ("SHORT", "a reader's lock"): "data race",
    ("ORDER", "starter"): "deadlock",
    ("ORDER", "one lock for all"): "need not wait for those between c and d",
    ("ORDER", "locks only one"): "data race",
    ("ORDER", "a shorter time between"): "deadlock",
    ("POLITE", "starter"): "everybody gets turns",
    ("POLITE", "a short sleep"): "everybody gets turns",
    ("POLITE", "the other one first, next time"): "everybody gets turns",
    ("POLITE", "waits for the one that is missing"): "everybody gets turns",
    ("POLITE", "without giving back"): "deadlock",
    ("CONFIG", "starter"): "a reader waited",
    ("CONFIG", "a Mutex"): "a reader waited",
    ("CONFIG", "no lock for readers"): "data race",
    ("CONFIG", "two atomics"): "half old and half new",
    ("CONFIG", "changed in place"): "half old and half new",
}


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch08, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer), str(answer)


def test_predictions() -> None:
    assert QUEUE.check("main waiter 0 waiter 1 waiter 2").passed
    assert READERS.check("r1 r2 w r3").passed
    for wrong in ("waiter 0 main waiter 1 waiter 2", "waiter 0 waiter 1 waiter 2 main", ""):
        assert not QUEUE.check(wrong).passed
    for wrong in ("r1 r2 r3 w", "r1 w r2 r3", ""):
        assert not READERS.check(wrong).passed


def test_six_exercises_and_five_questions() -> None:
    assert len(CHAPTER_08) == 6 and len(Quiz(QUIZ).questions) == 5
