"""sysmon: the thread without a P that watches the others.

Problem. A goroutine that never blocks must not keep its P for ever, nor one in a long system call;
and somebody must look at the network when all Ps are busy.

Rejected. A timer per slice or per call: Go has none. sysmon looks at each P now and then and
remembers what it saw.

Chosen. As proc.go:sysmon: sleep 20 us (Linux makes 70 of it); after 50 idle rounds double the
sleep each round, up to 10 ms; back to 20 us when a P was taken. When all Ps are idle or the world
stops, sleep until the next timer, a minute at most, unless a system call or startTheWorld wakes it:
then it begins anew. Each round: poll the network if nobody did for 10 ms; retake. A P whose
schedtick has not moved since a look at least 10 ms ago is asked to preempt; in a long run the
looks come every 10 ms, so a slice lasts 10 to 20 ms. A P that was in the same system call at the
last look is taken, unless nothing waits for it, others look for work, and it is not yet 10 ms.

Invariant. SYSMON_AT is the time of the next look, never in the past of any P's clock; INF under
Go 1.0, which had no sysmon.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.gc import forcegc
from gosched_edu.kernel.maxprocs import updateprocs
from gosched_edu.kernel.netpoll import netpollinject
from gosched_edu.kernel.preempt import preemptone
from gosched_edu.kernel.rand import rand
from gosched_edu.kernel.runq import runqempty
from gosched_edu.kernel.state import PRUNNING, PSYSCALL, SC
from gosched_edu.kernel.stw import retakep
from gosched_edu.kernel.threads import handoffp
from gosched_edu.kernel.versions import RULE_INDEX

SYSMON_AT, SYSMON_DELAY, SYSMON_IDLE = SC["SYSMON_AT"], SC["SYSMON_DELAY"], SC["SYSMON_IDLE"]
SYSMON_WAIT, SYSMON_HOT, SCHEDTRACE = SC["SYSMON_WAIT"], SC["SYSMON_HOT"], SC["SCHEDTRACE"]
SYSMON_SLEPT = SC["SYSMON_SLEPT"]
NPROC, NPIDLE, NMSPIN, STW = SC["NPROC"], SC["NPIDLE"], SC["NMSPIN"], SC["STW"]
TIMER0, LASTPOLL, POLL_M = SC["TIMER0"], SC["LASTPOLL"], SC["POLL_M"]
TIMERS_PER_P = RULE_INDEX["timers_per_p"]
C_SLACK, C_WAKE, C_JITTER = INDEX["usleep_slack"], INDEX["wake"], INDEX["usleep_jitter"]
FORCE_PREEMPT_NS = 10_000_000  # proc.go:forcePreemptNS
POLL_NS = 10_000_000  # proc.go:sysmon, "not polled for more than 10ms"
MIN_SLEEP, MAX_SLEEP, BUSY_ROUNDS = 20_000, 10_000_000, 50  # proc.go:sysmon
DEEP_SLEEP = 60_000_000_000  # proc.go:forcegcperiod / 2
R_SYSMON, R_NETPOLL = int(Reason.SYSMON), int(Reason.NETPOLL_SYSMON)


# doc: retake
def retake(S, t):
    """Preempt long slices, take Ps from long system calls; return how many (proc.go:retake)."""
    n = 0
    for p in range(S.sc[NPROC]):
        status = S.p_status[p]
        if (status != PRUNNING and status != PSYSCALL) or S.p_wake[p] != 0:
            continue
        overdue = 0
        if S.p_seen[p] != S.p_tick[p]:
            S.p_seen[p] = S.p_tick[p]
            S.p_when[p] = t
        elif S.p_when[p] + FORCE_PREEMPT_NS <= t:
            preemptone(S, t, p, R_SYSMON)
            overdue = 1
        if status != PSYSCALL:
            continue
        if overdue == 0 and S.p_sysseen[p] != S.p_systick[p]:
            S.p_sysseen[p] = S.p_systick[p]
            S.p_syswhen[p] = t
            continue
        helped = S.sc[NMSPIN] + S.sc[NPIDLE]
        if runqempty(S, p) != 0 and helped > 0 and S.p_syswhen[p] + FORCE_PREEMPT_NS > t:
            continue
        retakep(S, t, p, -1, R_SYSMON)
        handoffp(S, t, p)
        n += 1
    return n
# doc: end


def sysmon(S, t):
    """One round at time t; sets the time of the next (proc.go:sysmon)."""
    if S.sc[SYSMON_HOT] != 0:
        S.sc[SYSMON_HOT] = 0
        S.sc[SYSMON_IDLE] = 0
        S.sc[SYSMON_DELAY] = MIN_SLEEP
    elif S.sc[SYSMON_WAIT] != 0:
        S.sc[SYSMON_WAIT] = 0
    elif S.sc[SCHEDTRACE] == 0 and (S.sc[STW] != 0 or S.sc[NPIDLE] == S.sc[NPROC]):
        sleep = S.sc[TIMER0] - t
        if S.rule[TIMERS_PER_P] == 0:
            sleep = DEEP_SLEEP
        if sleep > 0:
            if sleep > DEEP_SLEEP:
                sleep = DEEP_SLEEP
            S.sc[SYSMON_WAIT] = 1
            S.sc[SYSMON_SLEPT] = t
            S.sc[SYSMON_AT] = t + sleep + S.cost[C_SLACK] + S.cost[C_WAKE]
            return 0
    if S.sc[POLL_M] < 0 and S.sc[LASTPOLL] + POLL_NS < t:
        S.sc[LASTPOLL] = t
        netpollinject(S, t, -1, R_NETPOLL)
    updateprocs(S, t)
    if retake(S, t) != 0:
        S.sc[SYSMON_IDLE] = 0
        S.sc[SYSMON_DELAY] = MIN_SLEEP
    else:
        S.sc[SYSMON_IDLE] += 1
        if S.sc[SYSMON_IDLE] > BUSY_ROUNDS:
            S.sc[SYSMON_DELAY] *= 2
        if S.sc[SYSMON_DELAY] > MAX_SLEEP:
            S.sc[SYSMON_DELAY] = MAX_SLEEP
    forcegc(S, t)
    S.sc[SYSMON_AT] = t + S.sc[SYSMON_DELAY] + S.cost[C_SLACK] + rand(S, S.cost[C_JITTER] + 1)
    return 0
