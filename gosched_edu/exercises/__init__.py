"""Exercises that check themselves, for self-study and for class."""

from gosched_edu.exercises.chapter01 import FIX, IN_ORDER, PREDICT
from gosched_edu.exercises.exercise import Answer, Predict, Program

CHAPTER_01 = (PREDICT, FIX, IN_ORDER)

__all__ = ["CHAPTER_01", "FIX", "IN_ORDER", "PREDICT", "Answer", "Predict", "Program"]
