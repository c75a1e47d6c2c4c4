"""The sandbox: in the built page, opened from the disk, and in JupyterLab."""

import json

import pytest
from chapters import SHOWN, SITE, wait_for
from nbformat.v4 import new_code_cell, new_notebook, writes
from test_lab_notebook import lab_server, wait_for_kernel  # noqa: F401

from gosched_edu.labs.curated import programs
from gosched_edu.labs.declare import SETTINGS, settings_of
from gosched_edu.labs.sandbox import page_lab

HEAVIEST = 1_500_000  # bytes: the page, and any one of its programs
SLOW = 5  # so many times longer than a second may the first run take on a machine that does other things, too


@pytest.fixture(scope="module")
def sandbox(browser):
    """The page, awake, from the disk."""
    file = SITE / "book" / "sandbox.html"
    if not file.exists():
        pytest.skip("the book is not built; `make book SERVE=0` builds it")
    page = browser.new_context().new_page()
    page.foreign, page.errors = [], []
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else page.foreign.append(r.url),
    )
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.errors.append(str(e)))
    page.goto(file.as_uri())
    box = page.locator(".gs-lab-static").first
    box.scroll_into_view_if_needed()
    page.wait_for_selector(".gs-lab-static[data-live=yes]")
    yield page, box
    assert page.foreign == [] and page.errors == []
    page.context.close()


def start_of(name: str) -> dict:
    """What a program's code says at the start."""
    start = page_lab().starts[name]
    usual = {key: value for key, value in start.items() if key not in SETTINGS}
    return usual | settings_of(start) | {"program": name}


def choose(box, control: str, value: object) -> None:
    box.locator(".gs-lab-more").first.evaluate("details => { details.open = true }")
    box.locator(f"select[data-control='{control}']").first.select_option(str(value))


def test_the_page_is_light_and_quick(sandbox):
    page, box = sandbox
    heaviest = max(f.stat().st_size for f in (SITE / "_static" / "sandbox").glob("*.js"))
    assert (SITE / "book" / "sandbox.html").stat().st_size + heaviest < HEAVIEST
    assert set(json.loads(box.locator("script[type='application/json']").text_content())["about"]) == {
        *programs()
    }


@pytest.mark.parametrize("name", programs())
def test_each_program_runs_as_in_python(sandbox, name):
    page, box = sandbox
    lab = page_lab()
    choose(box, "program", name)
    shown = wait_for(page, lab, box, **start_of(name))
    assert programs()[name].question in box.locator(".gs-lab-about").text_content()
    assert shown["label"] and f'sources["{name}"]' in shown["code"]


def test_everything_can_be_turned(sandbox):
    page, box = sandbox
    lab = page_lab()
    choose(box, "program", "tight loop")
    first = wait_for(page, lab, box, **start_of("tight loop"))
    choose(box, "version", "1.22")
    now = wait_for(page, lab, box, program="tight loop", version="1.22")
    assert now["output"] != first["output"]
    choose(box, "asyncpreemptoff", 1)
    choose(box, "wake", 80_000)
    wait_for(page, lab, box, program="tight loop", asyncpreemptoff=True, costs={"wake": 80_000})
    box.locator(".gs-lab-reset").click()
    wait_for(page, lab, box, **start_of("tight loop"))


def test_every_look_inside_and_two_programs_side_by_side(sandbox):
    page, box = sandbox
    lab = page_lab()
    choose(box, "program", "dining philosophers")
    shown = wait_for(page, lab, box, program="dining philosophers")
    assert "all goroutines are asleep" in shown["error"]
    for look in ("source", "queues", "channels", "stacks", "traceback"):
        panel = box.locator(f"[data-inside={look}]")
        panel.locator("summary").click()
        page.wait_for_function("e => e.textContent.trim()", arg=panel.locator("> div").element_handle())
    assert "goroutine 1 [" in box.locator("[data-inside=traceback]").text_content()
    box.locator(".gs-lab-split").click()
    second = page.locator(".gs-lab-second")
    choose(second, "program", "prime sieve")
    wait_for(page, lab, second, program="prime sieve", primes=8)
    assert box.evaluate(SHOWN)["error"] == shown["error"]
    box.locator(".gs-lab-split").click()


def test_a_link_opens_the_same_state(sandbox):
    page, box = sandbox
    lab = page_lab()
    choose(box, "program", "worker pool")
    wait_for(page, lab, box, program="worker pool")
    choose(box, "switch", 912)
    wait_for(page, lab, box, program="worker pool", costs={"switch": 912})
    box.get_by_role("button", name="Link").click()
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".gs-lab-static[data-live=yes]")
    wait_for(other, lab, other.locator(".gs-lab-static").first, program="worker pool", costs={"switch": 912})
    other.close()


PASTED = """package main

var n = 3 //knob n 1 9

func main() {
	for i := 0; i < n; i++ {
		println(i)
	}
}
"""


def test_any_program_in_jupyterlab(browser, lab_server, tmp_path):  # noqa: F811
    import urllib.request

    cell = "from gosched_edu.labs import sandbox\ns = sandbox()\ns"
    body = {"type": "notebook", "content": json.loads(writes(new_notebook(cells=[new_code_cell(cell)])))}
    put = urllib.request.Request(
        f"{lab_server}/api/contents/try.ipynb", json.dumps(body).encode(),
        {"Content-Type": "application/json"}, method="PUT",
    )  # fmt: skip
    urllib.request.urlopen(put, timeout=120).close()
    page = browser.new_context(viewport={"width": 1200, "height": 1400}).new_page()
    page.name = "try"
    page.goto(f"{lab_server}/lab/tree/try.ipynb?reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    wait_for_kernel(page, lab_server)
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    field = page.locator(".gs-sandbox-text textarea")
    field.wait_for()
    output = page.locator(".gs-lab .gs-lab-output").first
    output.wait_for()
    assert "goroutine" in output.text_content()

    run = page.get_by_role("button", name="Run", exact=True).last
    field.fill(PASTED.replace("println(i)", "println(j)"))
    run.click()
    wrong = page.locator(".gs-lab-error[role=alert]", has_text="main.go:7:11")
    wrong.wait_for()
    assert "undefined: j" in wrong.first.text_content()
    field.fill(PASTED)
    run.click()
    page.locator(".gs-lab .gs-lab-error", has_text="0\n1\n2").wait_for()
    field.fill("package main\n\nfunc main() {\n\tfor {\n\t}\n}\n")
    run.click()
    page.locator(".gs-lab .gs-lab-error", has_text="used up its budget").wait_for()
    page.context.close()
