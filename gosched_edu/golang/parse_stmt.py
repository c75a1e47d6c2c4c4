"""Statements: from the parser library's nodes to `ast`.

Problem, what was rejected, invariant: as in `parse_expr`.
"""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from gosched_edu.golang import ast
from gosched_edu.golang.parse_expr import ExprParser, children, text


class StmtParser(ExprParser):
    """Turns statement nodes into `ast.Stmt`."""

    def stmt(self, n: Node) -> ast.Stmt:
        """The statement at node `n`."""
        handler: Callable[[Node], ast.Stmt] | None = getattr(self, f"_{n.type}", None)
        return self.unknown(n) if handler is None else handler(n)

    def optional(self, n: Node | None) -> ast.Stmt | None:
        return None if n is None else self.stmt(n)

    def block(self, n: Node | None) -> ast.Block:
        assert n is not None
        return self._block(n)

    def stmts(self, n: Node) -> tuple[ast.Stmt, ...]:
        """The statements below a block or a case clause."""
        out: list[ast.Stmt] = []
        for c in children(n):
            if c.type == "statement_list":
                out.extend(self.stmt(s) for s in children(c))
        return tuple(out)

    def _block(self, n: Node) -> ast.Block:
        return ast.Block(self.pos(n), self.stmts(n), self.pos(n.children[-1]))

    def _empty_statement(self, n: Node) -> ast.Stmt:
        return ast.Block(self.pos(n), (), self.pos(n))

    def _expression_statement(self, n: Node) -> ast.Stmt:
        return ast.ExprStmt(self.pos(n), self.expr(children(n)[0]))

    def _send_statement(self, n: Node) -> ast.Stmt:
        channel = self.expr(n.child_by_field_name("channel"))
        return ast.Send(self.pos(n), channel, self.expr(n.child_by_field_name("value")))

    def _inc_statement(self, n: Node) -> ast.Stmt:
        return ast.IncDec(self.pos(n), self.expr(children(n)[0]), n.children[-1].type)

    _dec_statement = _inc_statement

    def _assignment_statement(self, n: Node) -> ast.Stmt:
        op = n.child_by_field_name("operator")
        assert op is not None
        return self._assign(n, op)

    def _short_var_declaration(self, n: Node) -> ast.Stmt:
        return self._assign(n, next(c for c in n.children if c.type == ":="))

    def _assign(self, n: Node, op: Node) -> ast.Stmt:
        lhs = self.exprs(n.child_by_field_name("left"))
        rhs = self.exprs(n.child_by_field_name("right"))
        return ast.Assign(self.pos(n), lhs, text(op), self.pos(op), rhs)

    def _go_statement(self, n: Node) -> ast.Stmt:
        return ast.GoDefer(self.pos(n), n.children[0].type, self.expr(children(n)[0]))

    _defer_statement = _go_statement

    def _return_statement(self, n: Node) -> ast.Stmt:
        listing = children(n)
        return ast.Return(self.pos(n), self.exprs(listing[0]) if listing else ())

    def _break_statement(self, n: Node) -> ast.Stmt:
        label = children(n)
        return ast.Branch(self.pos(n), n.children[0].type, self.ident(label[0]) if label else None)

    _continue_statement = _fallthrough_statement = _goto_statement = _break_statement

    def _labeled_statement(self, n: Node) -> ast.Stmt:
        label = n.child_by_field_name("label")
        inner = [c for c in children(n) if c != label]
        stmt = self.stmt(inner[0]) if inner else ast.Block(self.pos(n), (), self.pos(n))
        return ast.Labeled(self.pos(n), self.ident(label), stmt)

    def _if_statement(self, n: Node) -> ast.Stmt:
        return ast.If(
            self.pos(n),
            self.optional(n.child_by_field_name("initializer")),
            self.expr(n.child_by_field_name("condition")),
            self.block(n.child_by_field_name("consequence")),
            self.optional(n.child_by_field_name("alternative")),
        )

    def _for_statement(self, n: Node) -> ast.Stmt:
        body_node = n.child_by_field_name("body")
        head = next((c for c in children(n) if c != body_node), None)
        if head is None:
            return ast.For(self.pos(n), None, None, None, self.block(body_node))
        if head.type == "range_clause":
            return self._range(n, head, body_node)
        if head.type != "for_clause":
            cond = self.expr(head)
            return ast.For(self.pos(n), None, cond, None, self.block(body_node))
        init = self.optional(head.child_by_field_name("initializer"))
        cond_node = head.child_by_field_name("condition")
        cond_expr = None if cond_node is None else self.expr(cond_node)
        post = self.optional(head.child_by_field_name("update"))
        if isinstance(post, ast.Assign) and post.op == ":=":
            message = "syntax error: cannot declare in post statement of for loop"
            self.error(post.op_pos, message)
        return ast.For(self.pos(n), init, cond_expr, post, self.block(body_node))

    def _range(self, n: Node, head: Node, body: Node | None) -> ast.Stmt:
        lhs = self.exprs(head.child_by_field_name("left"))
        op = next((c for c in head.children if c.type in (":=", "=")), head)
        x = self.expr(head.child_by_field_name("right"))
        define = op.type == ":="
        return ast.Range(self.pos(n), lhs, define, self.pos(op), x, self.block(body))

    def _expression_switch_statement(self, n: Node) -> ast.Stmt:
        init = self.optional(n.child_by_field_name("initializer"))
        tag = n.child_by_field_name("value")
        cases: list[ast.Case] = []
        for c in children(n):
            if c.type == "expression_case":
                values = self.exprs(c.child_by_field_name("value"))
                cases.append(ast.Case(self.pos(c), values, self.stmts(c)))
            elif c.type == "default_case":
                cases.append(ast.Case(self.pos(c), None, self.stmts(c)))
        return ast.Switch(self.pos(n), init, self.expr(tag) if tag else None, tuple(cases))

    def _type_switch_statement(self, n: Node) -> ast.Stmt:
        init = self.optional(n.child_by_field_name("initializer"))
        alias = children(n.child_by_field_name("alias"))
        x = self.expr(n.child_by_field_name("value"))
        cases: list[ast.Case] = []
        for c in children(n):
            if c.type == "type_case":
                kinds = [self.type(k) for k in c.children_by_field_name("type") if k.is_named]
                cases.append(ast.Case(self.pos(c), tuple(kinds), self.stmts(c)))
            elif c.type == "default_case":
                cases.append(ast.Case(self.pos(c), None, self.stmts(c)))
        name = self.ident(alias[0]) if alias else None
        return ast.TypeSwitch(self.pos(n), init, name, x, tuple(cases))

    def _select_statement(self, n: Node) -> ast.Stmt:
        clauses: list[ast.CommClause] = []
        for c in children(n):
            if c.type == "communication_case":
                comm = self.stmt(c.child_by_field_name("communication"))  # type: ignore[arg-type]
                clauses.append(ast.CommClause(self.pos(c), comm, self.stmts(c)))
            elif c.type == "default_case":
                clauses.append(ast.CommClause(self.pos(c), None, self.stmts(c)))
        return ast.Select(self.pos(n), tuple(clauses))

    def _receive_statement(self, n: Node) -> ast.Stmt:
        right = self.expr(n.child_by_field_name("right"))
        left = n.child_by_field_name("left")
        if left is None:
            return ast.ExprStmt(self.pos(n), right)
        op = next(c for c in n.children if c.type in (":=", "="))
        return ast.Assign(self.pos(n), self.exprs(left), op.type, self.pos(op), (right,))

    # --- declarations, in functions and outside -----------------------------------------

    def _type_declaration(self, n: Node) -> ast.Stmt:
        return ast.DeclStmt(self.pos(n), self.type_specs(n))

    def type_specs(self, n: Node) -> tuple[ast.TypeSpec, ...]:
        """The specs of a type declaration, grouped or not."""
        out: list[ast.TypeSpec] = []
        for c in children(n):
            name = self.ident(c.child_by_field_name("name"))
            params = self.type_params(c.child_by_field_name("type_parameters"))
            kind = self.type(c.child_by_field_name("type"))
            out.append(ast.TypeSpec(self.pos(c), name, params, c.type == "type_alias", kind))
        return tuple(out)

    def _var_declaration(self, n: Node) -> ast.Stmt:
        return ast.DeclStmt(self.pos(n), self.var_specs(n))

    def _const_declaration(self, n: Node) -> ast.Stmt:
        return ast.DeclStmt(self.pos(n), self.const_specs(n))

    def var_specs(self, n: Node) -> tuple[ast.VarSpec, ...]:
        """The specs of a var declaration, grouped or not."""
        specs: list[Node] = []
        for c in children(n):
            specs.extend(children(c) if c.type == "var_spec_list" else [c])
        return tuple(self._var_spec(s) for s in specs)

    def _var_spec(self, n: Node) -> ast.VarSpec:
        names = self._names(n)
        kind = n.child_by_field_name("type")
        values = self.exprs(n.child_by_field_name("value"))
        return ast.VarSpec(self.pos(n), names, self.type(kind) if kind else None, values)

    def const_specs(self, n: Node) -> tuple[ast.ConstSpec, ...]:
        """The specs of a const declaration, with omitted expressions repeated."""
        out: list[ast.ConstSpec] = []
        kind: ast.Expr | None = None
        values: tuple[ast.Expr, ...] = ()
        for iota, c in enumerate(children(n)):
            value_node = c.child_by_field_name("value")
            type_node = c.child_by_field_name("type")
            inherited = value_node is None and type_node is None
            if not inherited:
                kind = self.type(type_node) if type_node else None
                values = self.exprs(value_node)
            names = self._names(c)
            out.append(ast.ConstSpec(self.pos(c), names, kind, values, iota, inherited))
        return tuple(out)

    def _names(self, n: Node) -> tuple[ast.Ident, ...]:
        return tuple(self.ident(m) for m in n.children_by_field_name("name") if m.is_named)
