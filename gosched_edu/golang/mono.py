"""Instances without end: ``func f[T any](x T) { f([]T{x}) }``.

Problem. A generic function is lowered once for each list of type arguments. If it uses itself for
types made of its own, there is no last one.

Rejected. A limit on the depth of types: it is met after seconds, and says nothing about the place.

Chosen. As cmd/compile/internal/types2/mono.go: type parameters are the vertices of a graph. An edge
leads to a parameter from each one that occurs in a type argument for it; it weighs 1 if the argument
is made of that parameter, 0 if it is the parameter. A cycle that weighs something grows for ever.

Invariant. A program whose graph has no such cycle has a finite number of instances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.generics import parameters


@dataclass(frozen=True)
class _Edge:
    source: t.TypeParam
    to: t.TypeParam
    weight: int
    where: str
    argument: t.Type


class Instances:
    """Which type parameters of a package were instantiated with what."""

    def __init__(self) -> None:
        self.edges: list[_Edge] = []
        #: The parameters that stand for others: of receivers, for those of the type.
        self.canonical: dict[t.TypeParam, t.TypeParam] = {}

    def _vertex(self, p: t.TypeParam) -> t.TypeParam:
        while p in self.canonical:
            p = self.canonical[p]
        return p

    def record(
        self,
        params: Sequence[t.TypeParam],
        args: Sequence[t.Type],
        filename: str,
        at: Pos,
        written: Sequence[ast.Expr] = (),
    ) -> None:
        """Note an instance, made at `at`; `written` are the type arguments that the program gives."""
        for i, (p, a) in enumerate(zip(params, args, strict=True)):
            line, col = written[i].pos if i < len(written) else at
            for source in parameters(a):
                where = f"{filename}:{line}:{col}"
                self.edges.append(_Edge(self._vertex(source), self._vertex(p), source is not a, where, a))

    def cycle(self) -> tuple[Pos, str] | None:
        """A cycle that grows, as gc tells it; None if there is none."""
        weight: dict[t.TypeParam, int] = {}
        before: dict[t.TypeParam, _Edge] = {}
        length: dict[t.TypeParam, int] = {}
        count = len({v for e in self.edges for v in (e.source, e.to)})
        again = True
        while again:
            again = False
            for e in self.edges:
                reached = weight.get(e.source, 0) + e.weight
                if reached <= weight.get(e.to, 0):
                    continue
                before[e.to], length[e.to] = e, length.get(e.source, 0) + 1
                if length[e.to] >= count:
                    return self._told(e.to, before)
                weight[e.to], again = reached, True
        return None

    def _told(self, v: t.TypeParam, before: dict[t.TypeParam, _Edge]) -> tuple[Pos, str]:
        path: list[t.TypeParam] = []
        while v not in path:
            path.append(v)
            v = before[v].source
        lines = [
            f"\n\t{before[p].where}: {p} instantiated as {before[p].argument}" for p in path[path.index(v) :]
        ]
        line, col = v.where.split(":")[-2:]
        return Pos(int(line), int(col)), "instantiation cycle:" + "".join(lines)
