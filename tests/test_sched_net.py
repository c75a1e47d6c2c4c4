"""Descriptors and the network poller (netpoll.go): who waits, who polls, deadlines, bounds."""

from __future__ import annotations

import pytest
from sched_runs import MS, events, run, sleep, work

from gosched_edu import go
from gosched_edu.go import Run
from gosched_edu.kernel import state as st
from gosched_edu.kernel.dump import goroutines
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.machine import NEVER

#: Two connected descriptors in `a` and `b`; `buf` is the address of 64 words.
PAIR = "data a 0\ndata b 0\ndata n 0*8\ndata buf 0*64\n"


def pair(delay: int) -> str:
    return f"  LDI 2 {delay}\n  FDPAIR 3 2\n  GST a 3\n  GST b 4\n"


def io(op: str, fd: str, words: int, to: int = 0) -> str:
    """FDREAD or FDWRITE of so many words; the answer goes to word `to` of n."""
    return (
        f"  GLD 3 {fd}\n  LDK 4 &buf\n  LDI 5 {words}\n  {op} 6 3 4\n  LDK 7 &n\n  ST 7 {to} 6\n"
    )


def wait(fd: str, mode: int = 0) -> str:
    return f"  GLD 3 {fd}\n  FDWAIT 3 {mode}\n"


def answers(m) -> list[int]:
    return [int(x) for x in m.state.arrays["heap"][3:11]]


def test_words_arrive_after_the_delay_in_order_and_only_once():
    fill = "".join(f"  LDI 4 {10 + i}\n  LDK 5 &buf\n  ST 5 {i} 4\n" for i in range(6))
    m = run(
        "func main.main\n" + pair(5_000) + fill + io("FDWRITE", "a", 4) + io("FDREAD", "b", 9, 1)
        + sleep(10_000) + io("FDREAD", "b", 3, 2) + "  LDK 5 &buf\n  LD 8 5 2\n  LDK 7 &n\n  ST 7 5 8\n"
        + io("FDREAD", "b", 9, 3) + io("FDREAD", "b", 9, 4) + "  RET\n" + PAIR, procs=1,
    )  # fmt: skip
    assert answers(m)[:6] == [4, -1, 3, 1, -1, 12], "4 written; nothing yet; 3, then 1 read, then nothing"


def test_a_reader_parks_without_a_thread_and_wakes_through_the_poller():
    m = run(
        "func main.main\n" + pair(200_000) + "  GO reader 8 0\n" + sleep(3 * MS) + io("FDWRITE", "a", 2)
        + sleep(9 * MS) + "  RET\nfunc reader args=0 frame=12\n" + wait("b") + io("FDREAD", "b", 9, 1)
        + "  RET\n" + PAIR, procs=1,
    )  # fmt: skip
    (block,) = events(m, Kind.GO_BLOCK, g=2)
    (poll,) = events(m, Kind.NETPOLL)
    wrote = events(m, Kind.FD_WRITE)[0].time
    assert block.reason == Reason.IO_WAIT and answers(m)[1] == 2
    assert poll.reason == Reason.NETPOLL_BLOCK and 200_000 < poll.time - wrote < 300_000
    assert not events(m, Kind.THREAD_NEW), "one thread was enough: it waited in netpoll itself"


def test_a_busy_p_polls_before_it_would_steal():
    m = run(
        "func main.main\n" + pair(1_000) + "  GO reader 8 0\n  GOSCHED\n" + io("FDWRITE", "a", 2)
        + work(50_000) + "  GOSCHED\n" + work(1_000) + "  GOSCHED\n" + sleep(MS)
        + "  RET\nfunc reader args=0 frame=12\n" + wait("b") + "  RET\n" + PAIR, procs=1,
    )  # fmt: skip
    (poll,) = events(m, Kind.NETPOLL)
    assert poll.reason == Reason.NETPOLL_FIND
    assert events(m, Kind.GO_START, g=2)[-1].reason == Reason.NETPOLL


def test_sysmon_polls_after_10_ms_when_nobody_else_does():
    m = run(
        "func main.main\n" + pair(1_000) + "  GO reader 8 0\n  GOSCHED\n" + io("FDWRITE", "a", 2)
        + work(60 * MS) + "  RET\nfunc reader args=0 frame=12\n" + wait("b") + "  RET\n" + PAIR, procs=1,
    )  # fmt: skip
    (poll,) = events(m, Kind.NETPOLL)
    assert poll.reason == Reason.NETPOLL_SYSMON and 10 * MS < poll.time < 22 * MS
    (queued,) = [e for e in events(m, Kind.GO_UNBLOCK, g=2)]
    assert queued.reason == Reason.GLOBAL_QUEUE and queued.p == -1


def test_many_ready_goroutines_are_spread_over_idle_ps():
    # one arrival wakes the M in netpoll; what it cannot run itself goes to the idle Ps (injectglist)
    readers = "".join(f"  GO reader{i} 8 0\n" for i in range(6))
    pairs = "".join(f"  LDI 2 300000\n  FDPAIR 3 2\n  GST a{i} 3\n  GST b{i} 4\n" for i in range(6))
    writes = "".join(f"  GLD 3 a{i}\n  LDK 4 &buf\n  LDI 5 1\n  FDWRITE 6 3 4\n" for i in range(6))
    code = "".join(
        f"func reader{i} args=0 frame=12\n  GLD 3 b{i}\n  FDWAIT 3 0\n" + work(500_000) + "  RET\n"
        for i in range(6)
    )
    data = "".join(f"data a{i} 0\ndata b{i} 0\n" for i in range(6)) + "data buf 0*8\n"
    main = "func main.main\n" + pairs + readers + sleep(5 * MS) + writes + sleep(9 * MS) + "  RET\n"
    m = run(main + code + data, procs=4)
    ran = [e for e in events(m, Kind.GO_START) if e.g != 1 and e.time > 5 * MS]
    assert len({e.p for e in ran}) == 4 and events(m, Kind.PROC_START, reason=Reason.INJECT)


@pytest.mark.parametrize("when", [2 * MS, -1])
def test_a_deadline_ends_the_wait_and_reads_say_so(when):
    dead = f"  NOW 9\n  LDI 6 {when}\n  ADD 9 9 6\n  GLD 3 b\n  FDDEAD 3 9 1\n"
    m = run(
        "func main.main\n" + pair(1000) + dead + wait("b") + io("FDREAD", "b", 4) + io("FDWRITE", "b", 1, 1)
        + "  LDI 9 0\n  GLD 3 b\n  FDDEAD 3 9 3\n" + io("FDREAD", "b", 4, 2) + "  RET\n" + PAIR, procs=1,
    )  # fmt: skip
    assert answers(m)[:3] == [-3, 1, -1], "late; writing is not; without a deadline it would block"
    blocked = events(m, Kind.GO_BLOCK, reason=Reason.IO_WAIT)
    assert bool(blocked) == (when > 0)
    if when > 0:
        woken = events(m, Kind.GO_UNBLOCK)[0].time
        assert 2 * MS <= woken < 4 * MS, "a millisecond late at most, as epoll counts"


def test_a_deadline_that_is_moved_or_taken_back_wakes_nobody():
    m = run(
        "func main.main\n" + pair(1000) + "  GO reader 8 0\n  NOW 9\n  LDI 6 2000000\n  ADD 9 9 6\n"
        "  GLD 3 b\n  FDDEAD 3 9 1\n" + sleep(MS) + "  LDI 9 0\n  GLD 3 b\n  FDDEAD 3 9 1\n" + sleep(9 * MS)
        + "  RET\nfunc reader args=0 frame=12\n" + wait("b") + "  RET\n" + PAIR, procs=1,
    )  # fmt: skip
    assert not events(m, Kind.GO_UNBLOCK, g=2) and m.state["TIMERS_LIVE"] == 0


def test_closing_wakes_the_reader_here_and_ends_the_file_there():
    m = run(
        "func main.main\n" + pair(100_000) + "  GO here 8 0\n  GO there 8 0\n" + sleep(MS)
        + "  GLD 3 a\n  FDCLOSE 3\n"
        + sleep(5 * MS) + io("FDREAD", "a", 1, 2) + io("FDWRITE", "b", 1, 3) + "  RET\n"
        "func here args=0 frame=12\n" + wait("a") + io("FDREAD", "a", 4, 0) + "  RET\n"
        "func there args=0 frame=12\n" + wait("b") + io("FDREAD", "b", 4, 1) + "  RET\n" + PAIR, procs=2,
    )  # fmt: skip
    assert answers(m)[:4] == [-2, 0, -2, -4], "closed; end of file; closed; the other end is closed"
    closed = events(m, Kind.FD_CLOSE)[0].time
    end = [e.time for e in events(m, Kind.GO_START, g=3)][-1]
    assert 100_000 <= end - closed < 250_000


def test_a_full_window_blocks_the_writer_until_the_reader_reads():
    big = "data big 0*70000\n"
    fill = "  GLD 3 a\n  LDK 4 &big\n  LDI 5 70000\n  FDWRITE 6 3 4\n  LDK 7 &n\n  ST 7 0 6\n"
    again = "  GLD 3 a\n  LDK 4 &big\n  LDI 5 10\n  FDWRITE 6 3 4\n  LDK 7 &n\n  ST 7 {} 6\n"
    m = run(
        "func main.main\n" + pair(1000) + fill + again.format(1) + "  GO reader 8 0\n" + wait("a", 1)
        + again.format(2) + sleep(MS) + "  RET\nfunc reader args=0 frame=12\n" + sleep(3 * MS)
        + io("FDREAD", "b", 4, 3) + "  RET\n" + PAIR + big, procs=1, checked=False,
    )  # fmt: skip
    assert answers(m)[:4] == [65536, -1, 4, 4] and m.status == st.DONE


def test_waiting_for_data_that_never_comes_is_no_deadlock_but_ends_the_run():
    m = run("func main.main\n" + pair(1000) + wait("b") + "  RET\n" + PAIR, procs=2)
    assert m.status == st.RUNNING and m.over_budget == NEVER
    assert "real Go would wait for ever" in Run(m, {}).stopped
    assert goroutines(m)[0].state == "IO wait"


def test_two_readers_of_one_descriptor_are_refused():
    m = run(
        "func main.main\n" + pair(1000) + "  GO reader 8 0\n  GOSCHED\n" + wait("b")
        + "  RET\nfunc reader args=0 frame=12\n" + wait("b") + "  RET\n" + PAIR, procs=1,
    )  # fmt: skip
    assert m.status == st.FAULTED


SHARED = """package main

import (
	"fmt"
	"net"
	"sync"
)

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(2)
		go func() { // two accept at the same time
			defer wg.Done()
			c, _ := l.Accept()
			for k := 0; k < 2; k++ {
				wg.Add(1)
				go func() { // and two read from each connection
					defer wg.Done()
					buf := make([]byte, 3)
					n, err := c.Read(buf)
					fmt.Println(string(buf[:n]), err)
				}()
			}
		}()
		go func() {
			defer wg.Done()
			c, _ := net.Dial("tcp", l.Addr().String())
			fmt.Fprint(c, "abc")
			fmt.Fprint(c, "abc")
		}()
	}
	wg.Wait()
}
"""


@pytest.mark.parametrize("seed", range(1, 6))
def test_two_goroutines_may_read_one_connection(seed: int) -> None:
    """One at a time: the second waits until the first has read (internal/poll/fd_mutex.go)."""
    run = go.run(SHARED, procs=4, seed=seed)
    assert run.output == "abc <nil>\n" * 4 and run.exit_code == 0
