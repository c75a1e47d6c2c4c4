"""Constraints as sets of types, and who is in them.

Problem. A type argument must satisfy its constraint, and constraints are put together from
unions, embedded interfaces and methods.

Rejected. Listing the types of a set: ``~int`` has infinitely many.

Chosen. As cmd/compile/internal/types2 (termlist.go, typeterm.go): a set is a list of terms ``T`` and
``~T``, or None for all types; union, intersection and inclusion work on the terms.

Invariant. No term of a list is included in another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gosched_edu.golang import types as t


def mentions(x: t.Type, params: Iterable[t.TypeParam] | None = None) -> bool:
    """Whether one of `params` (or any type parameter) occurs in `x`."""
    wanted = None if params is None else set(params)
    return any(wanted is None or p in wanted for p in parameters(x))


def parameters(x: t.Type) -> Iterator[t.TypeParam]:
    """The type parameters that occur in `x`."""
    match x:
        case t.TypeParam():
            yield x
        case t.Named():
            for a in x.args or x.params:
                yield from parameters(a)
        case t.Pointer() | t.Slice() | t.Array() | t.Chan():
            yield from parameters(x.elem)
        case t.Map():
            yield from parameters(x.key)
            yield from parameters(x.elem)
        case t.Func():
            for each in (*x.params, *x.results):
                yield from parameters(each)
        case t.Tuple():
            for each in x.types:
                yield from parameters(each)
        case t.Struct():
            for f in x.fields:
                yield from parameters(f.type)
        case t.Interface():
            for m in x.methods:
                yield from parameters(m.type)
            for term in x.terms or ():
                yield from parameters(term.type)


def parameter_list(params: Sequence[t.TypeParam]) -> str:
    """A list of type parameters; those of one constraint share it: ``[K comparable, A, B any]``."""
    words = [
        p.name if p is not params[-1] and params[i + 1].constraint == p.constraint else f"{p} {p.constraint}"
        for i, p in enumerate(params)
    ]
    return f"[{', '.join(words)}]"


def constraint(x: t.TypeParam) -> t.Interface:
    """The interface that constrains `x`."""
    bound = x.constraint.underlying if x.constraint is not None else t.ANY
    return bound if isinstance(bound, t.Interface) else t.ANY


# --- term lists (types2: termlist.go, typeterm.go) ----------------------------------------------


def includes(term: t.Term, x: t.Type) -> bool:
    """Whether type `x` is in the set of `term`."""
    return term.type == (x.underlying if term.tilde else x)


def _disjoint(x: t.Term, y: t.Term) -> bool:
    a = x.type.underlying if y.tilde else x.type
    b = y.type.underlying if x.tilde else y.type
    return a != b


def _within(x: t.Term, y: t.Term) -> bool:
    return not _disjoint(x, y) and (not x.tilde or y.tilde)


Terms = tuple[t.Term, ...] | None


def subset(x: Terms, y: Terms) -> bool:
    """Whether each type of `x` is one of `y`; None is all types."""
    if y is None:
        return True
    return x is not None and all(any(_within(a, b) for b in y) for a in x)


def union(x: Terms, y: Terms) -> Terms:
    """The types of `x` or `y`."""
    if x is None or y is None:
        return None
    out: list[t.Term] = []
    for term in (*x, *y):
        if any(_within(term, other) for other in out):
            continue
        out = [other for other in out if not _within(other, term)]
        out.append(term)
    return tuple(out)


def intersection(x: Terms, y: Terms) -> Terms:
    """The types of both `x` and `y`."""
    if x is None:
        return y
    if y is None:
        return x
    out: Terms = ()
    for a in x:
        for b in y:
            if not _disjoint(a, b):
                out = union(out, (b if a.tilde and not b.tilde else a,))
    return out


def term_of(tilde: bool, x: t.Type) -> Terms:
    """The terms of ``x`` or ``~x`` in a union; an interface brings its own."""
    u = x.underlying
    if isinstance(u, t.Interface) and not isinstance(x, t.TypeParam):
        return u.terms
    return (t.Term(tilde, x),)


def comparable(x: t.Type, strict: bool, seen: frozenset[t.Type] = frozenset()) -> bool:
    """Whether ``==`` is defined on `x`; `strict`: without a panic, so not for interfaces."""
    if x in seen:
        return True
    u = x.underlying
    inner = seen | {x}
    match u:
        case t.TypeParam():
            bound = constraint(u)
            if bound.terms is not None:
                return bool(bound.terms) and all(comparable(k.type, True, inner) for k in bound.terms)
            return bound.comparable
        case t.Interface():
            if not strict:
                return True
            if u.terms is not None:
                return all(comparable(k.type, True, inner) for k in u.terms)
            return u.comparable
        case t.Slice() | t.Map() | t.Func():
            return False
        case t.Struct():
            return all(comparable(f.type, strict, inner) for f in u.fields)
        case t.Array():
            return comparable(u.elem, strict, inner)
    return x != t.UNTYPED_NIL
