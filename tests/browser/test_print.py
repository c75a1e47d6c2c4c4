"""A chapter on paper: light, nothing folded or cut off, and nothing to press; afterwards all is as it was."""

import pytest
from chapters import CHAPTERS

LOOK = """() => {
  const seen = e => e.checkVisibility();
  const all = path => [...document.querySelectorAll('article ' + path)].filter(seen);
  return {
    theme: document.documentElement.dataset.theme,
    folded: all('details:not(.gs-stage-inside)').filter(d => !d.open).length,
    pressed: all('.gs-lab-controls, .gs-stage-bar, details.hide > summary, .copybtn, .gs-choose-list').length,
    cut: all('pre').filter(p => p.scrollHeight > p.clientHeight + 2
      && getComputedStyle(p).overflowY !== 'visible').length,
    pictures: all('.gs-lab-static').filter(b => b.querySelector('svg, canvas')
      && seen(b.querySelector('.gs-summary p'))).length,
  };
}"""


@pytest.mark.parametrize("chapter", CHAPTERS[1:2])
def test_a_chapter_on_paper(open_page, site, chapter):
    page = open_page(f"{site}/notebooks/{chapter}.html", site, color_scheme="dark")
    page.locator("article .gs-lab-static").first.scroll_into_view_if_needed()
    page.locator("article .gs-lab-static[data-live=yes]").first.wait_for()
    labs, screen = page.locator("article .gs-lab-static").count(), page.evaluate(LOOK)
    assert screen["folded"] > 3 and screen["pressed"] > 3
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper = {"theme": "light", "folded": 0, "pressed": 0, "cut": 0, "pictures": labs}
    assert page.evaluate(LOOK) == paper and labs > 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.evaluate(LOOK) == screen
    assert len(page.pdf(format="A4")) > 100_000 and page.errors == []
