"""Range loops to instructions, but for loops over functions.

Problem. Loops over slices are most of a program's time; the iteration variables are new ones
in each round (since 1.22), which must cost nothing where nobody can tell.

Rejected. Copying each element to a variable, and testing its index twice.

Invariant. What is ranged over is evaluated once, before the loop; an array by value is copied
if its elements are wanted. A variable that the body never changes is the loop's own slot.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.layout import is_memory, slots, words
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_loop import Exit, LoopLowering
from gosched_edu.golang.objects import Var
from gosched_edu.golang.typesets import is_string


class RangeLowering(LoopLowering):
    """Lowers range loops."""

    def range_loop(self, s: ast.Range, label: str) -> None:
        """``for ... := range x { ... }``."""
        x = self.info.operands[ast.unparen(s.x)]
        kind = self.kind(ast.unparen(s.x)).underlying
        if isinstance(kind, t.Func):
            self.range_function(s, label)
            return
        if self.program.version < (1, 22):
            for var in self._variables(s):
                if var is not None:
                    self.declare(var)
        match kind:
            case t.Slice():
                self._over_slice(s, kind, label)
            case t.Array() | t.Pointer():
                self._array(s, kind, label)
            case t.Map():
                self._over_map(s, kind, label)
            case t.Chan():
                self._channel(s, kind, label)
            case _ if is_string(kind) and x.type != t.INT:
                self._string(s, label)
            case _:
                self._integer(s, label)

    def range_function(self, s: ast.Range, label: str) -> None:
        """A loop over a function."""
        raise NotImplementedError

    # --- iteration variables ---------------------------------------------------------------

    def _variables(self, s: ast.Range) -> list[Var | None]:
        """The variables that the clause declares; None for the blank identifier."""
        out: list[Var | None] = []
        for e in s.lhs if s.define else ():
            var = self.info.defs.get(e) if isinstance(e, ast.Ident) else None
            out.append(var if isinstance(var, Var) and var.name != "_" else None)
        return out

    def _wanted(self, s: ast.Range, i: int) -> bool:
        """Whether the clause has an `i`-th variable that is not blank."""
        if i >= len(s.lhs):
            return False
        e = s.lhs[i]
        return not (isinstance(e, ast.Ident) and e.name == "_")

    def bind_iteration(
        self, s: ast.Range, values: list[tuple[int, t.Type] | None], own: bool = True
    ) -> None:
        """Give the iteration variables the values of this round: (slot, type) each.

        `own`: copies of values in memory were made for this round.
        """
        if s.define:
            for var, value in zip(self._variables(s), values, strict=False):
                if var is not None and value is not None:
                    self._bind(var, *value, own)
            return
        targets = [
            self.assignee(e, hold=len(s.lhs) > 1) if self._wanted(s, i) else None
            for i, e in enumerate(s.lhs)
        ]
        for x, value in zip(targets, values, strict=False):
            if x is not None and value is not None:
                x.store(self.converted(*value, x.type))

    def _bind(self, var: Var, value: int, kind: t.Type, own: bool) -> None:
        if self.program.version < (1, 22):
            self.write(self.variable(var), value)
        elif is_memory(kind) and own:
            # The copy that was made for this round is the variable.
            self.vars[var] = Place("memory", kind, value, checked=True)
        elif self.boxed(var) or var.assigned:
            self.declare(var, value)
        else:
            self.vars[var] = Place("slots", kind, value)

    # --- the loops ---------------------------------------------------------------------------

    def _rounds(self, s: ast.Range, label: str, again: Label, end: Label) -> None:
        """The body, with what break and continue mean in it."""
        self.exits.append(Exit(label, end, again))
        self.block(s.body)
        self.exits.pop()
        self.out.bind(again)
        self.out.pos = s.pos

    def _counted(
        self,
        s: ast.Range,
        label: str,
        limit: int,
        key: t.Type,
        element: t.Type | None = None,
        base: int = 0,
    ) -> None:
        """A loop from 0 to slot `limit`, over the elements of the slice at `base` if any."""
        out = self.out
        end, again, top = Label(), Label(), Label()
        i = out.alloc()
        out.pos = s.pos
        out.emit("LDI", i, 0)
        out.emit("JGE", i, limit, end)
        out.bind(top)
        values: list[tuple[int, t.Type] | None] = [(i, key)]
        mark = out.top
        if element is not None and self._wanted(s, 1):
            value = out.alloc(slots(element))
            inner = out.top
            if self.by_word(element):
                out.emit("LDX", value, base, i)
            elif words(element):
                self.load_at(self.unchecked_element(base, i, words(element)), 0, element, value)
            out.top = inner
            values.append((value, element))
        self.bind_iteration(s, values)
        self._rounds(s, label, again, end)
        out.top = mark
        out.emit("ADDI", i, i, 1)
        out.emit("LOOPLT", i, limit, top)
        out.bind(end)

    def _integer(self, s: ast.Range, label: str) -> None:
        limit = self.out.alloc()
        x = ast.unparen(s.x)
        self.expr(x, limit)
        self.out.loop_depth += 1
        self._counted(s, label, limit, self.kind(x))
        self.out.loop_depth -= 1

    def _over_slice(self, s: ast.Range, kind: t.Slice, label: str) -> None:
        xs = self.out.alloc(3)
        self.expr(s.x, xs)
        self.out.loop_depth += 1
        self._counted(s, label, xs + 1, t.INT, kind.elem, xs)
        self.out.loop_depth -= 1

    def _array(self, s: ast.Range, kind: t.Type, label: str) -> None:
        out = self.out
        xs = out.alloc(3)
        if isinstance(kind, t.Pointer):
            array = kind.elem
            self.expr(s.x, xs)
        else:
            array = kind
            if words(kind):
                self.expr(s.x, xs)  # a copy: the loop does not see changes
            else:
                self.expr(s.x)
                self.zero(t.INT, xs)
        elem = array.underlying
        assert isinstance(elem, t.Array)
        for part in (xs + 1, xs + 2):
            out.constant(elem.length, part)
        out.loop_depth += 1
        self._counted(s, label, xs + 1, t.INT, elem.elem, xs)
        out.loop_depth -= 1

    def _string(self, s: ast.Range, label: str) -> None:
        out = self.out
        xs = out.alloc(2)
        self.expr(s.x, xs)
        out.loop_depth += 1
        end, again, top = Label(), Label(), Label()
        i, rune = out.alloc(), out.alloc(2)
        out.pos = s.pos
        out.emit("LDI", i, 0)
        out.emit("JGE", i, xs + 1, end)
        out.bind(top)
        out.emit("RUNE", rune, xs, i)
        mark = out.top
        self.bind_iteration(s, [(i, t.INT), (rune, t.RUNE)])
        self._rounds(s, label, again, end)
        out.top = mark
        out.emit("ADD", i, i, rune + 1)
        out.emit("LOOPLT", i, xs + 1, top)
        out.bind(end)
        out.loop_depth -= 1

    def _over_map(self, s: ast.Range, kind: t.Map, label: str) -> None:
        out = self.out
        it, m = out.alloc(), out.alloc()
        mark = out.top
        self.expr(s.x, m)
        out.pos = s.pos
        out.move(it, self.map_call("mapiterinit", kind, [(m, 1)]))
        out.top = mark
        out.loop_depth += 1
        end, again, top = Label(), Label(), Label()
        out.emit("JMP", again)
        out.bind(top)
        # An iterator begins with the key and the element (map.go:hiter).
        values: list[tuple[int, t.Type] | None] = [None, None]
        for n, (each, at) in enumerate(((kind.key, 0), (kind.elem, words(kind.key)))):
            if self._wanted(s, n):
                value = out.alloc(slots(each))
                self.load_at(it, at, each, value)
                values[n] = (value, each)
        self.bind_iteration(s, values)
        self._rounds(s, label, again, end)
        out.top = mark
        self.announce(m, 0, 1, False)
        more = self.map_call("mapiternext", kind, [(it, 1)])
        out.emit("LOOPNZ", more, top)
        out.bind(end)
        out.top = mark
        out.loop_depth -= 1

    def _channel(self, s: ast.Range, kind: t.Chan, label: str) -> None:
        out = self.out
        source = out.alloc()
        self.expr(s.x, source)
        out.loop_depth += 1
        count = slots(kind.elem)
        end, again, top = Label(), Label(), Label()
        value = out.alloc(count + 1)
        out.bind(top)
        out.pos = s.pos
        out.emit("RECV", value, source, 2 * count + 1)
        out.emit("JZ", value + count, end)
        mark = out.top
        self.bind_iteration(s, [(value, kind.elem)])
        self._rounds(s, label, again, end)
        out.top = mark
        out.emit("LOOP", top)
        out.bind(end)
        out.loop_depth -= 1
