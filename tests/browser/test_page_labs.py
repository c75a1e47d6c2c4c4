"""The labs of the built pages, alive without Python: each control of each lab is moved by keyboard, and each
time the page must say what Python computes for these values."""

import pytest
from chapters import CHAPTERS, labs, picture, wait_for

pytestmark = pytest.mark.parametrize("chapter", CHAPTERS)


def test_each_control_of_each_lab(open_page, site, chapter):
    page = open_page(f"{site}/notebooks/{chapter}.html", site)
    boxes = page.locator("article .gs-lab-static")
    declared = labs(chapter)
    assert boxes.count() == len(declared) > 0
    for number, lab in enumerate(declared):
        box = boxes.nth(number)
        box.scroll_into_view_if_needed()
        controls = box.locator("[data-control]")
        assert [c.get_attribute("data-control") for c in controls.all()] == [c.name for c in lab.controls]
        first = wait_for(page, lab, box, **lab.start)
        words, pictures = set(), set()
        for declaration, control in zip(lab.controls, controls.all(), strict=True):
            for key, value in keys(declaration):
                control.focus()
                page.keyboard.press(key)
                now = wait_for(page, lab, box, **lab.start | {declaration.name: value})
                words.add(now["words"])
                pictures.add(picture(box))
            box.locator(".gs-lab-reset").click()
            assert wait_for(page, lab, box, **lab.start)["words"] == first["words"], "Reset"
        # Another run, another picture.
        assert len(words) > 2, f"{lab.title}: nearly always the same run"
        if "timeline" in lab.views:
            assert len(pictures) > 2, f"{lab.title}: nearly always the same picture"
    assert page.errors == [] and page.foreign == []


def keys(control) -> list[tuple[str, object]]:
    """Keys to press, each with the value that the control has afterwards."""
    if control.options:
        return [("Home", control.options[0]), *(("ArrowDown", value) for value in control.options[1:])]
    return [("End", control.high), ("ArrowLeft", control.high - 1), ("Home", control.low)]
