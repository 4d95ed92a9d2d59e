"""Dates that cannot be are turned away without a clock, and judged anew when they have come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from flows.stages import VALIDATE
from flows.validate.plan import Docket, plan_validate
from flows.validate.work import validate
from schemas import table
from tests.flows.validate.rules_market import at, change, fired, judged, quiet_bars, raw
from warehouse import Warehouse

BASE = quiet_bars()
LAST = BASE["date"][-1]
AHEAD = date(2024, 7, 1)  # a Monday; the bars were stored on Friday, 28 June 2024, at 22:00


@pytest.fixture
def wh(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path, validation="sql") as opened:
        yield opened


def market(ticker: str) -> pl.DataFrame:
    """Give the quiet bars of a ticker; of a market that nobody knows, those of New York."""
    return BASE if ticker == "AAA.QQ" else quiet_bars(ticker)


def with_one_on(day: date, ticker: str = "AAA") -> pl.DataFrame:
    bars = market(ticker)
    return pl.concat([bars, change(bars.tail(1), bars["date"][-1], date=day)])


def store(wh: Warehouse, bars: pl.DataFrame, ticker: str = "AAA") -> None:
    wh.replace("raw.bars", table("raw.bars").conform(raw(bars, ticker)), {"ticker": ticker})


def answer(wh: Warehouse, moment: datetime, status: str = "unchanged") -> None:
    row = {"batch_id": "b", "ticker": "AAA", "source": "test", "rows": 0, "status": status, "seconds": 0.1}
    frame = pl.DataFrame([{**row, "fetched_at": moment}], schema_overrides={"fetched_at": pl.Datetime("us")})
    full = frame.with_columns(first_date=None, last_date=None, error=None)
    wh.append("raw.fetches", table("raw.fetches").conform(full))


@pytest.mark.parametrize("day", [date(24, 1, 9), date(1899, 12, 29)])
@pytest.mark.parametrize("ticker", ["AAA", "AAA.QQ", "EURUSD=X"])
def test_a_bar_before_1900_is_turned_away_also_where_no_calendar_reaches(day: date, ticker: str) -> None:
    found = judged(with_one_on(day, ticker), ticker=ticker)
    assert fired(found) | {"unknown_calendar": 1} == {"before_market": 1, "unknown_calendar": 1}
    assert found.bars.height == market(ticker).height


def test_a_market_that_began_later_has_no_older_bars() -> None:
    """Bitcoin's first block is of 3 January 2009; Shanghai and Shenzhen opened in December 1990."""
    assert fired(judged(with_one_on(date(2008, 12, 31), "BTC-USD"), ticker="BTC-USD")) == {"before_market": 1}
    assert fired(judged(with_one_on(date(1989, 6, 1), "600000.SS"), ticker="600000.SS")) == {"before_market": 1}


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2031, 1, 2), AHEAD])
@pytest.mark.parametrize("ticker", ["AAA", "AAA.QQ"])
def test_a_bar_of_the_future_is_turned_away_and_nothing_is_missing_before_it(day: date, ticker: str) -> None:
    found = judged(with_one_on(day, ticker), ticker=ticker)
    assert fired(found) | {"unknown_calendar": 1} == {"future_date": 1, "unknown_calendar": 1}


def test_the_first_place_where_a_day_begins_is_fourteen_hours_ahead() -> None:
    """At 09:59 UTC on Sunday it is still Sunday everywhere, at 10:00 UTC Monday has begun on Kiritimati."""
    bars = with_one_on(AHEAD)
    assert fired(judged(bars, answered=datetime(2024, 6, 30, 9, 59))) == {"future_date": 1}
    assert fired(judged(bars, answered=datetime(2024, 6, 30, 10, 0))) == {}


def test_a_waiting_bar_is_judged_anew_when_the_source_has_answered_on_its_day(wh: Warehouse) -> None:
    store(wh, with_one_on(AHEAD))
    validate(Docket(wh))
    assert wh.read("clean.bars")["date"].max() == LAST
    answer(wh, datetime(2024, 6, 30, 9, 0))
    assert not plan_validate(Docket(wh))[0].due
    answer(wh, datetime(2024, 7, 1, 22, 0), status="failed")
    assert not plan_validate(Docket(wh))[0].due
    answer(wh, datetime(2024, 7, 1, 22, 30))
    assert plan_validate(Docket(wh))[0].due
    validate(Docket(wh))
    assert wh.read("clean.bars")["date"].max() == AHEAD
    assert wh.read("clean.rejects").is_empty()


def test_a_bar_of_the_year_9999_stops_no_publishing(wh: Warehouse) -> None:
    store(wh, with_one_on(date(9999, 12, 31)))
    assert validate(Docket(wh)).status == "done"
    assert wh.read("clean.rejects")["rule"].to_list() == ["future_date"]
    assert wh.audit("assert_no_bar_is_from_the_future") == []


def test_an_action_before_1900_is_turned_away_and_one_after_the_last_bar_waits(wh: Warehouse) -> None:
    days = [date(1899, 5, 10), AHEAD]
    events = pl.DataFrame({"date": days, "kind": ["dividend", "split"], "value": [1.0, 2.0]})
    found = judged(BASE, events)
    assert fired(found) == {"action_before_market": 1}
    assert found.bars["split_factor"].unique().to_list() == [1.0]
    reached = judged(with_one_on(AHEAD), events, answered=datetime(2024, 7, 1, 22))
    assert reached.bars["split_factor"].to_list() == [2.0] * BASE.height + [1.0]


def test_a_ticker_that_ends_long_before_most_others_of_its_source_is_told(wh: Warehouse) -> None:
    early = BASE.filter(pl.col("date") <= date(2023, 4, 28))
    for ticker, bars in {"AAA": BASE, "BBB": BASE, "DEAD": early}.items():
        store(wh, bars, ticker)
    validate(Docket(wh))
    told = wh.read("clean.checks", {"rule": "ended_early"})
    assert told.filter(pl.col("verdict") == "suspect").select("ticker", "detail").rows() == [
        ("DEAD", "ends on 2023-04-28, months before most others of its source")
    ]


def test_it_is_told_as_soon_as_the_others_have_gone_on(wh: Warehouse) -> None:
    until = pl.col("date") <= date(2023, 4, 28)
    for ticker in ("AAA", "BBB", "DEAD"):
        store(wh, BASE.filter(until), ticker)
    validate(Docket(wh))
    assert {item.item for item in plan_validate(Docket(wh)) if item.due} == set()
    for ticker in ("AAA", "BBB"):
        store(wh, BASE, ticker)
    due = {item.item for item in plan_validate(Docket(wh)) if item.due}
    assert due == {"AAA", "BBB", "DEAD"}
    assert plan_validate(Docket(wh))[0].stage == VALIDATE


def test_half_a_folder_that_ends_early_is_no_exception(wh: Warehouse) -> None:
    early = BASE.filter(pl.col("date") <= date(2023, 4, 28))
    for ticker, bars in {"AAA": BASE, "BBB": BASE, "CCC": early, "DDD": early, "EEE": early}.items():
        store(wh, bars, ticker)
    validate(Docket(wh))
    assert wh.read("clean.checks", {"rule": "ended_early"})["verdict"].unique().to_list() == ["pass"]


def test_a_missing_date_that_comes_later_is_no_longer_missing() -> None:
    hole = BASE.filter(~at(date(2023, 5, 10)))
    assert fired(judged(hole)) == {"missing_session": 1}
    assert fired(judged(BASE)) == {}
