"""float64 arithmetic on words that hold the bits (math.Float64bits).

Problem. The kernel's functions know int64 only, and must give the same bits compiled and plain.

Chosen. Three functions with two bodies each, as `gosched_edu.kernel.arith.wrap` has: here in
Python's own floats, which are the machine's; in `gosched_edu.kernel.native` the same in machine
code. The processor's rules for not-a-number are written out (an operand that is one is the
answer, made quiet, the first before the second; otherwise the default one with the sign bit), because
compilers may exchange operands. float32 values are kept as the float64 that they are.

Invariant. Every result has the bits that Go's code has on amd64.
"""

import math
import struct

DEFAULT_NAN = -(1 << 51)  # 0xFFF8000000000000, as SSE makes it
QUIET = 1 << 51
EXPONENT = 0x7FF << 52
MIN = -(1 << 63)
TOP = 9223372036854775808.0  # 2**63
FLOAT32_BITS = -(1 << 29)  # of a not-a-number, what a float32 has room for
TOP32 = 2147483648.0  # 2**31


def _float(bits):
    return struct.unpack("<d", struct.pack("<q", bits))[0]


def _bits(x):
    return struct.unpack("<q", struct.pack("<d", x))[0]


def _is_nan(bits):
    return bits & ~MIN > EXPONENT


def _result(x, a, b):
    """The bits of x, the result of an operation on the bits a and b."""
    if x == x:
        return _bits(x)
    if _is_nan(a):
        return a | QUIET
    if _is_nan(b):
        return b | QUIET
    return DEFAULT_NAN


def _divide(x, y):
    if y != 0:
        return x / y
    if x == 0 or x != x:
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1.0, y)


_BINARY = (
    lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, _divide,
    lambda x, y: x == y, lambda x, y: x < y, lambda x, y: x <= y,
)  # fmt: skip


def fop(kind, a, b):
    """0 add, 1 subtract, 2 multiply, 3 divide; 4 ==, 5 <, 6 <= (these give 0 or 1)."""
    x = _BINARY[kind](_float(a), _float(b))
    return int(x) if kind > 3 else _result(x, a, b)


def _truncate(x):
    """CVTTSD2SQ."""
    return int(x) if -TOP <= x < TOP else MIN


def _float32(x):
    try:
        return struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


def _sticky(x):
    """x cut to 53 bits, the last one set if any was lost: rounding it again is rounding once."""
    if abs(x) < 1 << 53:
        return x
    return (x >> 11 | int(x & 0x7FF != 0)) << 11


def fcvt(kind, a):
    """A conversion, see FCVT in `gosched_edu.kernel.isa`; out of range as amd64 does it."""
    if kind == 0:
        return _bits(float(a))
    if kind == 2:
        return _bits(float(a & 0xFFFFFFFFFFFFFFFF))
    if kind == 6:
        return _bits(_float32(float(_sticky(a))))
    if kind == 7:
        return _bits(_float32(float(_sticky(a & 0xFFFFFFFFFFFFFFFF))))
    x = _float(a)
    if kind == 5:
        return int(x) if -TOP32 - 1 < x < TOP32 else -(1 << 31)
    if kind == 1:
        return _truncate(x)
    if kind == 3:
        return _truncate(x - TOP) | MIN if x >= TOP else _truncate(x)
    return _bits(_float32(x)) if x == x else (a | QUIET) & FLOAT32_BITS


def _exp(x):
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _log(x):
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def _whole(f):
    """floor, ceil, trunc: what is whole already (or no number) stays, and so does the sign of 0."""
    return lambda x: math.copysign(float(f(x)), x) if abs(x) < 1 << 53 else x


def _finite(f):
    return lambda x: f(x) if abs(x) < math.inf else math.nan


_UNARY = (
    lambda x: x, abs, lambda x: math.sqrt(x) if x >= 0 else math.nan,
    _whole(math.floor), _whole(math.ceil), _whole(math.trunc),
    _exp, _log, _finite(math.sin), _finite(math.cos), _finite(math.tan), math.atan,
)  # fmt: skip


def fmath(kind, a):
    """A function of one number, see FMATH in `gosched_edu.kernel.isa`."""
    if kind == 0:
        return a ^ MIN
    if kind == 1:
        return a & ~MIN
    return _result(_UNARY[kind](_float(a)) if not _is_nan(a) else math.nan, a, a)


#: The functions with a second body.
SPECIAL = (fop, fcvt, fmath)
