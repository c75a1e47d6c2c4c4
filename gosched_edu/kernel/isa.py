"""The instruction set of the simulated machine: the one table that the lowering,
the verifier, the interpreter and the disassembler share.

Problem. A Go program must become data: something that can be checked once, stored,
sent to a browser, and run by a kernel that knows nothing of Go's syntax.

Rejected. (1) Python generators as goroutines: 100 times slower, and not
snapshottable. (2) A stack machine: twice the instructions for the same program.
(3) One kernel primitive for each library call: the kernel would grow with the
library instead of with the runtime. (4) Values with type tags: the compiler knows the types.

Chosen. A register machine. An instruction is four int32: ``op, a, b, c``. Operands
are *slots* of the running function's frame, unless the table says otherwise. A slot is one
int64 word, and a Go value is a *run* of words: integers (kept extended to 64 bits), booleans,
floats (the bits of a float64), pointers, channels, functions and maps are one word, a string is two
(address, length), a slice three (address, length, capacity), an interface two (address of
the type descriptor, data), a struct the runs of its fields one behind the other.

A frame, in words from the frame pointer ``fp``::

    0      link: return pc and distance to the caller's fp, packed by CALL
    1      environment: address of the closure object, 0 for a plain function
    2 ...  parameters, one run behind the other; RET leaves the results here too
    ...    locals and temporaries

A caller that wants to call puts the callee's frame at ``base`` = a slot above all
its live slots: arguments go to ``base+2 ...``, results are found at ``base+2 ...``.

Memory is words too. Word ``i`` of the heap has the address ``BASE + 8*i``, which looks like an
address of real Go and is hardly ever a number that a program computes. nil is 0. A string's
bytes are one word each. A closure object is ``[function number, captured words ...]``; in a
closure's body the captured word ``i`` is read by ``LD dst, 1, i+1``.

Interface tables do not exist: `Image.dispatch` maps (type descriptor, method number) to a
function whose first argument is the interface's data word.

Invariant. Only instructions at or above ``FIRST_SHARED`` touch anything that another
goroutine can see, or can stop the goroutine, or jump backwards. The interpreter may run the
others ahead of the other Ms' clocks; it must not do so with these. Forward jumps
use J*; backward jumps must use LOOP* (the verifier insists), because that is where
budgets are checked and requests to stop are seen, unless an instruction that asks follows soon
(`gosched_edu.kernel.fuse`). Only instructions at or above ``FIRST_LOGGED`` write to the log (a
dying program aside), so that the room for it is asked for in one place.
"""

from __future__ import annotations

from typing import NamedTuple

WORDS_PER_INSTR = 4
FRAME_LINK = 0
FRAME_ENV = 1
FRAME_ARGS = 2
BASE = 0xC000000000  # malloc.go: the arena hint on linux/amd64
# Channels and timers of the program are handles: base + HANDLE_BYTES * number in the kernel's tables.
CHAN_BASE = 0xC100000000
TIMER_BASE = 0xC200000000
HANDLE_BYTES = 96  # unsafe.Sizeof(hchan{})


class Op(NamedTuple):
    """One instruction: its number, mnemonic, operand kinds, meaning.

    Attributes
    ----------
    code : int
        The number in the image.
    name : str
        The mnemonic.
    operands : str
        One letter for each of a, b, c:

        ======  ==================================================================
        ``d``   slot written
        ``D``   first of two slots written
        ``T``   first of three slots written
        ``s``   slot read
        ``S``   first of two slots read (a string, an interface)
        ``L``   first of three slots read (a slice); of a string when the op says so
        ``i``   immediate int32
        ``k``   constant-pool index
        ``t``   jump target (instruction index)
        ``f``   function number
        ``B``   base slot of a callee frame
        ``n``   a count: of the words of run ``r`` or ``w``, of arguments at B, of cases, of words
        ``r``   first slot of a run that is read; its length is the following ``n``
        ``w``   first slot of a run that is written; its length is the following ``n``
        ``o``   packed ``offset << 8 | count``: of words in memory; the run is the operand r or w
        ``x``   packed ``slot | words << 16``: a slot read, and the words of an element (>= 1)
        ``v``   packed ``2*n + ok`` of a receive: the value's words, and whether comma-ok follows it
        ``q``   first slot of what a receive writes (n + ok slots), or -1 to drop it
        ``m``   method number
        ``z``   an integer kind, see EXT
        ``-``   unused
        ======  ==================================================================
    doc : str
        What it does, in the terms of the frame above.
    """

    code: int
    name: str
    operands: str
    doc: str


# --- local: invisible to other goroutines, never blocks, never jumps backwards -------
_LOCAL = [
    ("NOP", "---", "nothing"),
    ("LDI", "di-", "a = b"),
    ("LDK", "dk-", "a = konst[b]"),
    ("MOV", "ds-", "a = b"),
    ("MOVN", "wrn", "c words from b to a, as if all were read before one is written"),
    ("ADD", "dss", "a = b + c, wrapping at 64 bits"),
    ("SUB", "dss", "a = b - c, wrapping"),
    ("MUL", "dss", "a = b * c, wrapping"),
    ("ADDI", "dsi", "a = b + immediate c, wrapping"),
    ("AND", "dss", "a = b & c"),
    ("OR", "dss", "a = b | c"),
    ("XOR", "dss", "a = b ^ c"),
    ("ANDNOT", "dss", "a = b &^ c"),
    ("NEG", "ds-", "a = -b, wrapping"),
    ("COM", "ds-", "a = ^b"),
    ("NOT", "ds-", "a = 1 - b (booleans are 0 or 1)"),
    ("EXT", "dsz", "a = b cut to an integer kind: c = 8, 16, 32 sign-extends, -8, -16, -32 zero-extends"),
    ("EQ", "dss", "a = b == c, on words"),
    ("NE", "dss", "a = b != c, on words"),
    ("LT", "dss", "a = b < c"),
    ("LE", "dss", "a = b <= c"),
    ("ULT", "dss", "a = b < c as uint64"),
    ("ULE", "dss", "a = b <= c as uint64"),
    ("JMP", "t--", "go to a (forwards)"),
    ("JZ", "st-", "if a == 0 go to b (forwards)"),
    ("JNZ", "st-", "if a != 0 go to b (forwards)"),
    ("JEQ", "sst", "if a == b go to c (forwards)"),
    ("JNE", "sst", "if a != b go to c (forwards)"),
    ("JLT", "sst", "if a < b go to c (forwards)"),
    ("JGE", "sst", "if a >= b go to c (forwards)"),
]
# --- the same, made of others by `gosched_edu.kernel.fuse`: no image has them -----------------------------
_FUSED = [
    ("LOOPF", "t--", "LOOP that need not ask: what follows asks"),
    ("LOOPLTF", "sst", "LOOPLT, likewise"),
    ("LOOPNZF", "st-", "LOOPNZ, likewise"),
    ("CALLF", "fB-", "CALL, likewise, unless the stack must grow"),
    ("RETF", "i--", "RET to a caller, to the same segment of the stack; a = bytes of the function's frame"),
    ("LDENV", "dsi", "LD from the environment, which never changes"),
    ("SHLF", "dss", "SHL; c >= 0"),
    ("SHRF", "dss", "SHR; c >= 0"),
    ("USHRF", "dss", "USHR; c >= 0"),
    ("SEXT", "dsi", "EXT that sign-extends; c = 64 - bits"),
    ("ZEXT", "dsi", "EXT that zero-extends; c = bits"),
    ("ADDI_LOOPLT", "dsi", "ADDI and the LOOPLT that follows"),
    ("ADDI_LOOPLTF", "dsi", "ADDI and the LOOPLTF that follows"),
    ("LDI_JGE", "di-", "LDI and the JGE that follows"),
    ("LDI_JLT", "di-", "LDI and JLT, likewise"),
    ("LDI_JEQ", "di-", "LDI and JEQ, likewise"),
    ("LDI_JNE", "di-", "LDI and JNE, likewise"),
    ("LDI_SHLF", "di-", "LDI and the SHL by it that follows; b is 0 to 63"),
    ("LDI_SHRF", "di-", "LDI and SHR, likewise"),
    ("LDI_USHRF", "di-", "LDI and USHR, likewise"),
]
# --- shared: seen by others, may panic, block, call, or jump backwards ----------------
_SHARED = [
    # control
    ("LOOP", "t--", "go to a (backwards)"),
    ("LOOPLT", "sst", "if a < b go to c (backwards)"),
    ("LOOPNZ", "st-", "if a != 0 go to b (backwards)"),
    ("CALL", "fB-", "call function a with its frame at slot b"),
    ("CALLC", "sBn", "call the closure object at address (slot a), frame at slot b, c argument words; nil "
     "panics"),
    ("CALLI", "SBm", "call method c of interface (slots a, a+1), frame at slot b: the data word goes to b+2; "
     "nil panics"),
    # memory
    ("LD", "dsi", "a = word at address (slot b) + 8*c; nil panics"),
    ("ST", "sis", "word at address (slot a) + 8*b = slot c; nil panics"),
    ("LDN", "wso", "words at address (slot b) + offset to the run at a; nil panics"),
    ("STN", "sor", "the run at c to the words at address (slot a) + offset; nil panics"),
    ("GLD", "di-", "a = heap word number b (a package variable)"),
    ("GST", "is-", "heap word number a (a package variable) = slot b"),
    ("MCOPY", "sss", "memmove: c words from address (slot b) to address (slot a)"),
    ("MZERO", "ss-", "b words from address (slot a) on become zero"),
    ("NEW", "dni", "a = address of b fresh zero words (1 <= b); c = 1: they hold no pointers"),
    ("NEWS", "dsx", "a = address of (slot b) fresh elements; c = words of an element << 16, bit 0: no "
     "pointers; "
     "0 elements give the address of the zero base; a size out of range panics"),
    ("NEWCOPY", "drn", "a = address of c fresh words copied from slots b .. b+c-1 (1 <= c)"),
    ("LDX", "dLs", "a = element (slot c) of a slice or string of one-word elements; out of range panics"),
    ("STX", "Lss", "element (slot b) of the slice at a, of one-word elements, = slot c; out of range panics"),
    ("IXA", "dLx", "a = address of an element of the slice or string at b; c = index slot | words << 16; "
     "out of "
     "range panics"),
    ("IXK", "dsx", "a = address (slot b) + 8 * words * index; c = index slot | words << 16; no check of "
     "its own"),
    ("BNDK", "si-", "panics unless 0 <= slot a < b"),
    ("SLCHK", "sss", "panics unless 0 <= slot a <= slot b <= slot c (low, high, capacity)"),
    # strings
    ("SCAT", "DSS", "a = string b + string c"),
    ("SCMP", "dSS", "a = -1, 0, 1 comparing strings b and c bytewise"),
    ("SEQ", "dSS", "a = string b == string c"),
    ("RUNE", "DSs", "a, a+1 = the rune that starts at index (slot c) of string b, and its width (0: at "
     "the end)"),
    # arithmetic that can panic, or is rare
    ("DIV", "dss", "a = b / c truncated towards zero; panics when c == 0"),
    ("MOD", "dss", "a = b % c with the sign of b; panics when c == 0"),
    ("UDIV", "dss", "a = b / c as uint64; panics when c == 0"),
    ("UMOD", "dss", "a = b % c as uint64; panics when c == 0"),
    ("SHL", "dss", "a = b << c; panics when c < 0; 0 when c >= 64"),
    ("SHR", "dss", "a = b >> c (arithmetic); panics when c < 0"),
    ("USHR", "dss", "a = b >> c as uint64; panics when c < 0; 0 when c >= 64"),
    ("FADD", "dss", "a = b + c on float64"),
    ("FSUB", "dss", "a = b - c on float64"),
    ("FMUL", "dss", "a = b * c on float64"),
    ("FDIV", "dss", "a = b / c on float64"),
    ("FEQ", "dss", "a = b == c on float64"),
    ("FLT", "dss", "a = b < c on float64"),
    ("FLE", "dss", "a = b <= c on float64"),
    ("FCVT", "dsi", "convert: c = 0 int64 to float64, 1 float64 to int64, 2 uint64 to float64, "
     "3 float64 to uint64, 4 round a float64 to float32, 5 float64 to int32, 6 int64 to float32, 7 uint64 "
     "to float32"),
    ("FMATH", "dsi", "a = function c of float64 b: 0 neg, 1 abs, 2 sqrt, 3 floor, 4 ceil, 5 trunc, 6 exp, "
     "7 log, "
     "8 sin, 9 cos, 10 tan, 11 atan"),
    # interfaces
    ("IMPL", "dsm", "a = 1 if the type descriptor (slot b) has dispatch entry c (IMPL_FLAG | interface "
     "number); "
     "0 for nil"),
    # time and the processor
    ("WORK", "s--", "keep the CPU busy for slot a ns of virtual time, preemptible"),
    ("NOW", "d--", "a = virtual time in ns since the program started"),
    ("RAND", "ds-", "a = a random number from 0 to (slot b) - 1, or 63 random bits when slot b <= 0"),
    ("STAT", "di-", "a = a number the runtime keeps, see STATS"),
    ("CHLEN", "ds-", "a = len(channel b)"),
    ("CHCAP", "ds-", "a = cap(channel b)"),
    # atomics: sequentially consistent
    ("ALD", "ds-", "a = word at address (slot b), atomically"),
    ("AST", "ss-", "word at address (slot a) = slot b, atomically"),
    ("XADD", "dss", "word at address (slot b) += slot c; a = the new value"),
    ("XADD32", "dss", "the same, the word cut to int32"),
    ("XCHG", "dss", "a = old word at address (slot b), which becomes slot c"),
    ("CAS", "dsS", "if the word at address (slot b) == slot c: it becomes slot c+1, a = 1; else a = 0"),
    # race detection; the front end emits these only when asked to
    ("RACER", "sn-", "b words at address (slot a) are about to be read"),
    ("RACEW", "sn-", "b words at address (slot a) are about to be written"),
    ("RACEREL", "s--", "the race detector: release on the address (slot a)"),
    ("RACEACQ", "s--", "the race detector: acquire on the address (slot a)"),
]
# --- logged: shared, and may write to the event log -------------------------------------
_LOGGED = [
    ("RET", "---", "return to the caller; from the first frame: the goroutine ends"),
    ("GO", "fBn", "start function a; its c argument words are at slots b+2 ..."),
    ("GOC", "sBn", "start the closure object in slot a; its c argument words are at slots b+2 ...; nil "
     "panics"),
    # defer, panic, recover (panic.go)
    ("DEFER", "fBn", "leave a call of function a for later; its c argument words are at slots b+2 ..."),
    ("DEFERC", "sBn", "the same with the closure object in slot a"),
    ("DEFERRET", "B--", "run what this frame has deferred, with frames at slot a, then go on; a recovered "
     "panic "
     "resumes here too. The frame's result variables are read after it"),
    ("PANIC", "S--", "panic with the interface value at a"),
    ("RECOVER", "D--", "a, a+1 = what recover() returns"),
    ("PANICINFO", "wns", "a run of b = 4 words at a: type, data, recovered, goexit of the (slot c)-th "
     "panic, oldest first; type -1: none"),
    ("FRAME", "wnS", "a run of b = 6 words at a: of the frame number (slot c+1), innermost first, of "
     "goroutine number (slot c), -1 itself: instruction, function, its first two words, operation; "
     "of frame -1: goid, status (+16: locked to its thread), wait reason, goid of the creator, the go "
     "statement, ns since it waits. -1: none"),
    ("GOEXIT", "---", "runtime.Goexit()"),
    ("THROW", "S--", "fatal error with the string at a: cannot be recovered"),
    ("EXIT", "s--", "os.Exit(slot a)"),
    ("WRITE", "sS-", "write the string at b to file descriptor (slot a): 1 or 2"),
    # channels (chan.go, select.go)
    ("MKCHAN", "dsn", "a = new channel with capacity (slot b), elements of c words; negative panics"),
    ("SEND", "srn", "send the run at b (c words) on channel (slot a); nil blocks for ever"),
    ("RECV", "qsv", "receive from channel (slot b) into the run at a; c = 2*words + (1 if comma-ok follows)"),
    ("CLOSE", "s--", "close channel (slot a); nil or closed panics"),
    ("SELECT", "dni", "select among the b CASE* instructions that follow; a = the number of the one chosen; "
     "c = 1: there is a default, which is chosen as -1. Goes on behind the cases; what a case receives into "
     "belongs to it alone"),
    ("CASESEND", "srn", "operands as SEND; only behind SELECT"),
    ("CASERECV", "qsv", "operands as RECV; only behind SELECT"),
    # semaphores and notify lists (sema.go)
    ("SEMACQ", "ssi", "wait until the word at address (slot a) is positive, then decrement it; slot b != "
     "0: queue "
     "at the head (lifo); c = the wait reason"),
    ("SEMREL", "ss-", "increment the word at address (slot a), wake one waiter; slot b != 0: hand off"),
    ("NLADD", "ds-", "a = a ticket of the notify list at address (slot b)"),
    ("NLWAIT", "ss-", "wait on the notify list at address (slot a) with ticket (slot b)"),
    ("NLONE", "s--", "wake the waiter with the lowest ticket of the notify list at address (slot a)"),
    ("NLALL", "s--", "wake all waiters of the notify list at address (slot a)"),
    ("CANSPIN", "ds-", "a = 1 if a Mutex may spin for the (slot b)-th time (proc.go:sync_runtime_canSpin)"),
    ("SPIN", "---", "spin for 30 PAUSE instructions (proc.go:sync_runtime_doSpin)"),
    # scheduler
    ("SLEEP", "s--", "time.Sleep(slot a) in ns; <= 0 returns at once"),
    ("GOSCHED", "---", "runtime.Gosched()"),
    ("SETPROCS", "ds-", "a = GOMAXPROCS, which becomes slot b if that is positive (stops the world)"),
    ("LOCKT", "i--", "a = 1: runtime.LockOSThread(), 0: UnlockOSThread()"),
    ("SYSCALL", "si-", "a system call that takes slot a ns; b = 1: known to block (entersyscallblock)"),
    ("GC", "---", "runtime.GC()"),
    # timers (time.go)
    ("TMNEW", "dsi", "a = a new stopped timer; c = what it does: 0 sends the time on channel (slot b), 1 "
     "starts the "
     "function value in slot b as a goroutine"),
    ("TMRESET", "dsS", "timer (slot b) fires at slot c (ns of NOW), then every slot c+1 ns if that is > "
     "0; a = 1 if it "
     "was active"),
    ("TMSTOP", "ds-", "stop timer (slot b); a = 1 if it was active"),
    # files and connections (netpoll.go)
    ("FDPAIR", "Ds-", "a, a+1 = two connected descriptors with a delay of slot b ns"),
    ("FDREAD", "dsS", "a = words moved from descriptor (slot b) to the memory at (c = address, c+1 = "
     "length); "
     "-1 would block, 0 end of file, -2 closed, -3 deadline"),
    ("FDWRITE", "dsS", "a = words moved from memory (c, c+1) to descriptor (slot b); -1 would block, -2 "
     "closed, "
     "-3 deadline, -4 other end closed"),
    ("FDWAIT", "si-", "park until descriptor (slot a) can be read (b = 0) or written (b = 1), is closed, "
     "or its "
     "deadline passes"),
    ("FDDEAD", "ssi", "deadline of descriptor (slot a) at slot b ns of NOW (0: none); c: 1 reading, 2 "
     "writing, 3 both"),
    ("FDCLOSE", "s--", "close descriptor (slot a); wakes who waits on it"),
    # user annotations (runtime/trace)
    ("LIMITS", "dis", "a = limit b of the run, which becomes slot c: 0 bytes of a stack "
     "(debug.SetMaxStack), 1 threads (debug.SetMaxThreads)"),
    ("GCPCT", "ds-", "a = GOGC, which becomes slot b; negative: no collections (debug.SetGCPercent)"),
    ("SPECIAL", "dsi", "finalizers, cleanups, weak pointers. c = 0: the record at address (slot b) is "
     "chained; 1: a = the first record; 2: a = the next record to run, which is "
     "waited for; 3: a = the object of the record at (slot b), 0 when it is gone"),
    ("GCMARK", "---", "a step of a mark worker; only in the runtime's own goroutines"),
    ("TIMERPROC", "---", "run what is due of all timers, then sleep until the next one; likewise (before "
     "Go 1.14)"),
    ("MAXPROCS", "---", "change GOMAXPROCS as the CPU quota has changed; likewise (since Go 1.25)"),
    ("ANNOTE", "isS", "log an annotation: a = kind, slot b = id, string at c; see ANNOTATIONS"),
]

OPS: tuple[Op, ...] = tuple(
    Op(i, name, operands, doc) for i, (name, operands, doc) in enumerate(_LOCAL + _FUSED + _SHARED + _LOGGED)
)
BY_NAME: dict[str, Op] = {op.name: op for op in OPS}
FIRST_FUSED: int = len(_LOCAL)
FIRST_SHARED: int = FIRST_FUSED + len(_FUSED)
FIRST_LOGGED: int = FIRST_SHARED + len(_SHARED)

#: Instructions after which control never falls through.
TERMINATORS = frozenset({"JMP", "LOOP", "RET", "PANIC", "EXIT", "THROW", "GOEXIT"})

#: Method numbers at or above this one say "implements interface number (m - IMPL_FLAG)".
IMPL_FLAG = 1 << 15

#: STAT: number -> what runtime reads with it.
STATS: tuple[str, ...] = (
    "NumGoroutine", "GOMAXPROCS", "goid", "NumGC", "HeapAlloc bytes", "HeapObjects", "Mallocs", "Frees",
    "StackInuse bytes", "HeapSys bytes", "PauseTotalNs", "threads", "TotalAlloc bytes", "seed",
    "minor version of Go", "running under the race detector", "goroutines runnable", "goroutines running",
    "goroutines waiting", "goroutines in system calls", "goroutines created",
)  # fmt: skip

#: ANNOTE kinds (runtime/trace): logged events carry the id and a copy of the text.
ANNOTATIONS: tuple[str, ...] = (
    "task begin", "task end", "region begin", "region end", "log", "label",
)  # fmt: skip
