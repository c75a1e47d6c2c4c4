"""The tree of an audit log: it is what the log says, and the auditor finds each kind of damage."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gosched_edu.figures.audit import Record, audit, culprit, describe, faults, task_tree

TREE = [
    Record(1, 0, "root", 0, 90, "failed", "disk full"),
    Record(2, 1, "left", 5, 60, "done", "<nil>"),
    Record(4, 2, "leaf", 6, 50, "done", "<nil>"),
    Record(3, 1, "right", 7, 80, "failed", "disk full"),
    Record(5, 3, "bad", 9, 70, "failed", "disk full"),
    Record(6, 3, "cut", 10, 75, "stopped", "disk full"),
]


def log(records: list[Record]) -> str:
    """A log in which all begins come before all ends, the last task first."""
    lines: list[dict[str, object]] = [
        {"msg": "begin", "at": r.begin, "task": r.task, "parent": r.parent, "name": r.name} for r in records
    ]
    lines += [
        {"msg": "end", "at": r.end, "task": r.task, "outcome": r.outcome, "err": r.error}
        for r in records if r.end >= 0
    ]  # fmt: skip
    return "\n".join(json.dumps(line) for line in reversed(lines))


def test_the_order_of_the_lines_does_not_matter() -> None:
    assert audit(log(TREE)) == TREE
    noise = "starting\n" + log(TREE).replace("\n", '\n{"msg": "copied", "task": 4}\n[1]\n')
    assert audit(noise) == TREE


def test_a_line_without_a_field_is_named() -> None:
    with pytest.raises(ValueError, match="line 2 of the log has no parent, name"):
        audit('nothing\n{"msg": "begin", "at": 3, "task": 1}')


def test_a_tree_in_order_has_no_fault() -> None:
    assert faults(TREE) == []


@pytest.mark.parametrize(
    ("task", "damage", "words"),
    [
        (4, {"end": 61}, "leaf (4) ended 1 µs after left (2), its parent."),
        (4, {"end": -1, "outcome": "open"}, "leaf (4) has begun and never ended."),
        (6, {"end": 8}, "cut (6) ended before it began."),
        (1, {"outcome": "done"}, "right (3) failed, and root (1) says that all is done."),
        (6, {"parent": 9}, "cut (6) says that 9 started it, of which the log knows nothing."),
    ],
)
def test_each_damage_is_found(task: int, damage: dict[str, object], words: str) -> None:
    broken = [replace(r, **damage) if r.task == task else r for r in TREE]  # type: ignore[arg-type]
    assert words in faults(audit(log(broken)))


def test_the_first_failure_is_one_without_failed_children() -> None:
    guilty = culprit(TREE)
    assert guilty is not None and guilty.name == "bad"
    second = [*TREE, Record(7, 1, "early", 11, 20, "failed", "no")]
    assert culprit(second) == second[-1]
    assert culprit([r for r in TREE if r.outcome == "done"]) is None


def test_words_and_picture_follow_the_log() -> None:
    text = describe(TREE)
    assert "6 tasks, 3 levels deep. root started left, right." in text
    assert "It began with bad: disk full." in text
    picture = task_tree(TREE)
    assert picture.summary == text
    drawn = [t.get_text() for t in picture.figure.axes[0].texts]
    assert drawn == [r.name for r in TREE]
    with pytest.raises(ValueError, match="no task"):
        task_tree([])
