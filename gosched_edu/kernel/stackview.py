"""Pictures of stacks: the frames of one goroutine and the memory they lie in, for figures.

Problem. A figure of a stack needs what a traceback leaves out: how many bytes each frame takes, how
many are left, and where the segments end.

Chosen. `stack_of` walks the frames as traceback.go does, and returns plain values in Go's bytes.
Functions that a traceback hides are shown here: they need memory too.

Invariant. Looking changes nothing, and ``used`` is ENTRY_BYTES and the bytes of all frames.
"""

from __future__ import annotations

from dataclasses import dataclass

from gosched_edu.kernel.dump import STATUS_TEXT, _caller
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.stack import ENTRY_BYTES, GUARD, OLD_GUARD
from gosched_edu.kernel.versions import RULE_INDEX


@dataclass(frozen=True)
class Stack:
    """The stack of one goroutine at a moment, in bytes of Go.

    Attributes
    ----------
    goid : int
    segments : tuple of int
        Sizes, the oldest first; from Go 1.3 on there is one.
    frames : tuple of (str, int)
        Function and bytes of each call, the outermost first.
    used : int
        Bytes of all frames, and the 32 above the first one.
    guard : int
        Bytes at the low end that a check keeps free.
    """

    goid: int
    segments: tuple[int, ...]
    frames: tuple[tuple[str, int], ...]
    used: int
    guard: int

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return sum(self.segments)


def stack_of(machine: Machine, goid: int) -> Stack:
    """The stack of goroutine `goid` where the machine stands now.

    Parameters
    ----------
    machine : Machine
    goid : int

    Returns
    -------
    Stack

    Raises
    ------
    ValueError
        No such goroutine is alive.

    Examples
    --------
    >>> from gosched_edu import go
    >>> from gosched_edu.kernel.stackview import stack_of
    >>> m = go.machine("package main\\n\\nfunc main() {\\n\\tselect {}\\n}\\n")
    >>> _ = m.run(until=2000)
    >>> stack_of(m, 1).segments
    (2048,)
    """
    a, image = machine.state.arrays, machine.image
    alive = (g for g in range(machine.state["NG"]) if int(a["g_status"][g]) in STATUS_TEXT)
    g = next((g for g in alive if int(a["g_goid"][g]) == goid and not a["g_sys"][g]), None)
    if g is None:
        raise ValueError(f"no goroutine {goid} is alive at {machine.state['NOW']:,} ns")
    pc, fp = int(a["g_pc"][g]), int(a["g_fp"][g])
    frames: list[tuple[str, int]] = []
    while True:
        f = image.function_at(pc)
        assert f is not None, "a frame belongs to a function"
        frames.append((f.name, f.bytes))
        link = int(a["stk"][fp])
        if link == -1:
            break
        pc, fp = _caller(link, fp)
    segments, record = [int(a["g_stacksize"][g])], int(a["g_seg"][g])
    while record >= 0:
        segments.append(int(a["stk"][record + 2]))
        record = int(a["stk"][record + 3])
    contiguous = bool(a["rule"][RULE_INDEX["contiguous_stacks"]])
    return Stack(
        goid, tuple(reversed(segments)), tuple(reversed(frames)),
        ENTRY_BYTES + sum(size for _, size in frames), GUARD if contiguous else OLD_GUARD,
    )  # fmt: skip
