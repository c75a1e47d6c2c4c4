"""The Go execution trace, format v2: the one table of its events and its numbers.

Problem. A writer and a reader must agree on some sixty event types, and on the words the
runtime uses as reasons.

Rejected. One table each (they drift apart); a class an event (nothing to say about most).

Chosen. One table: numbers, and the names of the arguments, as in
``internal/trace/tracev2/events.go``. Numbers never changed from Go 1.22 to 1.27; later
versions only added events.

The format in short. A file is a 16-byte header and a row of batches. A batch belongs to one
thread (M) and one generation; it holds events ``type dt argument...``, all of them LEB128
varints, ``dt`` the ticks since the event before. Strings and stacks are kept in tables, in
batches of their own, and events name them by number. There is no common order of the threads'
events: a reader finds it through the sequence numbers that some events carry.
"""

from __future__ import annotations

from enum import IntEnum

from gosched_edu.kernel.events import Reason


class Ev(IntEnum):
    """Event types (tracev2/events.go:EventType)."""

    NONE = 0
    EVENT_BATCH = 1
    STACKS = 2
    STACK = 3
    STRINGS = 4
    STRING = 5
    CPU_SAMPLES = 6
    CPU_SAMPLE = 7
    FREQUENCY = 8
    PROCS_CHANGE = 9
    PROC_START = 10
    PROC_STOP = 11
    PROC_STEAL = 12
    PROC_STATUS = 13
    GO_CREATE = 14
    GO_CREATE_SYSCALL = 15
    GO_START = 16
    GO_DESTROY = 17
    GO_DESTROY_SYSCALL = 18
    GO_STOP = 19
    GO_BLOCK = 20
    GO_UNBLOCK = 21
    GO_SYSCALL_BEGIN = 22
    GO_SYSCALL_END = 23
    GO_SYSCALL_END_BLOCKED = 24
    GO_STATUS = 25
    STW_BEGIN = 26
    STW_END = 27
    GC_ACTIVE = 28
    GC_BEGIN = 29
    GC_END = 30
    GC_SWEEP_ACTIVE = 31
    GC_SWEEP_BEGIN = 32
    GC_SWEEP_END = 33
    GC_MARK_ASSIST_ACTIVE = 34
    GC_MARK_ASSIST_BEGIN = 35
    GC_MARK_ASSIST_END = 36
    HEAP_ALLOC = 37
    HEAP_GOAL = 38
    GO_LABEL = 39
    USER_TASK_BEGIN = 40
    USER_TASK_END = 41
    USER_REGION_BEGIN = 42
    USER_REGION_END = 43
    USER_LOG = 44
    GO_SWITCH = 45  # 1.23
    GO_SWITCH_DESTROY = 46  # 1.23
    GO_CREATE_BLOCKED = 47  # 1.23
    GO_STATUS_STACK = 48  # 1.23
    EXPERIMENTAL_BATCH = 49  # 1.23
    SYNC = 50  # 1.25; before, a batch with a lone FREQUENCY
    CLOCK_SNAPSHOT = 51  # 1.25
    END_OF_GENERATION = 52  # 1.26
    # GODEBUG=traceallocfree=1 (1.23) puts these among the others
    SPAN = 128
    SPAN_ALLOC = 129
    SPAN_FREE = 130
    HEAP_OBJECT = 131
    HEAP_OBJECT_ALLOC = 132
    HEAP_OBJECT_FREE = 133
    GOROUTINE_STACK = 134
    GOROUTINE_STACK_ALLOC = 135
    GOROUTINE_STACK_FREE = 136


#: Arguments of the timed events, the leading ``dt`` left out (tracev2/events.go:specs).
ARGS: dict[Ev, tuple[str, ...]] = {
    Ev.PROCS_CHANGE: ("procs", "stack"),
    Ev.PROC_START: ("p", "p_seq"),
    Ev.PROC_STOP: (),
    Ev.PROC_STEAL: ("p", "p_seq", "m"),
    Ev.PROC_STATUS: ("p", "status"),
    Ev.GO_CREATE: ("new_g", "new_stack", "stack"),
    Ev.GO_CREATE_SYSCALL: ("new_g",),
    Ev.GO_START: ("g", "g_seq"),
    Ev.GO_DESTROY: (),
    Ev.GO_DESTROY_SYSCALL: (),
    Ev.GO_STOP: ("reason", "stack"),
    Ev.GO_BLOCK: ("reason", "stack"),
    Ev.GO_UNBLOCK: ("g", "g_seq", "stack"),
    Ev.GO_SYSCALL_BEGIN: ("p_seq", "stack"),
    Ev.GO_SYSCALL_END: (),
    Ev.GO_SYSCALL_END_BLOCKED: (),
    Ev.GO_STATUS: ("g", "m", "status"),
    Ev.STW_BEGIN: ("kind", "stack"),
    Ev.STW_END: (),
    Ev.GC_ACTIVE: ("gc_seq",),
    Ev.GC_BEGIN: ("gc_seq", "stack"),
    Ev.GC_END: ("gc_seq",),
    Ev.GC_SWEEP_ACTIVE: ("p",),
    Ev.GC_SWEEP_BEGIN: ("stack",),
    Ev.GC_SWEEP_END: ("swept", "reclaimed"),
    Ev.GC_MARK_ASSIST_ACTIVE: ("g",),
    Ev.GC_MARK_ASSIST_BEGIN: ("stack",),
    Ev.GC_MARK_ASSIST_END: (),
    Ev.HEAP_ALLOC: ("bytes",),
    Ev.HEAP_GOAL: ("bytes",),
    Ev.GO_LABEL: ("label",),
    Ev.USER_TASK_BEGIN: ("task", "parent", "name", "stack"),
    Ev.USER_TASK_END: ("task", "stack"),
    Ev.USER_REGION_BEGIN: ("task", "name", "stack"),
    Ev.USER_REGION_END: ("task", "name", "stack"),
    Ev.USER_LOG: ("task", "key", "value", "stack"),
    Ev.GO_SWITCH: ("g", "g_seq"),
    Ev.GO_SWITCH_DESTROY: ("g", "g_seq"),
    Ev.GO_CREATE_BLOCKED: ("new_g", "new_stack", "stack"),
    Ev.GO_STATUS_STACK: ("g", "m", "status", "stack"),
    Ev.CLOCK_SNAPSHOT: ("mono", "sec", "nsec"),
    Ev.SPAN: ("id", "pages", "class"),
    Ev.SPAN_ALLOC: ("id", "pages", "class"),
    Ev.SPAN_FREE: ("id",),
    Ev.HEAP_OBJECT: ("id", "type"),
    Ev.HEAP_OBJECT_ALLOC: ("id", "type"),
    Ev.HEAP_OBJECT_FREE: ("id",),
    Ev.GOROUTINE_STACK: ("id", "order"),
    Ev.GOROUTINE_STACK_ALLOC: ("id", "order"),
    Ev.GOROUTINE_STACK_FREE: ("id",),
}

#: Number of arguments after ``dt`` by event number; -1 = not a timed event.
NARGS = [-1] * 256
for _ev, _args in ARGS.items():
    NARGS[_ev] = len(_args)

# tracev2/events.go:GoStatus
G_RUNNABLE, G_RUNNING, G_SYSCALL, G_WAITING = 1, 2, 3, 4
# tracev2/events.go:ProcStatus
P_RUNNING, P_IDLE, P_SYSCALL, P_SYSCALL_ABANDONED = 1, 2, 3, 4

#: Header versions of format v2; Go 1.24 writes 23, Go 1.27 writes 26.
VERSIONS = (22, 23, 25, 26)
HEADER_SIZE = 16
NO_THREAD = 2**64 - 1
MAX_BATCH = 64 << 10
MAX_FRAMES = 128
MAX_STRING = 1 << 10

#: The tracer's own words for why a goroutine parked or stopped
#: (traceruntime.go:traceBlockReasonStrings, traceGoStopReasonStrings). They are coarser than
#: the wait reasons: a Mutex and a WaitGroup are both "sync", both nil channels "forever".
REASON_WORDS: dict[Reason, str] = {
    Reason.CHAN_SEND: "chan send",
    Reason.CHAN_RECEIVE: "chan receive",
    Reason.CHAN_SEND_NIL: "forever",
    Reason.CHAN_RECEIVE_NIL: "forever",
    Reason.SLEEP: "sleep",
    Reason.SEMACQUIRE: "sync",
    Reason.WAITGROUP_WAIT: "sync",
    Reason.SELECT: "select",
    Reason.SELECT_NO_CASES: "forever",
    Reason.MUTEX_LOCK: "sync",
    Reason.RWMUTEX_LOCK: "sync",
    Reason.RWMUTEX_RLOCK: "sync",
    Reason.COND_WAIT: "sync.(*Cond).Wait",
    Reason.IO_WAIT: "network",
    Reason.GC_ASSIST_WAIT: "GC mark assist wait for work",
    Reason.GC_WORKER_IDLE: "system goroutine wait",
    Reason.GC_SWEEP_WAIT: "GC background sweeper wait",
    Reason.WAIT_FOR_GC_CYCLE: "wait until GC ends",
    Reason.FORCE_GC_IDLE: "system goroutine wait",
    Reason.GOSCHED: "runtime.Gosched",
    Reason.GOYIELD: "runtime.Gosched",
    Reason.PREEMPTED: "preempted",
}


def header(version: int) -> bytes:
    """The 16 bytes a trace file of a version begins with."""
    return b"go 1.%d trace\0\0\0" % version


def uvarint(value: int) -> bytes:
    """LEB128 form of an unsigned number (encoding/binary.PutUvarint)."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
