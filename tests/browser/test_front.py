"""The first pages: questions find a path, large type stays, and the search works without a server."""

import pytest
from conftest import SITE


@pytest.fixture(scope="module", autouse=True)
def built():
    if not (SITE / "index.html").exists():
        pytest.skip("the book is not built; `make book SERVE=0` builds it")


def test_questions_find_a_path(open_page):
    page = open_page(f"file://{SITE}/book/self-study.html", "file://")
    for answer, path in enumerate(["path-new", "path-gopher", "path-runtime"]):
        for question in page.locator(".gs-finder fieldset").all():
            question.locator("label").nth(answer).click()
        link = page.locator(".gs-found a")
        assert link.get_attribute("href") == f"#{path}"
        # The address is that of a section of this page, and the words are its heading.
        section = page.evaluate(f"document.getElementById('{path}').closest('section').innerText")
        assert link.inner_text() and section.startswith(link.inner_text())


def test_large_type_grows_all_and_is_kept(open_page):
    page = open_page(f"file://{SITE}/book/index.html", "file://")
    button, words = page.locator(".gs-type"), page.locator("article ol li").first
    high = words.bounding_box()["height"]
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert words.bounding_box()["height"] > 1.3 * high
    page.reload(wait_until="networkidle")
    assert page.evaluate("document.documentElement.classList.contains('gs-large')")
    page.goto(f"file://{SITE}/book/index.html?type=normal", wait_until="networkidle")
    assert not page.evaluate("document.documentElement.classList.contains('gs-large')")


def test_search_works_from_a_disk(open_page):
    page = open_page(f"file://{SITE}/search.html?q=runnext", "file://")
    page.wait_for_selector("#search-results li a")
    assert any("03-scheduler" in a.get_attribute("href") for a in page.locator("#search-results li a").all())
    assert page.foreign == []
