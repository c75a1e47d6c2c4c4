"""Running ahead: a P whose goroutine does what nobody else can see need not wait for its turn.

Problem. With several Ps in loops, each passes the others' clocks at each backward jump. To let the
next act is then all that the simulator does.

Rejected. A look into the future of the others (any of them may stop the world at its next
instruction); stopping a loop that is asked to stop at a later jump (the log would depend on who ran
ahead how far).

Chosen. Optimistic execution (Jefferson 1985, "Virtual time"): a goroutine goes on past LIMIT as long
as its instructions are its own business, `unseen`: jumps, arithmetic that cannot fault, captured
variables (a closure object never changes), calls, and returns as far as the frame in which that
began. Before the first of them this frame is put aside. Who asks a P to stop (`preempt.preemptone`)
takes it back if it has run ahead: frame, place and clock are again what they were, and
`interp.runp` repeats the instructions up to the request. What need not ask at all (LOOPF, CALLF, RETF
and the other instructions of `gosched_edu.kernel.fuse`) is done like the local instructions, ahead or not.

Invariant. While `p_ahead` is AHEAD nothing that others could see has happened on p since `p_aclock`. So a
run is the same, event for event, whoever runs ahead and how far.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.order import PMASK, earlier, first
from gosched_edu.kernel.stack import setguard
from gosched_edu.kernel.state import RING, SC
from gosched_edu.kernel.visible import granted

OP = {op.name: op.code for op in isa.OPS}
LOOPNZ, CALL, RET, LD = OP["LOOPNZ"], OP["CALL"], OP["RET"], OP["LD"]
BASE, FRAME_ENV = isa.BASE, isa.FRAME_ENV
DIV, USHR, FMATH = OP["DIV"], OP["USHR"], OP["FMATH"]
LIMIT, TIME_STOP, CFS_QUOTA, HEAP_TOP = SC["LIMIT"], SC["TIME_STOP"], SC["CFS_QUOTA"], SC["HEAP_TOP"]
EVENT_STOP, NEVENTS = SC["EVENT_STOP"], SC["NEVENTS"]
INS, INS_BACK = SC["INS"], SC["INS_BACK"]
STEPWISE = SC["STEPWISE"]
NFRONT, NPROC = SC["NFRONT"], SC["NPROC"]
FAR = 4_096  # ns: what may have to be done twice
NEAR_STOP = 10_000  # events: who looks at a run in small steps sees nobody ahead
IN_STEP, AHEAD, REPEATS = 0, 1, 2  # p_ahead


def unseen(S, p, g, pc, fp, op, a, b, c):
    """1 if nobody but g can see what the instruction at pc does, and it cannot fail."""
    if op <= LOOPNZ:
        return 1
    if op == CALL:
        if fp + b + S.f_frame[a] > S.g_lim[g] or S.g_used[g] + S.f_bytes[a] > S.g_room[g]:
            return 0
        return 1
    if op == RET:
        link = S.stk[fp]
        if link < 0 or S.g_used[g] - S.f_bytes[S.fn_of[pc]] <= S.g_low[g]:
            return 0
        if S.p_ahead[p] == AHEAD and fp - (link >> 32) < S.p_alow[p]:
            return 0  # the caller's frame has not been put aside
        return 1
    if op == LD and b == FRAME_ENV:
        at = ((S.stk[fp + b] - BASE) >> 3) + c
        if at <= 0 or at >= S.sc[HEAP_TOP]:
            return 0
        return 1  # a closure object never changes
    if op < DIV or op > FMATH or (op <= USHR and S.stk[fp + c] <= 0):
        return 0
    return 1


def goahead(S, p, g, pc, fp, now, op):
    """p stands at LIMIT and would go on: put its state aside, if it may."""
    low = fp
    if op == RET:
        low -= S.stk[fp] >> 32
    n = fp + S.f_frame[S.fn_of[pc]] - low
    if n > RING or S.p_preempt[p] != 0 or S.sc[LIMIT] < 0 or S.sc[CFS_QUOTA] != 0:
        return 0
    if S.sc[EVENT_STOP] - S.sc[NEVENTS] < NEAR_STOP:
        return 0
    until = now + FAR
    if S.sc[TIME_STOP] < until:
        until = S.sc[TIME_STOP]
    if now > until:
        return 0
    S.p_until[p] = until
    S.p_ahead[p] = AHEAD
    S.p_aclock[p] = now
    S.p_ains[p] = S.sc[INS]
    S.p_apc[p] = pc
    S.p_afp[p] = fp
    S.p_alow[p] = low
    S.p_awords[p] = n
    S.p_aused[p] = S.g_used[g]
    for i in range(n):
        S.aside[p * RING + i] = S.stk[low + i]
    return 1


def mayrunahead(S, p, g, pc, fp, now, op, a, b, c):
    """1 if the instruction at pc, whose time is after LIMIT, may be executed all the same."""
    if S.sc[STEPWISE] != 0:
        return granted(S, g, pc, fp, op, a, b, c)
    if unseen(S, p, g, pc, fp, op, a, b, c) == 0:
        return 0
    if S.p_ahead[p] == IN_STEP:
        return goahead(S, p, g, pc, fp, now, op)
    if S.p_ahead[p] == REPEATS or now > S.p_until[p]:
        return 0
    return 1


def takeback(S, t, p):
    """p has run ahead of t, when something happens to it: back, to repeat what comes before that."""
    g = S.p_g[p]
    low = S.p_alow[p]
    for i in range(S.p_awords[p]):
        S.stk[low + i] = S.aside[p * RING + i]
    S.g_pc[g] = S.p_apc[p]
    S.g_fp[g] = S.p_afp[p]
    S.g_used[g] = S.p_aused[p]
    S.sc[INS_BACK] += S.p_ains[p]
    S.p_ahead[p] = REPEATS
    S.p_until[p] = t - 1
    if S.sc[NFRONT] != 0 and p < first(S) & PMASK:
        S.p_until[p] = t  # at equal clocks the smaller number acts first
    return earlier(S, p, S.p_aclock[p])


def repeat(S, p, g):
    """p is to do once more what it did before the request, of which it knows nothing yet, and no more."""
    S.p_ahead[p] = REPEATS
    setguard(S, g)
    if S.p_until[p] < S.sc[LIMIT]:
        S.sc[LIMIT] = S.p_until[p]
    return 0
