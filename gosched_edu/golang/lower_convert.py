"""Conversions ``T(x)`` to instructions.

Problem. Some conversions change the words, some call the runtime, most do nothing.

Rejected. A conversion instruction that knows types.

Invariant. As in `lower_ops`: the result is extended or rounded to its type.
"""

from __future__ import annotations

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.lower_target import TargetLowering


class ConversionLowering(TargetLowering):
    """Lowers conversions."""

    def conversion(self, e: ast.Call, target: int | None) -> int:
        """``T(x)`` that is not a constant."""
        kind = self.kind(e)
        x = e.args[0]
        if self.info.operands[x].mode == "nil":
            return self.zero(kind, target)
        if t.is_interface(kind):
            return self.value_as(x, kind, target)
        self.out.pos = e.pos
        if (slot := self.string_conversion(x, kind, target)) is not None:
            return slot
        if (slot := self.array_conversion(x, kind, target)) is not None:
            return slot
        own = self.kind(x)
        known = self.info.operands[x].value
        if known is not None and t.is_numeric(own) and t.kind(kind) == "complex":
            return self.constant(known, kind, target)  # T(1) for a type parameter T
        own = t.default(own) if t.is_untyped(own) else own
        if not isinstance(own.underlying, t.Basic) or not t.is_numeric(kind):
            return self.value_as(x, own, target)
        if t.kind(own) == "unsafe":
            return self.expr(x, target)
        mark = self.out.top
        value = self.value_as(x, own)
        self.out.pos = e.pos
        if target is None and value < mark:
            self.out.top = mark
            return self.convert_number(value, own, kind)
        goal = target if target is not None else mark
        slot = self.convert_number(value, own, kind, goal if layout.slots(kind) == 1 else None)
        self.move(goal, slot, layout.slots(kind))
        self.out.top = mark if target is not None else mark + layout.slots(kind)
        self.out.high = max(self.out.high, self.out.top)
        return goal
