"""The source `yfinance`, end to end through yfinance itself, against a server on this computer."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.sources.base import Source
from flows.sources.yahoo import YahooSource
from tests.flows.sources.yahoo_server import Answer, YahooServer, at, chart
from tests.flows.sources.yahoo_week import BARS, WEEK


def test_it_keeps_the_source_protocol(source: YahooSource) -> None:
    assert isinstance(source, Source)
    assert (source.name, source.adjustment, source.ends("AAA")) == ("yfinance", "split", None)


def test_bars_as_yahoo_gives_them(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    got = source.fetch("AAA", None, None)
    assert got.bars.rows() == [(day, *map(float, row)) for day, row in BARS.items()]
    assert got.actions.is_empty()
    assert got.adjustment == "split"


def test_dividends_and_splits(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS, {WEEK[1]: 0.24}, {WEEK[3]: (4, 1), WEEK[4]: (1, 20)}))
    assert source.fetch("AAA", None, None).actions.rows() == [
        (WEEK[1], "dividend", 0.24),
        (WEEK[3], "split", 4.0),
        (WEEK[4], "split", 0.05),
    ]


def test_null_bars_are_kept_as_nothing(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = Answer(chart("AAA", {**BARS, WEEK[2]: None}))
    got = source.fetch("AAA", None, None).bars
    assert got["date"].to_list() == WEEK
    assert got.row(2)[1:5] == (None, None, None, None)


def test_prices_are_not_adjusted_for_dividends(server: YahooServer, source: YahooSource) -> None:
    body = json.loads(chart("AAA", BARS, {WEEK[3]: 5.0}))
    adjusted = [close / 2 for close in body["chart"]["result"][0]["indicators"]["quote"][0]["close"]]
    body["chart"]["result"][0]["indicators"]["adjclose"] = [{"adjclose": adjusted}]
    server.answers["AAA"] = Answer(json.dumps(body))
    assert source.fetch("AAA", None, None).bars["close"].to_list() == [11.0, 12.0, 13.0, 14.0, 15.0]


def test_a_first_date_is_asked_for(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    source.fetch("AAA", WEEK[2], None)
    asked = server.asked["AAA"][-1]
    # midnight in New York
    assert datetime.fromtimestamp(int(asked["period1"][0]), UTC) == datetime(2024, 1, 10, 5, tzinfo=UTC)
    assert asked["interval"] == ["1d"]


def test_a_last_date_is_kept_to(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS, {WEEK[4]: 0.24}))
    got = source.fetch("AAA", None, WEEK[3])
    assert got.bars["date"].to_list() == WEEK[:4]
    assert got.actions.is_empty()


def test_dates_are_the_exchanges_own(server: YahooServer, source: YahooSource) -> None:
    tokyo = {date(2024, 1, 9): (1, 2, 1, 2, 5)}
    body = json.loads(chart("4063.T", tokyo, zone="Asia/Tokyo"))
    body["chart"]["result"][0]["timestamp"] = [int(datetime(2024, 1, 9, 0, 0, tzinfo=UTC).timestamp())]  # 9:00 there
    server.answers["4063.T"] = Answer(json.dumps(body))
    assert source.fetch("4063.T", None, None).bars["date"].to_list() == [date(2024, 1, 9)]


def test_caches_stay_in_the_folder_given(server: YahooServer, source: YahooSource, tmp_path: Path) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    source.fetch("AAA", None, None)
    assert (tmp_path / "yfinance" / "tkr-tz.db").is_file()
    asked = len(server.asked["AAA"])
    source.fetch("AAA", None, None)
    assert len(server.asked["AAA"]) == asked + 1  # the time zone is known now


# what pays, and in what


@pytest.mark.parametrize("kind", ["MUTUALFUND", "ETF", "EQUITY"])
@pytest.mark.parametrize("paid_in", [None, "", "USD"])
def test_capital_gains_come_in_as_cash(
    server: YahooServer, source: YahooSource, kind: str, paid_in: str | None
) -> None:
    body = chart("AAA", BARS, {WEEK[1]: 0.24}, kind=kind, gains={WEEK[3]: 1.5}, paid_in=paid_in)
    server.answers["AAA"] = Answer(body)
    got = source.fetch("AAA", None, None)
    assert got.actions.rows() == [(WEEK[1], "dividend", 0.24), (WEEK[3], "dividend", 1.5)]
    assert got.notes == ("AAA: capital gains of the fund are paid like dividends (1, the last 1.5 on 2024-01-11)",)
    assert got.bars.height == 5


def test_a_gain_on_the_day_of_a_dividend_is_paid_with_it(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS, {WEEK[3]: 1.5}, gains={WEEK[3]: 1.5}, kind="MUTUALFUND"))
    assert source.fetch("AAA", None, None).actions.rows() == [(WEEK[3], "dividend", 3.0)]


def test_a_dividend_that_yahoo_tells_twice_is_one(server: YahooServer, source: YahooSource) -> None:
    body = json.loads(chart("AAA", BARS, {WEEK[1]: 0.24}))
    events = body["chart"]["result"][0]["events"]["dividends"]
    events["again"] = {"amount": 0.23999999463558197, "date": at(WEEK[1], 15)}  # the same sum as a 32-bit float
    server.answers["AAA"] = Answer(json.dumps(body))
    assert source.fetch("AAA", None, None).actions.rows() == [(WEEK[1], "dividend", 0.24)]


@pytest.mark.parametrize(
    ("paid_in", "sentence"), [(None, None), ("GBp", None), ("GBX", None), ("GBP", "GBP"), ("USD", "USD")]
)
def test_dividends_keep_their_currency(
    server: YahooServer, source: YahooSource, paid_in: str | None, sentence: str | None
) -> None:
    server.answers["AAA.L"] = Answer(chart("AAA.L", BARS, {WEEK[1]: 0.24}, currency="GBp", paid_in=paid_in))
    got = source.fetch("AAA.L", None, None)
    assert (got.currency, got.adjusted_for_dividends) == ("GBp", False)
    rows = [(WEEK[1], "dividend", 0.24)] if sentence is None else [(WEEK[1], "dividend", 0.24, sentence)]
    assert got.actions.rows() == rows


def test_an_event_without_a_bar_keeps_its_date(server: YahooServer, source: YahooSource) -> None:
    bars = {day: row for day, row in BARS.items() if day != WEEK[2]}
    saturday = date(2024, 1, 13)
    server.answers["AAA"] = Answer(chart("AAA", bars, {WEEK[2]: 0.24, saturday: 0.25}, {WEEK[0]: (1, 1)}))
    got = source.fetch("AAA", None, None)
    assert got.actions.rows() == [(WEEK[2], "dividend", 0.24), (saturday, "dividend", 0.25)]
    assert got.bars["date"].to_list() == list(bars)


def test_an_event_without_an_amount_is_told(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS, {WEEK[1]: None}, {WEEK[2]: (2, 0)}))
    got = source.fetch("AAA", None, None)
    assert got.actions.is_empty()
    assert got.notes == ("AAA: events without an amount are left out (2, the last a split on 2024-01-10)",)


def test_midnight_that_daylight_saving_moved_is_still_that_day(server: YahooServer, source: YahooSource) -> None:
    """In January 2022 Yahoo stamped Sao Paulo's days with 23:00 of the evening before, 02:00 UTC."""
    day = date(2022, 1, 5)
    body = json.loads(chart("AAA.SA", {day: BARS[WEEK[0]]}, {day: 0.24}, zone="America/Sao_Paulo"))
    result = body["chart"]["result"][0]
    result["timestamp"] = [at(day, 2, 0)]
    for event in result["events"]["dividends"].values():
        event["date"] = at(day, 2, 0)
    server.answers["AAA.SA"] = Answer(json.dumps(body))
    got = source.fetch("AAA.SA", None, None)
    assert got.bars["date"].to_list() == [day]
    assert got.actions["date"].to_list() == [day]


def test_what_yahoo_does_not_say_is_not_needed(server: YahooServer, source: YahooSource) -> None:
    body = json.loads(chart("AAA", BARS))
    result = body["chart"]["result"][0]
    for name in ("currency", "instrumentType", "validRanges"):
        del result["meta"][name]
    del result["indicators"]["quote"][0]["volume"]
    server.answers["AAA"] = Answer(json.dumps(body))
    got = source.fetch("AAA", None, None)
    assert (got.bars["close"].to_list(), got.currency) == ([11.0, 12.0, 13.0, 14.0, 15.0], None)
