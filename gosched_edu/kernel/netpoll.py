"""The network poller: who waits for data holds no thread (netpoll.go, netpoll_epoll.go).

Problem. Ten thousand goroutines that wait for the network must not cost ten thousand threads.

Rejected by Go: a thread per blocked read; one goroutine of the runtime that asks for all (Go 1.0).

Chosen, as in Go since 1.1. A goroutine that would block parks; the operating system remembers
which descriptors became ready; an M asks for them now and then: in findRunnable before it steals,
sysmon when nobody did for 10 ms, startTheWorld, and at most one M that has nothing else to do
waits there, also for the next timer.

Simplified. A descriptor that becomes ready while no goroutine waits for it wakes no M.

Invariants. NWAIT counts the goroutines in "IO wait" that no poll has returned yet. NREADY of them,
in the list from NREADY_HEAD by g_next, are ready and only await a poll; the newest comes first,
as epoll's answers do after netpollready has pushed them on a gList.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit, note
from gosched_edu.kernel.state import GRUNNABLE, INF, SC
from gosched_edu.kernel.threads import assign, injectglist, mput, pidleget, pollerwakes

NWAIT, NREADY, NREADY_HEAD = SC["NWAIT"], SC["NREADY"], SC["NREADY_HEAD"]
POLL_M, POLL_AT, POLL_UNTIL = SC["POLL_M"], SC["POLL_AT"], SC["POLL_UNTIL"]
POLL_SPIN, LASTPOLL = SC["POLL_SPIN"], SC["LASTPOLL"]
C_NETPOLL = INDEX["netpoll"]
K_NETPOLL, K_READY = int(Kind.NETPOLL), int(Kind.FD_READY)
K_UNBLOCK, K_PROC_START = int(Kind.GO_UNBLOCK), int(Kind.PROC_START)
R_NETPOLL, R_TIMER, R_NONE = int(Reason.NETPOLL), int(Reason.TIMER), int(Reason.NONE)
R_BLOCK = int(Reason.NETPOLL_BLOCK)
EPOLL_EVENTS = 128  # netpoll_epoll.go:netpoll, events that one call returns


def fdready(S, t, d, mode):
    """Descriptor d can be read (0) or written (1): whoever waits for that may be polled."""
    g = S.d_reader[d]
    if mode != 0:
        g = S.d_writer[d]
    if g < 0:
        return 0
    if mode != 0:
        S.d_writer[d] = -1
    else:
        S.d_reader[d] = -1
    note(S, t, K_READY, R_NONE, -1, g, d, mode, -1)
    S.g_next[g] = S.sc[NREADY_HEAD]
    S.sc[NREADY_HEAD] = g
    S.sc[NREADY] += 1
    if S.sc[POLL_M] >= 0:
        pollerwakes(S, t)
    return 0


def takeready(S, t, p, who):
    """The first of the ready goroutines, the others still linked behind it; or -1."""
    n = S.sc[NREADY]
    if n == 0:
        return -1
    g = S.sc[NREADY_HEAD]
    S.sc[NREADY_HEAD] = S.g_next[g]
    S.sc[NREADY] = n - 1
    S.sc[NWAIT] -= 1
    S.g_status[g] = GRUNNABLE
    emit(S, t, K_NETPOLL, who, p, -1, 0, n, -1)
    return g


def injectready(S, t, p):
    """All other ready goroutines are queued (injectglist)."""
    head = S.sc[NREADY_HEAD]
    n = S.sc[NREADY]
    if n > EPOLL_EVENTS:
        n = EPOLL_EVENTS
    rest = head
    for _ in range(n):
        rest = S.g_next[rest]
    S.sc[NREADY_HEAD] = rest
    S.sc[NREADY] -= n
    S.sc[NWAIT] -= n
    return injectglist(S, t, p, head, n)


def netpoll(S, t, p, who):
    """Poll without waiting: the goroutine to run, the others are queued; or -1."""
    S.p_clock[p] += S.cost[C_NETPOLL]
    g = takeready(S, t, p, who)
    if g >= 0:
        injectready(S, t, p)
    return g


def netpollinject(S, t, p, who):
    """Poll without waiting and queue whoever is ready (sysmon with p = -1, startTheWorld)."""
    if S.sc[NREADY] > 0:
        emit(S, t, K_NETPOLL, who, p, -1, 0, S.sc[NREADY], -1)
        injectready(S, t, p)
    return 0


def pollerreturns(S, t):
    """The M that waited in netpoll is back: with a P it goes on, else it queues what it has."""
    m = S.sc[POLL_M]
    S.sc[POLL_M] = -1
    S.sc[POLL_AT] = INF
    S.sc[POLL_UNTIL] = INF
    S.sc[LASTPOLL] = t
    p = pidleget(S)
    if p < 0:
        netpollinject(S, t, -1, R_BLOCK)
        return mput(S, t, m)
    why = R_TIMER
    spinning = S.sc[POLL_SPIN]
    if S.sc[NREADY] > 0:
        why = R_NETPOLL
        spinning = 0
    assign(S, t, p, m, spinning, why)
    emit(S, t, K_PROC_START, why, p, -1, spinning, 0, -1)
    S.p_wake[p] = 0
    g = takeready(S, t, p, R_BLOCK)
    if g >= 0:
        emit(S, t, K_UNBLOCK, R_NETPOLL, p, g, 0, 0, -1)
        S.p_run[p] = g
        injectready(S, t, p)
    return 0
