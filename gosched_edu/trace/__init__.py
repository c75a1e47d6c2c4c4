"""Traces: what happened in a run, simulated or real, in one format."""

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.trace.compare import Comparison, compare, schedule
from gosched_edu.trace.decisions import decisions
from gosched_edu.trace.trace import Event, Trace

__all__ = [
    "REASON_TEXT", "Comparison", "Event", "Kind", "Reason", "Trace", "compare", "decisions", "schedule",
]  # fmt: skip
