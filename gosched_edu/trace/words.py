"""The sentences that explain events: which rule decided, and the runtime function behind it.

One table per kind of decision. A sentence may name fields of the event: ``{who}`` (g7, or P2 when
no goroutine is meant), ``{p}``, ``{m}``, ``{arg}``, ``{arg2}``, ``{at}`` (" at main.go:12", or
nothing), ``{reason}`` (Go's word for the reason), ``{ms}``, ``{ms1}`` and ``{us}`` (arg as a time), ``{hex}``
(arg as an address).
"""

from __future__ import annotations

from gosched_edu.kernel.events import Kind, Reason

#: GO_START: where the goroutine was found.
FOUND: dict[int, str] = {
    Reason.RUNNEXT: "It stood in P{p}'s runnext slot. That slot is looked at before the ring, and the time "
    "slice goes on (runqget, inheritTime).",
    Reason.LOCAL_QUEUE: "It was the oldest goroutine in P{p}'s own queue; runnext was empty (runqget).",
    Reason.GLOBAL_QUEUE: "P{p}'s own queue was empty, so it took a batch from the global queue and runs "
    "the first of it (globrunqget).",
    Reason.GLOBAL_61: "At every 61st scheduler tick a P looks at the global queue first, so that "
    "goroutines there cannot starve (findRunnable).",
    Reason.STOLEN: "P{p} had nothing, nor had the global queue. It stole the older half of P{arg}'s queue "
    "and runs the last goroutine it took (runqsteal).",
    Reason.STOLEN_RUNNEXT: "P{p} found all queues empty. After a pause of 3 µs, if P{arg} was running, it "
    "took the goroutine from P{arg}'s runnext slot (runqgrab).",
    Reason.NETPOLL: "The network poller had found its descriptor ready; the M that asked runs it at once "
    "(netpoll).",
    Reason.LOCKED_M: "It is locked to M{m}, which was handed P{p} for it (startlockedm).",
    Reason.EXIT_SYSCALL: "Its system call was over. Its old P was gone, but P{p} was idle and M{m} took it "
    "(exitsyscallfast_pidle).",
    Reason.START_THE_WORLD: "It had stopped the world and its P is no more: it goes on with P0 (procresize).",
    Reason.CHOSEN: "It was chosen: by Go's rules P{p} would have started g{arg2}, which stays first in its "
    "queue. This one waited in ",
    Reason.GC_DEDICATED: "A collection is under way, and this mark worker has P{p} to itself: a quarter of "
    "the Ps mark (findRunnableGCWorker).",
    Reason.GC_FRACTIONAL: "A collection is under way, and a quarter of the Ps is no whole number: this "
    "mark worker takes the share that is missing (findRunnableGCWorker).",
    Reason.GC_IDLE: "P{p} had nothing else to do, so it helps to mark (findRunnable, idle worker).",
}

#: GO_CREATE, GO_UNBLOCK: where it was put.
PUT: dict[int, str] = {
    Reason.RUNNEXT: "It went to P{p}'s runnext slot; what stood there moved to the ring's tail (runqput).",
    Reason.LOCAL_QUEUE: "It went to the tail of P{p}'s queue (runqput).",
    Reason.OVERFLOW: "P{p}'s ring was full: its older half and this goroutine went to the global queue "
    "(runqputslow).",
    Reason.GLOBAL_QUEUE: "It went to the tail of the global queue (globrunqput).",
    Reason.NETPOLL: "The M that polled runs it at once.",
}

#: PROC_START: why an M has got the P.
STARTED: dict[int, str] = {
    Reason.WAKEP: "There was new work, an idle P, and no spinning M: wakep started one.",
    Reason.TIMER: "It had waited in netpoll until the next timer (findRunnable).",
    Reason.NETPOLL: "It had waited in netpoll, and a descriptor is ready (findRunnable).",
    Reason.BOOT: "The program starts: M0 holds P0.",
    Reason.RESET_SPINNING: "The last spinning M found work, so it woke another to look for more "
    "(resetspinning).",
    Reason.HANDOFF: "The P's M is in a system call or waits for its locked goroutine; the P went on to "
    "this one (handoffp).",
    Reason.INJECT: "Goroutines came in a list, of the network poller or the collector, and this P was idle "
    "(injectglist).",
    Reason.EXIT_SYSCALL: "It came back from a system call, found its P gone, and this one idle "
    "(exitsyscall).",
    Reason.START_THE_WORLD: "The world runs again, and goroutines wait on this P (procresize).",
    Reason.LOCKED_M: "The goroutine that is locked to it can run; the M that found it handed over its P "
    "(startlockedm).",
}

#: PROC_STOP: why an M has let go of the P.
STOPPED: dict[int, str] = {
    Reason.NONE: "P{p} found nothing to run. It goes to the idle list; M{m} parks, or waits in netpoll "
    "(stopm).",
    Reason.HANDOFF: "M{m} gives P{p} away: it enters a system call that is known to block, or it ends.",
    Reason.STW: "The world is to stop: P{p} stands still and M{m} parks (gcstopm).",
    Reason.LOCKED_M: "M{m} lets go of P{p}: a goroutine is locked to M{m} and cannot run, or one that P{p} "
    "found is locked to another M, which gets P{p} (stoplockedm, startlockedm).",
}

#: PROC_HANDOFF: what became of the P.
HANDED: dict[int, str] = {
    Reason.HANDOFF_LOCAL: "Its own queue has work, so another M gets it at once.",
    Reason.HANDOFF_GLOBAL: "The global queue has work, so another M gets it at once.",
    Reason.HANDOFF_GC: "There is marking to do, so another M gets it at once.",
    Reason.HANDOFF_SPIN: "No P is idle and nobody looks for work: another M gets it, to look.",
    Reason.HANDOFF_POLL: "It was the last P and nobody watches the network: another M gets it.",
    Reason.HANDOFF_IDLE: "There is nothing for it to do: it is idle.",
    Reason.STW: "The world is to stop: it stands still.",
}

#: PREEMPT_LOST: why the request came to nothing.
LOST: dict[int, str] = {
    Reason.LOST_SWITCHED: "the goroutine it was meant for had stopped by itself; execute forgets such "
    "requests",
    Reason.LOST_UNSAFE: "the signal found it inside the runtime, where no goroutine may be stopped; the "
    "next call will still ask (isAsyncSafePoint)",
    Reason.LOST_SYSCALL: "it was in a system call",
}

#: Whole sentences for kinds that need no more.
PLAIN: dict[int, str] = {
    Kind.PROCS: "There are {arg} Ps (GOMAXPROCS).",
    Kind.GO_EXIT: "{who} returned from its first function and is gone (goexit0).",
    Kind.STEAL: "P{p} took {arg2} goroutine(s) from P{arg}.",
    Kind.RUNQ_OVERFLOW: "P{p}'s ring of 256 was full; {arg2} goroutines moved to the global queue.",
    Kind.GLOBAL_GET: "P{p} took {arg2} goroutine(s) from the global queue.",
    Kind.CHAN_MAKE: "{who} made channel {arg} with room for {arg2} elements{at}.",
    Kind.CHAN_CLOSE: "{who} closed channel {arg}{at} and woke {arg2} goroutine(s), the last queued first "
    "(closechan).",
    Kind.OUTPUT: "{who} wrote {arg2} bytes to standard output{at}.",
    Kind.ERROUTPUT: "{who} wrote {arg2} bytes to standard error{at}.",
    Kind.GO_CREATE_BLOCKED: "The runtime made {who}, a goroutine of its own, which waits ({reason}).",
    Kind.DATA_RACE: "{who} used a variable{at}, and nothing orders that with what g{arg2} did to it before: "
    "{reason}.",
    Kind.HB_RELEASE: "{who} leaves behind what it knows{at}: whoever synchronises with it there learns "
    "of all it did so far ({reason}).",
    Kind.HB_ACQUIRE: "{who} learns what was left there{at}: that happened before all it does from now on "
    "({reason}).",
    Kind.HB_MERGE: "{who} adds what it knows to what others have left there{at} ({reason}).",
    Kind.USER_TASK_BEGIN: "{who} began task {arg}{at} (trace.NewTask).",
    Kind.USER_TASK_END: "{who} ended task {arg}{at} (Task.End).",
    Kind.USER_REGION_BEGIN: "{who} entered a region of task {arg}{at} (trace.StartRegion).",
    Kind.USER_REGION_END: "{who} left a region of task {arg}{at} (Region.End).",
    Kind.USER_LOG: "{who} logged a message in task {arg}{at} (trace.Log).",
    Kind.USER_LABEL: "{who} was given a label{at}.",
    Kind.PANIC: "{who} made the program die{at}.",
    Kind.GO_SYSCALL_END: "{who}'s system call is over, and P{p} was still there for it: it goes on as if "
    "nothing had been (exitsyscallfast).",
    Kind.THREAD_NEW: "No M was parked, so M{arg} is a new thread (newm): {reason}.",
    Kind.THREAD_EXIT: "A goroutine ended that was still locked to M{arg}; nobody else may use that thread, "
    "so it ends too (mexit).",
    Kind.GO_LOCK_THREAD: "{who} locked itself to M{arg}{at}: it runs nowhere else, and M{arg} runs nothing "
    "else (LockOSThread).",
    Kind.GO_UNLOCK_THREAD: "{who} called UnlockOSThread{at}; {arg2} lock(s) on M{arg} remain.",
    Kind.STW_STOPPED: "The last P stands still, {us} µs after the request ({reason}).",
    Kind.STW_END: "The world runs again, {us} µs after the request to stop ({reason}).",
    Kind.THROTTLE_BEGIN: "The CPU quota of these 100 ms is used up: the operating system stops all threads "
    "until {ms} ms.",
    Kind.THROTTLE_END: "A new period of 100 ms begins; the threads run again.",
    Kind.FD_OPEN: "{who} made descriptors {arg} and {arg2}, connected with each other{at}.",
    Kind.FD_READ: "{who} read {arg2} bytes from descriptor {arg}{at}.",
    Kind.FD_WRITE: "{who} wrote {arg2} bytes to descriptor {arg}{at}.",
    Kind.FD_CLOSE: "{who} closed descriptor {arg}{at}; the other end will learn of it.",
    Kind.FD_DEADLINE: "{who} set a deadline on descriptor {arg}{at}.",
    Kind.SEMA_ACQUIRE: "{who} has the semaphore at {hex}; {arg2} remain (semacquire).",
    Kind.SEMA_RELEASE: "{who} released the semaphore at {hex}{at} (semrelease).",
    Kind.NOTIFY_ONE: "{who} signalled a condition{at}: the waiter with the lowest ticket goes on "
    "(notifyListNotifyOne).",
    Kind.NOTIFY_ALL: "{who} told all {arg2} waiters of a condition{at} (notifyListNotifyAll).",
    Kind.TIMER_SET: "{who} set timer {arg}{at}.",
    Kind.TIMER_STOP: "{who} stopped timer {arg}{at}.",
    Kind.STACK_GROW: "The frame of the next call did not fit: {who}'s stack moves from {arg} to {arg2} "
    "bytes (newstack, copystack){at}.",
    Kind.STACK_SHRINK: "{who} used less than a quarter of its stack: the collector moves it from {arg} to "
    "{arg2} bytes (shrinkstack).",
    Kind.STACK_SPLIT: "The frame of the next call did not fit: {who} gets another segment of {arg} bytes "
    "(newstack before Go 1.3){at}.",
    Kind.STACK_UNSPLIT: "{who} returned to the segment below; the other one is given back (lessstack).",
    Kind.GC_BEGIN: "Collection {arg} begins: {reason} ({arg2} bytes allocated).",
    Kind.GC_END: "Collection {arg} is over; {arg2} bytes are alive.",
    Kind.GC_MARK_BEGIN: "The world runs again while {arg} bytes are marked beside it.",
    Kind.GC_MARK_DONE: "Nothing is left to mark, {us} µs after marking began.",
    Kind.GC_ASSIST_BEGIN: "{who} has allocated more than its share during a collection, so it must mark "
    "{arg} bytes itself (gcAssistAlloc){at}.",
    Kind.GC_ASSIST_END: "{who} has marked {arg} bytes and may go on.",
    Kind.GC_SWEEP: "{arg} objects, {arg2} bytes, were given back.",
    Kind.GC_GOAL: "The next collection is to be finished at {arg} bytes and begins at {arg2} "
    "(gcPaceController).",
}
