"""The verifier: no image can crash the process.

Problem. The compiled kernel has no bounds checks on slots, jumps or tables.

Rejected. Checks at run time for everything (a third of the speed).

Chosen. What can be known from the image alone is checked once, here: operands by
their kind in the instruction table, jumps inside their function and in their
direction, calls with room and the right number of arguments, SELECT with its cases. What
depends on values (addresses, channel numbers, function values) is checked by the interpreter.

Invariant. See `gosched_edu.kernel.image`.
"""

from __future__ import annotations

from weakref import WeakSet

import numpy as np

from gosched_edu.kernel import isa
from gosched_edu.kernel.faults import NFAULTS
from gosched_edu.kernel.image import Function, Image

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
    ("FDDEAD", 2): (1, 3), ("ANNOTE", 0): (0, len(isa.ANNOTATIONS) - 1),
}  # fmt: skip
#: Slots that an operand of this kind covers.
_READS = {"s": 1, "S": 2, "L": 2}
_WRITES = {"d": 1, "D": 2, "T": 3}


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
    covered = 0
    for number, f in enumerate(image.functions):
        if f.entry != covered:
            raise ImageError(f"function {number} ({f.name}) starts at {f.entry}, not at {covered}")
        _function(image, number, f)
        covered = f.end
    if covered != image.size:
        raise ImageError(f"{image.size - covered} instructions belong to no function")
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


def _function(image: Image, number: int, f: Function) -> None:
    if not f.entry < f.end <= image.size:
        raise ImageError(f"function {number} ({f.name}) has no instructions")
    if not 2 <= f.frame <= MAX_FRAME or min(f.nargs, f.nresults) < 0:
        raise ImageError(f"function {number} ({f.name}): bad frame of {f.frame} slots")
    if 2 + max(f.nargs, f.nresults) > f.frame:
        raise ImageError(f"function {number} ({f.name}): its frame does not hold its parameters")
    if number == 0 and f.nargs:
        raise ImageError("the start function takes no arguments")
    if not 0 <= f.bytes < 1 << 30 or not 0 <= f.flags < 8:
        raise ImageError(f"function {number} ({f.name}): bad flags, or a frame of {f.bytes} bytes")
    code = image.code[4 * f.entry : 4 * f.end].reshape(-1, 4).tolist()
    names = []
    for pc, (op, *_) in enumerate(code, f.entry):
        if not 0 <= op < len(isa.OPS):
            raise ImageError(f"instruction {pc}: unknown operation {op}")
        names.append(isa.OPS[op].name)
    if f.deferret != -1 and not (f.entry <= f.deferret < f.end and names[f.deferret - f.entry] == "DEFERRET"):
        raise ImageError(f"function {number} ({f.name}): instruction {f.deferret} is no DEFERRET")
    cases = 0  # CASE* instructions that must still follow
    for pc, (op, *abc) in enumerate(code, f.entry):
        name = names[pc - f.entry]
        if (cases > 0) != name.startswith("CASE"):
            raise ImageError(f"instruction {pc} ({name} in {f.name}): cases stand behind their SELECT only")
        cases = abc[1] if name == "SELECT" else max(0, cases - 1)
        _instruction(image, f, pc, isa.OPS[op], abc, names)
    if names[-1] not in isa.TERMINATORS:
        raise ImageError(f"function {number} ({f.name}) runs off its end")


def _instruction(image: Image, f: Function, pc: int, op: isa.Op, abc: list[int], names: list[str]) -> None:
    def bad(what: str) -> ImageError:
        return ImageError(f"instruction {pc} ({op.name} in {f.name}): {what}")

    def slots(first: int, count: int, lowest: int, verb: str) -> None:
        if not lowest <= first or first + count > f.frame:
            raise bad(f"{verb} slots {first} to {first + count - 1} of a frame of {f.frame}")

    by_kind: dict[str, int] = {}
    for i, (x, kind) in enumerate(zip(abc, op.operands, strict=True)):
        by_kind[kind] = x
        low, high = _RANGES.get((op.name, i), (x, x))
        if not low <= x <= high:
            raise bad(f"operand {x} is not from {low} to {high}")
        if kind in _WRITES:
            slots(x, _WRITES[kind], 2, "writes")
        elif kind in _READS:
            slots(x, _READS[kind], 1, "reads")
        elif kind == "k" and not 0 <= x < len(image.konst):
            raise bad(f"constant {x} does not exist")
        elif kind == "f" and not 0 <= x < len(image.functions):
            raise bad(f"function {x} does not exist")
        elif kind == "n" and not 0 <= x <= MAX_FRAME:
            raise bad(f"count {x}")
        elif kind == "m" and not 0 <= x < MAX_METHOD:
            raise bad(f"method number {x}")
        elif kind == "z" and x not in (8, 16, 32, -8, -16, -32):
            raise bad(f"integer kind {x}")
        elif kind == "x":
            if x >> 16 < 1:
                raise bad("elements of no words")
            if op.name != "NEWS":
                slots(x & 0xFFFF, 1, 1, "reads")
            elif x & 0xFFFF > 1:
                raise bad("unknown flags")
        elif kind == "t":
            if not f.entry <= x < f.end or names[x - f.entry].startswith("CASE"):
                raise bad(f"jumps to {x}, outside the function or into a SELECT")
            if (x <= pc) != op.name.startswith("LOOP"):
                raise bad("J* must jump forwards, LOOP* backwards")
    # runs and the counts that belong to them
    count = by_kind.get("n", 0)
    if "o" in by_kind:
        if by_kind["o"] < 0:
            raise bad("negative offset")
        count = by_kind["o"] & 0xFF
    if "r" in by_kind:
        slots(by_kind["r"], count, 1, "reads")
    if "w" in by_kind:
        slots(by_kind["w"], count, 2, "writes")
    if "v" in by_kind:
        if not 0 <= by_kind["v"] <= 2 * MAX_FRAME:
            raise bad(f"count {by_kind['v']}")
        if by_kind["q"] != -1:
            slots(by_kind["q"], (by_kind["v"] >> 1) + (by_kind["v"] & 1), 2, "writes")
    if op.name in ("NEW", "NEWCOPY") and count < 1:
        raise bad("allocates nothing")
    if op.name == "PANICINFO" and count != 4:
        raise bad("takes 4 words")
    if op.name in ("GLD", "GST") and not 0 < by_kind["i"] < len(image.data):
        raise bad(f"package variable {by_kind['i']} does not exist")
    if op.name in ("DEFER", "DEFERC") and f.deferret < 0:
        raise bad("defers, but its function has no DEFERRET")
    if op.name == "DEFERRET" and f.deferret != pc:
        raise bad("is not the DEFERRET that its function names")
    if "B" in by_kind:
        base, args = by_kind["B"], by_kind.get("n")
        callee = image.functions[by_kind["f"]] if "f" in by_kind else None
        if not 2 <= base or base + 2 > f.frame:
            raise bad(f"callee frame at slot {base} of a frame of {f.frame}")
        if callee is not None:
            if args is not None and args != callee.nargs:
                raise bad(f"passes {args} words, {callee.name} takes {callee.nargs}")
            args = callee.nargs
        if args is not None and base + 2 + args > f.frame:
            raise bad("arguments beyond the frame")
