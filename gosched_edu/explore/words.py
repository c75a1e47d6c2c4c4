"""Words of a state's hash: values by what they point to, and what the race detector knows.

Problem. Two equal states have other addresses, and other clocks.

Chosen. An object, a channel, a timer goes by the order in which it is reached first. Of clocks counts which
access that somebody does not know of is known where.

Invariant. What is hashed does not depend on where something lies.
"""

from gosched_edu.explore.ctl import SEEN_CELLS, SEEN_HEAP, SEEN_ORDER, SEEN_ROWS
from gosched_edu.kernel import isa
from gosched_edu.kernel.arith import wrap
from gosched_edu.kernel.malloc import findobject
from gosched_edu.kernel.race import known
from gosched_edu.kernel.state import GWAITING, SC
from gosched_edu.kernel.stepwise import runnable
from gosched_edu.kernel.time import T_FUNC

BASE, CHAN_BASE, TIMER_BASE = isa.BASE, isa.CHAN_BASE, isa.TIMER_BASE
HANDLE_BYTES = isa.HANDLE_BYTES
NG, NCHAN, NTIMER, RACE = SC["NG"], SC["NCHAN"], SC["NTIMER"], SC["RACE"]
CHANCAP, HEAPCAP = SC["CHANCAP"], SC["HEAPCAP"]
A = 0x9E3779B97F4A7C15 - (1 << 64)
B = 0xC2B2AE3D27D4EB4F - (1 << 64)
LOW = (1 << 35) - 1
# first words of what is hashed: what follows
(
    H_GO, H_FRAME, H_SENDS, H_QUEUE, H_OBJECT, H_CHAN, H_TIMER, H_SET, H_CELL, H_TEXT, H_CLOCK, H_NET,
) = range(0x51AB, 0x51AB + 12)  # fmt: skip
# what a word may be, besides itself
P_HEAP, P_CHAN, P_TIMER = 0x3A5D_0001 << 32, 0x3A5D_0002 << 32, 0x3A5D_0003 << 32
# scalars at the start of y_seen
S_A, S_B, S_STAMP, S_ORDER, S_CELLS, S_ROWS, S_WATCH = range(7)
SCALARS = 8


def word(S, x):
    """One word more."""
    h = wrap((S.y_seen[S_A] ^ x) * A)
    S.y_seen[S_A] = h ^ ((h >> 29) & LOW)
    h = wrap((S.y_seen[S_B] + x) * B)
    S.y_seen[S_B] = h ^ ((h >> 31) & LOW)
    return 0


def numbered(S, place, what):
    """The number of a thing by the order in which things were reached; a new one is to be looked at."""
    mark = S.y_seen[place]
    if mark >> 24 == S.y_seen[S_STAMP]:
        return mark & 0xFFFFFF
    n = S.y_seen[S_ORDER]
    S.y_seen[S_ORDER] = n + 1
    S.y_seen[place] = (S.y_seen[S_STAMP] << 24) | n
    S.y_seen[S.y_ctl[SEEN_ORDER] + n] = what
    return n


def channumber(S, c):
    """The number of channel c."""
    return numbered(S, S.y_ctl[SEEN_HEAP] + S.sc[HEAPCAP] + c, P_CHAN | c)


def timernumber(S, x):
    """The number of timer x."""
    return numbered(S, S.y_ctl[SEEN_HEAP] + S.sc[HEAPCAP] + S.sc[CHANCAP] + x, P_TIMER | x)


def value(S, w):
    """A word that the program can read: what it points to goes by its number."""
    if w < BASE or w >= TIMER_BASE + HANDLE_BYTES * S.sc[NTIMER]:
        return word(S, w)
    if w < CHAN_BASE:
        at = 0
        i = (w - BASE) >> 3
        if w & 7 == 0:
            at = findobject(S, i)
        if at == 0:
            return word(S, w)
        word(S, P_HEAP | (i - at))
        return word(S, numbered(S, S.y_ctl[SEEN_HEAP] + at, P_HEAP | at))
    if w < TIMER_BASE:
        c = (w - CHAN_BASE) // HANDLE_BYTES
        if c >= S.sc[NCHAN] or S.c_live[c] == 0:
            return word(S, w)
        word(S, P_CHAN)
        return word(S, channumber(S, c))
    x = (w - TIMER_BASE) // HANDLE_BYTES
    if S.t_live[x] == 0:
        return word(S, w)
    word(S, P_TIMER)
    return word(S, timernumber(S, x))


# --- what the race detector knows ---------------------------------------------------------------
def row(S, r):
    """A row of clocks in the order in which they are reached; 0 is none."""
    n = S.y_seen[S_ROWS]
    S.y_seen[S.y_ctl[SEEN_ROWS] + n] = r
    S.y_seen[S_ROWS] = n + 1
    return 0


def secret(S, x):
    """1 if somebody does not know of the access in cell x."""
    for g in range(S.sc[NG]):
        if (runnable(S, g) != 0 or S.g_status[g] == GWAITING) and known(S, S.g_vc[g], x) == 0:
            return 1
    for t in range(S.sc[NTIMER]):
        if S.t_live[t] == 1 and S.t_p[t] >= 0 and S.t_kind[t] == T_FUNC:
            return 1
    return 0


def cell(S, x, pc, place):
    """An access that somebody may race with."""
    if x != 0 and secret(S, x) != 0:
        n = S.y_seen[S_CELLS]
        S.y_seen[S.y_ctl[SEEN_CELLS] + n] = x
        S.y_seen[S_CELLS] = n + 1
        word(S, H_CELL)
        word(S, pc)
        word(S, (x >> 39 << 8) | (x & 1) << 7 | place)
    return 0


def shadows(S, low, n):
    """What is known of accesses to words low .. low+n-1, which are hashed next."""
    if S.sc[RACE] == 0:
        return 0
    for i in range(low, low + n):
        if S.sh_w[i] != 0:
            cell(S, S.sh_w[i], S.sh_wpc[i], 4 * (i - low))
        if S.sh_sync[i] != 0:
            word(S, i - low)
            row(S, S.sh_sync[i])
        for k in range(3):
            if S.sh_r[3 * i + k] != 0:
                cell(S, S.sh_r[3 * i + k], S.sh_rpc[3 * i + k], 4 * (i - low) + k + 1)
    return 0


def knowledge(S):
    """Which of the accesses is known where."""
    cells = S.y_ctl[SEEN_CELLS]
    rows = S.y_ctl[SEEN_ROWS]
    for r in range(S.y_seen[S_ROWS]):
        bits = 1
        for c in range(S.y_seen[S_CELLS]):
            bits = bits << 1
            if S.y_seen[rows + r] > 0:
                bits |= known(S, S.y_seen[rows + r], S.y_seen[cells + c])
            if bits >> 60 != 0:
                word(S, bits)
                bits = 1
        word(S, bits)
    return 0
