"""Whose turn it is: the M with the smallest clock acts first.

Problem. Several Ms act on shared memory; their effects must happen in the order of
virtual time, the same on each machine, whether compiled or not, and wherever a
run is interrupted and resumed.

Rejected. One event per instruction in a queue (50 times slower); fixed time quanta
(the order of effects would depend on the quantum); a search through all Ps for each turn.

Chosen. Take the P with the smallest (clock, number) and interpret it until its clock
passes the next smallest: the LIMIT. The Ps are kept sorted; one that has run mostly moves by a
place or two, or to the very back. Timers and sysmon act before any P at the same time.

Invariant. The choice of who runs depends on the state alone, never on where the last call
of `run` stopped: a run in many slices equals a run in one.
"""

from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.interp import runp
from gosched_edu.kernel.log import room
from gosched_edu.kernel.proc import order_from_back, startm
from gosched_edu.kernel.state import BUDGET, DEADLOCK, EVENTS_UP, INF, NEED_TRACE, SC, TIME_UP
from gosched_edu.kernel.sysmon import sysmon

S_LIMIT, S_NOW, S_INS, S_INS_STOP = SC["LIMIT"], SC["NOW"], SC["INS"], SC["INS_STOP"]
S_SYSMON_AT, S_TIMER0 = SC["SYSMON_AT"], SC["TIMER0"]
S_NPIDLE, S_NMSPIN = SC["NPIDLE"], SC["NMSPIN"]
S_NORDER, S_NFRONT = SC["NORDER"], SC["NFRONT"]
S_OHEAD, S_OMASK = SC["OHEAD"], SC["OMASK"]
S_TIME_STOP, S_EVENT_STOP, S_NEVENTS = SC["TIME_STOP"], SC["EVENT_STOP"], SC["NEVENTS"]
R_TIMER = int(Reason.TIMER)


def settle(S):
    """The P at the front of p_order has run: put it where its clock belongs, or out if it is idle.

    Ps in step with each other go to the back, others move by a place or two: one look at
    the middle says from which end to begin.
    """
    n = S.sc[S_NORDER]
    head = S.sc[S_OHEAD]
    mask = S.sc[S_OMASK]
    p = S.p_order[head & mask]
    if S.p_m[p] < 0:
        S.sc[S_OHEAD] = head + 1
        S.sc[S_NORDER] = n - 1
        return 0
    t = S.p_clock[p]
    if t >= S.p_clock[S.p_order[(head + (n >> 1)) & mask]]:
        S.sc[S_OHEAD] = head + 1
        order_from_back(S, p, t, head + n, head + 1)
        return 0
    i = head
    while i + 1 < head + n:
        q = S.p_order[(i + 1) & mask]
        if S.p_clock[q] > t or (S.p_clock[q] == t and q > p):
            break
        S.p_order[i & mask] = q
        i += 1
    S.p_order[i & mask] = p
    return 0


def run(S):
    """Run until something must be decided outside; return a status of `kernel.state`.

    The caller sets INS_STOP, TIME_STOP and EVENT_STOP.
    """
    looks = 0
    while True:
        n = S.sc[S_NORDER]
        best = 0
        first = INF
        if n > 0:
            best = S.p_order[S.sc[S_OHEAD] & S.sc[S_OMASK]]
            first = S.p_clock[best]
        timer = INF
        if S.sc[S_NPIDLE] > 0 and S.sc[S_NMSPIN] == 0:
            timer = S.sc[S_TIMER0]
        if first == INF and timer == INF:
            return DEADLOCK
        monitor = S.sc[S_SYSMON_AT]
        if first == INF and monitor < timer:
            # everything sleeps: sysmon alone changes nothing but its own delay
            monitor = INF
        t = first
        if timer < t:
            t = timer
        if monitor < t:
            t = monitor
        if t > S.sc[S_TIME_STOP]:
            return TIME_UP
        if S.sc[S_NEVENTS] >= S.sc[S_EVENT_STOP]:
            return EVENTS_UP
        if S.sc[S_INS] > S.sc[S_INS_STOP]:
            return BUDGET
        if room(S, 0) == 0:
            return NEED_TRACE
        if timer <= first and timer <= monitor:
            # the M in netpoll(until the next timer) wakes and takes an idle P
            S.sc[S_LIMIT] = INF
            startm(S, timer, 1, R_TIMER)
            continue
        if monitor <= first:
            looks += 1
            if looks > 100_000:
                return BUDGET  # an action that lasts virtual hours: sysmon's looks are no instructions
            S.sc[S_LIMIT] = INF
            S.sc[S_NOW] = monitor
            sysmon(S, monitor)
            continue
        limit = INF
        if n > 1:
            other = S.p_order[(S.sc[S_OHEAD] + 1) & S.sc[S_OMASK]]
            limit = S.p_clock[other]
            if other < best:
                limit -= 1
        # a timer that no idle M waits for now may get one while this P runs
        timer = S.sc[S_TIMER0]
        if timer > first and timer - 1 < limit:
            limit = timer - 1
        if monitor - 1 < limit:
            limit = monitor - 1
        if S.sc[S_TIME_STOP] < limit:
            limit = S.sc[S_TIME_STOP]
        S.sc[S_LIMIT] = limit
        S.sc[S_NOW] = first
        S.sc[S_NFRONT] = 1
        status = runp(S, best)
        S.sc[S_NFRONT] = 0
        settle(S)
        if status != 0:
            return status
