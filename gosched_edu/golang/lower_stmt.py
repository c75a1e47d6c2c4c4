"""Statements to instructions.

Problem. Deferred calls must run however a function returns, and may change its results.

Rejected. Running deferred calls at each return: the code would be there many times, and a
recovered panic needs one place where the function goes on.

Chosen. A function that defers has its results in variables, and one end: DEFERRET, then the
results go to the frame, then RET. Every return jumps there.

Invariant. After a statement `Emitter.top` is what it was, but for the slots of variables
declared in the enclosing block.
"""

from __future__ import annotations

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, Label
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_go import GoLowering
from gosched_edu.golang.lower_loop import Exit
from gosched_edu.golang.lower_order import place_operands
from gosched_edu.golang.lower_select import SelectLowering
from gosched_edu.golang.objectfile import Local
from gosched_edu.golang.objects import FuncInfo, Var
from gosched_edu.kernel import isa


class StmtLowering(SelectLowering):
    """Lowers the statements of one function."""

    # Where a return goes in a function that defers.
    ending: Label | None

    def child(self, emitter: Emitter) -> GoLowering:
        return self.inner(emitter, None)

    def inner(self, emitter: Emitter, func: FuncInfo | None) -> StmtLowering:
        """A lowering for another function of the same unit."""
        lowering = StmtLowering(
            self.program, self.unit, emitter, self.info, func, self.env, self.package
        )
        lowering.exits, lowering.ending, lowering.labels = [], None, {}
        return lowering

    # --- functions -----------------------------------------------------------------------

    def total(self, variables: list[Var]) -> int:
        """Slots of several variables."""
        return sum(layout.slots(self.plain(v.type)) for v in variables)

    def literal(self, e: ast.FuncLit) -> Local:
        self.out.literals += 1
        separator = "." if self.func is not None and self.func.parent is not None else ".func"
        name = f"{self.out.name}{separator}{self.out.literals}"
        info = self.info.functions[e]
        sizes = self.total(info.params), self.total(info.results)
        emitter = Emitter(self.unit, name, *sizes, e.pos)
        self.inner(emitter, info).body(e.body)
        return emitter.number

    def closure(self, e: ast.FuncLit, target: int | None) -> int:
        function = self.literal(e)
        self.out.pos = e.pos
        return self.closure_object(function, self.captured(self.info.functions[e]), target)

    def captured(self, info: FuncInfo) -> list[tuple[int, int]]:
        """The runs that a closure captures: addresses of boxed variables, values of others."""
        out: list[tuple[int, int]] = []
        for v in info.captures:
            p = self.variable(v)
            count = 1 if p.kind == "memory" else layout.slots(self.plain(v.type))
            out.append((p.number, count))
        return out

    def body(self, block: ast.Block) -> None:
        """Lower a whole function body."""
        assert self.func is not None
        out, func = self.out, self.func
        self.exits, self.ending, self.labels = [], None, {}
        self.begin(func)
        if func.has_defer:
            self.ending = Label()
            if not (func.named_results or func.results_shared):
                for r in func.results:
                    self.declare(r)
        self.stmts(block.stmts)
        out.pos = block.rbrace
        if self.ending is not None:
            out.bind(self.ending)
            out.emit("DEFERRET", out.alloc(isa.FRAME_ARGS))
            self._load_results(func.results)
            out.emit("RET")
        elif not func.results or out.open_ended():
            # With results the checker has shown that control cannot come here.
            out.emit("RET")

    def begin(self, func: FuncInfo) -> int:
        out = self.out
        out.pos = out.declared
        at = 1
        for var in func.captures:
            kind = self.plain(var.type)
            if self.boxed(var):
                slot = out.alloc()
                out.emit("LD", slot, isa.FRAME_ENV, at)
                self.vars[var] = Place("memory", var.type, slot, checked=True)
                at += 1
            else:
                count = layout.slots(kind)
                slot = out.alloc(count)
                if count == 1:
                    out.emit("LD", slot, isa.FRAME_ENV, at)
                elif count:
                    out.emit("LDN", slot, isa.FRAME_ENV, at << 8 | count)
                self.vars[var] = Place("slots", var.type, slot)
                at += count
        captured, at = at, isa.FRAME_ARGS
        for var in func.params:
            count = layout.slots(self.plain(var.type))
            if self.boxed(var):
                self.declare(var, at)
            else:
                self.vars[var] = Place("slots", var.type, at)
            at += count
        for var in func.results:
            if func.named_results or func.results_shared:
                self.declare(var)
        return captured

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
                        self.var_spec(spec)
                return
            case ast.Assign() if s.op == ":=":
                hoisted = self.hoist(s.rhs if len(s.rhs) == len(s.lhs) else ())
                self._define(s)
                self.unready(hoisted)
                return
            case ast.Labeled():
                self.labeled(s)
                return
            case ast.Block():
                self.block(s)
            case ast.ExprStmt():
                self._expr_stmt(s.x)
            case ast.Assign():
                places = [x for e in s.lhs for x in place_operands(e)]
                several = len(s.lhs) != len(s.rhs)
                hoisted = self.hoist([*places, *(() if several else s.rhs)], several)
                self._assign(s)
                self.unready(hoisted)
            case ast.IncDec():
                hoisted = self.hoist(place_operands(s.x))
                self._operate(s.x, s, s.op[0], None)
                self.unready(hoisted)
            case ast.Send():
                self._send(s)
            case ast.GoDefer():
                self.go_defer(s)
            case ast.Return():
                hoisted = self.hoist(s.results)
                self.return_(s)
                self.unready(hoisted)
            case ast.Branch():
                self.branch(s)
            case ast.If():
                self._if(s)
            case ast.Switch():
                self._switch(s, label)
            case ast.TypeSwitch():
                self._type_switch(s, label)
            case ast.For():
                self.for_loop(s, label)
            case ast.Range():
                self.range_loop(s, label)
            case ast.Select():
                self.select(s, label)
        self.out.top = mark

    def labeled(self, s: ast.Labeled) -> None:
        """A statement with a label."""
        goal = self.labelled(s.label.name)
        assert isinstance(goal, Label)
        self.out.bind(goal)
        self.stmt(s.stmt, s.label.name)

    def _expr_stmt(self, e: ast.Expr) -> None:
        e = ast.unparen(e)
        if isinstance(e, ast.Unary):
            channel = self.expr(e.x)
            self.out.pos = e.pos
            kind = self.kind(e.x).underlying
            assert isinstance(kind, t.Chan)
            self.out.emit("RECV", -1, channel, 2 * layout.slots(kind.elem))
        else:
            self.expr(e)

    def _send(self, s: ast.Send) -> None:
        kind = self.kind(s.chan).underlying
        assert isinstance(kind, t.Chan)
        hoisted = self.hoist([s.chan, s.value])
        channel = self.expr(s.chan)
        value = self.value_as(s.value, kind.elem)
        self.unready(hoisted)
        self.out.pos = s.pos
        self.out.emit("SEND", channel, value, layout.slots(kind.elem))

    # --- leaving -----------------------------------------------------------------------------

    def return_(self, s: ast.Return) -> None:
        """A return statement."""
        assert self.func is not None
        results = self.func.home.results
        out = self.out
        kinds = [self.plain(r.type) for r in results]
        if self.ending is not None or self.range_body is not None:
            if s.results:
                values = self.values(s.results, kinds, fresh=True)
                for r, value in zip(results, values, strict=True):
                    self.write(self.variable(r), value)
            out.pos = s.pos
            self.return_now()
            return
        first = isa.FRAME_ARGS
        if not s.results:
            out.pos = s.pos
            self._load_results(results)
        elif len(s.results) == len(results) == 1:
            self.value_as(s.results[0], kinds[0], first)
        else:
            values = self.values(s.results, kinds)
            self._gather(first, values, kinds)
        out.pos = s.pos
        out.emit("RET")

    def return_now(self) -> None:
        if self.range_body is not None:
            self.leave_body(None)
        elif self.ending is not None:
            self.go_to(self.ending)
        else:
            assert self.func is not None
            self._load_results(self.func.results)
            self.out.emit("RET")

    def _load_results(self, results: list[Var]) -> None:
        """Put the result variables where the caller finds them."""
        kinds = [self.plain(r.type) for r in results]
        values = [self.read(self.variable(r)) for r in results]
        self._gather(isa.FRAME_ARGS, values, kinds)

    def _gather(self, first: int, values: list[int], kinds: list[t.Type]) -> None:
        """Move runs one behind the other to slot `first`, as if all were read before."""
        counts = [layout.slots(k) for k in kinds]
        goals = [first + sum(counts[:i]) for i in range(len(counts))]
        end = first + sum(counts)
        held = list(values)
        for i, (value, count, goal) in enumerate(zip(values, counts, goals, strict=True)):
            if value != goal and value < end and first < value + count:
                held[i] = self.out.alloc(count)
                self.move(held[i], value, count)
        for goal, value, count in zip(goals, held, counts, strict=True):
            self.move(goal, value, count)

    def branch(self, s: ast.Branch) -> None:
        """break, continue or goto."""
        name = s.label.name if s.label is not None else ""
        if s.word == "goto":
            self.go_to(self.labelled(name))
            return
        for x in reversed(self.exits):
            if name and x.label != name:
                continue
            if s.word == "break":
                self.go_to(x.leave)
                return
            if x.again is not None:
                self.go_to(x.again)
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
        if s.init is not None:
            self.stmt(s.init)
        tag: Place | None = None
        if s.tag is not None:
            kind = self.kind(s.tag)
            kind = t.default(kind) if t.is_untyped(kind) else kind
            slot = self.out.alloc(layout.slots(kind))
            self.value_as(s.tag, kind, slot)
            tag = Place("slots", kind, slot)
        end = Label()
        bodies = [Label() for _ in s.cases]
        default = end
        for case, body in zip(s.cases, bodies, strict=True):
            if case.values is None:
                default = body
            for e in case.values or ():
                self._case(tag, e, body)
        self.out.pos = s.pos
        self.out.emit("JMP", default)
        self._bodies(s.cases, bodies, label, end)

    def _bodies(
        self, cases: tuple[ast.Case, ...], bodies: list[Label], label: str, end: Label
    ) -> None:
        """The clauses of a switch."""
        out = self.out
        self.exits.append(Exit(label, end, None))
        for case, body in zip(cases, bodies, strict=True):
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

    def _case(self, tag: Place | None, e: ast.Expr, body: Label) -> None:
        """Go to `body` if the tag equals `e`; without a tag, if `e` is true."""
        if tag is None:
            self.jump(e, body, True)
            return
        mark = self.out.top
        x = self.info.operands[e]
        if x.mode == "nil":
            self.out.emit("JZ", tag.number, body)
            return
        own = self.kind(e)
        kind = tag.type
        if t.is_interface(own) and not t.is_interface(kind):
            value = self.expr(e)
            held = self.out.alloc(2)
            self.box(tag.number, kind, held)
            kind, number = own, held
        else:
            value, number = self.value_as(e, kind), tag.number
        self.out.pos = e.pos
        self.jump_equal(kind, number, value, body, True)
        self.out.top = mark

    def _type_switch(self, s: ast.TypeSwitch, label: str) -> None:
        out = self.out
        if s.init is not None:
            self.stmt(s.init)
        value = out.alloc(2)
        self.expr(s.x, value)
        iface = self.kind(s.x)
        end = Label()
        bodies = [Label() for _ in s.cases]
        default = end
        for case, body in zip(s.cases, bodies, strict=True):
            if case.values is None:
                default = body
            for e in case.values or ():
                out.pos = e.pos
                nil = self.info.operands[e].mode == "nil"
                self.holds(value, None if nil else self.kind(e), body, True)
        out.pos = s.pos
        out.emit("JMP", default)
        self.exits.append(Exit(label, end, None))
        for case, body in zip(s.cases, bodies, strict=True):
            mark = out.top
            out.bind(body)
            out.pos = case.pos
            var = self.info.implicit.get(case)
            if var is not None and var.used:
                self._bind_case(case, var, value, iface)
            self.stmts(case.body)
            if body is not bodies[-1] and out.open_ended():
                out.emit("JMP", end)
            out.top = mark
        self.exits.pop()
        out.bind(end)

    def _bind_case(self, case: ast.Case, var: Var, value: int, iface: t.Type) -> None:
        """The variable of a type switch in one clause."""
        kind = self.plain(var.type)
        one = case.values is not None and len(case.values) == 1
        if not one or self.info.operands[case.values[0]].mode == "nil":  # type: ignore[index]
            kind = iface
        count = layout.slots(kind)
        slot = self.out.alloc(count)
        self.taken(value, kind, slot)
        if self.boxed(var):
            self.declare(var, slot)
        else:
            self.vars[var] = Place("slots", var.type, slot)
