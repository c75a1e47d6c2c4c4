"""Stack maps: which slots of a frame may still be read (cmd/compile/internal/liveness).

Problem. A slot keeps its last value after its last use. A collector that believes such values keeps
objects alive that nobody can come to: finalizers do not run, weak pointers do not become nil.

Rejected. Maps made with the program (most programs never collect, and all would pay); slots cleared
after their last use (an instruction for each).

Chosen. The classical backward data flow over the instructions of one function, made when a collection
first meets a frame of it. What an instruction reads and writes is what its operand kinds say (`isa.Op`).
One pass goes from the end to the start; passes are made until nothing changes. ``live`` holds for each
instruction the set of slots that may be read from it on, BITS slots a word, behind a word that is 1 when
they are known. What may panic may go on at DEFERRET.

A frame whose function waits for a call is read as of the instruction behind the call. One that is
panicking goes on, if at all, at its DEFERRET (stkframe.go: continpc). What a clause of a select
receives belongs to that clause alone, so a select writes all of it.

Invariant. Never too small: a slot that is read before it is written is in the set. A function
without a map (``f_map`` < 0: a huge one) has all its slots in it.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.image import GOPANIC as FLAG_GOPANIC
from gosched_edu.kernel.stack import EXACT, PC_BITS

CALL, CALLI, CASERECV, DEFERRET, NEWS, RET, SELECT, SPECIAL = (
    isa.BY_NAME[name].code for name in "CALL CALLI CASERECV DEFERRET NEWS RET SELECT SPECIAL".split()
)
FRAME_ARGS = isa.FRAME_ARGS
GOPANIC = FLAG_GOPANIC
BITS = 62  # slots in a word of `live`
MANY = 1 << 18  # words of the largest map
ALL, NONE = -1, -2  # instead of a place in `live`
# op_kind: the operands' letters, then what comes after the instruction
COLUMNS, AFTER = 4, 3
ENDS, GOES_ON, CALLS = 0, 1, 2  # nothing; the next one; the same, and what lay from base on is lost
D_ONE, D_TWO, D_THREE, S_ONE, S_TWO, S_THREE = (ord(x) for x in "dDTsSL")
RUN_READ, RUN_WRITTEN, RECEIVED, INDEXED = (ord(x) for x in "rwqx")
COUNT, PACKED, RECEIVE_COUNT, TARGET, FRAME, FUNCTION = (ord(x) for x in "novtBf")


def slots(first, n, low):
    """Slots first .. first+n-1 as bits, as far as they are among low .. low+BITS-1."""
    start = first - low
    end = start + n
    if start < 0:
        start = 0
    if end > BITS:
        end = BITS
    if start >= end:
        return 0
    return (1 << end) - (1 << start)


def operand(S, pc, kind):
    """The operand of a kind of the instruction at pc, -1 if it has none."""
    k = COLUMNS * S.code[4 * pc]
    for i in range(3):
        if S.op_kind[k + i] == kind:
            return S.code[4 * pc + 1 + i]
    return -1


def runlength(S, pc):
    """Words of the run that the instruction at pc reads or writes."""
    n = operand(S, pc, PACKED)
    if n >= 0:
        return n & 0xFF
    return operand(S, pc, COUNT)


def passed(S, pc):
    """Words that the call at pc has put into the callee's frame."""
    fn = operand(S, pc, FUNCTION)
    if fn >= 0:
        return S.f_nargs[fn]
    if S.code[4 * pc] == CALLI:
        return S.method_args[S.code[4 * pc + 3]]
    n = operand(S, pc, COUNT)
    if n < 0:
        n = 0
    return n


def reads(S, pc, low):
    """Slots that the instruction at pc reads, of low .. low+BITS-1."""
    op = S.code[4 * pc]
    out = 0
    for i in range(3):
        kind = S.op_kind[COLUMNS * op + i]
        x = S.code[4 * pc + 1 + i]
        if kind == S_ONE:
            out |= slots(x, 1, low)
        elif kind == S_TWO or kind == S_THREE:
            out |= slots(x, 2, low)  # who takes a slice looks at its address and length
        elif kind == RUN_READ:
            out |= slots(x, runlength(S, pc), low)
        elif kind == INDEXED and op != NEWS:
            out |= slots(x & 0xFFFF, 1, low)
        elif kind == FRAME:
            out |= slots(x + FRAME_ARGS, passed(S, pc), low)
            if op == CALLI:
                out &= ~slots(x + FRAME_ARGS, 1, low)  # the receiver comes from the interface
    if op == CALLI:
        out |= slots(S.code[4 * pc + 1], 2, low)
    elif op == RET:
        out |= slots(FRAME_ARGS, S.f_nresults[S.fn_of[pc]], low)
    return out


def writes(S, pc, low):
    """Slots that the instruction at pc certainly overwrites, or whose contents are lost in it."""
    op = S.code[4 * pc]
    out = 0
    if op == SPECIAL and S.code[4 * pc + 3] == 0:
        return 0
    for i in range(3):
        kind = S.op_kind[COLUMNS * op + i]
        x = S.code[4 * pc + 1 + i]
        if kind == D_ONE:
            out |= slots(x, 1, low)
        elif kind == D_TWO:
            out |= slots(x, 2, low)
        elif kind == D_THREE:
            out |= slots(x, 3, low)
        elif kind == RUN_WRITTEN:
            out |= slots(x, runlength(S, pc), low)
        elif kind == RECEIVED and x >= 0:
            v = operand(S, pc, RECEIVE_COUNT)
            out |= slots(x, (v >> 1) + (v & 1), low)
        elif kind == FRAME and S.op_kind[COLUMNS * op + AFTER] == CALLS:
            out |= slots(x, S.f_frame[S.fn_of[pc]] - x, low)
    return out


def panics(S, pc):
    """1 if the instruction at pc is a panic statement."""
    if S.code[4 * pc] == CALL and S.f_flags[S.code[4 * pc + 1]] & GOPANIC != 0:
        return 1
    return 0


def livebefore(S, pc, low, at, words, entry, end, resume):
    """One word of the set before the instruction at pc, from those of the instructions that may follow."""
    op = S.code[4 * pc]
    out = 0
    following = pc + 1
    if op == SELECT:
        following += S.code[4 * pc + 2]
    if S.op_kind[COLUMNS * op + AFTER] != ENDS and following < end and panics(S, pc) == 0:
        out |= S.live[at + (following - entry) * words]
    target = operand(S, pc, TARGET)
    if target >= 0:
        out |= S.live[at + (target - entry) * words]
    if op == SELECT:
        for case in range(pc + 1, following):
            out &= ~writes(S, case, low)
    if resume >= 0:
        out |= S.live[at + (resume - entry) * words]
    if op != CASERECV:
        # whoever waits in a select stands at its first case, and may have been handed the value already
        out &= ~writes(S, pc, low)
    if op == SELECT:
        for case in range(pc + 1, following):
            out |= reads(S, case, low)
    return out | reads(S, pc, low)


def makemap(S, fn):
    """Fill in the map of function fn."""
    entry = S.f_entry[fn]
    end = S.f_end[fn]
    words = (S.f_frame[fn] + BITS - 1) // BITS
    at = S.f_map[fn] + 1
    for w in range(words):
        changed = 1
        while changed != 0:
            changed = 0
            pc = end - 1
            while pc >= entry:
                new = livebefore(S, pc, w * BITS, at + w, words, entry, end, S.f_deferret[fn])
                i = at + w + (pc - entry) * words
                if S.live[i] != new:
                    S.live[i] = new
                    changed = 1
                pc -= 1
    S.live[at - 1] = 1
    return 0


def liveat(S, pc):
    """Where `live` has the slots that may be read from the instruction at pc on, or ALL."""
    fn = S.fn_of[pc]
    at = S.f_map[fn]
    if at < 0:
        return ALL
    if S.live[at] == 0:
        makemap(S, fn)
    return at + 1 + (pc - S.f_entry[fn]) * ((S.f_frame[fn] + BITS - 1) // BITS)


def liveresumed(S, link):
    """The same for the frame that a call with this link word will return to, if it does (stkframe.go)."""
    pc = link & PC_BITS
    if link < 0:
        pc = (-link & 0xFFFFFFFF) - 2
    elif link & EXACT == 0:
        if panics(S, pc - 1) == 0:
            return liveat(S, pc)
    elif S.code[4 * pc] == DEFERRET:
        return liveat(S, pc)
    # it panics: what is read if that is recovered
    resume = S.f_deferret[S.fn_of[pc]]
    if resume < 0:
        return NONE
    return liveat(S, resume)


def islive(S, at, slot):
    """1 if the set at `at` has the slot."""
    if at == ALL:
        return 1
    if at == NONE:
        return 0
    return (S.live[at + slot // BITS] >> (slot % BITS)) & 1
