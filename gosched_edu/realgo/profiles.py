"""Profiles of real Go: where time went, where goroutines wait, which of them leak.

Problem. pprof's profiles are the other half of what Go says about a program.

Rejected. A reader of pprof's format (Go's own tool is there whenever a profile can be made).

Chosen. The program is built with another wrapper, which starts the profile before the user's main and
writes it when that returns, or when the program is asked to stop. ``go tool pprof`` makes the table.

Invariant. A profile belongs to a run without the tracer.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gosched_edu.realgo import runner
from gosched_edu.realgo.child import Child
from gosched_edu.realgo.given import Given
from gosched_edu.realgo.program import USER_MAIN, as_written
from gosched_edu.realgo.runner import RealGoError, RealRun

#: kind -> since which Go, unit of its values, what it shows.
KINDS: dict[str, tuple[tuple[int, int], str, str]] = {
    "cpu": ((1, 0), "ns", "time on a processor, 100 samples a second"),
    "goroutine": ((1, 0), "", "goroutines alive when main returns"),
    "goroutineleak": ((1, 27), "", "goroutines that nobody can wake any more"),
    "block": ((1, 0), "ns", "time spent waiting for channels, locks and conditions"),
    "mutex": ((1, 0), "ns", "time others spent waiting for a lock, where it was released"),
}

_VARIABLE = "GOSCHED_PROFILE"
_WRAPPER = f"""package main

import (
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"syscall"
)

var userMain = {USER_MAIN}

func main() {{
	kind, name, _ := strings.Cut(os.Getenv("{_VARIABLE}"), ":")
	file, err := os.Create(name)
	if err != nil {{
		panic(err)
	}}
	var once sync.Once
	write := func() {{
		once.Do(func() {{
			if kind == "cpu" {{
				pprof.StopCPUProfile()
			}} else if err := pprof.Lookup(kind).WriteTo(file, 0); err != nil {{
				panic(err)
			}}
			file.Close()
		}})
	}}
	ask := make(chan os.Signal, 1)
	signal.Notify(ask, STOP)
	go func() {{
		<-ask
		write()
		os.Exit(3)
	}}()
	BEFORE_DEATH(write)
	switch kind {{
	case "cpu":
		if err := pprof.StartCPUProfile(file); err != nil {{
			panic(err)
		}}
	case "block":
		runtime.SetBlockProfileRate(1)
	case "mutex":
		runtime.SetMutexProfileFraction(1)
	}}
	defer write()
	userMain()
}}
"""


@dataclass(frozen=True)
class Profile:
    """A profile of one run.

    Attributes
    ----------
    kind : str
    run : RealRun
    top : pandas.DataFrame
        Index: function; columns flat, cum: ns, or goroutines.
    data : bytes
        As pprof wrote it, for ``go tool pprof``.
    """

    kind: str
    run: RealRun
    top: pd.DataFrame
    data: bytes = field(repr=False)


def profile(
    source: str, kind: str, *, procs: int | None = None, version: str | None = None, timeout: float = 10.0,
    stdin: str | bytes = "", args: Sequence[str] = (), files: Mapping[str, str | bytes] | None = None,
) -> Profile:  # fmt: skip
    """Run a program with real Go and profile it.

    Parameters
    ----------
    source : str
        A Go file of package main.
    kind : {"cpu", "goroutine", "goroutineleak", "block", "mutex"}
    procs : int, optional
        GOMAXPROCS.
    version : str, optional
        Go version.
    timeout : float
        Seconds after which the program is asked for its profile and stopped; a deadlock, too, since
        somebody listens for the question.
    stdin, args, files
        What the program is given, as `gosched_edu.realgo.run` has it.

    Returns
    -------
    Profile

    Raises
    ------
    ValueError
        For an unknown kind.
    RealGoError
        If the program does not compile, died before its profile was written (before Go 1.22), or this
        Go has no such profile.
    GoNotFound
        If there is no Go toolchain.

    Examples
    --------
    >>> from gosched_edu import realgo
    >>> if realgo.find():
    ...     source = "package main; func main() { go func() { select {} }(); select {} }"
    ...     print(realgo.profile(source, "goroutine", timeout=1.0).kind)
    ... else:
    ...     print("goroutine")
    goroutine
    """
    given = Given.of(stdin, args, files)
    if kind not in KINDS:
        raise ValueError(f"unknown profile {kind!r}; there are {', '.join(KINDS)}")
    toolchain, language, notes = runner.choose(version)
    since, unit, _ = KINDS[kind]
    if toolchain.number < since:
        raise RealGoError(
            f"Go {toolchain.version} has no {kind} profile: it came with Go {since[0]}.{since[1]}."
        )
    binary = runner.build(source, toolchain, language, wrapper=_WRAPPER)
    with tempfile.TemporaryDirectory(prefix="gosched-run-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        file = folder / "profile"
        env = runner.run_env(procs, None) | {_VARIABLE: f"{kind}:{file}"}
        file_in = given.lay(folder / "run")
        with Child([str(binary), *given.args], folder / "run", env, stdin=file_in) as child:
            ended = child.wait(timeout)
            if not ended:
                notes = (*notes, f"It was stopped after {timeout:g} s.")
                child.ask_to_stop()
                child.wait(runner.FLUSH)
        data = file.read_bytes() if file.exists() else b""
        if not data:
            last = as_written(child.error).strip().splitlines()
            raise RealGoError(
                "There is no profile: the program ended before it was written"
                + (f" ({last[0]})." if last else ".")
            )
        command = [str(toolchain.path), "tool", "pprof", "-top", "-nodecount=100000"]
        command += [f"-unit={unit}"] if unit else []
        with Child([*command, str(file)], folder, runner.build_env(toolchain), limit=False) as tool:
            if not tool.wait(120) or tool.exit_code != 0:
                raise RealGoError(f"go tool pprof could not read the profile: {tool.error.strip()}")
    run = RealRun(
        output=child.output, stderr=as_written(child.error), exit_code=child.exit_code if ended else None,
        trace=None, version=toolchain.version, duration_ns=child.ended - child.started,
        machine=runner.machine(), procs=procs, notes=notes,
    )  # fmt: skip
    return Profile(kind, run, _table(tool.output), data)


def _table(text: str) -> pd.DataFrame:
    rows = {}
    for line in text.splitlines():
        found = re.match(r"^\s*([\d.]+)\w*\s+[\d.]+%\s+[\d.]+%\s+([\d.]+)\w*\s+[\d.]+%\s+(.+)$", line)
        if found:
            rows[as_written(found[3]).removesuffix(" (inline)")] = [float(found[1]), float(found[2])]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["flat", "cum"])
    return table.rename_axis("function").astype("int64")
