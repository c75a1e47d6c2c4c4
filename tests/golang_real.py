"""A real Go toolchain, when there is one: its errors and its outputs."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_ERROR = re.compile(r"^main\.go:(\d+):(\d+): (.*)$")
_FOLDER = re.compile(r"(?:\./|p\d+/)+main\.go")
#: Nobody debugs these programs, and linking is what a build of a small program takes. Tracebacks stay.
_NO_DEBUG_INFO = ("-ldflags=-s -w",)


@functools.cache
def go() -> str | None:
    """The path of a go command, or None."""
    beside = Path(sys.executable).parent / "go"
    return str(beside) if beside.exists() else shutil.which("go")


@functools.cache
def _workdir() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="golang-real-")


def _environment() -> dict[str, str]:
    cache = Path(tempfile.gettempdir()) / f"golang-real-cache-{os.getuid()}"
    off = {"GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOWORK": "off"}
    return {**os.environ, **off, "GOCACHE": str(cache), "CGO_ENABLED": "0"}


def _command(program: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = go()
    assert command is not None
    return subprocess.run(
        [command, *args],
        cwd=program,
        env=_environment(),
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=900,
        check=False,
    )


def _program(source: str, number: int, version: str) -> Path:
    folder = Path(_workdir().name) / f"p{number}"
    folder.mkdir(exist_ok=True)
    (folder / "main.go").write_text(source)
    (folder / "go.mod").write_text(f"module example\n\ngo {version}\n")
    return folder


def errors(sources: list[str], version: str = "1.22") -> list[list[tuple[int, int, str]]]:
    """For each program the errors of the real compiler: line, column, message."""
    folder = Path(_workdir().name) / f"all{len(sources)}"
    for number, source in enumerate(sources):
        (folder / f"p{number}").mkdir(parents=True, exist_ok=True)
        (folder / f"p{number}" / "main.go").write_text(source)
    (folder / "go.mod").write_text(f"module example\n\ngo {version}\n")
    # all in one build; it stops early if it cannot even load one of them
    done = _command(folder, "build", "-gcflags=-e", "-o", os.devnull, "./...")
    together = re.split(r"^# example/p(\d+)$", done.stderr, flags=re.MULTILINE)
    texts = dict(zip(map(int, together[1::2]), together[2::2], strict=True))
    out: list[list[tuple[int, int, str]]] = []
    for number, source in enumerate(sources):
        text = texts.get(number)
        if text is None:
            alone = _program(source, number, version)
            text = _command(alone, "build", "-gcflags=-e", "-o", os.devnull).stderr
        out.append(parse(text))
    return out


_IMPORT = re.compile(r'"([\w./]+)"')


@functools.cache
def _compiler(imports: frozenset[str]) -> tuple[str, Path]:
    """The compiler itself, and the file that tells it where the compiled `imports` are."""
    folder = _program("package main\n", 0, "1.22")
    known = _command(folder, "list", "-e", "-f", "{{if not .Error}}{{.ImportPath}}{{end}}", *sorted(imports))
    form = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
    listed = _command(folder, "list", "-export", "-deps", "-f", form, *known.stdout.split())
    assert listed.returncode == 0, listed.stderr
    config = folder / f"imports{len(imports)}.cfg"
    config.write_text(listed.stdout)
    return _command(folder, "tool", "-n", "compile").stdout.strip(), config


def compiler_errors(sources: list[str], version: str = "1.22") -> list[list[tuple[int, int, str]]]:
    """As `errors`, from the compiler without the go command around it: 6 ms a program.

    That command says of itself: which packages do not exist, and that there is no function main.
    """
    paths = {p for s in sources for p in _IMPORT.findall(s.partition("\nfunc ")[0])}
    command, config = _compiler(frozenset(paths))
    folder = Path(_workdir().name) / "compile"
    folder.mkdir(exist_ok=True)
    options = ["-e", "-complete", f"-lang=go{version}", "-p", "main", "-importcfg", config, "-o", "main.o"]
    out: list[list[tuple[int, int, str]]] = []
    for source in sources:
        (folder / "main.go").write_bytes(source.encode("utf-8", "surrogateescape"))
        done = subprocess.run(
            [command, *map(str, options), "main.go"], cwd=folder, capture_output=True, encoding="utf-8",
            errors="surrogateescape", timeout=600, check=False,
        )  # fmt: skip
        found = parse(done.stdout + done.stderr)
        assert found or done.returncode == 0, done.stdout + done.stderr
        if not found and not re.search(r"^func main\(\)", source, re.MULTILINE):
            found = [(0, 0, "function main is undeclared in the main package")]
        out.append(found)
    return out


def parse(text: str) -> list[tuple[int, int, str]]:
    """The errors in the output of a Go command; continuation lines are kept."""
    found: list[tuple[int, int, str]] = []
    for line in _FOLDER.sub("main.go", text).splitlines():
        if m := _ERROR.match(line):
            found.append((int(m[1]), int(m[2]), m[3]))
        elif line.startswith("\t") and found:
            last = found[-1]
            found[-1] = (last[0], last[1], f"{last[2]}\n{line}")
    return found


def _run_all(sources: list[str], version: str) -> list[subprocess.CompletedProcess[str]]:
    """Build all programs in one go and run them one by one."""
    folder = Path(_workdir().name) / f"run{len(sources)}-{version}"
    for number, source in enumerate(sources):
        (folder / f"p{number}").mkdir(parents=True, exist_ok=True)
        (folder / f"p{number}" / "main.go").write_text(source)
    (folder / "go.mod").write_text(f"module example\n\ngo {version}\n")
    built = _command(folder, "build", *_NO_DEBUG_INFO, "-o", f"bin{os.sep}", "./...")
    assert built.returncode == 0, built.stderr
    return [
        subprocess.run(
            [folder / "bin" / f"p{number}"], cwd=folder, capture_output=True, encoding="utf-8",
            errors="surrogateescape", timeout=600, check=False,
        )
        for number in range(len(sources))
    ]  # fmt: skip


def outputs(sources: list[str], version: str = "1.22") -> list[str]:
    """For each program what it prints when real Go runs it."""
    out: list[str] = []
    for done in _run_all(sources, version):
        assert done.returncode == 0, done.stderr
        out.append(done.stdout)
    return out


def stderr(sources: list[str], version: str = "1.22") -> list[str]:
    """For each program what println prints when real Go runs it."""
    out: list[str] = []
    for done in _run_all(sources, version):
        assert done.returncode == 0, done.stderr
        out.append(done.stderr)
    return out


def runs(
    sources: list[str], environment: dict[str, str], times: int, version: str = "1.22"
) -> list[list[str]]:
    """For each program what it prints in several runs; all are built at once."""
    folder = Path(_workdir().name) / f"together{len(sources)}"
    for number, source in enumerate(sources):
        (folder / f"p{number}").mkdir(parents=True, exist_ok=True)
        (folder / f"p{number}" / "main.go").write_text(source)
    (folder / "go.mod").write_text(f"module example\n\ngo {version}\n")
    done = _command(folder, "build", *_NO_DEBUG_INFO, "-o", "bin/", "./...")
    assert done.returncode == 0, done.stderr
    return [
        [
            subprocess.run(
                [str(folder / "bin" / f"p{number}")], env={**os.environ, **environment},
                capture_output=True, text=True, timeout=600, check=False,
            ).stdout
            for _ in range(times)
        ]
        for number in range(len(sources))
    ]  # fmt: skip


def results(sources: list[str], version: str = "1.22") -> list[tuple[int, str, str]]:
    """For each program its exit code, standard output and standard error."""
    return [(d.returncode, d.stdout, d.stderr) for d in _run_all(sources, version)]


def outcome(source: str, version: str = "1.22") -> tuple[str, int]:
    """What a program prints when real Go runs it on one P, and its exit code."""
    folder = _program(source, 0, version)
    built = _command(folder, "build", *_NO_DEBUG_INFO, "-o", "prog", "main.go")
    assert built.returncode == 0, built.stderr
    done = subprocess.run(
        [str(folder / "prog")],
        env={**os.environ, "GOMAXPROCS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout, done.returncode


def together(
    head: str, sources: list[str], version: str = "1.22"
) -> list[tuple[str, int] | None]:
    """As `outcome` for programs that begin with `head` and declare different names behind it: one build.

    None for a program that real Go refuses.
    """
    folder = Path(_workdir().name) / f"together{len(sources)}"
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text(f"module example\n\ngo {version}\n")
    wanted = dict(enumerate(sources))
    built = _build_together(folder, head, wanted)
    while built.returncode != 0:
        refused = {int(n) for n in re.findall(r"^\S*\bp(\d+)\.go:\d+:", built.stderr, re.MULTILINE)}
        assert refused, built.stderr
        wanted = {n: s for n, s in wanted.items() if n not in refused}
        built = _build_together(folder, head, wanted)
    out: list[tuple[str, int] | None] = [None] * len(sources)
    for n in wanted:
        done = subprocess.run(
            [str(folder / "together"), str(n)], env={**os.environ, "GOMAXPROCS": "1"}, capture_output=True,
            timeout=600, check=False,
        )  # fmt: skip
        out[n] = done.stdout.decode("utf-8", "replace"), done.returncode
    return out


def _build_together(
    folder: Path, head: str, sources: dict[int, str]
) -> subprocess.CompletedProcess[str]:
    """Build one binary; what it runs is its argument."""
    parts = [head]
    for number, source in sources.items():
        assert source.startswith(head) and "\nfunc main() {" in source
        body = source.removeprefix(head).replace("\nfunc main() {", f"\nfunc main{number}() {{")
        parts.append(f"\n//line p{number}.go:1\n{body}")
    (folder / "programs.go").write_text("".join(parts))
    table = ", ".join(f"{n}: main{n}" for n in sources)
    (folder / "main.go").write_text(
        'package main\n\nimport "os"\nimport "strconv"\n\nfunc main() {\n'
        f"\tn, _ := strconv.Atoi(os.Args[1])\n\tmap[int]func(){{{table}}}[n]()\n}}\n"
    )
    return _command(folder, "build", "-gcflags=-N -l -e", *_NO_DEBUG_INFO, "-o", "together", ".")
