"""The code as the interpreter wants it: made of an image's code, once, before the first run.

Problem. An instruction of the image is what the front end means and what the verifier can check. What it
costs to execute is mostly the way to it: one jump that the processor hardly foresees, and, where others
could act first, the question whether they do.

Rejected. Such instructions in the image (the verifier, the liveness of slots and every reader of an image
would have to know them); machine code made of each program (nothing could then run in a page).

Chosen. A copy of the code, instruction for instruction in the same places. Where two that often follow
each other stand, the first becomes one that does both (`PAIRS`); the second stays, for who jumps to it.
What is known before the run is put into the operands: places of jump targets in the code, bits of
conversions, the bytes of a function's frame in its RET. A jump back, and a call, ask whether another M acts
first only if what follows might never ask: a loop that sends asks at its send (LOOPF and its like).

Invariant. The copy does what the image says, in the same virtual time and as many instructions. From a jump
back or a call that does not ask, a path to the next instruction that asks has at most `STEPS` instructions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Function

STEPS = 64
#: What stands for what: alone, and as the first of two instructions. Their cost is that of their parts.
ALONE = {
    "LOOPF": "LOOP", "LOOPLTF": "LOOPLT", "LOOPNZF": "LOOPNZ", "CALLF": "CALL", "RETF": "RET", "LDENV": "LD",
    "SHLF": "SHL", "SHRF": "SHR", "USHRF": "USHR", "SEXT": "EXT", "ZEXT": "EXT",
}  # fmt: skip
PAIRS = {
    op.name: (op.name.split("_")[0], op.name.split("_")[1])
    for op in isa.OPS[isa.FIRST_FUSED : isa.FIRST_SHARED]
    if "_" in op.name
}
PARTS: dict[str, tuple[str, ...]] = {name: (of,) for name, of in ALONE.items()} | {
    name: (first, ALONE.get(second, second)) for name, (first, second) in PAIRS.items()
}
CODE: dict[str, int] = {op.name: op.code for op in isa.OPS}
_TARGET = {op.code: op.operands.index("t") + 1 for op in isa.OPS if "t" in op.operands}
_LOOPS = tuple(CODE[name] for name in ("LOOP", "LOOPLT", "LOOPNZ"))
_CALL, _RET, _JMP, _LD = (CODE[name] for name in ("CALL", "RET", "JMP", "LD"))
#: Shared, but they ask only if they fault.
_SHIFTS = tuple(CODE[name] for name in ("SHL", "SHR", "USHR"))


def _asks_soon(rows: NDArray[np.int32], entries: list[int], start: int) -> bool:
    """Whether every path from `start` comes to an instruction that asks, soon and without a jump back."""
    paths, steps = [start], 0
    while paths:
        pc = paths.pop()
        while True:
            steps += 1
            if steps > STEPS:
                return False
            op, a, b, _ = rows[pc].tolist()
            pc += 1
            if op == _JMP:
                pc = a
            elif op == _CALL:
                pc = entries[a]
            elif op in _LOOPS or op == _RET:
                return False
            elif op in _TARGET:
                paths.append(int(rows[pc - 1, _TARGET[op]]))
            elif op >= isa.FIRST_SHARED and op not in _SHIFTS and not (op == _LD and b == isa.FRAME_ENV):
                break
    return True


def fuse(code: NDArray[np.int32], functions: Sequence[Function], *, free: bool = True) -> NDArray[np.int32]:
    """The code of an image for `interp.runp`, shape and places as in `Image.code`.

    Parameters
    ----------
    code : ndarray of int32
        As in an image.
    functions : sequence of Function
        The image's.
    free : bool
        False: every jump back and every call asks.
    """
    image_rows = code.reshape(-1, isa.WORDS_PER_INSTR)
    rows = image_rows.copy()
    op = image_rows[:, 0]
    entries = [f.entry for f in functions]
    for pc in np.flatnonzero(np.isin(op, (*_LOOPS, _CALL) if free else ())):
        here = int(op[pc])
        to = entries[image_rows[pc, 1]] if here == _CALL else int(image_rows[pc, _TARGET[here]])
        if _asks_soon(image_rows, entries, to):
            rows[pc, 0] = CODE[f"{isa.OPS[here].name}F"]
    for jump, place in _TARGET.items():
        rows[op == jump, place] *= isa.WORDS_PER_INSTR
    rests = np.flatnonzero(op == CODE["NOP"])
    rows[rests, 1] = (rests + 1) * isa.WORDS_PER_INSTR  # a jump to what follows
    extends, kind = op == CODE["EXT"], image_rows[:, 3]
    rows[extends, 0] = np.where(kind > 0, CODE["SEXT"], CODE["ZEXT"])[extends]
    rows[extends, 3] = np.where(kind > 0, 64 - kind, -kind)[extends]
    rows[(op == _LD) & (image_rows[:, 2] == isa.FRAME_ENV), 0] = CODE["LDENV"]
    for shift in _SHIFTS:
        rows[op == shift, 0] = CODE[f"{isa.OPS[shift].name}F"]
    sizes = np.repeat([f.bytes for f in functions], [f.end - f.entry for f in functions])
    rows[op == _RET, 0], rows[op == _RET, 1] = CODE["RETF"], sizes[op == _RET]
    alone, (_, a, b, _) = rows[:, 0].copy(), image_rows.T
    for name, (first, second) in PAIRS.items():
        pair = (alone[:-1] == CODE[first]) & (alone[1:] == CODE[second])
        if second.endswith("F") and first == "LDI":  # a shift by what was loaded
            pair &= (image_rows[1:, 3] == a[:-1]) & (b[:-1] >= 0) & (b[:-1] < 64)
        rows[:-1][pair, 0] = CODE[name]
    return np.ascontiguousarray(rows.reshape(-1))
