"""The kernel's one source of chance: xorshift32 in int64 arithmetic.

The runtime's cheaprand is as simple (rand.go:cheaprand). One stream for the run, so
that a seed names a schedule. No 64-bit overflow occurs, so compiled and plain Python
agree.
"""

from gosched_edu.kernel.state import SC

RNG = SC["RNG"]


def rand(S, n):
    """A number from 0 to n-1; n < 2**31."""
    x = S.sc[RNG]
    x = x ^ ((x << 13) & 0xFFFFFFFF)
    x = x ^ (x >> 17)
    x = x ^ ((x << 5) & 0xFFFFFFFF)
    S.sc[RNG] = x
    return (x * n) >> 32


def shake(S, t, n):
    """A number from 0 to n-1 that t and the seed decide, without a draw: what only sysmon sees of chance.

    Sysmon sleeps and wakes beside the program. A draw at each would change what select chooses.
    """
    x = ((t ^ S.sc[RNG]) & 0x7FFFFFFF) * 0x9E3779B1 & 0xFFFFFFFF
    return (x * n) >> 32
