"""Labs: a Go program with things to turn, alive in a notebook and in the built page."""

from __future__ import annotations

from gosched_edu.labs.lab import Lab
from gosched_edu.labs.sandbox import Sandbox, sandbox

__all__ = ["Lab", "Sandbox", "sandbox"]
