"""Accesses to memory, as the race detector sees them (race.go, tsan_shadow.h).

Problem. For each access one must know whether an earlier one to the same word is unordered.

Chosen. Every heap word has a shadow: its last write and up to three reads, each with who, when and
where (a cell). A new access that does not know of a recorded one, with a write among the two, is a
race. A write clears the reads: whoever knows of the write and not of a read before it would race
with the write too. Of four goroutines that read without order one is forgotten, as in
ThreadSanitizer's four cells.

Invariant. Everything that is reported is a race of this run. With RACE off nothing here is called,
apart from `op_race`, which then does nothing.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import note, room
from gosched_edu.kernel.mem import heap_run
from gosched_edu.kernel.race import (
    CLOCK_BITS,
    MAX_TIDS,
    known,
    myclock,
    raceacquire,
    racereleasemerge,
    rowfree,
)
from gosched_edu.kernel.stack import PC_BITS
from gosched_edu.kernel.state import NEED_TRACE, SC

OP = {op.name: op.code for op in isa.OPS}
RACER, RACEREL, RACEACQ = (OP[n] for n in "RACER RACEREL RACEACQ".split())
RACE, NRACES, STEPWISE = SC["RACE"], SC["NRACES"], SC["STEPWISE"]
K_RACE, K_ACCESS = int(Kind.DATA_RACE), int(Kind.ACCESS)
R_WRITE_WRITE, R_READ_WRITE = int(Reason.RACE_WRITE_WRITE), int(Reason.RACE_READ_WRITE)
R_WRITE_READ, R_SYNC = int(Reason.RACE_WRITE_READ), int(Reason.HB_SYNC)
ALL = 2  # RACE: the log is to name every access
READS = 3
REPORTS = 128
REPORT_WORDS = 16
CALLERS = 8  # words of a report from here on: return addresses, innermost first; -1: none

# A cell: goid << 39 | tid << 26 | clock << 1 | atomic; 0 is empty. Clocks start at 1.


def cell(S, g, atomic):
    """The shadow of an access by g now."""
    return (((S.g_goid[g] << 13) | S.g_tid[g]) << (CLOCK_BITS + 1)) | (myclock(S, g) << 1) | atomic


def report(S, t, p, g, pc, at, kind, old, oldpc):
    """A race; one report for each word and pair of places (tsan_rtl_report.cpp suppresses the others)."""
    n = S.sc[NRACES]
    for i in range(n):
        k = i * REPORT_WORDS
        if S.r_report[k] == pc and S.r_report[k + 1] == oldpc:
            return 0
        if S.r_report[k + 3] == at and S.sc[STEPWISE] == 0:
            return 0  # whoever goes through all schedules must know all pairs
    if n >= REPORTS:
        return 0
    S.sc[NRACES] = n + 1
    k = n * REPORT_WORDS
    S.r_report[k] = pc
    S.r_report[k + 1] = oldpc
    S.r_report[k + 2] = kind
    S.r_report[k + 3] = at
    S.r_report[k + 4] = S.g_goid[g]
    S.r_report[k + 5] = old >> (CLOCK_BITS + 14)
    S.r_report[k + 6] = t
    S.r_report[k + 7] = S.g_go_pc[g]
    fp = S.g_fp[g]
    for i in range(CALLERS, REPORT_WORDS):
        S.r_report[k + i] = -1
    for i in range(CALLERS, REPORT_WORDS):
        link = S.stk[fp]
        if link < 0:
            break
        S.r_report[k + i] = link & PC_BITS
        fp -= link >> 32
    note(S, t, K_RACE, kind, p, g, at, old >> (CLOCK_BITS + 14), pc)
    return 0


def raceread(S, t, p, g, pc, at, atomic):
    """g reads heap word `at` (race.go:raceread)."""
    if S.sc[RACE] == ALL:
        note(S, t, K_ACCESS, 0, p, g, at, 2 * atomic, pc)
    row = S.g_vc[g]
    mine = cell(S, g, atomic)
    w = S.sh_w[at]
    if w != 0 and (w & atomic) == 0 and known(S, row, w) == 0:
        report(S, t, p, g, pc, at, R_WRITE_READ, w, S.sh_wpc[at])
    k = at * READS
    place = k + (mine >> 1) % READS
    tid = S.g_tid[g]
    for i in range(k, k + READS):
        x = S.sh_r[i]
        if x != 0 and (x >> (CLOCK_BITS + 1)) & (MAX_TIDS - 1) == tid:
            place = i
            break
        if x == 0 or known(S, row, x) != 0:
            place = i
    S.sh_r[place] = mine
    S.sh_rpc[place] = pc
    return 0


def racewrite(S, t, p, g, pc, at, atomic):
    """g writes heap word `at` (race.go:racewrite)."""
    if S.sc[RACE] == ALL:
        note(S, t, K_ACCESS, 0, p, g, at, 2 * atomic + 1, pc)
    row = S.g_vc[g]
    w = S.sh_w[at]
    if w != 0 and (w & atomic) == 0 and known(S, row, w) == 0:
        report(S, t, p, g, pc, at, R_WRITE_WRITE, w, S.sh_wpc[at])
    k = at * READS
    for i in range(k, k + READS):
        x = S.sh_r[i]
        if x != 0:
            if (x & atomic) == 0 and known(S, row, x) == 0:
                report(S, t, p, g, pc, at, R_READ_WRITE, x, S.sh_rpc[i])
            S.sh_r[i] = 0
    S.sh_w[at] = cell(S, g, atomic)
    S.sh_wpc[at] = pc
    return 0


def raceclear(S, at, n):
    """Words at .. at+n-1 are a new object: nobody has used them (race.go:racemalloc)."""
    for i in range(at, at + n):
        S.sh_w[i] = 0
        if S.sh_sync[i] != 0:
            rowfree(S, S.sh_sync[i])
            S.sh_sync[i] = 0
    for i in range(at * READS, (at + n) * READS):
        S.sh_r[i] = 0
    return 0


def raceatomic(S, t, p, g, pc, at, reads, writes, why):
    """An atomic operation on heap word `at` (race_amd64.s: the sync/atomic shims)."""
    if writes != 0:
        racewrite(S, t, p, g, pc, at, 1)
    else:
        raceread(S, t, p, g, pc, at, 1)
    if reads != 0:
        raceacquire(S, t, p, g, S.sh_sync[at], at, why, pc)
    if writes != 0:
        S.sh_sync[at] = racereleasemerge(S, t, p, g, S.sh_sync[at], at, why, pc)
    return 0


def op_race(S, t, p, g, pc, fp, op, a, b, c):
    """RACER, RACEW, RACEREL, RACEACQ."""
    if S.sc[RACE] == 0:
        return 0
    n = b
    if op == RACEREL or op == RACEACQ:
        n = 1
    at = heap_run(S, S.stk[fp + a], n)
    if at < 0:
        return 0  # the access itself will fault
    S.g_fp[g] = fp
    if room(S, n) == 0:
        return NEED_TRACE
    if op == RACEREL:
        S.sh_sync[at] = racereleasemerge(S, t, p, g, S.sh_sync[at], at, R_SYNC, pc)
    elif op == RACEACQ:
        raceacquire(S, t, p, g, S.sh_sync[at], at, R_SYNC, pc)
    elif op == RACER:
        for i in range(n):
            raceread(S, t, p, g, pc, at + i, 0)
    else:
        for i in range(n):
            racewrite(S, t, p, g, pc, at + i, 0)
    return 0
