"""Pictures of channels: what is drawn is what the kernel's tables and the log say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import FancyArrowPatch, Rectangle, Wedge

from gosched_edu import go
from gosched_edu.figures.channel import describe, hchan_picture
from gosched_edu.figures.valueflow import passages, value_flow
from gosched_edu.kernel.hchan import Channel, Waiter, channels
from gosched_edu.trace import Kind, Reason

FLOW = """package main

//knob size 0 4
var size = 0

func main() {
	ch := make(chan int, size)
	for p := 0; p < 3; p++ {
		go func() {
			for i := 0; i < 5; i++ {
				ch <- 10*p + i
			}
		}()
	}
	for i := 0; i < 15; i++ {
		<-ch
	}
}
"""


def texts(picture) -> list[str]:
    return [t.get_text() for axes in picture.figure.axes for t in axes.texts]


def shapes(picture, kind: type) -> list:
    return [p for axes in picture.figure.axes for p in axes.patches if isinstance(p, kind)]


def a_channel(cap: int, values: list[int], recvx: int = 0, **more) -> Channel:
    buf: list = [None] * cap
    for k, v in enumerate(values):
        buf[(recvx + k) % cap] = (v,)
    fields = {"recvq": (), "sendq": (), "closed": False, "timer": False} | more
    sendx = (recvx + len(values)) % max(cap, 1)
    return Channel(1, cap, len(values), 1, tuple(buf), sendx, recvx, **fields)


@given(st.data())
def test_the_ring_shows_every_slot_and_both_indices(data) -> None:
    cap = data.draw(st.integers(1, 12))
    values = data.draw(st.lists(st.integers(1000, 9999), max_size=cap))
    channel = a_channel(cap, values, data.draw(st.integers(0, cap - 1)))
    picture = hchan_picture(channel)
    assert len(shapes(picture, Wedge)) == cap
    shown = texts(picture)
    assert sorted(int(t) for t in shown if t.isdigit()) == sorted(values)
    assert f"{len(values)} of {cap}" in shown
    marks = sorted(m for t in shown for m in t.split("\n") if m in ("sendx", "recvx"))
    assert marks == ["recvx", "sendx"]
    assert f"fills slot {channel.sendx}" in picture.summary


def test_values_stand_clockwise_from_the_top() -> None:
    picture = hchan_picture(a_channel(4, [11, 12, 13, 14]))
    at = {t.get_text(): t.get_position() for t in picture.figure.axes[0].texts}
    middle = at["4 of 4"]
    sides = [(at[v][0] > middle[0], at[v][1] > middle[1]) for v in ("11", "12", "13", "14")]
    assert sides == [(True, True), (True, False), (False, False), (False, True)]


@pytest.mark.parametrize(("n", "more"), [(0, None), (1, None), (6, None), (9, "and 3 more")])
def test_waiters_stand_in_their_order(n: int, more: str | None) -> None:
    waiters = tuple(Waiter(g, (100 + g,), None) for g in range(2, 2 + n))
    picture = hchan_picture(a_channel(0, [], sendq=waiters), names={2: "first"})
    at = {t.get_text(): t.get_position()[1] for t in picture.figure.axes[0].texts}
    shown = [t for t in at if ": 10" in t]
    wanted = [f"{'first' if g == 2 else f'g{g}'}: {100 + g}" for g in range(2, 2 + min(n, 6))]
    assert shown == wanted and sorted(shown, key=lambda t: -at[t]) == wanted
    assert (more in at) if more else not any(t.startswith("and ") for t in at)
    assert ("first with 102" in picture.summary) == (n > 0)
    low = min((p.get_y() for p in shapes(picture, Rectangle)), default=1.0)
    assert low > 0.25  # above the line of fields


def test_closed_and_nobody() -> None:
    picture = hchan_picture(a_channel(2, [5], closed=True))
    assert "closed" in texts(picture) and texts(picture).count("nobody") == 2
    assert "It is closed. Nobody waits." in picture.summary
    assert "no buffer" in texts(hchan_picture(a_channel(0, [])))


def test_a_channel_of_a_real_run() -> None:
    machine = go.machine(FLOW, procs=1, knobs={"size": 2})
    machine.run(events=14)
    channel = channels(machine)[0]
    words = describe(channel)
    for i, slot in enumerate(channel.buf):
        assert (f"slot {i} holds {slot[0]}" in words) if slot else (f"slot {i} holds" not in words)
    for waiter in (*channel.sendq, *channel.recvq):
        assert f"g{waiter.goid}" in words


@pytest.mark.parametrize("size", [0, 1, 2, 4])
@pytest.mark.parametrize("procs", [1, 4])
def test_passages_are_first_in_first_out(size: int, procs: int) -> None:
    for seed in range(1, 6):
        run = go.run(FLOW, procs=procs, seed=seed, knobs={"size": size})
        ways = passages(run.trace)
        assert sorted(w.value for w in ways) == [10 * p + i for p in range(3) for i in range(5)]
        assert all(w.receiver == 1 and w.received >= w.sent for w in ways)
        received = [e.arg2 for e in run.trace if e.kind == Kind.CHAN_RECV and e.reason != Reason.CLOSED]
        assert [w.value for w in sorted(ways, key=lambda w: w.received)] == received
        # a slot holds one value at a time
        for slot in range(size):
            stays = [(w.sent, w.received) for w in ways if w.slot == slot]
            assert all(a[1] <= b[0] for a, b in zip(stays, stays[1:], strict=False))
        assert (size == 0) <= all(w.slot is None for w in ways)


def test_slots_are_those_of_the_kernel() -> None:
    """What the log is counted to be is what the kernel's buffer holds."""
    run = go.run(FLOW, procs=1, knobs={"size": 3})
    for event in [e for e in run.trace if e.kind == Kind.GO_BLOCK]:
        machine = go.machine(FLOW, procs=1, knobs={"size": 3})
        machine.run(until=event.time)
        here = channels(machine)[0].buf
        there: list = [None] * 3
        for w in passages(run.trace):
            if w.slot is not None and w.sent <= event.time < w.received:
                there[w.slot] = (w.value,)
        assert tuple(there) == here


def test_the_flow_shows_every_value() -> None:
    run = go.run(FLOW, procs=1, knobs={"size": 2})
    ways = passages(run.trace)
    picture = value_flow(run.trace, names={1: "main"})
    shown = [t.strip() for t in texts(picture)]
    assert sorted(t for t in shown if t.isdigit()) == sorted(str(w.value) for w in ways)
    buffered = sum(w.slot is not None for w in ways)
    assert len(shapes(picture, FancyArrowPatch)) == len(ways) + buffered
    lanes = [t.get_text() for t in picture.figure.axes[0].get_yticklabels()]
    assert lanes == ["g2", "g3", "g4", "slot 0", "slot 1", "main"]
    assert picture.summary.startswith(f"15 values, {15 - buffered} handed over, {buffered} buffered.")
    assert picture.svg() == value_flow(run.trace, names={1: "main"}).svg()


def test_a_value_that_nobody_takes_stays() -> None:
    run = go.run("package main\n\nfunc main() {\n\tch := make(chan int, 2)\n\tch <- 7\n}\n", procs=1)
    assert [w.receiver for w in passages(run.trace)] == [-1]
    assert "7: g1 put it into slot 0, where it still is" in value_flow(run.trace).summary
    with pytest.raises(ValueError, match="nothing was sent on channel 9"):
        value_flow(run.trace, 9)
