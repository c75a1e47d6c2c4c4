"""The labs of the built pages: each control is moved through all its values, and each time the page must
say what Python computes for these values."""

import pytest
from chapters import CHAPTERS, labs, options_of, repeat, texts

from gosched_edu.trace.summary import summarize

pytestmark = pytest.mark.parametrize("chapter", CHAPTERS)

# Sets a control as a reader does it, and says what the lab shows then.
CHOOSE = """(control, index) => {
  if (control.tagName === 'SELECT') control.selectedIndex = index; else control.value = index;
  control.dispatchEvent(new Event('input', {bubbles: true}));
}"""


def test_each_value_of_each_control(open_page, site, chapter):
    page = open_page(f"{site}/notebooks/{chapter}.html", site)
    boxes = page.locator("article .gs-lab-static")
    declared = labs(chapter)
    assert boxes.count() == len(declared) > 0
    for number, lab in enumerate(declared):
        box = boxes.nth(number)
        controls = box.locator("[data-control]")
        assert [c.get_attribute("data-control") for c in controls.all()] == list(lab.static)
        first = shown(box)
        check(lab, first)
        looks = {first["view"]}
        for control, (name, values) in zip(controls.all(), lab.static.items(), strict=True):
            for index, value in enumerate(values):
                control.evaluate(CHOOSE, index)
                now = shown(box)
                assert options_of(now["code"]) == options_of(first["code"]) | {name: value}
                check(lab, now)
                looks.add(now["view"])
            box.locator("button").click()
            again = shown(box)
            assert again["code"] == first["code"] and texts(again["view"]) == texts(first["view"]), "Reset"
        assert len(looks) > len(lab.static), f"{lab.title}: the picture is nearly always the same"
    assert page.errors == []


def test_a_list_is_moved_by_keyboard(open_page, site, chapter):
    page = open_page(f"{site}/notebooks/{chapter}.html", site)
    select = page.locator("article .gs-lab-static select").first
    code = page.locator("article .gs-lab-static:has(select) .gs-lab-code").first
    before, at = code.inner_text(), select.evaluate("s => s.selectedIndex")
    select.focus()
    page.keyboard.press("ArrowUp" if at else "ArrowDown")
    assert select.evaluate("s => s.selectedIndex") != at and code.inner_text() != before


def shown(box) -> dict[str, str]:
    return {
        "code": box.locator(".gs-lab-code").inner_text(),
        "view": box.locator(".gs-lab-view").inner_html(),
        "said": box.locator(".gs-lab-said").text_content(),
    }


def check(lab, now) -> None:
    """The page holds coarser pictures than a live lab, but the same numbers."""
    run, seen = repeat(lab, now["code"]), texts(now["view"])
    words = str(summarize(run.trace))
    if "summary" in lab.views:
        assert seen["words"] == " ".join(words.split())
    if "output" in lab.views:
        assert seen["output"] == " ".join((run.output or "The program wrote nothing.").split())
    if "timeline" in lab.views:
        assert " ".join(words.partition("\n")[0].split()) in seen["picture"]
    assert now["said"] in ("", words.partition("\n")[0])
