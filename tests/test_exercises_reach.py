"""A schedule for each line, or never: what was not seen or proved is refused."""

from __future__ import annotations

import pytest

from gosched_edu.exercises.catalogue import entry
from gosched_edu.exercises.chapter02 import SHOW_IT
from gosched_edu.exercises.chapter07 import LOST
from gosched_edu.exercises.reach import NEVER, Reach
from gosched_edu.explore import explore


def solved(exercise: Reach) -> list[str]:
    """The right answers: a schedule, or never."""
    outcomes = [explore(exercise.source).outcome_of(line) for line in exercise.lines]
    return [NEVER if isinstance(o, str) else o.schedule for o in outcomes]


@pytest.mark.parametrize("exercise", [SHOW_IT, LOST])
def test_schedules_and_proofs_pass_and_nothing_else_does(exercise: Reach) -> None:
    right = solved(exercise)
    assert right.count(NEVER) == 1 and right[-1] == NEVER
    assert exercise.check(*right).passed
    assert entry("02-show-it" if exercise is SHOW_IT else "07-lost").check("\n".join(right)).passed
    wrongs = {
        "never": f"It can print {exercise.lines[0]}",
        right[1]: f"not {exercise.lines[0]}",
        exercise.lines[0]: "is no schedule of this program",
        "1:g99": "is no schedule of this program",
    }
    for wrong, says in wrongs.items():
        answer = exercise.check(wrong, *right[1:])
        assert not answer.passed and says in str(answer) and "Hint: " in str(answer)
    assert "not " + exercise.lines[-1] in str(exercise.check(*right[:-1], right[0]))
    assert f"Give {len(right)} answers" in str(exercise.check())


def test_another_schedule_with_the_same_output_passes() -> None:
    assert SHOW_IT.check(" 4:g3 ", "5:g3", NEVER).passed
