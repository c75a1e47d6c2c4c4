"""go and defer statements to instructions.

Problem. Go starts and defers calls of functions, closures, methods of every shape, and
built-ins, with operands evaluated when the statement runs.

Rejected. An instruction for each thing that can be started or deferred.

Invariant. Function value, receiver and arguments are evaluated by the statement. What is not
a function of the image is wrapped in one, as gc does (`main.main.gowrap1`).
"""

from __future__ import annotations

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter
from gosched_edu.golang.lower_call import Callee, CallLowering
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.objectfile import Local, Target, Thunk
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import WRAPPER


class GoLowering(CallLowering):
    """Lowers go and defer."""

    def child(self, emitter: Emitter) -> GoLowering:
        """A lowering for a wrapper function of the same unit."""
        raise NotImplementedError

    def go_defer(self, s: ast.GoDefer) -> None:
        """A go or defer statement."""
        e = ast.unparen(s.call)
        assert isinstance(e, ast.Call)
        mark = self.out.top
        name = "GO" if s.word == "go" else "DEFER"
        if self.info.operands[e.fun].mode == "builtin":
            function, base, count = self._wrapped(e, s.word)
            self.out.pos = s.pos
            self.leave_call(s, name, function, base, count)
            self.out.top = mark
            return
        f = self.signature(e)
        hoisted = self.hoist_call(e)
        callee = self.callee(e.fun)
        if callee.method is not None:
            callee = self._dynamic(e, callee)
        args = self.arguments(e)
        base = self.frame(e, f, callee, args)
        self.unready(hoisted)
        count = callee.size + layout.total(f.params)
        self.out.pos = s.pos
        if callee.target is not None:
            self.leave_call(s, name, callee.target, base, count)
        else:
            self.leave_call(s, name + "C", callee.value, base, count)
        self.out.top = mark

    def leave_call(
        self, s: ast.GoDefer, name: str, callee: Target | int, base: int, count: int
    ) -> None:
        """The instruction that starts or defers a call whose frame is ready."""
        self.out.emit(name, callee, base, count)

    def _dynamic(self, e: ast.Call, callee: Callee) -> Callee:
        """A method of an interface value: called by a function that has it as first argument."""
        fun = ast.unparen(e.fun)
        assert isinstance(fun, ast.Selector) and callee.method is not None
        value = callee.value
        self.check_interface(value)
        s = self.selection(fun)
        thunk = Thunk("method", s.owner, fun.sel.name, callee.method.package or self.package)
        return Callee(thunk, receiver=lambda at: self.move(at, value, 2), size=2)

    def _wrapped(self, e: ast.Call, word: str) -> tuple[Local, int, int]:
        """A function that makes call `e` of a built-in, and a frame with its operands."""
        e = self.unfolded(e)
        out = self.out
        out.wrappers += 1
        kinds: list[tuple[ast.Expr, t.Type]] = []
        for a in e.args:
            if self.info.operands[a].mode not in ("type", "constant", "nil", "builtin"):
                kinds.append((a, self.kind(a)))
        count = layout.total([k for _, k in kinds])
        name = f"{out.name}.{word}wrap{out.wrappers}"
        inner = Emitter(self.unit, name, count, 0, e.pos, WRAPPER)
        child = self.child(inner)
        base = out.alloc(isa.FRAME_ARGS + count)
        at = 0
        for a, kind in kinds:
            mark = out.top
            self.expr(a, base + isa.FRAME_ARGS + at)
            out.top = mark
            child.ready[a] = Place("slots", kind, isa.FRAME_ARGS + at)
            at += layout.slots(kind)
        inner.pos = e.pos
        child.call(e)
        inner.emit("RET")
        return inner.number, base, count
