"""A family on channels: what lies in the ring and who stands in sendq after a drawn program's last step.

The program puts sends, receives and `runtime.Gosched` in a drawn order; the picture is read from the
kernel's hchan (`gosched_edu.kernel.hchan`).
"""

from __future__ import annotations

import random

from gosched_edu import go
from gosched_edu.exercises.problems.problem import Part, steady
from gosched_edu.exercises.problems.queues import ONE_P, RULES
from gosched_edu.go import Run
from gosched_edu.kernel.hchan import Channel, channels
from gosched_edu.trace import Kind, Reason


def ring(rng: random.Random) -> tuple[str, str, str, tuple[Part, ...]] | None:
    """The slots in the order of memory, the two indices, and the values that wait in sendq."""
    room = rng.randint(2, 4)
    value, lines, inside = rng.randrange(10, 60, 10), [], 0
    for _ in range(rng.randint(4, 6)):
        many = rng.randint(1, 3)
        kind = rng.choice(("send", "go", "receive", "receive"))
        if kind == "send" and inside + many <= room:
            lines += [f"\tch <- {value + 10 * i}\n" for i in range(many)]
            inside += many
        elif kind == "go":
            lines += [f"\tgo send({value + 10 * i})\n" for i in range(many)] + ["\truntime.Gosched()\n"]
            inside += many
        elif kind == "receive" and inside:
            many = min(many, inside)
            lines += ["\t<-ch\n"] * many
            inside -= many
            if rng.random() < 0.5:
                lines.append("\truntime.Gosched()\n")
            continue
        else:
            continue
        value += 10 * many
    source = (
        'package main\n\nimport "runtime"\n\n'
        f"var ch = make(chan int, {room})\n\n"
        "func send(v int) {\n\tch <- v\n}\n\n"
        "func main() {\n" + "".join(lines) + "\tselect {} // here\n}\n"
    )
    if "runtime.Gosched" not in source or source.count("<-ch\n") < 2:
        return None
    found = steady(source, _at_the_end, **ONE_P)
    if found is None:
        return None
    run, c = found
    if c is None or c.len == 0 or (not c.sendq and rng.random() < 0.7):
        return None
    parts = [Part(_slot(v), _in_slot(i, v, c)) for i, v in enumerate(c.buf)]
    sends, taken = _counts(run)
    parts.append(Part(f"sendx={c.sendx}", f"{sends} values were put into the {room} slots, "
                      f"slot by slot: {sends} modulo {room} is {c.sendx} (chansend)."))  # fmt: skip
    parts.append(Part(f"recvx={c.recvx}", f"{taken} values were taken out of the ring: "
                      f"{taken} modulo {room} is {c.recvx} (chanrecv)."))  # fmt: skip
    for place, waiter in enumerate(c.sendq, 1):
        parts.append(Part(str(waiter.value[0]), f"g{waiter.goid} found the ring full and waits in sendq, "
                          f"as number {place}. A receive takes the oldest value of the ring and fills the "
                          "free slot with that of the first waiter (recv)."))  # fmt: skip
    if not c.sendq:
        parts.append(Part("nobody", "The ring has room, so no sender had to wait."))
    question = (
        f"{RULES} When main stands at the line marked here: what do "
        f"the {room} slots of the ring hold, in the order of memory (- for an empty one)? What are sendx and "
        "recvx? Which values wait in sendq, the first one first (nobody, if there is none)?"
    )
    return question, source, "40 - 30 sendx=1 recvx=2 nobody", tuple(parts)


def _at_the_end(run: Run) -> Channel | None:
    parked = [e for e in run.trace if e.kind == Kind.GO_BLOCK and e.g == 1]
    if not parked or run.status != "deadlock" and run.status != "finished":
        return None
    if parked[-1].reason in (Reason.CHAN_RECEIVE, Reason.CHAN_SEND):
        return None  # it never came there
    stopped = go.run(run.machine.image, until=parked[-1].time, **ONE_P)
    return channels(stopped.machine)[0]


def _slot(value: tuple[int, ...] | None) -> str:
    return "-" if value is None else str(value[0])


def _in_slot(i: int, value: tuple[int, ...] | None, c: Channel) -> str:
    if value is None:
        return f"Slot {i} is empty: what was in it has been received, or it was never filled."
    place = (i - c.recvx) % c.cap
    age = "the oldest value, received next" if place == 0 else f"number {place + 1} of those that wait there"
    return f"Slot {i} holds {age}: values go in at sendx and come out at recvx, and keep their order."


def _counts(run: Run) -> tuple[int, int]:
    """How many values went into the ring, and how many came out of it."""
    trace = run.trace
    sent, got = trace.where(Kind.CHAN_SEND), trace.where(Kind.CHAN_RECV)
    return len(sent), len(got)
