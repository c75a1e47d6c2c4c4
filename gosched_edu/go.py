"""Run Go source in the simulated runtime: ``from gosched_edu import go``.

Problem. A reader has a Go program and a question. Between the two should stand one
call.

Rejected. A Python way of writing goroutines: then the reader learns our dialect, not Go.

Invariant. The same source, parameters and seed give the same `Run`, on every machine.

Examples
--------
>>> from gosched_edu import go
>>> r = go.run('''package main
... import "fmt"
... func main() { fmt.Println("hello") }
... ''')
>>> r.output
'hello\\n'
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from gosched_edu.golang import GoError, compile_go
from gosched_edu.kernel import state as st
from gosched_edu.kernel.build import compiled
from gosched_edu.kernel.decision import ASK, ChoiceError, unreached
from gosched_edu.kernel.dump import Goroutine, Queues, goroutines, obituary, queues, traceback
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.leaks import leaks
from gosched_edu.kernel.machine import NEVER, Budget, Interrupted, Machine, Progress
from gosched_edu.kernel.races import EXIT_CODE, Race, races, report
from gosched_edu.kernel.versions import DEFAULT_VERSION, VERSIONS, parse

if TYPE_CHECKING:
    from gosched_edu.trace import Event, Trace

__all__ = [
    "ASK", "Budget", "ChoiceError", "DEFAULT_VERSION", "GoError", "Interrupted", "Machine", "Progress", "Run",
    "VERSIONS", "compile", "machine", "run", "warm",
]  # fmt: skip

_STATUS = {
    st.RUNNING: "stopped",
    st.DONE: "finished",
    st.EXITED: "exited",
    st.DEADLOCK: "deadlock",
    st.FAULTED: "died",
}


@lru_cache(maxsize=128)
def _compile(source: str, filename: str, version: str, race: bool) -> Image:
    return compile_go(source, filename=filename, version=version, race=race)


def compile(
    source: str, *, filename: str = "main.go", version: str = DEFAULT_VERSION, race: bool = False
) -> Image:
    """Check and lower a Go program.

    Parameters
    ----------
    source : str
        One Go file.
    filename : str
        Its name in messages.
    version : str
        Language version, such as "1.22" (loop variables became per-iteration there).
    race : bool
        For the race detector, as ``go build -race``.

    Returns
    -------
    Image

    Raises
    ------
    GoError
        With line, column and the construct's name for each error found.
    ValueError
        For a version that is not simulated.
    TypeError
        When the source is no text.

    Examples
    --------
    >>> from gosched_edu import go
    >>> image = go.compile("package main; func main() { println(1) }")
    >>> go.run(image, seed=2).stderr
    '1\\n'
    """
    if not isinstance(source, str):
        raise TypeError(f"the program must be Go source text or an Image, not {type(source).__name__}")
    major, minor = parse(version)
    return _compile(source, filename, f"{major}.{minor}", race)


def machine(source: str | Image, *, version: str = DEFAULT_VERSION, **options: Any) -> Machine:
    """A program loaded and ready, for stepping, snapshots and forks.

    Parameters
    ----------
    source : str or Image
    version : str
    **options
        Those of `gosched_edu.kernel.machine.Machine`; most of `run`'s are among them.

    Returns
    -------
    Machine

    Examples
    --------
    >>> from gosched_edu import go
    >>> m = go.machine("package main; func main() { println(1) }", procs=1)
    >>> _ = m.run(until=100)
    >>> m.state["NOW"] >= 100
    True
    """
    if isinstance(source, Image):
        image = source
    else:
        image = compile(source, version=version, race=bool(options.get("race")))
    return Machine(image, version=version, **options)


def run(
    source: str | Image,
    *,
    procs: int | None = None,
    version: str = DEFAULT_VERSION,
    seed: int = 1,
    knobs: Mapping[str, int] | None = None,
    costs: Mapping[str, int] | None = None,
    trace: str = "full",
    asyncpreemptoff: bool = False,
    cpu_quota: float | None = None,
    schedtrace: int | None = None,
    scheddetail: bool = False,
    race: bool = False,
    accesses: bool = False,
    gogc: int = 100,
    choices: Iterable[Sequence[int]] = (),
    schedule: str | None = None,
    stdin: str | bytes = "",
    args: Sequence[str] = (),
    files: Mapping[str, str | bytes] | None = None,
    budget: Budget | None = None,
    until: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    jit: bool = True,
) -> Run:
    """Run a Go program in the simulated runtime.

    Parameters
    ----------
    source : str or Image
        Go source, or what `compile` made of it.
    procs : int, optional
        GOMAXPROCS at the start, 1 to 256; by default what the version chooses on a machine with
        four cores: 1 before Go 1.5, else 4, from 1.25 on not more than the quota.
    version : str
        Go version whose rules apply, "1.0" to "1.27".
    seed : int
        Of the run's random choices.
    knobs : mapping of str to int, optional
        Values for package variables marked ``//knob name min max``.
    costs : mapping of str to int, optional
        Changes to the cost model in ns; see `gosched_edu.kernel.costs`.
    trace : {"full", "ring", "off"}
        Keep all events, the last 65,536, or none.
    asyncpreemptoff : bool
        As GODEBUG=asyncpreemptoff=1: preempt at calls only.
    cpu_quota : float, optional
        Cores that the container grants; who has used them up stands still until the next 100 ms.
    schedtrace : int, optional
        Every so many ms of virtual time a line as of GODEBUG=schedtrace, in `Run.schedtraces`.
    scheddetail : bool
        With all Ps, Ms and goroutines, as GODEBUG=scheddetail=1.
    race : bool
        Look for data races, as ``go run -race``; see `Run.races`.
    accesses : bool
        With `race`: the log names every access to a variable, for the figures of the happens-before graph.
    gogc : int
        As GOGC: how much the heap may grow between collections, in percent; -1: no collections.
    choices : sequence of (int, int)
        You are the scheduler: ``(12, 7)`` starts g7 at decision 12, whomever Go's rules would start.
        Decisions count from 1, see `gosched_edu.trace.decisions`. With ``go.ASK`` instead of a
        goroutine the run stops there and says who could run.
    schedule : str, optional
        Follow a schedule that `gosched_edu.explore.explore` has found, step by step on one P.
    stdin : str or bytes
        What the program reads from os.Stdin.
    args : sequence of str
        The command line, os.Args[1:].
    files : mapping of str to str or bytes
        What lies in the simulated file system, by name; the program starts in /home/gopher.
    budget : Budget, optional
        What the run may use; by default 20 s of wall time, 2 GiB and more.
    until : int, optional
        Stop at this virtual time in ns.
    progress : callable, optional
        Called with a `Progress` about every 30 ms.
    jit : bool
        False runs the same kernel uncompiled: slow, with all indices checked.

    Returns
    -------
    Run

    Raises
    ------
    GoError
        The program does not compile.
    ValueError
        A parameter is out of its range.
    ChoiceError
        A goroutine that was chosen cannot run at that decision, or there is no such decision.
    Interrupted
        On Ctrl-C.

    Examples
    --------
    >>> from gosched_edu import go
    >>> r = go.run("package main; func main() { println(6 * 7) }", version="1.13")
    >>> r.stderr, r.status
    ('42\\n', 'finished')
    """
    image = source if isinstance(source, Image) else compile(source, version=version, race=race)
    m = machine(
        image.given(stdin, args, files), version=version, procs=procs, seed=seed, knobs=knobs,
        costs=costs, trace=trace, asyncpreemptoff=asyncpreemptoff, cpu_quota=cpu_quota, schedtrace=schedtrace,
        scheddetail=scheddetail, race=race, accesses=accesses, gogc=gogc, choices=choices,
        schedule=schedule, budget=budget, jit=jit,
    )  # fmt: skip
    m.run(until=until, progress=progress)
    wrong = None if m.status == st.RUNNING else unreached(m)
    if wrong is not None:
        raise wrong
    return Run(m, dict(knobs or {}))


def warm() -> None:
    """Compile the kernel now (or load it), so that the first run does not wait for it."""
    compiled()


@dataclass(repr=False)
class Run:
    """What happened when a program ran.

    Attributes
    ----------
    machine : Machine
        The runtime as the run left it.
    knobs : dict
        The knob values that were asked for.

    Examples
    --------
    >>> from gosched_edu import go
    >>> r = go.run("package main; func main() { panic(7) }", procs=1)
    >>> r.status, r.exit_code, r.stderr.splitlines()[0]
    ('died', 2, 'panic: 7')
    """

    machine: Machine
    knobs: dict[str, int]

    @property
    def output(self) -> str:
        """Standard output."""
        return self.machine.output.decode("utf-8", "replace")

    @cached_property
    def stderr(self) -> str:
        """What Go writes besides the output, that is, races that were seen, and why the program died."""
        return report(self.machine) + obituary(self.machine)

    @property
    def races(self) -> list[Race]:
        """The data races that were seen, if the run looked for them."""
        return races(self.machine)

    @property
    def leaks(self) -> list[Goroutine]:
        """Goroutines that nobody can wake any more (Go 1.26's goroutine leak profile)."""
        return leaks(self.machine)

    @property
    def status(self) -> str:
        """"finished", "exited", "deadlock", "died" or "stopped"."""
        return _STATUS[self.machine.status]

    @property
    def exit_code(self) -> int | None:
        """0, the argument of os.Exit, 2 when the program died, 66 after races; None while it runs."""
        status = self.machine.status
        if status == st.RUNNING:
            return None
        if status == st.EXITED:
            return self.machine.state["EXIT_CODE"]
        if status == st.DONE:
            return EXIT_CODE if self.machine.state["NRACES"] else 0
        return 2

    @cached_property
    def stopped(self) -> str:
        """Why the run was stopped before the program ended, and where it stood; else empty."""
        over, asks = self.machine.over_budget, self.machine.question
        if asks is not None:
            return f"stopped, to ask who shall run. {asks}\n"
        if over is None:
            return ""
        why = f"the run used up its budget of {over}"
        if over == NEVER:
            why = "all wait, and one thread waits for the network: real Go would wait for ever,"
        return (
            f"stopped: {why} after {self.end:,} ns of virtual time.\n"
            f"It stood at:\n{traceback(self.machine, limit=3)}"
        )

    @property
    def end(self) -> int:
        """Virtual ns from start to end."""
        return self.machine.state["NOW"]

    @property
    def goroutines(self) -> list[Goroutine]:
        """The goroutines that are alive at the end, with their stacks."""
        return goroutines(self.machine)

    @property
    def queues(self) -> Queues:
        """The run queues at the end."""
        return queues(self.machine)

    @cached_property
    def trace(self) -> Trace:
        """The event log."""
        from gosched_edu.trace.decode import from_machine

        return from_machine(self.machine)

    @property
    def stats(self) -> dict[str, int]:
        """Counts the kernel keeps even without a trace."""
        s = self.machine.state
        return {
            "events": s["NEVENTS"], "instructions": s["INS"], "switches": s["NSWITCH"],
            "steals": s["NSTEAL"], "preemptions": s["NPREEMPT"], "goroutines": s["NCREATED"],
            "most_alive": s["MAX_LIVE"], "threads": s["NM"] - s["NMGONE"] + 1, "bytes": s.nbytes,
        }  # fmt: skip

    @property
    def schedtraces(self) -> list[str]:
        """The lines that `schedtrace` asked for."""
        return self.machine.schedtraces

    def timeline(self, **options: Any) -> Any:
        """The figure of the run; options as in `gosched_edu.figures.timeline`."""
        return self.trace.timeline(**options)

    def why(self, event: Event | int) -> str:
        """Why an event of the trace happened, in words."""
        from gosched_edu.trace.why import why

        return why(self.trace, event)

    def go_trace(self) -> bytes:
        """The run as a Go execution trace, which ``go tool trace`` opens."""
        from gosched_edu.trace.gotrace import to_go_trace

        return to_go_trace(self.trace)

    def __repr__(self) -> str:
        m = self.machine
        return f"<Run: Go {m.version}, {m.procs} P, seed {m.seed}, {self.status} after {self.end:,} ns>"

    def __str__(self) -> str:
        m = self.machine
        head = f"Go {m.version}, {m.procs} P{'s' if m.procs > 1 else ''}, seed {m.seed}: "
        tail = f"{self.status} after {self.end:,} ns of virtual time"
        text = "\n".join(x.rstrip("\n") for x in (self.output, self.stderr, self.stopped) if x)
        return f"{text}\n[{head}{tail}]" if text else f"[{head}{tail}]"

    def _repr_html_(self) -> str:
        m = self.machine
        parts = []
        if self.output:
            parts.append(f"<pre class='gs-output'>{html.escape(self.output)}</pre>")
        if self.stderr or self.stopped:
            parts.append(f"<pre class='gs-error'>{html.escape(self.stderr + self.stopped)}</pre>")
        code = "" if self.exit_code is None else f", exit code {self.exit_code}"
        parts.append(
            f"<p class='gs-summary'>Simulated Go {html.escape(m.version)}, GOMAXPROCS={m.procs}, "
            f"seed {m.seed}: {self.status}{code} after {self.end:,} ns of virtual time, "
            f"{self.stats['goroutines']:,} goroutines, {self.stats['switches']:,} switches.</p>"
        )
        return "".join(parts)
