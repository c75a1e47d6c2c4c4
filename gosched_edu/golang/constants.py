"""Constant arithmetic: exact, as the language demands.

Problem. Untyped constants have no size, division of integers truncates towards zero,
and a typed constant must fit its type after each step.

Rejected. Python floats for fractions: 0.1 * 10 would not be 1.

Invariant. Constants of integer kind are Python ints; of float kind, Fractions; strings
are bytes. `bool` is tested before `int`, whose subclass it is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gosched_edu.golang.objects import Value
from gosched_edu.golang.types import Basic

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


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


def binary(op: str, x: Value, y: Value, integer: bool) -> Value:
    """``x op y`` for two constants of one kind."""
    if isinstance(x, bool) and isinstance(y, bool):
        return (x and y) if op == "&&" else (x or y)
    if isinstance(x, bytes) and isinstance(y, bytes):
        return x + y
    assert not isinstance(x, bytes) and not isinstance(y, bytes)
    if integer:
        return _INT[op](int(x), int(y))
    return _FRACTION[op](Fraction(x), Fraction(y))


def compare(op: str, x: Value, y: Value) -> bool:
    """``x op y`` for a comparison."""
    return _COMPARE[op](x, y)


def unary(op: str, x: Value) -> Value:
    """``op x``."""
    if isinstance(x, bool):
        return not x
    assert not isinstance(x, bytes)
    if op == "^":
        return ~int(x)
    return -x if op == "-" else x


def represent(x: Value, target: Basic) -> Value | None:
    """`x` as a constant of type `target`, or None if that cannot be."""
    if target.kind == "bool":
        return x if isinstance(x, bool) else None
    if target.kind == "string":
        return x if isinstance(x, bytes) else None
    if isinstance(x, (bool, bytes)):
        return None
    if target.kind == "float":
        return Fraction(x)
    if target.kind != "int" or Fraction(x).denominator != 1:
        return None
    n = int(x)
    if target.bits == 0:
        return n
    if target.bits < 0:
        return n if 0 <= n < 1 << -target.bits else None
    half = 1 << (target.bits - 1)
    return n if -half <= n < half else None


def show(x: Value | None) -> str:
    """The constant as gc prints it in messages."""
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, bytes):
        return quote(x)
    if isinstance(x, Fraction):
        return str(x.numerator) if x.denominator == 1 else f"{float(x):.6g}"
    return str(x)


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
