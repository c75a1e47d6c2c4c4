"""The reader of real traces, compared with Go's own reader, and fed with rubbish."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_trace_write import yields
from trace_oracle import (
    STORY,
    K,
    R,
    boot,
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


#: A goroutine of the runtime, 9, is in a system call when its P is taken from its M.
TAKEN = [
    *boot(2),
    (100, K.GO_CREATE, 9, 0, 0, 1, R.RUNNEXT, 5),
    (110, K.PROC_START, -1, 1, 1, 1, R.WAKEP, 0),
    (120, K.GO_START, 9, 1, 1, 0, R.STOLEN, 21),
    (130, K.GO_SYSCALL_BEGIN, 9, 1, 1, 1000, R.SYSCALL, 22),
    (200, K.PROC_STEAL, 9, 1, -1, 1, R.SYSMON, 0),
    (210, K.PROC_START, -1, 1, 2, 0, R.HANDOFF, 0),
    (220, K.PROC_STOP, -1, 1, 2, -1, R.NONE, 0),
    (1130, K.GO_SYSCALL_END_BLOCKED, 9, -1, 1, -1, R.GLOBAL_QUEUE, 22),
    (1200, K.GO_EXIT, 1, 0, 0, -1, R.NONE, 11),
]


@pytest.mark.go
@pytest.mark.parametrize("go", GOS, ids=lambda go: go.version)
def test_a_p_taken_from_a_goroutine_that_is_left_out(go: Toolchain, tmp_path: Path) -> None:
    trace = make_trace(TAKEN)
    trace.meta["user_goroutines"] = [1]
    file = tmp_path / "taken.trace"
    file.write_bytes(to_go_trace(user_only(trace)))
    code, text = go_tool_trace(go, file)
    assert code == 0, text[-2000:]


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
    for partial in (False, True):
        try:
            trace = read_go_trace(data, partial=partial)
        except TraceFormatError as error:
            assert str(error)
        else:
            assert len(trace)
            assert np.all(np.diff(trace.time) >= 0)
            intervals(user_only(trace))


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


# -- samples of all versions ---------------------------------------------------------------------

SAMPLES = Path(__file__).parent / "data"
INDEX = json.loads((SAMPLES / "traces.json").read_text())


@functools.cache
def sample(version: str) -> bytes:
    return gzip.decompress((SAMPLES / f"trace-{version}.gz").read_bytes())


@pytest.mark.parametrize("version", sorted(INDEX))
def test_samples_of_all_versions(version: str) -> None:
    """Read as the reader of that very version read them when they were made."""
    known = INDEX[version]
    trace = read_go_trace(sample(version), filename="main.go")
    transitions = our_transitions(trace)
    assert len(transitions) == known["transitions"]
    assert hashlib.sha256(json.dumps(transitions).encode()).hexdigest() == known["digest"]
    assert trace.version == f"1.{known['header']}" and trace.filename == "main.go"
    kinds = {K(int(k)) for k in trace.kind}
    assert {
        K.GO_SYSCALL_BEGIN, K.GO_SYSCALL_END_BLOCKED, K.PROC_STEAL, K.GC_BEGIN, K.GC_END, K.STW_BEGIN,
        K.STW_END, K.USER_TASK_BEGIN, K.USER_TASK_END, K.USER_REGION_BEGIN, K.USER_REGION_END, K.USER_LOG,
        K.PROCS,
    } <= kinds  # fmt: skip
    texts = trace.meta["texts"]
    assert isinstance(texts, dict)
    assert {"the whole", "worker", "sum: 506"} <= set(texts.values())
    reasons = {R(int(r)) for r in trace.reason[trace.where(K.GO_BLOCK)]}
    assert {R.CHAN_SEND, R.CHAN_RECEIVE, R.SELECT, R.SLEEP, R.WAITGROUP_WAIT} <= reasons
    assert {R.GOSCHED, R.PREEMPTED} <= {R(int(r)) for r in trace.reason[trace.where(K.GO_STOP)]}
    mine = user_only(trace)
    assert len(summarize(mine).per_goroutine) >= 8
    assert str(summarize(mine))


@settings(deadline=None, max_examples=int(os.environ.get("GOSCHED_FUZZ", "60")))
@given(st.data())
def test_flipped_bits_in_samples(data: st.DataObject) -> None:
    raw = bytearray(sample("1.25"))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(16, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    survives(bytes(raw))


@pytest.mark.parametrize("version", sorted(INDEX))
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_what_was_written_before_the_end_can_be_read(version: str, share: float) -> None:
    """A thread's events reach the file late, so of a short run little may be left."""
    whole = read_go_trace(sample(version))
    cut = sample(version)[: int(share * len(sample(version)))]
    with pytest.raises(TraceFormatError, match="truncated"):
        read_go_trace(cut)
    try:
        part = read_go_trace(cut, partial=True)
    except TraceFormatError as error:
        assert share <= 0.9 and "truncated" in str(error)
    else:
        assert "byte" in str(part.meta["damaged"])
        assert 0 < len(part) <= len(whole)
        assert str(summarize(part))


def test_a_part_is_the_beginning_of_the_whole() -> None:
    trace = read_go_trace(SIMULATED)
    part = read_go_trace(SIMULATED, limit=10)
    assert "first 10 events" in str(part.meta["cut"]) and "cut" not in trace.meta
    assert 5 < len(part) <= 11  # row 0 tells GOMAXPROCS; not every event has a row
    for name in ("time", "kind", "g", "p", "m", "line"):
        assert getattr(part, name).tolist() == getattr(trace, name)[: len(part)].tolist()


def test_unknown_batches_are_skipped() -> None:
    later = bytes([1, 1, 0, 0, 3, 60, 1, 2])  # a batch of generation 1 that begins with type 60
    trace = read_go_trace(SIMULATED[:16] + later + SIMULATED[16:])
    assert len(trace) == len(read_go_trace(SIMULATED))
    assert trace.meta["unmapped"] == {"unknown batch": 1}


def test_a_hundred_megabytes_are_read_in_part() -> None:
    data = to_go_trace(yields(50_000))
    data += data[16:] * (100_000_000 // len(data))
    assert len(data) > 99_000_000
    start = time.process_time()
    trace = read_go_trace(data, limit=50_000)
    assert time.process_time() - start < 10  # all of it would take minutes
    assert "first 50,000 events" in str(trace.meta["cut"])
    assert 49_990 < len(trace) <= 50_001


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
