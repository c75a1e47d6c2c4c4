"""The arrays of a run before its first instruction.

Problem. Compiled code cannot allocate, so somebody must know how much room a run needs at first.

Chosen. All arrays with room for what is usual; in them the image, the tables and the options.
What follows from these is set by the kernel itself (`gosched_edu.kernel.schedinit`).

Invariant. Equal arguments give equal arrays.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import arena, fuse, isa, leaves, stackmap
from gosched_edu.kernel import state as st
from gosched_edu.kernel.costs import cost_table
from gosched_edu.kernel.faults import NFAULTS
from gosched_edu.kernel.image import Image, once
from gosched_edu.kernel.ops import HASH
from gosched_edu.kernel.quota import CFS_PERIOD
from gosched_edu.kernel.schedinit import schedinit
from gosched_edu.kernel.shadow import REPORT_WORDS, REPORTS
from gosched_edu.kernel.stack import stack_class
from gosched_edu.kernel.state import State
from gosched_edu.kernel.system import SYSTEM
from gosched_edu.kernel.versions import CORES, RULE_INDEX, RULES, parse, rules

MAX_PROCS = 256
MAX_MAPS = 1 << 22  # words of all stack maps
CLOCKS, TIDS = 512, 64  # of the race detector, to begin with


def _dispatch_table(image: Image) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """`Image.dispatch` as the open hash table that `gosched_edu.kernel.ops.dispatched` searches."""
    size = 8
    while size < 2 * len(image.dispatch):
        size *= 2
    keys, callees = np.full(size, -1, np.int64), np.zeros(size, np.int32)
    for (at, method), fn in image.dispatch.items():
        key = at << 16 | method
        i = (key * HASH >> 8) & (size - 1)
        while keys[i] >= 0:
            i = (i + 1) & (size - 1)
        keys[i], callees[i] = key, fn
    return keys, callees


def _most_cases(image: Image) -> int:
    """Cases of the largest select, at least 1."""
    code = image.code.reshape(-1, isa.WORDS_PER_INSTR)
    return int(code[code[:, 0] == isa.BY_NAME["SELECT"].code, 2].max(initial=1))


def _op_kinds() -> NDArray[np.uint8]:
    """The table `op_kind`: letters of the operands, and what comes after the instruction."""
    rows = []
    for op in isa.OPS:
        after = stackmap.ENDS if op.name in isa.TERMINATORS else stackmap.GOES_ON
        if op.name.startswith("CALL") or op.name == "DEFERRET":
            after = stackmap.CALLS
        rows.append([*op.operands.encode(), after])
    return np.array(rows, np.uint8).reshape(-1)


def _method_args(image: Image) -> NDArray[np.int32]:
    """Words that methods take, by number; a method that no type has takes none."""
    code = image.code.reshape(-1, isa.WORDS_PER_INSTR)
    called = code[code[:, 0] == isa.BY_NAME["CALLI"].code, 3]
    args = np.zeros(1 + int(called.max(initial=0)), np.int32)
    for (_, method), fn in image.dispatch.items():
        if method < len(args):
            args[method] = max(args[method], image.functions[fn].nargs)
    return args


@once
def _maps(image: Image) -> tuple[list[int], int]:
    """Where the stack map of each function begins, and the words of all."""
    places, at = [], 0
    for f in image.functions:
        words = 1 + (f.end - f.entry) * -(-f.frame // stackmap.BITS)
        fits = words <= stackmap.MANY and at + words <= MAX_MAPS
        places.append(at if fits else -1)
        at += words if fits else 0
    return places, at


@once
def image_arrays(image: Image) -> dict[str, NDArray[Any]]:
    """The arrays that the image fills: the group "image" of `state.FIELDS`, and the dtypes it gives."""
    keys, callees = _dispatch_table(image)
    fns = image.functions
    arrays = {
        "code": image.code.copy(), "fused": fuse.fuse(image.code, fns), "konst": np.append(image.konst, 0),
        "f_entry": [f.entry for f in fns], "f_frame": [f.frame for f in fns],
        "f_nargs": [f.nargs for f in fns], "f_nresults": [f.nresults for f in fns],
        "f_bytes": [f.bytes for f in fns], "f_flags": leaves.flags(image),
        "f_class": leaves.first_class(image),
        "f_deferret": [f.deferret for f in fns], "f_end": [f.end for f in fns],
        "f_map": _maps(image)[0], "method_args": _method_args(image),
        "fn_of": np.repeat(np.arange(len(fns)), [f.end - f.entry for f in fns]),
        "handlers": image.handlers + (-1,) * (NFAULTS - len(image.handlers)),
        "disp_key": keys, "disp_fn": callees,
    }  # fmt: skip
    return {f.name: np.ascontiguousarray(arrays[f.name], f.dtype) for f in st.BY_GROUP["image"]}


def room(image: Image, procs: int, *, auto: bool = False) -> int:
    """For how many Ps a run has room: the program, or the runtime itself, may ask for more."""
    setprocs = bool((image.code[:: isa.WORDS_PER_INSTR] == isa.BY_NAME["SETPROCS"].code).any())
    return MAX_PROCS if setprocs else max(procs, CORES) if auto else procs


def capacities(
    image: Image, ps: int, *, trace: int = 1, trace_size: int = 1, race: bool = False
) -> dict[str, int]:
    """How many items each group of `state.FIELDS` has room for at first, with room for `ps` Ps."""
    frame = 1 << stack_class(image.functions[0].frame)
    heap = arena.heap_words(len(image.data))
    capacity = {
        "g": 64, "p": ps + 1, "m": 2 * ps + 8, "c": 64, "s": 64, "t": 64, "heap": heap,
        "stk": max(2048, frame), "out": 4096, "err": 1024, "text": 1024, "runq": ps * st.RING,
        "x": 64, "d": 16, "net": 1024, "order": 1 << ps.bit_length(), "sel": 2 * _most_cases(image),
        "trace": max(4096, 8 * ps + 2048) if trace else 1,
        "shadow": 1, "reads": 1, "clocks": 1, "rows": 1, "tids": 1, "choice": 1,
        "maps": max(1, _maps(image)[1]),
        "y_vis": 1, "y_foot": 1, "y_dev": 1, "y_ctl": 1, "y_node": 1, "y_path": 1, "y_clk": 1, "y_feet": 1,
        "y_keep": 1, "y_copy": 1, "y_vars": 1, "y_tab": 1, "y_seen": 1,
    }  # fmt: skip
    if race:
        capacity |= {"shadow": heap, "reads": heap, "clocks": CLOCKS * TIDS, "rows": CLOCKS, "tids": TIDS}
    if trace == 2:
        capacity["trace"] = 1 << max(4, int(trace_size - 1).bit_length())
    return capacity


#: Scalars that tell the kernel how many items a group has room for.
CAPS: dict[str, str] = {
    "GCAP": "g", "CHANCAP": "c", "SUDOGCAP": "s", "TIMERCAP": "t", "HEAPCAP": "heap", "STKCAP": "stk",
    "OUTCAP": "out", "ERRCAP": "err", "TEXTCAP": "text", "TRACECAP": "trace", "MCAP": "m", "XCAP": "x",
    "DCAP": "d", "NETCAP": "net",
}  # fmt: skip


def tables() -> dict[str, NDArray[Any]]:
    """The arrays whose length never changes, as they are before `schedinit`; costs and rules are zero."""
    return {
        "sc": np.zeros(st.NSC, np.int64), "cost": cost_table(), "rule": np.zeros(len(RULES), np.int64),
        "sema": np.zeros(st.SEMA_ROOTS, np.int32), "stk_free": np.zeros(st.STACK_CLASSES, np.int32),
        "r_report": np.zeros(REPORTS * REPORT_WORDS, np.int64), "op_kind": _op_kinds(),
        **arena.tables(),
    }  # fmt: skip


def boot(
    image: Image,
    *,
    procs: int,
    version: str,
    seed: int,
    costs: NDArray[np.int64],
    trace: int,
    trace_size: int,
    asyncpreemptoff: bool,
    cpu_quota: float | None,
    schedtrace: bool,
    auto: bool,
    gogc: int = 100,
    race: int = 0,
) -> State:
    """The state at program start: main in P0's runnext, the other Ps idle.

    Parameters as those of `gosched_edu.kernel.machine.Machine`; `trace` is the number of the mode.
    """
    ps = room(image, procs, auto=auto)
    capacity = capacities(image, ps, trace=trace, trace_size=trace_size, race=bool(race))
    given = tables() | image_arrays(image) | {"cost": costs}
    a: dict[str, NDArray[Any]] = {}
    for f in st.FIELDS:
        if f.name in given:
            a[f.name] = np.ascontiguousarray(given[f.name], f.dtype)
        else:
            a[f.name] = np.zeros(st.length(f, capacity[f.group]), f.dtype)
    for i, on in enumerate(rules(version).values()):
        a["rule"][i] = on
    if asyncpreemptoff:
        a["rule"][RULE_INDEX["async_preempt"]] = 0
    s = State(a)
    for cap, group in CAPS.items():
        s[cap] = capacity[group]
    a["heap"][: len(image.data)] = image.data
    options = {
        "DATA_END": len(image.data), "DISP_MASK": len(a["disp_key"]) - 1,
        "NFUNC": len(image.functions) - len(SYSTEM),
        "NPROC": procs, "PCAP": ps, "OMASK": capacity["order"] - 1, "SEED": seed,
        "MINOR": parse(version)[1], "GOGC": gogc, "TRACE_MODE": trace, "SCHEDTRACE": int(schedtrace),
        "PROCS_AUTO": int(auto), "CFS_QUOTA": int((cpu_quota or 0) * CFS_PERIOD), "RACE": int(race),
    }  # fmt: skip
    if race:
        options |= {"VC_WIDTH": TIDS, "VCCAP": CLOCKS}
    for name, value in options.items():
        s[name] = value
    # the kernel's own function, on the arrays: one call is not worth a conversion to lists
    schedinit(SimpleNamespace(**a))
    return s
