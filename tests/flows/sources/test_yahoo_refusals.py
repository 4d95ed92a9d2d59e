"""What Yahoo refuses, breaks off, keeps waiting or garbles is told in one sentence, and whether it may pass."""

import json
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from flows.sources.base import SourceError
from flows.sources.yahoo import OFFLINE, YahooSource
from tests.flows.sources.yahoo_server import Answer, YahooServer, chart
from tests.flows.sources.yahoo_week import BARS, WEEK, refusal


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


def test_nothing_is_printed(server: YahooServer, source: YahooSource, capsys: pytest.CaptureFixture[str]) -> None:
    server.answers["AAA"] = Answer("Edge: Too Many Requests", 429)
    refusal(source)
    refusal(source, "DEAD")
    assert capsys.readouterr() == ("", "")


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
