"""The race detector on Go programs: the labelled functions of Go's own tests, and where accesses are seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import golang_real
import pytest

from gosched_edu import go
from gosched_edu.golang import compile_go
from gosched_edu.kernel import isa
from gosched_edu.kernel.races import races

#: Functions that need what is not simulated, or are found wrong for a reason given here.
EXPECTED_MISSES = frozenset((
    # close against send is not modelled as a race on the channel itself
    "TestRaceChanSyncCloseSend", "TestRaceChanAsyncCloseSend", "TestRaceChanSendClose",
    "TestRaceChanSendSelectClose", "TestRaceChanCloseSend",
    # the atomics in WaitGroup order what its methods alone do not
    "TestRaceWaitGroupAsMutex",
    # reflect writes without announcing it
    "TestRaceReflectRW", "TestRaceReflectWW",
    # no finalizers
    "TestRaceFin",
    # calls methods of its *testing.T
    "TestRaceRangeFuncIterator",
    # a race in the initialiser of a package variable that all of them need
    "TestNoRaceStackPushPop", "TestNoRaceRpcChan", "TestNoRaceReturn",
))  # fmt: skip
_FUNC = re.compile(r"func (?:\([^)]*?\*?(\w+)(?:\[[^]]*\])?\) )?(\w+)")


def labelled_tests() -> Path | None:
    """Where Go keeps the race detector's tests."""
    command = golang_real.go()
    if command is None:
        return None
    root = golang_real._command(Path("."), "env", "GOROOT").stdout.strip()
    return Path(root) / "src" / "runtime" / "race" / "testdata"


def declarations(source: str) -> tuple[list[str], dict[str, list[str]]]:
    """The import paths of a file, and its declarations by the names they declare."""
    parts = re.split(r"(?m)^(?=func |type |var |const |import |/\*)", source)
    imports = [p for part in parts if part.startswith("import") for p in re.findall(r'"([\w/]+)"', part)]
    named: dict[str, list[str]] = {}
    for part in parts:
        if m := _FUNC.match(part):
            names = [m[1] or m[2]]
        elif part.startswith(("type", "var", "const")):
            names = re.findall(r"(?m)^(?:type |var |const |\t)(\w+)", part)
        else:
            continue
        for name in names:
            named.setdefault(name, []).append(part)
    return imports, named


def standalone(source: str, name: str) -> str:
    """A program that calls one test function of a file."""
    imports, named = declarations(source)
    wanted: dict[str, None] = {}
    pending = [name]
    while pending:
        for part in named.get(pending.pop(), []):
            if part not in wanted:
                wanted[part] = None
                pending += [w for w in set(re.findall(r"\b\w+\b", part)) if w in named]
    body = "\n".join(wanted)
    used = [p for p in imports if re.search(rf"\b{p.rpartition('/')[2]}\.", body)]
    head = "".join(f'import "{p}"\n' for p in used)
    return f"package main\n{head}{body}\nfunc main() {{ {name}(nil) }}\n"


def labelled() -> Iterator[tuple[str, str]]:
    """The labelled functions with programs that call them."""
    folder = labelled_tests()
    for file in sorted(folder.glob("*_test.go")) if folder is not None else ():
        source = file.read_text()
        for name in re.findall(r"(?m)^func (Test(?:No)?Race\w*)\(", source):
            yield name, standalone(source, name)


SAMPLE = dict(list(labelled())[::6])
MISSING = "is not simulated"


@pytest.mark.go
@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
def test_labelled_functions_of_gos_own_tests() -> None:
    wrong: list[str] = []
    absent = 0
    for name, source in SAMPLE.items():
        try:
            run = go.run(source, version="1.27", procs=2, race=True, trace="off")
        except go.GoError as e:
            assert MISSING in str(e) or "undefined: " in str(e), f"{name}: {e}"
            absent += 1
            continue
        if bool(races(run.machine)) != name.startswith("TestRace") and name not in EXPECTED_MISSES:
            wrong.append(name)
    assert not wrong
    assert absent <= len(SAMPLE) // 10 and len(SAMPLE) > 50


RACY = """package main

type pair struct{ a, b int }

var word int
var items []int
var table = map[string]int{}
var grid [4][4]int
var pairs = make([]pair, 2)

func main() {
	done := make(chan bool)
	text := []byte("abc")
	local := 1
	go func() { BODY; done <- true }()
	BODY
	<-done
	_ = text
	_ = local
}
"""


@pytest.mark.parametrize(
    ("body", "racy"),
    [
        ("word++", True),
        ("_ = word + 1", False),
        ("local += 2", True),
        ("items = append(items, 1)", True),
        ('table["a"]++', True),
        ('_ = table["a"]', False),
        ("_ = len(table); _ = len(items)", False),
        ("for range table { }", False),
        ("grid[1][2] = 3", True),
        ("pairs[1].b = 5", True),
        ("pairs[0] = pairs[1]", True),
        ("for i := range pairs { _ = pairs[i].a }", False),
        ("clear(pairs)", True),
        ('copy(text, "xyz")', True),
        ("_ = string(text)", False),
        ("x := grid; x[0][0] = 1", False),
        ("p := &pairs[0]; p.a, p.b = 1, 2", True),
    ],
)
def test_where_accesses_are_seen(body: str, racy: bool) -> None:
    run = go.run(RACY.replace("BODY", body), version="1.27", procs=2, race=True, trace="off")
    assert bool(races(run.machine)) == racy


def test_nothing_is_announced_without_the_detector() -> None:
    source = RACY.replace("BODY", "word++")
    announced = {isa.BY_NAME[n].code for n in ("RACER", "RACEW", "RACEACQ", "RACEREL")}
    plain, racy = (set(compile_go(source, race=r).code[::4]) for r in (False, True))
    assert not announced & plain
    assert announced & racy
