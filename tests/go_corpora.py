"""Programs of Go's own source tree, read from the installed toolchain when the tests run.

Nothing of them is kept here. Where the toolchain is absent the tests that need it are skipped; where
it is there and a file is not, they fail: a corpus that is empty proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from gosched_edu import realgo

#: The version that the labels and the rates belong to.
VERSION = "1.27"
needs_corpora = pytest.mark.skipif(
    realgo.find(VERSION) is None, reason=f"no Go {VERSION} toolchain, and its source tree is the corpus"
)


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
    tool = realgo.find(VERSION)
    assert tool is not None, "tests that read the corpora are marked needs_corpora"
    return tool.goroot / "src"


def exists() -> bool:
    """Whether there are corpora here."""
    return realgo.find(VERSION) is not None


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


def _registered(files: list[Path]) -> Iterator[Program]:
    for file in files:
        source = file.read_text()
        for name in _REGISTERED.findall(source):
            if file.name != "main.go":
                yield Program(name, source + _MAIN.replace("NAME", name))


def _folder(path: str) -> list[Path]:
    found = sorted((src() / path).glob("*.go"))
    assert found, f"{path} is not where it was in Go {VERSION}"
    return found


def goker() -> list[Program]:
    """The blocking kernels of GoBench: real bugs of large programs, made small."""
    return list(_registered(_folder("runtime/testdata/testgoroutineleakprofile/goker")))


def leaks() -> list[Program]:
    """Small leaks, patterns of leaks, and leaks by the hundred."""
    return list(_registered(_folder("runtime/testdata/testgoroutineleakprofile")))


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
                pending += sorted(set(re.findall(r"\b\w+\b", part)) & named.keys())
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


# --- examples --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example(Program):
    """A documented example, and what it prints."""

    output: str = ""
    ordered: bool = True

    def prints(self, text: str) -> bool:
        """Whether `text` is the output, as `go test` compares them."""
        # the example is a program here, and not a part of its package's tests
        output = re.sub(r"\b\w+_test\.(?=[A-Z])", "main.", self.output)
        mine, theirs = ([line.rstrip() for line in t.strip().split("\n")] for t in (text, output))
        return mine == theirs if self.ordered else sorted(mine) == sorted(theirs)


_EXAMPLE = re.compile(r"^func (Example\w*)\(\) \{\n((?:.*\n)*?)^\}", re.MULTILINE)
_OUTPUT = re.compile(r"^\s*// (unordered )?output:(.*\n(?:\s*//.*\n|\s*\n)*)\Z", re.MULTILINE | re.IGNORECASE)


def _alone(source: str, name: str) -> str:
    """A file without its other examples and without the imports that only they need."""
    text = re.sub(r"^package \w+", "package main", source, count=1, flags=re.MULTILINE)
    text = _EXAMPLE.sub(lambda m: m[0] if m[1] == name else "\n" * m[0].count("\n"), text)
    head, end, body = text.partition("\n)\n")
    code = re.sub("//.*", "", body)

    def used(m: re.Match[str]) -> str:
        as_name = (m[1] or m[2].removesuffix("/v2").rpartition("/")[2]).strip()
        return m[0] if re.search(rf"\b{as_name}\.", code) else ""

    return re.sub(r'^\t(\w+ )?"([^"]+)"$', used, head, flags=re.MULTILINE) + end + body


#: What examples use of other files of their package's tests, by package.
_SHARED = {
    # x_test.go
    "context": "\nconst shortDuration = 1_000_000\n",
    # internal_test.go
    "time": '\nfunc init() { time.Local, _ = time.LoadLocation("America/Los_Angeles") }\n',
}


def examples(package: str) -> list[Example]:
    """The examples of a package that say what they print."""
    out = []
    for file in sorted((src() / package).glob("example*_test.go")):
        source = file.read_text()
        for m in _EXAMPLE.finditer(source):
            if (end := _OUTPUT.search(m[2])) is None:
                continue
            text = "\n".join(re.sub(r"^\s*// ?", "", line) for line in end[2].split("\n"))
            program = _alone(source, m[1])
            shared = _SHARED.get(package, "")
            if package == "time" or any(name in program for name in re.findall(r"const (\w+)", shared)):
                program += shared
            out.append(Example(f"{package}.{m[1]}", program, m[1], text, end[1] is None))
    return out
