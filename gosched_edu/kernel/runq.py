"""Run queues: where runnable goroutines wait (proc.go: runqput, runqget, runqsteal, globrunq*).

Problem. Each P needs a queue that it uses without asking anyone, and from which others can
steal when they are idle.

Rejected by Go, after it had them: one queue for all (Go 1.0; a lock that everyone wants), a local
queue that grows without bound (Go 1.1; a burst then stays on one P). Both can be had here, by the
rules `local_queues` and `ring`.

Chosen. A ring of 256 slots, one slot `runnext` before it for the goroutine that was readied
last, and a global queue behind it that takes half a ring when the ring is full.

Invariant. A runnable goroutine is in exactly one local queue, one runnext, or the global queue;
``0 <= p_tail - p_head <= RING``. Without rule `ring` the local queue is a list by g_next from
p_link round to its head, as in "last -> first": p_tail - p_head still counts it.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.state import RING, SC
from gosched_edu.kernel.versions import RULE_INDEX

GQ_HEAD = SC["GQ_HEAD"]
GQ_TAIL = SC["GQ_TAIL"]
GQ_SIZE = SC["GQ_SIZE"]
NSTEAL = SC["NSTEAL"]
HALF_RING = RING // 2
RUNNEXT_RULE, RING_RULE = RULE_INDEX["runnext"], RULE_INDEX["ring"]
LOCAL_QUEUES = RULE_INDEX["local_queues"]
C_STEAL = INDEX["steal"]
K_STEAL, K_OVERFLOW = int(Kind.STEAL), int(Kind.RUNQ_OVERFLOW)
R_NONE, R_RUNNEXT, R_LOCAL = int(Reason.NONE), int(Reason.RUNNEXT), int(Reason.LOCAL_QUEUE)
R_GLOBAL = int(Reason.GLOBAL_QUEUE)
R_STOLEN, R_OVERFLOW = int(Reason.STOLEN), int(Reason.OVERFLOW)


def globrunqput(S, g):
    """At the tail of the global queue (proc.go:globrunqput)."""
    S.g_next[g] = -1
    if S.sc[GQ_SIZE] == 0:
        S.sc[GQ_HEAD] = g
    else:
        S.g_next[S.sc[GQ_TAIL]] = g
    S.sc[GQ_TAIL] = g
    S.sc[GQ_SIZE] += 1
    return 0


def globrunqpop(S):
    """Take the head; the queue must not be empty."""
    g = S.sc[GQ_HEAD]
    S.sc[GQ_HEAD] = S.g_next[g]
    S.sc[GQ_SIZE] -= 1
    return g


def globrunqputhead(S, g):
    """At the head of the global queue (proc.go:globrunqputhead)."""
    if S.sc[GQ_SIZE] == 0:
        return globrunqput(S, g)
    S.g_next[g] = S.sc[GQ_HEAD]
    S.sc[GQ_HEAD] = g
    S.sc[GQ_SIZE] += 1
    return 0


# --- local queues without bound (Go 1.1, 1.2) -----------------------------------------------
def listput(S, p, g):
    """At the tail of p's list; p_link names the tail, whose g_next is the head."""
    if S.p_head[p] == S.p_tail[p]:
        S.g_next[g] = g
    else:
        last = S.p_link[p]
        S.g_next[g] = S.g_next[last]
        S.g_next[last] = g
    S.p_link[p] = g
    S.p_tail[p] += 1
    return 0


def listget(S, p):
    """The head of p's list, which is not empty."""
    last = S.p_link[p]
    g = S.g_next[last]
    S.g_next[last] = S.g_next[g]
    S.p_head[p] += 1
    return g


# --- local queues -----------------------------------------------------------------------------
def runqempty(S, p):
    """1 if p has nothing in its own queue (proc.go:runqempty)."""
    if S.p_runnext[p] < 0 and S.p_head[p] == S.p_tail[p]:
        return 1
    return 0


# doc: runqput
def runqput(S, t, p, g, next_, pc):
    """Put g on p's queue; return where the *new* goroutine went (proc.go:runqput).

    With `next_`, g takes the runnext slot and kicks the old one to the ring's tail. A
    full ring sends its 128 oldest and the newcomer to the global queue (runqputslow).
    """
    where = R_LOCAL
    if S.rule[RING_RULE] == 0:
        if S.rule[LOCAL_QUEUES] == 0:
            globrunqput(S, g)
            return R_GLOBAL
        listput(S, p, g)
        return where
    if next_ != 0 and S.rule[RUNNEXT_RULE] != 0:
        kicked = S.p_runnext[p]
        S.p_runnext[p] = g
        if kicked < 0:
            return R_RUNNEXT
        g = kicked
        where = R_RUNNEXT
    head = S.p_head[p]
    tail = S.p_tail[p]
    if tail - head < RING:
        S.runq[p * RING + (tail & (RING - 1))] = g
        S.p_tail[p] = tail + 1
        return where
    for i in range(HALF_RING):
        globrunqput(S, S.runq[p * RING + ((head + i) & (RING - 1))])
    S.p_head[p] = head + HALF_RING
    globrunqput(S, g)
    emit(S, t, K_OVERFLOW, R_NONE, p, -1, 0, HALF_RING + 1, pc)
    if where == R_LOCAL:
        where = R_OVERFLOW
    return where
# doc: end


def runqget(S, p):
    """Next of p's own queue or -1 (proc.go:runqget)."""
    g = S.p_runnext[p]
    if g >= 0:
        S.p_runnext[p] = -1
        return g
    head = S.p_head[p]
    if head == S.p_tail[p]:
        return -1
    if S.rule[RING_RULE] == 0:
        return listget(S, p)
    S.p_head[p] = head + 1
    return S.runq[p * RING + (head & (RING - 1))]


# doc: runqsteal
def runqsteal(S, t, p, victim):
    """Take the older half of victim's ring; run the last one taken (proc.go:runqsteal)."""
    head = S.p_head[victim]
    n = S.p_tail[victim] - head
    n = n - (n >> 1)
    if n == 0:
        return -1
    S.sc[NSTEAL] += 1
    emit(S, t, K_STEAL, R_STOLEN, p, -1, victim, n, -1)
    S.p_clock[p] += S.cost[C_STEAL]
    if S.rule[RING_RULE] == 0:
        for _ in range(n - 1):
            listput(S, p, listget(S, victim))
        return listget(S, victim)
    tail = S.p_tail[p]
    for i in range(n):
        S.runq[p * RING + ((tail + i) & (RING - 1))] = S.runq[
            victim * RING + ((head + i) & (RING - 1))
        ]
    S.p_head[victim] = head + n
    S.p_tail[p] = tail + n - 1
    return S.runq[p * RING + ((tail + n - 1) & (RING - 1))]
# doc: end
