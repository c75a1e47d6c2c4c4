"""All exercises by name: ``01-fix`` is the exercise FIX of chapter 01, ``problem-order-7`` a drawn problem.

The names are those of the chapters' modules, so that nothing has to be registered.
"""

from __future__ import annotations

import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from gosched_edu import exercises as package
from gosched_edu.exercises.answer import Answer
from gosched_edu.exercises.chapter07 import Outcomes, RaceLines
from gosched_edu.exercises.exercise import Predict, Program
from gosched_edu.exercises.problems import FAMILIES, Problem, problem
from gosched_edu.exercises.reach import Reach

#: Kinds whose answer is several lines of text.
LINES = (Outcomes, Reach)
KINDS = (Program, Predict, RaceLines, *LINES)


@dataclass(frozen=True)
class Entry:
    """An exercise and its names.

    Attributes
    ----------
    name : str
        Such as "01-fix"; file names and results use it.
    chapter : str
        Two digits.
    variable : str
        Its name in the chapter's module; empty for a drawn problem.
    exercise : Program, Predict, RaceLines, Outcomes, Reach or Problem
    """

    name: str
    chapter: str
    variable: str
    exercise: Any

    @property
    def takes_a_program(self) -> bool:
        """Whether the answer is a Go program; else it is words."""
        return isinstance(self.exercise, Program)

    def check(self, answer: str, **options: Any) -> Answer:
        """Check an answer that was kept as text, see `text_of`."""
        if isinstance(self.exercise, RaceLines):
            return self.exercise.check(*map(int, re.findall(r"\d+", answer)), **options)
        if isinstance(self.exercise, LINES):
            return self.exercise.check(*answer.split("\n"), **options)
        checked: Answer = self.exercise.check(answer, **options)
        return checked


@cache
def entries() -> dict[str, Entry]:
    """The exercises of all chapters, by name, in the order of the book."""
    found: dict[str, Entry] = {}
    seen: set[int] = set()
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        if not (chapter := re.fullmatch(r"chapter(\d\d)", module)):
            continue
        for variable, thing in vars(import_module(f"{package.__name__}.{module}")).items():
            if isinstance(thing, KINDS) and id(thing) not in seen:
                seen.add(id(thing))
                name = f"{chapter[1]}-{variable.lower().replace('_', '-')}"
                found[name] = Entry(name, chapter[1], variable, thing)
    return found


def entry(name: str) -> Entry:
    """The exercise with this name; capitals, blanks and underscores do not count.

    Raises
    ------
    KeyError
        There is none; the message says which there are.

    Examples
    --------
    >>> entry("01_FIX").exercise.title
    'Wait for your workers'
    >>> entry("problem-order-7").chapter
    '01'
    """
    key = re.sub(r"[\s_]+", "-", name.strip()).lower()
    if drawn := re.fullmatch(r"problem-([a-z]+)-(\d{1,9})", key):
        if drawn[1] in FAMILIES:
            return of(problem(drawn[1], seed=int(drawn[2])))
    elif key in entries():
        return entries()[key]
    near = ", ".join(n for n in entries() if n[:2] == key[:2])
    known = f"this chapter has {near}" if near else "python -m gosched_edu.exercises list shows all"
    raise KeyError(f"there is no exercise {name!r}; {known}")


def of(exercise: Any) -> Entry:
    """The names of an exercise; one that is in no chapter is called by its title."""
    if isinstance(exercise, Problem):
        name = f"problem-{exercise.family}-{exercise.seed}"
        return Entry(name, FAMILIES[exercise.family].chapter, "", exercise)
    for known in entries().values():
        if known.exercise is exercise:
            return known
    title = str(getattr(exercise, "title", "")) or "without a title"
    return Entry(re.sub(r"\W+", "-", title.lower()).strip("-"), "", "", exercise)


def text_of(given: tuple[Any, ...]) -> str:
    """What was given to a check, as text: a program as it is, several values a line each."""
    first = given[0] if given else ""
    if len(given) == 1 and hasattr(first, "machine"):  # a run
        return str(first.machine.image.source)
    return "\n".join("" if x is None else str(x) for x in given)
