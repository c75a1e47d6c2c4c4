"""Chapter 02: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch02

from gosched_edu.exercises.chapter02 import CHAPTER_02, FASTEST, LIMIT, MERGE, ONE_SLOT, QUIZ, WHO_CLOSES
from gosched_edu.exercises.quiz import Quiz

PROGRAMS = {"FASTEST": FASTEST, "WHO_CLOSES": WHO_CLOSES, "LIMIT": LIMIT, "MERGE": MERGE}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch02, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch02, f"{e}_WRONG")]


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch02, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


#: What the answer must say of some of them.
SAYS = {
    ("FASTEST", "starter"): "8 goroutines still wait (chan send)",
    (
        "FASTEST",
        "looks, then sends",
    ): "clocks that may go fast, in which it goes wrong. When main ends, 1 gor",
    ("FASTEST", "room for one"): "4 goroutines still wait (chan send)",
    ("FASTEST", "waits for all"): "waits for the slow servers",
    ("WHO_CLOSES", "starter"): "The channel was closed when",
    ("WHO_CLOSES", "main counts to twelve"): "Nobody closes",
    ("WHO_CLOSES", "after a sleep"): "Somebody sleeps",
    ("LIMIT", "starter"): "9 jobs were inside",
    ("LIMIT", "four get in"): "4 jobs were inside",
    ("MERGE", "starter"): "dies in a deadlock: every goroutine waits",
    ("MERGE", "flags, and looks again and again"): "receives from closed channels",
    ("MERGE", "nil channels, but polls"): "polls: it takes the default of a select",
}


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch02, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer)


def test_prediction() -> None:
    assert ONE_SLOT.check("s0 s1 r0 r1 r2 s2 s3 r3").passed
    for wrong in ("s0 r0 s1 r1 s2 r2 s3 r3", "s0 s1 r0 r1 s2 s3 r2 r3", "", "s0 s1 s2 r0 r1 r2 r3 s3"):
        assert not ONE_SLOT.check(wrong).passed


def test_six_exercises_and_four_questions() -> None:
    assert len(CHAPTER_02) == 6 and len(Quiz(QUIZ).questions) == 4
