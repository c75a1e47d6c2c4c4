"""Statements.

Problem. Besides types, statements have rules of place: where break may stand, which
labels exist, which functions may end without return.

Rejected. A second pass for places: everything needed is on the way down.

Invariant. `self.targets` is the stack of statements around the current one that break or
continue can leave; it ends at a function literal's edge.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_call import summary
from gosched_edu.golang.check_range import RangeChecker
from gosched_edu.golang.flow import labels, terminates
from gosched_edu.golang.objects import Builtin, Const, FuncInfo, Nil, Object, Operand, Var

_STATEMENT_BUILTINS = (
    "clear", "close", "copy", "delete", "panic", "print", "println", "recover",
)  # fmt: skip


@dataclass
class Target:
    """A statement that break (and, for loops, continue) can leave."""

    label: str
    loop: bool


class StmtChecker(RangeChecker):
    """Checks statements and function bodies."""

    def __init__(self, version: tuple[int, int], filename: str, path: str = "main"):
        super().__init__(version, filename, path)
        self.targets: list[Target] = []
        self.labels: dict[str, ast.Ident] = {}
        self.used_labels: set[str] = set()

    # --- functions -----------------------------------------------------------------------

    def body(self, info: FuncInfo, block: ast.Block) -> None:
        outer = self.targets, self.labels, self.used_labels
        self.targets, self.labels, self.used_labels = [], {}, set()
        for label in labels(block.stmts):
            if (old := self.labels.setdefault(label.name, label)) is not label:
                where = f"{self.filename}:{old.pos.line}:{old.pos.col}"
                self.error(label.pos, f"label {label.name} already defined at {where}")
        self.stmts(block.stmts)
        if info.type.results and not terminates(block):
            self.error(block.rbrace, "missing return")
        for name, label in self.labels.items():
            if name not in self.used_labels and name != "_":
                self.error(label.pos, f"label {name} defined and not used")
        self.targets, self.labels, self.used_labels = outer
        self.close_scope()

    def stmts(self, stmts: tuple[ast.Stmt, ...]) -> None:
        for s in stmts:
            self.stmt(s)

    def block(self, b: ast.Block) -> None:
        self.open_scope()
        self.stmts(b.stmts)
        self.close_scope()

    # --- statements ------------------------------------------------------------------------

    def stmt(self, s: ast.Stmt, label: str = "") -> None:
        """Check one statement; `label` is its label."""
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
                self._go_defer(s)
            case ast.Return():
                self._return(s)
            case ast.Branch():
                self._branch(s)
            case ast.Labeled():
                self.stmt(s.stmt, s.label.name)
            case ast.If():
                self._if(s)
            case ast.Switch():
                self._switch(s, label)
            case ast.TypeSwitch():
                self._type_switch(s, label)
            case ast.For():
                self._for(s, label)
            case ast.Range():
                self._range(s, label)

    def _expr_stmt(self, e: ast.Expr) -> None:
        x = self.raw(e)
        if not x.ok or self._is_statement(ast.unparen(e)):
            return
        what = {"builtin": "must be called", "type": "is not an expression"}
        self.error(e.pos, f"{self.describe(x)} {what.get(x.mode, 'is not used')}")

    def _is_statement(self, e: ast.Expr) -> bool:
        """Whether `e`, checked before, may stand as a statement."""
        if isinstance(e, ast.Unary):
            return e.op == "<-"
        if not isinstance(e, ast.Call):
            return False
        fun = self.info.operands[e.fun]
        if fun.mode == "builtin":
            assert isinstance(fun.obj, Builtin)
            return fun.obj.name in _STATEMENT_BUILTINS
        return fun.mode != "type"

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
        c, x = self.expr(s.chan), self.expr(s.value)
        if not c.ok or not x.ok:
            return
        if not isinstance(c.type, t.Chan):
            self.error(
                s.pos, f"invalid operation: cannot send to non-channel {c.type} {self.describe(c)}"
            )
        elif c.type.dir == "recv":
            self.error(
                s.pos,
                f"invalid operation: cannot send to receive-only channel {c.type} {self.describe(c)}",
            )
        else:
            self.assignment(x, c.type.elem, "send")

    def _go_defer(self, s: ast.GoDefer) -> None:
        if s.word == "defer" and self.func is not None:
            self.func.home.has_defer = True
        e = ast.unparen(s.call)
        if isinstance(e, ast.Bad):
            return
        if not isinstance(e, ast.Call):
            self.error(s.call.pos, f"expression in {s.word} must be function call")
            return
        if s.call is not e:
            self.error(s.call.pos, f"expression in {s.word} must not be parenthesized")
        x = self.raw(e)
        if not x.ok or self._is_statement(e):
            return
        why = "discards result of"
        if self.info.operands[e.fun].mode == "type":
            why = "requires function call, not conversion"
        self.error(e.pos, f"{s.word} {why} {self.describe(x)}")

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
                        f"inner declaration of var {hidden.name} {hidden.type}",
                    )

    def _branch(self, s: ast.Branch) -> None:
        if s.label is None:
            if s.word == "break" and not self.targets:
                self.error(s.pos, "break is not in a loop, switch, or select")
            if s.word == "continue" and not any(x.loop for x in self.targets):
                self.error(s.pos, "continue is not in a loop")
            if s.word == "fallthrough":
                self.error(s.pos, "fallthrough statement out of place")
            return
        name = s.label.name
        if name not in self.labels:
            self.error(s.label.pos, f"{s.word} label not defined: {name}")
            return
        self.used_labels.add(name)
        found = next((x for x in self.targets if x.label == name), None)
        if found is None or (s.word == "continue" and not found.loop):
            self.error(s.label.pos, f"invalid {s.word} label {name}")

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
        if x.ok and t.kind(x.type) != "bool":
            self.error(e.pos, f"non-boolean condition in {word} statement")

    def _switch(self, s: ast.Switch, label: str) -> None:
        self.open_scope()
        if s.init is not None:
            self.stmt(s.init)
        tag: Operand | None = None
        if s.tag is not None:
            tag = self.expr(s.tag)
            self.assignment(tag, None, "switch expression")
            if tag.ok and not t.is_comparable(tag.type):
                self.error(
                    s.tag.pos,
                    f"cannot switch on {self.describe(tag)} ({tag.type} is not comparable)",
                )
                tag.invalidate()
        else:
            tag = Operand("constant", ast.Ident(s.pos, "true"), t.BOOL, True)
        self.targets.append(Target(label, False))
        seen: dict[object, Operand] = {}
        default: ast.Case | None = None
        for i, case in enumerate(s.cases):
            if case.values is None:
                if default is not None:
                    where = f"{self.filename}:{default.pos.line}:{default.pos.col}"
                    self.error(case.pos, f"multiple defaults (first at {where})")
                default = default or case
            for e in case.values or ():
                self._case_value(e, tag, seen)
            self.open_scope()
            self._case_body(case.body, i == len(s.cases) - 1)
            self.close_scope()
        self.targets.pop()
        self.close_scope()

    def _type_switch(self, s: ast.TypeSwitch, label: str) -> None:
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
        self.targets.append(Target(label, False))
        seen: dict[t.Type | None, ast.Expr] = {}
        default: ast.Case | None = None
        variables: list[Var] = []
        for case in s.cases:
            if case.values is None:
                if default is not None:
                    where = f"{self.filename}:{default.pos.line}:{default.pos.col}"
                    self.error(case.pos, f"multiple defaults (first at {where})")
                default = default or case
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
            self.error(name.pos, f"declared and not used: {name.name}")
        self.targets.pop()
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

    def _case_value(self, e: ast.Expr, tag: Operand, seen: dict[object, Operand]) -> None:
        x = self.expr(e)
        if not x.ok or not tag.ok:
            return
        y = Operand(tag.mode, tag.expr, tag.type, tag.value)
        self.convert_untyped(x, y.type)
        if not x.ok or not self.comparison(x, "==", y, e, case=True).ok:
            return
        if x.mode == "constant" and t.kind(x.type) != "bool":
            if x.value in seen:
                first = seen[x.value].expr.pos
                self.error(
                    e.pos,
                    f"duplicate case {self.describe(x)} in expression switch\n"
                    f"\t{self.filename}:{first.line}:{first.col}: previous case",
                )
            else:
                seen[x.value] = x

    def _case_body(self, body: tuple[ast.Stmt, ...], last: bool) -> None:
        for i, s in enumerate(body):
            if isinstance(s, ast.Branch) and s.word == "fallthrough" and i == len(body) - 1:
                if last:
                    self.error(s.pos, "cannot fallthrough final case in switch")
                continue
            self.stmt(s)

    def _for(self, s: ast.For, label: str) -> None:
        self.open_scope()
        if s.init is not None:
            self.stmt(s.init)
        if s.cond is not None:
            self.condition(s.cond, "for")
        if s.post is not None:
            self.stmt(s.post)
        self.targets.append(Target(label, True))
        self.block(s.body)
        self.targets.pop()
        self.close_scope()

    def _range(self, s: ast.Range, label: str) -> None:
        outer = self.func
        self.open_scope()
        self.range_clause(s)
        self.targets.append(Target(label, True))
        self.block(s.body)
        self.targets.pop()
        self.close_scope()
        self.func = outer
