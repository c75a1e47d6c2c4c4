"""Go's int64 arithmetic, exact in both forms of the kernel.

Compiled code wraps by itself; Python's ints do not. `wrap` is therefore the one
function with two bodies: the build replaces it by the identity when it compiles.
"""


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
