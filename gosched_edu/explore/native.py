"""The search, compiled: the kernel and the search in one library of its own.

Problem. The search calls the interpreter a million times a second, so both must be one piece of compiled
code. But a reader who only runs programs should not wait for a search to be compiled.

Rejected. The search in the kernel's library (a longer first start for everybody); linking it to the
kernel's object code (the kernel's functions are internal, so that LLVM can inline them).

Chosen. A second library, lowered from the same functions (`gosched_edu.kernel.native`), made at the first
exploration on a machine and kept beside the first. Copying items to and from `y_keep` is memcpy in it.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from gosched_edu.explore import ctl, fingerprint, keep, reduce, search, states, table, walk, words
from gosched_edu.kernel import arith, build, library, turns

ENTRY = "search"
#: Callees before callers.
MODULES = (ctl, keep, table, reduce, walk, words, fingerprint, states, search)


def source_hash() -> str:
    """A hash of the sources of kernel and search."""
    h = hashlib.sha256(build.source_hash().encode())
    for module in (*MODULES, sys.modules[__name__]):
        h.update(Path(str(module.__file__)).read_bytes())
    return h.hexdigest()[:16]


def functions() -> list[FunctionType]:
    """The kernel's functions and those of the search, callees before callers."""
    out = [f for f in build.functions() if f is not arith.wrap_compiled and f is not turns.run]
    for module in MODULES:
        out += [
            f for f in vars(module).values()
            if isinstance(f, FunctionType) and f.__module__ == module.__name__ and f is not search.search
        ]  # fmt: skip
    return out


def _bodies() -> dict[Any, Any]:
    """put, get and wipe as memcpy and memset."""
    from llvmlite import ir
    from numba import types
    from numba.extending import lower_builtin, type_callable

    from gosched_edu.kernel.floats_native import BODIES
    from gosched_edu.kernel.kstate import kstate_type

    word = ir.IntType(64)
    byte = ir.IntType(8).as_pointer()
    place = keep.N["y_keep"]

    def pointer(builder: Any, state: Any, field: Any, offset: Any) -> Any:
        slot = builder.inttoptr(builder.add(state, builder.mul(field, word(8))), word.as_pointer())
        base = builder.load(slot)
        base.set_metadata("invariant.load", builder.module.add_metadata([]))
        return builder.inttoptr(builder.add(base, offset), byte)

    def primitive(f: Any, generate: Any) -> Any:
        given = (kstate_type, *[types.int64] * (f.__code__.co_argcount - 1))
        type_callable(f)(lambda context: f)
        lower_builtin(f, *given)(lambda context, builder, sig, args: generate(builder, *args))
        return f

    def copies(f: Any, out: bool) -> Any:
        def generate(builder: Any, state: Any, field: Any, width: Any, low: Any, n: Any, at: Any) -> Any:
            here = pointer(builder, state, field, builder.mul(low, width))
            there = pointer(builder, state, word(place), builder.mul(at, word(8)))
            kind = ir.FunctionType(ir.VoidType(), [byte, byte, word, ir.IntType(1)])
            name = "llvm.memcpy.p0i8.p0i8.i64"
            f = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
            to, source = (there, here) if out else (here, there)
            builder.call(f, [to, source, builder.mul(n, width), ir.IntType(1)(0)])
            words = builder.lshr(builder.add(builder.mul(n, width), word(7)), word(3))
            return builder.add(at, words)

        return primitive(f, generate)

    def wipes(builder: Any, state: Any, field: Any, width: Any, low: Any, n: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [byte, ir.IntType(8), word, ir.IntType(1)])
        name = "llvm.memset.p0i8.i64"
        f = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        here = pointer(builder, state, field, builder.mul(low, width))
        builder.call(f, [here, ir.IntType(8)(0), builder.mul(n, width), ir.IntType(1)(0)])
        return word(0)

    # to numba each of these is its own typing: the arguments it takes, and that it gives a word
    copy_out = copies(lambda S, field, width, low, n, at: types.int64, True)
    copy_in = copies(lambda S, field, width, low, n, at: types.int64, False)
    clear = primitive(lambda S, field, width, low, n: types.int64, wipes)

    def put(S, field, width, low, n, at):  # type: ignore[no-untyped-def]
        return copy_out(S, field, width, low, n, at)

    def get(S, field, width, low, n, at):  # type: ignore[no-untyped-def]
        return copy_in(S, field, width, low, n, at)

    def wipe(S, field, width, low, n):  # type: ignore[no-untyped-def]
        return clear(S, field, width, low, n)

    return {arith.wrap: arith.wrap_compiled, **BODIES, keep.put: put, keep.get: get, keep.wipe: wipe}


@cache
def compiled() -> Callable[[Any], int]:
    """The compiled search, a function of a `State`; made at the first call on a machine (seconds)."""
    with build.ctrl_c_waits():
        folder = build.writable(build.cache_folder() / "search" / source_hash())
        stored = folder / f"{hashlib.sha256(library.host().encode()).hexdigest()[:16]}.o"
        code = library.load(stored)
        if code is None:
            from gosched_edu.kernel.native import lower_together

            print("Compiling the explorer, once on this machine ...", file=sys.stderr, flush=True)
            bodies = _bodies()
            callees = [(f, bodies.get(f, f)) for f in functions()]
            code = library.emit(lower_together(callees, search.search))
            try:
                library.store(stored, code)
            except OSError:
                pass  # a disk that is full costs time, nothing else
        return library.link(code, ENTRY)
