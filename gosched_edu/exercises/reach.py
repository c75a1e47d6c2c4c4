"""A third kind of exercise: show a schedule that prints a line, or say that there is none.

Problem. "That can never happen" is easily said of a concurrent program, and so is "that can happen".

Rejected. To ask for all outcomes at once: who counts them learns little about how one of them comes about.

Chosen. For each line the answer is a schedule, which is replayed, or the word *never*, which a complete
search must confirm. A learner finds schedules with `gosched_edu.explore.explore` and `outcome_of`, or by
hand.

Invariant. What passes has been seen: a replay prints the line, or all schedules were searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gosched_edu import go
from gosched_edu.exercises.answer import Answer, helped
from gosched_edu.exercises.results import kept
from gosched_edu.explore import Exploration, explore

NEVER = "never"
BUDGET = go.Budget(seconds=2.0, events=200_000, memory=128 << 20, output=1 << 16)


@lru_cache(maxsize=16)
def _explored(source: str) -> Exploration:
    return explore(source)


@dataclass(frozen=True)
class Reach:
    """For each line: a schedule under which the program prints it, or "never".

    Attributes
    ----------
    title, task : str
    source : str
        Go source.
    lines : tuple of str
        What is asked for; some of it can be printed, some cannot.
    hints : tuple of str
        From gentle to plain.

    Examples
    --------
    >>> program = "package main; func main() { go print(1); print(2) }"
    >>> ask = Reach("Which?", "Show 12, or say never.", program, ("1 2",), ("Who runs first?",))
    >>> ask.check("never").passed
    True
    """

    title: str
    task: str
    source: str
    lines: tuple[str, ...]
    hints: tuple[str, ...]

    @kept
    def check(self, *answers: str, hints: int = 1) -> Answer:
        """Replay each schedule, and search for what is said never to be printed.

        Parameters
        ----------
        *answers : str
            In the order of `lines`: a schedule such as ``"12:g3 15:g2"``, or ``"never"``. The default
            schedule is ``""``.
        hints : int

        Returns
        -------
        Answer
        """
        if len(answers) != len(self.lines):
            asked = ", ".join(f'"{line}"' for line in self.lines)
            return Answer(False, (f"Give {len(self.lines)} answers, one for each of {asked}: a schedule, or "
                                  f'"{NEVER}".', *self._help(hints)))  # fmt: skip
        said = []
        for line, answer in zip(self.lines, answers, strict=True):
            fault = self._never(line) if str(answer).strip() == NEVER else self._shows(line, str(answer))
            if fault is not None:
                return Answer(False, (fault, *self._help(hints)))
            said.append(f'"{line}" is never printed' if str(answer).strip() == NEVER else f'"{line}" can be')
        return Answer(True, ("Yes: " + ", ".join(said) + ".",))

    def _shows(self, line: str, schedule: str) -> str | None:
        try:
            run = go.run(self.source, schedule=schedule, budget=BUDGET)
        except ValueError as e:
            how = 'It reads as "12:g3 15:g2": at decision 12 goroutine 3 goes on.'
            return f"{schedule!r} is no schedule of this program: {e}. {how}"
        if run.output.split() != line.split():
            ends = run.output.strip() or "nothing"
            return f'Under the schedule "{schedule}" it prints {ends}, not {line}.'
        return None

    def _never(self, line: str) -> str | None:
        found = _explored(self.source)
        if isinstance(found.outcome_of(line), str):
            why = found.why_incomplete
            return None if found.complete else f"Whether it can print {line} is not known: {why}."
        return f"It can print {line}: there is a schedule that does."

    def _help(self, hints: int) -> list[str]:
        return helped(self.hints, hints, "check(...")


__all__ = ["NEVER", "Reach"]
