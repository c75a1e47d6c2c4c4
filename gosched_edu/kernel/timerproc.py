"""Timers before Go 1.14: a goroutine of the runtime runs them (time.go:timerproc).

Problem. Somebody must be there when a timer comes due.

Chosen, by Go until 1.13. A goroutine sleeps, in a blocking system call on a thread of its own, until
the first timer. Then it needs a P, like anybody who comes back from a system call: an idle one, or its
turn in the global queue. So a busy program is late with its timers, and each of them costs two
hand-offs between threads. That is why 1.14 gave the timers to the Ps.

Simplified. Up to 1.9 there was one such goroutine, from 1.10 on 64 of them for fewer locks: here
there is one. It is always in its call when it has nothing to do; in Go it parks when there is no
timer at all ("timer goroutine (idle)"), and a new first timer wakes it for a moment.

Invariant. TIMERPROC is its slot, or -1 before the first timer and from Go 1.14 on; while it sleeps its
status is Gsyscall.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.faults import F_IMAGE, fault
from gosched_edu.kernel.log import emit, emit_m
from gosched_edu.kernel.proc import newproc
from gosched_edu.kernel.state import GSYSCALL, INF, SC, SWITCHED
from gosched_edu.kernel.threads import M_SYSCALL, handoffp, newm
from gosched_edu.kernel.timers import runtimer
from gosched_edu.kernel.versions import RULE_INDEX

TIMER_SET_AT = SC["TIMER_SET_AT"]
TIMERPROC, TIMER0, NLIVE, NFUNC = SC["TIMERPROC"], SC["TIMER0"], SC["NLIVE"], SC["NFUNC"]
NPROC, LIMIT, WANT = SC["NPROC"], SC["LIMIT"], SC["WANT"]
TIMERS_PER_P = RULE_INDEX["timers_per_p"]
C_SLACK, C_WAKE, C_TIMER = INDEX["usleep_slack"], INDEX["wake"], INDEX["timer"]
K_CREATE, K_BEGIN, K_PROC_STOP = int(Kind.GO_CREATE), int(Kind.GO_SYSCALL_BEGIN), int(Kind.PROC_STOP)
R_NONE, R_HANDOFF = int(Reason.NONE), int(Reason.HANDOFF)
R_TIMER, R_IDLE = int(Reason.TIMER), int(Reason.TIMER_GOROUTINE_IDLE)


def nexttimerproc(S):
    """When the timer goroutine's sleep ends, INF if it does not sleep or there is no timer."""
    g = S.sc[TIMERPROC]
    if g < 0 or S.sc[TIMER0] == INF or S.g_status[g] != GSYSCALL:
        return INF
    return S.sc[TIMER0] + S.cost[C_SLACK] + S.cost[C_WAKE]


def asleep(S, t, p, g, m):
    """g sleeps on m, without a P, until the next timer."""
    S.g_status[g] = GSYSCALL
    S.g_m[g] = m
    S.g_oldp[g] = -1
    S.m_where[m] = M_SYSCALL
    S.m_clock[m] = t
    left = S.sc[TIMER0] - t
    if S.sc[TIMER0] == INF:
        left = -1
    emit_m(S, t, K_BEGIN, R_IDLE, p, m, g, left, 0, S.g_pc[g])
    return 0


def newtimerproc(S):
    """The first timer is set: make the goroutine that runs it; 0, or NEED_*."""
    t = S.sc[TIMER_SET_AT]
    if S.sc[TIMERPROC] >= 0 or S.sc[TIMER0] == INF or S.rule[TIMERS_PER_P] != 0:
        return 0
    fn = S.sc[NFUNC] + 1  # see system.SYSTEM
    clock = S.p_clock[0]  # the cost is nobody's
    S.sc[NLIVE] -= 1  # it is no goroutine of the program
    g = newproc(S, t, 0, -1, S.f_entry[fn], S.f_class[fn], -1)
    S.p_clock[0] = clock
    if g < 0:
        S.sc[NLIVE] += 1
        return -g
    S.g_sys[g] = 1
    S.sc[TIMERPROC] = g
    emit(S, t, K_CREATE, R_NONE, -1, g, 0, S.f_entry[fn], -1)
    m = newm(S, t, -1, R_TIMER)
    return asleep(S, t, -1, g, m)


def op_timerproc(S, t, p, g, pc, fp, a, b, c):
    """TIMERPROC: run what is due, then sleep again."""
    if g != S.sc[TIMERPROC]:
        return fault(S, F_IMAGE, pc, 0)
    if S.sc[TIMER0] <= t:
        for owner in range(S.sc[NPROC]):
            x = S.p_timers[owner]
            if x >= 0 and S.t_when[x] == S.sc[TIMER0]:
                if runtimer(S, t, p, x) != 0:
                    status = S.sc[WANT]
                    S.sc[WANT] = 0
                    return status
                S.p_clock[p] += S.cost[C_TIMER]
                return 0  # the loop around this instruction comes back for the next
    m = S.p_m[p]
    S.g_pc[g] = pc
    S.g_fp[g] = fp
    S.p_g[p] = -1
    asleep(S, t, p, g, m)
    S.p_systick[p] += 1
    S.p_preempt[p] = 0
    emit(S, t, K_PROC_STOP, R_HANDOFF, p, -1, 0, 0, -1)
    handoffp(S, t, p)
    S.sc[LIMIT] = -1
    return SWITCHED
