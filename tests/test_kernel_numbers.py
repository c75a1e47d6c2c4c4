"""Numbers: the kernel's arithmetic gives the bits that real Go gives, plain and compiled."""

from __future__ import annotations

import math
import random
import struct
import subprocess
from pathlib import Path

import pytest
from asm import run

from gosched_edu.kernel import isa

#: Instruction with its immediate -> the Go expression; a, b are int64, x, y the float64 of the same bits.
OPERATIONS = {
    "ADD": "a + b", "SUB": "a - b", "MUL": "a * b", "AND": "a & b", "OR": "a | b", "XOR": "a ^ b",
    "ANDNOT": "a &^ b", "NEG": "-a", "COM": "^a", "EQ": "bit(a == b)", "NE": "bit(a != b)",
    "LT": "bit(a < b)", "LE": "bit(a <= b)", "ULT": "bit(uint64(a) < uint64(b))",
    "ULE": "bit(uint64(a) <= uint64(b))", "DIV": "a / or1(b)", "MOD": "a % or1(b)",
    "UDIV": "int64(uint64(a) / uint64(or1(b)))", "UMOD": "int64(uint64(a) % uint64(or1(b)))",
    "SHL": "a << (b & 127)", "SHR": "a >> (b & 127)", "USHR": "int64(uint64(a) >> (b & 127))",
    "EXT 8": "int64(int8(a))", "EXT 16": "int64(int16(a))", "EXT 32": "int64(int32(a))",
    "EXT -8": "int64(uint8(a))", "EXT -16": "int64(uint16(a))", "EXT -32": "int64(uint32(a))",
    "FADD": "bits(x + y)", "FSUB": "bits(x - y)", "FMUL": "bits(x * y)", "FDIV": "bits(x / y)",
    "FEQ": "bit(x == y)", "FLT": "bit(x < y)", "FLE": "bit(x <= y)",
    "FCVT 0": "bits(float64(a))", "FCVT 1": "int64(x)", "FCVT 2": "bits(float64(uint64(a)))",
    "FCVT 3": "int64(uint64(x))", "FCVT 4": "bits(float64(float32(x)))",
    "FCVT 5": "int64(int32(x))", "FCVT 6": "bits(float64(float32(a)))",
    "FCVT 7": "bits(float64(float32(uint64(a))))",
    "FMATH 0": "bits(-x)", "FMATH 1": "bits(math.Abs(x))", "FMATH 2": "bits(math.Sqrt(x))",
    "FMATH 3": "bits(math.Floor(x))", "FMATH 4": "bits(math.Ceil(x))", "FMATH 5": "bits(math.Trunc(x))",
}  # fmt: skip
NEAR = {6: "Exp", 7: "Log", 8: "Sin", 9: "Cos", 10: "Tan", 11: "Atan"}

SOURCE = """package main
import ("bufio"; "fmt"; "math"; "os")
func bit(c bool) int64 { if c { return 1 }; return 0 }
func or1(b int64) int64 { if b == 0 { return 1 }; return b }
func bits(x float64) int64 { return int64(math.Float64bits(x)) }
func main() {
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	for {
		var a, b int64
		if n, _ := fmt.Scan(&a, &b); n < 2 { return }
		x, y := math.Float64frombits(uint64(a)), math.Float64frombits(uint64(b))
		fmt.Fprintln(w, %s)
		_, _ = x, y
	}
}
"""


def operands() -> list[tuple[int, int]]:
    rng = random.Random(5)
    bits = [struct.unpack("<q", struct.pack("<d", x))[0] for x in (
        0.0, -0.0, 1.0, -1.5, 0.1, 2.5, math.inf, -math.inf, math.pi, 1e308, -1e308, 5e-324, 1e39, 3e9, -3e9,
        2.0**63, -(2.0**63), 2.0**64, 1.8e19, 2.0**53 + 2, 0.49999999999999994, 16777217.0, 1e-46,
    )]  # fmt: skip
    bits += [
        0x7FF8000000000001,
        -(1 << 51),
        0x7FF0000000000001,
        -1,
    ]  # not numbers: of Go, of SSE, signalling, all ones
    whole = [0, 1, 2, 3, -1, 7, 63, 64, 65, 2**31, -(2**31), 2**32 - 1, 2**63 - 1, -(2**63), 10**18]
    whole += [rng.getrandbits(64) - 2**63 for _ in range(8)]
    values = bits + whole
    pairs = [(a, rng.choice(values)) for a in values for _ in range(3)]
    return pairs + [(rng.choice(values), rng.getrandbits(64) - 2**63) for _ in range(80)]


def simulated(pairs: list[tuple[int, int]], jit: bool) -> list[list[int]]:
    """Each operation on each pair, by the machine: results through data words."""
    lines = ["func start", "LDI 2 0", f"LDI 3 {len(pairs)}", "LDI 10 0", "LDI 11 1", "again:",
             "LDK 4 &a", "IXK 4 4 2*1", "LD 5 4 0", "LDK 4 &b", "IXK 4 4 2*1", "LD 6 4 0",
             "LDK 8 &out", f"LDI 9 {len(OPERATIONS) + len(NEAR)}", "MUL 9 9 2", "IXK 8 8 9*1"]  # fmt: skip
    for i, name in enumerate([*OPERATIONS, *(f"FMATH {k}" for k in NEAR)]):
        op, _, immediate = name.partition(" ")
        second = immediate or "6"
        if op in ("DIV", "MOD", "UDIV", "UMOD"):
            lines += ["MOV 7 6", f"JNZ 7 d{i}", "LDI 7 1", f"d{i}:"]
            second = "7"
        elif op in ("SHL", "SHR", "USHR"):
            lines += ["LDI 7 127", "AND 7 6 7"]
            second = "7"
        operand = [] if isa.BY_NAME[op].operands.endswith("-") else [second]
        lines += [" ".join([op, "7", "5", *operand]), f"ST 8 {i} 7"]
    lines += ["ADD 2 2 11", "LOOPLT 2 3 again", "RET"]
    lines += ["data a " + " ".join(str(a) for a, _ in pairs), "data b " + " ".join(str(b) for _, b in pairs)]
    width = len(OPERATIONS) + len(NEAR)
    lines += [f"data out 0*{width * len(pairs)}"]
    m = run("\n".join(lines), jit=jit)
    end = m.state["DATA_END"]
    out = m.state.arrays["heap"][end - width * len(pairs) : end].reshape(-1, width)
    return [[int(x) for x in row] for row in out]


def test_arithmetic_as_in_go(go_new: Path, tmp_path: Path) -> None:
    pairs = operands()
    near = [f"bits(math.{name}(x))" for name in NEAR.values()]
    (tmp_path / "main.go").write_text(SOURCE % ", ".join([*OPERATIONS.values(), *near]))
    subprocess.run([go_new, "build", "-o", "numbers", "main.go"], cwd=tmp_path, check=True)
    text = "\n".join(f"{a} {b}" for a, b in pairs)
    done = subprocess.run([tmp_path / "numbers"], input=text, capture_output=True, text=True, check=True)
    theirs = [[int(x) for x in line.split()] for line in done.stdout.splitlines()]
    ours = simulated(pairs, jit=False)
    exact = len(OPERATIONS)
    for (a, b), mine, real in zip(pairs, ours, theirs, strict=True):
        wrong = [n for n, x, y in zip(OPERATIONS, mine[:exact], real[:exact], strict=True) if x != y]
        assert not wrong, f"{wrong} of {a:#x}, {b:#x}: {mine}, Go: {real}"
        for x, y in zip(mine[exact:], real[exact:], strict=True):
            z, p, q = (struct.unpack("<d", struct.pack("<q", v))[0] for v in (a, x, y))
            if 1e-300 < abs(z) < 1e6:  # Go's own Log of the smallest numbers is off
                assert p == pytest.approx(q, rel=1e-9, abs=1e-12, nan_ok=True)
    assert simulated(pairs, jit=True) == ours
