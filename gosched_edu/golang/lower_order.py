"""In which order operands are evaluated.

Problem. ``f(x, g())`` where g changes x: the language leaves open which value f gets, gc does not,
and the programs that readers paste were run with gc.

Rejected. Source order: simple, but not what the reader saw.

Chosen. As cmd/compile/internal/walk/order.go: the calls, receives and so on in a statement are made
first, in their order, and their results kept; then everything else is evaluated. That costs a
copy here and there, so it is done only where a variable that a call could change is read before
a call.

Invariant. The order among calls is that of the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gosched_edu.golang import ast, layout
from gosched_edu.golang import types as t
from gosched_edu.golang.lower_core import CoreLowering, Place
from gosched_edu.golang.objects import Builtin, Info, Var

_PURE = frozenset(("len", "cap", "real", "imag", "complex", "min", "max"))
_FAST_KEYS = (4, 8)  # bytes of keys for which reading a map is no call of its own (mapfast)

_PARTIAL = frozenset(("/", "%", "<<", ">>"))  # operators that can panic

#: What an expression consists of: a call; or the reading of a variable that calls can change, or
#: what can panic: gc leaves both until the calls have been made.
Atom = tuple[bool, ast.Expr]


class OrderLowering(CoreLowering):
    """Decides what must be evaluated before the rest of a statement."""

    def expr(self, e: ast.Expr, target: int | None = None) -> int:
        """The value of an expression."""
        raise NotImplementedError

    def hoist_call(self, e: ast.Call) -> list[ast.Expr]:
        """`hoist` for what is called and the arguments of a call."""
        if len(e.args) == 1 and isinstance(self.kind(e.args[0]), t.Tuple):
            # f().m(g()): the results of g come first into the frame, and f is called before it.
            return self.hoist([e.fun], True) + self.hoist([e.fun, *e.args])
        return self.hoist([e.fun, *e.args])

    def hoist(self, exprs: Sequence[ast.Expr], needed: bool = False) -> list[ast.Expr]:
        """Make the calls in `exprs` now if a variable is read before one; they are then ready.

        `needed`: even if none is.
        """
        seen_read = False
        calls: list[ast.Expr] = []
        for e in exprs:
            for is_call, x in self._atoms(e):
                if is_call:
                    calls.append(x)
                    needed = needed or seen_read
                else:
                    seen_read = True
        if not needed:
            return []
        for x in calls:
            kind = self.kind(x)
            self.ready[x] = Place("slots", kind, self.expr(x))
        return calls

    def unready(self, hoisted: list[ast.Expr]) -> None:
        """Forget what `hoist` did, when the statement is done."""
        for x in hoisted:
            self.ready.pop(x, None)

    def _atoms(self, e: ast.Expr) -> Iterator[Atom]:
        x = self.info.operands.get(e)
        if x is None or x.mode in ("constant", "nil", "type", "builtin") or e in self.ready:
            return
        match e:
            case ast.Ident():
                var = self.info.uses.get(e)
                if isinstance(var, Var) and (var.owner is None or var.boxed):
                    yield False, e
            case ast.Call():
                yield from self._call_atoms(e)
            case ast.Unary():
                if e.op == "<-":
                    yield True, e
                else:
                    yield from self._atoms(e.x)
            case ast.Binary() if e.op in ("&&", "||"):
                inner = [*self._atoms(e.x), *self._atoms(e.y)]
                yield from [(True, e)] if any(call for call, _ in inner) else inner
            case ast.Binary():
                yield from self._atoms(e.x)
                yield from self._atoms(e.y)
                if e.op in _PARTIAL and self.info.operands[e.y].mode != "constant":
                    yield False, e
            case ast.Paren():
                yield from self._atoms(e.x)
            case ast.TypeAssert():
                if is_direct(self.kind(e)):
                    yield from self._atoms(e.x)
                else:
                    yield True, e
            case ast.Star():
                yield from self._atoms(e.x)
                yield False, e
            case ast.Selector():
                yield from self._selector_atoms(e)
            case ast.Index():
                yield from self._index_atoms(e)
            case ast.SliceExpr():
                for part in (e.x, e.low, e.high, e.max):
                    if part is not None:
                        yield from self._atoms(part)
                yield False, e
            case ast.Composite():
                if isinstance(x.type.underlying, t.Map):
                    yield True, e
                    return
                for element in e.elements:
                    value = element.value if isinstance(element, ast.KeyValue) else element
                    yield from self._atoms(value)

    def _call_atoms(self, e: ast.Call) -> Iterator[Atom]:
        fun = self.info.operands[e.fun]
        name = fun.obj.name if isinstance(fun.obj, Builtin) else ""
        converts = fun.mode == "type"
        inner = [atom for a in e.args for atom in self._atoms(a)]
        if not (converts or name in _PURE or name.startswith("unsafe.")):
            yield True, e
        elif name in _PURE or (converts and isinstance(self.kind(e).underlying, t.Slice)):
            # For gc they are calls; it shows where what they look at can change.
            if inner or isinstance(self.kind(e.args[0]).underlying, (t.Chan, t.Map)):
                yield True, e
        else:
            yield from inner

    def _selector_atoms(self, e: ast.Selector) -> Iterator[Atom]:
        s = self.info.selections.get(e)
        if s is None or s.kind == "method expr":
            return
        if s.kind == "package":
            if isinstance(s.obj, Var):
                yield False, e
            return
        yield from self._atoms(e.x)
        if s.indirect:
            yield False, e

    def _index_atoms(self, e: ast.Index) -> Iterator[Atom]:
        if e in self.info.instances:
            if isinstance(ast.unparen(e.x), ast.Selector):
                yield from self._atoms(e.x)  # the receiver of a generic method
            return
        kind = self.kind(e.x).underlying
        if isinstance(kind, t.Map) and not _fast(kind):
            yield True, e
            return
        yield from self._atoms(e.x)
        for i in e.indices:
            yield from self._atoms(i)
        constant = self.info.operands[e.indices[0]].mode == "constant"
        if isinstance(kind, (t.Slice, t.Map, t.Pointer)) or not constant:
            yield False, e


def place_operands(e: ast.Expr) -> list[ast.Expr]:
    """What is evaluated to find the place that `e` is, before it is assigned to."""
    match ast.unparen(e):
        case ast.Index(x=x, indices=indices):
            return [x, *indices]
        case ast.Selector(x=x) | ast.Star(x=x):
            return [x]
    return []


def is_direct(kind: t.Type) -> bool:
    """Whether an interface holds a value of this type itself (types.IsDirectIface)."""
    match kind.underlying:
        case t.Pointer() | t.Chan() | t.Map() | t.Func():
            return True
        case t.Struct(fields=(field,)):
            return is_direct(field.type)
        case t.Array(length=1, elem=elem):
            return is_direct(elem)
    return kind.underlying == t.UNSAFE_POINTER


def _fast(kind: t.Map) -> bool:
    """Whether gc reads such a map in place (walk.go:mapfast)."""
    key = kind.key.underlying
    if layout.gosize(kind.elem) > 128 or not isinstance(key, (t.Basic, t.Pointer, t.Chan)):
        return False
    return t.kind(key) == "string" or (
        t.kind(key) != "float" and layout.gosize(key) in _FAST_KEYS
    )


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
        case ast.TypeAssert():
            return not is_direct(x.type) or has_call(info, e.x)
        case ast.Paren() | ast.Star():
            return has_call(info, e.x)
        case ast.Selector():
            return e.x in info.operands and has_call(info, e.x)
        case ast.Binary():
            return has_call(info, e.y) or has_call(info, e.x)
        case ast.Composite():
            values = [x.value if isinstance(x, ast.KeyValue) else x for x in e.elements]
            return any(has_call(info, v) for v in values)
    return False
