"""Calls to instructions.

Problem. The syntax of a call covers functions, closures, methods in five shapes, intrinsics,
conversions and built-ins; its arguments may be the results of another call.

Rejected. Pushing arguments one by one: the machine finds them in the callee's frame.

Invariant. Arguments are evaluated in order straight into the callee's frame, which lies above
all live slots; the results lie where the arguments were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_dynamic import method_number
from gosched_edu.golang.lower_intrinsic import IntrinsicLowering, reads_together
from gosched_edu.golang.objectfile import FuncRef, Local, MethodNumber, Target, Thunk
from gosched_edu.golang.objects import Builtin, Function, Selection
from gosched_edu.kernel import isa

Arg = ast.Expr | Place

#: Type arguments.
Types = tuple[t.Type, ...]


@dataclass
class Callee:
    """What is called.

    Attributes
    ----------
    target : Target or None
        The function, if it is known.
    value : int
        Else a slot with a closure, or the first of two with an interface.
    method : MethodNumber or None
        The method to call, of an interface value.
    receiver : callable or None
        Puts a method's receiver into the frame at the slot it is given.
    size : int
        The receiver's slots.
    """

    target: Target | None = None
    value: int = -1
    method: MethodNumber | None = None
    receiver: Callable[[int], None] | None = None
    size: int = 0


class CallLowering(IntrinsicLowering):
    """Lowers calls."""

    # --- what is called ------------------------------------------------------------------------

    def func_ref(self, e: ast.Expr) -> FuncRef | None:
        """The declared function that `e` names, if it names one."""
        e = ast.unparen(e)
        base = ast.unparen(e.x) if isinstance(e, ast.Index) and e in self.info.instances else e
        obj: object = None
        if isinstance(base, ast.Ident):
            obj = self.info.uses.get(base)
        elif isinstance(base, ast.Selector):
            s = self.info.selections.get(base)
            obj = s.obj if s is not None and s.kind == "package" else None
        if not isinstance(obj, Function):
            return None
        args = self.info.instances.get(e, ())
        return FuncRef(obj, tuple(self.plain(a) for a in args))

    def method_ref(self, s: Selection, own: Types = ()) -> FuncRef:
        """The method that a selection of kind "method" leads to, with its own type arguments."""
        assert isinstance(s.obj, Function)
        args = s.owner.args if isinstance(s.owner, t.Named) else ()
        return FuncRef(s.obj, args + own)

    def selector_of(self, e: ast.Expr) -> tuple[ast.Selector | None, Types]:
        """The selector that `e` is, and the type arguments of the method that it selects."""
        args = self.info.instances.get(e, ())
        base = ast.unparen(e.x) if isinstance(e, ast.Index) and args else e
        if isinstance(base, ast.Selector) and base in self.info.selections:
            return base, tuple(self.plain(a) for a in args)
        return None, ()

    def method_number(self, s: Selection) -> MethodNumber:
        """The number of the interface method that a selection leads to."""
        assert isinstance(s.obj, t.Method)
        return method_number(s.obj.name, s.type, s.obj.package)

    def callee(self, e: ast.Expr) -> Callee:
        """What a call of `e` calls; values that it needs are evaluated now."""
        e = ast.unparen(e)
        if e in self.ready:
            return Callee(value=self.expr(e))
        if (ref := self.func_ref(e)) is not None:
            return Callee(ref)
        selector, own = self.selector_of(e)
        if selector is not None:
            s = self.selection(selector)
            if s.kind == "method":
                return self._method(selector, s, own)
            if s.kind == "interface method":
                p = self.walk(self.locate(selector.x), s.path)
                self.out.pos = e.pos
                return Callee(value=self.read(p), method=self.method_number(s))
            if s.kind == "method expr":
                return Callee(self.method_expression(s, selector.sel.name, own))
        if isinstance(e, ast.FuncLit) and not self.info.functions[e].captures:
            return Callee(self.literal(e))
        return Callee(value=self.expr(e))

    def _method(self, e: ast.Selector, s: Selection, own: Types) -> Callee:
        def receiver(at: int) -> None:
            p = self.walk(self.locate(e.x), s.path)
            self.out.pos = e.pos
            self.receive_as(p, s.owner, kind, at)

        kind = self.receiver_type(s)
        return Callee(self.method_ref(s, own), receiver=receiver, size=layout.slots(kind))

    def receiver_type(self, s: Selection) -> t.Type:
        """The type of the receiver that the method of a selection has."""
        assert isinstance(s.obj, Function)
        return t.Pointer(s.owner) if isinstance(s.obj.recv, t.Pointer) else s.owner

    def receive_as(self, p: Place, owner: t.Type, kind: t.Type, at: int) -> None:
        """Put the receiver of type `kind`, owner or *owner, into slot `at`; `p` holds either."""
        pointer = isinstance(p.type.underlying, t.Pointer) and p.type != owner
        if isinstance(kind, t.Pointer):
            if pointer:
                self.read(p, at)
            elif p.offset or p.checked or p.kind == "data":
                self.address_of(p, at)
            else:
                # (*p).M() with a nil p calls M: only the method itself may find out
                self.at(p.number, p.offset, at)
            return
        if pointer:
            u = p.type.underlying
            assert isinstance(u, t.Pointer)
            p = Place("memory", u.elem, self.read(p))
        self.read(p, at)

    # --- arguments -------------------------------------------------------------------------

    def arguments(self, e: ast.Call) -> list[Arg]:
        """The arguments; the results of one call are spread into slots."""
        if len(e.args) == 1 and e.args[0] not in self.ready:
            kind = self.kind(e.args[0])
            if isinstance(kind, t.Tuple):
                return self.spread(e.args[0], kind)
        return list(e.args)

    def spread(self, e: ast.Expr, kind: t.Tuple) -> list[Arg]:
        """The results of call `e`, each in its slots."""
        call = ast.unparen(e)
        assert isinstance(call, ast.Call)
        at = self.call(call)
        out: list[Arg] = []
        for each in kind.types:
            out.append(Place("slots", each, at))
            at += layout.slots(each)
        return out

    def arg_as(self, a: Arg, kind: t.Type, target: int | None = None) -> int:
        """An argument as a value of type `kind`."""
        if not isinstance(a, Place):
            return self.value_as(a, kind, target)
        return self.place_as(a, kind, target)

    def place_as(self, p: Place, kind: t.Type, target: int | None = None) -> int:
        """The value at a place, assigned to a variable of type `kind`."""
        if isinstance(kind.underlying, t.Interface) and not t.is_interface(p.type):
            slot = self.dest(target, 2)
            mark = self.out.top
            self.box(self.read(p), t.default(p.type), slot)
            self.out.top = mark
            return slot
        return self.read(p, target)

    def place_args(self, e: ast.Call, f: t.Func, args: Sequence[Arg], at: int) -> None:
        """Put the arguments of a call into the frame from slot `at` on."""
        fixed = f.params[:-1] if f.variadic and not e.ellipsis else f.params
        starts = [at]
        for kind in fixed:
            starts.append(starts[-1] + layout.slots(kind))
        rest = list(args[len(fixed) :])
        variadic = f.variadic and not e.ellipsis
        last = f.params[-1] if variadic else t.INVALID
        for a, kind, start in zip(args, fixed, starts, strict=False):
            self._place(a, kind, start)
        if variadic:
            assert isinstance(last, t.Slice)
            self.pack(e, rest, last, starts[-1])

    def _place(self, a: Arg, kind: t.Type, at: int) -> None:
        mark = self.out.top
        self.arg_as(a, kind, at)
        self.out.top = mark

    def pack(self, e: ast.Call, args: list[Arg], kind: t.Slice, target: int) -> None:
        """A slice of the arguments for a variadic parameter."""
        if not args:
            self.zero(kind, target)
            return
        mark = self.out.top
        size = layout.words(kind.elem)
        noscan = 0 if layout.has_pointers(kind.elem) else 1
        base = self.out.alloc()
        self.out.pos = e.pos
        self.out.emit("NEW", base, max(1, size * len(args)), noscan)
        for i, a in enumerate(args):
            inner = self.out.top
            value = self.arg_as(a, kind.elem)
            self.store_at(base, i * size, kind.elem, value)
            self.out.top = inner
        self.out.move(target, base)
        self.out.constant(len(args), target + 1)
        self.out.constant(len(args), target + 2)
        self.out.top = mark

    # --- calls -----------------------------------------------------------------------------

    def signature(self, e: ast.Call) -> t.Func:
        """The type of the function that is called."""
        f = self.kind(e.fun).underlying
        if isinstance(f, t.TypeParam):
            raise AssertionError("call of a type parameter's value")
        assert isinstance(f, t.Func)
        return f

    def call(self, e: ast.Call, target: int | None = None) -> int:
        fun = self.info.operands[e.fun]
        if fun.mode == "type":
            return self.conversion(e, target)
        if fun.mode == "builtin":
            assert isinstance(fun.obj, Builtin)
            return self.builtin(e, fun.obj.name, target)
        f = self.signature(e)
        mark = self.out.top
        hoisted = self.hoist_call(e)
        callee = self.callee(e.fun)
        if isinstance(callee.target, FuncRef):
            callee.target = self.typed(callee.target, e)
        if isinstance(callee.target, FuncRef) and callee.target.function.package == "internal/race":
            if not self.program.race:
                return mark
        args = self.arguments(e)
        if isinstance(callee.target, FuncRef) and callee.target.function.intrinsic:
            slot = self._intrinsic(e, f, callee, args, target)
            self.unready(hoisted)
            return slot
        nresults = layout.total(f.results)
        base = self.frame(e, f, callee, args)
        self.unready(hoisted)
        self.out.pos = e.pos
        self.enter(callee, base, f)
        first = base + isa.FRAME_ARGS
        if target is not None:
            self.move(target, first, nresults)
            self.out.top = mark
            return target
        self.out.top = first + nresults
        return first

    def typed(self, ref: FuncRef, e: ast.Call) -> FuncRef:
        """errors.As with a target of type *T is errors.asFor[T]: only it can ask for interface T."""
        if ref.function.package != "errors" or ref.function.name != "As" or len(e.args) != 2:
            return ref
        target = self.kind(e.args[1])
        package = self.program.library.load("errors")
        if not isinstance(target, t.Pointer) or package is None:
            return ref
        found = package.scope.names["asFor"]
        assert isinstance(found, Function)
        return FuncRef(found, (target.elem,))

    def frame(self, e: ast.Call, f: t.Func, callee: Callee, args: Sequence[Arg]) -> int:
        """A callee frame above all live slots, with receiver and arguments in it."""
        size = 1 if callee.method is not None else callee.size
        words = max(size + layout.total(f.params), layout.total(f.results))
        base = self.out.alloc(isa.FRAME_ARGS + words)
        at = base + isa.FRAME_ARGS
        if callee.receiver is not None:
            mark = self.out.top
            callee.receiver(at)
            self.out.top = mark
        self.place_args(e, f, args, at + size)
        return base

    def enter(self, callee: Callee, base: int, f: t.Func) -> None:
        """The instruction that calls."""
        if callee.target is not None:
            self.out.emit("CALL", callee.target, base)
        elif callee.method is not None:
            self.out.emit("CALLI", callee.value, base, callee.method)
        else:
            self.out.emit("CALLC", callee.value, base, layout.total(f.params))

    # --- intrinsics --------------------------------------------------------------------------

    def _intrinsic(
        self,
        e: ast.Call,
        f: t.Func,
        callee: Callee,
        args: Sequence[Arg],
        target: int | None,
    ) -> int:
        assert isinstance(callee.target, FuncRef)
        nresults = layout.total(f.results)
        slot = self.dest(target, nresults)
        inner = self.out.top
        runs: list[tuple[int, int]] = []
        consts: list[object] = []
        together = reads_together(callee.target.function)
        if callee.receiver is not None:
            at = self.out.alloc(callee.size)
            callee.receiver(at)
            runs.append((at, callee.size))
            consts.append(None)
        for a, kind in zip(args, f.params, strict=True):
            count = layout.slots(kind)
            at = self.arg_as(a, kind, self.out.alloc(count) if together else None)
            if together:
                self.out.top = at + count
            runs.append((at, count))
            consts.append(None if isinstance(a, Place) else self.info.operands[a].value)
        self.out.pos = e.pos
        self.expand(callee.target.function, runs, nresults, slot, consts)
        self.out.top = inner
        return slot

    # --- values of functions -----------------------------------------------------------------

    def literal(self, e: ast.FuncLit) -> Local:
        """Lower a function literal's body."""
        raise NotImplementedError

    def function_value(self, e: ast.Expr, target: int | None) -> int | None:
        e = ast.unparen(e)
        self.out.pos = e.pos
        if (ref := self.func_ref(e)) is not None:
            return self.static(ref, target)
        selector, own = self.selector_of(e)
        if selector is None:
            return None
        s = self.selection(selector)
        if s.kind == "method expr":
            return self.static(self.method_expression(s, selector.sel.name, own), target)
        return self._bound(selector, s, own, target)

    def method_expression(self, s: Selection, name: str, own: Types) -> Target:
        """The function that ``T.name`` is."""
        if isinstance(s.obj, Function) and not s.path and self.receiver_type(s) == s.receiver:
            return self.method_ref(s, own)
        return Thunk("method", s.receiver, name, self.package, own)

    def _bound(self, e: ast.Selector, s: Selection, own: Types, target: int | None) -> int:
        """A method value ``x.M``: the receiver is evaluated now and captured."""
        slot = self.dest(target)
        mark = self.out.top
        if s.kind == "interface method":
            p = self.walk(self.locate(e.x), s.path)
            value, kind = self.read(p), p.type
            self.out.pos = e.pos
            # a nil interface panics now, not when the method is called
            self.check_interface(value)
        else:
            kind = self.receiver_type(s)
            value = self.out.alloc(layout.slots(kind))
            self.receive_as(self.walk(self.locate(e.x), s.path), s.owner, kind, value)
        self.out.pos = e.pos
        package = getattr(s.obj, "package", "") or self.package
        thunk = Thunk("bound", kind, e.sel.name, package, own)
        self.closure_object(thunk, [(value, layout.slots(kind))], slot)
        self.out.top = mark
        return slot

    def check_interface(self, value: int) -> None:
        """Panic as a nil pointer does if the interface value is nil."""
        mark = self.out.top
        self.out.emit("LD", self.out.alloc(), value, 0)
        self.out.top = mark

    def closure_object(
        self, function: Target, captured: list[tuple[int, int]], target: int | None
    ) -> int:
        """The address of a closure object; a static one if nothing is captured."""
        words = 1 + sum(n for _, n in captured)
        if words == 1:
            return self.static(function, target)
        mark = self.out.top
        run = self.out.alloc(words)
        self.out.emit("LDI", run, function)
        at = run + 1
        for slot, count in captured:
            self.move(at, slot, count)
            at += count
        self.out.top = mark
        slot = self.dest(target)
        self.out.emit("NEWCOPY", slot, run, words)
        return slot
