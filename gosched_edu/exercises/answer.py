"""What a checker says."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What the checker says.

    Attributes
    ----------
    passed : bool
    sentences : tuple of str
    broken_by : mapping
        Options of `go.run` under which the program goes wrong: ``{"procs": 2, "seed": 3}``, or
        ``{"schedule": "12:g3"}``. Empty if it passed, or if no run is to blame.

    Examples
    --------
    >>> from gosched_edu.exercises import FIX
    >>> answer = FIX.check(FIX.starter)
    >>> answer.passed, answer.again.startswith("go.run(")
    (False, True)
    """

    passed: bool
    sentences: tuple[str, ...]
    broken_by: Mapping[str, Any] = field(default_factory=dict)

    @property
    def again(self) -> str:
        """The call that shows the run again; empty if there is none."""
        return call_of(self.broken_by) if self.broken_by else ""

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        mark = "Passed." if self.passed else "Not yet."
        body = []
        for sentence in self.sentences:
            words, _, listing = sentence.partition("\n")
            body.append(f"<p>{html.escape(words)}</p>")
            if listing:
                body.append(f"<pre>{html.escape(listing)}</pre>")
        # inline: JupyterLab does not know the book's style sheet
        style = "border-left: .3rem solid #0072b2; padding: .4rem .9rem"
        return f"<div class='gs-answer' style='{style}'><strong>{mark}</strong>{''.join(body)}</div>"


def call_of(options: Mapping[str, Any]) -> str:
    """The call of `go.run` with these options, on a program in the variable ``attempt``.

    Examples
    --------
    >>> call_of({"procs": 2, "seed": 3})
    'go.run(attempt, procs=2, seed=3)'
    """
    return "go.run(attempt" + "".join(f", {name}={value!r}" for name, value in options.items()) + ")"


def helped(hints: tuple[str, ...], shown: int, call: str) -> list[str]:
    """The first hints of a ladder, and how to get the next one.

    Examples
    --------
    >>> helped(("Look at main.", "It returns."), 1, "check(attempt")
    ['Hint: Look at main.', 'For more help: check(attempt, hints=2)']
    """
    said = [f"Hint: {hint}" for hint in hints[:shown]]
    if len(hints) > shown:
        said.append(f"For more help: {call}, hints={max(shown, 0) + 1})")
    return said
