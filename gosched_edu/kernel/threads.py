"""Ms and idle Ps: who is started, who parks (proc.go: startm, wakep, handoffp, stopm, injectglist).

Problem. A goroutine that becomes runnable should not wait while a P is idle, and no thread should
be woken for nothing.

Rejected by Go (and told in proc.go's opening comment): centralised state (does not scale), direct
hand-off of a P at each ready (thrashes), waking a thread at each ready without hand-off (too many
park/unpark). Chosen there and here: wake one spinning M if there is an idle P and nobody spins
yet; a spinning M that finds work wakes the next.

Time. Everything here happens at one instant of one P's clock. What takes time for others to
notice is a delay: a woken M acts `wake` ns later, and up to `wake_jitter` more, as the seed says
(an operating system is not exact; a processor that has slept only for a moment is back sooner);
a new thread takes `new_thread`.

Invariants. Idle Ps and parked Ms are stacks: last in, first out. NMSPIN counts the Ps with
p_spin > 0. An M holds a P, is parked, is in a system call, waits for the goroutine locked to it,
sits in netpoll, or is gone (`m_where`).
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.faults import F_THREADS, die, fault
from gosched_edu.kernel.log import emit, emit_m
from gosched_edu.kernel.order import joinorder, lookagain, sooner
from gosched_edu.kernel.rand import rand, shake
from gosched_edu.kernel.runq import globrunqput, runqempty, runqput
from gosched_edu.kernel.state import GRUNNABLE, INF, PGCSTOP, PIDLE, PRUNNING, SC
from gosched_edu.kernel.versions import RULE_INDEX

NPROC, NPIDLE, NMIDLE, NM, NMGONE = SC["NPROC"], SC["NPIDLE"], SC["NMIDLE"], SC["NM"], SC["NMGONE"]
NMSPIN, NEEDSPIN, GQ_SIZE, LIMIT = SC["NMSPIN"], SC["NEEDSPIN"], SC["GQ_SIZE"], SC["LIMIT"]
SYSMON_AT, SYSMON_WAIT, SYSMON_HOT = SC["SYSMON_AT"], SC["SYSMON_WAIT"], SC["SYSMON_HOT"]
SYSMON_SLEPT = SC["SYSMON_SLEPT"]
STW, STW_P, STW_WAIT, STW_SINCE = SC["STW"], SC["STW_P"], SC["STW_WAIT"], SC["STW_SINCE"]
LOCK_AT, C_GLOBAL_LOCK = SC["LOCK_AT"], INDEX["global_lock"]
STW_REASON, GC_WORK, DYING = SC["STW_REASON"], SC["GC_WORK"], SC["DYING"]
POLL_M, POLL_AT, POLL_UNTIL = SC["POLL_M"], SC["POLL_AT"], SC["POLL_UNTIL"]
LOCAL_QUEUES, NEEDSPINNING = RULE_INDEX["local_queues"], RULE_INDEX["needspinning"]
TIMERS_PER_P = RULE_INDEX["timers_per_p"]
INJECT_WAKES, THREAD_MAX = RULE_INDEX["inject_wakes"], SC["THREAD_MAX"]
C_WAKE, C_WAKE_JITTER = INDEX["wake"], INDEX["wake_jitter"]
C_WAKE_CALL, C_NEW_THREAD = INDEX["wake_call"], INDEX["new_thread"]
K_PROC_STOP, K_SPIN_STOP = int(Kind.PROC_STOP), int(Kind.SPIN_STOP)
K_THREAD_NEW, K_HANDOFF = int(Kind.THREAD_NEW), int(Kind.PROC_HANDOFF)
K_UNBLOCK, K_STW_STOPPED = int(Kind.GO_UNBLOCK), int(Kind.STW_STOPPED)
R_NONE, R_WAKEP, R_GLOBAL, R_STW = (
    int(r) for r in (Reason.NONE, Reason.WAKEP, Reason.GLOBAL_QUEUE, Reason.STW)
)
R_INJECT, R_HANDOFF, R_LOCAL_WORK, R_GLOBAL_WORK, R_GC, R_SPIN, R_POLL, R_IDLE = (
    int(r)
    for r in (
        Reason.INJECT, Reason.HANDOFF, Reason.HANDOFF_LOCAL, Reason.HANDOFF_GLOBAL, Reason.HANDOFF_GC,
        Reason.HANDOFF_SPIN, Reason.HANDOFF_POLL, Reason.HANDOFF_IDLE,
    )
)  # fmt: skip
COLD = 1_000_000  # ns: an M that has slept for less finds its processor awake
M_RUNS, M_PARKED, M_SYSCALL, M_LOCKED, M_POLLS, M_GONE = range(6)


# --- Ms -------------------------------------------------------------------------------------
def wakejitter(S, slept):
    """ns that a thread which has slept so long may take longer to wake than one that has not slept."""
    jitter = S.cost[C_WAKE_JITTER]
    if slept < COLD:
        jitter = jitter * slept // COLD
    return jitter


def wakelatency(S, slept):
    """ns from the futex wake of a thread that has slept so long to its first action."""
    return S.cost[C_WAKE] + rand(S, wakejitter(S, slept) + 1)


def mput(S, t, m):
    """m parks (proc.go:mput)."""
    S.m_clock[m] = t
    S.m_where[m] = M_PARKED
    S.midle[S.sc[NMIDLE]] = m
    S.sc[NMIDLE] += 1
    return 0


def mget(S):
    """The M that parked last, or -1 (proc.go:mget)."""
    if S.sc[NMIDLE] == 0:
        return -1
    S.sc[NMIDLE] -= 1
    return S.midle[S.sc[NMIDLE]]


def mcount(S):
    """How many threads there are; sysmon is one (proc.go:mcount)."""
    return S.sc[NM] - S.sc[NMGONE] + 1


def newm(S, t, p, reason):
    """A new thread for p (proc.go:newm); one too many kills the program (checkmcount)."""
    m = S.sc[NM]
    S.sc[NM] = m + 1
    lookagain(S)
    S.m_lockg[m] = -1
    limit = S.sc[THREAD_MAX]
    if limit > 0 and mcount(S) > limit:
        S.sc[DYING] = 1
        S.sc[LIMIT] = -1
        fault(S, F_THREADS, limit, 0)
        die(S, t, p, -1, -1)
    emit_m(S, t, K_THREAD_NEW, reason, p, m, -1, m, 0, -1)
    return m


def assign(S, t, p, m, spinning, reason):
    """p belongs to m, which acts at t next."""
    S.p_m[p] = m
    S.p_oldm[p] = m
    S.m_where[m] = M_RUNS
    S.p_status[p] = PRUNNING
    S.p_spin[p] = spinning
    S.sc[NMSPIN] += spinning
    S.p_wake[p] = reason
    joinorder(S, p, t)
    return 0


def startm(S, t, p, spinning, reason):
    """Give p, which is in no list, to an M: a parked one or a new one (proc.go:startm)."""
    m = mget(S)
    if m >= 0:
        delay = wakelatency(S, t - S.m_clock[m])
    else:
        m = newm(S, t, p, reason)
        delay = S.cost[C_NEW_THREAD] + rand(S, S.cost[C_WAKE_JITTER] + 1)
    return assign(S, t + delay, p, m, spinning, reason)


def wakesysmon(S, t):
    """Somebody works again: sysmon leaves its deep sleep and starts anew at 20 us."""
    if S.sc[SYSMON_WAIT] != 0:
        S.sc[SYSMON_WAIT] = 0
        S.sc[SYSMON_HOT] = 1
        jitter = wakejitter(S, t - S.sc[SYSMON_SLEPT])
        S.sc[SYSMON_AT] = t + S.cost[C_WAKE] + shake(S, t, jitter + 1)
        sooner(S, S.sc[SYSMON_AT])
        lookagain(S)
    return 0


# --- idle Ps ----------------------------------------------------------------------------------
def pidleput(S, p):
    """p is idle (proc.go:pidleput)."""
    S.p_status[p] = PIDLE
    S.p_m[p] = -1
    S.p_clock[p] = INF
    S.pidle[S.sc[NPIDLE]] = p
    S.sc[NPIDLE] += 1
    return 0


def pidleget(S):
    """The P that became idle last, or -1 (proc.go:pidleget)."""
    if S.sc[NPIDLE] == 0:
        return -1
    S.sc[NPIDLE] -= 1
    return S.pidle[S.sc[NPIDLE]]


def pidleget_spinning(S):
    """The same for work that somebody must find: no P is a message to the next that parks."""
    p = pidleget(S)
    if p < 0:
        S.sc[NEEDSPIN] = S.rule[NEEDSPINNING]
    return p


def globallock(S, p):
    """Go 1.0: every decision of the scheduler holds the one lock, and waits for it."""
    t = S.p_clock[p]
    if S.sc[LOCK_AT] > t:
        t = S.sc[LOCK_AT]
    S.sc[LOCK_AT] = t + S.cost[C_GLOBAL_LOCK]
    S.p_clock[p] = S.sc[LOCK_AT]
    return 0


def wakep(S, p, now, reason):
    """Start one spinning M if a P is idle and nobody spins (proc.go:wakep); p (or -1) pays."""
    if S.rule[LOCAL_QUEUES] == 0:
        if p >= 0:
            globallock(S, p)
    elif S.sc[NMSPIN] != 0:
        return 0
    q = pidleget_spinning(S)
    if q < 0:
        return 0
    startm(S, now, q, S.rule[LOCAL_QUEUES], reason)
    if p >= 0:
        S.p_clock[p] += S.cost[C_WAKE_CALL]
    return 0


def stopspinning(S, t, p, found):
    """p's M spins no more, because it found work or gave up."""
    S.p_spin[p] = 0
    S.sc[NMSPIN] -= 1
    emit(S, t, K_SPIN_STOP, R_NONE, p, -1, found, 0, -1)
    return 0


# --- the world stops ----------------------------------------------------------------------------
def worldstopped(S, t):
    """One P less to wait for; after the last one the P that asked goes on (stopTheWorldWithSema)."""
    S.sc[STW_WAIT] -= 1
    if S.sc[STW_WAIT] == 0:
        S.sc[STW] = 2
        p = S.sc[STW_P]
        emit(S, t, K_STW_STOPPED, S.sc[STW_REASON], p, S.p_g[p], t - S.sc[STW_SINCE], 0, -1)
        if S.p_status[p] == PGCSTOP:
            S.p_status[p] = PRUNNING
            joinorder(S, p, t + S.cost[C_WAKE])
    return 0


def gcstop(S, t, p):
    """p, which no M holds any more, stands still until the world is started (proc.go:gcstopm)."""
    S.p_status[p] = PGCSTOP
    S.p_m[p] = -1
    S.p_robbed[p] = -1
    S.p_clock[p] = INF
    return worldstopped(S, t)


def gcstopm(S, t, p):
    """p's M gives it up, for the world is to stop, and parks (proc.go:gcstopm)."""
    if S.p_spin[p] != 0:
        stopspinning(S, t, p, 0)
    emit(S, t, K_PROC_STOP, R_STW, p, -1, 0, 0, -1)
    mput(S, t, S.p_m[p])
    return gcstop(S, t, p)


# --- giving a P away ---------------------------------------------------------------------------
def handoffp(S, t, p):
    """p has lost its M, to a system call or a lock: find another if there is reason to (handoffp)."""
    S.p_m[p] = -1
    why = 0
    spinning = 0
    if runqempty(S, p) == 0:
        why = R_LOCAL_WORK
    elif S.sc[GQ_SIZE] != 0:
        why = R_GLOBAL_WORK
    elif S.sc[GC_WORK] != 0:
        why = R_GC
    elif S.sc[NMSPIN] + S.sc[NPIDLE] == 0 and S.rule[LOCAL_QUEUES] != 0:
        why = R_SPIN
        spinning = 1
        S.sc[NEEDSPIN] = 0
    elif S.sc[STW] == 0 and S.sc[NPIDLE] == S.sc[NPROC] - 1 and S.sc[POLL_M] < 0:
        why = R_POLL
    if why != 0:
        emit(S, t, K_HANDOFF, why, p, -1, 0, 0, -1)
        return startm(S, t, p, spinning, R_HANDOFF)
    if S.sc[STW] != 0:
        emit(S, t, K_HANDOFF, R_STW, p, -1, 0, 0, -1)
        return gcstop(S, t, p)
    emit(S, t, K_HANDOFF, R_IDLE, p, -1, 0, 0, -1)
    return pidleput(S, p)


# --- the poller wakes ---------------------------------------------------------------------------
def pollerwakes(S, t):
    """The M in netpoll has a reason to come back: data, a timer, a break."""
    at = t + wakelatency(S, t - S.m_clock[S.sc[POLL_M]])
    if at < S.sc[POLL_AT]:
        S.sc[POLL_AT] = at
        sooner(S, at)
        lookagain(S)
    return 0


def wakenetpoller(S, t, p, when):
    """A timer was set on p for `when`: somebody must be there to see it (proc.go:wakeNetPoller)."""
    if S.rule[TIMERS_PER_P] == 0:
        return 0
    if S.sc[POLL_M] < 0:
        return wakep(S, p, t, R_WAKEP)
    if S.sc[POLL_UNTIL] > when:
        pollerwakes(S, t)
    return 0


# --- goroutines that come in a list ------------------------------------------------------------
def injectglist(S, t, p, head, n):
    """n goroutines, linked by g_next from `head`, become runnable (proc.go:injectglist).

    With a P: as many as there are idle Ps go to the global queue, and that many Ms are
    started; the rest stays here. Without one (p < 0): all go to the global queue.
    """
    if n == 0:
        return 0
    public = S.sc[NPIDLE]
    if p < 0 or public > n:
        public = n
    for i in range(n):
        g = head
        head = S.g_next[g]
        S.g_status[g] = GRUNNABLE
        where = R_GLOBAL
        if i < public:
            globrunqput(S, g)
        else:
            where = runqput(S, t, p, g, 0, -1)
        emit(S, t, K_UNBLOCK, where, p, g, 0, 1, -1)
    for _ in range(public):
        q = pidleget_spinning(S)
        if q >= 0:
            startm(S, t, q, 0, R_INJECT)
    if p >= 0 and S.rule[INJECT_WAKES] != 0:
        wakep(S, p, t, R_WAKEP)
    return 0
