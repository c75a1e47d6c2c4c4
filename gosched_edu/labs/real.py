"""A lab's program in real Go: what the stage shows beside the simulation.

Problem. The page has no Go, and a notebook should run real Go only when its reader says so.

Chosen. A lab may name a recording (`gosched_edu.realgo.record`): it was made once, of the lab's program
with the values that the controls show at first, and is stored in the page. In a live notebook with Go the
reader can ask for a run with the values of now.

Invariant. What is shown as real belongs to the very program that is shown beside it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gosched_edu.labs.declare import Value

if TYPE_CHECKING:
    from gosched_edu.realgo import RealRun

MOST_EVENTS = 100_000  # of a fresh run that the stage is given


def with_knobs(source: str, values: Mapping[str, Value]) -> str:
    """The program with other first values of its knobs, for real Go, to which a knob is a comment.

    Raises
    ------
    ValueError
        The line that declares a knob cannot be read.

    Examples
    --------
    >>> with_knobs("var n, m = 10, 2 //knob n 1 20", {"n": 5})
    'var n, m = 5, 2 //knob n 1 20'
    """
    lines = source.splitlines(keepends=True)
    for name, value in values.items():
        marked = [i for i, line in enumerate(lines) if re.search(rf"//knob[ \t]+{re.escape(name)}\b", line)]
        places = [i for k in marked for i in range(k, min(k + 4, len(lines)))]
        for i in places:
            changed = _declared(lines[i], name, value)
            if changed is not None:
                lines[i] = changed
                break
        else:
            raise ValueError(f"real Go cannot be given {name} = {value}: no plain line declares it")
    return "".join(lines)


def _declared(line: str, name: str, value: Value) -> str | None:
    """The line that declares a variable, with another first value; None if it does not."""
    code, slashes, rest = line.partition("//")
    left, equals, right = code.partition("=")
    names = re.findall(r"\w+", left.strip().removeprefix("var "))
    firsts = right.split(",")
    if not equals or name not in names[: len(firsts)]:
        return None
    at = names.index(name)
    firsts[at] = re.sub(r"\S+", str(value), firsts[at], count=1)
    return f"{left}={','.join(firsts)}{slashes}{rest}"


def recorded(name: str, source: str, procs: int) -> RealRun:
    """The recording of that name; with GOSCHED_RECORD=1 in the environment it is made anew.

    Raises
    ------
    StaleRecording
        There is none, or it was made of another program.
    """
    from gosched_edu import realgo

    if os.environ.get("GOSCHED_RECORD") and realgo.find() is not None:
        realgo.record(source, name, procs)
    return realgo.load_recorded(name, source)


def fresh(source: str, procs: int) -> RealRun:
    """Build and run the program now."""
    from gosched_edu import realgo

    return realgo.run(source, procs=procs)


def shown(run: RealRun, program: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """A run of real Go as the page's script takes it.

    Raises
    ------
    ValueError
        There is no trace to show, or it is too long.
    """
    from gosched_edu.page.tables import recording
    from gosched_edu.trace.gotrace_read import user_only
    from gosched_edu.trace.summary import summarize

    if run.trace is None:
        raise ValueError(" ".join(("real Go ran, but there is no trace to show.", *run.notes)))
    trace = user_only(run.trace)
    if len(trace) > MOST_EVENTS:
        raise ValueError(f"real Go's trace has {len(trace):,} events; at most {MOST_EVENTS:,} are shown here")
    when = "recorded" if run.recorded else "just now"
    title = f"Real Go {run.version}, {when}, {run.machine}"
    knobs = ", ".join(f"{k} = {v}" for k, v in values.items() if k not in ("version", "seed", "program"))
    return recording(trace) | {
        "title": title, "with": knobs, "program": program, "output": run.output, "errors": run.stderr,
        "words": str(summarize(trace)), "notes": list(run.notes),
    }  # fmt: skip


def version_here() -> str:
    """The version of Go that a fresh run would use; empty if there is none."""
    from gosched_edu import realgo

    found = realgo.find()
    return found.version if found is not None else ""


__all__ = ["fresh", "recorded", "shown", "version_here", "with_knobs"]
