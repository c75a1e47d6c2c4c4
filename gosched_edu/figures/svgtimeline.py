"""The labs' timeline: the same board as `timeline`, written as SVG by hand.

Problem. A lab redraws while a slider moves; matplotlib needs longer for that than the
simulation does. And a page carries up to two dozen pictures of a lab: each must be small.

Rejected. A canvas (no text for readers who do not see it, nothing without JavaScript);
one <rect> a bar (four times the size of a path of all bars of a state).

Chosen. String building: one path a state, shared patterns for the hatches, real text.

Invariant. Same `Board`, same palette, same order of things as the matplotlib figure; only
text is measured less exactly, since the page's own font is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from html import escape

from gosched_edu.figures.board import Board, flow
from gosched_edu.figures.palette import STATES

XOf = Callable[[float], float]  #: time in ns -> x
WIDTH = 560  #: units of the viewBox; 400 real pixels still make letters of 9
_LEFT, _RIGHT = 46, 10
_PITCH, _GAP = 21, 9
_CHAR = 7.2
_INK = STATES["running"].ink  #: most states' ink; the others say so

#: Hatches as paths in a 12 x 12 tile; the look of matplotlib's hatches of the same name.
_TILES = {
    "//": "M-2 2L2 -2M0 12L12 0M10 14L14 10",
    "\\\\": "M-2 10L2 14M0 0L12 12M10 -2L14 2",
    "||": "M6 0v12",
    "--": "M0 3h12M0 9h12",
    "++": "M0 6h12M6 0v12",
    "xx": "M0 0L12 12M0 12L12 0",
    "..": "M2 3h2M8 9h2",
}


def svg_timeline(view: Board, title: str, desc: str = "") -> str:
    """Write a board as one inline ``<svg>`` element.

    Parameters
    ----------
    view : Board
        From `gosched_edu.figures.board.board`.
    title, desc : str
        Accessible name and description.

    Returns
    -------
    str
    """
    room = WIDTH - _LEFT - _RIGHT
    scale = room / (view.end - view.start)

    def x_of(time: float) -> float:
        return _LEFT + (time - view.start) * scale

    places: list[float] = []
    y = 4.0
    for i, lane in enumerate(view.lanes):
        if i and lane.kind != view.lanes[i - 1].kind:
            y += _GAP
        places.append(y + _PITCH / 2)
        y += _PITCH
    bottom = y + (_PITCH if view.more else 2)

    body = _axis(view, x_of, bottom)
    body += [
        f'<text x="{_LEFT - 6}" y="{_n(middle + 4)}" text-anchor="end">{lane.name}</text>'
        for lane, middle in zip(view.lanes, places, strict=True)
    ]
    paths, letters = _bars(view, places, x_of, scale)
    body += paths
    body += _arrows(view, places, x_of)
    body.append(letters.svg())
    if view.more:
        text = escape(view.more)
        body.append(f'<text x="{_LEFT}" y="{_n(bottom - 6)}" font-style="italic">{text}</text>')
    legend, height = _legend(view, bottom + 38)
    inner = "".join(body) + legend
    tag = "gs" + hashlib.sha256((inner + title + desc).encode()).hexdigest()[:8]
    return (
        f'<svg class="gs-svg" role="img" aria-labelledby="{tag}-t {tag}-d" '
        f'viewBox="0 0 {WIDTH} {_n(height)}" width="100%" xmlns="http://www.w3.org/2000/svg" '
        'font-size="12.5" fill="currentColor" style="font-variant-numeric:tabular-nums">'
        f'<title id="{tag}-t">{escape(title)}</title><desc id="{tag}-d">{escape(desc)}</desc>'
        f"{_patterns(view, tag)}{inner.replace('url(#', f'url(#{tag}-')}</svg>"
    )


def _n(value: float) -> str:
    """A coordinate, as short as a tenth of a unit can be written."""
    return f"{value:.1f}".removesuffix(".0")


def _patterns(view: Board, tag: str) -> str:
    out = []
    for key in view.looks:
        look = STATES[key]
        if look.height > 0.3 and look.hatch:
            out.append(
                f'<pattern id="{tag}-{key}" width="12" height="12" patternUnits="userSpaceOnUse">'
                f'<path d="M0 0h12v12h-12z" fill="{look.colour}"/>'
                f'<path d="{_TILES[look.hatch]}" stroke="{look.ink}" stroke-opacity=".45"/>'
                "</pattern>"
            )
    return f"<defs>{''.join(out)}</defs>" if out else ""


def _fill(key: str) -> str:
    look = STATES[key]
    return f"url(#{key})" if look.hatch and look.height > 0.3 else look.colour


def _axis(view: Board, x_of: XOf, bottom: float) -> list[str]:
    marks, words = view.ticks()
    lines = "".join(f"M{_n(x_of(t))} 2V{_n(bottom + 4)}" for t, _ in marks)
    out = [f'<path d="{lines}" stroke="#8a8a8a" stroke-opacity=".45" stroke-width=".8"/>']
    out.append(
        f'<path d="M{_LEFT} {_n(bottom)}H{WIDTH - _RIGHT}" stroke="currentColor"/>'
    )
    for time, text in marks:
        x = min(x_of(time), WIDTH - 4 * len(text))
        out.append(f'<text x="{_n(x)}" y="{_n(bottom + 17)}" text-anchor="middle">{text}</text>')
    out.append(
        f'<text x="{_LEFT + (WIDTH - _LEFT - _RIGHT) // 2}" y="{_n(bottom + 31)}" '
        f'text-anchor="middle">{words}</text>'
    )
    return out


def _bars(
    view: Board, places: list[float], x_of: XOf, scale: float
) -> tuple[list[str], _Letters]:
    paths: dict[str, list[str]] = {}
    letters = _Letters()
    for lane, middle in zip(view.lanes, places, strict=True):
        for bar in lane.bars:
            look = STATES[bar.look]
            tall = _PITCH * look.height
            wide = (bar.end - bar.start) * scale
            edge = ":" if wide > 3 else "."  # a sliver gets no border: it would be all border
            paths.setdefault(bar.look + edge, []).append(
                f"M{_n(x_of(bar.start))} {_n(middle - tall / 2)}"
                f"h{_n(max(wide, 0.8))}v{_n(tall)}h-{_n(max(wide, 0.8))}z"
            )
            letters.add(bar.look, bar.label, wide, x_of((bar.start + bar.end) / 2), middle)
    out = []
    for key in STATES:
        for edge in ":.":
            if part := paths.get(key + edge):
                line = ' stroke-opacity=".5" stroke-width=".7"'
                line = f' stroke="{STATES[key].ink}"{line}' if edge == ":" else ""
                out.append(
                    f'<path class="gs-{key}" d="{"".join(part)}" fill="{_fill(key)}"{line}/>'
                )
    return out, letters


class _Letters:
    """Letters, and the plain ground under those that would else stand on a hatch."""

    def __init__(self) -> None:
        self.grounds: dict[str, str] = {}
        self.texts: list[str] = []

    def add(self, key: str, label: str, wide: float, x: float, y: float) -> None:
        """Write the label, or the state's letter, or nothing, as the bar's width allows."""
        look = STATES[key]
        if look.height < 0.3:
            return
        text = label if label and wide > _CHAR * len(label) + 4 else look.letter
        need = _CHAR * len(text) + 4
        if wide <= need:
            return
        if look.hatch:
            path = f"M{_n(x - need / 2 + 1)} {_n(y - 5.4)}h{_n(need - 2)}v10.8h-{_n(need - 2)}z"
            self.grounds[look.colour] = self.grounds.get(look.colour, "") + path
        more = ' font-weight="600"' if look.height > 0.6 else ""
        if look.ink != _INK:
            more += f' fill="{look.ink}"'
        self.texts.append(f'<text x="{_n(x)}" y="{_n(y + 3.7)}"{more}>{text}</text>')

    def svg(self) -> str:
        """All of them, said once what they share."""
        under = "".join(f'<path d="{d}" fill="{c}"/>' for c, d in self.grounds.items())
        style = f'font-size="10.5" fill="{_INK}" text-anchor="middle"'
        return f"{under}<g {style}>{''.join(self.texts)}</g>" if self.texts else ""


def _arrows(view: Board, places: list[float], x_of: XOf) -> list[str]:
    lines = {True: "", False: ""}
    heads = ""
    for arrow in view.arrows:
        down = 1 if places[arrow.target] > places[arrow.source] else -1
        x = x_of(arrow.time)
        tip = places[arrow.target] - down * _PITCH * 0.28
        root = places[arrow.source] + down * _PITCH * 0.42
        lines[arrow.creates] += f"M{_n(x)} {_n(root)}V{_n(tip - 4 * down)}"
        heads += f"M{_n(x)} {_n(tip)}l-2.5 {-5 * down}h5z"
    out = []
    for creates, path in lines.items():
        if path:
            dash = "" if creates else ' stroke-dasharray="1.5 2"'
            out.append(f'<path d="{path}" stroke="currentColor" stroke-opacity=".75"{dash}/>')
    if heads:
        out.append(f'<path d="{heads}" fill-opacity=".75"/>')
    return out


def _legend(view: Board, top: float) -> tuple[str, float]:
    entries = [(key, STATES[key].words) for key in view.looks]
    if any(a.creates for a in view.arrows):
        entries.append(("creates", "creates"))
    if any(not a.creates for a in view.arrows):
        entries.append(("wakes", "wakes"))
    spots = flow([36 + 6.3 * len(text) for _, text in entries], WIDTH - 8, 12)
    out = []
    letters = _Letters()
    for (row, x), (key, text) in zip(spots, entries, strict=True):
        y = top + 20 * row + 8
        if key in STATES:
            look = STATES[key]
            high = 14.0 if look.height > 0.3 else 4.0
            out.append(
                f'<path d="M{_n(x + 4)} {_n(y - high / 2)}h22v{_n(high)}h-22z" '
                f'fill="{_fill(key)}" stroke="{look.ink}" stroke-opacity=".5" stroke-width=".7"/>'
            )
            letters.add(key, "", 22, x + 15, y)
        else:
            dash = "" if key == "creates" else ' stroke-dasharray="1.5 2"'
            out.append(
                f'<path d="M{_n(x + 4)} {_n(y)}h18" stroke="currentColor"{dash}/>'
                f'<path d="M{_n(x + 26)} {_n(y)}l-5 -2.5v5z"/>'
            )
        out.append(f'<text x="{_n(x + 31)}" y="{_n(y + 4)}">{escape(text)}</text>')
    rows = 1 + max((row for row, _ in spots), default=-1)
    return "".join(out) + letters.svg(), top + 20 * rows + 4
