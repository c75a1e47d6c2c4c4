"""From plain Python functions to the compiled kernel, and to the uncompiled one.

Problem. One source must run under numba, without it, and later as WebAssembly; and
compiled code must never be a stale copy of an older source.

Rejected. Decorators in the kernel's modules (then a process has either the compiled or
the plain form); numba's own cache (it does not see a change in *another* file that was compiled into
this one, and reading it takes the whole of numba).

Chosen. The modules hold plain functions and no decorator. `compiled` gives all of them,
in order of definition, to `gosched_edu.kernel.native`, which makes one module of LLVM code of them;
`gosched_edu.kernel.library` makes object code of that and keeps it, in a folder named by a hash of all
kernel sources, numba's version and Python's.

Invariant. Compiled and plain kernel are made of the same code objects; only
``arith.wrap`` and the functions of `gosched_edu.kernel.floats` have two bodies.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, cast

from gosched_edu.kernel import (
    ahead,
    arith,
    atomics,
    chan,
    chanop,
    choice,
    collect,
    external,
    faults,
    fdop,
    find,
    floats,
    frames,
    gc,
    gcpool,
    interp,
    lockos,
    log,
    malloc,
    mark,
    maxprocs,
    mem,
    mfinal,
    mstats,
    netpoll,
    newstack,
    notify,
    ops,
    ops_mem,
    ops_num,
    ops_str,
    ops_sys,
    order,
    panic,
    pick,
    preempt,
    proc,
    quota,
    race,
    rand,
    runq,
    schedinit,
    schedule,
    select,
    sema,
    shadow,
    shrink,
    special,
    stack,
    stackmap,
    stepwise,
    stw,
    sudog,
    syscall,
    sysmon,
    threads,
    time,
    timerop,
    timerproc,
    timers,
    turns,
    visible,
    workers,
)

#: Callees before callers.
MODULES: tuple[ModuleType, ...] = (
    arith, floats, rand, log, faults, mem, race, shadow, malloc, order, external, runq, threads, time,
    sudog, stack, visible, ahead, proc, chan, stackmap, mark, special, shrink, collect, gcpool, workers,
    netpoll, schedule, fdop, timers, find, choice, pick, preempt, quota, stw, maxprocs, gc, mfinal, mstats,
    syscall, timerproc, lockos, newstack, chanop, select, sema, notify, timerop, atomics, panic, frames,
    ops_mem, ops_str, ops_num, ops_sys, ops, sysmon, interp, schedinit, stepwise, turns,
)  # fmt: skip
#: The function that the others are compiled into.
ENTRY = "run"


def source_files() -> list[Path]:
    """The files whose text decides what the compiled kernel does."""
    return sorted(Path(__file__).parent.glob("*.py"))


def source_hash() -> str:
    """A short hash of all kernel sources, of numba and of Python."""
    h = hashlib.sha256(f"{sys.version} {version('numba')} {version('llvmlite')}".encode())
    for path in source_files():
        h.update(path.name.encode() + b"\0" + path.read_bytes())
    return h.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled code is kept: GOSCHED_CACHE, else the user's cache folder."""
    base = os.environ.get("GOSCHED_CACHE")
    if base:
        return Path(base)
    home = os.environ.get("XDG_CACHE_HOME")
    root = Path(home) if home else Path.home() / ".cache"
    return root / "gosched_edu"


def writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="gosched_edu-"))


def functions() -> Iterator[FunctionType]:
    """The kernel's functions, callees before callers."""
    for module in MODULES:
        if module is floats:
            yield from cast("list[FunctionType]", list(floats.SPECIAL))
            continue
        for f in vars(module).values():
            if isinstance(f, FunctionType) and f.__module__ == module.__name__:
                yield f


def plain() -> Callable[[Any], int]:
    """The uncompiled kernel: the function ``run(S)`` on a `PlainState`."""
    return turns.run


@contextmanager
def ctrl_c_waits() -> Iterator[None]:
    """Ctrl-C acts after the block: numba, cut in the middle, could not compile again."""
    old = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or old is None:
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
    if came:
        signal.raise_signal(signal.SIGINT)


def compiled() -> Callable[[Any], int]:
    """The compiled kernel: the function ``run(S)`` on a `State`.

    The first call on a machine compiles (seconds) and stores the result; later ones load it.
    """
    with ctrl_c_waits():
        return _compiled()


@cache
def llvm_code() -> str:
    """The kernel as numba lowers it: LLVM code for no particular machine, not optimised.

    One function is seen from outside: ``run``, the address of the state's table in, a status out, both
    int64.
    """
    from gosched_edu.kernel.floats_native import BODIES
    from gosched_edu.kernel.native import lower_together

    bodies = {arith.wrap: arith.wrap_compiled, **BODIES}
    callees = []
    for f in functions():
        if f is not arith.wrap_compiled and f.__name__ != ENTRY:
            callees.append((f, bodies.get(f, f)))
    return lower_together(callees, plain())


@cache
def _compiled() -> Callable[[Any], int]:
    from gosched_edu.kernel import library

    folder = writable(cache_folder() / "kernel" / source_hash())
    stored = folder / f"{hashlib.sha256(library.host().encode()).hexdigest()[:16]}.o"
    code = library.load(stored)
    if code is None:
        # a reader whose first cell takes seconds should know why
        print("Compiling the simulated runtime, once on this machine ...", file=sys.stderr, flush=True)
        code = library.emit(llvm_code())
        try:
            library.store(stored, code)
        except OSError:
            pass  # a disk that is full costs time, nothing else
    return library.link(code, ENTRY)
