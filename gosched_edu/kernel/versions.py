"""Rules of the Go versions: the one table the kernel and the front end read.

Problem. A claim about Go's scheduler is true of some versions only.

Rejected. ``if version >= ...`` where the rule applies: nobody could list what a
version means.

Invariant. Each rule is a number that the kernel reads as a parameter. A version that
is not in the table is refused.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One behaviour that changed.

    Attributes
    ----------
    name : str
    since : str
        First Go version that has it.
    doc : str
        What it is, with the runtime function that holds it.
    """

    name: str
    since: str
    doc: str


#: In the kernel's order: rule i is ``S.rule[i]``, 1 from `since` on, else 0.
RULES: tuple[Rule, ...] = (
    Rule("runnext", "1.5", "a readied goroutine goes to the P's runnext slot (proc.go:runqput)"),
    Rule("async_preempt", "1.14", "sysmon preempts with a signal; before, only at calls (preempt.go)"),
    Rule("gosched_wakes", "1.22", "goschedImpl ends with wakep (proc.go:goschedImpl)"),
    Rule("waitgroup_reason", "1.24", "the wait reason is sync.WaitGroup.Wait, before it was semacquire"),
)  # fmt: skip
RULE_INDEX: dict[str, int] = {rule.name: i for i, rule in enumerate(RULES)}

#: Versions whose scheduler this edition simulates. 1.3 is the first with the fixed ring of 256.
VERSIONS: tuple[str, ...] = tuple(f"1.{minor}" for minor in range(3, 28))
DEFAULT_VERSION = "1.22"


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


def rules(version: str) -> dict[str, int]:
    """The rules of a Go version, by name.

    Examples
    --------
    >>> from gosched_edu.kernel.versions import rules
    >>> rules("1.13")["async_preempt"], rules("1.14")["async_preempt"]
    (0, 1)
    """
    v = parse(version)
    return {r.name: int(v >= parse(r.since)) for r in RULES}
