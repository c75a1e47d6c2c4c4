"""Chapter 09: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch09

from gosched_edu.exercises.chapter09 import (
    ALL_ERRORS,
    CHAPTER_09,
    JOIN,
    LISTEN,
    NOT_LOST,
    OWN_SCOPE,
    QUIZ,
    THREE_CHILDREN,
)
from gosched_edu.exercises.quiz import Quiz

PROGRAMS = {
    "JOIN": JOIN,
    "LISTEN": LISTEN,
    "ALL_ERRORS": ALL_ERRORS,
    "OWN_SCOPE": OWN_SCOPE,
    "NOT_LOST": NOT_LOST,
}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch09, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch09, f"{e}_WRONG")]


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch09, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


#: What the answer must say of some of them.
SAYS = {
    ("NOT_LOST", "starter"): "deadlock",
    ("NOT_LOST", "a buffer for one"): "deadlock",
    ("NOT_LOST", "closes"): "close of closed channel",
    ("NOT_LOST", "closes if nobody has"): "close of closed channel",
    ("NOT_LOST", "sleeps before"): "clocks that may go fast",
    ("JOIN", "starter"): "process returned when 3 of its 4 parts had ended",
    ("JOIN", "sleeps longer"): "process sleeps",
    ("JOIN", "one after the other"): "each in its own goroutine",
    ("JOIN", "Add inside the goroutine"): "process returned when 0 of its 4 parts",
    ("LISTEN", "starter"): "The others work on",
    ("LISTEN", "only the context"): "The others work on",
    ("LISTEN", "looks at the old context"): "The others work on",
    ("LISTEN", "looks once"): "The others work on",
    ("LISTEN", "does not wait"): "had not ended",
    ("LISTEN", "prints the echo"): "Expected main: disk full",
    ("ALL_ERRORS", "appends without a lock"): "data race",
    ("ALL_ERRORS", "appends with a lock"): "in this order",
    ("ALL_ERRORS", "one after the other"): "at the same time",
    ("OWN_SCOPE", "the last error wins"): "the first error",
    ("OWN_SCOPE", "does not cancel"): "must be cancelled",
    ("OWN_SCOPE", "waits for the error only"): "must be cancelled",
}


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch09, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer), str(answer)


def test_prediction() -> None:
    assert THREE_CHILDREN.check("child 1 child 2 stopped 3 broken context canceled broken").passed
    for wrong in (
        "child 1 child 2 child 3 broken context canceled broken",
        "child 1 child 2 stopped 3 context canceled context canceled broken",
        "stopped 3 child 1 child 2 broken context canceled broken",
        "",
    ):
        assert not THREE_CHILDREN.check(wrong).passed


def test_six_exercises_and_four_questions() -> None:
    assert len(CHAPTER_09) == 6 and len(Quiz(QUIZ).questions) == 4
