"""The stage in JupyterLab: the page's own lab view, as a widget.

Problem. A lab in a live notebook should show what the built book shows, and as quickly.

Rejected. A second drawing in Python (two pictures to keep equal; a kernel that computes for
something else would hold it up).

Chosen. An anywidget whose script is the page's. It gets the compiled programs once; afterwards only the
values of the controls travel, and the run itself happens in the browser. Python runs the program
when somebody asks for `Lab.run`.

Invariant. The two runs are equal: same kernel, same program, same values.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import anywidget
import traitlets

from gosched_edu.figures.picture import page_css
from gosched_edu.labs.static import asset
from gosched_edu.page.asset import script


@cache
def _module() -> str:
    """The page's script as a module with the one function that anywidget calls."""
    return script() + "\nexport default { render: gosched.render };\n"


@cache
def _css() -> str:
    return page_css() + "\n" + asset("lab.css")


class StageWidget(anywidget.AnyWidget):
    """The view of a lab.

    Attributes
    ----------
    data : dict
        From `gosched_edu.labs.lab.Lab.page_data`.
    values : dict
        What the controls show.
    choices : list of [int, int]
        Who runs at which decision, where the reader has decided it.
    schedule : str or None
        The schedule that the run follows step by step, if it does.
    go : str
        The version of real Go that can run programs here; empty if none can.
    fresh : dict
        The run of real Go that the reader asked for last (`gosched_edu.labs.real.shown`), or ``error``.
    declared : dict
        From `gosched_edu.labs.again.declared_code`: what the button Copy writes besides the state.
    """

    data = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    choices: traitlets.List[list[int]] = traitlets.List().tag(sync=True)
    schedule = traitlets.Unicode(allow_none=True, default_value=None).tag(sync=True)
    go = traitlets.Unicode().tag(sync=True)
    fresh = traitlets.Dict().tag(sync=True)
    declared = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._esm = _module()
        self._css = _css()
        super().__init__(**traits)
