"""Switching: how a goroutine stops and another starts (proc.go: gopark, goschedImpl, execute).

Problem. A goroutine leaves its P in several ways (parks, yields, is preempted, exits), and
each must leave it in exactly one place, with the log saying why.

Chosen. Each way writes the goroutine's state, then its event. All the time a switch costs is
charged when the old goroutine stops, so that the start of the next is stamped with a time
that has come. Who is next is decided in `gosched_edu.kernel.pick`.

Invariant. ``p_g[p] == g`` and ``g_status[g] == GRUNNING`` hold together or not at all.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.image import LIBRARY
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.proc import goexit, newproc
from gosched_edu.kernel.runq import globrunqput, runqput
from gosched_edu.kernel.stack import EXACT, PC_BITS
from gosched_edu.kernel.state import GRUNNABLE, GRUNNING, GWAITING, SC, SWITCHED
from gosched_edu.kernel.threads import wakep
from gosched_edu.kernel.versions import RULE_INDEX

NSWITCH, STW, TRACE_MODE = SC["NSWITCH"], SC["STW"], SC["TRACE_MODE"]
C_EXIT, C_RESUME, C_PARK = INDEX["exit"], INDEX["resume"], INDEX["park"]
GOSCHED_WAKES, STOP_KEEPS = RULE_INDEX["gosched_wakes"], RULE_INDEX["stop_keeps_runnext"]
K_START, K_STOP, K_BLOCK = int(Kind.GO_START), int(Kind.GO_STOP), int(Kind.GO_BLOCK)
K_CREATE, K_LOST = int(Kind.GO_CREATE), int(Kind.PREEMPT_LOST)
K_EXIT = int(Kind.GO_EXIT)
R_NONE = int(Reason.NONE)
R_RUNNEXT, R_WAKEP = int(Reason.RUNNEXT), int(Reason.WAKEP)
R_GLOBAL, R_PREEMPTED, R_GOYIELD = int(Reason.GLOBAL_QUEUE), int(Reason.PREEMPTED), int(Reason.GOYIELD)
R_LOST = int(Reason.LOST_SWITCHED)


# doc: execute
def execute(S, p, f, t, instead):
    """Start the goroutine that was found (proc.go:execute), or chosen `instead` of the one with that goid.

    Through runnext the time slice is inherited: schedtick does not move, so sysmon
    counts a chain of hand-offs as one slice. A request to preempt whoever ran before is lost.
    """
    g = f & 0xFFFFFFFF
    how = (f >> 32) & 0xFF
    if S.p_preempt[p] != 0:
        emit(S, t, K_LOST, R_LOST, p, g, 0, 0, -1)
    S.p_preempt[p] = 0
    S.g_async[g] = 0
    S.g_status[g] = GRUNNING
    S.p_g[p] = g
    if how != R_RUNNEXT:
        S.p_tick[p] += 1
    S.sc[NSWITCH] += 1
    S.p_clock[p] += S.cost[C_RESUME]
    emit(S, t, K_START, how, p, g, f >> 40, instead, S.g_pc[g])
    return g
# doc: end


def userpc(S, pc, fp):
    """The innermost instruction of the program's own file: what the log shows of pc.

    A goroutine that waits in Mutex.Lock waits, for its reader, where Lock was called.
    """
    if S.sc[TRACE_MODE] == 0:
        return pc
    at = pc
    while S.f_flags[S.fn_of[at]] & LIBRARY != 0:
        link = S.stk[fp]
        if link == -1:
            return pc
        if link < 0:
            at = (-link & 0xFFFFFFFF) - 2
            fp -= -link >> 32
        else:
            at = link & PC_BITS
            if link & EXACT == 0:
                at -= 1
            fp -= link >> 32
    return at


def park(S, t, p, g, pc, fp, reason, what):
    """g waits; its next instruction is the one after pc (proc.go:gopark)."""
    S.g_status[g] = GWAITING
    S.g_reason[g] = reason
    S.g_wait[g] = what
    S.g_since[g] = t
    S.p_clock[p] += S.cost[C_PARK]
    S.g_pc[g] = pc + 1
    S.g_fp[g] = fp
    S.p_g[p] = -1
    emit(S, t, K_BLOCK, reason, p, g, what, 0, userpc(S, pc, fp))
    return 0


def gosched(S, t, p, g, pc, fp, reason):
    """g goes to the global queue's tail (proc.go:goschedImpl); pc is its next instruction.

    From Go 1.26 on, one that is preempted for a stop of the world keeps its place on its P.
    """
    stays = 0
    if reason == R_PREEMPTED and S.sc[STW] == 1:
        stays = S.rule[STOP_KEEPS]
    where = R_GLOBAL
    if stays != 0:
        where = R_RUNNEXT
    stops = 0
    if S.sc[STW] != 0:
        stops = 1
    emit(S, t, K_STOP, reason, p, g, stops, where, userpc(S, pc, fp))
    if reason == R_PREEMPTED:
        S.p_preempt[p] = 0
    S.g_status[g] = GRUNNABLE
    S.g_pc[g] = pc
    S.g_fp[g] = fp
    S.p_g[p] = -1
    if stays != 0:
        runqput(S, t, p, g, 1, pc)
    else:
        globrunqput(S, g)
    if S.rule[GOSCHED_WAKES] != 0:
        wakep(S, p, t, R_WAKEP)
    return SWITCHED


def goyield(S, t, p, g, pc, fp):
    """g goes to its own P's queue, behind the others (proc.go:goyield); pc is its next instruction.

    A Mutex in starvation mode does this after it has handed itself over (sema.go:semrelease1).
    """
    S.g_status[g] = GRUNNABLE
    S.g_pc[g] = pc
    S.g_fp[g] = fp
    S.p_g[p] = -1
    where = runqput(S, t, p, g, 0, pc)
    emit(S, t, K_STOP, R_GOYIELD, p, g, 0, where, userpc(S, pc, fp))
    return SWITCHED


def start_go(S, t, p, g, pc, fp, fn, env, base, nargs):
    """The go statement: 0, or the NEED_* status of what must grow first (proc.go:newproc)."""
    x = newproc(S, t, p, g, S.f_entry[fn], S.f_class[fn], pc)
    if x < 0:
        return -x
    at = S.g_stk[x]
    S.stk[at + 1] = env
    for i in range(nargs):
        S.stk[at + 2 + i] = S.stk[fp + base + 2 + i]
    where = runqput(S, t, p, x, 1, pc)
    emit(S, t, K_CREATE, where, p, x, S.g_goid[g], S.f_entry[fn], userpc(S, pc, fp))
    wakep(S, p, t, R_WAKEP)
    return 0


def goexit0(S, t, p, g, pc):
    """The running goroutine ends (proc.go:goexit0); main, when Goexit ends it, leaves the others alone."""
    emit(S, t, K_EXIT, R_NONE, p, g, 0, 0, pc)
    goexit(S, g)
    S.p_g[p] = -1
    S.p_clock[p] += S.cost[C_EXIT]
    return SWITCHED
