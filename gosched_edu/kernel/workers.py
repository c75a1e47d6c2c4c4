"""Goroutines of the runtime itself (mgc.go:gcBgMarkStartWorkers).

They are goroutines like others, with code made by `gosched_edu.kernel.system`, but no part of the program: they do not
count, and dumps leave them out.

Invariant. ``g_sys[g] == 1`` exactly for them; they are parked in the collector's pool when they have nothing to do.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.gcpool import poolput
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.proc import newproc
from gosched_edu.kernel.stack import stack_class
from gosched_edu.kernel.state import GWAITING, SC

NWORKERS, NLIVE, NFUNC = SC["NWORKERS"], SC["NLIVE"], SC["NFUNC"]
K_CREATE = int(Kind.GO_CREATE_BLOCKED)
R_IDLE = int(Reason.GC_WORKER_IDLE)


def newworkers(S, t, p, n):
    """See to it that there are n mark workers: 0, or NEED_* when something must grow first."""
    while S.sc[NWORKERS] < n:
        fn = S.sc[NFUNC]  # the first function behind those of the program
        S.sc[NLIVE] -= 1
        g = newproc(S, t, p, -1, S.f_entry[fn], stack_class(S.f_frame[fn]), -1)
        if g < 0:
            S.sc[NLIVE] += 1
            return -g
        S.sc[NWORKERS] += 1
        S.g_sys[g] = 1
        S.g_status[g] = GWAITING
        S.g_reason[g] = R_IDLE
        emit(S, t, K_CREATE, R_IDLE, p, g, 0, S.f_entry[fn], -1)
        poolput(S, g)
    return 0
