"""Statements.

Problem. Statements declare names, and blocks end their lives; which functions may end without
return is a question of form, not of types.

Rejected. One function for all statements: see `check_flow` for those that choose, `branches`
for those that jump.

Invariant. Scopes are opened and closed in pairs, also after errors.
"""

from __future__ import annotations

from collections.abc import Sequence

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.branches import Branches
from gosched_edu.golang.check_call import summary
from gosched_edu.golang.check_flow import FlowChecker
from gosched_edu.golang.check_ops import all_of
from gosched_edu.golang.flow import terminates
from gosched_edu.golang.objects import Builtin, Const, FuncInfo, Nil, Object, Operand, Var


class StmtChecker(FlowChecker):
    """Checks statements and function bodies."""

    def local_type(self, spec: ast.TypeSpec) -> None:
        """Check a type declaration in a function."""
        raise NotImplementedError

    # --- functions -----------------------------------------------------------------------

    def body(self, info: FuncInfo, block: ast.Block) -> None:
        """Check a function's body; its scope is open and is closed here."""
        Branches(self.error, self.filename).check(block)
        self.stmts(block.stmts)
        if info.type.results and not terminates(block, self._is_panic):
            self.error(block.rbrace, "missing return")
        self.close_scope()

    def _is_panic(self, call: ast.Call) -> bool:
        fun = self.info.operands.get(call.fun)
        return fun is not None and isinstance(fun.obj, Builtin) and fun.obj.name == "panic"

    def stmts(self, stmts: Sequence[ast.Stmt]) -> None:
        for s in stmts:
            self.stmt(s)

    def block(self, b: ast.Block) -> None:
        self.open_scope()
        self.stmts(b.stmts)
        self.close_scope()

    # --- statements ------------------------------------------------------------------------

    def stmt(self, s: ast.Stmt) -> None:
        """Check one statement."""
        match s:
            case ast.Block():
                self.block(s)
            case ast.ExprStmt():
                self._expr_stmt(s.x)
            case ast.Assign():
                self.assign(s)
            case ast.IncDec():
                self.inc_dec(s)
            case ast.DeclStmt():
                self._decl(s)
            case ast.Send():
                self._send(s)
            case ast.GoDefer():
                self.go_defer(s)
            case ast.Return():
                self._return(s)
            case ast.Labeled():
                self.stmt(s.stmt)
            case ast.If():
                self._if(s)
            case ast.Switch():
                self.switch(s)
            case ast.TypeSwitch():
                self._type_switch(s)
            case ast.Select():
                self.select(s)
            case ast.For():
                self._for(s)
            case ast.Range():
                self._range(s)

    def _expr_stmt(self, e: ast.Expr) -> None:
        x = self.raw(e)
        if not x.ok or self.is_statement(ast.unparen(e)):
            return
        what = {"builtin": "must be called", "type": "is not an expression"}
        self.error(e.pos, f"{self.describe(x)} {what.get(x.mode, 'is not used')}")

    def _decl(self, s: ast.DeclStmt) -> None:
        for spec in s.specs:
            if isinstance(spec, ast.TypeSpec):
                self.local_type(spec)
                continue
            if isinstance(spec, ast.ConstSpec):
                consts = [Const(n.name, n.pos, spec=spec) for n in spec.names]
                self.const_spec(spec, consts)
                new: list[Object] = list(consts)
            else:
                variables = [self.new_var(n, t.INVALID) for n in spec.names]
                self.var_spec(spec, variables)
                new = list(variables)
            for ident, obj in zip(spec.names, new, strict=True):
                self.declare(ident, obj)

    def _send(self, s: ast.Send) -> None:
        c, x = self.expr(s.chan), self.generic(s.value)
        if c.ok and x.ok and (elem := self.channel_element(c, s.pos, False)) is not None:
            self.assignment(x, elem, "send")

    def _return(self, s: ast.Return) -> None:
        assert self.func is not None
        home = self.func.home
        results = home.results
        if home is not self.func:
            home.results_shared = True
            for r in results:
                self.reassigned(r)
        if s.results:
            if not results:
                for e in s.results:
                    self.raw(e)
                have = summary([self.info.operands[e] for e in s.results])
                self.error(s.results[0].pos, f"too many return values\n\thave {have}\n\twant ()")
                return
            self.init_vars(results, s.results, "return statement", s)
        elif results and not home.named_results:
            want = ", ".join(str(v.type) for v in results)
            self.error(s.pos, f"not enough return values\n\thave ()\n\twant ({want})")
        else:
            for r in results:
                hidden = self.scope.lookup(r.name)
                if r.name != "_" and hidden is not r and hidden is not None:
                    where = f"{self.filename}:{hidden.pos.line}:{hidden.pos.col}"
                    self.error(
                        s.pos,
                        f"result parameter {r.name} not in scope at return\n\t{where}: "
                        f"inner declaration of var {r.name} {r.type}",
                    )

    def _if(self, s: ast.If) -> None:
        self.open_scope()
        if s.init is not None:
            self.stmt(s.init)
        self.condition(s.cond, "if")
        self.block(s.then)
        if s.orelse is not None:
            self.stmt(s.orelse)
        self.close_scope()

    def condition(self, e: ast.Expr, word: str) -> None:
        """Check the condition of an if or for statement."""
        x = self.expr(e)
        if x.ok and not all_of(x.type, ("bool",)):
            self.error(e.pos, f"non-boolean condition in {word} statement")

    def _type_switch(self, s: ast.TypeSwitch) -> None:
        """As stmt.go:typeSwitchStmt."""
        self.open_scope()
        if s.init is not None:
            self.stmt(s.init)
        name = s.name
        if name is not None and name.name == "_":
            self.error(name.pos, "no new variable on left side of :=")
            name = None
        x = self.expr(s.x)
        if x.ok and isinstance(x.type, t.TypeParam):
            shown = self.describe(x)
            self.error(s.x.pos, f"cannot use type switch on type parameter value {shown}")
            x.invalidate()
        elif x.ok and not t.is_interface(x.type):
            self.error(s.x.pos, f"{self.describe(x)} is not an interface")
            x.invalidate()
        seen: dict[t.Type | None, ast.Expr] = {}
        self.one_default([case for case in s.cases if case.values is None])
        variables: list[Var] = []
        for case in s.cases:
            kind = self._case_types(case, x, seen)
            self.open_scope()
            if name is not None:
                var = Var(name.name, name.pos, kind, owner=self.func)
                self.scope.names[name.name] = var
                self.info.implicit[case] = var
                variables.append(var)
            self.stmts(case.body)
            self.close_scope()
        if name is not None and not any(v.used for v in variables):
            self.error(name.pos, f"{name.name} declared and not used")
        self.close_scope()

    def _case_types(
        self, case: ast.Case, x: Operand, seen: dict[t.Type | None, ast.Expr]
    ) -> t.Type:
        """Check the types of one clause: the type that the switch's variable has in it."""
        kind: t.Type | None = None
        for e in case.values or ():
            if self._is_nil(e):
                kind = None
            else:
                kind = self.var_type(e)
                if kind == t.INVALID:
                    continue
            if kind in seen:
                first = seen[kind].pos
                self.error(
                    e.pos,
                    f"duplicate case {'nil' if kind is None else kind} in type switch\n"
                    f"\t{self.filename}:{first.line}:{first.col}: previous case",
                )
                continue
            seen[kind] = e
            if x.ok and kind is not None:
                self.assertable(e, x, kind, True)
        if kind is None or len(case.values or ()) != 1:
            return x.type
        return kind

    def _is_nil(self, e: ast.Expr) -> bool:
        """Whether `e` is the predeclared nil; then its operand is recorded."""
        inner = ast.unparen(e)
        if isinstance(inner, ast.Ident) and isinstance(self.scope.lookup(inner.name), Nil):
            self.raw(e)
            return True
        return False

    def _for(self, s: ast.For) -> None:
        self.open_scope()
        if s.init is not None:
            self.stmt(s.init)
        if s.cond is not None:
            self.condition(s.cond, "for")
        if s.post is not None:
            self.stmt(s.post)
        self.block(s.body)
        self.close_scope()

    def _range(self, s: ast.Range) -> None:
        outer = self.func
        self.open_scope()
        self.range_clause(s)
        self.block(s.body)
        self.close_scope()
        self.func = outer
