"""Race detection by happens-before (race.go, and ThreadSanitizer behind it).

Problem. A data race is two accesses to a variable, one of them a write, that nothing orders. It
need not show in this run's results to be one.

Rejected. Sets of locks held at each access (channels are no locks: too many false alarms); a full
vector clock for each variable (most are used by one goroutine at a time).

Chosen. As ThreadSanitizer. Each goroutine has a vector clock: what it knows of every other's
progress. A *release* leaves the clock at a synchronisation object and moves the own time on; an
*acquire* takes over what is left there. Objects are as in Go's runtime: each slot of a channel's
buffer, the channel itself (close, and all of an unbuffered channel), each address that package sync
or sync/atomic names, each timer. What accesses ask the clocks is told in
`gosched_edu.kernel.shadow`. What does not happen in this run is not found.

A clock is a row of `vc`; columns are *tids*: a goroutine has one while it lives. A dead goroutine's
tid is used again, its time goes on, so that old accesses stay in the past of those who know of
them.

Invariants. A goroutine's own entry in its own row is larger than in all other rows. At the start of
every instruction there are free rows and tids for it; `run` sees to it. With RACE off nothing here
is called.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note
from gosched_edu.kernel.state import CLOCK_ROOM, SC
from gosched_edu.kernel.versions import RULE_INDEX

RACE_POLL, LIMIT = SC["RACE_POLL"], SC["LIMIT"]
VC_WIDTH, VCCAP, VC_TOP, VC_FREE = SC["VC_WIDTH"], SC["VCCAP"], SC["VC_TOP"], SC["VC_FREE"]
NTID, TID_HEAD, TID_TAIL, TID_FREE = SC["NTID"], SC["TID_HEAD"], SC["TID_TAIL"], SC["TID_FREE"]
K_ACQUIRE = int(Kind.HB_ACQUIRE)
K_RELEASE, K_MERGE = int(Kind.HB_RELEASE), int(Kind.HB_MERGE)
R_GO, R_CHAN, R_CLOSE = int(Reason.HB_GO), int(Reason.HB_CHAN), int(Reason.HB_CLOSE)
R_TIMER = int(Reason.HB_TIMER)
LEARNS_LAST = RULE_INDEX["chan_learns_last"]

QUARANTINE = 8  # dead tids that wait before the first of them is used again
MAX_TIDS = 1 << 13  # as ThreadSanitizer's 8128
CLOCK_BITS = 25


# --- rows and tids ----------------------------------------------------------------------
def rowalloc(S):
    """A zero row of vc; there is always one, see the invariant."""
    row = S.sc[VC_FREE]
    if row > 0:
        S.sc[VC_FREE] = S.vc_next[row]
        at = row * S.sc[VC_WIDTH]
        for i in range(S.sc[NTID]):
            S.vc[at + i] = 0
    else:
        row = S.sc[VC_TOP]
        S.sc[VC_TOP] = row + 1
        # an explorer that went back to an earlier state has been here before
        at = row * S.sc[VC_WIDTH]
        for i in range(S.sc[VC_WIDTH]):
            S.vc[at + i] = 0
        if row + CLOCK_ROOM >= S.sc[VCCAP]:
            S.sc[RACE_POLL] = 1
            S.sc[LIMIT] = -1
    return row


def rowfree(S, row):
    """Nobody needs the row any more."""
    if row > 0:
        S.vc_next[row] = S.sc[VC_FREE]
        S.sc[VC_FREE] = row
    return 0


def tidalloc(S, g):
    """A tid for the new goroutine g: a new one, or that of a goroutine long dead."""
    tid = S.sc[NTID]
    if S.sc[TID_FREE] > QUARANTINE or tid >= S.sc[VC_WIDTH]:
        tid = S.sc[TID_HEAD]
        S.sc[TID_HEAD] = S.r_next[tid]
        S.sc[TID_FREE] -= 1
    else:
        S.sc[NTID] = tid + 1
        S.r_clock[tid] = 0
        if tid + CLOCK_ROOM >= S.sc[VC_WIDTH]:
            S.sc[RACE_POLL] = 1
            S.sc[LIMIT] = -1
    S.g_tid[g] = tid
    return tid


def myclock(S, g):
    """g's own time."""
    return S.vc[S.g_vc[g] * S.sc[VC_WIDTH] + S.g_tid[g]]


def known(S, row, x):
    """1 if whoever has this row knows of the access in cell x."""
    clock = (x >> 1) & ((1 << CLOCK_BITS) - 1)
    tid = (x >> (CLOCK_BITS + 1)) & (MAX_TIDS - 1)
    if S.vc[row * S.sc[VC_WIDTH] + tid] >= clock:
        return 1
    return 0


# --- acquire and release ------------------------------------------------------------------
def join(S, into, row):
    """Row `into` learns all that `row` knows."""
    a = into * S.sc[VC_WIDTH]
    b = row * S.sc[VC_WIDTH]
    for i in range(S.sc[NTID]):
        if S.vc[b + i] > S.vc[a + i]:
            S.vc[a + i] = S.vc[b + i]
    return 0


def overwrite(S, into, row):
    """Row `into` becomes what `row` is."""
    a = into * S.sc[VC_WIDTH]
    b = row * S.sc[VC_WIDTH]
    for i in range(S.sc[NTID]):
        S.vc[a + i] = S.vc[b + i]
    return 0


def tick(S, g):
    """g's time moves on: what it does now was not known when it released."""
    at = S.g_vc[g] * S.sc[VC_WIDTH] + S.g_tid[g]
    S.vc[at] += 1
    S.r_clock[S.g_tid[g]] = S.vc[at]
    return 0


def raceacquire(S, t, p, g, row, what, why, pc):
    """g acquires the object `what` with this row, 0 if nobody released it yet (race.go:raceacquireg)."""
    if row > 0:
        join(S, S.g_vc[g], row)
        note(S, t, K_ACQUIRE, why, p, g, what, myclock(S, g), pc)
    return 0


def racerelease(S, t, p, g, row, what, why, pc):
    """g releases the object: forget what was there (race.go:racereleaseg); returns its row."""
    if row == 0:
        row = rowalloc(S)
    overwrite(S, row, S.g_vc[g])
    note(S, t, K_RELEASE, why, p, g, what, myclock(S, g), pc)
    tick(S, g)
    return row


def racereleasemerge(S, t, p, g, row, what, why, pc):
    """g releases the object, which keeps what others left (race.go:racereleasemergeg)."""
    if row == 0:
        row = rowalloc(S)
    join(S, row, S.g_vc[g])
    note(S, t, K_MERGE, why, p, g, what, myclock(S, g), pc)
    tick(S, g)
    return row


def racereleaseacquire(S, t, p, g, row, what, why, pc):
    """g takes what is left there and leaves what it knew before (race.go:racereleaseacquireg)."""
    new = rowalloc(S)
    overwrite(S, new, S.g_vc[g])
    clock = myclock(S, g)
    if row > 0:
        join(S, S.g_vc[g], row)
        # what it learns here is not in what it leaves: its next time
        note(S, t, K_ACQUIRE, why, p, g, what, clock + 1, pc)
        rowfree(S, row)
    note(S, t, K_RELEASE, why, p, g, what, clock, pc)
    tick(S, g)
    return new


# --- goroutines ----------------------------------------------------------------------------
def racegostart(S, t, p, parent, g, pc):
    """g was created by `parent` (-1: by the runtime) at pc (race.go:racegostart)."""
    tid = tidalloc(S, g)
    S.g_vc[g] = rowalloc(S)
    clock = S.r_clock[tid] + 1
    if parent >= 0:
        overwrite(S, S.g_vc[g], S.g_vc[parent])
        note(S, t, K_RELEASE, R_GO, p, parent, -S.g_goid[g], myclock(S, parent), pc)
        tick(S, parent)
    S.vc[S.g_vc[g] * S.sc[VC_WIDTH] + tid] = clock
    S.r_clock[tid] = clock
    if parent >= 0:
        note(S, t, K_ACQUIRE, R_GO, p, g, -S.g_goid[g], clock, pc)
    return 0


def racegoend(S, g):
    """g has ended (race.go:racegoend). That orders nothing."""
    tid = S.g_tid[g]
    rowfree(S, S.g_vc[g])
    S.g_vc[g] = 0
    S.r_next[tid] = -1
    if S.sc[TID_FREE] == 0:
        S.sc[TID_HEAD] = tid
    else:
        S.r_next[S.sc[TID_TAIL]] = tid
    S.sc[TID_TAIL] = tid
    S.sc[TID_FREE] += 1
    return 0


# --- channels (chan.go) ------------------------------------------------------------------------
def c_name(S, c):
    """How channel c is called in the log: words of the heap have positive numbers up to 2**40."""
    return (1 << 40) | c


def racenotify(S, t, p, g, c, slot, pc):
    """g sends to or receives from slot number `slot` of channel c (chan.go:racenotify)."""
    name = c_name(S, c)
    if S.c_width[c] == 0 or S.c_cap[c] == 0:
        raceacquire(S, t, p, g, S.c_sync[c], name, R_CHAN, pc)
        S.c_sync[c] = racereleasemerge(S, t, p, g, S.c_sync[c], name, R_CHAN, pc)
        return 0
    at = S.c_buf[c] + slot * S.c_width[c]
    if S.rule[LEARNS_LAST] == 0:
        raceacquire(S, t, p, g, S.sh_sync[at], at, R_CHAN, pc)
        S.sh_sync[at] = racerelease(S, t, p, g, S.sh_sync[at], at, R_CHAN, pc)
        return 0
    S.sh_sync[at] = racereleaseacquire(S, t, p, g, S.sh_sync[at], at, R_CHAN, pc)
    return 0


def racesync(S, t, p, g, other, c, pc):
    """g hands over to `other`, or takes from it, on the unbuffered channel c (chan.go:racesync)."""
    name = c_name(S, c)
    S.c_sync[c] = racerelease(S, t, p, g, S.c_sync[c], name, R_CHAN, pc)
    raceacquire(S, t, p, other, S.c_sync[c], name, R_CHAN, pc)
    S.c_sync[c] = racerelease(S, t, p, other, S.c_sync[c], name, R_CHAN, pc)
    raceacquire(S, t, p, g, S.c_sync[c], name, R_CHAN, pc)
    return 0


def raceclose(S, t, p, g, c, pc):
    """g closes channel c (chan.go:closechan)."""
    S.c_sync[c] = racerelease(S, t, p, g, S.c_sync[c], c_name(S, c), R_CLOSE, pc)
    return 0


def raceclosed(S, t, p, g, c, pc):
    """g finds channel c closed (chan.go:chanrecv)."""
    return raceacquire(S, t, p, g, S.c_sync[c], c_name(S, c), R_CLOSE, pc)


# --- timers (time.go) ----------------------------------------------------------------------------
def racetimerset(S, t, p, g, x, pc):
    """g sets timer x (time.go:newTimer, resetTimer)."""
    S.t_sync[x] = racerelease(S, t, p, g, S.t_sync[x], (1 << 41) | x, R_TIMER, pc)
    return 0


def racetimergo(S, t, p, g, x):
    """Timer x has started goroutine g (time.go:goFunc)."""
    return raceacquire(S, t, p, g, S.t_sync[x], (1 << 41) | x, R_TIMER, -1)


def racetimersend(S, x, c, slot):
    """Timer x has sent on channel c: what its setter knew lies in the slot (time.go:unlockAndRun)."""
    if S.t_sync[x] > 0:
        at = S.c_buf[c] + slot * S.c_width[c]
        if S.sh_sync[at] == 0:
            S.sh_sync[at] = rowalloc(S)
        join(S, S.sh_sync[at], S.t_sync[x])
    return 0
