"""What the book adds to Sphinx: colours for Go, and a link from each chapter to its slides."""

from __future__ import annotations

from docutils import nodes
from golexer import AtlasLexer
from sphinx.application import Sphinx


def link_slides(app: Sphinx, doctree: nodes.document) -> None:
    """Put the link below the title of a chapter. `make book` writes the slides after the pages."""
    folder, _, chapter = app.env.docname.partition("/")
    title = next(doctree.findall(nodes.title), None)
    if folder != "notebooks" or title is None:
        return
    link = nodes.reference("", "Slides of this chapter", refuri=f"../slides/{chapter}.html", internal=True)
    line = nodes.paragraph("", "", link, classes=["gs-slides-link"])
    title.parent.insert(title.parent.index(title) + 1, line)


def setup(app: Sphinx) -> dict[str, object]:
    """Register both."""
    app.add_lexer("ipython3", AtlasLexer)
    app.connect("doctree-read", link_slides)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
