"""Go's integer arithmetic on int64 words, exact in both forms of the kernel.

Compiled code wraps by itself; Python's ints do not. `wrap` is therefore a
function with two bodies: the build replaces it by the identity when it compiles (for floats see
`gosched_edu.kernel.floats`). A uint64 is held as the int64 of the same bits.
"""

MIN = -(1 << 63)


def wrap(x):
    """x reduced to int64, as Go's arithmetic does (spec: Integer overflow)."""
    return ((x + 0x8000000000000000) & 0xFFFFFFFFFFFFFFFF) - 0x8000000000000000


def wrap_compiled(x):
    """The compiled body of `wrap`."""
    return x


def quo(a, b):
    """a / b towards zero; b is not 0. -2**63 / -1 wraps to itself, as the spec says."""
    if b == -1:
        return wrap(-a)
    q = a // b
    if q < 0 and q * b != a:
        q += 1
    return q


def rem(a, b):
    """a % b with the sign of a; b is not 0."""
    if b == -1:
        return 0
    r = a % b
    if r != 0 and (r < 0) != (a < 0):
        r -= b
    return r


def shl(a, n):
    """a << n, n >= 0."""
    if n > 63:
        return 0
    return wrap(a << n)


def shr(a, n):
    """a >> n, n >= 0."""
    if n > 63:
        n = 63
    return a >> n


def ushr(a, n):
    """a >> n as uint64, n >= 0."""
    if n == 0:
        return a
    if n > 63:
        return 0
    return (a >> n) & wrap((1 << (64 - n)) - 1)


def uquo(a, b):
    """a / b as uint64; b is not 0."""
    if b < 0:
        if a ^ MIN >= b ^ MIN:
            return 1
        return 0
    if a >= 0:
        return a // b
    q = wrap((ushr(a, 1) // b) << 1)
    if wrap(a - wrap(q * b)) ^ MIN >= b ^ MIN:
        q = wrap(q + 1)
    return q


def urem(a, b):
    """a % b as uint64; b is not 0."""
    return wrap(a - wrap(uquo(a, b) * b))
