"""All schedules of a program: what it can print, whether it can fail, and how.

`explore` is the door; its answer is an `Exploration` with the `Outcome` of each kind of end.
"""

from gosched_edu.explore.exploring import explore
from gosched_edu.explore.hazards import Hazard
from gosched_edu.explore.outcome import Outcome
from gosched_edu.explore.result import Budget, Exploration

__all__ = ["Budget", "Exploration", "Hazard", "Outcome", "explore"]
