"""What the runtime must do, as quick checks on the plain kernel: the suite that mutants must not pass.

Each check runs Go programs and raises AssertionError where a rule of the runtime is broken. The
answers come from real Go (golden orders, depths of stack moves, times of preemption and hand-off),
from a replay of the log with Go's rules, and from invariants of the state; none repeats the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from asm import assemble
from invariants import check as invariants_hold
from life_programs import LAST_USE, LAST_USE_LINES
from programs import SPAWN, random_program
from programs_sync import GOLDEN, LITMUS
from reasons import reasons_hold
from replay import Replay
from rich_programs import rich_program

from gosched_edu import go
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.machine import Machine
from gosched_edu.trace import Kind, Reason, Trace

BUDGET = go.Budget(seconds=6.0, events=400_000, output=1 << 16)


@cache
def image(source: str, version: str = "1.22") -> Image:
    return go.compile(source, version=version)


def run(source: str, *, version: str = "1.22", **options: object) -> go.Run:
    r = go.run(image(source, version), version=version, jit=False, budget=BUDGET, **options)  # type: ignore[arg-type]
    assert not r.stopped, r.stopped[:200]
    return r


def in_main(body: str, *imports: str, more: str = "") -> str:
    lines = "".join(f'import "{name}"\n' for name in imports)
    return f"package main\n\n{lines}\n{more}\nfunc main() {{\n{body}\n}}\n"


# --- orders --------------------------------------------------------------------------------------
GOLDEN_300 = [
    299, *range(128, 188), 0, *range(188, 248), 1, *range(248, 256), *range(257, 299),
    *range(2, 128), 256,
]  # fmt: skip


def golden_orders() -> None:
    """Real Go's orders on one P."""
    for scenario in GOLDEN + LITMUS:
        if "300" in scenario.name or "fair" in scenario.name or scenario.until == "1.23":
            continue
        version = max("1.22", scenario.since, key=lambda v: int(v.split(".")[1]))
        out = run(scenario.source, procs=1, version=version).output.strip()[1:-1]
        assert out in scenario.outputs, f"{scenario.name}: {out}"


def overflow_order() -> None:
    """Three hundred goroutines on one P: the ring overflows, every 61st comes from the global queue."""
    assert [int(x) for x in run(SPAWN, procs=1, knobs={"n": 300}).output.split()] == GOLDEN_300


def no_runnext_before_1_5() -> None:
    """Go 1.4 runs goroutines in the order of their creation."""
    r = go.run(image(SPAWN), version="1.4", procs=1, jit=False, budget=BUDGET)
    assert [int(x) for x in r.output.split()] == list(range(10))


YIELDING = in_main(
    "for i := 0; i < 30; i++ {\ngo func() {\nfor k := 0; k < 6; k++ {\nruntime.Gosched()\n}\n}()\n}\n"
    "for runtime.NumGoroutine() > 1 {\nruntime.Gosched()\n}", "runtime",
)  # fmt: skip


@cache
def _seeds() -> tuple[int, ...]:
    return tuple(range(8))


def replayed() -> None:
    """Every choice of the scheduler in random programs is the one that proc.go's rules name."""
    for number in _seeds():
        procs = (1, 2, 3, 8)[number % 4]
        Replay(procs).follow(run(random_program(number), procs=procs, seed=number).trace)
    for procs in (1, 2, 4, 8):
        Replay(procs).follow(run(YIELDING, procs=procs).trace)
    for seed in (1, 2, 3, 4):
        Replay(6).follow(run(CHILDREN, procs=6, seed=seed, costs=DEAR).trace)
    Replay(4).follow(run(SPAWN, procs=4, knobs={"n": 420}).trace)
    Replay(1).follow(run(SPAWN, procs=1, knobs={"n": 420}).trace)


def invariants() -> None:
    """Each goroutine in exactly one place, clocks never back, no idle P beside waiting work."""
    for number in (0, 4, 5, 7, 9, 13, 18, 22, 26, 31):
        m = go.machine(
            image(rich_program(number)), procs=(1, 2, 4, 6)[number % 4], seed=number, budget=BUDGET, jit=False
        )
        while m.status == 0 and not m.over_budget:
            m.run(events=25)
            invariants_hold(m)
        times_in_order(go.Run(m, {}).trace)


def times_in_order(trace: Trace) -> None:
    """Times never go back within an M."""
    for m in np.unique(trace.m[trace.m >= 0]):
        assert (np.diff(trace.time[trace.m == m]) >= 0).all()


# --- several Ps ----------------------------------------------------------------------------------
BUSY = in_main(
    "var wg sync.WaitGroup\nfor i := 0; i < 8; i++ {\nwg.Add(1)\ngo func() {\nwork()\nwg.Done()\n}()\n}\n"
    "wg.Wait()", "sync",
    more="func work() {\nx := 0\nfor i := 0; i < 300; i++ {\nx += i\n}\n}",
)  # fmt: skip
DEAR = {"LOOPLT": 600}  # few instructions that take long


def work_is_shared() -> None:
    """Eight goroutines with work keep four Ps busy: nobody idles beside a full queue."""
    alone, four = (run(BUSY, procs=p, costs=DEAR) for p in (1, 4))
    assert four.end < 0.36 * alone.end, (four.end, alone.end)
    assert four.trace.summary().procs_used == 4


PASSED_ON = in_main(
    "done := make(chan bool)\nstart := make(chan bool)\n"
    "for i := 0; i < 3; i++ {\ngo func() {\n<-start\nwork()\ndone <- true\n}()\n}\n"
    "time.Sleep(200 * time.Microsecond)\nwork()\nfor i := 0; i < 3; i++ {\nstart <- true\n}\nwork()\n"
    "for i := 0; i < 3; i++ {\n<-done\n}", "time",
    more="func work() {\nx := 0\nfor i := 0; i < 500; i++ {\nx += i\n}\n}",
)  # fmt: skip


def who_is_woken_gets_a_p() -> None:
    """Goroutines made ready by a busy one run on other Ps at once."""
    for seed in (1, 2, 3):
        r = run(PASSED_ON, procs=4, seed=seed, costs=DEAR)
        assert r.trace.summary().procs_used == 4, r.trace.summary()
        sent = max(e.time for e in r.trace if e.kind == Kind.CHAN_SEND and e.g == 1)
        late = [e for e in r.trace if e.kind == Kind.GO_START and e.g > 1 and sent + 150_000 < e.time < r.end]
        assert not [e for e in late if e.time < sent + 290_000], "a goroutine waited beside idle Ps"


STACK_OF_MS = in_main(
    "for i := 0; i < 6; i++ {\ngo work(9)\n}\nwork(40)\nmark := make(chan int, 1)\nmark <- 1\n"
    "for i := 0; i < 6; i++ {\ngo func() {}()\nwork(3)\n}",
    more="func work(n int) {\nx := 0\nfor i := 0; i < 30*n; i++ {\nx += i\n}\n}",
)  # fmt: skip


def the_m_that_parked_last_is_woken_first() -> None:
    """When one M at a time is needed, and one more to look for work, they are always the same two."""
    trace = run(STACK_OF_MS, procs=8, costs=DEAR).trace
    mark = int(trace.time[trace.where(Kind.CHAN_SEND)[0]])
    before = [e.m for e in trace if e.kind == Kind.PROC_STOP and e.time < mark]
    woken = [e.m for e in trace if e.kind == Kind.PROC_START and e.time > mark]
    assert len(set(before)) >= 4 and len(woken) >= 4, (before, woken)
    assert set(woken) == set(before[-2:]), (before, woken)


TOGETHER = in_main(
    "for i := 0; i < 8; i++ {\ngo work()\n}\nwork()\ntime.Sleep(time.Millisecond)", "time",
    more="func work() {\nx := 0\nfor i := 0; i < 300; i++ {\nx += i\n}\n}",
)  # fmt: skip


def at_most_half_of_the_busy_look_for_work() -> None:
    """When eight Ps run out of work together, some Ms park without looking in the others' queues."""
    trace = run(TOGETHER, procs=8, costs=DEAR | {"spin": 100_000}).trace
    gave_up = int((trace.arg[trace.where(Kind.SPIN_STOP)] == 0).sum())
    assert gave_up <= len(trace.where(Kind.PROC_STOP)) - 2, (gave_up, len(trace.where(Kind.PROC_STOP)))


CHILDREN = in_main(
    "var wg sync.WaitGroup\nfor i := 0; i < 24; i++ {\nwg.Add(2)\ngo func() {\ngo func() {\nwork()\n"
    "wg.Done()\n}()\nwork()\nwg.Done()\n}()\n}\nwg.Wait()", "sync",
    more="func work() {\nx := 0\nfor i := 0; i < 25; i++ {\nx += i\n}\n}",
)  # fmt: skip


def few_spin_and_idle_ps_are_a_stack() -> None:
    """One M looks for work at a time when work trickles; Ps and Ms come off their stacks' tops."""
    trickle = in_main(
        "for i := 0; i < 12; i++ {\ngo func() {}()\ntime.Sleep(50 * time.Microsecond)\n}", "time"
    )
    for source, procs in ((trickle, 8), (YIELDING, 8), (BUSY, 8)):
        for seed in (1, 2):
            trace = run(source, procs=procs, seed=seed, costs=DEAR).trace
            idle, parked = list(range(procs - 1, 0, -1)), []
            searching: set[int] = set()
            for e in trace:
                if e.kind == Kind.PROC_START and e.reason != Reason.BOOT:
                    # an M needs some time to wake: those taken before it may start after it
                    assert e.p in idle[-3:], f"row {e.row}: P{e.p} starts, idle are {idle}"
                    idle.remove(e.p)
                    if parked and e.m in parked:
                        assert e.m in parked[-4:], f"row {e.row}: M{e.m} of {parked}"
                        parked.remove(e.m)
                    if e.arg:
                        searching.add(e.p)
                elif e.kind == Kind.PROC_STOP:
                    idle.append(e.p)
                    parked.append(e.m)
                    searching.discard(e.p)
                elif e.kind in (Kind.SPIN_STOP, Kind.GO_START):
                    searching.discard(e.p)
                assert len(searching) <= 1, f"row {e.row}: {searching} were started to search"


# --- time ----------------------------------------------------------------------------------------
def slices() -> None:
    """10 to 20 ms for a loop without calls since 1.14, the whole loop before."""
    times = {}
    for version in ("1.13", "1.22"):
        trace = _tight(version)
        starts = [e.time for e in trace if e.kind == Kind.GO_START and e.g == 1]
        times[version] = starts[1]
    assert 10e6 <= times["1.22"] <= 21e6, times
    assert times["1.13"] > 40e6, times


def _tight(version: str) -> Trace:
    """A loop without calls of 60 ms of virtual time, whose instructions are dear, not many."""
    source = in_main(
        "go func() {\nx := 0\nfor i := 0; i < 2000; i++ {\nx += i\n}\n}()\nruntime.Gosched()\n"
        "for runtime.NumGoroutine() > 1 {\nruntime.Gosched()\n}", "runtime",
    )  # fmt: skip
    r = go.run(
        image(source), version=version, procs=1, jit=False, budget=BUDGET, costs={"LOOPLT": 30_000}
    )
    return r.trace


THIRD = in_main(
    "a := make(chan int)\nthird := false\ngo func() { third = true }()\n"
    "go func() {\nfor range a {\n}\n}()\nn := 0\nfor !third && n < 3000 {\na <- n\nn++\n}\nprintln(n)",
)  # fmt: skip


def a_pair_is_one_slice() -> None:
    """A third goroutine waits for 10 ms or more behind two that hand each other the P."""
    r = run(THIRD, procs=1, costs={"SEND": 20_000})
    g = next(e.g for e in r.trace if e.kind == Kind.GO_CREATE and e.g != 1)
    start = next(e.time for e in r.trace if e.kind == Kind.GO_START and e.g == g)
    assert 10e6 <= start <= 60e6, start


NAPS = in_main(
    "for i := 0; i < 4; i++ {\nch := make(chan bool, 1)\ngo func() { ch <- true }()\nnap(3000000)\n<-ch\n"
    "time.Sleep(2 * time.Millisecond)\n}", "syscall", "time",
    more="func nap(ns int64) {\nts := syscall.NsecToTimespec(ns)\nsyscall.Nanosleep(&ts, nil)\n}",
)  # fmt: skip


def system_calls_lose_their_p() -> None:
    """On one P, sysmon takes the P of a long system call after 20 to 200 us, as measured on real Go."""
    trace = run(NAPS, procs=1).trace
    waits = []
    for e in trace:
        if e.kind == Kind.GO_SYSCALL_BEGIN:
            begun = e.time
        elif e.kind == Kind.GO_START and e.g > 1 and e.reason != Reason.EXIT_SYSCALL:
            waits.append(e.time - begun)
    assert len(waits) == 4 and all(8_000 <= w <= 250_000 for w in waits), waits


def short_calls_keep_their_p() -> None:
    """A short system call gives nothing away; a long one that nobody waits behind neither, for 10 ms."""
    nap = "func nap(ns int64) {\nts := syscall.NsecToTimespec(ns)\nsyscall.Nanosleep(&ts, nil)\n}"
    short = run(in_main("for i := 0; i < 20; i++ {\nnap(5000)\n}", "syscall", more=nap), procs=1)
    assert len(short.trace.where(Kind.PROC_STEAL)) == 0
    assert len(short.trace.where(Kind.GO_SYSCALL_END)) == 20
    idle = run(in_main("nap(4000000)", "syscall", more=nap), procs=4)
    assert len(idle.trace.where(Kind.PROC_STEAL)) == 0, "a P nobody needs was taken"


def sysmon_sleeps_longer_and_longer() -> None:
    """After 50 idle rounds sysmon's naps double: a run of 40 ms has few of its looks."""
    trace = _tight("1.22")
    requests = trace.time[trace.where(Kind.PREEMPT_REQUEST)]
    # its looks come every 10 ms only after a while: a slice that begins between two lasts 20 ms
    assert 2 <= len(requests) <= 4 and (np.diff(requests) > 15e6).all(), requests


# --- channels, locks, timers -----------------------------------------------------------------------
def channels_keep_values() -> None:
    """What is sent arrives once, in order, through buffers of all sizes, and before a close."""
    source = in_main(
        "for _, size := range []int{0, 1, 3} {\nc := make(chan pair, size)\ngo func() {\n"
        "for i := 0; i < 20; i++ {\nc <- pair{i, \"v\"}\n}\nclose(c)\n}()\nfor i := 0; ; i++ {\n"
        "v, ok := <-c\nif !ok {\nfmt.Printf(\"%d %d %d '%s'\\n\", size, i, v.n, v.s)\nbreak\n}\n"
        "if v.n != i || v.s != \"v\" {\n"
        "panic(\"wrong\")\n}\n}\n}", "fmt",
        more="type pair struct {\nn int\ns string\n}",
    )  # fmt: skip
    for procs in (1, 2, 4):
        r = run(source, procs=procs, seed=procs)
        assert r.exit_code == 0, r.stderr
        assert r.output == "0 20 0 ''\n1 20 0 ''\n3 20 0 ''\n", r.output


def select_is_fair() -> None:
    """Three ready channels are chosen about equally often."""
    source = in_main(
        "a, b, c := make(chan int, 1), make(chan int, 1), make(chan int, 1)\nvar n [3]int\n"
        "for i := 0; i < 900; i++ {\nselect { case a <- 1: default: }\nselect { case b <- 1: default: }\n"
        "select { case c <- 1: default: }\nselect {\ncase <-a: n[0]++\ncase <-b: n[1]++\n"
        "case <-c: n[2]++\n}\n}\n"
        "fmt.Println(n[0], n[1], n[2])", "fmt",
    )  # fmt: skip
    counts = [int(x) for x in run(source, procs=1).output.split()]
    assert sum(counts) == 900 and all(230 < n < 370 for n in counts), counts


STARVE = in_main(
    "var mu sync.Mutex\nvar got [2]int\ndone := make(chan bool)\nfor i := 0; i < 2; i++ {\ngo func() {\n"
    "for k := 0; k < 12; k++ {\nmu.Lock()\nhold()\ngot[i]++\nmu.Unlock()\n}\ndone <- true\n}()\n}\n"
    "<-done\nfmt.Println(got[0], got[1])\n<-done", "fmt", "sync", "syscall",
    more="func hold() {\nts := syscall.NsecToTimespec(600000)\nsyscall.Nanosleep(&ts, nil)\n}",
)  # fmt: skip


CLOSED_SELECT = in_main(
    "c, d := make(chan int), make(chan int, 1)\ngo func() {\ndefer func() { fmt.Println(recover()) }()\n"
    "select {\ncase c <- 1:\ncase v := <-d:\nfmt.Println(\"got\", v)\n}\n}()\nruntime.Gosched()\n"
    "close(c)\nd <- 7\nruntime.Gosched()\nruntime.Gosched()", "fmt", "runtime",
)  # fmt: skip


def a_select_that_sends_panics_at_close() -> None:
    """A select parked with a send is woken by close to panic, even if another case is ready by then."""
    for seed in range(6):
        assert run(CLOSED_SELECT, procs=1, seed=seed).output == "send on closed channel\n"


BLOCKING = """
    func start
        CALL main.main 2
        RET
    func main.main
        GO main.other 2 0
        LDI 2 4000000
        SYSCALL 2 BLOCKS
        RET
    func main.other
        LDI 2 1
        RET
"""


def a_blocking_call_gives_its_p_away_at_once() -> None:
    """entersyscallblock hands the P over before the call; entersyscall leaves it to sysmon."""
    waits = {}
    for blocks in (0, 1):
        m = Machine(assemble(BLOCKING.replace("BLOCKS", str(blocks))), procs=1, jit=False)
        m.run()
        trace = go.Run(m, {}).trace
        begun = int(trace.time[trace.where(Kind.GO_SYSCALL_BEGIN)[0]])
        other = next(e.time for e in trace if e.kind == Kind.GO_START and e.g == 2)
        waits[blocks] = other - begun
    assert waits[1] < 60_000 and waits[0] > 20_000 and waits[1] != waits[0], waits
    assert len(trace.where(Kind.PROC_STEAL)) == 0, "nothing was left to take"


def a_starving_waiter_gets_the_mutex() -> None:
    """Since 1.9 a waiter of more than 1 ms is handed the Mutex: nobody does all his rounds before."""
    for seed in (1, 2, 3):
        r = run(STARVE, procs=2, seed=seed)
        a, b = (int(x) for x in r.output.split())
        assert min(a, b) >= 8, (a, b)
    reasons = {int(x) for x in r.trace.reason[r.trace.where(Kind.SEMA_RELEASE)]}
    assert Reason.TICKET in reasons, "no hand-off took place"
    assert Reason.GOYIELD in set(r.trace.reason[r.trace.where(Kind.GO_STOP)].tolist())


def timers_and_tickers() -> None:
    """Timers fire in the order of their times; a ticker fires again and again."""
    source = in_main(
        "c := make(chan int, 9)\nfor _, ms := range []int{5, 1, 9, 3, 7, 2} {\n"
        "time.AfterFunc(time.Duration(ms)*time.Millisecond, func() { c <- ms })\n}\n"
        "for i := 0; i < 6; i++ {\nfmt.Print(<-c, \" \")\n}\nt := time.NewTicker(time.Millisecond)\n"
        "s := time.Now()\nfor i := 0; i < 5; i++ {\n<-t.C\n}\n"
        "fmt.Print(time.Since(s).Round(time.Millisecond))",
        "fmt", "time",
    )  # fmt: skip
    assert run(source, procs=1).output == "1 2 3 5 7 9 5ms"


# --- stacks, panics ---------------------------------------------------------------------------------
DEPTHS = (12, 35, 82, 175, 361)
DEEP = in_main(
    "done := make(chan bool)\ngo func() {\ndeep(depth)\ndone <- true\n}()\n<-done",
    more="//knob depth 1 4000\nvar depth = 1\n\n//go:noinline\n//frame 88\n"
    "func deep(n int) int {\nif n == 0 {\nreturn 0\n}\nreturn deep(n-1) + 1\n}",
)  # fmt: skip


def stacks_move_at_go_s_depths() -> None:
    """A function with a frame of 88 bytes makes its stack move at the depths measured in real Go."""
    for i, depth in enumerate(DEPTHS):
        for n, moves in ((depth - 1, i), (depth, i + 1)):
            trace = run(DEEP, procs=1, knobs={"depth": n}).trace
            sizes = [int(trace.arg2[k]) for k in trace.where(Kind.STACK_GROW) if trace.g[k] != 1]
            assert sizes == [4096 << k for k in range(moves)], (n, sizes)


def defers_and_recovers() -> None:
    """Deferred calls run last in first out; recover stops a panic where it was deferred, nowhere else."""
    source = in_main(
        "fmt.Println(f())\nfmt.Println(g())", "fmt",
        more="func f() (s string) {\ndefer func() { s += \"a\" }()\ndefer func() { s += \"b\" }()\n"
        "defer func() {\nif r := recover(); r != nil {\ns = r.(string)\n}\n}()\nmiddle()\nreturn \"no\"\n}\n"
        "func middle() {\ndefer helper()\ndefer func() { helper2() }()\npanic(\"p\")\n}\nfunc helper() {}\n"
        "func helper2() { recover() }\n"
        "func g() (n int) {\nfor i := 0; i < 3; i++ {\ndefer func() { n = n*10 + i }()\n}\nreturn 0\n}",
    )  # fmt: skip
    assert run(source, procs=1).output == "pba\n210\n"


# --- races, finalizers, reasons --------------------------------------------------------------------
def closing_races_with_sending() -> None:
    """A close that nothing orders with a send is a race, one that is ordered is none."""
    for first, then, racy in (
        ("close(c)", "defer func() { recover() }()\nc <- 1", True),
        ("c <- 1", "close(c)", True),
        ("<-c", "close(c)", False),
    ):
        source = in_main(
            f"c := make(chan int, 1)\ngo func() {{\n{first}\n}}()\ntime.Sleep(1e6)\n{then}", "time",
        )  # fmt: skip
        r = go.run(go.compile(source, race=True), race=True, procs=1, jit=False, budget=BUDGET)
        assert bool(r.races) == racy, source


FINAL = in_main(
    "make()\nfor i := 0; i < 2; i++ {\nwipe(9)\nruntime.GC()\ntime.Sleep(time.Millisecond)\n"
    "fmt.Println(i, w.Value() == nil)\n}", "fmt", "runtime", "time", "weak",
    more="type node struct {\nn int\nnext *node\npad [9]int\n}\nvar w weak.Pointer[node]\n"
    "func make() {\nb := &node{n: 2}\na := &node{n: 3, next: b}\nw = weak.Make(b)\n"
    "runtime.SetFinalizer(a, func(a *node) { fmt.Println(a.n, a.next.n) })\n"
    "runtime.SetFinalizer(b, func(b *node) { fmt.Println(b.n) })\n}\n"
    "func wipe(n int) int {\nif n == 0 {\nreturn 0\n}\na, b, c, d := n, n, n, n\n"
    "return wipe(n-1) + a + b + c + d\n}",
)  # fmt: skip


def finalizers_run() -> None:
    """First the one of the object that leads to the other, which weak pointers show until then."""
    assert run(FINAL, version="1.24", procs=1).output == "3 2\n0 false\n2\n1 true\n"


def objects_live_as_long_as_they_are_used() -> None:
    """The lines of real Go, of places of all kinds that a pointer can lie in."""
    out = run(LAST_USE, version="1.27", procs=1).output
    assert out.split("\n") == LAST_USE_LINES


def reasons_are_borne_out() -> None:
    """What the log says of a decision agrees with what it says before."""
    for number in (0, 3, 4, 5, 7, 9, 12, 13, 18, 22, 26, 31):
        m = go.machine(
            image(rich_program(number, size=6)), procs=(1, 2, 4, 6)[number % 4], seed=number,
            budget=BUDGET, jit=False,
        )  # fmt: skip
        m.run()
        reasons_hold(go.Run(m, {}).trace)


#: Slow ones last: a mutant is tried until one notices it.
CHECKS: tuple[Callable[[], None], ...] = (
    no_runnext_before_1_5, defers_and_recovers, channels_keep_values, select_is_fair,
    a_select_that_sends_panics_at_close, timers_and_tickers, stacks_move_at_go_s_depths,
    a_pair_is_one_slice, slices, system_calls_lose_their_p, short_calls_keep_their_p,
    sysmon_sleeps_longer_and_longer, a_blocking_call_gives_its_p_away_at_once,
    a_starving_waiter_gets_the_mutex, work_is_shared, who_is_woken_gets_a_p,
    the_m_that_parked_last_is_woken_first, at_most_half_of_the_busy_look_for_work,
    few_spin_and_idle_ps_are_a_stack, closing_races_with_sending, finalizers_run,
    objects_live_as_long_as_they_are_used, overflow_order, reasons_are_borne_out, golden_orders,
    invariants, replayed,
)  # fmt: skip
