"""One browser for all tests of this folder. It is the machine's own; nothing is downloaded."""

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest
from chapters import CHAPTERS, PAGES, SITE
from playwright.sync_api import sync_playwright

# No sandbox: tests may run as root. The rest keeps the browser from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: ms that anything is waited for: every test waits for what it needs, and on a busy machine that takes long.
PATIENCE = 180_000


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker("browser")
            # The tests of one page go to one worker: they share the page.
            params = item.callspec.params if hasattr(item, "callspec") else {}
            page = {params.get("chapter"), params.get("name")}.intersection(PAGES + CHAPTERS)
            item.add_marker(pytest.mark.xdist_group(":".join([Path(item.fspath).stem, *page])))


@pytest.fixture(scope="session")
def browser():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(names)} is installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE)
        new_context = chromium.new_context

        def patient(**options):
            context = new_context(**options)
            context.set_default_timeout(PATIENCE)
            return context

        chromium.new_context = patient
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site():
    """The address of the built book, served on a free port of this machine."""
    if not (SITE / "index.html").exists():
        pytest.skip("the book is not built; `make book SERVE=0` builds it")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _opener(browser):
    """Yields a function that opens a page; its `foreign` and `errors` fill up while it lives."""
    contexts = []

    def open_(address: str, own: str, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.foreign, page.errors = [], []
        allowed = (own, "data:", "blob:", "about:")
        page.on("request", lambda r: None if r.url.startswith(allowed) else page.foreign.append(r.url))
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.errors.append(str(e)))
        page.goto(address, wait_until="networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()


#: Pages that live as long as a test, and pages that several tests look at: a chapter takes two seconds
#: of a core to open.
open_page = pytest.fixture(_opener)
open_shared_page = pytest.fixture(_opener, scope="module")
