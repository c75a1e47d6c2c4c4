"""Questions with answers to choose from: alive in the page, in JupyterLab, and without a script.

Problem. A reader wants to know at once whether an answer is right, and why; in the published page
there is no kernel, and in some readers no JavaScript.

Rejected. jupyterquiz: its answers cannot be reached by keyboard, it numbers its elements at random (no
two builds are the same), and without JavaScript nothing is shown.

Chosen. HTML has the thing itself: ``<details>`` opens by mouse, touch and keyboard, and screen readers
know it. Each answer is one; opening it shows whether it is right, and why. In print and as text
the questions are listed without their solutions.

Invariant. Every question has exactly one right answer, and every answer says why it is right or wrong.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

#: text, whether it is right, feedback
Answer = tuple[str, bool, str]
Question = dict[str, Any]

_STYLE = """
.gs-quiz { border-left: .3rem solid #0072b2; padding: .2rem .9rem; margin: 1rem 0; }
.gs-quiz ol { padding-left: 1.4rem; } .gs-quiz li { margin: .8rem 0; }
.gs-quiz details { margin: .25rem 0; padding: .1rem .5rem; border: 1px solid #8886; border-radius: .3rem; }
.gs-quiz summary { cursor: pointer; }
.gs-quiz details[open].gs-right { border-color: #009e73; border-left-width: .3rem; }
.gs-quiz details[open].gs-wrong { border-color: #d55e00; border-left-width: .3rem; }
.gs-quiz details p { margin: .3rem 0; }
"""


class Quiz:
    """A few questions.

    Parameters
    ----------
    questions : sequence of dict
        Each with ``question`` (text; `code` in backticks) and ``answers``: a list of
        (text, right, feedback).

    Raises
    ------
    ValueError
        A question without exactly one right answer, or an answer without feedback.

    Examples
    --------
    >>> q = Quiz([{"question": "How many Ps run Go code with `GOMAXPROCS=1`?", "answers": [
    ...     ("one", True, "That is what the number says."),
    ...     ("as many as cores", False, "That is the default, not this setting.")]}])
    >>> print(q)
    1. How many Ps run Go code with `GOMAXPROCS=1`?
       a) one
       b) as many as cores
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        for q in questions:
            answers: list[Answer] = list(q["answers"])
            if sum(right for _, right, _ in answers) != 1:
                raise ValueError(f"exactly one answer must be right: {q['question']}")
            if not all(text and feedback for text, _, feedback in answers):
                raise ValueError(f"each answer needs a text and a feedback: {q['question']}")
        self.questions = list(questions)

    def __str__(self) -> str:
        lines = []
        for number, q in enumerate(self.questions, 1):
            lines.append(f"{number}. {q['question']}")
            lines += [f"   {'abcdefgh'[i]}) {text}" for i, (text, _, _) in enumerate(q["answers"])]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = []
        for q in self.questions:
            answers = []
            for text, right, feedback in q["answers"]:
                word = "Yes." if right else "No."
                answers.append(
                    f'<details class="{"gs-right" if right else "gs-wrong"}"><summary>{_text(text)}</summary>'
                    f"<p><strong>{word}</strong> {_text(feedback)}</p></details>"
                )
            items.append(f"<li><p>{_text(q['question'])}</p>{''.join(answers)}</li>")
        return f'<style>{_STYLE}</style><div class="gs-quiz"><ol>{"".join(items)}</ol></div>'


def _text(words: str) -> str:
    """Plain text with `code` as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(words))


def quiz(questions: Sequence[Question]) -> Quiz:
    """Show a quiz; see `Quiz`.

    Parameters
    ----------
    questions : sequence of dict
        Each with ``question`` and ``answers``, a list of (text, right, feedback).

    Returns
    -------
    Quiz

    Examples
    --------
    >>> from gosched_edu.exercises.quiz import quiz
    >>> answers = [("one", True, "Yes."), ("two", False, "No: one P.")]
    >>> print(quiz([{"question": "How many?", "answers": answers}]))
    1. How many?
       a) one
       b) two
    """
    return Quiz(questions)
