"""Statements that choose or postpone: switch, select, go, defer.

Problem. A select's clauses are statements of a restricted form; a switch compares each case with
its tag by the rules of ``==``; go and defer take calls whose results nobody wants.

Rejected. Rewriting them to ifs and assignments before checking: the messages would speak of
code that nobody wrote.

Invariant. As cmd/compile/internal/types2/stmt.go. Where break and fallthrough may stand is no
question of types: `branches` answers it.
"""

from __future__ import annotations

from collections.abc import Sequence

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_range import RangeChecker
from gosched_edu.golang.constants import to_real
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Builtin, Complex, Operand, Value

#: Built-in functions that may stand as statements.
STATEMENT_BUILTINS = frozenset(("clear", "close", "copy", "delete", "panic", "print", "println", "recover"))


class FlowChecker(RangeChecker):
    """Checks switch, select, go and defer."""

    def stmt(self, s: ast.Stmt) -> None:
        """Check one statement."""
        raise NotImplementedError

    def stmts(self, stmts: Sequence[ast.Stmt]) -> None:
        """Check a statement list."""
        raise NotImplementedError

    # --- switch --------------------------------------------------------------------------------

    def switch(self, s: ast.Switch) -> None:
        """An expression switch."""
        self.open_scope()
        if s.init is not None:
            self.stmt(s.init)
        if s.tag is not None:
            tag = self.expr(s.tag)
            self.assignment(tag, None, "switch expression")
            if tag.ok and not t.is_comparable(tag.type) and not t.has_nil(tag.type):
                self.error(
                    s.tag.pos,
                    f"cannot switch on {self.describe(tag)} ({tag.type} is not comparable)",
                )
                tag.invalidate()
        else:
            tag = Operand("constant", ast.Ident(s.pos, "true"), t.BOOL, True)
        self.one_default([case for case in s.cases if case.values is None])
        seen: dict[tuple[Value, t.Type], Operand] = {}
        for case in s.cases:
            for e in case.values or ():
                self._case_value(e, tag, seen)
            self.open_scope()
            self.stmts(case.body)
            self.close_scope()
        self.close_scope()

    def one_default(self, defaults: Sequence[ast.Node]) -> None:
        """Report all default clauses but the first."""
        for d in defaults[1:]:
            first = defaults[0].pos
            where = f"{self.filename}:{first.line}:{first.col}"
            self.error(d.pos, f"multiple defaults (first at {where})")

    def _case_value(self, e: ast.Expr, tag: Operand, seen: dict[tuple[Value, t.Type], Operand]) -> None:
        x = self.expr(e)
        if not x.ok or not tag.ok:
            return
        y = Operand(tag.mode, tag.expr, tag.type, tag.value)
        self.convert_untyped(x, y.type)
        if not x.ok or not self.comparison(x, "==", y, e, case=True).ok:
            return
        value = to_real(x.value) if x.value is not None and not isinstance(x.value, bool) else None
        if x.mode != "constant" or value is None or isinstance(value, Complex):
            return
        first = seen.setdefault((value, x.type), x)
        if first is not x:
            at = first.expr.pos
            self.error(
                e.pos,
                f"duplicate case {self.describe(x)} in expression switch\n"
                f"\t{self.filename}:{at.line}:{at.col}: previous case",
            )

    # --- select --------------------------------------------------------------------------------

    def select(self, s: ast.Select) -> None:
        """A select statement."""
        self.one_default([c for c in s.clauses if c.comm is None])
        for c in s.clauses:
            if not _communicates(c.comm):
                assert c.comm is not None
                if not isinstance(c.comm, ast.Bad):
                    self.error(
                        _operator(c.comm),
                        "select case must be send or receive (possibly with assignment)",
                    )
                continue
            self.open_scope()
            if c.comm is not None:
                self.stmt(c.comm)
            self.stmts(c.body)
            self.close_scope()

    # --- go and defer ----------------------------------------------------------------------------

    def go_defer(self, s: ast.GoDefer) -> None:
        """A go or defer statement."""
        if s.word == "defer" and self.func is not None:
            self.func.home.has_defer = True
        e = ast.unparen(s.call)
        if isinstance(e, ast.Bad):
            return
        if not isinstance(e, ast.Call):
            self.error(s.call.pos, f"expression in {s.word} must be function call")
            self.raw(e)
            return
        if s.call is not e:
            self.error(s.call.pos, f"expression in {s.word} must not be parenthesized")
        x = self.raw(e)
        if not x.ok or self.is_statement(e):
            return
        why = "discards result of"
        if self.info.operands[e.fun].mode == "type":
            why = "requires function call, not conversion"
        self.error(e.pos, f"{s.word} {why} {self.describe(x)}")

    def is_statement(self, e: ast.Expr) -> bool:
        """Whether `e`, checked before, may stand as a statement."""
        if isinstance(e, ast.Unary):
            return e.op == "<-"
        if not isinstance(e, ast.Call):
            return False
        fun = self.info.operands[e.fun]
        if fun.mode == "builtin":
            assert isinstance(fun.obj, Builtin)
            return fun.obj.name in STATEMENT_BUILTINS
        return fun.mode != "type"


def _communicates(s: ast.Stmt | None) -> bool:
    """Whether `s` may stand after case in a select."""
    if s is None or isinstance(s, ast.Send):
        return True
    value: ast.Expr | None = None
    if isinstance(s, ast.ExprStmt):
        value = s.x
    elif isinstance(s, ast.Assign) and len(s.rhs) == 1:
        value = s.rhs[0]
    inner = ast.unparen(value) if value is not None else None
    return isinstance(inner, ast.Unary) and inner.op == "<-"


def _operator(s: ast.Stmt) -> Pos:
    """Where gc sees a simple statement: at its operator or bracket."""
    if isinstance(s, ast.Assign):
        return s.op_pos
    x = s.x if isinstance(s, ast.ExprStmt) else None
    if isinstance(x, ast.Binary):
        return x.op_pos
    return x.lparen if isinstance(x, ast.Call) else s.pos
