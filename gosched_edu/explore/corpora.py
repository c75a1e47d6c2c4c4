"""Programs of Go's own source tree with known outcomes, read from the installed toolchain.

Problem. An explorer must be judged by programs that others wrote, with outcomes that others know.

Rejected. A copy of them: it would grow old, and it is not ours to give away.

Chosen. Go ships them: GoBench's kernels of real bugs, small leaks, labelled races. They are read
where the toolchain has them. Without one there is no corpus.

Invariant. A folder that is not where it was is an error: a corpus that is empty proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gosched_edu.kernel.dump import Goroutine
from gosched_edu.realgo.toolchain import GoNotFound, find

#: The version that the labels and the rates belong to.
VERSION = "1.27"


@dataclass(frozen=True)
class Program:
    """One program of a corpus.

    Attributes
    ----------
    name : str
        What runs: the function, and what else tells it apart.
    source : str
        One file.
    entry : str
        The function that runs.
    """

    name: str
    source: str
    entry: str = "main"


@cache
def src() -> Path:
    """The folder of the source tree."""
    tool = find(VERSION)
    if tool is None:
        raise GoNotFound(f"The programs are part of the source tree of Go {VERSION}, which is not here.")
    return tool.goroot / "src"


def exists() -> bool:
    """Whether there are corpora here."""
    return find(VERSION) is not None


# What the corpora's main.go does: programs register themselves, and one of them is run. There it comes
# from the command line.
_MAIN = """
const yieldCount = 10

func register(name string, f func()) {
	if name == "NAME" {
		chosen = f
	}
}

func registerInit(name string, f func()) {
	if name == "NAME" {
		f()
	}
}

var chosen func()

func main() { chosen() }
"""
_REGISTERED = re.compile(r'\bregister(?:Init)?\("(\w+)"')


def main_of(name: str) -> str:
    """What a file of the corpora needs to be a program that runs this one of its functions."""
    return _MAIN.replace("NAME", name)


def _registered(files: list[Path]) -> Iterator[Program]:
    for file in files:
        source = file.read_text()
        for name in _REGISTERED.findall(source):
            if file.name != "main.go":
                yield Program(name, source + main_of(name))


def _folder(path: str) -> list[Path]:
    found = sorted((src() / path).glob("*.go"))
    if not found:
        raise FileNotFoundError(f"{path} is not where it was in Go {VERSION}")
    return found


def goker() -> list[Program]:
    """The blocking kernels of GoBench: real bugs of large programs, made small."""
    return list(_registered(_folder("runtime/testdata/testgoroutineleakprofile/goker")))


def leaks() -> list[Program]:
    """Small leaks, patterns of leaks, and leaks by the hundred."""
    return list(_registered(_folder("runtime/testdata/testgoroutineleakprofile")))


@cache
def expected_leaks() -> dict[str, tuple[bool, list[str]]]:
    """For each kernel and leak whether its leaks are certain, and the patterns of those it may have.

    Go's own test of the leak profile says so.
    """
    source = (src() / "runtime/goroutineleakprofile_test.go").read_text()
    source = re.sub(r"^\s*//.*\n", "", source, flags=re.MULTILINE)
    out = {}
    for m in re.finditer(r'make(Flaky)?Test\("(\w+)",?((?:\s*`[^`]*`,?)*)\s*\)', source):
        out[m[2]] = (m[1] is None, re.findall(r"`([^`]*)`", m[3]))
    if len(out) != 85:  # of 86: Kubernetes1321 has a race of its own
        raise ValueError(f"the test of the leak profile is not as it was in Go {VERSION}")
    return out


def leaked(goroutines: list[Goroutine]) -> list[str]:
    """Leaked goroutines as Go's test writes them: where the goroutine began, why it waits."""
    out = []
    for g in goroutines:
        first, state = g.frames[-1], g.state.replace(" (leaked)", "")
        out.append(f"{first.function.removeprefix('main.')}{first.args} [{state}]")
    return out


def deadlocks() -> list[Program]:
    """What programs die of."""
    return list(_registered([src() / "runtime/testdata/testprog/deadlock.go"]))


# --- declarations ----------------------------------------------------------------------------

_DECLARATION = re.compile(r"(?m)^(?=(?://go:\w+\n)?(?:func |type |var |const |import )|/\*)")
_FUNC = re.compile(r"(?://go:\w+\n)?func (?:\([^)]*?\*?(\w+)(?:\[[^]]*\])?\) )?(\w+)")
_GROUP = re.compile(r"type |var |const ")


def declarations(source: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The imports of a file by the names they have in it, and its declarations by those they declare.

    A method counts as a declaration of its receiver's type.
    """
    imports: dict[str, str] = {}
    named: dict[str, list[str]] = {}
    for part in _DECLARATION.split(source):
        if part.startswith("import"):
            for name, path in re.findall(r'(\w+ )?"([\w/.]+)"', part):
                imports[name.strip() or path.removesuffix("/v2").rpartition("/")[2]] = f'{name}"{path}"'
            continue
        if m := _FUNC.match(part):
            names = [m[1] or m[2]]
        elif _GROUP.match(part):
            names = re.findall(r"(?m)^(?:type |var |const |\t)(\w+)", part)
        else:
            continue
        for name in names:
            named.setdefault(name, []).append(part)
    return imports, named


def closure(start: str, source: str) -> str:
    """A program of what `start` needs of its file."""
    imports, named = declarations(source)
    wanted: dict[str, None] = {}
    pending = [start]
    while pending:
        for part in named.get(pending.pop(), []):
            if part not in wanted:
                wanted[part] = None
                # what is declared as _ is nobody's need
                pending += sorted((set(re.findall(r"\b\w+\b", part)) & named.keys()) - {"_"})
    body = "".join(wanted)
    used = [p for name, p in imports.items() if re.search(rf"\b{name}\.", body)]
    return "package main\n" + "".join(f"import {p}\n" for p in used) + "\n" + body


# --- races -----------------------------------------------------------------------------------


def races() -> list[Program]:
    """The functions that the race detector is tested with; TestRace...: it must find a race."""
    out = []
    for file in _folder("runtime/race/testdata"):
        source = file.read_text()
        for name in re.findall(r"(?m)^func (Test(?:No)?Race\w*)\(", source):
            # No main function: what `go test` makes of it is a program.
            out.append(Program(name, closure(name, source)))
    return out
