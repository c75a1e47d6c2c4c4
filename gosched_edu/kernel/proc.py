"""The scheduler: creating, readying, queueing and finding goroutines (proc.go).

Problem. Many goroutines, few threads, and no time to ask a central authority: each P
has its own queue; an M without work looks into the others'; and an M that finds
nothing parks, without a wake-up being lost.

Rejected by Go (and told in proc.go's opening comment): centralised state (does not
scale), direct hand-off of a P at each ready (thrashes), waking a thread at each ready
without hand-off (too many park/unpark). Chosen there and here: wake one spinning M if
there is an idle P and nobody spins yet; a spinning M that finds work wakes the next.

Time. Everything here happens at one instant of one P's clock. What takes time for
others to notice is modelled as a delay: a woken M starts `wake` ns later, and up to
`wake_jitter` more, as the seed says (an operating system is not exact); a fruitless spin
lasts `spin` ns; a thief waits 3 us before it takes runnext from a running P.

Invariants. A runnable goroutine is in exactly one of: a ring, a runnext, the global
queue. NMSPIN counts the Ps with p_spin > 0. NPIDLE counts the Ps without an M.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.rand import rand
from gosched_edu.kernel.runq import runqput
from gosched_edu.kernel.stack import deadstack, newstackof, stackalloc
from gosched_edu.kernel.state import INF, NEED_G, NEED_STK, SC

NG = SC["NG"]
GCAP = SC["GCAP"]
GFREE = SC["GFREE"]
NEXT_GOID = SC["NEXT_GOID"]
NPIDLE = SC["NPIDLE"]
NMIDLE = SC["NMIDLE"]
NM = SC["NM"]
NMSPIN = SC["NMSPIN"]
NLIVE = SC["NLIVE"]
MAX_LIVE = SC["MAX_LIVE"]
NCREATED = SC["NCREATED"]
LIMIT = SC["LIMIT"]
NORDER = SC["NORDER"]
NFRONT = SC["NFRONT"]
OHEAD = SC["OHEAD"]
OMASK = SC["OMASK"]
SYSMON_AT = SC["SYSMON_AT"]

GRUNNABLE, GRUNNING, GWAITING, GDEAD = 1, 2, 4, 6  # runtime2.go
C_MALG = INDEX["malg"]
C_WAKE_CALL = INDEX["wake_call"]
C_WAKE = INDEX["wake"]
C_WAKE_JITTER = INDEX["wake_jitter"]
C_NEW_THREAD = INDEX["new_thread"]

K_PROC_START, K_PROC_STOP = int(Kind.PROC_START), int(Kind.PROC_STOP)
K_GO_CREATE, K_GO_UNBLOCK = int(Kind.GO_CREATE), int(Kind.GO_UNBLOCK)
K_SPIN_STOP = int(Kind.SPIN_STOP)
R_NONE = int(Reason.NONE)
R_WAKEP, R_RESET = int(Reason.WAKEP), int(Reason.RESET_SPINNING)


# --- starting and stopping Ms -------------------------------------------------------------
def order_from_back(S, p, t, i, low):
    """Put p with clock t into p_order, from the free place i towards `low`."""
    mask = S.sc[OMASK]
    while i > low:
        q = S.p_order[(i - 1) & mask]
        if S.p_clock[q] < t or (S.p_clock[q] == t and q < p):
            break
        S.p_order[i & mask] = q
        i -= 1
    S.p_order[i & mask] = p
    return 0


def startm(S, now, spinning, reason):
    """Give the idle P on top of the stack to an M (proc.go:startm); return the P."""
    n = S.sc[NPIDLE] - 1
    S.sc[NPIDLE] = n
    p = S.pidle[n]
    if S.sc[NMIDLE] > 0:
        S.sc[NMIDLE] -= 1
        S.p_m[p] = S.midle[S.sc[NMIDLE]]
        t = now + S.cost[C_WAKE]
    else:
        S.p_m[p] = S.sc[NM]
        S.sc[NM] += 1
        t = now + S.cost[C_NEW_THREAD]
    t += rand(S, S.cost[C_WAKE_JITTER] + 1)
    S.p_spin[p] = spinning
    S.sc[NMSPIN] += spinning
    S.p_wake[p] = reason
    S.p_clock[p] = t
    n = S.sc[NORDER]
    S.sc[NORDER] = n + 1
    order_from_back(S, p, t, S.sc[OHEAD] + n, S.sc[OHEAD] + S.sc[NFRONT])
    if t - 1 < S.sc[LIMIT]:
        S.sc[LIMIT] = t - 1
    if S.sc[SYSMON_AT] == INF:
        S.sc[SYSMON_AT] = t
    return p


def wakep(S, p, now, reason):
    """Start one spinning M if a P is idle and nobody spins (proc.go:wakep)."""
    if S.sc[NPIDLE] > 0 and S.sc[NMSPIN] == 0:
        startm(S, now, 1, reason)
        if p >= 0:
            S.p_clock[p] += S.cost[C_WAKE_CALL]
    return 0


def stopm(S, p, now):
    """p goes to the idle stack, its M to the parked Ms (pidleput, mput: both LIFO)."""
    if S.p_spin[p] != 0:
        S.p_spin[p] = 0
        S.sc[NMSPIN] -= 1
        emit(S, now, K_SPIN_STOP, R_NONE, p, -1, 0, 0, -1)
    emit(S, now, K_PROC_STOP, R_NONE, p, -1, 0, 0, -1)
    m = S.p_m[p]
    S.m_clock[m] = now
    S.midle[S.sc[NMIDLE]] = m
    S.sc[NMIDLE] += 1
    S.p_m[p] = -1
    S.p_clock[p] = INF
    S.pidle[S.sc[NPIDLE]] = p
    S.sc[NPIDLE] += 1
    return 0


# --- creating and readying -------------------------------------------------------------------
def newproc(S, t, p, parent, entry, frame_class, pc):
    """A new goroutine in the state Grunnable, not yet queued (proc.go:newproc1).

    Returns its slot, or minus the NEED_* status of what must grow first.
    """
    if S.sc[GFREE] < 0 and S.sc[NG] >= S.sc[GCAP]:
        return -NEED_G
    at = stackalloc(S, frame_class)
    if at < 0:
        return -NEED_STK
    g = S.sc[GFREE]
    if g >= 0:
        S.sc[GFREE] = S.g_next[g]
    else:
        g = S.sc[NG]
        S.sc[NG] = g + 1
        S.p_clock[p] += S.cost[C_MALG]
    S.g_status[g] = GRUNNABLE
    S.g_goid[g] = S.sc[NEXT_GOID]
    S.sc[NEXT_GOID] += 1
    if parent >= 0:
        S.g_parent[g] = S.g_goid[parent]
    else:
        S.g_parent[g] = 0
    S.g_pc[g] = entry
    S.g_fp[g] = at
    newstackof(S, g, at, frame_class, S.fn_of[entry])
    S.g_defer[g] = 0
    S.g_panic[g] = 0
    S.g_go_pc[g] = pc
    S.g_rem[g] = 0
    S.g_waiting[g] = -1
    S.g_param[g] = 0
    S.stk[at] = -1
    S.stk[at + 1] = 0
    S.sc[NCREATED] += 1
    S.sc[NLIVE] += 1
    if S.sc[NLIVE] > S.sc[MAX_LIVE]:
        S.sc[MAX_LIVE] = S.sc[NLIVE]
    return g


def goexit(S, g):
    """The goroutine is dead; its slot and stack go to the free lists (proc.go:gdestroy)."""
    deadstack(S, g)
    S.g_status[g] = GDEAD
    S.g_next[g] = S.sc[GFREE]
    S.sc[GFREE] = g
    S.sc[NLIVE] -= 1
    return 0


# doc: ready
def ready(S, t, p, g, waker, pc):
    """g may run again: to runnext of the waker's P, and wake an M (proc.go:ready)."""
    S.g_status[g] = GRUNNABLE
    where = runqput(S, t, p, g, 1, pc)
    goid = 0
    if waker >= 0:
        goid = S.g_goid[waker]
    emit(S, t, K_GO_UNBLOCK, where, p, g, goid, 0, pc)
    wakep(S, p, t, R_WAKEP)
    return 0
# doc: end


def resetspinning(S, p, t):
    """A spinning M found work: stop spinning, wake the next (proc.go:resetspinning)."""
    S.p_spin[p] = 0
    S.sc[NMSPIN] -= 1
    emit(S, t, K_SPIN_STOP, R_NONE, p, -1, 1, 0, -1)
    wakep(S, p, t, R_RESET)
    return 0
