"""``python -m benchmarks [--quick] [--json FILE]``: the table of the project's numbers.

Problem. The book and the README quote speeds; each must come from somewhere, today.

Invariant. The exit code is 0 whether targets are met or not: speed depends on the
machine, and a slow one is not a broken build. The table says which are not met.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from dataclasses import asdict
from pathlib import Path

from benchmarks import c_twin, rows, simpy_model
from benchmarks.measure import Row, say
from gosched_edu import go


def _table(done: list[Row]) -> str:
    head = ["row", "what", "measured", "ratio", "target", "met"]
    marks = {True: "yes", False: "NO", None: ""}
    cells = [[r.name, r.what, r.measured, r.ratio, r.target, marks[r.met]] for r in done]
    widths = [max(len(line[i]) for line in [head, *cells]) for i in range(len(head))]
    lines = [head, ["-" * w for w in widths], *cells]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small inputs, fewer repetitions")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the numbers here")
    options = parser.parse_args()
    say("loading or compiling the kernel")
    go.warm()
    loop = rows.yardstick()
    done = list(rows.all_rows(options.quick))
    compiler = c_twin.compiler()
    print(_table(done))
    print()
    print(
        f"CPU seconds of one core, medians. Machine: {platform.machine()}, {os.cpu_count()} CPUs, "
    )
    print(f"Python {platform.python_version()}; 10 M additions in plain Python take {loop:.2f} s ")
    print("(about 0.4 s on an idle machine of this kind: scale by it when the machine is busy).")
    print(
        f"C: {shutil.which(compiler)} {' '.join(c_twin.FLAGS[:2])}"
        if compiler
        else "No C compiler."
    )
    print("An event is a scheduler event (a create, start, stop, block, wake-up, exit, steal ...);")
    print("channel details are not counted. Kernel and C left identical states before each ratio.")
    print(simpy_model.LEFT_OUT)
    if options.json:
        report = {"yardstick_s": loop, "quick": options.quick, "rows": [asdict(r) for r in done]}
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
