"""What the race detector has found, in Go's words, and the happens-before edges for drawing.

The kernel (`gosched_edu.kernel.shadow`) writes reports into a table, and into the log what each
goroutine releases and acquires. Here both become plain objects.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel.dump import Frame
from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.shadow import CALLERS, REPORT_WORDS

EXIT_CODE = 66  # race.go: GORACE exitcode
WRITES = {Reason.RACE_WRITE_WRITE: (True, True), Reason.RACE_READ_WRITE: (True, False),
          Reason.RACE_WRITE_READ: (False, True)}  # fmt: skip


@dataclass(frozen=True)
class Access:
    """One of the two accesses of a race.

    Attributes
    ----------
    goid : int
    write : bool
    frames : tuple of Frame
        Innermost first; of an earlier access only that one is known.
    """

    goid: int
    write: bool
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class Race:
    """Two accesses to a word that nothing orders, at least one of them a write.

    Attributes
    ----------
    address : int
    time : int
        ns, of the later access.
    now, before : Access
    created_at : Frame or None
        The go statement of the later access's goroutine.
    """

    address: int
    time: int
    now: Access
    before: Access
    created_at: Frame | None


@dataclass(frozen=True)
class Edge:
    """All that goroutine `source` did up to its time `at` happens before what `target` does from `since` on.

    Times are the goroutines' own: they count releases. `position` is the place in the log of the acquire.
    """

    source: int
    at: int
    target: int
    since: int
    why: str
    position: int


def _frame(machine: Machine, pc: int) -> Frame:
    image = machine.image
    f = image.function_at(pc)
    return Frame(f.name if f else "?", int(image.lines[pc]), image.filenames[int(image.files[pc])])


def races(machine: Machine) -> list[Race]:
    """The races found so far, one for each pair of places in the program."""
    out = []
    rows = machine.state.arrays["r_report"].reshape(-1, REPORT_WORDS)
    for row in rows[: machine.state["NRACES"]].tolist():
        pc, earlier, kind, word, goid, other, time, made = row[:CALLERS]
        now, before = WRITES[Reason(kind)]
        callers = [at & ~(1 << 30) for at in row[CALLERS:] if at >= 0]
        frames = tuple(_frame(machine, at - 1) for at in callers if at > 0)
        out.append(
            Race(
                isa.BASE + 8 * word,
                time,
                Access(goid, now, (_frame(machine, pc), *frames)),
                Access(other, before, (_frame(machine, earlier),)),
                _frame(machine, made) if made >= 0 else None,
            )
        )
    return out


def report(machine: Machine) -> str:
    """What ``go run -race`` writes to standard error; "" if there are no races."""
    found = races(machine)
    blocks = []
    for race in found:
        lines = ["WARNING: DATA RACE"]
        for title, access in (("", race.now), ("Previous ", race.before)):
            what = "write" if access.write else "read"
            who = f"goroutine {access.goid}" if access.goid != 1 else "main goroutine"
            lines.append(f"{title}{what if title else what.capitalize()} at 0x{race.address:012x} by {who}:")
            for frame in access.frames:
                lines += [f"  {frame.function}()", f"      {frame.file}:{frame.line}"]
            lines.append("")
        if race.created_at is not None:
            frame = race.created_at
            lines += [f"Goroutine {race.now.goid} (running) created at:", f"  {frame.function}()",
                      f"      {frame.file}:{frame.line}"]  # fmt: skip
        else:
            lines.pop()
        blocks.append("==================\n" + "\n".join(lines) + "\n==================\n")
    return "".join(blocks) + (f"Found {len(found)} data race(s)\nexit status {EXIT_CODE}\n" if found else "")


def happens_before(records: NDArray[np.int64]) -> list[Edge]:
    """The edges between goroutines, in the order of the log, without those that were known already.

    Parameters
    ----------
    records : ndarray of int64, shape (n, 6)
        `Machine.records` of a run with ``race=True``.
    """
    at_object: dict[int, dict[int, int]] = {}
    knows: dict[int, dict[int, int]] = {}
    edges = []
    kinds = records[:, 1] & 0xFF
    wanted = np.isin(kinds, (Kind.HB_RELEASE, Kind.HB_ACQUIRE, Kind.HB_MERGE))
    for position in np.nonzero(wanted)[0].tolist():
        _, word, goid, what, clock, _ = records[position].tolist()
        kind, why = word & 0xFF, REASON_TEXT[word >> 8 & 0xFF]
        if kind == Kind.HB_ACQUIRE:
            mine = knows.setdefault(goid, {})
            for other, at in at_object.get(what, {}).items():
                if other != goid and mine.get(other, 0) < at:
                    mine[other] = at
                    edges.append(Edge(other, at, goid, clock, why, position))
        elif kind == Kind.HB_RELEASE:
            at_object[what] = {goid: clock}
        else:
            at_object.setdefault(what, {})[goid] = clock
    return edges
