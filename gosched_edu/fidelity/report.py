"""The report: what was measured, kept as JSON in the package, and the page of the book made from it.

Problem. The page must be there without Go, and must not change from build to build.

Rejected. A page that measures when it is built; numbers typed into prose.

Chosen. ``make fidelity`` writes one JSON file; the page is a function of it. Where the simulation
falls short, the reason is kept here beside the program's name, and is shown only while it is true.

Invariant. The page in the book equals `page` of the recorded file.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from gosched_edu.fidelity.distribution import Distance
from gosched_edu.fidelity.latency import Spread
from gosched_edu.fidelity.suite import Verdict, digest

#: Shares and deviations that the simulation is held to.
OUTPUTS, ORDERS, MEDIANS = 0.95, 0.80, 0.20

#: Why, for what is known to differ.
WHY = {
    "goroutines-three-hundred": "When main begins, two goroutines of the real runtime stand in the ring "
    "(the one that updates GOMAXPROCS, and the one that runs finalizers). In the simulation they come "
    "later, so the ring overflows two goroutines later.",
    "memory-garbage": "The goroutine that starts the first collection of real Go waits for each mark "
    "worker to come up (`gcBgMarkStartWorkers`, a channel receive). In the simulation the workers are "
    "there at once.",
    "memory-gc": "The goroutine that runs finalizers is one of the program's in the simulation; real Go's "
    "tracer counts it among the runtime's. And who collects in real Go waits for each mark worker to start "
    "(`gcBgMarkStartWorkers`), and yields while it sweeps.",
    "preemption-loop": "How many slices the loop needs depends on the speed of the machine: the real runs do "
    "not agree among themselves either.",
    "preemption-two-loops": "How many slices the loops need depends on the speed of the machine.",
    "scope-coroutine": "`iter.Pull` switches coroutines in real Go (`coroswitch`); in the simulation it "
    "is made of two channels.",
    "syscalls-blocking": "In many of the real runs sysmon took the P from the short write of a line too: it "
    "was awake, and the machine was busy. In the simulation a write to the output is no system call.",
    "syscalls-three": "The calls end 8 ms apart. On a busy machine sysmon is later than that, and the next "
    "call begins late.",
    "RWMutex, a reader": "Virtual time counts whole ns: two calls, two atomic operations and the loop take "
    "at least one each. Real Go inlines the calls.",
    "preemption": "Sysmon is a thread like others: on a busy machine it is late.",
    "waiting": "Sysmon is a thread like others: on a busy machine it is late.",
    "hand-off": "How long a thread takes to wake is up to the operating system, and differs from one "
    "minute to the next.",
}


def collect(
    about: dict[str, Any], verdicts: list[Verdict], latency: dict[str, tuple[Spread, Spread]],
    two: list[Distance], costs: dict[str, int],
) -> dict[str, Any]:  # fmt: skip
    """Everything that was measured, in the form in which it is kept."""

    def share(counts: Any) -> list[int]:
        return [max(counts.values(), default=0), sum(counts.values())]

    return {
        "about": about,
        "programs": [
            {
                "name": v.program.name, "about": v.program.about,
                "output": v.same_output, "order": v.same_order, "usual": v.usual,
                "outputs": [share(v.real.outputs), share(v.simulated.outputs)],
                "orders": [share(v.real.orders), share(v.simulated.orders)],
                "events": len(v.real.order or ()), "difference": v.difference,
                # what real Go did: the simulation can be held to it where there is no Go
                "real": {"output": v.real.output, "order": digest(v.real.order or ())},
            }
            for v in verdicts
        ],
        "costs": costs,
        "latency": {
            name: [[round(ns, 1) for ns in spread] for spread in pair] for name, pair in latency.items()
        },
        "two": [
            {
                "name": d.name, "outputs": round(d.outputs, 3), "first": round(d.first, 3),
                "outputs_itself": round(d.outputs_itself, 3), "first_itself": round(d.first_itself, 3),
                "kinds": list(d.kinds),
            }
            for d in two
        ],
    }  # fmt: skip


def recorded() -> dict[str, Any]:
    """The measurement that ships with the package."""
    text = (files(__package__) / "recorded.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def shares(data: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """For "outputs" and "orders": how many programs agree, of how many."""
    outputs = [p["output"] for p in data["programs"]]
    orders = [p["order"] for p in data["programs"] if p["order"] is not None]
    return {"outputs": (sum(outputs), len(outputs)), "orders": (sum(orders), len(orders))}


def page(data: dict[str, Any]) -> str:
    """The page of the book, in Markdown."""
    about, share = data["about"], shares(data)
    times = {name: (Spread(*real), Spread(*sim)) for name, (real, sim) in data["latency"].items()}
    within = [name for name, pair in times.items() if near(*pair)]
    overlap = [name for name, (real, sim) in times.items() if name not in within and real.overlaps(sim)]
    lines = [
        "# Fidelity", "",
        "How far is the simulation from real Go?",
        "This page is made from one measurement, which anybody can repeat with `make fidelity`.", "",
        f"Measured with Go {about['version']} on {about['machine']}, {about['date']}.",
        f"Each program ran {about['runs']} times in real Go and under {about['runs']} seeds in the "
        f"simulation, with the rules of Go {about['language']}.", "",
        "| What | Agrees | Of | Share | Target |", "|---|--:|--:|--:|--:|",
        _total("Programs with equal output", *share["outputs"], OUTPUTS),
        _total("Programs with equal order of scheduling events", *share["orders"], ORDERS),
        _total(f"Medians within {MEDIANS:.0%}", len(within), len(times), None),
        _total("Medians within it, or not to be told apart", len(within) + len(overlap), len(times), None),
        "",
        "## One P", "",
        "Real Go is not perfectly deterministic, so the most frequent outcome counts, on both sides.",
        "The order of events comes from Go's own tracer: created, started, stopped, parked and why,",
        "made ready, ended, and system calls that lost their P.",
        "Goroutines are named by the order of their creation.",
        "The programs are built over Go's own runtime with one call inserted where a program dies, so that",
        "the trace of one that panics or exits is whole. The call does nothing in runs without the tracer.",
        "Where the real runs agree in less than half of the cases, no order is usual: there only the output",
        "counts.", "",
        "| Program | What it shows | Output | Order | Events | Real runs that agree |",
        "|---|---|---|---|--:|--:|",
    ]  # fmt: skip
    for p in data["programs"]:
        k, n = p["orders"][0] if p["order"] is not None else p["outputs"][0]
        lines.append(
            f"| {p['name']} | {p['about'].rstrip('.')} | {_mark(p['output'])} | {_mark(p['order'])} "
            f"| {p['events'] or '–'} | {k} of {n} |"
        )
    lines += ["", "### Where it falls short", ""]
    short = [p for p in data["programs"] if not p["output"] or p["order"] is False]
    for p in short:
        what = "Output and order differ" if not p["output"] and p["order"] is False else (
            "The output differs" if not p["output"] else "The order differs")  # fmt: skip
        first = f" The first difference: {p['difference']}." if p["difference"] else ""
        lines.append(f"- **{p['name']}.** {what}. {WHY.get(p['name'], 'The reason is not known.')}{first}")
    if not short:
        lines.append("Nowhere in this measurement.")
    lines += [
        "", "## How long things take", "",
        "One program measures these times in both runtimes; the table shows the medians of its trials, and",
        "in brackets between which times the true median lies with a probability of 95%.",
        "Some waits come in steps, such as 20, 30 or 40 ms: their medians jump from one measurement to the",
        "next, and agree if their intervals overlap.",
        "The costs of the simulation were fitted to the machine first (`gosched_edu.realgo.calibrate`),",
        "with other measurements than these.", "",
        "| What | Real Go | Simulated | Simulated / real | Verdict |", "|---|--:|--:|--:|---|",
    ]
    for name, (real, sim) in times.items():
        said = "equal" if name in within else "overlap" if name in overlap else "**differs**"
        lines.append(
            f"| {name} | {_range(real)} | {_range(sim)} | {sim.median / real.median:.2f} | {said} |"
        )
    far = [name for name in times if name not in within and name not in overlap]
    if far:
        lines.append("")
    for name in far:
        why = WHY.get(name) or WHY.get(name.split()[0], "The reason is not known.")
        lines.append(f"- **{name[0].upper()}{name[1:]}.** {why}")
    fitted = ", ".join(f"{name} {ns}" for name, ns in data["costs"].items())
    lines += [
        "", f"Fitted costs in ns: {fitted}.",
        "Here `plain` stands for moves, sums, comparisons and jumps: a fraction of a nanosecond each.",
        "", "## Two Ps", "",
        "On two Ps real Go has no single order. What is compared is how often each output occurs: the",
        "distance is the share of runs that would have to come out differently to make both equal",
        f"(total variation, {about['runs_two']} runs each).",
        "Real Go has a distance from itself, too: between one half of its runs and the other.", "",
        "| Program | Different outputs, real / simulated | Whole output: distance (itself) "
        "| First line: distance (itself) |",
        "|---|--:|--:|--:|",
    ]  # fmt: skip
    for d in data["two"]:
        lines.append(
            f"| {d['name']} | {d['kinds'][0]} / {d['kinds'][1]} "
            f"| {d['outputs']:.2f} ({d['outputs_itself']:.2f}) "
            f"| {d['first']:.2f} ({d['first_itself']:.2f}) |"
        )
    lines += [
        "", "Where a program prints from both Ps at the same time, the distances are large.",
        "Which of two lines comes first is decided by microseconds: how fast a thread of the operating",
        "system wakes, and how long a write takes. The simulation draws these times from a simple law.",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _total(what: str, k: int, n: int, target: float | None) -> str:
    return f"| {what} | {k} | {n} | {k / n:.0%} | {'' if target is None else f'{target:.0%}'} |"


def near(real: Spread, simulated: Spread) -> bool:
    """Whether the medians are as close as they should be."""
    return abs(simulated.median / real.median - 1) <= MEDIANS


def _range(spread: Spread) -> str:
    low, high = _time(spread.low), _time(spread.high)
    return _time(spread.median) + (f" ({low} to {high})" if low != high else "")


def _mark(same: bool | None) -> str:
    return {True: "equal", False: "**differs**", None: "–"}[same]


def _time(ns: float) -> str:
    for limit, unit in ((1e6, "ms"), (1e3, "µs")):
        if ns >= limit:
            return f"{ns / limit:.3g} {unit}"
    return f"{ns:.3g} ns"
