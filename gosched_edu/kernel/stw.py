"""Stopping the world (proc.go: stopTheWorldWithSema, startTheWorldWithSema, procresize).

Problem. Some changes (the number of Ps, the phases of the garbage collector) need a moment at
which no goroutine runs.

Rejected by Go: stopping the threads (one may hold a lock of the runtime).

Chosen, as in Go. Whoever wants the world to stop takes the idle Ps and those in system calls at
once, asks all others to preempt, and waits for them; it asks again every 100 us. A loop without
calls holds up everybody until Go 1.13, and nobody since.

How to use it, from an instruction (or from a step of a system goroutine) of g on P p::

    if STW == 2 and STW_P == p:         # the world stands still, and for us
        ... do it ...
        if startworld(S, t, p, g, pc, fp, nprocs) != 0:
            return SWITCHED             # p is no more: g goes on at pc + 1 on P0
        return 0
    if external_full(S) != 0:
        return NEED_EXT
    if STW != 0:                        # somebody else's stop: try again when it is over
        gosched(S, t, p, g, pc, fp, R_PREEMPTED)
        return SWITCHED
    if stopworld(S, t, p, g, pc, fp, reason) != 0:
        ... do it at once, as above ...
    return SWITCHED                     # p stands still with g on it; g does pc again later

While it waits, p is in no order, its clock is INF and its status Pgcstop; ``p_g[p]`` is still g.
When the last P has stopped, p joins the order again, and whoever steps g (the interpreter: the
same instruction) finds STW == 2.

Invariants. STW is 0 (running), 1 (stopping) or 2 (stopped). While it is not 0, no P is idle, and
STW_WAIT counts the Ps that have not stopped.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.external import X_STOP_AGAIN, add_external, external_full
from gosched_edu.kernel.find import found
from gosched_edu.kernel.log import emit, emit_m
from gosched_edu.kernel.netpoll import netpollinject
from gosched_edu.kernel.preempt import preemptall
from gosched_edu.kernel.runq import globrunqputhead, listget, runqempty
from gosched_edu.kernel.schedule import execute, gosched
from gosched_edu.kernel.state import (
    INF,
    NEED_EXT,
    PDEAD,
    PGCSTOP,
    PRUNNING,
    PSYSCALL,
    RING,
    SC,
    SWITCHED,
)
from gosched_edu.kernel.threads import (
    assign,
    mget,
    newm,
    pidleget,
    pidleput,
    wakelatency,
    wakep,
    wakesysmon,
)
from gosched_edu.kernel.time import taketimers
from gosched_edu.kernel.versions import RULE_INDEX

NPROC, NMIDLE, LIMIT, PCAP = SC["NPROC"], SC["NMIDLE"], SC["LIMIT"], SC["PCAP"]
STW, STW_P, STW_WAIT, STW_SINCE = SC["STW"], SC["STW_P"], SC["STW_WAIT"], SC["STW_SINCE"]
PROCS_AUTO = SC["PROCS_AUTO"]
STW_REASON, STW_COUNT = SC["STW_REASON"], SC["STW_COUNT"]
KEEPS_M, RING_RULE = RULE_INDEX["p_keeps_m"], RULE_INDEX["ring"]
K_BEGIN, K_STOPPED, K_END = int(Kind.STW_BEGIN), int(Kind.STW_STOPPED), int(Kind.STW_END)
K_STEAL_P, K_PROCS, K_STOP = int(Kind.PROC_STEAL), int(Kind.PROCS), int(Kind.GO_STOP)
K_PROC_STOP, K_PROC_START = int(Kind.PROC_STOP), int(Kind.PROC_START)
R_STW, R_START, R_PREEMPTED = int(Reason.STW), int(Reason.START_THE_WORLD), int(Reason.PREEMPTED)
R_GOSCHED, R_WAKEP, R_NETPOLL = int(Reason.GOSCHED), int(Reason.WAKEP), int(Reason.NETPOLL_START)
R_PROCS, R_NONE = int(Reason.STW_GOMAXPROCS), int(Reason.NONE)
C_STOP_WORLD = INDEX["stop_world"]
AGAIN_NS = 100_000  # stopTheWorldWithSema: "wait for 100us, then try to re-preempt"


def retakep(S, t, p, m, why):
    """M m (-1: sysmon) takes p from its M, whose goroutine is in a system call: it is nobody's now."""
    emit_m(S, t, K_STEAL_P, why, p, m, S.p_sysg[p], S.p_m[p], 0, -1)
    S.p_sysg[p] = -1
    S.p_systick[p] += 1
    S.p_preempt[p] = 0
    return 0


def stopworld(S, t, p, g, pc, fp, reason):
    """Ask the world to stop: 1 if it stands still already, 0 if p must wait (see above)."""
    S.sc[STW] = 1
    S.sc[STW_P] = p
    S.sc[STW_SINCE] = t
    S.sc[STW_REASON] = reason
    S.sc[STW_COUNT] += 1
    emit(S, t, K_BEGIN, reason, p, g, 0, 0, pc)
    S.p_preempt[p] = 0
    wait = S.sc[NPROC] - 1
    preemptall(S, t, p, R_STW)
    for q in range(S.sc[NPROC]):
        if S.p_status[q] == PSYSCALL:
            retakep(S, t, q, S.p_m[p], R_STW)
            S.p_status[q] = PGCSTOP
            S.p_m[q] = -1
            wait -= 1
    q = pidleget(S)
    while q >= 0:
        S.p_status[q] = PGCSTOP
        wait -= 1
        q = pidleget(S)
    S.sc[STW_WAIT] = wait
    if wait == 0:
        S.sc[STW] = 2
        emit(S, t, K_STOPPED, reason, p, g, 0, 0, pc)
        return 1
    S.p_status[p] = PGCSTOP
    S.p_clock[p] = INF
    S.g_pc[g] = pc
    S.g_fp[g] = fp
    S.sc[LIMIT] = -1
    add_external(S, t + AGAIN_NS, X_STOP_AGAIN, S.sc[STW_COUNT], 0)
    return 0


def stopagain(S, t, count):
    """100 us have passed: ask those that still run once more."""
    if S.sc[STW] == 1 and S.sc[STW_COUNT] == count:
        preemptall(S, t, S.sc[STW_P], R_STW)
        add_external(S, t + AGAIN_NS, X_STOP_AGAIN, count, 0)
    return 0


def pdestroy(S, t, p, heir):
    """p is no more: its goroutines go to the global queue's head, its timers to another P."""
    while S.p_head[p] != S.p_tail[p]:
        if S.rule[RING_RULE] == 0:
            globrunqputhead(S, listget(S, p))
        else:
            S.p_tail[p] -= 1
            globrunqputhead(S, S.runq[p * RING + (S.p_tail[p] & (RING - 1))])
    if S.p_runnext[p] >= 0:
        globrunqputhead(S, S.p_runnext[p])
        S.p_runnext[p] = -1
    taketimers(S, heir, p)
    S.p_status[p] = PDEAD
    S.p_m[p] = -1
    S.p_clock[p] = INF
    return 0


def mgetspecific(S, m):
    """m, if it is parked, else -1 (proc.go:mgetSpecific)."""
    n = S.sc[NMIDLE]
    for i in range(n):
        if S.midle[i] == m:
            for k in range(i, n - 1):
                S.midle[k] = S.midle[k + 1]
            S.sc[NMIDLE] = n - 1
            return m
    return -1


def procresize(S, t, cur, n):
    """n Ps from now on, all but `cur` without an M; those with work get one (proc.go:procresize)."""
    for p in range(n, S.sc[NPROC]):
        pdestroy(S, t, p, cur)
    if n != S.sc[NPROC]:
        emit(S, t, K_PROCS, R_NONE, -1, -1, n, S.sc[NPROC], -1)
    S.sc[NPROC] = n
    for i in range(n):
        p = n - 1 - i
        if p != cur:
            if runqempty(S, p) != 0:
                pidleput(S, p)
            else:
                m = -1
                if S.rule[KEEPS_M] != 0:
                    m = mgetspecific(S, S.p_oldm[p])
                if m < 0:
                    m = mget(S)
                S.p_m[p] = m
    for p in range(n):
        if p != cur and runqempty(S, p) == 0:
            m = S.p_m[p]
            if m >= 0:
                assign(S, t + wakelatency(S, t - S.m_clock[m]), p, m, 0, R_START)
            else:
                m = newm(S, t, p, R_START)
                assign(S, t + wakelatency(S, AGAIN_NS), p, m, 0, R_START)
    return 0


def startworld(S, t, p, g, pc, fp, n):
    """Run again, on n Ps; 1 if p is none of them any more: then g goes on at pc + 1 on P0."""
    netpollinject(S, t, p, R_NETPOLL)
    S.sc[STW] = 0
    cur = p
    if p >= n:
        cur = 0
        m = S.p_m[p]
        emit(S, t, K_STOP, R_GOSCHED, p, g, 0, 0, pc)
        emit(S, t, K_PROC_STOP, R_STW, p, -1, 0, 0, -1)
        S.p_g[p] = -1
        S.g_pc[g] = pc + 1
        S.g_fp[g] = fp
        assign(S, t, 0, m, 0, R_START)
        emit(S, t, K_PROC_START, R_START, 0, -1, 0, 0, -1)
        S.p_wake[0] = 0
        execute(S, 0, found(g, R_START, 0), t, 0)
        S.sc[LIMIT] = -1
    else:
        S.p_status[p] = PRUNNING
    S.p_clock[cur] += S.cost[C_STOP_WORLD]
    procresize(S, t, cur, n)
    wakesysmon(S, t)
    emit(S, t, K_END, S.sc[STW_REASON], cur, g, t - S.sc[STW_SINCE], 0, pc)
    wakep(S, cur, t, R_WAKEP)
    return cur - p


def op_setprocs(S, t, p, g, pc, fp, a, b, c):
    """SETPROCS: runtime.GOMAXPROCS (debug.go:GOMAXPROCS)."""
    old = S.sc[NPROC]
    n = S.stk[fp + b]
    if n > S.sc[PCAP]:
        n = S.sc[PCAP]
    if n > 0:
        S.sc[PROCS_AUTO] = 0
    if n <= 0 or n == old:
        S.stk[fp + a] = old
        return 0
    if S.sc[STW] != 2 or S.sc[STW_P] != p:
        if external_full(S) != 0:
            return NEED_EXT
        if S.sc[STW] != 0:
            gosched(S, t, p, g, pc, fp, R_PREEMPTED)
            return SWITCHED
        if stopworld(S, t, p, g, pc, fp, R_PROCS) == 0:
            return SWITCHED
    S.stk[fp + a] = old
    if startworld(S, t, p, g, pc, fp, n) != 0:
        return SWITCHED
    return 0
