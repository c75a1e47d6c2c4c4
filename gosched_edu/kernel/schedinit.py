"""The start of a run, inside the kernel (proc.go: schedinit, procresize; the runtime's main goroutine).

Problem. A run begins where the runtime's own start has left the scheduler: one P held, the others
idle in a certain order, some threads parked already. A page without Python must begin there too.

Rejected. Filling the arrays from Python only (a page would need a second form of the same text);
storing a started state for each choice of Ps, version and seed (megabytes).

Chosen. Whoever allocates the arrays leaves zeros in them, apart from the image, the tables and the
scalars that are options (`boot.boot` lists them). This module does the rest. `turns.run` calls it
where nobody has.

Invariant. Equal options give equal arrays, whoever allocated them.
"""

from gosched_edu.kernel.arena import MIN_HEAP, PAGE_SHIFT, PAGE_WORDS
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import RECORD_WORDS, Kind, Reason
from gosched_edu.kernel.quota import CFS_PERIOD
from gosched_edu.kernel.race import racegostart
from gosched_edu.kernel.stack import MAX_STACK_SIZE, firststack, newstackof, stack_class
from gosched_edu.kernel.state import GRUNNABLE, INF, PDEAD, PRUNNING, SC, SEMA_ROOTS, STACK_CLASSES
from gosched_edu.kernel.sysmon import MIN_SLEEP
from gosched_edu.kernel.threads import COLD, M_PARKED
from gosched_edu.kernel.versions import RULE_INDEX

S_STARTED, S_NPROC, S_PCAP, S_SEED, S_TRACE_MODE = (
    SC["STARTED"], SC["NPROC"], SC["PCAP"], SC["SEED"], SC["TRACE_MODE"],
)  # fmt: skip
S_MCAP = SC["MCAP"]
S_RNG, S_NORDER, S_NPIDLE, S_NMIDLE, S_NM = SC["RNG"], SC["NORDER"], SC["NPIDLE"], SC["NMIDLE"], SC["NM"]
S_SYSMON_DELAY, S_SYSMON_AT, S_TIMERPROC, S_UPDATER = (
    SC["SYSMON_DELAY"], SC["SYSMON_AT"], SC["TIMERPROC"], SC["UPDATER"],
)  # fmt: skip
S_POLL_M, S_POLL_AT, S_POLL_UNTIL, S_NET_TOP = SC["POLL_M"], SC["POLL_AT"], SC["POLL_UNTIL"], SC["NET_TOP"]
S_CFS_END, S_TIMER0, S_NCHAN, S_THREAD_MAX = SC["CFS_END"], SC["TIMER0"], SC["NCHAN"], SC["THREAD_MAX"]
S_GFREE, S_SFREE, S_CFREE, S_TFREE = SC["GFREE"], SC["SFREE"], SC["CFREE"], SC["TFREE"]
S_GQ_HEAD, S_GQ_TAIL, S_STACK_TEXT, S_STACK_START = (
    SC["GQ_HEAD"], SC["GQ_TAIL"], SC["STACK_TEXT"], SC["STACK_START"],
)  # fmt: skip
S_GC_POOL, S_GC_WAITERS, S_FORCE_G = SC["GC_POOL"], SC["GC_WAITERS"], SC["FORCE_G"]
S_GOGC, S_GC_GOAL, S_GC_TRIGGER = SC["GOGC"], SC["GC_GOAL"], SC["GC_TRIGGER"]
S_DATA_END, S_HEAP_TOP, S_HEAPCAP = SC["DATA_END"], SC["HEAP_TOP"], SC["HEAPCAP"]
S_PAGE_TOP, S_PAGE_HINT, S_PAGE_FAIL, S_ALLOC_STATE = (
    SC["PAGE_TOP"], SC["PAGE_HINT"], SC["PAGE_FAIL"], SC["ALLOC_STATE"],
)  # fmt: skip
S_RACE, S_VC_TOP, S_TRACE_N = SC["RACE"], SC["VC_TOP"], SC["TRACE_N"]
S_STK_TOP, S_NG, S_NLIVE, S_MAX_LIVE, S_NEXT_GOID, S_NCREATED = (
    SC["STK_TOP"], SC["NG"], SC["NLIVE"], SC["MAX_LIVE"], SC["NEXT_GOID"], SC["NCREATED"],
)  # fmt: skip
S_NCHOICE, S_CHOICE_AT = SC["NCHOICE"], SC["CHOICE_AT"]
THREAD_LIMIT, LOCAL_QUEUES = RULE_INDEX["thread_limit"], RULE_INDEX["local_queues"]
USLEEP_SLACK = INDEX["usleep_slack"]
BOOT_PARKED = 3  # threads that the runtime's own start leaves behind (measured with 4 Ps)
NO_FAILURE = 1 << 40  # pages: no search of this many has failed yet
K_PROCS, K_CREATE, R_RUNNEXT, R_BOOT = (
    int(Kind.PROCS), int(Kind.GO_CREATE), int(Reason.RUNNEXT), int(Reason.BOOT),
)  # fmt: skip


def heapinit(S):
    """An empty heap behind the image's data (mheap.go:init)."""
    data = S.sc[S_DATA_END]
    for page in range(S.sc[S_HEAPCAP] >> PAGE_SHIFT):
        S.h_span[page] = -1
    top = data
    if top < 1:
        top = 1
    S.sc[S_HEAP_TOP] = top
    first = (data + PAGE_WORDS - 1) >> PAGE_SHIFT
    S.sc[S_PAGE_TOP] = first
    S.sc[S_PAGE_HINT] = first
    S.sc[S_PAGE_FAIL] = NO_FAILURE
    S.sc[S_ALLOC_STATE] = 1
    return 0


def gcinit(S):
    """Goal and trigger of the first collection (mgcpacer.go:gcControllerState.init)."""
    S.sc[S_GC_POOL] = -1
    S.sc[S_GC_WAITERS] = -1
    S.sc[S_FORCE_G] = -1
    S.sc[S_GC_GOAL] = INF
    S.sc[S_GC_TRIGGER] = INF
    if S.sc[S_GOGC] >= 0:
        goal = MIN_HEAP * S.sc[S_GOGC] // 100
        S.sc[S_GC_GOAL] = goal
        S.sc[S_GC_TRIGGER] = goal * 95 // 100
    return 0


def procresize(S):
    """P0 is held by M0; the others are idle, P1 on top, and some Ms are parked (proc.go:procresize)."""
    procs = S.sc[S_NPROC]
    for p in range(S.sc[S_PCAP] + 1):
        S.p_g[p] = -1
        S.p_m[p] = -1
        S.p_runnext[p] = -1
        S.p_timers[p] = -1
        S.p_robbed[p] = -1
        S.p_run[p] = -1
        S.p_sysg[p] = -1
        S.p_clock[p] = INF
        if p >= procs:
            S.p_status[p] = PDEAD
        elif p > 0:
            S.pidle[procs - 1 - p] = p
    S.p_clock[0] = 0
    S.p_m[0] = 0
    S.p_wake[0] = R_BOOT
    S.p_status[0] = PRUNNING
    S.p_in[0] = 1
    S.sc[S_NORDER] = 1  # p_order[0] is P0
    S.p_tick[0] = 1  # one slice has begun before main.main: the one in which the runtime started main
    S.sc[S_NPIDLE] = procs - 1
    parked = procs - 1
    if parked > BOOT_PARKED:
        parked = BOOT_PARKED
    for m in range(S.sc[S_MCAP]):
        S.m_lockg[m] = -1
    for m in range(1, parked + 1):
        S.midle[parked - m] = m
        S.m_where[m] = M_PARKED
        S.m_clock[m] = -COLD
    S.sc[S_NM] = 1 + parked
    S.sc[S_NMIDLE] = parked
    return 0


def mainstarted(S):
    """main waits in the runnext of P0 (proc.go:main, newproc)."""
    k = stack_class(S.f_frame[0])
    S.g_status[0] = GRUNNABLE
    S.g_goid[0] = 1
    S.g_class[0] = k
    S.g_go_pc[0] = -1
    S.g_lockm[0] = -1
    S.g_waiting[0] = -1
    S.g_pc[0] = S.f_entry[0]
    S.stk[0] = -1
    S.sc[S_STACK_START] = firststack(S)
    newstackof(S, 0, 0, k, 0)
    if S.sc[S_RACE] != 0:
        S.sc[S_VC_TOP] = 1
        racegostart(S, 0, 0, -1, 0, -1)
    S.sc[S_STK_TOP] = 1 << k
    S.sc[S_NG] = 1
    S.sc[S_NLIVE] = 1
    S.sc[S_MAX_LIVE] = 1
    S.sc[S_NEXT_GOID] = 2
    S.sc[S_NCREATED] = 1
    S.p_runnext[0] = 0
    return 0


def schedinit(S):
    """From zeros, the image and the options to the state at program start."""
    S.sc[S_STARTED] = 1
    for root in range(SEMA_ROOTS):
        S.sema[root] = -1
    for k in range(STACK_CLASSES):
        S.stk_free[k] = -1
    S.sc[S_GFREE] = -1
    S.sc[S_SFREE] = -1
    S.sc[S_CFREE] = -1
    S.sc[S_TFREE] = -1
    S.sc[S_GQ_HEAD] = -1
    S.sc[S_GQ_TAIL] = -1
    S.sc[S_NCHAN] = 1  # channel 0 is nil
    S.sc[S_TIMER0] = INF
    S.sc[S_TIMERPROC] = -1
    S.sc[S_UPDATER] = -1
    S.sc[S_POLL_M] = -1
    S.sc[S_POLL_AT] = INF
    S.sc[S_POLL_UNTIL] = INF
    S.sc[S_NET_TOP] = 1
    S.sc[S_CFS_END] = CFS_PERIOD
    S.sc[S_THREAD_MAX] = S.rule[THREAD_LIMIT]
    S.sc[S_STACK_TEXT] = MAX_STACK_SIZE
    S.sc[S_CHOICE_AT] = INF
    if S.sc[S_NCHOICE] > 0:
        S.sc[S_CHOICE_AT] = S.ch_at[0]
    S.sc[S_SYSMON_DELAY] = MIN_SLEEP
    S.sc[S_SYSMON_AT] = INF  # Go 1.0 had none
    if S.rule[LOCAL_QUEUES] != 0:
        S.sc[S_SYSMON_AT] = MIN_SLEEP + S.cost[USLEEP_SLACK]
    random = ((S.sc[S_SEED] * 2654435761) ^ 0x9E3779B9) & 0xFFFFFFFF
    if random == 0:
        random = 1
    S.sc[S_RNG] = random
    heapinit(S)
    gcinit(S)
    procresize(S)
    mainstarted(S)
    if S.sc[S_TRACE_MODE] != 0:
        S.trace[1] = K_PROCS
        S.trace[2] = -1
        S.trace[3] = S.sc[S_NPROC]
        S.trace[5] = -1
        at = RECORD_WORDS
        S.trace[at + 1] = K_CREATE | R_RUNNEXT << 8 | 1 << 16 | 1 << 32
        S.trace[at + 2] = 1
        S.sc[S_TRACE_N] = 2
    return 0
