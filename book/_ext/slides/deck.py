"""Slides of the chapters, made from the same notebooks as the pages.

Problem. A teacher wants the programs, pictures and labs of a chapter on a screen, in large type, and
the prose in her own mouth. Two sources would drift apart.

Rejected. nbconvert's own template (it loads reveal.js, MathJax, require.js, jQuery and Mermaid from
other hosts, and knows no MyST); a wall of text on each slide; slides that are written by hand.

Chosen. nbconvert's slides exporter, whose cells say in their metadata (`slideshow.slide_type`, which
JupyterLab's property inspector edits) what they are; a small template; reveal.js from a locked package.
The outputs are those of the book: they come from its cache of executed notebooks. The labs are
alive with the book's script.

What of a cell is on the slide:

- Of text: headings, lists, tables, boxes. A paragraph goes to the speaker's notes (key S), but for the
  question with which a chapter opens. Of a myth the sentence stands first, and the rest comes on a click.
- Of code: a Go program, or Python of at most `MOST_PYTHON` lines that draws nothing; and the output,
  after a click where the page hides it for a prediction.
- Cells that the page leaves out (``remove-cell``) are no part of the slides.

Invariant. A deck asks no other host for anything, and needs no server: it opens from a file.

Usage: ``python deck.py FOLDER`` writes ``FOLDER/NAME.html`` for each notebook of the book.
"""

from __future__ import annotations

import html
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import roles
from jupyter_cache import get_cache
from myst_parser.docutils_ import Parser
from nbconvert.exporters import SlidesExporter
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import GoLexer
from traitlets.config import Config

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE.parent))

from golexer import GO_TEXT, AtlasLexer  # noqa: E402  (a neighbour, not a package)

CACHE = ROOT / ".cache" / "notebooks"
#: Longer Python is read in the book.
MOST_PYTHON = 8
#: A longer program takes two slides.
MOST_LINES = 44
_FORMAT = HtmlFormatter(style="a11y-high-contrast-light", nowrap=True)
_HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)


def main(out: Path) -> None:
    """Write all decks and what they need into the folder `out`."""
    shutil.rmtree(out, ignore_errors=True)
    package = find_spec("sphinx_revealjs")
    if package is None or not package.submodule_search_locations:
        sys.exit("reveal.js is missing: `make env` installs it (sphinx-revealjs)")
    reveal = Path(package.submodule_search_locations[0]) / "_static" / "revealjs"
    (out / "reveal").mkdir(parents=True)
    for name in ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js", "LICENSE"):
        shutil.copy(reveal / name, out / "reveal")
    for name in ("slides.css", "slides.js"):
        shutil.copy(HERE / name, out)
    toc = (ROOT / "book" / "_toc.yml").read_text()
    for name in re.findall(r"^ *- file: notebooks/(.+)$", toc, re.MULTILINE):
        (out / f"{name}.html").write_text(deck(ROOT / "notebooks" / f"{name}.ipynb"))


def deck(path: Path) -> str:
    """The slides of one notebook as HTML.

    Raises
    ------
    KeyError
        The notebook as it is now was never run; `make book` runs it.
    """
    notebook = nbformat.read(path, 4)
    # The metadata of the cells are the notebook's own: the cache is older.
    _, run = get_cache(CACHE).merge_match_into_notebook(notebook, cell_meta=())
    run.cells = [part for cell in run.cells for part in _parts(cell)]
    title, section, bare = "", "", None
    for cell in run.cells:
        kind = cell.metadata.slideshow.slide_type
        show = _show_text(cell, first=not title) if cell.cell_type == "markdown" else _show_code(cell)
        if show["heading"] and kind == "slide":
            section = show["section"]
            title = title or section
        cell.metadata.show = show | {"where": section}
        # A heading alone is no slide: then the words are shown, too.
        if kind in ("slide", "subslide"):
            _unveil(bare)
            bare = None if show["html"] else cell.metadata.show
        elif kind in ("-", "fragment"):
            bare = None
    _unveil(bare)
    exporter = SlidesExporter(
        config=Config({"HTMLExporter": {"enabled": True}}),
        template_name="slides",
        extra_template_basedirs=[str(HERE)],
    )
    body, _ = exporter.from_notebook_node(run, {"title": title, "style": _FORMAT.get_style_defs("pre")})
    return body


def _unveil(show: dict[str, str] | None) -> None:
    if show:
        show.update(html=show["notes"], notes="")


def _parts(cell: NotebookNode) -> list[NotebookNode]:
    """A long cell as several slides: a text at its headings, a program between two declarations."""
    tags = cell.metadata.get("tags", [])
    kind = cell.metadata.get("slideshow", {}).get("slide_type") or "-"
    cell.metadata.slideshow = NotebookNode(slide_type="skip" if "remove-cell" in tags else kind)
    if cell.cell_type != "markdown":
        return _halves(cell) if cell.source.startswith("%%go") else [cell]
    starts = [m.start() for m in _HEADING.finditer(cell.source)]
    texts = [cell.source[a:b].strip() for a, b in zip([0, *starts], [*starts, None], strict=True)]
    out: list[NotebookNode] = []
    for text in filter(None, texts):
        part = nbformat.from_dict({**cell, "source": text})
        if out and not _show_text(out[-1], first=False)["html"]:
            # A heading over a heading: one slide has both.
            part.source = f"{out.pop().source}\n\n{text}"
        if out:
            part.metadata.slideshow = NotebookNode(slide_type="subslide")
        part.id = f"{cell.id}-{len(out)}"
        out.append(part)
    return out or [cell]


def _halves(cell: NotebookNode) -> list[NotebookNode]:
    source = cell.source
    cuts = [m.start() for m in re.finditer(r"\n\n(?=func|type|//)", source)]
    skipped = cell.metadata.slideshow.slide_type == "skip"
    if source.count("\n") <= MOST_LINES or skipped or not cuts:
        return [cell]
    cut = min(cuts, key=lambda at: abs(at - len(source) / 2))
    first = nbformat.from_dict({**cell, "source": source[:cut], "outputs": [], "id": f"{cell.id}-1"})
    second = nbformat.from_dict({**cell, "source": f"%%go\n{source[cut:].strip()}", "id": f"{cell.id}-2"})
    second.metadata.slideshow = NotebookNode(slide_type="subslide")
    return [first, second]


def _show_text(cell: NotebookNode, first: bool) -> dict[str, str]:
    notes: list[str] = []
    headings = [m[1] for m in _HEADING.finditer(cell.source)]
    page = BeautifulSoup(_myst(_HEADING.sub("", cell.source)), "html.parser")
    for link in page.find_all("a", href=True):
        link["href"] = re.sub(r"\.(md|ipynb)(?=#|$)", ".html", link["href"])
    for paragraph in [] if first else page.find_all("p", recursive=False):
        notes.append(str(paragraph.extract()))
    for box in page.select("div.gs-myth"):
        rest = page.new_tag("div", attrs={"class": "fragment"})
        for child in [c for c in box.find_all(recursive=False) if "admonition-title" not in c["class"]]:
            rest.append(child.extract())
        box.append(rest)
    names = [BeautifulSoup(_myst(h), "html.parser").p.decode_contents() for h in headings] or [""]
    return {"section": names[0], "heading": names[-1], "html": str(page).strip(), "notes": "".join(notes)}


def _show_code(cell: NotebookNode) -> dict[str, str]:
    outputs = "".join(_output(o) for o in cell.outputs)
    drawn = any("text/html" in o.get("data", {}) for o in cell.outputs) or 'class="task"' in outputs
    fragment = cell.metadata.slideshow.slide_type == "fragment"
    program = GO_TEXT.search(cell.source)
    code = ""
    if cell.source.startswith("%%go"):
        code = _go(cell.source.partition("\n")[2])
    elif fragment or drawn:
        pass
    elif program:
        code = _go(program[2])
    elif len(cell.source.splitlines()) <= MOST_PYTHON:
        code = f'<pre class="python">{highlight(cell.source, AtlasLexer(), _FORMAT)}</pre>'
    if outputs and "hide-output" in cell.metadata.get("tags", []):
        outputs = f'<div class="fragment">{outputs}</div>'
    return {"section": "", "heading": "", "html": code + outputs, "notes": ""}


def _go(program: str) -> str:
    # slides.js sets a long program in two columns if its longest line has room there.
    longest = max(map(len, program.expandtabs(4).splitlines()))
    return f'<pre class="go" data-longest="{longest}">{highlight(program, GoLexer(), _FORMAT)}</pre>'


def _output(output: NotebookNode) -> str:
    """One output, in the richest form that needs no kernel."""
    if output.output_type == "stream":
        # The statement of an exercise: words, then the program.
        words, start, program = output.text.partition("package main\n")
        if output.name == "stderr":
            return f'<pre class="output error">{html.escape(output.text)}</pre>'
        if start and words:
            return f'<div class="task"><p>{html.escape(words.strip())}</p>{_go(start + program)}</div>'
        return f'<pre class="output">{html.escape(output.text.rstrip())}</pre>'
    if output.output_type == "error":
        return f'<pre class="output error">{html.escape(strip_ansi(chr(10).join(output.traceback)))}</pre>'
    data = output.data
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            return f'<div class="shown">{data[kind]}</div>'
    if "image/png" in data:
        return f'<img alt="" src="data:image/png;base64,{data["image/png"]}">'
    return f'<pre class="output">{html.escape(data.get("text/plain", ""))}</pre>'


def _myst(text: str) -> str:
    """MyST as HTML, without Sphinx: a reference to another page is its words."""
    return publish_parts(
        text,
        parser=Parser(),
        writer_name="html5",
        settings_overrides={
            "myst_enable_extensions": ["colon_fence", "deflist", "attrs_inline"],
            "myst_all_links_external": True,
            "doctitle_xform": False,
            "report_level": 3,
            "halt_level": 3,
            "embed_stylesheet": False,
            "stylesheet_path": "",
            "math_output": "MathML",
        },
    )["body"]


def _words(name, rawtext, text, lineno, inliner, options=None, content=None):  # noqa: ANN001, ANN202
    return [nodes.inline(rawtext, re.sub(r"\s*<[^>]*>$", "", text))], []


for role in ("term", "ref", "doc"):
    roles.register_local_role(role, _words)

if __name__ == "__main__":
    main(Path(sys.argv[1]))
