"""Sweeps: every combination, in order, the same with one thread and with several."""

from __future__ import annotations

import pandas as pd
import pytest
from programs import SPAWN

from gosched_edu import go
from gosched_edu.sweep import sweep


def test_a_sweep_is_the_same_for_any_number_of_workers():
    over = {"procs": [1, 2, 4], "seed": [1, 2], "n": [5, 50]}
    one, three = (sweep(SPAWN, over, workers=w) for w in (1, 3))
    pd.testing.assert_frame_equal(one, three)
    assert len(one) == 12 and one["n"].tolist()[:4] == [5, 50, 5, 50]
    row = one.iloc[7]
    alone = go.run(SPAWN, procs=int(row.procs), seed=int(row.seed), knobs={"n": int(row.n)})
    assert (alone.end, alone.stats["switches"]) == (row.end, row.switches)
    assert one.groupby("n")["end"].mean().is_monotonic_increasing


def test_versions_and_measures_can_be_swept():
    first = sweep(
        SPAWN, {"version": ["1.4", "1.22"]}, procs=1, measure={"first": lambda r: r.output.split()[0]}
    )
    assert first["first"].tolist() == ["10", "9"]  # one variable for the loop, then one a turn


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(ValueError, match=r"'m' is no option .* no knob \(n\)"):
        sweep(SPAWN, {"m": [1]})
