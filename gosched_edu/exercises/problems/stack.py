"""A family on stacks: which sizes a goroutine's stack moves to, for drawn frames and depths."""

from __future__ import annotations

import random

from gosched_edu import go
from gosched_edu.exercises.problems.problem import Part, steady
from gosched_edu.exercises.problems.queues import ONE_P
from gosched_edu.go import Run
from gosched_edu.kernel.dump import goroutines
from gosched_edu.trace import Kind


def stack(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """Two dives of one goroutine, and how its stack grows."""
    frame = rng.choice((56, 72, 96, 120, 152, 184, 248))
    depths = [rng.choice((5, 10, 20, 30)), rng.choice((40, 70, 100, 150, 200))]
    wide = rng.choice((0, 0, 1500, 3000, 6000))
    bottom = "\treturn wide()\n" if wide else "\treturn 1\n"
    source = (
        "package main\n\n"
        + (f"//frame {wide}\nfunc wide() int {{\n\treturn first(2)\n}}\n\n" if wide else "")
        + "//frame 40\nfunc first(n int) int {\n\tif n == 0 {\n\t\treturn 1\n\t}\n\treturn first(n - 1)\n"
        + "}\n\n"
        + f"//frame {frame}\nfunc dive(n int) int {{\n\tif n == 1 {{\n\t"
        + bottom.replace("return 1", "return first(1)")
        + "\t}\n\treturn dive(n-1) + 1\n}\n\n"
        + "//frame 64\nfunc diver(done chan int) {\n"
        + "".join(f"\tdone <- dive({n})\n" for n in depths)
        + "}\n\nfunc main() {\n\tdone := make(chan int)\n\tgo diver(done)\n\t<-done\n\t<-done\n}\n"
    )
    found = steady(source, _sizes, **ONE_P)
    if found is None or not 2 <= len(found[1]) <= 5:
        return None
    run, sizes = found
    rows = [r for r in run.trace.where(Kind.STACK_GROW).tolist() if run.trace.g[r] != 1]
    parts = []
    for row, size in zip(rows, sizes, strict=True):
        stopped = go.run(source, until=int(run.trace.time[row]) - 1, **ONE_P)
        g = next(g for g in goroutines(stopped.machine) if g.goid == run.trace.g[row])
        calls = [f.function.removeprefix("main.") for f in g.frames]
        what = ", ".join(
            f"{calls.count(name)} of {name}" for name in dict.fromkeys(reversed(calls)) if calls.count(name)
        )
        parts.append(
            Part(f"{size // 1024}", f"Its frames just before: {what}; the next call does not fit into "
                 f"{int(run.trace.arg[row]) // 1024} KB. {run.why(row)}")
        )  # fmt: skip
    question = (
        "The rules are those of Go 1.22: a stack begins with 2 KB. Each function's frame has the size in "
        "bytes that stands above it; each call needs 8 bytes more for the return address, and 928 bytes "
        "must stay free below the frame that is checked. To which sizes does the stack of the diver move, "
        "in KB, one after the other?"
    )
    return question, source, "4 8", tuple(parts)


def _sizes(run: Run) -> list[int]:
    rows = run.trace.where(Kind.STACK_GROW)
    return [int(run.trace.arg2[r]) for r in rows if run.trace.g[r] != 1]
