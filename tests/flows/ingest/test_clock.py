"""The clock stood wrong when a source was asked: behind, ahead, set back. What hung on it heals at the next answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from flows.ingest.errand import Errand
from flows.ingest.holes import Hole
from flows.ingest.plan import plan_ingest
from flows.results.data import data_table
from flows.validate.plan import Docket
from flows.validate.rules.dates import last_possible
from flows.validate.work import validate
from tests.flows.ingest.fake_source import EVENING, WEEKS, FakeSource, bars, night
from warehouse import Warehouse

BEHIND = datetime(2024, 1, 9, 3, tzinfo=UTC)
"""On the day of the second of five bars."""
AHEAD = datetime(2031, 1, 1, tzinfo=UTC)


class Ended(FakeSource):
    """A source whose history ended with the first week: once all is stored, nothing can be new."""

    def ends(self, ticker: str) -> date | None:
        return WEEKS[4]


def trusted(wh: Warehouse, ticker: str = "A") -> list[date]:
    """Judge what is stored; the dates that are trusted."""
    validate(Docket(wh, [ticker]))
    return wh.read("clean.bars", {"ticker": ticker})["date"].to_list()


@pytest.mark.parametrize("kind", [FakeSource, Ended])
def test_a_clock_that_stood_behind_at_the_first_ingest_costs_one_night(wh: Warehouse, kind: type[FakeSource]) -> None:
    source = kind(A=bars(WEEKS[:5]))
    night(wh, source, now=BEHIND)
    assert WEEKS[4] not in trusted(wh)
    [item] = plan_ingest(Errand(wh, source, ["A"], now=EVENING))
    # the bars of the 9th and 10th were left out, for by that clock their sessions had not closed
    assert (item.due, item.reason) == (
        True,
        "what is stored of 2024-01-11 was ahead of the clock when its source gave it: it stood wrong",
    )
    night(wh, source, now=EVENING, batch="b2")
    assert trusted(wh) == WEEKS[:5]
    [item] = plan_ingest(Errand(wh, source, ["A"], now=EVENING))
    assert not item.due


def test_what_was_given_when_the_clock_was_years_ahead_is_judged_by_the_next_answer(wh: Warehouse) -> None:
    source = FakeSource(A=pl.concat([bars(WEEKS[:5]), bars([date(2029, 3, 1)])]))
    night(wh, source, now=AHEAD)
    assert trusted(wh) == [*WEEKS[:5], date(2029, 3, 1)]  # by that clock it was possible
    night(wh, source, now=EVENING, batch="b2", force=True)
    assert trusted(wh) == WEEKS[:5]
    assert data_table(wh, today=EVENING.date())["until"].to_list() == [WEEKS[4]]


def test_a_clock_that_is_set_back_for_a_night_makes_no_bar_of_before_impossible(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.local = True
    for number in range(2):
        night(wh, source, now=EVENING, batch=f"b{number}")
    night(wh, source, now=BEHIND, batch="b3")
    assert trusted(wh) == WEEKS[:5]


def test_a_ticker_that_failed_in_the_future_is_not_set_aside_until_then(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    for number in range(3):
        night(wh, source, ["A", "GONE"], now=AHEAD + timedelta(days=number), batch=f"b{number}")
    [_, item] = plan_ingest(Errand(wh, source, ["A", "GONE"], now=AHEAD + timedelta(days=3)))
    assert item.set_aside
    [_, item] = plan_ingest(Errand(wh, source, ["A", "GONE"], now=EVENING))
    assert (item.due, item.set_aside) == (True, False)


def test_successes_count_in_the_order_of_the_nights(wh: Warehouse) -> None:
    """Three failures by a clock that was ahead, then a success: no failure is left, whatever the times say."""
    source = FakeSource(A=bars(WEEKS[:5]))
    for number in range(3):
        night(wh, source, ["A", "B"], now=EVENING + timedelta(days=number + 10), batch=f"b{number}")
    source.histories["B"] = bars(WEEKS[:5])
    night(wh, source, ["A", "B"], now=EVENING + timedelta(days=9), batch="b3", force=True)
    items = plan_ingest(Errand(wh, source, ["A", "B"], now=EVENING + timedelta(days=12, hours=1)))
    assert not [item for item in items if item.set_aside]


@pytest.mark.parametrize("nights", [3, 12])
def test_a_hole_that_was_asked_for_in_the_future_is_asked_for_tonight(nights: int) -> None:
    tonight = date(2024, 1, 12)
    hole = Hole(found_on=date(2024, 1, 10), asked_on=date(2031, 1, 1), nights=nights)
    assert hole.due(tonight)
    asked = hole.asked(tonight)
    assert (asked.asked_on, asked.nights) == (tonight, nights + 1)
    assert not asked.due(tonight)


def test_the_last_try_is_told_whole_also_after_one_that_failed(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source, now=EVENING)
    source.histories.pop("A")
    night(wh, source, now=AHEAD, batch="b2")
    told = data_table(wh, today=EVENING.date()).row(0, named=True)
    assert (told["last_try"], told["last_error"]) == ("failed", "no A here")
    source.histories["A"] = bars(WEEKS)
    night(wh, source, now=EVENING + timedelta(days=7), batch="b3")
    told = data_table(wh, today=EVENING.date()).row(0, named=True)
    assert (told["last_try"], told["last_error"]) == ("ok", None)
    assert told["asked_at"] == (EVENING + timedelta(days=7)).replace(tzinfo=None)


def test_what_no_receipt_tells_of_is_asked_for(wh: Warehouse) -> None:
    source = Ended(A=bars(WEEKS[:5]))
    night(wh, source)
    wh.rows("delete from raw.fetches")
    [item] = plan_ingest(Errand(wh, source, ["A"], now=EVENING))
    assert (item.due, item.reason) == (True, "no receipt tells of an answer of its source")
    night(wh, source, batch="b2")
    [item] = plan_ingest(Errand(wh, source, ["A"], now=EVENING))
    assert not item.due


@pytest.mark.parametrize("at", [EVENING, AHEAD])
def test_sessions_are_looked_up_to_the_last_bar_that_can_be_not_to_a_clock(at: datetime) -> None:
    days = [*WEEKS, date(9999, 12, 31)]
    rows = bars(days).with_columns(ticker=pl.lit("A"), ingested_at=pl.lit(at.replace(tzinfo=None)))
    known = pl.DataFrame({"ticker": ["A"], "answered_at": [at.replace(tzinfo=None)]})
    assert last_possible(rows, known) == (WEEKS[4] if at == EVENING else WEEKS[-1])
