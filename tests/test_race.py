"""The race detector, against a search for unordered accesses by the rules of the Go memory model."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import combinations
from typing import Any

import pytest
from asm import run
from hypothesis import given, settings
from hypothesis import strategies as st
from race_programs import PROGRAMS

from gosched_edu import go
from gosched_edu.kernel import isa, ops
from gosched_edu.kernel.events import Kind
from gosched_edu.kernel.machine import Budget
from gosched_edu.kernel.races import happens_before, races, report

WRITE = """
    LDK 4 &x
    RACEW 4 1
    LDI 5 1
    ST 4 0 5
"""
READ = """
    LDK 4 &x
    RACER 4 1
    LD 5 4 0
"""
TAIL = """
data x 0
data ch 0
data sema 0
data flag 0
"""


def two(first: str, second: str, setup: str = "") -> str:
    """main runs `setup`, starts a goroutine that runs `second`, and runs `first`."""
    return f"""
func start
{setup}
    GO other 8 0
{first}
    LDK 2 =100000000
    SLEEP 2
    RET
func other
{second}
    RET
{TAIL}"""


MAKE0 = "    LDI 2 0\n    MKCHAN 3 2 1\n    GST ch 3\n"
MAKE1 = MAKE0.replace("LDI 2 0", "LDI 2 1")
SEND = "    GLD 3 ch\n    LDI 2 7\n    SEND 3 2 1\n"
RECV = "    GLD 3 ch\n    RECV 2 3 (1)\n"
CLOSE = "    GLD 3 ch\n    CLOSE 3\n"
LOCK = "    LDK 6 &sema\n    LDI 7 0\n    SEMACQ 6 7 0\n    RACEACQ 6\n"
UNLOCK = "    LDK 6 &sema\n    LDI 7 0\n    RACEREL 6\n    SEMREL 6 7\n"
SET = "    LDK 6 &flag\n    LDI 7 1\n    AST 6 7\n"
SPIN = "spin:\n    LDK 6 &flag\n    ALD 7 6\n    GOSCHED\n    JNZ 7 on\n    LOOP spin\non:\n"
UNLOCKED = "    LDI 2 1\n    GST sema 2\n"

NAP = "    LDK 2 =10000000\n    SLEEP 2\n"

LITMUS = [
    # name, program, racy
    ("two writes", two(WRITE, WRITE), True),
    ("write and read", two(READ, WRITE), True),
    ("two reads", two(READ, READ), False),
    ("go statement", two("", WRITE, WRITE), False),
    ("exit orders nothing", two("    LDK 2 =1000\n    SLEEP 2\n" + WRITE, WRITE), True),
    ("send before receive", two(WRITE + SEND, RECV + READ, MAKE1), False),
    ("unbuffered receive before the send is complete", two(SEND + READ, WRITE + RECV, MAKE0), False),
    ("buffered receive does not order", two(SEND + READ, WRITE + RECV, MAKE1), True),
    ("k-th receive before the k+C-th send", two(SEND + SEND + READ, WRITE + RECV, MAKE1), False),
    ("a receive does not order the next receive",
     two(SEND + NAP + SEND, WRITE + RECV, MAKE1 + "    GO third 8 0\n")
     + "func third\n" + NAP + NAP + RECV + READ + "    RET\n", True),
    ("close before receive", two(WRITE + CLOSE, RECV + READ, MAKE0), False),
    ("after the close", two(CLOSE + WRITE, RECV + READ, MAKE0), True),
    ("lock", two(LOCK + WRITE + UNLOCK, LOCK + WRITE + UNLOCK, UNLOCKED), False),
    ("lock forgotten", two(LOCK + WRITE + UNLOCK, WRITE, UNLOCKED), True),
    ("atomic flag", two(WRITE + SET, SPIN + READ), False),
    ("atomic flag, wrong order", two(SET + WRITE, SPIN + READ), True),
    ("atomic and plain", two("    LDK 6 &x\n    LDI 7 1\n    AST 6 7\n", READ), True),
    ("atomic and atomic", two("    LDK 6 &x\n    LDI 7 1\n    AST 6 7\n",
                              "    LDK 6 &x\n    ALD 7 6\n"), False),
]  # fmt: skip


@pytest.mark.parametrize(("program", "racy"), [x[1:] for x in LITMUS], ids=[x[0] for x in LITMUS])
@pytest.mark.parametrize("procs", [1, 2])
def test_litmus(program: str, racy: bool, procs: int) -> None:
    m = run(program, race=True, procs=procs, budget=Budget(seconds=60))
    found = races(m)
    assert bool(found) == racy
    assert len(found) <= 1


def test_off_is_off() -> None:
    m = run(two(WRITE, WRITE))
    assert not races(m) and report(m) == ""
    assert len(m.state.arrays["sh_w"]) == len(m.state.arrays["vc"]) == 1


def test_a_report_names_both_places() -> None:
    text = two("    CALL helper 8\n", WRITE) + f"func helper\n{READ}\n    RET\n"
    m = run(text, race=True)
    (race,) = races(m)
    lines = text.splitlines()
    assert race.address == isa.BASE + 8 * (m.state["DATA_END"] - 4)
    both = {(a.write, a.goid): a for a in (race.now, race.before)}
    assert set(both) == {(True, 2), (False, 1)}
    assert "RACER" in lines[both[False, 1].frames[0].line - 1]
    assert "RACEW" in lines[both[True, 2].frames[0].line - 1]
    assert both[True, 2].frames[0].function == "other"
    out = report(m)
    assert out.startswith("==================\nWARNING: DATA RACE\n") and "Found 1 data race(s)" in out
    if race.now.goid == 1:
        assert [f.function for f in race.now.frames] == ["helper", "start"]


def test_fresh_memory_has_no_history() -> None:
    """An address that is used again for a new object does not race with the old one."""
    text = """
func start
    NEW 4 3 0
    RACEW 4 1
    LDI 4 0
    GC
    GO other 8 0
    LDK 2 =1000000
    SLEEP 2
    RET
func other
    NEW 4 3 0
    RACEW 4 1
    RET
"""
    m = run(text, race=True)
    assert m.state["NFREE"] >= 1 and not races(m)


def test_many_goroutines() -> None:
    """Clocks grow with the goroutines, and dead goroutines' columns are used again."""
    text = f"""
func start
{MAKE0}
    LDI 10 500
again:
    GO other 12 0
    ADDI 10 10 -1
    LOOPNZ 10 again
    LDI 10 500
more:
{RECV}
    ADDI 10 10 -1
    LOOPNZ 10 more
    LDI 10 300
third:
    GO other 12 0
{RECV}
    ADDI 10 10 -1
    LOOPNZ 10 third
{WRITE}
    RET
func other
{READ}
{SEND}
    RET
{TAIL}"""
    m = run(text, race=True, trace="off")
    assert not races(m)
    assert 500 < m.state["NTID"] <= 600 and m.state["VC_WIDTH"] >= 512


# --- against the memory model ------------------------------------------------------------------
class Model:
    """The happens-before relation of a run, built from its operations by the rules of go.dev/ref/mem."""

    def __init__(self) -> None:
        self.edges: dict[int, set[int]] = defaultdict(set)
        self.last: dict[int, int] = {}
        self.n = 0

    def step(self, goid: int) -> int:
        """The next operation of a goroutine, after its last one."""
        self.n += 1
        if goid in self.last:
            self.edges[self.last[goid]].add(self.n)
        self.last[goid] = self.n
        return self.n

    def before(self, a: int, b: int) -> bool:
        seen, todo = {a}, [a]
        while todo:
            x = todo.pop()
            if x == b:
                return True
            new = self.edges[x] - seen
            seen |= new
            todo += new
        return False


def model_of(m: Any, accesses: dict[tuple[int, int], list[Any]], caps: list[int]) -> set[tuple[int, int]]:
    """Pairs of pcs of conflicting accesses that nothing orders.

    A channel operation has two points, its start and its completion: the k-th send's start is before
    the k-th receive's completion, the k-th receive's start before the (k+C)-th send's completion.
    """
    model = Model()
    seen: list[tuple[int, int, int, bool]] = []  # node, word, pc, write
    sends, recvs = defaultdict(list), defaultdict(list)
    for r in m.records().tolist():
        kind, goid = r[1] & 0xFF, r[2]
        if kind == Kind.GO_CREATE and r[3] > 0:
            model.edges[model.step(r[3])].add(model.step(goid))
        elif kind in (Kind.CHAN_SEND, Kind.CHAN_RECV):
            (sends if kind == Kind.CHAN_SEND else recvs)[r[3]].append((model.step(goid), model.step(goid)))
        elif kind == Kind.ERROUTPUT:
            word, pc, write = accesses[goid, r[4]].pop(0)
            seen.append((model.step(goid), word, pc, write))
    for c, cap in enumerate(caps, 1):
        for k, (start, _) in enumerate(sends[c]):
            if k < len(recvs[c]):
                model.edges[start].add(recvs[c][k][1])
        for k, (start, _) in enumerate(recvs[c]):
            if k + cap < len(sends[c]):
                model.edges[start].add(sends[c][k + cap][1])
    racy = set()
    for (a, wa, pa, xa), (b, wb, pb, xb) in combinations(seen, 2):
        if wa == wb and (xa or xb) and not model.before(a, b) and not model.before(b, a):
            racy.add((min(pa, pb), max(pa, pb)))
    return racy


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(1, 2))
def test_random_programs(seed: int, goroutines: int, procs: int) -> None:
    """Every reported pair is unordered; every variable with an unordered pair is reported."""
    rng = random.Random(seed)
    caps = [rng.randrange(3) for _ in range(2)]
    names = ["v0", "v1", "v2"]
    bodies = []
    for _ in range(goroutines):
        body = []
        for _ in range(rng.randrange(2, 9)):
            what = rng.randrange(4)
            if what < 2:
                # a mark in the log (a write of one byte) says when the access was
                op = rng.choice(["RACER", "RACEW"])
                body.append(f"    LDK 4 &{rng.choice(names)}\n    {op} 4 1\n    WRITE 5 6\n")
            else:
                op = "SEND 3 2 1" if what == 2 else "RECV 2 3 (1)"
                body.append(f"    GLD 3 ch{rng.randrange(2)}\n    {op}\n")
        bodies.append("".join(body))
    head = "    LDI 2 0\n    LDI 5 2\n    STR 6 dot\n"
    text = "func start\n" + head
    for i, cap in enumerate(caps):
        text += f"    LDI 10 {cap}\n    MKCHAN 11 10 1\n    GST ch{i} 11\n"
    text += "".join(f"    GO g{i} 12 0\n" for i in range(1, goroutines))
    text += bodies[0] + "    LDK 2 =1000000\n    SLEEP 2\n    RET\n"
    for i in range(1, goroutines):
        text += f"func g{i}\n{head}{bodies[i]}    RET\n"
    text += "data ch0 0\ndata ch1 0\nstring dot \".\"\n" + "".join(f"data {n} 0\n" for n in names)

    accesses: dict[tuple[int, int], list[Any]] = defaultdict(list)
    plain = ops.op_race

    def spy(S: Any, t: int, p: int, g: int, pc: int, fp: int, op: int, a: int, b: int, c: int) -> int:
        status = plain(S, t, p, g, pc, fp, op, a, b, c)
        if status == 0:
            word = (S.stk[fp + a] - isa.BASE) >> 3
            accesses[S.g_goid[g], 1].append((word, pc, op == isa.BY_NAME["RACEW"].code))
        return int(status)

    ops.op_race = spy
    try:
        m = run(text, race=True, procs=procs, seed=rng.randrange(100))
    finally:
        ops.op_race = plain
    want = model_of(m, accesses, caps)
    rows = m.state.arrays["r_report"].reshape(-1, 16)[: m.state["NRACES"]]
    got = {(min(int(r[0]), int(r[1])), max(int(r[0]), int(r[1]))) for r in rows}
    assert got <= want
    word_of = {pc: word for pc, word in _words(m, text).items()}
    assert {word_of[a] for a, _ in want} == {word_of[a] for a, _ in got}


def _words(m: Any, text: str) -> dict[int, str]:
    """The variable of each RACER and RACEW, by pc."""
    lines = text.splitlines()
    out = {}
    for pc in range(m.image.size):
        line = int(m.image.lines[pc])
        if line and "RACE" in lines[line - 1]:
            out[pc] = lines[line - 2].split("&")[1]
    return out


def test_edges_for_drawing() -> None:
    m = run(two(WRITE + SEND, RECV + READ, MAKE1), race=True)
    edges = happens_before(m.records())
    assert [(e.source, e.target, e.why) for e in edges] == [(1, 2, "go statement"), (1, 2, "channel")]
    assert edges[0].at < edges[1].at
    back = run(two(SEND + SEND + READ, WRITE + RECV, MAKE1), race=True)
    assert (2, 1, "channel") in {(e.source, e.target, e.why) for e in happens_before(back.records())}


# --- Go programs, beside real Go ------------------------------------------------------------------
@pytest.mark.parametrize(("source", "lines"), [x[1:] for x in PROGRAMS], ids=[x[0] for x in PROGRAMS])
def test_go_programs_beside_go_run_race(source: str, lines: set[int]) -> None:
    """Reports come exactly for the programs that real Go reports, at lines that it names."""
    seen: set[int] = set()
    for seed, procs in ((1, 1), (2, 4), (3, 4)):
        r = go.run(source, race=True, seed=seed, procs=procs)
        assert r.status == "finished"
        assert r.exit_code == (66 if races(r.machine) else 0)
        for race in races(r.machine):
            frames = [f for f in race.now.frames if f.file == "main.go"]
            seen.add(frames[0].line)
            seen |= {f.line for f in race.before.frames if f.file == "main.go"}
    assert bool(seen) == bool(lines)
    assert seen <= lines
