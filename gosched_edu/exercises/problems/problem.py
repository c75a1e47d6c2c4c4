"""One problem of a set: a program, a question, and an answer that is a row of words.

Problem. A class needs the same question thirty times, with thirty different answers; and who is wrong must
learn where, and why.

Rejected. Questions with stored answers: they would be as right as whoever typed them.

Chosen. The seed draws a program, the kernel runs it, and what is asked is read from the run. An answer is a
row of words, so that one comparison serves all families and can name the first place that differs. Each
word carries the reason that the run's log gives for it.

Invariant. The same family and seed give the same problem. A question has one answer: a draw whose answer
changes with the seed of the run, or with the cost model, is thrown away (`steady`).
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from gosched_edu import go
from gosched_edu.exercises.answer import Answer
from gosched_edu.exercises.results import kept
from gosched_edu.go import Run
from gosched_edu.trace import Kind

T = TypeVar("T")

#: What a question must not depend on: the seed of the run, and small differences in cost.
_SEEDS = (1, 2, 3)
_COSTS: tuple[dict[str, int], ...] = ({}, {"switch": 400, "GO": 900}, {"wake": 100, "new_thread": 100})
_BUDGET = go.Budget(seconds=20.0, events=200_000, memory=128 << 20, output=1 << 16)


@dataclass(frozen=True)
class Part:
    """One word of the answer, and why it stands there."""

    word: str
    why: str


@dataclass(frozen=True)
class Problem:
    """A question about a program.

    Attributes
    ----------
    family : str
    seed : int
    title : str
    question : str
        In sentences; what is asked, and in which form.
    source : str
        Go source.
    example : str
        What an answer looks like.
    parts : tuple of Part
        The right answer, word by word.
    """

    family: str
    seed: int
    title: str
    question: str
    source: str
    example: str
    parts: tuple[Part, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The right answer."""
        return tuple(part.word for part in self.parts)

    @kept
    def check(self, answer: object, *, hints: int = 1) -> Answer:
        """Compare an answer with the run; commas and white space do not count.

        Parameters
        ----------
        answer : str
            Words, in the form of `example`.
        hints : int
            0: only where it goes wrong; 1: and why; 2: the whole solution.

        Returns
        -------
        Answer
        """
        given = words_of(answer)
        right = list(self.words)
        if not given:
            return Answer(False, (f'Write your answer as words, for example "{self.example}".',))
        if given == [word.lower() for word in right]:
            return Answer(True, ("Yes: " + " ".join(right) + ".",))
        said = []
        at = next((i for i, (a, b) in enumerate(zip(given, right, strict=False)) if a != b.lower()), None)
        if at is None:
            if len(given) < len(right):
                said.append(f"What you wrote is right, but there is more: {len(right)} words in all.")
                at = len(given)
            else:
                said.append(f"The first {len(right)} words are right, but there are no more than these.")
        else:
            before = "The first word differs" if at == 0 else f"{at} right, then word {at + 1} differs"
            said.append(f"{before}: you wrote {given[at]}.")
        if hints >= 1 and at is not None and at < len(right):
            said.append(f"There stands {right[at]}. {self.parts[at].why}")
        if hints >= 2:
            said.append(self.solution())
        else:
            said.append(f"For {'the whole solution' if hints else 'the reason'}: "
                        f"check(answer, hints={hints + 1})")  # fmt: skip
        return Answer(False, tuple(said))

    def solution(self) -> str:
        """The answer, and under it a line for each word."""
        width = max(len(word) for word in self.words)
        lines = [f"{part.word:{width}}  {part.why}" for part in self.parts]
        return "\n".join([f"Answer: {' '.join(self.words)}", *lines])

    def __str__(self) -> str:
        return f"{self.name}\n\n{self.question}\n\n{self.source.rstrip()}\n"

    @property
    def name(self) -> str:
        """Title, family and seed in a line."""
        return f"{self.title} ({self.family}, seed {self.seed})"

    def markdown(self, *, solved: bool = False) -> str:
        """The problem as Markdown; with `solved` the answer and its reasons below."""
        out = [f"### {self.name}", "", self.question, "", "```go", self.source.rstrip(), "```"]
        if solved:
            out += ["", f"**Answer:** `{' '.join(self.words)}`", ""]
            out += [f"- `{part.word}`: {part.why}" for part in self.parts]
        return "\n".join(out) + "\n"

    def _repr_html_(self) -> str:
        style = "border-left: .3rem solid #0072b2; padding: .4rem .9rem"
        return (
            f"<div class='gs-problem' style='{style}'><p><strong>{html.escape(self.name)}</strong></p>"
            f"<p>{html.escape(self.question)}</p><pre>{html.escape(self.source.rstrip())}</pre></div>"
        )


def words_of(answer: object) -> list[str]:
    """The words of what a learner wrote, in small letters."""
    return re.sub(r"[,;]", " ", str("" if answer is None else answer)).lower().split()


#: A family draws a problem's question, source, example and parts; None if the draw is no good question.
Draw = Callable[[random.Random], "tuple[str, str, str, tuple[Part, ...]] | None"]


def steady(source: str, read: Callable[[Run], T], **options: Any) -> tuple[Run, T] | None:
    """What is read from a run, if other seeds and costs give the same; else None.

    Parameters
    ----------
    source : str
    read : callable
        From a run to what is asked; compared with ``==``.
    **options
        Of `gosched_edu.go.run`.

    Returns
    -------
    (Run, value) or None
        The run with seed 1 and the ordinary costs.
    """
    first = None
    for costs in _COSTS:
        for seed in _SEEDS if not costs else _SEEDS[:1]:
            run = go.run(source, seed=seed, costs=costs, budget=_BUDGET, **options)
            value = read(run)
            if first is None:
                first = run, value
            elif value != first[1]:
                return None
    return first


def named(text: str, names: Mapping[int, str]) -> str:
    """A sentence in which goroutines have their names: g3 is b."""
    return re.sub(r"\bg(\d+)\b", lambda m: names.get(int(m[1]), m[0]), text)


def printed(run: Run) -> list[tuple[str, int, int]]:
    """Each word that was printed: the word, the goroutine's id, and the row at which that began to run."""
    out, text = [], run.output
    started: dict[int, int] = {}
    for e in run.trace:
        if e.kind == Kind.GO_START:
            started[e.g] = e.row
        elif e.kind == Kind.OUTPUT:
            out += [(word, e.g, started[e.g]) for word in text[e.arg : e.arg + e.arg2].split()]
    return out


def why_printed(run: Run, number: int) -> str:
    """Why the goroutine that prints word number `number` (from 0) runs at that time; "" if nobody knows."""
    words = printed(run)
    return run.why(words[number][2]) if number < len(words) else ""


def started_because(run: Run, names: Mapping[int, str]) -> tuple[Part, ...]:
    """A part for each word printed: why its goroutine ran then. A goroutine goes on: that is said, too."""
    parts: list[Part] = []
    last = -1
    for word, g, row in printed(run):
        who = names.get(g, f"g{g}")
        why = named(run.why(row), names) if row != last else f"{who} still runs; nobody took its P."
        last = row
        parts.append(Part(word, why))
    return tuple(parts)
