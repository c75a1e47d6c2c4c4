"""No number in the prose that nothing holds.

Problem. "The loop is stopped after 10 ms" is true on the day on which it is written. Then a cost or a
program changes, and the sentence stays. A reader cannot see which numbers somebody has computed.

Rejected. Numbers put into the prose by the cells (a chapter is then unreadable in JupyterLab and in its
source); a list of all numbers with their cells (nobody keeps it up to date, and it repeats the chapter).

Chosen. Each number stands beside what holds it, and this file only looks whether it is there. A number
in a Markdown cell is held if one of these has it:

- a code cell near by: one of the `NEAR` cells before or after it in the same section (the part below one
  ``##`` heading; the question and the program of a chapter are one section). What counts of a cell is its
  Go program, its numbers and strings, the length of its ranges and lists, and its stored output, if nbval
  compares it. An index or a format says nothing. For a synopsis, for a number from `FAR` on, and for a
  version of Go all cells of the chapter count;
- a source: a link to another host or the name of a Go file in the same paragraph, or the issue in the title
  of the box. The list of further reading is one;
- a knob: ``size 0`` is held by ``//knob size 0 3``.

Units are translated: 10 ms is 10,000 µs, 2 KB is 2,048 bytes, and 10 % is 0.1 or a factor of 1.1. A number
with a unit is not held by the same number with a unit of another kind.

What is a number: digits, and words from *two* on before one of the `COUNTED` nouns. What is none: a year,
the number of an issue, a chapter, a step or an exercise, a part of a name (``P0``, ``x86-64``), code, and
what a question asks or a myth says: nobody claims it.

Exercises and quizzes stand in Python and are read by `asked`, which has their rules.

A page has no cells: what a chapter holds counts. A line ``% held by: FILE`` above a paragraph names the
test or the table that holds its numbers, and ``% plans: WHY`` says that they are no measurements. Neither
shows in the book. What a program writes (the pages of `WRITTEN`) is held by that program.

Invariant. What is not held is never passed over. The reverse does not hold: another 3 near by holds a wrong
3. Of wrong numbers from ten on four in five are noticed, of smaller ones every second. The assertions beside
the sentence do the rest.

Usage: ``python book/_ext/honest.py`` prints what is not held, and then fails. The build does the same.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from asked import said
from numerals import (
    GO_VERSION,
    Held,
    Number,
    holds,
    knobs,
    numbers,
    numbers_of_cell,
    numbers_of_python,
    numbers_of_text,
    sentences,
)

ROOT = Path(__file__).resolve().parents[2]
#: So many code cells before and after a Markdown cell hold its numbers.
NEAR = 3
#: From here on a number is rare enough to be looked for in the whole chapter.
FAR = 100
#: Pages that a program writes.
WRITTEN = frozenset({"fidelity.md", "bugs.md", "version-rules.md"})


class Claim(NamedTuple):
    """A number in the prose, where it stands, and whether something holds it: the numbers of the cells near
    by (`held`), or a source or a knob (`given`)."""

    where: str
    number: Number
    held: set[Held]
    given: bool

    @property
    def is_held(self) -> bool:
        return self.given or holds(self.held, self.number)

    def __str__(self) -> str:
        n = self.number
        said = n.text
        if n.unit == GO_VERSION:
            said = f"Go {n.text}"
        elif n.text[0].isdigit():
            said = f"{n.text} {n.unit}".strip()
        return f"{self.where}: nothing holds the number {said!r} in: {n.sentence.strip()}"


def cited(source: str) -> bool:
    """Whether a paragraph or the title of its box names a source."""
    found = re.search(r"\]\(https?:|<https?:|`[\w/]+\.go`|\A.*(?:issue|pull requests?) \d", source)
    return found is not None


def parts(cells: list[dict[str, Any]]) -> Iterator[tuple[int, int, str, str]]:
    """The pieces of a chapter: cell, section, heading and Markdown (empty for code). A heading may stand
    in the middle of a cell; the question and the first section are one."""
    section, heading = 0, ""
    for i, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            yield i, section, heading, ""
            continue
        for text in re.split(r"^(?=## )", "".join(cell["source"]), flags=re.M):
            if text.startswith("## "):
                section, heading = section + bool(heading), text[3:].partition("\n")[0]
            yield i, section, heading, text


def claims(
    notebook: dict[str, Any], others: dict[str, set[Held]] | None = None, where: str = ""
) -> Iterator[Claim]:
    """The numbers of a chapter. `others` is what other chapters hold, by title: it counts where a paragraph
    names one ("the chapter *Channels*")."""
    cells = notebook["cells"]
    code = {i: numbers_of_cell(c) for i, c in enumerate(cells) if c["cell_type"] == "code"}
    everything = set().union(*code.values())
    ranges = {k: v for i in code for k, v in knobs(cells[i]).items()}
    pieces = list(parts(cells))
    section_of = {i: section for i, section, _, text in pieces if not text}
    for i, section, heading, text in pieces:
        if not text or heading == "Further reading":
            continue
        same = [j for j in code if section_of[j] == section]
        near = [j for j in same if j < i][-NEAR:] + [j for j in same if j > i][:NEAR]
        held = set().union(*(code[j] for j in (same if i == 0 else near)))
        for sentence, source in sentences(text):
            for title in re.findall(r"chapters? \*([^*]+)\*", source):
                held = held | (others or {}).get(title, set())
            for number in numbers(sentence):
                low, high = ranges.get(number.reads, (1, 0))
                wide = heading == "Synopsis" or number.unit == GO_VERSION or number.value >= FAR
                yield Claim(
                    f"{where}, cell {cells[i].get('id', i)}",
                    number,
                    everything if wide else held,
                    cited(source) or low <= number.value <= high,
                )


def claims_of_page(text: str, held: set[Held], where: str = "") -> Iterator[Claim]:
    """The numbers of a page; `held` is what the chapters hold."""
    for sentence, source in sentences(text):
        own = set(held)
        plan = re.search(r"^% plans: \S", source, re.M) is not None
        for names in re.findall(r"^% held by: (.*)", source, re.M):
            for file in names.split(", "):
                path = ROOT / file
                body = path.read_text(encoding="utf-8") if path.is_file() else ""
                own |= numbers_of_python(body) if file.endswith(".py") else numbers_of_text(body)
        yield from (Claim(where, number, own, plan or cited(source)) for number in numbers(sentence))


def title_of(notebook: dict[str, Any]) -> str:
    """The first heading of a chapter."""
    return "".join(notebook["cells"][0]["source"]).partition("\n")[0].removeprefix("# ")


def book() -> Iterator[Claim]:
    """The numbers of all chapters, their exercises, and the pages."""
    chapters = {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    }
    held = {}
    for notebook in chapters.values():
        cells = notebook["cells"]
        held[title_of(notebook)] = set().union(
            *(numbers_of_cell(c) for c in cells if c["cell_type"] == "code")
        )
    for name, notebook in chapters.items():
        yield from claims(notebook, held, f"notebooks/{name}")
        module = ROOT / "gosched_edu" / "exercises" / f"chapter{name[:2]}.py"
        for what in said(module, held[title_of(notebook)]):
            yield Claim(f"exercises/{what.where}", what.number, what.held, cited(what.text))
    everything = set().union(*held.values())
    for path in sorted((ROOT / "book").glob("*.md")):
        if path.name not in WRITTEN:
            yield from claims_of_page(path.read_text(encoding="utf-8"), everything, f"book/{path.name}")


ADVICE = """\
Let a hidden assertion near by compute the number (tag remove-cell), name its source in the same paragraph,
or write the sentence without it. The head of book/_ext/honest.py has the rule."""


def main() -> int:
    """Print what is not held; return the exit status."""
    faults = [claim for claim in book() if not claim.is_held]
    for fault in faults:
        print(fault)
    if faults:
        print(ADVICE)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
