"""Labs: controls come from the source, a change is a run, errors are shown, pages are small."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import product
from types import SimpleNamespace

import pytest
from test_figures import crowd, ping_pong

from gosched_edu.labs import Lab
from gosched_edu.labs.declare import as_code, controls_for
from gosched_edu.labs.static import MAX_BYTES, MAX_STATES

SOURCE = """package main

var n = 5 //knob n 1 20

//knob size 0 8
var size int

func main() {}
"""


class Runner:
    """Stands for the simulator; keeps its calls."""

    def __init__(self, trace=None, stderr=""):
        self.calls = []
        self.trace = trace or ping_pong()
        self.stderr = stderr
        self.error = None

    def __call__(self, source, **parameters):
        self.calls.append(parameters)
        if self.error:
            raise self.error
        return SimpleNamespace(
            output=f"{parameters} <b>&\n", trace=self.trace, stderr=self.stderr, stopped=""
        )


@pytest.fixture
def runner():
    return Runner()


def make(runner, **more):
    lab = Lab(SOURCE, runner=runner, **more)
    lab.redraw()
    return lab


# --- declaration -----------------------------------------------------------------------------


def test_controls_come_from_source_and_parameters():
    controls = {c.name: c for c in Lab(SOURCE, procs=2).controls}
    assert list(controls) == ["n", "size", "procs", "seed", "version"]
    assert (controls["n"].default, controls["n"].low, controls["n"].high) == (5, 1, 20)
    assert (controls["size"].default, controls["size"].high) == (0, 8)
    assert (controls["procs"].low, controls["procs"].high) == (1, 16)
    assert "1.22" in controls["version"].options
    assert all(c.label and c.hint for c in controls.values())


def test_controls_can_be_changed_and_left_out():
    lab = Lab(SOURCE, controls={"procs": (1, 8), "seed": False, "version": ["1.4", "1.22"]})
    controls = {c.name: c for c in lab.controls}
    assert controls["procs"].high == 8
    assert "seed" not in controls
    assert controls["version"].options == ("1.4", "1.22")
    assert lab.values["seed"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"procs": 99}, "procs is a whole number 1 to 16"),
        ({"procs": True}, "procs is a whole number"),
        ({"version": "0.9"}, "version is one of"),
        ({"knobs": {"m": 1}}, "no 'm'"),
        ({"knobs": {"n": 21}}, "n is a whole number 1 to 20"),
        ({"controls": {"m": (1, 2)}}, "no 'm'"),
        ({"controls": {"n": (9, 2)}}, "empty"),
        ({"controls": {"n": "x"}}, "a list, or False"),
        ({"controls": {"version": (1, 2)}}, "list of values"),
        ({"controls": {"version": ["1.22", "9.9"]}}, "version is one of"),
        ({"controls": {"procs": [1, 2]}}, "procs is one of 1, 2, not 4"),
        ({"view": "stage"}, "no view stage"),
        ({"static": {"m": [1]}}, "no control m"),
        ({"static": {"procs": [4, 99]}}, "procs is a whole number"),
        ({"static": {"procs": [1, 2]}}, "lacks its default 4"),
        ({"static": {"n": list(range(1, 21)), "procs": [1, 4]}}, "at most 24"),
    ],
)
def test_bad_declarations_are_told(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Lab(SOURCE, **arguments)


def test_knobs_need_no_space_and_no_order():
    controls = controls_for(
        "var a, b = 1, 2 //knob b 0 9\n//knob c -20 0\nvar c int64 = -1_0\nfunc main() { b = 7 }",
        {"procs": 1, "seed": 1, "version": "1.22"},
    )
    assert [(c.name, c.default) for c in controls if c.knob] == [("b", 2), ("c", -10)]


def test_code_is_python():
    code = as_code({"n": 5, "size": 0, "procs": 4, "seed": 1, "version": "1.22"}, ["n", "size"])
    compile(code, "x", "eval")
    assert code.endswith('knobs={"n": 5, "size": 0})')


# --- alive -----------------------------------------------------------------------------------


def test_a_slider_runs_the_program_and_changes_the_view(runner):
    lab = make(runner)
    before = lab.view.value
    lab.inputs["n"].value = 7
    assert runner.calls[-1] == {
        "procs": 4, "seed": 1, "version": "1.22", "knobs": {"n": 7, "size": 0},
    }  # fmt: skip
    lab.inputs["procs"].value = 2
    lab.inputs["version"].value = "1.14"
    assert runner.calls[-1]["procs"] == 2 and runner.calls[-1]["version"] == "1.14"
    assert len(runner.calls) == 4
    assert lab.view.value != before
    assert '"n": 7' in lab._code.value and "procs=2" in lab._code.value


def test_view_holds_picture_output_and_words(runner):
    html = make(runner).view.value
    assert 'role="img"' in html and "gs-summary" in html
    assert "&lt;b&gt;&amp;" in html and "<b>" not in html
    only = make(runner, view="output").view.value
    assert "<svg" not in only and "gs-lab-output" in only


def test_reset_runs_once(runner):
    lab = make(runner)
    lab.inputs["n"].value = 9
    lab.inputs["procs"].value = 1
    calls = len(runner.calls)
    lab.reset()
    assert lab.values == lab.start
    assert len(runner.calls) == calls + 1
    lab.reset()  # nothing to do
    assert len(runner.calls) == calls + 1


def test_errors_are_shown_and_the_lab_goes_on(runner):
    lab = make(runner)
    runner.error = ValueError("main.go:3:5: undefined: <x>")
    lab.inputs["n"].value = 6
    assert "undefined: &lt;x&gt;" in lab.view.value
    assert "<svg" not in lab.view.value and lab.run is None
    runner.error = None
    lab.inputs["n"].value = 7
    assert "<svg" in lab.view.value and "undefined" not in lab.view.value


def test_a_deadlock_is_named_beside_its_picture():
    lab = make(Runner(stderr="fatal error: all goroutines are asleep - deadlock!\n"))
    assert "asleep - deadlock!<" in lab.view.value and 'role="alert"' in lab.view.value
    assert "<svg" in lab.view.value


def test_widgets_are_labelled(runner):
    lab = make(runner)
    for box in lab.inputs.values():
        assert box.description and box.tooltip
    assert "gs-lab" in lab.widget._dom_classes


def test_both_forms_are_handed_over(runner):
    bundle = make(runner)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "gs-lab-static" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Lab: go.run(source")


# --- in a page -------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collects tags, and the text of scripts."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.scripts, self._in = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self._in = dict(attrs).get("type", "js")
            self.scripts.append((self._in, ""))

    def handle_data(self, data):
        if self._in:
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)

    def handle_endtag(self, tag):
        self._in = None


GRID = {"procs": [1, 2, 4], "version": ["1.14", "1.22"]}


def payload(html):
    return json.loads(next(t for kind, t in Tags(html).scripts if kind == "application/json"))


def test_grid_contains_each_state(runner):
    html = Lab(SOURCE, runner=runner, static=GRID).static_html()
    data = payload(html)
    assert data["values"] == list(GRID.values()) and data["start"] == [2, 1]
    assert set(data["states"]) == {f"{i},{j}" for i in range(3) for j in range(2)}
    assert [(c["procs"], c["version"]) for c in runner.calls] == list(product(*GRID.values()))
    for state in data["states"].values():
        assert "<svg" in state["html"] and state["code"].startswith("go.run(") and state["said"]
    # Without JavaScript the default run shows, and no control that would do nothing.
    assert data["states"]["2,1"]["html"] in html
    assert any(tag == "fieldset" and "hidden" in attrs for tag, attrs in Tags(html).tags)


def test_static_controls_are_labelled(runner):
    grid = {"n": [1, 2, 5, 8, 13], "procs": [1, 4]}
    html = Lab(SOURCE, runner=runner, static=grid).static_html()
    tags = Tags(html).tags
    inside = [tag for tag, _ in tags]
    assert inside.count("label") == 2 and inside.count("input") == 1 == inside.count("select")
    for match in re.finditer(r"<(select|input)", html[: html.index("</fieldset>")]):
        before = html[: match.start()]
        assert before.rfind("<label") > before.rfind("</label>")


def test_static_form_asks_for_nothing_and_shares_a_page(runner):
    html = Lab(SOURCE, runner=runner, static=GRID).static_html()
    assert not re.search(r"(src|href)=\"(?!#)", html)
    assert not re.findall(r"https?://(?!www\.w3\.org)", html)
    ids = [a["id"] for _, a in Tags(html).tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert html == Lab(SOURCE, runner=Runner(), static=GRID).static_html()


def test_script_payload_cannot_end_the_script():
    class Evil(Runner):
        def __call__(self, source, **parameters):
            run = super().__call__(source, **parameters)
            run.output = "</script><!-- <script>alert(1)</script>"
            return run

    html = Lab(SOURCE, runner=Evil(), static=GRID).static_html()
    assert len(Tags(html).scripts) == 2
    assert payload(html)


def test_heavy_pictures_become_coarser():
    grid = {"procs": [1, 2, 3, 4], "n": [1, 2, 3, 4, 5, 6]}
    html = Lab(SOURCE, runner=Runner(crowd(3000)), static=grid).static_html()
    assert len(payload(html)["states"]) == MAX_STATES
    assert len(html.encode()) < MAX_BYTES


def test_no_grid_no_script(runner):
    html = Lab(SOURCE, runner=runner).static_html()
    assert "<script" not in html and "<svg" in html and "fieldset" not in html
    assert len(runner.calls) == 1


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_script_is_javascript(tmp_path, runner):
    html = Lab(SOURCE, runner=runner, static=GRID).static_html()
    script = tmp_path / "lab.js"
    script.write_text(next(t for kind, t in Tags(html).scripts if kind == "js"), encoding="utf-8")
    subprocess.run(["node", "--check", str(script)], check=True)


# --- with the simulator ----------------------------------------------------------------------

REAL = """package main

import "fmt"

var n = 3 //knob n 1 9

func main() {
	c := make(chan int)
	for i := 0; i < n; i++ {
		go func() { c <- i }()
	}
	for i := 0; i < n; i++ {
		fmt.Println("got", <-c)
	}
}
"""


def test_knobs_are_those_of_the_compiler():
    from gosched_edu import go

    knobs = [(k.name, k.default, k.low, k.high) for k in go.compile(REAL).knobs]
    controls = [(c.name, c.default, c.low, c.high) for c in Lab(REAL).controls if c.knob]
    assert controls == knobs


def test_a_lab_on_the_simulator():
    lab = Lab(REAL)
    lab.redraw()
    assert lab.run.output.count("got") == 3
    lab.inputs["n"].value = 4
    assert lab.run.output.count("got") == 4
    assert "<svg" in lab.view.value


def test_go_mistakes_are_shown():
    lab = Lab("package main\n\nfunc main() { x }\n")
    lab.redraw()
    assert "main.go:3:15: undefined: x" in lab.view.value
