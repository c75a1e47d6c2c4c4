"""System calls (proc.go: entersyscall, exitsyscall, entersyscallblock).

Problem. A goroutine in a system call holds a thread that does nothing for Go. Its P should not
stand still, but most calls are so short that giving the P away would cost more than they do.

Chosen, as in Go. The M leaves its P where it is, marked (Psyscall; from Go 1.26 on the mark is the
goroutine's status alone). If the call returns soon, the M takes it back for next to nothing. If it
does not, sysmon takes the P and gives it to another M (`gosched_edu.kernel.sysmon`). A call that is
known to block gives it away at once. An M that comes back and finds its P gone takes an idle one;
if there is none, its goroutine goes to the global queue and the M parks.

Go 1.0 had no sysmon: there every call counted as one that blocks.

Invariants. A goroutine in a system call has the status Gsyscall (3), is in no queue, and one entry
of the external heap will bring it back. ``p_sysg[p] == g`` means that p is still g's to take back.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.external import X_SYSCALL, add_external, external_full
from gosched_edu.kernel.log import emit, emit_m
from gosched_edu.kernel.order import joinorder
from gosched_edu.kernel.runq import globrunqput
from gosched_edu.kernel.schedule import userpc
from gosched_edu.kernel.state import (
    GRUNNABLE,
    GRUNNING,
    GSYSCALL,
    INF,
    NEED_EXT,
    PGCSTOP,
    PRUNNING,
    PSYSCALL,
    SC,
    SWITCHED,
)
from gosched_edu.kernel.stw import retakep
from gosched_edu.kernel.threads import (
    M_LOCKED,
    M_RUNS,
    M_SYSCALL,
    assign,
    handoffp,
    mput,
    pidleget,
    wakesysmon,
    worldstopped,
)
from gosched_edu.kernel.versions import RULE_INDEX

LIMIT, STW, NSWITCH = SC["LIMIT"], SC["STW"], SC["NSWITCH"]
LOCAL_QUEUES = RULE_INDEX["local_queues"]
C_EXIT = INDEX["exit_syscall"]
C_SYSCALL = INDEX["SYSCALL"]
K_BEGIN, K_END = int(Kind.GO_SYSCALL_BEGIN), int(Kind.GO_SYSCALL_END)
K_END_BLOCKED, K_START = int(Kind.GO_SYSCALL_END_BLOCKED), int(Kind.GO_START)
K_PROC_STOP, K_PROC_START = int(Kind.PROC_STOP), int(Kind.PROC_START)
R_SYSCALL, R_BLOCKS = int(Reason.SYSCALL), int(Reason.SYSCALL_BLOCKS)
R_HANDOFF, R_EXIT, R_GLOBAL = int(Reason.HANDOFF), int(Reason.EXIT_SYSCALL), int(Reason.GLOBAL_QUEUE)
R_STW, R_NONE = int(Reason.STW), int(Reason.NONE)


def op_syscall(S, t, p, g, pc, fp, a, b, c):
    """SYSCALL: the goroutine and its M leave Go for slot a ns (entersyscall, entersyscallblock)."""
    if external_full(S) != 0:
        return NEED_EXT
    ns = S.stk[fp + a]
    if ns < 0:
        ns = 0
    if ns > INF - t - S.cost[C_SYSCALL] - 1:
        ns = INF - t - S.cost[C_SYSCALL] - 1
    m = S.p_m[p]
    S.g_status[g] = GSYSCALL
    S.g_pc[g] = pc + 1
    S.g_fp[g] = fp
    S.g_m[g] = m
    S.g_oldp[g] = -1
    S.m_where[m] = M_SYSCALL
    S.m_clock[m] = t
    S.p_g[p] = -1
    add_external(S, t + S.cost[C_SYSCALL] + ns, X_SYSCALL, g, 0)
    if b != 0 or S.rule[LOCAL_QUEUES] == 0:
        emit(S, t, K_BEGIN, R_BLOCKS, p, g, ns, 0, userpc(S, pc, fp))
        S.p_systick[p] += 1
        S.p_preempt[p] = 0
        emit(S, t, K_PROC_STOP, R_HANDOFF, p, -1, 0, 0, -1)
        handoffp(S, t, p)
    else:
        emit(S, t, K_BEGIN, R_SYSCALL, p, g, ns, 0, userpc(S, pc, fp))
        wakesysmon(S, t)
        S.g_oldp[g] = p
        S.p_status[p] = PSYSCALL
        S.p_sysg[p] = g
        S.p_clock[p] = INF
        if S.sc[STW] == 1:  # entersyscall_gcwait
            retakep(S, t, p, m, R_STW)
            S.p_status[p] = PGCSTOP
            S.p_m[p] = -1
            worldstopped(S, t)
    S.sc[LIMIT] = -1
    return SWITCHED


# doc: exitsyscall
def exitsyscall(S, t, g):
    """g's system call is over (proc.go:exitsyscall)."""
    m = S.g_m[g]
    p = S.g_oldp[g]
    if p >= 0 and S.p_sysg[p] == g:
        S.p_sysg[p] = -1
        S.p_systick[p] += 1
        S.p_status[p] = PRUNNING
        S.p_g[p] = g
        S.g_status[g] = GRUNNING
        S.m_where[m] = M_RUNS
        emit(S, t, K_END, R_NONE, p, g, 0, 0, S.g_pc[g])
        return joinorder(S, p, t + S.cost[C_EXIT])
    p = pidleget(S)
    if p >= 0:
        wakesysmon(S, t)
        assign(S, t + S.cost[C_EXIT], p, m, 0, R_EXIT)
        emit(S, t, K_PROC_START, R_EXIT, p, -1, 0, 0, -1)
        S.p_wake[p] = 0
        S.p_systick[p] += 1
        S.p_preempt[p] = 0
        S.p_g[p] = g
        S.g_status[g] = GRUNNING
        S.sc[NSWITCH] += 1
        emit(S, t, K_END_BLOCKED, R_EXIT, p, g, 0, 0, S.g_pc[g])
        emit(S, t, K_START, R_EXIT, p, g, 0, 0, S.g_pc[g])
        return 0
    S.g_status[g] = GRUNNABLE
    globrunqput(S, g)
    emit_m(S, t, K_END_BLOCKED, R_GLOBAL, -1, m, g, 0, 0, S.g_pc[g])
    if S.g_lockm[g] >= 0:
        S.m_where[m] = M_LOCKED
        S.m_clock[m] = t
        return 0
    return mput(S, t, m)
# doc: end
