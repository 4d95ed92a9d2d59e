"""The source `yfinance`, end to end through yfinance itself, against a server on this computer."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from flows.ingest.asking import Patience
from flows.ingest.plan import IngestPolicy
from flows.ingest.work import ingest
from flows.outcomes import StageOutcome
from flows.sources.base import Source, SourceError
from flows.sources.yahoo import OFFLINE, YahooSource
from tests.flows.data_shared import SHARED, needs_shared
from tests.flows.sources.yahoo_server import Answer, LocalSession, YahooServer, at, chart, not_found
from warehouse import Warehouse

WEEK = [date(2024, 1, day) for day in (8, 9, 10, 11, 12)]
BARS = {day: (10.0 + n, 12.0 + n, 9.0 + n, 11.0 + n, 1000 + n) for n, day in enumerate(WEEK)}


@pytest.fixture
def server() -> Iterator[YahooServer]:
    running = YahooServer()
    yield running
    running.close()


@pytest.fixture
def source(server: YahooServer, tmp_path: Path) -> Iterator[YahooSource]:
    """Make a source whose Yahoo is the server; what yfinance remembers in the process is forgotten before."""
    import yfinance
    from yfinance import cache
    from yfinance.data import YfData

    yfinance.base._tz_info_fetch_ctr = 0
    cache._TzCacheManager._tz_cache = None
    cache._CookieCacheManager._Cookie_cache = None
    YfData.cache_get.cache_clear()

    def session(seconds: float) -> LocalSession:
        made = LocalSession(seconds)
        made.port = server.port
        return made

    made = YahooSource(tmp_path / "yfinance", seconds_per_request=60.0, seconds_per_fetch=120.0, session=session)
    yield made
    data = YfData()
    data._cookie = data._crumb = None
    data._cookie_strategy = "basic"
    cache._TzDBManager.set_location(str(tmp_path))
    cache._CookieDBManager.set_location(str(tmp_path))
    if made._session is not None:
        made._session.close()


def refusal(source: YahooSource, ticker: str = "AAA") -> SourceError:
    with pytest.raises(SourceError) as raised:
        source.fetch(ticker, None, None)
    assert "\n" not in raised.value.reason
    return raised.value


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


def test_a_dead_symbol(source: YahooSource) -> None:
    told = refusal(source, "DEAD")
    assert told.reason == "Yahoo has no prices of DEAD; it may be delisted or spelled otherwise"
    assert (told.retryable, told.everyone) == (False, False)


def test_400_with_yahoos_own_words(server: YahooServer, source: YahooSource) -> None:
    error = {
        "code": "Bad Request",
        "description": "Data doesn't exist for startDate = 1577836800, endDate = 1578009600",
    }
    body = json.dumps({"chart": {"result": None, "error": error}})
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer(body, 400)]
    told = refusal(source)
    assert told.reason == f"Yahoo says about AAA: {error['description']}"
    assert not told.retryable


def test_401_is_worth_another_try(server: YahooServer, source: YahooSource) -> None:
    body = json.dumps({"finance": {"result": None, "error": {"code": "Unauthorized", "description": "Invalid Crumb"}}})
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer(body, 401)]
    told = refusal(source)
    assert told.reason == "Yahoo refused to answer for AAA (status 401)"
    assert told.retryable


@pytest.mark.parametrize(
    ("headers", "wait", "reason"),
    [
        ({}, None, "Yahoo limits the rate of requests (429)"),
        ({"Retry-After": "17"}, 17.0, "Yahoo limits the rate of requests (429); it asks for 17 seconds"),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None, "Yahoo limits the rate of requests (429)"),
    ],
)
def test_429_with_and_without_a_hint(
    server: YahooServer, source: YahooSource, headers: dict[str, str], wait: float | None, reason: str
) -> None:
    server.answers["AAA"] = Answer("Edge: Too Many Requests", 429, headers)
    told = refusal(source)
    assert (told.reason, told.wait, told.retryable, told.everyone) == (reason, wait, True, True)


def test_malformed_json(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer('{"chart": {"result": [{"meta": ')]
    told = refusal(source)
    assert told.reason == "Yahoo's answer for AAA cannot be read (status 200)"
    assert told.retryable


def test_json_of_another_form(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer('{"chart": {"result": [{"meta": {}}], "error": null}}')]
    assert refusal(source).reason.startswith("Yahoo's answer for AAA has an unexpected form")


def test_an_empty_answer(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer('{"chart": {"result": [], "error": null}}')]
    assert "no prices of AAA" in refusal(source).reason


def test_a_server_in_trouble(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer("<html>Bad gateway</html>", 502)]
    told = refusal(source)
    assert told.reason == "Yahoo failed with status 502 on AAA"
    assert told.retryable


def test_a_connection_that_hangs_ends_in_time(server: YahooServer, source: YahooSource) -> None:
    source._limits = 0.3, 60.0
    server.answers["AAA"] = Answer(chart("AAA", BARS), hang=90)
    began = time.monotonic()
    told = refusal(source)
    assert time.monotonic() - began < 60  # far from what the server takes, also where the machine is busy
    assert told.reason == "Yahoo did not answer for AAA within 0.3 seconds"
    assert told.retryable


def test_a_fetch_as_a_whole_ends_in_time(server: YahooServer, source: YahooSource) -> None:
    source._limits = 60.0, 0.5
    server.answers["AAA"] = Answer(chart("AAA", BARS), hang=90)
    began = time.monotonic()
    assert "did not answer" in refusal(source).reason
    assert time.monotonic() - began < 60


def test_a_server_that_dies_in_the_middle(server: YahooServer, source: YahooSource) -> None:
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer(chart("AAA", BARS), cut=200)]
    told = refusal(source)
    assert told.reason == "the connection to Yahoo broke off while asking for AAA"
    assert told.retryable


def test_nobody_there_fails_fast_with_one_sentence(server: YahooServer, source: YahooSource) -> None:
    source._ready().port = 1  # nothing listens there
    began = time.monotonic()
    told = refusal(source)
    assert time.monotonic() - began < 30  # and not the minute of a request's limit
    assert (told.reason, told.everyone, told.retryable) == (OFFLINE, True, False)


def test_caches_stay_in_the_folder_given(server: YahooServer, source: YahooSource, tmp_path: Path) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    source.fetch("AAA", None, None)
    assert (tmp_path / "yfinance" / "tkr-tz.db").is_file()
    asked = len(server.asked["AAA"])
    source.fetch("AAA", None, None)
    assert len(server.asked["AAA"]) == asked + 1  # the time zone is known now


def test_nothing_is_printed(server: YahooServer, source: YahooSource, capsys: pytest.CaptureFixture[str]) -> None:
    server.answers["AAA"] = Answer("Edge: Too Many Requests", 429)
    refusal(source)
    refusal(source, "DEAD")
    assert capsys.readouterr() == ("", "")


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
    ("paid_in", "told"), [(None, None), ("GBp", None), ("GBX", None), ("GBP", "GBP"), ("USD", "USD")]
)
def test_dividends_keep_their_currency(
    server: YahooServer, source: YahooSource, paid_in: str | None, told: str | None
) -> None:
    server.answers["AAA.L"] = Answer(chart("AAA.L", BARS, {WEEK[1]: 0.24}, currency="GBp", paid_in=paid_in))
    got = source.fetch("AAA.L", None, None)
    assert (got.currency, got.adjusted_for_dividends) == ("GBp", False)
    rows = [(WEEK[1], "dividend", 0.24)] if told is None else [(WEEK[1], "dividend", 0.24, told)]
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


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def drop(result: dict[str, Any]) -> None:
        for name in path[:-1]:
            result = result[name]
        del result[path[-1]]

    return drop


def _shorter(result: dict[str, Any]) -> None:
    result["timestamp"].pop()


def _listed(result: dict[str, Any]) -> None:
    result["events"] = {"dividends": [0.24]}


@pytest.mark.parametrize(
    ("broken", "lacks"),
    [
        (_without("timestamp"), "it has prices without their dates"),
        (_without("indicators"), "it has no room for prices"),
        (_without("meta", "exchangeTimezoneName"), "it does not say the time zone of the exchange"),
        (_shorter, "it has 4 dates and 5 numbers in the column open"),
        (_listed, "its dividends, gains or splits are not listed as Yahoo lists them"),
    ],
)
def test_an_answer_of_another_form_is_told_in_a_sentence(
    server: YahooServer, source: YahooSource, broken: Callable[[dict[str, Any]], None], lacks: str
) -> None:
    body = json.loads(chart("AAA", BARS))
    broken(body["chart"]["result"][0])
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer(json.dumps(body))]
    told = refusal(source)
    assert told.reason == f"Yahoo's answer for AAA has an unexpected form: {lacks}"
    assert told.retryable


@pytest.mark.parametrize("body", ["[]", "null", '"x"', '{"chart": null}'])
def test_an_answer_that_is_no_chart(server: YahooServer, source: YahooSource, body: str) -> None:
    server.answers["AAA"] = Answer(body)
    assert refusal(source).reason == "Yahoo's answer for AAA has an unexpected form: it holds no chart"


def test_no_bars_in_the_dates_asked_for(server: YahooServer, source: YahooSource) -> None:
    body = json.loads(chart("AAA", {}))
    result = body["chart"]["result"][0]
    del result["timestamp"]
    result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    server.answers["AAA"] = Answer(json.dumps(body))
    with pytest.raises(SourceError, match="no prices of AAA from 2024-01-10 on; it may be delisted"):
        source.fetch("AAA", WEEK[2], None)


# what passes


@pytest.mark.parametrize("first", [502, 404, 429])
def test_a_failure_is_not_remembered(server: YahooServer, source: YahooSource, first: int) -> None:
    """yfinance asks twice, and keeps the answer about the time zone for as long as the process lives."""
    server.answers["AAA"] = [Answer("<html>", first), Answer("<html>", first), Answer(chart("AAA", BARS))]
    refusal(source)
    assert source.fetch("AAA", None, None).bars.height == 5


@pytest.mark.parametrize("name", ["tkr-tz.db", "cookies.db"])
def test_a_locked_cache_passes(
    server: YahooServer, source: YahooSource, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from yfinance import cache

    impatient = {**vars(cache._peewee), "SqliteDatabase": partial(cache._peewee.SqliteDatabase, timeout=0.01)}
    monkeypatch.setattr(cache, "_peewee", SimpleNamespace(**impatient))
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    source._cache_dir.mkdir()
    other = sqlite3.connect(source._cache_dir / name, isolation_level=None)
    other.execute("create table if not exists others (a)")
    other.execute("begin exclusive")
    for _ in range(2):
        told = refusal(source)
        assert told.reason == "yfinance cannot use its cache of time zones and cookies: database is locked"
        assert (told.retryable, told.everyone) == (True, False)
    other.execute("rollback")
    other.close()
    assert source.fetch("AAA", None, None).bars.height == 5


# a whole night


@pytest.fixture
def wh(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "wh", validation="sql") as opened:
        yield opened


def run(
    wh: Warehouse, source: YahooSource, tickers: list[str], now: datetime, batch: str = "b1"
) -> tuple[StageOutcome, list[float]]:
    slept: list[float] = []
    patience = Patience(at_once=2)
    outcome = ingest(
        wh,
        source,
        tickers,
        batch_id=batch,
        now=now,
        policy=IngestPolicy(patience=patience),
        sleep=slept.append,
        random=lambda: 1.0,
    )
    return outcome, slept


def test_a_night_with_good_and_bad_tickers(server: YahooServer, source: YahooSource, wh: Warehouse) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS, {WEEK[1]: 0.24}))
    server.answers["BBB"] = [
        Answer(chart("BBB", BARS)),
        Answer("<html>", 503),
        Answer("<html>", 503),
        Answer(chart("BBB", BARS)),
    ]
    outcome, slept = run(wh, source, ["AAA", "BBB", "DEAD"], datetime(2024, 1, 13, tzinfo=UTC))
    assert [(o.item, o.status) for o in outcome.items] == [("AAA", "done"), ("BBB", "done"), ("DEAD", "failed")]
    assert slept == [1.0]
    assert wh.count("raw.bars") == 10
    assert wh.read("raw.actions").select("ticker", "kind", "value").rows() == [("AAA", "dividend", 0.24)]
    assert wh.read("raw.bars")["adjustment"].unique().to_list() == ["split"]


def test_a_rate_limit_ends_the_asking_and_the_night_goes_on_with_what_is_stored(
    server: YahooServer, source: YahooSource, wh: Warehouse
) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    run(wh, source, ["AAA"], datetime(2024, 1, 13, tzinfo=UTC))
    server.answers["AAA"] = server.answers["BBB"] = Answer("Edge: Too Many Requests", 429, {"Retry-After": "900"})
    outcome, slept = run(wh, source, ["AAA", "BBB"], datetime(2024, 1, 20, tzinfo=UTC), "b2")
    assert outcome.status == "failed"
    assert "what is stored, to 2024-01-12 (8 days old), is used" in outcome.items[0].reason
    assert slept == []  # fifteen minutes is more than a night waits
    assert wh.count("raw.bars") == 5


def test_a_rate_limit_that_passes_is_waited_for(server: YahooServer, source: YahooSource, wh: Warehouse) -> None:
    limit = Answer("Edge: Too Many Requests", 429, {"Retry-After": "17"})
    server.answers["AAA"] = [limit, limit, Answer(chart("AAA", BARS))]
    outcome, slept = run(wh, source, ["AAA"], datetime(2024, 1, 13, tzinfo=UTC))
    assert (outcome.status, slept) == ("done", [17.0])


def test_a_split_at_yahoo_brings_the_whole_history_anew(
    server: YahooServer, source: YahooSource, wh: Warehouse
) -> None:
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    run(wh, source, ["AAA"], datetime(2024, 1, 13, tzinfo=UTC))
    after = {day: (*(price / 2 for price in row[:4]), row[4] * 2) for day, row in BARS.items()}
    after[date(2024, 1, 16)] = (8.0, 9.0, 7.5, 8.5, 4000)
    server.answers["AAA"] = Answer(chart("AAA", after, splits={date(2024, 1, 16): (2, 1)}))
    outcome, _ = run(wh, source, ["AAA"], datetime(2024, 1, 17, tzinfo=UTC), "b2")
    assert outcome.status == "done"
    assert wh.read("raw.bars")["close"].to_list() == [5.5, 6.0, 6.5, 7.0, 7.5, 8.5]
    assert wh.read("raw.revisions").filter(pl.col("field") == "close")["new_value"].to_list() == [
        5.5,
        6.0,
        6.5,
        7.0,
        7.5,
    ]


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
