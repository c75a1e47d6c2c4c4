"""Profiles of simulated runs: right on the average, and sampled by Go's rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gosched_edu import go, realgo
from gosched_edu.figures.sampling import sampling, shares, wilson
from gosched_edu.kernel.image import Image
from gosched_edu.profile import block_profile, cpu_profile, mutex_profile

SHOP = """package main

import (
	"sync"
	"time"
)

//knob rounds 1 1000
var rounds = 20

//go:noinline
func spin(tenths int) int {
	x := 1
	for i := 0; i < tenths*4; i++ {
		x = x%1000003*7%10007*31%99991 + i
	}
	return x
}

//go:noinline
func decode() { spin(1000) }

//go:noinline
func render() { spin(3000) }

var mu sync.Mutex

//go:noinline
func price() {
	mu.Lock()
	time.Sleep(time.Millisecond)
	mu.Unlock()
}

func main() {
	var wg sync.WaitGroup
	for w := 0; w < 3; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < rounds; i++ {
				decode()
				price()
				render()
			}
		}()
	}
	wg.Wait()
}
"""
WORK = ["main.decode", "main.render"]


@pytest.fixture(scope="module")
def image() -> Image:
    return go.compile(SHOP)


def test_a_profile_is_right_on_the_average_and_never_changes_the_run(image: Image) -> None:
    """Many profiles of one run differ; their mean is the truth: time on a core, and only that."""
    many = cpu_profile(image, hz=20_000, procs=2)
    assert 0.73 < shares(many, WORK)["main.render"] < 0.77
    on_core = many.run.trace.summary().per_goroutine["running"].sum()
    assert abs(len(many.samples) * many.period - on_core) < 0.02 * on_core
    seen = [cpu_profile(image, hz=1000, timers=seed, procs=2) for seed in range(12)]
    got = [shares(p, WORK)["main.render"] for p in seen]
    assert abs(np.mean(got) - 0.75) < 0.06 and len(set(got)) > 3
    assert all(p.run.end == many.run.end for p in seen)
    assert "main.price" not in set(seen[0].samples["function"])  # it waits, and that is no time on a core


def test_flat_and_cum(image: Image) -> None:
    top = cpu_profile(image, hz=5000, procs=2).top
    assert top.index[0] == "main.spin" and top.loc["main.spin", "flat"] > 0.95 * top["flat"].sum()
    flat, cum = top["flat"], top["cum"]
    assert cum["main.main.func1"] >= cum["main.render"] > 2 * cum["main.decode"]
    assert flat["main.main.func1"] < 0.05 * cum["main.main.func1"]


def test_one_sample_each_period_of_a_threads_own_time() -> None:
    """A thread that sleeps half the time gets half the samples: the timers stand still meanwhile."""
    source = """package main

import "time"

func main() {
	for i := 0; i < 20; i++ {
		for start := time.Now(); time.Since(start) < 5*time.Millisecond; {
		}
		time.Sleep(5 * time.Millisecond)
	}
}
"""
    profile = cpu_profile(source, hz=1000, procs=1)
    assert 95 <= len(profile.samples) <= 105 and profile.run.end > 195_000_000


def test_waits_are_booked_where_they_were_and_by_whom(image: Image) -> None:
    run = go.run(image, procs=2)
    blocked, made_wait = block_profile(run.trace), mutex_profile(run.trace)
    assert set(blocked["function"]) == {"main.price", "main.main"}  # no row for time.Sleep
    lock = blocked[blocked["reason"] == "sync.Mutex.Lock"]
    lines = SHOP.splitlines()
    assert [lines[n - 1].strip() for n in lock["line"]] == ["mu.Lock()"]
    assert [lines[n - 1].strip() for n in made_wait["line"]] == ["mu.Unlock()"]
    assert lock["ns"].sum() == made_wait["ns"].sum() > 50_000_000


SHORT_AND_LONG = """package main

import (
	"sync"
	"time"
)

//go:noinline
func spin(tenths int) int {
	x := 1
	for i := 0; i < tenths*4; i++ {
		x = x%1000003*7%10007*31%99991 + i
	}
	return x
}

func long(c chan bool)  { <-c }
func short(c chan bool) { <-c }

func main() {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := 0; i < 10; i++ {
			c := make(chan bool)
			go func() { time.Sleep(2 * time.Millisecond); c <- true }()
			long(c)
		}
	}()
	go func() {
		defer wg.Done()
		for i := 0; i < 1000; i++ {
			c := make(chan bool)
			go func() { spin(200); c <- true }()
			short(c)
		}
	}()
	wg.Wait()
}
"""


def test_short_waits_stand_for_those_not_counted_since_1_17() -> None:
    trace = go.run(SHORT_AND_LONG, procs=4).trace

    def share(table: pd.DataFrame) -> float:
        by = table.groupby("function")["ns"].sum()
        return float(by.get("main.short", 0.0) / (by.get("main.short", 0.0) + by["main.long"]))

    truth = share(block_profile(trace))
    rates = [share(block_profile(trace, rate=1_000_000, version=v, seed=s)) for v in ("1.17", "1.16")
             for s in range(8)]  # fmt: skip
    assert 0.4 < truth < 0.6
    assert abs(np.mean(rates[:8]) - truth) < 0.06  # right on the average
    assert np.mean(rates[8:]) < truth / 4  # and hardly seen at all before
    assert block_profile(trace, rate=1, version="1.16").equals(block_profile(trace, rate=1))


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="1 to 1,000,000; got 0"):
        cpu_profile("package main\nfunc main() {}\n", hz=0)
    with pytest.raises(ValueError, match="positive number of ns"):
        block_profile(go.run("package main\nfunc main() {}\n").trace, rate=0)


def test_the_picture_shows_both_profiles(image: Image) -> None:
    few, many = cpu_profile(image, hz=200, procs=2), cpu_profile(image, hz=10_000, procs=2)
    picture = sampling(few, many, WORK)
    low, high = wilson(round(shares(few, WORK)["main.render"] * len(few.samples)), len(few.samples))
    assert f"{len(few.samples)} samples at 200 a second" in picture.summary
    assert f"between {100 * low:.0f} and {100 * high:.0f} %; in truth 7" in picture.summary
    marks = [np.asarray(line.get_xdata()) for line in picture.figure.axes[0].lines]
    assert sum(map(len, marks)) == len(few.samples)
    with pytest.raises(ValueError, match="larger hz"):
        sampling(few, cpu_profile("package main\nfunc main() {}\n", hz=1), WORK)


@pytest.mark.skipif(realgo.find() is None, reason="no Go toolchain")
def test_the_block_profile_is_real_gos() -> None:
    """The same share of all waits is booked on the same function, however busy the machine is."""
    simulated = block_profile(go.run(SHOP, procs=2).trace).groupby("function")["ns"].sum()
    for _ in range(12):  # whoever keeps the core for long makes one of the waits long
        real = realgo.profile(SHOP, "block", procs=2).top["cum"]
        share = [t["main.price"] / (t["main.price"] + t["main.main"]) for t in (real, simulated)]
        if abs(share[0] - share[1]) < 0.15:
            break
    assert abs(share[0] - share[1]) < 0.15


@pytest.mark.skipif(realgo.find() is None, reason="no Go toolchain")
def test_a_recorded_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gosched_edu.realgo import recording

    monkeypatch.setattr(recording.resources, "files", lambda _: tmp_path)
    monkeypatch.setenv("GOSCHED_RECORD", "1")
    live = realgo.profile_or_recorded(SHOP, "block", "shop", procs=2)
    monkeypatch.setenv("GOSCHED_NO_GO", "1")
    kept = realgo.profile_or_recorded(SHOP, "block", "shop", procs=2)
    assert kept.run.recorded and not live.run.recorded
    pd.testing.assert_frame_equal(kept.top, live.top, check_dtype=False)
    with pytest.raises(realgo.StaleRecording, match="no mutex profile"):
        realgo.profile_or_recorded(SHOP, "mutex", "shop")
    with pytest.raises(realgo.StaleRecording, match="another program"):
        realgo.profile_or_recorded(SHORT_AND_LONG, "block", "shop")
