"""Semaphores: sleep and wake-up on a word of memory (sema.go).

Problem. Mutex, RWMutex and WaitGroup must be able to wait on a memory address, and be small.

Rejected. A wait queue inside each of them: Go's locks are two words; the queues live in a table
of 251 roots, found by the address.

Chosen. The same table. A root is a treap of the addresses that somebody waits on (a search tree by
address that is a heap by a random number, so that it stays balanced); the node of an address is
the sudog that wakes first, and behind it hangs the list of the others, first come, first
served. A waiter that has waited before may come in at the head (lifo). The count is the program's
own word: whoever is woken must decrement it, and waits again if another was quicker; unless the
releaser has done it for him and handed him the *ticket*, with the rest of the time slice.

A notify list (sync.Cond) has its queue here too, under its address + 1, which is no word's address.

Invariant. A sudog in the table belongs to a parked goroutine and hangs under exactly one root; a
root holds each key once.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note
from gosched_edu.kernel.mem import bad_address, heap_at
from gosched_edu.kernel.proc import ready
from gosched_edu.kernel.rand import rand
from gosched_edu.kernel.schedule import goyield, park, userpc
from gosched_edu.kernel.state import NEED_SUDOG, PARKED, SEMA_ROOTS, SWITCHED
from gosched_edu.kernel.sudog import acquiresudog, nosudogs, releasesudog
from gosched_edu.kernel.versions import RULE_INDEX

UINT32 = 0xFFFFFFFF
YIELDS = RULE_INDEX["semrelease_yields"]
K_ACQUIRE, K_RELEASE = int(Kind.SEMA_ACQUIRE), int(Kind.SEMA_RELEASE)
R_NONE, R_TICKET, R_SEMA = int(Reason.NONE), int(Reason.TICKET), int(Reason.SEMACQUIRE)


# --- the treap of a root ----------------------------------------------------------------------
def rootof(key):
    """The root of an address, or of an address + 1 (sema.go:rootFor)."""
    return (key >> 3) % SEMA_ROOTS


def replace(S, root, old, new):
    """`new` (may be -1) takes the place of `old` below its parent."""
    up = S.s_parent[old]
    if up < 0:
        S.sema[root] = new
    elif S.s_prev[up] == old:
        S.s_prev[up] = new
    else:
        S.s_next[up] = new
    if new >= 0:
        S.s_parent[new] = up
    return 0


def rotateleft(S, root, x):
    """(x a (y b c)) becomes (y (x a b) c) (sema.go:rotateLeft)."""
    y = S.s_next[x]
    b = S.s_prev[y]
    replace(S, root, x, y)
    S.s_prev[y] = x
    S.s_parent[x] = y
    S.s_next[x] = b
    if b >= 0:
        S.s_parent[b] = x
    return 0


def rotateright(S, root, y):
    """(y (x a b) c) becomes (x a (y b c)) (sema.go:rotateRight)."""
    x = S.s_prev[y]
    b = S.s_next[x]
    replace(S, root, y, x)
    S.s_next[x] = y
    S.s_parent[y] = x
    S.s_prev[y] = b
    if b >= 0:
        S.s_parent[b] = y
    return 0


def headof(S, key):
    """The first sudog that waits on key, or -1."""
    s = S.sema[rootof(key)]
    while s >= 0 and S.s_elem[s] != key:
        if key < S.s_elem[s]:
            s = S.s_prev[s]
        else:
            s = S.s_next[s]
    return s


def inherit(S, root, old, new):
    """`new` becomes the node of a key instead of `old`."""
    replace(S, root, old, new)
    S.s_prio[new] = S.s_prio[old]
    S.s_prev[new] = S.s_prev[old]
    S.s_next[new] = S.s_next[old]
    if S.s_prev[new] >= 0:
        S.s_parent[S.s_prev[new]] = new
    if S.s_next[new] >= 0:
        S.s_parent[S.s_next[new]] = new
    return 0


def semqueue(S, g, key, lifo, ticket):
    """g waits on key; the caller has made sure of a sudog (sema.go:queue)."""
    s = acquiresudog(S)
    S.s_g[s] = g
    S.g_waiting[g] = s
    S.s_elem[s] = key
    S.s_ticket[s] = ticket
    S.s_tail[s] = -1
    S.s_waiters[s] = 0
    root = rootof(key)
    head = headof(S, key)
    if head >= 0:
        if lifo != 0:
            inherit(S, root, head, s)
            S.s_link[s] = head
            S.s_tail[s] = S.s_tail[head]
            if S.s_tail[s] < 0:
                S.s_tail[s] = head
            S.s_waiters[s] = S.s_waiters[head] + 1
        else:
            if S.s_tail[head] < 0:
                S.s_link[head] = s
            else:
                S.s_link[S.s_tail[head]] = s
            S.s_tail[head] = s
            S.s_waiters[head] += 1
        return s
    # a new leaf, rotated up as its random number says
    S.s_prio[s] = rand(S, 1 << 30)
    up = -1
    x = S.sema[root]
    while x >= 0:
        up = x
        if key < S.s_elem[x]:
            x = S.s_prev[x]
        else:
            x = S.s_next[x]
    S.s_parent[s] = up
    if up < 0:
        S.sema[root] = s
    elif key < S.s_elem[up]:
        S.s_prev[up] = s
    else:
        S.s_next[up] = s
    while S.s_parent[s] >= 0 and S.s_prio[S.s_parent[s]] > S.s_prio[s]:
        up = S.s_parent[s]
        if S.s_prev[up] == s:
            rotateright(S, root, up)
        else:
            rotateleft(S, root, up)
    return s


def dropleaf(S, root, s):
    """Rotate s down to a leaf and cut it off."""
    while S.s_next[s] >= 0 or S.s_prev[s] >= 0:
        left = S.s_prev[s]
        right = S.s_next[s]
        if right < 0 or (left >= 0 and S.s_prio[left] < S.s_prio[right]):
            rotateright(S, root, s)
        else:
            rotateleft(S, root, s)
    replace(S, root, s, -1)
    return 0


def semunlink(S, s):
    """Take the head s of a key out of the table; the next of its list takes its place."""
    root = rootof(S.s_elem[s])
    x = S.s_link[s]
    if x >= 0:
        inherit(S, root, s, x)
        S.s_tail[x] = S.s_tail[s]
        if S.s_link[x] < 0:
            S.s_tail[x] = -1
        S.s_waiters[x] = S.s_waiters[s] - 1
        return 0
    dropleaf(S, root, s)
    return 0


def semdequeue(S, key):
    """The goroutine that has waited longest on key, or -1 (sema.go:dequeue)."""
    s = headof(S, key)
    if s < 0:
        return -1
    semunlink(S, s)
    g = S.s_g[s]
    S.g_waiting[g] = -1
    releasesudog(S, s)
    return g


# --- the instructions ----------------------------------------------------------------------------
# doc: semacquire
def op_semacq(S, t, p, g, pc, fp, a, b, c):
    """SEMACQ (sema.go:semacquire1); c is the wait reason."""
    addr = S.stk[fp + a]
    at = heap_at(S, addr, 0)
    if at < 0:
        return bad_address(S, addr)
    count = S.heap[at] & UINT32
    if count > 0:
        S.heap[at] = count - 1
        note(S, t, K_ACQUIRE, R_NONE, p, g, addr, count - 1, pc)
        return 0
    if nosudogs(S, 1) != 0:
        return NEED_SUDOG
    semqueue(S, g, addr, S.stk[fp + b], 0)
    park(S, t, p, g, pc, fp, c, addr)
    return PARKED
# doc: end


# doc: semrelease
def op_semrel(S, t, p, g, pc, fp, a, b, c):
    """SEMREL (sema.go:semrelease1).

    A waiter that gets no ticket wakes at its SEMACQ and tries again. One that gets it goes on
    behind it, at once and in this time slice: the releaser yields.
    """
    addr = S.stk[fp + a]
    at = heap_at(S, addr, 0)
    if at < 0:
        return bad_address(S, addr)
    handoff = S.stk[fp + b]
    S.heap[at] = (S.heap[at] + 1) & UINT32
    waiter = semdequeue(S, addr)
    if waiter < 0:
        note(S, t, K_RELEASE, R_NONE, p, g, addr, 0, pc)
        return 0
    if handoff != 0 and S.heap[at] > 0:
        S.heap[at] -= 1
        note(S, t, K_RELEASE, R_TICKET, p, g, addr, S.g_goid[waiter], pc)
        note(S, t, K_ACQUIRE, R_TICKET, p, waiter, addr, S.heap[at], S.g_pc[waiter] - 1)
        ready(S, t, p, waiter, g, userpc(S, pc, fp))
        if S.rule[YIELDS] != 0:
            goyield(S, t, p, g, pc + 1, fp)
            return SWITCHED
        return 0
    note(S, t, K_RELEASE, R_NONE, p, g, addr, S.g_goid[waiter], pc)
    S.g_pc[waiter] -= 1
    ready(S, t, p, waiter, g, userpc(S, pc, fp))
    return 0
# doc: end
