"""Random programs of synchronisation, in assembly: all that channels, select, semaphores and timers do.

They may deadlock or panic; that is an outcome like any other. They need no front end, so that the
kernel can be tested without it.
"""

from __future__ import annotations

import random

TIMER_CHANNELS = 2


def sync_program(seed: int, size: int = 8) -> str:
    """A random program for `asm.assemble`; the same for the same seed.

    Parameters
    ----------
    seed : int
    size : int
        Roughly how many operations each goroutine does.
    """
    r = random.Random(seed)
    nchan = r.randint(1, 4)
    widths = [r.choice([0, 1, 1, 1, 3]) for _ in range(nchan)]
    out = ["func start", "    CALL main.main 2", "    RET", "func main.main"]
    for c, width in enumerate(widths):
        out += [f"    LDI 3 {r.choice([0, 0, 1, 2, 5])}", f"    MKCHAN 2 3 {width}", f"    GST c{c} 2"]
    for k in range(TIMER_CHANNELS):
        out += ["    LDI 3 1", f"    MKCHAN 2 3 {r.choice([1, 2])}", f"    GST tc{k} 2",
                "    TMNEW 2 2 0", f"    GST t{k} 2"]  # fmt: skip
    out += ["    LDK 2 &callback", "    TMNEW 2 2 1", "    GST t2 2"]
    # a register that holds the width of each timer's channel
    twidths = [int(line.split()[-1]) for line in out if "MKCHAN" in line][-TIMER_CHANNELS:]
    workers = r.randint(1, 6)
    out += [f"    GO worker{w} 100 0" for w in range(workers)]
    pumps = [_pump(r, widths, k) for k in range(r.randint(0, 5))]
    out += [f"    GO pump{k} 100 0" for k in range(len(pumps))]
    main = _body(r, size, widths, twidths, "m")
    out += [*main, f"    LDI 2 {r.choice([0, 1000, 60000, 400000])}", "    SLEEP 2", "    RET"]
    for w in range(workers):
        out += [f"func worker{w}", *_body(r, size, widths, twidths, f"w{w}"), "    RET"]
    for k, pump in enumerate(pumps):
        out += [f"func pump{k}", *pump, "    RET"]
    out += ["func fired", *_body(r, 2, widths, twidths, "f"), "    RET"]
    out += ["closure callback fired", "data sema 0*3", "data list 0*2", "data word 0"]
    out += [f"data c{c} 0" for c in range(nchan)] + [f"data tc{k} 0" for k in range(TIMER_CHANNELS)]
    out += [f"data t{k} 0" for k in range(TIMER_CHANNELS + 1)]
    return "\n".join(out) + "\n"


def _pump(r: random.Random, widths: list[int], number: int) -> list[str]:
    """A goroutine that does one thing again and again, so that the others get on."""
    c = r.randrange(len(widths))
    act = r.choice([
        [f"    GLD 10 c{c}", f"    SEND 10 20 {widths[c]}"],
        [f"    GLD 10 c{c}", f"    RECV {20 if widths[c] else -1} 10 ({widths[c]})"],
        ["    LDK 2 &sema", "    LDI 3 1", "    SEMREL 2 3"],
        ["    LDK 2 &sema", "    LDI 3 1", "    SEMACQ 2 3 19", "    SEMREL 2 3"],
        ["    LDK 2 &list", r.choice(["    NLALL 2", "    NLONE 2"])],
    ])  # fmt: skip
    pause = r.choice([["    GOSCHED"], ["    LDI 2 900", "    SLEEP 2"], []])
    values = [f"    LDI {20 + i} {number}" for i in range(3)]
    head, tail = [f"    LDI 9 {r.randint(2, 12)}", "again:"], ["    ADDI 9 9 -1", "    LOOPNZ 9 again"]
    return [*values, *head, *act, *pause, *tail]


def _body(r: random.Random, size: int, widths: list[int], twidths: list[int], name: str) -> list[str]:
    lines: list[str] = []

    def channel() -> tuple[str, int]:
        if r.random() < 0.15:
            k = r.randrange(len(twidths))
            return f"tc{k}", twidths[k]
        c = r.randrange(len(widths))
        return f"c{c}", widths[c]

    def values(at: int, width: int) -> None:
        lines.extend(f"    LDI {at + i} {r.randint(0, 999)}" for i in range(width))

    def select(n: int) -> None:
        cases = []
        for i in range(n):
            c, width = channel()
            slot, run = 10 + i, 20 + 5 * i
            lines.append(f"    LDI {slot} 0" if r.random() < 0.1 else f"    GLD {slot} {c}")
            if c.startswith("t") or r.random() < 0.6:
                ok = r.choice([f"({width},ok)", f"({width})"])
                where = -1 if r.random() < 0.15 or (width == 0 and "ok" not in ok) else run
                cases.append(f"    CASERECV {where} {slot} {ok}")
            else:
                values(run, width)
                cases.append(f"    CASESEND {slot} {run} {width}")
        lines.append(f"    SELECT 9 {n} {int(r.random() < 0.4)}")
        lines.extend(cases)

    for k in range(r.randint(1, size)):
        kind = r.randrange(20)
        if kind <= 3:
            c = r.randrange(len(widths))
            lines.append(f"    GLD 10 c{c}")
            values(20, widths[c])
            lines.append(f"    SEND 10 20 {widths[c]}")
        elif kind <= 7:
            c_, width = channel()
            lines.append(f"    GLD 10 {c_}")
            ok = r.choice(["", ",ok"]) if width else ""
            lines.append(f"    RECV {20 if width else -1} 10 ({width}{ok})")
        elif kind <= 10:
            select(r.randint(1, 4))
        elif kind == 11:
            lines.append("    GOSCHED")
        elif kind == 12:
            lines += [f"    LDI 2 {r.randint(0, 3000)}", "    SLEEP 2"]
        elif kind <= 14:
            lines += ["    LDK 2 &sema", f"    ADDI 2 2 {8 * r.randrange(3)}", f"    LDI 3 {r.randrange(2)}"]
            lines.append(r.choice(["    SEMACQ 2 3 19", "    SEMREL 2 3", "    SEMREL 2 3"]))
        elif kind == 15:
            act = r.choice(["    NLWAIT 2 3", "    NLONE 2", "    NLALL 2"])
            lines += ["    LDK 2 &list", "    NLADD 3 2", act]
        elif kind == 16:
            lines += ["    NOW 3", f"    ADDI 3 3 {r.randint(-10, 5000)}"]
            lines.append(f"    LDI 4 {r.choice([0, 0, 7000, 9000])}")
            timer = r.randrange(TIMER_CHANNELS + 1)
            if timer == TIMER_CHANNELS:
                lines.append("    LDI 4 0")
            lines += [f"    GLD 2 t{timer}", "    TMRESET 5 2 3"]
        elif kind == 17:
            lines += [f"    GLD 2 t{r.randrange(TIMER_CHANNELS + 1)}", "    TMSTOP 5 2"]
        elif kind == 18 and r.random() < 0.3:
            lines += [f"    GLD 2 c{r.randrange(len(widths))}", "    CLOSE 2"]
        elif kind == 18:
            lines += ["    LDK 2 &word", "    LDI 3 5", f"    {r.choice(['XADD', 'XADD32', 'XCHG'])} 4 2 3"]
        else:
            lines += [f"    LDI 2 {r.randint(1, 200)}", f"again{name}{k}:", "    ADDI 2 2 -1",
                      f"    LOOPNZ 2 again{name}{k}"]  # fmt: skip
    return lines
