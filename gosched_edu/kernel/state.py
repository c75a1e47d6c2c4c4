"""All that a run is: flat arrays, declared once in `FIELDS`.

Problem. numba passes a bundle of arrays between functions at a cost of seven words
and reference counting per array and call; with fifty arrays the kernel then runs at
the speed of plain Python.

Rejected, each measured on the same kernel: a namedtuple of arrays (about 440 times
slower than C, 22 s to compile), jitclass (cannot be cached), structured records, one
big int64 array, everything inlined into one function (52 s to compile).

Chosen. The kernel's state ``S`` is one machine word: the address of a table of base
pointers. ``S.g_pc[g]`` loads a base pointer and an element, nothing else. The same
source runs without numba on an object whose attributes are lists.

Invariants. The `State` object owns the arrays and must outlive the call. There are
no bounds checks in compiled code: the verifier and the checks in the interpreter keep
all indices inside; the uncompiled form does check them (`CheckedList`), and tests run
both forms on the same programs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel.arena import PAGE_WORDS
from gosched_edu.kernel.blocks import BLOCKS, LARGE, Blocks, zeros

RING = 256  # runtime2.go:p.runq
SEMA_ROOTS = 251  # sema.go:semTabSize
STACK_CLASSES = 40
NET_BLOCK = 64  # words in a block of `net`
MIN_STACK_CLASS = 3  # 8 words
EAGER, FEW = ("g", "c", "s", "t"), 1 << 15  # items of these groups: fewer become four times as many at once
CLOCK_ROOM = 32  # rows and columns of clocks that one instruction may need, twice (race.py)
GRUNNABLE, GRUNNING, GSYSCALL, GWAITING, GDEAD = 1, 2, 3, 4, 6  # runtime2.go
PIDLE, PRUNNING, PSYSCALL, PGCSTOP, PDEAD = range(5)  # runtime2.go


class Field(NamedTuple):
    """One array of the state: name, dtype, what its length follows, meaning."""

    name: str
    dtype: Any
    group: str
    doc: str


I8, U8, I32, I64 = np.int8, np.uint8, np.int32, np.int64

#: The one declaration of the state. Groups say what makes an array grow: ``g`` per
#: goroutine, ``p`` per P, ``m`` per M, ``c`` per channel, ``s`` per sudog, ``t`` per timer,
#: ``x`` per external event, ``d`` per descriptor, ``net`` per word on a connection,
#: ``heap``, ``stk``, ``out``, ``err``, ``text``, ``trace``, ``choice`` per element; ``fixed`` never.
FIELDS: tuple[Field, ...] = (
    Field("sc", I64, "fixed", "scalars, see the SC_* numbers"),
    Field("cost", I64, "fixed", "ns of each instruction, then of each scheduler action"),
    Field("rule", I64, "fixed", "rules of the Go version"),
    # goroutines
    Field("g_status", I8, "g", "Gidle 0, Grunnable 1, Grunning 2, Gwaiting 4, Gdead 6"),
    Field("g_reason", U8, "g", "wait reason while Gwaiting"),
    Field("g_goid", I32, "g", "goroutine id as the program's user sees it"),
    Field("g_parent", I32, "g", "goid of the creator"),
    Field("g_next", I32, "g", "link in the global queue or in the free list"),
    Field("g_pc", I32, "g", "next instruction"),
    Field("g_fp", I32, "g", "frame pointer: index into stk"),
    Field("g_stk", I32, "g", "low end of the stack"),
    Field("g_class", I8, "g", "the stack has 2**class words"),
    Field("g_lim", I32, "g", "stackguard0: a call whose frame ends above this index of stk asks stackcheck"),
    Field("g_stacksize", I32, "g", "bytes of its stack (or newest segment) in Go; 0: dead, without one"),
    Field("g_used", I32, "g", "bytes of its frames on Go's stack"),
    Field("g_room", I32, "g", "a call for which g_used + f_bytes is not above this needs no check"),
    Field("g_low", I32, "g", "g_used where the newest segment starts; -1: there is one stack"),
    Field("g_seg", I32, "g", "index of stk: record of the segment below; -1: none"),
    Field("g_sys", I8, "g", "1: a goroutine of the runtime itself"),
    Field("g_assist", I32, "g", "bytes it may allocate before it must help marking"),
    Field("g_async", I8, "g", "1 while it stands where a signal preempted it"),
    Field("g_vc", I32, "g", "race detector: row of vc"),
    Field("g_tid", I32, "g", "race detector: its column"),
    Field("g_go_pc", I32, "g", "the go statement that made it"),
    Field("g_rem", I64, "g", "ns left of an interrupted WORK"),
    Field("g_wait", I64, "g", "what it waits for: channel, address or time"),
    Field("g_since", I64, "g", "when it began to wait, ns"),
    Field("g_defer", I64, "g", "address of the defer record on top, 0 if none; see panic.py"),
    Field("g_panic", I64, "g", "address of the panic record on top, 0 if none"),
    # processors
    Field("p_clock", I64, "p", "virtual clock of the M that holds this P; INF while idle"),
    Field("p_g", I32, "p", "running goroutine or -1"),
    Field("p_m", I32, "p", "the M that holds it or -1"),
    Field("p_runnext", I32, "p", "runnext or -1"),
    Field("p_head", I64, "p", "ring head (takes)"),
    Field("p_tail", I64, "p", "ring tail (puts)"),
    Field("p_tick", I64, "p", "schedtick: slices begun"),
    Field("p_spin", I8, "p", "0 no, 1 spinning, 2 spinning for the last time"),
    Field("p_wake", U8, "p", "reason of the start that is not yet in the trace, or 0"),
    Field("p_preempt", I8, "p", "sysmon asked for this P"),
    Field("p_seen", I64, "p", "sysmontick.schedtick"),
    Field("p_when", I64, "p", "sysmontick.schedwhen, ns"),
    Field("p_timers", I32, "p", "root of this P's timer heap or -1"),
    Field("p_gc", I8, "p", "1: ask the collector before the next instruction"),
    Field("p_gcmode", I8, "p", "what the mark worker on it is: gcpool.DEDICATED ..., 0 none"),
    Field("p_gctime", I64, "p", "ns of this cycle that fractional workers have had"),
    Field("p_debt", I64, "p", "bytes allocated on it while marking, not yet charged"),
    Field("p_owes", I64, "p", "bytes that its goroutine is marking, as an assist"),
    Field("p_robbed", I32, "p", "P whose runnext this M wants after its 3 us pause, or -1"),
    Field("p_loot", I32, "p", "the goroutine it saw there"),
    Field("runq", I32, "runq", "rings of RING slots, P after P"),
    Field("pidle", I32, "p", "stack of idle Ps"),
    Field("p_order", I64, "order", "circular list of the Ps that are not idle: clock << 8 | number"),
    # threads
    Field("m_clock", I64, "m", "virtual clock, ns, as of when it last held a P"),
    Field("midle", I32, "m", "stack of parked Ms"),
    Field("g_lockm", I32, "g", "the M it is locked to (LockOSThread), or -1"),
    Field("g_locks", I32, "g", "how often"),
    Field("g_m", I32, "g", "its M while it is in a system call"),
    Field("g_oldp", I32, "g", "the P it had when the system call began, or -1"),
    Field("p_status", I8, "p", "Pidle 0, Prunning 1, Psyscall 2, Pgcstop 3, Pdead 4"),
    Field("p_in", I8, "p", "1 while it stands in p_order"),
    Field("p_run", I32, "p", "a goroutine that its M brings along, to be run first, or -1"),
    Field("p_sysg", I32, "p", "the goroutine in a system call that may come back to it, or -1"),
    Field("p_systick", I64, "p", "syscalltick: system calls ended or given up"),
    Field("p_sysseen", I64, "p", "sysmontick.syscalltick"),
    Field("p_syswhen", I64, "p", "sysmontick.syscallwhen, ns"),
    Field("p_work", I8, "p", "1 while its clock stands at the end of a WORK that may be cut short"),
    Field("p_ahead", I8, "p", "its goroutine 1: has run ahead of the others, 2: repeats; see ahead.py"),
    Field("p_aclock", I64, "p", "where that began: clock"),
    Field("p_apc", I32, "p", "instruction"),
    Field("p_afp", I32, "p", "frame"),
    Field("p_alow", I32, "p", "first word of stk that was put aside"),
    Field("p_awords", I32, "p", "how many were"),
    Field("p_ains", I64, "p", "INS there; when its turn is over: instructions that it has run ahead"),
    Field("p_aused", I32, "p", "and g_used"),
    Field("aside", I64, "runq", "these words: room for RING per P"),
    Field("p_until", I64, "p", "up to when it may, or has to repeat"),
    Field("p_oldm", I32, "p", "the M that held it last"),
    Field("p_link", I32, "p", "last goroutine of its queue, where that is a list (before Go 1.3)"),
    Field("m_lockg", I32, "m", "the goroutine locked to it, or -1"),
    Field("m_where", I8, "m", "0 holds a P, 1 parked, 2 system call, 3 waits for its locked goroutine, "
          "4 in netpoll, 5 gone"),
    # what comes from outside (external.py)
    Field("x_when", I64, "x", "binary heap: time in ns"),
    Field("x_seq", I64, "x", "order of adding"),
    Field("x_kind", I8, "x", "see external.X_*"),
    Field("x_arg", I64, "x", "whom it concerns"),
    Field("x_arg2", I64, "x", "how much"),
    # descriptors (netpoll.py)
    Field("d_peer", I32, "d", "the other end"),
    Field("d_open", I8, "d", "1 open, 2 closed here"),
    Field("d_gone", I8, "d", "1: the other end is closed, and that is known here"),
    Field("d_delay", I64, "d", "ns from one end to the other"),
    Field("d_sent", I64, "d", "words on the way to it or waiting in it"),
    Field("d_here", I64, "d", "words of these that have arrived"),
    Field("d_first", I32, "d", "block of the oldest word or 0"),
    Field("d_last", I32, "d", "block of the newest word"),
    Field("d_head", I32, "d", "place of the oldest word in its block"),
    Field("d_tail", I32, "d", "place behind the newest word in its block"),
    Field("d_reader", I32, "d", "goroutine that waits to read (pollDesc.rg), or -1"),
    Field("d_writer", I32, "d", "goroutine that waits to write (pollDesc.wg), or -1"),
    Field("d_rtimer", I32, "d", "timer of the read deadline or -1"),
    Field("d_wtimer", I32, "d", "timer of the write deadline or -1"),
    Field("d_late", I8, "d", "deadlines that have passed: 1 reading, 2 writing"),
    Field("net", I64, "net", "blocks of words on their way: NET_BLOCK words and the next block"),
    # channels
    Field("c_cap", I64, "c", "dataqsiz"),
    Field("c_width", I32, "c", "words of an element"),
    Field("c_n", I64, "c", "qcount"),
    Field("c_buf", I64, "c", "heap index of the ring"),
    Field("c_sendx", I64, "c", "next slot to fill"),
    Field("c_recvx", I64, "c", "next slot to take"),
    Field("c_closed", I8, "c", "1 after close"),
    Field("c_recvq", I32, "c", "first waiting receiver's sudog or -1"),
    Field("c_recvt", I32, "c", "last of them"),
    Field("c_sendq", I32, "c", "first waiting sender's sudog or -1"),
    Field("c_sendt", I32, "c", "last of them"),
    Field("c_waiting", I32, "c", "how many wait in both queues"),
    Field("c_sync", I32, "c", "race detector: row of vc of the channel itself, or 0"),
    Field("c_live", I8, "c", "1: a channel, 2: one that the collector has marked, 0: a free number"),
    Field("c_next", I32, "c", "next free number"),
    Field("c_timer", I32, "c", "hchan.timer: the timer that feeds it, if it is synchronous (1.23), or -1"),
    # sudogs: a goroutine in a wait queue
    Field("g_waiting", I32, "g", "gp.waiting: the first of its sudogs or -1"),
    Field("g_param", I64, "g", "gp.param: chan.CLOSED if a close has woken it and it must panic, else 0"),
    Field("s_g", I32, "s", "who waits"),
    Field("s_next", I32, "s", "next in the queue, or in the free list; semaphores: right child"),
    Field("s_prev", I32, "s", "the one before in the queue; semaphores: left child"),
    Field("s_parent", I32, "s", "semaphores: parent in the treap"),
    Field("s_prio", I32, "s", "semaphores: random priority in the treap"),
    Field("s_link", I32, "s", "waitlink: next of the same select; semaphores: next of the same address"),
    Field("s_tail", I32, "s", "waittail: last of the same address, kept by the first"),
    Field("s_waiters", I32, "s", "how many follow it at the same address, kept by the first"),
    Field("s_elem", I64, "s", "index of stk of the value (-1: drop); semaphores: the address"),
    Field("s_ok", I32, "s", "index of stk of comma-ok or -1"),
    Field("s_sel", I32, "s", "index of stk of the select's answer, -1: no select"),
    Field("s_case", I32, "s", "number of the case"),
    Field("s_c", I32, "s", "its channel, -1: a semaphore or notify list"),
    Field("s_send", I8, "s", "1: it sends, 0: it receives"),
    Field("s_ticket", I64, "s", "ticket of a notify list"),
    Field("sel", I32, "sel", "scratch of select: the poll order, then the lock order"),
    Field("sema", I32, "fixed", "semaTable: root of each treap or -1"),
    # timers: a pairing heap per P
    Field("t_live", I8, "t", "1: a timer, 2: one that the collector has marked, 0: a free number"),
    Field("t_kind", I8, "t", "what it does: time.T_SLEEP ..."),
    Field("t_arg", I64, "t", "goroutine to ready, channel number, or function value"),
    Field("t_when", I64, "t", "when it fires, ns; 0: not set"),
    Field("t_period", I64, "t", "ns to the next time, 0: none"),
    Field("t_sync", I32, "t", "race detector: row of vc, or 0"),
    Field("t_p", I32, "t", "the P whose heap it is in or -1"),
    Field("t_seq", I64, "t", "order of insertion, breaks ties"),
    Field("t_child", I32, "t", "first child or -1"),
    Field("t_next", I32, "t", "next sibling, or next free"),
    Field("t_prev", I32, "t", "sibling before, or parent"),
    Field("t_blocked", I32, "t", "goroutines blocked on its synchronous channel"),
    # memory
    Field("heap", I64, "heap", "heap words; word i has the address BASE + 8*i; the image's data lies at "
          "the low end"),
    Field("stk", I64, "stk", "all goroutine stacks"),
    Field("stk_free", I32, "fixed", "free stacks of each size class, -1 ends"),
    Field("out", U8, "out", "standard output"),
    Field("err", U8, "err", "standard error"),
    Field("text", U8, "text", "texts of the log's annotations"),
    # the allocator (malloc.py) and the collector (mark.py, gc.py); tables in arena.py
    Field("h_state", U8, "heap", "of an object's first word: 0 free, 1 allocated, 2 grey, 3 marked"),
    Field("h_span", I32, "heap", "per page: first page of its span or -1"),
    Field("h_class", I8, "heap", "per span, at its first page: 2 * size class + 1 if without pointers"),
    Field("h_pages", I32, "heap", "per span, at its first page: its pages"),
    Field("m_size", I32, "fixed", "words of an object of each size class"),
    Field("m_class", I8, "fixed", "size class for so many words"),
    Field("m_free", I64, "fixed", "first free object of each span class, 0 ends"),
    Field("m_bump", I64, "fixed", "first never used object in the newest span of each class"),
    Field("m_end", I64, "fixed", "end of that span"),
    Field("mark", I64, "fixed", "grey objects: the collector's work"),
    Field("op_kind", U8, "fixed", "kinds of the operands of each instruction, see stackmap.py"),
    Field("live", I64, "maps", "stack maps, of the functions that the collector has met"),
    # race detection (race.py): one item where it is off
    Field("sh_w", I64, "shadow", "per heap word: its last write, a cell"),
    Field("sh_wpc", I32, "shadow", "the instruction"),
    Field("sh_sync", I32, "shadow", "row of vc of the synchronisation object there, or 0"),
    Field("sh_r", I64, "reads", "per heap word: up to three reads, cells"),
    Field("sh_rpc", I32, "reads", "the instructions"),
    Field("vc", I32, "clocks", "vector clocks: rows of VC_WIDTH"),
    Field("vc_next", I32, "rows", "next free row, 0 ends"),
    Field("r_clock", I32, "tids", "the last time of each tid"),
    Field("r_next", I32, "tids", "next tid that waits to be used again"),
    Field("r_report", I64, "fixed", "races: pc, earlier pc, kind, word, goid, earlier, ns, go statement, "
          "callers"),
    # step by step (stepwise.py, visible.py): one item where it is off
    Field("y_vis", I8, "y_vis", "per instruction: 0 its goroutine's own, 1 others see it, 2 in main's end"),
    Field("y_foot", I64, "y_foot", "what the visible operation of this step touches"),
    Field("y_dev", I64, "y_dev", "where the schedule is not the usual one: decision << 32 | what"),
    # the search through schedules (explore/search.py): one item elsewhere
    Field("y_ctl", I64, "y_ctl", "where the search stands, see search.CTL"),
    Field("y_node", I64, "y_node", "the decisions on the way to where it stands"),
    Field("y_path", I64, "y_path", "the schedule to there: two words of y_dev a decision, 0 for none"),
    Field("y_clk", I32, "y_clk", "vector clocks of the steps on the way"),
    Field("y_feet", I64, "y_feet", "what they touched"),
    Field("y_keep", I64, "y_keep", "states to come back to"),
    Field("y_copy", I64, "y_copy", "what of the state is kept: field, bytes an item, kind of count, count"),
    Field("y_vars", I64, "y_vars", "the program's variables: first word, words"),
    Field("y_tab", I64, "y_tab", "outcomes and races found"),
    Field("y_seen", I64, "y_seen", "hashes of states that were met before"),
    # the image, read only
    Field("code", I32, "image", "instructions"),
    Field("fused", I32, "image", "the same as the interpreter wants them, see fuse.py"),
    Field("konst", I64, "image", "constants"),
    Field("f_entry", I32, "image", "first instruction of each function"),
    Field("f_frame", I32, "image", "slots of its frame"),
    Field("f_class", I8, "image", "size class of the words that a goroutine which starts it gets at first"),
    Field("f_nargs", I32, "image", "words of parameters"),
    Field("f_nresults", I32, "image", "words of results"),
    Field("f_bytes", I32, "image", "bytes of its frame on Go's stack"),
    Field("f_flags", I32, "image", "see image.RUNTIME"),
    Field("f_deferret", I32, "image", "its DEFERRET instruction or -1"),
    Field("f_end", I32, "image", "behind its last instruction"),
    Field("f_map", I32, "image", "where its stack map lies in `live`, -1: it has none"),
    Field("method_args", I32, "image", "words that each method takes with its receiver, by its number"),
    Field("fn_of", I32, "image", "function that holds each instruction"),
    Field("handlers", I32, "image", "function that each fault calls or -1"),
    Field("disp_key", I64, "image", "dispatch: descriptor index << 16 | method; -1 free; a power of two "
          "of them"),
    Field("disp_fn", I32, "image", "dispatch: the function"),
    # choices (choice.py), by decision
    Field("ch_at", I64, "choice", "number of a decision, ascending"),
    Field("ch_g", I32, "choice", "goid of the goroutine that it starts; 0: ask"),
    # the log
    Field("trace", I64, "trace", "records of events.RECORD_WORDS words"),
)
NAMES: tuple[str, ...] = tuple(f.name for f in FIELDS)
BY_GROUP: dict[str, tuple[Field, ...]] = {
    group: tuple(f for f in FIELDS if f.group == group) for group in {f.group for f in FIELDS}
}
#: What all runs of an image have in common: its arrays, and what is found out about it.
SHARED: tuple[Field, ...] = BY_GROUP["image"] + BY_GROUP["maps"]
#: Words of one item of a group that has several, for growth.
STRIDE = {"trace": 6, "reads": 3}
#: Arrays of a group that have one item for several.
EVERY = {"h_span": PAGE_WORDS, "h_class": PAGE_WORDS, "h_pages": PAGE_WORDS}


def length(f: Field, capacity: int) -> int:
    """How long the array of `f` must be when its group has room for `capacity` items."""
    return -(-capacity * STRIDE.get(f.group, 1) // EVERY.get(f.name, 1))


# --- scalars ------------------------------------------------------------------------
_SCALARS = """
NPROC NG GCAP GFREE NEXT_GOID GQ_HEAD GQ_TAIL GQ_SIZE NPIDLE NMIDLE NM NMSPIN NLIVE MAX_LIVE
NCHAN CHANCAP SFREE NSUDOG SUDOGCAP TFREE NTIMER TIMERCAP TIMER_SEQ TIMERS_LIVE TIMER0
CFREE TIMER_LOG WANT HELD HELD_OF OWED DRAWN
HEAP_TOP HEAPCAP DATA_END STK_TOP STKCAP OUT_TOP OUTCAP ERR_TOP ERRCAP TEXT_TOP TEXTCAP DISP_MASK
TRACE_MODE TRACE_N TRACECAP NEVENTS RNG LIMIT INS INS_STOP TIME_STOP EVENT_STOP
SYSMON_AT SYSMON_DELAY SYSMON_IDLE NFUNC FAULT FAULT_PC FAULT_G FAULT_ARG FAULT_ARG2 EXIT_CODE
SEED MINOR STARTED
NORDER OHEAD OMASK NFRONT NSWITCH NSTEAL NPREEMPT STACK_MAX NCREATED NOW NEED
""".split()
# the allocator, the collector, stacks, the race detector
_SCALARS += """
PAGE_TOP PAGE_FREE PAGE_HINT PAGE_FAIL HEAP_LIVE NMALLOC NFREE TOTAL_ALLOC ALLOC_STATE
GOGC GC_GOAL GC_TRIGGER GC_POLL GC_DEBT GC_BORN GC_SCAN GC_LAST_SCAN GC_CYCLES GC_ACTIVE GC_CREDIT
STACK_TEXT THREAD_MAX GC_MARK_AT GC_LAST GC_WAITERS GC_POOL GC_DEDICATED GC_IDLE GC_MAX_IDLE GC_FRACTION
NWORKERS FORCE_G GC_PAUSE GC_PHASE GC_WHY SPECIALS NSPECIALS FINQ FINQ_LAST FING
MARK_N MARK_WORDS MARK_LIVE MARK_LOST STACK_START STACK_INUSE
RACE RACE_POLL VC_WIDTH VCCAP VC_TOP VC_FREE NTID TID_HEAD TID_TAIL TID_FREE NRACES
""".split()
# what the scheduler needs beyond queues: threads, system calls, the world, the network, the quota
_SCALARS += """
MCAP NMGONE CFS_STOPPED NEEDSPIN SYSMON_WAIT SYSMON_HOT SYSMON_SLEPT SCHEDTRACE PCAP
NX XCAP X_SEQ STW STW_P STW_WAIT STW_SINCE STW_REASON STW_COUNT GC_WORK
POLL_M POLL_AT POLL_UNTIL POLL_SPIN LASTPOLL NWAIT NREADY_HEAD NREADY
ND DCAP NETCAP NET_TOP NET_FREE CFS_QUOTA CFS_USED CFS_LAST CFS_END CFS_AT LOCK_AT DYING TIMERPROC
TIMER_SET_AT PROCS_AUTO PROCS_WANT PROCS_LAST UPDATER HORIZON INS_BACK
""".split()
# who runs next (choice.py)
_SCALARS += "NCHOICE CHOICE_I CHOICE_AT DECISION ASKED ASK_FOUND ASK_CLOCK".split()
# schedules step by step (stepwise.py)
_SCALARS += """
STEPWISE GRANT BUSY STEP_N STEP_LAST STEP_ROW STEP_CASE STEP_IDLE STEP_RNG STEP_STOP NDEV DEV_I
STEP_END STEP_SPINS
""".split()
SC: dict[str, int] = {name: i for i, name in enumerate(_SCALARS)}
NSC = 256
assert len(_SCALARS) <= NSC

INF = 1 << 62

# --- what run() returns --------------------------------------------------------------
RUNNING = 0
DONE = 1
DEADLOCK = 2
FAULTED = 3  # panic, fatal error: FAULT says which
EXITED = 4
BUDGET = 5  # instructions of this slice used up
TIME_UP = 6
EVENTS_UP = 7
HANGS = 8  # everybody waits, and an M waits in netpoll: real Go would wait for ever
CHOOSE = 9  # a decision asks who shall run (choice.py)
NEED_G = 10
NEED_CHAN = 11
NEED_SUDOG = 12
NEED_TIMER = 13
NEED_HEAP = 14
NEED_STK = 15
NEED_ERR = 16
NEED_TEXT = 17
NEED_OUT = 18
NEED_TRACE = 19
NEED_M = 20
NEED_EXT = 21
NEED_FD = 22
NEED_NET = 23
NEED_RACE = 24
ASTRAY = 40  # a schedule names a goroutine that cannot run then

# --- what an instruction answers, besides 0 (done) and what run() returns -----------------
PARKED = 256  # park() was called: it goes on where that said
RETRY = 257  # park() was called, so that the same instruction is done again
SWITCHED = 258  # the goroutine was taken off its P otherwise
FAULT = 259  # fault() was called: the interpreter calls the handler
JUMP = 260  # g_pc and g_fp say where the same goroutine goes on

GROWS: dict[int, tuple[str, str]] = {
    NEED_G: ("g", "GCAP"),
    NEED_CHAN: ("c", "CHANCAP"),
    NEED_SUDOG: ("s", "SUDOGCAP"),
    NEED_TIMER: ("t", "TIMERCAP"),
    NEED_HEAP: ("heap", "HEAPCAP"),
    NEED_STK: ("stk", "STKCAP"),
    NEED_ERR: ("err", "ERRCAP"),
    NEED_TEXT: ("text", "TEXTCAP"),
    NEED_OUT: ("out", "OUTCAP"),
    NEED_TRACE: ("trace", "TRACECAP"),
    NEED_M: ("m", "MCAP"),
    NEED_EXT: ("x", "XCAP"),
    NEED_FD: ("d", "DCAP"),
    NEED_NET: ("net", "NETCAP"),
    NEED_RACE: ("clocks", "VCCAP"),
}


class CheckedList(list):  # type: ignore[type-arg]
    """A list that refuses the negative indices Python would accept.

    The uncompiled kernel runs on these, so that an index that would be memory
    corruption in compiled code is an error in the tests.
    """

    def __getitem__(self, i):  # type: ignore[no-untyped-def]
        if not 0 <= i < len(self):
            raise IndexError(f"kernel index {i} outside 0..{len(self) - 1}")
        return list.__getitem__(self, i)

    def __setitem__(self, i, value):  # type: ignore[no-untyped-def]
        if not 0 <= i < len(self):
            raise IndexError(f"kernel index {i} outside 0..{len(self) - 1}")
        list.__setitem__(self, i, value)


class PlainState:
    """The state as lists, for the kernel without numba."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        for name, array in arrays.items():
            setattr(self, name, CheckedList(array.tolist()))

    def write_back(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Copy the lists back into the arrays of a `State`."""
        for name, array in arrays.items():
            array[:] = getattr(self, name)


#: name -> number in the table, dtype
_PLACE: dict[str, tuple[int, Any]] = {f.name: (i, f.dtype) for i, f in enumerate(FIELDS)}


class State:
    """The arrays of one run, and the table of their addresses.

    Parameters
    ----------
    arrays : dict of str to ndarray
        One array per entry of `FIELDS`.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.arrays = arrays
        self._blocks: dict[str, NDArray[np.uint8]] = {}  # of arrays that grew
        self.table = np.zeros(len(NAMES), np.int64)
        self.addr = int(self.table.ctypes.data)
        self._point(NAMES)

    def _point(self, names: Iterable[str]) -> None:
        for name in names:
            a = self.arrays[name]
            index, dtype = _PLACE[name]
            if a.dtype != dtype or not a.flags.c_contiguous:
                raise TypeError(f"state array {name} must be contiguous {np.dtype(dtype)}")
            self.table[index] = a.__array_interface__["data"][0]  # a.ctypes.data, in a fifth of its time

    def __del__(self, count: Callable[[object], int] = sys.getrefcount, blocks: Blocks = BLOCKS) -> None:
        arrays, self.arrays = self.arrays, {}
        if count(arrays) > 2:  # this name and the argument, and somebody
            return
        while self._blocks:
            name, block = self._blocks.popitem()
            a = arrays.pop(name)
            inside, used = a.base is block, int(a.nbytes)
            del a
            if inside and count(block) <= 2:
                blocks.give_back(block, used)

    def __getitem__(self, scalar: str) -> int:
        return int(self.arrays["sc"][SC[scalar]])

    def __setitem__(self, scalar: str, value: int) -> None:
        self.arrays["sc"][SC[scalar]] = value

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(a.nbytes for a in self.arrays.values())

    def grow(self, status: int, at_least: int = 0) -> int:
        """Double the arrays that a ``NEED_*`` status names; return the bytes added."""
        if status == NEED_RACE:
            return self._grow_clocks()
        group, cap_name = GROWS[status]
        old = self[cap_name]
        new = max(self._times(group, old) * old, at_least)
        if group == "trace" and self["TRACE_MODE"] == 2:
            raise AssertionError("a ring never asks for room")
        added = 0
        fields = BY_GROUP[group]
        if group == "heap" and self["RACE"]:
            fields += BY_GROUP["shadow"] + BY_GROUP["reads"]
        names = [f.name for f in fields]
        for f in fields:
            name, a = f.name, self.arrays[f.name]
            n = length(f, new)
            block, size = self._blocks.get(name), n * a.itemsize
            if a.base is block and block is not None and size <= Blocks.BYTES:
                b = block[:size].view(a.dtype)
            else:
                b = zeros(n, a.dtype)
                # memory that was never written to costs nothing, and should stay so
                if b.nbytes < LARGE or a.any():
                    b[: len(a)] = a
                self._blocks.pop(name, None)
                if isinstance(b.base, np.ndarray) and b.base.nbytes == Blocks.BYTES:
                    self._blocks[name] = b.base
            added += b.nbytes - a.nbytes
            self.arrays[name] = b
        self[cap_name] = new
        self._point(names)
        return added

    def _grow_clocks(self) -> int:
        """More rows for vector clocks, or longer ones; return the bytes added."""
        width, rows, before = self["VC_WIDTH"], self["VCCAP"], self.nbytes
        new_width = 2 * width if self["NTID"] + CLOCK_ROOM >= width else width
        new_rows = 2 * rows if self["VC_TOP"] + CLOCK_ROOM >= rows else rows
        old = {n: self.arrays[n] for n in ("vc", "vc_next", "r_clock", "r_next")}
        vc = np.zeros((new_rows, new_width), np.int32)
        vc[:rows, :width] = old["vc"].reshape(rows, width)
        self.arrays["vc"] = vc.reshape(-1)
        for name, n in (("vc_next", new_rows), ("r_clock", new_width), ("r_next", new_width)):
            self.arrays[name] = np.zeros(n, np.int32)
            self.arrays[name][: len(old[name])] = old[name]
        self["VC_WIDTH"], self["VCCAP"], self["RACE_POLL"] = new_width, new_rows, 0
        self._point(old)
        return self.nbytes - before

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Another array in place of one; its length must be what the scalars say."""
        self.arrays[name] = array
        self._point((name,))

    def growth(self, status: int) -> int:
        """Bytes that `grow` would add."""
        group, cap_name = GROWS[status]
        more = self._times(group, self[cap_name]) - 1
        return more * sum(self.arrays[f.name].nbytes for f in BY_GROUP[group])

    @staticmethod
    def _times(group: str, items: int) -> int:
        """How many times as many items there are after a growth."""
        return 4 if group in EAGER and items < FEW else 2

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """A copy of the whole run; the image's arrays are shared, they never change."""
        fixed = {f.name for f in SHARED}
        return {n: a if n in fixed else a.copy() for n, a in self.arrays.items()}

    def restore(self, snapshot: dict[str, NDArray[Any]]) -> None:
        """Go back to a `snapshot` (which stays usable)."""
        fixed = {f.name for f in SHARED}
        if set(snapshot) != set(NAMES) or any(snapshot[f.name].dtype != f.dtype for f in FIELDS):
            raise ValueError("this is not a snapshot of a run")
        self.arrays = {n: a if n in fixed else a.copy() for n, a in snapshot.items()}
        self._point(NAMES)
