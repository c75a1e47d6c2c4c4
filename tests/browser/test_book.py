"""The built book in a real browser: nothing from outside, no errors, readable on a phone, in the dark
and with a screen reader."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from chapters import PAGES, SITE

PHONE, DESK = {"width": 400, "height": 800}, {"width": 1280, "height": 720}


@pytest.fixture(scope="module", params=PAGES)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def page(open_shared_page, site, name):
    """A page of the book, opened as on a phone; the tests below look at it one after the other."""
    page = open_shared_page(f"{site}/{name}.html", site, viewport=PHONE, color_scheme="light")
    yield page
    page.context.close()


# A kind of token has one colour: code is judged by the first token of each kind in each kind of box.
ONE_OF_EACH = """() => {
  const seen = new Set(), again = [];
  for (const token of document.querySelectorAll('article pre span')) {
    const around = [token];
    while (around.at(-1).tagName !== 'PRE') around.push(around.at(-1).parentElement);
    around.push(around.at(-1).parentElement, around.at(-1).parentElement.parentElement);
    const kind = around.map(e => e.className).join('|');
    if (seen.has(kind)) again.push(token);
    seen.add(kind);
  }
  for (const token of again) token.replaceWith(...token.childNodes);
}"""
COLOURS = ["color-contrast", "link-in-text-block"]


# Colours fade and boxes open slowly: until nothing moves any more. What moves for ever does not count, nor
# what is not rendered: such an animation counts as running, and never ends.
SETTLED = """async () => {
  const moving = () => document.getAnimations().filter(
    (a) => a.playState === "running" && a.effect.getComputedTiming().endTime !== Infinity);
  const enough = new Promise((done) => setTimeout(done, 3000, true));
  for (let now, late; !late && (now = moving()).length; ) {
    const ends = now.map((a) => a.finished.catch(() => {}));
    late = await Promise.race([enough, Promise.all(ends).then(() => false)]);
  }
}"""


def axe_faults(page, where: str = "article.bd-article", **options) -> list[str]:
    """Faults inside the article. The theme's own bars and menus around it are not ours to change."""
    page.evaluate(SETTLED)
    result = Axe().run(page, context=where, options={"resultTypes": ["violations"], **options})
    return [
        f"{fault['impact']} {fault['id']}: {node['html'][:160]}"
        for fault in result.response["violations"]
        for node in fault["nodes"]
    ]


# WCAG's contrast of the text with the first background behind it that is not transparent.
CONTRAST = """() => {
  const rgb = s => s.match(/[\\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const text = document.querySelector('article.bd-article p');
  let behind = text, back;
  do { back = rgb(getComputedStyle(behind).backgroundColor); behind = behind.parentElement; }
  while (behind && back.length === 4 && back[3] === 0);
  const [a, b] = [light(rgb(getComputedStyle(text).color)), light(back)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}"""


def test_page_fits_a_phone(page):
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
           [...document.querySelectorAll('article *')]
             .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
             .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 400, wide
    # Nothing is cut off either: what is wider than the article lies in a box that scrolls.
    cut = page.evaluate(
        """() => [...document.querySelectorAll('article pre, article table, article svg, article img')]
             .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
             .filter(e => { for (let p = e; p && p.tagName !== 'ARTICLE'; p = p.parentElement)
               if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return false; return true; })
             .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert cut == []


def test_figures_have_words(page):
    silent = page.evaluate(
        """() => [
          ...[...document.querySelectorAll('article img')].filter(e => !(e.alt || '').trim()),
          ...[...document.querySelectorAll('article svg[role=img], article [role=img]')].filter(e =>
             !(e.getAttribute('aria-label') || '').trim() && !e.getAttribute('aria-labelledby') &&
             !(e.querySelector(':scope > title')?.textContent || '').trim()),
          // A figure without a role is a figure that a screen reader reads as loose letters.
          ...[...document.querySelectorAll('article .cell_output svg')].filter(e => !e.closest('button') &&
             e.getAttribute('role') !== 'img' && e.getAttribute('aria-hidden') !== 'true' &&
             !e.closest('svg[role=img], [aria-hidden=true]')),
        ].map(e => e.outerHTML.slice(0, 160))"""
    )
    assert silent == []


def test_page_is_complete_by_itself(page):
    page.set_viewport_size(DESK)
    page.wait_for_load_state("networkidle")
    assert page.title()
    assert page.foreign == []
    assert page.errors == []


def test_both_themes_are_readable(page):
    page.set_viewport_size(DESK)
    page.evaluate(ONE_OF_EACH)
    seen = {}
    # The theme's button goes round light, dark and automatic: three clicks show them all.
    for _ in range(3):
        page.locator(".theme-switch-button:visible").first.click()
        theme = page.evaluate("document.documentElement.dataset.theme")
        page.evaluate(SETTLED)
        if theme not in seen:
            only = {"runOnly": COLOURS} if seen else {}  # the rest is the same in both
            if seen:  # axe looks at no colour inside a picture, but walks through it
                page.evaluate("document.querySelectorAll('article svg').forEach((e) => e.replaceChildren())")
            seen[theme] = page.evaluate(CONTRAST)
            assert axe_faults(page, **only) == [], theme
    assert set(seen) == {"light", "dark"}
    assert min(seen.values()) >= 4.5, seen


HEAVIEST = 1_500_000  # bytes of a page, over what all pages share


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_as_a_file(open_page, name):
    file = SITE / f"{name}.html"
    if not file.exists():
        pytest.skip("the book is not built; `make book SERVE=0` builds it")
    assert file.stat().st_size < HEAVIEST
    page = open_page(f"file://{SITE}/{name}.html", "file://")
    assert page.locator("article.bd-article h1").count() == 1
    assert page.foreign == []
    assert page.errors == []
