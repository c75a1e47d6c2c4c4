"""The table of golib's math/rand, computed from its definition (src/math/rand/gen_cooked.go)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import gosched_edu.golib
from gosched_edu import go

LENGTH, TAP = 607, 273
STEPS = 7_800_000_000_000
RNG = Path(gosched_edu.golib.__path__[0]) / "math" / "rand" / "rng.go"
Polynomial = NDArray[np.uint64]


def reduced(c: Polynomial) -> Polynomial:
    """Modulo x**607 - x**334 - 1: x[n] = x[n-273] + x[n-607], and all numbers modulo 2**64."""
    for n in range(len(c) - 1, LENGTH - 1, -1):
        c[n - LENGTH] += c[n]
        c[n - TAP] += c[n]
    return c[:LENGTH]


def times_x(c: Polynomial) -> Polynomial:
    return reduced(np.concatenate([np.zeros(1, np.uint64), c]))


def x_to_the(n: int) -> Polynomial:
    out = np.zeros(LENGTH, np.uint64)
    out[0] = 1
    for bit in f"{n:b}":
        square = np.zeros(2 * LENGTH - 1, np.uint64)
        for i in range(LENGTH):
            square[i : i + LENGTH] += out[i] * out
        out = reduced(square)
        if bit == "1":
            out = times_x(out)
    return out


def first_state() -> list[int]:
    """The state with the seed 1."""
    x, words = 1, []
    for i in range(-20, 3 * LENGTH):
        x = 48271 * x % (2**31 - 1)
        if i >= 0:
            words.append(x)
    return [words[3 * i] << 20 ^ words[3 * i + 1] << 10 ^ words[3 * i + 2] for i in range(LENGTH)]


def test_the_table_is_the_state_after_so_many_steps() -> None:
    # Step k writes x[k] at (334 - k) modulo 607; what is there at first are x[-606] to x[0].
    seed = first_state()
    earlier = np.array([seed[(LENGTH - TAP - k) % LENGTH] for k in range(1 - LENGTH, 1)], np.uint64)
    with np.errstate(over="ignore"):
        power, expected = x_to_the(STEPS), [0] * LENGTH
        for k in range(STEPS - LENGTH + 1, STEPS + 1):
            value = int((power * earlier).sum(dtype=np.uint64))
            expected[(LENGTH - TAP - k) % LENGTH] = value - (value >> 63 << 64)
            power = times_x(power)
    table = RNG.read_text().partition("var rngCooked")[2]
    assert [int(n) for n in re.findall(r"-?\d{9,}", table)] == expected


THREE = """package main

import (
	"fmt"
	"math/rand"
)

func main() {
	%s
	fmt.Println(rand.Intn(100), rand.Intn(100), rand.Intn(100))
}
"""


def test_the_shared_generator_has_a_seed_where_it_had_one() -> None:
    """Seed 1 until Go 1.19; then what the program chose; nothing any more from 1.24 on."""

    def drawn(version: str, seeding: str = "") -> str:
        return go.run(THREE % seeding, version=version, jit=False).output

    known = "81 87 47\n"  # what every program printed that forgot to seed
    assert drawn("1.19") == drawn("1.22", "rand.Seed(1)") == known
    assert drawn("1.22") != known
    assert drawn("1.27", "rand.Seed(1)") == drawn("1.27") != known
