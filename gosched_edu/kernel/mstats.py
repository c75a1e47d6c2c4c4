"""Numbers that the runtime keeps about itself (mstats.go, debug.go)."""

from gosched_edu.kernel.state import GRUNNABLE, GRUNNING, GSYSCALL, SC
from gosched_edu.kernel.threads import mcount

NLIVE, NPROC, GC_CYCLES, HEAP_LIVE = SC["NLIVE"], SC["NPROC"], SC["GC_CYCLES"], SC["HEAP_LIVE"]
NMALLOC, NFREE, STACK_INUSE, PAGE_TOP = SC["NMALLOC"], SC["NFREE"], SC["STACK_INUSE"], SC["PAGE_TOP"]
GC_PAUSE, TOTAL_ALLOC, SEED, MINOR, RACE, NG, NCREATED = (
    SC["GC_PAUSE"], SC["TOTAL_ALLOC"], SC["SEED"], SC["MINOR"], SC["RACE"], SC["NG"], SC["NCREATED"],
)  # fmt: skip
PAGE_BYTES = 8192


def in_status(S, status):
    """How many goroutines have this status."""
    count = 0
    for g in range(S.sc[NG]):
        if S.g_status[g] == status:
            count += 1
    return count


def stat(S, g, number):
    """The number that isa.STATS names."""
    if number == 0:
        return S.sc[NLIVE]
    if number == 1:
        return S.sc[NPROC]
    if number == 2:
        return S.g_goid[g]
    if number == 3:
        return S.sc[GC_CYCLES]
    if number == 4:
        return S.sc[HEAP_LIVE]
    if number == 5:
        return S.sc[NMALLOC] - S.sc[NFREE]
    if number == 6:
        return S.sc[NMALLOC]
    if number == 7:
        return S.sc[NFREE]
    if number == 8:
        return S.sc[STACK_INUSE]
    if number == 9:
        return S.sc[PAGE_TOP] * PAGE_BYTES + S.sc[STACK_INUSE]
    if number == 10:
        return S.sc[GC_PAUSE]
    if number == 11:
        return mcount(S)
    if number == 12:
        return S.sc[TOTAL_ALLOC]
    if number == 13:
        return S.sc[SEED]
    if number == 14:
        return S.sc[MINOR]
    if number == 15:
        return S.sc[RACE]
    if number == 16:
        return in_status(S, GRUNNABLE)
    if number == 17:
        return in_status(S, GRUNNING)
    if number == 18:
        # what is left (metrics.go:schedStatsAggregate.compute)
        return S.sc[NLIVE] - in_status(S, GRUNNABLE) - in_status(S, GRUNNING) - in_status(S, GSYSCALL)
    if number == 19:
        return in_status(S, GSYSCALL)
    return S.sc[NCREATED]


def op_stat(S, t, p, g, pc, fp, a, b, c):
    """STAT."""
    S.stk[fp + a] = stat(S, g, b)
    return 0
