"""Pictures of connections: the marks are what the program did, and a wait that nothing ends is shown to "
"the end."""

from __future__ import annotations

import pytest

from gosched_edu import go
from gosched_edu.figures.wires import describe, ends, wires

TALK = """package main

import (
	"net"
	"time"
)

//knob limit 0 100
var limit = 0

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		c, _ := net.Dial("tcp", l.Addr().String())
		time.Sleep(5 * time.Millisecond)
		c.Write([]byte("hello"))
		c.Write([]byte("you"))
		if limit == 0 {
			c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}()
	c, _ := l.Accept()
	buf := make([]byte, 5)
	c.Read(buf)
	c.Read(buf[:3])
	if limit > 0 {
		c.SetReadDeadline(time.Now().Add(time.Duration(limit) * time.Millisecond))
	}
	c.Read(buf)
	c.Close()
}
"""


def both(**knobs: int) -> tuple[go.Run, list[int]]:
    run = go.run(TALK, procs=2, knobs=knobs)
    return run, list(ends(run.trace))[-2:]


def test_what_is_drawn_is_what_the_program_did() -> None:
    run, (client, server) = both()
    found = ends(run.trace)
    assert [n for _, n in found[client].writes] == [5, 3] == [n for _, n in found[server].reads]
    assert found[client].other == server and found[server].other == client
    assert all(w <= r for (w, _), (r, _) in zip(found[client].writes, found[server].reads, strict=True))
    assert 0 < found[client].closed < found[server].closed
    assert sum(b - a for _, a, b in found[server].waits) > 4_000_000  # the client sleeps for 5 ms
    text = describe(run.trace, [server], {server: "The server"})
    assert text.startswith("The server read 8 bytes in 2 calls, waited") and "was closed at" in text
    assert wires(run.trace, descriptors=[server], names={server: "The server"}).summary == text


def test_a_deadline_ends_the_wait() -> None:
    run, (_, server) = both(limit=10)
    e = ends(run.trace)[server]
    ((at, until),) = e.deadlines
    assert until - at == pytest.approx(10_000_000, abs=2_000)
    _, since, woken = e.waits[-1]
    assert since >= at and until <= woken < until + 2_000_000
    assert "had a deadline at" in describe(run.trace, [server])


def test_a_wait_that_nothing_ends_lasts_to_the_end_of_the_run() -> None:
    run = go.run(TALK.replace("if limit == 0", "if limit < 0"), procs=2, budget=go.Budget(time=30_000_000))
    server = list(ends(run.trace))[-1]
    assert ends(run.trace)[server].waits[-1][2] == run.trace.end
    assert ends(run.trace)[server].closed == -1


def test_bad_questions_get_clear_answers() -> None:
    run, _ = both()
    with pytest.raises(ValueError, match="no descriptor 99; there are 3, 4"):
        wires(run.trace, descriptors=[99])
    with pytest.raises(ValueError, match="nobody reads or writes"):
        wires(go.run("package main\nfunc main() {}\n").trace)
    with pytest.raises(ValueError, match="must end after it starts"):
        wires(run.trace, window=(5, 5))
