"""Atomic operations (internal/runtime/atomic).

Invariant. An instruction is one instant, so each of these is sequentially consistent.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.arith import wrap
from gosched_edu.kernel.mem import bad_address, heap_at

OP = {op.name: op.code for op in isa.OPS}
ALD, AST, XADD, XADD32, XCHG, CAS = (OP[n] for n in "ALD AST XADD XADD32 XCHG CAS".split())


def op_atomic(S, t, p, g, pc, fp, op, a, b, c):
    """ALD AST XADD XADD32 XCHG CAS."""
    addr = S.stk[fp + b]
    if op == AST:
        addr = S.stk[fp + a]
    at = heap_at(S, addr, 0)
    if at < 0:
        return bad_address(S, addr)
    if op == ALD:
        S.stk[fp + a] = S.heap[at]
    elif op == AST:
        S.heap[at] = S.stk[fp + b]
    elif op == XADD:
        S.heap[at] = wrap(S.heap[at] + S.stk[fp + c])
        S.stk[fp + a] = S.heap[at]
    elif op == XADD32:
        x = S.heap[at] + S.stk[fp + c]
        S.heap[at] = ((x + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        S.stk[fp + a] = S.heap[at]
    elif op == XCHG:
        old = S.heap[at]
        S.heap[at] = S.stk[fp + c]
        S.stk[fp + a] = old
    elif S.heap[at] == S.stk[fp + c]:
        S.heap[at] = S.stk[fp + c + 1]
        S.stk[fp + a] = 1
    else:
        S.stk[fp + a] = 0
    return 0
