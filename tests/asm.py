"""A small assembler: images written by hand, for tests that must not depend on the front end.

One item a line; ``#`` starts a comment. Labels end in a colon. Example, all forms that there are::

    func start                     # function 0; name, then: frame= args= results= flags= bytes=
        CALL main.main 2           # function by name, frame base
        RET
    func main.main args=0          # frame= is worked out when it is left out
        LDI 2 10
    again:
        ADDI 2 2 -1
        LDK 3 =1099511627776       # a constant of 64 bits
        LDK 4 &table               # the address of a piece of data
        LDX 5 4 2                  # slots are plain numbers
        LDN 6 4 1(2)               # packed operand o: offset(count)
        IXA 8 4 2*1                # packed operand x: slot*words
        RECV 9 3 (1,ok)            # packed operand v: (words) or (words,ok)
        STR 11 hello               # two instructions: address and length of a string into 11, 12
        GLD 13 counter             # word number of a piece of data
        CALLI 11 20 Method         # method numbers by the name that a dispatch line gave
        LOOPNZ 2 again
        RET
    data table 1 2 3 0*5           # name, words; n*m is m words n
    data counter 0
    string hello "hello\n"
    closure f main.main            # a static closure object without captures
    dispatch table Method start    # descriptor, method (a name or a number), function
    handler F_NIL main.main        # what a fault calls
    knob counter 0 1 5             # data word, default, low, high

`assemble` gives the `Image`; `addresses` of the returned image are found with `symbol`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gosched_edu.kernel import faults, isa
from gosched_edu.kernel.image import Function, Image, Knob
from gosched_edu.kernel.machine import Machine


@dataclass
class _Function:
    name: str
    options: dict[str, int]
    code: list[tuple[str, list[str], int]] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)


class Assembler:
    """The state of one assembly; see the module's text for the language."""

    def __init__(self, text: str) -> None:
        self.functions: list[_Function] = []
        self.data: list[int] = [0]
        self.symbols: dict[str, tuple[int, int]] = {}  # name -> word index, words
        self.methods: dict[str, int] = {}
        self.konst: dict[int, int] = {}
        self.later: list[list[str]] = []  # lines that name functions
        for number, line in enumerate(text.splitlines(), 1):
            words = re.findall(r'"(?:[^"\\]|\\.)*"|[^\s#]+|#.*', line)
            words = [w for w in words if not w.startswith("#")]
            if words:
                try:
                    self._line(words, number)
                except (KeyError, ValueError, IndexError) as e:
                    raise ValueError(f"line {number}: {line.strip()}: {e}") from e

    def _line(self, words: list[str], number: int) -> None:
        head, rest = words[0], words[1:]
        if head == "func":
            options = {k: int(v) for k, v in (w.split("=") for w in rest[1:])}
            self.functions.append(_Function(rest[0], options))
        elif head == "data":
            values: list[int] = []
            for w in rest[1:]:
                value, _, times = w.partition("*")
                values += [int(value, 0)] * int(times or 1)
            self._define(rest[0], values)
        elif head == "string":
            text = ast.literal_eval(rest[1])
            self._define(rest[0], list(text if isinstance(text, bytes) else text.encode()))
        elif head == "closure":
            self._define(rest[0], [0])
            self.later.append(words)
        elif head in ("dispatch", "handler", "knob"):
            if head == "dispatch" and not rest[1].isdecimal():
                self.methods.setdefault(rest[1], len(self.methods))
            self.later.append(words)
        elif head.endswith(":"):
            self.functions[-1].labels[head[:-1]] = len(self.functions[-1].code)
        elif head == "STR":
            slot = int(rest[0])
            self.functions[-1].code.append(("LDK", [str(slot), f"&{rest[1]}"], number))
            self.functions[-1].code.append(("LDI", [str(slot + 1), f"#{rest[1]}"], number))
        else:
            if head not in isa.BY_NAME:
                raise ValueError("unknown instruction")
            self.functions[-1].code.append((head, rest, number))

    def _define(self, name: str, values: list[int]) -> None:
        self.symbols[name] = (len(self.data), len(values))
        self.data += values

    def _operand(self, f: _Function, entry: int, kind: str, text: str) -> int:
        if text.startswith("#"):
            return self.symbols[text[1:]][1]
        if kind == "t":
            return entry + f.labels[text]
        if kind == "f":
            return int(text) if text.isdecimal() else self._number(text)
        if kind == "k":
            if text[0] not in "=&":
                return int(text)
            value = int(text[1:], 0) if text[0] == "=" else isa.BASE + 8 * self.symbols[text[1:]][0]
            return self.konst.setdefault(value, len(self.konst))
        if kind == "m" and text in self.methods:
            return self.methods[text]
        if kind == "o" and (m := re.fullmatch(r"(\d+)\((\d+)\)", text)):
            return int(m[1]) << 8 | int(m[2])
        if kind == "x" and (m := re.fullmatch(r"(\d+)\*(\d+)", text)):
            return int(m[1]) | int(m[2]) << 16
        if kind == "v" and (m := re.fullmatch(r"\((\d+)(,ok)?\)", text)):
            return 2 * int(m[1]) + bool(m[2])
        if kind == "i" and text in self.symbols:
            return self.symbols[text][0]
        return int(text, 0)

    def _number(self, name: str) -> int:
        return [f.name for f in self.functions].index(name)

    def _frame(self, f: _Function, code: list[list[int]]) -> int:
        """The smallest frame that the instructions fit into."""
        top = 2 + max(f.options.get("args", 0), f.options.get("results", 0))
        for op, *abc in code:
            kinds = isa.OPS[op].operands
            by_kind = dict(zip(kinds, abc, strict=True))
            count = by_kind["o"] & 0xFF if "o" in by_kind else by_kind.get("n", 0)
            for kind, x in zip(kinds, abc, strict=True):
                size = {"d": 1, "s": 1, "D": 2, "S": 2, "T": 3, "L": 3, "r": count, "w": count}.get(kind)
                if kind == "B":
                    size = 2 + count
                    if "f" in by_kind:
                        size = 2 + self.functions[by_kind["f"]].options.get("args", 0)
                if kind == "q" and x >= 0:
                    size = (by_kind["v"] >> 1) + (by_kind["v"] & 1)
                if kind == "x" and isa.OPS[op].name != "NEWS":
                    x, size = x & 0xFFFF, 1
                if size is not None:
                    top = max(top, x + size)
        return top

    def image(self, **changes: Any) -> Image:
        """The finished image; `changes` replace its fields."""
        code, lines, functions = [], [], []
        for f in self.functions:
            entry, rows = len(code), []
            deferret = -1
            for name, operands, number in f.code:
                spec = isa.BY_NAME[name]
                kinds = spec.operands.replace("-", "")
                if len(operands) != len(kinds):
                    raise ValueError(f"line {number}: {name} takes {len(kinds)} operands")
                if name == "DEFERRET":
                    deferret = entry + len(rows)
                row = [self._operand(f, entry, k, w) for k, w in zip(kinds, operands, strict=True)]
                rows.append([spec.code, *row, *[0] * (3 - len(row))])
                lines.append(number)
            o = f.options
            functions.append(
                Function(
                    f.name, entry, entry + len(rows), o.get("frame") or self._frame(f, rows),
                    o.get("args", 0), o.get("results", 0), lines[-1] if rows else 0, 1,
                    bytes=o.get("bytes", 0), deferret=deferret, flags=o.get("flags", 0),
                )
            )  # fmt: skip
            code += rows
        dispatch: dict[tuple[int, int], int] = {}
        handlers = [-1] * faults.NFAULTS
        knobs = []
        for head, first, *rest in self.later:
            if head == "closure":
                self.data[self.symbols[first][0]] = self._number(rest[0])
            elif head == "dispatch":
                method = int(rest[0]) if rest[0].isdecimal() else self.methods[rest[0]]
                dispatch[self.symbols[first][0], method] = self._number(rest[1])
            elif head == "handler":
                handlers[getattr(faults, first)] = self._number(rest[0])
            else:
                knobs.append(Knob(first, self.symbols[first][0], *(int(x) for x in rest)))
        n = len(code)
        fields: dict[str, Any] = {
            "code": np.array(code, np.int32).reshape(-1),
            "lines": np.array(lines, np.int32), "cols": np.ones(n, np.int32), "files": np.zeros(n, np.int32),
            "functions": tuple(functions), "konst": np.array(list(self.konst), np.int64),
            "data": np.array(self.data, np.int64), "dispatch": dispatch, "handlers": tuple(handlers),
            "knobs": tuple(knobs),
        }  # fmt: skip
        return Image(**(fields | changes))


def assemble(text: str, **changes: Any) -> Image:
    """The image of an assembly text.

    Examples
    --------
    >>> image = assemble('''
    ... func start
    ...     LDI 2 1
    ...     STR 3 hello
    ...     WRITE 2 3
    ...     RET
    ... string hello "hello"
    ... ''')
    >>> run(image).output
    b'hello'
    """
    return Assembler(text).image(**changes)


def run(image: Image | str, **options: Any) -> Machine:
    """Run an image, or an assembly text, to its end (uncompiled unless ``jit=True``)."""
    m = Machine(assemble(image) if isinstance(image, str) else image, **{"jit": False, "procs": 1} | options)
    m.run()
    return m
