"""What Yahoo really answered, recorded."""

import json
from datetime import date

import pytest

from flows.sources.yahoo import YahooSource
from tests.flows.data_shared import SHARED, needs_shared
from tests.flows.sources.yahoo_server import Answer, YahooServer, chart, not_found
from tests.flows.sources.yahoo_week import BARS, refusal

# what Yahoo really answered


def recorded(name: str) -> str:
    return (SHARED / "yahoo_json" / name).read_text()


@needs_shared
def test_recorded_apple_over_a_split_and_a_dividend(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAPL"] = Answer(recorded("chart/chart-AAPL-2020-08-31-to-2020-11-07__2025-02-27.json"))
    got = source.fetch("AAPL", date(2020, 8, 31), None)
    assert got.actions.rows() == [(date(2020, 8, 31), "split", 4.0), (date(2020, 11, 6), "dividend", 0.205)]
    assert got.bars.height == 49
    assert got.bars["close"][0] == pytest.approx(129.04, abs=1e-4)
    assert (got.bars["date"][0], got.bars["date"][-1]) == (date(2020, 8, 31), date(2020, 11, 6))


@needs_shared
@pytest.mark.parametrize(
    ("symbol", "day"),
    [
        ("BTC-USD", date(2020, 1, 1)),
        ("EURUSD=X", date(2020, 1, 1)),
        ("GC=F", date(2020, 1, 2)),
        ("GOOG", date(2020, 1, 2)),
        ("QQQ", date(2020, 1, 2)),
        ("0P000071W8.TO", date(2020, 1, 2)),
    ],
)
def test_recorded_markets(server: YahooServer, source: YahooSource, symbol: str, day: date) -> None:
    server.answers[symbol] = Answer(recorded(f"chart/chart-{symbol}-2020-01-01-to-2020-01-03__2025-02-27.json"))
    got = source.fetch(symbol, date(2020, 1, 1), None).bars
    assert got["date"][0] == day
    assert got["close"].null_count() == 0


@needs_shared
def test_recorded_refusals(server: YahooServer, source: YahooSource) -> None:
    server.answers["BEKE"] = [
        Answer(chart("BEKE", BARS)),
        Answer(recorded("errors/chart-BEKE-2020-01-01-to-2020-01-03__2021-11-21.json"), 400),
    ]
    assert "Data doesn't exist for startDate = 1577836800" in refusal(source, "BEKE").reason
    server.answers["SI"] = Answer(recorded("errors/404_not_found.json"), 404)
    assert "no prices of SI" in refusal(source, "SI").reason
    server.answers["AAPL"] = Answer(recorded("errors/429_too_many_requests.txt"), 429)
    assert refusal(source, "AAPL").everyone
    server.answers["MSFT"] = [Answer(chart("MSFT", BARS)), Answer(recorded("errors/401_invalid_crumb.json"), 401)]
    assert refusal(source, "MSFT").retryable


@needs_shared
def test_recorded_dividends_of_microsoft(server: YahooServer, source: YahooSource) -> None:
    name = "chart/historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31__2025-02-27.json"
    server.answers["MSFT"] = Answer(recorded(name))
    got = source.fetch("MSFT", date(2021, 2, 1), None)
    assert got.actions["value"].to_list() == [0.56, 0.56, 0.56, 0.62]


def test_the_404_of_the_server_is_the_recorded_one() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"third-party market data not present at {SHARED}")
    assert json.loads(not_found().body) == json.loads(recorded("errors/404_not_found.json"))
