"""The scheduler as one would write it in SimPy, for comparison.

Problem. "Faster than SimPy" says nothing unless both simulate the same thing.

Rejected. SimPy's own `Resource` and `Store` as P and channel: shorter, slower, and without
run queues, hand-off or stealing.

Chosen. Each P is a SimPy process with a run queue of 256, a runnext slot, a look at
the global queue every 61st time and stealing of half a queue. A P without work spins once
before it is idle, and one at most is woken to spin: without that rule every ready wakes a P in
vain, and the model is slower than it need be. Channels hand values over as Go's do; goroutines
are Python generators that yield the ns which an operation takes, or None to park. So operations
on different Ps happen in the order of their times, as in the kernel.

Left out, and printed with the result: Ms, sysmon and preemption, timer heaps,
stacks, the log, and the interpretation of Go code (bodies are Python; only operations on
shared things take time). Everything left out makes this model faster.

Invariant. On one P, where no clock decides, values arrive in the kernel's order.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Generator
from typing import Any

import simpy

LEFT_OUT = (
    "The SimPy model leaves out Ms, sysmon, preemption, timer heaps, stacks, the event log\n"
    "and Go code itself (its goroutines are Python; only operations on channels and WaitGroups\n"
    "take time); the kernel does all of that in these rows."
)
RING = 256
# ns, as in gosched_edu.kernel.costs
SWITCH, WAKE, SPIN, GO, OPERATION = 85, 5_000, 1_000, 55, 17
Body = Generator[int | None, None, None]


class Goroutine:
    """What runs: a body; `value` and `ok` hold what it received last."""

    __slots__ = ("body", "ok", "value")

    def __init__(self) -> None:
        self.body: Body | None = None
        self.value = 0
        self.ok = True


class Channel:
    """chan.go's hchan: a ring and two FIFO queues."""

    def __init__(self, model: Model, capacity: int = 0) -> None:
        self.model = model
        self.capacity = capacity
        self.buffer: deque[int] = deque()
        self.receivers: deque[Goroutine] = deque()
        self.senders: deque[tuple[Goroutine, int]] = deque()
        self.closed = False

    def send(self, g: Goroutine, value: int) -> bool:
        """True if the send went through; False if g must park."""
        if self.receivers:
            receiver = self.receivers.popleft()
            receiver.value, receiver.ok = value, True
            self.model.ready(receiver)
            return True
        if len(self.buffer) < self.capacity:
            self.buffer.append(value)
            return True
        self.senders.append((g, value))
        return False

    def recv(self, g: Goroutine) -> bool:
        """True if g.value and g.ok are set; False if g must park."""
        if self.buffer:
            g.value, g.ok = self.buffer.popleft(), True
            if self.senders:
                sender, value = self.senders.popleft()
                self.buffer.append(value)
                self.model.ready(sender)
            return True
        if self.senders:
            sender, g.value = self.senders.popleft()
            g.ok = True
            self.model.ready(sender)
            return True
        if self.closed:
            g.value, g.ok = 0, False
            return True
        self.receivers.append(g)
        return False

    def close(self) -> None:
        """Wake all receivers, the last queued first."""
        self.closed = True
        while self.receivers:
            g = self.receivers.pop()
            g.value, g.ok = 0, False
            self.model.ready(g)


class WaitGroup:
    """sync.WaitGroup."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.n = 0
        self.waiters: deque[Goroutine] = deque()

    def done(self) -> None:
        """Add(-1)."""
        self.n -= 1
        if self.n == 0:
            while self.waiters:
                self.model.ready(self.waiters.popleft())

    def wait(self, g: Goroutine) -> bool:
        """True if the counter is zero; False if g must park."""
        if self.n == 0:
            return True
        self.waiters.append(g)
        return False


class P:
    """One processor."""

    def __init__(self, model: Model, number: int) -> None:
        self.model = model
        self.number = number
        self.runnext: Goroutine | None = None
        self.queue: deque[Goroutine] = deque()
        self.tick = 0
        self.spins = False
        self.wake: Any = None

    def put(self, g: Goroutine) -> None:
        """Into runnext; the old one to the queue, half of a full queue to the global one."""
        kicked, self.runnext = self.runnext, g
        if kicked is None:
            return
        if len(self.queue) == RING:
            overflow = [self.queue.popleft() for _ in range(RING // 2)]
            self.model.globals.extend(overflow)
            self.model.globals.append(kicked)
        else:
            self.queue.append(kicked)

    def find(self) -> Goroutine | None:
        """proc.go:findRunnable."""
        shared = self.model.globals
        if self.tick % 61 == 0 and shared:
            return shared.popleft()
        if self.runnext is not None:
            g, self.runnext = self.runnext, None
            self.tick -= 1  # the slice is inherited
            return g
        if self.queue:
            return self.queue.popleft()
        if shared:
            n = min(len(shared), len(shared) // len(self.model.ps) + 1, RING // 2)
            g = shared.popleft()
            for _ in range(n - 1):
                self.queue.append(shared.popleft())
            return g
        model = self.model
        if not self.spins and 2 * model.spinning < len(model.ps) - len(model.idle):
            self.spins = True
            model.spinning += 1
        return self.steal() if self.spins else None

    def steal(self) -> Goroutine | None:
        """Half of another's queue, in random order; its runnext in the last round."""
        ps = self.model.ps
        for last in (False, True):
            for victim in self.model.random.sample(ps, len(ps)) if len(ps) > 1 else ():
                if victim is self:
                    continue
                n = len(victim.queue) - len(victim.queue) // 2
                if n:
                    for _ in range(n):
                        self.queue.append(victim.queue.popleft())
                    return self.queue.pop()
                if last and victim.runnext is not None:
                    g, victim.runnext = victim.runnext, None
                    return g
        return None

    def run(self) -> Generator[Any, None, None]:
        """The SimPy process."""
        model, timeout = self.model, self.model.env.timeout
        while True:
            g = self.find()
            if g is None and self.spins:
                yield timeout(SPIN)
                g = self.find()
            if self.spins:
                self.spins = False
                model.spinning -= 1
                if g is not None:
                    model.wakep()
            if g is None:
                model.idle.append(self)
                self.wake = model.env.event()
                yield self.wake
                yield timeout(WAKE)
                continue
            self.tick += 1
            body = g.body
            try:
                while True:
                    model.current = self
                    cost = next(body)  # type: ignore[arg-type]
                    if cost is None:
                        break
                    yield timeout(cost)
            except StopIteration:
                if g is model.main:
                    model.finished.succeed()
                    return
            yield timeout(SWITCH)


class Model:
    """The runtime: Ps, the global queue, the idle list."""

    def __init__(self, procs: int, main: Callable[[Model, Goroutine], Body], seed: int = 1) -> None:
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.globals: deque[Goroutine] = deque()
        self.ps = [P(self, i) for i in range(procs)]
        self.idle: list[P] = []
        self.spinning = 0
        self.current = self.ps[0]
        self.finished = self.env.event()
        self.main = self.go(main)
        for p in self.ps:
            self.env.process(p.run())

    def go(self, function: Callable[..., Body], *args: Any) -> Goroutine:
        """The go statement."""
        g = Goroutine()
        g.body = function(self, g, *args)
        self.ready(g)
        return g

    def ready(self, g: Goroutine) -> None:
        """g may run: to the current P, and wake an idle one."""
        self.current.put(g)
        self.wakep()

    def wakep(self) -> None:
        """proc.go:wakep: an idle P comes and spins, unless one does already."""
        if self.idle and not self.spinning:
            p = self.idle.pop()
            p.spins = True
            self.spinning += 1
            p.wake.succeed()

    def run(self) -> None:
        """Until main returns."""
        self.env.run(until=self.finished)


# --- the workloads of gosched_edu's table, in this model ------------------------------------
def pingpong(n: int) -> Callable[[Model, Goroutine], Body]:
    """`benchmarks.workloads.PINGPONG`."""

    def pong(m: Model, g: Goroutine, source: Channel, sink: Channel) -> Body:
        while True:
            yield OPERATION
            if not source.recv(g):
                yield None
            if not g.ok:
                return
            yield OPERATION
            if not sink.send(g, g.value + 1):
                yield None

    def main(m: Model, g: Goroutine) -> Body:
        ping, back = Channel(m), Channel(m)
        yield GO
        m.go(pong, ping, back)
        for i in range(n):
            yield OPERATION
            if not ping.send(g, i):
                yield None
            yield OPERATION
            if not back.recv(g):
                yield None
        ping.close()

    return main


def fanout(n: int) -> Callable[[Model, Goroutine], Body]:
    """`benchmarks.workloads.FANOUT`."""

    def worker(m: Model, g: Goroutine, wg: WaitGroup) -> Body:
        yield OPERATION
        wg.done()

    def main(m: Model, g: Goroutine) -> Body:
        wg = WaitGroup(m)
        wg.n = n
        for _ in range(n):
            yield GO
            m.go(worker, wg)
        yield OPERATION
        if not wg.wait(g):
            yield None

    return main


def workers(n: int, seen: list[int] | None = None) -> Callable[[Model, Goroutine], Body]:
    """`benchmarks.workloads.WORKERS`: 8 producers of n values each; `seen` gets all sums."""

    def produce(m: Model, g: Goroutine, c: Channel, wg: WaitGroup) -> Body:
        for i in range(n):
            yield OPERATION
            if not c.send(g, i):
                yield None
        yield OPERATION
        wg.done()

    def consume(m: Model, g: Goroutine, c: Channel, done: Channel) -> Body:
        total = 0
        while True:
            yield OPERATION
            if not c.recv(g):
                yield None
            if not g.ok:
                break
            total += g.value
        yield OPERATION
        if not done.send(g, total):
            yield None

    def main(m: Model, g: Goroutine) -> Body:
        c, done, wg = Channel(m, 64), Channel(m), WaitGroup(m)
        wg.n = 8
        for _ in range(8):
            yield GO
            m.go(produce, c, wg)
            yield GO
            m.go(consume, c, done)
        yield OPERATION
        if not wg.wait(g):
            yield None
        c.close()
        for _ in range(8):
            yield OPERATION
            if not done.recv(g):
                yield None
            if seen is not None:
                seen.append(g.value)

    return main
