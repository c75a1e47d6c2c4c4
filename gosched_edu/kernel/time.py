"""Timers: one heap per P, as since Go 1.14 (time.go).

Problem. Sleepers must wake in order of their times, on the P they slept on or on one
that is idle.

Rejected. One heap for all (wrong owner), an array heap per P (each would need room of
its own). A pairing heap needs only two links per timer, whatever the owner.

Invariant. The root of each heap has the smallest (when, seq); TIMER0 is the smallest
`when` of all Ps, INF if there is none.
"""

from gosched_edu.kernel.state import INF, SC

TFREE = SC["TFREE"]
NTIMER = SC["NTIMER"]
TIMERCAP = SC["TIMERCAP"]
TIMER_SEQ = SC["TIMER_SEQ"]
TIMERS_LIVE = SC["TIMERS_LIVE"]
TIMER0 = SC["TIMER0"]
NPROC = SC["NPROC"]


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
    S.t_next[b] = S.t_child[a]
    S.t_child[a] = b
    return a


def addtimer(S, p, when, g):
    """Ready g at `when`; -1 when the table must grow first (time.go:addtimer)."""
    t = S.sc[TFREE]
    if t >= 0:
        S.sc[TFREE] = S.t_next[t]
    else:
        t = S.sc[NTIMER]
        if t >= S.sc[TIMERCAP]:
            return -1
        S.sc[NTIMER] = t + 1
    S.t_when[t] = when
    S.t_seq[t] = S.sc[TIMER_SEQ]
    S.sc[TIMER_SEQ] += 1
    S.t_g[t] = g
    S.t_child[t] = -1
    S.t_next[t] = -1
    S.p_timers[p] = meld(S, S.p_timers[p], t)
    S.sc[TIMERS_LIVE] += 1
    if when < S.sc[TIMER0]:
        S.sc[TIMER0] = when
    return t


def deltimer0(S, p):
    """Take the earliest timer of p off its heap; return its goroutine."""
    t = S.p_timers[p]
    pairs = -1
    c = S.t_child[t]
    while c >= 0:
        d = S.t_next[c]
        if d < 0:
            S.t_next[c] = pairs
            pairs = c
            c = -1
        else:
            rest = S.t_next[d]
            x = meld(S, c, d)
            S.t_next[x] = pairs
            pairs = x
            c = rest
    root = -1
    while pairs >= 0:
        rest = S.t_next[pairs]
        S.t_next[pairs] = -1
        root = meld(S, root, pairs)
        pairs = rest
    S.p_timers[p] = root
    S.t_next[t] = S.sc[TFREE]
    S.sc[TFREE] = t
    S.sc[TIMERS_LIVE] -= 1
    first = INF
    for q in range(S.sc[NPROC]):
        r = S.p_timers[q]
        if r >= 0 and S.t_when[r] < first:
            first = S.t_when[r]
    S.sc[TIMER0] = first
    return S.t_g[t]

