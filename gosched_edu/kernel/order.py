"""The order of the Ps: who acts next in virtual time.

Problem. The kernel always runs the P with the smallest clock, and hundreds of Ps must not make
the choice slow.

Rejected. A search through all Ps for each turn; a heap (Ps in step with each other, the common
case, would sift through all of it).

Chosen. One circular list, sorted by (clock, number). The P whose turn it is stands at the front
(NFRONT = 1) while it runs, whatever its clock does; `settle` then puts it where it belongs. What stands
in the list is clock and number in one word, so that two are compared without a look elsewhere. Clocks
from FAR on, seven months, do not fit: they all stand as FAR, and who comes upon it looks at `p_clock`.

Invariant. `p_order` holds exactly the Ps that an M holds and that are not in a system call or
stopped (``p_in == 1``), each once; behind the front it is sorted, by `p_clock`. Nothing that happens before
LIMIT + 1 can be overlooked by the P that runs: whoever makes something happen sooner says so
(`sooner`). Likewise HORIZON: before it nothing can happen but what Ps do, and who makes something happen
elsewhere calls `lookagain`.
"""

from gosched_edu.kernel.state import PRUNNING, SC

LIMIT, HORIZON = SC["LIMIT"], SC["HORIZON"]
NORDER, NFRONT = SC["NORDER"], SC["NFRONT"]
OHEAD, OMASK, NOW = SC["OHEAD"], SC["OMASK"], SC["NOW"]
FEW = 12  # Ps
PBITS = 8
PMASK = (1 << PBITS) - 1
FAR = 1 << 54  # ns


def sooner(S, when):
    """Something will happen at `when`: the P that runs must not pass it."""
    if when - 1 < S.sc[LIMIT]:
        S.sc[LIMIT] = when - 1
    return 0


def lookagain(S):
    """What the next turn depends on, besides the clocks of the Ps, has changed: `turns.run` looks at it."""
    S.sc[HORIZON] = -1
    return 0


def inorder(p, t):
    """p with clock t, as it stands in p_order."""
    if t > FAR:
        t = FAR
    return t << PBITS | p


def order_from_back(S, p, t, i, low):
    """Put p with clock t into p_order, from the free place i towards `low`."""
    mask = S.sc[OMASK]
    while i > low:
        key = S.p_order[(i - 1) & mask]
        q = key & PMASK
        if S.p_clock[q] < t or (S.p_clock[q] == t and q < p):
            break
        S.p_order[i & mask] = key
        i -= 1
    S.p_order[i & mask] = inorder(p, t)
    return 0


def joinorder(S, p, t):
    """p has an M that acts at t next."""
    S.p_clock[p] = t
    sooner(S, t)
    if S.p_in[p] != 0:
        return 0  # it stands at the front: settle moves it
    S.p_in[p] = 1
    n = S.sc[NORDER]
    S.sc[NORDER] = n + 1
    order_from_back(S, p, t, S.sc[OHEAD] + n, S.sc[OHEAD] + S.sc[NFRONT])
    return 0


def earlier(S, p, t):
    """The clock of p, which stands in p_order, goes back to t: what it did is cut short."""
    mask = S.sc[OMASK]
    head = S.sc[OHEAD]
    S.p_clock[p] = t
    if S.p_order[head & mask] & PMASK == p and S.sc[NFRONT] != 0:
        return 0
    sooner(S, t)
    i = head
    while S.p_order[i & mask] & PMASK != p:
        i += 1
    order_from_back(S, p, t, i, head + S.sc[NFRONT])
    return 0


def first(S):
    """What stands at the front of p_order; -1 if nothing does."""
    if S.sc[NORDER] == 0:
        return -1
    return S.p_order[S.sc[OHEAD] & S.sc[OMASK]]


def resettle(S, p, t, n):
    """p, at the front, is one of many, or its clock is far: put it where t belongs."""
    head = S.sc[OHEAD]
    mask = S.sc[OMASK]
    if t >= S.p_clock[S.p_order[(head + (n >> 1)) & mask] & PMASK]:
        S.sc[OHEAD] = head + 1
        return order_from_back(S, p, t, head + n, head + 1)
    i = head
    while i + 1 < head + n:
        key = S.p_order[(i + 1) & mask]
        q = key & PMASK
        if S.p_clock[q] > t or (S.p_clock[q] == t and q > p):
            break
        S.p_order[i & mask] = key
        i += 1
    S.p_order[i & mask] = inorder(p, t)
    return 0


def settle(S):
    """The P at the front of p_order has run: put it where its clock belongs, or out; what is in front then.

    Where there are few Ps, all places are gone through: that takes less time than a jump that the
    processor has guessed wrong. Else one look at the middle says from which end to begin.
    """
    n = S.sc[NORDER]
    head = S.sc[OHEAD]
    mask = S.sc[OMASK]
    p = S.p_order[head & mask] & PMASK
    if S.p_status[p] != PRUNNING:
        S.p_in[p] = 0
        S.sc[OHEAD] = head + 1
        S.sc[NORDER] = n - 1
        return first(S)
    t = S.p_clock[p]
    if n > FEW or t >= FAR:
        resettle(S, p, t, n)
        return first(S)
    # each takes the place before it, or stays; nothing here depends on a comparison but what is stored
    mine = inorder(p, t)
    carried = mine
    best = mine
    if n > 1:
        key = S.p_order[(head + 1) & mask]
        best = key if key < mine else mine
    for i in range(n - 1):
        key = S.p_order[(head + i + 1) & mask]
        S.p_order[(head + i) & mask] = key if key < mine else carried
        carried = mine if key < mine else key
    S.p_order[(head + n - 1) & mask] = carried
    return best


def front(S, key):
    """The P of `key`, which stands in front, with LIMIT set for it; -1 if none does before HORIZON."""
    if key < 0:
        return -1
    p = key & PMASK
    t = S.p_clock[p]
    limit = S.sc[HORIZON] - 1
    if t > limit:
        return -1
    if S.sc[NORDER] > 1:
        key = S.p_order[(S.sc[OHEAD] + 1) & S.sc[OMASK]]
        clock = (key - p - 1) >> PBITS  # at equal clocks the smaller number acts first
        if t >= FAR:
            q = key & PMASK
            clock = S.p_clock[q]
            if q < p:
                clock -= 1
        if clock < limit:
            limit = clock
    S.sc[LIMIT] = limit
    S.sc[NOW] = t
    S.sc[NFRONT] = 1
    return p
