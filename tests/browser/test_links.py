"""Every link inside the built book leads somewhere: files and anchors, in pages and in slides. Needs no
browser, only the book."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import SITE

#: The theme's own search box, and things that a script fills in.
_LINK = re.compile(r"""<(?:a|img|script|link|iframe|source)\b[^>]*?\s(?:href|src)="([^"]*)\"""")
_ANCHOR = re.compile(r"""\s(?:id|name)="([^"]+)\"""")
_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)


@cache
def anchors(page: Path) -> frozenset[str]:
    """All that a link to this page can point at."""
    text = _SCRIPT.sub("", page.read_text(encoding="utf-8"))
    return frozenset(map(unescape, _ANCHOR.findall(text)))


def dead(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    text = page.read_text(encoding="utf-8")
    # The contents of scripts are no links, but their tags are.
    text = re.sub(r"(<script\b[^>]*>).*?</script>", r"\1", text, flags=re.DOTALL)
    out = []
    for link in set(map(unescape, _LINK.findall(text))):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or link in ("", "#"):
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not target.is_file():
            out.append(f"{link}: no such file")
        # "#/3/1" is a slide's number.
        elif parts.fragment and target.suffix == ".html" and not parts.fragment.startswith("/"):
            if unquote(parts.fragment) not in anchors(target):
                out.append(f"{link}: no such anchor")
    return sorted(out)


def test_each_link_inside_the_book_leads_somewhere():
    pages = sorted(p for p in SITE.rglob("*.html") if "_static" not in p.parts)
    if not pages:
        pytest.skip("the book is not built; `make book SERVE=0` builds it")
    found = {str(page.relative_to(SITE)): said for page in pages if (said := dead(page))}
    assert len(pages) > 20 and found == {}


def test_a_dead_link_is_noticed(tmp_path):
    page = tmp_path / "a.html"
    links = '<a href="#x">1</a><a href="#y">2</a><img src="b.png"><a href="c.html">3</a>'
    page.write_text(f'<h1 id="x">A</h1>{links}')
    assert dead(page) == ["#y: no such anchor", "b.png: no such file", "c.html: no such file"]
