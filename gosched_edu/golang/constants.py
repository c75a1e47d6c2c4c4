"""Constant arithmetic, exact.

Problem. Untyped constants have no size, division of integers truncates towards zero,
and a typed constant must fit its type after each step.

Rejected. Python floats for fractions: 0.1 * 10 would not be 1. Python's complex: the same.

Chosen. Constants of integer kind are Python ints; of float kind, Fractions; complex ones,
pairs of Fractions (`objects.Complex`); strings are bytes. Rounding happens where Go rounds: when a
constant takes the type float32, float64, complex64 or complex128.

Invariant. `bool` is tested before `int`, whose subclass it is. A value that passed
`represent` for a type is a value of that type exactly.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gosched_edu.golang.objects import Complex, Value
from gosched_edu.golang.types import Basic

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

# The digits and the largest exponent of the IEEE formats.
_MANTISSA = {32: 24, 64: 53}
_LARGEST = {32: 128, 64: 1024}
_SMALLEST = {32: -149, 64: -1074}


def quotient(x: int, y: int) -> int:
    """x / y truncated towards zero."""
    q = abs(x) // abs(y)
    return q if (x < 0) == (y < 0) else -q


def remainder(x: int, y: int) -> int:
    """x % y with the sign of x."""
    return x - quotient(x, y) * y


_INT: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": quotient, "%": remainder,
    "&": operator.and_, "|": operator.or_, "^": operator.xor, "&^": lambda x, y: x & ~y,
}  # fmt: skip
_FRACTION: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def to_complex(x: Value) -> Complex:
    """A number as a complex one."""
    if isinstance(x, Complex):
        return x
    assert isinstance(x, (int, Fraction))
    return Complex(Fraction(x), Fraction(0))


def to_real(x: Value) -> Value:
    """A complex number without imaginary part as a real one; others as they are."""
    return x.re if isinstance(x, Complex) and x.im == 0 else x


def to_int(x: Value | None) -> int | None:
    """A number as an integer if it is one."""
    if x is None or isinstance(x, (bool, bytes)):
        return None
    real = to_real(x)
    if isinstance(real, Fraction) and real.denominator == 1:
        return int(real)
    return real if isinstance(real, int) else None


def _complex(op: str, x: Complex, y: Complex) -> Complex:
    match op:
        case "+":
            return Complex(x.re + y.re, x.im + y.im)
        case "-":
            return Complex(x.re - y.re, x.im - y.im)
        case "*":
            return Complex(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re)
    size = y.re * y.re + y.im * y.im
    return Complex((x.re * y.re + x.im * y.im) / size, (x.im * y.re - x.re * y.im) / size)


def binary(op: str, x: Value, y: Value, integer: bool) -> Value:
    """``x op y`` for two constants of one kind."""
    if isinstance(x, bool) and isinstance(y, bool):
        return (x and y) if op == "&&" else (x or y)
    if isinstance(x, bytes) and isinstance(y, bytes):
        return x + y
    if isinstance(x, Complex) or isinstance(y, Complex):
        return _complex(op, to_complex(x), to_complex(y))
    assert not isinstance(x, bytes) and not isinstance(y, bytes)
    if integer:
        return _INT[op](int(x), int(y))
    return _FRACTION[op](Fraction(x), Fraction(y))


def compare(op: str, x: Value, y: Value) -> bool:
    """``x op y`` for a comparison."""
    if isinstance(x, Complex) or isinstance(y, Complex):
        x, y = to_complex(x), to_complex(y)
    return _COMPARE[op](x, y)


def unary(op: str, x: Value, bits: int = 0) -> Value:
    """``op x``; `bits` is the size of an unsigned type, which ``^`` must not leave."""
    if isinstance(x, bool):
        return not x
    assert not isinstance(x, bytes)
    if isinstance(x, Complex):
        return Complex(-x.re, -x.im) if op == "-" else x
    if op == "^":
        return ~int(x) & ((1 << bits) - 1) if bits else ~int(x)
    return -x if op == "-" else x


def rounded(x: Fraction, bits: int) -> Fraction | None:
    """`x` as the nearest float of 32 or 64 bits, ties to even; None if it is too large."""
    if x == 0:
        return x
    # The exponent e with 2**(e-1) <= |x| < 2**e, then the weight of the last digit.
    n, d = abs(x.numerator), x.denominator
    e = n.bit_length() - d.bit_length()
    if n << max(0, -e) >= d << max(0, e):
        e += 1
    unit = max(e - _MANTISSA[bits], _SMALLEST[bits])
    scaled = x / (Fraction(2) ** unit)
    out = Fraction(round(scaled)) * Fraction(2) ** unit
    return out if abs(out) < Fraction(2) ** _LARGEST[bits] else None


def represent(x: Value, target: Basic) -> Value | None:
    """`x` as a constant of type `target`, or None if that cannot be."""
    if target.kind == "bool":
        return x if isinstance(x, bool) else None
    if target.kind == "string":
        return x if isinstance(x, bytes) else None
    if isinstance(x, (bool, bytes)):
        return None
    if target.kind == "complex":
        return _represent_complex(to_complex(x), target.bits // 2)
    real = to_real(x)
    if isinstance(real, (Complex, bytes)):
        return None
    if target.kind == "float":
        return rounded(Fraction(real), target.bits) if target.bits else Fraction(real)
    n = to_int(real)
    if target.kind != "int" or n is None:
        return None
    if target.bits == 0:
        return n
    if target.bits < 0:
        return n if 0 <= n < 1 << -target.bits else None
    half = 1 << (target.bits - 1)
    return n if -half <= n < half else None


def _represent_complex(x: Complex, bits: int) -> Value | None:
    if not bits:
        return x
    re, im = rounded(x.re, bits), rounded(x.im, bits)
    return None if re is None or im is None else Complex(re, im)


def words(x: Value | None, target_kind: str) -> tuple[int, ...]:
    """The machine words of a constant of a basic type that is no string; nil is 0."""
    if target_kind == "complex":
        z = to_complex(x if x is not None else 0)
        return _float_bits(z.re), _float_bits(z.im)
    if target_kind == "float":
        assert x is None or isinstance(x, (int, Fraction))
        return (_float_bits(Fraction(x or 0)),)
    n = to_int(x) if not isinstance(x, bool) else int(x)
    return (((n or 0) + (1 << 63)) % (1 << 64) - (1 << 63),)


def _float_bits(x: Fraction) -> int:
    bits: int = struct.unpack("<q", struct.pack("<d", float(x)))[0]
    return bits


# --- showing ------------------------------------------------------------------------------


def show(x: Value | None) -> str:
    """The constant as gc prints it in messages (go/constant: Value.String)."""
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, bytes):
        text = quote(x)
        # At most 72 characters, the quotes included.
        return text if len(text) <= 72 else text[:69] + "..."
    if isinstance(x, Complex):
        return f"({show(x.re)} + {show(x.im)}i)"
    if isinstance(x, Fraction):
        return _show_fraction(x)
    return str(x)


def _show_fraction(x: Fraction) -> str:
    try:
        value = float(x)
    except OverflowError:
        value = 0.0
    if value != 0 or x == 0:
        text = f"{value:.6g}"
        if x.denominator != 1 and "." not in text:
            text = _shortest(value)
        return text
    # Out of the range of a float64: mantissa and exponent apart.
    log = math.log10(abs(x.numerator)) - math.log10(x.denominator)
    exponent = math.floor(log)
    mantissa = 10 ** (log - exponent)
    return f"{'-' if x < 0 else ''}{mantissa:.6g}e{exponent:+d}"


def _shortest(value: float) -> str:
    """Go's %g: the fewest digits that give `value` back."""
    sign = "-" if value < 0 else ""
    digits, _, exponent = f"{abs(Decimal(repr(value))):e}".partition("e")
    mantissa = digits.rstrip("0").rstrip(".") if "." in digits else digits
    n = int(exponent)
    if n < -4 or n >= 6:
        return f"{sign}{mantissa}e{'-' if n < 0 else '+'}{abs(n):02d}"
    return repr(value)


_NAMED = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}


def quote(b: bytes) -> str:
    """`b` as a Go string literal, the way %q writes it."""
    out = ['"']
    for c in b.decode("utf-8", "surrogateescape"):
        n = ord(c)
        if c in '"\\':
            out.append("\\" + c)
        elif n in _NAMED:
            out.append(_NAMED[n])
        elif 0xDC80 <= n <= 0xDCFF:
            out.append(f"\\x{n - 0xDC00:02x}")
        elif n < 0x20 or n == 0x7F:
            out.append(f"\\x{n:02x}")
        elif c.isprintable():
            out.append(c)
        else:
            out.append(f"\\u{n:04x}" if n < 0x10000 else f"\\U{n:08x}")
    return "".join(out) + '"'
