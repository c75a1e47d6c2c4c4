"""The table of bugs: what was found, kept as JSON in the package, and the page of the book made from it.

Problem. "It finds every bug" must be a table that anybody can make again, beside what others have found.

Rejected. Numbers typed into prose; a page that searches when the book is built.

Chosen. ``make bugs`` writes one JSON file; the page is a function of it. Published numbers of other
tools stand here once, each with its source.

Invariant. The page in the book equals `page` of the recorded file.
"""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from typing import Any

#: What the explorer is held to.
FOUND, RECALL, SECONDS = 0.95, 0.95, 20.0

_PAPER = "[GoBench](https://doi.org/10.1109/CGO51591.2021.9370317)"
#: Tool, found, of, and where that was published.
PUBLISHED = (
    ("go-deadlock", 28, 68, "blocking", f"{_PAPER}, artifact, table IV: up to 100,000 runs of each"),
    ("goleak", 42, 68, "blocking", f"{_PAPER}, artifact, table IV: up to 100,000 runs of each"),
    ("Go's race detector", 32, 35, "others", f"{_PAPER}, artifact, table V: up to 100,000 runs of each"),
)  # fmt: skip
#: Of GoBench's kernels, those that its single instance never showed in 100 runs of real Go, and that are in
#: Go's source tree. Go's copies yield in places where GoBench's do not, so some of them show there.
NEVER = (
    "Cockroach10214", "Cockroach1462", "Cockroach16167", "Cockroach3710", "Cockroach7504", "Kubernetes11298",
    "Kubernetes1321", "Kubernetes26980", "Moby27782", "Serving2137",
)  # fmt: skip
#: Why, for what is not found.
WHY_NOT = {
    "Moby27782": "The channel that would send its reader to wait for the file's removal is closed only with "
    "a lock that the reader itself holds. So in this copy nobody ever waits there.",
}


def recorded() -> dict[str, Any]:
    """The table that ships with the package."""
    return dict(json.loads((files(__package__) / "bugs.json").read_text(encoding="utf-8")))


def shares(data: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """How many of how many: "found", "shown" by real Go, "profile" (Go's leak profile), "twins", "races",
    "clean", "leaks", "litmus".
    """
    kernels, races = data["kernels"], data["races"]
    ran = [k for k in kernels if k.get("real")]
    return {
        "found": (sum(bool(k["found"]) and k["replays"] for k in kernels), len(kernels)),
        "shown": (sum(k["real"]["shown"] > 0 for k in ran), len(ran)),
        "profile": (sum(k["real"]["profile"] > 0 for k in ran), len(ran)),
        "twins": (sum(not k["twin"]["alarms"] for k in kernels), len(kernels)),
        "races": (races["racy"] - len(races["missed"]), races["racy"]),
        "clean": (races["clean"] - len(races["alarms"]), races["clean"]),
        "leaks": (sum(not p["wrong"] for p in data["leaks"]), len(data["leaks"])),
        "litmus": (sum(not t["wrong"] for t in data["litmus"]), len(data["litmus"])),
    }


def twin_runs(count: int) -> int:
    """How often each twin runs on each number of Ps in real Go, where its original runs `count` times."""
    return max(1, count // 10)


def page(data: dict[str, Any]) -> str:
    """The page of the book, in Markdown."""
    about, share = data["about"], shares(data)
    kernels = data["kernels"]
    slowest = max((k["seconds"] for k in kernels), default=0.0)
    lines = [
        "# Bugs", "",
        "Does the explorer find bugs that others wrote, and nothing else?",
        "This page is made from one measurement, which anybody can repeat with `make bugs`.", "",
        "The programs are part of Go's own source tree and are read from there: "
        f"{len(kernels)} kernels of real bugs of Kubernetes, Docker, etcd, CockroachDB, gRPC and others, "
        f"which {_PAPER} collected; small leaks; functions that are labelled as races or not.",
        "Each kernel has a *repaired twin*: the same program with a few words changed, so that the fault is "
        "gone. A tool that cries wolf finds all kernels, but it also finds the twins.", "",
        f"Measured with Go {about['version']} on {about['machine']}, {about['date']}.", "",
        "| What | Found | Of | Share |", "|---|--:|--:|--:|",
        _row("Kernels found, each with a schedule that shows the bug again", *share["found"]),
        _row("Repaired twins without a false alarm", *share["twins"]),
        _row("Labelled races found", *share["races"]),
        _row("Functions labelled as not racy, without a false alarm", *share["clean"]),
        _row("Leak programs with exactly the leaks that Go's own test expects", *share["leaks"]),
        _row("Litmus tests of the memory model without a contradiction", *share["litmus"]), "",
        f"The slowest kernel took {slowest:.1f} s of one core.", "",
        "## Beside other tools", "",
        "**Not the same thing is measured.** The other tools run compiled Go. The explorer runs the same "
        "sources in a simulated runtime, where it can try every schedule; what it finds is a fault of the "
        "program under the rules of that runtime. Where real Go differs from the simulation, so may the "
        "verdict.", "",
        "| Tool | Bugs | Found | Of | Share | Source |", "|---|---|--:|--:|--:|---|",
    ]  # fmt: skip
    for tool, k, n, kind, source in PUBLISHED:
        lines.append(f"| {tool} | {kind} | {k} | {n} | {k / n:.1%} | {source} |")
    if about["runs"]:
        for what, key in (
            (f"Go {about['language']}'s leak profile", "profile"),
            ("counting the goroutines that are left", "shown"),
        ):
            k, n = share[key]
            lines.append(
                f"| {what} | blocking | {k} | {n} | {k / n:.1%} | this measurement: one copy of each kernel, "
                f"{about['runs']} runs in real Go |"
            )
    k, n = share["found"]
    lines += [
        f"| The explorer | blocking | {k} | {n} | {k / n:.1%} | this measurement, in the simulated runtime |",
        "", "## The kernels", "",
        "*Shown* is how many of the runs in real Go ended with stuck goroutines; *profile*, how many times "
        "Go's leak profile told so. *Turns* is the length of the schedule that shows the bug: at how many "
        "decisions it leaves the default order. *Twin* is how many schedules of the repaired twin were "
        "tried, with a ✓ where these are all that differ.", "",
        "| Kernel | Fault | Shown | Profile | Found | Turns | Schedules | Seconds | Twin |",
        "|---|---|--:|--:|---|--:|--:|--:|--:|",
    ]  # fmt: skip
    for p in kernels:
        real, twin = p.get("real"), p["twin"]
        schedules = f"{twin['schedules']:,}{' ✓' if twin['complete'] else ''}"
        alarm = f"**{', '.join(twin['alarms'])}**" if twin["alarms"] else schedules
        lines.append(
            f"| {p['name']} | {p['kind']} | {_of(real, 'shown')} | {_of(real, 'profile')} "
            f"| {p['found'] or '**missed**'} | {p['turns'] if p['found'] else ''} | {p['schedules']:,} "
            f"| {p['seconds']:.1f} | {alarm} |"
        )
    never = [p for p in kernels if p.get("real") and p["real"]["shown"] == 0]
    if about["runs"]:
        lines += [
            "", f"In real Go each twin ran {twin_runs(about['runs'])} times on each of 1, 2 and 4 Ps with "
            "the race detector: all goroutines ended, and there was no race.",
            f"Real Go never showed these in {about['runs']} runs of one copy: "
            + _names(p["name"] for p in never) + ".",
            f"GoBench's own single instance is also never seen in 100 runs of {_names(NEVER)}; "
            "Go's copies of these yield in places where GoBench's do not.",
            "In " + _names(p["name"] for p in kernels if p.get("endless"))
            + " goroutines work on for ever, so there only the profile counts.",
        ]  # fmt: skip
    missed = [p for p in kernels if not p["found"]]
    if missed:
        lines += ["", "Not found:", ""]
    for p in missed:
        tried = "All its schedules were tried. " if p["complete"] else ""
        lines.append(f"- **{p['name']}.** {tried}{WHY_NOT.get(p['name'], 'The reason is not known.')}")
    lines += _ahead(kernels)
    kinds = Counter(p["kind"] for p in kernels)
    told = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common())
    lines += ["", f"By the kind of fault: {told}.", ""]
    lines += ["## What is wrong with each, and how the twin is repaired", ""]
    lines += [f"- **{p['name']}.** {p['why']}" for p in kernels]
    races = data["races"]
    lines += [
        "", "## Labelled races", "",
        "Go's race detector is tested with functions whose names say whether they race: "
        f"{races['racy'] + races['clean'] + len(races['not_run'])} in all. "
        f"{len(races['not_run'])} of them need what is not simulated.",
        "",
        f"- Missed races: {_names(races['missed']) or 'none'}.",
        f"- False alarms: {_names(races['alarms']) or 'none'}.",
        f"- Not run: {_names(races['not_run']) or 'none'}.",
        "", "## Leaks", "",
        "Go's own test of the leak profile says which goroutines of these programs leak.", "",
        "| Program | Leaks found | Expected for certain |", "|---|--:|--:|",
    ]  # fmt: skip
    for p in data["leaks"]:
        wrong = f" **{'; '.join(p['wrong'])}**" if p["wrong"] else ""
        lines.append(f"| {p['name']} | {p['found']}{wrong} | {p['certain']} |")
    lines += [
        "", "## The memory model", "",
        "Small programs whose possible outcomes [the Go memory model](https://go.dev/ref/mem) tells. The "
        "simulated memory is sequentially consistent: all goroutines see all writes in one order. A program "
        "with a data race can therefore show more on real hardware (*beyond*), and the race detector refuses "
        "each of them.", "",
        "| Test | Rule | Seen | Never seen | Race |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for t in data["litmus"]:
        never_seen = "; ".join(
            filter(None, [", ".join(t["forbidden"]), t["beyond"] and "beyond: " + ", ".join(t["beyond"])])
        )
        seen = ", ".join(t["seen"]) + ("" if t["complete"] else " …")
        wrong = f" **{'; '.join(t['wrong'])}**" if t["wrong"] else ""
        section = t["section"]
        link = f"[{section}](https://go.dev/ref/mem{section})" if section[0] == "#" else f"package {section}"
        lines.append(
            f"| {t['name']} | {t['rule']} ({link}) | {seen}{wrong} | {never_seen} "
            f"| {'race' if t['racy'] else ''} |"
        )
    lines.append("")
    return "\n".join(lines)


def _ahead(kernels: list[dict[str, Any]]) -> list[str]:
    """What warnings tell, of runs that go well and of the twins."""
    if not any("warnings" in p for p in kernels):
        return []
    warned = [p for p in kernels if p.get("warnings")]
    before = [p for p in kernels if p.get("foreseen")]
    false = [p["name"] for p in kernels if p["twin"].get("warnings")]
    told = Counter(kind for p in before for kind in p["foreseen"])
    what = "; ".join(
        f"{kind}: {_names(p['name'] for p in before if kind in p['foreseen'])}" for kind in sorted(told)
    )
    return [
        "", "## Warned before it happens", "",
        "A run that goes well can show that another one will not: one goroutine takes two locks in one "
        "order, another in the other order. The explorer warns of that, of locks taken twice, of wait groups "
        "and channels that are misused.",
        f"It warns of {len(warned)} of the kernels. Of {len(before)} it does so already after runs in which "
        f"nobody was stuck at a lock: {what or 'none'}.",
        f"Twins that it warns of: {_names(false) or 'none'}.",
    ]  # fmt: skip


def _row(what: str, k: int, n: int) -> str:
    return f"| {what} | {k} | {n} | {k / n:.1%} |" if n else f"| {what} | – | – | – |"


def _of(real: dict[str, Any] | None, key: str) -> str:
    return str(real[key]) if real else "–"


def _names(names: Any) -> str:
    return ", ".join(names)
