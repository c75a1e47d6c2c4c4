"""Where in the source each instruction lies, as data of the program (cmd/link: pclntab).

Problem. runtime.Caller, runtime.Stack and log's Lshortfile need file, line and function while the
program runs.

Rejected. A door to the host, which knows all that (two hosts, Python and the page, would have to write the
same text); a word for each line and each letter (as much data again as the program has).

Chosen. A table for programs that use it, in the data: four lines or eight letters a word.
golib/runtime/symtab.go reads it.

Layout, in words: number of functions, of instructions; where the lines, the letters, the files, the wait
reasons and the calls of `gosched_edu.kernel.expanded` begin; how many these are; the number of PANIC. Then
FUNC_WORDS for each function: first instruction, flags | file << 8, line, where its name
begins among the letters and how long it is. Files and reasons are pairs of such numbers; a call is its
instruction, its version, and three pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gosched_edu.kernel import isa
from gosched_edu.kernel.events import REASON_TEXT
from gosched_edu.kernel.expanded import CALLS
from gosched_edu.kernel.image import WRAPPER, Function

HEADER, FUNC_WORDS, CALL_WORDS = 9, 5, 8
#: Flags: not in tracebacks; not in runtime.Callers either; has parameters.
HIDDEN, WRAPS, TAKES = 1, 2, 4
MOST_LINES = (1 << 16) - 1


def put(
    words: list[Any], functions: Sequence[Function], lines: Sequence[int], files: Sequence[str]
) -> tuple[int, int]:
    """Append the table to the words of data; return address and length."""
    letters = bytearray()
    known: dict[str, tuple[int, int]] = {}

    def text(s: str) -> tuple[int, int]:
        if s not in known:
            known[s] = len(letters), len(s.encode())
            letters.extend(s.encode())
        return known[s]

    rows: list[int] = []
    for number, f in enumerate(functions):
        flags = TAKES if f.nargs else 0
        if number == 0 or f.internal:
            flags |= HIDDEN
        if f.flags & WRAPPER:
            flags |= WRAPS
        rows += [f.entry, flags | f.file << 8, f.line, *text(f.name)]
    named = [x for name in files for x in text(name)]
    reasons = [x for code in range(max(REASON_TEXT) + 1) for x in text(REASON_TEXT.get(code, ""))]
    calls = [
        x
        for c in CALLS
        for x in (isa.BY_NAME[c.op].code, c.since, *text(c.inside), *text(c.name), *text(c.place))
    ]
    packed = _packed(np.minimum(np.array(lines), MOST_LINES).astype(np.uint16))
    bytes_ = _packed(np.frombuffer(bytes(letters), np.uint8))
    place = HEADER + len(rows)
    starts = []
    for part in (packed, bytes_, named, reasons, calls):
        starts.append(place)
        place += len(part)
    at = len(words)
    words += [len(functions), len(lines), *starts, len(CALLS), isa.BY_NAME["PANIC"].code]
    words += [*rows, *packed, *bytes_, *named, *reasons, *calls]
    return isa.BASE + 8 * at, len(words) - at


def _packed(items: np.ndarray[Any, Any]) -> list[int]:
    """Items of one or two bytes, as many a word as fit, low ones first."""
    raw = items.tobytes()
    return np.frombuffer(raw + bytes(-len(raw) % 8), np.int64).tolist()
