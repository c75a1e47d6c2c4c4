"""Golden orders of real Go (1.21 to 1.27, one P), from instructions alone: no front end, no library."""

from __future__ import annotations

import pytest
from asm import run

SPAWN = """
    LDI 102 {n}
    LDI 9 0
spawn:
    MOV 102 9
    GO {f} 100 1
    ADDI 9 9 1
    LDI 8 {n}
    LOOPLT 9 8 spawn
"""
SETTLE = """
    LDI 9 100
settle{k}:
    GOSCHED
    ADDI 9 9 -1
    LOOPNZ 9 settle{k}
"""
#: say k: the letter k of the alphabet, then the digit in slot 2
SAY = """
func say args=2
    LDI 4 1
    LDK 5 &letters
    IXK 5 5 2*1
    LDI 6 1
    WRITE 4 5
    LDK 5 &digits
    IXK 5 5 3*1
    WRITE 4 5
    LDK 5 &blank
    WRITE 4 5
    RET
string letters "abcdefghijklmnopqrstuvwxyz"
string digits "0123456789"
string blank " "
"""


def say(letter: str, slot: int, base: int = 40) -> str:
    return f"    LDI {base + 2} {ord(letter) - ord('a')}\n    MOV {base + 3} {slot}\n    CALL say {base}\n"


def outcome(text: str, version: str) -> str:
    return run(text + SAY, version=version, procs=1).output.decode().strip()


versions = pytest.mark.parametrize("version", ["1.14", "1.22", "1.27"])


@versions
def test_close_wakes_the_receivers(version):
    """Scenario A: queued 5 0 1 2 3 4, woken 5 4 3 2 1 0."""
    text = f"""
func start
    LDI 2 0
    MKCHAN 3 2 1
    GST c 3
{SPAWN.format(n=6, f="receiver")}{SETTLE.format(k=1)}
    CLOSE 3
{SETTLE.format(k=2)}    RET
func receiver args=1
{say("q", 2)}    GLD 3 c
    RECV 4 3 (1)
{say("w", 2)}    RET
data c 0
"""
    assert outcome(text, version) == "q5 q0 q1 q2 q3 q4 w5 w4 w3 w2 w1 w0"


def producer(n: int, cap: int, after: bool) -> str:
    send, tell = "    SEND 3 9 1\n", say("s", 9)
    return f"""
func start
    LDI 2 {cap}
    MKCHAN 3 2 1
    GST c 3
    GO producer 100 0
again:
    RECV 4 3 (1,ok)
    JZ 5 done
{say("r", 4)}    LOOP again
done:
    RET
func producer
    GLD 3 c
    LDI 9 0
    LDI 8 {n}
again:
{send + tell if after else tell + send}    ADDI 9 9 1
    LOOPLT 9 8 again
    CLOSE 3
    RET
data c 0
"""


@versions
def test_unbuffered_producer_and_consumer(version):
    """Scenario B."""
    assert outcome(producer(4, 0, after=False), version) == "s0 s1 r0 r1 s2 s3 r2 r3"


@versions
def test_a_buffer_of_two(version):
    """Scenario C."""
    expected = "s0 s1 s2 r0 r1 r2 r3 s3 s4 s5 s6 r4 r5 r6 r7 s7"
    assert outcome(producer(8, 2, after=True), version) == expected


@versions
def test_broadcast(version):
    """Scenario F: queued 4 0 1 2 3, woken 3 4 0 1 2."""
    text = f"""
func start
{SPAWN.format(n=5, f="waiter")}{SETTLE.format(k=1)}
    LDK 3 &list
    NLALL 3
{SETTLE.format(k=2)}    RET
func waiter args=1
{say("q", 2)}    LDK 3 &list
    NLADD 4 3
    NLWAIT 3 4
{say("w", 2)}    RET
data list 0 0
"""
    assert outcome(text, version) == "q4 q0 q1 q2 q3 w3 w4 w0 w1 w2"


@versions
def test_all_who_wait_for_a_waitgroup(version):
    """Scenario G: queued 3 0 1 2; the last Done releases once for each waiter."""
    text = f"""
func start
{SPAWN.format(n=4, f="waiter")}{SETTLE.format(k=1)}
    LDK 3 &sema
    LDI 4 0
    LDI 9 4
release:
    SEMREL 3 4
    ADDI 9 9 -1
    LOOPNZ 9 release
{SETTLE.format(k=2)}    RET
func waiter args=1
    LDK 3 &sema
    LDI 4 0
    SEMACQ 3 4 20
{say("w", 2)}    RET
data sema 0
"""
    assert outcome(text, version) == "w2 w3 w0 w1"


@versions
def test_sleepers(version):
    """Scenario K: 10, 9, 8 and 7 ms."""
    text = f"""
func start
{SPAWN.format(n=4, f="sleeper")}
    LDK 3 =30000000
    SLEEP 3
    RET
func sleeper args=1
    LDI 3 10
    SUB 3 3 2
    LDI 4 1000000
    MUL 3 3 4
    SLEEP 3
{say("t", 2)}    RET
"""
    assert outcome(text, version) == "t3 t2 t1 t0"


def test_a_handed_over_semaphore_runs_its_waiter_at_once_and_the_releaser_behind_the_queue():
    """sema.go:semrelease1 with handoff: the waiter gets the time slice (goyield), since 1.14."""
    text = f"""
func start
    GO waiter 100 0
    GOSCHED
    GO other 100 0
    LDK 3 &sema
    LDI 4 1
    SEMREL 3 4
    LDI 9 0
{say("m", 9)}{SETTLE.format(k=1)}    RET
func waiter
    LDK 3 &sema
    LDI 4 0
    SEMACQ 3 4 45
    LDI 9 0
{say("w", 9)}    RET
func other
    LDI 9 0
{say("o", 9)}    RET
data sema 0
"""
    assert outcome(text, "1.22") == "w0 o0 m0"
    assert outcome(text, "1.13") == "m0 w0 o0"
