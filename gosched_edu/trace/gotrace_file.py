"""A Go execution trace as it lies in the file: generations of tables and streams of events.

Problem. The file is binary, comes in four versions, and may be cut off or damaged anywhere.

Rejected. Decoding into numpy arrays (events have no common length); trusting sizes and counts
(a flipped bit would ask for gigabytes).

Chosen. Two steps: sort the batches by what they hold, since the clock's frequency and the tables
may come after the events; then decode the events of each thread lazily.

Invariant. Whatever the bytes are, what comes out is well formed, or a `TraceFormatError` that
names the byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gosched_edu.trace.wire import (
    HEADER_SIZE,
    MAX_BATCH,
    MAX_FRAMES,
    MAX_STRING,
    NARGS,
    VERSIONS,
    Ev,
)

_HEADER = re.compile(rb"go 1\.(\d+) trace\0\0\0")
_MAX_LINE, _MAX_TIME = 2**31 - 1, 2**62

Frame = tuple[str, str, int]  # function, file, line


class TraceFormatError(ValueError):
    """The file is not a Go execution trace that can be read; the text says where and why."""


class RawEvent(NamedTuple):
    """An event as the file has it."""

    time: int  #: ns on the trace's clock
    ev: int
    args: tuple[int, ...]
    at: int  #: byte offset in the file, for messages


def header_version(data: bytes) -> int:
    """NN of the header's "go 1.NN", if it is one that can be read."""
    head = _HEADER.match(data)
    if head is None:
        raise TraceFormatError(
            'byte 0: not a Go execution trace: it does not begin with "go 1.NN trace". '
            "Give the file that runtime/trace.Start wrote."
        )
    version = int(head[1])
    if len(head[0]) != HEADER_SIZE or version < VERSIONS[0]:
        raise TraceFormatError(
            f"byte 0: a trace of Go 1.{version}, in the old format (v1). "
            "Record it with Go 1.22 or newer."
        )
    if version not in VERSIONS:
        raise TraceFormatError(
            f"byte 0: a trace of format go 1.{version}, which is not known here "
            f"(known: {', '.join(f'1.{v}' for v in VERSIONS)}). Record it with Go 1.27 or older."
        )
    return version


class _Bytes:
    """A stretch of the file, read number by number."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self.at, self.end = data, at, end

    def bad(self, why: str) -> TraceFormatError:
        return TraceFormatError(f"byte {self.at}: {why}. The trace is damaged; record it again.")

    def byte(self) -> int:
        if self.at >= self.end:
            raise self.bad("the data ends in the middle of an entry (truncated?)")
        self.at += 1
        return self.data[self.at - 1]

    def uvarint(self) -> int:
        value = shift = 0
        while True:
            b = self.byte()
            value |= (b & 0x7F) << shift
            if b < 0x80:
                break
            shift += 7
            if shift > 63:
                raise self.bad("a number has more than 64 bits")
        if value >> 64:
            raise self.bad("a number has more than 64 bits")
        return value

    def take(self, size: int, limit: int, what: str) -> int:
        """Skip `size` bytes; where they began."""
        if size > limit:
            raise self.bad(f"a {what} of {size} bytes; the format allows {limit}")
        if self.at + size > self.end:
            raise self.bad(f"a {what} of {size} bytes, but the data ends before (truncated?)")
        self.at += size
        return self.at - size


@dataclass
class Generation:
    """A stretch of the trace with tables of its own."""

    number: int
    freq: int = 0
    min_time: int = -1
    strings: dict[int, str] = field(default_factory=dict)
    stacks: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    batches: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)  # m: ts, at, end
    resolved: dict[int, list[Frame]] = field(default_factory=lambda: {0: []})
    whole: bool = True  # else its tables, which come last, may be missing
    skipped: int = 0  # batches of a kind that is not known

    def string(self, number: int) -> str:
        """A string of the table; string 0 is empty."""
        if number == 0:
            return ""
        if number not in self.strings:
            if not self.whole:
                return ""
            raise self._missing("string", number)
        return self.strings[number]

    def frames(self, number: int) -> list[Frame]:
        """A stack, topmost frame first; stack 0 is empty."""
        if number not in self.resolved:
            if number not in self.stacks:
                if not self.whole:
                    return []
                raise self._missing("stack", number)
            self.resolved[number] = [
                (self.string(func), self.string(file), min(line, _MAX_LINE))
                for func, file, line in self.stacks[number]
            ]
        return self.resolved[number]

    def _missing(self, what: str, number: int) -> TraceFormatError:
        return TraceFormatError(
            f"{what} {number} of generation {self.number} is missing. "
            "The trace is damaged; record it again."
        )


def generations(data: bytes, version: int, *, partial: bool = False) -> Iterator[Generation]:
    """The file's generations, their batches sorted by kind (generation.go).

    Partial: the last one before the damage comes out as far as it goes, before the error is raised.
    """
    src = _Bytes(data, HEADER_SIZE, len(data))
    gens = _generations(src, version)
    gen: Generation | None = None
    try:
        for gen, ended in gens:
            if ended:
                yield gen
                gen = None
    except TraceFormatError:
        if partial and gen is not None:
            gen.whole = False
            yield gen
        raise
    if gen is not None:
        if version >= 26:
            if partial:
                gen.whole = False
                yield gen
            raise src.bad("the last generation has no end (truncated?)")
        yield gen


def _generations(src: _Bytes, version: int) -> Iterator[tuple[Generation, bool]]:
    """After each batch its generation; True with a generation that has ended."""
    data = src.data
    gen: Generation | None = None
    while src.at < src.end:
        ev = src.byte()
        if ev == Ev.END_OF_GENERATION and version >= 26:
            if gen is None:
                raise src.bad("a generation ends that did not begin")
            yield gen, True
            gen = None
            continue
        if ev not in (Ev.EVENT_BATCH, Ev.EXPERIMENTAL_BATCH):
            raise src.bad(f"expected a batch, found event type {ev}")
        if ev == Ev.EXPERIMENTAL_BATCH:
            src.byte()  # which experiment
        number, m, time, size = (src.uvarint() for _ in range(4))
        if number == 0:
            raise src.bad("generation 0 does not exist")
        left = src.end - src.at
        if left < size <= MAX_BATCH and gen is not None and number == gen.number and left:
            if NARGS[data[src.at]] >= 0:  # of cut-off events those that are there are good
                gen.batches.setdefault(m, []).append((time, src.at, src.end))
                yield gen, False
        at = src.take(size, MAX_BATCH, "batch")
        if gen is not None and number == gen.number + 1 and version < 26:
            yield gen, True
            gen = None
        gen = gen or Generation(number)
        if number != gen.number:
            raise src.bad(f"generation {number} in the middle of generation {gen.number}")
        gen.min_time = time if gen.min_time < 0 else min(gen.min_time, time)
        if ev == Ev.EVENT_BATCH and size:
            _sort_in(gen, m, time, _Bytes(data, at, at + size))
        yield gen, False


def _sort_in(gen: Generation, m: int, time: int, src: _Bytes) -> None:
    kind = src.data[src.at]
    if kind == Ev.STRINGS:
        src.byte()
        while src.at < src.end:
            _expect(src, Ev.STRING)
            number, size = src.uvarint(), src.uvarint()
            at = src.take(size, MAX_STRING, "string")
            gen.strings[number] = src.data[at : src.at].decode(errors="replace")
    elif kind == Ev.STACKS:
        src.byte()
        while src.at < src.end:
            _expect(src, Ev.STACK)
            number, count = src.uvarint(), src.uvarint()
            if count > MAX_FRAMES:
                raise src.bad(f"a stack of {count} frames; the format allows {MAX_FRAMES}")
            frames = [(src.uvarint(), src.uvarint(), src.uvarint(), src.uvarint())[1:]
                      for _ in range(count)]  # fmt: skip
            gen.stacks[number] = frames
    elif kind in (Ev.FREQUENCY, Ev.SYNC):
        while src.at < src.end:
            ev = src.byte()
            if ev == Ev.FREQUENCY:
                gen.freq = src.uvarint()
            elif ev == Ev.CLOCK_SNAPSHOT:
                for _ in range(4):
                    src.uvarint()
            elif ev != Ev.SYNC:
                raise src.bad(f"event type {ev} among the clock settings")
    elif NARGS[kind] < 0 and kind != Ev.CPU_SAMPLES:
        gen.skipped += 1  # a table that a later version added
    elif kind != Ev.CPU_SAMPLES:
        gen.batches.setdefault(m, []).append((time, src.at, src.end))


def _expect(src: _Bytes, ev: Ev) -> None:
    found = src.byte()
    if found != ev:
        raise src.bad(f"expected {ev.name}, found event type {found}")


def stream(data: bytes, batches: list[tuple[int, int, int]], freq: int) -> Iterator[RawEvent]:
    """The timed events of one M in one generation (batchcursor.go:nextEvent)."""
    ns_per_tick = 1e9 / freq
    for ts, at, end in batches:
        time = int(ts * ns_per_tick)
        while at < end:
            start, ev = at, data[at]
            count = NARGS[ev]
            if count < 0:
                why = f"event type {ev} is unknown or does not belong here"
                raise _Bytes(data, at, end).bad(why)
            at += 1
            numbers = []
            for _ in range(count + 1):  # most numbers are one byte long
                if at < end and data[at] < 0x80:
                    numbers.append(data[at])
                    at += 1
                else:
                    src = _Bytes(data, at, end)
                    numbers.append(src.uvarint())
                    at = src.at
            time += int(numbers[0] * ns_per_tick)
            if time > _MAX_TIME:
                raise _Bytes(data, at, end).bad("an impossible time")
            yield RawEvent(time, ev, tuple(numbers[1:]), start)


@dataclass
class Cursor:
    """What is left of one M's stream in this generation."""

    m: int
    events: Iterator[RawEvent]
    head: RawEvent

    def advance(self) -> bool:
        head = next(self.events, None)
        if head is None:
            return False
        self.head = head
        return True


# The heap of streams by time is Go's own (batchcursor.go), so that equal times come out in Go's
# order; heapq treats them in another way.


def heap_push(heap: list[Cursor], cursor: Cursor) -> None:
    """Add a stream."""
    heap.append(cursor)
    _sift_up(heap, len(heap) - 1)


def heap_update(heap: list[Cursor], i: int) -> None:
    """Move the stream at `i`, whose head has changed, to its place."""
    if _sift_up(heap, i) == i:
        _sift_down(heap, i)


def _sift_up(heap: list[Cursor], i: int) -> int:
    while i > 0 and heap[(i - 1) // 2].head.time > heap[i].head.time:
        heap[(i - 1) // 2], heap[i] = heap[i], heap[(i - 1) // 2]
        i = (i - 1) // 2
    return i


def _sift_down(heap: list[Cursor], i: int) -> None:
    while True:
        least = i
        for child in (2 * i + 1, 2 * i + 2):
            if child < len(heap) and heap[child].head.time < heap[least].head.time:
                least = child
        if least == i:
            return
        heap[i], heap[least] = heap[least], heap[i]
        i = least


def heap_remove(heap: list[Cursor], i: int) -> None:
    """Take out the stream at `i`."""
    while i > 0:
        heap[(i - 1) // 2], heap[i] = heap[i], heap[(i - 1) // 2]
        i = (i - 1) // 2
    heap[0], heap[-1] = heap[-1], heap[0]
    heap.pop()
    if heap:
        _sift_down(heap, 0)
