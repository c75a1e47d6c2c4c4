"""The tables of the search: its scalars, its decisions, what it answers.

One place for the layout of the ``y_`` arrays of `gosched_edu.kernel.state`, and the few functions that all
parts of the search use.
"""

from gosched_edu.kernel.isa import CHAN_BASE, HANDLE_BYTES
from gosched_edu.kernel.state import DEADLOCK, HANGS, SC
from gosched_edu.kernel.stepwise import runnable, timecan
from gosched_edu.kernel.time import T_SEND
from gosched_edu.kernel.visible import CLOCK, F_CASES, F_COUNT, F_FIRST, F_FLAGS, F_PC, touch

NG, NTIMER, TIMER0, NWAIT = SC["NG"], SC["NTIMER"], SC["TIMER0"], SC["NWAIT"]
STEP_SPINS = SC["STEP_SPINS"]

#: Scalars of the search, places in y_ctl.
CTL = {
    name: i
    for i, name in enumerate(
        """MODE DEPTH PHASE BOUND MAX_DEPTH RUNS STEPS PRUNED CUT STOP_STEPS STOP_RUNS KEEP_TOP
        KEEP_CAP FEET_TOP FEET_CAP NTAB TABCAP ROWS VARS TIMED RNG DEEPEST NRACE LENGTH FULL_TABLE MANY
        SELECTS PREFIX LISTING CHANCED CLOCKED NSTATES STATECAP SEEN_MASK SEEN_ENTRIES SEEN_FUNCTIONS
        SEEN_HEAP SEEN_ORDER SEEN_CELLS SEEN_ROWS NWORDS""".split()
    )
}
(
    MODE, DEPTH, PHASE, BOUND, MAX_DEPTH, RUNS, STEPS, PRUNED, CUT, STOP_STEPS, STOP_RUNS, KEEP_TOP,
    KEEP_CAP, FEET_TOP, FEET_CAP, NTAB, TABCAP, ROWS, VARS, TIMED, RNG, DEEPEST, NRACE, LENGTH,
    FULL_TABLE, MANY, SELECTS, PREFIX, LISTING, CHANCED, CLOCKED, NSTATES, STATECAP, SEEN_MASK,
    SEEN_ENTRIES, SEEN_FUNCTIONS, SEEN_HEAP, SEEN_ORDER, SEEN_CELLS, SEEN_ROWS, NWORDS,
) = range(len(CTL))  # fmt: skip
PRIO = 64  # y_ctl: from here on priorities of the goroutines, by goid
CHANGES = 192  # y_ctl: at which steps priorities change
CTL_WORDS = 320
REDUCE, FULL, DEVIATE, PREEMPT, STATES, RANDOM, PCT = range(7)
OPEN, CHOOSE, BEGIN, AGAIN = 0, 1, 2, 3  # PHASE
# what `search` answers
FINISHED, SLICE, NEED_KEEP, NEED_FEET, NEED_STATES = 0, 100, 101, 102, 103
CUT_OFF = 41  # status of a run that was too long
SPINS = 30  # steps of SPAN instructions, one after the other, of which others see none: that is too long

MOST = 63  # goids below this can be explored with reduction
#: A node: one decision on the way.
(
    N_ON, N_BACK, N_DONE, N_SLEEP, N_WHO, N_CASES, N_CASE, N_KEEP, N_FOOT, N_USUAL, N_COST, N_FEET,
    N_KTOP, N_DEC, N_TRIED, N_MAY, N_FREE, N_STATE, N_GIVEN,
) = range(19)  # fmt: skip
N_LAST = 24
N_WAKE = N_LAST + 64
N_SFOOT = N_WAKE + 64
NODE = N_SFOOT + 64
# an entry of y_tab: what it is, how often, its schedule
(T_HASH, T_STATUS, T_COUNT, T_TURNS, T_STEPS, T_PC, T_OLDPC, T_RUN) = range(8)
T_FIRST = 8
T_WORDS = 512


def chance(S, n):
    """A random number below n, of the search's own."""
    x = S.y_ctl[RNG]
    x = x ^ ((x << 13) & 0xFFFFFFFF)
    x = x ^ (x >> 17)
    x = x ^ ((x << 5) & 0xFFFFFFFF)
    S.y_ctl[RNG] = x
    return (x * n) >> 32


def lowest(mask):
    """Number of the lowest bit that is set."""
    i = 0
    while (mask >> i) & 1 == 0:
        i += 1
    return i


def bits(mask):
    """How many bits are set."""
    n = 0
    while mask != 0:
        mask = mask & (mask - 1)
        n += 1
    return n


def bit(mask, k):
    """Number of the k-th bit that is set."""
    for _ in range(k):
        mask = mask & (mask - 1)
    return lowest(mask)


def mix(h, x):
    """A hash with one word more."""
    return ((h & 0xFFFFFFFFFF) * 1000003 + (x & 0xFFFFFFFF) + 1) ^ ((x >> 32) & 0xFFFFFFFF)


def able(S):
    """The goids of all who can run, as bits; bit 0: time can pass as a choice. Goids from MOST on: MANY."""
    on = 0
    for g in range(S.sc[NG]):
        if runnable(S, g) != 0:
            goid = S.g_goid[g]
            if goid >= MOST:
                S.y_ctl[MANY] = 1
            else:
                on |= 1 << goid
    if S.y_ctl[TIMED] != 0 and timecan(S) != 0:
        on |= 1
    return on


def stuck(S):
    """How a run ends in which nobody can run and time changes nothing."""
    if S.sc[NWAIT] > 0:
        return HANGS
    return DEADLOCK


def spins(S):
    """1 if nobody has done anything that others see for so long that the run is cut off."""
    if S.sc[STEP_SPINS] > SPINS and S.y_ctl[MODE] != STATES:
        return 1
    return 0


def timefoot(S):
    """What will be touched when time passes: the clock, and the channels that timers send on."""
    S.y_foot[F_COUNT] = 0
    S.y_foot[F_FLAGS] = 0
    S.y_foot[F_CASES] = 0
    S.y_foot[F_PC] = -1
    if S.y_ctl[TIMED] == 0:
        return 0
    touch(S, CLOCK, 1)
    for x in range(S.sc[NTIMER]):
        if S.t_live[x] != 0 and S.t_p[x] >= 0 and S.t_when[x] <= S.sc[TIMER0] and S.t_kind[x] == T_SEND:
            touch(S, CHAN_BASE + HANDLE_BYTES * S.t_arg[x], 1)
    return 0


def channelclock(S):
    """Where time is a choice, a look at a timer's channel is a look at the clock."""
    for i in range(S.y_foot[F_COUNT]):
        word = S.y_foot[F_FIRST + i] >> 1
        if word > CHAN_BASE and S.c_timer[(word - CHAN_BASE) // HANDLE_BYTES] >= 0:
            return touch(S, CLOCK, 0)
    return 0
