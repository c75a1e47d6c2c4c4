"""The kernel in the page against the kernel in Python: event for event, word for word.

The oracle is Python's kernel, compiled by numba for this machine; what is judged is the same
kernel as WebAssembly in a real browser, and page/log.js, which says in JavaScript what
gosched_edu.trace says in Python.
"""

from __future__ import annotations

import hashlib
from itertools import islice

import pytest
from programs import SPAWN, random_program
from rich_programs import rich_program
from test_choice import wander

from gosched_edu import go
from gosched_edu.page import asset
from gosched_edu.page.tables import program
from gosched_edu.trace.decisions import decisions
from gosched_edu.trace.summary import intervals, summarize
from gosched_edu.trace.why import why

PROGRAMS = 100
BATCH = 50
WORDS = 10  # of so many programs every third sentence is compared as well
CHOICES = 4  # in every so manieth run somebody else decides here and there

#: Runs jobs in the page, and returns what can be compared.
RUN = """async (jobs) => {
  const kernel = await gosched.theKernel();
  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const out = [];
  for (const { packed, words, ...options } of jobs) {
    const machine = new gosched.Machine(kernel, await gosched.loadProgram(packed), options);
    machine.run();
    const log = new gosched.Log(machine);
    const lanes = [];
    for (const kind of "GPM") for (const lane of log.lanes[kind]) lane.state.forEach((s, i) => {
      if (s >= 0 && lane.end[i] > lane.start[i])
        lanes.push([kind, lane.id, gosched.STATES[s], lane.start[i], lane.end[i]].join(" "));
    });
    const said = [];
    if (words) for (let row = 0; row < log.length; row += 3) said.push(log.why(row));
    out.push({
      status: machine.status, over: machine.over, instructions: machine.get("INS"), output: machine.output,
      errors: gosched.obituary(machine), log: hex(await crypto.subtle.digest("SHA-256", machine.records)),
      summary: log.summary(), lanes, said,
    });
  }
  return out;
}"""


def job(number: int, **options: object) -> tuple[dict[str, object], dict[str, object]]:
    """A generated program for the page, and what Python's kernel makes of it."""
    procs, version = (1, 2, 4, 8)[number // 2 % 4], ("1.22", "1.27", "1.13", "1.4", "1.0")[number % 5]
    image = go.compile((rich_program if number % 2 else random_program)(number))
    choices = []
    if number % CHOICES == 3:
        _, choices, _ = wander(image, 5, number, procs=procs, seed=number, version=version)
    run = go.run(image, procs=procs, seed=number, version=version, choices=choices, **options)
    m, trace = run.machine, run.trace
    table = intervals(trace)
    table = table[table["end"] > table["start"]]
    rows = zip(table["lane"], table["id"], table["state"], table["start"], table["end"], strict=True)
    words = number < WORDS
    expected = {
        "status": m.status, "over": m.over_budget or "", "instructions": m.state["INS"],
        "output": m.output.decode("utf-8", "replace"), "errors": run.stderr,
        "log": hashlib.sha256(m.records().tobytes()).hexdigest(), "summary": str(summarize(trace)),
        "lanes": [" ".join(map(str, row)) for row in rows],
        "said": [why(trace, row) for row in range(0, len(trace), 3)] if words else [],
    }  # fmt: skip
    packed = program(image, procs=procs, effort=1)
    given = {"packed": packed, "procs": procs, "version": version, "seed": number, "words": words}
    return given | {"choices": choices}, expected


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    empty = tmp_path_factory.mktemp("page") / "empty.html"
    empty.write_text("<!doctype html><title>Empty</title>")
    page = browser.new_page()
    page.goto(empty.as_uri())  # about:blank is no secure context and has no crypto
    page.add_script_tag(content=asset.script())
    yield page
    page.close()


def test_the_page_runs_what_python_runs(page):
    numbers = iter(range(PROGRAMS))
    while batch := [job(n) for n in islice(numbers, BATCH)]:
        found = page.evaluate(RUN, [given for given, _ in batch])
        for (given, expected), got in zip(batch, found, strict=True):
            wrong = [key for key in expected if got[key] != expected[key]]
            assert not wrong, (given["seed"], {key: (got[key], expected[key]) for key in wrong})


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


def test_another_run_would_be_noticed(page):
    """The comparison is worth something: one action costs a ns more, and the logs differ."""
    given, expected = job(2, costs={"switch": 58})
    (got,) = page.evaluate(RUN, [given])
    assert got["log"] != expected["log"]


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
