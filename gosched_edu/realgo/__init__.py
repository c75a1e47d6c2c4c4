"""Real Go: finding a toolchain, running a program under the tracer, keeping recorded runs."""

from gosched_edu.realgo.recording import (
    StaleRecording,
    load_recorded,
    real_or_recorded,
    record,
)
from gosched_edu.realgo.runner import RealGoError, RealRun, run
from gosched_edu.realgo.toolchain import GoNotFound, Toolchain, find, toolchains

__all__ = [
    "GoNotFound",
    "RealGoError",
    "RealRun",
    "StaleRecording",
    "Toolchain",
    "find",
    "load_recorded",
    "real_or_recorded",
    "record",
    "run",
    "toolchains",
]
