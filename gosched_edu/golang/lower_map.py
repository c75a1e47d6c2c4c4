"""Maps to calls of the runtime.

Problem. A map is Go code of package runtime (map.go), generic in key and element.

Rejected. Kernel instructions for maps: the kernel would have to know hashing and types.

Invariant. Reading never adds an entry. ``m[k] op= v`` reads, evaluates v, then assigns, as
gc orders it; only where nothing can go wrong between is the element's address used instead.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.layout import slots
from gosched_edu.golang.lower_composite import CompositeLowering


class MapLowering(CompositeLowering):
    """Lowers operations on maps."""

    def map_call(self, name: str, kind: t.Map, args: list[tuple[int, int]]) -> int:
        """Call one of the runtime's map functions: the slot of its first result."""
        if name not in ("mapmake", "mapiternext"):
            # The map as a whole is the variable that races are about (map_fast64.go:racereadpc).
            self.announce(args[0][0], 0, 1, name not in ("mapget", "mapiterinit"))
        return self.runtime(name, (kind.key, kind.elem), args)

    def map_operands(self, e: ast.Index, kind: t.Map, hold: bool = False) -> list[tuple[int, int]]:
        """The runs of map and key; copies of them if what follows may change variables."""
        m = self.expr(e.x, self.out.alloc() if hold else None)
        count = slots(kind.key)
        key = self.value_as(e.indices[0], kind.key, self.out.alloc(count) if hold else None)
        return [(m, 1), (key, count)]

    def map_element(self, e: ast.Index, kind: t.Map, target: int | None) -> int:
        mark = self.out.top
        count = slots(kind.elem)
        args = self.map_operands(e, kind)
        self.out.pos = e.pos
        first = self.map_call("mapget", kind, args)
        if target is None:
            slot = mark
            self.out.top = mark
            self.out.alloc(count + 1)
            self.move(slot, first, count + 1)
            return slot
        self.move(target, first, count)
        self.out.top = mark
        return target

    def map_store(self, kind: t.Map, args: list[tuple[int, int]], value: int) -> None:
        """``m[k] = value`` with operands that have been evaluated."""
        self.map_call("mapset", kind, [*args, (value, slots(kind.elem))])

    def map_delete(self, e: ast.Call) -> None:
        """``delete(m, k)``."""
        kind = self.kind(e.args[0]).underlying
        assert isinstance(kind, t.Map)
        m = self.expr(e.args[0])
        key = self.value_as(e.args[1], kind.key)
        self.out.pos = e.pos
        self.map_call("mapdelete", kind, [(m, 1), (key, slots(kind.key))])

    def map_make(self, kind: t.Map, hint: int, target: int | None = None) -> int:
        """``make(map[K]V, hint)``."""
        mark = self.out.top
        made = self.map_call("mapmake", kind, [(hint, 1)])
        self.out.top = mark
        slot = self.dest(target)
        self.out.move(slot, made)
        return slot
