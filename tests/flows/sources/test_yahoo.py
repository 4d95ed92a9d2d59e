"""The source `yfinance`, end to end through yfinance itself, against a server on this computer."""

import json
import time
from datetime import UTC, date, datetime

import polars as pl
import pytest

from flows.ingest.asking import Patience
from flows.ingest.plan import IngestPolicy
from flows.ingest.work import ingest
from flows.sources.base import Source, SourceError
from flows.sources.yahoo import OFFLINE, YahooSource
from tests.flows.data_shared import SHARED, needs_shared
from tests.flows.sources.yahoo_server import Answer, LocalSession, YahooServer, chart, not_found
from warehouse import Warehouse

WEEK = [date(2024, 1, day) for day in (8, 9, 10, 11, 12)]
BARS = {day: (10.0 + n, 12.0 + n, 9.0 + n, 11.0 + n, 1000 + n) for n, day in enumerate(WEEK)}


@pytest.fixture
def server():
    running = YahooServer()
    yield running
    running.close()


@pytest.fixture
def source(server, tmp_path):
    """A source whose Yahoo is the server; what yfinance remembers in the process is forgotten before."""
    import yfinance
    from yfinance import cache
    from yfinance.data import YfData

    yfinance.base._tz_info_fetch_ctr = 0
    cache._TzCacheManager._tz_cache = None
    cache._CookieCacheManager._Cookie_cache = None
    YfData.cache_get.cache_clear()

    def session(seconds):
        made = LocalSession(seconds)
        made.port = server.port
        return made

    made = YahooSource(tmp_path / "yfinance", seconds_per_request=2.0, seconds_per_fetch=5.0, session=session)
    yield made
    data = YfData()
    data._cookie = data._crumb = None
    data._cookie_strategy = "basic"
    cache._TzDBManager.set_location(str(tmp_path))
    cache._CookieDBManager.set_location(str(tmp_path))
    if made._session is not None:
        made._session.close()


def refusal(source, ticker="AAA") -> SourceError:
    with pytest.raises(SourceError) as raised:
        source.fetch(ticker, None, None)
    assert "\n" not in raised.value.reason
    return raised.value


def test_it_keeps_the_source_protocol(source):
    assert isinstance(source, Source)
    assert (source.name, source.adjustment, source.tickers(), source.ends("AAA")) == ("yfinance", "split", None, None)


def test_bars_as_yahoo_gives_them(server, source):
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    got = source.fetch("AAA", None, None)
    assert got.bars.rows() == [(day, *map(float, row)) for day, row in BARS.items()]
    assert got.actions.is_empty()
    assert got.adjustment == "split"


def test_dividends_and_splits(server, source):
    server.answers["AAA"] = Answer(chart("AAA", BARS, {WEEK[1]: 0.24}, {WEEK[3]: (4, 1), WEEK[4]: (1, 20)}))
    assert source.fetch("AAA", None, None).actions.rows() == [
        (WEEK[1], "dividend", 0.24),
        (WEEK[3], "split", 4.0),
        (WEEK[4], "split", 0.05),
    ]


def test_null_bars_are_kept_as_nothing(server, source):
    server.answers["AAA"] = Answer(chart("AAA", {**BARS, WEEK[2]: None}))
    got = source.fetch("AAA", None, None).bars
    assert got["date"].to_list() == WEEK
    assert got.row(2)[1:5] == (None, None, None, None)


def test_prices_are_not_adjusted_for_dividends(server, source):
    body = json.loads(chart("AAA", BARS, {WEEK[3]: 5.0}))
    adjusted = [close / 2 for close in body["chart"]["result"][0]["indicators"]["quote"][0]["close"]]
    body["chart"]["result"][0]["indicators"]["adjclose"] = [{"adjclose": adjusted}]
    server.answers["AAA"] = Answer(json.dumps(body))
    assert source.fetch("AAA", None, None).bars["close"].to_list() == [11.0, 12.0, 13.0, 14.0, 15.0]


def test_a_first_date_is_asked_for(server, source):
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    source.fetch("AAA", WEEK[2], None)
    asked = server.asked["AAA"][-1]
    # midnight in New York
    assert datetime.fromtimestamp(int(asked["period1"][0]), UTC) == datetime(2024, 1, 10, 5, tzinfo=UTC)
    assert asked["interval"] == ["1d"]


def test_a_last_date_is_kept_to(server, source):
    server.answers["AAA"] = Answer(chart("AAA", BARS, {WEEK[4]: 0.24}))
    got = source.fetch("AAA", None, WEEK[3])
    assert got.bars["date"].to_list() == WEEK[:4]
    assert got.actions.is_empty()


def test_dates_are_the_exchanges_own(server, source):
    tokyo = {date(2024, 1, 9): (1, 2, 1, 2, 5)}
    body = json.loads(chart("4063.T", tokyo, zone="Asia/Tokyo"))
    body["chart"]["result"][0]["timestamp"] = [int(datetime(2024, 1, 9, 0, 0, tzinfo=UTC).timestamp())]  # 9:00 there
    server.answers["4063.T"] = Answer(json.dumps(body))
    assert source.fetch("4063.T", None, None).bars["date"].to_list() == [date(2024, 1, 9)]


def test_a_dead_symbol(source):
    told = refusal(source, "DEAD")
    assert told.reason == "Yahoo has no prices of DEAD; it may be delisted or spelled otherwise"
    assert (told.retryable, told.everyone) == (False, False)


def test_400_with_yahoos_own_words(server, source):
    error = {
        "code": "Bad Request",
        "description": "Data doesn't exist for startDate = 1577836800, endDate = 1578009600",
    }
    body = json.dumps({"chart": {"result": None, "error": error}})
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer(body, 400)]
    told = refusal(source)
    assert told.reason == f"Yahoo says about AAA: {error['description']}"
    assert not told.retryable


def test_401_is_worth_another_try(server, source):
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
def test_429_with_and_without_a_hint(server, source, headers, wait, reason):
    server.answers["AAA"] = Answer("Edge: Too Many Requests", 429, headers)
    told = refusal(source)
    assert (told.reason, told.wait, told.retryable, told.everyone) == (reason, wait, True, True)


def test_malformed_json(server, source):
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer('{"chart": {"result": [{"meta": ')]
    told = refusal(source)
    assert told.reason == "Yahoo's answer for AAA cannot be read (status 200)"
    assert told.retryable


def test_json_of_another_form(server, source):
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer('{"chart": {"result": [{"meta": {}}], "error": null}}')]
    assert refusal(source).reason.startswith("Yahoo's answer for AAA has an unexpected form")


def test_an_empty_answer(server, source):
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer('{"chart": {"result": [], "error": null}}')]
    assert "no prices of AAA" in refusal(source).reason


def test_a_server_in_trouble(server, source):
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer("<html>Bad gateway</html>", 502)]
    told = refusal(source)
    assert told.reason == "Yahoo failed with status 502 on AAA"
    assert told.retryable


def test_a_connection_that_hangs_ends_in_time(server, source):
    source._limits = 0.3, 5.0
    server.answers["AAA"] = Answer(chart("AAA", BARS), hang=30)
    began = time.monotonic()
    told = refusal(source)
    assert time.monotonic() - began < 3
    assert told.reason == "Yahoo did not answer for AAA within 0.3 seconds"
    assert told.retryable


def test_a_fetch_as_a_whole_ends_in_time(server, source):
    source._limits = 2.0, 0.5
    server.answers["AAA"] = Answer(chart("AAA", BARS), hang=0.4)
    began = time.monotonic()
    assert "did not answer" in refusal(source).reason
    assert time.monotonic() - began < 2


def test_a_server_that_dies_in_the_middle(server, source):
    server.answers["AAA"] = [Answer(chart("AAA", BARS)), Answer(chart("AAA", BARS), cut=200)]
    told = refusal(source)
    assert told.reason == "the connection to Yahoo broke off while asking for AAA"
    assert told.retryable


def test_nobody_there_fails_fast_with_one_sentence(server, source):
    source._ready().port = 1  # nothing listens there
    began = time.monotonic()
    told = refusal(source)
    assert time.monotonic() - began < 2
    assert (told.reason, told.everyone, told.retryable) == (OFFLINE, True, False)


def test_caches_stay_in_the_folder_given(server, source, tmp_path):
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    source.fetch("AAA", None, None)
    assert (tmp_path / "yfinance" / "tkr-tz.db").is_file()
    asked = len(server.asked["AAA"])
    source.fetch("AAA", None, None)
    assert len(server.asked["AAA"]) == asked + 1  # the time zone is known now


def test_nothing_is_printed(server, source, capsys):
    server.answers["AAA"] = Answer("Edge: Too Many Requests", 429)
    refusal(source)
    refusal(source, "DEAD")
    assert capsys.readouterr() == ("", "")


# a whole night


@pytest.fixture
def wh(tmp_path):
    with Warehouse.open(tmp_path / "wh", validation="sql") as opened:
        yield opened


def run(wh, source, tickers, now, batch="b1", **policy):
    slept = []
    patience = Patience(at_once=2, **policy)
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


def test_a_night_with_good_and_bad_tickers(server, source, wh):
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


def test_a_rate_limit_ends_the_asking_and_the_night_goes_on_with_what_is_stored(server, source, wh):
    server.answers["AAA"] = Answer(chart("AAA", BARS))
    run(wh, source, ["AAA"], datetime(2024, 1, 13, tzinfo=UTC))
    server.answers["AAA"] = server.answers["BBB"] = Answer("Edge: Too Many Requests", 429, {"Retry-After": "900"})
    outcome, slept = run(wh, source, ["AAA", "BBB"], datetime(2024, 1, 20, tzinfo=UTC), "b2")
    assert outcome.status == "failed"
    assert "what is stored, to 2024-01-12 (8 days old), is used" in outcome.items[0].reason
    assert slept == []  # fifteen minutes is more than a night waits
    assert wh.count("raw.bars") == 5


def test_a_split_at_yahoo_brings_the_whole_history_anew(server, source, wh):
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


def recorded(name) -> str:
    return (SHARED / "yahoo_json" / name).read_text()


@needs_shared
def test_recorded_apple_over_a_split_and_a_dividend(server, source):
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
def test_recorded_markets(server, source, symbol, day):
    server.answers[symbol] = Answer(recorded(f"chart/chart-{symbol}-2020-01-01-to-2020-01-03__2025-02-27.json"))
    got = source.fetch(symbol, date(2020, 1, 1), None).bars
    assert got["date"][0] == day
    assert got["close"].null_count() == 0


@needs_shared
def test_recorded_refusals(server, source):
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
def test_recorded_dividends_of_microsoft(server, source):
    name = "chart/historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31__2025-02-27.json"
    server.answers["MSFT"] = Answer(recorded(name))
    got = source.fetch("MSFT", date(2021, 2, 1), None)
    assert got.actions["value"].to_list() == [0.56, 0.56, 0.56, 0.62]


def test_the_404_of_the_server_is_the_recorded_one():
    if not SHARED.is_dir():
        pytest.skip(f"third-party market data not present at {SHARED}")
    assert json.loads(not_found().body) == json.loads(recorded("errors/404_not_found.json"))
