"""Makes tests/data/trace-<version>.gz: a real trace of each Go version, and what Go's reader says of it.

    GOSCHED_GO=/path/to/a/GOROOT python tests/make_trace_samples.py

Run it once for each version; the samples are kept, so that tests need no old toolchain.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from pathlib import Path

from trace_oracle import go_tool_trace, official_transitions

from gosched_edu.realgo import runner
from gosched_edu.realgo.toolchain import require
from gosched_edu.trace.gotrace_file import header_version

DATA = Path(__file__).parent / "data"

#: Something of everything: channels, select, locks, system calls that lose their P, a pipe, yields,
#: preemption, timers, a collection, stops of the world, tasks, regions, messages; coroutines since 1.23.
SOURCE = """package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"syscall"
	"time"
	//ITER
)

var sink uint64

func worker(ctx context.Context, in, out chan int, wg *sync.WaitGroup) {
	defer wg.Done()
	defer trace.StartRegion(ctx, "worker").End()
	for v := range in {
		if v%3 == 0 {
			runtime.Gosched()
		}
		select {
		case out <- v * v:
		case <-time.After(time.Second):
		}
	}
}

func main() {
	ctx, task := trace.NewTask(context.Background(), "the whole")
	in, out := make(chan int), make(chan int, 2)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go worker(ctx, in, out, &wg)
	}
	go func() {
		for i := 0; i < 12; i++ {
			in <- i
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	sum := 0
	for v := range out {
		sum += v
	}
	trace.Log(ctx, "sum", fmt.Sprint(sum))
	task.End()

	var mu sync.Mutex
	var all sync.WaitGroup
	for i := 0; i < 2; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			ts := syscall.NsecToTimespec(30_000_000)
			syscall.Nanosleep(&ts, nil)
			mu.Lock()
			time.Sleep(100 * time.Microsecond)
			mu.Unlock()
		}()
	}
	all.Add(2)
	go func() { // neither blocks nor calls: it is preempted, for it shares two Ps with another such
		defer all.Done()
		for s := time.Now(); time.Since(s) < 25*time.Millisecond; {
			for i := 0; i < 1000; i++ {
				sink = sink*3 + 1
			}
		}
	}()
	r, w, _ := os.Pipe()
	go func() {
		defer all.Done()
		time.Sleep(3 * time.Millisecond)
		w.Write([]byte("x"))
	}()
	r.Read(make([]byte, 1))
	runtime.GC()
	runtime.GOMAXPROCS(3)
	all.Wait()
	//PULL
}
"""
PULL = """next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	})
	for i := 0; i < 3; i++ {
		next()
	}
	stop()"""


def digest(transitions: list[tuple[int, str]]) -> str:
    return hashlib.sha256(json.dumps(transitions).encode()).hexdigest()


def main() -> None:
    go = require()
    source = SOURCE
    if go.number >= (1, 23):
        source = source.replace("//ITER", '"iter"').replace("//PULL", PULL)
    seen: list[bytes] = []
    original = runner.read_go_trace
    runner.read_go_trace = lambda data, **options: (seen.append(data), original(data, **options))[1]
    done = runner.run(source, procs=2)
    assert done.exit_code == 0 and done.trace is not None, (done.stderr, done.notes)
    (raw,) = seen
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t"
        file.write_bytes(raw)
        code, text = go_tool_trace(go, file)
    assert code == 0, text
    transitions = official_transitions(text)
    DATA.mkdir(exist_ok=True)
    (DATA / f"trace-{go.language}.gz").write_bytes(gzip.compress(raw, mtime=0))
    index = DATA / "traces.json"
    known = json.loads(index.read_text()) if index.exists() else {}
    known[go.language] = {
        "go": go.version, "header": header_version(raw), "transitions": len(transitions),
        "digest": digest(transitions),
    }  # fmt: skip
    index.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    print(known[go.language], (DATA / f"trace-{go.language}.gz").stat().st_size)


if __name__ == "__main__":
    main()
