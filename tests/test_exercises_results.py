"""What checks leave behind: results that can be written, read and checked again; assignments; marks."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from gosched_edu import exercises, go
from gosched_edu.exercises import FIX, PREDICT, problem
from gosched_edu.exercises.__main__ import main
from gosched_edu.exercises.assignment import assignment
from gosched_edu.exercises.catalogue import entries, entry
from gosched_edu.exercises.chapter07 import ALL_RESULTS, TWO_LINES
from gosched_edu.exercises.grade import grade
from gosched_edu.exercises.problems import FAMILIES

sys.path.insert(0, str(Path(__file__).parent / "exercise_solutions"))
from ch02 import LIMIT_RIGHT  # noqa: E402

RIGHT = """package main

import "fmt"

func main() {
	done := make(chan bool)
	for i := range 6 {
		go func() {
			fmt.Println("worker", i, "done")
			done <- true
		}()
	}
	for range 6 {
		<-done
	}
}
"""
#: Right on most schedules: the last worker may still have to print.
RARE = RIGHT.replace("range 6 {\n\t\t<-", "range 5 {\n\t\t<-").replace("chan bool)", "chan bool, 6)")


@pytest.fixture(autouse=True)
def fresh():
    exercises.forget()


def test_a_report_keeps_what_happened_and_comes_back_from_its_file(tmp_path):
    assert not FIX.check(FIX.starter, hints=2).passed
    assert FIX.check(go.run(RIGHT)).passed
    assert not PREDICT.check("4 0 1").passed
    assert ALL_RESULTS.check("0 1", "1 0", "1 1").passed and TWO_LINES.check(16, 23).passed
    report = exercises.report(tmp_path / "ada.json", student="Ada")
    assert [r.exercise for r in report.results] == [
        "01-fix", "01-fix", "01-predict", "07-all-results", "07-two-lines",
    ]  # fmt: skip
    first = report.results[0]
    assert first.hints == 2 and first.answer == FIX.starter and first.broken_by == {"procs": 1, "seed": 1}
    assert exercises.read(tmp_path / "ada.json") == report
    assert report.summary.startswith("Ada: 3 of 4 exercises passed, 5 checks")
    assert "01-fix" in str(report) and "<td>passed</td>" in report._repr_html_()
    for result in report.results:
        assert entry(result.exercise).check(result.answer).passed is result.passed


def test_the_run_that_breaks_a_program_can_be_seen_again():
    """Given as options: of a run by Go's rules, or of a schedule as text."""
    for source in (FIX.starter, RARE):
        answer = FIX.check(source)
        assert not answer.passed and answer.again in str(answer)
        again = go.run(source, **answer.broken_by)
        assert any(demand(again) for demand in FIX.demands)


def test_a_failed_prediction_has_a_second_hint_from_the_log():
    said = str(PREDICT.check("main waits 0 1 2 3 4", hints=2))
    assert (
        "The first 2 are right" in said
        and PREDICT.hint in said
        and "runnext" in said.split("word number 3")[1]
    )


GOOD = {"format": "gosched_edu.results", "version": 1, "package": "1", "student": "Ada", "results": []}
BAD_RESULT = {"exercise": "01-fix", "passed": "yes"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no JSON"),
        ("[]", "is no report"),
        ('{"format": "x"}', "is no report"),
        (json.dumps(GOOD | {"version": 2}), "has version 2"),
        (json.dumps(GOOD | {"student": 7}), '"student" must be a text, got 7'),
        (json.dumps(GOOD | {"results": {}}), '"results" must be a list'),
        (json.dumps(GOOD | {"results": [7]}), "result 1 must be an object"),
        (json.dumps(GOOD | {"results": [BAD_RESULT]}), '"chapter" of result 1 must be a text'),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_a_sentence(tmp_path, text, says):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(exercises.ResultsError, match="^x.json: ") as error:
        exercises.read(tmp_path / "x.json")
    assert says in str(error.value)


def test_an_answer_that_was_changed_afterwards_is_refused(tmp_path):
    FIX.check(FIX.starter)
    file = exercises.report().save(tmp_path / "x.json")
    data = json.loads(file.read_text())
    data["results"][0]["answer"] = RIGHT
    file.write_text(json.dumps(data))
    with pytest.raises(exercises.ResultsError, match="was changed"):
        exercises.read(file)


def notebook_with(*sources: str) -> str:
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources]))


def test_a_class_is_graded_by_new_checks(tmp_path):
    """Reports, programs and notebooks; a false claim is seen; what is unusable becomes a sentence."""
    FIX.check(FIX.starter)
    claim = json.loads(exercises.report(student="Eve").to_json())
    claim["results"][0]["passed"] = True
    (tmp_path / "eve.json").write_text(json.dumps(claim))
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "01-fix.go").write_text(RIGHT)
    (tmp_path / "ada" / "01_predict.ipynb").write_text(
        notebook_with(
            "from gosched_edu.exercises.chapter01 import PREDICT as P, FIX\n"
            "from gosched_edu.exercises import problem",
            "raise SystemExit",
            'words = "main waits 4 0 1 2 3"\nP.check(words)',
            f'problem("order", seed=3).check("{" ".join(problem("order", seed=3).words)}")',
            "FIX.check(FIX.starter.replace('a', 'b'))",
            "def broken(:\nFIX.check(1)",
        )
    )
    (tmp_path / "bob-01-fix.go").write_text("package main\n")
    (tmp_path / "cy.ipynb").write_text(notebook_with(
        "from gosched_edu.exercises.chapter01 import FIX", f"%%go -n -o x\n{RIGHT}", "FIX.check(x)",
    ))  # fmt: skip
    (tmp_path / "99-none.go").write_text("")
    (tmp_path / "what.ipynb").write_text("{}")
    (tmp_path / "bad.json").write_bytes(b"\xff\xfe")
    marks = grade(tmp_path)
    assert {(m.submission.student, m.submission.exercise.name): m.passed for m in marks.marks} == {
        ("ada", "01-fix"): True, ("ada", "01-predict"): True, ("ada", "problem-order-3"): True,
        ("bob", "01-fix"): False, ("cy", "01-fix"): True, ("Eve", "01-fix"): False,
    }  # fmt: skip
    assert len(marks.wrong) == 5 and all(": " in sentence for sentence in marks.wrong), marks.wrong
    text = str(marks)
    assert "no*" in text and "the report claims something else" in text
    rows = list(csv.DictReader(io.StringIO(marks.to_csv())))
    eve = next(r for r in rows if r["student"] == "Eve")
    assert (eve["passed"], eve["claimed"], eve["again"]) == ("no", "yes", "go.run(attempt, procs=1, seed=1)")
    assert not exercises.report().results[1:], "a grader's checks are no results of the learner"


def test_a_spreadsheet_is_given_no_formulas(tmp_path):
    (tmp_path / "=1+1").mkdir()
    (tmp_path / "=1+1" / "01-fix.go").write_text("")
    assert "\n'=1+1," in grade(tmp_path).to_csv()


def test_the_command_line_answers_mistakes_in_sentences(tmp_path, capsys):
    assert main(["grade", str(tmp_path / "none")]) == 1
    assert main(["assignment", "77", str(tmp_path / "x.ipynb")]) == 1
    assert main(["assignment", "2", str(tmp_path / "no" / "x.ipynb")]) == 1
    assert main(["pose", "order", "--count", "0"]) == 1
    said = capsys.readouterr().err
    assert all(
        word in said for word in ("is no folder", "no exercises of a chapter '77'", "No such file", "count")
    )
    assert main(["grade", str(tmp_path)]) == 0
    assert "Nothing was handed in" in capsys.readouterr().out


# nbgrader/nbgraderformat/v3.json and its MetadataValidatorV3, in our own words.
FIELDS = {"grade", "grade_id", "locked", "schema_version", "solution", "task", "cell_type"}


@pytest.mark.parametrize("chapter", sorted({e.chapter for e in entries().values()}))
def test_assignments_have_the_metadata_that_nbgrader_wants(chapter):
    seed = 3 if chapter in ("02", "04") else None
    notebook = nbformat.reads(assignment(chapter, seed=seed), 4)
    nbformat.validate(notebook)
    cells = [c for c in notebook.cells if "nbgrader" in c.metadata]
    assert len(cells) == len(notebook.cells)
    own = [c.metadata.nbgrader for c in cells]
    assert len({m.grade_id for m in own}) == len(own)
    for cell, m in zip(cells, own, strict=True):
        assert set(m) == FIELDS | ({"points"} if m.grade else set())
        assert m.schema_version == 3 and m.cell_type == cell.cell_type and not (m.grade and m.solution)
        assert m.locked is not m.solution
        assert ("### BEGIN SOLUTION" in cell.source) is ("### END SOLUTION" in cell.source) is m.solution
    tests, answers = [m for m in own if m.grade], [m for m in own if m.solution]
    wanted = sum(e.chapter == chapter for e in entries().values())
    wanted += sum(f.chapter == chapter for f in FAMILIES.values()) if seed is not None else 0
    assert len(tests) == len(answers) == wanted and all(m.points > 0 for m in tests)


def test_an_assignment_gives_points_to_right_answers_only(tmp_path):
    """Run as the autograder does: errors are allowed, and a test cell without an error has its points."""
    right = {"02-limit": next(iter(LIMIT_RIGHT.values())), "02-one-slot": "s0 r0 s1 s2 r1 r2 s3 r3"}
    notebook = nbformat.reads(assignment("02", solutions=right), 4)
    wanted = {f"{name}-{part}" for name in ("02-limit", "02-merge") for part in ("answer", "check")} | {
        "setup"
    }
    notebook.cells = [c for c in notebook.cells if c.id in wanted]
    NotebookClient(notebook, timeout=900, allow_errors=True).execute()
    failed = {c.id: [o.evalue for o in c.outputs if o.output_type == "error"] for c in notebook.cells}
    assert not failed["02-limit-check"] and "Hint: a has nothing" in str(failed["02-merge-check"])
    assert grade_of(tmp_path, notebook) == {"02-limit": True}


def grade_of(folder: Path, notebook: nbformat.NotebookNode) -> dict[str, bool]:
    """The same notebook read without running it: what is still the starter was not answered."""
    nbformat.write(notebook, folder / "ada.ipynb")
    return {m.submission.exercise.name: m.passed for m in grade(folder).marks}
