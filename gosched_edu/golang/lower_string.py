"""Strings: concatenation, comparison, and conversions to and from bytes and runes.

Problem. ``a + b + c`` should copy each part once, and a string converted only to be looked at
should not be copied at all.

Rejected. A chain of SCAT for every sum: the first part of n would be copied n times.

Invariant. A sum of two is one SCAT, of more one call of the runtime (string.go:concat), as gc
calls concatstrings. A conversion copies unless its result cannot be seen to share memory:
``range []byte(s)``, ``m[string(b)]``, comparisons.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.lower_map import MapLowering
from gosched_edu.golang.typesets import is_bytes, is_runes, is_string

_FROM_STRING = {True: "stringtoslicebyte", False: "stringtoslicerune"}
_TO_STRING = {True: "slicebytetostring", False: "slicerunetostring"}


class StringLowering(MapLowering):
    """Lowers operations on strings."""

    def sum(self, e: ast.Binary, target: int | None = None) -> int:
        """``a + b + ...`` on strings."""
        parts = self._terms(e)
        slot = self.dest(target, 2)
        mark = self.out.top
        if len(parts) == 2:
            a, b = self.expr(parts[0]), self.expr(parts[1])
            self.out.pos = e.op_pos
            self.out.emit("SCAT", slot, a, b)
        else:
            run = self.out.alloc(2 * len(parts))
            for i, part in enumerate(parts):
                inner = self.out.top
                self.expr(part, run + 2 * i)
                self.out.top = inner
            self.out.pos = e.op_pos
            first = self.runtime("concat", (), [(self._as_slice(run, len(parts)), 3)])
            self.move(slot, first, 2)
        self.out.top = mark
        return slot

    def _as_slice(self, run: int, count: int) -> int:
        """A slice of strings with the `count` strings in slots from `run` on."""
        header = self.out.alloc(3)
        self.out.emit("NEWCOPY", header, run, 2 * count)
        self.out.constant(count, header + 1)
        self.out.constant(count, header + 2)
        return header

    def _terms(self, e: ast.Expr) -> list[ast.Expr]:
        """The operands of a sum, left to right; constant sums are one operand."""
        out: list[ast.Expr] = []
        pending: list[ast.Expr] = [e]
        while pending:
            x = pending.pop()
            inner = ast.unparen(x)
            constant = self.info.operands[x].mode == "constant"
            if isinstance(inner, ast.Binary) and inner.op == "+" and not constant:
                pending += [inner.y, inner.x]
            else:
                out.append(x)
        return out

    def append_to_string(self, old: int, e: ast.Expr, target: int) -> None:
        """``s += e`` where slot `old` has the value of s."""
        mark = self.out.top
        b = self.expr(e)
        self.out.emit("SCAT", target, old, b)
        self.out.top = mark

    def announce_range(self, address: int, count: int, elem: t.Type, write: bool) -> None:
        """Tell the race detector of an access to several elements."""
        raise NotImplementedError

    # --- conversions -------------------------------------------------------------------------

    def string_conversion(
        self, e: ast.Expr, kind: t.Type, target: int | None = None
    ) -> int | None:
        """The conversion of `e` to `kind` if one of them is a string and the other not, else None."""
        source = self.kind(e)
        if is_string(kind) == is_string(source):
            return None
        if is_string(kind):
            if isinstance(u := source.underlying, t.Slice):
                x = self.expr(e)
                self.announce_range(x, x + 1, u.elem, False)
                return self._call(_TO_STRING[is_bytes(source)], [(x, 3)], 2, target)
            return self._call("intstring", [(self.expr(e), 1)], 2, target)
        if is_bytes(kind) or is_runes(kind):
            return self._call(_FROM_STRING[is_bytes(kind)], [(self.expr(e), 2)], 3, target)
        return None

    def _call(
        self, name: str, args: list[tuple[int, int]], results: int, target: int | None
    ) -> int:
        mark = self.out.top
        first = self.runtime(name, (), args)
        if target is None:
            self.out.top = first + results
            return first
        self.move(target, first, results)
        self.out.top = mark
        return target

    def viewed_string(self, e: ast.Expr) -> int:
        """The string `e`, which is only looked at now: bytes are not copied for it."""
        inner = ast.unparen(e)
        if isinstance(inner, ast.Call) and self.info.operands[inner].mode != "constant":
            fun = self.info.operands[inner.fun]
            if fun.mode == "type" and len(inner.args) == 1 and is_bytes(self.kind(inner.args[0])):
                return self.expr(inner.args[0])
        return self.expr(e)
