"""What an exploration answers: its budget, and its result in sentences, as JSON, and as a table.

One place for what a reader sees of it; how it is found out is told in `gosched_edu.explore.exploring`.

Invariant. What is listed was seen; whether it is all is said with it.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass

from gosched_edu.explore.hazards import Hazard
from gosched_edu.explore.outcome import Outcome

_RACY = "With a data race real Go can do more: its memory is weaker than the simulated one."


@dataclass(frozen=True)
class Budget:
    """How much an exploration may use.

    Attributes
    ----------
    seconds : float
        Wall time.
    schedules : int
    steps : int
        Visible operations in one schedule; longer ones are cut off.
    memory : int
        Bytes.
    outcomes : int
        That are told of.
    """

    seconds: float = 10.0
    schedules: int = 20_000_000
    steps: int = 2_000
    memory: int = 1 << 30
    outcomes: int = 64


@dataclass(frozen=True)
class Exploration:
    """What an exploration has found.

    Attributes
    ----------
    outcomes : tuple of Outcome
        Finished ones first, the most frequent first among equals.
    complete : bool
        There are no other outcomes in the simulated runtime.
    why_incomplete : str
        Else empty.
    schedules : int
        How many were run.
    seconds : float
    method : str
    pruned : int
        How many were given up as equivalent to another.
    accesses : tuple of int
        Instructions in data races, before which others had turns.
    states : int
        If it was complete by going through states: how many there are.
    warnings : tuple of Hazard
        Misuse of locks, wait groups and channels, such as two orders of two locks, whether it led to harm
        in these schedules or not.

    Examples
    --------
    >>> from gosched_edu.explore import explore
    >>> found = explore("package main; func main() { go print(1); print(2) }")
    >>> found.complete, [o.stderr for o in found.outcomes]
    (True, ['12', '2', '21'])
    """

    outcomes: tuple[Outcome, ...]
    complete: bool
    why_incomplete: str
    schedules: int
    seconds: float
    method: str
    pruned: int = 0
    accesses: tuple[int, ...] = ()
    states: int = 0
    warnings: tuple[Hazard, ...] = ()

    def of(self, *kinds: str) -> tuple[Outcome, ...]:
        """The outcomes of these kinds."""
        return tuple(o for o in self.outcomes if o.kind in kinds)

    def outcome_of(self, text: str) -> Outcome | str:
        """The outcome with this output, or a sentence that there is none; white space does not count."""
        for o in self.outcomes:
            if text.split() in ((o.stdout + o.stderr).split(), o.stdout.split()) and o.kind != "race":
                return o
        if self.complete:
            return "No schedule prints that: all outcomes are known."
        return f"No schedule that was tried prints that. Not all were tried: {self.why_incomplete}."

    def explain(self) -> list[str]:
        """What was found, in sentences."""
        if self.states:
            seen = f"{self.states:,} state" + ("s" if self.states != 1 else "")
        else:
            kind = "inequivalent " if self.complete and self.method != "full" else ""
            seen = f"{self.schedules:,} {kind}schedule" + ("s" if self.schedules != 1 else "")
        n = len(self.outcomes)
        head = f"{n} outcome{'s' if n != 1 else ''} in {seen}."
        if self.complete:
            head += " There are no others in the simulated runtime."
        else:
            head += f" There may be others: {self.why_incomplete}."
        out = [head]
        for o in self.outcomes:
            often = "" if o.likelihood is None else f" Under Go's scheduler: {o.likelihood:.0%} of the runs."
            how = f' Schedule: "{o.schedule}".' if o.schedule else " By the default schedule."
            out.append(o.sentence + often + how)
        if self.of("race"):
            out.append(_RACY)
        for w in self.warnings:
            how = f'"{w.schedule}"' if w.schedule else "the default"
            out.append(f"Warning. {w.sentence} Schedule: {how}.")
        return out

    def to_json(self) -> str:
        """As JSON."""
        return json.dumps(
            {
                "complete": self.complete, "why_incomplete": self.why_incomplete, "schedules": self.schedules,
                "method": self.method, "outcomes": [o.as_dict() for o in self.outcomes],
                "warnings": [w.as_dict() for w in self.warnings],
            },
            indent=1,
        )  # fmt: skip

    def __str__(self) -> str:
        return "\n".join(self.explain())

    def _repr_html_(self) -> str:
        head, *_ = self.explain()
        rows = []
        for o in self.outcomes:
            likely = "" if o.likelihood is None else f"{o.likelihood:.0%}"
            cells = (o.kind, o.sentence, f"{o.count:,}", likely, o.schedule or "the default")
            rows.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells) + "</tr>")
        names = ("outcome", "what is seen", "schedules", "by Go's scheduler", "shortest schedule")
        titles = "".join(f"<th scope='col'>{t}</th>" for t in names)
        return (
            f"<p>{html.escape(head)}</p><table class='gs-outcomes'><thead><tr>{titles}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
            + (f"<p>{_RACY}</p>" if self.of("race") else "")
            + "".join(f"<p><b>Warning.</b> {html.escape(w.sentence)}</p>" for w in self.warnings)
        )
