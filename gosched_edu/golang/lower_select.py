"""select to instructions.

Problem. A select waits on several channels at once; what each clause sends or receives into is
evaluated at different times.

Rejected. An instruction with a table of cases in the image's data: it would be a second place where
slots are written down.

Chosen. SELECT is followed by one CASESEND or CASERECV for each clause, which only carry operands;
the number of the clause chosen then leads to its body. As walk/select.go of the real compiler, a
select of one clause is a plain operation (and waits as one, which a stack dump shows).

Invariant. Channels and values to send are evaluated once each, in the order of the source,
before anything is chosen; what is assigned to, only in the clause that is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_loop import Exit
from gosched_edu.golang.lower_rangefunc import RangeFuncLowering
from gosched_edu.golang.objects import Var
from gosched_edu.golang.typesets import common_under


@dataclass
class _Case:
    """A clause whose channel and value have been evaluated.

    `slot` is the value to send, or where the received one goes (-1: nowhere).
    """

    clause: ast.CommClause
    send: bool
    channel: int
    slot: int
    elem: t.Type
    ok: bool
    pos: ast.Pos

    @property
    def operands(self) -> tuple[int, int, int]:
        words = layout.slots(self.elem)
        if self.send:
            return self.channel, self.slot, words
        return self.slot, self.channel, 2 * words + self.ok


class SelectLowering(RangeFuncLowering):
    """Lowers select statements."""

    def stmts(self, stmts: tuple[ast.Stmt, ...]) -> None:
        """Lower a statement list."""
        raise NotImplementedError

    def select(self, s: ast.Select, label: str) -> None:
        """A select statement."""
        out = self.out
        cases = [self._case_of(c) for c in s.clauses if c.comm is not None]
        default = next((c for c in s.clauses if c.comm is None), None)
        end = Label()
        bodies = [Label() for _ in cases]
        other = Label()
        out.pos = s.pos
        if len(cases) == 1 and default is None:
            out.pos = cases[0].pos
            out.emit("SEND" if cases[0].send else "RECV", *cases[0].operands)
        elif cases or default is None:
            chosen = out.alloc()
            out.emit("SELECT", chosen, len(cases), int(default is not None))
            for c in cases:
                out.pos = c.pos
                out.emit("CASESEND" if c.send else "CASERECV", *c.operands)
            out.pos = s.pos
            self._dispatch(chosen, bodies, other if default is not None else None)
        self.exits.append(Exit(label, end, None))
        for c, body in zip(cases, bodies, strict=True):
            mark = out.top
            out.bind(body)
            self._received(c)
            self.stmts(c.clause.body)
            if out.open_ended():
                out.emit("JMP", end)
            out.top = mark
        if default is not None:
            out.bind(other)
            self.stmts(default.body)
        self.exits.pop()
        out.bind(end)

    def _dispatch(self, chosen: int, bodies: list[Label], default: Label | None) -> None:
        """Go to the body of the clause that was chosen."""
        out = self.out
        mark = out.top
        if default is not None:
            out.emit("JLT", chosen, out.constant(0), default)
        for i, body in enumerate(bodies[:-1]):
            if i == 0:
                out.emit("JZ", chosen, body)
            else:
                out.emit("JEQ", chosen, out.constant(i), body)
        if bodies:
            out.emit("JMP", bodies[-1])
        out.top = mark

    def _case_of(self, c: ast.CommClause) -> _Case:
        s = c.comm
        if isinstance(s, ast.Send):
            kind = common_under(self.kind(s.chan))[0]
            assert isinstance(kind, t.Chan)
            channel = self.expr(s.chan)
            value = self.value_as(s.value, kind.elem)
            return _Case(c, True, channel, value, kind.elem, False, s.pos)
        lhs: tuple[ast.Expr, ...] = ()
        if isinstance(s, ast.Assign):
            lhs, source = s.lhs, s.rhs[0]
        else:
            assert isinstance(s, ast.ExprStmt)
            source = s.x
        receive = ast.unparen(source)
        assert isinstance(receive, ast.Unary)
        kind = common_under(self.kind(receive.x))[0]
        assert isinstance(kind, t.Chan)
        ok = len(lhs) == 2
        slot = self.out.alloc(layout.slots(kind.elem) + ok) if lhs else -1
        channel = self.expr(receive.x)
        return _Case(c, False, channel, slot, kind.elem, ok, receive.pos)

    def _received(self, c: _Case) -> None:
        """Assign what a clause has received."""
        s = c.clause.comm
        if not isinstance(s, ast.Assign):
            return
        at = c.slot
        for e, kind in zip(s.lhs, (c.elem, t.BOOL), strict=False):
            value = Place("slots", kind, at)
            at += layout.slots(kind)
            if self.is_blank(e):
                continue
            var = self.info.defs.get(e) if isinstance(e, ast.Ident) and s.op == ":=" else None
            if isinstance(var, Var):
                if self.boxed(var):
                    self.declare(var, value.number)
                else:
                    self.vars[var] = Place("slots", var.type, value.number)
                continue
            mark = self.out.top
            target = self.assignee(e)
            held = self.place_as(value, self.kind(e))
            self.out.pos = s.pos
            target.store(held)
            self.out.top = mark
