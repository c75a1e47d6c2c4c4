"""Interface types and type parameters: sets of methods and of types.

Problem. An interface lists methods, embeds other interfaces, and may restrict the types that
implement it; a constraint may be written without ``interface{}``.

Rejected. Keeping embedded interfaces as such: every question about methods would walk a tree.

Invariant. An `Interface` has all its methods, those of embedded interfaces included, sorted by
name, and its terms are the intersection of what is written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_name import NameChecker
from gosched_edu.golang.generics import Terms, intersection, term_of, union
from gosched_edu.golang.lookup import exported
from gosched_edu.golang.objects import TypeName
from gosched_edu.golang.subst import instantiate, substitute


class InterfaceChecker(NameChecker):
    """Resolves interface types, type parameters and instances of generic types."""

    def type_expr(self, e: ast.Expr, generic: bool = False) -> t.Type:
        """The type that `e` denotes; INVALID after an error."""
        raise NotImplementedError

    def var_type(self, e: ast.Expr) -> t.Type:
        """The type of variables: no constraint."""
        raise NotImplementedError

    def signature(self, e: ast.FuncType) -> t.Func:
        """The function type that `e` denotes."""
        raise NotImplementedError

    # --- interfaces ------------------------------------------------------------------------

    def _interface(self, e: ast.InterfaceType) -> t.Type:
        methods: dict[str, t.Method] = {}
        places: dict[str, ast.Pos] = {}

        def add(m: t.Method, pos: ast.Pos, explicit: bool) -> None:
            old = methods.get(m.name)
            if old is not None and (explicit or old.type != m.type):
                where = f"{self.filename}:{places[m.name].line}:{places[m.name].col}"
                note = f"\n\t{where}: other declaration of method {m.name}"
                self.error(pos, f"duplicate method {m.name}{note}")
                return
            methods.setdefault(m.name, m)
            places.setdefault(m.name, pos)

        for spec in e.methods:
            kind = self.signature(spec.type)
            if spec.name.name == "_":
                self.error(spec.name.pos, "methods must have a unique non-blank name")
                continue
            package = "" if exported(spec.name.name) else self.package_path
            add(t.Method(spec.name.name, kind, package), spec.name.pos, True)
        terms: Terms = None
        comparable = False
        for terms_of in e.embedded:
            parts, embedded = self._union(terms_of)
            terms = intersection(terms, parts)
            if embedded is not None:
                comparable = comparable or embedded.comparable
                for m in embedded.methods:
                    add(m, terms_of[0].pos, False)
        listed = tuple(sorted(methods.values(), key=_by_name))
        return t.Interface(listed, terms, comparable, text=self._interface_text(e, methods))

    def _interface_text(self, e: ast.InterfaceType, methods: dict[str, t.Method]) -> str:
        """How gc writes the interface: what it embeds is not taken apart."""
        own = sorted(s.name.name for s in e.methods if s.name.name in methods)
        parts = [str(methods[name]) for name in own]
        for terms in e.embedded:
            kinds = [(x.tilde, self.info.operands[x.type].type) for x in terms]
            parts.append(" | ".join(str(t.Term(tilde, kind)) for tilde, kind in kinds))
        return f"interface{{{'; '.join(parts)}}}"

    def _union(self, parts: tuple[ast.TypeTerm, ...]) -> tuple[Terms, t.Interface | None]:
        """The terms of a union; an interface that stands alone brings its methods too."""
        out: Terms = ()
        alone: t.Interface | None = None
        for part in parts:
            kind = self.type_expr(part.type)
            if kind == t.INVALID:
                continue
            u = kind.underlying
            if isinstance(u, t.Interface):
                if len(parts) > 1 and (u.methods or u.comparable):
                    name = str(kind)
                    if isinstance(kind, t.Named) and kind.package:
                        name = f"{kind.package.rpartition('/')[2]}.{kind.name}"
                    what = f"{name} contains methods" if u.methods else f"{name} embeds comparable"
                    if kind == t.COMPARABLE:
                        what = ""
                    detail = f" ({what})" if what else ""
                    self.error(part.pos, f"cannot use {name} in union{detail}")
                alone = u if len(parts) == 1 else None
            elif isinstance(kind, t.TypeParam):
                what = f"type in term ~{kind} cannot" if part.tilde else "term cannot"
                self.error(part.pos, f"{what} be a type parameter")
                continue
            elif part.tilde and kind != u:
                self.error(part.pos, f"invalid use of ~ (underlying type of {kind} is {u})")
            if part.tilde and isinstance(u, t.Interface):
                self.error(part.pos, f"invalid use of ~ ({kind} is an interface)")
            out = union(out, term_of(part.tilde, kind))
        if len(parts) > 1 or parts[0].tilde:
            kinds = [(x.tilde, self.info.operands[x.type].type) for x in parts]
            shown = " | ".join(str(t.Term(tilde, kind)) for tilde, kind in kinds)
            self.since(parts[0].pos, (1, 18), f"embedding interface element {shown}")
        elif out is not None and out and alone is None:
            self.since(parts[0].pos, (1, 18), f"embedding non-interface type {out[0]}")
        return out, alone

    # --- generic types -----------------------------------------------------------------------

    def type_params(
        self,
        params: tuple[ast.TypeParam, ...],
        known: Callable[[tuple[t.TypeParam, ...]], None] | None = None,
    ) -> tuple[t.TypeParam, ...]:
        """Declare type parameters in the current scope, then resolve their constraints.

        `known` is called in between.
        """
        out = tuple(
            t.TypeParam(p.name.name, i, where=f"{self.filename}:{p.pos.line}:{p.pos.col}")
            for i, p in enumerate(params)
        )
        names = [
            TypeName(p.name.name, p.pos, kind, used=True)
            for p, kind in zip(params, out, strict=True)
        ]
        for p, name in zip(params, names, strict=True):
            self.declare(p.name, name)
        if known is not None:
            known(out)
        self.since(params[0].pos, (1, 18), "type parameter")
        previous: ast.Constraint | None = None
        # What waits until types are complete waits for all constraints: [M ~map[K]V, K comparable].
        self.declaring += 1
        for i, (p, kind) in enumerate(zip(params, out, strict=True)):
            if p.constraint is previous:
                kind.constrain(out[i - 1].constraint or t.ANY)
            else:
                kind.constrain(self.constraint(p.constraint))
            if isinstance(kind.constraint, t.Named) and kind.constraint.underlying == t.INVALID:
                self.waiting.insert(0, partial(self.settle, kind))
            if kind.constraint == t.INVALID:
                names[i].type = t.INVALID  # nothing is said about its uses
            previous = p.constraint
        self.declaring -= 1
        self.complete_types()
        return out

    def constraint(self, e: ast.Constraint) -> t.Type:
        """The interface that a constraint denotes; ``[T int]`` means ``interface{int}``."""
        if isinstance(e, tuple):
            terms, _ = self._union(e)
            return t.Interface((), terms, implicit=True)
        kind = self.type_expr(e)
        if isinstance(kind, t.TypeParam):
            self.error(e.pos, "cannot use a type parameter as constraint")
            return t.ANY
        if kind == t.INVALID:
            # After a missing package nothing more is said; else gc takes any type.
            lost = isinstance(e, ast.Selector) and (p := self.package_of(e)) and p.package is None
            return kind if lost else t.ANY
        if isinstance(kind.underlying, t.Interface) or kind.underlying == t.INVALID:
            return kind  # an interface, or a type that is being declared: see `settle`
        return t.Interface((), term_of(False, kind), implicit=True)

    def settle(self, p: t.TypeParam) -> None:
        """Look again at a constraint whose type was being declared: ``type N[B N[B]] interface{ ... }``."""
        kind = p.constraint
        if kind is not None and not isinstance(kind.underlying, t.Interface) and kind.underlying != t.INVALID:
            p.constrain(t.Interface((), term_of(False, kind), implicit=True))

    def instance(self, e: ast.Index) -> t.Type:
        """The instance that ``G[T1, T2]`` denotes."""
        origin = self.type_expr(e.x, generic=True)
        args = tuple(self.var_type(a) for a in e.indices)
        if origin == t.INVALID or t.INVALID in args:
            return t.INVALID
        name = ast.unparen(e.x)
        ident = name.sel if isinstance(name, ast.Selector) else name
        obj = self.info.uses.get(ident) if isinstance(ident, ast.Ident) else None
        params = obj.tparams if isinstance(obj, TypeName) else ()
        if not params:
            shown = ast.text(e)
            self.error(e.pos, f"invalid operation: {shown} ({origin} is not a generic type)")
            return t.INVALID
        self.since(e.pos, (1, 18), "type instantiation")
        if len(args) != len(params):
            word = "not enough" if len(args) < len(params) else "too many"
            self.error(
                e.pos,
                f"{word} type arguments for type {ast.text(e.x)}: "
                f"have {len(args)}, want {len(params)}",
            )
            return t.INVALID
        filename = self.filename

        def check() -> None:
            if self.satisfied(params, args, e.pos, e.indices):
                self.instances.record(params, args, filename, e.pos, e.indices)

        self.later(check)
        if isinstance(origin, t.Named) and origin.params == params:
            return instantiate(origin, args)
        return substitute(origin, dict(zip(params, args, strict=True)))

    def satisfied(
        self,
        params: tuple[t.TypeParam, ...],
        args: tuple[t.Type, ...],
        at: ast.Pos,
        written: tuple[ast.Expr, ...] = (),
    ) -> object:
        """Check type arguments against their constraints; report the first that fails."""
        raise NotImplementedError


def _by_name(m: t.Method) -> str:
    return m.name
