"""Run a Go program with real Go, under the execution tracer.

Problem. The same source that the simulation runs, run by the real runtime: its output, its exit
code and its trace, from one run, within bounds.

Rejected. `go run` (builds every time; the toolchain stands between us and the program);
raising an error when a program does not end (endless programs are a subject of this book).

A trap. While the tracer runs, one of its goroutines sleeps on a timer, and a pending timer
hides the runtime's "all goroutines are asleep - deadlock!" (proc.go:checkdead). So when a traced
program takes long, a plain one is started beside it; if that one dies, its words count, and the
traced one is asked for its trace.

Invariant. No call lasts much longer than its timeout, and none leaves a process or a file.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from gosched_edu.kernel.events import Kind
from gosched_edu.realgo.child import MEMORY_LIMIT, OUTPUT_LIMIT, Child
from gosched_edu.realgo.given import Given
from gosched_edu.realgo.hook import OLDEST, overlay
from gosched_edu.realgo.program import (
    MARK,
    TRACE_VARIABLE,
    USER_FILE,
    USER_MAIN,
    as_written,
    write_program,
)
from gosched_edu.realgo.toolchain import GoNotFound, Toolchain, find, language_number, require
from gosched_edu.trace.gotrace_read import TraceFormatError, read_go_trace, select
from gosched_edu.trace.trace import Trace

_BUILD_TIMEOUT = 180.0  # the first build of the standard library on a slow machine
_PROBE_AFTER = 1.0
FLUSH = 2.0  #: seconds that a program has to hand over what it has
_TRACE_LIMIT = 8 << 20  # more than a million events: some 15 s of reading
_KEPT_BUILDS = 16
_MEMORY = "1GiB"
# No Go code runs on goroutine 0. 1.27's spanQueue.tryDrain uses what sysAlloc gave it unseen (one of
# 50 programs that ask for all memory), where other places say "out of memory".
_RUNTIME_DIED = re.compile(r"SIGSEGV: segmentation violation\n.*\n\ngoroutine 0 ")
_OUT_OF_MEMORY = (
    "Go's runtime itself died here, not the program's code: it got no memory where it does not expect that. "
    f"A program may have {MEMORY_LIMIT >> 30} GiB."
)
_POSIX = sys.platform != "win32"


class RealGoError(RuntimeError):
    """Go did not build the program; the text is the compiler's."""


@dataclass(frozen=True)
class RealRun:
    """One run of a program by real Go.

    Attributes
    ----------
    output, stderr : str
        What it wrote.
    exit_code : int or None
        None if it was stopped.
    trace : Trace or None
        What the tracer saw, None if not asked for or lost (see `notes`).
    version : str
        Of the toolchain, such as "1.27.3".
    duration_ns : int
        Wall time from the start of the process to its end.
    source : str
        "real".
    recorded : bool
        Whether this run took place earlier, maybe on another machine.
    machine : str
        Where it ran, such as "2-core x86-64, Linux".
    procs : int or None
        GOMAXPROCS, if it was set.
    notes : tuple of str
        What a reader should know: the run was stopped, output was cut ...

    Examples
    --------
    >>> from gosched_edu import realgo
    >>> realgo.load_recorded("calls").recorded
    True
    """

    output: str
    stderr: str
    exit_code: int | None
    trace: Trace | None = field(repr=False)
    version: str
    duration_ns: int
    source: str = "real"
    recorded: bool = False
    machine: str = ""
    procs: int | None = None
    notes: tuple[str, ...] = ()


def run(
    source: str,
    *,
    procs: int | None = None,
    version: str | None = None,
    trace: bool = True,
    timeout: float = 10.0,
    godebug: str | None = None,
    race: bool = False,
    schedtrace: int | None = None,
    stdin: str | bytes = "",
    args: Sequence[str] = (),
    files: Mapping[str, str | bytes] | None = None,
) -> RealRun:
    """Build a Go program and run it with real Go.

    Parameters
    ----------
    source : str
        A Go file of package main. Only the standard library can be imported.
    procs : int, optional
        GOMAXPROCS; by default Go decides.
    version : str, optional
        Go version such as "1.22". If that toolchain is not there, a newer one runs the program
        with that language version, and `RealRun.notes` says so.
    trace : bool
        Whether to record an execution trace.
    timeout : float
        Seconds after which the program is stopped. Building is not counted.
    godebug : str, optional
        Value of GODEBUG, such as "asyncpreemptoff=1".
    race : bool
        Build with the race detector, which needs a C compiler; exit code 66 if it saw a race.
    schedtrace : int, optional
        Every so many ms a line about the scheduler in `RealRun.stderr`; `read_schedtrace` reads them.
    stdin : str or bytes
        What the program reads from os.Stdin.
    args : sequence of str
        The command line, os.Args[1:].
    files : mapping of str to str or bytes
        What lies in the folder in which the program starts, by name; the folder is temporary.

    Returns
    -------
    RealRun
        Also for programs that panic, deadlock or are stopped.

    Raises
    ------
    GoNotFound
        If there is no Go toolchain.
    RealGoError
        If the program does not compile.
    ValueError
        For files that would lie outside the folder, and arguments that no program can have.

    Examples
    --------
    >>> from gosched_edu import realgo
    >>> if realgo.find():
    ...     print(realgo.run("package main; func main() { println(42) }", trace=False).stderr, end="")
    ... else:
    ...     print("42")
    42
    """
    given = Given.of(stdin, args, files)
    toolchain, language, notes = choose(version)
    if trace and toolchain.number < (1, 22):
        raise RealGoError(
            f"Go {toolchain.version} writes traces in an older format that is not read here. "
            "Use Go 1.22 or newer, or run with trace=False."
        )
    binary = build(source, toolchain, language, race=race)
    if schedtrace is not None:
        godebug = ",".join(filter(None, (godebug, f"schedtrace={schedtrace}")))
    env = run_env(procs, godebug)
    with tempfile.TemporaryDirectory(prefix="gosched-run-", ignore_cleanup_errors=True) as name:
        done = _execute(binary, Path(name), env, timeout, trace, given, race=race)
    return replace(
        done, version=toolchain.version, machine=machine(), procs=procs,
        notes=(*notes, *done.notes),
        trace=None if done.trace is None else replace(done.trace, version=toolchain.version),
    )  # fmt: skip


def prepare(source: str, *, version: str | None = None) -> None:
    """Build a program, so that the next `run` of it starts at once; raises what `run` raises."""
    toolchain, language, _ = choose(version)
    build(source, toolchain, language)


def machine() -> str:
    """This machine in a few words, such as "2-core x86-64, Linux"."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return f"{cores}-core {platform.machine().replace('_', '-')}, {platform.system()}"


def choose(version: str | None) -> tuple[Toolchain, str, tuple[str, ...]]:
    toolchain = find(version)
    if version is None or toolchain is not None:
        toolchain = toolchain or require()
        return toolchain, toolchain.language, ()
    wanted = language_number(version)
    toolchain = find()
    if toolchain is None or toolchain.number < wanted:
        raise _not_found(version)
    language = f"{wanted[0]}.{wanted[1]}"
    note = (
        f"Go {version} is not installed here: Go {toolchain.version} ran the program "
        f"with language version {language}."
    )
    return toolchain, language, (note,)


def _not_found(version: str) -> GoNotFound:
    try:
        require(version)
    except GoNotFound as error:
        return error
    raise AssertionError("unreachable: it was not found a moment ago")


def _base_env() -> dict[str, str]:
    """Nothing of the user's Go settings, and no network."""
    keep = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL", "TZ",
            "LOCALAPPDATA", "USERPROFILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")  # fmt: skip
    return {key: os.environ[key] for key in keep if key in os.environ}


def run_env(procs: int | None, godebug: str | None) -> dict[str, str]:
    """The environment in which a program runs."""
    env = _base_env() | {"GOMEMLIMIT": _MEMORY, "GOTRACEBACK": "single"}
    if procs is not None:
        env["GOMAXPROCS"] = str(procs)
    if godebug:
        env["GODEBUG"] = godebug
    return env


def build_env(toolchain: Toolchain) -> dict[str, str]:
    """The environment in which the toolchain's commands run: its own, and no network."""
    cache = os.environ.get("GOCACHE")
    if not cache:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        cache = str(Path(home) / "gosched_edu" / "go-build")
    return _base_env() | {
        "GOROOT": str(toolchain.goroot), "GOTOOLCHAIN": "local", "GOPROXY": "off",
        "GOSUMDB": "off", "GONOSUMDB": "*", "GOFLAGS": "-mod=mod", "GOENV": "off",
        "GOWORK": "off", "GO111MODULE": "on", "GOTELEMETRY": "off", "CGO_ENABLED": "0",
        "GOCACHE": cache, "GOPATH": str(Path(cache).parent / "gopath"),
    }  # fmt: skip


# Binaries built in this process: the same program is often run many times.
_builds: OrderedDict[str, Path] = OrderedDict()


def build(
    source: str, toolchain: Toolchain, language: str, *, race: bool = False, wrapper: str = ""
) -> Path:
    """The program, built; it is kept for a while."""
    what = "\0".join((source, str(toolchain.path), language, str(race), wrapper))
    key = hashlib.sha256(what.encode()).hexdigest()
    if key in _builds and _builds[key].exists():
        _builds.move_to_end(key)
        return _builds[key]
    folder = Path(tempfile.mkdtemp(prefix="gosched-build-"))
    try:
        try:
            over = overlay(toolchain.goroot) if toolchain.number >= OLDEST else None
            write_program(
                folder, source, language, goroot=toolchain.goroot, posix=_POSIX,
                hooked=over is not None, wrapper=wrapper,
            )  # fmt: skip
        except ValueError as error:
            raise RealGoError(str(error)) from None
        binary = folder / ("program.exe" if not _POSIX else "program")
        command = [str(toolchain.path), "build", "-trimpath", "-o", str(binary)]
        if over is not None:
            command += ["-overlay", str(over)]
        env = build_env(toolchain)
        if race:  # needs cgo, hence a C compiler
            env["CGO_ENABLED"] = "1"
            command.append("-race")
        with Child([*command, "."], folder, env, limit=False) as go:
            if not go.wait(_BUILD_TIMEOUT):
                raise RealGoError(f"go build did not finish within {_BUILD_TIMEOUT:.0f} s.")
        if go.exit_code != 0:
            said = as_written(go.error or go.output).strip().replace(f"{folder}{os.sep}", "")
            if race and ("C compiler" in said or "cgo" in said):
                said = f"The race detector of real Go needs a C compiler (gcc or clang):\n{said}"
            raise RealGoError(said)
    except BaseException:  # also Ctrl-C: leave nothing behind
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _builds[key] = binary
    while len(_builds) > _KEPT_BUILDS:
        shutil.rmtree(_builds.popitem(last=False)[1].parent, ignore_errors=True)
    return binary


@atexit.register
def _forget_builds() -> None:
    for binary in _builds.values():
        shutil.rmtree(binary.parent, ignore_errors=True)
    _builds.clear()


def _execute(
    binary: Path, folder: Path, env: dict[str, str], timeout: float, trace: bool, given: Given, *,
    race: bool,
) -> RealRun:  # fmt: skip
    command = [str(binary), *given.args]

    def child(name: str, more: dict[str, str]) -> Child:
        # ThreadSanitizer reserves more addresses than a limit would leave it
        stdin = given.lay(folder / name)
        return Child(command, folder / name, env | more, limit=not race, stdin=stdin)

    notes: list[str] = []
    file = folder / "trace.out"
    too_long = f"It was stopped after {timeout:g} s."
    if not trace:
        with child("plain", {}) as plain:
            ended = plain.wait(timeout, lambda: plain.overflown)
            if not ended and not (plain.overflown and _last_words(plain, notes)):
                notes.append(too_long)
        return _result(plain, None, notes)

    def huge() -> bool:
        return file.exists() and file.stat().st_size > _TRACE_LIMIT

    with child("traced", {TRACE_VARIABLE: str(file)}) as traced:
        speaker = traced
        if not traced.wait(min(timeout, _PROBE_AFTER), huge):
            with child("plain", {}) as plain:
                ended = traced.wait(
                    timeout - min(timeout, _PROBE_AFTER),
                    lambda: huge() or plain.exit_code not in (None, 0) or plain.overflown,
                )
                if not ended:
                    if plain.overflown and _last_words(plain, notes):
                        speaker = plain
                    elif plain.exit_code not in (None, 0) and plain.wait(1):
                        speaker = plain  # died of what the tracer hides
                    else:
                        notes.append(
                            f"It was stopped: its trace grew beyond {_TRACE_LIMIT >> 20} MB."
                            if huge() else too_long
                        )  # fmt: skip
                    traced.ask_to_stop()
                    traced.wait(FLUSH)
    try:
        raw = file.read_bytes() if file.exists() else b""
        if len(raw) > 2 * _TRACE_LIMIT:
            raise TraceFormatError(f"it has {len(raw) >> 20} MB")
        recorded = None
        if raw:
            recorded = _name_main(_from_main(read_go_trace(raw, filename=USER_FILE, partial=True)))
            for what in ("damaged", "cut"):
                if what in recorded.meta:
                    notes.append(f"The trace is incomplete: {recorded.meta[what]}")
        else:
            notes.append("There is no trace: the program ended before it was written.")
    except TraceFormatError as error:
        recorded = None
        why = "the program was stopped before it was written." if traced.flooded else error
        notes.append(f"There is no trace: {why}")
    return _result(speaker, recorded, notes)


def _last_words(child: Child, notes: list[str]) -> bool:
    """Give one that overflows its stack a moment to say the rest; always true."""
    if not child.wait(FLUSH):
        notes.append("The end of the traceback is missing: Go walks a stack of millions of frames.")
    return True


def _result(child: Child, trace: Trace | None, notes: list[str]) -> RealRun:
    if child.flooded:
        notes.append(f"It was stopped: it wrote more than {OUTPUT_LIMIT // 1_000_000} MB.")
    if _RUNTIME_DIED.match(child.error):
        notes.append(_OUT_OF_MEMORY)
    stopped = any(note.startswith("It was stopped") for note in notes)
    code = 2 if child.overflown else child.exit_code
    return RealRun(
        # a program may print its own stack
        output=as_written(child.output) if USER_MAIN in child.output else child.output,
        stderr=as_written(child.error),
        exit_code=None if stopped else code, trace=trace, version="",
        duration_ns=child.ended - child.started, notes=tuple(notes),
    )  # fmt: skip


def _from_main(trace: Trace) -> Trace:
    """The trace without what the wrapper did before the user's main began and after it returned.

    Time 0 is where main begins. What was there already stays, as created by the runtime.
    """
    texts = trace.meta.get("texts")
    marks = texts if isinstance(texts, dict) else {}
    begin = next((row for row, text in marks.items() if text == f"{MARK}: begin"), None)
    if begin is None:
        return trace
    end = next((row for row, text in marks.items() if text == f"{MARK}: end"), len(trace))
    rows = np.arange(len(trace))
    before = rows < begin
    main = int(trace.g[begin])
    started = int(rows[before & (trace.kind == Kind.GO_START) & (trace.g == main)][-1])
    keep = (rows < end) & (rows != begin)
    keep &= ~(before & (trace.g == main) & (trace.kind != Kind.GO_CREATE) & (rows != started))
    arg = np.where(before & (trace.kind == Kind.GO_CREATE), 0, trace.arg)
    since = int(trace.time[begin])
    last = int(trace.time[min(end, len(trace) - 1)])
    return select(
        replace(trace, time=np.maximum(trace.time - since, 0), arg=arg, end=last - since), keep
    )


def _name_main(trace: Trace) -> Trace:
    def written(name: str) -> str:
        return name.replace(f"main.{USER_MAIN}", "main.main")

    entry = trace.meta.get("entry")
    names = {g: written(name) for g, name in entry.items()} if isinstance(entry, dict) else {}
    return replace(
        trace, functions=tuple(map(written, trace.functions)), meta=trace.meta | {"entry": names}
    )
