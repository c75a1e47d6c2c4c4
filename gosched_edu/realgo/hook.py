"""A last word before a program dies: one line more in the runtime, by ``go build -overlay``.

Problem. A trace and a profile are written when the user's main returns. A program that calls os.Exit,
or dies of a panic in another goroutine, never returns from there.

Rejected. Writing os.Exit anew in the user's source (log.Fatal and panics remain); reading what the
tracer had flushed (of a short program that is nothing); a goroutine that flushes now and then (it
would take part in the schedule); the runtime's own exit hooks (internal, renamed between versions,
and silent in a panic).

Chosen. The toolchain builds the program over a copy of two files of its own runtime, changed at three
places: where a panic has found no recover, where ``fatal`` is called by a goroutine, and before
os.Exit. There a function is called that the wrapper has set; none is set in a plain run. What is
inserted stands on lines that are there already, so the lines of tracebacks stay.

Not reached: a deadlock and a stack overflow, for there the runtime stands on its own stack and runs
no Go code any more.

Invariant. A runtime in which one of the three places is not found is built as it is.
"""

from __future__ import annotations

import atexit
import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

OLDEST = (1, 22)  # Go whose traces are read
#: What the wrapper calls with the function; it is exported, for package main has no other way in.
SET = "GoschedBeforeDeath"

_NEW_FILE = f"""package runtime

var goschedBeforeDeath func()

// {SET} sets what is called once before the program dies by itself.
func {SET}(f func()) {{ goschedBeforeDeath = f }}

func goschedDies() {{
	gp := getg()
	if goschedBeforeDeath != nil && gp == gp.m.curg && gp.m.locks == 0 {{
		goschedBeforeDeath()
	}}
}}
"""
_CALL = "goschedDies()"
#: file -> places before which the call is inserted; of each, the first pattern that is found.
_PLACES: dict[str, tuple[tuple[str, ...], ...]] = {
    "panic.go": (
        # no deferred call has recovered; since Go 1.23 the tracer is told first
        (
            r"^\t(?=if traceEnabled\(\) \{\n\t\ttraceAdvance\(false\)\n\t\}\n\n\t// ran out of deferred)",
            r"^\t(?=// ran out of deferred)",
        ),
        (r"^func fatal\(s string\) \{(?=\n)",),
    ),
    "proc.go": ((r"^func os_beforeExit\(exitCode int\) \{(?=\n)",),),
}


def _insert(text: str, patterns: tuple[str, ...]) -> str | None:
    for pattern in patterns:
        found = list(re.finditer(pattern, text, flags=re.MULTILINE))
        if len(found) == 1:
            return text[: found[0].end()] + f" {_CALL}; " + text[found[0].end() :]
    return None


@cache
def overlay(goroot: Path) -> Path | None:
    """The file for ``go build -overlay``, None if this runtime cannot be changed."""
    runtime = goroot / "src" / "runtime"
    changed = {"gosched_death.go": _NEW_FILE}
    for name, places in _PLACES.items():
        try:
            text: str | None = (runtime / name).read_text(encoding="utf-8")
        except OSError:
            return None
        for patterns in places:
            text = None if text is None else _insert(text, patterns)
        if text is None:
            return None
        changed[name] = text
    folder = Path(tempfile.mkdtemp(prefix="gosched-overlay-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, text in changed.items():
        (folder / name).write_text(text, encoding="utf-8")
    replace = {str(runtime / name): str(folder / name) for name in changed}
    path = folder / "overlay.json"
    path.write_text(json.dumps({"Replace": replace}))
    return path
