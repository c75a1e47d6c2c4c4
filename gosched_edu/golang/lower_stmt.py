"""Statements to instructions.

Problem. Deferred calls must run however a function returns, and may change its results.

Rejected. A list of deferred calls in the kernel: it would have to know functions' results.

Invariant. After a statement `Emitter.top` is what it was, but for the slots of variables
declared in the enclosing block.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, Label
from gosched_edu.golang.lower_call import CallLowering
from gosched_edu.golang.lower_expr import Place
from gosched_edu.golang.lower_loop import Exit, LoopLowering
from gosched_edu.kernel import isa


class StmtLowering(LoopLowering):
    """Lowers the statements of one function."""

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
        emitter = Emitter(self.builder, name, len(info.params), len(info.results), e.pos)
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
        # Results of a deferred function stay in its own frame: nobody wants them.
        base = out.alloc(isa.FRAME_ARGS)
        out.emit("CALLC", closure, base)
        out.emit("LOOPNZ", self.defers, again)
        out.bind(none)
        out.top = mark

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
