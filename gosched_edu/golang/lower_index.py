"""Index and slice expressions to instructions.

Problem. Elements of strings, slices, arrays and maps are found in different ways, elements of
one word are by far the most frequent, and an array may lie anywhere in memory.

Rejected. Taking the address of every element: two instructions where one does.

Invariant. An index is checked once, by the instruction that uses it (LDX, STX, IXA) or by
BNDK; constant indices of arrays were checked by the checker. An array that is only indexed
is not copied.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.layout import is_memory, slots, words
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_expr import ExprLowering
from gosched_edu.golang.typesets import is_string

_MOST_WORDS = 1 << 15


class IndexLowering(ExprLowering):
    """Lowers index and slice expressions."""

    # --- x[i] ------------------------------------------------------------------------------

    def index(self, e: ast.Index, target: int | None = None) -> int:
        """The value of ``x[i]``; of a map's element alone, without ok."""
        kind, elem = self.kind(e.x).underlying, self.kind(e)
        if isinstance(kind, t.Map):
            return self.map_element(e, kind, target)
        if is_string(kind) or (isinstance(kind, t.Slice) and self.by_word(elem)):
            mark = self.out.top
            xs, i = self.expr(e.x), self.expr(e.indices[0])
            self.out.top = mark
            slot = self.dest(target)
            self.out.pos = e.pos
            self.out.emit("LDX", slot, xs, i)
            return slot
        slot = self.dest(target, slots(elem))
        mark = self.out.top
        self.read(self.element(e), slot)
        self.out.top = mark
        return slot

    def by_word(self, elem: t.Type) -> bool:
        """Whether LDX and STX move elements: the race detector must hear of their addresses."""
        return one_word(elem) and not self.race

    def map_element(self, e: ast.Index, kind: t.Map, target: int | None) -> int:
        """``m[k]``: the element, and whether it is there behind it."""
        raise NotImplementedError

    def element(self, e: ast.Index) -> Place:
        """Where an element of a slice or array is."""
        kind, elem = self.kind(e.x).underlying, self.kind(e)
        if isinstance(kind, t.Slice):
            xs, i = self.expr(e.x), self.expr(e.indices[0])
            self.out.pos = e.pos
            return Place("memory", elem, self.checked_element(xs, i, words(elem)), checked=True)
        if isinstance(kind, t.Pointer):
            array = Place("memory", kind.elem, self.expr(e.x))
        else:
            array = self.array(e.x)
        return self.array_element(array, e.indices[0], elem)

    def array(self, e: ast.Expr) -> Place:
        """Where the array `e` is at the moment; it is not copied."""
        return in_memory(self.locate(e))

    def array_element(self, array: Place, index: ast.Expr, elem: t.Type, i: int = -1) -> Place:
        """Where element `index` of the array at a place is; `i` is the slot of the index, if known."""
        length, size = array_length(array.type), words(elem)
        constant = self.info.operands[index].value
        if isinstance(constant, int):
            at = array.offset + size * constant
            return Place(array.kind, elem, array.number, at, array.var, array.checked)
        if i < 0:
            i = self.expr(index)
            self.out.pos = index.pos
        self.out.emit("BNDK", i, length)
        if array.kind == "slots":  # an array without words
            return Place("slots", elem, array.number)
        if array.kind == "data":
            base = self.data_address(array)
        else:
            base = self.at(array.number, array.offset)
        slot = self.unchecked_element(base, i, size)
        return Place("memory", elem, slot, checked=array.checked or array.kind == "data")

    def checked_element(self, xs: int, i: int, size: int) -> int:
        """A slot with the address of element `i` of the slice at `xs`; `size` is in words."""
        slot = self.out.alloc()
        if size < _MOST_WORDS:
            self.out.emit("IXA", slot, xs, self.out.sized(i, max(1, size)))
            return slot
        self.out.emit("IXA", slot, xs, self.out.sized(i, 1))
        return self.unchecked_element(xs, i, size)

    def unchecked_element(self, base: int, i: int, size: int) -> int:
        """The same from a base address, where the index is known to be good."""
        slot = self.out.alloc()
        if size == 0:
            self.out.move(slot, base)
        elif size < _MOST_WORDS:
            self.out.emit("IXK", slot, base, self.out.sized(i, size))
        else:
            self.out.emit("MUL", slot, i, self.out.constant(8 * size))
            self.out.emit("ADD", slot, slot, base)
        return slot

    # --- x[i:j:k] ----------------------------------------------------------------------------

    def slice_expr(self, e: ast.SliceExpr, target: int | None = None) -> int:
        """The value of ``x[low:high:max]``."""
        kind = self.kind(e.x).underlying
        text = is_string(kind)
        slot = self.dest(target, 2 if text else 3)
        mark = self.out.top
        array = False
        elem: t.Type = t.BYTE
        if isinstance(kind, t.Slice) or text:
            xs = self.expr(e.x)
            base, length, cap = xs, xs + 1, xs + (1 if text else 2)
            if isinstance(kind, t.Slice):
                elem = kind.elem
        else:
            base, length, cap, elem = self._array_to_slice(e.x, kind)
            array = True
        low = self.expr(e.low) if e.low is not None else -1
        high = self.expr(e.high) if e.high is not None else length
        most = self.expr(e.max) if e.max is not None else cap
        self.out.pos = e.pos
        self._check_slice(e, low, high, most, length, cap, text or array)
        self._new_slice(slot, base, low, high, most, words(elem), text)
        self.out.top = mark
        return slot

    def _array_to_slice(self, e: ast.Expr, kind: t.Type) -> tuple[int, int, int, t.Type]:
        """The address, length and capacity of an array, and its element type."""
        if isinstance(kind, t.Pointer):
            place = Place("memory", kind.elem, self.expr(e))
        else:
            place = self.array(e)
        array = place.type.underlying
        assert isinstance(array, t.Array)
        # Go checks the pointer when it makes the slice.
        base = self.address_of(place) if place.kind != "slots" else self.new(array)
        length = self.out.constant(array.length)
        return base, length, length, array.elem

    def _check_slice(
        self, e: ast.SliceExpr, low: int, high: int, most: int, length: int, cap: int, fixed: bool
    ) -> None:
        """Panic unless 0 <= low <= high <= most <= cap, in Go's words for what is wrong."""
        given = [i for i in (e.low, e.high, e.max) if i is not None]
        known = all(self.info.operands[i].mode == "constant" for i in given)
        if not given or (known and not is_string(self.kind(e.x)) and fixed):
            return
        zero = low if low >= 0 else self.out.constant(0)
        if e.max is not None:
            name = "panicSlice3Alen" if fixed else "panicSlice3Acap"
            self._within(most, cap, name)
            if e.high is not None:
                self._within(high, most, "panicSlice3B")
            self._within(zero, high, "panicSlice3C")
        elif fixed:
            if e.high is not None:
                self._within(high, cap, "panicSliceAlen")
            self._within(zero, high, "panicSliceB")
        else:
            self.out.emit("SLCHK", zero, high, cap)

    def _within(self, x: int, bound: int, panic: str) -> None:
        """Call the runtime's function `panic` unless 0 <= x <= bound."""
        mark = self.out.top
        fine, good = Label(), self.out.alloc()
        self.out.emit("ULE", good, x, bound)
        self.out.emit("JNZ", good, fine)
        self.runtime(panic, (), [(x, 1), (bound, 1)])
        self.out.bind(fine)
        self.out.top = mark

    def _new_slice(
        self, slot: int, base: int, low: int, high: int, most: int, size: int, text: bool
    ) -> None:
        """Put the slice together; one without capacity keeps its base (no pointer past the end)."""
        out = self.out
        if low < 0:
            new = [base, high] if text else [base, high, most]
            self.permute(slot, new)
            return
        start, length = out.alloc(), out.alloc()
        cap = out.alloc()
        out.emit("SUB", length, high, low)
        out.emit("SUB", cap, most, low)
        end = Label()
        out.move(start, base)
        out.emit("JZ", length if text else cap, end)
        out.move(start, self.unchecked_element(base, low, size))
        out.bind(end)
        self.permute(slot, [start, length] if text else [start, length, cap])

    def permute(self, slot: int, sources: list[int]) -> None:
        """Move `sources` to the run at `slot`, as if all were read before one is written."""
        goals = range(slot, slot + len(sources))
        held = list(sources)
        for i, source in enumerate(sources):
            if source in goals and source != goals[i]:
                held[i] = self.out.alloc()
                self.out.move(held[i], source)
        for goal, source in zip(goals, held, strict=True):
            self.out.move(goal, source)


def one_word(kind: t.Type) -> bool:
    """Whether an element of type `kind` is one word that LDX and STX can move."""
    return words(kind) == 1 and not is_memory(kind)


def array_length(kind: t.Type) -> int:
    """The length of an array type."""
    u = kind.underlying
    assert isinstance(u, t.Array)
    return u.length


def in_memory(p: Place) -> Place:
    """A place; a memory value in a slot is the memory that it stands for."""
    if p.kind == "slots" and is_memory(p.type):
        return Place("memory", p.type, p.number, checked=True)
    return p
