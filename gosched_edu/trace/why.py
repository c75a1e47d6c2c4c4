"""Why did this happen? One event of a trace, in words.

The scheduler wrote down its reason with each decision; here it becomes a sentence that
names the rule and the runtime function behind it.
"""

from __future__ import annotations

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.trace.trace import Event, Trace

_FOUND = {
    Reason.RUNNEXT: "It stood in P{p}'s runnext slot. That slot is looked at before the ring, and "
    "the time slice goes on (runqget, inheritTime).",
    Reason.LOCAL_QUEUE: "It was the oldest goroutine in P{p}'s own ring; runnext was empty (runqget).",
    Reason.GLOBAL_QUEUE: "P{p}'s own queue was empty, so it took a batch from the global queue and "
    "runs the first of it (globrunqget).",
    Reason.GLOBAL_61: "At every 61st scheduler tick a P looks at the global queue first, so that "
    "goroutines there cannot starve (findRunnable).",
    Reason.STOLEN: "P{p} had nothing, nor had the global queue. It stole the older half of P{arg}'s "
    "ring and runs the last goroutine it took (runqsteal).",
    Reason.STOLEN_RUNNEXT: "P{p} found all rings empty. After a pause of 3 µs it took the goroutine "
    "from P{arg}'s runnext slot (runqgrab).",
}
_PUT = {
    Reason.RUNNEXT: "It went to P{p}'s runnext slot; what stood there moved to the ring's tail (runqput).",
    Reason.LOCAL_QUEUE: "It went to the tail of P{p}'s ring (runqput).",
    Reason.OVERFLOW: "P{p}'s ring was full: its older half and this goroutine went to the global "
    "queue (runqputslow).",
}
_WOKEN = {
    Reason.WAKEP: "There was new work, an idle P, and no spinning M: wakep started one.",
    Reason.TIMER: "A timer came due while this P was idle.",
    Reason.BOOT: "The program starts: M0 holds P0.",
    Reason.RESET_SPINNING: "The last spinning M found work, so it woke another to look for more "
    "(resetspinning).",
}


def why(trace: Trace, event: Event | int) -> str:
    """Explain one event of a trace.

    Parameters
    ----------
    trace : Trace
    event : Event or int
        An event of the trace, or its row number.

    Returns
    -------
    str
        One to three sentences.

    Raises
    ------
    IndexError
        If there is no such row.
    """
    e = trace[event] if isinstance(event, int) else event
    who = f"g{e.g}" if e.g >= 0 else f"P{e.p}"
    at = f" at {trace.filename}:{e.line}" if e.line else ""
    reason = Reason(e.reason)
    fill = {"p": e.p, "arg": e.arg}
    if e.kind == Kind.GO_START:
        return f"{who} starts on P{e.p}. " + _FOUND.get(reason, "").format(**fill)
    if e.kind == Kind.GO_CREATE:
        maker = f"g{e.arg} executed a go statement{at}" if e.arg else "The runtime made main"
        return f"{maker}: {who} exists. " + _PUT.get(reason, "").format(**fill)
    if e.kind == Kind.GO_UNBLOCK:
        waker = f"g{e.arg} made {who} runnable{at}." if e.arg > 0 else f"A timer made {who} runnable."
        return f"{waker} " + _PUT.get(reason, "").format(**fill)
    if e.kind == Kind.GO_BLOCK:
        return f"{who} waits{at}: {REASON_TEXT[reason]}{_what(e)}. Its P looks for another goroutine."
    if e.kind == Kind.GO_STOP:
        if reason == Reason.GOSCHED:
            return f"{who} called runtime.Gosched{at} and went to the tail of the global queue."
        return (
            f"{who} had run for 10 ms or more; sysmon asked for its P and it went to the tail of "
            "the global queue (gopreempt_m)."
        )
    if e.kind == Kind.GO_EXIT:
        return f"{who} returned from its first function and is gone (goexit0)."
    if e.kind == Kind.PROC_START:
        return f"M{e.m} takes P{e.p}. " + _WOKEN.get(reason, "")
    if e.kind == Kind.PROC_STOP:
        return f"P{e.p} found nothing to run. It goes to the idle list; M{e.m} parks (stopm)."
    if e.kind == Kind.STEAL:
        return f"P{e.p} took {e.arg2} goroutine(s) from P{e.arg}."
    if e.kind == Kind.RUNQ_OVERFLOW:
        return f"P{e.p}'s ring of 256 was full; {e.arg2} goroutines moved to the global queue."
    if e.kind == Kind.GLOBAL_GET:
        return f"P{e.p} took {e.arg2} goroutine(s) from the global queue."
    if e.kind == Kind.PREEMPT_REQUEST:
        return f"sysmon saw {who} in the same slice for {e.arg / 1e6:.1f} ms and asks for P{e.p}."
    if e.kind in (Kind.CHAN_SEND, Kind.CHAN_RECV):
        verb = "sent" if e.kind == Kind.CHAN_SEND else "received"
        return f"{who} {verb} {e.arg2} on channel {e.arg}{at} ({REASON_TEXT[reason]})."
    return f"{e.kind.name.lower().replace('_', ' ')}{at} ({who})."


def _what(e: Event) -> str:
    if e.reason in (Reason.CHAN_SEND, Reason.CHAN_RECEIVE):
        return f" on channel {e.arg}"
    if e.reason == Reason.SLEEP:
        return f" until {e.arg / 1e6:g} ms"
    return ""
