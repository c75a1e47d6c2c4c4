"""Schedules in the page: a run step by step is Python's run, event for event and word for word, and a lab
shows each outcome of its program."""

from __future__ import annotations

import hashlib
import re

import pytest
from chapters import CHAPTERS, cells, labs, repeat, wait_for
from programs import random_program
from rich_programs import rich_program
from test_book import axe_faults
from test_page_kernel import new_page, page  # noqa: F401 - fixtures

from gosched_edu import go
from gosched_edu.explore import Budget, explore
from gosched_edu.page import asset
from gosched_edu.page.tables import program
from gosched_edu.trace.summary import summarize
from gosched_edu.trace.why import why

PROGRAMS = 12
FOLLOW = """async (jobs) => {
  const kernel = await gosched.theKernel();
  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const out = [];
  for (const { packed, ...options } of jobs) {
    const machine = new gosched.Machine(kernel, await gosched.loadProgram(packed), options);
    const ends = gosched.stepThrough(machine);
    const log = new gosched.Log(machine);
    out.push({
      status: machine.status, over: machine.over, output: machine.output, errors: gosched.obituary(machine),
      log: hex(await crypto.subtle.digest("SHA-256", machine.records)), summary: log.summary(),
      said: [...log.time.keys()].map((row) => log.why(row)), steps: ends.length,
    });
  }
  return out;
}"""


def followed(source: str, schedule: str, race: bool) -> tuple[dict[str, object], dict[str, object]]:
    """A run for the page, and what Python's kernel makes of it."""
    image = go.compile(source, race=race)
    run = go.run(image, procs=2, schedule=schedule, race=race, accesses=race)
    m, trace = run.machine, run.trace
    expected = {
        "status": m.status, "over": m.over_budget or "", "output": run.output, "errors": run.stderr,
        "log": hashlib.sha256(m.records().tobytes()).hexdigest(), "summary": str(summarize(trace)),
        "said": [why(trace, row) for row in range(len(trace))], "steps": m.state["STEP_N"],
    }  # fmt: skip
    packed = program(image, procs=2, race=race, effort=1)
    return {"packed": packed, "procs": 2, "version": "1.22", "seed": 1, "schedule": schedule}, expected


def test_the_page_follows_schedules(page):  # noqa: F811
    jobs, turns, races = [], set(), 0
    for number in range(PROGRAMS):
        source = (rich_program if number % 2 else random_program)(number)
        race = number % 3 == 0
        found = explore(source, method="random", budget=Budget(schedules=20, seconds=5), procs=2, races=race)
        for schedule in [o.schedule for o in found.outcomes if race or "@" not in o.schedule][:2]:
            jobs.append(followed(source, schedule, race))
            turns |= set(re.findall(r"[gct@]", schedule))
            races += "DATA RACE" in str(jobs[-1][1]["errors"])
    lost = next(lab for lab in labs("07-memory-model") if lab.outcomes["found"])
    racy = lost.source.replace("rounds = 10000", "rounds = 1")
    jobs += [followed(racy, o["schedule"], True) for o in lost.outcomes["found"]]
    timed = "package main\nimport \"time\"\nfunc main() { go println(1); time.Sleep(1); println(2) }\n"
    jobs.append(followed(timed, "timed 3:t", False))
    for (given, expected), got in zip(jobs, page.evaluate(FOLLOW, [g for g, _ in jobs]), strict=True):
        wrong = [key for key in expected if got[key] != expected[key]]
        assert not wrong, (given["schedule"], {key: (got[key], expected[key]) for key in wrong})
    assert len(jobs) > PROGRAMS and {"g", "c"} <= turns and "DATA RACE" in str([e["errors"] for _, e in jobs])


WITH_OUTCOMES = [c for c in CHAPTERS if any("outcomes=" in cell.source for cell in cells(c))]


@pytest.mark.parametrize("chapter", WITH_OUTCOMES)
def test_each_outcome_is_shown_step_by_step(open_page, site, chapter):
    book = open_page(f"{site}/notebooks/{chapter}.html", site)
    (number, lab), *_ = [(n, lab) for n, lab in enumerate(labs(chapter)) if lab.outcomes["found"]]
    box = book.locator("article .gs-lab-static:not(.gs-lab-second)").nth(number)
    box.scroll_into_view_if_needed()
    wait_for(book, lab, box, **lab.start)
    buttons = box.locator(".gs-outcomes button")
    assert len(lab.outcomes["found"]) == buttons.count() - 1 > 1
    for button, outcome in zip(buttons.all(), lab.outcomes["found"], strict=False):
        button.press("Enter")
        wait_for(book, lab, box, **lab.start, schedule=outcome["schedule"])
        run = repeat(lab, box.locator(".gs-lab-code").inner_text())
        assert box.evaluate(WHOLE_LOG) == hashlib.sha256(run.machine.records().tobytes()).hexdigest()
        assert button.get_attribute("aria-pressed") == "true"
        assert box.locator(".gs-outcome-said").inner_text().startswith(outcome["sentence"])
        steps = run.machine.state["STEP_N"]
        book.keyboard.press("End")  # the stage has the focus
        assert box.locator(".gs-stage-time").inner_text() == f"step {steps} of {steps}"
        assert box.locator(".gs-lab-split").is_disabled()
        assert "no time axis" in box.locator(".gs-lab-split").get_attribute("title")
    fork(book, lab, box)
    for name in lab.inside:  # they look into the machine after so many steps
        box.locator(f"[data-inside={name}] > summary").click()
    assert axe_faults(book, "article .gs-lab-static") == []  # the rest of the page: test_book
    book.errors.clear()  # axe asks for the theme's style sheets once more, in its own way
    slider = next(c for c in lab.controls if not c.options)
    box.locator(f"[data-control={slider.name}]").press("End")
    shown = wait_for(book, lab, box, **lab.start | {slider.name: slider.high})
    assert "schedule" not in shown["code"] and not box.locator(".gs-outcome-said").is_visible()
    assert book.errors == [] and book.foreign == []


def fork(book, lab, box) -> None:
    """The schedule up to a step, then another goroutine: whoever is offered can be chosen, says Python."""
    before = box.locator(".gs-lab-code").inner_text()
    others = box.locator(".gs-choose-list [data-goid][aria-pressed=false]")
    book.keyboard.press("Home")
    for step in range(1, 40):
        book.keyboard.press("d")
        assert box.locator(".gs-choose-said").inner_text().startswith(f"Step {step} of ")
        if others.count():
            break
    goid = others.first.get_attribute("data-goid")
    others.first.click()
    code = box.locator(".gs-lab-code").element_handle()
    book.wait_for_function(f"e => e.textContent.endsWith('{step}:g{goid}\")')", arg=code)
    wait_for(book, lab, box, **lab.start)
    run = repeat(lab, box.locator(".gs-lab-code").inner_text())
    assert box.evaluate(WHOLE_LOG) == hashlib.sha256(run.machine.records().tobytes()).hexdigest()
    box.locator("button", has_text="Undo").click()
    book.wait_for_function("([e, text]) => e.textContent === text", arg=[code, before])


def test_a_link_opens_at_a_schedule(open_page, tmp_path):
    (lab,) = [lab for lab in labs("02-channels") if lab.outcomes["found"]]
    (outcome,) = [o for o in lab.outcomes["found"] if o["schedule"]]
    file = tmp_path / "lab.html"
    file.write_text(f"<!doctype html><title>Lab</title>{lab.static_html()}<script>{asset.script()}</script>")
    box = "[data-live=yes]"
    bare = open_page(file.as_uri(), "file://")
    first = wait_for(bare, lab, bare.locator(box), **lab.start)
    bare.locator(".gs-outcomes button", has_text=outcome["label"]).last.click()
    wait_for(bare, lab, bare.locator(box), **lab.start, schedule=outcome["schedule"])
    for key in ("Home", "Shift+ArrowRight", "ArrowRight", "+"):
        bare.keyboard.press(key)
    bare.locator("button", has_text="Link").click()
    address = bare.evaluate("location.href")
    again = open_page(address, "file://")
    wait_for(again, lab, again.locator(box), **lab.start, schedule=outcome["schedule"])
    state = "() => [...document.querySelectorAll('.gs-stage-time, .gs-stage-why, .gs-outcome-said')].map("
    state += "e => e.innerText).concat(gosched.awake[0].stage.view.map(Math.round))"
    assert again.evaluate(state) == bare.evaluate(state)
    for wrong in ("1:g99", "nonsense", "@1 2:g1"):  # of another program: Go's rules, and it is said
        third = open_page(re.sub("schedule=[^&]*", f"schedule={wrong}", address), "file://")
        assert wait_for(third, lab, third.locator(box), **lab.start)["words"] == first["words"]
        assert "another program" in third.locator(".gs-outcome-said").inner_text()
        assert third.errors == []


WHOLE_LOG = """async (box) => {
  const { whole } = gosched.awake.find((lab) => lab.box === box).log;
  const hash = await crypto.subtle.digest("SHA-256", whole.records);
  return [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, "0")).join("");
}"""
