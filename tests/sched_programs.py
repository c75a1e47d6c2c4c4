"""Random images for the scheduler: everything that moves goroutines, Ps and Ms, in any order.

The programs are assembler (tests/asm.py), so they need no front end, and they use what Go programs
seldom do: system calls that block, locked threads, GOMAXPROCS changes, connections with
deadlines. They may deadlock, wait for ever, or be cut off: an outcome like any other, the same in
both forms of the kernel.
"""

from __future__ import annotations

import random

HEAD = """
func start
  CALL main.main 2
  RET
data chans 0 0 0
data fds 0*4
data buf 0*16
data busy 0*4
"""

CHANNEL = """
func snd% args=0 frame=8
  LDK 4 &chans
  LD 5 4 %
  SEND 5 2 1
  RET
func rcv% args=0 frame=8
  LDK 4 &chans
  LD 5 4 %
  RECV 2 5 (1)
  RET
"""
#: A writer of descriptor %, and a reader with a deadline; one reader at a time waits.
DESCRIPTOR = """
func say% args=0 frame=12
  LDK 4 &fds
  LD 5 4 %
  LDK 7 &buf
  LDI 8 9
  FDWRITE 6 5 7
  RET
func listen% args=0 frame=12
  LDK 4 &fds
  LD 5 4 %
  NOW 9
  LDI 6 3000000
  ADD 9 9 6
  FDDEAD 5 9 1
  LDI 9 1
  LDK 10 &busy
  LD 11 10 %
  JNZ 11 out
  ST 10 % 9
  FDWAIT 5 0
  LDI 9 0
  ST 10 % 9
  LDK 7 &buf
  LDI 8 9
  FDREAD 6 5 7
out:
  RET
"""


def program(seed: int, *, size: int = 8, workers: int = 4, exotic: bool = True) -> str:
    """Assembler text; the same for the same seed."""
    r = random.Random(seed)
    out = [HEAD, "func main.main frame=24"]
    for i in range(3):
        out += [f"  LDI 2 {r.choice([0, 0, 1, 3])}", "  MKCHAN 3 2 1", "  LDK 4 &chans", f"  ST 4 {i} 3"]
    if exotic:
        for i in (0, 2):
            out += [f"  LDI 2 {r.choice([0, 1000, 100000])}", "  FDPAIR 3 2", "  LDK 5 &fds",
                    f"  ST 5 {i} 3", f"  ST 5 {i + 1} 4"]  # fmt: skip
    n = [0]

    def label() -> str:
        n[0] += 1
        return f"l{n[0]}"

    plain = "go pair pair pair send recv gosched work work sleep syscall loop call".split()
    rare = "blocks lock procs talk talk read write fdwait deadline close timer".split()

    def block(length: int, depth: int) -> list[str]:
        lines = []
        for _ in range(length):
            kind = r.choice(plain + (rare if exotic else []))
            if kind == "go" and depth < 3:
                lines.append(f"  GO w{r.randrange(workers)} 10 0")
            elif kind == "pair":
                c = r.randrange(3)
                two = [f"  GO snd{c} 10 0", f"  GO rcv{c} 10 0"]
                lines += r.sample(two, 2)
            elif kind == "talk":
                x = r.randrange(4)
                lines += [f"  GO listen{x} 10 0", *["  GOSCHED"] * r.randint(0, 1), f"  GO say{x ^ 1} 10 0"]
            elif kind in ("send", "recv"):
                lines += ["  LDK 4 &chans", f"  LD 5 4 {r.randrange(3)}"]
                lines.append("  SEND 5 2 1" if kind == "send" else "  RECV 6 5 (1)")
            elif kind == "gosched":
                lines.append("  GOSCHED")
            elif kind == "work":
                lines += [f"  LDI 2 {r.choice([100, 3000, 50_000, 2_000_000, 30_000_000])}", "  WORK 2"]
            elif kind == "sleep":
                lines += [f"  LDI 2 {r.choice([1, 900, 20_000, 1_500_000, 12_000_000])}", "  SLEEP 2"]
            elif kind in ("syscall", "blocks"):
                lines += [f"  LDI 2 {r.choice([50, 800, 30_000, 400_000, 15_000_000])}",
                          f"  SYSCALL 2 {int(kind == 'blocks')}"]  # fmt: skip
            elif kind == "loop" and depth < 2:
                top = label()
                slot = 14 + depth
                lines += [f"  LDI {slot} {r.randint(1, 4)}", f"{top}:", *block(r.randint(1, 3), depth + 1),
                          f"  ADDI {slot} {slot} -1", f"  LOOPNZ {slot} {top}"]  # fmt: skip
            elif kind == "call":
                lines.append("  CALL leaf 16")
            elif kind == "lock":
                lines.append(f"  LOCKT {r.choice([1, 1, 0])}")
            elif kind == "procs":
                lines += [f"  LDI 2 {r.choice([1, 2, 3, 5, 8])}", "  SETPROCS 3 2"]
            elif kind in ("read", "write", "fdwait", "deadline", "close"):
                if kind == "close" and r.random() < 0.7:
                    continue
                lines += ["  LDK 4 &fds", f"  LD 5 4 {r.randrange(4)}"]
                lines += ["  LDK 7 &buf", f"  LDI 8 {r.randint(1, 16)}"]
                lines += {
                    "read": ["  FDREAD 6 5 7"], "write": ["  FDWRITE 6 5 7"], "close": ["  FDCLOSE 5"],
                    "fdwait": [f"  FDWAIT 5 {r.choice([0, 0, 0, 1])}"],
                    "deadline": [f"  LDI 6 {r.choice([-5, 1000, 300_000, 4_000_000])}", "  NOW 9",
                                 "  ADD 9 9 6", f"  FDDEAD 5 9 {r.choice([1, 2, 3])}"],
                }[kind]  # fmt: skip
            elif kind == "timer":
                lines += ["  LDK 4 &w", "  TMNEW 6 4 1", "  NOW 7", "  LDI 8 70000", "  ADD 7 7 8"]
                lines += ["  LDI 8 0", "  TMRESET 9 6 7"]
        return lines

    out += block(size, 0) + ["  LDI 2 40000000", "  SLEEP 2", "  RET"]
    for w in range(workers):
        out += [f"func w{w} args=0 frame=24", *block(r.randint(1, size), 1), "  RET"]
    for c in range(3):
        out.append(CHANNEL.replace("%", str(c)))
    for x in range(4):
        out.append(DESCRIPTOR.replace("%", str(x)))
    out += ["func leaf args=0 frame=8", "  LDI 2 3000", "  WORK 2", "  RET", "closure w w0"]
    return "\n".join(out) + "\n"
