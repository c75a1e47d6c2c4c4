"""Loops to instructions.

Problem. Loops should cost one jump a round, and closures made in a loop must see the
iteration's own variable.

Rejected. Testing at the top of each round: two jumps.

Invariant. continue goes to where the round's variables are renewed, before the post
statement; break goes behind the loop.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.lower_assign import AssignLowering
from gosched_edu.golang.lower_expr import Place
from gosched_edu.golang.objects import Var


@dataclass
class Exit:
    """Where break and continue go from inside a statement."""

    label: str
    leave: Label
    again: Label | None


class LoopLowering(AssignLowering):
    """Lowers for and range."""

    exits: list[Exit]

    def stmt(self, s: ast.Stmt, label: str = "") -> None:
        """Lower one statement."""
        raise NotImplementedError

    def block(self, b: ast.Block) -> None:
        """Lower a block."""
        raise NotImplementedError

    def _for(self, s: ast.For, label: str) -> None:
        out = self.out
        if s.init is not None:
            self.stmt(s.init)
        out.loop_depth += 1
        end, again, top = Label(), Label(), Label()
        if s.cond is not None:
            self.jump(s.cond, end, False)
        out.bind(top)
        self.exits.append(Exit(label, end, again))
        self.block(s.body)
        self.exits.pop()
        out.bind(again)
        out.pos = s.pos
        self._fresh_cells(s)
        if s.post is not None:
            self.stmt(s.post)
        out.pos = s.pos
        if s.cond is not None:
            self.loop(s.cond, top)
        else:
            out.emit("LOOP", top)
        out.bind(end)
        out.loop_depth -= 1

    def _fresh_cells(self, s: ast.For) -> None:
        """Since 1.22 each iteration has its own variables: copy them to new cells."""
        if self.program.version < (1, 22) or not isinstance(s.init, ast.Assign):
            return
        for e in s.init.lhs if s.init.op == ":=" else ():
            var = self.info.defs.get(e) if isinstance(e, ast.Ident) else None
            if isinstance(var, Var) and var in self.vars and self.vars[var].cell:
                slot = self.vars[var].number
                value = self.out.alloc()
                self.out.emit("LD", value, slot, 0)
                self.out.emit("NEWCOPY", slot, value, 1)
                self.out.top = value

    def _range(self, s: ast.Range, label: str) -> None:
        out = self.out
        var: Var | None = None
        if s.define and s.lhs:
            name = s.lhs[0]
            assert isinstance(name, ast.Ident)
            obj = self.info.defs.get(name)
            var = obj if isinstance(obj, Var) and obj.name != "_" else None
        if var is not None and self.program.version < (1, 22):
            self.declare(var)
        is_channel = isinstance(self.info.operands[s.x].type, t.Chan)
        source = self.out.alloc()
        self.expr(s.x, source)
        out.loop_depth += 1
        (self._range_channel if is_channel else self._range_int)(s, var, source, label)
        out.loop_depth -= 1

    def _iterate(self, s: ast.Range, var: Var | None, value: int) -> None:
        """One round of a range loop with `value` for the iteration variable."""
        if var is not None:
            if self.program.version < (1, 22):
                self.store(var, value)
            elif var.boxed or var.assigned:
                self.declare(var, value)
            else:
                self.vars[var] = Place(value)
        elif s.lhs and not s.define:
            self._put(s.lhs[0], self._pointer(s.lhs[0], False), value)
        self.block(s.body)

    def _range_channel(self, s: ast.Range, var: Var | None, source: int, label: str) -> None:
        out = self.out
        end, top = Label(), Label()
        again = Label()
        value = out.alloc(2)
        out.bind(top)
        out.pos = s.pos
        out.emit("RECV", value if s.lhs else -1, source, value + 1)
        out.emit("JZ", value + 1, end)
        self.exits.append(Exit(label, end, again))
        self._iterate(s, var, value)
        self.exits.pop()
        out.bind(again)
        out.pos = s.pos
        out.emit("LOOP", top)
        out.bind(end)

    def _range_int(self, s: ast.Range, var: Var | None, limit: int, label: str) -> None:
        out = self.out
        end, again, top = Label(), Label(), Label()
        i = out.alloc()
        out.pos = s.pos
        out.emit("LDI", i, 0)
        out.emit("JGE", i, limit, end)
        out.bind(top)
        self.exits.append(Exit(label, end, again))
        self._iterate(s, var, i)
        self.exits.pop()
        out.bind(again)
        out.pos = s.pos
        out.emit("ADDI", i, i, 1)
        out.emit("LOOPLT", i, limit, top)
        out.bind(end)
