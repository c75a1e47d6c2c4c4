"""The state of a run before its first instruction (proc.go: schedinit, procresize, main).

Problem. A run begins where the runtime's own start has left the scheduler: one P held, the others
idle in a certain order, some threads parked already.

Chosen. All arrays with room for what is usual, filled from the image and the options, here and
nowhere else.

Invariant. Equal arguments give equal arrays.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import arena, isa, leaves
from gosched_edu.kernel import state as st
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import RECORD_WORDS, Kind, Reason
from gosched_edu.kernel.faults import NFAULTS
from gosched_edu.kernel.image import Image
from gosched_edu.kernel.ops import HASH
from gosched_edu.kernel.quota import CFS_PERIOD
from gosched_edu.kernel.race import racegostart
from gosched_edu.kernel.shadow import REPORT_WORDS, REPORTS
from gosched_edu.kernel.stack import MAX_STACK_SIZE, firststack, newstackof, stack_class
from gosched_edu.kernel.state import State
from gosched_edu.kernel.sysmon import MIN_SLEEP
from gosched_edu.kernel.system import SYSTEM
from gosched_edu.kernel.threads import COLD, M_PARKED
from gosched_edu.kernel.versions import CORES, RULE_INDEX, RULES, parse, rules

MAX_PROCS = 256
BOOT_PARKED = 3
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
    race: bool = False,
) -> State:
    """The state at program start: main in P0's runnext, the other Ps idle.

    Parameters as those of `gosched_edu.kernel.machine.Machine`; `trace` is the number of the mode.
    """
    goroutines, heap0 = 64, len(image.data)
    setprocs = bool((image.code[:: isa.WORDS_PER_INSTR] == isa.BY_NAME["SETPROCS"].code).any())
    room = MAX_PROCS if setprocs else max(procs, CORES) if auto else procs
    capacity = {
        "g": goroutines, "p": room + 1, "m": 2 * room + 8, "c": 64, "s": 64, "t": 64,
        "heap": arena.heap_words(heap0), "stk": 2048, "out": 4096, "err": 1024, "text": 1024,
        "runq": room * st.RING, "x": 64, "d": 16, "net": 1024,
        "order": 1 << room.bit_length(), "sel": 2 * _most_cases(image),
        "trace": max(4096, 8 * room + 2048) if trace else 1,
        "shadow": 1, "reads": 1, "clocks": 1, "rows": 1, "tids": 1,
    }  # fmt: skip
    if race:
        capacity |= {"shadow": capacity["heap"], "reads": capacity["heap"], "clocks": CLOCKS * TIDS,
                     "rows": CLOCKS, "tids": TIDS}  # fmt: skip
    if trace == 2:
        capacity["trace"] = 1 << max(4, int(trace_size - 1).bit_length())
    keys, callees = _dispatch_table(image)
    fixed = {
        "sc": np.zeros(st.NSC, np.int64), "cost": costs, "rule": np.zeros(len(RULES), np.int64),
        "sema": np.full(st.SEMA_ROOTS, -1, np.int32),
        "stk_free": np.full(st.STACK_CLASSES, -1, np.int32),
        "code": image.code.copy(), "konst": np.append(image.konst, 0).astype(np.int64),
        "f_entry": np.array([f.entry for f in image.functions], np.int32),
        "f_frame": np.array([f.frame for f in image.functions], np.int32),
        "f_nargs": np.array([f.nargs for f in image.functions], np.int32),
        "f_nresults": np.array([f.nresults for f in image.functions], np.int32),
        "f_bytes": np.array([f.bytes for f in image.functions], np.int32),
        "f_flags": leaves.flags(image),
        "f_deferret": np.array([f.deferret for f in image.functions], np.int32),
        "fn_of": np.repeat(np.arange(len(image.functions)), [f.end - f.entry for f in image.functions]),
        "handlers": np.array(image.handlers + (-1,) * (NFAULTS - len(image.handlers)), np.int32),
        "disp_key": keys, "disp_fn": callees, "r_report": np.zeros(REPORTS * REPORT_WORDS, np.int64),
        **arena.tables(),
    }  # fmt: skip
    a: dict[str, NDArray[Any]] = {}
    for f in st.FIELDS:
        if f.name in fixed:
            a[f.name] = np.ascontiguousarray(fixed[f.name], f.dtype)
        else:
            a[f.name] = np.zeros(st.length(f, capacity[f.group]), f.dtype)
    for i, on in enumerate(rules(version).values()):
        a["rule"][i] = on
    if asyncpreemptoff:
        a["rule"][RULE_INDEX["async_preempt"]] = 0
    s = State(a)
    for cap, group in (("GCAP", "g"), ("CHANCAP", "c"), ("SUDOGCAP", "s"), ("TIMERCAP", "t"),
                       ("HEAPCAP", "heap"), ("STKCAP", "stk"), ("OUTCAP", "out"), ("ERRCAP", "err"),
                       ("TEXTCAP", "text"), ("TRACECAP", "trace"), ("MCAP", "m"), ("XCAP", "x"),
                       ("DCAP", "d"), ("NETCAP", "net")):  # fmt: skip
        s[cap] = capacity[group]
    # memory
    a["heap"][:heap0] = image.data
    arena.start(s, heap0)
    s["DISP_MASK"] = len(keys) - 1
    s["THREAD_MAX"] = int(a["rule"][RULE_INDEX["thread_limit"]])
    s["STACK_TEXT"] = MAX_STACK_SIZE
    s["SEED"], s["MINOR"] = seed, parse(version)[1]
    s["NCHAN"] = 1  # channel 0 is nil
    s["NFUNC"] = len(image.functions) - len(SYSTEM)
    s["GC_POOL"] = s["GC_WAITERS"] = s["FORCE_G"] = -1
    s["GOGC"], s["GC_GOAL"], s["GC_TRIGGER"] = gogc, *arena.first_goal(gogc)
    # processors: P0 is held by M0; the others are idle, P1 on top (proc.go:procresize)
    s["NPROC"], s["PCAP"] = procs, room
    for name in ("p_g", "p_m", "p_runnext", "p_timers", "p_robbed", "p_run", "p_sysg"):
        a[name][:] = -1
    a["p_clock"][:] = st.INF
    a["p_clock"][0], a["p_m"][0], a["p_wake"][0] = 0, 0, int(Reason.BOOT)
    a["p_status"][procs:], a["p_status"][0], a["p_in"][0] = st.PDEAD, st.PRUNNING, 1
    s["NORDER"], s["OMASK"] = 1, capacity["order"] - 1  # p_order[0] is P0
    # one slice has begun before main.main: the one in which the runtime started main
    a["p_tick"][0] = 1
    a["pidle"][: procs - 1] = np.arange(procs - 1, 0, -1)
    # the runtime's own start has left threads behind (measured: 3 parked ones with 4 Ps)
    parked = min(procs - 1, BOOT_PARKED)
    a["midle"][:parked] = np.arange(parked, 0, -1)
    a["m_lockg"][:], a["m_where"][1 : parked + 1] = -1, M_PARKED
    a["m_clock"][1 : parked + 1] = -COLD
    s["NPIDLE"], s["NM"], s["NMIDLE"] = procs - 1, 1 + parked, parked
    s["SYSMON_DELAY"] = MIN_SLEEP
    s["SYSMON_AT"] = MIN_SLEEP + int(costs[INDEX["usleep_slack"]])
    if not a["rule"][RULE_INDEX["local_queues"]]:
        s["SYSMON_AT"] = st.INF  # Go 1.0 had none
    s["SCHEDTRACE"], s["TIMERPROC"] = int(schedtrace), -1
    s["PROCS_AUTO"], s["UPDATER"] = int(auto), -1
    s["POLL_M"], s["POLL_AT"], s["POLL_UNTIL"], s["NET_TOP"] = -1, st.INF, st.INF, 1
    s["CFS_QUOTA"] = int((cpu_quota or 0) * CFS_PERIOD)
    s["CFS_END"] = CFS_PERIOD
    for name in ("GFREE", "SFREE", "CFREE", "TFREE", "GQ_HEAD", "GQ_TAIL"):
        s[name] = -1
    s["TIMER0"] = st.INF
    s["RNG"] = ((seed * 2654435761) ^ 0x9E3779B9) & 0xFFFFFFFF or 1
    # main
    k = stack_class(image.functions[0].frame)
    if (1 << k) > capacity["stk"]:
        a["stk"] = np.zeros(1 << k, np.int64)
        s["STKCAP"] = 1 << k
        s._point(("stk",))
    a["g_status"][0], a["g_goid"][0], a["g_class"][0], a["g_go_pc"][0] = 1, 1, k, -1
    a["g_lockm"][0] = -1
    a["g_waiting"][0] = -1
    # the kernel's own functions, on the arrays: a call of three is not worth a conversion to lists
    on_arrays = SimpleNamespace(**a)
    s["STACK_START"] = firststack(on_arrays)
    newstackof(on_arrays, 0, 0, k, 0)
    if race:
        for name, value in ("RACE", 1), ("VC_WIDTH", TIDS), ("VCCAP", CLOCKS), ("VC_TOP", 1):
            s[name] = value
        racegostart(on_arrays, 0, 0, -1, 0, -1)
    a["g_pc"][0] = image.functions[0].entry
    a["stk"][0] = -1
    s["STK_TOP"], s["NG"], s["NLIVE"], s["MAX_LIVE"], s["NEXT_GOID"] = 1 << k, 1, 1, 1, 2
    s["NCREATED"] = 1
    a["p_runnext"][0] = 0
    s["TRACE_MODE"] = trace
    if trace:
        rows = a["trace"].reshape(-1, RECORD_WORDS)
        rows[0] = 0, int(Kind.PROCS), -1, procs, 0, -1
        rows[1] = (0, int(Kind.GO_CREATE) | int(Reason.RUNNEXT) << 8 | 1 << 16 | 1 << 32,
                   1, 0, 0, 0)  # fmt: skip
        s["TRACE_N"] = 2
    return s
