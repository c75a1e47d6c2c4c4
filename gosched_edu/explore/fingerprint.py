"""Two states are the same if the same can follow: a hash of what decides it.

Problem. Two runs stand at the same place, but at another time, with other addresses, serial numbers and
clocks. What of a state matters?

Rejected. All of it (a loop would never come back to a state); whole states, to be compared (a megabyte for
a hundred of them).

Chosen. 128 bits of where each goroutine stands and what its frames may still read
(`gosched_edu.kernel.stackmap`), what can be reached from there and from package variables, who waits where
in which order, timers relative to now, what was written. Objects, channels and timers go by the order in
which they are reached, so that who allocated first makes no difference. The clock itself counts if the
program can look at it. Of the race detector's clocks counts what later races can depend on: which access
that somebody does not know of is known where.

Invariant. Of two states with one hash every schedule of the one is a schedule of the other, with the same
end. Goids are in it, as the names of goroutines in schedules.
"""

from gosched_edu.explore.ctl import CLOCKED, SEEN_FUNCTIONS, SEEN_ORDER, VARS
from gosched_edu.explore.words import (
    CHAN_BASE,
    H_CHAN,
    H_CLOCK,
    H_FRAME,
    H_GO,
    H_NET,
    H_OBJECT,
    H_QUEUE,
    H_SENDS,
    H_SET,
    H_TEXT,
    H_TIMER,
    HANDLE_BYTES,
    NG,
    NTIMER,
    P_CHAN,
    P_HEAP,
    RACE,
    S_A,
    S_B,
    S_CELLS,
    S_ORDER,
    S_ROWS,
    S_STAMP,
    S_WATCH,
    knowledge,
    row,
    shadows,
    timernumber,
    value,
    word,
)
from gosched_edu.kernel.arena import PAGE_SHIFT
from gosched_edu.kernel.malloc import objectsize
from gosched_edu.kernel.sema import headof
from gosched_edu.kernel.stackmap import islive, liveat, liveresumed
from gosched_edu.kernel.state import GDEAD, GWAITING, SC
from gosched_edu.kernel.time import T_FUNC, T_SEND, T_SLEEP

OUT_TOP, ERR_TOP, NOW, RNG, NX, ND = (SC[n] for n in "OUT_TOP ERR_TOP NOW RNG NX ND".split())
NEXT_GOID, EXIT_CODE = SC["NEXT_GOID"], SC["EXIT_CODE"]
NET_TOP = SC["NET_TOP"]


# --- goroutines ---------------------------------------------------------------------------------
def waitingfor(S, g):
    """Where g waits, what it has to send, and how many wait before it at a semaphore."""
    s = S.g_waiting[g]
    while s >= 0:
        c = S.s_c[s]
        if c < 0:
            key = S.s_elem[s]
            value(S, key & ~7)
            word(S, (H_QUEUE << 1) | (key & 1))
            x = headof(S, key)
            n = 0
            while x >= 0 and x != s:
                n += 1
                x = S.s_link[x]
            word(S, n)
            return word(S, S.s_ticket[s])
        word(S, (H_SENDS << 40) | (S.s_case[s] << 8) | S.s_send[s])
        value(S, CHAN_BASE + HANDLE_BYTES * c)
        if S.s_send[s] != 0:
            for i in range(S.c_width[c]):
                value(S, S.stk[S.s_elem[s] + i])
        else:
            to = -1
            if S.s_elem[s] >= 0:
                to = S.s_elem[s] - S.g_stk[g]
            word(S, to)
        s = S.s_link[s]
    return 0


def framesof(S, g):
    """What g's frames may still read."""
    functions = S.y_ctl[SEEN_FUNCTIONS]
    fp = S.g_fp[g]
    fn = S.fn_of[S.g_pc[g]]
    at = liveat(S, S.g_pc[g])
    while True:
        n = S.f_frame[fn]
        S.y_seen[S_WATCH] |= S.y_seen[functions + fn]
        link = S.stk[fp]
        word(S, H_FRAME)
        word(S, link)
        for i in range(1, n):
            if islive(S, at, i) != 0:
                value(S, S.stk[fp + i])
        if link == -1:
            return 0
        at = liveresumed(S, link)
        if link < 0:
            fn = S.fn_of[(-link & 0xFFFFFFFF) - 2]
            fp -= -link >> 32
        else:
            fn = S.fn_of[(link & ((1 << 30) - 1)) - (1 - ((link >> 30) & 1))]
            fp -= link >> 32


def goroutine(S, g):
    """All of goroutine g that decides what it can do."""
    word(S, (H_GO << 32) | S.g_goid[g])
    word(S, S.g_pc[g])
    word(S, S.g_param[g])
    value(S, S.g_defer[g])
    value(S, S.g_panic[g])
    if S.g_status[g] == GWAITING:
        word(S, S.g_reason[g])
        waitingfor(S, g)
    if S.sc[RACE] != 0:
        row(S, S.g_vc[g])
    return framesof(S, g)


def goroutines(S):
    """All goroutines, by goid."""
    last = -1
    while True:
        best = -1
        for g in range(S.sc[NG]):
            if (
                S.g_status[g] != GDEAD
                and S.g_status[g] != 0
                and S.g_goid[g] > last
                and (best < 0 or S.g_goid[g] < S.g_goid[best])
            ):
                best = g
        if best < 0:
            return 0
        last = S.g_goid[best]
        goroutine(S, best)


# --- timers, channels, objects --------------------------------------------------------------------
def later(S, x):
    """How long until timer x fires; -1: it is not set."""
    if S.t_when[x] == 0:
        return word(S, -1)
    if S.t_when[x] <= S.sc[NOW]:
        return word(S, 0)
    return word(S, S.t_when[x] - S.sc[NOW])


def timer(S, x):
    """Timer x, when and what."""
    word(S, (H_TIMER << 8) | S.t_kind[x])
    later(S, x)
    word(S, S.t_period[x])
    if S.t_kind[x] == T_SEND:
        value(S, CHAN_BASE + HANDLE_BYTES * S.t_arg[x])
    elif S.t_kind[x] == T_FUNC:
        value(S, S.t_arg[x])
    elif S.t_kind[x] == T_SLEEP:
        word(S, S.g_goid[S.t_arg[x]])
    else:
        word(S, S.t_arg[x])
    if S.sc[RACE] != 0:
        row(S, S.t_sync[x])
    return 0


def settimers(S):
    """The timers that will fire, in the order in which they will."""
    when = -1
    seq = -1
    while True:
        best = -1
        for x in range(S.sc[NTIMER]):
            if S.t_live[x] != 0 and S.t_p[x] >= 0:
                if S.t_when[x] > when or (S.t_when[x] == when and S.t_seq[x] > seq):
                    if (
                        best < 0
                        or S.t_when[x] < S.t_when[best]
                        or (S.t_when[x] == S.t_when[best] and S.t_seq[x] < S.t_seq[best])
                    ):
                        best = x
        if best < 0:
            return 0
        when = S.t_when[best]
        seq = S.t_seq[best]
        word(S, H_SET)
        timer(S, best)


def queue(S, s):
    """Who waits at a channel, in order."""
    while s >= 0:
        word(S, (S.g_goid[S.s_g[s]] << 16) | S.s_case[s])
        s = S.s_next[s]
    return word(S, H_QUEUE)


def channel(S, c):
    """Channel c; its buffer is an object."""
    word(S, H_CHAN)
    word(S, S.c_cap[c])
    word(S, S.c_n[c])
    word(S, S.c_closed[c])
    for i in range(S.c_n[c]):
        slot = S.c_recvx[c] + i
        if slot >= S.c_cap[c]:
            slot -= S.c_cap[c]
        for k in range(S.c_width[c]):
            value(S, S.heap[S.c_buf[c] + slot * S.c_width[c] + k])
    if S.sc[RACE] != 0:
        row(S, S.c_sync[c])
        if S.c_buf[c] > 0 and S.c_cap[c] > 0 and S.c_width[c] > 0:
            for i in range(S.c_cap[c]):
                slot = S.c_recvx[c] + i
                if slot >= S.c_cap[c]:
                    slot -= S.c_cap[c]
                row(S, S.sh_sync[S.c_buf[c] + slot * S.c_width[c]])
    queue(S, S.c_recvq[c])
    queue(S, S.c_sendq[c])
    x = S.c_timer[c]
    if x >= 0:
        word(S, timernumber(S, x))
    return 0


def object_(S, at):
    """An object of the heap."""
    n = objectsize(S, at)
    word(S, (H_OBJECT << 32) | n)
    shadows(S, at, n)
    noscan = S.h_class[S.h_span[at >> PAGE_SHIFT]] & 1
    for i in range(at, at + n):
        if noscan != 0:
            word(S, S.heap[i])
        else:
            value(S, S.heap[i])
    return 0


def reached(S):
    """All that has been reached, and what is reached from there."""
    i = 0
    while i < S.y_seen[S_ORDER]:
        what = S.y_seen[S.y_ctl[SEEN_ORDER] + i]
        number = what & 0xFFFFFFFF
        if what >> 32 == P_HEAP >> 32:
            object_(S, number)
        elif what >> 32 == P_CHAN >> 32:
            channel(S, number)
        else:
            timer(S, number)
        i += 1
    return 0


def network(S):
    """Connections, as they lie there, and what is on its way."""
    word(S, H_NET)
    for d in range(S.sc[ND]):
        word(S, (S.d_peer[d] << 32) | (S.d_open[d] << 8) | (S.d_gone[d] << 4) | S.d_late[d])
        word(S, S.d_sent[d])
        word(S, S.d_here[d])
        word(S, (S.d_reader[d] << 32) | (S.d_writer[d] & 0xFFFFFFFF))
        word(S, (S.d_first[d] << 32) | S.d_head[d])
        word(S, (S.d_last[d] << 32) | S.d_tail[d])
        word(S, S.d_delay[d])
    for i in range(S.sc[NET_TOP]):
        word(S, S.net[i])
    for i in range(S.sc[NX]):
        word(S, S.x_when[i] - S.sc[NOW])
        word(S, (S.x_kind[i] << 32) | S.x_arg[i])
        word(S, S.x_arg2[i])
    return 0


def fingerprint(S):
    """The hash of the state is left in the first two words of y_seen."""
    S.y_seen[S_A] = 17
    S.y_seen[S_B] = 29
    S.y_seen[S_STAMP] += 1
    S.y_seen[S_ORDER] = 0
    S.y_seen[S_CELLS] = 0
    S.y_seen[S_ROWS] = 0
    S.y_seen[S_WATCH] = S.y_ctl[CLOCKED]
    word(S, S.sc[NEXT_GOID])
    word(S, S.sc[RNG])
    word(S, S.sc[EXIT_CODE])
    word(S, (H_TEXT << 32) | S.sc[OUT_TOP])
    for i in range(S.sc[OUT_TOP]):
        word(S, S.out[i])
    word(S, (H_TEXT << 32) | S.sc[ERR_TOP])
    for i in range(S.sc[ERR_TOP]):
        word(S, S.err[i])
    for i in range(S.y_ctl[VARS]):
        low = S.y_vars[2 * i]
        shadows(S, low, S.y_vars[2 * i + 1])
        for k in range(low, low + S.y_vars[2 * i + 1]):
            value(S, S.heap[k])
    goroutines(S)
    settimers(S)
    if S.sc[ND] > 0 or S.sc[NX] > 0:
        network(S)
    reached(S)
    if S.sc[RACE] != 0:
        knowledge(S)
    if S.y_seen[S_WATCH] != 0:
        word(S, H_CLOCK)
        word(S, S.sc[NOW])
    return 0
