"""Random schedules: one run after the other, each with decisions of its own.

Problem. A large program has more schedules than there is time for. Which ones are worth trying?

Chosen. Two ways. RANDOM: at each decision anybody, with equal chances, or mostly who would go on. PCT
(Burckhardt and others 2010): each goroutine has a random priority, the highest goes on, and at a few
random steps the one that would go on gets the lowest. An error that needs d such changes is found with a
probability that does not depend on how unlikely it is for random decisions.

Invariant. A run begins at the program's start and depends on the search's own random numbers alone.
"""

from gosched_edu.explore.ctl import (
    BOUND,
    CHANGES,
    CHOOSE,
    CUT,
    CUT_OFF,
    DEPTH,
    FINISHED,
    LENGTH,
    MAX_DEPTH,
    MODE,
    OPEN,
    PCT,
    PHASE,
    PRIO,
    ROWS,
    RUNS,
    SLICE,
    STEPS,
    STOP_RUNS,
    STOP_STEPS,
    VARS,
    able,
    bit,
    bits,
    chance,
    lowest,
    spins,
    stuck,
)  # fmt: skip
from gosched_edu.explore.keep import comeback
from gosched_edu.explore.table import ended, raced
from gosched_edu.kernel.isa import BY_NAME
from gosched_edu.kernel.state import BUDGET, NEED_G, SC
from gosched_edu.kernel.stepwise import CASE, TIME, forced, step, timecan, timepasses, usual, whois
from gosched_edu.kernel.visible import OWN

SELECT = BY_NAME["SELECT"].code
NRACES, INS, INS_STOP, STEP_N = (SC[n] for n in "NRACES INS INS_STOP STEP_N".split())
LONGEST = 2_000_000  # instructions in one step
TIME_ODDS = 16  # one decision in so many lets time pass where that is a choice


def pick_pct(S, on, d, default):
    """The one with the highest priority; at a change the one that would go on gets the lowest."""
    for k in range(S.y_ctl[BOUND]):
        if S.y_ctl[CHANGES + k] == d:
            S.y_ctl[PRIO + default] = -k - 1
    best = -1
    while on != 0:
        r = lowest(on)
        on = on & (on - 1)
        if S.y_ctl[PRIO + r] == 0:
            S.y_ctl[PRIO + r] = 1 + chance(S, 1 << 20)
        if best < 0 or S.y_ctl[PRIO + r] > S.y_ctl[PRIO + best]:
            best = r
    return best


def newrun(S):
    """Back to the start, with new priorities."""
    comeback(S, S.y_ctl[ROWS], S.y_ctl[VARS], 0)
    S.y_ctl[DEPTH] = 0
    for r in range(64):
        S.y_ctl[PRIO + r] = 0
    for k in range(S.y_ctl[BOUND]):
        S.y_ctl[CHANGES + k] = chance(S, S.y_ctl[LENGTH] + 1)
    return 0


def randomcase(S, g):
    """A case for the select that g stands at, of all its cases, ready or not; -1: it stands at none."""
    k = S.g_pc[g] * 4
    if S.code[k] == SELECT and S.y_vis[S.g_pc[g]] != OWN and S.code[k + 2] > 1:
        return chance(S, S.code[k + 2])
    return -1


def walk(S):
    """One decision of a random run; 0, or the status of its end."""
    d = S.y_ctl[DEPTH]
    if d + 1 >= S.y_ctl[MAX_DEPTH]:
        S.y_ctl[CUT] += 1
        return CUT_OFF
    g = usual(S)
    on = able(S)
    default = 0
    if forced(S, g) != 0:
        if timecan(S) == 0:
            return stuck(S)
        on = 1
    else:
        default = S.g_goid[g]
    who = default
    if on == 0:
        on = 1 << 62
        who = -1  # none of the first 62: the default goes on
    elif on & (on - 1) != 0 or (on >> default) & 1 == 0:
        if on & 1 != 0 and default != 0 and chance(S, TIME_ODDS) != 0:
            on = on & ~1
        if S.y_ctl[MODE] == PCT:
            who = pick_pct(S, on, d, default)
        elif S.y_ctl[BOUND] == 0 or (on >> default) & 1 == 0 or chance(S, 100) < S.y_ctl[BOUND]:
            who = bit(on, chance(S, bits(on)))
    before = S.sc[NRACES]
    n = (S.sc[STEP_N] + 1) << 32
    S.y_path[2 * d] = 0
    S.y_path[2 * d + 1] = 0
    status = 0
    if who == 0:
        if default != 0:
            S.sc[STEP_N] += 1
            S.y_path[2 * d] = n | TIME
        status = timepasses(S)
    else:
        x = g
        if who > 0:
            x = whois(S, who)
            if who != default:
                S.y_path[2 * d] = n | who
        case = randomcase(S, x)
        if case >= 0:
            S.y_path[2 * d + 1] = n | (CASE + case)
        S.sc[STEP_N] += 1
        S.sc[INS_STOP] = S.sc[INS] + LONGEST
        status = step(S, x, case)
        if status == BUDGET or (status == 0 and spins(S) != 0):
            S.y_ctl[CUT] += 1
            S.y_ctl[STOP_STEPS] = 0  # that took long: let somebody look
            status = CUT_OFF
    S.y_ctl[STEPS] += 1
    S.y_ctl[DEPTH] = d + 1
    if S.sc[NRACES] > before:
        raced(S, before, d + 1)
    return status


def randomly(S):
    """Runs with random decisions; SLICE, FINISHED after STOP_RUNS runs, or what must grow."""
    while True:
        if S.y_ctl[PHASE] == OPEN:
            if S.y_ctl[RUNS] >= S.y_ctl[STOP_RUNS]:
                return FINISHED
            newrun(S)
            S.y_ctl[PHASE] = CHOOSE
        if S.y_ctl[STEPS] >= S.y_ctl[STOP_STEPS]:
            return SLICE
        status = walk(S)
        if status >= NEED_G and status != CUT_OFF:
            return status
        if status != 0:
            ended(S, status, S.y_ctl[DEPTH])
            S.y_ctl[PHASE] = OPEN
