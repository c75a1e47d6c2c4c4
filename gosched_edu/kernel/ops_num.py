"""Arithmetic that can fault, or is rare: division and floats; shifts for the interpreter."""

from gosched_edu.kernel import isa
from gosched_edu.kernel.arith import quo, rem, uquo, urem, ushr, wrap
from gosched_edu.kernel.faults import F_DIVIDE, fault
from gosched_edu.kernel.floats import fcvt, fmath, fop

OP = {op.name: op.code for op in isa.OPS}
DIV, MOD, UDIV, SHL, USHR = (OP[n] for n in "DIV MOD UDIV SHL USHR".split())
FADD, FLE, FCVT, FMATH = (OP[n] for n in "FADD FLE FCVT FMATH".split())


def shift(op, x, n):
    """x shifted by n >= 0."""
    if op == SHL:
        if n > 63:
            return 0
        return wrap(x << n)
    if op == USHR:
        if n > 63:
            return 0
        return ushr(x, n)
    if n > 63:
        n = 63
    return x >> n


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
