"""One exploration on several cores, or on a cluster.

Problem. A search goes from one decision to the next and back; where is it to be cut?

Rejected. Handing out what reduction adds while it goes on (a task would have to tell another one that
it must try more); other random numbers for each worker (another result for another number of workers).

Chosen. The first decisions are all tried, whether they matter or not: each way through them is a task,
and in each the search goes on with reduction. So that two tasks do not do the same, whoever would be tried
before the one that a task's way names makes one step there and sleeps from then on, as if it had been gone on
from in this task. Random schedules come in lots, each with a seed of its own. What is a task depends on
the program alone, and results are joined in the order of the tasks; so they are the same for one worker, for
two, and on a cluster.

Where. Threads: the compiled search lets go of Python's lock. Or a client of dask.distributed, whose workers
have this package: they get the program's source and send back what was found.

Setting up a search takes as long as some hundred schedules; so a thread keeps the one that it has, and begins
it again behind the next prefix.

Invariant. All ways through the first decisions are tasks, so no outcome is lost at the cuts.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from gosched_edu import go
from gosched_edu.explore.ctl import CUT_OFF
from gosched_edu.explore.engine import Engine, Found
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.schedules import Schedule

TASKS = 32  # at least so many, if the program has so many ways
LOT = 20_000  # random schedules of one task
DEEPEST_CUT = 24


@dataclass(frozen=True)
class Task:
    """A part of a search, in a form that can be sent.

    Attributes
    ----------
    source, version : str
    method : str
    settings : dict
        Of `Engine`.
    options : dict
        Of `Machine`.
    runs : int
    seconds : float
    """

    source: str
    version: str
    method: str
    settings: dict[str, Any]
    options: dict[str, Any]
    runs: int
    seconds: float


@dataclass(frozen=True)
class Part:
    """What a task has found: entries, whether it has come to its end, and its counts."""

    found: tuple[Found, ...]
    done: bool
    schedules: int
    pruned: int
    cut: int
    why: str


@lru_cache(maxsize=8)
def _image(source: str, version: str) -> Image:
    return go.compile(source, version=version, race=True)


def work(task: Task) -> Part:
    """Do a task; it needs nothing but this package."""
    engine = _engine(task)
    done = engine.go(runs=task.runs, seconds=task.seconds)
    count = engine.ctl
    return Part(
        tuple(engine.found()), done, count("RUNS"), count("PRUNED"), count("CUT"),
        "more than 62 goroutines" if count("MANY") else engine.over,
    )  # fmt: skip


_mine = threading.local()


def _engine(task: Task) -> Engine:
    """A search for the task: the one that this thread has, if that was for a part of the same."""
    prefix = task.settings.get("prefix")
    whole = repr(replace(task, settings=task.settings | {"prefix": None}))
    if prefix is not None and getattr(_mine, "task", "") == whole and _mine.engine.finished:
        engine: Engine = _mine.engine
        engine.again(prefix)
        return engine
    image = _image(task.source, task.version)
    engine = Engine(image, task.method, race=True, **task.settings, **task.options)
    _mine.task, _mine.engine = whole, engine
    return engine


def ways(task: Task) -> tuple[list[tuple[int, Schedule]], list[Found]]:
    """The ways through the first decisions, and the ends that come before."""
    image = _image(task.source, task.version)
    depth, best = 2, None
    while depth <= DEEPEST_CUT:
        engine = Engine(
            image, "full", race=True, listing=True, **(task.settings | {"depth": depth + 1}), **task.options
        )
        engine.go(runs=100_000)
        found = engine.found()
        if best is not None and (engine.ctl("FULL_TABLE") or not engine.finished):
            break
        best = depth, found
        open_ = sum(f.status == CUT_OFF for f in found)
        if open_ >= TASKS or open_ == 0:
            break
        depth += 2
    assert best is not None
    depth, found = best
    return (
        [(depth, f.schedule) for f in found if f.status == CUT_OFF],
        [f for f in found if f.status != CUT_OFF],
    )


def parts(task: Task, workers: int | None, client: Any | None) -> Iterator[Part]:
    """Do a search in parts: by threads, or by the workers of a Dask client; in the order of the parts."""
    if task.method in ("exhaustive", "full"):
        prefixes, ends = ways(task)
        yield Part(tuple(ends), True, sum(f.count for f in ends if not f.accesses), 0, 0, "")
        tasks = [replace(task, settings=task.settings | {"prefix": p}) for p in prefixes]
    else:
        lots = max(1, -(-task.runs // LOT))
        seed = task.settings["seed"]
        tasks = [
            replace(task, runs=min(LOT, task.runs - i * LOT), settings=task.settings | {"seed": seed + i})
            for i in range(lots)
        ]
    if client is not None:
        yield from client.gather(client.map(work, tasks, pure=False))
        return
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        try:
            yield from pool.map(work, tasks)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def merged(parts_: Iterator[Part]) -> tuple[list[Found], bool, int, int, int, str]:
    """The parts together: entries with the shortest schedules, done, schedules, pruned, cut, why not done."""
    best: dict[int, Found] = {}
    done, schedules, pruned, cut, why = True, 0, 0, 0, ""
    for part in parts_:
        done = done and part.done
        schedules, pruned, cut = schedules + part.schedules, pruned + part.pruned, cut + part.cut
        why = why or part.why
        for f in part.found:
            old = best.get(f.key)
            if old is None:
                best[f.key] = f
            else:
                shorter = min((old, f), key=lambda x: len(x.schedule.turns))
                best[f.key] = replace(shorter, count=old.count + f.count)
    return list(best.values()), done and not why, schedules, pruned, cut, why
