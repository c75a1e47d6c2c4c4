"""GODEBUG=schedtrace: the state of the scheduler in the line that Go prints (proc.go:schedtrace).

The line is made from the same state that the events are, so that the two cannot disagree:
what it says at a time is what a replay of the trace up to that time gives. Its form is that of
the version: needspinning came with 1.19, schedticks with 1.25.
"""

from __future__ import annotations

from gosched_edu.kernel import state as st
from gosched_edu.kernel.events import REASON_TEXT
from gosched_edu.kernel.threads import M_GONE, M_LOCKED, M_SYSCALL


def schedtrace(s: st.State, now: int, *, detail: bool = False) -> str:
    """The scheduler's state as one line, or with `detail` as Go's scheddetail=1.

    Parameters
    ----------
    s : State
    now : int
        Virtual ns, for the head of the line.
    detail : bool

    Returns
    -------
    str
        Without a newline at its end.

    Examples
    --------
    >>> from gosched_edu import go
    >>> m = go.machine("package main\\nfunc main() {}\\n", procs=2, jit=False)
    >>> schedtrace(m.state, 0).split(" threads=")[0]
    'SCHED 0ms: gomaxprocs=2 idleprocs=1'
    """
    a = s.arrays
    n = s["NPROC"]
    need = f"needspinning={s['NEEDSPIN']} " if s["MINOR"] >= 19 else ""
    head = (
        f"SCHED {now // 1_000_000}ms: gomaxprocs={n} idleprocs={s['NPIDLE']} "
        f"threads={s['NM'] - s['NMGONE'] + 1} spinningthreads={s['NMSPIN']} "
        f"{need}idlethreads={s['NMIDLE']} runqueue={s['GQ_SIZE']}"
    )
    sizes = [int(a["p_tail"][p] - a["p_head"][p]) for p in range(n)]
    if not detail:
        queues = " ".join(map(str, sizes))
        if s["MINOR"] < 25:
            return f"{head} [{queues}]"
        return f"{head} [ {queues} ] schedticks=[ {' '.join(str(int(x)) for x in a['p_tick'][:n])} ]"
    locked = sum(int(a["m_where"][m]) == M_LOCKED for m in range(s["NM"]))
    lines = [
        f"{head} gcwaiting={_bool(s['STW'] != 0)} nmidlelocked={locked} "
        f"stopwait={s['STW_WAIT'] if s['STW'] else 0} sysmonwait={_bool(s['SYSMON_WAIT'] != 0)}"
    ]
    timers = _timers(s)
    for p in range(n):
        status = int(a["p_status"][p])
        if status == st.PSYSCALL and s["MINOR"] >= 26:
            status = st.PRUNNING  # _Psyscall is no more: the goroutine's status says it all
        lines.append(
            f"  P{p}: status={status} schedtick={int(a['p_tick'][p])} "
            f"syscalltick={int(a['p_systick'][p])} m={_nil(int(a['p_m'][p]), status == st.PRUNNING)} "
            f"runqsize={sizes[p]} gfreecnt=0 timerslen={timers[p]}"
        )
    p_of = {int(a["p_m"][p]): p for p in range(n) if a["p_status"][p] in (st.PRUNNING, st.PGCSTOP)}
    for m in reversed(range(s["NM"])):  # allm: the newest first
        where = int(a["m_where"][m])
        if where == M_GONE:
            continue
        p = p_of.get(m, -1)
        g = int(a["p_g"][p]) if p >= 0 else -1
        if where == M_SYSCALL:
            g = next((g for g in range(s["NG"]) if a["g_status"][g] == st.GSYSCALL and a["g_m"][g] == m), -1)
        lines.append(
            f"  M{m}: p={_nil(p, p >= 0)} curg={_goid(s, g)} mallocing=0 throwing=0 preemptoff= locks=0 "
            f"dying=0 spinning={_bool(p >= 0 and a['p_spin'][p] > 0)} "
            f"blocked={_bool(where not in (0, M_SYSCALL))} lockedg={_goid(s, int(a['m_lockg'][m]))}"
        )
    for g in range(s["NG"]):
        status = int(a["g_status"][g])
        if status == st.GDEAD:
            continue
        why = REASON_TEXT[int(a["g_reason"][g])] if status == st.GWAITING else ""
        m = next((int(a["p_m"][p]) for p in range(n) if a["p_g"][p] == g), -1)
        if status == st.GSYSCALL:
            m = int(a["g_m"][g])
        lockm = int(a["g_lockm"][g])
        lines.append(
            f"  G{int(a['g_goid'][g])}: status={status}({why}) m={_nil(m, m >= 0)} "
            f"lockedm={_nil(lockm, lockm >= 0)}"
        )
    return "\n".join(lines)


def _bool(x: object) -> str:
    return "true" if x else "false"


def _nil(number: int, there: bool) -> str:
    return str(number) if there else "nil"


def _goid(s: st.State, g: int) -> str:
    return str(int(s.arrays["g_goid"][g])) if g >= 0 else "nil"


def _timers(s: st.State) -> list[int]:
    counts = [0] * s["PCAP"]
    for x in range(s["NTIMER"]):
        if s.arrays["t_live"][x] and s.arrays["t_p"][x] >= 0:
            counts[int(s.arrays["t_p"][x])] += 1
    return counts
