"""What Go prints about itself, as tables: GODEBUG=schedtrace lines and goroutine dumps.

Problem. A reader has a log of a real program, or a run of ours, and wants numbers.

Rejected. A parser for each Go version (the formats only ever grew); one that fails at a line it does
not know (logs are mixed with other output).

Chosen. Both formats are read by their fixed words. The simulation prints the same formats, so the same
functions read it.

Invariant. Text in which nothing of the kind stands gives an empty table with all its columns.
"""

from __future__ import annotations

import re

import pandas as pd

_SCHED = re.compile(r"^SCHED (\d+)ms: (.*?)(?: \[([\d ]*)\]|\s*\[([\d ]*)\]\s*schedticks=\[[\d ]*\])?\s*$")
_PAIR = re.compile(r"(\w+)=(-?\d+)")
_GOROUTINE = re.compile(
    r"^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? "
    r"\[([^\],]+)(?:, (\d+) minutes)?(, locked to thread)?[^\]]*\]:$"
)
_CALL = re.compile(r"^(\S.*)\((?:\.\.\.|.*)\)$")
_PLACE = re.compile(r"^\t(.+):(\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?$")
_CREATED = re.compile(r"^created by (\S+)(?: in goroutine (\d+))?$")

_SCHED_COLUMNS = (
    "ms", "gomaxprocs", "idleprocs", "threads", "spinningthreads", "needspinning", "idlethreads", "runqueue",
)  # fmt: skip
_G_COLUMNS = ("g", "state", "minutes", "locked", "function", "file", "line", "depth", "created_by", "creator")


def read_schedtrace(text: str) -> pd.DataFrame:
    """The lines that GODEBUG=schedtrace=N prints.

    Parameters
    ----------
    text : str
        Standard error of a program, or ``Run.schedtraces`` joined by newlines; other lines are passed
        over.

    Returns
    -------
    pandas.DataFrame
        One row a line; columns ms, gomaxprocs, idleprocs, threads, spinningthreads, needspinning,
        idlethreads, runqueue (-1 where the line does not say it), queues (tuple: length of each P's local
        queue).

    Examples
    --------
    >>> from gosched_edu.realgo import read_schedtrace
    >>> line = ("SCHED 10ms: gomaxprocs=2 idleprocs=0 threads=4 spinningthreads=0 needspinning=0 "
    ...         "idlethreads=1 runqueue=3 [0 5]")
    >>> read_schedtrace(line)[["ms", "runqueue", "queues"]].to_dict("records")
    [{'ms': 10, 'runqueue': 3, 'queues': (0, 5)}]
    """
    rows = []
    for line in text.splitlines():
        found = _SCHED.match(line)
        if not found:
            continue
        pairs = {name: int(value) for name, value in _PAIR.findall(found[2])}
        queues = (found[3] or found[4] or "").split()
        row: dict[str, object] = {name: pairs.get(name, -1) for name in _SCHED_COLUMNS}
        rows.append(row | {"ms": int(found[1]), "queues": tuple(map(int, queues))})
    return pd.DataFrame(rows, columns=[*_SCHED_COLUMNS, "queues"])


def read_goroutines(text: str) -> pd.DataFrame:
    """The goroutines of a traceback: of a panic, a deadlock, SIGQUIT, or ``runtime.Stack(buf, true)``.

    Parameters
    ----------
    text : str
        What Go printed; other lines are passed over.

    Returns
    -------
    pandas.DataFrame
        One row a goroutine; columns g, state ("running", "chan receive", ...), minutes (it has waited),
        locked (to its thread), function, file, line (of the topmost call), depth (calls shown),
        created_by (function, "" for main), creator (goroutine, 0 where it is not said).

    Examples
    --------
    >>> from gosched_edu.realgo import read_goroutines
    >>> dump = '''goroutine 7 [chan receive, 3 minutes]:
    ... main.worker(0xc000012345)
    ... \\t/src/main.go:12 +0x25
    ... created by main.main in goroutine 1
    ... \\t/src/main.go:8 +0x5d
    ... '''
    >>> read_goroutines(dump)[["g", "state", "minutes", "line", "creator"]].to_dict("records")
    [{'g': 7, 'state': 'chan receive', 'minutes': 3, 'line': 12, 'creator': 1}]
    """
    rows: list[dict[str, object]] = []
    row: dict[str, object] | None = None
    depth, created = 0, False
    for line in text.splitlines():
        head = _GOROUTINE.match(line)
        if head:
            row = {
                "g": int(head[1]), "state": head[2], "minutes": int(head[3] or 0), "locked": bool(head[4]),
                "function": "", "file": "", "line": 0, "depth": 0, "created_by": "", "creator": 0,
            }  # fmt: skip
            rows.append(row)
            depth, created = 0, False
        elif row is None:
            continue
        elif born := _CREATED.match(line):
            row["created_by"], row["creator"], created = born[1], int(born[2] or 0), True
        elif place := _PLACE.match(line):
            if depth == 1 and not created:
                row["file"], row["line"] = place[1], int(place[2])
        elif call := _CALL.match(line):
            depth += 1
            row["depth"] = depth
            if depth == 1:
                row["function"] = call[1]
        else:
            row = None  # an empty line, or other output
    return pd.DataFrame(rows, columns=list(_G_COLUMNS))
