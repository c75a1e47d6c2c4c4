"""The names that need no declaration: the universe scope, and package unsafe.

Problem. Predeclared names may be hidden by any declaration, so they cannot be keywords.

Rejected. A golib file that declares them: built-in functions have no Go type.

Invariant. The scope is made once and never changed; package scopes lie inside it.
"""

from __future__ import annotations

from gosched_edu.golang import types as t
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Builtin, Const, Info, Nil, Object, Package, Scope, TypeName

BUILTINS = (
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max",
    "min", "new", "panic", "print", "println", "real", "recover",
)  # fmt: skip
#: The functions of package unsafe, which are built in too.
UNSAFE = (
    "Add", "Alignof", "Offsetof", "Sizeof", "Slice", "SliceData", "String", "StringData",
)  # fmt: skip
_NOWHERE = Pos(0, 0)


def _universe() -> Scope:
    out = Scope()
    objects: list[Object] = [TypeName(k.name, _NOWHERE, k) for k in t.PREDECLARED]
    objects += [TypeName(k.name, _NOWHERE, k) for k in (t.ERROR, t.COMPARABLE)]
    objects.append(TypeName("any", _NOWHERE, t.ANY, alias=True))
    objects += [Const(n, _NOWHERE, t.UNTYPED_BOOL, value=n == "true") for n in ("true", "false")]
    objects.append(Const("iota", _NOWHERE, t.UNTYPED_INT))
    objects.append(Nil("nil", _NOWHERE, t.UNTYPED_NIL))
    objects += [Builtin(name, _NOWHERE) for name in BUILTINS]
    out.names = {o.name: o for o in objects}
    return out


def _unsafe() -> Package:
    scope = Scope(UNIVERSE)
    scope.names["Pointer"] = TypeName("Pointer", _NOWHERE, t.UNSAFE_POINTER, package="unsafe")
    for name in UNSAFE:
        scope.names[name] = Builtin(f"unsafe.{name}", _NOWHERE)
    return Package("unsafe", "unsafe", scope, Info())


UNIVERSE = _universe()
UNSAFE_PACKAGE = _unsafe()
