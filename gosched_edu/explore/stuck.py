"""Who waits for whom: a deadlock or a leak in words.

Problem. Go's runtime says where each goroutine waits. Why nobody comes is what a reader wants to know: who
holds the lock, who was to send.

Rejected. Owners in the locks (Go's have none: a Mutex may be unlocked by anybody).

Chosen. The schedule is followed once more, step by step, and the words of the locks that somebody waits
for at the end are watched: who made a Mutex locked last, holds it. Of a channel it is said who else knows it
and waits too.

Invariant. Nothing is said of a holder that the run does not show.
"""

from __future__ import annotations

from typing import Any

from gosched_edu import go
from gosched_edu.kernel import isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.build import compiled, plain
from gosched_edu.kernel.dump import Frame, Goroutine, goroutines
from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.hchan import channels
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.leaks import leaks
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import PlainState

LOCKED = 1  # sync/mutex.go:mutexLocked


def own(g: Goroutine) -> Frame | None:
    """The innermost frame in the program's own file."""
    return next((f for f in g.frames if f.file == "main.go"), g.frames[0] if g.frames else None)


def _where(frame: Frame | None) -> str:
    return f"{frame.file}:{frame.line}" if frame is not None else "an unknown place"


def step(m: Machine, decisions: int = 1) -> int:
    """The machine follows its schedule by a decision; the kernel's status, EVENTS_UP if it can go on."""
    s = m.state
    kernel = compiled() if m.jit else plain()
    s["STEP_STOP"] = s["STEP_N"] + decisions
    while True:
        s["INS_STOP"] = s["INS"] + 2_000_000
        if m.jit:
            status = int(kernel(s))
        else:
            p = PlainState(s.arrays)
            status = int(kernel(p))
            p.write_back(s.arrays)
        if status not in st.GROWS:
            return status
        sized = status in (st.NEED_HEAP, st.NEED_STK, st.NEED_OUT, st.NEED_ERR)
        s.grow(status, s["NEED"] if sized else 0)


def holders(
    image: Image, schedule: str, words: set[int], options: dict[str, Any]
) -> dict[int, tuple[int, str]]:
    """Who locked the mutexes whose state is at these heap words last, and has not unlocked them.

    Returns
    -------
    dict
        Word to (goid, where).
    """
    if not words:
        return {}
    m = Machine(image, schedule=schedule, race=True, trace="off", **options)
    s = m.state
    s["TIME_STOP"], s["EVENT_STOP"] = 10**15, st.INF
    held: dict[int, tuple[int, str]] = {}
    before = {w: 0 for w in words}
    for _ in range(400_000):
        status = step(m)
        goid = s["STEP_LAST"]
        heap = s.arrays["heap"]
        for w in words:
            now = int(heap[w]) & LOCKED if w < len(heap) else 0
            if now and not before[w]:
                g = next((g for g in goroutines(m) if g.goid == goid), None)
                held[w] = goid, _where(own(g)) if g is not None else ""
            elif before[w] and not now:
                held.pop(w, None)
            before[w] = now
        if status != st.EVENTS_UP:
            break
    return held


def waits(run: go.Run, image: Image, options: dict[str, Any], *, all_: bool) -> tuple[str, ...]:
    """Sentences on those who wait for ever: all at a deadlock, else those whom nobody can wake."""
    m = run.machine
    a = m.state.arrays
    stuck = goroutines(m) if all_ else leaks(m)
    slots = {int(a["g_goid"][g]): g for g in range(m.state["NG"]) if a["g_status"][g] == st.GWAITING}
    locks: dict[int, int] = {}
    for g in stuck:
        slot = slots.get(g.goid)
        if slot is not None and int(a["g_reason"][slot]) == Reason.MUTEX_LOCK:
            # the state lies before the semaphore
            locks[g.goid] = ((int(a["g_wait"][slot]) - isa.BASE) >> 3) - 1
    schedule = str(m.schedule) if m.schedule is not None else ""
    held = holders(image, schedule, set(locks.values()), options) if m.schedule is not None else {}
    known = {c.number: c for c in channels(m)}
    out = []
    for g in stuck:
        slot = slots.get(g.goid)
        who = "main" if g.goid == 1 else f"goroutine {g.goid}"
        text = f"{who[0].upper()}{who[1:]} waits at {_where(own(g))} ({g.state.replace(' (leaked)', '')})"
        if g.goid in locks:
            holder = held.get(locks[g.goid])
            if holder is not None and holder[0] == g.goid:
                text += f", for a lock that it holds itself since {holder[1]}"
            elif holder is not None:
                since = f" since {holder[1]}" if holder[1] else ", though it has ended"
                text += f", for a lock that goroutine {holder[0]} holds{since}"
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
        out.append(text + ".")
    return tuple(out)
