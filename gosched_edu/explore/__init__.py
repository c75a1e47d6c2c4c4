"""All schedules of a program: what it can print, whether it can fail, and how.

`explore` is the door; its answer is an `Exploration` with the `Outcome` of each kind of end.
"""

from gosched_edu.explore.exploring import Budget, Exploration, explore
from gosched_edu.explore.outcome import Outcome

__all__ = ["Budget", "Exploration", "Outcome", "explore"]
