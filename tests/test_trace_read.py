"""The reader of real traces, compared with Go's own reader, and fed with rubbish."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trace_oracle import (
    STORY,
    K,
    R,
    go_tool_trace,
    make_trace,
    official_transitions,
    our_transitions,
)
from trace_programs import PROGRAMS

from gosched_edu.realgo import Toolchain, runner, toolchains
from gosched_edu.trace.gotrace import to_go_trace
from gosched_edu.trace.gotrace_read import TraceFormatError, read_go_trace, user_only
from gosched_edu.trace.summary import intervals, summarize
from gosched_edu.trace.wire import header

GOS = [go for go in toolchains() if go.number >= (1, 22)]
CASES = [
    pytest.param(name, procs, go, id=f"{name}-{procs}-{go.version}",
                 marks=[pytest.mark.slow] if name == "generations" else [])
    for go in GOS for name in PROGRAMS for procs in (1, 4)
    if not (name == "coroutines" and go.number < (1, 23))
]  # fmt: skip


@functools.cache
def raw_trace(name: str, procs: int, go: Toolchain) -> bytes:
    """The file that a real run wrote."""
    seen: list[bytes] = []
    original = runner.read_go_trace

    def spy(data: bytes, **options: str | None) -> object:
        seen.append(data)
        return original(data, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "read_go_trace", spy)
        done = runner.run(PROGRAMS[name], procs=procs, version=go.version)
    assert done.trace is not None, done.notes
    return seen[0]


@pytest.mark.go
@pytest.mark.parametrize(("name", "procs", "go"), CASES)
def test_order_is_that_of_gos_reader(name: str, procs: int, go: Toolchain, tmp_path: Path) -> None:
    data = raw_trace(name, procs, go)
    file = tmp_path / "real.trace"
    file.write_bytes(data)
    newest = max(GOS, key=lambda other: other.number)
    code, text = go_tool_trace(newest, file)
    assert code == 0, text
    trace = read_go_trace(data)
    assert our_transitions(trace) == official_transitions(text)
    if name == "generations":
        assert text.count(" Sync ") > 2


@pytest.mark.go
@pytest.mark.parametrize(("name", "procs", "go"), CASES)
def test_real_traces_can_be_written_again(
    name: str, procs: int, go: Toolchain, tmp_path: Path
) -> None:
    """Also without the runtime's goroutines: what is left is a legal schedule."""
    trace = read_go_trace(raw_trace(name, procs, go), filename="main.go")
    for part in (trace, user_only(trace)):
        file = tmp_path / "again.trace"
        file.write_bytes(to_go_trace(part))
        code, text = go_tool_trace(go, file)
        assert code == 0, text[-2000:]


@pytest.mark.go
@pytest.mark.parametrize(("name", "procs", "go"), CASES)
def test_lanes_of_real_traces(name: str, procs: int, go: Toolchain) -> None:
    trace = read_go_trace(raw_trace(name, procs, go), filename="main.go")
    assert trace.procs == procs and trace.source == "real" and trace.filename == "main.go"
    assert np.all(np.diff(trace.time) >= 0)
    table = intervals(trace)
    assert (table.start <= table.end).all()
    running = table[(table.lane == "G") & (table.state == "running")]
    for _, lane in running.groupby("p"):  # a P runs one goroutine at a time
        lane = lane.sort_values("start")
        assert (lane.start.to_numpy()[1:] >= lane.end.to_numpy()[:-1]).all()
    assert str(summarize(user_only(trace)))


@pytest.mark.go
@pytest.mark.skipif(not GOS, reason="no Go toolchain")
def test_user_goroutines() -> None:
    trace = user_only(read_go_trace(raw_trace("pingpong", 1, GOS[0]), filename="main.go"))
    seen = {int(g) for g in trace.g} - {-1}
    assert len(seen) == 5 and 1 in seen
    assert seen == set(trace.meta["user_goroutines"])  # type: ignore[call-overload]
    blocks = trace.to_pandas().query("kind == 'GO_BLOCK'")
    assert set(blocks.reason) == {"chan send", "chan receive", "sleep", "sync.WaitGroup.Wait"}
    lines = PROGRAMS["pingpong"].splitlines()
    sends = blocks[blocks.reason == "chan send"]
    assert {lines[line - 1].strip() for line in sends.line} == {"ch <- i"}
    assert set(sends.g) == {1}


SIMULATED = to_go_trace(make_trace(STORY))


def test_texts_of_errors() -> None:
    with pytest.raises(TraceFormatError, match="not a Go execution trace.*runtime/trace"):
        read_go_trace(b"hello")
    with pytest.raises(TraceFormatError, match="old format.*Go 1.22 or newer"):
        read_go_trace(b"go 1.21 trace\0\0\0")
    with pytest.raises(TraceFormatError, match="go 1.99.*not known"):
        read_go_trace(header(99))
    with pytest.raises(TraceFormatError, match="no events"):
        read_go_trace(header(22))
    with pytest.raises(TraceFormatError, match=r"byte \d+.*truncated"):
        read_go_trace(SIMULATED[:200])
    with pytest.raises(TraceFormatError, match="no end"):
        read_go_trace(SIMULATED.replace(header(22), header(26)))


def survives(data: bytes) -> None:
    try:
        trace = read_go_trace(data)
    except TraceFormatError as error:
        assert str(error)
    else:
        assert len(trace)


@settings(deadline=None, max_examples=300)
@given(st.integers(16, len(SIMULATED)))
def test_truncated(size: int) -> None:
    survives(SIMULATED[:size])


@settings(deadline=None, max_examples=500)
@given(
    st.lists(
        st.tuples(st.integers(16, len(SIMULATED) - 1), st.integers(0, 255)),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_changed_bytes(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SIMULATED)
    for at, value in changes:
        data[at] = value
    survives(bytes(data))


@settings(deadline=None, max_examples=300)
@given(st.sampled_from((22, 23, 25, 26)), st.binary(max_size=200))
def test_rubbish(version: int, body: bytes) -> None:
    survives(header(version) + body)


@pytest.mark.go
@pytest.mark.skipif(not GOS, reason="no Go toolchain")
@settings(deadline=None, max_examples=int(os.environ.get("GOSCHED_FUZZ", "150")))
@given(st.data())
def test_changed_bytes_of_real_traces(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(("pingpong", "syscalls")))
    raw = bytearray(raw_trace(name, 4, data.draw(st.sampled_from(GOS))))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(16, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    survives(bytes(raw))


def test_experimental_batches_are_skipped() -> None:
    experimental = bytes([49, 1, 1, 0, 5, 3]) + b"xyz"  # experiment, generation, M, time, size
    trace = read_go_trace(SIMULATED[:16] + experimental + SIMULATED[16:])
    assert len(trace) == len(read_go_trace(SIMULATED))


def test_reasons_without_a_code_keep_their_words() -> None:
    rows = [*STORY[:4], (50, K.GO_BLOCK, 1, 0, 0, 0, R.NONE, 4)]
    trace = make_trace(rows)
    trace.meta["reason_text"] = {4: "page fault"}
    back = read_go_trace(to_go_trace(trace))
    assert list(back.meta["reason_text"].values()) == ["page fault"]  # type: ignore[attr-defined]
    assert summarize(back).blocks == {"page fault": 1}
