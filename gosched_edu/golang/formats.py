"""fmt's verbs: what a print statement writes, worked out before the program runs.

Problem. fmt looks at types at run time; the machine has words without types.

Rejected. Type tags beside each printed word: a second world of values only for printing.

Invariant. A format is a constant, so each printed thing is known here to be a literal text
or an operand with one kind of formatting. A mistake that `go vet` reports is an error, in
vet's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gosched_edu.golang import ast, constants, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.objects import Operand
from gosched_edu.kernel import isa

_VERB = re.compile(rb"%([-+# 0]*)(\d+|\*)?(\.(?:\d+|\*)?)?(\[\d+\])?")
_KNOWN = "bcdeEfFgGopqsStTUvwxX"
SUPPORTED = "supported verbs: %v %d %s %q %x %c %t %p %T %%, and a width for %d, as in %5d"
_WIDTH_LIMIT = 511


@dataclass(frozen=True)
class Piece:
    """A part of what is printed: `text`, or operand number `arg` formatted as `kind`."""

    kind: int
    text: bytes = b""
    arg: int = -1
    width: int = 0


class FormatError(ValueError):
    """A wrong format: the message, the operand at fault (-1: the call), a hint."""

    def __init__(self, message: str, arg: int = -1, hint: str = ""):
        super().__init__(message)
        self.arg = arg
        self.hint = hint


def printed(name: str, args: list[Operand]) -> list[Piece]:
    """The pieces of ``fmt.Print``, ``fmt.Println`` and their S forms."""
    line = name.endswith("ln")
    out: list[Piece] = []
    for i, x in enumerate(args):
        neither = i > 0 and t.kind(x.type) != "string" and t.kind(args[i - 1].type) != "string"
        if i and (line or neither):
            out.append(Piece(isa.FMT_LITERAL, b" "))
        out.append(_value(name, i, x))
    if line:
        out.append(Piece(isa.FMT_LITERAL, b"\n"))
    return joined(out)


def built_in(name: str, args: list[Operand]) -> list[Piece]:
    """The pieces of the built-in print and println: durations are plain numbers there."""
    out: list[Piece] = []
    for i, x in enumerate(args):
        if i and name == "println":
            out.append(Piece(isa.FMT_LITERAL, b" "))
        if t.is_integer(x.type):
            out.append(_folded(i, x, isa.FMT_INT))
        else:
            out.append(_value(name, i, x))
    if name == "println":
        out.append(Piece(isa.FMT_LITERAL, b"\n"))
    return joined(out)


def formatted(name: str, fmt: bytes, args: list[Operand]) -> list[Piece]:
    """The pieces of ``fmt.Printf`` and ``fmt.Sprintf``."""
    out: list[Piece] = []
    at = used = 0
    while (m := _VERB.search(fmt, at)) is not None:
        out.append(Piece(isa.FMT_LITERAL, fmt[at : m.start()]))
        verb = fmt[m.end() :].decode("utf-8", "replace")[:1]
        at = m.end() + len(verb.encode())
        directive = fmt[m.start() : at].decode("utf-8", "replace")
        if not verb:
            raise FormatError(f"{name} format {directive} is missing verb at end of string")
        if verb == "%":
            out.append(Piece(isa.FMT_LITERAL, b"%"))
            continue
        if verb not in _KNOWN:
            raise FormatError(f"{name} format {directive} has unknown verb {verb}")
        flags, width, precision, index = m.groups()
        if verb not in "dvsqxctpT" or precision or index or flags.strip(b"-0") or width == b"*":
            raise FormatError(f"{name} format {directive} is not simulated yet", -1, SUPPORTED)
        if used >= len(args):
            have = f"{len(args)} arg{'' if len(args) == 1 else 's'}"
            raise FormatError(
                f"{name} format {directive} reads arg #{used + 1}, but call has {have}"
            )
        out.append(_verb(name, directive, verb, flags, int(width or 0), used, args[used]))
        used += 1
    if used < len(args):
        need = f"{used} arg{'' if used == 1 else 's'}"
        have = f"{len(args)} arg{'' if len(args) == 1 else 's'}"
        raise FormatError(f"{name} call needs {need} but has {have}")
    out.append(Piece(isa.FMT_LITERAL, fmt[at:]))
    return joined(out)


def joined(pieces: list[Piece]) -> list[Piece]:
    """`pieces` with neighbouring literals made one."""
    out: list[Piece] = []
    for p in pieces:
        if p.kind == isa.FMT_LITERAL and out and out[-1].kind == isa.FMT_LITERAL:
            out[-1] = Piece(isa.FMT_LITERAL, out[-1].text + p.text)
        elif p.kind != isa.FMT_LITERAL or p.text:
            out.append(p)
    return out


def _folded(i: int, x: Operand, kind: int) -> Piece:
    """Operand `i`, as text if it is a constant whose text is plain."""
    if x.mode == "constant":
        if kind == isa.FMT_INT and isinstance(x.value, int):
            return Piece(isa.FMT_LITERAL, str(x.value).encode())
        if kind == isa.FMT_STRING and isinstance(x.value, bytes):
            return Piece(isa.FMT_LITERAL, x.value)
        if kind == isa.FMT_BOOL:
            return Piece(isa.FMT_LITERAL, b"true" if x.value else b"false")
        if kind == isa.FMT_CHAR and isinstance(x.value, int) and 0 <= x.value < 0xD800:
            return Piece(isa.FMT_LITERAL, chr(x.value).encode())
    return Piece(kind, arg=i)


def _value(name: str, i: int, x: Operand) -> Piece:
    """Operand `i` as %v writes it."""
    if x.mode == "nil":
        return Piece(isa.FMT_LITERAL, b"<nil>")
    if x.type == universe.DURATION:
        return Piece(isa.FMT_DURATION, arg=i)
    if x.type == t.EMPTY_STRUCT:
        return Piece(isa.FMT_LITERAL, b"{}")
    match t.kind(x.type):
        case "int":
            return _folded(i, x, isa.FMT_INT)
        case "string":
            return _folded(i, x, isa.FMT_STRING)
        case "bool":
            return _folded(i, x, isa.FMT_BOOL)
    if isinstance(x.type, t.Func):
        raise FormatError(f"{name} arg {_text(x)} is a func value, not called", i)
    if isinstance(x.type, (t.Pointer, t.Chan)):
        return Piece(isa.FMT_POINTER_V, arg=i)
    raise FormatError(f"printing a value of type {x.type} is not simulated yet", i)


def _verb(
    name: str, directive: str, verb: str, flags: bytes, width: int, i: int, x: Operand
) -> Piece:
    """Operand `i` as a directive writes it."""
    if verb == "T":
        kind = "int32" if x.type == t.RUNE else "<nil>" if x.mode == "nil" else str(x.type)
        return _sized(name, directive, Piece(isa.FMT_LITERAL, kind.encode()), flags, width)
    kind = t.kind(x.type)
    address = isinstance(x.type, (t.Pointer, t.Chan, t.Func))
    piece: Piece | None = None
    fits = True
    match verb:
        case "v":
            piece = Piece(isa.FMT_POINTER_V, arg=i) if address else _value(name, i, x)
        case "d":
            fits = kind == "int"
            piece = _folded(i, x, isa.FMT_INT)
        case "s":
            fits = kind == "string" or x.type == universe.DURATION
            piece = _value(name, i, x) if fits else None
        case "t":
            fits = kind == "bool"
            piece = _folded(i, x, isa.FMT_BOOL)
        case "c":
            fits = kind == "int"
            piece = _folded(i, x, isa.FMT_CHAR)
        case "p":
            fits = address
            piece = Piece(isa.FMT_POINTER, arg=i)
        case "q":
            fits = kind in ("string", "int")
            if isinstance(x.value, bytes):
                piece = Piece(isa.FMT_LITERAL, constants.quote(x.value).encode())
            elif kind == "string":
                piece = Piece(isa.FMT_QUOTED, arg=i)
        case "x":
            fits = kind in ("string", "int") or address
            plain = kind == "int" and x.type != universe.DURATION
            piece = Piece(isa.FMT_HEX, arg=i) if plain else None
    if not fits:
        raise FormatError(f"{name} format {directive} has arg {_text(x)} of wrong type {x.type}", i)
    if piece is None:
        raise FormatError(f"{directive} of a value of type {x.type} is not simulated yet", i)
    return _sized(name, directive, piece, flags, width)


def _sized(name: str, directive: str, piece: Piece, flags: bytes, width: int) -> Piece:
    """`piece` in a field of `width`."""
    if not width and not flags:
        return piece
    if width > _WIDTH_LIMIT:
        raise FormatError(f"{name} format {directive}: width above {_WIDTH_LIMIT}", -1, SUPPORTED)
    left, zero = b"-" in flags, b"0" in flags
    if piece.kind == isa.FMT_LITERAL and not zero and piece.text.isascii():
        text = piece.text.ljust(width) if left else piece.text.rjust(width)
        return Piece(isa.FMT_LITERAL, text)
    if piece.kind == isa.FMT_LITERAL and zero and not left and piece.text.lstrip(b"-").isdigit():
        return Piece(isa.FMT_LITERAL, piece.text.zfill(width))
    if piece.kind != isa.FMT_INT:
        raise FormatError(f"{name} format {directive} is not simulated yet", -1, SUPPORTED)
    if zero and not left:
        return Piece(isa.FMT_ZERO_PADDED, arg=piece.arg, width=width)
    return Piece(isa.FMT_PADDED, arg=piece.arg, width=-width if left else width)


def _text(x: Operand) -> str:
    return ast.text(x.expr)
