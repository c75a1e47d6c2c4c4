"""What the page must know of the kernel's tables, and of a program's image, as plain data.

Problem. The page allocates the kernel's arrays, fills them, makes them grow, and reads the log. Where
each thing lies, and what the codes mean, is said once, in Python.

Rejected. A copy of the tables in JavaScript (two truths).

Chosen. `kernel_tables` for what every lab shares; `program` for one image: its arrays, in one piece,
compressed, as text that may stand in HTML.

Invariant. The page makes from them the arrays that `gosched_edu.kernel.boot.boot` makes.
"""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gosched_edu.figures.palette import ALARM, as_dict
from gosched_edu.kernel import boot, isa, schedules
from gosched_edu.kernel import state as st
from gosched_edu.kernel.costs import ACTIONS, INDEX, cost_table
from gosched_edu.kernel.events import REASON_TEXT, RECORD_WORDS, Kind, Reason
from gosched_edu.kernel.expanded import CALLS, DELEGATED
from gosched_edu.kernel.faults import F_DEADLOCK, F_GOEXIT_MAIN, F_THROW, TEXTS
from gosched_edu.kernel.image import WRAPPER, Image
from gosched_edu.kernel.machine import Budget
from gosched_edu.kernel.race import MAX_TIDS
from gosched_edu.kernel.races import EXIT_CODE, WRITES
from gosched_edu.kernel.shadow import CALLERS, REPORT_WORDS
from gosched_edu.kernel.stack import EXACT, PC_BITS
from gosched_edu.kernel.stepwise import CASE, TIME
from gosched_edu.kernel.system import SYSTEM, with_system
from gosched_edu.kernel.verify import verify
from gosched_edu.kernel.versions import RULE_INDEX, VERSIONS, parse, rules
from gosched_edu.kernel.visible import FOOT_WORDS, SEEN
from gosched_edu.trace.decisions import DECIDED
from gosched_edu.trace.summary import reason_texts
from gosched_edu.trace.trace import Trace
from gosched_edu.trace.why import STEPWISE, sentence

#: What `run` returns, by name.
STATUSES = ("RUNNING", "DONE", "DEADLOCK", "FAULTED", "EXITED", "BUDGET", "TIME_UP", "EVENTS_UP", "HANGS",
            "CHOOSE", "ASTRAY", "NEED_TRACE", "NEED_RACE", "NEED_OUT", "NEED_ERR")  # fmt: skip
#: Arrays of instructions, isa.WORDS_PER_INSTR words each.
INSTRUCTIONS = ("code", "fused", "step_code", "step_fused")
#: Of these only the difference to another array is kept: nearly all is the same.
LIKE = {"fused": "code", "step_code": "code", "step_fused": "fused", "step_timed": "step_seen"}
#: Statuses after which NEED says how much.
SIZED = ("NEED_HEAP", "NEED_STK", "NEED_OUT", "NEED_ERR", "NEED_TEXT", "NEED_NET")


def kernel_tables() -> dict[str, Any]:
    """The kernel's tables, as JSON can hold them."""
    fixed = {name: a.tolist() for name, a in boot.tables().items() if a.any()}
    return {
        "fields": [[f.name, np.dtype(f.dtype).name, f.group] for f in st.FIELDS],
        "fixed": {name: len(a) for name, a in boot.tables().items()},
        "filled": fixed,
        "stride": st.STRIDE, "every": st.EVERY, "scalars": st.SC, "caps": boot.CAPS,
        "status": {name: getattr(st, name) for name in STATUSES},
        "sized": [getattr(st, name) for name in SIZED],
        "grows": {str(status): list(what) for status, what in st.GROWS.items()},
        "rules": {v: list(rules(v).values()) for v in VERSIONS},
        "minor": {v: parse(v)[1] for v in VERSIONS}, "actions": {name: INDEX[name] for name in ACTIONS},
        "asyncPreempt": RULE_INDEX["async_preempt"], "hasRing": RULE_INDEX["ring"], "ring": st.RING,
        "exact": EXACT, "pcBits": PC_BITS, "frameArgs": isa.FRAME_ARGS, "wrapper": WRAPPER,
        "cases": [op.code for op in isa.OPS if op.name.startswith("CASE")],
        "calls": [[isa.BY_NAME[row.op].code, *row[1:]] for row in CALLS], "delegated": list(DELEGATED),
        "panicOp": isa.BY_NAME["PANIC"].code, "fatalOne": RULE_INDEX["fatal_one"],
        "faultTexts": {str(code): text for code, text in TEXTS.items()},
        "faults": {"DEADLOCK": F_DEADLOCK, "GOEXIT_MAIN": F_GOEXIT_MAIN, "THROW": F_THROW},
        "base": isa.BASE, "recordWords": RECORD_WORDS, "stack": Budget().stack,
        "kinds": {k.name: k.value for k in Kind}, "reasons": {r.name: r.value for r in Reason},
        "reasonText": {str(int(code)): text for code, text in REASON_TEXT.items()},
        "decided": [r.value for r in DECIDED],
        "whole": [k.value for k in (Kind.GO_STOP, Kind.ACCESS)],
        "looks": as_dict(), "alarm": ALARM, "sentences": sentences(),
        "steps": {
            "scalars": schedules.SCALARS, "rule": schedules.RULE, "accesses": list(schedules.ACCESSES),
            "seen": SEEN, "foot": FOOT_WORDS, "dead": st.PDEAD, "time": TIME, "case": CASE,
            "sentences": {str(kind): of for kind, of in sentences(stepwise=True).items() if kind in STEPWISE},
        },
        "races": {str(int(r)): list(now) for r, now in WRITES.items()}, "raceExit": EXIT_CODE,
        "report": [REPORT_WORDS, CALLERS], "clockRoom": st.CLOCK_ROOM, "mostTids": MAX_TIDS,
    }  # fmt: skip


def sentences(*, stepwise: bool = False) -> dict[int, Any]:
    """All sentences of `gosched_edu.trace.why`, by kind.

    Returns
    -------
    dict
        Kind to ``texts``, the different ones; ``usual``, the number of the one that holds where
        nothing else is said; ``keys``, the numbers for "reason sign-of-arg arg2", where arg2 is 0 or
        1 (not 0), and for GO_STOP and ACCESS itself.
    """
    out: dict[int, Any] = {}
    for kind in Kind:
        found = {
            f"{reason.value} {arg} {arg2}": sentence(kind, reason, arg, arg2, stepwise=stepwise)
            for reason in Reason
            for arg in (-1, 0, 1)
            for arg2 in _told_apart(kind)
        }
        texts = list(dict.fromkeys(found.values()))
        usual = Counter(found.values()).most_common(1)[0][0]
        out[kind.value] = {
            "texts": texts, "usual": texts.index(usual),
            "keys": {key: texts.index(text) for key, text in found.items() if text != usual},
        }  # fmt: skip
    return out


def _told_apart(kind: Kind) -> Iterable[int]:
    """Values of arg2 that may make another sentence."""
    if kind == Kind.GO_STOP:
        return [r.value for r in Reason]
    return range(4 if kind == Kind.ACCESS else 2)


def _packed(arrays: Mapping[str, np.ndarray[Any, Any]], effort: int) -> tuple[list[list[Any]], str]:
    """Names, types and lengths, and all contents: deflated, in base64.

    The first bytes of all items stand before the second ones, and so on: like stands beside like, which
    makes it a fifth smaller. Instructions are items of four words. Of what is like something
    else only the difference is kept: nearly all is the same.
    """
    layout = [[name, a.dtype.name, len(a)] for name, a in arrays.items()]
    kept = {name: a ^ arrays[LIKE[name]] if name in LIKE else a for name, a in arrays.items()}
    raw = b"".join(
        a.view(np.uint8).reshape(-1, a.itemsize * (4 if name in INSTRUCTIONS else 1)).T.tobytes()
        for name, a in kept.items()
    )
    packer = zlib.compressobj(effort, zlib.DEFLATED, -15)
    return layout, base64.b64encode(packer.compress(raw) + packer.flush()).decode()


def program(
    image: Image, *, procs: int, costs: Mapping[str, int] | None = None, asyncpreemptoff: bool = False,
    gogc: int = 100, race: bool = False, accesses: bool = False, effort: int = 6,
) -> dict[str, Any]:  # fmt: skip
    """One image, ready to be started in a page.

    Parameters
    ----------
    image : Image
    procs : int
        The largest number of Ps that a run will ask for.
    costs, asyncpreemptoff, gogc, race, accesses
        As those of `gosched_edu.kernel.machine.Machine`.
    effort : int
        Of compression, 1 to 9.

    Returns
    -------
    dict
        What JSON can hold. ``arrays`` and ``packed`` are the image; the rest are options that no
        control changes.

    Raises
    ------
    ImageError
        The image does not pass the verifier.
    """
    verify(image)
    source = with_system(image)
    ps = boot.room(source, procs)
    arrays = boot.image_arrays(source)
    layout, packed = _packed(
        arrays
        | {"data": source.data, "lines": source.lines, "files": source.files}
        | _steps(source),
        effort,
    )
    return {
        "arrays": layout, "packed": packed, "capacities": boot.capacities(source, ps, race=race), "ps": ps,
        "options": {
            "DATA_END": len(source.data), "DISP_MASK": len(arrays["disp_key"]) - 1,
            "NFUNC": len(source.functions) - len(SYSTEM), "GOGC": gogc, "RACE": race + (race and accesses),
            **({"VC_WIDTH": boot.TIDS, "VCCAP": boot.CLOCKS} if race else {}),
        },
        "costs": _changed(costs), "asyncpreemptoff": asyncpreemptoff,
        "knobs": {k.name: [k.index, k.default] for k in source.knobs},
        "functions": [f.name for f in source.functions],
        "filename": source.filename, "filenames": list(source.filenames),
    }  # fmt: skip


def _steps(image: Image) -> dict[str, np.ndarray[Any, Any]]:
    """What else there is of it where it runs step by step (`gosched_edu.kernel.schedules`)."""
    return {
        "step_code": schedules.instead(image), "step_fused": schedules.fused(image),
        "step_seen": schedules.visibility(image), "step_timed": schedules.visibility(image, timed=True),
    }  # fmt: skip


def recording(trace: Trace, *, effort: int = 9) -> dict[str, Any]:
    """A trace of real Go, ready to be shown in a page.

    Its rows have the form of the kernel's records; where those have a program counter, the line stands.

    Parameters
    ----------
    trace : Trace
    effort : int
        Of compression, 1 to 9.

    Returns
    -------
    dict
        What JSON can hold.
    """
    rows = np.zeros((len(trace), RECORD_WORDS), np.int64)
    rows[:, 0] = np.diff(trace.time, prepend=0)  # small numbers compress well
    rows[:, 1] = (
        trace.kind.astype(np.int64) | trace.reason.astype(np.int64) << 8
        | trace.p.astype(np.int64) + 1 << 16 | trace.m.astype(np.int64) + 1 << 32
    )  # fmt: skip
    rows[:, 2], rows[:, 3], rows[:, 4], rows[:, 5] = trace.g, trace.arg, trace.arg2, trace.line
    layout, packed = _packed({"records": rows.T.reshape(-1).copy()}, effort)
    own, texts = trace.meta.get("reason_text"), reason_texts(trace)
    return {
        "arrays": layout, "packed": packed, "end": int(trace.end), "procs": trace.procs,
        "filename": trace.filename,
        "texts": {str(row): str(texts[int(row)]) for row in own} if isinstance(own, dict) else {},
    }  # fmt: skip


def _changed(costs: Mapping[str, int] | None) -> list[list[int]]:
    """Places in the cost table, and their values, where they differ from the default."""
    usual, now = cost_table(None), cost_table(costs)
    return [[int(i), int(now[i])] for i in np.flatnonzero(usual != now)]
