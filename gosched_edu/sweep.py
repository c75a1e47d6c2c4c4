"""Many runs of one program: every combination of parameters, on all cores.

Problem. "How does the time depend on the number of Ps?" takes hundreds of runs. One core after the
other computes them while the rest of the machine idles.

Rejected. Processes: each would load the kernel anew (half a second) and send its state back as a copy.

Chosen. Threads: the compiled kernel releases Python's lock, so runs proceed side by side. Each
run is the same as alone: it depends on its parameters only.

Invariant. The rows come in the order of the combinations, whatever thread was done first, and are the
same for any number of workers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pandas as pd

from gosched_edu import go
from gosched_edu.kernel.image import Image

#: What `sweep` measures when it is not told otherwise.
DEFAULT: dict[str, Callable[[go.Run], Any]] = {
    "end": lambda r: r.end,
    "status": lambda r: r.status,
    "switches": lambda r: r.stats["switches"],
    "steals": lambda r: r.stats["steals"],
    "preemptions": lambda r: r.stats["preemptions"],
}
_OPTIONS = ("procs", "version", "seed")


def sweep(
    source: str | Image,
    over: Mapping[str, Iterable[Any]],
    *,
    measure: Mapping[str, Callable[[go.Run], Any]] | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Run a program with every combination of some parameters.

    Parameters
    ----------
    source : str or Image
        Go source.
    over : mapping of str to iterable
        Names: procs, version, seed, or knobs of the program; and the values to try.
    measure : mapping of str to callable, optional
        Column name to a function of the `Run`; by default end (ns), status and counts.
    workers : int, optional
        Threads; by default one for each core.
    progress : callable, optional
        Told (done, all) after each run.
    **options
        Further options of `go.run`, the same for all runs; ``trace="off"`` unless given.

    Returns
    -------
    pandas.DataFrame
        One row a combination: its parameters, then the measures.

    Raises
    ------
    ValueError
        If a name is neither an option nor a knob of the program.

    Examples
    --------
    >>> from gosched_edu.sweep import sweep
    >>> t = sweep("package main\\nfunc main() { println(1) }", {"procs": [1, 2], "seed": [1, 2]})
    >>> len(t), list(t.columns[:3])
    (4, ['procs', 'seed', 'end'])
    """
    names = list(over)
    values = [list(over[name]) for name in names]
    options = {"trace": "off"} | options
    fixed_knobs = dict(options.pop("knobs", None) or {})
    measures = dict(DEFAULT if measure is None else measure)
    images: dict[str, Image] = {}

    def image(version: str) -> Image:
        if isinstance(source, Image):
            return source
        if version not in images:
            images[version] = go.compile(source, version=version)
        return images[version]

    combinations = list(product(*values))
    for version in dict.fromkeys(dict(zip(names, c, strict=True)).get("version") for c in combinations):
        wanted = str(version or options.get("version") or go.DEFAULT_VERSION)
        known = {k.name for k in image(wanted).knobs}  # compiled here: threads would do it twice
        for name in names:
            if name not in _OPTIONS and name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise ValueError(f"{name!r} is no option ({', '.join(_OPTIONS)}) and no knob ({listed})")

    def one(combination: tuple[Any, ...]) -> dict[str, Any]:
        given = dict(zip(names, combination, strict=True))
        knobs = fixed_knobs | {n: v for n, v in given.items() if n not in _OPTIONS}
        chosen = options | {n: v for n, v in given.items() if n in _OPTIONS}
        version = str(chosen.pop("version", None) or go.DEFAULT_VERSION)
        run = go.run(image(version), version=version, knobs=knobs, **chosen)
        return given | {name: f(run) for name, f in measures.items()}

    go.warm()
    rows = []
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        try:
            for row in pool.map(one, combinations):
                rows.append(row)
                if progress is not None:
                    progress(len(rows), len(combinations))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return pd.DataFrame(rows, columns=[*names, *measures])


__all__ = ["DEFAULT", "sweep"]
