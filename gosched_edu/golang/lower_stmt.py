"""Statements to instructions.

Problem. Loops should cost one jump a round; closures made in a loop must see the
iteration's own variable; deferred calls must run however a function returns.

Rejected. Testing at the top of each round (two jumps); a list of deferred calls in the
kernel (it would have to know functions' results).

Invariant. After a statement `Emitter.top` is what it was, but for the slots of variables
declared in the enclosing block.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, Label
from gosched_edu.golang.lower_call import CallLowering
from gosched_edu.golang.lower_expr import Place
from gosched_edu.golang.objects import Var
from gosched_edu.kernel import isa


@dataclass
class Exit:
    """Where break and continue go from inside a statement."""

    label: str
    leave: Label
    again: Label | None


class StmtLowering(CallLowering):
    """Lowers the statements of one function."""

    exits: list[Exit]
    defers: int

    def child(self, emitter: Emitter) -> CallLowering:
        inner = StmtLowering(self.program, emitter, None)
        inner.exits = []
        inner.defers = -1
        return inner

    # --- functions -----------------------------------------------------------------------

    def function(self, e: ast.FuncLit) -> Emitter:
        self.out.literals += 1
        separator = "." if self.func is not None and self.func.parent is not None else ".func"
        name = f"{self.out.name}{separator}{self.out.literals}"
        info = self.info.functions[e]
        emitter = Emitter(
            self.builder, name, len(info.params), len(info.results), e.pos
        )
        inner = StmtLowering(self.program, emitter, info)
        inner.body(e.body)
        return emitter

    def body(self, block: ast.Block) -> None:
        """Lower a whole function body."""
        assert self.func is not None
        self.exits = []
        out = self.out
        for i, var in enumerate(self.func.captures):
            slot = out.alloc()
            out.pos = out.declared
            out.emit("LD", slot, isa.FRAME_ENV, i + 1)
            self.vars[var] = Place(slot, var.boxed)
        for i, var in enumerate(self.func.params):
            slot = isa.FRAME_ARGS + i
            if var.boxed:
                cell = out.alloc()
                out.emit("NEWCOPY", cell, slot, 1)
                slot = cell
            self.vars[var] = Place(slot, var.boxed)
        for var in self.func.results:
            if self.func.named_results:
                self.declare(var)
        self.defers = -1
        if self.func.has_defer:
            self.defers = out.constant(0, out.alloc())
        self.stmts(block.stmts)
        out.pos = block.rbrace
        if not self.func.results:
            self.leave()
        elif out.open_ended():
            # The checker has shown that control cannot come here.
            out.emit("RET")

    def leave(self) -> None:
        """Run the deferred calls and return."""
        if self.defers >= 0:
            self._run_defers()
        self.out.emit("RET")

    def _run_defers(self) -> None:
        out = self.out
        mark = out.top
        none, again = Label(), Label()
        out.emit("JZ", self.defers, none)
        out.bind(again)
        closure = out.alloc()
        out.emit("LD", closure, self.defers, 1)
        out.emit("LD", self.defers, self.defers, 0)
        # A deferred function may have results, which nobody wants; there is room for them.
        base = out.alloc(isa.FRAME_ARGS + 8)
        out.emit("CALLC", closure, base)
        out.emit("LOOPNZ", self.defers, again)
        out.bind(none)
        out.top = mark

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

    # --- statements ------------------------------------------------------------------------

    def stmts(self, stmts: tuple[ast.Stmt, ...]) -> None:
        for s in stmts:
            self.stmt(s)

    def block(self, b: ast.Block) -> None:
        mark = self.out.top
        self.stmts(b.stmts)
        self.out.top = mark

    def stmt(self, s: ast.Stmt, label: str = "") -> None:
        """Lower one statement."""
        self.out.pos = s.pos
        mark = self.out.top
        match s:
            case ast.DeclStmt():
                for spec in s.specs:
                    if isinstance(spec, ast.VarSpec):
                        self._var_spec(spec)
                return
            case ast.Assign() if s.op == ":=":
                self._define(s)
                return
            case ast.Labeled():
                self.stmt(s.stmt, s.label.name)
                return
            case ast.Block():
                self.block(s)
            case ast.ExprStmt():
                self._expr_stmt(s.x)
            case ast.Assign():
                self._assign(s)
            case ast.IncDec():
                self._operate(s.x, s, s.op[0], None)
            case ast.Send():
                channel, value = self.expr(s.chan), self.expr(s.value)
                self.out.pos = s.pos
                self.out.emit("SEND", channel, value)
            case ast.GoDefer():
                self._go_defer(s)
            case ast.Return():
                self._return(s)
            case ast.Branch():
                self._branch(s)
            case ast.If():
                self._if(s)
            case ast.Switch():
                self._switch(s, label)
            case ast.For():
                self._for(s, label)
            case ast.Range():
                self._range(s, label)
        self.out.top = mark

    def _expr_stmt(self, e: ast.Expr) -> None:
        e = ast.unparen(e)
        if isinstance(e, ast.Unary):
            channel = self.expr(e.x)
            self.out.pos = e.pos
            self.out.emit("RECV", -1, channel, -1)
        else:
            self.expr(e)

    def _go_defer(self, s: ast.GoDefer) -> None:
        if s.word == "go":
            self.go(s)
            return
        closure = self.deferred(s)
        self.out.pos = s.pos
        node = self.out.alloc(2)
        self.out.move(node, self.defers)
        self.out.move(node + 1, closure)
        self.out.emit("NEWCOPY", self.defers, node, 2)

    # --- declarations and assignments ----------------------------------------------------

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

    # --- leaving -----------------------------------------------------------------------------

    def _return(self, s: ast.Return) -> None:
        assert self.func is not None
        results = self.func.results
        out = self.out
        first = isa.FRAME_ARGS
        if s.results:
            simple = len(s.results) == len(results) == 1
            if simple and self.defers < 0 and not self.func.named_results:
                self.expr(s.results[0], first)
                out.pos = s.pos
                out.emit("RET")
                return
            fresh = self.defers >= 0
            slots = self.values(s.results, len(results), fresh)
            if self.func.named_results:
                if len(slots) > 1:
                    slots = self._apart(slots, [self.vars[r] for r in results])
                for r, slot in zip(results, slots, strict=True):
                    self.store(r, slot)
        out.pos = s.pos
        if self.defers >= 0:
            self._run_defers()
        if self.func.named_results:
            slots = [self.load(r) for r in results]
        elif not s.results:
            slots = []
        goals = range(first, first + len(slots))
        slots = [
            self._copied(v) if v in goals and v != g else v
            for v, g in zip(slots, goals, strict=True)
        ]
        for goal, slot in zip(goals, slots, strict=True):
            out.move(goal, slot)
        out.emit("RET")

    def _copied(self, slot: int) -> int:
        copy = self.out.alloc()
        self.out.move(copy, slot)
        return copy

    def _apart(self, slots: list[int], places: list[Place]) -> list[int]:
        """`slots` with copies of those that are result variables themselves."""
        taken = {p.number for p in places}
        return [self._copied(s) if s in taken else s for s in slots]

    def _branch(self, s: ast.Branch) -> None:
        name = s.label.name if s.label is not None else ""
        for x in reversed(self.exits):
            if name and x.label != name:
                continue
            if s.word == "break":
                self.out.emit("JMP", x.leave)
                return
            if x.again is not None:
                self.out.emit("JMP", x.again)
                return

    # --- choices -----------------------------------------------------------------------------

    def _if(self, s: ast.If) -> None:
        if s.init is not None:
            self.stmt(s.init)
        no, end = Label(), Label()
        self.jump(s.cond, no, False)
        self.block(s.then)
        if s.orelse is None:
            self.out.bind(no)
            return
        if self.out.open_ended():
            self.out.emit("JMP", end)
        self.out.bind(no)
        self.stmt(s.orelse)
        self.out.bind(end)

    def _switch(self, s: ast.Switch, label: str) -> None:
        out = self.out
        if s.init is not None:
            self.stmt(s.init)
        tag = -1
        if s.tag is not None:
            tag = out.alloc()
            self.expr(s.tag, tag)
        end = Label()
        bodies = [Label() for _ in s.cases]
        default = end
        for case, body in zip(s.cases, bodies, strict=True):
            if case.values is None:
                default = body
            for e in case.values or ():
                self._case(s, tag, e, body)
        out.pos = s.pos
        out.emit("JMP", default)
        self.exits.append(Exit(label, end, None))
        for case, body in zip(s.cases, bodies, strict=True):
            mark = out.top
            out.bind(body)
            last = case.body[-1] if case.body else None
            falls = isinstance(last, ast.Branch) and last.word == "fallthrough"
            self.stmts(case.body[:-1] if falls else case.body)
            if not falls and body is not bodies[-1] and out.open_ended():
                out.emit("JMP", end)
            out.top = mark
        self.exits.pop()
        out.bind(end)

    def _case(self, s: ast.Switch, tag: int, e: ast.Expr, body: Label) -> None:
        """Go to `body` if the tag equals `e`; without a tag, if `e` is true."""
        out = self.out
        if s.tag is None:
            self.jump(e, body, True)
            return
        mark = out.top
        value = self.expr(e)
        out.pos = e.pos
        if t.kind(self.info.operands[s.tag].type) == "string":
            order = out.alloc()
            out.emit("SCMP", order, tag, value)
            out.emit("JZ", order, body)
        else:
            out.emit("JEQ", tag, value, body)
        out.top = mark

    # --- loops -------------------------------------------------------------------------------

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

