"""Pictures of channels: what is in the buffer, who waits, for figures and for `why`.

Problem. A figure of a channel needs what `fmt` cannot print: slots, indices, queues.

Chosen. `channels` reads the kernel's tables and returns plain values, one `Channel` per live
channel: the words of Go's hchan under Go's names, goroutines by goid.

Invariant. Looking changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.kernel.machine import Machine


@dataclass(frozen=True)
class Waiter:
    """One sudog of a channel's queue.

    Attributes
    ----------
    goid : int
        Who waits.
    value : tuple of int
        The words it wants to send; empty for a receiver.
    case : int or None
        The case of the select that it waits in, None if it is no select.
    """

    goid: int
    value: tuple[int, ...]
    case: int | None


@dataclass(frozen=True)
class Channel:
    """One channel at a moment (chan.go:hchan).

    Attributes
    ----------
    number : int
        As in the log's channel events.
    cap, len : int
        Slots of the buffer, and how many are filled: dataqsiz and qcount.
    width : int
        Words of an element.
    buf : tuple of (tuple of int or None)
        The slots in the order of memory; None where a slot is empty.
    sendx, recvx : int
        The slot to fill next, the slot to take next.
    recvq, sendq : tuple of Waiter
        Who waits, longest first.
    closed : bool
    timer : bool
        It is the channel of a timer since Go 1.23: the program sees length and capacity 0.
    """

    number: int
    cap: int
    len: int
    width: int
    buf: tuple[tuple[int, ...] | None, ...]
    sendx: int
    recvx: int
    recvq: tuple[Waiter, ...]
    sendq: tuple[Waiter, ...]
    closed: bool
    timer: bool


def channels(machine: Machine) -> list[Channel]:
    """All live channels, by number.

    Parameters
    ----------
    machine : Machine

    Returns
    -------
    list of Channel

    Examples
    --------
    >>> from gosched_edu import go
    >>> m = go.machine("package main\\nfunc main() { c := make(chan int, 3); c <- 7; <-make(chan int) }")
    >>> m.run()
    2
    >>> [(c.number, c.cap, c.buf, [w.goid for w in c.recvq]) for c in channels(m)]
    [(1, 3, ((7,), None, None), []), (2, 0, (), [1])]
    """
    live = machine.state.arrays["c_live"]
    return [_channel(machine, c) for c in range(1, machine.state["NCHAN"]) if live[c]]


def _channel(machine: Machine, c: int) -> Channel:
    a = machine.state.arrays
    cap, n, width, at, recvx = (int(a[f][c]) for f in ("c_cap", "c_n", "c_width", "c_buf", "c_recvx"))
    full = {(recvx + i) % cap for i in range(n)}
    return Channel(
        c, cap, n, width,
        tuple(
            tuple(int(x) for x in a["heap"][at + i * width : at + (i + 1) * width]) if i in full else None
            for i in range(cap)
        ),
        int(a["c_sendx"][c]), recvx,
        _queue(machine, int(a["c_recvq"][c]), 0), _queue(machine, int(a["c_sendq"][c]), width),
        bool(a["c_closed"][c]), bool(a["c_timer"][c] >= 0),
    )  # fmt: skip


def _queue(machine: Machine, s: int, words: int) -> tuple[Waiter, ...]:
    a = machine.state.arrays
    out = []
    while s >= 0:
        at = int(a["s_elem"][s])
        out.append(
            Waiter(
                int(a["g_goid"][a["s_g"][s]]),
                tuple(int(x) for x in a["stk"][at : at + words]),
                int(a["s_case"][s]) if a["s_sel"][s] >= 0 else None,
            )
        )
        s = int(a["s_next"][s])
    return tuple(out)
