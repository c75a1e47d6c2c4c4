"""No exercise is passed by a program that does not do the work: one adversary for all of them."""

from __future__ import annotations

import json
import re
from importlib import import_module

import pytest
from test_exercises import FIX_RIGHT, GUARD_RIGHT, TAGGED

from gosched_edu import go
from gosched_edu.exercises.catalogue import Entry, entries

PROGRAMS = {name: e for name, e in entries().items() if e.takes_a_program}
CHAPTER_01 = {"FIX": FIX_RIGHT, "GUARD": GUARD_RIGHT, "IN_ORDER": {"tagged": TAGGED}}
BUSY = """package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	for i := 0; i < %d; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			time.Sleep(%d * time.Microsecond)
		}()
	}
	wg.Wait()
	fmt.Print(%s)
}
"""


def right(e: Entry) -> str:
    """A right solution of an exercise."""
    if e.chapter == "01":
        return next(iter(CHAPTER_01[e.variable].values()))
    module = import_module(f"exercise_solutions.ch{e.chapter}")
    found = getattr(module, f"{e.variable}_RIGHT", None) or module.RIGHT[e.variable]
    return str(next(iter(found.values())))


def begins_with(source: str, statement: str, *packages: str) -> str:
    """The program with one more statement at the begin of main, and without imports that nobody uses."""
    source = source.replace("func main() {\n", f"func main() {{\n\t{statement}\n", 1)
    for name in packages:
        if f'"{name}"' not in source:
            source = source.replace("package main\n", f'package main\n\nimport "{name}"\n', 1)
    return source


def prints_in_main(source: str, text: str) -> str:
    """The program with another main, which prints the text and does nothing else."""
    begin = source.index("func main() {")
    end = source.index("\n}\n", begin) + 3
    source = f"{source[:begin]}func main() {{\n\tfmt.Print({text})\n}}\n{source[end:]}"
    for path in re.findall(r'^\s*(?:import )?"(\S+)"$', source, re.M):
        if not re.search(rf"\b{path.rpartition('/')[2]}\.", source):
            source = source.replace(f'"{path}"', f'_ "{path}"')
    return begins_with(source, "", "fmt")


def cheats(e: Entry) -> dict[str, str]:
    """Programs that look as if they had done it."""
    solution, starter = right(e), e.exercise.starter
    run = go.run(solution, procs=2, **e.exercise.options)
    text = json.dumps(run.output)
    found = {
        "prints": f'package main\n\nimport "fmt"\n\nfunc main() {{\n\tfmt.Print({text})\n}}\n',
        "prints, and has busy goroutines": BUSY
        % (run.stats["goroutines"] - 1, max(1, run.end // 1000 - 100), text),
        "prints in main": prints_in_main(starter, text),
        "prints and exits": begins_with(starter, f"fmt.Print({text})\n\tos.Exit(0)", "fmt", "os"),
        "exits first": begins_with(solution, "os.Exit(0)", "os"),
        "recovers": begins_with(starter, "defer func() { recover() }()"),
        "one P": begins_with(starter, "runtime.GOMAXPROCS(1)", "runtime"),
        "sleeps": begins_with(starter, "defer time.Sleep(time.Second)", "time"),
        "no go": re.sub(r"\bgo (func\(\) \{|\w[\w.]*\()", r"\1", solution),
    }
    return {name: source for name, source in found.items() if source != solution}


@pytest.mark.parametrize("name", PROGRAMS)
def test_work_that_is_not_done_is_refused(name: str) -> None:
    exercise = PROGRAMS[name].exercise
    for how, source in cheats(PROGRAMS[name]).items():
        answer = exercise.check(source)
        assert not answer.passed, how
        assert "compile" not in str(answer), (how, str(answer))
        assert "Hint: " in str(answer), how
