"""What the kernel must know of functions besides what the image says.

Leaf functions have no prologue check in compiled form: Go's assembler leaves it out of one that
calls nothing and has a small frame (cmd/internal/obj/x86/obj6.go:preprocess). Such a function can
neither grow the stack nor be preempted at its entry. What calls is decided by the instruction: a
bounds check may call panicIndex, an allocation calls mallocgc; division and shifts panic without
arguments, which does not count.

Functions that the race detector does not look into are those of the runtime, of package sync, which
tells its edges by internal/race, and of internal packages (base.NoInstrumentPkgs).

What `panic` calls never returns, which the compiler knows: behind it no variable is live.

The words of a goroutine's first stack (not its bytes, which are Go's) have room for the calls that its
function makes and for those that these make, as long as that is little: most goroutines then never move.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel.image import GOPANIC, LIBRARY, NORACE, NOSPLIT, Image
from gosched_edu.kernel.stack import stack_class

NOT_INSTRUMENTED = ("runtime.", "runtime/", "internal/", "sync.")
SMALL = 128  # internal/abi/stack.go:StackSmall
CALLS_DEEP, FEW_WORDS = 3, 32
#: Shared instructions that are compiled without a call.
INLINE = frozenset(
    "LOOP LOOPLT LOOPNZ LD ST LDN STN GLD GST IXK DIV MOD UDIV UMOD SHL SHR USHR FADD FSUB FMUL FDIV FEQ FLT "
    "FLE FCVT ALD AST XADD XADD32 XCHG CAS RET WORK".split()
)


def flags(image: Image) -> NDArray[np.int32]:
    """`Function.flags` of all functions, with what follows from code and names."""
    inline = np.array([op.code < isa.FIRST_SHARED or op.name in INLINE for op in isa.OPS])
    calls = ~inline[image.code[::4]]
    starts = np.array([f.entry for f in image.functions])
    calling = np.add.reduceat(calls.astype(np.int64), starts) > 0
    small = np.array([f.bytes - 8 < SMALL for f in image.functions])
    own = np.array(
        [
            f.flags
            | (LIBRARY if f.file else 0)
            | (NORACE if f.name.startswith(NOT_INSTRUMENTED) else 0)
            | (GOPANIC if f.name == "runtime.gopanic" else 0)
            for f in image.functions
        ],
        np.int32,
    )
    return np.where(small & ~calling, own | NOSPLIT, own).astype(np.int32)


def first_class(image: Image) -> list[int]:
    """Size class of the first stack of a goroutine, for each function that it may start."""
    rows = image.code.reshape(-1, isa.WORDS_PER_INSTR)
    at = np.flatnonzero(rows[:, 0] == isa.BY_NAME["CALL"].code)
    starts = np.array([f.entry for f in image.functions])
    caller, callee, base = np.searchsorted(starts, at, "right") - 1, rows[at, 1], rows[at, 2]
    frames = np.array([f.frame for f in image.functions])
    need = frames.copy()
    for _ in range(CALLS_DEEP):
        words = base + need[callee]
        few = words <= FEW_WORDS
        np.maximum.at(need, caller[few], words[few])
    return [stack_class(int(words)) for words in need]
