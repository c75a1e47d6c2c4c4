"""What a session's checks said: kept, shown as a table, written as JSON and read again.

Problem. A learner has done the exercises, and a teacher wants to know which, how, and with what program.

Rejected. A log file behind the learner's back, and an account somewhere: what is handed in is handed in by
the learner.

Chosen. Every `check` leaves a `Result` in memory. `report()` shows them; ``report().save(path)`` writes
them. The file is a claim: `gosched_edu.exercises.grade` runs the programs again.

The format, version 1: an object with ``format`` ("gosched_edu.results"), ``version`` (1), ``package`` (the
version of gosched_edu), ``student`` (text), ``saved`` (time), and ``results``, a list of objects with the
fields of `Result`: ``exercise``, ``chapter``, ``title``, ``passed``, ``sentences``, ``time`` (UTC, ISO 8601),
``hints``, ``broken_by`` (options of `gosched_edu.go.run`, ``schedule`` among them), ``answer`` (the program,
or the words) and ``sha256`` (of the answer, UTF-8).

Invariant. `read` of what `Report.save` wrote gives the same results; what is not of that form is refused
with a sentence.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

from gosched_edu.exercises.answer import Answer, call_of

FORMAT, VERSION = "gosched_edu.results", 1
_MOST, _LONGEST, _LARGEST = 2_000, 200_000, 64 << 20  # results, characters of an answer, bytes of a file

C = TypeVar("C", bound=Callable[..., Answer])


class ResultsError(ValueError):
    """A file of results cannot be used; the message is a sentence for its reader."""


@dataclass(frozen=True)
class Result:
    """What one check said.

    Attributes
    ----------
    exercise : str
        Its name, such as "01-fix" (`gosched_edu.exercises.catalogue`).
    chapter, title : str
    passed : bool
    sentences : tuple of str
    time : str
        UTC, ISO 8601.
    hints : int
        How many hints were asked for.
    broken_by : dict
        Options of `go.run` under which the program went wrong.
    answer : str
    sha256 : str
        Of the answer.
    """

    exercise: str
    chapter: str
    title: str
    passed: bool
    sentences: tuple[str, ...]
    time: str
    hints: int
    broken_by: dict[str, Any]
    answer: str
    sha256: str


_kept: list[Result] = []
_off = 0


def fingerprint(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def kept(check: C) -> C:
    """A decorator for the method `check` of an exercise: its answer is kept for `report`."""

    @wraps(check)
    def keeping(self: Any, *given: Any, **options: Any) -> Answer:
        answer = check(self, *given, **options)
        if not _off:
            _keep(self, given, options, answer)
        return answer

    return keeping  # type: ignore[return-value]


def _keep(exercise: Any, given: tuple[Any, ...], options: dict[str, Any], answer: Answer) -> None:
    from gosched_edu.exercises.catalogue import of, text_of

    known, text = of(exercise), text_of(given)[:_LONGEST]
    hints = options.get("hints", 1)
    _kept.append(
        Result(
            known.name, known.chapter, str(getattr(exercise, "title", "")), answer.passed, answer.sentences,
            _now(), hints if isinstance(hints, int) else 1, dict(answer.broken_by), text, fingerprint(text),
        )
    )  # fmt: skip
    del _kept[:-_MOST]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@contextmanager
def unkept() -> Iterator[None]:
    """Checks in this block leave no result: those of a grader, not of a learner."""
    global _off
    _off += 1
    try:
        yield
    finally:
        _off -= 1


def forget() -> None:
    """Forget the results of this session."""
    _kept.clear()


def package_version() -> str:
    """The version of gosched_edu that runs."""
    try:
        return version("gosched_edu")
    except PackageNotFoundError:  # run from its source
        return "unknown"


@dataclass(frozen=True)
class Report:
    """The results of a session, or of a file.

    Attributes
    ----------
    student : str
    package : str
        The version of gosched_edu that made them.
    results : tuple of Result
        In the order of the checks.
    """

    student: str
    package: str
    results: tuple[Result, ...] = field(default=())

    def latest(self) -> dict[str, Result]:
        """For each exercise the result that counts: the last one that passed, else the last one."""
        out: dict[str, Result] = {}
        for r in self.results:
            if r.passed or not (r.exercise in out and out[r.exercise].passed):
                out[r.exercise] = r
        return dict(sorted(out.items()))

    @property
    def summary(self) -> str:
        """The report in a line."""
        latest = self.latest()
        done = sum(r.passed for r in latest.values())
        tries, who = len(self.results), self.student or "This session"
        checks = f"{tries} check{'s' if tries != 1 else ''}"
        return f"{who}: {done} of {len(latest)} exercises passed, {checks}, gosched_edu {self.package}"

    def rows(self) -> list[tuple[str, str, str, str, str, str]]:
        """Exercise, title, verdict, number of checks, hints, and what the last one said first."""
        out = []
        for name, r in self.latest().items():
            own = [x for x in self.results if x.exercise == name]
            said = r.sentences[0].partition("\n")[0] if r.sentences else ""
            if r.broken_by:
                said = f"{said} {call_of(r.broken_by)}"
            most = max(x.hints for x in own)
            out.append((name, r.title, "passed" if r.passed else "not yet", str(len(own)), str(most), said))
        return out

    def save(self, path: str | Path) -> Path:
        """Write the report as JSON.

        Parameters
        ----------
        path : str or Path
            Its folder must exist.

        Returns
        -------
        Path
        """
        out = Path(path)
        out.write_text(self.to_json(), encoding="utf-8")
        return out

    def to_json(self) -> str:
        """As JSON, see the module's text."""
        head = {"format": FORMAT, "version": VERSION, "package": self.package, "student": self.student}
        return json.dumps(
            {**head, "saved": _now(), "results": [asdict(r) for r in self.results]},
            indent=1,
            ensure_ascii=False,
        )

    def __str__(self) -> str:
        return "\n".join([*table(_TITLES, self.rows()), self.summary])

    def _repr_html_(self) -> str:
        heads = "".join(f"<th scope='col'>{t}</th>" for t in _TITLES)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in self.rows()
        )
        return (
            f"<table class='gs-report'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{html.escape(self.summary)}</p>"
        )


_TITLES = ("exercise", "title", "result", "checks", "hints", "what was said")


def table(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, widest: int = 72) -> list[str]:
    """Lines of a table of text; a longer cell is cut."""
    cut = [tuple(c if len(c) <= widest else c[: widest - 1] + "…" for c in row) for row in [titles, *rows]]
    widths = [max(len(row[i]) for row in cut) for i in range(len(titles))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cut]


def report(path: str | Path | None = None, *, student: str = "") -> Report:
    """What the checks of this session said.

    Parameters
    ----------
    path : str or Path, optional
        Write it there as JSON, for a teacher.
    student : str
        Whose results these are.

    Returns
    -------
    Report
        Shows itself as a table; `Report.summary` is a line, `Report.save` writes it.

    Examples
    --------
    >>> from gosched_edu.exercises import report
    >>> report(student="Ada").student
    'Ada'
    """
    out = Report(student, package_version(), tuple(_kept))
    if path is not None:
        out.save(path)
    return out


def read(path: str | Path) -> Report:
    """Read a report that was saved.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Report

    Raises
    ------
    ResultsError
        The file cannot be read, or is no report; the message says what is wrong.
    """
    file = Path(path)
    try:
        if file.stat().st_size > _LARGEST:
            raise ResultsError(
                f"{file.name}: larger than {_LARGEST >> 20} MB; that is no report of exercises"
            )
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise ResultsError(f"{file.name}: cannot be read: {e.strerror or e}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as e:
        raise ResultsError(f"{file.name}: is no JSON: {e}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ResultsError(f'{file.name}: is no report; a report has "format": "{FORMAT}". Save one with '
                           "gosched_edu.exercises.report(path)")  # fmt: skip
    if data.get("version") != VERSION:
        raise ResultsError(f"{file.name}: has version {data.get('version')!r} of the format, and this "
                           f"gosched_edu knows version {VERSION}")  # fmt: skip
    for name in ("student", "package"):
        _must(file, f'"{name}"', data.get(name), str)
    _must(file, '"results"', data.get("results"), list)
    return Report(
        data["student"], data["package"], tuple(_result(file, i, r) for i, r in enumerate(data["results"], 1))
    )


_TYPES: dict[str, type | tuple[type, ...]] = {
    "passed": bool,
    "sentences": list,
    "hints": int,
    "broken_by": dict,
}


def _result(file: Path, number: int, data: object) -> Result:
    where = f"result {number}"
    _must(file, where, data, dict)
    assert isinstance(data, dict)
    for f in fields(Result):
        _must(file, f'"{f.name}" of {where}', data.get(f.name), _TYPES.get(f.name, str))
    if any(not isinstance(s, str) for s in data["sentences"]):
        raise ResultsError(f'{file.name}: "sentences" of {where} must be a list of texts')
    if fingerprint(data["answer"]) != data["sha256"]:
        raise ResultsError(f'{file.name}: the "answer" of {where} was changed: its SHA-256 is another one')
    values = {f.name: data[f.name] for f in fields(Result)}
    return Result(**values | {"sentences": tuple(data["sentences"])})


def _must(file: Path, what: str, value: object, kind: type | tuple[type, ...]) -> None:
    right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if not right:
        names = {
            str: "a text",
            list: "a list",
            dict: "an object",
            bool: "true or false",
            int: "a whole number",
        }
        raise ResultsError(f"{file.name}: {what} must be {names[kind]}, got {value!r:.60}")  # type: ignore[index]
