"""No number in the prose that nothing holds: the check itself, and that the book passes it."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

import asked  # noqa: E402
import honest  # noqa: E402
from mutants import MUTANTS  # noqa: E402


def chapter(*cells: str) -> dict:
    """A chapter: Markdown begins with "#" or ">", `OUT` splits code from its stored output."""
    made = []
    for i, text in enumerate(cells):
        code, _, output = text.partition("OUT")
        kind = "markdown" if text[0] in "#>" else "code"
        tags = ["nbval-check-output"] if output else []
        made.append(
            {"cell_type": kind, "id": f"c{i}", "source": [code.removeprefix(">")], "metadata": {"tags": tags}}
        )
        if kind == "code":
            made[-1]["outputs"] = [{"output_type": "stream", "text": [output]}]
    return {"cells": made}


def refused(text: str, *code: str) -> list[str]:
    return [c.number.text for c in honest.claims(chapter("# T", ">## Q\n\n" + text, *code)) if not c.is_held]


GO = "%%go --procs 3\n//knob size 0 4\nfunc main() {\n\tch := make(chan int, 7) // 9\n\tx[5] = 6\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It stops after 10 ms.", "assert ns == 10_000_000"),
        ("It stops after 10 ms.", "print(x)OUTmain is back after 10,000 us"),
        ("It stops after 10 or 20 ms.", "assert took in (10, 20)"),
        ("It has 2 KB, and then 4,096 bytes.", "size = 2 << 10\nassert size == 4096 / 2"),
        ("At most 10 % longer.", "assert a < 1.1 * b"),
        ("Seven slots, three Ps.", GO),
        ("With `size` 0, then 4, nobody waits.", GO),
        ("Twenty-four jobs run on 5 Ps.", "for p in range(1, 6):\n    assert jobs(p) == 24"),
        ("A hundred thousand goroutines wait.", "assert n == 100_000"),
        ("Since Go 1.14 it is another (issue 10958, 2015). See chapter 7, step 3.", "v = 'Go 1.14'"),
        ("On P0 g12 runs, on x86-64, at 10:30; two of them know why.", "pass"),
        ("Is it 3, 4 or 12 ms?", "pass"),
        ("A ring of 256, says `proc.go`.", "pass"),
        ("It takes 5 to 10 times as long, says [its page](https://go.dev/x).", "pass"),
        (":::{admonition} Case file: golang/go issue 4910\n:class: x\nIt cost 20 percent.\n:::", "pass"),
        (':::{admonition} Myth: "It takes 12 ms."\n:class: x\nWe look.\n:::', "pass"),
        ("| step | place |\n|---|---|\n| 3 | the ring |\n", "pass"),
    ],
)
def test_what_is_held(text, code):
    assert refused(text, code) == []


@pytest.mark.parametrize(
    ("text", "code", "number"),
    [
        ("It stops after 10 ms.", "assert ns == 11_000_000", "10"),
        ("It stops after 10 ms.", "print(x)OUTit has 10 KB", "10"),
        (
            "It stops after 10 ms.",
            "%time\nprint(f'{x:10}', y[10], round(y, 10), y.round(10), y.round())  # 10",
            "10",
        ),
        ("It stops after 10 or 20 ms.", "assert took == 20", "10"),
        ("It stops after 1.5 µs.", "assert ns == 1_400", "1.5"),
        ("Since Go 1.14 and 1.22.10 it is another.", "v = '1.13', '1.22.10', 1.14", "1.14"),
        ("Seven goroutines wait.", "assert len(x) == 8", "Seven"),
        ("Nine slots, as the comment says.", GO, "Nine"),
        ("With `size` 5 nobody waits.", GO, "5"),
        ("Five jobs run.", GO, "Five"),
        ("The ring has 256 places.", "assert ring == 128", "256"),
        (':::{admonition} Myth: "It takes 12 ms."\n:class: x\nNo, 15 ms.\n:::', "assert ms == 12", "15"),
        ("It ran in 40 ms [elsewhere](../notebooks/x.ipynb).", "pass", "40"),
    ],
)
def test_what_is_not_held(text, code, number):
    assert refused(text, code) == [number]


def test_a_cell_far_away_or_in_another_section_does_not_hold_a_small_number():
    many = [f"x = {n}" for n in range(50, 53)]
    assert refused("It takes 12 ms.", *many, "y = 12") == ["12"]
    assert refused("It takes 12 ms.", ">## Another section", "y = 12") == ["12"]
    assert refused("It takes 1234 ms.", *many, "y = 1234") == []


def test_a_number_of_another_chapter_needs_its_name():
    here = chapter("# T", ">Fifty clients, as the chapter *Nets* shows.")
    assert [c.is_held for c in honest.claims(here, {"Nets": {(50.0, "")}})] == [True]
    assert [c.is_held for c in honest.claims(here, {"Other": {(50.0, "")}})] == [False]


def test_a_page_names_the_file_that_holds_its_numbers():
    text = "31 pencils.\n\n% held by: LICENSE\nOne of 777 pencils.\n\n% plans: no lesson yet\n45 minutes."
    assert [(c.number.text, c.is_held) for c in honest.claims_of_page(text, {(31.0, "")})] == [
        ("31", True), ("777", False), ("45", True)
    ]  # fmt: skip


EXERCISE = """
AT_ONCE = 4
def _judge(run):
    "Never more than 5."
    return helper(run)
def helper(run):
    return run.end < 7_000_000
FIX = Program(title="Nine ways", task=f"{AT_ONCE} of six jobs, of 7 ms and 20 ms.", starter="for i < 6 {",
    procs=(1, 2), demands=(_judge,), hints=("Two goroutines.", "x := 8", "Eight workers wait for 31 jobs."))
QUIZ = [{"question": "A pool has 10 places, and a query takes 20 ms. How many a second?", "answers": [
    ("600", False, "Not 30."), ("500", True, "50 in a place, in 3 threads."), ("77", False, "No: 12 %.")]}]
"""


def test_what_exercises_and_quizzes_say(tmp_path):
    module = tmp_path / "chapter77.py"
    module.write_text(EXERCISE, encoding="utf-8")
    found = list(asked.said(module, {(20.0, "ms"), (8.0, "")}))
    held = [honest.holds(s.held, s.number) for s in found]
    wrong = [s.number.text for s, is_held in zip(found, held, strict=True) if not is_held]
    assert wrong == ["Nine", "31", "Eight", "3", "12"] and sum(held) == 7


def test_what_the_page_about_the_simulator_counts():
    packages = {path.parent for path in (ROOT / "gosched_edu" / "golib").rglob("*.go")}
    assert abs(len(packages) - 6 - 90) <= 12
    assert len(MUTANTS) > 50


def test_every_number_of_the_book_is_held():
    assert [str(c) for c in honest.book() if not c.is_held] == []


def test_a_wrong_number_in_a_chapter_is_named():
    path = ROOT / "notebooks" / "05-preemption.ipynb"
    text = path.read_text(encoding="utf-8")
    wrong = text.replace("A slice is 10 to 20 ms long", "A slice is 10 to 35 ms long")
    assert wrong != text
    (claim,) = [c for c in honest.claims(json.loads(wrong), where=path.name) if not c.is_held]
    assert str(claim) == (
        "05-preemption.ipynb, cell clock-text: nothing holds the number '35 ms' in: "
        "**A slice is 10 to 35 ms long, not 10.**"
    )


def test_most_wrong_numbers_are_noticed():
    """What the head of honest.py promises: four in five from ten on, every second smaller one."""
    small, large = [], []
    for claim in honest.book():
        if claim.given or not claim.where.startswith("notebooks"):
            continue
        n = claim.number.value
        for wrong in (n + 2, 3 * n):
            held = claim._replace(number=claim.number._replace(value=wrong)).is_held
            (large if n >= 10 else small).append(not held)
    assert len(small) + len(large) > 1000
    assert sum(large) / len(large) > 0.75 and sum(small) / len(small) > 0.45
