"""`version_timeline`: which rule of the runtime came when.

Problem. Most of what is said about Go's scheduler was true of some versions.

Rejected. A drawing by hand: the table of rules changes, and a drawing does not.

Chosen. One bar for each rule of `gosched_edu.kernel.versions`, from the version that brought it to
the newest.

Invariant. Nothing is drawn that is not in that table.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.kernel.versions import RULES, VERSIONS, YEARS, Rule, parse

_WIDTH, _PITCH, _TOP, _BOTTOM = 5.6, 0.215, 0.42, 0.3


def version_timeline(rules: Sequence[Rule] = RULES) -> Picture:
    """Draw the versions from left to right, and under them what each rule holds for.

    Parameters
    ----------
    rules : sequence of Rule

    Returns
    -------
    Picture

    Examples
    --------
    >>> from gosched_edu.figures.versions import version_timeline
    >>> version_timeline().summary.partition(". ")[0]
    'Go 1.1 (2013) brought local queues'
    """
    ordered = sorted(rules, key=lambda rule: parse(rule.since))
    height = _TOP + _PITCH * len(ordered) + _BOTTOM
    last = len(VERSIONS) - 1
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        axes = figure.add_axes((0.02, _BOTTOM / height, 0.96, _PITCH * len(ordered) / height))
        axes.set_xlim(-0.5, last + 0.5)
        axes.set_ylim(len(ordered) - 0.5, -0.5)
        for row, rule in enumerate(ordered):
            since = VERSIONS.index(rule.since)
            axes.barh(row, last + 0.5 - since, left=since, height=0.72, color="#0072b2", zorder=2)
            words = rule.name.replace("_", " ")
            # Inside the bar where it is long enough, before it where it is not.
            inside = last - since > 12
            axes.text(
                since + (0.25 if inside else -0.25), row, f"{rule.since}  {words}", va="center_baseline",
                ha="left" if inside else "right", size=7.6, color="#ffffff" if inside else INK, zorder=3,
            )  # fmt: skip
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xticks(range(0, last + 1, 3), [VERSIONS[i] for i in range(0, last + 1, 3)])
        axes.grid(axis="x", zorder=0)
        axes.set_axisbelow(True)
        years = axes.secondary_xaxis("top")
        years.set_xticks(range(0, last + 1, 3), [str(YEARS[i]) for i in range(0, last + 1, 3)])
        for spine in ("top", "bottom"):
            years.spines[spine].set_visible(False)
        years.tick_params(length=0)
    return Picture(figure, "The rules of the runtime, by Go version", describe(ordered))


def describe(rules: Sequence[Rule]) -> str:
    """The same in sentences.

    Parameters
    ----------
    rules : sequence of Rule
        In the order of their versions.

    Returns
    -------
    str
    """
    names: dict[str, list[str]] = {}
    for rule in rules:
        names.setdefault(rule.since, []).append(rule.name.replace("_", " "))
    return " ".join(
        f"Go {version} ({YEARS[VERSIONS.index(version)]}) brought {', '.join(words)}."
        for version, words in names.items()
    )
