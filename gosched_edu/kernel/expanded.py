"""Calls that a stack of real Go shows where the simulated runtime has an instruction, or one function less.

Problem. A goroutine that waits for a Mutex stands, in real Go, in runtime_SemacquireMutex, called by
lockSlow of package internal/sync, to which package sync has only delegated since Go 1.24. Here that is
an instruction in sync's lockSlow.

Rejected. The same functions in golib (each Lock would cost a call more, which real Go's compiler
inlines).

Chosen. What the compiler's inlining tables are in real Go: a table of frames that have no frame. The
innermost frame gets those of CALLS; a frame of DELEGATED's functions is two, as of its version, and its
helpers are of the other package. Files and lines of the calls are those of Go 1.27.

Invariant. The page (`page/dump.js`) and golib (`runtime/symtab.go`) use this table.
"""

from __future__ import annotations

from typing import NamedTuple


class Call(NamedTuple):
    """A call that an instruction stands for.

    Attributes
    ----------
    op : str
    inside : str
        How the name of the function begins that the instruction stands in.
    since : int
        Go 1.since; the first row that fits counts.
    name, place : str
    """

    op: str
    inside: str
    since: int
    name: str
    place: str


SEMA = "runtime/sema.go"
CALLS: tuple[Call, ...] = (
    Call("SEMACQ", "sync.(*Mutex)", 24, "internal/sync.runtime_SemacquireMutex", f"{SEMA}:95"),
    Call("SEMACQ", "sync.(*Mutex)", 0, "sync.runtime_SemacquireMutex", f"{SEMA}:95"),
    Call("SEMACQ", "sync.(*RWMutex).R", 20, "sync.runtime_SemacquireRWMutexR", f"{SEMA}:100"),
    Call("SEMACQ", "sync.(*RWMutex)", 20, "sync.runtime_SemacquireRWMutex", f"{SEMA}:105"),
    Call("SEMACQ", "sync.(*RWMutex)", 0, "sync.runtime_SemacquireMutex", f"{SEMA}:95"),
    Call("SEMACQ", "sync.(*WaitGroup)", 24, "sync.runtime_SemacquireWaitGroup", f"{SEMA}:114"),
    Call("SEMACQ", "sync.", 0, "sync.runtime_Semacquire", f"{SEMA}:71"),
    Call("NLWAIT", "sync.", 0, "sync.runtime_notifyListWait", f"{SEMA}:617"),
    Call("THROW", "sync.(*Mutex)", 24, "internal/sync.fatal", "runtime/panic.go:1205"),
    Call("THROW", "sync.", 0, "sync.fatal", "runtime/panic.go:1175"),
    Call("SLEEP", "", 0, "time.Sleep", "runtime/time.go:363"),
)
#: How the names of functions begin that only delegate, to what package, since when.
DELEGATED = ("sync.(*Mutex).", "internal/", 24)


def called(op: str, function: str, minor: int) -> tuple[str, str] | None:
    """Name and place of the call that an instruction of a function stands for, None if it is none."""
    for row in CALLS:
        if row.op == op and minor >= row.since and function.startswith(row.inside):
            return row.name, row.place
    return None


def names(function: str, minor: int) -> tuple[str, ...]:
    """The frames that the one of a function is, innermost first.

    Examples
    --------
    >>> names("sync.(*Mutex).Lock", 27)
    ('internal/sync.(*Mutex).Lock', 'sync.(*Mutex).Lock')
    >>> names("sync.(*Mutex).lockSlow", 23)
    ('sync.(*Mutex).lockSlow',)
    """
    begin, prefix, since = DELEGATED
    if minor < since or not function.startswith(begin):
        return (function,)
    if function[len(begin)].islower():
        return (prefix + function,)
    return prefix + function, function
