"""Numbers that the runtime keeps about itself (mstats.go, debug.go)."""

from gosched_edu.kernel.state import SC

NLIVE, NPROC, NM, SEED, MINOR = SC["NLIVE"], SC["NPROC"], SC["NM"], SC["SEED"], SC["MINOR"]


def op_stat(S, t, p, g, pc, fp, a, b, c):
    """STAT."""
    value = 0
    if b == 0:
        value = S.sc[NLIVE]
    elif b == 1:
        value = S.sc[NPROC]
    elif b == 2:
        value = S.g_goid[g]
    elif b == 11:
        value = S.sc[NM]
    elif b == 13:
        value = S.sc[SEED]
    elif b == 14:
        value = S.sc[MINOR]
    S.stk[fp + a] = value
    return 0


def op_gc(S, t, p, g, pc, fp, a, b, c):
    """GC."""
    return 0
