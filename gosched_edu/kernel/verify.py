"""The verifier: no image can crash the process.

Problem. The compiled kernel has no bounds checks on slots, jumps or tables.

Rejected. Checks at run time for everything (a third of the speed); one instruction after the other in
Python (longer than compiling the program).

Chosen. What can be known from the image alone is checked once, here: operands by their kind in the
instruction table, jumps inside their function and in their direction, calls with room and the right
number of arguments, SELECT with its cases. Each rule is checked for all instructions at once. What
depends on values (addresses, channel numbers, function values) is checked by the interpreter.

Invariant. See `gosched_edu.kernel.image`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel.faults import NFAULTS
from gosched_edu.kernel.image import Image

MAX_FRAME = 1 << 15
MAX_INSTRUCTIONS = 1 << 22
MAX_DATA = 1 << 26
MAX_METHOD = 1 << 16
HANDLER_ARGS = 2

#: Immediates that name one of a few things: (instruction, operand) -> smallest, largest.
_RANGES: dict[tuple[str, int], tuple[int, int]] = {
    ("CALLI", 2): (0, isa.IMPL_FLAG - 1), ("NEW", 2): (0, 1),
    ("BNDK", 1): (0, 2**31 - 1), ("FCVT", 2): (0, 7), ("FMATH", 2): (0, 11),
    ("STAT", 1): (0, len(isa.STATS) - 1), ("SELECT", 2): (0, 1), ("SEMACQ", 2): (0, 255),
    ("LOCKT", 0): (0, 1), ("SYSCALL", 1): (0, 1), ("TMNEW", 2): (0, 1), ("FDWAIT", 1): (0, 1),
    ("SPECIAL", 2): (0, 3), ("FDDEAD", 2): (1, 3), ("ANNOTE", 0): (0, len(isa.ANNOTATIONS) - 1),
}  # fmt: skip
#: Kinds of operands that are slots: the lowest slot that is allowed, how many are covered.
_SLOTS = {"d": (2, 1), "D": (2, 2), "T": (2, 3), "s": (1, 1), "S": (1, 2), "L": (1, 2)}

# the instruction table in columns, one row an operand: kinds, ranges, slots
_KINDS = np.array([[ord(op.operands[i]) for op in isa.OPS] for i in range(3)])
_LOW = np.full(_KINDS.shape, np.iinfo(np.int32).min, np.int64)
_HIGH = np.full(_KINDS.shape, np.iinfo(np.int32).max, np.int64)
for (_name, _operand), (_low, _high) in _RANGES.items():
    _LOW[_operand, isa.BY_NAME[_name].code], _HIGH[_operand, isa.BY_NAME[_name].code] = _low, _high
_FIRST, _WIDTH = (
    np.select([ord(k) == _KINDS for k in _SLOTS], [place[n] for place in _SLOTS.values()]) for n in (0, 1)
)


@cache
def _named(*names: str, prefix: str = "-") -> NDArray[np.bool_]:
    """Which instructions have one of these names, or begin with `prefix`."""
    return np.array([op.name in names or op.name.startswith(prefix) for op in isa.OPS])


_IS_CASE, _IS_LOOP, _ENDS = _named(prefix="CASE"), _named(prefix="LOOP"), _named(*isa.TERMINATORS)


class ImageError(ValueError):
    """The image is not one the kernel may run; the text says where and why."""


#: Images that have passed; they cannot change.
_passed: WeakSet[Image] = WeakSet()


def verify(image: Image) -> None:
    """Check an image; one that has passed before is not checked again.

    Raises
    ------
    ImageError
        Naming the instruction and what is wrong with it.
    """
    if image in _passed:
        return
    _tables(image)
    _functions(image)
    _instructions(image)
    _passed.add(image)


def _tables(image: Image) -> None:
    if image.code.dtype != np.int32 or image.code.ndim != 1 or len(image.code) % 4:
        raise ImageError("code must be a flat int32 array of 4 words an instruction")
    if not 0 < image.size <= MAX_INSTRUCTIONS:
        raise ImageError(f"{image.size} instructions; allowed are 1 to {MAX_INSTRUCTIONS}")
    for name in ("lines", "cols", "files"):
        if len(getattr(image, name)) != image.size:
            raise ImageError(f"{name} must have one entry an instruction")
    if image.files.size and not 0 <= int(image.files.min()) <= int(image.files.max()) < len(image.filenames):
        raise ImageError("files must be indices into filenames")
    if image.konst.dtype != np.int64 or image.data.dtype != np.int64 or image.data.ndim != 1:
        raise ImageError("konst and data must be flat int64 arrays")
    if not 1 <= len(image.data) <= MAX_DATA:
        raise ImageError(f"{len(image.data)} words of data; allowed are 1 to {MAX_DATA}")
    if not image.functions:
        raise ImageError("an image needs a start function")
    for (at, method), fn in image.dispatch.items():
        if not 0 < at < len(image.data) or not 0 <= method < MAX_METHOD:
            raise ImageError(f"dispatch entry ({at}, {method}) is no descriptor and method")
        if not 0 <= fn < len(image.functions):
            raise ImageError(f"dispatch entry ({at}, {method}): function {fn} does not exist")
        if method < isa.IMPL_FLAG and image.functions[fn].nargs < 1:
            raise ImageError(f"dispatch entry ({at}, {method}): function {fn} has no receiver")
    if len(image.handlers) > NFAULTS:
        raise ImageError(f"{len(image.handlers)} fault handlers; there are {NFAULTS} faults")
    for what, fn in enumerate(image.handlers):
        if not -1 <= fn < len(image.functions):
            raise ImageError(f"handler of fault {what}: function {fn} does not exist")
        if fn >= 0 and image.functions[fn].nargs > HANDLER_ARGS:
            raise ImageError(f"handler of fault {what} takes more than {HANDLER_ARGS} words")
    for knob in image.knobs:
        if not 0 < knob.index < len(image.data) or not knob.low <= knob.default <= knob.high:
            raise ImageError(f"knob {knob.name}: bad index or range")


def _functions(image: Image) -> None:
    covered = 0
    for number, f in enumerate(image.functions):
        if f.entry != covered:
            raise ImageError(f"function {number} ({f.name}) starts at {f.entry}, not at {covered}")
        covered = f.end
        if not f.entry < covered <= image.size:
            raise ImageError(f"function {number} ({f.name}) has no instructions")
        if not 2 <= f.frame <= MAX_FRAME or f.nargs < 0 or f.nresults < 0:
            raise ImageError(f"function {number} ({f.name}): bad frame of {f.frame} slots")
        if 2 + f.nargs > f.frame or 2 + f.nresults > f.frame:
            raise ImageError(f"function {number} ({f.name}): its frame does not hold its parameters")
        if not 0 <= f.bytes < 1 << 30 or not 0 <= f.flags < 8:
            raise ImageError(f"function {number} ({f.name}): bad flags, or a frame of {f.bytes} bytes")
    if covered != image.size:
        raise ImageError(f"{image.size - covered} instructions belong to no function")
    if image.functions[0].nargs:
        raise ImageError("the start function takes no arguments")


def _instructions(image: Image) -> None:
    """Each rule for all instructions at once; the first that breaks it is named."""
    size, functions = image.size, image.functions
    pcs = np.arange(size)
    op, *abc = np.ascontiguousarray(image.code.reshape(-1, isa.WORDS_PER_INSTR).T, np.int64)
    table = np.array([(f.entry, f.end, f.frame, f.deferret, f.nargs) for f in functions]).T
    takes = table[4]
    entry, end, frame, deferret = np.repeat(table[:4], table[1] - table[0], axis=1)

    def refuse(wrong: NDArray[np.bool_], what: Callable[[int], str]) -> None:
        if wrong.any():
            pc = int(wrong.argmax())
            f = image.function_at(pc)
            assert f is not None
            raise ImageError(f"instruction {pc} ({isa.OPS[op[pc]].name} in {f.name}): {what(pc)}")

    fused = (op >= isa.FIRST_FUSED) & (op < isa.FIRST_SHARED)
    if (unknown := (op < 0) | (op >= len(isa.OPS)) | fused).any():
        pc = int(unknown.argmax())
        raise ImageError(f"instruction {pc}: unknown operation {op[pc]}")

    def called(*names: str) -> NDArray[np.bool_]:
        return _named(*names)[op]

    def operand(kind: str) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Which instructions have an operand of this kind, and it (0 where there is none)."""
        places = [row == ord(kind) for row in _KINDS]
        found = [(place[op], x) for place, x in zip(places, abc, strict=True) if place.any()]
        has, value = found[0][0], np.where(*found[0], 0)
        for here, x in found[1:]:
            has, value = has | here, np.where(here, x, value)
        return has, value

    def slots(where: Any, first: Any, count: Any, lowest: Any, verb: str) -> None:
        last = first + count - 1
        refuse(
            where & ((first < lowest) | (last >= frame)),
            lambda pc: f"{verb} slots {first[pc]} to {last[pc]} of a frame of {frame[pc]}",
        )

    # each operand by its kind
    for kind, above, what in (
        ("k", len(image.konst), "constant {} does not exist"),
        ("f", len(functions), "function {} does not exist"),
        ("n", MAX_FRAME + 1, "count {}"),
        ("m", MAX_METHOD, "method number {}"),
    ):
        has, x = operand(kind)
        refuse(has & ((x < 0) | (x >= above)), lambda pc: what.format(x[pc]))  # noqa: B023
    has, x = operand("z")
    refuse(has & (np.abs(x) != 8) & (np.abs(x) != 16) & (np.abs(x) != 32), lambda pc: f"integer kind {x[pc]}")
    for i, x in enumerate(abc):
        low, high = _LOW[i][op], _HIGH[i][op]
        refuse(
            (x < low) | (x > high),
            lambda pc: f"operand {x[pc]} is not from {low[pc]} to {high[pc]}",  # noqa: B023
        )
        lowest, width = _FIRST[i][op], _WIDTH[i][op]
        slots(lowest == 2, x, width, 2, "writes")
        slots(lowest == 1, x, width, 1, "reads")
    # cases stand behind their SELECT and nowhere else
    selects, is_case = np.flatnonzero(called("SELECT")), _IS_CASE[op]
    begun = np.zeros(size + 1, np.int64)
    np.add.at(begun, np.minimum(selects + 1, size), 1)
    np.add.at(begun, np.minimum(selects + 1 + abc[1][selects], size), -1)
    refuse(is_case != (np.cumsum(begun[:-1]) > 0), lambda pc: "cases stand behind their SELECT only")
    refuse((pcs == end - 1) & ~_ENDS[op], lambda pc: "the function runs off its end")
    # jumps
    jumps, target = operand("t")
    inside = (target >= entry) & (target < end)
    refuse(
        jumps & (~inside | is_case[np.where(inside, target, 0)]),
        lambda pc: f"jumps to {target[pc]}, outside the function or into a SELECT",
    )
    refuse(
        jumps & ((target <= pcs) != _IS_LOOP[op]),
        lambda pc: "J* must jump forwards, LOOP* backwards",
    )
    # runs and the counts that belong to them
    has_count, count = operand("n")
    packed, offset = operand("o")
    refuse(packed & (offset < 0), lambda pc: "negative offset")
    count = np.where(packed, offset & 0xFF, count)
    run, first = operand("r")
    slots(run, first, count, 1, "reads")
    run, first = operand("w")
    slots(run, first, count, 2, "writes")
    received, v = operand("v")
    refuse(received & ((v < 0) | (v > 2 * MAX_FRAME)), lambda pc: f"count {v[pc]}")
    run, first = operand("q")
    slots(run & (first != -1), first, (v >> 1) + (v & 1), 2, "writes")
    elements, x = operand("x")
    refuse(elements & (x >> 16 < 1), lambda pc: "elements of no words")
    fresh = called("NEWS")
    slots(elements & ~fresh, x & 0xFFFF, 1, 1, "reads")
    refuse(elements & fresh & (x & 0xFFFF > 1), lambda pc: "unknown flags")
    # what single instructions ask for
    refuse(called("NEW", "NEWCOPY") & (count < 1), lambda pc: "allocates nothing")
    refuse(called("PANICINFO") & (count != 4), lambda pc: "takes 4 words")
    refuse(called("FRAME") & (count != 6), lambda pc: "takes 6 words")
    _, index = operand("i")
    refuse(
        called("GLD", "GST") & ((index <= 0) | (index >= len(image.data))),
        lambda pc: f"package variable {index[pc]} does not exist",
    )
    refuse(
        called("DEFER", "DEFERC") & (deferret < 0),
        lambda pc: "defers, but its function has no DEFERRET",
    )
    ends = called("DEFERRET")
    refuse(ends & (deferret != pcs), lambda pc: "is not the DEFERRET that its function names")
    for number, f in enumerate(functions):
        if f.deferret != -1 and not (f.entry <= f.deferret < f.end and ends[f.deferret]):
            raise ImageError(f"function {number} ({f.name}): instruction {f.deferret} is no DEFERRET")
    # calls
    calls, base = operand("B")
    refuse(
        calls & ((base < 2) | (base + 2 > frame)),
        lambda pc: f"callee frame at slot {base[pc]} of a frame of {frame[pc]}",
    )
    known, callee = operand("f")
    takes = takes[callee]
    refuse(
        known & has_count & (count != takes),
        lambda pc: f"passes {count[pc]} words, {functions[callee[pc]].name} takes {takes[pc]}",
    )
    args = np.where(known, takes, np.where(has_count, count, 0))
    refuse(calls & (base + 2 + args > frame), lambda pc: "arguments beyond the frame")
