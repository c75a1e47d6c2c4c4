"""What students hand in, read from files: reports, Go programs, notebooks. Nothing of theirs is run here.

Problem. Thirty folders with notebooks, programs and reports, named by thirty people.

Rejected. To run the notebooks: they are Python, and may do anything; and a cell that says "passed" has said
nothing.

Chosen. A notebook is read as text: which text went into ``NAME.check(...)`` can be seen without running
it, as long as the program is written down in the notebook. `grade` then checks the programs again, and
those run in the simulated runtime only, which can harm nobody.

Whose it is: the first folder below the one that is graded; for a file that lies in it directly, what stands
before the exercise's name, else the name that the report gives, else the file's name.

Invariant. Reading never raises for what a student wrote: it becomes an answer or a sentence.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gosched_edu.exercises.catalogue import Entry, entries, entry
from gosched_edu.exercises.problems import FAMILIES
from gosched_edu.exercises.results import ResultsError, read

_LARGEST = 16 << 20  # bytes of a file that is looked at
_SUFFIXES = (".json", ".go", ".ipynb")
_GO_NAME = re.compile(r"(?:(.*?)[ _.-]+)?((?:\d\d|problem)[-_].+)", re.DOTALL)
_MAGIC = re.compile(r"%%go\b([^\n]*)\n(.*)", re.DOTALL)


@dataclass(frozen=True)
class Submission:
    """One answer to one exercise.

    Attributes
    ----------
    student : str
    exercise : Entry
    answer : str
    file : str
        Where it was found.
    claimed : bool or None
        What the report says of it; None where nothing was said.
    """

    student: str
    exercise: Entry
    answer: str
    file: str
    claimed: bool | None = None


def collect(folder: str | Path) -> tuple[list[Submission], list[str]]:
    """All that was handed in below a folder.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    (list of Submission, list of str)
        The answers, the last one of a file last; and a sentence for each file that cannot be used.

    Raises
    ------
    NotADirectoryError
        There is no such folder.
    """
    root = Path(folder)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is no folder")
    found: list[Submission] = []
    wrong: list[str] = []
    for path in sorted(p for p in root.rglob("*") if p.suffix in _SUFFIXES and p.is_file()):
        inside = path.relative_to(root)
        if any(part.startswith(".") for part in inside.parts):
            continue
        try:
            if path.stat().st_size > _LARGEST:
                raise ResultsError(f"{path.name}: larger than {_LARGEST >> 20} MB")
            found += _READERS[path.suffix](
                path, inside.parts[0] if len(inside.parts) > 1 else "", str(inside), wrong
            )
        except (ResultsError, OSError, RecursionError) as e:
            said = str(e).removeprefix(f"{inside}: ").removeprefix(f"{path.name}: ")
            wrong.append(f"{inside}: {said}")
    return found, wrong


def _report(path: Path, student: str, where: str, wrong: list[str]) -> list[Submission]:
    report = read(path)
    out = []
    for name, result in report.latest().items():
        try:
            known = entry(name)
        except KeyError as e:
            wrong.append(f"{where}: {e.args[0]}")
            continue
        out.append(
            Submission(student or report.student or path.stem, known, result.answer, where, result.passed)
        )
    return out


def _program(path: Path, student: str, where: str, wrong: list[str]) -> list[Submission]:
    named = _GO_NAME.fullmatch(path.stem)
    try:
        known = entry(named[2] if named else path.stem)
    except KeyError as e:
        raise ResultsError(
            f"{where}: {e.args[0]}. Name a program by its exercise, such as 01-fix.go or ada-01-fix.go"
        ) from None
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ResultsError(f"{where}: is no text in UTF-8") from None
    return [Submission(student or (named[1] or "" if named else "") or "(no name)", known, source, where)]


def _notebook(path: Path, student: str, where: str, wrong: list[str]) -> list[Submission]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        cells = [c for c in data["cells"] if c["cell_type"] == "code"]
        texts = [("".join(c["source"]), c.get("metadata", {}).get("tags", ())) for c in cells]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise ResultsError(f"{where}: is no notebook of format 4") from None
    reading = _Reading(where, wrong)
    for number, (text, tags) in enumerate(texts, 1):
        if "remove-cell" not in tags:  # those hold the book's own claims
            reading.cell(text, number)
    return [
        Submission(student or path.stem, known, answer, where) for known, answer in reading.answers.values()
    ]


_READERS = {".json": _report, ".go": _program, ".ipynb": _notebook}


class _Reading:
    """Follows a notebook's cells as far as an exercise's check needs it: names that hold text."""

    def __init__(self, where: str, wrong: list[str]) -> None:
        self.where, self.wrong = where, wrong
        self.names: dict[str, Any] = {}
        self.answers: dict[str, tuple[Entry, str]] = {}

    def cell(self, text: str, number: int) -> None:
        if magic := _MAGIC.match(text):
            if out := re.search(r"(?:^|\s)(?:-o|--out)[ =]?(\w+)", magic[1]):
                self.names[out[1]] = magic[2]
            return
        if text.startswith("%%"):
            return
        lines = ["" if re.match(r"\s*[%!?]", line) else line for line in text.split("\n")]
        try:
            tree = ast.parse("\n".join(lines))
        except (SyntaxError, ValueError, RecursionError):
            if ".check(" in text:
                self.wrong.append(f"{self.where}: code cell {number} is no Python, and was passed over")
            return
        for node in tree.body:
            self.statement(node, number)

    def statement(self, node: ast.stmt, number: int) -> None:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gosched_edu.exercises"):
            chapter = re.search(r"chapter(\d\d)$", node.module or "")
            for alias in node.names:
                name = f"{chapter[1] if chapter else '01'}-{alias.name.lower().replace('_', '-')}"
                if name in entries():
                    self.names[alias.asname or alias.name] = entries()[name]
        elif isinstance(node, ast.Assign):
            value = self.value(node.value)
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self.names[target.id] = value
        for call in ast.walk(node):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "check"
            ):
                known = self.value(call.func.value)
                if isinstance(known, Entry):
                    self.checked(known, call, number)

    def checked(self, known: Entry, call: ast.Call, number: int) -> None:
        given: list[Any] = []
        for arg in call.args:
            value = self.value(arg.value if isinstance(arg, ast.Starred) else arg)
            given += value if isinstance(arg, ast.Starred) and isinstance(value, tuple) else [value]
        if any(value is None or isinstance(value, Entry) for value in given):
            self.wrong.append(
                f"{self.where}: code cell {number} checks {known.name}, but its answer is computed, not "
                "written down; hand it in as a .go file or as a report"
            )
            return
        answer = "\n".join(map(str, given))
        if answer.strip() and answer != getattr(known.exercise, "starter", ""):
            self.answers[known.name] = known, answer

    def value(self, node: ast.expr) -> Any:
        """What an expression stands for: text, numbers, an exercise; None if that cannot be seen."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute) and node.attr in ("starter", "source"):
            known = self.value(node.value)
            return getattr(known.exercise, node.attr, None) if isinstance(known, Entry) else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "problem":
            return self.problem(node)
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return None

    def problem(self, node: ast.Call) -> Entry | None:
        given = [self.value(a) for a in node.args] + [
            self.value(k.value) for k in node.keywords if k.arg == "seed"
        ]
        family, seed = (*given, 1)[:2] if given else ("", 1)
        if family in FAMILIES and isinstance(seed, int) and 0 <= seed < 10**9:
            return entry(f"problem-{family}-{seed}")
        return None
