"""The run queues of a simulated run, replayed from its trace.

Problem. A run's log says where each goroutine was put and where it was found; how long the queues were
meanwhile stands nowhere.

Rejected. Asking the kernel for its queues at many moments: a run for each, and a trace that was
stored would be mute.

Chosen. `History` replays the log with the rules of proc.go:runqput, runqgrab and globrunqget.

Simplified. A goroutine that is locked to a thread leaves its queue when it starts; in the
runtime it leaves it when its P looks for that thread.

Invariant. At every moment the replayed queues are those of the kernel (`Run.queues`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from gosched_edu.kernel.dump import Queues
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.versions import rules
from gosched_edu.trace.trace import Event, Trace

RING = 256  # runtime2.go:p.runq
_QUEUED = (Reason.RUNNEXT, Reason.LOCAL_QUEUE, Reason.GLOBAL_QUEUE, Reason.GLOBAL_61, Reason.CHOSEN)


class History:
    """The queues of a simulated run, replayed from its trace.

    Parameters
    ----------
    trace : Trace
        Of a simulated run, with all its events.

    Raises
    ------
    ValueError
        For a trace of real Go, which does not say where a goroutine was found.

    Examples
    --------
    >>> from gosched_edu import go
    >>> run = go.run("package main\\nfunc main() { go print(1); go print(2); select {} }\\n", procs=1)
    >>> [(q.runnext, q.rings) for _, q in History(run.trace).moments()][5:8]
    [((3,), ((2,),)), ((3,), ((2,),)), ((None,), ((2,),))]
    """

    def __init__(self, trace: Trace) -> None:
        if trace.source != "simulated":
            raise ValueError("the queues can be replayed from simulated runs only: Go's own tracer does "
                             "not say where a goroutine was found")  # fmt: skip
        self.trace = trace
        self.procs = 0
        self.running: list[int | None] = []
        self.runnext: list[int | None] = []
        self.rings: list[list[int]] = []
        self.shared: deque[int] = deque()
        self.stolen: list[tuple[int, int, int, int]] = []  #: (ns, thief, victim, how many)
        self._bounded = bool(rules(trace.version)["ring"])
        self._local = bool(rules(trace.version)["local_queues"])
        self._taken: set[int] = set()  # found, in no queue any more, not started yet

    def moments(self) -> Iterator[tuple[int, Queues]]:
        """(ns, the queues after the event), for each event of the trace."""
        for e in self.trace:
            self.apply(e)
            yield e.time, self.now()

    def now(self) -> Queues:
        """The queues as they are now."""
        return Queues(tuple(self.running), tuple(self.runnext), tuple(map(tuple, self.rings)),
                      tuple(self.shared))  # fmt: skip

    def apply(self, e: Event) -> None:
        """Take the next event into account."""
        if e.kind == Kind.PROCS:
            self._resize(e.arg)
        elif e.kind in (Kind.GO_CREATE, Kind.GO_UNBLOCK):
            self._put(e.p, e.g, e.reason)
        elif e.kind == Kind.GO_STOP:
            self.running[e.p] = None
            if e.arg2:  # else it is the one that asked the world to stop
                self._put(e.p, e.g, Reason(e.arg2))
        elif e.kind == Kind.GO_SYSCALL_END_BLOCKED and e.reason == Reason.GLOBAL_QUEUE:
            self.shared.append(e.g)
        elif e.kind == Kind.STEAL:
            self._steal(e)
        elif e.kind == Kind.GLOBAL_GET:
            batch = [self.shared.popleft() for _ in range(e.arg2)]
            self._taken.add(batch[0])
            self.rings[e.p] += batch[1:]
        elif e.kind == Kind.GO_START:
            self._take(e)
            if e.reason == Reason.CHOSEN and e.arg2 in self._taken:
                self._put_back(e.p, e.arg2)
            self.running[e.p] = e.g
        elif e.kind in (Kind.GO_BLOCK, Kind.GO_EXIT, Kind.GO_SYSCALL_BEGIN) and e.p >= 0:
            self.running[e.p] = None
        elif e.kind == Kind.GO_SYSCALL_END:
            self.running[e.p] = e.g

    def _resize(self, n: int) -> None:
        """GOMAXPROCS changes: what waits at Ps that go is put before the global queue (p.destroy)."""
        for p in range(n, self.procs):
            first = self.runnext[p]
            self.shared.extendleft(reversed(([] if first is None else [first]) + self.rings[p]))
        more = max(0, n - self.procs)
        self.running = self.running[:n] + [None] * more
        self.runnext = self.runnext[:n] + [None] * more
        self.rings = self.rings[:n] + [[] for _ in range(more)]
        self.procs = n

    def _put(self, p: int, g: int, where: Reason) -> None:
        if where == Reason.NONE:  # the timer goroutine before Go 1.14: it begins in a system call
            return
        if where == Reason.NETPOLL:
            self._taken.add(g)
        elif p < 0 or where == Reason.GLOBAL_QUEUE:
            self.shared.append(g)
        elif where == Reason.RUNNEXT:
            kicked, self.runnext[p] = self.runnext[p], g
            if kicked is not None:
                self._put(p, kicked, Reason.LOCAL_QUEUE)
        elif self._bounded and len(self.rings[p]) == RING:
            self.shared += [*self.rings[p][: RING // 2], g]
            del self.rings[p][: RING // 2]
        else:
            self.rings[p].append(g)

    def _steal(self, e: Event) -> None:
        thief, victim = e.p, e.arg
        if e.reason == Reason.STOLEN_RUNNEXT:
            g = self.runnext[victim]
            self.runnext[victim] = None
            loot = [] if g is None else [g]
        else:
            loot, self.rings[victim] = self.rings[victim][: e.arg2], self.rings[victim][e.arg2 :]
        self._taken.update(loot[-1:])
        self.rings[thief] += loot[:-1]
        self.stolen.append((e.time, thief, victim, e.arg2))

    def _put_back(self, p: int, g: int) -> None:
        """g had been fetched when another one was chosen (choice.py:puthead)."""
        self._taken.remove(g)
        if self._local and not (self._bounded and len(self.rings[p]) == RING):
            self.rings[p].insert(0, g)
        else:
            self.shared.appendleft(g)

    def _take(self, e: Event) -> None:
        if e.g in self._taken:
            self._taken.remove(e.g)
        elif e.reason in _QUEUED or e.reason == Reason.LOCKED_M:
            if e.g in self.runnext:
                self.runnext[self.runnext.index(e.g)] = None
                return
            for queue in (self.rings[e.p], self.shared, *self.rings):
                if e.g in queue:
                    queue.remove(e.g)
                    return


def queues_at(trace: Trace, time: int) -> Queues:
    """The run queues of a simulated run at a time.

    Parameters
    ----------
    trace : Trace
    time : int
        Virtual ns; events at that very time have happened.

    Returns
    -------
    Queues
        By goid; the same as ``go.run(..., until=time).queues``.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace import Kind
    >>> from gosched_edu.trace.runqueues import queues_at
    >>> r = go.run("package main; func main() { go println(1); go println(2); select {} }", procs=1)
    >>> born = r.trace.time[r.trace.where(Kind.GO_CREATE)[-1]]
    >>> queues_at(r.trace, int(born))
    Queues(running=(1,), runnext=(3,), rings=((2,),), global_queue=())
    """
    history = History(trace)
    for e in trace:
        if e.time > time:
            break
        history.apply(e)
    return history.now()


__all__ = ["History", "queues_at"]
