"""The slides of each chapter, gone through by keyboard in a real browser, from files, without a network."""

import pytest
from chapters import CHAPTERS, SITE, cells, labs, wait_for

SMALLEST = 13  # px of type on a slide of 1280 x 720

# What the slide that is shown now looks like. What scrolls within a lab is not cut off.
LOOK = """() => {
  const slide = Reveal.getCurrentSlide(), body = slide.querySelector('.body');
  const own = [...body.querySelectorAll('*')].filter(e => !e.closest('aside.notes, style, script, svg *') &&
    !e.parentElement.closest('pre[tabindex], .gs-summary') && !e.matches('.gs-lab-said, option'));
  const boxes = own.map(e => e.getBoundingClientRect()).filter(b => b.width);
  const letters = own.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  const place = Reveal.getIndices();
  return {
    place: [place.h, place.v],
    more: Reveal.availableFragments().next,
    last: Reveal.isLastSlide(),
    name: slide.querySelector('h2, .where').innerText,
    bottom: Math.max(...boxes.map(b => b.bottom)),
    right: Math.max(...boxes.map(b => b.right)),
    type: Math.min(99, ...letters.map(e => parseFloat(getComputedStyle(e).fontSize))),
    wide: own.filter(e => e.matches('pre, table') && e.scrollWidth > e.clientWidth + 1).length,
    empty: !letters.length && !body.querySelector('svg, img'),
    boxes: body.querySelectorAll('.gs-predict').length,
    labs: body.querySelectorAll('.gs-lab-static').length,
  };
}"""


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def deck(open_shared_page, chapter):
    if not (SITE / "slides" / f"{chapter}.html").exists():
        pytest.skip("the slides are not built; `make slides` builds them")
    size = {"width": 1280, "height": 720}
    page = open_shared_page(f"file://{SITE}/slides/{chapter}.html", "file://", viewport=size)
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    yield page
    page.context.close()


def fits(look: dict) -> bool:
    """Whether nothing of a slide is beyond its edges."""
    return look["bottom"] <= 700 and look["right"] <= 1260 and not look["wide"]


def test_all_slides_can_be_read(deck, chapter):
    seen = []
    # As many steps as there are slides and things that appear on them, and some.
    for _ in range(10 + deck.locator(".slides section, .slides .fragment").count()):
        look = deck.evaluate(LOOK)
        if not look["more"]:
            for _ in range(100):  # a lab that wakes up is fitted once it has its picture
                if fits(look):
                    break
                deck.wait_for_timeout(100)
                look = deck.evaluate(LOOK)
            seen.append(look)
            if look["last"]:
                break
        deck.keyboard.press("Space")
    total = deck.evaluate("Reveal.getTotalSlides()")
    assert len({tuple(s["place"]) for s in seen}) == len(seen) == total > 20
    for slide in seen:
        where = f"{slide['name']} at {slide['place']}"
        assert not slide["empty"], where
        assert fits(slide), f"{where}: {slide}"
        assert slide["type"] >= SMALLEST, f"{where}: type of {slide['type']} px"
    predictions = sum("{admonition} Predict" in cell.source for cell in cells(chapter))
    assert sum(s["boxes"] for s in seen) == predictions > 2
    assert sum(s["labs"] for s in seen) == len(labs(chapter))
    assert deck.foreign == [] and deck.errors == []


def test_a_lab_is_alive_on_its_slide_and_keeps_its_keys(deck, chapter):
    declared = labs(chapter)[0]
    lab = deck.locator(".gs-lab-static").first
    place = lab.evaluate("l => Reveal.getIndices(l.closest('section'))")
    deck.evaluate("p => Reveal.slide(p.h, p.v)", place)
    wait_for(deck, declared, lab, **declared.start)
    control = lab.locator("select, input").first
    control.focus()
    at = control.evaluate("c => c.selectedIndex ?? c.valueAsNumber")
    deck.keyboard.press("ArrowLeft" if at else "ArrowRight")
    wait_for(deck, declared, lab)
    assert control.evaluate("c => c.selectedIndex ?? c.valueAsNumber") != at
    now = deck.evaluate(LOOK)
    assert now["place"] == [place["h"], place["v"]] and now["bottom"] <= 700
    deck.keyboard.press("Escape")  # leaves the lab
    deck.keyboard.press("PageDown")
    assert deck.evaluate(LOOK)["place"] != now["place"]
    assert deck.errors == []


def test_the_prose_is_in_the_notes(deck, chapter):
    assert deck.evaluate("Reveal.hasPlugin('notes')")
    notes = deck.locator("aside.notes").all_text_contents()
    assert sum(len(text.split()) for text in notes) > 500
    assert not deck.locator("aside.notes").first.is_visible()
