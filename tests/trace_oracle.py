"""Hand-made traces, and Go's own reader as a judge of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.realgo import Toolchain
from gosched_edu.realgo.runner import build_env
from gosched_edu.trace.trace import Trace

K, R = Kind, Reason

#: time, kind, g, p, m, arg, reason, line
Row = tuple[int, Kind, int, int, int, int, Reason, int]


def make_trace(rows: Sequence[Row], procs: int = 2) -> Trace:
    table = np.array([[int(value) for value in row] for row in rows], dtype=np.int64)
    time, kind, g, p, m, arg, reason, line = table.T

    def small(column: np.ndarray) -> np.ndarray:
        return column.astype(np.int32)

    return Trace(
        time=time, kind=small(kind), g=small(g), p=small(p), m=small(m), arg=arg,
        arg2=np.full(len(rows), -1), line=small(line), reason=small(reason),
        func=np.where(line > 20, 1, np.where(line > 0, 0, -1)).astype(np.int32),
        functions=("main.main", "main.worker"), procs=procs, end=int(time.max()),
    )  # fmt: skip


def boot(procs: int) -> list[Row]:
    """How every run begins: M0 takes P0 and starts main."""
    return [
        (0, K.PROCS, -1, -1, -1, procs, R.NONE, 0),
        (0, K.GO_CREATE, 1, 0, 0, 0, R.LOCAL_QUEUE, 3),
        (0, K.PROC_START, -1, 0, 0, 0, R.BOOT, 0),
        (10, K.GO_START, 1, 0, 0, -1, R.RUNNEXT, 3),
    ]


#: Wake-ups on another P, a steal, preemption, a timer without a P; M1's clock runs behind.
STORY: list[Row] = [
    *boot(2),
    (100, K.GO_CREATE, 2, 0, 0, 1, R.RUNNEXT, 5),
    (110, K.GO_CREATE, 3, 0, 0, 1, R.RUNNEXT, 5),
    (120, K.PROC_START, -1, 1, 1, 1, R.WAKEP, 0),
    (125, K.STEAL, -1, 1, 1, 0, R.NONE, 0),
    (130, K.GO_START, 2, 1, 1, 0, R.STOLEN, 21),
    (131, K.SPIN_STOP, -1, 1, 1, 1, R.NONE, 0),
    (140, K.GO_BLOCK, 2, 1, 1, 7, R.CHAN_RECEIVE, 23),
    (150, K.GO_BLOCK, 1, 0, 0, 5_000, R.SLEEP, 8),
    (155, K.GO_START, 3, 0, 0, -1, R.RUNNEXT, 21),
    (160, K.PROC_STOP, -1, 1, 1, -1, R.NONE, 0),
    (5_000, K.GO_UNBLOCK, 1, -1, -1, 0, R.GLOBAL_QUEUE, 0),
    (5_010, K.PROC_START, -1, 1, 1, 0, R.TIMER, 0),
    (5_020, K.GO_START, 1, 1, 1, -1, R.GLOBAL_QUEUE, 8),
    (20_000_000, K.PREEMPT_REQUEST, 3, 0, -1, 10_000_000, R.SYSMON, 0),
    (20_000_100, K.GO_STOP, 3, 0, 0, -1, R.PREEMPTED, 25),
    (20_000_200, K.GO_START, 3, 0, 0, -1, R.GLOBAL_QUEUE, 25),
    (20_000_300, K.CHAN_SEND, 3, 0, 0, 7, R.HANDED_OVER, 26),
    (20_000_310, K.GO_UNBLOCK, 2, 0, 0, 3, R.RUNNEXT, 26),
    (20_000_320, K.GO_EXIT, 3, 0, 0, -1, R.NONE, 27),
    (20_000_330, K.GO_START, 2, 0, 0, -1, R.RUNNEXT, 23),
    (20_000_305, K.GO_STOP, 1, 1, 1, -1, R.GOSCHED, 9),
    (20_000_315, K.GO_START, 1, 1, 1, -1, R.GLOBAL_QUEUE, 9),
    (20_000_340, K.GO_BLOCK, 2, 0, 0, 64, R.WAITGROUP_WAIT, 28),
    (20_000_350, K.GO_UNBLOCK, 2, 1, 1, 1, R.RUNNEXT, 10),
    (20_000_360, K.GO_START, 2, 0, 0, -1, R.STOLEN_RUNNEXT, 28),
    (20_000_400, K.GO_EXIT, 1, 1, 1, -1, R.NONE, 11),
]


@cache
def _trace_tool(go: Toolchain) -> str:
    """The reader's own program: newer toolchains build it on first use, and look again each time."""
    subprocess.run([go.path, "tool", "trace", "-h"], env=build_env(go), capture_output=True, timeout=900)
    done = subprocess.run(
        [go.path, "tool", "-n", "trace"], env=build_env(go), capture_output=True, text=True,
        timeout=900, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def go_tool_trace(go: Toolchain, file: Path) -> tuple[int, str]:
    """Exit code and text of Go's own reader; it replays all events against its state machine."""
    flag = "-d=parsed" if go.number >= (1, 24) else "-d=1"
    done = subprocess.run(
        [_trace_tool(go), flag, file], env=build_env(go), capture_output=True,
        text=True, timeout=900,
    )  # fmt: skip
    return done.returncode, done.stdout if done.returncode == 0 else done.stdout + done.stderr


_TRANSITION = re.compile(
    r"^M=.* StateTransition Time=(\d+) .*GoID=(\d+) (\w+)->(\w+)", re.MULTILINE
)

_STATE = {
    K.GO_CREATE: "Runnable", K.GO_START: "Running", K.GO_STOP: "Runnable",
    K.GO_BLOCK: "Waiting", K.GO_UNBLOCK: "Runnable", K.GO_EXIT: "NotExist",
    K.GO_SYSCALL_END_BLOCKED: "Runnable",
}  # fmt: skip


def official_transitions(text: str) -> list[tuple[int, str]]:
    """(goroutine, new state) in the order of Go's reader.

    Left out are system calls (a goroutine in one still runs, for us) and what a goroutine was
    when it was first met.
    """
    return [
        (int(g), new) for _, g, old, new in _TRANSITION.findall(text)
        if new != "Syscall" and (old, new) != ("Syscall", "Running")
        and old != "Undetermined" and (old, new) != ("NotExist", "Waiting") and old != new
    ]  # fmt: skip


def our_transitions(trace: Trace) -> list[tuple[int, str]]:
    """The same of a trace that was read."""
    texts = trace.meta.get("reason_text", {})
    assert isinstance(texts, dict)
    out, skip = [], False
    for event in trace:
        if skip or event.kind not in _STATE:
            skip = False
            continue
        if event.kind == K.GO_CREATE:
            # Of one that was there before, or is born waiting, the next row of the same moment
            # says in which state it is.
            last = event.row + 1 == len(trace)
            after = event if last else trace[event.row + 1]
            there = event.p < 0 and after.time == event.time
            skip = after.g == event.g and (after.m < 0 or there) and not last
            if skip or event.p < 0:
                continue
        if not (event.kind == K.GO_BLOCK and texts.get(event.row) == "syscall"):
            out.append((event.g, _STATE[event.kind]))
    return out


def by_goroutine(transitions: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    """What each goroutine went through: the same in any legal order of one run."""
    out: dict[int, list[str]] = {}
    for g, state in transitions:
        out.setdefault(g, []).append(state)
    return out
