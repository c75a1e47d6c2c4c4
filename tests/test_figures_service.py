"""The curves of a service: windows, burn rates and alarms are those of the table, by hand and in general."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosched_edu.figures.service import Alarm, alarms, burn, describe, requests, service, windows

#: begin, took, failed attempts, answered, inside: good until 1000 ms, bad until 2000 ms, then good.
LOG = "\n".join(
    f"{t} {250 if 1000 <= t < 2000 else 20} {2 if 1000 <= t < 2000 else 0} "
    f"{'false' if 1000 <= t < 2000 else 'true'} {9 if 1000 <= t < 2000 else 2}"
    for t in range(0, 3000, 10)
)


def test_the_table_is_that_of_the_lines() -> None:
    table = requests("20 30 0 true 1\n10 130 1 true 2\n0 40 2 false 3\n")
    assert table["begin"].tolist() == [0, 10, 20] and table["end"].tolist() == [40, 140, 50]
    assert table["good"].tolist() == [False, False, True]  # unanswered, too late, in time
    with pytest.raises(ValueError, match="line 2 is not of a request: 'hello'"):
        requests("0 1 0 true 0\nhello")


def test_windows_count_what_began_in_them() -> None:
    w = windows(requests(LOG), 1000)
    assert w["count"].tolist() == [100, 100, 100] and w["good"].tolist() == [1.0, 0.0, 1.0]
    assert w["attempts"].tolist() == [100, 200, 100] and w["waiting"].tolist() == [2, 9, 2]
    assert w["p50"].tolist() == [20, 250, 20]


def test_the_burn_rate_is_the_share_of_bad_ones_over_the_budget() -> None:
    table = requests(LOG)
    b = burn(table, 100).set_index("at")["rate"]
    assert b[1000] == 0 and b[1500] == pytest.approx(100) and b[2900] == 0
    assert burn(table, 100, objective=0.9).set_index("at")["rate"][1500] == pytest.approx(10)
    with pytest.raises(ValueError, match="between 0 and 1"):
        burn(table, 100, objective=1)


def test_an_alarm_begins_with_the_long_window_and_ends_with_the_short_one() -> None:
    table = requests(LOG)
    (a,) = alarms(table)
    long, short = (burn(table, w).set_index("at")["rate"] for w in (500, 100))
    assert long[a.start] > 14.4 >= long[a.start - 20]
    assert short[a.end] <= 14.4 < short[a.end - 20] and long[a.end] > 14.4
    assert not alarms(requests(LOG.replace("false", "true").replace(" 250 ", " 50 ")))


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 300), st.booleans()), min_size=1, max_size=60),
    st.sampled_from([50, 100, 400]),
)
def test_no_request_is_lost(rows: list[tuple[int, int, bool]], width: int) -> None:
    table = requests("\n".join(f"{t} {d} 0 {'true' if ok else 'false'} 1" for t, d, ok in rows))
    w = windows(table, width)
    assert w["count"].sum() == len(rows)
    assert (w["good"] * w["count"]).sum() == pytest.approx(sum(ok and d <= 100 for _, d, ok in rows))
    last = burn(table, 10_000)["rate"].iloc[-1]  # one window over all
    assert last == pytest.approx(100 * (1 - table["good"].mean()))


def test_words_and_pictures() -> None:
    table = requests(LOG)
    text = describe(table, outage=(1000, 2000), alarm=[Alarm(1100, -1)])
    assert "300 requests, 67 % of them good." in text and "During it: 0 % good" in text
    assert "The alarm went off at 1.10 s and was never over." in text
    picture = service(table, outage=(1000, 2000), panels=("good", "took", "waiting", "burn"))
    assert len(picture.figure.axes) == 4 and picture.summary == describe(table, outage=(1000, 2000))
    with pytest.raises(ValueError, match="no panel 'x'"):
        service(table, panels=("x",))
    with pytest.raises(ValueError, match="no requests"):
        service(pd.DataFrame())
