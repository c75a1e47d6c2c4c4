"""What a schedule can lead to: outcomes, as a reader sees them.

Problem. The search tells ends apart by hashes. A reader wants to know what was printed, who waits for
whom, and how to see it happen.

Chosen. Each end is replayed once, by its shortest schedule, in the ordinary machine; what is told of it is
read from that run. Ends that look the same to a reader become one outcome.

Invariant. An outcome's schedule leads to that outcome.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

from gosched_edu import go
from gosched_edu.explore.ctl import CUT_OFF
from gosched_edu.explore.engine import Found
from gosched_edu.explore.livelock import Livelock
from gosched_edu.explore.stuck import waits
from gosched_edu.kernel import isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.races import Race, races

KINDS = ("finished", "panic", "deadlock", "livelock", "leak", "race", "budget")
_REPLAY = go.Budget(seconds=5.0, events=400_000, memory=512 << 20, output=1 << 20)


@dataclass(frozen=True)
class Outcome:
    """One way in which a program can end.

    Attributes
    ----------
    kind : str
        "finished"; "panic": it dies, of a panic or a fatal error; "deadlock": all goroutines wait;
        "livelock": it goes round in a loop for ever though everybody gets turns;
        "leak": main ends while somebody waits for ever; "race": two goroutines use a variable, unordered;
        "budget": it did not end within the steps that a schedule may have.
    stdout, stderr : str
        What it has written.
    exit_code : int or None
    text : str
        Of a panic: its text.
    count : int
        In how many of the schedules that were tried.
    likelihood : float or None
        Share of the runs under Go's own scheduler with different seeds; None where there were none.
    schedule : str
        The shortest schedule found, for ``go.run(source, schedule=...)``.
    races : tuple of Race
        With both places.
    stuck : tuple of str
        Of a deadlock or a leak: who waits for what, in sentences.

    Examples
    --------
    >>> from gosched_edu.explore import explore
    >>> found = explore("package main; func main() { c := make(chan int); <-c }")
    >>> found.outcomes[0].kind
    'deadlock'
    """

    kind: str
    stdout: str
    stderr: str
    exit_code: int | None
    text: str
    count: int
    likelihood: float | None
    schedule: str
    races: tuple[Race, ...] = ()
    stuck: tuple[str, ...] = ()
    _image: Image | None = field(default=None, repr=False, compare=False)
    _options: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _accesses: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def replay(self, **options: Any) -> go.Run:
        """The run that this schedule leads to, with its log.

        Parameters
        ----------
        **options
            Of `go.run`.
        """
        assert self._image is not None
        given: dict[str, Any] = {"race": True, "budget": _REPLAY} | self._options | options
        return go.run(self._image, schedule=self.schedule, **given)

    @property
    def sentence(self) -> str:
        """The outcome in a sentence."""
        printed = f"prints {_quoted(self.stdout)}" if self.stdout else "prints nothing"
        if self.stderr and self.kind != "panic":
            printed = f"prints {_quoted(self.stderr)} (to standard error)" + (
                f" and {_quoted(self.stdout)}" if self.stdout else ""
            )
        if self.kind == "finished":
            code = f" and exits with code {self.exit_code}" if self.exit_code else ""
            return f"The program {printed}{code}."
        if self.kind == "panic":
            return f"The program {printed} and dies: {self.text}."
        if self.kind == "deadlock":
            return f"The program {printed}; then all goroutines wait: a deadlock. " + " ".join(self.stuck)
        if self.kind == "livelock":
            return f"The program {printed} and never ends, though everybody gets turns. {self.text}"
        if self.kind == "leak":
            return f"The program {printed} and ends, but leaks. " + " ".join(self.stuck)
        if self.kind == "race":
            verbs = _verbs(self._image, self._accesses) if self._image else ()
            what = "misuse of a WaitGroup" if verbs[:1] and "Wait" in verbs[0] + verbs[1] else "data race"
            said = "; ".join(told(r, verbs) for r in self.races)
            return f"There is a {what}: {said}."
        return f"The program {printed}, and had not ended when its steps were used up."

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "kind": self.kind, "stdout": self.stdout, "stderr": self.stderr, "exit_code": self.exit_code,
            "text": self.text, "count": self.count, "likelihood": self.likelihood, "schedule": self.schedule,
            "races": [told(r) for r in self.races], "stuck": list(self.stuck),
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.sentence)}</p>"


def _quoted(text: str) -> str:
    short = text if len(text) <= 60 else text[:57] + "..."
    return '"' + short.rstrip("\n").replace("\n", "\\n") + '"'


def _verbs(image: Image, accesses: tuple[int, ...]) -> tuple[str, ...]:
    """What the two accesses of a race are, where they are no reads and writes of variables."""
    out = []
    for pc in accesses:
        name = isa.OPS[image.code[4 * pc]].name
        if image.filenames[int(image.files[pc])] == "sync/waitgroup.go":
            out.append("is in WaitGroup.Wait" if name == "RACEW" else "calls WaitGroup.Add")
        else:
            out.append({"SEND": "sends", "CLOSE": "closes the channel"}.get(name, ""))
    return tuple(out) if any(out) else ()


def told(race: Race, verbs: tuple[str, ...] = ()) -> str:
    """A data race in words, with the program's own places."""

    def access(a: Any, verb: str) -> str:
        own = [f for f in a.frames if f.file == "main.go"]
        frame = (own or a.frames)[0]
        place = "" if verb and not own else f" at {frame.file}:{frame.line}"
        who = "main" if a.goid == 1 else f"goroutine {a.goid}"
        return f"{who} {verb or ('writes' if a.write else 'reads')}{place}"

    later, earlier = verbs or ("", "")
    return f"{access(race.now, later)} and {access(race.before, earlier)}, and nothing orders the two"


def _text(run: go.Run) -> str:
    """The line that says what a program died of."""
    for line in run.stderr.splitlines():
        if line.startswith(("panic: ", "fatal error: ")):
            return line
    return (run.stderr.splitlines() or ["it gave no reason"])[0]


def describe(image: Image, found: Found, options: dict[str, Any]) -> Outcome:
    """What an end that was found looks like; the program is run once."""
    schedule = str(found.schedule)
    run = go.run(
        image, schedule=schedule, race=True, trace="off", budget=_REPLAY if found.status != CUT_OFF else
        go.Budget(seconds=1.0, events=2_000), **options,
    )  # fmt: skip
    m = run.machine
    seen = tuple(
        r for r in races(m)
        if not found.accesses or {_line(image, at) for at in found.accesses} == {
            (a.frames[0].file, a.frames[0].line) for a in (r.now, r.before)
        }
    )[:1] if found.accesses else tuple(races(m))  # fmt: skip
    common: dict[str, Any] = {
        "stdout": run.output, "stderr": m.errors.decode("utf-8", "replace"), "count": found.count,
        "likelihood": None, "schedule": schedule, "races": seen, "_image": image, "_options": options,
        "text": "", "_accesses": found.accesses,
    }  # fmt: skip
    code = m.state["EXIT_CODE"] if m.status == st.EXITED else 0
    if found.accesses:
        return Outcome(kind="race", exit_code=66, **common | {"stdout": "", "stderr": ""})
    if found.status == CUT_OFF or m.status == st.RUNNING and m.over_budget != go.NEVER:
        return Outcome(kind="budget", exit_code=None, **common)
    if m.status == st.FAULTED:
        return Outcome(kind="panic", exit_code=2, **common | {"text": _text(run)})
    if m.status in (st.DEADLOCK, st.RUNNING):
        stuck = waits(run, image, options, all_=True)
        return Outcome(kind="deadlock", exit_code=2, **common | {"stuck": stuck})
    if m.status == st.DONE and run.leaks:
        stuck = waits(run, image, options, all_=False)
        return Outcome(kind="leak", exit_code=code, **common | {"stuck": stuck})
    return Outcome(kind="finished", exit_code=code, **common)


def _line(image: Image, pc: int) -> tuple[str, int]:
    return image.filenames[int(image.files[pc])], int(image.lines[pc])


def endless(image: Image, found: Livelock, options: dict[str, Any]) -> Outcome:
    """What a run looks like that never ends."""
    first, last = found.round
    decisions = f"decision {first}" if first == last else f"decisions {first} to {last}"
    verb = "comes" if len(found.who) == 1 else "come"
    who = " and ".join(filter(None, (", ".join(found.who[:-1]), *found.who[-1:])))
    return Outcome(
        "livelock", found.stdout, found.stderr, None,
        f"{who[:1].upper()}{who[1:]} {verb} back to the same state for ever "
        f"({decisions} of the schedule, three times here).",
        1, None, str(found.schedule), _image=image, _options=options,
    )  # fmt: skip


def identity(o: Outcome) -> tuple[Any, ...]:
    """What makes two ends the same outcome."""
    if o.kind == "race":
        return (o.kind, *sorted({(a.frames[0].file, a.frames[0].line, a.write) for r in o.races
                                 for a in (r.now, r.before)}))  # fmt: skip
    return o.kind, o.stdout, o.stderr, o.exit_code, o.text, o.stuck


def from_run(run: go.Run) -> tuple[Any, ...]:
    """What an ordinary run shows, for comparison with outcomes: kind, output, errors, exit code, text."""
    m = run.machine
    errors = m.errors.decode("utf-8", "replace")
    if m.status == st.FAULTED:
        return "panic", run.output, errors, 2, _text(run)
    if m.status == st.DEADLOCK:
        return "deadlock", run.output, errors, 2, ""
    if m.status == st.RUNNING:
        return "budget", run.output, errors, None, ""
    code = m.state["EXIT_CODE"] if m.status == st.EXITED else 0
    kind = "leak" if m.status == st.DONE and run.leaks else "finished"
    return kind, run.output, errors, code, ""
