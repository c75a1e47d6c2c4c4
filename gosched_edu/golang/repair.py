"""Good Go that the parser library's grammar does not know, in a form that it does.

Problem. The grammar takes what stands in ``new(...)`` for a type, though since 1.26 it may be a
value; it wants a semicolon before the bracket that closes a group on one line,
``const (a = 1; b = 2)``; a statement between a label and the brace behind it, ``a: b: }``; and none
that is empty: before a condition, ``if ; x {``, or in a row, ``case 1: ; break``.

Rejected. A grammar of our own for these gaps.

Invariant. Every byte keeps its place, so that positions stay what they are; a text that the
grammar understands is never touched.
"""

from __future__ import annotations

from gosched_edu.golang.scan import Token, tokens
from gosched_edu.golang.syntax import Grammar

#: Stands for ``new``: a letter of as many bytes that no program uses as a name.
NEW = "\u0b9c"
_GROUPS = ("const", "var", "type", "import")


def repaired(data: bytes, thorough: bool = False) -> bytes:
    """`data` with the constructs above written so that the grammar accepts them.

    `thorough`: also where ``new(x[0])`` may be meant as a type.
    """
    source = data.decode()
    stream = tokens(source)
    changes: list[tuple[int, bytes]] = []
    in_for = False
    for i, token in enumerate(stream[:-1]):
        in_for = token.kind == "for" or in_for and token.kind != "{"
        if token.text == "new" and token.kind == "name" and stream[i + 1].kind == "(":
            if thorough or not _is_type(stream, i + 2):
                changes.append((token.at, NEW.encode()))
        elif token.kind in _GROUPS and stream[i + 1].kind == "(":
            close = _closing(stream, i + 1)
            last = stream[close - 1]
            end = last.at + len(last.text)
            if last.kind not in (";", "(") and source[end : end + 1] in (" ", "\t"):
                changes.append((end, b";"))
        elif token.kind in ("if", "switch") and stream[i + 1].text == "semicolon":
            changes.append((stream[i + 1].at, b" "))
        elif token.kind in ("{", ";", ":") and stream[i + 1].text == "semicolon" and not in_for:
            changes.append((stream[i + 1].at, b" "))
        elif token.kind == ":" and stream[i + 1].kind == "}" and stream[i - 2].kind == ":":
            before = stream[i + 1].at - 1
            if source[before] in (" ", "\t"):
                changes.append((before, b";"))
    out = bytearray(data)
    for at, new in changes:
        start = at if source.isascii() else len(source[:at].encode())
        out[start : start + len(new)] = new
    return bytes(out)


def generic_methods(data: bytes) -> tuple[bytes, bytes] | None:
    """Two readings of a file with methods that have type parameters, which the grammar does not know.

    In the first they are methods without; in the second functions, without receivers. None if there
    is no such method.
    """
    source = data.decode()
    stream = tokens(source)
    receivers: list[tuple[int, int]] = []
    brackets: list[tuple[int, int]] = []
    for i, token in enumerate(stream[:-1]):
        if token.kind != "func" or stream[i + 1].kind != "(":
            continue
        name = _closing(stream, i + 1) + 1
        if name + 1 < len(stream) and stream[name].kind == "name" and stream[name + 1].kind == "[":
            close = _closing(stream, name + 1, "[]")
            receivers.append((stream[i + 1].at, stream[name - 1].at))
            brackets.append((stream[name + 1].at, stream[close].at))
    if not receivers:
        return None
    return _blank(source, brackets), _blank(source, receivers)


def _blank(source: str, parts: list[tuple[int, int]]) -> bytes:
    """`source` with spaces for what stands from the first to the last character of each part."""
    out = bytearray(source.encode())
    for first, last in parts:
        start, end = len(source[:first].encode()), len(source[: last + 1].encode())
        out[start:end] = bytes(b if b == 10 else 32 for b in out[start:end])
    return bytes(out)


def _is_type(stream: list[Token], start: int) -> bool:
    """Whether what stands from token `start` to the closing bracket can be read as a type."""
    grammar = Grammar(stream)
    grammar.at = start
    found = grammar.type_or_none() is not None
    return found and grammar.tok.kind == ")" and not grammar.problems


def _closing(stream: list[Token], start: int, brackets: str = "()") -> int:
    """The token that closes the bracket at token `start`."""
    depth = 0
    for i in range(start, len(stream)):
        depth += (stream[i].kind == brackets[0]) - (stream[i].kind == brackets[1])
        if depth == 0:
            return i
    return len(stream) - 1
