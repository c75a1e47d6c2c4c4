"""Instructions on memory that are not in the interpreter's inner loop (malloc.go, slice.go).

Invariant. All addresses go through `gosched_edu.kernel.mem`. An instruction that returns
NEED_HEAP or faults has changed nothing.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.faults import F_INDEX, F_MAKESLICE, F_SLICE_ACAP, F_SLICE_B, fault
from gosched_edu.kernel.malloc import mallocgc
from gosched_edu.kernel.mem import BASE, address, bad_address, heap_at, heap_run
from gosched_edu.kernel.state import NEED_HEAP

OP = {op.name: op.code for op in isa.OPS}
LDN, STN, MCOPY, MZERO = (OP[n] for n in "LDN STN MCOPY MZERO".split())
NEW, NEWS, NEWCOPY = (OP[n] for n in "NEW NEWS NEWCOPY".split())
IXA, IXK, BNDK, SLCHK = (OP[n] for n in "IXA IXK BNDK SLCHK".split())
C_COPY = INDEX["copy_word"]
MAX_ALLOC = 1 << 45  # words: malloc.go:maxAlloc
MAX_INDEX = 1 << 40  # so that no address overflows


def move(S, source, target, n):
    """memmove of n heap words."""
    if source < target:
        for i in range(n):
            S.heap[target + n - 1 - i] = S.heap[source + n - 1 - i]
    elif source > target:
        for i in range(n):
            S.heap[target + i] = S.heap[source + i]
    return 0


def new_op(S, fp, op, a, b, c):
    """NEW, NEWS, NEWCOPY."""
    n = b
    noscan = c
    if op == NEWCOPY:
        n = c
        noscan = 0
    elif op == NEWS:
        n = S.stk[fp + b]
        noscan = c & 1
        if n < 0 or n > MAX_ALLOC // (c >> 16):
            return fault(S, F_MAKESLICE, n, 0)
        n *= c >> 16
        if n == 0:
            S.stk[fp + a] = BASE  # malloc.go:zerobase
            return 0
    at = mallocgc(S, n, noscan)
    if at == 0:
        return NEED_HEAP
    if op == NEWCOPY:
        for i in range(n):
            S.heap[at + i] = S.stk[fp + b + i]
    S.stk[fp + a] = address(at)
    return 0


def run_op(S, fp, op, a, b, c):
    """LDN, STN."""
    base = S.stk[fp + a]
    if op == LDN:
        base = S.stk[fp + b]
    packed = b
    if op == LDN:
        packed = c
    n = packed & 0xFF
    at = heap_at(S, base, packed >> 8)
    if at < 0 or heap_at(S, base, (packed >> 8) + n - 1) < at:
        if n == 0 and base != 0:
            return 0
        return bad_address(S, base)
    if op == LDN:
        for i in range(n):
            S.stk[fp + a + i] = S.heap[at + i]
    else:
        for i in range(n):
            S.heap[at + i] = S.stk[fp + c + i]
    return 0


def block_op(S, p, fp, op, a, b, c):
    """MCOPY, MZERO."""
    n = S.stk[fp + b]
    if op == MCOPY:
        n = S.stk[fp + c]
    target = heap_run(S, S.stk[fp + a], n)
    if target < 0:
        return bad_address(S, S.stk[fp + a])
    if op == MCOPY:
        source = heap_run(S, S.stk[fp + b], n)
        if source < 0:
            return bad_address(S, S.stk[fp + b])
        move(S, source, target, n)
    else:
        for i in range(n):
            S.heap[target + i] = 0
    S.p_clock[p] += S.cost[C_COPY] * (n >> 3)
    return 0


def mem_op(S, p, fp, op, a, b, c):
    """Any of this module's instructions."""
    if op == LDN or op == STN:
        return run_op(S, fp, op, a, b, c)
    if op == IXA:
        i = S.stk[fp + (c & 0xFFFF)]
        if i < 0 or i >= S.stk[fp + b + 1]:
            return fault(S, F_INDEX, i, S.stk[fp + b + 1])
        if heap_at(S, S.stk[fp + b], 0) < 0 or i > MAX_INDEX:
            return bad_address(S, S.stk[fp + b])
        S.stk[fp + a] = S.stk[fp + b] + 8 * i * (c >> 16)
        return 0
    if op == IXK:
        i = S.stk[fp + (c & 0xFFFF)]
        if heap_at(S, S.stk[fp + b], 0) < 0 or i < 0 or i > MAX_INDEX:
            return bad_address(S, S.stk[fp + b])
        S.stk[fp + a] = S.stk[fp + b] + 8 * i * (c >> 16)
        return 0
    if op == BNDK:
        if S.stk[fp + a] < 0 or S.stk[fp + a] >= b:
            return fault(S, F_INDEX, S.stk[fp + a], b)
        return 0
    if op == SLCHK:
        if S.stk[fp + b] < 0 or S.stk[fp + b] > S.stk[fp + c]:
            return fault(S, F_SLICE_ACAP, S.stk[fp + b], S.stk[fp + c])
        if S.stk[fp + a] < 0 or S.stk[fp + a] > S.stk[fp + b]:
            return fault(S, F_SLICE_B, S.stk[fp + a], S.stk[fp + b])
        return 0
    if op == MCOPY or op == MZERO:
        return block_op(S, p, fp, op, a, b, c)
    return new_op(S, fp, op, a, b, c)
