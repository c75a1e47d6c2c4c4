"""Programs of Go's own source tree, read from the installed toolchain when the tests run.

Nothing of them is kept here. Where the toolchain is absent the tests that need it are skipped; where
it is there and a file is not, they fail: a corpus that is empty proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from gosched_edu import realgo
from gosched_edu.explore.corpora import (
    VERSION,
    Program,
    closure,
    deadlocks,
    declarations,
    exists,
    goker,
    leaks,
    races,
    src,
)

__all__ = [
    "VERSION", "Program", "closure", "deadlocks", "declarations", "examples", "exists", "goker", "leaks",
    "needs_corpora", "races", "src",
]  # fmt: skip

needs_corpora = pytest.mark.skipif(
    realgo.find(VERSION) is None, reason=f"no Go {VERSION} toolchain, and its source tree is the corpus"
)

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
