"""Rules of the Go versions: the one table the kernel and the front end read.

Problem. A claim about Go's scheduler is true of some versions only.

Rejected. ``if version >= ...`` where the rule applies: nobody could list what a
version means.

Chosen. Each rule is one number that the kernel reads as a parameter: 0 or 1 for a behaviour
that came, and a quantity for one that changed its size (`steps`). `source` says where that can be
read. The book's page of versions is made from this table.

Invariant. A version that is not in the table is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from types import MappingProxyType


@dataclass(frozen=True)
class Rule:
    """One behaviour that changed.

    Attributes
    ----------
    name : str
    since : str
        First Go version that has it.
    doc : str
        What it is.
    source : str
        Where that can be read: the runtime's file and function, the release notes, an issue.
    steps : tuple of (str, int)
        For a quantity: from which version on it has which value; before the first, 0.
        Empty: 1 from `since` on.
    """

    name: str
    since: str
    doc: str
    source: str
    steps: tuple[tuple[str, int], ...] = ()

    def value(self, version: str) -> int:
        """The rule's number under a Go version."""
        v = parse(version)
        if not self.steps:
            return int(v >= parse(self.since))
        return max(((parse(start), n) for start, n in self.steps if parse(start) <= v), default=(v, 0))[1]


#: In the kernel's order: rule i is ``S.rule[i]``.
RULES: tuple[Rule, ...] = (
    # the scheduler
    Rule("local_queues", "1.1", "each P has a queue of its own, idle Ms steal from the others, sysmon "
         "watches; before, one queue and one lock for all", "proc.c; release notes 1.1"),
    Rule("ring", "1.3", "the local queue is a ring of 256 that overflows to the global one; before, it grew "
         "without bound (runqgrow)", "proc.c:runqputslow"),
    Rule("runnext", "1.5", "a readied goroutine goes to the P's runnext slot", "proc.go:runqput"),
    Rule("needspinning", "1.19", "work that finds no idle P makes the next M that would park spin instead",
         "proc.go:findRunnable; first proposed in golang.org/issue/45867 in January 2022, when 1.18 was "
         "frozen"),
    Rule("gosched_wakes", "1.22", "goschedImpl ends with wakep", "proc.go:goschedImpl"),
    Rule("inject_wakes", "1.23", "injectglist ends with wakep", "proc.go:injectglist"),
    Rule("stop_keeps_runnext", "1.26", "a goroutine preempted while the world is to stop goes to its own "
         "P's runnext, not to the global queue", "proc.go:goschedImpl"),
    Rule("p_keeps_m", "1.26", "startTheWorld gives a P with work to the M that held it last",
         "proc.go:procresize, mgetSpecific"),
    # preemption
    Rule("prologue_preempt", "1.2", "sysmon can take the P off a goroutine at its next call",
         "release notes 1.2"),
    Rule("async_preempt", "1.14", "sysmon preempts with a signal; before, only at calls",
         "preempt.go; release notes 1.14"),
    # timers
    Rule("timers_per_p", "1.14", "timers belong to Ps and are run by the scheduler; before, by a goroutine "
         "of the runtime that needs a P like any other", "time.go:timerproc; release notes 1.14"),
    # threads
    Rule("thread_limit", "1.2", "most threads a program may have", "proc.go:schedinit; release notes 1.2",
         (("1.2", 10_000),)),
    Rule("lock_nests", "1.10", "LockOSThread counts, and a thread ends with the goroutine that is locked "
         "to it", "release notes 1.10"),
    Rule("cgroup_procs", "1.25", "GOMAXPROCS follows the cgroup's CPU quota",
         "cgroup_linux.go; release notes 1.25"),
    # wait reasons
    Rule("waitgroup_reason", "1.24", "the wait reason of a WaitGroup is sync.WaitGroup.Wait; before, it was "
         "semacquire", "runtime2.go:waitReasonSyncWaitGroupWait"),
    # channels, semaphores, timers
    Rule("semrelease_yields", "1.14", "a releaser that hands the semaphore over yields to the waiter",
         "sema.go:semrelease1"),
    Rule("sync_timer_channels", "1.23", "timer channels look unbuffered, Stop and Reset leave no stale "
         "value; such a timer is in a heap only while somebody waits", "time.go:needsAdd"),
    # the race detector
    Rule("chan_learns_last", "1.16", "for the race detector a channel operation leaves in its slot what it "
         "knew before; until then it left what it had just learnt there as well, and races were missed",
         "chan.go:racenotify"),
    # stacks and the garbage collector
    Rule("stack_8k", "1.2", "goroutines start with 8 KB, before with 4; until 1.3", "stack.h:StackMin"),
    Rule("contiguous_stacks", "1.3", "a stack that is too small moves; before, it got a segment",
         "stack.go:newstack"),
    Rule("stack_2k", "1.4", "goroutines start with 2 KB", "stack.go:stackMin"),
    Rule("concurrent_gc", "1.5", "marking runs beside the program; before, the world stood still", "mgc.go"),
    Rule("adaptive_stack", "1.19", "new stacks have the average size in use",
         "stack.go:gcComputeStartingStackSize"),
    Rule("fatal_one", "1.25", "a fatal error that is the program's fault shows its own goroutine only",
         "runtime1.go:gotraceback"),
    Rule("leak_profile", "1.26", "the collector can name goroutines that nobody can wake",
         "mgc.go:findGoroutineLeaks"),
    # profiles
    Rule("block_profile_unbiased", "1.17", "in the block profile a short wait stands for those that were "
         "not counted", "mprof.go:saveblockevent; release notes 1.17"),
)  # fmt: skip
RULE_INDEX: dict[str, int] = {rule.name: i for i, rule in enumerate(RULES)}

#: Versions that are simulated.
VERSIONS: tuple[str, ...] = tuple(f"1.{minor}" for minor in range(28))
#: Year of each one's release (go.dev/doc/devel/release).
YEARS: tuple[int, ...] = (
    2012, 2013, 2013, 2014, 2014, 2015, 2016, 2016, 2017, 2017, 2018, 2018, 2019, 2019,
    2020, 2020, 2021, 2021, 2022, 2022, 2023, 2023, 2024, 2024, 2025, 2025, 2026, 2026,
)  # fmt: skip
DEFAULT_VERSION = "1.22"
#: What GOMAXPROCS is, from Go 1.5 on, on the simulated machine: it has that many cores.
CORES = 4


def parse(version: str) -> tuple[int, int]:
    """``"1.22"`` or ``"go1.22.10"`` as ``(1, 22)``.

    Raises
    ------
    ValueError
        When the version is not in `VERSIONS`; the text says which are.
    """
    text = str(version).strip().removeprefix("go")
    parts = text.split(".")
    if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
        raise ValueError(f"{version!r} is not a Go version; write it as {DEFAULT_VERSION!r}")
    short = f"{int(parts[0])}.{int(parts[1])}"
    if short not in VERSIONS:
        raise ValueError(
            f"Go {short} is not simulated; known versions: {VERSIONS[0]} to {VERSIONS[-1]}"
        )
    return int(parts[0]), int(parts[1])


@cache
def rules(version: str) -> Mapping[str, int]:
    """The rules of a Go version, by name.

    Parameters
    ----------
    version : str

    Returns
    -------
    mapping of str to int
        0 or 1, or a quantity.

    Examples
    --------
    >>> from gosched_edu.kernel.versions import rules
    >>> rules("1.13")["async_preempt"], rules("1.14")["async_preempt"]
    (0, 1)
    """
    return MappingProxyType({r.name: r.value(version) for r in RULES})


def default_procs(version: str, cpu_quota: float | None = None) -> int:
    """GOMAXPROCS when nobody sets it, on a machine with `CORES` cores.

    Parameters
    ----------
    version : str
    cpu_quota : float, optional
        The cgroup's limit in cores.

    Returns
    -------
    int
        1 before Go 1.5; from 1.25 on the quota rounded up, at least 2 (cgroup_linux.go:
        adjustCgroupGOMAXPROCS); else the number of cores.

    Examples
    --------
    >>> from gosched_edu.kernel.versions import default_procs
    >>> default_procs("1.4"), default_procs("1.24", 0.5), default_procs("1.25", 0.5)
    (1, 4, 2)
    """
    if parse(version) < (1, 5):
        return 1
    if cpu_quota is None or not rules(version)["cgroup_procs"]:
        return CORES
    return min(CORES, max(2, ceil(cpu_quota)))
