"""GODEBUG=schedtrace lines: their form is real Go's, word for word, detail included."""

from __future__ import annotations

import re

import pytest
from sched_runs import MS, run, sleep, syscall, work

from gosched_edu import realgo

BUSY = """package main

import "time"

func main() {
	for i := 0; i < 4; i++ {
		go func() {
			for {
			}
		}()
	}
	time.Sleep(70 * time.Millisecond)
}
"""


def shape(line: str) -> str:
    """The line with its numbers, names and reasons blotted out, runs of numbers as one."""
    line = re.sub(r"\(.*\)", "()", line.rstrip())
    line = re.sub(r"=(true|false|nil|\d+)", "=#", line)
    line = re.sub(r"\b[PMG]?\d+(ms)?\b", "#", line)
    return re.sub(r"#( #)+", "#", line)


@pytest.mark.parametrize("version", ["1.22", "1.27"])
@pytest.mark.parametrize("detail", [False, True])
def test_the_lines_look_as_real_go_s(version, detail):
    tool = realgo.find(version)
    if tool is None or not tool.version.startswith(version):
        pytest.skip(f"no Go {version}")
    godebug = f"schedtrace=20{',scheddetail=1' if detail else ''}"
    text = "func main.main\n  GO b 4 0\n  LOCKT 1\n" + syscall(30 * MS) + sleep(40 * MS) + "  RET\n"
    m = run(text + "func b args=0\n" + work(200 * MS) + "  RET\n", procs=2, version=version, schedtrace=20,
            scheddetail=detail, checked=False)  # fmt: skip
    ours = [line for block in m.schedtraces for line in block.splitlines()]
    assert len(m.schedtraces) >= 3
    wanted, seen = {shape(x) for x in ours}, set()
    for _ in range(20):  # on a busy machine Go looks seldom, and does not meet every state at once
        real = realgo.run(BUSY, version=version, procs=2, trace=False, godebug=godebug).stderr
        seen |= {shape(x) for x in real.splitlines()}
        if wanted <= seen:
            break
    assert wanted <= seen
