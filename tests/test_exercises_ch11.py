"""Chapter 11: right answers pass, answers that look right are refused for what is wrong with them."""

from __future__ import annotations

import pytest
from exercise_solutions import ch11

from gosched_edu.exercises.chapter11 import CHAPTER_11, CLOSE, ENDS, QUIZ, READ, SHUTDOWN, SILENT
from gosched_edu.exercises.quiz import Quiz

PROGRAMS = {"SILENT": SILENT, "CLOSE": CLOSE, "READ": READ, "SHUTDOWN": SHUTDOWN}
RIGHT = [(e, name) for e in PROGRAMS for name in getattr(ch11, f"{e}_RIGHT")]
WRONG = [(e, name) for e in PROGRAMS for name in getattr(ch11, f"{e}_WRONG")]


@pytest.mark.parametrize(("exercise", "name"), RIGHT)
def test_right_solutions_pass(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch11, f"{exercise}_RIGHT")[name])
    assert answer.passed, str(answer)


#: What the answer must say of some of them.
SAYS = {
    ("SILENT", "one deadline for all"): "must get its answer",
    ("SILENT", "a long deadline for all"): "a client that says nothing",
    ("CLOSE", "starter"): "1 connections are still open",
    ("CLOSE", "closes twice"): "Expected the lines",
    ("READ", "starter"): "the cause of the cancellation",
    ("READ", "looks before"): "the cause of the cancellation",
    ("READ", "closes the connection"): "must still work",
    ("READ", "leaves the deadline"): "must still work",
    ("READ", "reads in another goroutine"): "must still work",
    ("SHUTDOWN", "starter"): "does not end",
    ("SHUTDOWN", "cuts off all at once"): "must get its answer",
    ("SHUTDOWN", "still accepts"): "must be refused",
}


def test_all_that_is_said_is_tested() -> None:
    assert set(SAYS) <= set(WRONG)


@pytest.mark.parametrize(("exercise", "name"), WRONG)
def test_wrong_solutions_are_refused_for_their_fault(exercise: str, name: str) -> None:
    answer = PROGRAMS[exercise].check(getattr(ch11, f"{exercise}_WRONG")[name])
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)
    assert SAYS.get((exercise, name), "") in str(answer), str(answer)


def test_prediction() -> None:
    assert ENDS.check("4 <nil> 4 <nil> 2 unexpected EOF 0 EOF").passed
    for wrong in ("4 <nil> 4 <nil> 2 <nil> 0 EOF", "4 <nil> 4 <nil> 2 EOF 0 EOF", ""):
        assert not ENDS.check(wrong).passed


def test_five_exercises_and_five_questions() -> None:
    assert len(CHAPTER_11) == 5 and len(Quiz(QUIZ).questions) == 5
