"""Chapter 10: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch10

from gosched_edu.exercises.chapter10 import CHAPTER_10, NAMES, NESTED, ONE_AT_A_TIME, QUIZ, RETRY, STRAY
from gosched_edu.exercises.quiz import Quiz

PROGRAMS = {"STRAY": STRAY, "NESTED": NESTED, "NAMES": NAMES, "RETRY": RETRY}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch10, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch10, f"{e}_WRONG")]


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch10, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


#: What the answer must say of some of them.
SAYS = {
    ("STRAY", "starter"): "after backup (1), its parent",
    ("STRAY", "one after the other"): "at the same time",
    ("STRAY", "sleeps in between"): "its parent",
    ("STRAY", "verify first"): "verify has begun before",
    ("NESTED", "starter"): "deadlock",
    ("NESTED", "no limit"): "at most two may be",
    ("NESTED", "one after the other"): "one after the other",
    ("NESTED", "a limit for each branch"): "at most two may be",
    ("NAMES", "starter"): "the name of another chunk",
    ("NAMES", "a lock around the variable"): "the name of another chunk",
    ("NAMES", "a map by context, without a lock"): "data race",
    ("NAMES", "the lock for a whole chunk"): "at the same time",
    ("RETRY", "starter"): "stopped: enough",
    ("RETRY", "looks between the attempts"): "retry returned after",
    ("RETRY", "Err instead of the cause"): "the cause of the cancellation",
    ("RETRY", "break leaves the select only"): "the cause of the cancellation",
    ("RETRY", "one attempt too many"): "three attempts",
}


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch10, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer), str(answer)


def test_prediction() -> None:
    assert ONE_AT_A_TIME.check("child 1 child 2 late 3 late 4 broken").passed
    for wrong in ("child 1 child 2 broken", "child 1 child 2 child 3 child 4 broken", ""):
        assert not ONE_AT_A_TIME.check(wrong).passed


def test_five_exercises_and_five_questions() -> None:
    assert len(CHAPTER_10) == 5 and len(Quiz(QUIZ).questions) == 5
