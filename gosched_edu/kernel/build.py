"""From plain Python functions to the compiled kernel, and to the uncompiled one.

Problem. One source must run under numba, without it, and later as WebAssembly; and
compiled code must never be a stale copy of an older source.

Rejected. Decorators in the kernel's modules (then a process has either the compiled or
the plain form); numba's own cache check alone (it does not see a change in *another* file
that was compiled into this one).

Chosen. The modules hold plain functions and no decorator. `compiled` copies each
function, in order of definition, with the functions it calls replaced by their compiled
forms, under one signature: ``int64(State, int64, ...)``. The cache lives in a
folder named by a hash of all kernel sources, numba's version and Python's.

Invariant. Compiled and plain kernel are made of the same code objects; only
``arith.wrap`` has two bodies.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from gosched_edu.kernel import (
    arith,
    chan,
    fmt,
    interp,
    log,
    ops,
    proc,
    rand,
    schedule,
    sema,
    stack,
    sysmon,
    time,
)

#: Callees before callers.
MODULES: tuple[ModuleType, ...] = (
    arith, rand, log, stack, time, proc, schedule, chan, sema, fmt, ops, sysmon, interp,
)  # fmt: skip
ENTRY = "run"


def source_files() -> list[Path]:
    """The files whose text decides what the compiled kernel does."""
    return sorted(Path(__file__).parent.glob("*.py"))


def source_hash() -> str:
    """A short hash of all kernel sources, of numba and of Python."""
    import llvmlite
    import numba

    h = hashlib.sha256(f"{sys.version} {numba.__version__} {llvmlite.__version__}".encode())
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


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="gosched_edu-"))


def functions() -> Iterator[FunctionType]:
    """The kernel's functions, callees before callers."""
    for module in MODULES:
        for f in vars(module).values():
            if isinstance(f, FunctionType) and f.__module__ == module.__name__:
                yield f


def plain() -> Callable[[Any], int]:
    """The uncompiled kernel: the function ``run(S)`` on a `PlainState`."""
    return interp.run


@cache
def compiled() -> Callable[[Any], int]:
    """The compiled kernel: the function ``run(S)`` on a `State`.

    The first call on a machine compiles (seconds) and stores the result; later ones load it.
    """
    from numba import config, njit, types

    from gosched_edu.kernel.kstate import kstate_type

    old = config.CACHE_DIR
    config.CACHE_DIR = str(_writable(cache_folder() / "kernel" / source_hash()))
    try:
        made: dict[FunctionType, Any] = {}
        for f in functions():
            if f.__name__ == "wrap_compiled":
                continue
            code = (arith.wrap_compiled if f is arith.wrap else f).__code__
            names = code.co_varnames[: code.co_argcount]
            home = sys.modules[f.__module__].__dict__
            scope = {k: made[v] if isinstance(v, FunctionType) and v in made else v
                     for k, v in home.items()}  # fmt: skip
            copy = FunctionType(code, scope, f.__name__)
            copy.__module__ = f.__module__
            copy.__qualname__ = f.__qualname__
            signature = types.int64(*(kstate_type if n == "S" else types.int64 for n in names))
            entry = f.__name__ == ENTRY
            made[f] = njit(
                signature, cache=True, error_model="numpy", nogil=True,
                no_cpython_wrapper=not entry, no_cfunc_wrapper=True,
            )(copy)  # fmt: skip
        return made[interp.run]  # type: ignore[no-any-return]
    finally:
        config.CACHE_DIR = old
