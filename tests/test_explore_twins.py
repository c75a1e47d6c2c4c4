"""GoBench's kernels and their repaired twins: the repairs fit, and the twins are really without a fault."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from go_corpora import needs_corpora

from gosched_edu import go
from gosched_edu.explore import kernels as table
from gosched_edu.explore import real
from gosched_edu.explore.kernels import IllFitting, Kernel, kernels, replace

TOML = Path(table.__file__).with_name("kernels.toml")
ENTRIES = tomllib.loads(TOML.read_text())


def test_the_table_has_a_fault_and_a_repair_for_each() -> None:
    assert len(ENTRIES) == 63
    for name, entry in ENTRIES.items():
        assert entry["kind"] and entry["change"], name
        fault, _, repair = entry["why"].partition("; the repair ")
        assert fault and repair.endswith("."), name
        # words by which a place is found, not a copy of the program
        assert sum(len(c["old"]) for c in entry["change"]) < 500, name


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([{"old": "Lock( )", "new": ""}], "found 0 times instead of 1"),
        ([{"old": "mu.Lock()", "new": ""}], "found 2 times instead of 1"),
        ([{"old": "u.Lock()", "new": "", "times": 2}], "found 0 times"),  # words are whole
        ([{"old": "a = 1", "new": "a = 2"}, {"old": "a = 1", "new": ""}], "found 0 times"),
    ],
)
def test_a_repair_that_does_not_fit_is_refused(changes: list[dict], said: str) -> None:
    with pytest.raises(IllFitting, match=said):
        replace("mu.Lock()\n\ta = 1\n\tmu.Lock()\n", changes)


def test_replacements() -> None:
    text = "mu.Lock()\n\tdefer\tmu.Unlock()\n\tf(1)\n\tf(2)\n}"
    assert replace(text, [{"old": "defer mu.Unlock() f(1)", "new": r"\1"}]) == "mu.Lock()\n\t\\1\n\tf(2)\n}"
    assert replace(text, [{"old": "Lock() … f(2)", "new": ""}]) == "mu.\n}"


@needs_corpora
def test_a_table_that_is_not_of_this_source_tree_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, said in (
        (TOML.read_text() + "\n[Moby1]\nkind = ''\n", "not in the source tree: Moby1"),
        (TOML.read_text().replace("[Moby4951]", "[Moby4952]"), "Moby4951 is not in kernels.toml"),
        (
            TOML.read_text().replace("s.StartTask() <-s.Should", "s.StartTask() <-s.Shall"),
            "Cockroach1055: found 0",
        ),
    ):
        (tmp_path / "kernels.toml").write_text(text)
        monkeypatch.setattr(table, "files", lambda _: tmp_path)
        with pytest.raises(IllFitting, match=said):
            kernels.__wrapped__()


def faults(source: str, version: str, procs: int, seed: int) -> str:
    """What is wrong with a run under Go's own policy; "" if nothing is."""
    r = go.run(source, version=version, procs=procs, seed=seed, race=True, trace="off")
    if r.status != "finished":
        return f"{r.status} {r.stderr}{r.stopped}"
    return r.stderr if r.races else ", ".join(g.state for g in r.leaks)


@needs_corpora
@pytest.mark.parametrize(("version", "procs"), [("1.27", 1), ("1.27", 4), ("1.21", 2)])
def test_twins_have_no_fault_in_the_simulation(version: str, procs: int) -> None:
    wrong = {}
    for name, kernel in kernels().items():
        twin = kernel.source(repaired=True)
        for seed in range(3):
            if fault := faults(twin, version, procs, seed):
                wrong[name] = f"seed {seed}: {fault}"
    assert not wrong


@needs_corpora
def test_originals_have_a_fault_in_the_simulation() -> None:
    """Under Go's own policy not all show it, but most do: the twins are compared with something."""
    shown = {
        name
        for name, kernel in kernels().items()
        if any("leaked" in faults(kernel.source(), "1.27", 1 + seed % 4, seed) for seed in range(4))
    }
    assert len(shown) >= 45


@pytest.mark.go
@needs_corpora
def test_twins_have_no_fault_in_real_go() -> None:
    """All goroutines end. With the race detector, and many times: `make bugs`."""
    all_of_them = list(kernels().values())
    with real.built(all_of_them, "one", repaired=True) as binary:
        tasks: list[tuple[Kernel, int | None]] = [(k, procs) for procs in (1, 4) for k in all_of_them]
        found = real.runs(binary, tasks, patience="60s")
    assert not {k.name: shown for (k, _), shown in zip(tasks, found, strict=True) if not shown.clean}


@pytest.mark.go
@needs_corpora
def test_real_go_shows_what_is_certain() -> None:
    """The harness sees faults: those of kernels whose fault does not depend on the schedule."""
    some = [kernels()[n] for n in ("Cockroach13197", "Cockroach24808", "Etcd6708", "Moby30408", "Moby7559")]
    with real.built(some, "one") as binary:
        found = real.runs(binary, [(k, 2) for k in some])
    assert all(shown.alive and not shown.trouble for shown in found)
    assert [shown.leaked > 0 for shown in found] == [
        True,
        True,
        True,
        True,
        False,
    ]  # and what its profile misses
