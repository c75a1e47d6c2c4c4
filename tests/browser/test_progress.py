"""What a reader has done is kept in the browser: it comes back, it is counted, it can be forgotten."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from chapters import SITE

KEY = "go-concurrency-atlas.progress"
CHAPTER, SUMS = "notebooks/01-goroutines.html", "book/self-study.html"
DATA = "JSON.parse(localStorage['go-concurrency-atlas.progress']).pages['notebooks/01-goroutines']"


def mark(page, chapter: str = "Goroutines") -> str:
    return page.locator("nav.bd-links a", has_text=chapter).first.inner_text()


def do_some(page) -> None:
    """One prediction, two quiz questions (the first one wrongly, then rightly), one exercise."""
    page.locator(".tag_hide-output details summary").first.click()
    first, second = page.locator(".gs-quiz > ol > li").all()[:2]
    first.locator("details.gs-wrong summary").first.click()
    first.locator("details.gs-right summary").click()
    second.locator("details.gs-right summary").click()
    page.get_by_label("I have done this exercise").first.check()


@pytest.mark.parametrize("where", ["server", "disk"])
def test_progress_comes_back_and_can_be_forgotten(open_page, site, where):
    base, own = (site, site) if where == "server" else (f"file://{SITE}", "file://")
    page = open_page(f"{base}/{CHAPTER}", own)
    page.evaluate("localStorage.clear()")
    page.reload()
    do_some(page)
    total = sum(page.evaluate(DATA)["total"].values())
    assert mark(page).endswith(f"4 of {total} done")
    assert page.evaluate(f"({DATA}).total") == {
        "predict": page.locator(".tag_hide-output details").count(),
        "quiz": page.locator(".gs-quiz > ol > li").count(),
        "exercise": page.locator(".gs-tick").count(),
    }
    page.reload()
    assert page.locator(".tag_hide-output details").first.evaluate("box => box.open")
    assert page.locator(".gs-quiz details[open]").count() == 3
    ticks = page.get_by_label("I have done this exercise")
    assert ticks.first.is_checked() and not ticks.nth(1).is_checked()
    page.goto(f"{base}/{SUMS}", wait_until="networkidle")
    # Pages from a disk may be of two processes: what one has stored the other is told a moment later.
    row = "[...document.querySelectorAll('#gs-progress tr')].find((r) => /^Goroutines/.test(r.innerText))"
    page.wait_for_function(f"() => {row}.innerText.includes('1 of ')")
    row = page.evaluate(f"{row}.innerText").split("\t")
    assert row[0] == "Goroutines" and row[1].startswith("1 of ") and row[3].startswith("1 of ")
    assert row[2] == "2 of 4, 1 right at once"
    button = page.locator(".gs-forget")
    button.press("Enter")
    assert page.evaluate(f"localStorage['{KEY}'] !== undefined"), "one press forgets nothing"
    button.press("Enter")
    assert page.evaluate(f"localStorage['{KEY}']") is None
    assert "Forgotten." in page.locator("#gs-progress").inner_text() and mark(page) == "Goroutines"
    assert page.foreign == [] and page.errors == []


PLACE = '{"version":1,"pages":{"notebooks/01-goroutines":%s}}'
STRANGE = [
    "{",
    '{"version":1,"pages":null}',
    PLACE % "7",
    PLACE % '{"total":{"quiz":-5,"predict":"x"},"done":[1]}',
    PLACE % '{"done":{"quiz:1":{"at":7},"predict:x:1":"y"}}',
]


def test_what_stands_in_the_storage_cannot_break_a_page(open_page, site):
    page = open_page(f"{site}/{CHAPTER}", site)
    for text in STRANGE:
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
        page.reload()
        page.get_by_label("I have done this exercise").first.check()
        assert "done" in mark(page)
    assert page.errors == []


def test_without_storage_the_page_remembers_until_it_is_closed(open_page, site):
    page = open_page(f"{site}/{CHAPTER}", site)
    page.add_init_script(f"""for (const name of ["getItem", "setItem"]) {{
      const before = Storage.prototype[name];
      Storage.prototype[name] = function (key, ...more) {{
        if (key === "{KEY}") throw new Error("no");
        return before.call(this, key, ...more);
      }};
    }}""")
    page.reload()
    do_some(page)
    assert "4 of " in mark(page)
    page.goto(f"{site}/{SUMS}", wait_until="networkidle")
    assert "lets the page keep nothing" in page.locator("#gs-progress").inner_text()
    assert page.errors == []


def test_the_summary_is_readable_by_all(open_page, site):
    for scheme in ("light", "dark"):
        page = open_page(f"{site}/{SUMS}", site, viewport={"width": 400, "height": 800}, color_scheme=scheme)
        assert page.locator("#gs-progress tbody tr").count() >= 11
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        faults = Axe().run(page, context="#gs-progress").response["violations"]
        assert faults == []
