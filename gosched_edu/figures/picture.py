"""`Picture`: a matplotlib figure that is at home in a page, and the style it is drawn in.

Problem. The same figure goes to JupyterLab, to the built book in a light and a dark theme, to
a printer, and to readers who do not see it.

Rejected. pyplot (global state: figures leak, and the user's settings change ours); PNG in the
page (blurred when zoomed, white boxes at night); SVG inside <img> (cannot take the colour of
the text around it).

Chosen. Figures are plain `Figure` objects drawn in our own style context. The page gets inline
SVG in which the ink colour is ``currentColor``; everybody else gets PNG on white. A summary in
plain sentences goes with every picture.

Invariant. The same data give the same SVG, byte for byte, and no `id` in it can clash with
another figure's: every id starts with a hash of the picture.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

#: Stands for "the colour of the text around"; see atlas.mplstyle.
INK = "#010203"


@cache
def _style() -> dict[Any, Any]:
    path = Path(str(files("gosched_edu.figures") / "atlas.mplstyle"))
    params = matplotlib.rc_params_from_file(path, use_default_template=True)
    # Switching the backend would import pyplot and touch what the user has chosen.
    return {key: value for key, value in params.items() if not key.startswith("backend")}


@cache
def page_css() -> str:
    """The few rules a figure needs where the book's style sheet is absent (JupyterLab)."""
    return (files("gosched_edu.figures") / "page.css").read_text(encoding="utf-8").strip()


@contextmanager
def style() -> Iterator[None]:
    """Within it, new figures look like the Atlas, whatever the user's rcParams are."""
    with matplotlib.rc_context(_style()):
        yield


def tidy_svg(svg: str, title: str, desc: str) -> str:
    """Make matplotlib's SVG fit to stand inside a page, next to others.

    Parameters
    ----------
    svg : str
        What matplotlib wrote.
    title, desc : str
        Name and description for readers who do not see it.

    Returns
    -------
    str
        One ``<svg role="img">`` element.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.S)
    svg = svg.replace(INK, "currentColor")
    # A hundredth of a point is enough, and halves the size. Only in paths: scales need more.
    svg = re.sub(r' d="[^"]*"', lambda m: re.sub(r"(\.\d\d)\d+", r"\1", m[0]), svg)
    used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
    tag = "gs" + hashlib.sha256((svg + title + desc).encode()).hexdigest()[:10]

    def rename(match: re.Match[str]) -> str:
        return f' id="{tag}-{match[1]}"' if match[1] in used else ""

    svg = re.sub(r' id="([^"]+)"', rename, svg)
    svg = re.sub(r"url\(#", f"url(#{tag}-", svg)
    svg = re.sub(r'href="#', f'href="#{tag}-', svg)
    head = re.match(r"<svg\b[^>]*>", svg)
    box = re.search(r'viewBox="[^"]+"', svg)
    assert head and box, "matplotlib wrote an SVG without a viewBox"
    opening = (
        f'<svg class="gs-svg" role="img" aria-labelledby="{tag}-t {tag}-d" {box[0]} '
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'width="100%">'
        f'<title id="{tag}-t">{escape(title)}</title><desc id="{tag}-d">{escape(desc)}</desc>'
    )
    body = re.sub(r"\n\s*", "\n", svg[head.end() :].rstrip())
    return opening + body


class Picture:
    """A figure with its words.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    title : str
        What the figure is, in a few words (its accessible name).
    summary : str
        What it shows, in plain sentences.

    Attributes
    ----------
    figure, title, summary

    Examples
    --------
    >>> from gosched_edu.figures import lifecycle
    >>> picture = lifecycle()
    >>> picture.svg().startswith("<svg")
    True
    """

    def __init__(self, figure: Figure, title: str, summary: str) -> None:
        self.figure = figure
        self.title = title
        self.summary = summary

    def __repr__(self) -> str:
        return f"{self.title}. {self.summary}"

    def svg(self) -> str:
        """The picture as one inline ``<svg>`` element."""
        out = io.StringIO()
        with style():
            FigureCanvasSVG(self.figure).print_svg(
                out, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
            )
        return tidy_svg(out.getvalue(), self.title, self.summary)

    def save(self, path: str | Path) -> None:
        """Write the picture as .svg or .png, by the name's ending."""
        path = Path(path)
        if path.suffix == ".svg":
            path.write_text(self.svg().replace("currentColor", "#1b1f23"), encoding="utf-8")
        elif path.suffix == ".png":
            path.write_bytes(self._repr_png_())
        else:
            raise ValueError(f"a picture is saved as .svg or .png, not as {path.name}")

    def _repr_html_(self) -> str:
        return (
            f'<style>{page_css()}</style><figure class="gs-figure">{self.svg()}</figure>'
            f'<details class="gs-summary"><summary>{escape(self.title)}, in words</summary>'
            f"<p>{escape(self.summary)}</p></details>"
        )

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        with style():
            FigureCanvasAgg(self.figure).print_figure(
                out, format="png", dpi=150, facecolor="white", metadata={"Software": None}
            )
        return out.getvalue()

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, object], dict[str, object]]:
        # The front end takes the richest form it knows: the page HTML, print PNG, a shell text.
        # `alt` in the metadata is what nbconvert puts on the <img> when it takes the PNG.
        data: dict[str, object] = {
            "text/html": self._repr_html_(),
            "image/png": self._repr_png_(),
            "text/plain": repr(self),
        }
        return data, {"image/png": {"alt": f"{self.title}. {self.summary}"}}
