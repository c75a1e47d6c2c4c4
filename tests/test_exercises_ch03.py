"""Chapter 03: right answers pass, wrong ones that look right are refused for the right reason."""

from __future__ import annotations

import pytest
from exercise_solutions import ch03

from gosched_edu import go
from gosched_edu.exercises.chapter03 import NESTED, POOL, QUIZ, SPREAD, THREADS, YIELD
from gosched_edu.exercises.quiz import quiz

PROGRAMS = {"SPREAD": SPREAD, "THREADS": THREADS, "POOL": POOL}
CASES = [(name, kind, label) for name in PROGRAMS for kind in ("RIGHT", "WRONG")
         for label in getattr(ch03, f"{name}_{kind}")]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "label"), CASES)
def test_answers(name, kind, label):
    answer = PROGRAMS[name].check(getattr(ch03, f"{name}_{kind}")[label])
    assert answer.passed is (kind == "RIGHT"), str(answer)
    if kind == "WRONG":
        assert "compile" not in str(answer) and "go.run(attempt" in str(answer)


@pytest.mark.parametrize(("exercise", "right", "wrong"), [
    (NESTED, "b b2 a a2 b1 a1", "a b a1 a2 b1 b2"),
    (YIELD, "c a b c a b", "c c a a b b"),
])  # fmt: skip
def test_predictions(exercise, right, wrong):
    assert exercise.check(right).passed, exercise.check(right)
    assert not exercise.check(wrong).passed and not exercise.check("").passed


def test_the_quiz_says_what_the_simulation_does():
    assert len(QUIZ) == 4 and str(quiz(QUIZ)).count("?") >= 4
    calls = """package main

import "syscall"

func main() {
	for i := 0; i < 30; i++ {
		go func() {
			t := syscall.NsecToTimespec(1000000000)
			syscall.Nanosleep(&t, nil)
		}()
	}
	t := syscall.NsecToTimespec(900000000)
	syscall.Nanosleep(&t, nil)
}
"""
    assert go.run(calls, procs=2).stats["threads"] > 30
