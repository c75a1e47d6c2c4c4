"""Runs of real Go that were recorded earlier, for machines without Go.

Problem. The book shows what real Go did; half of its readers have no Go, and a page built on a
server must not change from build to build.

Rejected. The tracer's own files (bigger, and readable only by format); pickles (unsafe).

Chosen. One small .npz a program: the trace's columns, and everything else as JSON in it.

Invariant. A recording carries the hash of the program it was made of, and is never shown beside
another one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gosched_edu.realgo.given import NOTHING, Given
from gosched_edu.realgo.profiles import Profile, profile
from gosched_edu.realgo.runner import RealRun, run
from gosched_edu.realgo.toolchain import find
from gosched_edu.trace.gotrace_read import user_only
from gosched_edu.trace.trace import Trace

SIZE_LIMIT = 60_000
_FOLDER = "recorded"
_COLUMNS = ("time", "kind", "g", "p", "m", "arg", "arg2", "line", "reason", "func")
_WIDE = ("time", "arg", "arg2")
_AGAIN = "Where Go is installed, run the notebook that shows it with GOSCHED_RECORD=1 in the environment."
_INT_KEYS = ("entry", "reason_text", "texts")  # JSON turns the keys of these into text


class StaleRecording(RuntimeError):
    """The recorded run belongs to another program, or there is none."""


def source_key(source: str, given: Given = NOTHING) -> str:
    """Hash by which a program, with what it is given, and its recording find each other."""
    text = source.strip().encode()
    if given != NOTHING:
        text += repr(given).encode()
    return hashlib.sha256(text).hexdigest()


def record(
    source: str, name: str, procs: int | None = 1, *, version: str | None = None,
    trace: bool = True, godebug: str = "", race: bool = False, folder: Path | None = None,
    stdin: str | bytes = "", args: Sequence[str] = (), files: Mapping[str, str | bytes] | None = None,
) -> Path:  # fmt: skip
    """Run a program with real Go and keep the run in the package.

    Parameters
    ----------
    source : str
        A Go program.
    name : str
        Name of the recording, such as "01-hello".
    procs : int, optional
        GOMAXPROCS.
    version : str, optional
        Go version.
    trace : bool
        Whether to keep an execution trace as well.
    godebug : str
        Value of GODEBUG, such as "asyncpreemptoff=1".
    race : bool
        Under the race detector.
    folder : Path, optional
        Where to write; by default into the package.
    stdin, args, files
        What the program is given, as `gosched_edu.realgo.run` has it.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        If the recording is larger than 60 kB, or the run has no trace.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from gosched_edu import realgo
    >>> if realgo.find():
    ...     with tempfile.TemporaryDirectory() as folder:
    ...         source = "package main; func main() { println(42) }"
    ...         path = realgo.record(source, "42", trace=False, folder=Path(folder))
    ...         print(realgo.load_recorded("42", source, folder=Path(folder)).stderr, end="")
    ... else:
    ...     print("42")
    42
    """
    done = run(
        source, procs=procs, version=version, trace=trace, godebug=godebug, race=race, stdin=stdin, args=args,
        files=files,
    )  # fmt: skip
    if trace and done.trace is None:
        raise ValueError(f"{name}: the run has no trace. {' '.join(done.notes)}")
    key = source_key(source, Given.of(stdin, args, files))
    return _keep(name, _pack(done, user_only(done.trace) if done.trace else None, key), folder)


def _keep(name: str, data: bytes, folder: Path | None = None) -> Path:
    if len(data) > SIZE_LIMIT:
        raise ValueError(
            f"{name}: the recording has {len(data)} bytes, more than {SIZE_LIMIT}. "
            "Record a smaller program: fewer goroutines, fewer rounds."
        )
    path = (folder or Path(str(resources.files(__package__))) / _FOLDER) / f"{name}.npz"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def load_recorded(
    name: str, source: str | None = None, *, folder: Path | None = None, given: Given = NOTHING
) -> RealRun:  # fmt: skip
    """A run that was recorded earlier.

    Parameters
    ----------
    name : str
        Name of the recording.
    source : str, optional
        The program it must have been made of.
    folder : Path, optional
        Where to look; by default in the package.
    given : Given
        What the program was given.

    Returns
    -------
    RealRun
        With ``recorded`` True.

    Raises
    ------
    StaleRecording
        If there is none, or it was made of another program.

    Examples
    --------
    >>> from gosched_edu import realgo
    >>> realgo.load_recorded("calls").exit_code
    0
    """
    return _load(name, source, folder, given)[0]


def _load(
    name: str, source: str | None = None, folder: Path | None = None, given: Given = NOTHING
) -> tuple[RealRun, dict[str, Any] | None]:
    where = folder if folder is not None else resources.files(__package__) / _FOLDER
    try:
        data = (where / f"{name}.npz").read_bytes()
    except FileNotFoundError:
        raise StaleRecording(
            f"There is no recorded run {name!r}. " + _AGAIN
        ) from None
    done, key, kept = _unpack(data)
    if source is not None and key != source_key(source, given):
        raise StaleRecording(
            f"The recorded run {name!r} was made of another program than the one shown. " + _AGAIN
        )
    return done, kept


def real_or_recorded(
    source: str, name: str, procs: int | None = 1, *, trace: bool = True, godebug: str = "",
    race: bool = False, stdin: str | bytes = "", args: Sequence[str] = (),
    files: Mapping[str, str | bytes] | None = None,
) -> RealRun:  # fmt: skip
    """Run the program with real Go, or show the recorded run where there is no Go.

    With GOSCHED_RECORD=1 in the environment the run is recorded as well: executing a
    notebook that way renews its recordings.

    Parameters
    ----------
    source : str
        A Go program.
    name : str
        Name of its recording.
    procs : int, optional
        GOMAXPROCS.
    trace : bool
        Whether an execution trace is wanted; tracing adds goroutines of its own.
    godebug : str
        Value of GODEBUG.
    race : bool
        Under the race detector. That needs a C compiler; without one the recorded run is shown.
    stdin, args, files
        What the program is given, as `gosched_edu.realgo.run` has it.

    Returns
    -------
    RealRun
        ``recorded`` says which it is.

    Examples
    --------
    >>> from gosched_edu import realgo
    >>> if realgo.find():
    ...     source = "package main; func main() { println(42) }"
    ...     print(realgo.real_or_recorded(source, "42", trace=False).exit_code)
    ... else:
    ...     print("0")
    0
    """
    if os.environ.get("GOSCHED_NO_GO") or find() is None or (race and not _c_compiler()):
        return load_recorded(name, source, given=Given.of(stdin, args, files))
    given: dict[str, Any] = {"stdin": stdin, "args": args, "files": files}
    if os.environ.get("GOSCHED_RECORD"):
        record(source, name, procs, trace=trace, godebug=godebug, race=race, **given)
    return run(source, procs=procs, trace=trace, godebug=godebug, race=race, **given)


def profile_or_recorded(source: str, kind: str, name: str, procs: int | None = 1) -> Profile:
    """Profile the program with real Go, or show the recorded profile where there is no Go.

    With GOSCHED_RECORD=1 in the environment the profile is recorded as well, without pprof's own file.

    Parameters
    ----------
    source : str
        A Go program.
    kind : str
        As `profile` takes it.
    name : str
        Name of its recording.
    procs : int, optional
        GOMAXPROCS.

    Returns
    -------
    Profile
        ``run.recorded`` says which it is; `data` of a recorded one is empty.
    """
    if os.environ.get("GOSCHED_NO_GO") or find() is None:
        done, kept = _load(name, source)
        if kept is None or kept["kind"] != kind:
            raise StaleRecording(f"The recorded run {name!r} has no {kind} profile. " + _AGAIN)
        top = pd.DataFrame(kept["top"], columns=pd.Index(["function", "flat", "cum"]))
        return Profile(kind, done, top.set_index("function"), b"")
    found = profile(source, kind, procs=procs)
    if os.environ.get("GOSCHED_RECORD"):
        rows = [[f, float(flat), float(cum)] for f, flat, cum in found.top.itertuples()]
        _keep(name, _pack(found.run, None, source_key(source), {"kind": kind, "top": rows}))
    return found


def _c_compiler() -> bool:
    return any(map(shutil.which, (os.environ.get("CC") or "gcc", "clang")))


def _pack(done: RealRun, trace: Trace | None, key: str, kept: object = None) -> bytes:
    about: dict[str, object] = {
        "key": key, "output": done.output, "stderr": done.stderr,
        "exit_code": done.exit_code, "version": done.version, "duration_ns": done.duration_ns,
        "machine": done.machine, "procs": done.procs, "notes": list(done.notes),
    } | ({"profile": kept} if kept else {})  # fmt: skip
    arrays = {}
    if trace is not None:
        about["trace"] = {
            "functions": list(trace.functions), "procs": trace.procs, "version": trace.version,
            "filename": trace.filename, "end": trace.end, "meta": trace.meta,
        }  # fmt: skip
        arrays = {name: getattr(trace, name) for name in _COLUMNS}
        arrays["time"] = np.diff(trace.time, prepend=0)  # small numbers compress well
    out = io.BytesIO()
    text = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)
    np.savez_compressed(out, about=text, **arrays)
    return out.getvalue()


def _unpack(data: bytes) -> tuple[RealRun, str, dict[str, Any] | None]:
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        about = json.loads(file["about"].tobytes())
        columns = {
            name: file[name].astype(np.int64 if name in _WIDE else np.int32)
            for name in _COLUMNS
            if name in file
        }
    key, notes, of_trace = about.pop("key"), tuple(about.pop("notes")), about.pop("trace", None)
    kept = about.pop("profile", None)
    trace = None
    if of_trace is not None:
        columns["time"] = np.cumsum(columns["time"])
        meta = of_trace.pop("meta")
        for name in _INT_KEYS:
            meta[name] = {int(number): text for number, text in meta.get(name, {}).items()}
        functions = tuple(of_trace.pop("functions"))
        trace = Trace(**columns, **of_trace, functions=functions, source="real", meta=meta)
    return replace(RealRun(**about, trace=trace, notes=notes), recorded=True), key, kept
