"""``python -m gosched_edu.fidelity``: measure, write recorded.json and the page of the book.

With ``--page`` nothing is measured: the page is written again from recorded.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from gosched_edu import realgo
from gosched_edu.fidelity import distribution, latency, report
from gosched_edu.fidelity.suite import Program, Verdict, programs, verdict
from gosched_edu.realgo import runner
from gosched_edu.realgo.calibrate import calibrate

PACKAGE = Path(__file__).parent
PAGE = PACKAGE.parents[1] / "book" / "fidelity.md"
_AHEAD = 4  # programs that are built while others run


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m gosched_edu.fidelity", description=__doc__)
    options.add_argument("--page", action="store_true", help="only write the page again")
    options.add_argument("--runs", type=int, default=9, help="runs of each program (default 9)")
    options.add_argument("--runs-two", type=int, default=100, help="runs on two Ps (default 100)")
    options.add_argument("--version", help="Go version; by default the newest installed")
    chosen = options.parse_args()
    if not chosen.page:
        try:
            data = measure(chosen.runs, chosen.runs_two, chosen.version)
        except realgo.GoNotFound as error:
            print(f"{error}\nThe recorded measurement stays as it is.")
            return 1
        text = json.dumps(data, indent=1, ensure_ascii=False)
        (PACKAGE / "recorded.json").write_text(text + "\n", encoding="utf-8")
    PAGE.write_text(report.page(report.recorded()), encoding="utf-8")
    for what, (k, n) in report.shares(report.recorded()).items():
        print(f"Equal {what}: {k} of {n} ({k / n:.0%})")
    print(f"Written: {PAGE}")
    return 0


def measure(runs: int, runs_two: int, version: str | None) -> dict[str, Any]:
    """Calibrate, run the suite, measure latencies and distributions; some minutes."""
    toolchain = realgo.toolchain.require(version)
    _say("Calibrating ...")
    fitted = calibrate(version=version)
    _say("Measuring latencies ...")
    real = latency.real(version=version)
    simulated = latency.simulated(version=toolchain.language, costs=fitted.costs)
    verdicts = list(_verdicts(runs, version, fitted.costs))
    two = []
    for name in distribution.NAMES:
        two.append(distribution.measure(name, runs_two, version=version, costs=fitted.costs))
        _say(f"Two Ps: {name:24} distance {two[-1].outputs:.2f}, itself {two[-1].outputs_itself:.2f}")
    about = {
        "version": toolchain.version, "language": toolchain.language, "machine": runner.machine(),
        "date": date.today().isoformat(), "runs": runs, "runs_two": runs_two,
    }  # fmt: skip
    pairs = {name: (spread, simulated[name]) for name, spread in real.items()}
    return report.collect(about, verdicts, pairs, two, fitted.costs)


def _verdicts(runs: int, version: str | None, costs: dict[str, int]) -> Iterator[Verdict]:
    suite = programs()
    with ThreadPoolExecutor(2) as pool:
        built: list[Future[None]] = []

        def build(program: Program) -> None:
            built.append(pool.submit(runner.prepare, program.source, version=version))

        for program in suite[:_AHEAD]:
            build(program)
        for i, program in enumerate(suite):
            built[i].result()
            for later in suite[i + _AHEAD : i + _AHEAD + 1]:
                build(later)
            done = verdict(program, runs, version=version, costs=costs)
            order = {None: "no order", True: "order equal", False: "order differs"}[done.same_order]
            same = "equal" if done.same_output else "differs"
            _say(f"[{i + 1:2} of {len(suite)}] {program.name:30} output {same}, {order}")
            yield done


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
