"""What a lab's program can do: outcomes with a schedule each, which the stage shows step by step.

Problem. One run answers for one schedule. The reader of a lab should see each way in which its program can
end, and how it comes to it.

Chosen. The lab names its outcomes, or has the explorer find all of them (`gosched_edu.explore.explore`) for
the values that its controls show at first. Each is a button; the run follows its shortest schedule.

Invariant. The schedule of an outcome belongs to the lab's first values.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from gosched_edu.labs.declare import Value

if TYPE_CHECKING:
    from gosched_edu.explore.outcome import Outcome

SECONDS = 20.0  # that an exploration may take: a page waits for it when it is built


def outcomes_of(
    given: bool | Mapping[str, str], source: str, values: Mapping[str, Value], knobs: Mapping[str, int],
    race: bool,
) -> dict[str, Any]:  # fmt: skip
    """The outcomes of a lab, as JSON can hold them.

    Parameters
    ----------
    given : bool or mapping of str to str
        True: whatever the explorer finds; else schedules by the words that stand on their buttons.
    source, values, knobs, race
        The lab's program and first values.

    Returns
    -------
    dict
        ``found``: label, sentence and schedule of each; ``head``: what is said above them.

    Raises
    ------
    ValueError
        The program has a data race, whose orders need the race detector.
    """
    from gosched_edu.kernel.schedules import parse

    if not given:
        return {"found": [], "head": ""}
    if given is not True:
        assert isinstance(given, Mapping)
        found = [{"label": label, "sentence": "", "schedule": str(parse(s))} for label, s in given.items()]
        return {"found": found, "head": "Outcomes, each by a schedule of its own:"}
    from gosched_edu.explore.exploring import Budget, explore

    everything = explore(
        source, version=str(values["version"]), seed=int(values["seed"]), procs=int(values["procs"]),
        knobs=knobs, budget=Budget(seconds=SECONDS),
    )  # fmt: skip
    if not race and everything.of("race"):
        raise ValueError("this program has a data race: declare race=True, so that its orders can be shown")
    n = len(everything.outcomes)
    few = f"{n} outcome{'s' if n != 1 else ''}"
    head = f"All schedules together have {few}:" if everything.complete else f"{few} were found:"
    found = [
        {"label": _label(o), "sentence": o.sentence, "schedule": o.schedule} for o in everything.outcomes
    ]
    return {"found": found, "head": head}


def _label(o: Outcome) -> str:
    """A few words for a button."""
    text = " ".join((o.stdout + o.stderr).split())
    text = text if len(text) <= 24 else text[:22] + "…"
    printed = f"prints {text}" if text else "prints nothing"
    if o.kind == "panic":
        return o.text if len(o.text) <= 40 else o.text[:38] + "…"
    return {
        "finished": printed, "deadlock": f"{printed}, deadlock" if text else "deadlock",
        "leak": f"{printed}, leak", "race": "data race", "livelock": f"{printed}, livelock",
        "budget": "no end in sight",
    }[o.kind]  # fmt: skip


def outcomes_html(outcomes: Mapping[str, Any]) -> str:
    """The list for a page without scripts."""
    if not outcomes["found"]:
        return ""
    rows = "".join(
        f"<li>{escape(o['sentence'] or o['label'])} "
        f"{'Schedule: ' + escape(o['schedule']) if o['schedule'] else 'By the default schedule'}.</li>"
        for o in outcomes["found"]
    )
    return f'<p>{escape(outcomes["head"])}</p><ul class="gs-outcomes-list">{rows}</ul>'


__all__ = ["outcomes_html", "outcomes_of"]
