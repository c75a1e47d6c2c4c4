"""Finding work: what an M does between two goroutines (proc.go: findRunnable, stealWork).

Invariant. Work conservation: no P is idle beside waiting work for longer than it takes an M to wake.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.rand import rand
from gosched_edu.kernel.runq import HALF_RING, globrunqpop, runqget, runqput, runqsteal
from gosched_edu.kernel.state import SC
from gosched_edu.kernel.timers import checktimers

NPROC, NPIDLE, NMSPIN = SC["NPROC"], SC["NPIDLE"], SC["NMSPIN"]
GQ_SIZE, NSTEAL = SC["GQ_SIZE"], SC["NSTEAL"]
C_STEAL_RUNNEXT = INDEX["steal_runnext"]
K_STEAL, K_GLOBAL = int(Kind.STEAL), int(Kind.GLOBAL_GET)
R_NONE, R_RUNNEXT, R_LOCAL = int(Reason.NONE), int(Reason.RUNNEXT), int(Reason.LOCAL_QUEUE)
R_GLOBAL, R_GLOBAL_61 = int(Reason.GLOBAL_QUEUE), int(Reason.GLOBAL_61)
R_STOLEN, R_STOLEN_RUNNEXT = int(Reason.STOLEN), int(Reason.STOLEN_RUNNEXT)

# findrunnable's answers that are not a goroutine
NOTHING = -1
LATER = -2  # the M waits a little (spinning, or before stealing runnext)


def gcd(a, b):
    """Greatest common divisor, for stealOrder's coprimes."""
    while b != 0:
        x = a % b
        a = b
        b = x
    return a


def found(g, how, arg):
    """Pack a goroutine with the way it was found."""
    return g | (how << 32) | (arg << 40)


def stealwork(S, t, p):
    """Four rounds over the other Ps in random order (proc.go:stealWork).

    Returns a goroutine, NOTHING, or LATER (the M pauses before it takes a runnext).
    The upper bits of the answer say how: see `found`.
    """
    n = S.sc[NPROC]
    for rnd in range(4):
        pos = rand(S, n)
        inc = 1 + rand(S, n)
        if n & (n - 1) == 0:  # any odd number is coprime to a power of two
            if n > 1 and inc & 1 == 0:
                inc = 1 + (inc & (n - 1))
        else:
            while gcd(inc, n) != 1:
                inc = 1 + (inc % n)
        for _ in range(n):
            if pos != p and S.p_m[pos] >= 0:
                if rnd == 3 and checktimers(S, t, p, pos) > 0:
                    g = runqget(S, p)
                    if g >= 0:
                        return found(g, R_RUNNEXT, 0)
                g = runqsteal(S, t, p, pos)
                if g >= 0:
                    return found(g, R_STOLEN, pos)
                if rnd == 3 and S.p_runnext[pos] >= 0:
                    S.p_robbed[p] = pos
                    S.p_loot[p] = S.p_runnext[pos]
                    S.p_clock[p] = t + S.cost[C_STEAL_RUNNEXT]
                    return LATER
            elif pos != p and rnd == 3 and checktimers(S, t, p, pos) > 0:
                # the idle P's timers: timerpMask, not idlepMask, decides
                g = runqget(S, p)
                if g >= 0:
                    return found(g, R_RUNNEXT, 0)
            pos += inc
            if pos >= n:
                pos -= n
    return NOTHING


# doc: findrunnable
def findrunnable(S, p):
    """What p shall run next (proc.go:findRunnable).

    Returns
    -------
    int
        NOTHING (p must stop), LATER (p's clock was moved, ask again), or
        goroutine | reason << 32 | argument << 40.
    """
    t = S.p_clock[p]
    checktimers(S, t, p, p)
    robbed = S.p_robbed[p]
    if robbed >= 0:
        S.p_robbed[p] = -1
        g = S.p_loot[p]
        if S.p_runnext[robbed] == g:
            S.p_runnext[robbed] = -1
            S.sc[NSTEAL] += 1
            emit(S, t, K_STEAL, R_STOLEN_RUNNEXT, p, -1, robbed, 1, -1)
            return found(g, R_STOLEN_RUNNEXT, robbed)
    if S.p_tick[p] % 61 == 0 and S.sc[GQ_SIZE] > 0:
        return found(globrunqpop(S), R_GLOBAL_61, 0)
    if S.p_runnext[p] >= 0:
        return found(runqget(S, p), R_RUNNEXT, 0)
    g = runqget(S, p)
    if g >= 0:
        return found(g, R_LOCAL, 0)
    size = S.sc[GQ_SIZE]
    if size > 0:
        n = size // S.sc[NPROC] + 1
        if n > size:
            n = size
        if n > HALF_RING:
            n = HALF_RING
        g = globrunqpop(S)
        for _ in range(n - 1):
            runqput(S, t, p, globrunqpop(S), 0, -1)
        emit(S, t, K_GLOBAL, R_GLOBAL, p, -1, 0, n, -1)
        return found(g, R_GLOBAL, 0)
    if S.sc[NPROC] == 1:
        return NOTHING
    if S.p_spin[p] == 0:
        if 2 * S.sc[NMSPIN] >= S.sc[NPROC] - S.sc[NPIDLE]:
            return NOTHING
        S.p_spin[p] = 1
        S.sc[NMSPIN] += 1
    return stealwork(S, t, p)
# doc: end
