"""Partial-order reduction: which schedules must be tried so that no outcome is lost.

Problem. Two steps that touch nothing in common lead to the same state in either order. Of all orders of
such steps one is enough.

Rejected. Finding out beforehand which operations can meet (channels go through channels: nobody knows).

Chosen. Dynamically, as Flanagan and Godefroid (2005), with source sets (Abdulla and others 2014). Vector
clocks say which step came before which, because of what they touched, and who woke whom. A pair of
dependent steps that nothing else orders is a race of operations. Where its first step was decided,
somebody must be tried who can begin a run in which the pair is reversed.

Invariant. y_clk[d] has for each goroutine the number (from 1) of its last step that came before step d.
"""

from gosched_edu.explore.ctl import N_BACK, N_FOOT, N_LAST, N_ON, N_SLEEP, N_WAKE, N_WHO, NODE, TIMED
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.visible import ENDS, F_COUNT, F_FIRST, F_FLAGS, PARKS, WRITES

NEXT_GOID = SC["NEXT_GOID"]


def dependent(S, a, b):
    """1 if the steps whose records are y_feet[a ...] and y_feet[b ...] do not commute."""
    flags = S.y_feet[a + F_FLAGS]
    other = S.y_feet[b + F_FLAGS]
    if (flags & ENDS != 0 and other & (WRITES | PARKS | ENDS) != 0) or (
        other & ENDS != 0 and flags & (WRITES | PARKS | ENDS) != 0
    ):
        return 1
    m = S.y_feet[b + F_COUNT]
    for i in range(S.y_feet[a + F_COUNT]):
        x = S.y_feet[a + F_FIRST + i]
        for j in range(m):
            y = S.y_feet[b + F_FIRST + j]
            if x >> 1 == y >> 1 and (x | y) & 1 != 0:
                return 1
    return 0


def footof(S, at):
    """What the last step touched goes to y_feet[at ...]; the place behind it."""
    n = F_FIRST + S.y_foot[F_COUNT]
    for i in range(n):
        S.y_feet[at + i] = S.y_foot[i]
    return at + n


def reverse(S, i, d, who, np):
    """Steps i and d race: at decision i somebody must be tried who can begin a run with d before i.

    y_clk[d] holds what was before d so far, without what is only known through i.
    """
    first = S.y_node[i * NODE + N_WHO]
    met = 0
    begin = 0
    for k in range(i + 1, d):
        q = S.y_node[k * NODE + N_WHO]
        if S.y_clk[k * 64 + first] >= i + 1 or (met >> q) & 1 != 0:
            continue
        met |= 1 << q
        alone = 1
        for r in range(np):
            if r != q and S.y_clk[k * 64 + r] > i + 1:
                alone = 0
                break
        if alone != 0:
            begin |= 1 << q
    if (met >> who) & 1 == 0:
        alone = 1
        for r in range(np):
            if r != who and S.y_clk[d * 64 + r] > i + 1:
                alone = 0
                break
        if alone != 0:
            begin |= 1 << who
    at = i * NODE
    begin = begin & S.y_node[at + N_ON]
    if begin == 0:
        S.y_node[at + N_BACK] |= S.y_node[at + N_ON]
    elif begin & (S.y_node[at + N_BACK] | S.y_node[at + N_SLEEP]) == 0:
        if (begin >> who) & 1 != 0:
            S.y_node[at + N_BACK] |= 1 << who
        else:
            S.y_node[at + N_BACK] |= begin & -begin
    return 0


def learn(S, d, i, np):
    """What was before step i was before step d."""
    for r in range(np):
        if S.y_clk[i * 64 + r] > S.y_clk[d * 64 + r]:
            S.y_clk[d * 64 + r] = S.y_clk[i * 64 + r]
    return 0


def races(S, d):
    """The clock of step d, which has just been made, and the races that it closes."""
    at = d * NODE
    who = S.y_node[at + N_WHO]
    np = S.sc[NEXT_GOID]
    if np > 64:
        np = 64
    for r in range(64):
        S.y_clk[d * 64 + r] = 0
    if who == 0 and S.y_ctl[TIMED] == 0:
        for r in range(64):  # nobody could run: all that was is before it
            S.y_clk[d * 64 + r] = S.y_node[at + N_LAST + r]
        S.y_clk[d * 64] = d + 1
        return 0
    e = S.y_node[at + N_LAST + who]
    if e > 0:
        learn(S, d, e - 1, np)
    e = S.y_node[at + N_WAKE + who]
    if e > 0:
        learn(S, d, e - 1, np)
    i = d - 1
    while i >= 0:
        q = S.y_node[i * NODE + N_WHO]
        if q == 0 and S.y_ctl[TIMED] == 0:
            learn(S, d, i, np)
            break
        if q != who and S.y_clk[d * 64 + q] < i + 1:
            if dependent(S, S.y_node[i * NODE + N_FOOT], S.y_node[at + N_FOOT]) != 0:
                reverse(S, i, d, who, np)
                learn(S, d, i, np)
        i -= 1
    S.y_clk[d * 64 + who] = d + 1
    return 0
