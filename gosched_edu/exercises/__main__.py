"""``python -m gosched_edu.exercises``: problem sets, assignments and marks.

Examples::

    python -m gosched_edu.exercises list
    python -m gosched_edu.exercises pose order --seed 7 --count 5
    python -m gosched_edu.exercises solve order --seed 7 --count 5
    python -m gosched_edu.exercises assignment 02 chapter02.ipynb --seed 7
    python -m gosched_edu.exercises grade handed-in/
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gosched_edu.exercises.assignment import assignment, read_solutions
from gosched_edu.exercises.catalogue import entries
from gosched_edu.exercises.grade import grade
from gosched_edu.exercises.problems import FAMILIES
from gosched_edu.exercises.results import table
from gosched_edu.exercises.sets import FORMATS, pose, solve


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gosched_edu.exercises", description=__doc__.partition("\n")[0],
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the exercises and the families of problems, by name")
    for name, what in (
        ("pose", "print problems"),
        ("solve", "print them with their answers and the reasons"),
    ):
        p = commands.add_parser(name, help=what)
        p.add_argument("family", choices=list(FAMILIES))
        p.add_argument("--seed", type=int, default=1, help="of the first problem; the next has the next seed")
        p.add_argument("--count", type=int, default=1, help="how many problems")
        p.add_argument("--format", choices=FORMATS, default="text")
        p.add_argument("-o", "--out", type=Path, help="write there instead of to the screen")
    p = commands.add_parser("assignment", help="write a chapter's exercises as a notebook for nbgrader")
    p.add_argument("chapter", help="such as 02")
    p.add_argument("out", type=Path, help="such as chapter02.ipynb")
    p.add_argument("--seed", type=int, help="add problems drawn with this seed")
    p.add_argument("--solutions", type=Path, help="a folder with solutions: 02-fastest.go, 02-one-slot.txt")
    p = commands.add_parser("grade", help="check again all that students handed in, and make a table")
    p.add_argument("folder", type=Path, help="with reports, .go files named by exercise, notebooks")
    p.add_argument("--csv", type=Path, help="where to write the table; by default FOLDER/grades.csv")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for; 0, or 1 with a sentence on what is wrong."""
    options = _parser().parse_args(argv)
    try:
        return _COMMANDS[options.command](options)
    except (ValueError, OSError) as e:
        what = f"{e.filename}: {e.strerror}" if isinstance(e, OSError) and e.filename else str(e)
        print(what, file=sys.stderr)
        return 1


def _list(_: argparse.Namespace) -> int:
    rows: list[tuple[str, ...]] = [(e.name, "program" if e.takes_a_program else "words", e.exercise.title)
                                   for e in entries().values()]  # fmt: skip
    rows += [(name, f"chapter {f.chapter}", f.title) for name, f in FAMILIES.items()]
    print("\n".join(table(("name", "answer", "title"), rows)))
    return 0


def _pose(options: argparse.Namespace) -> int:
    make = pose if options.command == "pose" else solve
    text = make(options.family, seed=options.seed, count=options.count, form=options.format)
    if options.out is None:
        print(text, end="")
    else:
        options.out.write_text(text, encoding="utf-8")
        print(f"{options.count} problem(s) in {options.out}")
    return 0


def _assignment(options: argparse.Namespace) -> int:
    solutions = read_solutions(options.solutions) if options.solutions else {}
    chapter = options.chapter.zfill(2)
    unknown = sorted(set(solutions) - set(entries()))
    for name in unknown:
        print(f"{name}: no exercise has this name, so its solution is not used", file=sys.stderr)
    text = assignment(chapter, seed=options.seed, solutions=solutions)
    options.out.write_text(text, encoding="utf-8")
    print(f"The exercises of chapter {chapter} are in {options.out}")
    return 0


def _grade(options: argparse.Namespace) -> int:
    marks = grade(options.folder)
    out = options.csv or options.folder / "grades.csv"
    out.write_text(marks.to_csv(), encoding="utf-8")
    print(marks)
    print(f"The table is in {out}")
    return 0


_COMMANDS = {"list": _list, "pose": _pose, "solve": _pose, "assignment": _assignment, "grade": _grade}

if __name__ == "__main__":
    raise SystemExit(main())
