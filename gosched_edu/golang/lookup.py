"""Fields and methods: selection with embedding, method sets, who implements an interface.

Problem. ``x.f`` may name a field or method of x, of what x points to, or of something
embedded at any depth; the shallowest wins, and two at one depth exclude each other.

Rejected. Tables of promoted methods for each type: most are never asked for, and types may
still be incomplete when they would be made.

Chosen. The search of the language's specification, breadth first, at each selection
(go/types/lookup.go:lookupFieldOrMethodImpl).

Invariant. A `Found` depends on types alone, not on how the selector is used: whether the
operand is addressable is the checker's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gosched_edu.golang import types as t
from gosched_edu.golang.generics import parameter_list
from gosched_edu.golang.objects import Function
from gosched_edu.golang.subst import substitute


@dataclass(frozen=True)
class Found:
    """What a selector names.

    Attributes
    ----------
    kind : str
        "field", "method", "interface method", or "ambiguous".
    path : tuple of int
        Indices of fields to walk from the operand; a field's own index comes last. Pointers on
        the way are followed.
    type : Type
        The field's type, or the method's without receiver.
    obj : StructField, Function or Method
    owner : Type
        For a method the named type that declares it (an instance, for generic types), or the
        interface type.
    indirect : bool
        A pointer was followed on the way to the field or to the method's receiver.
    """

    kind: str
    path: tuple[int, ...]
    type: t.Type
    obj: t.StructField | Function | t.Method | None
    owner: t.Type
    indirect: bool

    @property
    def pointer_receiver(self) -> bool:
        """Whether it is a method declared on the pointer."""
        return isinstance(self.obj, Function) and isinstance(self.obj.recv, t.Pointer)

    @property
    def own(self) -> tuple[t.TypeParam, ...]:
        """The type parameters that the method itself declares."""
        return self.obj.own if isinstance(self.obj, Function) else ()

    @property
    def dynamic(self) -> bool:
        """Whether it is a method that interface values can have: one without type parameters."""
        return self.kind.endswith("method") and not self.own


@dataclass
class _Entry:
    type: t.Type
    path: tuple[int, ...]
    indirect: bool
    multiple: bool = False


def exported(name: str) -> bool:
    """Whether other packages may use `name`."""
    return name[:1].isupper()


def _same(name: str, package: str, wanted: str, of: str, fold: bool) -> bool:
    if fold and name.lower() == wanted.lower():
        return True
    return name == wanted and (exported(name) or package == of)


def deref(kind: t.Type) -> tuple[t.Type, bool]:
    """What `kind` points to, if it is a pointer (a named pointer type is none)."""
    return (kind.elem, True) if isinstance(kind, t.Pointer) else (kind, False)


def declared_methods(kind: t.Type) -> dict[str, Function]:
    """The methods declared on named type `kind` and on its pointer."""
    if not isinstance(kind, t.Named):
        return {}
    return (kind.origin or kind).methods


def receiver_env(f: Function, owner: t.Type) -> dict[t.TypeParam, t.Type]:
    """What the receiver's type parameters of method `f` stand for in instance `owner`."""
    args = owner.args if isinstance(owner, t.Named) else ()
    return dict(zip(f.tparams, args, strict=False)) if args else {}


def method_type(f: Function, owner: t.Type) -> t.Type:
    """The type, without receiver, of method `f` of `owner`."""
    env = receiver_env(f, owner)
    return substitute(f.type, env) if env else f.type


def interface_of(kind: t.Type) -> t.Interface | None:
    """The methods of an interface, or those that a type parameter's constraint promises."""
    u = kind.underlying
    if isinstance(u, t.TypeParam):
        u = u.constraint.underlying if u.constraint is not None else t.ANY
    return u if isinstance(u, t.Interface) else None


def find(
    kind: t.Type,
    name: str,
    package: str,
    resolve: Callable[[Function], None] | None = None,
    fold: bool = False,
) -> Found | None:
    """What selector ``x.name`` in `package` means for an x of type `kind`.

    `resolve` is called with a method before its type is asked for; `fold` ignores case.
    """
    if name == "_":
        return None
    if isinstance(kind, t.Named) and isinstance(kind.underlying, t.Pointer):
        # methods of *T are not in the method set of a named pointer type; fields are found
        through = find(kind.underlying, name, package, resolve, fold)
        return through if through is not None and through.kind == "field" else None
    base, pointer = deref(kind)
    if pointer and interface_of(base) is not None:
        return None
    level = [_Entry(base, (), pointer)]
    seen: set[t.Type] = set()
    while level:
        below: list[_Entry] = []
        found: Found | None = None
        clashes = False
        for e in level:
            for hit in _hits(e, name, package, seen, below, resolve, fold):
                clashes = clashes or found is not None or e.multiple
                found = hit
        if found is not None:
            if clashes:
                return Found("ambiguous", found.path, t.INVALID, None, found.owner, found.indirect)
            return found
        level = _consolidated(below)
    return None


def _hits(
    e: _Entry,
    name: str,
    package: str,
    seen: set[t.Type],
    below: list[_Entry],
    resolve: Callable[[Function], None] | None,
    fold: bool,
) -> Iterator[Found]:
    """What one type at the current depth has of that name; what it embeds goes to `below`."""
    if isinstance(e.type, t.Named):
        if e.type in seen:
            return
        seen.add(e.type)
        for m in declared_methods(e.type).values():
            if _same(m.name, m.package, name, package, fold):
                if resolve is not None:
                    resolve(m)
                yield Found("method", e.path, method_type(m, e.type), m, e.type, e.indirect)
                return
    interface = interface_of(e.type)
    if interface is not None:
        for im in interface.methods:
            if _same(im.name, im.package, name, package, fold):
                yield Found("interface method", e.path, im.type, im, e.type, e.indirect)
        return
    u = e.type.underlying
    if not isinstance(u, t.Struct):
        return
    for i, f in enumerate(u.fields):
        if _same(f.name, f.package, name, package, fold):
            yield Found("field", (*e.path, i), f.type, f, e.type, e.indirect)
        elif f.embedded:
            base, pointer = deref(f.type)
            below.append(_Entry(base, (*e.path, i), e.indirect or pointer, e.multiple))


def _consolidated(entries: list[_Entry]) -> list[_Entry]:
    """One entry for each type: what it has is ambiguous if it is embedded twice."""
    out: dict[t.Type, _Entry] = {}
    for e in entries:
        if e.type in out:
            out[e.type].multiple = True
        else:
            out[e.type] = e
    return list(out.values())


def method_names(kind: t.Type) -> dict[str, list[str]]:
    """The names of the methods that `kind` may have, and the packages that these belong to."""
    known: dict[str, list[str]] | None = kind.__dict__.get("_method_names")
    if known is not None:
        return known
    out: dict[str, list[str]] = {}
    seen: set[t.Type] = set()
    pending = [deref(kind)[0]]
    while pending:
        base = pending.pop()
        if base in seen:
            continue
        seen.add(base)
        methods: list[Function | t.Method] = [*declared_methods(base).values()]
        if (interface := interface_of(base)) is not None:
            methods += interface.methods
        elif isinstance(u := base.underlying, t.Struct):
            pending += [deref(f.type)[0] for f in u.fields if f.embedded]
        for m in methods:
            packages = out.setdefault(m.name, [])
            if m.package not in packages:
                packages.append(m.package)
    object.__setattr__(kind, "_method_names", out)
    return out


def methods_named(kind: t.Type, name: str) -> list[Found]:
    """The methods of this name that an interface value that holds a `kind` offers."""
    known: dict[str, list[Found]] = kind.__dict__.get("_methods_named", {})
    if name not in known:
        found = [find(kind, name, package) for package in sorted(method_names(kind).get(name, ()))]
        known[name] = [f for f in found if f is not None and f.dynamic and in_method_set(kind, f)]
        object.__setattr__(kind, "_methods_named", known)
    return known[name]


def in_method_set(kind: t.Type, found: Found) -> bool:
    """Whether a method found for `kind` can be called without taking an address."""
    return not found.pointer_receiver or found.indirect


def missing(
    kind: t.Type,
    interface: t.Type,
    package: str,
    resolve: Callable[[Function], None] | None = None,
    static: bool = True,
) -> str:
    """Why `kind` has not all methods of `interface`, as gc says it in brackets; "" if it has.

    Not `static`: an interface `kind` may lack methods, it may not have other ones of the name.
    """
    wanted = interface_of(interface)
    assert wanted is not None
    if not wanted.methods:
        return ""
    have = interface_of(kind)
    for m in wanted.methods:
        if have is not None:
            mine = next((x for x in have.methods if (x.name, x.package) == (m.name, m.package)), None)
            if mine is None:
                if static:
                    return f"(missing method {m.name})"
            elif mine.type != m.type:
                return _wrong("wrong type for method", m, m.name, mine.type)
            continue
        found = find(kind, m.name, m.package or package, resolve)
        if found is None or found.kind == "ambiguous":
            return _absent(kind, m, package, resolve, found)
        if found.kind == "field":
            return f"({kind}.{m.name} is a field, not a method)"
        if not in_method_set(kind, found):
            return f"(method {m.name} has pointer receiver)"
        if found.own or found.type != m.type:
            return _wrong("wrong type for method", m, m.name, found.type, found.own)
    return ""


def _absent(
    kind: t.Type,
    m: t.Method,
    package: str,
    resolve: Callable[[Function], None] | None,
    found: Found | None,
) -> str:
    if found is not None:
        return f"(ambiguous selector {kind}.{m.name})"
    base, pointer = deref(kind)
    if pointer and interface_of(base) is not None:
        what = "interface" if t.is_interface(base) else "type parameter"
        return f"(type {kind} is pointer to {what}, not {what})"
    other = find(kind, m.name, package, resolve, fold=True)
    if other is not None and isinstance(other.obj, Function):
        if other.obj.name == m.name:
            return f"(unexported method {m.name})"
        return _wrong("missing method", m, other.obj.name, other.type, other.own)
    return f"(missing method {m.name})"


def _unnamed(f: t.Type) -> str:
    """A signature without the names of parameters."""
    if not isinstance(f, t.Func):
        return ""  # its signature has been reported
    text = str(t.Func(f.params, f.results, variadic=f.variadic)).removeprefix("func")
    if len(f.results) == 1 and any(f.result_names):
        # gc keeps the brackets of a result that has a name
        text = f"{text[: -len(str(f.results[0]))]}({f.results[0]})"
    return text


def _wrong(
    what: str, m: t.Method, name: str, have: t.Type, own: tuple[t.TypeParam, ...] = ()
) -> str:
    mine, theirs = (_unnamed(x) for x in (have, m.type))
    if own:
        mine = parameter_list(own) + mine
    return f"({what} {m.name})\n\t\thave {name}{mine}\n\t\twant {m.name}{theirs}"


def implements(
    kind: t.Type,
    interface: t.Type,
    package: str = "",
    resolve: Callable[[Function], None] | None = None,
) -> bool:
    """Whether a value of type `kind` can be held by (ordinary) interface type `interface`."""
    wanted = interface_of(interface)
    if wanted is None:
        return False
    return not wanted.methods or not missing(kind, interface, package, resolve)
