"""One round of the scheduler on one P (proc.go: schedule, startlockedm, stoplockedm).

Problem. Between two goroutines an M may have to stop for the world, to wait for the one goroutine
that is locked to it, to give its P to the M that a goroutine is locked to, or to park.

Chosen. `pick` asks in the order of proc.go:schedule. A goroutine that an M brings along (from
netpoll, or because it is locked to it) stands in `p_run` and is run without asking further.

Invariant. After pick(S, p) < 0, p is idle, stopped, has another M, or its clock has moved on.
"""

from gosched_edu.kernel.choice import answered, decide
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.find import LATER, NOTHING, findrunnable, found, nothingfound
from gosched_edu.kernel.log import emit, emit_m
from gosched_edu.kernel.proc import DIES
from gosched_edu.kernel.schedule import execute
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.threads import (
    M_GONE,
    M_LOCKED,
    M_RUNS,
    assign,
    gcstopm,
    globallock,
    handoffp,
    mput,
    stopspinning,
    wakelatency,
    wakep,
)
from gosched_edu.kernel.versions import RULE_INDEX

STW, NMGONE, NPROC, ASKED = SC["STW"], SC["NMGONE"], SC["NPROC"], SC["ASKED"]
LOCAL_QUEUES = RULE_INDEX["local_queues"]
K_PROC_START, K_PROC_STOP = int(Kind.PROC_START), int(Kind.PROC_STOP)
K_THREAD_EXIT = int(Kind.THREAD_EXIT)
R_HANDOFF, R_LOCKED_M, R_RESET = int(Reason.HANDOFF), int(Reason.LOCKED_M), int(Reason.RESET_SPINNING)
R_DEDICATED, R_FRACTIONAL = int(Reason.GC_DEDICATED), int(Reason.GC_FRACTIONAL)
R_IDLE = int(Reason.GC_IDLE)
R_WAKEP = int(Reason.WAKEP)
R_NETPOLL, R_NONE = int(Reason.NETPOLL), int(Reason.NONE)


def resetspinning(S, p, t):
    """A spinning M found work: stop spinning, wake the next (proc.go:resetspinning)."""
    stopspinning(S, t, p, 1)
    wakep(S, p, t, R_RESET)
    return 0


def stoplockedm(S, t, p):
    """p's M waits until its locked goroutine can run; others may have p (proc.go:stoplockedm)."""
    m = S.p_m[p]
    emit(S, t, K_PROC_STOP, R_LOCKED_M, p, -1, 0, 0, -1)
    S.m_where[m] = M_LOCKED
    S.m_clock[m] = t
    return handoffp(S, t, p)


def mexit(S, t, p):
    """p's M ends, its locked goroutine having ended before it was unlocked (proc.go:mexit)."""
    m = S.p_m[p]
    S.m_where[m] = M_GONE
    S.m_lockg[m] = -1
    S.sc[NMGONE] += 1
    emit(S, t, K_PROC_STOP, R_HANDOFF, p, -1, 0, 0, -1)
    emit_m(S, t, K_THREAD_EXIT, R_NONE, -1, m, -1, m, 0, -1)
    return handoffp(S, t, p)


def startlockedm(S, t, p, f):
    """g was found here but is locked to another M: that one gets p (proc.go:startlockedm).

    If that M is still on its way to stoplockedm, with a P of its own, p waits until it is there.
    """
    g = f & 0xFFFFFFFF
    m = S.g_lockm[g]
    if S.m_where[m] == M_RUNS:
        S.p_run[p] = g
        for q in range(S.sc[NPROC]):
            if S.p_m[q] == m and S.p_clock[q] >= t:
                S.p_clock[p] = S.p_clock[q] + 1
        return 0
    emit(S, t, K_PROC_STOP, R_LOCKED_M, p, -1, 0, 0, -1)
    mput(S, t, S.p_m[p])
    S.p_run[p] = g
    return assign(S, t + wakelatency(S, t - S.m_clock[m]), p, m, 0, R_LOCKED_M)


def pick(S, p):
    """Let p find a goroutine and start it: the goroutine, or -1 (proc.go:schedule)."""
    t = S.p_clock[p]
    m = S.p_m[p]
    if S.p_wake[p] != 0:
        emit(S, t, K_PROC_START, S.p_wake[p], p, -1, S.p_spin[p], 0, -1)
        S.p_wake[p] = 0
    if S.m_lockg[m] != -1:
        if S.m_lockg[m] == DIES:
            mexit(S, t, p)
            return -1
        if S.p_run[p] < 0:
            stoplockedm(S, t, p)
            return -1
        g = S.p_run[p]
        S.p_run[p] = -1
        return execute(S, p, found(g, R_LOCKED_M, 0), t, 0)
    if S.sc[STW] != 0 and S.p_run[p] < 0:
        gcstopm(S, t, p)
        return -1
    f = NOTHING
    if S.p_run[p] >= 0:
        if S.sc[ASKED] == p + 1:
            return answered(S, t, p)
        f = found(S.p_run[p], R_NETPOLL, 0)
        S.p_run[p] = -1
    else:
        f = findrunnable(S, p)
    if f == LATER:
        return -1
    if f < 0:
        nothingfound(S, t, p)
        return -1
    how = (f >> 32) & 0xFF
    if S.p_spin[p] != 0:
        resetspinning(S, p, t)
    elif how == R_DEDICATED or how == R_FRACTIONAL:
        wakep(S, p, t, R_WAKEP)  # tryWakeP: somebody else must look after the goroutines that wait here
    if S.rule[LOCAL_QUEUES] == 0:
        globallock(S, p)
    g = f & 0xFFFFFFFF
    if S.g_lockm[g] >= 0:
        startlockedm(S, t, p, f)
        return -1
    if how == R_DEDICATED or how == R_FRACTIONAL or how == R_IDLE:
        return execute(S, p, f, t, 0)
    return decide(S, t, p, f)
