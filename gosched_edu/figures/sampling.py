"""Samples beside the truth: what a profiler saw, and what it was looking at.

Problem. A profile is a table of shares. That it is a guess from a hundred glances, and how good a guess,
cannot be seen in it.

Rejected. A flame graph (it shows the same guess in another form); error bars alone (of what?).

Chosen. The same run, profiled twice: once at the rate of real pprof, once so often that every piece of work
is hit. Above, one lane a thread with what it ran, and the glances as marks. Below, the two shares of each
function, with the interval in which the true one lies in 95 of 100 profiles (Wilson's, which stays right
for few samples).

Invariant. Both profiles are of one run; the marks are the samples themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from gosched_edu.figures.board import ticks
from gosched_edu.figures.palette import SERIES
from gosched_edu.figures.picture import INK, Picture, style
from gosched_edu.profile import CpuProfile

_WIDTH = 5.6
_LANE = 0.42
_OTHER = ("#c4c4c4", "#0b1a14", "")


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The interval in which a share lies, with 95 % confidence, of which `hits` of `n` samples were seen.

    Parameters
    ----------
    hits, n : int

    Returns
    -------
    (float, float)
        From 0 to 1; all of it where there is no sample.

    Examples
    --------
    >>> [round(x, 2) for x in wilson(5, 10)]
    [0.24, 0.76]
    """
    if n == 0:
        return 0.0, 1.0
    z = 1.96
    middle = (hits + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(hits * (n - hits) / n + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def shares(profile: CpuProfile, functions: Sequence[str]) -> dict[str, float]:
    """Which share of the samples has each function in its stack, as the innermost of `functions`."""
    found = profile.of(functions).value_counts()
    return {f: float(found.get(f, 0)) / max(len(profile.samples), 1) for f in functions}


def sampling(
    few: CpuProfile, many: CpuProfile, functions: Sequence[str], *, names: Mapping[str, str] | None = None,
    window: tuple[int, int] | None = None, title: str = "Samples and the truth",
) -> Picture:  # fmt: skip
    """Draw what a profiler saw beside what there was.

    Parameters
    ----------
    few : CpuProfile
        The profile in question.
    many : CpuProfile
        Of the same run, sampled so often that it can be taken for the truth.
    functions : sequence of str
        Whose time is looked at, such as "main.render"; at most six. The rest is "other".
    names : mapping of str to str, optional
        What a function is called in the picture; by default its name without the package.
    window : (int, int), optional
        From when to when the lanes are shown, ns; by default the whole run.
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are no functions or too many, if `many` has no samples, or the window is empty.

    Examples
    --------
    >>> from gosched_edu.figures.sampling import sampling
    >>> from gosched_edu.profile import cpu_profile
    >>> source = "package main\\nfunc main() { for i := 0; i < 99999; i++ {} }"
    >>> few, many = (cpu_profile(source, hz=hz) for hz in (10_000, 100_000))
    >>> sampling(few, many, ["main.main"]).summary.split(".")[1]
    ' main: 100 % of the samples, so between 34 and 100 %; in truth 100 %'
    """
    if not 0 < len(functions) <= len(SERIES):
        raise ValueError(f"1 to {len(SERIES)} functions can be told apart, got {len(functions)}")
    if many.samples.empty:
        raise ValueError("the profile that stands for the truth has no samples; give it a larger hz")
    start, end = window or (0, int(many.samples["time"].max()) + many.period)
    if end <= start:
        raise ValueError(f"the window must end after it starts, got {start} to {end} ns")
    words = {f: (names or {}).get(f, f.rpartition(".")[2]) for f in functions}
    looks = dict(zip(functions, SERIES, strict=False)) | {"": _OTHER}
    threads = sorted(set(many.samples["m"]))
    top, bottom = _LANE * len(threads), 0.36 * len(functions)
    height = 0.5 + top + 0.5 + bottom + 0.42
    left = 0.045 + 0.0135 * max(map(len, [*words.values(), "M99"]))
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        lanes = figure.add_axes((left, (0.92 + bottom) / height, 0.95 - left, top / height))
        for row, m in enumerate(reversed(threads)):
            for a, b, function in _spans(many, functions, m):
                a, b = max(a, start), min(b, end)
                if a < b:
                    colour, ink, hatch = looks[function]
                    lanes.add_patch(Rectangle((a, row - 0.3), b - a, 0.5, facecolor=colour, edgecolor=ink,
                                              linewidth=0.2, hatch=hatch))  # fmt: skip
            at = few.samples.loc[(few.samples["m"] == m) & few.samples["time"].between(start, end), "time"]
            lanes.plot(at, [row + 0.32] * len(at), linestyle="", marker="v", markersize=4.5, color=INK)
        lanes.set_xlim(start, end)
        lanes.set_ylim(-0.5, len(threads) - 0.4)
        lanes.set_yticks(range(len(threads)), [f"M{m}" for m in reversed(threads)])
        lanes.tick_params(axis="y", length=0)
        lanes.spines["left"].set_visible(False)
        marks, unit = ticks(start, end)
        last = len(marks) - 1
        lanes.set_xticks([t for t, _ in marks],
                         [f"{text} {unit}" if i == last else text for i, (_, text) in enumerate(marks)])
        _bars(figure.add_axes((left, 0.4 / height, 0.95 - left, bottom / height)), few, many, words, looks)
        handles = [
            Patch(facecolor=c, edgecolor=ink, linewidth=0.3, hatch=h, label=words.get(f, "other"))
            for f, (c, ink, h) in looks.items()
            if f or (many.of(functions) == "").any()
        ]
        figure.legend(handles=handles, loc="upper center", ncols=4, fontsize=8, bbox_to_anchor=(0.53, 1.0),
                      handlelength=1.4, columnspacing=1.2, handletextpad=0.5, borderaxespad=0.1)  # fmt: skip
    return Picture(figure, title, describe(few, many, functions, names=words))


def _spans(profile: CpuProfile, functions: Sequence[str], m: int) -> Iterator[tuple[int, int, str]]:
    """Stretches of one function on a thread; a gap of more than a period is a time without work."""
    mine = profile.samples["m"] == m
    begin = last = -1
    doing = ""
    for time, function in zip(
        profile.samples.loc[mine, "time"].tolist(), profile.of(functions)[mine].tolist(), strict=True
    ):
        if begin >= 0 and (function != doing or time - last > 1.5 * profile.period):
            yield begin, last + profile.period, doing
            begin = -1
        if begin < 0:
            begin, doing = time, function
        last = time
    if begin >= 0:
        yield begin, last + profile.period, doing


def _bars(
    axes: Axes, few: CpuProfile, many: CpuProfile, words: Mapping[str, str],
    looks: Mapping[str, tuple[str, str, str]],
) -> None:  # fmt: skip
    functions = list(words)
    truth, seen, n = shares(many, functions), shares(few, functions), len(few.samples)
    for row, f in enumerate(reversed(functions)):
        colour, ink, hatch = looks[f]
        axes.barh(row, truth[f], height=0.6, color=colour, edgecolor=ink, linewidth=0.3, hatch=hatch)
        low, high = wilson(round(seen[f] * n), n)
        # A light line below a dark one stands out from any bar, in either theme.
        axes.plot([low, high], [row, row], color="#ffffff", linewidth=4.5, solid_capstyle="butt", zorder=3)
        axes.plot([low, high], [row, row], color="#000000", linewidth=1.6, solid_capstyle="butt", zorder=4)
        axes.plot([seen[f]], [row], marker="v", markersize=7, color="#000000", markeredgecolor="#ffffff",
                  zorder=5)  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.5, len(functions) - 0.5)
    axes.set_yticks(range(len(functions)), [words[f] for f in reversed(functions)])
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])


def describe(
    few: CpuProfile, many: CpuProfile, functions: Sequence[str], *, names: Mapping[str, str] | None = None
) -> str:
    """The two profiles in sentences."""
    truth, seen, n = shares(many, functions), shares(few, functions), len(few.samples)
    out = [f"{n} samples at {few.hz} a second on a core, beside {len(many.samples)} for the truth."]
    for f in functions:
        low, high = wilson(round(seen[f] * n), n)
        out.append(
            f"{(names or {}).get(f, f)}: {100 * seen[f]:.0f} % of the samples, so between {100 * low:.0f} "
            f"and {100 * high:.0f} %; in truth {100 * truth[f]:.0f} %."
        )
    return " ".join(out)
