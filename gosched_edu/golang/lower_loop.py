"""for loops to instructions.

Problem. Loops should cost one jump a round, and closures made in a loop must see the
iteration's own variable.

Rejected. Testing at the top of each round: two jumps.

Invariant. continue goes to where the round's variables are renewed, before the post
statement; break goes behind the loop.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.golang import ast
from gosched_edu.golang.emit import Label
from gosched_edu.golang.lower_assign import AssignLowering
from gosched_edu.golang.objects import Var


@dataclass(frozen=True)
class Remote:
    """A place in the function around a loop over a function, seen from the loop's body."""

    goal: Label | Remote


Goal = Label | Remote


@dataclass
class Exit:
    """Where break and continue go from inside a statement."""

    label: str
    leave: Goal
    again: Goal | None


class LoopLowering(AssignLowering):
    """Lowers for loops."""

    exits: list[Exit]

    def stmt(self, s: ast.Stmt, label: str = "") -> None:
        """Lower one statement."""
        raise NotImplementedError

    def block(self, b: ast.Block) -> None:
        """Lower a block."""
        raise NotImplementedError

    def for_loop(self, s: ast.For, label: str) -> None:
        """``for init; cond; post { ... }``."""
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
        self._fresh_variables(s)
        if s.post is not None:
            self.stmt(s.post)
        out.pos = s.pos
        if s.cond is not None:
            self.loop(s.cond, top)
        else:
            out.emit("LOOP", top)
        out.bind(end)
        out.loop_depth -= 1

    def _fresh_variables(self, s: ast.For) -> None:
        """Since 1.22 each iteration has its own variables: copy them to new objects."""
        if self.program.version < (1, 22) or not isinstance(s.init, ast.Assign):
            return
        for e in s.init.lhs if s.init.op == ":=" else ():
            var = self.info.defs.get(e) if isinstance(e, ast.Ident) else None
            if isinstance(var, Var) and var in self.vars and var.boxed:
                mark = self.out.top
                p = self.variable(var)
                value = self.read(p)
                self.new_with(p.type, value, p.number)
                self.out.top = mark
