"""Declarations and assignments to instructions.

Problem. A variable is a slot, a heap cell or a package variable; a value may come from an
expression, from one of several results, or be a receive's second.

Rejected. Copying every value before it is assigned: `a, b = b, a` needs it, `x = y` does not.

Invariant. All operands on the left and right are evaluated before the first assignment.
"""

from __future__ import annotations

from gosched_edu.golang import ast, universe
from gosched_edu.golang.lower_call import CallLowering
from gosched_edu.golang.lower_expr import Place
from gosched_edu.golang.objects import Var


class AssignLowering(CallLowering):
    """Lowers declarations and assignments."""

    def declare(self, var: Var, value: int | None = None) -> None:
        """Make room for `var`, with slot `value` in it or zero."""
        out = self.out
        slot = out.alloc()
        self.vars[var] = Place(slot, var.boxed)
        if var.type == universe.WAITGROUP:
            out.emit("NEW", slot, 2)
        elif var.boxed and value is None:
            out.emit("NEW", slot, 1)
        elif var.boxed:
            assert value is not None
            out.emit("NEWCOPY", slot, value, 1)
        elif value is None:
            out.constant(0, slot)
        else:
            out.move(slot, value)

    def _var_spec(self, spec: ast.VarSpec) -> None:
        variables = [self.info.defs[n] for n in spec.names]
        self.out.pos = spec.pos
        self._init([v if isinstance(v, Var) else None for v in variables], spec.values)

    def _define(self, s: ast.Assign) -> None:
        targets: list[Var | None] = []
        for e in s.lhs:
            assert isinstance(e, ast.Ident)
            obj = self.info.defs.get(e) or self.info.uses[e]
            assert isinstance(obj, Var)
            targets.append(obj)
        if all(e in self.info.defs for e in s.lhs if isinstance(e, ast.Ident)):
            self._init(targets, s.rhs)
            return
        # Some names are old: evaluate all, then declare or assign.
        held = self.values(s.rhs, len(targets), fresh=True)
        for e, var, slot in zip(s.lhs, targets, held, strict=True):
            assert isinstance(e, ast.Ident) and var is not None
            if e not in self.info.defs:
                self.store(var, slot)
            elif var.name != "_":
                self.declare(var, slot)

    def _init(self, variables: list[Var | None], rhs: tuple[ast.Expr, ...]) -> None:
        """Declare variables with their first values, all of them new."""
        if not rhs:
            for v in variables:
                if v is not None:
                    self.declare(v)
            return
        if len(rhs) == len(variables) == 1:
            self._init_one(variables[0], rhs[0])
            return
        slots = self.values(rhs, len(variables), fresh=True)
        for v, slot in zip(variables, slots, strict=True):
            if v is not None and v.name != "_":
                if v.boxed:
                    self.declare(v, slot)
                else:
                    self.vars[v] = Place(slot)

    def _init_one(self, v: Var | None, e: ast.Expr) -> None:
        mark = self.out.top
        if v is None or v.name == "_":
            self.expr(e)
            self.out.top = mark
        elif v.type == universe.WAITGROUP:
            self.declare(v)
        elif v.boxed:
            slot = self.out.alloc()
            value = self.expr(e)
            self.vars[v] = Place(slot, True)
            self.out.emit("NEWCOPY", slot, value, 1)
            self.out.top = slot + 1
        else:
            slot = self.out.alloc()
            self.expr(e, slot)
            self.vars[v] = Place(slot)
            self.out.top = slot + 1

    def values(self, rhs: tuple[ast.Expr, ...], count: int, fresh: bool = False) -> list[int]:
        """Slots with `count` values; fresh ones if variables may be made of them."""
        if len(rhs) == count:
            slots: list[int] = []
            for e in rhs:
                if fresh:
                    slot = self.out.alloc()
                    self.expr(e, slot)
                    slots.append(slot)
                    self.out.top = slot + 1
                else:
                    slots.append(self.expr(e))
            return slots
        e = ast.unparen(rhs[0])
        if isinstance(e, ast.Unary):
            value = self.out.alloc(2)
            channel = self.expr(e.x)
            self.out.pos = e.pos
            self.out.emit("RECV", value, channel, value + 1)
            self.out.top = value + 2
            return [value, value + 1]
        first = self.results(e)
        return [first + i for i in range(count)]

    def _variable(self, e: ast.Expr) -> Var | None:
        """The variable that `e` names, None if it names none or is blank."""
        e = ast.unparen(e)
        obj = self.info.uses.get(e) if isinstance(e, ast.Ident) else None
        return obj if isinstance(obj, Var) else None

    def _assign(self, s: ast.Assign) -> None:
        if s.op != "=":
            self._operate(s.lhs[0], s, s.op[:-1], s.rhs[0])
            return
        if len(s.lhs) == len(s.rhs) == 1:
            var = self._variable(s.lhs[0])
            slot = self.target_of(var) if var is not None else None
            if slot is not None:
                self.expr(s.rhs[0], slot)
                return
        pointers = [self._pointer(e, len(s.lhs) > 1) for e in s.lhs]
        values = self.values(s.rhs, len(s.lhs))
        if len(s.lhs) > 1 and len(s.rhs) > 1:
            values = self._unshared(values, s.lhs)
        for e, pointer, value in zip(s.lhs, pointers, values, strict=True):
            self.out.pos = s.pos
            self._put(e, pointer, value)

    def _pointer(self, e: ast.Expr, several: bool) -> int:
        """For ``*p`` the slot with p, evaluated now; -1 for a variable."""
        e = ast.unparen(e)
        if not isinstance(e, ast.Star):
            return -1
        slot = self.expr(e.x)
        if several and slot < self.out.top:
            copy = self.out.alloc()
            self.out.move(copy, slot)
            return copy
        return slot

    def _unshared(self, values: list[int], lhs: tuple[ast.Expr, ...]) -> list[int]:
        """`values` with copies of those slots that the assignment itself overwrites."""
        written: set[int | None] = set()
        for e in lhs:
            if (var := self._variable(e)) is not None:
                written.add(self.target_of(var))
        out: list[int] = []
        for v in values:
            if v in written:
                copy = self.out.alloc()
                self.out.move(copy, v)
                v = copy
            out.append(v)
        return out

    def _put(self, e: ast.Expr, pointer: int, value: int) -> None:
        if pointer >= 0:
            self.out.emit("ST", pointer, 0, value)
        elif (var := self._variable(e)) is not None:
            self.store(var, value)

    def _operate(self, lhs: ast.Expr, s: ast.Stmt, op: str, rhs: ast.Expr | None) -> None:
        """``lhs op= rhs``, or ``lhs++`` and ``lhs--`` when there is no `rhs`."""
        out = self.out
        var = self._variable(lhs)
        direct = self.target_of(var) if var is not None else None
        pointer = -1 if var is not None else self._pointer(lhs, False)
        if direct is not None:
            old = slot = direct
        elif var is not None:
            old = slot = self.load(var)
        else:
            old = slot = out.alloc()
            out.emit("LD", old, pointer, 0)
        if rhs is None:
            out.emit("ADDI", slot, old, 1 if op == "+" else -1)
        else:
            self._step(op, s, old, rhs, out.top, slot)
        out.pos = s.pos
        if direct is None:
            self._put(lhs, pointer, slot)
