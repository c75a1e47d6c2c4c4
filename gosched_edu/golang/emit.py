"""The assembler: slots, labels, constants, and the code of one function.

Problem. The lowering thinks of variables, temporaries and places in the code; an instruction
has slot numbers and instruction numbers.

Rejected. Loading a constant wherever it is used: in a loop that doubles the instructions.

Invariant. Slots are a stack: whatever is above `top` is dead. A constant used inside a
loop has a slot of its own below all locals, filled once at the function's entry; such
slots are numbered from `_HOISTED` until the function is finished.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.golang.errors import Diagnostic, GoError, Pos
from gosched_edu.golang.objectfile import Address, Code, Konst, Local, Symbol, Unit
from gosched_edu.kernel import isa

_HOISTED = 1 << 20
_MOST_HOISTED = 32
_MOST_SLOTS = 1 << 15
_SLOT_KINDS = frozenset("dDTsSLBrwq")
_INT32 = 1 << 31


@dataclass(eq=False)
class Label:
    """A place in the code, known once `at` is set."""

    at: int = -1


@dataclass(frozen=True)
class Sized:
    """The operand ``slot | words << 16``."""

    slot: int
    words: int


Operand = int | Label | Sized | Symbol


@dataclass
class Instr:
    op: isa.Op
    args: list[Operand]
    pos: Pos


def wrap64(n: int) -> int:
    """`n` as a signed 64-bit word."""
    return (n + (1 << 63)) % (1 << 64) - (1 << 63)


class UnitBuilder:
    """The functions of one unit in the making; the first is the one that was asked for."""

    def __init__(self, file: str = "", flags: int = 0):
        self.file = file
        self.flags = flags
        self.emitters: list[Emitter] = []

    def finish(self) -> Unit:
        """The finished unit."""
        return Unit([e.finish() for e in self.emitters])


class Emitter:
    """The code of one function."""

    def __init__(
        self, unit: UnitBuilder, name: str, nargs: int, nresults: int, pos: Pos, flags: int = 0
    ):
        self.unit = unit
        self.number = Local(len(unit.emitters))
        unit.emitters.append(self)
        self.name = name
        self.nargs, self.nresults = nargs, nresults
        self.declared = pos
        self.pos = pos
        self.flags = unit.flags | flags
        # large variables are heap objects here; on Go's stack they would be part of the frame
        self.inline_bytes = 0
        self.bytes = 0
        self.code: list[Instr] = []
        self.first_local = isa.FRAME_ARGS + max(nargs, nresults)
        self.top = self.high = self.first_local
        self.loop_depth = 0
        self.hoisted: dict[int | Address, int] = {}
        self.bound_at = -1
        self.literals = 0
        self.wrappers = 0
        self.ranges = 0

    # --- slots -------------------------------------------------------------------------

    def alloc(self, n: int = 1) -> int:
        """The first of `n` fresh slots."""
        slot = self.top
        self.top += n
        self.high = max(self.high, self.top)
        return slot

    def constant(self, value: int | Address, target: int | None = None) -> int:
        """A slot that holds `value`."""
        if isinstance(value, int):
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

    def _load(self, slot: int, value: int | Address, pos: Pos) -> Instr:
        if isinstance(value, int) and -_INT32 <= value < _INT32:
            return Instr(isa.BY_NAME["LDI"], [slot, value, 0], pos)
        return Instr(isa.BY_NAME["LDK"], [slot, Konst(value), 0], pos)

    def sized(self, slot: int, words: int) -> Sized:
        """The packed operand of IXA and IXK."""
        return Sized(slot, words)

    # --- code ----------------------------------------------------------------------------

    def emit(self, name: str, *args: Operand) -> None:
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

    def finish(self) -> Code:
        """The instructions with slots and targets resolved."""
        shift = len(self.hoisted)
        frame = self.high + shift
        if frame > _MOST_SLOTS:
            at = self.declared
            raise GoError([Diagnostic(at.line, at.col, "function too big to simulate")])
        prologue = [self._load(slot, value, self.declared) for value, slot in self.hoisted.items()]
        words: list[int] = []
        relocations: list[tuple[int, Symbol]] = []
        first, deferret = self.first_local, -1

        def slot(n: int) -> int:
            if n < first:
                return n
            return first + n - _HOISTED if n >= _HOISTED else n + shift

        code = prologue + self.code
        for number, i in enumerate(code):
            words.append(i.op.code)
            if i.op.name == "DEFERRET":
                deferret = number
            for kind, a in zip(i.op.operands, i.args, strict=True):
                if isinstance(a, int):
                    words.append(slot(a) if kind in _SLOT_KINDS else a)
                elif isinstance(a, Label):
                    assert a.at >= 0, f"{self.name}: label is not bound"
                    words.append(shift + a.at)
                elif isinstance(a, Sized):
                    words.append(slot(a.slot) | a.words << 16)
                else:
                    relocations.append((len(words), a))
                    words.append(0)
        return Code(
            self.name, words, [i.pos for i in code], relocations, frame, self.nargs, self.nresults,
            self.declared, self.unit.file, deferret, self.flags,
            self.bytes or 8 * frame + (self.inline_bytes + 7) // 8 * 8,
        )  # fmt: skip
