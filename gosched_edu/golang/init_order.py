"""In which order package variables are initialised.

Problem. ``var a = b; var b = f()`` initialises b first; and f may use other variables in its
body, directly or through methods and functions it mentions.

Rejected. A depth-first walk from the first declaration: it gives *an* order of dependencies, but
Go's is "the next in the source that is ready".

Chosen. As cmd/compile/internal/types2/initorder.go: a graph of the package's objects, functions
eliminated, and a priority queue by outstanding dependencies, then by source order.

Invariant. No variable is initialised before one that it needs; a cycle through a variable is
an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Const, Function, Object, Var


def initial_order(
    objects: Sequence[Object],
    needs: Mapping[Object, set[Object]],
    report: Callable[[Pos, str], None],
    filename: str,
) -> list[Var]:
    """The package's variables in the order of their initialisation.

    Parameters
    ----------
    objects : sequence of Object
        The package's constants, variables, functions and methods, in source order.
    needs : mapping
        For each object what its declaration refers to.
    report : callable
        Takes a position and a message: of a cycle.
    filename : str
        The name in messages.
    """
    number = {o: i for i, o in enumerate(objects)}
    after: dict[Object, set[Object]] = {o: set() for o in objects}
    before: dict[Object, set[Object]] = {o: set() for o in objects}
    for o in objects:
        for d in needs.get(o, ()):
            if d in number:
                before[o].add(d)
                after[d].add(o)
    functions = [o for o in objects if isinstance(o, Function)]
    for f in sorted(functions, key=lambda f: len(after[f]) * len(before[f])):
        for p in after[f]:
            if p is not f:
                for s in before[f]:
                    if s is not f:
                        before[p].add(s)
                        after[s].add(p)
                before[p].discard(f)
        for s in before[f]:
            after[s].discard(f)
    pending = [o for o in objects if not isinstance(o, Function)]
    waits = {o: len(before[o]) for o in pending}
    out: list[Var] = []
    while pending:
        first = min(pending, key=lambda o: (not isinstance(o, Const), waits[o], number[o]))
        pending.remove(first)
        if waits[first] > 0:
            cycle = _path(first, first, needs, number, set())
            if cycle is not None:
                _report_cycle(cycle, report, filename)
        for p in after[first]:
            if p in waits:
                waits[p] -= 1
        if isinstance(first, Var):
            out.append(first)
    return out


def _path(
    start: Object,
    goal: Object,
    needs: Mapping[Object, set[Object]],
    number: Mapping[Object, int],
    seen: set[Object],
) -> list[Object] | None:
    """A way from `start` back to `goal`, last step first."""
    if start in seen:
        return None
    seen.add(start)
    for d in sorted((d for d in needs.get(start, ()) if d in number), key=lambda d: number[d]):
        if d is goal:
            return [d]
        if (rest := _path(d, goal, needs, number, seen)) is not None:
            return [*rest, d]
    return None


def _report_cycle(cycle: list[Object], report: Callable[[Pos, str], None], filename: str) -> None:
    first = cycle[0]
    if len(cycle) == 1:
        report(first.pos, f"initialization cycle: {first.name} refers to itself")
        return
    lines = [f"initialization cycle for {first.name}"]
    at = first
    for following in reversed(cycle):
        where = f"{filename}:{at.pos.line}:{at.pos.col}"
        lines.append(f"\t{where}: {at.name} refers to {following.name}")
        at = following
    report(first.pos, "\n".join(lines))
