"""Type arguments from function arguments.

Problem. In ``Map(xs, strconv.Itoa)`` nobody writes the type arguments: they follow from the
types of the arguments, from constraints such as ``~[]E``, and for untyped constants from their
default types.

Rejected. Solving for the parameters one by one from the left: an argument may settle a
parameter that an earlier one only mentions.

Chosen. Unification as in cmd/compile/internal/types2/infer.go and unify.go, step by step: typed
arguments, then constraints until nothing changes, then untyped arguments, then substitution
of the parameters that remain inside the types found.

Invariant. `infer` gives a full list of types without any of the parameters solved for, or
raises `CannotInfer`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.generics import constraint, mentions, parameter_list
from gosched_edu.golang.objects import Operand
from gosched_edu.golang.subst import Env, substitute
from gosched_edu.golang.typesets import common_under

#: The signature of a method of a type, and why it is not in the method set (or "").
MethodOf = Callable[[t.Type, str], "tuple[t.Func | None, str]"]
_DEPTH = 50


class CannotInfer(Exception):
    """No type arguments can be found; `at` is the argument at fault, None for the call."""

    def __init__(self, message: str, at: Operand | None = None):
        super().__init__(message)
        self.at = at


@dataclass
class _Cell:
    """What a parameter stands for; joined parameters share one."""

    type: t.Type | None = None


class Unifier:
    """Makes types equal by choosing type arguments (types2: unify.go)."""

    def __init__(
        self,
        params: Sequence[t.TypeParam],
        args: Sequence[t.Type | None],
        method: MethodOf,
        interfaces: bool,
    ):
        self.cells = {p: _Cell(a) for p, a in zip(params, args, strict=True)}
        self.method = method
        # Since 1.21 interfaces take part with the methods they share.
        self.interfaces = interfaces
        self.depth = 0

    def at(self, p: t.TypeParam) -> t.Type | None:
        return self.cells[p].type

    def set(self, p: t.TypeParam, x: t.Type) -> None:
        self.cells[p].type = x

    def unknowns(self) -> int:
        return sum(c.type is None for c in self.cells.values())

    def _bound(self, x: t.Type) -> t.TypeParam | None:
        return x if isinstance(x, t.TypeParam) and x in self.cells else None

    def _join(self, x: t.TypeParam, y: t.TypeParam) -> bool:
        a, b = self.cells[x], self.cells[y]
        if a is b:
            return True
        if a.type is not None and b.type is not None:
            return False
        keep, drop = (a, b) if a.type is not None else (b, a)
        for p, c in self.cells.items():
            if c is drop:
                self.cells[p] = keep
        return True

    def unify(self, x: t.Type, y: t.Type, assign: bool = False, exact: bool = False) -> bool:
        """Whether `x` and `y` can be made one type, as loosely as an assignment if `assign`."""
        self.depth += 1
        try:
            return self.depth <= _DEPTH and self._unify(x, y, assign, exact)
        finally:
            self.depth -= 1

    def _unify(self, x: t.Type, y: t.Type, assign: bool, exact: bool) -> bool:
        if x is y or (x == y and not mentions(x)):
            return True
        # A named type and a type literal: the named one is y.
        if isinstance(x, t.Named) or self._bound(y) is not None:
            x, y = y, x
        literal = not isinstance(x, (t.Named, t.TypeParam))
        inference = self.interfaces and isinstance(x.underlying, t.Interface)
        if not exact and isinstance(y, t.Named) and literal and not inference:
            y = y.underlying
            if x == y:
                return True
        px, py = self._bound(x), self._bound(y)
        if px is not None and py is not None:
            if self._join(px, py):
                return True
            a, b = self.at(px), self.at(py)
            assert a is not None and b is not None
            return self.unify(a, b, assign, exact)
        if px is not None:
            return self._parameter(px, y, assign, exact)
        if self.interfaces and not exact:
            found = self._interfaces(x, y)
            if found is not None:
                return found
        if isinstance(y, t.TypeParam):
            x, y = y, x
        return self._structure(x, y, assign, exact)

    def _parameter(self, p: t.TypeParam, y: t.Type, assign: bool, exact: bool) -> bool:
        x = self.at(p)
        if x is None:
            self.set(p, y)
            return True
        if not self.unify(x, y, assign, exact):
            return False
        xi, yi = _interface(x), _interface(y)
        named = isinstance(x, t.Named), isinstance(y, t.Named)
        if xi is not None and yi is not None:
            if all(named):
                return x == y
            if len(xi.methods) != len(yi.methods):
                return False
        elif xi is not None or yi is not None:
            return False
        if not exact and not named[0]:
            # A defined type is kept, and the more restricted of two channels.
            u = y.underlying
            if named[1] or (isinstance(u, t.Chan) and u.dir != "both"):
                self.set(p, y)
        return True

    def _interfaces(self, x: t.Type, y: t.Type) -> bool | None:
        """Unify with an interface by its methods; None if neither is one."""
        xi, yi = _interface(x), _interface(y)
        if xi is not None and yi is not None:
            if xi.comparable != yi.comparable or xi.terms != yi.terms:
                return False
            few, many = sorted((xi.methods, yi.methods), key=len)
            have = {m.name: m.type for m in many}
            return all(m.name in have and self.unify(m.type, have[m.name], exact=True) for m in few)
        if xi is None and yi is None:
            return None
        wanted, other = (yi, x) if xi is None else (xi, y)
        assert wanted is not None
        for m in wanted.methods:
            found, _ = self.method(other, m.name)
            if found is None or not self.unify(m.type, found, exact=True):
                return False
        return True

    def _structure(self, x: t.Type, y: t.Type, assign: bool, exact: bool) -> bool:
        inner = exact or assign

        def each(xs: Sequence[t.Type], ys: Sequence[t.Type], how: bool = inner) -> bool:
            return len(xs) == len(ys) and all(
                self.unify(a, b, assign, how) for a, b in zip(xs, ys, strict=True)
            )

        match x, y:
            case t.Array(), t.Array():
                return x.length == y.length and each([x.elem], [y.elem])
            case t.Slice(), t.Slice():
                return each([x.elem], [y.elem])
            case t.Pointer(), t.Pointer():
                return each([x.elem], [y.elem])
            case t.Map(), t.Map():
                return each([x.key, x.elem], [y.key, y.elem])
            case t.Chan(), t.Chan():
                return (not exact or x.dir == y.dir) and each([x.elem], [y.elem])
            case t.Func(), t.Func():
                return x.variadic == y.variadic and each(x.params, y.params) and each(x.results, y.results)
            case t.Struct(), t.Struct():
                shape = [(f.name, f.embedded, f.tag) for f in x.fields]
                return shape == [(f.name, f.embedded, f.tag) for f in y.fields] and each(
                    [f.type for f in x.fields], [f.type for f in y.fields]
                )
            case t.Interface(), t.Interface():
                same = x.comparable == y.comparable and x.terms == y.terms
                names = [m.name for m in x.methods]
                return (
                    same
                    and names == [m.name for m in y.methods]
                    and each([m.type for m in x.methods], [m.type for m in y.methods], True)
                )
            case t.Named(), t.Named():
                # The generic type itself is its instance for its own parameters.
                same = (x.origin or x) is (y.origin or y)
                return same and each(x.args or x.params, y.args or y.params, exact)
            case t.TypeParam(), _:
                common = common_under(x)[0]
                return common is not None and self.unify(common, y, assign=True)
        return x == y


def _interface(x: t.Type) -> t.Interface | None:
    u = x.underlying
    return u if isinstance(u, t.Interface) and not isinstance(x, t.TypeParam) else None


def rename(
    params: Sequence[t.TypeParam], around: Env | None = None
) -> tuple[tuple[t.TypeParam, ...], dict[t.TypeParam, t.Type]]:
    """Fresh parameters for `params`, so that a recursive call does not solve for its own.

    `around` is what other parameters stand for that their constraints mention.
    """
    fresh = tuple(t.TypeParam(p.name, p.index, where=p.where) for p in params)
    env: dict[t.TypeParam, t.Type] = {**(around or {}), **dict(zip(params, fresh, strict=True))}
    for p, f in zip(params, fresh, strict=True):
        if p.constraint is not None:
            f.constrain(substitute(p.constraint, env))
    return fresh, env


def infer(
    params: Sequence[t.TypeParam],
    given: Sequence[t.Type | None],
    wanted: Sequence[t.Type],
    args: Sequence[Operand],
    method: MethodOf,
    version: tuple[int, int],
    reverse: bool = False,
) -> list[t.Type]:
    """The type arguments for `params` (types2: Checker.infer).

    Parameters
    ----------
    params : sequence of TypeParam
        To be solved for; renamed ones, see `rename`.
    given : sequence of Type or None
        What the program writes.
    wanted : sequence of Type
        The types of the function's parameters, one for each argument.
    args : sequence of Operand
        The arguments.
    method : callable
        Finds the signature of a method of a type by its name.
    version : tuple of int
        The language version.
    reverse : bool
        A function is being assigned: the messages are turned round.

    Raises
    ------
    CannotInfer
        With gc's message.
    """
    full: list[t.Type | None] = [*given, *[None] * (len(params) - len(given))]
    known = [a for a in full if a is not None]
    if len(known) == len(params):
        return known
    env = {p: a for p, a in zip(params, full, strict=True) if a is not None}
    wanted = [substitute(w, env) for w in wanted]
    u = Unifier(params, full, method, version >= (1, 21))
    untyped: list[int] = []
    for i, (w, x) in enumerate(zip(wanted, args, strict=True)):
        if not mentions(w, params) and not mentions(x.type, params):
            continue
        if not t.is_untyped(x.type):
            if not u.unify(w, x.type, assign=True):
                raise CannotInfer(_mismatch(u, params, w, x, reverse), x)
        elif isinstance(w, t.TypeParam) and x.mode != "nil":
            untyped.append(i)
    _constraints(u, params, method)
    _defaults(u, [wanted[i] for i in untyped], [args[i] for i in untyped])
    return _simplified(u, params, full)


def _mismatch(u: Unifier, params: Sequence[t.TypeParam], wanted: t.Type, x: Operand, reverse: bool) -> str:
    shown, kind = ast.text(x.expr), str(x.type)
    if isinstance(x.obj, tuple):  # the parameters of a generic function
        kind = f"func{parameter_list(x.obj)}{kind.removeprefix('func')}"
    found = {p: a for p in params if (a := u.at(p)) is not None}
    if not found:
        names = [p.name for p in params]
        if len(names) > 2:
            listed = ", ".join(names[:-1]) + ", and " + names[-1]
        else:
            listed = " and ".join(names)
        return f"type {kind} of {shown} does not match {wanted} (cannot infer {listed})"
    inferred = substitute(wanted, found)
    if inferred is wanted:
        return f"type {kind} of {shown} does not match {wanted}"
    if reverse:
        return f"inferred type {inferred} for {wanted} does not match type {kind} of {shown}"
    return f"type {kind} of {shown} does not match inferred type {inferred} for {wanted}"


def core_term(p: t.TypeParam) -> tuple[t.Term | None, bool]:
    """The core type of a constraint with its tilde, and whether it is the only term."""
    found = constraint(p).terms or ()
    if len(found) == 1:
        return found[0], True
    common = common_under(p)[0]
    if common is None:
        return None, False
    return t.Term(any(x.tilde for x in found), common), False


def _constraints(u: Unifier, params: Sequence[t.TypeParam], method: MethodOf) -> None:
    while True:
        before = u.unknowns()
        for p in params:
            known = u.at(p)
            term, single = core_term(p)
            if term is not None:
                if known is not None:
                    if not u.unify(known, term.type):
                        raise CannotInfer(f"{p} (type {known}) does not satisfy {p.constraint}")
                elif single and not term.tilde:
                    u.set(p, term.type)
            if known is not None and not mentions(known, params):
                for m in constraint(p).methods:
                    have, why = method(known, m.name)
                    if have is not None and not why and not u.unify(have, m.type, exact=True):
                        mine, theirs = (str(x).removeprefix("func") for x in (have, m.type))
                        why = (
                            f"(wrong type for method {m.name})\n\t\thave {m.name}{mine}"
                            f"\n\t\twant {m.name}{theirs}"
                        )
                    if have is None or why:
                        raise CannotInfer(
                            f"{p} (type {known}) does not satisfy {p.constraint} "
                            + (why or f"(missing method {m.name})")
                        )
        if u.unknowns() == before:
            return


def _defaults(u: Unifier, wanted: Sequence[t.Type], args: Sequence[Operand]) -> None:
    widest: dict[t.TypeParam, t.Type] = {}
    for p, x in zip(wanted, args, strict=True):
        assert isinstance(p, t.TypeParam)
        if u.at(p) is None:
            old = widest.get(p, x.type)
            new = t.wider(old, x.type)
            if new is None:
                raise CannotInfer(f"mismatched types {old} and {x.type} (cannot infer {p})", x)
            widest[p] = new
    for p, kind in widest.items():
        u.set(p, t.default(kind))


def _simplified(u: Unifier, params: Sequence[t.TypeParam], given: Sequence[t.Type | None]) -> list[t.Type]:
    """The types found, with the parameters inside them replaced by what those stand for."""
    found = {p: u.at(p) for p in params}
    # As many rounds as there are parameters: what is left then is a cycle.
    for _ in params:
        env = {p: x for p, x in found.items() if x is not None and x is not p}
        for p, x in found.items():
            if x is not None and mentions(x, params):
                found[p] = substitute(x, {q: y for q, y in env.items() if q is not p})
    out: list[t.Type] = []
    for p in params:
        x = found[p]
        if x is None or mentions(x, params):
            raise CannotInfer(f"cannot infer {p.name}")
        out.append(x)
    return out
