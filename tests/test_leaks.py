"""Leaked goroutines: those that nobody can wake, and no others."""

from __future__ import annotations

import pytest
from asm import assemble
from liveness_oracle import Liveness
from test_race import CLOSE, MAKE0, MAKE1, RECV, SEND

from gosched_edu import go
from gosched_edu.kernel.leaks import leaks
from gosched_edu.kernel.machine import Machine

LONG = "    LDK 2 =100000000\n    SLEEP 2\n"
TAIL = "data ch 0\ndata sema 0\ndata keep 0\n"


def states(text: str, until: int = 5_000_000) -> list[tuple[int, str]]:
    m = Machine(assemble(text), procs=2, jit=False)
    m.run(until=until)
    return [(g.goid, g.state) for g in leaks(m)]


LOCAL = """
func start
    LDI 2 0
    MKCHAN 3 2 1
    MOV 12 3
    GO child 10 1
{use}
func child args=1
    RECV 3 2 (1)
    RET
""" + TAIL


@pytest.mark.parametrize(
    ("use", "leaked"),
    [
        (LONG + "    RET\n", True),  # the variable is not used any more
        (LONG + "    SEND 3 2 1\n    RET\n", False),  # it will be
        ("    MOV 3 2\n" + LONG + "    SEND 3 2 1\n    RET\n", True),  # something else is in its place
        ("    NEW 4 2 0\n    ST 4 1 3\n    GST keep 4\n" + LONG + "    RET\n", False),  # in an object
        ("    NEW 4 2 0\n    ST 4 1 3\n" + LONG + "    RET\n", True),  # in an unreachable one
        ("    NEW 4 2 1\n    ST 4 1 3\n    GST keep 4\n" + LONG + "    RET\n", True),  # which has no pointers
    ],
)  # fmt: skip
def test_a_forgotten_channel(use: str, leaked: bool) -> None:
    assert states(LOCAL.replace("{use}", use)) == ([(2, "chan receive (leaked)")] if leaked else [])


def test_nil_channels_and_empty_selects_are_leaks() -> None:
    text = f"""
func start
    GO nilrecv 8 0
    GO nothing 8 0
    GO sleeper 8 0
{LONG}    RET
func nilrecv
    LDI 3 0
    RECV 2 3 (1)
    RET
func nothing
    SELECT 2 0 0
    RET
func sleeper
{LONG}    RET
"""
    assert states(text) == [(2, "chan receive (nil chan) (leaked)"), (3, "select (no cases) (leaked)")]


def test_a_chain_hangs_on_its_first_link() -> None:
    """b waits for a, a for c1: while main can still reach c1, neither is leaked."""
    text = """
func start
    LDI 2 0
    MKCHAN 3 2 1
    MKCHAN 4 2 1
    MOV 12 3
    MOV 13 4
    GO a 10 2
    MOV 12 4
    GO b 10 1
    LDI 4 0
{use}
func a args=2
    RECV 4 2 (1)
    SEND 3 4 1
    RET
func b args=1
    RECV 3 2 (1)
    RET
"""
    assert states(text.replace("{use}", LONG + "    SEND 3 2 1\n    RET\n")) == []
    assert len(states(text.replace("{use}", LONG + "    RET\n"))) == 2


def test_a_select_needs_one_reachable_channel() -> None:
    text = """
func start
    LDI 2 0
    MKCHAN 3 2 1
    MKCHAN 4 2 1
    MOV 12 3
    MOV 13 4
    GO child 10 2
{use}
func child args=2
    SELECT 4 2 0
    CASERECV 5 2 (1)
    CASERECV 5 3 (1)
    RET
"""
    assert states(text.replace("{use}", LONG + "    SEND 4 2 1\n    RET\n")) == []
    assert states(text.replace("{use}", LONG + "    RET\n")) == [(2, "select (leaked)")]


def test_semaphores() -> None:
    text = """
func start
    NEW 3 2 1
    MOV 12 3
    GO child 10 1
{use}
func child args=1
    LDI 3 0
    SEMACQ 2 3 45
    RET
"""
    assert states(text.replace("{use}", LONG + "    LDI 4 0\n    SEMREL 3 4\n    RET\n")) == []
    assert states(text.replace("{use}", LONG + "    RET\n")) == [(2, "sync.Mutex.Lock (leaked)")]


def test_a_package_variable_is_reached() -> None:
    text = f"func start\n{MAKE0}    GO child 8 0\n{LONG}{CLOSE}    RET\nfunc child\n{RECV}    RET\n{TAIL}"
    assert states(text) == []
    full = f"func start\n{MAKE1}    GO child 8 0\n{LONG}    RET\nfunc child\n{SEND}{SEND}    RET\n{TAIL}"
    assert states(full) == []


def test_callers_of_a_blocked_frame_are_read_as_of_the_return() -> None:
    """main waits in a call; what it uses afterwards counts, what it does not use does not."""
    text = """
func start
    LDI 2 0
    MKCHAN 3 2 1
    MOV 12 3
    GO child 10 1
    CALL nap 8
{use}    RET
func nap
""" + LONG + """    RET
func child args=1
    RECV 3 2 (1)
    RET
"""
    assert states(text.replace("{use}", "    SEND 3 2 1\n")) == []
    assert len(states(text.replace("{use}", ""))) == 1


def test_liveness_of_loops_and_calls() -> None:
    image = assemble("""
func start
    LDI 2 5
    LDI 3 0
again:
    ADD 3 3 2
    ADDI 2 2 -1
    LOOPNZ 2 again
    MOV 8 3
    CALL f 6
    MOV 4 8
    RET
func f args=1 results=1
    RET
""")
    live = Liveness(image)
    assert live.before(0) == set()
    assert live.before(2) == {2, 3} == live.before(4)
    assert live.before(5) == {3}
    assert live.before(6) == {8}
    assert live.after_call(6) == set()
    assert live.before(7) == {8}


GO = """package main

import (
	"sync"
	"time"
)

type server struct {
	requests chan int
	mu       sync.Mutex
}

func (s *server) serve() {
	for r := range s.requests {
		_ = r
	}
}

// early returns while the worker still wants to send (a classic)
func first(n int) int {
	results := make(chan int)
	for i := 0; i < n; i++ {
		go func() { results <- i }()
	}
	return <-results
}

func waitForNothing() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { wg.Wait() }()
}

var global = &server{requests: make(chan int)}

func main() {
	go global.serve()
	local := &server{requests: make(chan int)}
	go local.serve()
	local = nil
	first(3)
	waitForNothing()
	var held sync.Mutex
	held.Lock()
	go func() { held.Lock() }()
	time.Sleep(10 * time.Millisecond)
	held.Unlock()
	time.Sleep(10 * time.Millisecond)
}
"""


def test_a_go_program() -> None:
    m = go.machine(GO, procs=2, version="1.26")
    m.run(until=8_000_000)
    found = sorted((g.frames[-1].function.split(".func")[0], g.state) for g in leaks(m))
    assert found == [
        ("main.(*server).serve", "chan receive (leaked)"),
        ("main.first", "chan send (leaked)"),
        ("main.first", "chan send (leaked)"),
        ("main.waitForNothing", "sync.WaitGroup.Wait (leaked)"),
    ]
