"""CPU quota: the operating system takes the processors away (CFS bandwidth control).

Problem. In a container with a quota of two cores a Go program with eight Ps uses its 200 ms of a
period of 100 ms within 25 ms; then all its threads stand still for 75 ms. Latencies show it,
goroutines do not explain it.

Chosen. The time that Ps are held is added up. When a period's budget is spent, every clock of the
program, that of sysmon too, is moved to where the period ends. What goes on outside (system calls,
data on its way) goes on, but nobody notices before that.

Simplified. A thread that is being woken counts as running.

Invariant. In no period do the Ps together run for more than the quota and one turn.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.order import PMASK, inorder
from gosched_edu.kernel.state import INF, SC

QUOTA, USED, LAST = SC["CFS_QUOTA"], SC["CFS_USED"], SC["CFS_LAST"]
END, AT, NORDER = SC["CFS_END"], SC["CFS_AT"], SC["NORDER"]
OHEAD, OMASK, STOPPED = SC["OHEAD"], SC["OMASK"], SC["CFS_STOPPED"]
SYSMON_AT, POLL_AT, LOCK_AT = SC["SYSMON_AT"], SC["POLL_AT"], SC["LOCK_AT"]
K_BEGIN, K_END = int(Kind.THROTTLE_BEGIN), int(Kind.THROTTLE_END)
R_NONE = int(Reason.NONE)
CFS_PERIOD = 100_000_000  # ns; cpu.cfs_period_us, cgroup default


def later(S, scalar, ns):
    """A time kept in a scalar moves, unless it is never."""
    if S.sc[scalar] < INF:
        S.sc[scalar] += ns
    return 0


def forecast(S):
    """When the budget will be spent or the period end, if all goes on as it does: CFS_AT."""
    S.sc[AT] = S.sc[END]
    if S.sc[STOPPED] == 0 and S.sc[NORDER] > 0:
        spent = S.sc[LAST] + (S.sc[QUOTA] - S.sc[USED]) // S.sc[NORDER] + 1
        if spent < S.sc[END]:
            S.sc[AT] = spent
    return S.sc[AT]


def account(S, t):
    """Add up what was used until t; begin a new period if one has ended."""
    if t < S.sc[LAST]:
        return 0
    S.sc[USED] += S.sc[NORDER] * (t - S.sc[LAST])
    S.sc[LAST] = t
    if t >= S.sc[END]:
        S.sc[USED] = 0
        S.sc[END] = t - t % CFS_PERIOD + CFS_PERIOD
    return 0


def throttle(S, t):
    """CFS_AT has come: a new period, or nobody runs until there is one."""
    if S.sc[STOPPED] != 0:
        S.sc[STOPPED] = 0
        return emit(S, t, K_END, R_NONE, -1, -1, 0, 0, -1)
    if S.sc[USED] < S.sc[QUOTA]:
        return 0
    S.sc[STOPPED] = 1
    ns = S.sc[END] - t
    emit(S, t, K_BEGIN, R_NONE, -1, -1, S.sc[END], 0, -1)
    for i in range(S.sc[NORDER]):
        at = (S.sc[OHEAD] + i) & S.sc[OMASK]
        p = S.p_order[at] & PMASK
        S.p_clock[p] += ns
        S.p_order[at] = inorder(p, S.p_clock[p])
    later(S, SYSMON_AT, ns)
    later(S, POLL_AT, ns)
    S.sc[LOCK_AT] += ns
    S.sc[LAST] = S.sc[END]
    return 0
