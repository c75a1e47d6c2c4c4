"""Programs without main: files of tests.

Problem. Bug reports and GoKer's kernels are often tests, ``func TestX(t *testing.T)``, in packages of
any name; nothing in them says what runs.

Rejected. A case for tests in the linker: what ``go test`` does is write a main function.

Invariant. The file written here is checked and lowered like any other; it calls the tests in their
order, as the file does that ``go test`` writes (cmd/go/internal/load/test.go:testmainTmpl).
"""

from __future__ import annotations

from gosched_edu.golang import ast

NAME = "_testmain.go"
_KINDS = {"Test": "T", "Benchmark": "B"}


def main_file(file: ast.File) -> str | None:
    """The source of a main function for the tests of `file`; None if there are none."""
    found: dict[str, list[str]] = {"Test": [], "Benchmark": [], "Example": []}
    test_main = False
    for d in file.decls:
        if not isinstance(d, ast.FuncDecl) or d.recv is not None or d.params:
            continue
        name = d.name.name
        params = [ast.text(f.type) for f in d.type.params]
        if name == "TestMain" and params == ["*testing.M"]:
            test_main = True
            continue
        for prefix in found:
            wanted = [f"*testing.{_KINDS[prefix]}"] if prefix in _KINDS else []
            if _named(name, prefix) and params == wanted and not d.type.results:
                found[prefix].append(name)
    if not found["Test"] and not found["Benchmark"] and not test_main:
        return None
    lists = [
        f"[]_testing.Internal{prefix}{{{', '.join(_entry(prefix, n) for n in names)}}}"
        for prefix, names in found.items()
    ]
    run = f"_testing.Main(nil, {', '.join(lists)})"
    if test_main:
        run = f"m := _testing.MainStart(nil, {lists[0]}, {lists[1]}, nil, {lists[2]}); TestMain(m); m.Exit()"
    head = f'package {file.package.name}\n\nimport _testing "testing"\n'
    return f"{head}\nfunc main() {{ {run} }}\n"


def _named(name: str, prefix: str) -> bool:
    rest = name.removeprefix(prefix)
    return name.startswith(prefix) and not rest[:1].islower()


def _entry(prefix: str, name: str) -> str:
    if prefix == "Example":
        return f'{{Name: "{name}", F: {name}}}'
    return f'{{"{name}", {name}}}'
