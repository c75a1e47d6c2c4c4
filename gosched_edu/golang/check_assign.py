"""Declarations and assignments: from m expressions to n variables.

Problem. Values meet variables one to one, or one call gives several, or a receive gives a
second "ok"; the same rules serve var, :=, =, return and range.

Rejected. A rule for each statement.

Invariant. After `init_vars` every variable on the left has a type, INVALID after an error,
so later uses of it raise no second message.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_call import CallChecker, summary
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Const, Operand, Var
from gosched_edu.golang.typesets import every


class AssignChecker(CallChecker):
    """Checks declarations and assignments."""

    def values(self, rhs: tuple[ast.Expr, ...], count: int) -> list[Operand]:
        """The operands of `rhs`; one call is spread, one receive too if two are wanted."""
        if len(rhs) != 1:
            return [self.generic(e) for e in rhs]
        x = self.raw(rhs[0])
        if x.mode in ("commaok", "mapindex") and count == 2:
            return [x, Operand("value", rhs[0], t.UNTYPED_BOOL)]
        if isinstance(x.type, t.Tuple) and x.mode == "value":
            pos = rhs[0].pos
            return [
                Operand("value", ast.Ident(pos, f"{_nth(i)} function result"), each)
                for i, each in enumerate(x.type.types, 1)
            ]
        self.single(x, generic=True)
        return [x]

    def init_vars(
        self, lhs: list[Var], rhs: tuple[ast.Expr, ...], context: str, at: ast.Return | None = None
    ) -> None:
        """Check that `rhs` initialises `lhs`; variables without type take the value's."""
        xs = self.values(rhs, len(lhs) if at is None else 0)
        if at is None and len(lhs) > 1 and (context == "assignment" or len(rhs) == 1):
            context = "multiple assignment"
        if all(x.ok for x in xs) and len(xs) != len(lhs):
            if at is not None:
                self._return_mismatch(lhs, xs, at)
            else:
                self.mismatch(rhs, len(lhs), len(xs))
        elif len(xs) == len(lhs):
            for var, x in zip(lhs, xs, strict=True):
                self.init_var(var, x, context)

    def init_var(self, var: Var, x: Operand, context: str) -> None:
        """Check that `x` initialises `var`."""
        if var.type != t.INVALID:
            self.not_generic(x, var.type, var.name or "result variable")
            self.assignment(x, var.type, context)
            return
        self.assignment(x, None, context)
        if x.ok:
            var.type = x.type

    def mismatch(self, rhs: tuple[ast.Expr, ...], n: int, values: int) -> None:
        """Report that n variables meet another number of values."""
        left = f"{n} variable{'' if n == 1 else 's'}"
        right = f"{values} value{'' if values == 1 else 's'}"
        call = ast.unparen(rhs[0])
        if len(rhs) == 1 and isinstance(call, ast.Call):
            right = f"{ast.text(call.fun)} returns {right}"
        self.error(rhs[0].pos, f"assignment mismatch: {left} but {right}")

    def _return_mismatch(self, lhs: list[Var], xs: list[Operand], at: ast.Return) -> None:
        pos, word = at.pos, "not enough"
        if len(xs) > len(lhs):
            pos, word = xs[len(lhs)].expr.pos, "too many"
        elif xs:
            pos = xs[-1].expr.pos
        want = ", ".join(str(v.type) for v in lhs)
        self.error(pos, f"{word} return values\n\thave {summary(xs)}\n\twant ({want})")

    # --- declarations --------------------------------------------------------------------

    def const_spec(self, spec: ast.ConstSpec, consts: list[Const]) -> None:
        """Give the constants of `spec` their values."""
        kind = self.var_type(spec.type) if spec.type is not None else None
        if kind is not None and kind != t.INVALID and not isinstance(kind.underlying, t.Basic):
            assert spec.type is not None
            self.error(spec.type.pos, f"invalid constant type {kind}")
            kind = t.INVALID
        for i, const in enumerate(consts):
            if i >= len(spec.values):
                self.error(const.pos, f"missing init expr for {const.name}")
                continue
            self._constant(const, kind, spec, spec.values[i])
        if len(spec.values) > len(consts):
            extra = spec.values[len(consts)]
            if spec.inherited:
                self.error(spec.pos, f"extra init expr at {extra.pos.line}:{extra.pos.col}")
            else:
                self.error(extra.pos, f"extra init expr {ast.text(extra)}")

    def _constant(
        self, const: Const, kind: t.Type | None, spec: ast.ConstSpec, e: ast.Expr
    ) -> None:
        outer, self.iota = self.iota, spec.iota
        around, self.inherits = self.inherits, const.pos if spec.inherited else None
        self._constant_value(const, kind, self.expr(e))
        self.iota, self.inherits = outer, around

    def _constant_value(self, const: Const, kind: t.Type | None, x: Operand) -> None:
        if not x.ok or kind == t.INVALID:
            return
        if x.mode != "constant":
            self.error(x.expr.pos, f"{self.describe(x)} is not constant")
            return
        if kind is not None:
            self.assignment(x, kind, "constant declaration")
        if x.ok:
            const.type, const.value = x.type, x.value

    def var_spec(self, spec: ast.VarSpec, vars: list[Var]) -> None:
        """Give the variables of `spec` their types and check their values."""
        if spec.type is not None:
            kind = self.var_type(spec.type)
            for v in vars:
                v.type = kind
        if not spec.values:
            return
        if len(spec.values) > 1 and len(spec.values) != len(vars):
            xs = [self.expr(e) for e in spec.values]
            if all(x.ok for x in xs):
                self._wrong_count(spec, len(vars))
            return
        self.init_vars(vars, spec.values, "variable declaration")

    def _wrong_count(self, spec: ast.VarSpec, n: int) -> None:
        if len(spec.values) > n:
            extra = spec.values[n]
            self.error(extra.pos, f"extra init expr {ast.text(extra)}")
        else:
            name = spec.names[len(spec.values)]
            self.error(name.pos, f"missing init expr for {name.name}")

    def short_var(self, s: ast.Assign) -> None:
        """``a, b := ...``: new names are declared, old ones assigned."""
        targets: list[Var] = []
        fresh: list[tuple[ast.Ident, Var]] = []
        seen: set[str] = set()
        for e in s.lhs:
            if not isinstance(e, ast.Ident):
                if not isinstance(e, ast.Bad):
                    self.raw(e)
                    self.error(e.pos, f"non-name {ast.text(e)} on left side of :=")
                targets.append(Var("_", e.pos))
                continue
            if e.name != "_" and e.name in seen:
                self.error(e.pos, f"{e.name} repeated on left side of :=")
            seen.add(e.name)
            old = self.scope.names.get(e.name)
            if isinstance(old, Var) and e.name != "_":
                self.info.uses[e] = old
                self.reassigned(old)
                targets.append(old)
                continue
            if old is not None:
                self.error(e.pos, f"cannot assign to {e.name}")
            var = self.new_var(e, t.INVALID)
            targets.append(var)
            fresh.append((e, var))
        self.init_vars(targets, s.rhs, "assignment")
        if not any(e.name != "_" for e, _ in fresh) and all(
            isinstance(e, ast.Ident) for e in s.lhs
        ):
            self.error(s.op_pos, "no new variables on left side of :=")
        for e, var in fresh:
            if e.name not in self.scope.names or e.name == "_":
                self.declare(e, var)

    def reassigned(self, var: Var) -> None:
        """Note that `var` changes after its declaration."""
        var.assigned = True
        self.touch(var)

    # --- assignments -----------------------------------------------------------------------

    def target(self, e: ast.Expr) -> t.Type | None:
        """The type of an assignable expression; None for the blank identifier."""
        inner = ast.unparen(e)
        if isinstance(inner, ast.Ident):
            if inner.name == "_":
                return None
            obj = self.scope.lookup(inner.name)
            was_used = obj is not None and obj.used
            x = self.raw(e)
            if isinstance(obj, Var):
                obj.used = was_used or obj.owner is None
                self.reassigned(obj)
        else:
            x = self.raw(e)
            self._part_changes(inner)
        return self._target_type(x)

    def _part_changes(self, e: ast.Expr) -> None:
        """Note that a part of a variable changes: a field, or an array's element."""
        while isinstance(e, (ast.Selector, ast.Index)):
            if isinstance(e, ast.Selector):
                s = self.info.selections.get(e)
                if s is None or s.kind != "field" or s.indirect:
                    return
            elif not isinstance(self.info.operands[e.x].type.underlying, t.Array):
                return
            e = ast.unparen(e.x)
        obj = self.info.uses.get(e) if isinstance(e, ast.Ident) else None
        if isinstance(obj, Var):
            self.reassigned(obj)

    def _target_type(self, x: Operand) -> t.Type:
        """The type of `x` if it can be assigned to; INVALID after an error."""
        self.single(x)
        if not x.ok:
            return t.INVALID
        if x.mode not in ("variable", "mapindex"):
            self.error(x.expr.pos, f"cannot assign to {self._unassignable(x)}")
            return t.INVALID
        return x.type

    def _unassignable(self, x: Operand) -> str:
        e = x.expr
        if isinstance(e, ast.Selector) and (base := self.info.operands.get(e.x)) is not None:
            if base.mode == "mapindex":
                return f"struct field {ast.text(e)} in map"
        return f"{ast.text(e)} (neither addressable nor a map index expression)"

    def assign(self, s: ast.Assign) -> None:
        """``=`` and the assignment operations."""
        if s.op == ":=":
            self.short_var(s)
        elif s.op == "=":
            self._plain(s)
        elif len(s.lhs) != 1 or len(s.rhs) != 1:
            self.error(s.pos, f"assignment operation {s.op} requires single-valued expressions")
        else:
            self._operation(s.lhs[0], s.op[:-1], s.op_pos, s.rhs[0])

    def _plain(self, s: ast.Assign) -> None:
        kinds = [self.target(e) for e in s.lhs]
        xs = self.values(s.rhs, len(s.lhs))
        if len(xs) != len(kinds):
            if all(x.ok for x in xs):
                self.mismatch_at(s, len(xs))
            return
        for e, kind, x in zip(s.lhs, kinds, xs, strict=True):
            self.not_generic(x, kind, ast.text(e))
            blank = kind is None and isinstance(e, ast.Ident)
            context = "assignment to _ identifier" if blank else "assignment"
            self.assignment(x, kind, context if len(s.lhs) == 1 else "multiple assignment")

    def mismatch_at(self, s: ast.Assign, values: int) -> None:
        """Report a mismatch of ``lhs = rhs``."""
        self.mismatch(s.rhs, len(s.lhs), values)

    def _operation(self, lhs: ast.Expr, op: str, op_pos: Pos, rhs: ast.Expr) -> None:
        x, y = self.expr(lhs), self.expr(rhs)
        e = ast.Binary(lhs.pos, op + "=", op_pos, lhs, rhs)
        made = Operand(x.mode, x.expr, x.type, x.value)
        result = self.binary(made, op, y, e)
        if not result.ok:
            return
        self.assignment(result, self._changed(lhs, x), "assignment")

    def _changed(self, e: ast.Expr, x: Operand) -> t.Type:
        """The type of operand `x` of `e`, which changes in place."""
        self._part_changes(ast.unparen(e))
        return self._target_type(x)

    def inc_dec(self, s: ast.IncDec) -> None:
        """``x++`` and ``x--``."""
        x = self.expr(s.x)
        if not x.ok:
            return
        if not every(x.type, t.is_numeric):
            self.error(
                s.x.pos,
                f"invalid operation: {ast.text(s.x)}{s.op} (non-numeric type {x.type})",
            )
            return
        self._changed(s.x, x)


def _nth(n: int) -> str:
    return f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n, 'th')}"
