"""Exercises that check themselves, for self-study and for class.

An exercise has a task and a `check` that answers in sentences; `problem` draws one by a seed; `report` shows
what this session's checks said. ``python -m gosched_edu.exercises`` is for teachers: problem sets,
assignments, marks.
"""

from gosched_edu.exercises.answer import Answer
from gosched_edu.exercises.chapter01 import CHAPTER_01, FIX, IN_ORDER, PREDICT
from gosched_edu.exercises.exercise import Predict, Program
from gosched_edu.exercises.problems import Problem, problem
from gosched_edu.exercises.results import Report, Result, ResultsError, forget, read, report

__all__ = [
    "CHAPTER_01", "FIX", "IN_ORDER", "PREDICT", "Answer", "Predict", "Problem", "Program", "Report", "Result",
    "ResultsError", "forget", "problem", "read", "report",
]  # fmt: skip
