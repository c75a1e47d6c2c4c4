"""Lock order: locks that wait for each other in a circle, in some other run than the one that was seen.

Problem. One goroutine locks a and then b, another b and then a. Most runs go well, and nothing shows.

Rejected. Any two orders of two locks, as in a list of which lock was taken before which: it cries wolf where
a third lock keeps the two apart, and where the one is over before the other begins.

Chosen. As Goodlock (Havelund 2000), with order by happens-before (Bensalem and Havelund 2005). Each request
of a lock by somebody who holds others is an edge. A circle of edges counts if they are of different
goroutines, no lock is held at two of them (a gate), nothing but locks orders two of them, and at each the
one who holds keeps out the one who waits (two readers do not).

Invariant. With the same locks taken in one order everywhere there is no circle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gosched_edu.explore.watch import Call, Request, Watched

LONGEST = 6
MOST_EDGES = 400


@dataclass(frozen=True)
class Edge:
    """Somebody who holds `first` asks for a lock, and holds the others as well."""

    first: Call
    request: Request

    @property
    def wants(self) -> Call:
        """The call that asks."""
        return self.request.call

    @property
    def goid(self) -> int:
        """Who."""
        return self.wants.goid


def edges(seen: Watched) -> list[Edge]:
    """All edges of a run, of equal ones the first few."""
    out: list[Edge] = []
    count: dict[tuple[object, ...], int] = {}
    for r in seen.requests:
        for first in r.held:
            key = (r.call.goid, first.word, r.call.word, first.reads, r.call.reads, r.call.frames[:1])
            count[key] = count.get(key, 0) + 1
            if first.word != r.call.word and count[key] <= 3:
                out.append(Edge(first, r))
    return out[:MOST_EDGES]


def _apart(a: Edge, b: Edge) -> bool:
    """Whether the two cannot wait at the same time: a gate, or an order."""
    for x in a.request.held:
        for y in b.request.held:
            if x.word == y.word and not (x.reads and y.reads):
                return True
    return False


def circles(seen: Watched) -> Iterator[tuple[Edge, ...]]:
    """The circles of a run, each once, by its locks and places; the shortest first."""
    every = edges(seen)
    after: dict[int, list[Edge]] = {}
    for e in every:
        after.setdefault(e.first.word, []).append(e)
    told: set[frozenset[object]] = set()

    def fits(way: tuple[Edge, ...], e: Edge) -> bool:
        return all(
            e.goid != x.goid
            and not _apart(e, x)
            and not seen.ordered(e.wants, x.wants)
            and not seen.ordered(x.wants, e.wants)
            for x in way
        )

    ways: list[tuple[Edge, ...]] = [(e,) for e in every]
    for _ in range(LONGEST):
        longer = []
        for way in ways:
            last, first = way[-1].wants, way[0].first
            if last.word == first.word:
                if not (last.reads and first.reads):
                    key = [(e.first.frames[0].line, e.wants.frames[0].line, e.first.word) for e in way]
                    if frozenset(key) not in told:
                        told.add(frozenset(key))
                        yield way
                continue
            for e in after.get(last.word, ()):
                # a circle is begun at its lowest lock, so that it is found once
                if e.first.word > first.word and not (last.reads and e.first.reads) and fits(way, e):
                    longer.append((*way, e))
        ways = longer[: 20 * MOST_EDGES]
