"""A lab for a page without Python: its program, its first picture, and what may be changed.

Problem. In the built book there is no Python, yet a slider that does nothing is worse than none.

Rejected. A grid of stored runs (two dozen of thousands, and still hundreds of kilobytes); a widget
manager in the page (half a megabyte of scripts, and no runs); a server.

Chosen. The lab's compiled program is stored beside the picture of its first run. The page's shared
script (`gosched_edu.page`) holds the kernel as WebAssembly; it runs the program again whenever a
control moves. Without scripts the reader sees the first run.

Invariant. At most `MAX_BYTES` bytes. No ids: everything is found inside the lab's own box, so any
number of labs share a page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from gosched_edu.figures.picture import page_css
from gosched_edu.labs.declare import Control

MAX_BYTES = 300_000
#: Above the folded settings.
MORE = "Settings of the runtime, and what things cost"
#: (grain, max_lanes) of the picture: coarser ones follow if the page would grow too heavy.
_DETAIL = ((1.5, 24), (2.5, 16), (5.0, 12), (10.0, 8))

#: Shows the first run in some detail: HTML, the code that makes it, one sentence.
Show = Callable[[float, int], tuple[str, str, str]]


@cache
def asset(name: str) -> str:
    """A file of this package as text."""
    return (files("gosched_edu.labs") / name).read_text(encoding="utf-8").strip()


def static_html(title: str, controls: Sequence[Control], show: Show, data: Mapping[str, Any]) -> str:
    """Write the form of a lab that a page without Python shows.

    Parameters
    ----------
    title : str
    controls : sequence of Control
    show : callable
        ``show(grain, max_lanes) -> (html, code, sentence)``.
    data : mapping
        What ``page/lab.js`` needs.

    Returns
    -------
    str
        HTML, at most `MAX_BYTES` long.

    Raises
    ------
    ValueError
        Even the coarsest picture is too heavy.
    """
    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Inside <script> only "</" and "<!--" are special; a backslash keeps both harmless.
    payload = payload.replace("</", "<\\/").replace("<!--", "<\\u0021--")
    for grain, max_lanes in _DETAIL:
        html = _html(title, controls, show(grain, max_lanes), payload)
        if len(html.encode()) < MAX_BYTES:
            return html
    raise ValueError(f"this lab needs more than {MAX_BYTES:,} bytes; show less, or offer fewer versions")


def _html(title: str, controls: Sequence[Control], shown: tuple[str, str, str], payload: str) -> str:
    html, code, said = shown
    boxes = "".join(_input(c) for c in controls if not c.setting)
    folded = "".join(_input(c) for c in controls if c.setting)
    if folded:
        folded = f'<details class="gs-lab-more"><summary>{MORE}</summary><div>{folded}</div></details>'
    return (
        f"<style>{page_css()}\n{asset('lab.css')}</style>"
        f'<div class="gs-lab-static" role="group" aria-label="{escape(title)}">'
        # hidden until the script has woken the lab: without it they would do nothing
        f'<fieldset class="gs-lab-controls" hidden><legend>{escape(title)}</legend>{boxes}'
        '<button type="button" class="gs-lab-reset">Reset</button>'
        '<button type="button" class="gs-lab-split" title="Two runs on one time axis">Compare</button>'
        f"{folded}</fieldset>"
        f'<div class="gs-lab-view">{html}</div>'
        f'<code class="gs-lab-code" tabindex="0">{escape(code)}</code>'
        f'<span class="gs-lab-said gs-unseen" role="status">{escape(said)}</span>'
        f'<script type="application/json">{payload}</script></div>'
    )


def _input(control: Control) -> str:
    """A slider or a list. Its label encloses it: no ids."""
    label = f'<label title="{escape(control.hint)}"><span>{escape(control.label)}</span> '
    name, start = escape(control.name), control.default
    if not control.options:
        return (
            f'{label}<input type="range" data-control="{name}" min="{control.low}" max="{control.high}" '
            f'step="1" value="{start}" autocomplete="off"><output>{start}</output></label>'
        )
    options = "".join(
        f"<option{' selected' * (value == start)}>{escape(str(value))}</option>" for value in control.options
    )
    return f'{label}<select data-control="{name}" autocomplete="off">{options}</select></label>'
