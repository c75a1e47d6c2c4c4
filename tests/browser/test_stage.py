"""The stage of the labs in the built pages: moments and what is said of them, looks inside, links, two
runs side by side. What Python computes for the same run is the oracle."""

import re

import pytest
from chapters import CHAPTERS, labs, options_of, repeat, wait_for
from test_book import axe_faults

from gosched_edu.trace.why import why

pytestmark = pytest.mark.parametrize("chapter", CHAPTERS)


@pytest.fixture
def stages(open_page, site, chapter):
    """The labs of a chapter that have a timeline, awake: pairs of declaration and box; and their page."""
    page = open_page(f"{site}/notebooks/{chapter}.html", site)
    found = []
    for number, lab in enumerate(labs(chapter)):
        if "timeline" not in lab.views:
            continue
        box = page.locator("article .gs-lab-static").nth(number)
        box.scroll_into_view_if_needed()
        wait_for(page, lab, box, **lab.start)
        found.append((lab, box))
    assert found
    yield page, found
    assert page.errors == [] and page.foreign == []


def test_a_moment_is_explained(stages):
    """Step through the first events of each lab by keyboard, there and back."""
    page, found = stages
    for lab, box in found:
        trace = repeat(lab, box.locator(".gs-lab-code").inner_text()).trace
        sentences = {why(trace, row) for row in range(len(trace))}
        canvas, said = box.locator(".gs-stage-canvas"), box.locator(".gs-stage-why p")
        canvas.focus()
        page.keyboard.press("Home")
        heard = []
        for _ in range(6):
            page.keyboard.press("ArrowRight")
            heard.append(said.all_inner_texts())
        spoken = {sentence for group in heard for sentence in group}
        assert len(spoken) > 2 and {s for s in spoken if "at the same time" not in s} <= sentences
        for group in reversed(heard[:-1]):
            page.keyboard.press("ArrowLeft")
            assert said.all_inner_texts() == group


def test_the_look_inside(stages):
    """After some events the source shows a goroutine, and the tables have rows."""
    page, found = stages
    for lab, box in found:
        box.locator(".gs-stage-canvas").focus()
        page.keyboard.press("Home")
        for _ in range(3):
            page.keyboard.press("Shift+ArrowRight")
        for name in lab.inside:
            box.locator(f"[data-inside={name}] > summary").click()
        assert box.locator("[data-inside=source] .gs-here .gs-chip").count() > 0
        procs = options_of(box.locator(".gs-lab-code").inner_text())["procs"]
        assert box.locator("[data-inside=queues] tbody tr").count() == procs + 1  # and the global queue
        stacks = box.locator("[data-inside=stacks] tbody tr").all_inner_texts()
        assert stacks and all(re.search(r"[\d,]+ of [\d,]+|more", row) for row in stacks)


def test_a_link_opens_the_same_state(stages, open_page, site):
    page, found = stages
    lab, box = found[0]
    control = next(c for c in lab.controls if not c.options)
    box.locator(f"[data-control={control.name}]").focus()
    page.keyboard.press("End")
    wait_for(page, lab, box, **lab.start | {control.name: control.high})
    box.locator(".gs-stage-canvas").focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    box.locator("button", has_text="Link").click()
    again = open_page(page.evaluate("location.href"), site)
    other = again.locator("article .gs-lab-static[data-live=yes]").first
    wait_for(again, lab, other, **lab.start | {control.name: control.high})
    assert other.locator(".gs-stage-time").inner_text() == box.locator(".gs-stage-time").inner_text()
    assert other.locator(".gs-stage-why").inner_text() == box.locator(".gs-stage-why").inner_text()


def test_two_runs_share_a_time_axis(stages):
    page, found = stages
    for lab, box in found:
        box.locator(".gs-lab-split").click()
        second = page.locator("article .gs-lab-second[data-live=yes]")
        second.wait_for()
        wait_for(page, lab, second)
        box.locator(".gs-stage-canvas").focus()
        page.keyboard.press("Home")
        page.keyboard.press("End")
        ends = {b.locator(".gs-stage-time").inner_text() for b in (box, second)}
        assert len(ends) == 1, "one moment for both"
        box.locator(".gs-lab-split").click()
        assert second.count() == 0


def test_it_plays(stages):
    page, found = stages
    _, box = found[0]
    box.locator(".gs-stage-canvas").focus()
    page.keyboard.press("Home")
    at = box.locator(".gs-stage-time")
    start = at.inner_text()
    box.locator("button", has_text="Play").click()
    page.wait_for_function("([e, text]) => e.innerText !== text", arg=[at.element_handle(), start])
    box.locator("button", has_text="Pause").click()
    stopped = at.inner_text()
    page.wait_for_timeout(200)
    assert at.inner_text() == stopped != start


def test_the_open_stage_has_no_fault_for_screen_readers(stages):
    page, found = stages
    for lab, box in found:
        for name in lab.inside:
            box.locator(f"[data-inside={name}] > summary").click()
    assert page.errors == []
    assert axe_faults(page) == []
    page.errors.clear()  # axe asks for the theme's style sheets once more, in its own way
