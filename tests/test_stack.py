"""Stacks: the same sizes and the same moves as real Go, and the words are where they should be."""

from __future__ import annotations

import pytest
from asm import assemble, run

from gosched_edu import go
from gosched_edu.kernel.dump import goroutines
from gosched_edu.kernel.events import Kind
from gosched_edu.kernel.machine import Budget, Machine
from gosched_edu.kernel.state import DONE, FAULTED

# exp/stack of real Go 1.21, 1.22, 1.27: deep has a frame of 72 + 8 + 8 bytes, the goroutine's function one of
# 40 + 8 + 8 (go tool objdump); the stack moved at these depths
REAL_DEPTHS = [12, 35, 82, 175, 361, 734, 1478, 2968, 5947, 11904]

DEEP = """
func start bytes=80
    GO main.func1 2 0
    LDK 2 =1000000000
    SLEEP 2
    RET
func main.func1 bytes=56
    LDI 4 {depth}
    CALL main.deep 2
    GST result 4
    RET
func main.deep args=1 results=1 bytes={bytes}
    STR 3 dot
    LDI 5 1
    WRITE 5 3
    JNZ 2 more
    LDI 2 0
    RET
more:
    ADDI 8 2 -1
    CALL main.deep 6
    ADDI 2 8 1
    RET
string dot "."
data result 0
"""


def stack_events(m: Machine) -> list[tuple[Kind, int, int]]:
    """(kind, arg, arg2) of the events about stacks."""
    kinds = {Kind.STACK_GROW, Kind.STACK_SHRINK, Kind.STACK_SPLIT, Kind.STACK_UNSPLIT}
    return [(Kind(r[1] & 0xFF), int(r[3]), int(r[4])) for r in m.records() if r[1] & 0xFF in kinds]


def move_depths(m: Machine) -> list[int]:
    """How many calls had been entered when the stack moved."""
    depth, out = 0, []
    for r in m.records().tolist():
        kind = r[1] & 0xFF
        depth += kind == Kind.OUTPUT
        if kind == Kind.STACK_GROW:
            out.append(depth)
    return out


@pytest.mark.parametrize("version", ["1.21", "1.22", "1.27"])
def test_the_ten_depths_of_real_go(version: str) -> None:
    m = run(DEEP.format(depth=12_000, bytes=88), version=version)
    assert m.status == DONE
    assert move_depths(m) == REAL_DEPTHS
    assert stack_events(m) == [(Kind.STACK_GROW, 2048 << k, 4096 << k) for k in range(10)]
    assert m.state.arrays["heap"][m.state["DATA_END"] - 1] == 12_000  # each frame survived ten moves


def test_a_large_frame_skips_sizes() -> None:
    """newstack doubles until the frame fits (here 20000 bytes: from 2 KB straight to 32 KB)."""
    m = run(DEEP.format(depth=0, bytes=20_000))
    assert stack_events(m) == [(Kind.STACK_GROW, 2048, 32768)]


@pytest.mark.parametrize(("bytes_", "grows"), [(8 + 128, 0), (8 + 1151, 0), (8 + 1152, 1)])
def test_small_frames_may_use_the_guard(bytes_: int, grows: int) -> None:
    """SP - (frame - 128) <= stackguard: 2048 - 928 - 88 - 8 = 1024 bytes are left and 128 of the guard."""
    text = DEEP.replace("bytes={bytes}", f"bytes={bytes_}").format(depth=0)
    assert len(stack_events(run(text))) == grows


def test_stack_overflow() -> None:
    m = run(DEEP.format(depth=100_000, bytes=8000), budget=Budget(stack=1 << 24))
    assert m.status == FAULTED
    assert stack_events(m)[-1] == (Kind.STACK_GROW, 1 << 23, 1 << 24)


def test_leaf_functions_have_no_check() -> None:
    """A leaf with a small frame runs in the guard; one with a large frame does not."""
    text = """
func start bytes=1000
    CALL leaf 2
    RET
func leaf bytes={0}
    LDI 2 1
    RET
"""
    assert stack_events(run(text.format(100))) == []
    assert stack_events(run(text.format(600))) == [(Kind.STACK_GROW, 2048, 4096)]


@pytest.mark.parametrize(("version", "start"), [("1.1", 4096), ("1.2", 8192), ("1.3", 8192), ("1.4", 2048)])
def test_start_sizes_by_version(version: str, start: int) -> None:
    m = run(DEEP.format(depth=1, bytes=88), version=version)
    assert m.state["STACK_START"] == start


HOT_SPLIT = """
func start bytes={edge}
    LDI 2 10
again:
    CALL main.small 3
    ADDI 2 2 -1
    LOOPNZ 2 again
    RET
func main.small bytes=200
    NOW 2
    RET
"""


def test_hot_split() -> None:
    """Before 1.3 a call at the edge of a segment in a loop pays each time; after, once."""
    old = run(HOT_SPLIT.format(edge=8000), version="1.2")
    assert [k for k, _, _ in stack_events(old)] == [Kind.STACK_SPLIT, Kind.STACK_UNSPLIT] * 10
    new = run(HOT_SPLIT.format(edge=8000), version="1.3")
    assert [k for k, _, _ in stack_events(new)] == [Kind.STACK_GROW]
    assert old.state["STACK_INUSE"] == 8192
    assert new.state["NOW"] < old.state["NOW"]


def test_segments_of_a_deep_recursion_are_all_freed() -> None:
    m = run(DEEP.format(depth=1000, bytes=88), version="1.2")
    events = stack_events(m)
    assert len(events) == 2 * sum(k == Kind.STACK_SPLIT for k, _, _ in events) > 10
    assert m.state["STACK_INUSE"] == 3 * 8192  # main's, the dead goroutine's, that of the timers


def test_dead_goroutines_keep_only_standard_stacks() -> None:
    m = run(DEEP.format(depth=100, bytes=88))
    assert m.state["STACK_INUSE"] == 2048  # main's; the other's was 16 KB
    shallow = run(DEEP.format(depth=1, bytes=88))
    assert shallow.state["STACK_INUSE"] == 4096


def test_used_bytes_are_those_of_the_frames() -> None:
    """g_used, kept by CALL and RET, equals a walk over the frames, wherever the run is stopped."""
    from gosched_edu.kernel.stack import usedbytes
    from gosched_edu.kernel.state import PlainState

    m = Machine(assemble(DEEP.format(depth=40, bytes=88)), procs=1, jit=False)
    for until in range(0, 60_000, 977):
        m.run(until=until)
        s = PlainState(m.state.arrays)
        for g in range(m.state["NG"]):
            if s.g_status[g] in (1, 2, 4):
                assert s.g_used[g] == usedbytes(s, g, s.g_pc[g], s.g_fp[g])


GO = """package main

//frame 88
func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + 1
}

//frame 56
func start(done chan int) { done <- deep(12000) }

func main() {
	done := make(chan int)
	go start(done)
	<-done
}
"""


def test_the_depths_of_a_go_program() -> None:
    """The same with Go source: at each move so many calls of deep are on the stack."""
    image = go.compile(GO)
    whole = go.run(image)
    times = [int(r[0]) for r in whole.machine.records() if r[1] & 0xFF == Kind.STACK_GROW]
    m = go.machine(image)
    depths = []
    for time in times:
        m.run(until=time - 1)
        depths.append(max(len(g.frames) for g in goroutines(m)) - 1)
    assert depths == REAL_DEPTHS
