"""Each chapter as a reader meets it: real JupyterLab, run from top to bottom, then every control of every
lab moved. Each time the page must show what Python computes for the values that the controls have."""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import nbformat.v4 as nb
import pytest
from chapters import CHAPTERS, ROOT, cells, labs, picture, wait_for

from gosched_edu.labs import Lab

RUN_LIMIT = 900  # seconds for a whole chapter


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory):
    """JupyterLab over a copy of the notebooks, with settings of its own."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    settings = {
        # Keep all cells in the page: by default JupyterLab leaves out those that are far away.
        "notebook-extension/tracker": {"windowingMode": "none"},
        # No question about news on top of the page.
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    for name, values in settings.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={home / 'notebooks'}"),
        # The test itself ends the kernels of the chapters that are done.
        "--ServerApp.disable_check_xsrf=True",
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]
    own = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    log = home / "lab.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **own})
    address = f"http://127.0.0.1:{port}"
    try:
        limit = time.monotonic() + 300
        while True:
            try:
                urllib.request.urlopen(f"{address}/api", timeout=60).close()
                break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None and time.monotonic() < limit, log.read_text()[-2000:]
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()  # JupyterLab ends its kernels on this
        try:
            server.wait(120)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def sessions(address, name) -> list[dict]:
    """The kernels of a notebook: one, once it is open. Another notebook may be open at the same time."""
    with urllib.request.urlopen(f"{address}/api/sessions", timeout=120) as answer:
        return [session for session in json.load(answer) if session["path"] == f"{name}.ipynb"]


def wait_for_kernel(page, address):
    """Until server and page agree that the kernel is idle. JupyterLab may ask first which one to take."""
    limit = time.monotonic() + 300
    while time.monotonic() < limit:
        question = page.locator(".jp-Dialog .jp-mod-accept")
        if question.count():
            question.first.click()
        states = [session["kernel"]["execution_state"] for session in sessions(address, page.name)]
        if states == ["idle"] and not question.count():
            indicator = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
            page.wait_for_selector(indicator, state="attached")
            return
        page.wait_for_timeout(200)
    pytest.fail("no kernel became idle")


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, browser, lab_server):
    """A chapter, open and run from top to bottom."""
    with notebook(browser, lab_server, request.param) as page:
        yield page


@contextmanager
def notebook(browser, lab_server, name):
    """A notebook of the server, open and run from top to bottom."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    page = context.new_page()
    page.name, page.foreign = name, []
    allowed = (lab_server, lab_server.replace("http", "ws", 1), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(allowed) else page.foreign.append(r.url))
    page.goto(f"{lab_server}/lab/tree/{name}.ipynb?reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    wait_for_kernel(page, lab_server)
    start = time.perf_counter()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator('[data-command="runmenu:run-all"]').click()
    # Done when every cell with code has its number, or when one has failed and stopped the rest.
    page.wait_for_function(
        """() => {
          const cells = [...document.querySelectorAll('.jp-CodeCell')].filter(
            c => c.querySelector('.cm-content')?.textContent.trim());
          const prompts = cells.map(c => c.querySelector('.jp-InputPrompt').textContent);
          const waiting = prompts.filter(p => !/\\[\\d+\\]/.test(p));
          const running = prompts.some(p => p.includes('[*]'));
          const failed = document.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
          return cells.length && (!waiting.length || (failed && !running));
        }""",
        timeout=RUN_LIMIT * 1000,
        polling=300,  # not at each frame: the kernel needs the core
    )
    wait_for_kernel(page, lab_server)
    print(f"\n{name}: run from top to bottom in {time.perf_counter() - start:.1f} s")
    yield page
    context.close()
    for session in sessions(lab_server, name):
        ending = urllib.request.Request(f"{lab_server}/api/sessions/{session['id']}", method="DELETE")
        urllib.request.urlopen(ending, timeout=120).close()


def test_chapter_runs_without_errors(chapter):
    code = [cell for cell in cells(chapter.name) if cell.cell_type == "code"]
    errors = chapter.evaluate(
        """() => [...document.querySelectorAll('.jp-CodeCell')].map(c => c.querySelector(
             '[data-mime-type="application/vnd.jupyter.error"]')?.innerText.slice(-600) || '')"""
    )
    assert len(errors) == len(code)
    unexpected = [
        text
        for cell, text in zip(code, errors, strict=True)
        if text and "raises-exception" not in cell.metadata.get("tags", [])
    ]
    assert unexpected == []
    assert chapter.foreign == []


def test_every_control_of_every_lab_shows_what_python_computes(chapter):
    declared = labs(chapter.name)
    boxes = chapter.locator(".gs-lab")
    boxes.nth(len(declared) - 1).wait_for()
    assert boxes.count() == len(declared) > 0
    latencies = []
    for number, lab in enumerate(declared):
        box = boxes.nth(number)
        box.scroll_into_view_if_needed()
        rows = box.locator(".widget-inline-hbox:has(.noUi-handle), .widget-inline-hbox:has(select)")
        assert [row.locator("label").inner_text() for row in rows.all()] == [c.label for c in lab.controls]
        first = (wait_for(chapter, lab, box, **lab.start)["words"], picture(box))
        looks = []
        for control, row in zip(lab.controls, rows.all(), strict=True):
            for step in (+1, -1):
                start = time.perf_counter()
                value = move(chapter, control, row, step)
                now = wait_for(chapter, lab, box, **{control.name: value})
                latencies.append((time.perf_counter() - start) * 1000)
                looks.append((now["words"], picture(box)))
            box.locator("button", has_text="Reset").click()  # a program may lack the knobs of another
            wait_for(chapter, lab, box, **lab.start)
        assert any(words != first[0] for words, _ in looks), f"{lab.title}: always the same words"
        if "timeline" in lab.views:
            assert any(drawn != first[1] for _, drawn in looks), f"{lab.title}: always the same picture"
        assert wait_for(chapter, lab, box, **lab.start)["words"] == first[0]
    print(
        f"{chapter.name}: control to new picture, ms: median {statistics.median(latencies):.0f}, "
        f"min {min(latencies):.0f}, max {max(latencies):.0f}, n {len(latencies)}"
    )


def test_two_runs_and_the_readers_choices(chapter):
    """Compare, in each lab: another run, with controls of its own. Then the reader decides who runs, and
    Python has the same run. Real Go builds the first program that it is asked for in each chapter."""
    asked = False
    for number, lab in enumerate(labs(chapter.name)):
        box = chapter.locator(".gs-lab").nth(number)
        box.scroll_into_view_if_needed()
        wait_for(chapter, lab, box, **lab.start)
        compare = box.locator(".gs-lab-split")
        compare.click()
        second = box.locator(".gs-lab-second[data-live=yes]")
        second.wait_for()
        what = second.locator("[data-what]")
        what.select_option("simulated")
        slider = next((c for c in lab.controls if not c.options), None)
        if slider is not None:
            second.locator(f"[data-control={slider.name}]").focus()
            chapter.keyboard.press("End")
            wait_for(chapter, lab, second, **{slider.name: slider.high})
        if lab.real:
            real_go(chapter, second, what, build=not asked)
            asked = True
        compare.click()
        assert second.count() == 0
        if "timeline" in lab.views:
            choose(chapter, lab, box)


#: Two programs, one with a knob. The quotes are to survive the way through Python and the clipboard.
FIRST = """package main

import "sync"

var n = 3 //knob n 1 9

func main() {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() { println("\\t'", i, `"\\`); wg.Done() }()
	}
	wg.Wait()
}
"""
SECOND = "package main\n\nfunc main() {\n\tgo println(1)\n\tprintln(2)\n}\n"
#: What a lab shows, and what its code says of the stage.
WINDOW = re.compile(r"moment=\d+,\s+window=\(\d+, \d+\)")
STATE = """box => [...box.querySelectorAll(
  '.gs-stage-time, .gs-stage-why, .gs-lab-output, .gs-summary p, .gs-outcome-said'
)].filter(e => !e.closest('.gs-lab-second')).map(e => e.textContent)"""


def test_a_copied_state_opens_in_another_notebook(browser, lab_server):
    """Copy, in three states: values, choices, moment and window; a schedule; another program. What is in the
    clipboard is pasted into an empty notebook, and a lab in the same state comes up."""
    options = dict(
        name="first", variants={"second": SECOND}, procs=2, title="It's", settings=("wake",),
        outcomes={"as it comes": "", "g3 first": "12:g3"},
    )  # fmt: skip
    lab = Lab(FIRST, **options)
    cell = f"from gosched_edu.labs import Lab\nLab({FIRST!r}, **{options!r})"
    for name, source in {"copy": cell, "paste": "1"}.items():
        content = nb.new_notebook(cells=[nb.new_code_cell(source)])
        body = json.dumps({"type": "notebook", "content": content}).encode()
        put = urllib.request.Request(f"{lab_server}/api/contents/{name}.ipynb", data=body, method="PUT")
        urllib.request.urlopen(put, timeout=120).close()
    states, copied = [], []
    with notebook(browser, lab_server, "copy") as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        box = page.locator(".gs-lab")
        stage = box.locator(".gs-stage-canvas").first

        def copy(**wanted: object) -> None:
            wait_for(page, lab, box, **wanted)
            stage.focus()
            for key in ("Home", "Shift+ArrowRight", "+", "ArrowRight"):
                page.keyboard.press(key)
            states.append(box.evaluate(STATE))
            box.locator("button", has_text="Copy").click()
            copied.append(page.evaluate("navigator.clipboard.readText()"))
            assert copied[-1] == box.locator(".gs-lab-state").input_value()

        first = {name: value for name, value in lab.start.items() if name != "wake"}  # a cost, in code
        wait_for(page, lab, box, **first)
        box.locator(".noUi-handle").first.focus()
        page.keyboard.press("ArrowRight")
        wait_for(page, lab, box, n=4)
        stage.focus()
        page.keyboard.press("Home")
        for _ in range(40):
            page.keyboard.press("d")
            if box.locator(".gs-choose-list [data-goid]").count() > 1:
                break
        number = int(box.locator(".gs-choose-said").inner_text().split()[1])
        goid = int(box.locator(".gs-choose-list [data-goid]").nth(1).get_attribute("data-goid"))
        page.keyboard.press("2")
        copy(n=4, choices=[(number, goid)])
        box.locator(".gs-outcomes button", has_text="g3 first").click()
        copy(**first, schedule="12:g3")
        box.locator(".jupyter-widget-Collapse-header").click()
        box.locator(".widget-accordion select").select_option("0")
        box.locator("select").first.select_option("second")
        copy(program="second", costs={"wake": 0})
    with notebook(browser, lab_server, "paste") as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        for number, (state, text) in enumerate(zip(states, copied, strict=True)):
            page.evaluate("text => navigator.clipboard.writeText(text)", text)
            page.locator(".jp-Cell .cm-content").last.click()
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.press("ControlOrMeta+v")
            page.keyboard.press("Shift+Enter")  # a new cell comes after the last
            box = page.locator(".gs-lab").nth(number)
            box.wait_for()
            limit = time.monotonic() + 180
            while (shown := box.evaluate(STATE)) != state and time.monotonic() < limit:
                page.wait_for_timeout(100)
            assert shown == state
            box.locator("button", has_text="Copy").click()
            again = page.evaluate("navigator.clipboard.readText()")
            # the last has its programs in another order: the one that was shown comes first
            assert WINDOW.search(again)[0] == WINDOW.search(text)[0]
            assert number == 2 or again == text


def real_go(page, second, what, build: bool) -> None:
    """The recording, and a run of now: only when the reader presses the button."""
    what.select_option("recorded")
    code, trouble = second.locator(".gs-lab-code"), second.locator(".gs-lab-error")
    page.wait_for_function("e => /^Real Go .* recorded/.test(e.textContent)", arg=code.element_handle())
    what.select_option("fresh")
    button = second.locator("button", has_text="Run in real Go")
    assert "builds the program with Go" in trouble.inner_text()
    if not build:
        return
    button.click()
    page.wait_for_function("e => /^Real Go .* just now/.test(e.textContent)", arg=code.element_handle(),
                           timeout=120_000)  # fmt: skip
    assert second.locator(".gs-summary p").text_content().startswith("The run took")
    assert not trouble.is_visible()


def choose(page, lab, box) -> None:
    box.locator(".gs-stage-canvas").focus()
    looks = []
    for key in ("Home", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        looks.append(box.locator(".gs-stage-time").inner_text())
    assert looks[0] == looks[2] != looks[1], "a step back"
    for _ in range(40):
        page.keyboard.press("d")
        if box.locator(".gs-choose-list [data-goid]").count() > 1:
            break
    else:
        return
    other = box.locator(".gs-choose-list [data-goid]").nth(1)
    goid = int(other.get_attribute("data-goid"))
    number = int(box.locator(".gs-choose-said").inner_text().split()[1])
    other.click()
    shown = wait_for(page, lab, box, **lab.start, choices=[(number, goid)])
    assert f"At decision {number} you chose g{goid} instead of g" in shown["words"]
    box.locator(".gs-lab-second").wait_for()
    box.locator("button", has_text="Undo").click()
    page.wait_for_function("e => !e.value.includes('choices')",
                           arg=box.locator("input[type=text]").element_handle())  # fmt: skip
    wait_for(page, lab, box, **lab.start)


def move(page, control, row, step: int):
    """Set a control to another value, as a reader does; return this value.

    A slider goes by keyboard, one to the right or to the left of its first value, as far as there is room;
    a list goes one entry on or back.
    """
    if control.options:
        select = row.locator("select")
        place = control.options.index(control.default)
        place = (place + step) % len(control.options)
        select.select_option(index=place)
        return control.options[place]
    handle = row.locator(".noUi-handle")
    handle.focus()
    value = int(float(handle.get_attribute("aria-valuenow")))
    wanted = max(control.low, min(control.high, control.default + step))
    while value != wanted:
        page.keyboard.press("ArrowRight" if wanted > value else "ArrowLeft")
        value += 1 if wanted > value else -1
    return wanted
