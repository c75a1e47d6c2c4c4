"""Figures: what is drawn is what the trace says, in the palette's colours, always the same."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from gosched_edu import go
from gosched_edu.figures import (
    STATES,
    Picture,
    lifecycle,
    order_strip,
    queue_picture,
    side_by_side,
    svg_timeline,
    timeline,
)
from gosched_edu.figures.board import Bar, board, flow, merge, ticks
from gosched_edu.figures.palette import as_json, contrast, look_of
from gosched_edu.kernel.events import Kind as K
from gosched_edu.kernel.events import Reason as R
from gosched_edu.trace.summary import intervals
from gosched_edu.trace.trace import Trace


def make_trace(rows, procs=2, end=None, **meta) -> Trace:
    """A trace from rows (time, kind, g, p, m, arg, reason)."""
    table = np.array([[int(x) for x in row] for row in rows], dtype=np.int64).reshape(-1, 7)
    short = [table[:, c].astype(np.int32) for c in range(7)]
    none = np.full(len(table), -1, dtype=np.int32)
    last = int(table[-1, 0]) if len(table) else 0
    return Trace(
        time=table[:, 0], kind=short[1], g=short[2], p=short[3], m=short[4], arg=table[:, 5],
        arg2=none.astype(np.int64), line=none + 1, reason=short[6], func=none, procs=procs,
        version="1.22", end=last if end is None else end, meta=meta,
    )  # fmt: skip


def ping_pong(rounds: int = 3) -> Trace:
    """Two goroutines on two Ps that wait for each other in turn; each wait has another cause."""
    why = itertools.cycle([R.CHAN_RECEIVE, R.SLEEP, R.WAITGROUP_WAIT, R.NONE])
    rows = [
        (0, K.PROCS, -1, -1, -1, 2, 0),
        (0, K.PROC_START, -1, 0, 0, 0, R.BOOT),
        (10, K.GO_CREATE, 1, 0, 0, 0, R.RUNNEXT),
        (100, K.GO_START, 1, 0, 0, -1, R.RUNNEXT),
        (300, K.GO_CREATE, 2, 0, 0, 1, R.RUNNEXT),
        (400, K.PROC_START, -1, 1, 1, 1, R.WAKEP),
    ]
    t = 600
    for _ in range(rounds):
        rows += [
            (t, K.GO_BLOCK, 1, 0, 0, 0, next(why)),
            (t + 50, K.GO_START, 2, 1, 1, 0, R.STOLEN),
            (t + 500, K.GO_UNBLOCK, 1, 1, 1, 2, R.RUNNEXT),
            (t + 500, K.GO_BLOCK, 2, 1, 1, 0, R.CHAN_SEND),
            (t + 560, K.GO_START, 1, 0, 0, -1, R.RUNNEXT),
            (t + 700, K.GO_UNBLOCK, 2, 0, 0, 1, R.RUNNEXT),
        ]
        t += 800
    rows += [(t, K.GO_EXIT, 1, 0, 0, -1, 0), (t + 10, K.PROC_STOP, -1, 0, 0, -1, 0)]
    return make_trace(rows, end=t + 100)


def crowd(n: int) -> Trace:
    """`n` goroutines that run one after the other on one P, 100 ns each."""
    rows = [(0, K.PROCS, -1, -1, -1, 1, 0)]
    rows += [(i, K.GO_CREATE, i + 1, 0, 0, 0, R.LOCAL_QUEUE) for i in range(n)]
    for i in range(n):
        rows.append((n + 100 * i, K.GO_START, i + 1, 0, 0, -1, R.LOCAL_QUEUE))
        rows.append((n + 100 * i + 100, K.GO_EXIT, i + 1, 0, 0, -1, 0))
    return make_trace(rows, procs=1)


def drawn(picture: Picture) -> dict[str, int]:
    """State -> number of boxes in a matplotlib timeline."""
    count: dict[str, int] = {}
    for axes in picture.figure.axes:
        for patch in axes.patches:
            gid = patch.get_gid() or ""
            if gid.startswith("bars-"):
                key = gid.removeprefix("bars-")
                count[key] = count.get(key, 0) + len(patch.get_path().vertices) // 5
    return count


PICTURES = {
    "timeline": lambda: timeline(ping_pong()),
    "side_by_side": lambda: side_by_side(ping_pong(), ping_pong(2)),
    "order_strip": lambda: order_strip({"1 P": [9, *range(9)], "real Go": range(300)}),
    "queue_picture": lambda: queue_picture(11, range(2, 200), [300, 301]),
    "lifecycle": lifecycle,
}


# --- palette ---------------------------------------------------------------------------------


def test_states_differ_in_colour_letter_and_hatch():
    looks = list(STATES.values())
    assert len({s.colour for s in looks}) == len({s.letter for s in looks}) == len(looks)
    full = [s for s in looks if s.height > 0.3]
    assert len({s.hatch for s in full}) == len(full)


def test_letters_are_readable_on_their_state():
    for key, look in STATES.items():
        assert contrast(look.ink, look.colour) >= 4.5, key


def test_palette_is_json():
    assert json.loads(as_json())["running"]["colour"] == STATES["running"].colour


@pytest.mark.parametrize(
    ("reason", "look"),
    [("chan send", "chan"), ("select", "chan"), ("sleep", "sleep"), ("semacquire", "sync"),
     ("sync.WaitGroup.Wait", "sync"), ("IO wait", "waiting"), ("", "waiting")],
)  # fmt: skip
def test_wait_reasons(reason, look):
    assert look_of("waiting", reason) == look
    assert look_of("running", reason) == "running"


# --- board -----------------------------------------------------------------------------------


def test_one_bar_for_every_interval():
    trace = ping_pong()
    view = board(trace, grain=0)
    table = intervals(trace)
    table = table[table["end"] > table["start"]]
    for lane in view.lanes:
        part = table[(table["lane"] == lane.kind) & (table["id"] == lane.id)]
        assert len(lane.bars) == len(part)
        assert [b.start for b in lane.bars] == part["start"].tolist()
    assert [lane.name for lane in view.lanes] == ["P0", "P1", "g1", "g2"]


def test_labels_name_the_partner():
    view = board(ping_pong(), grain=0)
    by_name = {lane.name: lane for lane in view.lanes}
    assert {b.label for b in by_name["P1"].bars if b.look == "running"} == {"g2"}
    assert {b.label for b in by_name["g2"].bars if b.look == "running"} == {"P1"}


def test_merging_keeps_count_and_order():
    bars = [Bar(i, i + 1, "running" if i % 3 else "spinning", "", 1) for i in range(100)]
    bars.insert(50, Bar(50, 50.5, "idle", "", 1))
    bars = sorted(bars)
    merged = merge(bars, 10)
    assert len(merged) < 15
    assert sum(b.merged for b in merged) == len(bars)
    assert all(a.end <= b.start + 1 for a, b in itertools.pairwise(merged))
    assert {b.look for b in merged} == {"running"}  # the state that fills most of each
    assert merge(bars[:3], 0) == bars[:3]


def test_merging_leaves_wide_bars_alone_and_bridges_no_gap():
    bars = [Bar(0, 100, "running", "g1", 1), Bar(100, 101, "spinning", "", 1),
            Bar(500, 501, "running", "g2", 1)]  # fmt: skip
    assert merge(bars, 10) == bars


def test_window_clips():
    view = board(ping_pong(), start=700, end=1000)
    assert all(700 <= b.start < b.end <= 1000 for lane in view.lanes for b in lane.bars)


def test_only_user_goroutines():
    trace = ping_pong()
    trace.meta["user_goroutines"] = [2]
    assert [lane.id for lane in board(trace, lanes=("G",)).lanes] == [2]


def test_bad_arguments_are_told():
    with pytest.raises(ValueError, match="P, G or M"):
        board(ping_pong(), lanes=("X",))
    with pytest.raises(ValueError, match="window ends"):
        board(ping_pong(), start=500, end=100)
    with pytest.raises(ValueError, match="needs a lane"):
        board(ping_pong(), max_lanes=0)


def test_ticks_are_round_and_inside():
    for start, end, unit in [(0, 1500, "ns"), (0, 6900, "µs"), (5e5, 9e6, "ms"), (0, 3e9, "s")]:
        marks, got = ticks(start, end)
        assert got == unit
        assert 3 <= len(marks) <= 13
        assert all(start <= t <= end for t, _ in marks)
        assert len({text for _, text in marks}) == len(marks)


def test_flow_wraps():
    assert flow([4, 4, 4], 10, 1) == [(0, 0.0), (0, 5.0), (1, 0.0)]


# --- matplotlib ------------------------------------------------------------------------------


def test_timeline_draws_each_bar():
    view = board(ping_pong())
    count: dict[str, int] = {}
    for lane in view.lanes:
        for bar in lane.bars:
            count[bar.look] = count.get(bar.look, 0) + 1
    assert drawn(timeline(ping_pong())) == count
    assert {"running", "runnable", "chan", "sleep", "sync", "spinning", "idle"} <= set(count)


def test_timeline_uses_the_palette():
    from matplotlib.colors import to_hex

    for axes in timeline(ping_pong()).figure.axes:
        for patch in axes.patches:
            if (patch.get_gid() or "").startswith("bars-"):
                look = STATES[patch.get_gid().removeprefix("bars-")]
                assert to_hex(patch.get_facecolor()) == look.colour
                assert (patch.get_hatch() or "") == look.hatch


def test_timeline_has_letters_and_a_legend():
    texts = [t.get_text() for a in timeline(ping_pong()).figure.axes for t in a.texts]
    assert {"P0", "g1", STATES["chan"].letter, STATES["running"].words} <= set(texts)


def test_many_goroutines():
    picture = timeline(crowd(10_000), max_lanes=12)
    texts = [t.get_text() for a in picture.figure.axes for t in a.texts]
    assert "… and 9,988 more goroutines" in texts
    assert sum(drawn(picture).values()) < 1000
    assert len(picture.svg()) < 200_000


def test_empty_trace():
    picture = timeline(make_trace([]))
    assert "<svg" in picture._repr_html_()


def test_side_by_side_has_one_scale():
    a, b = ping_pong(2), ping_pong(4)
    same = [x.get_xlim() for x in side_by_side(a, b).figure.axes[:2]]
    own = [x.get_xlim() for x in side_by_side(a, b, same_scale=False).figure.axes[:2]]
    assert same[0] == same[1]
    assert own[0] != own[1]


def test_order_strip_shows_every_number_in_order():
    picture = order_strip({"1 P": [2, 0, 1]})
    texts = [t.get_text() for t in picture.figure.axes[0].texts]
    assert texts == ["1 P", "2", "0", "1"]
    with pytest.raises(ValueError, match="at least one"):
        order_strip({})


def test_queue_picture():
    picture = queue_picture(None, [4, 5], [9])
    assert "runnext is empty" in picture.summary
    texts = [t.get_text() for t in picture.figure.axes[0].texts]
    assert {"g4", "g5", "g9", "2 of 256 slots", "1 goroutine"} <= set(texts)
    with pytest.raises(ValueError, match="do not fit"):
        queue_picture(None, range(300))


# --- pictures in a page ----------------------------------------------------------------------


@pytest.mark.parametrize("name", PICTURES)
def test_svg_is_wellformed_and_has_words(name):
    picture = PICTURES[name]()
    root = ET.fromstring(picture.svg())
    ns = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    title, desc = root.find(f"{ns}title"), root.find(f"{ns}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == picture.title and desc.text == picture.summary
    assert picture.title and len(picture.summary) > 10
    assert "currentColor" in picture.svg() and "#010203" not in picture.svg()
    assert "gs-summary" in picture._repr_html_()


@pytest.mark.parametrize("name", PICTURES)
def test_same_data_same_bytes(name):
    a, b = PICTURES[name]().svg(), PICTURES[name]().svg()
    assert a == b
    assert not re.search(r"\d{4}-\d\d-\d\dT", a)
    prefix = re.search(r'aria-labelledby="(\w+)-t', a)[1]
    ids = re.findall(r' id="([^"]+)"', a)
    assert len(set(ids)) == len(ids) and all(i.startswith(prefix) for i in ids)
    # Every reference inside the picture leads to something in it.
    used = set(re.findall(r"url\(#([^)]+)\)", a)) | set(re.findall(r'href="#([^"]+)"', a))
    assert used <= set(ids)


def test_mime_bundle_and_files(tmp_path):
    picture = lifecycle()
    data, meta = picture._repr_mimebundle_()
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert data["image/png"].startswith(b"\x89PNG")
    assert meta["image/png"]["alt"]
    picture.save(tmp_path / "a.svg")
    picture.save(tmp_path / "a.png")
    assert "currentColor" not in (tmp_path / "a.svg").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="not as a.gif"):
        picture.save(tmp_path / "a.gif")


def test_figures_leave_pyplot_and_rcparams_alone():
    code = (
        "import sys, matplotlib; before = dict(matplotlib.rcParams);"
        "from gosched_edu.figures import lifecycle; lifecycle()._repr_html_();"
        "assert 'matplotlib.pyplot' not in sys.modules;"
        "assert dict(matplotlib.rcParams) == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- hand-made SVG ---------------------------------------------------------------------------


def svg_bars(svg: str) -> dict[str, int]:
    return {
        key: sum(len(re.findall("M", d)) for d in re.findall(f'class="gs-{key}" d="([^"]*)"', svg))
        for key in STATES
        if f'class="gs-{key}"' in svg
    }


def test_svg_timeline_draws_the_same_bars_as_matplotlib():
    view = board(ping_pong(), pixels=480)
    svg = svg_timeline(view, "A run", "<words> & more")
    expected: dict[str, int] = {}
    for lane in view.lanes:
        for bar in lane.bars:
            expected[bar.look] = expected.get(bar.look, 0) + 1
    assert svg_bars(svg) == expected
    root = ET.fromstring(svg)
    assert root.find("{http://www.w3.org/2000/svg}desc").text == "<words> & more"
    for key in view.looks:
        assert STATES[key].colour in svg
        assert STATES[key].words in svg
    assert svg == svg_timeline(board(ping_pong(), pixels=480), "A run", "<words> & more")


def test_svg_references_stay_inside():
    svg = svg_timeline(board(ping_pong()), "A run")
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)
    assert len(svg) < 15_000


def test_a_trace_draws_and_describes_itself():
    run = go.run(
        "package main\n\nfunc main() {\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n\t<-c\n}\n", procs=1
    )
    assert "2 goroutines created" in str(run.trace.summary())
    assert run.trace.timeline().svg() == run.timeline().svg()
    frame = run.trace.to_pandas()
    assert list(frame.kind[:2]) == ["PROCS", "GO_CREATE"] and len(frame) == len(run.trace)
