"""Choices: at a given decision somebody else decides who runs next.

Problem. A run obeys Go's rules and a seed. A reader who asks "and if it had started g7 here?", and whoever
looks for the schedule that makes a program fail, must be able to say so, and to get that same run again.

Rejected. A scheduler of its own for such runs (then nothing in them would be Go's); a callback at each
decision (compiled code has none); a list with all decisions of a run (thousands, most of them Go's own).

Chosen. One hook. A decision is an answer of `pick` with a goroutine from a queue or from the network
poller, counted from 1 in the order of their GO_START events. At decision ``ch_at[i]`` the P starts the
goroutine with the goid ``ch_g[i]`` instead, taken out of whichever queue holds it: its own, another P's,
the global one. All decisions between are Go's. The goid ASK, or one that waits in no queue, is a question:
`run` returns CHOOSE, with the P before its decision and what it has found in its hands (`p_run`); with
another ``ch_g[i]`` the run goes on as if it had never stopped.

What Go would have run instead stays where it was found: in runnext, or at the head of its queue. If it
had been fetched already (a batch of the global queue, loot, the network poller's) it becomes the head of
the P's own queue, so that by Go's rules it is this P's next.

Invariant. Without choices nothing is different, and nothing is slower: one comparison with INF where
a goroutine was found. A choice of the one that Go would run changes nothing either.
"""

from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.find import found
from gosched_edu.kernel.runq import globrunqputhead
from gosched_edu.kernel.schedule import execute
from gosched_edu.kernel.state import CHOOSE, INF, RING, SC
from gosched_edu.kernel.versions import RULE_INDEX

NCHOICE, CHOICE_I, CHOICE_AT, DECISION = SC["NCHOICE"], SC["CHOICE_I"], SC["CHOICE_AT"], SC["DECISION"]
ASKED, ASK_FOUND, ASK_CLOCK = SC["ASKED"], SC["ASK_FOUND"], SC["ASK_CLOCK"]
WANT, NPROC, NG = SC["WANT"], SC["NPROC"], SC["NG"]
GQ_HEAD, GQ_TAIL, GQ_SIZE = SC["GQ_HEAD"], SC["GQ_TAIL"], SC["GQ_SIZE"]
RING_RULE, LOCAL_QUEUES = RULE_INDEX["ring"], RULE_INDEX["local_queues"]
RUNNEXT_RULE = RULE_INDEX["runnext"]
R_CHOSEN, R_RUNNEXT = int(Reason.CHOSEN), int(Reason.RUNNEXT)
R_GLOBAL_61 = int(Reason.GLOBAL_61)
ASK = 0  # no goroutine's goid
NOWHERE = -1


# --- taking one out of a queue --------------------------------------------------------------
def ringtake(S, q, goid):
    """The goroutine out of q's ring, whose older ones move up; or NOWHERE."""
    head = S.p_head[q]
    for i in range(head, S.p_tail[q]):
        g = S.runq[q * RING + (i & (RING - 1))]
        if S.g_goid[g] == goid:
            j = i
            while j > head:
                S.runq[q * RING + (j & (RING - 1))] = S.runq[q * RING + ((j - 1) & (RING - 1))]
                j -= 1
            S.p_head[q] = head + 1
            return g
    return NOWHERE


def listtake(S, q, goid):
    """The same for a local queue that is a list."""
    before = S.p_link[q]
    for _ in range(S.p_tail[q] - S.p_head[q]):
        g = S.g_next[before]
        if S.g_goid[g] == goid:
            S.g_next[before] = S.g_next[g]
            if g == S.p_link[q]:
                S.p_link[q] = before
            S.p_head[q] += 1
            return g
        before = g
    return NOWHERE


def globtake(S, goid):
    """The same for the global queue."""
    before = -1
    g = S.sc[GQ_HEAD]
    for _ in range(S.sc[GQ_SIZE]):
        if S.g_goid[g] == goid:
            if before < 0:
                S.sc[GQ_HEAD] = S.g_next[g]
            else:
                S.g_next[before] = S.g_next[g]
            if g == S.sc[GQ_TAIL]:
                S.sc[GQ_TAIL] = before
            S.sc[GQ_SIZE] -= 1
            return g
        before = g
        g = S.g_next[g]
    return NOWHERE


def localtake(S, q, goid):
    """The same for all that q has of its own."""
    g = S.p_runnext[q]
    if g >= 0 and S.g_goid[g] == goid:
        S.p_runnext[q] = -1
        return g
    if S.rule[RING_RULE] == 0:
        return listtake(S, q, goid)
    return ringtake(S, q, goid)


def takechosen(S, p, goid):
    """The goroutine, packed as by `found` with the P that had it (-1: the global queue); or NOWHERE.

    One that is locked to another M cannot run here.
    """
    q = p
    g = localtake(S, p, goid)
    if g < 0:
        for other in range(S.sc[NPROC]):
            if g < 0 and other != p:
                q = other
                g = localtake(S, other, goid)
    if g < 0:
        q = -1
        g = globtake(S, goid)
    if g < 0:
        return NOWHERE
    return found(g, R_CHOSEN, q)


def lockedout(S, goid):
    """1 if the goroutine with this goid may run on the M it is locked to only."""
    for g in range(S.sc[NG]):
        if S.g_goid[g] == goid and S.g_lockm[g] >= 0:
            return 1
    return 0


# --- and putting another back ---------------------------------------------------------------
def puthead(S, p, g):
    """At the head of p's own queue; of the global one if there is none, or no room in it."""
    n = S.p_tail[p] - S.p_head[p]
    if S.rule[LOCAL_QUEUES] == 0 or (S.rule[RING_RULE] != 0 and n == RING):
        return globrunqputhead(S, g)
    if S.rule[RING_RULE] == 0:
        if n == 0:
            S.g_next[g] = g
            S.p_link[p] = g
        else:
            S.g_next[g] = S.g_next[S.p_link[p]]
            S.g_next[S.p_link[p]] = g
        S.p_tail[p] += 1
        return 0
    if S.p_head[p] == 0:
        S.p_head[p] = RING
        S.p_tail[p] += RING
    S.p_head[p] -= 1
    S.runq[p * RING + (S.p_head[p] & (RING - 1))] = g
    return 0


def putback(S, p, f):
    """What was found is not run: it waits again, as the first of its queue."""
    g = f & 0xFFFFFFFF
    how = (f >> 32) & 0xFF
    if how == R_GLOBAL_61:
        return globrunqputhead(S, g)
    if how == R_RUNNEXT and S.rule[RUNNEXT_RULE] != 0:
        S.p_runnext[p] = g
        return 0
    return puthead(S, p, g)


# --- a decision -----------------------------------------------------------------------------
def question(S, t, p, f):
    """p stands before its decision again; `run` returns CHOOSE."""
    S.sc[DECISION] -= 1
    S.sc[ASKED] = p + 1
    S.sc[ASK_FOUND] = f
    S.sc[ASK_CLOCK] = S.p_clock[p]
    S.p_run[p] = f & 0xFFFFFFFF
    S.p_clock[p] = t
    if S.sc[WANT] == 0:
        S.sc[WANT] = CHOOSE
    return -1


def nextchoice(S):
    """The choice that holds now has been made: which decision is the next that is not Go's."""
    i = S.sc[CHOICE_I] + 1
    S.sc[CHOICE_I] = i
    S.sc[CHOICE_AT] = INF
    if i < S.sc[NCHOICE]:
        S.sc[CHOICE_AT] = S.ch_at[i]
    return 0


def choose(S, t, p, f):
    """p starts the goroutine that was chosen for this decision; its slot, or -1: it waits for an answer."""
    goid = S.ch_g[S.sc[CHOICE_I]]
    instead = S.g_goid[f & 0xFFFFFFFF]
    if goid == instead:
        nextchoice(S)
        return execute(S, p, f, t, 0)
    if goid == ASK or lockedout(S, goid) != 0:
        return question(S, t, p, f)
    chosen = takechosen(S, p, goid)
    if chosen == NOWHERE:
        return question(S, t, p, f)
    nextchoice(S)
    putback(S, p, f)
    return execute(S, p, chosen, t, instead)


def decide(S, t, p, f):
    """p has found a goroutine: it starts it, or what was chosen instead."""
    S.sc[DECISION] += 1
    if S.sc[DECISION] >= S.sc[CHOICE_AT]:
        return choose(S, t, p, f)
    return execute(S, p, f, t, 0)


def answered(S, t, p):
    """p goes on with the decision at which it had asked."""
    f = S.sc[ASK_FOUND]
    S.sc[ASKED] = 0
    S.p_run[p] = -1
    S.p_clock[p] = S.sc[ASK_CLOCK]
    return decide(S, t, p, f)
