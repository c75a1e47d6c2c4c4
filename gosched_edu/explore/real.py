"""GoBench's kernels, their twins, and litmus tests in real Go: what shows, and how often.

Problem. A repair must hold in the runtime that the program was written for, and "real Go never shows
it" must have been tried.

Rejected. One build for each program (more than a minute of linking); runs one after the other in one
process (what the first leaves behind is there in the second).

Chosen. All programs in one. Of the kernels its main runs one, and then says how many goroutines
Go's leak profile reports, and how many are there at all besides main.

Invariant. A run ends within some seconds, whatever the program does.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gosched_edu.explore import corpora
from gosched_edu.explore.kernels import Kernel
from gosched_edu.explore.litmus import Litmus
from gosched_edu.realgo.child import Child
from gosched_edu.realgo.runner import RealGoError, build_env, run_env
from gosched_edu.realgo.toolchain import require

_MAIN = """package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

const yieldCount = 10

var programs = map[string]func(){}

func register(name string, f func()) { programs[name] = f }

func registerInit(name string, f func()) {}

func main() {
	programs[os.Args[1]]()
	patience, _ := time.ParseDuration(os.Args[2])
	for end := time.Now().Add(patience); runtime.NumGoroutine() > 1 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	var profile bytes.Buffer
	pprof.Lookup("goroutineleak").WriteTo(&profile, 2)
	fmt.Println("RESULT", strings.Count(profile.String(), "(leaked)"), runtime.NumGoroutine()-1)
}
"""
_RESULT = re.compile(r"^RESULT (\d+) (\d+)$", re.MULTILINE)
_BUILD_TIMEOUT, _RUN_TIMEOUT = 300.0, 30.0
_AT_ONCE = 4  # mostly they sleep


@dataclass(frozen=True)
class Shown:
    """What one run showed.

    Attributes
    ----------
    leaked : int
        Goroutines that Go's leak profile reports.
    alive : int
        Goroutines besides main that were there in the end.
    trouble : str
        A race, a panic, or that the program did not end; else empty.
    """

    leaked: int
    alive: int
    trouble: str = ""

    @property
    def clean(self) -> bool:
        """Whether all goroutines ended, and nothing else happened."""
        return not (self.leaked or self.alive or self.trouble)


@contextmanager
def _built(files: Mapping[str, str], race: bool) -> Iterator[Path]:
    """A program of these files, built by real Go, while the context lasts."""
    toolchain = require(corpora.VERSION)
    with tempfile.TemporaryDirectory(prefix="gosched-real-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for path, text in {"go.mod": f"module real\n\ngo {toolchain.language}\n", **files}.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
        binary = folder / "real.exe"
        env = build_env(toolchain) | ({"CGO_ENABLED": "1"} if race else {})
        command = [str(toolchain.path), "build", *(["-race"] if race else []), "-o", str(binary), "."]
        with Child(command, folder, env, limit=False) as go:
            if not go.wait(_BUILD_TIMEOUT) or go.exit_code != 0:
                raise RealGoError((go.error or go.output or "go build did not finish").strip())
        yield binary


@contextmanager
def built(kernels: list[Kernel], size: str, *, repaired: bool = False, race: bool = False) -> Iterator[Path]:
    """One program of these kernels, built by real Go, while the context lasts.

    Raises
    ------
    GoNotFound, RealGoError
    """
    files = {"main.go": _MAIN}
    for kernel in kernels:
        text = kernel.source(size, repaired=repaired).removesuffix(corpora.main_of(kernel.name))
        files[f"{kernel.name.lower()}.go"] = text
    with _built(files, race) as binary:
        yield binary


def run(binary: Path, kernel: Kernel, *, procs: int | None = None, patience: str | None = None) -> Shown:
    """Run one kernel, and wait so long at most for its goroutines to end (by default `Kernel.patience`)."""
    command = [str(binary), kernel.name, patience or kernel.patience]
    with Child(command, binary.parent, run_env(procs, None), limit=False) as child:
        if not child.wait(_RUN_TIMEOUT):
            return Shown(0, 0, "it did not end")
    found = _RESULT.search(child.output)
    if child.exit_code != 0 or found is None:
        return Shown(0, 0, child.error.strip()[:2000] or f"exit code {child.exit_code}")
    return Shown(int(found[1]), int(found[2]))


def runs(
    binary: Path, tasks: Sequence[tuple[Kernel, int | None]], *, patience: str | None = None
) -> list[Shown]:
    """Run kernels, each with this GOMAXPROCS, some at a time: they mostly sleep."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda task: run(binary, task[0], procs=task[1], patience=patience), tasks))


def litmus(tests: Sequence[Litmus], count: int, *, race: bool = False) -> list[Counter[str]]:
    """How often each line comes in real Go; "race": how often its race detector speaks.

    Raises
    ------
    GoNotFound, RealGoError
    """
    files = {}
    calls = ""
    for i, test in enumerate(tests):
        text = test.source.replace("package main\n", f"package t{i}\n", 1).replace(
            "func main()", "func Main()"
        )
        files[f"t{i}/t.go"] = text
        calls += f'\tcase "{i}":\n\t\tt{i}.Main()\n'
    imports = "".join(f'\t"real/t{i}"\n' for i in range(len(tests)))
    files["main.go"] = (
        f'package main\n\nimport (\n\t"os"\n{imports})\n\nfunc main() {{\n\tswitch os.Args[1] {{\n'
        f"{calls}\t}}\n}}\n"
    )
    seen: list[Counter[str]] = [Counter() for _ in tests]
    with _built(files, race) as binary:
        for i, counter in enumerate(seen):
            for k in range(count):
                with Child(
                    [str(binary), str(i)], binary.parent, run_env(1 + k % 4, None), limit=False
                ) as child:
                    if not child.wait(_RUN_TIMEOUT):
                        raise RealGoError(f"{tests[i].name} did not end in real Go")
                counter[child.output.strip()] += 1
                counter["race"] += "DATA RACE" in child.error
    return seen
