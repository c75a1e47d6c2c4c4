"""GOMAXPROCS follows the CPU quota, since Go 1.25 (proc.go: sysmonUpdateGOMAXPROCS).

Problem. A container's quota may change while the program runs; the number of Ps should follow,
unless the program or its user has chosen one.

Chosen, as in Go. sysmon compares the default with GOMAXPROCS, once a second at most, and wakes a
goroutine of the runtime, which stops the world and changes it.

Invariants. PROCS_AUTO is 1 while nobody has chosen: not the one who started the program, nor a call
of runtime.GOMAXPROCS. UPDATER is the goroutine's slot, or -1 before its first use.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.external import external_full
from gosched_edu.kernel.faults import F_IMAGE, fault
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.proc import newproc
from gosched_edu.kernel.quota import CFS_PERIOD
from gosched_edu.kernel.schedule import gosched, park
from gosched_edu.kernel.state import GWAITING, NEED_EXT, PARKED, SC, SWITCHED
from gosched_edu.kernel.stw import startworld, stopworld
from gosched_edu.kernel.threads import injectglist
from gosched_edu.kernel.versions import CORES

PROCS_AUTO, PROCS_WANT, PROCS_LAST = SC["PROCS_AUTO"], SC["PROCS_WANT"], SC["PROCS_LAST"]
UPDATER, CFS_QUOTA, NPROC, NLIVE = SC["UPDATER"], SC["CFS_QUOTA"], SC["NPROC"], SC["NLIVE"]
STW, STW_P, NFUNC, NOW = SC["STW"], SC["STW_P"], SC["NFUNC"], SC["NOW"]
SECOND = 1_000_000_000
LEAST = 2  # cgroup_linux.go:adjustCgroupGOMAXPROCS
K_CREATE = int(Kind.GO_CREATE_BLOCKED)
R_IDLE, R_PROCS = int(Reason.UPDATE_GOMAXPROCS_IDLE), int(Reason.STW_GOMAXPROCS)
R_PREEMPTED = int(Reason.PREEMPTED)


def wantedprocs(S):
    """What GOMAXPROCS should be by default (cgroup_linux.go:defaultGOMAXPROCS)."""
    if S.sc[CFS_QUOTA] == 0:
        return CORES
    n = (S.sc[CFS_QUOTA] + CFS_PERIOD - 1) // CFS_PERIOD
    if n < LEAST:
        n = LEAST
    if n > CORES:
        n = CORES
    return n


def wakeupdater(S, t):
    """The updater, if it is there and waits, has something to do."""
    g = S.sc[UPDATER]
    if g >= 0 and S.g_status[g] == GWAITING:
        S.g_next[g] = -1
        injectglist(S, t, -1, g, 1)
    return 0


def updateprocs(S, t):
    """sysmon's look, at most once a second: does the number of Ps still fit the quota?"""
    if S.sc[PROCS_AUTO] == 0 or S.sc[PROCS_LAST] + SECOND > t:
        return 0
    S.sc[PROCS_LAST] = t
    n = wantedprocs(S)
    if n != S.sc[NPROC] and S.sc[PROCS_WANT] == 0:
        S.sc[PROCS_WANT] = n
        wakeupdater(S, t)
    return 0


def newupdater(S):
    """Make the updater when it is first wanted: 0, or NEED_*."""
    if S.sc[PROCS_WANT] == 0 or S.sc[UPDATER] >= 0:
        return 0
    t = S.sc[NOW]
    fn = S.sc[NFUNC] + 3  # see system.SYSTEM
    clock = S.p_clock[0]  # the cost is nobody's
    S.sc[NLIVE] -= 1  # it is no goroutine of the program
    g = newproc(S, t, 0, -1, S.f_entry[fn], S.f_class[fn], -1)
    S.p_clock[0] = clock
    if g < 0:
        S.sc[NLIVE] += 1
        return -g
    S.g_sys[g] = 1
    S.g_status[g] = GWAITING
    S.g_reason[g] = R_IDLE
    S.sc[UPDATER] = g
    emit(S, t, K_CREATE, R_IDLE, -1, g, 0, S.f_entry[fn], -1)
    return wakeupdater(S, t)


def op_maxprocs(S, t, p, g, pc, fp, a, b, c):
    """MAXPROCS: change GOMAXPROCS to what sysmon wants, then wait (proc.go:updateMaxProcsGoroutine)."""
    if g != S.sc[UPDATER]:
        return fault(S, F_IMAGE, pc, 0)
    n = S.sc[PROCS_WANT]
    if n == 0 or n == S.sc[NPROC] or S.sc[PROCS_AUTO] == 0:
        S.sc[PROCS_WANT] = 0
        park(S, t, p, g, pc, fp, R_IDLE, 0)
        return PARKED
    if S.sc[STW] != 2 or S.sc[STW_P] != p:
        if external_full(S) != 0:
            return NEED_EXT
        if S.sc[STW] != 0:
            return gosched(S, t, p, g, pc, fp, R_PREEMPTED)
        if stopworld(S, t, p, g, pc, fp, R_PROCS) == 0:
            return SWITCHED
    S.sc[PROCS_WANT] = 0
    if startworld(S, t, p, g, pc, fp, n) != 0:
        return SWITCHED
    return 0
