"""Whole nights on Yahoo: good and bad tickers, limits of its rate, a split."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from flows.ingest.asking import Patience, Timing
from flows.ingest.errand import Errand, IngestPolicy
from flows.ingest.work import ingest
from flows.outcomes import StageOutcome
from flows.sources.yahoo import YahooSource
from tests.flows.sources.yahoo_server import Answer, YahooServer, chart
from tests.flows.sources.yahoo_week import BARS, WEEK
from warehouse import Warehouse

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
        Errand(wh, source, tickers, now, policy=IngestPolicy(patience=patience)),
        batch_id=batch,
        timing=Timing(slept.append, random=lambda: 1.0),
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
