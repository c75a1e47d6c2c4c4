"""Real Go: finding a toolchain, running a program under the tracer, keeping recorded runs."""

from gosched_edu.realgo.calibrate import Calibration, calibrate
from gosched_edu.realgo.dumps import read_goroutines, read_schedtrace
from gosched_edu.realgo.profiles import Profile, profile
from gosched_edu.realgo.recording import (
    StaleRecording,
    load_recorded,
    profile_or_recorded,
    real_or_recorded,
    record,
)
from gosched_edu.realgo.runner import RealGoError, RealRun, run
from gosched_edu.realgo.toolchain import GoNotFound, Toolchain, find, toolchains

__all__ = [
    "Calibration",
    "GoNotFound",
    "Profile",
    "RealGoError",
    "RealRun",
    "StaleRecording",
    "Toolchain",
    "calibrate",
    "find",
    "load_recorded",
    "profile",
    "profile_or_recorded",
    "read_goroutines",
    "read_schedtrace",
    "real_or_recorded",
    "record",
    "run",
    "toolchains",
]
