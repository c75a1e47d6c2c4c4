"""Random images: what the verifier accepts stays inside the arrays, plain and compiled alike.

The instructions are random, the operands are drawn so that the verifier mostly accepts them. Mostly
they also fit (an address where one is wanted), so that programs come far; the other values are the
worst there are: addresses of all kinds of memory, numbers near them, the ends of the integers. The uncompiled
form checks each index it uses; the compiled one must come to the same end.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from gosched_edu.kernel import faults, isa
from gosched_edu.kernel.image import Function, Image
from gosched_edu.kernel.machine import Budget, Machine
from gosched_edu.kernel.verify import ImageError, verify

SMALL = Budget(seconds=300, events=20_000, memory=32 << 20, output=1 << 16, goroutines=2_000, stack=1 << 16)
DATA = 64
FRAME = 40
NUMBERS, ADDRESSES, SLICES, CHANNELS, CLOSURES, FACES = (
    (2, 9),
    (10, 13),
    (14, 19),
    (20, 22),
    (23, 25),
    (26, 29),
)
BASES = (30, 36)
#: What an instruction wants in a slot, by operand, where it is not a number.
WANTS = {
    "LD": {1: ADDRESSES}, "ST": {0: ADDRESSES}, "LDN": {1: ADDRESSES}, "STN": {0: ADDRESSES},
    "MCOPY": {0: ADDRESSES, 1: ADDRESSES}, "MZERO": {0: ADDRESSES}, "NEW": {0: ADDRESSES},
    "NEWS": {0: ADDRESSES}, "NEWCOPY": {0: ADDRESSES}, "LDX": {1: SLICES}, "STX": {0: SLICES},
    "IXA": {0: ADDRESSES, 1: SLICES}, "IXK": {0: ADDRESSES, 1: ADDRESSES},
    "SCAT": {0: SLICES, 1: SLICES, 2: SLICES},
    "SCMP": {1: SLICES, 2: SLICES}, "SEQ": {1: SLICES, 2: SLICES}, "RUNE": {1: SLICES},
    "CALLC": {0: CLOSURES},
    "GOC": {0: CLOSURES}, "DEFERC": {0: CLOSURES}, "CALLI": {0: FACES}, "IMPL": {1: FACES},
    "MKCHAN": {0: CHANNELS},
    "SEND": {0: CHANNELS}, "RECV": {1: CHANNELS}, "CLOSE": {0: CHANNELS}, "CASESEND": {0: CHANNELS},
    "CASERECV": {1: CHANNELS}, "CHLEN": {1: CHANNELS}, "CHCAP": {1: CHANNELS}, "SEMACQ": {0: ADDRESSES},
    "SEMREL": {0: ADDRESSES}, "ALD": {1: ADDRESSES}, "AST": {0: ADDRESSES}, "XADD": {1: ADDRESSES},
    "XADD32": {1: ADDRESSES}, "XCHG": {1: ADDRESSES}, "CAS": {1: ADDRESSES}, "WRITE": {1: SLICES},
    "NLADD": {1: ADDRESSES}, "NLWAIT": {0: ADDRESSES}, "NLONE": {0: ADDRESSES}, "NLALL": {0: ADDRESSES},
    "ANNOTE": {2: SLICES}, "PANIC": {0: FACES},
}  # fmt: skip
#: Fused instructions are the kernel's own: no image has them.
OPS = [op for op in isa.OPS if not isa.FIRST_FUSED <= op.code < isa.FIRST_SHARED]
CHAN_BASE = 0xC100000000
#: Drawn more often than the others: what makes programs go anywhere.
OFTEN = (
    "LDK LDK LDK LDI LDI MOV ADDI CALL CALLC CALLI GO GOC DEFER DEFERC MKCHAN MKCHAN SEND RECV SELECT "
    "NEW NEWS LD ST LDN STN LDX STX IXA JZ JNZ LOOPNZ RET RECOVER PANIC"
).split()


class Drawer:
    """Draws one image."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        rng = self.rng
        self.sizes = [rng.randint(3, 24) for _ in range(rng.randint(2, 6))]
        self.nargs = [0] + [rng.choice([1] * 9 + [0, 2, 3]) for _ in self.sizes[1:]]
        self.konst = [self.value() for _ in range(16)]

    def address(self) -> int:
        return isa.BASE + 8 * self.rng.choice(
            [0, 1, self.rng.randrange(DATA), DATA, DATA + self.rng.randrange(40)]
        )

    def value(self) -> int:
        rng = self.rng
        return rng.choice(
            [
                lambda: rng.randint(-3, 9), self.address, self.address, self.address,
                lambda: CHAN_BASE + 96 * rng.randrange(5), lambda: 0xC200000000 + 96 * rng.randrange(5),
                lambda: rng.choice([-(2**63), 2**63 - 1, 2**62, -1, isa.BASE - 8, isa.BASE + 2**40]),
                lambda: CHAN_BASE + rng.randint(1, 95),
                lambda: self.address() + rng.randint(-9, 9),
            ]
        )()  # fmt: skip

    def run(self, n: int, lowest: int = 2) -> int:
        return self.rng.randint(lowest, max(lowest, FRAME - n))

    def slot(self, name: str, i: int, kind: str) -> int:
        """A slot that fits, or any."""
        low, high = WANTS.get(name, {}).get(i, NUMBERS)
        if self.rng.random() < 0.02:
            return self.run(3)
        return self.rng.randint(low, high - 1 if kind in "SLD" else high)

    def prologue(self) -> list[list[int]]:
        """Slots get what `WANTS` says of them."""

        def ldk(slot: int, value: int) -> list[int]:
            self.konst.append(value)
            return [isa.BY_NAME["LDK"].code, slot, len(self.konst) - 1, 0]

        rng = self.rng
        rows = [
            [isa.BY_NAME["LDI"].code, i, rng.randint(0, 9), 0] for i in range(NUMBERS[0] + 3, NUMBERS[1] + 1)
        ]
        rows += [ldk(i, self.value() if rng.random() < 0.1 else self.inside()) for i in range(10, 14)]
        for i in (14, 16, 18):
            rows += [ldk(i, self.inside()), [isa.BY_NAME["LDI"].code, i + 1, rng.randint(0, 5), 0]]
        rows += [[isa.BY_NAME["MKCHAN"].code, i, rng.choice([5, 6]), 1] for i in range(20, 22)]
        rows += [ldk(i, isa.BASE + 8 * rng.randint(1, 8)) for i in range(23, 26)]
        for i in (26, 28):
            rows += [ldk(i, isa.BASE + 8 * rng.randint(1, 7)), ldk(i + 1, self.value())]
        return rows

    def inside(self) -> int:
        return isa.BASE + 8 * self.rng.randrange(9, DATA)

    def operands(self, name: str, here: int, pc: int, entry: int, end: int) -> list[int]:
        rng = self.rng
        spec = isa.BY_NAME[name]
        n = 4 if name == "PANICINFO" else rng.choice([1] * 9 + [2, 3])
        fn = rng.randrange(len(self.sizes)) if rng.random() < 0.1 else rng.randrange(here, len(self.sizes))
        if "f" in spec.operands:
            n = self.nargs[fn]
        out = []
        for i, kind in enumerate(spec.operands):
            if kind in "dDTsSL":
                out.append(self.slot(name, i, kind))
            elif kind in "rw":
                out.append(rng.randint(2, 6))
            elif kind == "n":
                out.append(1 if name in ("MKCHAN", "SEND", "CASESEND") and rng.random() < 0.95 else n)
            elif kind == "o":
                out.append(rng.randint(0, 5) << 8 | rng.randint(0, 3))
            elif kind == "x":
                out.append(
                    (rng.randint(0, 1) if name == "NEWS" else rng.randint(2, 9)) | rng.randint(1, 3) << 16
                )
            elif kind == "v":
                out.append(2 * rng.choice([1, 1, 1, 1, 0, 2]) + rng.randint(0, 1))
            elif kind == "q":
                out.append(rng.choice([-1, rng.randint(2, 7)]))
            elif kind == "k":
                out.append(rng.randrange(len(self.konst)))
            elif kind == "f":
                out.append(fn)
            elif kind == "B":
                out.append(rng.randint(*BASES) - 2)
            elif kind == "m":
                out.append(rng.choice([0, 1, 2, isa.IMPL_FLAG]) if name == "IMPL" else rng.randint(0, 2))
            elif kind == "z":
                out.append(rng.choice([8, 16, 32, -8, -16, -32]))
            elif kind == "t":
                loop = name.startswith("LOOP")
                out.append(rng.randint(entry, pc) if loop else rng.randint(min(pc + 1, end - 1), end - 1))
            elif kind == "i":
                out.append(self.immediate(name))
            else:
                out.append(0)
        return out

    def immediate(self, name: str) -> int:
        rng = self.rng
        if name in ("GLD", "GST"):
            return rng.randrange(1, DATA)
        if name == "FDDEAD":
            return rng.randint(1, 3)
        if name in ("LD", "ST") and rng.random() < 0.95:
            return rng.randint(0, 3)
        if name in ("LDI", "ADDI", "LD", "ST"):
            return rng.choice([0, 1, 2, 3, rng.randint(-3, 60), -(2**31), 2**31 - 1])
        if name in ("NEW", "SELECT", "LOCKT", "SYSCALL", "TMNEW", "FDWAIT"):
            return rng.randint(0, 1)
        return rng.randint(0, 4)

    def image(self) -> Image:
        rng = self.rng
        rows: list[list[int]] = []
        functions = []
        for i, size in enumerate(self.sizes):
            entry, deferret = len(rows), -1
            rows += self.prologue()
            entry, end = len(rows), len(rows) + size + 2
            first = entry - len(self.prologue())
            cases = 0
            while len(rows) < entry + size:
                pc = len(rows)
                left = entry + size - pc
                name = rng.choice(OFTEN) if rng.random() < 0.6 else rng.choice(OPS).name
                if cases:
                    name = rng.choice(["CASESEND", "CASERECV"])
                    cases -= 1
                elif (
                    name.startswith("CASE") or name in ("DEFERRET", "EXIT") or (name == "SELECT" and left < 5)
                ):
                    name = "NOP"
                operands = self.operands(name, min(i + 1, len(self.sizes) - 1), pc, entry, end)
                if name == "SELECT":
                    cases = operands[1] = rng.randint(0, 3)
                rows.append([isa.BY_NAME[name].code, *operands])
            deferret = len(rows)
            rows.append([isa.BY_NAME["DEFERRET"].code, self.run(6), 0, 0])
            rows.append([isa.BY_NAME["RET"].code, 0, 0, 0])
            functions.append(
                Function(f"f{i}", first, end, FRAME, self.nargs[i], 0, 1, 1,
                         deferret=deferret, flags=rng.choice([0, 0, 1, 2]),
                         bytes=rng.choice([0, 88, 400, 3000]))
            )  # fmt: skip
        # no jump leads between the cases of a select
        for row in rows:
            kinds = isa.OPS[row[0]].operands
            for i, kind in enumerate(kinds):
                if kind == "t":
                    while isa.OPS[rows[row[i + 1]][0]].name.startswith("CASE"):
                        row[i + 1] += 1 if not isa.OPS[row[0]].name.startswith("LOOP") else -1
        data = np.array([self.value() for _ in range(DATA)], np.int64)
        for at in range(1, 9):
            data[at] = rng.randrange(
                1, len(functions) + (at == 8)
            )  # closures; the last perhaps of no function
        n = len(rows)
        with_arg = [i for i, k in enumerate(self.nargs) if k > 0]
        methods = {
            (at, m): rng.choice(with_arg) for at in range(8) for m in (1, 2, isa.IMPL_FLAG) if at and with_arg
        }
        handler = [-1] + [
            rng.choice([i for i, k in enumerate(self.nargs) if i and k <= 2] or [-1]) for _ in range(17)
        ]
        return Image(
            code=np.array(rows, np.int32).reshape(-1), lines=np.ones(n, np.int32), cols=np.ones(n, np.int32),
            files=np.zeros(n, np.int32), functions=tuple(functions), konst=np.array(self.konst, np.int64),
            data=data, dispatch=methods, handlers=tuple(handler),
        )  # fmt: skip


def outcome(image: Image, jit: bool, procs: int) -> dict[str, object]:
    m = Machine(image, procs=procs, jit=jit, budget=SMALL, seed=3)
    m.run(until=40_000, events=3_000)
    a, s = m.state.arrays, m.state
    for g in range(s["NG"]):
        low, high = int(a["g_stk"][g]), int(a["g_stk"][g]) + (1 << int(a["g_class"][g]))
        if a["g_status"][g] in (1, 2, 3, 4) and not a["g_sys"][g]:
            assert low <= a["g_fp"][g] and a["g_fp"][g] + FRAME <= high, "a frame outside its stack"
    return {
        "status": m.status, "over": m.over_budget, "out": m.output, "err": m.errors, "fault": s["FAULT"],
        "events": s["NEVENTS"], "now": s["NOW"], "records": m.records().tolist(),
        "heap": a["heap"][: s["HEAP_TOP"]].tolist(),
    }  # fmt: skip


@pytest.mark.parametrize("block", range(8))
def test_random_images_stay_inside_the_arrays(block: int) -> None:
    accepted = 0
    for seed in range(40 * block, 40 * block + 40):
        image = Drawer(seed).image()
        try:
            verify(image)
        except ImageError:
            continue
        accepted += 1
        procs = 1 + seed % 3
        assert outcome(image, False, procs) == outcome(image, True, procs), f"seed {seed}"
    assert accepted >= 30


def test_the_images_do_something() -> None:
    """The drawn programs reach most instructions and most faults, or the test above says little."""
    used: set[int] = set()
    faulted: set[int] = set()
    for seed in range(150):
        image = Drawer(seed).image()
        try:
            m = Machine(image, procs=2, jit=False, budget=SMALL)
        except ImageError:
            continue
        m.run(until=40_000, events=1_000)
        used |= {int(image.code[4 * (int(pc) - 1)]) for pc in m.state.arrays["g_pc"] if 0 < pc <= image.size}
        faulted.add(m.state["FAULT"])
    assert len(used) > 30
    assert {faults.F_NIL, faults.F_INDEX, faults.F_IMAGE, faults.F_STACK} <= faulted
