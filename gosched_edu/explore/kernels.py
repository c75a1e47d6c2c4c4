"""GoBench's kernels of real bugs, each with the kind of its fault and a repaired twin.

Problem. Who finds every bug may simply cry wolf. For each program with a fault there must be one like
it without: the same program, repaired.

Rejected. Twins written by hand: copies of programs that are not ours, and free to drift away from what
they repair.

Chosen. ``kernels.toml`` has a few replacements for each kernel, applied to the source tree of the
installed Go. It says what is wrong, and how that is mended. What makes an instance small enough for a
search (one copy instead of hundreds, no printed profile, shorter loops) is kept apart, and is the same
for a kernel and its twin.

Invariant. A replacement that does not fit exactly is an error, never a twin that is not one.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gosched_edu.explore import corpora


class IllFitting(ValueError):
    """A replacement whose place is not in the program, or not as often as it should be."""


@dataclass(frozen=True)
class Kernel:
    """A real bug of a large program, made small.

    Attributes
    ----------
    name : str
        Project and number, such as "Cockroach10214".
    kind : str
        Of fault, such as "lock order".
    why : str
        What is wrong, and how the repair mends it.
    original, twin : str
        The program as Go has it, and repaired: many copies at once, and a profile is printed.
    source, repaired : str
        The same, but one small copy, which prints nothing: to be searched.
    """

    name: str
    kind: str
    why: str
    original: str
    twin: str
    source: str
    repaired: str


def replace(text: str, changes: list[dict[str, Any]]) -> str:
    """A text with replacements, each found exactly as often as it says.

    Parameters
    ----------
    text : str
        A Go program.
    changes : list of dict
        ``old``, in which all white space is alike and "…" stands for any text; ``new``; and ``times``,
        by default 1.

    Raises
    ------
    IllFitting

    Examples
    --------
    >>> replace("mu.Lock()\\n\\treturn", [{"old": "Lock() return", "new": "Unlock()\\nreturn"}])
    'mu.Unlock()\\nreturn'
    """
    for change in changes:
        gaps = [r"\s+".join(map(re.escape, part.split())) for part in change["old"].split("…")]
        pattern = re.compile(r"\b" * change["old"][0].isalnum() + r"\s*.*?\s*".join(gaps), re.DOTALL)
        found, times = len(pattern.findall(text)), change.get("times", 1)
        if found != times:
            raise IllFitting(f"found {found} times instead of {times}: {change['old']}")
        new: str = change["new"]
        text = pattern.sub(lambda _, new=new: new, text)
    return text


#: A kernel runs many copies at once, since real Go shows a rare bug more often so.
_COPIES = re.compile(r"for i := 0; i <=? (\d+); i\+\+ \{(?=\s+(?:go\b|ctx, cancel))")
_PROFILE = "prof.WriteTo(os.Stdout, 2)"


def small(program: corpora.Program, changes: list[dict[str, Any]]) -> str:
    """One small instance that prints nothing."""
    start = program.source.index(f"func {program.name}()")
    head, body = program.source[:start], program.source[start:]
    body = _COPIES.sub("for i := 0; i < 1; i++ {", body, count=1)
    if _PROFILE not in body:
        raise IllFitting(f"{program.name} does not print its profile as expected")
    return replace(head + body.replace(_PROFILE, "_, _ = prof, os.Stdout"), changes)


@cache
def kernels() -> dict[str, Kernel]:
    """The kernels of the installed source tree, by their names.

    Raises
    ------
    GoNotFound
        There is no source tree of the version that the repairs were written for.
    IllFitting
        A repair does not fit its program.
    """
    table = tomllib.loads((files(__package__) / "kernels.toml").read_text(encoding="utf-8"))
    out = {}
    for program in corpora.goker():
        entry = table.pop(program.name, None)
        if entry is None:
            raise IllFitting(f"{program.name} is not in kernels.toml")
        try:
            less = entry.get("small", [])
            source = small(program, less)
            out[program.name] = Kernel(
                program.name, entry["kind"], entry["why"], program.source,
                replace(program.source, entry["change"]), source, replace(source, entry["change"]),
            )  # fmt: skip
        except IllFitting as error:
            raise IllFitting(f"{program.name}: {error}") from None
    if table:
        raise IllFitting(f"not in the source tree: {', '.join(table)}")
    return out
