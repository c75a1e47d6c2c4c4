"""What Go's literals mean.

Problem. The grammar finds where a literal begins and ends; its value is Go's affair:
octal in two spellings, escapes that name bytes or code points, raw strings without
carriage returns.

Rejected. Python's own `ast.literal_eval`: it disagrees on octal, on \\q and on bytes.

Invariant. Strings are bytes, as in Go: "\\xff" is one byte and no character.
"""

from __future__ import annotations

import re
from fractions import Fraction

from gosched_edu.golang.objects import Complex

_MOST_DIGITS = 20_000
_SIMPLE = {
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, '"': 34,
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))"
)


class LiteralError(ValueError):
    """A malformed literal: gc's message, and the offset of the character where gc reports it."""

    def __init__(self, message: str, offset: int = 0):
        super().__init__(message)
        self.offset = offset


_BASES = {"x": (16, "hexadecimal"), "o": (8, "octal"), "b": (2, "binary")}


def check(text: str) -> None:
    """Raise `LiteralError` if the literal `text` is malformed."""
    if text[0] in '"`':
        string(text)
    elif text[0] == "'":
        rune(text)
    else:
        _check_number(text)


def _check_number(text: str) -> None:
    """The digits of a number: present, in the base, and well separated."""
    low = text.lower().removesuffix("i")
    base, name, start = 10, "decimal", 0
    if low[:1] == "0" and low[1:2] in _BASES:
        (base, name), start = _BASES[low[1]], 2
    elif low[:1] == "0" and len(low) > 1 and low == text and low.replace("_", "").isdigit():
        base, name = 8, "octal"
    hexadecimal = base == 16
    mantissa = re.split("p" if hexadecimal else "e", low)[0]
    if not re.search(r"[0-9a-f]", low[start:]):
        raise LiteralError(f"{name} literal has no digits", len(text))
    if mantissa != low and not re.search(r"\d", low[len(mantissa) :]):
        raise LiteralError("exponent has no digits", len(text))
    if hexadecimal and "." in mantissa and mantissa == low:
        raise LiteralError("hexadecimal mantissa requires a 'p' exponent", len(text))
    for i, c in enumerate(mantissa[start:] if base < 10 else "", start):
        if c.isdigit() and int(c) >= base:
            raise LiteralError(f"invalid digit '{c}' in {name} literal", i)
    previous = "0" if start or low[:1] == "0" else "."
    for i, c in enumerate(low[start:] + ".", start):
        digit = c.isdigit() or (hexadecimal and c in "abcdef")
        if (c == "_" and previous not in "0") or (not digit and c != "_" and previous == "_"):
            raise LiteralError("'_' must separate successive digits", i - (c != "_"))
        previous = "_" if c == "_" else "0" if digit else "."


def integer(text: str) -> int:
    """The value of an integer literal."""
    digits = text.replace("_", "").lower()
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return int(digits, 8)
    # Python limits the digits of decimal conversions; gc limits constants to 512 bits.
    if len(digits) > 400:
        raise LiteralError("excessively long constant: " + text[:10] + "...")
    return int(digits, 0)


def floating(text: str) -> Fraction:
    """The exact value of a floating-point literal, decimal or hexadecimal."""
    digits = text.replace("_", "").lower()
    if digits.startswith("0x"):
        return _hexadecimal(digits[2:], text)
    mantissa, _, exponent = digits.partition("e")
    if abs(int(exponent or "0")) > _MOST_DIGITS or len(mantissa) > _MOST_DIGITS:
        raise LiteralError("malformed constant: " + text)
    if mantissa.startswith("."):
        mantissa = "0" + mantissa
    return Fraction(f"{mantissa.rstrip('.')}{'e' + exponent if exponent else ''}")


def _hexadecimal(digits: str, text: str) -> Fraction:
    mantissa, _, exponent = digits.partition("p")
    if abs(int(exponent or "0")) > 4 * _MOST_DIGITS or len(mantissa) > _MOST_DIGITS:
        raise LiteralError("malformed constant: " + text)
    whole, _, fraction = mantissa.partition(".")
    scale = int(exponent or "0") - 4 * len(fraction)
    return Fraction(int(whole + fraction or "0", 16)) * Fraction(2) ** scale


def imaginary(text: str) -> Complex:
    """The value of an imaginary literal, the final ``i`` included in `text`."""
    body = text[:-1]
    digits = body.replace("_", "").lower()
    # For backward compatibility 0123i is 123i.
    plain = digits.isdigit() or digits[:2] not in ("0x", "0b", "0o") or "p" in digits or "." in digits
    return Complex(Fraction(0), floating(body) if plain else Fraction(integer(body)))


def string(text: str) -> bytes:
    """The bytes of a string literal, quotes included in `text`."""
    if text.startswith("`"):
        return text[1:-1].replace("\r", "").encode()
    out = bytearray()
    at = 1
    body_end = len(text) - 1
    while at < body_end:
        if text[at] != "\\":
            out += text[at].encode()
            at += 1
            continue
        value, is_byte, at = _escape(text, at, "'")
        out += bytes([value]) if is_byte else chr(value).encode()
    return bytes(out)


def rune(text: str) -> int:
    """The code point of a rune literal, quotes included in `text`."""
    body = text[1:-1]
    if body.startswith("\\"):
        value, _, end = _escape(text, 1, '"')
        if end != len(text) - 1:
            raise LiteralError("more than one character in rune literal")
        return value
    if not body:
        raise LiteralError("empty rune literal or unescaped ' in rune literal")
    if len(body) != 1:
        raise LiteralError("more than one character in rune literal")
    return ord(body)


def _escape(text: str, at: int, forbidden: str) -> tuple[int, bool, int]:
    """The escape at `at`: its value, whether it names a byte, and where it ends."""
    m = _ESCAPE.match(text, at)
    if m is None or m[1] == forbidden:
        raise LiteralError("unknown escape", at + 1)
    simple, octal, byte, short, long = m.groups()
    if simple:
        return _SIMPLE[simple], True, m.end()
    if octal:
        if int(octal, 8) > 255:
            raise LiteralError(f"octal escape value {int(octal, 8)} > 255", at)
        return int(octal, 8), True, m.end()
    if byte:
        return int(byte, 16), True, m.end()
    value = int(short or long, 16)
    if value > 0x10FFFF or 0xD800 <= value < 0xE000:
        raise LiteralError("escape is invalid Unicode code point " + f"U+{value:04X}", at)
    return value, False, m.end()
