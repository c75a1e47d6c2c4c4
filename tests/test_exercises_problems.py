"""Drawn problems: the same for the same seed, one answer each, and who is wrong is told where."""

from __future__ import annotations

import itertools
import json
import re

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gosched_edu import go
from gosched_edu.exercises import problem
from gosched_edu.exercises.__main__ import main
from gosched_edu.exercises.problems import FAMILIES, _problem

CHEAP = ("order", "ring", "queues", "stack", "before", "mutex", "outcomes")
SEEDS = range(4)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_seed_alone_makes_the_problem(family):
    assert _problem.__wrapped__(family, 2) == _problem.__wrapped__(family, 2)
    drawn = [problem(family, seed=seed) for seed in (SEEDS if family in CHEAP else SEEDS[:2])]
    assert len({p.source for p in drawn}) == len(drawn)
    for p in drawn:
        assert p.check(p.example).passed is (p.example.split() == list(p.words))
        assert p.name in p.markdown() and p.source.rstrip() in str(p)
        assert all(part.why.strip() for part in p.parts)
        assert len(p.words) < 3 or " ".join(p.words) not in p.question, "the question tells the answer"


@settings(max_examples=12, deadline=None)
@given(family=st.sampled_from(CHEAP), seed=st.integers(0, 3), data=st.data())
def test_a_wrong_answer_is_told_its_first_wrong_place(family, seed, data):
    p = problem(family, seed=seed)
    assert p.check(", ".join(p.words).upper()).passed
    at = data.draw(st.integers(0, len(p.words) - 1))
    wrong = [*p.words[:at], "x9", *p.words[at + 1 :]]
    said = p.check(" ".join(wrong))
    assert not said.passed and p.parts[at].why in str(said) and "you wrote x9" in str(said)
    assert ("first word" if at == 0 else f"{at} right") in str(said)
    assert p.parts[at].why not in str(p.check(" ".join(wrong), hints=0))
    assert p.solution() in str(p.check(" ".join(wrong), hints=2))
    assert not p.check(" ".join(p.words[:at])).passed and not p.check(" ".join((*p.words, "more"))).passed


OTHER_SEEDS = (11, 12, 13)


def outputs(source: str) -> set[str]:
    return {go.run(source, procs=1, version="1.22", seed=s).output for s in OTHER_SEEDS}


@pytest.mark.parametrize("family", ["order", "mutex", "slices"])
def test_what_is_printed_is_so_under_any_seed(family):
    p = problem(family, seed=1)
    (text,) = outputs(p.source)
    assert text.lower().split() == [word.partition(":")[0] for word in p.words]


def test_the_ring_is_that_of_a_queue_in_python():
    """A list for the ring and one for those who wait, moved by the lines of the program."""
    for seed in SEEDS:
        p = problem("ring", seed=seed)
        room = int(re.search(r"make\(chan int, (\d)\)", p.source)[1])
        slots, sent, taken, waiting, asleep = [None] * room, 0, 0, [], []
        for line in p.source.split("func main() {\n")[1].splitlines():
            if value := re.search(r"ch <- (\d+)", line):
                slots[sent % room] = value[1]
                sent += 1
            elif value := re.search(r"go send\((\d+)\)", line):
                asleep.append(value[1])
            elif "Gosched" in line:
                for value in asleep[-1:] + asleep[:-1]:  # runnext, then the ring
                    if sent - taken < room:
                        slots[sent % room] = value
                        sent += 1
                    else:
                        waiting.append(value)
                asleep = []
            elif "<-ch" in line:
                slots[taken % room] = None
                taken += 1
                if waiting:
                    slots[sent % room] = waiting.pop(0)
                    sent += 1
        words = [v or "-" for v in slots] + [f"sendx={sent % room}", f"recvx={taken % room}"]
        assert [*words, *(waiting or ["nobody"])] == list(p.words), p.source


def test_stacks_are_powers_of_two_that_hold_the_frames():
    for seed in SEEDS:
        p = problem("stack", seed=seed)
        sizes = [int(word) for word in p.words]
        assert sizes == sorted(set(sizes)) and all(size & (size - 1) == 0 for size in sizes)
        frame = int(re.search(r"//frame (\d+)\nfunc dive", p.source)[1])
        deepest = max(int(n) for n in re.findall(r"done <- dive\((\d+)\)", p.source))
        assert sizes[-1] * 1024 > deepest * (frame + 8)


def test_a_deadlock_has_a_schedule_and_none_has_none():
    seen = set()
    for seed in range(4):
        p = problem("deadlock", seed=seed)
        seen.add(p.words[0])
        if p.words[0] == "yes":
            schedule = re.search(r'schedule="([^"]*)"', p.parts[0].why)[1]
            assert go.run(p.source, version="1.22", schedule=schedule).status == "deadlock"
        else:
            assert {go.run(p.source, procs=q, seed=s).status for q in (1, 2) for s in range(3)} == {
                "finished"
            }
    assert seen == {"yes", "no"}


def test_all_outcomes_are_the_mixtures_that_the_close_allows():
    """All orders that keep each goroutine's own, and the close before what waits for it."""
    for seed in SEEDS:
        p = problem("outcomes", seed=seed)
        bodies = [body.split("\n\t}()")[0] for body in p.source.split("go func() {")[1:]]
        chains = [re.findall(r"ch <- (\d)|(close)|(<-ready)", body) for body in bodies]
        one, two = (["".join(step) for step in chain] for chain in chains)
        lines = set()
        for places in itertools.combinations(range(len(one) + len(two)), len(one)):
            rest = {0: iter(one), 1: iter(two)}
            steps = [next(rest[0 if i in places else 1]) for i in range(len(one) + len(two))]
            if "close" not in steps or steps.index("close") < steps.index("<-ready"):
                lines.add("".join(step for step in steps if step.isdigit()))
        assert sorted(lines) == list(p.words), p.source
        for part in p.parts:
            schedule = re.search(r'schedule="([^"]*)"', part.why)[1]
            assert go.run(p.source, version="1.22", schedule=schedule).output == part.word


def test_sets_are_printed_as_text_markdown_and_notebooks(tmp_path, capsys):
    assert main(["pose", "order", "--seed", "7", "--count", "2"]) == 0
    posed = capsys.readouterr().out
    assert main(["solve", "order", "--seed", "7", "--count", "2"]) == 0
    solved = capsys.readouterr().out
    for seed in (7, 8):
        p = problem("order", seed=seed)
        assert str(p) in posed and p.solution() in solved and p.solution() not in posed
    assert main(["solve", "order", "--seed", "7", "--format", "md"]) == 0
    assert capsys.readouterr().out == problem("order", seed=7).markdown(solved=True)
    assert main(["pose", "order", "--format", "ipynb", "-o", str(tmp_path / "x.ipynb")]) == 0
    notebook = nbformat.reads((tmp_path / "x.ipynb").read_text(), 4)
    nbformat.validate(notebook)
    assert json.dumps(problem("order").solution()) not in str(notebook)
    assert 'problem("order", seed=1).check("")' in notebook.cells[-1].source


@pytest.mark.parametrize(("family", "seed"), [("none", 1), ("order", -1), ("order", "7"), ("order", True)])
def test_what_is_no_problem_is_said(family, seed):
    with pytest.raises(ValueError, match="there are order|whole number"):
        problem(family, seed=seed)


@pytest.mark.parametrize("answer", ["", None, 7, [1], "\0", "a" * 10_000])
def test_any_answer_is_answered(answer):
    assert not problem("order").check(answer).passed
