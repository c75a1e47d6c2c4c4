"""The verifier: no image can crash the process.

Problem. The compiled kernel has no bounds checks on slots, jumps or tables.

Rejected. Checks at run time for everything (a third of the speed).

Chosen. What can be known from the image alone is checked once, here: operands by
their kind in the instruction table, jumps inside their function and in their
direction, calls with room and the right number of arguments, format descriptors. What
depends on values (addresses, channel numbers, string handles, function values) is checked
by the interpreter.

Invariant. See `gosched_edu.kernel.image`.
"""

from __future__ import annotations

import numpy as np

from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Function, Image

MAX_FRAME = 1 << 15
MAX_INSTRUCTIONS = 1 << 22


class ImageError(ValueError):
    """The image is not one the kernel may run; the text says where and why."""


def verify(image: Image) -> None:
    """Check an image.

    Raises
    ------
    ImageError
        Naming the instruction and what is wrong with it.
    """
    _tables(image)
    covered = 0
    for number, f in enumerate(image.functions):
        if f.entry != covered:
            raise ImageError(f"function {number} ({f.name}) starts at {f.entry}, not at {covered}")
        _function(image, number, f)
        covered = f.end
    if covered != image.size:
        raise ImageError(f"{image.size - covered} instructions belong to no function")


def _tables(image: Image) -> None:
    if image.code.dtype != np.int32 or image.code.ndim != 1 or len(image.code) % 4:
        raise ImageError("code must be a flat int32 array of 4 words an instruction")
    if not 0 < image.size <= MAX_INSTRUCTIONS:
        raise ImageError(f"{image.size} instructions; allowed are 1 to {MAX_INSTRUCTIONS}")
    for name in ("lines", "cols"):
        if len(getattr(image, name)) != image.size:
            raise ImageError(f"{name} must have one entry an instruction")
    if image.konst.dtype != np.int64 or image.fmt.dtype != np.int32 or image.fmt_at.dtype != np.int32:
        raise ImageError("konst must be int64, fmt and fmt_at int32")
    if not image.functions:
        raise ImageError("an image needs a start function")
    if not image.strings or image.strings[0] != b"":
        raise ImageError("string 0 must be the empty string")
    if not 0 <= image.nglobals <= 1 << 20:
        raise ImageError(f"{image.nglobals} package variables")
    for fn in image.static_closures:
        if not 0 <= fn < len(image.functions):
            raise ImageError(f"static closure of function {fn}, which does not exist")
    for i, at in enumerate(image.fmt_at.tolist()):
        _descriptor(image, i, at)
    for knob in image.knobs:
        if not 0 <= knob.index < image.nglobals or not knob.low <= knob.default <= knob.high:
            raise ImageError(f"knob {knob.name}: bad index or range")


def _descriptor(image: Image, i: int, at: int) -> None:
    fmt = image.fmt
    if not 0 <= at < len(fmt) or not 0 <= fmt[at] <= 4096 or at + 1 + 2 * int(fmt[at]) > len(fmt):
        raise ImageError(f"format descriptor {i} lies outside the table")
    for kind, operand in fmt[at + 1 : at + 1 + 2 * int(fmt[at])].reshape(-1, 2).tolist():
        if not 0 <= kind < isa.FMT_KINDS:
            raise ImageError(f"format descriptor {i}: unknown piece kind {kind}")
        if kind == isa.FMT_LITERAL:
            if not 0 <= operand < len(image.strings):
                raise ImageError(f"format descriptor {i}: string {operand} does not exist")
        elif kind in (isa.FMT_PADDED, isa.FMT_ZERO_PADDED):
            if operand < 0 or not 1 <= operand >> 16 <= 1023:
                raise ImageError(f"format descriptor {i}: bad width")
        elif not 0 <= operand < 1 << 15:
            raise ImageError(f"format descriptor {i}: bad operand {operand}")


def _function(image: Image, number: int, f: Function) -> None:
    if not f.entry < f.end <= image.size:
        raise ImageError(f"function {number} ({f.name}) has no instructions")
    if not 2 <= f.frame <= MAX_FRAME or min(f.nargs, f.nresults) < 0:
        raise ImageError(f"function {number} ({f.name}): bad frame of {f.frame} slots")
    if 2 + max(f.nargs, f.nresults) > f.frame:
        raise ImageError(f"function {number} ({f.name}): its frame does not hold its parameters")
    if number == 0 and f.nargs:
        raise ImageError("the start function takes no arguments")
    code = image.code[4 * f.entry : 4 * f.end].reshape(-1, 4).tolist()
    for pc, (op, *abc) in enumerate(code, f.entry):
        if not 0 <= op < len(isa.OPS):
            raise ImageError(f"instruction {pc}: unknown operation {op}")
        _instruction(image, f, pc, isa.OPS[op], abc)
    if isa.OPS[code[-1][0]].name not in isa.TERMINATORS:
        raise ImageError(f"function {number} ({f.name}) runs off its end")


def _instruction(image: Image, f: Function, pc: int, op: isa.Op, abc: list[int]) -> None:
    def bad(what: str) -> ImageError:
        return ImageError(f"instruction {pc} ({op.name} in {f.name}): {what}")

    by_kind: dict[str, int] = {}
    for x, kind in zip(abc, op.operands, strict=True):
        by_kind[kind] = x
        if kind == "d" and not 2 <= x < f.frame:
            raise bad(f"writes slot {x} of a frame of {f.frame}")
        if kind == "s" and not 1 <= x < f.frame:
            raise bad(f"reads slot {x} of a frame of {f.frame}")
        if kind in "qp" and x != -1 and not 2 <= x < f.frame:
            raise bad(f"writes slot {x} of a frame of {f.frame}")
        if kind == "k" and not 0 <= x < len(image.konst):
            raise bad(f"constant {x} does not exist")
        if kind == "f" and not 0 <= x < len(image.functions):
            raise bad(f"function {x} does not exist")
        if kind == "F" and not 0 <= x < len(image.fmt_at):
            raise bad(f"format descriptor {x} does not exist")
        if kind == "n" and not 0 <= x <= MAX_FRAME:
            raise bad(f"count {x}")
        if kind == "t":
            if not f.entry <= x < f.end:
                raise bad(f"jumps to {x}, outside the function")
            if (x <= pc) != op.name.startswith("LOOP"):
                raise bad("J* must jump forwards, LOOP* backwards")
    if "r" in by_kind and not 2 <= by_kind["r"] <= f.frame:
        raise bad(f"run of slots from {by_kind['r']}")
    if op.name in ("NEW", "NEWCOPY") and by_kind["n"] < 1:
        raise bad("allocates nothing")
    if op.name == "NEWCOPY" and by_kind["r"] + by_kind["n"] > f.frame:
        raise bad("copies slots beyond the frame")
    if op.name in ("GLD", "GST") and not 0 <= by_kind["i"] < image.nglobals:
        raise bad(f"package variable {by_kind['i']} does not exist")
    if "B" in by_kind:
        base, args = by_kind["B"], by_kind.get("n")
        callee = image.functions[by_kind["f"]] if "f" in by_kind else None
        if not 2 <= base or base + 2 > f.frame:
            raise bad(f"callee frame at slot {base} of a frame of {f.frame}")
        if callee is not None:
            if args is not None and args != callee.nargs:
                raise bad(f"passes {args} words, {callee.name} takes {callee.nargs}")
            if base + 2 + callee.nargs > f.frame:
                raise bad("arguments beyond the frame")
        elif args is not None and base + 2 + args > f.frame:
            raise bad("arguments beyond the frame")
    if op.name == "FMT":
        at = int(image.fmt_at[abc[2]])
        pieces = image.fmt[at + 1 : at + 1 + 2 * int(image.fmt[at])].reshape(-1, 2).tolist()
        for piece, operand in pieces:
            if piece != isa.FMT_LITERAL and not 1 <= abc[1] + (operand & 0xFFFF) < f.frame:
                raise bad("formats a slot beyond the frame")
