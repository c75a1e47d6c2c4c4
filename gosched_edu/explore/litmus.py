"""Litmus tests: small programs with the outcomes that the Go memory model allows.

Problem. Whether an explorer shows too much or too little cannot be seen from one program's output. A
litmus test says beforehand what may come out, and which rule says so.

Rejected. Litmus tests in assembly, as for hardware: Go's model speaks of channels, locks and
goroutines, and calls the rest a data race.

Chosen. Each test is a Go program that prints one line. The memory of the simulation is sequentially
consistent: all goroutines see all writes in one order. For a program with a data race it may therefore
show less than compiled Go on real hardware does (`Litmus.beyond`). That such a program must not be
relied upon is said by the race detector, which finds the race in every one of them.

Invariant. What a complete search shows of a program without a race is exactly `Litmus.allowed`.

Source: The Go Memory Model, version of June 6, 2022, https://go.dev/ref/mem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

MODEL = "https://go.dev/ref/mem"


@dataclass(frozen=True)
class Litmus:
    """A program, and what may come out of it.

    Attributes
    ----------
    name : str
        The usual name of the test.
    section : str
        Of the memory model, as the end of its address; or the package whose documentation promises it.
    rule : str
        What is tested.
    source : str
        A Go program that prints one line.
    allowed : frozenset of str
        The lines that sequentially consistent memory can show.
    racy : bool
        Whether the program has a data race.
    beyond : frozenset of str
        Lines that the model does not exclude, but that sequentially consistent memory never shows.
    forbidden : frozenset of str
        Lines that the model excludes: those one might fear. No other line may be seen either.
    """

    name: str
    section: str
    rule: str
    source: str
    allowed: frozenset[str]
    racy: bool
    beyond: frozenset[str]
    forbidden: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What a search showed of a litmus test.

    Attributes
    ----------
    seen : frozenset of str
        The lines that were printed.
    wrong : tuple of str
        What contradicts the model, in words; empty if nothing does.
    missing : frozenset of str
        Allowed lines that were not seen.
    complete : bool
        Whether the search was: only then a missing line is a fault.
    """

    seen: frozenset[str]
    wrong: tuple[str, ...]
    missing: frozenset[str]
    complete: bool

    @property
    def passed(self) -> bool:
        """Whether nothing contradicts the model."""
        return not self.wrong and not (self.complete and self.missing)


def check(litmus: Litmus, explore: Callable[..., Any] | None = None, **options: Any) -> Verdict:
    """Search the outcomes of a litmus test and compare them with the model.

    Parameters
    ----------
    litmus : Litmus
    explore : callable, optional
        By default `gosched_edu.explore.explore`.
    **options
        For `explore`.

    Returns
    -------
    Verdict
    """
    search = explore or import_module("gosched_edu.explore").explore
    found = search(litmus.source, **options)
    seen = frozenset(o.stdout.strip() for o in found.outcomes if o.stdout)
    wrong = [
        f"it ended with {o.kind}" for o in found.outcomes if o.kind not in ("finished", "race", "budget")
    ]
    races = any(o.kind == "race" for o in found.outcomes)
    wrong += [f"the model forbids {line!r}" for line in sorted(seen - litmus.allowed)]
    if races and not litmus.racy:
        wrong.append("a data race was reported where there is none")
    if litmus.racy and not races and found.complete:
        wrong.append("its data race was not reported")
    return Verdict(seen, tuple(wrong), litmus.allowed - seen, found.complete)


def _lines(text: str) -> frozenset[str]:
    return frozenset(filter(None, (line.strip() for line in text.split(","))))


def _litmus(
    name: str, section: str, rule: str, source: str, allowed: str, *,
    racy: bool = False, beyond: str = "", forbidden: str = "",
) -> Litmus:  # fmt: skip
    text = "package main\n\nimport (\n"
    for path in ("context", "fmt", "sync", "sync/atomic"):
        if path.rpartition("/")[2] + "." in source:
            text += f'\t"{path}"\n'
    return Litmus(
        name, section, rule, f"{text})\n{source}", _lines(allowed), racy, _lines(beyond), _lines(forbidden)
    )


def _threads(variables: str, *threads: str, results: str) -> str:
    """A program of a few goroutines, which prints the results when all have ended."""
    body = "".join(f"\tgo func() {{\n\t\tdefer wg.Done()\n\t\t{t}\n\t}}()\n" for t in threads)
    return (
        f"\nvar wg sync.WaitGroup\n{variables}\n\nfunc main() {{\n\twg.Add({len(threads)})\n{body}"
        f"\twg.Wait()\n\tfmt.Println({results})\n}}\n"
    )


def _plain(first: str, *, setup: str = "", second: str, extra: str = "") -> str:
    """A program in which main and one other goroutine work on `a`."""
    return f"\nvar a int\n{extra}\nfunc main() {{\n{setup}\tgo func() {{\n{first}\t}}()\n{second}}}\n"


_INT = "var x, y, r1, r2 int"
_ATOMIC = "var x, y atomic.Int32\nvar r1, r2 int32"

#: All tests. Lines of results are separated by commas.
TESTS: tuple[Litmus, ...] = (
    # --- plain memory: races -----------------------------------------------------------------
    _litmus(
        "message passing, plain", "#badsync",
        "Seeing the flag does not mean seeing the message.",
        _threads(_INT, "x = 1; y = 1", "r1 = y; r2 = x", results="r1, r2"),
        "0 0, 0 1, 1 1", racy=True, beyond="1 0",
    ),
    _litmus(
        "store buffering, plain", "#badsync",
        "Both goroutines may miss the other's write on real hardware.",
        _threads(_INT, "x = 1; r1 = y", "y = 1; r2 = x", results="r1, r2"),
        "0 1, 1 0, 1 1", racy=True, beyond="0 0",
    ),
    _litmus(
        "load buffering, plain", "#restrictions",
        "A read never sees a write that happens after it.",
        _threads(_INT, "r1 = x; y = 1", "r2 = y; x = 1", results="r1, r2"),
        "0 0, 0 1, 1 0", racy=True, beyond="1 1",
    ),
    _litmus(
        "lost update", "#overview", "Adding one is a read and a write.",
        _threads("var x int", "x++", "x++", results="x"), "1, 2", racy=True,
    ),
    _litmus(
        "goroutine exit", "#goexit",
        "The exit of a goroutine is not synchronized before any event.",
        _plain("\t\ta = 1\n", second="\tfmt.Println(a)\n"), "0, 1", racy=True,
    ),
    _litmus(
        "double-checked locking, plain", "#badsync",
        "Observing the write to done does not imply observing the write to a.",
        _threads(
            "var a, r1, r2 int\nvar done bool\nvar once sync.Once\n\nfunc get() int {\n\tif !done {\n"
            "\t\tonce.Do(func() { a = 1; done = true })\n\t}\n\treturn a\n}",
            "r1 = get()", "r2 = get()", results="r1, r2",
        ),
        "1 1", racy=True, beyond="0 1, 1 0",
    ),
    # --- goroutines --------------------------------------------------------------------------
    _litmus(
        "goroutine creation", "#go",
        "The go statement is synchronized before the start of the goroutine.",
        "\nvar a int\n\nfunc main() {\n\tdone := make(chan bool)\n\ta = 1\n"
        "\tgo func() { fmt.Println(a); done <- true }()\n\t<-done\n}\n",
        "1", forbidden="0",
    ),
    # --- channels ----------------------------------------------------------------------------
    _litmus(
        "send before receive", "#chan",
        "A send is synchronized before the completion of the corresponding receive.",
        _plain("\t\ta = 1\n\t\tc <- true\n", setup="\tc := make(chan bool, 1)\n",
               second="\t<-c\n\tfmt.Println(a)\n"), "1", forbidden="0",
    ),
    _litmus(
        "close before receive", "#chan",
        "Closing is synchronized before a receive that returns because the channel is closed.",
        _plain("\t\ta = 1\n\t\tclose(c)\n", setup="\tc := make(chan bool)\n",
               second="\t<-c\n\tfmt.Println(a)\n"), "1", forbidden="0",
    ),
    _litmus(
        "receive before send completes", "#chan",
        "A receive from an unbuffered channel is synchronized before the completion of the send.",
        _plain("\t\ta = 1\n\t\t<-c\n", setup="\tc := make(chan bool)\n",
               second="\tc <- true\n\tfmt.Println(a)\n"), "1", forbidden="0",
    ),
    _litmus(
        "receive before send completes, buffered", "#chan",
        "With a buffer the send need not wait for the receive.",
        _plain("\t\ta = 1\n\t\t<-c\n", setup="\tc := make(chan bool, 1)\n",
               second="\tc <- true\n\tfmt.Println(a)\n"), "0, 1", racy=True,
    ),
    _litmus(
        "capacity: k and k+C", "#chan",
        "The kth receive is synchronized before the completion of the k+Cth send: C=1 is a mutex.",
        _threads("var a int\nvar c = make(chan bool, 1)", "c <- true; a++; <-c", "c <- true; a++; <-c",
                 results="a"), "2", forbidden="1",
    ),
    _litmus(
        "capacity: one too many", "#chan",
        "With C=2 the first receive is before the third send: two may work at once.",
        _threads("var a int\nvar c = make(chan bool, 2)", "c <- true; a++; <-c", "c <- true; a++; <-c",
                 results="a"), "1, 2", racy=True,
    ),
    _litmus(
        "capacity: not more than C at once", "#chan",
        "A buffered channel counts: at most C goroutines are between send and receive.",
        _threads("var n, most atomic.Int32\nvar c = make(chan bool, 1)\n\nfunc work() {\n\tc <- true\n"
                 "\tif k := n.Add(1); k > most.Load() {\n\t\tmost.Store(k)\n\t}\n\tn.Add(-1)\n\t<-c\n}",
                 "work()", "work()", results="most.Load()"), "1", forbidden="2",
    ),
    # --- locks -------------------------------------------------------------------------------
    _litmus(
        "mutex", "#locks", "The nth Unlock is synchronized before the mth Lock returns, n < m.",
        _plain("\t\ta = 1\n\t\tmu.Unlock()\n", setup="\tmu.Lock()\n",
               second="\tmu.Lock()\n\tfmt.Println(a)\n", extra="var mu sync.Mutex\n"), "1", forbidden="0",
    ),
    _litmus(
        "message passing, mutex", "#locks", "Who sees the flag under the lock sees the message.",
        _threads("var mu sync.Mutex\n" + _INT, "mu.Lock(); x = 1; y = 1; mu.Unlock()",
                 "mu.Lock(); r1 = y; r2 = x; mu.Unlock()", results="r1, r2"),
        "0 0, 1 1", forbidden="0 1, 1 0",
    ),
    _litmus(
        "no lost update with a mutex", "#locks", "Between Lock and Unlock there is one goroutine.",
        _threads("var mu sync.Mutex\nvar x int", "mu.Lock(); x++; mu.Unlock()",
                 "mu.Lock(); x++; mu.Unlock()", results="x"), "2", forbidden="1",
    ),
    _litmus(
        "TryLock that fails", "#locks", "An unsuccessful TryLock has no synchronizing effect.",
        _threads("var mu sync.Mutex\nvar x, r1 int", "x = 1; mu.Lock()",
                 "if mu.TryLock() {\n\t\t\tmu.Unlock()\n\t\t} else {\n\t\t\tr1 = x\n\t\t}", results="r1"),
        "0, 1", racy=True,
    ),
    _litmus(
        "RWMutex", "#locks",
        "RLock returns after the nth Unlock, and its RUnlock is before the n+1st Lock returns.",
        _threads("var mu sync.RWMutex\n" + _INT, "mu.Lock(); x = 1; y = 1; mu.Unlock()",
                 "mu.RLock(); r1 = y; r2 = x; mu.RUnlock()", results="r1, r2"),
        "0 0, 1 1", forbidden="0 1, 1 0",
    ),
    _litmus(
        "RWMutex, two readers that write", "#locks", "Readers are not synchronized with each other.",
        _threads("var mu sync.RWMutex\nvar x int", "mu.RLock(); x++; mu.RUnlock()",
                 "mu.RLock(); x++; mu.RUnlock()", results="x"), "1, 2", racy=True,
    ),
    # --- once, WaitGroup, Cond, ... ----------------------------------------------------------
    _litmus(
        "once", "#once", "The one call is synchronized before the return of any Do.",
        _threads("var a, r1, r2 int\nvar once sync.Once\n\nfunc get() int {\n"
                 "\tonce.Do(func() { a++ })\n\treturn a\n}", "r1 = get()", "r2 = get()", results="r1, r2"),
        "1 1", forbidden="0 1, 1 0, 2 2, 1 2, 2 1",
    ),
    _litmus(
        "WaitGroup", "sync", "Done is synchronized before the return of any Wait that it unblocks.",
        _threads("var a, b int", "a = 1", "b = 1", results="a, b"), "1 1", forbidden="0 1, 1 0, 0 0",
    ),
    _litmus(
        "Cond", "sync", "Signal is synchronized before the return of the Wait that it unblocks.",
        _plain("\t\tmu.Lock()\n\t\ta = 1\n\t\tmu.Unlock()\n\t\tcond.Signal()\n",
               second="\tmu.Lock()\n\tfor a == 0 {\n\t\tcond.Wait()\n\t}\n\tfmt.Println(a)\n\tmu.Unlock()\n",
               extra="var mu sync.Mutex\nvar cond = sync.NewCond(&mu)\n"), "1", forbidden="0",
    ),
    _litmus(
        "sync.Map", "sync", "A write is synchronized before the read that observes it.",
        _threads("var m sync.Map\nvar x, r1, r2 int\nvar ok bool", "x = 1; m.Store(0, 1)",
                 "if _, ok = m.Load(0); ok {\n\t\t\tr1 = 1\n\t\t\tr2 = x\n\t\t}", results="r1, r2"),
        "0 0, 1 1", forbidden="1 0",
    ),
    _litmus(
        "sync.Pool", "sync", "Put(x) is synchronized before a Get that returns it.",
        _threads("var pool sync.Pool\nvar r1 int", "x := new(int)\n\t\t*x = 1\n\t\tpool.Put(x)",
                 "if x, ok := pool.Get().(*int); ok {\n\t\t\tr1 = *x\n\t\t} else {\n\t\t\tr1 = 2\n\t\t}",
                 results="r1"), "1, 2", forbidden="0",
    ),
    _litmus(
        "context", "context", "The cancellation is before the return of a receive from Done.",
        _plain("\t\ta = 1\n\t\tcancel()\n", setup="\tctx, cancel := context.WithCancel(context.TODO())\n",
               second="\t<-ctx.Done()\n\tfmt.Println(a)\n"), "1", forbidden="0",
    ),
    # --- atomics -----------------------------------------------------------------------------
    _litmus(
        "message passing, atomic", "#atomic",
        "If an atomic operation observes another, that one is synchronized before it.",
        _threads("var x, r1, r2 int\nvar y atomic.Int32", "x = 1; y.Store(1)",
                 "if y.Load() == 1 {\n\t\t\tr1 = 1\n\t\t\tr2 = x\n\t\t}", results="r1, r2"),
        "0 0, 1 1", forbidden="1 0",
    ),
    _litmus(
        "store buffering, atomic", "#atomic",
        "All atomic operations behave as in one sequentially consistent order.",
        _threads(_ATOMIC, "x.Store(1); r1 = y.Load()", "y.Store(1); r2 = x.Load()", results="r1, r2"),
        "0 1, 1 0, 1 1", forbidden="0 0",
    ),
    _litmus(
        "load buffering, atomic", "#atomic", "The same, the other way round.",
        _threads(_ATOMIC, "r1 = x.Load(); y.Store(1)", "r2 = y.Load(); x.Store(1)", results="r1, r2"),
        "0 0, 0 1, 1 0", forbidden="1 1",
    ),
    _litmus(
        "independent reads of independent writes", "#atomic",
        "Two readers do not disagree about the order of two writes.",
        _threads("var x, y atomic.Int32\nvar r1, r2, r3, r4 int32", "x.Store(1)", "y.Store(1)",
                 "r1 = x.Load(); r2 = y.Load()", "r3 = y.Load(); r4 = x.Load()", results="r1, r2, r3, r4"),
        "0 0 0 0, 0 0 0 1, 0 0 1 0, 0 0 1 1, 0 1 0 0, 0 1 0 1, 0 1 1 0, 0 1 1 1, 1 0 0 0, 1 0 0 1, "
        "1 0 1 1, 1 1 0 0, 1 1 0 1, 1 1 1 0, 1 1 1 1", forbidden="1 0 1 0",
    ),
    _litmus(
        "coherence", "#atomic", "Reads of one variable do not go back in time.",
        _threads("var x atomic.Int32\nvar r1, r2 int32", "x.Store(1); x.Store(2)",
                 "r1 = x.Load(); r2 = x.Load()", results="r1, r2"),
        "0 0, 0 1, 0 2, 1 1, 1 2, 2 2", forbidden="1 0, 2 0, 2 1",
    ),
    _litmus(
        "compare and swap", "#atomic", "One of two wins.",
        _threads("var x atomic.Int32\nvar r1, r2 bool", "r1 = x.CompareAndSwap(0, 1)",
                 "r2 = x.CompareAndSwap(0, 2)", results="r1, r2"),
        "true false, false true", forbidden="true true, false false",
    ),
    _litmus(
        "no lost update with an atomic", "#atomic", "Add is one operation.",
        _threads("var x atomic.Int32", "x.Add(1)", "x.Add(1)", results="x.Load()"), "2", forbidden="1",
    ),
)  # fmt: skip
