"""Declarations and assignments to instructions.

Problem. A variable is slots, a heap object or data; a value may come from an expression, from
one of several results, or be the second of a receive, an assertion or a map's element.

Rejected. Copying every value before it is assigned: `a, b = b, a` needs it, `x = y` does not.

Invariant. All operands on the left and right are evaluated before the first assignment.
"""

from __future__ import annotations

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_go import GoLowering
from gosched_edu.golang.lower_order import has_call
from gosched_edu.golang.objects import Var


class AssignLowering(GoLowering):
    """Lowers declarations and assignments."""

    # --- declarations ------------------------------------------------------------------------

    def declare(self, var: Var, value: int | None = None) -> Place:
        """Make room for `var`, with the run at slot `value` in it or zero."""
        kind = self.plain(var.type)
        if self.boxed(var):
            if not var.captured and not var.addressed:
                self.out.inline_bytes += layout.gosize(kind)
            slot = self.out.alloc()
            if value is None:
                self.new(kind, slot)
            else:
                self.new_with(kind, value, slot)
            p = Place("memory", var.type, slot, checked=True)
        else:
            count = layout.slots(kind)
            slot = self.out.alloc(count)
            if value is None:
                self.zero(kind, slot)
            else:
                self.move(slot, value, count)
            p = Place("slots", var.type, slot)
        self.vars[var] = p
        return p

    def var_spec(self, spec: ast.VarSpec) -> None:
        """A var declaration in a function."""
        variables = [self.info.defs[n] for n in spec.names]
        self.out.pos = spec.pos
        hoisted = self.hoist(spec.values if len(spec.values) == len(variables) else ())
        self._init([v for v in variables if isinstance(v, Var)], spec.values)
        self.unready(hoisted)

    def _define(self, s: ast.Assign) -> None:
        targets: list[tuple[Var, bool]] = []
        for e in s.lhs:
            assert isinstance(e, ast.Ident)
            fresh = self.info.defs.get(e)
            obj = fresh if fresh is not None else self.info.uses[e]
            assert isinstance(obj, Var)
            targets.append((obj, fresh is not None))
        if all(new for _, new in targets):
            self._init([v for v, _ in targets], s.rhs)
            return
        # Some names are old: evaluate all, then declare or assign.
        held = self.values(s.rhs, [self.plain(v.type) for v, _ in targets], fresh=True)
        for (var, new), slot in zip(targets, held, strict=True):
            if not new:
                self.write(self.variable(var), slot)
            elif var.name != "_":
                self.declare(var, slot)

    def _init(self, variables: list[Var], rhs: tuple[ast.Expr, ...]) -> None:
        """Declare variables with their first values, all of them new."""
        if not rhs:
            for v in variables:
                self.declare(v)
            return
        if len(rhs) == len(variables) == 1:
            self._init_one(variables[0], rhs[0])
            return
        kinds = [self.plain(v.type) for v in variables]
        slots = self.values(rhs, kinds, fresh=True)
        for v, slot in zip(variables, slots, strict=True):
            if v.name == "_":
                continue
            if self.boxed(v):
                self.declare(v, slot)
            else:
                self.vars[v] = Place("slots", v.type, slot)

    def _init_one(self, v: Var, e: ast.Expr) -> None:
        mark = self.out.top
        kind = self.plain(v.type)
        if v.name == "_":
            self.value_as(e, kind)
            self.out.top = mark
        elif self.boxed(v):
            slot = self.out.alloc()
            inner = ast.unparen(e)
            if isinstance(inner, ast.Composite) and self.kind(inner) == kind:
                self.new_literal(inner, kind, slot)
            else:
                self.new_with(kind, self.value_as(e, kind), slot)
            self.vars[v] = Place("memory", v.type, slot, checked=True)
            self.out.top = slot + 1
        else:
            count = layout.slots(kind)
            slot = self.out.alloc(count)
            self.value_as(e, kind, slot)
            self.vars[v] = Place("slots", v.type, slot)
            self.out.top = slot + count

    # --- values ------------------------------------------------------------------------------

    def values(
        self, rhs: tuple[ast.Expr, ...], kinds: list[t.Type], fresh: bool = False
    ) -> list[int]:
        """Slots with the values of `rhs` as `kinds`; fresh ones if variables may be made of them."""
        if len(rhs) != len(kinds):
            return self._spread(rhs[0], kinds)
        if fresh:
            slots = []
            for e, kind in zip(rhs, kinds, strict=True):
                count = layout.slots(kind)
                slot = self.out.alloc(count)
                self.value_as(e, kind, slot)
                slots.append(slot)
                self.out.top = slot + count
            return slots
        return [self.value_as(e, kind) for e, kind in zip(rhs, kinds, strict=True)]

    def _spread(self, e: ast.Expr, kinds: list[t.Type]) -> list[int]:
        """The several values of a call, or of a comma-ok expression, as `kinds`."""
        e = ast.unparen(e)
        own: list[t.Type]
        if isinstance(e, ast.Call):
            kind = self.kind(e)
            assert isinstance(kind, t.Tuple)
            at, own = self.call(e), list(kind.types)
        else:
            first = self.kind(e)
            own = [first.types[0] if isinstance(first, t.Tuple) else first, t.BOOL]
            at = self.comma_ok(e)
        slots: list[int] = []
        for each, wanted in zip(own, kinds, strict=True):
            slots.append(self.place_as(Place("slots", each, at), wanted))
            at += layout.slots(each)
        return slots

    def comma_ok(self, e: ast.Expr) -> int:
        """The value of a receive, assertion or map element, and the flag behind it."""
        match e:
            case ast.Unary():
                return self.receive(e, None, True)
            case ast.TypeAssert():
                return self.assertion(e, None, True)
            case ast.Index():
                kind = self.kind(e.x).underlying
                assert isinstance(kind, t.Map)
                return self.map_element(e, kind, None)
        raise AssertionError(f"{ast.text(e)} has no second value")

    # --- assignments -----------------------------------------------------------------------

    def named(self, e: ast.Expr) -> Var | None:
        """The variable that `e` names, None if it names none or is blank."""
        e = ast.unparen(e)
        obj = self.info.uses.get(e) if isinstance(e, ast.Ident) else None
        return obj if isinstance(obj, Var) else None

    def is_blank(self, e: ast.Expr) -> bool:
        """Whether `e` is the blank identifier."""
        e = ast.unparen(e)
        return isinstance(e, ast.Ident) and e.name == "_"

    def _assign(self, s: ast.Assign) -> None:
        if s.op != "=":
            self._operate(s.lhs[0], s, s.op[:-1], s.rhs[0])
            return
        if len(s.lhs) == len(s.rhs) == 1:
            self._assign_one(s, s.lhs[0], s.rhs[0])
            return
        kinds = [self.target_type(e, s, i) for i, e in enumerate(s.lhs)]
        # The calls on the left have been made; what else is there is looked at after the one on the right.
        values = self.values(s.rhs, kinds) if len(s.rhs) == 1 else []
        targets = [None if self.is_blank(e) else self.assignee(e, hold=True) for e in s.lhs]
        if len(s.rhs) > 1:
            values = self.values(s.rhs, kinds)
            values = self.apart(values, kinds, targets)
        for x, value in zip(targets, values, strict=True):
            self.out.pos = s.pos
            if x is not None:
                x.store(value)

    def target_type(self, e: ast.Expr, s: ast.Assign, i: int) -> t.Type:
        """The type of what is assigned to."""
        if not self.is_blank(e):
            return self.kind(e)
        if len(s.rhs) == len(s.lhs):
            own = self.kind(s.rhs[i])
            return t.default(own) if t.is_untyped(own) else own
        kind = self.kind(s.rhs[0])
        if isinstance(kind, t.Tuple):
            return kind.types[i]
        return kind if i == 0 else t.BOOL

    def _assign_one(self, s: ast.Assign, lhs: ast.Expr, rhs: ast.Expr) -> None:
        if self.is_blank(lhs):
            self.value_as(rhs, self.target_type(lhs, s, 0))
            return
        kind = self.kind(lhs)
        var = self.named(lhs)
        if var is not None and (p := self.variable(var)).kind == "slots":
            self.value_as(rhs, kind, p.number)
            return
        if self.has_operand_call(lhs):
            x = self.assignee(lhs)
            value = self.borrowed(rhs, kind)
        else:
            # As gc does: calls come first, then what is read without calls.
            value = self.borrowed(rhs, kind)
            x = self.assignee(lhs)
        self.out.pos = s.pos
        x.store(value)

    def borrowed(self, e: ast.Expr, kind: t.Type) -> int:
        """The value of `e` for an assignment that happens at once: memory is not copied."""
        if layout.is_memory(kind) and self.kind(e) == kind:
            p = self.locate(e)
            if p.kind in ("memory", "data"):
                slot = self.address_of(p)
                self.announce(slot, 0, layout.words(kind), False)
                return slot
            return p.number
        return self.value_as(e, kind)

    # --- op= ---------------------------------------------------------------------------------

    def _operate(self, lhs: ast.Expr, s: ast.Stmt, op: str, rhs: ast.Expr | None) -> None:
        """``lhs op= rhs``, or ``lhs++`` and ``lhs--`` when there is no `rhs`."""
        kind = self.kind(lhs)
        stable = rhs is None or not has_call(self.info, rhs)
        if not stable and rhs is not None and not self.has_operand_call(lhs):
            # As gc does: calls come first, then what is read without calls.
            self.ready[rhs] = Place("slots", self.kind(rhs), self.expr(rhs))
            stable = True
        x = self.updated(lhs, self._harmless(op, rhs)) if stable else self.assignee(lhs, hold=True)
        old = x.load()
        direct = x.place is not None
        slot = old if direct else self.out.alloc(layout.slots(kind))
        self._result(kind, s, op, old, rhs, slot)
        self.out.pos = s.pos
        if not direct:
            x.store(slot)
        if rhs is not None:
            self.ready.pop(rhs, None)

    def _harmless(self, op: str, rhs: ast.Expr | None) -> bool:
        """Whether nothing can go wrong between reading the left side and assigning to it."""
        if rhs is None or self.info.operands[rhs].mode == "constant":
            return True
        return isinstance(rhs, ast.Ident) and op not in ("/", "%", "<<", ">>")

    def _result(
        self, kind: t.Type, s: ast.Stmt, op: str, old: int, rhs: ast.Expr | None, slot: int
    ) -> None:
        if rhs is None:
            self.step(op, kind, old, slot)
        elif op == "+" and t.kind(kind) == "string":
            self.append_to_string(old, rhs, slot)
        else:
            self.term(op, s, old, rhs, self.out.top, slot, kind)
