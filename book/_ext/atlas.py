"""What the book adds to Sphinx: colours for Go, a link from each chapter to its slides, links from the
words of a chapter to the glossary, names for its boxes, generated parts of pages (generated.py), what
other sites show beside a link to a page, and a warning (which fails the build) for each number that
nothing holds."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import honest
from docutils import nodes
from generated import Chapter, Count, Generated, anchor
from golexer import AtlasLexer
from sandbox import Programs, Sandbox
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

from gosched_edu.figures.cover import social

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary.md"
#: Shorter terms (G, M, P) are linked only where a chapter sets them in bold.
SHORTEST = 4
#: So are these: they have an everyday meaning, too.
EVERYDAY = frozenset(
    "cause child context escape frame ready schedule scope select signal slot spinning".split()
)


def read_chapter(app: Sphinx, doctree: nodes.document) -> None:
    """Put the links into a chapter."""
    folder, _, chapter = app.env.docname.partition("/")
    title = next(doctree.findall(nodes.title), None)
    if folder != "notebooks" or title is None:
        return
    app.env.note_dependency(str(GLOSSARY))
    drop_widgets(app)
    name_boxes(app, doctree)
    link_terms(doctree, app.env.docname, terms(GLOSSARY.read_text(encoding="utf-8")))
    # `make book` writes the slides after the pages.
    link = nodes.reference("", "Slides of this chapter", refuri=f"../slides/{chapter}.html", internal=True)
    line = nodes.paragraph("", "", link, classes=["gs-slides-link"])
    title.parent.insert(title.parent.index(title) + 1, line)


def drop_widgets(app: Sphinx) -> None:
    """Leave the state of the ipywidgets out of the page: it shows a lab's own form, and half of its weight
    would be for nothing."""
    scripts = app.env.nb_metadata.get(app.env.docname, {}).get("js_files", {})  # type: ignore[attr-defined]
    for key in [key for key in scripts if key.startswith("ipywidgets")]:
        del scripts[key]


def name_boxes(app: Sphinx, doctree: nodes.document) -> None:
    """Give each myth and each case file an address of its own, made of its title."""
    labels = app.env.get_domain("std")
    for box in doctree.findall(nodes.admonition):
        if not {"gs-myth", "gs-case"} & set(box["classes"]):
            continue
        name = anchor(app.env.docname, raw_title(box))
        if name in labels.anonlabels:  # type: ignore[attr-defined]
            raise ValueError(f"two boxes are called {name}")
        box["ids"].insert(0, name)
        labels.anonlabels[name] = app.env.docname, name  # type: ignore[attr-defined]
        labels.labels[name] = app.env.docname, name, raw_title(box)  # type: ignore[attr-defined]


def raw_title(box: nodes.admonition) -> str:
    """The title of a box, as text."""
    return box.next_node(nodes.title).astext()


#: Shown beside a link to the book elsewhere.
SOCIAL = "_static/social.png"


def add_preview(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """What other sites show beside a link to a page (Open Graph)."""
    if doctree is None:
        return
    paragraph = next(
        (p.astext() for p in doctree.findall(nodes.paragraph) if "gs-slides-link" not in p["classes"]), ""
    )
    words = " ".join(paragraph.split())[:200]
    base = app.config.html_baseurl.rstrip("/")
    picture = f"{base}/{SOCIAL}" if base else context["pathto"](SOCIAL, resource=True)
    tags = {
        "og:title": re.sub("<[^>]*>", "", context["title"]), "og:description": words, "og:type": "book",
        "og:site_name": app.config.project, "og:image": picture, "og:image:width": "1200",
        "og:image:height": "630", "og:image:alt": "Lanes of a run: Ps above, goroutines below.",
    }  # fmt: skip
    if base:
        tags["og:url"] = f"{base}/{page}.html"
    lines = [f'<meta property="{key}" content="{escape(value)}">' for key, value in tags.items()]
    lines += [
        f'<meta name="description" content="{escape(words)}">',
        '<meta name="twitter:card" content="summary_large_image">',
    ]
    context["metatags"] = context.get("metatags", "") + "\n".join(lines)


def draw_preview(app: Sphinx, exception: Exception | None) -> None:
    """The picture for it: the lanes of the cover."""
    if exception is None and app.builder.format == "html":
        picture = social(
            "The Go Concurrency Atlas, live", "Goroutines, run in a simulated Go runtime and in Go"
        )
        (Path(app.outdir) / SOCIAL).write_bytes(picture)


def terms(glossary: str) -> list[str]:
    """The terms of the glossary page.

    Examples
    --------
    >>> terms("# Glossary\\n```{glossary}\\nhchan\\n  A record.\\n\\nrun queue\\n  A list.\\n```\\n")
    ['hchan', 'run queue']
    """
    block = re.search(r"```\{glossary\}\n(.*?)```", glossary, re.DOTALL)
    return re.findall(r"^(\S.*)$", block[1], re.MULTILINE) if block else []


def link_terms(doctree: nodes.document, docname: str, words: list[str]) -> None:
    """Link each term once: where the chapter sets it in bold or italics, else where it first stands."""
    left = {word.lower(): word for word in words}

    def link(term: str, shown: nodes.Node) -> nodes.Node:
        return addnodes.pending_xref(
            "", shown, refdomain="std", reftype="term", reftarget=term, refexplicit=True, refdoc=docname,
            refwarn=True,
        )  # fmt: skip

    for marked in [*doctree.findall(nodes.strong), *doctree.findall(nodes.emphasis)]:
        text = marked.astext().lower()
        key = text if text in left else text.removesuffix("s")
        if key in left and _is_prose(marked):
            marked.replace_self(link(left.pop(key), marked.deepcopy()))
    for text in [t for t in doctree.findall(nodes.Text) if _is_prose(t)]:
        rest: list[nodes.Node] = [text]
        # The longest first: "stack pointer" is no "stack".
        plain = (k for k in left if len(k) >= SHORTEST and k not in EVERYDAY)
        for key in sorted(plain, key=len, reverse=True):
            for at, piece in enumerate(rest):
                found = re.search(rf"\b{re.escape(key)}s?\b", piece, re.IGNORECASE) if _plain(piece) else None
                if found:
                    a, b = found.span()
                    shown = link(left.pop(key), nodes.inline("", found[0]))
                    rest[at : at + 1] = [nodes.Text(piece[:a]), shown, nodes.Text(piece[b:])]
                    break
        if len(rest) > 1:
            text.parent.replace(text, rest)


def _plain(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Text)


def _is_prose(node: nodes.Node) -> bool:
    """In a paragraph, and neither code nor a link already."""
    above = []
    while node.parent is not None:
        node = node.parent
        above.append(node)
    closed = (nodes.title, nodes.literal, nodes.literal_block, nodes.reference, addnodes.pending_xref)
    paragraph = any(isinstance(n, nodes.paragraph) for n in above)
    return paragraph and not any(isinstance(n, closed) for n in above)


def warn_of_numbers(app: Sphinx) -> None:
    """See `honest`."""
    faults = [claim for claim in honest.book() if not claim.is_held]
    for fault in faults:
        logging.getLogger(__name__).warning("%s\n%s", fault, honest.ADVICE)


def setup(app: Sphinx) -> dict[str, object]:
    """Register all of it."""
    app.add_lexer("ipython3", AtlasLexer)
    app.add_directive("generated", Generated)
    app.add_role("count", Count())
    app.add_role("chapter", Chapter())
    app.connect("builder-inited", warn_of_numbers)
    app.add_directive("sandbox", Sandbox)
    app.add_directive("sandbox-programs", Programs)
    app.connect("doctree-read", read_chapter)
    app.connect("html-page-context", add_preview)
    app.connect("build-finished", draw_preview)
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
