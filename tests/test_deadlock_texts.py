"""What programs die of, in Go's own words: the runtime's test programs, run by both runtimes.

``runtime/testdata/testprog/deadlock.go`` of the installed toolchain is read at test time. Each of
its functions ends in a fatal error, a panic or a Goexit; the text up to the first goroutine's
traceback, and the exit code, must be those of real Go.
"""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from gosched_edu import go, realgo
from gosched_edu.realgo.runner import build_env

#: What one of these needs that a simulation of the scheduler has not.
BEYOND = {
    "Breakpoint": "a hardware breakpoint",
    "MainGoroutineID": "runtime.Stack of another form",
    "PanicTraceback": "its text is the traceback itself",
    "PanicLoop": "a panic that the runtime itself raises while it prints one",
}
_HARNESS = """
var which = "NAME"

var programs = map[string]func(){}

func register(name string, f func()) { programs[name] = f }

func registerInit(name string, f func()) {
	if name == which {
		f()
	}
}

func main() { programs[which]() }
"""


@cache
def source() -> str:
    tool = realgo.find()
    if tool is None:
        pytest.skip("no Go toolchain, and its sources are the programs")
    file = Path(tool.goroot) / "src/runtime/testdata/testprog/deadlock.go"
    return file.read_text()


def names() -> list[str]:
    tool = realgo.find()
    if tool is None:
        return []
    found = re.findall(r'register(?:Init)?\("(\w+)"', source())
    return [n for n in found if n not in BEYOND]


def program(name: str) -> str:
    return source() + _HARNESS.replace("NAME", name)


def last_words(stderr: str) -> list[str]:
    """The lines before the first goroutine, without addresses and signal details."""
    head = re.split(r"\n\n?(?:goroutine \d+ |runtime stack:)", "\n" + stderr)[0]
    lines = [re.sub(r"0x[0-9a-f]+", "0x", line) for line in head.strip().splitlines()]
    lines = [line for line in lines if line != "exit status 2"]  # what "go run" adds
    lines = [line for line in lines if not line.startswith("runtime: sp=")]
    return [re.sub(r"\[signal .*", "[signal", line) for line in lines if line.strip()]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """One binary of all programs; the name comes from the environment."""
    tool = realgo.find()
    folder = tmp_path_factory.mktemp("deadlock")
    text = program("").replace('var which = ""', 'var which = os.Getenv("WHICH")')
    text = text.replace('import (\n', 'import (\n\t"os"\n', 1)
    (folder / "main.go").write_text(text)
    (folder / "go.mod").write_text("module deadlock\n\ngo 1.22\n")
    command = [str(tool.path), "build", "-o", "program", "."]
    subprocess.run(command, cwd=folder, env=build_env(tool), check=True)

    def run(name: str) -> tuple[int, list[str], str]:
        done = subprocess.run(
            [folder / "program"], env={**os.environ, "WHICH": name, "GOMAXPROCS": "2"}, capture_output=True,
            text=True, timeout=600, check=False,
        )  # fmt: skip
        return done.returncode, last_words(done.stderr), done.stdout

    return run


@pytest.mark.go
@pytest.mark.parametrize("name", names())
def test_it_dies_as_in_real_go(real, name):
    run = go.run(program(name), procs=2, version="1.27", budget=go.Budget(seconds=20))
    assert not run.stopped, run.stopped[:300]
    assert (run.exit_code, last_words(run.stderr), run.output) == real(name)
