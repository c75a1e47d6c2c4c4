"""What the kernel writes down: the one table of events, reasons and columns.

Problem. Everything that looks at a run (figures, labs, exports, checks) needs the same
facts, and must not need the kernel.

Rejected. One record type per event (slow to write from the kernel, awkward as a
table); only the events that Go's own tracer has (it does not say *why* a goroutine
was chosen, and no channel contents).

Chosen. Records of six int64 words, in causal order: ``time``, ``kind | reason << 8 |
(p + 1) << 16 | (m + 1) << 32``, ``goid, arg, arg2, pc``. `gosched_edu.trace.Trace` unpacks them into columns.

Invariant. Event order is a legal order of the run: replaying it puts each goroutine in
exactly one place at every moment. Names and wait reasons are Go's own
(runtime2.go:waitReasonStrings; internal/trace for the event names).
"""

from __future__ import annotations

from enum import IntEnum

RECORD_WORDS = 6


class Kind(IntEnum):
    """Kinds of events. `g` is the goroutine the event is about (goid, 0 = none)."""

    PROCS = 1  #: the run starts, or GOMAXPROCS changes; arg = number of Ps
    PROC_START = 2  #: M takes an idle P; arg = 1 if it starts spinning; reason = who woke it
    PROC_STOP = 3  #: M gives P back to the idle list and parks
    GO_CREATE = 4  #: g is created; arg = creator's goid (0: the runtime), arg2 = its first pc;
    #: reason = where it was queued
    GO_START = 5  #: g starts running on P; arg = victim P when stolen; reason = where it was found
    GO_STOP = 6  #: g stops but stays runnable; reason = GOSCHED or PREEMPTED; it goes to the global queue
    GO_BLOCK = 7  #: g parks; reason = wait reason; arg = channel number, WaitGroup address or wake-up time
    GO_UNBLOCK = 8  #: g becomes runnable; arg = waker's goid (0: a timer); reason = where it was queued
    GO_EXIT = 9  #: g has returned from its first function
    STEAL = 10  #: P took goroutines from another P's ring; arg = victim P, arg2 = how many
    RUNQ_OVERFLOW = 11  #: full ring: half of it moved to the global queue; arg2 = how many with the newcomer
    GLOBAL_GET = 12  #: P took a batch from the global queue; arg2 = how many
    PREEMPT_REQUEST = 13  #: sysmon asks P to give up g; arg = ns since it saw the slice start
    CHAN_MAKE = 14  #: arg = channel number, arg2 = capacity
    CHAN_SEND = 15  #: a send took place; arg = channel, arg2 = value; reason HANDED_OVER or BUFFERED
    CHAN_RECV = 16  #: a receive took place; arg = channel, arg2 = value; reason likewise, or CLOSED
    CHAN_CLOSE = 17  #: arg = channel, arg2 = goroutines woken
    OUTPUT = 18  #: bytes were written to standard output; arg = offset, arg2 = length
    SPIN_STOP = 19  #: a spinning M gives up spinning; arg = 1 if it found work
    PANIC = 20  #: the program dies; reason = 0
    WG_ADD = 21  #: arg = WaitGroup address, arg2 = counter after the change


class Reason(IntEnum):
    """Why: what the scheduler decided, and for GO_BLOCK Go's wait reason."""

    NONE = 0
    # where a goroutine was found (GO_START) or put (GO_CREATE, GO_UNBLOCK)
    RUNNEXT = 1
    LOCAL_QUEUE = 2
    GLOBAL_QUEUE = 3
    GLOBAL_61 = 4  #: every 61st scheduler tick looks at the global queue first
    STOLEN = 5
    STOLEN_RUNNEXT = 6
    OVERFLOW = 7  #: found the ring full, went to the global queue with half of it
    # who started an M (PROC_START)
    WAKEP = 8
    TIMER = 9
    BOOT = 10
    RESET_SPINNING = 11
    # why a goroutine stopped (GO_STOP)
    GOSCHED = 12
    PREEMPTED = 13
    # wait reasons (GO_BLOCK)
    CHAN_SEND = 14
    CHAN_RECEIVE = 15
    CHAN_SEND_NIL = 16
    CHAN_RECEIVE_NIL = 17
    SLEEP = 18
    SEMACQUIRE = 19
    WAITGROUP_WAIT = 20
    # how a channel operation ended (CHAN_SEND, CHAN_RECV)
    HANDED_OVER = 21  #: straight to (or from) a waiting goroutine
    BUFFERED = 22
    CLOSED = 23
    SYSMON = 24


#: Go's own texts (runtime2.go:waitReasonStrings), and plain words for the rest.
REASON_TEXT: dict[int, str] = {
    Reason.NONE: "",
    Reason.RUNNEXT: "runnext",
    Reason.LOCAL_QUEUE: "local queue",
    Reason.GLOBAL_QUEUE: "global queue",
    Reason.GLOBAL_61: "global queue, 61st tick",
    Reason.STOLEN: "stolen",
    Reason.STOLEN_RUNNEXT: "runnext stolen",
    Reason.OVERFLOW: "local queue full",
    Reason.WAKEP: "wakep",
    Reason.TIMER: "timer",
    Reason.BOOT: "program start",
    Reason.RESET_SPINNING: "a spinning M found work",
    Reason.GOSCHED: "runtime.Gosched",
    Reason.PREEMPTED: "preempted",
    Reason.CHAN_SEND: "chan send",
    Reason.CHAN_RECEIVE: "chan receive",
    Reason.CHAN_SEND_NIL: "chan send (nil chan)",
    Reason.CHAN_RECEIVE_NIL: "chan receive (nil chan)",
    Reason.SLEEP: "sleep",
    Reason.SEMACQUIRE: "semacquire",
    Reason.WAITGROUP_WAIT: "sync.WaitGroup.Wait",
    Reason.HANDED_OVER: "handed over",
    Reason.BUFFERED: "buffered",
    Reason.CLOSED: "closed",
    Reason.SYSMON: "sysmon",
}
