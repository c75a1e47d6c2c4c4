"""Mark workers, as the scheduler finds them (mgcpacer.go:findRunnableGCWorker).

Problem. Marking must take its share of the processors, a quarter, no more, and be quick when
processors are idle.

Rejected by Go: a thread of its own (the operating system would decide who runs); marking by those
who allocate alone (a program that does not allocate much would never be done).

Chosen, as in Go. There is one worker goroutine per P; they wait in a pool. While marking goes on
every P that looks for work is asked to run one: as *dedicated* worker, until the marking is done,
on a quarter of the Ps (rounded); as *fractional* one where rounding would miss by more than 30 %,
until it has had its share of the time; as *idle* one when there is nothing else to do, until there
is.

Invariants. A worker is in the pool (parked, "GC worker (idle)") or runs, or waits to. GC_DEDICATED
counts the dedicated ones that are still wanted; GC_IDLE counts the idle ones that run.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.runq import globrunqput, runqempty, runqget
from gosched_edu.kernel.state import GRUNNABLE, SC

NPROC, STW, GQ_SIZE = SC["NPROC"], SC["STW"], SC["GQ_SIZE"]
GC_PHASE, GC_WORK, GC_POOL = SC["GC_PHASE"], SC["GC_WORK"], SC["GC_POOL"]
GC_DEDICATED, GC_IDLE, GC_MAX_IDLE = SC["GC_DEDICATED"], SC["GC_IDLE"], SC["GC_MAX_IDLE"]
GC_FRACTION, GC_MARK_AT = SC["GC_FRACTION"], SC["GC_MARK_AT"]
K_UNBLOCK = int(Kind.GO_UNBLOCK)
R_NONE = int(Reason.NONE)
R_DEDICATED, R_FRACTIONAL, R_IDLE = int(Reason.GC_DEDICATED), int(Reason.GC_FRACTIONAL), int(Reason.GC_IDLE)

# GC_PHASE. The world stands still in SETUP and SWEEP, and is to stop in START and FINISH.
OFF, START, SETUP, MARK, FINISH, SWEEP = 0, 1, 2, 3, 4, 5
# p_gcmode
DEDICATED, FRACTIONAL, IDLE = 1, 2, 3
MILLE = 1000


def planworkers(S, procs, timed):
    """How many workers of which kind this cycle needs (startCycle). timed: nobody is in a hurry."""
    dedicated = (procs + 2) // 4
    S.sc[GC_FRACTION] = 0
    # rounded by more than 30 %: dedicated / (procs / 4) - 1
    error = 40 * dedicated - 10 * procs
    if error < -3 * procs or error > 3 * procs:
        if 4 * dedicated > procs:
            dedicated -= 1
        S.sc[GC_FRACTION] = (procs - 4 * dedicated) * MILLE // (4 * procs)
    S.sc[GC_DEDICATED] = dedicated
    S.sc[GC_IDLE] = 0
    S.sc[GC_MAX_IDLE] = procs - dedicated
    if timed != 0:
        S.sc[GC_MAX_IDLE] = 0
        if dedicated == 0:
            S.sc[GC_MAX_IDLE] = 1
    for p in range(procs):
        S.p_gctime[p] = 0
    return 0


def poolput(S, g):
    """Worker g has nothing to do."""
    S.g_next[g] = S.sc[GC_POOL]
    S.sc[GC_POOL] = g
    return 0


def takeworker(S, t, p, mode, how):
    """The worker on top of the pool, made runnable for p in this mode, packed as `found` does; or -1."""
    g = S.sc[GC_POOL]
    if g < 0:
        return -1
    S.sc[GC_POOL] = S.g_next[g]
    S.p_gcmode[p] = mode
    S.g_status[g] = GRUNNABLE
    emit(S, t, K_UNBLOCK, R_NONE, p, g, 0, 0, -1)
    return g | (how << 32)


def overshare(S, t, p, mille):
    """1 if fractional workers have had more than mille / 1000 of their share of p's time."""
    passed = t - S.sc[GC_MARK_AT]
    if passed > 0 and S.p_gctime[p] * MILLE * MILLE > passed * S.sc[GC_FRACTION] * mille:
        return 1
    return 0


def findworker(S, t, p):
    """A dedicated or fractional worker that p should run now, packed; or -1."""
    if S.sc[GC_PHASE] != MARK or S.sc[GC_WORK] <= 0:
        return -1
    if S.sc[GC_DEDICATED] > 0:
        f = takeworker(S, t, p, DEDICATED, R_DEDICATED)
        if f >= 0:
            S.sc[GC_DEDICATED] -= 1
        return f
    if S.sc[GC_FRACTION] == 0 or overshare(S, t, p, MILLE) != 0:
        return -1
    return takeworker(S, t, p, FRACTIONAL, R_FRACTIONAL)


def findidleworker(S, t, p):
    """A worker for p, which has nothing else to do, packed; or -1 (proc.go:findRunnable)."""
    if S.sc[GC_PHASE] != MARK or S.sc[GC_WORK] <= 0 or S.sc[GC_IDLE] >= S.sc[GC_MAX_IDLE]:
        return -1
    f = takeworker(S, t, p, IDLE, R_IDLE)
    if f >= 0:
        S.sc[GC_IDLE] += 1
    return f


def goeson(S, t, p):
    """1 if the worker on p goes on marking (mgcmark.go:gcDrain)."""
    if S.sc[STW] != 0:
        return 0
    mode = S.p_gcmode[p]
    if mode == DEDICATED:
        if S.p_preempt[p] != 0:
            # others wait behind it: let them run elsewhere (gcBgMarkWorker)
            S.p_preempt[p] = 0
            g = runqget(S, p)
            while g >= 0:
                globrunqput(S, g)
                g = runqget(S, p)
        return 1
    if S.p_preempt[p] != 0:
        return 0
    if mode == FRACTIONAL:
        return 1 - overshare(S, t, p, MILLE + MILLE // 5)
    if S.sc[GQ_SIZE] > 0 or runqempty(S, p) == 0:
        return 0
    return 1


def workerstops(S, p):
    """The worker on p goes back to the pool."""
    mode = S.p_gcmode[p]
    S.p_gcmode[p] = 0
    if mode == DEDICATED:
        S.sc[GC_DEDICATED] += 1
    elif mode == IDLE:
        S.sc[GC_IDLE] -= 1
    return 0
