"""Figures: every picture of the book, one style, one palette, each with its words."""

from __future__ import annotations

from gosched_edu.figures.diagrams import lifecycle, order_strip, queue_picture
from gosched_edu.figures.palette import STATES
from gosched_edu.figures.picture import Picture, style
from gosched_edu.figures.svgtimeline import svg_timeline
from gosched_edu.figures.timeline import side_by_side, timeline

__all__ = [
    "STATES", "Picture", "lifecycle", "order_strip", "queue_picture", "side_by_side", "style",
    "svg_timeline", "timeline",
]  # fmt: skip
