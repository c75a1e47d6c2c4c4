"""Timers: the table, and one heap per P as since Go 1.14 (time.go).

Problem. What was set to a time must happen in order of the times, on the P that set it or on one
that is idle; a timer can be moved or stopped at any moment, cheaply.

Rejected. One heap for all Ps (the wrong owner); an array heap per P (each would need room of its
own); leaving stopped timers in the heap until they come up, as Go must because another P's heap
is locked: here every action is one instant.

Chosen. A pairing heap per P. It needs three links per timer, whoever the owner is, and takes a
timer out of its middle as cheaply as off its top. What a timer does is its kind: ready a sleeping
goroutine, send the time on a channel, start a function. Sleeps make and free their own timers;
those of the program have a handle, and the garbage collector frees them.

Rule `sync_timer_channels` (1.23). The timer of a channel is in a heap only while a goroutine is
blocked on the channel. Otherwise `t_when` alone says when it is due, and whoever looks at the
channel next runs it (chan.go asks `due`). So an unread ticker costs nothing and hides no deadlock.

Invariants. The root of each heap has the smallest (when, seq). A timer is in the heap of P `t_p`,
or in none (-1). TIMER0 is the smallest `when` in all heaps, INF if there is none. TIMER_LOG is at
least what all timers in heaps can write to the log when they fire.
"""

from gosched_edu.kernel.race import rowfree
from gosched_edu.kernel.state import INF, SC
from gosched_edu.kernel.threads import wakenetpoller
from gosched_edu.kernel.versions import RULE_INDEX

TFREE = SC["TFREE"]
NTIMER = SC["NTIMER"]
TIMERCAP = SC["TIMERCAP"]
TIMER_SEQ = SC["TIMER_SEQ"]
TIMERS_LIVE = SC["TIMERS_LIVE"]
TIMER_LOG = SC["TIMER_LOG"]
TIMER0 = SC["TIMER0"]
ALLOC_STATE = SC["ALLOC_STATE"]
NPROC = SC["NPROC"]
LIMIT = SC["LIMIT"]
TIMERPROC, TIMER_SET_AT = SC["TIMERPROC"], SC["TIMER_SET_AT"]
TIMERS_PER_P = RULE_INDEX["timers_per_p"]

T_SLEEP = 0  # ready goroutine t_arg; the timer is freed
T_SEND = 1  # send the time on channel number t_arg (time.sendTime)
T_FUNC = 2  # start the function value t_arg as a goroutine (time.goFunc)
T_FD = 3  # a deadline of descriptor t_arg has passed (netpollDeadline)
#: The wall clock when the program starts: 2009-11-10 23:00:00 UTC, as in the Go playground.
EPOCH = 1257894000 * 10**9


# --- the pairing heap -----------------------------------------------------------------------
def meld(S, a, b):
    """Join two heaps, either may be -1; return the root."""
    if a < 0:
        return b
    if b < 0:
        return a
    if S.t_when[b] < S.t_when[a] or (S.t_when[b] == S.t_when[a] and S.t_seq[b] < S.t_seq[a]):
        x = a
        a = b
        b = x
    child = S.t_child[a]
    S.t_next[b] = child
    if child >= 0:
        S.t_prev[child] = b
    S.t_prev[b] = a
    S.t_child[a] = b
    return a


def meldall(S, c):
    """Join a row of siblings that starts at c, in pairs and then from the back; return the root."""
    pairs = -1
    while c >= 0:
        d = S.t_next[c]
        rest = -1
        if d >= 0:
            rest = S.t_next[d]
        x = meld(S, c, d)
        S.t_next[x] = pairs
        pairs = x
        c = rest
    root = -1
    while pairs >= 0:
        rest = S.t_next[pairs]
        root = meld(S, root, pairs)
        pairs = rest
    if root >= 0:
        S.t_next[root] = -1
        S.t_prev[root] = -1
    return root


def logweight(kind):
    """Records that a timer of this kind writes at most when it fires."""
    if kind == T_SLEEP:
        return 1
    return 8


def heapadd(S, p, x):
    """Timer x, whose t_when is set, joins p's heap (time.go:addHeap)."""
    S.t_seq[x] = S.sc[TIMER_SEQ]
    S.sc[TIMER_SEQ] += 1
    S.t_child[x] = -1
    S.t_next[x] = -1
    S.t_prev[x] = -1
    S.t_p[x] = p
    S.p_timers[p] = meld(S, S.p_timers[p], x)
    S.sc[TIMERS_LIVE] += 1
    S.sc[TIMER_LOG] += logweight(S.t_kind[x])
    when = S.t_when[x]
    if when < S.sc[TIMER0]:
        S.sc[TIMER0] = when
    if when - 1 < S.sc[LIMIT]:
        # an idle P may take it while the P that set it goes on
        S.sc[LIMIT] = when - 1
    if S.sc[TIMERPROC] < 0 and S.rule[TIMERS_PER_P] == 0:
        # the goroutine that runs timers is made before anything else happens
        S.sc[TIMER_SET_AT] = S.p_clock[p]
        S.sc[LIMIT] = -1
    return 0


def heapdel(S, x):
    """Timer x leaves its heap, from wherever it stands (time.go:deleteMin, and zombies at once)."""
    p = S.t_p[x]
    below = meldall(S, S.t_child[x])
    if S.p_timers[p] == x:
        S.p_timers[p] = below
    else:
        before = S.t_prev[x]
        after = S.t_next[x]
        if S.t_child[before] == x:
            S.t_child[before] = after
        else:
            S.t_next[before] = after
        if after >= 0:
            S.t_prev[after] = before
        S.p_timers[p] = meld(S, S.p_timers[p], below)
    S.t_p[x] = -1
    S.sc[TIMERS_LIVE] -= 1
    S.sc[TIMER_LOG] -= logweight(S.t_kind[x])
    if S.t_when[x] == S.sc[TIMER0]:
        first = INF
        for q in range(S.sc[NPROC]):
            root = S.p_timers[q]
            if root >= 0 and S.t_when[root] < first:
                first = S.t_when[root]
        S.sc[TIMER0] = first
    return 0


def taketimers(S, p, gone):
    """P `gone` is no more: p takes its timers (time.go:take)."""
    while S.p_timers[gone] >= 0:
        x = S.p_timers[gone]
        heapdel(S, x)
        heapadd(S, p, x)
    return 0


# --- the table ------------------------------------------------------------------------------------
def newtimer(S, kind, arg):
    """A stopped timer's number, or -1 when the table must grow first (time.go:newTimer)."""
    x = S.sc[TFREE]
    if x >= 0:
        S.sc[TFREE] = S.t_next[x]
    else:
        x = S.sc[NTIMER]
        if x >= S.sc[TIMERCAP]:
            return -1
        S.sc[NTIMER] = x + 1
    S.t_live[x] = (S.sc[ALLOC_STATE] + 1) >> 1  # 2 while marking goes on, see mark.py
    S.t_sync[x] = 0
    S.t_kind[x] = kind
    S.t_arg[x] = arg
    S.t_when[x] = 0
    S.t_period[x] = 0
    S.t_blocked[x] = 0
    S.t_p[x] = -1
    return x


def freetimer(S, x):
    """The number may be used again; the timer must be in no heap."""
    rowfree(S, S.t_sync[x])
    S.t_sync[x] = 0
    S.t_live[x] = 0
    S.t_next[x] = S.sc[TFREE]
    S.sc[TFREE] = x
    return 0


def addtimer(S, p, when, kind, arg):
    """A timer of the runtime's own, set at once; -1 when the table must grow first."""
    x = newtimer(S, kind, arg)
    if x < 0:
        return -1
    S.t_when[x] = when
    heapadd(S, p, x)
    wakenetpoller(S, S.p_clock[p], p, when)
    return x


def wanted(S, x, lazy):
    """1 if x belongs in a heap (time.go:needsAdd); lazy: it feeds a synchronous channel."""
    if S.t_when[x] > 0 and (lazy == 0 or S.t_blocked[x] > 0):
        return 1
    return 0


def advance(S, x, t):
    """x fires at t: set `t_when` to its next time, 0 if there is none (time.go:unlockAndRun)."""
    period = S.t_period[x]
    if period <= 0:
        S.t_when[x] = 0
        return 0
    when = S.t_when[x]
    when += period * (1 + (t - when) // period)
    if when >= INF:
        when = INF - 1
    S.t_when[x] = when
    return 0


# --- timers of synchronous channels ----------------------------------------------------------------
def due(S, x, t):
    """1 if the looker must run x now: its time has come and no heap has it (time.go:maybeRunChan)."""
    if S.t_p[x] < 0 and S.t_when[x] > 0 and S.t_when[x] <= t:
        return 1
    return 0


def blocktimer(S, p, x):
    """One more goroutine is blocked on x's channel (time.go:blockTimerChan)."""
    S.t_blocked[x] += 1
    if S.t_p[x] < 0 and S.t_when[x] > 0:
        heapadd(S, p, x)
        wakenetpoller(S, S.p_clock[p], p, S.t_when[x])
    return 0


def unblocktimer(S, x):
    """One goroutine less; after the last one x leaves its heap (time.go:unblockTimerChan)."""
    S.t_blocked[x] -= 1
    if S.t_blocked[x] == 0 and S.t_p[x] >= 0:
        heapdel(S, x)
    return 0
