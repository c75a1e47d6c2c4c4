"""Generic functions: instances, explicit or inferred.

Problem. ``Map(xs, f)`` names no types; ``Map[int]`` names some; either may also be an argument of
another generic call, or be assigned to a variable of a function type that settles the rest.

Rejected. Inference at the lowering, where the arguments' types are known anyway: an error
must be reported at its place, and a call's type is needed at once.

Chosen. As cmd/compile/internal/types2/call.go: a generic function is an operand like others, with
type parameters still open (`Open`); whoever uses it closes them, or reports it.

Invariant. After an expression has been checked, `Info.instances` has the type arguments of each use
of a generic function in it, full lists only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gosched_edu.golang import ast, lookup
from gosched_edu.golang import types as t
from gosched_edu.golang.check_builtin import BuiltinChecker
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.generics import mentions
from gosched_edu.golang.infer import CannotInfer, infer, rename
from gosched_edu.golang.objects import Function, Operand
from gosched_edu.golang.subst import substitute
from gosched_edu.golang.typesets import common_under


@dataclass(eq=False)
class Open:
    """A generic function with some of its type arguments.

    Attributes
    ----------
    params : tuple of TypeParam
        Those that are open; of a method its own.
    type : Type
        Of the function, which mentions them.
    key : Expr
        The expression that names it.
    given, written
        The type arguments that it has, and how they are written.
    """

    params: tuple[t.TypeParam, ...]
    type: t.Type
    key: ast.Expr
    given: tuple[t.Type, ...] = ()
    written: tuple[ast.Expr, ...] = ()


class GenericChecker(BuiltinChecker):
    """Instantiates generic functions."""

    def opened(self, x: Operand) -> Open | None:
        """The type parameters of `x` that are still open; None if it is not generic."""
        if not x.ok or x.mode != "value":
            return None
        if isinstance(x.obj, Open):
            return x.obj
        f = x.obj
        if isinstance(f, Function) and f.tparams and f.recv is None:
            return Open(f.tparams, f.type, ast.unparen(x.expr))
        return None

    def open_method(self, x: Operand, found: lookup.Found) -> None:
        """Note that `x` selects a method that has type parameters of its own."""
        f = found.obj
        if isinstance(f, Function) and f.own:
            params, env = rename(f.own, lookup.receiver_env(f, found.owner))
            x.type = substitute(x.type, env)
            x.obj = Open(params, x.type, x.expr)
            self.instances.canonical.update(zip(params, f.own, strict=True))

    def not_generic(self, x: Operand, target: t.Type | None = None, context: str = "") -> None:
        """Report a generic function that is used without type arguments.

        A function type as the `target` may settle them.
        """
        if x.ok and x.mode == "type":
            return
        use = self.opened(x)
        if use is None:
            return
        wanted = common_under(target)[0] if target is not None else None
        if isinstance(wanted, t.Func) or use.given:
            self._close_by(x, use, wanted, context)
            return
        self.error(
            x.expr.pos,
            f"cannot use generic function {ast.text(x.expr)} without instantiation",
        )
        x.invalidate()

    def _close_by(self, x: Operand, use: Open, target: t.Type | None, context: str) -> None:
        """Infer the type arguments from the function type that is wanted."""
        if any(p.constraint == t.INVALID for p in use.params):
            x.invalidate()
            return
        fresh, env = rename(use.params)
        wanted: list[t.Type] = []
        args: list[Operand] = []
        if target is not None:
            wanted = [substitute(use.type, env)]
            name = "variable" if context == "assignment" else context
            args = [Operand("value", ast.Ident(x.expr.pos, name), target)]
        at = use.key.lbrack if isinstance(use.key, ast.Index) else x.expr.pos
        try:
            found = infer(fresh, use.given, wanted, args, self.method_of, self.version, True)
        except CannotInfer as why:
            self.error(at if why.at is None else x.expr.pos, self._declared_at(str(why), use))
            x.invalidate()
            return
        self.close(x, use, found, at)

    def _declared_at(self, message: str, use: Open) -> str:
        """`message`, with the place where the parameter it could not infer is declared."""
        name = message.removeprefix("cannot infer ")
        p = next((p for p in use.params if p.name == name), None)
        if name == message or p is None or not p.where:
            return message
        return f"{message} (declared at {p.where})"

    def close(self, x: Operand, use: Open, args: Sequence[t.Type], at: Pos) -> None:
        """Make `x` the instance of its function for `args`."""
        env = dict(zip(use.params, args, strict=True))
        x.type = substitute(use.type, env)
        x.obj = None
        self.info.instances[use.key] = tuple(args)
        for e in (use.key, x.expr):
            if (recorded := self.info.operands.get(e)) is not None and recorded is not x:
                recorded.mode, recorded.type, recorded.obj = "value", x.type, None
        if self.satisfied(use.params, tuple(args), at, use.written):
            self.instances.record(use.params, args, self.filename, at, use.written)

    def satisfied(
        self,
        params: tuple[t.TypeParam, ...],
        args: tuple[t.Type, ...],
        at: Pos,
        written: tuple[ast.Expr, ...] = (),
    ) -> bool:
        """Check type arguments against their constraints; report the first that fails."""
        env = dict(zip(params, args, strict=True))
        for i, (p, a) in enumerate(zip(params, args, strict=True)):
            bound = substitute(p.constraint, env) if p.constraint is not None else t.ANY
            if why := self.unimplemented(a, bound, satisfy=True):
                self.error(written[i].pos if i < len(written) else at, why)
                return False
        return True

    def method_of(self, kind: t.Type, name: str) -> tuple[t.Func | None, str]:
        """The signature of a method of `kind`, and why it is not in the method set."""
        found = lookup.find(kind, name, self.package_path, self.resolve)
        if found is None or not isinstance(found.type, t.Func) or found.kind == "field":
            return None, ""
        good = lookup.in_method_set(kind, found)
        return found.type, "" if good else f"(method {name} has pointer receiver)"

    # --- f[T] --------------------------------------------------------------------------------

    def function_index(self, e: ast.Index, x: Operand, use: object) -> Operand:
        """``f[T]``, perhaps with fewer type arguments than parameters."""
        assert isinstance(use, Open)
        kinds = tuple(self.type_expr(i) for i in e.indices)
        if t.INVALID in kinds:
            return self.bad(e)
        params = use.params
        if len(kinds) > len(params):
            self.error(
                e.indices[len(params)].pos,
                f"got {len(kinds)} type arguments but want {len(params)}",
            )
            return self.bad(e)
        opened = Open(use.params, use.type, e, kinds, e.indices)
        out = Operand("value", e, x.type, obj=opened)
        if len(kinds) == len(params):
            self.since(e.pos, (1, 18), "function instantiation")
            self.close(out, opened, kinds, e.pos)
        return out

    # --- calls ---------------------------------------------------------------------------------

    def infer_call(
        self,
        e: ast.Call,
        fun: Operand,
        wanted: tuple[t.Type, ...],
        args: list[Operand],
    ) -> tuple[t.Type, ...] | None:
        """Close the function called and generic functions among `args`.

        Returns the types of the parameters, one for each argument; None after an error.
        """
        use = self.opened(fun)
        inner = [(a, o) for a in args if (o := self.opened(a)) is not None]
        if use is None and not inner:
            return wanted
        for o in (*([use] if use is not None else []), *(o for _, o in inner)):
            if any(p.constraint == t.INVALID for p in o.params):
                return None
        params: list[t.TypeParam] = []
        given: list[t.Type | None] = []
        if use is not None:
            fresh, env = rename(use.params)
            params += fresh
            given += [*use.given, *[None] * (len(fresh) - len(use.given))]
            wanted = tuple(substitute(w, env) for w in wanted)
        own = len(params)
        trial = list(args)
        for a, o in inner:
            fresh, env = rename(o.params)
            params += fresh
            given += [*o.given, *[None] * (len(fresh) - len(o.given))]
            trial[args.index(a)] = Operand("value", a.expr, substitute(a.type, env), obj=fresh)
        try:
            found = infer(params, given, wanted, trial, self.method_of, self.version)
        except CannotInfer as why:
            at = e.lparen if why.at is None else why.at.expr.pos
            text = self._declared_at(str(why), use or inner[0][1])
            self.error(at, f"in call to {ast.text(e.fun)}, {text}")
            return None
        if use is not None:
            self.since(e.pos, (1, 18), "implicit function instantiation")
            self.close(fun, use, found[:own], e.lparen)
            wanted = tuple(substitute(w, dict(zip(params[:own], found[:own], strict=True))) for w in wanted)
        at_param = own
        for a, o in inner:
            n = len(o.params)
            self.close(a, o, found[at_param : at_param + n], e.lparen)
            at_param += n
        return wanted

    def still_open(self, kind: t.Type, fun: Operand) -> bool:
        """Whether a result type mentions parameters that could not be inferred."""
        use = self.opened(fun)
        return use is not None and mentions(kind, use.params)
