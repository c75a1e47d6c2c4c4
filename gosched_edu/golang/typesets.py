"""What a type can stand for: itself, or the types that a constraint allows.

Problem. Rules such as "the operand must be a slice" also apply to type parameters: then they
must hold for each type of the constraint's type set.

Rejected. A case for type parameters in each rule.

Invariant. A type parameter without specific types (``any``, ``comparable``, methods only)
satisfies no rule about its structure.
"""

from __future__ import annotations

from collections.abc import Callable

from gosched_edu.golang import types as t
from gosched_edu.golang.types import Type


def typeset(k: Type) -> list[tuple[Type, Type]]:
    """The specific types of `k`, each with its underlying type (under.go:typeset).

    Examples
    --------
    >>> typeset(t.INT) == [(t.INT, t.INT)]
    True
    """
    if not isinstance(k, t.TypeParam):
        return [(k, k.underlying)]
    constraint = k.constraint.underlying if k.constraint is not None else None
    if not isinstance(constraint, t.Interface) or constraint.terms is None:
        return []
    out: list[tuple[Type, Type]] = []
    for term in constraint.terms:
        out += typeset(term.type)
    return out


def every(k: Type, holds: Callable[[Type], bool]) -> bool:
    """Whether `holds` is true of each underlying type of `k`, and there is one."""
    found = typeset(k)
    return bool(found) and all(holds(u) for _, u in found)


def common_under(k: Type) -> tuple[Type | None, str]:
    """The underlying type that all types of `k` share, or None and why not.

    Channels of different directions share the restricted one (under.go:commonUnder).
    """
    common: tuple[Type, Type] | None = None
    for each, under in typeset(k):
        if common is None:
            common = each, under
            continue
        first, shared = common
        if isinstance(shared, t.Chan) and isinstance(under, t.Chan):
            if shared.elem != under.elem:
                return None, f"channels {first} and {each} have different element types"
            if shared.dir == "both":
                common = each, under
            elif under.dir not in ("both", shared.dir):
                return None, f"channels {first} and {each} have conflicting directions"
        elif shared != under:
            return None, f"{first} and {each} have different underlying types"
    return (common[1], "") if common is not None else (None, "no specific type")


def is_byte(k: Type) -> bool:
    """Whether `k` is byte by another name, or byte itself."""
    return k.underlying == t.BYTE


def is_string(k: Type) -> bool:
    """Whether the type under `k` is string; false for type parameters."""
    return t.kind(k) == "string"


def is_bytes(k: Type) -> bool:
    """Whether `k` is a slice of bytes."""
    u = k.underlying
    return isinstance(u, t.Slice) and is_byte(u.elem)


def is_runes(k: Type) -> bool:
    """Whether `k` is a slice of runes."""
    u = k.underlying
    return isinstance(u, t.Slice) and u.elem.underlying == t.RUNE


def array_of(k: Type) -> t.Array | None:
    """The array that `k` is or points to."""
    u = k.underlying
    if isinstance(u, t.Pointer):
        u = u.elem.underlying
    return u if isinstance(u, t.Array) else None
