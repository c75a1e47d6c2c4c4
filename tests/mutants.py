"""The kernel, broken on purpose: each entry changes one rule of the runtime.

Problem. A test suite that passes proves little until one knows what it would not let pass.

Chosen. A mutant is a piece of a kernel function's text and what stands there instead. It is applied
to the plain (uncompiled) kernel by exchanging the function's code object, so that every importer
sees it, and taken back afterwards.

Invariant. The old text occurs exactly once in the function: a mutant whose text has changed is
an error, not a mutant that is silently never applied.
"""

from __future__ import annotations

import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType


@dataclass(frozen=True)
class Mutant:
    """One broken rule.

    Attributes
    ----------
    rule : str
        What does not hold any more, in words.
    where : str
        "module.function" of the kernel.
    old, new : str
        The text that is replaced, and by what.
    """

    rule: str
    where: str
    old: str
    new: str

    def function(self) -> FunctionType:
        """The kernel function that is changed."""
        module, _, name = self.where.partition(".")
        found = getattr(importlib.import_module(f"gosched_edu.kernel.{module}"), name)
        assert isinstance(found, FunctionType)
        return found

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Within it, the plain kernel has this fault."""
        function = self.function()
        text = textwrap.dedent(inspect.getsource(function))
        if text.count(self.old) != 1:
            raise LookupError(f"{self.where}: {self.old!r} occurs {text.count(self.old)} times")
        made: dict[str, FunctionType] = {}
        exec(text.replace(self.old, self.new), function.__globals__, made)  # noqa: S102
        good = function.__code__
        function.__code__ = made[function.__name__].__code__
        try:
            yield
        finally:
            function.__code__ = good


MUTANTS: tuple[Mutant, ...] = (
    # --- run queues
    Mutant("the ring is first in, first out", "runq.runqget",
           "S.p_head[p] = head + 1\n    return S.runq[p * RING + (head & (RING - 1))]",
           "S.p_tail[p] = S.p_tail[p] - 1\n    return S.runq[p * RING + (S.p_tail[p] & (RING - 1))]"),
    Mutant("a new goroutine goes to runnext", "runq.runqput",
           "if next_ != 0 and S.rule[RUNNEXT_RULE] != 0:", "if next_ < 0:"),
    Mutant("runnext's old goroutine goes to the ring, not the new one", "runq.runqput",
           "S.p_runnext[p] = g\n        if kicked < 0:\n            return R_RUNNEXT\n        g = kicked",
           "if kicked < 0:\n            S.p_runnext[p] = g\n            return R_RUNNEXT"),
    Mutant("a full ring gives up its older half", "runq.runqput",
           "for i in range(HALF_RING):", "for i in range(HALF_RING - 1, -1, -1):"),
    Mutant("the newcomer leaves with the older half", "runq.runqput",
           "globrunqput(S, g)\n    emit(S, t, K_OVERFLOW",
           "globrunqputhead(S, g)\n    emit(S, t, K_OVERFLOW"),
    Mutant("a thief takes half, rounded up", "runq.runqsteal", "n = n - (n >> 1)", "n = n >> 1"),
    Mutant("a thief takes the oldest", "runq.runqsteal",
           "victim * RING + ((head + i) & (RING - 1))\n",
           "victim * RING + ((head + n - 1 - i) & (RING - 1))\n"),
    Mutant("a thief runs the last one it took", "runq.runqsteal",
           "return S.runq[p * RING + ((tail + n - 1) & (RING - 1))]",
           "g = S.runq[p * RING + (tail & (RING - 1))]\n    S.runq[p * RING + (tail & (RING - 1))] = "
           "S.runq[p * RING + ((tail + n - 1) & (RING - 1))]\n    return g"),
    Mutant("the global queue is first in, first out", "schedule.gosched",
           "else:\n        globrunqput(S, g)", "else:\n        globrunqputhead(S, g)"),
    # --- finding work
    Mutant("every 61st tick looks at the global queue", "find.findrunnable", "% 61 == 0", "% 61 == 99"),
    Mutant("a batch of the global queue is shared fairly", "find.findrunnable",
           "n = size // S.sc[NPROC] + 1", "n = size"),
    Mutant("a P takes no more than half a ring at once", "find.findrunnable",
           "n = HALF_RING", "n = HALF_RING + 60"),
    Mutant("at most half of the busy Ps look for work", "find.elsewhere",
           "if S.p_spin[p] == 0 and 2 * S.sc[NMSPIN] < S.sc[NPROC] - S.sc[NPIDLE]:", "if S.p_spin[p] == 0:"),
    Mutant("runnext is stolen in the last round only", "find.stealwork",
           "if rnd == 3 and S.p_runnext[pos] >= 0:", "if S.p_runnext[pos] >= 0:"),
    Mutant("a running P has 3 us before its runnext is taken", "find.stealwork",
           "if S.p_status[pos] != PRUNNING:\n                            return takerunnext",
           "if S.p_status[pos] != 99:\n                            return takerunnext"),
    Mutant("runnext hands the time slice on", "schedule.execute",
           "if how != R_RUNNEXT:", "if how >= 0:"),
    # --- waking
    Mutant("ready wakes an M", "proc.ready", "wakep(S, p, t, R_WAKEP)", "pass"),
    Mutant("a go statement wakes an M", "schedule.start_go", "wakep(S, p, t, R_WAKEP)", "pass"),
    Mutant("an M that found work wakes the next", "pick.resetspinning", "wakep(S, p, t, R_RESET)", "pass"),
    Mutant("one spinning M is enough", "threads.wakep",
           "elif S.sc[NMSPIN] != 0:", "elif S.sc[NMSPIN] < 0:"),
    Mutant("idle Ps are a stack", "threads.pidleget",
           "S.sc[NPIDLE] -= 1\n    return S.pidle[S.sc[NPIDLE]]",
           "first = S.pidle[0]\n    S.sc[NPIDLE] -= 1\n    for i in range(S.sc[NPIDLE]):\n"
           "        S.pidle[i] = S.pidle[i + 1]\n    return first"),
    Mutant("parked Ms are a stack", "threads.mget",
           "S.sc[NMIDLE] -= 1\n    return S.midle[S.sc[NMIDLE]]",
           "first = S.midle[0]\n    S.sc[NMIDLE] -= 1\n    for i in range(S.sc[NMIDLE]):\n"
           "        S.midle[i] = S.midle[i + 1]\n    return first"),
    Mutant("Gosched goes to the global queue", "schedule.gosched",
           "else:\n        globrunqput(S, g)", "else:\n        runqput(S, t, p, g, 0, pc)"),
    # --- sysmon, preemption, system calls
    Mutant("a slice lasts 10 ms at least", "sysmon.retake",
           "elif S.p_when[p] + FORCE_PREEMPT_NS <= t:", "elif S.p_when[p] + 1000 <= t:"),
    Mutant("sysmon asks long runners to stop", "sysmon.retake", "preemptone(S, t, p, R_SYSMON)", "pass"),
    Mutant("before 1.14 a loop without calls is not preempted", "preempt.preemptone",
           "if S.rule[ASYNC] != 0:\n        want", "if S.rule[ASYNC] >= 0:\n        want"),
    Mutant("the signal stops a loop without calls", "preempt.asyncpreempt",
           "S.sc[NPREEMPT] += 1\n    return 1", "S.sc[NPREEMPT] += 1\n    return 0"),
    Mutant("sysmon's sleep doubles up to 10 ms", "sysmon.sysmon", "S.sc[SYSMON_DELAY] *= 2", "pass"),
    Mutant("a P in a long system call is taken", "sysmon.retake",
           "retakep(S, t, p, -1, R_SYSMON)\n        handoffp(S, t, p)", "pass"),
    Mutant("a P in a system call is taken at the second look only", "sysmon.retake",
           "S.p_syswhen[p] = t\n            continue", "S.p_syswhen[p] = t"),
    Mutant("a P that nobody needs stays with its system call for 10 ms", "sysmon.retake",
           "if runqempty(S, p) != 0 and helped > 0 and", "if helped < 0 and"),
    Mutant("after a system call a goroutine gets its old P", "syscall.exitsyscall",
           "if p >= 0 and S.p_sysg[p] == g:", "if p < -1:"),
    Mutant("without a P a goroutine goes to the global queue", "syscall.exitsyscall",
           "globrunqput(S, g)\n", "pass\n"),
    Mutant("a blocking call gives its P away at once", "syscall.op_syscall",
           "handoffp(S, t, p)\n", "pidleput_later = 0\n        S.p_m[p] = -1\n"),
    # --- channels and select
    Mutant("receivers are served in order", "chan.closechan",
           "while S.c_recvq[c] >= 0:\n        s = S.c_recvq[c]",
           "while S.c_recvq[c] >= 0:\n        s = S.c_recvt[c]"),
    Mutant("a value is handed to a waiting receiver", "chan.trysend",
           "S.stk[dst + i] = S.stk[src + i]", "S.stk[dst + i] = 0"),
    Mutant("a waiting sender's value takes the freed slot", "chan.tryrecv",
           "if how == R_BUFFERED:\n            ", "if how < 0:\n            "),
    Mutant("the buffer is a ring", "chan.bufget", "if x == S.c_cap[c]:", "if x > S.c_cap[c]:"),
    Mutant("a closed channel gives what is in its buffer first", "chan.tryrecv",
           "if S.c_n[c] > 0:", "if S.c_n[c] > 0 and S.c_closed[c] == 0:"),
    Mutant("comma-ok is false after close", "chan.tryrecv",
           "if how == R_CLOSED:\n            S.stk[okat] = 0",
           "if how == R_CLOSED:\n            S.stk[okat] = 1"),
    Mutant("closing makes waiting senders panic", "chan.closechan", "S.g_param[x] = CLOSED", "pass"),
    Mutant("select picks among the ready cases at random", "select.pollorder",
           "j = rand(S, m + 1)", "j = m"),
    Mutant("a select that goes on leaves the other queues", "sudog.detach",
           "unlink(S, x)", "if x == s:\n            unlink(S, x)"),
    # --- semaphores, notify lists, timers
    Mutant("who waits longest gets the semaphore", "sema.semqueue", "if lifo != 0:", "if lifo == 0:"),
    Mutant("a hand-off gives the ticket to the waiter", "sema.op_semrel",
           "if handoff != 0 and S.heap[at] > 0:", "if handoff < 0:"),
    Mutant("after a hand-off the releaser yields", "sema.op_semrel",
           "if S.rule[YIELDS] != 0:", "if S.rule[YIELDS] < 0:"),
    Mutant("a woken waiter looks at the count again", "sema.op_semrel",
           "S.g_pc[waiter] -= 1\n    ready", "ready"),
    Mutant("Signal wakes the lowest ticket", "notify.op_nlone",
           "while s >= 0 and S.s_ticket[s] != ticket:", "while s >= 0 and S.s_link[s] >= 0:"),
    Mutant("Broadcast wakes all", "notify.op_nlall",
           "ready(S, t, p, waiter, g, userpc(S, pc, fp))\n        s = following",
           "ready(S, t, p, waiter, g, userpc(S, pc, fp))\n        s = -1"),
    Mutant("timers expire by time", "time.meld",
           "if S.t_when[b] < S.t_when[a] or", "if S.t_when[b] > S.t_when[a] or"),
    Mutant("a ticker fires again", "timers.runtimer",
           "if S.t_when[x] > 0:\n        heapadd", "if S.t_when[x] < 0:\n        heapadd"),
    # --- races, finalizers, reasons
    Mutant("closing a channel is a write for the race detector", "chan.closechan",
           "racewrite(S, t, p, g, pc, raceaddr(S, c), 0)", "pass"),
    Mutant("sending on a channel is a read for the race detector", "chan.trysend",
           "raceread(S, t, p, g, pc, raceaddr(S, c), 0)", "pass"),
    Mutant("an object is kept whole for its finalizer", "special.markspecials",
           "if S.heap[at + 2] == FINALIZER:", "if S.heap[at + 2] < 0:"),
    Mutant("a finalizer runs once the object is unreachable", "special.findspecials",
           "S.heap[at + 2] = FOUND", "pass"),
    Mutant("a weak pointer to what is gone is nil", "special.findspecials",
           "S.heap[at + 1] = 0\n", "pass\n"),
    Mutant("the goroutine that runs finalizers is woken", "gc.gcend", "return wakefing(S, t, p)", "return 0"),
    Mutant("a slot that nobody will read holds nothing", "stackmap.islive",
           "return (S.live[at + slot // BITS] >> (slot % BITS)) & 1", "return 1"),
    Mutant("what a loop reads is alive in all of it", "stackmap.livebefore",
           "out |= S.live[at + (target - entry) * words]", "pass"),
    Mutant("behind a panic nothing is read", "stackmap.panics", "return 1", "return 0"),
    Mutant("a parked sender's value is alive", "mark.scanwaiting", "shade(S, S.stk[at + i])", "pass"),
    Mutant("what was received before holds nothing", "mark.scanwaiting", "S.stk[at + i] = 0", "pass"),
    Mutant("a stop of the world is told apart from a long slice", "schedule.gosched",
           "if S.sc[STW] != 0:", "if S.sc[STW] == 0:"),
    Mutant("a P that was given away says to whom", "threads.handoffp",
           "return startm(S, t, p, spinning, R_HANDOFF)", "return startm(S, t, p, spinning, R_INJECT)"),
    # --- stacks, defer, panic
    Mutant("a stack doubles", "stack.newstack", "new = size * 2", "new = size * 4"),
    Mutant("the guard is 928 bytes", "stack.setroom", "guard = GUARD", "guard = 0"),
    Mutant("deferred calls run last in, first out", "panic.op_defer",
           "S.heap[at] = S.g_defer[g]\n", "S.heap[at] = 0\n"),
    Mutant("recover works in the deferred function only", "panic.op_recover",
           "if S.f_flags[S.fn_of[at]] & WRAPPER == 0:\n            break", "pass"),
    Mutant("a recovered panic resumes the function that deferred", "panic.recovery",
           "while fp - low != target:", "while S.stk[fp] >= 0:"),
)  # fmt: skip
