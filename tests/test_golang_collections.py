"""Slices, arrays, maps, strings and range loops do what they do in real Go."""

from __future__ import annotations

import golang_fuzz
import golang_real
import pytest
from golang_collections import PROGRAMS

from gosched_edu import go
from gosched_edu.golang import GoError, compile_go
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Image

needs_go = pytest.mark.skipif(golang_real.go() is None, reason="no Go toolchain")


@pytest.fixture(scope="session")
def real() -> dict[str, str]:
    """What the programs print when real Go runs them."""
    return dict(zip(PROGRAMS, golang_real.stderr(list(PROGRAMS.values()), "1.27"), strict=True))


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("name", PROGRAMS)
def test_prints_what_real_go_prints(name: str, real: dict[str, str]) -> None:
    run = go.run(PROGRAMS[name], version="1.27", procs=1)
    assert run.machine.errors.decode("utf-8", "surrogateescape") == real[name]


def run(body: str, before: str = "", version: str = "1.27", seed: int = 1) -> str:
    """What println writes in a program with `body` in main."""
    source = f"package main\n\n{before}\n\nfunc main() {{\n{body}\n}}\n"
    return go.run(source, version=version, procs=1, seed=seed, jit=False).machine.errors.decode()


def ops(image: Image, name: str) -> list[str]:
    """The mnemonics of one function."""
    f = next(f for f in image.functions if f.name == name)
    return [isa.OPS[int(image.code[4 * pc])].name for pc in range(f.entry, f.end)]


# --- versions ------------------------------------------------------------------------------


def test_iteration_variables_by_version() -> None:
    body = """
	var fs []func() int
	for i, x := range []int{10, 20} { fs = append(fs, func() int { return i + x }) }
	for i := 0; i < 2; i++ { fs = append(fs, func() int { return i }) }
	for _, f := range fs { print(f(), " ") }
	println()"""
    assert run(body, version="1.22") == "10 21 0 1 \n"
    assert run(body, version="1.21") == "21 21 2 2 \n"


def test_map_order_depends_on_the_seed_only() -> None:
    body = """
	m := map[int]bool{}
	for i := 0; i < 8; i++ { m[i] = true }
	for k := range m { print(k, " ") }
	println()
	for k := range m { print(k, " ") }
	println()"""
    outputs = {run(body, seed=s) for s in range(6)}
    assert len(outputs) > 1
    assert run(body, seed=3) == run(body, seed=3)
    for text in outputs:
        for line in text.splitlines():
            assert sorted(map(int, line.split())) == list(range(8))


# --- shape of the code ------------------------------------------------------------------------

LOOPS = """
func sum(s []int) int {
	n := 0
	for _, x := range s {
		n += x
	}
	return n
}

func fill(s []int) {
	for i := range s {
		s[i] = i
	}
}

func push(s []int, x int) []int {
	s = append(s, x)
	return s
}

func main() { println(sum(push(nil, 1))); fill(nil) }
"""


def test_loops_over_slices_are_tight() -> None:
    image = compile_go("package main\n" + LOOPS, version="1.27")
    body = ops(image, "main.sum")
    loop = body[body.index("JGE") + 1 : body.index("LOOPLT") + 1]
    assert loop == ["LDX", "ADD", "ADDI", "LOOPLT"]
    body = ops(image, "main.fill")
    loop = body[body.index("JGE") + 1 : body.index("LOOPLT") + 1]
    assert loop == ["STX", "ADDI", "LOOPLT"]


def test_append_with_room_is_in_line() -> None:
    image = compile_go("package main\n" + LOOPS, version="1.27")
    body = ops(image, "main.push")
    assert body.count("CALL") == 1 and body.index("JLT") < body.index("CALL")
    assert len(body) < 20, body


def test_an_array_that_is_only_indexed_is_not_copied() -> None:
    source = """package main
var table [1000]int
func get(i int) int { return table[i] }
func main() { println(get(3)) }
"""
    assert "MCOPY" not in ops(compile_go(source), "main.get")


# --- random programs ------------------------------------------------------------------------


def same(ours: str, real: str) -> bool:
    """Whether two outputs agree; which of two run time errors comes first is nobody's business."""
    lines = list(zip(ours.split("\n"), real.split("\n"), strict=False))
    return ours.count("\n") == real.count("\n") and all(
        a == b or ("runtime error: " in a and "runtime error: " in b) for a, b in lines
    )


@pytest.mark.go
@needs_go
@pytest.mark.slow
def test_random_programs() -> None:
    sources = [golang_fuzz.Program(seed).source for seed in range(30)]
    refused = golang_real.errors(sources, "1.27")
    good = [s for s, errors in zip(sources, refused, strict=True) if not errors]
    assert len(good) > 20
    for source, errors in zip(sources, refused, strict=True):
        if errors:
            with pytest.raises(GoError) as caught:
                compile_go(source, version="1.27")
            first = caught.value.errors[0]
            assert (first.line, first.message) == (errors[0][0], errors[0][2])
    for source, real in zip(good, golang_real.stderr(good, "1.27"), strict=True):
        ours = go.run(source, version="1.27", procs=1).machine.errors
        assert same(ours.decode("utf-8", "surrogateescape"), real), source
