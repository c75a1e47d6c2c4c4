"""Programs without main: files of tests.

Problem. Bug reports and GoKer's kernels are often tests, ``func TestX(t *testing.T)``, in packages of
any name; nothing in them says what runs.

Rejected. A case for tests in the linker: what ``go test`` does is write a main function.

Invariant. The file written here is checked and lowered like any other; it calls the tests in their
order, as the file does that ``go test`` writes (cmd/go/internal/load/test.go:testmainTmpl).
"""

from __future__ import annotations

import json
import re

from gosched_edu.golang import ast

NAME = "_testmain.go"
_KINDS = {"Test": "T", "Benchmark": "B"}


def main_file(file: ast.File, source: str) -> str | None:
    """The source of a main function for the tests of `file`; None if there are none."""
    found: dict[str, list[str]] = {"Test": [], "Benchmark": []}
    examples: list[str] = []
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
            if _named(name, prefix) and params == [f"*testing.{_KINDS[prefix]}"] and not d.type.results:
                found[prefix].append(name)
        if _named(name, "Example") and not params and not d.type.results:
            if (output := _output(source, d.pos.line)) is not None:
                examples.append(_example(name, *output))
    if not any(found.values()) and not test_main and not examples:
        return None
    lists = [
        f"[]_testing.Internal{prefix}{{{', '.join(map(_entry, names))}}}"
        for prefix, names in found.items()
    ]
    run = f"_testing.Main(nil, {', '.join(lists)})"
    if test_main or examples:
        add = f"_testing.AddExamples(m, []_testing.InternalExample{{{', '.join(examples)}}})"
        steps = [f"m := _testing.MainStart(nil, {', '.join(lists)}, nil)", *([add] if examples else [])]
        run = "; ".join([*steps, "TestMain(m)" if test_main else "m.Run()", "m.Exit()"])
    head = f'package {file.package.name}\n\nimport _testing "testing"\n'
    return f"{head}\nfunc main() {{ {run} }}\n"


def _named(name: str, prefix: str) -> bool:
    rest = name.removeprefix(prefix)
    return name.startswith(prefix) and not rest[:1].islower()


def _entry(name: str) -> str:
    return f'{{"{name}", {name}}}'


def _output(source: str, line: int) -> tuple[str, bool] | None:
    """What the last comment of the function at `line` says that it prints, and is the order free?"""
    body: list[str] = []
    for each in source.split("\n")[line:]:
        if each.startswith("}"):
            break
        body.append(each.strip())
    while body and not body[-1]:
        body.pop()
    start = len(body)
    while start > 0 and body[start - 1].startswith("//"):
        start -= 1
    comment = [each[2:] for each in body[start:]]
    if not comment and body and (m := re.search(r"//(\s*(?:unordered )?output:.*)", body[-1], re.IGNORECASE)):
        comment = [m[1]]
    for i, each in enumerate(comment):
        if m := re.match(r"\s*(unordered )?output:(.*)", each, re.IGNORECASE):
            lines = [m[2], *comment[i + 1 :]]
            return "\n".join(x.removeprefix(" ").rstrip() for x in lines), m[1] is not None
    return None


def _example(name: str, output: str, unordered: bool) -> str:
    quoted = json.dumps(output, ensure_ascii=False)
    return f"{{{json.dumps(name)}, {name}, {quoted}, {str(unordered).lower()}}}"
