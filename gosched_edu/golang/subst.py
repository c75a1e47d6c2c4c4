"""Types with other types in the place of type parameters.

Problem. A generic body is checked once with type parameters in its types, and lowered once
for each list of type arguments; a generic type has one instance for each list.

Rejected. Copying and re-checking the body for each instance: errors would be reported at
the instance, where gc reports them at the declaration.

Invariant. `instantiate` gives the same object for equal arguments, so that instances are
compared by identity like other named types. A type without type parameters comes back
as itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from gosched_edu.golang.types import (
    Array,
    Chan,
    Func,
    Interface,
    Map,
    Method,
    Named,
    Pointer,
    Slice,
    Struct,
    StructField,
    Term,
    Tuple,
    Type,
    TypeParam,
)

Env = Mapping[TypeParam, Type]


def instantiate(origin: Named, args: tuple[Type, ...]) -> Named:
    """The instance of generic type `origin` for `args`."""
    if args == origin.params:
        return origin
    found = origin.instances.get(args)
    if found is None:
        found = Named(origin.package, origin.name, args=args, origin=origin, local=origin.local)
        origin.instances[args] = found
    return found


def substitute(t: Type, env: Env) -> Type:
    """`t` with the type parameters replaced that `env` knows."""
    if not env:
        return t
    match t:
        case TypeParam():
            return env.get(t, t)
        case Named():
            if t.args:
                assert t.origin is not None
                args = _all(t.args, env)
                return t if args is t.args else instantiate(t.origin, args)
            if t.params and any(p in env for p in t.params):
                return instantiate(t, tuple(env.get(p, p) for p in t.params))
            return t
        case Pointer() | Slice():
            elem = substitute(t.elem, env)
            return t if elem is t.elem else type(t)(elem)
        case Array():
            elem = substitute(t.elem, env)
            return t if elem is t.elem else Array(t.length, elem)
        case Chan():
            elem = substitute(t.elem, env)
            return t if elem is t.elem else Chan(t.dir, elem)
        case Map():
            key, elem = substitute(t.key, env), substitute(t.elem, env)
            return t if key is t.key and elem is t.elem else Map(key, elem)
        case Func():
            params, results = _all(t.params, env), _all(t.results, env)
            if params is t.params and results is t.results:
                return t
            return Func(params, results, t.param_names, t.result_names, t.variadic)
        case Tuple():
            types = _all(t.types, env)
            return t if types is t.types else Tuple(types)
        case Struct():
            kinds = tuple(f.type for f in t.fields)
            new = _all(kinds, env)
            if new is kinds:
                return t
            return Struct(
                tuple(
                    StructField(f.name, k, f.embedded, f.tag, f.package)
                    for f, k in zip(t.fields, new, strict=True)
                )
            )
        case Interface():
            return _interface(t, env)
    return t


def _all(types: tuple[Type, ...], env: Env) -> tuple[Type, ...]:
    new = tuple(substitute(x, env) for x in types)
    return types if all(a is b for a, b in zip(new, types, strict=True)) else new


def _interface(t: Interface, env: Env) -> Interface:
    methods = []
    for m in t.methods:
        f = substitute(m.type, env)
        assert isinstance(f, Func)
        methods.append(m if f is m.type else Method(m.name, f, m.package))
    terms = t.terms
    if terms is not None:
        terms = tuple(Term(x.tilde, substitute(x.type, env)) for x in terms)
    if terms == t.terms and all(a is b for a, b in zip(methods, t.methods, strict=True)):
        return t
    return Interface(tuple(methods), terms, t.comparable, t.implicit)


def mentions_params(t: Type, seen: frozenset[Named] = frozenset()) -> bool:
    """Whether a type parameter occurs in `t`."""
    match t:
        case TypeParam():
            return True
        case Named():
            return any(mentions_params(a) for a in t.args or t.params)
        case Pointer() | Slice() | Array() | Chan():
            return mentions_params(t.elem)
        case Map():
            return mentions_params(t.key) or mentions_params(t.elem)
        case Func():
            return any(map(mentions_params, (*t.params, *t.results)))
        case Tuple():
            return any(map(mentions_params, t.types))
        case Struct():
            return any(mentions_params(f.type) for f in t.fields)
        case Interface():
            inner = [m.type for m in t.methods] + [x.type for x in t.terms or ()]
            return any(map(mentions_params, inner))
    return False
