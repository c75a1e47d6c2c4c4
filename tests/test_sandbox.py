"""The sandbox's programs, in the simulation and in real Go, and its form for JupyterLab."""

from __future__ import annotations

import subprocess

import pytest

from gosched_edu import go, realgo
from gosched_edu.labs import Lab, sandbox
from gosched_edu.labs.curated import file_name, programs
from gosched_edu.labs.sandbox import OWN, VERSIONS, page_lab

#: What each program says at its start, and how it ends where that is not well.
SAYS = {
    "last one first": "goroutine 5\ngoroutine 0\n",
    "ping-pong": "played 12",
    "producer and consumer": "used 9",
    "pipeline": "sum of squares: 650",
    "fan-in": "Bob 3",
    "fair select": "left ",
    "worker pool": "12 results",
    "semaphore": "at most 2 inside",
    "leak": "goroutines that are left: 3",
    "timeout": "gave up: context deadline",
    "first error": "error: member 2 failed",
    "ticker": "tick 5 at",
    "lost updates": "wanted 8000 and got ",
    "dining philosophers": "",
    "greedy lock": "greedy 2000 times",
    "readers and a writer": "the writer waited",
    "queue with Cond": "has item 8",
    "tight loop": "main slept 1 ms",
    "deep stack": "came back from depth 300",
    "garbage": "398000 398000",
    "quicksort": "sorted 400 numbers",
    "prime sieve": "2 3 5 7 11 13 17 19",
}


@pytest.mark.parametrize("name", programs())
def test_each_program_shows_what_it_is_there_for(name):
    it = programs()[name]
    run = go.run(it.source, **it.start)
    assert SAYS[name] in run.output
    assert run.status == ("deadlock" if name == "dining philosophers" else "finished")
    assert it.look.endswith(".") and it.question.endswith("?")


def test_what_the_programs_promise():
    """The sentences beside some of them, held."""
    source = {name: it.source for name, it in programs().items()}
    polite = go.run(source["dining philosophers"], procs=1, knobs={"polite": 1})
    assert polite.status == "finished" and polite.output.count("eats") == 5
    loops = (go.run(source["tight loop"], procs=1, version=v).output for v in ("1.13", "1.14"))
    late, early = (int(text.partition("back after ")[2].split()[0]) for text in loops)
    assert late >= 20 > early
    lost = [go.run(source["lost updates"], procs=procs).output.split()[-1] for procs in (1, 4)]
    assert lost[0] == "8000" != lost[1]
    assert "left: 0" in go.run(source["leak"], knobs={"room": 4}).output
    collected = [str(go.run(source["garbage"], procs=2, gogc=gogc).trace.summary()) for gogc in (1, -1)]
    assert len(collected[0]) != len(collected[1])


@pytest.mark.go
@pytest.mark.skipif(realgo.find() is None, reason="no Go toolchain")
def test_real_go_compiles_all_of_them(tmp_path):
    for name, it in programs().items():
        folder = tmp_path / file_name(name).lower()
        folder.mkdir()
        (folder / "main.go").write_text(it.source)
    (tmp_path / "go.mod").write_text("module sandbox\n\ngo 1.22\n")
    done = subprocess.run(
        [realgo.find().path, "vet", "./..."], cwd=tmp_path, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr


def test_the_page_offers_each_program_with_its_own_knobs():
    lab = page_lab()
    assert lab.sources.keys() == programs().keys() and len(programs()) > 20
    assert list({c.name: c for c in lab.controls}["version"].options) == VERSIONS
    for name, start in lab.starts.items():
        assert set(lab.knobs_of[name]) <= start.keys() and {"procs", "gogc", "switch"} <= start.keys()


def test_a_program_begins_with_its_own_values():
    a, b = programs()["ping-pong"], programs()["garbage"]
    starts = {it.name: it.start for it in (a, b)}
    lab = Lab(a.source, name=a.name, variants={b.name: b.source}, controls={"version": ["1.22"]},
              settings=("gogc",), starts=starts)  # fmt: skip
    lab.widget  # noqa: B018
    lab.inputs["program"].value = "garbage"
    assert (lab.values["gogc"], lab.values["procs"]) == (1, 2) and lab.code.endswith("gogc=1)")
    lab.inputs["procs"].value = 5
    lab.reset()
    assert (lab.values["program"], lab.values["procs"]) == ("garbage", 2)
    lab.inputs["program"].value = "ping-pong"
    assert (lab.values["gogc"], lab.values["procs"]) == (100, 1) and "gogc" not in lab.code


def test_settings_belong_to_the_run():
    lab = Lab(
        "package main\nfunc main() { c := make(chan int); go close(c); <-c }\n",
        settings=("gogc", "switch", "asyncpreemptoff"),
        controls={"version": ["1.22"]},
    )
    usual = lab.run
    lab.widget  # noqa: B018
    lab.inputs["switch"].value = 912
    lab.inputs["asyncpreemptoff"].value = 1
    assert lab.code.endswith(", costs={'switch': 912}, asyncpreemptoff=True)")
    assert lab.run.end != usual.end
    with pytest.raises(ValueError, match="gogc is one of"):
        Lab(lab.source, settings=("gogc",), starts={"": {"gogc": 7}})


def test_a_pasted_program_runs_and_its_errors_are_shown():
    box = sandbox("package main\n\nfunc main() { println(1 + x) }\n")
    assert box.lab is None and "main.go:3:27: undefined: x" in box.said.value
    box.text.value = "package main\n\nvar x = 2 //knob x 0 9\n\nfunc main() { println(1 + x) }\n"
    box.button.click()
    assert box.lab.run.stderr == "3\n" and "x" in box.lab.inputs and box.said.value == ""
    box.choice.value = "worker pool"
    assert "12 results" in box.lab.run.output and "Question: " in box.said.value
    # what was changed can be seen beside what it was
    box.text.value = box.text.value.replace('results")', 'of them")')
    box.button.click()
    assert box.lab.values["program"] == OWN and "12 of them" in box.lab.run.output
    assert list(box.lab.sources) == [OWN, "worker pool"]
