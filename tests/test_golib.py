"""golib against real Go: its own examples, and programs whose output both must agree on.

The examples are read from the installed toolchain when the tests run; nothing of it is kept here.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import golang_real
import pytest

from gosched_edu import go
from gosched_edu.golang import GoError, compile_go

VERSION = "1.27"
PROGRAMS = sorted((Path(__file__).parent / "golib").glob("*.go"))

#: Packages, and how many of their examples have what golib leaves out, named in golib/README.md.
EXAMPLES = {
    "context": 2,  # a constant of another file
    "sync": 1,  # a file is read
    "time": 4,  # Local is California where Go's tests run; AppendBinary
    "errors": 2,  # %T with the name of the test's package
    "fmt": 0,
    "sort": 0,
    "strconv": 3,  # QuoteToGraphic and its like
    "container/heap": 0,
    "container/list": 0,
    "slices": 0,
    "maps": 0,
    "bufio": 0,
}

_FUNCTION = re.compile(r"^func (Example\w*)\(\) \{\n((?:.*\n)*?)^\}", re.MULTILINE)
_OUTPUT = re.compile(r"^\s*// (unordered )?output:(.*\n(?:\s*//.*\n|\s*\n)*)\Z", re.MULTILINE | re.IGNORECASE)


def examples(source: str) -> list[tuple[str, str, bool, str]]:
    """Each example with an output: its name, a program of it alone, whether the order counts, the output."""
    found = []
    source = re.sub(r"^package \w+", "package main", source, count=1, flags=re.MULTILINE)
    for m in _FUNCTION.finditer(source):
        out = _OUTPUT.search(m[2])
        if out is None:
            continue
        want = "\n".join(re.sub(r"^\s*// ?", "", line) for line in out[2].split("\n"))
        found.append((m[1], _alone(source, m[1]), out[1] is None, want))
    return found


def _alone(source: str, name: str) -> str:
    """The program without the other examples and without the imports that only they need."""
    text = _FUNCTION.sub(lambda m: m[0] if m[1] == name else "\n" * m[0].count("\n"), source)
    head, end, body = text.partition("\n)\n")
    code = re.sub("//.*", "", body)

    def used(m: re.Match[str]) -> str:
        as_name = (m[1] or m[2].removesuffix("/v2").rpartition("/")[2]).strip()
        return m[0] if re.search(rf"\b{as_name}\.", code) else ""

    return re.sub(r'^\t(\w+ )?"([^"]+)"$', used, head, flags=re.MULTILINE) + end + body


def lines(text: str, ordered: bool) -> list[str]:
    """Lines as `go test` compares them."""
    out = [line.rstrip() for line in text.strip().split("\n")]
    return out if ordered else sorted(out)


@pytest.mark.parametrize("package", EXAMPLES)
def test_examples_of_the_standard_library(package: str, go_new: Path) -> None:
    wrong, missing, count = [], [], 0
    for file in sorted((go_new.parent.parent / "src" / package).glob("example*_test.go")):
        for name, source, ordered, want in examples(file.read_text()):
            count += 1
            try:
                image = compile_go(source, filename=file.name, version=VERSION, entry=name)
            except GoError as e:
                missing.append(f"{name}: {e}")
                continue
            got = go.run(image, version=VERSION, jit=False, trace="off").output
            if lines(got, ordered) != lines(want, ordered):
                wrong.append(f"{name}: {got!r} instead of {want!r}")
    assert count > 0
    assert len(wrong) + len(missing) <= EXAMPLES[package], "\n".join(wrong + missing)


@functools.cache
def real() -> dict[Path, tuple[int, str, str]]:
    """Exit code, standard output and standard error of each program under real Go."""
    return dict(zip(PROGRAMS, golang_real.results([p.read_text() for p in PROGRAMS], VERSION), strict=True))


@pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_programs_print_what_real_go_prints(program: Path) -> None:
    done = go.run(program.read_text(), version=VERSION, jit=False, trace="off")
    code, out, err = real()[program]
    assert done.output == out
    assert done.stderr.partition("goroutine ")[0] == err.partition("goroutine ")[0]
    assert (done.status in ("exited", "died")) == (code != 0)
