"""The stage of the labs in the built pages: moments and what is said of them, looks inside, links, two
runs side by side. What Python computes for the same run is the oracle."""

import hashlib
import re

import pytest
from chapters import CHAPTERS, SHOWN, labs, options_of, repeat, wait_for
from test_book import axe_faults

from gosched_edu import go
from gosched_edu.realgo import load_recorded
from gosched_edu.trace.gotrace_read import user_only
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.why import why

NOBODY = "nowhere in the labs of this chapter could another goroutine run"


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def awake(open_shared_page, site, chapter):
    """The labs of a chapter that have a timeline, awake: pairs of declaration and box; and their page."""
    page = open_shared_page(f"{site}/notebooks/{chapter}.html", site)
    found = []
    for number, lab in enumerate(labs(chapter)):
        if "timeline" not in lab.views:
            continue
        box = page.locator("article .gs-lab-static:not(.gs-lab-second)").nth(number)
        box.scroll_into_view_if_needed()
        wait_for(page, lab, box, **lab.start)
        found.append((lab, box))
    assert found
    yield page, found
    page.context.close()


@pytest.fixture
def stages(awake):
    """The same, each lab as at the start."""
    page, found = awake
    for lab, box in found:
        view = box.locator(".gs-lab-view").element_handle()
        runs = view.get_attribute("data-run")
        box.locator(".gs-lab-reset").click()
        page.wait_for_function("([view, runs]) => view.dataset.run !== runs", arg=[view, runs])
        wait_for(page, lab, box, **lab.start)
        if box.locator(".gs-lab-split").inner_text() == "One run":  # a test has failed in the middle
            box.locator(".gs-lab-split").click()
    page.evaluate("document.querySelectorAll('.gs-lab-static details[open]').forEach(d => (d.open = false))")
    page.foreign.clear(), page.errors.clear()
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
        for name in lab.inside:
            box.locator(f"[data-inside={name}] > summary").click()
        box.locator(".gs-stage-canvas").focus()
        for _ in range(12):  # until somebody is in the program's own lines
            page.keyboard.press("Shift+ArrowRight")
            if box.locator("[data-inside=source] .gs-here .gs-chip").count():
                break
        assert box.locator("[data-inside=source] .gs-here .gs-chip").count() > 0
        procs = options_of(box.locator(".gs-lab-code").inner_text())["procs"]
        assert box.locator("[data-inside=queues] tbody tr").count() == procs + 1  # and the global queue
        stacks = box.locator("[data-inside=stacks] tbody tr").all_inner_texts()
        assert stacks and all(re.search(r"[\d,]+ of [\d,]+|more", row) for row in stacks)


def log_of(box) -> str:
    """SHA-256 of the whole log of the run that a lab shows."""
    return box.evaluate(
        """async (box) => {
          const { log } = gosched.awake.find((lab) => lab.box === box);
          const hash = await crypto.subtle.digest("SHA-256", log.records);
          return [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, "0")).join("");
        }"""
    )


def log_in_python(lab, box) -> str:
    run = repeat(lab, box.locator(".gs-lab-code").inner_text())
    return hashlib.sha256(run.machine.records().tobytes()).hexdigest()


def ask(lab, box, number: int):
    """The decision as Python's kernel sees it just before it is made."""
    options = options_of(box.locator(".gs-lab-code").inner_text())
    name = options.pop("program", next(iter(lab.sources)))
    knobs = {k: options.pop(k) for k in lab.knobs_of[name]}
    made = [choice for choice in options.pop("choices", []) if choice[0] < number]
    return go.run(
        lab.sources[name], **options, knobs=knobs, choices=[*made, (number, go.ASK)]
    ).machine.question


def to_a_choice(page, lab, box, after: int = 0, most: int = 40):
    """By keyboard to the next decision at which somebody else could run; what Python knows of it."""
    said = box.locator(".gs-choose-said")
    for _ in range(most):
        page.keyboard.press("d")
        text = said.inner_text()
        number = int(re.match(r"Decision (\d+) of \d+", text)[1])
        if number <= after:
            return None  # that was the last
        question = ask(lab, box, number)
        assert f"P{question.p} needs a goroutine. By Go's rules it is g{question.goid} (" in text
        shown = box.locator(".gs-choose-list [data-goid]").all_inner_texts()[1:]
        assert shown == [f"g{goid} {place}" for goid, place in question.others][:29]
        if question.others:
            return question
    return None


def by_gos_rules(page, lab, box, **values) -> dict:
    """Until a lab shows the run without choices, and nothing beside it; what it shows."""
    code = box.locator(".gs-lab-code").element_handle()
    page.wait_for_function("e => !e.textContent.includes('choices')", arg=code)
    shown = wait_for(page, lab, box, **lab.start | values)
    page.wait_for_function("() => !document.querySelector('article .gs-lab-second')")
    return shown


def test_the_reader_is_the_scheduler(stages):
    """Choose with the keyboard, twice where that is possible, and take it back. Python's run is the oracle,
    event for event; what Go would have done stands beside it."""
    page, found = stages
    chosen = 0
    for lab, box in found:
        first = wait_for(page, lab, box, **lab.start)
        box.locator(".gs-stage-canvas").focus()
        page.keyboard.press("Home")
        second, choices = page.locator("article .gs-lab-second[data-live=yes]"), []
        for key in ("2", "Enter"):
            question = to_a_choice(page, lab, box, choices[-1][0] if choices else 0)
            if question is None:
                break
            goid = question.others[0][0]
            if key == "Enter":
                box.locator(f".gs-choose-list [data-goid='{goid}']").focus()
            page.keyboard.press(key)
            choices.append((question.number, goid))
            now = wait_for(page, lab, box, **lab.start, choices=choices)
            told = f"At decision {question.number} you chose g{goid} instead of g{question.goid}."
            assert told in now["words"]
            second.wait_for()
            page.wait_for_function("([e, text]) => e.innerText.startsWith(text)",
                                   arg=[box.locator(".gs-lab-said").element_handle(), told])  # fmt: skip
            assert log_of(box) == log_in_python(lab, box)
            pressed = box.locator(".gs-choose-list [data-goid][aria-pressed=true]")
            assert pressed.get_attribute("data-goid") == str(goid)
            assert second.evaluate(SHOWN)["words"] == first["words"], "the original, beside it"
            if key == "Enter":
                assert page.evaluate("document.activeElement.dataset.goid") == str(goid), "focus is kept"
            box.locator(".gs-stage-canvas").focus()
        chosen += len(choices)
        while choices:
            page.keyboard.press("u")
            if choices := choices[:-1]:
                wait_for(page, lab, box, **lab.start, choices=choices)
        assert by_gos_rules(page, lab, box)["words"] == first["words"]
    if not chosen:
        pytest.skip(NOBODY)


def test_another_run_has_no_choices(stages):
    page, found = stages
    for lab, box in found:
        control = next((c for c in lab.controls if not c.options), None)
        box.locator(".gs-stage-canvas").focus()
        page.keyboard.press("Home")
        question = to_a_choice(page, lab, box) if control else None
        if question is None:
            continue
        page.keyboard.press("2")
        wait_for(page, lab, box, choices=[(question.number, question.others[0][0])])
        page.locator("article .gs-lab-second").wait_for()
        box.locator(f"[data-control={control.name}]").focus()
        page.keyboard.press("End")
        by_gos_rules(page, lab, box, **{control.name: control.high})
        return
    pytest.skip(NOBODY)


def test_a_link_has_the_choices(stages, open_page, site, chapter):
    page, found = stages
    for lab, box in found:
        box.locator(".gs-stage-canvas").focus()
        page.keyboard.press("Home")
        question = to_a_choice(page, lab, box)
        if question is not None:
            break
    else:
        pytest.skip(NOBODY)
    page.keyboard.press("2")
    choices = [(question.number, question.others[0][0])]
    wait_for(page, lab, box, choices=choices)
    page.locator("article .gs-lab-second[data-live=yes]").wait_for()
    box.locator("button", has_text="Link").click()
    address = page.evaluate("location.href")
    again = open_page(address, site)
    which = int(re.search(r"#lab(\d+):", address)[1]) - 1
    same = "article .gs-lab-static:not(.gs-lab-second)"
    other = again.locator(same).nth(which)
    wait_for(again, lab, other, **lab.start, choices=choices)
    assert log_of(other) == log_of(box)
    assert again.locator("article .gs-lab-second").count() == 1
    assert other.locator(".gs-stage-time").inner_text() == box.locator(".gs-stage-time").inner_text()
    # Choices that cannot be made, or are none, are left out: in each chapter another kind of them.
    number, goid = choices[0]
    kinds = (f"{number}-99999", "0-1", "x", f"{number}-{goid},{number}-{goid}", "1-2-3", "999999-1")
    wrong = kinds[CHAPTERS.index(chapter) % len(kinds)]
    third = open_page(address.replace(f"choices={number}-{goid}", f"choices={wrong}"), site)
    by_gos_rules(third, lab, third.locator(same).nth(which))
    assert third.errors == []


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
        beside_it(page, lab, box, second)
        box.locator(".gs-stage-canvas").focus()
        page.keyboard.press("Home")
        page.keyboard.press("End")
        ends = {b.locator(".gs-stage-time").inner_text() for b in (box, second)}
        assert len(ends) == 1, "one moment for both"
        box.locator(".gs-lab-split").click()
        assert second.count() == 0


def beside_it(page, lab, box, second) -> None:
    """What the second run is at first: another program, else another version, else real Go."""
    names = {c.name: c for c in lab.controls}
    if "program" in names or "version" in names:
        name = "program" if "program" in names else "version"
        shown = wait_for(page, lab, second)
        assert options_of(shown["code"])[name] != options_of(box.evaluate(SHOWN)["code"])[name]
    if lab.real:
        what = second.locator("[data-what]")
        what.select_option("recorded")
        real = lab.page_data["real"]
        code = second.locator(".gs-lab-code")
        page.wait_for_function("e => e.innerText.startsWith('Real Go')", arg=code.element_handle())
        assert second.locator(".gs-summary p").text_content() == real["words"]
        assert second.locator(".gs-lab-output").text_content() == real["output"]
        assert all(control.is_disabled() for control in second.locator("[data-control]").all())
        assert second.locator(".gs-choose").count() == 0
        assert second.evaluate(LANES) == lanes_in_python(lab)
        what.select_option("simulated")
        wait_for(page, lab, second)
        assert not any(control.is_disabled() for control in second.locator("[data-control]").all())
        what.select_option("recorded")
        page.wait_for_function("e => e.innerText.startsWith('Real Go')", arg=code.element_handle())


#: All intervals of all lanes that a second run shows.
LANES = """box => {
  const { log } = gosched.awake.find((lab) => lab.box === box);
  return ["G", "P", "M"].flatMap((kind) => log.lanes[kind].flatMap((lane) => lane.state.flatMap((s, i) =>
    s >= 0 && lane.end[i] > lane.start[i]
      ? [[kind, lane.id, gosched.STATES[s], lane.start[i], lane.end[i]].join(" ")] : [])));
}"""


def lanes_in_python(lab) -> list[str]:
    trace = user_only(load_recorded(lab.real).trace)
    table = intervals(trace)
    table = table[table["end"] > table["start"]]
    rows = zip(table["lane"], table["id"], table["state"], table["start"], table["end"], strict=True)
    return [" ".join(map(str, row)) for row in rows]


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
        box.locator(".gs-choose > summary").click()
        box.locator(".gs-lab-split").click()
        page.locator("article .gs-lab-second[data-live=yes]").last.wait_for()
    assert page.errors == []
    assert axe_faults(page, "article .gs-lab-static") == []
    page.errors.clear()  # axe asks for the theme's style sheets once more, in its own way
