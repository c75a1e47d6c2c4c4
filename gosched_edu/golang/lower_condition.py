"""Comparisons and conditions to instructions.

Problem. A condition may be wanted as a value or as a jump, and a loop's as a jump backwards.

Rejected. Making the value and jumping on it: two or three instructions where one does.

Invariant. `jump` evaluates no more of a condition than Go does.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.lower_dynamic import DynamicLowering

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class ConditionLowering(DynamicLowering):
    """Lowers comparisons and conditions."""

    def value_as(self, e: ast.Expr, kind: t.Type, target: int | None = None) -> int:
        """The value of `e`, assigned to a variable of type `kind`."""
        raise NotImplementedError

    def operands(self, x: ast.Expr, y: ast.Expr, kind: t.Type) -> tuple[int, int]:
        """The values of two operands as `kind`."""
        hoisted = self.hoist([x, y])
        a = self.value_as(x, kind)
        b = self.value_as(y, kind)
        self.unready(hoisted)
        return a, b

    # --- comparisons -------------------------------------------------------------------------

    def _compared(self, e: ast.Binary) -> t.Type:
        """The type in which two operands are compared."""
        a, b = self.kind(e.x), self.kind(e.y)
        if t.is_untyped(a) and t.is_untyped(b):
            return t.default(a if self.info.operands[e.x].mode != "nil" else b)
        if t.is_untyped(a):
            return b
        if t.is_untyped(b) or t.is_interface(a):
            return a
        return b if t.is_interface(b) else a

    def comparison(self, e: ast.Binary, target: int | None) -> int:
        kind = self._compared(e)
        u = kind.underlying
        if not isinstance(u, (t.Basic, t.Pointer, t.Chan)) or self._with_nil(e):
            return self.from_jumps(e, target)
        mark = self.out.top
        a, b = self.operands(e.x, e.y, kind)
        self.out.pos = e.op_pos
        if isinstance(u, t.Basic) and u.kind == "string":
            if e.op in ("==", "!="):
                self.out.top = mark
                slot = self.dest(target)
                self.out.emit("SEQ", slot, a, b)
                if e.op == "!=":
                    self.out.emit("NOT", slot, slot)
                return slot
            order = self.out.alloc()
            self.out.emit("SCMP", order, a, b)
            a, b, kind = order, self.out.constant(0), t.INT
        self.out.top = mark
        if isinstance(u, t.Basic) and u.kind == "complex":
            self.out.top = max(mark, a + 2, b + 2)
        slot = self.compare(e.op, kind, a, b, target)
        if target is None:
            self.out.top = slot + 1
        return slot

    def _with_nil(self, e: ast.Binary) -> bool:
        """Whether one operand is nil."""
        return "nil" in (self.info.operands[e.x].mode, self.info.operands[e.y].mode)

    def from_jumps(self, e: ast.Expr, target: int | None) -> int:
        no, end = Label(), Label()
        mark = self.out.top
        self.jump(e, no, False)
        self.out.top = mark
        slot = self.dest(target)
        self.out.emit("LDI", slot, 1)
        self.out.emit("JMP", end)
        self.out.bind(no)
        self.out.emit("LDI", slot, 0)
        self.out.bind(end)
        return slot

    # --- conditions ------------------------------------------------------------------------

    def jump(self, e: ast.Expr, label: Label, when: bool) -> None:
        """Go forward to `label` if condition `e` equals `when`, else fall through."""
        e = ast.unparen(e)
        mark = self.out.top
        x = self.info.operands[e]
        if x.mode == "constant":
            if bool(x.value) == when:
                self.out.emit("JMP", label)
        elif e in self.ready:
            self.out.emit("JNZ" if when else "JZ", self.expr(e), label)
        elif isinstance(e, ast.Unary) and e.op == "!":
            self.jump(e.x, label, not when)
        elif isinstance(e, ast.Binary) and e.op in ("&&", "||"):
            # Either operand alone decides when `when` is what that operator stops at.
            if (e.op == "||") == when:
                self.jump(e.x, label, when)
                self.jump(e.y, label, when)
            else:
                skip = Label()
                self.jump(e.x, skip, not when)
                self.jump(e.y, label, when)
                self.out.bind(skip)
        elif isinstance(e, ast.Binary) and e.op in COMPARISONS:
            self._jump_comparison(e, label, when)
        else:
            slot = self.expr(e)
            self.out.pos = e.pos
            self.out.emit("JNZ" if when else "JZ", slot, label)
        self.out.top = mark

    def _jump_comparison(self, e: ast.Binary, label: Label, when: bool) -> None:
        kind = self._compared(e)
        u = kind.underlying
        equality = e.op in ("==", "!=")
        if self._with_nil(e):
            self._jump_nil(e, label, (e.op == "==") == when)
            return
        y = self.info.operands[e.y]
        if equality and y.mode == "constant" and not y.value and t.kind(u) in ("int", "bool"):
            slot = self.value_as(e.x, kind)
            self.out.pos = e.op_pos
            self.out.emit("JZ" if (e.op == "==") == when else "JNZ", slot, label)
            return
        a, b = self.operands(e.x, e.y, kind)
        self.out.pos = e.op_pos
        text = isinstance(u, t.Basic) and u.kind == "string"
        if text and not equality:
            order = self.out.alloc()
            self.out.emit("SCMP", order, a, b)
            self.jump_compared(e.op, t.INT, order, self.out.constant(0), label, when)
        elif isinstance(u, (t.Basic, t.Pointer, t.Chan)) and not text:
            self.jump_compared(e.op, kind, a, b, label, when)
        else:
            self.jump_equal(kind, a, b, label, (e.op == "==") == when)

    def _jump_nil(self, e: ast.Binary, label: Label, when: bool) -> None:
        """Compare with nil: the first word of every type that has nil tells."""
        x = e.y if self.info.operands[e.x].mode == "nil" else e.x
        slot = self.expr(x)
        self.out.pos = e.op_pos
        self.out.emit("JZ" if when else "JNZ", slot, label)

    def jump_equal(self, kind: t.Type, a: int, b: int, label: Label, when: bool) -> None:
        """Go forward to `label` if whether two values of type `kind` are equal is `when`."""
        u = kind.underlying
        word = isinstance(u, (t.Pointer, t.Chan)) or t.kind(u) in ("int", "bool", "unsafe")
        if word:
            self.out.emit("JEQ" if when else "JNE", a, b, label)
            return
        if not when:
            self.unequal(kind, a, b, label)
            return
        differ = Label()
        self.unequal(kind, a, b, differ)
        self.out.emit("JMP", label)
        self.out.bind(differ)

    def loop(self, e: ast.Expr, label: Label) -> None:
        """Go back to `label` if condition `e` is true, else fall through."""
        e = ast.unparen(e)
        mark = self.out.top
        if self.info.operands[e].mode != "constant" and isinstance(e, ast.Binary):
            u = self._compared(e).underlying if e.op in ("<", "<=", ">", ">=") else t.INVALID
            if isinstance(u, t.Basic) and u.kind == "int" and u.bits > 0 and self._loop_less(e, u, label):
                self.out.top = mark
                return
        out = Label()
        self.jump(e, out, False)
        self.out.emit("LOOP", label)
        self.out.bind(out)
        self.out.top = mark

    def _loop_less(self, e: ast.Binary, kind: t.Type, label: Label) -> bool:
        """One LOOPLT for the condition, if it can be had."""
        if e.op in ("<", ">"):
            a, b = self.value_as(e.x, kind), self.value_as(e.y, kind)
            if e.op == ">":
                a, b = b, a
        else:
            bound = self.info.operands[e.y].value
            if type(bound) is not int or abs(bound) >= (1 << 63) - 1:
                return False
            a = self.value_as(e.x, kind)
            b = self.out.constant(bound + 1 if e.op == "<=" else bound - 1)
            if e.op == ">=":
                a, b = b, a
        self.out.pos = e.op_pos
        self.out.emit("LOOPLT", a, b, label)
        return True
