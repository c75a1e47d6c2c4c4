"""The order of evaluation, beside real Go."""

from __future__ import annotations

import re

import golang_order
import golang_real
import pytest
from golang_front import NEWEST, needs_go

from gosched_edu import go

#: Two values for two places. gc may assign the first before the second panics; we never do.
_PARALLEL = re.compile(r"; [^;:{]*, [^;:{]* = (?!two)")


@pytest.mark.go
@needs_go
def test_statements_do_what_they_do_in_real_go() -> None:
    sources = [golang_order.program(seed, 120) for seed in range(100, 105)]
    for i, wrong in enumerate(golang_real.errors(sources, NEWEST)):
        lines = sources[i].split("\n")
        for line, _, _ in wrong:
            lines[line - 1] = ""
        sources[i] = "\n".join(lines)
    compared = 0
    for source, real in zip(sources, golang_real.outputs(sources, NEWEST), strict=True):
        ours = go.run(source, version=NEWEST, procs=1, trace="off").output
        statements = re.findall(r"(?m)^\ttry\((\d+), .*$", source)
        texts = dict(zip(statements, re.findall(r"(?m)^\ttry\(.*$", source), strict=True))
        assert len(real.splitlines()) == len(statements)
        for theirs, mine in zip(real.splitlines(), ours.splitlines(), strict=True):
            text = texts[theirs.split()[0]]
            if "runtime error" in theirs and _PARALLEL.search(text):
                continue
            assert mine == theirs, text
            compared += 1
    assert compared > 400


def test_the_receiver_is_evaluated_before_arguments_that_one_call_gives() -> None:
    source = """package main

type S struct{}

func (S) m(a, b int) { println(a, b, ready) }

var ready bool

func s() S          { ready = true; return S{} }
func g() (int, int) { if !ready { panic("g before s") }; return 1, 2 }
func main()         { s().m(g()) }
"""
    assert go.run(source, version=NEWEST).exit_code == 0
