"""The states of the scheduler and how each of them looks: the one table for all pictures.

Problem. A state is drawn in the notebooks (matplotlib), in the labs (hand-made SVG) and on
the stage (canvas). A reader who has learnt "green is running" must never have to unlearn it.

Rejected. Colour alone (one man in twelve cannot tell some of them apart; printers and
projectors lose it); one colour a goroutine (ten thousand goroutines, eight colours).

Chosen. Okabe and Ito's palette, which colour-blind readers can tell apart, and three further
marks: a hatch, a letter, and for some states the height of the bar. `as_dict` gives the
table to JavaScript.

Invariant. No two states share a colour or a letter, and no two that fill a lane share a hatch
(idle and finished are mere lines, too low for one). `ink` on `colour` has a contrast
of at least 4.5 : 1, in any theme, since neither of the two changes with the theme.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Look:
    """How one state looks.

    Attributes
    ----------
    colour : str
        Fill, as ``#rrggbb``.
    ink : str
        Colour of letters and hatches on the fill.
    hatch : str
        matplotlib's hatch; "" is solid.
    letter : str
        One letter, unique.
    words : str
        What a legend says.
    height : float
        Height of the bar, as a share of the lane: running stands out.
    """

    colour: str
    ink: str
    hatch: str
    letter: str
    words: str
    height: float = 0.8


_DARK = "#0b1a14"
STATES: dict[str, Look] = {
    "running": Look("#009e73", _DARK, "", "R", "running", 0.84),
    "runnable": Look("#e69f00", _DARK, "//", "Q", "runnable, queued for a P", 0.56),
    "chan": Look("#56b4e9", _DARK, "||", "C", "waiting for a channel", 0.56),
    "sleep": Look("#cc79a7", _DARK, "--", "Z", "sleeping", 0.56),
    "sync": Look("#0072b2", "#ffffff", "\\\\", "L", "waiting for a lock or WaitGroup", 0.56),
    "waiting": Look("#c4c4c4", _DARK, "++", "W", "waiting for something else", 0.56),
    "spinning": Look("#f0e442", _DARK, "xx", "S", "looking for work", 0.56),
    "syscall": Look("#7a5230", "#ffffff", "..", "Y", "in a system call", 0.56),
    "idle": Look("#9a9a9a", _DARK, "", "I", "idle", 0.12),
    "dead": Look("#5f5f5f", "#ffffff", "", "D", "finished", 0.12),
}

#: For what is not a state (functions, the curves of one plot), in this order: colour, ink, hatch.
SERIES: tuple[tuple[str, str, str], ...] = (
    ("#0072b2", "#ffffff", ""), ("#d55e00", _DARK, "//"), ("#009e73", _DARK, ".."),
    ("#cc79a7", _DARK, "\\\\"), ("#e69f00", _DARK, "--"), ("#56b4e9", _DARK, "xx"),
)  # fmt: skip

#: For a panic, a deadlock, a broken promise: not a state of a goroutine.
ALARM = "#d55e00"


def look_of(state: str, reason: str = "") -> str:
    """The key in `STATES` for a state of `intervals()` and the reason that opened it.

    Parameters
    ----------
    state : str
        "running", "runnable", "waiting", "spinning", "syscall", "idle" or "dead".
    reason : str
        Go's wait reason; only looked at when waiting.

    Returns
    -------
    str

    Examples
    --------
    >>> look_of("waiting", "chan receive"), look_of("waiting", "GC worker (idle)")
    ('chan', 'waiting')
    """
    if state != "waiting":
        return state
    if reason.startswith(("chan", "select")):
        return "chan"
    if reason == "sleep":
        return "sleep"
    return "sync" if reason.startswith(("sync", "sema")) else "waiting"


def as_dict() -> dict[str, dict[str, object]]:
    """The table as plain data."""
    return {key: asdict(look) for key, look in STATES.items()}


def as_json() -> str:
    """The table as JSON, for the page."""
    return json.dumps(as_dict(), sort_keys=True)


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` as WCAG 2 defines it, 0 (black) to 1 (white)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)
