"""What the kernel must know of functions besides what the image says.

Leaf functions have no prologue check in compiled form: Go's assembler leaves it out of one that
calls nothing and has a small frame (cmd/internal/obj/x86/obj6.go:preprocess). Such a function can
neither grow the stack nor be preempted at its entry. What calls is decided by the instruction: a
bounds check may call panicIndex, an allocation calls mallocgc; division and shifts panic without
arguments, which does not count.

Functions that the race detector does not look into are those of the runtime, of package sync, which
tells its edges by internal/race, and of internal packages (base.NoInstrumentPkgs).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel.image import LIBRARY, NORACE, NOSPLIT, Image

NOT_INSTRUMENTED = ("runtime.", "runtime/", "internal/", "sync.")
SMALL = 128  # internal/abi/stack.go:StackSmall
#: Shared instructions that are compiled without a call.
INLINE = frozenset(
    "LOOP LOOPLT LOOPNZ LD ST LDN STN GLD GST IXK DIV MOD UDIV UMOD SHL SHR USHR FADD FSUB FMUL FDIV FEQ FLT "
    "FLE FCVT ALD AST XADD XADD32 XCHG CAS RET WORK".split()
)


def flags(image: Image) -> NDArray[np.int32]:
    """`Function.flags` of all functions, with what follows from code and names: NOSPLIT, LIBRARY, NORACE."""
    inline = np.array([op.code < isa.FIRST_SHARED or op.name in INLINE for op in isa.OPS])
    calls = ~inline[image.code[::4]]
    starts = np.array([f.entry for f in image.functions])
    calling = np.add.reduceat(calls.astype(np.int64), starts) > 0
    small = np.array([f.bytes - 8 < SMALL for f in image.functions])
    own = np.array(
        [
            f.flags | (LIBRARY if f.file else 0) | (NORACE if f.name.startswith(NOT_INSTRUMENTED) else 0)
            for f in image.functions
        ],
        np.int32,
    )
    return np.where(small & ~calling, own | NOSPLIT, own).astype(np.int32)
