"""sysmon: the thread without a P that takes long-running goroutines off theirs.

Problem. A goroutine that never blocks must not keep its P for ever.

Rejected. A timer per slice: Go has none. sysmon looks at each P now and then and
remembers what it saw.

Chosen. As proc.go:sysmon: sleep 20 us; after 50 idle rounds double the sleep each
round, up to 10 ms. Each round (retake): a P whose schedtick has not moved since a look
at least 10 ms ago is asked to preempt. In a long run the looks come every 10 ms, so
a slice lasts 10 to 20 ms. When all Ps are idle sysmon sleeps until the next timer.

Simplified. No system calls yet, so nothing else is retaken and the sleep never goes
back to 20 us; no netpoll, no forced GC.

Invariant. The next look is never in the past of any P's clock.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.proc import startm
from gosched_edu.kernel.state import SC

SYSMON_AT = SC["SYSMON_AT"]
SYSMON_DELAY = SC["SYSMON_DELAY"]
SYSMON_IDLE = SC["SYSMON_IDLE"]
NPROC = SC["NPROC"]
NPIDLE = SC["NPIDLE"]
TIMER0 = SC["TIMER0"]
FORCE_PREEMPT_NS = 10_000_000  # proc.go:forcePreemptNS
MIN_SLEEP, MAX_SLEEP, BUSY_ROUNDS = 20_000, 10_000_000, 50  # proc.go:sysmon
K_REQUEST = int(Kind.PREEMPT_REQUEST)
R_SYSMON, R_TIMER = int(Reason.SYSMON), int(Reason.TIMER)


# doc: retake
def retake(S, t):
    """Ask every P that runs one slice for 10 ms or more to preempt (proc.go:retake)."""
    for p in range(S.sc[NPROC]):
        if S.p_m[p] < 0:
            continue
        if S.p_seen[p] != S.p_tick[p]:
            S.p_seen[p] = S.p_tick[p]
            S.p_when[p] = t
        elif S.p_when[p] + FORCE_PREEMPT_NS <= t and S.p_g[p] >= 0 and S.p_preempt[p] == 0:
            S.p_preempt[p] = 1
            S.g_lim[S.p_g[p]] = 0  # stackPreempt: the next call asks
            emit(S, t, K_REQUEST, R_SYSMON, p, S.p_g[p], t - S.p_when[p], 0, -1)
    return 0
# doc: end


def sysmon(S, t):
    """One round at time t; sets the time of the next (proc.go:sysmon)."""
    if S.sc[NPIDLE] == S.sc[NPROC]:
        # deep sleep until the next timer, or until an M starts (startm sets it again)
        S.sc[SYSMON_AT] = S.sc[TIMER0]
        return 0
    if S.sc[TIMER0] < t and S.sc[NPIDLE] > 0:
        startm(S, t, 0, R_TIMER)
    retake(S, t)
    S.sc[SYSMON_IDLE] += 1
    if S.sc[SYSMON_IDLE] > BUSY_ROUNDS:
        S.sc[SYSMON_DELAY] *= 2
    if S.sc[SYSMON_DELAY] > MAX_SLEEP:
        S.sc[SYSMON_DELAY] = MAX_SLEEP
    S.sc[SYSMON_AT] = t + S.sc[SYSMON_DELAY]
    return 0

