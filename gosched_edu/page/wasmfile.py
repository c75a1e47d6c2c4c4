"""From LLVM's WebAssembly object file to a module that a browser loads.

Problem. An object file has no export section: which function it offers stands in its symbol table,
which is meant for a linker.

Rejected. A linker (wasm-ld, emscripten: nothing that pip installs and locks).

Chosen. One object needs no linking: its code and data use its own numbering already. The name of the
entry function is looked up in the symbol table and written into an export section.
Format: https://webassembly.github.io/spec/core/binary and the tool conventions' Linking.md.

Invariant. All sections but the custom ones are copied as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

MAGIC = b"\0asm\1\0\0\0"
CUSTOM, IMPORT, EXPORT = 0, 2, 7
#: In which order a module must have its sections (by their numbers).
_ORDER = {number: place for place, number in enumerate((1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11))}
_SYMBOL_TABLE = 8  # WASM_SYMBOL_TABLE
_FUNCTION, _DATA, _SECTION = 0, 1, 3  # kinds of symbols
_UNDEFINED, _EXPLICIT_NAME = 0x10, 0x40


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self) -> int:
        """An unsigned LEB128 number."""
        result = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7

    def name(self) -> str:
        return self.bytes(self.number()).decode()

    def bytes(self, n: int) -> bytes:
        self.at += n
        return self.data[self.at - n : self.at]


def leb128(n: int) -> bytes:
    """`n` as an unsigned LEB128 number.

    Examples
    --------
    >>> leb128(624485).hex()
    'e58e26'
    """
    out = bytearray()
    while True:
        out.append(n & 0x7F | (0x80 if n > 0x7F else 0))
        n >>= 7
        if n == 0:
            return bytes(out)


def sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and contents of each section of a module or object file.

    Raises
    ------
    ValueError
        It is none.
    """
    if not module.startswith(MAGIC):
        raise ValueError("this is not WebAssembly, version 1")
    reader = _Reader(module)
    reader.at = len(MAGIC)
    while reader.at < len(module):
        number = reader.number()
        yield number, reader.bytes(reader.number())


def _function_symbols(linking: bytes) -> dict[str, int]:
    """Names and numbers of the functions that the symbol table defines."""
    reader, found = _Reader(linking), {}
    if reader.number() != 2:
        raise ValueError("the object's linking section has an unknown version")
    while reader.at < len(linking):
        kind, size = reader.number(), reader.number()
        if kind != _SYMBOL_TABLE:
            reader.bytes(size)
            continue
        for _ in range(reader.number()):
            symbol, flags = reader.number(), reader.number()
            named = not flags & _UNDEFINED or flags & _EXPLICIT_NAME
            if symbol == _DATA:
                reader.name()
                if not flags & _UNDEFINED:
                    for _ in range(3):
                        reader.number()
            elif symbol == _SECTION:
                reader.number()
            else:
                index = reader.number()
                name = reader.name() if named else ""
                if symbol == _FUNCTION and name:
                    found[name] = index
    return found


def module(obj: bytes, exports: dict[str, str]) -> bytes:
    """The module of one object file.

    Parameters
    ----------
    obj : bytes
        What LLVM emits for wasm32.
    exports : dict
        Symbol to the name under which the module offers it.

    Raises
    ------
    ValueError
        The object lacks a symbol.
    """
    symbols: dict[str, int] = {}
    parts: list[tuple[int, bytes]] = []
    for number, content in sections(obj):
        if number != CUSTOM:
            parts.append((number, content))
            continue
        reader = _Reader(content)
        if reader.name() == "linking":
            symbols = _function_symbols(content[reader.at :])
    if missing := set(exports) - set(symbols):
        raise ValueError(f"the object has no function {', '.join(sorted(missing))}")
    body = leb128(len(exports))
    for symbol, name in exports.items():
        body += leb128(len(name.encode())) + name.encode() + b"\0" + leb128(symbols[symbol])
    parts.append((EXPORT, body))
    parts.sort(key=lambda part: _ORDER[part[0]])
    return MAGIC + b"".join(bytes([n]) + leb128(len(c)) + c for n, c in parts)
