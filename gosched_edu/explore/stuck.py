"""Who waits for whom: a deadlock or a leak in words.

Problem. Go's runtime says where each goroutine waits. Why nobody comes is what a reader wants to know: who
holds the lock, who was to send.

Rejected. Owners in the locks (Go's have none: a Mutex may be unlocked by anybody).

Chosen. The schedule is followed once more under watch (`gosched_edu.explore.watch`): whose Lock returned last
holds the lock. Of a channel it is said who else waits there.

Invariant. Nothing is said of a holder that the run does not show.
"""

from __future__ import annotations

from typing import Any

from gosched_edu import go
from gosched_edu.explore.watch import Call, Watched, watch
from gosched_edu.kernel import isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.dump import Frame, Goroutine, goroutines
from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.hchan import channels
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.leaks import leaks
from gosched_edu.kernel.machine import Machine

_LOCKS = ("sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "semacquire")


def own(g: Goroutine) -> Frame | None:
    """The innermost frame in the program's own file."""
    return next((f for f in g.frames if f.file == "main.go"), g.frames[0] if g.frames else None)


def _where(frame: Frame | None) -> str:
    return f"{frame.file}:{frame.line}" if frame is not None else "an unknown place"


def who(goid: int) -> str:
    """A goroutine in a sentence."""
    return "main" if goid == 1 else f"goroutine {goid}"


def lock(seen: Watched, goid: int, alive: set[int]) -> str:
    """Who holds the lock that a goroutine waits for; "" if that is not known."""
    request = seen.waiting.get(goid)
    if request is None:
        return ""
    call = request.call
    holders: list[Call] = [c for held in seen.held.values() for c in held if c.word == call.word]
    for c in holders:
        place = _where(c.frames[0] if c.frames else None)
        reads = "read lock" if c.reads else "lock"
        if c.goid == goid:
            return f", for a {reads} that it holds itself since {place}"
        since = f" since {place}" if c.goid in alive else f" since {place}, though it has ended"
        if not (c.reads and call.reads):
            return f", for a {reads} that {who(c.goid)} holds{since}"
    writer = next(
        (r.call for r in seen.waiting.values() if r.call.word == call.word and not r.call.reads), None
    )
    if call.reads and writer is not None:
        place = _where(writer.frames[0] if writer.frames else None)
        return f", behind {who(writer.goid)}, which waits for the write lock at {place}"
    return ""


def _missing(g: Goroutine, m: Machine, word: int) -> str:
    """What would have to come for one who waits at a wait group, a condition variable or a select."""
    functions = {f.function for f in g.frames}
    if "sync.(*WaitGroup).Wait" in functions:
        state = ((word - isa.BASE) >> 3) - 1  # it lies before the semaphore
        count = int(m.state.arrays["heap"][state]) >> 32
        return f": {count} more call{'s' if count != 1 else ''} of Done would be needed" if count > 0 else ""
    if "sync.(*Cond).Wait" in functions:
        return ": nobody calls Signal or Broadcast any more"
    if g.state.startswith("select") and "no cases" not in g.state:
        return ": nobody comes for any of its cases"
    return ""


def waits(run: go.Run, image: Image, options: dict[str, Any], *, all_: bool) -> tuple[str, ...]:
    """Sentences on those who wait for ever: all at a deadlock, else those whom nobody can wake."""
    m = run.machine
    a = m.state.arrays
    stuck = goroutines(m) if all_ else leaks(m)
    slots = {int(a["g_goid"][g]): g for g in range(m.state["NG"]) if a["g_status"][g] == st.GWAITING}
    alive = {g.goid for g in goroutines(m)}
    seen = None
    if m.schedule is not None and any(g.state.startswith(_LOCKS) for g in stuck):
        seen = watch(image, m.schedule, options)
    known = {c.number: c for c in channels(m)}
    out = []
    for g in stuck:
        slot = slots.get(g.goid)
        name = who(g.goid)
        text = f"{name[0].upper()}{name[1:]} waits at {_where(own(g))} ({g.state.replace(' (leaked)', '')})"
        if seen is not None and (said := lock(seen, g.goid, alive)):
            text += said
        elif (
            slot is not None
            and (c := known.get(int(a["g_wait"][slot]))) is not None
            and int(a["g_reason"][slot]) in (Reason.CHAN_SEND, Reason.CHAN_RECEIVE)
        ):
            receives = int(a["g_reason"][slot]) == Reason.CHAN_RECEIVE
            others = [w.goid for w in (c.recvq if receives else c.sendq) if w.goid != g.goid]
            text += ": nobody " + ("sends or closes" if receives else "receives")
            if others:
                text += f", and {len(others)} more wait{'s' if len(others) == 1 else ''} there"
        elif slot is not None:
            text += _missing(g, m, int(a["g_wait"][slot]))
        out.append(text + ".")
    return tuple(out)
