"""Marks for a class: every answer that was handed in is checked again, and one table is made.

Invariant. A claim counts for nothing: what stands in the table is what the check said here and now.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from gosched_edu.exercises.answer import call_of
from gosched_edu.exercises.results import fingerprint, package_version, table, unkept
from gosched_edu.exercises.submitted import Submission, collect


@dataclass(frozen=True)
class Mark:
    """What the check said of one answer: the submission, the verdict, its sentences, the breaking run."""

    submission: Submission
    passed: bool
    said: str
    again: str


@dataclass(frozen=True)
class Marks:
    """The marks of a class.

    Attributes
    ----------
    marks : tuple of Mark
        One for each student and exercise: the answer that passed, else the last one.
    wrong : tuple of str
        What could not be used, in sentences.
    """

    marks: tuple[Mark, ...]
    wrong: tuple[str, ...]

    COLUMNS = (
        "student",
        "exercise",
        "title",
        "passed",
        "claimed",
        "said",
        "again",
        "file",
        "sha256",
        "package",
    )

    def to_csv(self) -> str:
        """A line for each student and exercise; what a spreadsheet would take for a formula is quoted."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.COLUMNS)
        for m in self.marks:
            s = m.submission
            claimed = "" if s.claimed is None else _word(s.claimed)
            row = (s.student, s.exercise.name, s.exercise.exercise.title, _word(m.passed), claimed, m.said,
                   m.again, s.file, fingerprint(s.answer), package_version())  # fmt: skip
            writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in row])
        return out.getvalue()

    def __str__(self) -> str:
        names = sorted({m.submission.exercise.name for m in self.marks})
        students = sorted({m.submission.student for m in self.marks})
        by = {(m.submission.student, m.submission.exercise.name): m for m in self.marks}
        rows = []
        for student in students:
            own = [by.get((student, name)) for name in names]
            cells = ["" if m is None else _word(m.passed) + ("*" if _differs(m) else "") for m in own]
            rows.append((student, *cells, f"{sum(m is not None and m.passed for m in own)} of {len(names)}"))
        lines = table(("student", *names, "passed"), rows) if rows else ["Nothing was handed in."]
        if any(_differs(m) for m in self.marks):
            lines.append("* the report claims something else")
        return "\n".join([*lines, *self.wrong])


def _word(passed: bool) -> str:
    return "yes" if passed else "no"


def _differs(mark: Mark) -> bool:
    claimed = mark.submission.claimed
    return claimed is not None and claimed != mark.passed


def grade(folder: str | Path) -> Marks:
    """Check again all that was handed in below a folder.

    Parameters
    ----------
    folder : str or Path
        With reports (.json), programs (.go) named by their exercise, and notebooks (.ipynb); a folder for
        each student, or all in one.

    Returns
    -------
    Marks

    Raises
    ------
    NotADirectoryError
        There is no such folder.
    """
    found, wrong = collect(folder)
    best: dict[tuple[str, str], Mark] = {}
    with unkept():
        for s in found:
            answer = s.exercise.check(s.answer, hints=0)
            key = s.student, s.exercise.name
            said = answer.sentences[0].partition("\n")[0] if answer.sentences else ""
            if answer.passed or not (key in best and best[key].passed):
                again = call_of(answer.broken_by) if answer.broken_by else ""
                best[key] = Mark(s, answer.passed, said, again)
    return Marks(tuple(best[key] for key in sorted(best)), tuple(wrong))
