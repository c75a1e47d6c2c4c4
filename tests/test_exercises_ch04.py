"""Chapter 04: right solutions pass, solutions that only look right are refused."""

from __future__ import annotations

import pytest
from exercise_solutions import ch04

from gosched_edu import go
from gosched_edu.exercises import chapter04
from gosched_edu.exercises.quiz import quiz


def cases(table):
    return [(exercise, name) for exercise, solutions in table.items() for name in solutions]


@pytest.mark.parametrize(("exercise", "name"), cases(ch04.RIGHT))
def test_right_solutions_pass(exercise, name):
    answer = getattr(chapter04, exercise).check(ch04.RIGHT[exercise][name])
    assert answer.passed, str(answer)


@pytest.mark.parametrize(("exercise", "name"), cases(ch04.WRONG))
def test_wrong_solutions_are_refused(exercise, name):
    source = ch04.WRONG[exercise][name]
    assert name == "starter" or source != getattr(chapter04, exercise).starter
    answer = getattr(chapter04, exercise).check(source)
    assert not answer.passed
    assert "compile" not in str(answer), str(answer)


def test_predictions():
    assert chapter04.SIZES.check("4 8 64").passed
    for wrong in ("4 4 64", "2 8 64", "4 8 32", "8 4 64", "4, 8", ""):
        assert not chapter04.SIZES.check(wrong).passed
    assert chapter04.SHRINKING.check("32, 16, 16, 16").passed
    for wrong in ("32 16 8 4", "32 32 32 32", "16 16 16 16", "2 2 2 2"):
        assert not chapter04.SHRINKING.check(wrong).passed


@pytest.mark.parametrize("source", [None, 7, "", "package main\n", "package main\nfunc main() { x }"])
def test_whatever_is_written_is_answered(source):
    for exercise in (chapter04.FLATTEN, chapter04.HOT, chapter04.WARM):
        assert not exercise.check(source).passed


def test_a_program_of_a_newer_language_is_told_so():
    newer = ch04.HOT_RIGHT["no calls in the loop"].replace("x := 0", "x := 0\n\tfor range 3 {\n\t}")
    go.compile(newer)
    answer = chapter04.HOT.check(newer)
    assert not answer.passed and "Go 1.2" in str(answer)


def test_quiz():
    assert len(quiz(chapter04.QUIZ).questions) == 4
