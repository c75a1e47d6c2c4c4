"""A lab for a page without a kernel: some of its runs, stored in the page.

Problem. In the built book nobody computes, yet a slider that does nothing is worse than none.

Rejected. A widget manager in the page (half a megabyte of scripts, and still no runs); pictures
in files beside the page (a request each; none from file://).

Chosen. The runs of a small declared grid are computed when the lab is displayed and stored as
JSON beside 30 lines of JavaScript. Without JavaScript the reader sees the default run.

Invariant. At most `MAX_STATES` runs and `MAX_BYTES` bytes. No ids: each lab's script finds its
parts inside its own box, so any number of labs, and copies of one lab, share a page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import product

from gosched_edu.figures.picture import page_css
from gosched_edu.labs.declare import Control, Value

MAX_STATES = 24
MAX_BYTES = 300_000
#: (grain, max_lanes) of the pictures: coarser ones follow if the page would grow too heavy.
_DETAIL = ((1.5, 24), (2.5, 16), (5.0, 12), (10.0, 8))

#: Shows the run with some values, in some detail: HTML, the code that makes it, one sentence.
Show = Callable[[Mapping[str, Value], float, int], tuple[str, str, str]]


@cache
def asset(name: str) -> str:
    """A file of this package as text."""
    return (files("gosched_edu.labs") / name).read_text(encoding="utf-8").strip()


def check_grid(
    grid: Mapping[str, Sequence[Value]], controls: Sequence[Control]
) -> dict[str, list[Value]]:
    """The grid in the controls' order, each axis with the control's default in it.

    Raises
    ------
    ValueError
        Unknown names, values that a control cannot have, or too many states.
    """
    by_name = {c.name: c for c in controls}
    if unknown := set(grid) - set(by_name):
        raise ValueError(f"static: this lab has no control {', '.join(sorted(unknown))}")
    out: dict[str, list[Value]] = {}
    for control in controls:
        if control.name not in grid:
            continue
        values = [control.check(v) for v in grid[control.name]]
        if control.default not in values:
            raise ValueError(f"static: {control.name} lacks its default {control.default!r}")
        out[control.name] = values
    count = 1
    for values in out.values():
        count *= len(values)
    if count > MAX_STATES:
        raise ValueError(f"static: {count} states, but a page holds at most {MAX_STATES}")
    return out


def static_html(
    title: str, controls: Sequence[Control], grid: Mapping[str, Sequence[Value]], show: Show
) -> str:
    """Write the static form of a lab.

    Parameters
    ----------
    title : str
    controls : sequence of Control
    grid : mapping
        From `check_grid`.
    show : callable
        ``show(values, grain, max_lanes) -> (html, code, sentence)``.

    Returns
    -------
    str
        HTML, at most `MAX_BYTES` long.

    Raises
    ------
    ValueError
        Even the coarsest pictures are too heavy.
    """
    for grain, max_lanes in _DETAIL:
        html = _static_html(
            title, controls, grid, lambda v, g=grain, m=max_lanes: show(v, g, m)  # type: ignore[misc]
        )
        if len(html.encode()) < MAX_BYTES:
            return html
    raise ValueError(f"static: more than {MAX_BYTES:,} bytes; declare fewer states")


def _static_html(
    title: str,
    controls: Sequence[Control],
    grid: Mapping[str, Sequence[Value]],
    show: Callable[[Mapping[str, Value]], tuple[str, str, str]],
) -> str:
    axes = [c for c in controls if c.name in grid]
    values = [list(grid[c.name]) for c in axes]
    start = [v.index(c.default) for c, v in zip(axes, values, strict=True)]
    states = {}
    for place in product(*(range(len(v)) for v in values)):
        chosen = {c.name: v[i] for c, v, i in zip(axes, values, place, strict=True)}
        html, code, said = show(chosen)
        states[",".join(map(str, place))] = {"html": html, "code": code, "said": said}
    first = states[",".join(map(str, start))]
    data = {"values": values, "start": start, "states": states}
    # Inside <script> only "</" and "<!--" are special; a backslash keeps both harmless.
    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    payload = payload.replace("</", "<\\/").replace("<!--", "<\\u0021--")
    boxes = "".join(_input(c, v, i) for c, v, i in zip(axes, values, start, strict=True))
    fields = script = ""
    if axes:
        fields = (
            f'<fieldset class="gs-lab-controls" hidden><legend>{escape(title)}</legend>{boxes}'
            '<button type="button">Reset</button></fieldset>'
        )
        script = (
            f'<script type="application/json">{payload}</script><script>{asset("lab.js")}</script>'
        )
    return (
        f"<style>{page_css()}\n{asset('lab.css')}</style>"
        f'<div class="gs-lab-static" role="group" aria-label="{escape(title)}">'
        f'{fields}<div class="gs-lab-view">{first["html"]}</div>'
        f'<code class="gs-lab-code" tabindex="0">{escape(first["code"])}</code>'
        '<span class="gs-lab-said" role="status" style="position:absolute;width:1px;height:1px;'
        f'overflow:hidden;clip-path:inset(50%)"></span>{script}</div>'
    )


def _input(control: Control, values: Sequence[Value], start: int) -> str:
    """A slider for five numbers and more, else a list. Its label encloses it: no ids."""
    label = f'<label title="{escape(control.hint)}"><span>{escape(control.label)}</span> '
    name = escape(control.name)
    if len(values) > 4 and all(isinstance(v, int) for v in values):
        return (
            f'{label}<input type="range" data-control="{name}" min="0" max="{len(values) - 1}" '
            f'step="1" value="{start}" aria-valuetext="{values[start]}" autocomplete="off">'
            f"<output>{values[start]}</output></label>"
        )
    options = "".join(
        f"<option{' selected' * (i == start)}>{escape(str(v))}</option>"
        for i, v in enumerate(values)
    )
    return f'{label}<select data-control="{name}" autocomplete="off">{options}</select></label>'
