"""Loops over functions to instructions.

Problem. The body of ``for x := range f`` becomes a function that f calls, yet break, continue,
return and goto in it must leave f and go on in the function around.

Rejected. Unwinding f like a panic does: f's own code after a refused yield must run.

Chosen. As cmd/compile/internal/rangefunc: each loop has a cell of two words, its state and what
is to be done after f has returned. Whoever wants out notes a code there and returns false.

Invariant. The states are gc's (internal/abi/rangefuncconsts.go): a body that is called when it
must not be, and a panic that f swallowed, are caught. A code means the same in the loop's body and
behind the call; a target further out is passed on from loop to loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, Label
from gosched_edu.golang.layout import slots, total
from gosched_edu.golang.lower_loop import Exit, Goal, Remote
from gosched_edu.golang.lower_range import RangeLowering
from gosched_edu.golang.objectfile import FuncRef, Target
from gosched_edu.golang.objects import FuncInfo
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import WRAPPER

DONE, READY, RUNNING, EXHAUSTED, MISSING_PANIC = range(5)
_STATE, _NEXT, _DEFERS = range(3)


@dataclass
class RangeBody:
    """The loop whose body is being lowered as a function.

    Attributes
    ----------
    around : RangeFuncLowering
        The function around.
    cell : int
        The slot with the address of its state and its code.
    stop : Label
        Where the body says that it wants no more values.
    labels : frozenset of str
        The labels in the body.
    codes : list
        Where code 1, 2, ... leads in the function around; None: return.
    """

    around: RangeFuncLowering
    cell: int
    stop: Label
    labels: frozenset[str]
    codes: list[Goal | None] = field(default_factory=list)

    def code(self, goal: Goal | None) -> int:
        """The code for `goal`."""
        if goal not in self.codes:
            self.codes.append(goal)
        return 1 + self.codes.index(goal)


class RangeFuncLowering(RangeLowering):
    """Lowers loops over functions."""

    range_body: RangeBody | None = None
    labels: dict[str, Label]

    def inner(self, emitter: Emitter, func: FuncInfo | None) -> RangeFuncLowering:
        """A lowering for another function of the same unit."""
        raise NotImplementedError

    def captured(self, info: FuncInfo) -> list[tuple[int, int]]:
        """The runs that a closure captures."""
        raise NotImplementedError

    def begin(self, func: FuncInfo) -> int:
        """Give captures, parameters and results their places: the words that were captured."""
        raise NotImplementedError

    def return_now(self) -> None:
        """Return; the result variables are set."""
        raise NotImplementedError

    # --- the loop ----------------------------------------------------------------------------

    def range_function(self, s: ast.Range, label: str) -> None:
        out = self.out
        f = self.kind(s.x).underlying
        assert isinstance(f, t.Func)
        callee = self.callee(s.x)
        cell = out.alloc()
        out.pos = s.pos
        out.emit("NEW", cell, 3, 0)
        out.emit("ST", cell, _STATE, out.constant(READY))
        if any(isinstance(x, ast.GoDefer) and x.word == "defer" for x in _inside(s.body)):
            self._prepare_defers(cell)
        body = self._body(s, label, f)
        mark = out.top
        base = out.alloc(isa.FRAME_ARGS + callee.size + 1)
        at = base + isa.FRAME_ARGS
        if callee.receiver is not None:
            callee.receiver(at)
        captured = [*self.captured(self.info.range_bodies[s]), (cell, 1)]
        self.closure_object(body[0].number, captured, at + max(callee.size, callee.method is not None))
        out.pos = s.pos
        self.enter(callee, base, f)
        out.top = mark
        self._after(cell, body[1])

    def _prepare_defers(self, cell: int) -> None:
        """Make room for what the body defers; it runs when the function around ends."""
        out = self.out
        mark = out.top
        if self.range_body is not None:
            around = out.alloc()
            out.emit("LD", around, self.range_body.cell, _DEFERS)
        else:
            base = out.alloc(isa.FRAME_ARGS + 1)
            around = base + isa.FRAME_ARGS
            out.emit("NEW", around, 1, 0)
            out.emit("ST", cell, _DEFERS, around)
            out.emit("DEFER", FuncRef(self.program.runtime("rundefers")), base, 1)
            out.top = mark
            return
        out.emit("ST", cell, _DEFERS, around)
        out.top = mark

    def leave_call(
        self, s: ast.GoDefer, name: str, callee: Target | int, base: int, count: int
    ) -> None:
        if self.range_body is None or s.word == "go":
            super().leave_call(s, name, callee, base, count)
            return
        # The call goes into a closure that the function around will call.
        out = self.out
        out.wrappers += 1
        inner = Emitter(out.unit, f"{out.name}.deferwrap{out.wrappers}", 0, 0, s.pos, WRAPPER)
        captured = [(base + isa.FRAME_ARGS, count)]
        value = inner.alloc()
        frame = inner.alloc(isa.FRAME_ARGS + count)
        at = 1
        if isinstance(callee, int):
            captured.insert(0, (callee, 1))
            inner.emit("LD", value, isa.FRAME_ENV, at)
            at += 1
        for i in range(count):
            inner.emit("LD", frame + isa.FRAME_ARGS + i, isa.FRAME_ENV, at + i)
        if isinstance(callee, int):
            inner.emit("CALLC", value, frame, count)
        else:
            inner.emit("CALL", callee, frame)
        inner.emit("RET")
        closure = self.closure_object(inner.number, captured, None)
        defers = out.alloc()
        out.emit("LD", defers, self.range_body.cell, _DEFERS)
        self.runtime("deferprocat", (), [(defers, 1), (closure, 1)])

    def _after(self, cell: int, body: RangeBody) -> None:
        """What follows when the iterator function has returned."""
        out = self.out
        fine, end = Label(), Label()
        state = out.alloc()
        out.emit("LD", state, cell, _STATE)
        out.emit("JNE", state, out.constant(RUNNING), fine)
        self.runtime("panicrangestate", (), [(out.constant(MISSING_PANIC), 1)])
        out.bind(fine)
        out.emit("ST", cell, _STATE, out.constant(EXHAUSTED))
        if body.codes:
            out.emit("LD", state, cell, _NEXT)
            out.emit("JZ", state, end)
            for i, goal in enumerate(body.codes):
                other = Label()
                if i < len(body.codes) - 1:
                    out.emit("JNE", state, out.constant(i + 1), other)
                if goal is not None:
                    self.go_to(goal)
                else:
                    self.return_now()
                out.bind(other)
            out.bind(end)

    def _body(self, s: ast.Range, label: str, f: t.Func) -> tuple[Emitter, RangeBody]:
        """Lower the loop's body as a function of its own."""
        info = self.info.range_bodies[s]
        yields = f.params[0].underlying
        assert isinstance(yields, t.Func)
        self.out.ranges += 1
        name = f"{self.out.name}-range{self.out.ranges}"
        out = Emitter(self.out.unit, name, total(yields.params), 1, s.pos)
        inner = self.inner(out, info)
        words = inner.begin(info)
        labels = (x.label.name for x in _inside(s.body) if isinstance(x, ast.Labeled))
        body = RangeBody(self, out.alloc(), Label(), frozenset(labels))
        inner.range_body = body
        out.pos = s.pos
        out.emit("LD", body.cell, isa.FRAME_ENV, words)
        inner.check_state(body.cell)
        inner.labels = {}
        inner.exits = [
            Exit(x.label, Remote(x.leave), Remote(x.again) if x.again is not None else None)
            for x in self.exits
        ]
        again = Label()
        inner.exits.append(Exit(label, body.stop, again))
        at = isa.FRAME_ARGS
        values: list[tuple[int, t.Type] | None] = []
        for kind in yields.params:
            values.append((at, kind))
            at += slots(kind)
        inner.bind_iteration(s, values, own=False)
        inner.block(s.body)
        out.pos = s.body.rbrace
        out.bind(again)
        inner.finish_body(READY, 1)
        out.bind(body.stop)
        inner.finish_body(DONE, 0)
        return out, body

    def check_state(self, cell: int) -> None:
        """Panic unless the body may be called now; note that it runs."""
        out = self.out
        mark = out.top
        fine, state = Label(), out.alloc()
        out.emit("LD", state, cell, _STATE)
        running = out.constant(RUNNING)
        out.emit("ST", cell, _STATE, running)
        out.emit("JEQ", state, out.constant(READY), fine)
        self.runtime("panicrangestate", (), [(state, 1)])
        out.bind(fine)
        out.top = mark

    def finish_body(self, state: int, more: int) -> None:
        """Return from the body: whether it wants more."""
        assert self.range_body is not None
        self.out.emit("ST", self.range_body.cell, _STATE, self.out.constant(state))
        self.out.constant(more, isa.FRAME_ARGS)
        self.out.emit("RET")

    # --- ways out ------------------------------------------------------------------------------

    def go_to(self, goal: Goal) -> None:
        """Go to a place in this function, or in one around it."""
        if isinstance(goal, Remote):
            self.leave_body(goal.goal)
        else:
            self.out.emit("LOOP" if goal.at >= 0 else "JMP", goal)

    def labelled(self, name: str) -> Goal:
        """Where the label called `name` is."""
        body = self.range_body
        if body is None or name in body.labels:
            return self.labels.setdefault(name, Label())
        return Remote(body.around.labelled(name))

    def leave_body(self, goal: Goal | None) -> None:
        """Stop the loop; what comes then is found in the function around."""
        body = self.range_body
        assert body is not None
        mark = self.out.top
        self.out.emit("ST", body.cell, _NEXT, self.out.constant(body.code(goal)))
        self.out.emit("JMP", body.stop)
        self.out.top = mark


def _inside(node: object) -> Iterator[ast.Stmt]:
    """The statements in a statement, itself included, function literals not."""
    if isinstance(node, tuple):
        for each in node:
            yield from _inside(each)
    elif isinstance(node, (ast.Stmt, ast.Case, ast.CommClause)):
        if isinstance(node, ast.Stmt):
            yield node
        for f in fields(node):
            yield from _inside(getattr(node, f.name))
