"""select: wait for the first of several channel operations (select.go).

Problem. One operation of several must happen, exactly one, without favour, and none may be lost
while the goroutine waits in all the queues at once.

Rejected by Go: trying the cases in the order of the text (the last would starve); one lock for
all channels.

Chosen. As selectgo. The cases whose channel is nil drop out; the others get a random *poll order*
(an inside-out Fisher-Yates shuffle). Pass 1 takes the first in that order that can proceed. If none
can and there is no default, pass 2 leaves a sudog in each queue, in *lock order*, and parks. Pass 3,
leaving the other queues, is done by the waker (see `gosched_edu.kernel.sudog`).

Lock order is by channel address: two selects then lock in the same order and cannot deadlock. Under
virtual time nothing is locked, but the order in which one goroutine enters its queues is that
order, so the heap sort is kept as it is, down to equal channels.

The case instructions behind SELECT say what it needs and do nothing themselves: a select that is
done runs through them.

Invariant. A parked select has one sudog for each case with a channel, or none at all.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.chan import BLOCK, CLOSED, chan_at, runchan, tryrecv, trysend
from gosched_edu.kernel.chanop import wait
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.faults import F_IMAGE, F_SEND_CLOSED, fault
from gosched_edu.kernel.log import note, room
from gosched_edu.kernel.rand import rand
from gosched_edu.kernel.schedule import park
from gosched_edu.kernel.state import NEED_SUDOG, NEED_TRACE, PARKED, SC
from gosched_edu.kernel.sudog import nosudogs

STEPWISE, STEP_CASE = SC["STEPWISE"], SC["STEP_CASE"]
CASESEND = isa.BY_NAME["CASESEND"].code
K_SELECT = int(Kind.SELECT)
R_NONE, R_SELECT, R_NO_CASES = int(Reason.NONE), int(Reason.SELECT), int(Reason.SELECT_NO_CASES)


def caseslot(S, pc, i):
    """The slot of case i's channel."""
    k = (pc + 1 + i) * 4
    if S.code[k] == CASESEND:
        return S.code[k + 1]
    return S.code[k + 2]


def casechan(S, fp, pc, i):
    """The number of case i's channel; 0 for nil, -1 for something that is no such channel."""
    handle = S.stk[fp + caseslot(S, pc, i)]
    if handle == 0:
        return 0
    x = chan_at(S, handle)
    if x < 0:
        return -1
    k = (pc + 1 + i) * 4
    if S.code[k] == CASESEND:
        if S.c_width[x] != S.code[k + 3]:
            return -1
    elif S.code[k + 1] >= 0 and S.c_width[x] != S.code[k + 3] >> 1:
        return -1
    return x


def recvslots(S, fp, pc, i):
    """Where case i receives to: the stack index of the value, -1 to drop it."""
    a = S.code[(pc + 1 + i) * 4 + 1]
    if a < 0:
        return -1
    return fp + a


def recvok(S, fp, pc, i):
    """The stack index of case i's comma-ok, or -1."""
    k = (pc + 1 + i) * 4
    if S.code[k + 1] < 0 or S.code[k + 3] & 1 == 0:
        return -1
    return fp + S.code[k + 1] + (S.code[k + 3] >> 1)


def pollorder(S, t, p, fp, pc, n):
    """Shuffle the cases that have a channel into S.sel[0 ...]; return how many there are."""
    m = 0
    for i in range(n):
        x = casechan(S, fp, pc, i)
        if x > 0:
            if S.c_timer[x] >= 0:
                runchan(S, t, p, x)
            j = m
            if S.sc[STEPWISE] == 0:
                j = rand(S, m + 1)
            elif i == S.sc[STEP_CASE]:
                j = 0
            S.sel[m] = S.sel[j]
            S.sel[j] = i
            m += 1
    return m


def lockorder(S, fp, pc, n, m):
    """Sort the m polled cases by channel into S.sel[n ...]: select.go's heap sort, word for word."""
    for i in range(m):
        j = i
        c = casechan(S, fp, pc, S.sel[i])
        while j > 0 and casechan(S, fp, pc, S.sel[n + ((j - 1) >> 1)]) < c:
            k = (j - 1) >> 1
            S.sel[n + j] = S.sel[n + k]
            j = k
        S.sel[n + j] = S.sel[i]
    for back in range(m):
        i = m - 1 - back
        o = S.sel[n + i]
        c = casechan(S, fp, pc, o)
        S.sel[n + i] = S.sel[n]
        j = 0
        k = 1
        while k < i:
            if k + 1 < i and casechan(S, fp, pc, S.sel[n + k]) < casechan(S, fp, pc, S.sel[n + k + 1]):
                k += 1
            if c < casechan(S, fp, pc, S.sel[n + k]):
                S.sel[n + j] = S.sel[n + k]
                j = k
                k = j * 2 + 1
            else:
                k = i
        S.sel[n + j] = o
    return 0


# doc: selectgo
def op_select(S, t, p, g, pc, fp, a, b, c):
    """SELECT with b cases; c = 1: there is a default (select.go:selectgo)."""
    if S.g_param[g] == CLOSED:
        # woken by the close of a channel that one of the cases sends on
        S.g_param[g] = 0
        return fault(S, F_SEND_CLOSED, 0, 0)
    if b == 0 and c == 0:
        park(S, t, p, g, pc, fp, R_NO_CASES, 0)
        return PARKED
    for i in range(b):
        if casechan(S, fp, pc, i) < 0:
            return fault(S, F_IMAGE, S.stk[fp + caseslot(S, pc, i)], 0)
    if c == 0 and nosudogs(S, b) != 0:
        return NEED_SUDOG
    if room(S, 3 * b) == 0:
        return NEED_TRACE
    S.g_fp[g] = fp
    m = pollorder(S, t, p, fp, pc, b)
    for k in range(m):
        i = S.sel[k]
        x = casechan(S, fp, pc, i)
        how = BLOCK
        if S.code[(pc + 1 + i) * 4] == CASESEND:
            how = trysend(S, t, p, g, x, fp + S.code[(pc + 1 + i) * 4 + 2], pc + 1 + i)
        else:
            how = tryrecv(S, t, p, g, x, recvslots(S, fp, pc, i), recvok(S, fp, pc, i), pc + 1 + i)
        if how == CLOSED:
            return fault(S, F_SEND_CLOSED, 0, 0)
        if how != BLOCK:
            S.stk[fp + a] = i
            note(S, t, K_SELECT, how, p, g, i, b, pc)
            return 0
    if c != 0:
        S.stk[fp + a] = -1
        note(S, t, K_SELECT, R_NONE, p, g, -1, b, pc)
        return 0
    lockorder(S, fp, pc, b, m)
    last = -1
    for k in range(m):
        i = S.sel[b + k]
        x = casechan(S, fp, pc, i)
        s = 0
        if S.code[(pc + 1 + i) * 4] == CASESEND:
            s = wait(S, p, g, x, 1, fp + S.code[(pc + 1 + i) * 4 + 2], -1, fp + a, i)
        else:
            s = wait(S, p, g, x, 0, recvslots(S, fp, pc, i), recvok(S, fp, pc, i), fp + a, i)
        if last < 0:
            S.g_waiting[g] = s
        else:
            S.s_link[last] = s
        last = s
    park(S, t, p, g, pc, fp, R_SELECT, b)
    return PARKED
# doc: end


def op_case(S, t, p, g, pc, fp, a, b, c):
    """CASESEND, CASERECV: a select has been done, run through its cases."""
    return 0
