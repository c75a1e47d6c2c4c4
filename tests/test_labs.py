"""Labs: controls come from the source, a change is a run, errors are shown, pages are small."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from gosched_edu import go, realgo
from gosched_edu.labs import Lab
from gosched_edu.labs.declare import as_code, controls_for
from gosched_edu.labs.real import with_knobs
from gosched_edu.labs.static import MAX_BYTES
from gosched_edu.realgo import StaleRecording, recording

SOURCE = """package main

var n = 5 //knob n 1 20

//knob size 0 8
var size int

func main() {}
"""


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
        ({"inside": ["heap"]}, "no look inside at heap"),
        ({"variants": {"b": "package main\nfunc main() {}\n"}}, "a name of its own, not ''"),
        ({"name": "b", "variants": {"b": SOURCE}}, "a name of its own, not 'b'"),
        ({"name": "a&b", "variants": {"b": SOURCE}}, "'a&b' is no name for a program"),
        ({"name": "a", "variants": {"b": SOURCE.replace("20", "30")}}, "'b' has the knob n 1 30"),
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


def test_variants_are_programs_to_choose_from():
    other = "package main\n\n//knob n 1 20\nvar n = 7\nfunc main() { println(n, \"other\") }\n"
    first = SOURCE.replace("size int", "size = 0")
    lab = Lab(first, name="first", variants={"other": other}, controls={"version": ["1.22", "1.27"]})
    assert lab.controls[0].name == "program" and lab.controls[0].options == ("first", "other")
    assert lab.code.startswith('go.run(sources["first"], ') and '"size": 0' in lab.code
    assert lab.run.stderr == ""
    lab.widget  # noqa: B018
    lab.inputs["program"].value = "other"
    assert lab.code.startswith('go.run(sources["other"], ') and "size" not in lab.code
    assert lab.run.stderr == "5 other\n", "the lab's own first value of the knob"
    data = lab.page_data
    assert set(data["images"]) == {"1.22", "1.27", "other 1.22", "other 1.27"}
    assert data["sources"] == {"other": other} and data["knobs"]["other"] == ["n"]


def test_the_readers_choices_belong_to_the_run():
    lab = Lab(REAL, procs=1, controls=FEW)
    by_rules = lab.run
    lab.widget  # noqa: B018
    lab.view.choices = [[2, 2]]  # as the page sets it
    assert lab.choices == [(2, 2)] and lab._code.value.endswith("choices=[(2, 2)])")
    assert "At decision 2 you chose g2 instead of g" in str(lab.run.trace.summary())
    assert lab.run.output != by_rules.output
    lab.inputs["n"].value = 4
    assert lab.choices == [] and "choices" not in lab._code.value


def test_options_of_all_runs():
    lab = Lab(REAL, procs=1, controls=FEW, costs={"switch": 5000}, asyncpreemptoff=True, gogc=50)
    assert lab.code.endswith(', costs={\'switch\': 5000}, asyncpreemptoff=True, gogc=50)')
    assert lab.run.end > Lab(REAL, procs=1, controls=FEW).run.end + 5000
    program = lab.page_data["programs"][0]
    assert lab.page_data["fixed"] in lab.code and program["costs"] and program["asyncpreemptoff"]


def test_a_figure_follows_the_controls():
    lab = Lab(REAL, procs=2, controls=FEW)
    figure = lab.figure(lambda run: run.timeline(lanes=("P",)))
    words = lab.figure(lambda run: f"{run.machine.procs} Ps & {run.output.count('got')} lines")
    first = figure._repr_mimebundle_()["text/html"]
    assert "<svg" in first and "<pre>2 Ps &amp; 3 lines</pre>" in words._repr_mimebundle_()["text/html"]
    lab.inputs["n"].value = 5
    lab.inputs["procs"].value = 1
    assert words.widget.value == "<pre>1 Ps &amp; 5 lines</pre>" and figure.widget.value != first
    before = figure.widget.value
    lab.view.choices = [[2, 2]]
    assert figure.widget.value != before
    wrong = lab.figure(lambda run: 1 // 0)
    assert "division" in wrong.html and 'role="alert"' in wrong.html


def test_knobs_are_written_into_the_program_for_real_go():
    source = "var a, b = 1, 2 //knob b 0 9\n//knob c 0 20\n\nvar c int = 20\nvar (\n\td = 4 //knob d 1 9\n)\n"
    text = with_knobs(source, {"b": 7, "c": 3, "d": 8})
    assert text == source.replace("1, 2", "1, 7").replace("int = 20", "int = 3").replace("d = 4", "d = 8")
    with pytest.raises(ValueError, match="e = 3: no plain line declares it"):
        with_knobs("//knob e 1 9\n", {"e": 3})


def test_real_go_beside_the_lab(go_new, tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "_FOLDER", str(tmp_path))
    lab = Lab(REAL, procs=2, controls=FEW, real="lab-test")
    with pytest.raises(StaleRecording, match="no recorded run 'lab-test'"):
        lab.page_data  # noqa: B018
    realgo.record(REAL, "lab-test", 2, folder=tmp_path)
    real = lab.page_data["real"]
    assert "Real Go 1.27" in real["title"] and ", recorded, " in real["title"]
    assert real["with"] == "n = 3, procs = 2"
    assert real["output"].count("got") == 3 and real["words"].startswith("The run took")
    # the reader asks for another one: it has the values of now, and is shown as it is
    lab._asked(None, {"values": lab.start | {"n": 5}}, None)
    assert lab.view.fresh["output"].count("got") == 5 and ", just now, " in lab.view.fresh["title"]
    lab._asked(None, {"values": lab.start | {"n": "x ("}}, None)
    assert "syntax error" in lab.view.fresh["error"]


def test_code_is_python():
    code = as_code({"n": 5, "size": 0, "procs": 4, "seed": 1, "version": "1.22"}, ["n", "size"])
    compile(code, "x", "eval")
    assert code.endswith('knobs={"n": 5, "size": 0})')


# --- alive -----------------------------------------------------------------------------------

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
FEW = {"version": ["1.22", "1.14"]}


def test_a_slider_changes_the_view_and_the_run():
    lab = Lab(REAL, controls=FEW)
    lab.widget  # noqa: B018
    assert lab.run.output.count("got") == 3
    lab.inputs["n"].value = 4
    lab.inputs["procs"].value = 2
    lab.inputs["version"].value = "1.14"
    assert lab.view.values == {"n": 4, "procs": 2, "seed": 1, "version": "1.14"}
    run = lab.run
    assert (run.output.count("got"), run.machine.procs, run.machine.version) == (4, 2, "1.14")
    assert lab.run is run, "the same values are not run twice"
    assert '"n": 4' in lab._code.value and "procs=2" in lab._code.value
    lab.reset()
    assert lab.values == lab.view.values == lab.start


def test_the_view_gets_programs_for_all_versions():
    data = Lab(REAL, controls={"version": ["1.0", "1.4", "1.22", "1.27"]}).page_data
    assert set(data["images"]) == {"1.0", "1.4", "1.22", "1.27"} and not data["errors"]
    assert data["images"]["1.0"] == data["images"]["1.4"] != data["images"]["1.22"]  # loop variables
    assert set(data["images"].values()) == set(range(len(data["programs"])))


def test_a_version_that_refuses_the_program_is_told():
    source = "package main\n\nfunc id[T any](x T) T { return x }\nfunc main() { println(id(1)) }\n"
    data = Lab(source, controls={"version": ["1.22", "1.17"]}).page_data
    assert set(data["images"]) == {"1.22"} and "1.17" in data["errors"]
    assert "main.go:3" in data["errors"]["1.17"]


def test_go_mistakes_are_shown():
    lab = Lab("package main\n\nfunc main() { x }\n")
    html = lab._repr_mimebundle_()[0]["text/html"]
    assert "main.go:3:15: undefined: x" in html and 'role="alert"' in html
    assert all("undefined: x" in text for text in lab.page_data["errors"].values())
    with pytest.raises(go.GoError):
        lab.run  # noqa: B018


def test_widgets_are_labelled():
    lab = Lab(REAL, controls=FEW)
    assert "gs-lab" in lab.widget._dom_classes
    for box in lab.inputs.values():
        assert box.description and box.tooltip


def test_all_forms_are_handed_over():
    lab = Lab(REAL, controls=FEW)
    bundle, metadata = lab._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "gs-lab-static" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Lab: go.run(source")
    assert str(lab.run.trace.summary()) in bundle["text/plain"]
    assert lab.run.output in bundle["text/plain"] + "\n"
    assert bundle["image/png"].startswith(b"\x89PNG") and "The run took" in metadata["image/png"]["alt"]
    words, none = Lab("package main\nfunc main() { panic(7) }\n", view="output")._repr_mimebundle_()
    assert "image/png" not in words and none == {} and "panic: 7" in words["text/plain"]


def test_a_lab_opens_with_choices_or_a_schedule():
    few = FEW | {"version": False}
    lab = Lab(REAL, procs=1, controls=few, choices=[(2, 2)], moment=700, window=(0, 900))
    assert lab.code.endswith("choices=[(2, 2)])") and "At decision 2 you chose g2" in lab.static_html()
    lab.widget  # noqa: B018
    lab.inputs["n"].value = 4
    assert lab.choices == []
    lab.reset()
    assert lab.choices == [(2, 2)] and lab.page_data["opening"]["window"] == [0, 900]
    stepwise = Lab(REAL, procs=1, controls=few, schedule="  4:g2 ")
    assert stepwise.code.endswith('schedule="4:g2")') and "steps" in stepwise.static_html()
    assert str(stepwise.run.trace.summary()).startswith("The run made ")
    assert stepwise._repr_mimebundle_()[0]["image/png"]
    for wrong, message in (
        ({"schedule": "4:x2"}, "no part of a schedule"), ({"choices": [(0, 1)]}, "decision"),
        ({"schedule": "", "choices": [(2, 2)]}, "not both"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            Lab(REAL, **wrong)


RACY = "package main\n\nvar x int\n\nfunc main() {\n\tgo func() { x = 1 }()\n\tprintln(x)\n}\n"


def test_outcomes_are_found_or_declared():
    with pytest.raises(ValueError, match="declare race=True"):
        Lab(RACY, outcomes=True).page_data  # noqa: B018
    lab = Lab(RACY, race=True, outcomes=True, controls={"version": False})
    found = lab.outcomes["found"]
    assert [o["label"] for o in found] == ["prints 0", "prints 1", "data race"]
    assert "All schedules together have 3 outcomes:" in lab.static_html()
    lab.widget  # noqa: B018
    lab.inputs["procs"].value = 2
    # as the page asks for an outcome: by the lab's first values
    with lab.view.hold_trait_notifications():
        lab.view.schedule, lab.view.values = found[1]["schedule"], lab.start
    assert lab.values == lab.start
    assert lab.run.stderr.endswith("exit status 66\n1\n")
    assert lab._code.value == lab.code and f'schedule="{found[1]["schedule"]}"' in lab.code
    lab.inputs["procs"].value = 2
    assert lab.schedule is None and "schedule" not in lab._code.value
    said = Lab(RACY, outcomes={"as it comes": "", "main last": "3:g2"}).outcomes["found"]
    assert [(o["label"], o["schedule"]) for o in said] == [("as it comes", ""), ("main last", "3:g2")]


def test_knobs_are_those_of_the_compiler():
    knobs = [(k.name, k.default, k.low, k.high) for k in go.compile(REAL).knobs]
    controls = [(c.name, c.default, c.low, c.high) for c in Lab(REAL).controls if c.knob]
    assert controls == knobs


# --- in a page: what it does with a browser is tested in tests/browser ---------------------------


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


def test_the_page_without_scripts_shows_the_first_run():
    html = Lab(REAL, controls=FEW).static_html()
    tags = Tags(html)
    assert 'role="img"' in html and "gs-summary" in html and "got" in html
    # no control that would do nothing
    assert any(tag == "fieldset" and "hidden" in attrs for tag, attrs in tags.tags)
    assert [kind for kind, _ in tags.scripts] == ["application/json"]
    only = Lab(REAL, controls=FEW, view="output").static_html()
    assert "<svg" not in only and "gs-lab-output" in only


def test_a_deadlock_is_named_beside_its_picture():
    html = Lab("package main\n\nfunc main() { select {} }\n", controls=FEW).static_html()
    assert "asleep - deadlock!" in html and 'role="alert"' in html and "<svg" in html


def test_static_controls_are_labelled():
    html = Lab(REAL, controls=FEW).static_html()
    inside = [tag for tag, _ in Tags(html).tags]
    assert inside.count("label") == 4 and inside.count("input") == 3 and inside.count("select") == 1
    for match in re.finditer(r"<(select|input)", html[: html.index("</fieldset>")]):
        before = html[: match.start()]
        assert before.rfind("<label") > before.rfind("</label>")


def test_static_form_asks_for_nothing_and_shares_a_page():
    html = Lab(REAL, controls=FEW).static_html()
    assert not re.search(r"(src|href)=\"(?!#)", html)
    assert not re.findall(r"https?://(?!www\.w3\.org)", html)
    ids = [a["id"] for _, a in Tags(html).tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert html == Lab(REAL, controls=FEW).static_html()


def test_no_program_can_end_the_script():
    evil = '</script><!-- <script>alert(1)</script>'
    lab = Lab(f"package main\n\nfunc main() {{ print(`{evil}`) }}\n", controls=FEW)
    (script,) = Tags(lab.static_html()).scripts
    assert json.loads(script[1])["source"] == lab.source


def test_heavy_pictures_become_coarser():
    source = REAL.replace("n = 3 //knob n 1 9", "n = 3000 //knob n 1 3000")
    html = Lab(source, procs=8, controls=FEW).static_html()
    assert len(html.encode()) < MAX_BYTES and "more goroutines" in html


def test_a_program_that_never_ends_has_a_picture():
    html = Lab("package main\n\nfunc main() { for {} }\n", controls=FEW).static_html()
    assert "stopped: the run used up its budget" in html and "<svg" in html
