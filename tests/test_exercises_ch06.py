"""Chapter 06: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch06

from gosched_edu.exercises.chapter06 import BLIND, CHAPTER_06, COUNTS, QUIZ, RECORDER, SLOWLOG, SPANS
from gosched_edu.exercises.quiz import Quiz

PROGRAMS = {"SLOWLOG": SLOWLOG, "SPANS": SPANS, "RECORDER": RECORDER}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch06, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch06, f"{e}_WRONG")]


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch06, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


#: What the answer must say of some of them.
SAYS = {
    ("SLOWLOG", "starter"): "waited for the disk",
    ("SLOWLOG", "a goroutine for each line"): "Expected: 20 lines",
    ("SLOWLOG", "a goroutine for each line, under the lock"): "Expected: 20 lines",
    ("SLOWLOG", "no lock"): "data race",
    ("SLOWLOG", "a channel without room"): "waited for the disk",
    ("SLOWLOG", "lines that find no room are dropped"): "Expected: 20 lines",
    ("SLOWLOG", "Close does not wait"): "Expected: 20 lines",
    ("SLOWLOG", "the writer stays"): "is left over",
    ("SPANS", "starter"): "has 0 tasks",
    ("SPANS", "ends on the good way only"): "never end",
    ("SPANS", "the region is left open when parse fails"): "still goes on",
    ("SPANS", "the old context"): "belongs to no task",
    ("SPANS", "one region for both"): 'one region "store" after it',
    ("SPANS", "End is deferred before it is reached"): "has 4 tasks",
    ("RECORDER", "starter"): "data race",
    ("RECORDER", "a lock, and everything is kept"): "must forget",
    ("RECORDER", "a ring without a lock"): "data race",
    ("RECORDER", "in the order of the ring"): "Expected",
    ("RECORDER", "the newest first"): "Expected first",
}


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch06, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer), str(answer)


def test_predictions() -> None:
    assert COUNTS.check("1 4 3 4 1").passed
    assert BLIND.check("parsing 0 sorting 0").passed
    for wrong in ("1 1 1 1 1", "1 4 3 3 1", ""):
        assert not COUNTS.check(wrong).passed
    for wrong in ("parsing 15 sorting 5", ""):
        assert not BLIND.check(wrong).passed


def test_five_exercises_and_five_questions() -> None:
    assert len(CHAPTER_06) == 5 and len(Quiz(QUIZ).questions) == 5
