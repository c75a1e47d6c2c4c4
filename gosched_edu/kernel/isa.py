"""The instruction set of the simulated machine: the one table that the lowering,
the verifier, the interpreter and the disassembler share.

Problem. A Go program must become data: something that can be checked once, stored,
sent to a browser, and run by a kernel that knows nothing of Go's syntax.

Rejected. (1) Python generators as goroutines: 100 times slower, and not
snapshottable. (2) A stack machine: twice the instructions for the same program.
(3) One kernel primitive for each library call: the kernel would grow with the
library instead of with the runtime.

Chosen. A register machine. An instruction is four int32: ``op, a, b, c``. Operands
are *slots* of the running function's frame, unless the table says otherwise. Every
value of step-one Go (int, bool, string handle, channel handle, pointer, function
value) is one int64 word.

A frame, in words from the frame pointer ``fp``::

    0      link: return pc and distance to the caller's fp, packed by CALL
    1      environment: heap address of the closure object, 0 for a plain function
    2 ...  parameters; RET leaves the results here too
    ...    locals and temporaries

A caller that wants to call puts the callee's frame at ``base`` = a slot above all
its live slots: arguments go to ``base+2+i``, results are found at ``base+2+i``.

Heap objects are runs of words; address 0 is nil. A closure object is
``[function number, captured words ...]``; in a closure's body the captured word
``i`` is read by ``LD dst, 1, i+1`` (slot 1 holds the object's address). A variable
shared between functions lives in a heap cell of one word ("boxed").

Invariant. Only instructions at or above ``FIRST_SHARED`` touch anything that another
goroutine can see, or can stop the goroutine, or jump backwards. The interpreter may run the
others ahead of the other Ms' clocks; it must not do so with these. Forward jumps
use J*; backward jumps must use LOOP* (the verifier insists), because that is where
budgets are checked. Only instructions at or above ``FIRST_LOGGED`` write to the log (a
dying program aside), so that the room for it is asked for in one place.
"""

from __future__ import annotations

from typing import NamedTuple

WORDS_PER_INSTR = 4
FRAME_LINK = 0
FRAME_ENV = 1
FRAME_ARGS = 2


class Op(NamedTuple):
    """One instruction: its number, mnemonic, operand kinds, meaning.

    Attributes
    ----------
    code : int
        The number in the image.
    name : str
        The mnemonic.
    operands : str
        One letter for each of a, b, c: ``d`` slot written, ``s`` slot read,
        ``i`` immediate int32, ``k`` constant-pool index, ``t`` jump target (instruction
        index), ``f`` function number, ``B`` base slot of a callee frame, ``r`` first slot
        of a run of slots that is read (its length is the following ``n``), ``n`` a
        count, ``q`` slot written or -1, ``F`` format-descriptor number,
        ``p`` print destination (slot written, or -1 for standard output), ``-`` unused.
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
    ("LDK", "dk-", "a = konst[b]; also string constants (string handle = its index in the string table)"),
    ("MOV", "ds-", "a = b"),
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
    ("EQ", "dss", "a = b == c, on words"),
    ("NE", "dss", "a = b != c, on words"),
    ("LT", "dss", "a = b < c"),
    ("LE", "dss", "a = b <= c"),
    ("JMP", "t--", "go to a (forwards)"),
    ("JZ", "st-", "if a == 0 go to b (forwards)"),
    ("JNZ", "st-", "if a != 0 go to b (forwards)"),
    ("JEQ", "sst", "if a == b go to c (forwards)"),
    ("JNE", "sst", "if a != b go to c (forwards)"),
    ("JLT", "sst", "if a < b go to c (forwards)"),
    ("JGE", "sst", "if a >= b go to c (forwards)"),
]
# --- shared: seen by others, may panic, block, call, or jump backwards ----------------
_SHARED = [
    ("DIV", "dss", "a = b / c truncated towards zero; panics when c == 0"),
    ("MOD", "dss", "a = b % c with the sign of b; panics when c == 0"),
    ("SHL", "dss", "a = b << c; panics when c < 0; 0 when c >= 64"),
    ("SHR", "dss", "a = b >> c (arithmetic); panics when c < 0"),
    ("LOOP", "t--", "go to a (backwards)"),
    ("LOOPLT", "sst", "if a < b go to c (backwards)"),
    ("LOOPNZ", "st-", "if a != 0 go to b (backwards)"),
    ("CALL", "fB-", "call function a with its frame at slot b"),
    ("CALLC", "sB-", "call the closure object whose address is in slot a, frame at slot b; nil panics"),
    ("NEW", "dn-", "a = address of b fresh zero words (1 <= b)"),
    ("NEWCOPY", "drn", "a = address of c fresh words copied from slots b .. b+c-1 (1 <= c)"),
    ("LD", "dsi", "a = word at address (slot b) + c; nil panics"),
    ("ST", "sis", "word at address (slot a) + b = slot c; nil panics"),
    ("GLD", "di-", "a = package variable number b"),
    ("GST", "is-", "package variable number a = slot b"),
    ("CHLEN", "ds-", "a = len(channel b)"),
    ("CHCAP", "ds-", "a = cap(channel b)"),
    ("WORK", "s--", "keep the CPU busy for slot a ns of virtual time, preemptible"),
    ("SCAT", "dss", "a = string b + string c"),
    ("SCMP", "dss", "a = -1, 0, 1 comparing strings b and c bytewise"),
    ("SLEN", "ds-", "a = len(string b)"),
    ("NOW", "d--", "a = virtual time in ns since the program started"),
    ("NUMG", "d--", "a = runtime.NumGoroutine()"),
    ("NPROC", "d--", "a = runtime.GOMAXPROCS(0)"),
]
# --- logged: shared, and may write to the event log -------------------------------------
_LOGGED = [
    ("RET", "---", "return to the caller; from the first frame: the goroutine ends"),
    ("GO", "fBn", "start function a; its c argument words are at slots b+2 ..."),
    ("GOC", "sBn", "start the closure object in slot a; its c argument words are at slots b+2 ..."),
    ("MKCHAN", "ds-", "a = new channel with capacity (slot b); negative panics"),
    ("SEND", "ss-", "send slot b on channel (slot a); channel 0 is nil and blocks for ever"),
    ("RECV", "qsq", "receive from channel (slot b) into a (-1: drop); c (-1: none) = comma-ok"),
    ("CLOSE", "s--", "close channel (slot a); nil or closed panics"),
    ("WGADD", "ss-", "WaitGroup at address (slot a): += slot b; below 0 panics; at 0 wakes the waiters"),
    ("WGWAIT", "s--", "wait until the counter of the WaitGroup at address (slot a) is zero"),
    ("SLEEP", "s--", "time.Sleep(slot a) in ns; <= 0 returns at once"),
    ("GOSCHED", "---", "runtime.Gosched()"),
    ("FMT", "prF", "format slots from b on by descriptor c to standard output (a = -1) or a string"),
    ("PANIC", "s--", "panic with the string in slot a"),
    ("EXIT", "s--", "os.Exit(slot a)"),
]

OPS: tuple[Op, ...] = tuple(
    Op(i, name, operands, doc) for i, (name, operands, doc) in enumerate(_LOCAL + _SHARED + _LOGGED)
)
BY_NAME: dict[str, Op] = {op.name: op for op in OPS}
FIRST_SHARED: int = len(_LOCAL)
FIRST_LOGGED: int = FIRST_SHARED + len(_SHARED)

# Instructions after which control never falls through.
TERMINATORS = frozenset({"JMP", "LOOP", "RET", "PANIC", "EXIT"})

# Format descriptors (``Image.fmt``): n, then n pairs (piece kind, operand).
FMT_LITERAL = 0  # operand: string-table index
FMT_INT = 1  # operand: offset from the instruction's slot b
FMT_STRING = 2
FMT_BOOL = 3
FMT_CHAR = 4  # a rune, written as UTF-8
FMT_QUOTED = 5  # %q of a string
FMT_HEX = 6  # %x of an int
FMT_DURATION = 7  # time.Duration as its String method writes it
FMT_POINTER = 8  # %p of channels, pointers, functions: 0xc000... address form, 0x0 for nil
FMT_PADDED = 9  # %5d and %-5d: operand = offset | (width + 512) << 16, width in -511..511
FMT_ZERO_PADDED = 10  # %05d, the same operand
FMT_POINTER_V = 11  # %v of a pointer or channel: as %p, but <nil>
FMT_KINDS = 12
