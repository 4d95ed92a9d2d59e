"""Sessions without a bar are asked for again, as a range of their own: tonight, on ten nights, then monthly."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from flows.calendars import Calendars
from flows.ingest.errand import Errand
from flows.ingest.holes import Hole, missing
from flows.ingest.plan import plan_ingest
from flows.sources.base import SourceError
from tests.flows.ingest.fake_source import FakeSource, bars, night, stored
from warehouse import Warehouse

#: The sessions of New York from 2024-01-02 to 2024-03-28.
HOLIDAYS = [date(2024, 1, 15), date(2024, 2, 19)]
SESSIONS = [day for n in range(87) if (day := date(2024, 1, 2) + timedelta(n)).weekday() < 5 and day not in HOLIDAYS]


def evening(day: date, hour: int = 23) -> datetime:
    """Give that evening in UTC: New York closes at 21:00."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def shown(days: Sequence[date], lacking: Sequence[date] = (), null: Sequence[date] = ()) -> pl.DataFrame:
    prices = [
        pl.when(pl.col("date").is_in(list(null))).then(None).otherwise(pl.col(name)).alias(name) for name in PRICES
    ]
    return bars(days).filter(~pl.col("date").is_in(list(lacking))).with_columns(prices)


PRICES = ("open", "high", "low", "close")


def holes(wh: Warehouse) -> list[tuple[date, int]]:
    return wh.read("raw.holes").select("date", "nights").rows()


def test_an_evenings_null_is_filled_by_morning(wh: Warehouse) -> None:
    last = SESSIONS[20]
    source = FakeSource(A=shown(SESSIONS[:21], null=[last]))
    night(wh, source, now=evening(last))
    assert holes(wh) == [(last, 0)]
    morning = evening(last, 23) + timedelta(minutes=50)
    [item] = plan_ingest(Errand(wh, source, ["A"], now=morning))
    assert (item.due, item.reason) == (
        True,
        f"the session of {last}, of which no bar is stored, is asked for again",
    )
    source.histories["A"] = shown(SESSIONS[:21])
    outcome = night(wh, source, now=morning, batch="b2")
    assert source.asked[1:] == [("A", SESSIONS[15])], "the five sessions before it are compared"
    assert (outcome.status, outcome.rows) == ("done", 1)
    assert stored(wh)[last] == 120.0
    assert holes(wh) == []
    [item] = plan_ingest(Errand(wh, source, ["A"], now=morning))
    assert not item.due


def test_a_hole_is_asked_for_as_a_range_of_its_own(wh: Warehouse) -> None:
    lacking = SESSIONS[5:8]
    source = FakeSource(A=shown(SESSIONS[:40], lacking))
    night(wh, source, now=evening(SESSIONS[39]))
    assert holes(wh) == [(day, 0) for day in lacking]
    source.asked.clear()
    source.histories["A"] = shown(SESSIONS[:41])
    later = evening(SESSIONS[40])
    [item] = plan_ingest(Errand(wh, source, ["A"], now=later))
    assert item.reason == (
        f"stored to {SESSIONS[39]}, a session has closed since; "
        f"3 sessions of {lacking[0]} to {lacking[-1]}, of which no bar is stored, are asked for again"
    )
    outcome = night(wh, source, now=later, batch="b2")
    assert sorted(source.asked) == [("A", SESSIONS[0]), ("A", SESSIONS[34])]
    assert (outcome.status, outcome.rows) == ("done", 4)
    assert list(stored(wh)) == SESSIONS[:41]
    assert holes(wh) == []
    whole_asks = wh.read("raw.fetches").filter(pl.col("first_date").is_null())
    assert whole_asks.height == 1, "what was filled restates nothing"
    told = wh.read("raw.revisions").filter(pl.col("field") == "close").select("date", "old_value").rows()
    assert told == [(day, None) for day in lacking]


def test_a_hole_is_asked_for_on_ten_nights_and_then_monthly(wh: Warehouse) -> None:
    """The market is asked each evening of 80 days; the range that begins before the hole is asked for as told."""
    lacking = SESSIONS[2]
    source = FakeSource(A=shown(SESSIONS[:15], [lacking]))
    begin = SESSIONS[14]
    asked_on = []
    for n in range(80):
        source.asked.clear()
        day = begin + timedelta(days=n)
        source.histories["A"] = shown([session for session in SESSIONS if session <= day], [lacking])
        night(wh, source, now=evening(day), batch=f"b{n}")
        asked_on += [n] if n and any(first is not None and first < lacking for _, first in source.asked) else []
    assert asked_on == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 40, 70]


def test_only_the_night_that_found_a_hole_asks_again_in_its_later_runs(wh: Warehouse) -> None:
    lacking = SESSIONS[2]
    source = FakeSource(A=shown(SESSIONS[:15], [lacking]))

    def due(now: datetime) -> bool:
        return plan_ingest(Errand(wh, source, ["A"], now=now))[0].due

    first = evening(SESSIONS[14], 22)
    night(wh, source, now=first)
    for run in range(3):
        assert due(first + timedelta(minutes=run))
        outcome = night(wh, source, now=first + timedelta(minutes=run), batch=f"again{run}")
        assert (outcome.status, outcome.items[0].reason) == ("skipped", "nothing new")
    second = first + timedelta(days=1)
    assert due(second)
    source.histories["A"] = shown(SESSIONS[:16], [lacking])
    night(wh, source, now=second, batch="second")
    assert not due(second + timedelta(minutes=1))
    assert holes(wh) == [(lacking, 1)]


def test_nights_on_which_the_source_does_not_answer_do_not_count_and_fail_nobody(wh: Warehouse) -> None:
    lacking = SESSIONS[2]
    source = FakeSource(A=shown(SESSIONS[:15], [lacking]))
    night(wh, source, now=evening(SESSIONS[14]))
    source.failures["A"] = [SourceError("no connection", everyone=True)]
    saturday = evening(SESSIONS[14]) + timedelta(hours=2)
    outcome = night(wh, source, now=saturday, batch="b2")
    assert outcome.status == "skipped"
    assert outcome.items[0].reason.startswith("no connection; what is stored, to ")
    assert holes(wh) == [(lacking, 0)]
    assert wh.read("raw.fetches")["status"].to_list()[-1] == "failed"


def test_a_hole_whose_neighbours_no_longer_agree_brings_the_whole_history(wh: Warehouse) -> None:
    """The source has split since: what would fill the hole is on another scale."""
    lacking = SESSIONS[2]
    source = FakeSource(A=shown(SESSIONS[:30], [lacking]))
    night(wh, source, now=evening(SESSIONS[29]))
    source.histories["A"] = shown(SESSIONS[:30]).with_columns(pl.col(name) / 2 for name in PRICES)
    night(wh, source, now=evening(SESSIONS[29]) + timedelta(minutes=5), batch="b2")
    assert source.asked[-1] == ("A", None)
    assert stored(wh) == {day: (100.0 + n) / 2 for n, day in enumerate(SESSIONS[:30])}
    assert holes(wh) == []


def test_a_local_source_is_never_asked_for_a_hole(wh: Warehouse) -> None:
    source = FakeSource(A=shown(SESSIONS[:15], [SESSIONS[2]]))
    source.local = True
    night(wh, source, now=evening(SESSIONS[14]))
    assert holes(wh) == []


def test_a_warehouse_of_before_looks_at_all_that_is_stored_once(wh: Warehouse) -> None:
    lacking = SESSIONS[2]
    source = FakeSource(A=shown(SESSIONS[:30], [lacking]))
    night(wh, source, now=evening(SESSIONS[29]))
    wh.delete("raw.holes", None)
    wh.delete("raw.tickers", None)
    source.histories["A"] = shown(SESSIONS[:31], [lacking])
    night(wh, source, now=evening(SESSIONS[30]), batch="b2")
    assert holes(wh) == [(lacking, 0)]


def test_a_bar_that_is_set_aside_is_a_hole(wh: Warehouse) -> None:
    source = FakeSource(A=bars(SESSIONS[:15]))
    night(wh, source, now=evening(SESSIONS[14]))
    times = pl.when(pl.col("date") < SESSIONS[5]).then(0.98).otherwise(1.0)
    adjusted = bars(SESSIONS[:15]).with_columns(pl.col(name) * times for name in PRICES)
    source.histories["A"] = adjusted.filter(pl.col("date") != SESSIONS[5])
    night(wh, source, now=evening(SESSIONS[14]), batch="b2", force=True)
    assert wh.read("raw.left_out").select("date", "standing").rows() == [(SESSIONS[5], "set_aside")]
    assert holes(wh) == [(SESSIONS[5], 0)]


@pytest.mark.parametrize(
    ("hole", "due"),
    [
        (Hole(date(2024, 3, 1), date(2024, 3, 1), 0), True),  # tonight's own
        (Hole(date(2024, 2, 28), date(2024, 2, 29), 1), True),
        (Hole(date(2024, 2, 28), date(2024, 3, 1), 2), False),  # tonight it was asked for
        (Hole(date(2024, 2, 1), date(2024, 2, 29), 9), True),
        (Hole(date(2024, 2, 1), date(2024, 2, 29), 10), False),
        (Hole(date(2024, 1, 1), date(2024, 1, 31), 10), True),  # 30 days ago
        (Hole(date(2024, 1, 1), date(2024, 2, 1), 10), False),
    ],
)
def test_when_a_hole_is_due(hole: Hole, due: bool) -> None:
    assert hole.due(date(2024, 3, 1)) == due


def test_of_an_unknown_calendar_only_bars_without_a_price_are_known_to_lack() -> None:
    days = SESSIONS[:6]
    sessions = Calendars().known_or_none("unknown", days[-1])
    frame = shown(days, lacking=[days[1]], null=[days[3]]).select("date", *PRICES)
    assert missing(frame, sessions, days[0], days[-1]) == {days[3]}
