"""Chapter 12: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch12

from gosched_edu.exercises.chapter12 import BUDGETED, CACHE, CHAPTER_12, DEADLINE, GIVE_BACK, POOL, QUIZ
from gosched_edu.exercises.quiz import Quiz

PROGRAMS = {"GIVE_BACK": GIVE_BACK, "DEADLINE": DEADLINE, "BUDGETED": BUDGETED, "CACHE": CACHE}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch12, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch12, f"{e}_WRONG")]


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch12, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


#: What the answer must say of some of them.
SAYS = {
    ("GIVE_BACK", "starter"): "deadlock",
    ("GIVE_BACK", "gives back only what failed"): "deadlock",
    ("GIVE_BACK", "one at a time"): "Three connections",
    ("GIVE_BACK", "takes none"): "more than three",
    ("GIVE_BACK", "gives back at once"): "more than three",
    ("DEADLINE", "goes on after the error"): "for nobody",
    ("DEADLINE", "stops, with its own deadline"): "deadline exceeded",
    ("BUDGETED", "starter"): "300 attempts",
    ("BUDGETED", "never"): "a blip",
    ("BUDGETED", "one retry each"): "attempts",
    ("BUDGETED", "without the lock"): "data race",
    ("CACHE", "no lock"): "one lookup is enough",
    ("CACHE", "once and for all"): "too old",
}


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch12, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer), str(answer)


def test_prediction() -> None:
    assert POOL.check("10 10 20 20 30").passed
    for wrong in ("10 10 10 10 10", "10 20 30 40 50", ""):
        assert not POOL.check(wrong).passed


def test_five_exercises_and_five_questions() -> None:
    assert len(CHAPTER_12) == 5 and len(Quiz(QUIZ).questions) == 5
