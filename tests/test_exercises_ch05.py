"""Chapter 05: right answers pass, answers that look right are refused, each for its own fault."""

from __future__ import annotations

import pytest
from exercise_solutions.ch05 import RIGHT, WRONG

from gosched_edu import go
from gosched_edu.exercises import chapter05
from gosched_edu.exercises.quiz import Quiz


def cases(table):
    return [pytest.param(name, text, id=f"{name}: {label}")
            for name, answers in table.items() for label, text in answers.items()]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), cases(RIGHT))
def test_right_answers_pass(name, text):
    answer = getattr(chapter05, name).check(text)
    assert answer.passed, str(answer)


@pytest.mark.parametrize(("name", "text"), cases(WRONG))
def test_answers_that_look_right_are_refused(name, text):
    answer = getattr(chapter05, name).check(text, hints=3)
    assert not answer.passed
    assert "does not compile" not in str(answer)


def test_the_reason_given_names_the_fault():
    said = {label: chapter05.WORLD.check(text).sentences[0] for label, text in WRONG["WORLD"].items()}
    assert "ms to stop" in said["a leaf call"] and "ms to stop" in said["Gosched too rarely"]
    assert "collection" in said["work first"] and "collection" in said["no collection"]
    assert "data race" in chapter05.STOP.check(WRONG["STOP"]["plain bool, with a wait"]).sentences[0]


def test_the_refused_run_can_be_repeated_as_told():
    attempt = WRONG["WORLD"]["a leaf call"]
    again = chapter05.WORLD.check(attempt).sentences[1]
    assert "version='1.13'" in again
    run = eval(again.removeprefix("See this run again with "), {"go": go, "attempt": attempt})
    assert run.machine.version == "1.13" and chapter05._stops_soon(run)


FIRST, LAST = "a 2 b 1 main 3 true", "a 3 b 2 main 1 true"


@pytest.mark.parametrize(("exercise", "right", "wrong"), [
    (chapter05.STOPPED, FIRST, (LAST, "a 1 b 2 main 3 true", "a 3 b 1 main 2 true")),
    (chapter05.LEAF, LAST, (FIRST, "a 2 b 3 main 1 true", "a 3 b 1 main 2 true")),
])  # fmt: skip
def test_predictions(exercise, right, wrong):
    assert exercise.check(right).passed
    for words in wrong:
        answer = exercise.check(words)
        assert not answer.passed and f"Hint: {exercise.hint}" in answer.sentences


def test_the_leaf_is_what_makes_the_difference():
    """With a prologue check in mix, Go 1.13 stops main, too."""
    body = "\tvar pad [40]int\n\tpad[i&31] = x*7 + i\n\treturn pad[i&31]"
    bigger = chapter05.LEAF.source.replace("\treturn x*7 + i", body)
    assert go.run(bigger, procs=1, version="1.13").output == FIRST + "\n"
    assert go.run(chapter05.STOPPED.source, procs=1, version="1.13").output == LAST + "\n"


def test_four_questions():
    assert len(Quiz(chapter05.QUIZ).questions) == 4
