"""Values between slots and memory.

Problem. A value is a run of slots, but for the memory types, which are one slot with the
address of a copy that nobody changes; in memory all values lie inline.

Rejected. Copying memory values at every use: an array that is only indexed is never copied.

Invariant. A slot that is a memory value refers to words that stay as they are: whoever makes
such a value from a place that can change (`load_at`) copies it, whoever changes a place
(`store_at`) writes to the place alone. A value without words needs no slot, but the pointer
to its place is still checked for nil.
"""

from __future__ import annotations

from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter
from gosched_edu.golang.layout import has_pointers, is_memory, slots, words

_MOST_OFFSET = 1 << 23
_MOST_COUNT = 1 << 14


class MemoryLowering:
    """Loads, stores, copies and zeroes values of known types."""

    out: Emitter
    # Whether accesses to memory are announced to the race detector.
    race = False

    def announce(self, address: int, offset: int, count: int, write: bool) -> None:
        """Tell the race detector of an access to `count` words behind the address in a slot."""
        if not self.race:
            return
        mark = self.out.top
        name = "RACEW" if write else "RACER"
        for at in range(0, count, _MOST_COUNT):
            part = min(count - at, _MOST_COUNT)
            self.out.emit(name, self.at(address, offset + at), part)
            self.out.top = mark

    def dest(self, target: int | None, count: int = 1) -> int:
        """`target`, or the first of `count` fresh slots."""
        return self.out.alloc(count) if target is None else target

    def move(self, target: int, source: int, count: int) -> None:
        """Copy a run of slots."""
        if target == source or count == 0:
            return
        if count == 1:
            self.out.emit("MOV", target, source)
        else:
            self.out.emit("MOVN", target, source, count)

    def at(self, address: int, offset: int, target: int | None = None) -> int:
        """A slot with the address `offset` words behind slot `address`; nil is not noticed."""
        if offset == 0 and target is None:
            return address
        slot = self.dest(target)
        if offset == 0:
            self.out.move(slot, address)
        else:
            self.out.emit("ADDI", slot, address, 8 * offset)
        return slot

    def load_at(self, address: int, offset: int, kind: t.Type, target: int | None = None) -> int:
        """The value of type `kind` that lies `offset` words behind slot `address`."""
        out = self.out
        self.announce(address, offset, words(kind), False)
        if is_memory(kind):
            slot = self.dest(target)
            mark = out.top
            source = self.at(address, offset)
            fresh = slot if slot not in (address, source) else out.alloc()
            self.new(kind, fresh)
            self.copy_words(fresh, source, words(kind))
            out.move(slot, fresh)
            out.top = mark
            return slot
        count = slots(kind)
        if count == 0:
            mark = out.top
            out.emit("LD", out.alloc(), address, 0)
            out.top = mark
            return out.top if target is None else target
        slot = self.dest(target, count)
        if offset >= _MOST_OFFSET:
            address, offset = self.at(address, offset), 0
        if count == 1:
            out.emit("LD", slot, address, offset)
        else:
            out.emit("LDN", slot, address, offset << 8 | count)
        return slot

    def store_at(self, address: int, offset: int, kind: t.Type, source: int) -> None:
        """Put the value at `source` where it lies `offset` words behind slot `address`."""
        out = self.out
        mark = out.top
        count = slots(kind)
        self.announce(address, offset, words(kind), True)
        if is_memory(kind):
            self.copy_words(self.at(address, offset), source, words(kind))
        elif count == 0:
            out.emit("LD", out.alloc(), address, 0)
        else:
            if offset >= _MOST_OFFSET:
                address, offset = self.at(address, offset), 0
            if count == 1:
                out.emit("ST", address, offset, source)
            else:
                out.emit("STN", address, offset << 8 | count, source)
        out.top = mark

    def copy_words(self, to: int, source: int, count: int) -> None:
        """memmove `count` words between the addresses in two slots."""
        mark = self.out.top
        self.out.emit("MCOPY", to, source, self.out.constant(count))
        self.out.top = mark

    def new(self, kind: t.Type, target: int | None = None) -> int:
        """The address of a new zero variable of type `kind`."""
        slot = self.dest(target)
        noscan = 0 if has_pointers(kind) else 1
        count = max(1, words(kind))
        if count <= _MOST_COUNT:
            self.out.emit("NEW", slot, count, noscan)
        else:
            mark = self.out.top
            self.out.emit("NEWS", slot, self.out.constant(count), 1 << 16 | noscan)
            self.out.top = mark
        return slot

    def new_with(self, kind: t.Type, source: int, target: int | None = None) -> int:
        """The address of a new variable of type `kind` with the value at `source`."""
        count = slots(kind)
        if is_memory(kind) or count == 0:
            slot = self.dest(target)
            mark = self.out.top
            fresh = slot if slot != source else self.out.alloc()
            self.new(kind, fresh)
            if count:
                self.copy_words(fresh, source, words(kind))
            self.out.move(slot, fresh)
            self.out.top = mark
            return slot
        slot = self.dest(target)
        self.out.emit("NEWCOPY", slot, source, count)
        return slot

    def zero(self, kind: t.Type, target: int | None = None) -> int:
        """The zero value of type `kind`."""
        if is_memory(kind):
            return self.new(kind, target)
        count = slots(kind)
        slot = self.dest(target, count)
        for i in range(count):
            self.out.constant(0, slot + i)
        return slot
