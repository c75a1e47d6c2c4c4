"""The atomic instructions (internal/runtime/atomic).

Problem. Several Ms read and write the same word.

Chosen. Every instruction that others can see happens at one instant of virtual time, in the order of
the clocks: that order is the single total order of sequentially consistent atomics, so nothing more
is needed than to do what they say. They differ from LD and ST in what they cost, and for the race
detector.

Invariant. One instruction is one access: nothing comes between its read and its write.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.arith import wrap
from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.image import NORACE
from gosched_edu.kernel.log import room
from gosched_edu.kernel.mem import bad_address, heap_at
from gosched_edu.kernel.shadow import raceatomic
from gosched_edu.kernel.state import NEED_TRACE, SC

ALD, AST, XADD, XADD32, XCHG, CAS = (
    isa.BY_NAME[name].code for name in "ALD AST XADD XADD32 XCHG CAS".split()
)
RACE = SC["RACE"]
R_ATOMIC = int(Reason.HB_ATOMIC)


def op_atomic(S, t, p, g, pc, fp, op, a, b, c):
    """ALD, AST, XADD, XADD32, XCHG, CAS."""
    addr = S.stk[fp + b]
    if op == AST:
        addr = S.stk[fp + a]
    at = heap_at(S, addr, 0)
    if at < 0:
        return bad_address(S, addr)
    if S.sc[RACE] != 0 and S.f_flags[S.fn_of[pc]] & NORACE == 0:
        if room(S, 0) == 0:
            return NEED_TRACE
        writes = 1
        if op == ALD or (op == CAS and S.heap[at] != S.stk[fp + c]):
            writes = 0
        reads = 1
        if op == AST:
            reads = 0
        raceatomic(S, t, p, g, pc, at, reads, writes, R_ATOMIC)
    if op == ALD:
        S.stk[fp + a] = S.heap[at]
    elif op == AST:
        S.heap[at] = S.stk[fp + b]
    elif op == XADD:
        x = wrap(S.heap[at] + S.stk[fp + c])
        S.heap[at] = x
        S.stk[fp + a] = x
    elif op == XADD32:
        x = S.heap[at] + S.stk[fp + c]
        x = ((x + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        S.heap[at] = x
        S.stk[fp + a] = x
    elif op == XCHG:
        x = S.heap[at]
        S.heap[at] = S.stk[fp + c]
        S.stk[fp + a] = x
    elif S.heap[at] == S.stk[fp + c]:
        S.heap[at] = S.stk[fp + c + 1]
        S.stk[fp + a] = 1
    else:
        S.stk[fp + a] = 0
    return 0
