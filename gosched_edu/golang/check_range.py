"""The range clause: what a loop can run over, and what its variables are.

Problem. One syntax runs over integers, strings, arrays, slices, maps, channels and functions;
the body of a loop over a function is called by that function.

Rejected. Turning loops over functions into function literals before checking: messages would
speak of code that nobody wrote.

Invariant. The body of a loop over a function has a `FuncInfo` of its own in
`Info.range_bodies`, whose parameters are the iteration variables: so captures are counted as
for any other literal. What belongs to the function around, such as results, is found through
`FuncInfo.home`. An array that need not be evaluated is recorded as the constant length.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_assign import AssignChecker
from gosched_edu.golang.objects import FuncInfo, Operand, Var
from gosched_edu.golang.typesets import array_of, common_under, is_string, typeset

Clause = tuple["t.Type | None", "t.Type | None"]
_YIELD = "func must be func(yield func(...) bool): "


class RangeChecker(AssignChecker):
    """Checks range clauses."""

    def range_clause(self, s: ast.Range) -> None:
        """Check all of `s` but its body, in an open scope; the body's function becomes current."""
        outer, self.has_call = self.has_call, False
        x = self.expr(s.x)
        called, self.has_call = self.has_call, outer
        if x.ok and len(s.lhs) < 2 and not called and (array := array_of(x.type)) is not None:
            e = ast.unparen(s.x)
            self.info.operands[e] = Operand("constant", e, t.INT, array.length)
        key, value = self._variables(s, x) if x.ok else (t.INVALID, t.INVALID)
        under = common_under(x.type)[0] if x.ok else None
        if isinstance(under, t.Func) and key != t.INVALID:
            yields = common_under(under.params[0])[0]
            assert isinstance(yields, t.Func)
            self.func = FuncInfo(yields, self.func, loop=s)
            self.info.range_bodies[s] = self.func
        kinds = (key, value)
        if s.define:
            self._define_variables(s, x, kinds)
        elif s.lhs:
            self._assign_variables(s, x, kinds)
        elif x.ok and t.is_integer(x.type):
            self.assignment(x, None, "range clause")

    def _variables(self, s: ast.Range, x: Operand) -> Clause:
        """The types of the iteration variables; None where there is none, INVALID after an error."""
        shown = f"range over {self.describe(x)}"
        found = self._range_types(x)
        if isinstance(found, str):
            self.error(x.expr.pos, f"cannot {shown}" + (f": {found}" if found else ""))
            return t.INVALID, t.INVALID
        key, value = found
        if key is None and s.lhs:
            self.error(s.lhs[0].pos, f"{shown} permits no iteration variables")
        elif value is None and len(s.lhs) > 1:
            self.error(s.lhs[1].pos, f"{shown} permits only one iteration variable")
        elif len(s.lhs) > 2:
            self.error(s.lhs[2].pos, "range clause permits at most two iteration variables")
        return found

    def _range_types(self, x: Operand) -> Clause | str:
        """Key and value types of a range over `x`, or why there is none (range.go:rangeKeyVal)."""
        for each, under in typeset(x.type):
            if isinstance(under, t.Chan) and under.dir == "send":
                return f"receive from send-only channel {each}"
        common, why = common_under(x.type)
        if common is None:
            return why
        if (array := array_of(common)) is not None:
            return t.INT, array.elem
        match common:
            case t.Slice():
                return t.INT, common.elem
            case t.Map():
                return common.key, common.elem
            case t.Chan():
                return common.elem, None
            case t.Func():
                return self._yielded(common)
        if is_string(common):
            return t.INT, t.RUNE
        if t.is_integer(common):
            return (x.type, None) if self.version >= (1, 22) else self.needs_version("", (1, 22))
        return ""

    def _yielded(self, f: t.Func) -> Clause | str:
        """What the iterator function `f` yields."""
        if self.version < (1, 23):
            return self.needs_version("", (1, 23))
        if len(f.params) != 1 or f.variadic:
            return _YIELD + ("wrong argument count" if len(f.params) != 1 else "argument is not func")
        if f.results:
            return _YIELD + "unexpected results"
        each, why = common_under(f.params[0])
        if not isinstance(each, t.Func):
            return _YIELD + (f"in yield type, {why}" if why else "argument is not func")
        if len(each.params) > 2:
            return _YIELD + "yield func has too many parameters"
        if each.results != (t.BOOL,):
            if len(each.results) == 1 and t.kind(each.results[0]) == "bool":
                return _YIELD + "yield func returns user-defined boolean, not bool"
            return _YIELD + "yield func does not return bool"
        if each.variadic:
            return f"yield func of type {each} cannot be variadic"
        padded = (*each.params, None, None)
        return padded[0], padded[1]

    # --- iteration variables ---------------------------------------------------------------

    def _define_variables(self, s: ast.Range, x: Operand, kinds: Clause) -> None:
        counts = x.ok and t.is_integer(x.type)
        fresh: list[tuple[ast.Ident, Var]] = []
        for e, kind in zip(s.lhs, kinds, strict=False):
            if not isinstance(e, ast.Ident):
                self.error(e.pos, f"cannot declare {ast.text(e)}")
                continue
            var = self.new_var(e, t.INVALID)
            fresh.append((e, var))
            # Before 1.22 one variable serves all iterations, and each assigns to it.
            var.assigned = self.version < (1, 22)
            if kind is None or kind == t.INVALID:
                var.used = True
            elif counts:
                self.init_var(var, x, "range clause")
            else:
                self.init_var(var, Operand("value", e, kind), "assignment")
        if s.lhs and not any(v.name != "_" for _, v in fresh):
            self.error(s.pos, "no new variables on left side of :=")
        for e, var in fresh:
            self.declare(e, var)

    def _assign_variables(self, s: ast.Range, x: Operand, kinds: Clause) -> None:
        counts = x.ok and t.is_integer(x.type)
        for e, kind in zip(s.lhs, kinds, strict=False):
            if kind is None or kind == t.INVALID:
                continue
            target = self.target(e)
            if target == t.INVALID:
                continue
            if not counts:
                context = "assignment" if target is not None else "assignment to _ identifier"
                self.assignment(Operand("value", e, kind), target, context)
                continue
            self.assignment(x, target, "range clause")
            if x.ok and not t.is_integer(x.type):
                self.error(e.pos, f"cannot use iteration variable of type {x.type}")
