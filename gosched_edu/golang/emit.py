"""The assembler: slots, labels, constants, and the finished image.

Problem. The lowering thinks of variables, temporaries and places in the code; the image
has slot numbers and instruction numbers.

Rejected. Loading a constant wherever it is used: in a loop that doubles the instructions.

Invariant. Slots are a stack: whatever is above `top` is dead. A constant used inside a
loop has a slot of its own below all locals, filled once at the function's entry; such
slots are numbered from `_HOISTED` until the function is finished.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gosched_edu.golang.errors import Pos
from gosched_edu.golang.formats import Piece
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Function, Image, Knob

_HOISTED = 1 << 20
_MOST_HOISTED = 32
_SLOT_KINDS = frozenset("dsBrqp")
_INT32 = 1 << 31


@dataclass(eq=False)
class Label:
    """A place in the code, known once `at` is set."""

    at: int = -1


@dataclass
class Instr:
    op: isa.Op
    args: list[int | Label]
    pos: Pos


def wrap64(n: int) -> int:
    """`n` as a signed 64-bit word."""
    return (n + (1 << 63)) % (1 << 64) - (1 << 63)


class Emitter:
    """The code of one function."""

    def __init__(self, builder: Builder, name: str, nargs: int, nresults: int, pos: Pos):
        self.builder = builder
        self.number = builder.reserve(self)
        self.name = name
        self.nargs, self.nresults = nargs, nresults
        self.declared = pos
        self.pos = pos
        self.code: list[Instr] = []
        self.first_local = isa.FRAME_ARGS + max(nargs, nresults)
        self.top = self.high = self.first_local
        self.loop_depth = 0
        self.hoisted: dict[int, int] = {}
        self.bound_at = -1
        self.literals = 0
        self.wrappers = 0

    # --- slots -------------------------------------------------------------------------

    def alloc(self, n: int = 1) -> int:
        """The first of `n` fresh slots."""
        slot = self.top
        self.top += n
        self.high = max(self.high, self.top)
        return slot

    def constant(self, value: int, target: int | None = None) -> int:
        """A slot that holds `value`."""
        value = wrap64(value)
        if (
            target is None
            and self.loop_depth
            and (value in self.hoisted or len(self.hoisted) < _MOST_HOISTED)
        ):
            return self.hoisted.setdefault(value, _HOISTED + len(self.hoisted))
        slot = self.alloc() if target is None else target
        self.code.append(self._load(slot, value, self.pos))
        return slot

    def _load(self, slot: int, value: int, pos: Pos) -> Instr:
        if -_INT32 <= value < _INT32:
            return Instr(isa.BY_NAME["LDI"], [slot, value, 0], pos)
        return Instr(isa.BY_NAME["LDK"], [slot, self.builder.konst(value), 0], pos)

    # --- code ----------------------------------------------------------------------------

    def emit(self, name: str, *args: int | Label) -> None:
        """Append an instruction."""
        op = isa.BY_NAME[name]
        self.code.append(Instr(op, [*args, *[0] * (3 - len(args))], self.pos))

    def move(self, target: int, source: int) -> None:
        if target != source:
            self.emit("MOV", target, source)

    def bind(self, label: Label) -> None:
        """`label` is here."""
        label.at = self.bound_at = len(self.code)

    def open_ended(self) -> bool:
        """Whether control can reach this point by falling into it or by a jump to it."""
        return (
            not self.code
            or self.bound_at == len(self.code)
            or self.code[-1].op.name not in isa.TERMINATORS
        )

    def finish(self, entry: int) -> tuple[list[list[int]], list[Pos], Function]:
        """The instructions with slots and targets resolved; the code starts at `entry`."""
        shift = len(self.hoisted)
        prologue = [self._load(slot, value, self.declared) for value, slot in self.hoisted.items()]

        def resolve(arg: int | Label, kind: str) -> int:
            if isinstance(arg, Label):
                return entry + shift + arg.at
            if kind not in _SLOT_KINDS or arg < self.first_local:
                return arg
            return self.first_local + arg - _HOISTED if arg >= _HOISTED else arg + shift

        rows = [
            [i.op.code, *(resolve(a, k) for a, k in zip(i.args, i.op.operands, strict=True))]
            for i in prologue + self.code
        ]
        positions = [i.pos for i in prologue + self.code]
        function = Function(
            self.name,
            entry,
            entry + len(rows),
            self.high + shift,
            self.nargs,
            self.nresults,
            self.declared.line,
            self.declared.col,
        )
        return rows, positions, function


@dataclass
class Builder:
    """The image in the making."""

    emitters: list[Emitter] = field(default_factory=list)
    konsts: dict[int, int] = field(default_factory=dict)
    strings: dict[bytes, int] = field(default_factory=lambda: {b"": 0})
    descriptors: dict[tuple[int, ...], int] = field(default_factory=dict)
    static: dict[int, int] = field(default_factory=dict)
    shared: dict[str, Emitter] = field(default_factory=dict)

    def reserve(self, emitter: Emitter) -> int:
        """The function number of a new emitter."""
        self.emitters.append(emitter)
        return len(self.emitters) - 1

    def konst(self, value: int) -> int:
        return self.konsts.setdefault(value, len(self.konsts))

    def string(self, value: bytes) -> int:
        """The handle of a constant string."""
        return self.strings.setdefault(value, len(self.strings))

    def static_closure(self, function: int) -> int:
        """The heap address of the closure object of a function without captures."""
        return 1 + self.static.setdefault(function, len(self.static))

    def descriptor(self, pieces: list[Piece]) -> int:
        """The number of a format descriptor; operands are numbered in order of use."""
        words = [len(pieces)]
        used = 0
        for p in pieces:
            words.append(p.kind)
            if p.kind == isa.FMT_LITERAL:
                words.append(self.string(p.text))
                continue
            sized = p.kind in (isa.FMT_PADDED, isa.FMT_ZERO_PADDED)
            words.append(used | (p.width + 512) << 16 if sized else used)
            used += 1
        return self.descriptors.setdefault(tuple(words), len(self.descriptors))

    def image(self, nglobals: int, knobs: tuple[Knob, ...], filename: str, source: str) -> Image:
        """The finished image."""
        rows: list[list[int]] = []
        positions: list[Pos] = []
        functions: list[Function] = []
        for emitter in self.emitters:
            code, places, function = emitter.finish(len(rows))
            rows += code
            positions += places
            functions.append(function)
        starts = np.cumsum([0, *(len(d) for d in self.descriptors)])[:-1]
        words = [w for d in self.descriptors for w in d]
        return Image(
            code=np.array(rows, dtype=np.int32).reshape(-1),
            lines=np.array([p.line for p in positions], dtype=np.int32),
            cols=np.array([p.col for p in positions], dtype=np.int32),
            functions=tuple(functions),
            konst=np.array(list(self.konsts), dtype=np.int64),
            strings=tuple(self.strings),
            fmt=np.array(words, dtype=np.int32),
            fmt_at=starts.astype(np.int32),
            nglobals=nglobals,
            static_closures=tuple(self.static),
            knobs=knobs,
            filename=filename,
            source=source,
        )
