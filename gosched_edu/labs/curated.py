"""The programs of the sandbox: small Go programs that each show one thing.

A program is a file of ``labs/programs``. Its first lines say what to look for, ask one question, and give
the values with which it starts; the rest is what is shown and run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gosched_edu.labs.declare import Value

#: In this order they are offered: launch, channels, select and time, locks, the runtime, and larger ones.
ORDER = (
    "last one first", "ping-pong", "producer and consumer", "pipeline", "fan-in", "fair select",
    "worker pool", "semaphore", "leak", "timeout", "first error", "ticker", "lost updates",
    "dining philosophers", "greedy lock", "readers and a writer", "queue with Cond", "tight loop",
    "deep stack", "garbage", "quicksort", "prime sieve",
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    """One program.

    Attributes
    ----------
    name : str
    source : str
    look, question : str
        What to look for; what to find out.
    start : dict
        Values with which it starts, where they are not the usual ones.
    """

    name: str
    source: str
    look: str
    question: str
    start: dict[str, Value]


@cache
def programs() -> dict[str, Program]:
    """All of them, by name, in the order in which they are offered.

    Raises
    ------
    ValueError
        A file does not begin as it must.

    Examples
    --------
    >>> programs()["ping-pong"].question
    'Why is a second P of no use here?'
    """
    return {name: _read(name) for name in ORDER}


def file_name(name: str) -> str:
    """The name of a program as it stands in the names of files."""
    return name.replace(" ", "-")


def _read(name: str) -> Program:
    text = (files("gosched_edu.labs") / "programs" / f"{file_name(name)}.go").read_text(encoding="utf-8")
    head, _, source = text.partition("\n\n")
    said = dict(re.findall(r"^// (Look for|Question|Run): (.+)$", head, re.MULTILINE))
    if not {"Look for", "Question"} <= said.keys():
        raise ValueError(f'{name}.go must begin with "// Look for: ..." and "// Question: ..."')
    start: dict[str, Value] = {}
    for word in said.get("Run", "").split():
        key, _, value = word.partition("=")
        start[key] = value if key == "version" else int(value)
    return Program(name, source, said["Look for"], said["Question"], start)
