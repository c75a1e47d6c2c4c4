"""Decisions and choices as people see them: who could run, what was chosen, and what is wrong with it.

The kernel's side is `gosched_edu.kernel.choice`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gosched_edu.kernel.choice import ASK
from gosched_edu.kernel.events import REASON_TEXT, Reason

if TYPE_CHECKING:
    from gosched_edu.kernel.machine import Machine

#: (number of a decision, goid that it starts); ASK for the goid stops the run there.
Choice = tuple[int, int]


class ChoiceError(ValueError):
    """A choice that cannot be made: it says who could have been chosen."""


@dataclass(frozen=True)
class Decision:
    """Where a run stands that asks who shall run.

    Attributes
    ----------
    number : int
        From 1 on.
    time : int
        Virtual ns.
    p : int
        The P that decides.
    goid : int
        Whom it starts by Go's rules.
    reason : Reason
        Where it found that one.
    others : tuple of (int, str)
        Who could be started instead, and where each waits.
    """

    number: int
    time: int
    p: int
    goid: int
    reason: Reason
    others: tuple[tuple[int, str], ...]

    def __str__(self) -> str:
        others = ", ".join(f"g{goid} ({place})" for goid, place in self.others) or "nobody"
        return (
            f"Decision {self.number}, P{self.p} at {self.time:,} ns: by Go's rules it starts g{self.goid} "
            f"({REASON_TEXT[self.reason]}). Others who could run: {others}."
        )


def checked(choices: Iterable[Sequence[int]]) -> list[Choice]:
    """The choices as a list of pairs.

    Raises
    ------
    ValueError
        They are no pairs of whole numbers, or the numbers of the decisions do not ascend.
    """
    out: list[Choice] = []
    for choice in choices:
        try:
            number, goid = (int(x) for x in choice)
            exact = not isinstance(choice, str) and [number, goid] == list(choice)
        except (TypeError, ValueError):
            exact = False
        if not exact or not 1 <= number < 1 << 62 or not 0 <= goid < 1 << 31:
            raise ValueError(
                f"a choice is a pair (number of a decision from 1 on, number of a goroutine), got {choice!r}"
            )
        if out and number <= out[-1][0]:
            raise ValueError(
                f"choices go by the number of the decision, each once: {number} comes after {out[-1][0]}"
            )
        out.append((number, goid))
    return out


def question(machine: Machine) -> Decision | None:
    """The decision before which a run stands that has asked; None if it has not."""
    from gosched_edu.kernel.dump import queues

    s, a = machine.state, machine.state.arrays
    p = s["ASKED"] - 1
    if p < 0:
        return None
    locked = {int(goid) for goid, m in zip(a["g_goid"], a["g_lockm"], strict=True) if goid and m >= 0}
    q, found = queues(machine), s["ASK_FOUND"]
    others: list[tuple[int, str]] = []
    for i in [p, *(i for i in range(len(q.rings)) if i != p)]:
        first = q.runnext[i]
        others += [(first, f"P{i}'s runnext")] if first is not None else []
        others += [(goid, f"P{i}'s queue") for goid in q.rings[i]]
    others += [(goid, "global queue") for goid in q.global_queue]
    return Decision(
        s["DECISION"] + 1, int(a["p_clock"][p]), p, int(a["g_goid"][found & 0xFFFFFFFF]),
        Reason(found >> 32 & 0xFF), tuple(x for x in others if x[0] not in locked),
    )  # fmt: skip


def impossible(machine: Machine) -> ChoiceError | None:
    """What is wrong with the choice for the decision that the run stands before; None if it only asks."""
    from gosched_edu.kernel.dump import goroutines

    decision = question(machine)
    goid = int(machine.state.arrays["ch_g"][machine.state["CHOICE_I"]])
    if decision is None or goid == ASK:
        return None
    states = {g.goid: g.state for g in goroutines(machine)}
    why = f"it is {states[goid]}" if goid in states else "there is no such goroutine"
    if states.get(goid) == "runnable":
        why = "another thread is about to run it"
    return ChoiceError(f"g{goid} cannot be chosen: {why}. {decision}")


def unreached(machine: Machine) -> ChoiceError | None:
    """What is wrong if a run has ended before all its choices could be made."""
    s = machine.state
    if s["CHOICE_I"] >= s["NCHOICE"]:
        return None
    return ChoiceError(
        f"the run ends after {s['DECISION']:,} decisions: "
        f"nothing can be chosen at decision {s['CHOICE_AT']:,}"
    )


__all__ = ["ASK", "Choice", "ChoiceError", "Decision", "checked"]
