"""Writing the event log.

Problem. The log must cost almost nothing when nobody reads it and must never lose an
event when somebody does.

Rejected. Growing the array here (an allocation inside compiled code, and no way to
say no to a program that logs for ever).

Chosen. Three modes: 0 counts only, 1 keeps everything, 2 keeps the last TRACECAP
records (a power of two). In mode 1 the interpreter asks for room *before* it starts
an instruction (`room`), so that no instruction is half done when memory runs out.

Invariant. Times are appended in non-decreasing order: an event is stamped with the
time at which its instruction started, and instructions that log start in clock order.
"""

from gosched_edu.kernel.state import (
    SC,
)

NEVENTS = SC["NEVENTS"]
TRACE_MODE = SC["TRACE_MODE"]
TRACE_N = SC["TRACE_N"]
TRACECAP = SC["TRACECAP"]
TIMER_LOG = SC["TIMER_LOG"]
NPROC = SC["NPROC"]
MARGIN = 512  # more than any instruction writes, waiters, timers and Ps aside


def record(S, t, kind, reason, p, m, g, arg, arg2, pc):
    """Append one record without counting it as a scheduler event."""
    i = S.sc[TRACE_N]
    S.sc[TRACE_N] = i + 1
    if S.sc[TRACE_MODE] == 2:
        i = i & (S.sc[TRACECAP] - 1)
    i = i * 6
    goid = -1
    if g >= 0:
        goid = S.g_goid[g]
    S.trace[i] = t
    S.trace[i + 1] = kind | (reason << 8) | ((p + 1) << 16) | ((m + 1) << 32)
    S.trace[i + 2] = goid
    S.trace[i + 3] = arg
    S.trace[i + 4] = arg2
    S.trace[i + 5] = pc
    return 0


def holder(S, p):
    """The M that holds p, -1 for none."""
    if p < 0:
        return -1
    return S.p_m[p]


def emit(S, t, kind, reason, p, g, arg, arg2, pc):
    """A scheduler event of p's M: counted always, recorded if tracing is on."""
    S.sc[NEVENTS] += 1
    if S.sc[TRACE_MODE] != 0:
        record(S, t, kind, reason, p, holder(S, p), g, arg, arg2, pc)
    return 0


def emit_m(S, t, kind, reason, p, m, g, arg, arg2, pc):
    """A scheduler event of an M that may hold no P."""
    S.sc[NEVENTS] += 1
    if S.sc[TRACE_MODE] != 0:
        record(S, t, kind, reason, p, m, g, arg, arg2, pc)
    return 0


def note(S, t, kind, reason, p, g, arg, arg2, pc):
    """A detail (channel contents, output): recorded if tracing is on, never counted."""
    if S.sc[TRACE_MODE] != 0:
        record(S, t, kind, reason, p, holder(S, p), g, arg, arg2, pc)
    return 0


def room(S, extra):
    """1 if the log can take the next instruction and `extra` events more."""
    if S.sc[TRACE_MODE] != 1:
        return 1
    if S.sc[TRACE_N] + extra + S.sc[TIMER_LOG] + 4 * S.sc[NPROC] + MARGIN <= S.sc[TRACECAP]:
        return 1
    return 0
