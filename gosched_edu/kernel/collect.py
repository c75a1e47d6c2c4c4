"""What a collection does to the memory, and when the next one is due (mgc.go, mgcpacer.go).

Problem. Collect too often and the program does little else; too seldom and memory runs out.

Chosen. As Go: with GOGC=100 the heap may grow by as much as what the last collection found alive,
in objects and in stacks and package variables; at least to 4 MB. The collection begins earlier, by
what was allocated during the last one, so that it ends about when the heap reaches the goal.

All marking is done at the instant when the world has stopped for the start of a cycle (a
*snapshot*: what is unreachable then stays unreachable, and what is allocated later is marked at
birth). What it costs is spread over the workers and assists of `gc.py`; objects die when they are
done. Go marks while the program runs and so frees about the same: what was unreachable when it
began.

Bytes are 8 per word. A string takes one word per byte here, so its heap is larger than in Go.

Invariant. An object that a goroutine can reach is never freed.
"""

from gosched_edu.kernel.arena import MIN_HEAP
from gosched_edu.kernel.chan import chan_free
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note
from gosched_edu.kernel.malloc import ALIVE, MARKED, sweep
from gosched_edu.kernel.mark import gcdrain, markdata
from gosched_edu.kernel.shrink import scanstacks
from gosched_edu.kernel.special import findspecials, markspecials, sweepspecials
from gosched_edu.kernel.state import INF, SC
from gosched_edu.kernel.time import T_FUNC, T_SEND, freetimer

GOGC, GC_GOAL, GC_TRIGGER, GC_BORN = SC["GOGC"], SC["GC_GOAL"], SC["GC_TRIGGER"], SC["GC_BORN"]
GC_SCAN, GC_LAST_SCAN = SC["GC_SCAN"], SC["GC_LAST_SCAN"]
HEAP_LIVE, ALLOC_STATE, DATA_END = SC["HEAP_LIVE"], SC["ALLOC_STATE"], SC["DATA_END"]
MARK_N, MARK_WORDS, MARK_LIVE, MARK_LOST = SC["MARK_N"], SC["MARK_WORDS"], SC["MARK_LIVE"], SC["MARK_LOST"]
NCHAN, NTIMER = SC["NCHAN"], SC["NTIMER"]
K_SWEEP, K_GOAL = int(Kind.GC_SWEEP), int(Kind.GC_GOAL)
R_NONE = int(Reason.NONE)


def markall(S, t):
    """Mark everything reachable; return the bytes that had to be read for it (mgcmark.go:gcDrain)."""
    S.sc[MARK_N] = 0
    S.sc[MARK_WORDS] = 0
    S.sc[MARK_LIVE] = 0
    S.sc[MARK_LOST] = 0
    markdata(S)
    markspecials(S)
    stacks = scanstacks(S, t)
    gcdrain(S)
    findspecials(S)
    S.sc[GC_LAST_SCAN] = stacks + 8 * S.sc[DATA_END]
    S.sc[ALLOC_STATE] = MARKED
    return 8 * S.sc[MARK_WORDS] + S.sc[GC_LAST_SCAN]


def sweepall(S, t, p):
    """Free what is not marked: objects, channels, timers (mgcsweep.go)."""
    before = S.sc[HEAP_LIVE]
    sweepspecials(S)
    dead = sweep(S)
    for c in range(1, S.sc[NCHAN]):
        if S.c_live[c] == 1:
            chan_free(S, c)
        elif S.c_live[c] == 2:
            S.c_live[c] = 1
    for x in range(S.sc[NTIMER]):
        if S.t_live[x] == 1 and (S.t_kind[x] == T_SEND or S.t_kind[x] == T_FUNC):
            freetimer(S, x)
        elif S.t_live[x] == 2:
            S.t_live[x] = 1
    S.sc[ALLOC_STATE] = ALIVE
    note(S, t, K_SWEEP, R_NONE, p, -1, dead, before - S.sc[HEAP_LIVE], -1)
    return dead


def pace(S, t, p, born):
    """Goal and trigger of the next cycle; `born` bytes were allocated in this one (mgcpacer.go:commit)."""
    percent = S.sc[GOGC]
    if percent < 0:
        S.sc[GC_GOAL] = INF
        S.sc[GC_TRIGGER] = INF
        return 0
    live = 8 * S.sc[MARK_LIVE]
    goal = live + (live + S.sc[GC_LAST_SCAN]) * percent // 100
    if goal < MIN_HEAP * percent // 100:
        goal = MIN_HEAP * percent // 100
    room = goal - live
    trigger = goal - born
    if trigger < live + room * 7 // 10:
        trigger = live + room * 7 // 10
    if trigger > live + room * 95 // 100:
        trigger = live + room * 95 // 100
    S.sc[GC_GOAL] = goal
    S.sc[GC_TRIGGER] = trigger
    note(S, t, K_GOAL, R_NONE, p, -1, goal, trigger, -1)
    return 0
