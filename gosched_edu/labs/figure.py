"""A figure of a lab's run that follows the lab's controls: drawn in Python, in a live notebook.

Problem. The stage shows a run in one way. A chapter, or its reader, may want another figure of the same run,
drawn by matplotlib, and it should move with the sliders.

Rejected. An `Output` widget (it flickers, and is empty in the built page).

Chosen. An HTML widget that is given the figure's own HTML anew after each change. The built page, where
nothing moves without Python, gets the figure of the first run.

Invariant. The figure belongs to the values that the controls show; what goes wrong is shown in its place.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from gosched_edu.labs.view import render_error

if TYPE_CHECKING:
    from gosched_edu.go import Run
    from gosched_edu.labs.lab import Lab


class LiveFigure:
    """What ``draw(run)`` makes of each run of a lab.

    Parameters
    ----------
    lab : Lab
    draw : callable
        From a run to anything that a notebook shows as HTML, PNG or text.
    """

    def __init__(self, lab: Lab, draw: Callable[[Run], object]) -> None:
        self.lab, self.draw = lab, draw

    @property
    def html(self) -> str:
        """The figure of the run that the lab shows now."""
        try:
            return as_html(self.draw(self.lab.run))
        except Exception as error:  # the reader moved a slider, and looks here for what came of it
            return render_error(error)

    @cached_property
    def widget(self) -> Any:
        """The figure as a widget."""
        self.lab.widget  # noqa: B018 - its controls are what is followed
        return widgets.HTML(self.html)

    def refresh(self) -> None:
        """Draw it again, if it is seen."""
        if "widget" in self.__dict__:
            self.widget.value = self.html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_())
        bundle |= {"text/html": self.widget.value, "text/plain": f"A figure of: {self.lab!r}"}
        drawn = self.draw(self.lab.run)
        if png := getattr(drawn, "_repr_png_", lambda: None)():  # for paper
            bundle |= {"image/png": png, "text/plain": repr(drawn)}
        return bundle


def as_html(it: Any) -> str:
    """What a notebook would show, as HTML."""
    html = getattr(it, "_repr_html_", lambda: None)()
    if html is not None:
        return str(html)
    png = getattr(it, "_repr_png_", lambda: None)()
    if png is not None:
        return f'<img alt="{escape(repr(it))}" src="data:image/png;base64,{b64encode(png).decode()}">'
    return f"<pre>{escape(str(it))}</pre>"
