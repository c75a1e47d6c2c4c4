"""Finding work: what an M does between two goroutines (proc.go: findRunnable, stealWork).

Problem. An M without a goroutine must find the one that should run next, wherever it waits; if
there is none, it must park without a wake-up being lost.

Chosen, as in Go, in this order: the world stops; own timers; the global queue at every 61st tick;
own queue; the global queue; the network; the other Ps' queues (four rounds in random order, their
timers and runnext only in the last); give the P back; wait in netpoll for the network and the
next timer, one M at most; park.

Time. A look at everything is one instant. An M that finds nothing spins on for `spin` ns and looks
at everything once more before it gives its P back: that last look is Go's recheck after nmspinning
was dropped, and no ready() between the two wakes anyone, because somebody spins. A thief waits
3 us before it takes runnext from a P that runs.

Invariant. Work conservation: no P is idle beside waiting work for longer than it takes an M to
wake. If all Ps are idle and a timer is set, an M sits in netpoll.
"""

from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.gcpool import findidleworker, findworker
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.netpoll import netpoll
from gosched_edu.kernel.order import lookagain
from gosched_edu.kernel.rand import rand
from gosched_edu.kernel.runq import HALF_RING, globrunqpop, runqget, runqput, runqsteal
from gosched_edu.kernel.state import INF, PIDLE, PRUNNING, SC
from gosched_edu.kernel.threads import M_POLLS, mput, pidleput, pollerwakes, stopspinning, wakelatency
from gosched_edu.kernel.timers import checktimers
from gosched_edu.kernel.versions import RULE_INDEX

NPROC, NPIDLE, NMSPIN, NEEDSPIN = SC["NPROC"], SC["NPIDLE"], SC["NMSPIN"], SC["NEEDSPIN"]
GC_WORK, RNG = SC["GC_WORK"], SC["RNG"]
HELD, HELD_OF, OWED, DRAWN = SC["HELD"], SC["HELD_OF"], SC["OWED"], SC["DRAWN"]
GQ_SIZE, NSTEAL, TIMER0 = SC["GQ_SIZE"], SC["NSTEAL"], SC["TIMER0"]
NWAIT, NREADY, POLL_M, POLL_AT = SC["NWAIT"], SC["NREADY"], SC["POLL_M"], SC["POLL_AT"]
POLL_UNTIL, POLL_SPIN = SC["POLL_UNTIL"], SC["POLL_SPIN"]
LOCAL_QUEUES, TIMERS_PER_P = RULE_INDEX["local_queues"], RULE_INDEX["timers_per_p"]
C_STEAL_RUNNEXT, C_SPIN, C_SLACK = INDEX["steal_runnext"], INDEX["spin"], INDEX["usleep_slack"]
MILLISECOND = 1_000_000
K_PROC_STOP, K_UNBLOCK = int(Kind.PROC_STOP), int(Kind.GO_UNBLOCK)
K_STEAL, K_GLOBAL = int(Kind.STEAL), int(Kind.GLOBAL_GET)
R_NONE, R_RUNNEXT, R_LOCAL = int(Reason.NONE), int(Reason.RUNNEXT), int(Reason.LOCAL_QUEUE)
R_GLOBAL, R_GLOBAL_61 = int(Reason.GLOBAL_QUEUE), int(Reason.GLOBAL_61)
R_STOLEN, R_STOLEN_RUNNEXT = int(Reason.STOLEN), int(Reason.STOLEN_RUNNEXT)
R_NETPOLL, R_FIND = int(Reason.NETPOLL), int(Reason.NETPOLL_FIND)

# findrunnable's answers that are not a goroutine
NOTHING = -1
LATER = -2  # the M waits a little (spinning, or before stealing runnext), the world stops, or memory grows


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


def takerunnext(S, t, p, victim):
    """p takes victim's runnext, which is not empty."""
    g = S.p_runnext[victim]
    S.p_runnext[victim] = -1
    S.sc[NSTEAL] += 1
    emit(S, t, K_STEAL, R_STOLEN_RUNNEXT, p, -1, victim, 1, -1)
    return found(g, R_STOLEN_RUNNEXT, victim)


def becomespinning(S, p):
    """p's M looks for work in the others' queues from now on (proc.go:becomeSpinning)."""
    S.p_spin[p] = 1
    S.sc[NMSPIN] += 1
    S.sc[NEEDSPIN] = 0
    return 0


def stealwork(S, t, p):
    """Four rounds over the other Ps in random order (proc.go:stealWork).

    Returns a goroutine, NOTHING, or LATER (the M pauses before it takes a runnext, or memory must grow).
    The upper bits of the answer say how: see `found`.
    """
    n = S.sc[NPROC]
    drawn = S.sc[RNG]
    some = 0  # is there anything in any ring? Else three rounds would only draw their numbers
    for pos in range(n):
        some |= S.p_tail[pos] - S.p_head[pos]
    for rnd in range(4):
        pos = rand(S, n)
        inc = 1 + rand(S, n)
        if rnd < 3 and some == 0:
            continue
        if n & (n - 1) == 0:  # any odd number is coprime to a power of two
            if n > 1 and inc & 1 == 0:
                inc = 1 + (inc & (n - 1))
        else:
            while gcd(inc, n) != 1:
                inc = 1 + (inc % n)
        for _ in range(n):
            if pos != p:
                # timerpMask, not idlepMask, decides whether a P's timers are looked at
                if rnd == 3 and S.rule[TIMERS_PER_P] != 0:
                    ran = checktimers(S, t, p, pos)
                    if ran < 0:
                        S.sc[DRAWN] = drawn
                        return LATER
                    if ran > 0:
                        g = runqget(S, p)
                        if g >= 0:
                            return found(g, R_RUNNEXT, 0)
                if S.p_status[pos] != PIDLE:
                    g = runqsteal(S, t, p, pos)
                    if g >= 0:
                        return found(g, R_STOLEN, pos)
                    if rnd == 3 and S.p_runnext[pos] >= 0:
                        if S.p_status[pos] != PRUNNING:
                            return takerunnext(S, t, p, pos)
                        S.p_robbed[p] = pos
                        S.p_loot[p] = S.p_runnext[pos]
                        S.p_clock[p] = t + S.cost[C_STEAL_RUNNEXT]
                        return LATER
            pos += inc
            if pos >= n:
                pos -= n
    return NOTHING


def elsewhere(S, t, p):
    """Nothing is here, nothing in the global queue, nothing on the net: steal, or mark for the collector."""
    f = NOTHING
    if S.sc[NPROC] > 1 and S.rule[LOCAL_QUEUES] != 0:
        if S.p_spin[p] == 0 and 2 * S.sc[NMSPIN] < S.sc[NPROC] - S.sc[NPIDLE]:
            becomespinning(S, p)
        if S.p_spin[p] != 0:
            f = stealwork(S, t, p)
    if f == NOTHING and S.sc[GC_WORK] > 0:
        f = findidleworker(S, t, p)
    return f


def goon(S, t, p):
    """p stopped in another's timers for want of memory: the rest of them, then what came after."""
    if checktimers(S, t, p, S.sc[HELD_OF]) < 0:
        return LATER
    g = runqget(S, p)
    if g >= 0:
        return found(g, R_RUNNEXT, 0)
    S.sc[RNG] = S.sc[DRAWN]  # nobody became runnable, so nothing else was drawn: the same rounds again
    return elsewhere(S, t, p)


# doc: findrunnable
def findrunnable(S, p):
    """What p shall run next (proc.go:findRunnable).

    Returns
    -------
    int
        NOTHING (p must stop), LATER (ask again: p's clock was moved, or memory has grown), or
        goroutine | reason << 32 | argument << 40.
    """
    t = S.p_clock[p]
    if S.sc[HELD] == p + 1:
        S.sc[HELD] = 0
        S.p_clock[p] = t + S.sc[OWED]
        if S.sc[HELD_OF] != p:
            return goon(S, t, p)
    if S.rule[TIMERS_PER_P] != 0 and checktimers(S, t, p, p) < 0:
        return LATER
    robbed = S.p_robbed[p]
    if robbed >= 0:
        S.p_robbed[p] = -1
        if S.p_runnext[robbed] == S.p_loot[p]:
            return takerunnext(S, t, p, robbed)
    if S.sc[GC_WORK] > 0:
        f = findworker(S, t, p)
        if f >= 0:
            return f
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
        if S.rule[LOCAL_QUEUES] == 0:
            n = 1
        g = globrunqpop(S)
        for _ in range(n - 1):
            runqput(S, t, p, globrunqpop(S), 0, -1)
        emit(S, t, K_GLOBAL, R_GLOBAL, p, -1, 0, n, -1)
        return found(g, R_GLOBAL, 0)
    if S.sc[NWAIT] > 0 and S.sc[POLL_M] < 0:
        g = netpoll(S, t, p, R_FIND)
        if g >= 0:
            emit(S, t, K_UNBLOCK, R_NETPOLL, p, g, 0, 0, -1)
            return found(g, R_NETPOLL, 0)
    return elsewhere(S, t, p)
# doc: end


def nexttimer(S, p, all_):
    """When the M that leaves p must be back: p's next timer, or anybody's."""
    if S.rule[TIMERS_PER_P] == 0:
        return INF
    if all_ != 0:
        return S.sc[TIMER0]
    x = S.p_timers[p]
    if x < 0:
        return INF
    return S.t_when[x]


def epollreturns(S, t, until):
    """When epoll_wait comes back that is to wait until a timer: it counts in milliseconds.

    Less than one counts as one, else what is over is cut off, and the M waits again
    (netpoll_epoll.go:netpoll). So a short Sleep on an idle machine takes a millisecond.
    """
    delay = until - t
    if delay < MILLISECOND:
        delay = MILLISECOND
    if until <= t:
        delay = 0
    delay -= delay % MILLISECOND
    return t + delay + S.cost[C_SLACK] + wakelatency(S, delay)


def stopm(S, t, p):
    """The end of findRunnable: p is idle; its M waits in netpoll, or parks."""
    spun = 0
    if S.p_spin[p] != 0:
        spun = 1
        stopspinning(S, t, p, 0)
    emit(S, t, K_PROC_STOP, R_NONE, p, -1, 0, 0, -1)
    m = S.p_m[p]
    pidleput(S, p)
    until = nexttimer(S, p, spun)
    if S.sc[POLL_M] < 0 and (S.sc[NWAIT] > 0 or until < INF):
        S.sc[POLL_M] = m
        S.sc[POLL_UNTIL] = until
        S.sc[POLL_SPIN] = spun
        S.sc[POLL_AT] = INF
        if until < INF:
            S.sc[POLL_AT] = epollreturns(S, t, until)
            lookagain(S)
        S.m_where[m] = M_POLLS
        S.m_clock[m] = t
        if S.sc[NREADY] > 0:
            pollerwakes(S, t)
        return 0
    if until < S.sc[POLL_UNTIL] and S.sc[POLL_M] >= 0:
        pollerwakes(S, t)
    return mput(S, t, m)


def nothingfound(S, t, p):
    """findrunnable found nothing: one more look, or p is given back."""
    if S.p_spin[p] == 1:
        S.p_spin[p] = 2
        S.p_clock[p] = t + S.cost[C_SPIN]
        return 0
    if S.p_spin[p] == 0 and S.sc[NEEDSPIN] != 0 and S.sc[NPROC] > 1:
        return becomespinning(S, p)
    return stopm(S, t, p)
