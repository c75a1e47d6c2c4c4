"""Whose turn it is: the M with the smallest clock acts first.

Problem. Several Ms act on shared memory; their effects must happen in the order of
virtual time, the same on each machine, whether compiled or not, and wherever a
run is interrupted and resumed.

Rejected. One event per instruction in a queue (50 times slower); fixed time quanta
(the order of effects would depend on the quantum); a search through all Ps for each turn.

Chosen. Take the P with the smallest (clock, number) and interpret it until its clock
passes the next smallest: the LIMIT (`gosched_edu.kernel.order`). What comes from outside, the M in
netpoll, and sysmon act before any P at the same time, in this order. When the first of these is due is
the HORIZON: up to there turn follows turn without a look at them.

Invariant. The choice of who runs depends on the state alone, never on where the last call
of `run` stopped: a run in many slices equals a run in one.
"""

from gosched_edu.kernel.ahead import AHEAD, takeback
from gosched_edu.kernel.external import (
    X_ARRIVE,
    X_SYSCALL,
    drop_external,
    external_full,
    next_external,
)
from gosched_edu.kernel.fdop import arrive
from gosched_edu.kernel.interp import ALONE, MANY, ONE, runp
from gosched_edu.kernel.log import room
from gosched_edu.kernel.maxprocs import newupdater
from gosched_edu.kernel.netpoll import pollerreturns
from gosched_edu.kernel.order import PMASK, first, front, settle
from gosched_edu.kernel.quota import account, forecast, throttle
from gosched_edu.kernel.schedinit import schedinit
from gosched_edu.kernel.state import (
    BUDGET,
    DEADLOCK,
    EVENTS_UP,
    EXITED,
    FAULTED,
    HANGS,
    INF,
    NEED_EXT,
    NEED_M,
    NEED_RACE,
    NEED_TRACE,
    SC,
    TIME_UP,
)
from gosched_edu.kernel.stepwise import steprun
from gosched_edu.kernel.stw import stopagain
from gosched_edu.kernel.syscall import exitsyscall
from gosched_edu.kernel.sysmon import sysmon
from gosched_edu.kernel.timerproc import newtimerproc, nexttimerproc
from gosched_edu.kernel.versions import RULE_INDEX

S_LIMIT, S_NOW, S_INS, S_INS_STOP = SC["LIMIT"], SC["NOW"], SC["INS"], SC["INS_STOP"]
S_SYSMON_AT, S_POLL_AT, S_NWAIT = SC["SYSMON_AT"], SC["POLL_AT"], SC["NWAIT"]
S_NORDER, S_NFRONT = SC["NORDER"], SC["NFRONT"]
S_TIME_STOP, S_EVENT_STOP, S_NEVENTS = SC["TIME_STOP"], SC["EVENT_STOP"], SC["NEVENTS"]
S_RACE, S_RACE_POLL, S_HORIZON = SC["RACE"], SC["RACE_POLL"], SC["HORIZON"]
S_STEPWISE = SC["STEPWISE"]
S_STARTED, S_INS_BACK = SC["STARTED"], SC["INS_BACK"]
S_CFS_QUOTA, S_CFS_STOPPED = SC["CFS_QUOTA"], SC["CFS_STOPPED"]
S_TIMERPROC, TIMERS_PER_P = SC["TIMERPROC"], RULE_INDEX["timers_per_p"]
S_NM, S_MCAP, S_NPROC, S_DYING = SC["NM"], SC["MCAP"], SC["NPROC"], SC["DYING"]


def fromoutside(S, t):
    """What comes from outside next happens now."""
    kind = S.x_kind[0]
    arg = S.x_arg[0]
    arg2 = S.x_arg2[0]
    drop_external(S)
    if kind == X_SYSCALL:
        return exitsyscall(S, t, arg)
    if kind == X_ARRIVE:
        return arrive(S, t, arg, arg2)
    return stopagain(S, t, arg)


def shortage(S):
    """NEED_* if one turn, one look of sysmon or one arrival could find too little room; else 0."""
    if room(S, 0) == 0:
        return NEED_TRACE
    if S.sc[S_RACE_POLL] != 0:
        return NEED_RACE
    if S.sc[S_NM] + S.sc[S_NPROC] + 2 > S.sc[S_MCAP]:
        return NEED_M
    if external_full(S) != 0:
        return NEED_EXT
    return 0


def nobodyahead(S):
    """The program ends now: who has run ahead stands again where the others would have seen it."""
    t = S.sc[S_NOW]
    S.sc[S_INS_STOP] = INF
    for p in range(S.sc[S_NPROC]):
        if S.p_ahead[p] == AHEAD:
            takeback(S, t, p)
            while S.p_clock[p] <= S.p_until[p]:
                S.sc[S_LIMIT] = INF
                runp(S, p, ALONE)
    S.sc[S_INS] -= S.sc[S_INS_BACK]
    S.sc[S_INS_BACK] = 0
    S.sc[S_NOW] = t
    return 0


def run(S):
    """Run until something must be decided outside; return a status of `kernel.state`.

    The caller sets INS_STOP, TIME_STOP and EVENT_STOP.
    """
    if S.sc[S_STARTED] == 0:
        schedinit(S)
    if S.sc[S_STEPWISE] != 0:
        return steprun(S)
    looks = 0
    # what is rare is looked at before each turn
    turns = MANY
    if S.sc[S_CFS_QUOTA] != 0 or S.sc[S_RACE] != 0 or S.rule[TIMERS_PER_P] == 0:
        turns = ONE
    while True:
        n = S.sc[S_NORDER]
        soonest = INF
        if n > 0:
            soonest = S.p_clock[first(S) & PMASK]
        outside = next_external(S)
        budget = INF
        if S.sc[S_CFS_QUOTA] != 0 and n > 0:
            budget = forecast(S)
            if S.sc[S_CFS_STOPPED] != 0 and outside < budget:
                outside = budget
        poll = S.sc[S_POLL_AT]
        monitor = S.sc[S_SYSMON_AT]
        status = newupdater(S)
        if status != 0:
            return status
        timer = INF
        if S.rule[TIMERS_PER_P] == 0:
            status = newtimerproc(S)
            if status != 0:
                return status
            timer = nexttimerproc(S)
        if soonest == INF and outside == INF and poll == INF and timer == INF:
            if S.sc[S_NWAIT] > 0:
                return HANGS  # an M waits in netpoll, so checkdead says nothing
            return DEADLOCK
        horizon = budget
        if outside < horizon:
            horizon = outside
        if poll < horizon:
            horizon = poll
        if timer < horizon:
            horizon = timer
        if monitor < horizon:
            horizon = monitor
        t = soonest
        if horizon < t:
            t = horizon
        if t > S.sc[S_TIME_STOP]:
            return TIME_UP
        if S.sc[S_NEVENTS] >= S.sc[S_EVENT_STOP]:
            return EVENTS_UP
        if S.sc[S_INS] > S.sc[S_INS_STOP]:
            return BUDGET
        status = shortage(S)
        if status != 0:
            return status
        if S.sc[S_CFS_QUOTA] != 0:
            account(S, t)
        if t == horizon:
            looks += 1
            if looks > 100_000:
                return BUDGET  # virtual hours may pass here without an instruction
            S.sc[S_LIMIT] = INF
            S.sc[S_NOW] = t
            if t == budget:
                throttle(S, t)
            elif t == outside:
                fromoutside(S, t)
            elif t == poll:
                pollerreturns(S, t)
            elif t == timer:
                exitsyscall(S, t, S.sc[S_TIMERPROC])
            else:
                sysmon(S, t)
        else:
            S.sc[S_HORIZON] = horizon
            if horizon > S.sc[S_TIME_STOP]:
                S.sc[S_HORIZON] = S.sc[S_TIME_STOP] + 1
            status = runp(S, front(S, first(S)), turns)
            if status != 0:
                if status <= EXITED:
                    nobodyahead(S)
                S.sc[S_NFRONT] = 0
                settle(S)
        if S.sc[S_DYING] != 0:
            nobodyahead(S)
            return FAULTED
        if status != 0:
            return status
