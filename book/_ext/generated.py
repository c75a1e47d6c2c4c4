"""Parts of pages that the build makes from what they tell about: ``{generated} name``.

Problem. An index of the myths, a table of versions, a number of chapters: each of them repeats what
stands elsewhere, and what is copied by hand goes stale.

Chosen. A directive for a part of a page and a role for a number in a sentence. Each has a maker below; it
reads notebooks, tables or the kernel, and gives Markdown or a picture.

Invariant. A myth without a verdict, a rule without a chapter and an unknown name end the build.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import nbformat
import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from gosched_edu import go
from gosched_edu.figures.cover import cover
from gosched_edu.figures.picture import Picture
from gosched_edu.figures.versions import version_timeline
from gosched_edu.golang.sources import GOLIB
from gosched_edu.kernel.events import Kind
from gosched_edu.kernel.versions import RULES, VERSIONS, YEARS, default_procs, parse

ROOT = Path(__file__).resolve().parents[2]
WORDS = "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split()


# ---------------------------------------------------------------- chapters and their boxes
def toc_pages(node: object) -> list[str]:
    """Every page of the table of contents, whatever its nesting."""
    if isinstance(node, list):
        return [page for item in node for page in toc_pages(item)]
    if isinstance(node, dict):
        own = [node[key] for key in ("root", "file") if key in node]
        return own + [page for value in node.values() if isinstance(value, list) for page in toc_pages(value)]
    return []


@cache
def chapters() -> list[str]:
    """The chapters of the book, without ending: ``notebooks/01-goroutines``."""
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    return [page for page in toc_pages(toc) if page.startswith("notebooks/")]


@cache
def prose(chapter: str) -> list[str]:
    """The Markdown cells of a chapter."""
    notebook = nbformat.read(ROOT / f"{chapter}.ipynb", 4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def title_of(chapter: str) -> str:
    """The heading of a chapter."""
    return next(m[1] for text in prose(chapter) if (m := re.match(r"# (.+)", text)))


def slug(title: str) -> str:
    """What a box is called in addresses.

    Examples
    --------
    >>> slug('Myth: "`go f()` does not block the main thread."')
    'myth-go-f-does-not-block-the-main-thread'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def anchor(chapter: str, title: str) -> str:
    """The name of a box in the whole book: its chapter's number, and its title."""
    return f"{Path(chapter).name[:2]}-{slug(title)}"


#: By number: what a chapter is called while it is not there, and its heart.
HEARTS = {
    "01": ("Goroutines", "what `go` does, and why the last one comes first."),
    "02": ("Channels", "a ring, two queues, and a value that goes straight to the one who waits."),
    "03": ("The M:P:G scheduler", "Ms, Ps and Gs, and how idle processors find work."),
    "04": ("Stacks that grow", "two kilobytes that double when they must."),
    "05": ("Preemption", "how a goroutine that does not stop is stopped."),
    "06": ("Observability", "what a running program tells, and what listening costs."),
    "07": ("The memory model", "what orders two events, and what a data race is."),
    "08": ("Locks under load", "who gets a lock, who waits, and what to do about it."),
    "09": ("Structured concurrency", "scopes, errors and cancellation."),
    "10": ("Task trees", "who did what, who failed first, and who was only stopped."),
    "11": ("Structured I/O", "reads that never end, and what ends them."),
    "12": ("A production case", "a slow second that takes a service down for good."),
}


def chapter_list() -> str:
    """The chapters of the book, each with its heart."""
    numbers = [Path(chapter).name[:2] for chapter in chapters()]
    return "\n".join(f"{int(n)}. {{chapter}}`{n}`: {HEARTS[n][1]}" for n in numbers)


# ---------------------------------------------------------------- myths
VERDICTS = ("true", "partly true", "false", "unclear")


@dataclass(frozen=True)
class Myth:
    """One box: the sentence, what the verdict begins with, and the whole verdict in Markdown."""

    chapter: str
    title: str
    verdict: str
    reason: str


def myths_in(chapter: str, text: str) -> list[Myth]:
    """The myth boxes of a Markdown cell.

    Raises
    ------
    ValueError
        For a box whose verdict is missing or none of `VERDICTS`.

    Examples
    --------
    >>> box = ':::{admonition} Myth: "A."\\n:class: gs-myth\\nText.\\n\\n**Verdict: false.** Since B.\\n:::'
    >>> myths_in("notebooks/01-x", box)
    [Myth(chapter='notebooks/01-x', title='Myth: "A."', verdict='false', reason='Since B.')]
    """
    found = []
    for title, body in re.findall(r"^:::\{admonition\} (.+)\n:class: gs-myth\n(.*?)^:::", text, re.M | re.S):
        last = re.search(r"\*\*Verdict: (.+)\Z", body, re.S)
        said = last[1].strip() if last else ""
        verdict = next((v for v in VERDICTS if re.match(rf"{v}\b", said)), None)
        if verdict is None:
            raise ValueError(f"{chapter}: {title}: the verdict must begin with one of {', '.join(VERDICTS)}")
        rest = " ".join(said.removeprefix(verdict).replace("**", "", 1).lstrip(".,: ").split())
        found.append(Myth(chapter, title, verdict, rest[:1].upper() + rest[1:]))
    return found


@cache
def myths() -> list[Myth]:
    """All of the book."""
    return [myth for chapter in chapters() for text in prose(chapter) for myth in myths_in(chapter, text)]


def myth_list(verdict: str) -> str:
    """The myths with one verdict, as a list with links to their boxes."""
    lines = []
    for myth in myths():
        if myth.verdict == verdict:
            said = myth.title.removeprefix("Myth: ")
            link = f"[{said}](#{anchor(myth.chapter, myth.title)})"
            lines.append(f"- {link} {myth.reason} *({title_of(myth.chapter)})*")
    return "\n".join(lines) or "None of them."


# ---------------------------------------------------------------- versions
#: Where a rule can be seen at work.
SHOWN_IN = {
    "local_queues": "03", "ring": "03", "runnext": "01", "needspinning": "03", "gosched_wakes": "03",
    "inject_wakes": "03", "stop_keeps_runnext": "03", "p_keeps_m": "03", "prologue_preempt": "05",
    "async_preempt": "05", "timers_per_p": "03", "thread_limit": "03", "lock_nests": "03",
    "cgroup_procs": "03", "waitgroup_reason": "01", "semrelease_yields": "08", "sync_timer_channels": "02",
    "chan_learns_last": "07", "stack_8k": "04", "contiguous_stacks": "04", "stack_2k": "04",
    "concurrent_gc": "05", "adaptive_stack": "04", "fatal_one": "08", "leak_profile": "02",
    "block_profile_unbiased": "06",
}  # fmt: skip

#: Packages of which every reader meets some names.
PACKAGES = (
    "sync",
    "sync/atomic",
    "context",
    "errors",
    "time",
    "runtime",
    "runtime/debug",
    "log/slog",
    "iter",
)


def version_table() -> str:
    """The rules, by version, with source and chapter."""
    rows = []
    for rule in sorted(RULES, key=lambda r: parse(r.since)):
        since = f"{rule.since} ({YEARS[VERSIONS.index(rule.since)]})"
        what = f"**{rule.name.replace('_', ' ')}**: {rule.doc} *({rule.source})*"
        rows.append(f"| {since} | {what} | {{chapter}}`{SHOWN_IN[rule.name]}` |")
    return "| since | what changed | chapter |\n|---|---|---|\n" + "\n".join(rows)


def library_table() -> str:
    """What the packages of the book gained, by version: read from the library's own source."""
    since: dict[tuple[int, int], list[str]] = {}
    for package in PACKAGES:
        for path in sorted((GOLIB / package).glob("*.go")):
            text = path.read_text(encoding="utf-8")
            for minor, head in re.findall(r"^//since 1\.(\d+)\n(?://.*\n)*(.+)", text, re.M):
                if name := exported(package, head):
                    since.setdefault((1, int(minor)), []).append(f"`{name}`")
    rows = [
        f"| {major}.{minor} | {', '.join(dict.fromkeys(names))} |"
        for (major, minor), names in sorted(since.items())
    ]
    return "| since | new names |\n|---|---|\n" + "\n".join(rows)


def exported(package: str, head: str) -> str:
    """The name that a declaration gives to the world, or nothing.

    Examples
    --------
    >>> exported("sync", "func (m *Mutex) TryLock() bool {"), exported("sync", "func (m *Mutex) slow() {")
    ('sync.Mutex.TryLock', '')
    """
    found = re.match(r"(?:func|type|var|const) (?:\(\w+ \*?(\w+)[^)]*\) )?([A-Z]\w*)", head)
    if found is None or (found[1] and not found[1][0].isupper()):
        return ""
    return ".".join(filter(None, (package.rpartition("/")[2], found[1], found[2])))


#: What it prints depends on the order of start, on loop variables, on timers and on preemption.
PROGRAM = """package main

import (
	"runtime"
	"time"
)

func dive(n int) int {
	if n == 0 {
		return 0
	}
	return dive(n-1) + 1
}

func main() {
	done := make(chan int)
	for i := 0; i < 3; i++ {
		go func(n int) {
			print(n, ":", i, " ")
			done <- dive(300)
		}(i)
	}
	for n := 0; n < 3; n++ {
		<-done
	}
	start := time.Now()
	go func() {
		time.Sleep(time.Millisecond)
		println("| woken after", time.Since(start)/time.Millisecond, "ms")
		done <- 0
	}()
	runtime.Gosched()
	x := 0
	for i := 0; i < 10000000; i++ { // no call in it
		x ^= i
	}
	<-done
}
"""


def version_program() -> str:
    """The program that all versions run."""
    return f"```go\n{PROGRAM}```"


def version_runs() -> str:
    """What that program does under each version, equal neighbours in one row."""
    seen = []
    for version in VERSIONS:
        run = go.run(PROGRAM, version=version, procs=1)
        if run.stderr.count("\n") != 1 or run.status != "finished":
            raise ValueError(f"Go {version}: {run.status}: {run.stderr}")
        printed, _, woken = run.stderr.strip().partition(" | ")
        stacks = sum(int(k) in (Kind.STACK_GROW, Kind.STACK_SPLIT) for k in run.trace.kind)
        seen.append((version, (default_procs(version), printed, woken, stacks)))
    rows = []
    for (procs, printed, woken, stacks), group in groupby(seen, key=lambda row: row[1]):
        versions = [version for version, _ in group]
        span = versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
        rows.append(f"| {span} | `{printed}` | {woken} | {stacks} | {procs} |")
    head = "| Go | printed first | the sleeper | stacks that grew | GOMAXPROCS if nobody sets it |"
    return f"{head}\n|---|---|---|--:|--:|\n" + "\n".join(rows)


# ---------------------------------------------------------------- the directive and the role
PARTS: dict[str, Callable[[], str | Picture]] = {
    "chapters": chapter_list,
    **{f"myths: {verdict}": (lambda verdict=verdict: myth_list(verdict)) for verdict in VERDICTS},
    "version picture": version_timeline,
    "version table": version_table,
    "library table": library_table,
    "version program": version_program,
    "version runs": version_runs,
    "cover": cover,
}
COUNTS: dict[str, Callable[[], int]] = {
    "chapters": lambda: len(chapters()),
    "myths": lambda: len(myths()),
    **{f"myths: {v}": (lambda v=v: sum(myth.verdict == v for myth in myths())) for v in VERDICTS},
    "rules": lambda: len(RULES),
    "versions": lambda: len(VERSIONS),
}


class Chapter(SphinxRole):
    """A link to a chapter: ``{chapter}`03```. One that the book does not have is only named."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Link."""
        found = [c for c in chapters() if Path(c).name.startswith(self.text)]
        if not found:
            return [nodes.Text(HEARTS[self.text][0])], []
        options = {"refdomain": "std", "reftype": "doc", "refexplicit": False, "refwarn": True}
        link = addnodes.pending_xref("", reftarget=f"/{found[0]}", refdoc=self.env.docname, **options)
        link += nodes.inline("", title_of(found[0]))
        return [link], []


class Generated(SphinxDirective):
    """A part of a page: its argument is a name of `PARTS`."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Make it."""
        for chapter in chapters():
            self.env.note_dependency(str(ROOT / f"{chapter}.ipynb"))
        made = PARTS[self.arguments[0]]()
        if isinstance(made, Picture):
            return [nodes.raw("", made._repr_html_(), format="html")]
        box = nodes.container(classes=["gs-generated"])
        self.state.nested_parse(StringList(textwrap.dedent(made).splitlines(), "generated"), 0, box)
        return [box]


class Count(SphinxRole):
    """A number in a sentence: ``{count}`chapters```, small ones in words."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Count."""
        number = COUNTS[self.text]()
        return [nodes.Text(WORDS[number] if number < len(WORDS) else f"{number:,}")], []
