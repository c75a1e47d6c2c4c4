"""The cost model: virtual nanoseconds of each instruction and scheduler action.

Problem. Virtual time must pass as it would in real Go, or orders on several Ps and
latencies mean nothing.

Rejected. A cycle-accurate model of a processor: nobody could check it.

Chosen. One table of ns, fitted to measurements of real Go 1.22 on a 2-core EPYC
(create + run + exit in batches 159 ns, but 1.7 us for the first goroutines of a program;
unbuffered round trip 265 ns; send and receive on one's own buffer 37 ns; Gosched 208 ns for
two switches). How long a thread takes to wake is fitted to how often another P is
quicker than main: with 4 Ps the last of ten goroutines came first in 80 of 150 runs. It can be shown and
changed: ``go.run(..., costs={"switch": 200})``.

Invariant. No cost is negative; every instruction that can jump backwards costs at
least 1 ns, so that virtual time passes in every loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa
from gosched_edu.kernel.fuse import PARTS

#: ns, by name of the action: what the scheduler itself costs.
ACTIONS: dict[str, tuple[int, str]] = {
    "switch": (57, "mcall, schedule() and findRunnable(): from one goroutine to the next"),
    "resume": (28, "execute(), gogo, and what is left of the operation in which the next had parked"),
    "park": (0, "gopark, beyond a switch; on the machine of this table it could not be told from one"),
    "ready": (0, "ready() and runqput(); on the machine of this table it could not be told from a switch"),
    "malg": (1_600, "a goroutine that no dead one can be reused for: g and stack are new"),
    "exit": (15, "goexit0"),
    "steal": (120, "a successful look through the other Ps' queues"),
    "spin": (1_000, "a fruitless last round of spinning before the M parks"),
    "steal_runnext": (3_000, "pause before stealing runnext from a running P (proc.go:runqgrab)"),
    "wake_call": (250, "what the waker pays for a futex wake"),
    "wake": (5_000, "from the futex wake to the woken M running"),
    "wake_jitter": (30_000, "the operating system's share: up to this much more, by the seed"),
    "new_thread": (20_000, "from clone to the new M running"),
    "usleep_jitter": (4_000, "and up to this much later still, by the seed: sysmon must not fall into step"),
    "exit_syscall": (30, "exitsyscall, with the old P or an idle one"),
    "fd_word": (1, "per word that a read or write on a connection copies"),
    "netpoll": (400, "one look into the network poller (epoll_wait without waiting)"),
    "usleep_slack": (50_000, "how much later than asked the operating system ends a sleep (timer slack)"),
    "stop_world": (6_000, "stopTheWorld and startTheWorld, waiting aside"),
    "lock_thread": (20, "LockOSThread and UnlockOSThread: what the calls cost beyond the instruction"),
    "global_lock": (150, "Go 1.0: how long the one scheduler lock is held for each decision"),
    "preempt": (1_500, "signal, asyncPreempt and the way to the scheduler"),
    "timer": (40, "one expired timer"),
    "copy_word": (1, "per 8 words of memory or bytes of a string copied"),
    "grow_stack": (300, "morestack, newstack, and the way back, when a stack moves"),
    "grow_word": (11, "per 64 bytes copied when a stack moves, with the pointers in the frames"),
    "gc_stop": (1_500, "what the collector does while the world stands still, at each of its two stops"),
    "mark_word": (5, "per word read while marking (a tree of a million nodes: 6.1 in Go 1.22, 4.0 in 1.27)"),
    "stack_split": (120, "a new segment, before Go 1.3"),
    "stack_unsplit": (60, "back from a segment, before Go 1.3"),
    "print_byte": (2, "per byte written to standard output"),
}

#: ns, by instruction, where it is not 1.
INSTRUCTIONS: dict[str, int] = {
    "RACER": 8, "RACEW": 8, "RACEREL": 60, "RACEACQ": 60,
    "DIV": 6, "MOD": 6, "UDIV": 6, "UMOD": 6, "FDIV": 4, "FMATH": 8, "CALL": 2, "CALLC": 3, "CALLI": 3,
    "RET": 2, "GO": 55, "GOC": 55, "NEW": 20, "NEWS": 22, "NEWCOPY": 22, "MCOPY": 3, "MZERO": 3,
    "DEFER": 4, "DEFERC": 4, "DEFERRET": 2, "PANIC": 100, "RECOVER": 5, "GOEXIT": 50, "THROW": 100,
    "MKCHAN": 60, "SEND": 17, "RECV": 17, "CLOSE": 25, "CHLEN": 2, "CHCAP": 2,
    "SELECT": 30, "CASESEND": 10, "CASERECV": 10,
    "ALD": 1, "AST": 5, "XADD": 5, "XADD32": 5, "XCHG": 5, "CAS": 5,
    "SEMACQ": 15, "SEMREL": 10, "NLADD": 5, "NLWAIT": 15, "NLONE": 8, "NLALL": 8, "SPIN": 40,
    "SLEEP": 90, "GOSCHED": 18, "WORK": 0, "TMNEW": 30, "TMRESET": 60, "TMSTOP": 40,
    "SCAT": 30, "SCMP": 4, "SEQ": 3, "RUNE": 3, "NOW": 40, "RAND": 4, "STAT": 5, "EXIT": 100, "WRITE": 250,
}  # fmt: skip

#: Names for several instructions that change together: what a processor does in a fraction of a ns, calls.
GROUPS: dict[str, tuple[str, ...]] = {
    "plain": tuple(
        "LDI LDK MOV MOVN ADD SUB ADDI AND OR XOR ANDNOT NEG COM NOT EXT EQ NE LT LE ULT ULE JMP JZ JNZ JEQ "
        "JNE JLT JGE LD ST LDN STN GLD GST LDX STX IXA IXK BNDK SLCHK SHL SHR USHR RET".split()
    ),
    "call": ("CALL", "CALLC", "CALLI"),
}
NAMES: tuple[str, ...] = tuple(op.name for op in isa.OPS) + tuple(ACTIONS)
INDEX: dict[str, int] = {name: i for i, name in enumerate(NAMES)}


def cost_table(changes: Mapping[str, int] | None = None) -> NDArray[np.int64]:
    """The table as the kernel reads it.

    Parameters
    ----------
    changes : mapping of str to int, optional
        Costs in ns that replace the defaults, by name; the name of a group is for all in it.

    Returns
    -------
    ndarray of int64, shape (len(NAMES),)

    Raises
    ------
    ValueError
        For an unknown name, a negative cost, or a loop instruction without cost.

    Examples
    --------
    >>> from gosched_edu.kernel.costs import INDEX, cost_table
    >>> int(cost_table({"switch": 200})[INDEX["switch"]])
    200
    >>> [int(cost_table({"plain": 0, "MOV": 3})[INDEX[name]]) for name in ("LDI", "MOV", "LOOP")]
    [0, 3, 1]
    """
    table = np.array(
        [INSTRUCTIONS.get(op.name, 1) for op in isa.OPS] + [ns for ns, _ in ACTIONS.values()],
        np.int64,
    )
    for name, ns in (changes or {}).items():
        if name not in INDEX and name not in GROUPS:
            near = get_close_matches(name, [*NAMES, *GROUPS], 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"unknown cost {name!r}{hint} (known: {', '.join([*ACTIONS, *GROUPS])})")
        if not isinstance(ns, (int, np.integer)) or isinstance(ns, bool) or not 0 <= ns <= 10**9:
            raise ValueError(f"cost {name!r} must be whole ns from 0 to 10**9, got {ns!r}")
        if name in ("call", "LOOP", "LOOPLT", "LOOPNZ", "CALL", "CALLC", "CALLI", "DEFERRET") and ns < 1:
            raise ValueError(f"cost {name!r} must be at least 1 ns, or time would stand still")
        for one in GROUPS.get(name, (name,)):
            table[INDEX[one]] = ns
    for name, parts in PARTS.items():
        table[INDEX[name]] = sum(table[INDEX[part]] for part in parts)
    return table
