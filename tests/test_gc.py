"""The collector: what is reachable stays, the rest goes, and the scheduler sees Go's phases."""

from __future__ import annotations

import random

import numpy as np
import pytest
from asm import assemble, run
from bare import Bare
from hypothesis import given, settings
from hypothesis import strategies as st
from test_malloc import alloc

from gosched_edu.kernel import arena, collect, isa, malloc, mark
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.machine import Machine
from gosched_edu.kernel.state import DONE, RUNNING, SC


def events(m: Machine, *kinds: Kind) -> list[tuple[int, Kind, int, int, int, int]]:
    """(time, kind, reason, goid, arg, arg2)."""
    return [
        (int(r[0]), Kind(r[1] & 0xFF), int(r[1] >> 8 & 0xFF), int(r[2]), int(r[3]), int(r[4]))
        for r in m.records()
        if not kinds or r[1] & 0xFF in kinds
    ]


# --- reachability ----------------------------------------------------------------------------
def address(at: int) -> int:
    return isa.BASE + 8 * at


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 80), st.integers(1, 6))
def test_exactly_the_reachable_objects_survive(seed: int, n: int, rounds: int) -> None:
    """Random graphs, cycles included, with pointers to the inside of objects, against a search in Python."""
    rng = random.Random(seed)
    b = Bare(data=20)
    live: dict[int, tuple[int, int]] = {}
    for _ in range(rounds):
        for _ in range(n):
            words, noscan = rng.choice([1, 2, 3, 7, 40, 300, 2500]), int(rng.random() < 0.2)
            live[alloc(b, words, noscan)] = (words, noscan)
        objects = list(live)
        S = b.S
        edges: dict[int, list[int]] = {}
        for at, (words, noscan) in live.items():
            edges[at] = []
            for i in range(words):
                S.heap[at + i] = rng.choice([0, 7, -1, isa.BASE + 4, 2**62])  # no pointers
            for _ in range(min(words, rng.randrange(4))):
                to = rng.choice(objects)
                S.heap[at + rng.randrange(words)] = address(to + rng.randrange(live[to][0]))
            if not noscan:
                for i in range(words):
                    to = malloc.findobject(S, (S.heap[at + i] - isa.BASE) >> 3)
                    if to and (S.heap[at + i] - isa.BASE) % 8 == 0:
                        edges[at].append(to)
        roots = [rng.choice(objects) for _ in range(rng.randrange(3))]
        for i in range(1, 20):
            S.heap[i] = address(roots[i - 1]) if i <= len(roots) else 3
        want, todo = set(), list(roots)
        while todo:
            at = todo.pop()
            if at not in want:
                want.add(at)
                todo += edges[at]
        collect.markall(S, 0)
        assert collect.sweepall(S, 0, 0) == len(live) - len(want)
        live = {at: live[at] for at in want}
        for at in live:
            assert S.h_state[at] == malloc.ALIVE
        assert 8 * b.sc("MARK_LIVE") == b.sc("HEAP_LIVE")


@pytest.mark.parametrize("shape", ["list", "list, next first", "wide", "wide and deep"])
def test_the_mark_stack_may_overflow(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long lists and wide arrays are marked with a stack of 16 entries."""
    monkeypatch.setattr(mark, "MARK_STACK", 16)
    b = Bare(heap=64)
    n = 1500
    wide = alloc(b, n)
    nodes = [alloc(b, 3) for _ in range(n)]
    for i, at in enumerate(nodes):
        b.S.heap[wide + i] = address(at)
        if shape != "wide":
            b.S.heap[at + (shape != "list")] = address(nodes[(i + 1) % n])
            b.S.heap[at + 2] = address(nodes[(i * 7) % n])
    b.S.heap[1] = address(wide if "wide" in shape else nodes[0])
    collect.markall(b.S, 0)
    assert all(b.S.h_state[at] == malloc.MARKED for at in nodes)
    assert (b.S.h_state[wide] == malloc.MARKED) == ("wide" in shape)


# --- programs ---------------------------------------------------------------------------------
GARBAGE = """
func start
    LDI 2 {n}
again:
    NEW 3 100 0
    ST 3 0 2
    GST keep 3
    ADDI 2 2 -1
    LOOPNZ 2 again
    LD 4 3 0
    GST result 4
    RET
data keep 0
data result 0
"""

# a list that stays alive, two busy goroutines
ALIVE = """
func start
    GO busy 2 0
    GO busy 2 0
    LDI 2 {n}
again:
    NEW 3 6 0
    GLD 4 keep
    ST 3 1 4
    ST 3 0 2
    GST keep 3
    ADDI 2 2 -1
    LOOPNZ 2 again
    GLD 4 keep
    LDI 5 0
sum:
    LD 6 4 0
    ADD 5 5 6
    LD 4 4 1
    LOOPNZ 4 sum
    GST result 5
    RET
func busy
again:
    LDI 2 1000
    WORK 2
    LOOP again
data keep 0
data result 0
"""


def result(m: Machine) -> int:
    return int(m.state.arrays["heap"][m.state["DATA_END"] - 1])


def test_a_long_program_runs_in_bounded_memory() -> None:
    m = run(GARBAGE.format(n=100_000), trace="off", jit=True)
    assert m.status == DONE
    assert m.state["TOTAL_ALLOC"] == 100_000 * 128 * 8
    assert m.state["HEAP_TOP"] * 8 < 6 << 20  # 4 MB and what is allocated while marking
    assert m.state["GC_CYCLES"] >= 24


@pytest.mark.parametrize("procs", [1, 2, 4, 6])
def test_what_is_alive_keeps_its_contents(procs: int) -> None:
    m = run(ALIVE.format(n=12_000), procs=procs, gogc=3)
    assert m.status == DONE
    assert m.state["GC_CYCLES"] >= 3
    assert result(m) == 12_000 * 12_001 // 2


@pytest.mark.parametrize("procs", [1, 2, 3, 4])
def test_compiled_and_plain_kernel_agree(procs: int) -> None:
    runs = [run(ALIVE.format(n=8_000), procs=procs, gogc=2, seed=3, jit=jit) for jit in (False, True)]
    assert np.array_equal(runs[0].records(), runs[1].records())
    assert runs[0].state["GC_CYCLES"] > 3


def test_a_run_in_many_slices_is_the_same() -> None:
    whole = run(ALIVE.format(n=8_000), procs=3, gogc=2)
    m = Machine(assemble(ALIVE.format(n=8_000)), procs=3, gogc=2, jit=False)
    until = 0
    while m.status == RUNNING:
        until += 10_007
        m.run(until=until)
    assert np.array_equal(m.records(), whole.records())


def test_phases_and_pauses() -> None:
    """Each cycle: begin, world stopped, marking beside the program, world stopped, swept, end."""
    m = run(ALIVE.format(n=12_000), procs=4, gogc=10)
    stops = {int(Reason.STW_GC_SWEEP_TERM): "sweep", int(Reason.STW_GC_MARK_TERM): "mark"}
    seen = []
    for _, kind, reason, *_ in events(m):
        if kind.name.startswith("STW"):
            seen.append(f"{kind.name} {stops[reason]}")
        elif kind in (Kind.GC_BEGIN, Kind.GC_MARK_BEGIN, Kind.GC_MARK_DONE, Kind.GC_SWEEP, Kind.GC_END):
            seen.append(kind.name)
    cycle = [
        "GC_BEGIN", "STW_BEGIN sweep", "STW_STOPPED sweep", "GC_MARK_BEGIN", "STW_END sweep",
        "GC_MARK_DONE", "STW_BEGIN mark", "STW_STOPPED mark", "GC_SWEEP", "GC_END", "STW_END mark",
    ]  # fmt: skip
    n = m.state["GC_CYCLES"]
    assert seen[: n * len(cycle)] == cycle * n
    running: dict[int, int] = {}
    stopped = False
    for _, kind, _, goid, *_ in events(m):
        if kind == Kind.GO_START:
            assert not stopped
            running[goid] = 1
        elif kind in (Kind.GO_STOP, Kind.GO_BLOCK, Kind.GO_EXIT):
            running.pop(goid)
        elif kind == Kind.STW_STOPPED:
            assert len(running) <= 1  # who stopped it
            stopped = True
        elif kind == Kind.STW_END:
            stopped = False


@pytest.mark.parametrize(("procs", "kind"), [(1, Reason.GC_FRACTIONAL), (4, Reason.GC_DEDICATED)])
def test_workers_take_a_quarter(procs: int, kind: Reason) -> None:
    """All Ps are busy and nobody allocates: marking has 25 % of the processors, give or take a slice."""
    spin = "\n".join(["    GO busy 2 0"] * procs)
    text = f"""
func start
    LDK 2 =400000
    NEWS 3 2 1*1
    LDI 5 0
fill:
    NEW 6 30 0
    IXK 7 3 5*1
    ST 7 0 6
    ADDI 5 5 1
    LDI 8 8000
    LOOPLT 5 8 fill
    GST keep 3
{spin}
    GC
    RET
func busy
again:
    LDI 2 1000
    WORK 2
    LOOP again
data keep 0
"""
    text = text.replace("NEWS 3 2 1*1", "NEWS 3 2 65536")
    m = run(text, procs=procs, gogc=-1, jit=True, costs={"mark_word": 200})
    begin = next(e[0] for e in events(m, Kind.GC_MARK_BEGIN))
    end = next(e[0] for e in events(m, Kind.GC_MARK_DONE))
    busy, started = 0, {}
    kinds = set()
    for t, k, reason, goid, *_ in events(m):
        if k == Kind.GO_START and reason in (Reason.GC_DEDICATED, Reason.GC_FRACTIONAL, Reason.GC_IDLE):
            started[goid] = t
            kinds.add(reason)
        elif k in (Kind.GO_BLOCK, Kind.GO_STOP, Kind.GC_MARK_DONE) and goid in started:
            busy += t - started.pop(goid)
    share = busy / (end - begin) / procs
    assert kinds == {kind}
    assert 0.2 < share < 0.33
    # busy goroutines are preempted by sysmon only: the fractional worker comes at their slices' ends


def test_call_free_loops_hold_up_the_world_until_1_13() -> None:
    for version, cycles in (("1.13", 0), ("1.14", 1)):
        m = Machine(assemble(ALIVE.format(n=12_000)), procs=4, version=version, gogc=10, jit=False)
        m.run(until=8_000_000)
        assert (m.state["GC_CYCLES"] > 0) == (cycles > 0)
        assert (m.state["STW"] == 1) == (cycles == 0)


def test_before_1_5_the_world_stands_still_for_all_of_it() -> None:
    text = GARBAGE.format(n=4000)
    old, new = run(text, version="1.4", gogc=10), run(text, version="1.5", gogc=10)
    assert old.state["GC_CYCLES"] == new.state["GC_CYCLES"] >= 3
    assert not events(old, Kind.GC_MARK_BEGIN) and not events(old, Kind.GO_CREATE_BLOCKED)[1:]
    assert events(new, Kind.GC_MARK_BEGIN)


def test_no_collections_when_off() -> None:
    m = run(GARBAGE.format(n=6000), gogc=-1, trace="off", jit=True)
    assert m.state["GC_CYCLES"] == 0 and m.state["HEAP_LIVE"] == 6000 * 1024


def test_set_gc_percent() -> None:
    text = GARBAGE.format(n=4000).replace("LDI 2 4000", "LDI 5 10\n    GCPCT 6 5\n    LDI 2 4000")
    assert run(text).state["GC_CYCLES"] >= 3
    assert run(text.replace("LDI 5 10", "LDI 5 -7"), gogc=10).state["GC_CYCLES"] == 0


def test_runtime_gc_frees_everything_unreachable() -> None:
    text = """
func start
    LDI 2 50
again:
    NEW 3 10 0
    MKCHAN 4 2 3
    LDI 5 0
    TMNEW 5 4 0
    ADDI 2 2 -1
    LOOPNZ 2 again
    NEW 3 10 0
    GST keep 3
    LDI 2 1
    MKCHAN 4 2 3
    ST 3 4 4
    LDI 3 0
    LDI 4 0
    LDI 5 0
    GC
    STAT 2 5
    GST result 2
    RET
data keep 0
data result 0
"""
    m = run(text, procs=2)
    assert result(m) == 2  # the object kept, and the buffer of the channel that it holds
    assert int((m.state.arrays["c_live"] == 1).sum()) == 1
    assert int((m.state.arrays["t_live"] == 1).sum()) == 0
    assert m.state["GC_CYCLES"] == 1
    waits = [e for e in events(m, Kind.GO_BLOCK) if e[2] == Reason.WAIT_FOR_GC_CYCLE]
    assert len(waits) == 1


def test_two_goroutines_call_runtime_gc_at_once() -> None:
    """Each gets a cycle that began after its call; a cycle may serve several."""
    text = """
func start
    GO other 2 0
    GO other 2 0
    GC
    LDK 2 =10000000
    SLEEP 2
    GLD 3 count
    GST result 3
    RET
func other
    GC
    GLD 2 count
    ADDI 2 2 1
    GST count 2
    RET
data count 0
data result 0
"""
    m = run(text, procs=4)
    assert m.status == DONE and result(m) == 2
    assert 2 <= m.state["GC_CYCLES"] <= 3


def test_a_collection_is_forced_after_two_minutes() -> None:
    text = """
func start
    LDI 2 130
again:
    LDK 3 =1000000000
    SLEEP 3
    ADDI 2 2 -1
    LOOPNZ 2 again
    RET
"""
    m = run(text, procs=2)
    begins = events(m, Kind.GC_BEGIN)
    assert [e[2] for e in begins] == [Reason.GC_TRIGGER_TIME]
    assert 120 <= begins[0][0] / 1e9 < 122


def test_assists_pay_for_allocation_while_marking() -> None:
    """With expensive marking the allocating goroutine itself must mark, and the heap stays near its goal."""
    m = run(ALIVE.format(n=12_000), procs=1, gogc=10, costs={"mark_word": 100})
    assert events(m, Kind.GC_ASSIST_BEGIN)
    goal = arena.MIN_HEAP // 10
    for _, kind, _, _, arg, arg2 in events(m, Kind.GC_MARK_DONE, Kind.GC_GOAL, Kind.GC_END):
        if kind == Kind.GC_GOAL:
            goal = arg
        if kind == Kind.GC_END:
            assert arg2 <= goal * 1.1


# --- stacks at a collection -----------------------------------------------------------------------
SHRINK = """
func start
    LDI 2 0
    MKCHAN 3 2 1
    GST ch 3
    GO deepone 4 0
    LDK 4 =1000000
    SLEEP 4
    GC
    GC
    GC
    LDI 5 77
    SEND 3 5 1
    LDK 4 =1000000
    SLEEP 4
    RET
func deepone bytes=100
    LDI 4 60
    CALL deep 2
    GLD 2 ch
    RECV 3 2 (1,ok)
    ADD 3 3 4
    GST result 3
    RET
func deep args=1 results=1 bytes=100
    LDI 5 0
    JZ 2 done
    ADDI 5 2 -1
    CALL deep 3
done:
    NOW 5
    RET
data ch 0
data result 0
"""


def test_shrinking_halves_once_per_cycle_and_moves_what_points_into_the_stack() -> None:
    m = run(SHRINK, version="1.22")
    grows = [e[4:] for e in events(m, Kind.STACK_GROW)]
    shrinks = [e[4:] for e in events(m, Kind.STACK_SHRINK)]
    assert grows == [(2048, 4096), (4096, 8192)]
    assert shrinks == [(8192, 4096), (4096, 2048)][: len(shrinks)]
    assert shrinks[0] == (8192, 4096)
    assert result(m) == 78  # the value arrived in the frame that had moved


def test_new_stacks_have_the_average_size_from_1_19_on() -> None:
    for version, start in (("1.18", 2048), ("1.19", 8192)):
        text = SHRINK.replace("func deepone bytes=100", "func deepone bytes=15000")
        m = run(text, version=version)
        assert m.state["STACK_START"] == start


def test_the_mark_stack_is_large_enough_for_the_tables() -> None:
    assert arena.MARK_STACK == len(arena.tables()["mark"]) > mark.PIECE
    assert SC["MARK_N"] != SC["MARK_LOST"]
