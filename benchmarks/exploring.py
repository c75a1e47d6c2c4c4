"""The rows of the explorer: schedules per second, two cores, a cluster of two processes.

Invariant. A speed-up is given only for searches with the same result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measure import Row, idle_cores, middle, say, timed
from gosched_edu import go
from gosched_edu.explore import Exploration, explore
from gosched_edu.explore.engine import Engine

MIN_SCHEDULES = 1e5  # per second, on one core
MIN_CORES = 1.8
OPERATIONS = 10  # of each of two goroutines, all on one variable


def program(operations: int, goroutines: int = 2) -> str:
    """Goroutines, main among them, that add to one variable: every order of their operations is another."""
    adds = "; ".join(["atomic.AddInt64(&x, 1)"] * operations)
    started = "\n".join([f"go func() {{ {adds} }}()"] * (goroutines - 1))
    head = 'package main\nimport "sync/atomic"\nvar x int64\n'
    return f"{head}func main() {{\n{started}\n{adds}\nselect {{}}\n}}\n"


def search(operations: int) -> Engine:
    """The search through all schedules, at its start."""
    return Engine(go.compile(program(operations), race=True), "exhaustive", race=True)


def exploring(quick: bool) -> Iterator[Row]:
    """How fast schedules are gone through, and what more cores and a cluster are good for."""
    say("schedules")
    search(2).go()
    number = 0

    def once() -> float:
        nonlocal number
        engine = search(OPERATIONS)
        seconds = timed(engine.go)
        number = engine.ctl("RUNS")
        return seconds

    seconds = middle(once, 3 if quick else 7)
    rate = number / seconds
    yield Row("schedules", f"2 goroutines with {2 * OPERATIONS} operations, all {number:,} schedules",
              f"{rate:,.0f} schedules/s of CPU", "", f">= {MIN_SCHEDULES:,.0f}", rate >= MIN_SCHEDULES,
              {"rate": rate, "schedules": number})  # fmt: skip
    yield from _together("two cores", lambda **how: {"workers": 2, **how}, quick)
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        yield Row("schedules on a cluster", "dask.distributed is not installed", "", target="the same result")
        return
    say("schedules on a cluster of two processes")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield from _together("a Dask cluster of two", lambda **how: {"client": client, **how}, quick)


def _together(where: str, how: Callable[..., dict[str, Any]], quick: bool) -> Iterator[Row]:
    """One search by one worker, and by two: the same result in how much of the time."""
    source = program(9 if quick else 11)
    free = idle_cores()
    spent: dict[str, list[float]] = {"one": [], "two": []}
    found: dict[str, Exploration] = {}
    for options in (how(), {"workers": 1}):  # what each of them compiles first
        explore(program(2), method="exhaustive", **options)
    for _ in range(3):
        for name, options in (("one", {"workers": 1}), ("two", how())):
            started = time.perf_counter()
            found[name] = explore(source, method="exhaustive", **options)
            spent[name].append(time.perf_counter() - started)
    same = found["one"].to_json() == found["two"].to_json()
    one, two = (min(each) for each in spent.values())
    known = free >= MIN_CORES
    yield Row(f"schedules on {where}", f"{found['two'].schedules:,} schedules; {free:.1f} cores were idle",
              f"{two:.2f} s wall; " + ("the same result" if same else "ANOTHER result"),
              f"{one / two:.2f} x one core",
              f"the same result, >= {MIN_CORES} x" + ("" if known else " (not with this load)"),
              same and (one / two >= MIN_CORES if known else True),
              {"to_one": one / two, "idle": free, "same": same})  # fmt: skip
