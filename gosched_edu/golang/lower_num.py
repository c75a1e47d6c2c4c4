"""Arithmetic on numbers, strings apart: from operators and types to instructions.

Problem. The machine has 64-bit integers and float64; Go has eleven sizes of integers, two of
floats and two of complex numbers.

Rejected. An instruction for each size: a hundred more for the kernel to dispatch.

Chosen. Every value is kept as the machine likes it: a small integer extended to 64 bits, a float32
as the float64 of the same value. After an operation that may leave the type, one more instruction
cuts the result (EXT) or rounds it (FCVT 4).

Invariant. A slot of an integer type holds a number of that type, a slot of type float32 a
number that a float32 can have. Rounding twice is rounding once for + - * / (the double has more
than twice the digits).
"""

from __future__ import annotations

from gosched_edu.golang import constants
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.lower_memory import MemoryLowering
from gosched_edu.golang.objects import Value

_SIGNED = {
    "+": "ADD", "-": "SUB", "*": "MUL", "/": "DIV", "%": "MOD", "&": "AND", "|": "OR",
    "^": "XOR", "&^": "ANDNOT", "<<": "SHL", ">>": "SHR",
}  # fmt: skip
_UNSIGNED = {**_SIGNED, "/": "UDIV", "%": "UMOD", ">>": "USHR"}
_FLOAT = {"+": "FADD", "-": "FSUB", "*": "FMUL", "/": "FDIV"}
# Operations that stay in the type when their operands are of it.
_CLOSED = frozenset("& | &^ %".split())
_SWAPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<="}
_TO_FLOAT, _TO_INT, _UNSIGNED_TO_FLOAT, _TO_UNSIGNED, _ROUND = range(5)
_TO_INT32, _TO_FLOAT32, _UNSIGNED_TO_FLOAT32 = range(5, 8)  # FCVT, too
_NEGATE = 0  # FMATH


def basic(kind: t.Type) -> t.Basic:
    """The basic type under `kind`; an untyped one is replaced by its default."""
    u = t.default(kind.underlying)
    assert isinstance(u, t.Basic)
    return u


def kind_of(kind: t.Type) -> str:
    """int, float, complex, string, bool, unsafe; "" for types that are not basic."""
    u = kind.underlying
    return u.kind if isinstance(u, t.Basic) else ""


def long_count(kind: t.Type) -> bool:
    """Whether a shift count of this type may be more than the machine's integers can say."""
    u = kind.underlying
    return isinstance(u, t.Basic) and u.kind == "int" and u.bits == -64


class NumberLowering(MemoryLowering):
    """Lowers arithmetic whose operands are in slots."""

    def number(self, value: Value | None, kind: t.Type, target: int | None = None) -> int:
        """The run of slots with a constant number, boolean or nil."""
        words = constants.words(value, kind_of(kind))
        if len(words) == 1:
            return self.out.constant(words[0], target)
        slot = self.dest(target, len(words))
        for i, w in enumerate(words):
            self.out.constant(w, slot + i)
        return slot

    def cut(self, slot: int, kind: t.Type) -> None:
        """Bring the result of an operation back into its type."""
        u = basic(kind)
        if u.kind == "int" and abs(u.bits) < 64:
            self.out.emit("EXT", slot, slot, u.bits)
        elif u.kind == "float" and u.bits == 32:
            self.out.emit("FCVT", slot, slot, _ROUND)

    # --- operators -------------------------------------------------------------------------

    def operate(self, op: str, kind: t.Type, a: int, b: int, target: int | None = None) -> int:
        """``a op b`` for operands of type `kind`; the target may be an operand."""
        u = basic(kind)
        if u.kind == "complex":
            return self._complex(op, u, a, b, target)
        slot = self.dest(target)
        if u.kind == "float":
            self.out.emit(_FLOAT[op], slot, a, b)
            self.cut(slot, u)
            return slot
        self.out.emit((_UNSIGNED if u.bits < 0 else _SIGNED)[op], slot, a, b)
        if op not in _CLOSED and not (op == "^" and u.bits > 0):
            if not (op in ("/", ">>") and u.bits < 0):
                self.cut(slot, u)
        return slot

    def shift(self, op: str, kind: t.Type, a: int, b: int, by: t.Type, target: int | None = None) -> int:
        """``a << b`` or ``a >> b`` with a count of type `by`, not a constant."""
        u, count = basic(kind), basic(by)
        if long_count(count):
            b = self._limited(b)
        slot = self.dest(target)
        self.out.emit((_UNSIGNED if u.bits < 0 else _SIGNED)[op], slot, a, b)
        if op == "<<":
            self.cut(slot, u)
        return slot

    def _limited(self, count: int) -> int:
        """An unsigned count of 2**63 or more, negative for the machine, is as good as 64."""
        slot = self.out.alloc()
        small = Label()
        self.out.move(slot, count)
        self.out.emit("JGE", count, self.out.constant(0), small)
        self.out.emit("LDI", slot, 64)
        self.out.bind(small)
        return slot

    def unary(self, op: str, kind: t.Type, a: int, target: int | None = None) -> int:
        """``-a``, ``^a`` or ``!a``."""
        u = basic(kind)
        if u.kind == "complex":
            slot = self.dest(target, 2)
            for i in range(2):
                self.out.emit("FMATH", slot + i, a + i, _NEGATE)
            return slot
        slot = self.dest(target)
        if u.kind == "float":
            self.out.emit("FMATH", slot, a, _NEGATE)
            return slot
        self.out.emit({"-": "NEG", "^": "COM", "!": "NOT"}[op], slot, a)
        if op == "-" or (op == "^" and u.bits < 0):
            self.cut(slot, u)
        return slot

    def step(self, op: str, kind: t.Type, a: int, target: int) -> None:
        """``a++`` or ``a--``, into `target`."""
        u = basic(kind)
        if u.kind == "int":
            self.out.emit("ADDI", target, a, 1 if op == "+" else -1)
            self.cut(target, u)
            return
        mark = self.out.top
        self.operate(op, kind, a, self.number(1, kind), target)
        self.out.top = mark

    # --- complex numbers -------------------------------------------------------------------

    def _complex(self, op: str, u: t.Basic, a: int, b: int, target: int | None) -> int:
        part = t.FLOAT32 if u.bits == 64 else t.FLOAT64
        out = self.out
        slot = self.dest(target, 2)
        mark = out.top
        if op in ("+", "-"):
            for i in range(2):
                self.operate(op, part, a + i, b + i, slot + i)
            return slot
        if op == "/":
            result = self.complex_divide(a, b)
            for i in range(2):
                out.move(slot + i, result + i)
                self.cut(slot + i, part)
            out.top = mark
            return slot
        products = [
            self.operate("*", part, a + i, b + j, out.alloc()) for i, j in ((0, 0), (1, 1), (0, 1), (1, 0))
        ]
        self.operate("-", part, products[0], products[1], slot)
        self.operate("+", part, products[2], products[3], slot + 1)
        out.top = mark
        return slot

    def complex_divide(self, a: int, b: int) -> int:
        """The quotient of two complex128 (runtime/complex.go:complex128div)."""
        raise NotImplementedError

    # --- comparisons -----------------------------------------------------------------------

    def compare(self, op: str, kind: t.Type, a: int, b: int, target: int | None = None) -> int:
        """``a op b`` as 0 or 1, for numbers, booleans and values of one word."""
        out = self.out
        what = kind_of(kind)
        if what == "complex":
            return self._compare_complex(op, a, b, target)
        if op in (">", ">="):
            op, a, b = _SWAPPED[op], b, a
        slot = self.dest(target)
        if what == "float":
            out.emit({"==": "FEQ", "!=": "FEQ", "<": "FLT", "<=": "FLE"}[op], slot, a, b)
            if op == "!=":
                out.emit("NOT", slot, slot)
            return slot
        unsigned = what == "int" and basic(kind).bits == -64
        names = {"==": "EQ", "!=": "NE", "<": "LT", "<=": "LE"}
        if unsigned:
            names |= {"<": "ULT", "<=": "ULE"}
        out.emit(names[op], slot, a, b)
        return slot

    def _compare_complex(self, op: str, a: int, b: int, target: int | None) -> int:
        out = self.out
        slot = self.dest(target)
        mark = out.top
        parts = out.alloc(2)
        for i in range(2):
            out.emit("FEQ", parts + i, a + i, b + i)
        out.emit("AND", slot, parts, parts + 1)
        if op == "!=":
            out.emit("NOT", slot, slot)
        out.top = mark
        return slot

    def jump_compared(self, op: str, kind: t.Type, a: int, b: int, label: Label, when: bool) -> None:
        """Go forward to `label` if ``a op b`` is `when`; for what `compare` compares."""
        out = self.out
        what = kind_of(kind)
        unsigned = what == "int" and basic(kind).bits == -64
        if what in ("float", "complex") or (unsigned and op not in ("==", "!=")):
            # Not (a < b) is not (a >= b): one of them may be no number.
            mark = out.top
            out.emit("JNZ" if when else "JZ", self.compare(op, kind, a, b), label)
            out.top = mark
            return
        if not when:
            op = _NEGATED[op]
        if op in (">", "<="):
            a, b = b, a
        name = {"==": "JEQ", "!=": "JNE", "<": "JLT", ">": "JLT", "<=": "JGE", ">=": "JGE"}[op]
        out.emit(name, a, b, label)

    # --- conversions -----------------------------------------------------------------------

    def convert_number(self, a: int, source: t.Type, goal: t.Type, target: int | None = None) -> int:
        """Number `a` of type `source` as a `goal`; without a target perhaps `a` itself."""
        x, y = basic(source), basic(goal)
        if x.kind == "complex":
            return self._convert_complex(a, y, target)
        how = self._conversion(x, y)
        if how is None:
            if target is None:
                return a
            self.out.move(target, a)
            return target
        slot = self.dest(target)
        name, operand = how
        self.out.emit(name, slot, a, operand)
        if name == "FCVT" and operand != _ROUND:
            self.cut(slot, y)
        return slot

    def _conversion(self, x: t.Basic, y: t.Basic) -> tuple[str, int] | None:
        """The instruction that makes a `y` of an `x`; None if nothing changes."""
        if x.kind == "float":
            if y.kind == "float":
                return ("FCVT", _ROUND) if y.bits < x.bits else None
            if y.bits == -64:
                return "FCVT", _TO_UNSIGNED
            # amd64 converts to the small ones by CVTTSD2SL
            return "FCVT", _TO_INT if y.bits in (64, -32) else _TO_INT32
        if y.kind == "float":
            if y.bits == 32 and abs(x.bits) == 64:
                return "FCVT", _UNSIGNED_TO_FLOAT32 if x.bits == -64 else _TO_FLOAT32
            return "FCVT", _UNSIGNED_TO_FLOAT if x.bits == -64 else _TO_FLOAT
        if y.kind != "int" or x.kind != "int" or abs(y.bits) == 64:
            return None
        fits = (abs(x.bits) < abs(y.bits) and (x.bits < 0 or y.bits > 0)) or x.bits == y.bits
        return None if fits else ("EXT", y.bits)

    def _convert_complex(self, a: int, y: t.Basic, target: int | None) -> int:
        slot = self.dest(target, 2)
        for i in range(2):
            self.out.move(slot + i, a + i)
            self.cut(slot + i, t.FLOAT32 if y.bits == 64 else t.FLOAT64)
        return slot
