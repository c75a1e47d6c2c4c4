"""A run as a piece of HTML: picture, output, words; or what went wrong, in its place.

Problem. The live lab and its static form must show the same thing for the same run.

Rejected. An `Output` widget with matplotlib in it (100 ms and a flicker for each redraw, and
nothing in the page when there is no kernel).

Invariant. The fragment is whole by itself: no script, no id that another could have, and
everything that comes from a program is escaped.
"""

from __future__ import annotations

from html import escape
from typing import Protocol

from gosched_edu.figures.board import board
from gosched_edu.figures.svgtimeline import svg_timeline
from gosched_edu.trace.summary import summarize
from gosched_edu.trace.trace import Trace

VIEWS = ("timeline", "output", "summary")
_MOST_OUTPUT = 4000


class RunLike(Protocol):
    """What a lab needs of a run."""

    @property
    def output(self) -> str: ...
    @property
    def stderr(self) -> str: ...
    @property
    def stopped(self) -> str: ...


def render(
    run: RunLike,
    trace: Trace,
    *,
    views: tuple[str, ...] = VIEWS,
    lanes: tuple[str, ...] = ("P", "G"),
    max_lanes: int = 24,
    grain: float = 1.5,
) -> str:
    """Show a run.

    Parameters
    ----------
    run : RunLike
    trace : Trace
        Of the run, as it is to be drawn.
    views : tuple of str
        Which parts, in which order; of `VIEWS`.
    lanes, max_lanes, grain
        As in `gosched_edu.figures.board.board`.

    Returns
    -------
    str
        HTML.
    """
    words = str(summarize(trace)) if {"timeline", "summary"} & set(views) else ""
    parts = []
    if trouble := run.stderr or run.stopped:
        # A deadlock, a panic, a spent budget. There is still a trace, and there one sees why.
        parts.append(render_error(trouble.rstrip()))
    for view in views:
        if view == "timeline":
            shown = board(trace, lanes=lanes, max_lanes=max_lanes, grain=grain)
            svg = svg_timeline(shown, "Timeline of the run", words.partition("\n")[0])
            parts.append(f'<figure class="gs-figure">{svg}</figure>')
        elif view == "output":
            parts.append(_output(run.output))
        elif view == "summary":
            parts.append(
                '<details class="gs-summary"><summary>The run in words</summary>'
                f"<p>{escape(words)}</p></details>"
            )
    return "".join(parts)


def _output(text: str) -> str:
    rest = len(text) - _MOST_OUTPUT
    if rest > 0:
        text = f"{text[:_MOST_OUTPUT]}\n… and {rest:,} more characters"
    if not text:
        return '<p class="gs-lab-output">The program wrote nothing.</p>'
    # tabindex: a box that scrolls must be reachable with the keyboard.
    return (
        '<pre class="gs-lab-output" tabindex="0" role="group" aria-label="Output of the program">'
        f"{escape(text)}</pre>"
    )


def render_error(error: BaseException | str) -> str:
    """Show what went wrong: no run (the Go does not compile, a bad value), or a bad end."""
    text = escape(str(error) or type(error).__name__)
    return f'<pre class="gs-lab-error" role="alert" tabindex="0">{text}</pre>'
