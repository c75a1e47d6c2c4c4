"""append and copy, make of slices, and slices as arrays.

Problem. append is the most frequent call of all, and mostly there is room.

Rejected. A call of the runtime for each append: thirty instructions instead of five.

Chosen. As gc does: the test for room and the store are in line, only growing is a call
(slice.go:growslice). ``s = append(s, ...)`` of a variable in slots works in its slots.

Invariant. All operands are evaluated before the slice grows.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.layout import has_pointers, slots, words
from gosched_edu.golang.lower_index import array_length
from gosched_edu.golang.lower_string import StringLowering

_MOST_WORDS = 1 << 15


class SliceLowering(StringLowering):
    """Lowers operations on slices."""

    # --- append ----------------------------------------------------------------------------

    def append(self, e: ast.Call, target: int | None = None) -> int:
        """``append(s, x, ...)`` and ``append(s, t...)``."""
        kind = self.kind(e.args[0]).underlying
        assert isinstance(kind, t.Slice)
        slot = self.dest(target, 3)
        mark = self.out.top
        old = self.expr(e.args[0])
        # In place if the slice comes from where it goes to; else in slots of its own.
        run = slot
        if old != slot:
            run = self.out.alloc(3) if target is not None else slot
            self.move(run, old, 3)
        if e.ellipsis:
            self._append_slice(e, kind.elem, run)
        elif len(e.args) > 1:
            self._append_values(e, kind.elem, run)
        self.move(slot, run, 3)
        self.out.top = mark
        return slot

    def _append_values(self, e: ast.Call, elem: t.Type, run: int) -> None:
        out = self.out
        values = [self.value_as(a, elem) for a in e.args[1:]]
        count = len(values)
        out.pos = e.pos
        i = out.alloc()
        out.move(i, run + 1)
        fits, store = Label(), Label()
        if count == 1:
            out.emit("JLT", i, run + 2, fits)
        else:
            longer = out.alloc()
            out.emit("ADDI", longer, i, count)
            out.emit("JGE", run + 2, longer, fits)
        self._grow(elem, run, out.constant(count))
        out.emit("JMP", store)
        out.bind(fits)
        out.emit("ADDI", run + 1, i, count)
        out.bind(store)
        if words(elem) == 0:
            return
        if count == 1 and self.by_word(elem):
            out.emit("STX", run, i, values[0])
            return
        base = self.unchecked_element(run, i, words(elem))
        for k, value in enumerate(values):
            self.store_at(base, k * words(elem), elem, value)

    def _append_slice(self, e: ast.Call, elem: t.Type, run: int) -> None:
        out = self.out
        if self.info.operands[e.args[1]].mode == "nil":
            return
        source = self.viewed_string(e.args[1])
        if source == run:  # s = append(s, s...)
            source = out.alloc(2)
            self.move(source, run, 2)
        out.pos = e.pos
        i, longer = out.alloc(), out.alloc()
        fits, store, end = Label(), Label(), Label()
        out.move(i, run + 1)
        out.emit("JZ", source + 1, end)
        out.emit("ADD", longer, i, source + 1)
        out.emit("JGE", run + 2, longer, fits)
        self._grow(elem, run, source + 1)
        out.emit("JMP", store)
        out.bind(fits)
        out.move(run + 1, longer)
        out.bind(store)
        if words(elem):
            to = self.unchecked_element(run, i, words(elem))
            self.copy_elements(to, source, source + 1, elem)
        out.bind(end)

    def _grow(self, elem: t.Type, run: int, count: int) -> None:
        mark = self.out.top
        self.announce_range(run, run + 1, elem, False)
        grown = self.runtime("growslice", (elem,), [(run, 3), (count, 1)])
        self.move(run, grown, 3)
        self.out.top = mark

    def _words_of(self, count: int, elem: t.Type) -> int:
        """A slot with the words of `count` elements."""
        size = words(elem)
        if size == 1:
            return count
        slot = self.out.alloc()
        self.out.emit("MUL", slot, count, self.out.constant(size))
        return slot

    def copy_elements(self, to: int, source: int, count: int, elem: t.Type) -> None:
        """Copy elements; how many is in slot `count`."""
        self.announce_range(source, count, elem, False)
        self.announce_range(to, count, elem, True)
        self.out.emit("MCOPY", to, source, self._words_of(count, elem))

    def announce_range(self, address: int, count: int, elem: t.Type, write: bool) -> None:
        """Tell the race detector of an access to as many elements as slot `count` says."""
        if not self.race or not words(elem):
            return
        out = self.out
        mark = out.top
        i, end, top = out.alloc(), Label(), Label()
        limit = self._words_of(count, elem)
        out.emit("LDI", i, 0)
        out.emit("JGE", i, limit, end)
        out.bind(top)
        out.emit("RACEW" if write else "RACER", self.unchecked_element(address, i, 1), 1)
        out.emit("ADDI", i, i, 1)
        out.emit("LOOPLT", i, limit, top)
        out.bind(end)
        out.top = mark

    # --- copy and clear --------------------------------------------------------------------

    def copy_slices(self, e: ast.Call, target: int | None = None) -> int:
        """``copy(to, from)``; `from` may be a string."""
        kind = self.kind(e.args[0]).underlying
        assert isinstance(kind, t.Slice)
        slot = self.dest(target)
        mark = self.out.top
        to, source = self.expr(e.args[0]), self.expr(e.args[1])
        out = self.out
        out.pos = e.pos
        count = out.alloc()
        shorter, end = Label(), Label()
        out.move(count, to + 1)
        out.emit("JLT", count, source + 1, shorter)
        out.move(count, source + 1)
        out.bind(shorter)
        if words(kind.elem):
            out.emit("JZ", count, end)
            self.copy_elements(to, source, count, kind.elem)
            out.bind(end)
        out.move(slot, count)
        out.top = mark
        return slot

    def clear_slice(self, e: ast.Expr, kind: t.Slice) -> None:
        """``clear(s)``."""
        s = self.expr(e)
        end = Label()
        if words(kind.elem):
            self.out.emit("JZ", s + 1, end)
            self.announce_range(s, s + 1, kind.elem, True)
            self.out.emit("MZERO", s, self._words_of(s + 1, kind.elem))
            self.out.bind(end)

    # --- make ----------------------------------------------------------------------------------

    def make_slice(self, e: ast.Call, kind: t.Slice, target: int | None = None) -> int:
        """``make([]T, length, capacity)``."""
        slot = self.dest(target, 3)
        mark = self.out.top
        run = self.out.alloc(3)
        self.expr(e.args[1], run + 1)
        if len(e.args) > 2:
            self.expr(e.args[2], run + 2)
            self.out.pos = e.pos
            self._check_sizes(e, run + 1, run + 2)
        else:
            self.out.move(run + 2, run + 1)
        self.out.pos = e.pos
        self.new_array(kind.elem, run + 2, run)
        self.move(slot, run, 3)
        self.out.top = mark
        return slot

    def _check_sizes(self, e: ast.Call, length: int, cap: int) -> None:
        """Panic unless 0 <= length <= capacity (slice.go:makeslice)."""
        if all(self.info.operands[a].mode == "constant" for a in e.args[1:]):
            return
        mark = self.out.top
        out = self.out
        fine, negative = Label(), Label()
        zero = out.constant(0)
        out.emit("JLT", length, zero, negative)
        out.emit("JGE", cap, length, fine)
        self.runtime("panicmakeslicecap", (), [(zero, 1), (zero, 1)])
        out.bind(negative)
        self.runtime("panicmakeslice", (), [(zero, 1), (zero, 1)])
        out.bind(fine)
        out.top = mark

    def new_array(self, elem: t.Type, count: int, target: int) -> None:
        """`target` = the address of as many new elements as slot `count` says."""
        size = max(1, words(elem))
        noscan = 0 if has_pointers(elem) else 1
        mark = self.out.top
        if size >= _MOST_WORDS:
            count, size = self._words_of(count, elem), 1
        self.out.emit("NEWS", target, count, size << 16 | noscan)
        self.out.top = mark

    # --- conversions to arrays -----------------------------------------------------------------

    def array_conversion(self, e: ast.Expr, kind: t.Type, target: int | None) -> int | None:
        """``[n]T(s)`` and ``(*[n]T)(s)`` for a slice s; None if it is no such conversion."""
        u = kind.underlying
        array = u.elem if isinstance(u, t.Pointer) else kind
        source = self.kind(e).underlying
        if not isinstance(source, t.Slice) or not isinstance(array.underlying, t.Array):
            return None
        slot = self.dest(target, slots(kind))
        mark = self.out.top
        s = self.expr(e)
        fine = Label()
        length = self.out.constant(array_length(array))
        self.out.emit("JGE", s + 1, length, fine)
        self.runtime("panicSliceConvert", (), [(length, 1), (s + 1, 1)])
        self.out.bind(fine)
        if isinstance(u, t.Pointer):
            self.out.move(slot, s)
        elif words(array):
            self.load_at(s, 0, array, slot)
        self.out.top = mark
        return slot
