"""Goroutines of the runtime itself (mgc.go:gcBgMarkStartWorkers).

They are goroutines like others, with code made by `gosched_edu.kernel.system`, but no part of the
program: they do not count, and dumps leave them out.

Invariant. ``g_sys`` is not 0 exactly for them. Mark workers that have nothing to do are in the
collector's pool.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.gcpool import poolput
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.proc import newproc
from gosched_edu.kernel.state import GWAITING, SC

NWORKERS, NLIVE, NFUNC, WANT = SC["NWORKERS"], SC["NLIVE"], SC["NFUNC"], SC["WANT"]
FORCE_G = SC["FORCE_G"]
K_CREATE = int(Kind.GO_CREATE_BLOCKED)
R_IDLE, R_FORCE_IDLE = int(Reason.GC_WORKER_IDLE), int(Reason.FORCE_GC_IDLE)
# g_sys, and which of system.SYSTEM it is, from 1
WORKER, HELPER = 1, 3


def newsystem(S, t, p, kind, reason):
    """A goroutine of the runtime itself, parked: it, or minus NEED_* when something must grow first."""
    fn = S.sc[NFUNC] + kind - 1  # they lie behind the functions of the program
    S.sc[NLIVE] -= 1
    g = newproc(S, t, p, -1, S.f_entry[fn], S.f_class[fn], -1)
    if g < 0:
        S.sc[NLIVE] += 1
        return g
    S.g_sys[g] = kind
    S.g_status[g] = GWAITING
    S.g_reason[g] = reason
    emit(S, t, K_CREATE, reason, p, g, 0, S.f_entry[fn], -1)
    return g


def newworkers(S, t, p, n):
    """See to it that there are n mark workers: 0, or NEED_* when something must grow first."""
    while S.sc[NWORKERS] < n:
        g = newsystem(S, t, p, WORKER, R_IDLE)
        if g < 0:
            return -g
        S.sc[NWORKERS] += 1
        poolput(S, g)
    return 0


def forcehelper(S, t):
    """The goroutine that sysmon wakes to start a collection, or -1: later (proc.go:forcegchelper)."""
    if S.sc[FORCE_G] < 0:
        g = newsystem(S, t, -1, HELPER, R_FORCE_IDLE)
        if g < 0:
            S.sc[WANT] = -g
            return -1
        S.sc[FORCE_G] = g
    return S.sc[FORCE_G]
