"""The garbage collector's cycle, as the scheduler sees it (mgc.go).

Problem. Finding garbage takes long; nobody should have to wait for it, and nobody should allocate
faster than it is found.

Rejected. Stopping the world for all of it (Go did until 1.4: pauses of the heap's size). Marking at
the instant at which each word is read in reality: the write barriers that keep it right would cost
each store, and the outcome is the same.

Chosen. The phases are Go's: the world stops for a moment (sweep termination), marking runs beside
the program on a quarter of the processors (`gcpool`), who allocates meanwhile must help (assists),
the world stops once more (mark termination), then memory is free. Who allocates beyond the trigger
starts a cycle, before its next instruction that others can see; so do runtime.GC and, after two
minutes, sysmon.

What is reachable is found at the instant of the first stop (`collect`); the workers and assists
then spend the time that reading so many bytes takes. Objects are freed at the instant of the second
stop; Go does that bit by bit.

The steps of a worker are instructions like others: `GCMARK` in a loop is all its code
(`gosched_edu.kernel.system`). An allocating goroutine is asked to take a step (`gcpoll`) when the
interpreter enters its P.

Invariant. GC_WORK bytes wait to be marked, GC_ACTIVE pieces of work are being marked. Marking is
over when both are 0, and then somebody who has just finished a piece sees it.
"""

from gosched_edu.kernel.collect import markall, pace, sweepall
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.external import external_full
from gosched_edu.kernel.faults import F_IMAGE, fault
from gosched_edu.kernel.gcpool import (
    FINISH,
    FRACTIONAL,
    MARK,
    OFF,
    SETUP,
    START,
    SWEEP,
    goeson,
    planworkers,
    poolput,
    workerstops,
)
from gosched_edu.kernel.log import emit, room
from gosched_edu.kernel.schedule import gosched, park
from gosched_edu.kernel.special import wakefing
from gosched_edu.kernel.state import GWAITING, JUMP, NEED_EXT, NEED_TRACE, PARKED, SC, SWITCHED
from gosched_edu.kernel.stw import startworld, stopworld
from gosched_edu.kernel.threads import injectglist
from gosched_edu.kernel.versions import RULE_INDEX
from gosched_edu.kernel.workers import HELPER, forcehelper, newworkers

NPROC, NG, STW, STW_P, STW_SINCE = SC["NPROC"], SC["NG"], SC["STW"], SC["STW_P"], SC["STW_SINCE"]
GC_PHASE, GC_WHY, GC_CYCLES, GC_PAUSE = SC["GC_PHASE"], SC["GC_WHY"], SC["GC_CYCLES"], SC["GC_PAUSE"]
GC_WORK, GC_ACTIVE, GC_SCAN, GC_CREDIT = SC["GC_WORK"], SC["GC_ACTIVE"], SC["GC_SCAN"], SC["GC_CREDIT"]
GC_MARK_AT, GC_LAST, GC_WAITERS = SC["GC_MARK_AT"], SC["GC_LAST"], SC["GC_WAITERS"]
GC_TRIGGER, GC_GOAL, GOGC, GC_BORN = SC["GC_TRIGGER"], SC["GC_GOAL"], SC["GOGC"], SC["GC_BORN"]
HEAP_LIVE, TOTAL_ALLOC = SC["HEAP_LIVE"], SC["TOTAL_ALLOC"]
GC_POLL, GC_DEBT = SC["GC_POLL"], SC["GC_DEBT"]
CONCURRENT = RULE_INDEX["concurrent_gc"]
C_STOP, C_WORD = INDEX["gc_stop"], INDEX["mark_word"]
K_BEGIN, K_END = int(Kind.GC_BEGIN), int(Kind.GC_END)
K_MARK, K_MARKED = int(Kind.GC_MARK_BEGIN), int(Kind.GC_MARK_DONE)
K_ASSIST, K_ASSISTED = int(Kind.GC_ASSIST_BEGIN), int(Kind.GC_ASSIST_END)
R_NONE, R_PREEMPTED = int(Reason.NONE), int(Reason.PREEMPTED)
R_HEAP, R_CYCLE = int(Reason.GC_TRIGGER_HEAP), int(Reason.GC_TRIGGER_CYCLE)
R_TIME = int(Reason.GC_TRIGGER_TIME)
R_SWEEP_TERM, R_MARK_TERM = int(Reason.STW_GC_SWEEP_TERM), int(Reason.STW_GC_MARK_TERM)
R_FORCE_IDLE = int(Reason.FORCE_GC_IDLE)
R_WAIT, R_WORKER_IDLE = int(Reason.WAIT_FOR_GC_CYCLE), int(Reason.GC_WORKER_IDLE)
PIECE = 1 << 15  # bytes that are marked in one step
OVER_ASSIST = 64 << 10  # mgcmark.go:gcOverAssistWork
PERIOD = 120_000_000_000  # proc.go:forcegcperiod


def ours(S, p):
    """1 if the world stands still, and for p."""
    if S.sc[STW] == 2 and S.sc[STW_P] == p:
        return 1
    return 0


def asktostop(S, t, p, g, pc, fp, reason):
    """Stop the world for g on p: 0 when it stands still, else what the step of g answers."""
    if external_full(S) != 0:
        return NEED_EXT
    if S.sc[STW] != 0:
        return gosched(S, t, p, g, pc, fp, R_PREEMPTED)
    if stopworld(S, t, p, g, pc, fp, reason) == 0:
        return SWITCHED
    return 0


def gclater(S, p, g, pc, fp, ns):
    """g has something to do for ns; then it takes the same step again."""
    S.p_clock[p] += ns
    S.g_pc[g] = pc
    S.g_fp[g] = fp
    return JUMP


# --- the cycle ----------------------------------------------------------------------------------
def gcend(S, t, p, g, pc, fp):
    """The world stands still and all is marked: free the rest, start the world (mgc.go:gcMarkTermination)."""
    if room(S, S.sc[NG]) == 0:
        return NEED_TRACE
    S.sc[GC_PHASE] = OFF
    S.sc[GC_WHY] = 0
    S.sc[GC_CYCLES] += 1
    S.sc[GC_LAST] = t
    born = S.sc[TOTAL_ALLOC] - S.sc[GC_BORN]
    sweepall(S, t, p)
    pace(S, t, p, born)
    emit(S, t, K_END, R_NONE, p, g, S.sc[GC_CYCLES], S.sc[HEAP_LIVE], pc)
    S.sc[GC_PAUSE] += t - S.sc[STW_SINCE]
    startworld(S, t, p, g, pc, fp, S.sc[NPROC])
    head = S.sc[GC_WAITERS]
    n = 0
    g = head
    while g >= 0:
        n += 1
        g = S.g_next[g]
    S.sc[GC_WAITERS] = -1
    injectglist(S, t, p, head, n)
    return wakefing(S, t, p)


def gcstart(S, t, p, g, pc, fp, why):
    """A step of the start of a cycle, by g on p (mgc.go:gcStart).

    Returns 0 when marking goes on in the background, or what the instruction answers that is to be done
    again: JUMP, SWITCHED, NEED_*.
    """
    if S.sc[GC_PHASE] == OFF:
        if room(S, 2 * S.sc[NPROC]) == 0:
            return NEED_TRACE
        status = newworkers(S, t, p, S.sc[NPROC])
        if status != 0:
            return status
        if external_full(S) != 0:
            return NEED_EXT
        if S.sc[STW] != 0:
            return gosched(S, t, p, g, pc, fp, R_PREEMPTED)
        S.sc[GC_PHASE] = START
        S.sc[GC_WHY] = why
        emit(S, t, K_BEGIN, why, p, g, S.sc[GC_CYCLES] + 1, S.sc[HEAP_LIVE], pc)
        if stopworld(S, t, p, g, pc, fp, R_SWEEP_TERM) == 0:
            return SWITCHED
    if S.sc[GC_PHASE] == START:
        if room(S, S.sc[NG]) == 0:
            return NEED_TRACE
        S.g_pc[g] = pc
        S.g_fp[g] = fp
        S.sc[GC_BORN] = S.sc[TOTAL_ALLOC]
        for x in range(S.sc[NG]):
            S.g_assist[x] = 0
        S.sc[GC_SCAN] = markall(S, t)
        S.sc[GC_PHASE] = SETUP
        ns = S.cost[C_STOP]
        if S.rule[CONCURRENT] == 0:
            ns += S.cost[C_WORD] * (S.sc[GC_SCAN] >> 3) // S.sc[NPROC]
            S.sc[GC_PHASE] = SWEEP
        return gclater(S, p, g, S.g_pc[g], S.g_fp[g], ns)
    if S.sc[GC_PHASE] == SWEEP:
        return gcend(S, t, p, g, pc, fp)
    planworkers(S, S.sc[NPROC], S.sc[GC_WHY] == R_TIME)
    S.sc[GC_PHASE] = MARK
    S.sc[GC_WORK] = S.sc[GC_SCAN]
    S.sc[GC_ACTIVE] = 0
    S.sc[GC_CREDIT] = 0
    S.sc[GC_MARK_AT] = t
    emit(S, t, K_MARK, R_NONE, p, g, S.sc[GC_SCAN], 0, pc)
    S.sc[GC_PAUSE] += t - S.sc[STW_SINCE]
    startworld(S, t, p, g, pc, fp, S.sc[NPROC])
    return 0


def gcmarkdone(S, t, p, g, pc, fp):
    """A step of the end of marking, by g on p, which found that nothing is left (mgc.go:gcMarkDone).

    Returns 0 when the cycle is over, else as `gcstart`.
    """
    if S.sc[GC_PHASE] == MARK:
        if S.sc[STW] != 0:
            return gosched(S, t, p, g, pc, fp, R_PREEMPTED)
        if external_full(S) != 0:
            return NEED_EXT
        S.sc[GC_PHASE] = FINISH
        emit(S, t, K_MARKED, R_NONE, p, g, t - S.sc[GC_MARK_AT], 0, pc)
        if stopworld(S, t, p, g, pc, fp, R_MARK_TERM) == 0:
            return SWITCHED
    if S.sc[GC_PHASE] == FINISH:
        S.sc[GC_PHASE] = SWEEP
        return gclater(S, p, g, pc, fp, S.cost[C_STOP])
    return gcend(S, t, p, g, pc, fp)


# --- who takes part ------------------------------------------------------------------------------
def forcestep(S, t, p, g, pc, fp):
    """A step of forcegchelper: start a cycle, then wait for the next request."""
    if ours(S, p) != 0 or (S.sc[GC_PHASE] == OFF and t - S.sc[GC_LAST] >= PERIOD):
        status = gcstart(S, t, p, g, pc, fp, R_TIME)
        if status != 0:
            return status
    park(S, t, p, g, pc, fp, R_FORCE_IDLE, 0)
    return PARKED


def op_gcmark(S, t, p, g, pc, fp, a, b, c):
    """GCMARK: a step of the mark worker g (mgc.go:gcBgMarkWorker)."""
    if S.g_sys[g] == 0:
        return fault(S, F_IMAGE, pc, 0)
    if S.g_sys[g] == HELPER:
        return forcestep(S, t, p, g, pc, fp)
    phase = S.sc[GC_PHASE]
    if S.g_rem[g] > 0:
        # the piece it took is marked
        if S.p_gcmode[p] == FRACTIONAL:
            S.p_gctime[p] += S.g_rem[g]
        S.g_rem[g] = 0
        S.sc[GC_ACTIVE] -= 1
    if phase == MARK and S.sc[GC_WORK] > 0 and S.p_gcmode[p] != 0 and goeson(S, t, p) != 0:
        n = S.sc[GC_WORK]
        if n > PIECE:
            n = PIECE
        S.sc[GC_WORK] -= n
        S.sc[GC_CREDIT] += n
        S.sc[GC_ACTIVE] += 1
        S.g_rem[g] = S.cost[C_WORD] * (n >> 3) + 1
        S.p_clock[p] += S.g_rem[g]
        return 0
    if ours(S, p) != 0 or (phase == MARK and S.sc[GC_WORK] <= 0 and S.sc[GC_ACTIVE] == 0):
        status = gcmarkdone(S, t, p, g, pc, fp)
        if status == SWITCHED and S.p_g[p] != g:
            workerstops(S, p)  # it waits for somebody else's stop, and may go on elsewhere
        if status != 0:
            return status
    workerstops(S, p)
    park(S, t, p, g, pc, fp, R_WORKER_IDLE, 0)
    poolput(S, g)
    return PARKED


def assist(S, t, p, g, pc, fp):
    """g has allocated while marking goes on: it marks in proportion (mgcmark.go:gcAssistAlloc)."""
    if S.p_owes[p] > 0:
        emit(S, t, K_ASSISTED, R_NONE, p, g, S.p_owes[p], 0, pc)
        S.p_owes[p] = 0
        S.sc[GC_ACTIVE] -= 1
    S.g_assist[g] -= S.p_debt[p]
    S.p_debt[p] = 0
    if S.sc[GC_WORK] <= 0 and S.sc[GC_ACTIVE] == 0:
        return gcmarkdone(S, t, p, g, pc, fp)
    if S.g_assist[g] >= 0 or S.sc[GC_WORK] <= 0:
        return 0
    # scan work for each byte that may still be allocated
    runway = S.sc[GC_GOAL] - S.sc[HEAP_LIVE]
    if runway < PIECE:
        runway = PIECE
    work = -S.g_assist[g] * S.sc[GC_WORK] // runway
    if work < OVER_ASSIST:
        work = OVER_ASSIST
    S.g_assist[g] += work * runway // S.sc[GC_WORK] + 1
    free = S.sc[GC_CREDIT]
    if free > work:
        free = work
    S.sc[GC_CREDIT] -= free
    work -= free
    if work > S.sc[GC_WORK]:
        work = S.sc[GC_WORK]
    if work == 0:
        return 0
    emit(S, t, K_ASSIST, R_NONE, p, g, work, 0, pc)
    S.sc[GC_WORK] -= work
    S.sc[GC_ACTIVE] += 1
    S.p_owes[p] = work
    return gclater(S, p, g, pc, fp, S.cost[C_WORD] * (work >> 3) + 1)


def gcpoll(S, t, p, g, pc, fp):
    """The interpreter enters p, on which g has allocated: anything to do for the collector?

    Returns 0: go on; JUMP: p's clock has moved, ask again; SWITCHED; NEED_*.
    """
    if room(S, 0) == 0:
        return NEED_TRACE
    phase = S.sc[GC_PHASE]
    status = 0
    if phase == OFF:
        if S.sc[HEAP_LIVE] >= S.sc[GC_TRIGGER]:
            status = gcstart(S, t, p, g, pc, fp, R_HEAP)
    elif ours(S, p) != 0:
        if phase == FINISH or (phase == SWEEP and S.rule[CONCURRENT] != 0):
            status = gcmarkdone(S, t, p, g, pc, fp)
        else:
            status = gcstart(S, t, p, g, pc, fp, S.sc[GC_WHY])
    elif phase == MARK or S.p_owes[p] > 0:
        status = assist(S, t, p, g, pc, fp)
    if status == 0:
        S.p_gc[p] = 0
        S.p_debt[p] = 0
    return status


def gcask(S, p):
    """What was allocated on p just now has a consequence: p is to poll."""
    S.p_gc[p] = 1
    S.p_debt[p] += S.sc[GC_DEBT]
    S.sc[GC_DEBT] = 0
    S.sc[GC_POLL] = 0
    return 0


def op_gc(S, t, p, g, pc, fp, a, b, c):
    """GC: runtime.GC() (mgc.go:GC). A cycle that runs already is not enough: it began before."""
    if S.sc[GC_PHASE] == OFF or ours(S, p) != 0:
        status = gcstart(S, t, p, g, pc, fp, R_CYCLE)
        if status != 0 or S.sc[GC_PHASE] == OFF:
            return status
        park(S, t, p, g, pc, fp, R_WAIT, S.sc[GC_CYCLES])
    else:
        park(S, t, p, g, pc - 1, fp, R_WAIT, S.sc[GC_CYCLES])
    S.g_next[g] = S.sc[GC_WAITERS]
    S.sc[GC_WAITERS] = g
    return PARKED


def op_gcpct(S, t, p, g, pc, fp, a, b, c):
    """GCPCT: debug.SetGCPercent."""
    old = S.sc[GOGC]
    S.sc[GOGC] = S.stk[fp + b]
    if S.sc[GOGC] < 0:
        S.sc[GOGC] = -1
    pace(S, t, p, 0)
    S.stk[fp + a] = old
    return 0


def forcegc(S, t):
    """Two minutes without a collection: wake the goroutine that starts one (proc.go:sysmon)."""
    if S.sc[GC_PHASE] != OFF or S.sc[GOGC] < 0 or t - S.sc[GC_LAST] < PERIOD:
        return 0
    g = forcehelper(S, t)
    if g >= 0 and S.g_status[g] == GWAITING:
        S.g_next[g] = -1
        injectglist(S, t, -1, g, 1)
    return 0
