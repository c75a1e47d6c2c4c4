"""Expressions to instructions.

Problem. Each expression must leave its words in a run of slots, with as few instructions as
can be.

Rejected. A fresh temporary for every node, with moves in between.

Invariant. `expr(e, target)` writes `target` after it has read everything that it reads, so that
a variable may be the target of an expression that reads it. Without a target the slots
returned may be a variable's own: they are to be read, not written.
"""

from __future__ import annotations

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.lower_condition import COMPARISONS, ConditionLowering
from gosched_edu.golang.lower_core import Place
from gosched_edu.golang.lower_num import long_count
from gosched_edu.golang.objectfile import Address, Static
from gosched_edu.golang.objects import Function, Var

_IMMEDIATE = 1 << 31


class ExprLowering(ConditionLowering):
    """Lowers the expressions of one function."""

    # --- what others lower -------------------------------------------------------------------

    def index(self, e: ast.Index, target: int | None = None) -> int:
        """The value of ``x[i]``."""
        raise NotImplementedError

    def element(self, e: ast.Index) -> Place:
        """Where an element of a slice or array is."""
        raise NotImplementedError

    def sum(self, e: ast.Binary, target: int | None = None) -> int:
        """``a + b + ...`` on strings."""
        raise NotImplementedError

    def slice_expr(self, e: ast.SliceExpr, target: int | None = None) -> int:
        """The value of ``x[low:high:max]``."""
        raise NotImplementedError

    def composite(self, e: ast.Composite, target: int | None = None) -> int:
        """The value of a literal, or the address if it means ``&T{...}``."""
        raise NotImplementedError

    def new_literal(self, e: ast.Composite, kind: t.Type, target: int | None = None) -> int:
        """The address of a new variable with the value of literal `e`."""
        raise NotImplementedError

    def closure(self, e: ast.FuncLit, target: int | None) -> int:
        """The address of a closure object for a function literal."""
        raise NotImplementedError

    def call(self, e: ast.Call, target: int | None = None) -> int:
        """The results of a call."""
        raise NotImplementedError

    def function_value(self, e: ast.Expr, target: int | None) -> int | None:
        """The closure of a declared function, method value or method expression."""
        raise NotImplementedError

    # --- expressions ---------------------------------------------------------------------

    def expr(self, e: ast.Expr, target: int | None = None) -> int:
        """Lower `e`; see the invariant of this module."""
        if self.ready and (ready := self.ready.get(e)) is not None:
            return self.read(ready, target)
        x = self.info.operands[e]
        if x.mode == "constant":
            self.out.pos = e.pos
            assert x.value is not None
            return self.constant(x.value, self.kind(e), target)
        if x.mode == "nil":
            self.out.pos = e.pos
            kind = self.kind(e)
            return self.zero(t.UNSAFE_POINTER if kind == t.UNTYPED_NIL else kind, target)
        match e:
            case ast.Paren():
                return self.expr(e.x, target)
            case ast.Ident():
                self.out.pos = e.pos
                obj = self.info.uses[e]
                if isinstance(obj, Var):
                    return self.read(self.variable(obj), target)
            case ast.FuncLit():
                return self.closure(e, target)
            case ast.Call():
                return self.call(e, target)
            case ast.Star():
                return self._load(e, target)
            case ast.Unary():
                return self._unary(e, target)
            case ast.Binary():
                return self._binary(e, target)
            case ast.Composite():
                return self.composite(e, target)
            case ast.Index() if self.info.operands[e.x].mode != "type" and e not in self.info.instances:
                return self.index(e, target)
            case ast.SliceExpr():
                return self.slice_expr(e, target)
            case ast.TypeAssert():
                return self.assertion(e, target, False)
            case ast.Selector() if self.selects_variable(e):
                return self._load(e, target)
        slot = self.function_value(e, target)
        assert slot is not None, f"{ast.text(e)} cannot be lowered"
        return slot

    def value_as(self, e: ast.Expr, kind: t.Type, target: int | None = None) -> int:
        """The value of `e`, assigned to a variable of type `kind`."""
        x = self.info.operands[e]
        if x.mode == "nil" and e not in self.ready:
            return self.zero(kind, target)
        own = self.kind(e)
        if t.is_untyped(own):
            own = t.default(own) if isinstance(kind.underlying, t.Interface) else kind
            if x.mode == "constant" and x.value is not None and e not in self.ready:
                if own == kind:
                    return self.constant(x.value, kind, target)
        if isinstance(kind.underlying, t.Interface) and not t.is_interface(own):
            if x.mode == "constant" and x.value is not None and e not in self.ready:
                return self.box_constant(x.value, own, target)
            slot = self.dest(target, 2)
            mark = self.out.top
            self.box(self.expr(e), own, slot)
            self.out.top = mark
            return slot
        return self.expr(e, target)

    def variable(self, var: Var) -> Place:
        """Where `var` is, its type that of this instance."""
        p = self.place_of(var)
        return p if not self.env else Place(
            p.kind, self.plain(p.type), p.number, p.offset, p.var, p.checked
        )

    # --- places ----------------------------------------------------------------------------

    def selects_variable(self, e: ast.Selector) -> bool:
        """Whether `e` is a field or a package variable."""
        s = self.info.selections.get(e)
        return s is not None and (s.kind == "field" or isinstance(s.obj, Var))

    def locate(self, e: ast.Expr) -> Place:
        """Where the value of `e` is; a value that is nowhere is made in slots."""
        if self.ready and (ready := self.ready.get(e)) is not None:
            return ready
        x = self.info.operands[e]
        if x.mode not in ("constant", "nil"):
            match e:
                case ast.Paren():
                    return self.locate(e.x)
                case ast.Ident():
                    obj = self.info.uses[e]
                    if isinstance(obj, Var):
                        return self.variable(obj)
                case ast.Star():
                    return Place("memory", self.kind(e), self.expr(e.x))
                case ast.Selector() if self.selects_variable(e):
                    s = self.selection(e)
                    if isinstance(s.obj, Var):
                        self.out.pos = e.pos
                        return self.variable(s.obj)
                    p = self.walk(self.locate(e.x), s.path)
                    self.out.pos = e.pos
                    return p
                case ast.Index() if self.info.operands[e.x].mode != "type":
                    if x.mode == "variable" and e not in self.info.instances:
                        return self.element(e)
        return Place("slots", self.kind(e), self.expr(e))

    def where(self, e: ast.Expr) -> tuple[int, int]:
        """Address and offset of the memory that holds variable `e`."""
        p = self.locate(e)
        if p.kind == "data":
            return self.data_address(p), 0
        return p.number, p.offset

    def _load(self, e: ast.Expr, target: int | None) -> int:
        """The value of a field or of what a pointer points to."""
        mark = self.out.top
        count = layout.slots(self.kind(e))
        slot = self.dest(target, count)
        p = self.locate(e)
        self.out.pos = e.pos
        if p.kind == "slots" and target is None:
            if p.number < mark:
                self.out.top = mark
            return p.number
        self.read(p, slot)
        self.out.top = mark if target is not None else slot + count
        return slot

    def address(self, e: ast.Expr, target: int | None = None) -> int:
        """A slot with the address of variable `e`."""
        mark = self.out.top
        p = self.locate(e)
        self.out.pos = e.pos
        slot = self.address_of(p, target)
        if target is not None:
            self.out.top = mark
        return slot

    # --- operators ---------------------------------------------------------------------------

    def _unary(self, e: ast.Unary, target: int | None) -> int:
        if e.op == "&":
            inner = ast.unparen(e.x)
            if isinstance(inner, ast.Composite):
                return self.new_literal(inner, self.kind(inner), target)
            return self.address(e.x, target)
        if e.op == "<-":
            return self.receive(e, target, False)
        if e.op == "+":
            return self.expr(e.x, target)
        mark = self.out.top
        x = self.expr(e.x)
        self.out.top = mark
        self.out.pos = e.pos
        return self.unary(e.op, self.kind(e), x, target)

    def receive(self, e: ast.Unary, target: int | None, ok: bool) -> int:
        """``<-c``: the value, and whether one was sent behind it if `ok`."""
        kind = self.kind(e.x).underlying
        assert isinstance(kind, t.Chan)
        count = layout.slots(kind.elem)
        # The result has slots of its own: they are written when the channel is still read.
        slot = self.dest(target, count + ok)
        mark = self.out.top
        channel = self.expr(e.x)
        self.out.pos = e.pos
        self.out.emit("RECV", slot if count or ok else -1, channel, 2 * count + ok)
        self.out.top = mark
        return slot

    def _binary(self, e: ast.Binary, target: int | None) -> int:
        if e.op in ("&&", "||"):
            return self.from_jumps(e, target)
        if e.op in COMPARISONS:
            return self.comparison(e, target)
        if t.kind(self.kind(e)) == "string":
            return self.sum(e, target)
        return self._arithmetic(e, target)

    def _arithmetic(self, e: ast.Binary, target: int | None) -> int:
        """``x op y``; long sums lean to the left: a loop instead of recursion."""
        terms = [e]
        x = e.x
        while (
            isinstance(x, ast.Binary)
            and x.op not in ("&&", "||")
            and x.op not in COMPARISONS
            and self.info.operands[x].mode != "constant"
            and x not in self.ready
        ):
            terms.append(x)
            x = x.x
        hoisted = self.hoist([x, *(b.y for b in reversed(terms))])
        mark = self.out.top
        left: ast.Expr | int = x
        for b in reversed(terms):
            left = self.term(b.op, b, left, b.y, mark, target if b is e else None)
        self.unready(hoisted)
        assert isinstance(left, int)
        return left

    def term(
        self,
        op: str,
        at: ast.Binary | ast.Stmt,
        x: ast.Expr | int,
        y: ast.Expr,
        mark: int,
        target: int | None,
        kind: t.Type | None = None,
    ) -> int:
        """One operation of a sum; what is above `mark` is dead afterwards."""
        if kind is None:
            kind = self.kind(at) if isinstance(at, ast.Binary) else self.kind(y)
        if t.is_untyped(kind):
            kind = t.default(kind)
        pos = at.op_pos if isinstance(at, ast.Binary) else at.pos
        u = kind.underlying
        if isinstance(u, t.Basic) and u.kind == "int" and op in ("+", "-"):
            value = self.info.operands[y].value
            if op == "+" and not isinstance(x, int):
                first = self.info.operands[x].value
                if type(first) is int and -_IMMEDIATE < first < _IMMEDIATE:
                    x, y, value = y, x, first
            if type(value) is int and -_IMMEDIATE < value < _IMMEDIATE:
                a = x if isinstance(x, int) else self.value_as(x, kind)
                self.out.top = mark
                slot = self.dest(target)
                self.out.pos = pos
                self.out.emit("ADDI", slot, a, value if op == "+" else -value)
                self.cut(slot, u)
                return slot
        a = x if isinstance(x, int) else self.value_as(x, kind)
        if op in ("<<", ">>"):
            by = self.kind(y)
            constant = self.info.operands[y].mode == "constant"
            by = t.INT if constant or t.is_untyped(by) else by
            b = self.value_as(y, by)
            self.out.pos = pos
            if not long_count(by):
                self.out.top = mark
                return self.shift(op, kind, a, b, by, target)
            slot = self.shift(op, kind, a, b, by, target)
            self.out.top = mark
            if target is None:
                self.out.move(self.out.alloc(), slot)
                return mark
            return slot
        b = self.value_as(y, kind)
        count = layout.slots(kind)
        if count > 1:  # several instructions: the result must not overlap the operands
            slot = self.operate(op, kind, a, b)
            goal = mark if target is None else target
            self.move(goal, slot, count)
            self.out.top = mark + (count if target is None else 0)
            self.out.high = max(self.out.high, self.out.top)
            return goal
        self.out.top = mark
        self.out.pos = pos
        return self.operate(op, kind, a, b, target)

    def static(self, ref: Function | object, target: int | None) -> int:
        """The address of the static closure of a function."""
        return self.out.constant(Address(Static(ref)), target)  # type: ignore[arg-type]
