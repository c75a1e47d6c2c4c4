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
    endless : bool
        Some of its goroutines work on for ever, so that who is alive in the end says nothing.
    patience : str
        How long real Go needs, after main, to end all goroutines that can end.
    """

    name: str
    kind: str
    why: str
    endless: bool
    patience: str
    _text: str
    _change: list[dict[str, Any]]
    _small: list[dict[str, Any]]

    def source(self, size: str = "small", *, repaired: bool = False) -> str:
        """The program, or its twin.

        Parameters
        ----------
        size : {"small", "one", "many"}
            A small instance that prints nothing, to be searched; one instance that prints nothing;
            many copies and a printed profile, as Go has it.
        repaired : bool
            The twin without the fault.

        Raises
        ------
        IllFitting
        """
        text = self._text
        if size != "many":
            text = _one(text, self.name)
        if size == "small":
            text = replace(text, self._small)
        return replace(text, self._change) if repaired else text


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
        text = change["new"].join(pattern.split(text))
    return text


#: A kernel runs many copies at once, since real Go shows a rare bug more often so.
_COPIES = re.compile(r"for i := 0; i <=? (\d+); i\+\+ \{(?=\s+(?:go\b|ctx, cancel))")
_PROFILE = "prof.WriteTo(os.Stdout, 2)"


def _one(text: str, name: str) -> str:
    """One instance that prints nothing."""
    start = text.index(f"func {name}()")
    head, body = text[:start], _COPIES.sub("for i := 1; i < 2; i++ {", text[start:], count=1)
    if _PROFILE not in body:
        raise IllFitting("its profile is not printed as expected")
    return head + body.replace(_PROFILE, "_, _ = prof, os.Stdout")


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
        kernel = Kernel(
            program.name, entry["kind"], entry["why"], entry.get("endless", False),
            entry.get("patience", "20ms"), program.source, entry["change"], entry.get("small", []),
        )  # fmt: skip
        try:
            for size in ("small", "one", "many"):
                kernel.source(size, repaired=True)
        except IllFitting as error:
            raise IllFitting(f"{program.name}: {error}") from None
        out[program.name] = kernel
    if table:
        raise IllFitting(f"not in the source tree: {', '.join(table)}")
    return out
