"""Exports: Chrome JSON, tables, and what Go's own tools make of our traces."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from trace_oracle import _trace_tool

from gosched_edu import go, realgo
from gosched_edu.kernel.events import Kind
from gosched_edu.realgo.runner import build_env
from gosched_edu.trace.export import save, to_chrome
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.trace import Trace

GOS = [tool for tool in realgo.toolchains() if tool.number >= (1, 22)]

#: Locks, channels, system calls, the network, tasks, regions and messages, a collection.
SOURCE = """package main

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"runtime/trace"
	"sync"
	"syscall"
	"time"
)

var mu sync.Mutex

func worker(ctx context.Context, id int, out chan int) {
	defer trace.StartRegion(ctx, "the region").End()
	ts := syscall.NsecToTimespec(200_000)
	syscall.Nanosleep(&ts, nil)
	mu.Lock()
	time.Sleep(20 * time.Microsecond)
	mu.Unlock()
	trace.Log(ctx, "worker", fmt.Sprint(id))
	out <- id
}

func main() {
	ctx, task := trace.NewTask(context.Background(), "the task")
	out := make(chan int)
	for i := 0; i < 4; i++ {
		go worker(ctx, i, out)
	}
	for i := 0; i < 4; i++ {
		<-out
	}
	task.End()
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		c, _ := l.Accept()
		time.Sleep(time.Millisecond)
		c.Write([]byte("x"))
		c.Close()
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	c.Read(make([]byte, 1))
	runtime.GC()
}
"""


@pytest.fixture(scope="module")
def trace() -> Trace:
    run = go.run(SOURCE, procs=2, version="1.22")
    assert run.exit_code == 0, run
    return run.trace


# -- Chrome JSON -------------------------------------------------------------------------------------


def slices(data: dict) -> dict[tuple[int, int], list[dict]]:
    out: dict[tuple[int, int], list[dict]] = {}
    for event in data["traceEvents"]:
        if event["ph"] == "X":
            out.setdefault((event["pid"], event["tid"]), []).append(event)
    return out


def test_chrome_json_keeps_to_the_format(trace: Trace) -> None:
    """The rules of the Trace Event Format that its readers rely on."""
    data = json.loads(json.dumps(to_chrome(trace)))
    assert data["displayTimeUnit"] in ("ns", "ms")
    names = {(e["pid"], e["tid"]) for e in data["traceEvents"] if e["name"] == "thread_name"}
    arrows: dict[int, list[str]] = {}
    end = max(int(trace.end), int(trace.time.max())) / 1000
    for event in data["traceEvents"]:
        assert {"ph", "name", "pid", "tid", "ts"} <= set(event)
        assert isinstance(event["pid"], int) and isinstance(event["tid"], int)
        assert 0 <= event["ts"] <= end
        if event["ph"] == "X":
            assert event["dur"] >= 0 and event["ts"] + event["dur"] <= end + 1e-6
            assert (event["pid"], event["tid"]) in names
        elif event["ph"] in "sf":
            arrows.setdefault(event["id"], []).append(event["ph"])
        else:
            assert event["ph"] == "M" and event["args"]
    assert arrows and all(ends == ["s", "f"] for ends in arrows.values())
    for lane in slices(data).values():
        lane.sort(key=lambda e: (e["ts"], e["dur"]))
        for one, two in zip(lane, lane[1:], strict=False):
            assert one["ts"] + one["dur"] <= two["ts"] + 1e-6


def test_chrome_json_says_what_the_run_did(trace: Trace) -> None:
    data = to_chrome(trace)
    table = intervals(trace)
    for lane, pid in (("P", 1), ("G", 2), ("M", 3)):
        mine = table[(table.lane == lane) & (table.state == "running")]
        spent = mine.assign(ns=mine.end - mine.start).groupby("id").ns.sum()
        for number, ns in spent.items():
            shown = [
                e["dur"] for e in slices(data)[pid, int(number) + (lane != "G")]
                if e["name"] == "running" or re.fullmatch(r"G\d+", e["name"])
            ]  # fmt: skip
            assert sum(shown) * 1000 == pytest.approx(ns)
    world = {e["name"] for key, lane in slices(data).items() for e in lane if key[0] == 4}
    assert {"runtime.GC", "GC mark termination", "GC sweep termination"} <= world


# -- tables ------------------------------------------------------------------------------------------


def test_tables_and_suffixes(trace: Trace, tmp_path: Path) -> None:
    table = pd.read_csv(trace.save(tmp_path / "a.csv"), index_col="row", keep_default_na=False)
    assert table.time.tolist() == trace.time.tolist()
    assert table.kind.tolist() == [Kind(int(k)).name for k in trace.kind]
    assert table.g.tolist() == trace.g.tolist()
    assert json.loads(save(trace, tmp_path / "a.json").read_text()) == to_chrome(trace)
    assert save(trace, tmp_path / "a.trace").read_bytes().startswith(b"go 1.22 trace")
    with pytest.raises(ValueError, match=r"a.xml: a trace can be saved as .trace, .json, .csv or .parquet"):
        trace.save(tmp_path / "a.xml")


def test_parquet_or_what_it_needs(trace: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        with pytest.raises(ValueError, match="pip install pyarrow"):
            trace.save(tmp_path / "a.parquet")
    else:
        back = pd.read_parquet(trace.save(tmp_path / "a.parquet"))
        assert back.time.tolist() == trace.time.tolist()


# -- Go's own tools ----------------------------------------------------------------------------------


@contextlib.contextmanager
def web(tool: realgo.Toolchain, file: Path) -> Iterator[str]:
    """The address at which ``go tool trace`` shows the file."""
    env = build_env(tool) | {"BROWSER": "/bin/true", "DISPLAY": ""}
    command = [_trace_tool(tool), "-http=127.0.0.1:0", str(file)]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            deadline = time.monotonic() + 300
            seen = ""
            while time.monotonic() < deadline:
                line = process.stderr.readline()
                seen += line
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                if found or not line:
                    break
            assert found, seen
            yield found[0]
        finally:
            process.kill()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=300) as answer:
        assert answer.status == 200
        return answer.read().decode()


@pytest.mark.go
@pytest.mark.skipif(os.name == "nt" or not GOS, reason="no Go toolchain")
@pytest.mark.parametrize("tool", GOS, ids=lambda tool: tool.version)
def test_the_pages_of_go_tool_trace(trace: Trace, tool: realgo.Toolchain, tmp_path: Path) -> None:
    with web(tool, trace.save(tmp_path / "run.trace")) as address:
        assert "View trace" in get(address + "/")
        for view in ("proc", "thread"):
            data = json.loads(get(f"{address}/jsontrace?view={view}"))
            names = [e["name"] for e in data["traceEvents"]]
            assert "G2 main.worker" in names and any(re.match(r"G1 \w+\.main", n) for n in names)
            if view == "proc":
                starts = [n for n in names if re.match(r"G\d+ ", n)]
                ran = len(trace.where(Kind.GO_START, Kind.GO_SYSCALL_END))
                assert len(trace.where(Kind.GO_START)) <= len(starts) <= ran + 2
                assert any("GC" in n for n in names)
        goroutines = get(address + "/goroutines")
        assert "main.worker" in goroutines and "main.main.func1" in goroutines
        found = re.search(r'href="(/goroutine\?[^"]+)"[^>]*>\s*main\.worker', goroutines)
        assert found, goroutines
        assert get(address + found[1].replace("&amp;", "&")).count("goid=") >= 4
        assert "the task" in get(address + "/usertasks")
        assert "the region" in get(address + "/userregions")
        task = get(address + "/usertask?type=the+task")
        assert "region &#34;the region&#34;" in task or "the region" in task, task
        assert "<" in get(address + "/mmu")


def top(
    tool: realgo.Toolchain, file: Path, kind: str, folder: Path
) -> tuple[int, dict[str, int]]:
    """ns in all, and by function, of a profile that Go's tools make of the trace."""
    env = build_env(tool)
    made = subprocess.run(
        [_trace_tool(tool), f"-pprof={kind}", file], env=env, capture_output=True, check=True, timeout=600
    )
    profile = folder / f"{kind}.pprof"
    profile.write_bytes(made.stdout)
    text = subprocess.run(
        [tool.path, "tool", "pprof", "-top", "-unit=ns", "-nodecount=1000", profile],
        env=env, capture_output=True, text=True, check=True, timeout=600,
    ).stdout  # fmt: skip
    total = re.search(r"of (\d+)ns total", text)
    assert total, text
    rows = re.findall(r"^\s*(\d+)ns\s+\S+%\s+\S+%\s+\d+ns\s+\S+%\s+(\S+)", text, re.MULTILINE)
    return int(total[1]), {name: int(ns) for ns, name in rows}


@pytest.mark.go
@pytest.mark.skipif(not GOS, reason="no Go toolchain")
def test_profiles_of_our_traces_are_right(trace: Trace, tmp_path: Path) -> None:
    """Sums that Go's tools find are those of our own intervals."""
    tool = GOS[0]
    file = trace.save(tmp_path / "run.trace")
    table = intervals(trace)
    table = table[(table.lane == "G") & (table.end < table.end.max())]  # not what goes on at the end
    states = table.state
    waits = ["chan receive", "chan send", "sync.Mutex.Lock", "semacquire", "select"]
    for kind, rows, where in (
        ("sync", (states == "waiting") & table.reason.isin(waits), {"main.worker", "main.main"}),
        ("net", (states == "waiting") & (table.reason == "IO wait"), {"main.main", "main.main.func1"}),
        ("syscall", states == "syscall", {"main.worker"}),
    ):
        total, by_function = top(tool, file, kind, tmp_path)
        assert total == pytest.approx(int((table.end - table.start)[rows].sum()), rel=1e-3), kind
        assert total > 0 and set(by_function) <= where, kind
    total, by_function = top(tool, file, "sched", tmp_path)
    assert total == pytest.approx(ready_again(trace), rel=1e-3)
    assert total > 0 and set(by_function) <= {"main.worker", "main.main", "main.main.func1"}


def ready_again(trace: Trace) -> int:
    """ns that goroutines waited for a P; Go's tool leaves out the wait after their creation."""
    since: dict[int, int] = {}
    total = 0
    kinds = (Kind.GO_UNBLOCK, Kind.GO_STOP, Kind.GO_SYSCALL_END_BLOCKED, Kind.GO_START)
    for event in (trace[int(row)] for row in trace.where(*kinds)):
        if event.kind != Kind.GO_START:
            since[event.g] = event.time
        elif event.g in since:
            total += event.time - since.pop(event.g)
    return total
