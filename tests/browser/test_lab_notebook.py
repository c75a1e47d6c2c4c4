"""A chapter as a reader meets it: real JupyterLab, run from top to bottom, then every knob of every lab
moved by keyboard. Each move must change the picture."""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "01-goroutines.ipynb"
RUN_LIMIT = 300  # seconds for a whole chapter
STEPS = 4  # a single step of a knob may leave the picture as it is; so many may not

if not (ROOT / "notebooks" / CHAPTER).exists():
    pytest.skip(f"notebooks/{CHAPTER} does not exist yet", allow_module_level=True)

# How a lab looks, as text. A picture counts by its bytes: its blob address is new at every redraw.
LOOK = """async lab => {
  const parts = [];
  for (const view of lab.querySelectorAll('.gs-lab-view')) {
    const image = view.matches('img') ? view : view.querySelector('img');
    if (!image) { parts.push(view.innerHTML); continue; }
    if (!image.complete) await image.decode().catch(() => 0);
    const bytes = await (await fetch(image.src)).arrayBuffer();
    const hash = await crypto.subtle.digest('SHA-1', bytes);
    const words = view === image ? '' : view.innerHTML.replace(/blob:[^"]*/g, '');
    parts.push([...new Uint8Array(hash)].join() + words);
  }
  return parts.join('|');
}"""


@pytest.fixture(scope="module")
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
        limit = time.monotonic() + 90
        while True:
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None and time.monotonic() < limit, log.read_text()[-2000:]
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()  # JupyterLab ends its kernels on this
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for_kernel(page, address):
    """Until the server says that the kernel is idle. JupyterLab may ask first which one to take."""
    limit = time.monotonic() + 90
    while time.monotonic() < limit:
        question = page.locator(".jp-Dialog .jp-mod-accept")
        if question.count():
            question.first.click()
        with urllib.request.urlopen(f"{address}/api/sessions", timeout=10) as answer:
            states = [session["kernel"]["execution_state"] for session in json.load(answer)]
        if states == ["idle"] and not question.count():
            # The page must have heard of it too.
            indicator = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
            page.wait_for_selector(indicator, timeout=30_000, state="attached")
            return
        page.wait_for_timeout(500)
    pytest.fail("no kernel became idle")


@pytest.fixture(scope="module")
def chapter(browser, lab_server):
    """The chapter, open and run from top to bottom."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    page = context.new_page()
    page.foreign = []
    allowed = (lab_server, lab_server.replace("http", "ws", 1), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(allowed) else page.foreign.append(r.url))
    page.goto(f"{lab_server}/lab/tree/{CHAPTER}?reset", timeout=90_000)
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=90_000)
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
    )
    page.wait_for_timeout(1000)  # the last outputs arrive
    print(f"\n{CHAPTER}: run from top to bottom in {time.perf_counter() - start:.1f} s")
    yield page
    context.close()


def test_chapter_runs_without_errors(chapter):
    cells = json.loads((ROOT / "notebooks" / CHAPTER).read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    errors = chapter.evaluate(
        """() => [...document.querySelectorAll('.jp-CodeCell')].map(c => c.querySelector(
             '[data-mime-type="application/vnd.jupyter.error"]')?.innerText.slice(-600) || '')"""
    )
    assert len(errors) == len(code)
    unexpected = [
        text
        for cell, text in zip(code, errors, strict=True)
        if text and "raises-exception" not in cell["metadata"].get("tags", [])
    ]
    assert unexpected == []
    assert chapter.foreign == []


def test_every_knob_of_every_lab_changes_the_picture(chapter):
    labs = chapter.locator(".gs-lab")
    assert labs.count() > 0, "the chapter has no lab"
    dead, latencies = [], []
    for number in range(labs.count()):
        lab = labs.nth(number)
        knobs = lab.locator(".noUi-handle:visible, select:visible")
        assert knobs.count() > 0, f"lab {number} has no knob"
        assert lab.locator(".gs-lab-view").count() > 0, f"lab {number} has no view"
        for which in range(knobs.count()):
            knob = knobs.nth(which)
            lab.scroll_into_view_if_needed()
            if not move(chapter, lab, knob, latencies):
                label = knob.evaluate("k => k.closest('.widget-inline-hbox')?.innerText")
                dead.append(f"lab {number}, knob {which}: {label}")
    if latencies:
        print(
            f"knob to redrawn picture, ms: median {statistics.median(latencies):.0f}, "
            f"min {min(latencies):.0f}, max {max(latencies):.0f}, n {len(latencies)}"
        )
    assert dead == []


def pictures(lab) -> list[bytes]:
    views = lab.locator(".gs-lab-view")
    return [views.nth(i).screenshot() for i in range(views.count())]


def move(page, lab, knob, latencies) -> bool:
    """Push a knob by keyboard, a few steps at most, until the picture is another one."""
    before = pictures(lab)
    # JupyterLab keeps the bare arrow keys for itself when a drop-down list has the focus: open it first.
    # At the end of its range a knob only goes back.
    select = knob.evaluate("k => k.tagName === 'SELECT'")
    forth = ("Space", "ArrowDown", "Enter") if select else ("ArrowRight",)
    back = ("Space", "ArrowUp", "Enter") if select else ("ArrowLeft",)
    at_end = knob.evaluate(
        """k => k.tagName === 'SELECT' ? k.selectedIndex === k.options.length - 1
             : Number(k.getAttribute('aria-valuenow')) >= Number(k.getAttribute('aria-valuemax'))"""
    )
    for _ in range(STEPS):
        look = lab.evaluate(LOOK)
        knob.focus()
        start = time.perf_counter()
        for key in back if at_end else forth:
            page.keyboard.press(key)
        limit = start + 15
        while time.perf_counter() < limit and (changed := lab.evaluate(LOOK)) == look:
            page.wait_for_timeout(10)
        if changed != look:
            latencies.append((time.perf_counter() - start) * 1000)
            page.wait_for_timeout(150)  # the browser paints
            if pictures(lab) != before:
                return True
    return False
