"""A chapter of the built book leads to its slides and to the glossary, and its Go is coloured as Go."""

import pytest
from chapters import CHAPTERS

pytestmark = pytest.mark.parametrize("chapter", CHAPTERS)


def test_links_of_a_chapter_lead_somewhere(open_page, site, chapter):
    page = open_page(f"{site}/notebooks/{chapter}.html", site)
    slides = page.locator(".gs-slides-link a")
    words = page.eval_on_selector_all(
        "article a[href*='glossary.html#term-']", "all => all.map(a => a.getAttribute('href').split('#')[1])"
    )
    assert len(words) == len(set(words)) > 10
    assert page.locator("div.cell_input .highlight .kd", has_text="func").count() > 10  # Go, as Go
    slides.click()
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.goto(f"{site}/book/glossary.html")
    assert [word for word in words if not page.locator(f"[id='{word}']").count()] == []
    assert page.errors == [] and page.foreign == []
