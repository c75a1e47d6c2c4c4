"""A lab where nothing can move: its first run as a picture and in words.

Problem. Paper has no sliders, and GitHub's view of a notebook shows neither widgets nor inline SVG. Their
readers should see what the lab shows at first.

Chosen. Two more forms of the same output: PNG, which every exporter of notebooks takes, with the summary as
its text; and plain text.

Invariant. Neither says anything that the live lab does not show.
"""

from __future__ import annotations

from typing import Any

from gosched_edu.figures.timeline import timeline
from gosched_edu.labs.view import RunLike
from gosched_edu.trace.summary import summarize
from gosched_edu.trace.trace import Trace

MOST_OUTPUT = 1000  # characters
MAX_LANES = 24


def on_paper(
    title: str, code: str, run: RunLike, trace: Trace, views: tuple[str, ...], lanes: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first run, by MIME type, and metadata.

    Parameters
    ----------
    title, code : str
    run : RunLike
    trace : Trace
        Of the run, as it is to be drawn.
    views, lanes : tuple of str

    Returns
    -------
    data : dict
        ``text/plain`` and, where the lab has a timeline, ``image/png``.
    metadata : dict
        The text that stands for the picture.
    """
    words = str(summarize(trace))
    parts = [f"{title}: {code}", words]
    if "output" in views and run.output:
        parts.append(f"The program wrote:\n{run.output[:MOST_OUTPUT]}".rstrip())
    if trouble := run.stderr or run.stopped:
        parts.append(trouble.strip())
    data: dict[str, Any] = {"text/plain": "\n".join(parts)}
    if "timeline" not in views:
        return data, {}
    picture = timeline(trace, lanes=lanes, max_lanes=MAX_LANES, title=title)
    data["image/png"] = picture._repr_png_()
    return data, {"image/png": {"alt": f"{title}. {words}"}}
