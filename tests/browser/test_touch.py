"""The stage under fingers, on a phone: a tap, a drag, a pinch, and a swipe that is the page's own."""

import pytest
from chapters import CHAPTERS, labs, wait_for

PHONE = {"viewport": {"width": 400, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def stage(open_page, site):
    """The first timeline of the first chapter, and what puts fingers on it: lists of (x, y) in its box."""
    page = open_page(f"{site}/notebooks/{CHAPTERS[0]}.html", site, **PHONE)
    box = page.locator("article .gs-lab-static:not(.gs-lab-second)").first
    box.scroll_into_view_if_needed()
    lab = labs(CHAPTERS[0])[0]
    wait_for(page, lab, box, **lab.start)
    canvas = box.locator(".gs-stage-canvas")
    canvas.evaluate("e => e.scrollIntoView({block: 'center'})")
    devtools = page.context.new_cdp_session(page)

    def touch(*moves):
        at = canvas.bounding_box()
        kinds = ["touchStart", *["touchMove"] * (len(moves) - 1)]
        for kind, fingers in zip(kinds, moves, strict=True):
            points = [{"x": at["x"] + x, "y": at["y"] + y, "id": n} for n, (x, y) in enumerate(fingers)]
            devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def state():
        return box.evaluate(
            """(box) => {
              const { moment, view, end, pointers } = gosched.awake.find((lab) => lab.box === box).stage;
              return { moment, view: [...view], end, held: pointers.size };
            }"""
        )

    yield page, touch, state
    assert page.errors == [] and page.foreign == []


def test_fingers_move_the_moment_and_the_window(stage):
    page, touch, state = stage
    first = state()
    assert first["view"] == [0, first["end"]]
    touch([(150, 60)])
    tapped = state()
    assert 0 < tapped["moment"] < tapped["end"]
    touch([(150, 60)], [(200, 60)], [(250, 60)])
    dragged = state()
    assert tapped["moment"] < dragged["moment"] < dragged["end"] and dragged["view"] == first["view"]
    apart = [[(200 - d, 60), (240 + d, 60)] for d in (0, 20, 40, 60, 80)]
    touch(*apart)
    pinched = state()["view"]
    assert pinched[1] - pinched[0] < first["end"] / 2
    touch(*apart[::-1])
    assert state()["view"][1] - state()["view"][0] > 2 * (pinched[1] - pinched[0])
    assert state()["held"] == 0
    assert page.evaluate("visualViewport.scale") == 1


def test_a_swipe_over_the_stage_scrolls_the_page(stage):
    page, touch, state = stage
    before, view = page.evaluate("scrollY"), state()["view"]
    touch(*[[(150, 100 - 12 * step)] for step in range(9)])
    page.wait_for_function("before => scrollY > before + 20", arg=before)
    assert state()["view"] == view and state()["held"] == 0


def test_no_control_lies_over_another(stage):
    page, _, _ = stage
    covered = page.evaluate(
        """() => [...document.querySelectorAll('.gs-lab-controls output')].flatMap((value) => {
          const a = value.getBoundingClientRect();
          const others = [...value.closest('.gs-lab-controls').querySelectorAll('button, select, input')];
          return others.filter((e) => {
            const b = e.getBoundingClientRect();
            return b.left < a.right && a.left < b.right && b.top < a.bottom && a.top < b.bottom;
          }).map((e) => `${value.closest('label').innerText} | ${e.innerText || e.type}`);
        })"""
    )
    assert covered == []
