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
    done = go.run(program.read_text(), version=VERSION, trace="off")
    code, out, err = real()[program]
    assert done.output == out
    assert done.stderr.partition("goroutine ")[0] == err.partition("goroutine ")[0]
    assert (done.status in ("exited", "died")) == (code != 0)


READER = """package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		fmt.Printf("%q ", in.Text())
	}
	b, err := os.ReadFile("d/x.txt")
	fmt.Printf("%q %v %q\\n", os.Args[1:], err, b)
}
"""


def test_a_run_gives_its_program_input_arguments_and_files() -> None:
    given = go.run(
        READER, jit=False, stdin="one\nzwei ü\n", args=["-n", ""], files={"d/x.txt": b"\xff", "/abs": "y"}
    )
    assert given.output == '"one" "zwei ü" ["-n" ""] <nil> "\\xff"\n'
    bare = go.run(READER, jit=False)
    assert bare.output == '[] open d/x.txt: no such file or directory ""\n'


def test_what_cannot_be_given_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL byte in an argument"):
        go.run(READER, args=["a\0b"])
