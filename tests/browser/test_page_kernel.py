"""The kernel in the page against the kernel in Python: event for event, word for word.

The oracle is Python's kernel, compiled by numba for this machine; what is judged is the same
kernel as WebAssembly in a real browser, and page/log.js, which says in JavaScript what
gosched_edu.trace says in Python.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import packs
import pytest
from programs import SPAWN
from test_choice import wander

from gosched_edu import go
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.versions import VERSIONS
from gosched_edu.page import asset
from gosched_edu.page.tables import program
from gosched_edu.trace.decisions import decisions
from gosched_edu.trace.summary import intervals, summarize
from gosched_edu.trace.why import why

PROGRAMS = 1_000
BATCH = 100
#: In every so manieth pack of programs the race detector is on; every so manieth run goes step by step, by a
#: schedule.
RACES, SCHEDULES = 10, 17
#: In every so manieth run somebody else decides here and there; of every so manieth every third sentence is
#: compared as well.
CHOICES, WORDS = 5, 41
#: The words of a record of the log.
FIELDS = ("time", "kind, reason, P and M", "goroutine", "argument", "second argument", "instruction")

#: Runs jobs in the page, and returns what can be compared.
RUN = """async ([images, jobs]) => {
  const kernel = await gosched.theKernel();
  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const programs = new Map();
  for (const [key, packed] of Object.entries(images)) programs.set(key, await gosched.loadProgram(packed));
  const results = async ({ image, words, ...options }) => {
    const machine = new gosched.Machine(kernel, programs.get(String(image)), options);
    machine.run();
    const log = new gosched.Log(machine);
    const lanes = [];
    for (const kind of "GPM") for (const lane of log.lanes[kind]) lane.state.forEach((s, i) => {
      if (s >= 0 && lane.end[i] > lane.start[i])
        lanes.push([kind, lane.id, gosched.STATES[s], lane.start[i], lane.end[i]].join(" "));
    });
    const said = [];
    if (words) for (let row = 0; row < log.length; row += 3) said.push(log.why(row));
    return {
      status: machine.status, over: machine.over, instructions: machine.get("INS"), output: machine.output,
      errors: gosched.obituary(machine), log: hex(await crypto.subtle.digest("SHA-256", machine.records)),
      summary: log.summary(), lanes, said,
    };
  };
  const out = [];
  for (const job of jobs) out.push(await results(job).catch((error) => ({ error: String(error) })));
  return out;
}"""

#: The log of one job, its numbers as text.
LOG = """async ([packed, { image, words, ...options }]) => {
  const machine = new gosched.Machine(await gosched.theKernel(), await gosched.loadProgram(packed), options);
  machine.run();
  return [...machine.records].map(String);
}"""


def races(number: int) -> bool:
    return number // packs.SIZE % RACES == 3


@cache
def image_of(number: int) -> Image:
    """The image that holds the program of that number; of ten one for the race detector."""
    if not races(number):
        return packs.image(number)
    first = number - number % packs.SIZE
    return go.compile(packs.pack(range(first, first + packs.SIZE)), race=True)


def options_of(number: int) -> dict[str, object]:
    """How the program of that number runs; by different measures, so that all meet all."""
    return {
        "procs": number // 3 % 8 + 1, "version": VERSIONS[number // 2 % len(VERSIONS)], "seed": number,
        "gogc": (100, 100, 1, -1)[number // 5 % 4], "asyncpreemptoff": number // 7 % 5 == 0,
        "costs": {"switch": 200, "wake": 1_000} if number // 11 % 5 == 0 else {},
        "knobs": {packs.KNOB: number % packs.SIZE},
    }  # fmt: skip


def run_of(number: int, choices: object = (), schedule: str | None = None, **more: object) -> go.Run:
    race = races(number)
    how = {"choices": choices} if schedule is None else {"schedule": schedule, "accesses": race}
    return go.run(image_of(number), race=race, **how, **options_of(number) | more)


def schedule_of(number: int) -> str:
    """A schedule that the program can follow, drawn at random: what it cannot is left out."""
    draw, text = random.Random(number), ""
    for step in sorted(draw.sample(range(2, 50), 6)):
        more = f"{text} {step}:g{draw.randint(1, 6)}".strip()
        with suppress(ValueError):
            run_of(number, schedule=more)
            text = more
    return text


@cache
def job(number: int, **more: object) -> tuple[dict[str, object], dict[str, object]]:
    """A generated program for the page, and what Python's kernel makes of it; `more` is for Python only."""
    options = options_of(number)
    choices = []
    if number % CHOICES == 3:
        _, choices, _ = wander(image_of(number), 5, number, race=races(number), **options)
    schedule = schedule_of(number) if number % SCHEDULES == 7 else None
    run = run_of(number, choices, schedule, **more)
    m, trace = run.machine, run.trace
    table = intervals(trace)
    table = table[table["end"] > table["start"]]
    rows = zip(table["lane"], table["id"], table["state"], table["start"], table["end"], strict=True)
    words = number % WORDS == 0
    expected = {
        "status": m.status, "over": m.over_budget or "", "instructions": m.state["INS"],
        "output": m.output.decode("utf-8", "replace"), "errors": run.stderr,
        "log": hashlib.sha256(m.records().tobytes()).hexdigest(), "summary": str(summarize(trace)),
        "lanes": [" ".join(map(str, row)) for row in rows],
        "said": [why(trace, row) for row in range(0, len(trace), 3)] if words else [],
    }  # fmt: skip
    given = options | {"image": number - number % packs.SIZE, "words": words, "choices": choices}
    if schedule is not None:
        given["schedule"] = schedule
    return given, expected


@cache
def packed(first: int) -> dict[str, object]:
    return program(image_of(first), procs=8, race=races(first), effort=1)


def differences(page, numbers: range) -> Iterator[str]:
    """In what the page's runs of these programs are not Python's; nothing if they are the same."""
    jobs = [job(number) for number in numbers]
    images = {given["image"]: packed(given["image"]) for given, _ in jobs}
    found = page.evaluate(RUN, [images, [given for given, _ in jobs]])
    for number, (given, expected), got in zip(numbers, jobs, found, strict=True):
        if "error" in got:
            yield f"program {number} (packs.generated({number})), {options_of(number)}: {got['error']}"
        elif wrong := [key for key in expected if got[key] != expected[key]]:
            head = f"program {number} (packs.generated({number})), {options_of(number)}, {given['choices']}, "
            head += f"{given.get('schedule')}:"
            if "log" in wrong:
                head += f" {first_event(page, number)};"
            both = {key: (got[key], expected[key]) for key in wrong}
            yield f"{head} page and Python: {both}"


def first_event(page, number: int) -> str:
    """The first event, and its first field, in which the page's log is another one."""
    given, _ = job(number)
    log = list(map(int, page.evaluate(LOG, [packed(given["image"]), given])))
    expected = run_of(number, given["choices"], given.get("schedule")).machine.records().reshape(-1).tolist()
    for at, (a, b) in enumerate(zip(log, expected, strict=False)):
        if a != b:
            row, field = divmod(at, len(FIELDS))
            return f"event {row}, {FIELDS[field]}: page {a}, Python {b}"
    return f"page has {len(log) // len(FIELDS)} events, Python {len(expected) // len(FIELDS)}"


@pytest.fixture(scope="module")
def new_page(browser, tmp_path_factory):
    """Makes a page with a script."""
    empty = tmp_path_factory.mktemp("page") / "empty.html"
    empty.write_text("<!doctype html><title>Empty</title>")
    pages = []

    def new(script: str):
        page = browser.new_context().new_page()
        pages.append(page)
        page.goto(empty.as_uri())  # about:blank is no secure context and has no crypto
        page.add_script_tag(content=script)
        return page

    yield new
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def page(new_page):
    return new_page(asset.script())


@pytest.mark.parametrize("first", range(0, PROGRAMS, BATCH))
def test_the_page_runs_what_python_runs(page, first):
    assert next(differences(page, range(first, first + BATCH)), None) is None


#: Faults that page/machine.js and page/log.js could have: what stands there, and what instead.
DEFECTS = {
    "two swapped columns": (
        "ch_at: choices.map(([number]) => number), ch_g: choices.map(([, goid]) => goid)",
        "ch_g: choices.map(([number]) => number), ch_at: choices.map(([, goid]) => goid)",
    ),
    "a field read for another": ("this.g[r] = words[i + 4]", "this.g[r] = words[i + 6]"),
    "an option taken for another": ("SEED: seed,", "SEED: procs,"),
    "a cost that is 1 ns too high": ("actions[name]] = BigInt(value)", "actions[name]] = BigInt(value + 1)"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_fault_of_the_page_is_found(new_page, name):
    right, wrong = DEFECTS[name]
    script = asset.script()
    assert script.count(right) == 1
    (message, *_) = differences(new_page(script.replace(right, wrong)), range(40))
    assert "program " in message


def test_the_page_asks_what_python_asks(page):
    """At each tenth decision of a run: who decides, for whom, and who else could run."""
    image = go.compile(SPAWN)
    last = len(decisions(go.run(image, procs=3, knobs={"n": 60}).trace))
    assert last > 50
    for number in range(1, last, 10):
        asked = go.run(image, procs=3, knobs={"n": 60}, choices=[(number, go.ASK)]).machine.question
        question = page.evaluate(
            """async ([packed, options]) => {
              const kernel = await gosched.theKernel();
              const machine = new gosched.Machine(kernel, await gosched.loadProgram(packed), options);
              machine.run();
              return machine.question;
            }""",
            [program(image, procs=3, effort=1),
             {"procs": 3, "version": "1.22", "seed": 1, "knobs": {"n": 60}, "choices": [(number, 0)]}],
        )  # fmt: skip
        assert (question["number"], question["time"], question["p"]) == (number, asked.time, asked.p)
        assert question["goid"] == asked.goid
        assert [(o["goid"], o["place"]) for o in question["others"]] == list(asked.others)


def test_another_run_would_be_noticed(page, monkeypatch):
    """The comparison is worth something: one action costs a ns more, and it says where that shows first."""
    usual = options_of(2)
    packed(0)
    monkeypatch.setitem(globals(), "options_of", lambda number: usual | {"costs": {"switch": 58}})
    job.cache_clear()
    expected = job(2)
    given = usual | {key: expected[0][key] for key in ("image", "words", "choices")}
    monkeypatch.setitem(globals(), "job", lambda number: (given, expected[1]))
    (message,) = differences(page, range(2, 3))
    assert "program 2 " in message and re.search(r"event [0-9]+, time: page [0-9]+, Python [0-9]+", message)


BUDGETS = {
    "never ends": ("for { x++ }", {}, "instructions"),
    "prints without end": ('for { println("x") }', {"output": 5000}, "bytes of output"),
    "fills the memory": ("for { keep = append(keep, make([]int, 1000)) }", {"memory": 32 << 20}, "memory"),
}


@pytest.mark.parametrize("name", BUDGETS)
def test_no_program_hangs_the_page(page, name):
    body, options, word = BUDGETS[name]
    image = go.compile(f"package main\nvar x int\nvar keep [][]int\nfunc main() {{ {body} }}\n")
    over = page.evaluate(
        """async ([packed, options]) => {
          const kernel = await gosched.theKernel();
          const machine = new gosched.Machine(kernel, await gosched.loadProgram(packed), options);
          machine.run({ instructions: 3_000_000 });
          return machine.over;
        }""",
        [program(image, procs=1), {"procs": 1, "version": "1.27", "seed": 1, "trace": 0, **options}],
    )
    assert word in over
