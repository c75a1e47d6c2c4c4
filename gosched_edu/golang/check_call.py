"""Calls: functions, methods, built-ins, conversions, and fmt.

Problem. The syntax ``f(x)`` is four things, and one call may give another its arguments,
``f(g())``.

Rejected. Telling them apart in the parser: ``int`` may be a variable.

Invariant. When a call has been checked without error, the lowering can take its arguments
as they stand: number and types agree.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_generic import GenericChecker
from gosched_edu.golang.objects import Builtin, FuncInfo, Operand
from gosched_edu.golang.typesets import common_under, typeset


class CallChecker(GenericChecker):
    """Checks calls."""

    def call(self, e: ast.Call) -> Operand:
        fun = self.raw(e.fun)
        if not fun.ok:
            for a in e.args:
                self.raw(a)
            return self.bad(e)
        if fun.mode == "type":
            return self._conversion(e, fun.type)
        if fun.mode == "builtin":
            assert isinstance(fun.obj, Builtin)
            return self.collection_builtin(e, fun.obj.name)
        self.single(fun, generic=True, what="value or type")
        if not fun.ok:
            for a in e.args:
                self.raw(a)
            return self.bad(e)
        signature = self._callable(e, fun)
        if signature is None:
            return self.bad(e)
        args = self.operands(e.args, generic=True)
        self.arguments(e, signature, args, fun)
        if self.opened(fun) is not None:
            # Not inferred: the results are known if they mention no type parameter.
            if any(self.still_open(r, fun) for r in signature.results):
                return self.bad(e)
            return self.results(e, signature)
        closed = common_under(fun.type)[0]
        return self.results(e, closed if isinstance(closed, t.Func) else signature)

    def _callable(self, e: ast.Call, fun: Operand) -> t.Func | None:
        """The signature of what is called; None after an error."""
        why = next(
            (f"{k} is not a function" for k, u in typeset(fun.type) if not isinstance(u, t.Func)),
            "",
        )
        common, other = common_under(fun.type)
        if not why and isinstance(common, t.Func):
            return common
        self.error(
            e.fun.pos, f"invalid operation: cannot call {self.describe(fun)}: {why or other}"
        )
        return None

    def results(self, e: ast.Call, f: t.Func) -> Operand:
        """What a call of a function of type `f` denotes."""
        self.has_call = True
        if not f.results:
            return Operand("novalue", e, t.VOID)
        if t.INVALID in f.results:
            return self.bad(e)
        if len(f.results) == 1:
            return Operand("value", e, f.results[0])
        return Operand("value", e, t.Tuple(f.results, f.result_names))

    def operands(self, args: tuple[ast.Expr, ...], generic: bool = False) -> list[Operand]:
        """The operands of an argument list; the results of one call are spread.

        `generic`: generic functions may be among them.
        """
        if len(args) == 1:
            x = self.raw(args[0])
            if isinstance(x.type, t.Tuple) and x.mode == "value":
                return [Operand("value", args[0], each) for each in x.type.types]
            self.single(x, generic)
            return [x]
        return [self.generic(a) if generic else self.expr(a) for a in args]

    def _arguments(self, e: ast.Call, f: t.Func) -> bool:
        args = self.operands(e.args)
        return all(a.ok for a in args) and self.arguments(e, f, args)

    def arguments(
        self, e: ast.Call, f: t.Func, args: list[Operand], fun: Operand | None = None
    ) -> bool:
        """Check `args` against the parameters of `f` (call.go:arguments).

        `fun` is the function, which may be generic: its type arguments are inferred then.
        """
        params = f.params
        if e.ellipsis and not f.variadic:
            callee = ast.text(e.fun)
            self.error(e.pos, f"cannot use ... in call to non-variadic {callee}")
            return False
        if e.ellipsis and len(e.args) == 1 and len(args) > 1:
            self.error(e.pos, f"cannot use ... with {len(args)}-valued {ast.text(e.args[0])}")
            return False
        wanted = len(params)
        if f.variadic and not e.ellipsis:
            # One parameter for each argument that goes to the last one.
            last = params[-1]
            assert isinstance(last, t.Slice)
            wanted = max(len(args), len(params) - 1)
            params = (*params[:-1], *[last.elem] * (wanted - len(params) + 1))
        if len(args) != wanted:
            if len(args) > wanted:
                pos, word = args[wanted].expr.pos, "too many"
            else:
                pos, word = (args[-1].expr.pos if args else e.pos), "not enough"
            self.error(
                pos,
                f"{word} arguments in call to {ast.text(e.fun)}\n"
                f"\thave {summary(args, dots=e.ellipsis)}\n\twant {parameters(f)}",
            )
            return False
        if fun is not None:
            if not all(a.ok for a in args) and self.opened(fun) is not None:
                return False
            closed = self.infer_call(e, fun, params, args)
            if closed is None:
                return False
            params = closed
        for a, p in zip(args, params, strict=True):
            self.assignment(a, p, f"argument to {ast.text(e.fun)}")
        return all(a.ok for a in args)

    def _conversion(self, e: ast.Call, target: t.Type) -> Operand:
        if len(e.args) != 1:
            if e.args:
                for a in e.args:
                    self.raw(a)
                self.error(e.args[-1].pos, f"too many arguments in conversion to {target}")
            else:
                self.error(e.pos, f"missing argument in conversion to {target}")
            return self.bad(e)
        x = self.generic(e.args[0])
        self.not_generic(x, target, "conversion")
        if x.ok and e.ellipsis:
            self.error(e.args[0].pos, f"invalid use of ... in conversion to {target}")
            return self.bad(e)
        u = target.underlying
        if x.ok and isinstance(u, t.Interface) and (u.terms is not None or u.comparable):
            self.error(
                e.pos,
                f"cannot use interface {target} in conversion (contains specific type "
                "constraints or is comparable)",
            )
            return self.bad(e)
        return self.convert(e, x, target)

    def func_lit(self, e: ast.FuncLit) -> Operand:
        kind = self.signature(e.type)
        outer, scope = self.func, self.scope
        info = self.enter_function(e.type, kind)
        self.info.functions[e] = info
        self.body(info, e.body)
        self.func, self.scope = outer, scope
        bad = t.INVALID in (*kind.params, *kind.results)
        return self.bad(e) if bad else Operand("value", e, kind)

    def body(self, info: FuncInfo, block: ast.Block) -> None:
        """Check a function's body; its scope is open."""
        raise NotImplementedError


def summary(args: list[Operand], dots: bool = False) -> str:
    """Operand types as gc lists them after "have"; untyped numbers are just numbers."""
    words: list[str] = []
    for x in args:
        if t.is_untyped(x.type):
            number = t.is_numeric(x.type)
            words.append("number" if number else str(x.type).removeprefix("untyped "))
        else:
            words.append("unknown type" if x.type == t.INVALID else str(x.type))
    return f"({', '.join(words)}{'...' if dots else ''})"


def parameters(f: t.Func) -> str:
    """Parameter types as gc lists them after "want"."""
    words = ["unknown type" if p == t.INVALID else str(p) for p in f.params]
    if f.variadic:
        last = f.params[-1]
        assert isinstance(last, t.Slice)
        words[-1] = f"...{last.elem}"
    return f"({', '.join(words)})"
