"""Notify lists: the wait queue of sync.Cond (sema.go:notifyList).

Problem. Cond.Wait gives up its lock between "I shall wait" and "I wait"; a Signal that falls in
between must not be lost, and must not wake one that came later.

Rejected. Waking the head of a queue: who queued first need not be who came first.

Chosen. As Go: tickets. Add takes the number `wait` and counts it up, with the lock held. Wait
returns at once if its ticket lies before `notify`; else it queues up. NotifyOne counts `notify` up and
wakes the ticket it had. Both counters are the program's memory, words 0 and 1 of the list; the
queue is in the semaphore table under the list's address + 1, where no program can reach it.

Invariant. ``notify <= wait`` as counters modulo 2**32; every queued ticket lies in between.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note, room
from gosched_edu.kernel.mem import bad_address, heap_run
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.schedule import park, userpc
from gosched_edu.kernel.sema import UINT32, dropleaf, headof, rootof, semqueue, semunlink
from gosched_edu.kernel.state import NEED_SUDOG, NEED_TRACE, PARKED
from gosched_edu.kernel.sudog import nosudogs, releasesudog

K_ONE, K_ALL = int(Kind.NOTIFY_ONE), int(Kind.NOTIFY_ALL)
R_NONE, R_COND = int(Reason.NONE), int(Reason.COND_WAIT)


def less(a, b):
    """1 if ticket a was given before ticket b; they wrap (sema.go:less)."""
    if (a - b) & UINT32 > UINT32 >> 1:
        return 1
    return 0


def op_nladd(S, t, p, g, pc, fp, a, b, c):
    """NLADD (sema.go:notifyListAdd)."""
    addr = S.stk[fp + b]
    at = heap_run(S, addr, 2)
    if at < 0:
        return bad_address(S, addr)
    ticket = S.heap[at] & UINT32
    S.heap[at] = (ticket + 1) & UINT32
    S.stk[fp + a] = ticket
    return 0


def op_nlwait(S, t, p, g, pc, fp, a, b, c):
    """NLWAIT (sema.go:notifyListWait)."""
    addr = S.stk[fp + a]
    at = heap_run(S, addr, 2)
    if at < 0:
        return bad_address(S, addr)
    ticket = S.stk[fp + b] & UINT32
    if less(ticket, S.heap[at + 1] & UINT32) != 0:
        return 0
    if nosudogs(S, 1) != 0:
        return NEED_SUDOG
    semqueue(S, g, addr + 1, 0, ticket)
    park(S, t, p, g, pc, fp, R_COND, addr)
    return PARKED


def op_nlone(S, t, p, g, pc, fp, a, b, c):
    """NLONE (sema.go:notifyListNotifyOne)."""
    addr = S.stk[fp + a]
    at = heap_run(S, addr, 2)
    if at < 0:
        return bad_address(S, addr)
    ticket = S.heap[at + 1] & UINT32
    if ticket == S.heap[at] & UINT32:
        return 0
    S.heap[at + 1] = (ticket + 1) & UINT32
    head = headof(S, addr + 1)
    before = -1
    s = head
    while s >= 0 and S.s_ticket[s] != ticket:
        before = s
        s = S.s_link[s]
    if s < 0:
        # its owner has not queued up yet; NLWAIT will see that it need not
        note(S, t, K_ONE, R_NONE, p, g, addr, 0, pc)
        return 0
    if s == head:
        semunlink(S, s)
    else:
        following = S.s_link[s]
        S.s_link[before] = following
        if following < 0:
            S.s_tail[head] = before
            if before == head:
                S.s_tail[head] = -1
        S.s_waiters[head] -= 1
    waiter = S.s_g[s]
    S.g_waiting[waiter] = -1
    releasesudog(S, s)
    note(S, t, K_ONE, R_NONE, p, g, addr, S.g_goid[waiter], pc)
    ready(S, t, p, waiter, g, userpc(S, pc, fp))
    return 0


def op_nlall(S, t, p, g, pc, fp, a, b, c):
    """NLALL: all, first queued first (sema.go:notifyListNotifyAll)."""
    addr = S.stk[fp + a]
    at = heap_run(S, addr, 2)
    if at < 0:
        return bad_address(S, addr)
    if S.heap[at] & UINT32 == S.heap[at + 1] & UINT32:
        return 0
    s = headof(S, addr + 1)
    n = 0
    if s >= 0:
        n = 1 + S.s_waiters[s]
    if room(S, 2 * n) == 0:
        return NEED_TRACE
    S.heap[at + 1] = S.heap[at] & UINT32
    note(S, t, K_ALL, R_NONE, p, g, addr, n, pc)
    if s >= 0:
        dropleaf(S, rootof(addr), s)
    while s >= 0:
        following = S.s_link[s]
        waiter = S.s_g[s]
        S.g_waiting[waiter] = -1
        releasesudog(S, s)
        ready(S, t, p, waiter, g, userpc(S, pc, fp))
        s = following
    return 0
