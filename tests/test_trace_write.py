"""The writer of Go execution traces, judged by Go's own readers."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program
from rich_programs import rich_program
from trace_oracle import (
    STORY,
    K,
    R,
    Row,
    boot,
    by_goroutine,
    go_tool_trace,
    make_trace,
    official_transitions,
    our_transitions,
)

from gosched_edu import go as simulate
from gosched_edu.realgo import Toolchain, toolchains
from gosched_edu.trace import gotrace
from gosched_edu.trace.gotrace import START, _uvarints, to_go_trace
from gosched_edu.trace.gotrace_cuts import cuts, standing
from gosched_edu.trace.gotrace_read import TraceFormatError, read_go_trace
from gosched_edu.trace.trace import Trace
from gosched_edu.trace.wire import HEADER_SIZE, Ev, uvarint

GOS = [go for go in toolchains() if go.number >= (1, 22)]
every_go = pytest.mark.parametrize("go", GOS, ids=lambda go: go.version)


def round_trip(trace: Trace) -> Trace:
    return read_go_trace(to_go_trace(trace))


@pytest.mark.go
@every_go
def test_go_accepts_the_story(go: Toolchain, tmp_path: Path) -> None:
    file = tmp_path / "story.trace"
    trace = make_trace(STORY)
    file.write_bytes(to_go_trace(trace))
    code, text = go_tool_trace(go, file)
    assert code == 0, text
    expected = by_goroutine(our_transitions(trace))
    expected[1] = expected[1][1:]  # main is there from the first, for Go
    assert by_goroutine(official_transitions(text)) == expected
    for word in ("chan receive", "sleep", "preempted", "runtime.Gosched", "sync"):
        assert f'Reason="{word}"' in text
    assert "main.worker" in text and "main.go:23" in text
    assert f"Time={START + 130}" in text  # one tick is one nanosecond


@pytest.mark.go
@every_go
def test_go_rejects_a_wrong_sequence_number(go: Toolchain, tmp_path: Path) -> None:
    """The judge is awake: one number changed, and the file is refused."""
    data = bytearray(to_go_trace(make_trace(STORY)))
    # GoStart dt=10 g=2 seq=1: the only event of that shape
    at = data.index(bytes([Ev.GO_START, 10, 2, 1]))
    data[at + 3] = 5
    file = tmp_path / "wrong.trace"
    file.write_bytes(data)
    code, text = go_tool_trace(go, file)
    assert code != 0
    assert "failed to advance" in text or "broken trace" in text
    with pytest.raises(TraceFormatError, match="byte .*GO_START"):
        read_go_trace(bytes(data))


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param((200, K.GO_START, 1, 0, 0, -1, R.RUNNEXT, 1), id="started twice"),
        pytest.param((200, K.GO_UNBLOCK, 1, 0, 0, 1, R.RUNNEXT, 1), id="woken while running"),
        pytest.param((200, K.GO_START, 9, 0, 0, -1, R.RUNNEXT, 1), id="never created"),
        pytest.param((200, K.GO_CREATE, 1, 0, 0, 1, R.RUNNEXT, 1), id="created twice"),
        pytest.param((200, K.PROC_START, -1, 0, 1, 0, R.WAKEP, 0), id="P taken twice"),
        pytest.param((200, K.GO_EXIT, 1, 1, 1, -1, R.NONE, 1), id="ended elsewhere"),
    ],
)
@pytest.mark.go
@pytest.mark.skipif(not GOS, reason="no Go toolchain")
def test_illegal_schedules_are_refused(extra: Row, tmp_path: Path) -> None:
    data = to_go_trace(make_trace([*boot(2), extra]))
    file = tmp_path / "illegal.trace"
    file.write_bytes(data)
    assert go_tool_trace(GOS[0], file)[0] != 0
    with pytest.raises(TraceFormatError):
        read_go_trace(data)


def test_round_trip_keeps_what_go_has_words_for() -> None:
    trace = make_trace(STORY)
    back = round_trip(trace)
    assert by_goroutine(our_transitions(back))[3] == by_goroutine(our_transitions(trace))[3]
    assert back.procs == 2 and back.source == "real" and back.filename == "main.go"
    rows = {(int(e.time), e.kind, e.g): e for e in back}
    offset = next(e.time for e in trace if e.kind == K.GO_START)
    first = next(e.time for e in back if e.kind == K.GO_START)
    for event in trace:
        if event.kind in (K.GO_BLOCK, K.GO_STOP):
            same = rows[event.time - offset + first, event.kind, event.g]
            assert (same.line, same.p) == (event.line, event.p)
            words = {R.WAITGROUP_WAIT: R.SEMACQUIRE}  # both are "sync" without a runtime frame
            assert same.reason == words.get(event.reason, event.reason)


def test_trace_must_begin_at_the_beginning() -> None:
    with pytest.raises(ValueError, match="PROCS"):
        to_go_trace(make_trace(STORY[1:]))


def test_time_must_not_go_back_within_a_thread() -> None:
    rows = [*boot(1), (5, K.GO_EXIT, 1, 0, 0, -1, R.NONE, 1)]
    with pytest.raises(ValueError, match="M0 goes back at row 4"):
        to_go_trace(make_trace(rows, procs=1))


def test_gomaxprocs_can_change() -> None:
    rows = [
        *boot(1),
        (50, K.PROCS, -1, -1, -1, 3, R.NONE, 0),
        (60, K.GO_STOP, 1, 0, 0, -1, R.GOSCHED, 4),
        (70, K.GO_START, 1, 0, 0, -1, R.GLOBAL_QUEUE, 4),
    ]
    back = round_trip(make_trace(rows, procs=1))
    assert back.procs == 1
    assert [int(back.arg[row]) for row in back.where(K.PROCS)] == [1, 3]


def test_long_names_are_cut_at_a_character() -> None:
    long = ("main." + "ä" * 2000, "main.worker")
    trace = replace(yields(1), functions=long)
    assert len(round_trip(trace).functions[0].encode()) <= 1024


def yields(n: int) -> Trace:
    """Main calls runtime.Gosched n times."""
    start = make_trace(boot(1), procs=1)
    def more(column: np.ndarray, *values: int) -> np.ndarray:
        return np.concatenate([column, np.tile(values, n).astype(column.dtype)])

    return replace(
        start, time=np.concatenate([start.time, 20 + 10 * np.arange(2 * n)]),
        kind=more(start.kind, K.GO_STOP, K.GO_START), g=more(start.g, 1, 1),
        p=more(start.p, 0, 0), m=more(start.m, 0, 0), arg=more(start.arg, -1, -1),
        arg2=more(start.arg2, -1, -1), line=more(start.line, 4, 4),
        reason=more(start.reason, R.GOSCHED, R.GLOBAL_QUEUE), func=more(start.func, 0, 0),
    )  # fmt: skip


def batch_sizes(data: bytes) -> list[int]:
    at, sizes = HEADER_SIZE, []

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            value |= (data[at] & 0x7F) << shift
            shift += 7
            at += 1
            if data[at - 1] < 0x80:
                return value

    while at < len(data):
        assert number() == Ev.EVENT_BATCH
        sizes.append([number() for _ in range(4)][3])
        at += sizes[-1]
    return sizes


def test_long_traces_are_cut_into_batches() -> None:
    data = to_go_trace(yields(40_000))
    assert max(batch_sizes(data)) <= 60_000
    assert len(batch_sizes(data)) > 5
    assert len(read_go_trace(data).where(K.GO_STOP)) == 40_000


@pytest.mark.slow
@pytest.mark.go
@pytest.mark.skipif(not GOS, reason="no Go toolchain")
def test_a_million_events(tmp_path: Path) -> None:
    trace = yields(500_000)
    start = time.process_time()
    data = to_go_trace(trace)
    assert time.process_time() - start < 10
    file = tmp_path / "long.trace"
    file.write_bytes(data)
    code, text = go_tool_trace(GOS[0], file)
    assert code == 0, text[-2000:]
    assert text.count("GoID=1 Running->Runnable") == 500_000


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_varints(numbers: list[int]) -> None:
    data, ends = _uvarints(np.array(numbers, dtype=np.uint64))
    parts = [uvarint(n) for n in numbers]
    assert data == b"".join(parts)
    assert ends.tolist() == np.cumsum([len(part) for part in parts]).tolist()


@st.composite
def schedules(draw: st.DrawFn) -> list[Row]:
    """Legal schedules, made by taking any legal step again and again."""
    procs = draw(st.integers(1, 4))
    rows = boot(procs)
    running: dict[int, int] = {0: 1}  # m -> g, which keeps p = m
    ready: list[int] = []
    parked: list[int] = []
    clock = {m: 20 + draw(st.integers(0, 50)) for m in range(procs)}
    born = 1
    for _ in range(draw(st.integers(0, 60))):
        m = draw(st.integers(0, procs - 1))
        clock[m] += draw(st.integers(0, 30))
        t, g = clock[m], running.get(m)
        if m not in running:  # this M sleeps
            rows.append((t, K.PROC_START, -1, m, m, 0, R.WAKEP, 0))
            running[m] = -1
        elif g == -1:
            if ready and draw(st.booleans()):
                running[m] = ready.pop(draw(st.integers(0, len(ready) - 1)))
                rows.append((t, K.GO_START, running[m], m, m, -1, R.LOCAL_QUEUE, 5))
            elif parked and draw(st.booleans()):  # by a timer
                ready.append(parked.pop())
                rows.append((t, K.GO_UNBLOCK, ready[-1], m, m, 0, R.RUNNEXT, 0))
            else:
                rows.append((t, K.PROC_STOP, -1, m, m, -1, R.NONE, 0))
                del running[m]
        else:
            assert g is not None
            step = draw(st.sampled_from(["create", "wake", "stop", "block", "exit"]))
            if step == "create":
                born += 1
                ready.append(born)
                rows.append((t, K.GO_CREATE, born, m, m, g, R.RUNNEXT, 6))
            elif step == "wake" and parked:
                ready.append(parked.pop(0))
                rows.append((t, K.GO_UNBLOCK, ready[-1], m, m, g, R.RUNNEXT, 7))
            elif step == "stop":
                ready.append(g)
                running[m] = -1
                rows.append((t, K.GO_STOP, g, m, m, -1, R.PREEMPTED, 8))
            elif step == "block":
                parked.append(g)
                running[m] = -1
                rows.append((t, K.GO_BLOCK, g, m, m, 0, R.CHAN_SEND, 9))
            elif step == "exit" and g != 1:
                running[m] = -1
                rows.append((t, K.GO_EXIT, g, m, m, -1, R.NONE, 10))
    return rows


@settings(deadline=None, max_examples=200)
@given(schedules())
def test_any_legal_schedule_survives(rows: list[Row]) -> None:
    """Whatever the clocks say: sequence numbers alone give each goroutine its history."""
    trace = make_trace(rows, procs=4)
    back = by_goroutine(our_transitions(round_trip(trace)))
    expected = by_goroutine(our_transitions(trace))
    expected[1] = expected[1][1:]  # main's creation
    assert back == expected


# -- several generations -------------------------------------------------------------------------------


def simulated(seed: int) -> Trace:
    source = rich_program(seed) if seed % 2 else random_program(seed)
    version = ("1.22", "1.27", "1.13")[seed % 3]
    image = simulate.compile(source)
    return simulate.run(image, procs=(1, 2, 4)[seed // 2 % 3], seed=seed, version=version).trace


@pytest.mark.go
@every_go
def test_go_reads_several_generations_as_one(go: Toolchain, tmp_path: Path) -> None:
    file, whole = tmp_path / "parts.trace", tmp_path / "whole.trace"
    most = 0
    for seed in range(18):
        trace = simulated(seed)
        most = max(most, len(cuts(trace, 30)))
        file.write_bytes(to_go_trace(trace, per_generation=30))
        whole.write_bytes(to_go_trace(trace))
        code, text = go_tool_trace(go, file)
        assert code == 0, (seed, text[-500:])
        _, once = go_tool_trace(go, whole)
        assert by_goroutine(official_transitions(text)) == by_goroutine(official_transitions(once))
        assert our_transitions(read_go_trace(file.read_bytes())) == official_transitions(text)
    assert most > 4


@pytest.mark.go
@pytest.mark.skipif(not GOS, reason="no Go toolchain")
def test_go_refuses_a_generation_that_begins_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = next(t for t in map(simulated, range(1, 30, 6)) if len(cuts(t, 30)) > 2)
    row = int(cuts(trace, 30)[1])
    there = standing(trace, row)
    assert there.held and there.status
    g = max(there.status)
    file = tmp_path / "wrong.trace"
    for wrong in (
        replace(there, status={k: v for k, v in there.status.items() if k != g}),
        replace(there, status=there.status | {g: (4 if there.status[g][0] != 4 else 1, -1)}),
        replace(there, held={}),
    ):
        monkeypatch.setattr(gotrace, "standing", lambda *_, wrong=wrong: wrong)
        file.write_bytes(to_go_trace(trace, per_generation=30))
        assert go_tool_trace(GOS[0], file)[0] != 0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 100), st.integers(5, 80))
def test_cuts_are_quiet_and_far_apart(seed: int, per: int) -> None:
    trace = simulated(seed)
    found = cuts(trace, per)
    assert found[0] == 0 and (np.diff(found) >= per).all()
    for row in found[1:].tolist():
        begun = np.isin(trace.kind[:row], [K.GO_SYSCALL_BEGIN, K.STW_BEGIN, K.GC_BEGIN]).sum()
        ended = np.isin(
            trace.kind[:row], [K.GO_SYSCALL_END, K.GO_SYSCALL_END_BLOCKED, K.STW_END, K.GC_END]
        ).sum()
        assert begun == ended
