"""In which order operands are evaluated.

Problem. ``f(x, g())`` where g changes x: the language leaves open which value f gets, gc does not,
and programs that people paste here were run with gc.

Rejected. Source order: simple, but not what the reader saw.

Chosen. As cmd/compile/internal/walk/order.go: operands with calls, receives or map elements in them
are evaluated first, in their order; then the others, so that these see what the calls did.

Invariant. The order among operands with calls is that of the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.objects import Builtin, Info

_PURE = frozenset(("len", "cap", "real", "imag", "complex", "min", "max"))
Item = TypeVar("Item")


def has_call(info: Info, e: ast.Expr) -> bool:
    """Whether evaluating `e` calls a function, receives, or looks into a map."""
    found = info.calls.get(e)
    if found is None:
        found = info.calls[e] = _has_call(info, e)
    return found


def _has_call(info: Info, e: ast.Expr) -> bool:
    x = info.operands.get(e)
    if x is None or x.mode in ("constant", "nil", "type"):
        return False
    match e:
        case ast.Call():
            fun = info.operands[e.fun]
            name = fun.obj.name if isinstance(fun.obj, Builtin) else ""
            pure = fun.mode == "type" or name in _PURE or name.startswith("unsafe.")
            if name in ("len", "cap") and isinstance(
                info.operands[e.args[0]].type.underlying, t.Chan
            ):
                return True
            return not pure or any(has_call(info, a) for a in e.args)
        case ast.Unary():
            return e.op == "<-" or has_call(info, e.x)
        case ast.Index():
            if isinstance(info.operands[e.x].type.underlying, t.Map):
                return True
            return has_call(info, e.x) or any(has_call(info, i) for i in e.indices)
        case ast.SliceExpr():
            parts = [i for i in (e.low, e.high, e.max) if i is not None]
            return has_call(info, e.x) or any(has_call(info, i) for i in parts)
        case ast.Paren() | ast.Star() | ast.TypeAssert():
            return has_call(info, e.x)
        case ast.Selector():
            return e.x in info.operands and has_call(info, e.x)
        case ast.Binary():
            return has_call(info, e.y) or has_call(info, e.x)
        case ast.Composite():
            values = [x.value if isinstance(x, ast.KeyValue) else x for x in e.elements]
            return any(has_call(info, v) for v in values)
    return False


def ordered(info: Info, items: Sequence[Item], start: int = 0) -> Iterator[tuple[int, Item]]:
    """`items` with their numbers: those with calls first, if there are both kinds."""
    calling = [isinstance(x, ast.Expr) and has_call(info, x) for x in items]
    numbers = range(len(items))
    for i in sorted(numbers, key=lambda i: not calling[i]) if any(calling) else numbers:
        yield start + i, items[i]
