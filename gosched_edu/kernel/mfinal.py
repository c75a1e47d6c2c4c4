"""SPECIAL: what the library asks for finalizers, cleanups and weak pointers (mfinal.go).

Problem. The library (`golib/internal/special`) makes the records; that they are chained in one step,
and that the finalizer goroutine waits as Go's does, is the kernel's.

Chosen. One instruction for all. Records and their life are told in `gosched_edu.kernel.special`.

Invariant. The finalizer goroutine does not count as one of the program while it waits.
"""

from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.faults import F_IMAGE, fault
from gosched_edu.kernel.isa import BASE
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.special import FINQ, NSPECIALS, SPECIALS, SYSTEM, recordat
from gosched_edu.kernel.state import PARKED, SC

FING, NLIVE, RACE = SC["FING"], SC["NLIVE"], SC["RACE"]
NTID, VC_WIDTH = SC["NTID"], SC["VC_WIDTH"]
R_WAIT = int(Reason.FINALIZER_WAIT)


def racefingo(S, g):
    """The finalizer goroutine knows of all that everybody did so far (race.go:racefingo)."""
    row = S.g_vc[g] * S.sc[VC_WIDTH]
    for tid in range(S.sc[NTID]):
        if S.r_clock[tid] > S.vc[row + tid]:
            S.vc[row + tid] = S.r_clock[tid]
    return 0


def nextfinalizer(S, t, p, g, pc, fp, a):
    """The record to be run next; while there is none, g waits (mfinal.go:runFinalizers)."""
    S.sc[FING] = g + 1
    w = S.sc[FINQ]
    at = recordat(S, w)
    if at < 0:
        S.sc[FINQ] = 0
        if S.g_sys[g] == 0:
            S.g_sys[g] = SYSTEM
            S.sc[NLIVE] -= 1
        park(S, t, p, g, pc - 1, fp, R_WAIT, 0)
        return PARKED
    if S.g_sys[g] != 0:
        S.g_sys[g] = 0
        S.sc[NLIVE] += 1
    if S.sc[RACE] != 0:
        racefingo(S, g)
    S.sc[FINQ] = S.heap[at]
    S.stk[fp + a] = w
    return 0


def op_special(S, t, p, g, pc, fp, a, b, c):
    """SPECIAL: see isa.py."""
    if c == 1:
        S.stk[fp + a] = S.sc[SPECIALS]
        return 0
    if c == 2:
        return nextfinalizer(S, t, p, g, pc, fp, a)
    at = recordat(S, S.stk[fp + b])
    if at < 0:
        return fault(S, F_IMAGE, S.stk[fp + b], 0)
    if c == 0:
        S.heap[at] = S.sc[SPECIALS]
        S.heap[at + 1] = (S.heap[at + 1] - BASE) >> 3
        S.sc[SPECIALS] = S.stk[fp + b]
        S.sc[NSPECIALS] += 1
        return 0
    S.stk[fp + a] = 0
    if S.heap[at + 1] != 0:
        S.stk[fp + a] = BASE + 8 * S.heap[at + 1]
    return 0
