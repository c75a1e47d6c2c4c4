"""A service over time, as its users and its operators see it: requests, latency, what waits, and the budget.

Problem. In an outage four curves tell the story together: how many users were served, how long they waited,
what piled up inside, and when the alarm went off. Apart from each other they mislead.

Rejected. Averages over the whole run (the outage disappears in them); a point for each request (a grey
cloud).

Chosen. One table of requests, cut into short windows; panels on one time axis. What is good for a user is
said once, in `good`: answered, and in time. From it follow the share of good requests and the burn rate.

Invariant. Every curve and every alarm is computed from the same rows; a request belongs to the window in
which it *began*, the burn rate looks back from the moment at which it *ended*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gosched_edu.figures.palette import ALARM, STATES
from gosched_edu.figures.picture import INK, Picture, style

_WIDTH = 5.6
_GOOD, _BAD, _LINE = STATES["running"].colour, ALARM, STATES["sync"].colour


@dataclass(frozen=True)
class Alarm:
    """An alarm: when it went off and when it was over (ms; -1 if it never was)."""

    start: int
    end: int


def requests(log: str, *, limit: float = 100.0) -> pd.DataFrame:
    """The table of requests that a program printed.

    Parameters
    ----------
    log : str
        One line a request: when it began (ms), how long it took (ms), how many attempts failed, whether it
        was
        answered ("true" or "false"), how many waited inside at its end.
    limit : float
        ms within which an answer is good.

    Returns
    -------
    pandas.DataFrame
        Columns begin, took, failed, answered, waiting, end (ms) and good, in the order of begin.

    Raises
    ------
    ValueError
        A line has another form; it is named.

    Examples
    --------
    >>> from gosched_edu.figures.service import requests
    >>> requests("0 12 0 true 1\\n10 140 1 true 2\\n").good.tolist()
    [True, False]
    """
    rows = []
    for number, line in enumerate(log.splitlines(), 1):
        words = line.split()
        if len(words) != 5 or words[3] not in ("true", "false"):
            raise ValueError(f"line {number} is not of a request: {line!r}")
        begin, took, failed, waiting = (int(words[i]) for i in (0, 1, 2, 4))
        answered = words[3] == "true"
        rows.append((begin, took, failed, answered, waiting, begin + took, answered and took <= limit))
    names = ["begin", "took", "failed", "answered", "waiting", "end", "good"]
    return pd.DataFrame(rows, columns=names).sort_values("begin", kind="stable").reset_index(drop=True)


def windows(table: pd.DataFrame, width: int = 100) -> pd.DataFrame:
    """The requests in windows of `width` ms, by when they began.

    Parameters
    ----------
    table : pandas.DataFrame
        From `requests`.
    width : int
        ms.

    Returns
    -------
    pandas.DataFrame
        Columns at (start of the window, ms), count, good (share), p50 and p99 (ms), attempts, waiting.
    """
    out = []
    for at, part in table.groupby(table["begin"] // width * width):
        took = part["took"].to_numpy()
        out.append((int(at), len(part), part["good"].mean(), float(np.percentile(took, 50)),
                    float(np.percentile(took, 99)), int((part["failed"] + part["answered"]).sum()),
                    int(part["waiting"].max())))  # fmt: skip
    return pd.DataFrame(out, columns=["at", "count", "good", "p50", "p99", "attempts", "waiting"])


def burn(table: pd.DataFrame, window: int, *, objective: float = 0.99, step: int = 20) -> pd.DataFrame:
    """How many times faster than allowed the error budget is used up.

    Parameters
    ----------
    table : pandas.DataFrame
        From `requests`.
    window : int
        ms to look back.
    objective : float
        The share of requests that shall be good; what is left is the budget.
    step : int
        ms between two points.

    Returns
    -------
    pandas.DataFrame
        Columns at (ms) and rate: the share of bad requests among those that ended in the window, over the
        budget; 0 where none ended.

    Raises
    ------
    ValueError
        The objective leaves no budget.
    """
    if not 0 < objective < 1:
        raise ValueError(f"an objective lies between 0 and 1, got {objective}")
    ends = table["end"].to_numpy()
    bad = ~table["good"].to_numpy()
    at = np.arange(step, int(ends.max()) + step, step)
    rate = []
    for t in at:
        seen = (ends > t - window) & (ends <= t)
        rate.append(float(bad[seen].mean()) / (1 - objective) if seen.any() else 0.0)
    return pd.DataFrame({"at": at, "rate": rate})


def alarms(
    table: pd.DataFrame, *, long: int = 500, short: int = 100, threshold: float = 14.4, objective: float =
    0.99
) -> list[Alarm]:
    """When an alarm with two windows goes off: both burn rates must be above the threshold.

    The long window says that it matters, the short one that it still goes on.

    Parameters
    ----------
    table : pandas.DataFrame
        From `requests`.
    long, short : int
        ms.
    threshold : float
    objective : float

    Returns
    -------
    list of Alarm
    """
    both = burn(table, long, objective=objective)
    both["short"] = burn(table, short, objective=objective)["rate"]
    on = (both["rate"] > threshold) & (both["short"] > threshold)
    out: list[Alarm] = []
    since = -1
    for at, is_on in zip(both["at"].tolist(), on.tolist(), strict=True):
        if is_on and since < 0:
            since = at
        elif not is_on and since >= 0:
            out.append(Alarm(since, at))
            since = -1
    return [*out, Alarm(since, -1)] if since >= 0 else out


def service(
    table: pd.DataFrame, *, outage: tuple[int, int] | None = None, panels: Sequence[str] = ("good",
        "took", "waiting"),
    alarm: Sequence[Alarm] = (), threshold: float = 14.4, title: str = "The service",
) -> Picture:  # fmt: skip
    """Draw a service over time.

    Parameters
    ----------
    table : pandas.DataFrame
        From `requests`.
    outage : (int, int), optional
        From when to when something was wrong outside, ms; shaded.
    panels : sequence of str
        Of "good" (requests begun, good and not), "took" (p50 and p99), "waiting", "burn".
    alarm : sequence of Alarm
        Drawn as a bar above the panels.
    threshold : float
        Drawn in the panel "burn".
    title : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        An unknown panel, or no requests.

    Examples
    --------
    >>> from gosched_edu.figures.service import requests, service
    >>> service(requests("0 12 0 true 1\\n10 140 1 true 2\\n"), panels=["good"]).title
    'The service'
    """
    known = ("good", "took", "waiting", "burn")
    if unknown := [p for p in panels if p not in known]:
        raise ValueError(f"no panel {unknown[0]!r}; there are {', '.join(known)}")
    if table.empty:
        raise ValueError("there are no requests to draw")
    w = windows(table)
    end = int(table["begin"].max()) + 100
    tall = 1.15
    height = 0.55 + tall * len(panels)
    with style():
        figure = Figure(figsize=(_WIDTH, height))
        for i, name in enumerate(panels):
            axes = figure.add_axes((0.13, (0.42 + tall * (len(panels) - 1 - i)) / height, 0.84, (tall - 0.22)
            / height))
            if outage is not None:
                axes.axvspan(*outage, color=_BAD, alpha=0.12, linewidth=0)
            for a in alarm:
                axes.axvline(a.start, color=_BAD, linewidth=1.2, linestyle=(0, (4, 3)))
                if a.end >= 0:
                    axes.axvline(a.end, color=_GOOD, linewidth=1.2, linestyle=(0, (4, 3)))
            if name == "good":
                good = w["good"] * w["count"]
                axes.bar(w["at"] + 50, good, width=92, color=_GOOD)
                axes.bar(w["at"] + 50, w["count"] - good, width=92, bottom=good, color=_BAD, hatch="xx",
                         edgecolor="#ffffff", linewidth=0)  # fmt: skip
                axes.set_ylabel("requests")
            elif name == "took":
                axes.plot(w["at"] + 50, w["p50"], color=_LINE, linewidth=1.6)
                axes.plot(w["at"] + 50, w["p99"], color=_LINE, linewidth=1.2, linestyle="--")
                axes.set_ylabel("ms")
            elif name == "waiting":
                axes.fill_between(w["at"] + 50, w["waiting"], color=STATES["runnable"].colour, linewidth=0)
                axes.set_ylabel("inside")
            else:
                for width, line in ((500, "-"), (100, "--")):
                    b = burn(table, width)
                    axes.plot(b["at"], b["rate"], color=_LINE, linewidth=1.2, linestyle=line)
                axes.axhline(threshold, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
                axes.set_ylabel("burn rate")
            axes.set_xlim(0, end)
            axes.set_ylim(bottom=0)
            axes.set_xticks(range(0, end + 1, 1000), [str(t // 1000) for t in range(0, end + 1, 1000)])
            if i < len(panels) - 1:
                axes.tick_params(labelbottom=False)
        axes.annotate("s", (1, 0), (0, -4), "axes fraction", "offset points", ha="right", va="top", size=8)
    return Picture(figure, title, describe(table, outage=outage, alarm=alarm))


def describe(
    table: pd.DataFrame, *, outage: tuple[int, int] | None = None, alarm: Sequence[Alarm] = ()
) -> str:
    """The run of a service in sentences.

    Parameters
    ----------
    table : pandas.DataFrame
    outage : (int, int), optional
    alarm : sequence of Alarm

    Returns
    -------
    str
    """
    out = [f"{len(table)} requests, {100 * table['good'].mean():.0f} % of them good."]
    if outage is not None:
        for words, part in (
            ("Before the outage", table[table["begin"] < outage[0]]),
            ("During it", table[(table["begin"] >= outage[0]) & (table["begin"] < outage[1])]),
            ("After it", table[table["begin"] >= outage[1]]),
        ):
            if len(part):
                share, slow = 100 * part["good"].mean(), np.percentile(part["took"], 99)
                out.append(f"{words}: {share:.0f} % good, 99 of 100 took no more than {slow:.0f} ms.")
    out.append(f"At most {int(table['waiting'].max())} were inside at the same time.")
    for a in alarm:
        over = f"was over at {a.end / 1000:.2f} s" if a.end >= 0 else "was never over"
        out.append(f"The alarm went off at {a.start / 1000:.2f} s and {over}.")
    return " ".join(out)
