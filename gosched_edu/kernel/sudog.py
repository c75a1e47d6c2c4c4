"""Sudogs: a goroutine in a wait queue (runtime2.go:sudog, chan.go:waitq, proc.go:acquireSudog).

Problem. One goroutine can wait in many queues at once (select), and one channel, semaphore or
notify list can have many waiters.

Rejected. Links in the goroutine itself: they would allow one queue only.

Chosen. As Go: a pool of small records. Each stands for one goroutine in one queue. Channel
queues are doubly linked, so that a select can leave those that it did not choose. `s_elem` is the
place *in the waiter's frame* that the value comes from or goes to: the other side copies there and
then itself, and nobody has to run for it. `g_waiting` starts the list of all sudogs of a
goroutine, in the order in which select locks its channels.

Simplified. Go leaves the sudogs that were not chosen in their queues until the woken select runs,
and the flag g.selectDone tells others to skip them. Here a wake-up is one instant, so the waker
takes them out; nobody can tell the difference, and no queue ever holds a sudog that is void.

Invariant. A sudog is in the free list, or its goroutine is parked and it is in exactly one queue
and in the list of that goroutine.
"""

from gosched_edu.kernel.state import SC
from gosched_edu.kernel.time import unblocktimer

SFREE = SC["SFREE"]
NSUDOG = SC["NSUDOG"]
SUDOGCAP = SC["SUDOGCAP"]


def acquiresudog(S):
    """A free sudog or -1 when the table must grow first (proc.go:acquireSudog)."""
    s = S.sc[SFREE]
    if s >= 0:
        S.sc[SFREE] = S.s_next[s]
    else:
        s = S.sc[NSUDOG]
        if s >= S.sc[SUDOGCAP]:
            return -1
        S.sc[NSUDOG] = s + 1
    S.s_next[s] = -1
    S.s_prev[s] = -1
    S.s_link[s] = -1
    S.s_c[s] = -1
    return s


def nosudogs(S, n):
    """1 if the table must grow before a goroutine may queue up n times."""
    if S.sc[NSUDOG] + n > S.sc[SUDOGCAP] and (n > 1 or S.sc[SFREE] < 0):
        return 1
    return 0


def releasesudog(S, s):
    """Back to the free list (proc.go:releaseSudog)."""
    S.s_g[s] = -1
    S.s_next[s] = S.sc[SFREE]
    S.sc[SFREE] = s
    return 0


def enqueue(S, s, c, sends):
    """Put s at the tail of c's senders or receivers (chan.go:waitq.enqueue)."""
    S.s_c[s] = c
    S.s_send[s] = sends
    S.c_waiting[c] += 1
    last = S.c_recvt[c]
    if sends != 0:
        last = S.c_sendt[c]
        S.c_sendt[c] = s
        if last < 0:
            S.c_sendq[c] = s
    else:
        S.c_recvt[c] = s
        if last < 0:
            S.c_recvq[c] = s
    S.s_prev[s] = last
    if last >= 0:
        S.s_next[last] = s
    return 0


def unlink(S, s):
    """Take s out of its channel's queue, wherever it stands (select.go:dequeueSudoG)."""
    c = S.s_c[s]
    before = S.s_prev[s]
    after = S.s_next[s]
    S.c_waiting[c] -= 1
    if before >= 0:
        S.s_next[before] = after
    elif S.s_send[s] != 0:
        S.c_sendq[c] = after
    else:
        S.c_recvq[c] = after
    if after >= 0:
        S.s_prev[after] = before
    elif S.s_send[s] != 0:
        S.c_sendt[c] = before
    else:
        S.c_recvt[c] = before
    return 0


def detach(S, s):
    """s is the one that was chosen: take its goroutine out of all channel queues; return it.

    This is pass 3 of select (select.go:selectgo), done by the waker.
    """
    g = S.s_g[s]
    x = S.g_waiting[g]
    while x >= 0:
        following = S.s_link[x]
        unlink(S, x)
        if S.c_timer[S.s_c[x]] >= 0:
            unblocktimer(S, S.c_timer[S.s_c[x]])
        releasesudog(S, x)
        x = following
    S.g_waiting[g] = -1
    return g


def adjustsudogs(S, g, delta):
    """g's stack has moved by delta words: so have the places its sudogs name (stack.go:adjustsudogs)."""
    s = S.g_waiting[g]
    while s >= 0 and S.s_c[s] >= 0:
        if S.s_elem[s] >= 0:
            S.s_elem[s] += delta
        if S.s_ok[s] >= 0:
            S.s_ok[s] += delta
        if S.s_sel[s] >= 0:
            S.s_sel[s] += delta
        s = S.s_link[s]
    return 0
