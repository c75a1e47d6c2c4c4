"""The irregular programs in SimPy: the same bodies, translated line by line.

Problem. The headline of the table is an irregular program, so SimPy must run that one too.

Rejected. A second generator beside the one that writes Go: nobody could say that both make the
same program.

Chosen. `translate` reads the generated Go source, whose statements are of a dozen forms, and
writes a Python generator function for each Go function, for `benchmarks.simpy_model`. A channel
operation, a go statement, a WaitGroup operation and a sleep take time; arithmetic takes none.

Invariant. A line of a form that is not known is an error, not a comment. x is kept in 32 bits,
so that no big integers slow the model down.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from benchmarks.simpy_model import GO, OPERATION, SWITCH, Channel, Goroutine, Model, WaitGroup

MASK = 0xFFFFFFFF
_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(\w+) := make\(chan int\)", (r"\1 = Channel(m)",)),
    (r"(\w+) := make\(chan int, (\d+)\)", (r"\1 = Channel(m, \2)",)),
    (r"(\w+), (\w+) := make\(chan int\), make\(chan int\)", (r"\1, \2 = Channel(m), Channel(m)",)),
    (r"(\w+) <- (.+)", ("yield OPERATION", r"if not \1.send(g, (\2) & MASK):", " yield None")),
    (r"<-(\w+)", ("yield OPERATION", r"if not \1.recv(g):", " yield None")),
    (r"x (\+|\^)= <-(\w+)", ("yield OPERATION", r"if not \2.recv(g):", " yield None",
                            r"x = (x \1 g.value) & MASK")),
    (r"for v := range (\w+) \{", ("while True:", " yield OPERATION", r" if not \1.recv(g):",
                                  "  yield None", " if not g.ok:", "  return", " v = g.value")),
    (r"for (\w+) := 0; \w+ < (\w+); \w+\+\+ \{", (r"for \1 in range(\2):", " pass")),
    (r"if (.+) \{", (r"if \1:", " pass")),
    (r"\} else \{", ("else:", " pass")),
    (r"\{", ("if True:", " pass")),
    (r"\}", ()),
    (r"runtime\.Gosched\(\)", ("m.globals.append(g)", "yield OPERATION", "yield None")),
    (r"time\.Sleep\((\d+) \* time\.Microsecond\)", (r"sleep(m, g, \g<1>000)", "yield None")),
    (r"var (\w+) sync\.WaitGroup", (r"\1 = WaitGroup(m)",)),
    (r"(\w+)\.Add\((\w+)\)", (r"\1.n += \2",)),
    (r"(\w+)\.Done\(\)", ("yield OPERATION", r"\1.done()")),
    (r"(\w+)\.Wait\(\)", ("yield OPERATION", r"if not \1.wait(g):", " yield None")),
    (r"go (\w+)\((.*)\)", ("yield GO", r"m.go(\1, \2)")),
    (r"x := (\d+)", (r"x = \1",)),
    (r"x (\+|\^)= (\w+)", (r"x = (x \1 \2) & MASK",)),
    (r"x = (.+)", (r"x = (\1) & MASK",)),
)  # fmt: skip


def sleep(m: Model, g: Goroutine, ns: int) -> None:
    """time.Sleep: a SimPy event that readies g."""
    m.env.timeout(ns).callbacks.append(lambda _: m.ready(g))


def translate(source: str) -> str:
    """Python source of the functions of a generated Go program.

    Raises
    ------
    ValueError
        For a line of an unknown form.
    """
    out: list[str] = []
    depth = 0
    body = source[source.index("func ") :]
    for number, raw in enumerate(body.splitlines(), 1):
        line = raw.strip().replace("k+x&7", "k+(x&7)").replace("&wg", "wg").replace("&done", "done")
        if not line:
            continue
        head = re.fullmatch(r"func (\w+)\((.*)\) \{", line)
        if head:
            names = [part.split()[0] for part in head[2].split(", ") if part]
            out.append(f"def {head[1]}({', '.join(['m', 'g', *map(_safe, names)])}):")
            depth = 1
            continue
        forms = ((re.fullmatch(pattern, line), lines) for pattern, lines in _FORMS)
        found, lines = next(((match, lines) for match, lines in forms if match), (None, ()))
        if found is None:
            raise ValueError(f"line {number}: no translation for {line!r}")
        if line.startswith("}"):
            depth -= 1
        for text in lines:
            text = found.expand(text)
            inner = len(text) - len(text.lstrip())
            out.append(" " * (depth + inner) + re.sub(r"\bin\b(?! range)", "in_", text.lstrip()))
        if line.endswith("{"):
            depth += 1
    return "\n".join(out)


def _safe(name: str) -> str:
    return "in_" if name == "in" else name


def irregular(source: str) -> Callable[[Model, Goroutine], Any]:
    """main of a generated Go program, for `benchmarks.simpy_model.Model`."""
    scope: dict[str, Any] = {
        "Channel": Channel, "WaitGroup": WaitGroup, "sleep": sleep, "MASK": MASK,
        "OPERATION": OPERATION, "GO": GO, "SWITCH": SWITCH,
    }  # fmt: skip
    exec(translate(source), scope)
    main: Callable[[Model, Goroutine], Any] = scope["main"]
    return main
