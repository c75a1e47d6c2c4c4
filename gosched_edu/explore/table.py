"""What the search has found: kinds of ends and data races, each with its shortest schedule.

Problem. A million schedules end in three ways. What must be kept of each is little; of which schedule, too.

Chosen. An end is known by a hash of what a reader would see of it: how it ended, what was written, who waits
where. Each kind has one entry: how often, and the schedule with the fewest deviations so far.

Invariant. The schedule of an entry leads to it.
"""

from gosched_edu.explore.ctl import (
    CUT_OFF,
    DEEPEST,
    FULL_TABLE,
    LISTING,
    NG,
    NRACE,
    NTAB,
    RUNS,
    T_COUNT,
    T_FIRST,
    T_HASH,
    T_OLDPC,
    T_PC,
    T_RUN,
    T_STATUS,
    T_STEPS,
    T_TURNS,
    T_WORDS,
    TABCAP,
    mix,
)  # fmt: skip
from gosched_edu.kernel.state import FAULTED, GWAITING, INF, SC

NRACES, OUT_TOP, ERR_TOP, EXIT_CODE, FAULT = (SC[n] for n in "NRACES OUT_TOP ERR_TOP EXIT_CODE FAULT".split())
REPORT_WORDS = 16


def outcome(S, status):
    """A hash of what a reader would see of this end."""
    h = mix(17, status)
    if status == FAULTED:
        h = mix(h, S.sc[FAULT])
    h = mix(h, S.sc[EXIT_CODE])
    for i in range(S.sc[OUT_TOP]):
        h = mix(h, S.out[i])
    h = mix(h, 256)
    for i in range(S.sc[ERR_TOP]):
        h = mix(h, S.err[i])
    waiting = 0
    if status != FAULTED:
        for g in range(S.sc[NG]):
            if S.g_status[g] == GWAITING:
                waiting += mix(mix(S.g_reason[g], S.g_pc[g]), S.g_go_pc[g]) & 0xFFFFFFFFFF
    return mix(mix(h, waiting), waiting >> 32) & 0xFFFFFFFFFFFF


def schedule(S, depth, at):
    """The schedule of the first `depth` decisions to y_tab[at ...]: how many deviations, -1 if too many."""
    n = 0
    for i in range(2 * depth):
        if S.y_path[i] != 0:
            if T_FIRST + n >= T_WORDS:
                return -1
            S.y_tab[at + n] = S.y_path[i]
            n += 1
    return n


def deviations(S, depth):
    """How often the schedule on the way leaves the default."""
    n = 0
    for i in range(2 * depth):
        if S.y_path[i] != 0:
            n += 1
    return n


def entry(S, h, status, pc, oldpc, depth):
    """One more of this kind: counted, and its schedule kept if it is the shortest so far."""
    k = 0
    n = S.y_ctl[NTAB]
    while k < n and S.y_tab[k * T_WORDS + T_HASH] != h:
        k += 1
    at = k * T_WORDS
    if k == n:
        if n >= S.y_ctl[TABCAP]:
            S.y_ctl[FULL_TABLE] += 1
            return 0
        S.y_ctl[NTAB] = n + 1
        S.y_tab[at + T_HASH] = h
        S.y_tab[at + T_STATUS] = status
        S.y_tab[at + T_COUNT] = 0
        S.y_tab[at + T_TURNS] = T_WORDS
        S.y_tab[at + T_STEPS] = INF
        S.y_tab[at + T_PC] = pc
        S.y_tab[at + T_OLDPC] = oldpc
        S.y_tab[at + T_RUN] = S.y_ctl[RUNS]
    S.y_tab[at + T_COUNT] += 1
    if S.y_tab[at + T_TURNS] == 0:
        return 0
    turns = deviations(S, depth)
    if turns < S.y_tab[at + T_TURNS] or (turns == S.y_tab[at + T_TURNS] and depth < S.y_tab[at + T_STEPS]):
        if turns + T_FIRST <= T_WORDS:
            schedule(S, depth, at + T_FIRST)
            S.y_tab[at + T_TURNS] = turns
            S.y_tab[at + T_STEPS] = depth
    return 0


def ended(S, status, depth):
    """A run is over."""
    S.y_ctl[RUNS] += 1
    if depth > S.y_ctl[DEEPEST]:
        S.y_ctl[DEEPEST] = depth
    h = outcome(S, status)
    if S.y_ctl[LISTING] != 0 and status == CUT_OFF:
        h = (1 << 47) | S.y_ctl[RUNS]  # ways, not ends, are looked for: each is another
    return entry(S, h & 0xFFFFFFFFFFFF, status, -1, -1, depth)


def raced(S, before, depth):
    """Data races that the last step has shown."""
    for i in range(before, S.sc[NRACES]):
        pc = S.r_report[i * REPORT_WORDS]
        old = S.r_report[i * REPORT_WORDS + 1]
        S.y_ctl[NRACE] += 1
        entry(S, mix(mix(mix(99, pc), old), 7) | (1 << 50), 0, pc, old, depth)
    return 0
