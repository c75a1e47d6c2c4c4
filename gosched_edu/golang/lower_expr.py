"""Expressions to instructions.

Problem. Each expression must leave its word in a slot, with as few instructions as can be.

Rejected. A fresh temporary for every node, with moves in between.

Invariant. `expr(e, target)` writes `target` in its last instruction only, so that a
variable may be the target of an expression that reads it. Without a target the slot
returned may be a variable's own: it is to be read, not written.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Builder, Emitter, Label
from gosched_edu.golang.objects import FuncInfo, Function, Info, Value, Var

_ARITHMETIC = {
    "+": "ADD", "-": "SUB", "*": "MUL", "/": "DIV", "%": "MOD", "&": "AND", "|": "OR",
    "^": "XOR", "&^": "ANDNOT", "<<": "SHL", ">>": "SHR",
}  # fmt: skip
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<="}
_IMMEDIATE = 1 << 31


@dataclass
class Place:
    """Where a variable lives: ``slot``, or a ``cell`` whose address is there.

    `number` is a slot, or the number of a package variable if `package`.
    """

    number: int
    cell: bool = False
    package: bool = False


@dataclass
class Program:
    """What the functions of one program share while they are lowered."""

    info: Info
    builder: Builder
    version: tuple[int, int]
    globals: dict[Var, Place]
    functions: dict[Function, Emitter]


class ExprLowering:
    """Lowers the expressions of one function."""

    def __init__(self, program: Program, emitter: Emitter, func: FuncInfo | None):
        self.program = program
        self.info = program.info
        self.builder = program.builder
        self.out = emitter
        self.func = func
        self.vars: dict[Var, Place] = {}
        # Arguments and receivers that a wrapper function received ready-made.
        self.ready: dict[ast.Expr, int] = {}
        self.ready_args: dict[ast.Call, list[ast.Expr | int]] = {}

    # --- variables -----------------------------------------------------------------------

    def place(self, var: Var) -> Place:
        return self.program.globals[var] if var.owner is None else self.vars[var]

    def load(self, var: Var, target: int | None = None) -> int:
        """A slot with the variable's value."""
        p = self.place(var)
        if not p.package and not p.cell:
            if target is None:
                return p.number
            self.out.move(target, p.number)
            return target
        slot = self.out.alloc() if target is None else target
        if p.package:
            self.out.emit("GLD", slot, p.number)
        if p.cell:
            self.out.emit("LD", slot, slot if p.package else p.number, 0)
        return slot

    def store(self, var: Var, source: int) -> None:
        """Assign slot `source` to the variable."""
        p = self.place(var)
        if p.cell:
            self.out.emit("ST", self.cell(var), 0, source)
        elif p.package:
            self.out.emit("GST", p.number, source)
        else:
            self.out.move(p.number, source)

    def cell(self, var: Var) -> int:
        """A slot with the address of the variable's cell, or of its WaitGroup."""
        p = self.place(var)
        if not p.package:
            return p.number
        slot = self.out.alloc()
        self.out.emit("GLD", slot, p.number)
        return slot

    def target_of(self, var: Var) -> int | None:
        """The slot that holds the variable itself, if there is one."""
        p = self.place(var)
        return None if p.cell or p.package else p.number

    def dest(self, target: int | None) -> int:
        return self.out.alloc() if target is None else target

    # --- expressions ---------------------------------------------------------------------

    def constant(self, value: Value | None, target: int | None = None) -> int:
        """A slot with a constant; nil is 0."""
        if isinstance(value, bytes):
            return self.out.constant(self.builder.string(value), target)
        return self.out.constant(0 if value is None else int(value), target)

    def expr(self, e: ast.Expr, target: int | None = None) -> int:
        """Lower `e`; see the invariant of this module."""
        if (ready := self.ready.get(e)) is not None:
            if target is None:
                return ready
            self.out.move(target, ready)
            return target
        x = self.info.operands[e]
        if x.mode in ("constant", "nil"):
            self.out.pos = e.pos
            return self.constant(x.value, target)
        match e:
            case ast.Paren():
                return self.expr(e.x, target)
            case ast.Ident():
                obj = self.info.uses[e]
                self.out.pos = e.pos
                if isinstance(obj, Function):
                    return self.out.constant(
                        self.builder.static_closure(self.program.functions[obj].number), target
                    )
                assert isinstance(obj, Var)
                return self.load(obj, target)
            case ast.FuncLit():
                return self.closure(e, target)
            case ast.Call():
                return self.call(e, target)
            case ast.Star():
                p = self.expr(e.x)
                slot = self.dest(target)
                self.out.pos = e.pos
                self.out.emit("LD", slot, p, 0)
                return slot
            case ast.Unary():
                return self._unary(e, target)
            case ast.Binary():
                return self._binary(e, target)
            case ast.Composite():
                return self.out.constant(0, target)
            case ast.Selector():
                return self.library_value(e, target)
        raise AssertionError(f"{ast.text(e)} cannot be lowered")

    def closure(self, e: ast.FuncLit, target: int | None) -> int:
        """The address of a closure object for a function literal."""
        raise NotImplementedError

    def library_value(self, e: ast.Selector, target: int | None) -> int:
        """A closure for a library function or a method that is not called at once."""
        raise NotImplementedError

    def call(self, e: ast.Call, target: int | None = None) -> int:
        """A call that has at most one result."""
        raise NotImplementedError

    def address(self, e: ast.Expr) -> int:
        """A slot with the address of variable `e`, a WaitGroup or a boxed one."""
        if (ready := self.ready.get(e)) is not None:
            return ready
        e = ast.unparen(e)
        if isinstance(e, ast.Ident):
            var = self.info.uses[e]
            assert isinstance(var, Var)
            return self.cell(var)
        if isinstance(e, ast.Star):
            return self.expr(e.x)
        assert isinstance(e, ast.Composite)
        slot = self.out.alloc()
        words = 2 if self.info.operands[e].type == universe.WAITGROUP else 1
        self.out.emit("NEW", slot, words)
        return slot

    def _unary(self, e: ast.Unary, target: int | None) -> int:
        mark = self.out.top
        if e.op == "&":
            slot = self.address(e.x)
            if target is None:
                return slot
            self.out.move(target, slot)
            self.out.top = mark
            return target
        if e.op == "<-":
            # The result has a slot of its own: it is written when the channel is still read.
            slot = self.dest(target)
            mark = self.out.top
            channel = self.expr(e.x)
            self.out.pos = e.pos
            self.out.emit("RECV", slot, channel, -1)
            self.out.top = mark
            return slot
        if e.op == "+":
            return self.expr(e.x, target)
        x = self.expr(e.x)
        self.out.top = mark
        slot = self.dest(target)
        self.out.pos = e.pos
        self.out.emit({"-": "NEG", "^": "COM", "!": "NOT"}[e.op], slot, x)
        return slot

    def _binary(self, e: ast.Binary, target: int | None) -> int:
        if e.op in ("&&", "||"):
            return self._from_jumps(e, target)
        if e.op in _COMPARISONS:
            return self._comparison(e, target)
        return self.arithmetic(e.op, e, e.x, e.y, target)

    def arithmetic(
        self, op: str, e: ast.Binary | ast.Stmt, x: ast.Expr, y: ast.Expr, target: int | None
    ) -> int:
        """``x op y``."""
        # Long sums lean to the left: a loop instead of recursion.
        terms: list[tuple[str, ast.Binary | ast.Stmt, ast.Expr]] = [(op, e, y)]
        while (
            isinstance(x, ast.Binary)
            and x.op in _ARITHMETIC
            and self.info.operands[x].mode != "constant"
            and x not in self.ready
        ):
            terms.append((x.op, x, x.y))
            x = x.x
        mark = self.out.top
        first = x
        left = -1
        for i, (op, at, y) in enumerate(reversed(terms)):
            last = i == len(terms) - 1
            left = self._step(op, at, first if i == 0 else left, y, mark, target if last else None)
        return left

    def _step(
        self,
        op: str,
        at: ast.Binary | ast.Stmt,
        x: ast.Expr | int,
        y: ast.Expr,
        mark: int,
        target: int | None,
    ) -> int:
        """One operation of a sum; what is above `mark` is dead afterwards."""
        value = self.info.operands[y].value if y in self.info.operands else None
        kind = self.info.operands[y].type
        text = t.kind(kind) == "string"
        small = type(value) is int and -_IMMEDIATE < value < _IMMEDIATE
        if op == "+" and not isinstance(x, int) and not text:
            first = self.info.operands[x].value
            if type(first) is int and -_IMMEDIATE < first < _IMMEDIATE:
                x, y, value, small = y, x, first, True
        a = x if isinstance(x, int) else self.expr(x)
        pos = at.op_pos if isinstance(at, ast.Binary) else at.pos
        if op in ("+", "-") and small and not text:
            assert isinstance(value, int)
            self.out.top = mark
            slot = self.dest(target)
            self.out.pos = pos
            self.out.emit("ADDI", slot, a, value if op == "+" else -value)
            return slot
        b = self.expr(y)
        self.out.top = mark
        slot = self.dest(target)
        self.out.pos = pos
        self.out.emit("SCAT" if text else _ARITHMETIC[op], slot, a, b)
        return slot

    def _is_string(self, e: ast.Expr) -> bool:
        return t.kind(self.info.operands[e].type) == "string"

    def _operands(self, e: ast.Binary) -> tuple[int, int]:
        """The two words to compare; strings are compared here, with 0 left to compare to."""
        a, b = self.expr(e.x), self.expr(e.y)
        if not self._is_string(e.x):
            return a, b
        slot = self.out.alloc()
        self.out.pos = e.op_pos
        self.out.emit("SCMP", slot, a, b)
        return slot, self.out.constant(0)

    def _comparison(self, e: ast.Binary, target: int | None) -> int:
        mark = self.out.top
        a, b = self._operands(e)
        self.out.top = mark
        slot = self.dest(target)
        self.out.pos = e.op_pos
        if e.op in (">", ">="):
            a, b = b, a
        name = {"==": "EQ", "!=": "NE", "<": "LT", ">": "LT", "<=": "LE", ">=": "LE"}[e.op]
        self.out.emit(name, slot, a, b)
        return slot

    def _from_jumps(self, e: ast.Expr, target: int | None) -> int:
        no, end = Label(), Label()
        mark = self.out.top
        self.jump(e, no, False)
        self.out.top = mark
        slot = self.dest(target)
        self.out.emit("LDI", slot, 1)
        self.out.emit("JMP", end)
        self.out.bind(no)
        self.out.emit("LDI", slot, 0)
        self.out.bind(end)
        return slot

    # --- conditions ------------------------------------------------------------------------

    def jump(self, e: ast.Expr, label: Label, when: bool) -> None:
        """Go forward to `label` if condition `e` equals `when`, else fall through."""
        e = ast.unparen(e)
        mark = self.out.top
        x = self.info.operands[e]
        if x.mode == "constant":
            if bool(x.value) == when:
                self.out.emit("JMP", label)
        elif isinstance(e, ast.Unary) and e.op == "!" and e not in self.ready:
            self.jump(e.x, label, not when)
        elif isinstance(e, ast.Binary) and e.op in ("&&", "||"):
            # Either operand alone decides when `when` is what that operator stops at.
            if (e.op == "||") == when:
                self.jump(e.x, label, when)
                self.jump(e.y, label, when)
            else:
                skip = Label()
                self.jump(e.x, skip, not when)
                self.jump(e.y, label, when)
                self.out.bind(skip)
        elif isinstance(e, ast.Binary) and e.op in _COMPARISONS:
            self._jump_comparison(e, label, e.op if when else _NEGATED[e.op])
        else:
            slot = self.expr(e)
            self.out.pos = e.pos
            self.out.emit("JNZ" if when else "JZ", slot, label)
        self.out.top = mark

    def _jump_comparison(self, e: ast.Binary, label: Label, op: str) -> None:
        y = self.info.operands[e.y]
        zero = y.mode in ("constant", "nil") and not y.value and not self._is_string(e.x)
        if op in ("==", "!=") and zero:
            slot = self.expr(e.x)
            self.out.pos = e.op_pos
            self.out.emit("JZ" if op == "==" else "JNZ", slot, label)
            return
        a, b = self._operands(e)
        self.out.pos = e.op_pos
        if op in (">", "<="):
            a, b = b, a
        name = {"==": "JEQ", "!=": "JNE", "<": "JLT", ">": "JLT", "<=": "JGE", ">=": "JGE"}[op]
        self.out.emit(name, a, b, label)

    def loop(self, e: ast.Expr, label: Label) -> None:
        """Go back to `label` if condition `e` is true, else fall through."""
        e = ast.unparen(e)
        mark = self.out.top
        if self.info.operands[e].mode != "constant" and isinstance(e, ast.Binary):
            if e.op in ("<", "<=", ">", ">=") and not self._is_string(e.x):
                if self._loop_less(e, label):
                    self.out.top = mark
                    return
        out = Label()
        self.jump(e, out, False)
        self.out.emit("LOOP", label)
        self.out.bind(out)
        self.out.top = mark

    def _loop_less(self, e: ast.Binary, label: Label) -> bool:
        """One LOOPLT for the condition, if it can be had."""
        if e.op in ("<", ">"):
            a, b = self.expr(e.x), self.expr(e.y)
            if e.op == ">":
                a, b = b, a
        else:
            bound = self.info.operands[e.y].value
            if type(bound) is not int or abs(bound) >= (1 << 63) - 1:
                return False
            a = self.expr(e.x)
            b = self.out.constant(bound + 1 if e.op == "<=" else bound - 1)
            if e.op == ">=":
                a, b = b, a
        self.out.pos = e.op_pos
        self.out.emit("LOOPLT", a, b, label)
        return True
