"""Calls of the built-in functions on collections, and make, new, min and max.

Problem. Each built-in function is a handful of instructions that depends on its operand's type.

Rejected. Functions of the runtime with type switches: the types are known here.

Invariant. Operands are evaluated left to right, also where only their types matter at run
time: ``len(f())`` of an array calls f.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.layout import slots
from gosched_edu.golang.lower_slice import SliceLowering
from gosched_edu.golang.typesets import array_of, is_string

_FLOAT_EXTREMA = {"min": "fmin", "max": "fmax"}


class BuiltinLowering(SliceLowering):
    """Lowers calls of built-in functions."""

    def collection_builtin(self, e: ast.Call, name: str, target: int | None = None) -> int:
        """A call of one of `check_builtin.COUNTS`."""
        match name:
            case "append":
                return self.append(e, target)
            case "copy":
                return self.copy_slices(e, target)
            case "len" | "cap":
                return self._length(e, name, target)
            case "make":
                return self._make(e, target)
            case "new":
                return self._new(e, target)
            case "min" | "max":
                return self._extremum(e, name, target)
        mark = self.out.top
        kind = self.kind(e.args[0]).underlying
        if name == "delete":
            self.map_delete(e)
        elif isinstance(kind, t.Slice):
            self.out.pos = e.pos
            self.clear_slice(e.args[0], kind)
        else:
            assert isinstance(kind, t.Map)
            m = self.expr(e.args[0])
            self.out.pos = e.pos
            self.map_call("mapclear", kind, [(m, 1)])
        self.out.top = mark
        return mark

    def _length(self, e: ast.Call, name: str, target: int | None) -> int:
        kind = self.kind(e.args[0])
        u = kind.underlying
        mark = self.out.top
        if (array := array_of(kind)) is not None:
            self.expr(e.args[0])
            self.out.top = mark
            return self.out.constant(array.length, target)
        if is_string(kind) or isinstance(u, t.Slice):
            x = self.viewed_string(e.args[0]) if is_string(kind) else self.expr(e.args[0])
            word = x + (1 if name == "len" else 2)
            if target is None:
                return word
            self.out.top = mark
            self.out.move(target, word)
            return target
        slot = self.dest(target)
        mark = self.out.top
        x = self.expr(e.args[0])
        self.out.pos = e.pos
        if isinstance(u, t.Chan):
            self.out.emit("CHLEN" if name == "len" else "CHCAP", slot, x)
        else:
            self._map_length(x, slot)
        self.out.top = mark
        return slot

    def _map_length(self, m: int, slot: int) -> None:
        """The first word of a map is its count (map.go:hmap)."""
        self.announce(m, 0, 1, False)
        count, end = self.out.alloc(), Label()
        self.out.constant(0, count)
        self.out.emit("JZ", m, end)
        self.out.emit("LD", count, m, 0)
        self.out.bind(end)
        self.out.move(slot, count)

    # --- make and new ----------------------------------------------------------------------

    def _make(self, e: ast.Call, target: int | None) -> int:
        kind = self.kind(e.args[0]).underlying
        if isinstance(kind, t.Slice):
            return self.make_slice(e, kind, target)
        mark = self.out.top
        size = self.expr(e.args[1]) if len(e.args) > 1 else self.out.constant(0)
        self.out.pos = e.pos
        if isinstance(kind, t.Map):
            made = self.map_call("mapmake", kind, [(size, 1)])
            self.out.top = mark
            slot = self.dest(target)
            self.out.move(slot, made)
            return slot
        assert isinstance(kind, t.Chan)
        self.out.top = mark
        slot = self.dest(target)
        self.out.emit("MKCHAN", slot, size, slots(kind.elem))
        return slot

    def _new(self, e: ast.Call, target: int | None) -> int:
        x = self.info.operands[e.args[0]]
        kind = self.kind(e.args[0])
        if x.mode == "type":
            self.out.pos = e.pos
            return self.new(kind, target)
        mark = self.out.top
        value = self.expr(e.args[0])
        self.out.pos = e.pos
        if target is not None:
            self.new_with(kind, value, target)
            self.out.top = mark
            return target
        slot = self.new_with(kind, value)
        self.out.top = mark
        self.out.move(self.out.alloc(), slot)
        return mark

    # --- min and max -----------------------------------------------------------------------

    def _extremum(self, e: ast.Call, name: str, target: int | None) -> int:
        kind = self.kind(e)
        count = slots(kind)
        slot = self.dest(target, count)
        mark = self.out.top
        best = self.out.alloc(count)
        # All are evaluated before one is compared.
        values = [self.expr(a) for a in e.args]
        self.out.pos = e.pos
        self.move(best, values[0], count)
        for value in values[1:]:
            inner = self.out.top
            if t.kind(kind) == "float":
                better = self.runtime(_FLOAT_EXTREMA[name], (), [(best, 1), (value, 1)])
                self.move(best, better, 1)
            else:
                skip = Label()
                a, b = (value, best) if name == "min" else (best, value)
                self._unless_less(kind, a, b, skip)
                self.move(best, value, count)
                self.out.bind(skip)
            self.out.top = inner
        self.move(slot, best, count)
        self.out.top = mark
        return slot

    def _unless_less(self, kind: t.Type, a: int, b: int, skip: Label) -> None:
        """Go to `skip` unless a < b."""
        u = kind.underlying
        assert isinstance(u, t.Basic)
        if u.kind == "string":
            order = self.out.alloc()
            self.out.emit("SCMP", order, a, b)
            self.out.emit("JGE", order, self.out.constant(0), skip)
        elif u.bits < 0:
            less = self.out.alloc()
            self.out.emit("ULT", less, a, b)
            self.out.emit("JZ", less, skip)
        else:
            self.out.emit("JGE", a, b, skip)
