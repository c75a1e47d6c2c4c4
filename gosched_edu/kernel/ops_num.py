"""Arithmetic that can fault, or is rare: division and floats."""

from gosched_edu.kernel import isa
from gosched_edu.kernel.arith import quo, rem, uquo, urem
from gosched_edu.kernel.faults import F_DIVIDE, fault
from gosched_edu.kernel.floats import fcvt, fmath, fop

OP = {op.name: op.code for op in isa.OPS}
DIV, MOD, UDIV = (OP[n] for n in "DIV MOD UDIV".split())
FADD, FLE, FCVT, FMATH = (OP[n] for n in "FADD FLE FCVT FMATH".split())


def num_op(S, fp, op, a, b, c):
    """Any of this module's instructions."""
    x = S.stk[fp + b]
    if op == FCVT:
        S.stk[fp + a] = fcvt(c, x)
        return 0
    if op == FMATH:
        S.stk[fp + a] = fmath(c, x)
        return 0
    y = S.stk[fp + c]
    if op >= FADD and op <= FLE:
        S.stk[fp + a] = fop(op - FADD, x, y)
        return 0
    if y == 0:
        return fault(S, F_DIVIDE, 0, 0)
    if op == DIV:
        S.stk[fp + a] = quo(x, y)
    elif op == MOD:
        S.stk[fp + a] = rem(x, y)
    elif op == UDIV:
        S.stk[fp + a] = uquo(x, y)
    else:
        S.stk[fp + a] = urem(x, y)
    return 0
