"""Calls, go and defer to instructions.

Problem. The machine calls, starts and defers functions; Go also calls, starts and defers
methods, library functions and built-ins, with arguments evaluated beforehand.

Rejected. An instruction for each thing that can be deferred.

Invariant. What is not a plain function is wrapped, as gc does: a small function
(`main.main.gowrap1`, `main.main.deferwrap1`) whose captured words are the arguments.
"""

from __future__ import annotations

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, Label
from gosched_edu.golang.formats import Piece
from gosched_edu.golang.lower_expr import ExprLowering
from gosched_edu.golang.objects import Builtin, Function
from gosched_edu.kernel import isa

Arg = ast.Expr | int


class CallLowering(ExprLowering):
    """Lowers calls."""

    def child(self, emitter: Emitter) -> CallLowering:
        """A lowering for a wrapper function."""
        raise NotImplementedError

    # --- arguments -------------------------------------------------------------------------

    def args(self, e: ast.Call) -> list[Arg]:
        """The arguments; the results of one call are spread into slots."""
        if (ready := self.ready_args.get(e)) is not None:
            return ready
        if len(e.args) == 1 and isinstance(kind := self.info.operands[e.args[0]].type, t.Tuple):
            first = self.results(e.args[0])
            return [first + i for i in range(len(kind.types))]
        return list(e.args)

    def arg(self, a: Arg, target: int | None = None) -> int:
        """A slot with an argument."""
        if not isinstance(a, int):
            return self.expr(a, target)
        if target is None:
            return a
        self.out.move(target, a)
        return target

    def results(self, e: ast.Expr) -> int:
        """Call `e`, which has several results: the slot of the first."""
        call = ast.unparen(e)
        assert isinstance(call, ast.Call)
        return self.call(call)

    # --- calls -----------------------------------------------------------------------------

    def call(self, e: ast.Call, target: int | None = None) -> int:
        fun = self.info.operands[e.fun]
        if fun.mode == "type":
            return self.expr(e.args[0], target)
        if fun.mode == "builtin":
            assert isinstance(fun.obj, Builtin)
            return self._builtin(e, fun.obj.name, target)
        if isinstance(fun.obj, universe.LibFunc):
            return self._library(e, fun.obj, target)
        assert isinstance(fun.type, t.Func)
        static = self.static(e.fun)
        mark = self.out.top
        value = -1 if static else self.expr(e.fun)
        args = self.args(e)
        base = self._frame(args, max(len(args), len(fun.type.results)))
        self.out.pos = e.pos
        if static:
            self.out.emit("CALL", static.number, base)
        else:
            self.out.emit("CALLC", value, base)
        first = base + isa.FRAME_ARGS
        if target is not None:
            self.out.move(target, first)
            self.out.top = mark
            return target
        self.out.top = first + len(fun.type.results)
        return first

    def static(self, e: ast.Expr) -> Emitter | None:
        """The function of the program that `e` names, if it names one."""
        e = ast.unparen(e)
        obj = self.info.uses.get(e) if isinstance(e, ast.Ident) else None
        return self.program.functions[obj] if isinstance(obj, Function) else None

    def _frame(self, args: list[Arg], words: int) -> int:
        """A callee frame above all live slots, with the arguments in it."""
        base = self.out.alloc(isa.FRAME_ARGS + words)
        for i, a in enumerate(args):
            mark = self.out.top
            self.arg(a, base + isa.FRAME_ARGS + i)
            self.out.top = mark
        return base

    # --- library ---------------------------------------------------------------------------

    def receiver(self, e: ast.Expr) -> int:
        """A slot with a method's receiver: an address for a pointer method."""
        if e not in self.ready:
            kind = self.info.operands[e].type
            if t.Pointer(kind) in universe.METHODS:
                return self.address(e)
            if kind not in universe.METHODS:
                # A pointer to a value whose methods want the value.
                slot = self.out.alloc()
                self.out.emit("LD", slot, self.expr(e), 0)
                return slot
        return self.expr(e)

    def method_of(self, e: ast.Call) -> ast.Expr | None:
        """The receiver expression of a method call."""
        fun = ast.unparen(e.fun)
        f = self.info.operands[e.fun].obj
        is_method = any(f in m.values() for m in universe.METHODS.values())
        return fun.x if isinstance(fun, ast.Selector) and is_method else None

    def _library(self, e: ast.Call, f: universe.LibFunc, target: int | None) -> int:
        if f.special == "fmt":
            return self._print(e, not f.name.startswith("fmt.S"), target)
        mark = self.out.top
        receiver = self.method_of(e)
        slots = [] if receiver is None else [self.receiver(receiver)]
        slots += [self.arg(a) for a in self.args(e)]
        self.out.pos = e.pos
        if f.special == "WaitGroup.Go":
            return self._waitgroup_go(slots[0], slots[1], mark)
        if f.special == "Duration.String":
            return self._format([Piece(isa.FMT_DURATION, arg=0)], slots, False, target)
        where = dict(zip("ab", slots, strict=False))
        where["t"] = self.out.alloc()
        where["r"] = self.dest(target)
        for name, *operands in f.code:
            words = [self.out.constant(o) if isinstance(o, int) else where[o] for o in operands]
            self.out.emit(str(name), *words)
        if target is None and f.type.results:
            return where["r"]
        self.out.top = mark
        return where["r"]

    def _waitgroup_go(self, group: int, f: int, mark: int) -> int:
        """``wg.Go(f)``: Add(1), then a goroutine that calls f and then Done."""
        helper = self.builder.shared.get("WaitGroup.Go")
        if helper is None:
            name = "sync.(*WaitGroup).Go.func1"
            helper = Emitter(self.builder, name, 0, 0, self.out.pos)
            self.builder.shared["WaitGroup.Go"] = helper
            wg, fn, base = helper.alloc(), helper.alloc(), helper.alloc(isa.FRAME_ARGS + 1)
            helper.emit("LD", fn, isa.FRAME_ENV, 2)
            helper.emit("CALLC", fn, base)
            helper.emit("LD", wg, isa.FRAME_ENV, 1)
            helper.emit("WGADD", wg, helper.constant(-1))
            helper.emit("RET")
        self.out.emit("WGADD", group, self.out.constant(1))
        closure = self._object(helper, [group, f])
        base = self.out.alloc(isa.FRAME_ARGS)
        self.out.emit("GOC", closure, base, 0)
        self.out.top = mark
        return mark

    # --- printing --------------------------------------------------------------------------

    def _print(self, e: ast.Call, to_output: bool, target: int | None) -> int:
        pieces = [p for p in self.info.formats[e] if isinstance(p, Piece)]
        args = self.args(e)
        return self._format(pieces, args, to_output, target, e)

    def _format(
        self,
        pieces: list[Piece],
        args: list[Arg] | list[int],
        to_output: bool,
        target: int | None,
        e: ast.Call | None = None,
    ) -> int:
        mark = self.out.top
        printed = {p.arg: i for i, p in enumerate([p for p in pieces if p.arg >= 0])}
        run = self.out.alloc(max(1, len(printed)))
        for i, a in enumerate(args):
            inner = self.out.top
            if i in printed:
                self.arg(a, run + printed[i])
            elif not isinstance(a, int) and self.info.operands[a].mode not in ("constant", "nil"):
                self.arg(a)
            self.out.top = inner
        descriptor = self.builder.descriptor(pieces)
        if e is not None:
            self.out.pos = e.pos
        self.out.top = mark
        slot = -1 if to_output else self.dest(target)
        self.out.emit("FMT", slot, run, descriptor)
        return slot

    # --- built-ins ---------------------------------------------------------------------------

    def _builtin(self, e: ast.Call, name: str, target: int | None) -> int:
        if name in ("print", "println"):
            return self._print(e, True, target)
        if name in ("min", "max"):
            return self._extremum(e, name, target)
        if name == "new":
            kind = self.info.operands[e.args[0]].type
            slot = self.dest(target)
            self.out.pos = e.pos
            self.out.emit("NEW", slot, 2 if kind == universe.WAITGROUP else 1)
            return slot
        mark = self.out.top
        if name == "make":
            size = self.expr(e.args[1]) if len(e.args) > 1 else self.out.constant(0)
            self.out.top = mark
            slot = self.dest(target)
            self.out.pos = e.pos
            self.out.emit("MKCHAN", slot, size)
            return slot
        x = self.arg(self.args(e)[0])
        self.out.top = mark
        self.out.pos = e.pos
        if name in ("close", "panic"):
            self.out.emit({"close": "CLOSE", "panic": "PANIC"}[name], x)
            return x
        slot = self.dest(target)
        text = name == "len" and self._is_string(e.args[0])
        self.out.emit("SLEN" if text else "CHLEN" if name == "len" else "CHCAP", slot, x)
        return slot

    def _extremum(self, e: ast.Call, name: str, target: int | None) -> int:
        best = self.out.alloc()
        mark = self.out.top
        slots = [self.arg(a) for a in self.args(e)]
        self.out.pos = e.pos
        self.out.move(best, slots[0])
        for s in slots[1:]:
            skip = Label()
            a, b = (s, best) if name == "min" else (best, s)
            self.out.emit("JGE", a, b, skip)
            self.out.move(best, s)
            self.out.bind(skip)
        self.out.top = mark
        if target is None:
            return best
        self.out.move(target, best)
        return target

    # --- go and defer ------------------------------------------------------------------------

    def go(self, s: ast.GoDefer) -> None:
        """A go statement."""
        e = ast.unparen(s.call)
        assert isinstance(e, ast.Call)
        mark = self.out.top
        fun = self.info.operands[e.fun]
        if fun.mode == "builtin" or isinstance(fun.obj, universe.LibFunc):
            closure = self._wrap(e, "gowrap")
            base = self.out.alloc(isa.FRAME_ARGS)
            self.out.pos = s.pos
            self.out.emit("GOC", closure, base, 0)
        else:
            static = self.static(e.fun)
            literal = ast.unparen(e.fun)
            if isinstance(literal, ast.FuncLit) and not self.info.functions[literal].captures:
                static = self.function(literal)
            value = -1 if static else self.expr(e.fun)
            args = self.args(e)
            base = self._frame(args, len(args))
            self.out.pos = s.pos
            if static:
                self.out.emit("GO", static.number, base, len(args))
            else:
                self.out.emit("GOC", value, base, len(args))
        self.out.top = mark

    def deferred(self, s: ast.GoDefer) -> int:
        """The closure, without arguments, that a defer statement leaves for later."""
        e = ast.unparen(s.call)
        assert isinstance(e, ast.Call)
        fun = self.info.operands[e.fun]
        plain = fun.mode == "value" or fun.mode == "variable" or fun.mode == "commaok"
        if plain and not isinstance(fun.obj, universe.LibFunc) and not e.args:
            return self.expr(e.fun)
        return self._wrap(e, "deferwrap")

    def _wrap(self, e: ast.Call, word: str) -> int:
        """A closure that makes call `e` with operands evaluated now."""
        self.out.wrappers += 1
        name = f"{self.out.name}.{word}{self.out.wrappers}"
        inner = Emitter(self.builder, name, 0, 0, e.pos)
        child = self.child(inner)
        captured: list[int] = []

        def carry(slot: int) -> int:
            copy = self.out.alloc()
            self.out.move(copy, slot)
            captured.append(copy)
            place = inner.alloc()
            inner.emit("LD", place, isa.FRAME_ENV, len(captured))
            return place

        fun = self.info.operands[e.fun]
        if isinstance(fun.obj, universe.LibFunc):
            if (receiver := self.method_of(e)) is not None:
                child.ready[receiver] = carry(self.receiver(receiver))
        elif fun.mode != "builtin" and not self.static(e.fun):
            child.ready[e.fun] = carry(self.expr(e.fun))
        if fun.mode == "builtin" and e.args and self.info.operands[e.args[0]].mode == "type":
            child.ready_args[e] = list(e.args)
        else:
            child.ready_args[e] = [
                a
                if not isinstance(a, int) and self.info.operands[a].mode in ("constant", "nil")
                else carry(self.arg(a))
                for a in self.args(e)
            ]
        child.call(e)
        inner.emit("RET")
        self.out.pos = e.pos
        return self._object(inner, captured)

    def library_value(self, e: ast.Selector, target: int | None) -> int:
        f = self.info.operands[e].obj
        assert isinstance(f, universe.LibFunc)
        sizes = len(f.type.params), len(f.type.results)
        inner = Emitter(self.builder, f"{f.name}-fm", *sizes, e.pos)
        child = self.child(inner)
        call = ast.Call(e.pos, e, (), e.pos)
        child.ready_args[call] = [isa.FRAME_ARGS + i for i in range(sizes[0])]
        captured: list[int] = []
        if (receiver := self.method_of(call)) is not None:
            captured.append(self.receiver(receiver))
            child.ready[receiver] = inner.alloc()
            inner.emit("LD", child.ready[receiver], isa.FRAME_ENV, 1)
        child.call(call, isa.FRAME_ARGS if f.type.results else None)
        inner.emit("RET")
        self.out.pos = e.pos
        return self._object(inner, captured, target)

    def function(self, e: ast.FuncLit) -> Emitter:
        """Lower a function literal's body."""
        raise NotImplementedError

    def closure(self, e: ast.FuncLit, target: int | None) -> int:
        inner = self.function(e)
        captures = [self.vars[v].number for v in self.info.functions[e].captures]
        self.out.pos = e.pos
        return self._object(inner, captures, target)

    def _object(self, inner: Emitter, captured: list[int], target: int | None = None) -> int:
        """The address of a closure object; a static one if nothing is captured."""
        if not captured:
            return self.out.constant(self.builder.static_closure(inner.number), target)
        mark = self.out.top
        run = self.out.alloc(1 + len(captured))
        self.out.constant(inner.number, run)
        for i, slot in enumerate(captured):
            self.out.move(run + 1 + i, slot)
        self.out.top = mark
        slot = self.dest(target)
        self.out.emit("NEWCOPY", slot, run, 1 + len(captured))
        return slot
