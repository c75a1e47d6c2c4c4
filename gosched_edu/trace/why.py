"""Why did this happen? One event of a trace, in words.

The scheduler wrote down its reason with each decision; here it becomes a sentence that
names the rule and the runtime function behind it.
"""

from __future__ import annotations

from gosched_edu.kernel.events import REASON_TEXT, Kind, Reason
from gosched_edu.trace.trace import Event, Trace
from gosched_edu.trace.words import FOUND, HANDED, LOST, PLAIN, PUT, STARTED, STOPPED


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

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.trace import Kind
    >>> from gosched_edu.trace.why import why
    >>> trace = go.run("package main; func main() { go println(1); select {} }", procs=1).trace
    >>> start = trace.where(Kind.GO_START)[-1]
    >>> why(trace, int(start)).partition(".")[0]
    'g2 starts on P0'
    """
    e = trace[event] if isinstance(event, int) else event
    fill = {
        "who": f"g{e.g}" if e.g >= 0 else f"P{e.p}" if e.p >= 0 else "The runtime",
        "at": f" at {trace.filename}:{e.line}" if e.line else "",
        "p": e.p, "m": e.m, "arg": e.arg, "arg2": e.arg2, "reason": REASON_TEXT[e.reason],
        "us": f"{e.arg / 1e3:g}", "ms": f"{e.arg / 1e6:g}", "ms1": f"{e.arg / 1e6:.1f}", "hex": hex(e.arg),
    }  # fmt: skip
    stepwise = "schedule" in trace.meta
    return sentence(e.kind, Reason(e.reason), e.arg, e.arg2, stepwise=stepwise).format(**fill).strip()


#: Kinds that are told in other words where a run goes step by step, by a schedule: nobody stands in a queue.
STEPWISE = (Kind.GO_START, Kind.GO_CREATE, Kind.GO_UNBLOCK, Kind.GO_BLOCK, Kind.GO_STOP)


def sentence(kind: Kind, reason: Reason, arg: int, arg2: int, *, stepwise: bool = False) -> str:
    """The sentence about an event, with the names of fields where their values go.

    Only the sign of `arg` and whether `arg2` is 0 decide between sentences, and for GO_STOP and ACCESS
    the whole of `arg2`, so that all of them can be listed (for the page, which has no Python).
    """
    if stepwise and kind in STEPWISE:
        return _step(kind, reason, arg, arg2)
    if kind == Kind.GO_START:
        place = ("the global queue." if arg < 0 else "P{arg}'s queue.") if reason == Reason.CHOSEN else ""
        return "{who} starts on P{p}. " + FOUND.get(reason, "") + place
    if kind == Kind.GO_CREATE:
        maker = "g{arg} executed a go statement{at}" if arg else "The runtime made it"
        return maker + ": {who} exists. " + PUT.get(reason, "")
    if kind == Kind.GO_UNBLOCK:
        waker = "g{arg} made {who} runnable{at}. " if arg > 0 else _woken(reason, arg2)
        return waker + PUT.get(reason, "")
    if kind == Kind.GO_BLOCK:
        return "{who} waits{at}: {reason}" + _what(reason) + ". Its P looks for another goroutine."
    if kind == Kind.GO_STOP:
        return _stopped(reason, arg, arg2)
    if kind == Kind.PROC_START:
        return "M{m} takes P{p}. " + STARTED.get(reason, "")
    if kind == Kind.PROC_STOP:
        return STOPPED.get(reason, STOPPED[Reason.NONE])
    if kind == Kind.PROC_HANDOFF:
        return "P{p} has lost its M (handoffp). " + HANDED.get(reason, "")
    if kind == Kind.PROC_STEAL:
        if reason == Reason.STW:
            return ("The world is to stop, and {who} is in a system call: P{p} is taken from M{arg} "
                    "(stopTheWorldWithSema).")  # fmt: skip
        return "sysmon saw {who} in the same system call at two looks: P{p} is taken from M{arg} (retake)."
    if kind == Kind.SPIN_STOP:
        found = "found work" if arg else "found nothing at its last look"
        return f"M{{m}} {found} and spins no more."
    if kind == Kind.PREEMPT_REQUEST:
        if reason == Reason.STW:
            return "The world is to stop: {who} is asked to give up P{p} (preemptall)."
        return "sysmon saw {who} in the same slice for {ms1} ms and asks for P{p} (retake)."
    if kind == Kind.PREEMPT_LOST:
        return "A request to preempt on P{p} came to nothing: " + LOST.get(reason, "{reason}") + "."
    if kind in (Kind.CHAN_SEND, Kind.CHAN_RECV):
        verb = "sent" if kind == Kind.CHAN_SEND else "received"
        return f"{{who}} {verb} {{arg2}} on channel {{arg}}{{at}} ({{reason}})."
    if kind == Kind.GO_SYSCALL_BEGIN:
        if reason == Reason.TIMER_GOROUTINE_IDLE:
            return "{who}, which looks after the timers, waits until the next one is due (timerproc)."
        if reason == Reason.SYSCALL_BLOCKS:
            keeps = "P{p} is given away at once (entersyscallblock)."
        else:
            keeps = "P{p} waits for it, for now (entersyscall)."
        # Go's own tracer does not say how long
        return "{who} enters a system call" + (" of {us} µs" if arg >= 0 else "") + "{at}; " + keeps
    if kind == Kind.GO_SYSCALL_END_BLOCKED:
        if reason == Reason.GLOBAL_QUEUE:
            return ("{who}'s system call is over, but its P is gone and no P is idle: it goes to the global "
                    "queue, its M parks (exitsyscall0).")  # fmt: skip
        return "{who}'s system call is over; its old P is gone, but P{p} is idle (exitsyscallfast_pidle)."
    if kind == Kind.STW_BEGIN:
        return "{who} asks the world to stop: {reason}. Idle Ps and those in system calls stop at once."
    if kind == Kind.NETPOLL:
        return "The network was polled ({reason}): {arg2} goroutine(s) can go on."
    if kind == Kind.FD_READY:
        able = "written" if arg2 else "read"
        return f"The descriptor {{who}} waits for can be {able}; the next poll will find it."
    if kind == Kind.SELECT:
        if arg < 0:
            return "No case of {who}'s select could proceed: the default{at} (selectgo)."
        return "{who}'s select chose case {arg} of {arg2}{at} ({reason})."
    if kind == Kind.TIMER_FIRE:
        return "Timer {arg} came due: {reason}."
    if kind == Kind.ACCESS:
        verb, how = "writes" if arg2 & 1 else "reads", ", atomically" if arg2 > 1 else ""
        return f"{{who}} {verb} a variable{{at}}{how}."
    return PLAIN[kind]


def _step(kind: Kind, reason: Reason, arg: int, arg2: int) -> str:
    """The same where there are turns instead of queues."""
    if kind == Kind.GO_START:
        return "{who} takes the turn."
    if kind == Kind.GO_CREATE:
        return ("g{arg} executed a go statement{at}" if arg else "The runtime made it") + ": {who} exists."
    if kind == Kind.GO_UNBLOCK:
        return "g{arg} made {who} runnable{at}." if arg > 0 else _woken(reason, arg2)
    if kind == Kind.GO_BLOCK:
        return "{who} waits{at}: {reason}" + _what(reason) + "."
    if reason == Reason.GOSCHED:
        return "{who} called runtime.Gosched{at} and lets others go first."
    return "{who} has more to do, but it is the turn of another one."


def _woken(reason: Reason, listed: int) -> str:
    if reason == Reason.NONE:
        return "There is marking to do: the mark worker {who} is taken out of the collector's pool."
    if reason == Reason.NETPOLL:
        return "The network poller found the descriptor of {who} ready. "
    if listed:
        return "{who} came in a list of the network poller or the collector (injectglist). "
    return "A timer made {who} runnable. "


def _stopped(reason: Reason, for_stop: int, where: int) -> str:
    if reason == Reason.GOSCHED:
        return "{who} called runtime.Gosched{at} and went to the tail of the global queue."
    if reason == Reason.GOYIELD:
        return ("{who} handed a lock over, with the rest of its time slice, and went to the tail of P{p}'s "
                "queue (goyield).")  # fmt: skip
    if where == Reason.RUNNEXT:
        return ("{who} was stopped because the world is to stop. It keeps P{p}'s runnext slot, so that it "
                "goes on first afterwards (goschedImpl).")  # fmt: skip
    asked = "because the world is to stop" if for_stop else "after 10 ms or more"
    return (f"{{who}} was asked to give up its P {asked} "
            "and went to the tail of the global queue (gopreempt_m).")  # fmt: skip


def _what(reason: Reason) -> str:
    if reason in (Reason.CHAN_SEND, Reason.CHAN_RECEIVE):
        return " on channel {arg}"
    if reason == Reason.SLEEP:
        return " until {ms} ms"
    if reason == Reason.IO_WAIT:
        return " on descriptor {arg}"
    return ""
