"""Tracebacks: the same goroutines, reasons and calls as real Go's."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from asm import run

from gosched_edu import go
from gosched_edu.kernel.dump import goroutines, obituary

PROGRAMS = {
    "nested panics": """
type T struct{}
func (t *T) M(n int) { defer func() { panic("second") }(); panic("first") }
func main() { new(T).M(1) }
""",
    "deadlock": """
func worker(c chan int, done func()) { defer done(); <-c }
func main() {
	c := make(chan int)
	go worker(c, func() {})
	go func() { c <- <-c }()
	for i := 0; i < 3; i++ { runtime.Gosched() }
	select {}
}
""",
    "nil channels": """
func main() {
	var c chan int
	go func() { c <- 1 }()
	runtime.Gosched()
	<-c
}
""",
    "select": """
func two(a, b chan int) {
	select {
	case <-a:
	case b <- 1:
	}
}
func main() { two(make(chan int), make(chan int)) }
""",
    "runtime error in a deferred call": """
func divide(a, b int) int { return a / b }
func main() {
	defer func() {
		recover()
		x := []int{}
		println(x[divide(0, 1)])
	}()
	divide(1, 0)
}
""",
    "main is gone": """
func main() {
	defer runtime.Goexit()
	panic(1)
}
""",
    "recursion": """
func down(n int) { if n == 0 { panic("deep") }; down(n - 1); runtime.Gosched() }
func main() { down(150) }
""",
    "fatal error": """
func main() {
	go func() { select {} }()
	runtime.Gosched()
	var m sync.Mutex
	m.Unlock()
}
""",
}


def skeleton(stderr: str) -> list[str]:
    """Goroutine headers, names of the program's functions, the first lines."""
    out = []
    text = stderr.replace("exit status 2\n", "")
    for line in text.splitlines():
        if not line.strip() or line.startswith("[signal"):
            continue
        if line.startswith("goroutine "):
            out.append(re.sub(r"goroutine \d+", "goroutine", line))
        elif line.startswith(("main.", "panic(", "created by")):
            out.append(re.sub(r"\(([^()]|\{[^}]*\})*\)$| in goroutine \d+", "", line))
        elif not re.match(r"\s+\S+:\d+|(internal/)?sync\.|runtime\.", line):
            out.append(re.sub(r"\(0x[^)]*\)", "", line))
    return out


def blocks(lines: list[str]) -> list[list[str]]:
    """The text, then the goroutines: of those that wait, order says nothing."""
    starts = [i for i, line in enumerate(lines) if line.startswith("goroutine")] + [len(lines)]
    found = [lines[a:b] for a, b in zip(starts, starts[1:], strict=False)]
    return [lines[: starts[0]], *found[:1], *sorted(found[1:])]


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("version", ["1.22", "1.27"])
def test_tracebacks_as_in_go(name: str, version: str, go_new: Path, go_old: Path, tmp_path: Path) -> None:
    body = PROGRAMS[name]
    used = [p for p in ("runtime", "sync") if f"{p}." in body]
    source = "package main\n" + "".join(f'import "{p}"\n' for p in used) + body
    (tmp_path / "main.go").write_text(source)
    env = {**os.environ, "GOTOOLCHAIN": "local", "GOTRACEBACK": "single"}
    toolchain = go_old if version == "1.22" else go_new
    subprocess.run(
        [toolchain, "build", "-gcflags=-l", "-o", "prog", "main.go"], cwd=tmp_path, check=True, env=env
    )
    real = subprocess.run([tmp_path / "prog"], capture_output=True, text=True, env=env)
    ours = go.run(source, version=version, procs=1, jit=False)
    assert (ours.exit_code, blocks(skeleton(ours.stderr))) == (real.returncode, blocks(skeleton(real.stderr)))


def test_minutes_of_waiting_are_told() -> None:
    m = run("""
        func start
            LDI 2 0
            MKCHAN 3 2 1
            GO main.sleeper 4 0
            RECV -1 3 (1)
            RET
        func main.sleeper
            LDK 2 =150000000000
            SLEEP 2
            LDI 2 0
            LD 3 2 0
            RET
    """)
    assert [g.state for g in goroutines(m)] == ["chan receive, 2 minutes", "running"]
    assert "goroutine 2 [running]:\nmain.sleeper()\n\tmain.go:" in obituary(m)
