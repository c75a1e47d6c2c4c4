"""A lab in a real JupyterLab: from the moved slider to the new picture.

There the slider is a widget: its value goes to Python, which answers with the values of the run, and the
stage in the browser runs it. Wall time, for that is what a reader waits for.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import nbformat

from benchmarks.measure import Row, say
from benchmarks.page import LAB

CELL = f"from gosched_edu.labs import Lab\nLab({LAB!r}, version='1.27')"
#: Presses a key at the first slider, to and fro; ms until the picture is drawn.
MOVE = """async (times) => {
  const handle = document.querySelector('.gs-lab .noUi-handle');
  const view = document.querySelector('.gs-lab-view');
  const out = [];
  handle.focus();
  for (let i = 0; i < times; i++) {
    const before = view.dataset.run, start = performance.now();
    const key = i % 2 ? 'ArrowLeft' : 'ArrowRight';
    handle.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
    while (view.dataset.run === before) await new Promise(requestAnimationFrame);
    out.push(performance.now() - start);
  }
  return out;
}"""


def notebook_rows(quick: bool) -> Iterator[Row]:
    """The row of JupyterLab; none, and a word, where there is no browser."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        say("JupyterLab: no browser is installed, so it is left out")
        return
    from playwright.sync_api import sync_playwright

    say("a lab in JupyterLab")
    with tempfile.TemporaryDirectory(prefix="gosched-notebook-") as folder, sync_playwright() as playwright:
        with _server(Path(folder)) as address:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1200, "height": 1000})
            page.goto(f"{address}/lab/tree/lab.ipynb?reset", timeout=90_000)
            _wait_for_kernel(page, address)
            page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
            page.locator('[data-command="runmenu:run-all"]').click()
            page.wait_for_selector(".gs-lab-view[data-run]", timeout=120_000)
            page.evaluate(MOVE, 2)
            ms = median(page.evaluate(MOVE, 6 if quick else 20))
            records = page.evaluate("gosched.awake[0].log.length")
            browser.close()
    yield Row("JupyterLab: a control", f"from a moved slider to the new picture, {records:,} records",
              f"{ms:.0f} ms", "", "< 120 ms", ms < 120, {"ms": ms, "records": records})  # fmt: skip


def _wait_for_kernel(page: Any, address: str) -> None:
    """Until the kernel is idle. JupyterLab may ask first which one to take."""
    question = page.locator(".jp-Dialog .jp-mod-accept")
    for _ in range(450):
        if question.count():
            question.first.click()
        with urllib.request.urlopen(f"{address}/api/sessions", timeout=10) as answer:
            states = [session["kernel"]["execution_state"] for session in json.load(answer)]
        if states == ["idle"] and not question.count():
            idle = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
            page.wait_for_selector(idle, timeout=30_000, state="attached")
            return
        page.wait_for_timeout(200)
    raise RuntimeError("JupyterLab has no kernel that is idle")


@contextmanager
def _server(home: Path) -> Iterator[str]:
    """JupyterLab over a folder with one notebook, with settings of its own."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    nbformat.write(book, home / "lab.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={home}"),
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]
    own = {
        "JUPYTER_CONFIG_DIR": str(home / ".config"), "JUPYTERLAB_SETTINGS_DIR": str(home / ".settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / ".workspaces"), "JUPYTER_PREFER_ENV_PATH": "1",
    }  # fmt: skip
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**os.environ, **own})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None:
                    raise RuntimeError("JupyterLab did not start") from None
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()  # it ends its kernels on this
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
