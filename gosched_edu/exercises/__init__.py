"""Exercises that check themselves, for self-study and for class."""

from gosched_edu.exercises.chapter01 import CHAPTER_01, FIX, IN_ORDER, PREDICT
from gosched_edu.exercises.exercise import Answer, Predict, Program

__all__ = ["CHAPTER_01", "FIX", "IN_ORDER", "PREDICT", "Answer", "Predict", "Program"]
