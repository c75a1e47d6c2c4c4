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
    PROC_STOP = 3  #: M lets go of P, which is idle now; reason NONE: M parks; HANDOFF, STW: what for
    GO_CREATE = 4  #: g is created; arg = creator's goid (0: the runtime), arg2 = its first pc;
    #: reason = where it was queued
    GO_START = 5  #: g starts running on P; arg = victim P when stolen; reason = where it was found. CHOSEN:
    #: arg = P in whose queue it waited (-1: the global one), arg2 = goid of whom Go would have started
    GO_STOP = 6  #: g stops but stays runnable; reason = GOSCHED, PREEMPTED or GOYIELD; arg = 1: the world is
    #: to stop; arg2 = reason of the queue it goes to (GLOBAL_QUEUE; LOCAL_QUEUE after goyield; RUNNEXT:
    #: preempted for a stop of the world since Go 1.26)
    GO_BLOCK = 7  #: g parks; reason = wait reason; arg = channel number, WaitGroup address or wake-up time
    GO_UNBLOCK = 8  #: g becomes runnable; arg = waker's goid (0: a timer, or with arg2 = 1 a list
    #: of the network poller or the collector); reason = where it was queued
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
    # system calls, threads, the world (proc.go)
    GO_SYSCALL_BEGIN = 22  #: g enters a system call of arg ns; reason = SYSCALL (keeps P), SYSCALL_BLOCKS, or
    #: TIMER_GOROUTINE_IDLE (before Go 1.14)
    GO_SYSCALL_END = 23  #: g is back and still has P
    GO_SYSCALL_END_BLOCKED = 24  #: g is back, its P is gone: it is runnable; reason = where it goes
    PROC_STEAL = 25  #: P is taken from M = arg, whose g is in a system call; reason = SYSMON or STW
    PROC_HANDOFF = 26  #: P is given away by its M; reason = HANDOFF_*: whether and why another M gets it
    THREAD_NEW = 27  #: M = arg is a new thread; reason = what for
    THREAD_EXIT = 28  #: M = arg is gone: its locked goroutine ended
    GO_LOCK_THREAD = 29  #: g locks its thread; arg = M, arg2 = depth
    GO_UNLOCK_THREAD = 30  #: g unlocks its thread; arg = M, arg2 = depth left
    STW_BEGIN = 31  #: g (-1: the runtime) asks the world to stop; reason = STW_*
    STW_STOPPED = 32  #: the last P has stopped, g goes on; arg = ns since STW_BEGIN; reason likewise
    STW_END = 33  #: the world runs again; arg = ns since STW_BEGIN; reason likewise
    PREEMPT_LOST = 34  #: a request to preempt g came to nothing; reason = LOST_*
    THROTTLE_BEGIN = 35  #: the CPU quota of this period is used up (CFS): no thread runs until time arg
    THROTTLE_END = 36  #: a new period begins
    # the network poller (netpoll.go)
    NETPOLL = 40  #: a poll; arg2 = goroutines that became ready; reason = NETPOLL_*; noted if arg2 > 0
    FD_OPEN = 41  #: arg = descriptor, arg2 = its other end
    FD_READ = 42  #: arg = descriptor, arg2 = words moved
    FD_WRITE = 43  #: arg = descriptor, arg2 = words moved
    FD_READY = 44  #: arg = descriptor has become readable (arg2 = 0) or writable (1)
    FD_DEADLINE = 45  #: arg = descriptor, arg2 = deadline in ns of NOW, 0: none
    FD_CLOSE = 46  #: arg = descriptor
    # channels, select, semaphores, timers: 50 to 79 (chan.go, select.go, sema.go, time.go)
    SELECT = 50  #: g's select is decided; arg = the case (-1: default), arg2 = number of cases; reason as
    #: that of the operation, which is logged besides
    SEMA_ACQUIRE = 51  #: g got the semaphore at address arg; arg2 = count left; reason TICKET: handed over
    SEMA_RELEASE = 52  #: g released it; arg = address, arg2 = goid woken (0: nobody waited); reason likewise
    NOTIFY_ONE = 53  #: Cond.Signal; arg = address of the notify list, arg2 = goid woken (0: not queued yet)
    NOTIFY_ALL = 54  #: Cond.Broadcast; arg = address of the notify list, arg2 = how many are woken
    TIMER_SET = 55  #: arg = timer number, arg2 = when, in ns of NOW
    TIMER_STOP = 56  #: arg = timer number, arg2 = 1 if it was active
    TIMER_FIRE = 57  #: arg = timer number, arg2 = channel number; reason HANDED_OVER, BUFFERED or DROPPED; or
    #: TIMER_FUNC: it started g
    # garbage collector, stacks, races: 80 to 119 (mgc.go, stack.go)
    STACK_GROW = 80  #: g's stack moves; arg = bytes before, arg2 = bytes now
    STACK_SHRINK = 81  #: the collector moves g's stack; arg = bytes before, arg2 = bytes now
    STACK_SPLIT = 82  #: g's stack gets a segment (before Go 1.3); arg = its bytes, arg2 = bytes used below it
    STACK_UNSPLIT = 83  #: g has left that segment
    GC_BEGIN = 84  #: arg = number of the cycle, arg2 = bytes allocated; reason = GC_TRIGGER_*
    GC_END = 85  #: arg = number of the cycle, arg2 = bytes that were alive
    GC_MARK_BEGIN = 86  #: the world runs again, marking goes on; arg = bytes to mark
    GC_MARK_DONE = 87  #: nothing is grey any more; arg = ns since GC_MARK_BEGIN
    GC_ASSIST_BEGIN = 88  #: g has allocated more than it may: it marks; arg = bytes it owes
    GC_ASSIST_END = 89  #: arg = bytes it has marked
    GC_SWEEP = 90  #: arg = objects freed, arg2 = bytes freed
    GC_GOAL = 91  #: arg = heap size in bytes to finish the next cycle at, arg2 = to start it at
    GO_CREATE_BLOCKED = 92  #: g, of the runtime itself, is created and waits; reason = wait reason
    DATA_RACE = 100  #: arg = address, arg2 = goid of the earlier access; reason = RACE_*
    # happens-before; arg = object: a heap word, 2**40 + channel, 2**41 + timer, -goid; arg2 = g's clock
    HB_RELEASE = 101  #: g leaves what it knows at the object, instead of what was there; reason = HB_*
    HB_ACQUIRE = 102  #: g learns what was left at the object
    HB_MERGE = 103  #: g adds what it knows to what is at the object
    ACCESS = 104  #: if asked for: g uses the heap word arg; arg2 = 1: writes, 0: reads, 2 more: atomically
    # annotations: 120 to 139 (runtime/trace). arg = id, arg2 = offset in the texts | length << 40
    USER_TASK_BEGIN = 120
    USER_TASK_END = 121
    USER_REGION_BEGIN = 122
    USER_REGION_END = 123
    USER_LOG = 124
    USER_LABEL = 125
    ERROUTPUT = 126  #: bytes were written to standard error; arg = offset, arg2 = length


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
    # more wait reasons: runtime2.go:waitReasonStrings, which says all of them
    GC_ASSIST_MARKING = 30
    IO_WAIT = 31
    DUMPING_HEAP = 32
    GARBAGE_COLLECTION = 33
    GARBAGE_COLLECTION_SCAN = 34
    PANICWAIT = 35
    SELECT = 36
    SELECT_NO_CASES = 37
    GC_ASSIST_WAIT = 38
    GC_SWEEP_WAIT = 39
    GC_SCAVENGE_WAIT = 40
    FINALIZER_WAIT = 41
    FORCE_GC_IDLE = 42
    UPDATE_GOMAXPROCS_IDLE = 43
    COND_WAIT = 44
    MUTEX_LOCK = 45
    RWMUTEX_RLOCK = 46
    RWMUTEX_LOCK = 47
    TRACE_READER_BLOCKED = 48
    WAIT_FOR_GC_CYCLE = 49
    GC_WORKER_IDLE = 50
    GC_WORKER_ACTIVE = 51
    WAIT_PREEMPTED = 52  #: stopped for a suspendG, in no queue (preemptPark)
    DEBUG_CALL = 53
    GC_MARK_TERMINATION = 54
    STOPPING_THE_WORLD = 55
    FLUSHING_PROC_CACHES = 56
    TRACE_GOROUTINE_STATUS = 57
    TRACE_PROC_STATUS = 58
    PAGE_TRACE_FLUSH = 59
    COROUTINE = 60
    GC_WEAK_TO_STRONG_WAIT = 61
    SYNCTEST_RUN = 62
    SYNCTEST_WAIT = 63
    SYNCTEST_CHAN_RECEIVE = 64
    SYNCTEST_CHAN_SEND = 65
    SYNCTEST_SELECT = 66
    SYNCTEST_WAITGROUP_WAIT = 67
    CLEANUP_WAIT = 68
    TIMER_GOROUTINE_IDLE = 69  #: time.go:timerproc, before Go 1.14
    LOCKED_THREAD = 70  #: locked to a thread that waits for a P (stoplockedm); no reason of Go's own
    # why an M got a P (PROC_START), or gave it away (PROC_HANDOFF, PROC_STOP)
    HANDOFF = 90
    HANDOFF_LOCAL = 91  #: its own queue has work
    HANDOFF_GLOBAL = 92  #: the global queue has work
    HANDOFF_GC = 93  #: garbage collection work
    HANDOFF_SPIN = 94  #: nobody spins and no P is idle: let one look
    HANDOFF_POLL = 95  #: the last P, and nobody watches the network
    HANDOFF_IDLE = 96  #: nothing to do: the P is idle
    STW = 97
    NETPOLL = 98
    INJECT = 99  #: goroutines came from the network poller or the collector
    EXIT_SYSCALL = 100  #: an M comes back from a system call and finds an idle P
    START_THE_WORLD = 101
    LOCKED_M = 102  #: the P is handed to the thread a goroutine is locked to
    SPIN_AGAIN = 103  #: the last look before parking found work
    NEEDSPINNING = 104  #: more work than the global queue's taker can do
    # system calls
    SYSCALL = 110
    SYSCALL_BLOCKS = 111
    NO_P = 112
    # why a goroutine stopped
    GOYIELD = 113
    # where a goroutine was found: nowhere, it was chosen (choice.py)
    CHOSEN = 114
    # STW_BEGIN (runtime2.go:stwReasonStrings)
    STW_GC_MARK_TERM = 120
    STW_GC_SWEEP_TERM = 121
    STW_WRITE_HEAP_DUMP = 122
    STW_GOROUTINE_PROFILE = 123
    STW_ALL_GOROUTINES_STACK = 124
    STW_READ_MEM_STATS = 125
    STW_GOMAXPROCS = 126
    STW_START_TRACE = 127
    STW_STOP_TRACE = 128
    # PREEMPT_LOST
    LOST_SWITCHED = 130  #: the goroutine had stopped by itself (schedule, execute clear the request)
    LOST_UNSAFE = 131  #: not at an async safe point
    LOST_SYSCALL = 132  #: in a system call
    # who polled the network
    NETPOLL_FIND = 133  #: findRunnable, before stealing
    NETPOLL_BLOCK = 134  #: an M without a P, which waits for it
    NETPOLL_SYSMON = 135  #: nobody had for 10 ms
    NETPOLL_START = 136  #: startTheWorld
    # channels, select, semaphores, timers: 140 to 179
    TICKET = 140  #: the releaser decremented the semaphore for the waiter (handoff)
    DROPPED = 141  #: nobody waits and the buffer is full
    TIMER_FUNC = 142
    # garbage collector, stacks, races: 180 to 229
    GC_TRIGGER_HEAP = 180  #: the heap has reached its trigger
    GC_TRIGGER_TIME = 181  #: two minutes without a collection (sysmon)
    GC_TRIGGER_CYCLE = 182  #: runtime.GC
    GC_DEDICATED = 183  #: GO_START of a worker that has its P to itself
    GC_FRACTIONAL = 184  #: GO_START of a worker that takes its share of the time
    GC_IDLE = 185  #: GO_START of a worker on a P that has nothing else to do
    RACE_WRITE_WRITE = 190
    RACE_READ_WRITE = 191  #: an earlier read, a write now
    RACE_WRITE_READ = 192  #: an earlier write, a read now
    HB_GO = 195  #: the go statement, before the new goroutine's first step
    HB_CHAN = 196  #: a channel's slot
    HB_CLOSE = 197  #: close, before the receive that returns because of it
    HB_SYNC = 198  #: package sync
    HB_ATOMIC = 199  #: sync/atomic
    HB_TIMER = 200  #: a timer was set, before it acts


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
    Reason.GC_ASSIST_MARKING: "GC assist marking",
    Reason.IO_WAIT: "IO wait",
    Reason.DUMPING_HEAP: "dumping heap",
    Reason.GARBAGE_COLLECTION: "garbage collection",
    Reason.GARBAGE_COLLECTION_SCAN: "garbage collection scan",
    Reason.PANICWAIT: "panicwait",
    Reason.SELECT: "select",
    Reason.SELECT_NO_CASES: "select (no cases)",
    Reason.GC_ASSIST_WAIT: "GC assist wait",
    Reason.GC_SWEEP_WAIT: "GC sweep wait",
    Reason.GC_SCAVENGE_WAIT: "GC scavenge wait",
    Reason.FINALIZER_WAIT: "finalizer wait",
    Reason.FORCE_GC_IDLE: "force gc (idle)",
    Reason.UPDATE_GOMAXPROCS_IDLE: "GOMAXPROCS updater (idle)",
    Reason.COND_WAIT: "sync.Cond.Wait",
    Reason.MUTEX_LOCK: "sync.Mutex.Lock",
    Reason.RWMUTEX_RLOCK: "sync.RWMutex.RLock",
    Reason.RWMUTEX_LOCK: "sync.RWMutex.Lock",
    Reason.TRACE_READER_BLOCKED: "trace reader (blocked)",
    Reason.WAIT_FOR_GC_CYCLE: "wait for GC cycle",
    Reason.GC_WORKER_IDLE: "GC worker (idle)",
    Reason.GC_WORKER_ACTIVE: "GC worker (active)",
    Reason.WAIT_PREEMPTED: "preempted",
    Reason.DEBUG_CALL: "debug call",
    Reason.GC_MARK_TERMINATION: "GC mark termination",
    Reason.STOPPING_THE_WORLD: "stopping the world",
    Reason.FLUSHING_PROC_CACHES: "flushing proc caches",
    Reason.TRACE_GOROUTINE_STATUS: "trace goroutine status",
    Reason.TRACE_PROC_STATUS: "trace proc status",
    Reason.PAGE_TRACE_FLUSH: "page trace flush",
    Reason.COROUTINE: "coroutine",
    Reason.GC_WEAK_TO_STRONG_WAIT: "GC weak to strong wait",
    Reason.SYNCTEST_RUN: "synctest.Run",
    Reason.SYNCTEST_WAIT: "synctest.Wait",
    Reason.SYNCTEST_CHAN_RECEIVE: "chan receive (durable)",
    Reason.SYNCTEST_CHAN_SEND: "chan send (durable)",
    Reason.SYNCTEST_SELECT: "select (durable)",
    Reason.SYNCTEST_WAITGROUP_WAIT: "sync.WaitGroup.Wait (durable)",
    Reason.CLEANUP_WAIT: "cleanup wait",
    Reason.TIMER_GOROUTINE_IDLE: "timer goroutine (idle)",
    Reason.LOCKED_THREAD: "locked to thread",
    Reason.HANDOFF: "handoffp",
    Reason.HANDOFF_LOCAL: "handoffp: local queue",
    Reason.HANDOFF_GLOBAL: "handoffp: global queue",
    Reason.HANDOFF_GC: "handoffp: GC work",
    Reason.HANDOFF_SPIN: "handoffp: nobody looks for work",
    Reason.HANDOFF_POLL: "handoffp: nobody watches the network",
    Reason.HANDOFF_IDLE: "handoffp: nothing to do",
    Reason.STW: "stop the world",
    Reason.NETPOLL: "netpoll",
    Reason.INJECT: "injectglist",
    Reason.EXIT_SYSCALL: "exitsyscall",
    Reason.START_THE_WORLD: "startTheWorld",
    Reason.LOCKED_M: "startlockedm",
    Reason.SPIN_AGAIN: "work appeared at the last look",
    Reason.NEEDSPINNING: "needspinning",
    Reason.SYSCALL: "syscall",
    Reason.SYSCALL_BLOCKS: "syscall (blocks)",
    Reason.NO_P: "no P",
    Reason.GOYIELD: "goyield",
    Reason.CHOSEN: "chosen",
    Reason.STW_GC_MARK_TERM: "GC mark termination",
    Reason.STW_GC_SWEEP_TERM: "GC sweep termination",
    Reason.STW_WRITE_HEAP_DUMP: "write heap dump",
    Reason.STW_GOROUTINE_PROFILE: "goroutine profile",
    Reason.STW_ALL_GOROUTINES_STACK: "all goroutines stack trace",
    Reason.STW_READ_MEM_STATS: "read mem stats",
    Reason.STW_GOMAXPROCS: "GOMAXPROCS",
    Reason.STW_START_TRACE: "start trace",
    Reason.STW_STOP_TRACE: "stop trace",
    Reason.LOST_SWITCHED: "the goroutine had stopped by itself",
    Reason.LOST_UNSAFE: "not at a safe point",
    Reason.LOST_SYSCALL: "in a system call",
    Reason.NETPOLL_FIND: "findRunnable",
    Reason.NETPOLL_BLOCK: "blocked in netpoll",
    Reason.NETPOLL_SYSMON: "sysmon",
    Reason.NETPOLL_START: "startTheWorld",
    Reason.TICKET: "handed over with the semaphore",
    Reason.DROPPED: "dropped, the buffer is full",
    Reason.TIMER_FUNC: "time.AfterFunc",
    Reason.GC_TRIGGER_HEAP: "heap has grown",
    Reason.GC_TRIGGER_TIME: "two minutes have passed",
    Reason.GC_TRIGGER_CYCLE: "runtime.GC",
    Reason.GC_DEDICATED: "GC worker (dedicated)",
    Reason.GC_FRACTIONAL: "GC worker (fractional)",
    Reason.GC_IDLE: "GC worker (idle P)",
    Reason.RACE_WRITE_WRITE: "write after write",
    Reason.RACE_READ_WRITE: "write after read",
    Reason.RACE_WRITE_READ: "read after write",
    Reason.HB_GO: "go statement",
    Reason.HB_CHAN: "channel",
    Reason.HB_CLOSE: "close",
    Reason.HB_SYNC: "sync",
    Reason.HB_ATOMIC: "atomic",
    Reason.HB_TIMER: "timer",
}
