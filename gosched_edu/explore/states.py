"""States that were met before: what makes a search through a loop that waits come to an end.

Problem. ``for !done.Load() { runtime.Gosched() }`` has no longest schedule: whoever goes through schedules
goes round in the loop for ever. But it has few states.

Rejected. States together with the reduction of `gosched_edu.explore.reduce`. Where a state is met again the
search turns back, so it does not see the steps that would follow, and races with these are what tells the
reduction whom it must try earlier: outcomes are lost. To keep for each state what can follow (Yang and others
2008) needs a repair for each loop, as what follows is not known yet. Sleep sets alone keep all states, but
not all steps between them, and whether a loop is fair is a question about steps.

Chosen. A second search, STATES, without reduction: from each state all who can run, each state once, known
by its `gosched_edu.explore.fingerprint`. Steps between states are kept, too: `gosched_edu.explore.livelock`
looks for loops that a fair scheduler never leaves. Where a loop is closed while a timer is set, time may
pass: somebody who only looks again and again waits for that.

Invariant. Each state that can be reached is gone on from, once, by each way that it has.
"""

from gosched_edu.explore.ctl import (
    FEET_TOP,
    N_BACK,
    N_CASE,
    N_ON,
    N_STATE,
    N_WHO,
    NODE,
    NSTATES,
    SEEN_ENTRIES,
    SEEN_MASK,
    STATECAP,
    TIMED,
)  # fmt: skip
from gosched_edu.explore.fingerprint import fingerprint
from gosched_edu.explore.words import S_A, S_B, SCALARS
from gosched_edu.kernel.stepwise import timecan

# an entry: its hash, the next of the same bucket, who could run, 1 + its decision while it is on the way
E_HASH, E_OTHER, E_NEXT, E_ON, E_WAY = range(5)
ENTRY = 5
EDGE = 2  # words of y_feet: from << 32 | to, and what was done
MET, NEW, FULL = 1, 0, 2


def entryof(S, i):
    """Where entry i lies."""
    return S.y_ctl[SEEN_ENTRIES] + i * ENTRY


def lookup(S):
    """The number of the state whose hash was made last, or -1."""
    i = S.y_seen[SCALARS + (S.y_seen[S_A] & S.y_ctl[SEEN_MASK])] - 1
    while i >= 0:
        k = entryof(S, i)
        if S.y_seen[k + E_HASH] == S.y_seen[S_A] and S.y_seen[k + E_OTHER] == S.y_seen[S_B]:
            return i
        i = S.y_seen[k + E_NEXT]
    return -1


def edge(S, d, to):
    """The step that was taken at decision d leads to state number `to`."""
    at = S.y_ctl[FEET_TOP]
    node = d * NODE
    S.y_feet[at] = (S.y_node[node + N_STATE] << 32) | to
    S.y_feet[at + 1] = ((S.y_node[node + N_CASE] + 1) << 8) | S.y_node[node + N_WHO]
    S.y_ctl[FEET_TOP] = at + EDGE
    return 0


def timeatlast(S, i):
    """State i closes a loop: where it stands on the way, time may pass as well."""
    d = S.y_seen[entryof(S, i) + E_WAY] - 1
    if d >= 0 and S.y_ctl[TIMED] == 0 and timecan(S) != 0:
        S.y_node[d * NODE + N_ON] |= 1
        S.y_node[d * NODE + N_BACK] |= 1
    return 0


def meet(S, d):
    """The state at decision d: MET before, NEW, or there is no room to keep it: FULL."""
    n = S.y_ctl[NSTATES]
    if n >= S.y_ctl[STATECAP]:
        return FULL
    fingerprint(S)
    i = lookup(S)
    if i >= 0:
        edge(S, d - 1, i)
        timeatlast(S, i)
        return MET
    bucket = SCALARS + (S.y_seen[S_A] & S.y_ctl[SEEN_MASK])
    k = entryof(S, n)
    S.y_seen[k + E_HASH] = S.y_seen[S_A]
    S.y_seen[k + E_OTHER] = S.y_seen[S_B]
    S.y_seen[k + E_NEXT] = S.y_seen[bucket] - 1
    S.y_seen[bucket] = n + 1
    S.y_seen[k + E_WAY] = d + 1
    on = S.y_node[d * NODE + N_ON] & ~1
    if timecan(S) != 0:
        on |= 1
    S.y_seen[k + E_ON] = on
    S.y_ctl[NSTATES] = n + 1
    S.y_node[d * NODE + N_STATE] = n
    if d > 0:
        edge(S, d - 1, n)
    return NEW


def leave(S, d):
    """All has been tried at decision d: its state is not on the way any more."""
    S.y_seen[entryof(S, S.y_node[d * NODE + N_STATE]) + E_WAY] = 0
    return 0
