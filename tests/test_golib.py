"""golib against real Go: programs whose output both must agree on. Its examples: test_golang_corpora.py."""

from __future__ import annotations

import functools
from pathlib import Path

import golang_real
import pytest

from gosched_edu import go

VERSION = "1.27"
PROGRAMS = sorted((Path(__file__).parent / "golib").glob("*.go"))


@functools.cache
def real() -> dict[Path, tuple[int, str, str]]:
    """Exit code, standard output and standard error of each program under real Go."""
    return dict(zip(PROGRAMS, golang_real.results([p.read_text() for p in PROGRAMS], VERSION), strict=True))


@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_programs_print_what_real_go_prints(program: Path) -> None:
    done = go.run(program.read_text(), version=VERSION, jit=False, trace="off")
    code, out, err = real()[program]
    assert done.output == out
    assert done.stderr.partition("goroutine ")[0] == err.partition("goroutine ")[0]
    assert (done.status in ("exited", "died")) == (code != 0)
