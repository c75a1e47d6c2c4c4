"""A chapter's exercises as an assignment for nbgrader: metadata of its schema, version 3.

Chosen. For each exercise a text (locked), a cell for the answer, and a cell that checks it and carries the
points (locked). The answer's cell begins with what the student starts from; between BEGIN SOLUTION and END
SOLUTION stands the teacher's own solution, if there is one, which ``nbgrader generate_assignment`` takes out.
A check needs no hidden tests: it runs the program under all the schedules that it finds.

The cells are written as plain JSON, so that neither nbgrader nor nbformat is needed to make one.

Invariant. The same chapter, seed and solutions give the same file, byte for byte.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from gosched_edu.exercises.catalogue import LINES, Entry, entries, of
from gosched_edu.exercises.chapter07 import RaceLines
from gosched_edu.exercises.problems import FAMILIES, Problem, problem

SCHEMA = 3
PROGRAM_POINTS, WORDS_POINTS = 3, 1


def notebook(cells: list[dict[str, Any]]) -> str:
    """A notebook of format 4.5 as text.

    Parameters
    ----------
    cells : list of dict
        From `markdown` and `code`.
    """
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    data = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def markdown(name: str, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """A cell of text."""
    return {"cell_type": "markdown", "id": name, "metadata": metadata or {}, "source": _lines(text)}


def code(name: str, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """A cell of code that has not run."""
    return {"cell_type": "code", "id": name, "execution_count": None, "metadata": metadata or {},
            "outputs": [], "source": _lines(text)}  # fmt: skip


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _graded(grade_id: str, cell: str, *, points: int | None = None, solution: bool = False) -> dict[str, Any]:
    """nbgrader's metadata of a cell: a text, an answer, or a test with points."""
    own: dict[str, Any] = {
        "grade": points is not None, "grade_id": grade_id, "locked": not solution, "schema_version": SCHEMA,
        "solution": solution, "task": False, "cell_type": cell,
    }  # fmt: skip
    if points is not None:
        own["points"] = points
    return {"nbgrader": own} | ({} if solution else {"deletable": False, "editable": False})


def assignment(chapter: str, *, seed: int | None = None, solutions: dict[str, str] | None = None) -> str:
    """An assignment: all exercises of a chapter, and with a seed also drawn problems.

    Parameters
    ----------
    chapter : str
        Such as "02".
    seed : int, optional
        Adds a problem of each family that belongs to the chapter.
    solutions : mapping of str to str, optional
        By an exercise's name, such as "02-fastest": a program, or words. They stand in the teacher's version.

    Returns
    -------
    str
        The notebook as JSON.

    Raises
    ------
    ValueError
        There is no such chapter.
    """
    own = [e for e in entries().values() if e.chapter == chapter]
    if not own:
        known = sorted({e.chapter for e in entries().values()})
        raise ValueError(f"there are no exercises of a chapter {chapter!r}; there are {', '.join(known)}")
    if seed is not None:
        own += [of(problem(name, seed=seed)) for name, f in FAMILIES.items() if f.chapter == chapter]
    drawn = any(isinstance(e.exercise, Problem) for e in own)
    names = ", ".join(e.variable for e in own if e.variable)
    imports = f"from gosched_edu.exercises.chapter{chapter} import {names}\n"
    head = (
        f"# Exercises of chapter {chapter}\n\n"
        "Write each answer into the cell below its task, in place of what stands there, and remove the line "
        "`raise NotImplementedError()`. The cell after it checks the answer, and says what is wrong with it. "
        "`hints=2` in a check of your own shows more hints."
    )
    setup = "from gosched_edu import go\n" + imports
    if drawn:
        setup += "from gosched_edu.exercises import problem\n"
    # nbgrader gives no points to a cell that writes to stderr, as the first use on a machine does.
    setup += "from gosched_edu.explore.native import compiled\n\ngo.warm()\ncompiled()"
    cells = [
        markdown("title", head, _graded(f"ch{chapter}-title", "markdown")),
        code("setup", setup.rstrip(), _graded(f"ch{chapter}-setup", "code")),
    ]
    for number, e in enumerate(own, 1):
        cells += _exercise(number, e, (solutions or {}).get(e.name, ""))
    return notebook(cells)


def _exercise(number: int, e: Entry, solved: str) -> list[dict[str, Any]]:
    ex, name = e.exercise, e.name
    variable = re.sub(r"\W", "_", (e.variable or f"problem_{ex.family}").lower() + "_answer")
    checks = e.variable or f'problem("{ex.family}", seed={ex.seed})'
    text, start, given = f"## {number}. {ex.title}\n\n", '""', variable
    if isinstance(ex, Problem):
        text = f"## {number}. {ex.name}\n\n{ex.question}\n\n" + _go(ex.source)
        text += f"\n\nAn answer looks like this: `{ex.example}`"
    elif e.takes_a_program:
        text += ex.task + "\n\nYou begin with this program:\n\n" + _go(ex.starter)
        start = _quoted(ex.starter)
    elif isinstance(ex, RaceLines):
        text += ex.task + "\n\n```\n" + ex.listing() + "\n```"
        start, given = "()", f"*{variable}"
    else:
        text += ex.task + "\n\n" + _go(ex.source)
        if isinstance(ex, LINES):
            start, given = "()", f"*{variable}"
    model = "pass  # a solution of your own may stand here"
    if solved:
        words = isinstance(ex, (RaceLines, *LINES))
        value = repr(
            tuple(map(int, solved.split()))
            if isinstance(ex, RaceLines)
            else tuple(solved.removesuffix("\n").split("\n"))
        )
        model = f"{variable} = {value if words else _quoted(solved)}"
    answer = f"{variable} = {start}\n### BEGIN SOLUTION\n{model}\n### END SOLUTION"
    test = f'said = {checks}.check({given})\nassert said.passed, "\\n" + str(said)\nprint(said)'
    points = PROGRAM_POINTS if e.takes_a_program else WORDS_POINTS
    return [
        markdown(f"{name}-task", text, _graded(f"{name}-task", "markdown")),
        code(f"{name}-answer", answer, _graded(f"{name}-answer", "code", solution=True)),
        code(f"{name}-check", test, _graded(f"{name}-check", "code", points=points)),
    ]


def _go(source: str) -> str:
    return f"```go\n{source.rstrip()}\n```"


def _quoted(text: str) -> str:
    """A Go program as a Python literal over several lines; escaped only where it must be."""
    plain = text.rstrip("\n") + "\n"
    if '"""' in plain or "\\" in plain:
        return 'r"""' + plain + '"""' if '"""' not in plain and not plain.endswith("\\") else repr(plain)
    return f'"""{plain}"""'


def read_solutions(folder: str | Path) -> dict[str, str]:
    """Solutions from a folder: ``02-fastest.go``, and ``02-one-slot.txt`` for words."""
    root = Path(folder)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is no folder")
    return {
        p.stem: p.read_text(encoding="utf-8") for p in sorted(root.iterdir()) if p.suffix in (".go", ".txt")
    }
