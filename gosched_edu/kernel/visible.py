"""What a step of the explorer is: from one operation that others see to the next.

Problem. Of all orders in which goroutines can take turns, most differ in nothing: what a goroutine does
with its own variables may come at any moment. Who goes through all schedules needs the moments at which a
turn matters, and what each such operation touches.

Rejected. A turn before each instruction (a program of 40 instructions has more schedules than atoms);
a list of instructions in the kernel (which accesses to memory matter is learnt while exploring).

Chosen. Before a run `y_vis` says for each instruction whether others see it: operations on channels,
semaphores, notify lists, atomics, output, and accesses to memory that were found to race. The interpreter
is asked before each instruction at or above FIRST_SHARED (the clock is past LIMIT): the first visible one
after GRANT was set may be done, before the second it stops. What the one is about to touch is left in
`y_foot`: two operations are independent when neither touches, as a writer, what the other touches.

Invariant. With STEPWISE 0 nothing here is called. Between two visible operations a goroutine does nothing
that another one can see, provided the program has no data race that is not in `y_vis`.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.isa import CHAN_BASE, HANDLE_BYTES
from gosched_edu.kernel.state import SC

OP = {op.name: op.code for op in isa.OPS}
BASE = isa.BASE
CALL, RET, EXIT, THROW, WRITE, RAND = (OP[n] for n in "CALL RET EXIT THROW WRITE RAND".split())
PANICINFO = OP["PANICINFO"]
SEND, RECV, CLOSE, SELECT, CASESEND, CHLEN = (OP[n] for n in "SEND RECV CLOSE SELECT CASESEND CHLEN".split())
SEMACQ, SEMREL, NLADD, NLWAIT = (OP[n] for n in "SEMACQ SEMREL NLADD NLWAIT".split())
NLONE, NLALL = OP["NLONE"], OP["NLALL"]
ALD, AST, CAS, RACER, RACEW = (OP[n] for n in "ALD AST CAS RACER RACEW".split())
NOW, STAT, SLEEP, TMNEW, TMSTOP = (OP[n] for n in "NOW STAT SLEEP TMNEW TMSTOP".split())
FDPAIR, FDCLOSE = OP["FDPAIR"], OP["FDCLOSE"]
GRANT, HEAP_TOP, NCHAN, P_NOW = SC["GRANT"], SC["HEAP_TOP"], SC["NCHAN"], SC["NOW"]

# y_vis: how an instruction looks from outside
OWN, SEEN, LAST, START = 0, 1, 2, 3  # LAST: seen where it ends the program, START: where it begins to die
# y_foot: how many objects, flags, the ready cases of a select, the instruction, the objects
F_COUNT, F_FLAGS, F_CASES, F_PC, F_FIRST = 0, 1, 2, 3, 4
FOOT_WORDS = 48
ENDS, WRITES, PARKS = 1, 2, 4  # flags: ends the program; writes output; its goroutine parked
# objects that are no address
STDIN, STDOUT, STDERR, CHANCE, NETWORK, CLOCK, COUNTS = range(7)
MAX_CASES = 62


def touch(S, word, writes):
    """The operation touches an object: an address, a handle, or a small number."""
    n = S.y_foot[F_COUNT]
    if F_FIRST + n < FOOT_WORDS:
        S.y_foot[F_FIRST + n] = (word << 1) | writes
        S.y_foot[F_COUNT] = n + 1
    return 0


def caseready(S, handle, sends):
    """1 if a case of a select on this channel can proceed now."""
    if handle <= CHAN_BASE:
        return 0
    x = (handle - CHAN_BASE) // HANDLE_BYTES
    if x >= S.sc[NCHAN]:
        return 0
    if S.c_closed[x] != 0:
        return 1
    if sends != 0:
        if S.c_recvq[x] >= 0 or S.c_n[x] < S.c_cap[x]:
            return 1
        return 0
    if S.c_n[x] > 0 or S.c_sendq[x] >= 0:
        return 1
    timer = S.c_timer[x]
    if timer >= 0 and S.t_p[timer] < 0 and S.t_when[timer] > 0 and S.t_when[timer] <= S.sc[P_NOW]:
        return 1
    return 0


def touchcases(S, pc, fp, n):
    """The channels of a select, and which of its cases are ready, as bits."""
    ready = 0
    for i in range(n):
        k = (pc + 1 + i) * 4
        sends = 0
        handle = S.stk[fp + S.code[k + 2]]
        if S.code[k] == CASESEND:
            sends = 1
            handle = S.stk[fp + S.code[k + 1]]
        if handle != 0:
            touch(S, handle, 1)
            if i < MAX_CASES and caseready(S, handle, sends) != 0:
                ready |= 1 << i
    S.y_foot[F_CASES] = ready
    return 0


def touchatomic(S, fp, op, a, b, c):
    """The word of an atomic operation; a CAS that must fail only reads."""
    addr = S.stk[fp + b]
    writes = 1
    if op == AST:
        addr = S.stk[fp + a]
    elif op == ALD:
        writes = 0
    elif op == CAS:
        at = (addr - BASE) >> 3
        if at > 0 and at < S.sc[HEAP_TOP] and S.heap[at] != S.stk[fp + c]:
            writes = 0
    return touch(S, addr, writes)


def footprint(S, pc, fp, op, a, b, c):
    """Write down what the visible instruction at pc will touch."""
    S.y_foot[F_PC] = pc
    if op == SEND or op == CLOSE or op == SEMACQ or op == SEMREL or op == NLWAIT:
        return touch(S, S.stk[fp + a], 1)
    if op == NLONE or op == NLALL:
        return touch(S, S.stk[fp + a], 1)
    if op == RECV or op == NLADD:
        return touch(S, S.stk[fp + b], 1)
    if op == CHLEN:
        return touch(S, S.stk[fp + b], 0)
    if op >= ALD and op <= CAS:
        return touchatomic(S, fp, op, a, b, c)
    if op == SELECT:
        return touchcases(S, pc, fp, b)
    if op == RACER or op == RACEW:
        for i in range(b):
            touch(S, S.stk[fp + a] + 8 * i, 1 if op == RACEW else 0)
        return 0
    if op == WRITE or op == CALL:
        S.y_foot[F_FLAGS] |= WRITES
        word = STDERR  # a call of print
        if op == WRITE:
            word = S.stk[fp + a] & 3
        return touch(S, word, 1)
    if op == RET or op == EXIT or op == THROW or op == PANICINFO:
        S.y_foot[F_FLAGS] |= ENDS
        return 0
    if op == RAND:
        return touch(S, CHANCE, 1)
    if op == STAT:
        return touch(S, COUNTS, 1)
    if op == NOW:
        return touch(S, CLOCK, 0)
    if op >= FDPAIR and op <= FDCLOSE:
        return touch(S, NETWORK, 1)
    if op == SLEEP or (op >= TMNEW and op <= TMSTOP):
        return touch(S, CLOCK, 1)
    return 0


def seen(S, g, pc, fp):
    """1 if others see what g does at pc."""
    v = S.y_vis[pc]
    if v == LAST:
        if S.g_goid[g] == 1 and S.stk[fp] == -1:
            return 1
        return 0
    if v == START:
        return 1 if S.stk[fp + S.code[pc * 4 + 3]] == 0 else 0
    return v


def granted(S, g, pc, fp, op, a, b, c):
    """1 if g may go on with the instruction at pc in this step."""
    if S.y_vis[pc] == OWN or seen(S, g, pc, fp) == 0:
        return 1
    if S.sc[GRANT] == 0:
        return 0
    S.sc[GRANT] = 0
    footprint(S, pc, fp, op, a, b, c)
    return 1
